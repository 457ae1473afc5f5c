//! Lookups and loads that single verbs need before their rule decides.

pub(super) mod activity;
pub(super) mod aliases;
pub(super) mod amend;
pub(super) mod approval;
pub(super) mod attributes;
pub(super) mod codes;
pub(super) mod corrections;
pub(super) mod erasure;
pub(super) mod foreign;
pub(super) mod gifts;
pub(super) mod guessing;
pub(super) mod office;
pub(super) mod openers;
pub(super) mod order_claim;
pub(super) mod partners;
pub(super) mod passes;
pub(super) mod privacy;
pub mod profile;
pub(super) mod redecide;
pub(super) mod slips;
pub(super) mod standing_sale;
pub(super) mod target_command;
pub(super) mod targets;
pub(super) mod tickets;
pub(super) mod transfers;
pub(super) mod vouchers;
