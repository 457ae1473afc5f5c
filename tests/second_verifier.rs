//! The verifier against a second one, written from FORMAT.md alone: on honest
//! ledgers and on tampered ones they must come to the same verdicts. And a lie
//! in every field of an entry, with the shop's own key: some claim finds it, or
//! FORMAT.md section 8.1 says that nobody can.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::unwrap_used,
    reason = "a test that wraps or panics fails"
)]

#[expect(dead_code, reason = "a part of it makes up entries")]
mod schema;
mod second;

use data_encoding::BASE64;
use ed25519_dalek::{Signer, SigningKey};
use schema::Schema;
use second::kept::{prove, slip, stamp};
use second::pages::{Journal, Tree, chain, derive, key_id, sha, verifier};
use second::value::{Value, decode, encode};
use second::{Verdict, verify};
use stampbook::audit::{self, Report};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const FORMAT: &str = include_str!("../FORMAT.md");
const ORIGIN: &str = "cafe.example/ledger/1";

fn run(dir: &Path, args: &[&str], input: &str) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_stampbook"))
        .args(args)
        .current_dir(dir)
        .env_remove("STAMPBOOK_LEDGER")
        .env_remove("STAMPBOOK_SECRETS")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).unwrap();
    drop(stdin);
    let ran = child.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(ran.status.success(), "{args:?}: {told} {ran:?}");
}

/// A Café's ledger: what its sessions booked, page by page.
fn cafe() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), &["init", "--programme", "corner-cafe"], "");
    let mut n = 0;
    let mut say = |lines: &[String]| {
        let keyed = lines.iter().map(|line| {
            n += 1;
            line.replacen('{', &format!("{{\"key\":\"k{n}\","), 1) + "\n"
        });
        run(dir.path(), &["session"], &keyed.collect::<String>());
    };
    let enrol = |m: u32| format!(r#"{{"do":"enrol","aliases":["card:{m}"],"birthday":"12-01"}}"#);
    say(&(0..4).map(enrol).collect::<Vec<_>>());
    let buy = |m: u32, n: u32| {
        let total = format!("{}.50", 10 + n * 7);
        format!(
            r#"{{"do":"purchase","member":"card:{m}","store":"mitte","terminal":"till-1","counter":{n},"receipt":"r{n}","operator":"ada","total":"{total}","lines":[{{"sku":"LATTE","category":"coffee","qty":"2","amount":"{total}"}}],"tenders":[{{"kind":"cash","amount":"{total}"}}]}}"#
        )
    };
    for n in 1..9 {
        say(&[buy(n % 4, n), buy((n + 1) % 4, n + 10)]);
    }
    say(&[
        r#"{"do":"return","of":"k5","amount":"2.00"}"#.into(),
        r#"{"do":"void","of":"k6","reason":"wrong till"}"#.into(),
        r#"{"do":"redeem","member":"card:1","reward":"free-coffee"}"#.into(),
        r#"{"do":"adjust","member":"card:2","unit":"star","points":5,"reason":"goodwill"}"#.into(),
        r#"{"do":"merge","member":"card:3","into":"card:2","reason":"twice"}"#.into(),
    ]);
    say(&[buy(2, 30), r#"{"do":"unmerge","of":"k25"}"#.into()]);
    let guess = |n: u32| {
        format!(
            r#"{{"do":"purchase","member":"card:1","store":"mitte","terminal":"till-1","total":"9.00","tenders":[{{"kind":"voucher","code":"0000-0000-0000-0000-000{n}"}}]}}"#
        )
    };
    say(&(0..6).map(guess).collect::<Vec<_>>());
    say(&[
        r#"{"do":"unlock","codes":"voucher","locked_terminal":"till-1","reason":"torn"}"#.into(),
    ]);
    let stories = dir.path().join("programme/stories/coffee.story");
    let better = std::fs::read_to_string(&stories).unwrap() + "# told better\n";
    std::fs::write(&stories, better).unwrap();
    run(dir.path(), &["policy", "activate"], "");
    let words = ["policy", "activate", "--at", "2100-01-01"];
    run(dir.path(), &words, "");
    say(&[buy(0, 31), buy(3, 32)]);
    let words = ["policy", "cancel", "--reason", "too far"];
    run(dir.path(), &words, "");
    say(&[buy(1, 33)]);
    dir
}

fn report(ledger: &Path) -> Report {
    let options = audit::Options {
        threads: 1,
        ..audit::Options::new(ledger)
    };
    audit::verify(&options, |_, _| ()).unwrap()
}

fn word(report: &Report, level: u8) -> (&'static str, Option<u64>) {
    let claim = report.claim(level).unwrap();
    match claim.verdict {
        audit::Verdict::Held => ("held", None),
        audit::Verdict::NotChecked => ("not checked", None),
        audit::Verdict::Failed => {
            let entries = claim.findings[0].entries;
            ("failed", entries.map(|entries| entries.0))
        }
    }
}

fn word_of(verdict: &Verdict) -> (&'static str, Option<u64>) {
    match verdict {
        Verdict::Held => ("held", None),
        Verdict::NotChecked(_) => ("not checked", None),
        Verdict::Failed(seq, _) => ("failed", Some(*seq)),
    }
}

/// Asserts that both verdicts are the same, as far as the second verifier checks.
fn compared(schema: &Schema, ledger: &Path, what: &str) -> Result<Report, String> {
    let (first, second) = (report(ledger), verify(schema, ledger));
    let mut pairs = vec![(word(&first, 0), word_of(&second.chained))];
    if second.chained == Verdict::Held {
        pairs.push((word(&first, 1), word_of(&second.state)));
        pairs.push((word(&first, 3), word_of(&second.signed)));
    }
    // Both name the entry, if an entry is wrong rather than a sum.
    let is_same = |(one, other): &((_, Option<u64>), (_, Option<u64>))| {
        one.0 == other.0 && one.1.zip(other.1).is_none_or(|(one, other)| one <= other)
    };
    match pairs.iter().all(is_same) {
        true => Ok(first),
        false => Err(format!("{what}: {first}\n{second:?}")),
    }
}

fn agree(schema: &Schema, ledger: &Path, what: &str) -> Report {
    compared(schema, ledger, what).unwrap_or_else(|told| panic!("{told}"))
}

fn copied(ledger: &Path) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("journal")).unwrap();
    for file in std::fs::read_dir(ledger.join("journal")).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap();
        std::fs::copy(&path, dir.path().join("journal").join(name)).unwrap();
    }
    std::fs::copy(ledger.join("checkpoint"), dir.path().join("checkpoint")).unwrap();
    dir
}

