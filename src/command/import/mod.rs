//! Rows of files as commands: JSON Lines, CSV, columns aligned by blanks.
//!
//! A row fills the fields of a verb's schema and is then read like JSON.
//! Properties detected from the file (separator, decimal mark, order) are
//! reported; undetectable ones are refused; mapped values are never dropped.

mod bill;
mod date;
mod expression;
mod field;
mod filter;
mod form;
mod input;
mod lines;
mod map;
mod number;
mod order;
mod plan;
mod presets;
mod record;
mod sales;
mod sorter;
mod table;
mod tally;

#[cfg(test)]
mod tests;

pub use input::encoding;
pub use lines::{Line, Lines};
pub use map::{Column, ColumnMap, MapFile, Negative};
pub use presets::{PRESETS, description, preset};
pub use sorter::{MakeScratch, Scratch, Sorting};

use crate::command::bad::{one_of, shortened};
use crate::command::{self, Alias, Bad, Request, Verb, Who};
use crate::model::{Calendar, KEY_LEN_MAX, Key};
use bill::Reader;
use encoding_rs::Encoding;
use input::Input;
use order::{Bill, Gathering, TextLine};
use plan::Plan;
use record::Record;
use sales::Sales;
use serde::{Deserialize, Serialize};
use sorter::Sorted;
use std::collections::VecDeque;
use std::{fmt, io::BufRead};
use table::Table;

/// Format of rows.
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
    ///
    /// # Errors
    /// It is none of them.
    pub fn parse(text: &str) -> Result<Format, Bad> {
        let known = [
            ("jsonl", Format::Json),
            ("csv", Format::Csv(',')),
            ("tsv", Format::Csv('\t')),
            ("columns", Format::Columns),
        ];
        one_of("format", "format", text, &known)
    }
}

/// Reads a separator of columns: a character, or its name.
///
/// # Errors
/// It is no single ASCII character.
pub fn separator(text: &str) -> Result<char, Bad> {
    let mut letters = text.chars();
    match text {
        "tab" | "\\t" => return Ok('\t'),
        "comma" => return Ok(','),
        "semicolon" => return Ok(';'),
        "pipe" => return Ok('|'),
        _ => {}
    }
    match (letters.next(), letters.next()) {
        (Some(c), None) if c.is_ascii() && !c.is_ascii_alphanumeric() && c != '"' => Ok(c),
        _ => Err(Bad::new(
            "separator",
            "is one character, such as ';', or one of tab, comma, semicolon, pipe",
        )),
    }
}

/// Key of a row without one of its own.
#[derive(Clone, PartialEq, Eq)]
pub enum KeyBy {
    /// `source/line/verb`: a changed line is reported as a conflict, a repeated
    /// import does nothing.
    Line,
    /// A keyed hash of the row and the verb, for exports that overlap; equal
    /// rows count as one.
    Content {
        /// Secret that keeps rows (a card, a date, an amount) from being
        /// guessed by their key.
        secret: [u8; 32],
    },
}

/// Options for reading a file.
#[derive(Clone)]
pub struct Options {
    /// Format; None: detected from the first line.
    pub format: Option<Format>,
    /// Separator of columns; None: detected from the header.
    pub separator: Option<char>,
    /// Column map; unused for JSON Lines.
    pub map: ColumnMap,
    /// Encoding; None: UTF-8, or UTF-16 if its byte order mark or zero bytes show it.
    pub encoding: Option<&'static Encoding>,
    /// Name of the file in keys; the default is its base name.
    pub source: String,
    /// Keys of rows that have none.
    pub key: KeyBy,
    /// Decimals of the programme's currency.
    pub digits: u8,
    /// The programme's currency, with which currency signs are compared.
    pub currency: String,
    /// Further currencies that it accepts.
    pub currencies: Vec<String>,
    /// Calendar for dates without an offset.
    pub calendar: Calendar,
    /// True if rows of unknown members enrol them.
    pub is_enrolling: bool,
    /// True if each member's rows are sorted by time.
    pub is_history: bool,
    /// True if an opening states the target balance, so that 0 is possible.
    pub is_setting_balances: bool,
    /// Number of first commands to be shown as JSON.
    pub shown: usize,
    /// Memory and files for rows that must all be read before the first is booked.
    pub sorting: Sorting,
}

