//! The shelf: the book's state between memory and disk. Members come in when
//! they are needed and go down when it suits; the journal alone must not wait.

use super::birthdays::Birthdays;
use super::error::Error;
use super::packed_table::{PackedTable, VALUE_LEN_MAX};
use crate::model::{Activation, CampaignStatus, Instant, MemberId, MonthDay, Number, Policy};
use crate::rules::state::{Aftermath, House, IdHasher, Member, State, Status};
use crate::rules::{Outlook, due, trigger};
use crate::storage::book::{Batch, Book};
use crate::storage::derived::{get_long, put_long};
use crate::storage::vault::Vault;
use bincode::{Decode, Encode, config::Configuration};
use std::collections::{HashMap, HashSet};
use std::hash::BuildHasherDefault;

/// A table by something random: an id, a keyed hash.
pub(super) type ById<K, V> = HashMap<K, V, BuildHasherDefault<IdHasher>>;

const HOUSE: u8 = b'h';
const MEMBER: u8 = b'm';
/// Members too long for a run of others.
const MEMBER_APART: u8 = b'M';
const ALIAS: u8 = b'a';
const AFTERMATH: u8 = b'r';
const DUE: u8 = b'd';
const ERASED: u8 = b'e';
const PROGRAMME: u8 = b'P';
/// What the due index was worked out by; nothing where no campaign has a trigger.
const DUE_BY: u8 = b'D';
/// Members whose due days are worked out again in one batch.
const INDEX_AT_ONCE: usize = 1000;

/// A stored member: the state, and the instant its due index stands at.
#[derive(Encode, Decode)]
struct Stored {
    due: Option<Instant>,
    member: Member,
}

fn config() -> Configuration {
    bincode::config::standard()
}

/// The stored form of a part of the state.
pub fn to_bytes<T: Encode>(value: &T) -> Vec<u8> {
    bincode::encode_to_vec(value, config()).expect("state is plain data, which always encodes")
}

/// Reads what [`to_bytes`] made.
pub fn from_bytes<T: Decode<()>>(bytes: &[u8]) -> Option<T> {
    bincode::decode_from_slice(bytes, config())
        .ok()
        .map(|(value, _)| value)
}

fn key<const N: usize>(prefix: u8, parts: &[&[u8]]) -> [u8; N] {
    let mut key = [0; N];
    key[0] = prefix;
    let mut at = 1;
    for part in parts {
        key[at..at + part.len()].copy_from_slice(part);
        at += part.len();
    }
    key
}

/// What has changed since the book was last written.
#[derive(Default)]
pub struct Shelf {
    /// The state.
    pub state: State,
    dirty: HashSet<MemberId, BuildHasherDefault<IdHasher>>,
    dirty_aftermath: HashSet<u64>,
    /// Where the due index of each member in memory stands.
    due: ById<MemberId, Option<Instant>>,
    aliases: ById<[u8; 16], Option<MemberId>>,
    /// Owners that were looked up in the book before.
    owners: ById<[u8; 16], MemberId>,
    pub(super) birthdays: Birthdays,
    /// Pieces of those members in the book that stand apart.
    pieces: ById<MemberId, u32>,
    /// Members in the book; nothing of whom stands apart.
    kept_members: PackedTable<MEMBER, 16>,
    /// Pieces of the house in the book.
    house_pieces: u32,
    /// Aliases in the book, with their owners.
    kept_aliases: PackedTable<ALIAS, 16>,
    /// Instants in the book at which something may be due, each with its member.
    kept_due: PackedTable<DUE, 24>,
    /// The shelf that a trial lies over; it is read and never changed.
    beneath: Option<Box<Shelf>>,
}

impl Shelf {
    /// From here on nothing that happens is kept: members are copied from the
    /// shelf as they are needed.
    pub fn begin_trial(&mut self) {
        let state = State {
            house: self.state.house.clone(),
            ..State::default()
        };
        let real = std::mem::take(self);
        *self = Shelf {
            state,
            beneath: Some(Box::new(real)),
            ..Shelf::default()
        };
    }

    /// Back to where the trial began.
    pub fn end_trial(&mut self) {
        if let Some(real) = self.beneath.take() {
            *self = *real;
        }
    }

    /// Brings a member or an aftermath from the shelf beneath, if it is there.
    fn lift<V: Clone>(&self, find: impl Fn(&Shelf) -> Option<&V>) -> Option<V> {
        find(self.beneath.as_deref()?).cloned()
    }

