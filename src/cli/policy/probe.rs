//! `stampbook policy probe`

use crate::cli::policy::check::{read, report};
use crate::cli::{Exit, Failure, Printer};
use crate::model::counted;
use crate::policy::Bundle;
use crate::workbench::probe::{Budget, Found, search};
use crate::workbench::{judge, story};
use clap::Args;
use serde_json::json;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Searches a programme for loopholes and surprises: everything comes back and
/// points stay, a bill in pieces gives more than at once, a higher bill gives
/// less, points for joining alone, gift cards that earn twice or are bought with
/// points, activities again and again, points worth more than was paid. What is
/// found is made small and printed as a story. Nothing is booked.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook policy probe programme --runs 10
  stampbook policy probe programme --runs 10 --seed 7")]
pub struct ProbeArgs {
    /// The programme's folder.
    #[arg(default_value = "programme")]
    pub folder: PathBuf,
    /// Ends the search after so many seconds.
    #[arg(long, default_value_t = 60)]
    pub seconds: u64,
    /// Seed of the sequences: the same seed tries the same ones.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Sequences that are tried, if the time allows.
    #[arg(long, default_value_t = 2000)]
    pub runs: usize,
}

impl ProbeArgs {
    /// Searches; exits 1 if something was found, 2 if the programme cannot be
    /// read.
    ///
    /// # Errors
    /// The folder cannot be read, or a ledger of a sequence not written.
    pub fn run(&self, out: &mut Printer) -> Result<Exit, Failure> {
        let folder = match read(out, &self.folder)? {
            Ok(folder) => folder,
            Err(found) => return report(out, &found, &Bundle { files: Vec::new() }),
        };
        let policy = match judge(&folder.bundle) {
            Ok(policy) => policy,
            Err(found) => return report(out, &found, &folder.bundle),
        };
        let budget = Budget {
            seed: self.seed,
            runs: self.runs,
            holes: usize::MAX,
        };
        let begin = Instant::now();
        let end = Duration::from_secs(self.seconds);
        let mut go_on = || begin.elapsed() < end;
        let name = self.folder.file_name().map(|name| name.to_string_lossy());
        let name = name.unwrap_or_else(|| "programme".into());
        let found = search(&name, &folder.bundle, &policy, budget, &mut go_on)?;
        for hole in &found.found {
            let text = filled(hole, &folder.bundle, &policy);
            let (means, help) = hole.hole.means();
            out.done(&json!({
                "hole": hole.hole.word(), "message": hole.says, "help": help, "story": text,
            }))?;
            out.line(format!("hole: {means}: {}\n  help: {help}\n", hole.says))?;
            out.line(text)?;
        }
        let (runs, seed, holes) = (found.runs, self.seed, found.found.len());
        let cut = match found.is_cut {
            true => "; the time was up",
            false => "",
        };
        out.line(match holes {
            0 => format!("{runs} sequences tried with seed {seed}: no hole found{cut}"),
            n => {
                let holes = counted(n as u64, "hole", "holes");
                format!("{holes} in {runs} sequences with seed {seed}{cut}")
            }
        })?;
        out.done(&json!({"runs": runs, "seed": seed, "holes": holes, "cut": found.is_cut}))?;
        Ok(match found.found.is_empty() {
            true => Exit::Done,
            false => Exit::Refused,
        })
    }
}

/// The story with what happens behind its lines.
fn filled(found: &Found, bundle: &Bundle, policy: &crate::policy::Compiled) -> String {
    use crate::model::Policy;
    let (_, rest) = found.story.split_once('\n').unwrap_or(("", &found.story));
    let first = found.story.lines().next().unwrap_or_default();
    let text = format!("{first}\n# {}\n{rest}", found.says);
    // Every line has an arrow, so that what happens is written behind it.
    let lines = text.lines().map(|line| {
        let is_step = line.starts_with(|c: char| c.is_ascii_digit()) && !line.contains(" given ");
        if is_step {
            format!("{line}  ->\n")
        } else {
            format!("{line}\n")
        }
    });
    let open: String = lines.collect();
    let Ok(story) = story::parse("probe.story", &open, policy.programme()) else {
        return text;
    };
    let nobody = |name: &str| Err(format!("there is no programme {name}"));
    match story::run(&story, bundle, &nobody) {
        Ok(result) => story::fill(&open, &result).0,
        Err(_) => text,
    }
}
