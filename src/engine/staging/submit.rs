//! Submitting: what comes before every command (approval, training, schedules, wrong codes),
//! and its way: the plain one of `plain.rs`, or that of commands that become several entries.
//! After the page is durable its answer goes out.

use crate::answer::{Accepted, Answer, Denied};
use crate::command::{CampaignAction, Office, Request, Verb};
use crate::engine::commit::{acknowledge, denial, open_page, state_writing};
use crate::engine::error::Error;
use crate::engine::programmes::taking_effect;
use crate::engine::staging::fitting::GROUP_BYTES;
use crate::engine::staging::staged::{Mode, Staged};
use crate::engine::staging::{admit, daily_run, named, plain, precedence, together};
use crate::engine::stop::{Stop, said};
use crate::engine::verbs::approval::{needs_approval, unapproved};
use crate::engine::verbs::corrections::Correction;
use crate::engine::verbs::guessing::{has_wrong_code, without_codes};
use crate::engine::verbs::{
    approval, erasure, guessing, privacy, slips, target_command, targets, tickets, transfers,
};
use crate::engine::{Ledger, Records};
use crate::model::{Code, Origin};

impl Ledger {
    /// Carries out a command; when this returns, an accepted one is durable.
    pub fn submit(&mut self, request: &Request) -> Result<Answer, Error> {
        self.stage(request, Mode::default())?;
        let mut answers = self.commit()?;
        answers
            .pop()
            .ok_or_else(|| Error::internal("a command was left without an answer"))
    }

    /// Decides a command; it counts only after [`Ledger::commit`].
    pub fn stage(&mut self, request: &Request, mode: Mode) -> Result<(), Error> {
        match self.global().scheduled.is_empty() {
            true => stage_at_once(self, request, mode),
            // One reading of the clock says whether a scheduled programme is due, and when
            // the command is booked.
            false => admit::at_one_instant(self, |ledger| stage_at_once(ledger, request, mode)),
        }
    }
}

/// [`Ledger::submit`] of an erasure, with the book written at once.
///
/// # Errors
/// As [`Ledger::submit`].
pub fn erase(ledger: &mut Ledger, request: &Request) -> Result<Answer, Error> {
    let answer = ledger.submit(request)?;
    state_writing::write_state(ledger)?;
    Ok(answer)
}

/// The denial of a command that lacks the approval of a second person. A repeated
/// command gets its recorded answer.
fn check_approval(records: &mut Records, request: &Request) -> Result<Option<Denied>, Error> {
    if !request.source.approval.is_empty() {
        let now = records.clock.now_micros();
        return Ok(approval::supervisors(records).check_command(request, now)?);
    }
    let rule = records
        .programme()
        .ok()
        .map(|programme| &programme.approval);
    let Some(what) = rule.and_then(|rule| needs_approval(rule, request)) else {
        return Ok(None);
    };
    let is_repeated = records.booked_under(&request.key)?.is_some();
    Ok((!is_repeated).then(|| unapproved(request, what)))
}

fn stage_at_once(ledger: &mut Ledger, request: &Request, mode: Mode) -> Result<(), Error> {
    let staged = match check_approval(ledger, request)? {
        Some(denied) => Staged::Answered(denied.into()),
        None if request.is_training && !ledger.writer.is_dry_run => trained(ledger, request, mode)?,
        None => staged_now(ledger, request, mode)?,
    };
    let staged = match request.slip {
        Some(form) => Staged::WithSlip {
            form,
            is_training: request.is_training,
            staged: Box::new(staged),
        },
        None => staged,
    };
    ledger.staged.push(match request.id.clone() {
        Some(id) => Staged::Echoed {
            id,
            staged: Box::new(staged),
        },
        None => staged,
    });
    Ok(())
}

/// Decides a command for training: the answer is that of a booking, but
/// nothing is booked except a wrong code.
fn trained(ledger: &mut Ledger, request: &Request, mode: Mode) -> Result<Staged, Error> {
    taking_effect::take_scheduled(ledger).map_err(said)?;
    open_page::make_durable(ledger)?;
    let waiting = std::mem::take(&mut ledger.staged);
    let tried = open_page::dry_run(ledger, |ledger| stage_for_quote(ledger, request, mode));
    ledger.staged = waiting;
    let mut answer = tried?;
    if has_wrong_code(&answer) {
        guessing::note_guess(ledger, request, &mode)?;
    }
    answer.mark_training();
    Ok(Staged::Answered(answer))
}

fn try_now(ledger: &mut Ledger, request: &Request, mode: &Mode) -> Result<Staged, Stop> {
    taking_effect::take_scheduled(ledger).map_err(said)?;
    match guessing::check_guesses(ledger, request, mode)? {
        Some(locked) => match without_codes(request) {
            Some(without) => try_stage(ledger, &without, mode),
            None => Err(Stop::No(locked)),
        },
        None => try_stage(ledger, request, mode),
    }
}