impl Options {
    /// Key of a command without one: it contains the verb, so that the same file may be
    /// imported for two purposes.
    fn key_of(
        &self,
        line: u64,
        verb: &str,
        content: impl FnOnce() -> String,
    ) -> Result<String, Bad> {
        check_key(match &self.key {
            KeyBy::Line => format!("{}/{line}/{verb}", self.source),
            KeyBy::Content { secret } => {
                let hash = blake3::keyed_hash(secret, content().as_bytes());
                format!("row-{}", &hash.to_hex()[..32])
            }
        })
    }

    /// Has a purchase enrol its member, if rows of unknown members do.
    fn enrolling(&self, mut request: Request) -> Request {
        if let (Verb::Purchase(purchase), Some(Who::Alias(_))) =
            (&mut request.verb, &request.member)
        {
            purchase.is_enrolling |= self.is_enrolling;
        }
        request
    }
}

/// Refuses a key that exceeds the greatest length.
fn check_key(key: String) -> Result<String, Bad> {
    match key.len() <= KEY_LEN_MAX {
        true => Ok(key),
        false => Err(Bad::new(
            "key",
            format!(
                "the key '{}' would be longer than {KEY_LEN_MAX} bytes; name the file shorter with --source",
                shortened(&key)
            ),
        )),
    }
}

/// A row, or the rows of one bill, converted to commands.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Row {
    /// The line it begins on, from 1.
    pub line: u64,
    /// Number of rows in the file.
    pub rows: u64,
    /// Enrolment of a member, unless known.
    pub enrolment: Option<Box<Request>>,
    /// Commands, in order.
    pub requests: Vec<Request>,
    /// True if the last of them is a return of all that came back of the sale
    /// so far, so that parts booked before do not come back again.
    pub is_refund_in_all: bool,
    /// The commands as JSON, for the first rows if asked for.
    pub shown: Vec<String>,
}

/// A row that could not be converted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BadRow {
    /// Line number, from 1.
    pub line: u64,
    /// The fault.
    pub bad: Bad,
    /// True if it is the last row and was cut off: complete the file and import
    /// it again.
    pub is_partial: bool,
    /// Number of rows in the file that it covers.
    pub rows: u64,
}

impl BadRow {
    fn new(line: u64, bad: Bad) -> BadRow {
        BadRow {
            line,
            bad,
            is_partial: false,
            rows: 1,
        }
    }

    /// The error of a line.
    fn of(line: &Line, bad: Bad) -> BadRow {
        BadRow {
            is_partial: !line.is_terminated,
            ..BadRow::new(line.number, bad)
        }
    }
}

impl fmt::Display for BadRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.bad)
    }
}

/// Reason why there is no row.
#[derive(Debug)]
pub enum RowError {
    /// This row is bad; the next may be good.
    Bad(BadRow),
    /// The file cannot be read any further.
    Io(std::io::Error),
    /// The scratch files for sorting cannot be written or read.
    Scratch(std::io::Error),
}

impl From<BadRow> for RowError {
    fn from(bad: BadRow) -> RowError {
        RowError::Bad(bad)
    }
}

impl From<std::io::Error> for RowError {
    fn from(error: std::io::Error) -> RowError {
        match error.kind() {
            // Bytes that are not text are the file's fault, not the disk's.
            std::io::ErrorKind::InvalidData => {
                BadRow::new(0, Bad::new("", error.to_string())).into()
            }
            _ => RowError::Io(error),
        }
    }
}

/// Effect of a map on a column, for display.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Shown {
    /// The column, or the constant.
    pub column: String,
    /// Field that it fills.
    pub field: String,
    /// Format of its cells.
    pub how: String,
}

/// The rows of a file, in order.
pub struct Rows<R> {
    kind: Kind<R>,
    /// All bills, if they had to be grouped or sorted.
    sorted: Option<Sorted>,
    options: Options,
    /// Rows skipped by `only`, `skip` or `do`.
    skipped: u64,
    /// Bills whose rows were put together and not skipped.
    bills: u64,
    notes: Vec<String>,
    odd: u64,
}

enum Kind<R> {
    Json {
        lines: Lines<Input<R>>,
        encoding: Option<&'static Encoding>,
    },
    Table {
        table: Box<Table<R>>,
        sales: Sales,
    },
}

