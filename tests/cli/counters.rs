//! The terminal's own counter, whose gaps show that a command of a terminal
//! never arrived.

use crate::shop::Shop;
use serde_json::Value;

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
        message.contains("t1: 0 number(s) missing, 2 again or back"),
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
