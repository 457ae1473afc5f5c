//! Answers: entries described in the words of a till, as plain data. All inputs
//! are arguments; nothing here reads a disk.

mod accepted;
mod accounts;
mod act;
mod bill;
pub mod catalogue;
mod cost;
mod data;
mod did;
mod effect;
mod explanation;
mod kind;
mod not_run;
mod quantity;
mod sale;
mod schema;
mod seen;
mod standing;
mod told;
mod view;
mod warning;

#[cfg(test)]
mod tests;

pub use accounts::*;
pub use act::phrase;
pub use cost::{Cost, costs};
pub use data::*;
pub use did::{summed, to_second};
pub use effect::{Described, Flow, Name, Sum, describe};
pub use explanation::{Award, Explanation, explanation};
pub use kind::EffectKind;
pub use quantity::Quantity;
pub use schema::schema;
pub use seen::{is_told_to, seen_by};
pub use standing::{balances, locks, standing};
pub use told::{StatementEntry, amounts};
pub use view::View;
