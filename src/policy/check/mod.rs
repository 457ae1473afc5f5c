//! Findings of `check` beyond compile errors: names that do not exist, habits
//! that mean something else than they seem, ties.

mod asked;
mod campaigns;
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

pub(super) use asked::{asked, newcomers, untold};
pub(super) use campaigns::campaign;
pub(super) use channels::channels;
pub(super) use characters::characters;
pub(super) use costs::costs;
pub(super) use habits::{habits, zeros};
pub(super) use levels::levels;
pub(super) use names::{everybody, hooks, literals, names, own, targets, unset};
pub(super) use syntax::syntax;
pub(super) use ties::ties;
pub(super) use types::types;

use super::diagnostic::{Diagnostic, Severity};
use super::source::Use;

/// A fault in words, and its remedy.
type Fault = (String, String);

/// Findings of a check that judges each use of a name by itself.
fn judge_uses<'a>(
    severity: Severity,
    file: &str,
    uses: impl IntoIterator<Item = &'a Use>,
    judge: impl Fn(&Use) -> Option<Fault>,
) -> Vec<Diagnostic> {
    let found = uses.into_iter().filter_map(|each| {
        let (message, help) = judge(each)?;
        let found = Diagnostic::error(file, each.place, message).help(help);
        Some(Diagnostic { severity, ..found })
    });
    found.collect()
}
