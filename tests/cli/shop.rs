//! A folder in which commands are typed.

use serde_json::Value;
use std::io::Write;
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
        ran(self.command(line).spawn().unwrap())
    }

    /// The same with something on stdin.
    pub fn pipe(&self, line: &str, input: impl AsRef<[u8]>) -> Ran {
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
