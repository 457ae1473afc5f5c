//! Progress bars: on stderr, only on a terminal, only after a second.

use super::print::is_watched;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::{Duration, Instant};

/// Time before a bar is shown.
const QUIET: Duration = Duration::from_secs(1);

/// Work that may take a while.
pub struct Progress {
    bar: ProgressBar,
    begun: Instant,
    is_shown: bool,
}

impl Progress {
    /// Makes a progress of that many items.
    pub fn of_items(len: u64, what: &str) -> Progress {
        let style = format!("{{msg}} {{wide_bar}} {{human_pos}}/{{human_len}} {what} {{eta}}");
        Progress::new(len, &style)
    }

    /// Makes a progress of that many bytes.
    pub fn of_bytes(len: u64) -> Progress {
        Progress::new(len, "{msg} {wide_bar} {bytes}/{total_bytes} {eta}")
    }

    fn new(len: u64, template: &str) -> Progress {
        let bar = ProgressBar::with_draw_target(Some(len), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Progress {
            bar,
            begun: Instant::now(),
            is_shown: false,
        }
    }

    /// Sets the task.
    pub fn doing(&self, what: &str) {
        self.bar.set_message(what.to_owned());
    }

    /// Sets the progress.
    pub fn at(&mut self, done: u64) {
        if !self.is_shown && is_watched() && self.begun.elapsed() > QUIET {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            self.is_shown = true;
        }
        self.bar.set_position(done);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
