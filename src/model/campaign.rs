//! Campaigns, tiers and rewards as their headers declare them: what is judged
//! without running a script.

use super::{
    CostTo, Goods, Hook, Money, Number, PauseWhen, Points, Target, Trigger, Tunable,
    time::{Day, Instant, Period},
};
use bincode::{Decode, Encode};

/// Whether a campaign gives the base, or something on top of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Role {
    /// Runs first.
    Base,
    /// Runs after all bases and sees them.
    Bonus,
}

/// How campaigns that apply at once go together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stack {
    /// Its awards are added to the others'.
    Add,
    /// Of its group only the campaign that gives most counts.
    Best,
    /// Where it gives anything, later campaigns give nothing.
    Stop,
    /// A discount on what earlier discounts left.
    OnRest,
}

/// What happens to an award that goes beyond a budget.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Last {
    /// What is left is given.
    Part,
    /// Nothing is given, and the campaign closes.
    None,
}

/// A limit on what a campaign gives.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cap {
    /// Of which unit.
    pub unit: Number,
    /// How much at most ...
    pub points: Points,
    /// ... in each of these periods.
    pub each: Period,
    /// At the edge.
    pub last: Last,
    /// In each store by itself, rather than in all together.
    pub is_per_store: bool,
}

/// When a campaign applies, as far as its header says; an empty list is no condition.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct When {
    /// Days of the week, 0 for Monday.
    pub weekdays: Vec<u8>,
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
    /// What the purchase must earn on at least.
    pub minimum: Option<Money>,
    /// A promotion code named at the till.
    pub codes: Vec<String>,
    /// One of these passes, by id.
    pub passes: Vec<String>,
    /// One of these activities.
    pub activities: Vec<String>,
}

/// What a campaign is doing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub enum CampaignStatus {
    /// It applies when its header says so.
    Running,
    /// It gives nothing until resumed.
    Paused,
    /// It gives nothing any more.
    Closed,
}

/// A campaign's header.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Campaign {
    /// Its number in this ledger.
    pub number: Number,
    /// Its id.
    pub id: String,
    /// For people.
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
    /// How it goes with others.
    pub stack: Stack,
    /// The group that [`Stack::Best`] and [`Stack::Stop`] look at; empty for all without one.
    pub group: String,
    /// Higher comes first.
    pub priority: i32,
    /// For all members together.
    pub budget: Vec<Cap>,
    /// The most from one entry.
    pub per_purchase: Vec<Cap>,
    /// For each member.
    pub per_member: Vec<Cap>,
    /// Who pays for what it gives, where that is a partner.
    pub cost_to: Option<CostTo>,
    /// How often in a period somebody is thanked for bringing others.
    pub per_referrer: Option<(u32, Period)>,
    /// Whether its script proposes anything for whoever brought the member.
    pub has_refer: bool,
    /// A consent without which it does not run.
    pub requires_consent: Option<Number>,
    /// The days on which its `on_day` runs.
    pub trigger: Option<Trigger>,
    /// When it pauses by itself.
    pub pause_when: Option<PauseWhen>,
    /// Days after which what it gave is ripe to be judged.
    pub ripe_days: u32,
    /// Parameters that its review may change.
    pub tunable: Vec<Tunable>,
    /// Whether its script asks for chance.
    pub is_drawing: bool,
    /// The part of the members whom it leaves out, to compare with, in ten-thousandths.
    pub hold_out: u16,
    /// Whom it addresses, where it does not address everybody.
    pub target: Option<Target>,
    /// The promotion codes that it knows, in its header and its script; none where
    /// the script reads codes in a way of its own, and may know any.
    pub promotions: Option<Vec<String>>,
    /// Compiled and tested, but never run for a member.
    pub is_draft: bool,
    /// The file, for diagnostics.
    pub file: String,
}

/// When tiers are reviewed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Review {
    /// On 1 January.
    CalendarYear,
    /// So many months after the tier was reached or last reviewed.
    Months(u8),
    /// On the anniversary of joining.
    Anniversary,
    /// Never.
    Never,
}

/// How far a review may lower a tier.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Down {
    /// Not at all.
    Never,
    /// By one.
    OneStep,
    /// To what is earned.
    ToEarned,
}

/// The tiers of a programme.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tiers {
    /// Their numbers, lowest first.
    pub levels: Vec<Number>,
    /// Their names, likewise.
    pub names: Vec<String>,
    /// When they are reviewed.
    pub review: Review,
    /// How far down.
    pub down: Down,
    /// Months that a tier is kept after the review that would have lowered it.
    pub grace_months: u8,
    /// Whether a purchase already earns at the tier it reaches.
    pub is_at_once: bool,
}

impl Tiers {
    /// How high a tier is: the lowest is 1, and 0 what is none of them.
    pub fn rank(&self, tier: Number) -> usize {
        let found = self.levels.iter().position(|level| *level == tier);
        found.map_or(0, |n| n + 1)
    }
}

/// Something that can be had for points.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reward {
    /// Its number in this ledger.
    pub number: Number,
    /// Its id.
    pub id: String,
    /// For people.
    pub title: String,
    /// Paid in this unit ...
    pub unit: Number,
    /// ... so many.
    pub points: Points,
    /// What it takes off a bill, where it is used as a tender; none: what its pieces cost.
    pub value: Option<Money>,
    /// How many pieces of a line it pays for, where it has no value.
    pub pieces: u32,
    /// What it costs the shop.
    pub cost: Option<Money>,
    /// Only for these tiers; empty for all.
    pub tiers: Vec<Number>,
    /// Only lines of these categories can be paid with it; empty for all.
    pub categories: Vec<String>,
    /// What it does not pay for.
    pub not_for: Goods,
    /// The partner it is had from; 0 if none.
    pub partner: Number,
    /// The pool it is a gift to; 0 if it is none.
    pub pool: Number,
    /// Its own limit for each member.
    pub per_member: Option<(u32, Period)>,
    /// The unit of the voucher that it gives; 0: it is had at once.
    pub gives: Number,
    /// How many there are in all, if that is limited.
    pub stock: Option<i64>,
    /// Not before this instant ...
    pub opens: Option<Instant>,
    /// ... but for some.
    pub early: Option<Early>,
}

/// Who may have a reward before it opens for all.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Early {
    /// Members in one of these tiers ...
    pub tiers: Vec<Number>,
    /// ... or with a pass of one of these units ...
    pub passes: Vec<Number>,
    /// ... by so many hours.
    pub hours: u32,
}
