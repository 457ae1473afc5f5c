//! `stampbook completions` and `stampbook man`: files for packages.

use super::print::{Exit, Failure, Printer};
use crate::storage::files;
use clap::{Args, Command};
use clap_complete::Shell;
use std::path::PathBuf;

/// Prints the completions of a shell, to be put where it looks for them.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook completions bash")]
pub struct CompletionsArgs {
    /// The shell.
    pub shell: Shell,
}

impl CompletionsArgs {
    /// Prints those of a command line.
    pub fn run(&self, mut all: Command, out: &mut Printer) -> Result<Exit, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut all, "stampbook", &mut script);
        out.verbatim(&String::from_utf8_lossy(&script))?;
        Ok(Exit::Done)
    }
}

/// Writes the manual into a folder: stampbook.1, and a page for each command.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook man man1")]
pub struct ManArgs {
    /// The folder; pages that are there are written over.
    pub folder: PathBuf,
}

impl ManArgs {
    /// Writes the pages of a command line.
    pub fn run(&self, all: Command, out: &mut Printer) -> Result<Exit, Failure> {
        files::make_named_folder(&self.folder)?;
        clap_mangen::generate_to(super::plain(all), &self.folder)?;
        out.line(format!("the manual is in {}", self.folder.display()))?;
        Ok(Exit::Done)
    }
}
