//! Stampbook: a loyalty ledger that nobody can quietly change.
//!
//! A shop's program opens a [`Ledger`], submits [`Command`]s and gets an
//! [`Answer`] to each; an answered command is durable, and a command sent again
//! under its key is not carried out twice.
//!
//! ```
//! # let folder = tempfile::tempdir()?;
//! # let folder = folder.path().join("shop");
//! use stampbook::{Answer, Command, Ledger};
//!
//! let ledger = Ledger::create(&folder, "one-for-one", "example.org/shop")?;
//! ledger.submit(Command::enrol("card:1").key("e1"))?;
//! let sale = Command::purchase("4.20").member("card:1").key("k1");
//! match ledger.submit(sale)? {
//!     Answer::Accepted(done) => println!("entry {:?}: {:?}", done.seq, done.did),
//!     Answer::Refused(no) => println!("{}: {}", no.code, no.message),
//! }
//! let held = ledger.balance("card:1")?.expect("enrolled above");
//! assert_eq!(held.balance["point"].available.to_string(), "4");
//! ledger.close()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The feature `cli`, on by default, is the binary: a program does without its
//! crates by `default-features = false`.
//!
//! `examples/` has a till, a nightly job, an auditor and a check of a
//! programme. The rooms below are public for the binary, the tests and whoever
//! needs more than the handle gives ([`Ledger::with`]); only what stands on
//! this page keeps its shape within a version. The journal is the truth;
//! everything else is a fold of it: ARCHITECTURE.md has the map, FORMAT.md the
//! bytes.

#![cfg_attr(
    not(test),
    warn(clippy::disallowed_methods, clippy::iter_over_hash_type)
)]
#![cfg_attr(
    test,
    allow(
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        clippy::cast_sign_loss,
        clippy::unwrap_used,
        reason = "a test that wraps or panics fails"
    )
)]

pub use answer::{Accepted, Answer, Balance, Class, Denied, Did, EffectKind, Now, Retry, Warning};
pub use audit::{Options as VerifyOptions, Outcome, Report, Verdict, verify};
pub use embed::{Command, Error, ErrorKind, Ledger};
pub use policy::{Bundle, Diagnostic};
pub use workbench::{Folder as Programme, judge};

#[doc(hidden)]
pub mod answer;
#[doc(hidden)]
pub mod audit;
#[doc(hidden)]
pub mod chain;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
#[doc(hidden)]
pub mod command;
#[doc(hidden)]
pub mod embed;
#[doc(hidden)]
pub mod engine;
#[doc(hidden)]
pub mod insight;
#[doc(hidden)]
pub mod model;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod page;
#[doc(hidden)]
pub mod policy;
#[doc(hidden)]
pub mod query;
#[doc(hidden)]
pub mod queue;
#[doc(hidden)]
pub mod rules;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod serve;
#[doc(hidden)]
pub mod slip;
#[doc(hidden)]
pub mod storage;
#[doc(hidden)]
pub mod workbench;

#[cfg(test)]
#[path = "../tests/support/dice.rs"]
mod dice;
