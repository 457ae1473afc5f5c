//! Definitions of figures over points.

use super::{OF_TIME, PLAIN, UNIT, VALUE, deferred, points};
use crate::insight::asked::Parameter;
use crate::insight::definition::{Direction, Figure, Span};
use crate::insight::outcome::Unit;

/// The figures.
pub const FIGURES: &[Figure] = &[
    Figure {
        id: "points",
        name: ("Points by day", "每日积分"),
        formula: "points outstanding at the end of the window; issued, reversed, redeemed, expired, corrected, opened and sent in it, by day or period",
        span: Span::Months(1),
        unit: Unit::Points,
        direction: Direction::Neutral,
        rows: "S128",
        by: OF_TIME,
        parameters: &[UNIT],
        make: points::points,
        ..PLAIN
    },
    Figure {
        id: "utilisation",
        name: ("Utilisation of points", "积分使用率"),
        formula: "points redeemed, less restored ones / points issued or opened, less reversed and corrected ones, and less expired ones where `expired` is out",
        numerator: "points redeemed",
        denominator: "points that could have been",
        span: Span::Lifetime,
        unit: Unit::Percent,
        rows: "S129",
        parameters: &[
            UNIT,
            Parameter {
                name: "expired",
                default: "in",
                meaning: "whether expired points stay in the denominator: in or out",
            },
            Parameter {
                name: "warn",
                default: "50",
                meaning: "share in per cent below which a warning is given",
            },
        ],
        make: points::utilisation,
        ..PLAIN
    },
    Figure {
        id: "liability",
        name: ("Liability for points", "积分负债"),
        formula: "points in open lots at the end of the journal taken into account x worth of one x (1 - breakage)",
        span: Span::Lifetime,
        unit: Unit::Money,
        direction: Direction::Neutral,
        rows: "S38 S138",
        parameters: &[
            UNIT,
            VALUE,
            Parameter {
                name: "breakage",
                default: "0",
                meaning: "share of points that is expected to lapse, in per cent",
            },
        ],
        make: points::liability,
        ..PLAIN
    },
    Figure {
        id: "deferred_revenue",
        name: ("Deferred revenue", "递延收入"),
        formula: "price of sales to members allocated to points by relative stand-alone prices, less what redemption has recognised (IFRS 15 B39 to B46)",
        span: Span::Lifetime,
        unit: Unit::Money,
        direction: Direction::Neutral,
        rows: "C1.9",
        by: OF_TIME,
        parameters: &[
            UNIT,
            VALUE,
            Parameter {
                name: "expected",
                default: "100",
                meaning: "share of points expected to be redeemed, in per cent, as estimated at the end of each period: one for all, or a list such as 95,95,97",
            },
            Parameter::without_default(
                "digits",
                "decimals to which amounts are rounded; those of the currency where none is given",
            ),
            Parameter::without_default(
                "share_digits",
                "decimals in per cent to which the points' share of the price is rounded; exact where none is given",
            ),
        ],
        make: deferred::deferred_revenue,
        ..PLAIN
    },
];
