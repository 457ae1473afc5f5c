//! Filter of rows.

use super::map::ColumnMap;
use super::record::Record;
use crate::command::Bad;

/// Values of one column.
#[derive(Clone, Debug)]
struct Wanted {
    column: usize,
    name: String,
    values: Vec<Value>,
}

/// One of them.
#[derive(Clone, Debug)]
struct Value {
    text: String,
    /// The text in small letters, as cells are compared.
    lower: String,
    /// True once a row matched it.
    is_met: bool,
}

/// Rows to be imported, and rows to be skipped.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    only: Vec<Wanted>,
    skip: Vec<Wanted>,
}

impl Filter {
    /// Reads `COLUMN=VALUE` or `COLUMN=VALUE|VALUE` against a header. The same
    /// column twice: either value matches; different columns: each must match.
    ///
    /// # Errors
    /// It does not name a column.
    pub fn new(map: &ColumnMap, names: &[String]) -> Result<Filter, Bad> {
        Ok(Filter {
            only: all(&map.only, "only", names)?,
            skip: all(&map.skip, "skip", names)?,
        })
    }

    /// Columns that it reads.
    pub fn columns(&self) -> Vec<usize> {
        self.only
            .iter()
            .chain(&self.skip)
            .map(|w| w.column)
            .collect()
    }

    /// True if a row is to be imported. `cell` returns the row's own cell, or
    /// its bill's.
    pub fn counts(&mut self, cell: impl Fn(usize) -> String) -> bool {
        let mut counts = true;
        for wanted in &mut self.only {
            counts &= wanted.is_in(&cell(wanted.column));
        }
        for wanted in &mut self.skip {
            counts &= !wanted.is_in(&cell(wanted.column));
        }
        counts
    }

    /// Values that no row matched, to be reported: they may be misspelt.
    pub fn unmet(&self) -> Vec<String> {
        let all = self.only.iter().chain(&self.skip);
        let unmet = all.flat_map(|w| w.values.iter().map(move |value| (w, value)));
        let unmet = unmet.filter(|(_, value)| !value.is_met);
        unmet
            .map(|(w, value)| format!("{}={}", w.name, value.text))
            .collect()
    }

    /// True if there is no condition.
    pub fn is_empty(&self) -> bool {
        self.only.is_empty() && self.skip.is_empty()
    }
}

impl Wanted {
    fn is_in(&mut self, cell: &str) -> bool {
        let cell = cell.to_lowercase();
        let mut is_in = false;
        for value in self.values.iter_mut().filter(|value| value.lower == cell) {
            (value.is_met, is_in) = (true, true);
        }
        is_in
    }
}

fn all(texts: &[String], flag: &str, names: &[String]) -> Result<Vec<Wanted>, Bad> {
    let mut found: Vec<Wanted> = Vec::new();
    for text in texts {
        let begins = |name: &&String| {
            let rest = text.trim_start().strip_prefix(name.as_str());
            rest.is_some_and(|rest| rest.trim_start().starts_with('='))
        };
        let Some(name) = names.iter().filter(begins).max_by_key(|n| n.len()) else {
            let known: Vec<&str> = names.iter().map(String::as_str).collect();
            let Some((name, _)) = text.split_once('=') else {
                let message = format!("'{text}' is not of the form COLUMN=VALUE");
                return Err(Bad::new(flag, message));
            };
            return Err(Bad::unknown(flag, "column", name.trim(), &known));
        };
        let rest = text.trim_start()[name.len()..].trim_start();
        let values = rest[1..].split('|').map(|value| Value {
            text: value.trim().into(),
            lower: value.trim().to_lowercase(),
            is_met: false,
        });
        let column = names.iter().position(|n| n == name).unwrap_or(0);
        match found.iter_mut().find(|w| w.column == column) {
            Some(same) => same.values.extend(values),
            None => found.push(Wanted {
                column,
                name: name.clone(),
                values: values.collect(),
            }),
        }
    }
    Ok(found)
}

/// Rows of a bill to be imported. A blank cell is taken from the bill's first row.
pub fn counting(filter: &mut Filter, bill: Vec<Record>) -> (Vec<Record>, usize) {
    if filter.is_empty() {
        return (bill, 0);
    }
    let columns = filter.columns();
    let first: Vec<(usize, String)> = columns
        .iter()
        .map(|at| (*at, bill.first().map_or("", |row| row.cell(*at)).to_owned()))
        .collect();
    let len = bill.len();
    let counts = |row: &Record| {
        filter.counts(|at| match row.cell(at) {
            "" => first
                .iter()
                .find(|f| f.0 == at)
                .map_or_else(String::new, |f| f.1.clone()),
            cell => cell.to_owned(),
        })
    };
    let mut counts = counts;
    let kept: Vec<Record> = bill.into_iter().filter(|row| counts(row)).collect();
    let skipped = len - kept.len();
    (kept, skipped)
}
