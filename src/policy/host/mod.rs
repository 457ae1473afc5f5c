//! What scripts are offered: facts to read, proposals to make, helpers to
//! reckon with. A script proposes, the ledger disposes.

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

use rhai::EvalAltResult;

/// What a host function answers.
type Answer<T> = Result<T, Box<EvalAltResult>>;

/// An error at the place of the call.
fn fail<T>(message: impl Into<String>) -> Answer<T> {
    let message = message.into();
    // A script may catch it and try again: making the words has a price.
    let _ = price::spend(16 + message.len() as u64 / 8);
    Err(message.into())
}
