//! Activation at once, for all or as a pilot.

use crate::engine::error::Error;
use crate::engine::programmes::activation_note::ActivationNote;
use crate::engine::programmes::taking_effect;
use crate::engine::staging::daily_run;
use crate::engine::{Ledger, Records, stop};
use crate::model::{Instant, Pilot, PilotScope};
use crate::policy::Bundle;

/// Puts a programme in force for all; a pilot that runs ends. Due events are booked under
/// the old one first.
///
/// # Errors
/// [`Error::Programme`] if it has errors or may not follow the one in force.
pub fn activate(
    ledger: &mut Ledger,
    bundle: &Bundle,
    said_of: ActivationNote,
) -> Result<u64, Error> {
    activate_for(ledger, bundle, None, said_of)
}

/// Puts a programme in force, for all or as a pilot.
fn activate_for(
    ledger: &mut Ledger,
    bundle: &Bundle,
    pilot: Option<Pilot>,
    said_of: ActivationNote,
) -> Result<u64, Error> {
    ledger.commit()?;
    taking_effect::take_scheduled(ledger).map_err(stop::said)?;
    let made = taking_effect::compiled_to_follow(ledger, bundle)?;
    taking_effect::check_notice(ledger, bundle, None)?;
    if ledger.policy.is_some() {
        daily_run::daily(ledger)?;
    }
    let mut head = ledger.ledger_head();
    // What is in force already, as at the end of a pilot, needs nobody else.
    if digest_in_force(ledger)? != Some(bundle.digest()) {
        head.origin.approver = taking_effect::activator(ledger, &said_of)?;
    }
    let (schedule, stories) = said_of.schedule(bundle, Instant::default());
    let seq = taking_effect::put_in_force(ledger, made, schedule, (None, pilot), head)
        .map_err(stop::said)?;
    taking_effect::book_stories(ledger, seq, stories)?;
    ledger.commit()?;
    Ok(seq)
}

fn digest_in_force(records: &mut Records) -> Result<Option<[u8; 32]>, Error> {
    match records.global().bundle {
        0 => Ok(None),
        number => Ok(Some(taking_effect::activation(records, number)?.1.digest)),
    }
}

/// Tries a programme for some: it decides in their case what customers do, and the
/// programme in force decides the rest.
///
/// # Errors
/// [`Error::Programme`] if it has errors or changes what a pilot cannot change; misuse,
/// if a pilot runs already.
pub fn start_pilot(
    ledger: &mut Ledger,
    bundle: &Bundle,
    (name, scope): (String, PilotScope),
    said_of: ActivationNote,
) -> Result<u64, Error> {
    taking_effect::check_pilot(ledger, bundle, &scope)?;
    let base = ledger.global().bundle;
    activate_for(ledger, bundle, Some(Pilot { name, base, scope }), said_of)
}
