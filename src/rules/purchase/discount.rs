//! Discounts: proposals of campaigns are stacked by the same rules as points.

use crate::model::{
    AMOUNT_MAX, Effect, LineFacts, Money, Policy, PurchaseFacts, Rounding, Stack, WHOLE,
};
use crate::rules::campaign::outcome::{EarnOutcome, ProposedDiscount};
use crate::rules::purchase::allocation::{is_named, pour};
use crate::rules::share::round;
use rust_decimal::Decimal;

/// Share of an amount, in ten-thousandths, rounded by a rule.
pub fn part_off(of: Money, part: u16, rounding: Rounding) -> Money {
    let exact = Decimal::from(of.0) * Decimal::from(part) / Decimal::from(WHOLE);
    Money(round(exact, rounding))
}

/// Converts an amount to the currency's smallest unit; None if it is negative
/// or more than the ledger can hold.
pub fn to_money(amount: Decimal, digits: u8, rounding: Rounding) -> Option<Money> {
    let scaled = amount.checked_mul(Decimal::from(10i64.pow(digits.into())))?;
    let minor = round(scaled, rounding);
    let is_possible = !scaled.is_sign_negative() || scaled.is_zero();
    (is_possible && scaled <= Decimal::from(AMOUNT_MAX)).then_some(Money(minor))
}

/// Turns proposals into discounts: the best of a group, none after one that
/// stops, a share of the rest, and never more than there is.
pub fn settle(policy: &dyn Policy, purchase: &PurchaseFacts, outcome: &mut EarnOutcome) {
    let proposed = std::mem::take(&mut outcome.proposed);
    if proposed.is_empty() {
        return;
    }
    let campaigns = policy.campaigns();
    let whole = purchase.subtotal.to_decimal(purchase.digits);
    let mut rest = whole;
    // The till's own discounts are deducted already.
    let mut left = purchase.total.to_decimal(purchase.digits);
    let mut spared = Spared::new(purchase);
    for off in proposed.iter().filter(|off| !loses(policy, &proposed, off)) {
        let campaign = &campaigns[off.campaign];
        let asked = match campaign.stack {
            Stack::OnRest => part(off.amount, rest, whole),
            _ => off.amount,
        };
        let asked = asked.min(rest.min(left).max(Decimal::ZERO));
        let rounding = policy.programme().discount_rounding;
        let amount = to_money(asked, purchase.digits, rounding);
        let (amount, lines) = match &mut spared {
            Some(spared) => spared.take(amount.unwrap_or_default(), &off.lines),
            None => (amount.unwrap_or_default(), off.lines.clone()),
        };
        if spared.is_some() && lines.is_empty() {
            continue;
        }
        let given = amount.to_decimal(purchase.digits);
        (rest, left) = (rest - given, left - given);
        outcome.discount = Money(outcome.discount.0 + amount.0);
        outcome.effects.push(Effect::Discounted {
            campaign: campaign.number,
            amount,
            why: off.why.clone(),
            lines,
        });
    }
}

/// A bill with goods that no discount applies to: the rests of its other lines.
struct Spared {
    /// Rest of each line; 0 for those that are not discounted.
    left: Vec<i64>,
    /// Numbers of the lines that may be discounted.
    others: Vec<u16>,
}

impl Spared {
    /// None if discounts may apply to every line.
    fn new(purchase: &PurchaseFacts) -> Option<Spared> {
        let lines = &purchase.lines;
        if lines.iter().all(|line| line.is_discountable) {
            return None;
        }
        let open = |line: &LineFacts| match line.is_discountable {
            true => line.amount.0.max(0),
            false => 0,
        };
        let others = lines.iter().filter(|line| line.is_discountable);
        Some(Spared {
            left: lines.iter().map(open).collect(),
            others: others.map(|line| line.number).collect(),
        })
    }

    /// Limits a discount to lines that may be discounted, and to their price;
    /// returns the amount and the lines.
    fn take(&mut self, amount: Money, named: &[u16]) -> (Money, Vec<u16>) {
        let is_meant = |n: &&u16| named.is_empty() || named.contains(n);
        let lines: Vec<u16> = self.others.iter().filter(is_meant).copied().collect();
        let mut taken = vec![0; self.left.len()];
        let rest = pour(amount.0, &mut self.left, &mut taken, |n| {
            is_named(&lines, n)
        });
        (Money(amount.0 - rest), lines)
    }
}

/// Computes `amount * rest / whole`. If the product overflows, the quotient is
/// computed and rounded first.
fn part(amount: Decimal, rest: Decimal, whole: Decimal) -> Decimal {
    if whole.is_zero() {
        return Decimal::ZERO;
    }
    match amount.checked_mul(rest) {
        Some(product) => product / whole,
        None => amount * (rest / whole),
    }
}

/// True if another campaign of the group is better, or stops this one.
fn loses(policy: &dyn Policy, proposed: &[ProposedDiscount], off: &ProposedDiscount) -> bool {
    let campaigns = policy.campaigns();
    let sum = |n: usize| -> Decimal {
        let own = proposed.iter().filter(|o| o.campaign == n);
        own.map(|o| o.amount).sum()
    };
    let own = &campaigns[off.campaign];
    proposed.iter().any(|other| {
        let rival = &campaigns[other.campaign];
        if other.campaign == off.campaign || rival.group != own.group {
            return false;
        }
        let is_earlier = other.campaign < off.campaign;
        let (mine, theirs) = (sum(off.campaign), sum(other.campaign));
        let is_less = mine < theirs || (mine == theirs && is_earlier);
        let both_best = own.stack == Stack::Best && rival.stack == Stack::Best;
        (rival.stack == Stack::Stop && is_earlier) || (both_best && is_less)
    })
}
