//! The ledger as it would be under a draft, in memory: a second state, folded
//! from the entries that the draft decides. Numbers of entries follow from those
//! of the past, so that what a command names can be found.

use super::bookings::Bookings;
use super::bounded_state::BoundedState;
use super::counterparts::{Sequences, codes_of, keep_codes, repriced};
use super::tally::{Counted, Tally};
use crate::engine::{
    self, Error, Ledger, Since, bought_of, followed, later_of, locate, named_inputs, once_one,
    parted_inputs, terms_taken, traced,
};
use crate::model::{
    Act, CampaignStatus, Channel, Code, CodeKind, Codes, Day, Draft, Effect, Entry, Head, Instant,
    Key, MemberId, MonthDay, Number, Occurred, Origin, Policies, Policy, Refusal, Steps,
};
use crate::rules::campaign::limits;
use crate::rules::campaign::review;
use crate::rules::campaign::trigger;
use crate::rules::case::VoucherFound;
use crate::rules::member::referral;
use crate::rules::state::{IdHasher, Member, Status};
use crate::rules::{self, Case, DecisionInputs, FailedScript, Outlook, due};
use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasherDefault;
use std::sync::Arc;

/// Programmes by the number of their activation.
#[derive(Default)]
pub(super) struct ByNumber {
    policies: BTreeMap<u32, Arc<dyn Policy>>,
    /// True if a campaign of one of them draws.
    is_drawing: bool,
}

impl ByNumber {
    /// The programme of an activation, compiled by the ledger if it is needed for the
    /// first time.
    pub fn get(&mut self, ledger: &mut Ledger, number: u32) -> Result<Arc<dyn Policy>, Error> {
        if let Some(known) = self.policies.get(&number) {
            return Ok(Arc::clone(known));
        }
        let found: Arc<dyn Policy> = ledger.programme_of(number)?;
        self.put(number, Arc::clone(&found));
        Ok(found)
    }

    /// Adds a programme.
    pub fn put(&mut self, number: u32, policy: Arc<dyn Policy>) {
        self.is_drawing |= policy.campaigns().iter().any(|c| c.is_drawing);
        self.policies.insert(number, policy);
    }
}

impl Policies for ByNumber {
    fn policy(&self, number: u32) -> Option<Arc<dyn Policy>> {
        self.policies.get(&number).cloned()
    }
}

/// A programme that decides, and the day from which it fires what campaigns
/// declare for days.
#[derive(Clone)]
pub(super) struct InForce {
    /// The programme.
    pub policy: Arc<dyn Policy>,
    /// Number of its activation.
    pub number: u32,
    /// Day of its activation.
    pub activated: Day,
}

/// Values that a decision needs from outside of the journal.
#[derive(Clone, Default)]
pub(super) struct Person {
    /// The birthday, if it is known.
    pub birthday: Option<MonthDay>,
    /// Attributes, by id.
    pub attributes: Vec<(String, String)>,
}

/// A command of the past, to be decided again.
pub(super) struct Command<'a> {
    /// Instants, source, key, with the programme that decides.
    pub head: Head,
    /// The member.
    pub member: Option<MemberId>,
    /// The second member, if it names one.
    pub other: Option<MemberId>,
    /// The act, with the numbers of the simulation.
    pub act: Act,
    /// Values from outside.
    pub person: Person,
    /// Seed of codes and draws that the past did not make.
    pub fresh: Chance<'a>,
    /// Its entry of the past, whose codes and draws the new one keeps.
    pub past: Option<&'a Entry>,
}

/// The ledger under a draft.
pub(super) struct DraftedLedger<'l> {
    /// The real ledger: its entries before the fork, and its vault.
    pub ledger: &'l mut Ledger,
    /// The state.
    pub state: BoundedState,
    /// All programmes.
    pub policies: ByNumber,
    /// The draft.
    pub draft: InForce,
    /// The programme before the draft.
    pub before: InForce,
    /// First instant of the draft.
    pub from: Instant,
    /// Numbers of entries.
    pub sequences: Sequences,
    /// Entries that made codes of vouchers, by the hash of the code.
    pub codes: HashMap<[u8; 32], u64>,
    /// Entries that were booked.
    pub bookings: Bookings,
    /// Entries that opened lots on a due day, by member and day.
    pub dues: HashMap<(MemberId, i32), u64>,
    /// The due events of the past that are being booked again, if any.
    pub past_due: Option<Entry>,
    /// Birthdays by the entry of the past that keeps them.
    birthdays: HashMap<MemberId, (u64, Option<MonthDay>), BuildHasherDefault<IdHasher>>,
    counted: Counted,
}

