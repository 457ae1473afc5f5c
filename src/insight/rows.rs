//! Rows of the tables of facts. They name people and sales by their position.

use crate::model::{Account, CampaignStatus, Day, Exact, Instant, MemberId, Number, Value};
use bincode::{Decode, Encode};

/// Position of a person in [`Facts::people`](super::Facts::people).
pub type Who = u32;

/// Person of a row that concerns no member.
pub const NOBODY: Who = u32::MAX;

/// A member, as figures count one. Erasure takes nothing away from it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Person {
    /// The random id.
    pub id: MemberId,
    /// Day of joining.
    pub joined: Day,
    /// Origin of the member, in [`Facts::sources`](super::Facts::sources).
    pub source: u16,
    /// The member's referrer.
    pub referrer: Who,
    /// Person that this one was merged into; itself if none.
    pub into: Who,
    /// True once the person was erased.
    pub is_erased: bool,
}

/// A sale and what became of it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Sale {
    /// Entry that booked it.
    pub seq: u64,
    /// Buyer; [`NOBODY`] if none was named.
    pub who: Who,
    /// Business day.
    pub day: Day,
    /// Total in minor units, after discounts.
    pub total: i64,
    /// Amount that it counts as sold on its day, in minor units: its total, or the one that it
    /// was rung up with if it was amended; None if it was corrected and another counts for it.
    pub sold: Option<i64>,
    /// Goods that came back, by their share of the total.
    pub back: i64,
    /// True if it was undone, or if all of it came back.
    pub is_gone: bool,
    /// True if points, a reward or a voucher paid a part of it.
    pub is_own_paid: bool,
    /// Store, in [`Facts::places`](super::Facts::places).
    pub place: u16,
    /// Channel, in [`Facts::channels`](super::Facts::channels).
    pub channel: u16,
}

impl Sale {
    /// Key of the sums of a day at the sale's place, in
    /// [`Facts::sales_days`](super::Facts::sales_days).
    pub(super) fn place_of_day(&self, day: Day) -> (Day, u16, u16) {
        (day, self.place, self.channel)
    }

    /// Total less what came back, in minor units; nothing for a sale that is gone.
    pub fn net(&self) -> i64 {
        match self.is_gone {
            true => 0,
            false => self.total - self.back,
        }
    }
}

/// Money of sales that was taken back on a day: goods that came back, a sale undone, or what a
/// sale that was amended came to less.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Back {
    /// The sale, by its position; None for goods without one.
    pub of: Option<u32>,
    /// Business day of the return.
    pub day: Day,
    /// Minor units; negative where a return was undone, or a sale came to more.
    pub amount: i64,
}

/// Void of a sale, which a sale that is booked with it takes the place of.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Undone {
    /// Key of the void.
    pub key: String,
    /// Instant at which both were recorded.
    pub recorded: Instant,
    /// The sale, by its position.
    pub sale: u32,
}

/// A line of a sale.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Item {
    /// The sale, by its position.
    pub sale: u32,
    /// Category, in [`Facts::words`](super::Facts::words).
    pub category: u32,
    /// Article, in [`Facts::words`](super::Facts::words).
    pub sku: u32,
    /// Price in minor units.
    pub amount: i64,
    /// Price of what came back of it by line, in minor units.
    pub back: i64,
}

impl Item {
    /// Price less what came back, in minor units.
    pub fn net(&self) -> i64 {
        self.amount - self.back
    }

    /// True if all of it came back.
    pub(super) fn is_gone(&self) -> bool {
        self.back != 0 && self.back == self.amount
    }
}

/// Money off that a campaign gave on a sale.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Discount {
    /// The sale, by its position.
    pub sale: u32,
    /// The campaign.
    pub campaign: Number,
    /// Minor units that it took off when the sale was booked.
    pub off: i64,
    /// Minor units of these that belong to what has not come back.
    pub left: i64,
}

/// End of a lot.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub enum End {
    /// Still open, or moved on.
    #[default]
    None,
    /// Spent.
    Used,
    /// Expired.
    Lapsed,
    /// Taken back.
    Voided,
}

