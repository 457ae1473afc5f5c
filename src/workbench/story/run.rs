//! Runs a story against a ledger of its own, and compares.

use super::finding::StoryResult;
use super::secrets::Wallet;
use super::words::alias;
use super::{Asked, Start, Step, Story};
use crate::answer::Answer;
use crate::command::{Request, Verb, VoucherAsked};
use crate::engine;
use crate::engine::{ActivationNote, Error, Folders, Ledger, Options};
use crate::model::{Act, Entry, Instant, LotId, MemberId, PilotScope, Points, WarningCode};
use crate::policy::{Bundle, Compiled, Diagnostic};
use crate::rules::state::Member;
use crate::storage::clock::SteppingClock;
use crate::storage::entropy::Entropy;
use crate::storage::error::StorageError;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

/// Memory for sled's cache in bytes: the book of a story is small.
const CACHE_BYTES: u64 = 1 << 20;

/// Folder that is in memory on Linux.
const IN_MEMORY: &str = "/dev/shm";

/// Lookup of the programmes that a story activates, by name.
pub type Beside<'a> = &'a dyn Fn(&str) -> Result<Bundle, String>;

/// Runs a story under a programme, in a temporary folder.
///
/// # Errors
/// I/O errors, or a programme that does not compile. An outcome that differs is
/// a finding, not an error.
pub fn run(story: &Story, bundle: &Bundle, beside: Beside) -> Result<StoryResult, Error> {
    run_then(story, bundle, beside, |_| ())
}

/// Runs a story, and notes in [`StoryResult::coverage`] which lines of scripts and
/// conditions of headers it reaches.
///
/// # Errors
/// As [`run`].
pub fn run_covered(story: &Story, bundle: &Bundle, beside: Beside) -> Result<StoryResult, Error> {
    run_traced(story, bundle, beside, true, |_| ())
}

/// Runs a story, and passes the ledger's folder to `look` before it is deleted.
///
/// # Errors
/// As [`run`].
pub fn run_then(
    story: &Story,
    bundle: &Bundle,
    beside: Beside,
    look: impl FnOnce(&Path),
) -> Result<StoryResult, Error> {
    run_traced(story, bundle, beside, false, look)
}

fn run_traced(
    story: &Story,
    bundle: &Bundle,
    beside: Beside,
    is_traced: bool,
    look: impl FnOnce(&Path),
) -> Result<StoryResult, Error> {
    let mut runner = Runner::in_a_folder(story, bundle, beside)?;
    let mut told = StoryResult {
        steps: story.steps.len(),
        ..StoryResult::default()
    };
    let mut own = runner.own_programme()?;
    for step in &story.steps {
        if let (true, Some(own)) = (is_traced, &own) {
            own.trace_lines(bundle);
        }
        runner.step(step, &mut told)?;
        // Another one may have taken effect by itself.
        let in_force = runner.ledger.policy()?;
        if own.as_ref().is_none_or(|own| !Arc::ptr_eq(own, in_force)) {
            own.iter().for_each(|own| told.coverage.add_hooks(own));
            own = runner.own_programme()?;
        }
    }
    own.iter().for_each(|own| told.coverage.add_hooks(own));
    told.coverage.add_entries(&mut runner.ledger, is_traced)?;
    let Runner { ledger, folder, .. } = runner;
    ledger.close()?;
    look(&folder.path().join("ledger"));
    Ok(told)
}

pub(super) struct Runner<'s> {
    pub(super) story: &'s Story,
    bundle: &'s Bundle,
    beside: Beside<'s>,
    pub(super) ledger: Ledger,
    clock: Arc<SteppingClock>,
    pub(super) members: BTreeMap<String, MemberId>,
    wallet: Wallet,
    folder: TempDir,
}

/// Result of one line.
#[derive(Default)]
pub(super) struct Did {
    pub entries: Vec<Entry>,
    pub answer: Option<Answer>,
    /// An error of the story itself.
    pub wrong: Option<String>,
    /// Points of the lots that were not spendable yet, before the line.
    pub pending: Vec<(LotId, Points)>,
}

impl<'s> Runner<'s> {
    pub(super) fn close(self) -> Result<(), Error> {
        self.ledger.close()
    }

    pub(super) fn set_clock(&self, step: &Step) {
        self.clock.set(step.at.0);
    }

