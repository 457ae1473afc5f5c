//! A hash table by member.

use crate::model::MemberId;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Hashes ids, which are random already, by taking their first eight bytes.
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

/// A hash table by member. Its order is never used. Values are boxed, so that
/// they stay in place when the table grows: members are large and many.
#[derive(Clone, Debug)]
pub struct ByMember<T>(HashMap<MemberId, Box<T>, BuildHasherDefault<IdHasher>>);

impl<T> Default for ByMember<T> {
    fn default() -> ByMember<T> {
        ByMember(HashMap::default())
    }
}

impl<T> ByMember<T> {
    /// Looks up a member's value.
    pub fn get(&self, id: &MemberId) -> Option<&T> {
        self.0.get(id).map(Box::as_ref)
    }

    /// Looks up a member's value for changing it.
    pub fn get_mut(&mut self, id: &MemberId) -> Option<&mut T> {
        self.0.get_mut(id).map(Box::as_mut)
    }

    /// True if the member is in the table.
    pub fn contains_key(&self, id: &MemberId) -> bool {
        self.0.contains_key(id)
    }

    /// Inserts a member's value; returns the previous one.
    pub fn insert(&mut self, id: MemberId, value: T) -> Option<Box<T>> {
        self.0.insert(id, Box::new(value))
    }

    /// Inserts a member's value where it is.
    pub fn put(&mut self, id: MemberId, value: Box<T>) {
        self.0.insert(id, value);
    }

    /// Removes a member.
    pub fn remove(&mut self, id: &MemberId) -> Option<Box<T>> {
        self.0.remove(id)
    }

    /// Number of members.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True if the table is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All values, in the order of their ids.
    pub fn in_order(&self) -> impl Iterator<Item = &T> {
        let mut all: Vec<_> = self.0.iter().collect();
        all.sort_unstable_by_key(|(id, _)| **id);
        all.into_iter().map(|(_, value)| value.as_ref())
    }

    /// All members with their values, in arbitrary order.
    pub fn iter(&self) -> impl Iterator<Item = (&MemberId, &T)> {
        self.0.iter().map(|(id, value)| (id, value.as_ref()))
    }

    /// Removes all of them.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Releases the memory of empty places beyond some that stay.
    pub fn shrink_to(&mut self, places: usize) {
        self.0.shrink_to(places);
    }

    /// Removes and returns all of them, in arbitrary order.
    pub fn drain(&mut self) -> impl Iterator<Item = (MemberId, Box<T>)> + '_ {
        self.0.drain()
    }
}
