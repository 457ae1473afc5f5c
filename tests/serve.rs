//! The service as a process: tills with real sockets, and what goes wrong.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::unwrap_used,
    reason = "a test that wraps or panics fails"
)]

mod serve {
    mod access;
    mod backups;
    mod browser;
    mod commands;
    mod dashboard;
    mod duties;
    mod hostile;
    mod manager;
    mod pages;
    mod replaced;
    mod service;
    mod slip;
    mod through;
    mod webhooks;
}
