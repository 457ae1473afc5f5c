//! Attacks by somebody who can write to the ledger's folder but not to the
//! secrets, and accidents with either: the writer signs only its own entries,
//! and no honest ledger is refused.

use super::whole::{ENROL, cafe, folders, options, say};
use crate::chain::codec;
use crate::chain::page::{Page, PageBuilder, PageKey};
use crate::engine::{Error, Ledger, Standing};
use crate::storage::error::StorageError;
use crate::storage::journal::files::segment_name;
use crate::storage::journal::{JournalReader, Piece};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const AT: &str = "2026-11-24T12:00:00+01:00";

fn bought(n: u64) -> String {
    format!(r#"{{"do":"purchase","key":"k{n}","member":"card:6900","total":"{n}.00"}}"#)
}

/// A closed ledger with some purchases, each a page of its own.
fn ledger(purchases: u64) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = cafe(&dir, "2026-11-24T10:00:00+01:00");
    assert!(say(&mut ledger, ENROL).is_ok());
    for n in 1..=purchases {
        assert!(say(&mut ledger, &bought(n)).is_ok());
    }
    ledger.close().unwrap();
    dir
}

fn open(dir: &TempDir) -> Result<Ledger, Error> {
    Ledger::open(&folders(dir), options(AT))
}

fn buy(dir: &TempDir, n: u64) {
    let mut ledger = open(dir).unwrap();
    assert!(say(&mut ledger, &bought(n)).is_ok());
    ledger.close().unwrap();
}

/// Asserts that opening is refused; returns the message.
fn refused(dir: &TempDir) -> String {
    let before = std::fs::read(segment(dir)).unwrap();
    let error = open(dir).err().expect("it was opened");
    assert_eq!(std::fs::read(segment(dir)).unwrap(), before, "{error}");
    error.to_string()
}

fn segment(dir: &TempDir) -> PathBuf {
    let journal = folders(dir).ledger.join("journal");
    journal.join(segment_name(0))
}

fn state_path(dir: &TempDir) -> PathBuf {
    folders(dir).secrets.join("writer-state")
}

fn pages(dir: &TempDir) -> Vec<Page> {
    let reader = JournalReader::open(&folders(dir).ledger.join("journal")).unwrap();
    let pages = reader.pages().unwrap().map(|piece| match piece.unwrap() {
        Piece::Page(stored) => stored.page,
        Piece::Finding(finding) => panic!("{finding:?}"),
    });
    pages.collect()
}

fn write_pages(dir: &TempDir, pages: &[Page]) {
    let mut bytes: Vec<u8> = pages.iter().flat_map(|page| page.bytes.clone()).collect();
    bytes.resize(bytes.len().max(64 << 10), 0);
    std::fs::write(segment(dir), bytes).unwrap();
}

/// A key that the attacker made up.
fn another_key() -> PageKey {
    PageKey::derive(&[0x66; 32])
}

/// The same pages with another past from `seq` on, chained again; each keeps
/// its signature, which is now wrong.
fn rewritten(pages: &[Page], seq: u64) -> Vec<Page> {
    let mut prev = crate::chain::hash::Hash::ZERO;
    let mut out = Vec::new();
    for page in pages {
        let view = Page::parse(&page.bytes).unwrap();
        let mut builder = PageBuilder::new(page.header.first_seq, prev, usize::MAX);
        for bytes in view.entries() {
            let mut entry = codec::decode(bytes).unwrap();
            entry.head.recorded_lag -= i64::from(entry.seq >= seq);
            prev = builder.push(&codec::encode(&entry).unwrap()).unwrap();
        }
        out.push(match page.header.last_seq() < seq {
            true => page.clone(),
            false => builder.seal(page.header.signature, &another_key()).unwrap(),
        });
    }
    out
}

fn strip_signature(page: &mut Page) {
    use crate::chain::hash::{Purpose, bytes_hash};
    let bytes = &mut page.bytes;
    bytes[96..168].fill(0);
    let checksum = bytes_hash(Purpose::PAGE_HEADER, &bytes[..184]);
    bytes[184..192].copy_from_slice(&checksum.0[..8]);
    let end = 192 + page.header.stored_len as usize;
    let covered = [&bytes[..end], &bytes[end + 8..]].concat();
    let checksum = bytes_hash(Purpose::PAGE, &covered);
    bytes[end..end + 8].copy_from_slice(&checksum.0[..8]);
}

