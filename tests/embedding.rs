//! The library as a program that embeds it sees it, and the examples.

#![allow(clippy::unwrap_used, reason = "a test that panics fails")]

mod embedding {
    mod group_commit;
    mod long_work;
    mod memory;
}

use stampbook::{Answer, Class, Command, ErrorKind, Ledger, Outcome, VerifyOptions, verify};
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Output};
use std::sync::Arc;

fn ledger(folder: &Path) -> Ledger {
    let ledger = Ledger::create(folder, "one-for-one", "example.org/shop").unwrap();
    let enrol = Command::enrol("card:1").key("e");
    assert!(ledger.submit(enrol).unwrap().is_ok());
    ledger
}

fn points(ledger: &Ledger) -> String {
    let held = ledger.balance("card:1").unwrap().unwrap();
    held.balance["point"].available.to_string()
}

#[test]
fn what_was_answered_is_there_and_counts_once() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("shop");
    let ledger_1 = ledger(&folder);
    let sale = || Command::purchase("4.20").member("card:1").key("k1");
    assert!(ledger_1.quote(sale()).unwrap().is_ok());
    let keyless = Command::purchase("4.20").member("card:1");
    assert!(ledger_1.quote(keyless).unwrap().is_ok());
    assert_eq!(points(&ledger_1), "0", "a quote books nothing");
    for _ in 0..2 {
        assert!(ledger_1.submit(sale()).unwrap().is_ok());
        assert_eq!(points(&ledger_1), "4");
    }
    assert_eq!(Ledger::open(&folder).unwrap_err().kind(), ErrorKind::Busy);
    ledger_1.close().unwrap();
    let again = Ledger::open(&folder).unwrap();
    let Answer::Accepted(found) = again.find("k1").unwrap().unwrap() else {
        panic!("it was booked");
    };
    assert!(found.repeated);
    assert_eq!(again.find("k2").unwrap(), None);
    assert_eq!(again.balance("card:2").unwrap(), None);
    again.submit(Command::return_of("k1").key("r1")).unwrap();
    assert_eq!(points(&again), "0");
    assert!(again.daily().unwrap().is_ok());
    again.activate("one-percent").unwrap_err();
    drop(again);
    let report = verify(&VerifyOptions::new(&folder), |_, _| {}).unwrap();
    assert_eq!(report.outcome(), Outcome::Held);
}

// proves: ALERT5
#[test]
fn what_is_wrong_is_an_answer_and_what_went_wrong_has_a_kind() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("shop");
    let missing = Ledger::open(&folder).unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::Misuse, "{missing}");
    let no_programme = Ledger::create(&folder, "no-such", "example.org/shop").unwrap_err();
    assert_eq!(no_programme.kind(), ErrorKind::Io, "{no_programme}");
    let ledger = ledger(&folder);
    for (command, class) in [
        (
            Command::purchase("4,20").member("card:1").key("a"),
            Class::Invalid,
        ),
        (Command::purchase("4.20").member("card:1"), Class::Invalid),
        (
            Command::purchase("4.20").field("colour", "red").key("b"),
            Class::Invalid,
        ),
        (
            Command::redeem("cake").member("card:1").key("c"),
            Class::Invalid,
        ),
        (Command::void("none", "slip").key("d"), Class::Refused),
        (
            Command::new("alert")
                .field("alert", "none")
                .field("action", "acknowledge")
                .field("by", "Lena")
                .key("e1"),
            Class::Invalid,
        ),
    ] {
        let told = command.to_json();
        let Answer::Refused(no) = ledger.submit(command).unwrap() else {
            panic!("{told} was accepted");
        };
        assert_eq!(no.class, class, "{told}: {}", no.message);
    }
    assert_eq!(
        ledger.balance("nobody").unwrap_err().kind(),
        ErrorKind::Misuse
    );
}

#[test]
fn threads_share_a_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Arc::new(ledger(&folder.path().join("shop")));
    let tills = (0..4).map(|till| {
        let ledger = Arc::clone(&ledger);
        std::thread::spawn(move || {
            for n in 0..25 {
                let key = format!("till-{till}/{n}");
                let sale = Command::purchase("1.00").member("card:1").key(&key);
                assert!(ledger.submit(sale).unwrap().is_ok());
            }
        })
    });
    tills
        .collect::<Vec<_>>()
        .into_iter()
        .for_each(|till| till.join().unwrap());
    assert_eq!(points(&ledger), "100");
}

/// Runs an example, and builds it first if it was not built.
fn example(name: &str, argument: &Path) -> Output {
    let own: PathBuf = std::env::current_exe().unwrap();
    let built = own.ancestors().nth(2).unwrap().join("examples").join(name);
    if !built
        .with_extension(std::env::consts::EXE_EXTENSION)
        .exists()
    {
        let mut cargo = Process::new(env!("CARGO"));
        cargo.args(["build", "--quiet", "--locked", "--example", name]);
        assert!(cargo.status().unwrap().success(), "{name} does not build");
    }
    Process::new(built).arg(argument).output().unwrap()
}

#[test]
fn the_examples_run() {
    let folder = tempfile::tempdir().unwrap();
    let shop = folder.path().join("shop");
    let cafe = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/corner-cafe");
    for (name, argument, words) in [
        ("till", &shop, "booked as entry"),
        ("till", &shop, "booked before"),
        ("nightly", &shop, "is booked"),
        ("verify", &shop, "Held"),
        ("check_programme", &cafe, "it can take effect"),
    ] {
        let ran = example(name, argument);
        let out = String::from_utf8_lossy(&ran.stdout);
        let errors = String::from_utf8_lossy(&ran.stderr);
        assert!(
            ran.status.success() && out.contains(words),
            "{name}: {out}{errors}"
        );
    }
}
