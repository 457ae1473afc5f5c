//! `stampbook policy test`

use crate::cli::policy::TestArgs;
use crate::cli::policy::check::{print, read, report};
use crate::cli::policy::findings::show;
use crate::cli::{Exit, Failure, Printer};
use crate::model::{Policy, Programme, counted};
use crate::policy::Bundle;
use crate::storage::files;
use crate::workbench::story::Filled;
use crate::workbench::{Folder, judge, story};
use serde_json::json;
use std::borrow::Cow;
use std::time::Duration;

/// Time between two looks at the files under `--watch`.
const WATCH_INTERVAL: Duration = Duration::from_millis(200);

/// Number of stories by outcome.
#[derive(Default)]
struct Count {
    told: usize,
    steps: usize,
    wrong: usize,
    filled: usize,
    coverage: story::Coverage,
}

/// Runs the stories of a programme's folder; exits 1 if one has another outcome
/// than expected, 2 if the programme or a story cannot be read.
///
/// # Errors
/// The folder cannot be read or, under `--fill`, written.
pub fn test(args: &TestArgs, printer: &mut Printer) -> Result<Exit, Failure> {
    // A page of the service asks once.
    if !args.watch || printer.visit.is_some() {
        return test_once(args, printer);
    }
    loop {
        let seen = Folder::files(&args.folder).ok();
        if let Err(failure) = test_once(args, printer) {
            printer.failure(&failure);
        }
        printer.line("waiting for a change; Ctrl+C ends")?;
        printer.flush()?;
        while Folder::files(&args.folder).ok() == seen {
            std::thread::sleep(WATCH_INTERVAL);
        }
    }
}