impl<'l> DraftedLedger<'l> {
    /// Begins with an empty state, by `before` until `from`, and by the draft after it.
    pub fn new(
        ledger: &'l mut Ledger,
        policies: ByNumber,
        (before, draft, from): (InForce, InForce, Instant),
        counted: Counted,
    ) -> DraftedLedger<'l> {
        DraftedLedger {
            ledger,
            state: BoundedState::default(),
            policies,
            draft,
            before,
            from,
            sequences: Sequences::default(),
            codes: HashMap::new(),
            bookings: Bookings::begin(counted, Tally::default()),
            dues: HashMap::new(),
            past_due: None,
            birthdays: HashMap::default(),
            counted,
        }
    }

    /// Continues with the real state and its sums, under the programme that is in force in
    /// it. Returns the sums until then.
    pub fn continue_with(
        &mut self,
        state: BoundedState,
        by: InForce,
        sums: Tally,
    ) -> Result<Tally, Error> {
        self.sequences = Sequences {
            fork: state.global.next_seq,
            ..Sequences::default()
        };
        self.state = state;
        self.from = Instant(i64::MIN + 1);
        (self.before, self.draft) = (by.clone(), by);
        let bookings = Bookings::begin(self.counted, sums);
        std::mem::replace(&mut self.bookings, bookings).end()
    }

    /// An entry by its sequence in the simulation.
    pub fn entry(&mut self, seq: u64) -> Result<Option<Entry>, Error> {
        match seq < self.sequences.fork {
            true => self.ledger.entry(seq),
            false => self.bookings.entry(seq),
        }
    }

    /// Begins the booking of the counterpart of an entry of the past.
    pub fn go_to(&mut self, seq: u64) -> Result<(), Error> {
        let next = self.sequences.simulated(seq);
        if self.state.global.next_seq > next {
            let text = "more fell due between two entries than a simulation can number";
            return Err(Error::Limit(text.into()));
        }
        self.state.global.next_seq = next;
        Ok(())
    }

    /// The member whom a member was merged into, if any, else the member.
    pub fn resolve(&mut self, id: MemberId) -> Result<MemberId, Error> {
        self.state.load(id)?;
        Ok(self.state.resolve(id))
    }

    /// Loads the members that an entry of the past names.
    pub fn load_parties(&mut self, entry: &Entry) -> Result<(), Error> {
        for touched in &entry.touched {
            self.state.load(touched.member)?;
        }
        match &entry.act {
            Act::Enrolled(enrolled) => enrolled.referrer.map_or(Ok(()), |id| self.state.load(id)),
            _ => Ok(()),
        }
    }

    /// Books a draft.
    pub fn seal(&mut self, draft: Draft) -> Result<Arc<Entry>, Error> {
        let entry = Arc::new(self.state.seal(draft)?);
        let made = codes_of(&entry).map(|code| (*code, entry.seq));
        self.codes.extend(made);
        if let (Act::Due { day }, Some(id)) = (&entry.act, entry.member())
            && entry.effects.iter().any(Effect::opens_lot)
        {
            self.dues.insert((id, day.0), entry.seq);
        }
        self.bookings.push(Arc::clone(&entry))?;
        Ok(entry)
    }

    /// Books a draft, and what follows directly from it.
    fn seal_followed(&mut self, draft: Draft) -> Result<Arc<Entry>, Error> {
        let entry = self.seal(draft)?;
        self.reward_referrer(&entry)?;
        let Some(policy) = self.policies.policy(entry.head.bundle) else {
            return Ok(entry);
        };
        if let Some(campaign) = limits::exhausted(policy.campaigns(), &entry.effects)
            && self.state.global.status(campaign) != CampaignStatus::Closed
        {
            self.close(campaign, &entry.head)?;
        }
        Ok(entry)
    }

    /// Closes a campaign whose budget is used up.
    fn close(&mut self, campaign: Number, head: &Head) -> Result<(), Error> {
        let (act, effect) = limits::closing(campaign);
        let draft = Draft::new(own_head(head), Vec::new(), act, vec![effect]);
        self.seal(draft).map(drop)
    }
}

