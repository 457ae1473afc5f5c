//! Lines as records of cells. A record continues over line breaks in quotes,
//! but a stray quote never swallows the rows after it: if it does not close
//! within reach, or the record does not have the header's columns, that is one
//! bad row, and its later lines are read as rows of their own.

use super::lines::{Line, Lines};
use super::{BadRow, Format};
use crate::command::{Bad, LINE_LEN_MAX, json::text_of};
use csv::StringRecord;
use encoding_rs::{Encoding, UTF_8};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::VecDeque;
use std::io::{self, BufRead, Read};

/// Most lines of one record.
const RECORD_LINES_MAX: usize = 200;

/// The cells of a row.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Record {
    /// The line it begins on, from 1.
    pub line: u64,
    /// The line it ends on.
    pub last_line: u64,
    /// True if a line end follows.
    pub is_terminated: bool,
    #[serde(with = "as_list")]
    cells: StringRecord,
}

/// Cells as a list of texts.
mod as_list {
    use csv::StringRecord;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(cells: &StringRecord, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(cells)
    }

    pub(super) fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<StringRecord, D::Error> {
        Vec::<String>::deserialize(from).map(StringRecord::from)
    }
}

impl Record {
    /// A cell without surrounding blanks; empty if there is none.
    pub fn cell(&self, at: usize) -> &str {
        self.cells.get(at).unwrap_or("").trim()
    }

    /// Number of cells, without trailing empty ones.
    pub fn len(&self) -> usize {
        let last = (0..self.cells.len())
            .rev()
            .find(|at| !self.cell(*at).is_empty());
        last.map_or(0, |at| at + 1)
    }

    /// Number of cells, empty ones included.
    pub fn width(&self) -> usize {
        self.cells.len()
    }

    /// The cells, without surrounding blanks.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        self.cells.iter().map(str::trim)
    }
}

/// Feeds the CSV reader one record at a time.
#[derive(Default)]
struct Feed {
    text: Vec<u8>,
    at: usize,
}

impl Read for Feed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = &self.text[self.at..];
        let len = rest.len().min(buffer.len());
        buffer[..len].copy_from_slice(&rest[..len]);
        self.at += len;
        Ok(len)
    }
}

/// Splits one record into cells.
struct Splitter {
    format: Format,
    csv: csv::Reader<Feed>,
}

impl Splitter {
    fn new(format: Format) -> Splitter {
        let mark = match format {
            Format::Csv(mark) => u8::try_from(mark).unwrap_or(b','),
            _ => b',',
        };
        let csv = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(mark)
            .from_reader(Feed::default());
        Splitter { format, csv }
    }

    /// Splits a text with closed quotes into cells.
    fn split(&mut self, text: &str) -> Result<StringRecord, Bad> {
        let mut cells = StringRecord::new();
        if matches!(self.format, Format::Columns) {
            text.split_whitespace()
                .for_each(|cell| cells.push_field(cell));
            return Ok(cells);
        }
        let feed = self.csv.get_mut();
        feed.text.clear();
        feed.text.extend_from_slice(text.as_bytes());
        feed.text.push(b'\n');
        feed.at = 0;
        let read = self.csv.read_record(&mut cells);
        read.map_err(|e| Bad::new("", e.to_string()))?;
        Ok(cells)
    }
}

/// Decodes a line to text.
pub fn decode<'l>(
    line: &'l Line,
    encoding: Option<&'static Encoding>,
) -> Result<Cow<'l, str>, Bad> {
    if !line.is_whole() {
        let message = format!(
            "the line has {} bytes, at most {LINE_LEN_MAX} are possible",
            line.len
        );
        return Err(Bad::new("", message));
    }
    match encoding {
        None => text_of(&line.bytes).map(Cow::Borrowed),
        Some(encoding) if encoding == UTF_8 => text_of(&line.bytes).map(Cow::Borrowed),
        Some(encoding) => encoding
            .decode_without_bom_handling_and_without_replacement(&line.bytes)
            .ok_or_else(|| {
                let message = format!("not {}; name the file's real --encoding", encoding.name());
                Bad::new("", message)
            }),
    }
}

