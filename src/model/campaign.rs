//! Campaigns, tiers and rewards as their headers declare them: everything that
//! is evaluated without running a script.

use super::{
    CostTo, Goods, Hook, Money, MonthlyDay, Number, PauseWhen, Points, Target, Trigger, Tunable,
    time::{Day, Instant, Period},
};
use bincode::{Decode, Encode};

/// Position of a campaign: gives the base, or a bonus on top of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Role {
    /// Base: runs first.
    Base,
    /// Bonus: runs after all bases and sees their awards.
    Bonus,
}

/// Rule for combining campaigns that apply at once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stack {
    /// Its awards are added to the others'.
    Add,
    /// Only the campaign of its group that gives most counts.
    Best,
    /// If it gives anything, later campaigns give nothing.
    Stop,
    /// A discount on the amount that earlier discounts left.
    OnRest,
}

/// Handling of an award that exceeds a budget.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Last {
    /// The rest of the budget is given.
    Part,
    /// Nothing is given, and the campaign closes.
    None,
}

/// A limit on what a campaign gives.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cap {
    /// The unit.
    pub unit: Number,
    /// Most points ...
    pub points: Points,
    /// ... in each of these periods.
    pub each: Period,
    /// Handling of the award that exceeds the limit.
    pub last: Last,
    /// True if each store has a limit of its own.
    pub is_per_store: bool,
}

/// Conditions in a campaign's header; an empty list is no condition.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct When {
    /// Days of the week, 0 for Monday.
    pub weekdays: Vec<u8>,
    /// Days of the month.
    pub monthly: Vec<MonthlyDay>,
    /// Minutes of the day, half-open ranges; one may run over midnight.
    pub hours: Vec<(u16, u16)>,
    /// Tiers held before the act.
    pub tiers: Vec<Number>,
    /// Stores by id.
    pub stores: Vec<String>,
    /// Channels.
    pub channels: Vec<String>,
    /// At least one line of one of these categories.
    pub categories: Vec<String>,
    /// At least one line with one of these tags.
    pub tags: Vec<String>,
    /// Least earning amount of the purchase.
    pub minimum: Option<Money>,
    /// A promotion code named at the till.
    pub codes: Vec<String>,
    /// One of these passes, by id.
    pub passes: Vec<String>,
    /// One of these activities.
    pub activities: Vec<String>,
}

/// Days within which every weekday has met every day of the month: a Friday the 13th is
/// at most 427 days after the one before.
const DAYS_TO_MEET: i32 = 428;

impl When {
    /// The first day on which it holds, from one day to a last one, if there is one.
    pub fn first_on(&self, first: Day, last: Option<Day>) -> Option<Day> {
        let days = (0..DAYS_TO_MEET).map(|n| first.plus_days(n));
        let mut days = days.take_while(|day| last.is_none_or(|last| *day <= last));
        days.find(|day| self.is_on(*day))
    }

    /// Words of the conditions that are set, as a header has them.
    pub fn asked(&self) -> impl Iterator<Item = &'static str> {
        let conditions = [
            ("weekday", !self.weekdays.is_empty()),
            ("monthly", !self.monthly.is_empty()),
            ("hours", !self.hours.is_empty()),
            ("tier", !self.tiers.is_empty()),
            ("store", !self.stores.is_empty()),
            ("channel", !self.channels.is_empty()),
            ("category", !self.categories.is_empty()),
            ("tag", !self.tags.is_empty()),
            ("minimum", self.minimum.is_some_and(Money::is_positive)),
            ("code", !self.codes.is_empty()),
            ("pass", !self.passes.is_empty()),
            ("activity", !self.activities.is_empty()),
        ];
        let set = conditions.into_iter().filter(|(_, is_set)| *is_set);
        set.map(|(word, _)| word)
    }

    /// True on a day on which it holds, by the week and by the month.
    pub fn is_on(&self, day: Day) -> bool {
        self.is_weekday(day) && self.is_monthly(day)
    }

    /// True on a day of the week that is named, or if none is.
    pub fn is_weekday(&self, day: Day) -> bool {
        let weekday = day.weekday();
        let mut named = self.weekdays.iter().map(|named| usize::from(*named));
        self.weekdays.is_empty() || named.any(|named| named == weekday)
    }

    /// True on a day of the month that is named, or if none is.
    pub fn is_monthly(&self, day: Day) -> bool {
        self.monthly.is_empty() || self.monthly.iter().any(|one| one.is(day))
    }

    /// True at a minute of the day within one of the hours, or if there are none.
    pub fn is_at(&self, minute: u16) -> bool {
        let is_within = |(from, to): &(u16, u16)| match from <= to {
            true => (*from..*to).contains(&minute),
            false => minute >= *from || minute < *to,
        };
        self.hours.is_empty() || self.hours.iter().any(is_within)
    }
}