    /// Makes a runner whose ledger is in a temporary folder.
    pub(super) fn in_a_folder(
        story: &'s Story,
        bundle: &'s Bundle,
        beside: Beside<'s>,
    ) -> Result<Runner<'s>, Error> {
        let folder = folder().map_err(|e| StorageError::io("create", &std::env::temp_dir(), e))?;
        let first = story.steps.first();
        let start = first.map_or(Instant(0), |step| step.at.after(-1));
        let clock = Arc::new(SteppingClock::new(start.0, 0));
        let options = Options {
            clock: Arc::clone(&clock) as _,
            entropy: Entropy::from_seed(&seed_of(&story.file)),
            is_clock_accepted: true,
            cache_bytes: CACHE_BYTES,
            ..Options::new("story")?
        };
        let folders = Folders {
            ledger: folder.path().join("ledger"),
            secrets: folder.path().join("secrets"),
        };
        let ledger = Ledger::create(&folders, "story.example/story", bundle, options)?;
        Ok(Runner {
            story,
            bundle,
            beside,
            ledger,
            clock,
            members: BTreeMap::new(),
            wallet: Wallet::default(),
            folder,
        })
    }

    pub(super) fn step(&mut self, step: &Step, told: &mut StoryResult) -> Result<(), Error> {
        self.set_clock(step);
        let did = match &step.asked {
            Asked::Quote(request) => self.quote(step, request)?,
            _ => self.done(step)?,
        };
        if matches!(step.asked, Asked::Given(_)) && did.wrong.is_none() {
            return Ok(());
        }
        self.compare(step, &did, told)
    }

    /// The request of a line with codes in place of placeholders.
    pub(super) fn with_codes(&mut self, step: &Step, request: &Request) -> Result<Request, Error> {
        let request = (request, step.member.as_deref());
        self.wallet
            .with_codes(request, &mut self.ledger, &self.members)
    }

    /// The programme in force, if it is the story's own.
    fn own_programme(&mut self) -> Result<Option<Arc<Compiled>>, Error> {
        let number = self.ledger.global().bundle;
        let is_own = engine::activation(&mut self.ledger, number)?.1.digest == self.bundle.digest();
        Ok(is_own.then_some(Arc::clone(self.ledger.policy()?)))
    }

    /// Carries out a line; of a quote, which books nothing, nothing.
    pub(super) fn done(&mut self, step: &Step) -> Result<Did, Error> {
        let before = self.ledger.global().next_seq;
        let mut did = Did {
            pending: self.pending()?,
            ..Did::default()
        };
        match &step.asked {
            Asked::Command(request) if request.verb == Verb::Daily => {
                drop(engine::daily(&mut self.ledger)?)
            }
            Asked::Command(request) => self.command(step, request, &mut did)?,
            Asked::Quote(_) => {}
            Asked::Given(scene) => did.wrong = self.set(step, scene)?,
            Asked::Activate(name, start) => did.wrong = self.activate(name, start)?,
        }
        for seq in before..self.ledger.global().next_seq {
            did.entries.extend(self.ledger.entry(seq)?);
        }
        // A story cancels nothing: a programme that was scheduled cannot take effect.
        for entry in &did.entries {
            if let Act::ScheduleCancelled { reason, .. } = &entry.act {
                did.wrong.get_or_insert(reason.clone());
            }
        }
        self.meet()?;
        Ok(did)
    }

    /// Quotes a command; nothing may have changed afterwards.
    fn quote(&mut self, step: &Step, request: &Request) -> Result<Did, Error> {
        let pending = self.pending()?;
        let request = self.with_codes(step, request)?;
        let before = (self.ledger.global().clone(), self.held()?);
        let (answer, entries) = engine::quote_told(&mut self.ledger, &request, None)?;
        let is_same = before == (self.ledger.global().clone(), self.held()?);
        Ok(Did {
            entries,
            answer: Some(answer),
            wrong: (!is_same).then(|| "the quote changed something".into()),
            pending,
        })
    }

    fn held(&mut self) -> Result<Vec<Option<Member>>, Error> {
        let ids = self.members.values();
        ids.map(|id| Ok(self.ledger.member(*id)?.cloned()))
            .collect()
    }

    fn pending(&mut self) -> Result<Vec<(LotId, Points)>, Error> {
        let mut pending = Vec::new();
        for id in self.members.values() {
            let lots = self.ledger.member(*id)?.into_iter().flat_map(|m| &m.lots);
            let waiting = lots.filter(|lot| lot.terms.available.is_some());
            pending.extend(waiting.map(|lot| (lot.id, lot.remaining)));
        }
        Ok(pending)
    }

    /// Lets a programme take effect. Returns a message about one that cannot.
    fn activate(&mut self, name: &str, start: &Start) -> Result<Option<String>, Error> {
        let bundle = match name == self.story.programme {
            true => Ok(self.bundle.clone()),
            false => (self.beside)(name),
        };
        let done = bundle.map_err(Error::misuse);
        let done = done.and_then(|bundle| self.put_in_force(name, &bundle, start));
        match done {
            Ok(_) => Ok(None),
            Err(Error::Misuse(wrong)) => Ok(Some(wrong)),
            Err(Error::Programme(found)) => {
                let messages: Vec<String> = found.iter().map(Diagnostic::to_string).collect();
                Ok(Some(messages.join("; ").replace("error: ", "")))
            }
            Err(error) => Err(error),
        }
    }

    fn put_in_force(&mut self, name: &str, bundle: &Bundle, start: &Start) -> Result<u64, Error> {
        let unsaid = ActivationNote::default();
        let scope = match start {
            Start::Now => return engine::activate(&mut self.ledger, bundle, unsaid),
            Start::At(at) => return engine::schedule(&mut self.ledger, bundle, *at, unsaid),
            Start::WithTag(tag) => PilotScope::Tag(tag.clone()),
            Start::InStore(id) => PilotScope::Stores(vec![engine::pilot_store(&self.ledger, id)?]),
        };
        let pilot = (name.to_owned(), scope);
        engine::start_pilot(&mut self.ledger, bundle, pilot, unsaid)
    }

    /// Carries out a command, after a quote of it: the quote must match the booking.
    fn command(&mut self, step: &Step, request: &Request, did: &mut Did) -> Result<(), Error> {
        let request = self.with_codes(step, request)?;
        let quoted = match &request.verb {
            Verb::Purchase(_)
            | Verb::Redeem { .. }
            | Verb::Return(_)
            | Verb::Reassign { .. }
            | Verb::Amend(_)
            | Verb::Ticket(_) => Some(engine::quote(&mut self.ledger, &request, None)?),
            _ => None,
        };
        let answer = match request.verb {
            Verb::Erase { .. } => engine::erase(&mut self.ledger, &request)?,
            _ => self.ledger.submit(&request)?,
        };
        let differs = quoted.filter(|quoted| !is_drawing(quoted) && gist(quoted) != gist(&answer));
        did.wrong = differs.map(|q| format!("the quote said otherwise: {}", q.to_json()));
        self.meet_unnamed(step, &request, &answer);
        did.answer = Some(answer);
        Ok(())
    }

    /// Records the id of somebody who claims a gift without an alias.
    fn meet_unnamed(&mut self, step: &Step, request: &Request, answer: &Answer) {
        let is_claim = matches!(request.verb, Verb::Voucher(VoucherAsked::Claim { .. }));
        if let (Some(name), Answer::Accepted(done)) = (&step.member, answer)
            && is_claim
            && request.member.is_none()
        {
            let id = done.member.as_deref().and_then(MemberId::parse);
            self.members.extend(id.map(|id| (name.clone(), id)));
        }
    }

    /// Records the ids of members that have one by now.
    pub(super) fn meet(&mut self) -> Result<(), Error> {
        for name in self
            .story
            .steps
            .iter()
            .filter_map(|step| step.member.as_ref())
        {
            let (false, Ok(who)) = (self.members.contains_key(name), alias(name)) else {
                continue;
            };
            if let Some(id) = self.ledger.resolve(&who)? {
                self.members.insert(name.clone(), id);
            }
        }
        Ok(())
    }
}

