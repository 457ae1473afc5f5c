//! A watchdog that tells a process that hangs from one that waits for its turn.
//!
//! The clock cannot tell: beside other work, or at a low priority, a command takes
//! many times as long. A process that is starved has a thread that is ready to run
//! (or waits for the disk) at nearly every look; in one that hangs nearly all looks
//! find every thread asleep, or it has taken more processor time than any command.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Interval between two looks.
const INTERVAL: Duration = Duration::from_millis(100);

/// Number of looks that are judged together: half a minute.
const LOOKS: usize = 300;

/// Processor time that no command of these tests takes.
const PROCESSOR_MAX: Duration = Duration::from_secs(90);

/// Time after which nobody waits any longer, whatever the looks say.
const PATIENCE: Duration = Duration::from_secs(1800);

/// State of a process at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// True if a thread is ready to run, runs, or waits for the disk.
    pub is_at_work: bool,
    /// Processor time of all its threads so far.
    pub processor: Duration,
}

/// Watches one process.
#[derive(Debug)]
pub struct Watchdog {
    begun: Instant,
    looked: Instant,
    looks: VecDeque<Look>,
    judged: usize,
}

impl Watchdog {
    pub fn new() -> Watchdog {
        Watchdog::judging(LOOKS)
    }

    fn judging(judged: usize) -> Watchdog {
        let now = Instant::now();
        Watchdog {
            begun: now,
            looked: now,
            looks: VecDeque::new(),
            judged,
        }
    }

    /// The reason why the process hangs, once there is one. Looks at it when a look
    /// is due.
    pub fn finds_hung(&mut self, pid: u32) -> Option<String> {
        if self.looked.elapsed() < INTERVAL {
            return None;
        }
        self.looked = Instant::now();
        let look = look(pid)?;
        if self.begun.elapsed() > PATIENCE {
            return Some(format!("it took over {PATIENCE:?}: {}", threads(pid)));
        }
        let why = self.judge(look)?;
        Some(format!("{why}: {}", threads(pid)))
    }

    fn judge(&mut self, look: Look) -> Option<String> {
        self.looks.push_back(look);
        if look.processor > PROCESSOR_MAX {
            return Some(format!("it took {:?} of processor time", look.processor));
        }
        if self.looks.len() <= self.judged {
            return None;
        }
        self.looks.pop_front();
        let at_work = self.looks.iter().filter(|look| look.is_at_work).count();
        let first = self.looks.front()?;
        (2 * at_work < self.judged).then(|| {
            format!(
                "asleep at {} of {} looks, with {:?} of processor time between them",
                self.judged - at_work,
                self.judged,
                look.processor.saturating_sub(first.processor)
            )
        })
    }
}

/// Looks at a process; None where the system does not tell, or it is gone.
fn look(pid: u32) -> Option<Look> {
    let mut is_at_work = false;
    for thread in std::fs::read_dir(format!("/proc/{pid}/task")).ok()? {
        let stat = std::fs::read_to_string(thread.ok()?.path().join("stat"));
        // A thread may end meanwhile.
        let state = stat
            .ok()
            .and_then(|text| fields(&text)?.next().map(str::to_owned));
        is_at_work |= matches!(state.as_deref(), Some("R" | "D"));
    }
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // Of all threads, ended ones included, in hundredths of a second (proc_pid_stat(5)).
    let times: Vec<u64> = fields(&stat)?
        .skip(11)
        .take(2)
        .flat_map(str::parse)
        .collect();
    Some(Look {
        is_at_work,
        processor: Duration::from_millis(10 * times.iter().sum::<u64>()),
    })
}

/// The fields behind the name, which may hold any character.
fn fields(stat: &str) -> Option<std::str::SplitWhitespace<'_>> {
    Some(stat.rsplit_once(')')?.1.split_whitespace())
}

/// Names of the threads and of what each waits for in the kernel.
fn threads(pid: u32) -> String {
    let of = |path: std::path::PathBuf| {
        let read = |name| std::fs::read_to_string(path.join(name)).unwrap_or_default();
        format!("{} in {}", read("comm").trim(), read("wchan"))
    };
    let found = std::fs::read_dir(format!("/proc/{pid}/task"));
    let paths = found.into_iter().flatten().flatten();
    let told: Vec<String> = paths.map(|thread| of(thread.path())).collect();
    told.join(", ")
}

/// As many looks as one judgement takes, of a process that is at work in one of
/// `every` looks and uses `each` of processor time per look.
fn judged(every: usize, each: Duration) -> Option<String> {
    let mut watchdog = Watchdog::new();
    (0..=LOOKS).find_map(|n| {
        watchdog.judge(Look {
            is_at_work: n % every == 0,
            processor: each * u32::try_from(n).unwrap(),
        })
    })
}

#[test]
fn a_process_that_is_starved_is_not_said_to_hang() {
    // It gets nothing of the processor for half a minute, and is ready all along.
    assert_eq!(judged(1, Duration::ZERO), None);
    // It sleeps but for what a timer of its own wakes it for.
    let why = judged(5, Duration::from_micros(50)).unwrap();
    assert!(why.starts_with("asleep at 240 of 300 looks"), "{why}");
    // It turns in a circle.
    let why = judged(1, Duration::from_secs(1)).unwrap();
    assert!(why.contains("of processor time"), "{why}");
}

#[test]
fn a_process_that_waits_for_nothing_is_said_to_hang_and_a_busy_one_is_not() {
    if !cfg!(target_os = "linux") {
        return;
    }
    for (script, is_hung) in [("read line", true), ("while :; do :; done", false)] {
        let mut child = std::process::Command::new("sh")
            .args(["-c", script])
            .stdin(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut watchdog = Watchdog::judging(5);
        // The sleeper may take its time to get there.
        let most = if is_hung { 600 } else { 10 };
        let mut found = None;
        while found.is_none() && watchdog.begun.elapsed() < most * INTERVAL {
            found = watchdog.finds_hung(child.id());
            std::thread::sleep(Duration::from_millis(1));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(found.is_some(), is_hung, "{script}: {found:?}");
    }
}
