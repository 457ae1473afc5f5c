//! Grouping and sorting: the rows of one bill, and each member's bills by time.

use super::BadRow;
use super::plan::Plan;
use super::record::Record;
use super::sorter::{SortKey, Sorted, Sorter, Sorting};
use crate::command::Bad;
use serde::{Deserialize, Serialize};
use std::io;

/// Bytes of a bill's rows that are read together.
const BILL_LEN_MAX: usize = 16 << 20;
/// Sorts that share the memory: rows, places, bills by time, bills by place.
const SORTS: u64 = 4;

/// A line of JSON as text.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct TextLine {
    /// Line number, from 1.
    pub number: u64,
    /// True if a line end follows.
    pub is_terminated: bool,
    /// Its text.
    pub text: String,
}

/// The rows of one bill, a command, or a bad row.
#[derive(Serialize, Deserialize)]
pub enum Bill {
    /// Rows, of one bill if there are several.
    Rows(Vec<Record>),
    /// A command in JSON.
    Line(TextLine),
    /// It could not be read.
    Bad(BadRow),
}

impl Bill {
    /// Reads the bytes of a sorted bill.
    ///
    /// # Errors
    /// The bytes are not those that were written.
    pub fn read(bytes: &[u8]) -> io::Result<Bill> {
        let mut rows = Vec::new();
        for part in serde_json::Deserializer::from_slice(bytes).into_iter() {
            match part? {
                Bill::Rows(more) => rows.extend(more),
                other => return Ok(other),
            }
        }
        Ok(Bill::Rows(rows))
    }
}

/// All rows of a file, which are put together and in order.
pub struct Gathering {
    sorting: Sorting,
    rows: Sorter,
    count: u64,
    /// Column of the bill's number, if rows are grouped.
    group: Option<usize>,
    /// Bill of the row before.
    last: Option<u128>,
}

impl Gathering {
    /// Begins to gather rows.
    pub fn new(sorting: &Sorting, group: Option<usize>) -> Gathering {
        let sorting = sorting.part(SORTS);
        Gathering {
            rows: Sorter::new(sorting.clone()),
            sorting,
            count: 0,
            group,
            last: None,
        }
    }

    /// Adds a row, a command or a bad row. A row whose cell is blank belongs to the bill
    /// before it.
    ///
    /// # Errors
    /// I/O errors of a scratch file.
    pub fn push(&mut self, bill: &Bill) -> io::Result<()> {
        let number = match (bill, self.group) {
            (Bill::Rows(rows), Some(column)) => rows.first().map(|row| row.cell(column)),
            _ => None,
        };
        let number = number.map(|number| match (number, self.last) {
            ("", Some(last)) => last,
            (number, _) => hash_of(number),
        });
        self.last = number.or(self.last);
        let key = SortKey(number.unwrap_or(ALONE), 0, self.count);
        self.count += 1;
        self.rows.push(key, serde_json::to_vec(bill)?)
    }

    /// Bills in the order of their first rows.
    ///
    /// # Errors
    /// I/O errors of a scratch file.
    pub fn grouped(self) -> io::Result<Sorted> {
        let mut all = Sorter::new(self.sorting);
        let mut bills = Bills::new(self.rows.sorted()?);
        while let Some((place, bill)) = bills.next()? {
            all.push(SortKey(0, 0, place), bill)?;
        }
        all.sorted()
    }

    /// Bills with each member's in the order of their times, within the places that
    /// the member has in the file; those without member or time stay. Returns true if
    /// any moved.
    ///
    /// # Errors
    /// I/O errors of a scratch file.
    pub fn sorted(
        self,
        place_in_time: impl Fn(&Bill) -> Option<(String, i64)>,
    ) -> io::Result<(Sorted, bool)> {
        let of = |bill: &[u8]| -> io::Result<Option<(u128, i64)>> {
            let found = place_in_time(&Bill::read(bill)?);
            Ok(found.map(|(member, time)| (hash_of(&member), time)))
        };
        let mut bills = Bills::new(self.rows.sorted()?);
        let mut places = Sorter::new(self.sorting.clone());
        while let Some((place, bill)) = bills.next()? {
            if let Some((member, time)) = of(&bill)? {
                places.push(SortKey(member, 0, place), time.to_le_bytes().into())?;
            }
        }
        let mut places = places.sorted()?;
        let found = Direction::of(&mut places)?;
        let mut all = Sorter::new(self.sorting.clone());
        let mut by_time = Sorter::new(self.sorting);
        bills.rewind()?;
        while let Some((place, bill)) = bills.next()? {
            // At equal times the later row comes first in a file sorted newest first.
            let tie = if found.is_newest_first() {
                u64::MAX - place
            } else {
                place
            };
            let moved = match found.is_out_of_order() {
                true => of(&bill)?,
                false => None,
            };
            match moved {
                Some((member, time)) => by_time.push(SortKey(member, time, tie), bill)?,
                None => all.push(SortKey(0, 0, place), bill)?,
            }
        }
        drop(bills);
        let mut by_time = by_time.sorted()?;
        places.rewind()?;
        while let Some((_, bill)) = by_time.next()? {
            if let Some((SortKey(_, _, place), _)) = places.next()? {
                all.push(SortKey(0, 0, place), bill)?;
            }
        }
        drop((by_time, places));
        Ok((all.sorted()?, found.is_out_of_order()))
    }
}

