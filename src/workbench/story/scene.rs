//! Initial state of members at the beginning of a story.

use super::ask::alias;
use super::outcome::{Check, MemberOutcome};
use super::run::{Did, Runner};
use super::{Holding, Scene, Step};
use crate::answer::Answer;
use crate::command::{Alias, Enrol, Office, Request, Source, Verb, Who};
use crate::engine::Error;
use crate::model::{Key, UnitKind};
use rust_decimal::Decimal;

/// Most points of a qualifying unit that a tier is looked for with.
const RAISED_MAX: u32 = 1_000_000;

impl Runner<'_> {
    /// Sets a member's initial state: an enrolment if needed, and opening
    /// balances. Returns a message about a state that cannot be set.
    pub(super) fn set(&mut self, step: &Step, scene: &Scene) -> Result<Option<String>, Error> {
        let name = step.member.clone().unwrap_or_default();
        let (Ok(who), Ok(alias)) = (alias(&name), Alias::parse(&format!("story:{name}"))) else {
            return Ok(Some(format!("'{name}' is no name")));
        };
        if self.ledger.resolve(&who)?.is_none() {
            let enrol = Enrol {
                aliases: vec![alias],
                ..Enrol::default()
            };
            if let Some(wrong) = self.do_quietly(step, 0, None, Verb::Enrol(Box::new(enrol)))? {
                return Ok(Some(wrong));
            }
        }
        for (n, holding) in scene.holdings.iter().enumerate() {
            let verb = opening(holding);
            if let Some(wrong) = self.do_quietly(step, n + 1, Some(who.clone()), verb)? {
                return Ok(Some(wrong));
            }
        }
        self.meet()?;
        self.check_scene(step, scene, &name)
    }

    fn do_quietly(
        &mut self,
        step: &Step,
        n: usize,
        member: Option<Who>,
        verb: Verb,
    ) -> Result<Option<String>, Error> {
        let key = Key::parse(&format!("line-{}-{n}", step.line)).map_err(Error::misuse)?;
        let request = Request {
            key,
            member,
            at: None,
            source: Source::default(),
            is_clock_accepted: false,
            is_training: false,
            id: None,
            slip: None,
            verb,
        };
        Ok(match self.ledger.submit(&request)? {
            Answer::Accepted(_) => None,
            Answer::Refused(denied) => Some(denied.message),
        })
    }

    /// Checks the stated terms against the programme's, which apply.
    fn check_scene(
        &mut self,
        step: &Step,
        scene: &Scene,
        name: &str,
    ) -> Result<Option<String>, Error> {
        let lots = scene.holdings.iter().filter(|h| h.until.is_some());
        let lots = lots.map(|h| (Check::Lots(h.unit.clone(), Vec::new()), h));
        let part = |check| MemberOutcome {
            checks: vec![check],
            ..MemberOutcome::default()
        };
        let nothing = Did::default();
        let name = name.to_owned();
        for (check, holding) in lots {
            let found = self.checks(&part(check), Some(&name), step.at, &nothing)?;
            let is_there = |c: &Check| matches!(c, Check::Lots(_, lots) if lots.iter().any(|l| l.1 == holding.until));
            if !found.iter().any(is_there) {
                let has = found.iter().map(Check::to_string).collect::<String>();
                return Ok(Some(format!("the programme gives them another end: {has}")));
            }
        }
        let Some(tier) = &scene.tier else {
            return Ok(None);
        };
        let wanted = Check::Tier(Some(tier.clone()));
        let found = self.checks(&part(wanted.clone()), Some(&name), step.at, &nothing)?;
        if found.first() == Some(&wanted) {
            return Ok(None);
        }
        match self.raise(step, scene, &name, &part(wanted))? {
            true => Ok(None),
            false => Ok(Some(format!(
                "{name} does not reach {tier} so; let a purchase reach it"
            ))),
        }
    }

    /// Opens balances of the qualifying units that a member was not given, little by little,
    /// until the tier is the one that was wanted; false if it never is.
    fn raise(
        &mut self,
        step: &Step,
        scene: &Scene,
        name: &str,
        wanted: &MemberOutcome,
    ) -> Result<bool, Error> {
        let units = &self.ledger.programme()?.units;
        let is_free = |id: &String| scene.holdings.iter().all(|holding| holding.unit != *id);
        let qualifying = units.iter().filter(|u| u.kind == UnitKind::Qualifying);
        let ids: Vec<String> = qualifying.map(|u| u.id.clone()).filter(is_free).collect();
        let Ok(who) = alias(name) else {
            return Ok(false);
        };
        let mut n = scene.holdings.len();
        for unit in ids {
            let mut held = Decimal::ZERO;
            while held < Decimal::from(RAISED_MAX) {
                // A quarter more each time does not step over a tier.
                let points = (held / Decimal::from(4)).floor().max(Decimal::ONE);
                let opened = opening(&Holding {
                    unit: unit.clone(),
                    points,
                    until: None,
                });
                n += 1;
                if self
                    .do_quietly(step, n, Some(who.clone()), opened)?
                    .is_some()
                {
                    break;
                }
                held += points;
                let found =
                    self.checks(wanted, Some(&name.to_owned()), step.at, &Did::default())?;
                if found == wanted.checks {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}

/// Opens a balance as if it had been earned here today, so that it needs no
/// reason and has the same expiry.
fn opening(holding: &Holding) -> Verb {
    Verb::Office(Office::Opening {
        unit: holding.unit.clone(),
        points: holding.points,
        source: "story".into(),
        expires: None,
    })
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
