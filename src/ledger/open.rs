//! Making a ledger, opening one, and bringing its book up to the journal.

use super::error::Error;
use super::profile::{Profile, text_hash};
use super::programmes::Programmes;
use super::scribe::Scribe;
use super::shelf::Shelf;
use super::writer::Writer;
use super::{Ledger, Settings, zone};
use crate::book;
use crate::chain::codec;
use crate::chain::hash::Hash;
use crate::chain::note::SigningKey;
use crate::chain::page::Page;
use crate::chain::tree::Frontier;
use crate::model::{
    Act, Channel, Day, Draft, Effect, Entry, Genesis, Given, Head, Instant, Key, MemberId, Origin,
};
use crate::policy::Bundle;
use crate::store::book::{Batch, Book, CACHE_BYTES, set_aside};
use crate::store::clock::{Clock, SystemClock};
use crate::store::entropy::Entropy;
use crate::store::error::Trouble;
use crate::store::journal::{Ending, Journal, Opening, Position, Segmented, files};
use crate::store::keys::Keys;
use crate::store::lock::Lock;
use crate::store::vault::Secrets;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where a ledger and its secrets lie.
#[derive(Clone, Debug)]
pub struct Folders {
    /// Holds nothing secret and may be handed to anyone.
    pub ledger: PathBuf,
    /// Signing key and vault.
    pub secrets: PathBuf,
}

/// The secrets folder that goes with a ledger's, unless another is named.
pub fn default_secrets(ledger: &Path) -> PathBuf {
    let mut name = ledger.file_name().unwrap_or_default().to_os_string();
    name.push("-secrets");
    ledger.with_file_name(name)
}

/// How to open a ledger.
pub struct Options {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Where ids, keys and nonces come from.
    pub entropy: Entropy,
    /// What the lock file says.
    pub purpose: String,
    /// Go on although the clock is far ahead of the last entry.
    pub is_clock_accepted: bool,
    /// Members kept in memory.
    pub members_max: usize,
    /// Entries after which the state is written down, under load.
    pub write_every: u64,
    /// Memory for the book's cache, in bytes.
    pub cache_bytes: u64,
    /// Called while the book is being filled: entries done, entries in all.
    pub progress: Option<Box<dyn FnMut(u64, u64)>>,
}

impl Options {
    /// The system's clock and entropy, and the usual bounds.
    pub fn new(purpose: &str) -> Result<Options, Error> {
        Ok(Options {
            clock: Arc::new(SystemClock),
            entropy: Entropy::from_os()?,
            purpose: purpose.into(),
            is_clock_accepted: false,
            members_max: 200_000,
            write_every: 50_000,
            cache_bytes: CACHE_BYTES,
            progress: None,
        })
    }
}

/// A batch with more changes than this is applied on a thread of its own.
const BATCH_SMALL: usize = 500;

/// Pages that are read at once while the book is filled.
const PAGES_AT_ONCE: usize = 32;

/// The watermark: how far the book has folded, and where the journal goes on.
struct Watermark {
    count: u64,
    hash: Hash,
    /// The last page folded.
    last: Option<Position>,
    frontier: Frontier,
}

impl Watermark {
    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.count.to_be_bytes().to_vec();
        bytes.extend_from_slice(self.hash.as_bytes());
        bytes.push(self.last.is_some().into());
        bytes.extend_from_slice(&self.last.unwrap_or_default().to_bytes());
        bytes.extend_from_slice(&self.frontier.to_bytes());
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Watermark> {
        let (count, rest) = bytes.split_first_chunk::<8>()?;
        let (hash, rest) = rest.split_first_chunk::<32>()?;
        let (has_last, rest) = rest.split_first()?;
        let (last, rest) = rest.split_first_chunk::<16>()?;
        Some(Watermark {
            count: u64::from_be_bytes(*count),
            hash: Hash::from(*hash),
            last: (*has_last == 1).then(|| Position::from_bytes(*last)),
            frontier: Frontier::from_bytes(rest).ok()?,
        })
    }

