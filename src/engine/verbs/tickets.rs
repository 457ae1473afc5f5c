//! The parts of tickets: goods sold and goods returned on one slip. Each is a command of its
//! own; they are booked together, all or none (`staging/together.rs`).

use crate::command::{EntryRef, Means, Request, SaleRef, Source, TenderGiven, Ticket, Verb};
use crate::engine::Records;
use crate::engine::staging::staged::{Mode, Staged};
use crate::engine::staging::{admit, named, naming, recorded};
use crate::engine::stop::{Stop, key_conflict};
use crate::engine::verbs::amend::EXCHANGE;
use crate::engine::verbs::{standing_sale, transfers};
use crate::model::{Act, Money, TenderKind};

/// The parts of a command, looked up.
pub(in crate::engine) enum Parts {
    /// It was answered before.
    Answered(Staged),
    /// Its parts, which were carried out before.
    Again(Vec<Request>),
    /// Its parts, which were not.
    New(Vec<Request>),
}

/// The parts of a ticket as commands of their own: its returns, then its sale.
/// The last has the ticket's key and the terminal's counter.
fn parts_of(request: &Request, ticket: &Ticket) -> Result<Vec<Request>, Stop> {
    let returns = ticket.returns.iter().cloned().map(Verb::Return);
    let sale = ticket.sale.iter().cloned();
    let sale = sale.map(|sale| Verb::Purchase(Box::new(sale)));
    let verbs: Vec<Verb> = returns.chain(sale).collect();
    let last = verbs.len().saturating_sub(1);
    let part = |(n, verb): (usize, Verb)| {
        // The named purchase knows the member whose goods come back.
        let is_named = matches!(&verb, Verb::Return(back) if back.of.is_some());
        Ok(Request {
            key: if n == last {
                request.key.clone()
            } else {
                standing_sale::part_key(&request.key, n)?
            },
            member: request.member.clone().filter(|_| !is_named),
            source: Source {
                counter: request.source.counter.filter(|_| n == last),
                ..request.source.clone()
            },
            verb,
            ..request.clone()
        })
    };
    verbs.into_iter().enumerate().map(part).collect()
}

/// The sale, paid with the returned money if the till named the tenders and
/// these alone do not cover the total.
pub(in crate::engine) fn exchanged(part: &Request, back: Money) -> Request {
    let mut part = part.clone();
    let Verb::Purchase(sale) = &mut part.verb else {
        return part;
    };
    let paid: Option<Vec<Money>> = sale.tenders.iter().map(|t| t.amount).collect();
    let is_paid = paid.and_then(Money::sum) == Some(sale.total);
    if !sale.tenders.is_empty() && !is_paid && back != Money::ZERO {
        sale.tenders.push(TenderGiven {
            means: Means::Other(EXCHANGE.into()),
            amount: Some(back),
            lines: Vec::new(),
        });
    }
    part
}

/// A sale as it was asked for, without the returned money that pays.
fn without_exchange(mut act: Act) -> Act {
    if let Act::Purchase(sale) = &mut act {
        let is_exchange = |kind: &TenderKind| *kind == TenderKind::Other(EXCHANGE.into());
        sale.tenders.retain(|tender| !is_exchange(&tender.kind));
    }
    act
}

/// Decides which parts a ticket has, and whether it was sent before.
pub(in crate::engine) fn of_ticket(
    records: &mut Records,
    request: &Request,
    mode: &Mode,
    ticket: &Ticket,
) -> Result<Parts, Stop> {
    let parts = parts_of(request, ticket)?;
    if let Some(refused) = refused_before(records, request, mode, &parts)? {
        return Ok(Parts::Answered(refused));
    }
    match is_ticket_known(records, request, &parts)? {
        true => Ok(Parts::Again(parts)),
        false => Ok(Parts::New(parts)),
    }
}

