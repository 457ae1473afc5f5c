//! Deciding a command and sealing its entry.

use crate::engine::Ledger;
use crate::engine::error::Error;
use crate::engine::staging::admit::Stop;
use crate::engine::staging::fitting::fitting;
use crate::engine::verbs::codes::MakingLate;
use crate::model::{
    Act, Draft, Effect, Entry, Given, Head, MemberId, Policy, Refusal, Refused, Steps,
};
use crate::rules::decide::terminal;
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

    /// Decides by the programme in force.
    pub(in crate::engine) fn decided(
        &mut self,
        head: Head,
        member: Option<MemberId>,
        act: Act,
        inputs: DecisionInputs,
    ) -> Result<Decided, Stop> {
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

    /// Runs the rules of the programme in force over a case; returns their
    /// result and the head.
    pub(in crate::engine) fn in_case<T>(
        &mut self,
        head: Head,
        member: Option<MemberId>,
        inputs: DecisionInputs,
        work: impl FnOnce(&Case) -> T,
    ) -> Result<(T, Head), Error> {
        let birthday = match member {
            Some(id) if self.wants_birthdays()? => self.cache.birthday(&mut self.vault, id)?,
            _ => None,
        };
        let attributes = match member {
            Some(id) if self.wants_attributes()? => self.attributes_on(id, head.day)?,
            _ => Vec::new(),
        };
        let policy: Arc<dyn Policy> = Arc::clone(self.policy()?) as Arc<dyn Policy>;
        let draw = self.draw(&*policy, &head, member, inputs.named.is_some())?;
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
        let mut draft = Draft {
            head,
            // If both are one member by now, the entry touches them once.
            members: member
                .into_iter()
                .chain(other.filter(|id| Some(*id) != member))
                .collect(),
            act: Act::Refused(Refused {
                act: Box::new(act),
                refusal,
            }),
            given: Given::new(),
            given_review: Given::new(),
            effects: Vec::new(),
        };
        draft
            .effects
            .extend(terminal(self.cache.state(), &draft.head.origin).chain(failed));
        self.seal_followed(draft)
    }
}
