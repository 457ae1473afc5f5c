//! Failing disks and power cuts at every single operation.

use super::*;
use crate::storage::Entropy;
use memory::{Fault, Memory};

const FAULTS: [Fault; 5] = [
    Fault::Before,
    Fault::After,
    Fault::Full,
    Fault::Torn(100),
    Fault::Torn(700),
];

type Way = fn(&mut Segmented, &Page) -> Result<(), StorageError>;

const WAYS: [Way; 2] = [
    |journal, page| journal.append(&journal.head(), page).map(drop),
    |journal, page| {
        let before = journal.head();
        journal.begin(&before, page)?.expect("no conflict");
        assert_eq!(
            journal.head().next_seq,
            before.next_seq,
            "it is not durable"
        );
        journal.finish()
    },
];

/// Appends until the disk fails; returns how many pages were acknowledged.
fn run(disk: &Memory, pages: &[Page]) -> usize {
    let Ok(mut journal) = memory::create(disk, &small()) else {
        return 0;
    };
    for (done, page) in pages.iter().enumerate() {
        let way = WAYS[done % WAYS.len()];
        if way(&mut journal, page).is_err() {
            // Only a disk that was noticed to be full in time may be tried again.
            let again = way(&mut journal, page);
            assert!(again.is_err(), "the disk has not been mended");
            return done;
        }
    }
    pages.len()
}

fn total(pages: &[Page]) -> u64 {
    let disk = Memory::new();
    assert_eq!(run(&disk, pages), pages.len());
    disk.operations()
}

/// Checks that acknowledged pages are there, at most the page in flight
/// besides, and that the journal can be used.
fn check(disk: &Memory, pages: &[Page], acknowledged: usize, what: &str) {
    if Disk::segments(disk).unwrap().is_empty() {
        assert_eq!(acknowledged, 0, "{what}");
        return;
    }
    let reaches = pages[..acknowledged]
        .last()
        .map_or(0, |page| page.header.next_seq());
    let opening = Opening {
        reaches,
        is_unclean: true,
        ..small()
    };
    let (mut journal, ending) = memory::open(disk, &opening).unwrap();
    assert!(!matches!(ending, Ending::Damage(_)), "{what}: {ending:?}");
    let there = read_all(&journal);
    assert!(
        there.len() == acknowledged || there.len() == acknowledged + 1,
        "{what}"
    );
    assert_eq!(there, pages[..there.len()], "{what}");
    append_all(&mut journal, &pages[there.len()..]);
    let (journal, ending) = memory::open(disk, &opening).unwrap();
    assert_eq!(ending, Ending::End, "{what}");
    assert_eq!(read_all(&journal), pages, "{what}");
}

#[test]
fn a_disk_that_fails_at_any_operation_loses_nothing_acknowledged() {
    let pages = pages(12);
    for fault in FAULTS {
        for at in 0..total(&pages) {
            let disk = Memory::new();
            disk.fail_at(at, fault);
            let acknowledged = run(&disk, &pages);
            disk.mend();
            check(&disk, &pages, acknowledged, &format!("{fault:?} at {at}"));
        }
    }
}

#[test]
fn a_power_cut_at_any_operation_loses_nothing_acknowledged() {
    let pages = pages(12);
    for seed in 0..12 {
        for at in 0..total(&pages) {
            let disk = Memory::new();
            disk.fail_at(at, FAULTS[seed as usize % FAULTS.len()]);
            let acknowledged = run(&disk, &pages);
            let mut entropy = Entropy::from_seed(&[seed; 32]);
            disk.cut_power(|| entropy.draw::<1>()[0] & 1 == 1);
            check(
                &disk,
                &pages,
                acknowledged,
                &format!("seed {seed}, cut at {at}"),
            );
        }
    }
}

#[test]
fn after_a_failed_write_every_call_says_so() {
    let disk = Memory::new();
    let mut journal = memory::create(&disk, &small()).unwrap();
    let pages = pages(3);
    append_all(&mut journal, &pages[..1]);
    disk.fail_at(disk.operations() + 1, Fault::After);
    assert!(matches!(
        journal.append(&journal.head(), &pages[1]),
        Err(StorageError::Io { .. })
    ));
    disk.mend();
    let poisoned =
        |result: Result<_, StorageError>| matches!(result, Err(StorageError::Poisoned { .. }));
    assert!(poisoned(journal.append(&journal.head(), &pages[1])));
    assert!(poisoned(
        journal
            .read(Position::START)
            .next()
            .unwrap()
            .map(|_| Ok(Position::START))
    ));
}

#[test]
fn a_full_disk_noticed_in_time_may_be_tried_again() {
    let disk = Memory::new();
    let mut journal = memory::create(&disk, &Opening::default()).unwrap();
    let pages = pages(300);
    let full = pages.iter().position(|page| {
        let will_grow = journal.head().position.offset + page.bytes.len() as u64 > 64 << 10;
        if will_grow {
            disk.fail_at(disk.operations(), Fault::Full);
        }
        let result = journal.append(&journal.head(), page);
        assert_eq!(
            will_grow,
            matches!(result, Err(StorageError::DiskFull { .. }))
        );
        will_grow
    });
    disk.mend();
    append_all(&mut journal, &pages[full.unwrap()..]);
    assert_eq!(read_all(&journal), pages);
}

#[test]
fn after_an_unclean_end_the_last_page_is_made_durable() {
    let disk = Memory::new();
    let mut journal = memory::create(&disk, &small()).unwrap();
    let pages = pages(2);
    append_all(&mut journal, &pages[..1]);
    disk.fail_at(disk.operations() + 1, Fault::Before);
    assert!(
        journal.append(&journal.head(), &pages[1]).is_err(),
        "written, not synced"
    );
    disk.mend();
    let opening = Opening {
        is_unclean: true,
        ..small()
    };
    let (journal, _) = memory::open(&disk, &opening).unwrap();
    assert_eq!(read_all(&journal), pages);
    disk.cut_power(|| false);
    assert_eq!(read_all(&memory::open(&disk, &small()).unwrap().0), pages);
}
