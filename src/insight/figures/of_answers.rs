//! Definitions of figures over recorded answers.

use super::{BENCHMARK, BENCHMARK_DATE, BENCHMARK_SOURCE, OF_TIME, PLAIN, answers};
use crate::insight::asked::Parameter;
use crate::insight::definition::{Direction, Figure, Span};
use crate::insight::outcome::Unit;

const fn activity(default: &'static str) -> Parameter {
    Parameter {
        name: "activity",
        default,
        meaning: "the activity that records the answers",
    }
}

const fn field(default: &'static str) -> Parameter {
    Parameter {
        name: "field",
        default,
        meaning: "its field with the answer",
    }
}

/// The figures.
pub const FIGURES: &[Figure] = &[
    Figure {
        id: "nps",
        name: ("Net promoter score", "净推荐值"),
        formula: "(answers of 9 and 10 - answers of 0 to 6) / all answers of 0 to 10, in the window, times 100",
        numerator: "promoters less detractors",
        denominator: "answers, passive ones included",
        unit: Unit::Score,
        span: Span::Months(3),
        rows: "S196 S197 S213",
        by: OF_TIME,
        parameters: &[
            activity("nps"),
            field("score"),
            BENCHMARK,
            BENCHMARK_SOURCE,
            BENCHMARK_DATE,
        ],
        make: answers::nps,
        ..PLAIN
    },
    Figure {
        id: "csat",
        name: ("Satisfaction", "客户满意度"),
        formula: "mean of answers of 1 (very bad) to 5 (very good), in the window",
        numerator: "sum of the answers",
        denominator: "answers",
        unit: Unit::Score,
        span: Span::Months(3),
        rows: "S157 S198 S216",
        by: OF_TIME,
        parameters: &[activity("csat"), field("score")],
        make: answers::csat,
        ..PLAIN
    },
    Figure {
        id: "ces",
        name: ("Effort", "客户费力度"),
        formula: "mean of answers of 1 (very easy) to 5 (very hard), in the window",
        numerator: "sum of the answers",
        denominator: "answers",
        unit: Unit::Score,
        direction: Direction::Down,
        span: Span::Months(3),
        rows: "S199",
        by: OF_TIME,
        parameters: &[activity("ces"), field("score")],
        make: answers::ces,
    },
    Figure {
        id: "intent",
        name: ("Intention to buy again", "复购意愿"),
        formula: "mean of answers of 1 to 5 about the intention to buy again, in the window; what was bought is `repurchase`",
        numerator: "sum of the answers",
        denominator: "answers",
        unit: Unit::Score,
        span: Span::Months(3),
        rows: "S214 S225",
        by: OF_TIME,
        parameters: &[activity("intent"), field("score")],
        make: answers::csat,
        ..PLAIN
    },
    Figure {
        id: "emotions",
        name: ("Feelings and topics", "情绪与话题"),
        formula: "answers by word, in the window",
        span: Span::Months(3),
        direction: Direction::Neutral,
        rows: "S200 S201 S202 S205 S226",
        parameters: &[activity("emotion"), field("label")],
        make: answers::emotions,
        ..PLAIN
    },
    Figure {
        id: "response_time",
        name: ("Hours to an answer", "响应时长(小时)"),
        formula: "median of the hours from the activity `opened` to the activity `closed` with the same case, of cases closed in the window",
        unit: Unit::Score,
        direction: Direction::Down,
        span: Span::Months(3),
        rows: "S79 S113 S157",
        parameters: &[
            Parameter {
                name: "opened",
                default: "case_opened",
                meaning: "activity that opens a case",
            },
            Parameter {
                name: "closed",
                default: "case_closed",
                meaning: "activity that closes it",
            },
            Parameter {
                name: "case",
                default: "case",
                meaning: "field with the case's number, in both",
            },
        ],
        make: answers::response_time,
        ..PLAIN
    },
    Figure {
        id: "honour_roll",
        name: ("Honour roll", "致谢名单"),
        formula: "members who did the activity in the window and agree now to be named in public",
        span: Span::Lifetime,
        rows: "S80",
        parameters: &[
            activity("suggestion_accepted"),
            Parameter {
                name: "purpose",
                default: "public_credit",
                meaning: "consent without which a member is not named",
            },
        ],
        make: answers::honour_roll,
        ..PLAIN
    },
];
