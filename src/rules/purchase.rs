//! A purchase: it must add up, may be paid with points, earns, and is followed
//! by a judgement of the tier.

pub(super) mod allocated_bill;
pub(super) mod allocation;
mod anonymous;
pub(super) mod base_rate;
pub mod bill;
pub(super) mod claim;
pub(super) mod discount;
pub mod foreign;
mod held_tender;
pub(super) mod kept_part;
pub(super) mod line_cost;
pub(super) mod line_worth;
pub mod payment_options;
mod points_tender;
pub(super) mod scene;
mod tenders;

use super::case::{Case, DecisionInputs, VoucherFound};
use super::partner;
use super::state::Member;
use crate::model::{
    Act, Discount, Draft, Effect, Given, Hook, Money, Purchase, Refusal, Tender, TenderKind,
    WarningCode, to_u16,
};
use crate::rules::campaign::earner::{Earner, Limits, earner};
use crate::rules::campaign::outcome::{EarnOutcome, Grant};
use crate::rules::lots::deficit;
use crate::rules::member::pass;
use crate::rules::member::tier;
use crate::rules::partner::pool;
use crate::rules::purchase::allocated_bill::Bill;
use crate::rules::purchase::allocation::Named;
use crate::rules::purchase::scene::{given, redemption_scene, scene};
use crate::rules::reward::spend;
use crate::rules::reward::voucher;
use std::borrow::Cow;

/// Decides a purchase.
pub fn decide(case: &Case, purchase: Box<Purchase>) -> Result<Draft, Refusal> {
    let left_out = left_out(case, &purchase)?;
    if left_out.is_empty() {
        let mut draft = decide_booked(case, &purchase)?;
        draft.act = Act::Purchase(purchase);
        return Ok(draft);
    }
    let booked = bill::booked(&purchase, &left_out);
    let is_paying = |found: &&VoucherFound| {
        let mut tenders = booked.tenders.iter();
        tenders.any(|t| t.kind.voucher() == Some(&found.code))
    };
    let vouchers: Vec<VoucherFound> = case
        .inputs
        .vouchers
        .iter()
        .filter(is_paying)
        .cloned()
        .collect();
    let without = Case {
        inputs: DecisionInputs {
            vouchers: &vouchers,
            ..case.inputs
        },
        ..case.clone()
    };
    let mut draft = decide_booked(&without, &booked)?;
    draft.act = Act::Purchase(purchase);
    let failed = left_out.iter().find_map(|effect| match effect {
        Effect::TenderLeftOut { refusal, .. } => case.failed.counted(refusal),
        _ => None,
    });
    draft.effects.extend(left_out);
    draft.effects.extend(failed);
    Ok(draft)
}

/// Tenders that cannot pay, for whatever reason, if such are left out and the
/// sale is booked: those before each are paid first.
fn left_out(case: &Case, purchase: &Purchase) -> Result<Vec<Effect>, Refusal> {
    let mut left_out = Vec::new();
    if !purchase.book_if_short {
        return Ok(left_out);
    }
    bill::check(purchase, case.programme().digits)?;
    partner::check_here(case)?;
    let mut effects = Vec::new();
    let named = discounts_named(case, purchase);
    for (n, tender) in purchase.tenders.iter().enumerate() {
        let paid = effects.len();
        let asked = ask_about_reward(case, purchase, tender);
        let found = asked.and_then(|()| tenders::pay_one(case, &named, (n, tender), &mut effects));
        if let Err(refusal) = found {
            effects.truncate(paid);
            left_out.push(Effect::TenderLeftOut {
                tender: to_u16(n + 1),
                amount: tender.amount,
                refusal,
            });
        }
    }
    Ok(left_out)
}

/// Decides a purchase of which all tenders pay.
fn decide_booked(case: &Case, purchase: &Purchase) -> Result<Draft, Refusal> {
    let mut effects = Vec::with_capacity(8);
    let tenders = paid(case, purchase, &mut effects);
    let tenders = tenders.map_err(|found| first_no(case, purchase, found))?;
    let spared = case.programme().not_discounted.others(&purchase.lines);
    let mut named = named(purchase, tenders, spared.as_deref());
    let act = || Act::Purchase(Box::default());
    let paid = effects.len();
    let mut bill = Bill::new(purchase, &named, &effects);
    let member = case.member();
    if member.is_some() {
        points_tender::check_allocated(case, purchase, &bill.allocation)?;
    }
    let earned = |bill: &Bill, effects: &mut Vec<Effect>| match member {
        Some(member) => earn(case, member, bill, effects),
        None => Ok(anonymous::earn(case, bill, effects)),
    };
    let mut given = earned(&bill, &mut effects)?;
    if named.learn(purchase, &effects) {
        // The campaigns named the lines of the till's discounts: decide again
        // with them.
        effects.truncate(paid);
        bill = Bill::new(purchase, &named, &effects);
        given = earned(&bill, &mut effects)?;
    }
    let mut given_review = Given::new();
    if let Some(member) = member {
        let mut judged = tier::judge(case, member, &effects);
        if let Some(risen) = tier::risen_at_once(case, member, &judged) {
            // The purchase earns at the tier it reaches: decide again from there.
            effects.truncate(paid);
            given = earn(case, &risen, &bill, &mut effects)?;
            judged.given = tier::judge(case, member, &effects).given;
        }
        effects.extend(judged.effects);
        given_review = judged.given;
    }
    effects.extend(spared_goods(purchase, spared.as_deref()));
    effects.extend(unknown_promotions(case, purchase));
    effects.extend(bill.allocation.effects(purchase));
    let mut draft = case.draft_for(voucher::members(case), act(), effects);
    (draft.given, draft.given_review) = (given, given_review);
    Ok(draft)
}

