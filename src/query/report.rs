//! A figure, with its definition and the place in the journal that it was made at.

use super::facts::Basis;
use super::{Ask, Error, Report, days_named};
use crate::command::Bad;
use crate::engine::{self, Ledger};
use crate::insight::{
    Asked, Cell, Dimension, ELSEWHERE, Elsewhere, FIGURES, Facts, Figure, Means, Measure, Outcome,
    Source, Table, Unit, chinese, figure, relative,
};
use crate::model::{Day, Period};
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A cell that is not shown, since it speaks of fewer than five members or would tell
/// of such a one.
const HIDDEN: &str = "<5";

/// Name that stands for all figures.
const ALL: &str = "all";

/// A figure as it was made, or, where none was named, the definitions of all.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, JsonSchema)]
pub struct ReportReply {
    /// Always true.
    pub ok: bool,
    /// The definitions of all figures, where none was named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub figures: Vec<FigureTold>,
    /// Further requirements, where no figure was named: another command
    /// that gives them, or the input they lack.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub elsewhere: Vec<ElsewhereTold>,
    /// The figure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub made: Option<Made>,
    /// All figures, where `all` was named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub all: Vec<Made>,
    /// Figures that are not among them, with the reason.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOut>,
    /// Remarks on the making, for people: such as that saved facts could not be used.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// A figure that could not be made without more being said.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct LeftOut {
    /// Its id.
    pub figure: String,
    /// The reason.
    pub reason: String,
    /// The parameter that it lacks, with its meaning, in Simplified Chinese.
    pub reason_zh: String,
}

/// Something that is asked for and is no figure.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ElsewhereTold {
    /// The rows of the requirements that ask for it.
    pub source: String,
    /// Requirement.
    pub asked: String,
    /// The same in Simplified Chinese.
    pub asked_zh: String,
    /// False if it is not available.
    pub is_available: bool,
    /// The command or page that gives it; for what is not available, the input that it lacks.
    pub by: String,
    /// The same in Simplified Chinese.
    pub by_zh: String,
}

/// The definition of a figure.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, JsonSchema)]
pub struct FigureTold {
    /// Its id.
    pub id: String,
    /// Its name in English.
    pub name: String,
    /// Its name in Simplified Chinese.
    pub name_zh: String,
    /// Its formula in words.
    pub formula: String,
    /// The same in Simplified Chinese.
    pub formula_zh: String,
    /// Meaning of the numerator; empty for one that is no quotient.
    pub numerator: String,
    /// The same in Simplified Chinese.
    pub numerator_zh: String,
    /// Meaning of the denominator; empty for one that is no quotient.
    pub denominator: String,
    /// The same in Simplified Chinese.
    pub denominator_zh: String,
    /// Days that are counted where none are named.
    pub window: String,
    /// The same in Simplified Chinese.
    pub window_zh: String,
    /// Its unit.
    pub unit: String,
    /// `up` where more is better, `down` where less is, `neutral` otherwise.
    pub direction: String,
    /// The rows of the requirements that ask for it.
    pub source: String,
    /// Dimensions it can be divided by.
    pub by: Vec<String>,
    /// Its parameters.
    pub parameters: Vec<ParameterTold>,
}

/// A parameter of a figure.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ParameterTold {
    /// Its name.
    pub name: String,
    /// The value that was taken.
    pub value: String,
    /// Its meaning, with its unit.
    pub meaning: String,
    /// The same in Simplified Chinese.
    pub meaning_zh: String,
}

/// A figure as it was made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Made {
    /// Its definition.
    pub figure: FigureTold,
    /// The instant whose knowledge it is: entries that the clock read later are not in it.
    pub as_of: String,
    /// Number of entries it is made from ...
    pub entries: u64,
    /// ... and the chain hash of the last one.
    pub hash: String,
    /// The first day counted; absent where all are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The last day counted.
    pub to: String,
    /// ISO 4217 code of amounts of money.
    pub currency: String,
    /// The value; absent for a figure that is a table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<MeasureTold>,
    /// The same figure of the time before, and the change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
    /// The columns of the table behind it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<ColumnTold>,
    /// Its rows: texts, and decimals as texts; null where there is no figure, `<5` where
    /// it is not shown, since it speaks of fewer than five members or would tell of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<Vec<Option<String>>>,
    /// Notes that a reader needs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// The same in Simplified Chinese.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes_zh: Vec<String>,
}

