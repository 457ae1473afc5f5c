//! The service as a process: tills with real sockets, and what goes wrong.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::unwrap_used,
    reason = "a test that wraps or panics fails"
)]

#[path = "support/dice.rs"]
mod dice;
#[path = "faults/process.rs"]
#[allow(unused)]
mod process;
#[path = "faults/watchdog.rs"]
#[allow(unused)]
mod watchdog;

mod serve {
    mod access;
    mod backups;
    mod beside;
    mod browser;
    mod commands;
    mod dashboard;
    mod document;
    mod drafts;
    mod duties;
    mod faults;
    mod hostile;
    mod manager;
    mod pages;
    mod replaced;
    mod service;
    mod slip;
    mod terminals;
    mod through;
    mod webhooks;
    mod week;
}
