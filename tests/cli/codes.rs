//! The catalogue of codes agrees with the binary: class, retry and exit code of
//! every refusal and error that can be made here are those that `stampbook
//! errors` prints.

use crate::shop::{Ran, Shop};
use std::collections::BTreeSet;

/// Codes of errors that no command line causes by itself; other tests cover them.
const MADE_ELSEWHERE: [&str; 16] = [
    "backup_unsound",
    "bad_http",
    "batch_refused",
    "busy",
    "damage",
    "disk_full",
    "forbidden",
    "internal",
    "io",
    "newer_format",
    "no_token",
    "not_accepted",
    "not_continued",
    "not_verified",
    "reader_gone",
    "too_many",
];

/// Compares a refusal or error with the catalogue and returns its code.
#[track_caller]
fn held(shop: &Shop, ran: Ran) -> String {
    let told = ran.json();
    let code = told["code"].as_str().unwrap_or_else(|| panic!("{told}"));
    let known = shop.run(&format!("--json errors {code}")).ends(0).json();
    assert_eq!(ran.code.map(i64::from), known["exit"].as_i64(), "{told}");
    for field in ["class", "retry"] {
        assert_eq!(told[field], known[field], "{field}: {told}");
    }
    code.to_owned()
}

// proves: C3.4
#[test]
fn class_retry_and_exit_code_are_those_of_the_catalogue() {
    let shop = Shop::plain();
    shop.run("purchase --member card:1 --total 3.00 --enrol --key p1")
        .ends(0);
    shop.write("bad/programme.toml", "[programme]\n");
    shop.write("wrong/programme.toml", "[programme]\nname = \"w\"\ncurrency = \"USD\"\nzone = \"UTC\"\n\n[unit.point]\nkind = \"spendable\"\n");
    shop.write(
        "wrong/stories/a.story",
        "2026-01-05 purchase alice 10.00 -> +99 point\n",
    );
    shop.write("no-ledger/readme", "nothing");
    shop.write("else/ledger/journal/notes.txt", "not a segment");
    let lines = [
        "init",
        "balance card:1 --ledger nowhere",
        "balance card:1 --ledger no-ledger",
        "balance card:1 --secrets nowhere",
        "balance card:9",
        "explain 999",
        "explain x",
        "find --key nothing",
        "balance card:1 --at-least 999",
        "campaign show nothing",
        "policy activate bad",
        "policy activate wrong",
        "audit verify --key nonsense",
        "audit verify --card nowhere",
        "audit raw 77",
        "import nowhere.csv",
        "restore nowhere",
        "purchase --member card:9 --total 1.00",
        "purchase --member card:1 --total x",
        "purchase --total 1.00 --tender cash:2.00",
        "purchase --total 1.00 --key p1",
        "purchase --total 1.00 --currency CHF",
        "return --of nothing",
        "void nothing --reason r",
        "redeem --member card:1 --unit point --points 90",
        "redeem --member card:1 --unit nothing --points 90",
        "redeem --member card:1 --reward nothing",
        "claim 0000-0000-0000-0000-0000 --member card:1",
        "member enrol --alias card:1",
        "pool pay nothing 5.00 --to x",
        "adjust --member card:1 --unit point --points 9007199254740991 --reason r",
        "void --of p1 --reason r --approval x:1",
        "nothing",
        "purchase --nothing",
    ];
    let mut made: BTreeSet<String> = BTreeSet::new();
    for line in lines {
        let ran = shop.run(&format!("--json {line}"));
        assert_ne!(ran.code, Some(0), "{line}: {}", ran.out);
        made.insert(held(&shop, ran));
    }
    let document = include_str!("../../docs/errors.md");
    let errors = document
        .split("## ")
        .find(|part| part.starts_with("Errors"));
    let rows = errors
        .unwrap()
        .lines()
        .filter_map(|row| row.strip_prefix("| `"));
    let codes: Vec<&str> = rows.filter_map(|row| row.split('`').next()).collect();
    assert!(codes.len() > MADE_ELSEWHERE.len());
    for code in codes {
        let is_elsewhere = MADE_ELSEWHERE.contains(&code);
        assert!(made.contains(code) != is_elsewhere, "{code}: {made:?}");
    }
}
