//! Facts: tables of what happened, by row, in the order of the journal. Rows
//! name people and sales by their position.

use super::histories::Histories;
use crate::chain::hash::Hash;
use crate::model::{
    Account, CampaignStatus, Channel, Day, Exact, Instant, LotId, MemberId, Names, Number,
    PartnerWhy, Place, Value,
};
use bincode::{Decode, Encode};
use std::borrow::Borrow;
use std::collections::{BTreeMap, HashMap};
use std::hash::Hash as Hashable;

/// Position of a person in [`Facts::people`].
pub type Who = u32;

/// Person of a row that concerns no member.
pub const NOBODY: Who = u32::MAX;

/// Place in the journal up to which facts were folded.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Mark {
    /// Number of entries.
    pub entries: u64,
    /// Chain hash of the last one; zero before the first.
    pub hash: Hash,
    /// Instant at which the clock was read for the last one.
    pub recorded: Instant,
    /// Instant at which the clock was read for the first one.
    pub began: Instant,
}

/// A member, as figures count one. Erasure takes nothing away from it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Person {
    /// The random id.
    pub id: MemberId,
    /// Day of joining.
    pub joined: Day,
    /// Origin of the member, in [`Facts::sources`].
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
    /// Store, in [`Facts::places`].
    pub place: u16,
    /// Channel, in [`Facts::channels`].
    pub channel: u16,
}

