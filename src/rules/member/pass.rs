//! Passes: started, renewed from their anchor day, begun by their first use,
//! cancelled. A pass is a lot of one, whose expiry is the pass's end.

use crate::model::{
    Account, Act, Code, Day, Draft, Effect, Instant, LotId, Money, Number, PassRefund, PassStarts,
    PassTerms, Points, Purchase, Refusal, Terms, Value, WarningCode,
};
use crate::rules::campaign::outcome::{Benefit, EarnOutcome, Granted};
use crate::rules::case::Case;
use crate::rules::lots;
use crate::rules::state::{Lot, Member, PassCharge, PassHeld};

/// Promise that every pass has: its last day.
const UNTIL: &str = "until";

/// Decides the start, the renewal or the end of a pass. Values that the ledger
/// computes (days, refund) are filled in, whatever the act states.
pub fn decide(case: &Case, act: Act) -> Result<Draft, Refusal> {
    match act {
        Act::PassStarted { unit, paid, .. } => start(case, unit, paid),
        Act::PassRenewed { unit, paid, .. } => renew(case, unit, paid),
        Act::PassCancelled { unit, reason, .. } => cancel(case, unit, reason),
        other => Err(Refusal::new(
            Code::BadInput,
            format!("{} is about no pass", other.kind()),
        )),
    }
}

fn need_terms<'a>(case: &'a Case, unit: Number) -> Result<&'a PassTerms, Refusal> {
    let id = &case.need_unit(unit)?.id;
    let terms = case.programme().pass(unit);
    terms.ok_or_else(|| Refusal::new(Code::BadInput, format!("pass: {id} is no pass")))
}

/// A pass the member holds now, or the refusal that there is none.
fn need_held<'m>(
    case: &Case,
    member: &'m Member,
    unit: Number,
) -> Result<(&'m PassHeld, &'m Lot), Refusal> {
    let id = &case.need_unit(unit)?.id;
    let none = || Refusal::new(Code::PassRequired, format!("the member holds no {id}"));
    member.pass(unit, case.now()).ok_or_else(none)
}

fn start(case: &Case, unit: Number, paid: Money) -> Result<Draft, Refusal> {
    let member = case.need_member()?;
    let terms = need_terms(case, unit)?;
    if member.pass(unit, case.now()).is_some() {
        let detail = "the member holds it already; renew it instead";
        return Err(Refusal::new(Code::AlreadySo, detail));
    }
    let anchor = case.day();
    let until = match terms.starts {
        PassStarts::Now => anchor.after_months(terms.period_months),
        PassStarts::FirstUse => anchor.after_months(terms.lapses_months),
    };
    let until = case.programme().calendar.start_of(until);
    let mut effects = Vec::new();
    open(case, member, (unit, 0), (paid, until), "", &mut effects);
    let act = Act::PassStarted {
        unit,
        paid,
        anchor,
        until,
    };
    Ok(case.draft(act, effects))
}

/// Opens the lot that is the pass, and records the promises to its holder.
fn open(
    case: &Case,
    member: &Member,
    (unit, campaign): (Number, Number),
    (paid, until): (Money, Instant),
    why: &str,
    effects: &mut Vec<Effect>,
) {
    let lot = LotId {
        seq: case.state.global.next_seq,
        n: lots::opened(effects),
    };
    effects.push(Effect::Award {
        who: 0,
        unit,
        amount: Points(1),
        fills: Points::ZERO,
        from: Account::Issuance,
        campaign,
        exact: rust_decimal::Decimal::ONE.into(),
        line: 0,
        terms: Terms {
            available: None,
            expires: Some(until),
            keep: 0,
        },
        why: why.into(),
    });
    let (anchor, since) = (case.day(), case.day());
    effects.push(Effect::Pass {
        who: 0,
        unit,
        lot,
        anchor,
        since,
        paid,
    });
    effects.extend(promises(case, member, unit, until));
}

/// Promises to a holder from now on, as far as they are not recorded already.
fn promises(case: &Case, member: &Member, unit: Number, until: Instant) -> Vec<Effect> {
    let (Some(terms), Some(declared)) = (case.programme().pass(unit), case.programme().unit(unit))
    else {
        return Vec::new();
    };
    let last = (UNTIL, Value::Day(case.programme().calendar.last_day(until)));
    let declared_too = terms
        .promises
        .iter()
        .map(|(name, value)| (name.as_str(), value.clone()));
    let promise = |(name, value): (&str, Value)| {
        let key = format!("{}.{name}", declared.id);
        let was = member.memo.iter().find(|m| m.0 == 0 && m.1 == key);
        let was = was.map_or(Value::Unit, |m| m.2.clone());
        (was != value).then_some(Effect::Remembered {
            who: 0,
            campaign: 0,
            key,
            value,
            was,
        })
    };
    declared_too.chain([last]).filter_map(promise).collect()
}