    fn start() -> Watermark {
        Watermark {
            count: 0,
            hash: Hash::ZERO,
            last: None,
            frontier: Frontier::default(),
        }
    }
}

fn journal_dir(folders: &Folders) -> PathBuf {
    folders.ledger.join("journal")
}

impl Ledger {
    /// Makes a ledger in a folder that is empty or not there, signed under an
    /// origin, with a programme in force.
    pub fn create(
        folders: &Folders,
        origin: &str,
        bundle: &Bundle,
        mut options: Options,
    ) -> Result<Ledger, Error> {
        super::activate::compile_new(bundle, &crate::model::Names::default())?;
        if journal_dir(folders).exists() {
            return Err(Trouble::foreign(&folders.ledger, "a ledger is here already").into());
        }
        std::fs::create_dir_all(&folders.ledger)
            .map_err(|e| Trouble::io("create", &folders.ledger, e))?;
        let lock = Lock::take(&folders.ledger, &options.purpose)?;
        let signing: [u8; 32] = options.entropy.draw();
        let alias: [u8; 32] = options.entropy.draw();
        let secrets = Secrets::create(&folders.secrets, &signing, &alias)?;
        let key =
            SigningKey::new(origin, &signing).map_err(|e| Error::usage(format!("origin: {e}")))?;
        let verifier = *key.verifier().as_bytes();
        let journal = files::create(&journal_dir(folders), &Opening::default())?;
        let opened = Book::open(&folders.ledger.join("book"), options.cache_bytes)?;
        let mut ledger = Ledger::assemble(
            folders,
            lock,
            secrets,
            opened.book,
            Box::new(journal),
            Watermark::start(),
            Shelf::default(),
            key,
            options,
        )?;
        let genesis = Genesis {
            ledger: ledger.entropy.draw(),
            origin: origin.into(),
            verifier,
        };
        ledger.book_house(Act::Genesis(genesis), Vec::new())?;
        ledger.activate(bundle, "")?;
        ledger.commit()?;
        ledger.write_state()?;
        Ok(ledger)
    }

    /// Opens a ledger: takes the lock, settles how the journal ended, and folds
    /// what the book lacks.
    pub fn open(folders: &Folders, options: Options) -> Result<Ledger, Error> {
        if !journal_dir(folders).is_dir() {
            let finding = "there is no ledger here; make one with `stampbook init`, or name another with --ledger";
            return Err(Trouble::foreign(&folders.ledger, finding).into());
        }
        let lock = Lock::take(&folders.ledger, &options.purpose)?;
        let opened = Book::open(&folders.ledger.join("book"), options.cache_bytes)?;
        let mut notes = Vec::new();
        if let Some((aside, finding)) = &opened.moved_aside {
            notes.push(format!(
                "the book could not be opened ({finding}); it lies in {} now and is rebuilt",
                aside.display()
            ));
        }
        let watermark = match opened.book.watermark()? {
            Some(bytes) => Watermark::from_bytes(&bytes),
            None => None,
        };
        let shelf = match &watermark {
            Some(_) => Shelf::open(&opened.book)?,
            None => None,
        };
        let (watermark, shelf) = match (watermark, shelf) {
            (Some(watermark), Some(shelf)) => (watermark, shelf),
            _ => (Watermark::start(), Shelf::default()),
        };
        let (journal, torn) = open_journal(
            folders,
            &opened.book,
            &watermark,
            lock.was_unclean(),
            &mut notes,
        )?;
        check_not_ahead(&watermark, &journal)?;
        let secrets = Secrets::open(&folders.secrets)?;
        let key = signing_key(&secrets, &journal)?;
        let mut ledger = Ledger::assemble(
            folders,
            lock,
            secrets,
            opened.book,
            Box::new(journal),
            watermark,
            shelf,
            key,
            options,
        )?;
        ledger.notes = notes;
        ledger.load_policy()?;
        ledger.erase_again()?;
        if let Some(torn) = torn {
            ledger.note_recovered(torn)?;
        }
        Ok(ledger)
    }

