//! Files in the secrets folder are the ledger's own and whole, or the fault is
//! reported.

use super::whole::{bundle, cafe, folders, options, say};
use crate::command::{Alias, Who};
use crate::engine::{self, Error, Folders, Ledger};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const NOON: &str = "2026-11-24T12:00:00+01:00";
const LATER: &str = "2026-11-24T13:00:00+01:00";

fn enrol(n: u32) -> String {
    format!(r#"{{"do":"enrol","key":"e{n}","name":"Member {n}","aliases":["card:{n}"]}}"#)
}

fn open(dir: &TempDir) -> Result<Ledger, Error> {
    Ledger::open(&folders(dir), options(LATER))
}

fn who(n: u32) -> Who {
    Who::Alias(Alias::parse(&format!("card:{n}")).unwrap())
}

fn with_members(count: u32) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = cafe(&dir, NOON);
    (0..count).for_each(|n| assert!(say(&mut ledger, &enrol(n)).is_ok()));
    ledger.close().unwrap();
    dir
}

/// Opens the ledger and looks up every member and their profile.
fn look_at_all(dir: &TempDir, count: u32) -> Result<(), Error> {
    let mut ledger = open(dir)?;
    for n in 0..count {
        let id = ledger.resolve(&who(n))?;
        let id = id.unwrap_or_else(|| panic!("member {n} is unknown, without a word"));
        let profile = engine::profile(&mut ledger, id)?;
        let profile = profile.unwrap_or_else(|| panic!("nothing is known of {n}, without a word"));
        assert_eq!(profile.name, format!("Member {n}"));
    }
    ledger.close()
}

/// Asserts that an error names a file and a remedy.
#[track_caller]
fn is_told(error: &Error, file: &str) {
    let text = error.to_string();
    let remedies = ["backup", "--secrets", "recover"];
    let has_remedy = remedies.iter().any(|word| text.contains(word));
    assert!(text.contains(file) && has_remedy, "{text}");
}

#[test]
fn a_flip_in_any_byte_of_a_secret_is_told_and_loses_nobody() {
    let dir = with_members(2);
    let secrets = folders(&dir).secrets;
    for name in ["signing.key", "alias.key", "vault"] {
        let path = secrets.join(name);
        let whole = fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << (at % 8);
            fs::write(&path, &bytes).unwrap();
            let error = look_at_all(&dir, 2).expect_err(&format!("byte {at} of {name}"));
            is_told(&error, name);
        }
        fs::remove_file(&path).unwrap();
        is_told(&look_at_all(&dir, 2).expect_err(name), name);
        fs::write(&path, &whole).unwrap();
    }
    look_at_all(&dir, 2).unwrap();
}

#[test]
fn a_secret_of_another_ledger_or_of_another_name_is_told() {
    let (dir, other) = (with_members(2), tempfile::tempdir().unwrap());
    let other_options = crate::engine::Options {
        entropy: crate::storage::entropy::Entropy::from_seed(&[9; 32]),
        ..options(NOON)
    };
    let made = Ledger::create(
        &folders(&other),
        "cafe.example/1",
        &bundle("corner-cafe"),
        other_options,
    );
    let mut ledger = made.unwrap();
    (0..2).for_each(|n| assert!(say(&mut ledger, &enrol(n)).is_ok()));
    ledger.close().unwrap();
    let (ours, theirs) = (folders(&dir).secrets, folders(&other).secrets);
    for (name, from) in [
        ("alias.key", theirs.join("alias.key")),
        ("vault", theirs.join("vault")),
        ("signing.key", theirs.join("signing.key")),
        ("alias.key", ours.join("signing.key")),
        ("signing.key", ours.join("alias.key")),
    ] {
        let path = ours.join(name);
        let whole = fs::read(&path).unwrap();
        fs::write(&path, fs::read(from).unwrap()).unwrap();
        let error = look_at_all(&dir, 2).expect_err(name);
        let said = error.to_string();
        let is_said = ["not this ledger's", "another ledger", "another secret"];
        assert!(is_said.iter().any(|words| said.contains(words)), "{said}");
        fs::write(&path, &whole).unwrap();
    }
    look_at_all(&dir, 2).unwrap();
}

#[test]
fn an_older_vault_is_refused_even_beside_an_older_writer_state() {
    for names in [&["vault"][..], &["vault", "writer-state"]] {
        let dir = with_members(1);
        let secrets = folders(&dir).secrets;
        let older: Vec<_> = names
            .iter()
            .map(|name| (secrets.join(name), fs::read(secrets.join(name)).unwrap()))
            .collect();
        let mut ledger = open(&dir).unwrap();
        assert!(say(&mut ledger, &enrol(1)).is_ok());
        ledger.close().unwrap();
        for (path, bytes) in &older {
            fs::write(path, bytes).unwrap();
        }
        let error = look_at_all(&dir, 2).expect_err("a vault without a member");
        is_told(&error, "vault");
        // Rebuilding the book does not skip the check either.
        let error = Ledger::rebuild(&folders(&dir), options(LATER)).map(drop);
        is_told(&error.expect_err("a rebuild without a member"), "vault");
    }
}

