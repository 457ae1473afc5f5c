//! The key index against sled, in one run: inserts in batches of 1,024 and
//! lookups of absent keys.
//!
//! `cargo bench --bench keys -- FILES SLED`, number of keys for each (default
//! 10,000,000 and 1,000,000).

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::unwrap_used,
    reason = "a test that wraps or panics fails"
)]

use stampbook::storage::book::{Batch, Book};
use stampbook::storage::derived::JournalPoint;
use stampbook::storage::{Entropy, Keys};
use std::time::Instant;

/// Sixteen of the smallest runs.
const BATCH: u64 = 1024;

fn main() {
    let mut counts = std::env::args()
        .skip(1)
        .filter_map(|text| text.parse().ok());
    let files = counts.next().unwrap_or(10_000_000);
    let sled = counts.next().unwrap_or(1_000_000);
    let dir = tempfile::tempdir().expect("a temporary folder");
    bench_files(&dir.path().join("keys"), files);
    bench_sled(&dir.path().join("book"), sled);
}

fn bench_files(dir: &std::path::Path, count: u64) {
    let mut entropy = Entropy::from_seed(&[1; 32]);
    let mut keys = Keys::open(dir, &|_| Ok(true)).expect("opens");
    let start = Instant::now();
    let mut slowest = 0.0f64;
    for first in (0..count).step_by(BATCH as usize) {
        let pairs: Vec<_> = (first..first + BATCH)
            .map(|seq| (entropy.draw(), seq))
            .collect();
        let batch = Instant::now();
        let point = JournalPoint {
            count: first + BATCH,
            ..JournalPoint::START
        };
        let insertion = keys.begin(&point, point.count, pairs).expect("begins");
        keys.finish(insertion.carry_out()).expect("inserts");
        slowest = slowest.max(batch.elapsed().as_secs_f64());
    }
    tell("files insert", count, start);
    println!("files slowest batch: {:.1} ms", slowest * 1e3);
    drop(keys);
    let start = Instant::now();
    let keys = Keys::open(dir, &|_| Ok(true)).expect("opens");
    let opened = start.elapsed();
    keys.get(&entropy.draw()).expect("reads");
    println!(
        "files open: {opened:?}, with the first lookup {:?}",
        start.elapsed()
    );
    let start = Instant::now();
    (0..1_000_000).for_each(|_| assert_eq!(keys.get(&entropy.draw()).expect("reads"), None));
    tell("files absent lookups", 1_000_000, start);
}

fn bench_sled(dir: &std::path::Path, count: u64) {
    let mut entropy = Entropy::from_seed(&[1; 32]);
    let book = Book::open(dir, 64 << 20).expect("opens").book;
    let start = Instant::now();
    for first in (0..count).step_by(BATCH as usize) {
        let mut batch = Batch::default();
        for seq in first..first + BATCH {
            batch.put(&entropy.draw::<16>(), &seq.to_be_bytes());
        }
        book.apply(batch).expect("applies");
    }
    tell("sled insert", count, start);
    let start = Instant::now();
    (0..100_000).for_each(|_| assert_eq!(book.get(&entropy.draw::<16>()).expect("reads"), None));
    tell("sled absent lookups", 100_000, start);
}

fn tell(what: &str, count: u64, start: Instant) {
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{what}: {count} in {seconds:.2} s, {:.0} thousand/s",
        count as f64 / seconds / 1e3
    );
}
