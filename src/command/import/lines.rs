//! Lines of any length in bounded memory.

use crate::command::LINE_LEN_MAX;
use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read};

/// One line, without its end.
#[derive(Clone, Debug)]
pub struct Line {
    /// Line number, from 1.
    pub number: u64,
    /// Its bytes, without line end and byte order mark; cut off at [`LINE_LEN_MAX`].
    pub bytes: Vec<u8>,
    /// Its full length in bytes.
    pub len: u64,
    /// True if a line end follows; the last line may have none.
    pub is_terminated: bool,
}

impl Line {
    /// True if it is blank.
    pub fn is_blank(&self) -> bool {
        self.bytes.trim_ascii().is_empty() && self.is_whole()
    }

    /// True if it was not cut off.
    pub fn is_whole(&self) -> bool {
        self.len == self.bytes.len() as u64
    }
}

/// Reads lines that end in LF or CRLF, or in CR if [`Lines::tell_ends`] found so.
pub struct Lines<R> {
    input: R,
    /// Lines that were read and put back.
    waiting: VecDeque<Line>,
    number: u64,
    bytes_read: u64,
    end: u8,
}

impl<R: BufRead> Lines<R> {
    /// Makes a reader of lines.
    pub fn new(input: R) -> Lines<R> {
        Lines {
            input,
            waiting: VecDeque::new(),
            number: 0,
            bytes_read: 0,
            end: b'\n',
        }
    }

    /// Detects lines that end in CR alone, as old spreadsheets write them.
    ///
    /// # Errors
    /// The input cannot be read.
    pub fn tell_ends(&mut self) -> io::Result<()> {
        let head = self.input.fill_buf()?;
        // The LF after a final CR may be in the next buffer.
        let has_return = head
            .split_last()
            .is_some_and(|(_, rest)| rest.contains(&b'\r'));
        if has_return && !head.contains(&b'\n') {
            self.end = b'\r';
        }
        Ok(())
    }

    /// Number of bytes read from the input so far.
    pub fn bytes_read(&self) -> u64 {
        self.bytes_read
    }

    /// The next line; None at the end. Bytes beyond the greatest length of a
    /// command are skipped, not kept.
    #[allow(clippy::should_implement_trait)] // It can fail, and is never used as an iterator.
    pub fn next(&mut self) -> io::Result<Option<Line>> {
        if !self.waiting.is_empty() {
            return Ok(self.waiting.pop_front());
        }
        let mut line = Line {
            number: self.number + 1,
            bytes: Vec::new(),
            len: 0,
            is_terminated: false,
        };
        while !line.is_terminated && self.more(&mut line)? {}
        if line.len == 0 && !line.is_terminated {
            return Ok(None);
        }
        self.number += 1;
        trim(&mut line);
        Ok(Some(line))
    }

    /// The next line that is not blank; None at the end.
    ///
    /// # Errors
    /// The input cannot be read.
    pub fn next_filled(&mut self) -> io::Result<Option<Line>> {
        while let Some(line) = self.next()? {
            if !line.is_blank() {
                return Ok(Some(line));
            }
        }
        Ok(None)
    }

    /// Puts lines back: they come next, in this order.
    pub fn put_back(&mut self, lines: impl DoubleEndedIterator<Item = Line>) {
        for line in lines.rev() {
            self.waiting.push_front(line);
        }
    }

    /// Reads one buffer; false at the end of the input.
    fn more(&mut self, line: &mut Line) -> io::Result<bool> {
        let buffer = match self.input.fill_buf() {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => return Ok(true),
            other => other?,
        };
        let end = buffer.iter().position(|b| *b == self.end);
        let found = &buffer[..end.unwrap_or(buffer.len())];
        let room = (LINE_LEN_MAX + 1).saturating_sub(line.bytes.len());
        line.bytes
            .extend_from_slice(&found[..found.len().min(room)]);
        line.len += found.len() as u64;
        line.is_terminated = end.is_some();
        let used = found.len() + usize::from(end.is_some());
        self.input.consume(used);
        self.bytes_read += used as u64;
        Ok(used > 0)
    }
}

impl<R: Read> Lines<BufReader<R>> {
    /// True if a whole line is buffered already, so that reading it cannot block.
    pub fn is_line_waiting(&self) -> bool {
        self.input.buffer().contains(&b'\n')
    }
}

fn trim(line: &mut Line) {
    if line.is_whole() && line.is_terminated && line.bytes.last() == Some(&b'\r') {
        line.bytes.pop();
        line.len -= 1;
    }
    if line.number == 1 && line.bytes.starts_with(b"\xef\xbb\xbf") {
        line.bytes.drain(..3);
        line.len -= 3;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(input: impl Read) -> Vec<Line> {
        // A small buffer, so that lines cross its edges.
        let mut lines = Lines::new(BufReader::with_capacity(3, input));
        let mut found = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            found.push(line);
        }
        found
    }

    #[test]
    fn ends_marks_and_blank_lines() {
        let found = lines(&b"\xef\xbb\xbfone\r\n\r\ntwo\nthr\ree"[..]);
        let texts: Vec<&[u8]> = found.iter().map(|l| &l.bytes[..]).collect();
        assert_eq!(texts, [&b"one"[..], b"", b"two", b"thr\ree"]);
        assert!(found[1].is_blank() && !found[3].is_terminated);
        assert_eq!(found[3].number, 4);
        assert!(lines(&b""[..]).is_empty());
    }

    #[test]
    fn lines_of_old_spreadsheets_end_in_cr() {
        let mut found = Lines::new(&b"card,total\r15,1.00\r16,2.00\r"[..]);
        found.tell_ends().unwrap();
        let mut texts = Vec::new();
        while let Some(line) = found.next().unwrap() {
            texts.push((String::from_utf8(line.bytes).unwrap(), line.is_terminated));
        }
        let right = ["card,total", "15,1.00", "16,2.00"].map(|text| (text.to_owned(), true));
        assert_eq!(texts, right);
        let mut one = Lines::new(&b"a row\r"[..]);
        one.tell_ends().unwrap();
        assert_eq!(one.next().unwrap().unwrap().bytes, b"a row\r");
    }

    #[test]
    fn a_hundred_megabytes_do_not_stay() {
        let long = io::repeat(b'x').take(100 << 20).chain(&b"\nnext\n"[..]);
        let mut lines = Lines::new(BufReader::new(long));
        let first = lines.next().unwrap().unwrap();
        assert_eq!(first.len, 100 << 20);
        assert!(!first.is_whole() && first.bytes.capacity() <= 4 * LINE_LEN_MAX);
        assert_eq!(lines.next().unwrap().unwrap().bytes, b"next");
    }
}
