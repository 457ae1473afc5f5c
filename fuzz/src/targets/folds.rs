//! Folding entries that no honest writer made: entries that decode, in any
//! order, with any figures, end in a verdict. An input is entries, each after
//! its length.

use super::Outcome;
use super::entries;
use stampbook::chain::codec::decode;
use stampbook::chain::page::Page;
use stampbook::model::Policy;
use stampbook::rules::{State, fold};
use stampbook::workbench::{Folder, judge, story};
use std::path::Path;

/// Entries of an input that are folded; the rest is left alone.
const ENTRIES_MAX: usize = 200;

pub fn run(input: &[u8]) -> Outcome {
    let mut state = State::default();
    let mut shape = String::new();
    let mut place = 0;
    for bytes in split(input).take(ENTRIES_MAX) {
        let Ok(mut entry) = decode(bytes) else {
            continue;
        };
        // As a careful editor would who does not want to be found at the first look.
        entry.seq = place;
        place += 1;
        state.global.next_seq = entry.seq;
        match fold(&mut state, &entry) {
            Ok(()) => {}
            Err(contradiction) => shape += &contradiction.what,
        }
        for touched in &entry.touched {
            let _ = state.resolve(touched.member);
        }
    }
    Outcome::of(&[&shape])
}

fn split(mut input: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (len, rest) = input.split_first_chunk()?;
        let len = usize::from(u16::from_le_bytes(*len)).min(rest.len());
        let (bytes, rest) = rest.split_at(len);
        input = rest;
        Some(bytes)
    })
}

fn joined(entries: impl IntoIterator<Item = Vec<u8>>) -> Vec<u8> {
    let short = entries.into_iter().filter(|bytes| bytes.len() < 1 << 16);
    let each = short.flat_map(|bytes| {
        let mut part = (bytes.len() as u16).to_le_bytes().to_vec();
        part.extend(bytes);
        part
    });
    each.collect()
}

/// The journals of some stories, and the golden entries one after another.
pub fn seeds() -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = if root.ends_with("fuzz") && !root.join("FORMAT.md").exists() {
        root.join("..")
    } else {
        root.to_path_buf()
    };
    let told = [
        ("merging", "two-again"),
        ("between", "tokens"),
        ("between", "holds"),
        ("households", "together"),
        ("vouchers", "a-drink"),
        ("returns", "every-way"),
        ("passes", "terms-kept"),
        ("clearing", "year-end"),
    ];
    let journals = told.iter().map(|(programme, name)| {
        let folder = root.join("tests/programmes").join(programme);
        let file = format!("tests/stories/{programme}/{name}.story");
        let text = std::fs::read_to_string(root.join(&file)).expect(&file);
        journal_of(&folder, &file, &text)
    });
    let mut all: Vec<_> = journals.map(joined).collect();
    all.push(joined(entries::seeds()));
    all
}

/// The entries that a story leaves in its ledger's journal.
fn journal_of(folder: &Path, file: &str, text: &str) -> Vec<Vec<u8>> {
    let folder = Folder::read(folder).expect("a programme of the tests");
    let policy = judge(&folder.bundle).expect("it compiles");
    let story = story::parse(file, text, policy.programme()).expect("a story of the tests");
    let mut entries = Vec::new();
    let beside = |name: &str| folder.beside(name);
    let look = |ledger: &Path| {
        let segments = std::fs::read_dir(ledger.join("journal")).expect("a journal");
        let mut paths: Vec<_> = segments.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            let bytes = std::fs::read(path).expect("a segment");
            let mut rest = &bytes[..];
            while let Ok(view) = Page::parse(rest) {
                entries.extend(view.entries().map(<[u8]>::to_vec));
                rest = &rest[view.bytes().len()..];
            }
        }
    };
    story::run_then(&story, &folder.bundle, &beside, look).expect("the story runs");
    assert!(entries.len() > 3, "{file}: {} entries", entries.len());
    entries
}