/// Head of an entry that the ledger books by itself at the instant of another.
pub(super) fn own_head(head: &Head) -> Head {
    Head {
        origin: Origin {
            channel: Channel::House,
            is_history: head.origin.is_history,
            ..Origin::default()
        },
        key: Key::none(),
        occurred: None,
        ..head.clone()
    }
}

/// Codes for new vouchers of the simulation: nobody knows a text for them.
struct NewCodes<'a>(Chance<'a>);

impl Codes for NewCodes<'_> {
    fn hash(&self, kind: CodeKind, n: u16, _: &Key) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_keyed(&self.0.seed());
        let kind: u8 = match kind {
            CodeKind::Voucher => 0,
            CodeKind::Gift => 1,
            CodeKind::Claim => 2,
        };
        hasher.update(&[kind]);
        hasher.update(&n.to_le_bytes());
        *hasher.finalize().as_bytes()
    }
}

/// Due events.
impl DraftedLedger<'_> {
    /// Books what falls due up to an instant for members, their housemates and
    /// their referrers.
    pub fn settle_all(&mut self, ids: Vec<MemberId>, head: &Head) -> Result<(), Error> {
        let mut all = ids;
        for n in 0..all.len() {
            self.state.load(all[n])?;
            let mates = self.state.members.get(&all[n]);
            let mates = mates.map(Member::housemates).unwrap_or_default();
            let new: Vec<_> = mates.into_iter().filter(|id| !all.contains(id)).collect();
            all.extend(new);
        }
        for id in all {
            self.settle(id, head, head.effective)?;
            if let Some(referrer) = self.referrer_of(id, head) {
                self.settle(referrer, head, head.effective)?;
            }
        }
        Ok(())
    }

    /// Books what falls due for a member up to an instant, under a head.
    pub fn settle(&mut self, id: MemberId, head: &Head, until: Instant) -> Result<(), Error> {
        self.state.load(id)?;
        while let Some((at, day, act, by)) = self.due_next(id, until)? {
            let mut head = own_head(head);
            if head.origin.is_history {
                let last = self.state.members.get(&id).map(|m| m.effective);
                head.effective = last.map_or(at, |last| at.max(last));
            }
            head.day = day;
            head.bundle = by.number;
            head.occurred = Some(Occurred {
                lag: at.0 - head.effective.0,
                offset: 0,
            });
            let named = act.named();
            let person = self.person(id, day, &*by.policy)?;
            let is_past = |past: &mut Entry| past.act == act && past.member() == Some(id);
            let past = self.past_due.take_if(is_past);
            let command = Command {
                fresh: Chance::of(&id.0, day),
                head,
                member: Some(id),
                other: None,
                act,
                person,
                past: past.as_ref(),
            };
            let seq = self.state.global.next_seq;
            self.state.global.activated = by.activated;
            // Due events are not refused but for figures beyond every bound.
            if let Err(refusal) = self.decide(command, &by.policy)? {
                return Err(Error::Refused(Refusal {
                    detail: format!("entry {seq}, {named:?}: {}", refusal.detail),
                    ..refusal
                }));
            }
        }
        Ok(())
    }

    /// Books what falls due for all members up to an instant.
    pub fn settle_everybody(&mut self, until: Instant, day: Day) -> Result<(), Error> {
        let head = Head {
            effective: until,
            recorded_lag: 0,
            occurred: None,
            day,
            origin: Origin {
                channel: Channel::House,
                ..Origin::default()
            },
            key: Key::none(),
            bundle: self.draft.number,
        };
        for id in self.state.ids() {
            self.settle(id, &head, until)?;
            self.state.bound()?;
        }
        Ok(())
    }

    /// The next due event of a member, with the programme that decides it: days
    /// before the draft are those of the programme before it.
    fn due_next(
        &mut self,
        id: MemberId,
        until: Instant,
    ) -> Result<Option<(Instant, Day, Act, InForce)>, Error> {
        let last = self.from.after(-1);
        for (by, until) in [
            (self.before.clone(), until.min(last)),
            (self.draft.clone(), until),
        ] {
            if Arc::ptr_eq(&by.policy, &self.draft.policy) && until <= last {
                continue;
            }
            let birthday = match trigger::has_birthdays(&*by.policy) {
                true => self.birthday(id)?,
                false => None,
            };
            self.state.global.activated = by.activated;
            let outlook = Outlook {
                policy: &*by.policy,
                global: &self.state.global,
                birthday,
            };
            let member = self.state.members.get(&id);
            let found = member.and_then(|m| due::next_act(m, &outlook, until));
            if let Some((at, day, act)) = found {
                return Ok(Some((at, day, act, by)));
            }
        }
        Ok(None)
    }

    /// Values about a member that a programme reads and only the vault has.
    pub fn person(&mut self, id: MemberId, day: Day, policy: &dyn Policy) -> Result<Person, Error> {
        use crate::model::Fact;
        let mut person = Person::default();
        let reads = |is_it: fn(&Fact) -> bool| {
            let mut facts = policy.facts().iter().chain(policy.facts_review());
            facts.any(is_it)
        };
        let is_birthday =
            |fact: &Fact| matches!(fact, Fact::BirthdayToday | Fact::BirthdayThisMonth);
        if trigger::has_birthdays(policy) || reads(is_birthday) {
            person.birthday = self.birthday(id)?;
        }
        if reads(|fact| matches!(fact, Fact::Attribute(_)))
            && let Some(seq) = self.profile_of(id)
            && let Some(profile) = engine::profile_by(self.ledger, id, seq, day)?
        {
            let kept = profile.attributes.into_iter();
            person.attributes = kept.map(|(name, value, _)| (name, value)).collect();
        }
        Ok(person)
    }

    /// The entry of the past that keeps a member's profile as of now.
    fn profile_of(&self, id: MemberId) -> Option<u64> {
        let seq = self.state.members.get(&id)?.profile?;
        Some(self.sequences.past(seq))
    }

    /// A member's birthday as it was known by now.
    pub fn birthday(&mut self, id: MemberId) -> Result<Option<MonthDay>, Error> {
        let Some(seq) = self.profile_of(id) else {
            return Ok(None);
        };
        if let Some((_, known)) = self.birthdays.get(&id).filter(|known| known.0 == seq) {
            return Ok(*known);
        }
        let profile = engine::profile_by(self.ledger, id, seq, Day(0))?;
        let birthday = profile.and_then(|profile| profile.birthday);
        self.birthdays.insert(id, (seq, birthday));
        Ok(birthday)
    }

    /// Notes a birthday that the vault no longer knows: the past celebrated it.
    pub fn celebrated(&mut self, id: MemberId, day: Day) {
        if let Some(seq) = self.profile_of(id) {
            self.birthdays.insert(id, (seq, Some(MonthDay::of(day))));
        }
    }

    /// Reviews a campaign of a programme, and books what comes of it.
    pub fn review(&mut self, campaign: Number, by: &InForce, head: &Head) -> Result<(), Error> {
        let n = by
            .policy
            .campaigns()
            .iter()
            .position(|c| c.number == campaign);
        let Some(n) = n else { return Ok(()) };
        let number = campaign.to_le_bytes();
        let reviewed = review::review(&*by.policy, &self.state.global, n, head.day);
        for act in reviewed.acts {
            let command = Command {
                fresh: Chance::of(&number, head.day),
                head: Head {
                    bundle: by.number,
                    ..own_head(head)
                },
                member: None,
                other: None,
                act,
                person: Person::default(),
                past: None,
            };
            // A refusal means that an earlier change made it pointless.
            let _ = self.decide(command, &by.policy)?;
        }
        Ok(())
    }
}

