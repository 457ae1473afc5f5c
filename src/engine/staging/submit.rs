//! Submitting: the program on one screen. A command is admitted and looked up
//! by its key, due events are booked, then it is decided, sealed and written;
//! after the page is durable its answer goes out.

use crate::answer::{Accepted, Answer, Denied};
use crate::command::{CampaignAction, Office, Request, Verb};
use crate::engine::commit::acknowledge;
use crate::engine::commit::entry_keys::{keys_with, once_hash};
use crate::engine::error::Error;
use crate::engine::programmes::activate;
use crate::engine::staging::fitting::GROUP_BYTES;
use crate::engine::staging::staged::{Mode, Staged};
use crate::engine::staging::{
    admit, batch, booking, daily_run, deciding, named, precedence, recorded, timeouts,
};
use crate::engine::stop::Stop;
use crate::engine::verbs::approval::{needs_approval, unapproved};
use crate::engine::verbs::corrections::Correction;
use crate::engine::verbs::gifts::takes_gift;
use crate::engine::verbs::guessing::{has_wrong_code, without_codes};
use crate::engine::verbs::{
    approval, corrections, erasure, gifts, guessing, office, order_claim, privacy, slips, targets,
    tickets, transfers, vouchers,
};
use crate::engine::{Ledger, Records};
use crate::model::{Act, Code, Draft, Entry, MemberId, Origin, Refusal};
use crate::rules::DecisionInputs;

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
            false => batch::at_one_instant(self, |ledger| stage_at_once(ledger, request, mode)),
        }
    }

    /// Commits the page if it may not hold another command's entries.
    pub(in crate::engine) fn make_room(&mut self) -> Result<(), Stop> {
        if !self.writer.has_room(GROUP_BYTES) {
            self.make_durable()?;
        }
        Ok(())
    }

    pub(in crate::engine) fn make_durable_now(&mut self) -> Result<(), Stop> {
        Ok(self.make_durable()?)
    }

    /// Runs `act` as a dry run, and discards its changes, page and all. Nothing
    /// may be staged before: everything is durable, so no key waits for the
    /// vault.
    pub(in crate::engine) fn dry_run<T>(
        &mut self,
        act: impl FnOnce(&mut Ledger) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let keys = self.keys.mark();
        self.writer.is_dry_run = true;
        let unwritten = self.cache.begin_trial();
        let answer = act(self);
        self.cache.end_trial(unwritten);
        self.writer.is_dry_run = false;
        self.writer.restart();
        self.staged.clear();
        self.keys.back_to(&keys);
        self.fresh_vault.clear();
        answer
    }

    /// Books a draft and adds it to the page.
    pub(in crate::engine) fn seal(&mut self, draft: Draft) -> Result<Entry, Error> {
        if self.writer.is_back() && !self.writer.is_dry_run {
            return Err(Error::internal("a question books nothing"));
        }
        let entry = self.cache.seal(draft)?;
        self.writer.push(&entry)?;
        let keys = keys_with(&entry, |key| self.hashes.key(key));
        self.keys.note(entry.seq, keys);
        Ok(entry)
    }
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
    let is_repeated = request.key.is_some() && records.find_key(request.key.as_str())?.is_some();
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
    activate::take_scheduled(ledger).map_err(crate::engine::stop::said)?;
    ledger.make_durable()?;
    let waiting = std::mem::take(&mut ledger.staged);
    let tried = ledger.dry_run(|ledger| stage_for_quote(ledger, request, mode));
    ledger.staged = waiting;
    let mut answer = tried?;
    if has_wrong_code(&answer) {
        guessing::note_guess(ledger, request, &mode)?;
    }
    answer.mark_training();
    Ok(Staged::Answered(answer))
}

fn staged_now(ledger: &mut Ledger, request: &Request, mode: Mode) -> Result<Staged, Error> {
    // Figures, by which alerts are known, are made from durable entries.
    let is_of_figures = matches!(request.verb, Verb::Office(Office::Alert(_)));
    if !ledger.writer.has_room(GROUP_BYTES) || (is_of_figures && !ledger.is_tried) {
        ledger.make_durable()?;
    }
    if ledger.global().targeting.is_some() {
        targets::finish_targets(ledger).map_err(crate::engine::stop::said)?;
    }
    let was_accepted = ledger.options.is_clock_accepted;
    ledger.options.is_clock_accepted |= request.is_clock_accepted;
    activate::take_scheduled(ledger).map_err(crate::engine::stop::said)?;
    let tried = match guessing::check_guesses(ledger, request, &mode)? {
        Some(locked) => match without_codes(request) {
            Some(without) => try_stage(ledger, &without, &mode),
            None => Err(Stop::No(locked)),
        },
        None => try_stage(ledger, request, &mode),
    };
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
            let mut denied = acknowledge::denied(ledger, request.key.as_str(), &refusal);
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
        None => stage_plain(ledger, request, mode, origin),
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
        Verb::Ticket(ticket) => tickets::stage_ticket(ledger, request, mode, ticket)?,
        Verb::Reassign { of, to, reason } => corrections::stage_correction(
            ledger,
            request,
            mode,
            (of, reason),
            Correction::Member(to),
        )?,
        Verb::Amend(amend) => {
            let (of, change) = (&amend.of, Correction::Sale(&amend.change));
            corrections::stage_correction(ledger, request, mode, (of, &amend.reason), change)?
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
            targets::stage_target(ledger, request, mode, origin.clone(), wanted)?
        }
        Verb::Daily => {
            daily_run::daily_staged(ledger)?;
            targets::review_staged(ledger)?;
            let mut done = Accepted::new(request.key.as_str(), None);
            done.warnings = targets::daily_warnings(ledger)?;
            Staged::Answered(done.into())
        }
        _ => return tickets::stage_void_of_ticket(ledger, request, mode),
    }))
}

