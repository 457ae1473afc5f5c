//! Entries of a simulation, in a temporary file, for those that refer to them.

use crate::chain::codec;
use crate::engine::Error;
use crate::model::Entry;
use crate::storage::error::StorageError;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};

/// Bytes that wait in memory before they are written.
const BUFFER_LEN: usize = 1 << 20;

/// Encoded entries in ascending sequence. Memory: sixteen bytes an entry, and a buffer.
#[derive(Default)]
pub(super) struct EntryStore {
    file: Option<File>,
    /// Bytes after those in the file.
    buffer: Vec<u8>,
    /// Bytes in the file.
    written: u64,
    /// Sequence and offset of each entry.
    index: Vec<(u64, u64)>,
}

impl EntryStore {
    /// Adds an entry; its sequence is above that of all others.
    pub fn push(&mut self, entry: &Entry) -> Result<(), Error> {
        let seq = entry.seq;
        let offset = self.written + self.buffer.len() as u64;
        let encoded = codec::encode_into(entry, &mut self.buffer);
        encoded.map_err(|source| Error::Codec { seq, source })?;
        self.index.push((seq, offset));
        if self.buffer.len() >= BUFFER_LEN {
            self.write_out().map_err(trouble)?;
        }
        Ok(())
    }

    fn write_out(&mut self) -> std::io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile()?),
        };
        file.seek(SeekFrom::Start(self.written))?;
        file.write_all(&self.buffer)?;
        self.written += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }

    /// The entry of a sequence, if there is one.
    pub fn entry(&mut self, seq: u64) -> Result<Option<Entry>, Error> {
        let Ok(at) = self.index.binary_search_by_key(&seq, |known| known.0) else {
            return Ok(None);
        };
        let end = self.written + self.buffer.len() as u64;
        let from = self.index[at].1;
        let to = self.index.get(at + 1).map_or(end, |next| next.1);
        let bytes = self.bytes(from, to).map_err(trouble)?;
        let entry = codec::decode(&bytes);
        entry
            .map(Some)
            .map_err(|source| Error::Codec { seq, source })
    }

    fn bytes(&mut self, from: u64, to: u64) -> std::io::Result<Vec<u8>> {
        let index = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
        // An entry is whole in the file, or whole in the buffer.
        if let Some(start) = from.checked_sub(self.written) {
            let (start, end) = (index(start), index(to - self.written));
            return Ok(self.buffer.get(start..end).unwrap_or_default().to_vec());
        }
        let mut bytes = vec![0; index(to - from)];
        if let Some(file) = &mut self.file {
            file.seek(SeekFrom::Start(from))?;
            file.read_exact(&mut bytes)?;
        }
        Ok(bytes)
    }
}

/// Trouble with a temporary file, with the folder that it is in.
pub(super) fn trouble(error: std::io::Error) -> StorageError {
    StorageError::io("use a temporary file in", &std::env::temp_dir(), error)
}
