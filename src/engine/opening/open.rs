//! Creation and opening of a ledger, with the replay of its book.

use crate::chain::checkpoint::Signed;
use crate::chain::note::SigningKey;
use crate::chain::tree::Frontier;
use crate::engine::cache::{Cache, OpenedBook, PageIndex};
use crate::engine::commit::command_hashes::LastHashes;
use crate::engine::commit::key_index::KeyIndex;
use crate::engine::commit::page_committer::PageCommitter;
use crate::engine::commit::writer::Writer;
use crate::engine::commit::{key_index, state_writing};
use crate::engine::error::Error;
use crate::engine::opening::closing::close_parked;
use crate::engine::opening::continuity::{self, Extent};
use crate::engine::opening::derived_folders::{
    MadeAgain, Remade, clear_unfinished, remove_derived, remove_half_made, remove_replaced_books,
};
use crate::engine::opening::folders::{
    Folders, check_is_free, check_is_here, init_cut, journal_dir,
};
use crate::engine::opening::healing::healed;
use crate::engine::opening::locks::Locks;
use crate::engine::opening::options::Options;
use crate::engine::opening::recovery::Standing;
use crate::engine::opening::vault_standing::{self, VaultStanding};
use crate::engine::opening::{closing, fill, genesis, healing};
use crate::engine::programmes::activation_note::ActivationNote;
use crate::engine::programmes::compiled::Programmes;
use crate::engine::programmes::{activate, taking_effect};
use crate::engine::staging::{admit, booking};
use crate::engine::verbs::erasure;
use crate::engine::{Ledger, Records, Settings};
use crate::model::{Act, Genesis, Instant};
use crate::policy::Bundle;
use crate::storage::book::Book;
use crate::storage::clock::Clock;
use crate::storage::error::StorageError;
use crate::storage::files as disk;
use crate::storage::journal::{
    Ending, Head as JournalHead, Journal, JournalReader, Opening, Position, Segmented, Torn, files,
};
use crate::storage::keys::Keys;
use crate::storage::second_copy::SecondCopy;
use crate::storage::secrets::Secrets;
use crate::storage::vault::{self, VaultPoint};
use crate::storage::writer_state::{WriterState, WriterStateStore};
use std::path::Path;
use std::sync::OnceLock;

impl Ledger {
    /// Makes a ledger in a folder that is empty or not there, signed under an
    /// origin, with a programme in force.
    pub fn create(
        folders: &Folders,
        origin: &str,
        bundle: &Bundle,
        options: Options,
    ) -> Result<Ledger, Error> {
        Ledger::create_with(folders, origin, bundle, ActivationNote::default(), options)
    }

    /// [`Ledger::create`] with remarks and stories of the first activation.
    ///
    /// # Errors
    /// The same.
    pub fn create_with(
        folders: &Folders,
        origin: &str,
        bundle: &Bundle,
        said_of: ActivationNote,
        mut options: Options,
    ) -> Result<Ledger, Error> {
        check_clock_range(&*options.clock)?;
        check_programme(bundle)?;
        close_parked();
        let is_again = Secrets::has_unfinished_init(&folders.secrets, &folders.ledger)?;
        if !is_again {
            check_is_free(folders)?;
        }
        disk::make_named_folder(&folders.ledger)?;
        disk::make_private_folder(&folders.secrets)?;
        let locks = Locks::take(folders, &options.purpose, options.patience)?;
        if is_again {
            clear_unfinished(folders)?;
        }
        let signing: [u8; 32] = options.entropy.draw();
        let alias: [u8; 32] = options.entropy.draw();
        let secrets = Secrets::create(&folders.secrets, &folders.ledger, &signing, &alias, origin)?;
        let key =
            SigningKey::new(origin, &signing).map_err(|e| Error::misuse(format!("origin: {e}")))?;
        let verifier = *key.verifier().as_bytes();
        let journal = files::create(&journal_dir(folders), &Opening::default())?;
        let book = Book::open(&folders.ledger.join("book"), options.cache_bytes)?;
        let parts = Parts {
            folders,
            locks: Some(locks),
            state: secrets.writer_state()?,
            secrets,
            book: OpenedBook::empty(book.book),
            reader: journal.reader(),
            journal: Box::new(journal),
            second_copy: copy_of(folders, false),
            key,
            trusted: Trusted::Proven(continuity::incarnation_of(origin), Frontier::new()),
            options,
        };
        let mut ledger = parts.assemble(Vec::new())?;
        let genesis = Genesis {
            ledger: ledger.entropy.draw(),
            origin: origin.into(),
            verifier,
            alias_check: crate::engine::verbs::profile::alias_check(&ledger.alias_key),
        };
        booking::book_system_act(&mut ledger, Act::Genesis(genesis), Vec::new())?;
        activate::activate(&mut ledger, bundle, said_of)?;
        ledger.commit()?;
        state_writing::write_state(&mut ledger)?;
        note_exposure(&mut ledger)?;
        finish_init(&ledger)?;
        Ok(ledger)
    }

