//! A second verifier of all claims but that decisions come out again (2), written
//! from FORMAT.md alone: it shares no line with the library. It stops at the first thing that is wrong,
//! so where it says that something failed, what comes behind was not looked at.

mod fold;
pub mod kept;
pub mod pages;
pub mod value;

use crate::schema::Schema;
use fold::Fold;
use pages::{Journal, Page, Signers, check_checkpoint};
use std::path::Path;
use value::Value;

/// Verdict on a claim.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    Held,
    /// The entry where it failed, and the fault.
    Failed(u64, String),
    NotChecked(String),
}

/// Fault found, with the word for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wrong {
    Bad(String),
    Unsupported(String),
}

pub fn bad<T>(what: impl Into<String>) -> Result<T, Wrong> {
    Err(Wrong::Bad(what.into()))
}

/// The verdicts of the claims 0, 1 and 3.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verdicts {
    pub chained: Verdict,
    pub state: Verdict,
    pub signed: Verdict,
}

impl Verdicts {
    pub fn are_held(&self) -> bool {
        [&self.chained, &self.state, &self.signed]
            .iter()
            .all(|verdict| **verdict == Verdict::Held)
    }
}

/// Verifies as section 0 says, step by step.
pub fn verify(schema: &Schema, ledger: &Path) -> Verdicts {
    read(schema, ledger).0
}

/// The same, with what kept texts are compared with.
pub fn read(schema: &Schema, ledger: &Path) -> (Verdicts, kept::Ledger) {
    let (mut all, mut genesis) = (Vec::new(), [0; 32]);
    let mut journal = Journal::open(&ledger.join("journal"));
    let (mut fold, mut signers) = (Fold::default(), Signers::default());
    let (mut state, mut signed) = (Verdict::Held, Verdict::Held);
    let chained = loop {
        let page = match journal.next() {
            Ok(Some(page)) => page,
            Ok(None) => break Verdict::Held,
            Err(wrong) => break told(journal.next_seq, wrong),
        };
        let entries = match decoded(schema, &page) {
            Ok(entries) => entries,
            Err((seq, wrong)) => break told(seq, wrong),
        };
        for (seq, entry) in (page.first_seq..).zip(&entries) {
            let mut followed = signers.follow(entry);
            if entry.get("act").kind() == "Restored" && seq != page.first_seq {
                followed = bad("an incarnation within a page");
            }
            if let (Err(wrong), Verdict::Held) = (followed, &signed) {
                signed = told(seq, wrong);
            }
        }
        if let (Err(wrong), Verdict::Held) = (signers.check(&page), &signed) {
            signed = told(page.first_seq, wrong);
        }
        for (seq, entry) in (page.first_seq..).zip(&entries) {
            if let (Verdict::Held, Err(wrong)) = (&state, fold.entry(entry)) {
                state = told(seq, wrong);
            }
        }
        journal.accept(&page);
        if page.first_seq == 0 {
            genesis = page.hashes[0];
        }
        all.extend(entries);
    };
    let end = (journal.next_seq, journal.tree.root());
    let checkpoint = check_checkpoint(ledger, &signers, &journal.roots);
    let chained = match (chained, &checkpoint) {
        (Verdict::Held, Ok(Some((size, _)))) if *size > end.0 => {
            Verdict::Failed(end.0, "the checkpoint knows more entries".into())
        }
        (Verdict::Failed(seq, _), Ok(Some(known))) if journal.is_tail && *known == end => {
            assert_eq!(seq, end.0);
            Verdict::Held
        }
        (chained, _) => chained,
    };
    if let (Verdict::Held, Err(wrong)) = (&signed, checkpoint) {
        signed = told(end.0, wrong);
    }
    if let (Verdict::Held, Err(what)) = (&state, fold.end()) {
        state = Verdict::Failed(end.0, what);
    }
    let unread = || Verdict::NotChecked("not all entries can be read".into());
    if chained != Verdict::Held && state == Verdict::Held {
        state = unread();
    }
    if chained != Verdict::Held && signed == Verdict::Held {
        signed = unread();
    }
    let ledger = kept::Ledger {
        signers,
        roots: journal.roots,
        genesis,
        entries: all,
        units: fold.units(),
    };
    let verdicts = Verdicts {
        chained,
        state,
        signed,
    };
    (verdicts, ledger)
}

fn told(seq: u64, wrong: Wrong) -> Verdict {
    match wrong {
        Wrong::Bad(what) => Verdict::Failed(seq, what),
        Wrong::Unsupported(what) => Verdict::NotChecked(what),
    }
}

fn decoded(schema: &Schema, page: &Page) -> Result<Vec<Value>, (u64, Wrong)> {
    let numbered = (page.first_seq..).zip(&page.entries);
    numbered
        .map(|(seq, bytes)| {
            let entry = value::decode(schema, bytes).map_err(|wrong| (seq, wrong))?;
            match entry.get("seq").num() == i128::from(seq) {
                true => Ok(entry),
                false => Err((seq, Wrong::Bad("it is another number".into()))),
            }
        })
        .collect()
}
