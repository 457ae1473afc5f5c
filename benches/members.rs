//! Cost of a member with a long history: a purchase and a redemption of one
//! with 10,000 entries and 500 open lots, beside those of members with 10
//! entries, in the same ledger and the same seconds. The ratio may be 3 at
//! most.
//!
//! `cargo bench --bench members -- [PAIRS] [ENTRIES] [LOTS]`

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::unwrap_used,
    reason = "a test that wraps or panics fails"
)]

mod program;

use stampbook::answer::Answer;
use stampbook::command::{Who, parse};
use stampbook::engine::{Folders, Ledger, Mode, Options};
use stampbook::model::Instant;
use stampbook::policy::{Bundle, shipped_files};
use stampbook::storage::clock::SteppingClock;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Number of the member with the long history.
const OLD: u64 = 0;
/// Members with few entries.
const NEW: u64 = 200;
/// In microseconds.
const DAY: i64 = 86_400_000_000;
/// Commands of one page.
const PAGE: usize = 50;
const PROCESSES: u64 = 30;
const RATIO_MAX: f64 = 3.0;

struct Shop {
    ledger: Ledger,
    clock: Arc<SteppingClock>,
    now: i64,
    keys: u64,
}

impl Shop {
    fn purchase(&mut self, member: u64) -> String {
        self.keys += 1;
        let key = self.keys;
        format!(
            r#"{{"do":"purchase","key":"{key}","member":"card:{member:010}","store":"mitte","terminal":"till-1","total":"10.00","lines":[{{"sku":"LATTE","category":"coffee","qty":"2","amount":"6.50"}},{{"sku":"SCONE","category":"food","qty":"1","amount":"3.50"}}],"tenders":[{{"kind":"cash","amount":"10.00"}}],"enrol":true}}"#
        )
    }

    /// Amount that a purchase earns, so that the number of open lots stays the same.
    fn redemption(&mut self, member: u64) -> String {
        self.keys += 1;
        let key = self.keys;
        format!(
            r#"{{"do":"redeem","key":"{key}","member":"card:{member:010}","unit":"star","points":10}}"#
        )
    }

    fn pairs(&mut self, members: impl Iterator<Item = u64>) -> Vec<String> {
        let pair = |member| [self.purchase(member), self.redemption(member)];
        members.flat_map(pair).collect()
    }

    /// Half a day later, so that the limit of spending a day is kept; past the
    /// Tuesdays, on which stars are doubled.
    fn clock_on(&mut self) {
        const TUESDAY: i64 = 5;
        loop {
            self.now += DAY / 2;
            if self.now.div_euclid(DAY) % 7 != TUESDAY {
                return self.clock.set(self.now);
            }
        }
    }

    fn book(&mut self, commands: &[String]) {
        for page in commands.chunks(PAGE) {
            self.clock_on();
            for json in page {
                let request = parse(json.as_bytes(), 2).expect("it is well formed");
                let staged = self.ledger.stage(&request, Mode::default());
                staged.expect("no trouble");
            }
            for answer in self.ledger.commit().expect("no trouble") {
                assert!(matches!(answer, Answer::Accepted(_)), "{answer:?}");
            }
        }
    }

    /// Books them, and returns the time taken: of the clock, and of the processor.
    fn timed(&mut self, commands: &[String]) -> (Duration, f64) {
        let (start, cpu) = (std::time::Instant::now(), cpu_seconds());
        self.book(commands);
        (start.elapsed(), cpu_seconds() - cpu)
    }

    fn lots(&mut self, member: u64) -> usize {
        let who = Who::parse(&format!("card:{member:010}")).expect("a card");
        let id = self.ledger.resolve(&who).expect("no trouble");
        let member = self.ledger.member(id.expect("a member"));
        member.expect("no trouble").map_or(0, |m| m.lots.len())
    }
}

/// Seconds of processor time so far, of this thread, which decides and folds: to
/// the nanosecond, since what is timed is short. Zero where there is no /proc.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let first = stat.split(' ').next().and_then(|n| n.parse::<f64>().ok());
    first.map_or(0.0, |nanos| nanos / 1e9)
}

