//! What a figure is made from: facts, the programme in force, and what was asked.

use super::dimension::Dimension;
use super::facts::Facts;
use super::histories::Histories;
use crate::model::{Day, Names, Policy, Programme};
use rust_decimal::Decimal;
use std::cell::OnceCell;
use std::collections::BTreeMap;

/// The programme in force and the names of the ledger.
#[derive(Clone, Copy)]
pub struct Shop<'a> {
    /// The programme.
    pub policy: &'a dyn Policy,
    /// The numbered names.
    pub names: &'a Names,
}

impl Shop<'_> {
    /// Declarations of the programme.
    pub fn programme(&self) -> &Programme {
        self.policy.programme()
    }
}

/// A parameter of a figure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Parameter {
    /// Name in questions.
    pub name: &'static str,
    /// Value where none is given; empty: it must be given, or there is none.
    pub default: &'static str,
    /// Meaning, with its unit.
    pub meaning: &'static str,
}

/// A figure that was asked for.
pub struct Asked<'a> {
    /// The parameters that the figure has.
    pub known: &'static [Parameter],
    /// The facts.
    pub facts: &'a Facts,
    /// The programme.
    pub shop: Shop<'a>,
    /// First and last day that are counted.
    pub days: (Day, Day),
    /// What it is divided by.
    pub by: Option<Dimension>,
    /// Parameters by name.
    pub parameters: &'a BTreeMap<String, String>,
    /// Built with its first use.
    pub histories: OnceCell<Histories>,
}

impl Asked<'_> {
    /// Each person's sales.
    pub fn histories(&self) -> &Histories {
        self.histories.get_or_init(|| Histories::of(self.facts))
    }

    /// Text of a parameter, or its default.
    pub fn text(&self, name: &str) -> &str {
        if let Some(text) = self.parameters.get(name) {
            return text;
        }
        let known = self.known.iter().find(|p| p.name == name);
        known.map_or("", |parameter| parameter.default)
    }

    /// A parameter that is a whole number of at least 1.
    ///
    /// # Errors
    /// It is none.
    pub fn whole(&self, name: &str) -> Result<u32, String> {
        let text = self.text(name);
        let number = text.parse::<u32>().ok().filter(|n| *n > 0);
        number.ok_or_else(|| format!("{name}: '{text}' is not a whole number from 1 on"))
    }

    /// A parameter that is a decimal; None if it is empty.
    ///
    /// # Errors
    /// It is none.
    pub fn decimal(&self, name: &str) -> Result<Option<Decimal>, String> {
        match self.text(name) {
            "" => Ok(None),
            text => match text.parse::<Decimal>() {
                Ok(number) => Ok(Some(number)),
                Err(_) => Err(format!("{name}: '{text}' is not a decimal such as 0.35")),
            },
        }
    }

    /// True if a day is counted.
    pub fn has(&self, day: Day) -> bool {
        (self.days.0..=self.days.1).contains(&day)
    }
}
