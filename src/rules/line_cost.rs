//! What the lines of a bill still cost: what is to be paid for one after the
//! discounts, less what rewards and vouchers of the same bill pay for it.

use super::allocation::{Allocation, Named};
use crate::model::{Effect, Programme, Purchase};

/// What a line costs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LineCost {
    /// After all discounts.
    pub whole: i64,
    /// What of that no reward and no voucher pays for.
    pub left: i64,
}

/// What each line costs, where `before` are the effects of earlier tenders.
pub fn line_costs(programme: &Programme, purchase: &Purchase, before: &[Effect]) -> Vec<LineCost> {
    let unpaid = Purchase {
        tenders: Vec::new(),
        ..purchase.clone()
    };
    let mut named = Named::by(&unpaid, Vec::new());
    if let Some(others) = programme.not_discounted.others(&unpaid.lines) {
        named.spare(&others);
    }
    let allocation = Allocation::new(&unpaid, &named);
    let paid = |number: u16| -> i64 {
        let of_line = before.iter().map(|effect| match effect {
            Effect::RewardUsed { line, amount, .. } | Effect::VoucherUsed { line, amount, .. }
                if *line == number =>
            {
                amount.0
            }
            _ => 0,
        });
        of_line.sum()
    };
    let lines = (1u16..).zip(&unpaid.lines).enumerate();
    let cost = lines.map(|(n, (number, line))| {
        let whole = line.amount.0 - allocation.off(n);
        LineCost {
            whole,
            left: whole - paid(number),
        }
    });
    cost.collect()
}
