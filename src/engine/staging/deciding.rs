//! Deciding a command and sealing its entry.

use crate::command::Request;
use crate::engine::Ledger;
use crate::engine::error::Error;
use crate::engine::staging::admit::Stop;
use crate::engine::staging::fitting::fitting;
use crate::engine::staging::submit::Mode;
use crate::engine::verbs::attributes::{wants_attributes, wants_birthdays};
use crate::engine::verbs::codes::MakingLate;
use crate::model::{Act, Draft, Effect, Entry, Head, MemberId, Policy, Refusal, Refused, Steps};
use crate::policy::Compiled;
use crate::rules::decide::terminal;
use crate::rules::pilot::{Deciding, deciding};
use crate::rules::{self, Case, DecisionInputs, FailedScript};
use std::sync::Arc;

/// A draft, or the reason why there is none.
type Decided = Result<Draft, Box<Declined>>;

/// A refusal with the head that it was decided under.
pub(in crate::engine) struct Declined {
    pub head: Head,
    pub refusal: Refusal,
    /// Counts the failure of the script that had to answer, if that is the reason.
    pub failed: Option<Effect>,
}

impl Ledger {
    /// Number of the activation that decides an act.
    pub(in crate::engine) fn deciding(
        &self,
        head: &Head,
        member: Option<MemberId>,
        act: Option<&Act>,
        named: Option<&Entry>,
    ) -> u32 {
        if self.is_pilot_off {
            return self.global().bundle;
        }
        let by = Deciding {
            origin: &head.origin,
            member,
            act,
            named,
        };
        deciding(self.cache.state(), &self.programmes, &by)
    }

    /// A programme that decides now, by its number: the one in force, or the pilot's.
    pub(in crate::engine) fn policy_by(&self, number: u32) -> Result<Arc<Compiled>, Error> {
        if number == self.global().bundle {
            return Ok(Arc::clone(self.policy()?));
        }
        self.programmes.get(number).cloned().ok_or_else(|| {
            Error::misuse(format!(
                "this program cannot run the pilot's programme {number}: end the pilot (`stampbook policy pilot end`), or use the program that began it"
            ))
        })
    }

    /// The programmes that decide now: the one for all, and the pilot's.
    pub(in crate::engine) fn in_force(
        &self,
    ) -> Result<impl Iterator<Item = &Arc<Compiled>>, Error> {
        let pilot = self.global().pilot.as_ref().filter(|_| !self.is_pilot_off);
        let pilot = pilot.and_then(|pilot| self.programmes.get(pilot.number));
        Ok(std::iter::once(self.policy()?).chain(pilot))
    }

    /// The programme that decides a sale as it is asked for.
    pub(in crate::engine) fn policy_for(
        &mut self,
        request: &Request,
    ) -> Result<Arc<Compiled>, Stop> {
        if self.global().pilot.is_none() {
            return Ok(Arc::clone(self.policy()?));
        }
        let member = match &request.member {
            Some(who) => self.resolve(who)?,
            None => None,
        };
        let head = Head {
            origin: self.origin(request, &Mode::default())?,
            ..self.ledger_head()
        };
        let number = self.deciding(&head, member, None, None);
        Ok(self.policy_by(number)?)
    }

    /// Decides and seals; a refusal that depends on the state is sealed as well.
    pub(in crate::engine) fn decide_and_seal(
        &mut self,
        head: Head,
        member: Option<MemberId>,
        act: Act,
        inputs: DecisionInputs,
    ) -> Result<Entry, Stop> {
        let other = inputs.other;
        match self.decided(head, member, act.clone(), inputs)? {
            Ok(draft) => self.seal_followed(draft),
            Err(declined) => self.seal_refused(*declined, (member, other), act),
        }
    }

    /// Decides by the programme in force, or by the pilot.
    pub(in crate::engine) fn decided(
        &mut self,
        head: Head,
        member: Option<MemberId>,
        act: Act,
        inputs: DecisionInputs,
    ) -> Result<Decided, Stop> {
        let mut head = head;
        head.bundle = self.deciding(&head, member, Some(&act), inputs.named);
        let (decided, head) = self.in_case(head, member, inputs, |case| {
            let units = case.programme().units.len();
            let decided = rules::decide(case, act).and_then(|draft| fitting(draft, units));
            let failed = decided.as_ref().err().map(|no| case.failed.counted(no));
            (decided, failed.flatten())
        })?;
        let (decided, failed) = decided;
        Ok(decided.map_err(|refusal| {
            Box::new(Declined {
                head,
                refusal,
                failed,
            })
        }))
    }

    /// Runs the rules of the programme that the head names over a case; returns their
    /// result and the head.
    pub(in crate::engine) fn in_case<T>(
        &mut self,
        head: Head,
        member: Option<MemberId>,
        inputs: DecisionInputs,
        work: impl FnOnce(&Case) -> T,
    ) -> Result<(T, Head), Error> {
        let policy: Arc<dyn Policy> = self.policy_by(head.bundle)?;
        if let (Some(_), Some(id)) = (policy.programme().household_size, member) {
            self.cache.with_housemates(vec![id])?;
        }
        let birthday = match member {
            Some(id) if wants_birthdays(&*policy) => self.cache.birthday(&mut self.vault, id)?,
            _ => None,
        };
        let attributes = match member {
            Some(id) if wants_attributes(&*policy) => self.attributes_on(id, head.day)?,
            _ => Vec::new(),
        };
        let draw = self
            .writer
            .draw(&*policy, &head, member, inputs.named.is_some())?;
        let making = MakingLate {
            secret: &self.alias_key,
            seq: self.global().next_seq,
        };
        let case = Case {
            state: self.cache.state(),
            policies: &self.programmes,
            policy,
            head,
            member,
            inputs: DecisionInputs {
                birthday,
                codes: Some(&making),
                attributes: &attributes,
                draw,
                ..inputs
            },
            steps: Steps::default(),
            failed: FailedScript::default(),
        };
        let done = work(&case);
        Ok((done, case.head))
    }

    /// Seals a draft, and the entries that follow from it.
    pub(in crate::engine) fn seal_followed(&mut self, draft: Draft) -> Result<Entry, Stop> {
        let entry = self.seal(draft)?;
        self.follow(&entry)?;
        Ok(entry)
    }

    /// Seals a refusal that depends on the state, so that a retry cannot come
    /// to another result; returns any other.
    pub(in crate::engine) fn seal_refused(
        &mut self,
        declined: Declined,
        (member, other): (Option<MemberId>, Option<MemberId>),
        act: Act,
    ) -> Result<Entry, Stop> {
        let Declined {
            head,
            refusal,
            failed,
        } = declined;
        if !refusal.code.is_sticky() || !head.key.is_some() {
            return Err(refusal.into());
        }
        // If both are one member by now, the entry touches them once.
        let other = other.filter(|id| Some(*id) != member);
        let members = member.into_iter().chain(other).collect();
        let act = Act::Refused(Refused {
            act: Box::new(act),
            refusal,
        });
        let effects = terminal(self.cache.state(), &head.origin).chain(failed);
        let effects = effects.collect();
        self.seal_followed(Draft::new(head, members, act, effects))
    }
}