/// Points or a voucher that were given together.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Lot {
    /// Its id: entry, and position among the lots of that entry.
    pub id: (u64, u16),
    /// The unit.
    pub unit: Number,
    /// Campaign that gave it; 0 if none.
    pub campaign: Number,
    /// Holder.
    pub who: Who,
    /// Day of earning; that of the first lot for one that moved.
    pub day: Day,
    /// Instant of expiry.
    pub expires: Option<Instant>,
    /// Points given.
    pub given: i64,
    /// Points left.
    pub left: i64,
    /// End of the last of it, the day, and the entry that ended it.
    pub end: (End, Day, u64),
    /// Minor units that it paid, for a voucher.
    pub paid: i64,
    /// True if it came from another lot.
    pub is_moved: bool,
}

impl Lot {
    /// True if all of it went on as a lot of somebody else.
    pub fn has_moved_on(&self) -> bool {
        self.left == 0 && self.end.0 == End::None
    }
}

/// Reason of movements of points: the key of [`Facts::flows`](super::Facts::flows).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
pub struct FlowKey {
    /// Business day.
    pub day: Day,
    /// The unit.
    pub unit: Number,
    /// Account on the other side of members' lots and debts.
    pub account: Account,
    /// Campaign that gave the points; 0 if none.
    pub campaign: Number,
    /// Month of earning, as [`Day::month_count`] has it; 0 for debts.
    pub earned: i32,
}

/// Points that moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub struct Flow {
    /// To members.
    pub given: i128,
    /// From members.
    pub taken: i128,
}

/// Kind of what a member did.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Encode, Decode)]
pub enum Did {
    /// Spent points or a reward, or used a voucher.
    Spent,
    /// Did an activity.
    Activity,
}

/// Something that a member did besides buying.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Doing {
    /// Entry that booked it.
    pub seq: u64,
    /// The member.
    pub who: Who,
    /// Business day.
    pub day: Day,
    /// Kind.
    pub did: Did,
    /// True if it was undone, or if all that was bought with it came back.
    pub is_gone: bool,
}

/// An activity and its answers.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Acted {
    /// Entry that booked it.
    pub seq: u64,
    /// The member.
    pub who: Who,
    /// Business day.
    pub day: Day,
    /// Instant at which it happened.
    pub at: Instant,
    /// The activity.
    pub activity: Number,
    /// Store, in [`Facts::places`](super::Facts::places).
    pub place: u16,
    /// True if it was undone.
    pub is_gone: bool,
    /// Its fields: name in [`Facts::words`](super::Facts::words), and value.
    pub values: Vec<(u32, Value)>,
}

/// A change of tier.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct TierMove {
    /// The member.
    pub who: Who,
    /// Business day.
    pub day: Day,
    /// Tier before; 0 for none.
    pub from: Number,
    /// Tier from then on; 0 for none.
    pub to: Number,
}

/// Sums of a campaign, by day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub struct CampaignDay {
    /// Messages for members.
    pub messages: u64,
    /// Messages that consent suppressed.
    pub suppressed: u64,
    /// Discounts.
    pub discounts: u64,
    /// Minor units that they took off.
    pub off: i128,
    /// Benefits of passes that it gave.
    pub benefits: u64,
}

/// A member of a campaign's target.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Targeted {
    /// The campaign.
    pub campaign: Number,
    /// The member.
    pub who: Who,
    /// Business day.
    pub day: Day,
    /// Entry that chose the member.
    pub seq: u64,
    /// True if the member is held out as a control.
    pub is_held_out: bool,
}

/// Sums of sales and returns of a day at a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SalesDay {
    /// Sales, those that were undone later included.
    pub sales: u64,
    /// Their totals in minor units.
    pub sold: i128,
    /// Minor units that came back or were undone on the day, of sales of any day.
    pub back: i128,
    /// Sales of the day that stand.
    pub orders: u64,
    /// Their totals less what came back of them on any day.
    pub net: i128,
}

impl SalesDay {
    /// Adds the sums of another.
    pub fn join(&mut self, other: &SalesDay) {
        self.sales += other.sales;
        self.sold += other.sold;
        self.back += other.back;
        self.orders += other.orders;
        self.net += other.net;
    }