    /// Opens a ledger: takes the lock, repairs the journal's end, and replays
    /// the entries that the book lacks.
    ///
    /// # Errors
    /// [`StorageError::NotContinued`] if the journal does not continue from the last
    /// signed point, [`StorageError::NoWriterState`] if that point is unknown; other
    /// reasons why it cannot be opened.
    pub fn open(folders: &Folders, options: Options) -> Result<Ledger, Error> {
        let mut ledger = open_held(folders, options, Extent::Behind)?;
        taking_effect::take_schedules(&mut ledger)?;
        Ok(ledger)
    }

    /// Continues from the journal as it is, under a new incarnation, although
    /// it does not continue from the last signed point or that point is
    /// unknown.
    ///
    /// # Errors
    /// [`Error::Misuse`] when there is nothing to recover; damage that only a
    /// copy can replace.
    pub fn recover(folders: &Folders, options: Options, reason: &str) -> Result<Ledger, Error> {
        check_is_here(folders)?;
        close_parked();
        let secrets = Secrets::open(&folders.secrets)?;
        let locks = Locks::take(folders, &options.purpose, options.patience)?;
        let standing = Standing::survey(folders)?;
        let keys = VaultStanding::survey(folders)?;
        standing.check_acceptable(keys.is_whole())?;
        let again = options.again();
        remove_derived(folders)?;
        let state = writer_state_to_accept(&secrets)?;
        let vault = vault_to_accept(&secrets, &keys, &state)?;
        let mut notes = Vec::new();
        let dir = folders.ledger.join("book");
        let book = OpenedBook::open(&dir, options.of_book(), &mut notes)?;
        let known = Known::nothing();
        let copy = copy_of(folders, true);
        let (journal, torn) = open_journal(folders, &book, &copy, true, &known, &mut notes)?;
        let incarnation = standing.incarnation + 1;
        let genesis = genesis::genesis_of(folders)?;
        let origin = continuity::origin_of(&genesis.origin, incarnation);
        let key = genesis::key_under(&origin, &secrets)?;
        let parts = Parts {
            folders,
            locks: Some(locks),
            secrets,
            state,
            book,
            reader: journal.reader(),
            journal: Box::new(journal),
            second_copy: copy,
            key,
            trusted: Trusted::Accepted(incarnation, vault),
            options,
        };
        let mut ledger = parts.assemble(notes)?;
        let reason = match keys.lost.len() {
            0 => reason.into(),
            lost => format!("{reason} (the keys of {lost} members are lost)"),
        };
        let (lost_size, lost_root) = standing.lost();
        let act = Act::Restored {
            lost_size,
            lost_root: lost_root.0,
            incarnation,
            reason,
        };
        booking::book_system_act(&mut ledger, act, Vec::new())?;
        ledger.commit()?;
        if let Some(torn) = torn {
            note_recovered(&mut ledger, torn)?;
        }
        without_erased(ledger, again, true)
    }

    /// Removes the book, and any that was moved aside, and rebuilds it from the
    /// journal.
    pub fn rebuild(folders: &Folders, options: Options) -> Result<Ledger, Error> {
        // Folders `book` and `keys` of others must not be removed.
        check_is_here(folders)?;
        close_parked();
        Secrets::open(&folders.secrets)?;
        let locks = Locks::take(folders, &options.purpose, options.patience)?;
        remove_derived(folders)?;
        drop(locks);
        open_held(folders, options, Extent::All)
    }

    /// Writes the state back, unless it may be left to the next process, and
    /// closes the ledger.
    pub fn close(mut self) -> Result<(), Error> {
        closing::finish(&mut self)?;
        closing::release(self)
    }
}

