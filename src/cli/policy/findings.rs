//! What is wrong with a story, printed.

use crate::cli::print::{Exit, Failure, Printer};
use crate::workbench::story;
use serde::Serialize;

/// A line with another outcome than expected, in the form of `--json`.
#[derive(Serialize)]
struct MismatchJson<'a> {
    file: &'a str,
    line: usize,
    message: &'a str,
    expected: &'a str,
    happened: &'a str,
    because: &'a str,
}

/// Prints what came out of a story's line, and what was told.
pub(in crate::cli) fn show(
    finding: &story::Mismatch,
    text: &str,
    printer: &mut Printer,
) -> Result<Exit, Failure> {
    printer.line(finding.render(text).trim_end())?;
    printer.done(&MismatchJson {
        file: &finding.diagnostic.file,
        line: finding.diagnostic.line,
        message: &finding.diagnostic.message,
        expected: &finding.expected,
        happened: &finding.happened,
        because: &finding.because,
    })
}
