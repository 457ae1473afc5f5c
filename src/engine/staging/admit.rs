//! Admission: the origin of a command, its head and its instants, by a clock that is checked.

use crate::command::{Office, Request, Verb};
use crate::engine::staging::staged::Mode;
use crate::engine::stop::Stop;
use crate::engine::{Ledger, Records, stop};
use crate::model::{
    self, Account, Act, Code, Effect, Entry, Head, Instant, LotId, MINUTE, MemberId, Number,
    Occurred, Operator, Origin, Place, Points, Programme, Terms,
};
use crate::rules::DecisionInputs;
use crate::storage::clock::SteppingClock;
use std::sync::Arc;

/// Most that a till's clock may be ahead of ours, in microseconds.
pub const AHEAD_MAX: i64 = 10 * MINUTE;
/// Days past the last entry from which a clock counts as having jumped.
const JUMP_DAYS: i64 = 31;

/// Source of a command, with the store's number.
pub(in crate::engine) fn origin(
    records: &Records,
    request: &Request,
    mode: &Mode,
) -> Result<Origin, Stop> {
    let source = &request.source;
    let programme = records.programme()?;
    let place = match programme.stores.iter().find(|s| s.id == source.store) {
        _ if source.store.is_empty() => Place::Unsaid,
        None if programme.stores.is_empty() => Place::Named(source.store.clone()),
        None => {
            let known: Vec<&str> = programme.stores.iter().map(|s| s.id.as_str()).collect();
            return stop::no(
                Code::UnknownStore,
                format!(
                    "store: the programme has no store '{}'; it has {}",
                    source.store,
                    known.join(", ")
                ),
            );
        }
        Some(store) => {
            if !source.terminal.is_empty()
                && !store.terminals.is_empty()
                && !store.terminals.contains(&source.terminal)
            {
                return stop::no(
                    Code::UnknownTerminal,
                    format!(
                        "terminal: {} has no terminal '{}'; it has {}",
                        store.id,
                        source.terminal,
                        store.terminals.join(", ")
                    ),
                );
            }
            Place::Store(store.number)
        }
    };
    let operator = (!source.operator.is_empty()).then(|| Operator {
        id: source.operator.clone(),
        is_proven: false,
    });
    Ok(Origin {
        channel: source.channel.clone(),
        place,
        terminal: source.terminal.clone(),
        operator,
        counter: source.counter,
        is_history: mode.is_history,
        approver: approver(&source.approval),
        allowance: None,
    })
}

/// Sets the three instants of a command.
pub(in crate::engine) fn head(
    records: &Records,
    request: &Request,
    mode: &Mode,
    origin: Origin,
    member: Option<MemberId>,
) -> Result<Head, Stop> {
    let recorded = Instant(records.clock.now_micros());
    let global = records.global();
    let programme = records.programme()?;
    check_clock(records, recorded)?;
    let at = request.at;
    if let Some((at, _)) = at {
        check_at(programme, request, mode, (at, recorded))?;
    }
    let effective = match (mode.is_history, at) {
        (true, Some((at, _))) => {
            let last = member
                .and_then(|id| records.cache.member(id))
                .map(|m| m.effective);
            last.map_or(at, |last| at.max(last))
        }
        _ => recorded.max(global.effective.after(1)),
    };
    let occurred = at.map(|(at, offset)| Occurred {
        lag: at.0 - effective.0,
        offset,
    });
    let day = programme
        .calendar
        .day_of(at.map_or(effective, |(at, _)| at));
    Ok(Head {
        effective,
        recorded_lag: recorded.0 - effective.0,
        occurred,
        day,
        origin,
        key: request.key.clone(),
        bundle: global.bundle,
    })
}

