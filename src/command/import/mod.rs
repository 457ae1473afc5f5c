//! Rows of files as requests: JSON Lines, CSV, columns aligned by blanks.
//!
//! A row ends with its line: CSV fields with line breaks inside are refused
//! row by row, so that one stray quote never swallows the rows after it. In
//! CSV and columns a last row without its line end is partial and never given
//! out, since a cut number still looks like a number.

mod cell;
mod lines;
mod map;
mod row;

#[cfg(test)]
mod tests;

pub use lines::{Line, Lines};
pub use map::{ColumnMap, FIELDS, MapFile};

use crate::command::{self, Alias, Bad, Request, Verb, Who};
use crate::model::{Calendar, KEY_LEN_MAX, Key};
use encoding_rs::Encoding;
use row::Header;
use std::{fmt, io::BufRead};

/// How rows are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// One JSON command a line.
    Json,
    /// Separated by this character, with a header.
    Csv(char),
    /// Aligned by blanks, with a header.
    Columns,
}

impl Format {
    /// Reads `jsonl`, `csv`, `tsv` or `columns`.
    pub fn parse(text: &str) -> Result<Format, Bad> {
        match text {
            "jsonl" => Ok(Format::Json),
            "csv" => Ok(Format::Csv(',')),
            "tsv" => Ok(Format::Csv('\t')),
            "columns" => Ok(Format::Columns),
            other => {
                let known = ["jsonl", "csv", "tsv", "columns"];
                Err(Bad::unknown("format", "format", other, &known))
            }
        }
    }

    /// What a first line looks like.
    fn of(line: &str) -> Format {
        if line.trim_start().starts_with('{') {
            return Format::Json;
        }
        let found = [',', ';', '\t'].into_iter().find(|c| line.contains(*c));
        found.map_or(Format::Columns, Format::Csv)
    }
}

/// What a row without a key of its own is called.
#[derive(Clone, PartialEq, Eq)]
pub enum KeyBy {
    /// `source/line`: a changed line is a loud conflict, a repeated import does nothing.
    Line,
    /// A keyed hash of the row, for exports that overlap; equal rows are one.
    Content {
        /// Keeps guessable rows (a card, a date, an amount) from being guessed by their key.
        secret: [u8; 32],
    },
}

/// How a file is to be read.
#[derive(Clone)]
pub struct Options {
    /// None: told from the first line.
    pub format: Option<Format>,
    /// Which column is what; unused for JSON Lines.
    pub map: ColumnMap,
    /// None: UTF-8.
    pub encoding: Option<&'static Encoding>,
    /// Names the file in keys; the default is its base name.
    pub source: String,
    /// Keys of rows that bring none.
    pub key: KeyBy,
    /// Decimals of the programme's currency.
    pub digits: u8,
    /// Dates without an offset are read in it.
    pub calendar: Calendar,
    /// Purchases of unknown aliases enrol them.
    pub is_enrolling: bool,
}

/// Looks up an encoding such as `gbk`.
pub fn encoding(label: &str) -> Result<&'static Encoding, Bad> {
    match Encoding::for_label(label.as_bytes()) {
        Some(found) if found.is_ascii_compatible() => Ok(found),
        Some(_) => Err(Bad::new(
            "encoding",
            format!("'{label}' cannot be read line by line; save the file as UTF-8"),
        )),
        None => Err(Bad::new(
            "encoding",
            format!(
                "unknown encoding '{}'; known are for example utf-8, gbk, gb18030, big5, shift_jis, windows-1252",
                command::bad::shortened(label)
            ),
        )),
    }
}

/// A row that became a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// The line it stands on, from 1.
    pub line: u64,
    /// What it asks for.
    pub request: Request,
}

/// A row that did not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BadRow {
    /// The line it stands on, from 1.
    pub line: u64,
    /// What is wrong.
    pub bad: Bad,
    /// It is the last row and was cut off: complete the file and import it again.
    pub is_partial: bool,
}

impl fmt::Display for BadRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.bad)
    }
}

/// Why there is no row.
#[derive(Debug)]
pub enum RowError {
    /// This row is bad; the next may be good.
    Bad(BadRow),
    /// The file cannot be read on.
    Io(std::io::Error),
}

impl From<std::io::Error> for RowError {
    fn from(error: std::io::Error) -> RowError {
        RowError::Io(error)
    }
}

