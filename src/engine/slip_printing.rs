//! Printing of slips for customers, with the answer of a command or later.

use super::Ledger;
use super::error::Error;
use super::submit::Staged;
use crate::answer::{Accepted, Answer, PrintedSlip};
use crate::command::SlipForm;
use crate::model::{Entry, Instant, MemberId, Policy};
use crate::rules::facts::has_consent;
use crate::slip::{self, Occasion, Source};

/// Consent purpose without which nobody is shown a member's name and usual articles.
const RECOGNISE: &str = "recognise_in_store";

impl Ledger {
    /// True if a member agreed to be recognised in the store.
    ///
    /// # Errors
    /// I/O errors.
    pub fn is_recognised(&mut self, id: MemberId) -> Result<bool, Error> {
        let mut purposes = self.programme()?.purposes.iter();
        let purpose = purposes.find(|(_, name)| name == RECOGNISE);
        let Some(number) = purpose.map(|(number, _)| *number) else {
            return Ok(false);
        };
        let member = self.member(id)?;
        Ok(member.is_some_and(|member| has_consent(member, number)))
    }

    /// Name of a member, if one is known and may be shown.
    ///
    /// # Errors
    /// I/O errors.
    pub fn display_name(&mut self, id: MemberId) -> Result<Option<String>, Error> {
        if !self.is_recognised(id)? {
            return Ok(None);
        }
        let profile = self.profile_today(id)?;
        Ok(profile.map(|p| p.name).filter(|name| !name.is_empty()))
    }

    /// Answers a command with a slip.
    pub(super) fn answer_with_slip(
        &mut self,
        staged: Staged,
        form: SlipForm,
        is_training: bool,
    ) -> Result<Answer, Error> {
        let entries = match &staged {
            Staged::Sealed { entry, .. } => vec![(**entry).clone()],
            Staged::Together { entries, .. } => entries.clone(),
            _ => Vec::new(),
        };
        let mut answer = self.answer(staged)?;
        let occasion = match (self.writer.is_trial, is_training) {
            (false, _) => Occasion::Booked,
            (true, true) => Occasion::Training,
            (true, false) => Occasion::Quote,
        };
        if let (Answer::Accepted(accepted), Some(last)) = (&mut answer, entries.last()) {
            let slip = match self.writer.is_trial {
                true => {
                    let unbooked = Accepted {
                        seq: None,
                        stamp: None,
                        ..(**accepted).clone()
                    };
                    self.print_slip(last, &unbooked, form, occasion)?
                }
                false => self.print_slip(last, accepted, form, occasion)?,
            };
            accepted.slip = Some(slip);
        }
        Ok(answer)
    }

    /// Prints the slip of a booked command again, or for the first time: with
    /// the balances of this instant.
    ///
    /// # Errors
    /// I/O errors.
    pub fn slip_of(
        &mut self,
        last: &Entry,
        accepted: &Accepted,
        form: SlipForm,
        is_reprint: bool,
    ) -> Result<PrintedSlip, Error> {
        let now = Instant(self.clock.now_micros());
        let at = self.programme()?.calendar.display(now);
        let occasion = match is_reprint {
            true => Occasion::Reprint(at),
            false => Occasion::Later(at),
        };
        self.print_slip(last, accepted, form, occasion)
    }

    fn print_slip(
        &mut self,
        last: &Entry,
        accepted: &Accepted,
        form: SlipForm,
        occasion: Occasion,
    ) -> Result<PrintedSlip, Error> {
        let name = match last.member() {
            Some(id) => self.display_name(id)?,
            None => None,
        };
        let policy = self.policy()?;
        let programme = policy.programme();
        let claim_until = last.head.day.days_after(programme.claim_days);
        let origin = &last.head.origin;
        let source = Source {
            answer: accepted,
            policy: Some(policy.as_ref()),
            name,
            at: programme.calendar.display(last.head.occurred_at()),
            store: self.store_of(&origin.place),
            terminal: origin.terminal.clone(),
            receipt: last.act.receipt().to_owned(),
            claim_until: accepted.claim.as_ref().map(|_| claim_until.to_string()),
            occasion,
        };
        Ok(slip::print(&source, form))
    }
}
