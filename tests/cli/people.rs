//! Commands about members besides purchases, and their consents, as typed at a prompt.

use crate::shop::Shop;
use std::path::{Path, PathBuf};

const PROGRAMME: &str = r#"
[programme]
name = "Club"
currency = "EUR"
zone = "Europe/Berlin"
purposes = ["marketing", "health", "personalise"]

[unit.point]
kind = "spendable"

[attribute.sweetness]
values = ["low", "high"]
purpose = "personalise"

[activity.run]
fields = { id = "text", km = { type = "decimal", max = 100 } }
unique = "id"
consent = "health"

[activity.bottle]
fields = { code = { type = "secret", codes = "codes/caps.txt" } }
unique = "code"
unique_for = "all"
"#;

const CAMPAIGN: &str = r#"
campaign(#{ id: "all", role: "base" });
fn on_activity(activity, member) { award("point", 10) }
fn on_purchase(purchase, member) {
    if member.attribute("sweetness") == "low" { award("point", 3) }
}
"#;

const CODE: &str = "QWER-TZUI-OPAS";

fn club() -> Shop {
    let shop = Shop::empty();
    shop.write("club/programme.toml", PROGRAMME);
    shop.write("club/campaigns/all.rhai", CAMPAIGN);
    shop.write("club/codes/caps.txt", format!("{CODE} gold\n"));
    shop.run("init --programme ./club").ends(0);
    shop.run("member enrol --alias card:1 --key e1").ends(0);
    shop
}

// proves: S180
#[test]
fn an_activity_needs_its_consent_counts_once_and_is_decided_again_alike() {
    let shop = club();
    let run = "activity run --member card:1 --field km=5.2 --field id=r1 --key";
    shop.run(&format!("{run} k1"))
        .ends(1)
        .says(&["health", "no_consent"]);
    let give = "consent give --member card:1 --purpose health --notice v2 --key c1";
    shop.run(give).ends(0);
    // A refusal for missing consent is not recorded: the key is free.
    shop.run(&format!("{run} k1")).ends(0).says(&["10"]);
    shop.run(&format!("{run} k1")).ends(0);
    shop.run(&format!("{run} k2"))
        .ends(1)
        .says(&["already_counted"]);
    shop.run("activity run --member card:1 --field km=5,2 --field id=r2 --key k3")
        .ends(2)
        .says(&["fields.km", "decimal"]);
    shop.run("activity run --member card:1 --field km=101 --field id=r2 --key k3")
        .ends(2)
        .says(&["fields.km", "more than 100"]);
    shop.run("activity rum --member card:1 --key k3")
        .ends(2)
        .says(&["it has bottle, run"]);
    shop.run("activity run --member card:1 --field km --key k3")
        .ends(2);
    shop.run("consent withdraw --member card:1 --purpose health --key c2")
        .ends(0);
    shop.run("consent withdraw --member card:1 --purpose health --key c3")
        .ends(1)
        .says(&["already_so"]);
    shop.run(&format!("{run} k4")).ends(1).says(&["no_consent"]);
    shop.run("statement card:1")
        .ends(0)
        .says(&["km 5.2", "id r1", "v2"]);
    shop.run("audit verify --level 2").ends(0);
}

// proves: CC5
#[test]
fn no_code_stands_in_any_file_of_the_ledger() {
    let shop = club();
    let bottle = format!("activity bottle --member card:1 --field code={CODE} --key b1");
    shop.run(&bottle).ends(0);
    shop.run("activity bottle --member card:1 --field code=qwertzuiopas --key b2")
        .ends(1)
        .says(&["already_counted"]);
    shop.run("audit verify --level 2").ends(0);
    for word in [CODE, "QWERTZUIOPAS", "qwertzuiopas"] {
        let found = files_with(&shop.path("ledger"), word.as_bytes());
        assert_eq!(found, Vec::<PathBuf>::new(), "{word}");
    }
}

// proves: NOTE2
#[test]
fn a_remark_is_sealed_needs_its_consent_and_goes_with_the_member() {
    let shop = club();
    let note = "note card:1 --purpose personalise 'prefers oat milk' --key";
    shop.run(&format!("{note} n1"))
        .ends(1)
        .says(&["no_consent", "personalise"]);
    shop.run("note card:1 --purpose service 'prefers oat milk' --key n1")
        .ends(2)
        .says(&["unknown_purpose", "marketing, health, personalise"]);
    let purpose = "--member card:1 --purpose personalise --key";
    shop.run(&format!("consent give {purpose} c1")).ends(0);
    // A refusal for missing consent is not recorded: the key is free.
    shop.run(&format!("{note} n1"))
        .ends(0)
        .says(&["note", "personalise"])
        .lacks(&["oat milk"]);
    shop.run(&format!("{note} n1")).ends(0);
    shop.run("note card:1 --purpose personalise 'prefers cow milk' --key n1")
        .ends(1)
        .says(&["key_conflict"]);
    shop.run(&format!(
        "note card:1 --purpose personalise {} --key n2",
        "x".repeat(501)
    ))
    .ends(2)
    .says(&["text", "at most 500"]);
    shop.say(r#"{"do":"note","member":"card:1","purpose":"personalise","text":"likes seat 4","key":"j1"}"#)
        .ends(0);
    shop.write(
        "notes.csv",
        "do,card,purpose,text,key\nnote,1,personalise,sits outside,n3\n",
    );
    shop.run("import notes.csv").ends(0);
    for shown in [
        "statement card:1",
        "member show card:1",
        "member export card:1",
    ] {
        shop.run(shown)
            .ends(0)
            .says(&["prefers oat milk", "sits outside", "personalise"]);
    }
    for word in ["oat milk", "sits outside"] {
        let found = files_with(&shop.path("ledger"), word.as_bytes());
        assert_eq!(found, Vec::<PathBuf>::new(), "{word}");
    }
    shop.run(&format!("consent withdraw {purpose} c2")).ends(0);
    for hidden in ["statement card:1", "member show card:1"] {
        shop.run(hidden).ends(0).lacks(&["oat milk"]);
    }
    shop.run("member export card:1").ends(0).says(&["oat milk"]);
    shop.run(&format!("consent give {purpose} c3")).ends(0);
    shop.run("audit verify --level 2").ends(0);
    let shown = shop.run("--json member show card:1").ends(0).json();
    let id = shown["member"].as_str().unwrap().to_owned();
    shop.run("member erase card:1 --reason asked --yes --key x1")
        .ends(0);
    for gone in ["statement", "member export"] {
        shop.run(&format!("{gone} {id}")).lacks(&["oat milk"]);
    }
    shop.run(&format!("note {id} --purpose personalise late --key n4"))
        .ends(1);
    shop.run("audit verify --level 2").ends(0);
}

fn files_with(folder: &Path, word: &[u8]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, word));
        } else if std::fs::read(&path)
            .unwrap()
            .windows(word.len())
            .any(|w| w == word)
        {
            found.push(path);
        }
    }
    found
}

