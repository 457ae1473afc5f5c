//! The programme: declarations of programme.toml, with its names numbered.

use super::{
    Activity, AliasForm, Attribute, Currency, Exact, GuessLimit, LeapRule, Line, Money, Name,
    Number, Partner, PassTerms, Points, Pool, VoucherTerms, Zone,
    fact::{Fact, Value, Window},
    saturated,
    time::{Calendar, Instant, Period},
};
use bincode::{Decode, Encode};
use rust_decimal::Decimal;

/// Longest time in days that a command may come late or a purchase may wait to
/// be claimed: limits by the day are kept for that long.
pub const WAIT_DAYS_MAX: u32 = 62;

/// Rounding of fractions of a point, once per purchase and unit.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Rounding {
    /// Down.
    #[default]
    Floor,
    /// To the nearest; halves away from zero.
    HalfUp,
    /// To the nearest; halves to even.
    HalfEven,
    /// Up.
    Ceil,
}

/// Rule by which a return's refund is decided.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Returns {
    /// Money as it was allocated to each line at the purchase; points are
    /// decided again as if only the kept goods had been bought.
    #[default]
    Allocation,
    /// As above, but campaign discounts are decided again too, and with them the money.
    Recompute,
    /// Money as allocated; points in proportion to the kept goods.
    Prorate,
}

/// Handling of goods that come back without a sale that can be named.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum WithoutSlip {
    /// They are not accepted.
    #[default]
    Refuse,
    /// Points are taken back as the base campaigns would give them for the amount.
    BaseRate,
}

/// Handling of points that are to be taken back but already spent.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Deficit {
    /// They become a deficit, filled by the next credits.
    #[default]
    Carry,
    /// They are waived for good.
    Clamp,
    /// The return is refused.
    Refuse,
}

/// Kind of a unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnitKind {
    /// Fungible, made of lots.
    Spendable,
    /// Counts toward tiers, never spent.
    Qualifying,
    /// Each lot is one item.
    Voucher,
    /// Gives benefits while it lasts.
    Pass,
}

/// Expiry of a lot.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Expiry {
    /// Never.
    #[default]
    Never,
    /// At the end of the calendar period in which it was earned (`year end`).
    PeriodEnd(Period),
    /// After this many months and days, rounded to an edge.
    After {
        /// Months.
        months: u32,
        /// Days.
        days: u32,
        /// Edge: the start of that day, its end, or the end of its period.
        to: ExpiryEdge,
    },
}

/// Edge to which an expiry after months and days is rounded.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ExpiryEdge {
    /// At the start of that day: the day is excluded.
    #[default]
    DayStart,
    /// At the end of that day: the day is included.
    DayEnd,
    /// At the end of the period that contains the day.
    PeriodEnd(Period),
}

/// Act of a member that keeps points from expiring by inactivity.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Doing {
    /// Buys goods, or claims a purchase.
    Purchase,
    /// Spends points, at once or from a hold.
    Redemption,
    /// Does an activity that the programme declares.
    Activity,
}

/// Expiry by inactivity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Inactivity {
    /// Months after the last act that counts.
    pub months: u32,
    /// Acts that count.
    pub counts: Vec<Doing>,
}

/// A unit of the programme.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unit {
    /// Its number in this ledger.
    pub number: Number,
    /// Its id.
    pub id: String,
    /// Kind of the unit.
    pub kind: UnitKind,
    /// Expiry of its lots.
    pub expires: Expiry,
    /// Share of the rest at expiry that continues, in ten-thousandths.
    pub keep: u16,
    /// Inactivity after which all of it expires.
    pub inactivity: Option<Inactivity>,
    /// True if it is lost when the tier goes down.
    pub is_lost_with_tier: bool,
    /// Value of one on a bill.
    pub value: Option<Exact>,
    /// Cost of one to the shop.
    pub cost: Option<Exact>,
    /// Window over which a qualifying unit is summed.
    pub window: Window,
    /// Number of smallest parts in one whole.
    pub subunits: i64,
    /// Terms of its vouchers.
    pub voucher: VoucherTerms,
    /// True if members of one household may spend each other's.
    pub is_pooled: bool,
}

impl Unit {
    /// True if it can be a tender.
    pub fn pays_on_bills(&self) -> bool {
        self.kind == UnitKind::Spendable && self.value.is_some()
    }

