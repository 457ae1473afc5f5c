//! Page framing: the layout of one commit group in the journal.
//!
//! A page starts at a 512-byte boundary. All numbers are little endian.
//!
//! | offset | bytes | field |
//! |---:|---:|---|
//! | 0 | 8 | magic `STAMPBK1` |
//! | 8 | 1 | format, 1 |
//! | 9 | 1 | encoding of the body: 0 plain, 1 one lz4 block |
//! | 10 | 2 | reserved, 0 |
//! | 12 | 4 | count of entries, at least 1 |
//! | 16 | 8 | sequence of the first entry |
//! | 24 | 4 | length of the body as stored |
//! | 28 | 4 | length of the body decompressed |
//! | 32 | 32 | hash of the entry before the page |
//! | 64 | 32 | hash of the last entry of the page |
//! | 96 | 8 | signed size: the first sequence |
//! | 104 | 64 | Ed25519 signature over the checkpoint of that size; zeros for the first page |
//! | 168 | 16 | tag: keyed hash over bytes 0..168, which only the writer can make |
//! | 184 | 8 | header checksum over bytes 0..184 |
//! | 192 | | body: per entry its length (LEB128 `u32`, shortest form) and its bytes |
//! | | 8 | page checksum over header, stored body and padding |
//! | | | zeros up to the next 512-byte boundary |
//!
//! Both checksums find accidents, not forgery: against that stand the chain,
//! the tree, the signature and, for the writer alone, the tag.

use std::borrow::Cow;

use super::hash::{Hash, Purpose, entry_hash};

mod builder;
mod header;
mod tag;
#[cfg(test)]
mod tests;

pub use builder::PageBuilder;
pub use header::{Encoding, HEADER_LEN, Header};
pub use tag::{PageKey, TAG_LEN};

/// Pages start at multiples of this many bytes.
pub const ALIGN: usize = 512;

/// Greatest length of a page in bytes, padding included.
pub const PAGE_LEN_MAX: usize = 1 << 20;

/// Greatest length of one entry's canonical bytes.
pub const ENTRY_LEN_MAX: usize = 256 << 10;

/// Length of the header checksum and of the page checksum.
pub const CHECKSUM_LEN: usize = 8;

/// Greatest length of a body, stored and decompressed alike.
pub const BODY_LEN_MAX: usize = PAGE_LEN_MAX - HEADER_LEN - CHECKSUM_LEN;
/// Most bytes of the length that precedes an entry in a body.
pub const LEN_LEN_MAX: usize = 3;

/// Fault in bytes that should be a page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// Fewer bytes than the page needs; more may make it whole.
    #[error("page is cut short: {have} bytes of {need}")]
    Short {
        /// Bytes available.
        have: usize,
        /// Bytes needed.
        need: usize,
    },
    /// The bytes do not start like a page.
    #[error("no page starts here")]
    Magic,
    /// The header's own checksum does not match.
    #[error("page header checksum does not match")]
    HeaderChecksum,
    /// An intact header of a format, or of an encoding of the body, that this
    /// version does not know.
    #[error("page {part} {found} is not supported by this version")]
    Unsupported {
        /// The part: `format` or `encoding`.
        part: &'static str,
        /// The number found.
        found: u8,
    },
    /// A header field has a value that no writer makes.
    #[error("page header at sequence {first_seq}: {what}")]
    Field {
        /// First sequence the header claims.
        first_seq: u64,
        /// The field and its fault.
        what: &'static str,
    },
    /// The page is not the first and carries no signature over the entries before it.
    #[error("page at sequence {first_seq} bears no signature over the entries before it")]
    Unsigned {
        /// First sequence of the page.
        first_seq: u64,
    },
    /// The checksum over the stored bytes does not match.
    #[error("page checksum does not match (entries {first_seq} to {last_seq})")]
    PageChecksum {
        /// First sequence of the page.
        first_seq: u64,
        /// Last sequence of the page.
        last_seq: u64,
    },
    /// The space after the page is not zero.
    #[error("padding after entry {last_seq} is not zero")]
    Padding {
        /// Last sequence of the page.
        last_seq: u64,
    },
    /// The body does not decompress to the length in the header.
    #[error("page body at entry {first_seq} does not decompress")]
    Compression {
        /// First sequence of the page.
        first_seq: u64,
    },
    /// An entry's length is zero, too large, overlong, or exceeds the body.
    #[error("length of entry {seq} does not fit its page")]
    EntryLength {
        /// The entry.
        seq: u64,
    },
    /// The body holds more bytes than the counted entries.
    #[error("page holds bytes after entry {last_seq}, its last")]
    Trailing {
        /// Last sequence of the page.
        last_seq: u64,
    },
    /// The chain hashes do not lead from the header's `prev` to its `last`.
    #[error("hash chain broken somewhere in entries {first_seq} to {last_seq}")]
    Chain {
        /// First sequence of the page.
        first_seq: u64,
        /// Last sequence of the page.
        last_seq: u64,
    },
    /// The writer was asked for a page that would not be valid.
    #[error("cannot seal page at {first_seq}: {what}")]
    Seal {
        /// First sequence of the page.
        first_seq: u64,
        /// The fault.
        what: &'static str,
    },
}

