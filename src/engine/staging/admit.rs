//! Admission: names become numbers, aliases become members, instants are set.
//! Afterwards a command is plain data that can be decided again at any time.

use crate::chain::hash::key_hash_joined;
use crate::command::{Office, Request, Verb};
use crate::engine::error::Error;
use crate::engine::programmes::activate;
use crate::engine::staging::submit::Mode;
use crate::engine::{Ledger, Records};
use crate::model::{
    self, Account, Act, Code, Effect, Entry, Head, Instant, LotId, MINUTE, MemberId, Number,
    Occurred, Operator, OrderScope, Orders, Origin, Place, Points, Refusal, Terms,
};
use crate::rules::DecisionInputs;
use crate::storage::keys::KeyHash;

/// Most that a till's clock may be ahead of ours, in microseconds.
pub const AHEAD_MAX: i64 = 10 * MINUTE;
/// Days past the last entry from which a clock counts as having jumped.
const JUMP_DAYS: i64 = 31;
/// Most that a clock may be behind and still count as slow, in microseconds.
const SLOW_MAX: i64 = MINUTE;

/// Reason why a command cannot be decided: a refusal, or an error.
pub enum Stop {
    /// A refusal that is answered and not recorded.
    No(Refusal),
    /// An error.
    Error(Error),
}

impl Stop {
    /// Names the tender, by its index, in a refusal that names a field of one.
    pub(in crate::engine) fn at_tender(self, n: usize) -> Stop {
        match self {
            Stop::No(no) => Stop::No(no.at_tender(n)),
            error => error,
        }
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Stop {
        Stop::No(refusal)
    }
}

impl<E: Into<Error>> From<E> for Stop {
    fn from(error: E) -> Stop {
        Stop::Error(error.into())
    }
}

pub(in crate::engine) fn no<T>(code: Code, detail: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::No(Refusal::new(code, detail)))
}

/// Hash under which an idempotency key, a slip or an order is indexed.
pub fn key_hash_of(domain: &str, text: &str) -> KeyHash {
    key_hash_joined(&[domain.as_bytes(), b":", text.as_bytes()])
}

/// All keys under which an entry is indexed: its own, its slip, and a purchase's order.
pub fn keys_of(entry: &Entry) -> Vec<KeyHash> {
    keys_with(entry, |key| key_hash_of("key", key))
}

/// Computes [`keys_of`] with a given function for the hash of the idempotency key.
pub(in crate::engine) fn keys_with(
    entry: &Entry,
    key_hash: impl FnOnce(&str) -> KeyHash,
) -> Vec<KeyHash> {
    let mut keys = Vec::with_capacity(1);
    if entry.head.key.is_some() {
        keys.push(key_hash(entry.head.key.as_str()));
    }
    keys.extend(once_hash(entry.member(), &entry.act));
    if !entry.act.receipt().is_empty() {
        let (origin, day) = (&entry.head.origin, entry.head.day);
        keys.push(receipt_hash(origin, day, entry.act.receipt()));
    }
    if let Act::Purchase(purchase) = &entry.act
        && !purchase.order.is_empty()
    {
        keys.push(order_hash(purchase));
    }
    keys.extend(crate::engine::verbs::codes::code_keys_of(entry));
    keys
}

/// Hash under which a purchase's order number is indexed, within its scope.
pub(in crate::engine) fn order_hash(purchase: &model::Purchase) -> KeyHash {
    let (order, scope) = (&purchase.order, &purchase.order_scope);
    let text = match scope {
        OrderScope::Programme => order.clone(),
        OrderScope::Store(place) => format!("{order}\0store\0{}", place_text(place)),
        OrderScope::Channel(channel) => format!("{order}\0channel\0{}", channel.name()),
    };
    key_hash_of("order", &text)
}

/// Scope of an order number from such an origin in a programme.
pub(in crate::engine) fn order_scope(orders: Orders, origin: &Origin) -> OrderScope {
    match orders {
        Orders::Programme => OrderScope::Programme,
        Orders::Store => OrderScope::Store(origin.place.clone()),
        Orders::Channel => OrderScope::Channel(origin.channel.clone()),
    }
}

/// Hash under which the unique value of an activity is indexed.
pub fn once_hash(member: Option<MemberId>, act: &Act) -> Option<KeyHash> {
    let Act::Activity {
        activity, fields, ..
    } = act
    else {
        return None;
    };
    let (value, is_for_all) = model::unique_value(fields)?;
    let whose = member.filter(|_| !is_for_all);
    let whose = whose.map_or_else(String::new, |id| id.to_string());
    Some(key_hash_of(
        "activity",
        &format!("{activity}\0{whose}\0{value}"),
    ))
}

