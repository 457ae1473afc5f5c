//! Claim 1, of scheduled programmes and kept stories: a programme takes effect as it was
//! scheduled, at its instant, before anything later is decided (FORMAT.md, section 9).

use crate::model::{Act, Activation, BundleFile, Channel, Entry};
use crate::policy::{Bundle, stories_digest};
use crate::rules::state::LedgerState;

/// Checks that files are in their order and have the digest that is stated.
pub(super) fn check_files(
    files: &[BundleFile],
    computed: Option<[u8; 32]>,
    stated: &[u8; 32],
) -> Result<(), String> {
    if computed.as_ref() != Some(stated) {
        return Err("its files are not those of its digest".into());
    }
    match files.is_sorted_by(|one, next| one.path < next.path) {
        true => Ok(()),
        false => Err("its files are not in the order of their paths".into()),
    }
}

/// Checks an act that schedules, cancels or keeps stories against the state before it.
pub(super) fn check(global: &LedgerState, act: &Act) -> Result<(), String> {
    match act {
        Act::PolicyScheduled(schedule) => {
            let files = &schedule.files;
            check_files(
                files,
                Some(Bundle::recorded(files).digest()),
                &schedule.digest,
            )
        }
        Act::ScheduleCancelled { of, .. } if !global.is_scheduled(*of) => {
            Err(format!("it cancels entry {of}, which schedules nothing"))
        }
        Act::StoriesKept { of, digest, files } => {
            if !global.is_scheduled(*of) && !global.activations.contains(of) {
                return Err(format!(
                    "it keeps stories of entry {of}, which is no programme"
                ));
            }
            // None for no files, which nothing keeps.
            check_files(files, stories_digest(files), digest)
        }
        _ => Ok(()),
    }
}

/// Checks that an activation is what was scheduled, if it says so.
pub(super) fn check_activation(
    global: &LedgerState,
    entry: &Entry,
    activation: &Activation,
) -> Result<(), String> {
    let Some(of) = activation.scheduled else {
        return Ok(());
    };
    let Some(scheduled) = global.scheduled.iter().find(|s| s.seq == of) else {
        return Err(format!(
            "it was scheduled by entry {of}, which schedules nothing"
        ));
    };
    if scheduled.digest != activation.digest {
        return Err(format!("it is not the programme that entry {of} scheduled"));
    }
    match entry.head.occurred_at() == scheduled.at {
        true => Ok(()),
        false => Err(format!(
            "it took effect at another instant than entry {of} says"
        )),
    }
}

/// Checks that nothing but the ledger's own entries is decided after the instant of a
/// scheduled programme before that takes effect.
pub(super) fn check_in_time(global: &LedgerState, entry: &Entry) -> Result<(), String> {
    let is_own = entry.head.origin.channel == Channel::House
        || matches!(entry.act, Act::ClockCorrected { .. });
    let Some(next) = global.scheduled_next() else {
        return Ok(());
    };
    match is_own || entry.head.recorded_at() < next.at {
        true => Ok(()),
        false => Err(format!(
            "the programme that entry {} scheduled ought to have taken effect before it",
            next.seq
        )),
    }
}
