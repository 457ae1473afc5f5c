//! `kill -9` at any moment, and again: the same figures.

use crate::shop::{Shop, ran};
use serde_json::Value;
use stampbook::engine::{Folders, Ledger, Options};
use std::io::{BufRead, BufReader, Write};

const SAMPLE: &str = include_str!("../data/cdnow_sample.txt");
const IMPORT: &str = "import - --source sample --history --enrol --map 'member=customer_id:id:,at=date:%Y%m%d,qty=number_of_cds,total=dollar_value'";

/// Members, and points that members hold.
fn figures(shop: &Shop) -> (u64, i128) {
    let folders = Folders {
        ledger: shop.path("ledger"),
        secrets: shop.path("ledger-secrets"),
    };
    let ledger = Ledger::open(&folders, Options::new("test").unwrap()).unwrap();
    let global = ledger.global();
    let held = global.totals.iter().map(|t| t.outstanding()).sum();
    (global.members, held)
}

// proves: S95
#[test]
fn an_import_that_is_repeated_changes_nothing_and_says_so() {
    let shop = Shop::plain();
    shop.pipe(IMPORT, SAMPLE)
        .ends(0)
        .says(&["400 booked", "96 new members", "14399 point"]);
    let journal = shop.read("ledger/journal/000000000000.seg");
    shop.pipe(IMPORT, SAMPLE)
        .ends(0)
        .says(&["400 booked before", "nothing changed"]);
    assert!(journal == shop.read("ledger/journal/000000000000.seg"));
    assert_eq!(figures(&shop), (96, 14399));
    let changed = SAMPLE.replacen("11.77", "11.78", 1);
    shop.pipe(IMPORT, changed)
        .ends(1)
        .says(&["line 2:", "key_conflict", "1 refused"]);
}

#[test]
fn a_file_cut_within_a_line_is_booked_up_to_it_and_continued() {
    let shop = Shop::plain();
    let cut = SAMPLE.find("00040").unwrap() + 14;
    let whole = SAMPLE[..cut].lines().count() - 2;
    let first = shop
        .pipe(&format!("--json {IMPORT}"), &SAMPLE[..cut])
        .ends(2);
    let summary = first.json();
    assert_eq!(
        (&summary["booked"], &summary["bad"]),
        (&whole.into(), &1.into())
    );
    assert_eq!(summary["told"][0]["line"], whole as u64 + 2);
    assert!(first.err.contains("import it again"), "{}", first.err);
    shop.pipe(IMPORT, SAMPLE)
        .ends(0)
        .says(&[&format!("{whole} booked before"), "0 bad"]);
    assert_eq!(figures(&shop), (96, 14399));
}

#[test]
fn an_import_killed_anywhere_and_run_again_gives_the_same_figures() {
    let lines: Vec<&str> = SAMPLE.split_inclusive('\n').collect();
    // Enough rows for several pages: the file is repeated under other names.
    for (round, kept) in [1, 60, 200, 399, 401].into_iter().enumerate() {
        let shop = Shop::plain();
        let mut child = shop.begin(IMPORT);
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(lines[..kept].concat().as_bytes()).unwrap();
        stdin.flush().unwrap();
        if round % 2 == 1 {
            // Lets it book its rows before it dies.
            drop(stdin);
        }
        child.kill().unwrap();
        child.wait().unwrap();
        shop.pipe(IMPORT, SAMPLE)
            .ends(0)
            .says(&["0 refused, 0 bad"]);
        assert_eq!(figures(&shop), (96, 14399), "killed with {kept} lines in");
        shop.run("audit verify").ends(0);
    }
}

/// The sample many times over, under other customers: some pages' worth.
fn large() -> String {
    let (head, rows) = SAMPLE.split_once('\n').unwrap();
    let copies = (1..=15).map(|n| rows.replace("\n 00", &format!("\n {n:02}")));
    let first_of_each = |text: String| text[text.find('\n').unwrap() + 1..].to_owned();
    let rows: String = copies.map(first_of_each).collect();
    format!("{head}\n{rows}")
}

/// Length of the written part of the journal, in bytes.
fn journal_len(shop: &Shop) -> usize {
    let bytes = shop.read("ledger/journal/000000000000.seg");
    bytes.iter().rposition(|b| *b != 0).unwrap_or(0)
}

#[test]
fn an_import_of_many_pages_killed_between_and_within_them_is_completed() {
    let import = IMPORT.replace("import -", "import large.txt");
    let text = large();
    let shop = Shop::plain();
    shop.write("large.txt", &text);
    shop.run(&import).ends(0).says(&["5985 booked"]);
    let (whole, len) = (figures(&shop), journal_len(&shop));
    for part in [1, 3, 5, 7] {
        let shop = Shop::plain();
        shop.write("large.txt", &text);
        let mut child = shop.begin(&import);
        // Waits for the journal rather than for a time.
        while journal_len(&shop) < len * part / 8 && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        shop.run(&import).ends(0).says(&["0 refused, 0 bad"]);
        assert_eq!(figures(&shop), whole, "killed at {part}/8 of the journal");
        shop.run("audit verify").ends(0);
    }
}

