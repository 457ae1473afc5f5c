//! Names to numbers for commands of the office.

use crate::chain::hash::{Purpose, bytes_hash};
use crate::command::{Adjust, Bad, EntryRef, Office, Request, Return, SaleRef, Verb};
use crate::engine::error::Error;
use crate::engine::staging::{deciding, name_resolver, names_in_force};
use crate::engine::stop::{Stop, no};
use crate::engine::verbs::{foreign, standing_sale};
use crate::engine::{Ledger, Records};
use crate::model::{Act, AlertChange, Code, Day, Extent, Instant, Key, Money, Policy, Refusal};
use crate::rules::purchase::foreign::refunded;
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// Hash context for the source of an opening balance.
const SOURCE: &str = "stampbook 2026-11 source v1";

/// Refuses a segment that is none of the programme's tiers, labels and values of
/// attributes; where scripts compute labels, any may be one.
fn check_segment(records: &Records, segment: &str) -> Result<(), Stop> {
    if segment.is_empty() {
        return Ok(());
    }
    let mut known = BTreeSet::new();
    for policy in deciding::in_force(records)? {
        let Some(labels) = policy.labels() else {
            return Ok(());
        };
        known.extend(labels.iter().cloned());
        known.extend(policy.tiers().into_iter().flat_map(|t| t.names.clone()));
        for attribute in &policy.programme().attributes {
            let values = attribute.values.iter();
            known.extend(values.map(|value| format!("{}={value}", attribute.id)));
        }
    }
    if known.contains(segment) {
        return Ok(());
    }
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let bad = match known.is_empty() {
        true => Bad::new(
            "segment",
            format!(
                "unknown segment '{segment}'; the programme has no tiers, labels or attributes that make one: leave it out for all members"
            ),
        ),
        false => Bad::unknown("segment", "segment", segment, &known),
    };
    no(Code::BadInput, bad.to_string())
}

/// Refuses to acknowledge or end an alert that is not there.
pub(in crate::engine) fn check_alert(ledger: &mut Ledger, act: &Act) -> Result<(), Stop> {
    let (Act::AlertChanged(changed), Some(look)) = (act, ledger.options.alerts) else {
        return Ok(());
    };
    if changed.change == AlertChange::Raised {
        return Ok(());
    }
    let Some(known) = look(ledger, &changed.alert)? else {
        return Ok(());
    };
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let bad = Bad::unknown("alert", "alert", &changed.alert, &known);
    no(Code::BadInput, bad.to_string())
}

/// Converts a command of the office to an act.
pub(in crate::engine) fn office_act(records: &Records, asked: &Office) -> Result<Act, Stop> {
    Ok(match asked {
        Office::Goal {
            metric,
            from,
            to,
            is_points,
            by,
            segment,
        } => {
            check_segment(records, segment)?;
            Act::GoalSet {
                metric: metric.clone(),
                base: *from,
                target: *to,
                is_points: *is_points,
                deadline: *by,
                segment: segment.clone(),
            }
        }
        Office::Cost {
            kind,
            amount,
            campaign,
            note,
        } => Act::CostBooked {
            kind: kind.clone(),
            amount: *amount,
            campaign: match campaign.as_str() {
                "" => 0,
                campaign => names_in_force::campaign(records, campaign)?,
            },
            note: note.clone(),
        },
        Office::Alert(changed) => Act::AlertChanged(changed.clone()),
        Office::Close { through } => Act::PeriodClosed {
            from: records.global().open_from,
            to: through.plus_days(1),
        },
        Office::Opening {
            unit,
            points,
            source,
            expires: Some(last),
        } => balance(records, unit, *points, source, *last)?,
        Office::Opening {
            unit,
            points,
            source,
            expires: None,
        } => Act::Imported {
            opening: Some(name_resolver::names(records)?.amount(unit, *points)?),
            source: source.clone(),
            digest: blake3::derive_key(SOURCE, source.as_bytes()),
            rows: 1,
        },
    })
}