/// Key of rows that are not grouped.
const ALONE: u128 = 0;

fn hash_of(text: &str) -> u128 {
    let hash = blake3::hash(text.as_bytes());
    let (half, _) = hash.as_bytes().split_at(16);
    half.try_into().map_or(ALONE, u128::from_le_bytes)
}

/// Sorted rows as bills, each with its place: that of its first row.
struct Bills {
    rows: Sorted,
    next: Option<(SortKey, Vec<u8>)>,
}

impl Bills {
    fn new(rows: Sorted) -> Bills {
        Bills { rows, next: None }
    }

    fn rewind(&mut self) -> io::Result<()> {
        self.next = None;
        self.rows.rewind()
    }

    fn next(&mut self) -> io::Result<Option<(u64, Vec<u8>)>> {
        let first = match self.next.take() {
            Some(first) => Some(first),
            None => self.rows.next()?,
        };
        let Some((SortKey(number, _, place), mut bill)) = first else {
            return Ok(None);
        };
        let mut rows = 1_u64;
        while let Some((key, row)) = self.rows.next()? {
            if key.0 != number || number == ALONE {
                self.next = Some((key, row));
                break;
            }
            rows += 1;
            if bill.len() <= BILL_LEN_MAX {
                bill.extend(row);
            }
        }
        match bill.len() > BILL_LEN_MAX && rows > 1 {
            true => Ok(Some((place, too_long(&bill, rows)?))),
            false => Ok(Some((place, bill))),
        }
    }
}

/// A bad row in place of a bill that is too long.
fn too_long(bill: &[u8], rows: u64) -> io::Result<Vec<u8>> {
    let line = match Bill::read(bill)? {
        Bill::Rows(rows) => rows.first().map_or(0, |row| row.line),
        _ => 0,
    };
    let message = format!(
        "the bill that begins here has {rows} rows of more than {} MiB; see that the column for --group names single bills",
        BILL_LEN_MAX >> 20
    );
    let bad = BadRow {
        rows,
        ..BadRow::new(line, Bad::new("", message))
    };
    Ok(serde_json::to_vec(&Bill::Bad(bad))?)
}

/// Order in which each member's bills stand.
#[derive(Default)]
struct Direction {
    falls: u64,
    rises: u64,
}

impl Direction {
    fn of(places: &mut Sorted) -> io::Result<Direction> {
        let mut found = Direction::default();
        let mut before: Option<(u128, i64)> = None;
        while let Some((SortKey(member, _, _), time)) = places.next()? {
            let time = time.try_into().map_or(0, i64::from_le_bytes);
            if let Some((_, earlier)) = before.filter(|before| before.0 == member) {
                found.count(earlier, time);
            }
            before = Some((member, time));
        }
        Ok(found)
    }

    fn count(&mut self, before: i64, next: i64) {
        self.falls += u64::from(next < before);
        self.rises += u64::from(next > before);
    }

    fn is_newest_first(&self) -> bool {
        self.falls > self.rises
    }

    fn is_out_of_order(&self) -> bool {
        self.falls > 0
    }
}

/// True if more times are followed by an earlier one than by a later one.
pub fn is_newest_first(times: &[i64]) -> bool {
    let mut found = Direction::default();
    for pair in times.windows(2) {
        found.count(pair[0], pair[1]);
    }
    found.is_newest_first()
}

/// True if a plan has a field for the time.
pub fn has_time(plan: &Plan) -> bool {
    plan.verbs.iter().any(|verb| verb.entry_of("at").is_some())
}
