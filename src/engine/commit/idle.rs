//! Work of the engine's thread while the disk makes a page durable: questions, which are
//! answered from the state as of the page before.

use crate::engine::Ledger;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A question. It sees durable entries only, and must not book anything.
pub type Question = Box<dyn FnOnce(&mut Ledger) + Send>;

/// Source of questions.
pub trait IdleWork: Send + Sync {
    /// Waits for the next question; None once the page is durable.
    fn next(&self, page: &PageFlag) -> Option<Question>;

    /// Ends the wait of [`IdleWork::next`]: called on another thread when the page is
    /// durable, or was lost.
    fn wake(&self);
}

/// Says when a page that is being written is durable, or was lost.
#[derive(Clone, Debug, Default)]
pub struct PageFlag(Arc<AtomicBool>);

impl PageFlag {
    /// True once it is.
    pub fn is_up(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }

    pub(in crate::engine) fn put_up(&self) {
        self.0.store(true, Ordering::Release);
    }
}
