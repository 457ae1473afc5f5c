//! Commands of several parts, such as tickets. Each part is an entry of its own, and all of
//! them are in one page: a crash leaves all or none. A dry run comes first, so that a refusal
//! books no part; it is recorded under the command's key, as that of the part is.

use crate::command::{Request, SaleRef, Verb};
use crate::engine::Ledger;
use crate::engine::commit::open_page;
use crate::engine::error::Error;
use crate::engine::staging::fitting::{GROUP_BYTES, too_long};
use crate::engine::staging::staged::{Mode, Staged};
use crate::engine::staging::{admit, plain};
use crate::engine::stop::{Stop, no};
use crate::engine::verbs::corrections::{self, Correction};
use crate::engine::verbs::tickets::{Parts, exchanged};
use crate::engine::verbs::{foreign, slips};
use crate::model::{Act, Code, Money, Refusal};

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

/// Stages the parts of a command: all of them, or none.
pub(in crate::engine) fn stage(
    ledger: &mut Ledger,
    request: &Request,
    mode: &Mode,
    parts: Parts,
) -> Result<Staged, Stop> {
    match parts {
        Parts::Answered(staged) => Ok(staged),
        Parts::Again(parts) => stage_parts(ledger, request, mode, &parts, true),
        Parts::New(parts) if ledger.writer.is_dry_run || ledger.is_tried => {
            stage_parts(ledger, request, mode, &parts, false)
        }
        Parts::New(parts) => {
            admit::at_one_instant(ledger, |ledger| stage_whole(ledger, request, mode, &parts))
        }
    }
}

/// Voids a sale and books it again, corrected: both, or neither. A refusal is
/// recorded where that of a ticket is.
pub(in crate::engine) fn stage_correction(
    ledger: &mut Ledger,
    request: &Request,
    mode: &Mode,
    of: (&SaleRef, &str),
    correction: Correction<'_>,
) -> Result<Staged, Stop> {
    // The sale was in time; only this was unknown.
    let mode = Mode {
        is_late: true,
        ..*mode
    };
    let (seq, parts) = corrections::parts_of(ledger, request, &mode, of, correction)?;
    let staged = stage(ledger, request, &mode, parts);
    corrections::advised(staged, |code| correction.remedy(seq, code))
}

/// Dry-runs all parts, and books them if none is refused.
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
