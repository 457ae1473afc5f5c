//! Vouchers: lots of one with a code of their own. The bearer of the code may
//! use it, so a tender names the code and the ledger finds the holder.

mod issue;
mod pay;

pub use issue::{cap_stock, finish, give, issue, need_stock, offer};
pub use pay::{found, pay, pays, place, used, worth};

use crate::model::{
    Account, Act, Code, Deficit, Draft, Effect, LotId, Measure, MemberId, Number, Points, Refusal,
};
use crate::rules::case::{Case, VoucherFound};
use crate::rules::lots;
use crate::rules::lots::held_points;
use crate::rules::state::{Hold, Lot, Member};

/// The holder of a voucher found by its code, and its lot, if it can be used
/// now; otherwise the refusal.
pub fn open<'a>(case: &'a Case, found: &VoucherFound) -> Result<(&'a Member, &'a Lot), Refusal> {
    let holder = case.state.members.get(&found.holder);
    let lot = holder.and_then(|member| Some((member, lot_of(member, found)?)));
    let lapsed = |what: &str| Err(Refusal::new(Code::CodeLapsed, what));
    match lot {
        None if found.terms.expires.is_some_and(|end| end <= case.now()) => {
            lapsed("code: the voucher's time has run out")
        }
        None => Err(Refusal::new(
            Code::CodeUsed,
            "code: the voucher was used or taken back",
        )),
        Some((_, lot)) if lot.is_dead(case.now()) => lapsed("code: the voucher's time has run out"),
        Some((_, lot)) if lot.is_pending(case.now()) => {
            lapsed("code: the voucher's time has not begun yet")
        }
        Some((member, lot)) if lot.held.is_positive() => Err(set_aside(member, lot.id)),
        Some(open) => Ok(open),
    }
}

/// The refusal for a voucher that is held for a recipient or for a payment.
pub fn set_aside(member: &Member, lot: LotId) -> Refusal {
    let is_of = |hold: &&Hold| hold.lots.iter().any(|part| part.0 == lot);
    let hold = member.holds.iter().find(is_of);
    let what = match hold.is_some_and(|hold| hold.token.is_none()) {
        true => "it is set aside for a payment; capture or release that hold",
        false => "it was given away",
    };
    Refusal::new(
        Code::CodeUsed,
        format!("code: the voucher cannot be used: {what}"),
    )
}

/// The holder of a voucher, if known.
pub fn holder<'a>(case: &'a Case, found: &VoucherFound) -> Option<&'a Member> {
    case.state.members.get(&found.holder)
}

/// The lot of a code: it keeps the code through a merge, and its number if it
/// came back after use.
fn lot_of<'a>(member: &'a Member, found: &VoucherFound) -> Option<&'a Lot> {
    let mut lots = member.lots_of(found.unit);
    let by_code = lots.find(|l| l.code.as_deref() == Some(&found.code));
    by_code.or_else(|| member.lot(found.lot).filter(|l| l.code.is_none()))
}

/// Members of a draft in which others' vouchers are used: the command's own
/// first, or a placeholder.
pub fn members(case: &Case) -> Vec<MemberId> {
    let own = case.member;
    let mut members: Vec<MemberId> = own.into_iter().collect();
    for found in case.inputs.vouchers {
        if members.is_empty() {
            members.push(MemberId::NOBODY);
        }
        if !members.contains(&found.holder) {
            members.push(found.holder);
        }
    }
    members
}

/// Takes a voucher back for good, by the lot.
///
/// # Errors
/// The voucher is gone, or waits to be claimed.
pub fn void(case: &Case, lot: LotId, reason: String) -> Result<Draft, Refusal> {
    let member = case.need_member()?;
    let open = member.lot(lot).filter(|l| case.is_voucher(l.unit));
    let used = |what: &str| Refusal::new(Code::CodeUsed, what);
    let open = open.ok_or_else(|| used("lot: the voucher was used, taken back or has ended"))?;
    if open.held.is_positive() {
        return Err(set_aside(member, lot));
    }
    let effects = vec![Effect::Debit {
        who: 0,
        unit: open.unit,
        lot,
        amount: Points(1),
        to: Account::Correction,
    }];
    Ok(case.draft(Act::VoucherVoided { lot, reason }, effects))
}

/// Takes back vouchers of a unit that an entry gave (`own`), if they are still
/// there, and returns the number that counts as taken: used or given ones are
/// waived, unless the programme refuses that.
///
/// # Errors
/// One is gone, and the programme refuses that.
pub fn taken_back(
    case: &Case,
    member: &Member,
    own: &[LotId],
    unit: Number,
    difference: i64,
    effects: &mut Vec<Effect>,
) -> Result<Option<Points>, Refusal> {
    let own = || member.lots_of(unit).filter(|l| own.contains(&l.id));
    let asked = Points(difference.max(0));
    let free = own().map(|l| (l, Points(l.remaining.0 - l.held.0)));
    let mut left = lots::take(free, asked, Account::Clawback, effects);
    // A gift that nobody has claimed yet is still its giver's.
    for (lot, gift) in own().filter_map(|lot| Some((lot, gift_of(member, lot)?))) {
        if left.is_positive() {
            effects.extend(held_points::ended(gift, false));
            left = lots::take([(lot, lot.remaining)], left, Account::Clawback, effects);
        }
    }
    if left.is_positive() && case.programme().deficit == Deficit::Refuse {
        let detail = "the voucher it gave was used or given away";
        let (code, measure) = (Code::AlreadySpent, Measure::Unit(unit));
        let there = asked.0 - left.0;
        return Err(Refusal::short(code, measure, there, asked.0, detail));
    }
    Ok(Some(asked).filter(|points| points.is_positive()))
}

/// The hold of a voucher that was given away, if it was.
fn gift_of<'a>(member: &'a Member, lot: &Lot) -> Option<&'a Hold> {
    let is_of = |hold: &&Hold| hold.lots.iter().any(|part| part.0 == lot.id);
    member.holds.iter().find(is_of)
}
