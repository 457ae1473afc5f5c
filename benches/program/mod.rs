//! The binary that the benches run.
#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "no bench needs all of it, and one that panics fails"
)]

use std::path::Path;
use std::process::{Child, Command};

/// The binary, built in release.
const BINARY: &str = env!("CARGO_BIN_EXE_stampbook");

/// A command of the program, run in a folder; no word holds a blank.
pub fn stampbook(dir: &Path, words: &str) -> Command {
    let mut command = Command::new(BINARY);
    command.current_dir(dir).args(words.split(' '));
    command
}

/// Stops a service as an operator does, and waits for it.
pub fn stop(mut service: Child) {
    let id = service.id().to_string();
    let asked = Command::new("kill").args(["-TERM", &id]).status();
    assert!(asked.unwrap().success());
    assert!(service.wait().unwrap().success());
}
