//! `stampbook policy diff`

use crate::cli::input;
use crate::cli::options::Cli;
use crate::cli::policy::DiffArgs;
use crate::cli::policy::versions::{Version, instant_or_start};
use crate::cli::print::{Exit, Failure, Printer};
use crate::cli::programme::{bundle_of, check_programme};
use crate::cli::trouble::programme_failure;
use crate::engine::Ledger;
use crate::model::{Day, Instant};
use crate::policy::{Bundle, shipped_files};
use crate::storage::clock::{Clock, SystemClock};
use crate::workbench::comparison::{
    Comparison, Example, FieldChange, PartChange, compare, day_in, examples,
};
use crate::workbench::judge;
use serde_json::json;
use std::path::Path;

/// A programme that a command names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::cli) enum Named {
    /// A folder.
    Folder(String),
    /// A programme that comes with the program.
    Shipped(String),
    /// The programme in force.
    Active,
    /// One that was active, by its number.
    Number(u32),
    /// The one in force at an instant, or at the beginning of a day.
    At(String),
}

impl Named {
    fn parse(text: &str, is_folder: impl Fn(&str) -> bool) -> Result<Named, Failure> {
        if is_folder(text) {
            return Ok(Named::Folder(text.into()));
        }
        if let Ok(number) = text.parse() {
            return Ok(Named::Number(number));
        }
        if shipped_files(text).is_some() {
            return Ok(Named::Shipped(text.into()));
        }
        if Instant::parse(text).is_ok() || Day::parse(text).is_ok() {
            return Ok(Named::At(text.into()));
        }
        Err(Failure::bad_input(format!(
            "'{text}' is no folder with a programme.toml, no number of `policy list`, no shipped programme, and neither an instant such as 2026-11-24T10:03:00+01:00 nor a day such as 2026-11-24"
        )))
    }

    fn is_of_ledger(&self) -> bool {
        !matches!(self, Named::Folder(_) | Named::Shipped(_))
    }

    /// The bundle, and its name in sentences.
    fn found(
        &self,
        ledger: Option<&mut Ledger>,
        out: &Printer,
    ) -> Result<(Bundle, String), Failure> {
        match (self, ledger) {
            (Named::Folder(name), _) => {
                let bundle = input::programme(out, Path::new(name))?.bundle;
                // Its findings are told with the lines of the folder.
                judge(&bundle).map_err(|found| programme_failure(Some(&bundle), &found))?;
                Ok((bundle, name.clone()))
            }
            (Named::Shipped(name), _) => {
                let files = shipped_files(name).unwrap_or_default();
                Ok((bundle_of(files)?, format!("the shipped {name}")))
            }
            (_, None) => Err(Failure::internal("a programme of no ledger")),
            (named, Some(ledger)) => {
                let version = match named {
                    Named::Number(number) => Version::numbered(ledger, *number)?,
                    Named::At(text) => {
                        let at = instant_or_start(ledger, "A, B", text)?;
                        Version::at(ledger, at)?
                    }
                    _ => Version::numbered(ledger, ledger.global().bundle)?,
                };
                let name = version.name();
                Ok((version.bundle, name))
            }
        }
    }
}

impl DiffArgs {
    /// The two programmes that are compared.
    ///
    /// # Errors
    /// A word names none.
    pub(in crate::cli) fn named(
        &self,
        is_folder: impl Fn(&str) -> bool,
    ) -> Result<[Named; 2], Failure> {
        let read = |text: &str| Named::parse(text, &is_folder);
        Ok(match (&self.a, &self.b) {
            (Some(a), Some(b)) => [read(a)?, read(b)?],
            (Some(a), None) => match read(a)? {
                a @ (Named::Folder(_) | Named::Shipped(_)) => [Named::Active, a],
                a => [a, Named::Active],
            },
            (None, _) => {
                if !is_folder("programme") {
                    check_programme(Path::new("programme"))?;
                }
                [Named::Active, Named::Folder("programme".into())]
            }
        })
    }

    /// True if it needs a ledger.
    pub(in crate::cli) fn is_of_ledger(&self) -> bool {
        let named = self.named(is_folder_here);
        named.is_ok_and(|both| both.iter().any(Named::is_of_ledger))
    }

