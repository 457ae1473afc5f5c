//! `stampbook policy test`

use super::policy::TestArgs;
use super::policy_check::{print, read, report};
use super::{Exit, Failure, Printer};
use crate::engine::Error;
use crate::model::{Policy, Programme};
use crate::policy::Bundle;
use crate::storage::files;
use crate::workbench::{Folder, judge, story};
use serde::Serialize;

/// A line that came out differently, as `--json` gives it.
#[derive(Serialize)]
struct Shown<'a> {
    file: &'a str,
    line: usize,
    message: &'a str,
    expected: &'a str,
    happened: &'a str,
    because: &'a str,
}

/// How many stories came out, and how.
#[derive(Default)]
struct Count {
    told: usize,
    steps: usize,
    wrong: usize,
    filled: usize,
}

/// Runs the stories of a programme's folder; exits 1 if one comes out
/// differently, 2 if the programme or a story cannot be read.
///
/// # Errors
/// The folder cannot be read or, under `--fill`, written.
pub fn test(args: &TestArgs, printer: &mut Printer) -> Result<Exit, Failure> {
    let folder = match read(&args.folder)? {
        Ok(folder) => folder,
        Err(found) => return report(printer, &found, &Bundle { files: Vec::new() }),
    };
    let policy = match judge(&folder.bundle) {
        Ok(policy) => policy,
        Err(found) => return report(printer, &found, &folder.bundle),
    };
    let (mut count, mut exit) = (Count::default(), Exit::Done);
    let is_asked = |file: &str| args.only.as_deref().is_none_or(|only| file.contains(only));
    for (file, text) in folder.stories.iter().filter(|(file, _)| is_asked(file)) {
        let programme = policy.programme();
        exit = exit.max(tell(
            &folder, file, text, programme, args.fill, &mut count, printer,
        )?);
    }
    if count.told == 0 {
        return Err(no_story(&folder, args.only.as_deref()));
    }
    sum_up(&count, printer)?;
    Ok(exit)
}

fn no_story(folder: &Folder, only: Option<&str>) -> Failure {
    let path = folder.path.display();
    let names: Vec<&str> = folder.stories.iter().map(|(file, _)| &**file).collect();
    match only {
        Some(only) if !names.is_empty() => {
            let message = format!("--only: no story of {path} has '{only}' in its name");
            Failure::bad_input(message).hint(format!("there are {}", names.join(", ")))
        }
        _ => Failure::bad_input(format!("{path}: no story is there to run"))
            .hint("stories are files such as stories/first.story in the programme's folder"),
    }
}

/// Runs one story, and prints what is wrong with it.
fn tell(
    folder: &Folder,
    file: &str,
    text: &str,
    programme: &Programme,
    is_filling: bool,
    count: &mut Count,
    printer: &mut Printer,
) -> Result<Exit, Failure> {
    count.told += 1;
    let story = match story::parse(file, text, programme) {
        Ok(story) => story,
        Err(found) => {
            count.wrong += 1;
            print(printer, &found, |d| d.render(text))?;
            return Ok(Exit::BadInput);
        }
    };
    let mut told =
        story::run(&story, &folder.bundle, &|name| folder.beside(name)).map_err(trouble)?;
    count.steps += told.steps;
    if is_filling && !told.unexpected.is_empty() {
        count.filled += told.unexpected.len();
        let path = folder.path.join(file);
        files::write_shared(&path, story::fill(text, &told).as_bytes())?;
        told.findings
            .retain(|f| !told.unexpected.iter().any(|u| u.0 == f.diagnostic.line));
    }
    for finding in &told.findings {
        show(finding, text, printer)?;
    }
    count.wrong += usize::from(!told.findings.is_empty());
    Ok(if told.findings.is_empty() {
        Exit::Done
    } else {
        Exit::Refused
    })
}

pub(super) fn show(
    finding: &story::Finding,
    text: &str,
    printer: &mut Printer,
) -> Result<(), Failure> {
    match printer.is_json() {
        true => printer.json(&Shown {
            file: &finding.diagnostic.file,
            line: finding.diagnostic.line,
            message: &finding.diagnostic.message,
            expected: &finding.expected,
            happened: &finding.happened,
            because: &finding.because,
        })?,
        false => printer.line(finding.render(text).trim_end())?,
    }
    Ok(())
}

fn sum_up(count: &Count, printer: &mut Printer) -> Result<(), Failure> {
    let Count {
        told,
        steps,
        wrong,
        filled,
    } = count;
    if *filled > 0 {
        printer.line(format!(
            "{filled} lines were filled in: read them before you accept them"
        ))?;
    }
    match wrong {
        0 => printer.line(format!("{told} stories, {steps} lines: all as told"))?,
        wrong => printer.line(format!("{wrong} of {told} stories came out differently"))?,
    }
    Ok(())
}

pub(super) fn trouble(error: Error) -> Failure {
    match error {
        Error::Programme(found) => {
            let said: Vec<String> = found.iter().map(ToString::to_string).collect();
            Failure::bad_input(said.join("; "))
        }
        error => Failure::trouble("trouble", error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    const PROGRAMME: &str = "[programme]\nname = \"x\"\ncurrency = \"EUR\"\nzone = \"UTC\"\n\n[unit.point]\nkind = \"spendable\"\n";

    fn run(folder: &Path, is_filling: bool) -> Result<Exit, Failure> {
        let mut printer =
            Printer::into(false, Box::new(std::io::sink()), Box::new(std::io::sink()));
        let args = TestArgs {
            folder: folder.to_owned(),
            fill: is_filling,
            only: None,
        };
        test(&args, &mut printer)
    }

    #[test]
    fn stories_decide_the_exit_code_and_filling_completes_them() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("programme.toml"), PROGRAMME).unwrap();
        assert_eq!(run(folder.path(), false).unwrap_err().exit, Exit::BadInput);
        let story = folder.path().join("a.story");
        std::fs::write(&story, "programme x\n2026-01-05 enrol alice -> +1 point\n").unwrap();
        assert_eq!(run(folder.path(), false), Ok(Exit::Refused));
        std::fs::write(&story, "programme x\n2026-01-05 enrol alice\n").unwrap();
        assert_eq!(run(folder.path(), false), Ok(Exit::Refused));
        assert_eq!(run(folder.path(), true), Ok(Exit::Done));
        assert!(
            std::fs::read_to_string(&story)
                .unwrap()
                .ends_with("-> nothing\n")
        );
        assert_eq!(run(folder.path(), false), Ok(Exit::Done));
        std::fs::write(&story, "programme x\n2026-01-05 enrole alice\n").unwrap();
        assert_eq!(run(folder.path(), false), Ok(Exit::BadInput));
    }
}
