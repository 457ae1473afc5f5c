//! `probe`: searches a programme for money pumps and surprises. Generated
//! sequences run in ledgers of their own; what is found is made smaller and
//! told as a story.

mod hole;
mod measure;
mod scenario;
mod sequences;

pub use hole::Hole;

use super::story;
use crate::engine::Error;
use crate::model::Policy;
use crate::policy::{Bundle, Compiled};
use measure::measure;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use scenario::{Context, Scenario};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Bounds of a search.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Budget {
    /// Seed of the generated sequences.
    pub seed: u64,
    /// Most sequences that are run, shrinking left out.
    pub runs: usize,
    /// Holes after which the search ends.
    pub holes: usize,
}

/// A hole that was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// Its kind.
    pub hole: Hole,
    /// Its gain, in words.
    pub says: String,
    /// A story that shows it, without what must come out.
    pub story: String,
}

/// Result of a search.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Search {
    /// The holes, each kind once.
    pub found: Vec<Found>,
    /// Sequences that were run.
    pub runs: usize,
    /// True if the time was up before the sequences were.
    pub is_cut: bool,
}

/// Numbers by chance that depend on the seed alone.
struct Chance(ChaCha8Rng);

impl Chance {
    fn of(seed: u64) -> Chance {
        Chance(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A number below `end`; 0 if there is none.
    fn below(&mut self, end: usize) -> usize {
        self.0.random_range(0..end.max(1))
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.below(from.len()))
    }
}

/// A search over one programme.
pub(crate) struct Prober<'p> {
    name: String,
    bundle: &'p Bundle,
    policy: &'p Compiled,
    /// Sums of sequences that others were compared with, by their story.
    references: RefCell<BTreeMap<String, Option<story::Sums>>>,
}

impl Prober<'_> {
    /// Runs a scenario; None if it cannot be told as a story.
    fn sums(&self, scenario: &Scenario) -> Result<Option<story::Sums>, Error> {
        let text = scenario.story(&self.name, self.policy.programme());
        let Ok(story) = story::parse("probe.story", &text, self.policy.programme()) else {
            return Ok(None);
        };
        let nobody = |name: &str| Err(format!("there is no programme {name}"));
        story::sums(&story, self.bundle, &nobody).map(Some)
    }

    /// The same of a scenario that others are compared with, which is run once.
    fn known_sums(&self, scenario: &Scenario) -> Result<Option<story::Sums>, Error> {
        let text = scenario.story(&self.name, self.policy.programme());
        if let Some(known) = self.references.borrow().get(&text) {
            return Ok(known.clone());
        }
        let sums = self.sums(scenario)?;
        self.references.borrow_mut().insert(text, sums.clone());
        Ok(sums)
    }

    /// Makes a scenario smaller as long as the hole shows.
    fn shrink(&self, hole: Hole, mut scenario: Scenario) -> Result<(Scenario, String), Error> {
        let mut says = String::new();
        'again: loop {
            for smaller in scenario.smaller() {
                if let Some(found) = measure(self, hole, &smaller)? {
                    (scenario, says) = (smaller, found);
                    continue 'again;
                }
            }
            if says.is_empty() {
                says = measure(self, hole, &scenario)?.unwrap_or_default();
            }
            return Ok((scenario, says));
        }
    }
}

