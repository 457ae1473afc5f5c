//! Definitions of figures over campaigns, tiers and vouchers.

use super::{PLAIN, campaigns, tiers};
use crate::insight::asked::Parameter;
use crate::insight::definition::{Direction, Figure, Span};
use crate::insight::outcome::Unit;

const CAMPAIGN: Parameter = Parameter::without_default("campaign", "the campaign's id");
const DAYS: Parameter = Parameter {
    name: "days",
    default: "30",
    meaning: "days from when they were chosen within which purchases count; those of the day itself count if they were booked later",
};

/// The figures.
pub const FIGURES: &[Figure] = &[
    Figure {
        id: "tiers",
        name: ("Members in tiers", "等级会员"),
        formula: "members in a tier at the end of the window; risen to, fallen to and left in it, by tier",
        direction: Direction::Neutral,
        span: Span::Months(1),
        rows: "S8 S10",
        make: tiers::tiers,
        ..PLAIN
    },
    Figure {
        id: "vouchers",
        name: ("Use of vouchers", "优惠券核销率"),
        formula: "vouchers used / vouchers issued in the window and not taken back",
        numerator: "vouchers issued in the window that were used until now",
        denominator: "vouchers issued in the window, less those taken back",
        unit: Unit::Percent,
        rows: "S27 S130",
        make: tiers::vouchers,
        ..PLAIN
    },
    Figure {
        id: "campaigns",
        name: ("Campaigns", "营销活动"),
        formula: "cost of campaigns in the window: points used x their cost, vouchers, discounts, booked costs; with invited, reached, issued, matured, used, budget left",
        unit: Unit::Money,
        direction: Direction::Neutral,
        span: Span::Lifetime,
        rows: "S12 S47 S130 S138",
        parameters: &[Parameter::without_default("campaign", "only this campaign")],
        make: campaigns::campaigns,
        ..PLAIN
    },
    Figure {
        id: "uplift",
        name: ("Addressed against held out", "目标组与对照组差异"),
        formula: "share of addressed members who bought within `days` - share of held-out members who did, in percentage points, with Newcombe's interval",
        unit: Unit::Percent,
        span: Span::Lifetime,
        rows: "S124 S127 S137 S153",
        parameters: &[CAMPAIGN, DAYS],
        make: campaigns::uplift,
        ..PLAIN
    },
    Figure {
        id: "return",
        name: ("Return of a campaign", "活动投资回报率"),
        formula: "(margin of addressed members above that of held-out ones - cost) / cost",
        numerator: "margin gained against the held-out, less cost, in currency units",
        denominator: "cost of the campaign, in currency units",
        unit: Unit::Percent,
        span: Span::Lifetime,
        rows: "S137",
        parameters: &[
            CAMPAIGN,
            DAYS,
            Parameter {
                name: "margin",
                default: "100",
                meaning: "margin of sales, in per cent",
            },
        ],
        make: campaigns::roi,
        ..PLAIN
    },
];
