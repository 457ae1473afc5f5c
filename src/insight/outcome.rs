//! Result of a figure: one value, a table, or both.

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
    /// Columns that count some of a row's members, or others than its members, and that
    /// its values tell of: itself, if it is one.
    pub tells: &'static [&'static str],
}

impl Column {
    /// A column of values in a unit.
    pub const fn of(id: &'static str, unit: Unit) -> Column {
        Column {
            id,
            unit,
            tells: &[],
        }
    }

    /// The same, where its values tell of columns that count some of a row's members.
    pub const fn of_some(self, tells: &'static [&'static str]) -> Column {
        Column { tells, ..self }
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

/// Rows that are hidden together, or may be.
#[derive(Default)]
struct Hiding {
    /// Rows that are hidden, and the least number of members that each speaks of, in sum.
    hidden: (u64, usize),
    /// The others, with the same number.
    shown: Vec<(u64, usize)>,
}

impl Hiding {
    fn add(&mut self, (members, at): (u64, usize), is_hidden: bool) {
        match is_hidden {
            true => self.hidden = (self.hidden.0 + members, self.hidden.1 + 1),
            false => self.shown.push((members, at)),
        }
    }

    /// Rows to be hidden: those that speak of fewer than [`SMALL`] members, and as many
    /// others, the smallest first, as are needed so that the sum of what is hidden tells
    /// of none.
    fn rows(mut self) -> Vec<usize> {
        // Nobody at all is the last to be hidden.
        self.shown
            .sort_unstable_by_key(|(n, at)| (*n == 0, *n, *at));
        let mut rows = Vec::new();
        for (members, at) in self.shown {
            let is_told_by_the_rest = match self.hidden {
                (_, 0) => false,
                (_, 1) => true,
                (sum, _) => sum < SMALL && members > 0,
            };
            if !is_told_by_the_rest && !(1..SMALL).contains(&members) {
                break;
            }
            self.hidden = (self.hidden.0 + members, self.hidden.1 + 1);
            rows.push(at);
        }
        rows
    }
}

impl Table {
    /// A table of columns and rows.
    pub fn of(columns: Vec<Column>, rows: impl IntoIterator<Item = Row>) -> Table {
        Table {
            columns,
            rows: rows.into_iter().collect(),
        }
    }

    /// Hides the values of segments with fewer than [`SMALL`] members, and counts of fewer
    /// of their members, or of all but fewer. True if a segment was hidden.
    fn suppress(&mut self) -> bool {
        let counted: Vec<usize> = (self.columns.iter().enumerate())
            .filter_map(|(at, column)| column.tells.contains(&column.id).then_some(at))
            .collect();
        // Counts are told from one another by what they were before anything was hidden.
        let counts = counted.iter().map(|at| self.least(*at)).collect::<Vec<_>>();
        let mut segments = Hiding::default();
        for (at, row) in self.rows.iter().enumerate() {
            if let Some(members) = row.members.filter(|n| *n > 0) {
                segments.add((members, at), false);
            }
        }
        let segments = segments.rows();
        self.hide(&segments, |_| true);
        for (column, least) in counted.into_iter().zip(counts) {
            let mut counts = Hiding::default();
            for (at, members) in least {
                let is_hidden = self.rows[at].cells[column] == Cell::Small;
                counts.add((members, at), is_hidden);
            }
            let id = self.columns[column].id;
            self.hide(&counts.rows(), |column| column.tells.contains(&id));
        }
        !segments.is_empty()
    }

    /// Rows of a column of counts with the members counted, or with those left out where
    /// these are fewer.
    fn least(&self, column: usize) -> Vec<(usize, u64)> {
        let rows = self.rows.iter().enumerate();
        let counted = rows.filter_map(|(at, row)| match row.cells.get(column) {
            Some(Cell::Value(count)) => {
                let count = u64::try_from(*count).unwrap_or(0);
                let others = row.members.unwrap_or(0).saturating_sub(count);
                Some((at, if others > 0 { count.min(others) } else { count }))
            }
            _ => None,
        });
        counted.collect()
    }

    /// Hides cells that are no words, in some rows and columns.
    fn hide(&mut self, rows: &[usize], is_hidden: impl Fn(&Column) -> bool) {
        for at in rows {
            for (column, cell) in self.columns.iter().zip(&mut self.rows[*at].cells) {
                if is_hidden(column) && !matches!(cell, Cell::Text(_)) {
                    *cell = Cell::Small;
                }
            }
        }
    }
}

/// Members whom a value speaks of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Headline {
    /// All, so that it is always shown.
    #[default]
    OfAll,
    /// Those of some rows of its table: with one row hidden, the others would tell of it.
    OfRows,
    /// So many, whom a parameter picked.
    OfSegment(u64),
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

/// Result of a figure.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Outcome {
    /// The value; None for a figure that is a table.
    pub measure: Option<Measure>,
    /// Members whom the value speaks of.
    pub headline: Headline,
    /// The table behind it, if there is one.
    pub table: Option<Table>,
    /// Notes that a reader needs.
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

    /// Says whom the value speaks of.
    pub fn headline(self, headline: Headline) -> Outcome {
        Outcome { headline, ..self }
    }

    /// Hides what speaks of fewer than [`SMALL`] members in the table, what would tell of
    /// them by difference, and with them the value and its notes where these would.
    pub fn suppress(&mut self) {
        let is_row_hidden = self.table.as_mut().is_some_and(Table::suppress);
        let is_hidden = match self.headline {
            Headline::OfAll => false,
            Headline::OfRows => is_row_hidden,
            Headline::OfSegment(members) => (1..SMALL).contains(&members),
        };
        if !is_hidden {
            return;
        }
        self.measure = self.measure.is_some().then(Measure::default);
        if let Headline::OfSegment(_) = self.headline {
            self.notes.clear();
        }
        self.notes.push(Note::of(
            "the value is not shown: it would tell of fewer than five members",
            "不显示该值：它会透露少于五名会员的情况",
        ));
    }

    /// Adds a note in English and in Simplified Chinese.
    pub fn note(mut self, english: impl Into<String>, chinese: impl Into<String>) -> Outcome {
        self.notes.push(Note::of(english, chinese));
        self
    }
}
