//! Definitions of figures over what members do.

use super::{PLAIN, behaviour};
use crate::insight::asked::Parameter;
use crate::insight::definition::{Direction, Figure, Span};
use crate::insight::dimension::Dimension;
use crate::insight::outcome::Unit;

/// The figures.
pub const FIGURES: &[Figure] = &[
    Figure {
        id: "funnel",
        name: ("Steps on a way", "转化漏斗"),
        formula: "members who took all steps in order within `within` days of the first that they took in the window / members who took the first in the window; of one day, as they were booked; what was undone is none",
        numerator: "members who took all steps in their order",
        denominator: "members who took the first step",
        unit: Unit::Percent,
        span: Span::Months(3),
        rows: "S93 S98 S100 S101",
        by: &[Dimension::Store],
        parameters: &[
            Parameter::without_default(
                "steps",
                "activities, voucher.issue, voucher.use, purchase, with commas between: try_on,purchase",
            ),
            Parameter {
                name: "within",
                default: "7",
                meaning: "days from the first step to the last",
            },
        ],
        make: behaviour::funnel,
        ..PLAIN
    },
    Figure {
        id: "promotion_share",
        name: ("Sales under a promotion", "促销销售占比"),
        formula: "net sales to members for which a bonus campaign gave something / net sales to members, in the window",
        numerator: "net sales with points, a voucher or a discount of a bonus campaign",
        denominator: "net sales to members",
        unit: Unit::Percent,
        direction: Direction::Neutral,
        rows: "S59",
        make: behaviour::promotion_share,
        ..PLAIN
    },
    Figure {
        id: "preferences",
        name: ("Preferences", "购买偏好"),
        formula: "prices of lines bought by members, less what came back of them by line, by article or category, as a share of all, in the window; one member's own usual is in `lookup`",
        unit: Unit::Percent,
        direction: Direction::Neutral,
        rows: "S59 S65 S66 S67",
        by: &[Dimension::Category],
        parameters: &[Parameter {
            name: "most",
            default: "20",
            meaning: "number of rows, the greatest first",
        }],
        make: behaviour::preferences,
        ..PLAIN
    },
    Figure {
        id: "advocacy",
        name: ("Members brought by a member", "会员推荐率"),
        formula: "members who joined in the window and were brought by a member / members who had joined",
        numerator: "members brought by a member",
        denominator: "members who had joined by the end of the window",
        unit: Unit::Ratio,
        rows: "S142",
        by: &[
            Dimension::Tier,
            Dimension::Source,
            Dimension::Joined,
            Dimension::Participant,
        ],
        make: behaviour::advocacy,
        ..PLAIN
    },
    Figure {
        id: "network",
        name: ("Relations between members", "会员关系网络"),
        formula: "members brought by members + lots that moved between members, in the window",
        direction: Direction::Neutral,
        rows: "S73",
        make: behaviour::network,
        ..PLAIN
    },
    Figure {
        id: "loyalty_types",
        name: ("Kinds of loyalty, by rules of thumb", "忠诚类型(经验规则)"),
        formula: "members with three orders and more in the window, by what they did in it",
        direction: Direction::Neutral,
        rows: "S221 S222 S223",
        make: behaviour::loyalty_types,
        ..PLAIN
    },
    Figure {
        id: "redemptions",
        name: ("Rewards redeemed", "奖励兑换"),
        formula: "times that rewards were redeemed or paid with in the window and not undone, by reward, partner and category",
        rows: "S25 S160",
        make: behaviour::redemptions,
        ..PLAIN
    },
    Figure {
        id: "refusals",
        name: ("Refusals", "拒绝"),
        formula: "commands that were refused and recorded in the window, by reason",
        direction: Direction::Down,
        span: Span::Days(1),
        rows: "S135",
        by: &[Dimension::Day],
        make: behaviour::refusals,
        ..PLAIN
    },
];
