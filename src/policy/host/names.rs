//! Names available to scripts, with the types of their parameters and results.
//! A name that is not in these tables does not exist for scripts, even if the
//! script language has it.

use super::{Answer, fail};
use crate::model::{Fact, WINDOW_DAYS_MAX, Window};

/// The type of a value, as far as it is known without running a script.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::policy) enum Type {
    /// Unknown.
    Any,
    /// `()`
    Nothing,
    /// `true`, `false`
    Bool,
    /// A whole number.
    Whole,
    /// An exact number, always of the decimal type.
    Decimal,
    /// A whole or decimal number.
    Number,
    /// A parameter that takes a number that is not negative.
    Amount,
    /// A text.
    Text,
    /// A text that is a date.
    Day,
    /// A list of texts.
    Texts,
    /// The lines of a purchase.
    Lines,
    /// The tenders of a purchase.
    Tenders,
    /// Another list.
    List,
    /// A map `#{..}`.
    Map,
    /// A function.
    Call,
    /// One of [`KINDS`], by its name.
    Object(&'static str),
}

use Type::{
    Amount, Any, Bool, Call, Day, Decimal, Lines, List, Map, Nothing, Number, Tenders, Text, Texts,
    Whole,
};

/// A parameter: its name and type.
pub(in crate::policy) type Parameter = (&'static str, Type);

/// A kind of value: its name, its properties, and its methods.
pub(in crate::policy) struct ValueKind {
    /// Name of the hooks' parameter for it.
    pub name: &'static str,
    /// `x.property`.
    pub properties: &'static [(&'static str, Type)],
    /// `x.method(..)`.
    pub methods: &'static [Method],
}

/// A method: its name, its parameters, and its result.
pub(in crate::policy) type Method = (&'static str, &'static [Parameter], Type);

impl ValueKind {
    /// The type of a property, if there is one of that name.
    pub fn property(&self, name: &str) -> Option<Type> {
        let mut all = self.properties.iter();
        all.find(|(known, _)| *known == name).map(|(_, of)| *of)
    }

    /// A method by name.
    pub fn method(&self, name: &str) -> Option<&'static Method> {
        self.methods.iter().find(|(known, ..)| *known == name)
    }

    /// The names of all properties and methods.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        let properties = self.properties.iter().map(|(name, _)| *name);
        properties.chain(self.methods.iter().map(|(name, ..)| *name))
    }
}

const UNIT: &[Parameter] = &[("unit", Text)];
const CATEGORY: &[Parameter] = &[("category", Text)];
const WINDOW: &[Parameter] = &[("window", Text)];
const PASS: &[Parameter] = &[("pass", Text)];
const NAME: &[Parameter] = &[("name", Text)];

