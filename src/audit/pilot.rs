//! Claim 1, of pilots: only the programme for all and the pilot decide, and a pilot begins
//! beside the programme in force (FORMAT.md, section 9).

use crate::model::{Activation, PilotScope};
use crate::rules::state::LedgerState;

/// Checks that an entry names an activation that decides now.
pub(super) fn check_named(global: &LedgerState, said: u32) -> Result<(), String> {
    let is = global.bundle;
    match &global.pilot {
        _ if said == is => Ok(()),
        Some(pilot) if said == pilot.number => Ok(()),
        Some(pilot) => Err(format!(
            "it names activation {said}, but {is} is in force, and {} as a pilot",
            pilot.number
        )),
        None => Err(format!("it names activation {said}, but {is} is in force")),
    }
}

/// Checks an activation that is a pilot against the state before it.
pub(super) fn check_begun(global: &LedgerState, activation: &Activation) -> Result<(), String> {
    let Some(pilot) = &activation.pilot else {
        return Ok(());
    };
    if pilot.base != global.bundle || pilot.base == 0 {
        let (said, is) = (pilot.base, global.bundle);
        return Err(format!(
            "it is a pilot beside activation {said}, but {is} is in force"
        ));
    }
    if let Some(running) = &global.pilot {
        let number = running.number;
        return Err(format!("it is a pilot, while activation {number} is one"));
    }
    let is_for_nobody = match &pilot.scope {
        PilotScope::Stores(stores) => {
            stores.is_empty() || !stores.is_sorted_by(|one, next| one < next)
        }
        PilotScope::Tag(tag) => tag.is_empty(),
    };
    match is_for_nobody || activation.scheduled.is_some() {
        true => Err("it is a pilot for nobody, or one that was scheduled".into()),
        false => Ok(()),
    }
}
