//! Points set aside: the effects that hold points of lots, release or spend them,
//! and end a hold.

use crate::model::{Account, Effect, LotId, Number, Points};
use crate::rules::case::Case;
use crate::rules::lots;
use crate::rules::state::{Hold, Member};

/// Holds points of spendable lots in spending order.
pub(in crate::rules) fn set_aside(
    case: &Case,
    member: &Member,
    (unit, points): (Number, Points),
    hold: u64,
) -> Vec<Effect> {
    let free = lots::spendable(member, unit, case.now(), &[]);
    let parts = lots::parts(free, points);
    parts
        .map(|(lot, part)| held(unit, lot.id, part, hold))
        .collect()
}

/// Effect that holds points of a lot or, below 0, releases them.
pub(in crate::rules) fn held(unit: Number, lot: LotId, amount: Points, hold: u64) -> Effect {
    Effect::Held {
        who: 0,
        unit,
        lot,
        amount,
        hold,
    }
}

/// Ends every hold of a member, since all their holdings are to end.
pub(in crate::rules) fn end_all(member: &Member) -> Vec<Effect> {
    let holds = member.holds.iter();
    holds.flat_map(|hold| ended(hold, false)).collect()
}

/// Effects that release a hold and end it.
pub(in crate::rules) fn ended(hold: &Hold, is_timeout: bool) -> Vec<Effect> {
    let mut effects = free(hold, hold.left());
    effects.push(closed(hold.seq, is_timeout));
    effects
}

/// Releases points of a hold, in the order they were held.
pub(in crate::rules) fn free(hold: &Hold, points: Points) -> Vec<Effect> {
    let parts = lots::parts(hold.lots.iter().copied(), points);
    parts
        .map(|(lot, part)| held(hold.unit, lot, part.negated(), hold.seq))
        .collect()
}

/// The debit of points that a hold releases, since they are spent.
pub(in crate::rules) fn spent(effect: &Effect) -> Option<Effect> {
    match effect {
        Effect::Held {
            who,
            unit,
            lot,
            amount,
            ..
        } => Some(Effect::Debit {
            who: *who,
            unit: *unit,
            lot: *lot,
            amount: amount.negated(),
            to: Account::Redemption,
        }),
        _ => None,
    }
}

/// Effect that ends a hold.
pub(in crate::rules) fn closed(hold: u64, is_timeout: bool) -> Effect {
    Effect::HoldClosed {
        who: 0,
        hold,
        is_timeout,
    }
}
