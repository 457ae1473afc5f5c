//! Sums over the entries of both sides: what happened, and the simulation.

use super::Window;
use super::counterparts::is_due;
use crate::model::{Account, Act, CutBy, Effect, Entry, Instant, MemberId, Number, Points};
use crate::rules::state::{IdHasher, List};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::BuildHasherDefault;

/// Days of a simulation, and their bounds.
#[derive(Clone, Copy)]
pub(super) struct Counted {
    /// The days.
    pub window: Window,
    /// First instant of the window, and the first after it.
    pub bounds: (Instant, Instant),
}

impl Counted {
    /// True if an entry counts for the window: due events by their day, everything
    /// else by the instant at which it was booked.
    pub fn counts(&self, entry: &Entry) -> bool {
        let is_within = (self.bounds.0..self.bounds.1).contains(&entry.head.effective);
        is_within && (!is_due(&entry.act) || entry.head.day >= self.window.from)
    }
}

/// Points that a member gains from a campaign by one effect.
pub(super) struct CampaignGain {
    /// Place of the member among those that the entry touches.
    pub who: u8,
    pub unit: Number,
    pub campaign: Number,
    pub points: Points,
}

impl CampaignGain {
    /// The gain by an effect; None if no campaign gives points by it.
    pub fn of(effect: &Effect) -> Option<CampaignGain> {
        match *effect {
            Effect::Award {
                who,
                unit,
                amount,
                campaign,
                from: Account::Issuance,
                ..
            }
            | Effect::Qualify {
                who,
                unit,
                amount,
                campaign,
                ..
            } => Some(CampaignGain {
                who,
                unit,
                campaign,
                points: amount,
            }),
            _ => None,
        }
    }
}

/// Points of a unit that a campaign gave.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Issued {
    /// Points given; vouchers count one each.
    pub points: i128,
    /// Times that it gave.
    pub times: u64,
}

/// Other movements of a unit's points.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Moved {
    /// Taken back after returns and voids.
    pub taken_back: i128,
    /// Spent.
    pub spent: i128,
    /// Expired.
    pub expired: i128,
}

/// A budget or limit that was reached.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reached {
    /// Times that an award was cut.
    pub times: u64,
    /// Instant of the first.
    pub first: Instant,
    /// Members concerned.
    pub members: BTreeSet<MemberId>,
}

/// Sums of one member.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Own {
    /// Purchases.
    pub purchases: u64,
    /// Money of the purchases, in minor units.
    pub spent: i128,
    /// Points earned by unit, less those taken back, in the order of the units.
    pub earned: List<(Number, i64)>,
}

/// Sums of one side.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Tally {
    /// Awards by campaign and unit.
    pub issued: BTreeMap<(Number, Number), Issued>,
    /// Further movements by unit.
    pub moved: BTreeMap<Number, Moved>,
    /// Money off that campaigns propose, by campaign, in minor units.
    pub discounts: BTreeMap<Number, i128>,
    /// Sums of the members who bought or earned something.
    pub by_member: HashMap<MemberId, Own, BuildHasherDefault<IdHasher>>,
    /// Tiers reached and lost: from, to.
    pub tiers: BTreeMap<(Number, Number), u64>,
    /// Budgets and limits that were reached, by campaign, unit and kind.
    pub reached: BTreeMap<(Number, Number, &'static str), Reached>,
    /// Purchases.
    pub purchases: u64,
    /// Money of the purchases, in minor units.
    pub sales: i128,
}

impl Tally {
    /// Members who bought something.
    pub fn buyers(&self) -> impl Iterator<Item = MemberId> {
        let own = self.by_member.iter();
        own.filter(|(_, own)| own.purchases > 0).map(|(id, _)| *id)
    }

    /// Points that campaigns gave, by unit.
    pub fn issued_by_unit(&self) -> BTreeMap<Number, i128> {
        let mut points = BTreeMap::new();
        for ((_, unit), issued) in &self.issued {
            *points.entry(*unit).or_default() += issued.points;
        }
        points
    }

