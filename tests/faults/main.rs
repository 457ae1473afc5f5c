//! Disks that fail and power that goes, under the whole program, the book's own
//! library included.
//!
//! Each file operation of a command fails in each way; afterwards the same commands
//! are sent again on a disk that works. Nothing acknowledged may be lost or booked
//! twice, the ledger must verify, exit codes keep their contract, and nothing may
//! hang. The short form takes a sample; `STAMPBOOK_FAULTS=long` takes everything
//! (`just faults`), in an order that depends on the seed, for `STAMPBOOK_SECONDS` at
//! most; `STAMPBOOK_SEED` takes another sample.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::unwrap_used,
    reason = "a test that wraps or panics fails"
)]

#[path = "../support/dice.rs"]
mod dice;
mod process;
mod readonly;
mod trace;
mod watchdog;

use dice::Dice;
use process::{Fault, KINDS, Ran, copy, run};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};
use trace::{Disk, Op, parse};

/// Commands that meet a fault, and how they are sent.
struct Scenario {
    name: &'static str,
    args: &'static [&'static str],
    input: String,
    /// Commands sent again after the fault, as JSON, one a line.
    again: String,
    /// Step repeated before that, until it is done.
    finish: fn(&Path) -> Result<(), String>,
}

fn purchase(key: &str, card: u32) -> String {
    format!(
        "{{\"do\":\"purchase\",\"key\":\"{key}\",\"member\":\"card:{card}\",\"total\":\"2.00\",\"enrol\":true}}\n"
    )
}

fn nothing(_: &Path) -> Result<(), String> {
    Ok(())
}

/// A command on a disk that works, with a rebuild before it if it asks for one.
fn again(dir: &Path, args: &[&str], input: &str) -> Result<Ran, String> {
    let ran = run(dir, args, input, None, None);
    if ran.code != Some(5) || !ran.err.contains("stampbook rebuild") {
        return Ok(ran);
    }
    let rebuild = run(dir, &["rebuild"], "", None, None);
    match rebuild.code {
        Some(0) => Ok(run(dir, args, input, None, None)),
        code => Err(format!("rebuild: {code:?} {}", rebuild.err)),
    }
}

fn is_told(what: &str, ran: &Ran, code: i32, word: &str) -> Result<(), String> {
    match ran.code == Some(code) && format!("{}{}", ran.out, ran.err).contains(word) {
        true => Ok(()),
        false => Err(format!("{what}: {:?} {}{}", ran.code, ran.out, ran.err)),
    }
}

const IMPORT: &[&str] = &["import", "rows.csv", "--enrol"];
const ACTIVATE: &[&str] = &[
    "policy",
    "activate",
    "other",
    "--without-stories",
    "--reason",
    "tried",
];
const INIT: &[&str] = &[
    "init",
    "--ledger",
    "second",
    "--secrets",
    "second-keys",
    "--folder",
    "second-programme",
];

/// The file again: it is complete, and once more changes nothing.
fn import_again(dir: &Path) -> Result<(), String> {
    is_told("import", &again(dir, IMPORT, "")?, 0, "0 refused, 0 bad")?;
    is_told("once more", &again(dir, IMPORT, "")?, 0, "nothing changed")
}

fn activate_again(dir: &Path) -> Result<(), String> {
    is_told("activate", &again(dir, ACTIVATE, "")?, 0, "")?;
    is_told(
        "once more",
        &again(dir, ACTIVATE, "")?,
        0,
        "nothing differs",
    )
}

/// Runs an init again that was cut short; one that was complete has made a
/// ledger that works.
fn init_again(dir: &Path) -> Result<(), String> {
    let ran = run(dir, INIT, "", None, None);
    if ran.code != Some(0) {
        is_told("init", &ran, 2, "is a ledger already")?;
    }
    let folders = ["--ledger", "second", "--secrets", "second-keys"];
    let bought = [&folders[..], &["do", "-"]].concat();
    let ran = run(dir, &bought, &purchase("i1", 1), None, None);
    is_told("a purchase", &ran, 0, "")?;
    let verify = [&folders[..], &["audit", "verify"]].concat();
    is_told("verify", &run(dir, &verify, "", None, None), 0, "")
}

