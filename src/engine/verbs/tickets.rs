//! Commands of several parts, such as tickets: goods sold and goods returned on
//! one slip. Each part is an entry of its own, and all of them are in one page:
//! a crash leaves all or none. A dry run comes first, so that a refusal books
//! no part; it is recorded under the command's key, as that of the part is.

use crate::command::{EntryRef, Means, Request, SaleRef, Source, TenderGiven, Ticket, Verb};
use crate::engine::commit::open_page;
use crate::engine::error::Error;
use crate::engine::staging::fitting::{GROUP_BYTES, too_long};
use crate::engine::staging::staged::{Mode, Staged};
use crate::engine::staging::{admit, named, naming, plain, recorded};
use crate::engine::stop::{Stop, key_conflict, no};
use crate::engine::verbs::amend::EXCHANGE;
use crate::engine::verbs::{foreign, slips, standing_sale, transfers};
use crate::engine::{Ledger, Records};
use crate::model::{Act, Code, Money, Refusal, TenderKind};

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
fn exchanged(part: &Request, back: Money) -> Request {
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

/// A part that was refused, as it was decided, and why.
struct RefusedPart {
    part: Request,
    refusal: Refusal,
}

/// Result of a dry run of all parts.
enum Tried {
    /// All can be booked; bytes of the page that they fill.
    Fits(usize),
    /// The rules refuse a part.
    Refused(Box<RefusedPart>),
    /// The parts cannot be decided together.
    Impossible(Refusal),
}

/// Decides a ticket: all of it, or nothing.
pub(in crate::engine) fn stage_ticket(
    ledger: &mut Ledger,
    request: &Request,
    mode: &Mode,
    ticket: &Ticket,
) -> Result<Staged, Stop> {
    let parts = parts_of(request, ticket)?;
    if let Some(refused) = refused_before(ledger, request, mode, &parts)? {
        return Ok(refused);
    }
    let is_repeat = is_ticket_known(ledger, request, &parts)?;
    match is_repeat {
        true => stage_parts(ledger, request, mode, &parts, true),
        false => stage_together(ledger, request, mode, &parts),
    }
}

/// Undoes all parts of a ticket, the last first; None if the command is no void,
/// or the entry named no ticket's last.
pub(in crate::engine) fn stage_void_of_ticket(
    ledger: &mut Ledger,
    request: &Request,
    mode: &Mode,
) -> Result<Option<Staged>, Stop> {
    let Verb::Void { of, reason } = &request.verb else {
        return Ok(None);
    };
    let before = ledger.booked_under(&request.key)?;
    let before = before.filter(|entry| !matches!(entry.act, Act::Refused(_)));
    let is_repeat = before.is_some();
    let undone: Vec<u64> = match before {
        Some(entry) => {
            let undone = standing_sale::booked_with(ledger, entry)?.into_iter();
            undone.filter_map(|entry| entry.act.undoes()).collect()
        }
        None => parts_to_undo(ledger, request, of)?,
    };
    let is_named = match of {
        SaleRef::Entry(named) if is_repeat => {
            let named = match named {
                EntryRef::Key(key) => ledger.find_by_key(key.as_str())?,
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
    if let Some(refused) = refused_before(ledger, request, mode, &parts)? {
        return Ok(Some(refused));
    }
    match is_repeat {
        true => stage_parts(ledger, request, mode, &parts, true).map(Some),
        false => stage_together(ledger, request, mode, &parts).map(Some),
    }
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

/// Books commands that were not carried out before: all of them, or none.
pub(in crate::engine) fn stage_together(
    ledger: &mut Ledger,
    request: &Request,
    mode: &Mode,
    parts: &[Request],
) -> Result<Staged, Stop> {
    if ledger.writer.is_dry_run || ledger.is_tried {
        return stage_parts(ledger, request, mode, parts, false);
    }
    admit::at_one_instant(ledger, |ledger| stage_whole(ledger, request, mode, parts))
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

/// Dry-runs a ticket, and books it if no part is refused.
fn stage_whole(
    ledger: &mut Ledger,
    request: &Request,
    mode: &Mode,
    parts: &[Request],
) -> Result<Staged, Stop> {
    open_page::make_durable(ledger)?;
    let tried = tried(ledger, |ledger| {
        match try_parts(ledger, request, mode, parts, false) {
            Ok(Ok(_)) => Ok(Tried::Fits(ledger.writer.filled())),
            Ok(Err(refused)) => Ok(Tried::Refused(Box::new(refused))),
            Err(Stop::No(refusal)) => Ok(Tried::Impossible(refusal)),
            Err(Stop::Error(error)) => Err(error),
        }
    });
    let filled = match tried? {
        Tried::Fits(filled) => filled,
        Tried::Refused(refused) => return record_refused(ledger, request, mode, *refused),
        Tried::Impossible(refusal) => return Err(refusal.into()),
    };
    if filled + GROUP_BYTES > ledger.writer.body_max {
        let most = ledger.writer.body_max.saturating_sub(GROUP_BYTES);
        let detail = "the command's parts are too long for one page of the journal; send some of them by themselves";
        return Err(too_long(most, filled, detail).into());
    }
    match stage_parts(ledger, request, mode, parts, false) {
        // The dry run succeeded, and nothing has changed since.
        Err(Stop::No(refusal)) => {
            ledger.writer.give_up();
            let text = format!("a ticket was refused behind its trial: {}", refusal.detail);
            Err(Error::internal(text).into())
        }
        staged => staged,
    }
}

/// Dry-runs `act` behind staged commands whose page is durable.
fn tried<T>(
    ledger: &mut Ledger,
    act: impl FnOnce(&mut Ledger) -> Result<T, Error>,
) -> Result<T, Error> {
    let waiting = std::mem::take(&mut ledger.staged);
    let tried = open_page::dry_run(ledger, act);
    ledger.staged = waiting;
    tried
}

/// Records the refusal of a part under the command's key and counter, as that
/// of a plain command, if the part is refused by itself too: the verifier
/// decides it again without the parts before it. Otherwise it is only told.
fn record_refused(
    ledger: &mut Ledger,
    request: &Request,
    mode: &Mode,
    RefusedPart { part, refusal }: RefusedPart,
) -> Result<Staged, Stop> {
    let alone = Request {
        key: request.key.clone(),
        source: request.source.clone(),
        ..part
    };
    let origin = admit::origin(ledger, &alone, mode)?;
    let is_same =
        |act: &Act| matches!(act, Act::Refused(refused) if refused.refusal.code == refusal.code);
    let is_refused = tried(ledger, |ledger| {
        match plain::stage_plain(ledger, &alone, mode, origin.clone()) {
            Ok(Staged::Sealed { entry, .. }) => Ok(is_same(&entry.act)),
            Ok(_) | Err(Stop::No(_)) => Ok(false),
            Err(Stop::Error(error)) => Err(error),
        }
    })?;
    match is_refused {
        true => plain::stage_plain(ledger, &alone, mode, origin),
        false => Err(refusal.into()),
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
        let member = part.member.as_ref();
        let member = member
            .map(|who| records.resolve(who))
            .transpose()?
            .flatten();
        let (act, holder) = naming::coded_act(records, part, &origin, member)?;
        let named = named::load_named(records, &act)?;
        let member = transfers::party(records, member.or(holder), named.as_ref())?;
        if recorded::is_same(records, &asked, part, member, &without_exchange(act))? {
            return Ok(Some(Staged::again(entry, request)));
        }
    }
    Err(key_conflict(entry.seq).into())
}

/// Decides the parts one after the other; stops at the first that is refused.
fn stage_parts(
    ledger: &mut Ledger,
    request: &Request,
    mode: &Mode,
    parts: &[Request],
    is_repeat: bool,
) -> Result<Staged, Stop> {
    let tried = try_parts(ledger, request, mode, parts, is_repeat)?;
    tried.map_err(|refused| refused.refusal.into())
}

/// [`stage_parts`], with the part that was refused by the rules.
fn try_parts(
    ledger: &mut Ledger,
    request: &Request,
    mode: &Mode,
    parts: &[Request],
    is_repeat: bool,
) -> Result<Result<Staged, RefusedPart>, Stop> {
    let (mut entries, mut back) = (Vec::with_capacity(parts.len()), 0);
    for part in parts {
        let part = match &part.verb {
            Verb::Purchase(sale) => {
                let refunded = foreign::refunded_in(ledger, (part, sale), &entries, Money(back))?;
                exchanged(part, refunded)
            }
            _ => part.clone(),
        };
        let origin = admit::origin(ledger, &part, mode)?;
        let Staged::Sealed { entry, repeats } = plain::stage_plain(ledger, &part, mode, origin)?
        else {
            return Err(Error::internal("a part of a ticket was not decided").into());
        };
        if let Act::Refused(refused) = entry.act {
            let refusal = refused.refusal;
            return Ok(Err(RefusedPart { part, refusal }));
        }
        if repeats.is_some() != is_repeat {
            let detail = format!(
                "order: it was booked as entry {}, and not by this command",
                entry.seq
            );
            return no(Code::OrderConflict, detail);
        }
        back += slips::given_back(&entry).0;
        entries.push(*entry);
    }
    Ok(Ok(Staged::Together {
        entries,
        repeats: is_repeat.then(|| request.key.clone()),
    }))
}