/// Warns of each discount of the till on goods that the programme does not
/// discount: `others` are the lines that discounts may apply to.
fn spared_goods(purchase: &Purchase, others: Option<&[u16]>) -> Vec<Effect> {
    let Some(others) = others else {
        return Vec::new();
    };
    let price = |n: &u16| {
        let line = purchase.lines.get(usize::from(*n).wrapping_sub(1));
        line.map_or(0, |line| line.amount.0.max(0))
    };
    let of_others: i64 = others.iter().map(price).sum();
    let is_spared = |d: &&crate::model::Discount| match d.lines.is_empty() {
        true => d.amount.0 > of_others,
        false => d.lines.iter().any(|n| !others.contains(n)),
    };
    let numbered = (1u16..).zip(&purchase.discounts);
    let wrong = numbered.filter(|(_, d)| is_spared(d));
    let warned = wrong.map(|(n, _)| {
        let text = format!("discount {n} is for goods that the programme does not discount");
        Effect::warned(WarningCode::NotDiscounted, text)
    });
    warned.collect()
}

/// Warns of each promotion code that no campaign knows. The existing codes are
/// not disclosed, since the sender may be guessing.
fn unknown_promotions<'a>(
    case: &'a Case,
    purchase: &'a Purchase,
) -> impl Iterator<Item = Effect> + 'a {
    let is_known = |code: &String| {
        let mut campaigns = case.policy.campaigns().iter();
        campaigns.any(|c| {
            c.promotions
                .as_ref()
                .is_none_or(|known| known.contains(code))
        })
    };
    let unknown = purchase.codes.iter().filter(move |code| !is_known(code));
    unknown.map(|code| {
        let text = format!("code {code}: no campaign has it; look at it again");
        Effect::warned(WarningCode::PromotionUnknown, text)
    })
}

/// Checks a purchase, and books the member's tenders; returns the lines that
/// each tender pays for.
fn paid(
    case: &Case,
    purchase: &Purchase,
    effects: &mut Vec<Effect>,
) -> Result<Vec<Vec<u16>>, Refusal> {
    bill::check(purchase, case.programme().digits)?;
    partner::check_here(case)?;
    for tender in &purchase.tenders {
        ask_about_reward(case, purchase, tender)?;
    }
    let lines = tenders::pay(case, &discounts_named(case, purchase), effects)?;
    partner::spent(case, purchase, effects);
    Ok(lines)
}

/// Checks that all tenders of a purchase pay, as its decision does, without
/// computing what it earns.
///
/// # Errors
/// The first refusal by precedence.
pub(super) fn check_paid(case: &Case, purchase: &Purchase) -> Result<(), Refusal> {
    let mut effects = Vec::new();
    let tenders = paid(case, purchase, &mut effects);
    let tenders = tenders.map_err(|found| first_no(case, purchase, found))?;
    let spared = case.programme().not_discounted.others(&purchase.lines);
    let named = named(purchase, tenders, spared.as_deref());
    let bill = Bill::new(purchase, &named, &effects);
    points_tender::check_allocated(case, purchase, &bill.allocation)
}

/// Lines that the discounts and tenders of a purchase are for; `others` are those
/// that may be discounted, if not all may.
fn named(purchase: &Purchase, tenders: Vec<Vec<u16>>, others: Option<&[u16]>) -> Named {
    let mut named = Named::by(purchase, tenders);
    if let Some(others) = others {
        named.spare(others);
    }
    named
}

/// The purchase with the lines that campaigns name for the till's discounts
/// without lines, if a reward or a voucher may pay for a piece of them.
fn discounts_named<'a>(case: &Case, purchase: &'a Purchase) -> Cow<'a, Purchase> {
    let pays_pieces = |t: &Tender| {
        matches!(
            t.kind,
            TenderKind::Reward { .. } | TenderKind::Voucher { .. }
        )
    };
    let is_open = |d: &Discount| d.campaign != 0 && d.lines.is_empty();
    let is_of_use = purchase.lines.len() > 1
        && purchase.tenders.iter().any(pays_pieces)
        && purchase.discounts.iter().any(is_open);
    if !is_of_use {
        return Cow::Borrowed(purchase);
    }
    let unpaid = Purchase {
        tenders: Vec::new(),
        ..purchase.clone()
    };
    let mut named = Named::by(&unpaid, Vec::new());
    let unpaid_bill = Bill::new(&unpaid, &named, &[]);
    let proposed = match case.member() {
        Some(member) => {
            let scene = scene(case, &unpaid_bill, given(case, member));
            earner(case, member, Limits::Now).earn(Hook::OnPurchase, scene)
        }
        None => anonymous::outcome(case, &unpaid_bill),
    };
    if !named.learn(&unpaid, &proposed.effects) {
        return Cow::Borrowed(purchase);
    }
    let parts = unpaid.discounts.iter().zip(named.discounts);
    let discounts = parts.flat_map(|(discount, parts)| {
        let parts = parts.into_iter().filter(|(amount, _)| amount.0 != 0);
        parts.map(|(amount, lines)| Discount {
            amount,
            lines,
            ..discount.clone()
        })
    });
    Cow::Owned(Purchase {
        discounts: discounts.collect(),
        ..purchase.clone()
    })
}

