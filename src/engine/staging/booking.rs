//! A decision and its entry: deciding a command, sealing its entry, and those that follow from it.

use crate::engine::Ledger;
use crate::engine::commit::open_page;
use crate::engine::error::Error;
use crate::engine::staging::deciding::Declined;
use crate::engine::staging::{deciding, follow};
use crate::engine::stop::Stop;
use crate::model::{Act, CampaignStatus, Draft, Effect, Entry, Head, MemberId, Policy, Refused};
use crate::rules::decide::terminal;
use crate::rules::{self, DecisionInputs};

/// Decides and seals; a refusal that depends on the state is sealed as well.
pub(in crate::engine) fn decide_and_seal(
    ledger: &mut Ledger,
    head: Head,
    member: Option<MemberId>,
    act: Act,
    inputs: DecisionInputs,
) -> Result<Entry, Stop> {
    let other = inputs.other;
    match deciding::decided(ledger, head, member, act.clone(), inputs)? {
        Ok(draft) => seal_followed(ledger, draft),
        Err(declined) => seal_refused(ledger, *declined, (member, other), act),
    }
}

/// Decides an act that needs no more than the entry it names, and seals it.
pub(in crate::engine) fn book(
    ledger: &mut Ledger,
    head: Head,
    member: Option<MemberId>,
    act: Act,
    named: Option<&Entry>,
) -> Result<Entry, Stop> {
    let inputs = DecisionInputs {
        named,
        ..DecisionInputs::default()
    };
    decide_and_seal(ledger, head, member, act, inputs)
}

/// Seals a draft, and the entries that follow from it.
pub(in crate::engine) fn seal_followed(ledger: &mut Ledger, draft: Draft) -> Result<Entry, Stop> {
    let entry = open_page::seal(ledger, draft)?;
    follow(ledger, &entry)?;
    Ok(entry)
}

/// Seals a refusal that depends on the state, so that a retry cannot come
/// to another result; returns any other.
pub(in crate::engine) fn seal_refused(
    ledger: &mut Ledger,
    declined: Declined,
    (member, other): (Option<MemberId>, Option<MemberId>),
    act: Act,
) -> Result<Entry, Stop> {
    let Declined {
        head,
        refusal,
        failed,
    } = declined;
    if !refusal.code.is_sticky() || !head.key.is_some() {
        return Err(refusal.into());
    }
    // If both are one member by now, the entry touches them once.
    let other = other.filter(|id| Some(*id) != member);
    let members = member.into_iter().chain(other).collect();
    let act = Act::Refused(Refused {
        act: Box::new(act),
        refusal,
    });
    let effects = terminal(ledger.cache.state(), &head.origin).chain(failed);
    let effects = effects.collect();
    seal_followed(ledger, Draft::new(head, members, act, effects))
}

/// Books the entries that follow directly from one.
pub(in crate::engine) fn follow(ledger: &mut Ledger, entry: &Entry) -> Result<(), Stop> {
    follow::reward_referrer(ledger, entry)?;
    let policy = deciding::policy_by(ledger, entry.head.bundle)?;
    let Some(campaign) = rules::campaign::limits::exhausted(policy.campaigns(), &entry.effects)
    else {
        return Ok(());
    };
    if ledger.global().status(campaign) == CampaignStatus::Closed {
        return Ok(());
    }
    let (act, effect) = rules::campaign::limits::closing(campaign);
    book_system_act(ledger, act, vec![effect])?;
    Ok(())
}

/// Books a system entry.
pub(in crate::engine) fn book_system_act(
    ledger: &mut Ledger,
    act: Act,
    effects: Vec<Effect>,
) -> Result<u64, Error> {
    let mut head = ledger.ledger_head();
    head.bundle = deciding::deciding(ledger, &head, None, Some(&act), None);
    Ok(open_page::seal(ledger, Draft::new(head, Vec::new(), act, effects))?.seq)
}

/// Seals an act of the ledger itself that has no effects.
pub(in crate::engine) fn seal_alone(
    ledger: &mut Ledger,
    head: Head,
    act: Act,
) -> Result<u64, Error> {
    let draft = Draft::new(head, Vec::new(), act, Vec::new());
    Ok(open_page::seal(ledger, draft)?.seq)
}
