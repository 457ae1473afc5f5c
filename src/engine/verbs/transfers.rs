//! Names to numbers for commands about two members, and about holds.

use crate::command::{
    EntryRef, HouseholdAsked, Means, Redeemed, Request, Taker, TenderGiven, Verb, Who,
};
use crate::engine::Records;
use crate::engine::error::Error;
use crate::engine::reading::alias_owner;
use crate::engine::staging::staged::Mode;
use crate::engine::staging::{name_resolver, names_in_force};
use crate::engine::stop::{Stop, key_conflict, no, nobody};
use crate::engine::verbs::{slips, vouchers};
use crate::model::{Act, Code, CodeKind, Effect, Entry, Instant, MemberId, Points};
use crate::rules::member::merge::all_absorbed;
use rust_decimal::Decimal;

/// Converts a verb about holds or about two members to an act. The verbs that are
/// left have ways of their own, in `stage_apart` of `staging/submit.rs`.
pub(in crate::engine) fn hold_or_transfer(
    records: &mut Records,
    request: &Request,
) -> Result<Act, Stop> {
    match &request.verb {
        Verb::Hold { what, until, note } => hold(records, what, *until, note),
        Verb::Capture { of, points, .. } => capture(records, of, *points),
        Verb::Release { of } => Ok(Act::Release {
            of: name_resolver::entry_ref(records, of)?,
            is_timeout: false,
        }),
        Verb::Transfer {
            to,
            unit,
            points,
            note,
        } => {
            let (unit, points) = name_resolver::names(records)?.amount(unit, *points)?;
            let note = note.clone();
            let token = (*to == Taker::Token)
                .then(|| vouchers::code_hash(records, CodeKind::Gift, request));
            Ok(Act::Transfer {
                unit,
                points,
                note,
                token,
            })
        }
        Verb::ClaimPoints { token } => Ok(Act::TransferClaimed {
            of: vouchers::gift(records, token, false)?,
        }),
        Verb::Household(asked) => Ok(Act::HouseholdChanged {
            is_joined: *asked != HouseholdAsked::Leave,
        }),
        Verb::Merge { reason, .. } => Ok(Act::Merged {
            reason: reason.clone(),
        }),
        Verb::Unmerge { of, .. } => Ok(Act::Unmerged {
            of: merge_ref(records, of)?,
        }),
        _ => no(Code::BadInput, "this verb is no single act"),
    }
}

/// Converts a hold of points, or of a reward.
fn hold(records: &Records, what: &Redeemed, until: Instant, note: &str) -> Result<Act, Stop> {
    let note = note.into();
    Ok(match what {
        Redeemed::Points { unit, points } => {
            let (unit, points) = name_resolver::names(records)?.amount(unit, *points)?;
            Act::Hold {
                unit,
                points,
                until,
                note,
            }
        }
        Redeemed::Reward(id) => Act::RewardHeld {
            reward: names_in_force::reward(records, id)?,
            until,
            note,
        },
    })
}

/// Converts a capture, whose unit is that of the hold.
fn capture(records: &mut Records, of: &EntryRef, points: Option<Decimal>) -> Result<Act, Stop> {
    let of = name_resolver::entry_ref(records, of)?;
    let held = records.entry(of)?.map(|entry| entry.act);
    let points = match (points, held) {
        (None, _) => Points::ZERO,
        (Some(_), Some(Act::RewardHeld { .. } | Act::VoucherHeld { .. })) => {
            let detail = "points: a reward or voucher is captured whole; name none";
            return no(Code::BadInput, detail);
        }
        (Some(points), Some(Act::Hold { unit, .. })) => {
            let name = records
                .global()
                .names
                .text(crate::model::NameKind::Unit, unit);
            name_resolver::names(records)?.amount(&name, points)?.1
        }
        (Some(_), _) => {
            let detail = format!("of: entry {of} holds no points");
            return no(Code::UnknownEntry, detail);
        }
    };
    Ok(Act::Capture { of, points })
}

/// The second member of a command that concerns two.
pub(in crate::engine) fn other_of(
    records: &mut Records,
    request: &Request,
) -> Result<Option<MemberId>, Stop> {
    let (who, field): (&Who, _) = match &request.verb {
        Verb::Transfer {
            to: Taker::Member(to),
            ..
        } => (to, "to"),
        Verb::Household(HouseholdAsked::Join { with }) => (with, "with"),
        Verb::Merge { into, .. } => (into, "into"),
        Verb::Unmerge { of, .. } => return absorbed_by(records, of),
        _ => return Ok(None),
    };
    let id = records.resolve(who)?;
    Ok(Some(id.ok_or_else(|| nobody(field))?))
}

