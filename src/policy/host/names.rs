//! Every name that scripts are offered. What is not in these tables does not
//! exist for them, even where the script language has it.

use super::{Answer, fail};
use crate::model::{Fact, Window};

/// A value's name, its properties, and its methods with their arguments' count.
pub(in crate::policy) struct Kind {
    /// What hooks call their parameter.
    pub name: &'static str,
    /// `x.property`.
    pub properties: &'static [&'static str],
    /// `x.method(..)`.
    pub methods: &'static [(&'static str, usize)],
}

/// The values with getters.
pub(in crate::policy) const KINDS: &[Kind] = &[
    Kind {
        name: "purchase",
        properties: &[
            "total", "subtotal", "earning", "lines", "tenders", "store", "partner", "terminal",
            "channel", "codes", "date", "weekday", "hour", "minute", "bought", "returned",
        ],
        methods: &[
            ("base", 1),
            ("earning_in", 1),
            ("count_in", 1),
            ("charge", 1),
        ],
    },
    Kind {
        name: "line",
        properties: &[
            "number", "sku", "category", "tags", "qty", "amount", "earning", "returned",
        ],
        methods: &[("base", 1)],
    },
    Kind {
        name: "tender",
        properties: &["kind", "amount"],
        methods: &[],
    },
    Kind {
        name: "redemption",
        properties: &[
            "reward", "unit", "points", "store", "date", "weekday", "hour",
        ],
        methods: &[],
    },
    Kind {
        name: "figures",
        properties: &["date", "issued", "matured", "used", "voided", "lapsed"],
        methods: &[("given", 1)],
    },
    Kind {
        name: "activity",
        properties: &[
            "id", "label", "store", "terminal", "channel", "date", "weekday", "hour", "minute",
        ],
        methods: &[("field", 1)],
    },
    Kind {
        name: "day",
        properties: &["date", "weekday", "points", "last", "years"],
        methods: &[],
    },
    Kind {
        name: "member",
        properties: &[
            "is_known",
            "tier",
            "days_since_purchase",
            "birthday_today",
            "birthday_this_month",
            "months_enrolled",
            "months_since_first_purchase",
            "was_referred",
            "rfm",
        ],
        methods: &[
            ("balance", 1),
            ("qualifying", 1),
            ("visits", 1),
            ("spend", 1),
            ("earned", 2),
            ("has_tag", 1),
            ("consents", 1),
            ("memo", 1),
            ("attribute", 1),
            ("is_targeted", 1),
            ("months_active", 1),
            ("activities", 2),
            ("has_pass", 1),
            ("pass_uses", 1),
            ("pass_promise", 2),
        ],
    },
];

/// What may be called, with the counts of arguments. A method call counts the
/// value before the dot as the first.
const FUNCTIONS: &[(&str, &[usize])] = &[
    // Proposals.
    ("award", &[2, 3, 4]),
    ("issue", &[1, 2, 3]),
    ("discount", &[1, 2]),
    ("remember", &[2]),
    ("forget", &[1]),
    ("tag", &[1]),
    ("untag", &[1]),
    ("message", &[1, 2, 3]),
    ("refer", &[2, 3, 4]),
    ("grant", &[2, 3]),
    ("benefit", &[1, 2]),
    ("contribute", &[2, 3]),
    ("refuse", &[2]),
    ("take_back", &[1]),
    ("tune", &[2]),
    ("pause", &[1]),
    // Declarations.
    ("campaign", &[1]),
    ("tiers", &[1]),
    ("reward", &[1]),
    // Reckoning.
    ("floor", &[1]),
    ("ceil", &[1]),
    ("half_up", &[1]),
    ("half_even", &[1]),
    ("percent_of", &[2]),
    ("steps", &[2]),
    ("zhe", &[1]),
    ("days_after", &[2]),
    ("months_after", &[2]),
    ("min", &[2]),
    ("max", &[2]),
    ("abs", &[1]),
    ("to_decimal", &[1]),
    ("to_int", &[1]),
    ("chance", &[1]),
    // Facts.
    ("tuned", &[1]),
    ("given", &[2]),
    ("base", &[2]),
    ("earning_in", &[2]),
    ("count_in", &[2]),
    ("charge", &[2]),
    ("balance", &[2]),
    ("qualifying", &[2]),
    ("visits", &[2]),
    ("spend", &[2]),
    ("earned", &[3]),
    ("has_tag", &[2]),
    ("consents", &[2]),
    ("memo", &[2]),
    ("attribute", &[2]),
    ("is_targeted", &[2]),
    ("months_active", &[2]),
    ("activities", &[3]),
    ("field", &[2]),
    ("has_pass", &[2]),
    ("pass_uses", &[2]),
    ("pass_promise", &[3]),
    // Texts.
    ("len", &[1]),
    ("is_empty", &[1]),
    ("contains", &[2]),
    ("starts_with", &[2]),
    ("ends_with", &[2]),
    ("index_of", &[2, 3]),
    ("sub_string", &[2, 3]),
    ("split", &[1, 2]),
    ("to_upper", &[1]),
    ("to_lower", &[1]),
    ("trim", &[1]),
    ("replace", &[3]),
    ("to_string", &[1]),
    ("parse_int", &[1]),
    ("parse_decimal", &[1]),
    // Lists and maps.
    ("push", &[2]),
    ("pop", &[1]),
    ("shift", &[1]),
    ("insert", &[3]),
    ("remove", &[2]),
    ("clear", &[1]),
    ("reverse", &[1]),
    ("sort", &[1, 2]),
    ("filter", &[2]),
    ("map", &[2]),
    ("reduce", &[2, 3]),
    ("some", &[2]),
    ("all", &[2]),
    ("find", &[2]),
    ("keys", &[1]),
    ("values", &[1]),
    ("range", &[2, 3]),
    ("type_of", &[1]),
    ("call", &[1, 2, 3]),
];