// proves: S179 S180 S181
#[test]
fn an_attribute_is_one_that_is_declared_and_seen_only_with_its_consent() {
    let shop = club();
    let low = "member profile card:1 --attribute sweetness=low --key";
    shop.run(&format!("{low} p1"))
        .ends(1)
        .says(&["no_consent", "personalise"]);
    let purpose = "--member card:1 --purpose personalise --key";
    shop.run(&format!("consent give {purpose} c1")).ends(0);
    shop.run(&format!("{low} p2")).ends(0);
    for wrong in ["sweetness=salty", "height=180"] {
        shop.run(&format!(
            "member profile card:1 --attribute {wrong} --key p3"
        ))
        .ends(2)
        .says(&["attributes"]);
    }
    let buy = "purchase --member card:1 --total 10.00 --key";
    shop.run(&format!("{buy} k1")).ends(0).says(&["3"]);
    shop.run("member export card:1")
        .ends(0)
        .says(&["sweetness", "low", "told_on"]);
    shop.run("audit verify --level 2").ends(0);
    // Without the consent the attribute counts as unknown, and the points stay.
    shop.run(&format!("consent withdraw {purpose} c2")).ends(0);
    shop.run(&format!("{buy} k2")).ends(0);
    shop.run("balance card:1").ends(0).says(&["3"]);
    shop.run("audit verify --level 2").ends(0);
    shop.run("rebuild").ends(0);
    shop.run("member show card:1")
        .ends(0)
        .says(&["sweetness low"]);
}

