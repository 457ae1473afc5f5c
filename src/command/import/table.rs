//! The table in a file: its header, its separator, lines above the header and
//! below the rows, and its number format.

use super::input::Input;
use super::lines::{Line, Lines};
use super::number::{Evidence, Mark, evidence};
use super::plan::{self, Plan};
use super::record::{Record, Records, decode};
use super::{BadRow, Format, Options, RowError};
use crate::command::{Bad, bad::shortened};
use encoding_rs::Encoding;
use std::cmp::Ordering;
use std::collections::VecDeque;
use std::io::BufRead;

/// Lines in which the header is searched.
const HEADER_LINES_MAX: usize = 60;
/// Rows that are examined to detect the number format.
const SAMPLE_LEN: usize = 1000;
/// Notes of one kind that are reported.
const NOTES_MAX: usize = 5;

/// First words of a line of totals.
const TOTALS: [&str; 19] = [
    "total",
    "totals",
    "grand total",
    "subtotal",
    "sum",
    "sums",
    "summe",
    "gesamt",
    "gesamtsumme",
    "zwischensumme",
    "endsumme",
    "totale",
    "somme",
    "suma",
    "razem",
    "totaal",
    "合计",
    "总计",
    "小计",
];

/// A file with columns, from its header on.
pub struct Table<R> {
    records: Records<Input<R>>,
    /// Rows that were read for detection.
    sample: VecDeque<Result<Record, BadRow>>,
    /// The map joined with its columns.
    pub plan: Plan,
    /// Detected properties of the file, for people.
    pub notes: Vec<String>,
    /// Layout of the file, for display.
    pub layout: String,
    /// Number of lines that are not rows: totals, repeated headers.
    left_out: usize,
}

/// A line that can be the header.
struct Found {
    format: Format,
    plan: Plan,
    header: Record,
}

impl<R: BufRead> Table<R> {
    /// Finds the header. `head` are the lines read so far.
    ///
    /// # Errors
    /// The file cannot be read, or no line has the map's columns.
    pub fn open(
        mut lines: Lines<Input<R>>,
        mut head: VecDeque<Line>,
        encoding: Option<&'static Encoding>,
        options: &Options,
    ) -> Result<Table<R>, RowError> {
        let first = head.front().map_or(1, |line| line.number);
        plan::check(&options.map, options).map_err(|bad| BadRow::new(first, bad))?;
        let mut separator = options.separator;
        let hint = head.front().and_then(|line| separator_hint(&line.bytes));
        if let Some(hint) = hint {
            head.pop_front();
            separator = separator.or(Some(hint));
        }
        while head.len() < HEADER_LINES_MAX {
            match lines.next()? {
                Some(line) => head.push_back(line),
                None => break,
            }
        }
        let found = find(&head, encoding, separator, options)?;
        let (header, format) = (found.header, found.format);
        let title = head
            .front()
            .filter(|line| line.number < header.line)
            .map(|line| line.number);
        let behind = head.into_iter();
        lines.put_back(behind.filter(|line| line.number > header.last_line));
        let mut records = Records::new(lines, encoding, format);
        records.width = Some(found.plan.names.len());
        let mut table = Table {
            layout: layout(format, header.line, encoding),
            records,
            sample: VecDeque::new(),
            plan: found.plan,
            notes: Vec::new(),
            left_out: 0,
        };
        if let Some(title) = title {
            let last = header.line - 1;
            let lines = if title == last {
                format!("line {title} stands")
            } else {
                format!("lines {title} to {last} stand")
            };
            table
                .notes
                .push(format!("{lines} above the header and are no rows"));
        }
        while table.sample.len() < SAMPLE_LEN {
            match table.records.next()? {
                Some(record) => table.sample.push_back(record),
                None => break,
            }
        }
        table.tell_marks(header.line)?;
        table.notes.extend(table.plan.unused());
        Ok(table)
    }

    /// Bytes read so far.
    pub fn bytes_read(&self) -> u64 {
        self.records.bytes_read()
    }

    /// Rows that were read for detection and not returned yet.
    pub fn sampled(&self) -> impl Iterator<Item = &Record> {
        self.sample.iter().flatten()
    }

    /// The next row; lines that are not rows are reported and skipped.
    ///
    /// # Errors
    /// The file cannot be read, or the row is bad.
    pub fn next(&mut self) -> Result<Option<Record>, RowError> {
        loop {
            let next = match self.sample.pop_front() {
                Some(next) => Some(next),
                None => self.records.next()?,
            };
            let Some(next) = next else {
                if self.left_out > NOTES_MAX {
                    let more = self.left_out - NOTES_MAX;
                    self.notes
                        .push(format!("{more} more such lines are no rows"));
                    self.left_out = 0;
                }
                return Ok(None);
            };
            let record = next?;
            if let Some(why) = self.no_row(&record) {
                self.left_out += 1;
                if self.left_out <= NOTES_MAX {
                    let cells: Vec<&str> = record.cells().filter(|c| !c.is_empty()).collect();
                    let shown = shortened(&cells.join(" "));
                    self.notes
                        .push(format!("line {} is {why} and no row: {shown}", record.line));
                }
                continue;
            }
            self.check_width(&record)?;
            if !record.is_terminated {
                let message = format!(
                    "line {}: the last row has no line end; it is read as it stands, so see that the file is whole",
                    record.line
                );
                self.notes.push(message);
            }
            return Ok(Some(record));
        }
    }