/// Searches a programme. `go_on` is asked before each sequence.
///
/// # Errors
/// I/O errors of the ledgers in which sequences run.
pub fn search(
    name: &str,
    bundle: &Bundle,
    policy: &Compiled,
    budget: Budget,
    go_on: &mut dyn FnMut() -> bool,
) -> Result<Search, Error> {
    let prober = Prober {
        name: name.into(),
        bundle,
        policy,
        references: RefCell::default(),
    };
    let contexts = Context::all(policy);
    let amounts = scenario::amounts(bundle, policy);
    let mut chance = Chance::of(budget.seed);
    let mut search = Search::default();
    let mut waiting = sequences::systematic(bundle, policy, &contexts, &amounts);
    waiting.reverse();
    while search.runs < budget.runs && search.found.len() < budget.holes {
        if !go_on() {
            search.is_cut = true;
            break;
        }
        let next = waiting.pop();
        let (hole, scenario) = match next {
            Some(next) => next,
            None => match chance.pick(&contexts) {
                Some(context) => sequences::random(&mut chance, policy, context, &amounts),
                None => break,
            },
        };
        search.runs += 1;
        if search.found.iter().any(|found| found.hole == hole) {
            continue;
        }
        if measure(&prober, hole, &scenario)?.is_some() {
            let (scenario, says) = prober.shrink(hole, scenario)?;
            let story = scenario.story(name, policy.programme());
            search.found.push(Found { hole, says, story });
        }
    }
    Ok(search)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workbench::{Folder, judge};
    use std::path::Path;

    /// Sequences within which each of the known holes is found.
    const RUNS: usize = 200;
    const SEED: u64 = 1;

    fn searched(folder: &Path, runs: usize, holes: usize) -> Search {
        let folder = Folder::read(folder).unwrap();
        let policy = judge(&folder.bundle).unwrap_or_else(|found| panic!("{found:?}"));
        let budget = Budget {
            seed: SEED,
            runs,
            holes,
        };
        search("probe", &folder.bundle, &policy, budget, &mut || true).unwrap()
    }

    /// Each folder says in its first line which hole it has.
    // proves: TE4
    #[test]
    fn every_known_hole_is_found_and_told_as_a_story() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/probe");
        let mut programmes = 0;
        for folder in std::fs::read_dir(root).unwrap() {
            let folder = folder.unwrap().path();
            let manifest = std::fs::read_to_string(folder.join("programme.toml")).unwrap();
            let expected = manifest
                .lines()
                .next()
                .unwrap()
                .trim_start_matches("# hole: ");
            let mut search = searched(&folder, RUNS, 1);
            if search
                .found
                .iter()
                .all(|found| found.hole.word() != expected)
            {
                search = searched(&folder, RUNS, 2);
            }
            let found = search
                .found
                .iter()
                .find(|found| found.hole.word() == expected);
            let found = found.unwrap_or_else(|| panic!("{}: seed {SEED}", folder.display()));
            let name = folder.display();
            // What is told is small, and the same each time.
            assert!(found.story.lines().count() <= 10, "{name}\n{}", found.story);
            programmes += 1;
        }
        assert_eq!(programmes, 27);
        let words: Vec<&str> = Hole::ALL.iter().map(|hole| hole.word()).collect();
        assert!(words.contains(&"remembered"));
    }

    /// `PROBE=long` searches all programmes that are shipped, for longer.
    #[test]
    fn shipped_programmes_have_no_hole() {
        let is_long = std::env::var("PROBE").is_ok_and(|what| what == "long");
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts");
        let few = [
            "corner-cafe",
            "fan-community",
            "gift-a-coffee",
            "one-for-one",
            "referral",
            "segments",
        ];
        for folder in std::fs::read_dir(root).unwrap() {
            let folder = folder.unwrap().path();
            let name = folder.file_name().unwrap().to_string_lossy().into_owned();
            if !folder.join("programme.toml").is_file() || !(is_long || few.contains(&&*name)) {
                continue;
            }
            let search = searched(&folder, if is_long { 300 } else { 40 }, usize::MAX);
            assert_eq!(search.found, [], "{name}: seed {SEED}");
        }
    }

    /// Points that come to every member on a day of the month, and cannot be sent.
    #[test]
    fn a_monthly_gift_that_stays_with_its_member_is_no_hole() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programmes/monthly");
        let read = Folder::read(&folder).unwrap();
        let policy = judge(&read.bundle).unwrap_or_else(|found| panic!("{found:?}"));
        let (contexts, one) = (Context::all(&policy), 100);
        let tried = sequences::systematic(&read.bundle, &policy, &contexts, &[one]);
        let has_day =
            |scenario: &Scenario| scenario.story("x", policy.programme()).contains("daily");
        assert_eq!(tried.iter().filter(|(_, s)| has_day(s)).count(), 5);
        assert_eq!(searched(&folder, 40, usize::MAX).found, []);
    }

    #[test]
    fn the_same_seed_tries_the_same() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/one-for-one");
        let folder = Folder::read(&folder).unwrap();
        let policy = judge(&folder.bundle).unwrap_or_else(|found| panic!("{found:?}"));
        let contexts = Context::all(&policy);
        let amounts = scenario::amounts(&folder.bundle, &policy);
        let tried = || {
            let mut chance = Chance::of(77);
            let each =
                (0..50).map(|_| sequences::random(&mut chance, &policy, &contexts[0], &amounts));
            each.collect::<Vec<_>>()
        };
        assert_eq!(tried(), tried());
        assert!(tried().iter().all(|(hole, scenario)| scenario.is_of(*hole)));
    }
}