fn renew(case: &Case, unit: Number, paid: Money) -> Result<Draft, Refusal> {
    let member = case.need_member()?;
    let terms = need_terms(case, unit)?;
    let (held, lot) = need_held(case, member, unit)?;
    if is_waiting(case, held) {
        let detail = "the pass waits for its first use; nothing is to be renewed yet";
        return Err(Refusal::new(Code::TooSoon, detail));
    }
    let calendar = &case.programme().calendar;
    let since = end_day(case, lot);
    let until = calendar.start_of(end_after(held.anchor, terms.period_months, since));
    let mut effects = vec![
        Effect::Extended {
            who: 0,
            unit,
            lot: lot.id,
            expires: Some(until),
        },
        Effect::Pass {
            who: 0,
            unit,
            lot: lot.id,
            anchor: held.anchor,
            since,
            paid,
        },
    ];
    effects.extend(promises(case, member, unit, until));
    Ok(case.draft(Act::PassRenewed { unit, paid, until }, effects))
}

/// The day at whose start a pass has ended.
fn end_day(case: &Case, lot: &Lot) -> Day {
    let end = lot.terms.expires.unwrap_or(case.now());
    case.programme().calendar.day_of(end)
}

/// The first end of a period after a day. Periods are counted from the anchor,
/// never from one another: from 31 January through 28 February, 30 March, 30 April.
fn end_after(anchor: Day, period_months: u32, day: Day) -> Day {
    let mut months = period_months;
    while anchor.after_months(months) <= day && months < u32::MAX / 2 {
        months += period_months;
    }
    anchor.after_months(months)
}

/// True if a pass that begins with its first use has not been used.
fn is_waiting(case: &Case, held: &PassHeld) -> bool {
    !held.is_begun && terms_of(case, held).is_some_and(|t| t.starts == PassStarts::FirstUse)
}

/// Terms under which a pass was paid for: those of the programme then in force.
fn terms_of(case: &Case, held: &PassHeld) -> Option<PassTerms> {
    let then = case.policies.policy(held.bundle);
    let then = then.as_ref().map_or(case.programme(), |p| p.programme());
    then.pass(held.unit).cloned()
}

fn cancel(case: &Case, unit: Number, reason: String) -> Result<Draft, Refusal> {
    let member = case.need_member()?;
    let (held, lot) = need_held(case, member, unit)?;
    let refund = refund(case, held, lot);
    let effects = vec![Effect::Debit {
        who: 0,
        unit,
        lot: lot.id,
        amount: Points(1),
        to: Account::Clawback,
    }];
    let act = Act::PassCancelled {
        unit,
        refund,
        reason,
    };
    Ok(case.draft(act, effects))
}

/// Refund for all periods that are not over.
fn refund(case: &Case, held: &PassHeld, lot: &Lot) -> Money {
    let rule = terms_of(case, held).map_or(PassRefund::Nothing, |t| t.refund);
    if rule == PassRefund::Nothing {
        return Money::ZERO;
    }
    let end = end_day(case, lot);
    let of = |(n, charge): (usize, &PassCharge)| {
        let until = held.charges.get(n + 1).map_or(end, |next| next.since);
        match is_waiting(case, held) || charge.since > case.day() {
            true => charge.paid.0,
            false => part_left(charge, until, case.day(), rule),
        }
    };
    Money(held.charges.iter().enumerate().map(of).sum())
}

/// Share of a charge for the remaining days, today included, rounded down.
fn part_left(charge: &PassCharge, until: Day, today: Day, rule: PassRefund) -> i64 {
    let (whole, left) = (until.0 - charge.since.0, until.0 - today.0);
    if left <= 0 || whole <= 0 {
        return 0;
    }
    match rule == PassRefund::FullIfUnused && charge.uses == 0 {
        true => charge.paid.0,
        false => crate::rules::share::scale(charge.paid.0, left.into(), whole.into()),
    }
}

/// Books passes that campaigns gave, benefits used, and the till's discounts by
/// campaigns for holders of a pass.
pub fn settle(case: &Case, member: &Member, outcome: &EarnOutcome, effects: &mut Vec<Effect>) {
    for granted in &outcome.passes {
        grant(case, member, granted, effects);
    }
    for benefit in &outcome.benefits {
        used(case, member, *benefit, effects);
    }
}

