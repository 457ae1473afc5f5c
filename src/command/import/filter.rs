//! Filter of rows.

use super::map::ColumnMap;
use super::record::Record;
use crate::command::Bad;

/// Rows are imported, or skipped, by these values of one column.
#[derive(Clone, Debug)]
struct Condition {
    column: usize,
    name: String,
    values: Vec<Value>,
    /// True if rows with one of the values are skipped, false if all others are.
    is_skip: bool,
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
pub struct Filter(Vec<Condition>);

impl Filter {
    /// Reads `COLUMN=VALUE` or `COLUMN=VALUE|VALUE` against a header. The same
    /// column twice: either value matches; different columns: each must match.
    ///
    /// # Errors
    /// It does not name a column.
    pub fn new(map: &ColumnMap, names: &[String]) -> Result<Filter, Bad> {
        let mut filter = Filter(all(&map.only, "only", names)?);
        filter.0.extend(all(&map.skip, "skip", names)?);
        Ok(filter)
    }

    /// Columns that it reads.
    pub fn columns(&self) -> Vec<usize> {
        self.0.iter().map(|condition| condition.column).collect()
    }

    /// True if a row is to be imported. A blank cell is taken from its bill's first row.
    fn counts(&mut self, row: &Record, first: &Record) -> bool {
        let mut counts = true;
        for condition in &mut self.0 {
            let cell = match row.cell(condition.column) {
                "" => first.cell(condition.column),
                cell => cell,
            };
            counts &= condition.is_met(cell) != condition.is_skip;
        }
        counts
    }

    /// Rows of a bill to be imported, and the number of the others.
    pub fn counting(&mut self, mut bill: Vec<Record>) -> (Vec<Record>, usize) {
        let Some(first) = bill.first().filter(|_| !self.0.is_empty()) else {
            return (bill, 0);
        };
        let counts: Vec<bool> = bill.iter().map(|row| self.counts(row, first)).collect();
        let skipped = counts.iter().filter(|counts| !**counts).count();
        let mut counts = counts.into_iter();
        bill.retain(|_| counts.next() == Some(true));
        (bill, skipped)
    }

    /// Values that no row matched, to be reported: they may be misspelt.
    pub fn unmet(&self) -> Vec<String> {
        let values = |c: &Condition| {
            let unmet = c.values.iter().filter(|value| !value.is_met);
            unmet
                .map(|value| format!("{}={}", c.name, value.text))
                .collect::<Vec<_>>()
        };
        self.0.iter().flat_map(values).collect()
    }
}

impl Condition {
    fn is_met(&mut self, cell: &str) -> bool {
        let cell = cell.to_lowercase();
        let mut is_met = false;
        for value in self.values.iter_mut().filter(|value| value.lower == cell) {
            (value.is_met, is_met) = (true, true);
        }
        is_met
    }
}

fn all(texts: &[String], flag: &str, names: &[String]) -> Result<Vec<Condition>, Bad> {
    let mut found: Vec<Condition> = Vec::new();
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
            None => found.push(Condition {
                column,
                name: name.clone(),
                values: values.collect(),
                is_skip: flag == "skip",
            }),
        }
    }
    Ok(found)
}