fn segment(ledger: &Path) -> PathBuf {
    ledger.join("journal/000000000000.seg")
}

/// Offset at which each page begins, by the length in its header.
fn starts(bytes: &[u8]) -> Vec<usize> {
    let mut starts = vec![0];
    loop {
        let at = starts[starts.len() - 1];
        if bytes[at..].len() < 192 || bytes[at..at + 8] != *b"STAMPBK1" {
            return starts;
        }
        let stored = u32::from_le_bytes(bytes[at + 24..at + 28].try_into().unwrap());
        starts.push(at + (200 + stored as usize).next_multiple_of(512));
    }
}

#[test]
fn both_agree_on_an_honest_ledger_and_on_damaged_bytes() {
    let schema = Schema::of_the_document();
    let cafe = cafe();
    let ledger = copied(&cafe.path().join("ledger"));
    let honest = agree(&schema, ledger.path(), "honest");
    assert_eq!(honest.outcome(), audit::Outcome::Held, "{honest}");
    assert!(verify(&schema, ledger.path()).are_held());
    let whole = std::fs::read(segment(ledger.path())).unwrap();
    let starts = starts(&whole);
    assert!(starts.len() > 8, "{starts:?}");
    let mut damaged: Vec<(String, Vec<u8>)> = Vec::new();
    for at in (0..starts[starts.len() - 1] + 700).step_by(241) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        damaged.push((format!("byte {at}"), bytes));
    }
    for n in 1..starts.len() - 2 {
        let (a, b, c) = (starts[n], starts[n + 1], starts[n + 2]);
        let parts = |all: &[&[u8]]| all.concat();
        let (head, page, next, rest) = (&whole[..a], &whole[a..b], &whole[b..c], &whole[c..]);
        damaged.push((format!("page {n} dropped"), parts(&[head, next, rest])));
        damaged.push((
            format!("page {n} doubled"),
            parts(&[head, page, page, next, rest]),
        ));
        damaged.push((
            format!("page {n} swapped"),
            parts(&[head, next, page, rest]),
        ));
        damaged.push((format!("page {n} zeroed"), {
            parts(&[head, &vec![0; page.len()], next, rest])
        }));
        for cut in [a, a + 100, b - 1, b] {
            damaged.push((format!("cut at {cut}"), whole[..cut].to_vec()));
        }
    }
    for (what, bytes) in damaged {
        std::fs::write(segment(ledger.path()), bytes).unwrap();
        agree(&schema, ledger.path(), &what);
    }
    std::fs::write(segment(ledger.path()), &whole).unwrap();
    let journal = ledger.path().join("journal");
    let moved = journal.join("000000000007.seg");
    std::fs::rename(segment(ledger.path()), &moved).unwrap();
    let told = agree(&schema, ledger.path(), "a wrong number");
    assert_eq!(told.outcome(), audit::Outcome::Failed);
    std::fs::rename(moved, segment(ledger.path())).unwrap();
    std::fs::write(journal.join("000000009999.seg"), [0; 512]).unwrap();
    let told = agree(&schema, ledger.path(), "an empty file of a wrong number");
    assert_eq!(told.outcome(), audit::Outcome::Failed);
}

