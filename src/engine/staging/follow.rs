//! Entries that reward a referrer, booked directly after the member's own entry.

use crate::command::Who;
use crate::engine::commit::open_page;
use crate::engine::staging::{admit, deciding};
use crate::engine::stop::Stop;
use crate::engine::{Ledger, Records};
use crate::model::{Act, Code, Entry, Key, MemberId, Number, Policy, Steps};
use crate::rules::member::referral;
use crate::rules::{self, Case, DecisionInputs, FailedScript};

/// The purchase that an entry reverses in part, if it does.
pub fn bought_of(entry: &Entry) -> Option<u64> {
    match entry.act {
        Act::Return { of, .. } | Act::Reversal { of, .. } => Some(of),
        _ => None,
    }
}

/// Entries directly after an entry that follow from it for other members.
///
/// # Errors
/// The error of `fetch`.
pub fn followed<E>(
    of: u64,
    mut fetch: impl FnMut(u64) -> Result<Option<Entry>, E>,
) -> Result<Vec<Entry>, E> {
    let mut found = Vec::new();
    let mut seq = of + 1;
    while let Some(entry) = fetch(seq)? {
        match entry.act {
            Act::Followed { of: before, .. } if before == of => found.push(entry),
            _ => break,
        }
        seq += 1;
    }
    Ok(found)
}

pub(in crate::engine) fn has_referrals(records: &Records) -> Result<bool, Stop> {
    let mut all = deciding::in_force(records)?;
    Ok(all.any(|policy| policy.campaigns().iter().any(|c| c.has_refer)))
}

/// The referrer of a member, if they still take part.
pub(in crate::engine) fn referrer_of(
    records: &mut Records,
    id: MemberId,
) -> Result<Option<MemberId>, Stop> {
    let member = records.cache.member(id);
    let Some(referrer) = member.and_then(|m| m.referrer) else {
        return Ok(None);
    };
    let found = records.resolve(&Who::Id(referrer))?;
    let members = &records.cache.state().members;
    let is_active = |id: &MemberId| {
        let member = members.get(id);
        member.is_some_and(|m| m.status == rules::state::Status::Active)
    };
    Ok(found.filter(|found| *found != id && is_active(found)))
}

/// Loads the chain of a member's referrers.
pub(in crate::engine) fn load_referrers(records: &mut Records, from: MemberId) -> Result<(), Stop> {
    let mut known = 0;
    loop {
        let chain = referral::chain(records.cache.state(), from);
        if chain.len() == known {
            return Ok(());
        }
        known = chain.len();
        for id in chain {
            records.cache.load(id)?;
        }
    }
}

/// Books the referrer's reward for an entry.
pub(in crate::engine) fn reward_referrer(ledger: &mut Ledger, entry: &Entry) -> Result<(), Stop> {
    match (&entry.act, bought_of(entry)) {
        (Act::Purchase(_) | Act::Activity { .. } | Act::Enrolled(_), _) => {
            reward_referrer_for(ledger, entry)
        }
        (_, Some(of)) => reverse_referral(ledger, entry, of),
        _ => Ok(()),
    }
}

fn reward_referrer_for(ledger: &mut Ledger, entry: &Entry) -> Result<(), Stop> {
    let (true, Some(id)) = (has_referrals(ledger)?, entry.member()) else {
        return Ok(());
    };
    let Some(referrer) = referrer_of(ledger, id)? else {
        return Ok(());
    };
    let policy = deciding::policy_by(ledger, entry.head.bundle)?;
    for campaign in policy.campaigns().iter().filter(|c| c.has_refer) {
        let case = case_behind(ledger, entry, referrer, DecisionInputs::default())?;
        let is_due = !referral::proposed(&case, entry, campaign.number, None).is_empty();
        if is_due {
            book_followed(
                ledger,
                entry,
                referrer,
                campaign.number,
                DecisionInputs::default(),
            )?;
        }
    }
    Ok(())
}

fn reverse_referral(ledger: &mut Ledger, entry: &Entry, of: u64) -> Result<(), Stop> {
    let has_referrer = |l: &Ledger| {
        let member = entry.member().and_then(|id| l.cache.member(id));
        member.is_some_and(|m| m.referrer.is_some())
    };
    if !has_referrer(ledger) {
        return Ok(());
    }
    let Some(bought) = ledger.entry(of)? else {
        return Ok(());
    };
    ledger.programme_of(bought.head.bundle)?;
    for thanked in followed(of, |seq| ledger.entry(seq))? {
        let Act::Followed { campaign, .. } = thanked.act else {
            continue;
        };
        let Some(referrer) = ledger.present(thanked.member())? else {
            continue;
        };
        let inputs = DecisionInputs {
            bought: Some(&bought),
            thanked: Some(&thanked),
            ..DecisionInputs::default()
        };
        book_followed(ledger, entry, referrer, campaign, inputs)?;
    }
    Ok(())
}

fn case_behind<'a>(
    records: &'a Records,
    entry: &'a Entry,
    member: MemberId,
    inputs: DecisionInputs<'a>,
) -> Result<Case<'a>, Stop> {
    let mut head = entry.head.clone();
    (head.key, head.origin.counter) = (Key::none(), None);
    let act = Act::Followed {
        of: entry.seq,
        campaign: 0,
    };
    head.bundle = deciding::deciding(records, &head, Some(member), Some(&act), Some(entry));
    Ok(Case {
        state: records.cache.state(),
        policies: &records.programmes,
        policy: deciding::policy_by(records, head.bundle)?,
        head: admit::after_last(records, head),
        member: Some(member),
        inputs: DecisionInputs {
            named: Some(entry),
            ..inputs
        },
        steps: Steps::default(),
        failed: FailedScript::default(),
    })
}

fn book_followed(
    ledger: &mut Ledger,
    entry: &Entry,
    member: MemberId,
    campaign: Number,
    inputs: DecisionInputs<'_>,
) -> Result<(), Stop> {
    let of = entry.seq;
    let case = case_behind(ledger, entry, member, inputs)?;
    let draft = match rules::decide(&case, Act::Followed { of, campaign }) {
        Ok(draft) => draft,
        // The entry itself stands; the referrer's balance has reached its bound.
        Err(refusal) if refusal.code == Code::TooLarge => return Ok(()),
        Err(refusal) => return Err(refusal.into()),
    };
    if !draft.effects.is_empty() {
        open_page::seal(ledger, draft)?;
    }
    Ok(())
}
