//! The state between memory and disk: a write-back cache over the book. Members
//! are loaded when they are needed and written back later; only the journal
//! must not wait.
//!
//! State in use is decoded. Beyond the bound on memory all of it becomes
//! bytes ([`PackedState`]), and where those are too many as well, they are
//! written to the book and forgotten.

#![expect(
    clippy::iter_over_hash_type,
    reason = "what is written goes to a place of its own by key, in whatever order"
)]

mod background_writer;
mod before_images;
mod birthdays;
mod opening;
mod packed_state;
mod packer;
mod page_index;
mod table;
mod watermark;
mod writing;

pub use packed_state::{LEAST_PART, PackedState, aftermath_len, members_len};
pub use page_index::{PageIndex, PageMarks};

pub(super) use opening::{BookOptions, OpenedBook};
pub(super) use watermark::Watermark;
pub(super) use writing::Written;

use super::error::Error;
use crate::model::{Activation, Draft, Effect, Entry, Instant, MemberId, MonthDay};
use crate::rules;
use crate::rules::state::{Aftermath, ByMember, IdHasher, Member, State};
use crate::storage::book::{Batch, Book, Value};
use crate::storage::derived::{JournalPoint, get_long};
use crate::storage::error::StorageError;
use crate::storage::journal::Position;
use crate::storage::second_copy::SecondCopy;
use crate::storage::vault::{Secret, Vault};
use background_writer::BackgroundWriter;
use before_images::BeforeImages;
use bincode::Decode;
use birthdays::Birthdays;
use packed_state::from_bytes;
use packer::Packer;
use std::collections::{HashMap, HashSet};
use std::hash::BuildHasherDefault;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use table::Table;

/// A table by a random key: an id, or a keyed hash.
pub(super) type ById<K, V> = HashMap<K, V, BuildHasherDefault<IdHasher>>;

const MEMBER: u8 = b'm';
const ALIAS: u8 = b'a';
const AFTERMATH: u8 = b'r';
const DUE: u8 = b'd';
const ERASED: u8 = b'e';
const BIRTHDAY: u8 = b'p';
const PAGES: u8 = b'i';
const GLOBAL: &[u8] = b"h";
const PROGRAMME: &[u8] = b"P";

/// Bytes of memory of an alias or a birthday.
const LOOKUP_LEN: u64 = 56;

/// Most members whose lots stay decoded for a reader.
const READ_MAX: usize = 256;

/// The tables of the book.
#[derive(Default)]
struct Tables {
    /// Members by id, each with its instant in the due index.
    members: Table<MEMBER, 16>,
    /// Owners by the hash of an alias.
    aliases: Table<ALIAS, 16>,
    /// Instants at which due events are possible, each with its member.
    due: Table<DUE, 24>,
    /// Aftermath of entries, by sequence.
    aftermath: Table<AFTERMATH, 8>,
    /// Members who were erased.
    erased: Table<ERASED, 16>,
    /// Sealed birthdays by member.
    birthdays: Table<BIRTHDAY, 16>,
    /// Positions of pages by their first sequence.
    pages: Table<PAGES, 8>,
}

/// State in memory, and its changes since the book was written.
#[derive(Default)]
struct Front {
    state: State,
    /// Bytes of memory of the members.
    used: u64,
    dirty: HashSet<MemberId, BuildHasherDefault<IdHasher>>,
    dirty_aftermath: HashSet<u64>,
    aliases: ById<[u8; 16], Option<MemberId>>,
    /// Owners of aliases that were looked up in the book.
    owners: ById<[u8; 16], MemberId>,
    birthdays: Birthdays,
    /// True if a member was erased since the book was written.
    has_erased: bool,
}

impl Front {
    fn put(&mut self, id: MemberId, member: Box<Member>) {
        self.used += member.memory_len();
        self.state.members.put(id, member);
    }

    fn owner(&self, alias: &[u8; 16]) -> Option<Option<MemberId>> {
        let owner = || self.owners.get(alias).copied().map(Some);
        self.aliases.get(alias).copied().or_else(owner)
    }

    /// True if the book has all changes.
    fn is_written(&self) -> bool {
        self.dirty.is_empty()
            && self.dirty_aftermath.is_empty()
            && self.aliases.is_empty()
            && self.birthdays.is_written()
    }
}

