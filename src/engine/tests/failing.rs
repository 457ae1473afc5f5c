//! A failed write leaves nothing wrong behind.

use super::whole::{ENROL, cafe, folders, options, say};
use crate::answer::Answer;
use crate::chain::page::Page;
use crate::command::parse;
use crate::engine::commit::page_committer::PageCommitter;
use crate::engine::commit::state_writing;
use crate::engine::commit::writer::Writer;
use crate::engine::error::Error;
use crate::engine::{self, Ledger, Options};
use crate::storage::entropy::Entropy;
use crate::storage::error::StorageError;
use crate::storage::journal::{Conflict, Head, Journal, Opening, Pages, Position, files};
use crate::storage::secrets::Secrets;
use std::fs;
use tempfile::TempDir;

const HOUR: &str = "2026-11-24T11:00:00+01:00";

fn purchase(n: usize) -> String {
    format!(r#"{{"do":"purchase","key":"k{n}","member":"card:6900","total":"10.00"}}"#)
}

/// An opened ledger with a member who has bought once.
fn opened(dir: &TempDir) -> Ledger {
    let mut ledger = cafe(dir, "2026-11-24T10:00:00+01:00");
    say(&mut ledger, ENROL);
    say(&mut ledger, &purchase(0));
    ledger.close().unwrap();
    Ledger::open(&folders(dir), options(HOUR)).unwrap()
}

fn submit(ledger: &mut Ledger, n: usize) -> Result<Answer, Error> {
    ledger.submit(&parse(purchase(n).as_bytes(), 2).unwrap())
}

/// Stars of the member after one more purchase, in a ledger opened again.
fn stars_after(dir: &TempDir, n: usize) -> i64 {
    let mut ledger = Ledger::open(&folders(dir), options(HOUR)).unwrap();
    let Answer::Accepted(done) = say(&mut ledger, &purchase(n)) else {
        panic!("refused")
    };
    assert!(!done.repeated);
    done.after["star"].whole()
}

// As if the disk were full for a moment.
#[test]
fn a_second_copy_that_cannot_be_written_keeps_nobody_from_anything() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = opened(&dir);
    let copies = dir.path().join("ledger/copies");
    let away = dir.path().join("away");
    fs::rename(&copies, &away).unwrap();
    fs::write(&copies, b"in the way").unwrap();
    submit(&mut ledger, 1).unwrap();
    assert!(ledger.notes()[0].contains("second copy lags behind"));
    fs::remove_file(&copies).unwrap();
    fs::rename(&away, &copies).unwrap();
    ledger.close().unwrap();
    assert_eq!(stars_after(&dir, 2), 60);
    let whole = |part: &str| {
        let segment = format!("ledger/{part}/000000000000.seg");
        let bytes = fs::read(dir.path().join(segment)).unwrap();
        let len = bytes.iter().rposition(|byte| *byte != 0).unwrap();
        bytes[..len].to_vec()
    };
    assert!(whole("copies") == whole("journal"));
}

/// A journal whose next sync fails; the page is written, as it may be.
struct Failing {
    inner: Box<dyn Journal>,
}

impl Journal for Failing {
    fn head(&self) -> Head {
        self.inner.head()
    }

    fn begin(
        &mut self,
        expected: &Head,
        page: &Page,
    ) -> Result<Result<Position, Conflict>, StorageError> {
        self.inner.begin(expected, page)
    }

    fn finish(&mut self) -> Result<(), StorageError> {
        let path = "journal".into();
        Err(StorageError::Poisoned { path })
    }

    fn mend(&mut self, position: Position, page: &Page) -> Result<bool, StorageError> {
        self.inner.mend(position, page)
    }

    fn read(&self, from: Position) -> Pages {
        self.inner.read(from)
    }
}

fn let_fail(ledger: &mut Ledger, dir: &TempDir) {
    let opening = Opening::default();
    let (inner, _) = files::open(&dir.path().join("ledger/journal"), &opening).unwrap();
    let secrets = Secrets::open(&folders(dir).secrets).unwrap();
    let seed = secrets.signing_key().unwrap();
    let key = crate::chain::note::SigningKey::new("cafe.example/1", &seed).unwrap();
    let inner = Box::new(Failing {
        inner: Box::new(inner),
    });
    let path = dir.path().join("ledger/checkpoint");
    let state = secrets.writer_state().unwrap();
    let first = state.state().point.origin;
    let committer =
        PageCommitter::new(inner, ledger.writer.frontier(), key, path, state, first, 0).unwrap();
    ledger.writer = Writer::new(committer);
}

#[test]
fn behind_a_page_that_was_lost_nothing_is_answered_and_no_book_written() {
    type Way = fn(&mut Ledger) -> Result<(), Error>;
    let ways: [Way; 2] = [
        |ledger| ledger.commit().map(drop),
        |ledger| {
            engine::commit_beside(ledger)?;
            engine::commit_briefly(ledger).map(drop)
        },
    ];
    for way in ways {
        let dir = tempfile::tempdir().unwrap();
        let mut ledger = opened(&dir);
        let_fail(&mut ledger, &dir);
        let request = parse(purchase(1).as_bytes(), 2).unwrap();
        ledger.stage(&request, Default::default()).unwrap();
        assert!(way(&mut ledger).is_err());
        // Nothing is staged, so nothing else can fail.
        assert!(way(&mut ledger).is_err(), "what was lost is forgotten");
        assert!(state_writing::write_state(&mut ledger).is_err());
        assert!(ledger.close().is_err());
        // The page may have been written after all; then it counts.
        assert_eq!(stars_after(&dir, 2), 60);
    }
}

