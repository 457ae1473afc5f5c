//! Messages to be sent: pulled by position, acknowledged by a name.

use crate::shop::Shop;
use crate::told::{LETTERS, LETTERS_TOML};
use serde_json::Value;

/// A shop with a member who consents to marketing and has bought twice: each time a
/// message about points and one with news came about.
fn letters() -> Shop {
    let shop = Shop::empty();
    shop.write("letters/programme.toml", LETTERS_TOML);
    shop.write("letters/campaigns/letters.rhai", LETTERS);
    shop.run("init --programme ./letters").ends(0);
    shop.run("member enrol --alias card:1 --consent marketing --key e1")
        .ends(0);
    buy(&shop, "k1");
    buy(&shop, "k2");
    shop
}

fn buy(shop: &Shop, key: &str) {
    let line = format!("purchase --member card:1 --total 10.00 --key {key}");
    shop.run(&line).ends(0);
}

fn pulled(shop: &Shop, line: &str) -> Vec<Value> {
    let out = shop.run(line).ends(0).out;
    let lines = out.lines().map(|l| serde_json::from_str(l).unwrap());
    lines.collect()
}

fn templates(messages: &[Value]) -> Vec<&str> {
    messages
        .iter()
        .map(|m| m["template"].as_str().unwrap())
        .collect()
}

// proves: OUT1 OUT2 S106
#[test]
fn a_sender_that_acknowledges_gets_each_message_once_whatever_becomes_of_the_folder() {
    let shop = letters();
    let mail = "outbox --consumer mailer --limit 3";
    let first = pulled(&shop, mail);
    assert_eq!(
        templates(&first),
        ["points-changed", "news", "points-changed"]
    );
    assert_eq!(pulled(&shop, mail), first, "nothing was acknowledged");
    let at = first[2]["position"].as_str().unwrap();
    shop.run(&format!("outbox acknowledge mailer {at}")).ends(0);
    let rest = pulled(&shop, mail);
    assert_eq!(templates(&rest), ["news"]);
    let other = pulled(&shop, "outbox --consumer texts");
    assert_eq!(other.len(), 4, "another sender has a position of its own");
    // A repetition, a step back and a leap ahead change nothing.
    let earlier = first[0]["position"].as_str().unwrap();
    for again in [at, earlier] {
        shop.run(&format!("outbox acknowledge mailer {again}"))
            .ends(1)
            .says(&["already_so", at]);
    }
    shop.run("outbox acknowledge mailer 4711")
        .ends(2)
        .says(&["4711", "has not been pulled"]);
    for wrong in ["x", "1.2.3", "-1"] {
        shop.run(&format!("outbox acknowledge mailer -- {wrong}"))
            .ends(2);
    }
    shop.run("outbox acknowledge 'who else' 1")
        .ends(2)
        .says(&["consumer"]);
    shop.run("outbox consumers")
        .ends(0)
        .says(&[&format!("mailer {at}")]);
    shop.run("rebuild").ends(0);
    assert_eq!(pulled(&shop, mail), rest);
    let copy = shop.copied();
    std::fs::rename(copy.path("ledger"), copy.path("backup")).unwrap();
    copy.run("restore backup").ends(0);
    assert_eq!(pulled(&copy, mail), rest);
    copy.run("audit verify").ends(0);
    // Every id of a message is another one.
    let ids: std::collections::BTreeSet<_> = other.iter().map(|m| m["id"].to_string()).collect();
    assert_eq!(ids.len(), 4);
}

/// Results that a sender reports.
const RESULTS: &str = r#"
[activity.opened]
fields = { message = "text", campaign = "text", template = "text" }
unique = "message"

[activity.sent]
fields = { message = "text", cost = "decimal" }
"#;

