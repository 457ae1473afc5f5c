//! Stampbook: a loyalty ledger that nobody can quietly change.
//!
//! The journal is the truth; everything else is a fold of it. ARCHITECTURE.md
//! has the map, FORMAT.md the bytes.

pub mod audit;
pub mod book;
pub mod chain;
pub mod cli;
pub mod ledger;
pub mod model;
pub mod policy;
pub mod store;
pub mod workbench;
