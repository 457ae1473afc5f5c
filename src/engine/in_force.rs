//! The programme in force, kept in the book: every process needs it, and the
//! page that it stands on lies among all the others.

use super::Ledger;
use super::error::Error;
use super::shelf::{read_programme, write_programme};
use crate::model::Act;
use crate::storage::book::Batch;

impl Ledger {
    pub(super) fn load_policy(&mut self) -> Result<(), Error> {
        let number = self.house().bundle;
        if number == 0 || self.policy.is_some() {
            return Ok(());
        }
        let kept = read_programme(&self.book)?;
        self.policy = Some(match kept.filter(|kept| kept.number == number) {
            Some(kept) => {
                let names = self.house().names.clone();
                self.programmes.compile(&kept, &names)?
            }
            None => self.programme_of(number)?,
        });
        Ok(())
    }

    /// Puts the programme in force down if the book does not reach it yet.
    pub(super) fn write_in_force(&mut self, batch: &mut Batch) -> Result<(), Error> {
        let Some(seq) = self.house().activations.last().copied() else {
            return Ok(());
        };
        if seq + self.unwritten < self.house().next_seq {
            return Ok(());
        }
        if let Some(Act::PolicyActivated(activation)) = self.entry(seq)?.map(|entry| entry.act) {
            write_programme(&self.book, &activation, batch)?;
        }
        Ok(())
    }
}