/// Checks that a ledger can begin with a programme.
///
/// # Errors
/// [`Error::Programme`] with the findings.
pub fn check_programme(bundle: &Bundle) -> Result<(), Error> {
    crate::engine::programmes::taking_effect::compile_new(bundle, &crate::model::Names::default())
        .map(drop)
}

/// The writer state of a ledger that is accepted as it is, made anew if there is none.
fn writer_state_to_accept(secrets: &Secrets) -> Result<WriterStateStore, StorageError> {
    match secrets.writer_state() {
        // Without an origin it is refused by anyone who opens it before
        // this is done.
        Err(StorageError::NoWriterState { .. }) => {
            WriterStateStore::create(secrets.dir(), WriterState::start(""))
        }
        found => found,
    }
}

/// The extent of the vault, accepted without the keys that are lost.
fn vault_to_accept(
    secrets: &Secrets,
    keys: &VaultStanding,
    state: &WriterStateStore,
) -> Result<VaultPoint, StorageError> {
    if keys.is_whole() {
        return Ok(state.state().vault);
    }
    let lost: Vec<_> = keys.lost.iter().map(|(id, _)| id.0).collect();
    vault::accept(secrets.dir(), &secrets.alias_key()?, &lost)
}

/// Removes the marker of an init that is under way, or was interrupted
/// after its last write.
fn finish_init(records: &Records) -> Result<(), Error> {
    Ok(Secrets::open(&records.folders.secrets)?.finish_init()?)
}

/// Notes who besides their owner may read the secrets.
fn note_exposure(ledger: &mut Ledger) -> Result<(), Error> {
    let secrets = Secrets::open(&ledger.folders.secrets)?;
    ledger.notes.extend(secrets.exposure()?);
    Ok(())
}

fn open_held(folders: &Folders, options: Options, extent: Extent) -> Result<Ledger, Error> {
    let again = options.again();
    let opened = open_finished(folders, options, extent);
    let is_unsound = matches!(
        &opened,
        Err(Error::StorageError(StorageError::SecretDamage { .. }))
    );
    match again {
        // Other damage of the secrets is told as the opening found it.
        Ok(again)
            if is_unsound
                && again.scratch.is_none()
                && vault_standing::finish_torn_erasure(folders, &again).unwrap_or(false) =>
        {
            open_finished(folders, again, extent)
        }
        _ => opened,
    }
}

/// Opens a ledger, and finishes an init or erasures that were cut short.
fn open_finished(folders: &Folders, options: Options, extent: Extent) -> Result<Ledger, Error> {
    let again = options.again();
    let is_init_cut = Secrets::is_init_unfinished(&folders.secrets);
    let opened = open_as_it_lies(folders, options, extent);
    let (mut ledger, is_new) = match opened {
        Err(Error::StorageError(busy @ StorageError::Locked { .. })) => return Err(busy.into()),
        Err(_) if is_init_cut => return Err(init_cut(folders).into()),
        Ok((ledger, _)) if is_init_cut && ledger.policy.is_none() => {
            return Err(init_cut(folders).into());
        }
        opened => opened?,
    };
    if is_init_cut {
        finish_init(&ledger)?;
    }
    if !ledger.options.is_reading {
        ledger.notes.extend(remove_replaced_books(&folders.ledger)?);
        remove_half_made(&folders.ledger)?;
    }
    without_erased(ledger, again, is_new)
}

/// Finishes erasures that were cut short, for which the book may have to be
/// made again.
fn without_erased(
    mut ledger: Ledger,
    again: Result<Options, Error>,
    is_new: bool,
) -> Result<Ledger, Error> {
    if erasure::finish_erasures(&mut ledger, is_new)? {
        return Ok(ledger);
    }
    let (folders, mut notes) = (ledger.folders.clone(), std::mem::take(&mut ledger.notes));
    ledger.close()?;
    let mut ledger = Ledger::rebuild(&folders, again?)?;
    notes.append(&mut ledger.notes);
    notes.push(crate::engine::verbs::erasure::FINISHED.into());
    ledger.notes = notes;
    Ok(ledger)
}