/// Kinds of values with getters.
pub(in crate::policy) const KINDS: &[ValueKind] = &[
    ValueKind {
        name: "purchase",
        properties: &[
            ("total", Decimal),
            ("subtotal", Decimal),
            ("earning", Decimal),
            ("discountable", Decimal),
            ("lines", Lines),
            ("tenders", Tenders),
            ("store", Text),
            ("partner", Text),
            ("terminal", Text),
            ("channel", Text),
            ("codes", Texts),
            ("date", Day),
            ("weekday", Text),
            ("hour", Whole),
            ("minute", Whole),
            ("bought", Day),
            ("returned", Decimal),
        ],
        methods: &[
            ("base", UNIT, Decimal),
            ("earning_in", CATEGORY, Decimal),
            ("count_in", CATEGORY, Decimal),
            ("charge", &[("kind", Text)], Decimal),
        ],
    },
    ValueKind {
        name: "line",
        properties: &[
            ("number", Whole),
            ("sku", Text),
            ("category", Text),
            ("tags", Texts),
            ("qty", Decimal),
            ("amount", Decimal),
            ("earning", Decimal),
            ("returned", Decimal),
            ("is_discountable", Bool),
        ],
        methods: &[("base", UNIT, Decimal)],
    },
    ValueKind {
        name: "tender",
        properties: &[("kind", Text), ("amount", Decimal)],
        methods: &[],
    },
    ValueKind {
        name: "redemption",
        properties: &[
            ("reward", Text),
            ("unit", Text),
            ("points", Number),
            ("amount", Decimal),
            ("on_bill", Bool),
            ("purchase", Type::Object("purchase")),
            ("store", Text),
            ("date", Day),
            ("weekday", Text),
            ("hour", Whole),
        ],
        methods: &[],
    },
    ValueKind {
        name: "figures",
        properties: &[
            ("date", Day),
            ("issued", Whole),
            ("matured", Whole),
            ("used", Whole),
            ("voided", Whole),
            ("lapsed", Whole),
        ],
        methods: &[("given", UNIT, Whole)],
    },
    ValueKind {
        name: "activity",
        properties: &[
            ("id", Text),
            ("label", Text),
            ("store", Text),
            ("terminal", Text),
            ("channel", Text),
            ("date", Day),
            ("weekday", Text),
            ("hour", Whole),
            ("minute", Whole),
        ],
        methods: &[("field", NAME, Any)],
    },
    ValueKind {
        name: "day",
        properties: &[
            ("date", Day),
            ("weekday", Text),
            ("points", Number),
            ("last", Day),
            ("years", Whole),
        ],
        methods: &[],
    },
    ValueKind {
        name: "member",
        properties: &[
            ("is_known", Bool),
            ("tier", Text),
            ("days_since_purchase", Whole),
            ("birthday_today", Bool),
            ("birthday_this_month", Bool),
            ("months_enrolled", Whole),
            ("months_since_first_purchase", Whole),
            ("was_referred", Bool),
            ("rfm", Text),
        ],
        methods: &[
            ("balance", UNIT, Number),
            ("qualifying", UNIT, Number),
            ("visits", WINDOW, Whole),
            ("spend", WINDOW, Number),
            ("earned", &[("unit", Text), ("window", Text)], Number),
            ("has_tag", &[("tag", Text)], Bool),
            ("consents", &[("purpose", Text)], Bool),
            ("memo", &[("key", Text)], Any),
            ("attribute", NAME, Text),
            ("is_targeted", &[("campaign", Text)], Bool),
            ("tier_at_least", &[("tier", Text)], Bool),
            ("months_active", &[("months", Whole)], Whole),
            ("activities", &[("activity", Text), ("days", Whole)], Whole),
            ("has_pass", PASS, Bool),
            ("pass_uses", PASS, Whole),
            ("pass_promise", &[("pass", Text), ("name", Text)], Any),
        ],
    },
];

/// A function: its name, the least number of arguments, its parameters, and its result.
pub(in crate::policy) type Function = (&'static str, usize, &'static [Parameter], Type);

const X: Parameter = ("x", Number);
const OF: Parameter = ("value", Any);
const LIST: Parameter = ("list", Any);
const EACH: Parameter = ("function", Any);
const TEXT: Parameter = ("text", Text);
const AWARD: &[Parameter] = &[
    ("unit", Text),
    ("amount", Amount),
    ("why", Text),
    ("options", Map),
];

