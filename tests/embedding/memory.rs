//! Memory of facts, counted by their tables.

use stampbook::command::parse;
use stampbook::engine::{Folders, Ledger, Mode, Options};
use stampbook::policy::{Bundle, shipped_files};
use stampbook::query::{Basis, Report};
use std::path::Path;

/// A ledger with a bound on the memory of its state, in bytes.
fn ledger(folder: &Path, memory: u64) -> Ledger {
    let folders = Folders {
        ledger: folder.join("ledger"),
        secrets: folder.join("secrets"),
    };
    let bundle = Bundle::new(shipped_files("corner-cafe").unwrap()).unwrap();
    let options = Options {
        state_bytes: memory,
        ..Options::new("test").unwrap()
    };
    Ledger::create(&folders, "example.org/x", &bundle, options).unwrap()
}

fn sell(ledger: &mut Ledger, numbers: std::ops::Range<u32>) {
    for n in numbers {
        let card = n % 200;
        let sale = format!(
            r#"{{"do":"purchase","key":"k{n}","member":"card:{card:010}","enrol":true,"total":"5.00"}}"#
        );
        let request = parse(sale.as_bytes(), 2).unwrap();
        ledger.stage(&request, Mode::default()).unwrap();
    }
    assert!(
        ledger
            .commit()
            .unwrap()
            .iter()
            .all(stampbook::Answer::is_ok)
    );
}

fn asked(ledger: &mut Ledger) -> (Basis, String) {
    let report = Report {
        name: Some("sales".into()),
        ..Report::default()
    };
    let basis = Basis::of(ledger, None).unwrap();
    let made = report.make_from(&basis).unwrap().made.unwrap();
    (basis, format!("{:?} {}", made.result, made.entries))
}

/// A purchase takes 141 bytes in the facts here, an eighth more where a table has just grown.
// proves: KEEP23
#[test]
fn facts_take_few_bytes_for_each_sale() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = ledger(dir.path(), 64 << 20);
    sell(&mut ledger, 0..2000);
    let (basis, _) = asked(&mut ledger);
    let before = basis.memory_len();
    sell(&mut ledger, 2000..6000);
    let (basis, _) = asked(&mut ledger);
    let each = (basis.memory_len() - before) / 4000;
    println!("{each} bytes for each sale");
    assert!((100..=200).contains(&each), "{each}");
}

/// Facts that are larger than their part of the memory are let go, and come back the same.
// proves: KEEP23
#[test]
fn facts_that_nobody_asks_for_are_let_go() {
    for (memory, is_let_go) in [(64 << 10, true), (64 << 20, false)] {
        let dir = tempfile::tempdir().unwrap();
        let mut ledger = ledger(dir.path(), memory);
        sell(&mut ledger, 0..1000);
        let (basis, first) = asked(&mut ledger);
        let full = basis.memory_len();
        assert!(full > 32 << 10, "{full}");
        assert_eq!(basis.uses(), 1);
        basis.let_go();
        let left = basis.memory_len();
        assert_eq!(left < full / 100, is_let_go, "{left} of {full}");
        let (basis, again) = asked(&mut ledger);
        assert_eq!((again, basis.uses()), (first, 2));
        assert!(basis.memory_len() > full / 2);
    }
}