/// The entry of a merge, which [`about_merge`] puts where members name it.
fn merge_ref(records: &mut Records, of: &Option<EntryRef>) -> Result<u64, Stop> {
    match of {
        Some(of) => name_resolver::entry_ref(records, of),
        None => no(Code::UnknownEntry, "of: there is no such merge"),
    }
}

/// The undoing of a merge with the entry that its members mean; None if it names
/// none by them.
pub(in crate::engine) fn about_merge(
    records: &mut Records,
    request: &Request,
) -> Result<Option<Request>, Stop> {
    let (Verb::Unmerge { of: None, from }, Some(one)) = (&request.verb, &request.member) else {
        return Ok(None);
    };
    let mut named = vec![named_id(records, "member", one)?];
    if let Some(other) = from {
        named.push(named_id(records, "from", other)?);
    }
    // Sent again it means the merge that it undid then.
    let seq = match slips::named_before(records, request)? {
        Some(seq) => seq,
        None => merge_of(records, &named)?,
    };
    Ok(Some(Request {
        member: None,
        verb: Verb::Unmerge {
            of: Some(EntryRef::Seq(seq)),
            from: None,
        },
        ..request.clone()
    }))
}

/// The id that an alias was given for, whatever it was merged into since.
fn named_id(records: &mut Records, field: &str, who: &Who) -> Result<MemberId, Stop> {
    let id = match who {
        Who::Id(id) => Some(*id),
        Who::Alias(alias) => alias_owner::alias_owner(records, alias)?,
    };
    let known = id.map(|id| records.member(id)).transpose()?.flatten();
    known
        .map(|member| member.id)
        .ok_or_else(|| nobody(field).into())
}

/// The one merge of the named members that stands: between two of them; or of one, by
/// which it went into another, else by which others went into it.
fn merge_of(records: &mut Records, named: &[MemberId]) -> Result<u64, Stop> {
    let mut merges = Vec::new();
    for entry in records.history_since(named[0], 0)? {
        if matches!(entry.act, Act::Merged { .. }) && records.is_standing(entry.seq)? {
            merges.push(entry);
        }
    }
    if let Some(other) = named.get(1) {
        merges.retain(|merge| merge.touched.iter().any(|t| t.member == *other));
    } else if merges.iter().any(|merge| merge.member() == Some(named[0])) {
        merges.retain(|merge| merge.member() == Some(named[0]));
    }
    let told: Vec<String> = merges.iter().map(merge_in_words).collect();
    match (&merges[..], &told[..]) {
        ([merge], _) => Ok(merge.seq),
        ([], _) => no(
            Code::UnknownEntry,
            "member: no merge of that member, or of the two, stands; `stampbook member show` tells what there was",
        ),
        (_, told) => no(
            Code::BadInput,
            format!(
                "from: {} merges of that member stand: {}; name the other member by `from`, or the merge by `seq`",
                told.len(),
                told.join("; ")
            ),
        ),
    }
}

/// The member that an entry merged into another, loaded.
fn absorbed_by(records: &mut Records, of: &Option<EntryRef>) -> Result<Option<MemberId>, Stop> {
    let seq = merge_ref(records, of)?;
    let entry = records.entry(seq)?;
    let merge = entry.filter(|e| matches!(e.act, Act::Merged { .. }));
    let id = merge.and_then(|e| e.member());
    if let Some(id) = id {
        records.cache.load(id)?;
    }
    Ok(id)
}

/// Refuses history after a member's first live entry.
pub(in crate::engine) fn check_history(
    records: &Records,
    mode: &Mode,
    member: Option<MemberId>,
) -> Result<(), Stop> {
    let member = member.and_then(|id| records.cache.member(id));
    if !mode.is_history || !member.is_some_and(|m| m.is_live) {
        return Ok(());
    }
    let detail = "history cannot be added behind the member's first live entry";
    no(Code::NotHistory, detail)
}

