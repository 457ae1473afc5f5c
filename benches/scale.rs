//! Many members, with the binary as it ships: `import` beside SQLite with as many
//! accounts, `audit verify --level 1`, one purchase as one process, and all of it
//! once more with little memory, which must come to the same.
//!
//! `cargo bench --bench scale -- [PURCHASES:MEMBERS[:ROUNDS]]... [--memory SIZE]`
//! measures the sizes given (default `1000000:100000:3 1000000:1000000:3
//! 10000000:1000000:1`). A round is one import and one run of SQLite, each a process
//! of its own, in turns; what is printed is the ratio of the sums over all rounds,
//! since rates depend on what else the machine does. `--only import` and `--only
//! verify` leave out the rest; `--only simulate` decides the sales again by the same
//! programme, beside the import; `--only memory` compares with little memory alone:
//! import, rebuild and verification must come to the same, stay within the memory as
//! the system counts it, and take at most three times as long; the least bound that
//! the binary takes, 512MiB, must hold for `--only memory 1000000:1000000`.

#[path = "../tests/support/dice.rs"]
mod dice;
mod peer;
mod processor;
mod program;
mod sale;

use dice::Dice;
use processor::cpu_seconds;
use program::stampbook;
use sale::Sale;
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The first word of a process of this bench that is the peer.
const PEER: &str = "peer";
/// Purchases made as processes, after a few that fill the caches.
const PROCESSES: usize = 41;
const WARM_UP: usize = 3;
/// Verifications of each size, of which the median is printed.
const VERIFICATIONS: usize = 3;
/// Greatest ratio of a time with little memory to the time without a limit.
const SLOWER_MAX: f64 = 3.0;
/// Members whose balances are compared.
const COMPARED: u64 = 100;
const POLL: Duration = Duration::from_millis(5);

/// A process that has ended.
struct Ran {
    seconds: f64,
    /// Processor time of all threads, in seconds.
    cpu: f64,
    /// Most memory in use, in MiB; zero where there is no /proc.
    peak: u64,
    output: String,
}

/// Runs a process to its end; it must succeed.
fn run(command: &mut Command) -> Ran {
    let (start, cpu) = (Instant::now(), cpu_seconds());
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    // What is printed is short, so it fits into the pipe.
    let ended = loop {
        if let Some(ended) = child.try_wait().expect("it can be waited for") {
            break ended;
        }
        peak = peak_kib(&status).unwrap_or(0).max(peak);
        std::thread::sleep(POLL);
    };
    let seconds = start.elapsed().as_secs_f64();
    let mut output = String::new();
    let mut pipe = child.stdout.take().expect("it was piped");
    pipe.read_to_string(&mut output).expect("it is text");
    assert!(ended.success(), "{command:?}: {ended}: {output}");
    Ran {
        seconds,
        cpu: cpu_seconds() - cpu,
        peak: peak >> 10,
        output,
    }
}