/// State of the quotes at the end of a text.
#[derive(PartialEq, Eq, Debug)]
enum Quotes {
    /// All are closed; blanks around quoted cells are removed.
    Closed(String),
    /// One is open.
    Open,
    /// Text follows a closing one.
    Stray,
}

fn quotes(text: &str, mark: char) -> Quotes {
    #[derive(PartialEq)]
    enum At {
        Start,
        Plain,
        Quoted,
        Behind,
    }
    let mut out = String::with_capacity(text.len());
    let mut at = At::Start;
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        let is_mark = c == mark;
        match at {
            At::Start if c == ' ' && !is_mark => continue,
            At::Start if c == '"' => at = At::Quoted,
            At::Start if !is_mark => at = At::Plain,
            At::Plain if is_mark => at = At::Start,
            At::Quoted if c == '"' && letters.peek() == Some(&'"') => {
                out.push('"');
                letters.next();
            }
            At::Quoted if c == '"' => at = At::Behind,
            At::Behind if is_mark => at = At::Start,
            At::Behind if c.is_whitespace() => continue,
            At::Behind => return Quotes::Stray,
            _ => {}
        }
        out.push(c);
    }
    match at {
        At::Quoted => Quotes::Open,
        _ => Quotes::Closed(out),
    }
}

/// The records of a file.
pub struct Records<R> {
    lines: Lines<R>,
    /// Lines that were read already.
    waiting: VecDeque<Line>,
    encoding: Option<&'static Encoding>,
    splitter: Splitter,
    /// Number of the header's columns, once known.
    pub width: Option<usize>,
}

impl<R: BufRead> Records<R> {
    /// The records of lines; `waiting` were read before.
    pub fn new(
        lines: Lines<R>,
        waiting: VecDeque<Line>,
        encoding: Option<&'static Encoding>,
        format: Format,
    ) -> Records<R> {
        Records {
            lines,
            waiting,
            encoding,
            splitter: Splitter::new(format),
            width: None,
        }
    }

    /// Bytes read so far.
    pub fn bytes_read(&self) -> u64 {
        self.lines.bytes_read()
    }

    fn line(&mut self) -> io::Result<Option<Line>> {
        match self.waiting.pop_front() {
            Some(line) => Ok(Some(line)),
            None => self.lines.next(),
        }
    }