// proves: S195
#[test]
fn what_was_acknowledged_before_a_kill_is_there_after_it() {
    let shop = Shop::cafe();
    for round in 0..4 {
        let mut child = shop.begin("session");
        let mut stdin = child.stdin.take().unwrap();
        let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
        let lines: String = (0..400)
            .map(|n| {
                let (key, card) = (format!("r{round}-{n}"), n % 7);
                format!("{{\"do\":\"purchase\",\"key\":\"{key}\",\"member\":\"card:{card}\",\"total\":\"2.00\",\"enrol\":true}}\n")
            })
            .collect();
        let sent = lines.clone();
        let writer = std::thread::spawn(move || drop(stdin.write_all(sent.as_bytes())));
        let acknowledged: Vec<Value> = answers
            .by_ref()
            .take(40 + 70 * round)
            .map(|line| serde_json::from_str(&line.unwrap()).unwrap())
            .collect();
        child.kill().unwrap();
        child.wait().unwrap();
        writer.join().unwrap();

        let again = shop.pipe("session", lines).ends(0);
        let again: Vec<Value> = again
            .out
            .lines()
            .map(|l| serde_json::from_str(l).unwrap())
            .collect();
        assert_eq!(again.len(), 400);
        for (before, after) in acknowledged.iter().zip(&again) {
            assert_eq!(after["repeated"], true, "{after}");
            for field in ["key", "seq", "did", "after"] {
                assert_eq!(before[field], after[field]);
            }
        }
        shop.run("audit verify").ends(0);
    }
}

#[test]
fn an_ending_session_closes_cleanly_whoever_stops_listening() {
    let shop = Shop::cafe();
    let mut child = shop.begin("session");
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"{\"do\":\"daily\"}\n").unwrap();
    drop(stdin);
    // The answer was not read, and the exit code and a message say so.
    ran(child).ends(5).says(&["1 answer was not read"]);
    let lock = String::from_utf8(shop.read("ledger/lock")).unwrap();
    assert!(lock.contains("state clean"), "{lock}");
}

/// Cuts the page of a command at many places, as a crash could, and asserts
/// that each time all or none of the entries with these keys exist.
fn torn(shop: &Shop, command: &str, keys: &[&str]) {
    const SEGMENT: &str = "ledger/journal/000000000000.seg";
    let before = shop.copied();
    shop.run(command).ends(0);
    let (old, new) = (before.read(SEGMENT), shop.read(SEGMENT));
    let end = |bytes: &[u8]| bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1;
    let (from, to) = (end(&old), end(&new));
    let mut seen = Vec::new();
    for cut in (from..to).step_by(61).chain([to - 1, to]) {
        let shop = before.copied();
        let mut bytes = old.clone();
        bytes.resize(bytes.len().max(cut), 0);
        bytes[from..cut].copy_from_slice(&new[from..cut]);
        shop.write(SEGMENT, bytes);
        let folders = Folders {
            ledger: shop.path("ledger"),
            secrets: shop.path("ledger-secrets"),
        };
        let mut ledger = Ledger::open(&folders, Options::new("test").unwrap()).unwrap();
        let found = keys.iter().map(|key| ledger.find_key(key).unwrap());
        let there = found.flatten().count();
        assert!(there == 0 || there == keys.len(), "cut at {cut}: {there}");
        assert_eq!(there > 0, cut == to, "cut at {cut} of {to}");
        seen.push(there);
        ledger.close().unwrap();
        // The ledger is whole after each cut, and the command can be sent again.
        if seen.len() % 8 == 1 || cut == to {
            shop.run(command).ends(0);
            shop.run("audit verify").ends(0);
        }
    }
    assert!(seen.len() > 8, "{seen:?}");
}

// proves: CRASH1
#[test]
fn a_crash_leaves_all_parts_of_a_ticket_or_none() {
    let shop = Shop::cafe();
    shop.run("member enrol --alias card:1 --key e").ends(0);
    shop.run("member enrol --alias card:2 --key e2").ends(0);
    for key in ["a", "b"] {
        shop.run(&format!(
            "purchase --member card:1 --total 10.00 --key {key}"
        ))
        .ends(0);
    }
    let ticket = "ticket --member card:1 --return a --return b --total 25.00 --key t";
    torn(&shop, ticket, &["t~1", "t~2", "t"]);
    shop.run("purchase --member card:1 --total 7.00 --receipt 9 --key c")
        .ends(0);
    let moved = "reassign --of c --to card:2 --reason 'wrong card' --key m";
    torn(&shop, moved, &["m~1", "m"]);
    let amended = "amend --of m --total 8.00 --reason weighed --key n";
    torn(&shop, amended, &["n~1", "n"]);
}
