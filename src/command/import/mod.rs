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

use crate::command::{self, Alias, Bad, Request, Verb, Who};
use crate::model::{Calendar, Key};
use bill::{Asked, Reader};
use encoding_rs::Encoding;
use input::Input;
use order::{Bill, Gathering, TextLine};
use record::Record;
use sales::Sales;
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

/// A row, or the rows of one bill, converted to commands.
#[derive(Clone, PartialEq, Eq, Debug)]
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
#[derive(Clone, PartialEq, Eq, Debug)]
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

impl From<std::io::Error> for RowError {
    fn from(error: std::io::Error) -> RowError {
        match error.kind() {
            // Bytes that are not text are the file's fault, not the disk's.
            std::io::ErrorKind::InvalidData => {
                RowError::Bad(BadRow::new(0, Bad::new("", error.to_string())))
            }
            _ => RowError::Io(error),
        }
    }
}

/// Effect of a map on a column, for display.
#[derive(Clone, PartialEq, Eq, Debug)]
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
        /// First line, which was read to detect the format.
        first: VecDeque<Line>,
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
        let mut head = VecDeque::new();
        while let Some(line) = lines.next()? {
            let is_blank = line.is_blank();
            if !is_blank {
                head.push_back(line);
                break;
            }
        }
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
            return Err(at(first, Bad::new("", message)));
        }
        let kind = match is_json {
            true => {
                if let Some(first) = head.front() {
                    takes_no_map(&options.map).map_err(|bad| at(first, bad))?;
                }
                Kind::Json {
                    lines,
                    first: head,
                    encoding,
                }
            }
            false => Kind::Table {
                table: Box::new(Table::open(lines, head, encoding, &options)?),
                sales: Sales::within(&options.sorting),
            },
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

    /// Reads all rows if bills are to be grouped or sorted; otherwise notes
    /// their order.
    fn gather(&mut self) -> Result<(), RowError> {
        let Kind::Table { table, sales } = &mut self.kind else {
            return match self.options.is_history {
                true => self.gather_lines(),
                false => Ok(()),
            };
        };
        let plan = table.plan.clone();
        let reader = Reader {
            plan: &plan,
            options: &self.options,
            is_shown: false,
        };
        sales.is_wanted = plan.verbs.iter().any(|verb| verb.word == "return");
        let is_sorted = self.options.is_history && order::has_time(&plan);
        if plan.group.is_none() && !is_sorted {
            let sampled = table.sampled();
            let times: Vec<i64> = sampled
                .filter_map(|row| reader.place_in_time(std::slice::from_ref(row)))
                .map(|found| found.1)
                .collect();
            if order::is_newest_first(times.iter().copied().zip(times.iter().copied().skip(1))) {
                table.notes.push("the rows stand newest first and are booked as they stand; --history puts each member's in the order of their times".into());
            }
            return Ok(());
        }
        let mut all = Gathering::new(&self.options.sorting, plan.group);
        loop {
            let pushed = match table.next() {
                Ok(None) => break,
                Ok(Some(record)) => all.push(record),
                Err(RowError::Bad(bad)) => all.push_bad(bad),
                Err(error) => return Err(error),
            };
            pushed.map_err(RowError::Scratch)?;
        }
        if !is_sorted {
            self.sorted = Some(all.grouped().map_err(RowError::Scratch)?);
            return Ok(());
        }
        let sorted = all.sorted(|bill| match bill {
            Bill::Rows(rows) => reader.place_in_time(rows),
            Bill::Line(_) | Bill::Bad(_) => None,
        });
        let (sorted, is_moved) = sorted.map_err(RowError::Scratch)?;
        if is_moved {
            table.notes.push(MOVED.into());
        }
        self.sorted = Some(sorted);
        Ok(())
    }

    /// Reads all commands and puts each member's in the order of their times.
    fn gather_lines(&mut self) -> Result<(), RowError> {
        let mut all = Gathering::new(&self.options.sorting, None);
        loop {
            let pushed = match self.next_line() {
                Ok(None) => break,
                Ok(Some(line)) => all.push_line(line),
                Err(RowError::Bad(bad)) => all.push_bad(bad),
                Err(error) => return Err(error),
            };
            pushed.map_err(RowError::Scratch)?;
        }
        let digits = self.options.digits;
        let sorted = all.sorted(|bill| match bill {
            Bill::Line(line) => {
                let request = command::parse_keyless(line.text.as_bytes(), digits).ok()?;
                let member = match &request.member {
                    Some(Who::Alias(alias)) => alias.as_str().to_lowercase(),
                    other => format!("{other:?}"),
                };
                Some((member, request.at?.0.0))
            }
            Bill::Rows(_) | Bill::Bad(_) => None,
        });
        let (sorted, is_moved) = sorted.map_err(RowError::Scratch)?;
        if is_moved {
            self.notes.push(MOVED.into());
        }
        self.sorted = Some(sorted);
        Ok(())
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
        match &self.kind {
            Kind::Table { table, .. } => table.plan.group.map(|_| self.bills),
            Kind::Json { .. } => None,
        }
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
                _ if !entry.patterns.is_empty() => format!("dates as in {}", entry.patterns),
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
        if let Some(sorted) = &mut self.sorted {
            let next = sorted.next().map_err(RowError::Scratch)?;
            let bill = next.map(|(_, bytes)| Bill::read(&bytes));
            return bill.transpose().map_err(RowError::Scratch);
        }
        match &mut self.kind {
            Kind::Json { .. } => Ok(self.next_line()?.map(Bill::Line)),
            Kind::Table { table, .. } => Ok(table.next()?.map(|row| Bill::Rows(vec![row]))),
        }
    }

    /// Converts a bill to a row; None if it is skipped.
    fn row(&mut self, bill: Vec<Record>) -> Result<Option<Row>, RowError> {
        let Kind::Table { table, sales, .. } = &mut self.kind else {
            return Ok(None);
        };
        let (bill, skipped) = filter::counting(&mut table.plan.filter, bill);
        self.skipped += skipped as u64;
        let Some(first) = bill.first() else {
            return Ok(None);
        };
        let line = first.line;
        let reader = Reader {
            plan: &table.plan,
            options: &self.options,
            is_shown: self.options.shown > 0,
        };
        let asked = reader.asked(&bill, sales);
        if let Some(trouble) = sales.trouble.take() {
            return Err(RowError::Scratch(trouble));
        }
        let asked = asked.map_err(|bad| {
            RowError::Bad(BadRow {
                rows: bill.len() as u64,
                ..BadRow::new(line, bad)
            })
        });
        let asked = asked.inspect_err(|_| self.bills += 1);
        let Some(asked) = asked? else {
            self.skipped += bill.len() as u64;
            return Ok(None);
        };
        let Asked {
            enrolment,
            requests,
            is_refund_in_all,
            shown,
            odd,
        } = asked;
        self.bills += 1;
        self.options.shown = self.options.shown.saturating_sub(1);
        if let Some(odd) = odd {
            self.odd += 1;
            if self.odd <= ODD_MAX {
                self.notes.push(format!("line {line}: {odd}"));
            }
        }
        Ok(Some(Row {
            line,
            rows: bill.len() as u64,
            enrolment,
            requests,
            is_refund_in_all,
            shown,
        }))
    }

    /// The next line of JSON that is not blank.
    fn next_line(&mut self) -> Result<Option<TextLine>, RowError> {
        let Kind::Json {
            lines,
            first,
            encoding,
        } = &mut self.kind
        else {
            return Ok(None);
        };
        let line = loop {
            let line = match first.pop_front() {
                Some(line) => Some(line),
                None => lines.next()?,
            };
            match line {
                None => return Ok(None),
                Some(line) if line.is_blank() => {}
                Some(line) => break line,
            }
        };
        let text = record::decode(&line, *encoding).map_err(|bad| at(&line, bad))?;
        Ok(Some(TextLine {
            number: line.number,
            is_terminated: line.is_terminated,
            text: text.trim().to_owned(),
        }))
    }

    fn json_row(&mut self, line: &TextLine) -> Result<Row, RowError> {
        let request = self.json(line).map_err(|bad| {
            RowError::Bad(BadRow {
                is_partial: !line.is_terminated,
                ..BadRow::new(line.number, bad)
            })
        })?;
        Ok(Row {
            line: line.number,
            rows: 1,
            enrolment: None,
            requests: vec![request],
            is_refund_in_all: false,
            shown: match self.options.shown {
                0 => Vec::new(),
                _ => {
                    self.options.shown -= 1;
                    vec![line.text.clone()]
                }
            },
        })
    }

    fn json(&self, line: &TextLine) -> Result<Request, Bad> {
        let text = line.text.as_bytes();
        let mut request = command::parse_keyless(text, self.options.digits)?;
        if !request.key.is_some() {
            let verb = request.verb.word();
            let key = match &self.options.key {
                KeyBy::Line => format!("{}/{}/{verb}", self.options.source, line.number),
                KeyBy::Content { secret } => {
                    let hash = blake3::keyed_hash(secret, text);
                    format!("row-{}", &hash.to_hex()[..32])
                }
            };
            let key = bill::check_key(key)?;
            request.key = Key::parse(&key).map_err(|e| Bad::new("key", e))?;
        }
        if let (Verb::Purchase(purchase), Some(Who::Alias(_))) =
            (&mut request.verb, &request.member)
        {
            purchase.is_enrolling |= self.options.is_enrolling;
        }
        Ok(request)
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

fn at(line: &Line, bad: Bad) -> RowError {
    RowError::Bad(BadRow {
        line: line.number,
        bad,
        is_partial: !line.is_terminated,
        rows: 1,
    })
}

/// True if a prefix such as `id:` names an alias scheme.
fn scheme_is_known(prefix: &str) -> bool {
    prefix.ends_with(':') && Alias::parse(&format!("{prefix}x")).is_ok()
}
