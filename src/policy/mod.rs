//! Merchants' policies: a programme is a folder with programme.toml and scripts
//! in Rhai. This room makes it a bundle, checks it, and runs it in a sandbox.
//! It reads no file, clock or random number, so the same facts give the same
//! proposals on every machine.

mod activities;
mod aliases;
mod assemble;
mod attributes;
mod bundle;
mod check;
mod codes;
mod compile;
mod compiled;
mod described;
mod diagnostic;
mod draft;
mod expiry;
mod failure;
mod fields;
mod goods;
mod headers;
mod host;
mod known;
mod line_trace;
mod manifest;
mod partners;
mod passes;
mod premises;
mod programme;
mod reach;
mod reviews;
mod rfm;
mod setting;
mod shipped;
mod source;
mod triggers;
mod upgrade;
mod vouchers;
mod wanted;
mod words;
mod worse;

#[cfg(test)]
pub(crate) mod tests;

pub use bundle::{BUNDLE_LEN_MAX, Bundle, stories_digest};
pub use check::past::past;
pub use codes::code_hash;
pub use compile::{compile, examine, zone_name};
pub use compiled::Compiled;
pub use described::{Part, described};
pub use diagnostic::{Diagnostic, Severity, nearest};
pub use host::sandbox::{CALL_LEVELS_MAX, HOST, OPERATIONS_MAX, SCRIPT, STACK_LEN};
pub use line_trace::{Spot, Spots};
pub use premises::Premises;
pub use reach::Reach;
pub use shipped::{Shipped, shipped, shipped_files, shipped_stories};
pub use upgrade::{check_pilot, check_upgrade, upgrade_error};
pub use words::{SINGLE, Word, WordKind, first_sentence, words};
pub use worse::{Term, TermKind, WorseTerm, terms, worse_terms};
