//! Containment of sled's failures: it panics where it should return an error,
//! also on its own threads, and then waits for ever for the thread that died.
//!
//! A panic within a call is returned as an error with its message. After a
//! panic a watchdog checks that calls still end; if one does not, or if a
//! second panic would abort the process, the process ends with exit code 5. All
//! that was acknowledged is in the journal, and the system releases the lock.

use crate::storage::error::StorageError;
use std::cell::Cell;
use std::io::Write;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, set_hook, take_hook};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, Once, PoisonError};
use std::time::{Duration, Instant};

/// Time without the end of any call, after a panic of sled, after which the
/// process ends. A call takes milliseconds.
const STALL_MAX: Duration = Duration::from_secs(10);
/// Interval of the watchdog's checks.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// Exit code for I/O errors, as the command line has it.
const EXIT_TROUBLE: i32 = 5;

/// Numbers of calls begun and of calls ended.
static BEGUN: AtomicU64 = AtomicU64::new(0);
static ENDED: AtomicU64 = AtomicU64::new(0);
/// Message of sled's last panic.
static LAST: Mutex<String> = Mutex::new(String::new());

thread_local! {
    /// True while a panic of sled unwinds this thread.
    static IS_UNWINDING: Cell<bool> = const { Cell::new(false) };
}

/// Makes a call into sled and converts its errors and panics to [`StorageError`].
/// After a failing disk or a panic `has_failed` is set: no further call is
/// safe.
pub(super) fn contain<T>(
    path: &Path,
    has_failed: &AtomicBool,
    act: impl FnOnce() -> sled::Result<T>,
) -> Result<T, StorageError> {
    install_hook();
    BEGUN.fetch_add(1, Ordering::Relaxed);
    let done = catch_unwind(AssertUnwindSafe(act));
    ENDED.fetch_add(1, Ordering::Relaxed);
    match done {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => {
            let is_of_disk = matches!(error, sled::Error::Io(_));
            has_failed.fetch_or(is_of_disk, Ordering::Release);
            Err(translate(path, error))
        }
        Err(_) => {
            has_failed.store(true, Ordering::Release);
            IS_UNWINDING.set(false);
            let last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
            Err(StorageError::book(path, format!("sled panicked: {last}")))
        }
    }
}

/// Closes a tree within a bounded time, whatever sled does. If closing does not
/// end, it is left to the end of the process. Returns true if it ended.
pub(super) fn close(db: sled::Db, patience: Duration) -> bool {
    let (done, is_done) = std::sync::mpsc::channel();
    let close = move || {
        let _ = catch_unwind(AssertUnwindSafe(|| drop(db)));
        IS_UNWINDING.set(false);
        let _ = done.send(());
    };
    let spawned = std::thread::Builder::new()
        .name("book closer".into())
        .spawn(close);
    spawned.is_ok() && is_done.recv_timeout(patience).is_ok()
}

fn install_hook() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |info| match is_of_sled(info) {
            true => note_panic(info),
            false => before(info),
        }));
    });
}

fn is_of_sled(info: &PanicHookInfo<'_>) -> bool {
    let is_there = |file: &str| {
        let mut parts = file.split(['/', '\\']);
        parts.any(|part| part.starts_with("sled-"))
    };
    info.location().is_some_and(|at| is_there(at.file()))
}

/// Prints nothing: the caller reports the failure, with the remedy.
fn note_panic(info: &PanicHookInfo<'_>) {
    if IS_UNWINDING.replace(true) {
        end("it panicked while a panic was cleaned up");
    }
    let words = info.payload_as_str().unwrap_or("without words");
    *LAST.lock().unwrap_or_else(PoisonError::into_inner) = words.to_owned();
    static WATCHDOG: Once = Once::new();
    WATCHDOG.call_once(|| {
        let spawned = std::thread::Builder::new()
            .name("book watchdog".into())
            .spawn(watch);
        if spawned.is_err() {
            end("no watchdog could be started behind a panic");
        }
    });
}

fn watch() {
    let (mut ended, mut since) = (ENDED.load(Ordering::Relaxed), Instant::now());
    loop {
        std::thread::sleep(LOOK_EVERY);
        let (begun, now) = (BEGUN.load(Ordering::Relaxed), ENDED.load(Ordering::Relaxed));
        if now != ended || begun == now {
            (ended, since) = (now, Instant::now());
        }
        if since.elapsed() > STALL_MAX {
            end("a call of it does not end");
        }
    }
}

/// Ends the process: it cannot continue after either failure.
fn end(why: &str) -> ! {
    let _ = writeln!(
        std::io::stderr(),
        "error: the book failed: {why}; all that was acknowledged is in the journal: send the same commands again, and if this comes again run `stampbook rebuild`"
    );
    std::process::exit(EXIT_TROUBLE)
}

fn translate(path: &Path, error: sled::Error) -> StorageError {
    use std::io::ErrorKind::{PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    let text = error.to_string();
    match error {
        // sled wraps the lock's error, so only its message tells.
        sled::Error::Io(_) if text.contains("could not acquire lock") => StorageError::Locked {
            pid: None,
            purpose: String::new(),
            path: path.to_path_buf(),
        },
        sled::Error::Io(source) => match source.kind() {
            PermissionDenied | QuotaExceeded | ReadOnlyFilesystem | StorageFull => {
                StorageError::io("open or write the book in", path, source)
            }
            _ => StorageError::book(path, text),
        },
        _ => StorageError::book(path, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_sled_keeps_its_kind() {
        let has_failed = AtomicBool::new(false);
        let full = sled::Error::Io(std::io::ErrorKind::StorageFull.into());
        let told = contain::<()>(Path::new("book"), &has_failed, || Err(full)).unwrap_err();
        assert!(matches!(told, StorageError::DiskFull { .. }), "{told}");
        let other = sled::Error::Unsupported("words".into());
        let told = contain::<()>(Path::new("book"), &has_failed, || Err(other)).unwrap_err();
        assert!(told.to_string().contains("words"), "{told}");
    }

    #[test]
    fn closing_ends_and_lets_the_next_one_open() {
        let dir = tempfile::tempdir().unwrap();
        for _ in 0..3 {
            let db = sled::open(dir.path()).unwrap();
            db.insert("a", "b").unwrap();
            assert!(close(db, Duration::from_secs(60)));
        }
    }
}
