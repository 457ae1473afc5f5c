//! The state of the ledger: the fold of all entries so far. It has no clock and
//! no file; the engine loads members before they are needed and writes them
//! back later.

use crate::model::{
    Account, ActedOn, Activation, CampaignStatus, Cap, Charge, Count, Day, Exact, Failure, Instant,
    Line, LotId, MemberId, Money, Names, Number, Origin, OutboxPosition, Period, Place, Points,
    Purchase, ReturnedLine, Terms, Value, WAIT_DAYS_MAX, WINDOW_DAYS_MAX, Window,
};
use bincode::{Decode, Encode};
use std::collections::HashMap;
use std::ops::DerefMut;

pub use super::table::{ByMember, IdHasher};

mod absorbed;
pub(in crate::rules) mod acted;
mod announcements;
mod bounds;
mod guessing;
mod hold;
mod household;
mod list;
mod lots;
mod memory;
mod partners;
mod pilot;
mod tally;
mod terminals;

pub use absorbed::Absorbed;
pub use announcements::{Announcement, Announcements, Telling};
pub use bounds::{Exceeded, bounded_sum, is_large, narrowed};
pub(in crate::rules) use bounds::{SMALL_SUMS_MAX, capped, is_large_amount};
pub use guessing::{Guesser, Guesses, Guessing};
pub use hold::Hold;
pub use household::Household;
pub use list::List;
pub use lots::Lots;
pub use partners::{PartnerMonth, PartnerState, PassCharge, PassHeld, PoolState, PoolYear};
pub use pilot::RunningPilot;
pub use tally::{Tallies, Tally};
pub use terminals::{Counting, TerminalCounter, Terminals};

/// Days before the newest of which a command may still be: the longest wait,
/// and a day each for clocks that run ahead, for summer time and for the day
/// that has begun. Counters are kept as long.
pub(super) const DAYS_LATE: i32 = WAIT_DAYS_MAX.cast_signed() + 3;
/// Days before the newest for which daily sums are kept: a late command may ask
/// for the longest window.
const DAYS_KEPT: i32 = DAYS_LATE + WINDOW_DAYS_MAX as i32;
/// Months before the newest for which sums are kept: scripts ask for 36.
const MONTHS_KEPT: i32 = 36 + DAYS_LATE / 28 + 1;

/// Everything a decision may read.
#[derive(Clone, Default, Debug)]
pub struct State {
    /// State that is not tied to a member.
    pub global: LedgerState,
    /// The members that are loaded.
    pub members: ByMember<Member>,
    /// Aftermath of earlier entries that have one.
    pub aftermath: HashMap<u64, Aftermath>,
}

impl State {
    /// The member into whom a member was finally merged, as far as members are
    /// loaded; the member itself if it was not merged. The loop ends, since the
    /// fold rejects a merge into a merged member.
    pub fn resolve(&self, mut id: MemberId) -> MemberId {
        while let Some(Status::MergedInto(other)) = self.members.get(&id).map(|m| &m.status) {
            id = *other;
        }
        id
    }
}

/// Totals of one unit by account; they add up to zero.
#[derive(Clone, PartialEq, Eq, Default, Debug, Encode, Decode)]
pub struct Totals {
    /// The unit.
    pub unit: Number,
    /// Balance of each account that ever moved: an `i128`, so that no member's
    /// figures can exhaust it for the others.
    pub accounts: Vec<(Account, i128)>,
}

impl Totals {
    /// The balance of an account.
    pub fn of(&self, account: Account) -> i128 {
        self.accounts
            .iter()
            .find(|a| a.0 == account)
            .map_or(0, |a| a.1)
    }

    /// Balance of all members together: lots less deficits. Deficits are a
    /// negative balance.
    pub fn outstanding(&self) -> i128 {
        self.of(Account::Lots) + self.of(Account::Deficit)
    }
}

/// A counter's value in one period.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Counter {
    /// Subject of the counter.
    pub count: Count,
    /// Store; 0 for all stores.
    pub store: Number,
    /// The kind of period.
    pub each: Period,
    /// The period's first day.
    pub start: Day,
    /// Count: an `i128`, since those of the whole programme exceed the bound of
    /// an amount.
    pub value: i128,
}

