//! Work that pages begin and look at again: on a thread or task of its own, one at a time.

use crate::serve::Share;
use std::sync::{Arc, Mutex, PoisonError};

/// State of some work in the background.
#[derive(Clone, Debug, Default)]
pub(super) enum State<T> {
    /// It was not begun since the service started.
    #[default]
    Never,
    /// Share of it that is done.
    Running(Share),
    /// Its result.
    Done(T),
    /// The reason for which there is no result.
    Failed(String),
}

/// Some work in the background.
#[derive(Debug)]
pub(super) struct Background<T>(Arc<Mutex<State<T>>>);

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
    pub(super) fn state(&self) -> State<T> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Marks it as begun, unless it runs already; the share is for whoever does it.
    pub(super) fn begin(&self) -> Option<Share> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*state, State::Running(_)) {
            return None;
        }
        let share = Share::default();
        *state = State::Running(share.clone());
        Some(share)
    }

    /// Takes its result.
    pub(super) fn end(&self, result: Result<T, String>) {
        let state = result.map_or_else(State::Failed, State::Done);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_begun_once_and_its_share_is_seen() {
        let work = Background::<u8>::default();
        assert!(matches!(work.state(), State::Never));
        let share = work.begin().unwrap();
        assert!(work.begin().is_none(), "it runs");
        share.set(3, 4);
        assert!(matches!(work.state(), State::Running(seen) if seen.per_cent() == 75));
        share.set(9, 0);
        assert!(matches!(work.state(), State::Running(seen) if seen.per_cent() == 100));
        work.end(Err("no".into()));
        assert!(matches!(work.state(), State::Failed(text) if text == "no"));
        assert!(work.begin().is_some());
        work.end(Ok(7));
        assert!(matches!(work.state(), State::Done(7)));
    }
}
