//! Shares of people, as a whole, by period and by segment.

use super::asked::Asked;
use super::dimension::Dimension;
use super::outcome::{Cell, Column, Measure, Outcome, Row, Table, Unit};
use super::rows::{Did, Sale, Who};
use super::statistics::wilson;
use crate::model::{Day, NameKind, Number, Period};
use std::collections::{BTreeMap, HashMap, HashSet};

/// People in the denominator, and those of them in the numerator.
#[derive(Clone, Copy, Default, Debug)]
struct Counts {
    of: u64,
    hit: u64,
}

impl Counts {
    fn add(&mut self, is_hit: Option<bool>) {
        self.of += u64::from(is_hit.is_some());
        self.hit += u64::from(is_hit == Some(true));
    }

    fn measure(self) -> Measure {
        Measure {
            interval: wilson(self.hit, self.of),
            ..Measure::share(self.hit, self.of)
        }
    }
}

/// Columns behind the one of the segment or period.
const COLUMNS: [Column; 5] = [
    Column::of("value", Unit::Percent).of_some(&["numerator"]),
    Column::of("numerator", Unit::Count).of_some(&["numerator"]),
    Column::of("denominator", Unit::Count),
    Column::of("low", Unit::Percent).of_some(&["numerator"]),
    Column::of("high", Unit::Percent).of_some(&["numerator"]),
];

/// Makes a share of people. `classify` tells for a window whether a person is in
/// the denominator (Some) and in the numerator (true).
pub fn share_of_people(
    asked: &Asked<'_>,
    classify: impl Fn(Who, (Day, Day)) -> Option<bool>,
) -> Outcome {
    let mut all = Counts::default();
    let mut segments: BTreeMap<String, Counts> = BTreeMap::new();
    for who in people_of(asked) {
        let is_hit = classify(who, asked.days);
        all.add(is_hit);
        if let (Some(_), Some(key)) = (is_hit, asked.by.and_then(|by| segment(asked, by, who))) {
            segments.entry(key).or_default().add(is_hit);
        }
    }
    let outcome = Outcome::from(all.measure());
    let Some(by) = asked.by else { return outcome };
    let head = Column::of(by.word(), Unit::Text);
    let rows = match period_of(by) {
        Some(each) => (periods(asked.window(), each).into_iter())
            .map(|days| {
                let mut counts = Counts::default();
                people_of(asked).for_each(|who| counts.add(classify(who, days)));
                row(period_name(days.0, each), counts)
            })
            .collect(),
        None => (segments.into_iter())
            .map(|(key, counts)| row(key, counts))
            .collect(),
    };
    let columns = COLUMNS.map(|column| of_segments(by, column));
    let columns = [head].into_iter().chain(columns).collect();
    outcome.with(Table { columns, rows })
}

/// A column of a table divided by something. A period is no segment of members: what some
/// of all did in it may be told.
pub fn of_segments(by: Dimension, column: Column) -> Column {
    match period_of(by) {
        Some(_) => column.of_some(&[]),
        None => column,
    }
}

/// People, those who were merged into others counted once.
pub fn people_of(asked: &Asked<'_>) -> impl Iterator<Item = Who> {
    let people = (0u32..).zip(&asked.facts.people);
    people
        .filter(|(who, person)| person.into == *who)
        .map(|(who, _)| who)
}

fn row(key: String, counts: Counts) -> Row {
    let measure = counts.measure();
    let (low, high) = measure.interval.unzip();
    Row {
        cells: vec![
            key.into(),
            measure.value.into(),
            counts.hit.into(),
            counts.of.into(),
            Cell::from(low),
            Cell::from(high),
        ],
        members: Some(counts.of),
    }
}

/// Period of a dimension of time.
pub fn period_of(by: Dimension) -> Option<Period> {
    match by {
        Dimension::Day => Some(Period::Day),
        Dimension::Month => Some(Period::Month),
        Dimension::Quarter => Some(Period::Quarter),
        Dimension::Year => Some(Period::Year),
        _ => None,
    }
}