/// A value with the numbers it was made from, as decimals.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, JsonSchema)]
pub struct MeasureTold {
    /// The value; null where the denominator is zero or there is nothing to measure.
    pub value: Option<String>,
    /// The numerator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub numerator: Option<String>,
    /// The denominator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub denominator: Option<String>,
    /// Lower bound of the 95 % confidence interval ...
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<String>,
    /// ... and the upper one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<String>,
}

/// A figure of an earlier time, and the change since.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Change {
    /// The first day of the earlier time.
    pub from: String,
    /// Its last day.
    pub to: String,
    /// The figure of that time.
    pub before: MeasureTold,
    /// The difference, with its sign, in `unit`; null where one of them has no value.
    pub difference: Option<String>,
    /// Unit of the difference: `pp`, percentage points, for a figure in per cent.
    pub unit: String,
    /// The change in per cent of the earlier value, with its sign; null where that is
    /// zero or has no value.
    pub relative: Option<String>,
}

/// A column of a table.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ColumnTold {
    /// Its id.
    pub id: String,
    /// Unit of its values.
    pub unit: String,
}

impl Ask for Report {
    type Reply = ReportReply;

    fn answer(&self, ledger: &mut Ledger) -> Result<ReportReply, Error> {
        let Some(basis) = self.basis(ledger)? else {
            let figures = FIGURES.iter().copied().map(FigureTold::of).collect();
            return Ok(ReportReply {
                ok: true,
                figures,
                elsewhere: ELSEWHERE.iter().map(ElsewhereTold::of).collect(),
                ..ReportReply::default()
            });
        };
        self.make_from(&basis)
    }
}

/// The figure of an id.
fn named(name: &str) -> Result<&'static Figure, Bad> {
    figure(name).ok_or_else(|| {
        let known: Vec<&str> = FIGURES.iter().map(|figure| figure.id).collect();
        Bad::unknown("name", "figure", name, &known)
    })
}

impl Report {
    /// The part of the answer that needs the ledger; [`Report::make_from`] is the rest. None
    /// where no figure is named.
    ///
    /// # Errors
    /// The question is malformed; I/O errors.
    pub fn basis(&self, ledger: &mut Ledger) -> Result<Option<Basis>, Error> {
        let Some(name) = self.name.as_deref() else {
            return Ok(None);
        };
        self.check(name)?;
        Basis::of(ledger, self.as_of.as_ref()).map(Some)
    }

    /// Makes what was asked for, without the ledger.
    ///
    /// # Errors
    /// The question is malformed; I/O errors.
    pub fn make_from(&self, basis: &Basis) -> Result<ReportReply, Error> {
        let (told, note) = basis.with(|facts, source| self.reply(basis, (facts, source)))?;
        let mut told = told?;
        told.notes.extend(note);
        Ok(told)
    }

    /// Refuses what a figure, or all of them, do not have.
    fn check(&self, name: &str) -> Result<(), Bad> {
        if name == ALL {
            if !self.set.is_empty() {
                return Err(Bad::new("name", "set is for one figure, not for all"));
            }
            let known = Dimension::ALL.map(Dimension::word);
            return match &self.by {
                Some(by) if !known.contains(&&**by) => {
                    Err(Bad::unknown("by", "division", by, &known))
                }
                _ => Ok(()),
            };
        }
        let figure = named(name)?;
        let parameters: Vec<&str> = figure.parameters.iter().map(|p| p.name).collect();
        for name in self.set.keys() {
            if !parameters.contains(&name.as_str()) {
                let what = format!("parameter of {}", figure.id);
                return Err(Bad::unknown("set", &what, name, &parameters));
            }
        }
        self.by(figure).map(|_| ())
    }

