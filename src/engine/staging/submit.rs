//! Submitting: the program on one screen. A command is admitted and looked up
//! by its key, due events are booked, then it is decided, sealed and written;
//! after the page is durable its answer goes out.

use crate::answer::{Accepted, Answer, Denied};
use crate::command::{CampaignAction, ClientId, Office, Request, SlipForm, Verb};
use crate::engine::error::Error;
use crate::engine::staging::admit::{Stop, keys_with, once_hash, order_hash};
use crate::engine::staging::fitting::GROUP_BYTES;
use crate::engine::verbs::approval::{Supervisors, needs_approval, unapproved};
use crate::engine::verbs::corrections::Correction;
use crate::engine::verbs::gifts::takes_gift;
use crate::engine::verbs::guessing::{has_wrong_code, without_codes};
use crate::engine::{Brief, Ledger};
use crate::model::{
    Act, CampaignStatus, Code, Draft, Effect, Entry, Head, Instant, Key, MemberId, Origin, Policy,
    Purchase, Refusal,
};
use crate::rules::{self, DecisionInputs};

/// Way in which a command came in, beyond its own content.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mode {
    /// True for history from before the member's first live entry.
    pub is_history: bool,
    /// True to enrol the owner of a new alias.
    pub is_enrolling: bool,
    /// True to accept it although it is late.
    pub is_late: bool,
}

impl Mode {
    /// True if a command may enrol the member that it names.
    pub(in crate::engine) fn enrols(&self, request: &Request) -> bool {
        self.is_enrolling || matches!(&request.verb, Verb::Purchase(p) if p.is_enrolling)
    }
}

/// A command that was decided and waits for its page.
pub enum Staged {
    /// The answer was known at once.
    Answered(Answer),
    /// The sender wants a brief answer.
    Brief(Brief),
    /// The entry that answers it.
    Sealed {
        /// The entry.
        entry: Box<Entry>,
        /// The key it was sent under again, if it had been carried out before.
        repeats: Option<Key>,
    },
    /// The entries that answer a command of several parts, which were booked together.
    Together {
        /// The entries: of a ticket its returns and then its sale; of a sale
        /// that is corrected the void and then the sale.
        entries: Vec<Entry>,
        /// The key it was sent under again, if it had been carried out before.
        repeats: Option<Key>,
    },
    /// The answer is a recorded refusal, with what to do instead.
    Advised {
        /// Remedy, in words.
        remedy: String,
        /// The staged command.
        staged: Box<Staged>,
    },
    /// The answer has a slip.
    WithSlip {
        /// Form of the slip.
        form: SlipForm,
        /// True if the command is for training.
        is_training: bool,
        /// The staged command.
        staged: Box<Staged>,
    },
    /// The answer echoes the sender's own id of the message.
    Echoed {
        /// The id.
        id: ClientId,
        /// The staged command.
        staged: Box<Staged>,
    },
}

impl Staged {
    /// True if a sale was now booked without a voucher whose code is unknown.
    fn has_wrong_code(&self) -> bool {
        let is_wrong = |effect: &Effect| matches!(effect, Effect::TenderLeftOut { refusal, .. } if refusal.code == Code::UnknownCode);
        let entries = match self {
            Staged::Sealed {
                entry,
                repeats: None,
            } => std::slice::from_ref(&**entry),
            Staged::Together {
                entries,
                repeats: None,
            } => entries,
            _ => return false,
        };
        entries.iter().flat_map(|e| &e.effects).any(is_wrong)
    }
}

/// Message about a missing member.
pub(in crate::engine) const UNKNOWN_MEMBER: &str =
    "member: nobody is known by that; enrol them, or say \"enrol\": true (--enrol)";