    /// Adds a sale as one that stands, or takes it off again.
    pub(super) fn count(&mut self, sale: &Sale, is_added: bool) {
        if sale.is_gone {
            return;
        }
        match is_added {
            true => (self.orders, self.net) = (self.orders + 1, self.net + i128::from(sale.net())),
            false => (self.orders, self.net) = (self.orders - 1, self.net - i128::from(sale.net())),
        }
    }
}

/// A change of a campaign's state.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct CampaignMove {
    /// The campaign.
    pub campaign: Number,
    /// Business day.
    pub day: Day,
    /// State from then on.
    pub status: CampaignStatus,
    /// Figures that the campaign was judged by, if the ledger changed it.
    pub figures: Vec<(String, i64)>,
}

/// First and last day on which a campaign gave a member something, and how often.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Touch {
    /// First day.
    pub first: Day,
    /// Last day.
    pub last: Day,
    /// Number of times.
    pub count: u32,
}

/// A cost that was booked.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Cost {
    /// Business day.
    pub day: Day,
    /// Kind.
    pub kind: String,
    /// Minor units.
    pub amount: i64,
    /// Campaign; 0 if none.
    pub campaign: Number,
}

/// A goal.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Goal {
    /// Day on which it was set.
    pub day: Day,
    /// The figure.
    pub metric: String,
    /// Value that it starts from.
    pub base: Exact,
    /// Value to reach.
    pub target: Exact,
    /// True for percentage points, false for per cent of the base.
    pub is_points: bool,
    /// Last day to reach it.
    pub deadline: Day,
    /// Segment of members; empty for all.
    pub segment: String,
}

/// A payment out of a pool.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Payout {
    /// Entry that booked it.
    pub seq: u64,
    /// Business day.
    pub day: Day,
    /// The pool.
    pub pool: Number,
    /// Amount in the pool's smallest unit.
    pub amount: i64,
    /// Recipient.
    pub to: String,
    /// Hash of the evidence.
    pub evidence: Option<[u8; 32]>,
}

/// A consent that was given or withdrawn.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct ConsentMove {
    /// The member.
    pub who: Who,
    /// Business day.
    pub day: Day,
    /// Purpose.
    pub purpose: Number,
    /// Given, or withdrawn.
    pub is_given: bool,
}

/// Something that an operator gave a member by hand.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct ByHand {
    /// Entry that booked it.
    pub seq: u64,
    /// The member.
    pub who: Who,
    /// Business day.
    pub day: Day,
    /// Id of the operator, in [`Facts::words`](super::Facts::words).
    pub operator: u32,
}

/// Points and vouchers sent from member to member.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub struct Sent {
    /// Points, or number of vouchers.
    pub points: i128,
    /// Number of lots that they were in.
    pub lots: u64,
}

/// A reward that was redeemed or paid with.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct RewardHad {
    /// Entry that booked it.
    pub seq: u64,
    /// The reward.
    pub reward: Number,
    /// Business day.
    pub day: Day,
    /// True if it was undone, or if all that was bought with it came back.
    pub is_gone: bool,
}

/// A benefit of a pass that was used.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct BenefitUse {
    /// Entry that booked it.
    pub seq: u64,
    /// The pass's unit.
    pub unit: Number,
    /// Business day.
    pub day: Day,
    /// Its value in minor units.
    pub amount: i64,
    /// True if it was undone.
    pub is_gone: bool,
}

/// A charge of a pass, or money given back for one.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct PassCharge {
    /// The member.
    pub who: Who,
    /// The pass's unit.
    pub unit: Number,
    /// Business day.
    pub day: Day,
    /// Minor units.
    pub paid: i64,
}

/// State of an alert by its entries.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct AlertKnown {
    /// Entry of the last change.
    pub seq: u64,
    /// False once it is over.
    pub is_open: bool,
    /// Value at the last change.
    pub value: Option<Exact>,
    /// The alert in English and in Simplified Chinese, as it was told.
    pub text: (String, String),
    /// Name of whoever has seen to it, and the reason; None while nobody has.
    pub acknowledged: Option<(String, String)>,
}
