//! `stampbook policy check`

use crate::cli::input;
use crate::cli::policy::CheckArgs;
use crate::cli::policy::findings::show;
use crate::cli::{Exit, Failure, Printer};
use crate::engine::Error;
use crate::model::counted;
use crate::model::{Instant, Policy};
use crate::policy::{Bundle, Diagnostic, past};
use crate::storage::clock::{Clock, SystemClock};
use crate::workbench::{Folder, judge, story};
use serde::Serialize;
use std::path::Path;

/// A finding as `--json` gives it.
#[derive(Serialize)]
struct FindingJson<'a> {
    severity: &'static str,
    file: &'a str,
    line: usize,
    column: usize,
    message: &'a str,
    help: &'a str,
}

/// Last line of `--json` without findings.
#[derive(Serialize)]
struct Clean {
    ok: bool,
    campaigns: usize,
    stories: usize,
}

/// A story, or its findings, and its text.
type Parsed = (Result<story::Story, Vec<Diagnostic>>, String);

/// Prints the findings of a programme and its stories; exits 2 if one keeps it
/// from taking effect.
///
/// # Errors
/// The folder cannot be read.
pub fn check(args: &CheckArgs, printer: &mut Printer) -> Result<Exit, Failure> {
    let folder = match read(printer, &args.folder)? {
        Ok(folder) => folder,
        Err(found) => return report(printer, &found, &Bundle { files: Vec::new() }),
    };
    match judge(&folder.bundle) {
        Err(found) => report(printer, &found, &folder.bundle),
        Ok(policy) => {
            let parse = |(file, text): &(String, String)| {
                (story::parse(file, text, policy.programme()), text.clone())
            };
            let stories: Vec<Parsed> = folder.stories.iter().map(parse).collect();
            let mut exit = report(printer, policy.warnings(), &folder.bundle)?;
            let now = Instant(SystemClock.now_micros());
            let today = policy.programme().calendar.day_of(now);
            report(
                printer,
                &past(&policy, &folder.bundle, today),
                &folder.bundle,
            )?;
            if args.channel_parity && !policy.channels().is_empty() {
                exit = report(printer, policy.channels(), &folder.bundle)?;
            }
            if exit != Exit::Done {
                return Ok(exit);
            }
            for (found, text) in &stories {
                let found = found.as_ref().err().map_or(&[][..], |found| found);
                print(printer, found, |d| d.render(text))?;
            }
            if stories.iter().any(|(story, _)| story.is_err()) {
                return Ok(Exit::BadInput);
            }
            if args.channel_parity && !is_alike(&folder, &stories, printer)? {
                return Ok(Exit::BadInput);
            }
            let (campaigns, told) = (policy.campaigns().len(), folder.stories.len());
            printer.line(format!(
                "no errors: {}, {}",
                counted(campaigns as u64, "campaign", "campaigns"),
                counted(told as u64, "story", "stories")
            ))?;
            printer.done(&Clean {
                ok: true,
                campaigns,
                stories: told,
            })?;
            Ok(exit)
        }
    }
}

/// True if each purchase of the stories has the same result on every channel;
/// the first that does not is printed.
fn is_alike(folder: &Folder, stories: &[Parsed], printer: &mut Printer) -> Result<bool, Failure> {
    let mut purchases = 0;
    for (story, text) in stories {
        let Ok(story) = story else {
            continue;
        };
        let told = story::parity(story, &folder.bundle, &|name| folder.beside(name))?;
        purchases += told.purchases;
        if let Some(finding) = told.differs {
            show(&finding, text, printer)?;
            return Ok(false);
        }
    }
    let counted = counted(purchases as u64, "purchase", "purchases");
    printer.line(format!(
        "{counted} of the stories come to the same on every channel"
    ))?;
    Ok(true)
}

/// Reads a programme's folder; the inner error has the findings of its files.
pub(in crate::cli) fn read(
    out: &Printer,
    path: &Path,
) -> Result<Result<Folder, Vec<Diagnostic>>, Failure> {
    let read = match &out.visit {
        Some(_) => input::sent_programme(out, path)?,
        None => Folder::read(path),
    };
    match read {
        Ok(folder) if folder.bundle.files.is_empty() => Err(no_programme(path)),
        Ok(folder) => Ok(Ok(folder)),
        Err(Error::Programme(found)) => Ok(Err(found)),
        Err(_) if !path.is_dir() => Err(no_programme(path)),
        Err(error) => Err(error.into()),
    }
}

fn no_programme(path: &Path) -> Failure {
    let message = format!("{}: there is no programme here", path.display());
    Failure::bad_input(message).hint("name its folder; `stampbook init` makes one")
}

/// Prints findings of a bundle's files.
pub(in crate::cli) fn report(
    printer: &mut Printer,
    found: &[Diagnostic],
    bundle: &Bundle,
) -> Result<Exit, Failure> {
    print(printer, found, |d| bundle.render(d))?;
    match found.iter().any(Diagnostic::is_error) {
        true => Ok(Exit::BadInput),
        false => Ok(Exit::Done),
    }
}

/// Prints findings: one JSON line each, or as people read them.
pub(in crate::cli) fn print(
    printer: &mut Printer,
    found: &[Diagnostic],
    render: impl Fn(&Diagnostic) -> String,
) -> Result<(), Failure> {
    for finding in found {
        match printer.is_json() {
            true => printer.json(&shown(finding))?,
            false => printer.line(render(finding).trim_end())?,
        }
    }
    Ok(())
}

fn shown(finding: &Diagnostic) -> FindingJson<'_> {
    FindingJson {
        severity: match finding.is_error() {
            true => "error",
            false => "warning",
        },
        file: &finding.file,
        line: finding.line,
        column: finding.column,
        message: &finding.message,
        help: &finding.help,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::tests::Paper;

    fn checked(programme: &str, is_json: bool) -> (Exit, String) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("programme.toml"), programme).unwrap();
        let page = Paper::default();
        let mut printer = Printer::into(is_json, Box::new(page.clone()), Box::new(page.clone()));
        let args = CheckArgs {
            channel_parity: false,
            folder: folder.path().to_owned(),
        };
        let exit = check(&args, &mut printer).unwrap();
        (exit, page.text())
    }

    const GOOD: &str = "[programme]\nname = \"x\"\ncurrency = \"EUR\"\nzone = \"UTC\"\n\n[unit.point]\nkind = \"spendable\"\n";

    #[test]
    fn a_typo_is_shown_with_its_place_and_the_remedy() {
        let (exit, text) = checked(&GOOD.replace("spendable", "spendible"), false);
        assert_eq!(exit, Exit::BadInput);
        assert!(text.contains("programme.toml:7:8"), "{text}");
        assert!(text.contains("spendable") && text.contains('^'), "{text}");
        let (exit, json) = checked(&GOOD.replace("spendable", "spendible"), true);
        assert_eq!(exit, Exit::BadInput);
        assert!(json.contains("\"line\":7,\"column\":8"), "{json}");
    }

    #[test]
    fn a_programme_that_works_says_so() {
        let (exit, text) = checked(GOOD, false);
        assert_eq!(exit, Exit::Done, "{text}");
        assert!(text.contains("no errors"), "{text}");
    }

    #[test]
    fn a_folder_that_is_not_there_is_bad_input() {
        let out = Printer::into(false, Box::new(std::io::sink()), Box::new(std::io::sink()));
        let failure = read(&out, Path::new("no/such/folder")).err().unwrap();
        assert_eq!(failure.exit(), Exit::BadInput);
        assert!(
            failure.message.contains("no/such/folder"),
            "{}",
            failure.message
        );
    }
}