    /// Converts an amount of smallest parts to whole units, as people and
    /// scripts state it.
    pub fn decimal(&self, points: Points) -> Decimal {
        if self.subunits == 1 {
            return points.0.into();
        }
        (Decimal::from(points.0) / Decimal::from(self.subunits)).normalize()
    }

    /// Converts an amount to whole units, as entries keep proposals.
    pub fn exact(&self, points: Points) -> Exact {
        self.decimal(points).into()
    }

    /// Converts an amount to whole units, as scripts see it: a whole number, or
    /// a decimal for a unit with subunits.
    pub fn value_of(&self, points: Points) -> Value {
        match self.subunits {
            1 => Value::Int(points.0),
            _ => Value::Decimal(self.exact(points)),
        }
    }

    /// Converts whole units to smallest parts; None if the result is no whole
    /// number, or more than the ledger can hold.
    pub fn parts(&self, amount: Decimal) -> Option<Points> {
        let parts = amount.checked_mul(self.subunits.into())?;
        let whole = parts.is_integer().then(|| i64::try_from(parts).ok())?;
        whole.map(Points).filter(|p| p.is_in_range())
    }
}

/// A store.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Store {
    /// Its number in this ledger.
    pub number: Number,
    /// Its id.
    pub id: String,
    /// Its terminals; empty if any name will do.
    pub terminals: Vec<String>,
    /// Partner that owns it; 0 if it is the programme's own.
    pub partner: Number,
}

/// Parts of a bill that earn.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Earns {
    /// Tax stated beside the lines.
    pub is_tax: bool,
    /// Delivery.
    pub is_delivery: bool,
    /// Buying gift cards (lines of the category `gift_card` or `gift-card`).
    pub is_gift_cards: bool,
    /// Tax that a line contains, as the till stated it.
    pub is_line_tax: bool,
    /// Categories that never earn.
    pub except: Vec<String>,
    /// Kinds of charges that never earn, each in its canonical spelling.
    pub except_charges: Vec<String>,
    /// True if a bill that earns less than 0 takes points back.
    pub is_below_zero: bool,
}

/// A set of goods: a line belongs to it if any of the lists names it.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Goods {
    /// Categories.
    pub categories: Vec<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Articles.
    pub skus: Vec<String>,
}

impl Goods {
    /// True if the set is empty.
    pub fn is_empty(&self) -> bool {
        self.categories.is_empty() && self.tags.is_empty() && self.skus.is_empty()
    }

    /// True if a line belongs to the set.
    pub fn has(&self, line: &Line) -> bool {
        self.categories.contains(&line.category)
            || self.skus.contains(&line.sku)
            || line.tags.iter().any(|tag| self.tags.contains(tag))
    }

    /// Numbers of a bill's lines outside the set; None if no line is in it.
    pub fn others(&self, lines: &[Line]) -> Option<Vec<u16>> {
        let numbered = (1u16..).zip(lines);
        let others = numbered.filter(|(_, line)| !self.has(line));
        let others: Vec<u16> = others.map(|(n, _)| n).collect();
        (others.len() < lines.len()).then_some(others)
    }
}

/// Limits on spending, in one unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SpendLimit {
    /// The unit.
    pub unit: Number,
    /// Only in multiples of this.
    pub step: Points,
    /// At least this much at a time.
    pub min: Points,
    /// At most this much at a time, if limited.
    pub max: Option<Points>,
    /// At most this much a day and member, if limited.
    pub max_day: Option<Points>,
    /// At most this share of a bill, in ten-thousandths.
    pub bill_share: u16,
    /// At most this much for a member whose number was typed; None: no difference.
    pub max_typed: Option<Points>,
    /// Goods that they do not pay for.
    pub not_for: Goods,
}

/// Hard limits on awards by scripts, whatever they propose.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AwardLimit {
    /// The unit.
    pub unit: Number,
    /// At most this much from one entry.
    pub max: Points,
}

/// Limits on transfers between members, in one unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TransferRule {
    /// The unit.
    pub unit: Number,
    /// At most this much at a time, if limited.
    pub max: Option<Points>,
    /// At most this much a day and giver, if limited.
    pub max_day: Option<Points>,
    /// Fee that each transfer costs the giver, in the same unit.
    pub fee: Points,
    /// Days after which unclaimed points that were sent with a token go back.
    pub claim_days: u32,
}

/// Scope within which an order number names one sale.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Orders {
    /// The whole programme, so that an order placed in the app is the same at pick-up.
    #[default]
    Programme,
    /// One store.
    Store,
    /// One channel.
    Channel,
}

