//! Folders of programmes and stories, for tests that go through all of them.
#![allow(clippy::unwrap_used, reason = "a test that panics fails")]

use std::path::{Path, PathBuf};

/// Runs on a thread of its own: scripts need more stack than a test's thread has.
pub fn with_stack<T: Send + 'static>(act: impl FnOnce() -> T + Send + 'static) -> T {
    let thread = std::thread::Builder::new().stack_size(16 << 20);
    let thread = thread.spawn(act).unwrap();
    thread
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// A path in the project.
pub fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Folders directly within one of the project, in order of their names.
pub fn folders(path: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root(path)).unwrap();
    let found = entries.map(|e| e.unwrap().path());
    let mut found: Vec<PathBuf> = found.filter(|p| p.is_dir()).collect();
    found.sort();
    found
}
