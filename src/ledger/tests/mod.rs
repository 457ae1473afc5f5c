//! The ledger as its callers use it.

mod instants;
mod lag;
mod sizes;
mod whole;