/// Seed that the draws of an entry had, if it drew.
fn drawn(entry: &Entry) -> Option<[u8; 32]> {
    entry.effects.iter().find_map(|effect| match effect {
        Effect::Drawn { seed, .. } => Some(*seed),
        _ => None,
    })
}

/// Seed of codes and draws that the past did not make, from what they are for and
/// the day: the same on both sides, and whenever the simulation is made again.
#[derive(Clone, Copy)]
pub(super) struct Chance<'a> {
    what: &'a [u8],
    day: Day,
}

impl<'a> Chance<'a> {
    /// The chance of something on a day.
    pub fn of(what: &'a [u8], day: Day) -> Chance<'a> {
        Chance { what, day }
    }

    /// The seed: computed where it is asked for, since few decisions draw.
    fn seed(self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key("stampbook 2026-11 simulated chance v1");
        hasher.update(&self.day.0.to_le_bytes());
        hasher.update(self.what);
        *hasher.finalize().as_bytes()
    }
}

/// Decisions.
/// A decision with what follows from its counterpart in the past: the codes that it made,
/// and the price less the money off that the programme now proposes.
fn following(case: &Case, mut draft: Draft, past: &Entry) -> Draft {
    if let Some(act) = repriced(&draft, past)
        && let Ok(other) = rules::decide(case, act)
    {
        draft = other;
    }
    keep_codes(&mut draft.effects, past);
    draft
}

impl DraftedLedger<'_> {
    /// Decides a command and books its entry; returns the refusal, if it is
    /// refused, and then nothing is booked.
    pub fn decide(
        &mut self,
        command: Command,
        policy: &Arc<dyn Policy>,
    ) -> Result<Result<Arc<Entry>, Refusal>, Error> {
        let Command {
            head,
            member,
            other,
            act,
            person,
            fresh,
            past,
        } = command;
        let named = self.named(&act)?;
        let claim = self.claim_of(named.as_ref())?;
        let vouchers = self.vouchers_of(&act)?;
        let held = self.held_of(&act)?;
        let since = self.since(named.as_ref(), claim.as_ref(), &act)?;
        if let Some(bundle) = named.as_ref().map(|named| named.head.bundle)
            && bundle != 0
        {
            self.policies.get(self.ledger, bundle)?;
        }
        let codes = NewCodes(fresh);
        let draw = || past.and_then(drawn).unwrap_or_else(|| fresh.seed());
        let inputs = DecisionInputs {
            birthday: person.birthday,
            attributes: &person.attributes,
            other,
            vouchers: &vouchers,
            held: &held,
            codes: Some(&codes),
            claim: claim.as_ref(),
            draw: self.policies.is_drawing.then(draw),
            ..since.inputs(named.as_ref())
        };
        let case = Case {
            state: &self.state,
            policies: &self.policies,
            policy: Arc::clone(policy),
            head,
            member,
            inputs,
            steps: Steps::default(),
            failed: FailedScript::default(),
        };
        let decided = match (rules::decide(&case, act), past) {
            (Ok(draft), Some(past)) => following(&case, draft, past),
            (Ok(draft), None) => draft,
            (Err(refusal), _) => return Ok(Err(refusal)),
        };
        self.seal_followed(decided).map(Ok)
    }

