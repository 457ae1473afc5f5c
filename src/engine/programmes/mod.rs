//! Programmes in force: activation, compiled versions, time zones.

pub(in crate::engine) mod activate;
pub(in crate::engine) mod compiled;
pub mod zone;