fn scenarios() -> Vec<Scenario> {
    let plain = |name, args, input: &str| Scenario {
        name,
        args,
        input: input.to_owned(),
        again: input.to_owned(),
        finish: nothing,
    };
    let many: String = (0..12).map(|n| purchase(&format!("s{n}"), n % 5)).collect();
    let erase = "{\"do\":\"erase\",\"key\":\"e1\",\"member\":\"card:2\",\"reason\":\"asked\"}\n";
    vec![
        plain("purchase", &["do", "-"], &purchase("p1", 7)),
        plain("session", &["session", "--page-max", "3"], &many),
        plain("balance", &["--json", "balance", "card:1"], ""),
        plain("rebuild", &["rebuild"], ""),
        plain("erase", &["do", "-"], erase),
        Scenario {
            finish: import_again,
            ..plain("import", IMPORT, "")
        },
        Scenario {
            finish: init_again,
            ..plain("init", INIT, "")
        },
        Scenario {
            // The points that it gives show which programme is active.
            again: purchase("a1", 6),
            finish: activate_again,
            ..plain("activate", ACTIVATE, "")
        },
    ]
}

/// Number of faults tried in each scenario; with `long`, all of them.
fn sample(all: usize, short: usize) -> usize {
    match std::env::var("STAMPBOOK_FAULTS").as_deref() {
        Ok("long") => all,
        Ok(number) => number.parse().unwrap_or(short).min(all),
        Err(_) => short.min(all),
    }
}

fn seed() -> u64 {
    std::env::var("STAMPBOOK_SEED").map_or(1, |text| text.parse().unwrap())
}

/// Cases of a run, each a scenario's number and what happens to it, in an order
/// that depends on the seed alone.
struct Cases<T> {
    what: &'static str,
    left: Vec<(usize, T)>,
    all: usize,
    chance: Dice,
    until: Option<Instant>,
    rebuilt: u32,
    found: Vec<String>,
}

impl<T> Cases<T> {
    fn new(what: &'static str, salt: u64) -> Cases<T> {
        let seconds = std::env::var("STAMPBOOK_SECONDS").ok();
        let until = seconds.map(|s| Instant::now() + Duration::from_secs(s.parse().unwrap()));
        Cases {
            what,
            left: Vec::new(),
            all: 0,
            chance: Dice::new(seed() ^ salt),
            until,
            rebuilt: 0,
            found: Vec::new(),
        }
    }

    /// Adds a sample of a scenario's cases.
    fn add(&mut self, scenario: usize, mut cases: Vec<T>, short: usize) {
        for _ in 0..sample(cases.len(), short) {
            let at = self.chance.below(cases.len());
            self.left.push((scenario, cases.swap_remove(at)));
        }
        self.all = self.left.len();
    }

    fn next(&mut self) -> Option<(usize, T)> {
        let done = self.all - self.left.len();
        if done > 0 && done.is_multiple_of(250) {
            eprintln!("{done} of {} {} so far", self.all, self.what);
        }
        let is_over = self.until.is_some_and(|until| until <= Instant::now());
        if is_over || self.left.is_empty() {
            return None;
        }
        let at = self.chance.below(self.left.len());
        Some(self.left.swap_remove(at))
    }

    fn is_wrong(&mut self, told: String) {
        eprintln!("wrong: {told}");
        self.found.push(told);
    }

    /// Tells how many there were, and fails if one was wrong.
    fn end(self) {
        let done = self.all - self.left.len();
        println!(
            "seed {}: {done} of {} {}, {} rebuilt by hand, {} wrong",
            seed(),
            self.all,
            self.what,
            self.rebuilt,
            self.found.len()
        );
        assert!(
            self.found.is_empty(),
            "seed {}: {} of {done}\n{}",
            seed(),
            self.found.len(),
            self.found.join("\n\n")
        );
    }
}