    /// The figure, or all that need no parameter, divided where they can be.
    fn reply(&self, basis: &Basis, facts: (&Facts, &Source<'_>)) -> Result<ReportReply, Error> {
        let mut told = ReportReply {
            ok: true,
            ..ReportReply::default()
        };
        let name = self.name.as_deref().unwrap_or(ALL);
        if name != ALL {
            let figure = named(name)?;
            let by = self.by(figure)?;
            told.made = Some(self.make(basis, (figure, by), facts)?);
            return Ok(told);
        }
        for (figure, made) in FIGURES.iter().zip(self.make_all(basis, facts)) {
            match made {
                Ok(made) => told.all.push(made),
                // What is wrong with the question itself is wrong for every figure.
                Err(Error::Bad(why)) if why.field == "set" => told.left_out.push(LeftOut {
                    figure: figure.id.into(),
                    reason_zh: left_out_zh(figure, &why.message),
                    reason: why.message,
                }),
                Err(error) => return Err(error),
            }
        }
        Ok(told)
    }

    /// Makes all figures on two threads, in their order.
    fn make_all(&self, basis: &Basis, facts: (&Facts, &Source<'_>)) -> Vec<Result<Made, Error>> {
        let next = AtomicUsize::new(0);
        let make_rest = || {
            let mut made = Vec::new();
            while let Some(at) = Some(next.fetch_add(1, Ordering::Relaxed))
                && let Some(figure) = FIGURES.get(at)
            {
                let by = self.by(figure).unwrap_or(None);
                made.push((at, self.make(basis, (figure, by), facts)));
            }
            made
        };
        let made = std::thread::scope(|scope| {
            let other = scope.spawn(make_rest);
            let mut made = make_rest();
            made.extend(other.join().unwrap_or_default());
            made
        });
        let mut made: BTreeMap<usize, Result<Made, Error>> = made.into_iter().collect();
        let none = || Err(engine::Error::internal("a figure was not made").into());
        let all = 0..FIGURES.len();
        all.map(|at| made.remove(&at).unwrap_or_else(none))
            .collect()
    }

    fn by(&self, figure: &Figure) -> Result<Option<Dimension>, Bad> {
        let Some(by) = &self.by else { return Ok(None) };
        let known = figure.by.iter().find(|known| known.word() == &**by);
        let words: Vec<&str> = figure.by.iter().map(|known| known.word()).collect();
        let what = format!("division of {}", figure.id);
        let found = known.copied();
        found
            .map(Some)
            .ok_or_else(|| Bad::unknown("by", &what, by, &words))
    }

    /// First and last day; the first is None where all days count.
    fn days(&self, figure: &Figure, last: Day) -> Result<(Option<Day>, Day), Bad> {
        if let Some(period) = &self.period {
            if self.from.is_some() || self.to.is_some() {
                return Err(Bad::new(
                    "period",
                    "stands for from and to: name one or the other",
                ));
            }
            let (from, to) = period_named(period)?;
            return Ok((Some(from), to));
        }
        let (from, to) = days_named(self.from.as_ref(), self.to.as_ref())?;
        let to = match to {
            Some(to) => to,
            None => figure.span.last_of(last).max(from.unwrap_or(Day(i32::MIN))),
        };
        let from = from.or(figure.span.ending(to).0);
        Ok((from, to))
    }

    fn make(
        &self,
        basis: &Basis,
        (figure, by): (&'static Figure, Option<Dimension>),
        (facts, source): (&Facts, &Source<'_>),
    ) -> Result<Made, Error> {
        let programme = basis.programme();
        let (calendar, digits) = (&programme.calendar, programme.digits);
        let (from, to) = self.days(figure, calendar.day_of(facts.mark.recorded))?;
        let outcome = self.outcome(figure, source, (from.unwrap_or(Day(0)), to), by)?;
        let change = match self.days_before(from, to)? {
            Some(days) => {
                let before = self.outcome(figure, source, days, None)?.measure;
                let before = before.unwrap_or_default();
                Some(change(figure, days, &before, &outcome, digits))
            }
            None => None,
        };
        let mut told = FigureTold::of(figure);
        for parameter in &mut told.parameters {
            if let Some(given) = self.set.get(&parameter.name) {
                parameter.value = given.to_string();
            }
        }
        let table = outcome.table.unwrap_or_default();
        let (columns, rows) = cells(&table, digits);
        let measure = outcome.measure.as_ref();
        let notes = outcome.notes.into_iter();
        let (notes, notes_zh) = notes.map(|note| (note.english, note.chinese)).unzip();
        Ok(Made {
            figure: told,
            as_of: calendar.display(facts.mark.recorded),
            entries: facts.mark.entries,
            hash: facts.mark.hash.to_string(),
            from: from.map(|day| day.to_string()),
            to: to.to_string(),
            currency: programme.currency.clone(),
            result: measure.map(|measure| MeasureTold::of(measure, figure.unit, digits)),
            change,
            columns,
            rows,
            notes,
            notes_zh,
        })
    }

    /// Outcome of a figure over days.
    fn outcome(
        &self,
        figure: &Figure,
        source: &Source<'_>,
        days: (Day, Day),
        by: Option<Dimension>,
    ) -> Result<Outcome, Bad> {
        let set = self.set.iter();
        let set = set.map(|(name, value)| (name.clone(), value.to_string()));
        let set = set.collect();
        let made = (figure.make)(&Asked::new(figure.parameters, source, days, by, &set));
        let mut made = made.map_err(|why| Bad::new("set", why))?;
        if !self.small {
            made.suppress();
        }
        Ok(made)
    }

    /// Days to compare with, if that is asked for. Among all figures, those of all days have
    /// no time before.
    fn days_before(&self, from: Option<Day>, to: Day) -> Result<Option<(Day, Day)>, Bad> {
        let is_of_all = self.name.as_deref() == Some(ALL);
        match &self.compare {
            Some(word) if from.is_some() || !is_of_all => {
                earlier(word, from.zip(Some(to))).map(Some)
            }
            _ => Ok(None),
        }
    }
}

fn cells(table: &Table, digits: u8) -> (Vec<ColumnTold>, Vec<Vec<Option<String>>>) {
    let columns = table.columns.iter().map(|column| ColumnTold {
        id: column.id.into(),
        unit: column.unit.word().into(),
    });
    let cell = |(column, cell): (&crate::insight::Column, &Cell)| match cell {
        Cell::Text(text) => Some(text.clone()),
        Cell::Value(value) => Some(column.unit.render(*value, digits)),
        Cell::None => None,
        Cell::Small => Some(HIDDEN.into()),
    };
    let rows = table.rows.iter().map(|row| {
        let cells = table.columns.iter().zip(&row.cells);
        cells.map(cell).collect()
    });
    (columns.collect(), rows.collect())
}

/// The days that are compared with: those directly before, or those of a year before.
fn earlier(word: &str, days: Option<(Day, Day)>) -> Result<(Day, Day), Bad> {
    let known = ["previous", "year"];
    if !known.contains(&word) {
        return Err(Bad::unknown("compare", "time", word, &known));
    }
    let Some((from, to)) = days else {
        let message = "a figure of all days has no time before; name from and to, or a period";
        return Err(Bad::new("compare", message));
    };
    if word == "year" {
        return Ok((from.minus_months(12), to.minus_months(12)));
    }
    let whole = [Period::Month, Period::Quarter, Period::Year]
        .into_iter()
        .find(|each| from.start_of(*each) == from && from.next(*each) == Some(to.plus_days(1)));
    let before = from.plus_days(-1);
    Ok(match whole {
        Some(each) => (before.start_of(each), before),
        None => (before.plus_days(from.0 - to.0), before),
    })
}

fn change(
    figure: &Figure,
    days: (Day, Day),
    before: &Measure,
    now: &Outcome,
    digits: u8,
) -> Change {
    let now = now.measure.as_ref().and_then(|measure| measure.value);
    let both = now.zip(before.value);
    let signed = |value: Decimal, unit: Unit| {
        let text = unit.render(value, digits);
        match value.is_sign_positive() && !value.is_zero() {
            true => format!("+{text}"),
            false => text,
        }
    };
    let relative = both.and_then(|(now, before)| relative(now, before));
    Change {
        from: days.0.to_string(),
        to: days.1.to_string(),
        before: MeasureTold::of(before, figure.unit, digits),
        difference: both.map(|(now, before)| signed(now - before, figure.unit)),
        unit: match figure.unit {
            Unit::Percent => "pp".into(),
            unit => unit.word().into(),
        },
        relative: relative.map(|change| signed(change, Unit::Percent)),
    }
}

/// Parses a year, a quarter or a month: `2026`, `2026Q1`, `2026-03`.
fn period_named(text: &str) -> Result<(Day, Day), Bad> {
    let found = match text.split_once(['-', 'Q', 'q']) {
        None => parsed(text, "1", Period::Year),
        Some((year, quarter)) if !text.contains('-') => {
            let first = quarter.parse::<u32>().ok().filter(|n| (1..=4).contains(n));
            first.and_then(|n| parsed(year, &(n * 3 - 2).to_string(), Period::Quarter))
        }
        Some((year, month)) => parsed(year, month, Period::Month),
    };
    found.ok_or_else(|| {
        let message = format!(
            "'{text}' is neither a year, a quarter nor a month such as 2026, 2026Q1 or 2026-03"
        );
        Bad::new("period", message)
    })
}

fn parsed(year: &str, month: &str, each: Period) -> Option<(Day, Day)> {
    let is_plain = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if year.len() != 4 || !is_plain(year) || !is_plain(month) || month.len() > 2 {
        return None;
    }
    let from = Day::from_ymd(year.parse().ok()?, month.parse().ok()?, 1)?;
    Some((from, from.next(each)?.plus_days(-1)))
}

/// The parameter that a reason begins with, in Simplified Chinese, by the names of parameters
/// and what they mean; None where it begins with none of them.
pub fn lacking_zh<'p>(
    reason: &str,
    parameters: impl IntoIterator<Item = (&'p str, &'p str)>,
) -> Option<String> {
    let named = reason.split(':').next();
    let mut parameters = parameters.into_iter();
    let (name, meaning) = parameters.find(|(name, _)| Some(*name) == named)?;
    Some(format!("缺少可用的参数 {name}：{meaning}"))
}

/// Why a figure is not among all, in Simplified Chinese where a parameter is lacking.
fn left_out_zh(figure: &Figure, reason: &str) -> String {
    let parameters = figure.parameters.iter();
    let parameters = parameters.map(|one| (one.name, chinese(one.meaning).unwrap_or(one.meaning)));
    lacking_zh(reason, parameters).unwrap_or_else(|| reason.to_owned())
}

/// The text in Simplified Chinese; a test holds that there is one.
fn translated(english: &str) -> String {
    chinese(english).unwrap_or(english).to_owned()
}

impl FigureTold {
    fn of(figure: &Figure) -> FigureTold {
        let parameters = figure.parameters.iter().map(|parameter| ParameterTold {
            name: parameter.name.into(),
            value: parameter.default.into(),
            meaning: parameter.meaning.into(),
            meaning_zh: translated(parameter.meaning),
        });
        FigureTold {
            id: figure.id.into(),
            name: figure.name.0.into(),
            name_zh: figure.name.1.into(),
            formula: figure.formula.into(),
            formula_zh: translated(figure.formula),
            numerator: figure.numerator.into(),
            numerator_zh: translated(figure.numerator),
            denominator: figure.denominator.into(),
            denominator_zh: translated(figure.denominator),
            window: figure.span.words(),
            window_zh: figure.span.words_zh(),
            unit: figure.unit.word().into(),
            direction: figure.direction.word().into(),
            source: figure.rows.into(),
            by: figure.by.iter().map(|by| by.word().into()).collect(),
            parameters: parameters.collect(),
        }
    }
}

impl ElsewhereTold {
    fn of(row: &Elsewhere) -> ElsewhereTold {
        let (is_available, by) = match row.means {
            Means::By(english, chinese) => (true, (english, chinese)),
            Means::Lacks(english, chinese) => (false, (english, chinese)),
        };
        ElsewhereTold {
            source: row.rows.into(),
            asked: row.asked.0.into(),
            asked_zh: row.asked.1.into(),
            is_available,
            by: by.0.into(),
            by_zh: by.1.into(),
        }
    }
}

impl MeasureTold {
    fn of(measure: &Measure, unit: Unit, digits: u8) -> MeasureTold {
        let whole = |value: Option<Decimal>| value.map(|value| value.normalize().to_string());
        let told = |value: Decimal| unit.render(value, digits);
        let interval = measure.interval.map(|(low, high)| (told(low), told(high)));
        let (low, high) = interval.unzip();
        MeasureTold {
            value: measure.value.map(told),
            numerator: whole(measure.numerator),
            denominator: whole(measure.denominator),
            low,
            high,
        }
    }
}