/// A folder in memory where the system has one and no other is asked for: a story
/// takes under a megabyte, and syncs every page.
fn folder() -> std::io::Result<TempDir> {
    match std::env::var_os("TMPDIR") {
        None => tempfile::tempdir_in(IN_MEMORY).or_else(|_| tempfile::tempdir()),
        Some(_) => tempfile::tempdir(),
    }
}

/// Seed by file name, so that a story has the same outcome in any folder.
fn seed_of(file: &str) -> [u8; 32] {
    let name = file.rsplit(['/', '\\']).next().unwrap_or_default();
    *blake3::hash(name.as_bytes()).as_bytes()
}

/// True if a quote left out a campaign that draws only when booked.
fn is_drawing(quoted: &Answer) -> bool {
    match quoted {
        Answer::Accepted(done) => done
            .warnings
            .iter()
            .any(|w| w.code == WarningCode::DrawLeftOut.as_str()),
        Answer::Refused(_) => false,
    }
}

/// Parts of an answer that a quote and its command must have in common.
pub(super) fn gist(answer: &Answer) -> (Vec<crate::answer::Did>, crate::answer::ByUnit, String) {
    match answer {
        Answer::Accepted(done) => (done.did.clone(), done.after.clone(), String::new()),
        Answer::Refused(denied) => (Vec::new(), Default::default(), denied.code.clone()),
    }
}