/// Entries of a ledger, to be signed with a key of ours.
struct Forger {
    schema: Schema,
    key: SigningKey,
    entries: Vec<Value>,
    dir: tempfile::TempDir,
}

impl Forger {
    fn of(ledger: &Path) -> Forger {
        let schema = Schema::of_the_document();
        let mut journal = Journal::open(&ledger.join("journal"));
        let mut entries = Vec::new();
        while let Some(page) = journal.next().unwrap() {
            let read = page
                .entries
                .iter()
                .map(|bytes| decode(&schema, bytes).unwrap());
            entries.extend(read);
            journal.accept(&page);
        }
        let key = SigningKey::from_bytes(&[9; 32]);
        let genesis = entries[0].get_mut("act").get_mut("0");
        *genesis.get_mut("origin") = Value::Text(ORIGIN.into());
        *genesis.get_mut("verifier") = Value::Bytes(key.verifying_key().to_bytes().to_vec());
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("journal")).unwrap();
        Forger {
            schema,
            key,
            entries,
            dir,
        }
    }

    /// Chains and signs everything anew.
    fn write(&self, entries: &[Value]) {
        let (mut tree, mut hash, mut bytes) = (Tree::default(), [0; 32], Vec::new());
        for (n, chunk) in entries.chunks(10).enumerate() {
            let first_seq = n as u64 * 10;
            let (root, prev) = (tree.root(), hash);
            let mut body = Vec::new();
            for entry in chunk {
                let entry = encode(&self.schema, entry);
                let mut len = entry.len();
                while len > 127 {
                    body.push(len as u8 | 0x80);
                    len >>= 7;
                }
                body.push(len as u8);
                body.extend(&entry);
                hash = chain(&hash, &entry);
                tree.push(&hash);
            }
            let root = BASE64.encode(&root);
            let note = format!("{ORIGIN}\n{first_seq}\n{root}\n");
            let signature = match n {
                0 => [0; 64],
                _ => self.key.sign(note.as_bytes()).to_bytes(),
            };
            let len = (body.len() as u32).to_le_bytes();
            let mut page = Vec::new();
            page.extend(b"STAMPBK1\x01\0\0\0");
            page.extend((chunk.len() as u32).to_le_bytes());
            page.extend(first_seq.to_le_bytes());
            page.extend([len, len].concat());
            page.extend([prev, hash].concat());
            page.extend(first_seq.to_le_bytes());
            page.extend(signature);
            page.extend([0; 16]);
            let sum = derive("stampbook 2026-11 page header v1", &[&page]);
            page.extend(&sum[..8]);
            page.extend(&body);
            let padding = vec![0; (page.len() + 8).next_multiple_of(512) - page.len() - 8];
            let sum = derive("stampbook 2026-11 page v1", &[&page, &padding]);
            page.extend(&sum[..8]);
            page.extend(padding);
            bytes.extend(page);
        }
        std::fs::write(segment(self.dir.path()), bytes).unwrap();
    }
}