    /// Folders that it reads.
    pub(in crate::cli) fn folders(&self) -> Vec<String> {
        let both = self.named(is_folder_here);
        let both = both.into_iter().flatten();
        let folders = both.filter_map(|named| match named {
            Named::Folder(name) => Some(name),
            _ => None,
        });
        folders.collect()
    }

    /// Compares two programmes.
    pub(in crate::cli) fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        let [a, b] = self.named(|name| match out.visit {
            Some(_) => input::has_programme(out, Path::new(name)),
            None => is_folder_here(name),
        })?;
        if !a.is_of_ledger() && !b.is_of_ledger() {
            let (was, is) = (a.found(None, out)?, b.found(None, out)?);
            let today = day_in(&is.0, Instant(SystemClock.now_micros()));
            return tell(&was, &is, today, out);
        }
        cli.reading("policy diff", out, |ledger, out| {
            let was = a.found(Some(&mut *ledger), out)?;
            let is = b.found(Some(&mut *ledger), out)?;
            let today = crate::cli::policy::status::today(ledger)?;
            tell(&was, &is, today, out)
        })
    }
}

fn is_folder_here(name: &str) -> bool {
    Path::new(name).join("programme.toml").is_file()
}

fn tell(
    (was, was_name): &(Bundle, String),
    (is, is_name): &(Bundle, String),
    today: Day,
    out: &mut Printer,
) -> Result<Exit, Failure> {
    let told = compare(was, is);
    let examples = examples(was, is, &told, today)?;
    if out.is_json() {
        return out.done(&json!({
            "ok": true, "was": was_name, "is": is_name, "words": words(&told), "parts": told.parts,
            "files": told.files, "examples": examples,
        }));
    }
    if told.files.is_empty() {
        out.line(format!("{was_name} and {is_name} are the same"))?;
        return Ok(Exit::Done);
    }
    out.line(format!("from {was_name} to {is_name}"))?;
    out.lines(words(&told))?;
    if told.parts.is_empty() {
        out.line("nothing that decides differs: comments and the order of lines")?;
    }
    show_examples(&examples, !told.parts.is_empty(), out)?;
    for file in &told.files {
        out.line(String::new())?;
        out.line(format!("{} {}", file.file, file.how))?;
        out.verbatim(&file.lines)?;
    }
    Ok(Exit::Done)
}

fn show_examples(
    examples: &[Example],
    is_expected: bool,
    out: &mut Printer,
) -> Result<(), Failure> {
    if examples.is_empty() && is_expected {
        out.line("no basket that was tried comes out differently; `policy test` runs the stories, and `policy simulate` the past")?;
    }
    for example in examples {
        out.line("for example")?;
        for line in example.story.lines() {
            out.line(format!("  {line}"))?;
        }
        let side = |outcome: &[String]| match outcome {
            [] => "nothing".to_owned(),
            outcome => outcome.join("; "),
        };
        out.line(format!("    before: {}", side(&example.was)))?;
        out.line(format!("    after:  {}", side(&example.is)))?;
    }
    Ok(())
}

/// The differences between two programmes in words, a line each.
pub(in crate::cli) fn words(told: &Comparison) -> Vec<String> {
    let mut lines = Vec::new();
    for part in &told.parts {
        lines.push(heading(part));
        lines.extend(
            part.fields
                .iter()
                .map(|field| format!("  {}", sentence(part, field))),
        );
        if part.is_script_changed {
            lines.push(format!("  its script in {} does something else", part.file));
        }
    }
    lines
}

fn heading(part: &PartChange) -> String {
    let name = match part.id.as_str() {
        "" => part.section.clone(),
        id => format!("{} {id}", part.section),
    };
    match part.applies.as_str() {
        "" => format!("{name} {}", part.how),
        applies => format!("{name} ({applies}) {}", part.how),
    }
}

fn sentence(part: &PartChange, field: &FieldChange) -> String {
    let means = match field.means {
        "" => String::new(),
        means => format!(" ({means})"),
    };
    let unset = || match field.default {
        "" | "must be there" => "not set".to_owned(),
        default => format!("not set, which is {}", default.replace('`', "")),
    };
    let name = &field.field;
    match (&field.was, &field.is, part.how) {
        (Some(value), None, "gone") | (None, Some(value), "new") => {
            format!("{name}: {value}{means}")
        }
        (was, is, _) => {
            let was = was.clone().unwrap_or_else(unset);
            let is = is.clone().unwrap_or_else(unset);
            format!("{name}: was {was}, is {is}{means}")
        }
    }
}
