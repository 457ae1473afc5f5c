//! Trouble and programmes that do not compile, as failures with exit codes.

use super::print::{Exit, Failure};
use crate::ledger::Error;
use crate::policy::{Bundle, Diagnostic};
use crate::store::error::Trouble;
use std::io::ErrorKind;
use std::path::Path;

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        match error {
            Error::Trouble(trouble) => trouble.into(),
            Error::Programme(found) => programme_failure(None, &found),
            Error::Usage(text) => Failure::bad_input(text),
            other => Failure::trouble("damage", other.to_string()),
        }
    }
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Failure {
        let (exit, code) = match &trouble {
            Trouble::Locked { .. } => (Exit::Busy, "busy"),
            Trouble::Foreign { .. } => (Exit::BadInput, "not_a_ledger"),
            Trouble::DiskFull { .. } => (Exit::Trouble, "disk_full"),
            Trouble::Newer { .. } => (Exit::Trouble, "newer_format"),
            Trouble::Damage { .. } | Trouble::BookAhead { .. } => (Exit::Trouble, "damage"),
            _ => (Exit::Trouble, "io"),
        };
        let failure = Failure::new(exit, code, trouble.to_string());
        match &trouble {
            Trouble::Damage { .. } | Trouble::BookAhead { .. } => {
                failure.hint("`stampbook audit verify` says what still holds, and where it breaks")
            }
            _ => failure,
        }
    }
}

/// Why a programme cannot be used, each error with its line and a caret.
pub(super) fn programme_failure(bundle: Option<&Bundle>, found: &[Diagnostic]) -> Failure {
    let shown = found.iter().map(|d| match bundle {
        Some(bundle) => bundle.render(d),
        None => d.render(""),
    });
    let message = format!(
        "the programme has {} error(s)\n{}",
        found.iter().filter(|d| d.is_error()).count(),
        shown.collect::<String>().trim_end()
    );
    Failure::new(Exit::BadInput, "bad_programme", message)
}

/// The same for what the ledger says of a bundle, which has the source lines.
pub(super) fn of_bundle<T>(bundle: &Bundle, result: Result<T, Error>) -> Result<T, Failure> {
    result.map_err(|error| match error {
        Error::Programme(found) => programme_failure(Some(bundle), &found),
        other => other.into(),
    })
}

/// A name that names no file is bad input; anything else is trouble.
pub(super) fn not_opened(path: &Path, error: std::io::Error) -> Failure {
    match error.kind() {
        ErrorKind::NotFound => {
            let message = format!("{}: there is no such file", path.display());
            Failure::new(Exit::BadInput, "bad_file", message)
                .hint("name a file that is there, or - for stdin")
        }
        _ => Trouble::io("open", path, error).into(),
    }
}
