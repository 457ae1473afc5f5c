//! Loading of the earlier entry that a command refers to, and of later events about it.

use crate::engine::Ledger;
use crate::engine::staging::admit::{Since, Stop, named_inputs, parted_inputs};
use crate::engine::verbs::openers::terms_taken;
use crate::model::{Act, Entry};

impl Ledger {
    /// Loads the entry that a return or void refers to.
    pub(in crate::engine) fn load_named(&mut self, act: &Act) -> Result<Option<Entry>, Stop> {
        let Some(of) = act.named() else {
            return Ok(None);
        };
        let named = self.entry(of)?;
        self.cache.load_aftermath(of)?;
        if let Some(Act::Return { of, .. }) = named.as_ref().map(|e| &e.act) {
            self.cache.load_aftermath(*of)?;
        }
        if let Some(entry) = &named {
            // Entries before the first programme were decided by none.
            if entry.head.bundle != 0 {
                self.programme_of(entry.head.bundle)?;
            }
            for touched in &entry.touched {
                self.resolve(&crate::command::Who::Id(touched.member))?;
            }
        }
        Ok(named)
    }

    /// The entry that claimed a purchase, if one did.
    pub(in crate::engine) fn claim_of(
        &mut self,
        named: Option<&Entry>,
    ) -> Result<Option<Entry>, Stop> {
        let of = named.map_or(u64::MAX, |entry| entry.seq);
        let after = self.cache.state().aftermath.get(&of);
        let Some(seq) = after.and_then(|after| after.claimed) else {
            return Ok(None);
        };
        let claim = self.entry(seq)?;
        if let Some(id) = claim.as_ref().and_then(Entry::member) {
            self.resolve(&crate::command::Who::Id(id))?;
        }
        Ok(claim)
    }

    /// Later events that a return or void depends on.
    pub(in crate::engine) fn since(
        &mut self,
        named: Option<&Entry>,
        claim: Option<&Entry>,
        act: &Act,
    ) -> Result<Since, Stop> {
        if let (Act::Unmerged { .. }, Some(merge)) = (act, named) {
            let later = match merge.touched.get(1) {
                Some(into) => self.later_by(into.member, merge.seq)?,
                None => Vec::new(),
            };
            return Ok(parted_inputs(merge, &later));
        }
        let looks_back = matches!(act, Act::Return { .. } | Act::Reversal { .. });
        let Some(named) = named.filter(|_| looks_back) else {
            return Ok(Since::default());
        };
        let gave = claim.unwrap_or(named);
        let later = self.later_of(gave)?;
        let closed = terms_taken(named, |seq| self.entry(seq))?;
        Ok(named_inputs(named, gave.seq, &later, closed))
    }
}