    /// The shelf over a book that was written before.
    pub fn open(book: &Book) -> Result<Option<Shelf>, Error> {
        let Some((bytes, pieces)) = get_long(book, &[HOUSE])? else {
            return Ok(None);
        };
        let state = from_bytes::<House>(&bytes).map(|house| State {
            house,
            ..State::default()
        });
        Ok(state.map(|state| Shelf {
            state,
            house_pieces: pieces,
            ..Shelf::default()
        }))
    }

    /// Brings a member in, if there is one of that id.
    pub fn load(&mut self, book: &Book, id: MemberId) -> Result<(), Error> {
        if self.state.members.contains_key(&id) {
            return Ok(());
        }
        if let Some(member) = self.lift(|shelf| shelf.state.members.get(&id)) {
            self.state.members.insert(id, member);
            return Ok(());
        }
        let found = match self.kept_members.get(book, &id.0)? {
            Some(bytes) if bytes.is_empty() => get_long(book, &apart_key(id))?,
            found => found.map(|bytes| (bytes, 0)),
        };
        if let Some((bytes, pieces)) = found {
            let stored: Stored = from_bytes(&bytes).ok_or_else(|| unreadable("a member"))?;
            if pieces > 0 {
                self.pieces.insert(id, pieces);
            }
            self.due.insert(id, stored.due);
            self.state.members.insert(id, stored.member);
        }
        Ok(())
    }

    /// Brings in what became of an entry.
    pub fn load_aftermath(&mut self, book: &Book, seq: u64) -> Result<(), Error> {
        if self.state.aftermath.contains_key(&seq) {
            return Ok(());
        }
        if let Some(after) = self.lift(|shelf| shelf.state.aftermath.get(&seq)) {
            self.state.aftermath.insert(seq, after);
            return Ok(());
        }
        if let Some((bytes, _)) = get_long(book, &aftermath_key(seq))? {
            let aftermath: Aftermath =
                from_bytes(&bytes).ok_or_else(|| unreadable("an aftermath"))?;
            self.state.aftermath.insert(seq, aftermath);
        }
        Ok(())
    }

    /// Notes that a member has changed.
    pub fn touch(&mut self, id: MemberId) {
        self.dirty.insert(id);
    }

    /// Notes that what became of an entry has changed.
    pub fn touch_aftermath(&mut self, seq: u64) {
        self.dirty_aftermath.insert(seq);
    }

    /// How many members have changed since the last write.
    pub fn dirty_count(&self) -> usize {
        self.dirty.len()
    }

    /// Whose alias it is.
    pub fn owner(&mut self, book: &Book, alias: &[u8; 16]) -> Result<Option<MemberId>, Error> {
        if let Some(owner) = self.noted_owner(alias) {
            return Ok(owner);
        }
        if let Some(beneath) = &mut self.beneath {
            return beneath.owner(book, alias);
        }
        let found = self.kept_aliases.get(book, alias)?;
        let found = found.and_then(|id| id.try_into().ok()).map(MemberId);
        if let Some(owner) = found {
            self.owners.insert(*alias, owner);
        }
        Ok(found)
    }

    /// Whose alias it is, as far as that is in memory.
    pub(super) fn noted_owner(&self, alias: &[u8; 16]) -> Option<Option<MemberId>> {
        let owner = || self.owners.get(alias).copied().map(Some);
        self.aliases.get(alias).copied().or_else(owner)
    }

    /// Whether anything is noted of a member besides their state.
    pub(super) fn has_noted(&self, id: &MemberId) -> bool {
        self.dirty.contains(id) | self.birthdays.known(id).is_some()
    }

    /// Gives an alias to a member, or takes it away.
    pub fn set_owner(&mut self, alias: [u8; 16], owner: Option<MemberId>) {
        self.aliases.insert(alias, owner);
    }

    /// A member's birthday, as the vault told it when the book was filled.
    pub fn birthday(
        &mut self,
        book: &Book,
        vault: &mut Vault,
        id: MemberId,
    ) -> Result<Option<MonthDay>, Error> {
        if let Some(birthday) = self.birthdays.known(&id) {
            return Ok(birthday);
        }
        match &mut self.beneath {
            Some(beneath) => beneath.birthday(book, vault, id),
            None => self.birthdays.load(book, vault, id),
        }
    }