/// A stored member: the state, and its instant in the due index.
#[derive(Decode)]
struct Stored {
    _due: Option<Instant>,
    member: Box<Member>,
}

/// The write-back cache.
pub(super) struct Cache {
    book: Arc<Book>,
    tables: Tables,
    front: Front,
    /// State before the dry run that is under way.
    trial: Option<BeforeImages>,
    /// State as of the last durable page; None if nobody asks for it, or it is not known.
    before: Option<BeforeImages>,
    /// Members and aftermaths that are not in use, packed.
    packed: PackedState,
    /// Thread that packs members in the background.
    packer: Packer,
    /// Thread that writes to the book in the background.
    background_writer: Option<BackgroundWriter>,
    second_copy: Arc<Mutex<SecondCopy>>,
    /// Batches written to the book so far.
    batches: u64,
    /// Entries since the state was last written to the book.
    unwritten: u64,
    /// Members whose lots may have been decoded for a reader, which no count of memory has.
    read: Vec<MemberId>,
    /// Bound on memory in bytes.
    memory: u64,
}

impl Cache {
    /// Makes the cache over an opened book, within a bound on memory in bytes.
    pub(super) fn new(opened: OpenedBook, second_copy: SecondCopy, memory: u64) -> Cache {
        let state = State {
            global: opened.global,
            ..State::default()
        };
        Cache {
            book: Arc::new(opened.book),
            tables: Tables::default(),
            front: Front {
                state,
                ..Front::default()
            },
            trial: None,
            before: None,
            packed: PackedState::default(),
            packer: Packer::default(),
            background_writer: None,
            second_copy: Arc::new(Mutex::new(second_copy)),
            batches: 0,
            unwritten: 0,
            read: Vec::new(),
            memory,
        }
    }

    /// The state, with the loaded members.
    pub(super) fn state(&self) -> &State {
        &self.front.state
    }

    /// A loaded member.
    pub(super) fn member(&self, id: MemberId) -> Option<&Member> {
        self.front.state.members.get(&id)
    }

    /// Begins a dry run: changes are taken back by [`Cache::end_trial`].
    pub(super) fn begin_trial(&mut self) {
        self.trial = Some(BeforeImages::default());
    }

    /// Ends a dry run and restores the state before it.
    pub(super) fn end_trial(&mut self) {
        if let Some(mut before) = self.trial.take() {
            before.exchange(&mut self.front);
        }
    }

    /// Keeps the state as it is now, for [`Cache::exchange`], or forgets the one that was kept.
    pub(super) fn keep_before(&mut self, is_kept: bool) {
        self.before = is_kept.then(BeforeImages::default);
    }

    /// True if the state of [`Cache::keep_before`] is known.
    pub(super) fn has_before(&self) -> bool {
        self.before.is_some()
    }

    /// Exchanges the state with that of [`Cache::keep_before`]. Nothing may be changed
    /// before it is exchanged again.
    pub(super) fn exchange(&mut self) {
        if let Some(before) = &mut self.before {
            before.exchange(&mut self.front);
        }
    }

    /// Keeps something of the state that is about to change, where it is to come back.
    fn keep(&mut self, keep: impl FnOnce(&mut BeforeImages, &Front)) {
        if let Some(before) = self.trial.as_mut().or(self.before.as_mut()) {
            keep(before, &self.front);
        }
    }

    /// Continues a dry run with some members as they were at some time.
    pub(super) fn replace_members(&mut self, mut members: ByMember<Member>) {
        for (id, member) in members.drain() {
            self.keep(|before, front| before.keep_member(&front.state, id));
            self.change(&[id], |state| state.members.put(id, member));
        }
    }

    /// Notes that a member may be read. What is decoded for readers takes several times the
    /// memory of the encoded, so it is kept of the last ones only.
    pub(super) fn note_read(&mut self, id: MemberId) {
        if self.read.len() >= READ_MAX {
            self.forget_read();
        }
        self.read.push(id);
    }

    fn forget_read(&mut self) {
        for id in self.read.drain(..) {
            if let Some(member) = self.front.state.members.get_mut(&id) {
                member.lots.forget_decoded();
            }
        }
    }