    /// Throws the book away and makes it again from the journal.
    pub fn rebuild(folders: &Folders, options: Options) -> Result<Ledger, Error> {
        let lock = Lock::take(&folders.ledger, &options.purpose)?;
        let book = folders.ledger.join("book");
        if book.exists() {
            let aside = set_aside(&book)?;
            std::fs::remove_dir_all(&aside).map_err(|e| Trouble::io("remove", &aside, e))?;
        }
        let keys = folders.ledger.join("keys");
        if keys.exists() {
            std::fs::remove_dir_all(&keys).map_err(|e| Trouble::io("remove", &keys, e))?;
        }
        drop(lock);
        Ledger::open(folders, options)
    }

    #[allow(clippy::too_many_arguments)]
    fn assemble(
        folders: &Folders,
        lock: Lock,
        secrets: Secrets,
        book: Book,
        journal: Box<dyn Journal>,
        watermark: Watermark,
        shelf: Shelf,
        key: SigningKey,
        mut options: Options,
    ) -> Result<Ledger, Error> {
        let keys = open_keys(&folders.ledger.join("keys"), watermark.count)?;
        let mut ledger = Ledger {
            vault: secrets.vault()?,
            alias_key: secrets.alias_key()?,
            writer: Writer::new(
                journal,
                Frontier::default(),
                key,
                folders.ledger.join("checkpoint"),
            )?,
            folders: folders.clone(),
            lock: Some(lock),
            secrets,
            book: Arc::new(book),
            scribe: None,
            keys,
            shelf,
            programmes: Programmes::default(),
            policy: None,
            clock: options.clock,
            entropy: options.entropy,
            options: Settings {
                is_clock_accepted: options.is_clock_accepted,
                members_max: options.members_max,
                write_every: options.write_every,
            },
            staged: Vec::new(),
            fresh_keys: Vec::new(),
            fresh_index: HashMap::new(),
            fresh_vault: Vec::new(),
            unwritten: 0,
            notes: Vec::new(),
            page_open: None,
        };
        let frontier = ledger.catch_up(watermark, &mut options.progress)?;
        ledger.writer = ledger.writer.with_frontier(frontier)?;
        Ok(ledger)
    }

    /// Folds the pages behind the watermark, and gives the tree over all of them.
    fn catch_up(
        &mut self,
        watermark: Watermark,
        progress: &mut Option<Box<dyn FnMut(u64, u64)>>,
    ) -> Result<Frontier, Error> {
        let total = self.writer.head().next_seq;
        let mut frontier = watermark.frontier;
        let keys_from = self.keys.covered();
        if watermark.count == total && keys_from == total {
            return Ok(frontier);
        }
        let from = if keys_from < watermark.count {
            Position::START
        } else {
            watermark.last.unwrap_or(Position::START)
        };
        let mut position = from;
        let mut hash = watermark.hash;
        loop {
            let (pages, next) = self.next_pages(position)?;
            for (page, at) in pages {
                let seq = self.catch_up_page(&page, &mut frontier, watermark.count, keys_from)?;
                if seq > watermark.count {
                    hash = page.header.last;
                    self.writer.recent.push(page);
                }
                if self.unwritten >= self.options.write_every {
                    self.write_state_at(&frontier, Some(at), hash, seq)?;
                }
                if let Some(told) = progress {
                    told(seq, total);
                }
            }
            match next {
                Some(next) => position = next,
                None => break,
            }
        }
        let head = self.writer.head();
        self.write_state_at(&frontier, head.last, head.hash, head.next_seq)?;
        Ok(frontier)
    }

