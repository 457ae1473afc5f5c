//! Initial state of members at the beginning of a story.

use super::ask::alias;
use super::outcome::{Check, MemberOutcome};
use super::run::{Did, Runner};
use super::{Holding, Scene, Step};
use crate::answer::Answer;
use crate::command::{Alias, Enrol, Office, Request, Source, Verb, Who};
use crate::engine::Error;
use crate::model::Key;

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
        let is_so = found.first() == Some(&wanted);
        Ok((!is_so).then(|| format!("{name} does not reach {tier} so; let a purchase reach it")))
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
