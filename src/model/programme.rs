//! The programme: what programme.toml declares, with its names numbered.

use super::{
    Activity, AliasForm, Attribute, Exact, GuessLimit, LeapRule, Line, Money, Name, Number,
    Partner, PassTerms, Points, Pool, VoucherTerms, Zone,
    fact::{Fact, Value, Window},
    saturated,
    time::{Calendar, Period},
};
use bincode::{Decode, Encode};
use rust_decimal::Decimal;

/// The longest time in days that a command may come late or a purchase may wait
/// to be claimed: limits by the day are known for so long.
pub const WAIT_DAYS_MAX: u32 = 62;

/// How fractions of a point are ended, once per purchase and unit.
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

/// How it is decided what a return gives back.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Returns {
    /// Money by what was allocated to each line at the purchase; points are
    /// decided again as if only what is kept had been bought.
    #[default]
    Allocation,
    /// The discounts of campaigns are decided again as well, and with them the money.
    Recompute,
    /// Money by allocation; points in proportion to what is kept.
    Prorate,
}

/// What becomes of goods that come back and whose sale nobody can name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum WithoutSlip {
    /// They are not taken.
    #[default]
    Refuse,
    /// Points are taken as the base campaigns would give them for the amount.
    BaseRate,
}

/// What happens when points to be taken back are already spent.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Deficit {
    /// A deficit, filled by the next credits.
    #[default]
    Carry,
    /// Waived for good.
    Clamp,
    /// The return is refused.
    Refuse,
}

/// What kind of thing a unit is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnitKind {
    /// Fungible, made of lots.
    Spendable,
    /// Counts toward tiers, never spent.
    Qualifying,
    /// Each lot is one item.
    Voucher,
    /// Benefits while it lasts.
    Pass,
}

/// When a lot ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Expiry {
    /// Never.
    #[default]
    Never,
    /// With the calendar period it was earned in (`year end`).
    PeriodEnd(Period),
    /// So many days and months after it was earned, then on to an end.
    After {
        /// Months.
        months: u32,
        /// Days.
        days: u32,
        /// To the start of that day, its end, or the end of its period.
        to: ExpiryEdge,
    },
}

/// Where an expiry after days and months comes to rest.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ExpiryEdge {
    /// At the start of that day: the day is excluded.
    #[default]
    DayStart,
    /// At its end: the day is included.
    DayEnd,
    /// At the end of the period the day lies in.
    PeriodEnd(Period),
}

/// What a member does that keeps points alive, where it moves them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Doing {
    /// Buys something, or claims what was bought.
    Purchase,
    /// Spends points, at once or from a hold.
    Redemption,
    /// Does something that the programme declares.
    Activity,
}

/// An end for want of doing anything.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Inactivity {
    /// So many months after the last thing that counts.
    pub months: u32,
    /// What counts.
    pub counts: Vec<Doing>,
}

/// A unit of the programme.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unit {
    /// Its number in this ledger.
    pub number: Number,
    /// Its id.
    pub id: String,
    /// What it is.
    pub kind: UnitKind,
    /// When its lots end.
    pub expires: Expiry,
    /// Of what is left at the end, the part that goes on, in ten-thousandths.
    pub keep: u16,
    /// After which stillness all of it ends.
    pub inactivity: Option<Inactivity>,
    /// Whether it is lost when the tier goes down.
    pub is_lost_with_tier: bool,
    /// What one is worth on a bill.
    pub value: Option<Exact>,
    /// What one costs the shop.
    pub cost: Option<Exact>,
    /// The window a qualifying unit is summed over.
    pub window: Window,
    /// How many of the smallest part people call one.
    pub subunits: i64,
    /// What a voucher of it is good for.
    pub voucher: VoucherTerms,
    /// Whether members of one household may spend one another's.
    pub is_pooled: bool,
}

impl Unit {
    /// An amount of its smallest parts in whole ones, as people and scripts say it.
    pub fn decimal(&self, points: Points) -> Decimal {
        if self.subunits == 1 {
            return points.0.into();
        }
        (Decimal::from(points.0) / Decimal::from(self.subunits)).normalize()
    }

    /// The same, as entries keep what was proposed.
    pub fn exact(&self, points: Points) -> Exact {
        self.decimal(points).into()
    }

    /// The same, as scripts see it: a whole number, or a decimal of a unit with subunits.
    pub fn value_of(&self, points: Points) -> Value {
        match self.subunits {
            1 => Value::Int(points.0),
            _ => Value::Decimal(self.exact(points)),
        }
    }

