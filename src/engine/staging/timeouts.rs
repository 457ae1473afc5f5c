//! Due events of one member, one after the other: midnights, and holds that time out within
//! a day.

use crate::engine::commit::open_page;
use crate::engine::staging::{admit, booking, follow};
use crate::engine::stop::Stop;
use crate::engine::{Ledger, Records};
use crate::model::{Act, Day, Head, Instant, MemberId, Occurred};
use crate::rules::{self, Outlook};
use std::sync::Arc;

/// Books a member's due events up to a command.
pub(in crate::engine) fn settle(
    ledger: &mut Ledger,
    id: MemberId,
    head: &Head,
) -> Result<(), Stop> {
    let is_history = head.origin.is_history;
    // Due events are independent of each other, and take as many pages as
    // they need.
    loop {
        open_page::make_room(ledger)?;
        if book_next(ledger, id, head.effective, is_history)?.is_none() {
            return Ok(());
        }
    }
}

/// Books the due events of all members that a command concerns, and of
/// their housemates.
pub(in crate::engine) fn settle_all(
    ledger: &mut Ledger,
    ids: Vec<MemberId>,
    head: &Head,
) -> Result<(), Stop> {
    for id in ledger.cache.with_housemates(ids)? {
        settle(ledger, id, head)?;
        settle_referrer(ledger, id, head)?;
    }
    Ok(())
}

/// Books a member's next due event, if its time has come by an instant. A
/// hold that ends with a day ends before the due events of that day.
pub(in crate::engine) fn book_next(
    ledger: &mut Ledger,
    id: MemberId,
    until: Instant,
    is_history: bool,
) -> Result<Option<u64>, Stop> {
    let Some((at, day, act)) = due_next(ledger, id, until)? else {
        return Ok(None);
    };
    let head = head_due(ledger, id, at, day, is_history);
    book_due(ledger, id, head, act).map(Some)
}

/// Books a member's due events up to an instant in a dry run, as though the
/// query had been made then.
pub(in crate::engine) fn settle_as_of(
    ledger: &mut Ledger,
    id: MemberId,
    until: Instant,
) -> Result<(), Stop> {
    while let Some((at, day, act)) = due_next(ledger, id, until)? {
        let mut head = head_due(ledger, id, at, day, false);
        head.effective = until;
        head.recorded_lag = 0;
        head.occurred = Some(Occurred {
            lag: at.0 - until.0,
            offset: 0,
        });
        book_due(ledger, id, head, act)?;
    }
    Ok(())
}

fn book_due(ledger: &mut Ledger, id: MemberId, head: Head, act: Act) -> Result<u64, Stop> {
    let named = match act.named() {
        Some(seq) => ledger.entry(seq)?,
        None => None,
    };
    Ok(booking::book(ledger, head, Some(id), act, named.as_ref())?.seq)
}

/// The next due event of a member, if it has come by an instant.
fn due_next(
    records: &mut Records,
    id: MemberId,
    until: Instant,
) -> Result<Option<(Instant, Day, Act)>, Stop> {
    let policy = Arc::clone(records.policy()?);
    let birthday = match rules::campaign::trigger::has_birthdays(&*policy) {
        true => records.cache.birthday(&mut records.vault, id)?,
        false => None,
    };
    let outlook = Outlook {
        policy: &*policy,
        global: &records.cache.state().global,
        birthday,
    };
    let member = records.cache.member(id);
    Ok(member.and_then(|m| rules::due::next_act(m, &outlook, until)))
}

/// Head of an entry that the ledger makes for a member because an instant has come.
fn head_due(records: &Records, id: MemberId, at: Instant, day: Day, is_history: bool) -> Head {
    let mut head = records.ledger_head();
    head.origin.is_history = is_history;
    if is_history {
        let recorded = head.recorded_at();
        let last = records.cache.member(id).map(|m| m.effective);
        head.effective = last.map_or(at, |last| at.max(last));
        head.recorded_lag = recorded.0 - head.effective.0;
    }
    head.day = day;
    head.occurred = Some(Occurred {
        lag: at.0 - head.effective.0,
        offset: 0,
    });
    head
}

/// Releases the rest of a hold after a final capture, directly after it.
pub(in crate::engine) fn finish_hold(
    ledger: &mut Ledger,
    id: MemberId,
    of: u64,
    head: Head,
) -> Result<(), Stop> {
    let member = ledger.cache.member(id);
    if !member.is_some_and(|m| m.holds.iter().any(|h| h.seq == of)) {
        return Ok(());
    }
    let named = ledger.entry(of)?;
    let mut head = admit::after_last(ledger, head);
    head.key = crate::model::Key::none();
    let act = Act::Release {
        of,
        is_timeout: false,
    };
    booking::book(ledger, head, Some(id), act, named.as_ref())?;
    Ok(())
}

/// Books the referrer's due events before the member's own entry.
fn settle_referrer(ledger: &mut Ledger, id: MemberId, head: &Head) -> Result<(), Stop> {
    if !follow::has_referrals(ledger)? {
        return Ok(());
    }
    match follow::referrer_of(ledger, id)? {
        Some(referrer) => settle(ledger, referrer, head),
        None => Ok(()),
    }
}