impl Forger {
    /// A checkpoint, with further signature lines.
    fn note(&self, size: u64, root: &[u8; 32], more: &str) -> String {
        let body = format!("{ORIGIN}\n{size}\n{}\n", BASE64.encode(root));
        let id = key_id(ORIGIN, &self.key.verifying_key().to_bytes());
        let signature = self.key.sign(body.as_bytes()).to_bytes();
        let signature = BASE64.encode(&[&id[..], &signature].concat());
        format!("{body}\n\u{2014} {ORIGIN} {signature}\n{more}")
    }

    /// Asserts that both refuse a claim once the entries were changed.
    fn both_refuse(&self, what: &str, level: u8, change: impl FnOnce(&mut Vec<Value>)) {
        let mut entries = self.entries.clone();
        change(&mut entries);
        self.write(&entries);
        let told = agree(&self.schema, self.dir.path(), what);
        assert_eq!(word(&told, level).0, "failed", "{what}: {told}");
    }
}

fn record(tag: u32, name: &str, fields: &[(&str, Value)]) -> Value {
    let fields = fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()));
    Value::Record(tag, name.into(), fields.collect())
}

fn list(value: &mut Value) -> &mut Vec<Value> {
    match value {
        Value::List(list) => list,
        other => panic!("{other:?} is no list"),
    }
}

fn set(value: &mut Value, number: i128) {
    match value {
        Value::Num(n) => *n = number,
        Value::Record(_, _, fields) if fields.len() == 1 => set(&mut fields[0].1, number),
        other => panic!("{other:?} is no number"),
    }
}

// Each is chained and signed by the shop's own key, and folds but for this.
#[test]
fn both_refuse_what_the_document_does_not_allow() {
    let cafe = cafe();
    let forger = Forger::of(&cafe.path().join("ledger"));
    let of = |entries: &[Value], kind: &str| {
        let found = entries.iter().rposition(|e| e.get("act").kind() == kind);
        found.expect(kind)
    };
    forger.both_refuse("a key that reads backwards", 1, |entries| {
        let at = of(entries, "Purchase");
        let key = Value::Text("k\u{202e}1".into());
        let head = entries[at].get_mut("head");
        *head.get_mut("key") = record(0, "Key", &[("0", key)]);
    });
    forger.both_refuse("files in another order", 1, |entries| {
        let at = of(entries, "PolicyActivated");
        let activation = entries[at].get_mut("act").get_mut("0");
        list(activation.get_mut("files")).reverse();
        let mut joined = Vec::new();
        for file in activation.get("files").list() {
            for part in [file.get("path").text(), file.get("text").text()] {
                joined.extend((part.len() as u64).to_be_bytes());
                joined.extend(part.as_bytes());
            }
        }
        let digest = derive("stampbook 2026-11 bundle v1", &[&joined]);
        *activation.get_mut("digest") = Value::Bytes(digest.to_vec());
    });
    forger.both_refuse("a zone that goes back", 1, |entries| {
        let at = of(entries, "PolicyActivated");
        let zone = entries[at].get_mut("act").get_mut("0").get_mut("zone");
        list(zone.get_mut("changes")).swap(0, 1);
    });
    forger.both_refuse("sales before a schedule that is due", 1, |entries| {
        let at = of(entries, "PolicyScheduled");
        let sale = entries[at + 1].get("head").get("effective").clone();
        let schedule = entries[at].get_mut("act").get_mut("0");
        *schedule.get_mut("at") = sale;
    });
    forger.both_refuse("a schedule that is cancelled twice", 1, |entries| {
        let at = of(entries, "ScheduleCancelled");
        set(entries[at].get_mut("act").get_mut("of"), 1);
    });
    forger.both_refuse("other stories than the hash says", 1, |entries| {
        let at = of(entries, "StoriesKept");
        list(entries[at].get_mut("act").get_mut("files")).pop();
    });
    forger.both_refuse("an activation that nothing scheduled", 1, |entries| {
        let at = of(entries, "PolicyActivated");
        let activation = entries[at].get_mut("act").get_mut("0");
        let seq = Box::new(Value::Num(0));
        *activation.get_mut("scheduled") = Value::Opt(Some(seq));
    });
    forger.both_refuse("a message to nobody", 1, |entries| {
        let at = of(entries, "Purchase");
        let message = [
            ("who", Value::Num(9)),
            ("campaign", Value::Num(0)),
            ("template", Value::Text("thanks".into())),
            ("vars", Value::List(Vec::new())),
            ("is_suppressed", Value::Num(0)),
        ];
        list(entries[at].get_mut("effects")).push(record(11, "Message", &message));
    });
    forger.both_refuse("points out of the members' own account", 1, |entries| {
        let at = entries.len() - 1;
        let effects = list(entries[at].get_mut("effects"));
        let award = effects.iter_mut().find(|e| e.kind() == "Award").unwrap();
        *award.get_mut("from") = record(0, "Lots", &[]);
        let (unit, amount) = (award.get("unit").num(), award.get("amount").num());
        let told = list(entries[at].get_mut("outstanding")).iter_mut();
        for told in told.filter(|o| o.get("unit").num() == unit) {
            let total = told.get("total").num() - amount;
            set(told.get_mut("total"), total);
        }
    });
    forger.both_refuse("an incarnation within a page", 3, |entries| {
        for incarnation in 2..4 {
            let mut entry = entries[of(entries, "PolicyActivated")].clone();
            let last = entries[entries.len() - 1].get("head").clone();
            set(entry.get_mut("seq"), entries.len() as i128);
            let act = [
                ("lost_size", Value::Num(1)),
                ("lost_root", Value::Bytes(vec![0; 32])),
                ("incarnation", Value::Num(incarnation)),
                ("reason", Value::Text("x".into())),
            ];
            *entry.get_mut("act") = record(38, "Restored", &act);
            let head = entry.get_mut("head");
            set(head.get_mut("effective"), last.get("effective").num() + 1);
            set(head.get_mut("recorded_lag"), 0);
            *head.get_mut("day") = last.get("day").clone();
            *head.get_mut("bundle") = last.get("bundle").clone();
            entries.push(entry);
        }
    });
    forger.both_refuse("a key of small order", 3, |entries| {
        let mut one = vec![0; 32];
        one[0] = 1;
        *entries[0].get_mut("act").get_mut("0").get_mut("verifier") = Value::Bytes(one);
    });
}