/// How often a function's arguments may be; none if there is no such function.
pub(in crate::policy) fn arguments(name: &str) -> Option<&'static [usize]> {
    let found = FUNCTIONS.iter().find(|(known, _)| *known == name);
    found.map(|(_, counts)| *counts)
}

/// All function names, for suggestions.
pub(in crate::policy) fn functions() -> Vec<&'static str> {
    FUNCTIONS.iter().map(|(name, _)| *name).collect()
}

/// A value by the name its parameter has.
pub(in crate::policy) fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// The member fact that a property names.
pub(in crate::policy) fn property_fact(name: &str) -> Option<Fact> {
    Some(match name {
        "tier" => Fact::Tier,
        "days_since_purchase" => Fact::DaysSincePurchase,
        "was_referred" => Fact::WasReferred,
        "rfm" => Fact::Rfm,
        "months_since_first_purchase" => Fact::MonthsSinceFirstPurchase,
        "birthday_today" => Fact::BirthdayToday,
        "birthday_this_month" => Fact::BirthdayThisMonth,
        "months_enrolled" => Fact::MonthsEnrolled,
        _ => return None,
    })
}

/// Whether a method asks for a member fact, so that its arguments must be
/// literal: what is asked for is fixed when the programme takes effect.
pub(in crate::policy) fn is_fact_method(name: &str) -> bool {
    let member = kind("member").map(|kind| kind.methods).unwrap_or_default();
    member.iter().any(|(known, _)| *known == name)
}

/// The member fact that a method with literal arguments names.
pub(in crate::policy) fn method_fact(
    name: &str,
    arguments: &[&str],
    campaign: &str,
) -> Result<Fact, String> {
    let first = arguments.first().copied().unwrap_or_default();
    let second = arguments.get(1).copied().unwrap_or_default();
    let span = |text| parse_window(text);
    Ok(match name {
        "balance" => Fact::Balance(first.into()),
        "qualifying" => Fact::Qualifying(first.into()),
        "visits" => Fact::Visits(span(first)?),
        "spend" => Fact::Spend(span(first)?),
        "earned" => Fact::Earned(first.into(), span(second)?),
        "has_tag" => Fact::HasTag(first.into()),
        "consents" => Fact::Consents(first.into()),
        "memo" => Fact::Memo {
            campaign: campaign.into(),
            key: first.into(),
        },
        "attribute" => Fact::Attribute(first.into()),
        "is_targeted" => Fact::IsTargeted(first.into()),
        "months_active" => Fact::MonthsActive(whole(first, 1, 36)?),
        "activities" => Fact::Activities(first.into(), whole(second, 1, 366)?),
        "has_pass" => Fact::HasPass(first.into()),
        "pass_uses" => Fact::PassUses(first.into()),
        "pass_promise" => pass_promise(first, second),
        _ => return Err(format!("member has no '{name}'")),
    })
}

/// A literal whole number within bounds.
fn whole<N: TryFrom<u32>>(text: &str, min: u32, max: u32) -> Result<N, String> {
    let found = text.parse().ok().filter(|n| (min..=max).contains(n));
    let wrong = || format!("'{text}' is not a whole number from {min} to {max}");
    let found = found.and_then(|n| N::try_from(n).ok());
    found.ok_or_else(wrong)
}

/// What a holder of a pass was promised is written down when the pass is paid
/// for, as a memory of no campaign's.
pub(in crate::policy) fn pass_promise(pass: &str, name: &str) -> Fact {
    Fact::Memo {
        campaign: String::new(),
        key: format!("{pass}.{name}"),
    }
}

/// Reads a window of the calendar such as `month` or `12 months`.
pub(in crate::policy) fn parse_window(text: &str) -> Result<Window, String> {
    let text = text.strip_prefix("calendar ").unwrap_or(text);
    Ok(match text {
        "day" => Window::Day,
        "month" => Window::Month,
        "quarter" => Window::Quarter,
        "year" => Window::Year,
        "lifetime" => Window::Lifetime,
        _ => {
            let count = text.strip_suffix(" months").and_then(|n| n.parse().ok());
            match count {
                Some(n @ 1..=36) => Window::Months(n),
                _ => {
                    return Err(format!(
                        "'{text}' is not a window: day, month, quarter, year, lifetime or \
                         1 to 36 months (\"12 months\")"
                    ));
                }
            }
        }
    })
}

/// The same for a running script.
pub(super) fn window(text: &str) -> Answer<Window> {
    parse_window(text).or_else(fail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_read_as_they_are_written() {
        assert_eq!(parse_window("calendar year"), Ok(Window::Year));
        assert_eq!(parse_window("12 months"), Ok(Window::Months(12)));
        for wrong in ["37 months", "0 months", "week", "12months", ""] {
            assert!(parse_window(wrong).is_err(), "{wrong}");
        }
    }
}