// The path to the answer is the one that the recipient continues from.
#[test]
fn an_other_key_is_written_out_before_its_answer() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = opened(&dir);
    let order = |key: &str| {
        format!(
            r#"{{"do":"purchase","key":"{key}","member":"card:6900","total":"10.00","order":"o-1"}}"#
        )
    };
    say(&mut ledger, &order("k1"));
    let request = parse(order("k2").as_bytes(), 2).unwrap();
    ledger.stage(&request, Default::default()).unwrap();
    let answers = ledger.acknowledge().unwrap();
    assert_eq!(answers.len(), 1);
    // State after a kill at this point.
    let killed = tempfile::tempdir().unwrap();
    for part in ["ledger", "secrets"] {
        copy(&dir.path().join(part), &killed.path().join(part));
    }
    let mut ledger = Ledger::open(&folders(&killed), options(HOUR)).unwrap();
    let found = ledger.find_key("k2").unwrap().expect("it is known");
    assert_eq!(found.head.key.as_str(), "k1");
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    fs::create_dir(to).unwrap();
    for item in fs::read_dir(from).unwrap() {
        let item = item.unwrap();
        let there = to.join(item.file_name());
        match item.file_type().unwrap().is_dir() {
            true => copy(&item.path(), &there),
            false => drop(fs::copy(item.path(), there).unwrap()),
        }
    }
}

// No query reads them.
#[test]
fn damage_in_the_copies_keeps_nobody_from_anything() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = opened(&dir);
    for n in 1..40 {
        submit(&mut ledger, n).unwrap();
    }
    ledger.close().unwrap();
    for name in ["000000000000.seg", "state"] {
        let path = dir.path().join("ledger/copies").join(name);
        let len = fs::read(&path).unwrap().len();
        for at in (0..len).step_by(len / 9) {
            let damaged = tempfile::tempdir().unwrap();
            for part in ["ledger", "secrets"] {
                copy(&dir.path().join(part), &damaged.path().join(part));
            }
            let path = damaged.path().join("ledger/copies").join(name);
            let mut bytes = fs::read(&path).unwrap();
            bytes[at] ^= 0x55;
            fs::write(&path, bytes).unwrap();
            let mut ledger = Ledger::open(&folders(&damaged), options(HOUR)).unwrap();
            assert!(ledger.find_key("k7").unwrap().is_some(), "{name} {at}");
            submit(&mut ledger, 50).unwrap();
            ledger.close().unwrap();
        }
    }
}

// An erasure counts at once although the vault was restored from a copy,
// however much must be written to a book that is rebuilt.
#[test]
fn a_vault_brought_back_loses_the_erased_in_a_large_rebuild() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = opened(&dir);
    for n in 0..600 {
        let enrol = format!(r#"{{"do":"enrol","key":"m{n}","aliases":["card:8{n:05}"]}}"#);
        let mode = Default::default();
        ledger
            .stage(&parse(enrol.as_bytes(), 2).unwrap(), mode)
            .unwrap();
    }
    ledger.commit().unwrap();
    let kept = tempfile::tempdir().unwrap();
    copy(&dir.path().join("secrets"), &kept.path().join("secrets"));
    let id = ledger.find_key("m7").unwrap().unwrap().member().unwrap();
    let erase = r#"{"do":"erase","key":"x1","member":"card:800007","reason":"asked"}"#;
    let erase = parse(erase.as_bytes(), 2).unwrap();
    assert!(engine::erase(&mut ledger, &erase).unwrap().is_ok());
    ledger.close().unwrap();
    fs::remove_dir_all(dir.path().join("secrets")).unwrap();
    copy(&kept.path().join("secrets"), &dir.path().join("secrets"));
    let others = Options {
        entropy: Entropy::from_seed(&[8; 32]),
        ..options(HOUR)
    };
    let mut ledger = Ledger::rebuild(&folders(&dir), others).unwrap();
    assert!(ledger.vault.key(&id.0, None).unwrap().is_none());
    let again = r#"{"do":"enrol","key":"m-again","aliases":["card:800007"]}"#;
    let again = say(&mut ledger, again);
    assert!(again.is_ok(), "{again:?}");
}

#[test]
fn a_journal_that_was_put_back_is_not_read_from_copies_of_what_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = opened(&dir);
    let kept = tempfile::tempdir().unwrap();
    let journal = dir.path().join("ledger/journal");
    copy(&journal, &kept.path().join("journal"));
    for n in 1..9 {
        submit(&mut ledger, n).unwrap();
    }
    ledger.close().unwrap();
    fs::remove_dir_all(&journal).unwrap();
    copy(&kept.path().join("journal"), &journal);
    fs::remove_file(dir.path().join("ledger/checkpoint")).unwrap();
    let mut ledger = Ledger::recover(&folders(&dir), options(HOUR), "a copy").unwrap();
    // One page where there were eight.
    for n in 11..19 {
        let request = parse(purchase(n).as_bytes(), 2).unwrap();
        ledger.stage(&request, Default::default()).unwrap();
    }
    ledger.commit().unwrap();
    ledger.close().unwrap();
    let mut ledger = Ledger::open(&folders(&dir), options(HOUR)).unwrap();
    for n in (11..19).rev() {
        let key = format!("k{n}");
        let found = ledger.find_key(&key).unwrap().expect("it was booked");
        assert_eq!(found.head.key.as_str(), key);
    }
    assert!(ledger.find_key("k3").unwrap().is_none());
}