#[test]
fn both_agree_on_the_spelling_of_a_checkpoint() {
    let cafe = cafe();
    let forger = Forger::of(&cafe.path().join("ledger"));
    forger.write(&forger.entries);
    let dir = forger.dir.path();
    let root = second::read(&forger.schema, dir).1.roots[&20];
    let good = forger.note(20, &root, "");
    let own = good.lines().last().unwrap().to_owned();
    let other = |bytes: &[u8]| format!("\u{2014} witness.example {}\n", BASE64.encode(bytes));
    let mut wrong = forger.note(19, &root, "");
    wrong = wrong.lines().last().unwrap().to_owned() + "\n";
    let all = [
        ("held", good.clone()),
        ("held", forger.note(20, &root, &other(&[7; 80]))),
        ("held", forger.note(20, &root, &format!("{own}\n"))),
        ("failed", forger.note(20, &root, &other(&[7; 4]))),
        ("failed", forger.note(20, &root, &wrong)),
        ("failed", forger.note(20, &root, "\u{2014} a b\n")),
        ("failed", forger.note(20, &[8; 32], "")),
        ("failed", good.replacen("\n20\n", "\n020\n", 1)),
        ("failed", good.replacen("\n20\n", "\n+20\n", 1)),
        ("failed", good.replacen("\n\n", "\nmore\n\n", 1)),
        ("failed", good.trim_end().to_owned()),
        ("failed", good.replace('\n', "\r\n")),
        ("failed", format!("{good}\n")),
        ("failed", String::new()),
        ("failed", "x".repeat(131_073)),
    ];
    for (wanted, text) in all {
        std::fs::write(dir.join("checkpoint"), &text).unwrap();
        let told = agree(&forger.schema, dir, &text);
        assert_eq!(word(&told, 3).0, wanted, "{text}\n{told}");
    }
}

