//! Transfers: points go from one member to another with the terms they were
//! earned on, so that sending them back and forth gains no time.

use crate::model::{
    Account, Act, Code, Draft, Effect, Measure, Points, Refusal, TransferRule, Unit, UnitKind,
};
use crate::rules::case::Case;
use crate::rules::lots;
use crate::rules::lots::gift;
use crate::rules::lots::held_points;
use crate::rules::reward::spend::{check_some, too_few};
use crate::rules::state::{Lot, Member, Status};

/// Decides to move points to the case's second member.
pub fn decide(case: &Case, act: Act) -> Result<Draft, Refusal> {
    let Act::Transfer {
        unit,
        points,
        token,
        ..
    } = act
    else {
        return Err(Refusal::new(Code::BadInput, "not a transfer"));
    };
    let member = case.need_member()?;
    let unit = case.need_unit(unit)?;
    let rule = case.programme().transfer_rule(unit.number);
    let rule = rule.filter(|_| unit.kind == UnitKind::Spendable);
    let rule = rule.ok_or_else(|| {
        let detail = format!(
            "{0} cannot be sent: the programme has no [transfer.{0}]",
            unit.id
        );
        Refusal::new(Code::BadInput, detail)
    })?;
    if token.is_none() {
        check_taker(case)?;
    }
    check_amounts(case, member, unit, rule, points)?;
    let mut effects = match token {
        None => moved(case, member, unit, points),
        Some(token) => waiting(case, member, (unit, points), (rule, token)),
    };
    let found = lots::spendable(member, unit.number, case.now(), &effects);
    lots::take(found, rule.fee, Account::Redemption, &mut effects);
    Ok(case.draft(act, effects))
}

/// Holds points that wait for a token.
fn waiting(
    case: &Case,
    member: &Member,
    (unit, points): (&Unit, Points),
    (rule, token): (&TransferRule, [u8; 32]),
) -> Vec<Effect> {
    let (until, what) = (gift::back_on(case, rule.claim_days), (unit.number, points));
    let mut effects = vec![gift::opened(what, until, token)];
    let seq = case.state.global.next_seq;
    effects.extend(held_points::set_aside(case, member, what, seq));
    effects
}

/// Moves points to the case's second member, in spending order.
fn moved(case: &Case, member: &Member, unit: &Unit, points: Points) -> Vec<Effect> {
    let free = lots::spendable(member, unit.number, case.now(), &[]);
    let moved = |(lot, amount): (&Lot, Points)| Effect::LotMoved {
        who: 0,
        to: 1,
        unit: unit.number,
        lot: lot.id,
        amount,
        code: None,
    };
    lots::parts(free, points).map(moved).collect()
}

fn check_taker(case: &Case) -> Result<(), Refusal> {
    let Some(other) = case.inputs.other else {
        return Err(Refusal::new(Code::BadInput, "to: it names no taker"));
    };
    if case.member == Some(other) {
        return Err(Refusal::new(
            Code::SameMember,
            "to: giver and taker are one member",
        ));
    }
    match case.state.members.get(&other).map(|m| &m.status) {
        Some(Status::Active) => Ok(()),
        Some(_) => Err(Refusal::new(
            Code::MemberErased,
            "to: the member was erased",
        )),
        None => Err(Refusal::new(
            Code::UnknownMember,
            "to: nobody is known by that",
        )),
    }
}

fn check_amounts(
    case: &Case,
    member: &Member,
    unit: &Unit,
    rule: &TransferRule,
    points: Points,
) -> Result<(), Refusal> {
    check_some(points)?;
    let over = |left: Points, detail: String| {
        let (code, measure) = (Code::OverLimit, Measure::Unit(unit.number));
        Err(Refusal::short(code, measure, left.0, points.0, detail))
    };
    if let Some(max) = rule.max.filter(|max| points > *max) {
        let shown = unit.decimal(max);
        return over(
            max,
            format!("at most {shown} {} are sent at a time", unit.id),
        );
    }
    let sent = member.sent_on(unit.number, case.day());
    if let Some(max) = rule.max_day
        && points.0 + sent.0 > max.0
    {
        let left = Points((max.0 - sent.0).max(0));
        let (most, rest) = (unit.decimal(max), unit.decimal(left));
        let detail = format!("at most {most} {} are sent a day; {rest} are left", unit.id);
        return over(left, detail);
    }
    let (available, asked) = (
        member.available(unit.number, case.now()),
        points.plus(rule.fee),
    );
    match asked.filter(|asked| available >= *asked) {
        Some(_) => Ok(()),
        None => Err(too_few(unit, available, Points(points.0 + rule.fee.0))),
    }
}