    /// The next record that is not blank.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn next(&mut self) -> io::Result<Option<Result<Record, BadRow>>> {
        loop {
            match self.line()? {
                None => return Ok(None),
                Some(line) if line.is_blank() => {}
                Some(line) => return self.record(line).map(Some),
            }
        }
    }

    fn record(&mut self, line: Line) -> io::Result<Result<Record, BadRow>> {
        let bad = |line: &Line, bad| BadRow {
            line: line.number,
            bad,
            is_partial: !line.is_terminated,
            rows: 1,
        };
        let text = match decode(&line, self.encoding) {
            Ok(text) => text,
            Err(why) => return Ok(Err(bad(&line, why))),
        };
        let is_quoted = matches!(self.splitter.format, Format::Csv(_)) && text.contains('"');
        if is_quoted {
            let text = text.into_owned();
            return self.quoted(line, text);
        }
        let cells = self.splitter.split(&text);
        Ok(match cells {
            Ok(cells) => Ok(Record {
                line: line.number,
                last_line: line.number,
                is_terminated: line.is_terminated,
                cells,
            }),
            Err(why) => Err(bad(&line, why)),
        })
    }

    /// Reads a record with quotes, which may continue over several lines.
    fn quoted(&mut self, first: Line, mut text: String) -> io::Result<Result<Record, BadRow>> {
        let Format::Csv(mark) = self.splitter.format else {
            return Ok(Err(BadRow::new(
                first.number,
                Bad::new("", "quotes need a separator"),
            )));
        };
        let mut more: Vec<Line> = Vec::new();
        let why = loop {
            match quotes(&text, mark) {
                Quotes::Closed(closed) => match self.splitter.split(&closed) {
                    Ok(cells) if more.is_empty() || self.fits(&cells) => {
                        return Ok(Ok(Record {
                            line: first.number,
                            last_line: more.last().unwrap_or(&first).number,
                            is_terminated: more.last().unwrap_or(&first).is_terminated,
                            cells,
                        }));
                    }
                    Ok(_) => break NOT_CLOSED,
                    Err(why) => return Ok(Err(BadRow::new(first.number, why))),
                },
                Quotes::Stray if more.is_empty() => break STRAY,
                Quotes::Stray => break NOT_CLOSED,
                Quotes::Open => {}
            }
            let next = match more.len() < RECORD_LINES_MAX && text.len() < LINE_LEN_MAX {
                true => self.line()?,
                false => None,
            };
            let Some(next) = next else { break NOT_CLOSED };
            let added = decode(&next, self.encoding).map(Cow::into_owned);
            more.push(next);
            match added {
                Ok(added) => {
                    text.push('\n');
                    text.push_str(&added);
                }
                Err(_) => break NOT_CLOSED,
            }
        };
        let is_partial = !more.last().unwrap_or(&first).is_terminated && why == NOT_CLOSED;
        for line in more.into_iter().rev() {
            self.waiting.push_front(line);
        }
        Ok(Err(BadRow {
            is_partial,
            ..BadRow::new(first.number, Bad::new("", why))
        }))
    }

    /// True if a record over several lines has the header's columns.
    fn fits(&self, cells: &StringRecord) -> bool {
        self.width.is_none_or(|width| cells.len() == width)
    }
}

const NOT_CLOSED: &str = "a quote that opens in this row is not closed where a cell ends; the lines after it are read as rows of their own";
const STRAY: &str = "something follows a closing quote; double the quotes inside a cell";

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    fn read(text: &str, mark: char, width: usize) -> Vec<Result<Vec<String>, String>> {
        let lines = Lines::new(BufReader::new(text.as_bytes()));
        let mut records = Records::new(lines, VecDeque::new(), None, Format::Csv(mark));
        records.width = Some(width);
        let mut found = Vec::new();
        while let Some(record) = records.next().unwrap() {
            found.push(match record {
                Ok(record) => Ok(record.cells().map(str::to_owned).collect()),
                Err(bad) => Err(bad.to_string()),
            });
        }
        found
    }

    #[test]
    fn cells_with_quotes_marks_and_line_breaks() {
        let text =
            "1,\"say \"\"cheese\"\"\" ,3\r\n1, \"two\nlines, one cell\",3\n1,Bike 28\",3\n,,\n";
        let found = read(text, ',', 3);
        let cells: Vec<Vec<String>> = found.into_iter().map(Result::unwrap).collect();
        assert_eq!(cells[0], ["1", "say \"cheese\"", "3"]);
        assert_eq!(cells[1], ["1", "two\nlines, one cell", "3"]);
        assert_eq!(cells[2], ["1", "Bike 28\"", "3"]);
        assert_eq!(cells[3], ["", "", ""]);
    }

    #[test]
    fn a_stray_quote_swallows_no_rows() {
        for text in [
            "1,\"Bike 28,3\n2,Mug,4\n3,\"Cup\",5\n",
            "1,\"Bike 28,3\n2,Mug,4\n3,Cup,5\n",
            "1,\"Bike\" 28,3\n2,Mug,4\n3,Cup,5\n",
        ] {
            let found = read(text, ',', 3);
            assert_eq!(found.len(), 3, "{text}: {found:?}");
            let said = found[0].clone().unwrap_err();
            assert!(
                said.starts_with("line 1: ") && said.contains("quote"),
                "{said}"
            );
            assert_eq!(found[1].as_ref().unwrap()[1], "Mug");
            assert_eq!(found[2].as_ref().unwrap()[1], "Cup");
        }
    }
}