    /// The entry that an act names, with its aftermath and its members loaded.
    fn named(&mut self, act: &Act) -> Result<Option<Entry>, Error> {
        if let Some(of) = act.reads_aftermath_of() {
            self.state.load_aftermath(of)?;
        }
        let Some(of) = act.named() else {
            return Ok(None);
        };
        let named = self.entry(of)?;
        if let Some(named) = &named {
            if let Act::Return { of, .. } = named.act {
                self.state.load_aftermath(of)?;
            }
            self.load_parties(named)?;
        }
        Ok(named)
    }

    /// The entry that claimed a purchase, if one did.
    fn claim_of(&mut self, named: Option<&Entry>) -> Result<Option<Entry>, Error> {
        let of = named.map_or(u64::MAX, |entry| entry.seq);
        let after = self.state.aftermath.get(&of);
        let Some(seq) = after.and_then(|after| after.claimed) else {
            return Ok(None);
        };
        let claim = self.entry(seq)?;
        claim
            .iter()
            .try_for_each(|claim| self.load_parties(claim))?;
        Ok(claim)
    }

    fn held_of(&mut self, act: &Act) -> Result<Vec<Entry>, Error> {
        let mut held = Vec::new();
        if let Act::Purchase(purchase) = act {
            for of in purchase.tenders.iter().filter_map(|t| t.kind.hold()) {
                held.extend(self.entry(of)?);
            }
        }
        Ok(held)
    }

