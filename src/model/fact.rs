//! Facts: values that scripts may read. The member's facts that a bundle names
//! are fixed at its activation, and every decided entry keeps exactly their
//! values as `given`, so each decision can be run again.

use super::{ActivityFacts, DayFacts, Exact, Money, Qty, ReviewFacts, time::Day};
use bincode::{Decode, Encode};
use rust_decimal::Decimal;
use std::borrow::Cow;
use std::fmt;

/// A value that a script reads, remembers or puts into a message.
#[derive(Clone, PartialEq, Eq, Hash, Default, Debug, Encode, Decode)]
pub enum Value {
    /// Nothing known, or not allowed to be known.
    #[default]
    Unit,
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A decimal number.
    Decimal(Exact),
    /// Text.
    Text(String),
    /// A day.
    Day(Day),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Unit => f.write_str("()"),
            Value::Bool(x) => x.fmt(f),
            Value::Int(x) => x.fmt(f),
            Value::Decimal(x) => x.fmt(f),
            Value::Text(x) => f.write_str(x),
            Value::Day(x) => x.fmt(f),
        }
    }
}

/// A span of the calendar over which figures are summed; it ends with the day
/// of the act, inclusive.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
pub enum Window {
    /// The day itself.
    Day,
    /// The calendar month so far.
    Month,
    /// The calendar quarter so far.
    Quarter,
    /// The calendar year so far.
    Year,
    /// The last N calendar months, this one included; 1 to 36.
    Months(u8),
    /// All time.
    Lifetime,
    /// The last N days, this one included; 1 to [`WINDOW_DAYS_MAX`].
    Days(u16),
}

/// Length of the longest window counted in days.
pub const WINDOW_DAYS_MAX: u16 = 92;

/// One fact about the member, as a script names it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
pub enum Fact {
    /// `member.tier`: the tier's name, `()` for none.
    Tier,
    /// `member.balance("star")`: points that can be spent now.
    Balance(String),
    /// `member.qualifying("year-star")`: the sum in the unit's own window.
    Qualifying(String),
    /// `member.visits("month")`: purchases not wholly returned.
    Visits(Window),
    /// `member.spend("year")`: money spent, returns taken off.
    Spend(Window),
    /// `member.earned("star", "month")`: points earned, taken-back ones taken off.
    Earned(String, Window),
    /// `member.days_since_purchase`: `()` before the first.
    DaysSincePurchase,
    /// `member.birthday_today`; `()` if unknown.
    BirthdayToday,
    /// `member.birthday_this_month`; `()` if unknown.
    BirthdayThisMonth,
    /// `member.months_enrolled`: whole months since joining.
    MonthsEnrolled,
    /// `member.has_tag("vip")`.
    HasTag(String),
    /// `member.consents("marketing")`.
    Consents(String),
    /// `member.memo("key")`: value that this campaign's script remembered; `()`
    /// if none.
    Memo {
        /// The campaign whose memory it is.
        campaign: String,
        /// Name of the memory.
        key: String,
    },
    /// `member.has_pass("prime")`.
    HasPass(String),
    /// `member.pass_uses("prime")`: benefits used since the last charge.
    PassUses(String),
    /// `member.attribute("sweetness")`; `()` if unknown or without consent.
    Attribute(String),
    /// `member.is_targeted("blind-test")`: addressed by that campaign and not held out.
    IsTargeted(String),
    /// `member.rfm`: recency, frequency and money by the programme's bins, such as `"543"`; `()` without a purchase.
    Rfm,
    /// `member.months_active(12)`: number of the last N calendar months, this
    /// one included, with a purchase.
    MonthsActive(u8),
    /// `member.was_referred`: somebody brought them.
    WasReferred,
    /// `member.activities("run", 30)`: times in the last N days, today included.
    Activities(String, u16),
    /// `member.months_since_first_purchase`: whole months; `()` before the first.
    MonthsSinceFirstPurchase,
    /// `tuned("rate")`: value that this campaign's own review gave a parameter;
    /// `()` if none.
    Tuned {
        /// The campaign whose parameter it is.
        campaign: String,
        /// Name of the parameter.
        name: String,
    },
}

/// Writes the window as a programme spells it.
impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Window::Day => f.write_str("day"),
            Window::Month => f.write_str("month"),
            Window::Quarter => f.write_str("quarter"),
            Window::Year => f.write_str("year"),
            Window::Months(n) => write!(f, "{n} months"),
            Window::Lifetime => f.write_str("lifetime"),
            Window::Days(n) => write!(f, "{n} days"),
        }
    }
}

/// Writes the fact as a script reads it.
impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fact::Tier => f.write_str("member.tier"),
            Fact::Balance(unit) => write!(f, "member.balance(\"{unit}\")"),
            Fact::Qualifying(unit) => write!(f, "member.qualifying(\"{unit}\")"),
            Fact::Visits(window) => write!(f, "member.visits(\"{window}\")"),
            Fact::Spend(window) => write!(f, "member.spend(\"{window}\")"),
            Fact::Earned(unit, window) => write!(f, "member.earned(\"{unit}\", \"{window}\")"),
            Fact::DaysSincePurchase => f.write_str("member.days_since_purchase"),
            Fact::BirthdayToday => f.write_str("member.birthday_today"),
            Fact::BirthdayThisMonth => f.write_str("member.birthday_this_month"),
            Fact::MonthsEnrolled => f.write_str("member.months_enrolled"),
            Fact::HasTag(tag) => write!(f, "member.has_tag(\"{tag}\")"),
            Fact::Consents(purpose) => write!(f, "member.consents(\"{purpose}\")"),
            Fact::Memo { campaign, key } => write!(f, "member.memo(\"{key}\") of {campaign}"),
            Fact::HasPass(unit) => write!(f, "member.has_pass(\"{unit}\")"),
            Fact::PassUses(unit) => write!(f, "member.pass_uses(\"{unit}\")"),
            Fact::Attribute(name) => write!(f, "member.attribute(\"{name}\")"),
            Fact::IsTargeted(campaign) => write!(f, "member.is_targeted(\"{campaign}\")"),
            Fact::Rfm => f.write_str("member.rfm"),
            Fact::MonthsActive(months) => write!(f, "member.months_active({months})"),
            Fact::WasReferred => f.write_str("member.was_referred"),
            Fact::Activities(name, days) => write!(f, "member.activities(\"{name}\", {days})"),
            Fact::MonthsSinceFirstPurchase => f.write_str("member.months_since_first_purchase"),
            Fact::Tuned { campaign, name } => write!(f, "tuned(\"{name}\") of {campaign}"),
        }
    }
}