/// Refuses an instant that is ahead of the clock, or too long before it.
fn check_at(
    programme: &Programme,
    request: &Request,
    mode: &Mode,
    (at, recorded): (Instant, Instant),
) -> Result<(), Stop> {
    let calendar = &programme.calendar;
    if at.0 > recorded.0 + AHEAD_MAX {
        let (ours, theirs) = (calendar.display(recorded), calendar.display(at));
        return stop::no(
            Code::ClockAhead,
            format!("at: {theirs} is ahead of the ledger's clock, {ours}; set the till's clock"),
        );
    }
    let oldest = recorded.0 - i64::from(programme.late_days) * 86_400_000_000;
    let is_opening = matches!(&request.verb, Verb::Office(Office::Opening { .. }));
    if !mode.is_history && !mode.is_late && !is_opening && at.0 < oldest {
        return stop::no(
            Code::TooLate,
            format!(
                "at: {} is more than {} days ago; members' history goes in by 'import --history', before their first sale here",
                calendar.display(at),
                programme.late_days
            ),
        );
    }
    Ok(())
}

/// Refuses a clock that is far ahead of the last entry, once.
pub(in crate::engine) fn check_clock(records: &Records, recorded: Instant) -> Result<(), Stop> {
    if let Some(wrong) = model::clock_error(recorded) {
        return stop::no(Code::ClockJumped, wrong);
    }
    let last = records.global().recorded;
    let is_new = records.global().next_seq <= 2;
    if !is_new
        && !records.options.is_clock_accepted
        && model::days_between(last, recorded) > JUMP_DAYS
    {
        let calendar = &records.programme()?.calendar;
        return stop::no(
            Code::ClockJumped,
            format!(
                "the clock reads {}, the last entry was recorded at {}: more than {JUMP_DAYS} days; if the clock is right, say so once with --accept-clock, or \"accept_clock\":true in the command",
                calendar.display(recorded),
                calendar.display(last)
            ),
        );
    }
    Ok(())
}

/// Message about a clock that went back: entries keep the last one's
/// instant until it catches up, so nobody would notice.
pub(in crate::engine) fn clock_note(records: &Records) -> Option<String> {
    const UNNOTICED: i64 = 60_000_000;
    let now = Instant(records.clock.now_micros());
    let last = records.global().effective;
    let calendar = &records.programme().ok()?.calendar;
    let is_back = now.after(UNNOTICED) < last;
    is_back.then(|| {
        let (now, last) = (calendar.display(now), calendar.display(last));
        format!("the clock reads {now}, before the last entry at {last}: until it is past that, what is booked gets that date; set the clock, or, if the last entry's is wrong, `stampbook correct-clock`")
    })
}

/// Later events that a return or void depends on.
#[derive(Default)]
pub struct Since {
    /// Expired parts of its own lots.
    pub expired: Vec<(LotId, Points)>,
    /// Points that returns of it took from lots or booked as debt, less those
    /// they gave after all; voided returns count for nothing.
    pub clawed: Vec<(Number, Points)>,
    /// Lots that continue its own under another member: the new one, the old one.
    pub moved: Vec<(LotId, LotId)>,
    /// Terms of closed lots that its points came from.
    pub closed: Vec<(LotId, Terms)>,
}

impl Since {
    /// Inputs of a case that refers to an entry.
    pub fn inputs<'a>(&'a self, named: Option<&'a Entry>) -> DecisionInputs<'a> {
        DecisionInputs {
            named,
            expired: &self.expired,
            clawed: &self.clawed,
            moved: &self.moved,
            closed: &self.closed,
            ..DecisionInputs::default()
        }
    }

    /// The named entry's lot that a lot continues, if it does.
    fn own(&self, seq: u64, lot: LotId) -> Option<LotId> {
        let moved = self.moved.iter().find(|m| m.0 == lot).map(|m| m.1);
        moved.or((lot.seq == seq).then_some(lot))
    }

    fn expire(&mut self, seq: u64, lot: LotId, amount: Points) {
        if let Some(lot) = self.own(seq, lot) {
            self.expired.push((lot, amount));
        }
    }

