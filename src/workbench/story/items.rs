//! Results of story lines, item by item, written from the description of effects.

use super::outcome::{Check, Item, Moved};
use crate::answer::{Described, EffectKind, Name, describe};
use crate::model::{
    Effect, Entry, LotId, MemberId, Money, NameKind, Names, Points, Programme, UnitKind,
};
use rust_decimal::Decimal;

/// Names and programme for writing items.
pub(super) struct Teller<'a> {
    pub names: &'a Names,
    pub programme: &'a Programme,
}

/// Items by member, in the order in which the members were touched first.
pub(super) type ByMember = Vec<(MemberId, Vec<Item>)>;

impl Teller<'_> {
    /// Items of a list of entries. `released` returns the points of a pending
    /// lot, since the effect of its release does not state them.
    pub fn tell(&self, entries: &[Entry], released: impl Fn(LotId) -> Points) -> ByMember {
        let mut told: ByMember = Vec::new();
        for entry in entries {
            let mut sums: Vec<(MemberId, Moved)> = Vec::new();
            for effect in &entry.effects {
                let effect = describe(entry, effect);
                for (who, item) in self.items(&effect, &released) {
                    match (member(entry, who), item) {
                        (Some(member), Item::Moved(moved)) if effect.is_part => {
                            add(&mut sums, member, moved);
                        }
                        (Some(member), item) => push(&mut told, member, item),
                        (None, _) => {}
                    }
                }
            }
            for (member, moved) in sums {
                push(&mut told, member, Item::Moved(moved));
            }
        }
        told
    }

    /// Items of an effect, each with the position of its member.
    fn items(&self, effect: &Described<'_>, released: impl Fn(LotId) -> Points) -> Vec<(u8, Item)> {
        if effect.kind == Some(EffectKind::Failed) {
            let campaign = match effect.campaign {
                0 => "tiers".into(),
                number => self.names.text(NameKind::Campaign, number),
            };
            return vec![(0, Item::Said(format!("failed {campaign}")))];
        }
        let Some(who) = effect.parties.who else {
            return Vec::new();
        };
        let whole = || effect.lot.map(released);
        let amount = effect.amount.or_else(whole).unwrap_or_default();
        let items = match effect.parties.other {
            // Points that move between members leave the one and reach the other.
            Some(other) => {
                let came = Points(amount.0.abs());
                vec![(who, came.negated()), (other, came)]
            }
            None => vec![(who, amount)],
        };
        let moved = |(who, amount)| Some((who, self.moved(effect, amount)?));
        items.into_iter().filter_map(moved).collect()
    }

    fn moved(&self, effect: &Described<'_>, amount: Points) -> Option<Item> {
        let (flow, unit) = (effect.flow?, effect.unit?);
        let calendar = &self.programme.calendar;
        Some(Item::Moved(Moved {
            unit: self.names.text(NameKind::Unit, unit),
            amount: self.programme.decimal(unit, amount),
            flow,
            from: effect.available.map(|at| calendar.day_of(at)),
            until: effect.expires.map(|at| calendar.last_day(at)),
        }))
    }

    /// True if an item is shown only where its unit is named: one of a qualifying unit.
    pub fn is_quiet(&self, item: &Item) -> bool {
        let Item::Moved(moved) = item else {
            return false;
        };
        let unit = self.programme.unit_named(&moved.unit);
        unit.is_some_and(|unit| unit.kind == UnitKind::Qualifying)
    }
}

/// Checks of an open line, without their values: effects on a member beyond points, or on
/// nobody in particular.
pub(super) fn open_checks(entries: &[Entry], names: &Names, whose: Option<MemberId>) -> Vec<Check> {
    let mut checks = Vec::new();
    for entry in entries {
        for effect in &entry.effects {
            let effect = describe(entry, effect);
            let is_theirs = match effect.parties.who {
                Some(who) => whose.is_some() && member(entry, who) == whose,
                None => whose.is_none(),
            };
            let check = check(&effect, names).filter(|check| is_theirs && !checks.contains(check));
            checks.extend(check);
        }
    }
    checks
}

fn check(effect: &Described<'_>, names: &Names) -> Option<Check> {
    let name = || match effect.name {
        Some(Name::Of(kind, number)) => names.text(kind, number),
        _ => String::new(),
    };
    Some(match effect.kind? {
        EffectKind::Discount => Check::open("discount", ""),
        EffectKind::Campaign => Check::open("campaign", &name()),
        EffectKind::Pool => Check::open("pool", &name()),
        EffectKind::PartnerOwes => Check::open("owes", &name()),
        EffectKind::Tier => Check::open("tier", ""),
        EffectKind::Tag | EffectKind::Untag => Check::open("tags", ""),
        EffectKind::Message | EffectKind::MessageSuppressed => Check::open("sends", ""),
        _ => return None,
    })
}

/// Sum of the discounts that campaigns would give.
pub(super) fn discounts(entries: &[Entry]) -> Money {
    let amount = |effect: &Effect| match effect {
        Effect::Discounted { amount, .. } => amount.0,
        _ => 0,
    };
    let effects = entries.iter().flat_map(|e| &e.effects);
    Money(effects.map(amount).sum())
}

/// The member at a position of an entry.
pub(super) fn member(entry: &Entry, who: u8) -> Option<MemberId> {
    entry
        .touched
        .get(usize::from(who))
        .map(|touched| touched.member)
}

fn add(sums: &mut Vec<(MemberId, Moved)>, member: MemberId, moved: Moved) {
    let bare = |moved: &Moved| Moved {
        amount: Decimal::ZERO,
        ..moved.clone()
    };
    let same = |s: &&mut (MemberId, Moved)| s.0 == member && bare(&s.1) == bare(&moved);
    match sums.iter_mut().find(same) {
        Some(sum) => sum.1.amount += moved.amount,
        None => sums.push((member, moved)),
    }
}

fn push(told: &mut ByMember, member: MemberId, item: Item) {
    // A purchase too small to earn gives 0 of a unit, which is not shown.
    if matches!(&item, Item::Moved(m) if m.amount.is_zero()) {
        return;
    }
    match told.iter_mut().find(|t| t.0 == member) {
        Some(told) => told.1.push(item),
        None => told.push((member, vec![item])),
    }
}
