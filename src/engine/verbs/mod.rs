//! What single verbs need of the ledger before their rule decides.

pub(in crate::engine) mod activity;
pub(in crate::engine) mod aliases;
pub(in crate::engine) mod approval;
pub(in crate::engine) mod attributes;
pub(in crate::engine) mod codes;
pub(in crate::engine) mod erasure;
pub(in crate::engine) mod foreign;
pub(in crate::engine) mod gifts;
pub(in crate::engine) mod guessing;
pub(in crate::engine) mod households;
pub(in crate::engine) mod office;
pub(in crate::engine) mod openers;
pub(in crate::engine) mod order_claim;
pub(in crate::engine) mod other_keys;
pub(in crate::engine) mod partners;
pub(in crate::engine) mod passes;
pub(in crate::engine) mod privacy;
pub mod profile;
pub(in crate::engine) mod reassign;
pub(in crate::engine) mod redecide;
pub(in crate::engine) mod slips;
pub(in crate::engine) mod targets;
pub(in crate::engine) mod tickets;
pub(in crate::engine) mod transfers;
pub(in crate::engine) mod vouchers;