/// [`Ledger::open`] without finishing interrupted erasures. Also returns
/// whether the book was filled from the journal's beginning.
fn open_as_it_lies(
    folders: &Folders,
    options: Options,
    extent: Extent,
) -> Result<(Ledger, bool), Error> {
    let mut notes = Vec::new();
    let (parts, torn) = proven_parts(folders, options, extent, &mut notes)?;
    let is_new = parts.book.watermark.point.count == 0;
    let mut ledger = parts.assemble(notes)?;
    let note = admit::clock_note(&ledger);
    ledger.notes.extend(note);
    note_exposure(&mut ledger)?;
    if let Some(torn) = torn {
        note_recovered(&mut ledger, torn)?;
    }
    Ok((ledger, is_new))
}

/// Finds the parts of a ledger, and proves that its journal continues from the last signed
/// point. Also returns the torn end that was cut.
fn proven_parts<'a>(
    folders: &'a Folders,
    options: Options,
    extent: Extent,
    notes: &mut Vec<String>,
) -> Result<(Parts<'a>, Option<Torn>), Error> {
    check_is_here(folders)?;
    check_clock_range(&*options.clock)?;
    close_parked();
    let secrets = Secrets::open(&folders.secrets)?;
    let locks = match options.scratch {
        Some(_) => Locks::take_to_read(folders, options.patience)?,
        None => Locks::take(folders, &options.purpose, options.patience)?,
    };
    let mut state = secrets.writer_state()?;
    let known = Known::read(folders, &secrets, &state, notes)?;
    let derived = options.scratch.clone();
    let derived = derived.as_deref().unwrap_or(&folders.ledger);
    let book = options.of_book();
    let found = OpenedBook::open(&derived.join("book"), book, notes)?;
    // A reader acknowledges nothing, and need not write a page again.
    let is_unclean = locks.was_unclean() && options.scratch.is_none();
    if options.scratch.is_some() {
        state.hold();
    }
    let copy = copy_of(folders, is_unclean);
    let (journal, torn) = open_journal(folders, &found, &copy, is_unclean, &known, notes)?;
    let (key, first) = signing_key(folders, &secrets, state.state())?;
    let proven = continuity::check(
        &journal_dir(folders),
        &journal,
        state.state(),
        &key,
        &first,
        extent,
    )?;
    let book = match journal.reader().has_point(&found.watermark.point)? {
        true => found,
        false => found.replace_foreign(book, notes)?,
    };
    let parts = Parts {
        folders,
        locks: Some(locks),
        secrets,
        trusted: Trusted::Proven(state.state().incarnation, proven),
        state,
        book,
        reader: journal.reader(),
        journal: Box::new(journal),
        second_copy: copy,
        key,
        options,
    };
    Ok((parts, torn))
}

/// Notes what is needed to make book and key index again on another thread.
pub fn plan_remake(records: &Records) -> RemakePlan {
    RemakePlan {
        folders: records.folders.clone(),
        reader: records.reader.clone(),
        head: records.writer.head(),
        frontier: records.writer.frontier(),
        state_bytes: records.cache.memory() / REMAKE_PART,
    }
}

fn note_recovered(ledger: &mut Ledger, torn: Torn) -> Result<(), Error> {
    ledger.notes.push(format!(
        "{} bytes of a page that was never acknowledged were cut",
        torn.len
    ));
    let act = Act::Recovered {
        offset: torn.position.offset,
        len: torn.len,
        digest: *torn.cut_hash.as_bytes(),
    };
    booking::book_system_act(ledger, act, Vec::new())?;
    ledger.commit().map(drop)
}

/// Part of the memory for the state that making a book again may take, as a divisor.
const REMAKE_PART: u64 = 4;

/// The journal at a moment, from which book and key index can be made again.
pub struct RemakePlan {
    folders: Folders,
    reader: JournalReader,
    head: JournalHead,
    frontier: Frontier,
    state_bytes: u64,
}

impl RemakePlan {
    /// Makes book and key index again, while the ledger is in use. They know nothing of
    /// members whose keys are destroyed by now.
    ///
    /// # Errors
    /// I/O errors; damage of the journal.
    pub fn carry_out(self) -> Result<Remade, Error> {
        let folder = MadeAgain::create(&self.folders.ledger)?;
        let secrets = Secrets::open(&self.folders.secrets)?;
        let mut state = secrets.writer_state()?;
        state.hold();
        let (key, _) = signing_key(&self.folders, &secrets, state.state())?;
        let options = Options {
            state_bytes: self.state_bytes,
            scratch: Some(folder.path().to_owned()),
            is_brief: true,
            ..Options::new("rebuild")?
        };
        let mut notes = Vec::new();
        let dir = folder.path().join("book");
        let book = OpenedBook::open(&dir, options.of_book(), &mut notes)?;
        let parts = Parts {
            folders: &self.folders,
            locks: None,
            trusted: Trusted::Proven(state.state().incarnation, self.frontier),
            state,
            secrets,
            book,
            journal: Box::new(self.reader.frozen(self.head)),
            reader: self.reader,
            second_copy: copy_of(&self.folders, false),
            key,
            options,
        };
        let mut ledger = parts.assemble(notes)?;
        let erasures = erasure::mark_swept(&mut ledger)?;
        ledger.close()?;
        Ok(Remade { folder, erasures })
    }
}

