//! The fixed header at the start of every page.

use super::super::hash::{Hash, Purpose};
use super::tag::{PageKey, TAG_LEN};
use super::{ALIGN, BODY_LEN_MAX, CHECKSUM_LEN, Flaw};

/// Length of the header in bytes, its checksum included. Later formats keep it,
/// so that an intact header of a newer format can be told from damage.
pub const HEADER_LEN: usize = 192;

const MAGIC: &[u8; 8] = b"STAMPBK1";
const FORMAT: u8 = 1;
const CHECKSUM_AT: usize = HEADER_LEN - CHECKSUM_LEN;
const TAG_AT: usize = CHECKSUM_AT - TAG_LEN;

/// Encoding of a page's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// As it is.
    Plain,
    /// One lz4 block without a length prefix.
    Lz4,
}

/// Header of a page, which is read before its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Encoding of the body.
    pub encoding: Encoding,
    /// Number of entries, at least 1.
    pub count: u32,
    /// Sequence of the first entry.
    pub first_seq: u64,
    /// Bytes of the body as stored.
    pub stored_len: u32,
    /// Bytes of the body decompressed.
    pub plain_len: u32,
    /// Hash of the entry before the page; zero for the first page.
    pub prev: Hash,
    /// Hash of the page's last entry.
    pub last: Hash,
    /// Ed25519 signature over the checkpoint of the first `first_seq` entries.
    /// None for the first page, which has nothing to sign.
    pub signature: Option<[u8; 64]>,
    /// Keyed hash over the fields above, for the writer; see [`Header::is_tagged_by`].
    pub tag: [u8; TAG_LEN],
}

impl Header {
    /// Reads and checks the header at the start of `bytes` (more may follow).
    ///
    /// # Errors
    /// [`Flaw::Short`], [`Flaw::Magic`], [`Flaw::HeaderChecksum`],
    /// [`Flaw::Unsupported`], [`Flaw::Field`] or [`Flaw::Unsigned`].
    pub fn parse(bytes: &[u8]) -> Result<Header, Flaw> {
        let short = Flaw::Short {
            have: bytes.len(),
            need: HEADER_LEN,
        };
        let bytes: &[u8; HEADER_LEN] = bytes.first_chunk().ok_or(short)?;
        if !bytes.starts_with(MAGIC) {
            return Err(Flaw::Magic);
        }
        if header_checksum(bytes) != bytes[CHECKSUM_AT..] {
            return Err(Flaw::HeaderChecksum);
        }
        if bytes[8] != FORMAT {
            let found = bytes[8];
            return Err(Flaw::Unsupported {
                part: "format",
                found,
            });
        }
        if bytes[9] > 1 {
            let found = bytes[9];
            return Err(Flaw::Unsupported {
                part: "encoding",
                found,
            });
        }
        let first_seq = u64_at(bytes, 16);
        let header = Header::fields(bytes).map_err(|what| Flaw::Field { first_seq, what })?;
        match header.signature {
            None if first_seq > 0 => Err(Flaw::Unsigned { first_seq }),
            _ => Ok(header),
        }
    }

    /// True if the holder of `key` sealed a page with this header. The header
    /// names the entries on both sides of it, so the tag binds all of them.
    pub fn is_tagged_by(&self, key: &PageKey) -> bool {
        let made = key.tag(&self.untagged()[..TAG_AT]);
        // Every byte is compared, so that the time taken reveals nothing about the tag.
        let differs = made
            .iter()
            .zip(self.tag)
            .fold(0, |all, (a, b)| all | (a ^ b));
        differs == 0
    }

    /// Adds the tag to the header.
    pub(super) fn tagged(self, key: &PageKey) -> Header {
        let tag = key.tag(&self.untagged()[..TAG_AT]);
        Header { tag, ..self }
    }

