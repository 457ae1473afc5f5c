//! A reader that detects numbers in an overlong encoding. Everything else that
//! bincode reads has one encoding only, so input that was read to its end
//! without such a number encodes back to the same bytes; nobody has to encode
//! it again to find out.

use bincode::de::read::Reader;
use bincode::error::DecodeError;

/// The last number that is its own byte; those after it announce two, four,
/// eight or sixteen bytes.
const SINGLE_MAX: u64 = 250;
const MARKER_U16: u8 = 251;
const MARKER_U128: u8 = 254;

/// Reads entry bytes and notes overlong numbers.
pub(super) struct Strict<'a> {
    rest: &'a [u8],
    /// The byte read last, if it was read by itself: near the end of the bytes,
    /// where it cannot look ahead, bincode reads a number's marker that way, and
    /// nothing else.
    marker: u8,
    is_overlong: bool,
}

impl<'a> Strict<'a> {
    pub fn new(bytes: &'a [u8]) -> Strict<'a> {
        Strict {
            rest: bytes,
            marker: 0,
            is_overlong: false,
        }
    }

    /// True if the input read so far is canonical and none is left over.
    pub fn is_canonical(&self) -> bool {
        self.rest.is_empty() && !self.is_overlong
    }

    /// Reads bytes without copying them.
    pub fn take(&mut self, len: usize) -> Result<&'a [u8], DecodeError> {
        let Some((now, rest)) = self.rest.split_at_checked(len) else {
            let additional = len - self.rest.len();
            return Err(DecodeError::UnexpectedEnd { additional });
        };
        (self.rest, self.marker) = (rest, 0);
        Ok(now)
    }

    /// Checks the bytes of a number that follow their marker.
    #[inline]
    fn weigh(&mut self, digits: &[u8]) {
        let high = match digits.len() {
            2 => u64::from(digits[1]) << 8 | u64::from(digits[0]) > SINGLE_MAX,
            len => digits[len / 2..].iter().any(|byte| *byte != 0),
        };
        self.is_overlong |= !high;
    }
}

/// Number of bytes that follow a marker.
fn digits_len(marker: u8) -> Option<usize> {
    (MARKER_U16..=MARKER_U128)
        .contains(&marker)
        .then(|| 2 << (marker - MARKER_U16))
}

impl Reader for Strict<'_> {
    #[inline]
    fn read(&mut self, bytes: &mut [u8]) -> Result<(), DecodeError> {
        let Some((now, rest)) = self.rest.split_at_checked(bytes.len()) else {
            let additional = bytes.len() - self.rest.len();
            return Err(DecodeError::UnexpectedEnd { additional });
        };
        bytes.copy_from_slice(now);
        self.rest = rest;
        let marker = std::mem::take(&mut self.marker);
        match now {
            [byte] => self.marker = *byte,
            _ if digits_len(marker) == Some(now.len()) => self.weigh(now),
            _ => {}
        }
        Ok(())
    }

    #[inline]
    fn peek_read(&mut self, len: usize) -> Option<&[u8]> {
        self.rest.get(..len)
    }

    /// Consumes bytes that bincode has peeked at; several at once are a number.
    #[inline]
    fn consume(&mut self, len: usize) {
        let (now, rest) = self.rest.split_at(len.min(self.rest.len()));
        self.rest = rest;
        self.marker = 0;
        if let [_, digits @ ..] = now
            && !digits.is_empty()
        {
            self.weigh(digits);
        }
    }
}