    /// Folds what is new of a page, and says where it ends.
    fn catch_up_page(
        &mut self,
        page: &Page,
        frontier: &mut Frontier,
        count: u64,
        keys_from: u64,
    ) -> Result<u64, Error> {
        let unfit =
            |flaw: crate::chain::page::Flaw| Trouble::unfit(&self.folders.ledger, flaw.to_string());
        let view = Page::parse(&page.bytes).map_err(unfit)?;
        let mut seq = page.header.first_seq;
        for (bytes, hash) in view.entries().zip(view.hashes()) {
            if seq >= count || seq >= keys_from {
                let entry = codec::decode(bytes).map_err(|source| Error::Codec { seq, source })?;
                if seq >= count {
                    self.fold_old(&entry)?;
                    frontier.push(crate::chain::tree::leaf_hash(&hash));
                }
                if seq >= keys_from {
                    self.note_keys(&entry);
                }
                self.unwritten += 1;
            }
            seq += 1;
        }
        Ok(seq)
    }

    /// Some pages from a position on with their places, and where the next one lies.
    #[allow(clippy::type_complexity)]
    fn next_pages(
        &self,
        position: Position,
    ) -> Result<(Vec<(Page, Position)>, Option<Position>), Error> {
        let mut pages = Vec::new();
        for stored in self.writer.journal().read(position) {
            let stored = stored?;
            if pages.len() == PAGES_AT_ONCE {
                return Ok((pages, Some(stored.position)));
            }
            pages.push((stored.page, stored.position));
        }
        Ok((pages, None))
    }

    /// Folds an entry that the journal already has.
    fn fold_old(&mut self, entry: &Entry) -> Result<(), Error> {
        for touched in &entry.touched {
            self.shelf.load(&self.book, touched.member)?;
        }
        for of in aftermath_of(entry) {
            self.shelf.load_aftermath(&self.book, of)?;
        }
        book::fold(&mut self.shelf.state, entry)?;
        self.mark(entry);
        if let Act::PolicyActivated(activation) = &entry.act {
            let names = self.shelf.state.house.names.clone();
            self.policy = Some(self.programmes.compile(activation, &names)?);
        }
        self.recall_profile(entry)
    }

    /// Notes what an entry changed, to be written down.
    pub(super) fn mark(&mut self, entry: &Entry) {
        entry
            .touched
            .iter()
            .for_each(|t| self.shelf.touch(t.member));
        aftermath_of(entry).for_each(|of| self.shelf.touch_aftermath(of));
    }

    /// Puts aliases and birthday of a sealed profile back into the book, as far
    /// as the vault still opens it.
    fn recall_profile(&mut self, entry: &Entry) -> Result<(), Error> {
        let Some(member) = entry.member() else {
            return Ok(());
        };
        let (Act::Enrolled(crate::model::Enrolled {
            profile: Some(sealed),
            ..
        })
        | Act::ProfileChanged {
            profile: Some(sealed),
        }) = &entry.act
        else {
            return Ok(());
        };
        let Some(key) = self.vault.key(&member.0, None)? else {
            return Ok(());
        };
        if let Some(profile) = Profile::open(sealed, &key, member) {
            self.keep_profile(member, &profile);
        }
        Ok(())
    }

    /// Keeps what the book looks up of a profile.
    pub(super) fn keep_profile(&mut self, member: MemberId, profile: &Profile) {
        for alias in &profile.aliases {
            self.shelf
                .set_owner(text_hash(&self.alias_key, alias), Some(member));
        }
        self.shelf.set_birthday(member, profile.birthday);
    }

    fn load_policy(&mut self) -> Result<(), Error> {
        let number = self.house().bundle;
        if number > 0 && self.policy.is_none() {
            self.policy = Some(self.programme_of(number)?);
        }
        Ok(())
    }

    fn note_recovered(&mut self, torn: crate::store::journal::Torn) -> Result<(), Error> {
        self.notes.push(format!(
            "{} bytes of a page that was never acknowledged were cut",
            torn.len
        ));
        let act = Act::Recovered {
            offset: torn.position.offset,
            len: torn.len,
            digest: *torn.cut_hash.as_bytes(),
        };
        self.book_house(act, Vec::new())?;
        self.commit().map(drop)
    }

