//! After an erasure no file knows the person, and everything still verifies.

use crate::shop::Shop;
use std::path::Path;

const PERSON: [&str; 3] = ["Zsofia Quux", "6900099887766", "zsofia@quux.example"];

fn traces(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            traces(&path, found);
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        for word in PERSON {
            if bytes.windows(word.len()).any(|w| w == word.as_bytes()) {
                found.push(format!("{word} in {}", path.display()));
            }
        }
    }
}

// proves: S178 S184 S186
#[test]
fn no_file_holds_a_person_in_clear_and_none_is_known_after_erasing() {
    let shop = Shop::cafe();
    let line = format!(
        "member enrol --alias card:{} --alias email:{} --name '{}'",
        PERSON[1], PERSON[2], PERSON[0]
    );
    shop.run(&line).ends(0);
    let buy = format!("purchase --member card:{} --total 10.00 --key k", PERSON[1]);
    shop.run(&buy).ends(0);
    shop.run("audit card --out card.txt").ends(0);
    let mut found = Vec::new();
    traces(&shop.path("."), &mut found);
    assert_eq!(found, Vec::<String>::new());

    let who = format!("card:{}", PERSON[1]);
    shop.run(&format!("member erase {who} --reason test"))
        .ends(2)
        .says(&["--yes"]);
    shop.run(&format!("member erase {who} --reason test --yes"))
        .ends(0)
        .says(&["copies of the secrets folder"]);
    traces(&shop.path("."), &mut found);
    assert_eq!(found, Vec::<String>::new());
    shop.run(&format!("balance {who}")).ends(1);
    shop.run("audit verify --card card.txt").ends(0);
    shop.run("rebuild").ends(0);
    shop.run(&format!("balance {who}")).ends(1);
}

#[test]
fn a_session_and_an_import_erase_as_thoroughly() {
    for door in ["session", "import - --format jsonl", "do -"] {
        let shop = Shop::cafe();
        let enrol = format!(
            r#"{{"do":"enrol","key":"e","aliases":["card:{}"],"name":"{}"}}"#,
            PERSON[1], PERSON[0]
        );
        shop.say(&enrol).ends(0);
        let erase = format!(
            r#"{{"do":"erase","key":"x","member":"card:{}","reason":"asked for it"}}"#,
            PERSON[1]
        );
        shop.pipe(door, format!("{erase}\n")).ends(0);
        shop.run(&format!("member show card:{}", PERSON[1])).ends(1);
        let mut found = Vec::new();
        traces(&shop.path("."), &mut found);
        assert_eq!(found, Vec::<String>::new(), "{door}");
        let entry = shop.run("--json explain 3").ends(0).json();
        assert_eq!(entry["kind"], "erased");
        shop.run("audit verify").ends(0);
        shop.say(&enrol).ends(1);
    }
}