fn peak_kib(status: &str) -> Option<u64> {
    let text = std::fs::read_to_string(status).ok()?;
    let line = text.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// The file that is imported.
fn write_purchases(path: &Path, count: u64, members: u64) {
    let file = File::create(path).expect("a file to write");
    let (mut out, mut random) = (BufWriter::with_capacity(1 << 20, file), Dice::new(count));
    for n in 0..count {
        let amounts = (100 + random.next() % 2900, 100 + random.next() % 1900);
        let (key, member) = (random.next(), random.next() % members);
        let sale = Sale {
            key: &format_args!("{key:016x}"),
            member,
            till: 1 + n % 2,
            amounts,
        };
        writeln!(out, "{sale}").expect("room for it");
    }
    out.flush().expect("room for it");
}

/// A new ledger in a folder, filled from the file beside it.
fn import(dir: &Path, memory: &str) -> Ran {
    let _ = std::fs::remove_dir_all(dir);
    std::fs::create_dir(dir).expect("a folder");
    let init = "init --programme corner-cafe --currency EUR --zone Europe/Berlin";
    run(&mut stampbook(dir, init));
    let words = format!("import --json{memory} ../purchases.jsonl");
    run(&mut stampbook(dir, &words))
}

/// As many bare chained inserts by SQLite, in a process of its own.
fn run_peer(dir: &Path, count: u64, members: u64) -> Ran {
    let own = std::env::current_exe().expect("its own name");
    let numbers = [count.to_string(), members.to_string()];
    let mut command = Command::new(own);
    let mut ran = run(command.current_dir(dir).arg(PEER).args(numbers));
    let _ = std::fs::remove_dir_all(dir.join("sqlite"));
    // Without the time for making the accounts and closing the database.
    let rate: f64 = ran.output.trim().parse().expect("it prints its rate");
    ran.seconds = count as f64 / rate;
    ran
}

fn be_peer(numbers: &[String]) {
    let number = |n: usize| numbers[n].parse().expect("a number");
    let mut random = Dice::new(43);
    std::fs::create_dir("sqlite").expect("a folder");
    let rate = peer::rate(Path::new("sqlite"), number(0), number(1), || random.next());
    println!("{}", rate.expect("SQLite works"));
}

fn told(name: &str, count: u64, seconds: f64, ran: &[&Ran]) {
    let cpu: f64 = ran.iter().map(|ran| ran.cpu).sum::<f64>() / ran.len() as f64;
    let peak = ran.iter().map(|ran| ran.peak).max().unwrap_or(0);
    println!(
        "  {name:<34} {:>9.0} a second, {:>6.2} s, {:>6.1} µs of processor each, {peak:>5} MiB at most",
        count as f64 / seconds,
        seconds,
        cpu / count as f64 * 1e6
    );
}

fn all(ran: &[Ran]) -> Vec<&Ran> {
    ran.iter().collect()
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// Checks that a process stayed within its memory, if it had a bound.
fn check_memory(name: &str, ran: &Ran, memory: &str) {
    let size = memory.trim_start_matches(" --memory ");
    if let Ok(limit) = size.trim_end_matches("MiB").parse::<u64>() {
        let peak = ran.peak;
        assert!(peak <= limit, "{name} took {peak} MiB of {limit}");
    }
}

/// Median seconds of `audit verify --level 1`.
fn verify(dir: &Path, entries: u64, memory: &str) -> f64 {
    let words = format!("audit{memory} verify --level 1");
    let verify = || run(&mut stampbook(dir, &words));
    let ran: Vec<Ran> = (0..VERIFICATIONS).map(|_| verify()).collect();
    let within = |ran: &Ran| check_memory("verify", ran, memory);
    ran.iter().for_each(within);
    let seconds = median(ran.iter().map(|ran| ran.seconds).collect());
    told(
        &format!("verify --level 1{memory}"),
        entries,
        seconds,
        &all(&ran),
    );
    seconds
}

/// Seconds of `policy simulate` with the programme that is in force: nothing differs.
fn simulate(dir: &Path, count: u64, imported: f64) {
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed();
    let days = since.expect("a clock after 1970").as_secs() / 86_400;
    let day = |days: u64| stampbook::model::Day(i32::try_from(days).expect("a day")).to_string();
    // The shop's day may be the next one, or the import may have begun the day before.
    let (from, to) = (day(days - 1), day(days + 1));
    let words = format!("policy simulate programme --json --from {from} --to {to}");
    let ran = run(&mut stampbook(dir, &words));
    let summary: serde_json::Value = serde_json::from_str(&ran.output).expect("JSON");
    assert_eq!(summary["purchases"], count, "{summary}");
    assert_eq!(
        summary["most"].as_array().map(Vec::len),
        Some(0),
        "{summary}"
    );
    told("policy simulate", count, ran.seconds, &[&ran]);
    println!("  simulate takes {:.2} of import", ran.seconds / imported);
}

/// Entries of a ledger: purchases and enrolments.
fn entries(purchases: u64, imported: &Ran) -> u64 {
    let summary: serde_json::Value = serde_json::from_str(&imported.output).expect("JSON");
    assert_eq!(summary["booked"], purchases, "{summary}");
    purchases + summary["members_new"].as_u64().expect("a number")
}

fn processes(dir: &Path, members: u64) {
    let mut random = Dice::new(44);
    let mut times = Vec::new();
    for n in 0..PROCESSES + WARM_UP {
        let member = random.next() % members;
        let words =
            format!("purchase --json --enrol --total 4.50 --key p{n} --member card:{member:010}");
        let start = Instant::now();
        let done = stampbook(dir, &words).output().expect("the binary runs");
        assert!(done.status.success(), "{done:?}");
        if n >= WARM_UP {
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
    }
    times.sort_by(f64::total_cmp);
    println!(
        "  one purchase as a process: median {:.1} ms, best {:.1}, nine of ten under {:.1}",
        times[PROCESSES / 2],
        times[0],
        times[PROCESSES * 9 / 10]
    );
}

/// Balances of some members, as the ledger reports them.
fn balances(dir: &Path, members: u64) -> Vec<String> {
    let step = (members / COMPARED).max(1);
    let said = (0..COMPARED.min(members)).map(|n| {
        let words = format!("balance --json card:{:010}", n * step);
        let done = stampbook(dir, &words).output().expect("the binary runs");
        let said: Result<serde_json::Value, _> = serde_json::from_slice(&done.stdout);
        // Ids and dates are of the run, figures are not.
        said.map_or_else(
            |_| "nobody".into(),
            |said| said["now"]["balance"].to_string(),
        )
    });
    let said: Vec<String> = said.collect();
    assert!(said.iter().any(|said| said.contains("star")), "{said:?}");
    said
}

/// One of the sizes that are measured.
struct Size {
    count: u64,
    members: u64,
    rounds: u64,
}

impl Size {
    fn parse(text: &str) -> Option<Size> {
        let mut numbers = text.split(':').map(str::parse);
        let mut next = || numbers.next().and_then(Result::ok);
        Some(Size {
            count: next()?,
            members: next()?,
            rounds: next().unwrap_or(1),
        })
    }
}

/// Rates of one size, to compare with those of others.
struct Rates {
    import: f64,
    verify: f64,
}

fn measure(dir: &Path, size: &Size, memory: &str, only: &str) -> Rates {
    let Size { count, members, .. } = *size;
    println!("{count} purchases over {members} members");
    write_purchases(&dir.join("purchases.jsonl"), count, members);
    let ledger = dir.join("ledger");
    let (mut ours, mut peer) = (Vec::new(), Vec::new());
    for _ in 0..size.rounds {
        ours.push(import(&ledger, ""));
        if matches!(only, "" | "import") {
            peer.push(run_peer(dir, count, members));
        }
    }
    let sum = |ran: &[Ran]| ran.iter().map(|ran| ran.seconds).sum::<f64>() / ran.len() as f64;
    let seconds = sum(&ours);
    told("import", count, seconds, &all(&ours));
    if !peer.is_empty() {
        told(
            "SQLite, bare chained inserts",
            count,
            sum(&peer),
            &all(&peer),
        );
        let ratios = ours.iter().zip(&peer).map(|(a, b)| b.seconds / a.seconds);
        let ratios: Vec<String> = ratios.map(|ratio| format!("{ratio:.2}")).collect();
        println!(
            "  import beside SQLite: {:.2} ({})",
            sum(&peer) / seconds,
            ratios.join(", ")
        );
    }
    let last = ours.last().expect("a round");
    let entries = entries(count, last);
    let rates = |verify| Rates {
        import: count as f64 / seconds,
        verify,
    };
    if matches!(only, "" | "simulate") {
        simulate(&ledger, count, seconds);
    }
    if matches!(only, "import" | "simulate") {
        return rates(0.0);
    }
    let verified = verify(&ledger, entries, "");
    if matches!(only, "" | "memory") {
        let said = balances(&ledger, members);
        if only.is_empty() {
            processes(&ledger, members);
        }
        let bound = format!(" --memory {memory}");
        let small = dir.join("small");
        let imported = import(&small, &bound);
        told(
            &format!("import{bound}"),
            count,
            imported.seconds,
            &[&imported],
        );
        assert_eq!(
            last.output, imported.output,
            "another result in less memory"
        );
        assert_eq!(said, balances(&small, members), "other balances");
        let rebuild = |bound: &str| run(&mut stampbook(&small, &format!("rebuild --json{bound}")));
        let (made, made_small) = (rebuild(""), rebuild(&bound));
        told(
            &format!("rebuild{bound}"),
            entries,
            made_small.seconds,
            &[&made_small],
        );
        assert_eq!(said, balances(&small, members), "other balances");
        check_memory("import", &imported, &bound);
        check_memory("rebuild", &made_small, &bound);
        let slower = [
            imported.seconds / last.seconds,
            made_small.seconds / made.seconds,
            verify(&small, entries, &bound) / verified,
        ];
        let [import, rebuild, verify] = slower;
        println!(
            "  with{bound} the same result: import takes {import:.2} times, rebuild {rebuild:.2}, verify {verify:.2}"
        );
        assert!(slower.iter().all(|times| *times <= SLOWER_MAX), "too slow");
        let _ = std::fs::remove_dir_all(&small);
    }
    rates(entries as f64 / verified)
}

fn main() {
    // Cargo adds `--bench`.
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|w| w != "--bench")
        .collect();
    if words.first().is_some_and(|word| word == PEER) {
        return be_peer(&words[1..]);
    }
    let after = |flag: &str| {
        let at = words.iter().position(|word| word == flag)?;
        words.get(at + 1).cloned()
    };
    let memory = after("--memory").unwrap_or_else(|| "512MiB".into());
    let only = after("--only").unwrap_or_default();
    let mut sizes: Vec<Size> = words.iter().filter_map(|word| Size::parse(word)).collect();
    if sizes.is_empty() {
        let usual = [
            "1000000:100000:3",
            "1000000:1000000:3",
            "10000000:1000000:1",
        ];
        sizes = usual.into_iter().filter_map(Size::parse).collect();
    }
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder to work in");
    let mut first: Option<Rates> = None;
    for size in &sizes {
        let rates = measure(dir.path(), size, &memory, &only);
        match &first {
            None => first = Some(rates),
            Some(first) => println!(
                "  beside the first size: import {:.2} of its rate, verify {:.2}",
                rates.import / first.import,
                rates.verify / first.verify
            ),
        }
    }
}
