//! Runs of the binary with a disk that fails on command, and a watchdog.

use crate::watchdog::Watchdog;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

/// Fault: operation number `at` fails by `kind`, and all later ones if it stays.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    pub at: u64,
    pub kind: &'static str,
    pub stays: bool,
    /// True if reads count as operations.
    pub reads: bool,
}

/// Every way in which an operation fails.
pub const KINDS: [(&str, bool, bool); 8] = [
    ("enospc", true, false),
    ("eio", true, false),
    ("eio", false, false),
    ("short", false, false),
    ("torn", true, false),
    ("after", false, false),
    ("kill", false, false),
    ("eio", false, true),
];

/// Outcome of a command: its exit code and its output.
pub struct Ran {
    /// None if a signal ended it, or the watchdog did.
    pub code: Option<i32>,
    pub is_hung: bool,
    pub out: String,
    pub err: String,
}

/// The preloaded library, or why there is none.
pub fn shim() -> Result<&'static Path, &'static str> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    match BUILT.get_or_init(build) {
        Ok(path) => Ok(path),
        Err(why) => Err(why),
    }
}

fn build() -> Result<PathBuf, String> {
    if !cfg!(all(
        target_os = "linux",
        target_env = "gnu",
        target_pointer_width = "64"
    )) {
        return Err("it is made for 64-bit Linux with glibc".into());
    }
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/shim.c");
    let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join("shim.so");
    let own = library.with_extension(format!("so.{}", std::process::id()));
    let made = Command::new("cc")
        .args(["-O1", "-shared", "-fPIC", "-o"])
        .args([&own, &source])
        .args(["-ldl", "-lpthread"])
        .output();
    match made {
        Ok(made) if made.status.success() => {
            std::fs::rename(&own, &library).map_err(|e| e.to_string())?;
            Ok(library)
        }
        Ok(made) => Err(String::from_utf8_lossy(&made.stderr).into_owned()),
        Err(error) => Err(format!("cc: {error}")),
    }
}

/// The binary as it was when the first command ran: a long run must not come to
/// another program because somebody builds meanwhile.
fn binary() -> PathBuf {
    let path = Path::new(env!("CARGO_BIN_EXE_stampbook"));
    #[cfg(target_os = "linux")]
    {
        use std::os::fd::AsRawFd;
        static OPENED: OnceLock<std::fs::File> = OnceLock::new();
        let opened = OPENED.get_or_init(|| std::fs::File::open(path).unwrap());
        let (pid, fd) = (std::process::id(), opened.as_raw_fd());
        PathBuf::from(format!("/proc/{pid}/fd/{fd}"))
    }
    #[cfg(not(target_os = "linux"))]
    path.to_path_buf()
}

/// Runs a command in a folder; `trace` gets a line for each file operation.
pub fn run(
    dir: &Path,
    args: &[&str],
    input: &str,
    fault: Option<Fault>,
    trace: Option<&Path>,
) -> Ran {
    let mut command = Command::new(binary());
    command
        .args(args)
        .current_dir(dir)
        .env_remove("STAMPBOOK_LEDGER")
        .env_remove("STAMPBOOK_SECRETS")
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if let (true, Ok(shim)) = (fault.is_some() || trace.is_some(), shim()) {
        command.env("LD_PRELOAD", shim).env("FAULT_ROOT", dir);
    }
    if let Some(fault) = fault {
        command.env("FAULT_AT", fault.at.to_string());
        command.env("FAULT_KIND", fault.kind);
        if fault.stays {
            command.env("FAULT_STICKY", "1");
        }
        if fault.reads {
            command.env("FAULT_READS", "1");
        }
    }
    if let Some(trace) = trace {
        command.env("FAULT_TRACE", trace);
    }
    wait(command, input)
}

fn wait(mut command: Command, input: &str) -> Ran {
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    // It may end before it has read everything.
    let writer = std::thread::spawn(move || drop(stdin.write_all(input.as_bytes())));
    let read = |mut from: Box<dyn Read + Send>| {
        std::thread::spawn(move || {
            let mut text = Vec::new();
            from.read_to_end(&mut text).unwrap();
            String::from_utf8_lossy(&text).into_owned()
        })
    };
    let out = read(Box::new(child.stdout.take().unwrap()));
    let err = read(Box::new(child.stderr.take().unwrap()));
    let mut watchdog = Watchdog::new();
    let mut hung = None;
    while child.try_wait().unwrap().is_none() {
        hung = watchdog.finds_hung(child.id());
        if hung.is_some() {
            child.kill().unwrap();
            break;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    let code = child.wait().unwrap().code();
    writer.join().unwrap();
    let is_hung = hung.is_some();
    let told = hung.map(|why| format!("\nhung: {why}"));
    Ran {
        code,
        is_hung,
        out: out.join().unwrap(),
        err: err.join().unwrap() + told.unwrap_or_default().as_str(),
    }
}

/// Copies a folder with all in it.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for item in std::fs::read_dir(from).unwrap() {
        let path = item.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        match path.is_dir() {
            true => copy(&path, &target),
            false => drop(std::fs::copy(&path, target).unwrap()),
        }
    }
}