    /// Loads a member, if there is one of that id.
    pub(super) fn load(&mut self, id: MemberId) -> Result<(), Error> {
        self.note_read(id);
        if !self.front.state.members.contains_key(&id)
            && let Some(member) = self.stored(id)?
        {
            self.front.put(id, member);
        }
        Ok(())
    }

    /// Reads a member who is not in use.
    fn stored(&self, id: MemberId) -> Result<Option<Box<Member>>, Error> {
        if let Some(member) = self.packer.member(id) {
            return Ok(Some(Box::new(member.clone())));
        }
        if let Some(member) = self.packed.member(id)? {
            return Ok(Some(member));
        }
        let Some(bytes) = self.tables.members.get(&self.book, &id.0)? else {
            return Ok(None);
        };
        let stored = from_bytes(&bytes).filter(|stored: &Stored| stored.member.lots.are_sound());
        let stored = stored.ok_or_else(|| unreadable("a member"))?;
        Ok(Some(stored.member))
    }

    /// Loads the aftermath of an entry.
    pub(super) fn load_aftermath(&mut self, seq: u64) -> Result<(), Error> {
        if self.front.state.aftermath.contains_key(&seq) {
            return Ok(());
        }
        let found = self.stored_aftermath(seq)?;
        let aftermath = &mut self.front.state.aftermath;
        aftermath.extend(found.map(|after| (seq, after)));
        Ok(())
    }

    fn stored_aftermath(&self, seq: u64) -> Result<Option<Aftermath>, Error> {
        if let Some(after) = self.packed.aftermath(seq)? {
            return Ok(Some(after));
        }
        let bytes = self.tables.aftermath.get(&self.book, &seq.to_be_bytes())?;
        let read = |bytes: Vec<u8>| from_bytes(&bytes).ok_or_else(|| unreadable("an aftermath"));
        bytes.map(read).transpose()
    }

    /// Books a draft in the state; see [`rules::seal`]. The members that it
    /// concerns must be loaded.
    pub(super) fn seal(&mut self, draft: Draft) -> Result<Entry, Error> {
        let ids = draft.members.clone();
        self.keep(|before, front| before.keep(&front.state, &draft));
        let entry = self.change(&ids, |state| rules::seal(state, draft))?;
        self.note(&entry);
        Ok(entry)
    }

    /// Folds an entry that the journal already has.
    pub(super) fn fold(&mut self, entry: &Entry) -> Result<(), Error> {
        let ids: Vec<MemberId> = entry.touched.iter().map(|t| t.member).collect();
        ids.iter().try_for_each(|id| self.load(*id))?;
        let effects = entry.effects.iter();
        for of in effects.filter_map(Effect::changes_aftermath_of) {
            self.load_aftermath(of)?;
        }
        self.change(&ids, |state| rules::fold(state, entry))?;
        self.note(entry);
        Ok(())
    }

    /// Changes some members, and updates the count of their memory.
    fn change<T>(&mut self, ids: &[MemberId], change: impl FnOnce(&mut State) -> T) -> T {
        let state = &mut self.front.state;
        let before = members_len(state, ids.iter().copied());
        let done = change(state);
        let after = members_len(state, ids.iter().copied());
        self.front.used = (self.front.used + after).saturating_sub(before);
        done
    }

    /// Notes the changes of an entry, to be written back.
    fn note(&mut self, entry: &Entry) {
        if self.trial.is_some() {
            return;
        }
        self.front
            .dirty
            .extend(entry.touched.iter().map(|t| t.member));
        let effects = entry.effects.iter();
        let changed = effects.filter_map(Effect::changes_aftermath_of);
        self.front.dirty_aftermath.extend(changed);
        self.front.has_erased |= entry.erases().next().is_some();
        self.unwritten += 1;
    }

    /// Owner of an alias.
    pub(super) fn owner(&mut self, alias: &[u8; 16]) -> Result<Option<MemberId>, Error> {
        if let Some(owner) = self.front.owner(alias) {
            return Ok(owner);
        }
        let found = self.tables.aliases.get(&self.book, alias)?;
        let found = found.and_then(|id| id.try_into().ok()).map(MemberId);
        self.front.owners.extend(found.map(|owner| (*alias, owner)));
        Ok(found)
    }

    /// Sets or removes the owner of an alias.
    pub(super) fn set_owner(&mut self, alias: [u8; 16], owner: Option<MemberId>) {
        self.keep(|before, front| {
            let known = front.aliases.get(&alias).copied();
            before.aliases.entry(alias).or_insert(known);
        });
        self.front.aliases.insert(alias, owner);
    }

