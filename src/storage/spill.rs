//! A map whose values do not fit into memory in their decoded form: their bytes
//! are kept in memory, and in a scratch file once there are too many.

use super::error::StorageError;
use super::files::{read_at, write_at};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs::File;
use std::hash::{BuildHasher, Hash, RandomState};
use std::hint::black_box;
use std::path::Path;

/// Bytes of memory that a value takes besides its own, in the table and the allocator.
const OVERHEAD: u64 = 64;
/// Length from which a file is rewritten once three quarters of it are old values.
const FILE_LEN_MIN: u64 = 64 << 20;

/// Bytes between two that [`Spill::touch`] reads: a line of the processor's cache.
const LINE: usize = 64;

/// Byte values by key.
pub struct Spill<K, S = RandomState> {
    memory: HashMap<K, Vec<u8>, S>,
    memory_len: u64,
    file: Option<SpillFile<K, S>>,
}

/// Values in a file, one after another.
struct SpillFile<K, S> {
    file: File,
    places: HashMap<K, (u64, u32), S>,
    end: u64,
    live: u64,
}

impl<K, S: Default> Default for Spill<K, S> {
    fn default() -> Spill<K, S> {
        Spill {
            memory: HashMap::default(),
            memory_len: 0,
            file: None,
        }
    }
}

impl<K: Hash + Eq + Copy, S: BuildHasher + Default> Spill<K, S> {
    /// True if there are no values.
    pub fn is_empty(&self) -> bool {
        self.memory.is_empty() && self.file.is_none()
    }

    /// True if some values were moved to a file.
    pub fn has_file(&self) -> bool {
        self.file.is_some()
    }

    /// Memory that it takes, in bytes, approximately.
    pub fn memory_len(&self) -> u64 {
        let places = self.file.as_ref().map_or(0, |file| file.places.len());
        self.memory_len + places as u64 * OVERHEAD
    }

    /// Memory of the values that are not in a file, in bytes, approximately.
    pub fn waiting_len(&self) -> u64 {
        self.memory_len
    }

    /// Keeps a value, replacing the one before, in its place if it fits there.
    pub fn put(&mut self, key: K, bytes: &[u8]) {
        let place = match self.memory.entry(key) {
            Entry::Occupied(place) => place.into_mut(),
            Entry::Vacant(place) => {
                self.memory_len += OVERHEAD;
                place.insert(Vec::new())
            }
        };
        if place.capacity() < bytes.len() {
            self.memory_len -= place.capacity() as u64;
            *place = Vec::with_capacity(rounded(bytes.len()));
            self.memory_len += place.capacity() as u64;
        }
        place.clear();
        place.extend_from_slice(bytes);
    }

    /// Looks up a value and reads it where it is.
    ///
    /// # Errors
    /// I/O errors of the scratch file.
    pub fn read<T>(
        &self,
        key: &K,
        read: impl FnOnce(&[u8]) -> T,
    ) -> Result<Option<T>, StorageError> {
        if let Some(bytes) = self.memory.get(key) {
            return Ok(Some(read(bytes)));
        }
        let in_file = self.file.as_ref().map(|file| file.get(key)).transpose()?;
        Ok(in_file.flatten().map(|bytes| read(&bytes)))
    }

    /// Brings a value that is in memory into the processor's cache.
    pub fn touch(&self, key: &K) {
        if let Some(bytes) = self.memory.get(key) {
            black_box(bytes.iter().step_by(LINE).fold(0, |all, byte| all ^ byte));
        }
    }

    /// All keys, in no particular order.
    pub fn keys(&self) -> impl Iterator<Item = K> + '_ {
        let in_file = self.file.iter().flat_map(|file| file.places.keys());
        let in_file = in_file.filter(|key| !self.memory.contains_key(key));
        self.memory.keys().chain(in_file).copied()
    }

    /// Moves the values in memory to the scratch file; `make` makes an empty one.
    ///
    /// # Errors
    /// I/O errors of the scratch file.
    pub fn write_out(
        &mut self,
        make: impl Fn() -> Result<File, StorageError>,
    ) -> Result<(), StorageError> {
        let mut file = match self.file.take() {
            Some(file) if file.end > FILE_LEN_MIN && file.live * 4 < file.end => {
                file.renewed(make()?)?
            }
            Some(file) => file,
            None => SpillFile::new(make()?),
        };
        let values = std::mem::take(&mut self.memory);
        self.memory_len = 0;
        file.append(values.into_iter().map(Ok))?;
        self.file = Some(file);
        Ok(())
    }
}

