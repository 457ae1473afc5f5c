//! What `check` finds beyond what cannot be compiled: names that do not
//! exist, habits that mean something else than they seem, ties.

mod characters;
mod habits;
mod names;
mod syntax;
mod ties;

pub(super) use characters::characters;
pub(super) use habits::habits;
pub(super) use names::{hooks, literals, names, own};
pub(super) use syntax::syntax;
pub(super) use ties::ties;
