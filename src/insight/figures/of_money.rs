//! Definitions of figures over costs, pools, partners and passes.

use super::{PLAIN, money};
use crate::insight::asked::Parameter;
use crate::insight::definition::{Direction, Figure, Span};
use crate::insight::outcome::Unit;

/// The figures.
pub const FIGURES: &[Figure] = &[
    Figure {
        id: "cost",
        name: ("Costs", "成本"),
        formula: "booked costs + points redeemed x their cost + vouchers used + discounts of campaigns, in the window",
        unit: Unit::Money,
        direction: Direction::Down,
        span: Span::Months(1),
        rows: "S160 S161 S162",
        make: money::cost,
        ..PLAIN
    },
    Figure {
        id: "unit_cost",
        name: ("Cost of winning against keeping", "获客与留存成本比"),
        formula: "(cost of kind `acquisition` / members who joined) / (cost of kind `retention` / members who bought again), in the window",
        numerator: "cost of winning a member",
        denominator: "cost of keeping a member",
        unit: Unit::Ratio,
        direction: Direction::Neutral,
        rows: "S217 S218",
        parameters: &[
            Parameter {
                name: "acquisition",
                default: "acquisition",
                meaning: "kind of costs of winning members",
            },
            Parameter {
                name: "retention",
                default: "retention",
                meaning: "kind of costs of keeping members",
            },
        ],
        make: money::unit_cost,
        ..PLAIN
    },
    Figure {
        id: "lifetime_value",
        name: ("Lifetime value, historic", "客户终身价值(历史)"),
        formula: "net sales to members x margin / members who bought, in the window",
        numerator: "net sales to members x margin, in currency units",
        denominator: "members who bought",
        unit: Unit::Money,
        span: Span::Lifetime,
        rows: "S126",
        parameters: &[Parameter {
            name: "margin",
            default: "100",
            meaning: "margin of sales, in per cent",
        }],
        make: money::lifetime_value,
        ..PLAIN
    },
    Figure {
        id: "donations",
        name: ("Donations", "捐赠明细"),
        formula: "money paid out of a pool in the window; with what came in and what is carried",
        unit: Unit::Score,
        rows: "S192",
        parameters: &[Parameter::without_default(
            "pool",
            "the pool; the programme's first where none is named",
        )],
        make: money::donations,
        ..PLAIN
    },
    Figure {
        id: "partners",
        name: ("Members of several partners", "跨合作伙伴会员占比"),
        formula: "members who bought with several partners / members who bought with a partner, in the window; with what each owed before it, what came in it, and what it owes at its end",
        numerator: "members who bought in stores of at least two partners",
        denominator: "members who bought in a store of a partner",
        unit: Unit::Percent,
        rows: "S25 S89",
        make: money::partners,
        ..PLAIN
    },
    Figure {
        id: "passes",
        name: ("Pass holders", "付费会员"),
        formula: "members who paid for a pass, renewed or were given one in the window; with what was given back, benefits used, and orders of each",
        rows: "S149",
        make: money::passes,
        ..PLAIN
    },
];
