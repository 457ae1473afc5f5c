//! The ledger as its callers use it.

mod attributes;
mod between;
mod instants;
mod lag;
mod sizes;
mod whole;
