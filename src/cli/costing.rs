//! Cost of an entry to the shop: rewards and vouchers, at the cost that the
//! deciding programme declared. That programme is fixed by its hash, so a later
//! change of price changes nothing here.

use super::print::Failure;
use crate::engine::Ledger;
use crate::model::{Act, Effect, Entry, Number, Policy, Programme, Reward};
use crate::rules::bill;
use serde::Serialize;

/// Cost of one thing that was given.
#[derive(Serialize)]
pub(super) struct Cost {
    /// A reward's or a voucher's id.
    pub what: String,
    /// Money.
    pub amount: String,
}

/// Costs of what an entry gave, as far as the programme declares them.
pub(super) fn costs(ledger: &mut Ledger, entry: &Entry) -> Result<Vec<Cost>, Failure> {
    if entry.head.bundle == 0 {
        return Ok(Vec::new());
    }
    // A held reward is redeemed when it is captured, at the price it was held at.
    if let Act::Capture { of, .. } = &entry.act {
        return of_held(ledger, *of);
    }
    let policy = ledger.programme_of(entry.head.bundle)?;
    let rewards = of_rewards(rewards(entry), &*policy);
    let vouchers = of_vouchers(entry, policy.programme());
    Ok(rewards.into_iter().chain(vouchers).collect())
}

/// The cost of the reward that an entry held; points that are held cost nothing.
fn of_held(ledger: &mut Ledger, seq: u64) -> Result<Vec<Cost>, Failure> {
    let held = ledger.entry(seq)?;
    let Some((Act::RewardHeld { reward, .. }, head)) = held.map(|e| (e.act, e.head)) else {
        return Ok(Vec::new());
    };
    let policy = ledger.programme_of(head.bundle)?;
    Ok(of_rewards(vec![reward], &*policy))
}

fn of_rewards(rewards: Vec<Number>, policy: &dyn Policy) -> Vec<Cost> {
    let found = |number| policy.rewards().iter().find(move |r| r.number == number);
    let had = rewards.into_iter().filter_map(found);
    had.filter_map(|reward| of_reward(reward, policy.programme()))
        .collect()
}

fn of_vouchers(entry: &Entry, programme: &Programme) -> Vec<Cost> {
    let units = entry.effects.iter().filter_map(voucher);
    units
        .filter_map(|unit| of_voucher(unit, programme))
        .collect()
}

/// Rewards that were redeemed, each as often as it was.
fn rewards(entry: &Entry) -> Vec<Number> {
    match &entry.act {
        Act::Redemption { reward, .. } => vec![*reward],
        Act::Purchase(purchase) => {
            let booked = bill::booked(purchase, &entry.effects);
            let rewards = booked.tenders.iter().filter_map(|t| t.kind.reward());
            rewards.collect()
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