/// Column of the periods or segments that rows are told by; by `each` where none was asked for.
pub fn key_column(asked: &Asked<'_>, each: Dimension) -> Column {
    Column::of(asked.by.unwrap_or(each).word(), Unit::Text)
}

/// Periods of a window, the first and the last cut to it.
pub fn periods((from, to): (Day, Day), each: Period) -> Vec<(Day, Day)> {
    let mut found = Vec::new();
    let mut start = from;
    while start <= to {
        let next = start.next(each).unwrap_or(to.plus_days(1));
        found.push((start, to.min(next.plus_days(-1))));
        start = next;
    }
    found
}

/// Name of the period of a day: `2026-03-01`, `2026-03`, `2026Q1`, `2026`.
pub fn period_name(day: Day, each: Period) -> String {
    let (year, month) = (day.year(), day.month());
    match each {
        Period::Month => format!("{year}-{month:02}"),
        Period::Quarter => format!("{year}Q{}", (month - 1) / 3 + 1),
        Period::Year => year.to_string(),
        _ => day.to_string(),
    }
}

/// Segment of a person; None for one that is in none.
pub fn segment(asked: &Asked<'_>, by: Dimension, who: Who) -> Option<String> {
    let facts = asked.facts;
    let person = facts.people.get(who as usize)?;
    match by {
        Dimension::Source => facts.sources.get(person.source).cloned(),
        Dimension::Joined => Some(period_name(person.joined, Period::Month)),
        Dimension::Store => {
            let place = most(asked, who, |sale| sale.place)?;
            Some(facts.place(place, asked.shop.names))
        }
        Dimension::Channel => {
            let channel = most(asked, who, |sale| sale.channel)?;
            Some(facts.channel(channel).to_owned())
        }
        Dimension::Channels => {
            let counted = asked.sales_within(who, asked.days);
            let mut channels: Vec<u16> = counted.map(|sale| sale.channel).collect();
            channels.sort_unstable();
            channels.dedup();
            Some(channels.len().to_string())
        }
        Dimension::Tier => {
            let tier = tiers(asked).get(&who).copied().unwrap_or(0);
            Some(match tier {
                0 => "none".into(),
                tier => asked.shop.names.text(NameKind::Tier, tier),
            })
        }
        Dimension::Participant => Some(match participants(asked).contains(&who) {
            true => "has spent".into(),
            false => "has not spent".into(),
        }),
        _ => None,
    }
}

/// Tiers that members held at the window's end.
pub fn tiers<'a>(asked: &'a Asked<'_>) -> &'a HashMap<Who, Number> {
    asked.tiers.get_or_init(|| {
        let moves = asked.facts.tiers.iter();
        let until = moves.filter(|moved| moved.day <= asked.days.1);
        until
            .map(|moved| (asked.facts.resolve(moved.who), moved.to))
            .collect()
    })
}

/// Members who have spent points, a reward or a voucher until the window's end.
pub fn participants<'a>(asked: &'a Asked<'_>) -> &'a HashSet<Who> {
    asked.participants.get_or_init(|| {
        let doings = asked.facts.doings.iter();
        let spent = doings
            .filter(|doing| doing.did == Did::Spent && !doing.is_gone && doing.day <= asked.days.1);
        spent.map(|doing| asked.facts.resolve(doing.who)).collect()
    })
}

/// Property that most of a person's sales in the window share; the least of several.
fn most(asked: &Asked<'_>, who: Who, of: impl Fn(&Sale) -> u16) -> Option<u16> {
    let mut counts: BTreeMap<u16, u64> = BTreeMap::new();
    for sale in asked.sales_within(who, asked.days) {
        *counts.entry(of(sale)).or_default() += 1;
    }
    let most = counts
        .into_iter()
        .max_by_key(|(value, count)| (*count, std::cmp::Reverse(*value)));
    most.map(|(value, _)| value)
}
