//! Folding of effects on passes.

use super::lots::open_lot;
use super::posting::{Applied, Posting};
use crate::model::{Day, Effect, LotId, Money, Number};
use crate::rules::state::{Member, PassCharge, PassHeld};

/// Charges kept of a pass: the current period, and those paid for ahead.
const CHARGES_MAX: usize = 12;

pub(super) fn apply(posting: &mut Posting, effect: &Effect) -> Applied {
    let (bundle, today) = (posting.entry.head.bundle, posting.entry.head.day);
    match effect {
        Effect::Pass {
            who,
            unit,
            lot,
            anchor,
            since,
            paid,
        } => {
            let charge = PassCharge {
                since: *since,
                paid: *paid,
                uses: 0,
            };
            let member = posting.member_mut(*who)?;
            charge_pass(member, (*unit, *lot), *anchor, charge, bundle)
        }
        Effect::BenefitUsed {
            who, unit, amount, ..
        } => use_benefit(posting.member_mut(*who)?, *unit, *amount, today),
        _ => Ok(()),
    }
}

fn charge_pass(
    member: &mut Member,
    (unit, lot): (Number, LotId),
    anchor: Day,
    charge: PassCharge,
    bundle: u32,
) -> Applied {
    if open_lot(member, lot)?.unit != unit {
        return Err(format!("lot {}.{} is no pass of that unit", lot.seq, lot.n).into());
    }
    let passes = &mut member.passes;
    let held = passes.iter_mut().find(|p| p.unit == unit && p.lot == lot);
    let is_later = |c: &PassCharge| c.since < charge.since;
    match held {
        Some(held) if held.anchor == anchor && held.charges.iter().all(is_later) => {
            held.charges.push(charge);
            let over = held.charges.len().saturating_sub(CHARGES_MAX);
            held.charges.drain(..over);
            held.bundle = bundle;
        }
        // The first use: the one charge counts from here.
        Some(held) => (held.anchor, held.charges) = (anchor, vec![charge]),
        None => {
            passes.retain(|p| p.unit != unit);
            passes.push(PassHeld {
                unit,
                lot,
                anchor,
                charges: vec![charge],
                is_begun: false,
                bundle,
            });
        }
    }
    Ok(())
}

fn use_benefit(member: &mut Member, unit: Number, amount: Money, today: Day) -> Applied {
    let is_back = amount.0 < 0;
    let is_open = |p: &PassHeld| p.unit == unit && open_lot(member, p.lot).is_ok();
    let at = member.passes.iter().position(is_open);
    let held = match at {
        Some(at) => &mut member.passes[at],
        None if is_back => return Ok(()),
        None => return Err(format!("a benefit of pass {unit}, which is not held").into()),
    };
    held.is_begun = true;
    let now = held
        .charges
        .iter()
        .rposition(|c| c.since <= today)
        .unwrap_or(0);
    if let Some(charge) = held.charges.get_mut(now) {
        charge.uses = match is_back {
            true => charge.uses.saturating_sub(1),
            false => charge.uses.saturating_add(1),
        };
    }
    Ok(())
}
