//! Waiting time of a till, with the binary as it ships: one durable purchase
//! after another through `session`, beside the disk's own overwrite and
//! fdatasync in the same folder and the same seconds; then one purchase as one
//! process on a large ledger.
//!
//! `cargo bench --bench session -- [ROUNDS] [ENTRIES]`

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::unwrap_used,
    reason = "a test that wraps or panics fails"
)]

#[path = "../tests/support/dice.rs"]
mod dice;
mod program;
mod sale;

use dice::Dice;
use sale::Sale;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Zeros written ahead for the disk's own measure, in bytes.
const PROBE_LEN: u64 = 4 << 20;
/// Length of a page with a single plain purchase, in bytes.
const PAGE_LEN: u64 = 512;
/// Purchases that are made as processes.
const PROCESSES: usize = 40;

fn purchase(members: u64, random: &mut Dice) -> String {
    let amounts = (100 + random.next() % 2900, 100 + random.next() % 1900);
    let (key, member) = (random.next(), random.next() % members);
    let key = &format_args!("{key:016x}");
    let sale = Sale {
        key,
        member,
        till: 1,
        amounts,
    };
    format!("{sale}\n")
}

fn stampbook(dir: &Path, words: &str) -> Command {
    let mut command = program::stampbook(dir, words);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    command
}

fn init(dir: &Path) {
    let words = "init --programme corner-cafe --currency EUR --zone Europe/Berlin";
    let made = stampbook(dir, words).output().expect("the binary runs");
    assert!(made.status.success(), "{made:?}");
}

/// Measures the disk by itself: a page over zeros that were written before.
struct Probe {
    file: File,
    offset: u64,
}

impl Probe {
    fn new(dir: &Path) -> Probe {
        let mut options = OpenOptions::new();
        let options = options.write(true).create(true).truncate(true);
        let mut file = options.open(dir.join("probe")).expect("a file to write");
        let zeros = vec![0; PROBE_LEN as usize];
        file.write_all(&zeros).expect("room for it");
        file.sync_all().expect("a disk that syncs");
        Probe { file, offset: 0 }
    }

    fn time(&mut self) -> Duration {
        let start = Instant::now();
        let page = [7; PAGE_LEN as usize];
        let place = SeekFrom::Start(self.offset);
        self.file.seek(place).expect("a place");
        self.file.write_all(&page).expect("a write");
        self.file.sync_data().expect("a sync");
        self.offset = (self.offset + PAGE_LEN) % PROBE_LEN;
        start.elapsed()
    }
}

fn told(name: &str, mut times: Vec<Duration>) -> f64 {
    times.sort();
    let at = |percent: usize| times[times.len() * percent / 100].as_secs_f64() * 1e6;
    println!(
        "{name:<40} p50 {:>7.0} us   p90 {:>7.0} us   p99 {:>7.0} us",
        at(50),
        at(90),
        at(99)
    );
    at(50)
}

fn session(dir: &Path, rounds: usize) {
    let mut child: Child = stampbook(dir, "session").spawn().expect("the binary runs");
    let mut input = child.stdin.take().expect("a pipe");
    let mut output = BufReader::new(child.stdout.take().expect("a pipe"));
    let (mut random, mut probe) = (Dice::new(42), Probe::new(dir));
    let (mut purchases, mut disk) = (Vec::new(), Vec::new());
    let mut answer = String::new();
    // The first rounds enrol whoever buys and fill the caches.
    for round in 0..rounds * 2 {
        let command = purchase(1000, &mut random);
        answer.clear();
        let start = Instant::now();
        input.write_all(command.as_bytes()).expect("it listens");
        output.read_line(&mut answer).expect("it answers");
        let (waited, own) = (start.elapsed(), probe.time());
        assert!(answer.starts_with(r#"{"ok":true"#), "{answer}");
        if round >= rounds {
            purchases.push(waited);
            disk.push(own);
        }
    }
    drop(input);
    assert!(child.wait().expect("it ends").success());
    let disk = told("disk: 512 bytes overwritten, fdatasync", disk);
    let purchases = told("session: a durable purchase", purchases);
    println!("{:<40} {:.2}", "ratio of the medians", purchases / disk);
}

fn processes(dir: &Path, entries: u64) {
    let members = (entries / 10).max(1);
    let mut child = stampbook(dir, "import --enrol -")
        .spawn()
        .expect("the binary runs");
    let mut input = BufWriter::new(child.stdin.take().expect("a pipe"));
    let mut random = Dice::new(43);
    for _ in 0..entries {
        let command = purchase(members, &mut random);
        input.write_all(command.as_bytes()).expect("it listens");
    }
    drop(input);
    let done = child.wait_with_output().expect("it ends");
    assert!(done.status.success(), "{done:?}");
    let mut times = Vec::new();
    // The first opening after an import reads all of the book's log.
    for n in 0..PROCESSES + 3 {
        let member = random.next() % members;
        let words = format!("purchase --json --total 4.50 --key p{n} --member card:{member:010}");
        let mut command = stampbook(dir, &words);
        let start = Instant::now();
        let done = command.output().expect("the binary runs");
        assert!(done.status.success(), "{done:?}");
        if n >= 3 {
            times.push(start.elapsed());
        }
    }
    told(&format!("one process on {entries} purchases"), times);
}

fn main() {
    let mut numbers = std::env::args().filter_map(|a| a.parse().ok());
    let rounds = numbers.next().unwrap_or(3000);
    let entries = numbers.next().unwrap_or(1_000_000);
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder to work in");
    init(dir.path());
    session(dir.path(), rounds as usize);
    processes(dir.path(), entries);
}
