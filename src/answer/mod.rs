//! Answers: entries described in the words of a till, as plain data. All inputs
//! are arguments; nothing here reads a disk.

mod accounts;
pub mod catalogue;
mod data;
mod did;
mod quantity;
mod schema;
mod seen;
mod view;

#[cfg(test)]
mod tests;

pub use accounts::*;
pub use data::*;
pub use quantity::Quantity;
pub use schema::schema;
pub use seen::{is_told_to, seen_by};
pub use view::{View, status_word};