/// A sealed page: its header and its bytes as stored on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The header, parsed.
    pub header: Header,
    /// The whole page, header, checksum and padding included.
    pub bytes: Vec<u8>,
}

impl Page {
    /// Takes a whole page and checks it as [`Page::parse`] does; `bytes` must end with the page.
    ///
    /// # Errors
    /// The first [`Flaw`] found.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Page, Flaw> {
        let header = {
            let view = Page::parse(&bytes)?;
            if view.bytes.len() != bytes.len() {
                return Err(Flaw::Trailing {
                    last_seq: view.header.last_seq(),
                });
            }
            view.header
        };
        Ok(Page { header, bytes })
    }

    /// Checks the framing of the page at the start of `bytes` (more may follow):
    /// both checksums, padding, lengths and count. Not the hash chain: see
    /// [`verify_chain`].
    ///
    /// Memory: at most [`BODY_LEN_MAX`], only when the body is compressed.
    ///
    /// # Errors
    /// The first [`Flaw`] found.
    pub fn parse(bytes: &[u8]) -> Result<PageView<'_>, Flaw> {
        let header = Header::parse(bytes)?;
        let need = header.total_len();
        let bytes = bytes.get(..need).ok_or(Flaw::Short {
            have: bytes.len(),
            need,
        })?;
        check_stored(&header, bytes)?;
        let body = decompress(&header, &bytes[HEADER_LEN..header.body_end()])?;
        check_entries(&header, &body)?;
        Ok(PageView {
            header,
            bytes,
            body,
        })
    }

    /// The view of a page that [`Page::parse`] has checked before, with the
    /// body that [`PageView::into_plain`] returned then.
    pub(crate) fn checked<'a>(&'a self, plain: Option<&'a [u8]>) -> PageView<'a> {
        let stored = &self.bytes[HEADER_LEN..self.header.body_end()];
        PageView {
            header: self.header,
            bytes: &self.bytes,
            body: Cow::Borrowed(plain.unwrap_or(stored)),
        }
    }
}

/// A page whose framing has been checked.
#[derive(Debug, Clone)]
pub struct PageView<'a> {
    /// The header.
    pub header: Header,
    bytes: &'a [u8],
    body: Cow<'a, [u8]>,
}

impl<'a> PageView<'a> {
    /// The stored bytes, exactly the page.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The body, if it had to be decompressed.
    pub(crate) fn into_plain(self) -> Option<Vec<u8>> {
        match self.body {
            Cow::Owned(plain) => Some(plain),
            Cow::Borrowed(_) => None,
        }
    }

    /// The canonical bytes of each entry, in order.
    pub fn entries(&self) -> Entries<'_> {
        Entries { rest: &self.body }
    }

    /// The chain hash after each entry, in order, computed from `header.prev`.
    pub fn hashes(&self) -> impl Iterator<Item = Hash> + '_ {
        self.entries().scan(self.header.prev, |prev, bytes| {
            *prev = entry_hash(prev, bytes);
            Some(*prev)
        })
    }
}