/// Functions that can be called by themselves. A method call passes the value
/// before the dot as the first argument.
const FUNCTIONS: &[Function] = &[
    // Proposals.
    ("award", 2, AWARD, Nothing),
    (
        "issue",
        1,
        &[("voucher", Text), ("why", Text), ("options", Map)],
        Nothing,
    ),
    (
        "discount",
        1,
        &[("amount", Amount), ("why", Text), ("options", Map)],
        Nothing,
    ),
    ("remember", 2, &[("key", Text), OF], Nothing),
    ("forget", 1, &[("key", Text)], Nothing),
    ("tag", 1, NAME, Nothing),
    ("untag", 1, NAME, Nothing),
    (
        "message",
        1,
        &[("template", Text), ("values", Map), ("options", Map)],
        Nothing,
    ),
    ("refer", 2, AWARD, Nothing),
    (
        "grant",
        2,
        &[("pass", Text), ("until", Day), ("why", Text)],
        Nothing,
    ),
    ("benefit", 1, &[("pass", Text), ("amount", Amount)], Nothing),
    (
        "contribute",
        2,
        &[("pool", Text), ("amount", Amount), ("why", Text)],
        Nothing,
    ),
    ("refuse", 2, &[("code", Text), ("text", Text)], Nothing),
    ("take_back", 1, UNIT, Nothing),
    ("tune", 2, &[("name", Text), ("value", Number)], Nothing),
    ("pause", 1, &[("reason", Text)], Nothing),
    // Declarations.
    ("campaign", 1, &[("fields", Map)], Nothing),
    ("tiers", 1, &[("fields", Map)], Nothing),
    ("reward", 1, &[("fields", Map)], Nothing),
    // Arithmetic.
    ("floor", 1, &[X], Whole),
    ("ceil", 1, &[X], Whole),
    ("half_up", 1, &[X], Whole),
    ("half_even", 1, &[X], Whole),
    (
        "percent_of",
        2,
        &[("amount", Number), ("percent", Number)],
        Decimal,
    ),
    ("steps", 2, &[("amount", Number), ("step", Number)], Whole),
    ("zhe", 1, &[("rate", Any)], Decimal),
    ("days_after", 2, &[("date", Day), ("days", Whole)], Day),
    ("months_after", 2, &[("date", Day), ("months", Whole)], Day),
    ("min", 2, &[("a", Number), ("b", Number)], Number),
    ("max", 2, &[("a", Number), ("b", Number)], Number),
    ("abs", 1, &[X], Number),
    ("to_decimal", 1, &[X], Decimal),
    ("to_int", 1, &[X], Whole),
    ("chance", 1, &[("n", Whole)], Whole),
    // Facts.
    ("tuned", 1, NAME, Decimal),
    ("given", 2, &[OF, ("unit", Text)], Whole),
    ("base", 2, &[OF, ("unit", Text)], Decimal),
    ("earning_in", 2, &[OF, ("category", Text)], Decimal),
    ("count_in", 2, &[OF, ("category", Text)], Decimal),
    ("charge", 2, &[OF, ("kind", Text)], Decimal),
    ("balance", 2, &[OF, ("unit", Text)], Number),
    ("qualifying", 2, &[OF, ("unit", Text)], Number),
    ("visits", 2, &[OF, ("window", Text)], Whole),
    ("spend", 2, &[OF, ("window", Text)], Number),
    ("earned", 3, &[OF, ("unit", Text), ("window", Text)], Number),
    ("has_tag", 2, &[OF, ("tag", Text)], Bool),
    ("consents", 2, &[OF, ("purpose", Text)], Bool),
    ("memo", 2, &[OF, ("key", Text)], Any),
    ("attribute", 2, &[OF, ("name", Text)], Text),
    ("is_targeted", 2, &[OF, ("campaign", Text)], Bool),
    ("tier_at_least", 2, &[OF, ("tier", Text)], Bool),
    ("months_active", 2, &[OF, ("months", Whole)], Whole),
    (
        "activities",
        3,
        &[OF, ("activity", Text), ("days", Whole)],
        Whole,
    ),
    ("field", 2, &[OF, ("name", Text)], Any),
    ("has_pass", 2, &[OF, ("pass", Text)], Bool),
    ("pass_uses", 2, &[OF, ("pass", Text)], Whole),
    (
        "pass_promise",
        3,
        &[OF, ("pass", Text), ("name", Text)],
        Any,
    ),
    // Texts; some of these names stand for lists and maps as well.
    ("len", 1, &[OF], Whole),
    ("is_empty", 1, &[OF], Bool),
    ("contains", 2, &[OF, ("part", Any)], Bool),
    ("starts_with", 2, &[TEXT, ("part", Text)], Bool),
    ("ends_with", 2, &[TEXT, ("part", Text)], Bool),
    ("index_of", 2, &[OF, ("part", Any), ("from", Whole)], Whole),
    (
        "sub_string",
        2,
        &[TEXT, ("from", Any), ("length", Whole)],
        Text,
    ),
    ("split", 1, &[TEXT, ("by", Any)], List),
    ("to_upper", 1, &[OF], Any),
    ("to_lower", 1, &[OF], Any),
    ("trim", 1, &[TEXT], Any),
    ("replace", 3, &[TEXT, ("part", Any), ("by", Any)], Any),
    ("to_string", 1, &[OF], Text),
    ("parse_int", 1, &[TEXT], Whole),
    ("parse_decimal", 1, &[TEXT], Decimal),
    // Lists and maps.
    ("push", 2, &[LIST, OF], Any),
    ("pop", 1, &[LIST], Any),
    ("shift", 1, &[LIST], Any),
    ("insert", 3, &[LIST, ("at", Any), OF], Any),
    ("remove", 2, &[LIST, ("at", Any)], Any),
    ("clear", 1, &[LIST], Any),
    ("reverse", 1, &[LIST], Any),
    ("sort", 1, &[LIST, EACH], Any),
    ("filter", 2, &[LIST, EACH], List),
    ("map", 2, &[LIST, EACH], List),
    ("reduce", 2, &[LIST, EACH, OF], Any),
    ("some", 2, &[LIST, EACH], Bool),
    ("all", 2, &[LIST, EACH], Bool),
    ("find", 2, &[LIST, EACH], Any),
    ("keys", 1, &[("map", Map)], List),
    ("values", 1, &[("map", Map)], List),
    (
        "range",
        2,
        &[("from", Any), ("to", Any), ("step", Any)],
        Any,
    ),
    ("type_of", 1, &[OF], Text),
    ("call", 1, &[("function", Call), OF, OF], Any),
];