/// Parts that a ledger is assembled from, once all of them were found and compared.
struct Parts<'a> {
    folders: &'a Folders,
    locks: Option<Locks>,
    secrets: Secrets,
    state: WriterStateStore,
    book: OpenedBook,
    journal: Box<dyn Journal>,
    reader: JournalReader,
    second_copy: SecondCopy,
    key: SigningKey,
    trusted: Trusted,
    options: Options,
}

impl Parts<'_> {
    /// Assembles the ledger and replays the entries that its book lacks.
    /// `notes` precede its own.
    fn assemble(mut self, notes: Vec<String>) -> Result<Ledger, Error> {
        let known = self.state.state().clone();
        let watermark = self.book.watermark.clone();
        let (mut progress, is_brief) = (self.options.progress.take(), self.options.is_brief);
        let (mut ledger, trusted) = self.join(notes)?;
        ledger.writer.pages = PageIndex::of(ledger.cache.page_marks()?);
        key_index::note_lost_keys(&mut ledger);
        healing::compare_copy(&mut ledger)?;
        // Due events are indexed by the programme in force.
        state_writing::load_policy(&mut ledger)?;
        let frontier = fill::catch_up(&mut ledger, watermark, &mut progress)?;
        match trusted {
            Trusted::Proven(_, proven) if proven != frontier => {
                let finding = "its tree is not that of the journal";
                return Err(
                    StorageError::book(&ledger.folders.ledger.join("book"), finding).into(),
                );
            }
            Trusted::Proven(..) => {}
            Trusted::Accepted(..) => ledger.writer.accept_journal(),
        }
        state_writing::note_programme(&mut ledger);
        let mut held = known.point;
        if let Trusted::Accepted(..) = trusted {
            // The book was filled from the journal's beginning, and every
            // member was checked.
            held.count = u64::MAX;
        }
        erasure::check_vault(&mut ledger, &held)?;
        ledger.writer.note_vault(ledger.vault.point());
        ledger.writer.set_frontier(frontier)?;
        if !is_brief {
            ledger.writer.sync_state_in_background();
        }
        Ok(ledger)
    }

    /// Joins the parts to a ledger as of its book, and returns what its tree rests on.
    fn join(self, notes: Vec<String>) -> Result<(Ledger, Trusted), Error> {
        let (options, reader) = (self.options, self.reader);
        let first = reader.origin()?;
        let ledger = &self.folders.ledger;
        let derived = options.scratch.as_deref().unwrap_or(ledger);
        let keys = Keys::open(&derived.join("keys"), &|point| reader.has_point(point))?;
        let alias_key = self.secrets.alias_key()?;
        let records = Records {
            vault: self
                .secrets
                .vault(&alias_key, self.trusted.vault(self.state.state()))?,
            alias_key,
            reader,
            origin: OnceLock::new(),
            writer: Writer::new(PageCommitter::new(
                self.journal,
                Frontier::default(),
                self.key,
                derived.join("checkpoint"),
                self.state,
                first,
                self.trusted.incarnation(),
            )?),
            folders: self.folders.clone(),
            cache: Cache::new(self.book, self.second_copy, options.state_bytes),
            keys: KeyIndex::new(keys),
            hashes: LastHashes::default(),
            is_copy_failing: false,
            programmes: Programmes::default(),
            policy: None,
            clock: options.clock,
            entropy: options.entropy,
            options: Settings {
                is_clock_accepted: options.is_clock_accepted,
                write_every: options.write_every,
                lag_max: options.lag_max,
                lag_share: options.lag_share.max(1),
                is_reading: options.scratch.is_some(),
                alerts: options.alerts,
            },
            is_pilot_off: false,
            fresh_vault: Vec::new(),
            keyless: Vec::new(),
            notes,
            page_open: None,
        };
        let ledger = Ledger {
            records,
            policy_before: None,
            idle: None,
            staged: Vec::new(),
            is_tried: false,
            sent: 0,
            derived: None,
            locks: self.locks,
        };
        Ok((ledger, self.trusted))
    }
}

