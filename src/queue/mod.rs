//! The queue of a till that cannot reach the ledger: commands in a journal of
//! its own, by the page framing of FORMAT.md section 2, signed and tagged with a
//! key of the terminal's own. It is drained later, in order.

mod allowance;
mod drain;
mod end_mark;
mod entry;
mod error;
#[cfg(test)]
mod tests;

pub use allowance::Wanted;
pub use drain::{Drained, drain};
pub use entry::{Allowance, Fate, Queued, Setup};
pub use error::QueueError;

use crate::answer::Answer;
use crate::chain::checkpoint::Checkpoint;
use crate::chain::hash::Hash;
use crate::chain::note::SigningKey;
use crate::chain::page::{ENTRY_LEN_MAX, Page, PageBuilder};
use crate::chain::tree::{Frontier, leaf_hash};
use crate::command::{Bad, Request, Verb, parse_keyless, text_of};
use crate::engine::{Making, PrintedCode};
use crate::model::{CodeKind, Instant, Key};
use crate::storage::entropy::Entropy;
use crate::storage::error::StorageError;
use crate::storage::files;
use crate::storage::journal::{Ending, Journal, Opening, Position, Segmented, files as segments};
use crate::storage::lock::Lock;
use crate::storage::secret_file::{self, Kind};
use crate::storage::vault::Secret;
use data_encoding::{BASE32_NOPAD, HEXLOWER};
use end_mark::EndMark;
use entry::Entry;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;
use zeroize::Zeroizing;

/// Verbs that only give points, and so can wait: what takes points beyond an
/// allowance, or pays money back, needs the ledger's answer at once.
const VERBS: [&str; 4] = ["purchase", "activity", "enrol", "consent"];

/// Name under which the terminal signs its pages.
const SIGNER: &str = "stampbook-queue";

/// Name of the folder of its journal.
const JOURNAL: &str = "journal";

/// A queue, open for one process.
pub struct Queue {
    _lock: Option<Lock>,
    end: Option<EndMark>,
    journal: Segmented,
    /// Tree of all entries, of whatever kind.
    frontier: Frontier,
    seed: Secret,
    key: SigningKey,
    setup: Setup,
    /// Commands in the order of their numbers.
    queued: Vec<Queued>,
    /// Positions of commands among the queued, by their keys.
    by_key: HashMap<String, usize>,
    allowances: Vec<Allowance>,
    /// Those that were asked for and have no answer.
    unanswered: Vec<Allowance>,
    /// Remark on an unfinished write that was cut off at opening.
    note: Option<String>,
}

impl Queue {
    /// Makes a queue in a folder.
    ///
    /// # Errors
    /// There is one already; I/O errors.
    pub fn create(dir: &Path, setup: Setup) -> Result<Queue, QueueError> {
        files::make_private_folder(dir)?;
        let lock = lock(dir)?;
        if Kind::Terminal.path(dir).exists() {
            return Err(StorageError::foreign(dir, "a queue is here already").into());
        }
        let seed: [u8; 32] = Entropy::from_os()?.draw();
        // A queue that was cut short while it was made has answered nobody.
        files::remove_folder(&dir.join(JOURNAL), segments::is_segment_name)?;
        let journal = segments::create(&dir.join(JOURNAL), &Opening::default())?;
        let mut queue = Queue::assemble(journal, Zeroizing::new(seed), setup.clone())?;
        queue.lock_with(lock);
        queue.end = Some(EndMark::open(dir)?);
        queue.append(&[Entry::Begun(setup)])?;
        // Last, so that a queue cut short is none, and is made again.
        secret_file::write(dir, Kind::Terminal, &seed)?;
        Ok(queue)
    }

    /// Opens the queue in a folder. An unfinished write at its end was never
    /// answered, and is cut off; anything else that does not verify is damage.
    ///
    /// # Errors
    /// There is none; another process has it open; damage; I/O errors.
    pub fn open(dir: &Path) -> Result<Queue, QueueError> {
        let seed = match secret_file::read_key(dir, Kind::Terminal) {
            Err(trouble) if trouble.is_absent() => {
                let text = format!("{}: no queue is there", dir.display());
                return Err(QueueError::Absent(text));
            }
            // Its own key, of which no backup of a ledger's secrets has a copy.
            Err(StorageError::SecretDamage { path, finding }) => {
                let text = format!("{}: {finding}", path.display());
                return Err(QueueError::damage(text));
            }
            seed => seed?,
        };
        let lock = lock(dir)?;
        let opening = Opening {
            is_unclean: true,
            is_thorough: true,
            ..Opening::default()
        };
        let (journal, ending) = segments::open(&dir.join(JOURNAL), &opening)?;
        let mut queue = Queue::read(journal, ending, seed)?;
        queue.lock_with(lock);
        let end = EndMark::open(dir)?;
        end.check(queue.frontier.size())?;
        queue.end = Some(end);
        Ok(queue)
    }

    fn lock_with(&mut self, lock: Lock) {
        self._lock = Some(lock);
    }

