//! The targets, and what each asserts.

mod commands;
mod entries;
mod folds;
mod kept;
mod notes;
mod pages;
mod programmes;
mod rows;
mod scripts;
mod stories;

use super::Outcome;

/// A function from bytes to an outcome, with valid inputs to begin from.
pub struct Target {
    /// The name, as `cargo fuzz run` and `STAMPBOOK_TARGET` take it.
    pub name: &'static str,
    /// Runs once; panics if a property does not hold.
    pub run: fn(&[u8]) -> Outcome,
    /// Valid inputs.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Words of the input's language.
    pub words: fn() -> Vec<&'static str>,
    /// Number of mutations that a run in `cargo test` tries.
    pub rounds: u32,
}

/// All targets.
pub const TARGETS: &[Target] = &[
    Target {
        name: "entries",
        run: entries::run,
        seeds: entries::seeds,
        words: Vec::new,
        rounds: 30_000,
    },
    Target {
        name: "folds",
        run: folds::run,
        seeds: folds::seeds,
        words: Vec::new,
        rounds: 3_000,
    },
    Target {
        name: "pages",
        run: pages::run,
        seeds: pages::seeds,
        words: Vec::new,
        rounds: 6_000,
    },
    Target {
        name: "notes",
        run: notes::run,
        seeds: notes::seeds,
        words: notes::words,
        rounds: 6_000,
    },
    Target {
        name: "kept",
        run: kept::run,
        seeds: kept::seeds,
        words: kept::words,
        rounds: 10_000,
    },
    Target {
        name: "commands",
        run: commands::run,
        seeds: commands::seeds,
        words: commands::words,
        rounds: 20_000,
    },
    Target {
        name: "rows",
        run: rows::run,
        seeds: rows::seeds,
        words: rows::words,
        rounds: 10_000,
    },
    Target {
        name: "stories",
        run: stories::run,
        seeds: stories::seeds,
        words: stories::words,
        rounds: 4_000,
    },
    Target {
        name: "programmes",
        run: programmes::run,
        seeds: programmes::seeds,
        words: programmes::words,
        rounds: 2_000,
    },
    Target {
        name: "scripts",
        run: scripts::run,
        seeds: scripts::seeds,
        words: Vec::new,
        rounds: 1_500,
    },
];

/// Text of a reader's result for an outcome: empty if it read the input, or the
/// words of its error.
fn said<T, E: ToString>(result: &Result<T, E>) -> String {
    match result {
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    }
}

/// Asserts that a message neither repeats megabytes nor carries characters that
/// move a cursor.
fn check_message(message: &str) {
    // Joiners within a word of another script may stand as they are.
    let shown = stampbook::model::visible(message.to_owned());
    assert_eq!(shown, message, "raw control");
    assert!(message.len() < 8_000, "{} bytes of message", message.len());
}
