//! README.md and ARCHITECTURE.md describe the program as it is: the session is
//! run and compared, and every test they name exists.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::unwrap_used,
    reason = "a test that wraps or panics fails"
)]

mod tidy {
    #[allow(unused)]
    pub mod source;
}

const README: &str = include_str!("../README.md");
const ARCHITECTURE: &str = include_str!("../ARCHITECTURE.md");

/// True if a text is as printed, where `…` stands for anything.
fn is_as_printed(printed: &str, said: &str) -> bool {
    match printed.split_once('…') {
        None => printed == said,
        Some((start, rest)) => said.strip_prefix(start).is_some_and(|said| {
            let mut ends = said.char_indices().map(|(at, _)| at).chain([said.len()]);
            ends.any(|at| is_as_printed(rest, &said[at..]))
        }),
    }
}

/// Commands of the session, with the output that each is to print.
fn session() -> Vec<(String, String)> {
    let fences = README.split("\n```console\n").skip(1);
    let blocks = fences.map(|f| f.split("\n```").next().unwrap_or_default());
    let commands = blocks.flat_map(|b| b.split("$ ").skip(1));
    let parts = commands.map(|c| c.split_once('\n').unwrap_or((c, "")));
    parts
        .map(|(command, said)| (command.into(), said.trim_end().into()))
        .collect()
}

#[cfg(unix)]
#[test]
fn the_session_of_the_readme_runs_as_printed() {
    let folder = tempfile::tempdir().unwrap();
    let session = session();
    assert!(session.len() >= 8);
    for (command, printed) in session {
        let said = said(&command, folder.path());
        assert!(
            is_as_printed(&printed, &said),
            "$ {command}\nprinted:\n{printed}\nsaid:\n{said}"
        );
    }
}

#[cfg(unix)]
/// Runs a command as a reader would, and says what came of it.
fn said(command: &str, folder: &std::path::Path) -> String {
    let binary = std::path::Path::new(env!("CARGO_BIN_EXE_stampbook"));
    let path = std::env::var("PATH").unwrap_or_default();
    let path = format!("{}:{path}", binary.parent().unwrap().display());
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", &format!("{command} 2>&1")]);
    shell
        .current_dir(folder)
        .env("PATH", &path)
        .env("COLUMNS", "100");
    let out = shell.output().unwrap();
    String::from_utf8(out.stdout).unwrap().trim_end().to_owned()
}

#[cfg(unix)]
const PROGRAMMES: &str = include_str!("../scripts/README.md");

/// The tutorial, followed to the letter from an empty folder: each file that it
/// says to write is written, each command runs, and says what is printed.
// proves: TE3
#[cfg(unix)]
#[test]
fn the_tutorial_can_be_followed_literally() {
    let (_, page) = PROGRAMMES
        .split_once("\n## Ten minutes from nothing\n")
        .unwrap();
    let page = page.split("\n## ").next().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (mut files, mut commands) = (0, 0);
    for part in page.split("\n```").collect::<Vec<_>>().chunks(2) {
        let [before, fence] = part else { break };
        let (kind, text) = fence.split_once('\n').unwrap();
        let file = before.trim_end().rsplit("rite this into").next();
        let file = file
            .filter(|file| file.ends_with(':'))
            .and_then(|file| file.split('`').nth(1));
        match (kind, file) {
            ("console", _) => {
                for command in text.split("$ ").skip(1) {
                    let (command, printed) = command.split_once('\n').unwrap_or((command, ""));
                    let said = said(command, folder.path());
                    let printed = printed.trim_end();
                    assert!(
                        is_as_printed(printed, &said),
                        "$ {command}\nprinted:\n{printed}\nsaid:\n{said}"
                    );
                    commands += 1;
                }
            }
            (_, Some(file)) => {
                let path = folder.path().join(file);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, format!("{text}\n")).unwrap();
                files += 1;
            }
            _ => {}
        }
    }
    assert_eq!((files, commands), (5, 9));
}

#[test]
fn the_readme_is_short_and_begins_with_a_command() {
    assert!(README.lines().count() <= 220);
    let first = README.lines().position(|l| l.starts_with("```"));
    assert!(first.is_some_and(|at| at < 15));
}

/// The names in backticks at the ends of table rows and sentences.
fn named(page: &str) -> impl Iterator<Item = &str> {
    let spans = page.split('`').skip(1).step_by(2);
    spans.filter(|s| {
        s.matches('_').count() >= 3 && s.bytes().all(|b| b == b'_' || b.is_ascii_lowercase())
    })
}

// proves: S187
#[test]
fn what_somebody_could_want_is_written_down_with_what_holds_against_it() {
    let (_, section) = ARCHITECTURE.split_once("## What is trusted").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|l| l.starts_with("| ")).skip(1);
    let rows: Vec<&str> = rows.collect();
    assert!(rows.len() >= 8, "{rows:?}");
    for row in rows {
        assert!(named(row).count() > 0, "what holds it? {row}");
    }
}

#[test]
fn every_test_that_a_page_names_exists() {
    let code: String = tidy::source::text_files()
        .into_iter()
        .filter(|(path, _)| path.ends_with(".rs"))
        .map(|(_, text)| text)
        .collect();
    let pages: Vec<&str> = named(README).chain(named(ARCHITECTURE)).collect();
    assert!(pages.len() > 20, "only {pages:?}");
    for name in pages {
        assert!(
            code.contains(&format!("fn {name}()")),
            "there is no test {name}"
        );
    }
}

#[test]
fn the_map_is_short_and_leads_to_every_decision() {
    assert!(
        ARCHITECTURE.lines().count() <= 200,
        "a map, not a territory"
    );
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/decisions");
    let pages = std::fs::read_dir(folder).unwrap();
    for page in pages {
        let name = page.unwrap().file_name().into_string().unwrap();
        assert!(
            ARCHITECTURE.contains(&format!("(docs/decisions/{name})")),
            "ARCHITECTURE.md does not lead to {name}"
        );
    }
}