    /// Members for whom something may be due, soonest first. The shelf must
    /// have been written before.
    pub fn due(&self, book: &Book, until: Instant) -> Result<Vec<MemberId>, Error> {
        let mut members = Vec::new();
        for key in self.kept_due.keys(book) {
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

    /// Members that were erased.
    pub fn erased(&self, book: &Book) -> Result<Vec<[u8; 16]>, Error> {
        let ids = book.scan_prefix(&[ERASED]).map(|pair| {
            let (key, _) = pair?;
            key[1..]
                .try_into()
                .map_err(|_| unreadable("the list of erased members"))
        });
        ids.collect()
    }

    /// Whether what has changed takes something out of the book: an alias, or a
    /// member who was erased.
    pub fn takes_away(&self) -> bool {
        let is_erased = |id| {
            let member = self.state.members.get(id);
            member.is_some_and(|m| m.status == Status::Erased)
        };
        self.aliases.values().any(Option::is_none) || self.dirty.iter().any(is_erased)
    }

    /// Puts everything that has changed into a batch. Says whether an alias was
    /// taken away: then the batch must reach the book before it is read again.
    pub fn write(
        &mut self,
        book: &Book,
        vault: &mut Vault,
        policy: Option<&dyn Policy>,
        batch: &mut Batch,
    ) -> Result<bool, Error> {
        let takes_away = self.aliases.values().any(Option::is_none);
        let house = to_bytes(&self.state.house);
        self.house_pieces = put_long(batch, &[HOUSE], &house, self.house_pieces);
        let mut dirty: Vec<MemberId> = self.dirty.drain().collect();
        dirty.sort_unstable();
        self.write_members(&dirty, book, vault, policy, batch)?;
        for seq in std::mem::take(&mut self.dirty_aftermath) {
            if let Some(aftermath) = self.state.aftermath.get(&seq) {
                // What became of an entry only grows.
                put_long(batch, &aftermath_key(seq), &to_bytes(aftermath), 0);
            }
        }
        for (alias, owner) in self.aliases.drain() {
            match owner {
                Some(id) => self.owners.insert(alias, id),
                None => self.owners.remove(&alias),
            };
            let owner = owner.map(|id| id.0);
            self.kept_aliases
                .set(alias, owner.as_ref().map(<[u8; 16]>::as_slice));
        }
        self.kept_aliases.write(book, batch)?;
        self.kept_due.write(book, batch)?;
        self.birthdays.write(batch);
        Ok(takes_away)
    }

    /// Works out all due days again where what they depend on besides members
    /// has changed: the programme, and which campaigns with a trigger run. The
    /// shelf must have been written before.
    pub fn index_due(
        &mut self,
        book: &Book,
        vault: &mut Vault,
        policy: &dyn Policy,
    ) -> Result<(), Error> {
        let by = due_by(&self.state.house, policy);
        if book.get(&[DUE_BY])?.as_deref().unwrap_or_default() == by {
            return Ok(());
        }
        for group in self.ids(book)?.chunks(INDEX_AT_ONCE) {
            let mut batch = Batch::default();
            let is_guest = |id: &&MemberId| !self.state.members.contains_key(id);
            let guests: Vec<MemberId> = group.iter().filter(is_guest).copied().collect();
            for id in &guests {
                self.load(book, *id)?;
            }
            self.write_members(group, book, vault, Some(policy), &mut batch)?;
            guests.into_iter().for_each(|id| self.forget(id));
            self.kept_due.write(book, &mut batch)?;
            book.apply(batch)?;
            self.settled();
        }
        let mut batch = Batch::default();
        batch.put(&[DUE_BY], &by);
        Ok(book.apply(batch)?)
    }

    /// All members, by id. The shelf must have been written before.
    pub fn ids(&self, book: &Book) -> Result<Vec<MemberId>, Error> {
        let ids = self.kept_members.keys(book);
        ids.map(|id| Ok(MemberId(id?))).collect()
    }

    /// Looks at a member without keeping it in memory.
    pub fn look<T>(
        &mut self,
        book: &Book,
        id: MemberId,
        look: impl FnOnce(&Member) -> T,
    ) -> Result<Option<T>, Error> {
        let is_guest = !self.state.members.contains_key(&id);
        self.load(book, id)?;
        let seen = self.state.members.get(&id).map(look);
        if is_guest {
            self.forget(id);
        }
        Ok(seen)
    }

    fn forget(&mut self, id: MemberId) {
        self.state.members.remove(&id);
        self.due.remove(&id);
        self.pieces.remove(&id);
        self.birthdays.forget(&id);
    }

    /// Puts members in memory into a batch, in the order of their ids.
    fn write_members(
        &mut self,
        ids: &[MemberId],
        book: &Book,
        vault: &mut Vault,
        policy: Option<&dyn Policy>,
        batch: &mut Batch,
    ) -> Result<(), Error> {
        let mut changing = self.kept_members.begin();
        for id in ids {
            if let Some(bytes) = self.write_member(*id, book, vault, policy, batch)? {
                let bytes = Some(bytes.as_slice());
                self.kept_members
                    .change(book, batch, &mut changing, &id.0, bytes)?;
            }
        }
        self.kept_members.close(changing, batch);
        Ok(())
    }

    /// What is to be kept of a member among others; nothing of one that stands
    /// apart, which is put into the batch.
    fn write_member(
        &mut self,
        id: MemberId,
        book: &Book,
        vault: &mut Vault,
        policy: Option<&dyn Policy>,
        batch: &mut Batch,
    ) -> Result<Option<Vec<u8>>, Error> {
        let birthday = match policy.is_some_and(trigger::has_birthdays) {
            true => self.birthday(book, vault, id)?,
            false => None,
        };
        let Some(member) = self.state.members.get(&id) else {
            return Ok(None);
        };
        if member.status == Status::Erased {
            batch.put(&key::<17>(ERASED, &[&id.0]), &[]);
        }
        let due = policy.and_then(|policy| {
            let outlook = Outlook {
                policy,
                house: &self.state.house,
                birthday,
            };
            due::earliest(member, &outlook)
        });
        let before = self.due.insert(id, due).flatten();
        if before != due {
            if let Some(at) = before {
                self.kept_due.set(due_key(at, id), None);
            }
            if let Some(at) = due {
                self.kept_due.set(due_key(at, id), Some(&[]));
            }
        }
        let bytes = bincode::encode_to_vec(StoredRef { due, member }, config())
            .expect("state is plain data, which always encodes");
        let before = self.pieces.get(&id).copied();
        if before.is_none() && bytes.len() <= VALUE_LEN_MAX {
            return Ok(Some(bytes));
        }
        // Whoever has grown as long as that stays apart.
        let pieces = put_long(batch, &apart_key(id), &bytes, before.unwrap_or_default());
        self.pieces.insert(id, pieces);
        Ok(Some(Vec::new()))
    }

    /// Whether more members are in memory than a bound allows, and none of them
    /// waits to be written.
    pub fn is_over(&self, members_max: usize) -> bool {
        self.state.members.len() > members_max && self.dirty.is_empty()
    }

    /// The book has taken everything that was written.
    pub fn settled(&mut self) {
        self.kept_members.shrink();
        self.kept_aliases.shrink();
        self.kept_due.shrink();
    }

    /// Forgets what is in memory. Only after the book has taken all of it.
    pub fn shrink(&mut self) {
        self.settled();
        self.state.members.clear();
        self.state.aftermath.clear();
        self.owners.clear();
        self.birthdays.shrink();
        self.due.clear();
        self.pieces.clear();
    }
}

/// An instant and a member, in their order.
fn due_key(at: Instant, id: MemberId) -> [u8; 24] {
    let mut key = [0; 24];
    key[..8].copy_from_slice(&at.0.to_be_bytes());
    key[8..].copy_from_slice(&id.0);
    key
}

#[derive(Encode)]
struct StoredRef<'a> {
    due: Option<Instant>,
    member: &'a Member,
}

/// What due days depend on besides members, in bytes to compare.
fn due_by(house: &House, policy: &dyn Policy) -> Vec<u8> {
    let triggered = policy.campaigns().iter().filter(|c| c.trigger.is_some());
    let running = triggered.filter(|c| house.status(c.number) == CampaignStatus::Running);
    let running: Vec<Number> = running.map(|c| c.number).collect();
    match running.is_empty() {
        true => Vec::new(),
        false => to_bytes(&(house.bundle, running)),
    }
}

fn apart_key(id: MemberId) -> [u8; 17] {
    key(MEMBER_APART, &[&id.0])
}

fn aftermath_key(seq: u64) -> [u8; 9] {
    key(AFTERMATH, &[&seq.to_be_bytes()])
}

fn unreadable(what: &str) -> Error {
    Error::damage(format!(
        "the book holds {what} that cannot be read; run `stampbook rebuild`"
    ))
}

/// The activation of the programme in force, if the book has one.
pub(super) fn read_programme(book: &Book) -> Result<Option<Activation>, Error> {
    let found = get_long(book, &[PROGRAMME])?;
    Ok(found.and_then(|(bytes, _)| from_bytes(&bytes)))
}

/// Puts the activation of the programme in force down.
pub(super) fn write_programme(
    book: &Book,
    activation: &Activation,
    batch: &mut Batch,
) -> Result<(), Error> {
    let before = get_long(book, &[PROGRAMME])?.map_or(0, |(_, pieces)| pieces);
    put_long(batch, &[PROGRAMME], &to_bytes(activation), before);
    Ok(())
}