/// State that is not tied to a member.
#[derive(Clone, PartialEq, Eq, Default, Debug, Encode, Decode)]
pub struct LedgerState {
    /// Sequence of the next entry.
    pub next_seq: u64,
    /// Effective instant of the last live entry.
    pub effective: Instant,
    /// Last reading of the clock.
    pub recorded: Instant,
    /// The activation in force for all but a pilot; 0 before the first.
    pub bundle: u32,
    /// The pilot that runs, if one does.
    pub pilot: Option<RunningPilot>,
    /// Numbers of all activations that were pilots.
    pub pilots: Vec<u32>,
    /// The entries of all activations, in order.
    pub activations: Vec<u64>,
    /// Programmes that take effect at an instant to come, in the order of their entries.
    pub scheduled: Vec<Scheduled>,
    /// Scheduled programmes that could not take effect, until somebody activates one.
    pub failed_schedules: Vec<FailedSchedule>,
    /// Stories of programmes, in the order of their entries.
    pub stories: Vec<KeptStories>,
    /// All numbered names.
    pub names: Names,
    /// Number of members, erased and merged ones included.
    pub members: u64,
    /// Totals by unit.
    pub totals: Vec<Totals>,
    /// Campaigns that are not running.
    pub campaigns: Vec<(Number, CampaignStatus)>,
    /// Day of each campaign's last change of state.
    pub campaign_days: Vec<(Number, Day)>,
    /// Awards of campaigns and their further course.
    pub tallies: Tallies,
    /// Parameters that campaigns changed: campaign, name, value, the day of the change.
    pub tuned: Vec<(Number, String, Exact, Day)>,
    /// First open day: no entry may fall into days before it.
    pub open_from: Day,
    /// The day on which the programme in force took effect.
    pub activated: Day,
    /// Counters of everybody together and of stores.
    pub counters: List<Counter>,
    /// The terminals' own counters.
    pub terminals: Terminals,
    /// Accounts of partners.
    pub partners: Vec<PartnerState>,
    /// Minor units that all partners owe together: the contra account of their
    /// accounts.
    pub partners_owed: i128,
    /// Balances of pools.
    pub pools: Vec<PoolState>,
    /// A choice of members of which some entries are still to come.
    pub targeting: Option<Targeting>,
    /// Announcements of worse terms.
    pub announcements: Announcements,
    /// The scripts that failed since the programme in force took effect, by campaign.
    pub failures: Vec<ScriptFailures>,
    /// Wrong codes that still count, and locks because of them.
    pub guessing: Guesses,
    /// Stores and terminals of sales and returns with slips: an index for
    /// finding slips, on which no figure depends.
    pub slip_places: Vec<(Place, String)>,
    /// Senders of messages, by name, with the position in the outbox up to which
    /// each has dealt with everything.
    pub consumers: Vec<(String, OutboxPosition)>,
}

/// A programme that takes effect at an instant to come.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Scheduled {
    /// The entry that scheduled it.
    pub seq: u64,
    /// The instant.
    pub at: Instant,
    /// Hash of its files.
    pub digest: [u8; 32],
}

/// A scheduled programme that the ledger cancelled, since it could not take effect.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct FailedSchedule {
    /// The programme.
    pub scheduled: Scheduled,
    /// The entry that cancelled it.
    pub seq: u64,
    /// Why it could not.
    pub reason: String,
}

/// Stories that the journal keeps.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct KeptStories {
    /// The entry that activated or scheduled their programme.
    pub of: u64,
    /// Their hash.
    pub digest: [u8; 32],
    /// The entry that has them.
    pub seq: u64,
}

/// Failures of a campaign's script.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct ScriptFailures {
    /// The campaign; 0 for the tiers.
    pub campaign: Number,
    /// Number of failures.
    pub count: u64,
    /// Entry of the last failure.
    pub seq: u64,
    /// The last failure.
    pub last: Failure,
}

/// A choice of members that spans several entries and is not complete.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Targeting {
    /// The campaign.
    pub campaign: Number,
    /// Number of members it addresses in all.
    pub count: u64,
    /// Number of members it holds out as a control, in all.
    pub held_out: u64,
    /// Hash of the addressed members.
    pub list: [u8; 32],
    /// Number of both still to come.
    pub left: u64,
}

impl LedgerState {
    /// True if an entry schedules a programme that is still to come.
    pub fn is_scheduled(&self, of: u64) -> bool {
        self.scheduled.iter().any(|scheduled| scheduled.seq == of)
    }

