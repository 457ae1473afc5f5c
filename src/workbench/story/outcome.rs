//! Outcome of a line: the expected and the actual one have the same form, so
//! that they can be compared and are written alike.

use super::forms;
use crate::answer::Flow;
use crate::model::Day;
use rust_decimal::Decimal;
use std::fmt;

/// Outcome of a line, by member.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct LineOutcome {
    pub parts: Vec<MemberOutcome>,
}

/// Outcome of a line for one member.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct MemberOutcome {
    /// The member's name in the story; None for the line's own member.
    pub member: Option<String>,
    /// Items.
    pub items: Vec<Item>,
    /// State afterwards.
    pub checks: Vec<Check>,
}

/// One item.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Item {
    /// Points came or went.
    Moved(Moved),
    /// Something else in the story's words: `refused CODE`, `repeated`, `failed CAMPAIGN`.
    Said(String),
}

/// Points that came or went.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Moved {
    pub unit: String,
    pub amount: Decimal,
    pub flow: Flow,
    /// The first day, if that is later.
    pub from: Option<Day>,
    /// The last day, if there is one.
    pub until: Option<Day>,
}

/// A check of state afterwards: a word of [`forms::checks`], with its value as it is written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Check {
    pub word: &'static str,
    /// Unit, partner, pool or campaign that it is about; empty if none.
    pub about: String,
    pub value: String,
}

impl Check {
    /// A check without its value.
    pub fn open(word: &'static str, about: &str) -> Check {
        Check {
            word,
            about: about.into(),
            value: String::new(),
        }
    }
}

impl LineOutcome {
    /// True if equal, in whatever order the items of a member are listed.
    pub fn is_like(&self, other: &LineOutcome) -> bool {
        let sorted = |part: &MemberOutcome| {
            let mut items = part.items.clone();
            items.sort();
            items
        };
        let is_like = |(one, other): (&MemberOutcome, &MemberOutcome)| {
            one.checks == other.checks && sorted(one) == sorted(other)
        };
        self.parts.len() == other.parts.len() && self.parts.iter().zip(&other.parts).all(is_like)
    }
}

impl MemberOutcome {
    /// True if an item of this unit is named.
    pub fn names(&self, unit: &str) -> bool {
        let is_of = |item: &Item| matches!(item, Item::Moved(moved) if moved.unit == unit);
        self.items.iter().any(is_of)
    }
}

impl fmt::Display for LineOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&listed(self.parts.iter(), " -> ", "nothing"))
    }
}

impl fmt::Display for MemberOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = &self.member {
            write!(f, "{name} ")?;
        }
        f.write_str(&listed(self.items.iter(), ", ", "nothing"))?;
        let mut checks = self.checks.iter();
        checks.try_for_each(|check| write!(f, "; {check}"))
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Item::Moved(moved) => moved.fmt(f),
            Item::Said(words) => f.write_str(words),
        }
    }
}

impl fmt::Display for Moved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:+} {}", self.amount, self.unit)?;
        if self.flow != Flow::Plain {
            write!(f, " {}", self.flow.as_str())?;
        }
        if let Some(day) = self.from {
            write!(f, " from {day}")?;
        }
        match self.until {
            Some(day) => write!(f, " until {day}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Check { word, about, value } = self;
        match forms::is_value_first(word) {
            _ if about.is_empty() => write!(f, "{word} {value}"),
            true => write!(f, "{word} {value} {about}"),
            false => write!(f, "{word} {about} {value}"),
        }
    }
}

/// A list as it is written, with a word for an empty one.
pub(super) fn listed<T: ToString>(items: impl Iterator<Item = T>, by: &str, none: &str) -> String {
    let items: Vec<String> = items.map(|item| item.to_string()).collect();
    match items.is_empty() {
        true => none.into(),
        false => items.join(by),
    }
}
