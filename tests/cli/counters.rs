//! The terminal's own counter, whose gaps show that a command of a terminal
//! never arrived.

use crate::shop::Shop;
use serde_json::{Value, json};

fn sale(shop: &Shop, key: &str, counter: u64, more: &str) -> Value {
    let line = format!(
        "--json purchase --member card:1 --total 3.00 --terminal t1 --counter {counter} --key {key}{more}"
    );
    shop.run(&line).json()
}

fn warned(answer: &Value) -> Vec<&str> {
    let warnings = answer["warnings"].as_array().unwrap();
    warnings
        .iter()
        .map(|w| w["code"].as_str().unwrap())
        .collect()
}

// proves: A5.1
#[test]
fn a_refused_command_counts_at_its_terminal() {
    let shop = Shop::plain();
    assert_eq!(warned(&sale(&shop, "a", 1, " --enrol")), [""; 0]);
    let refused = sale(&shop, "b", 2, " --tender points:point:90:1.00");
    assert_eq!(refused["code"], "does_not_add_up", "{refused}");
    let redeem =
        "--json redeem --member card:1 --unit point --points 90 --terminal t1 --counter 2 --key c";
    let refused = shop.run(redeem).ends(1).json();
    assert!(refused["seq"].is_u64(), "it is recorded: {refused}");
    // Sent again under its key, it counts once.
    shop.run(redeem).ends(1);
    assert_eq!(warned(&sale(&shop, "d", 3, "")), [""; 0]);
    assert_eq!(warned(&sale(&shop, "d", 3, "")), [""; 0]);
    shop.run("audit verify").ends(0).lacks(&["counted"]);
    shop.run("rebuild").ends(0);
    assert_eq!(warned(&sale(&shop, "e", 5, "")), ["counter_gap"]);
    shop.run("audit verify")
        .ends(0)
        .says(&["1 counts are missing"]);
}

// proves: A5.4
#[test]
fn a_refused_ticket_counts_at_its_terminal() {
    let shop = Shop::of(&[
        (
            "programme.toml",
            "[programme]\nname = \"P\"\ncurrency = \"EUR\"\nzone = \"UTC\"\n[unit.point]\nkind = \"spendable\"\nvalue = \"0.01\"\n",
        ),
        (
            "campaigns/base.rhai",
            "campaign(#{ id: \"base\", role: \"base\" });\nfn on_purchase(purchase, member) { award(\"point\", purchase.earning) }",
        ),
    ]);
    sale(&shop, "a", 1, " --enrol");
    shop.run(
        "--json purchase --member card:1 --total 9.00 --line TEA:tea:2:8.00 --line BUN:1.00 --key b",
    )
    .ends(0);
    let ticket = |key: &str, counter: u64, qty: &str| {
        json!({"do": "ticket", "key": key, "member": "card:1", "terminal": "t1", "counter": counter,
            "returns": [{"of": "b", "lines": [{"line": 2, "amount": "1.00"}]}, {"of": "b", "lines": [{"line": 1, "qty": qty}]}],
            "sale": {"total": "2.00"}})
        .to_string()
    };
    let first = shop.say(&ticket("t", 2, "3")).ends(1).json();
    assert_eq!(first["code"], "too_much_returned", "{first}");
    assert!(first["seq"].is_u64(), "it is recorded: {first}");
    let again = shop.say(&ticket("t", 2, "3")).ends(1).json();
    assert_eq!(
        (&again["repeated"], &again["seq"]),
        (&json!(true), &first["seq"])
    );
    let other = shop.say(&ticket("t", 2, "1")).ends(1).json();
    assert_eq!(other["code"], "key_conflict", "{other}");
    // The sale of a ticket likewise, with what comes back as a tender of its own.
    let points = r#"{"do":"ticket","key":"u","member":"card:1","terminal":"t1","counter":3,
        "returns":[{"of":"b","lines":[{"line":2}]}],
        "sale":{"total":"100.00","tenders":[{"kind":"points","unit":"point","points":9900,"amount":"99.00"}]}}"#
        .replace('\n', "");
    let short = shop.say(&points).ends(1).json();
    assert_eq!(short["code"], "insufficient_points", "{short}");
    assert!(short["seq"].is_u64(), "it is recorded: {short}");
    assert_eq!(shop.say(&points).ends(1).json()["repeated"], true);
    assert_eq!(warned(&sale(&shop, "c", 4, "")), [""; 0]);
    let day = shop.run("--json day").ends(0).json();
    let counter = &day["counters"][0];
    assert_eq!(
        (&counter["last"], &counter["missing"]),
        (&json!(4), &json!(0)),
        "{day}"
    );
    shop.run("rebuild").ends(0);
    shop.run("audit verify").ends(0).lacks(&["counted"]);
}