    /// Adds an entry.
    pub fn add(&mut self, entry: &Entry) {
        if let Act::Purchase(purchase) = &entry.act {
            self.purchases += 1;
            self.sales += i128::from(purchase.total.0);
            if let Some(id) = entry.member() {
                let own = self.by_member.entry(id).or_default();
                own.purchases += 1;
                own.spent += i128::from(purchase.total.0);
            }
        }
        for effect in &entry.effects {
            self.add_effect(entry, effect);
        }
    }

    fn add_effect(&mut self, entry: &Entry, effect: &Effect) {
        if let Some(gain) = CampaignGain::of(effect) {
            self.issue((gain.campaign, gain.unit), gain.points.0);
            self.earn(entry, gain.who, gain.unit, gain.points.0);
        }
        match effect {
            Effect::Award {
                who,
                unit,
                amount,
                from: Account::Clawback,
                ..
            }
            | Effect::Restore {
                who,
                unit,
                amount,
                from: Account::Clawback,
                ..
            } => self.take_back(entry, *who, *unit, -amount.0),
            Effect::Restore {
                unit,
                amount,
                from: Account::Redemption,
                ..
            } => self.unit(*unit).spent -= i128::from(amount.0),
            Effect::Debit {
                who,
                unit,
                amount,
                to,
                ..
            }
            | Effect::Owe {
                who,
                unit,
                amount,
                with: to,
            } => match to {
                // Points of a void go back to where they came from.
                Account::Clawback | Account::Issuance => {
                    self.take_back(entry, *who, *unit, amount.0);
                }
                Account::Redemption => self.unit(*unit).spent += i128::from(amount.0),
                Account::Breakage => self.unit(*unit).expired += i128::from(amount.0),
                _ => {}
            },
            Effect::Voucher { unit, campaign, .. } => self.issue((*campaign, *unit), 1),
            Effect::Discounted {
                campaign, amount, ..
            } => *self.discounts.entry(*campaign).or_default() += i128::from(amount.0),
            Effect::Tier { tier, was, .. } if *tier != was.0 => {
                *self.tiers.entry((was.0, *tier)).or_default() += 1;
            }
            Effect::Cut {
                campaign, unit, by, ..
            } => self.cut(entry, (*campaign, *unit), *by),
            _ => {}
        }
    }

    fn issue(&mut self, of: (Number, Number), points: i64) {
        let issued = self.issued.entry(of).or_default();
        issued.points += i128::from(points);
        issued.times += 1;
    }

    fn unit(&mut self, unit: Number) -> &mut Moved {
        self.moved.entry(unit).or_default()
    }

    fn take_back(&mut self, entry: &Entry, who: u8, unit: Number, points: i64) {
        self.unit(unit).taken_back += i128::from(points);
        self.earn(entry, who, unit, -points);
    }

    fn earn(&mut self, entry: &Entry, who: u8, unit: Number, points: i64) {
        if let Some(touched) = entry.touched.get(usize::from(who)) {
            let earned = &mut self.by_member.entry(touched.member).or_default().earned;
            match earned.binary_search_by_key(&unit, |sum| sum.0) {
                Ok(at) => earned[at].1 = earned[at].1.saturating_add(points),
                Err(at) => earned.insert(at, (unit, points)),
            }
        }
    }

    fn cut(&mut self, entry: &Entry, (campaign, unit): (Number, Number), by: CutBy) {
        let Some(limit) = limit_word(by) else {
            return;
        };
        let first = entry.head.effective;
        let reached = self.reached.entry((campaign, unit, limit));
        let reached = reached.or_insert_with(|| Reached {
            times: 0,
            first,
            members: BTreeSet::new(),
        });
        reached.times += 1;
        reached.first = reached.first.min(first);
        reached.members.extend(entry.member());
    }
}

/// Word for the limit that cut an award; None if it was cut for another reason.
fn limit_word(by: CutBy) -> Option<&'static str> {
    match by {
        CutBy::Budget => Some("budget"),
        CutBy::PerMember => Some("per member"),
        CutBy::PerHousehold => Some("per household"),
        CutBy::AwardLimit => Some("per purchase"),
        CutBy::OutOfStock => Some("stock"),
        _ => None,
    }
}
