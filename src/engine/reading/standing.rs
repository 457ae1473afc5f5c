//! Queries of members as they stand: at an instant, one after another; accounts of partners and pools.

use crate::answer::{self, CodesLocked, PartnerAccount, PoolAccount, View};
use crate::engine::commit::open_page;
use crate::engine::error::Error;
use crate::engine::staging::timeouts;
use crate::engine::stop::Stop;
use crate::engine::verbs::aliases;
use crate::engine::verbs::partners::{account, pool_account};
use crate::engine::{Ledger, Records};
use crate::model::{Day, Instant, MemberId, Number, Points, UnitKind, wide_money};
use crate::rules::state::Member;
use crate::rules::{self, State};
use std::collections::BTreeSet;

/// A member's balances at an instant, and kinds of codes that were locked for the
/// member then: from the entries up to then, and from due events up to then although no
/// entry had booked them yet. A qualifying unit is summed over its own window.
///
/// # Errors
/// I/O errors.
#[allow(clippy::type_complexity)]
pub fn standing_at(
    ledger: &mut Ledger,
    id: MemberId,
    at: Instant,
) -> Result<(Vec<(Number, Points)>, Vec<CodesLocked>), Error> {
    ledger.commit()?;
    let mut past = State::default();
    for seq in ledger.past_of(id, at)? {
        if let Some(entry) = ledger.entry(seq)? {
            rules::fold::replay(&mut past, &entry);
        }
    }
    let locks = answer::locks(&ledger.view()?, &past.global, id, at);
    if !past.members.contains_key(&id) {
        return Ok((Vec::new(), locks));
    }
    let balances = open_page::dry_run(ledger, |ledger| {
        ledger.cache.replace_members(past.members);
        // As in a present answer, refused due events stay as they are.
        if let Err(Stop::Error(error)) = timeouts::settle_as_of(ledger, id, at) {
            return Err(error);
        }
        balances_on(ledger, id, ledger.day_of(at))
    })?;
    Ok((balances, locks))
}

/// A member's balances by unit; a qualifying unit is summed over its own
/// window, which ends with a day.
fn balances_on(records: &Records, id: MemberId, day: Day) -> Result<Vec<(Number, Points)>, Error> {
    let Some(member) = records.cache.member(id) else {
        return Ok(Vec::new());
    };
    let held = records
        .programme()?
        .units
        .iter()
        .map(|unit| match unit.kind {
            UnitKind::Qualifying => {
                let sum = member.window(unit.window, day, |f| f.unit(unit.number));
                (unit.number, Points(sum))
            }
            _ => (unit.number, member.balance(unit.number)),
        });
    Ok(held.collect())
}

/// All members by id. Memory: 16 bytes each.
///
/// # Errors
/// I/O errors.
pub fn member_ids(ledger: &mut Ledger) -> Result<Vec<MemberId>, Error> {
    ledger.commit()?;
    aliases::ids_written(ledger)
}

/// Hands over members, as they stand now: what fell due for one until now is settled
/// for the while, and forgotten. Complexity: one read each, and a decision for each
/// thing that is due.
///
/// # Errors
/// I/O errors, or what `each` fails with.
pub fn each_of<E: From<Error>>(
    ledger: &mut Ledger,
    ids: &[MemberId],
    mut each: impl FnMut(&View<'_>, &Member) -> Result<(), E>,
) -> Result<(), E> {
    ledger.commit()?;
    let head = ledger.ledger_head();
    let due: BTreeSet<_> = ledger.cache.due(head.effective)?.into_iter().collect();
    for &id in ids {
        if !due.contains(&id) {
            let view = ledger.view()?;
            ledger
                .cache
                .look(id, |member| each(&view, member))?
                .transpose()?;
            ledger.cache.note_read(id);
            continue;
        }
        let mut done = Ok(());
        open_page::dry_run(ledger, |ledger| {
            ledger.member(id)?;
            // A refusal leaves the standing unchanged, as in an answer of today.
            if let Err(Stop::Error(error)) = timeouts::settle(ledger, id, &head) {
                return Err(error);
            }
            let view = ledger.view()?;
            if let Some(member) = ledger.cache.member(id) {
                done = each(&view, member);
            }
            Ok(())
        })?;
        done?;
    }
    Ok(())
}

/// Accounts of all partners, and their sum: the programme's own side has
/// the opposite sign.
pub fn partners(records: &Records) -> Result<(Vec<PartnerAccount>, String), Error> {
    let programme = records.programme()?;
    let global = records.global();
    let accounts = programme
        .partners
        .iter()
        .map(|partner| account(partner, global.partner(partner.number), programme.digits));
    let owed = wide_money(-global.partners_owed, programme.digits);
    Ok((accounts.collect(), owed))
}

/// Balances of all pools, by year, and all payments with the hash of their
/// entry, for anybody to check.
pub fn pools(records: &mut Records) -> Result<Vec<PoolAccount>, Error> {
    let pools = records.programme()?.pools.clone();
    let told = pools.iter().map(|pool| {
        let book = records
            .global()
            .pool(pool.number)
            .cloned()
            .unwrap_or_default();
        pool_account(pool, &book, |seq| records.entry_and_hash(seq))
    });
    told.collect()
}
