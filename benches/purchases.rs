//! A million generated purchases under `corner-cafe`, everything included:
//! JSON, rules, chain, tree, signature, one fdatasync a page, book.
//!
//! `cargo bench --bench purchases -- [PURCHASES] [MEMBERS]` prints the rate of
//! each tenth, so that a slowing-down shows; then what SQLite does with as many
//! bare chained inserts in the same minutes, and the ratio. Rates depend on what
//! else the machine does, so processor time is told as well.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::unwrap_used,
    reason = "a test that wraps or panics fails"
)]

#[path = "../tests/support/dice.rs"]
mod dice;
mod peer;
mod processor;
mod sale;

use dice::Dice;
use processor::cpu_seconds;
use sale::Sale;
use stampbook::command::{LINE_LEN_MAX, Request, parse};
use stampbook::engine::{self, AHEAD, CommandHashes, Folders, Ledger, Mode, Options};
use stampbook::policy::{Bundle, shipped_files};
use std::fmt::Write as _;
use std::sync::mpsc::{channel, sync_channel};
use std::time::Instant;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const GROUP: usize = 1000;

/// The next purchase by chance, as JSON.
fn purchase(n: u64, members: u64, random: &mut Dice, json: &mut String) {
    let member = random.next() % members;
    let amounts = (100 + random.next() % 2900, 100 + random.next() % 1900);
    let key = random.next();
    json.clear();
    let sale = Sale {
        key: &format_args!("{key:016x}"),
        member,
        till: 1 + n % 2,
        amounts,
    };
    let _ = write!(json, "{sale}");
}

fn main() {
    let numbers: Vec<u64> = std::env::args().filter_map(|a| a.parse().ok()).collect();
    let count = numbers.first().copied().unwrap_or(1_000_000);
    let members = numbers.get(1).copied().unwrap_or(100_000);
    // Without looking ahead, to say what that gains.
    let is_blind = std::env::args().any(|word| word == "blind");
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder to work in");
    let folders = Folders {
        ledger: dir.path().join("ledger"),
        secrets: dir.path().join("secrets"),
    };
    let files = shipped_files("corner-cafe").expect("it ships");
    let bundle = Bundle::new(files).expect("it compiles");
    let options = Options::new("bench").expect("entropy");
    let mut ledger =
        Ledger::create(&folders, "bench.example/1", &bundle, options).expect("a new ledger");
    let (send, receive) = sync_channel(8);
    let (give_back, used) = channel();
    let hasher = engine::command_hasher(&ledger);
    let parser = std::thread::spawn(move || {
        let (mut random, mut json) = (Dice::new(42), String::with_capacity(512));
        let mut group = Vec::with_capacity(GROUP);
        for n in 0..count {
            purchase(n, members, &mut random, &mut json);
            assert!(json.len() < LINE_LEN_MAX);
            group.push(parse(json.as_bytes(), 2).expect("it is well formed"));
            if group.len() == GROUP || n + 1 == count {
                let hashes = group.iter().map(|request| hasher.hashes(request));
                let hashes: Vec<CommandHashes> = hashes.collect();
                send.send((std::mem::take(&mut group), hashes))
                    .expect("somebody listens");
                used.try_iter().for_each(drop::<Vec<Request>>);
            }
        }
    });
    let cpu = cpu_seconds();
    let (start, mut done, mut points) = (Instant::now(), 0u64, 0i64);
    let mut mark = start;
    for (group, hashes) in receive {
        for (n, (request, hash)) in group.iter().zip(&hashes).enumerate() {
            if n % AHEAD == 0 && !is_blind {
                engine::look_ahead(&ledger, hashes[n..].iter().take(AHEAD));
            }
            engine::note_hashes(&mut ledger, request, hash);
            let staged = engine::stage_briefly(&mut ledger, request, Mode::default());
            staged.expect("no trouble");
        }
        let answers = engine::commit_beside(&mut ledger).expect("no trouble");
        points += answers.len() as i64;
        let len = group.len() as u64;
        done += len;
        // As `stampbook import` does; a parser that has ended takes nothing.
        let _ = give_back.send(group);
        if done % (count / 10).max(1) < len {
            let rate = (count / 10) as f64 / mark.elapsed().as_secs_f64();
            println!("{done:>9} purchases, {rate:>8.0} a second");
            mark = Instant::now();
        }
    }
    points += engine::commit_briefly(&mut ledger)
        .expect("no trouble")
        .len() as i64;
    ledger.close().expect("no trouble");
    parser.join().expect("the parser ended well");
    let seconds = start.elapsed().as_secs_f64();
    let rate = done as f64 / seconds;
    let cpu_each = (cpu_seconds() - cpu) / done as f64 * 1e6;
    let bytes = std::fs::read_dir(folders.ledger.join("journal"))
        .expect("a journal")
        .flatten();
    let bytes: u64 = bytes
        .filter_map(|f| f.metadata().ok())
        .map(|m| m.len())
        .sum();
    println!(
        "{done} purchases ({points} accepted) in {seconds:.2} s: {rate:.0} a second, {cpu_each:.1} µs of processor time each; journal {} MiB with room ahead",
        bytes >> 20
    );
    let (mut random, cpu) = (Dice::new(43), cpu_seconds());
    let peer = peer::rate(dir.path(), count, members, || random.next()).expect("SQLite works");
    let cpu_each = (cpu_seconds() - cpu) / count as f64 * 1e6;
    println!(
        "SQLite, bare chained inserts: {peer:.0} a second, {cpu_each:.1} µs of processor time each; ratio {:.2}",
        rate / peer
    );
}