/// A length for which an allocator has blocks: values grow, and the rest of a
/// block would be lost otherwise.
fn rounded(len: usize) -> usize {
    len.next_multiple_of((len.next_power_of_two() / 8).max(16))
}

/// Bytes written at once.
const WRITE_LEN: usize = 1 << 20;

impl<K: Hash + Eq + Copy, S: BuildHasher + Default> SpillFile<K, S> {
    fn new(file: File) -> SpillFile<K, S> {
        SpillFile {
            file,
            places: HashMap::default(),
            end: 0,
            live: 0,
        }
    }

    fn get(&self, key: &K) -> Result<Option<Vec<u8>>, StorageError> {
        let Some((at, len)) = self.places.get(key).copied() else {
            return Ok(None);
        };
        let mut bytes = vec![0; len as usize];
        match read_at(&self.file, at, &mut bytes) {
            Ok(read) if read == bytes.len() => Ok(Some(bytes)),
            Ok(_) => Err(trouble("read", std::io::ErrorKind::UnexpectedEof.into())),
            Err(error) => Err(trouble("read", error)),
        }
    }

    fn append(
        &mut self,
        values: impl Iterator<Item = Result<(K, Vec<u8>), StorageError>>,
    ) -> Result<(), StorageError> {
        let mut waiting = Vec::with_capacity(WRITE_LEN);
        for value in values {
            let (key, bytes) = value?;
            let len = u32::try_from(bytes.len()).map_err(|_| {
                let finding = "a value of more than four gigabytes";
                StorageError::unfit(Path::new("the scratch file"), finding)
            })?;
            let place = (self.end + waiting.len() as u64, len);
            if let Some((_, before)) = self.places.insert(key, place) {
                self.live -= u64::from(before);
            }
            self.live += u64::from(len);
            waiting.extend_from_slice(&bytes);
            if waiting.len() >= WRITE_LEN {
                self.flush(&mut waiting)?;
            }
        }
        self.flush(&mut waiting)
    }

    fn flush(&mut self, waiting: &mut Vec<u8>) -> Result<(), StorageError> {
        write_at(&self.file, self.end, waiting).map_err(|error| trouble("write", error))?;
        self.end += waiting.len() as u64;
        waiting.clear();
        Ok(())
    }

    /// Copies the values to another file, without the old ones.
    fn renewed(self, file: File) -> Result<SpillFile<K, S>, StorageError> {
        let mut new = SpillFile::new(file);
        let values = self.places.keys().map(|key| {
            let bytes = self.get(key)?.unwrap_or_default();
            Ok((*key, bytes))
        });
        new.append(values)?;
        Ok(new)
    }
}

fn trouble(what: &'static str, error: std::io::Error) -> StorageError {
    StorageError::io(what, Path::new("the scratch file"), error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_last_is_found_in_memory_and_in_the_file() {
        let make = || tempfile::tempfile().map_err(|error| trouble("create", error));
        let mut spill: Spill<u32> = Spill::default();
        for round in 0..40u32 {
            for key in 0..500u32 {
                if (key + round).is_multiple_of(3) {
                    let bytes = vec![round as u8; (key % 97) as usize];
                    spill.put(key, &bytes);
                }
            }
            if round % 5 == 4 {
                spill.write_out(make).unwrap();
            }
            if round % 10 == 9 {
                let file = spill.file.take().unwrap();
                spill.file = Some(file.renewed(make().unwrap()).unwrap());
            }
            for key in 0..500u32 {
                let last = (0..=round).rev().find(|r| (key + r).is_multiple_of(3));
                let expected = last.map(|r| vec![r as u8; (key % 97) as usize]);
                let found = spill.read(&key, <[u8]>::to_vec).unwrap();
                assert_eq!(found, expected, "{key} in round {round}");
            }
        }
        assert_eq!(spill.keys().count(), 500);
        assert!(spill.memory_len() >= 500 * OVERHEAD);
    }
}