fn place_text(place: &Place) -> String {
    match place {
        Place::Unsaid => String::new(),
        Place::Store(number) => format!("#{number}"),
        Place::Named(name) => name.clone(),
    }
}

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
            return no(
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
                return no(
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
        approver: crate::engine::verbs::approval::approver(&source.approval),
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
        if at.0 > recorded.0 + AHEAD_MAX {
            let (ours, theirs) = (
                programme.calendar.display(recorded),
                programme.calendar.display(at),
            );
            return no(
                Code::ClockAhead,
                format!(
                    "at: {theirs} is ahead of the ledger's clock, {ours}; set the till's clock"
                ),
            );
        }
        let oldest = recorded.0 - i64::from(programme.late_days) * 86_400_000_000;
        let is_opening = matches!(&request.verb, Verb::Office(Office::Opening { .. }));
        if !mode.is_history && !mode.is_late && !is_opening && at.0 < oldest {
            return no(
                Code::TooLate,
                format!(
                    "at: {} is more than {} days ago; members' history goes in by 'import --history', before their first sale here",
                    programme.calendar.display(at),
                    programme.late_days
                ),
            );
        }
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

/// Refuses a clock that is far ahead of the last entry, once.
pub(in crate::engine) fn check_clock(records: &Records, recorded: Instant) -> Result<(), Stop> {
    if let Some(wrong) = model::clock_error(recorded) {
        return no(Code::ClockJumped, wrong);
    }
    let last = records.global().recorded;
    let is_new = records.global().next_seq <= 2;
    if !is_new
        && !records.options.is_clock_accepted
        && model::days_between(last, recorded) > JUMP_DAYS
    {
        let calendar = &records.programme()?.calendar;
        return no(
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

/// Corrects an accepted clock that was far ahead: the ledger's time is the
/// clock's again, by an entry that records the reason. Returns its
/// sequence.
///
/// # Errors
/// Misuse, if there is no reason, the clock is not behind the last entry,
/// or it is before the ledger began.
pub fn correct_clock(ledger: &mut Ledger, reason: &str) -> Result<u64, Error> {
    ledger.commit()?;
    let reason = reason.trim();
    if reason.is_empty() || reason.len() > crate::command::TEXT_LEN_MAX {
        return Err(Error::misuse("reason: say why, in 1 to 1000 bytes"));
    }
    let now = Instant(ledger.clock.now_micros());
    if let Some(wrong) = model::clock_error(now) {
        return Err(Error::misuse(wrong));
    }
    let last = ledger.global().effective;
    let first = ledger
        .entry(0)?
        .map_or(last, |genesis| genesis.head.effective);
    let calendar = &ledger.programme()?.calendar;
    let (told, at) = (calendar.display(now), calendar.display(last));
    if now.after(SLOW_MAX) >= last {
        return Err(Error::misuse(format!(
            "the clock reads {told}, the last entry is of {at}: there is nothing to put right"
        )));
    }
    if now < first {
        let began = calendar.display(first);
        return Err(Error::misuse(format!(
            "the clock reads {told}, and the ledger began at {began}; set the clock"
        )));
    }
    let mut head = ledger.ledger_head();
    (head.effective, head.recorded_lag, head.day) = (now, 0, ledger.day_of(now));
    head.origin.channel = model::Channel::Office;
    let act = Act::ClockCorrected {
        reason: reason.into(),
    };
    let seq = activate::seal_alone(ledger, head, act)?;
    ledger.commit()?;
    Ok(seq)
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

/// Hash of the slip of a purchase or a return, which is unique for its store,
/// terminal and business day.
pub fn receipt_hash(origin: &Origin, day: model::Day, receipt: &str) -> KeyHash {
    slip_hash(&origin.place, &origin.terminal, day, receipt)
}

/// Hash of the slip of a store, a terminal and a business day.
pub(in crate::engine) fn slip_hash(
    place: &Place,
    terminal: &str,
    day: model::Day,
    receipt: &str,
) -> KeyHash {
    let (place, day) = (place_text(place), day.0.to_string());
    let text = [&*place, terminal, &day, receipt].join("\0");
    key_hash_of("receipt", &text)
}
