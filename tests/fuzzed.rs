//! The fuzz targets of `fuzz/`, run on a stable toolchain for so many mutations
//! from a seed: by count, so that a slow machine tries the same. What fails is
//! told with its target, seed and round, and its input as hex.
//!
//! `STAMPBOOK_SEED=n` begins elsewhere, `STAMPBOOK_ROUNDS=n` tries n times as
//! many (`just fuzz`), `STAMPBOOK_INPUT=hex` runs one input of every target
//! named like `STAMPBOOK_TARGET`.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::unwrap_used,
    reason = "a test that wraps or panics fails"
)]

#[path = "../fuzz/src/lib.rs"]
#[expect(dead_code, reason = "cargo-fuzz calls the rest")]
mod fuzz;

use data_encoding::HEXLOWER;
use fuzz::mutation::{Dice, mutated};
use fuzz::{Outcome, TARGETS, Target, target};
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// Inputs that one thread runs before the next takes over. A thread has a name
/// that says where it is, for what ends the process without a word of ours.
const BATCH: u32 = 50;
/// Inputs that are kept because they had an outcome of their own.
const KEPT_MAX: usize = 400;
/// Longest time that an input may take: beyond it is a hang, not a slow machine.
const HANG: Duration = Duration::from_secs(120);
/// Memory that a batch may take beyond what was taken before, in KiB.
const MEMORY_MAX: u64 = 256 << 10;
/// Scripts need more stack than a test's thread has.
const STACK_LEN: usize = 16 << 20;

fn setting(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{name}={text} is no number")),
    )
}

/// Inputs to mutate, and the outcomes that were seen.
struct Corpus {
    target: &'static Target,
    inputs: Vec<Vec<u8>>,
    seen: HashSet<Outcome>,
    words: Vec<&'static str>,
    dice: Dice,
    seed: u64,
}

impl Corpus {
    fn next(&mut self) -> Vec<u8> {
        let one = self.dice.below(self.inputs.len());
        let other = self.dice.below(self.inputs.len());
        let (one, other) = (&self.inputs[one], &self.inputs[other]);
        mutated(&mut self.dice, one, other, &self.words)
    }

    /// Runs some rounds; each input is stored before it runs, to be printed if
    /// it hangs.
    fn batch(&mut self, first: u32, count: u32, now: &Mutex<Vec<u8>>) {
        for round in first..first + count {
            let input = self.next();
            input.clone_into(&mut now.lock().unwrap());
            let run = catch_unwind(AssertUnwindSafe(|| (self.target.run)(&input)));
            let Ok(outcome) = run else {
                let (name, seed) = (self.target.name, self.seed);
                let hex = HEXLOWER.encode(&input);
                panic!("{name}: seed {seed}, round {round}: STAMPBOOK_INPUT={hex}");
            };
            if self.seen.insert(outcome) && self.inputs.len() < KEPT_MAX {
                self.inputs.push(input);
            }
        }
    }
}

/// Ends the process if a batch does not end: a thread cannot be stopped.
fn wait(done: &Receiver<()>, what: &str, now: &Mutex<Vec<u8>>) {
    let mut before = Vec::new();
    while done.recv_timeout(HANG) == Err(RecvTimeoutError::Timeout) {
        let input = now.lock().unwrap().clone();
        if input == before {
            eprintln!("{what} hangs: STAMPBOOK_INPUT={}", HEXLOWER.encode(&input));
            std::process::exit(101);
        }
        before = input;
    }
}

/// Peak memory of this process, in KiB; 0 where the system does not tell.
fn memory_peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let digits = line.and_then(|line| line.split_whitespace().next());
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

fn run_batch(corpus: Corpus, first: u32, count: u32) -> Corpus {
    let (name, seed) = (corpus.target.name, corpus.seed);
    let what = format!("{name}: seed {seed}, rounds from {first}");
    let now = Arc::new(Mutex::new(Vec::new()));
    let (tell, done) = channel();
    let work = {
        let now = Arc::clone(&now);
        move || {
            let mut corpus = corpus;
            corpus.batch(first, count, &now);
            let _ = tell.send(());
            corpus
        }
    };
    let thread = thread::Builder::new()
        .name(what.clone())
        .stack_size(STACK_LEN);
    let thread = thread.spawn(work).unwrap();
    wait(&done, &what, &now);
    thread
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn fuzz_one(target: &'static Target) {
    let seed = setting("STAMPBOOK_SEED").unwrap_or(1);
    let inputs = (target.seeds)();
    assert!(inputs.len() > 1, "{}: nothing to begin from", target.name);
    let mut corpus = Corpus {
        target,
        inputs,
        seen: HashSet::new(),
        words: (target.words)(),
        dice: Dice::new(seed),
        seed,
    };
    let rounds = target.rounds * setting("STAMPBOOK_ROUNDS").unwrap_or(1) as u32;
    // Memory used at the start belongs to no input.
    let mut before = 0;
    for first in (0..rounds).step_by(BATCH as usize) {
        corpus = run_batch(corpus, first, BATCH.min(rounds - first));
        let peak = memory_peak();
        let more = if before > 0 {
            peak.saturating_sub(before)
        } else {
            0
        };
        assert!(
            more < MEMORY_MAX,
            "{}: seed {seed}, rounds from {first}: {more} KiB",
            target.name
        );
        before = peak;
    }
    let (kept, seen) = (corpus.inputs.len(), corpus.seen.len());
    println!(
        "{}: seed {seed}, {rounds} rounds, {seen} outcomes, {kept} inputs",
        target.name
    );
}

/// Valid inputs are what a target is there for.
fn seeds_run(target: &'static Target) {
    for seed in (target.seeds)() {
        (target.run)(&seed);
    }
}

fn with_stack(work: impl FnOnce() + Send + 'static) {
    let thread = thread::Builder::new().stack_size(STACK_LEN).spawn(work);
    let joined = thread.unwrap().join();
    joined.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
}

/// Runs a target: the input that was asked for, or seeds and mutations.
fn fuzz(name: &'static str) {
    let target = target(name);
    if let Ok(hex) = std::env::var("STAMPBOOK_INPUT") {
        let is_asked = std::env::var("STAMPBOOK_TARGET").is_ok_and(|asked| asked == name);
        let input = HEXLOWER.decode(hex.trim().as_bytes()).expect("hex");
        if is_asked {
            with_stack(move || println!("{name}: {:?}", (target.run)(&input)));
        }
        return;
    }
    with_stack(move || seeds_run(target));
    fuzz_one(target);
}

macro_rules! targets {
    ($($name:ident)+) => {
        $(
            #[test]
            fn $name() {
                fuzz(stringify!($name));
            }
        )+

        #[test]
        fn every_target_is_run() {
            let run = [$(stringify!($name)),+];
            let all: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
            assert_eq!(all, run);
        }
    };
}

targets! { entries folds pages notes kept commands rows stories programmes scripts }
