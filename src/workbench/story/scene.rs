//! Initial state of members at the beginning of a story.

use super::outcome::Check;
use super::run::{Did, Runner};
use super::words::{alias, alias_text};
use super::{Scene, Step};
use crate::answer::Answer;
use crate::command;
use crate::engine::Error;
use crate::model::UnitKind;
use rust_decimal::Decimal;
use serde_json::json;

/// Most points of a qualifying unit that a tier is looked for with.
const RAISED_MAX: u32 = 1_000_000;

impl Runner<'_> {
    /// Sets a member's initial state: an enrolment if needed, and opening
    /// balances. Returns a message about a state that cannot be set.
    pub(super) fn set(&mut self, step: &Step, scene: &Scene) -> Result<Option<String>, Error> {
        let name = step.member.as_deref().unwrap_or_default();
        let Ok(who) = alias(name) else {
            return Ok(Some(format!("'{name}' is no name")));
        };
        let mut wrong = None;
        if self.ledger.resolve(&who)?.is_none() {
            let enrol = json!({ "do": "enrol", "aliases": [alias_text(name)] });
            wrong = self.do_quietly(step, 0, enrol)?;
        }
        for (n, holding) in (1..).zip(&scene.holdings) {
            if wrong.is_none() {
                wrong = self.open(step, n, (&holding.unit, holding.points))?;
            }
        }
        self.meet()?;
        if wrong.is_some() {
            return Ok(wrong);
        }
        // The programme's terms apply: those that are stated must be the same.
        for holding in &scene.holdings {
            let lots = self.state(step, Check::open("lots", &holding.unit))?;
            let end = holding.until.map(|day| format!(" until {day}"));
            let mut ends = lots.value.split(", ");
            if !end.is_none_or(|end| ends.any(|lot| lot.ends_with(&end))) {
                return Ok(Some(format!(
                    "the programme gives them another end: {lots}"
                )));
            }
        }
        match &scene.tier {
            Some(tier) if !self.has_tier(step, tier)? && !self.raise(step, scene, tier)? => {
                Ok(Some(format!(
                    "{name} does not reach {tier} so; let a purchase reach it"
                )))
            }
            _ => Ok(None),
        }
    }

    /// Carries out a command about the member that is no line of its own. Returns the message
    /// of a refusal.
    fn do_quietly(
        &mut self,
        step: &Step,
        n: usize,
        mut fields: serde_json::Value,
    ) -> Result<Option<String>, Error> {
        fields["key"] = format!("line-{}-{n}", step.line).into();
        let digits = self.ledger.programme()?.digits;
        let request = command::parse(fields.to_string().as_bytes(), digits);
        let request = request.map_err(|wrong| Error::misuse(wrong.to_string()))?;
        Ok(match self.ledger.submit(&request)? {
            Answer::Accepted(_) => None,
            Answer::Refused(denied) => Some(denied.message),
        })
    }

    /// Opens a balance as if it had been earned here today, so that it needs no
    /// reason and has the same expiry.
    fn open(
        &mut self,
        step: &Step,
        n: usize,
        (unit, points): (&str, Decimal),
    ) -> Result<Option<String>, Error> {
        let member = alias_text(step.member.as_deref().unwrap_or_default());
        let points = points.to_string();
        let opening = json!({
            "do": "opening", "member": member, "unit": unit, "points": points, "source": "story",
        });
        self.do_quietly(step, n, opening)
    }

    /// A check of the member's state with its value.
    fn state(&mut self, step: &Step, check: Check) -> Result<Check, Error> {
        let nothing = Did::default();
        let found = self.checks(
            std::slice::from_ref(&check),
            step.member.as_ref(),
            step.at,
            &nothing,
        )?;
        Ok(found.into_iter().next().unwrap_or(check))
    }

    fn has_tier(&mut self, step: &Step, tier: &str) -> Result<bool, Error> {
        Ok(self.state(step, Check::open("tier", ""))?.value == tier)
    }

    /// Opens balances of the qualifying units that a member was not given, little by little,
    /// until the tier is the one that was wanted; false if it never is.
    fn raise(&mut self, step: &Step, scene: &Scene, tier: &str) -> Result<bool, Error> {
        let units = &self.ledger.programme()?.units;
        let is_free = |id: &String| scene.holdings.iter().all(|holding| holding.unit != *id);
        let qualifying = units.iter().filter(|u| u.kind == UnitKind::Qualifying);
        let ids: Vec<String> = qualifying.map(|u| u.id.clone()).filter(is_free).collect();
        let mut n = scene.holdings.len();
        for unit in ids {
            let mut held = Decimal::ZERO;
            while held < Decimal::from(RAISED_MAX) {
                // A quarter more each time does not step over a tier.
                let points = (held / Decimal::from(4)).floor().max(Decimal::ONE);
                n += 1;
                if self.open(step, n, (&unit, points))?.is_some() {
                    break;
                }
                held += points;
                if self.has_tier(step, tier)? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use crate::model::Policy;
    use crate::policy::{Bundle, shipped_files};
    use crate::workbench::{judge, story};

    /// A tier alone is given by as much as it takes, for each of the levels.
    #[test]
    fn a_tier_is_given_without_its_points() {
        let bundle = Bundle::new(shipped_files("corner-cafe").unwrap()).unwrap();
        let policy = judge(&bundle).unwrap_or_else(|found| panic!("{found:?}"));
        for tier in ["bronze", "silver", "gold"] {
            let text = format!(
                "programme corner-cafe\n2026-03-03 10:00  given alice {tier}\n\
                 2026-03-04 10:00  purchase alice 1.00 -> +1 star until 2026-12-31, +1 year-star; tier {tier}\n"
            );
            let read = story::parse("a.story", &text, policy.programme()).unwrap();
            let told = story::run(&read, &bundle, &|name| Err(name.into())).unwrap();
            let found: Vec<String> = told.findings.iter().map(|f| f.render(&text)).collect();
            assert_eq!(found, Vec::<String>::new());
        }
    }
}
