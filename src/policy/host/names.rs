//! Names available to scripts, with the types of their parameters and results.
//! A name that is not in these tables does not exist for scripts, even if the
//! script language has it.

use crate::model::{Fact, WINDOW_DAYS_MAX, Window};
use crate::policy::words::{self, WordKind};
use std::sync::LazyLock;

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
    /// Characters of a date: the place of the first, and how many.
    PartOfDay(usize, usize),
    /// The number of a month.
    MonthNumber,
    /// The number of a day in its month.
    DayNumber,
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

impl Type {
    /// The type that a table names.
    fn named(text: &'static str) -> Type {
        match text {
            "" | "nothing" => Type::Nothing,
            "bool" => Type::Bool,
            "whole" => Type::Whole,
            "decimal" => Type::Decimal,
            "number" => Type::Number,
            "amount" => Type::Amount,
            "text" => Type::Text,
            "date" => Type::Day,
            "texts" => Type::Texts,
            "lines" => Type::Lines,
            "tenders" => Type::Tenders,
            "list" => Type::List,
            "map" => Type::Map,
            "function" => Type::Call,
            _ => text.strip_prefix("object ").map_or(Type::Any, Type::Object),
        }
    }
}

/// A parameter: its name and type.
pub(in crate::policy) type Parameter = (&'static str, Type);

/// A kind of value: its name, its properties, and its methods.
pub(in crate::policy) struct ValueKind {
    /// Name of the hooks' parameter for it.
    pub name: &'static str,
    /// `x.property`.
    pub properties: Vec<(&'static str, Type)>,
    /// `x.method(..)`.
    pub methods: Vec<Method>,
}

/// A method: its name, its parameters, and its result.
pub(in crate::policy) type Method = (&'static str, Vec<Parameter>, Type);

impl ValueKind {
    /// The type of a property, if there is one of that name.
    pub fn property(&self, name: &str) -> Option<Type> {
        let mut all = self.properties.iter();
        all.find(|(known, _)| *known == name).map(|(_, of)| *of)
    }

    /// A method by name.
    pub fn method(&self, name: &str) -> Option<&Method> {
        self.methods.iter().find(|(known, ..)| *known == name)
    }

    /// The names of all properties and methods.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        let properties = self.properties.iter().map(|(name, _)| *name);
        properties.chain(self.methods.iter().map(|(name, ..)| *name))
    }
}

/// Kinds of values with getters.
pub(in crate::policy) static KINDS: LazyLock<Vec<ValueKind>> = LazyLock::new(|| {
    let mut kinds: Vec<ValueKind> = Vec::new();
    for word in words::of(WordKind::Fact) {
        if kinds.last().is_none_or(|kind| kind.name != word.section) {
            kinds.push(ValueKind {
                name: word.section,
                properties: Vec::new(),
                methods: Vec::new(),
            });
        }
        let (name, of) = (word.name, Type::named(word.of));
        if let Some(kind) = kinds.last_mut() {
            match word.parameters {
                Some(text) => kind.methods.push((name, parameters(text).1, of)),
                None => kind.properties.push((name, of)),
            }
        }
    }
    kinds
});

/// A function: its name, the least number of arguments, its parameters, and its result.
pub(in crate::policy) type Function = (&'static str, usize, Vec<Parameter>, Type);

/// Functions that can be called by themselves. A method call passes the value
/// before the dot as the first argument, so methods of facts are among them.
static FUNCTIONS: LazyLock<Vec<Function>> = LazyLock::new(|| {
    let own = words::of(WordKind::Function).map(|word| {
        let (least, parameters) = parameters(word.parameters.unwrap_or_default());
        (word.name, least, parameters, Type::named(word.of))
    });
    let methods = KINDS.iter().flat_map(|kind| &kind.methods);
    let methods = methods.map(|(name, parameters, of)| {
        let of_value = std::iter::once(("value", Type::Any));
        let parameters: Vec<Parameter> = of_value.chain(parameters.iter().copied()).collect();
        (*name, parameters.len(), parameters, *of)
    });
    let mut all: Vec<Function> = Vec::new();
    for function in own.chain(methods) {
        if !all.iter().any(|known| known.0 == function.0) {
            all.push(function);
        }
    }
    all
});

/// Reads `unit: text, why?: text`, with the number of those that must be there.
fn parameters(text: &'static str) -> (usize, Vec<Parameter>) {
    let parts = text.split(", ").filter_map(|part| part.split_once(": "));
    let all: Vec<Parameter> = parts
        .clone()
        .map(|(name, of)| (name.trim_end_matches('?'), Type::named(of)))
        .collect();
    let needed = parts.filter(|(name, _)| !name.ends_with('?')).count();
    (needed, all)
}

/// The options of a function's last map, with their types.
pub(in crate::policy) fn options(function: &str) -> Vec<Parameter> {
    let all = words::of(WordKind::FunctionOption).filter(|word| word.section == function);
    all.map(|word| (word.name, Type::named(word.of))).collect()
}

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

/// Member facts that are properties, by name.
pub(super) static FACT_PROPERTIES: [(&str, Fact); 8] = [
    ("tier", Fact::Tier),
    ("days_since_purchase", Fact::DaysSincePurchase),
    ("birthday_today", Fact::BirthdayToday),
    ("birthday_this_month", Fact::BirthdayThisMonth),
    ("months_enrolled", Fact::MonthsEnrolled),
    ("was_referred", Fact::WasReferred),
    ("rfm", Fact::Rfm),
    (
        "months_since_first_purchase",
        Fact::MonthsSinceFirstPurchase,
    ),
];

/// The member fact that a property names.
pub(in crate::policy) fn property_fact(name: &str) -> Option<Fact> {
    let found = FACT_PROPERTIES.iter().find(|(known, _)| *known == name);
    found.map(|(_, fact)| fact.clone())
}

/// True if a method reads a member fact, so that its arguments must be literal:
/// the facts are fixed when the programme takes effect.
pub(in crate::policy) fn is_fact_method(name: &str) -> bool {
    kind("member").is_some_and(|kind| kind.method(name).is_some())
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
        // A promise is recorded when the pass is paid for, as a memory of no campaign.
        "pass_promise" => Fact::Memo {
            campaign: String::new(),
            key: format!("{first}.{second}"),
        },
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
                         1 to {WINDOW_DAYS_MAX} days (\"30 days\") or 1 to 36 months (\"12 months\": \
                         calendar months, this one included)"
                    ));
                }
            }
        }
    })
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