/// Books benefits that are discounts, at the amount that the till deducted
/// rather than a possible one.
pub fn settle_discounts(
    case: &Case,
    member: &Member,
    purchase: &Purchase,
    effects: &mut Vec<Effect>,
) {
    for discount in purchase.discounts.iter().filter(|d| d.campaign != 0) {
        let header = case.campaign(discount.campaign);
        let ids = header.map_or(&[][..], |c| &c.when.passes);
        let units = ids.iter().filter_map(|id| case.programme().unit_named(id));
        let held = units
            .map(|u| u.number)
            .find(|n| member.pass(*n, case.now()).is_some());
        if let Some(unit) = held {
            let (campaign, amount) = (discount.campaign, discount.amount);
            let benefit = Benefit {
                campaign,
                unit,
                amount,
            };
            used(case, member, benefit, effects);
        }
    }
}

fn grant(case: &Case, member: &Member, granted: &Granted, effects: &mut Vec<Effect>) {
    let until = case
        .programme()
        .calendar
        .start_of(granted.until.plus_days(1));
    match member.pass(granted.unit, case.now()) {
        Some((_, lot)) if lot.terms.expires.is_some_and(|end| end < until) => {
            effects.push(Effect::Extended {
                who: 0,
                unit: granted.unit,
                lot: lot.id,
                expires: Some(until),
            });
            effects.extend(last_day(case, member, granted.unit, until));
        }
        Some(_) => {}
        None if until <= case.now() || is_opened(granted.unit, effects) => {}
        None => open(
            case,
            member,
            (granted.unit, granted.campaign),
            (Money::ZERO, until),
            &granted.why,
            effects,
        ),
    }
}

fn is_opened(unit: Number, effects: &[Effect]) -> bool {
    let opens = |e: &Effect| matches!(e, Effect::Pass { unit: u, .. } if *u == unit);
    effects.iter().any(opens)
}

fn used(case: &Case, member: &Member, benefit: Benefit, effects: &mut Vec<Effect>) {
    let Some((held, lot)) = member.pass(benefit.unit, case.now()) else {
        let id = case.programme().unit(benefit.unit).map_or("", |u| &u.id);
        let text = format!("a benefit of {id} was used without it");
        effects.push(Effect::warned(WarningCode::NoPass, text));
        return;
    };
    let unit = benefit.unit;
    if is_waiting(case, held) && !is_opened(unit, effects) {
        effects.extend(begin(case, member, held, lot));
    }
    effects.push(Effect::BenefitUsed {
        who: 0,
        unit,
        campaign: benefit.campaign,
        amount: benefit.amount,
    });
}

/// Begins a pass at its first use: it counts from today.
fn begin(case: &Case, member: &Member, held: &PassHeld, lot: &Lot) -> Vec<Effect> {
    let today = case.day();
    let months = terms_of(case, held).map_or(0, |t| t.period_months);
    let until = case
        .programme()
        .calendar
        .start_of(today.after_months(months));
    let (who, unit, lot) = (0, held.unit, lot.id);
    let extended = Effect::Extended {
        who,
        unit,
        lot,
        expires: Some(until),
    };
    let pass = Effect::Pass {
        who,
        unit,
        lot,
        anchor: today,
        since: today,
        paid: held.charges.last().map_or(Money::ZERO, |c| c.paid),
    };
    let last = last_day(case, member, unit, until);
    [extended, pass].into_iter().chain(last).collect()
}

/// The promised last day, if it has changed.
fn last_day(case: &Case, member: &Member, unit: Number, until: Instant) -> Option<Effect> {
    let mut all = promises(case, member, unit, until).into_iter();
    let key = |e: &Effect| match e {
        Effect::Remembered { key, .. } => key.ends_with(UNTIL),
        _ => false,
    };
    all.rfind(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).expect("a day")
    }

    #[test]
    fn ends_are_counted_from_the_anchor_day() {
        let anchor = day("2026-01-31");
        let mut end = end_after(anchor, 1, anchor);
        let mut ends = vec![end];
        for _ in 0..3 {
            end = end_after(anchor, 1, end);
            ends.push(end);
        }
        let expected = ["2026-03-01", "2026-03-31", "2026-05-01", "2026-05-31"];
        assert_eq!(ends, expected.map(day));
        assert_eq!(
            end_after(day("2024-02-29"), 12, day("2024-02-29")),
            day("2025-03-01")
        );
    }

    #[test]
    fn the_days_that_are_left_are_paid_back_rounded_down() {
        let charge = |uses| PassCharge {
            since: day("2026-02-10"),
            paid: Money(29_900),
            uses,
        };
        let left =
            |uses, today, rule| part_left(&charge(uses), day("2027-02-10"), day(today), rule);
        assert_eq!(left(0, "2026-02-20", PassRefund::FullIfUnused), 29_900);
        assert_eq!(left(1, "2026-02-20", PassRefund::FullIfUnused), 29_080);
        assert_eq!(left(0, "2026-02-10", PassRefund::ProRata), 29_900);
        assert_eq!(left(0, "2027-02-10", PassRefund::ProRata), 0);
    }
}