/// State of a campaign.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub enum CampaignStatus {
    /// Applies when its header says so.
    Running,
    /// Gives nothing until resumed.
    Paused,
    /// Gives nothing any more.
    Closed,
}

impl CampaignStatus {
    /// All of them.
    pub const ALL: [CampaignStatus; 3] = [
        CampaignStatus::Running,
        CampaignStatus::Paused,
        CampaignStatus::Closed,
    ];

    /// Spelling in answers, tables and stories.
    pub fn as_str(self) -> &'static str {
        match self {
            CampaignStatus::Running => "running",
            CampaignStatus::Paused => "paused",
            CampaignStatus::Closed => "closed",
        }
    }
}

/// A campaign's header.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Campaign {
    /// Its number in this ledger.
    pub number: Number,
    /// Its id.
    pub id: String,
    /// Title shown to people.
    pub title: String,
    /// Base or bonus.
    pub role: Role,
    /// The hooks that its script defines.
    pub hooks: Vec<Hook>,
    /// The first day.
    pub from: Option<Day>,
    /// The last day, included.
    pub to: Option<Day>,
    /// Further conditions.
    pub when: When,
    /// Rule for combining it with others.
    pub stack: Stack,
    /// The group that [`Stack::Best`] and [`Stack::Stop`] look at; empty for all without one.
    pub group: String,
    /// Priority; higher runs first.
    pub priority: i32,
    /// Budgets over all members together.
    pub budget: Vec<Cap>,
    /// Limits for one entry.
    pub per_purchase: Vec<Cap>,
    /// Limits for each member.
    pub per_member: Vec<Cap>,
    /// Limits for the members of a household together.
    pub per_household: Vec<Cap>,
    /// Partner that pays for what it gives; None: the programme.
    pub cost_to: Option<CostTo>,
    /// Most rewards of one referrer in a period.
    pub per_referrer: Option<(u32, Period)>,
    /// True if its script proposes rewards for the referrer.
    pub has_refer: bool,
    /// Consent that it needs to run.
    pub requires_consent: Option<Number>,
    /// The days on which its `on_day` runs.
    pub trigger: Option<Trigger>,
    /// Condition under which it pauses by itself.
    pub pause_when: Option<PauseWhen>,
    /// Days after which its awards are mature enough to be judged.
    pub ripe_days: u32,
    /// Parameters that its review may change.
    pub tunable: Vec<Tunable>,
    /// True if its script draws random numbers.
    pub is_drawing: bool,
    /// Share of members held out as a control group, in ten-thousandths.
    pub hold_out: u16,
    /// Members that it addresses; None: everybody.
    pub target: Option<Target>,
    /// Promotion codes named in its header and its script; None if the script
    /// reads codes in other ways and may know any.
    pub promotions: Option<Vec<String>>,
    /// True if it also runs for sales without a member.
    pub is_for_everybody: bool,
    /// Compiled and tested, but never run for a member.
    pub is_draft: bool,
    /// File name, for diagnostics.
    pub file: String,
}

impl Campaign {
    /// The first day from `earliest` on which its dates and the days of its conditions let
    /// it run; a day of its own dates if it is over by then.
    pub fn first_day(&self, earliest: Day) -> Day {
        let first = self.from.map_or(earliest, |from| from.max(earliest));
        let first = match self.to {
            Some(to) if to < first => self.from.unwrap_or(to),
            _ => first,
        };
        self.when.first_on(first, self.to).unwrap_or(first)
    }
}

