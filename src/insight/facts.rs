//! Facts: tables of what happened, by row, in the order of the journal. Rows
//! name people and sales by their position.

use super::distinct::Distinct;
use super::histories::Histories;
use super::rows::{
    Acted, AlertKnown, Back, BenefitUse, ByHand, CampaignDay, CampaignMove, ConsentMove, Cost,
    Discount, Doing, Flow, FlowKey, Goal, Item, Lot, NOBODY, PassCharge, Payout, Person, RewardHad,
    Sale, SalesDay, Sent, Targeted, TierMove, Touch, Undone, Who,
};
use crate::chain::hash::Hash;
use crate::model::{
    Account, Channel, Day, Instant, LotId, MemberId, Names, Number, PartnerWhy, Place,
};
use std::collections::{BTreeMap, HashMap};

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
