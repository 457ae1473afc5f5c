//! Programmes in force: activation, compiled versions, time zones.

pub(super) mod activate;
pub(super) mod activation_note;
pub(super) mod compiled;
pub(super) mod taking_effect;
pub mod zone;
