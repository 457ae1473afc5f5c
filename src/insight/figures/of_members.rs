//! Definitions of figures over members.

use super::{CATEGORY, OF_PEOPLE, PLAIN, members};
use crate::insight::asked::Parameter;
use crate::insight::definition::{Direction, Figure, Span};
use crate::insight::dimension::Dimension;
use crate::insight::outcome::Unit;

const ACTIVE: Parameter = Parameter {
    name: "active",
    default: "",
    meaning: "days before the window within which a purchase makes a member active; else as `[lapsing]` in programme.toml says",
};

/// The figures.
pub const FIGURES: &[Figure] = &[
    Figure {
        id: "growth",
        name: ("New members", "新增会员"),
        formula: "members who joined in the window",
        span: Span::Months(1),
        rows: "S109 S133 S141",
        by: &[
            Dimension::Day,
            Dimension::Month,
            Dimension::Quarter,
            Dimension::Year,
            Dimension::Source,
            Dimension::Channel,
            Dimension::Store,
        ],
        parameters: &[Parameter {
            name: "retention",
            default: "90",
            meaning: "days after the first purchase within which a second day of purchase counts",
        }],
        make: members::growth,
        ..PLAIN
    },
    Figure {
        id: "active_members",
        name: ("Active members", "活跃会员"),
        formula: "members whose last purchase is less than `active` days before the end of the window",
        span: Span::Lifetime,
        rows: "S134 S148",
        parameters: &[
            Parameter {
                name: "active",
                default: "",
                meaning: "days within which a purchase makes a member active; else as `[lapsing]` in programme.toml says, for the category",
            },
            Parameter {
                name: "lapsed",
                default: "",
                meaning: "days without a purchase from which on a member has lapsed; else as for `active`",
            },
            CATEGORY,
        ],
        make: members::active_members,
        ..PLAIN
    },
    Figure {
        id: "churn",
        name: ("Churn", "流失率"),
        formula: "members active before the window without a purchase in it / members active before the window",
        numerator: "members lost: active before the window, and without a purchase in it",
        denominator: "members with a purchase in the `active` days before the window",
        span: Span::Months(3),
        unit: Unit::Percent,
        direction: Direction::Down,
        rows: "S122 S123 S124",
        by: OF_PEOPLE,
        parameters: &[ACTIVE],
        make: members::churn,
    },
    Figure {
        id: "retention",
        name: ("Retention", "留存率"),
        formula: "members active before the window with a purchase in it / members active before the window",
        numerator: "members active before the window, with a purchase in it",
        denominator: "members with a purchase in the `active` days before the window",
        span: Span::Months(3),
        unit: Unit::Percent,
        rows: "S125 S143",
        by: OF_PEOPLE,
        parameters: &[ACTIVE],
        make: members::retention,
        ..PLAIN
    },
    Figure {
        id: "engagement",
        name: ("Engagement", "会员参与度"),
        formula: "members who bought, spent points or did an activity in the window / members who had joined",
        numerator: "members with a purchase, a redemption or an activity",
        denominator: "members who had joined by the end of the window",
        span: Span::Months(3),
        unit: Unit::Percent,
        rows: "S127 S146",
        by: OF_PEOPLE,
        make: members::engagement,
        ..PLAIN
    },
];