/// Refuses a clock outside the range of a ledger, before anything is written by it.
fn check_clock_range(clock: &dyn Clock) -> Result<(), Error> {
    let wrong = crate::model::clock_error(Instant(clock.now_micros()));
    wrong.map_or(Ok(()), |wrong| Err(Error::misuse(wrong)))
}

/// Replaces the only segment, which was lost and is known to have had content,
/// by an empty one: a journal that was cut can be healed.
fn replace_lost(folders: &Folders, reaches: u64) -> Result<(), StorageError> {
    let dir = journal_dir(folders);
    let is_empty = disk::list(&dir)?.is_empty();
    match reaches > 0 && is_empty {
        true => {
            let path = dir.join(files::segment_name(0));
            let made = disk::create_new(&path)?;
            made.sync_all()
                .map_err(|e| StorageError::io("create", &path, e))
        }
        false => Ok(()),
    }
}

fn copy_of(folders: &Folders, is_unclean: bool) -> SecondCopy {
    let journal = JournalReader::at(&journal_dir(folders));
    SecondCopy::open(&folders.ledger.join("copies"), journal, is_unclean)
}

/// Basis of the tree that is going to be signed.
enum Trusted {
    /// The journal continues from the signed point, up to this tree.
    Proven(u32, Frontier),
    /// The journal is accepted as it is, under this incarnation, and so is the vault.
    Accepted(u32, VaultPoint),
}

impl Trusted {
    /// Least extent of the vault.
    fn vault(&self, known: &WriterState) -> VaultPoint {
        match self {
            Trusted::Proven(..) => known.vault,
            Trusted::Accepted(_, vault) => *vault,
        }
    }

    fn incarnation(&self) -> u32 {
        match self {
            Trusted::Proven(incarnation, _) | Trusted::Accepted(incarnation, _) => *incarnation,
        }
    }
}

/// Facts about the journal that are known before it is opened, and that an
/// attacker without the secrets cannot change.
struct Known {
    /// The writer state to compare the journal with, if there is one.
    state: Option<WriterState>,
    /// Number of entries that were in the journal: by the writer state, or by a
    /// checkpoint whose signature verifies.
    size: u64,
}

impl Known {
    fn nothing() -> Known {
        Known {
            state: None,
            size: 0,
        }
    }

    fn read(
        folders: &Folders,
        secrets: &Secrets,
        state: &WriterStateStore,
        notes: &mut Vec<String>,
    ) -> Result<Known, Error> {
        if state.has_unsound_slot() {
            notes.push(format!(
                "one of the two records of {} does not verify: its writing was cut short, or it is damaged; it is written anew",
                secrets.dir().join("writer-state").display()
            ));
        }
        let state = state.state().clone();
        let signed = match genesis::key_under(&state.origin, secrets) {
            Ok(key) => signed_size(&folders.ledger.join("checkpoint"), &key, notes)?,
            Err(_) => 0,
        };
        Ok(Known {
            size: state.point.count.max(signed),
            state: Some(state),
        })
    }

    fn hint(&self) -> Option<Position> {
        let state = self.state.as_ref()?;
        (state.point.count > 0).then_some(state.point.last)
    }

    /// Describes damage, with the last signed point.
    fn damage(&self, dir: &Path, damage: &crate::storage::journal::Damage) -> StorageError {
        match &self.state {
            Some(state) if damage.first_seq < state.point.count => {
                let signed = continuity::signed_so_far(state);
                match damage.is_cut {
                    true => StorageError::NotContinued {
                        path: dir.to_path_buf(),
                        finding: format!(
                            "{signed}; the journal ends with {} entries",
                            damage.first_seq
                        ),
                    },
                    false => {
                        let mut damage = damage.clone();
                        damage.finding = format!("{}; {signed}", damage.finding);
                        damage.to_trouble(dir)
                    }
                }
            }
            _ => damage.to_trouble(dir),
        }
    }
}

