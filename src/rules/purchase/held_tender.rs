//! Holds as tenders: points, a reward or a voucher that was set aside pays for a
//! purchase.

use crate::model::{
    Code, Effect, Entry, Identified, Number, Points, Purchase, Refusal, Reward, Tender, TenderKind,
};
use crate::rules::case::Case;
use crate::rules::lots::held_points::{closed, free, spent};
use crate::rules::lots::hold::{
    counted_again, ended_before, nothing_held, too_few, uncounted, whole_only,
};
use crate::rules::purchase::points_tender::paid_with_points;
use crate::rules::reward;
use crate::rules::reward::catalogue;
use crate::rules::reward::spend::{self, Spending};
use crate::rules::reward::voucher;
use crate::rules::state::{Hold, Member};

/// Books a held tender: it is captured, at its value on the bill. Returns the
/// lines that it pays for.
///
/// # Errors
/// The hold has ended or has too little, or it pays less than the tender states.
pub fn pay(
    case: &Case,
    purchase: &Purchase,
    tender: &Tender,
    effects: &mut Vec<Effect>,
) -> Result<Vec<u16>, Refusal> {
    let TenderKind::Held {
        hold: of,
        unit,
        points,
        reward,
        code,
    } = &tender.kind
    else {
        return Ok(Vec::new());
    };
    let found = code.as_ref().map(|code| voucher::found(case, code));
    let found = found.transpose()?;
    let (who, member) = match found {
        Some(found) => (voucher::place(case, found), voucher::holder(case, found)),
        None => (0, Some(case.need_member()?)),
    };
    let (entry, hold) = captured(case, member, (*of, *unit))?;
    let (left, unit) = (hold.left(), *unit);
    let is_paid = effects
        .iter()
        .any(|e| matches!(e, Effect::Held { hold, .. } if hold == of));
    if is_paid || !points.is_positive() || *points > left {
        let left = if is_paid { Points::ZERO } else { left };
        return Err(too_few(case, unit, left, *points)?);
    }
    let spent_now = free(hold, *points).into_iter().map(|e| of_holder(e, who));
    let spent_now: Vec<Effect> = spent_now.collect();
    let debits: Vec<Effect> = spent_now.iter().filter_map(spent).collect();
    let mut lines = Vec::new();
    match found {
        Some(found) => {
            let paid = voucher::pays(case, found, (purchase, tender), effects)?;
            effects.extend(spent_now);
            let used = voucher::used(
                case,
                found,
                hold.lots.first().map(|l| l.0),
                paid.line,
                tender,
            );
            effects.extend(used);
            lines.extend(paid.lines);
        }
        None => {
            let counted = match case.reward(*reward).filter(|_| *reward != 0) {
                Some(reward) if *points == left => {
                    let paid = pay_reward(case, reward, purchase, tender, effects)?;
                    lines.extend(paid);
                    [uncounted(Some(entry)), counted_again(Some(entry))].concat()
                }
                Some(_) => return Err(whole_only()),
                None => {
                    lines.extend(paid_with_points(
                        case,
                        purchase,
                        tender,
                        (unit, *points),
                        effects,
                    )?);
                    Vec::new()
                }
            };
            effects.extend(spent_now);
            effects.extend(debits);
            let spending = Spending {
                unit,
                points: *points,
                by: Identified::Unsaid,
                is_free: *reward != 0,
            };
            spend::count(case, &spending, effects);
            effects.extend(counted);
        }
    }
    if *points == left {
        effects.push(of_holder(closed(*of, false), who));
    }
    Ok(lines)
}

/// The open hold of a tender, with the entry that set it aside.
fn captured<'a>(
    case: &Case<'a>,
    member: Option<&'a Member>,
    (of, unit): (u64, Number),
) -> Result<(&'a Entry, &'a Hold), Refusal> {
    let entry = case.inputs.held.iter().find(|entry| entry.seq == of);
    let entry = entry.filter(|entry| entry.effects.iter().any(is_for_till));
    let entry = entry.ok_or_else(|| nothing_held(of))?;
    let holds = member.map_or(&[][..], |member| &member.holds);
    let hold = holds.iter().find(|h| h.seq == of && h.token.is_none());
    let hold = hold.ok_or_else(|| match entry.member() == case.member {
        true => ended_before(of),
        false => Refusal::new(
            Code::HoldEnded,
            format!("hold {of} is another member's, or was captured, released or timed out"),
        ),
    })?;
    if hold.unit != unit {
        let held = &case.need_unit(hold.unit)?.id;
        let detail = format!("hold {of} is of {held}, which is not what the tender names");
        return Err(Refusal::new(Code::UnknownEntry, detail));
    }
    Ok((entry, hold))
}

/// Books a held reward as a tender; returns the lines that it pays for.
fn pay_reward(
    case: &Case,
    reward: &Reward,
    purchase: &Purchase,
    tender: &Tender,
    effects: &mut Vec<Effect>,
) -> Result<Vec<u16>, Refusal> {
    catalogue::check_tender(reward)?;
    let paid = reward::pays(case.programme(), reward, purchase, tender, effects)?;
    effects.push(paid.effect(reward.number, tender.amount));
    Ok(paid.lines)
}

/// Moves an effect of a hold to the position of its holder in the entry.
fn of_holder(mut effect: Effect, holder: u8) -> Effect {
    match &mut effect {
        Effect::Held { who, .. } | Effect::HoldClosed { who, .. } => *who = holder,
        _ => {}
    }
    effect
}

/// True if an effect opens a hold that a till may capture: a gift's is claimed.
fn is_for_till(effect: &Effect) -> bool {
    matches!(effect, Effect::HoldOpened { token: None, .. })
}
