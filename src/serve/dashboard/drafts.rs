//! Drafts of programmes that people edit on a page: kept in memory, one for each token,
//! bounded in number and size. Nothing on a disk is touched by them.

use super::background::Background;
use super::shell::{Changes, Files, Finding};
use crate::serve::roles::Caller;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Most drafts; the one that was touched longest ago goes for a new one.
const DRAFTS_MAX: usize = 20;
/// Most files of a draft.
const FILES_MAX: usize = 200;
/// Longest file, and all files of a draft, in bytes.
const FILE_LEN_MAX: usize = 200 << 10;
const LEN_MAX: usize = 1 << 20;

type ReadFolder = dyn Fn() -> Result<Option<Vec<(String, Vec<u8>)>>, String> + Send + Sync;

/// Function that reads the programme's folder on this machine, if there is one.
#[derive(Clone)]
pub struct ProgrammeFolder(Arc<ReadFolder>);

impl ProgrammeFolder {
    /// Wraps the function: it returns the files' paths and bytes.
    pub fn new(
        read: impl Fn() -> Result<Option<Vec<(String, Vec<u8>)>>, String> + Send + Sync + 'static,
    ) -> ProgrammeFolder {
        ProgrammeFolder(Arc::new(read))
    }

    /// Its files; None if there is no folder.
    ///
    /// # Errors
    /// It cannot be read, or a file is no text.
    pub(super) fn files(&self) -> Result<Option<Files>, String> {
        let Some(files) = (self.0)()? else {
            return Ok(None);
        };
        let files = files.into_iter().map(|(path, bytes)| {
            let text = String::from_utf8(bytes).map_err(|_| format!("{path} is not UTF-8"))?;
            Ok((
                path,
                text.trim_start_matches('\u{feff}').replace("\r\n", "\n"),
            ))
        });
        files.collect::<Result<Files, String>>().map(Some)
    }
}

impl fmt::Debug for ProgrammeFolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProgrammeFolder")
    }
}

/// To whom a draft belongs: a token, or those who need none.
pub(super) fn owner(caller: &Caller) -> String {
    caller.token.clone().unwrap_or_else(|| "office".into())
}

/// A draft.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub files: Files,
    /// Name of what it was begun with.
    pub from: String,
    /// Verdicts on the files as they are, once they were asked for.
    pub verdicts: Option<Verdicts>,
    /// HTML of its simulation.
    pub simulation: Background<String>,
    touched: Instant,
}

/// Verdicts on a draft.
#[derive(Clone, Debug)]
pub(super) struct Verdicts {
    /// Number of the programme in force that it was compared with.
    pub number: u64,
    pub check: (Vec<Finding>, bool),
    /// Findings of its stories; None while the check has errors.
    pub stories: Option<(Vec<Finding>, bool)>,
    /// Differences to the programme in force, or the reason why there are none.
    pub changes: Result<Changes, String>,
}

/// All drafts, by whom they belong to.
#[derive(Debug, Default)]
pub(in crate::serve) struct Drafts(Mutex<BTreeMap<String, Draft>>);

/// Reason why a draft was not changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Wrong {
    /// There is no draft.
    NoDraft,
    /// A path that no file of a programme has.
    Path,
    /// A file or the draft is too long.
    TooLong,
}