/// Declarations of programme.toml.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Programme {
    /// Name shown to people.
    pub name: String,
    /// ISO 4217 code.
    pub currency: String,
    /// Decimals of the currency.
    pub digits: u8,
    /// Further currencies in which sales may be paid.
    pub currencies: Vec<Currency>,
    /// Time zone, and the hour at which days begin.
    pub calendar: Calendar,
    /// Rounding of fractions of points.
    pub rounding: Rounding,
    /// Rounding of fractions of discounts.
    pub discount_rounding: Rounding,
    /// Rule by which a return's refund is decided.
    pub returns: Returns,
    /// Categories of lines below 0 that the customer gave something for, such as
    /// bottles; others are money off the goods of the bill.
    pub deposits: Vec<String>,
    /// Handling of returned goods without a sale that can be named.
    pub without_slip: WithoutSlip,
    /// Handling of points that are to be taken back but already spent.
    pub deficit: Deficit,
    /// Scope of an order number.
    pub orders: Orders,
    /// Days by which a command may be late; at most [`WAIT_DAYS_MAX`].
    pub late_days: u32,
    /// Days of grace for a lot that expired while its points were spent or held.
    pub restore_grace_days: u32,
    /// Whole days between the day on which members are told of worse terms and the day on
    /// which these take effect; 0 if none are promised.
    pub notice_days: u32,
    /// Date of 29 February in other years.
    pub leap: LeapRule,
    /// Parts of a bill that earn.
    pub earns: Earns,
    /// The stores; empty if any name will do.
    pub stores: Vec<Store>,
    /// The units.
    pub units: Vec<Unit>,
    /// Limits on spending.
    pub spend: Vec<SpendLimit>,
    /// Goods that are not discounted.
    pub not_discounted: Goods,
    /// Limits on awards.
    pub award: Vec<AwardLimit>,
    /// Limits on transfers; units that are not listed cannot be sent.
    pub transfer: Vec<TransferRule>,
    /// Allowed reasons for an adjustment; empty if any words will do.
    pub reasons: Vec<String>,
    /// Forms of alias values, by scheme.
    pub aliases: Vec<(String, AliasForm)>,
    /// Consent purposes.
    pub purposes: Vec<(Number, String)>,
    /// Days within which a purchase made without a member may be claimed; 0: never.
    pub claim_days: u32,
    /// Limit on guessing codes.
    pub guess: GuessLimit,
    /// Activities.
    pub activities: Vec<Activity>,
    /// Attributes of a member that may be kept.
    pub attributes: Vec<Attribute>,
    /// Terms of the units of the kind pass.
    pub passes: Vec<PassTerms>,
    /// The partners.
    pub partners: Vec<Partner>,
    /// The pools.
    pub pools: Vec<Pool>,
    /// The bounds of `member.rfm`, if it has any.
    pub rfm: Option<super::Rfm>,
    /// Most members of a household; None: there are no households.
    pub household_size: Option<u32>,
    /// Commands that need a second person.
    pub approval: ApprovalRule,
    /// Thresholds of alerts.
    pub alerts: AlertRule,
    /// Days after which members are lapsing and lapsed.
    pub lapsing: LapsingRule,
    /// Categories of articles, for tills that send none: article and category, sorted.
    pub goods: Vec<(String, String)>,
}

/// Thresholds of alerts. No decision depends on them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AlertRule {
    /// Utilisation of points, in per cent, below which it is told.
    pub utilisation_below: u32,
    /// Use of vouchers, in per cent, below which it is told.
    pub voucher_use_below: u32,
    /// Least number of points or vouchers for which a share is judged.
    pub sample: u32,
    /// Used part of a budget, in per cent, from which it is told.
    pub budget_above: u32,
    /// Most purchases of a member on a day that are usual.
    pub purchases_a_day: u32,
    /// Most times that an operator usually gives one member something by hand in 30 days.
    pub by_hand_a_month: u32,
    /// Number of lapsing members of high value above which they are told.
    pub lapsing_above: u32,
    /// Free space of the ledger's disk, in per cent, below which it is told.
    pub disk_below: u32,
    /// Age of the last backup, in days, above which it is told if entries came since; 0: never.
    pub backup_days: u32,
}

