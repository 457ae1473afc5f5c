//! Sales that are booked without a voucher that cannot pay: their wrong codes
//! count, and while codes are locked none of them is looked up.

use super::whole::{folders, options, say};
use crate::answer::{Accepted, Answer};
use crate::engine::Ledger;
use crate::policy::Bundle;
use serde_json::{Value, json};

fn shop(dir: &tempfile::TempDir) -> Ledger {
    let manifest = "[programme]\nname = \"short\"\ncurrency = \"EUR\"\nzone = \"UTC\"\n\
         [unit.three]\nkind = \"voucher\"\nvalue = \"3.00\"\n";
    let campaign = "campaign(#{ id: \"a\" });\nfn on_purchase(purchase, member) { tag(\"a\"); }";
    let file = |path: &str, text: &str| (path.to_string(), text.as_bytes().to_vec());
    let files = vec![
        file("programme.toml", manifest),
        file("campaigns/a.rhai", campaign),
    ];
    let bundle = Bundle::new(files).unwrap();
    let options = options("2026-01-05T10:00:00Z");
    Ledger::create(&folders(dir), "short.example/1", &bundle, options).unwrap()
}

/// A sale at a till that is paid in part with a voucher.
fn sale(key: &str, code: &str, if_short: &str) -> Value {
    let voucher = json!({"kind": "voucher", "code": code, "amount": "3.00"});
    let cash = json!({"kind": "cash", "amount": "7.00"});
    json!({"do": "purchase", "key": key, "terminal": "t1", "total": "10.00",
        "if_short": if_short, "tenders": [voucher, cash]})
}

fn accepted(ledger: &mut Ledger, command: &Value) -> Accepted {
    match say(ledger, &command.to_string()) {
        Answer::Accepted(accepted) => *accepted,
        Answer::Refused(denied) => panic!("{command}: {denied:?}"),
    }
}

fn collects(accepted: &Accepted) -> Option<&str> {
    accepted.collect.as_ref().map(|collect| &*collect.money)
}

fn code_of(answer: Answer) -> String {
    match answer {
        Answer::Accepted(accepted) => panic!("{accepted:?}"),
        Answer::Refused(denied) => denied.code,
    }
}

#[test]
fn wrong_codes_of_sales_that_are_booked_all_the_same_are_counted() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = shop(&dir);
    accepted(
        &mut ledger,
        &json!({"do": "enrol", "key": "e", "aliases": ["card:1"]}),
    );
    let issue = json!({"do": "voucher", "action": "issue", "key": "i", "member": "card:1",
        "unit": "three", "reason": "test"});
    let code = accepted(&mut ledger, &issue).codes[0].code.clone();
    for n in 0..5 {
        let wrong = sale(&format!("w{n}"), &format!("WRONG-{n}"), "book");
        assert_eq!(collects(&accepted(&mut ledger, &wrong)), Some("3.00"));
    }
    let refused = sale("r", &code, "refuse");
    assert_eq!(
        code_of(say(&mut ledger, &refused.to_string())),
        "code_locked"
    );
    let locked = sale("l", &code, "book");
    assert_eq!(collects(&accepted(&mut ledger, &locked)), Some("3.00"));
    let unlock = json!({"do": "unlock", "key": "u", "codes": "voucher", "locked_terminal": "t1", "reason": "test"});
    accepted(&mut ledger, &unlock);
    let again = accepted(&mut ledger, &locked);
    assert_eq!((again.repeated, collects(&again)), (true, Some("3.00")));
    assert_eq!(
        collects(&accepted(&mut ledger, &sale("p", &code, "book"))),
        None
    );
}
