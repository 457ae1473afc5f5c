//! Payment options of a member: the rewards, vouchers and points that could pay
//! for a bill now, each checked as its purchase would check it.

use crate::model::{
    Code, Identified, LotId, Money, Number, Points, Purchase, Refusal, Reward, Tender, TenderKind,
    Unit,
};
use crate::rules::case::{Case, VoucherFound};
use crate::rules::member::household;
use crate::rules::purchase::points_tender;
use crate::rules::reward::redemption;
use crate::rules::reward::spend::{self, Spending};
use crate::rules::reward::voucher;
use crate::rules::state::Member;
use crate::rules::{purchase, reward};

/// Attempts to find the most points that pay, each with fewer than the one before.
const ATTEMPTS_MAX: usize = 4;

/// Payment options of a member.
#[derive(Debug, Default)]
pub struct PaymentOptions {
    /// Rewards of the programme, in its order.
    pub rewards: Vec<RewardOption>,
    /// Vouchers on a bill: the lot, and the amount it pays or the refusal.
    pub vouchers: Vec<(LotId, Result<Money, Refusal>)>,
    /// Units that pay on bills; none without a bill.
    pub points: Vec<PointsOption>,
}

/// Unit that pays on bills.
#[derive(Debug)]
pub struct PointsOption {
    /// Number of the unit.
    pub unit: Number,
    /// Most points that pay for the bill, and the amount; or the refusal.
    pub pays: Result<(Points, Money), Refusal>,
}

/// Reward, and the amount it pays or the refusal.
#[derive(Debug)]
pub struct RewardOption {
    /// Number of the reward.
    pub reward: Number,
    /// True if it is redeemed by itself rather than used as a tender: there is
    /// no bill, or it gives a voucher.
    pub is_redeemed: bool,
    /// Amount that it pays on the bill (zero if it is redeemed), or the refusal.
    pub pays: Result<Money, Refusal>,
}

/// Computes the payment options of the case's member for a bill without
/// tenders; without a bill only the rewards that could be redeemed.
/// `case.inputs.vouchers` are the member's vouchers. Complexity: one check for
/// each option, and at most four for each unit.
///
/// # Errors
/// The case names no active member.
pub fn of(case: &Case, bill: Option<&Purchase>) -> Result<PaymentOptions, Refusal> {
    let member = case.need_member()?;
    let rewards = case.policy.rewards().iter();
    let rewards = rewards.map(|reward| rewarded(case, member, bill, reward));
    let mut options = PaymentOptions {
        rewards: rewards.collect(),
        ..PaymentOptions::default()
    };
    if let Some(bill) = bill {
        let vouchers = case.inputs.vouchers.iter();
        let vouchers = vouchers.map(|found| (found.lot, vouched(case, bill, found)));
        options.vouchers = vouchers.collect();
        options.points = points(case, bill)?;
    }
    Ok(options)
}

/// Computes the most points of each unit that the case's member can pay a bill
/// with, which is without tenders of the member's own.
///
/// # Errors
/// The case names no active member.
pub fn points(case: &Case, bill: &Purchase) -> Result<Vec<PointsOption>, Refusal> {
    let member = case.need_member()?;
    let units = case.programme().units.iter();
    let units = units.filter(|unit| unit.pays_on_bills());
    let points = units.map(|unit| PointsOption {
        unit: unit.number,
        pays: most_points(case, member, bill, unit),
    });
    Ok(points.collect())
}

fn rewarded(
    case: &Case,
    member: &Member,
    bill: Option<&Purchase>,
    reward: &Reward,
) -> RewardOption {
    let bill = bill.filter(|_| reward.gives == 0);
    let pays = match bill {
        Some(bill) => on_bill(case, member, bill, reward),
        None => redeemed(case, member, reward, Identified::default()).map(|()| Money::ZERO),
    };
    RewardOption {
        reward: reward.number,
        is_redeemed: bill.is_none(),
        pays,
    }
}