    /// A member's birthday, as the vault had it when the book was filled.
    pub(super) fn birthday(
        &mut self,
        vault: &mut Vault,
        id: MemberId,
    ) -> Result<Option<MonthDay>, Error> {
        if let Some(birthday) = self.front.birthdays.known(&id) {
            return Ok(birthday);
        }
        let row = self.tables.birthdays.get(&self.book, &id.0)?;
        self.front.birthdays.open(row, vault, id)
    }

    /// Sets a member's birthday, sealed with the member's key, or removes it.
    /// `slot` is the vault's slot of the key, if known.
    pub(super) fn set_birthday(
        &mut self,
        id: MemberId,
        birthday: Option<MonthDay>,
        key: Option<(&Secret, Option<u32>)>,
    ) {
        self.keep(|before, front| {
            let known = front.birthdays.known(&id);
            before.birthdays.entry(id).or_insert(known);
        });
        match (birthday, key) {
            _ if self.trial.is_some() => self.front.birthdays.know(id, birthday),
            (Some(birthday), Some((key, slot))) => {
                self.front.birthdays.set(id, birthday, key, slot);
            }
            _ => self.front.birthdays.clear(id),
        }
    }

    /// Notes the vault's slots of new members' keys.
    pub(super) fn note_slots(&mut self, slots: impl Iterator<Item = (MemberId, u32)>) {
        self.front.birthdays.note_slots(slots);
    }

    /// Members for whom due events are possible, soonest first. The cache must
    /// have been written and settled before.
    pub(super) fn due(&self, until: Instant) -> Result<Vec<MemberId>, Error> {
        let mut members = Vec::new();
        for key in self.tables.due.keys(&self.book) {
            let key = key?;
            let (at, id) = key.split_at(8);
            let at = i64::from_be_bytes(at.try_into().map_err(|_| unreadable("the due index"))?);
            if at > until.0 {
                break;
            }
            members.push(MemberId(
                id.try_into().map_err(|_| unreadable("the due index"))?,
            ));
        }
        Ok(members)
    }

    /// All members, by id. The cache must have been written and settled before.
    pub(super) fn ids(&self) -> Result<Vec<MemberId>, Error> {
        let ids = self.tables.members.keys(&self.book);
        ids.map(|id| Ok(MemberId(id?))).collect()
    }

    /// Members that were erased, as far as the book knows.
    pub(super) fn erased(&self) -> Result<Vec<[u8; 16]>, Error> {
        self.tables.erased.keys(&self.book).collect()
    }

    /// Reads a member without keeping them in memory.
    pub(super) fn look<T>(
        &self,
        id: MemberId,
        look: impl FnOnce(&Member) -> T,
    ) -> Result<Option<T>, Error> {
        match self.member(id) {
            Some(member) => Ok(Some(look(member))),
            None => Ok(self.stored(id)?.as_deref().map(look)),
        }
    }

    /// The activation of the programme in force, if the book has one.
    pub(super) fn programme(&self) -> Result<Option<Activation>, Error> {
        let found = get_long(&self.book, PROGRAMME)?;
        Ok(found.and_then(|bytes| from_bytes(&bytes)))
    }

    /// A short value that the book keeps besides the state.
    pub(super) fn mark(&self, key: &[u8]) -> Result<Option<Value>, Error> {
        Ok(self.book.get(key)?)
    }

    /// Sets a short value that the book keeps besides the state, at once. The
    /// cache must have been settled.
    pub(super) fn set_mark(&mut self, key: &[u8], value: &[u8]) -> Result<(), Error> {
        let mut batch = Batch::default();
        batch.put(key, value);
        self.batches += 1;
        Ok(self.book.apply(batch)?)
    }

    /// Positions of pages that the book has. The cache must have been settled.
    pub(super) fn page_marks(&self) -> Result<Vec<(u64, Position)>, Error> {
        let rows = self.tables.pages.rows(&self.book);
        let marks = rows.map(|row| {
            let (seq, position) = row?;
            let position = position.try_into().map_err(|_| unreadable("a position"))?;
            Ok((u64::from_be_bytes(seq), Position::from_bytes(position)))
        });
        marks.collect()
    }

