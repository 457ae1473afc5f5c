//! Acknowledgement: staged entries become durable, and their answers are made.
//! No answer goes out before its page is durable.

use crate::answer::{Accepted, Answer, PrintedSlip};
use crate::command::SlipForm;
use crate::engine::commit::{
    entry_answer, idle, key_index, open_page, parts_answer, state_writing,
};
use crate::engine::error::Error;
use crate::engine::opening::continuity::is_for_training;
use crate::engine::opening::healing;
use crate::engine::reading::profiles;
use crate::engine::staging::staged::Staged;
use crate::engine::verbs::{erasure, slips};
use crate::engine::{Ledger, Records};
use crate::model::{Entry, Instant, Policy};
use crate::slip::{self, Occasion, Source};

impl Ledger {
    /// Makes all staged entries durable and returns the answers in order.
    pub fn commit(&mut self) -> Result<Vec<Answer>, Error> {
        let answers = self.acknowledge()?;
        self.conclude()?;
        Ok(answers)
    }

    /// The first half of [`Ledger::commit`]: all staged entries are durable
    /// when this returns, so the answers may go out before
    /// [`Ledger::conclude`].
    pub fn acknowledge(&mut self) -> Result<Vec<Answer>, Error> {
        self.acknowledge_as(|answer| answer)
    }

    /// [`Ledger::acknowledge`] that converts the answers, for example to lines
    /// of text, while the disk is busy; so nobody may be told of them before
    /// this returns.
    pub fn acknowledge_as<T>(&mut self, make: impl FnMut(Answer) -> T) -> Result<Vec<T>, Error> {
        if erasure::has_erasures(self) {
            let staged = self.take_durable()?;
            return answers(self, staged, make);
        }
        open_page::begin_durable(self)?;
        self.sent = 0;
        let staged = std::mem::take(&mut self.staged);
        let made = answers(self, staged, make);
        idle::settle_page(self)?;
        made
    }

    /// The second half of [`Ledger::commit`]: signs the durable entries, and
    /// writes the state back when it is due. A crash before it loses nothing;
    /// opening does it again.
    pub fn conclude(&mut self) -> Result<(), Error> {
        if self.writer.is_back() {
            return Ok(());
        }
        self.writer.sign()?;
        healing::copy_when_due(self)?;
        key_index::write_keys_beside(self)?;
        state_writing::write_when_due(self)
    }

    /// Makes all staged entries durable, destroys the keys of the members they
    /// erased, and returns them.
    pub(in crate::engine) fn take_durable(&mut self) -> Result<Vec<Staged>, Error> {
        open_page::make_durable(self)?;
        erasure::carry_out_erasures(self)?;
        self.sent = 0;
        Ok(std::mem::take(&mut self.staged))
    }

    /// Number of commands that wait for a commit, without those that
    /// [`commit_beside`](crate::engine::commit_beside) has sent to the disk.
    pub fn waiting(&self) -> usize {
        self.staged.len() - self.sent
    }
}

fn answers<T>(
    records: &mut Records,
    staged: Vec<Staged>,
    mut make: impl FnMut(Answer) -> T,
) -> Result<Vec<T>, Error> {
    let told = staged.into_iter().map(|s| Ok(make(answer(records, s)?)));
    told.collect()
}

pub(in crate::engine) fn answer(records: &mut Records, staged: Staged) -> Result<Answer, Error> {
    match staged {
        Staged::Answered(answer) => Ok(answer),
        Staged::Brief(_) => Err(Error::internal(
            "what was staged in brief is answered in brief",
        )),
        Staged::Together { entries, repeats } => {
            parts_answer::answer_parts(records, &entries, repeats.is_some())
        }
        Staged::WithSlip {
            form,
            is_training,
            staged,
        } => answer_with_slip(records, *staged, form, is_training),
        Staged::Advised { remedy, staged } => {
            let mut answer = answer(records, *staged)?;
            if let Answer::Refused(denied) = &mut answer {
                denied.advise(&remedy);
            }
            Ok(answer)
        }
        Staged::Echoed { id, staged } => {
            let mut answer = answer(records, *staged)?;
            answer.echo(id);
            Ok(answer)
        }
        Staged::Sealed { entry, repeats } => {
            let mut answer = entry_answer::answer_of(records, &entry, repeats.is_some())?;
            if let Some(sent) = repeats {
                answer.name_sent(sent.as_str());
            }
            Ok(answer)
        }
    }
}

/// Answers a command with a slip.
fn answer_with_slip(
    records: &mut Records,
    staged: Staged,
    form: SlipForm,
    is_training: bool,
) -> Result<Answer, Error> {
    let last = match &staged {
        Staged::Sealed { entry, .. } => Some((**entry).clone()),
        Staged::Together { entries, .. } => entries.last().cloned(),
        _ => None,
    };
    let mut answer = answer(records, staged)?;
    let occasion = match (records.writer.is_dry_run, is_training) {
        (false, _) => Occasion::Booked,
        (true, true) => Occasion::Training,
        (true, false) => Occasion::Quote,
    };
    if let (Answer::Accepted(accepted), Some(last)) = (&mut answer, &last) {
        let slip = match records.writer.is_dry_run {
            true => {
                let unbooked = Accepted {
                    seq: None,
                    stamp: None,
                    ..(**accepted).clone()
                };
                print_slip(records, last, &unbooked, form, occasion)?
            }
            false => print_slip(records, last, accepted, form, occasion)?,
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
    records: &mut Records,
    last: &Entry,
    accepted: &Accepted,
    form: SlipForm,
    is_reprint: bool,
) -> Result<PrintedSlip, Error> {
    let now = Instant(records.clock.now_micros());
    let at = records.programme()?.calendar.display(now);
    let occasion = match is_reprint {
        true => Occasion::Reprint(at),
        false => Occasion::Later(at),
    };
    print_slip(records, last, accepted, form, occasion)
}

fn print_slip(
    records: &mut Records,
    last: &Entry,
    accepted: &Accepted,
    form: SlipForm,
    occasion: Occasion,
) -> Result<PrintedSlip, Error> {
    let name = match last.member() {
        Some(id) => profiles::display_name(records, id)?,
        None => None,
    };
    let policy = records.policy()?;
    let programme = policy.programme();
    let claim_until = last.head.day.days_after(programme.claim_days);
    let origin = &last.head.origin;
    let occasion = match is_for_training(records.writer.coming().origin()) {
        true => Occasion::Training,
        false => occasion,
    };
    let source = Source {
        answer: accepted,
        shop: programme.name.clone(),
        policy: Some(policy.as_ref()),
        name,
        at: programme.calendar.display(last.head.occurred_at()),
        store: slips::store_of(records, &origin.place),
        terminal: origin.terminal.clone(),
        receipt: last.act.receipt().to_owned(),
        claim_until: accepted.claim.as_ref().map(|_| claim_until.to_string()),
        occasion,
    };
    Ok(slip::print(&source, form))
}