impl Sale {
    /// Key of the sums of a day at the sale's place, in [`Facts::sales_days`].
    fn place_of_day(&self, day: Day) -> (Day, u16, u16) {
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
    /// Category, in [`Facts::words`].
    pub category: u32,
    /// Article, in [`Facts::words`].
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
    fn is_gone(&self) -> bool {
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

/// Reason of movements of points: the key of [`Facts::flows`].
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
    /// Store, in [`Facts::places`].
    pub place: u16,
    /// True if it was undone.
    pub is_gone: bool,
    /// Its fields: name in [`Facts::words`], and value.
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
    fn count(&mut self, sale: &Sale, is_added: bool) {
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
    /// Id of the operator, in [`Facts::words`].
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

/// Distinct values, numbered in the order in which they came.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Distinct<T: Hashable + Eq> {
    list: Vec<T>,
    numbers: HashMap<T, u32>,
}

impl<T: Hashable + Eq> Default for Distinct<T> {
    fn default() -> Distinct<T> {
        Distinct {
            list: Vec::new(),
            numbers: HashMap::new(),
        }
    }
}

impl<T: Hashable + Eq + Clone> Distinct<T> {
    /// Puts values together again; those that stand twice keep their first number.
    pub(super) fn of(list: Vec<T>) -> Distinct<T> {
        let mut numbers = HashMap::with_capacity(list.len());
        for (value, number) in list.iter().zip(0..) {
            numbers.entry(value.clone()).or_insert(number);
        }
        Distinct { list, numbers }
    }

    /// The values, by number.
    pub(super) fn list(&self) -> &Vec<T> {
        &self.list
    }

    /// Number of a value, which is added if it is new.
    pub fn number<Q>(&mut self, value: &Q) -> u32
    where
        T: Borrow<Q>,
        Q: Hashable + Eq + ToOwned<Owned = T> + ?Sized,
    {
        if let Some(number) = self.numbers.get(value) {
            return *number;
        }
        let number = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.list.push(value.to_owned());
        self.numbers.insert(value.to_owned(), number);
        number
    }

    /// As [`Distinct::number`], for a column of two bytes: beyond 65,535 values the rest
    /// share the last number.
    pub fn short<Q>(&mut self, value: &Q) -> u16
    where
        T: Borrow<Q>,
        Q: Hashable + Eq + ToOwned<Owned = T> + ?Sized,
    {
        u16::try_from(self.number(value)).unwrap_or(u16::MAX)
    }

    /// Number of a value; None for an unknown one.
    pub fn find<Q>(&self, value: &Q) -> Option<u32>
    where
        T: Borrow<Q>,
        Q: Hashable + Eq + ?Sized,
    {
        self.numbers.get(value).copied()
    }

    /// Value of a number.
    pub fn get(&self, number: impl Into<u32>) -> Option<&T> {
        self.list.get(number.into() as usize)
    }

    /// Number of them.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// True if there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

impl Distinct<String> {
    /// Text of a number; empty for an unknown one.
    pub fn text(&self, number: u32) -> &str {
        self.get(number).map_or("", String::as_str)
    }
}

/// Adds a row to a table. A long one grows by an eighth at a time, since half-empty tables
/// would be most of what facts take.
pub(super) fn add_row<T>(table: &mut Vec<T>, row: T) {
    if table.len() == table.capacity() {
        table.reserve_exact((table.len() / 8).max(16));
    }
    table.push(row);
}

/// Facts of all entries up to a mark.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Facts {
    /// Place in the journal.
    pub mark: Mark,
    /// Members, in the order in which they joined.
    pub people: Vec<Person>,
    /// Sales, in the order of the journal.
    pub sales: Vec<Sale>,
    /// Money of sales that was taken back.
    pub backs: Vec<Back>,
    /// The last void of a sale.
    pub undone: Option<Undone>,
    /// Lines of sales.
    pub items: Vec<Item>,
    /// Campaigns that gave something for a sale: position of the sale, campaign.
    pub sale_campaigns: Vec<(u32, Number)>,
    /// Money off that campaigns gave on sales, in the order of the sales.
    pub discounts: Vec<Discount>,
    /// Lots, by id.
    pub lots: Vec<Lot>,
    /// Movements of points between members and accounts.
    pub flows: BTreeMap<FlowKey, Flow>,
    /// Points that members owe, by unit.
    pub owing: BTreeMap<Number, i128>,
    /// What was sent from member to member, by day and unit.
    pub sent: BTreeMap<(Day, Number), Sent>,
    /// Points that moved between accounts of which neither is a member's.
    pub aside: BTreeMap<(Number, Account), i128>,
    /// Activities of members.
    pub doings: Vec<Doing>,
    /// Activities.
    pub acted: Vec<Acted>,
    /// Changes of tiers.
    pub tiers: Vec<TierMove>,
    /// Sums of campaigns, by campaign and day.
    pub campaigns: BTreeMap<(Number, Day), CampaignDay>,
    /// Targets of campaigns.
    pub targeted: Vec<Targeted>,
    /// Changes of campaigns' states.
    pub campaign_moves: Vec<CampaignMove>,
    /// Members to whom each campaign gave something.
    pub touches: BTreeMap<(Number, Who), Touch>,
    /// Costs.
    pub costs: Vec<Cost>,
    /// Goals.
    pub goals: Vec<Goal>,
    /// Contributions to pools in their smallest unit, by pool and day.
    pub pooled: BTreeMap<(Number, Day), i128>,
    /// Payments out of pools.
    pub payouts: Vec<Payout>,
    /// Money that partners owe, by partner, day and reason.
    pub owed: BTreeMap<(Number, Day, u8), i128>,
    /// Points added and vouchers issued by hand, where an operator is named.
    pub by_hand: Vec<ByHand>,
    /// Passes that were paid for or given.
    pub charges: Vec<PassCharge>,
    /// Money given back for passes that were cancelled.
    pub refunds: Vec<PassCharge>,
    /// Benefits of passes that were used.
    pub benefits: Vec<BenefitUse>,
    /// Consents.
    pub consents: Vec<ConsentMove>,
    /// Rewards that were redeemed or paid with.
    pub rewards: Vec<RewardHad>,
    /// Refusals, by day and code.
    pub refusals: BTreeMap<(Day, String), u64>,
    /// Alerts that began, by id.
    pub alerts: BTreeMap<String, AlertKnown>,
    /// Distinct sources of members.
    pub sources: Distinct<String>,
    /// Distinct stores.
    pub places: Distinct<Place>,
    /// Distinct channels.
    pub channels: Distinct<Channel>,
    /// Categories, articles, names of fields, ids of operators.
    pub words: Distinct<String>,
    /// Positions of members by id.
    pub(super) positions: HashMap<MemberId, Who>,
    /// Each person's sales.
    pub histories: Histories,
    /// Sums of sales by day, store and channel.
    pub sales_days: BTreeMap<(Day, u16, u16), SalesDay>,
}

/// Number of a reason in [`Facts::owed`].
pub fn why_number(why: PartnerWhy) -> u8 {
    match why {
        PartnerWhy::Earned => 0,
        PartnerWhy::Redeemed => 1,
        PartnerWhy::Undone => 2,
        PartnerWhy::Settled => 3,
    }
}

impl Facts {
    /// Position of a member; [`NOBODY`] for an unknown one.
    pub fn who(&self, id: MemberId) -> Who {
        self.positions.get(&id).copied().unwrap_or(NOBODY)
    }

    /// Person that a row belongs to now: the one into whom its person was merged.
    pub fn resolve(&self, mut who: Who) -> Who {
        // The fold accepts no merge into somebody merged, so this ends.
        while let Some(person) = self.people.get(who as usize) {
            if person.into == who {
                break;
            }
            who = person.into;
        }
        who
    }

    /// Adds a sale.
    pub(super) fn add_sale(&mut self, sale: Sale) {
        let at = u32::try_from(self.sales.len()).unwrap_or(u32::MAX);
        let sums = self.sales_days.entry(sale.place_of_day(sale.day));
        let sums = sums.or_default();
        if let Some(sold) = sale.sold {
            sums.sales += 1;
            sums.sold += i128::from(sold);
        }
        sums.count(&sale, true);
        if let Some(bought) = sale.bought(at) {
            self.histories.put(self.resolve(sale.who), bought);
        }
        add_row(&mut self.sales, sale);
    }

    /// Changes a sale, and what is derived from it.
    pub(super) fn change_sale(&mut self, at: usize, change: impl FnOnce(&mut Sale)) {
        let (Some(sale), Ok(position)) = (self.sales.get_mut(at), u32::try_from(at)) else {
            return;
        };
        let before = sale.clone();
        change(sale);
        let after = sale.clone();
        if let Some(bought) = before.bought(position) {
            self.histories.take(self.resolve(before.who), bought);
        }
        if let Some(bought) = after.bought(position) {
            self.histories.put(self.resolve(after.who), bought);
        }
        let sums = self.sales_days.entry(after.place_of_day(after.day));
        let sums = sums.or_default();
        sums.count(&before, false);
        sums.count(&after, true);
    }

    /// Adds a sale in place of one that was just undone: together they count once, and the
    /// difference on the day of the void.
    pub(super) fn replace_sale(&mut self, undone: u32, sale: Sale) {
        let of = u32::try_from(self.sales.len()).ok();
        let mut before = None;
        if let Some(old) = self.sales.get_mut(undone as usize) {
            let sums = self
                .sales_days
                .entry(old.place_of_day(old.day))
                .or_default();
            if let Some(sold) = old.sold {
                sums.sales -= 1;
                sums.sold -= i128::from(sold);
            }
            before = Some((old.sold.take(), old.total));
        }
        let (sold, was) = before.unwrap_or((sale.sold, sale.total));
        let less = was - sale.total;
        self.add_sale(Sale { sold, ..sale });
        if let Some(back) = self.backs.pop_if(|back| back.of == Some(undone)) {
            let day = back.day;
            self.count_back(&back, -back.amount);
            if less != 0 {
                let amount = less;
                self.add_back(Back { of, day, amount });
            }
        }
    }

    /// Adds money that was taken back.
    pub(super) fn add_back(&mut self, back: Back) {
        self.count_back(&back, back.amount);
        add_row(&mut self.backs, back);
    }

    /// Adds an amount to the sums of the day and place of money that was taken back.
    fn count_back(&mut self, back: &Back, amount: i64) {
        let sale = back.of.and_then(|at| self.sales.get(at as usize));
        // Without a sale it is of no place.
        let key = sale.map_or((back.day, u16::MAX, u16::MAX), |sale| {
            sale.place_of_day(back.day)
        });
        self.sales_days.entry(key).or_default().back += i128::from(amount);
    }

    /// Gives the sales in a person's history to those they belong to now, after a merge
    /// was made or undone.
    pub(super) fn regroup(&mut self, who: Who) {
        for bought in self.histories.take_all(who) {
            let sale = self.sales.get(bought.sale as usize);
            let owner = sale.map_or(NOBODY, |sale| self.resolve(sale.who));
            self.histories.put(owner, bought);
        }
    }

    /// Makes what is derived from the tables, which is not saved.
    pub(super) fn derive(&mut self) {
        let people = self.people.iter().zip(0..);
        self.positions = people.map(|(person, at)| (person.id, at)).collect();
        self.people.iter().for_each(|_| self.histories.add_person());
        let sales = std::mem::take(&mut self.sales);
        self.sales.reserve(sales.len());
        sales.into_iter().for_each(|sale| self.add_sale(sale));
        let backs = std::mem::take(&mut self.backs);
        backs.into_iter().for_each(|back| self.add_back(back));
    }

    /// Position of an entry's sale.
    pub(super) fn sale_at(&self, seq: u64) -> Option<usize> {
        self.sales.binary_search_by_key(&seq, |sale| sale.seq).ok()
    }

    /// Position of a lot.
    pub(super) fn lot_at(&self, id: LotId) -> Option<usize> {
        let id = (id.seq, id.n);
        self.lots.binary_search_by_key(&id, |lot| lot.id).ok()
    }

    /// Lines that stand of sales that do, each with its sale.
    pub fn standing_items(&self) -> impl Iterator<Item = (&Item, &Sale)> {
        self.items.iter().filter_map(move |item| {
            let sale = self.sales.get(item.sale as usize)?;
            (!sale.is_gone && !item.is_gone()).then_some((item, sale))
        })
    }

    /// Member who brought a person: as both are now, so that nobody brought themselves
    /// whose second card was merged into the first.
    pub fn referrer(&self, who: Who) -> Option<Who> {
        let person = self.people.get(who as usize)?;
        let referrer = self.resolve(person.referrer);
        (referrer != NOBODY && referrer != self.resolve(who)).then_some(referrer)
    }

    /// Store of an entry's sale, in [`Facts::places`]; beyond them for another entry.
    pub fn place_of(&self, seq: u64) -> u16 {
        let sale = self.sale_at(seq).and_then(|at| self.sales.get(at));
        sale.map_or(u16::MAX, |sale| sale.place)
    }

    /// Activities of a kind that were not undone.
    pub fn activities(&self, of: Option<Number>) -> impl Iterator<Item = &Acted> {
        let acted = self.acted.iter();
        acted.filter(move |act| Some(act.activity) == of && !act.is_gone)
    }

    /// Id of a store as answers spell it; empty if none was stated.
    pub fn place(&self, place: u16, names: &Names) -> String {
        let found = self.places.get(place);
        found.map_or_else(String::new, |place| place.store(names))
    }

    /// Name of a channel.
    pub fn channel(&self, channel: u16) -> &str {
        let found = self.channels.get(channel);
        found.map_or("", Channel::name)
    }

    /// Sum of a unit's balances by account, as the ledger keeps them: members' lots and
    /// debts, and the accounts on the other side. They add up to zero.
    pub fn accounts(&self, unit: Number) -> Vec<(Account, i128)> {
        let mut sums: BTreeMap<Account, i128> = BTreeMap::new();
        for (key, flow) in self.flows.iter().filter(|(key, _)| key.unit == unit) {
            *sums.entry(key.account).or_default() += flow.taken - flow.given;
        }
        for ((of, account), amount) in &self.aside {
            if *of == unit {
                *sums.entry(*account).or_default() += amount;
            }
        }
        let lots = self.lots.iter().filter(|lot| lot.unit == unit);
        let lots = lots.map(|lot| i128::from(lot.left)).sum();
        sums.insert(Account::Lots, lots);
        let owing = self.owing.get(&unit).copied().unwrap_or(0);
        sums.insert(Account::Deficit, -owing);
        sums.into_iter().filter(|sum| sum.1 != 0).collect()
    }
}

/// Rows of a table, in the order of their keys.
pub fn pairs<K: Copy, V: Copy>(table: &BTreeMap<K, V>) -> impl Iterator<Item = (K, V)> {
    table.iter().map(|(key, value)| (*key, *value))
}