/// Converts a balance that keeps its expiry of the other system.
fn balance(
    records: &Records,
    unit: &str,
    points: Decimal,
    source: &str,
    last: Day,
) -> Result<Act, Stop> {
    let (unit, points) = name_resolver::names(records)?.amount(unit, points)?;
    Ok(Act::BalanceOpened {
        unit,
        points,
        last,
        source: source.to_owned(),
        digest: blake3::derive_key(SOURCE, source.as_bytes()),
    })
}

/// The return of the part of a sale that another system reports as
/// returned, less the part that is booked already; None if that is all of
/// it.
///
/// # Errors
/// I/O errors.
pub fn to_refund(records: &mut Records, request: &Request) -> Result<Option<Request>, Error> {
    let mut next = request.clone();
    let Verb::Return(Return {
        of: Some(SaleRef::Entry(EntryRef::Key(sale))),
        extent: Extent::Amount(in_all),
        currency,
        ..
    }) = &mut next.verb
    else {
        return Ok(Some(next));
    };
    let before = match records.find_by_key(sale.as_str())? {
        Some(seq) => {
            let seq = standing_sale::standing_sale(records, seq)?;
            let before = records
                .aftermath(seq)?
                .map_or(Money::ZERO, |after| after.amount);
            // Both are compared in the currency of the sale.
            match (foreign::sale_total(records, seq)?, currency.as_deref()) {
                (Some((total, Some(paid))), Some(code)) if paid.currency == code => {
                    refunded(&paid, total, (Money::ZERO, before))
                }
                _ => before,
            }
        }
        None => Money::ZERO,
    };
    if before == Money::ZERO {
        return Ok(Some(next));
    }
    if before >= *in_all {
        return Ok(None);
    }
    *in_all = Money(in_all.0 - before.0);
    // The same row again finds all of it booked, so the key need only be a
    // different one.
    let text = format!("{} behind {}", request.key.as_str(), before.0);
    let hash = bytes_hash(Purpose::KEY, text.as_bytes()).to_hex();
    let key = format!("refund-{}", &hash[..32]);
    next.key = Key::parse(&key).unwrap_or_else(|_| Key::none());
    Ok(Some(next))
}

/// The command that brings a member's balance to an opening's amount: an
/// opening of the missing points, or an adjustment by the surplus. None if
/// they are equal, or if the key was used: a repeated import does not take
/// back points earned since.
///
/// # Errors
/// The refusal, if the unit or the amount is impossible for a member; I/O errors.
pub fn to_balance(
    records: &mut Records,
    request: &Request,
) -> Result<Result<Option<Request>, Refusal>, Error> {
    let Verb::Office(Office::Opening {
        unit,
        points,
        source,
        ..
    }) = &request.verb
    else {
        return Ok(Ok(Some(request.clone())));
    };
    if records.booked_under(&request.key)?.is_some() {
        return Ok(Ok(None));
    }
    let (number, wanted) = match name_resolver::names(records)?.amount(unit, *points) {
        Ok(found) => found,
        Err(Stop::No(refusal)) => return Ok(Err(refusal)),
        Err(Stop::Error(error)) => return Err(error),
    };
    let member = match &request.member {
        Some(who) => records.resolve(who)?,
        None => None,
    };
    let now = Instant(records.clock.now_micros()).max(records.global().effective);
    let members = &records.cache.state().members;
    let held = member.and_then(|id| members.get(&id));
    let held = held.map_or(0, |member| member.available(number, now).0);
    let gap = wanted.0.saturating_sub(held);
    let Some(unit_of) = records.programme()?.unit(number) else {
        return Ok(Ok(Some(request.clone())));
    };
    let exact = unit_of.decimal(crate::model::Points(gap));
    let mut next = request.clone();
    match gap {
        0 => return Ok(Ok(None)),
        gap if gap < 0 => {
            // The time of earning elsewhere is not the time of the correction here.
            next.at = None;
            next.verb = Verb::Adjust(Adjust {
                unit: unit.clone(),
                points: exact,
                reason: format!("set to {points} as in {source}"),
                of: None,
                campaign: String::new(),
                approver: String::new(),
            });
        }
        _ => {
            if let Verb::Office(Office::Opening { points, .. }) = &mut next.verb {
                *points = exact;
            }
        }
    }
    Ok(Ok(Some(next)))
}