/// Note on rows that changed places.
const MOVED: &str = "rows stood out of order: each member's are booked in the order of their times";

/// Clock oddities that are reported one by one.
const ODD_MAX: u64 = 5;

impl<R: BufRead> Rows<R> {
    /// Reads up to the header. An error here is about the whole file.
    ///
    /// # Errors
    /// The file cannot be read, or its columns do not fit the map.
    pub fn open(input: R, options: Options) -> Result<Rows<R>, RowError> {
        let (input, encoding) = Input::open(input, options.encoding)?;
        let mut lines = Lines::new(input);
        lines.tell_ends()?;
        let head = VecDeque::from_iter(lines.next_filled()?);
        let is_json = |line: &Line| line.bytes.trim_ascii_start().starts_with(b"{");
        let is_json = match options.format {
            Some(format) => format == Format::Json,
            None => head.front().is_none_or(is_json),
        };
        if let Some(first) = head.front()
            && options.format.is_none()
            && is_list(&first.bytes)
        {
            let message = "it is a list; an import file has one JSON object a line, without brackets round them and commas between";
            return Err(BadRow::of(first, Bad::new("", message)).into());
        }
        let kind = match is_json {
            true => {
                if let Some(first) = head.front() {
                    takes_no_map(&options.map).map_err(|bad| BadRow::of(first, bad))?;
                }
                lines.put_back(head.into_iter());
                Kind::Json { lines, encoding }
            }
            false => {
                let table = Table::open(lines, head, encoding, &options)?;
                let mut sales = Sales::within(&options.sorting);
                sales.is_wanted = table.plan.verbs.iter().any(|verb| verb.word == "return");
                Kind::Table {
                    table: Box::new(table),
                    sales,
                }
            }
        };
        let mut rows = Rows {
            kind,
            sorted: None,
            options,
            skipped: 0,
            bills: 0,
            notes: Vec::new(),
            odd: 0,
        };
        rows.gather()?;
        Ok(rows)
    }

    /// The map joined with the columns; none for JSON Lines.
    fn plan(&self) -> Option<&Plan> {
        match &self.kind {
            Kind::Table { table, .. } => Some(&table.plan),
            Kind::Json { .. } => None,
        }
    }

    /// Reads all rows if bills are to be grouped, or each member's put in the order of their
    /// times; otherwise notes their order.
    fn gather(&mut self) -> Result<(), RowError> {
        let group = self.plan().and_then(|plan| plan.group);
        let is_sorted = self.options.is_history && self.plan().is_none_or(order::has_time);
        if group.is_none() && !is_sorted {
            self.note_order();
            return Ok(());
        }
        let mut all = Gathering::new(&self.options.sorting, group);
        loop {
            let bill = match self.next_in_file() {
                Ok(None) => break,
                Ok(Some(bill)) => bill,
                Err(RowError::Bad(bad)) => Bill::Bad(bad),
                Err(error) => return Err(error),
            };
            all.push(&bill).map_err(RowError::Scratch)?;
        }
        if !is_sorted {
            self.sorted = Some(all.grouped().map_err(RowError::Scratch)?);
            return Ok(());
        }
        let sorted = all.sorted(|bill| self.place_in_time(bill));
        let (sorted, is_moved) = sorted.map_err(RowError::Scratch)?;
        if is_moved {
            self.notes.push(MOVED.into());
        }
        self.sorted = Some(sorted);
        Ok(())
    }

    /// Notes that the first rows stand newest first.
    fn note_order(&mut self) {
        let Kind::Table { table, .. } = &mut self.kind else {
            return;
        };
        let reader = Reader::new(&table.plan, &self.options);
        let rows = table.sampled().map(std::slice::from_ref);
        let found = rows.filter_map(|row| reader.place_in_time(row));
        let times: Vec<i64> = found.map(|(_, time)| time).collect();
        if order::is_newest_first(&times) {
            table.notes.push("the rows stand newest first and are booked as they stand; --history puts each member's in the order of their times".into());
        }
    }