    fn assemble(journal: Segmented, seed: Secret, setup: Setup) -> Result<Queue, QueueError> {
        let key = SigningKey::new(SIGNER, &seed).map_err(|e| QueueError::damage(e.to_string()))?;
        Ok(Queue {
            _lock: None,
            end: None,
            journal,
            frontier: Frontier::default(),
            seed,
            key,
            setup,
            queued: Vec::new(),
            by_key: HashMap::new(),
            allowances: Vec::new(),
            unanswered: Vec::new(),
            note: None,
        })
    }

    /// Reads and checks all pages: framing, chain, tags and signatures.
    fn read(journal: Segmented, ending: Ending, seed: Secret) -> Result<Queue, QueueError> {
        let mut queue = Queue::assemble(journal, seed, Setup::default())?;
        match ending {
            Ending::End => {}
            Ending::Torn(torn) => queue.note = Some(torn.describe()),
            Ending::Damage(damage) => return Err(QueueError::damage(damage.finding)),
        }
        let mut last = Hash::ZERO;
        for stored in queue.journal.read(Position::START) {
            let page = stored?.page;
            queue.check(&page, last)?;
            last = page.header.last;
            let view = Page::parse(&page.bytes).map_err(|e| QueueError::damage(e.to_string()))?;
            for (bytes, hash) in view.entries().zip(view.hashes()) {
                let at = queue.frontier.size();
                queue.frontier.push(leaf_hash(&hash));
                queue.apply(at, Entry::read(bytes)?);
            }
        }
        match queue.frontier.size() {
            0 => Err(QueueError::damage("it has no beginning")),
            _ => Ok(queue),
        }
    }

    /// Checks a page: it follows the one before, and this terminal has written it.
    fn check(&self, page: &Page, last: Hash) -> Result<(), QueueError> {
        let header = &page.header;
        let at = header.first_seq;
        if header.prev != last || at != self.frontier.size() {
            return Err(QueueError::damage(format!(
                "page {at} does not follow the one before"
            )));
        }
        let tree = Checkpoint::unsigned(&self.key, self.frontier.size(), self.frontier.root());
        let is_signed = header
            .signature
            .is_none_or(|signature| tree.verify(self.key.verifier(), &signature).is_ok());
        match is_signed && header.is_tagged_by(self.key.page_key()) {
            true => Ok(()),
            false => Err(QueueError::damage(format!(
                "page {at} was not written by this terminal"
            ))),
        }
    }

    fn apply(&mut self, at: u64, entry: Entry) {
        match entry {
            Entry::Begun(setup) => self.setup = setup,
            Entry::Queued { command } => {
                let queued = Queued::new(at, command);
                self.by_key.insert(queued.key().into(), self.queued.len());
                self.queued.push(queued);
            }
            Entry::Asked(allowance) => self.unanswered.push(allowance),
            Entry::Allowed(allowance) => {
                self.unanswered.retain(|asked| asked.key != allowance.key);
                self.allowances.push(allowance);
            }
            Entry::NotAllowed { key } => self.unanswered.retain(|asked| asked.key != key),
            Entry::Done { of, seq } => self.set_fate(of, Fate::Done { seq }),
            Entry::Refused(no) => self.set_fate(no.of, Fate::Refused(no)),
        }
    }

    fn set_fate(&mut self, of: u64, fate: Fate) {
        if let Ok(at) = self.position(of) {
            self.queued[at].fate = fate;
        }
    }

    /// Position of a command among the queued, by its number.
    fn position(&self, number: u64) -> Result<usize, usize> {
        self.queued
            .binary_search_by_key(&number, |queued| queued.number)
    }

    /// Appends entries as one page; durable on return.
    fn append(&mut self, entries: &[Entry]) -> Result<(), QueueError> {
        if entries.is_empty() {
            return Ok(());
        }
        let mut frontier = self.frontier.clone();
        let head = self.journal.head();
        let mut builder = PageBuilder::new(head.next_seq, head.hash, usize::MAX);
        for entry in entries {
            let bytes = entry.to_bytes();
            let pushed = builder.push(&bytes);
            let hash = pushed.map_err(|e| QueueError::damage(e.to_string()))?;
            frontier.push(leaf_hash(&hash));
        }
        let (size, root) = (self.frontier.size(), self.frontier.root());
        let signature = (size > 0).then(|| self.key.sign_checkpoint(size, root).signature());
        let page = builder.seal(signature, self.key.page_key());
        let page = page.map_err(|e| QueueError::damage(e.to_string()))?;
        let written = self.journal.append(&head, &page)?;
        written.map_err(|e| QueueError::damage(e.to_string()))?;
        self.frontier = frontier;
        if let Some(end) = &self.end {
            end.set(self.frontier.size())?;
        }
        for (at, entry) in (size..).zip(entries) {
            self.apply(at, entry.clone());
        }
        Ok(())
    }

