//! What a figure comes to: one value, a table, or both.

use rust_decimal::{Decimal, RoundingStrategy};

/// Least number of members that a segment must have for its figures to be shown.
pub const SMALL: u64 = 5;

/// Unit of a value, which also sets its decimals.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// Per cent, with one decimal.
    Percent,
    /// A number of things.
    Count,
    /// Money in whole currency units, with the decimals of the currency.
    Money,
    /// Points of a unit.
    Points,
    /// Days, with at most one decimal.
    Days,
    /// A score or a mean, with at most two decimals.
    Score,
    /// A quotient of two counts, with two decimals.
    Ratio,
    /// Words.
    Text,
}

impl Unit {
    /// Spelling in JSON and in headings.
    pub fn word(self) -> &'static str {
        match self {
            Unit::Percent => "%",
            Unit::Count => "count",
            Unit::Money => "money",
            Unit::Points => "points",
            Unit::Days => "days",
            Unit::Score => "score",
            Unit::Ratio => "ratio",
            Unit::Text => "text",
        }
    }

    /// Writes a value with the unit's decimals, halves away from zero.
    pub fn render(self, value: Decimal, digits: u8) -> String {
        let fixed = |places: u32| {
            let away = RoundingStrategy::MidpointAwayFromZero;
            let mut rounded = value.round_dp_with_strategy(places, away);
            rounded.rescale(places);
            rounded
        };
        let rounded = match self {
            Unit::Percent => fixed(1),
            Unit::Money => fixed(digits.into()),
            Unit::Ratio => fixed(2),
            Unit::Days => fixed(1).normalize(),
            Unit::Score => fixed(2).normalize(),
            Unit::Count | Unit::Points | Unit::Text => value.normalize(),
        };
        // No figure is "-0.0".
        match rounded.is_zero() {
            true => rounded.abs().to_string(),
            false => rounded.to_string(),
        }
    }
}

/// A value with the numbers it was made from.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Measure {
    /// The value; None where the denominator is zero or there is nothing to measure.
    pub value: Option<Decimal>,
    /// Numerator.
    pub numerator: Option<Decimal>,
    /// Denominator.
    pub denominator: Option<Decimal>,
    /// Confidence interval, lower and upper bound.
    pub interval: Option<(Decimal, Decimal)>,
}

impl Measure {
    /// A value that is no quotient.
    pub fn of(value: impl Into<Decimal>) -> Measure {
        Measure {
            value: Some(value.into()),
            ..Measure::default()
        }
    }

    /// A quotient; no value where the denominator is zero.
    pub fn quotient(numerator: impl Into<Decimal>, denominator: impl Into<Decimal>) -> Measure {
        let (numerator, denominator) = (numerator.into(), denominator.into());
        Measure {
            value: numerator.checked_div(denominator),
            numerator: Some(numerator),
            denominator: Some(denominator),
            interval: None,
        }
    }

    /// A share in per cent; no value where the denominator is zero.
    pub fn share(numerator: impl Into<Decimal>, denominator: impl Into<Decimal>) -> Measure {
        let quotient = Measure::quotient(numerator, denominator);
        let value = quotient
            .value
            .and_then(|x| x.checked_mul(Decimal::ONE_HUNDRED));
        Measure { value, ..quotient }
    }
}

/// Change from an earlier value to a later one, in per cent of the earlier; None if that
/// is zero.
pub fn relative(now: Decimal, before: Decimal) -> Option<Decimal> {
    let change = (now - before).checked_div(before.abs())?;
    change.checked_mul(Decimal::ONE_HUNDRED)
}

/// A column of a table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Column {
    /// Id, which is its name in JSON and CSV.
    pub id: &'static str,
    /// Unit of its values.
    pub unit: Unit,
}

impl Column {
    /// A column of values in a unit.
    pub const fn of(id: &'static str, unit: Unit) -> Column {
        Column { id, unit }
    }
}

/// A cell of a table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A value in the column's unit.
    Value(Decimal),
    /// No figure: a zero denominator, or nothing to measure.
    None,
    /// Not shown, so that no single member can be made out.
    Small,
}

impl From<Option<Decimal>> for Cell {
    fn from(value: Option<Decimal>) -> Cell {
        value.map_or(Cell::None, Cell::Value)
    }
}

impl From<u64> for Cell {
    fn from(count: u64) -> Cell {
        Cell::Value(count.into())
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::Text(text.into())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Cell::Text(text)
    }
}

/// A row of a table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Its cells, one for each column.
    pub cells: Vec<Cell>,
    /// Members it speaks of, where it is a segment; None where it is none.
    pub members: Option<u64>,
}

impl Row {
    /// A row that is no segment of members.
    pub fn of(cells: Vec<Cell>) -> Row {
        Row {
            cells,
            members: None,
        }
    }
}

/// A table behind a figure.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Table {
    /// Its columns; those of words come first.
    pub columns: Vec<Column>,
    /// Its rows.
    pub rows: Vec<Row>,
}

impl Table {
    /// Hides the values of segments with fewer than [`SMALL`] members, and of as many
    /// others, the smallest first, as are needed so that what is hidden cannot be found
    /// by subtracting the rest from a total.
    pub fn suppress(&mut self) {
        let mut segments: Vec<(u64, usize)> = (self.rows.iter().enumerate())
            .filter_map(|(at, row)| Some((row.members.filter(|n| *n > 0)?, at)))
            .collect();
        segments.sort_unstable();
        let mut hidden = (0, 0);
        for (members, at) in segments {
            let is_told_by_the_rest = hidden.1 > 0 && (hidden.1 < 2 || hidden.0 < SMALL);
            if members >= SMALL && !is_told_by_the_rest {
                break;
            }
            hidden = (hidden.0 + members, hidden.1 + 1);
            for cell in &mut self.rows[at].cells {
                if !matches!(cell, Cell::Text(_)) {
                    *cell = Cell::Small;
                }
            }
        }
    }
}

/// A remark on a figure.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Note {
    /// The English text.
    pub english: String,
    /// The same in Simplified Chinese.
    pub chinese: String,
}

impl Note {
    /// A remark in both languages.
    pub fn of(english: impl Into<String>, chinese: impl Into<String>) -> Note {
        Note {
            english: english.into(),
            chinese: chinese.into(),
        }
    }
}

/// What a figure comes to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Outcome {
    /// The value; None for a figure that is a table.
    pub measure: Option<Measure>,
    /// The table behind it, if there is one.
    pub table: Option<Table>,
    /// What a reader must know besides.
    pub notes: Vec<Note>,
}

impl From<Measure> for Outcome {
    fn from(measure: Measure) -> Outcome {
        Outcome {
            measure: Some(measure),
            ..Outcome::default()
        }
    }
}

impl From<Table> for Outcome {
    fn from(table: Table) -> Outcome {
        Outcome {
            table: Some(table),
            ..Outcome::default()
        }
    }
}

impl Outcome {
    /// Adds a table.
    pub fn with(self, table: Table) -> Outcome {
        Outcome {
            table: Some(table),
            ..self
        }
    }

    /// Adds a note in English and in Simplified Chinese.
    pub fn note(mut self, english: impl Into<String>, chinese: impl Into<String>) -> Outcome {
        self.notes.push(Note::of(english, chinese));
        self
    }
}