    fn since(
        &mut self,
        named: Option<&Entry>,
        claim: Option<&Entry>,
        act: &Act,
    ) -> Result<Since, Error> {
        if let (Act::Unmerged { .. }, Some(merge)) = (act, named) {
            let into = merge.touched.get(1).map(|t| t.member);
            let later = self.later_of(into, merge.seq)?;
            return Ok(parted_inputs(merge, &later));
        }
        let looks_back = matches!(act, Act::Return { .. } | Act::Reversal { .. });
        let Some(named) = named.filter(|_| looks_back) else {
            return Ok(Since::default());
        };
        let gave = claim.unwrap_or(named);
        let later = self.later_of(gave.member(), gave.seq)?;
        let closed = terms_taken(named, |seq| self.entry(seq))?;
        Ok(named_inputs(named, gave.seq, &later, closed))
    }

    fn later_of(&mut self, id: Option<MemberId>, seq: u64) -> Result<Vec<Entry>, Error> {
        let Some(id) = id else {
            return Ok(Vec::new());
        };
        later_of(id, seq, &mut |id, seq| self.history_since(id, seq))
    }

    /// A member's entries after a sequence, oldest first.
    fn history_since(&mut self, id: MemberId, seq: u64) -> Result<Vec<Entry>, Error> {
        self.state.load(id)?;
        let mut next = self.state.members.get(&id).map(|m| m.last_seq);
        let mut entries = Vec::new();
        while let Some(at) = next.filter(|at| *at > seq) {
            let Some(entry) = self.entry(at)? else { break };
            let touched = entry.touched.iter().find(|touched| touched.member == id);
            next = touched.and_then(|touched| touched.previous);
            entries.push(entry);
        }
        entries.reverse();
        Ok(entries)
    }

    fn vouchers_of(&mut self, act: &Act) -> Result<Vec<VoucherFound>, Error> {
        let mut all = Vec::new();
        if let Act::Purchase(purchase) = act {
            for code in purchase.tenders.iter().filter_map(|t| t.kind.voucher()) {
                all.extend(self.voucher(code)?);
            }
        }
        Ok(all)
    }

    /// The voucher of a code, with its present holder.
    fn voucher(&mut self, code: &[u8; 32]) -> Result<Option<VoucherFound>, Error> {
        let Some(seq) = self.codes.get(code).copied() else {
            return Ok(None);
        };
        let Some(entry) = self.entry(seq)? else {
            return Ok(None);
        };
        let Some(mut found) = traced(&entry, code, |seq| self.entry(seq))? else {
            return Ok(None);
        };
        let first = found.holder;
        found.holder = self.resolve(first)?;
        if self.is_with(&mut found)? {
            return Ok(Some(found));
        }
        for id in once_one(first, seq, &mut |id, seq| self.history_since(id, seq))? {
            let mut with = VoucherFound {
                holder: self.resolve(id)?,
                ..found.clone()
            };
            if self.is_with(&mut with)? {
                return Ok(Some(with));
            }
        }
        Ok(Some(found))
    }

    fn is_with(&mut self, found: &mut VoucherFound) -> Result<bool, Error> {
        let member = self.state.members.get(&found.holder);
        let lots = member.map_or_else(Vec::new, |m| m.lots_of(found.unit).cloned().collect());
        locate(found, &lots, |seq| self.entry(seq))
    }

    /// The present holder of a waiting gift.
    pub fn giver(&mut self, gift: &Entry) -> Result<Option<MemberId>, Error> {
        let Some(id) = gift.member() else {
            return Ok(None);
        };
        let giver = self.resolve(id)?;
        if self.has_gift(giver, gift.seq) {
            return Ok(Some(giver));
        }
        let parted = once_one(id, gift.seq, &mut |id, seq| self.history_since(id, seq))?;
        for id in parted.into_iter().rev() {
            let id = self.resolve(id)?;
            if self.has_gift(id, gift.seq) {
                return Ok(Some(id));
            }
        }
        Ok(Some(giver))
    }

