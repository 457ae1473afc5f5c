//! Command lines about programmes whose files a page holds: check, stories, differences,
//! simulation, activation. They are the commands of the shell, with their words.

use super::ledger::refusal;
use super::values::items;
use crate::serve::command_line::{NotRun, run_on};
use crate::serve::{Progress, Service};
use data_encoding::BASE64;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Texts of a programme's files by their paths.
pub(super) type Files = BTreeMap<String, String>;

/// Output of a command line.
pub(super) struct Output {
    /// True if it did what was asked.
    pub is_done: bool,
    /// Its output to stdout.
    pub out: String,
    /// Its output to stderr.
    pub err: String,
}

impl Output {
    fn read(returned: &[u8]) -> Result<Output, String> {
        let failed = || "the command gave no answer".to_owned();
        let returned: Value = serde_json::from_slice(returned).map_err(|_| failed())?;
        let ran = &returned["Ran"];
        let printed = ran["printed"].as_array().ok_or_else(failed)?;
        let all = |stream: &str| {
            let parts = printed.iter().filter_map(|part| part[stream].as_str());
            parts.collect::<String>()
        };
        Ok(Output {
            is_done: ran["exit"] == "Done",
            out: all("Out"),
            err: all("Err"),
        })
    }

    /// All that it printed.
    pub(super) fn text(&self) -> String {
        let parts = [self.out.trim_end(), self.err.trim_end()];
        let parts = parts.into_iter().filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join("\n")
    }

    /// Its lines of JSON.
    pub(super) fn lines(&self) -> Vec<Value> {
        let lines = self.out.lines();
        lines
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect()
    }

    /// Its JSON; a refusal becomes an error.
    pub(super) fn json(&self) -> Result<Value, String> {
        let told: Value =
            serde_json::from_str(&self.out).map_err(|_| "the command gave no answer".to_owned())?;
        match told["ok"] == false {
            true => Err(refusal(&told)),
            false => Ok(told),
        }
    }
}

/// A command line as the service takes it, with the programmes that it names.
fn sent(words: &[&str], programmes: &[(&str, &Files)]) -> Vec<u8> {
    let programmes = programmes.iter().map(|(name, files)| {
        let files = files.iter();
        let files = files.map(|(path, text)| (path.clone(), BASE64.encode(text.as_bytes()).into()));
        let own: serde_json::Map<String, Value> = files.collect();
        (
            (*name).to_owned(),
            json!({"Ok": {"own": own, "beside": {}}}),
        )
    });
    let programmes: serde_json::Map<String, Value> = programmes.collect();
    let inputs = json!({"files": {}, "programmes": programmes});
    let sent = json!({"version": env!("CARGO_PKG_VERSION"), "words": words, "inputs": inputs});
    sent.to_string().into_bytes()
}

/// Runs command lines for pages.
pub(super) struct Shell<'d>(pub &'d Service);

impl Shell<'_> {
    /// Output of a command line on the ledger.
    pub(super) async fn run_with(
        &self,
        words: &[&str],
        programmes: &[(&str, &Files)],
        progress: &Progress,
    ) -> Result<Output, String> {
        let returned = run_on(self.0, sent(words, programmes), progress).await;
        let returned = returned.map_err(|reason| match reason {
            NotRun::Full => "too much waits for the ledger at this moment",
            NotRun::Closed(_) | NotRun::Failed => "the command gave no answer",
        })?;
        Output::read(&returned)
    }

    /// Output of a command line that needs no ledger: no till waits for it.
    pub(super) async fn run_beside(
        &self,
        words: &[&str],
        programmes: &[(&str, &Files)],
    ) -> Result<Output, String> {
        let (line, sent) = (self.0.command_line.clone(), sent(words, programmes));
        let run = tokio::task::spawn_blocking(move || line.run_alone(&sent));
        let returned = run
            .await
            .map_err(|_| "the command gave no answer".to_owned())?;
        Output::read(&returned)
    }

    /// JSON that a command line prints, such as `campaign list`; its words are ours.
    pub(super) async fn run(&self, words: &[&str]) -> Result<Value, String> {
        let words: Vec<&str> = [&["--json"], words].concat();
        let output = self.run_with(&words, &[], &Progress::default()).await?;
        output.json()
    }

    /// Files of a programme that was active, by its number, with its stories.
    pub(super) async fn files_of(&self, number: u64) -> Result<Files, String> {
        let told = self.run(&["policy", "show", &number.to_string()]).await?;
        let files = told["files"].as_object().into_iter().flatten();
        let text = |text: &Value| text.as_str().unwrap_or_default().to_owned();
        Ok(files
            .map(|(path, file)| (path.clone(), text(file)))
            .collect())
    }

    /// Differences between two programmes, each with its name.
    pub(super) async fn changes(
        &self,
        was: (&str, &Files),
        is: (&str, &Files),
    ) -> Result<Changes, String> {
        let words = ["--json", "policy", "diff", was.0, is.0];
        let told = self.run_beside(&words, &[was, is]).await?.json()?;
        Ok(Changes::of(&told))
    }

    /// Findings of a programme's check, and whether it has no errors.
    pub(super) async fn checked(&self, files: &Files) -> Result<(Vec<Finding>, bool), String> {
        let words = ["--json", "policy", "check", DRAFT];
        let output = self.run_beside(&words, &[(DRAFT, files)]).await?;
        Ok((findings(&output), output.is_done))
    }

    /// Findings of a programme's stories, and whether all came out as told.
    pub(super) async fn told(&self, files: &Files) -> Result<(Vec<Finding>, bool), String> {
        let words = ["--json", "policy", "test", DRAFT];
        let output = self.run_beside(&words, &[(DRAFT, files)]).await?;
        Ok((findings(&output), output.is_done))
    }
}

