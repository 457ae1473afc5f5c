//! Guessing of codes: wrong ones are counted, too many lock the codes of their
//! kind for a while, and a person may lift the lock.

use super::case::Case;
use super::state::{Guesser, Guessing, LedgerState};
use crate::model::{
    Act, Channel, Code, Draft, Effect, GuessLimit, GuessedCode, Instant, MINUTE, Place, Refusal,
};

/// Counts a wrong code against all guessers it counts against.
pub fn count(case: &Case, kind: GuessedCode, code: [u8; 16]) -> Draft {
    let counted = |guesser: Guesser| {
        let (channel, place, terminal, who) = scope_of(case, &guesser);
        Effect::GuessCounted {
            channel,
            place,
            terminal,
            who,
            kind,
            code,
        }
    };
    let guessers = Guesser::all(&case.head.origin, case.member).into_iter();
    let terminal = case.head.origin.terminal.clone();
    let act = Act::CodeTried {
        kind,
        terminal,
        code,
    };
    case.draft(act, guessers.map(counted).collect())
}

/// Locks codes of a kind for guessers that were wrong too often. A member is
/// touched only if they are one of them.
///
/// # Errors
/// None was wrong that often, or they are locked already.
pub fn lock(case: &Case, kind: GuessedCode) -> Result<Draft, Refusal> {
    let limit = case.programme().guess;
    let until = case.now().after(i64::from(limit.lock_minutes) * MINUTE);
    let mut guessers = Guesser::all(&case.head.origin, case.member);
    guessers.retain(|guesser| is_over(&case.state.global, guesser, kind, limit, case.now()));
    let member = case.member.map(Guesser::Member);
    if guessers.is_empty() || member.is_some_and(|member| !guessers.contains(&member)) {
        let detail = "codes are not locked: too few were wrong";
        return Err(Refusal::new(Code::BadInput, detail));
    }
    let terminal = case.head.origin.terminal.clone();
    let act = Act::GuessingLocked {
        kind,
        terminal,
        until,
    };
    let set = |guesser: &Guesser| lock_of(case, guesser, kind, Some(until));
    Ok(case.draft(act, guessers.iter().map(set).collect()))
}

/// True if a guesser was wrong so often that codes must be locked, and are not yet.
pub fn is_over(
    global: &LedgerState,
    guesser: &Guesser,
    kind: GuessedCode,
    limit: GuessLimit,
    now: Instant,
) -> bool {
    let from = now.after(-i64::from(limit.minutes) * MINUTE);
    let is_over = |g: &Guessing| g.count_since(from) >= limit.tries as usize && !g.is_locked(now);
    global.guessing.of(guesser, kind).is_some_and(is_over)
}

/// Lifts the locks of a kind of codes: of the named member, and of the
/// terminal; if neither is named, of channels. Only in the command's store;
/// without one, in every store.
///
/// # Errors
/// Nothing is locked there.
pub fn unlock(
    case: &Case,
    kind: GuessedCode,
    terminal: String,
    reason: String,
) -> Result<Draft, Refusal> {
    let place = &case.head.origin.place;
    let is_there = |its: &Place| *place == Place::Unsaid || place == its;
    let is_meant = |guesser: &Guesser| match guesser {
        Guesser::Member(id) => case.member == Some(*id),
        Guesser::Terminal {
            place,
            terminal: its,
        } => *its == terminal && is_there(place),
        Guesser::Channel { place, .. } => {
            terminal.is_empty() && case.member.is_none() && is_there(place)
        }
    };
    let locked = case.state.global.guessing.all();
    let locked = locked.filter(|g| g.kind == kind && g.is_locked(case.now()));
    let meant = locked.filter(|g| is_meant(&g.guesser));
    let effects: Vec<Effect> = meant
        .map(|g| lock_of(case, &g.guesser, kind, None))
        .collect();
    if effects.is_empty() {
        let detail = format!("{} codes are not locked there", kind.as_str());
        return Err(Refusal::new(Code::AlreadySo, detail));
    }
    let act = Act::GuessingUnlocked {
        kind,
        terminal,
        reason,
    };
    Ok(case.draft(act, effects))
}

fn lock_of(case: &Case, guesser: &Guesser, kind: GuessedCode, until: Option<Instant>) -> Effect {
    let (channel, place, terminal, who) = scope_of(case, guesser);
    Effect::GuessLock {
        channel,
        place,
        terminal,
        who,
        kind,
        until,
    }
}

/// A guesser as effects name it; a member is named with the source of the command.
fn scope_of(case: &Case, guesser: &Guesser) -> (Channel, Place, String, Option<u8>) {
    let origin = &case.head.origin;
    let here = origin.channel.clone();
    match guesser.clone() {
        Guesser::Terminal { place, terminal } => (here, place, terminal, None),
        Guesser::Channel { place, channel } => (channel, place, String::new(), None),
        Guesser::Member(_) => (here, origin.place.clone(), origin.terminal.clone(), Some(0)),
    }
}
