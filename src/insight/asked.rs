//! Inputs of a figure: facts, the programme in force, and the question.

use super::conditions::Conditions;
use super::dimension::Dimension;
use super::facts::Facts;
use super::histories::Histories;
use super::models::lifetime::LastEstimate;
use super::outcome::{self, Outcome};
use super::rows::{Sale, Who};
use crate::model::{Day, Names, Number, Policy, Programme, Unit, UnitKind};
use rust_decimal::Decimal;
use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap, HashSet};

/// The programme in force and the names of the ledger.
#[derive(Clone, Copy)]
pub struct Shop<'a> {
    /// The programme.
    pub policy: &'a (dyn Policy + Send + Sync),
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
    /// Value where none is given; empty: it must be given, there is none, or the programme
    /// says it.
    pub default: &'static str,
    /// Meaning, with its unit.
    pub meaning: &'static str,
}

impl Parameter {
    /// A parameter without a default.
    pub const fn without_default(name: &'static str, meaning: &'static str) -> Parameter {
        Parameter {
            name,
            default: "",
            meaning,
        }
    }
}

/// Inputs of figures, with what they share. One serves many questions.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    facts: &'a Facts,
    shop: Shop<'a>,
    pub(super) lifetime: &'a LastEstimate,
    pub(super) conditions: &'a Conditions,
}

impl<'a> Source<'a> {
    /// Puts facts and programme together. The last estimate of lifetime values serves again
    /// as long as customers bought the same; conditions are told among the alerts.
    pub fn new(
        facts: &'a Facts,
        shop: Shop<'a>,
        (lifetime, conditions): (&'a LastEstimate, &'a Conditions),
    ) -> Source<'a> {
        Source {
            facts,
            shop,
            lifetime,
            conditions,
        }
    }
}

/// A figure that was asked for.
pub struct Asked<'a> {
    /// The parameters that the figure has.
    pub known: &'static [Parameter],
    pub(super) source: &'a Source<'a>,
    /// The facts.
    pub facts: &'a Facts,
    /// The programme.
    pub shop: Shop<'a>,
    /// First and last day that are counted.
    pub days: (Day, Day),
    /// Dimension it is divided by.
    pub by: Option<Dimension>,
    /// Parameters by name.
    pub parameters: &'a BTreeMap<String, String>,
    /// Built with its first use.
    pub(super) tiers: OnceCell<HashMap<Who, Number>>,
    /// Built with its first use.
    pub(super) participants: OnceCell<HashSet<Who>>,
}

impl<'a> Asked<'a> {
    /// Puts a question about facts together.
    pub fn new(
        known: &'static [Parameter],
        source: &'a Source<'a>,
        days: (Day, Day),
        by: Option<Dimension>,
        parameters: &'a BTreeMap<String, String>,
    ) -> Asked<'a> {
        Asked {
            known,
            source,
            facts: source.facts,
            shop: source.shop,
            days,
            by,
            parameters,
            tiers: OnceCell::new(),
            participants: OnceCell::new(),
        }
    }
}

impl Asked<'_> {
    /// Each person's sales.
    pub fn histories(&self) -> &Histories {
        &self.facts.histories
    }

    /// A person's sales within days, by day.
    pub fn sales_within(&self, who: Who, days: (Day, Day)) -> impl Iterator<Item = &Sale> {
        let bought = self.facts.histories.within(who, days);
        bought
            .iter()
            .filter_map(|one| self.facts.sales.get(one.sale as usize))
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

    /// A parameter that is a whole number from 1 on; if it is empty, another number.
    ///
    /// # Errors
    /// It is none.
    pub fn whole_or(&self, name: &str, otherwise: u32) -> Result<u32, String> {
        match self.text(name) {
            "" => Ok(otherwise),
            _ => self.whole(name),
        }
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

    /// First and last day of the window, cut to those of which there are facts.
    pub fn window(&self) -> (Day, Day) {
        let joined = self.facts.people.iter().map(|person| person.joined).min();
        let mut sold = self.facts.sales_days.iter();
        let sold = sold.find(|(_, sums)| sums.sales > 0);
        let first = joined.into_iter().chain(sold.map(|(key, _)| key.0)).min();
        let first = first.unwrap_or(self.days.1);
        (self.days.0.max(first), self.days.1)
    }

    /// The spendable unit that the parameter `unit` names, or the first of the programme.
    ///
    /// # Errors
    /// There is none.
    pub fn unit(&self) -> Result<&Unit, String> {
        let units = self.shop.programme().units.iter();
        let mut spendable = units.filter(|unit| unit.kind == UnitKind::Spendable);
        match self.text("unit") {
            "" => spendable
                .next()
                .ok_or_else(|| "unit: the programme has no spendable unit".into()),
            id => {
                let known: Vec<&str> = spendable.clone().map(|unit| unit.id.as_str()).collect();
                let found = spendable.find(|unit| unit.id == id);
                let known = known.join(", ");
                found.ok_or_else(|| format!("unit: '{id}' is no spendable unit; known: {known}"))
            }
        }
    }

    /// Worth of one point: the parameter `value`, or the unit's value on a bill.
    ///
    /// # Errors
    /// Neither is there.
    pub fn worth(&self, unit: &Unit) -> Result<Decimal, String> {
        if let Some(given) = self.decimal("value")? {
            return Ok(given);
        }
        let declared = unit
            .value
            .or(unit.cost)
            .and_then(|value| value.to_decimal());
        declared.ok_or_else(|| {
            format!(
                "value: {} has no value in the programme: say what one is worth, such as 0.01",
                unit.id
            )
        })
    }

    /// Points in whole units.
    pub fn points(&self, unit: &Unit, points: i128) -> Decimal {
        let whole = Decimal::try_from_i128_with_scale(points, 0).unwrap_or(Decimal::MAX);
        match unit.subunits {
            1 => whole,
            parts => whole / Decimal::from(parts),
        }
    }

    /// Cost of points in currency units, by the unit's cost or else its value; zero for a unit
    /// that has neither.
    pub fn cost_of(&self, unit: &Unit, points: i128) -> Decimal {
        let one = unit.cost.or(unit.value).and_then(|one| one.to_decimal());
        self.points(unit, points) * one.unwrap_or_default()
    }

    /// Money in whole currency units.
    pub fn money(&self, minor: i128) -> Decimal {
        let digits = self.shop.programme().digits;
        Decimal::try_from_i128_with_scale(minor, digits.into()).unwrap_or(Decimal::MAX)
    }

    /// Adds the benchmark that the parameters name, with its source and date.
    ///
    /// # Errors
    /// Source or date is missing.
    pub fn beside_benchmark(&self, outcome: Outcome) -> Result<Outcome, String> {
        let Some(value) = self.decimal("benchmark")? else {
            return Ok(outcome);
        };
        let (source, date) = (self.text("benchmark_source"), self.text("benchmark_date"));
        if source.is_empty() || date.is_empty() {
            return Err("benchmark: it needs benchmark_source and benchmark_date as well".into());
        }
        let measured = outcome.measure.as_ref().and_then(|measure| measure.value);
        let beside = measured.map(|own| outcome::Unit::Score.render(own - value, 2));
        let told = |text: &str| {
            beside
                .as_ref()
                .map_or(String::new(), |more| format!("{text}{more}"))
        };
        Ok(outcome.note(
            format!(
                "benchmark {value} ({source}, {date}){}",
                told("; own less benchmark: ")
            ),
            format!(
                "对照指标 {value}（{source}，{date}）{}",
                told("；自身减去对照：")
            ),
        ))
    }
}
