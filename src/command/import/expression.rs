//! Expressions for a field's value: a column, or a sum or product of columns,
//! over one row or over the rows of a bill.

use super::record::Record;
use crate::command::Bad;
use rust_decimal::{Decimal, RoundingStrategy};
use std::borrow::Cow;

/// Aggregation of the values of several rows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Over {
    /// Their sum.
    Sum,
    /// The first that is not blank.
    First,
    /// The last that is not blank.
    Last,
    /// The smallest.
    Min,
    /// The largest.
    Max,
}

/// Expression for a field's value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Expression {
    /// A column, by its position and name.
    Column(usize, String),
    /// A number.
    Number(Decimal),
    /// Two numbers joined by a sign; with `+` also two texts, with a blank between.
    Both(Box<Expression>, char, Box<Expression>),
    /// Rounded half up to the decimals of the currency.
    Round(Box<Expression>),
    /// Aggregated value of the rows of a bill.
    Rows(Over, Box<Expression>),
}

/// Source of the values in an expression.
pub trait Values {
    /// The number in a column; None if it is blank.
    ///
    /// # Errors
    /// The cell is not a number in the column's format.
    fn number(&self, record: &Record, column: usize) -> Result<Option<Decimal>, Bad>;

    /// Decimals of the currency.
    fn digits(&self) -> u32;
}

impl Expression {
    /// Parses an expression over the columns of a header. Returns the rest
    /// after it, from a colon on.
    ///
    /// # Errors
    /// A part is not a column.
    pub fn parse<'t>(text: &'t str, header: &[String]) -> Result<(Expression, &'t str), Bad> {
        let mut parser = Parser { rest: text, header };
        let expression = parser.sum()?;
        let rest = parser.rest.trim_start();
        match rest.is_empty() || rest.starts_with(':') {
            true => Ok((expression, rest)),
            false => Err(parser.unknown(text)),
        }
    }

    /// Columns that it reads.
    pub fn columns(&self) -> Vec<(usize, &str)> {
        match self {
            Expression::Column(at, name) => vec![(*at, name.as_str())],
            Expression::Number(_) => Vec::new(),
            Expression::Both(a, _, b) => [a.columns(), b.columns()].concat(),
            Expression::Round(inner) | Expression::Rows(_, inner) => inner.columns(),
        }
    }

    /// True if it aggregates the rows of a bill.
    pub fn is_over_rows(&self) -> bool {
        match self {
            Expression::Rows(..) => true,
            Expression::Column(..) | Expression::Number(_) => false,
            Expression::Both(a, _, b) => a.is_over_rows() || b.is_over_rows(),
            Expression::Round(inner) => inner.is_over_rows(),
        }
    }

    /// The column, if it is only one, so that its cell is the value.
    pub fn single(&self) -> Option<usize> {
        match self {
            Expression::Column(at, _) => Some(*at),
            _ => None,
        }
    }

    /// The text of a row: the cells joined. Empty if all are.
    pub fn text<'r>(&self, record: &'r Record) -> Cow<'r, str> {
        match self {
            Expression::Column(at, _) => Cow::Borrowed(record.cell(*at)),
            Expression::Both(a, '+', b) => match (a.text(record), b.text(record)) {
                (a, b) if b.is_empty() => a,
                (a, b) if a.is_empty() => b,
                (a, b) => Cow::Owned(format!("{a} {b}")),
            },
            Expression::Number(number) => Cow::Owned(number.to_string()),
            Expression::Both(inner, ..) | Expression::Round(inner) | Expression::Rows(_, inner) => {
                inner.text(record)
            }
        }
    }

    /// True if it can be evaluated on texts alone.
    pub fn is_text(&self) -> bool {
        match self {
            Expression::Column(..) => true,
            Expression::Both(a, '+', b) => a.is_text() && b.is_text(),
            Expression::Rows(Over::First | Over::Last, inner) => inner.is_text(),
            _ => false,
        }
    }

    /// The number of a bill; None if a column it needs is blank. A sum over
    /// rows skips rows where it is blank.
    ///
    /// # Errors
    /// A cell is not a number, or the result is too large.
    pub fn number(&self, rows: &[Record], values: &dyn Values) -> Result<Option<Decimal>, Bad> {
        match self {
            Expression::Column(at, _) => match rows.first() {
                Some(row) => values.number(row, *at),
                None => Ok(None),
            },
            Expression::Number(number) => Ok(Some(*number)),
            Expression::Both(a, sign, b) => {
                let both = (a.number(rows, values)?, b.number(rows, values)?);
                let (Some(a), Some(b)) = both else {
                    return Ok(None);
                };
                let joined = match sign {
                    '+' => a.checked_add(b),
                    '-' => a.checked_sub(b),
                    _ => a.checked_mul(b),
                };
                joined.map(Some).ok_or_else(too_large)
            }
            Expression::Round(inner) => {
                let number = inner.number(rows, values)?;
                let half_up = RoundingStrategy::MidpointAwayFromZero;
                Ok(number.map(|n| n.round_dp_with_strategy(values.digits(), half_up)))
            }
            Expression::Rows(over, inner) => {
                let mut found: Option<Decimal> = None;
                for row in rows {
                    let Some(next) = inner.number(std::slice::from_ref(row), values)? else {
                        continue;
                    };
                    found = Some(match (found, over) {
                        (None, _) | (_, Over::Last) => next,
                        (Some(sum), Over::Sum) => sum.checked_add(next).ok_or_else(too_large)?,
                        (Some(first), Over::First) => first,
                        (Some(least), Over::Min) => least.min(next),
                        (Some(most), Over::Max) => most.max(next),
                    });
                }
                Ok(found)
            }
        }
    }
}

fn too_large() -> Bad {
    Bad::new("", "comes to more than there can be")
}