#[test]
fn a_birthday_that_is_known_is_changed_once() {
    let shop = club();
    let profile = "member profile card:1 --birthday";
    shop.run(&format!("{profile} 03-10 --key b1")).ends(0);
    shop.run(&format!("{profile} 03-11 --key b2")).ends(0);
    shop.run(&format!("{profile} 03-11 --key b3")).ends(0);
    shop.run(&format!("{profile} 04-11 --key b4"))
        .ends(1)
        .says(&["too_soon"]);
    shop.run(&format!("{profile} '' --key b5"))
        .ends(1)
        .says(&["too_soon"]);
}

// proves: CC4
#[test]
fn who_guesses_codes_of_an_activity_is_shut_out_and_nobody_else() {
    let shop = club();
    shop.run("member enrol --alias card:2 --key e2").ends(0);
    let guess = |n: u32, key: &str| {
        let code = format!("AAAA-BBBB-CC{n:02}");
        shop.run(&format!(
            "activity bottle --member card:1 --field code={code} --key {key}"
        ))
    };
    for n in 1..=5 {
        guess(n, &format!("g{n}")).ends(1).says(&["unknown_code"]);
    }
    guess(6, "g6").ends(1).says(&["code_locked"]);
    // Not even the right code: no answer tells whether it exists.
    let right = |card: u32| {
        format!("activity bottle --member card:{card} --field code={CODE} --key r{card}")
    };
    shop.run(&right(1)).ends(1).says(&["code_locked"]);
    shop.run(&right(2)).ends(0).says(&["10"]);
}

// proves: ID30
#[test]
fn a_merge_is_undone_by_its_members() {
    let shop = Shop::plain();
    for card in ["1", "2", "3", "4"] {
        shop.run(&format!("member enrol --alias card:{card}"))
            .ends(0);
    }
    for (from, into) in [("1", "2"), ("3", "2")] {
        shop.run(&format!(
            "member merge card:{from} card:{into} --reason one"
        ))
        .ends(0);
    }
    shop.run("member unmerge card:4")
        .ends(1)
        .says(&["no merge of that member"]);
    shop.run("member unmerge card:9").ends(1);
    // Two went into it: which one is not guessed.
    shop.run("member unmerge card:2").ends(2).says(&[
        "2 merges of that member stand",
        "entry",
        "`from`",
    ]);
    let first = shop
        .run("--json member unmerge card:2 card:3 --key u")
        .ends(0)
        .json();
    let again = shop
        .run("--json member unmerge card:2 card:3 --key u")
        .ends(0)
        .json();
    assert_eq!(
        (&again["repeated"], &again["seq"]),
        (&serde_json::json!(true), &first["seq"])
    );
    shop.run("member unmerge card:2").ends(0);
    shop.run("member unmerge card:1").ends(1);
    shop.run("member merge card:1 card:2 --reason one").ends(0);
    shop.say(r#"{"do":"unmerge","key":"v","member":"card:1"}"#)
        .ends(0);
    let merge = shop
        .run("--json member merge card:1 card:2 --reason one")
        .ends(0)
        .json();
    shop.run(&format!("member unmerge {}", merge["seq"]))
        .ends(0);
    shop.run("audit verify").ends(0);
}