    fn has_gift(&self, id: MemberId, seq: u64) -> bool {
        let member = self.state.members.get(&id);
        member.is_some_and(|m| m.holds.iter().any(|h| h.seq == seq))
    }
}

/// Referrers.
impl DraftedLedger<'_> {
    /// The referrer of a member, if they still take part and a programme rewards them.
    fn referrer_of(&self, id: MemberId, head: &Head) -> Option<MemberId> {
        let policy = self.policies.policy(head.bundle)?;
        if !policy.campaigns().iter().any(|c| c.has_refer) {
            return None;
        }
        self.active_referrer(id)
    }

    fn active_referrer(&self, id: MemberId) -> Option<MemberId> {
        let found = self.state.resolve(self.state.members.get(&id)?.referrer?);
        let status = self.state.members.get(&found).map(|m| &m.status);
        (found != id && status == Some(&Status::Active)).then_some(found)
    }

    /// Books the referrer's reward for an entry, or what is taken back of it.
    fn reward_referrer(&mut self, entry: &Entry) -> Result<(), Error> {
        match (&entry.act, bought_of(entry)) {
            (Act::Purchase(_) | Act::Activity { .. } | Act::Enrolled(_), _) => {
                let Some(referrer) = entry
                    .member()
                    .and_then(|id| self.referrer_of(id, &entry.head))
                else {
                    return Ok(());
                };
                let policy = self.policies.policy(entry.head.bundle);
                let campaigns = policy.iter().flat_map(|policy| policy.campaigns());
                let campaigns = campaigns.filter(|c| c.has_refer).map(|c| c.number);
                for campaign in campaigns.collect::<Vec<_>>() {
                    self.follow(entry, referrer, campaign, None)?;
                }
                Ok(())
            }
            (_, Some(of)) => self.take_reward_back(entry, of),
            _ => Ok(()),
        }
    }

    fn take_reward_back(&mut self, entry: &Entry, of: u64) -> Result<(), Error> {
        let member = entry.member().and_then(|id| self.state.members.get(&id));
        if member.is_none_or(|m| m.referrer.is_none()) {
            return Ok(());
        }
        let Some(bought) = self.entry(of)? else {
            return Ok(());
        };
        for thanked in followed(of, |seq| self.entry(seq))? {
            let (Act::Followed { campaign, .. }, Some(id)) = (&thanked.act, thanked.member())
            else {
                continue;
            };
            let referrer = self.resolve(id)?;
            self.follow(entry, referrer, *campaign, Some((&bought, &thanked)))?;
        }
        Ok(())
    }

    fn follow(
        &mut self,
        entry: &Entry,
        member: MemberId,
        campaign: Number,
        reversed: Option<(&Entry, &Entry)>,
    ) -> Result<(), Error> {
        let Some(policy) = self.policies.policy(entry.head.bundle) else {
            return Ok(());
        };
        let mut head = entry.head.clone();
        (head.key, head.origin.counter) = (Key::none(), None);
        if !head.origin.is_history {
            let (recorded, occurred) = (head.recorded_at(), head.occurred_at());
            head.effective = recorded.max(self.state.global.effective.after(1));
            head.recorded_lag = recorded.0 - head.effective.0;
            if let Some(o) = &mut head.occurred {
                o.lag = occurred.0 - head.effective.0;
            }
        }
        let case = Case {
            state: &self.state,
            policies: &self.policies,
            policy,
            head,
            member: Some(member),
            inputs: DecisionInputs {
                named: Some(entry),
                bought: reversed.map(|r| r.0),
                thanked: reversed.map(|r| r.1),
                ..DecisionInputs::default()
            },
            steps: Steps::default(),
            failed: FailedScript::default(),
        };
        let is_due =
            reversed.is_some() || !referral::proposed(&case, entry, campaign, None).is_empty();
        if !is_due {
            return Ok(());
        }
        let of = entry.seq;
        match rules::decide(&case, Act::Followed { of, campaign }) {
            Ok(draft) if draft.effects.is_empty() => Ok(()),
            Ok(draft) => self.seal(draft).map(drop),
            Err(refusal) if refusal.code == Code::TooLarge => Ok(()),
            Err(refusal) => Err(Error::Refused(refusal)),
        }
    }
}
