//! The past, decided again: the entries of the journal in their order, each folded
//! into the state as it was and decided by the draft beside it.

use super::bounded_state::BoundedState;
use super::counterparts::{self, Places, Sequences, Treatment};
use super::drafted::{ByNumber, Chance, Command, DraftedLedger, InForce, Person, own_head};
use super::tally::{Counted, Tally};
use super::{Replies, Window};
use crate::engine::{Error, Ledger};
use crate::model::{
    Account, Act, Adjustment, Code, Day, Draft, Effect, Entry, Extent, Fact, Head, Instant, LotId,
    Measure, MemberId, Money, MonthDay, Names, Number, Points, Policy, Refusal, Terms, Trigger,
    Value,
};
use crate::rules::{State, prefetch};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Most corrections of one command before it counts as impossible.
const TRIES_MAX: usize = 16;

/// Commands that the draft made impossible, and what was done about them.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Unlike {
    /// Commands that were accepted and would be refused, by reason.
    pub refused: BTreeMap<&'static str, u64>,
    /// Tenders in points, rewards or vouchers that are paid in cash instead, and the
    /// money, in minor units.
    pub in_cash: (u64, i128),
    /// Sales that cost something else by the draft's money off, and how much less in all,
    /// in minor units.
    pub repriced: (u64, i128),
    /// Points by unit that were spent although the draft would not have given them, with
    /// the members who spent them.
    pub missing: BTreeMap<Number, (i128, BTreeSet<MemberId>)>,
}

/// Everything that a replay found.
pub(super) struct Replayed {
    /// Sums over what happened.
    pub then: Tally,
    /// Sums over the simulation.
    pub drafted: Tally,
    /// The state at the end as it was.
    pub state_then: BoundedState,
    /// The state at the end by the draft.
    pub state_drafted: BoundedState,
    /// Commands that the draft made impossible.
    pub unlike: Unlike,
    /// The programme in force at the end, as it was.
    pub policy_then: Arc<dyn Policy>,
}

/// Both states at the end, and what the entries gave in order.
pub(super) struct BothEnds {
    /// The state as it is.
    pub state_then: State,
    /// The state in order of time.
    pub state_in_order: State,
    /// Entries in order of time, by the sequence of their counterparts.
    pub in_order: BTreeMap<u64, Entry>,
    /// Programme in force at the end.
    pub policy: Arc<dyn Policy>,
    /// Commands that the order makes impossible.
    pub unlike: Unlike,
}

/// The side that happened: the state as it was, and its sums. It depends on nothing
/// that the draft decides.
pub(super) struct Past {
    state: BoundedState,
    sums: Tally,
    counted: Counted,
    is_forked: bool,
}

impl Past {
    /// Takes the next entry of the journal.
    pub fn add(&mut self, entry: &Entry) -> Result<(), Error> {
        let is_system = counterparts::is_of_ledger(&entry.act);
        if entry.head.effective >= self.counted.bounds.1 && !is_system {
            return Ok(());
        }
        if self.is_forked && !is_system && self.counted.counts(entry) {
            self.sums.add(entry);
        }
        self.state.fold(entry)?;
        self.state.bound()
    }

    /// Prefetches what entries will need.
    pub fn look_ahead(&self, next: &[Entry]) {
        look_ahead(&self.state, next);
    }
}

/// Prefetches the members of entries.
fn look_ahead(state: &State, next: &[Entry]) {
    let touched = next.iter().flat_map(|entry| &entry.touched);
    prefetch(state, touched.map(|touched| touched.member));
}

/// A copy of what an entry was told, which a decision takes.
pub(super) struct Told {
    head: Head,
    act: Act,
}

impl Told {
    /// Copies it.
    pub fn by(entry: &Entry) -> Told {
        Told {
            head: entry.head.clone(),
            act: entry.act.clone(),
        }
    }
}

/// Points that were lent so that a command can spend them.
struct Loans {
    /// Members, with what each got of a unit.
    points: Vec<(MemberId, Number, Points)>,
    /// Sequence of the next loan's entry.
    next_seq: u64,
}

/// The replay of a journal.
pub(super) struct Replay<'l> {
    drafted: DraftedLedger<'l>,
    /// The side that happened, unless another thread has it.
    past: Option<Past>,
    /// Programme in force as of the last entry, and the day of its activation.
    in_force: (u32, Day),
    /// Entries that were taken.
    done: u64,
    counted: Counted,
    replies: Replies,
    unlike: Unlike,
    /// Totals of sales that cost something else by the draft: then, and now.
    repriced: HashMap<u64, (Money, Money)>,
    is_forked: bool,
    names: Names,
}