/// The refusal of a key that was used for another command.
pub(in crate::engine) fn key_conflict(seq: u64) -> Refusal {
    let detail =
        format!("key: entry {seq} used it for another command; a new attempt needs a new key");
    Refusal::new(Code::KeyConflict, detail)
}

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
            true => self.stage_at_once(request, mode),
            // One reading of the clock says whether a scheduled programme is due, and when
            // the command is booked.
            false => self.at_one_instant(|ledger| ledger.stage_at_once(request, mode)),
        }
    }

    /// Persons who may approve.
    pub(in crate::engine) fn supervisors(&self) -> Supervisors {
        Supervisors::under(&self.folders.secrets, &self.alias_key)
    }

    /// The denial of a command that lacks the approval of a second person. A repeated
    /// command gets its recorded answer.
    fn check_approval(&mut self, request: &Request) -> Result<Option<Denied>, Error> {
        if !request.source.approval.is_empty() {
            let now = self.clock.now_micros();
            return Ok(self.supervisors().check_command(request, now)?);
        }
        let rule = self.programme().ok().map(|programme| &programme.approval);
        let Some(what) = rule.and_then(|rule| needs_approval(rule, request)) else {
            return Ok(None);
        };
        let is_repeated = request.key.is_some() && self.find_key(request.key.as_str())?.is_some();
        Ok((!is_repeated).then(|| unapproved(request, what)))
    }

    fn stage_at_once(&mut self, request: &Request, mode: Mode) -> Result<(), Error> {
        let staged = match self.check_approval(request)? {
            Some(denied) => Staged::Answered(denied.into()),
            None if request.is_training && !self.writer.is_dry_run => {
                self.trained(request, mode)?
            }
            None => self.staged_now(request, mode)?,
        };
        let staged = match request.slip {
            Some(form) => Staged::WithSlip {
                form,
                is_training: request.is_training,
                staged: Box::new(staged),
            },
            None => staged,
        };
        self.staged.push(match request.id.clone() {
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
    fn trained(&mut self, request: &Request, mode: Mode) -> Result<Staged, Error> {
        self.take_scheduled()
            .map_err(crate::engine::programmes::activate::said)?;
        self.make_durable()?;
        let waiting = std::mem::take(&mut self.staged);
        let tried = self.dry_run(|ledger| ledger.stage_for_quote(request, mode));
        self.staged = waiting;
        let mut answer = tried?;
        if has_wrong_code(&answer) {
            self.note_guess(request, &mode)?;
        }
        answer.mark_training();
        Ok(Staged::Answered(answer))
    }

    fn staged_now(&mut self, request: &Request, mode: Mode) -> Result<Staged, Error> {
        // Figures, by which alerts are known, are made from durable entries.
        let is_of_figures = matches!(request.verb, Verb::Office(Office::Alert(_)));
        if !self.writer.has_room(GROUP_BYTES) || (is_of_figures && !self.is_tried) {
            self.make_durable()?;
        }
        if self.global().targeting.is_some() {
            self.finish_targets()
                .map_err(crate::engine::programmes::activate::said)?;
        }
        let was_accepted = self.options.is_clock_accepted;
        self.options.is_clock_accepted |= request.is_clock_accepted;
        self.take_scheduled()
            .map_err(crate::engine::programmes::activate::said)?;
        let tried = match self.check_guesses(request, &mode)? {
            Some(locked) => match without_codes(request) {
                Some(without) => self.try_stage(&without, &mode),
                None => Err(Stop::No(locked)),
            },
            None => self.try_stage(request, &mode),
        };
        self.options.is_clock_accepted = was_accepted;
        Ok(match tried {
            Ok(staged) => {
                if staged.has_wrong_code() {
                    self.note_guess(request, &mode)?;
                }
                staged
            }
            Err(Stop::Error(error)) => return Err(error),
            Err(Stop::No(refusal)) => {
                let refusal = self.first_no(request, &mode, refusal)?;
                if refusal.code == Code::UnknownCode {
                    self.note_guess(request, &mode)?;
                }
                let mut denied = self.denied(request.key.as_str(), &refusal);
                if refusal.code == Code::AmbiguousSlip {
                    denied.candidates = self.candidates(request)?;
                }
                Staged::Answered(denied.into())
            }
        })
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

    pub(in crate::engine) fn stage_for_quote(
        &mut self,
        request: &Request,
        mode: Mode,
    ) -> Result<Answer, Error> {
        self.stage(request, mode)?;
        let staged = self
            .staged
            .pop()
            .ok_or_else(|| Error::internal("a quote without an answer"))?;
        let mut answer = self.answer(staged)?;
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

    fn try_stage(&mut self, request: &Request, mode: &Mode) -> Result<Staged, Stop> {
        let about = match self.about_message(request)? {
            Some(about) => Some(about),
            None => self.about_merge(request)?,
        };
        let request = about.as_ref().unwrap_or(request);
        let origin = self.origin(request, mode)?;
        match self.stage_apart(request, mode, &origin)? {
            Some(staged) => Ok(staged),
            None => self.stage_plain(request, mode, origin),
        }
    }

    /// Stages commands that are not decided in the plain way.
    fn stage_apart(
        &mut self,
        request: &Request,
        mode: &Mode,
        origin: &Origin,
    ) -> Result<Option<Staged>, Stop> {
        Ok(Some(match &request.verb {
            Verb::Erase { .. } => return self.recorded_erasure(request),
            Verb::Ticket(ticket) => self.stage_ticket(request, mode, ticket)?,
            Verb::Reassign { of, to, reason } => {
                self.stage_correction(request, mode, (of, reason), Correction::Member(to))?
            }
            Verb::Amend(amend) => {
                let (of, change) = (&amend.of, Correction::Sale(&amend.change));
                self.stage_correction(request, mode, (of, &amend.reason), change)?
            }
            verb if verb.is_personal() => self.stage_personal(request, mode, origin.clone())?,
            Verb::Campaign {
                campaign,
                action: CampaignAction::Target { quota, decline },
                ..
            } => {
                let wanted = (campaign.as_str(), *quota, decline.as_ref());
                self.stage_target(request, mode, origin.clone(), wanted)?
            }
            Verb::Daily => {
                self.daily_staged()?;
                self.review_staged()?;
                let mut done = Accepted::new(request.key.as_str(), None);
                done.warnings = self.daily_warnings()?;
                Staged::Answered(done.into())
            }
            _ => return self.stage_void_of_ticket(request, mode),
        }))
    }

    pub(in crate::engine) fn stage_plain(
        &mut self,
        request: &Request,
        mode: &Mode,
        origin: Origin,
    ) -> Result<Staged, Stop> {
        let member = self.member_of(request, mode, &origin)?;
        let other = self.other_of(request)?;
        let (act, holder) = self.coded_act(request, &origin, member)?;
        let act = self.as_claim(request, member, act)?;
        let member = member.or(holder);
        let named = self.load_named(&act)?;
        let claim = self.claim_of(named.as_ref())?;
        // The decision checks the present holder of a claimed gift.
        let is_claim = matches!(act, Act::Claim { .. }) || takes_gift(&act);
        let owner = claim.as_ref().or(named.as_ref()).filter(|_| !is_claim);
        let member = self.party(member, owner)?;
        if let Some(entry) = self.recorded(request, member, &act)? {
            self.check_other(&entry, &act, other)?;
            return Ok(Staged::Sealed {
                entry: Box::new(entry),
                repeats: Some(request.key.clone()),
            });
        }
        self.check_alert(&act)?;
        self.check_party(owner, member)?;
        self.check_loop(request)?;
        self.check_history(mode, member)?;
        let head = self.head(request, mode, origin, member)?;
        if let Act::CampaignChanged(_) | Act::PeriodClosed { .. } = act {
            self.daily_staged()?;
        }
        let vouchers = self.vouchers_of(&act)?;
        let held = self.held_of(&act)?;
        let giver = self.giver(named.as_ref().filter(|_| takes_gift(&act)))?;
        let holders = vouchers.iter().map(|found| found.holder);
        let parties = member.into_iter().chain(other).chain(giver).chain(holders);
        self.settle_all(parties.collect(), &head)?;
        self.make_room()?;
        self.load_passes(member)?;
        self.load_absorbed(member, &act)?;
        self.erase_ahead(member, &act, &head)?;
        let head = self.after_last(head);
        let since = self.since(named.as_ref(), claim.as_ref(), &act)?;
        let counted = match once_hash(member, &act) {
            Some(hash) => self.find(&hash)?,
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
        let taker = self.taker(member, &act);
        let entry = match self.decided(head, taker, act, inputs)? {
            Ok(draft) => self.seal_followed(draft)?,
            Err(declined) => {
                // Rare enough to resolve all names again, which saves a copy of each
                // act.
                let (act, _) = self.coded_act(request, &declined.head.origin, member)?;
                let act = self.as_claim(request, member, act)?;
                self.seal_refused(*declined, (member, other), act)?
            }
        };
        if let Some(head) = behind {
            self.behind(request, member, &entry, head)?;
        }
        Ok(Staged::Sealed {
            entry: Box::new(entry),
            repeats: None,
        })
    }

    pub(in crate::engine) fn request_day(&self, request: &Request) -> crate::model::Day {
        let at = request
            .at
            .map_or(Instant(self.clock.now_micros()), |(at, _)| at);
        self.day_of(at)
    }

    /// The member that a command names; enrolled on the way if it asks for that.
    fn member_of(
        &mut self,
        request: &Request,
        mode: &Mode,
        origin: &Origin,
    ) -> Result<Option<MemberId>, Stop> {
        let Some(who) = &request.member else {
            return Ok(None);
        };
        if let Some(id) = self.resolve(who)? {
            return Ok(Some(id));
        }
        match (mode.enrols(request), who) {
            (true, crate::command::Who::Alias(alias)) => {
                self.check_before_enrolling(request, origin)?;
                Ok(Some(self.enrol_alias(alias, request, mode, origin)?))
            }
            _ => {
                let detail = crate::engine::verbs::erasure::unknown_member(&request.verb);
                Err(Refusal::new(Code::UnknownMember, detail).into())
            }
        }
    }

    fn check_party(&mut self, named: Option<&Entry>, member: Option<MemberId>) -> Result<(), Stop> {
        let Some(party) = named.and_then(Entry::member) else {
            return Ok(());
        };
        let party = self.resolve(&crate::command::Who::Id(party))?;
        if party != member {
            let was = match named {
                Some(entry) => self.reassigned_from(entry.seq)?,
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

    /// The recorded entry of the same key, if the command is the same.
    pub(in crate::engine) fn recorded(
        &mut self,
        request: &Request,
        member: Option<MemberId>,
        act: &Act,
    ) -> Result<Option<Entry>, Stop> {
        let mut found = None;
        if request.key.is_some() {
            found = self.find_by_key(request.key.as_str())?;
        }
        if let Some(seq) = found {
            let entry = self
                .entry(seq)?
                .ok_or_else(|| Error::damage(format!("entry {seq} cannot be read back")))?;
            let is_other = match act {
                Act::Purchase(again) if entry.head.key != request.key => {
                    let sale = self.sale_of(&entry)?;
                    sale.is_some_and(|first| !first.order.is_empty() && first.order == again.order)
                }
                _ => false,
            };
            let is_order = match act {
                Act::Purchase(again) if is_other => self.is_same_order(&entry, member, again)?,
                _ => false,
            };
            return match is_order || self.is_same(&entry, request, member, act)? {
                true => Ok(Some(entry)),
                false => Err(key_conflict(seq).into()),
            };
        }
        if let Act::Purchase(purchase) = act
            && !purchase.order.is_empty()
            && let Some(sale) = self.order_booked(purchase)?
        {
            let Some(first) = self.order_answer(request, &sale, purchase)? else {
                return Ok(None);
            };
            if !self.is_same_order(&first, member, purchase)? {
                return Err(order_conflict(&sale, purchase).into());
            }
            self.note_other_key(request, &first)?;
            return Ok(Some(first));
        }
        self.check_slip(request, act)?;
        Ok(None)
    }

    /// The purchase of an order number, if there is one that was not voided.
    pub(in crate::engine) fn order_booked(
        &mut self,
        purchase: &Purchase,
    ) -> Result<Option<Entry>, Error> {
        match self.find_standing(&order_hash(purchase))? {
            Some(seq) => self.entry(seq),
            None => Ok(None),
        }
    }

    /// True if an order that is sent again is the same sale: whatever the
    /// store, channel, tenders and time, since an order of the app may be
    /// booked again at pick-up.
    fn is_same_order(
        &mut self,
        first: &Entry,
        member: Option<MemberId>,
        again: &Purchase,
    ) -> Result<bool, Error> {
        let Some(sale) = self.sale_of(first)? else {
            return Ok(false);
        };
        let party = match first.member() {
            Some(id) => self.resolve(&crate::command::Who::Id(id))?,
            None => None,
        };
        Ok(party == member && rules::asked::is_same_sale(&sale, again))
    }

    /// True if an entry's act is that of a command, for its member and at its time.
    pub(in crate::engine) fn is_same(
        &mut self,
        entry: &Entry,
        request: &Request,
        member: Option<MemberId>,
        act: &Act,
    ) -> Result<bool, Error> {
        let recorded_act = match &entry.act {
            Act::Refused(refused) => &*refused.act,
            other => other,
        };
        let is_same_at = match (request.at, entry.head.occurred) {
            (Some((at, _)), Some(_)) => at == entry.head.occurred_at(),
            _ => true,
        };
        let party = match entry.member() {
            Some(id) => self.resolve(&crate::command::Who::Id(id))?,
            None => None,
        };
        // Undoing a merge has changed its member.
        let is_party = party == member || matches!(act, Act::Unmerged { .. });
        // An unnamed claimer of a gift is a new member each time.
        let is_party = is_party || member.is_none() && matches!(act, Act::VoucherClaimed { .. });
        // The code of a voucher that is gone need not lead to its member.
        let is_coded = matches!(
            act,
            Act::VoucherVoided { .. } | Act::VoucherGiven { .. } | Act::VoucherHeld { .. }
        );
        let is_party = is_party || request.member.is_none() && is_coded;
        // A voucher may have moved meanwhile: it is the same one.
        let first = (
            self.with_first_lot(recorded_act)?,
            self.with_first_lot(act)?,
        );
        let is_same = match &first {
            (Some(recorded), Some(asked)) => rules::asked::is_same(recorded, asked),
            _ => rules::asked::is_same(recorded_act, act),
        };
        Ok(is_same_at && is_party && is_same)
    }

    /// The head moved after the entries booked since.
    pub(in crate::engine) fn after_last(&self, mut head: Head) -> Head {
        if !head.origin.is_history {
            let recorded = head.recorded_at();
            let occurred = head.occurred_at();
            head.effective = recorded.max(self.global().effective.after(1));
            head.recorded_lag = recorded.0 - head.effective.0;
            if let Some(o) = &mut head.occurred {
                o.lag = occurred.0 - head.effective.0;
            }
        }
        head
    }

    /// Books the entries that follow directly from one.
    pub(in crate::engine) fn follow(&mut self, entry: &Entry) -> Result<(), Stop> {
        self.reward_referrer(entry)?;
        let policy = self.policy_by(entry.head.bundle)?;
        let Some(campaign) = rules::campaign::limits::exhausted(policy.campaigns(), &entry.effects)
        else {
            return Ok(());
        };
        if self.global().status(campaign) == CampaignStatus::Closed {
            return Ok(());
        }
        let (act, effect) = rules::campaign::limits::closing(campaign);
        self.book_system_act(act, vec![effect])?;
        Ok(())
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

/// The refusal of an order number that belongs to another sale.
fn order_conflict(first: &Entry, asked: &Purchase) -> Refusal {
    let detail = format!(
        "order: {} was booked as entry {} for another sale; an order is the same only with the same member, total, currency and lines; if it changed, as at pick-up, send what it came to with 'amend' (stampbook amend --order)",
        asked.order, first.seq
    );
    Refusal::new(Code::OrderConflict, detail)
}
