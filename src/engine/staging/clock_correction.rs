//! Correcting a clock that was far ahead.

use crate::engine::Ledger;
use crate::engine::error::Error;
use crate::engine::staging::booking;
use crate::model::{self, Act, Instant, MINUTE};

/// Most that a clock may be behind and still count as slow, in microseconds.
const SLOW_MAX: i64 = MINUTE;

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
    let seq = booking::seal_alone(ledger, head, act)?;
    ledger.commit()?;
    Ok(seq)
}
