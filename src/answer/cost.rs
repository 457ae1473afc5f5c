//! Cost of an entry to the shop: rewards and vouchers, at the cost that the
//! deciding programme declares. That programme is fixed by its hash, so a later
//! change of price changes nothing here.

use crate::model::{Act, Effect, Entry, Number, Policy};
use crate::rules::purchase::bill;
use schemars::JsonSchema;
use serde::Serialize;

/// Cost of one reward or voucher given.
#[derive(Serialize, JsonSchema)]
pub struct Cost {
    /// Id of the reward or voucher.
    pub what: String,
    /// Amount of money.
    pub amount: String,
}

/// Costs of the rewards and vouchers given with an entry, as far as the
/// deciding programme declares them. A held reward is given when its hold is
/// captured: `entry` is the hold then.
pub fn costs(entry: &Entry, policy: &dyn Policy, is_captured: bool) -> Vec<Cost> {
    let programme = policy.programme();
    let rewards = rewards(entry, is_captured)
        .into_iter()
        .filter_map(|number| {
            let reward = policy.rewards().iter().find(|r| r.number == number)?;
            Some(Cost {
                what: reward.id.clone(),
                amount: reward.cost?.display(programme.digits),
            })
        });
    let vouchers = entry.effects.iter().filter_map(|effect| {
        let Effect::VoucherUsed { unit, .. } = effect else {
            return None;
        };
        let unit = programme.unit(*unit)?;
        Some(Cost {
            what: unit.id.clone(),
            amount: unit.cost?.to_decimal()?.to_string(),
        })
    });
    rewards.chain(vouchers).collect()
}

/// Rewards given, each as often as it was.
fn rewards(entry: &Entry, is_captured: bool) -> Vec<Number> {
    match &entry.act {
        Act::RewardHeld { reward, .. } if is_captured => vec![*reward],
        Act::Redemption { reward, .. } => vec![*reward],
        Act::Purchase(purchase) => {
            let booked = bill::booked(purchase, &entry.effects);
            let tenders = booked.tenders.iter();
            tenders.filter_map(|t| t.kind.reward()).collect()
        }
        _ => Vec::new(),
    }
}