fn redeemed(case: &Case, member: &Member, reward: &Reward, by: Identified) -> Result<(), Refusal> {
    let plain = Spending {
        unit: reward.unit,
        points: reward.points,
        by,
        is_free: true,
    };
    let available = |unit| household::available(case, member, unit);
    redemption::check(case, member, reward.number, plain, available).map(drop)
}

fn on_bill(
    case: &Case,
    member: &Member,
    bill: &Purchase,
    reward: &Reward,
) -> Result<Money, Refusal> {
    let tender = |amount| Tender {
        kind: TenderKind::Reward {
            reward: reward.number,
        },
        amount,
        lines: Vec::new(),
    };
    match reward::worth(case.programme(), reward, bill, &[], &[]) {
        Ok(amount) => check(case, bill, tender(amount)).map(|()| amount),
        // If the member could not redeem it anyway, the refusal with precedence
        // is given.
        Err(nothing) => Err(match redeemed(case, member, reward, bill.by) {
            Err(no) if no.code.precedence() < nothing.code.precedence() => no,
            _ => nothing,
        }),
    }
}

fn vouched(case: &Case, bill: &Purchase, found: &VoucherFound) -> Result<Money, Refusal> {
    let unit = case.need_unit(found.unit)?;
    voucher::open(case, found)?;
    let sku = found.sku.as_deref();
    let (_, amount) = voucher::worth(case.programme(), unit, sku, bill, &[], &[])?;
    let tender = Tender {
        kind: TenderKind::Voucher { code: found.code },
        amount,
        lines: Vec::new(),
    };
    check(case, bill, tender).map(|()| amount)
}

/// Most points of a unit with which a member can pay a bill, and their worth.
fn most_points(
    case: &Case,
    member: &Member,
    purchase: &Purchase,
    unit: &Unit,
) -> Result<(Points, Money), Refusal> {
    let programme = case.programme();
    let limit = programme.spend_limit(unit.number);
    let mut payable = match limit {
        Some(limit) => points_tender::payable(purchase, limit),
        None => purchase.total.max(Money::ZERO),
    };
    let step = limit.map_or(1, |limit| limit.step.0.max(1));
    let bound = spend::left_at_once(case, member, unit.number, purchase.by);
    let available = household::available(case, member, unit.number);
    let bound = bound.map_or(available, |bound| bound.min(available));
    let mut first = None;
    for _ in 0..ATTEMPTS_MAX {
        let most = programme.most_points(unit.number, payable);
        let most = most.unwrap_or_default().min(bound);
        // Without any points the refusal of the least number that can be spent
        // gives the reason.
        let least = limit.map_or(step, |limit| limit.min.0.max(step));
        let points = match most.0 / step * step {
            points if points > 0 => Points(points),
            _ => Points(least),
        };
        let worth = programme.worth(unit.number, points).unwrap_or_default();
        let kind = TenderKind::Points {
            unit: unit.number,
            points,
        };
        let tender = Tender {
            kind,
            amount: worth,
            lines: Vec::new(),
        };
        let no = match check(case, purchase, tender) {
            Ok(()) => return Ok((points, worth)),
            Err(no) => no,
        };
        // Discounts may leave a smaller amount of the lines that points can pay for.
        let less = no.available.filter(|_| no.code == Code::OverLimit);
        let less = less
            .map(Money)
            .filter(|less| *less < worth && less.is_positive());
        let no = first.get_or_insert(no).clone();
        payable = less.ok_or(no)?;
    }
    Err(first.unwrap_or_else(|| spend::too_few(unit, available, Points(step))))
}

/// Checks a tender beside the rest in cash; returns the refusal if it could not pay.
fn check(case: &Case, bill: &Purchase, tender: Tender) -> Result<(), Refusal> {
    let rest = bill.total.minus(tender.amount).unwrap_or_default();
    let rest = Some(rest).filter(|rest| *rest != Money::ZERO);
    let rest = rest.map(|amount| Tender {
        kind: TenderKind::Cash,
        amount,
        lines: Vec::new(),
    });
    let paid = Purchase {
        tenders: std::iter::once(tender).chain(rest).collect(),
        ..bill.clone()
    };
    purchase::check_paid(case, &paid)
}
