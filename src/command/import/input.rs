//! The bytes of a file: UTF-16 becomes UTF-8 before lines are split; all other
//! encodings have ASCII line ends and are decoded line by line.

use crate::command::Bad;
use crate::command::bad::shortened;
use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_16BE, UTF_16LE};
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
        let wide = match (head, encoding) {
            ([0xff, 0xfe, ..], None) => UTF_16LE,
            ([0xfe, 0xff, ..], None) => UTF_16BE,
            // Without a byte order mark: of ASCII letters, every second byte is zero.
            ([first, 0, second, 0, ..], None) if *first != 0 && *second != 0 => UTF_16LE,
            ([0, first, 0, second, ..], None) if *first != 0 && *second != 0 => UTF_16BE,
            ([0xfe, 0xff, ..], Some(named)) if is_wide(named) => UTF_16BE,
            (_, Some(named)) if is_wide(named) => named,
            _ => return Ok((Input::Plain(input), encoding)),
        };
        Ok((Input::Wide(BufReader::new(Wide::new(input, wide))), None))
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
    /// None at the end of the input.
    decoder: Option<Decoder>,
    ready: String,
    at: usize,
}

impl<R: BufRead> Wide<R> {
    fn new(input: R, encoding: &'static Encoding) -> Wide<R> {
        Wide {
            input,
            decoder: Some(encoding.new_decoder_without_bom_handling()),
            ready: String::new(),
            at: 0,
        }
    }

    /// Converts one buffer to UTF-8; false at the end.
    fn more(&mut self) -> io::Result<bool> {
        let broken = || io::Error::new(io::ErrorKind::InvalidData, "not UTF-16: half a letter");
        let Some(decoder) = &mut self.decoder else {
            return Ok(false);
        };
        let bytes = self.input.fill_buf()?;
        let is_last = bytes.is_empty();
        let len = decoder.max_utf8_buffer_length_without_replacement(bytes.len());
        (self.ready, self.at) = (String::with_capacity(len.ok_or_else(broken)?), 0);
        let (found, read) =
            decoder.decode_to_string_without_replacement(bytes, &mut self.ready, is_last);
        self.input.consume(read);
        if is_last {
            self.decoder = None;
        }
        match found {
            DecoderResult::InputEmpty => Ok(!is_last),
            _ => Err(broken()),
        }
    }
}

impl<R: BufRead> Read for Wide<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.ready.len() {
            if !self.more()? {
                return Ok(0);
            }
        }
        let len = (&self.ready.as_bytes()[self.at..]).read(buffer)?;
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