    /// Books an entry of the house itself.
    pub(super) fn book_house(&mut self, act: Act, effects: Vec<Effect>) -> Result<u64, Error> {
        let head = self.house_head();
        let draft = Draft {
            head,
            members: Vec::new(),
            act,
            given: Given::new(),
            given_review: Given::new(),
            effects,
        };
        Ok(self.seal(draft)?.seq)
    }

    /// The head of an entry that nobody asked for.
    pub(super) fn house_head(&self) -> Head {
        let recorded = Instant(self.clock.now_micros());
        let effective = recorded.max(self.house().effective.after(1));
        Head {
            effective,
            recorded_lag: recorded.0 - effective.0,
            occurred: None,
            day: self.day_of(effective),
            origin: Origin {
                channel: Channel::House,
                ..Origin::default()
            },
            key: Key::none(),
            bundle: self.house().bundle,
        }
    }

    pub(super) fn day_of(&self, at: Instant) -> Day {
        match self.programme() {
            Ok(programme) => programme.calendar.day_of(at),
            Err(_) => crate::model::Calendar::utc().day_of(at),
        }
    }

    /// Writes the state down once everything staged is durable.
    pub(super) fn write_state(&mut self) -> Result<(), Error> {
        let frontier = self.writer.frontier().clone();
        let head = self.writer.head();
        self.write_state_at(&frontier, head.last, head.hash, head.next_seq)
    }

    fn write_state_at(
        &mut self,
        frontier: &Frontier,
        last: Option<Position>,
        hash: Hash,
        up_to: u64,
    ) -> Result<(), Error> {
        if self.unwritten == 0 {
            return Ok(());
        }
        let mut batch = Batch::default();
        let policy = self.policy.clone();
        let programme = policy.as_deref().map(crate::model::Policy::programme);
        let takes_away = self.shelf.write(programme, &mut batch);
        for page in self.writer.recent.drain(..) {
            batch.put_copy(page.header.first_seq, &page.bytes);
        }
        let watermark = Watermark {
            count: self.house().next_seq,
            hash,
            last,
            frontier: frontier.clone(),
        };
        batch.put_watermark(&watermark.to_bytes());
        self.hand_down(batch)?;
        if takes_away {
            self.settle_book()?;
        }
        let pairs = std::mem::take(&mut self.fresh_keys);
        self.fresh_index.clear();
        self.keys.insert_batch(up_to, &pairs)?;
        self.unwritten = 0;
        if self.shelf.is_over(self.options.members_max) {
            self.settle_book()?;
            self.shelf.shrink();
        }
        Ok(())
    }

    /// Applies a batch to the book: a small one at once, a large one beside the
    /// work that goes on. Nothing that is in it is read from the book before
    /// [`Ledger::settle_book`]: members and aliases are in memory until then.
    fn hand_down(&mut self, batch: Batch) -> Result<(), Error> {
        self.settle_book()?;
        if batch.len() < BATCH_SMALL {
            return Ok(self.book.apply(batch)?);
        }
        let book = &self.book;
        Ok(self
            .scribe
            .get_or_insert_with(|| Scribe::start(book))
            .hand_over(batch)?)
    }

    /// Waits until the book has taken what was handed down.
    pub(super) fn settle_book(&mut self) -> Result<(), Error> {
        match &mut self.scribe {
            Some(scribe) => Ok(scribe.settle()?),
            None => Ok(()),
        }
    }
}

fn open_keys(dir: &Path, count: u64) -> Result<Keys, Error> {
    let keys = Keys::open(dir)?;
    if keys.covered() <= count {
        return Ok(keys);
    }
    // The index is ahead of the book: what it has more is inserted again.
    drop(keys);
    std::fs::remove_dir_all(dir).map_err(|e| Trouble::io("remove", dir, e))?;
    Ok(Keys::open(dir)?)
}

