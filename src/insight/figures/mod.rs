//! All figures: the table of their definitions.

mod customers;
mod sales;

use super::asked::Parameter;
use super::definition::{Direction, Figure, Span};
use super::dimension::Dimension;
use super::outcome::Unit;

const OF_PEOPLE: &[Dimension] = &[
    Dimension::Month,
    Dimension::Quarter,
    Dimension::Year,
    Dimension::Source,
    Dimension::Joined,
    Dimension::Store,
    Dimension::Channel,
    Dimension::Channels,
];

/// Looks up a figure by its id.
pub fn figure(id: &str) -> Option<&'static Figure> {
    FIGURES.iter().find(|figure| figure.id == id)
}

/// The figures.
pub static FIGURES: &[Figure] = &[
    Figure {
        id: "repurchase",
        name: ("Repurchase rate", "复购率"),
        formula: "members who bought on at least `days` different days / members who bought at all, in the window",
        numerator: "members with purchases on at least `days` different days",
        denominator: "members with a purchase",
        span: Span::Months(12),
        unit: Unit::Percent,
        direction: Direction::Up,
        rows: "S120, S121, S57, S132, S147",
        by: OF_PEOPLE,
        parameters: &[Parameter {
            name: "days",
            default: "2",
            meaning: "least number of days with a purchase",
        }],
        make: sales::repurchase,
    },
    customers::LIFETIME,
    customers::RFM,
    customers::COHORTS,
];
