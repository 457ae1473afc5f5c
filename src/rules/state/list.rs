//! Lists of a member. There are many, most of them empty or of one element, and
//! members are what memory is filled with: a list takes eight bytes where it
//! stands, and grows by one at first.

use bincode::de::{Decode, Decoder};
use bincode::enc::{Encode, Encoder};
use bincode::error::{DecodeError, EncodeError};
use std::ops::{Deref, DerefMut};
use thin_vec::ThinVec;

/// Length below which a list grows by one element instead of doubling.
const SHORT: usize = 4;
/// Elements for which room is made before any is read: a length may be damaged.
const ROOM_MAX: usize = 1 << 10;
/// Bytes in front of the elements: their number, and for how many there is room.
const HEAD_LEN: usize = 16;

/// A list; encoded as a `Vec` is.
#[derive(Clone, PartialEq, Eq)]
pub struct List<T>(ThinVec<T>);

impl<T> List<T> {
    /// An empty list.
    pub fn new() -> List<T> {
        List(ThinVec::new())
    }

    /// Appends an element.
    pub fn push(&mut self, element: T) {
        self.make_room();
        self.0.push(element);
    }

    /// Inserts an element before that at an index.
    pub fn insert(&mut self, at: usize, element: T) {
        self.make_room();
        self.0.insert(at, element);
    }

    /// Removes the element at an index and returns it.
    pub fn remove(&mut self, at: usize) -> T {
        self.0.remove(at)
    }

    /// Removes the elements from the first one up to an index.
    pub fn remove_first(&mut self, count: usize) {
        self.0.drain(..count);
    }

    /// Keeps only the elements for which it is true.
    pub fn retain(&mut self, is_kept: impl FnMut(&T) -> bool) {
        self.0.retain(is_kept);
    }

    fn make_room(&mut self) {
        if self.0.len() < SHORT {
            self.0.reserve_exact(1);
        }
    }

    /// Bytes of memory besides those where it stands.
    pub(super) fn memory_len(&self) -> usize {
        match self.0.capacity() {
            0 => 0,
            capacity => HEAD_LEN + capacity * size_of::<T>(),
        }
    }
}

impl<T> Default for List<T> {
    fn default() -> List<T> {
        List::new()
    }
}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T> DerefMut for List<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.0
    }
}

impl<T: std::fmt::Debug> std::fmt::Debug for List<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl<T> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> List<T> {
        let mut list = List::new();
        list.extend(elements);
        list
    }
}

impl<T> Extend<T> for List<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, elements: I) {
        elements.into_iter().for_each(|element| self.push(element));
    }
}

impl<T> IntoIterator for List<T> {
    type Item = T;
    type IntoIter = thin_vec::IntoIter<T>;

    fn into_iter(self) -> thin_vec::IntoIter<T> {
        self.0.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a List<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> std::slice::Iter<'a, T> {
        self.0.iter()
    }
}

impl<'a, T> IntoIterator for &'a mut List<T> {
    type Item = &'a mut T;
    type IntoIter = std::slice::IterMut<'a, T>;

    fn into_iter(self) -> std::slice::IterMut<'a, T> {
        self.0.iter_mut()
    }
}

impl<T: Encode> Encode for List<T> {
    fn encode<E: Encoder>(&self, encoder: &mut E) -> Result<(), EncodeError> {
        (self.len() as u64).encode(encoder)?;
        self.iter().try_for_each(|element| element.encode(encoder))
    }
}

impl<Context, T: Decode<Context>> Decode<Context> for List<T> {
    fn decode<D: Decoder<Context = Context>>(decoder: &mut D) -> Result<List<T>, DecodeError> {
        let len = u64::decode(decoder)?;
        let len = usize::try_from(len).map_err(|_| DecodeError::OutsideUsizeRange(len))?;
        let mut list = ThinVec::with_capacity(len.min(ROOM_MAX));
        for _ in 0..len {
            list.push(T::decode(decoder)?);
        }
        Ok(List(list))
    }
}

impl<'de, Context, T: Decode<Context>> bincode::BorrowDecode<'de, Context> for List<T> {
    fn borrow_decode<D: bincode::de::BorrowDecoder<'de, Context = Context>>(
        decoder: &mut D,
    ) -> Result<List<T>, DecodeError> {
        Decode::decode(decoder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes of a list are those of a `Vec`, and it holds no more than it has.
    #[test]
    fn a_list_is_a_vec_that_takes_less() {
        let config = bincode::config::standard();
        let mut list = List::new();
        for n in 0..300_u64 {
            list.push((n, n.to_string()));
            let plain: Vec<_> = list.to_vec();
            let bytes = bincode::encode_to_vec(&list, config).unwrap();
            assert_eq!(bytes, bincode::encode_to_vec(&plain, config).unwrap());
            let read: (List<(u64, String)>, usize) =
                bincode::decode_from_slice(&bytes, config).unwrap();
            assert_eq!(read, (list.clone(), bytes.len()));
            if list.len() <= SHORT {
                let each = size_of::<(u64, String)>();
                assert_eq!(list.memory_len(), HEAD_LEN + list.len() * each);
            }
        }
        assert_eq!(size_of::<List<u64>>(), 8);
    }

    #[test]
    fn a_length_beyond_the_bytes_is_an_error_and_takes_no_memory() {
        let config = bincode::config::standard();
        let bytes = bincode::encode_to_vec((u64::MAX / 2, 1_u8), config).unwrap();
        let read: Result<(List<u64>, usize), _> = bincode::decode_from_slice(&bytes, config);
        assert!(read.is_err());
    }
}
