//! A table by member.

use crate::model::MemberId;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Hashes ids that are random already, by taking their first eight bytes.
#[derive(Default, Clone, Copy)]
pub struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..part.len()].copy_from_slice(part);
            self.0 = self.0.rotate_left(23) ^ u64::from_le_bytes(word);
        }
    }

    fn write_usize(&mut self, _: usize) {}
}

/// A table by member. Its order is never looked at. What it holds stays where it
/// is when the table grows: members are large and many.
#[derive(Clone, Debug)]
pub struct ByMember<T>(HashMap<MemberId, Box<T>, BuildHasherDefault<IdHasher>>);

impl<T> Default for ByMember<T> {
    fn default() -> ByMember<T> {
        ByMember(HashMap::default())
    }
}

impl<T> ByMember<T> {
    /// The member's.
    pub fn get(&self, id: &MemberId) -> Option<&T> {
        self.0.get(id).map(Box::as_ref)
    }

    /// The member's, to be changed.
    pub fn get_mut(&mut self, id: &MemberId) -> Option<&mut T> {
        self.0.get_mut(id).map(Box::as_mut)
    }

    /// Whether the member is in the table.
    pub fn contains_key(&self, id: &MemberId) -> bool {
        self.0.contains_key(id)
    }

    /// Puts a member in; gives what was there before.
    pub fn insert(&mut self, id: MemberId, value: T) -> Option<Box<T>> {
        self.0.insert(id, Box::new(value))
    }

    /// Takes a member out.
    pub fn remove(&mut self, id: &MemberId) -> Option<Box<T>> {
        self.0.remove(id)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, in the order of their ids.
    pub fn in_order(&self) -> impl Iterator<Item = &T> {
        let mut all: Vec<_> = self.0.iter().collect();
        all.sort_unstable_by_key(|(id, _)| **id);
        all.into_iter().map(|(_, value)| value.as_ref())
    }

    /// Takes all of them out.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Gives back the memory of places that are empty.
    pub fn shrink_to_fit(&mut self) {
        self.0.shrink_to_fit();
    }

    /// Takes all of them out, in no order at all.
    pub fn drain(&mut self) -> impl Iterator<Item = (MemberId, Box<T>)> + '_ {
        self.0.drain()
    }
}

impl<T> Extend<(MemberId, T)> for ByMember<T> {
    fn extend<I: IntoIterator<Item = (MemberId, T)>>(&mut self, pairs: I) {
        let boxed = pairs.into_iter().map(|(id, value)| (id, Box::new(value)));
        self.0.extend(boxed);
    }
}
