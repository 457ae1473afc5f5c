//! All figures: the table of their definitions, in files by subject.

mod alerts;
mod answers;
mod behaviour;
mod campaigns;
mod customers;
mod deferred;
mod elsewhere;
mod members;
mod money;
mod of_answers;
mod of_behaviour;
mod of_campaigns;
mod of_members;
mod of_money;
mod of_points;
mod of_sales;
mod points;
mod sales;
mod tiers;

pub use elsewhere::{ELSEWHERE, Elsewhere, Means};

use super::asked::{Asked, Parameter};
use super::definition::{Direction, Figure, Span};
use super::dimension::Dimension;
use super::outcome::{Outcome, Unit};
use crate::model::Day;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Defaults of a row of the table.
const PLAIN: Figure = Figure {
    id: "",
    name: ("", ""),
    formula: "",
    numerator: "",
    denominator: "",
    span: Span::Months(12),
    unit: Unit::Count,
    direction: Direction::Up,
    rows: "",
    by: &[],
    parameters: &[],
    make: nothing,
};

fn nothing(_: &Asked<'_>) -> Result<Outcome, String> {
    Ok(Outcome::default())
}

/// Divisions of shares of members.
const OF_PEOPLE: &[Dimension] = &[
    Dimension::Month,
    Dimension::Quarter,
    Dimension::Year,
    Dimension::Source,
    Dimension::Joined,
    Dimension::Tier,
    Dimension::Store,
    Dimension::Channel,
    Dimension::Channels,
    Dimension::Participant,
];

/// Divisions by time.
const OF_TIME: &[Dimension] = &[
    Dimension::Day,
    Dimension::Month,
    Dimension::Quarter,
    Dimension::Year,
];

const UNIT: Parameter = Parameter::without_default(
    "unit",
    "the unit; the programme's first spendable one where none is named",
);
const VALUE: Parameter = Parameter::without_default(
    "value",
    "what one point is worth, in currency units; the unit's own value where none is given",
);
const BENCHMARK: Parameter = Parameter::without_default(
    "benchmark",
    "a figure of others to stand beside it, in the same unit; with source and date",
);
const BENCHMARK_SOURCE: Parameter =
    Parameter::without_default("benchmark_source", "who measured the benchmark");
const BENCHMARK_DATE: Parameter = Parameter::without_default("benchmark_date", "of when it is");
const CATEGORY: Parameter = Parameter::without_default(
    "category",
    "only this category of goods; all where none is named",
);

/// Looks up a figure by its id.
pub fn figure(id: &str) -> Option<&'static Figure> {
    FIGURES.iter().copied().find(|figure| figure.id == id)
}

/// The figures, by subject.
pub static FIGURES: LazyLock<Vec<&'static Figure>> = LazyLock::new(|| {
    let groups: [&'static [Figure]; 10] = [
        of_sales::FIGURES,
        of_members::FIGURES,
        of_points::FIGURES,
        of_campaigns::FIGURES,
        of_money::FIGURES,
        of_answers::FIGURES,
        of_behaviour::FIGURES,
        OF_CUSTOMERS,
        OF_GOALS,
        alerts::FIGURES,
    ];
    groups.into_iter().flatten().collect()
});

const OF_CUSTOMERS: &[Figure] = &[customers::LIFETIME, customers::RFM, customers::COHORTS];

const OF_GOALS: &[Figure] = &[Figure {
    id: "goals",
    name: ("Goals", "目标"),
    formula: "(the figure at the end of the window - base) / (target - base), by goal; what is asked for is in percentage points or in per cent of the base",
    span: Span::Lifetime,
    unit: Unit::Percent,
    rows: "S154 S155 S156 S157",
    make: goals,
    ..PLAIN
}];

/// Goals beside the figures that they are about.
fn goals(asked: &Asked<'_>) -> Result<Outcome, String> {
    let none = BTreeMap::new();
    let outcome = money::goals(asked, |metric| {
        let figure = figure(metric)?;
        let (from, to) = figure.span.ending(asked.days.1);
        let days = (from.unwrap_or(Day(0)), to);
        let own = Asked::new(figure.parameters, asked.source, days, None, &none);
        let mut made = (figure.make)(&own).ok()?;
        made.suppress();
        made.measure?.value
    });
    Ok(outcome.note(
        "each figure with its own window and parameters; a goal for a segment is shown beside the figure of all",
        "各指标采用自身的统计期和参数；分群目标与全体指标并列显示",
    ))
}