fn remove_derived(dir: &TempDir) {
    for name in ["book", "keys", "copies"] {
        let _ = std::fs::remove_dir_all(folders(dir).ledger.join(name));
    }
    let _ = std::fs::remove_file(folders(dir).ledger.join("checkpoint"));
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for item in std::fs::read_dir(from).unwrap() {
        let item = item.unwrap();
        let to = to.join(item.file_name());
        match item.file_type().unwrap().is_dir() {
            true => copy(&item.path(), &to),
            false => drop(std::fs::copy(item.path(), to).unwrap()),
        }
    }
}

fn put_back(from: &Path, dir: &TempDir) {
    std::fs::remove_dir_all(folders(dir).ledger).unwrap();
    copy(from, &folders(dir).ledger);
}

#[test]
fn a_history_that_was_rewritten_is_refused_with_or_without_signatures() {
    let dir = ledger(5);
    let sound = pages(&dir);
    let false_ones = rewritten(&sound, 3);
    write_pages(&dir, &false_ones);
    remove_derived(&dir);
    let told = refused(&dir);
    assert!(
        told.contains("by the writer state 8 entries were signed"),
        "{told}"
    );
    assert!(told.contains("the journal has another entry 7"), "{told}");
    let mut stripped = false_ones;
    stripped[2..].iter_mut().for_each(strip_signature);
    write_pages(&dir, &stripped);
    remove_derived(&dir);
    let told = refused(&dir);
    assert!(told.contains("no signature"), "{told}");
    assert!(
        told.contains("by the writer state 8 entries were signed"),
        "{told}"
    );
    write_pages(&dir, &sound);
    buy(&dir, 6);
}

#[test]
fn a_page_that_was_appended_without_the_key_is_refused() {
    let dir = ledger(3);
    let sound = pages(&dir);
    let newest = sound.last().unwrap();
    // The newest checkpoint is in the folder: its signature is the right one.
    let text = std::fs::read(folders(&dir).ledger.join("checkpoint")).unwrap();
    let signed = crate::chain::checkpoint::Signed::parse(&text).unwrap();
    let secrets = crate::storage::secrets::Secrets::open(&folders(&dir).secrets).unwrap();
    let seed = secrets.signing_key().unwrap();
    let key = crate::chain::note::SigningKey::new("cafe.example/1", &seed).unwrap();
    let signature = signed.verify(key.verifier()).unwrap().signature();
    let head = &newest.header;
    let mut builder = PageBuilder::new(head.next_seq(), head.last, usize::MAX);
    let view = Page::parse(&newest.bytes).unwrap();
    let mut entry = codec::decode(view.entries().last().unwrap()).unwrap();
    entry.seq += 1;
    builder.push(&codec::encode(&entry).unwrap()).unwrap();
    let forged = builder.seal(Some(signature), &another_key()).unwrap();
    write_pages(&dir, &[&sound[..], &[forged]].concat());
    let told = refused(&dir);
    assert!(told.contains("its tag does not verify"), "{told}");
    assert!(told.contains("entries 6 to 6"), "{told}");
    remove_derived(&dir);
    assert!(refused(&dir).contains("its tag does not verify"));
    let rebuilt = Ledger::rebuild(&folders(&dir), options(AT));
    assert!(rebuilt.is_err());
}

#[test]
fn a_folder_that_was_put_back_is_refused_until_the_loss_is_accepted() {
    let dir = ledger(3);
    let kept = tempfile::tempdir().unwrap();
    copy(&folders(&dir).ledger, kept.path());
    buy(&dir, 4);
    buy(&dir, 5);
    put_back(kept.path(), &dir);
    let told = refused(&dir);
    assert!(told.contains("8 entries were signed"), "{told}");
    assert!(told.contains("the journal ends with 6 entries"), "{told}");
    let standing = Standing::survey(&folders(&dir)).unwrap();
    let lines = standing.lines().join("\n");
    assert!(lines.contains("lost          entries 6 to 7"), "{lines}");
    let mut recovered = Ledger::recover(&folders(&dir), options(AT), "disk lost").unwrap();
    assert_eq!(
        recovered.checkpoint().checkpoint().origin(),
        "cafe.example/2"
    );
    let entry = recovered.entry(6).unwrap().unwrap();
    assert!(
        matches!(&entry.act, crate::model::Act::Restored { lost_size: 8, incarnation: 2, reason, .. } if reason == "disk lost"),
        "{entry:?}"
    );
    assert!(say(&mut recovered, &bought(4)).is_ok());
    recovered.close().unwrap();
    buy(&dir, 7);
    Ledger::rebuild(&folders(&dir), options(AT))
        .unwrap()
        .close()
        .unwrap();
    let again = Ledger::recover(&folders(&dir), options(AT), "for nothing");
    assert!(
        again
            .err()
            .unwrap()
            .to_string()
            .contains("nothing to recover")
    );
    put_back(kept.path(), &dir);
    let again = Ledger::recover(&folders(&dir), options(AT), "once more").unwrap();
    assert_eq!(again.checkpoint().checkpoint().origin(), "cafe.example/3");
}

