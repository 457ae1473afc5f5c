//! Explanation of an entry: the facts and rules of its decision.

use super::{Ask, Error, Explain, last_of};
use crate::answer::{Cost, Explanation, costs, explanation};
use crate::engine::{self, Ledger};
use crate::model::{Act, Code, Entry, Policy};

impl Ask for Explain {
    type Reply = Explanation;

    fn answer(&self, ledger: &mut Ledger) -> Result<Explanation, Error> {
        let seq = u64::try_from(self.seq.0).ok();
        let entry = match seq {
            Some(seq) => ledger.entry(seq)?,
            None => None,
        };
        let Some(entry) = entry else {
            let last = last_of(ledger);
            let message = format!("there is no entry {}; the last is {last}", self.seq.0);
            return Err(Error::no(Code::UnknownEntry, message));
        };
        let costs = costs_of(ledger, &entry)?;
        let decided = match entry.head.bundle {
            0 => None,
            number => Some(ledger.programme_of(number)?),
        };
        let decided = decided.as_deref().map(|policy| policy as &dyn Policy);
        let note = engine::note_to_show(ledger, &entry)?;
        let mut explained = explanation(&ledger.view()?, &entry, decided, costs);
        explained.told = explained.told.with_note(note);
        if let Act::Purchase(_) = entry.act {
            explained.corrects = engine::corrected_from(ledger, entry.seq)?;
            explained.corrected_as = engine::corrected_as(ledger, entry.seq)?;
        }
        Ok(explained)
    }
}

/// Costs of an entry; none for the entries before the first programme.
fn costs_of(ledger: &mut Ledger, entry: &Entry) -> Result<Vec<Cost>, engine::Error> {
    let held = match &entry.act {
        Act::Capture { of, .. } => ledger.entry(*of)?,
        _ => None,
    };
    let had = held.as_ref().unwrap_or(entry);
    if had.head.bundle == 0 {
        return Ok(Vec::new());
    }
    let policy = ledger.programme_of(had.head.bundle)?;
    Ok(costs(had, &*policy, held.is_some()))
}
