//! The one place that prints. Data goes to stdout, everything else to stderr;
//! colour only on a terminal.

pub use super::failure::{ErrorCode, Exit, Failure, NoCode};
use super::sent::Printed;
use super::visit::Visit;
use crate::answer::Answer;
use crate::model::{escaped_in_json, is_hidden};
use clap::ValueEnum;
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use serde::Serialize;
use std::{
    borrow::Cow,
    fmt::Display,
    io::{self, IsTerminal, Write},
};

/// Use of colour.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ColorWhen {
    /// On a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// A JSON value on a line of its own.
pub struct JsonLine(Vec<u8>);

impl JsonLine {
    /// Takes a line that is made already.
    pub(super) fn made(line: &[u8]) -> JsonLine {
        JsonLine(line.to_vec())
    }

    /// Makes the line.
    pub fn of(value: &impl Serialize) -> io::Result<JsonLine> {
        let mut line = escaped_in_json(serde_json::to_string(value)?).into_bytes();
        line.push(b'\n');
        Ok(JsonLine(line))
    }
}

/// Mood in which a word is coloured.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mood {
    /// As it should be.
    Good,
    /// As it should not be.
    Bad,
    /// Worth a look.
    Doubtful,
    /// Less important than the rest.
    Quiet,
}

/// Colours a word; without a terminal the colour is removed again.
pub fn colored(mood: Mood, word: &str) -> String {
    let code = match mood {
        Mood::Good => "32",
        Mood::Bad => "31",
        Mood::Doubtful => "33",
        Mood::Quiet => "2",
    };
    format!("\u{1b}[{code}m{word}\u{1b}[0m")
}

/// Standard output, whose reader may go away (`| head`). Later output is
/// discarded, so that a command still ends with its own exit code.
struct Output {
    to: Box<dyn Write>,
    is_gone: bool,
    /// Number of JSON lines that nobody reads.
    unread: u64,
}

impl Output {
    fn new(to: Box<dyn Write>) -> Output {
        Output {
            to,
            is_gone: false,
            unread: 0,
        }
    }

    fn note<T>(&mut self, done: io::Result<T>, instead: T) -> io::Result<T> {
        match done {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.is_gone = true;
                Ok(instead)
            }
            done => done,
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_gone {
            return Ok(bytes.len());
        }
        let done = self.to.write(bytes);
        self.note(done, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.is_gone {
            return Ok(());
        }
        let done = self.to.flush();
        self.note(done, ())
    }
}

/// A text for people, with hidden characters spelt out but for line breaks,
/// tabs and the colours of [`colored`].
fn shown(text: &str) -> Cow<'_, str> {
    let is_kept = |c: char| !is_hidden(c) || matches!(c, '\n' | '\t');
    if text.chars().all(is_kept) {
        return text.into();
    }
    let mut shown = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let colour = COLOURS.iter().find(|code| rest.starts_with(**code));
        let taken = colour.map_or(c.len_utf8(), |code| code.len());
        match colour.is_some() || is_kept(c) {
            true => shown.push_str(&rest[..taken]),
            false => shown.extend(c.escape_unicode()),
        }
        rest = &rest[taken..];
    }
    shown.into()
}

/// Escape sequences that may reach a terminal.
const COLOURS: [&str; 5] = [
    "\u{1b}[32m",
    "\u{1b}[31m",
    "\u{1b}[33m",
    "\u{1b}[2m",
    "\u{1b}[0m",
];

/// Destination of a command's output; in the service, also what its client sent.
pub struct Printer {
    is_json: bool,
    out: Output,
    err: Box<dyn Write>,
    pub(super) visit: Option<Visit>,
}

impl Printer {
    /// Prints to stdout and stderr.
    pub fn new(is_json: bool, color: ColorWhen) -> Printer {
        let choice = match color {
            ColorWhen::Auto => anstream::ColorChoice::Auto,
            ColorWhen::Always => anstream::ColorChoice::Always,
            ColorWhen::Never => anstream::ColorChoice::Never,
        };
        choice.write_global();
        Printer {
            is_json,
            out: Output::new(Box::new(anstream::stdout())),
            err: Box::new(anstream::stderr()),
            visit: None,
        }
    }

    /// Prints to any writer, for tests and for embedding.
    pub fn into(is_json: bool, out: Box<dyn Write>, err: Box<dyn Write>) -> Printer {
        Printer {
            is_json,
            out: Output::new(out),
            err,
            visit: None,
        }
    }

    /// Number of JSON lines that nobody reads any more; None while there may be
    /// a reader.
    pub fn unread(&self) -> Option<u64> {
        self.out.is_gone.then_some(self.out.unread)
    }

    /// True if JSON was asked for.
    pub fn is_json(&self) -> bool {
        self.is_json
    }

    /// Prints a line of text for people; nothing under `--json`.
    pub fn line(&mut self, text: impl AsRef<str>) -> io::Result<()> {
        match self.is_json {
            true => Ok(()),
            false => writeln!(self.out, "{}", shown(text.as_ref())),
        }
    }

    /// Prints lines of text for people; nothing under `--json`.
    pub fn lines<T: AsRef<str>>(&mut self, lines: impl IntoIterator<Item = T>) -> io::Result<()> {
        lines.into_iter().try_for_each(|line| self.line(line))
    }