    /// Notes the store and terminal of an entry with a slip.
    pub(super) fn note_slip_place(&mut self, origin: &Origin) {
        let is_it = |known: &(Place, String)| known.0 == origin.place && known.1 == origin.terminal;
        if !self.slip_places.iter().any(is_it) {
            let place = (origin.place.clone(), origin.terminal.clone());
            self.slip_places.push(place);
        }
    }

    /// Counts a failure of a script.
    pub(super) fn count_failure(&mut self, campaign: Number, seq: u64, failure: &Failure) {
        let known = self.failures.iter_mut().find(|f| f.campaign == campaign);
        match known {
            Some(known) => {
                (known.count, known.seq) = (known.count + 1, seq);
                known.last = failure.clone();
            }
            None => self.failures.push(ScriptFailures {
                campaign,
                count: 1,
                seq,
                last: failure.clone(),
            }),
        }
    }

    /// Puts a programme in force, for all or as a pilot. One for all ends the pilot that runs.
    pub(super) fn activate(&mut self, activation: &Activation, seq: u64, day: Day) {
        self.activations.push(seq);
        // A contradiction here shows in every later number; the check of the
        // activation itself is the verifier's.
        let _ = self.names.extend(&activation.names);
        if let Some(pilot) = activation.pilot.clone() {
            self.pilots.push(activation.number);
            self.pilot = Some(RunningPilot {
                number: activation.number,
                seq,
                pilot,
            });
            return;
        }
        (self.bundle, self.activated, self.pilot) = (activation.number, day, None);
        let scheduled = activation.scheduled;
        self.scheduled.retain(|s| Some(s.seq) != scheduled);
        self.announcements.take_effect(scheduled);
        // Another programme may have fixed them.
        self.failures.clear();
        // So may one that was made since; not one scheduled before it was known.
        self.failed_schedules
            .retain(|failed| scheduled.is_some_and(|seq| seq < failed.seq));
    }

    /// Number of the next activation.
    pub fn next_activation(&self) -> u32 {
        u32::try_from(self.activations.len() + 1).unwrap_or(u32::MAX)
    }

    /// Forgets a scheduled programme that an entry of an instant cancels. One whose instant has come the
    /// ledger cancelled, as it could not take effect; people cancel what is still to come.
    pub(super) fn cancel_schedule(&mut self, of: u64, by: (u64, Instant), reason: &str) {
        let Some(at) = self.scheduled.iter().position(|s| s.seq == of) else {
            return;
        };
        let scheduled = self.scheduled.remove(at);
        self.announcements.stop(scheduled.seq);
        if scheduled.at <= by.1 {
            self.failed_schedules.push(FailedSchedule {
                scheduled,
                seq: by.0,
                reason: reason.into(),
            });
        }
    }

    /// The scheduled programme that takes effect first, of several at one instant the one
    /// that was scheduled first.
    pub fn scheduled_next(&self) -> Option<&Scheduled> {
        self.scheduled.iter().min_by_key(|next| (next.at, next.seq))
    }

    /// State of a campaign.
    pub fn status(&self, campaign: Number) -> CampaignStatus {
        let found = self.campaigns.iter().find(|c| c.0 == campaign);
        found.map_or(CampaignStatus::Running, |c| c.1)
    }

    /// Amount that a campaign's budget has given in the period of a day, in one
    /// store or (0) everywhere.
    pub fn used(&self, campaign: Number, cap: &Cap, store: Number, day: Day) -> i64 {
        let unit = cap.unit;
        let count = Count::Given { campaign, unit };
        let start = day.start_of(cap.each);
        counted_in(&self.counters, count, store, cap.each, start)
    }

    /// The position up to which a sender of messages has dealt with the outbox.
    pub fn acknowledged(&self, consumer: &str) -> Option<OutboxPosition> {
        let mut consumers = self.consumers.iter();
        consumers.find(|c| c.0 == consumer).map(|c| c.1)
    }

    /// A partner's account, if anything was ever booked in it.
    pub fn partner(&self, partner: Number) -> Option<&PartnerState> {
        self.partners.iter().find(|p| p.partner == partner)
    }

    /// Account of a pool.
    pub fn pool(&self, pool: Number) -> Option<&PoolState> {
        self.pools.iter().find(|p| p.pool == pool)
    }

    /// The totals of a unit.
    pub fn totals(&self, unit: Number) -> Option<&Totals> {
        self.totals.iter().find(|t| t.unit == unit)
    }

