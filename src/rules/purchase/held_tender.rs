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
    let lines = match found {
        Some(found) => {
            let paid = voucher::pays(case, found, (purchase, tender), effects)?;
            effects.extend(spent_now);
            let lot = hold.lots.first().map(|l| l.0);
            effects.extend(voucher::used(case, found, lot, paid.line, tender));
            paid.lines
        }
        None => {
            let held = HeldPoints {
                entry,
                unit,
                points: *points,
                reward: *reward,
                is_whole: *points == left,
            };
            held.pay(case, (purchase, tender), spent_now, effects)?
        }
    };
    if *points == left {
        effects.push(of_holder(closed(*of, false), who));
    }
    Ok(lines)
}

/// Points that a hold had set aside, for themselves or for a reward.
struct HeldPoints<'a> {
    /// The entry that set them aside.
    entry: &'a Entry,
    unit: Number,
    points: Points,
    /// The reward; 0 if none.
    reward: Number,
    /// True if they are all that the hold has left.
    is_whole: bool,
}

impl HeldPoints<'_> {
    /// Books them as a tender; returns the lines that it pays for. `spent_now` takes them out
    /// of the hold.
    fn pay(
        &self,
        case: &Case,
        (purchase, tender): (&Purchase, &Tender),
        spent_now: Vec<Effect>,
        effects: &mut Vec<Effect>,
    ) -> Result<Vec<u16>, Refusal> {
        let (lines, counted) = match case.reward(self.reward).filter(|_| self.reward != 0) {
            Some(reward) if self.is_whole => {
                let lines = pay_reward(case, reward, purchase, tender, effects)?;
                let entry = Some(self.entry);
                (lines, [uncounted(entry), counted_again(entry)].concat())
            }
            Some(_) => return Err(whole_only()),
            None => {
                let of = (self.unit, self.points);
                let lines = paid_with_points(case, purchase, tender, of, effects)?;
                (lines, Vec::new())
            }
        };
        let debits: Vec<Effect> = spent_now.iter().filter_map(spent).collect();
        effects.extend(spent_now);
        effects.extend(debits);
        let spending = Spending {
            unit: self.unit,
            points: self.points,
            by: Identified::Unsaid,
            is_free: self.reward != 0,
        };
        spend::count(case, &spending, effects);
        effects.extend(counted);
        Ok(lines)
    }
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
