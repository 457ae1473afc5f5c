//! Definitions of figures over purchases.

use super::{
    BENCHMARK, BENCHMARK_DATE, BENCHMARK_SOURCE, CATEGORY, OF_PEOPLE, OF_TIME, PLAIN, sales,
};
use crate::insight::asked::Parameter;
use crate::insight::definition::{Direction, Figure};
use crate::insight::dimension::Dimension;
use crate::insight::outcome::Unit;

/// The figures.
pub const FIGURES: &[Figure] = &[
    Figure {
        id: "repurchase",
        name: ("Repurchase rate", "复购率"),
        formula: "members who bought on at least `days` different days / members who bought at all, in the window",
        numerator: "members with purchases on at least `days` different days",
        denominator: "members with a purchase",
        unit: Unit::Percent,
        rows: "S57 S120 S121 S132 S147 S152",
        by: OF_PEOPLE,
        parameters: &[
            Parameter {
                name: "days",
                default: "2",
                meaning: "least number of days with a purchase",
            },
            BENCHMARK,
            BENCHMARK_SOURCE,
            BENCHMARK_DATE,
        ],
        make: sales::repurchase,
        ..PLAIN
    },
    Figure {
        id: "repurchase_orders",
        name: ("Repurchase rate by orders", "复购率(按订单)"),
        formula: "members with at least `orders` orders, of one day too / members who bought at all, in the window",
        numerator: "members with at least `orders` orders that stand",
        denominator: "members with an order that stands",
        unit: Unit::Percent,
        rows: "S120",
        by: OF_PEOPLE,
        parameters: &[
            Parameter {
                name: "orders",
                default: "2",
                meaning: "least number of orders",
            },
            BENCHMARK,
            BENCHMARK_SOURCE,
            BENCHMARK_DATE,
        ],
        make: sales::repurchase_orders,
        ..PLAIN
    },
    Figure {
        id: "repeat_orders",
        name: ("Share of repeat orders", "复购订单占比"),
        formula: "orders of members after the buyer's first day / orders of members, in the window",
        numerator: "orders on a day after the member's first purchase ever",
        denominator: "orders of members that stand",
        unit: Unit::Percent,
        rows: "S120",
        make: sales::repeat_orders,
        ..PLAIN
    },
    Figure {
        id: "repeat_revenue",
        name: ("Share of repeat revenue", "复购销售额占比"),
        formula: "net sales to members after their first day / net sales to members, in the window",
        numerator: "net sales on days after the member's first purchase ever",
        denominator: "net sales to members",
        unit: Unit::Percent,
        rows: "S139",
        make: sales::repeat_revenue,
        ..PLAIN
    },
    Figure {
        id: "frequency",
        name: ("Purchase frequency", "购买频次"),
        formula: "orders of members that stand / members with such an order, in the window",
        numerator: "orders of members that were neither undone nor came back as a whole",
        denominator: "members with such an order",
        unit: Unit::Ratio,
        rows: "S118 S150",
        by: OF_TIME,
        parameters: &[BENCHMARK, BENCHMARK_SOURCE, BENCHMARK_DATE],
        make: sales::frequency,
        ..PLAIN
    },
    Figure {
        id: "interval",
        name: ("Median days between purchases", "购买间隔中位数"),
        formula: "median of the days between consecutive days of purchase of a member, in the window",
        unit: Unit::Days,
        direction: Direction::Down,
        rows: "S145 S148",
        parameters: &[CATEGORY],
        make: sales::interval,
        ..PLAIN
    },
    Figure {
        id: "average_order",
        name: ("Average order value", "客单价"),
        formula: "net sales / orders that stand, in the window",
        numerator: "totals of orders less what came back of them",
        denominator: "orders that were neither undone nor came back as a whole, those of 0.00 included",
        unit: Unit::Money,
        rows: "S119",
        by: OF_TIME,
        parameters: &[Parameter::without_default(
            "least",
            "least net amount of an order that counts, in currency units",
        )],
        make: sales::average_order,
        ..PLAIN
    },
    Figure {
        id: "sales",
        name: ("Net sales", "净销售额"),
        formula: "sales of the window - what came back or was undone in it",
        unit: Unit::Money,
        rows: "S151",
        by: &[
            Dimension::Day,
            Dimension::Month,
            Dimension::Quarter,
            Dimension::Year,
            Dimension::Store,
            Dimension::Channel,
            Dimension::Category,
            Dimension::Participant,
        ],
        parameters: &[
            CATEGORY,
            Parameter::without_default("sku", "only this article"),
        ],
        make: sales::sales,
        ..PLAIN
    },
];