/// The first refusal, by precedence, of those that a purchase causes: once one
/// was found, each tender is checked by itself.
fn first_no(case: &Case, purchase: &Purchase, found: Refusal) -> Refusal {
    let named = discounts_named(case, purchase);
    let of_tender = |(n, tender)| {
        let asked = ask_about_reward(case, purchase, tender);
        let paid = tenders::pay_one(case, &named, (n, tender), &mut Vec::new());
        [asked.err(), paid.err()]
    };
    let tenders = purchase.tenders.iter().enumerate();
    let tenders = tenders.flat_map(of_tender).flatten();
    let here = partner::check_here(case).err();
    let all = tenders.chain(here);
    all.fold(found, |first, no| {
        match no.code.precedence() < first.code.precedence() {
            true => no,
            false => first,
        }
    })
}

/// Books a member's awards for a purchase, or the points it takes back, and the
/// visit; returns the facts it was decided by.
///
/// # Errors
/// Points to be taken back are spent, and the programme refuses that.
pub(super) fn earn(
    case: &Case,
    member: &Member,
    bill: &Bill,
    effects: &mut Vec<Effect>,
) -> Result<Given, Refusal> {
    let purchase = &*bill.purchase;
    let given = given(case, member);
    let mut earner = earner(case, member, Limits::Now);
    let scene = scene(case, bill, given.clone());
    let is_taking = scene.purchase.is_taking;
    let mut outcome = earner.earn(Hook::OnPurchase, scene);
    let owing;
    let mut taken = Vec::new();
    if is_taking {
        let (turned, given) = (base_rate::negated(bill), given.clone());
        let back = base_rate::outcome(case, member, &turned, given, Limits::None);
        base_rate::take(case, member, &back, effects)?;
        owing = deficit::owing(member, effects);
        earner.member = &owing;
        outcome.effects.extend(back.failures());
        taken = back.grants;
    }
    settle(case, &earner, outcome, (purchase, &taken), effects);
    effects.push(Effect::Visited {
        who: 0,
        day: case.day(),
        visits: 1,
        spend: purchase.total,
    });
    Ok(given)
}

/// Turns the result of the campaigns into effects.
fn settle(
    case: &Case,
    earner: &Earner,
    mut outcome: EarnOutcome,
    (purchase, taken): (&Purchase, &[Grant]),
    effects: &mut Vec<Effect>,
) {
    earner.settle(&mut outcome, effects);
    partner::earned(case, taken, effects);
    pool::contribute(case.programme(), &outcome, effects);
    pass::settle(case, earner.member, &outcome, effects);
    pass::settle_discounts(case, earner.member, purchase, effects);
    effects.extend(outcome.effects);
    let digits = case.programme().digits;
    effects.extend(discount_differs(purchase, outcome.discount, digits));
}

/// Warns if the till gave other discounts of campaigns than they propose.
pub(super) fn discount_differs(purchase: &Purchase, expected: Money, digits: u8) -> Option<Effect> {
    let by_campaigns = purchase.discounts.iter().filter(|d| d.campaign != 0);
    let given = Money(by_campaigns.map(|d| d.amount.0).sum());
    // Conversion to another currency and back may differ by a unit for each discount.
    let may_differ = match &purchase.foreign {
        Some(paid) => foreign::tolerance(paid, digits, purchase.discounts.len()),
        None => 0,
    };
    let differs = (given.0 - expected.0).abs() > may_differ;
    differs.then_some(Effect::DiscountDiffers { given, expected })
}

/// Asks `on_redeem` about tenders in points or rewards, which are redemptions.
fn ask_about_reward(case: &Case, purchase: &Purchase, tender: &Tender) -> Result<(), Refusal> {
    let what = match &tender.kind {
        TenderKind::Held { code: Some(_), .. } => return Ok(()),
        TenderKind::Held {
            unit,
            points,
            reward,
            ..
        } => (*unit, *points, *reward),
        TenderKind::Points { unit, points } => (*unit, *points, 0),
        TenderKind::Reward { reward } => {
            let found = case.need_reward(*reward)?;
            (found.unit, found.points, *reward)
        }
        _ => return Ok(()),
    };
    let member = case.need_member()?;
    let bill = Some((purchase, tender.amount));
    spend::ask_scripts(case, || {
        redemption_scene(case, what, bill, given(case, member))
    })
}
