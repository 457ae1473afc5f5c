//! What a member has received so far, in money, by the member's own entries.

use crate::model::{Act, Effect, Entry, MemberId, Money, Number, Points, Programme, Purchase};
use crate::rules::purchase::bill::booked;
use crate::rules::share::scale;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};

/// What a member has received so far, in the programme's currency; what was undone or came
/// back is taken off.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ReceivedTold {
    /// Money that campaigns took off bills.
    pub discounts: String,
    /// Parts of bills that points, rewards and vouchers paid.
    pub paid: String,
    /// Worth of points that were redeemed without a bill, as far as the unit has a value.
    pub redeemed: String,
    /// Benefits of passes that are no discount, such as a delivery without a charge.
    pub benefits: String,
    /// All of it.
    pub total: String,
}

impl ReceivedTold {
    /// True if the member has received nothing.
    pub fn is_none(&self) -> bool {
        self.total.bytes().all(|byte| matches!(byte, b'0' | b'.'))
    }
}

/// What became of sales: minor units that came back, and entries that were undone.
#[derive(Default)]
struct Aftermath {
    back: HashMap<u64, i64>,
    undone: HashSet<u64>,
}

impl Aftermath {
    fn of(entries: &[Entry]) -> Aftermath {
        let mut after = Aftermath::default();
        for effect in entries.iter().flat_map(|entry| &entry.effects) {
            match effect {
                Effect::Returned { of, amount, .. } => {
                    *after.back.entry(*of).or_default() += amount.0;
                }
                Effect::Voided { of } => {
                    after.undone.insert(*of);
                }
                _ => {}
            }
        }
        after
    }

    /// The part of an amount that belongs to what was kept of an entry.
    fn kept(&self, entry: &Entry, amount: i64) -> i64 {
        let back = self.back.get(&entry.seq).copied().unwrap_or(0);
        match &entry.act {
            _ if self.undone.contains(&entry.seq) => 0,
            Act::Purchase(sale) if back != 0 && sale.total.0 != 0 => {
                scale(amount, sale.total.0 - back, sale.total.0)
            }
            _ => amount,
        }
    }
}

/// Sums over all entries of a member.
pub(super) fn received(entries: &[Entry], id: MemberId, programme: &Programme) -> ReceivedTold {
    let after = Aftermath::of(entries);
    let [mut discounts, mut paid, mut redeemed, mut benefits] = [0i64; 4];
    let worth = |unit, points| {
        let worth = programme.worth(unit, Points(points));
        worth.map_or(0, |worth| worth.0)
    };
    let own = entries.iter().filter(|entry| entry.member() == Some(id));
    for entry in own {
        let add = |sum: &mut i64, amount: i64| {
            *sum = sum.saturating_add(after.kept(entry, amount));
        };
        match &entry.act {
            Act::Purchase(sale) => add(&mut paid, own_paid(entry, sale)),
            Act::Redemption { unit, points, .. } => {
                add(&mut redeemed, worth(*unit, points.0.abs()));
            }
            Act::Capture { .. } => {
                for (unit, points) in captured(entry) {
                    add(&mut redeemed, worth(unit, points));
                }
            }
            // What it gives back was taken off where it was given.
            Act::Reversal { .. } | Act::Return { .. } => continue,
            _ => {}
        }
        for effect in &entry.effects {
            match effect {
                Effect::Discounted { amount, .. } => add(&mut discounts, amount.0),
                Effect::BenefitUsed {
                    campaign, amount, ..
                } if !is_discount(entry, *campaign) => add(&mut benefits, amount.0),
                _ => {}
            }
        }
    }
    let all = [discounts, paid, redeemed, benefits];
    let total = all.into_iter().fold(0, i64::saturating_add);
    let money = |minor: i64| Money(minor).display(programme.digits);
    ReceivedTold {
        discounts: money(discounts),
        paid: money(paid),
        redeemed: money(redeemed),
        benefits: money(benefits),
        total: money(total),
    }
}

/// Points of each unit that a capture spent.
fn captured(entry: &Entry) -> BTreeMap<Number, i64> {
    let mut sums = BTreeMap::<Number, i64>::new();
    for effect in &entry.effects {
        if let Some((unit, points)) = effect.spent() {
            *sums.entry(unit).or_default() += points.0;
        }
    }
    sums
}

/// Minor units of a bill that the member's points, rewards and vouchers paid.
fn own_paid(entry: &Entry, sale: &Purchase) -> i64 {
    let sale = booked(sale, &entry.effects);
    let own = sale.tenders.iter().filter(|tender| tender.kind.is_own());
    own.map(|tender| tender.amount.0).sum()
}

/// True if an entry took money off for a campaign.
fn is_discount(entry: &Entry, of: u16) -> bool {
    let mut effects = entry.effects.iter();
    effects.any(|e| matches!(e, Effect::Discounted { campaign, .. } if *campaign == of))
}
