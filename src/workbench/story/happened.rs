//! Effects of entries, in the words of stories.

use super::outcome::{How, Item, Moved};
use crate::model::{
    Account, Act, Calendar, Effect, Entry, MemberId, Money, NameKind, Names, Number, Points,
    Programme, Terms, UnitKind,
};
use rust_decimal::Decimal;

/// Names and calendar for describing effects.
pub(super) struct Teller<'a> {
    pub names: &'a Names,
    pub calendar: &'a Calendar,
    /// The programme, for the units' parts.
    pub programme: &'a Programme,
    /// Units that count toward tiers.
    pub qualifying: Vec<String>,
}

/// Items by member, in the order in which they were first touched.
pub(super) type ByMember = Vec<(MemberId, Vec<Item>)>;

impl<'a> Teller<'a> {
    pub fn new(programme: &'a Programme, names: &'a Names) -> Teller<'a> {
        let qualifying = programme
            .units
            .iter()
            .filter(|u| u.kind == UnitKind::Qualifying);
        Teller {
            names,
            programme,
            calendar: &programme.calendar,
            qualifying: qualifying.map(|u| u.id.clone()).collect(),
        }
    }

    /// Describes the effects of a list of entries. `released` returns the
    /// points of a pending lot, which its release does not state.
    pub fn tell(&self, entries: &[Entry], released: impl Fn(&Effect) -> Points) -> ByMember {
        let mut told: ByMember = Vec::new();
        for entry in entries {
            let mut sums: Vec<(MemberId, Moved)> = Vec::new();
            for effect in &entry.effects {
                if let Effect::LotMoved { .. } = effect {
                    self.sent(entry, effect, &mut sums);
                }
                if is_spent_at_once(entry, effect) {
                    continue;
                }
                let Some((who, item)) = self.effect(effect) else {
                    continue;
                };
                let Some(touched) = entry.touched.get(usize::from(who)) else {
                    continue;
                };
                match item {
                    Item::Moved(moved) if is_summed(effect) => {
                        add(&mut sums, touched.member, moved)
                    }
                    Item::Moved(moved) if moved.how == How::Released => {
                        let amount = self.decimal(effect, released(effect));
                        push(
                            &mut told,
                            touched.member,
                            Item::Moved(Moved { amount, ..moved }),
                        );
                    }
                    item => push(&mut told, touched.member, item),
                }
            }
            for (member, moved) in sums {
                push(&mut told, member, Item::Moved(moved));
            }
        }
        told
    }

    fn effect(&self, effect: &Effect) -> Option<(u8, Item)> {
        use Account::{Breakage, Transit};
        Some(match effect {
            Effect::Award { from: Transit, .. } | Effect::Debit { to: Transit, .. } => return None,
            Effect::Award {
                who,
                unit,
                amount,
                terms,
                ..
            } => (*who, self.moved(*unit, amount.0, How::Plain, Some(terms))),
            Effect::Voucher {
                who, unit, terms, ..
            } => (*who, self.moved(*unit, 1, How::Plain, Some(terms))),
            Effect::Restore {
                who,
                unit,
                amount,
                terms,
                ..
            } => (*who, self.moved(*unit, amount.0, How::Back, Some(terms))),
            Effect::Debit {
                who,
                unit,
                amount,
                to,
                ..
            } => {
                let how = if *to == Breakage {
                    How::Expired
                } else {
                    How::Plain
                };
                (*who, self.moved(*unit, -amount.0, how, None))
            }
            Effect::Owe {
                who, unit, amount, ..
            } => (*who, self.moved(*unit, -amount.0, How::Plain, None)),
            Effect::Qualify {
                who, unit, amount, ..
            } => (*who, self.moved(*unit, amount.0, How::Plain, None)),
            Effect::Held {
                who, unit, amount, ..
            } => (*who, self.moved(*unit, -amount.0, How::Held, None)),
            Effect::Released { who, unit, .. } => (*who, self.moved(*unit, 0, How::Released, None)),
            Effect::Failed { campaign, .. } => (0, Item::Failed(self.campaign(*campaign))),
            _ => return None,
        })
    }

    /// Adds a transfer to both its sender and its recipient.
    fn sent(&self, entry: &Entry, effect: &Effect, sums: &mut Vec<(MemberId, Moved)>) {
        let Effect::LotMoved {
            who,
            to,
            unit,
            amount,
            ..
        } = effect
        else {
            return;
        };
        for (who, amount) in [(who, -amount.0), (to, amount.0)] {
            let touched = entry.touched.get(usize::from(*who));
            if let (Some(touched), Item::Moved(moved)) =
                (touched, self.moved(*unit, amount, How::Plain, None))
            {
                add(sums, touched.member, moved);
            }
        }
    }

    fn decimal(&self, effect: &Effect, points: Points) -> Decimal {
        match effect {
            Effect::Released { unit, .. } => self.programme.decimal(*unit, points),
            _ => Decimal::ZERO,
        }
    }

    fn moved(&self, unit: Number, amount: i64, how: How, terms: Option<&Terms>) -> Item {
        let terms = terms.copied().unwrap_or_default();
        Item::Moved(Moved {
            unit: self.names.text(NameKind::Unit, unit),
            amount: self.programme.decimal(unit, Points(amount)),
            how,
            from: terms.available.map(|at| self.calendar.day_of(at)),
            until: terms.expires.map(|at| self.calendar.last_day(at)),
        })
    }

    fn campaign(&self, number: Number) -> String {
        match number {
            0 => "tiers".into(),
            number => self.names.text(NameKind::Campaign, number),
        }
    }

    /// True if an item is shown only when its unit is named.
    pub fn is_quiet(&self, item: &Item) -> bool {
        matches!(item, Item::Moved(m) if self.qualifying.contains(&m.unit))
    }
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

/// True for held points that are spent at once: they count as spent.
fn is_spent_at_once(entry: &Entry, effect: &Effect) -> bool {
    matches!(effect, Effect::Held { .. })
        && !matches!(
            entry.act,
            Act::Hold { .. }
                | Act::RewardHeld { .. }
                | Act::VoucherHeld { .. }
                | Act::Release { .. }
                | Act::Erased { .. }
                | Act::Transfer { .. }
                | Act::TransferReturned { .. }
                | Act::VoucherGiven { .. }
                | Act::VoucherReturned { .. }
        )
}

/// True for effects on several lots, or on a debt, that read as one amount.
fn is_summed(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::Debit { .. }
            | Effect::Owe { .. }
            | Effect::Restore { .. }
            | Effect::Held { .. }
            | Effect::LotMoved { .. }
    )
}

fn add(sums: &mut Vec<(MemberId, Moved)>, member: MemberId, moved: Moved) {
    let same = |s: &&mut (MemberId, Moved)| {
        s.0 == member
            && Moved {
                amount: Decimal::ZERO,
                ..s.1.clone()
            } == Moved {
                amount: Decimal::ZERO,
                ..moved.clone()
            }
    };
    match sums.iter_mut().find(same) {
        Some(sum) => sum.1.amount += moved.amount,
        None => sums.push((member, moved)),
    }
}

fn push(told: &mut ByMember, member: MemberId, item: Item) {
    // A purchase too small to earn gives zero points, which is not an item.
    if matches!(&item, Item::Moved(m) if m.amount.is_zero()) {
        return;
    }
    match told.iter_mut().find(|t| t.0 == member) {
        Some(told) => told.1.push(item),
        None => told.push((member, vec![item])),
    }
}