    /// Bound on memory in bytes.
    pub(super) fn memory(&self) -> u64 {
        self.memory
    }

    /// Entries since the state was last written.
    pub(super) fn unwritten(&self) -> u64 {
        self.unwritten
    }

    /// Batches written so far.
    pub(super) fn batches(&self) -> u64 {
        self.batches
    }

    /// Number of members changed since the last write.
    pub(super) fn dirty_count(&self) -> usize {
        self.front.dirty.len()
    }

    /// True if a change removes data from the book: an alias, or an erased member.
    pub(super) fn takes_away(&self) -> bool {
        self.takes_an_alias_away() || self.front.has_erased
    }

    fn takes_an_alias_away(&self) -> bool {
        self.front.aliases.values().any(Option::is_none)
    }

    /// The book, to be kept open when the cache is dropped.
    pub(super) fn book(&self) -> Arc<Book> {
        Arc::clone(&self.book)
    }

    /// Closes the book.
    pub(super) fn close(self) {
        let Cache {
            book,
            tables,
            front,
            packed,
            packer,
            background_writer,
            ..
        } = self;
        // A copy of the book takes memory, too.
        drop((tables, front, packed, packer, background_writer));
        if let Some(book) = Arc::into_inner(book) {
            book.close();
        }
    }

    /// Prefetches the data of commands that name these aliases, as far as it is
    /// in memory.
    pub(super) fn look_ahead<'a>(&self, aliases: impl Iterator<Item = &'a [u8; 16]>) {
        let owners = aliases.filter_map(|alias| self.front.owner(alias));
        let ids: Vec<MemberId> = owners.flatten().collect();
        let is_noted = |id: &&MemberId| {
            self.front.dirty.contains(*id) | self.front.birthdays.known(id).is_some()
        };
        std::hint::black_box(ids.iter().filter(is_noted).count());
        rules::prefetch(&self.front.state, ids.iter().copied());
        if !self.packed.is_empty() {
            self.packed.look_ahead(ids.into_iter());
        }
    }

    /// Compares the second copy with the journal; one of another history is set
    /// aside. Returns its new path.
    pub(super) fn compare_copy(&self) -> Result<Option<PathBuf>, StorageError> {
        self.with_copy(SecondCopy::compare)
    }

    /// The page of the second copy that begins with a sequence.
    pub(super) fn copied_page(
        &self,
        first_seq: u64,
        position: Position,
    ) -> Result<Option<crate::chain::page::Page>, StorageError> {
        self.with_copy(|copy| copy.page(first_seq, position))
    }

    /// Copies the journal up to a point, in the background once there is a
    /// thread for it. Returns the error that kept the copy from being written,
    /// if any.
    pub(super) fn copy(
        &mut self,
        point: &JournalPoint,
        end: Position,
    ) -> Result<Option<StorageError>, Error> {
        match &mut self.background_writer {
            Some(writer) => {
                writer.copy(*point, end)?;
                Ok(writer.copy_failure())
            }
            None => Ok(self.with_copy(|copy| copy.extend(point, end)).err()),
        }
    }

    fn with_copy<T>(&self, act: impl FnOnce(&mut SecondCopy) -> T) -> T {
        let copy = self.second_copy.lock();
        act(&mut copy.unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    /// Members, followed by the others of their households, all loaded.
    pub(super) fn with_housemates(&mut self, ids: Vec<MemberId>) -> Result<Vec<MemberId>, Error> {
        let mut all = ids;
        for n in 0..all.len() {
            let id = all[n];
            self.load(id)?;
            let member = self.member(id);
            let mates = member.map(|m| m.housemates()).unwrap_or_default();
            for mate in mates {
                self.load(mate)?;
                if !all.contains(&mate) {
                    all.push(mate);
                }
            }
        }
        Ok(all)
    }
}

fn unreadable(what: &str) -> Error {
    Error::damage(format!(
        "the book holds {what} that cannot be read; run `stampbook rebuild`"
    ))
}

#[cfg(test)]
impl Cache {
    /// The state, for changes outside of any entry.
    pub(super) fn state_mut(&mut self, touched: MemberId) -> &mut State {
        self.front.dirty.insert(touched);
        self.unwritten += 1;
        &mut self.front.state
    }
}
