//! After an erasure no file knows the person, and everything still verifies.

use crate::shop::{Shop, ran};
use stampbook::command::Alias;
use stampbook::engine::profile::text_hash;
use stampbook::storage::secrets::Secrets;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

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

/// The person in clear, and the hashes that the aliases are looked up by.
fn words(shop: &Shop) -> Vec<Vec<u8>> {
    let secrets = Secrets::open(&shop.path("ledger-secrets")).unwrap();
    let key = secrets.alias_key().unwrap();
    let aliases = [
        format!("card:{}", PERSON[1]),
        format!("email:{}", PERSON[2]),
    ];
    let hashes = aliases.iter().map(|alias| {
        let alias = Alias::parse(alias).unwrap();
        text_hash(&key, alias.as_str()).to_vec()
    });
    let clear = PERSON.iter().map(|word| word.as_bytes().to_vec());
    clear.chain(hashes).collect()
}

fn holds(folder: &Path, words: &[Vec<u8>]) -> Vec<String> {
    let mut found = Vec::new();
    for item in std::fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() {
            found.extend(holds(&path, words));
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        let is_in = |word: &Vec<u8>| bytes.windows(word.len()).any(|w| w == word);
        let words = words.iter().filter(|word| is_in(word));
        found.extend(words.map(|word| format!("{} in {}", word.escape_ascii(), path.display())));
    }
    found
}

#[test]
fn an_erasure_killed_at_any_moment_is_finished_by_the_next_command() {
    let base = Shop::cafe();
    let enrol = format!(
        "member enrol --alias card:{} --alias email:{} --name '{}' --birthday 02-29",
        PERSON[1], PERSON[2], PERSON[0]
    );
    base.run(&enrol).ends(0);
    base.run("member enrol --alias card:2").ends(0);
    let words = words(&base);
    let who = format!("card:{}", PERSON[1]);
    let erase = format!("member erase {who} --reason asked --yes --key x");
    let (mut before, mut behind) = (0, 0);
    for step in 0..30 {
        let shop = base.copied();
        let mut child = shop.begin(&erase);
        // Any moment will do: the assertions hold at each.
        let end = Instant::now() + Duration::from_micros(1500 * step);
        while Instant::now() < end {
            std::hint::spin_loop();
        }
        match step % 3 {
            0 => child.kill().unwrap(),
            _ => {
                let mut term = Command::new("kill");
                let _ = term.args(["-TERM", &child.id().to_string()]).status();
            }
        }
        let _ = ran(child);
        let found = shop.run("find --key x");
        match found.code {
            Some(0) => {
                behind += 1;
                let left = holds(&shop.path("."), &words);
                assert_eq!(left, Vec::<String>::new(), "killed in step {step}");
                shop.run(&format!("balance {who}")).ends(1);
            }
            _ => before += 1,
        }
        let again = shop.run(&format!("--json {erase}")).ends(0).json();
        assert_eq!(
            again["repeated"] == true,
            found.code == Some(0),
            "step {step}"
        );
        assert_eq!(
            holds(&shop.path("."), &words),
            Vec::<String>::new(),
            "step {step}"
        );
        shop.run("balance card:2").ends(0);
        shop.run("audit verify").ends(0);
    }
    println!("{before} kills before the entry was durable, {behind} behind");
    assert!(before > 0, "every kill came too late");
}