/// The facts of a decision, in the order of the bundle's list.
pub type Given = Vec<Value>;

/// A line as scripts see it.
#[derive(Clone, PartialEq, Debug)]
pub struct LineFacts {
    /// The line's number, from 1.
    pub number: u16,
    /// Article number.
    pub sku: String,
    /// Category.
    pub category: String,
    /// Labels.
    pub tags: Vec<String>,
    /// Quantity.
    pub qty: Qty,
    /// Quantity that rewards and vouchers paid, in whole pieces.
    pub free: Qty,
    /// Price of the line.
    pub amount: Money,
    /// Part of the price that earns.
    pub earning: Money,
    /// Quantity that comes back, in `on_return`.
    pub returned: Qty,
    /// True if discounts may apply to it.
    pub is_discountable: bool,
}

/// A means of payment as scripts see it.
#[derive(Clone, PartialEq, Debug)]
pub struct TenderFacts {
    /// `cash`, `card`, `mobile`, `gift_card`, `points`, `reward`, `voucher` or its own name.
    pub kind: Cow<'static, str>,
    /// Amount paid.
    pub amount: Money,
}

/// A purchase as scripts see it. All of it comes from the command and the
/// programme, none from the member's state.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct PurchaseFacts {
    /// Amount owed.
    pub total: Money,
    /// Sum before discounts on the whole.
    pub subtotal: Money,
    /// True if it earns less than 0 and takes points back: base campaigns are
    /// then run on the bill with its signs turned, rather than on this one.
    pub is_taking: bool,
    /// Part of the total that earns.
    pub earning: Money,
    /// Part of the subtotal that discounts may apply to.
    pub discountable: Money,
    /// Decimals of the currency.
    pub digits: u8,
    /// The lines.
    pub lines: Vec<LineFacts>,
    /// The tenders.
    pub tenders: Vec<TenderFacts>,
    /// Charges besides the lines: `tax`, `delivery`, `deposit`, `rounding` or
    /// another word.
    pub charges: Vec<(String, Money)>,
    /// The store's id; empty if none.
    pub store: String,
    /// Partner that owns the store; empty if none.
    pub partner: String,
    /// The terminal's id; empty if none.
    pub terminal: String,
    /// The channel.
    pub channel: String,
    /// Promotion codes named at the till.
    pub codes: Vec<String>,
    /// The programme's day.
    pub day: Day,
    /// Local hour, 0 to 23.
    pub hour: u8,
    /// Local minute, 0 to 59.
    pub minute: u8,
    /// For a return: the programme's day of the purchase.
    pub bought: Option<Day>,
    /// For a return: part of the total that comes back now.
    pub returned: Money,
    /// The purchase before campaign discounts that are on the bill, if there
    /// are any: headers and discounts are evaluated against it.
    pub undiscounted: Option<Box<PurchaseFacts>>,
}

impl PurchaseFacts {
    /// The purchase before campaign discounts.
    pub fn before_discounts(&self) -> &PurchaseFacts {
        self.undiscounted.as_deref().unwrap_or(self)
    }
}

/// Award of the base campaigns in one unit, for bonus campaigns to multiply.
#[derive(Clone, PartialEq, Debug)]
pub struct BaseAward {
    /// The unit's id.
    pub unit: String,
    /// The exact sum.
    pub amount: Decimal,
    /// Its part for each line, in the order of the lines; awards to no line are
    /// left out. Empty if no line got an award.
    pub lines: Vec<Decimal>,
}

/// A redemption as scripts see it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct RedemptionFacts {
    /// The reward's id; empty if points were named.
    pub reward: String,
    /// The unit's id.
    pub unit: String,
    /// Points in whole units: a number, or a decimal for a unit with subunits.
    pub points: Value,
    /// Amount they pay of a bill; None if there is no bill.
    pub amount: Option<Money>,
    /// The store's id; empty if none.
    pub store: String,
    /// The programme's day.
    pub day: Day,
    /// Local hour.
    pub hour: u8,
}

/// Everything one hook call may read.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Scene {
    /// The purchase, in `on_purchase` and `on_return`, and in `on_redeem` where a bill is paid.
    pub purchase: PurchaseFacts,
    /// The activity, in `on_activity`.
    pub activity: ActivityFacts,
    /// The redemption, in `on_redeem`.
    pub redemption: RedemptionFacts,
    /// The due day, in `on_day`.
    pub due: DayFacts,
    /// The campaign's own figures, in `on_review`.
    pub review: ReviewFacts,
    /// Seed of random draws; None where drawing is not allowed.
    pub seed: Option<[u8; 32]>,
    /// Awards of the base campaigns, once these have run.
    pub base: Vec<BaseAward>,
    /// True if there is a member.
    pub has_member: bool,
    /// The member's facts, in the order of the bundle's list.
    pub given: Given,
}
