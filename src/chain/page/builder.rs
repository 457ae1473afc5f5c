//! The page builder: entries in, one sealed page out.

use super::super::hash::{Hash, entry_hash};
use super::{
    BODY_LEN_MAX, CHECKSUM_LEN, ENTRY_LEN_MAX, Encoding, Flaw, HEADER_LEN, Header, LEN_LEN_MAX,
    Page, PageKey, TAG_LEN, page_checksum, push_len,
};

/// Collects entries and seals them into pages, one after another along the chain.
///
/// The sealed bytes depend only on what was pushed, never on time or threads.
#[derive(Debug, Clone)]
pub struct PageBuilder {
    first_seq: u64,
    prev: Hash,
    last: Hash,
    count: u32,
    plain: Vec<u8>,
    packed: Vec<u8>,
    compress_min: usize,
}

impl PageBuilder {
    /// A builder whose next entry has sequence `next_seq` and follows `prev`.
    /// Bodies of at least `compress_min` bytes are compressed where that makes
    /// them smaller; `usize::MAX` never compresses.
    pub fn new(next_seq: u64, prev: Hash, compress_min: usize) -> PageBuilder {
        PageBuilder {
            first_seq: next_seq,
            prev,
            last: prev,
            count: 0,
            plain: Vec::new(),
            packed: Vec::new(),
            compress_min,
        }
    }

    /// Drops the pushed entries and continues at `next_seq` after `prev`.
    pub fn restart(&mut self, next_seq: u64, prev: Hash) {
        (self.first_seq, self.prev, self.last, self.count) = (next_seq, prev, prev, 0);
        self.plain.clear();
    }

    /// True if one more entry of `len` bytes fits into this page.
    pub fn has_room(&self, len: usize) -> bool {
        // The plain size counts, so that the reader's memory is bounded too.
        self.plain.len() + LEN_LEN_MAX + len <= BODY_LEN_MAX
    }

    /// Adds an entry and returns its chain hash.
    ///
    /// # Errors
    /// [`Flaw::Seal`] when the entry is empty or longer than [`ENTRY_LEN_MAX`],
    /// or the page is full (ask [`PageBuilder::has_room`] first).
    pub fn push(&mut self, bytes: &[u8]) -> Result<Hash, Flaw> {
        let hash = entry_hash(&self.last, bytes);
        self.push_hashed(bytes, hash)?;
        Ok(hash)
    }

    /// Adds an entry whose chain hash the caller has computed already.
    ///
    /// # Errors
    /// As [`PageBuilder::push`]. The hash is not checked again.
    pub fn push_hashed(&mut self, bytes: &[u8], hash: Hash) -> Result<(), Flaw> {
        if bytes.is_empty() || bytes.len() > ENTRY_LEN_MAX {
            return Err(self.refuse("an entry is empty or too long"));
        }
        if !self.has_room(bytes.len()) {
            return Err(self.refuse("the page is full"));
        }
        push_len(&mut self.plain, bytes.len());
        self.plain.extend_from_slice(bytes);
        self.count += 1;
        self.last = hash;
        Ok(())
    }

    /// Number of entries pushed since the last page.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Sequence the next pushed entry will have.
    pub fn next_seq(&self) -> u64 {
        self.first_seq + u64::from(self.count)
    }

    /// Seals the page and begins the next. `signature` is the one over the
    /// checkpoint of all entries before this page; `key` makes its tag.
    ///
    /// # Errors
    /// [`Flaw::Seal`] when there is no entry, or a signature on the first page,
    /// or none on a later one.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a body has at most PLAIN_LEN_MAX bytes"
    )]
    pub fn seal(&mut self, signature: Option<[u8; 64]>, key: &PageKey) -> Result<Page, Flaw> {
        if signature.is_none() && self.first_seq > 0 {
            return Err(self.refuse("every page but the first bears a signature"));
        }
        let encoding = self.pack();
        let body = if encoding == Encoding::Lz4 {
            &self.packed
        } else {
            &self.plain
        };
        let header = Header {
            encoding,
            count: self.count,
            first_seq: self.first_seq,
            stored_len: body.len() as u32,
            plain_len: self.plain.len() as u32,
            prev: self.prev,
            last: self.last,
            signature,
            tag: [0; TAG_LEN],
        };
        header.check().map_err(|what| self.refuse(what))?;
        let header = header.tagged(key);
        let bytes = assemble(&header, body);
        self.restart(header.next_seq(), header.last);
        Ok(Page { header, bytes })
    }

    /// Compresses the body if that makes it smaller.
    fn pack(&mut self) -> Encoding {
        if self.plain.len() < self.compress_min {
            return Encoding::Plain;
        }
        self.packed.resize(
            lz4_flex::block::get_maximum_output_size(self.plain.len()),
            0,
        );
        match lz4_flex::compress_into(&self.plain, &mut self.packed) {
            Ok(len) if len < self.plain.len() => {
                self.packed.truncate(len);
                Encoding::Lz4
            }
            _ => Encoding::Plain,
        }
    }

    fn refuse(&self, what: &'static str) -> Flaw {
        Flaw::Seal {
            first_seq: self.first_seq,
            what,
        }
    }
}

/// Header, body, checksum and padding in one buffer.
fn assemble(header: &Header, body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(header.total_len());
    bytes.extend_from_slice(&header.to_bytes());
    bytes.extend_from_slice(body);
    debug_assert_eq!(bytes.len(), HEADER_LEN + body.len());
    bytes.resize(header.total_len(), 0);
    let end = header.body_end();
    let checksum = page_checksum(end, &bytes);
    bytes[end..end + CHECKSUM_LEN].copy_from_slice(&checksum);
    bytes
}
