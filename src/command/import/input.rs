//! The bytes of a file: UTF-16 becomes UTF-8 before lines are split; all other
//! encodings have ASCII line ends and are decoded line by line.

use crate::command::Bad;
use crate::command::bad::shortened;
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};
use std::io::{self, BufRead, BufReader, Read};

/// Looks up an encoding such as `gbk`.
///
/// # Errors
/// There is no such encoding for a file of rows.
pub fn encoding(label: &str) -> Result<&'static Encoding, Bad> {
    match Encoding::for_label(label.as_bytes()) {
        Some(found) if is_wide(found) || found.is_ascii_compatible() => Ok(found),
        Some(_) => Err(Bad::new(
            "encoding",
            format!("'{label}' cannot be read line by line; save the file as UTF-8"),
        )),
        None => Err(Bad::new(
            "encoding",
            format!(
                "unknown encoding '{}'; known are for example utf-8, utf-16, gbk, gb18030, big5, shift_jis, windows-1252, iso-8859-15",
                shortened(label)
            ),
        )),
    }
}

fn is_wide(encoding: &'static Encoding) -> bool {
    encoding == UTF_16LE || encoding == UTF_16BE
}

/// A file's bytes with line ends of one byte.
pub enum Input<R> {
    /// Unchanged.
    Plain(R),
    /// UTF-16 turned into UTF-8.
    Wide(BufReader<Wide<R>>),
}

impl<R: BufRead> Input<R> {
    /// Examines the first bytes. Returns the encoding of the resulting lines.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn open(
        mut input: R,
        encoding: Option<&'static Encoding>,
    ) -> io::Result<(Input<R>, Option<&'static Encoding>)> {
        let head = input.fill_buf()?;
        let is_big = match (head, encoding) {
            ([0xff, 0xfe, ..], None) => Some(false),
            ([0xfe, 0xff, ..], None) => Some(true),
            // Without a byte order mark: of ASCII letters, every second byte is zero.
            ([first, 0, second, 0, ..], None) if *first != 0 && *second != 0 => Some(false),
            ([0, first, 0, second, ..], None) if *first != 0 && *second != 0 => Some(true),
            (_, Some(named)) if is_wide(named) => {
                Some(named == UTF_16BE || head.starts_with(&[0xfe, 0xff]))
            }
            _ => None,
        };
        Ok(match is_big {
            None => (Input::Plain(input), encoding),
            Some(is_big) => (Input::Wide(BufReader::new(Wide::new(input, is_big))), None),
        })
    }
}

impl<R: BufRead> Read for Input<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Input::Plain(input) => input.read(buffer),
            Input::Wide(input) => input.read(buffer),
        }
    }
}

impl<R: BufRead> BufRead for Input<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match self {
            Input::Plain(input) => input.fill_buf(),
            Input::Wide(input) => input.fill_buf(),
        }
    }

    fn consume(&mut self, len: usize) {
        match self {
            Input::Plain(input) => input.consume(len),
            Input::Wide(input) => input.consume(len),
        }
    }
}

/// UTF-16 as UTF-8; an unpaired surrogate is an error, never another letter.
pub struct Wide<R> {
    input: R,
    is_big: bool,
    /// Surrogates that wait for their other half.
    units: Vec<u16>,
    byte: Option<u8>,
    ready: Vec<u8>,
    at: usize,
}

impl<R: BufRead> Wide<R> {
    fn new(input: R, is_big: bool) -> Wide<R> {
        Wide {
            input,
            is_big,
            units: Vec::new(),
            byte: None,
            ready: Vec::new(),
            at: 0,
        }
    }

    /// Converts one buffer to UTF-8; false at the end.
    fn more(&mut self) -> io::Result<bool> {
        let broken = || io::Error::new(io::ErrorKind::InvalidData, "not UTF-16: half a letter");
        let bytes = self.input.fill_buf()?;
        if bytes.is_empty() {
            let is_whole = self.units.is_empty() && self.byte.is_none();
            (self.units, self.byte) = (Vec::new(), None);
            return match is_whole {
                true => Ok(false),
                false => Err(broken()),
            };
        }
        for byte in bytes {
            match self.byte.take() {
                None => self.byte = Some(*byte),
                Some(first) if self.is_big => self.units.push(u16::from_be_bytes([first, *byte])),
                Some(first) => self.units.push(u16::from_le_bytes([first, *byte])),
            }
        }
        let len = bytes.len();
        self.input.consume(len);
        // The other half of a surrogate pair may be in the next buffer.
        let is_first_half = |unit: &mut u16| (0xd800..0xdc00).contains(unit);
        let half = self.units.pop_if(is_first_half);
        (self.ready, self.at) = (Vec::with_capacity(len), 0);
        for letter in char::decode_utf16(self.units.drain(..)) {
            let letter = letter.map_err(|_| broken())?;
            self.ready
                .extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
        }
        self.units.extend(half);
        Ok(true)
    }
}

impl<R: BufRead> Read for Wide<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.ready.len() {
            if !self.more()? {
                return Ok(0);
            }
        }
        let rest = &self.ready[self.at..];
        let len = rest.len().min(buffer.len());
        buffer[..len].copy_from_slice(&rest[..len]);
        self.at += len;
        Ok(len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], encoding: Option<&'static Encoding>) -> io::Result<String> {
        // Small buffers, so that letters cross their edges.
        let small = BufReader::with_capacity(5, bytes);
        let (mut input, _) = Input::open(small, encoding)?;
        let mut text = String::new();
        input.read_to_string(&mut text)?;
        Ok(text.trim_start_matches('\u{feff}').to_owned())
    }

    #[test]
    fn utf16_is_told_from_its_mark_or_its_zeros() {
        let text = "Kunde;Betrag\r\n卡😀;12,50\r\n";
        let units: Vec<u16> = text.encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|u| u.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|u| u.to_be_bytes()).collect();
        for bytes in [
            [&[0xff, 0xfe][..], &little].concat(),
            [&[0xfe, 0xff][..], &big].concat(),
            little.clone(),
            big.clone(),
        ] {
            assert_eq!(read(&bytes, None).unwrap(), text);
        }
        assert_eq!(read(&little, Some(UTF_16LE)).unwrap(), text);
        assert!(
            read(&little[..little.len() - 1], None).is_err(),
            "a byte is missing"
        );
        let half = [&little[..], &0xd83d_u16.to_le_bytes()].concat();
        assert!(read(&half, None).is_err(), "half a letter");
        assert_eq!(read(b"plain\n", None).unwrap(), "plain\n");
    }
}
