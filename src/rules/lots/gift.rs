//! Gifts: a voucher or points held for the bearer of a token, which is as good
//! as money. They are held with their giver until somebody claims them or their
//! days are over, and keep their own expiry throughout.

use crate::model::{
    Act, Code, Draft, Effect, Entry, Instant, LotId, MemberId, Number, Points, Programme, Refusal,
    Standing, UnitKind,
};
use crate::rules::case::Case;
use crate::rules::lots::held_points;
use crate::rules::state::{Hold, Lot, Member};

/// Position of the giver in an entry that claims.
const GIVER: u8 = 1;

/// Decides to give a voucher away.
///
/// # Errors
/// The voucher is gone, or was given away before.
pub fn give(case: &Case, lot: LotId, token: [u8; 32]) -> Result<Draft, Refusal> {
    let open = givable(case, lot)?;
    let days = case.need_unit(open.unit)?.voucher.claim_days;
    // An expired voucher cannot be claimed.
    let until = back_on(case, days);
    let until = open.terms.expires.map_or(until, |end| end.min(until));
    let seq = case.state.global.next_seq;
    let (unit, one) = (open.unit, Points(1));
    let effects = vec![
        opened((unit, one), until, token),
        held_points::held(unit, lot, one, seq),
    ];
    Ok(case.draft(Act::VoucherGiven { lot, token, until }, effects))
}

/// A voucher that its holder may give away.
fn givable<'a>(case: &Case<'a>, lot: LotId) -> Result<&'a Lot, Refusal> {
    let no = |code, what: &str| Err(Refusal::new(code, what));
    let open = case.need_member()?.lot(lot);
    match open.filter(|l| case.is_voucher(l.unit)) {
        None => no(Code::CodeUsed, "lot: it was used, taken back or has ended"),
        Some(l) if l.is_dead(case.now()) => no(Code::CodeLapsed, "lot: its time has run out"),
        Some(l) if l.held.is_positive() => Err(crate::rules::reward::voucher::set_aside(
            case.need_member()?,
            lot,
        )),
        Some(l) => Ok(l),
    }
}

/// Opens a hold that waits for a token.
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
    let day = case.day().days_after(days);
    case.programme().calendar.start_of(day)
}

/// Decides the claim of a gift by the case's member; a voucher can also be
/// claimed by somebody unknown.
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
    let mut effects: Vec<Effect> = newcomer(case, code.is_some())?.into_iter().collect();
    effects.extend(held_points::ended(hold, false).into_iter().map(of_giver));
    effects.extend(moved(hold, code));
    let mut draft = case.draft(act, effects);
    draft.members = case.member.into_iter().chain([giver]).collect();
    Ok(draft)
}

/// Enrols the unknown claimer of a voucher as a member without a profile, since
/// a lot needs a holder.
fn newcomer(case: &Case, is_voucher: bool) -> Result<Option<Effect>, Refusal> {
    if is_voucher && case.member().is_none() {
        let (who, standing) = (0, Standing::Active);
        return Ok(Some(Effect::Standing { who, standing }));
    }
    case.need_member().map(|_| None)
}

fn moved(gift: &Hold, code: Option<[u8; 32]>) -> impl Iterator<Item = Effect> {
    gift.lots.iter().map(move |(lot, amount)| Effect::LotMoved {
        who: GIVER,
        to: 0,
        unit: gift.unit,
        lot: *lot,
        amount: *amount,
        code,
    })
}

/// The giver of a waiting gift, and its hold.
fn waiting<'a>(case: &Case<'a>, of: u64) -> Result<(MemberId, &'a Hold), Refusal> {
    let entry = case.need_named(Code::UnknownCode)?;
    let giver = entry.member().map(|id| case.state.resolve(id));
    // Two merged members may have been separated since, and the gift belongs to
    // one of them.
    let giver = case.inputs.other.or(giver);
    let member = giver.and_then(|id| case.state.members.get(&id));
    let found = member.and_then(|m| Some((m.id, named(m, of)?)));
    found.ok_or_else(|| gone(entry, case.now()))
}

/// Reason why a gift is no longer waiting.
fn gone(entry: &Entry, now: Instant) -> Refusal {
    let is_over = entry.effects.iter().any(|e| is_over(e, now));
    let (code, what) = match is_over {
        true => (Code::CodeLapsed, "its time has run out"),
        false => (Code::CodeUsed, "it was claimed before, or taken back"),
    };
    Refusal::new(code, ["token: ", what].concat())
}

fn is_over(effect: &Effect, now: Instant) -> bool {
    matches!(effect, Effect::HoldOpened { until, .. } if *until <= now)
}

fn named(member: &Member, of: u64) -> Option<&Hold> {
    let mut gifts = member.holds.iter().filter(|h| h.token.is_some());
    gifts.find(|h| h.seq == of)
}

/// Decides that an unclaimed gift goes back to its giver.
///
/// # Errors
/// There is no such gift, or its time is not over.
pub fn give_back(case: &Case, of: u64, act: Act) -> Result<Draft, Refusal> {
    let gift = named(case.need_member()?, of);
    let gift = gift.filter(|h| h.until <= case.now());
    let gift = gift.ok_or_else(|| Refusal::new(Code::HoldEnded, "no gift's time is over"))?;
    Ok(case.draft(act, held_points::ended(gift, true)))
}

/// The act by which a hold ends when its time is over.
pub fn over(programme: &Programme, hold: &Hold) -> Act {
    let of = hold.seq;
    match (hold.token, programme.is_kind(hold.unit, UnitKind::Voucher)) {
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
