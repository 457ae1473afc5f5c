//! Questions: flags, a session and `do` get the same reply from one place, and
//! every reply says at which entry the ledger was read.

use crate::shop::Shop;
use serde_json::Value;

fn shop() -> Shop {
    let shop = Shop::plain();
    shop.run("purchase --member card:1 --total 4.20 --enrol --key p1 --receipt 7 --terminal t1")
        .ends(0);
    shop.run("purchase --member card:1 --total 2.00 --key p2")
        .ends(0);
    shop
}

/// The replies of a session.
fn replies(shop: &Shop, lines: &[&str]) -> Vec<Value> {
    let said = shop.pipe("session", lines.join("\n")).ends(0).out;
    let replies = said.lines().map(|line| serde_json::from_str(line).unwrap());
    replies.collect()
}

// proves: C12.1
#[test]
fn a_question_has_one_reply_whatever_way_it_is_asked() {
    let shop = shop();
    let asked = [
        (r#"{"ask":"balance","member":"card:1"}"#, "balance card:1"),
        (
            r#"{"ask":"balance","member":"card:1","as_of":"2099-12-31"}"#,
            "balance card:1 --as-of 2099-12-31",
        ),
        (
            r#"{"ask":"statement","member":"card:1","last":1}"#,
            "statement card:1 --last 1",
        ),
        (r#"{"ask":"explain","seq":3}"#, "explain 3"),
        (r#"{"ask":"day"}"#, "day"),
        (r#"{"ask":"find","key":"p1"}"#, "find --key p1"),
        (
            r#"{"ask":"find","receipt":"7","terminal":"t1"}"#,
            "find --receipt 7 --terminal t1",
        ),
    ];
    let lines: Vec<&str> = asked.iter().map(|(json, _)| *json).collect();
    for ((json, flags), reply) in asked.iter().zip(replies(&shop, &lines)) {
        let typed = shop.run(&format!("--json {flags}")).ends(0).json();
        assert_eq!(reply, typed, "{json}");
        assert_eq!(shop.say(json).ends(0).json(), typed, "{json}");
        assert_eq!(reply["ok"], true, "{json}");
        assert_eq!(reply["read_at"], 4, "{json}");
    }
}

// proves: C12.2
#[test]
fn a_question_is_refused_by_a_ledger_that_has_not_come_so_far() {
    let shop = shop();
    let asked = |least: u64| format!(r#"{{"ask":"balance","member":"card:1","at_least":{least}}}"#);
    let told = replies(&shop, &[&asked(4), &asked(5)]);
    assert_eq!(
        (&told[0]["ok"], &told[0]["read_at"]),
        (&true.into(), &4.into())
    );
    assert_eq!(told[1]["code"], "behind");
    assert_eq!(told[1]["read_at"], 4);
    shop.say(&asked(5)).ends(1);
    shop.run("balance card:1 --at-least 5")
        .ends(1)
        .says(&["entry 4", "not yet to 5"]);
}

#[test]
fn a_question_that_cannot_be_meant_is_told_where() {
    let shop = shop();
    for (json, field, words) in [
        (r#"{"ask":"balnce"}"#, "ask", "did you mean 'balance'?"),
        (r#"{"ask":"balance"}"#, "member", "is missing"),
        (r#"{"ask":"quote"}"#, "command", "is missing"),
        (r#"{"ask":"quote","command":null}"#, "command", "is missing"),
        (
            r#"{"ask":"balance","membr":"card:1"}"#,
            "membr",
            "did you mean 'member'?",
        ),
        (
            r#"{"ask":"balance","member":"card:1","as_of":"soon"}"#,
            "as_of",
            "neither an instant",
        ),
        (
            r#"{"ask":"statement","member":"card:1","last":-1}"#,
            "last",
            "no number of entries",
        ),
        (
            r#"{"ask":"statement","member":"card:1","last":"1"}"#,
            "last",
            "a whole number",
        ),
        (
            r#"{"ask":"statement","member":"card:1","from":"2026-02-02","to":"2026-01-01"}"#,
            "from",
            "after the last day",
        ),
        (
            r#"{"ask":"balance","member":"nobody","id":7}"#,
            "member",
            "is not an alias",
        ),
        (r#"{"ask":"find"}"#, "key", "name a key"),
    ] {
        let told = shop.say(json).ends(2).json();
        assert_eq!(told["code"], "bad_input", "{told}");
        assert_eq!(told["field"], field, "{told}");
        assert!(told["message"].as_str().unwrap().contains(words), "{told}");
    }
    let unknown = shop
        .say(r#"{"ask":"balance","member":"card:9","id":"x"}"#)
        .ends(1);
    let unknown = unknown.json();
    assert_eq!(
        (&unknown["code"], &unknown["id"]),
        (&"unknown_member".into(), &"x".into())
    );
}

#[test]
fn the_programme_in_force_is_told() {
    let shop = Shop::cafe();
    let told = shop.say(r#"{"ask":"policy"}"#).ends(0).json();
    assert_eq!(
        (&told["number"], &told["currency"]),
        (&1.into(), &"EUR".into())
    );
    assert_eq!(told["units"][0]["value"], "0.05");
    assert_eq!(told["stores"][0]["store"], "mitte");
    assert_eq!(told["rewards"][0], "free-coffee");
    let listed = shop.run("--json policy status").ends(0).json();
    assert_eq!(told["digest"], listed["digest"]);
}

#[test]
fn the_schemas_have_every_question_and_its_reply() {
    let shop = Shop::empty();
    let all = shop.run("--json schema").ends(0).json();
    let questions = all["$defs"]["questions"].as_object().unwrap();
    assert!(questions.len() >= 8);
    for (word, question) in questions {
        assert_eq!(&question["properties"]["ask"]["const"], word);
        assert_eq!(question["additionalProperties"], false);
        let reply = &all["$defs"]["replies"][word];
        assert!(reply["allOf"].is_array(), "{word}");
        let typed = shop.run(&format!("--json schema {word} --reply")).ends(0);
        assert_eq!(&typed.json(), reply);
    }
    shop.run("schema nothing --reply")
        .ends(2)
        .says(&["unknown verb or question 'nothing'", "balance"]);
}
