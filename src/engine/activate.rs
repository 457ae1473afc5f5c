//! Activation of programmes.

use super::Ledger;
use super::admit::Stop;
use super::error::Error;
use super::open::zone_of;
use crate::model::{Account, Act, Activation, Engine, Names, Policy};
use crate::policy::{Bundle, Compiled, Diagnostic, HOST, SCRIPT, check_upgrade, examine};

/// Version of the ledger's own rules. A change of their decisions raises it,
/// and the old rules stay in the code.
pub const RULES: u32 = 1;

/// Versions of everything that decides in this program.
pub fn engine() -> Engine {
    Engine {
        script: SCRIPT.into(),
        host: HOST,
        rules: RULES,
    }
}

/// Compiles a bundle with the names it would have if it took effect now.
pub(super) fn compile_new(bundle: &Bundle, names: &Names) -> Result<(Compiled, Names), Error> {
    let zone = zone_of(bundle)?;
    let mut names = names.clone();
    let made = examine(bundle, &mut names, zone).map_err(Error::Programme)?;
    Ok((made, names))
}

/// Remarks that an activation carries.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct ActivationNote {
    /// Reason for the change.
    pub note: String,
    /// Hash of the stories that were run; None if there were none.
    pub stories: Option<[u8; 32]>,
    /// Reason for activating although they were not run or did not pass; empty
    /// if they passed.
    pub without_stories: String,
}

impl Ledger {
    /// Puts a programme in force. Due events are booked under the old one first.
    ///
    /// # Errors
    /// [`Error::Programme`] if it has errors or may not follow the one in force.
    pub fn activate(&mut self, bundle: &Bundle, said_of: ActivationNote) -> Result<u64, Error> {
        let before = self.global().names.clone();
        let (made, names) = compile_new(bundle, &before)?;
        let mut errors = self.upgrade_errors(&made);
        errors.extend(self.alias_collisions(&made.programme().aliases)?);
        if !errors.is_empty() {
            return Err(Error::Programme(errors));
        }
        if self.policy.is_some() {
            self.daily()?;
        }
        let number = self.global().bundle + 1;
        let activation = Activation {
            number,
            files: bundle.files.clone(),
            digest: bundle.digest(),
            zone: made.programme().calendar.zone.clone(),
            engine: engine(),
            names: names.since(before.count()).to_vec(),
            facts: made.facts().to_vec(),
            facts_review: made.facts_review().to_vec(),
            note: said_of.note,
            stories: said_of.stories,
            without_stories: said_of.without_stories,
            drafter: String::new(),
            pilot: None,
            scheduled: None,
        };
        let seq = self.book_system_act(Act::PolicyActivated(Box::new(activation)), Vec::new())?;
        self.policy = Some(self.programmes.put(number, made));
        self.review_staged().map_err(said)?;
        self.bring_into_form().map_err(said)?;
        self.commit()?;
        Ok(seq)
    }

    /// Reasons why a programme may not follow the one in force.
    pub fn upgrade_errors(&self, new: &Compiled) -> Vec<Diagnostic> {
        let Some(old) = &self.policy else {
            return Vec::new();
        };
        let totals = |unit| self.global().totals(unit);
        let holds = |unit| totals(unit).is_some_and(|t| t.of(Account::Lots) != 0);
        check_upgrade(old.programme(), new.programme(), holds)
    }

    /// Compiles a bundle with this ledger's names, without putting it in force.
    pub fn try_bundle(&self, bundle: &Bundle) -> Result<Compiled, Error> {
        Ok(compile_new(bundle, &self.global().names)?.0)
    }
}

/// Converts a stop of the ledger's own work to an error.
pub(super) fn said(stop: Stop) -> Error {
    match stop {
        Stop::Error(error) => error,
        Stop::No(refusal) => Error::Refused(refusal),
    }
}