    /// An amount of whole ones in its smallest parts; None where it is no
    /// whole number of them, or more than the ledger can hold.
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
    /// The partner that it belongs to; 0 if it is the programme's own.
    pub partner: Number,
}

/// What of a bill earns.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Earns {
    /// Tax that stands beside the lines.
    pub is_tax: bool,
    /// Delivery.
    pub is_delivery: bool,
    /// Buying gift cards (lines of the category `gift_card` or `gift-card`).
    pub is_gift_cards: bool,
    /// Tax that a line contains, as the till said it.
    pub is_line_tax: bool,
    /// Categories that never earn.
    pub except: Vec<String>,
    /// Kinds of charges that never earn, each in its one spelling.
    pub except_charges: Vec<String>,
}

/// Goods, by what a bill's lines say of them; one that is any of these is meant.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Goods {
    /// Of these categories.
    pub categories: Vec<String>,
    /// With one of these tags.
    pub tags: Vec<String>,
    /// These articles.
    pub skus: Vec<String>,
}

impl Goods {
    /// Whether none are meant.
    pub fn is_empty(&self) -> bool {
        self.categories.is_empty() && self.tags.is_empty() && self.skus.is_empty()
    }

    /// Whether a line is of them.
    pub fn has(&self, line: &Line) -> bool {
        self.categories.contains(&line.category)
            || self.skus.contains(&line.sku)
            || line.tags.iter().any(|tag| self.tags.contains(tag))
    }

    /// The numbers of a bill's other lines; None where it has no line of them.
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
    /// Which unit.
    pub unit: Number,
    /// Only in multiples of this.
    pub step: Points,
    /// At least this much at a time.
    pub min: Points,
    /// At most this much at a time, if limited.
    pub max: Option<Points>,
    /// At most this much a day and member, if limited.
    pub max_day: Option<Points>,
    /// At most this part of a bill, in ten-thousandths.
    pub bill_share: u16,
    /// At most this much for a member whose number was typed; None: no difference.
    pub max_typed: Option<Points>,
    /// What they do not pay for.
    pub not_for: Goods,
}

/// Hard limits on what scripts can give, whatever they propose.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AwardLimit {
    /// Which unit.
    pub unit: Number,
    /// At most this much from one entry.
    pub max: Points,
}

/// What members may send one another, of one unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TransferRule {
    /// Which unit.
    pub unit: Number,
    /// At most this much at a time, if limited.
    pub max: Option<Points>,
    /// At most this much a day and giver, if limited.
    pub max_day: Option<Points>,
    /// What each transfer costs the giver besides, in the same unit.
    pub fee: Points,
    /// Days after which points that were sent with a token and that nobody claimed go back.
    pub claim_days: u32,
}

/// How wide an order number counts: within it, a number names one sale.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Orders {
    /// In the whole programme, so that an order of the app is the same at pick-up.
    #[default]
    Programme,
    /// In one store.
    Store,
    /// On one channel.
    Channel,
}

/// What programme.toml declares.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Programme {
    /// For people.
    pub name: String,
    /// ISO 4217 code.
    pub currency: String,
    /// Decimals of the currency.
    pub digits: u8,
    /// The zone's name and the hour at which days begin.
    pub calendar: Calendar,
    /// How fractions of points end.
    pub rounding: Rounding,
    /// How fractions of money off end.
    pub discount_rounding: Rounding,
    /// What is owed back.
    pub returns: Returns,
    /// What becomes of goods whose sale nobody can name.
    pub without_slip: WithoutSlip,
    /// When it is already spent.
    pub deficit: Deficit,
    /// How wide an order number counts.
    pub orders: Orders,
    /// How late a command may come, in days; at most [`WAIT_DAYS_MAX`].
    pub late_days: u32,
    /// Days that a lot lives on which ended while its points were away.
    pub restore_grace_days: u32,
    /// Where 29 February falls.
    pub leap: LeapRule,
    /// What earns.
    pub earns: Earns,
    /// The stores; empty if any name will do.
    pub stores: Vec<Store>,
    /// The units.
    pub units: Vec<Unit>,
    /// Limits on spending.
    pub spend: Vec<SpendLimit>,
    /// What no discount is for.
    pub not_discounted: Goods,
    /// Limits on giving.
    pub award: Vec<AwardLimit>,
    /// What members may send one another; units that are not here stay.
    pub transfer: Vec<TransferRule>,
    /// Reasons an adjustment may have; empty if any words will do.
    pub reasons: Vec<String>,
    /// How the values of aliases are written, by scheme.
    pub aliases: Vec<(String, AliasForm)>,
    /// Consent purposes.
    pub purposes: Vec<(Number, String)>,
    /// Days within which a purchase made without a member may be claimed; 0: never.
    pub claim_days: u32,
    /// How often a code may be guessed at.
    pub guess: GuessLimit,
    /// Activities.
    pub activities: Vec<Activity>,
    /// What may be kept of a member.
    pub attributes: Vec<Attribute>,
    /// What the units of the kind pass are.
    pub passes: Vec<PassTerms>,
    /// The partners.
    pub partners: Vec<Partner>,
    /// The pools.
    pub pools: Vec<Pool>,
    /// The bounds of `member.rfm`, if it has any.
    pub rfm: Option<super::Rfm>,
    /// How many members a household may have; none: there are no households.
    pub household_size: Option<u32>,
}

