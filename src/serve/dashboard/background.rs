//! Work that pages begin and look at again: on a thread or task of its own, one at a time.

use crate::serve::Progress;
use std::sync::{Arc, Mutex, PoisonError};

/// Work of some work in the background.
#[derive(Clone, Debug, Default)]
pub(super) enum Work<T> {
    /// It was not begun since the service started.
    #[default]
    Never,
    /// Progress of it that is done.
    Running(Progress),
    /// Its result.
    Done(T),
    /// The reason for which there is no result.
    Failed(String),
}

impl<T> Work<T> {
    /// The same, with another result.
    pub(super) fn map<U>(self, change: impl FnOnce(T) -> U) -> Work<U> {
        match self {
            Work::Never => Work::Never,
            Work::Running(progress) => Work::Running(progress),
            Work::Done(result) => Work::Done(change(result)),
            Work::Failed(text) => Work::Failed(text),
        }
    }
}

/// Some work in the background.
#[derive(Debug)]
pub(super) struct Background<T>(Arc<Mutex<Work<T>>>);

impl<T> Clone for Background<T> {
    fn clone(&self) -> Self {
        Background(Arc::clone(&self.0))
    }
}

impl<T> Default for Background<T> {
    fn default() -> Self {
        Background(Arc::default())
    }
}

impl<T: Clone> Background<T> {
    pub(super) fn state(&self) -> Work<T> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Marks it as begun, unless it runs already; the progress is for whoever does it.
    pub(super) fn begin(&self) -> Option<Progress> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*state, Work::Running(_)) {
            return None;
        }
        let progress = Progress::default();
        *state = Work::Running(progress.clone());
        Some(progress)
    }

    /// Takes its result.
    pub(super) fn end(&self, result: Result<T, String>) {
        let state = result.map_or_else(Work::Failed, Work::Done);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_begun_once_and_its_share_is_seen() {
        let work = Background::<u8>::default();
        assert!(matches!(work.state(), Work::Never));
        let progress = work.begin().unwrap();
        assert!(work.begin().is_none(), "it runs");
        progress.set(3, 4);
        assert!(matches!(work.state(), Work::Running(seen) if seen.per_cent() == 75));
        progress.set(9, 0);
        assert!(matches!(work.state(), Work::Running(seen) if seen.per_cent() == 100));
        work.end(Err("no".into()));
        assert!(matches!(work.state(), Work::Failed(text) if text == "no"));
        assert!(work.begin().is_some());
        work.end(Ok(7));
        assert!(matches!(work.state(), Work::Done(7)));
    }
}
