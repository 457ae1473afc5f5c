//! Findings of `check` beyond compile errors: names that do not exist, habits
//! that mean something else than they seem, ties.

mod asked;
mod channels;
mod characters;
mod costs;
pub(super) mod exclusions;
mod expressions;
mod habits;
mod levels;
mod names;
pub(super) mod past;
pub(super) mod reach;
mod syntax;
mod ties;
mod types;
mod unset;

pub(super) use asked::{asked, newcomers, untold};
pub(super) use channels::channels;
pub(super) use characters::characters;
pub(super) use costs::costs;
pub(super) use habits::{habits, zeros};
pub(super) use levels::levels;
pub(super) use names::{everybody, hooks, literals, names, own, targets};
pub(super) use syntax::syntax;
pub(super) use ties::ties;
pub(super) use types::types;
pub(super) use unset::unset;
