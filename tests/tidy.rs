//! Architecture of the code: which room may import which, which crates a room
//! may use, and how long files and functions may be. If a rule finds something,
//! the code changes, not the rule.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::unwrap_used,
    reason = "a test that wraps or panics fails"
)]

mod tidy {
    mod circles;
    mod places;
    pub mod source;
}

use std::collections::{BTreeMap, BTreeSet};
use tidy::source::{Function, sources, text_files};

/// Every room: the rooms it may import, and the crates it may use.
const ROOMS: [(&str, &[&str], &[&str]); 19] = [
    (
        "model",
        &[],
        &[
            "bincode",
            "chrono",
            "idna",
            "phonenumber",
            "rust_decimal",
            "unicode_normalization",
        ],
    ),
    (
        "chain",
        &["model"],
        &[
            "bincode",
            "blake3",
            "data_encoding",
            "ed25519_dalek",
            "lz4_flex",
            "sha2",
            "thiserror",
            "zeroize",
        ],
    ),
    (
        "rules",
        &["model"],
        &["bincode", "rust_decimal", "thin_vec", "thiserror"],
    ),
    (
        "policy",
        &["model"],
        &[
            "blake3",
            "encoding_rs",
            "rhai",
            "rust_decimal",
            "serde",
            "strsim",
            "toml",
        ],
    ),
    (
        "storage",
        &["chain"],
        &[
            "blake3",
            "chacha20poly1305",
            "getrandom",
            "rustix",
            "serde",
            "serde_json",
            "sled",
            "thiserror",
            "zeroize",
        ],
    ),
    (
        "command",
        &["model"],
        &[
            "blake3",
            "clap",
            "csv",
            "data_encoding",
            "encoding_rs",
            "jiff",
            "regex",
            "rust_decimal",
            "schemars",
            "serde",
            "serde_json",
            "strsim",
            "toml",
        ],
    ),
    (
        "answer",
        &["model", "chain", "rules", "command"],
        &[
            "data_encoding",
            "rust_decimal",
            "schemars",
            "serde",
            "serde_json",
        ],
    ),
    (
        "slip",
        &["model", "command", "answer"],
        &["data_encoding", "encoding_rs", "qrcode"],
    ),
    (
        "engine",
        &[
            "model", "chain", "rules", "policy", "storage", "command", "answer", "slip",
        ],
        &[
            "bincode",
            "blake3",
            "encoding_rs",
            "jiff",
            "rust_decimal",
            "schemars",
            "serde",
            "serde_json",
            "thiserror",
            "toml",
            "zeroize",
        ],
    ),
    (
        "query",
        &[
            "model", "chain", "rules", "policy", "command", "answer", "engine", "insight",
        ],
        &[
            "blake3",
            "clap",
            "rust_decimal",
            "schemars",
            "serde",
            "serde_json",
            "thiserror",
        ],
    ),
    (
        "audit",
        &[
            "model", "chain", "rules", "policy", "storage", "command", "answer", "engine",
        ],
        &[
            "bincode",
            "blake3",
            "data_encoding",
            "rust_decimal",
            "serde",
            "serde_json",
            "tempfile",
            "thiserror",
        ],
    ),
    (
        "workbench",
        &[
            "model", "chain", "rules", "policy", "storage", "command", "answer", "engine",
        ],
        &[
            "blake3",
            "rand",
            "rand_chacha",
            "rust_decimal",
            "serde",
            "serde_json",
            "similar",
            "tempfile",
            "thiserror",
        ],
    ),
    (
        "insight",
        &["model", "chain"],
        &["argmin", "argmin_math", "bincode", "rust_decimal", "statrs"],
    ),
    (
        "queue",
        &["model", "chain", "storage", "command", "answer", "engine"],
        &[
            "data_encoding",
            "rust_decimal",
            "serde",
            "serde_json",
            "thiserror",
            "zeroize",
        ],
    ),
    (
        "embed",
        &[
            "policy",
            "command",
            "answer",
            "engine",
            "query",
            "workbench",
        ],
        &["serde_json"],
    ),
    ("page", &[], &["askama", "serde_json"]),
    (
        "serve",
        &[
            "model", "storage", "command", "answer", "engine", "query", "embed", "page",
        ],
        &[
            "askama",
            "axum",
            "blake3",
            "cookie",
            "data_encoding",
            "futures_util",
            "hmac",
            "http_body_util",
            "hyper",
            "hyper_util",
            "prometheus_client",
            "schemars",
            "sd_notify",
            "serde",
            "serde_json",
            "sha2",
            "tokio",
            "tokio_rustls",
            "tower",
            "tower_http",
            "tracing",
            "tracing_subscriber",
            "ureq",
            "zeroize",
        ],
    ),
    (
        "cli",
        &[
            "model",
            "chain",
            "rules",
            "policy",
            "storage",
            "command",
            "answer",
            "engine",
            "query",
            "queue",
            "slip",
            "audit",
            "workbench",
            "embed",
            "page",
            "serve",
        ],
        &[
            "anstream",
            "clap",
            "clap_complete",
            "clap_mangen",
            "comfy_table",
            "data_encoding",
            "indicatif",
            "rust_decimal",
            "serde",
            "serde_json",
            "tempfile",
            "toml",
            "ureq",
        ],
    ),
    ("main", &["cli"], &["mimalloc"]),
];