/// Iterator over the canonical bytes of a page's entries.
#[derive(Debug, Clone)]
pub struct Entries<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Entries<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let (entry, rest) = split_entry(self.rest)?;
        self.rest = rest;
        Some(entry)
    }
}

/// Recomputes the chain from the header's `prev` and compares with its `last`.
///
/// # Errors
/// [`Flaw::Chain`] with the range of entries: one hash for the page cannot tell
/// which of them was changed.
pub fn verify_chain(view: &PageView<'_>) -> Result<(), Flaw> {
    let header = &view.header;
    if view.hashes().last() == Some(header.last) {
        return Ok(());
    }
    Err(Flaw::Chain {
        first_seq: header.first_seq,
        last_seq: header.last_seq(),
    })
}

/// True if all bytes are zero (also for none).
pub fn is_zero(bytes: &[u8]) -> bool {
    // Folding whole chunks lets the compiler use wide registers; a plain `all` stops at every byte.
    bytes
        .chunks(256)
        .all(|chunk| chunk.iter().fold(0, |all, byte| all | byte) == 0)
}

/// The checksum of a page whose `bytes` are `header || body || checksum || padding`.
fn page_checksum(body_end: usize, bytes: &[u8]) -> [u8; CHECKSUM_LEN] {
    let mut hasher = blake3::Hasher::new_derive_key(Purpose::PAGE.context());
    hasher
        .update(&bytes[..body_end])
        .update(&bytes[body_end + CHECKSUM_LEN..]);
    header::truncated(&hasher)
}

fn check_stored(header: &Header, bytes: &[u8]) -> Result<(), Flaw> {
    let (first_seq, last_seq) = (header.first_seq, header.last_seq());
    let end = header.body_end();
    if !is_zero(&bytes[end + CHECKSUM_LEN..]) {
        return Err(Flaw::Padding { last_seq });
    }
    if page_checksum(end, bytes) != bytes[end..end + CHECKSUM_LEN] {
        return Err(Flaw::PageChecksum {
            first_seq,
            last_seq,
        });
    }
    Ok(())
}

fn decompress<'a>(header: &Header, stored: &'a [u8]) -> Result<Cow<'a, [u8]>, Flaw> {
    if header.encoding == Encoding::Plain {
        return Ok(Cow::Borrowed(stored));
    }
    let mut plain = vec![0; header.plain_len as usize];
    match lz4_flex::decompress_into(stored, &mut plain) {
        Ok(len) if len == plain.len() => Ok(Cow::Owned(plain)),
        _ => Err(Flaw::Compression {
            first_seq: header.first_seq,
        }),
    }
}

fn check_entries(header: &Header, body: &[u8]) -> Result<(), Flaw> {
    let mut entries = Entries { rest: body };
    for seq in header.first_seq..=header.last_seq() {
        entries.next().ok_or(Flaw::EntryLength { seq })?;
    }
    if entries.rest.is_empty() {
        return Ok(());
    }
    Err(Flaw::Trailing {
        last_seq: header.last_seq(),
    })
}

/// Splits a body into its first entry and the rest.
fn split_entry(body: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = read_len(body)?;
    if len == 0 || len > ENTRY_LEN_MAX {
        return None;
    }
    rest.split_at_checked(len)
}

/// Reads a LEB128 length of at most three bytes, shortest form only.
fn read_len(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut len = 0;
    for (i, byte) in bytes.iter().take(LEN_BYTES_MAX).enumerate() {
        len |= usize::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            let is_shortest = i == 0 || *byte != 0;
            return is_shortest.then_some((len, &bytes[i + 1..]));
        }
    }
    None
}

/// 21 bits, enough for [`ENTRY_LEN_MAX`].
const LEN_BYTES_MAX: usize = 3;

/// Appends a length as LEB128.
#[expect(clippy::cast_possible_truncation, reason = "masked to seven bits")]
fn low_bits(len: usize) -> u8 {
    (len & 0x7f) as u8
}

fn push_len(out: &mut Vec<u8>, mut len: usize) {
    while len >= 0x80 {
        out.push(low_bits(len) | 0x80);
        len >>= 7;
    }
    out.push(low_bits(len));
}
