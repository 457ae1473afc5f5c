//! The decoder of entries: whatever decodes encodes back to the same bytes, and
//! the lean decoder takes exactly what the full one takes.

use super::Outcome;
use super::said;
use data_encoding::HEXLOWER;
use stampbook::chain::codec::{blank, decode, decode_to_fold, encode};
use stampbook::model::{Act, Effect};
use std::cell::RefCell;

const GOLDEN: &str = include_str!("../../../tests/golden/entries.txt");

thread_local! {
    /// Memory of an entry that was read before, as a verifier reuses it.
    static USED: RefCell<stampbook::model::Entry> = RefCell::new(blank());
}

pub fn run(input: &[u8]) -> Outcome {
    let full = decode(input);
    let mut fresh = blank();
    let lean = decode_to_fold(input, &mut fresh);
    assert_eq!(full.is_ok(), lean.is_ok(), "{full:?} but {lean:?}");
    let again = USED.with_borrow_mut(|used| decode_to_fold(input, used).map(|()| used.clone()));
    assert_eq!(lean.is_ok(), again.is_ok());
    let mut shape = said(&full);
    if let (Ok(entry), Ok(again)) = (&full, again) {
        assert_eq!(encode(entry).as_deref(), Ok(input), "{entry:?}");
        assert_eq!(fresh, again, "what was in the memory before shows");
        let told = format!("{entry:?}");
        assert!(!told.is_empty());
        shape = kinds(&entry.act, &entry.effects);
    }
    Outcome::of(&[&shape])
}

/// Kinds of the acts and effects in an entry.
fn kinds(act: &Act, effects: &[Effect]) -> String {
    let word = |text: String| {
        let end = text.find(|c: char| !c.is_alphanumeric());
        text[..end.unwrap_or(text.len())].to_owned()
    };
    let effects = effects.iter().take(4).map(|e| word(format!("{e:?}")));
    let all: Vec<String> = effects.chain([word(format!("{act:?}"))]).collect();
    all.join(" ")
}

/// The golden entries.
pub fn seeds() -> Vec<Vec<u8>> {
    let lines = GOLDEN.lines().filter(|line| line.len() > 20);
    let bytes = lines.filter_map(|line| HEXLOWER.decode(line.as_bytes()).ok());
    bytes.collect()
}
