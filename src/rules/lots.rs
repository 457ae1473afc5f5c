//! Lots: their terms, their spending order, and taking points from a member.

pub(super) mod deficit;
pub mod gift;
pub(super) mod held_points;
pub mod hold;
pub(super) mod inactivity;
pub(super) mod restored;
pub mod transfer;

use super::state::{Lot, Member};
use crate::model::{
    Account, Day, Effect, Expiry, ExpiryEdge, Instant, LotId, Number, Points, Programme, Terms,
    Unit, UnitKind, to_u16,
};
use std::collections::BTreeMap;

/// The terms of a lot earned on a day.
pub fn terms(
    programme: &Programme,
    unit: &Unit,
    earned: Day,
    last: Option<Day>,
    first: Option<Day>,
) -> Terms {
    let calendar = &programme.calendar;
    let end = match last {
        Some(day) => Some(day.plus_days(1)),
        None => expiry_day(unit.expires, earned),
    };
    Terms {
        available: first
            .filter(|day| *day > earned)
            .map(|day| calendar.start_of(day)),
        expires: end.map(|day| calendar.start_of(day)),
        keep: match (last, unit.kind) {
            // A voucher is one item: no part of it can continue.
            (Some(_), _) | (_, UnitKind::Voucher) => 0,
            _ => unit.keep,
        },
    }
}

/// The day at whose start a lot has expired.
fn expiry_day(expiry: Expiry, earned: Day) -> Option<Day> {
    match expiry {
        Expiry::Never => None,
        Expiry::PeriodEnd(period) => earned.next(period),
        Expiry::After { months, days, to } => {
            let day = earned.plus_months(months).days_after(days);
            match to {
                ExpiryEdge::DayStart => Some(earned.after_months(months).days_after(days)),
                ExpiryEdge::DayEnd => Some(day.plus_days(1)),
                ExpiryEdge::PeriodEnd(period) => day.next(period),
            }
        }
    }
}

/// Number of lots that an entry's effects have opened.
pub fn opened(effects: &[Effect]) -> u16 {
    to_u16(effects.iter().filter(|e| e.opens_lot()).count())
}

/// Part of an amount that fills a debt, which it reduces.
pub fn fill(owed: &mut [(Number, i64)], unit: Number, amount: Points) -> Points {
    let Some(owed) = owed.iter_mut().find(|o| o.0 == unit) else {
        return Points::ZERO;
    };
    let fills = amount.0.min(owed.1);
    owed.1 -= fills;
    Points(fills)
}

/// Splits an amount over free amounts, in their order.
pub fn parts<T>(
    free: impl IntoIterator<Item = (T, Points)>,
    amount: Points,
) -> impl Iterator<Item = (T, Points)> {
    let mut left = amount;
    free.into_iter().filter_map(move |(of, free)| {
        let part = left.min(free);
        left.0 -= part.0.max(0);
        part.is_positive().then_some((of, part))
    })
}

/// Takes from lots in an order, up to an amount; returns the rest that could
/// not be taken.
pub fn take<'a>(
    lots: impl IntoIterator<Item = (&'a Lot, Points)>,
    amount: Points,
    to: Account,
    effects: &mut Vec<Effect>,
) -> Points {
    let mut left = amount;
    for (lot, amount) in parts(lots, amount) {
        effects.push(Effect::Debit {
            who: 0,
            unit: lot.unit,
            lot: lot.id,
            amount,
            to,
        });
        left.0 -= amount.0;
    }
    left
}

/// Lots of a unit that can be spent at an instant, in spending order, less
/// what earlier effects of the same entry took.
pub fn spendable<'a>(
    member: &'a Member,
    unit: Number,
    at: Instant,
    taken: &[Effect],
) -> Vec<(&'a Lot, Points)> {
    let taken = Taken::by(taken);
    let mut lots: Vec<(&Lot, Points)> = member
        .lots_of(unit)
        .map(|lot| (lot, Points(lot.spendable(at).0 - taken.of(lot.id).0)))
        .filter(|(_, free)| free.is_positive())
        .collect();
    lots.sort_by_key(|(lot, _)| lot.spend_order());
    lots
}

/// Amounts that effects took from lots.
pub struct Taken(BTreeMap<LotId, i64>);

impl Taken {
    /// Sums up the amounts that some effects took.
    pub fn by(effects: &[Effect]) -> Taken {
        let mut taken = BTreeMap::new();
        for effect in effects {
            if let Effect::Debit { lot, amount, .. }
            | Effect::LotMoved { lot, amount, .. }
            | Effect::Held { lot, amount, .. } = effect
            {
                *taken.entry(*lot).or_default() += amount.0;
            }
        }
        Taken(taken)
    }

    /// Amount taken from a lot.
    pub fn of(&self, id: LotId) -> Points {
        Points(self.0.get(&id).copied().unwrap_or_default())
    }
}
