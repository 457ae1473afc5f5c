//! The binary as a process: what tills, merchants and auditors type, and what
//! goes wrong on the way.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::unwrap_used,
    reason = "a test that wraps or panics fails"
)]

mod aliases;
mod amend;
mod approvals;
mod backups;
mod bad_input;
mod beginnings;
mod codes;
mod counters;
mod days;
mod demo;
mod disk;
mod doors;
mod editors;
mod examples;
mod figures;
mod files;
mod foreign;
mod gifts;
mod guessing;
mod guide;
mod hints;
mod holds;
mod interrupted;
mod lifetime;
mod lookups;
mod member_list;
mod openings;
mod orders;
mod others;
mod outbox;
mod own;
mod packages;
mod people;
mod privacy;
mod programmes;
mod quantities;
mod questions;
mod queues;
mod quotes;
mod readers;
mod reassign;
mod recovery;
mod referral;
mod relations;
mod restoration;
mod said_twice;
mod sales;
mod sales_as_sent;
mod saved_facts;
mod scripts;
mod second_relations;
mod second_routes;
mod secrets;
mod shop;
mod simulations;
mod slip_prints;
mod slips;
#[cfg(unix)]
mod special_files;
mod teaching;
mod till;
mod together;
mod told;
mod vouchers;