fn aftermath_of(entry: &Entry) -> impl Iterator<Item = u64> + '_ {
    entry.effects.iter().filter_map(|effect| match effect {
        Effect::Returned { of, .. } | Effect::Voided { of } | Effect::Claimed { of } => Some(*of),
        _ => None,
    })
}

/// Opens the journal, heals it from the second copy where it can, and says
/// whether a torn end was cut.
fn open_journal(
    folders: &Folders,
    book: &Book,
    watermark: &Watermark,
    is_unclean: bool,
    notes: &mut Vec<String>,
) -> Result<(Segmented, Option<crate::store::journal::Torn>), Error> {
    let signed = signed_size(&folders.ledger.join("checkpoint"));
    let reaches = watermark.count.max(signed).max(book.copies_reach()?);
    let opening = Opening {
        hint: watermark.last,
        reaches,
        is_unclean,
        ..Opening::default()
    };
    let (mut journal, mut ending) = files::open(&journal_dir(folders), &opening)?;
    while let Ending::Damage(damage) = &ending {
        let Some(page) = book.copy_floor(damage.first_seq)? else {
            return Err(damage.to_trouble(&journal_dir(folders)).into());
        };
        notes.push(format!(
            "a damaged page (from entry {}) was healed from the second copy",
            damage.first_seq
        ));
        ending = journal.heal(&page)?;
    }
    let torn = match ending {
        Ending::Torn(torn) => Some(torn),
        _ => None,
    };
    Ok((journal, torn))
}

/// The size that the checkpoint file says was signed; it is not trusted, but a
/// journal that is shorter has lost something.
fn signed_size(path: &Path) -> u64 {
    let text = std::fs::read(path).unwrap_or_default();
    let signed = crate::chain::checkpoint::Signed::parse(&text);
    signed.map_or(0, |s| s.claim().size())
}

fn check_not_ahead(watermark: &Watermark, journal: &Segmented) -> Result<(), Error> {
    let head = journal.head();
    let differs = watermark.count == head.next_seq && watermark.hash != head.hash;
    if watermark.count > head.next_seq || differs {
        return Err(Error::Trouble(Trouble::BookAhead {
            book_seq: watermark.count,
            book_hash: watermark.hash.to_hex(),
            journal_seq: head.next_seq,
            journal_hash: head.hash.to_hex(),
        }));
    }
    Ok(())
}

/// The signing key, under the origin that Genesis names.
fn signing_key(secrets: &Secrets, journal: &Segmented) -> Result<SigningKey, Error> {
    let first = journal.read(Position::START).next().transpose()?;
    let unreadable = || {
        Trouble::foreign(
            secrets.dir(),
            "the journal does not begin with a readable entry",
        )
    };
    let page = first.ok_or_else(unreadable)?.page;
    let view = Page::parse(&page.bytes).map_err(|_| unreadable())?;
    let bytes = view.entries().next().ok_or_else(unreadable)?;
    let entry = codec::decode(bytes).map_err(|source| Error::Codec { seq: 0, source })?;
    let Act::Genesis(genesis) = entry.act else {
        return Err(unreadable().into());
    };
    let seed = secrets.signing_key()?;
    let key = SigningKey::new(&genesis.origin, &seed).map_err(|e| Error::usage(e.to_string()))?;
    if *key.verifier().as_bytes() != genesis.verifier {
        let finding = "the signing key is not this ledger's; name the right folder with --secrets";
        return Err(Trouble::foreign(secrets.dir(), finding).into());
    }
    Ok(key)
}

/// The zone table of the programme in a bundle.
pub(super) fn zone_of(bundle: &Bundle) -> Result<crate::model::Zone, Error> {
    let name = crate::policy::zone_name(bundle).map_err(Error::Programme)?;
    zone::table(&name).map_err(Error::usage)
}
