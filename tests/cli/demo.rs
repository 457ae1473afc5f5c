//! The demonstration shows what it promises, and leaves its folder behind.

use crate::shop::Shop;
use std::time::{Duration, Instant};

// proves: S231
#[test]
fn the_demo_shows_till_merchant_and_auditor_within_its_time() {
    let shop = Shop::empty();
    let begun = Instant::now();
    let ran = shop.run("demo").ends(0).says(&[
        "400 booked",
        "given: 14399 point",
        "booked before, as entry",
        "give back 5.77",
        "insufficient_points",
        "purchase has no 'earnign'",
        "did you mean 'earning'?",
        "programme 2",
        "All that was asked held.",
        "page checksum does not match",
        "it knows",
        "the journal has",
    ]);
    assert!(begun.elapsed() < Duration::from_secs(30));
    assert!(ran.err.is_empty(), "{}", ran.err);
    let typed: Vec<&str> = ran.out.lines().filter(|l| l.starts_with("$ ")).collect();
    assert!(typed.len() > 20, "{typed:?}");
    for left in [
        "ledger",
        "ledger-secrets",
        "programme",
        "card.txt",
        "flipped",
        "cut",
    ] {
        assert!(shop.path("stampbook-demo").join(left).exists(), "{left}");
    }
    shop.run("demo")
        .ends(2)
        .says(&["is there already", "--folder"]);
}

/// The printed lines can be typed in a shell; those that are no commands of ours
/// do there what the demo did itself.
#[cfg(unix)]
#[test]
fn the_printed_commands_can_be_typed() {
    let shop = Shop::empty();
    let ran = shop.run("demo").ends(0);
    shop.write(
        "again/purchases.txt",
        include_str!("../data/cdnow_sample.txt"),
    );
    let typed = ran.out.lines().filter_map(|l| l.strip_prefix("$ "));
    let script: Vec<String> = typed
        .map(|l| match l.strip_prefix("stampbook ") {
            Some(rest) => format!("\"$STAMPBOOK\" {rest}; echo \"ended $?\""),
            None => l.to_owned(),
        })
        .collect();
    // Commands that change bytes change the demo's own: they are typed in its folder.
    let at = script
        .iter()
        .position(|l| l.starts_with("cp -r ledger flipped"));
    let (same, bytes) = script.split_at(at.expect("a byte is flipped"));
    assert_eq!(
        ended(&shop, "again", same),
        ["ended 1", "ended 2", "ended 2"]
    );
    let bytes = [&["rm -r flipped cut".to_owned()], bytes].concat();
    assert_eq!(
        ended(&shop, "stampbook-demo", &bytes),
        ["ended 1", "ended 1"]
    );
}

/// Outcomes of commands typed in a folder that did not end well.
#[cfg(unix)]
fn ended(shop: &Shop, folder: &str, script: &[String]) -> Vec<String> {
    let typed = shop.shell(&format!("cd {folder} && {}", script.join("\n")));
    let codes = typed.out.lines().filter(|l| l.starts_with("ended "));
    codes
        .filter(|c| *c != "ended 0")
        .map(str::to_owned)
        .collect()
}
