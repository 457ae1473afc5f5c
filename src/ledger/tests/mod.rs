//! The ledger as its callers use it.

mod instants;
mod sizes;
mod whole;
