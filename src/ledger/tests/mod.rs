//! The ledger as its callers use it.

mod instants;
mod whole;
