//! What an entry cost the shop: rewards and vouchers, at what the programme
//! that decided said they cost. That programme is fixed by its hash, so a
//! price that changes later changes nothing here.

use super::print::Failure;
use crate::ledger::Ledger;
use crate::model::{Act, Effect, Entry, Number, Policy, Programme, Reward, TenderKind};
use serde::Serialize;

/// What one thing cost that was given.
#[derive(Serialize)]
pub(super) struct Cost {
    /// A reward's or a voucher's id.
    pub what: String,
    /// Money.
    pub amount: String,
}

/// What was given with an entry, as far as the programme says what it costs.
pub(super) fn costs(ledger: &mut Ledger, entry: &Entry) -> Result<Vec<Cost>, Failure> {
    if entry.head.bundle == 0 {
        return Ok(Vec::new());
    }
    let policy = ledger.programme_of(entry.head.bundle)?;
    let programme = policy.programme();
    let mut costs = Vec::new();
    for number in rewards(entry) {
        let reward = policy.rewards().iter().find(|r| r.number == number);
        costs.extend(reward.and_then(|r| of_reward(r, programme)));
    }
    let units = entry.effects.iter().filter_map(voucher);
    costs.extend(units.filter_map(|unit| of_voucher(unit, programme)));
    Ok(costs)
}

/// The rewards that were had, each as often as it was.
fn rewards(entry: &Entry) -> Vec<Number> {
    match &entry.act {
        Act::Redemption { reward, .. } => vec![*reward],
        Act::Purchase(purchase) => {
            let reward = |kind: &TenderKind| match kind {
                TenderKind::Reward { reward } => Some(*reward),
                _ => None,
            };
            let tenders = purchase.tenders.iter();
            tenders.filter_map(|t| reward(&t.kind)).collect()
        }
        _ => Vec::new(),
    }
}

fn of_reward(reward: &Reward, programme: &Programme) -> Option<Cost> {
    Some(Cost {
        what: reward.id.clone(),
        amount: reward.cost?.display(programme.digits),
    })
}

fn voucher(effect: &Effect) -> Option<Number> {
    match effect {
        Effect::VoucherUsed { unit, .. } => Some(*unit),
        _ => None,
    }
}

fn of_voucher(unit: Number, programme: &Programme) -> Option<Cost> {
    let unit = programme.unit(unit)?;
    let cost = unit.cost?.to_decimal()?;
    Some(Cost {
        what: unit.id.clone(),
        amount: cost.to_string(),
    })
}
