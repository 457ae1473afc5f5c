//! Commands as plain data: the one schema of a command, whatever its source.
//! Names stay text here (`"mitte"`, `"star"`, `"card:69.."`); the engine
//! resolves them.
//!
//! A command goes through three forms: JSON text or flags or a row, then a
//! [`raw`] verb (text as it was sent), then a [`Request`] (parsed and bounded).
//! All sources share the second step, so they report bad input alike.

pub mod bad;
mod convert;
mod figure;
pub mod flag;
pub mod import;
pub mod json;
pub mod place;
pub mod raw;
pub mod request;
mod scalar;
mod schema;
mod slip_form;
pub mod verbs;
pub mod who;

#[cfg(test)]
mod tests;

pub use bad::Bad;
pub use convert::{channel, consumer, given_out, month_of, outbox_position};
pub use figure::{Figure, parse as figure_of};
pub use json::{LINE_LEN_MAX, QUESTIONS, from_raw, names_in, parse, parse_keyless, text_of};
pub use request::*;
pub use scalar::{Amount, ClientId, Plain, Quantity, Text, Whole};
pub use schema::{schema_read, schema_written};
pub use slip_form::{EscPos, Lang, SlipForm};
pub use verbs::{Raw, WORDS as VERBS};
pub use who::{Alias, EntryRef, OrderRef, SaleRef, SlipRef, Who};
