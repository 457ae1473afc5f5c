//! Stories of the programme in force that would come out differently.

use crate::engine::{self, Error, Ledger, StoriesFound};
use crate::model::Policy;
use crate::workbench::{Folder, judge, story};
use serde::Serialize;

/// A line of a story that would come out differently.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct StoryRow {
    /// The story's file.
    pub story: String,
    /// The line, from 1.
    pub line: usize,
    /// Outcome that it expects.
    pub expected: String,
    /// Outcome that there would be, or why it cannot be known any more.
    pub happened: String,
}

/// Stories that a draft is held against: those that were kept with the programme in
/// force, or else the draft's own.
///
/// # Errors
/// I/O errors.
pub fn stories_in_force(
    ledger: &mut Ledger,
    draft: &Folder,
) -> Result<Vec<(String, String)>, Error> {
    let in_force = ledger.global().bundle;
    Ok(match engine::stories_of(ledger, in_force)? {
        StoriesFound::Kept(files) if !files.is_empty() => {
            files.into_iter().map(|f| (f.path, f.text)).collect()
        }
        _ => draft.stories.clone(),
    })
}

/// Lines of stories that come out differently under a draft.
///
/// # Errors
/// I/O errors of the folders that stories run in.
pub fn differing_stories(
    stories: &[(String, String)],
    draft: &Folder,
) -> Result<Vec<StoryRow>, Error> {
    let policy = judge(&draft.bundle).map_err(Error::Programme)?;
    let mut rows = Vec::new();
    for (file, text) in stories {
        let row = |line, expected: &str, happened: &str| StoryRow {
            story: file.clone(),
            line,
            expected: expected.trim().into(),
            happened: happened.trim().into(),
        };
        match story::parse(file, text, policy.programme()) {
            Ok(story) => {
                let told = story::run(&story, &draft.bundle, &|name| draft.beside(name))?;
                rows.extend(told.findings.iter().map(|found| {
                    let (line, message) = (found.diagnostic.line, &found.diagnostic.message);
                    match found.happened.is_empty() {
                        true => row(line, &found.expected, message),
                        false => row(line, &found.expected, &found.happened),
                    }
                }));
            }
            Err(found) => rows.extend(found.iter().map(|d| row(d.line, "", &d.message))),
        }
    }
    Ok(rows)
}