impl<'l> Replay<'l> {
    /// Begins a replay with the draft, compiled with `names`. Each side takes about `memory`
    /// bytes of memory.
    ///
    /// # Errors
    /// [`Error::Misuse`] if the ledger has no programme.
    pub fn new(
        ledger: &'l mut Ledger,
        (draft, names): (Arc<dyn Policy>, Names),
        window: Window,
        replies: Replies,
        memory: u64,
    ) -> Result<Replay<'l>, Error> {
        let calendar = &ledger.programme()?.calendar;
        let bounds = (
            calendar.start_of(window.from),
            calendar.start_of(window.to.plus_days(1)),
        );
        let count = ledger.global().activations.len();
        let number = u32::try_from(count + 1).unwrap_or(u32::MAX);
        let activated = window.from.plus_days(-1);
        let draft = InForce {
            policy: draft,
            number,
            activated,
        };
        let mut policies = ByNumber::default();
        policies.put(number, Arc::clone(&draft.policy));
        let forces = (draft.clone(), draft, bounds.0);
        let counted = Counted { window, bounds };
        let drafted = DraftedLedger::new(ledger, policies, forces, counted);
        let past = Past {
            state: BoundedState::within(memory),
            sums: Tally::default(),
            counted,
            is_forked: false,
        };
        Ok(Replay {
            drafted,
            past: Some(past),
            in_force: (0, Day(0)),
            done: 0,
            counted,
            replies,
            unlike: Unlike::default(),
            repriced: HashMap::new(),
            is_forked: false,
            names,
        })
    }

    /// The ledger, between two entries.
    pub fn ledger(&mut self) -> &mut Ledger {
        self.drafted.ledger
    }

    /// Prefetches what entries will need.
    pub fn look_ahead(&self, next: &[Entry]) {
        look_ahead(&self.drafted.state, next);
    }

    /// Number of entries that were taken.
    pub fn done(&self) -> u64 {
        self.done
    }

    /// Takes the side that happened, once the draft has a state of its own: from then on
    /// they are independent, and it may get its entries on another thread.
    pub fn take_past(&mut self) -> Option<Past> {
        self.past.take_if(|past| past.is_forked)
    }

    /// Puts it back.
    pub fn put_past(&mut self, past: Past) {
        self.past = Some(past);
    }

    fn whole_past(&mut self) -> Result<Past, Error> {
        let missing = || Error::Misuse("the side that happened was not put back".into());
        self.past.take().ok_or_else(missing)
    }

    /// First instant that the draft decides.
    pub fn begins(&self) -> Instant {
        self.counted.bounds.0
    }

    /// Takes the next entry of the journal, with a copy of its command if there is one.
    pub fn add(&mut self, entry: &Entry, told: Option<Told>) -> Result<(), Error> {
        let (from, end) = self.counted.bounds;
        let at = entry.head.effective;
        self.done = entry.seq + 1;
        let is_system = counterparts::is_of_ledger(&entry.act);
        if at >= end && !is_system {
            return Ok(());
        }
        let is_drafted = at >= from && !is_system;
        if is_drafted && !self.is_forked {
            self.fork()?;
        }
        if !self.is_forked {
            self.note_codes(entry);
        } else if !is_system {
            self.again(entry, told, is_drafted)?;
        }
        if let Act::PolicyActivated(activation) = &entry.act {
            self.in_force = (activation.number, entry.head.day);
        }
        match &mut self.past {
            Some(past) => past.add(entry),
            None => Ok(()),
        }
    }

    /// Notes the codes of an entry that is not decided again.
    fn note_codes(&mut self, entry: &Entry) {
        let made = counterparts::codes_of(entry).map(|code| (*code, entry.seq));
        self.drafted.codes.extend(made);
    }

    /// Begins the simulation at the state so far.
    fn fork(&mut self) -> Result<(), Error> {
        self.is_forked = true;
        let before = self.in_force(self.in_force.0)?;
        let drafted = &mut self.drafted;
        drafted.draft.activated = drafted.draft.activated.max(before.activated);
        drafted.before = before;
        if let Some(past) = &mut self.past {
            past.is_forked = true;
            drafted.state = past.state.copied()?;
        }
        drafted.state.global.names = self.names.clone();
        drafted.sequences.fork = drafted.state.global.next_seq;
        Ok(())
    }

    /// A programme of the past, as of the state so far.
    fn in_force(&mut self, number: u32) -> Result<InForce, Error> {
        if number == 0 {
            return Err(Error::Misuse(
                "the window begins before the first programme took effect".into(),
            ));
        }
        Ok(InForce {
            policy: self.drafted.policies.get(self.drafted.ledger, number)?,
            number,
            activated: self.in_force.1,
        })
    }

    /// Decides an entry of the past again, by the draft or by its own programme.
    fn again(&mut self, entry: &Entry, told: Option<Told>, is_drafted: bool) -> Result<(), Error> {
        let by = match is_drafted {
            true => self.drafted.draft.clone(),
            false => self.in_force(entry.head.bundle)?,
        };
        let told = told.unwrap_or_else(|| Told::by(entry));
        self.again_by(entry, told, &by)
    }

    /// Decides an entry of the past again by a programme.
    fn again_by(&mut self, entry: &Entry, told: Told, by: &InForce) -> Result<(), Error> {
        let Told { mut head, act } = told;
        head.bundle = by.number;
        self.drafted.load_parties(entry)?;
        match counterparts::treatment(entry) {
            Treatment::LeftOut => {}
            Treatment::Settle => {
                if let Some(id) = entry.member() {
                    let id = self.drafted.resolve(id)?;
                    self.note_birthday(entry, id)?;
                    self.drafted.past_due = Some(entry.clone());
                    self.drafted.settle(id, &head, entry.head.occurred_at())?;
                    self.drafted.past_due = None;
                }
            }
            Treatment::AsRecorded => self.as_recorded(entry, head, by)?,
            Treatment::Review(campaign) => {
                self.go_to(entry.seq)?;
                self.drafted.review(campaign, by, &head)?;
            }
            Treatment::Again => self.command(entry, act, head, by)?,
        }
        self.drafted.state.bound()
    }

    /// Notes the birthday of a member who was erased since, by what the past did on it.
    fn note_birthday(&mut self, entry: &Entry, id: MemberId) -> Result<(), Error> {
        let past = self
            .drafted
            .policies
            .get(self.drafted.ledger, entry.head.bundle)?;
        let is_birthday = |effect: &Effect| match effect {
            Effect::Fired { campaign, .. } => past
                .campaigns()
                .iter()
                .any(|c| c.number == *campaign && c.trigger == Some(Trigger::Birthday)),
            _ => false,
        };
        if entry.effects.iter().any(is_birthday) && self.drafted.birthday(id)?.is_none() {
            self.drafted.celebrated(id, entry.head.day);
        }
        Ok(())
    }

    fn go_to(&mut self, seq: u64) -> Result<(), Error> {
        self.drafted.go_to(seq)
    }

    /// Books an entry as it was, as far as the draft knows what it is about.
    fn as_recorded(&mut self, entry: &Entry, head: Head, by: &InForce) -> Result<(), Error> {
        let mut draft = Draft {
            head,
            ..entry.to_draft()
        };
        match &entry.act {
            Act::Refused(_) => draft
                .effects
                .retain(|effect| matches!(effect, Effect::Terminal { .. })),
            Act::CampaignTargeted { campaign, .. } => {
                let mut campaigns = by.policy.campaigns().iter();
                let is_known = campaigns.any(|c| c.number == *campaign && c.target.is_some());
                if !is_known {
                    return Ok(());
                }
            }
            _ => {}
        }
        self.go_to(entry.seq)?;
        self.drafted.seal(draft).map(drop)
    }

    /// Decides a command again.
    fn command(
        &mut self,
        entry: &Entry,
        mut act: Act,
        head: Head,
        by: &InForce,
    ) -> Result<(), Error> {
        if !self.fit(&mut act)? {
            return self.impossible("voucher_not_given");
        }
        let (member, other) = self.parties(entry, &act)?;
        let parties = member.into_iter().chain(other);
        self.drafted.settle_all(parties.collect(), &head)?;
        let person = self.person(entry, member, by)?;
        let number = entry.seq.to_le_bytes();
        let mut loans = Loans {
            points: Vec::new(),
            next_seq: self.drafted.state.global.next_seq,
        };
        let mut in_cash = 0;
        for _ in 0..TRIES_MAX {
            self.go_to(entry.seq)?;
            let command = Command {
                head: head.clone(),
                member,
                other,
                act,
                person: person.clone(),
                fresh: Chance::of(&number, entry.head.day),
                past: Some(entry),
            };
            self.drafted.state.global.activated = by.activated;
            let refusal = match self.drafted.decide(command, &by.policy)? {
                Ok(booked) => {
                    self.note_cash(entry, &booked);
                    self.note_price(entry, &booked);
                    return self.owe(&loans, &head);
                }
                Err(refusal) => refusal,
            };
            // The decision has taken the act; the next one differs by what pays.
            act = entry.act.clone();
            self.fit(&mut act)?;
            for _ in 0..in_cash {
                counterparts::pay_in_cash(&mut act);
            }
            if let (Some(id), Some(missing)) = (member, self.missing(&refusal)) {
                self.lend(id, missing, &head, &mut loans)?;
            } else if counterparts::pay_in_cash(&mut act) {
                in_cash += 1;
            } else {
                self.call_in(&loans, &head)?;
                return self.impossible(refusal.code.as_str());
            }
        }
        self.call_in(&loans, &head)?;
        self.impossible("insufficient_points")
    }

    /// The members whom a command concerns, as the draft knows them.
    fn parties(
        &mut self,
        entry: &Entry,
        act: &Act,
    ) -> Result<(Option<MemberId>, Option<MemberId>), Error> {
        let is_merge = matches!(act, Act::Merged { .. } | Act::Unmerged { .. });
        let mut resolve = |id| match is_merge {
            true => Ok(id),
            false => self.drafted.resolve(id),
        };
        let member = entry.member().map(&mut resolve).transpose()?;
        let other = counterparts::other_of(entry).map(resolve).transpose()?;
        if let Act::VoucherClaimed { of, .. } | Act::TransferClaimed { of } = act
            && let Some(gift) = self.drafted.entry(*of)?
        {
            return Ok((member, self.drafted.giver(&gift)?));
        }
        Ok((member, other))
    }

    /// Gives an act the numbers of the simulation; false if it is about a voucher that the
    /// draft has not given.
    fn fit(&mut self, act: &mut Act) -> Result<bool, Error> {
        // Money that came back of a sale is the same part of what it costs now.
        if let Act::Return { of, extent, .. } = act
            && let (Some(totals), Extent::Amount(amount)) = (self.repriced.get(of), extent)
        {
            *amount = counterparts::scaled(*amount, *totals);
        }
        counterparts::renumber(act, &self.drafted.sequences);
        if let Some(lot) = counterparts::lot_of(act) {
            let Some(own) = self.counterpart(*lot)? else {
                return Ok(false);
            };
            *lot = own;
        }
        Ok(true)
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "it ends a decision, which may fail"
    )]
    fn impossible(&mut self, code: &'static str) -> Result<(), Error> {
        *self.unlike.refused.entry(code).or_default() += 1;
        Ok(())
    }

    /// Counts tenders that are paid in cash instead.
    fn note_cash(&mut self, past: &Entry, booked: &Entry) {
        let more = counterparts::own_money(past) - counterparts::own_money(booked);
        if more > 0 {
            self.unlike.in_cash.0 += 1;
            self.unlike.in_cash.1 += more;
        }
    }

    /// Notes that a sale costs something else.
    fn note_price(&mut self, past: &Entry, booked: &Entry) {
        if let (Act::Purchase(then), Act::Purchase(now)) = (&past.act, &booked.act)
            && then.total != now.total
        {
            self.unlike.repriced.0 += 1;
            self.unlike.repriced.1 += i128::from(then.total.0) - i128::from(now.total.0);
            self.repriced.insert(past.seq, (then.total, now.total));
        }
    }

    /// Points that a refused command lacks, if they are lent.
    fn missing(&self, refusal: &Refusal) -> Option<(Number, Points)> {
        let is_lent = self.replies == Replies::AsTheyWere;
        let (Code::InsufficientPoints, true) = (refusal.code, is_lent) else {
            return None;
        };
        let Measure::Unit(unit) = Measure::of(refusal.unit) else {
            return None;
        };
        let short = refusal.asked?.checked_sub(refusal.available?)?;
        (short > 0).then_some((unit, Points(short)))
    }

    /// Lends points for a command that spent them: an entry before it, so that the
    /// command keeps its own sequence.
    fn lend(
        &mut self,
        id: MemberId,
        (unit, points): (Number, Points),
        head: &Head,
        loans: &mut Loans,
    ) -> Result<(), Error> {
        self.drafted.state.global.next_seq = loans.next_seq;
        let effect = Effect::Award {
            who: 0,
            unit,
            amount: points,
            fills: Points::ZERO,
            from: Account::Correction,
            campaign: 0,
            exact: Default::default(),
            line: 0,
            terms: Terms::default(),
            why: String::new(),
        };
        self.correct(id, unit, points, head, effect)?;
        loans.points.push((id, unit, points));
        loans.next_seq = self.drafted.state.global.next_seq;
        Ok(())
    }

    /// Counts loans as points that are missing, and books them as debts, which later awards
    /// fill.
    fn owe(&mut self, loans: &Loans, head: &Head) -> Result<(), Error> {
        for (id, unit, points) in &loans.points {
            let missing = self.unlike.missing.entry(*unit).or_default();
            missing.0 += i128::from(points.0);
            missing.1.insert(*id);
        }
        self.call_in(loans, head)
    }

    /// Takes lent points back, as debts where they were spent.
    fn call_in(&mut self, loans: &Loans, head: &Head) -> Result<(), Error> {
        for (id, unit, points) in &loans.points {
            let effect = Effect::Owe {
                who: 0,
                unit: *unit,
                amount: *points,
                with: Account::Correction,
            };
            self.correct(*id, *unit, points.negated(), head, effect)?;
        }
        Ok(())
    }

    fn correct(
        &mut self,
        id: MemberId,
        unit: Number,
        points: Points,
        head: &Head,
        effect: Effect,
    ) -> Result<(), Error> {
        let act = Act::Adjustment(Adjustment {
            unit,
            points,
            reason: "simulation".into(),
            of: None,
            campaign: 0,
            approver: String::new(),
        });
        let head = Head {
            occurred: head.occurred,
            ..own_head(head)
        };
        let draft = Draft::new(head, vec![id], act, vec![effect]);
        self.drafted.seal(draft).map(drop)
    }

    /// The lot of the simulation that stands for one of the past.
    fn counterpart(&mut self, lot: LotId) -> Result<Option<LotId>, Error> {
        if lot.seq < self.drafted.sequences.fork {
            return Ok(Some(lot));
        }
        let Some(past) = self.drafted.ledger.entry(lot.seq)? else {
            return Ok(None);
        };
        let seq = match (&past.act, past.member()) {
            (Act::Due { day }, Some(id)) => {
                let id = self.drafted.resolve(id)?;
                self.drafted.dues.get(&(id, day.0)).copied()
            }
            _ => Some(self.drafted.sequences.simulated(lot.seq)),
        };
        let own = match seq {
            Some(seq) => self.drafted.entry(seq)?,
            None => None,
        };
        let found = counterparts::origin(&past, lot).zip(own);
        Ok(found.and_then(|(origin, own)| counterparts::lot_in(&own, origin)))
    }

    /// Values about the member that only the vault has; what the entry was decided
    /// from comes before what the vault says today.
    fn person(
        &mut self,
        entry: &Entry,
        member: Option<MemberId>,
        by: &InForce,
    ) -> Result<Person, Error> {
        let Some(id) = member else {
            return Ok(Person::default());
        };
        let mut person = self.drafted.person(id, entry.head.day, &*by.policy)?;
        if entry.given.is_empty() {
            return Ok(person);
        }
        let past = self
            .drafted
            .policies
            .get(self.drafted.ledger, entry.head.bundle)?;
        let day = MonthDay::of(entry.head.day);
        for (fact, value) in past.facts().iter().zip(&entry.given) {
            match (fact, value) {
                (Fact::BirthdayToday, Value::Bool(true)) => person.birthday = Some(day),
                (Fact::BirthdayToday, _) if person.birthday == Some(day) => person.birthday = None,
                (Fact::Attribute(name), Value::Text(text)) => {
                    person.attributes.retain(|known| known.0 != *name);
                    person.attributes.push((name.clone(), text.clone()));
                }
                _ => {}
            }
        }
        Ok(person)
    }

    /// Settles what falls due until the end of the window on both sides.
    pub fn end(mut self) -> Result<Replayed, Error> {
        if !self.is_forked {
            self.fork()?;
        }
        let end = self.counted.bounds.1.after(-1);
        let window = self.counted.window;
        self.drafted.settle_everybody(end, window.to)?;
        let state_drafted = std::mem::take(&mut self.drafted.state);
        let by = self.in_force(self.in_force.0)?;
        let mut past = self.whole_past()?;
        past.state.global.names = self.names.clone();
        let drafted = self
            .drafted
            .continue_with(past.state, by.clone(), past.sums)?;
        self.drafted.settle_everybody(end, window.to)?;
        Ok(Replayed {
            then: self.drafted.bookings.end()?,
            drafted,
            state_then: self.drafted.state,
            state_drafted,
            unlike: self.unlike,
            policy_then: by.policy,
        })
    }
}