    /// Follows lots to another member. `opened` counts the lots that the later
    /// entry has opened.
    fn follow(&mut self, seq: u64, at: u64, effect: &Effect, opened: &mut u16) {
        // Given away under another code, it is the other member's own.
        if let Effect::LotMoved {
            lot, code: None, ..
        } = effect
        {
            let id = LotId {
                seq: at,
                n: *opened,
            };
            let own = self.own(seq, *lot);
            self.moved.extend(own.map(|own| (id, own)));
        }
        *opened += u16::from(effect.opens_lot());
    }
}

/// Inputs for undoing a merge: lots that continue, through other merges, those
/// that it opened. `later` are the survivor's entries since.
pub fn parted_inputs(merge: &Entry, later: &[Entry]) -> Since {
    let mut since = Since::default();
    let is_move = |e: &&Entry| matches!(e.act, Act::Merged { .. } | Act::Unmerged { .. });
    for entry in later.iter().filter(is_move) {
        let mut opened = 0;
        for effect in &entry.effects {
            since.follow(merge.seq, entry.seq, effect, &mut opened);
        }
    }
    since
}

/// Computes [`Since`] from the member's entries after the named one, and from
/// the terms of lots that the named one took from. `gave` is the entry that
/// gave its points: itself, or its claim.
pub fn named_inputs(
    named: &Entry,
    gave: u64,
    later: &[Entry],
    closed: Vec<(LotId, Terms)>,
) -> Since {
    let mut since = Since {
        closed,
        ..Since::default()
    };
    let is_voided = |seq: u64| {
        let mut effects = later.iter().flat_map(|e| &e.effects);
        effects.any(|e| matches!(e, Effect::Voided { of } if *of == seq))
    };
    for entry in later {
        let is_return = matches!(&entry.act, Act::Return { of, .. } if *of == named.seq)
            && !is_voided(entry.seq);
        let mut opened = 0;
        for effect in &entry.effects {
            since.follow(gave, entry.seq, effect, &mut opened);
            if is_return {
                since.clawed.extend(effect.taken_back());
            }
            match effect {
                Effect::Debit {
                    lot,
                    amount,
                    to: Account::Breakage,
                    ..
                } => since.expire(gave, *lot, *amount),
                Effect::Award {
                    unit,
                    amount,
                    from: Account::Clawback,
                    ..
                } if is_return => {
                    since.clawed.push((*unit, amount.negated()));
                }
                _ => {}
            }
        }
    }
    since
}

/// The head moved after the entries booked since.
pub(in crate::engine) fn after_last(records: &Records, mut head: Head) -> Head {
    if !head.origin.is_history {
        let recorded = head.recorded_at();
        let occurred = head.occurred_at();
        head.effective = recorded.max(records.global().effective.after(1));
        head.recorded_lag = recorded.0 - head.effective.0;
        if let Some(o) = &mut head.occurred {
            o.lag = occurred.0 - head.effective.0;
        }
    }
    head
}

pub(in crate::engine) fn request_day(records: &Records, request: &Request) -> crate::model::Day {
    let at = request
        .at
        .map_or(Instant(records.clock.now_micros()), |(at, _)| at);
    records.day_of(at)
}

/// The person of an approval that was checked.
pub(in crate::engine) fn approver(approval: &str) -> Option<Operator> {
    let (id, _) = approval.split_once(':')?;
    Some(Operator {
        id: id.to_owned(),
        is_proven: true,
    })
}

/// Acts with one reading of the clock, which a trial and the booking then share.
pub(in crate::engine) fn at_one_instant<T>(
    ledger: &mut Ledger,
    act: impl FnOnce(&mut Ledger) -> T,
) -> T {
    let now = SteppingClock::new(ledger.clock.now_micros(), 0);
    let clock = std::mem::replace(&mut ledger.clock, Arc::new(now));
    let done = act(ledger);
    ledger.clock = clock;
    done
}