/// Verdict of the first verifier on a kept text.
fn on_kept(ledger: &Path, text: &str) -> &'static str {
    let Ok(anchor) = audit::Anchor::parse("kept", text.as_bytes()) else {
        return "failed";
    };
    let told = audit::stamp_check(ledger, 1, &[anchor], None).unwrap();
    match told[0].verdict {
        audit::Verdict::Held => "held",
        audit::Verdict::NotChecked => "not checked",
        audit::Verdict::Failed => "failed",
    }
}

#[test]
fn both_agree_on_what_was_kept() {
    let cafe = cafe();
    let forger = Forger::of(&cafe.path().join("ledger"));
    forger.write(&forger.entries);
    let dir = forger.dir.path();
    let (verdicts, ledger) = second::read(&forger.schema, dir);
    assert!(verdicts.are_held(), "{verdicts:?}");
    let (mut hash, mut hashes) = ([0; 32], Vec::new());
    for entry in &forger.entries {
        hash = chain(&hash, &encode(&forger.schema, entry));
        hashes.push(hash);
    }
    let leaves: Vec<[u8; 32]> = hashes.iter().map(|hash| sha(&[&[0], hash])).collect();
    let hex = |hash: &[u8; 32]| data_encoding::HEXLOWER.encode(hash);
    let key = verifier(ORIGIN, &forger.key.verifying_key().to_bytes());
    let mut kept = Vec::new();
    for size in [1, 7, 16, leaves.len()] {
        let root = ledger.roots[&(size as u64)];
        let note = forger.note(size as u64, &root, "");
        for index in [0, size / 2, size - 1] {
            let proof = prove(&leaves[..size], index);
            let (index, entry) = (index as u64, &forger.entries[index]);
            kept.push(stamp(&hashes[index as usize], index, &proof, &note));
            kept.push(slip(index, size as u64, &root, None));
            for after in entry.get("after").list() {
                let unit = ledger
                    .units
                    .iter()
                    .find(|u| u.1.0 == after.get("unit").num());
                let (unit, balance) = (unit.unwrap().0, after.get("balance").num());
                for text in [
                    format!("{balance} {unit}"),
                    format!("{balance}.0 {unit}s"),
                    format!("+{balance} {unit}"),
                    format!("0{balance} {unit}"),
                    format!("{balance}_ {unit}"),
                    format!("{balance}. {unit}"),
                    format!("{} {unit}", balance + 1),
                    format!("{balance} of {unit}"),
                    format!("{balance}"),
                ] {
                    kept.push(slip(index, size as u64, &root, Some(&text)));
                }
            }
        }
        kept.push(format!(
            "STAMPBOOK AUDIT CARD\norigin   {ORIGIN}\nkey      {key}\ngenesis  {}\nsize     {size}\nroot     {}\ndate     today\n",
            hex(&hashes[0]),
            hex(&root)
        ));
        kept.push(note);
    }
    let mut count = BTreeMap::new();
    for text in &kept {
        let chars: Vec<char> = text.chars().collect();
        let every = (chars.len() / 9).max(1);
        let damaged = (0..chars.len()).step_by(every).map(|at| {
            let mut chars = chars.clone();
            chars[at] = match chars[at] {
                '9' | 'Z' | 'z' => '0',
                c if c.is_ascii_alphanumeric() => (c as u8 + 1) as char,
                _ => 'x',
            };
            chars.into_iter().collect::<String>()
        });
        for text in std::iter::once(text.clone()).chain(damaged) {
            let (first, second) = (on_kept(dir, &text), word_of(&ledger.compare(&text)).0);
            assert_eq!(first, second, "{text}\n{:?}", ledger.compare(&text));
            *count.entry(first).or_insert(0) += 1;
        }
    }
    assert!(count["held"] > 20 && count["not checked"] > 2, "{count:?}");
    assert!(count["failed"] > 200, "{count:?}");
}

/// Changes a leaf to a value that a forger could put in its place.
fn lie(value: &mut Value, path: &str) {
    match value {
        Value::Num(n) if path.contains(".is_") => *n = 1 - *n,
        Value::Num(n) => *n += 1,
        Value::Text(text) => text.push('x'),
        Value::Bytes(bytes) => bytes[0] ^= 1,
        _ => {}
    }
}