/// A ledger with a few members, the state before each fault.
fn base(dir: &Path) {
    let clean = |args: &[&str], input: &str| {
        let ran = run(dir, args, input, None, None);
        assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    };
    clean(&["init"], "");
    let rows = (0..300).map(|n| format!("r{n},card:{},2.00\n", n % 9));
    let rows: String = rows.collect();
    std::fs::write(dir.join("rows.csv"), format!("key,member,total\n{rows}")).unwrap();
    copy(&dir.join("programme"), &dir.join("other"));
    let campaign = dir.join("other/campaigns/base.rhai");
    let text = std::fs::read_to_string(&campaign).unwrap();
    let doubled = text.replace("floor(purchase.earning)", "2 * floor(purchase.earning)");
    assert_ne!(text, doubled);
    std::fs::write(&campaign, doubled).unwrap();
    let lines: String = (0..10).map(|n| purchase(&format!("b{n}"), n % 5)).collect();
    clean(&["session"], &lines);
    clean(&["audit", "card", "--out", "card.txt"], "");
}

/// Keys that were acknowledged, with their sequence.
fn acknowledged(out: &str) -> BTreeMap<String, u64> {
    let answers = out
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let done = answers.filter(|answer| answer["ok"] == true && answer["seq"].is_u64());
    done.map(|answer| {
        let key = answer["key"].as_str().unwrap_or_default().to_owned();
        (key, answer["seq"].as_u64().unwrap())
    })
    .collect()
}

/// Sends the commands again on a disk that works, and asks for everybody's balance.
fn settle(dir: &Path, again: &str) -> (Ran, Vec<String>) {
    let asks: String = (0..8)
        .map(|card| format!("{{\"ask\":\"balance\",\"member\":\"card:{card}\"}}\n"))
        .collect();
    let ran = run(dir, &["session"], &format!("{again}{asks}"), None, None);
    let answers = ran
        .out
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let told = answers.skip(again.lines().count());
    let figures = told.map(|mut answer| {
        // Members of two runs have different ids, entries other times.
        match answer["ok"] == true {
            true => answer["now"]["balance"].take().to_string(),
            false => answer["code"].to_string(),
        }
    });
    let figures = figures.collect();
    (ran, figures)
}

/// Sends the commands again after a fault and checks the ledger; the error says
/// what is damaged.
fn judge(
    dir: &Path,
    scenario: &Scenario,
    faulty: &BTreeMap<String, u64>,
    wanted: &[String],
    rebuilt: &mut u32,
) -> Result<(), String> {
    (scenario.finish)(dir)?;
    let (mut ran, mut figures) = settle(dir, &scenario.again);
    if ran.code == Some(5) && ran.err.contains("stampbook rebuild") {
        *rebuilt += 1;
        again(dir, &["rebuild"], "")?;
        (ran, figures) = settle(dir, &scenario.again);
    }
    if ran.code != Some(0) {
        return Err(format!(
            "the next opening: {:?} (hung: {}) {}{}",
            ran.code, ran.is_hung, ran.out, ran.err
        ));
    }
    if figures != wanted {
        return Err(format!(
            "figures {figures:?}, wanted {wanted:?}\n{}{}",
            ran.out, ran.err
        ));
    }
    let after = acknowledged(&ran.out);
    for (key, seq) in faulty {
        if after.get(key) != Some(seq) {
            return Err(format!("{key} was entry {seq}, is {:?}", after.get(key)));
        }
    }
    let verified = run(
        dir,
        &["audit", "verify", "--card", "card.txt"],
        "",
        None,
        None,
    );
    match verified.code {
        Some(0) => Ok(()),
        code => Err(format!("verify: {code:?} {}{}", verified.out, verified.err)),
    }
}

/// The figures at which a scenario arrives, and its file operations.
fn measure(base: &Path, scenario: &Scenario) -> (Vec<String>, Vec<Op>) {
    let dir = tempfile::tempdir().unwrap();
    copy(base, dir.path());
    let root = dir.path().canonicalize().unwrap();
    let trace = tempfile::NamedTempFile::new().unwrap();
    let ran = run(
        &root,
        scenario.args,
        &scenario.input,
        None,
        Some(trace.path()),
    );
    assert_eq!(
        ran.code,
        Some(0),
        "{}: {}{}",
        scenario.name,
        ran.out,
        ran.err
    );
    (scenario.finish)(&root).unwrap();
    let (_, figures) = settle(&root, &scenario.again);
    (figures, parse(&std::fs::read(trace.path()).unwrap(), &root))
}