/// Schedule of tier reviews.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Review {
    /// On 1 January.
    CalendarYear,
    /// This many months after the tier was reached or last reviewed.
    Months(u8),
    /// On the anniversary of joining.
    Anniversary,
    /// Never.
    Never,
}

/// Steps by which a review may lower a tier.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Down {
    /// Not at all.
    Never,
    /// By one level.
    OneStep,
    /// To the level that is earned.
    ToEarned,
}

/// The tiers of a programme.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tiers {
    /// Their numbers, lowest level first.
    pub levels: Vec<Number>,
    /// Their names, in the same order.
    pub names: Vec<String>,
    /// Schedule of their reviews.
    pub review: Review,
    /// Steps by which a review may lower them.
    pub down: Down,
    /// Months that a tier is kept after the review that would have lowered it.
    pub grace_months: u8,
    /// True if a purchase already earns at the tier that it reaches.
    pub is_at_once: bool,
}

impl Tiers {
    /// Rank of a tier: 1 for the lowest, 0 for a number that is not a tier.
    pub fn rank(&self, tier: Number) -> usize {
        let found = self.levels.iter().position(|level| *level == tier);
        found.map_or(0, |n| n + 1)
    }

    /// Name of a tier; None for a number that is not a tier.
    pub fn name(&self, tier: Number) -> Option<&str> {
        let names = self.levels.iter().zip(&self.names);
        let mut found = names.filter(|(level, _)| **level == tier);
        found.next().map(|(_, name)| name.as_str())
    }
}

/// A reward that members can redeem points for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reward {
    /// Its number in this ledger.
    pub number: Number,
    /// Its id.
    pub id: String,
    /// Title shown to people.
    pub title: String,
    /// Unit of the price.
    pub unit: Number,
    /// Price in points.
    pub points: Points,
    /// Amount that it takes off a bill as a tender; None: the price of its pieces.
    pub value: Option<Money>,
    /// Pieces of a line that it pays for, if it has no value.
    pub pieces: u32,
    /// Cost to the shop.
    pub cost: Option<Money>,
    /// Only for these tiers; empty for all.
    pub tiers: Vec<Number>,
    /// Only lines of these categories can be paid with it; empty for all.
    pub categories: Vec<String>,
    /// Goods that it does not pay for.
    pub not_for: Goods,
    /// Partner that supplies it; 0 if none.
    pub partner: Number,
    /// Pool that it donates to; 0 if none.
    pub pool: Number,
    /// Its own limit for each member.
    pub per_member: Option<(u32, Period)>,
    /// Its own limit for the members of a household together.
    pub per_household: Option<(u32, Period)>,
    /// Unit of the voucher that it gives; 0: it is handed out at once.
    pub gives: Number,
    /// Stock in all; None: unlimited.
    pub stock: Option<i64>,
    /// Instant at which it opens for all.
    pub opens: Option<Instant>,
    /// Members for whom it opens earlier.
    pub early: Option<Early>,
}

/// Members who may have a reward before it opens for all.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Early {
    /// Members in one of these tiers, ...
    pub tiers: Vec<Number>,
    /// ... or with a pass of one of these units, ...
    pub passes: Vec<Number>,
    /// ... this many hours earlier.
    pub hours: u32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::MonthlyDay;

    /// Whatever the day, a weekday that is a day of the month is found, and the first one.
    #[test]
    fn a_weekday_meets_a_day_of_the_month_in_time() {
        for n in 0..(28 * 366) {
            let (first, number) = (Day(20_000 + n), 1 + n.unsigned_abs() % 28);
            let when = When {
                weekdays: vec![4],
                monthly: vec![MonthlyDay::Number(number)],
                ..When::default()
            };
            let found = when.first_on(first, None).unwrap();
            assert!(when.is_on(found), "{first}");
            let before = (first.0..found.0).map(Day);
            assert!(!before.into_iter().any(|day| when.is_on(day)), "{first}");
            assert_eq!(when.first_on(first, Some(found)), Some(found));
            let day_before = found.plus_days(-1);
            if first <= day_before {
                assert_eq!(when.first_on(first, Some(day_before)), None);
            }
        }
    }
}
