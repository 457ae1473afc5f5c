//! Loading of what a command refers to: an earlier entry and later events about it, a
//! message of the outbox, the programmes of passes.

use crate::command::{Request, Verb, Who};
use crate::engine::Records;
use crate::engine::error::Error;
use crate::engine::reading::outbox;
use crate::engine::staging::admit::{Since, named_inputs, parted_inputs};
use crate::engine::stop::{Stop, no};
use crate::engine::verbs::activity::with_facts;
use crate::engine::verbs::openers;
use crate::engine::verbs::openers::terms_taken;
use crate::model::{Act, Code, Entry, MemberId};

/// Loads the entry that a return or void refers to.
pub(in crate::engine) fn load_named(
    records: &mut Records,
    act: &Act,
) -> Result<Option<Entry>, Stop> {
    let Some(of) = act.named() else {
        return Ok(None);
    };
    let named = records.entry(of)?;
    records.cache.load_aftermath(of)?;
    if let Some(Act::Return { of, .. }) = named.as_ref().map(|e| &e.act) {
        records.cache.load_aftermath(*of)?;
    }
    if let Some(entry) = &named {
        // Entries before the first programme were decided by none.
        if entry.head.bundle != 0 {
            records.programme_of(entry.head.bundle)?;
        }
        for touched in &entry.touched {
            records.resolve(&Who::Id(touched.member))?;
        }
    }
    Ok(named)
}

/// The entry that claimed a purchase, if one did.
pub(in crate::engine) fn claim_of(
    records: &mut Records,
    named: Option<&Entry>,
) -> Result<Option<Entry>, Stop> {
    let of = named.map_or(u64::MAX, |entry| entry.seq);
    let after = records.cache.state().aftermath.get(&of);
    let Some(seq) = after.and_then(|after| after.claimed) else {
        return Ok(None);
    };
    let claim = records.entry(seq)?;
    if let Some(id) = claim.as_ref().and_then(Entry::member) {
        records.resolve(&Who::Id(id))?;
    }
    Ok(claim)
}

/// Later events that a return or void depends on.
pub(in crate::engine) fn since(
    records: &mut Records,
    named: Option<&Entry>,
    claim: Option<&Entry>,
    act: &Act,
) -> Result<Since, Stop> {
    if let (Act::Unmerged { .. }, Some(merge)) = (act, named) {
        let later = match merge.touched.get(1) {
            Some(into) => later_by(records, into.member, merge.seq)?,
            None => Vec::new(),
        };
        return Ok(parted_inputs(merge, &later));
    }
    let looks_back = matches!(act, Act::Return { .. } | Act::Reversal { .. });
    let Some(named) = named.filter(|_| looks_back) else {
        return Ok(Since::default());
    };
    let gave = claim.unwrap_or(named);
    let later = later_of(records, gave)?;
    let closed = terms_taken(named, |seq| records.entry(seq))?;
    Ok(named_inputs(named, gave.seq, &later, closed))
}

/// Loads the programmes under which a member's passes were paid for.
pub(in crate::engine) fn load_passes(
    records: &mut Records,
    member: Option<MemberId>,
) -> Result<(), Error> {
    let found = member.and_then(|id| records.cache.member(id));
    let passes = found.map_or(&[][..], |m| &m.passes);
    let bundles: Vec<u32> = passes.iter().map(|p| p.bundle).collect();
    for bundle in bundles {
        records.programme_of(bundle)?;
    }
    Ok(())
}

/// The activity with its member and with what its message says; None if it names no
/// message.
pub(in crate::engine) fn about_message(
    records: &mut Records,
    request: &Request,
) -> Result<Option<Request>, Stop> {
    let Verb::Activity(activity) = &request.verb else {
        return Ok(None);
    };
    if activity.message.is_empty() {
        return Ok(None);
    }
    let Some(found) = outbox::message_named(records, &activity.message)? else {
        return no(
            Code::UnknownEntry,
            format!(
                "message: the outbox has none of the id '{}'; send it as the outbox told it",
                activity.message
            ),
        );
    };
    let recipient = Who::Id(found.recipient);
    if let Some(named) = &request.member {
        let (named, meant) = (records.resolve(named)?, records.resolve(&recipient)?);
        if named != meant {
            let detail = "message: it went to another member; leave out `member`";
            return no(Code::BadInput, detail);
        }
    }
    let activity = with_facts(records.programme().ok(), activity, found);
    Ok(Some(Request {
        member: Some(recipient),
        verb: Verb::Activity(activity),
        ..request.clone()
    }))
}

/// Entries of a member after a given one, merges followed.
fn later_by(records: &mut Records, id: MemberId, seq: u64) -> Result<Vec<Entry>, Error> {
    let mut history = |id, seq| records.history_since(id, seq);
    openers::later_of(id, seq, &mut history)
}

/// Entries of an entry's member after it, merges followed.
pub(in crate::engine) fn later_of(
    records: &mut Records,
    named: &Entry,
) -> Result<Vec<Entry>, Stop> {
    match named.member() {
        Some(id) => Ok(later_by(records, id, named.seq)?),
        None => Ok(Vec::new()),
    }
}