    /// Member and time of a bill; none if it has no time, or a fault.
    fn place_in_time(&self, bill: &Bill) -> Option<(String, i64)> {
        match bill {
            Bill::Rows(rows) => {
                let reader = Reader::new(self.plan()?, &self.options);
                reader.place_in_time(rows)
            }
            Bill::Line(line) => {
                let text = line.text.as_bytes();
                let request = command::parse_keyless(text, self.options.digits).ok()?;
                let member = match &request.member {
                    Some(Who::Alias(alias)) => alias.as_str().to_lowercase(),
                    other => format!("{other:?}"),
                };
                Some((member, request.at?.0.0))
            }
            Bill::Bad(_) => None,
        }
    }

    /// Bytes read so far, for a progress bar.
    pub fn bytes_read(&self) -> u64 {
        match &self.kind {
            Kind::Json { lines, .. } => lines.bytes_read(),
            Kind::Table { table, .. } => table.bytes_read(),
        }
    }

    /// Detected properties of the file, and notes on lines that are not rows,
    /// since the last call.
    pub fn take_notes(&mut self) -> Vec<String> {
        let mut notes = std::mem::take(&mut self.notes);
        if let Kind::Table { table, .. } = &mut self.kind {
            notes.splice(0..0, table.notes.drain(..));
        }
        notes
    }

    /// Notes for the end, once all rows were read.
    pub fn last_notes(&mut self) -> Vec<String> {
        let mut notes = self.take_notes();
        if let Kind::Table { table, sales, .. } = &self.kind {
            let unmet = table.plan.filter.unmet().into_iter();
            notes.extend(
                unmet.map(|text| format!("no row has {text}; see that it is spelt as in the file")),
            );
            if sales.is_used {
                notes.push("returns that name no sale went to the member's latest sale in the file with so much left, if there is one of just that amount, to that".into());
            }
        }
        if self.odd > ODD_MAX {
            notes.push(format!(
                "{} more times fell on a change of the clock",
                self.odd - ODD_MAX
            ));
        }
        notes
    }

    /// Rows skipped because of `only`, `skip` or `do`.
    pub fn skipped(&self) -> u64 {
        self.skipped
    }

    /// Bills so far, if rows are put together.
    pub fn bills(&self) -> Option<u64> {
        self.plan()?.group.map(|_| self.bills)
    }

    /// Layout of the file, use of each column, and the unused columns.
    pub fn shown(&self) -> Option<(String, Vec<Shown>, Vec<String>)> {
        let Kind::Table { table, .. } = &self.kind else {
            return None;
        };
        let plan = &table.plan;
        let numbers = plan.number_columns();
        let mut used: Vec<usize> = plan.filter.columns();
        used.extend(plan.group);
        let shown = plan.entries.iter().map(|entry| {
            used.extend(entry.positions());
            let is_number = entry.positions().iter().any(|at| numbers.contains(at));
            let mark = entry.positions().first().and_then(|at| plan.marks[*at]);
            let how = match mark {
                Some(mark) if is_number => format!("numbers as in {}", mark.example()),
                _ if is_number && entry.positions().len() > 1 => "numbers".into(),
                _ if is_number => "whole numbers".into(),
                _ if let Some(patterns) = entry.dates.text() => format!("dates as in {patterns}"),
                _ if !entry.scheme.is_empty() => format!("{}..", entry.scheme),
                _ => entry
                    .values
                    .iter()
                    .map(|(cell, value)| format!("{cell}={value}"))
                    .collect::<Vec<_>>()
                    .join(", "),
            };
            Shown {
                column: entry.column(),
                field: entry.field.clone(),
                how,
            }
        });
        let shown = shown.collect();
        let names = plan.names.iter().enumerate();
        let unused = names.filter(|(at, name)| !used.contains(at) && !name.is_empty());
        let unused = unused.map(|(_, name)| name.clone()).collect();
        Some((table.layout.clone(), shown, unused))
    }

    fn next_row(&mut self) -> Result<Option<Row>, RowError> {
        while let Some(bill) = self.next_bill()? {
            let row = match bill {
                Bill::Rows(rows) => self.row(rows)?,
                Bill::Line(line) => Some(self.json_row(&line)?),
                Bill::Bad(bad) => {
                    self.bills += u64::from(bad.rows > 1);
                    return Err(RowError::Bad(bad));
                }
            };
            if row.is_some() {
                return Ok(row);
            }
        }
        Ok(None)
    }

    fn next_bill(&mut self) -> Result<Option<Bill>, RowError> {
        let Some(sorted) = &mut self.sorted else {
            return self.next_in_file();
        };
        let next = sorted.next().map_err(RowError::Scratch)?;
        let bill = next.map(|(_, bytes)| Bill::read(&bytes));
        bill.transpose().map_err(RowError::Scratch)
    }