    fn check_width(&self, record: &Record) -> Result<(), BadRow> {
        let width = self.plan.names.len();
        if record.len() <= width && record.width() >= width {
            return Ok(());
        }
        let cells = if record.width() < width {
            record.width()
        } else {
            record.len()
        };
        let mut message = format!("the row has {cells} columns, the header has {width}");
        if !record.is_terminated {
            message +=
                "; it is the last and has no line end: complete the file and import it again";
        }
        Err(BadRow {
            is_partial: !record.is_terminated,
            ..BadRow::new(record.line, Bad::new("", message))
        })
    }

    /// Reason why a line is not a row, if it is not.
    fn no_row(&self, record: &Record) -> Option<&'static str> {
        let names = &self.plan.names;
        let first = record.cells().find(|cell| !cell.is_empty());
        let Some(first) = first else {
            return Some("blank");
        };
        let is_header = || {
            let cells = record.cells().take(names.len());
            record.len() <= names.len() && cells.eq(names.iter().map(String::as_str))
        };
        if is_header() {
            return Some("the header once more");
        }
        let is_short = record.width() < names.len();
        let filled = record.cells().filter(|cell| !cell.is_empty()).count();
        let is_total = {
            let word = first.to_lowercase();
            let begins = |total: &str| {
                let rest = word.strip_prefix(total);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', ':', '(']))
            };
            TOTALS.iter().any(|total| begins(total))
        };
        let is_keyless = self
            .key_columns()
            .iter()
            .any(|at| record.cell(*at).is_empty());
        let place = record.cells().position(|cell| !cell.is_empty());
        let keys = self.key_columns();
        // Columns of member or time are blank beside a total; without such
        // columns the word alone decides.
        let is_key = keys.is_empty() || place.is_some_and(|at| keys.contains(&at));
        if is_total && (is_short || is_keyless || is_key || filled * 2 <= names.len()) {
            return Some("a total");
        }
        let is_phrase = first.contains(char::is_alphabetic) && first.contains([' ', ':']);
        (filled == 1 && is_short && names.len() > 2 && is_phrase).then_some("a remark")
    }

    /// Columns of member and time.
    fn key_columns(&self) -> Vec<usize> {
        let is_key = |field: &str| {
            matches!(
                field,
                "at" | "earned" | "member" | "alias" | "card" | "receipt"
            )
        };
        let entries = self.plan.entries.iter().filter(|e| is_key(&e.field));
        entries.flat_map(plan::Entry::positions).collect()
    }

    /// Detects the number format from the sample, if it is not stated.
    fn tell_marks(&mut self, header: u64) -> Result<(), BadRow> {
        for column in self.plan.number_columns() {
            if self.plan.marks[column].is_some() {
                continue;
            }
            let told = told_mark(self.sampled(), column, &self.plan.names[column]);
            let told = told.map_err(|message| BadRow::new(header, Bad::new("map", message)))?;
            if let Some((mark, note)) = told {
                self.plan.marks[column] = Some(mark);
                self.notes.extend(note);
            }
        }
        Ok(())
    }
}

/// The decimal mark that a column's cells have, and a note where some do not have it or it is a
/// comma; none if all are whole numbers. The error says that the cells do not tell.
fn told_mark<'r>(
    records: impl Iterator<Item = &'r Record>,
    column: usize,
    name: &str,
) -> Result<Option<(Mark, Option<String>)>, String> {
    let (mut points, mut commas, mut either) = (Vec::new(), Vec::new(), Vec::new());
    for record in records {
        let cell = record.cell(column);
        let found = match evidence(cell) {
            Some(Evidence::Only(Mark::Point)) => &mut points,
            Some(Evidence::Only(Mark::Comma)) => &mut commas,
            Some(Evidence::Either) => &mut either,
            Some(Evidence::Neither) | None => continue,
        };
        found.push((record.line, shortened(cell)));
    }
    let (mark, own, others) = match points.len().cmp(&commas.len()) {
        Ordering::Greater => (Mark::Point, points, commas),
        Ordering::Less => (Mark::Comma, commas, points),
        Ordering::Equal => {
            return match (points.first(), commas.first(), either.first()) {
                (Some((point_line, point)), Some((comma_line, comma)), _) => Err(format!(
                    "column {name}: {point} on line {point_line} and {comma} on line {comma_line} have different decimal marks; write all alike, or say {name}:point or {name}:comma in the map, and the others are bad rows"
                )),
                (_, _, Some((line, cell))) => Err(format!(
                    "column {name}: {cell} on line {line} can be read in two ways, and no other cell tells which; say {name}:comma for 1.234,50 or {name}:point for 1,234.50 in the map"
                )),
                _ => Ok(None),
            };
        }
    };
    let (line, cell) = &own[0];
    let mut note = format!(
        "column {name}: numbers as in {}, told from line {line}: {cell}",
        mark.example()
    );
    if let Some((line, cell)) = others.first() {
        note += &format!("; others are bad rows, such as line {line}: {cell}");
    }
    let is_told = mark == Mark::Comma || !others.is_empty();
    Ok(Some((mark, is_told.then_some(note))))
}

