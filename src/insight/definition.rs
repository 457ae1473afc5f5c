//! The definition of a figure.

use super::asked::{Asked, Parameter};
use super::dimension::Dimension;
use super::outcome::{Outcome, Unit};
use crate::model::Day;

/// Direction in which a figure is better.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// More is better.
    Up,
    /// Less is better.
    Down,
    /// Neither.
    Neutral,
}

impl Direction {
    /// Spelling in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Direction::Up => "up",
            Direction::Down => "down",
            Direction::Neutral => "neutral",
        }
    }
}

/// Days that a figure counts where none are named; they end with the as-of day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Span {
    /// So many days.
    Days(u16),
    /// So many months.
    Months(u16),
    /// All.
    Lifetime,
    /// All that are over: those before the last.
    Complete,
}

impl Span {
    /// First and last day of the span that ends with a day; the first is None where all
    /// days count.
    pub fn ending(self, last: Day) -> (Option<Day>, Day) {
        let first = match self {
            Span::Days(days) => Some(last.days_before(u32::from(days).saturating_sub(1))),
            Span::Months(months) => Some(last.minus_months(months.into()).plus_days(1)),
            Span::Lifetime | Span::Complete => None,
        };
        (first, last)
    }

    /// The last day that counts, of the day of the last entry.
    pub fn last_of(self, last: Day) -> Day {
        match self {
            Span::Complete => last.plus_days(-1),
            _ => last,
        }
    }

    /// The span in words.
    pub fn words(self) -> String {
        match self {
            Span::Days(days) => format!("{days} days"),
            Span::Months(months) => format!("{months} months"),
            Span::Lifetime => "all days".into(),
            Span::Complete => "all days that are over".into(),
        }
    }

    /// The span in words, in Simplified Chinese.
    pub fn words_zh(self) -> String {
        match self {
            Span::Days(days) => format!("{days}天"),
            Span::Months(months) => format!("{months}个月"),
            Span::Lifetime => "全部日期".into(),
            Span::Complete => "全部已结束的日期".into(),
        }
    }
}

/// A figure: what it is, and the function that makes it.
#[derive(Debug)]
pub struct Figure {
    /// Id, as `report` spells it.
    pub id: &'static str,
    /// Name in English and in Simplified Chinese.
    pub name: (&'static str, &'static str),
    /// Formula in words.
    pub formula: &'static str,
    /// Meaning of the numerator; empty for a figure that is no quotient.
    pub numerator: &'static str,
    /// Meaning of the denominator; empty for a figure that is no quotient.
    pub denominator: &'static str,
    /// Days counted where none are named.
    pub span: Span,
    /// Unit of the value.
    pub unit: Unit,
    /// Direction in which it is better.
    pub direction: Direction,
    /// Rows of the requirements that ask for it.
    pub rows: &'static str,
    /// Dimensions it can be divided by.
    pub by: &'static [Dimension],
    /// Its parameters.
    pub parameters: &'static [Parameter],
    /// Makes it. The error names a parameter and says what is wrong with it.
    pub make: fn(&Asked<'_>) -> Result<Outcome, String>,
}
