//! Partners and pools: names to numbers, and reports of their accounts.

use crate::answer::{PartnerAccount, PartnerMonthTold, PoolAccount, PoolPaidTold, PoolYearTold};
use crate::chain::hash::Hash;
use crate::command::{PartnerAction, PartnerAsked, PoolPayment};
use crate::engine::error::Error;
use crate::engine::staging::name_resolver::NameResolver;
use crate::engine::stop::Stop;
use crate::model::{
    AMOUNT_MAX, Act, Code, Day, Entry, Measure, Money, NameKind, Number, Partner, Points, Pool,
    Refusal, wide_money,
};
use crate::rules::state::{PartnerState, PoolState};

/// Converts a command about a partner to an act; values that the rules
/// compute are left empty.
pub(in crate::engine) fn partner_act(
    names: &NameResolver<'_>,
    asked: &PartnerAsked,
) -> Result<Act, Stop> {
    let partner = partner_named(names, &asked.partner)?;
    let changed = |is_active| Act::PartnerChanged {
        partner,
        is_active,
        terms: Vec::new(),
        reason: asked.reason.clone(),
    };
    Ok(match asked.action {
        PartnerAction::Suspend => changed(false),
        PartnerAction::Resume => changed(true),
        PartnerAction::Settle { month } => Act::Settled {
            partner,
            from: month,
            to: month.plus_months(1),
            amount: Money::ZERO,
        },
    })
}

fn partner_named(names: &NameResolver<'_>, id: &str) -> Result<Number, Stop> {
    let known = names.programme.partners.iter();
    let known = known.map(|p| p.id.as_str()).collect();
    names.number(NameKind::Partner, id, Code::UnknownPartner, known)
}

/// Converts a payment out of a pool.
pub(in crate::engine) fn pool_act(
    names: &NameResolver<'_>,
    paid: &PoolPayment,
) -> Result<Act, Stop> {
    let programme = names.programme;
    let known = programme.pools.iter().map(|p| p.id.as_str()).collect();
    let pool = names.number(NameKind::Pool, &paid.pool, Code::UnknownPool, known)?;
    let digits = programme.pool(pool).map_or(0, |p| p.digits);
    let finer = 10i64.pow(digits.saturating_sub(programme.digits).into());
    let points = paid.amount.0.checked_mul(finer).map(Points);
    let Some(points) = points.filter(|p| p.is_in_range()) else {
        let asked = paid.amount.0.saturating_mul(finer);
        let (code, measure) = (Code::TooLarge, Measure::Pool(pool));
        let detail = "amount: more than a ledger can hold";
        return Err(Refusal::short(code, measure, AMOUNT_MAX, asked, detail).into());
    };
    Ok(Act::PoolPaid {
        pool,
        points,
        to: paid.to.clone(),
        evidence: paid.evidence,
    })
}

/// Account of a pool; `paid` reads the entry of a payment, with its hash.
///
/// # Errors
/// Those of `paid`.
pub(in crate::engine) fn pool_account(
    pool: &Pool,
    book: &PoolState,
    mut paid: impl FnMut(u64) -> Result<Option<(Entry, Hash)>, Error>,
) -> Result<PoolAccount, Error> {
    let money = |n: i64| Money(n).display(pool.digits);
    let years = book.years.iter().map(|y| PoolYearTold {
        year: y.year,
        given: wide_money(y.given, pool.digits),
        paid: wide_money(y.paid, pool.digits),
    });
    let years = years.collect();
    let mut payments = Vec::new();
    for seq in &book.payments {
        let Some((entry, hash)) = paid(*seq)? else {
            continue;
        };
        if let Act::PoolPaid {
            points,
            to,
            evidence,
            ..
        } = entry.act
        {
            payments.push(PoolPaidTold {
                seq: *seq,
                day: entry.head.day.to_string(),
                amount: money(points.0),
                to,
                evidence: evidence.map(|e| Hash::from(e).to_hex()),
                hash: hash.to_hex(),
            });
        }
    }
    Ok(PoolAccount {
        pool: pool.id.clone(),
        balance: wide_money(book.balance, pool.digits),
        years,
        payments,
    })
}

/// Account of a partner.
pub(in crate::engine) fn account(
    partner: &Partner,
    book: Option<&PartnerState>,
    digits: u8,
) -> PartnerAccount {
    let money = |money: i128| wide_money(money, digits);
    let months = book.into_iter().flat_map(|b| &b.months);
    let months = months.map(|m| PartnerMonthTold {
        month: month_text(m.month),
        earned: money(m.earned),
        redeemed: money(m.redeemed),
        undone: money(m.undone),
        settled: money(m.settled),
    });
    PartnerAccount {
        partner: partner.id.clone(),
        is_active: !book.is_some_and(|b| b.is_suspended),
        owes: money(book.map_or(0, |b| b.balance)),
        months: months.collect(),
    }
}

/// Formats months since year 0 as `2026-11`.
fn month_text(month: i32) -> String {
    let first = Day::from_ymd(month.div_euclid(12), month.rem_euclid(12) as u32 + 1, 1);
    first.map_or_else(String::new, |day| {
        format!("{:04}-{:02}", day.year(), day.month())
    })
}