    fn fields(bytes: &[u8; HEADER_LEN]) -> Result<Header, &'static str> {
        let first_seq = u64_at(bytes, 16);
        let header = Header {
            encoding: encoding(bytes)?,
            count: u32_at(bytes, 12),
            first_seq,
            stored_len: u32_at(bytes, 24),
            plain_len: u32_at(bytes, 28),
            prev: hash_at(bytes, 32),
            last: hash_at(bytes, 64),
            signature: signature(bytes, first_seq)?,
            tag: std::array::from_fn(|i| bytes[TAG_AT + i]),
        };
        header.check()?;
        Ok(header)
    }

    /// The rules between the fields, the same for reader and writer.
    pub(super) fn check(&self) -> Result<(), &'static str> {
        let is_first = self.first_seq == 0;
        let is_sane_len = match self.encoding {
            Encoding::Plain => self.stored_len == self.plain_len,
            Encoding::Lz4 => self.stored_len < self.plain_len,
        };
        let rules = [
            (is_sane_len, "stored length does not suit the encoding"),
            (self.plain_len as usize <= BODY_LEN_MAX, "body is too long"),
            // The shortest entry is one byte after a length of one byte.
            (
                self.count >= 1 && self.count <= self.plain_len / 2,
                "count does not suit the length",
            ),
            (
                self.first_seq.checked_add(self.count.into()).is_some(),
                "sequence overflows",
            ),
            (
                is_first == (self.prev == Hash::ZERO),
                "previous hash is zero for the first page only",
            ),
            (
                !is_first || self.signature.is_none(),
                "first page has nothing to sign",
            ),
        ];
        rules
            .iter()
            .find(|(is_held, _)| !is_held)
            .map_or(Ok(()), |(_, what)| Err(*what))
    }

    /// The header as it is stored.
    pub(super) fn to_bytes(self) -> [u8; HEADER_LEN] {
        let mut bytes = self.untagged();
        bytes[TAG_AT..CHECKSUM_AT].copy_from_slice(&self.tag);
        let checksum = header_checksum(&bytes);
        bytes[CHECKSUM_AT..].copy_from_slice(&checksum);
        bytes
    }

    /// The fields before the tag, then zeros.
    fn untagged(&self) -> [u8; HEADER_LEN] {
        let mut bytes = [0; HEADER_LEN];
        bytes[..8].copy_from_slice(MAGIC);
        bytes[8] = FORMAT;
        bytes[9] = (self.encoding == Encoding::Lz4).into();
        bytes[12..16].copy_from_slice(&self.count.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.first_seq.to_le_bytes());
        bytes[24..28].copy_from_slice(&self.stored_len.to_le_bytes());
        bytes[28..32].copy_from_slice(&self.plain_len.to_le_bytes());
        bytes[32..64].copy_from_slice(&self.prev.0);
        bytes[64..96].copy_from_slice(&self.last.0);
        if let Some(signature) = &self.signature {
            bytes[96..104].copy_from_slice(&self.first_seq.to_le_bytes());
            bytes[104..168].copy_from_slice(signature);
        }
        bytes
    }

    /// Bytes of the whole page, checksum and padding included: a multiple of [`ALIGN`].
    pub fn total_len(&self) -> usize {
        (self.body_end() + CHECKSUM_LEN).next_multiple_of(ALIGN)
    }

    /// Sequence of the page's last entry.
    pub fn last_seq(&self) -> u64 {
        self.next_seq() - 1
    }

    /// Sequence of the entry that would follow the page.
    pub fn next_seq(&self) -> u64 {
        self.first_seq + u64::from(self.count)
    }

    /// True if the page holds the entry `seq`.
    pub fn has_entry(&self, seq: u64) -> bool {
        (self.first_seq..self.next_seq()).contains(&seq)
    }

    /// Offset of the first byte after the stored body.
    pub(super) fn body_end(&self) -> usize {
        HEADER_LEN + self.stored_len as usize
    }
}

fn encoding(bytes: &[u8; HEADER_LEN]) -> Result<Encoding, &'static str> {
    if bytes[10..12] != [0, 0] {
        return Err("reserved bytes are not zero");
    }
    match bytes[9] {
        0 => Ok(Encoding::Plain),
        1 => Ok(Encoding::Lz4),
        _ => Err("unknown encoding of the body"),
    }
}

fn signature(bytes: &[u8; HEADER_LEN], first_seq: u64) -> Result<Option<[u8; 64]>, &'static str> {
    let signed_size = u64_at(bytes, 96);
    let signature: [u8; 64] = std::array::from_fn(|i| bytes[104 + i]);
    match (signed_size, signature == [0; 64]) {
        (0, true) => Ok(None),
        (size, false) if size == first_seq => Ok(Some(signature)),
        _ => Err("signature does not suit the signed size"),
    }
}

fn header_checksum(bytes: &[u8; HEADER_LEN]) -> [u8; CHECKSUM_LEN] {
    let mut hasher = blake3::Hasher::new_derive_key(Purpose::PAGE_HEADER.context());
    hasher.update(&bytes[..CHECKSUM_AT]);
    truncated(&hasher)
}

/// The first bytes of the hash, as a checksum.
pub(super) fn truncated(hasher: &blake3::Hasher) -> [u8; CHECKSUM_LEN] {
    let hash = hasher.finalize();
    std::array::from_fn(|i| hash.as_bytes()[i])
}

fn u32_at(bytes: &[u8; HEADER_LEN], at: usize) -> u32 {
    u32::from_le_bytes(std::array::from_fn(|i| bytes[at + i]))
}

fn u64_at(bytes: &[u8; HEADER_LEN], at: usize) -> u64 {
    u64::from_le_bytes(std::array::from_fn(|i| bytes[at + i]))
}

fn hash_at(bytes: &[u8; HEADER_LEN], at: usize) -> Hash {
    Hash(std::array::from_fn(|i| bytes[at + i]))
}