/// Reads `sep=;`, which spreadsheets write before the header.
fn separator_hint(line: &[u8]) -> Option<char> {
    let text = std::str::from_utf8(line)
        .ok()?
        .trim_start_matches('\u{feff}');
    let text = text.trim_matches('"');
    let rest = text
        .strip_prefix("sep=")
        .or_else(|| text.strip_prefix("SEP="))?;
    let mut letters = rest.chars();
    letters
        .next()
        .filter(|c| c.is_ascii() && letters.as_str().trim().is_empty())
}

fn layout(format: Format, line: u64, encoding: Option<&'static Encoding>) -> String {
    let between = match format {
        Format::Csv('\t') => "tabs between columns".to_owned(),
        Format::Csv(mark) => format!("'{mark}' between columns"),
        _ => "columns aligned by blanks".to_owned(),
    };
    let encoding = encoding.map_or("UTF-8", |e| e.name());
    format!("header on line {line}, {between}, {encoding}")
}

/// Formats that a file may have.
fn formats(separator: Option<char>, options: &Options) -> Vec<Format> {
    match (separator, options.format) {
        (Some(mark), _) => vec![Format::Csv(mark)],
        (None, Some(Format::Columns)) => vec![Format::Columns],
        (None, Some(Format::Csv('\t'))) => vec![Format::Csv('\t')],
        (None, Some(_)) => [',', ';', '\t', '|'].map(Format::Csv).into(),
        (None, None) => {
            let marks = [',', ';', '\t', '|'].map(Format::Csv);
            marks.into_iter().chain([Format::Columns]).collect()
        }
    }
}

/// Finds the header: the first line that has all columns of the map, with the
/// separator that makes the most columns of it.
fn find(
    head: &VecDeque<Line>,
    encoding: Option<&'static Encoding>,
    separator: Option<char>,
    options: &Options,
) -> Result<Found, BadRow> {
    let mut best: Option<Found> = None;
    let mut nearest: Option<(usize, usize, BadRow)> = None;
    if let Some(line) = head.front() {
        decode(line, encoding).map_err(|bad| BadRow::new(line.number, bad))?;
    }
    for format in formats(separator, options) {
        let mut lines = Lines::new(&b""[..]);
        lines.put_back(head.iter().cloned());
        let mut records = Records::new(lines, encoding, format);
        while let Ok(Some(record)) = records.next() {
            let Ok(record) = record else { continue };
            match header_of(&record, options) {
                Ok(plan) => {
                    let is_wider = best
                        .as_ref()
                        .is_none_or(|b| plan.names.len() > b.plan.names.len());
                    if is_wider {
                        best = Some(Found {
                            format,
                            plan,
                            header: record,
                        });
                    }
                    break;
                }
                Err(bad) => {
                    let has = columns_in(&record, options);
                    let cells = record.len();
                    let is_nearer = nearest.as_ref().is_none_or(|n| (has, cells) > (n.0, n.1));
                    if is_nearer {
                        nearest = Some((has, cells, BadRow::new(record.line, bad)));
                    }
                }
            }
        }
    }
    best.ok_or_else(|| match nearest {
        Some((_, _, bad)) => bad,
        None => BadRow::new(1, Bad::new("", "there is no header in it")),
    })
}

/// Number of the map's columns in a line.
fn columns_in(record: &Record, options: &Options) -> usize {
    let columns = options.map.columns.iter();
    let stands = |source: &str| {
        record
            .cells()
            .any(|cell| !cell.is_empty() && source.starts_with(cell))
    };
    columns.filter(|c| stands(&c.source)).count()
}

fn header_of(record: &Record, options: &Options) -> Result<Plan, Bad> {
    let mut names: Vec<String> = record.cells().map(str::to_owned).collect();
    while names.last().is_some_and(String::is_empty) {
        names.pop();
    }
    if !options.map.columns.is_empty() {
        return Plan::new(&options.map, names, options);
    }
    if plan::is_by_name(&names) {
        let map = plan::by_name(&names, &options.map);
        plan::check(&map, options)?;
        return Plan::new(&map, names, options);
    }
    let example = "'member=CARD_COLUMN:card:,at=DATE_COLUMN,total=AMOUNT_COLUMN'";
    let message = format!(
        "which column is what? Say so with --map {example}; columns: {}",
        names.join(", ")
    );
    Err(Bad::new("map", message))
}