    pub(super) fn totals_mut(&mut self, unit: Number) -> &mut Totals {
        let at = self.totals.iter().position(|t| t.unit == unit);
        at_or_new(&mut self.totals, at, || Totals {
            unit,
            ..Totals::default()
        })
    }
}

/// A member's standing.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub enum Status {
    /// Taking part.
    Active,
    /// Merged into another.
    MergedInto(MemberId),
    /// Erased.
    Erased,
}

impl Status {
    /// Word for it in answers and exports.
    pub fn as_str(&self) -> &'static str {
        match self {
            Status::Active => "active",
            Status::MergedInto(_) => "merged",
            Status::Erased => "erased",
        }
    }
}

/// A tier held.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub struct TierHeld {
    /// The tier.
    pub tier: Number,
    /// Day since which it is held.
    pub since: Day,
    /// Day of the next review.
    pub review: Option<Day>,
}

/// Points that were earned together and expire together.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Lot {
    /// Its id.
    pub id: LotId,
    /// The unit.
    pub unit: Number,
    /// Points left, held ones included.
    pub remaining: Points,
    /// Part of that set aside by holds.
    pub held: Points,
    /// Instant of earning.
    pub earned: Instant,
    /// Its terms.
    pub terms: Terms,
    /// The campaign it came from; 0 if none.
    pub campaign: Number,
    /// Hash of its code, for a voucher: boxed, since lots are many and few have one.
    pub code: Option<Box<[u8; 32]>>,
}

impl Lot {
    /// Points of it that can be spent at an instant.
    pub fn spendable(&self, at: Instant) -> Points {
        match self.is_dead(at) || self.is_pending(at) {
            true => Points::ZERO,
            false => Points(self.remaining.0 - self.held.0),
        }
    }

    /// True if it has expired by an instant; the instant of expiry is included.
    pub fn is_dead(&self, at: Instant) -> bool {
        self.terms.expires.is_some_and(|end| end <= at)
    }

    /// True if it cannot be spent yet.
    pub fn is_pending(&self, at: Instant) -> bool {
        self.terms.available.is_some_and(|from| from > at)
    }

    /// Spending order: earliest expiry first, then time, then sequence; lots
    /// that never expire come last.
    pub fn spend_order(&self) -> (bool, Option<Instant>, Instant, LotId) {
        (
            self.terms.expires.is_none(),
            self.terms.expires,
            self.earned,
            self.id,
        )
    }
}

/// Sums over a member's open lots of one unit.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Encode, Decode)]
pub struct LotSums {
    /// The unit.
    pub unit: Number,
    /// Points left.
    pub remaining: i64,
    /// Part of that set aside by holds.
    pub held: i64,
    /// Points left in lots with a date of release.
    pub dated: i64,
    /// Points left in the others that are not held.
    pub free: i64,
}

impl LotSums {
    /// The sums of one lot.
    pub fn of(lot: &Lot) -> LotSums {
        let (remaining, held) = (lot.remaining.0, lot.held.0);
        let (dated, free) = match lot.terms.available {
            Some(_) => (remaining, 0),
            None => (0, remaining - held),
        };
        LotSums {
            unit: lot.unit,
            remaining,
            held,
            dated,
            free,
        }
    }

    /// Applies the change of one lot.
    pub(super) fn change(&mut self, before: &LotSums, after: &LotSums) -> Result<(), Exceeded> {
        let more = after.remaining - before.remaining;
        self.remaining = bounded_sum(self.unit, self.remaining, more)?;
        self.held += after.held - before.held;
        self.dated += after.dated - before.dated;
        self.free += after.free - before.free;
        Ok(())
    }
}

/// Sums over a month, a day or a life.
#[derive(Clone, PartialEq, Eq, Default, Debug, Encode, Decode)]
pub struct Figures {
    /// Purchases not wholly returned.
    pub visits: i64,
    /// Money spent.
    pub spend: Money,
    /// Points earned or qualified, by unit.
    pub units: List<(Number, i64)>,
}

impl Figures {
    /// The sum in one unit.
    pub fn unit(&self, unit: Number) -> i64 {
        self.units.iter().find(|u| u.0 == unit).map_or(0, |u| u.1)
    }

