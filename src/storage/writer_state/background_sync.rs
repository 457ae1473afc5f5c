//! A thread that syncs one file about once a second while it is written to.

use std::fs::File;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// Time between two syncs.
const INTERVAL: Duration = Duration::from_secs(1);

#[derive(Debug, Default)]
struct Shared {
    is_due: AtomicBool,
    failure: Mutex<Option<io::Error>>,
}

/// The thread; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct BackgroundSync {
    shared: Arc<Shared>,
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl BackgroundSync {
    /// Starts the thread.
    pub(super) fn start(file: Arc<File>) -> BackgroundSync {
        let shared = Arc::<Shared>::default();
        let (stop, stopped) = mpsc::channel();
        let seen = Arc::clone(&shared);
        let thread = std::thread::spawn(move || {
            while stopped.recv_timeout(INTERVAL) == Err(RecvTimeoutError::Timeout) {
                seen.sync_if_due(&file);
            }
        });
        BackgroundSync {
            shared,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// Notes a write.
    ///
    /// # Errors
    /// The failure of an earlier sync, once.
    pub(super) fn note(&self) -> io::Result<()> {
        self.shared.is_due.store(true, Ordering::Release);
        let mut failure = self
            .shared
            .failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        failure.take().map_or(Ok(()), Err)
    }
}

impl Shared {
    fn sync_if_due(&self, file: &File) {
        if !self.is_due.swap(false, Ordering::AcqRel) {
            return;
        }
        if let Err(error) = file.sync_data() {
            let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
            *failure = Some(error);
        }
    }
}

impl Drop for BackgroundSync {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // It only syncs; its failures were noted.
            let _ = thread.join();
        }
    }
}
