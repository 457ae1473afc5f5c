//! All members with their standing, one after another.

use crate::answer::View;
use crate::engine::Ledger;
use crate::engine::error::Error;
use crate::engine::staging::admit::Stop;
use crate::model::MemberId;
use crate::rules::state::Member;
use std::collections::BTreeSet;

impl Ledger {
    /// All members by id. Memory: 16 bytes each.
    ///
    /// # Errors
    /// I/O errors.
    pub fn member_ids(&mut self) -> Result<Vec<MemberId>, Error> {
        self.commit()?;
        self.ids_written()
    }

    /// Hands over members, as they stand now: what fell due for one until now is settled
    /// for the while, and forgotten. Complexity: one read each, and a decision for each
    /// thing that is due.
    ///
    /// # Errors
    /// I/O errors, or what `each` fails with.
    pub fn each_of<E: From<Error>>(
        &mut self,
        ids: &[MemberId],
        mut each: impl FnMut(&View<'_>, &Member) -> Result<(), E>,
    ) -> Result<(), E> {
        self.commit()?;
        let head = self.ledger_head();
        let due: BTreeSet<_> = self.cache.due(head.effective)?.into_iter().collect();
        for &id in ids {
            if !due.contains(&id) {
                let view = self.view()?;
                self.cache
                    .look(id, |member| each(&view, member))?
                    .transpose()?;
                continue;
            }
            let mut done = Ok(());
            self.dry_run(|ledger| {
                ledger.member(id)?;
                // A refusal leaves the standing unchanged, as in an answer of today.
                if let Err(Stop::Error(error)) = ledger.settle(id, &head) {
                    return Err(error);
                }
                let view = ledger.view()?;
                if let Some(member) = ledger.cache.member(id) {
                    done = each(&view, member);
                }
                Ok(())
            })?;
            done?;
        }
        Ok(())
    }
}
