//! Tenders that are the member's own: points, rewards, vouchers and holds pay for a
//! purchase.

use crate::model::{Effect, Number, Purchase, Refusal, Tender, TenderKind};
use crate::rules::case::Case;
use crate::rules::purchase::held_tender;
use crate::rules::purchase::points_tender::paid_with_points;
use crate::rules::reward;
use crate::rules::reward::catalogue;
use crate::rules::reward::spend::{Spending, allowed, counted_for, spend};
use crate::rules::reward::voucher;

/// Books the tenders of a purchase that are the member's own; returns the lines
/// that each pays for, empty if it pays for the whole.
pub fn pay(
    case: &Case,
    purchase: &Purchase,
    effects: &mut Vec<Effect>,
) -> Result<Vec<Vec<u16>>, Refusal> {
    let tenders = purchase.tenders.iter().enumerate();
    let lines = tenders.map(|tender| pay_one(case, purchase, tender, effects));
    lines.collect()
}

/// Books one tender, with its index, if it is the member's own; returns the
/// lines that it pays for.
pub fn pay_one(
    case: &Case,
    purchase: &Purchase,
    (n, tender): (usize, &Tender),
    effects: &mut Vec<Effect>,
) -> Result<Vec<u16>, Refusal> {
    paid_by(case, purchase, tender, effects).map_err(|refusal| refusal.at_tender(n))
}

fn paid_by(
    case: &Case,
    purchase: &Purchase,
    tender: &Tender,
    effects: &mut Vec<Effect>,
) -> Result<Vec<u16>, Refusal> {
    match &tender.kind {
        TenderKind::Voucher { code } => voucher::pay(case, purchase, (code, tender), effects),
        TenderKind::Points { unit, points } => {
            let member = case.need_member()?;
            let lines = paid_with_points(case, purchase, tender, (*unit, *points), effects)?;
            let spending = Spending {
                unit: *unit,
                points: *points,
                by: purchase.by,
                is_free: false,
            };
            spend(case, member, &spending, effects)?;
            Ok(lines)
        }
        TenderKind::Reward { reward } => pay_reward(case, purchase, *reward, tender, effects),
        TenderKind::Held { .. } => {
            held_tender::pay(case, purchase, tender, effects).map_err(|no| Refusal {
                detail: format!("hold: {}", no.detail),
                ..no
            })
        }
        _ => Ok(Vec::new()),
    }
}

fn pay_reward(
    case: &Case,
    purchase: &Purchase,
    number: Number,
    tender: &Tender,
    effects: &mut Vec<Effect>,
) -> Result<Vec<u16>, Refusal> {
    let member = case.need_member()?;
    let reward = allowed(case, member, number)?;
    catalogue::check_tender(reward)?;
    let paid = reward::pays(case.programme(), reward, purchase, tender, effects)?;
    effects.extend(counted_for(case, member, reward, effects)?);
    effects.extend(catalogue::counted_out(case, reward, effects)?);
    effects.push(paid.effect(reward.number, tender.amount));
    let spending = Spending {
        unit: reward.unit,
        points: reward.points,
        by: purchase.by,
        is_free: true,
    };
    spend(case, member, &spending, effects)?;
    Ok(paid.lines)
}