/// Member of a command: as it states, or the present holder of the entry
/// that it refers to.
pub(in crate::engine) fn party(
    records: &mut Records,
    member: Option<MemberId>,
    named: Option<&Entry>,
) -> Result<Option<MemberId>, Stop> {
    match (member, named.and_then(Entry::member)) {
        (None, Some(id)) => Ok(records.resolve(&Who::Id(id))?),
        (member, _) => Ok(member),
    }
}

/// Refuses to merge two names that an earlier merge made one member.
pub(in crate::engine) fn check_loop(records: &mut Records, request: &Request) -> Result<(), Stop> {
    let (Verb::Merge { into, .. }, Some(from)) = (&request.verb, &request.member) else {
        return Ok(());
    };
    let ends = (records.resolve(from)?, records.resolve(into)?);
    let owners = (owner_of(records, from)?, owner_of(records, into)?);
    match ends.0 == ends.1 && owners.0 != owners.1 {
        true => no(
            Code::MergeLoop,
            "into: an earlier merge has made them one; undo that one first",
        ),
        false => Ok(()),
    }
}

/// The member that a name itself refers to, before any merge.
fn owner_of(records: &mut Records, who: &Who) -> Result<Option<MemberId>, Error> {
    match who {
        Who::Id(id) => Ok(Some(*id)),
        Who::Alias(alias) => alias_owner::alias_owner(records, alias),
    }
}

/// Loads the members that were merged into one, since they are erased together.
pub(in crate::engine) fn load_absorbed(
    records: &mut Records,
    member: Option<MemberId>,
) -> Result<(), Stop> {
    let Some(id) = member else { return Ok(()) };
    records.cache.load(id)?;
    let mut known = 0;
    loop {
        let absorbed = all_absorbed(records.cache.state(), id);
        if absorbed.len() == known {
            return Ok(());
        }
        known = absorbed.len();
        for id in absorbed {
            records.cache.load(id)?;
        }
    }
}

/// A repeat must name the same second member. The member that an unmerge
/// separates follows from the entry it names, which was compared already.
pub(in crate::engine) fn check_other(
    records: &mut Records,
    entry: &Entry,
    act: &Act,
    other: Option<MemberId>,
) -> Result<(), Stop> {
    let Some(other) = other.filter(|_| !matches!(act, Act::Unmerged { .. })) else {
        return Ok(());
    };
    let was = match entry.touched.get(1) {
        Some(touched) => records.resolve(&Who::Id(touched.member))?,
        None => None,
    };
    match was == Some(other) {
        true => Ok(()),
        false => Err(key_conflict(entry.seq).into()),
    }
}

/// Holds of which a command with `final` has taken all that it is going to take.
pub(in crate::engine) fn holds_used_up(request: &Request, entry: &Entry) -> Vec<u64> {
    let is_taken = |of: &u64| {
        let mut effects = entry.effects.iter();
        effects.any(|e| matches!(e, Effect::Held { hold, .. } if hold == of))
    };
    match (&request.verb, &entry.act) {
        (Verb::Capture { is_final: true, .. }, Act::Capture { of, .. }) => vec![*of],
        (Verb::Purchase(sale), Act::Purchase(booked)) => {
            let tenders = sale.tenders.iter().zip(&booked.tenders);
            let is_final =
                |given: &TenderGiven| matches!(given.means, Means::Held { is_final: true, .. });
            let held = tenders.filter(|(given, _)| is_final(given));
            let held = held.filter_map(|(_, tender)| tender.kind.hold());
            held.filter(is_taken).collect()
        }
        _ => Vec::new(),
    }
}

/// Entries of the holds that pay for a purchase.
pub(in crate::engine) fn held_of(records: &mut Records, act: &Act) -> Result<Vec<Entry>, Error> {
    let Act::Purchase(purchase) = act else {
        return Ok(Vec::new());
    };
    let mut held = Vec::new();
    for of in purchase.tenders.iter().filter_map(|t| t.kind.hold()) {
        held.extend(records.entry(of)?);
    }
    Ok(held)
}

/// A merge for whoever has to choose one.
fn merge_in_words(merge: &Entry) -> String {
    let id = |n: usize| {
        merge
            .touched
            .get(n)
            .map_or_else(String::new, |t| t.member.to_string())
    };
    format!(
        "entry {} of {} ({} into {})",
        merge.seq,
        merge.head.day,
        id(0),
        id(1)
    )
}