/// Name of the files of a draft in command lines.
pub(super) const DRAFT: &str = "draft";

/// A finding of a check or a story.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    pub is_error: bool,
    /// Path of its file; empty if it is of none.
    pub file: String,
    pub line: u64,
    pub message: String,
    /// Remedy, or why a line came out so.
    pub help: String,
    /// The outcome that a story told, and that which came; empty for other findings.
    pub expected: String,
    pub happened: String,
}

fn findings(output: &Output) -> Vec<Finding> {
    let lines = output.lines().into_iter();
    let lines = lines.filter(|line| line["message"].is_string());
    let found = lines.map(|line| {
        let text = |field: &str| line[field].as_str().unwrap_or_default().to_owned();
        let help = ["help", "because", "hint"].map(text);
        Finding {
            is_error: line["severity"] != "warning",
            file: text("file"),
            line: line["line"].as_u64().unwrap_or_default(),
            message: text("message"),
            help: help
                .into_iter()
                .find(|text| !text.is_empty())
                .unwrap_or_default(),
            expected: text("expected"),
            happened: text("happened"),
        }
    });
    found.collect()
}

/// Differences between two programmes.
#[derive(Clone, Debug, Default)]
pub(super) struct Changes {
    /// In words, a line each; what belongs to the line above is indented.
    pub words: Vec<String>,
    /// Baskets that come out differently.
    pub examples: Vec<Example>,
    /// By lines of files; stories are left out.
    pub files: Vec<FileChange>,
}

/// A basket that comes out differently.
#[derive(Clone, Debug)]
pub(super) struct Example {
    pub story: String,
    pub was: String,
    pub is: String,
}

/// A file that differs.
#[derive(Clone, Debug)]
pub(super) struct FileChange {
    pub file: String,
    pub how: String,
    /// Lines, each with its class: `more`, `less`, `place` or none.
    pub lines: Vec<(&'static str, String)>,
}

impl Changes {
    fn of(told: &Value) -> Changes {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let outcome = |value: &Value| {
            let parts: Vec<String> = items(value).map(text).collect();
            match parts.is_empty() {
                true => "nothing".to_owned(),
                false => parts.join("; "),
            }
        };
        let lines = |value: &Value| {
            let lines = text(value);
            let lines = lines.lines().map(|line| {
                let class = match line.get(..1) {
                    Some("+") => "more",
                    Some("-") => "less",
                    Some("@") => "place",
                    _ => "",
                };
                (class, line.to_owned())
            });
            lines.collect()
        };
        let example = |one: &Value| Example {
            story: text(&one["story"]),
            was: outcome(&one["was"]),
            is: outcome(&one["is"]),
        };
        let file = |one: &Value| FileChange {
            file: text(&one["file"]),
            how: text(&one["how"]),
            lines: lines(&one["lines"]),
        };
        Changes {
            words: items(&told["words"]).map(text).collect(),
            examples: items(&told["examples"]).map(example).collect(),
            files: items(&told["files"]).map(file).collect(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}
