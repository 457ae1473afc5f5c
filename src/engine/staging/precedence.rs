//! Choice of the refusal by precedence if several apply. Accepted commands
//! never get here: a refused command is examined once more, each check by
//! itself.

use crate::command::{Purchase, Request, Verb};
use crate::engine::error::Error;
use crate::engine::staging::staged::Mode;
use crate::engine::staging::{admit, names_in_force, naming, recorded};
use crate::engine::stop::Stop;
use crate::engine::verbs::{foreign, transfers, vouchers};
use crate::engine::{Records, stop};
use crate::model::{Act, Code, Day, Instant, MemberId, Number, Origin, Points, Refusal};
use crate::rules::office;
use crate::rules::state::Status;

/// Refusals that apply, as far as they are known.
struct Refusals(Vec<Refusal>);

impl Refusals {
    /// The result of a check that passed; a refusal is collected.
    fn take<T>(&mut self, checked: Result<T, Stop>) -> Result<Option<T>, Error> {
        match checked {
            Ok(found) => Ok(Some(found)),
            Err(Stop::Error(error)) => Err(error),
            Err(Stop::No(refusal)) => {
                self.0.push(refusal);
                Ok(None)
            }
        }
    }
}

/// The first refusal by precedence of those that a command causes, one of
/// which was found. The examination changes nothing.
pub(in crate::engine) fn first_no(
    records: &mut Records,
    request: &Request,
    mode: &Mode,
    found: Refusal,
) -> Result<Refusal, Error> {
    if found.code.precedence() == 0 || !has_one_way(&request.verb) {
        return Ok(found);
    }
    let mut refusals = Refusals(vec![found]);
    let origin = refusals
        .take(admit::origin(records, request, mode))?
        .unwrap_or_default();
    let member = member_again(records, request, mode, &mut refusals)?;
    refusals.take(transfers::other_of(records, request))?;
    if let Some(head) = refusals.take(admit::head(records, request, mode, origin, member))? {
        let open = office::check_day(records.global(), head.day);
        refusals.take(open.map_err(Stop::from))?;
    }
    refusals.take(transfers::check_history(records, mode, member))?;
    let act = match &request.verb {
        Verb::Purchase(purchase) => purchase_again(records, request, purchase, &mut refusals)?,
        _ => refusals.take(naming::act(records, request))?,
    };
    key_again(records, request, member, act.as_ref(), &mut refusals)?;
    let first = refusals.0.into_iter().min_by_key(|no| no.code.precedence());
    first.ok_or_else(|| Error::internal("a refusal was lost"))
}

/// Checks what can be checked without a member before one is enrolled on
/// the way, so that nobody is enrolled by a command that cannot be booked.
pub(in crate::engine) fn check_before_enrolling(
    records: &mut Records,
    request: &Request,
    origin: &Origin,
) -> Result<(), Stop> {
    let (act, _) = naming::coded_act(records, request, origin, None)?;
    recorded::recorded(records, request, None, &act)?;
    let mut refusals = Refusals(Vec::new());
    if let Verb::Purchase(purchase) = &request.verb {
        check_sums(records, purchase, &mut refusals)?;
    }
    if let Some((unit, points, last)) = opened(&act) {
        let today = records.day_of(Instant(records.clock.now_micros()));
        let unit = records.programme()?.unit(unit);
        unit.map_or(Ok(()), |unit| {
            office::check_opening(unit, points, last, today)
        })?;
    }
    refusals.0.pop().map_or(Ok(()), |no| Err(no.into()))
}

/// The member, if active.
fn member_again(
    records: &mut Records,
    request: &Request,
    mode: &Mode,
    refusals: &mut Refusals,
) -> Result<Option<MemberId>, Error> {
    let Some(who) = &request.member else {
        return Ok(None);
    };
    let id = records.resolve(who)?;
    if id.is_none() && !mode.enrols(request) {
        let detail = stop::unknown_member(&request.verb);
        refusals.0.push(Refusal::new(Code::UnknownMember, detail));
    }
    let member = id.and_then(|id| records.cache.member(id));
    if member.is_some_and(|m| m.status == Status::Erased) {
        refusals.0.push(crate::rules::decide::erased());
    }
    Ok(id)
}

/// Checks the names of a purchase, each by itself, and its sums.
fn purchase_again(
    records: &mut Records,
    request: &Request,
    purchase: &Purchase,
    refusals: &mut Refusals,
) -> Result<Option<Act>, Error> {
    for (n, tender) in purchase.tenders.iter().enumerate() {
        let alone = Purchase {
            tenders: vec![tender.clone()],
            discounts: Vec::new(),
            currency: None,
            ..purchase.clone()
        };
        let known = refusals.0.len();
        if let Some(bought) = refusals.take(naming::purchase(records, &alone, request))? {
            refusals.take(vouchers::vouchers_of(
                records,
                &Act::Purchase(Box::new(bought)),
            ))?;
        }
        for no in refusals.0.iter_mut().skip(known) {
            no.detail = no
                .detail
                .replacen("tenders[0]", &format!("tenders[{n}]"), 1);
        }
    }
    let plain = Purchase {
        tenders: Vec::new(),
        ..purchase.clone()
    };
    for discount in &purchase.discounts {
        refusals.take(names_in_force::campaign_or_none(
            records,
            &discount.campaign,
        ))?;
    }
    let without = Purchase {
        discounts: Vec::new(),
        currency: None,
        ..plain
    };
    refusals.take(foreign::foreign_currency(records, purchase).map(|_| ()))?;
    refusals.take(naming::purchase(records, &without, request))?;
    check_sums(records, purchase, refusals)?;
    let act = naming::act(records, request);
    refusals.take(act)
}

/// Checks that a purchase adds up, whatever its names mean.
fn check_sums(
    records: &Records,
    purchase: &Purchase,
    refusals: &mut Refusals,
) -> Result<(), Error> {
    let digits = refusals.take(foreign::digits_of(records, purchase))?;
    // Amounts in an unknown currency are read with the programme's decimals.
    let digits = digits.unwrap_or(records.programme()?.digits);
    refusals.take(foreign::check_sums(purchase, digits).map_err(Stop::from))?;
    Ok(())
}

/// Checks whether the key or the slip belongs to something else.
fn key_again(
    records: &mut Records,
    request: &Request,
    member: Option<MemberId>,
    act: Option<&Act>,
    refusals: &mut Refusals,
) -> Result<(), Error> {
    if let Some(act) = act {
        refusals.take(recorded::recorded(records, request, member, act))?;
        return Ok(());
    }
    // A command that cannot be named was never carried out, so the key was
    // another's.
    if let Some(other) = records.booked_under(&request.key)? {
        refusals.0.push(stop::key_conflict(other.seq));
    }
    Ok(())
}

/// An imported balance: the unit, the points, and the last day.
fn opened(act: &Act) -> Option<(Number, Points, Option<Day>)> {
    match act {
        Act::Imported { opening, .. } => opening.map(|(unit, points)| (unit, points, None)),
        Act::BalanceOpened {
            unit, points, last, ..
        } => Some((*unit, *points, Some(*last))),
        _ => None,
    }
}

/// True if a command is decided in the plain way.
fn has_one_way(verb: &Verb) -> bool {
    matches!(
        verb,
        Verb::Purchase(_)
            | Verb::Redeem { .. }
            | Verb::Hold { .. }
            | Verb::Transfer { .. }
            | Verb::Return(_)
    )
}