    fn add(&mut self, change: &Change) -> Result<(), Exceeded> {
        self.visits = self.visits.saturating_add(change.visits);
        self.spend = Money(bounded_sum(0, self.spend.0, change.spend.0)?);
        if change.unit != 0 {
            let sum = entry_of(&mut self.units, change.unit);
            *sum = bounded_sum(change.unit, *sum, change.points)?;
        }
        Ok(())
    }
}

/// Amounts that one effect adds to the figures.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Change {
    pub visits: i64,
    pub spend: Money,
    pub unit: Number,
    pub points: i64,
}

impl Change {
    /// A change by points of a unit.
    pub fn of(unit: Number, points: i64) -> Change {
        Change {
            unit,
            points,
            ..Change::default()
        }
    }
}

/// The value of a key in a short list, inserted with its default if missing.
pub(super) fn entry_of<'a, K: PartialEq + 'a, V: Default + 'a>(
    list: &'a mut (impl DerefMut<Target = [(K, V)]> + Extend<(K, V)>),
    key: K,
) -> &'a mut V {
    let at = list.iter().position(|(k, _)| *k == key);
    &mut at_or_new(list, at, || (key, V::default())).1
}

/// The element at a position of a short list; without one a new element at its end.
pub(super) fn at_or_new<T>(
    list: &mut (impl DerefMut<Target = [T]> + Extend<T>),
    at: Option<usize>,
    new: impl FnOnce() -> T,
) -> &mut T {
    let at = at.unwrap_or_else(|| {
        list.extend([new()]);
        list.len() - 1
    });
    &mut list[at]
}

/// A member, as the journal knows it. Only the vault knows the person.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Member {
    /// The random id.
    pub id: MemberId,
    /// Sequence of the last entry that concerned the member.
    pub last_seq: u64,
    /// Standing.
    pub status: Status,
    /// Sequence of the entry with the newest sealed profile.
    pub profile: Option<u64>,
    /// The day of joining.
    pub enrolled: Day,
    /// True if there is a live entry: no history may follow.
    pub is_live: bool,
    /// Effective instant of the last entry.
    pub effective: Instant,
    /// The tier held.
    pub tier: Option<TierHeld>,
    /// Open lots, by id.
    pub lots: Lots,
    /// Sums over open lots, by unit: every command asks for them, and lots are many.
    pub in_lots: List<LotSums>,
    /// Instant before which no lot expires or is released; None if none ever
    /// does. Each command asks for it, and lots are many.
    pub lots_due: Option<Instant>,
    /// Debts, by unit.
    pub owed: List<(Number, i64)>,
    /// Sums by calendar month (months since year 0), ascending.
    pub months: List<(i32, Figures)>,
    /// Sums by day, ascending, of the last days with any activity.
    pub days: List<(Day, Figures)>,
    /// Sums over all time.
    pub lifetime: Figures,
    /// The first and the last purchase.
    pub purchased: Option<(Day, Day)>,
    /// Counters.
    pub counters: List<Counter>,
    /// Scripts' memories: campaign, name, value.
    pub memo: List<(Number, String, Value)>,
    /// Labels, sorted.
    pub tags: List<String>,
    /// Consents by purpose.
    pub consents: List<(Number, bool)>,
    /// Deadlines at which a unit expires by inactivity.
    pub deadlines: List<(Number, Instant)>,
    /// Last day for which each campaign's trigger was processed.
    pub fired: List<(Number, Day)>,
    /// Points that are set aside, oldest first.
    pub holds: List<Hold>,
    /// Points sent to others on the last days with transfers: unit, day, points.
    pub sent: List<(Number, Day, i64)>,
    /// Members merged into this one, oldest first.
    pub absorbed: List<Absorbed>,
    /// The member's referrer.
    pub referrer: Option<MemberId>,
    /// Campaigns that address the member, each with whether the member is held
    /// out as a control.
    pub targeted: List<(Number, bool)>,
    /// Campaigns of the lots that closed last, for points that may come back to them.
    pub closed: List<(LotId, Number)>,
    /// Activities by day, oldest first.
    pub acted: List<ActedOn>,
    /// Passes, ended ones included.
    pub passes: List<PassHeld>,
    /// The household the member is in, if any.
    pub household: Option<Household>,
}

