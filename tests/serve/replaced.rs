//! Folders and files that are replaced under a running service.

use super::commands::sale;
use super::service::{Service, check_ledger, stampbook};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

fn copy(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-a").args([from, to]).status();
    assert!(copied.unwrap().success());
}

/// Bytes of the evidence in a ledger's folder.
fn evidence(ledger: &Path) -> BTreeMap<String, Vec<u8>> {
    let journal = fs::read_dir(ledger.join("journal")).unwrap();
    let files = journal.map(|file| file.unwrap().path());
    let files = files.chain([ledger.join("checkpoint")]);
    files
        .map(|path| (path.display().to_string(), fs::read(path).unwrap()))
        .collect()
}

/// Puts a folder in the place of another, where the service may just be making its
/// second copy anew.
fn put(folder: &Path, here: &Path) {
    while fs::rename(folder, here).is_err() {
        let _ = fs::remove_dir_all(here);
    }
}

/// Sells under a key until that is answered: the service opens its ledger again
/// at most once a second.
fn sell_again(service: &Service, key: &str) {
    let begun = Instant::now();
    loop {
        let told = service.post("/v1/commands", &sale(key));
        if told.status == 200 {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{told:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn enrol(key: &str) -> String {
    format!(r#"{{"do":"enrol","key":"{key}","aliases":["card:{key}"],"name":"Ada"}}"#)
}

#[test]
fn a_ledger_that_is_replaced_under_a_service_gets_no_signature() {
    let service = Service::start(&[]);
    let dir = service.dir.path().to_path_buf();
    let (ledger, older, away) = (dir.join("ledger"), dir.join("older"), dir.join("away"));
    sell_again(&service, "k1");
    copy(&ledger, &older);
    sell_again(&service, "k2");
    let state = dir.join("ledger-secrets/writer-state");
    let again = dir.join("again");
    copy(&older, &again);
    fs::rename(&ledger, &away).unwrap();
    put(&again, &ledger);
    let before = (evidence(&ledger), fs::read(&state).unwrap());
    for key in ["k3", "k4"] {
        let told = service.post("/v1/commands", &sale(key));
        assert_eq!(told.json()["code"], "not_continued", "{told:?}");
        assert_ne!(told.status, 200, "{told:?}");
    }
    assert_eq!(before, (evidence(&ledger), fs::read(&state).unwrap()));
    put(&away, &ledger);
    sell_again(&service, "k3");
    // Folders that are gone for a while, as when a disk is taken out.
    fs::rename(&ledger, &away).unwrap();
    for code in ["not_continued", "io", "io"] {
        let told = service.post("/v1/commands", &sale("k4"));
        assert_eq!(told.json()["code"], code, "{told:?}");
    }
    put(&away, &ledger);
    sell_again(&service, "k4");
    // The journal alone: as a folder of its own, and as older bytes in its file. It
    // may be healed from the second copy meanwhile, which has the same pages.
    let (journal, segment) = (ledger.join("journal"), "000000000000.seg");
    fs::rename(&journal, &away).unwrap();
    copy(&older.join("journal"), &journal);
    let told = service.post("/v1/commands", &sale("k5"));
    assert_eq!(told.json()["code"], "not_continued", "{told:?}");
    put(&away, &journal);
    sell_again(&service, "k5");
    let whole = fs::read(journal.join(segment)).unwrap();
    fs::write(
        journal.join(segment),
        fs::read(older.join("journal").join(segment)).unwrap(),
    )
    .unwrap();
    let told = service.post("/v1/commands", &sale("k6"));
    assert_eq!(told.json()["code"], "not_continued", "{told:?}");
    fs::write(journal.join(segment), whole).unwrap();
    sell_again(&service, "k6");
    let (dir, code) = service.stop();
    assert_eq!(code, Some(0));
    check_ledger(dir.path());
    for key in ["k1", "k2", "k3", "k4", "k5", "k6"] {
        let found = stampbook(dir.path(), &["find", "--key", key]);
        assert!(found.status.success(), "{key}: {found:?}");
    }
}

#[test]
fn secrets_that_are_replaced_under_a_service_lose_nobody() {
    let service = Service::start(&[]);
    let dir = service.dir.path().to_path_buf();
    let told = service.post("/v1/commands", &enrol("a1"));
    assert_eq!(told.status, 200, "{told:?}");
    for name in ["vault", "writer-state"] {
        let (here, older, away) = (
            dir.join("ledger-secrets").join(name),
            dir.join("older"),
            dir.join("away"),
        );
        copy(&here, &older);
        let told = service.post("/v1/commands", &enrol(&format!("b-{name}")));
        assert_eq!(told.status, 200, "{told:?}");
        fs::rename(&here, &away).unwrap();
        fs::rename(&older, &here).unwrap();
        let lost = enrol(&format!("c-{name}"));
        let told = service.post("/v1/commands", &lost);
        // The writer state follows the answer.
        let is_answered = told.status == 200 && name == "writer-state";
        assert!(is_answered || told.json()["code"] == "damage", "{told:?}");
        fs::rename(&away, &here).unwrap();
        let begun = Instant::now();
        while service.post("/v1/commands", &lost).status != 200 {
            assert!(begun.elapsed() < Duration::from_secs(60), "{told:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    let (dir, code) = service.stop();
    assert_eq!(code, Some(0));
    for key in [
        "a1",
        "b-vault",
        "c-vault",
        "b-writer-state",
        "c-writer-state",
    ] {
        let found = stampbook(dir.path(), &["balance", &format!("card:{key}")]);
        assert!(found.status.success(), "{key}: {found:?}");
    }
    check_ledger(dir.path());
}

/// A lock's file that somebody removes, as one does with what seems to be left over,
/// and all else that would keep a second service away.
#[test]
fn two_services_without_a_lock_between_them_lose_no_sale() {
    let one = Service::start(&[]);
    let dir = one.dir.path().to_path_buf();
    sell_again(&one, "k0");
    for name in [
        "ledger/lock",
        "ledger-secrets/lock",
        "ledger-secrets/serve.sock",
    ] {
        fs::remove_file(dir.join(name)).unwrap();
    }
    fs::remove_dir_all(dir.join("ledger/book")).unwrap();
    let link = tempfile::tempdir().unwrap();
    for name in ["ledger", "ledger-secrets"] {
        std::os::unix::fs::symlink(dir.join(name), link.path().join(name)).unwrap();
    }
    let Some(two) = Service::try_over(link, &[], &[]) else {
        return;
    };
    let mut sold = Vec::new();
    for n in 0..20 {
        for (name, service) in [("one", &one), ("two", &two)] {
            let key = format!("{name}-{n}");
            let told = service.post("/v1/commands", &sale(&key));
            match told.status {
                200 => sold.push(key),
                _ => assert_eq!(told.json()["ok"], false, "{told:?}"),
            }
        }
    }
    assert!(!sold.is_empty());
    two.stop();
    let (dir, _) = one.stop();
    for key in sold {
        let found = stampbook(dir.path(), &["find", "--key", &key]);
        assert!(found.status.success(), "{key}: {found:?}");
    }
    check_ledger(dir.path());
}
