//! Entries that are read again, one after another.

use super::super::index::Index;
use super::*;
use crate::storage::journal::{JournalReader, Position};

/// Processor time of this thread in nanoseconds, if the system tells.
fn processor_nanos() -> Option<u64> {
    // The system counts what is running only when it may run something else.
    std::thread::yield_now();
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok()
}

/// Reads all entries of one page from the last one back, as a member's history is.
fn read_back(count: u64) -> Option<u64> {
    let fixture = Fixture::new(count, count as usize);
    let reader = JournalReader::open(&fixture.dir.path().join("journal")).unwrap();
    let mut index = Index::new(&reader);
    index.note(0, Position::START);
    let before = processor_nanos();
    for seq in (0..count).rev() {
        assert_eq!(index.entry(seq).unwrap().unwrap().seq, seq);
    }
    Some(processor_nanos()? - before?)
}

// Ten voids of a member with 30,000 entries took the auditor minutes.
#[test]
fn a_page_is_taken_apart_once_for_all_its_entries() {
    let (Some(few), Some(many)) = (read_back(200), read_back(1600)) else {
        return;
    };
    assert!(many < 24 * few, "{many} ns for 1600, {few} ns for 200");
}
