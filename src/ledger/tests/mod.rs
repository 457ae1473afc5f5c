//! The ledger as its callers use it.

mod whole;