fn staged_now(ledger: &mut Ledger, request: &Request, mode: Mode) -> Result<Staged, Error> {
    // Figures, by which alerts are known, are made from durable entries.
    let is_of_figures = matches!(request.verb, Verb::Office(Office::Alert(_)));
    if !ledger.writer.has_room(GROUP_BYTES) || (is_of_figures && !ledger.is_tried) {
        open_page::make_durable(ledger)?;
    }
    if ledger.global().targeting.is_some() {
        targets::finish_targets(ledger).map_err(said)?;
    }
    let was_accepted = ledger.options.is_clock_accepted;
    ledger.options.is_clock_accepted |= request.is_clock_accepted;
    let tried = try_now(ledger, request, &mode);
    ledger.options.is_clock_accepted = was_accepted;
    Ok(match tried {
        Ok(staged) => {
            if staged.has_wrong_code() {
                guessing::note_guess(ledger, request, &mode)?;
            }
            staged
        }
        Err(Stop::Error(error)) => return Err(error),
        Err(Stop::No(refusal)) => {
            let refusal = precedence::first_no(ledger, request, &mode, refusal)?;
            if refusal.code == Code::UnknownCode {
                guessing::note_guess(ledger, request, &mode)?;
            }
            let mut denied = denial::denied(ledger, request.key.as_str(), &refusal);
            if refusal.code == Code::AmbiguousSlip {
                denied.candidates = slips::candidates(ledger, request)?;
            }
            Staged::Answered(denied.into())
        }
    })
}

pub(in crate::engine) fn stage_for_quote(
    ledger: &mut Ledger,
    request: &Request,
    mode: Mode,
) -> Result<Answer, Error> {
    ledger.stage(request, mode)?;
    let staged = ledger
        .staged
        .pop()
        .ok_or_else(|| Error::internal("a quote without an answer"))?;
    let mut answer = acknowledge::answer(ledger, staged)?;
    match &mut answer {
        Answer::Accepted(accepted) if !accepted.repeated => {
            accepted.seq = None;
            accepted.stamp = None;
        }
        Answer::Refused(denied) if !denied.repeated => denied.seq = None,
        _ => {}
    }
    Ok(answer)
}

fn try_stage(ledger: &mut Ledger, request: &Request, mode: &Mode) -> Result<Staged, Stop> {
    let about = match named::about_message(ledger, request)? {
        Some(about) => Some(about),
        None => transfers::about_merge(ledger, request)?,
    };
    let request = about.as_ref().unwrap_or(request);
    let origin = admit::origin(ledger, request, mode)?;
    match stage_apart(ledger, request, mode, &origin)? {
        Some(staged) => Ok(staged),
        None => plain::stage_plain(ledger, request, mode, origin),
    }
}

/// Stages commands that are not decided in the plain way.
fn stage_apart(
    ledger: &mut Ledger,
    request: &Request,
    mode: &Mode,
    origin: &Origin,
) -> Result<Option<Staged>, Stop> {
    Ok(Some(match &request.verb {
        Verb::Erase { .. } => return erasure::recorded_erasure(ledger, request),
        Verb::Ticket(ticket) => {
            let parts = tickets::of_ticket(ledger, request, mode, ticket)?;
            together::stage(ledger, request, mode, parts)?
        }
        Verb::Reassign { of, to, reason } => {
            let change = Correction::Member(to);
            together::stage_correction(ledger, request, mode, (of, reason), change)?
        }
        Verb::Amend(amend) => {
            let (of, change) = (&amend.of, Correction::Sale(&amend.change));
            together::stage_correction(ledger, request, mode, (of, &amend.reason), change)?
        }
        verb if verb.is_personal() => {
            privacy::stage_personal(ledger, request, mode, origin.clone())?
        }
        Verb::Campaign {
            campaign,
            action: CampaignAction::Target { quota, decline },
            ..
        } => {
            let wanted = (campaign.as_str(), *quota, decline.as_ref());
            target_command::stage_target(ledger, request, mode, origin.clone(), wanted)?
        }
        Verb::Daily => {
            daily_run::daily_staged(ledger)?;
            targets::review_staged(ledger)?;
            let mut done = Accepted::new(request.key.as_str(), None);
            done.warnings = targets::daily_warnings(ledger)?;
            Staged::Answered(done.into())
        }
        _ => match tickets::of_void(ledger, request, mode)? {
            Some(parts) => together::stage(ledger, request, mode, parts)?,
            None => return Ok(None),
        },
    }))
}