/// Days without a purchase after which members are lapsing, and after which they have
/// lapsed. No decision depends on them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LapsingRule {
    /// Those of purchases of whatever kind.
    pub all: Lapsing,
    /// Those of purchases in a category, which has its own interval.
    pub categories: Vec<(String, Lapsing)>,
}

impl LapsingRule {
    /// Those of a category; of an empty one, or one without its own, those of all.
    pub fn of(&self, category: &str) -> Lapsing {
        let own = self.categories.iter().find(|(name, _)| name == category);
        own.map_or(self.all, |(_, days)| *days)
    }
}

/// Days since the last purchase.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lapsing {
    /// Below, a member is active.
    pub active: u32,
    /// From here on, a member has lapsed; between the two, a member is lapsing.
    pub lapsed: u32,
}

impl Default for Lapsing {
    fn default() -> Lapsing {
        Lapsing {
            active: 90,
            lapsed: 180,
        }
    }
}

/// Commands that a second person must approve. The rule is the door's, not the
/// ledger's: a command without approval is not decided at all.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ApprovalRule {
    /// True for every void.
    pub voids: bool,
    /// True for every return without a slip.
    pub without_slip: bool,
    /// Adjustments of more whole units than this, of either sign.
    pub adjust_above: Option<u32>,
    /// True if one person drafts a programme and another activates it.
    pub programmes: bool,
}

impl Programme {
    /// The unit of a number.
    pub fn unit(&self, number: Number) -> Option<&Unit> {
        self.units.iter().find(|u| u.number == number)
    }

    /// The category of an article, if the programme lists it.
    pub fn category_of(&self, sku: &str) -> Option<&str> {
        let found = self
            .goods
            .binary_search_by(|(known, _)| known.as_str().cmp(sku));
        found.ok().map(|at| self.goods[at].1.as_str())
    }

    /// True if a unit is of a kind; false for a unit that is not declared.
    pub fn is_kind(&self, unit: Number, kind: UnitKind) -> bool {
        self.unit(unit).is_some_and(|u| u.kind == kind)
    }

    /// The unit of an id.
    pub fn unit_named(&self, id: &str) -> Option<&Unit> {
        self.units.iter().find(|u| u.id == id)
    }

    /// The partner of a number.
    pub fn partner(&self, number: Number) -> Option<&Partner> {
        self.partners.iter().find(|p| p.number == number)
    }

    /// The pool of a number.
    pub fn pool(&self, number: Number) -> Option<&Pool> {
        self.pools.iter().find(|p| p.number == number)
    }

    /// Terms of a unit of the kind pass.
    pub fn pass(&self, unit: Number) -> Option<&PassTerms> {
        self.passes.iter().find(|p| p.unit == unit)
    }

    /// The activity of a number.
    pub fn activity(&self, number: Number) -> Option<&Activity> {
        self.activities.iter().find(|a| a.number == number)
    }

    /// Converts an amount of a unit to whole units, as people state it.
    pub fn decimal(&self, unit: Number, points: Points) -> Decimal {
        let found = self.unit(unit);
        found.map_or_else(|| points.0.into(), |unit| unit.decimal(points))
    }

    /// The limit on spending a unit, if it has one.
    pub fn spend_limit(&self, unit: Number) -> Option<&SpendLimit> {
        self.spend.iter().find(|l| l.unit == unit)
    }

    /// Limits on transfers of a unit; None: it cannot be sent.
    pub fn transfer_rule(&self, unit: Number) -> Option<&TransferRule> {
        self.transfer.iter().find(|t| t.unit == unit)
    }

    /// Most points of a unit that are worth no more than an amount on a bill,
    /// in steps of its limit; None if the unit has no value.
    pub fn most_points(&self, unit: Number, money: Money) -> Option<Points> {
        let one = self.unit(unit)?.value?.to_decimal()?;
        let coin = one.checked_mul(10i64.pow(self.digits.into()).into())?;
        let parts = Decimal::from(money.0.max(0)).checked_add(Decimal::ONE)?;
        let parts = parts.checked_mul(self.unit(unit)?.subunits.into())?;
        let about = i64::try_from(parts.checked_div(coin)?.ceil()).ok()?;
        // The quotient may have been rounded.
        let fits = |n: &i64| {
            self.worth(unit, Points(*n))
                .is_some_and(|worth| worth <= money)
        };
        let most = (0..=2)
            .map(|less| about.saturating_add(1) - less)
            .find(fits)?;
        let step = self
            .spend_limit(unit)
            .map_or(1, |limit| limit.step.0.max(1));
        Some(Points(most.max(0) / step * step))
    }