/// Walks over a value; `change` sees each leaf with its path.
fn walk(value: &mut Value, path: &str, change: &mut impl FnMut(&str, &mut Value)) {
    match value {
        Value::Opt(Some(inner)) => walk(inner, path, change),
        Value::List(list) => list.iter_mut().for_each(|v| walk(v, path, change)),
        Value::Record(_, name, fields) => {
            for (field, inner) in fields {
                let is_named = field.parse::<u8>().is_err();
                let deeper = match (is_named, name.as_str()) {
                    (true, "") => format!("{path} {field}"),
                    (true, name) => format!("{path} {name}.{field}"),
                    (false, name) => format!("{path} {name}"),
                };
                walk(inner, &deeper, change);
            }
        }
        Value::Opt(None) => {}
        leaf => change(path, leaf),
    }
}

// The slip of a return is unique among those of sales and returns.
#[test]
fn both_find_a_slip_that_a_sale_and_a_return_have() {
    let cafe = cafe();
    let forger = Forger::of(&cafe.path().join("ledger"));
    let mut entries = forger.entries.clone();
    let at_of = |kind: &str| entries.iter().position(|e| e.get("act").kind() == kind);
    let (sale, back) = (at_of("Purchase").unwrap(), at_of("Return").unwrap());
    let sold = entries[sale].clone();
    for part in ["place", "terminal"] {
        let its = sold.get("head").get("origin").get(part).clone();
        *entries[back]
            .get_mut("head")
            .get_mut("origin")
            .get_mut(part) = its;
    }
    *entries[back].get_mut("head").get_mut("day") = sold.get("head").get("day").clone();
    forger.write(&entries);
    let honest = agree(&forger.schema, forger.dir.path(), "slips of their own");
    assert_eq!(word(&honest, 1).0, "held", "{honest}");
    let slip = sold.get("act").get("0").get("receipt").clone();
    *entries[back].get_mut("act").get_mut("receipt") = slip;
    forger.write(&entries);
    let told = agree(&forger.schema, forger.dir.path(), "one slip");
    assert_eq!(word(&told, 1), ("failed", Some(back as u64)), "{told}");
}

/// Fields in which FORMAT.md says that no claim finds a lie.
fn unchecked() -> BTreeSet<String> {
    let (_, part) = FORMAT.split_once("\n```unchecked\n").unwrap();
    let (lines, _) = part.split_once("\n```").unwrap();
    lines.lines().map(str::to_owned).collect()
}

