//! The ledger as its callers use it.

mod between;
mod instants;
mod lag;
mod sizes;
mod whole;