#[test]
fn a_vault_put_back_from_before_an_erasure_loses_the_key_again() {
    let dir = with_members(2);
    let path = folders(&dir).secrets.join("vault");
    let before = fs::read(&path).unwrap();
    let mut ledger = open(&dir).unwrap();
    let erase = r#"{"do":"erase","key":"x","member":"card:0","reason":"asked for it"}"#;
    assert!(say(&mut ledger, erase).is_ok());
    ledger.close().unwrap();
    open(&dir).unwrap().close().unwrap();
    let erased = fs::read(&path).unwrap();
    assert_ne!(before, erased);
    for is_rebuilt in [false, true] {
        fs::write(&path, &before).unwrap();
        let mut ledger = match is_rebuilt {
            true => Ledger::rebuild(&folders(&dir), options(LATER)).unwrap(),
            false => open(&dir).unwrap(),
        };
        assert!(ledger.resolve(&who(0)).unwrap().is_none());
        assert!(ledger.resolve(&who(1)).unwrap().is_some());
        ledger.close().unwrap();
        assert_eq!(fs::read(&path).unwrap(), erased);
    }
}

/// Bytes of an addition that was never acknowledged.
#[test]
fn a_torn_slot_behind_the_last_acknowledged_one_is_written_over() {
    let dir = with_members(2);
    let path = folders(&dir).secrets.join("vault");
    let mut bytes = fs::read(&path).unwrap();
    bytes.extend_from_slice(&[0x5a; 40]);
    fs::write(&path, &bytes).unwrap();
    let mut ledger = open(&dir).unwrap();
    assert!(say(&mut ledger, &enrol(2)).is_ok());
    ledger.close().unwrap();
    look_at_all(&dir, 3).unwrap();
    assert_eq!(fs::read(&path).unwrap().len(), 4 * 64);
}

#[test]
fn a_slot_that_was_acknowledged_is_never_cut_as_torn() {
    // The writer state may be older than the vault, as after a kill.
    let dir = with_members(1);
    let secrets = folders(&dir).secrets;
    let state = fs::read(secrets.join("writer-state")).unwrap();
    let mut ledger = open(&dir).unwrap();
    assert!(say(&mut ledger, &enrol(1)).is_ok());
    ledger.close().unwrap();
    fs::write(secrets.join("writer-state"), state).unwrap();
    look_at_all(&dir, 2).unwrap();
    let older = fs::read(secrets.join("writer-state")).unwrap();
    let mut bytes = fs::read(secrets.join("vault")).unwrap();
    let last = bytes.len() - 20;
    bytes[last] ^= 1;
    fs::write(secrets.join("vault"), bytes).unwrap();
    for _ in 0..2 {
        is_told(&look_at_all(&dir, 2).expect_err("a lost member"), "vault");
    }
    fs::write(secrets.join("writer-state"), older).unwrap();
    is_told(&look_at_all(&dir, 2).expect_err("a lost member"), "vault");
}

#[cfg(unix)]
#[test]
fn secrets_are_for_their_owner_and_what_is_not_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let set = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let dir = with_members(1);
    let secrets = folders(&dir).secrets;
    assert_eq!(mode(&secrets), 0o700);
    for name in ["signing.key", "alias.key", "vault", "writer-state"] {
        assert_eq!(mode(&secrets.join(name)), 0o600, "{name}");
    }
    assert_eq!(open(&dir).unwrap().notes(), Vec::<String>::new());
    for path in [
        secrets.clone(),
        secrets.join("vault"),
        secrets.join("alias.key"),
    ] {
        let before = mode(&path);
        set(&path, before | 0o044);
        let ledger = open(&dir).unwrap();
        let note = ledger.notes().concat();
        assert!(note.contains("chmod -R go-rwx"), "{note}");
        drop(ledger);
        set(&path, before);
    }
    assert_eq!(open(&dir).unwrap().notes(), Vec::<String>::new());
}

#[test]
fn a_second_ledger_may_not_move_in() {
    let dir = with_members(1);
    let second = Folders {
        ledger: dir.path().join("second"),
        secrets: folders(&dir).secrets,
    };
    let made = Ledger::create(
        &second,
        "b.example/1",
        &bundle("corner-cafe"),
        options(NOON),
    );
    let error = made.map(drop).expect_err("two ledgers in one folder");
    is_told(&error, "signing.key");
    look_at_all(&dir, 1).unwrap();
}
