//! A folder in which commands are typed.

use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Outcome of a command: its exit code and its output.
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// The last line of stdout as JSON.
    pub fn json(&self) -> Value {
        let line = self.out.lines().last().unwrap_or_default();
        serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {}{}", self.out, self.err))
    }

    /// Asserts the exit code.
    #[track_caller]
    pub fn ends(self, code: i32) -> Ran {
        assert_eq!(self.code, Some(code), "\n{}\n{}", self.out, self.err);
        self
    }

    /// Asserts that words are on stdout or stderr.
    #[track_caller]
    pub fn says(self, words: &[&str]) -> Ran {
        for word in words {
            let is_said = self.out.contains(word) || self.err.contains(word);
            assert!(is_said, "'{word}' is not in\n{}\n{}", self.out, self.err);
        }
        self
    }

    /// Asserts that words are on neither.
    #[track_caller]
    pub fn lacks(self, words: &[&str]) -> Ran {
        for word in words {
            let is_said = self.out.contains(word) || self.err.contains(word);
            assert!(!is_said, "'{word}' is in\n{}\n{}", self.out, self.err);
        }
        self
    }
}

/// Folder, removed at the end.
pub struct Shop {
    dir: tempfile::TempDir,
}

impl Shop {
    /// An empty folder.
    pub fn empty() -> Shop {
        Shop {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    /// A ledger with the café's programme.
    pub fn cafe() -> Shop {
        let shop = Shop::empty();
        shop.run("init --programme corner-cafe").ends(0);
        shop
    }

    /// A ledger with a programme of these files, in the folder `own`.
    pub fn of(files: &[(&str, &str)]) -> Shop {
        let shop = Shop::empty();
        for (path, text) in files {
            shop.write(&format!("own/{path}"), text);
        }
        shop.run("init --programme own").ends(0);
        shop
    }

    /// A ledger that gives a point for each dollar.
    pub fn plain() -> Shop {
        let shop = Shop::empty();
        shop.run("init").ends(0);
        shop
    }

    /// Copy of the folder.
    pub fn copied(&self) -> Shop {
        let shop = Shop::empty();
        copy(self.dir.path(), shop.dir.path());
        shop
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stampbook"));
        command
            .args(words(line))
            .current_dir(self.dir.path())
            .env_remove("STAMPBOOK_LEDGER")
            .env_remove("STAMPBOOK_SECRETS")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Types a command, without `stampbook` before it.
    pub fn run(&self, line: &str) -> Ran {
        let _service = self.served(line);
        ran(self.command(line).spawn().unwrap())
    }

    /// Starts the service for one command if the suite runs that way: every command then
    /// goes through it, and must give the same answer and exit code.
    fn served(&self, line: &str) -> Option<Service> {
        let is_by_service = std::env::var_os(BY_SERVICE).is_some();
        let is_apart = line.contains("--ledger") || line.contains("--secrets");
        if !is_by_service || is_apart || !self.path("ledger/journal").is_dir() {
            return None;
        }
        let test = std::thread::current();
        if APART.contains(&test.name().unwrap_or_default()) {
            return None;
        }
        let verb = words(line).into_iter().find(|word| !word.starts_with("--"));
        if ALONE.contains(&verb.unwrap_or_default().as_str()) {
            return None;
        }
        let mut child = self
            .command("serve --no-daily --listen 127.0.0.1:0")
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
        // A ledger that cannot be opened ends it, and the command then says why.
        let is_ready = said.next().is_some_and(|line| line.is_ok());
        Some(Service { child, is_ready })
    }

    /// The same with something on stdin.
    pub fn pipe(&self, line: &str, input: impl AsRef<[u8]>) -> Ran {
        let _service = self.served(line);
        let mut child = self.begin(line);
        let mut stdin = child.stdin.take().unwrap();
        let input = input.as_ref().to_vec();
        // It may end before it has read everything.
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let ran = ran(child);
        writer.join().unwrap();
        ran
    }

    /// Starts a command and leaves its stdin open.
    pub fn begin(&self, line: &str) -> Child {
        self.command(line).stdin(Stdio::piped()).spawn().unwrap()
    }

    /// Types a line into `sh`, with the binary as `$STAMPBOOK`.
    pub fn shell(&self, line: &str) -> Ran {
        let mut command = Command::new("sh");
        command
            .args(["-c", line])
            .current_dir(self.dir.path())
            .env("STAMPBOOK", env!("CARGO_BIN_EXE_stampbook"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        ran(command.spawn().unwrap())
    }

    /// One JSON command.
    pub fn say(&self, json: &str) -> Ran {
        self.pipe("do -", json)
    }
}

/// Variable that has every command of the suite go through a service.
const BY_SERVICE: &str = "STAMPBOOK_TEST_BY_SERVICE";

/// Commands that never go through a service.
const ALONE: [&str; 16] = [
    "supervisor",
    "audit",
    "completions",
    "man",
    "correct-clock",
    "demo",
    "errors",
    "help",
    "init",
    "rebuild",
    "recover",
    "restore",
    "schema",
    "serve",
    "token",
    "webhook",
];

/// Tests of what opening a ledger finds, says or repairs, which the service then does;
/// of a kill of the process that has it open; of more than a service takes at once.
const APART: [&str; 14] = [
    "bad_input::a_line_of_a_hundred_megabytes_is_skipped_by_session_and_import",
    "beginnings::secrets_that_others_may_read_are_told_at_every_door",
    "disk::a_byte_that_changed_in_the_journal_is_healed_or_refused",
    "disk::a_lost_segment_is_healed_or_refused",
    "disk::a_lost_tail_is_not_taken_for_the_end",
    "disk::the_book_can_be_deleted_or_damaged_at_any_time",
    "interrupted::a_crash_leaves_all_parts_of_a_ticket_or_none",
    "privacy::an_erasure_killed_at_any_moment_is_finished_by_the_next_command",
    "recovery::a_page_that_was_appended_without_the_key_is_refused_until_it_is_accepted",
    "restoration::a_restoration_that_is_cut_short_is_run_again",
    "saved_facts::saved_facts_come_to_the_same_as_those_from_nothing",
    "saved_facts::saved_facts_that_are_damaged_or_of_another_ledger_are_made_again_in_words",
    "special_files::in_the_place_of_journal_and_secrets",
    "special_files::in_the_place_of_what_derives_from_the_journal",
];

/// A service, stopped when it is dropped.
struct Service {
    child: Child,
    is_ready: bool,
}

impl Drop for Service {
    fn drop(&mut self) {
        if self.is_ready {
            let id = self.child.id().to_string();
            let told = Command::new("kill").args(["-TERM", &id]).status();
            assert!(told.unwrap().success());
        }
        drop(self.child.wait());
    }
}

/// Waits for a command and takes what it said.
pub fn ran(child: Child) -> Ran {
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    // Secrets that others may read would cause a warning.
    std::fs::set_permissions(to, std::fs::metadata(from).unwrap().permissions()).unwrap();
    for found in std::fs::read_dir(from).unwrap() {
        let found = found.unwrap();
        let target = to.join(found.file_name());
        match found.path().is_dir() {
            true => copy(&found.path(), &target),
            false => drop(std::fs::copy(found.path(), target).unwrap()),
        }
    }
}

/// Splits a line as a shell would, as far as the examples go.
pub fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
    for letter in line.chars() {
        match (quote, letter) {
            (None, '\'' | '"') => quote = Some(letter),
            (Some(open), letter) if open == letter => quote = None,
            (None, ' ') => words.push(std::mem::take(&mut word)),
            (_, letter) => word.push(letter),
        }
    }
    words.push(word);
    words
}