impl Drafts {
    fn held(&self) -> MutexGuard<'_, BTreeMap<String, Draft>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn of(&self, owner: &str) -> Option<Draft> {
        self.held().get(owner).cloned()
    }

    /// Begins a draft, in the place of one that the owner has.
    pub(super) fn begin(&self, owner: &str, files: Files, from: String) -> Result<(), Wrong> {
        check_len(&files)?;
        let mut held = self.held();
        if held.len() >= DRAFTS_MAX && !held.contains_key(owner) {
            let oldest = held.iter().min_by_key(|(_, draft)| draft.touched);
            if let Some(oldest) = oldest.map(|(owner, _)| owner.clone()) {
                held.remove(&oldest);
            }
        }
        let draft = Draft {
            files,
            from,
            verdicts: None,
            simulation: Background::default(),
            touched: Instant::now(),
        };
        held.insert(owner.to_owned(), draft);
        Ok(())
    }

    /// Changes the text of a file, or adds it; None removes it.
    pub(super) fn change(
        &self,
        owner: &str,
        path: &str,
        text: Option<String>,
    ) -> Result<(), Wrong> {
        if !is_path(path) {
            return Err(Wrong::Path);
        }
        let mut held = self.held();
        let draft = held.get_mut(owner).ok_or(Wrong::NoDraft)?;
        draft.touched = Instant::now();
        let mut files = draft.files.clone();
        match text {
            Some(text) => files.insert(path.to_owned(), text),
            None => files.remove(path),
        };
        check_len(&files)?;
        if files != draft.files {
            draft.files = files;
            draft.verdicts = None;
            // What runs for the files as they were ends unseen.
            draft.simulation = Background::default();
        }
        Ok(())
    }

    /// Keeps verdicts, unless the files have changed since.
    pub(super) fn judge(&self, owner: &str, files: &Files, verdicts: Verdicts) {
        if let Some(draft) = self
            .held()
            .get_mut(owner)
            .filter(|draft| draft.files == *files)
        {
            draft.verdicts = Some(verdicts);
        }
    }

    pub(super) fn discard(&self, owner: &str) {
        self.held().remove(owner);
    }
}

fn check_len(files: &Files) -> Result<(), Wrong> {
    let len = |(path, text): (&String, &String)| path.len() + text.len();
    let is_long = files.values().any(|text| text.len() > FILE_LEN_MAX)
        || files.len() > FILES_MAX
        || files.iter().map(len).sum::<usize>() > LEN_MAX;
    match is_long {
        true => Err(Wrong::TooLong),
        false => Ok(()),
    }
}

/// True for a path that a file of a programme may have.
fn is_path(path: &str) -> bool {
    let is_word = |part: &str| {
        let is_letter = |c: char| c.is_alphanumeric() || "-_.".contains(c);
        !part.is_empty() && !part.starts_with('.') && part.chars().all(is_letter)
    };
    let is_kind = path == "programme.toml"
        || path.ends_with(".rhai")
        || path.ends_with(".story")
        || path.starts_with("codes/") && path.ends_with(".txt");
    is_kind && path.len() <= 200 && path.split('/').all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(text: &str) -> Files {
        Files::from([("programme.toml".to_owned(), text.to_owned())])
    }

    #[test]
    fn drafts_are_kept_apart_and_bounded() {
        let drafts = Drafts::default();
        drafts.begin("a", files("1"), String::new()).unwrap();
        drafts.begin("b", files("2"), String::new()).unwrap();
        drafts
            .change("a", "campaigns/x.rhai", Some("x".into()))
            .unwrap();
        assert_eq!(drafts.of("a").unwrap().files.len(), 2);
        assert_eq!(drafts.of("b").unwrap().files, files("2"));
        drafts.change("a", "campaigns/x.rhai", None).unwrap();
        assert_eq!(drafts.of("a").unwrap().files, files("1"));
        let long = Some("x".repeat(FILE_LEN_MAX + 1));
        assert_eq!(drafts.change("a", "a.rhai", long), Err(Wrong::TooLong));
        assert_eq!(drafts.change("c", "a.rhai", None), Err(Wrong::NoDraft));
        drafts.discard("a");
        assert!(drafts.of("a").is_none());
        for n in 0..DRAFTS_MAX + 5 {
            drafts
                .begin(&n.to_string(), files("x"), String::new())
                .unwrap();
        }
        assert_eq!(drafts.held().len(), DRAFTS_MAX);
        assert!(drafts.of("b").is_none(), "the oldest has gone");
    }

    #[test]
    fn a_path_leads_nowhere_else() {
        for path in [
            "programme.toml",
            "campaigns/double-tuesday.rhai",
            "stories/周二.story",
            "codes/spring.txt",
        ] {
            assert!(is_path(path), "{path}");
        }
        for path in [
            "",
            "/etc/a.rhai",
            "../a.rhai",
            "a/../b.rhai",
            "a//b.rhai",
            ".git/a.rhai",
            "notes.txt",
            "a\\b.rhai",
            "a b.rhai",
        ] {
            assert!(!is_path(path), "{path}");
        }
    }
}
