//! Stampbook: a loyalty ledger that nobody can quietly change.
//!
//! The journal is the truth; everything else is a fold of it. ARCHITECTURE.md
//! has the map, FORMAT.md the bytes.

#![cfg_attr(
    test,
    allow(
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        clippy::cast_sign_loss,
        clippy::unwrap_used,
        reason = "a test that wraps or panics fails"
    )
)]

pub mod answer;
pub mod audit;
pub mod chain;
pub mod cli;
pub mod command;
pub mod engine;
pub mod model;
pub mod policy;
pub mod rules;
pub mod storage;
pub mod workbench;