pub(in crate::engine) fn stage_plain(
    ledger: &mut Ledger,
    request: &Request,
    mode: &Mode,
    origin: Origin,
) -> Result<Staged, Stop> {
    let member = member_of(ledger, request, mode, &origin)?;
    let other = transfers::other_of(ledger, request)?;
    let (act, holder) = vouchers::coded_act(ledger, request, &origin, member)?;
    let act = order_claim::as_claim(ledger, request, member, act)?;
    let member = member.or(holder);
    let named = named::load_named(ledger, &act)?;
    let claim = named::claim_of(ledger, named.as_ref())?;
    // The decision checks the present holder of a claimed gift.
    let is_claim = matches!(act, Act::Claim { .. }) || takes_gift(&act);
    let owner = claim.as_ref().or(named.as_ref()).filter(|_| !is_claim);
    let member = transfers::party(ledger, member, owner)?;
    if let Some(entry) = recorded::recorded(ledger, request, member, &act)? {
        transfers::check_other(ledger, &entry, &act, other)?;
        return Ok(Staged::Sealed {
            entry: Box::new(entry),
            repeats: Some(request.key.clone()),
        });
    }
    office::check_alert(ledger, &act)?;
    check_party(ledger, owner, member)?;
    transfers::check_loop(ledger, request)?;
    transfers::check_history(ledger, mode, member)?;
    let head = admit::head(ledger, request, mode, origin, member)?;
    if let Act::CampaignChanged(_) | Act::PeriodClosed { .. } = act {
        daily_run::daily_staged(ledger)?;
    }
    let vouchers = vouchers::vouchers_of(ledger, &act)?;
    let held = transfers::held_of(ledger, &act)?;
    let giver = gifts::giver(ledger, named.as_ref().filter(|_| takes_gift(&act)))?;
    let holders = vouchers.iter().map(|found| found.holder);
    let parties = member.into_iter().chain(other).chain(giver).chain(holders);
    timeouts::settle_all(ledger, parties.collect(), &head)?;
    ledger.make_room()?;
    named::load_passes(ledger, member)?;
    transfers::load_absorbed(ledger, member, &act)?;
    erasure::erase_ahead(ledger, member, &act, &head)?;
    let head = admit::after_last(ledger, head);
    let since = named::since(ledger, named.as_ref(), claim.as_ref(), &act)?;
    let counted = match once_hash(member, &act) {
        Some(hash) => ledger.find(&hash)?,
        None => None,
    };
    let inputs = DecisionInputs {
        other: other.or(giver),
        counted,
        vouchers: &vouchers,
        held: &held,
        claim: claim.as_ref(),
        ..since.inputs(named.as_ref())
    };
    let is_capture = matches!(request.verb, Verb::Capture { .. }) || !held.is_empty();
    let behind = is_capture.then(|| head.clone());
    let taker = gifts::taker(ledger, member, &act);
    let entry = match deciding::decided(ledger, head, taker, act, inputs)? {
        Ok(draft) => booking::seal_followed(ledger, draft)?,
        Err(declined) => {
            // Rare enough to resolve all names again, which saves a copy of each
            // act.
            let (act, _) = vouchers::coded_act(ledger, request, &declined.head.origin, member)?;
            let act = order_claim::as_claim(ledger, request, member, act)?;
            booking::seal_refused(ledger, *declined, (member, other), act)?
        }
    };
    if let Some(head) = behind {
        transfers::behind(ledger, request, member, &entry, head)?;
    }
    Ok(Staged::Sealed {
        entry: Box::new(entry),
        repeats: None,
    })
}

/// The member that a command names; enrolled on the way if it asks for that.
fn member_of(
    ledger: &mut Ledger,
    request: &Request,
    mode: &Mode,
    origin: &Origin,
) -> Result<Option<MemberId>, Stop> {
    let Some(who) = &request.member else {
        return Ok(None);
    };
    if let Some(id) = ledger.resolve(who)? {
        return Ok(Some(id));
    }
    match (mode.enrols(request), who) {
        (true, crate::command::Who::Alias(alias)) => {
            precedence::check_before_enrolling(ledger, request, origin)?;
            Ok(Some(privacy::enrol_alias(
                ledger, alias, request, mode, origin,
            )?))
        }
        _ => {
            let detail = crate::engine::stop::unknown_member(&request.verb);
            Err(Refusal::new(Code::UnknownMember, detail).into())
        }
    }
}

fn check_party(
    records: &mut Records,
    named: Option<&Entry>,
    member: Option<MemberId>,
) -> Result<(), Stop> {
    let Some(party) = named.and_then(Entry::member) else {
        return Ok(());
    };
    let party = records.resolve(&crate::command::Who::Id(party))?;
    if party != member {
        let was = match named {
            Some(entry) => corrections::reassigned_from(records, entry.seq)?,
            None => None,
        };
        let detail = match (was, named) {
            (Some(was), Some(entry)) => format!(
                "member: the sale of entry {was} went to another member's card as entry {}; name that member, or none",
                entry.seq
            ),
            _ => "member: the entry is another member's".into(),
        };
        return Err(Refusal::new(Code::WrongMember, detail).into());
    }
    Ok(())
}