impl Member {
    /// A member who has just joined.
    pub fn new(id: MemberId, enrolled: Day) -> Member {
        Member {
            id,
            last_seq: 0,
            status: Status::Active,
            profile: None,
            enrolled,
            is_live: false,
            effective: Instant::default(),
            tier: None,
            lots: Lots::default(),
            in_lots: List::new(),
            lots_due: None,
            owed: List::new(),
            months: List::new(),
            days: List::new(),
            lifetime: Figures::default(),
            purchased: None,
            counters: List::new(),
            memo: List::new(),
            tags: List::new(),
            consents: List::new(),
            deadlines: List::new(),
            fired: List::new(),
            holds: List::new(),
            sent: List::new(),
            absorbed: List::new(),
            referrer: None,
            targeted: List::new(),
            closed: List::new(),
            acted: List::new(),
            passes: List::new(),
            household: None,
        }
    }

    /// Debt of the member in a unit, as a positive number.
    pub fn owed(&self, unit: Number) -> Points {
        Points(self.owed.iter().find(|o| o.0 == unit).map_or(0, |o| o.1))
    }

    /// The lots of a unit.
    pub fn lots_of(&self, unit: Number) -> impl Iterator<Item = &Lot> {
        self.lots.iter().filter(move |l| l.unit == unit)
    }

    /// The open lot of an id.
    pub fn lot(&self, id: LotId) -> Option<&Lot> {
        self.lots
            .binary_search_by_key(&id, |l| l.id)
            .ok()
            .map(|i| &self.lots[i])
    }

    /// Notes the dates of a new or changed lot, for [`Member::lots_due`].
    pub(super) fn note_terms(&mut self, terms: &Terms) {
        let dates = [self.lots_due, terms.available, terms.expires];
        self.lots_due = dates.into_iter().flatten().min();
    }

    /// Computes [`Member::lots_due`] again once that instant has passed: the
    /// lot may be gone. Complexity: linear in the lots, seldom.
    pub(super) fn renew_lots_due(&mut self, now: Instant) {
        if self.lots_due.is_some_and(|due| due <= now) {
            let dates = |lot: &Lot| [lot.terms.available, lot.terms.expires];
            self.lots_due = self.lots.iter().flat_map(dates).flatten().min();
        }
    }

    /// Points of a unit sent to others on a day.
    pub fn sent_on(&self, unit: Number, day: Day) -> Points {
        let sent = self.sent.iter().find(|s| (s.0, s.1) == (unit, day));
        Points(sent.map_or(0, |s| s.2))
    }

    pub(super) fn add_sent(
        &mut self,
        unit: Number,
        day: Day,
        points: Points,
    ) -> Result<(), Exceeded> {
        let sum = bounded_sum(unit, self.sent_on(unit, day).0, points.0)?;
        let of_unit = self.sent.iter().filter(|s| s.0 == unit);
        let newest = of_unit.fold(day, |newest, s| newest.max(s.1));
        let oldest = day_oldest(newest);
        self.sent
            .retain(|s| s.0 != unit || s.1 != day && s.1 >= oldest);
        self.sent.push((unit, day, sum));
        Ok(())
    }

    /// A pass that is held at an instant, and its lot.
    pub fn pass(&self, unit: Number, at: Instant) -> Option<(&PassHeld, &Lot)> {
        let held = self.passes.iter().find(|p| p.unit == unit)?;
        let lot = self.lot(held.lot)?;
        (!lot.is_dead(at) && !lot.is_pending(at)).then_some((held, lot))
    }

    /// Deadline at which a unit expires by inactivity, if any.
    pub fn deadline(&self, unit: Number) -> Option<Instant> {
        self.deadlines.iter().find(|d| d.0 == unit).map(|d| d.1)
    }

    /// Points that can be spent at an instant, less debts. Complexity: linear
    /// in the lots only if one of them expires or is released by then.
    pub fn available(&self, unit: Number, at: Instant) -> Points {
        if self.deadline(unit).is_some_and(|end| end <= at) {
            return self.owed(unit).negated();
        }
        let lots = match self.are_lots_as_summed(at) {
            true => self.sums(unit).free,
            false => self.lots_of(unit).map(|l| l.spendable(at).0).sum(),
        };
        Points(lots - self.owed(unit).0)
    }

    /// Points that are not spendable yet at an instant. Complexity: as for
    /// [`Member::available`].
    pub fn pending(&self, unit: Number, at: Instant) -> Points {
        if self.are_lots_as_summed(at) {
            return Points(self.sums(unit).dated);
        }
        let pending = self
            .lots_of(unit)
            .filter(|l| l.is_pending(at) && !l.is_dead(at));
        Points(pending.map(|l| l.remaining.0).sum())
    }