impl Programme {
    /// The unit of a number.
    pub fn unit(&self, number: Number) -> Option<&Unit> {
        self.units.iter().find(|u| u.number == number)
    }

    /// Whether a unit is of a kind; one that is not declared is of none.
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

    /// What a unit of the kind pass is.
    pub fn pass(&self, unit: Number) -> Option<&PassTerms> {
        self.passes.iter().find(|p| p.unit == unit)
    }

    /// The activity of a number.
    pub fn activity(&self, number: Number) -> Option<&Activity> {
        self.activities.iter().find(|a| a.number == number)
    }

    /// An amount of a unit in whole ones, as people say it.
    pub fn decimal(&self, unit: Number, points: Points) -> Decimal {
        let found = self.unit(unit);
        found.map_or_else(|| points.0.into(), |unit| unit.decimal(points))
    }

    /// The limit on spending a unit, if it has one.
    pub fn spend_limit(&self, unit: Number) -> Option<&SpendLimit> {
        self.spend.iter().find(|l| l.unit == unit)
    }

    /// What members may send one another of a unit; none: nothing.
    pub fn transfer_rule(&self, unit: Number) -> Option<&TransferRule> {
        self.transfer.iter().find(|t| t.unit == unit)
    }

    /// The most points of a unit that are worth no more than so much on a bill, in
    /// steps of its limit; None if the unit has no value.
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

    /// What points of a unit are worth on a bill, rounded down; None if the unit has no value.
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

/// What decided: another engine may decide otherwise.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Engine {
    /// `rhai 1.27.0`
    pub script: String,
    /// Number of the functions that scripts are offered.
    pub host: u32,
    /// Number of the ledger's own rules.
    pub rules: u32,
}

/// A programme taking effect: everything that decides from here on.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Activation {
    /// Counted from 1.
    pub number: u32,
    /// The files, sorted by path.
    pub files: Vec<BundleFile>,
    /// BLAKE3 hash of the files; what people compare.
    pub digest: [u8; 32],
    /// The zone as data.
    pub zone: Zone,
    /// What decides.
    pub engine: Engine,
    /// Names that are numbered here for the first time.
    pub names: Vec<Name>,
    /// What hooks read of a member.
    pub facts: Vec<Fact>,
    /// What `qualify` reads of a member.
    pub facts_review: Vec<Fact>,
    /// Words of whoever activated it; may be empty.
    pub note: String,
    /// BLAKE3 hash of the stories it was activated with; None where there were none.
    pub stories: Option<[u8; 32]>,
    /// Why it took effect without its stories passing; empty where they did.
    pub without_stories: String,
    /// Id of the person who drafted it; empty if it was the one who activated it.
    pub drafter: String,
    /// The pilot that it is, if it is not for everybody.
    pub pilot: Option<Pilot>,
    /// Sequence of the entry that scheduled it, if one did.
    pub scheduled: Option<u64>,
}

/// A programme that is tried for some.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Pilot {
    /// Name of the trial.
    pub name: String,
    /// Number of the activation that is in force for the rest.
    pub base: u32,
    /// For whom.
    pub scope: PilotScope,
}

/// For whom a programme is tried.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub enum PilotScope {
    /// Purchases in these stores.
    Stores(Vec<Number>),
    /// Members with this label.
    Tag(String),
}

/// The value of a part in ten-thousandths.
pub const WHOLE: u16 = 10_000;

/// The part of an amount, in ten-thousandths, rounded up: in the member's favour.
pub fn part_up(points: Points, part: u16) -> Points {
    let scaled = i128::from(points.0) * i128::from(part);
    Points(saturated(
        (scaled + i128::from(WHOLE) - 1) / i128::from(WHOLE),
    ))
}

/// Money of an amount of points' bill share.
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
