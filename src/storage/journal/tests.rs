//! The journal under truncation, flipped bytes, lost segments, failing disks and
//! power cuts.

mod crash;
mod damage;
mod reading;

use super::*;
use crate::chain::page::{PageBuilder, PageKey};

pub(super) fn page_key() -> PageKey {
    PageKey::derive(&[7; 32])
}

/// Pages of 1 to 3 entries each, chained; entry `n` contains its number.
pub(super) fn pages(count: usize) -> Vec<Page> {
    let mut builder = PageBuilder::new(0, Hash::ZERO, usize::MAX);
    let mut pages = Vec::new();
    for n in 0..count {
        for _ in 0..=n % 3 {
            let text = format!("entry {} ", builder.next_seq()).repeat(1 + (n * 7) % 30);
            builder.push(text.as_bytes()).unwrap();
        }
        let signature = (n > 0).then_some([9; 64]);
        pages.push(builder.seal(signature, &page_key()).unwrap());
    }
    pages
}

pub(super) fn append_all(journal: &mut Segmented, pages: &[Page]) -> Vec<Position> {
    pages
        .iter()
        .map(|page| journal.append(&journal.head(), page).unwrap().unwrap())
        .collect()
}

pub(super) fn small() -> Opening {
    Opening {
        segment_len_max: 4096,
        ..Opening::default()
    }
}

pub(super) fn in_memory(pages: &[Page], opening: &Opening) -> memory::Memory {
    let disk = memory::Memory::new();
    append_all(&mut memory::create(&disk, opening).unwrap(), pages);
    disk
}

pub(super) fn read_all(journal: &Segmented) -> Vec<Page> {
    journal
        .read(Position::START)
        .map(|stored| stored.unwrap().page)
        .collect()
}

#[test]
fn what_is_appended_is_read_back_from_a_folder() {
    let dir = tempfile::tempdir().unwrap();
    let pages = pages(20);
    let mut journal = files::create(dir.path(), &small()).unwrap();
    let positions = append_all(&mut journal, &pages);
    let head = journal.head();
    assert_eq!(head.last, positions.last().copied());
    drop(journal);
    let hints = positions
        .iter()
        .copied()
        .map(Some)
        .chain([None, Some(wrong())]);
    for hint in hints {
        let opening = Opening {
            hint,
            reaches: head.next_seq,
            ..small()
        };
        let (journal, ending) = files::open(dir.path(), &opening).unwrap();
        assert_eq!((journal.head(), ending), (head, Ending::End), "{hint:?}");
        assert_eq!(read_all(&journal), pages);
    }
    assert!(
        std::fs::read_dir(dir.path()).unwrap().count() > 2,
        "several segments"
    );
}

fn wrong() -> Position {
    Position {
        segment: 77,
        offset: 1024,
    }
}

#[test]
fn an_empty_journal_opens_and_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    drop(files::create(dir.path(), &small()).unwrap());
    assert!(matches!(
        files::create(dir.path(), &small()),
        Err(StorageError::Foreign { .. })
    ));
    let (mut journal, ending) = files::open(dir.path(), &small()).unwrap();
    assert_eq!((journal.head(), ending), (Head::EMPTY, Ending::End));
    append_all(&mut journal, &pages(1));
    assert_eq!(read_all(&journal).len(), 1);
}

#[test]
fn space_is_zeroed_ahead_and_doubles() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = files::create(dir.path(), &Opening::default()).unwrap();
    let path = dir.path().join(files::segment_name(0));
    let len = || std::fs::metadata(&path).unwrap().len();
    assert_eq!(len(), 64 << 10);
    let mut lens = vec![len()];
    for page in pages(300) {
        journal.append(&journal.head(), &page).unwrap().unwrap();
        lens.push(len());
    }
    lens.dedup();
    assert_eq!(
        lens,
        [64 << 10, 128 << 10, 256 << 10, 512 << 10][..lens.len()]
    );
    assert!(lens.len() >= 3);
}

#[test]
fn the_loser_of_a_race_changes_nothing() {
    let disk = memory::Memory::new();
    let mut journal = memory::create(&disk, &small()).unwrap();
    let pages = pages(2);
    let before = journal.head();
    journal.append(&before, &pages[0]).unwrap().unwrap();
    let bytes = disk.bytes(0);
    let conflict = journal.append(&before, &pages[0]).unwrap().unwrap_err();
    assert_eq!(conflict.head, journal.head());
    assert_eq!(disk.bytes(0), bytes);
}

#[test]
fn a_page_that_does_not_follow_is_refused() {
    let mut journal = memory::create(&memory::Memory::new(), &small()).unwrap();
    let pages = pages(2);
    let refused = journal.append(&journal.head(), &pages[1]).unwrap_err();
    assert!(matches!(refused, StorageError::Unfit { .. }));
    append_all(&mut journal, &pages);
}

#[test]
fn positions_keep_their_order_as_bytes() {
    let position = Position {
        segment: 3,
        offset: 512,
    };
    assert_eq!(Position::from_bytes(position.to_bytes()), position);
    assert!(
        position.to_bytes()
            < Position {
                segment: 4,
                offset: 0
            }
            .to_bytes()
    );
}

#[test]
fn a_folder_without_a_journal_is_foreign() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("0.seg"), "not the name we give").unwrap();
    assert!(matches!(
        files::open(dir.path(), &small()),
        Err(StorageError::Foreign { .. })
    ));
    assert!(matches!(
        JournalReader::open(dir.path()),
        Err(StorageError::Foreign { .. })
    ));
}