// proves: A5.5
#[test]
fn a_refused_correction_counts_at_its_terminal() {
    let shop = Shop::plain();
    sale(&shop, "a", 1, " --enrol --order T7 --receipt 9");
    shop.run("member enrol --alias card:2").ends(0);
    shop.run("return --of a --amount 1.00 --key r").ends(0);
    for (counter, verb) in [
        (2, "amend --order T7 --total 4.00"),
        (3, "reassign --of a --to card:2"),
    ] {
        let line = format!(
            "--json {verb} --reason x --store s --terminal t1 --counter {counter} --key c{counter}"
        );
        let line = line.replace("--store s ", "");
        let first = shop.run(&line).ends(1).json();
        assert_eq!(first["code"], "has_dependents", "{first}");
        assert!(first["seq"].is_u64(), "it is recorded: {first}");
        let again = shop.run(&line).ends(1).json();
        assert_eq!(
            (&again["repeated"], &again["seq"], &again["message"]),
            (&json!(true), &first["seq"], &first["message"]),
            "the remedy is told each time"
        );
        shop.run(&line.replace("--reason x", "--reason y"))
            .ends(1)
            .says(&["key_conflict"]);
    }
    assert_eq!(warned(&sale(&shop, "b", 4, "")), [""; 0]);
    let day = shop.run("--json day").ends(0).json();
    assert_eq!(day["refusals"], json!({"has_dependents": 2}));
    assert_eq!(day["counters"][0]["missing"], 0, "{day}");
    // With what stood against it undone, it is a new attempt.
    shop.run("void --of r --reason x --key rv").ends(0);
    shop.run("amend --order T7 --total 4.00 --reason x --key d")
        .ends(0);
    shop.run("rebuild").ends(0);
    shop.run("audit verify --level 2")
        .ends(0)
        .lacks(&["counted"]);
}

// proves: A5.2
#[test]
fn a_number_that_comes_again_or_goes_back_is_warned_of() {
    let shop = Shop::plain();
    sale(&shop, "a", 7, " --enrol");
    assert_eq!(warned(&sale(&shop, "b", 7, "")), ["counter_again"]);
    assert_eq!(warned(&sale(&shop, "c", 1, "")), ["counter_back"]);
    assert_eq!(warned(&sale(&shop, "d", 2, "")), [""; 0], "it was set anew");
    let told = shop.run("--json daily").ends(0).json();
    assert_eq!(warned(&told), ["counter_gap"], "{told}");
    let message = told["warnings"][0]["message"].as_str().unwrap();
    assert!(
        message.contains("t1: 0 numbers missing, 2 again or back"),
        "{message}"
    );
    let again = shop.run("--json find --key c").ends(0).json();
    assert_eq!(warned(&again), ["counter_back"], "it is recorded: {again}");
    for level in 0..=2 {
        shop.run(&format!("audit verify --level {level}")).ends(0);
    }
    for code in ["counter_again", "counter_back"] {
        shop.run(&format!("errors {code}"))
            .ends(0)
            .says(&["terminal"]);
    }
}