    /// Prints one JSON value: on one line under `--json`, else indented for people.
    pub fn data(&mut self, value: &impl Serialize) -> io::Result<()> {
        match self.is_json {
            true => self.json(value),
            false => {
                let text = escaped_in_json(serde_json::to_string_pretty(value)?);
                writeln!(self.out, "{text}")
            }
        }
    }

    /// Prints one JSON value on one line, whatever was asked for (`do`, `session`).
    pub fn json(&mut self, value: &impl Serialize) -> io::Result<()> {
        self.json_line(&JsonLine::of(value)?)
    }

    /// Prints one JSON value that is already a line.
    pub fn json_line(&mut self, line: &JsonLine) -> io::Result<()> {
        // One write for each line, since stdout flushes whole lines.
        self.out.write_all(&line.0)?;
        self.out.unread += u64::from(self.out.is_gone);
        Ok(())
    }

    /// Prints a text unchanged, whatever was asked for (a card, a file, lines
    /// of answers).
    pub fn verbatim(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())
    }

    /// Prints bytes for a device unchanged.
    pub fn raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Some(visit) = &self.visit {
            visit.print_raw(bytes);
            return Ok(());
        }
        self.out.flush()?;
        // Not by `out`, which takes escape sequences off what is no terminal.
        let mut stdout = io::stdout().lock();
        let done = stdout.write_all(bytes).and_then(|()| stdout.flush());
        self.out.note(done, ())
    }

    /// Prints a value under `--json`, which ends a command that has been carried out.
    /// People were told by [`Printer::line`] and [`Printer::table`].
    pub fn done(&mut self, value: &impl Serialize) -> Result<Exit, Failure> {
        if self.is_json {
            self.json(value)?;
        }
        Ok(Exit::Done)
    }

    /// Prints a table for people; nothing under `--json`, or without rows.
    pub fn table<R: Into<Vec<String>>>(
        &mut self,
        head: &[&str],
        rows: impl IntoIterator<Item = R>,
    ) -> io::Result<()> {
        if self.is_json {
            return Ok(());
        }
        let rows: Vec<Vec<String>> = rows.into_iter().map(R::into).collect();
        match rows.is_empty() {
            true => Ok(()),
            false => self.line(table(head, &rows)),
        }
    }

    /// Prints a table for people, or a line if it has no rows.
    pub fn table_or(
        &mut self,
        none: &str,
        head: &[&str],
        rows: impl IntoIterator<Item = Vec<String>>,
    ) -> io::Result<()> {
        let mut rows = rows.into_iter().peekable();
        match rows.peek() {
            None => self.line(none),
            Some(_) => self.table(head, rows),
        }
    }

    /// Prints output of a command that the service ran.
    pub(super) fn print(&mut self, part: &Printed) -> io::Result<()> {
        match part {
            Printed::Out(text) => self.verbatim(text),
            Printed::Raw(bytes) => self.raw(bytes),
            Printed::Err(text) => {
                // If nobody reads stderr, nobody misses it.
                let _ = self.err.write_all(text.as_bytes());
                Ok(())
            }
        }
    }

    /// Prints a remark on stderr.
    pub fn note(&mut self, text: impl AsRef<str>) {
        // If nobody reads stderr, nobody misses it.
        let _ = writeln!(self.err, "{}", shown(text.as_ref()));
    }

    /// Prints notes of a ledger on stderr.
    pub(super) fn notes(&mut self, notes: &[String]) {
        notes
            .iter()
            .for_each(|note| self.note(format!("note: {note}")));
    }

    /// Flushes the output.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Prints why a command failed; returns its exit code.
    pub fn failure(&mut self, failure: &Failure) -> Exit {
        if self.is_json {
            // If stdout is gone as well, only the exit code tells.
            let _ = self.json(&Answer::from(failure.as_answer()));
            return failure.exit();
        }
        self.note(format!(
            "{}: {}",
            colored(Mood::Bad, "error"),
            failure.message
        ));
        if let Some(hint) = &failure.hint {
            self.note(format!("{}: {hint}", colored(Mood::Doubtful, "hint")));
        }
        failure.exit()
    }
}

/// Makes a row of a table from the values of its cells.
pub fn row(cells: &[&dyn Display]) -> Vec<String> {
    cells.iter().map(ToString::to_string).collect()
}

/// An optional value as a cell; empty if there is none.
pub fn cell(value: Option<impl Display>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// Formats a table as text; columns of numbers are right-aligned, empty ones
/// are left out.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let is_used = |at: &usize| {
        rows.iter()
            .any(|row| row.get(*at).is_some_and(|c| !c.is_empty()))
    };
    let used: Vec<usize> = (0..head.len()).filter(is_used).collect();
    let pick = |row: &Vec<String>| -> Vec<String> {
        used.iter()
            .map(|at| row.get(*at).cloned().unwrap_or_default())
            .collect()
    };
    let rows: Vec<Vec<String>> = rows.iter().map(pick).collect();
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_BORDERS_ONLY)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(used.iter().map(|at| head[*at]))
        .add_rows(&rows);
    for (at, column) in table.column_iter_mut().enumerate() {
        if rows
            .iter()
            .all(|row| row.get(at).is_none_or(|cell| is_number(cell)))
        {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.to_string()
}

fn is_number(cell: &str) -> bool {
    cell.chars()
        .all(|c| c.is_ascii_digit() || "+-.,".contains(c))
}

/// True if stderr is a terminal.
pub fn is_watched() -> bool {
    io::stderr().is_terminal()
}
