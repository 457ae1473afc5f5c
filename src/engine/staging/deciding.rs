//! Deciding a command, by the programme in force or by the pilot.

use crate::engine::Records;
use crate::engine::error::Error;
use crate::engine::reading::profiles;
use crate::engine::staging::fitting::fitting;
use crate::engine::stop::Stop;
use crate::engine::verbs::attributes::{wants_attributes, wants_birthdays};
use crate::engine::verbs::codes::MakingLate;
use crate::model::{Act, Draft, Effect, Entry, Head, MemberId, Policy, Refusal, Steps};
use crate::policy::Compiled;
use crate::rules::pilot::{self, Deciding};
use crate::rules::{self, Case, DecisionInputs, FailedScript};
use std::sync::Arc;

/// A draft, or the reason why there is none.
type Decided = Result<Draft, Box<Declined>>;

/// A refusal with the head that it was decided under.
pub(in crate::engine) struct Declined {
    pub head: Head,
    pub refusal: Refusal,
    /// Counts the failure of the script that had to answer, if that is the reason.
    pub failed: Option<Effect>,
}

/// Number of the activation that decides an act.
pub(in crate::engine) fn deciding(
    records: &Records,
    head: &Head,
    member: Option<MemberId>,
    act: Option<&Act>,
    named: Option<&Entry>,
) -> u32 {
    if records.is_pilot_off {
        return records.global().bundle;
    }
    let by = Deciding {
        origin: &head.origin,
        member,
        act,
        named,
    };
    pilot::deciding(records.cache.state(), &records.programmes, &by)
}

/// A programme that decides now, by its number: the one in force, or the pilot's.
pub(in crate::engine) fn policy_by(records: &Records, number: u32) -> Result<Arc<Compiled>, Error> {
    if number == records.global().bundle {
        return Ok(Arc::clone(records.policy()?));
    }
    records.programmes.get(number).cloned().ok_or_else(|| {
        Error::misuse(format!(
            "this program cannot run the pilot's programme {number}: end the pilot (`stampbook policy pilot end`), or use the program that began it"
        ))
    })
}

/// The programmes that decide now: the one for all, and the pilot's.
pub(in crate::engine) fn in_force(
    records: &Records,
) -> Result<impl Iterator<Item = &Arc<Compiled>>, Error> {
    let pilot = records
        .global()
        .pilot
        .as_ref()
        .filter(|_| !records.is_pilot_off);
    let pilot = pilot.and_then(|pilot| records.programmes.get(pilot.number));
    Ok(std::iter::once(records.policy()?).chain(pilot))
}

/// Decides by the programme in force, or by the pilot.
pub(in crate::engine) fn decided(
    records: &mut Records,
    head: Head,
    member: Option<MemberId>,
    act: Act,
    inputs: DecisionInputs,
) -> Result<Decided, Stop> {
    let mut head = head;
    head.bundle = deciding(records, &head, member, Some(&act), inputs.named);
    let (decided, head) = in_case(records, head, member, inputs, |case| {
        let units = case.programme().units.len();
        let decided = rules::decide(case, act).and_then(|draft| fitting(draft, units));
        let failed = decided.as_ref().err().map(|no| case.failed.counted(no));
        (decided, failed.flatten())
    })?;
    let (decided, failed) = decided;
    Ok(decided.map_err(|refusal| {
        Box::new(Declined {
            head,
            refusal,
            failed,
        })
    }))
}

/// Runs the rules of the programme that the head names over a case; returns their
/// result and the head.
pub(in crate::engine) fn in_case<T>(
    records: &mut Records,
    head: Head,
    member: Option<MemberId>,
    inputs: DecisionInputs,
    work: impl FnOnce(&Case) -> T,
) -> Result<(T, Head), Error> {
    let policy: Arc<dyn Policy> = policy_by(records, head.bundle)?;
    if let (Some(_), Some(id)) = (policy.programme().household_size, member) {
        records.cache.with_housemates(vec![id])?;
    }
    let birthday = match member {
        Some(id) if wants_birthdays(&*policy) => records.cache.birthday(&mut records.vault, id)?,
        _ => None,
    };
    let attributes = match member {
        Some(id) if wants_attributes(&*policy) => profiles::attributes_on(records, id, head.day)?,
        _ => Vec::new(),
    };
    let draw = records
        .writer
        .draw(&*policy, &head, member, inputs.named.is_some())?;
    let making = MakingLate {
        secret: &records.alias_key,
        seq: records.global().next_seq,
    };
    let case = Case {
        state: records.cache.state(),
        policies: &records.programmes,
        policy,
        head,
        member,
        inputs: DecisionInputs {
            birthday,
            codes: Some(&making),
            attributes: &attributes,
            draw,
            ..inputs
        },
        steps: Steps::default(),
        failed: FailedScript::default(),
    };
    let done = work(&case);
    Ok((done, case.head))
}