/// Crates of Cargo.toml for the service and its packages that nothing uses yet.
/// Remove one from this list with its first use.
const AWAITED: &[&str] = &[];

/// Rooms whose answers depend on their arguments alone.
const PURE: [&str; 6] = ["model", "chain", "rules", "policy", "answer", "slip"];

/// Words that code in a pure room must not use.
const IMPURE: [&str; 10] = [
    "SystemTime",
    "f32",
    "f64",
    "getrandom",
    "rand",
    "fs",
    "env",
    "thread",
    "net",
    "process",
];

/// Greatest lengths: a hint rather than a law, since files are cut at their seams.
const FILE_LINES_MAX: usize = 1000;
const FILE_LINES_MEDIAN: usize = 200;
const FUNCTION_LINES_MAX: usize = 100;
const FUNCTION_LINES_MEDIAN: usize = 10;
const EXPECTS_MAX: usize = 40;

/// Most files over which the methods of a type are spread.
const SPREAD_MAX: usize = 3;

/// All findings of a rule, or none.
fn none(rule: &str, found: Vec<String>) {
    assert!(found.is_empty(), "{rule}:\n  {}\n", found.join("\n  "));
}

fn room_rule(
    name: &str,
) -> Option<&'static (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
)> {
    ROOMS.iter().find(|r| r.0 == name)
}

/// The names that follow `prefix::` in a file, groups in braces included.
fn after(code: &str, prefix: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let start = format!("{prefix}::");
    for (at, _) in code.match_indices(&start) {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || "_:".contains(c)) {
            continue;
        }
        let rest = &code[at + start.len()..];
        let names = match rest.strip_prefix('{') {
            Some(group) => top_level(group),
            None => vec![rest],
        };
        found.extend(names.into_iter().map(first_word));
    }
    found
}