    /// The next row, or the next line of JSON, as it stands in the file.
    fn next_in_file(&mut self) -> Result<Option<Bill>, RowError> {
        let (lines, encoding) = match &mut self.kind {
            Kind::Table { table, .. } => {
                return Ok(table.next()?.map(|row| Bill::Rows(vec![row])));
            }
            Kind::Json { lines, encoding } => (lines, *encoding),
        };
        let Some(line) = lines.next_filled()? else {
            return Ok(None);
        };
        let text = record::decode(&line, encoding).map_err(|bad| BadRow::of(&line, bad))?;
        Ok(Some(Bill::Line(TextLine {
            number: line.number,
            is_terminated: line.is_terminated,
            text: text.trim().to_owned(),
        })))
    }

    /// Converts a bill to a row; None if it is skipped.
    fn row(&mut self, bill: Vec<Record>) -> Result<Option<Row>, RowError> {
        let Kind::Table { table, sales, .. } = &mut self.kind else {
            return Ok(None);
        };
        let (bill, skipped) = table.plan.filter.counting(bill);
        self.skipped += skipped as u64;
        let Some(first) = bill.first() else {
            return Ok(None);
        };
        let line = first.line;
        let reader = Reader::new(&table.plan, &self.options);
        let asked = reader.asked(&bill, sales);
        if let Some(trouble) = sales.trouble.take() {
            return Err(RowError::Scratch(trouble));
        }
        let asked = asked.map_err(|bad| BadRow {
            rows: bill.len() as u64,
            ..BadRow::new(line, bad)
        });
        let asked = asked.inspect_err(|_| self.bills += 1);
        let Some((row, odd)) = asked? else {
            self.skipped += bill.len() as u64;
            return Ok(None);
        };
        self.bills += 1;
        self.options.shown = self.options.shown.saturating_sub(1);
        if let Some(odd) = odd {
            self.odd += 1;
            if self.odd <= ODD_MAX {
                self.notes.push(format!("line {line}: {odd}"));
            }
        }
        Ok(Some(row))
    }

    fn json_row(&mut self, line: &TextLine) -> Result<Row, BadRow> {
        let request = self.json(line).map_err(|bad| BadRow {
            is_partial: !line.is_terminated,
            ..BadRow::new(line.number, bad)
        })?;
        let is_shown = self.options.shown > 0;
        self.options.shown = self.options.shown.saturating_sub(1);
        Ok(Row {
            line: line.number,
            rows: 1,
            requests: vec![request],
            shown: Vec::from_iter(is_shown.then(|| line.text.clone())),
            ..Row::default()
        })
    }

    fn json(&self, line: &TextLine) -> Result<Request, Bad> {
        let mut request = command::parse_keyless(line.text.as_bytes(), self.options.digits)?;
        if !request.key.is_some() {
            let verb = request.verb.word();
            let key = self
                .options
                .key_of(line.number, verb, || line.text.clone())?;
            request.key = Key::parse(&key).map_err(|e| Bad::new("key", e))?;
        }
        Ok(self.options.enrolling(request))
    }
}

impl<R: BufRead> Iterator for Rows<R> {
    type Item = Result<Row, RowError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_row().transpose()
    }
}

/// True if a file begins as a list of JSON objects.
fn is_list(line: &[u8]) -> bool {
    let text = line.trim_ascii_start();
    let inner = text.strip_prefix(b"[").map(<[u8]>::trim_ascii_start);
    inner.is_some_and(|inner| inner.is_empty() || inner.starts_with(b"{"))
}

/// Refuses a map for JSON Lines, which would be ignored silently.
fn takes_no_map(map: &ColumnMap) -> Result<(), Bad> {
    match *map == ColumnMap::default() {
        true => Ok(()),
        false => Err(Bad::new(
            "map",
            "JSON Lines name their own fields; --map, --set, --opening, --group, --only, --skip and --negative are for files with columns",
        )),
    }
}

/// True if a prefix such as `id:` names an alias scheme.
fn scheme_is_known(prefix: &str) -> bool {
    prefix.ends_with(':') && Alias::parse(&format!("{prefix}x")).is_ok()
}