/// Replays in another order than that of the journal, without a draft.
impl<'l> Replay<'l> {
    /// Begins a replay of everything since an instant, by the programmes that were in force.
    ///
    /// # Errors
    /// [`Error::Misuse`] if the ledger has no programme.
    pub fn without_draft(ledger: &'l mut Ledger, from: Instant) -> Result<Replay<'l>, Error> {
        let policy: Arc<dyn Policy> = Arc::clone(ledger.policy()?) as _;
        let names = ledger.global().names.clone();
        let calendar = &ledger.programme()?.calendar;
        let window = Window {
            from: calendar.day_of(from),
            to: calendar.day_of(ledger.global().effective),
        };
        // Its states stay whole: whoever asks looks at members of both.
        Replay::new(
            ledger,
            (policy, names),
            window,
            Replies::AsTheyWere,
            u64::MAX,
        )
    }

    /// Begins to decide again, in an order.
    pub fn fork_in_order(&mut self, places: Places) -> Result<(), Error> {
        self.is_forked = true;
        let drafted = &mut self.drafted;
        if let Some(past) = &self.past {
            drafted.state = past.state.copied()?;
        }
        drafted.state.global.names = self.names.clone();
        drafted.sequences = Sequences {
            fork: drafted.state.global.next_seq,
            places,
        };
        Ok(())
    }

    /// Takes an entry into the state as it is; before the fork, it is the other's as well.
    pub fn take_as_it_is(&mut self, entry: &Entry) -> Result<(), Error> {
        if !self.is_forked {
            self.note_codes(entry);
        }
        match &mut self.past {
            Some(past) => past.state.fold(entry),
            None => Ok(()),
        }
    }

    /// Decides an entry again by the programme of a number, which was activated on a day.
    pub fn again_under(
        &mut self,
        entry: &Entry,
        (number, activated): (u32, Day),
    ) -> Result<(), Error> {
        let by = self.programme_of(number, activated)?;
        (self.drafted.before, self.drafted.draft) = (by.clone(), by.clone());
        self.drafted.from = Instant(i64::MIN + 1);
        self.again_by(entry, Told::by(entry), &by)
    }

    fn programme_of(&mut self, number: u32, activated: Day) -> Result<InForce, Error> {
        Ok(InForce {
            policy: self.drafted.policies.get(self.drafted.ledger, number)?,
            number,
            activated,
        })
    }

    /// Settles what falls due until the last entry on both sides; `decided` are the
    /// entries that were decided again.
    pub fn end_in_order(mut self, decided: &[Entry]) -> Result<BothEnds, Error> {
        let Past {
            state: mut then,
            sums,
            ..
        } = self.whole_past()?;
        let (until, day) = (then.global.effective, self.counted.window.to);
        self.drafted.settle_everybody(until, day)?;
        let mut in_order = BTreeMap::new();
        for entry in decided {
            let seq = self.drafted.sequences.simulated(entry.seq);
            if let Some(own) = self.drafted.entry(seq)? {
                in_order.insert(entry.seq, own);
            }
        }
        let state_in_order = std::mem::take(&mut self.drafted.state).into_whole();
        let by = self.programme_of(then.global.bundle, then.global.activated)?;
        then.global.names = self.names.clone();
        self.drafted.continue_with(then, by.clone(), sums)?;
        self.drafted.settle_everybody(until, day)?;
        Ok(BothEnds {
            state_then: self.drafted.state.into_whole(),
            state_in_order,
            in_order,
            policy: by.policy,
            unlike: self.unlike,
        })
    }
}