/// Functions, each with its way of combining the rows of a bill.
const FUNCTIONS: [(&str, Option<Over>); 6] = [
    ("sum(", Some(Over::Sum)),
    ("first(", Some(Over::First)),
    ("last(", Some(Over::Last)),
    ("min(", Some(Over::Min)),
    ("max(", Some(Over::Max)),
    ("round(", None),
];

struct Parser<'t, 'h> {
    rest: &'t str,
    header: &'h [String],
}

impl Parser<'_, '_> {
    fn sum(&mut self) -> Result<Expression, Bad> {
        let mut left = self.product()?;
        while let Some(sign) = self.sign(&['+', '-']) {
            left = Expression::Both(Box::new(left), sign, Box::new(self.product()?));
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<Expression, Bad> {
        let mut left = self.factor()?;
        while let Some(sign) = self.sign(&['*']) {
            left = Expression::Both(Box::new(left), sign, Box::new(self.factor()?));
        }
        Ok(left)
    }

    fn sign(&mut self, signs: &[char]) -> Option<char> {
        let rest = self.rest.trim_start();
        let found = rest.chars().next().filter(|c| signs.contains(c))?;
        self.rest = &rest[found.len_utf8()..];
        Some(found)
    }

    fn factor(&mut self) -> Result<Expression, Bad> {
        self.rest = self.rest.trim_start();
        if let Some((at, len)) = self.column() {
            self.rest = &self.rest[len..];
            return Ok(Expression::Column(at, self.header[at].clone()));
        }
        for (word, over) in FUNCTIONS {
            let Some(rest) = self.rest.strip_prefix(word) else {
                continue;
            };
            self.rest = rest;
            let inner = Box::new(self.sum()?);
            self.rest = self.rest.trim_start();
            let Some(rest) = self.rest.strip_prefix(')') else {
                let message = format!("'{word}' has no closing bracket behind its one column");
                return Err(Bad::new("map", message));
            };
            self.rest = rest;
            return Ok(match over {
                Some(over) => Expression::Rows(over, inner),
                None => Expression::Round(inner),
            });
        }
        let len = self
            .rest
            .bytes()
            .take_while(|b| b.is_ascii_digit() || *b == b'.')
            .count();
        if let Ok(number) = self.rest[..len].parse() {
            self.rest = &self.rest[len..];
            return Ok(Expression::Number(number));
        }
        Err(self.none_here())
    }

    /// Error for a text that is no column where one is expected.
    fn none_here(&self) -> Bad {
        let name = self.rest.split('(').next().unwrap_or_default();
        let is_call = self.rest.contains('(') && name.chars().all(char::is_alphabetic);
        let words = FUNCTIONS.map(|(word, _)| format!("{word}..)")).join(", ");
        let message = match (self.rest, is_call) {
            ("", _) => "a column is missing at the end".into(),
            (_, true) if name.is_empty() => {
                format!("a bracket stands behind a word only: {words}")
            }
            (_, true) => format!("there is no '{name}(..)'; there are {words}"),
            _ => return self.unknown(self.rest),
        };
        Bad::new("map", message)
    }

    /// The longest column name that the text begins with, and its length.
    fn column(&self) -> Option<(usize, usize)> {
        let is_end = |rest: &str| {
            let rest = rest.trim_start();
            rest.is_empty() || rest.starts_with([':', '+', '-', '*', ')'])
        };
        let fits = |name: &str| {
            let rest = self.rest.strip_prefix(name);
            !name.is_empty() && rest.is_some_and(is_end)
        };
        let found = self
            .header
            .iter()
            .enumerate()
            .filter(|(_, name)| fits(name));
        let longest = found.max_by_key(|(at, name)| (name.len(), std::cmp::Reverse(*at)))?;
        Some((longest.0, longest.1.len()))
    }

    fn unknown(&self, text: &str) -> Bad {
        let name = text.split([':', ')']).next().unwrap_or(text).trim();
        let known: Vec<&str> = self.header.iter().map(String::as_str).collect();
        Bad::unknown("map", "column", name, &known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Vec<String> {
        [
            "qty",
            "price",
            "Betrag, brutto",
            "Datum: Uhrzeit",
            "a - b",
            "a",
        ]
        .map(str::to_owned)
        .into()
    }

    #[test]
    fn names_of_columns_may_have_every_sign() {
        for (text, columns, rest) in [
            ("qty * price", vec!["qty", "price"], ""),
            ("round(qty*price):comma", vec!["qty", "price"], ":comma"),
            (
                "Datum: Uhrzeit:%d.%m.%Y",
                vec!["Datum: Uhrzeit"],
                ":%d.%m.%Y",
            ),
            ("a - b", vec!["a - b"], ""),
            ("a - qty", vec!["a", "qty"], ""),
            ("sum(Betrag, brutto)", vec!["Betrag, brutto"], ""),
            ("price * 1.19", vec!["price"], ""),
        ] {
            let header = header();
            let (found, after) = Expression::parse(text, &header).unwrap();
            let names: Vec<&str> = found.columns().into_iter().map(|c| c.1).collect();
            assert_eq!((names, after), (columns, rest), "{text}");
        }
        let header = header();
        for (text, words) in [
            ("pric", "did you mean 'price'?"),
            ("sum(qty", "closing bracket"),
            (
                "avg(qty)",
                "there is no 'avg(..)'; there are sum(..), first(..)",
            ),
            ("avg(", "there is no 'avg(..)'"),
            ("qty * ", "a column is missing at the end"),
            ("(qty", "a bracket stands behind a word only"),
            ("qty price", "unknown column"),
        ] {
            let said = Expression::parse(text, &header).unwrap_err();
            assert!(said.to_string().contains(words), "{text}: {said}");
        }
    }
}