fn test_once(args: &TestArgs, printer: &mut Printer) -> Result<Exit, Failure> {
    let folder = match read(printer, &args.folder)? {
        Ok(folder) => folder,
        Err(found) => return report(printer, &found, &Bundle { files: Vec::new() }),
    };
    let policy = match judge(&folder.bundle) {
        Ok(policy) => policy,
        Err(found) => return report(printer, &found, &folder.bundle),
    };
    let is_covered = args.uncovered || args.require_covered;
    let (mut count, mut exit) = (Count::default(), Exit::Done);
    let is_asked = |file: &str| args.only.as_deref().is_none_or(|only| file.contains(only));
    for (file, text) in folder.stories.iter().filter(|(file, _)| is_asked(file)) {
        let programme = policy.programme();
        exit = exit.max(tell(
            &folder,
            (file, text),
            programme,
            (args, is_covered),
            &mut count,
            printer,
        )?);
    }
    if count.told == 0 {
        return Err(no_story(&folder, args.only.as_deref()));
    }
    sum_up(&count, printer)?;
    if is_covered {
        let (gaps, parts) = count.coverage.gaps(&policy, &folder.bundle);
        print(printer, &gaps, |d| folder.bundle.render(d))?;
        let marked = count.coverage.marked(&folder.bundle);
        if !printer.is_json() && !marked.is_empty() {
            printer
                .line("\nLines that stories reach (+), do not reach (-), reach a part of (~):")?;
            for (file, lines) in marked {
                printer.line(format!("\n{file}\n{}", lines.trim_end()))?;
            }
            printer.line("")?;
        }
        let all = "hooks, lines, conditions, rewards and tiers";
        printer.line(match gaps.len() {
            0 => format!("the stories reach all {parts} {all}"),
            gaps => format!("{gaps} gaps in {parts} {all}"),
        })?;
        if args.require_covered && !gaps.is_empty() {
            exit = exit.max(Exit::Refused);
        }
    }
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

/// Runs one story, and prints its findings.
fn tell(
    folder: &Folder,
    (file, text): (&str, &str),
    programme: &Programme,
    (args, is_covered): (&TestArgs, bool),
    count: &mut Count,
    printer: &mut Printer,
) -> Result<Exit, Failure> {
    count.told += 1;
    let refilled = match args.refill {
        true => refilled(folder, file, text, programme)?,
        false => None,
    };
    let (text, mut filled) = match refilled {
        Some((text, lines)) => (Cow::Owned(text), lines),
        None => (Cow::Borrowed(text), Vec::new()),
    };
    let text = &*text;
    let story = match story::parse(file, text, programme) {
        Ok(story) => story,
        Err(found) => {
            count.wrong += 1;
            print(printer, &found, |d| d.render(text))?;
            return Ok(Exit::BadInput);
        }
    };
    let run = match is_covered {
        true => story::run_covered,
        false => story::run,
    };
    let mut told = run(&story, &folder.bundle, &|name| folder.beside(name))?;
    count.steps += told.steps;
    count.coverage.add(std::mem::take(&mut told.coverage));
    if args.fill || args.refill {
        let (written, open) = story::fill(text, &told);
        filled.extend(open);
        filled.sort_by_key(|one| one.line);
        for one in &filled {
            show_filled(file, one, printer)?;
        }
        if !filled.is_empty() {
            count.filled += filled.len();
            let path = folder.path.join(file);
            files::write_shared(&path, written.as_bytes())?;
        }
        told.findings
            .retain(|f| !filled.iter().any(|u| u.line == f.diagnostic.line));
    }
    for finding in &told.findings {
        show(finding, text, printer)?;
    }
    count.wrong += usize::from(!told.findings.is_empty());
    Ok(match told.findings.is_empty() {
        true => Exit::Done,
        false => Exit::Refused,
    })
}

/// A story with what happens behind lines that come out differently, and those lines;
/// None if it cannot be read.
fn refilled(
    folder: &Folder,
    file: &str,
    text: &str,
    programme: &Programme,
) -> Result<Option<(String, Vec<Filled>)>, Failure> {
    let Ok(story) = story::parse(file, text, programme) else {
        return Ok(None);
    };
    let told = story::run(&story, &folder.bundle, &|name| folder.beside(name))?;
    Ok(Some(story::refill(text, &told)))
}

fn show_filled(file: &str, filled: &Filled, printer: &mut Printer) -> Result<Exit, Failure> {
    let Filled { line, happened } = filled;
    printer.line(format!("{file}:{line}: -> {happened}"))?;
    printer.done(&json!({"file": file, "line": line, "filled": happened}))
}

fn sum_up(count: &Count, printer: &mut Printer) -> Result<(), Failure> {
    let Count {
        told,
        steps,
        wrong,
        filled,
        coverage: _,
    } = count;
    if *filled > 0 {
        let lines = counted(*filled as u64, "line was", "lines were");
        let remark = format!("{lines} filled in: read before you accept");
        printer.line(remark)?;
    }
    let stories = counted(*told as u64, "story", "stories");
    let lines = counted(*steps as u64, "line", "lines");
    printer.line(match wrong {
        0 => format!("{stories}, {lines}: all as told"),
        wrong => format!("{wrong} of {stories} came out differently"),
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;
    use tempfile::TempDir;

    const PROGRAMME: &str = "[programme]\nname = \"x\"\ncurrency = \"EUR\"\nzone = \"UTC\"\n\n[unit.point]\nkind = \"spendable\"\n";

    fn args(folder: &Path) -> TestArgs {
        TestArgs {
            folder: folder.to_owned(),
            fill: false,
            refill: false,
            only: None,
            uncovered: false,
            require_covered: false,
            watch: false,
        }
    }

    fn run(folder: &Path, fill: bool) -> Result<Exit, Failure> {
        let mut printer =
            Printer::into(false, Box::new(std::io::sink()), Box::new(std::io::sink()));
        let args = args(folder);
        test(&TestArgs { fill, ..args }, &mut printer)
    }

    /// The exit code and the page of a run that tells what no story reaches.
    fn uncovered(folder: &Path, require_covered: bool, is_json: bool) -> (Exit, String) {
        let (mut printer, page, _) = crate::cli::tests::printer(is_json);
        let args = TestArgs {
            uncovered: true,
            require_covered,
            ..args(folder)
        };
        (test(&args, &mut printer).unwrap(), page.text())
    }

    fn write(folder: &TempDir, path: &str, text: &str) {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Writes a programme whose tiers are by a unit that counts for them.
    fn write_with_tiers(folder: &TempDir) {
        let year = "\n[unit.year]\nkind = \"qualifying\"\n";
        write(folder, "programme.toml", &format!("{PROGRAMME}{year}"));
        write(
            folder,
            "tiers.rhai",
            "tiers(#{ levels: [\"low\", \"high\"] });\nfn qualify(member) { if member.qualifying(\"year\") >= 5 { \"high\" } else { \"low\" } }\n",
        );
    }

    // proves: PC18
    #[test]
    fn filling_writes_all_that_came_of_a_line_and_no_failure() {
        let folder = tempfile::tempdir().unwrap();
        write_with_tiers(&folder);
        write(
            &folder,
            "campaigns/base.rhai",
            "campaign(#{ id: \"base\", role: \"base\" });\nfn on_purchase(purchase, member) {\n    if purchase.total == 13 { let x = []; award(\"point\", x.pop(), \"none\"); }\n    award(\"point\", purchase.earning, \"purchase\");\n    award(\"year\", purchase.earning, \"purchase\");\n    if purchase.total > 5 { tag(\"big\"); message(\"thanks\"); discount(1, \"off\"); refuse(\"later\", \"not now\"); }\n}\n",
        );
        let lines = "programme x\n2026-01-05 enrol alice\n2026-01-06 purchase alice 9.00\n2026-01-07 purchase alice 13.00\n2026-01-08 return alice 99.00\n2026-01-09 return alice 2.00\n";
        write(&folder, "a.story", lines);
        assert_eq!(run(folder.path(), true), Ok(Exit::Refused));
        let text = std::fs::read_to_string(folder.path().join("a.story")).unwrap();
        let filled: Vec<&str> = text.lines().skip(1).collect();
        let behind = |line: &str| {
            line.split_once("-> ")
                .map(|(_, happened)| happened.to_owned())
        };
        let happened: Vec<Option<String>> = filled.iter().map(|line| behind(line)).collect();
        let of = |text: &str| Some(text.to_owned());
        assert_eq!(
            happened,
            [
                of("nothing; tier low"),
                of("+9 point, +9 year; tags big; sends thanks; tier high; \
                     warns later, discount_differs; discount 1.00",),
                None,
                of("refused too_much_returned"),
                of("nothing; gives 2.00"),
            ]
        );
        assert_eq!(run(folder.path(), false), Ok(Exit::Refused));
    }

    // proves: PC26
    #[test]
    fn hooks_rewards_and_tiers_that_no_story_reaches_are_named() {
        let folder = tempfile::tempdir().unwrap();
        write_with_tiers(&folder);
        write(
            &folder,
            "rewards.rhai",
            "reward(#{ id: \"mug\", unit: \"point\", points: 5, value: 2.00 });\n",
        );
        write(
            &folder,
            "campaigns/base.rhai",
            "campaign(#{ id: \"base\", role: \"base\" });\n\nfn on_purchase(purchase, member) {\n    award(\"point\", purchase.earning, \"purchase\");\n    award(\"year\", purchase.earning, \"purchase\");\n}\n",
        );
        write(
            &folder,
            "campaigns/big.rhai",
            "campaign(#{ id: \"big\", from: \"2026-02-01\" });\nfn on_purchase(purchase, member) { if purchase.total > 100 { award(\"point\", 10, \"big\"); } }\nfn on_enrol(member) { award(\"point\", 1, \"hello\"); }\n",
        );
        write(
            &folder,
            "a.story",
            "programme x\n2026-01-05 enrol alice -> nothing; tier low\n2026-02-06 purchase alice 2.00 -> +2 point, +2 year\n",
        );
        let run = |is_required, is_json| uncovered(folder.path(), is_required, is_json);
        let (exit, text) = run(false, false);
        assert_eq!(exit, Exit::Done, "{text}");
        let findings: Vec<&str> = text.lines().filter(|l| l.starts_with("warning")).collect();
        assert_eq!(
            findings,
            [
                "warning: campaigns/big.rhai:3:1: no story reaches on_enrol of 'big'",
                "warning: campaigns/big.rhai:2:1: stories reach on_purchase of 'big', and nothing ever comes of it",
                "warning: campaigns/big.rhai:1:24: no story has a purchase that 'big' leaves out by its from",
                "warning: rewards.rhai:1:15: no story takes the reward 'mug'",
                "warning: tiers.rhai:1:26: no story has a member who comes to the tier 'high'",
                "warning: campaigns/big.rhai:2:62: no story reaches this line",
            ],
            "{text}"
        );
        assert!(text.contains("6 gaps in 16 hooks, lines"), "{text}");
        let marked = [
            "~   2 | fn on_purchase(purchase, member) { if",
            "-   3 | fn on_enrol",
        ];
        for line in marked {
            assert!(text.contains(line), "{line}: {text}");
        }
        let (exit, json) = run(true, true);
        assert_eq!(exit, Exit::Refused);
        assert_eq!(json.lines().count(), 6, "{json}");
        assert!(
            json.contains(r#""file":"campaigns/big.rhai","line":3"#),
            "{json}"
        );
        write(
            &folder,
            "b.story",
            "programme x\n2026-01-05 enrol bob -> nothing; tier low\n2026-01-06 purchase bob 1.00 -> +1 point, +1 year\n2026-02-05 enrol alice -> +1 point; tier low\n2026-02-06 purchase alice 200.00 -> +200 point, +200 year, +10 point; tier high\n2026-02-07 redeem alice mug -> -5 point\n",
        );
        let (exit, text) = run(true, false);
        assert_eq!(exit, Exit::Done, "{text}");
        assert!(text.contains("reach all 16 hooks"), "{text}");
    }

    /// No script reads the tier, so no entry keeps it.
    // proves: PC95
    #[test]
    fn a_purchase_that_a_header_leaves_out_by_its_tier_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        write(&folder, "programme.toml", PROGRAMME);
        write(
            &folder,
            "tiers.rhai",
            "tiers(#{ levels: [\"member\", \"vip\"] });\nfn qualify(member) { if member.spend(\"12 months\") >= 200 { \"vip\" } else { \"member\" } }\n",
        );
        write(
            &folder,
            "campaigns/vip.rhai",
            "campaign(#{ id: \"vip\", when: #{ tier: \"vip\" } });\nfn on_purchase(purchase, member) { discount(1, \"vip\"); }\n",
        );
        let told = |lines: &str| {
            write(&folder, "a.story", &format!("programme x\n{lines}"));
            uncovered(folder.path(), false, false).1
        };
        let joins = "2026-01-10 enrol bob -> nothing; tier member\n";
        let rises = "2026-01-10 purchase bob 200.00 -> nothing; tier vip\n2026-01-10 purchase bob 10.00 -> nothing; discount 1.00\n";
        let seen = told(&format!("{joins}{rises}"));
        assert!(!seen.contains("leaves out by its tier"), "{seen}");
        // A purchase of nobody is not one of another tier.
        let unseen = told(&format!(
            "{joins}2026-01-10 adjust bob +1 point -> +1 point\n2026-01-10 purchase 10.00 -> nothing\n"
        ));
        assert!(unseen.contains("leaves out by its tier"), "{unseen}");
    }

    #[test]
    fn stories_decide_the_exit_code_and_filling_completes_them() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("programme.toml"), PROGRAMME).unwrap();
        assert_eq!(
            run(folder.path(), false).unwrap_err().exit(),
            Exit::BadInput
        );
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