#[test]
fn a_lie_in_any_field_is_found_or_named_as_unchecked() {
    let cafe = cafe();
    let forger = Forger::of(&cafe.path().join("ledger"));
    forger.write(&forger.entries);
    let honest = agree(&forger.schema, forger.dir.path(), "chained anew");
    assert_ne!(honest.outcome(), audit::Outcome::Failed, "{honest}");
    // The last place of each path, so that nothing before it is touched.
    let mut places: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (seq, entry) in forger.entries.iter().enumerate().skip(1) {
        let mut leaf = 0;
        walk(&mut entry.clone(), "", &mut |path, _| {
            let act = entry.get("act").kind();
            let is_part = path.starts_with(" Entry.head") || path.starts_with(" Entry.touched");
            let key = if is_part {
                path.to_owned()
            } else {
                format!("{act}:{path}")
            };
            places.insert(key, (seq, leaf));
            leaf += 1;
        });
    }
    let (mut unfound, mut differing) = (BTreeSet::new(), Vec::new());
    for (key, (seq, place)) in &places {
        let mut entries = forger.entries.clone();
        let mut leaf = 0;
        walk(&mut entries[*seq], "", &mut |path, value| {
            if leaf == *place {
                lie(value, path);
            }
            leaf += 1;
        });
        forger.write(&entries);
        let told = match compared(&forger.schema, forger.dir.path(), key) {
            Ok(told) => told,
            Err(told) => {
                differing.push(told);
                continue;
            }
        };
        let found = (0..4).filter(|level| word(&told, *level).0 == "failed");
        if found.count() == 0 {
            unfound.insert(key.trim().to_owned());
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
    assert!(places.len() > 100, "{}", places.len());
    let named = unchecked();
    let told: Vec<&String> = unfound.difference(&named).collect();
    assert!(
        told.is_empty(),
        "nobody finds, and FORMAT.md does not say so: {told:#?}"
    );
}

/// What a forger could put in a value's place: other sizes and signs, nothing, more or
/// less of a list.
fn lies(value: &Value) -> Vec<Value> {
    let others: Vec<Value> = match value {
        Value::Num(n) => [n - 1, -n, 0, 1, n + (1 << 20), n + 31_536_000_000_000]
            .map(Value::Num)
            .to_vec(),
        Value::Text(text) => vec![Value::Text(String::new()), Value::Text(text.repeat(2))],
        Value::Bytes(bytes) => vec![Value::Bytes(vec![0; bytes.len()])],
        Value::Opt(Some(_)) => vec![Value::Opt(None)],
        Value::Opt(None) => Vec::new(),
        Value::List(list) => {
            let mut fewer = list.clone();
            let last = fewer.pop();
            let more = list.iter().chain(&last).cloned().collect();
            let reversed = list.iter().rev().cloned().collect();
            [fewer, more, reversed].map(Value::List).to_vec()
        }
        Value::Record(..) => Vec::new(),
    };
    others.into_iter().filter(|other| other != value).collect()
}

/// Calls `change` for everything in a value, each with its path.
fn each(value: &mut Value, path: &str, change: &mut impl FnMut(&str, &mut Value)) {
    change(path, value);
    match value {
        Value::Opt(Some(inner)) => each(inner, path, change),
        Value::List(list) => list.iter_mut().for_each(|v| each(v, path, change)),
        Value::Record(_, name, fields) => {
            for (field, inner) in fields {
                let deeper = match (field.parse::<u8>().is_err(), name.as_str()) {
                    (true, "") => format!("{path} {field}"),
                    (true, name) => format!("{path} {name}.{field}"),
                    (false, name) => format!("{path} {name}"),
                };
                each(inner, &deeper, change);
            }
        }
        _ => {}
    }
}

/// Lies of other kinds, a sample of them by `STAMPBOOK_SEED`; `STAMPBOOK_FAULTS=long`
/// tells all.
#[test]
fn both_judge_lies_of_every_kind_alike() {
    let cafe = cafe();
    let forger = Forger::of(&cafe.path().join("ledger"));
    let mut told: Vec<(String, usize, usize, Value)> = Vec::new();
    let mut last: BTreeMap<String, (usize, usize, Value)> = BTreeMap::new();
    for (seq, entry) in forger.entries.iter().enumerate().skip(1) {
        let (act, mut place) = (entry.get("act").kind(), 0);
        each(&mut entry.clone(), "", &mut |path, value| {
            last.insert(format!("{act}:{path}"), (seq, place, value.clone()));
            place += 1;
        });
    }
    for (path, (seq, place, value)) in last {
        let all = lies(&value).into_iter();
        told.extend(all.map(|lie| (path.clone(), seq, place, lie)));
    }
    let seed = std::env::var("STAMPBOOK_SEED").map_or(1, |text| text.parse().unwrap());
    let mut chance = schema::make::Dice::new(seed);
    if std::env::var("STAMPBOOK_FAULTS").as_deref() != Ok("long") {
        told = (0..200)
            .map(|_| told.swap_remove(chance.below(told.len())))
            .collect();
    }
    let (mut differing, mut unfound) = (Vec::new(), BTreeSet::new());
    let named = unchecked();
    for (path, seq, at, lie) in &told {
        let (mut entries, mut place) = (forger.entries.clone(), 0);
        each(&mut entries[*seq], "", &mut |_, value| {
            if place == *at {
                *value = lie.clone();
            }
            place += 1;
        });
        // A number of eight bits may have wrapped to what it was.
        let bytes = encode(&forger.schema, &entries[*seq]);
        if bytes == encode(&forger.schema, &forger.entries[*seq]) {
            continue;
        }
        forger.write(&entries);
        let what = format!("seed {seed}, {path} = {lie:?}");
        match compared(&forger.schema, forger.dir.path(), &what) {
            Ok(report) if (0..4).all(|level| word(&report, level).0 != "failed") => {
                let (_, in_any) = path.split_once(": ").unwrap();
                if !named.contains(path) && !named.contains(in_any) {
                    unfound.insert(what);
                }
            }
            Ok(_) => {}
            Err(told) => differing.push(told),
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
    assert!(unfound.is_empty(), "nobody finds: {unfound:#?}");
}
