//! The ways of a page to the disk: at once, and in the background.

use super::whole::{ENROL, cafe, say};
use crate::chain::hash::Hash;
use crate::chain::note::SigningKey;
use crate::chain::page::Page;
use crate::chain::tree::Frontier;
use crate::engine::commit::page_committer::PageCommitter;
use crate::engine::commit::writer::Writer;
use crate::engine::error::Error;
use crate::model::Entry;
use crate::storage::journal::memory::{self, Fault, Memory};
use crate::storage::journal::{Opening, Position};
use crate::storage::writer_state::{WriterState, WriterStateStore};

/// Some entries from the first one on.
fn entries() -> Vec<Entry> {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = cafe(&dir, "2026-11-24T10:00:00+01:00");
    say(&mut ledger, ENROL);
    for n in 0..4 {
        let bought =
            format!(r#"{{"do":"purchase","key":"k{n}","member":"card:6900","total":"{n}.00"}}"#);
        assert!(say(&mut ledger, &bought).is_ok());
    }
    let size = ledger.global().next_seq;
    (0..size)
        .map(|seq| ledger.entry(seq).unwrap().unwrap())
        .collect()
}

fn writer(disk: &Memory, dir: &tempfile::TempDir) -> Writer {
    let journal = memory::create(disk, &Opening::default()).unwrap();
    let key = SigningKey::new("cafe.example/1", &[7; 32]).unwrap();
    let path = dir.path().join("checkpoint");
    let state = WriterState::start("cafe.example/1");
    let state = WriterStateStore::create(dir.path(), state).unwrap();
    let first = Hash::ZERO;
    Writer::new(
        PageCommitter::new(
            Box::new(journal),
            Frontier::default(),
            key,
            path,
            state,
            first,
            0,
        )
        .unwrap(),
    )
}

type Way = fn(&mut Writer) -> Result<(), Error>;

const WAYS: [Way; 2] = [
    |writer| {
        writer.begin()?;
        writer.settle()
    },
    |writer| {
        writer.commit_beside()?;
        writer.settle()
    },
];

#[test]
fn every_way_makes_the_same_pages() {
    let entries = entries();
    let pages = WAYS.map(|way| {
        let (disk, dir) = (Memory::new(), tempfile::tempdir().unwrap());
        let mut writer = writer(&disk, &dir);
        for page in entries.chunks(3) {
            page.iter().for_each(|entry| writer.push(entry).unwrap());
            way(&mut writer).unwrap();
        }
        assert_eq!(writer.frontier().size(), entries.len() as u64);
        let pages = writer.read(Position::START);
        pages
            .map(|stored| stored.unwrap().page)
            .collect::<Vec<Page>>()
    });
    assert_eq!(pages[0].len(), entries.len().div_ceil(3));
    assert!(pages.iter().all(|other| *other == pages[0]));
}

#[test]
fn what_is_on_its_way_is_read_from_memory() {
    let entries = entries();
    let (disk, dir) = (Memory::new(), tempfile::tempdir().unwrap());
    let mut writer = writer(&disk, &dir);
    entries[..3].iter().for_each(|e| writer.push(e).unwrap());
    writer.commit_beside().unwrap();
    writer.push(&entries[3]).unwrap();
    for (seq, entry) in (0..).zip(&entries[..4]) {
        assert_eq!(writer.waiting(seq).unwrap().unwrap(), *entry);
    }
    assert!(writer.waiting(4).is_none());
    writer.settle().unwrap();
    assert!(writer.waiting(2).is_none() && writer.waiting(3).is_some());
    assert!(writer.uncopied > 0);
}

#[test]
fn a_page_that_failed_is_told_and_nothing_follows_it() {
    let entries = entries();
    for way in WAYS {
        let (disk, dir) = (Memory::new(), tempfile::tempdir().unwrap());
        let mut writer = writer(&disk, &dir);
        writer.push(&entries[0]).unwrap();
        way(&mut writer).unwrap();
        writer.push(&entries[1]).unwrap();
        disk.fail_at(disk.operations() + 1, Fault::Before);
        assert!(way(&mut writer).is_err());
        assert_eq!(writer.frontier().size(), 1);
        disk.mend();
        writer.push(&entries[2]).unwrap();
        assert!(
            way(&mut writer).is_err(),
            "nobody knows what is on the disk"
        );
        assert_eq!(writer.head().next_seq, 1);
    }
}
