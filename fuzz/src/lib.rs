//! Fuzz targets: functions from bytes to an outcome that must neither panic nor
//! hang nor take memory without bound, and the properties that each one asserts.
//!
//! They are plain functions, so that `fuzz_targets/` (cargo-fuzz) and
//! `tests/fuzzed.rs` (any stable toolchain) run the same ones.

pub mod mutation;
mod outcome;
mod targets;

pub use outcome::Outcome;
pub use targets::{TARGETS, Target};

/// The target of that name.
///
/// # Panics
///
/// If there is no target of that name.
pub fn target(name: &str) -> &'static Target {
    let found = TARGETS.iter().find(|target| target.name == name);
    found.unwrap_or_else(|| panic!("there is no target '{name}'"))
}

/// Runs a target once.
pub fn run(name: &str, input: &[u8]) -> Outcome {
    (target(name).run)(input)
}