    /// Lots (pending and held ones included) less debts.
    pub fn balance(&self, unit: Number) -> Points {
        Points(self.sums(unit).remaining - self.owed(unit).0)
    }

    /// The sums over open lots of a unit.
    pub fn sums(&self, unit: Number) -> LotSums {
        let known = self.in_lots.iter().find(|sums| sums.unit == unit);
        known.copied().unwrap_or_default()
    }

    pub(super) fn sums_mut(&mut self, unit: Number) -> &mut LotSums {
        let at = self.in_lots.iter().position(|sums| sums.unit == unit);
        at_or_new(&mut self.in_lots, at, || LotSums {
            unit,
            ..LotSums::default()
        })
    }

    /// True if no lot has expired or been released by an instant.
    fn are_lots_as_summed(&self, at: Instant) -> bool {
        self.lots_due.is_none_or(|due| at < due)
    }

    /// Sums over a window that ends with a day.
    pub fn window(&self, window: Window, day: Day, sum: impl Fn(&Figures) -> i64) -> i64 {
        let from = match window {
            Window::Lifetime => return sum(&self.lifetime),
            Window::Day => {
                let found = self.days.iter().find(|d| d.0 == day);
                return found.map_or(0, |d| sum(&d.1));
            }
            Window::Days(n) => {
                let from = day.plus_days(1 - i32::from(n));
                let days = self.days.iter().filter(|d| (from..=day).contains(&d.0));
                return days.map(|d| sum(&d.1)).sum();
            }
            Window::Month => day.month_count(),
            Window::Quarter => day.start_of(Period::Quarter).month_count(),
            Window::Year => day.start_of(Period::Year).month_count(),
            Window::Months(n) => day.month_count() + 1 - i32::from(n),
        };
        let to = day.month_count();
        let months = self.months.iter().filter(|m| (from..=to).contains(&m.0));
        months.map(|m| sum(&m.1)).sum()
    }

    pub(super) fn add(&mut self, day: Day, change: &Change) -> Result<(), Exceeded> {
        self.lifetime.add(change)?;
        add_dated(&mut self.months, day.month_count(), month_oldest, change)?;
        add_dated(&mut self.days, day, day_oldest, change)
    }

    /// Other members of the household.
    pub fn housemates(&self) -> Vec<MemberId> {
        let all = self.household.iter().flat_map(|h| &h.members);
        all.filter(|id| **id != self.id).copied().collect()
    }
}

/// Oldest month that is kept beside a newest one.
fn month_oldest(newest: i32) -> i32 {
    newest - MONTHS_KEPT
}

/// Oldest day that is kept beside a newest one.
fn day_oldest(newest: Day) -> Day {
    newest.plus_days(-DAYS_KEPT)
}

/// Drops sums older than any that can be asked for.
fn forget<K: Ord + Copy>(list: &mut List<(K, Figures)>, oldest: fn(K) -> K) {
    let oldest = list.last().map(|newest| oldest(newest.0));
    let over = list.partition_point(|(key, _)| Some(*key) < oldest);
    list.remove_first(over);
}

/// Adds to the figures of a date; dates that are too old are dropped.
fn add_dated<K: Ord + Copy>(
    list: &mut List<(K, Figures)>,
    key: K,
    oldest: fn(K) -> K,
    change: &Change,
) -> Result<(), Exceeded> {
    match list.binary_search_by_key(&key, |(k, _)| *k) {
        Ok(at) => list[at].1.add(change)?,
        Err(0) if list.last().is_some_and(|newest| key < oldest(newest.0)) => {}
        Err(at) => {
            let mut figures = Figures::default();
            figures.add(change)?;
            list.insert(at, (key, figures));
            forget(list, oldest);
        }
    }
    Ok(())
}

