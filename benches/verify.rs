//! Speed of verifying a journal of a million purchases: claims 0 and 1, and
//! then claim 2. The figures are entries a second of wall-clock time. `ENTRIES`
//! and `LEVELS` (as in `0,1`) ask for others; `KEPT` names a folder where the
//! journal is left for the next run.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::unwrap_used,
    reason = "a test that wraps or panics fails"
)]

mod processor;

use processor::cpu_seconds;
use stampbook::audit::{Options, Outcome, verify};
use stampbook::chain::codec;
use stampbook::chain::hash::Hash;
use stampbook::chain::page::{Page, PageBuilder, PageKey};
use stampbook::command::parse;
use stampbook::engine::{self, Folders, Ledger};
use stampbook::model::{Act, Draft, Entry, Key, MemberId};
use stampbook::policy::{Bundle, shipped_files};
use stampbook::rules::{State, seal};
use stampbook::storage::journal::{Journal, JournalReader, Opening, Piece, files};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// As the binary has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ENROL: &str = r#"{"do":"enrol","key":"e","aliases":["card:1"]}"#;
const PURCHASE: &str = r#"{"do":"purchase","key":"k","member":"card:1","store":"mitte",
    "terminal":"till-1","total":"9.50","lines":[
    {"sku":"LATTE","category":"coffee","qty":"1","amount":"4.50"},
    {"sku":"SCONE","category":"food","qty":"2","amount":"5.00"}],
    "tenders":[{"kind":"cash","amount":"9.50"}]}"#;

/// Genesis, activation, an enrolment and a purchase, as the product writes them.
fn samples(dir: &Path) -> Vec<Entry> {
    let files = shipped_files("corner-cafe").expect("it ships");
    let bundle = Bundle::new(files).expect("it compiles");
    let folders = Folders {
        ledger: dir.join("sample"),
        secrets: dir.join("secrets"),
    };
    let options = engine::Options::new("bench").expect("entropy");
    let mut made = Ledger::create(&folders, "bench.example/1", &bundle, options).expect("made");
    for line in [ENROL, PURCHASE] {
        let request = parse(line.as_bytes(), 2).expect("it parses");
        assert!(made.submit(&request).expect("it is booked").is_ok());
    }
    made.close().expect("closed");
    let pages = JournalReader::open(&folders.ledger.join("journal"))
        .expect("opens")
        .pages();
    let mut entries = Vec::new();
    for piece in pages.expect("reads") {
        let Piece::Page(stored) = piece.expect("reads") else {
            continue;
        };
        let view = Page::parse(&stored.page.bytes).expect("parses");
        entries.extend(
            view.entries()
                .map(|bytes| codec::decode(bytes).expect("decodes")),
        );
    }
    entries
}

fn member(n: u64) -> MemberId {
    let mut id = [0; 16];
    id.copy_from_slice(&blake3::hash(&n.to_le_bytes()).as_bytes()[..16]);
    MemberId(id)
}

fn another(sample: &Entry, n: u64, member: MemberId) -> Draft {
    let mut draft = sample.to_draft();
    draft.members = vec![member];
    draft.head.effective = draft.head.effective.after(n as i64 * 1000);
    draft.head.key = Key::parse(&format!("till-1/{n:012}")).expect("a key");
    draft
}

fn write(dir: &Path, samples: &[Entry], members: u64, count: u64) {
    let find = |is: fn(&Act) -> bool| samples.iter().find(|e| is(&e.act)).expect("a sample");
    let enrol = find(|act| matches!(act, Act::Enrolled(_)));
    let buy = find(|act| matches!(act, Act::Purchase(_)));
    let begin = samples.iter().take(2).map(Entry::to_draft);
    let enrolled = (0..members).map(|n| another(enrol, n, member(n)));
    let bought = (members..count - 2).map(|n| another(buy, n, member(n * 7919 % members)));
    let mut journal = files::create(&dir.join("journal"), &Opening::default()).expect("made");
    let mut builder = PageBuilder::new(0, Hash::ZERO, 4096);
    let mut state = State::default();
    let mut bytes = Vec::new();
    for draft in begin.chain(enrolled).chain(bought) {
        let entry = seal(&mut state, draft).expect("it folds");
        bytes.clear();
        codec::encode_into(&entry, &mut bytes).expect("it encodes");
        builder.push(&bytes).expect("there is room");
        if builder.count() == 1000 || entry.seq + 1 == count {
            let page = builder
                .seal(
                    (entry.seq >= 1000).then_some([9; 64]),
                    &PageKey::derive(&[7; 32]),
                )
                .expect("sealed");
            journal
                .append(&journal.head(), &page)
                .expect("written")
                .expect("no conflict");
        }
    }
}

fn main() {
    let count: u64 = std::env::var("ENTRIES")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(1_000_000);
    let made = tempfile::tempdir().expect("a folder");
    let kept = std::env::var("KEPT").ok().map(PathBuf::from);
    let dir = kept.as_deref().unwrap_or(made.path());
    if !dir.join("journal").exists() {
        let samples = samples(made.path());
        write(dir, &samples, 100_000.min(count / 10), count);
    }
    let levels = std::env::var("LEVELS").unwrap_or_else(|_| "0,1,1,2".into());
    for level in levels.split(',').filter_map(|level| level.parse().ok()) {
        let options = Options {
            level: Some(level),
            ..Options::new(dir)
        };
        let (begun, cpu) = (Instant::now(), cpu_seconds());
        let report = verify(&options, |_, _| ()).expect("it reads");
        let seconds = begun.elapsed().as_secs_f64();
        let per_second = count as f64 / seconds;
        let cpu = (cpu_seconds() - cpu) / count as f64 * 1e6;
        println!(
            "claims 0 to {level}: {seconds:.2} s, {per_second:.0} entries/s, {cpu:.2} µs of processor time each"
        );
        assert!(level == 2 || report.outcome() == Outcome::Held, "{report}");
    }
}
