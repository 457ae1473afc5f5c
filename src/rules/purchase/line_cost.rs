//! Remaining cost of a bill's lines: the price after discounts, less the part
//! that rewards and vouchers of the same bill pay.

use crate::model::{Effect, Programme, Purchase};
use crate::rules::purchase::allocation::{Allocation, Named};

/// Cost of a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LineCost {
    /// Price after all discounts.
    pub whole: i64,
    /// Part of it that no reward or voucher pays.
    pub left: i64,
}

/// Costs of all lines, where `before` are the effects of earlier tenders.
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
