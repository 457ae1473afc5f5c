//! What could pay for a bill: a member's points, vouchers and rewards.

use crate::command::{Purchase, Request, Verb};
use crate::engine::error::Error;
use crate::engine::staging::staged::Mode;
use crate::engine::staging::{admit, deciding, named, naming, timeouts};
use crate::engine::stop::Stop;
use crate::engine::verbs::{foreign, vouchers};
use crate::engine::{Ledger, Records};
use crate::model::{self, Head, Instant, MemberId, Refusal, Unit, UnitKind};
use crate::rules::case::VoucherFound;
use crate::rules::purchase::foreign::BillCurrency;
use crate::rules::purchase::payment_options::{self, PointsOption};
use crate::rules::{Case, DecisionInputs};

/// The most points of each unit that could pay for a sale, as of before it is booked;
/// none if it has points, rewards or vouchers as tenders, or no member. Part of a dry
/// run.
pub(in crate::engine) fn usable(
    ledger: &mut Ledger,
    sold: &Request,
) -> Result<Vec<PointsOption>, Error> {
    let Verb::Purchase(sale) = &sold.verb else {
        return Ok(Vec::new());
    };
    let has_own = sale.tenders.iter().any(|tender| tender.means.is_own());
    let mut units = ledger.programme()?.units.iter();
    let (Some(who), false, true) = (&sold.member, has_own, units.any(Unit::pays_on_bills)) else {
        return Ok(Vec::new());
    };
    let Some(id) = ledger.resolve(who)? else {
        return Ok(Vec::new());
    };
    let head = ledger.ledger_head();
    let points = |case: &Case, bill: Option<&model::Purchase>| match bill {
        Some(bill) => payment_options::points(case, bill),
        None => Ok(Vec::new()),
    };
    unless_refused(options(
        ledger,
        id,
        &head,
        Some(&without_tenders(sold)),
        points,
    ))
}

/// Currency that a sale is paid in, if it is another than the programme's.
pub(in crate::engine) fn bill_currency(records: &Records, sold: &Request) -> Option<BillCurrency> {
    let Verb::Purchase(sale) = &sold.verb else {
        return None;
    };
    let currency = foreign::foreign_currency(records, sale).ok()??;
    let by = foreign::conversion(records, currency, currency.rate).ok()?;
    let digits = currency.digits;
    Some(BillCurrency { by, digits })
}

/// Works out over a member and a bill what could pay for it, as of before it is booked. Part
/// of a dry run.
pub(in crate::engine) fn options<T>(
    ledger: &mut Ledger,
    id: MemberId,
    own: &Head,
    sold: Option<&Request>,
    of: impl FnOnce(&Case, Option<&model::Purchase>) -> Result<T, Refusal>,
) -> Result<T, Stop> {
    let head = match sold {
        Some(request) => {
            let mode = Mode::default();
            let origin = admit::origin(ledger, request, &mode)?;
            admit::head(ledger, request, &mode, origin, Some(id))?
        }
        None => own.clone(),
    };
    timeouts::settle_all(ledger, vec![id], &head)?;
    named::load_passes(ledger, Some(id))?;
    let head = admit::after_last(ledger, head);
    let bill = match sold.map(|request| (&request.verb, request)) {
        Some((Verb::Purchase(given), request)) => Some(naming::purchase(ledger, given, request)?),
        _ => None,
    };
    let vouchers = match bill {
        Some(_) => open_vouchers(ledger, id, head.effective)?,
        None => Vec::new(),
    };
    let inputs = DecisionInputs {
        vouchers: &vouchers,
        ..DecisionInputs::default()
    };
    let mut head = head;
    head.bundle = deciding::deciding(ledger, &head, Some(id), None, None);
    let worked_out = |case: &Case| of(case, bill.as_ref());
    let (options, _) = deciding::in_case(ledger, head, Some(id), inputs, worked_out)?;
    Ok(options?)
}

/// Vouchers of a member that can be used at an instant, in spending order.
fn open_vouchers(
    records: &mut Records,
    id: MemberId,
    at: Instant,
) -> Result<Vec<VoucherFound>, Error> {
    let programme = records.programme()?;
    let member = records.cache.member(id);
    let lots = member.into_iter().flat_map(|member| &member.lots);
    let mut open: Vec<_> = lots
        .filter(|lot| programme.is_kind(lot.unit, UnitKind::Voucher))
        .filter(|lot| lot.spendable(at).is_positive())
        .map(|lot| (lot.spend_order(), lot.id))
        .collect();
    open.sort();
    let mut found = Vec::with_capacity(open.len());
    for (_, lot) in open {
        let Some(code) = vouchers::code_hash_of(records, lot)? else {
            continue;
        };
        // A merge or a return may have moved it to another lot than its first.
        let voucher = vouchers::voucher(records, &code)?;
        found.extend(voucher.map(|voucher| VoucherFound { lot, ..voucher }));
    }
    Ok(found)
}

/// Options that were found; none if the member or the bill was refused.
pub(in crate::engine) fn unless_refused<T: Default>(options: Result<T, Stop>) -> Result<T, Error> {
    match options {
        Ok(options) => Ok(options),
        Err(Stop::Error(error)) => Err(error),
        Err(Stop::No(_)) => Ok(T::default()),
    }
}

/// A command without the tenders of its bill, which are the question.
pub(in crate::engine) fn without_tenders(request: &Request) -> Request {
    let verb = match &request.verb {
        Verb::Purchase(sale) => Verb::Purchase(Box::new(Purchase {
            tenders: Vec::new(),
            ..(**sale).clone()
        })),
        verb => verb.clone(),
    };
    Request {
        verb,
        ..request.clone()
    }
}