/// The commands that undo all parts of a ticket, the last first; None if the command is
/// no void, or the entry named no ticket's last.
pub(in crate::engine) fn of_void(
    records: &mut Records,
    request: &Request,
    mode: &Mode,
) -> Result<Option<Parts>, Stop> {
    let Verb::Void { of, reason } = &request.verb else {
        return Ok(None);
    };
    let before = records.booked_under(&request.key)?;
    let before = before.filter(|entry| !matches!(entry.act, Act::Refused(_)));
    let is_repeat = before.is_some();
    let undone: Vec<u64> = match before {
        Some(entry) => {
            let undone = standing_sale::booked_with(records, entry)?.into_iter();
            undone.filter_map(|entry| entry.act.undoes()).collect()
        }
        None => parts_to_undo(records, request, of)?,
    };
    let is_named = match of {
        SaleRef::Entry(named) if is_repeat => {
            let named = match named {
                EntryRef::Key(key) => records.find_by_key(key.as_str())?,
                EntryRef::Seq(seq) => Some(*seq),
            };
            named.is_some_and(|seq| undone.contains(&seq))
        }
        _ => true,
    };
    if undone.len() < 2 || !is_named {
        return Ok(None);
    }
    let last = undone.len() - 1;
    let part = |(n, seq): (usize, u64)| {
        Ok(Request {
            key: match n == last {
                true => request.key.clone(),
                false => standing_sale::part_key(&request.key, n)?,
            },
            source: Source {
                counter: request.source.counter.filter(|_| n == last),
                ..request.source.clone()
            },
            verb: Verb::Void {
                of: SaleRef::Entry(EntryRef::Seq(seq)),
                reason: reason.to_owned(),
            },
            ..request.clone()
        })
    };
    let parts = undone.into_iter().enumerate().map(part);
    let parts = parts.collect::<Result<Vec<Request>, Stop>>()?;
    if let Some(refused) = refused_before(records, request, mode, &parts)? {
        return Ok(Some(Parts::Answered(refused)));
    }
    Ok(Some(match is_repeat {
        true => Parts::Again(parts),
        false => Parts::New(parts),
    }))
}

/// Parts of a ticket that stand, the last first. Of anything else, and where the
/// entry cannot be named, none.
fn parts_to_undo(records: &mut Records, request: &Request, of: &SaleRef) -> Result<Vec<u64>, Stop> {
    let seq = match naming::sale_ref(records, request, of) {
        Ok(seq) => seq,
        // The void itself says why.
        Err(Stop::No(_)) => return Ok(Vec::new()),
        Err(stop) => return Err(stop),
    };
    let Some(entry) = records.entry(seq)? else {
        return Ok(Vec::new());
    };
    let parts = standing_sale::booked_with(records, entry)?;
    if parts.iter().any(|part| part.act.undoes().is_some()) {
        return Ok(Vec::new());
    }
    let mut standing = Vec::new();
    for part in parts.iter().rev() {
        if records.is_standing(part.seq)? {
            standing.push(part.seq);
        }
    }
    match standing.first() {
        Some(first) if *first == seq => Ok(standing),
        _ => Ok(Vec::new()),
    }
}

/// True if the ticket was carried out before.
fn is_ticket_known(
    records: &mut Records,
    request: &Request,
    parts: &[Request],
) -> Result<bool, Stop> {
    if !request.key.is_some() {
        return Ok(false);
    }
    let mut known = Vec::with_capacity(parts.len());
    for part in parts {
        known.push(records.find_by_key(part.key.as_str())?);
    }
    let more = standing_sale::part_key(&request.key, parts.len() - 1)?;
    let is_longer = records.find_by_key(more.as_str())?.is_some();
    let used = known.iter().copied().flatten().next();
    match used {
        None => Ok(false),
        Some(_) if known.iter().all(Option::is_some) && !is_longer => Ok(true),
        Some(seq) => Err(key_conflict(seq).into()),
    }
}

/// The recorded refusal of a command of several parts that is sent again.
pub(in crate::engine) fn refused_before(
    records: &mut Records,
    request: &Request,
    mode: &Mode,
    parts: &[Request],
) -> Result<Option<Staged>, Stop> {
    let found = records.booked_under(&request.key)?;
    let Some(entry) = found.filter(|entry| matches!(entry.act, Act::Refused(_))) else {
        return Ok(None);
    };
    let mut asked = entry.clone();
    if let Act::Refused(refused) = entry.act.clone() {
        asked.act = without_exchange(*refused.act);
    }
    for part in parts {
        let origin = admit::origin(records, part, mode)?;
        let member = records.named(part.member.as_ref())?;
        let (act, holder) = naming::coded_act(records, part, &origin, member)?;
        let named = named::load_named(records, &act)?;
        let member = transfers::party(records, member.or(holder), named.as_ref())?;
        if recorded::is_same(records, &asked, part, member, &without_exchange(act))? {
            return Ok(Some(Staged::again(entry, request)));
        }
    }
    Err(key_conflict(entry.seq).into())
}
