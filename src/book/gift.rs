//! Gifts: a voucher or points that wait for whoever has a token, which is as
//! good as money. They are held with their giver until somebody claims them or
//! their days are over, and keep their own ends throughout.

use super::case::Case;
use super::hold;
use super::state::{Hold, Member};
use crate::model::{
    Act, Code, Draft, Effect, Instant, LotId, MemberId, Number, Points, Programme, Refusal,
    Standing, UnitKind,
};

/// The giver's place in an entry that claims.
const GIVER: u8 = 1;

/// Decides to give a voucher away.
///
/// # Errors
/// There is no such voucher any more, or it was given away before.
pub fn give(case: &Case, lot: LotId, token: [u8; 32]) -> Result<Draft, Refusal> {
    let member = case.need_member()?;
    let open = member.lot(lot).filter(|l| case.is_voucher(l.unit));
    let used = |what: &str| Refusal::new(Code::CodeUsed, what);
    let open = open.ok_or_else(|| used("lot: the voucher was used, taken back or has ended"))?;
    if open.is_dead(case.now()) {
        return Err(Refusal::new(Code::CodeLapsed, "lot: its time has run out"));
    }
    if open.held.is_positive() {
        return Err(used("lot: the voucher was given away before"));
    }
    let days = case.need_unit(open.unit)?.voucher.claim_days;
    // Nobody can claim what has ended.
    let until = back_on(case, days);
    let until = open.terms.expires.map_or(until, |end| end.min(until));
    let seq = case.state.house.next_seq;
    let (unit, one) = (open.unit, Points(1));
    let effects = vec![
        opened((unit, one), until, token),
        hold::held(unit, lot, one.0, seq),
    ];
    Ok(case.draft(Act::VoucherGiven { lot, token, until }, effects))
}

/// A hold that waits for a token.
pub fn opened((unit, amount): (Number, Points), until: Instant, token: [u8; 32]) -> Effect {
    Effect::HoldOpened {
        who: 0,
        unit,
        amount,
        until,
        token: Some(token),
    }
}

/// The start of the day on which a gift of today goes back.
pub fn back_on(case: &Case, days: u32) -> Instant {
    let day = case.day().plus_days(days as i32);
    case.programme().calendar.start_of(day)
}

/// Decides that the case's member takes a gift; of a voucher also somebody of
/// whom nothing is known.
///
/// # Errors
/// It was claimed, or went back.
pub fn claim(case: &Case, of: u64, act: Act) -> Result<Draft, Refusal> {
    let (giver, hold) = waiting(case, of)?;
    if case.member == Some(giver) {
        return Err(Refusal::new(
            Code::SameMember,
            "token: who gave it cannot claim it; unclaimed, it comes back by itself",
        ));
    }
    let code = match act {
        Act::VoucherClaimed { code, .. } => Some(code),
        _ => None,
    };
    let mut effects = Vec::new();
    match case.member() {
        None if code.is_some() => effects.push(Effect::Standing {
            who: 0,
            standing: Standing::Active,
        }),
        _ => drop(case.need_member()?),
    }
    effects.extend(ended(hold, false).into_iter().map(of_giver));
    effects.extend(hold.lots.iter().map(|(lot, amount)| Effect::LotMoved {
        who: GIVER,
        to: 0,
        unit: hold.unit,
        lot: *lot,
        amount: *amount,
        code,
    }));
    let mut draft = case.draft(act, effects);
    draft.members = case.member.into_iter().chain([giver]).collect();
    Ok(draft)
}

/// The giver of a gift that waits, and what is held for it.
fn waiting<'a>(case: &Case<'a>, of: u64) -> Result<(MemberId, &'a Hold), Refusal> {
    let entry = case.need_named(Code::UnknownCode)?;
    let giver = entry.member().map(|id| case.state.resolve(id));
    let member = giver.and_then(|id| case.state.members.get(&id));
    let found = member.and_then(|m| Some((m.id, named(m, of)?)));
    found.ok_or_else(|| {
        let until = entry.effects.iter().find_map(|effect| match effect {
            Effect::HoldOpened { until, .. } => Some(*until),
            _ => None,
        });
        match until.is_some_and(|until| until <= case.now()) {
            true => Refusal::new(Code::CodeLapsed, "token: the gift's time has run out"),
            false => Refusal::new(
                Code::CodeUsed,
                "token: the gift was claimed before, or taken back",
            ),
        }
    })
}

fn named(member: &Member, of: u64) -> Option<&Hold> {
    let mut gifts = member.holds.iter().filter(|h| h.token.is_some());
    gifts.find(|h| h.seq == of)
}

/// Decides that a gift goes back to its giver, since nobody claimed it in time.
///
/// # Errors
/// There is no such gift, or its time is not over.
pub fn give_back(case: &Case, of: u64, act: Act) -> Result<Draft, Refusal> {
    let gift = named(case.need_member()?, of);
    let gift = gift.filter(|h| h.until <= case.now());
    let gift = gift.ok_or_else(|| Refusal::new(Code::HoldEnded, "no gift's time is over"))?;
    Ok(case.draft(act, ended(gift, true)))
}

/// What sets a gift free and ends it.
pub fn ended(gift: &Hold, is_timeout: bool) -> Vec<Effect> {
    let mut effects = hold::free(gift, gift.left());
    effects.push(hold::closed(gift.seq, is_timeout));
    effects
}

/// The act by which a hold ends when its time is over.
pub fn over(programme: &Programme, hold: &Hold) -> Act {
    let of = hold.seq;
    let unit = programme.unit(hold.unit);
    let is_voucher = unit.is_some_and(|u| u.kind == UnitKind::Voucher);
    match (hold.token, is_voucher) {
        (None, _) => Act::Release {
            of,
            is_timeout: true,
        },
        (Some(_), true) => Act::VoucherReturned { of },
        (Some(_), false) => Act::TransferReturned { of },
    }
}

fn of_giver(mut effect: Effect) -> Effect {
    match &mut effect {
        Effect::Held { who, .. } | Effect::HoldClosed { who, .. } => *who = GIVER,
        _ => {}
    }
    effect
}