#[test]
fn a_checkpoint_that_does_not_verify_is_told_and_not_believed() {
    let dir = ledger(2);
    let path = folders(&dir).ledger.join("checkpoint");
    let sound = std::fs::read_to_string(&path).unwrap();
    let edited = sound.replace("\n5\n", "\n5000\n");
    assert_ne!(edited, sound);
    let long = "x".repeat(131_073);
    for (n, text) in [&edited, "garbage", &long].into_iter().enumerate() {
        std::fs::write(&path, text).unwrap();
        let mut ledger = open(&dir).unwrap();
        let told = ledger.notes().join("\n");
        assert!(
            told.contains("checkpoint") && told.contains("written anew"),
            "{told}"
        );
        assert!(say(&mut ledger, &bought(10 + n as u64)).is_ok());
        ledger.close().unwrap();
        let text = std::fs::read(&path).unwrap();
        assert!(crate::chain::checkpoint::Signed::parse(&text).is_ok());
        assert!(open(&dir).unwrap().notes().is_empty());
    }
}

#[test]
fn two_ledgers_do_not_share_one_folder_of_secrets() {
    let dir = ledger(2);
    let copied = crate::engine::Folders {
        ledger: dir.path().join("copy"),
        secrets: folders(&dir).secrets,
    };
    copy(&folders(&dir).ledger, &copied.ledger);
    let held = open(&dir).unwrap();
    let both = Ledger::open(&copied, options(AT)).err().unwrap();
    assert!(
        matches!(both, Error::StorageError(StorageError::Locked { .. })),
        "{both}"
    );
    held.close().unwrap();
    buy(&dir, 3);
    let told = Ledger::open(&copied, options(AT))
        .err()
        .unwrap()
        .to_string();
    assert!(told.contains("the journal ends with 5 entries"), "{told}");
    let mut ledger = open(&dir).unwrap();
    assert!(say(&mut ledger, &bought(4)).is_ok());
    ledger.close().unwrap();
}

#[test]
fn without_a_writer_state_only_the_recovery_goes_on() {
    let dir = ledger(2);
    for break_it in [
        (|path| std::fs::remove_file(path).unwrap()) as fn(&Path),
        |path| std::fs::write(path, [7; 8192]).unwrap(),
    ] {
        break_it(&state_path(&dir));
        let told = refused(&dir);
        assert!(told.contains("writer-state"), "{told}");
        let lines = Standing::survey(&folders(&dir)).unwrap().lines().join("\n");
        assert!(lines.contains("not known"), "{lines}");
        let recovered = Ledger::recover(&folders(&dir), options(AT), "lost it").unwrap();
        recovered.close().unwrap();
        open(&dir).unwrap().close().unwrap();
    }
    buy(&dir, 3);
}

#[test]
fn a_journal_that_is_ahead_of_the_writer_state_is_gone_on_with() {
    let dir = ledger(1);
    let old = std::fs::read(state_path(&dir)).unwrap();
    for lag in 1..4 {
        for n in 0..lag {
            buy(&dir, 100 * lag + n);
        }
        // State after a kill or a power cut: pages, and the state before them.
        std::fs::write(state_path(&dir), &old).unwrap();
        let count = pages(&dir).last().unwrap().header.next_seq();
        let ledger = open(&dir).unwrap();
        assert_eq!(ledger.global().next_seq, count);
        ledger.close().unwrap();
        std::fs::write(state_path(&dir), &old).unwrap();
        remove_derived(&dir);
        buy(&dir, 100 * lag + 50);
    }
    std::fs::write(state_path(&dir), &old).unwrap();
    Ledger::rebuild(&folders(&dir), options(AT))
        .unwrap()
        .close()
        .unwrap();
}

#[test]
fn a_flipped_byte_of_the_writer_state_refuses_no_honest_ledger() {
    let dir = ledger(2);
    let sound = std::fs::read(state_path(&dir)).unwrap();
    for at in (0..sound.len()).filter(|at| sound[*at] != 0).step_by(7) {
        let mut bytes = sound.clone();
        bytes[at] ^= 0x20;
        std::fs::write(state_path(&dir), &bytes).unwrap();
        let ledger = open(&dir).unwrap_or_else(|error| panic!("byte {at}: {error}"));
        let told = ledger.notes().join("\n");
        assert!(told.contains("writer-state"), "byte {at}: {told}");
    }
}
