//! Converts engine errors and findings of programmes to failures with exit codes.

use super::failure::{ErrorCode, Failure};
use super::sent::SENT_ROWS;
use crate::engine::{Error, code_of};
use crate::model::counted;
use crate::policy::{Bundle, Diagnostic};
use crate::query;
use crate::storage::error::StorageError;
use std::io::ErrorKind;
use std::path::Path;

/// The remedy for rows that are too long for a service.
const IN_PARTS: &str = "cut it into parts (`split --line-bytes=30M FILE part-`; a CSV's first line goes on top of each) and import each in order, or stop the service and import it whole; not both, since rows without a key of their own are told apart by file and line";

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        match error {
            Error::StorageError(trouble) => trouble.into(),
            Error::Programme(found) => programme_failure(None, &found),
            other => Failure::new(other.code(), other.to_string()),
        }
    }
}

impl From<query::Error> for Failure {
    fn from(error: query::Error) -> Failure {
        match error {
            query::Error::Bad(bad) => bad.into(),
            query::Error::No(code, message) => Failure::new(code, message),
            query::Error::Ledger(error) => error.into(),
        }
    }
}

impl From<StorageError> for Failure {
    fn from(trouble: StorageError) -> Failure {
        let failure = Failure::new(code_of(&trouble), trouble.to_string());
        match &trouble {
            StorageError::Damage { .. } => {
                failure.hint("`stampbook rebuild` heals it where the second copy (copies/) has the page, else put a copy of the journal back; `stampbook audit verify` says what still holds, and where it breaks")
            }
            StorageError::NotContinued { .. } | StorageError::NoWriterState { .. } => {
                failure.hint("put back what belongs together (the ledger's newest copy with `stampbook restore BACKUP`, or the secrets'); `stampbook recover` says what is lost or unproven, and goes on once that is accepted")
            }
            StorageError::Io { source, .. } if source.kind() == ErrorKind::PermissionDenied => failure
                .hint("all but `stampbook audit` reads and writes the folders of ledger and secrets: run it as their owner, or change who may write there"),
            StorageError::TooLong { what, .. } if *what == SENT_ROWS.what => failure.hint(IN_PARTS),
            _ => failure,
        }
    }
}

/// Explains why a programme cannot be used, each error with its line and a caret.
pub(super) fn programme_failure(bundle: Option<&Bundle>, found: &[Diagnostic]) -> Failure {
    let shown = found.iter().map(|d| match bundle {
        Some(bundle) => bundle.render(d),
        None => d.render(""),
    });
    let errors = found.iter().filter(|d| d.is_error()).count() as u64;
    let message = format!(
        "the programme has {}\n{}",
        counted(errors, "error", "errors"),
        shown.collect::<String>().trim_end()
    );
    Failure::in_lines(ErrorCode::BadProgramme, message)
}

/// The same for findings of the ledger about a bundle, which has the source lines.
pub(super) fn of_bundle<T>(bundle: &Bundle, result: Result<T, Error>) -> Result<T, Failure> {
    result.map_err(|error| match error {
        Error::Programme(found) => programme_failure(Some(bundle), &found),
        other => other.into(),
    })
}

/// A name without a file is bad input; any other error is I/O.
pub(super) fn not_opened(trouble: StorageError) -> Failure {
    match trouble {
        StorageError::Io { path, source, .. } if source.kind() == ErrorKind::NotFound => {
            Failure::bad_file(&path, "there is no such file")
                .hint("name a file that is there, or - for stdin")
        }
        StorageError::NotRegular { found, .. } => {
            let failure = Failure::from(trouble);
            match found {
                "a folder" => failure.hint("name a file in it, or - for stdin"),
                _ => failure.hint("name a regular file, or - for stdin"),
            }
        }
        other => other.into(),
    }
}

/// A folder in place of a file is bad input as well.
pub(super) fn not_read(path: &Path, error: std::io::Error) -> Failure {
    match error.kind() {
        ErrorKind::IsADirectory => {
            Failure::bad_file(path, "it is a folder").hint("name a file in it, or - for stdin")
        }
        _ => StorageError::io("read", path, error).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_not_be_written_comes_with_a_remedy() {
        let trouble =
            |kind: ErrorKind| Failure::from(StorageError::io("open", Path::new("x"), kind.into()));
        let hint = trouble(ErrorKind::PermissionDenied)
            .hint
            .unwrap_or_default();
        assert!(hint.contains("owner"), "{hint}");
        assert_eq!(trouble(ErrorKind::TimedOut).hint, None);
    }
}