/// The rows of a file, in order.
pub struct Rows<R> {
    lines: Lines<R>,
    options: Options,
    /// None for JSON Lines.
    header: Option<Header>,
    /// A first line that was read to tell the format, and is a row.
    first: Option<Line>,
}

impl<R: BufRead> Rows<R> {
    /// Reads as far as the header. An error here is about the whole file.
    pub fn open(input: R, options: Options) -> Result<Rows<R>, RowError> {
        let mut rows = Rows {
            lines: Lines::new(input),
            options,
            header: None,
            first: None,
        };
        let Some(first) = rows.line_next()? else {
            return Ok(rows);
        };
        if rows.options.format == Some(Format::Json) {
            // There is no header: a bad first line is one bad row.
            rows.takes_no_map().map_err(|bad| at(&first, bad))?;
            rows.first = Some(first);
            return Ok(rows);
        }
        let text = rows.text_of(&first)?.into_owned();
        let format = rows.options.format.unwrap_or_else(|| Format::of(&text));
        match format {
            Format::Json => {
                rows.takes_no_map().map_err(|bad| at(&first, bad))?;
                rows.first = Some(first);
            }
            _ => {
                let header = Header::read(&text, format, &rows.options.map);
                rows.header = Some(header.map_err(|bad| at(&first, bad))?);
            }
        }
        Ok(rows)
    }

    /// What is said of columns would be passed over without a word.
    fn takes_no_map(&self) -> Result<(), Bad> {
        match self.options.map == ColumnMap::default() {
            true => Ok(()),
            false => Err(Bad::new(
                "map",
                "JSON Lines name their own fields; --map, --set and --opening are for files with columns",
            )),
        }
    }

    /// Bytes read so far, for a progress bar.
    pub fn bytes_read(&self) -> u64 {
        self.lines.bytes_read()
    }

    fn line_next(&mut self) -> Result<Option<Line>, RowError> {
        loop {
            match self.lines.next()? {
                Some(line) if line.is_blank() => {}
                other => return Ok(other),
            }
        }
    }

    fn text_of<'l>(&self, line: &'l Line) -> Result<std::borrow::Cow<'l, str>, RowError> {
        let decoded = cell::decode(line, self.options.encoding);
        decoded.map_err(|bad| at(line, bad))
    }

    fn row(&self, line: &Line) -> Result<Row, RowError> {
        let text = self.text_of(line)?;
        let read = match &self.header {
            Some(_) if !line.is_terminated => Err(partial()),
            Some(header) => header.request(&text, &self.options),
            None => command::parse_keyless(text.trim().as_bytes(), self.options.digits),
        };
        let mut request = read.map_err(|bad| at(line, bad))?;
        if !request.key.is_some() {
            request.key = self.key_of(line, &text).map_err(|bad| at(line, bad))?;
        }
        if let (Verb::Purchase(purchase), Some(Who::Alias(_))) =
            (&mut request.verb, &request.member)
        {
            purchase.is_enrolling |= self.options.is_enrolling;
        }
        let line = line.number;
        Ok(Row { line, request })
    }

    fn key_of(&self, line: &Line, text: &str) -> Result<Key, Bad> {
        let key = match &self.options.key {
            KeyBy::Line => format!("{}/{}", self.options.source, line.number),
            KeyBy::Content { secret } => {
                let hash = blake3::keyed_hash(secret, text.trim().as_bytes());
                format!("row-{}", &hash.to_hex()[..32])
            }
        };
        Key::parse(&key).map_err(|_| {
            let message = format!("the key '{}' would be longer than {KEY_LEN_MAX} bytes; name the file shorter with --source", command::bad::shortened(&key));
            Bad::new("key", message)
        })
    }
}

impl<R: BufRead> Iterator for Rows<R> {
    type Item = Result<Row, RowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let line = match self.first.take() {
            Some(first) => first,
            None => match self.line_next().transpose()? {
                Ok(line) => line,
                Err(error) => return Some(Err(error)),
            },
        };
        Some(self.row(&line))
    }
}

fn partial() -> Bad {
    Bad::new(
        "",
        "the file ends within this row (no line end follows); it is not booked. Complete the file and import it again",
    )
}

fn at(line: &Line, bad: Bad) -> RowError {
    RowError::Bad(BadRow {
        line: line.number,
        bad,
        is_partial: !line.is_terminated,
    })
}

/// The alias scheme a column's values belong to, as `customer_id:id:` names it.
fn scheme_is_known(prefix: &str) -> bool {
    prefix.ends_with(':') && Alias::parse(&format!("{prefix}x")).is_ok()
}
