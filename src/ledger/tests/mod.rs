//! The ledger as its callers use it.

mod attributes;
mod between;
mod instants;
mod lag;
mod precedence;
mod press;
mod sizes;
mod stock;
mod whole;
