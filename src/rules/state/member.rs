//! A member, as the journal knows it.

use super::figures::{add_dated, day_oldest, month_oldest};
use super::{
    Absorbed, Change, Counter, Exceeded, Figures, Hold, Household, List, Lot, LotSums, Lots,
    PassHeld, at_or_new, bounded_sum,
};
use crate::model::{
    ActedOn, Day, Instant, LotId, MemberId, Number, Period, Points, Terms, Value, Window,
};
use bincode::{Decode, Encode};

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
    pub(in crate::rules) fn note_terms(&mut self, terms: &Terms) {
        let dates = [self.lots_due, terms.available, terms.expires];
        self.lots_due = dates.into_iter().flatten().min();
    }

    /// Computes [`Member::lots_due`] again once that instant has passed: the
    /// lot may be gone. Complexity: linear in the lots, seldom.
    pub(in crate::rules) fn renew_lots_due(&mut self, now: Instant) {
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

    pub(in crate::rules) fn add_sent(
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

    pub(in crate::rules) fn sums_mut(&mut self, unit: Number) -> &mut LotSums {
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

    pub(in crate::rules) fn add(&mut self, day: Day, change: &Change) -> Result<(), Exceeded> {
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