/// A function by name.
pub(in crate::policy) fn function(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|(known, ..)| *known == name)
}

/// Allowed numbers of arguments of a function; None if there is no such function.
pub(in crate::policy) fn arguments(name: &str) -> Option<std::ops::RangeInclusive<usize>> {
    function(name).map(|(_, needed, parameters, _)| *needed..=parameters.len())
}

/// All function names, for suggestions.
pub(in crate::policy) fn functions() -> Vec<&'static str> {
    FUNCTIONS.iter().map(|(name, ..)| *name).collect()
}

/// Remedy that shows the form of a call: `write award(unit, amount)`.
pub(in crate::policy) fn signature(name: &str, parameters: &[Parameter]) -> String {
    let names: Vec<&str> = parameters.iter().map(|(name, _)| *name).collect();
    format!("write {name}({})", names.join(", "))
}

/// Finds a kind by the name of its parameter.
pub(in crate::policy) fn kind(name: &str) -> Option<&'static ValueKind> {
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

/// True if a method reads a member fact, so that its arguments must be literal:
/// the facts are fixed when the programme takes effect.
pub(in crate::policy) fn is_fact_method(name: &str) -> bool {
    let member = kind("member").map(|kind| kind.methods).unwrap_or_default();
    member.iter().any(|(known, ..)| *known == name)
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
        "tier_at_least" => Fact::Tier,
        "months_active" => Fact::MonthsActive(whole(first, 1, 36)?),
        "activities" => Fact::Activities(first.into(), whole(second, 1, 366)?),
        "has_pass" => Fact::HasPass(first.into()),
        "pass_uses" => Fact::PassUses(first.into()),
        "pass_promise" => pass_promise(first, second),
        _ => return Err(format!("member has no '{name}'")),
    })
}

/// Parses a literal whole number within bounds.
fn whole<N: TryFrom<u32>>(text: &str, min: u32, max: u32) -> Result<N, String> {
    let found = text.parse().ok().filter(|n| (min..=max).contains(n));
    let wrong = || format!("'{text}' is not a whole number from {min} to {max}");
    let found = found.and_then(|n| N::try_from(n).ok());
    found.ok_or_else(wrong)
}

/// Fact of a promise to the holder of a pass: it is recorded when the pass is
/// paid for, as a memory that belongs to no campaign.
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
            let (count, word) = text.split_once(' ').unwrap_or((text, ""));
            let count: u16 = count.parse().unwrap_or(0);
            match (word, count, u8::try_from(count)) {
                ("months", 1..=36, Ok(months)) | ("month", 1, Ok(months)) => Window::Months(months),
                ("days", 1..=WINDOW_DAYS_MAX, _) | ("day", 1, _) => Window::Days(count),
                _ => {
                    return Err(format!(
                        "'{text}' is not a window: day, month, quarter, year, lifetime, \
                         1 to {WINDOW_DAYS_MAX} days (\"30 days\") or 1 to 36 months (\"12 months\")"
                    ));
                }
            }
        }
    })
}

/// The same, for a running script.
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
        assert_eq!(parse_window("30 days"), Ok(Window::Days(30)));
        assert_eq!(parse_window("1 day"), Ok(Window::Days(1)));
        assert_eq!(parse_window("1 month"), Ok(Window::Months(1)));
        assert!(parse_window("93 days").is_err() && parse_window("0 days").is_err());
        for wrong in [
            "37 months",
            "0 months",
            "2 day",
            "1e1 days",
            "week",
            "12months",
            "",
        ] {
            assert!(parse_window(wrong).is_err(), "{wrong}");
        }
    }
}