    /// Value of points of a unit on a bill, rounded down; None if the unit has
    /// no value.
    pub fn worth(&self, unit: Number, points: Points) -> Option<Money> {
        let value = self.unit(unit)?.value?.to_decimal()?;
        let money = value
            .checked_mul(self.unit(unit)?.decimal(points))?
            .checked_mul(10i64.pow(self.digits.into()).into())?;
        i64::try_from(money.floor().mantissa() / 10i128.pow(money.floor().scale()))
            .ok()
            .map(Money)
    }
}

/// One file of a bundle: path within the programme's folder, and its text
/// with LF line ends and no byte order mark.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct BundleFile {
    /// `campaigns/base.rhai`
    pub path: String,
    /// The text.
    pub text: String,
}

/// Version of everything that decides: another engine may decide otherwise.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Engine {
    /// `rhai 1.27.0`
    pub script: String,
    /// Version of the functions that scripts can call.
    pub host: u32,
    /// Version of the ledger's own rules.
    pub rules: u32,
}

/// Activation of a programme: everything that decides from here on.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Activation {
    /// Counted from 1.
    pub number: u32,
    /// The files, sorted by path.
    pub files: Vec<BundleFile>,
    /// BLAKE3 hash of the files, which people compare.
    pub digest: [u8; 32],
    /// Time zone as data.
    pub zone: Zone,
    /// Version of everything that decides.
    pub engine: Engine,
    /// Names that are numbered here for the first time.
    pub names: Vec<Name>,
    /// Facts of a member that hooks read.
    pub facts: Vec<Fact>,
    /// Facts of a member that `qualify` reads.
    pub facts_review: Vec<Fact>,
    /// Note of the person who activated it; may be empty.
    pub note: String,
    /// BLAKE3 hash of the stories that it was activated with; None if there were none.
    pub stories: Option<[u8; 32]>,
    /// Reason for activating it although its stories did not pass; empty if they did.
    pub without_stories: String,
    /// Id of the person who drafted it; empty if it was the one who activated it.
    pub drafter: String,
    /// The pilot, if it is not for everybody.
    pub pilot: Option<Pilot>,
    /// Sequence of the entry that scheduled it, if one did.
    pub scheduled: Option<u64>,
}

/// A programme that takes effect at an instant to come.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Schedule {
    /// The instant.
    pub at: Instant,
    /// The files, sorted by path.
    pub files: Vec<BundleFile>,
    /// BLAKE3 hash of the files, which people compare.
    pub digest: [u8; 32],
    /// Note of the person who scheduled it; may be empty.
    pub note: String,
    /// BLAKE3 hash of the stories that it was scheduled with; None if there were none.
    pub stories: Option<[u8; 32]>,
    /// Reason for scheduling it although its stories did not pass; empty if they did.
    pub without_stories: String,
    /// Id of the person who drafted it; empty if it was the one who scheduled it.
    pub drafter: String,
}

/// A programme on trial for a part of the purchases.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Pilot {
    /// Name of the trial.
    pub name: String,
    /// Number of the activation that is in force for the rest.
    pub base: u32,
    /// Purchases it applies to.
    pub scope: PilotScope,
}

/// Scope of a pilot.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub enum PilotScope {
    /// Purchases in these stores.
    Stores(Vec<Number>),
    /// Purchases of members with this label.
    Tag(String),
}

/// One whole, in ten-thousandths.
pub const WHOLE: u16 = 10_000;

/// Share of an amount of points, in ten-thousandths, rounded up in the member's favour.
pub fn part_up(points: Points, part: u16) -> Points {
    let scaled = i128::from(points.0) * i128::from(part);
    Points(saturated(
        (scaled + i128::from(WHOLE) - 1) / i128::from(WHOLE),
    ))
}

/// Share of an amount of money, in ten-thousandths, rounded down.
pub fn part_down(money: Money, part: u16) -> Money {
    Money(saturated(
        i128::from(money.0) * i128::from(part) / i128::from(WHOLE),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_part_is_rounded_in_the_members_favour() {
        assert_eq!(part_up(Points(1001), 5000), Points(501));
        assert_eq!(part_up(Points(1000), 5000), Points(500));
        assert_eq!(part_up(Points(1), 1), Points(1));
        assert_eq!(part_up(Points(0), 5000), Points(0));
    }
}
