//! The binary: everything is in the library.

#![warn(clippy::disallowed_methods)]

use stampbook::cli::STACK_LEN;
use std::process::ExitCode;
use std::thread;

/// Answers are many small texts, for which the system's allocator is slow.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let work = || stampbook::cli::start(stampbook::cli::run);
    let spawned = thread::Builder::new().stack_size(STACK_LEN).spawn(work);
    let code = spawned.map(|thread| thread.join());
    match code {
        Ok(Ok(code)) => code,
        // The panic message was printed.
        Ok(Err(_)) | Err(_) => ExitCode::from(5),
    }
}
