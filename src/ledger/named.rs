//! What a command that names an earlier entry needs to know of it.

use super::Ledger;
use super::admit::{Since, Stop, named_papers};
use crate::model::{Act, Effect, Entry};

impl Ledger {
    /// The entry that a return or void names.
    pub(super) fn load_named(&mut self, act: &Act) -> Result<Option<Entry>, Stop> {
        let of = match act {
            Act::Return { of, .. } | Act::Reversal { of, .. } => *of,
            _ => return Ok(None),
        };
        let named = self.entry(of)?;
        self.shelf.load_aftermath(&self.book, of)?;
        if let Some(Act::Return { of, .. }) = named.as_ref().map(|e| &e.act) {
            self.shelf.load_aftermath(&self.book, *of)?;
        }
        if let Some(entry) = &named {
            self.programme_of(entry.head.bundle)?;
            for touched in &entry.touched {
                self.resolve(&super::wire::Who::Id(touched.member))?;
            }
        }
        Ok(named)
    }

    pub(super) fn since(&mut self, named: Option<&Entry>) -> Result<Since, Stop> {
        let Some(named) = named else {
            return Ok(Since::default());
        };
        let later = match named.member() {
            Some(id) => self.history_since(id, named.seq)?,
            None => Vec::new(),
        };
        let mut openers = Vec::new();
        for effect in &named.effects {
            if let Effect::Debit { lot, .. } = effect {
                openers.extend(self.entry(lot.seq)?);
            }
        }
        Ok(named_papers(named, &later, &openers))
    }
}