/// Adds to a counter; of each kind those periods are kept that a late command
/// may fall into.
pub(super) fn count_up(list: &mut List<Counter>, counter: Counter) {
    let is_same_kind =
        |c: &Counter| (c.count, c.store, c.each) == (counter.count, counter.store, counter.each);
    match list
        .iter_mut()
        .find(|c| is_same_kind(c) && c.start == counter.start)
    {
        Some(found) => found.value = found.value.saturating_add(counter.value),
        None => {
            let of_kind = list.iter().filter(|c| is_same_kind(c));
            let newest = of_kind.fold(counter.start, |newest, c| newest.max(c.start));
            let oldest = newest.plus_days(-DAYS_LATE);
            let is_kept = |c: &Counter| c.start.next(c.each).is_none_or(|end| end > oldest);
            list.retain(|c| !is_same_kind(c) || is_kept(c));
            if is_kept(&counter) {
                list.push(counter);
            }
        }
    }
}

/// The value of a counter in one period, everywhere; see [`counted_in`].
pub(super) fn counted(list: &[Counter], count: Count, each: Period, start: Day) -> i64 {
    counted_in(list, count, 0, each, start)
}

/// The value of a counter in one period in one store; 0 for everywhere. It is
/// clamped to a range that no limit reaches and to which any amount can be
/// added.
pub(super) fn counted_in(
    list: &[Counter],
    count: Count,
    store: Number,
    each: Period,
    start: Day,
) -> i64 {
    let is_it = |c: &&Counter| (c.count, c.store, c.each, c.start) == (count, store, each, start);
    let value = list.iter().find(is_it).map_or(0, |c| c.value);
    narrowed(value)
}

/// Aftermath of an entry: returns, a void, a claim.
#[derive(Clone, PartialEq, Eq, Default, Debug, Encode, Decode)]
pub struct Aftermath {
    /// Entries that returned a part of it, oldest first.
    pub returns: Vec<u64>,
    /// Parts of each line that came back.
    pub lines: Vec<ReturnedLine>,
    /// Amount that came back and belongs to no line.
    pub loose: Money,
    /// Part of the total that came back in all.
    pub amount: Money,
    /// Part of that paid out as money.
    pub money: Money,
    /// Points taken back, by unit; waived and expired ones count.
    pub taken: Vec<(Number, Points)>,
    /// Points that had paid for it and went back, by lot.
    pub restored: Vec<(LotId, Points)>,
    /// Debts of partners that were taken back, by partner.
    pub owes: Vec<(Number, Money)>,
    /// Contributions that were taken back, by campaign and pool.
    pub pooled: Vec<((Number, Number), Points)>,
    /// The entry that undid it.
    pub voided: Option<u64>,
    /// The entry that claimed it.
    pub claimed: Option<u64>,
}

impl Aftermath {
    /// True if all of a purchase has come back: all its lines and charges, or
    /// an amount without lines that reaches its total. If parts of it are
    /// negative, the amount alone proves nothing: a kept part may offset one
    /// that came back.
    pub fn is_all(&self, bought: &Purchase) -> bool {
        if self.returns.is_empty() {
            return false;
        }
        let is_back = |(n, line): (usize, &Line)| {
            let back = self.line(n);
            (line.qty, line.amount) == (back.qty, back.amount)
        };
        let is_total = match bought.has_negative_parts() {
            true => self.amount == bought.total,
            false => self.amount >= bought.total,
        };
        let are_lines_back = bought.lines.iter().enumerate().all(is_back);
        match are_lines_back && !bought.lines.is_empty() {
            true => is_total || !bought.charges.iter().any(Charge::stands_alone),
            false if bought.lines.is_empty() => is_total,
            false => is_total && (!bought.has_negative_parts() || self.loose.is_positive()),
        }
    }

    /// Part of a line, counted from 0, that came back.
    pub fn line(&self, n: usize) -> ReturnedLine {
        let found = self.lines.iter().find(|back| back.place() == n);
        found.cloned().unwrap_or_else(|| ReturnedLine::none(n))
    }

    /// Adds a return, or removes it if the amounts are negative.
    pub(super) fn add_returned(&mut self, lines: &[ReturnedLine], amount: Money) {
        for line in lines {
            match self.lines.iter_mut().find(|l| l.line == line.line) {
                Some(sum) => {
                    sum.qty.0 = sum.qty.0.saturating_add(line.qty.0);
                    sum.amount.0 = sum.amount.0.saturating_add(line.amount.0);
                    sum.paid.0 = sum.paid.0.saturating_add(line.paid.0);
                }
                None => self.lines.push(line.clone()),
            }
        }
        if lines.is_empty() {
            self.loose.0 = self.loose.0.saturating_add(amount.0);
        }
        self.amount.0 = self.amount.0.saturating_add(amount.0);
    }
}