/// Opens the journal, heals it from the second copy if possible, and returns
/// whether a torn end was cut.
fn open_journal(
    folders: &Folders,
    found: &OpenedBook,
    copy: &SecondCopy,
    is_unclean: bool,
    known: &Known,
    notes: &mut Vec<String>,
) -> Result<(Segmented, Option<Torn>), Error> {
    let dir = journal_dir(folders);
    let signed = known.size;
    let point = &found.watermark.point;
    let reader = JournalReader::at(&dir);
    let is_foreign = !reader.has_point(point)? && reader.is_other(point)?;
    let (count, hint) = match is_foreign || point.count == 0 {
        true => (0, None),
        false => (point.count, Some(point.last)),
    };
    // The pages after both must be followed.
    let hint = hint.map(|hint| known.hint().map_or(hint, |known| hint.min(known)));
    let mut opening = Opening {
        hint,
        reaches: count.max(signed),
        is_unclean,
        ..Opening::default()
    };
    replace_lost(folders, opening.reaches)?;
    let (mut journal, mut ending) = files::open(&dir, &opening)?;
    while let Ending::Damage(damage) = &ending {
        let damage = damage.clone();
        let page = copy.page(damage.first_seq, damage.position)?;
        // The book knows the hash after the last page that it has folded.
        let page =
            page.filter(|page| count != page.header.next_seq() || page.header.last == point.hash);
        match page.map(|page| journal.heal(&page)) {
            Some(Ok(next)) => {
                notes.push(healed(damage.first_seq));
                ending = next;
            }
            // No page, or one that does not belong there.
            None | Some(Err(StorageError::Unfit { .. })) => {
                // If all signed entries are there, the book knows of another end.
                if !damage.is_cut || opening.reaches == signed || damage.first_seq != signed {
                    return Err(known.damage(&dir, &damage).into());
                }
                opening.reaches = signed;
                (journal, ending) = files::open(&dir, &opening)?;
            }
            Some(Err(trouble)) => return Err(trouble.into()),
        }
    }
    let torn = match ending {
        Ending::Torn(torn) => Some(torn),
        _ => None,
    };
    Ok((journal, torn))
}

/// Size that the checkpoint file was signed for: a shorter journal has lost
/// entries. A file that does not verify is reported and ignored.
fn signed_size(
    path: &Path,
    key: &SigningKey,
    notes: &mut Vec<String>,
) -> Result<u64, StorageError> {
    let text = match disk::read(path, disk::limit::NOTE) {
        Ok(text) => text,
        // It may be missing, or newly created.
        Err(StorageError::Io { .. }) => return Ok(0),
        Err(long @ StorageError::TooLong { .. }) => {
            notes.push(format!("{long}; it is written anew"));
            return Ok(0);
        }
        Err(other) => return Err(other),
    };
    if text.is_empty() {
        return Ok(0);
    }
    let signed = Signed::parse(&text).and_then(|signed| signed.verify(key.verifier()));
    match signed {
        Ok(verified) => Ok(verified.checkpoint().size()),
        Err(flaw) => {
            let path = path.display();
            notes.push(format!(
                "{path} does not verify ({flaw}): what it says is not believed, and it is written anew"
            ));
            Ok(0)
        }
    }
}

/// The signing key under the origin of the writer state, and the first origin,
/// from Genesis.
pub(in crate::engine) fn signing_key(
    folders: &Folders,
    secrets: &Secrets,
    state: &WriterState,
) -> Result<(SigningKey, String), Error> {
    let genesis = genesis::genesis_of(folders)?;
    let origin = continuity::origin_of(&genesis.origin, state.incarnation);
    let key = genesis::key_under(&origin, secrets)?;
    if *key.verifier().as_bytes() != genesis.verifier {
        let finding = "the signing key is not this ledger's; name the right folder with --secrets";
        return Err(StorageError::foreign(secrets.dir(), finding).into());
    }
    let alias_key = secrets.alias_key()?;
    if crate::engine::verbs::profile::alias_check(&alias_key) != genesis.alias_check {
        let finding = "alias.key is not this ledger's, so nobody would be found; name the right folder with --secrets, or put the file back from its backup";
        return Err(StorageError::foreign(secrets.dir(), finding).into());
    }
    if origin != state.origin {
        let path = journal_dir(folders);
        let finding = format!(
            "the writer state is of '{}', the journal of '{origin}'",
            state.origin
        );
        return Err(StorageError::NotContinued { path, finding }.into());
    }
    Ok((key, genesis.origin))
}
