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
use std::io::{self, BufRead};

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

/// A text split into cells.
enum Split {
    /// The cells of a whole record.
    Whole(StringRecord),
    /// A quote is open.
    Open,
    /// Text follows a closing quote.
    Stray,
}

/// Splits a text into cells. In a cell that begins with a quote, a doubled quote is one, and a
/// separator or a line break is text; blanks around the quotes are dropped.
fn split(text: &str, format: Format) -> Split {
    let Format::Csv(mark) = format else {
        return Split::Whole(text.split_whitespace().collect());
    };
    if !text.contains('"') {
        return Split::Whole(text.split(mark).collect());
    }
    enum At {
        Start,
        Plain,
        Quoted,
        Behind,
    }
    let (mut cells, mut cell, mut at) = (StringRecord::new(), String::new(), At::Start);
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        match at {
            At::Quoted if c != '"' => cell.push(c),
            At::Quoted if letters.next_if_eq(&'"').is_some() => cell.push('"'),
            At::Quoted => at = At::Behind,
            _ if c == mark => {
                cells.push_field(&cell);
                cell.clear();
                at = At::Start;
            }
            At::Start if c == ' ' => {}
            At::Start if c == '"' => at = At::Quoted,
            At::Behind if c.is_whitespace() => {}
            At::Behind => return Split::Stray,
            At::Start | At::Plain => {
                cell.push(c);
                at = At::Plain;
            }
        }
    }
    if matches!(at, At::Quoted) {
        return Split::Open;
    }
    cells.push_field(&cell);
    Split::Whole(cells)
}

/// The records of a file.
pub struct Records<R> {
    lines: Lines<R>,
    encoding: Option<&'static Encoding>,
    format: Format,
    /// Number of the header's columns, once known.
    pub width: Option<usize>,
}

impl<R: BufRead> Records<R> {
    /// The records of lines.
    pub fn new(lines: Lines<R>, encoding: Option<&'static Encoding>, format: Format) -> Records<R> {
        Records {
            lines,
            encoding,
            format,
            width: None,
        }
    }

    /// Bytes read so far.
    pub fn bytes_read(&self) -> u64 {
        self.lines.bytes_read()
    }

    /// The next record that is not blank.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn next(&mut self) -> io::Result<Option<Result<Record, BadRow>>> {
        match self.lines.next_filled()? {
            None => Ok(None),
            Some(line) => self.record(&line).map(Some),
        }
    }

    /// Reads a record, which continues over several lines while a quote is open.
    fn record(&mut self, first: &Line) -> io::Result<Result<Record, BadRow>> {
        let mut text = match decode(first, self.encoding) {
            Ok(text) => text,
            Err(why) => return Ok(Err(BadRow::of(first, why))),
        };
        let mut more: Vec<Line> = Vec::new();
        let why = loop {
            match split(&text, self.format) {
                Split::Whole(cells) if more.is_empty() || self.fits(&cells) => {
                    let last = more.last().unwrap_or(first);
                    return Ok(Ok(Record {
                        line: first.number,
                        last_line: last.number,
                        is_terminated: last.is_terminated,
                        cells,
                    }));
                }
                Split::Stray if more.is_empty() => break STRAY,
                Split::Whole(_) | Split::Stray => break NOT_CLOSED,
                Split::Open => {}
            }
            let next = match more.len() < RECORD_LINES_MAX && text.len() < LINE_LEN_MAX {
                true => self.lines.next()?,
                false => None,
            };
            let Some(next) = next else { break NOT_CLOSED };
            let added = decode(&next, self.encoding).map(Cow::into_owned);
            more.push(next);
            match added {
                Ok(added) => *text.to_mut() += &format!("\n{added}"),
                Err(_) => break NOT_CLOSED,
            }
        };
        let is_partial = !more.last().unwrap_or(first).is_terminated && why == NOT_CLOSED;
        self.lines.put_back(more.into_iter());
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
        let mut records = Records::new(lines, None, Format::Csv(mark));
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
    fn a_carriage_return_in_a_cell_is_no_end_of_the_row() {
        let found = read("1,first\rsecond,3\n4,Mug,6\n7,\"a\rb\",9\n", ',', 3);
        let cells: Vec<Vec<String>> = found.into_iter().map(Result::unwrap).collect();
        assert_eq!(cells[0], ["1", "first\rsecond", "3"]);
        assert_eq!(cells[1], ["4", "Mug", "6"]);
        assert_eq!(cells[2], ["7", "a\rb", "9"]);
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
