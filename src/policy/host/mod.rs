//! Host functions of scripts: facts to read, proposals to make, arithmetic
//! helpers. A script proposes; the ledger decides.

pub(super) mod activity;
pub(super) mod days;
pub(super) mod facts;
pub(super) mod header;
pub(super) mod helpers;
pub(super) mod names;
pub(super) mod offered;
pub(super) mod own;
pub(super) mod price;
pub(super) mod proposals;
pub(super) mod sandbox;
pub(super) mod sink;

use rhai::EvalAltResult;

/// Result of a host function.
type Answer<T> = Result<T, Box<EvalAltResult>>;

/// Returns an error at the place of the call.
fn fail<T>(message: impl Into<String>) -> Answer<T> {
    let message = message.into();
    // A script may catch it and try again, so building the message costs steps.
    let _ = price::spend(16 + message.len() as u64 / 8);
    Err(message.into())
}
