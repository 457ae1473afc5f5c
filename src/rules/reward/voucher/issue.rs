//! Issue of vouchers: by campaigns, for a reward, by hand; never more than the stock.

use crate::model::{
    Account, Act, Code, CodeKind, Count, CutBy, Day, Draft, Effect, Exact, Instant, LotId, Measure,
    Number, Period, Points, Programme, Proposal, Refusal, Scope, Unit, UnitKind,
};
use crate::rules::campaign::earner::{Earner, Limits};
use crate::rules::campaign::outcome::{Grant, Offer};
use crate::rules::case::Case;
use crate::rules::lots;
use crate::rules::state::counted;
use rust_decimal::Decimal;

/// A voucher that a campaign proposes, as an offer of one.
///
/// # Errors
/// The reason why the proposal is invalid.
pub fn offer(programme: &Programme, campaign: usize, proposal: Proposal) -> Result<Offer, String> {
    let Proposal::Issue {
        unit: id,
        why,
        expires,
        available,
        sku,
    } = proposal
    else {
        return Err("no voucher is proposed".into());
    };
    let unit = programme.unit_named(&id);
    let unit = unit.ok_or_else(|| format!("the programme has no unit \"{id}\""))?;
    if unit.kind != UnitKind::Voucher {
        return Err(format!("\"{id}\" is no voucher: award it instead"));
    }
    Ok(Offer {
        campaign,
        unit: unit.number,
        exact: Decimal::ONE,
        line: 0,
        why,
        expires,
        available,
        sku,
    })
}

/// Drops vouchers whose stock is used up.
pub fn cap_stock(earner: &Earner<'_>, offers: &mut Vec<Offer>, effects: &mut Vec<Effect>) {
    // Cuts of an earlier decision are in its own effects.
    if !matches!(earner.limits, Limits::Now) {
        return;
    }
    for unit in &earner.policy.programme().units {
        let Some(stock) = unit.voucher.stock else {
            continue;
        };
        let counters = &earner.state.global.counters;
        let used = issued(counters, unit.number, earner.head.day);
        let mut left = (stock - used).max(0);
        offers.retain(|offer| {
            if offer.unit != unit.number || left > 0 {
                left -= i64::from(offer.unit == unit.number);
                return true;
            }
            effects.push(Effect::Cut {
                campaign: earner.policy.campaigns()[offer.campaign].number,
                unit: unit.number,
                asked: offer.exact.into(),
                granted: Exact::default(),
                by: CutBy::OutOfStock,
            });
            false
        });
    }
}

fn issued(counters: &[crate::rules::state::Counter], unit: Number, day: Day) -> i64 {
    let each = Period::Ever;
    counted(counters, Count::Issued(unit), each, day.start_of(each))
}

/// The effects of a voucher granted by a campaign.
pub fn give(programme: &Programme, unit: &Unit, day: Day, grant: &Grant) -> Vec<Effect> {
    let (expires, available) = (grant.offer.expires, grant.offer.available);
    let mut effects = Vec::new();
    for _ in 0..grant.amount {
        effects.push(Effect::Voucher {
            who: 0,
            unit: unit.number,
            code: [0; 32],
            campaign: grant.campaign,
            terms: lots::terms(programme, unit, day, expires, available),
            why: grant.offer.why.clone(),
        });
        effects.extend(grant.offer.sku.clone().map(|sku| Effect::VoucherBound {
            who: 0,
            lot: LotId { seq: 0, n: 0 },
            sku,
        }));
    }
    effects
}

/// Decides a voucher issued by hand.
pub fn issue(
    case: &Case,
    unit: Number,
    expires: Option<Instant>,
    reason: String,
    code: [u8; 32],
) -> Result<Draft, Refusal> {
    case.need_member()?;
    let declared = case.need_unit(unit)?;
    if declared.kind != UnitKind::Voucher {
        let detail = format!("unit: {} is no voucher", declared.id);
        return Err(Refusal::new(Code::BadInput, detail));
    }
    if expires.is_some_and(|end| end <= case.now()) {
        return Err(Refusal::new(Code::BadInput, "expires: it lies in the past"));
    }
    need_stock(case, declared)?;
    let mut terms = lots::terms(case.programme(), declared, case.day(), None, None);
    terms.expires = expires.or(terms.expires);
    let effects = vec![Effect::Voucher {
        who: 0,
        unit,
        code,
        campaign: 0,
        terms,
        why: reason.clone(),
    }];
    let act = Act::VoucherIssued {
        unit,
        code,
        expires,
        reason,
    };
    Ok(case.draft(act, effects))
}

/// Refuses if no voucher of a unit is left.
pub fn need_stock(case: &Case, unit: &Unit) -> Result<(), Refusal> {
    let Some(stock) = unit.voucher.stock else {
        return Ok(());
    };
    let left = stock - issued(&case.state.global.counters, unit.number, case.day());
    match left > 0 {
        true => Ok(()),
        false => Err(Refusal::short(
            Code::OutOfStock,
            Measure::Unit(unit.number),
            0,
            1,
            format!("all {stock} {} are given out", unit.id),
        )),
    }
}

/// Fills in values that depend on the whole entry: the lots of vouchers, their
/// codes, and the number they take from a stock.
pub fn finish(case: &Case, draft: &mut Draft) {
    let seq = case.state.global.next_seq;
    let (mut lots, mut codes, mut tokens) = (0u16, 0u16, 0u16);
    let hash = |kind, n: &mut u16| {
        *n += 1;
        let codes = case.inputs.codes;
        codes.map_or([0; 32], |codes| codes.hash(kind, *n - 1, &case.head.key))
    };
    for effect in &mut draft.effects {
        lots += u16::from(effect.opens_lot());
        match effect {
            Effect::Voucher { code, .. }
            | Effect::LotMoved {
                code: Some(code), ..
            } => named_or(code, hash(CodeKind::Voucher, &mut codes)),
            Effect::HoldOpened {
                token: Some(token), ..
            } => named_or(token, hash(CodeKind::Gift, &mut tokens)),
            Effect::VoucherBound { lot, .. } => {
                let n = lots.saturating_sub(1);
                *lot = LotId { seq, n };
            }
            _ => {}
        }
    }
    let counters = stock_counters(case, &draft.effects);
    draft.effects.extend(counters);
}

/// Sets the code of a voucher, unless its act names one already.
fn named_or(code: &mut [u8; 32], made: [u8; 32]) {
    if *code == [0; 32] {
        *code = made;
    }
}

/// Counters of units with a stock: given vouchers take from it, those taken
/// back after a return go back.
fn stock_counters(case: &Case, effects: &[Effect]) -> Vec<Effect> {
    let by = |number: Number| -> i64 {
        let one = |effect: &Effect| match effect {
            Effect::Voucher { unit, .. } if *unit == number => 1,
            Effect::Debit {
                unit,
                to: Account::Clawback,
                amount: Points(amount),
                ..
            } if *unit == number => -amount,
            _ => 0,
        };
        effects.iter().map(one).sum()
    };
    let units = case.programme().units.iter();
    let limited = units.filter(|u| u.voucher.stock.is_some());
    let counter = |unit: &Unit| Effect::Counted {
        scope: Scope::All,
        count: Count::Issued(unit.number),
        each: Period::Ever,
        start: case.day().start_of(Period::Ever),
        by: by(unit.number),
    };
    let moved = |effect: &Effect| !matches!(effect, Effect::Counted { by: 0, .. });
    limited.map(counter).filter(moved).collect()
}