    /// Queues a command: it gets a key, the instant, terminal and store if it
    /// has none, and a purchase without a member a code to claim it with. The
    /// same command under the same key is queued once. Durable on return.
    ///
    /// # Errors
    /// The command cannot be queued; I/O errors.
    pub fn push(&mut self, json: &[u8], now: Instant) -> Result<Queued, QueueError> {
        let request = parse_keyless(json, self.setup.digits)?;
        check_verb(&request)?;
        let fields = serde_json::from_str::<Map<String, Value>>(text_of(json)?);
        let fields = fields.map_err(|e| Bad::new("", e.to_string()))?;
        let before = self.by_key.get(request.key.as_str());
        if let Some(before) = before.and_then(|at| self.queued.get(*at)) {
            return match before.is_of(&fields) {
                true => Ok(before.clone()),
                false => Err(Bad::new("key", "another command in the queue has it").into()),
            };
        }
        let command = self.filled(fields, &request, now)?;
        let entry = Entry::Queued { command };
        if entry.to_bytes().len() > ENTRY_LEN_MAX {
            return Err(Bad::new("", "the command is too long for a queue").into());
        }
        self.append(&[entry])?;
        let last = self.queued.last().cloned();
        last.ok_or_else(|| QueueError::damage("the command was not kept"))
    }

    fn filled(
        &self,
        mut fields: Map<String, Value>,
        request: &Request,
        now: Instant,
    ) -> Result<Map<String, Value>, QueueError> {
        let key = match request.key.is_some() {
            true => request.key.to_string(),
            // Chance, and not a count, so that a copied queue makes others.
            false => format!("q-{}", drawn_letters()?),
        };
        for (name, value) in [
            ("key", key.as_str()),
            ("at", &now.display(0)),
            ("store", &self.setup.store),
            ("terminal", &self.setup.terminal),
        ] {
            let is_said = fields.get(name).is_some_and(|value| !value.is_null());
            if !is_said && !value.is_empty() {
                fields.insert(name.into(), value.into());
            }
        }
        if let Verb::Purchase(sale) = &request.verb {
            let at = request.at.map_or(now, |(at, _)| at.max(now));
            self.spend(&mut fields, sale, at)?;
            fields.insert("if_short".into(), "book".into());
            if request.member.is_none() && sale.total.is_positive() {
                let hash = self.code(&key)?.hash(CodeKind::Claim);
                fields.insert("claim_hash".into(), HEXLOWER.encode(&hash).into());
            }
        }
        fields.remove("slip");
        Ok(fields)
    }

    /// Code with which the buyer claims a sale without a member; none for others.
    ///
    /// # Errors
    /// The queue's bytes are not as they were written.
    pub fn claim_of(&self, queued: &Queued) -> Result<Option<String>, QueueError> {
        match queued.command.contains_key("claim_hash") {
            true => Ok(Some(self.code(queued.key())?.to_string())),
            false => Ok(None),
        }
    }

    fn code(&self, key: &str) -> Result<PrintedCode, QueueError> {
        let key = Key::parse(key).map_err(|e| Bad::new("key", e))?;
        Ok(Making::of(&self.seed, &key, 0).code(CodeKind::Claim, 0))
    }

    /// All commands that were queued, in order.
    pub fn queued(&self) -> &[Queued] {
        &self.queued
    }

    /// The command of a number.
    pub fn find(&self, number: u64) -> Option<&Queued> {
        let at = self.position(number).ok()?;
        self.queued.get(at)
    }

    /// Terminal, store and shop that it was made for.
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    /// Remark on what was found at opening, if there is one.
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// Keeps the answers of commands; durable on return.
    fn keep(&mut self, answers: &[(u64, Answer)]) -> Result<(), QueueError> {
        let entries = answers.iter().map(|(of, answer)| Entry::of(*of, answer));
        let entries: Vec<Entry> = entries.collect();
        self.append(&entries)
    }
}

/// Ten random bytes in letters and digits, for a key that no copy of the queue makes again.
fn drawn_letters() -> Result<String, StorageError> {
    let drawn: [u8; 10] = Entropy::from_os()?.draw();
    Ok(BASE32_NOPAD.encode(&drawn).to_lowercase())
}

/// Refuses what a queue cannot keep.
fn check_verb(request: &Request) -> Result<(), Bad> {
    let verb = request.verb.word();
    if request.is_training {
        let text = "is not queued: training needs the ledger";
        return Err(Bad::new("training", text));
    }
    if !VERBS.contains(&verb) {
        let text = format!(
            "'{verb}' needs the ledger's answer at once; a queue takes {}",
            VERBS.join(", ")
        );
        return Err(Bad::new("do", text));
    }
    Ok(())
}

fn lock(dir: &Path) -> Result<Lock, QueueError> {
    match Lock::take(dir, "queue", Duration::ZERO) {
        Err(StorageError::Locked { .. }) => Err(QueueError::Busy(format!(
            "{}: another process has the queue open",
            dir.display()
        ))),
        lock => Ok(lock?),
    }
}