fn is_shim_here() -> bool {
    match process::shim() {
        Ok(_) => true,
        Err(why) => {
            eprintln!("NOT RUN: no file operation could be made to fail here: {why}");
            false
        }
    }
}

/// Runs a number of faults, spread over all scenarios, operations and kinds.
#[test]
fn a_disk_that_fails_anywhere_loses_nothing_acknowledged() {
    if !is_shim_here() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    base(dir.path());
    let scenarios = scenarios();
    let mut cases = Cases::new("faults", 0);
    let mut wanted = Vec::new();
    for (n, scenario) in scenarios.iter().enumerate() {
        let (figures, ops) = measure(dir.path(), scenario);
        wanted.push(figures);
        let is_counted = |op: &&Op| !matches!(op, Op::Out(_));
        let ops = ops.iter().filter(is_counted).count() as u64;
        let mut faults: Vec<Fault> = Vec::new();
        for (kind, stays, is_reading) in KINDS {
            // Reading adds about as many operations again.
            let most = if is_reading { 2 * ops } else { ops };
            faults.extend((0..most).map(|at| Fault {
                at,
                kind,
                stays,
                reads: is_reading,
            }));
        }
        cases.add(n, faults, 16);
    }
    while let Some((n, fault)) = cases.next() {
        let scenario = &scenarios[n];
        let dir_now = tempfile::tempdir().unwrap();
        copy(dir.path(), dir_now.path());
        let root = dir_now.path().canonicalize().unwrap();
        let ran = run(&root, scenario.args, &scenario.input, Some(fault), None);
        let is_by_contract = match ran.code {
            Some(0 | 5) => !ran.is_hung,
            Some(2) => !ran.err.is_empty(),
            _ => fault.kind == "kill" && !ran.is_hung,
        };
        let told = format!(
            "{} {fault:?}: {:?} hung {}",
            scenario.name, ran.code, ran.is_hung
        );
        if !is_by_contract {
            cases.is_wrong(format!("{told}\n{}{}", ran.out, ran.err));
        }
        if scenario.name == "balance" && fault.kind == "enospc" && ran.code != Some(0) {
            cases.is_wrong(format!(
                "a question failed on a full disk: {told}\n{}{}",
                ran.out, ran.err
            ));
        }
        let acknowledged = acknowledged(&ran.out);
        let judged = judge(
            &root,
            scenario,
            &acknowledged,
            &wanted[n],
            &mut cases.rebuilt,
        );
        if let Err(wrong) = judged {
            cases.is_wrong(format!("{told}\n{}\nafterwards: {wrong}", ran.err));
        }
    }
    cases.end();
}

/// Cuts the power at every operation, with any part of the unsynced data kept.
#[test]
fn a_power_cut_anywhere_loses_nothing_acknowledged() {
    if !is_shim_here() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    base(dir.path());
    let scenarios = scenarios();
    let mut cases = Cases::new("cuts", 0x5bd1_e995);
    let mut measured = Vec::new();
    for (n, scenario) in scenarios.iter().enumerate() {
        let (figures, ops) = measure(dir.path(), scenario);
        // Each cut may leave several states.
        let cuts: Vec<usize> = (0..=ops.len()).collect();
        cases.add(n, cuts.repeat(4), 12);
        measured.push((figures, ops));
    }
    while let Some((n, cut)) = cases.next() {
        let (scenario, (wanted, ops)) = (&scenarios[n], &measured[n]);
        let mut disk = Disk::of(dir.path());
        ops[..cut].iter().for_each(|op| disk.apply(op));
        let after = tempfile::tempdir().unwrap();
        disk.after_power_cut(after.path(), &mut |bound| cases.chance.below(bound));
        let acknowledged = acknowledged(&String::from_utf8_lossy(&disk.out));
        let judged = judge(
            after.path(),
            scenario,
            &acknowledged,
            wanted,
            &mut cases.rebuilt,
        );
        if let Err(wrong) = judged {
            let all = ops.len();
            cases.is_wrong(format!("{} cut at {cut} of {all}: {wrong}", scenario.name));
        }
    }
    cases.end();
}