// proves: OUT4 S108
#[test]
fn what_became_of_a_message_comes_back_as_an_activity_of_its_recipient() {
    let shop = Shop::empty();
    shop.write("letters/programme.toml", format!("{LETTERS_TOML}{RESULTS}"));
    shop.write("letters/campaigns/letters.rhai", LETTERS);
    shop.run("init --programme ./letters").ends(0);
    for card in ["card:1", "card:2"] {
        let line = format!("member enrol --alias {card} --consent marketing --key {card}");
        shop.run(&line).ends(0);
    }
    buy(&shop, "k1");
    let message = pulled(&shop, "outbox")[0].clone();
    let id = message["id"].as_str().unwrap();
    let sent = format!("activity sent --message {id} --field cost=0.03 --key m1");
    let told = shop.run(&format!("--json {sent}")).ends(0).json();
    assert_eq!(told["member"], message["member"], "{told}");
    let opened = format!("--json activity opened --message {id} --key m2");
    let told = shop.run(&opened).ends(0).json();
    let explained = shop.run(&format!("explain {}", told["seq"])).ends(0);
    explained.says(&[id, "letters", "points-changed"]);
    // Once, under whichever key, and the same answer to the same.
    assert_eq!(shop.run(&opened).ends(0).json()["repeated"], true);
    shop.run(&format!("activity opened --message {id} --key m3"))
        .ends(1)
        .says(&["already"]);
    // By whoever it went to, also after they became another.
    shop.run(&format!("{sent}x --member card:1")).ends(0);
    shop.run(&format!("{sent}y --member card:2"))
        .ends(2)
        .says(&["message", "another member"]);
    shop.run("member merge card:1 card:2 --reason twice --key me")
        .ends(0);
    let told = shop.run(&format!("--json {sent}z")).ends(0).json();
    let two = shop.run("--json balance card:2").ends(0).json();
    assert_eq!(told["member"], two["member"], "{told}");
    for wrong in ["msg_1_0_0000000000000000", "msg_x", &id.replace("msg_", "")] {
        shop.run(&format!("activity sent --message {wrong} --key w"))
            .ends(1)
            .says(&["unknown_entry", "outbox"]);
    }
    shop.run("activity sent --key w").ends(2).says(&["member"]);
    shop.run("audit verify").ends(0);
}

// proves: OUT3
#[test]
fn a_message_goes_out_only_with_the_consent_of_now_and_to_nobody_who_was_erased() {
    let shop = letters();
    let all = "outbox --after 0";
    assert_eq!(pulled(&shop, all).len(), 4);
    shop.run("consent withdraw --member card:1 --purpose marketing --key c1")
        .ends(0);
    let held_back = pulled(&shop, all);
    assert_eq!(templates(&held_back), ["points-changed"; 2]);
    let told = pulled(&shop, "outbox --suppressed");
    let suppressed: Vec<bool> = told.iter().map(|m| m["is_suppressed"] == true).collect();
    assert_eq!(suppressed, [false, true, false, true]);
    shop.run("consent give --member card:1 --purpose marketing --key c2")
        .ends(0);
    assert_eq!(pulled(&shop, all).len(), 4);
    // Merged, the messages go to the other one; that one erased, to nobody.
    shop.run("member enrol --alias card:2 --consent marketing --key e2")
        .ends(0);
    let other = shop.run("member show card:2 --json").ends(0).json();
    shop.run("member merge card:1 card:2 --reason twice --key m1")
        .ends(0);
    let merged = pulled(&shop, all);
    assert_eq!(merged.len(), 4);
    for message in &merged {
        assert_eq!(message["member"], other["member"], "{message}");
    }
    shop.run("member erase card:2 --reason asked --yes --key x1")
        .ends(0);
    assert_eq!(pulled(&shop, "outbox --suppressed").len(), 0);
    shop.run("audit verify").ends(0);
}

#[test]
fn a_session_pulls_and_acknowledges_like_the_command() {
    let shop = letters();
    let lines = [
        r#"{"ask":"outbox","consumer":"app","limit":1}"#,
        r#"{"do":"acknowledge","key":"a1","consumer":"app","position":"2"}"#,
        r#"{"ask":"outbox","consumer":"app","id":"q"}"#,
        r#"{"ask":"consumers"}"#,
        r#"{"ask":"outbox","consumer":"app","after":"2"}"#,
        r#"{"ask":"outbox","limit":0}"#,
        r#"{"ask":"outbox","after":"x"}"#,
    ];
    let ran = shop.pipe("session", lines.join("\n")).ends(0);
    let told: Vec<Value> = ran
        .out
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    assert_eq!(
        told[0]["messages"].as_array().unwrap().len(),
        1,
        "{}",
        ran.out
    );
    assert_eq!(told[0]["next"], told[0]["messages"][0]["position"]);
    assert_eq!(told[0]["is_end"], false);
    assert_eq!(told[1]["ok"], true, "{}", ran.out);
    assert_eq!(told[2]["is_end"], true);
    assert_eq!(told[3]["consumers"][0]["position"], "2");
    for (n, field) in [(4, "consumer"), (5, "limit"), (6, "after")] {
        assert_eq!(told[n]["field"], field, "{}", told[n]);
    }
}