fn shop(folders: &Folders) -> Shop {
    let files = shipped_files("corner-cafe").expect("it ships");
    let bundle = Bundle::new(files).expect("it compiles");
    let (at, _) = Instant::parse("2026-01-05T10:00:00Z").expect("an instant");
    let clock = Arc::new(SteppingClock::new(at.0, 1));
    let options = Options {
        clock: Arc::<SteppingClock>::clone(&clock),
        ..Options::new("bench").expect("entropy")
    };
    let ledger = Ledger::create(folders, "bench.example/1", &bundle, options);
    Shop {
        ledger: ledger.expect("a new ledger"),
        clock,
        now: at.0,
        keys: 0,
    }
}

fn told(what: &str, old: f64, new: f64) -> bool {
    let ratio = old / new;
    println!("{what:<44} {old:>9.1} µs beside {new:>9.1} µs: {ratio:.2} times");
    ratio <= RATIO_MAX
}

/// Times one purchase in one process, one after the other, for the member with
/// the long history and for others.
fn processes(dir: &Path) -> [f64; 2] {
    let mut times = [Duration::ZERO; 2];
    for n in 0..PROCESSES * 2 {
        let is_new = n % 2 == 1;
        let member = if is_new { 1 + n } else { OLD };
        let words = format!(
            "purchase --json --accept-clock --total 4.50 --key p{n} --member card:{member:010}"
        );
        let mut command = program::stampbook(dir, &words);
        let start = std::time::Instant::now();
        let done = command.output().expect("the binary runs");
        times[usize::from(is_new)] += start.elapsed();
        assert!(done.status.success(), "{done:?}");
    }
    times.map(|time| time.as_secs_f64() * 1e6 / PROCESSES as f64)
}

fn main() -> ExitCode {
    let numbers: Vec<u64> = std::env::args().filter_map(|a| a.parse().ok()).collect();
    let number = |n: usize, usual: u64| numbers.get(n).copied().unwrap_or(usual);
    let (pairs, entries, lots) = (number(0, 2_000), number(1, 10_000), number(2, 500));
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder to work in");
    let folders = Folders {
        ledger: dir.path().join("ledger"),
        secrets: dir.path().join("ledger-secrets"),
    };
    let mut shop = shop(&folders);
    let mut commands = shop.pairs((0..(entries - lots) / 2).map(|_| OLD));
    commands.extend((0..lots).map(|_| shop.purchase(OLD)));
    shop.book(&commands);
    // Ten entries each: a purchase enrols as well.
    let commands = shop.pairs((0..4).flat_map(|_| 1..=NEW));
    shop.book(&commands);
    let commands: Vec<String> = (1..=NEW).map(|member| shop.purchase(member)).collect();
    shop.book(&commands);
    println!("{} open lots beside {}", shop.lots(OLD), shop.lots(1));
    let (mut old, mut new) = ((Duration::ZERO, 0.0), (Duration::ZERO, 0.0));
    for _ in 0..pairs.div_ceil(NEW) {
        for is_new in [false, true] {
            let commands = shop.pairs((1..=NEW).map(|n| if is_new { n } else { OLD }));
            let sum = if is_new { &mut new } else { &mut old };
            let (wall, cpu) = shop.timed(&commands);
            (sum.0, sum.1) = (sum.0 + wall, sum.1 + cpu);
        }
    }
    let commands = (pairs.div_ceil(NEW) * NEW * 2) as f64;
    let each = |seconds: f64| seconds * 1e6 / commands;
    let wall = (each(old.0.as_secs_f64()), each(new.0.as_secs_f64()));
    let mut is_good = told("a command in pages of 50, by the clock", wall.0, wall.1);
    is_good &= told("the same, of the processor", each(old.1), each(new.1));
    shop.ledger.close().expect("no trouble");
    let [old, new] = processes(dir.path());
    is_good &= told("a purchase as a process, by the clock", old, new);
    match is_good {
        true => ExitCode::SUCCESS,
        false => {
            println!("more than {RATIO_MAX} times");
            ExitCode::FAILURE
        }
    }
}