/// The parts of a group in braces, without what stands in braces inside it.
fn top_level(group: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                parts.push(&group[start..at]);
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&group[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts
}

fn first_word(text: &str) -> String {
    let text = text.trim_start();
    text.chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

#[test]
fn rooms_know_only_the_rooms_below() {
    let mut found = Vec::new();
    for source in sources() {
        let Some((name, rooms, _)) = room_rule(&source.room) else {
            found.push(format!(
                "{}: the table has no room {}",
                source.path, source.room
            ));
            continue;
        };
        let known = after(&source.code, "crate")
            .into_iter()
            .chain(after(&source.code, "stampbook"));
        for other in known.filter(|o| o != name && room_rule(o).is_some()) {
            if !rooms.contains(&other.as_str()) {
                found.push(format!("{}: {name} knows {other}", source.path));
            }
        }
    }
    none("rooms know only the rooms below", found);
}

/// The places that know every act or every effect, apart from the model and the
/// rules: what the recipe of ARCHITECTURE.md names for a verb, and the auditor,
/// who decides everything again.
const KNOW_ALL: [(&str, usize, &[&str]); 3] = [
    (
        "Verb",
        9,
        &[
            "src/command/convert.rs",
            "src/command/request.rs",
            "src/command/verbs.rs",
            "src/engine/verbs/transfers.rs",
            "src/engine/staging/naming.rs",
        ],
    ),
    (
        "Act",
        10,
        &[
            "src/answer/act.rs",
            "src/audit/reperformed.rs",
            "src/engine/verbs/transfers.rs",
            "src/engine/staging/naming.rs",
            "src/workbench/simulation/counterparts.rs",
            "src/workbench/simulation/replay.rs",
        ],
    ),
    (
        "Effect",
        5,
        &[
            "src/answer/effect.rs",
            "src/insight/fold.rs",
            "src/insight/fold/points.rs",
            "src/insight/fold/people.rs",
            "src/insight/fold/campaigns.rs",
            "src/workbench/simulation/counterparts.rs",
            "src/workbench/simulation/tally.rs",
        ],
    ),
];

#[test]
fn verbs_acts_and_effects_are_told_apart_in_few_places() {
    let mut found = Vec::new();
    for source in sources().iter().filter(|s| !s.is_test) {
        if ["model", "rules"].contains(&source.room.as_str()) {
            continue;
        }
        for (name, most, places) in KNOW_ALL {
            let variants = after(&source.code, name);
            let is_named = places.contains(&source.path.as_str());
            if variants.len() > most && !is_named {
                let count = variants.len();
                found.push(format!("{}: {count} variants of {name}", source.path));
            }
        }
    }
    none("a verb is told in one place", found);
}

/// Sorted order, so that duplicates stand side by side.
#[test]
fn the_table_names_each_crate_once_and_in_order() {
    let mut found = Vec::new();
    for (name, _, crates) in ROOMS {
        let pairs = crates.iter().zip(crates.iter().skip(1));
        let wrong = pairs.filter(|(before, next)| before >= next);
        found.extend(wrong.map(|(before, next)| format!("{name}: {next} behind {before}")));
    }
    none("the table names each crate once and in order", found);
}

#[test]
fn the_store_knows_of_the_chain_only_pages_and_hashes() {
    let mut found = Vec::new();
    for source in sources().iter().filter(|s| s.room == "storage") {
        let names = after(&source.code, "crate::chain").into_iter();
        // The writer state keeps the right edge of the tree that was signed.
        let has_tree = source.path.contains("/writer_state");
        let others = names
            .filter(|n| !["page", "hash", "width"].contains(&n.as_str()))
            .filter(|n| !(has_tree && n == "tree"));
        found.extend(others.map(|n| format!("{}: {n}", source.path)));
    }
    none("the store knows only pages and hashes", found);
}

#[test]
fn entries_are_sealed_in_one_file() {
    let mut found = Vec::new();
    for source in sources().iter().filter(|s| s.room == "engine") {
        let is_seal = source.path.ends_with("/commit/open_page.rs");
        let seals = [".cache.seal(", ".writer.push("].into_iter();
        let seals = seals.filter(|call| !is_seal && source.code.contains(call));
        found.extend(seals.map(|call| format!("{}: {call}..)", source.path)));
    }
    none("a verb looks things up, and books only through seal", found);
}

/// Files of verbs that are given the ledger: they book entries of which the next depends on the
/// one before, or go on over many pages; `office` hands it to the lookup of alerts. Every other
/// verb looks things up and returns what is to be booked.
const BOOKING_VERBS: [&str; 8] = [
    "aliases",
    "erasure",
    "guessing",
    "office",
    "privacy",
    "redecide",
    "target_command",
    "targets",
];

#[test]
fn few_verbs_book_themselves() {
    let mut booking = Vec::new();
    for source in sources().iter().filter(|s| !s.is_test) {
        let verb = source.path.strip_prefix("src/engine/verbs/");
        if let Some(verb) = verb
            && source.words().any(|word| word == "Ledger")
        {
            booking.push(verb.trim_end_matches(".rs"));
        }
    }
    assert_eq!(booking, BOOKING_VERBS);
}

/// The crates of Cargo.toml as code spells them.
fn crates() -> Vec<String> {
    let manifest = include_str!("../Cargo.toml");
    let (_, rest) = manifest
        .split_once("[dependencies]\n")
        .expect("there are dependencies");
    let lines = rest.lines().take_while(|l| !l.starts_with('['));
    let names = lines
        .filter_map(|l| l.split_once(" = "))
        .filter(|(n, _)| !n.starts_with('#'));
    names.map(|(name, _)| name.replace('-', "_")).collect()
}

#[test]
fn rooms_use_only_their_crates() {
    let crates = crates();
    let mut found = Vec::new();
    let mut used = BTreeSet::new();
    for source in sources().iter().filter(|s| !s.is_test) {
        let Some((_, _, allowed)) = room_rule(&source.room) else {
            continue;
        };
        for name in crates.iter().filter(|c| !after(&source.code, c).is_empty()) {
            used.insert(name.clone());
            if !allowed.contains(&name.as_str()) {
                found.push(format!("{}: {} uses {name}", source.path, source.room));
            }
        }
    }
    let is_awaited = |name: &String| AWAITED.contains(&name.as_str());
    for name in &crates {
        match (used.contains(name), is_awaited(name)) {
            (false, false) => found.push(format!("Cargo.toml: nothing uses {name}")),
            (true, true) => found.push(format!("{name} is used: AWAITED has it still")),
            _ => {}
        }
    }
    none("rooms use only their crates", found);
}

/// Its lock file is not written by a build of the package, so it would go stale unnoticed.
#[test]
fn the_fuzz_crate_locks_what_the_package_needs() {
    let lock = include_str!("../fuzz/Cargo.lock");
    let packages = lock.split("[[package]]\n");
    let mut packages = packages.filter(|p| p.starts_with("name = \"stampbook\"\n"));
    let own = packages.next().expect("the package is in the lock");
    let locked = |name: &String| {
        let named = own.lines().filter_map(|l| l.trim().strip_prefix('"'));
        let mut names = named.filter_map(|l| l.split(['"', ' ']).next());
        names.any(|n| n.replace('-', "_") == *name)
    };
    let missing = crates().into_iter().filter(|name| !locked(name));
    none(
        "the fuzz crate locks what the package needs (cargo check in fuzz/ writes it)",
        missing.collect(),
    );
}

/// What a program that embeds the ledger does not build. Flags are fields of
/// commands and questions, so these rooms name clap, behind the feature.
#[test]
fn the_library_builds_without_what_the_command_line_needs() {
    let manifest = include_str!("../Cargo.toml");
    let names = manifest
        .lines()
        .filter_map(|l| l.trim().strip_prefix("\"dep:"));
    let names = names.filter_map(|l| l.split('"').next());
    let names: Vec<String> = names.map(|name| name.replace('-', "_")).collect();
    assert!(names.len() > 15, "only {names:?} are optional");
    let mut found = Vec::new();
    for (room, _, crates) in &ROOMS {
        if ["cli", "main", "page", "serve"].contains(room) {
            continue;
        }
        let optional = crates.iter().filter(|c| names.contains(&(**c).to_owned()));
        let is_flag = |c: &str| c == "clap" && ["command", "query"].contains(room);
        let wrong = optional.filter(|c| !is_flag(c));
        found.extend(wrong.map(|c| format!("{room} uses {c}")));
    }
    none("the library builds without the feature cli", found);
}

#[test]
fn pure_rooms_have_no_clock_chance_float_or_disk() {
    let mut found = Vec::new();
    for source in sources()
        .iter()
        .filter(|s| PURE.contains(&s.room.as_str()) && !s.is_test)
    {
        for word in source.words().filter(|w| IMPURE.contains(w)) {
            found.push(format!("{}: {word}", source.path));
        }
        for path in ["std::time", "std::io", "Instant::now", "Utc::now"] {
            if source.code.contains(path) {
                found.push(format!("{}: {path}", source.path));
            }
        }
    }
    none("pure rooms depend on their arguments alone", found);
}

/// The state's two tables are read by key only. Walking one would put chance
/// into a decision, since its order differs from run to run.
#[test]
fn pure_rooms_walk_no_hash_table() {
    let mut found = Vec::new();
    for source in sources()
        .iter()
        .filter(|s| PURE.contains(&s.room.as_str()) && !s.is_test)
    {
        let is_state =
            ["src/rules/state.rs", "src/rules/member_table.rs"].contains(&source.path.as_str());
        if !is_state && source.words().any(|w| ["HashMap", "HashSet"].contains(&w)) {
            found.push(format!("{}: a hash table", source.path));
        }
        for walk in [
            "iter",
            "iter_mut",
            "values",
            "values_mut",
            "keys",
            "into_iter",
            "drain",
            "retain",
        ] {
            for table in ["state.members", "state.aftermath"] {
                if source.code.contains(&format!("{table}.{walk}(")) {
                    found.push(format!("{}: {table}.{walk}", source.path));
                }
            }
        }
    }
    none("pure rooms walk no hash table", found);
}

fn median(mut lens: Vec<usize>) -> usize {
    lens.sort_unstable();
    lens[lens.len() / 2]
}

#[test]
fn files_are_short() {
    let all = sources();
    println!(
        "{} files, median {}",
        all.len(),
        median(all.iter().map(|s| s.lines).collect())
    );
    let long = all.iter().filter(|s| s.lines > FILE_LINES_MAX);
    none(
        "files are short",
        long.map(|s| format!("{}: {} lines", s.path, s.lines))
            .collect(),
    );
    let middle = median(all.iter().map(|s| s.lines).collect());
    assert!(
        middle <= FILE_LINES_MEDIAN,
        "the median file has {middle} lines"
    );
}

#[test]
fn types_are_not_spread() {
    let all = sources();
    let mut files: BTreeMap<(&str, String), BTreeSet<&str>> = BTreeMap::new();
    for source in all.iter().filter(|s| !s.is_test) {
        for name in &source.own_methods_of {
            let of = files.entry((&source.room, name.clone())).or_default();
            of.insert(&source.path);
        }
    }
    let mut found = Vec::new();
    for ((room, name), files) in &files {
        if files.len() > SPREAD_MAX {
            let files: Vec<&str> = files.iter().copied().collect();
            found.push(format!(
                "{room}: {name} in {} files: {}",
                files.len(),
                files.join(", ")
            ));
        }
    }
    none("types are not spread", found);
}

/// Lines, files and functions by room, for the table in ARCHITECTURE.md:
/// `cargo test --test tidy rooms_by_size -- --nocapture`.
#[test]
fn rooms_by_size() {
    let all = sources();
    let mut files: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    let mut lens: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for source in all.iter().filter(|s| room_rule(&s.room).is_some()) {
        let of_room = files.entry(&source.room).or_default();
        of_room.insert(&source.path, source.lines);
        let of_room = lens.entry(&source.room).or_default();
        if !source.is_test {
            of_room.extend(source.functions.iter().map(|f| f.lines));
        }
    }
    println!("| room | lines | files | functions | median | 90 % | longest |");
    println!("|---|---|---|---|---|---|---|");
    let mut every = (0, 0, Vec::new());
    let row = |room: &str, lines: usize, files: usize, lens: &mut Vec<usize>| {
        lens.sort_unstable();
        let (many, most) = (lens.len(), lens.last().copied().unwrap_or_default());
        let at = |share: usize| lens.get(many * share / 100).copied().unwrap_or_default();
        let (median, ninety) = (at(50), at(90));
        println!("| {room} | {lines} | {files} | {many} | {median} | {ninety} | {most} |");
    };
    for (room, _, _) in &ROOMS {
        let (Some(files), Some(lens)) = (files.get(room), lens.get_mut(room)) else {
            continue;
        };
        let lines = files.values().sum();
        row(room, lines, files.len(), lens);
        every.0 += lines;
        every.1 += files.len();
        every.2.append(lens);
    }
    row("all", every.0, every.1, &mut every.2);
    assert!(every.1 > 300, "only {} files were found", every.1);
}

#[test]
fn files_of_tests_are_short() {
    let texts = text_files().into_iter();
    let tests = texts.filter(|(path, _)| path.starts_with("tests/") && path.ends_with(".rs"));
    let lens: Vec<(String, usize)> = tests.map(|(p, text)| (p, text.lines().count())).collect();
    assert!(lens.len() > 30, "only {} files were found", lens.len());
    let long = lens.iter().filter(|(_, lines)| *lines > FILE_LINES_MAX);
    let said = long.map(|(path, lines)| format!("{path}: {lines} lines"));
    none("files of tests are short", said.collect());
}

#[test]
fn functions_are_short() {
    let all = sources();
    let ours: Vec<(&str, &Function)> = all
        .iter()
        .filter(|s| !s.is_test)
        .flat_map(|s| s.functions.iter().map(|f| (s.path.as_str(), f)))
        .collect();
    assert!(ours.len() > 500, "only {} functions were found", ours.len());
    println!(
        "{} functions, median {}",
        ours.len(),
        median(ours.iter().map(|(_, f)| f.lines).collect())
    );
    let long = ours.iter().filter(|(_, f)| f.lines > FUNCTION_LINES_MAX);
    let said = long.map(|(path, f)| format!("{path}:{}: {} has {} lines", f.line, f.name, f.lines));
    none("functions are short", said.collect());
    let middle = median(ours.iter().map(|(_, f)| f.lines).collect());
    assert!(
        middle < FUNCTION_LINES_MEDIAN,
        "the median function has {middle} lines"
    );
}

/// Words of a name: `MemberId` and `member_id` have two.
fn words_of(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for c in name.chars() {
        if c == '_' || c.is_uppercase() {
            words.push(String::new());
        }
        if c != '_' {
            words
                .last_mut()
                .expect("there is one")
                .extend(c.to_lowercase());
        }
    }
    words
}

/// A receipt is the shop's own slip; a proof of ours is a stamp.
#[test]
fn proofs_are_not_called_receipts() {
    let proofs = sources()
        .iter()
        .filter(|s| ["chain", "storage"].contains(&s.room.as_str()))
        // It reads purchases, whose slip number has that name.
        .filter(|s| !s.path.ends_with("chain/codec/lean.rs"));
    let found = proofs.filter(|s| s.words().any(|w| words_of(w).contains(&"receipt".into())));
    none(
        "our proof is a stamp",
        found.map(|s| s.path.clone()).collect(),
    );
}

#[test]
fn nothing_is_left_for_later() {
    let mut found = Vec::new();
    for source in sources() {
        for mark in [
            "todo!",
            "unimplemented!",
            "#[ignore",
            "dbg!",
            "#[allow(dead_code)]",
            "unsafe{",
            "unsafe fn",
            "unsafe impl",
        ] {
            if source.code.contains(mark) {
                found.push(format!("{}: {mark}", source.path));
            }
        }
        for mark in [concat!("TO", "DO"), concat!("FIX", "ME")] {
            if source.text.contains(mark) {
                found.push(format!("{}: {mark}", source.path));
            }
        }
    }
    none("nothing is left for later", found);
}

/// Code that can fail returns an error; where it cannot, `expect` says why.
#[test]
fn failures_are_told_not_thrown() {
    let all = sources();
    let ours = || all.iter().filter(|s| !s.is_test);
    let thrown = ours().filter(|s| s.code.contains(".unwrap()") || s.code.contains("panic!("));
    none(
        "failures are told",
        thrown.map(|s| s.path.clone()).collect(),
    );
    let expects: usize = ours().map(|s| s.code.matches(".expect(").count()).sum();
    assert!(expects <= EXPECTS_MAX, "{expects} uses of expect");
}

#[test]
fn no_file_names_a_machine() {
    let mut found = Vec::new();
    for (path, text) in text_files() {
        for place in [
            concat!("/wo", "rk/"),
            concat!("/ro", "ot/"),
            concat!("/ho", "me/"),
            concat!("../sha", "red"),
        ] {
            if text.contains(place) {
                found.push(format!("{path}: {place}"));
            }
        }
    }
    none("no file names a machine", found);
}

/// Words that promise what no ledger can keep.
#[test]
fn no_page_promises_too_much() {
    let mut found = Vec::new();
    for (path, text) in text_files()
        .into_iter()
        .filter(|(path, _)| path.ends_with(".md"))
    {
        let text = text.to_lowercase();
        for promise in [
            "tamper-proof",
            "tamperproof",
            "immutable",
            "blockchain",
            "gdpr compliant",
        ] {
            if text.contains(promise) {
                found.push(format!("{path}: {promise}"));
            }
        }
    }
    none("no page promises too much", found);
}
