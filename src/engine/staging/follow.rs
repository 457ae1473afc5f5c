//! Entries that reward a referrer, booked directly after the member's own entry.

use crate::command::Who;
use crate::engine::Ledger;
use crate::engine::staging::admit::Stop;
use crate::model::{Act, Code, Entry, Head, Key, MemberId, Number, Policy, Steps};
use crate::rules::member::referral;
use crate::rules::{self, Case, DecisionInputs, FailedScript};

/// The purchase that an entry reverses in part, if it does.
pub fn bought_of(entry: &Entry) -> Option<u64> {
    match entry.act {
        Act::Return { of, .. } | Act::Reversal { of, .. } => Some(of),
        _ => None,
    }
}

/// Entries directly after an entry that follow from it for other members.
///
/// # Errors
/// The error of `fetch`.
pub fn followed<E>(
    of: u64,
    mut fetch: impl FnMut(u64) -> Result<Option<Entry>, E>,
) -> Result<Vec<Entry>, E> {
    let mut found = Vec::new();
    let mut seq = of + 1;
    while let Some(entry) = fetch(seq)? {
        match entry.act {
            Act::Followed { of: before, .. } if before == of => found.push(entry),
            _ => break,
        }
        seq += 1;
    }
    Ok(found)
}

impl Ledger {
    /// Books the referrer's due events before the member's own entry.
    pub(in crate::engine) fn settle_referrer(
        &mut self,
        id: MemberId,
        head: &Head,
    ) -> Result<(), Stop> {
        if !self.has_referrals()? {
            return Ok(());
        }
        match self.referrer_of(id)? {
            Some(referrer) => self.settle(referrer, head),
            None => Ok(()),
        }
    }

    fn has_referrals(&self) -> Result<bool, Stop> {
        let mut all = self.in_force()?;
        Ok(all.any(|policy| policy.campaigns().iter().any(|c| c.has_refer)))
    }

    /// The referrer of a member, if they still take part.
    fn referrer_of(&mut self, id: MemberId) -> Result<Option<MemberId>, Stop> {
        let member = self.cache.member(id);
        let Some(referrer) = member.and_then(|m| m.referrer) else {
            return Ok(None);
        };
        let found = self.resolve(&Who::Id(referrer))?;
        let members = &self.cache.state().members;
        let is_active = |id: &MemberId| {
            let member = members.get(id);
            member.is_some_and(|m| m.status == rules::state::Status::Active)
        };
        Ok(found.filter(|found| *found != id && is_active(found)))
    }

    /// Loads the chain of a member's referrers.
    pub(in crate::engine) fn load_referrers(&mut self, from: MemberId) -> Result<(), Stop> {
        let mut known = 0;
        loop {
            let chain = referral::chain(self.cache.state(), from);
            if chain.len() == known {
                return Ok(());
            }
            known = chain.len();
            for id in chain {
                self.cache.load(id)?;
            }
        }
    }

    /// Books the referrer's reward for an entry.
    pub(in crate::engine) fn reward_referrer(&mut self, entry: &Entry) -> Result<(), Stop> {
        match (&entry.act, bought_of(entry)) {
            (Act::Purchase(_) | Act::Activity { .. } | Act::Enrolled(_), _) => {
                self.reward_referrer_for(entry)
            }
            (_, Some(of)) => self.reverse_referral(entry, of),
            _ => Ok(()),
        }
    }

    fn reward_referrer_for(&mut self, entry: &Entry) -> Result<(), Stop> {
        let (true, Some(id)) = (self.has_referrals()?, entry.member()) else {
            return Ok(());
        };
        let Some(referrer) = self.referrer_of(id)? else {
            return Ok(());
        };
        let policy = self.policy_by(entry.head.bundle)?;
        for campaign in policy.campaigns().iter().filter(|c| c.has_refer) {
            let case = self.case_behind(entry, referrer, DecisionInputs::default())?;
            let is_due = !referral::proposed(&case, entry, campaign.number, None).is_empty();
            if is_due {
                self.book_followed(entry, referrer, campaign.number, DecisionInputs::default())?;
            }
        }
        Ok(())
    }

    fn reverse_referral(&mut self, entry: &Entry, of: u64) -> Result<(), Stop> {
        let has_referrer = |l: &Ledger| {
            let member = entry.member().and_then(|id| l.cache.member(id));
            member.is_some_and(|m| m.referrer.is_some())
        };
        if !has_referrer(self) {
            return Ok(());
        }
        let Some(bought) = self.entry(of)? else {
            return Ok(());
        };
        self.programme_of(bought.head.bundle)?;
        for thanked in followed(of, |seq| self.entry(seq))? {
            let Act::Followed { campaign, .. } = thanked.act else {
                continue;
            };
            let who = thanked.member().map(Who::Id);
            let Some(referrer) = who.map(|who| self.resolve(&who)).transpose()?.flatten() else {
                continue;
            };
            let inputs = DecisionInputs {
                bought: Some(&bought),
                thanked: Some(&thanked),
                ..DecisionInputs::default()
            };
            self.book_followed(entry, referrer, campaign, inputs)?;
        }
        Ok(())
    }

    fn case_behind<'a>(
        &'a self,
        entry: &'a Entry,
        member: MemberId,
        inputs: DecisionInputs<'a>,
    ) -> Result<Case<'a>, Stop> {
        let mut head = entry.head.clone();
        (head.key, head.origin.counter) = (Key::none(), None);
        let act = Act::Followed {
            of: entry.seq,
            campaign: 0,
        };
        head.bundle = self.deciding(&head, Some(member), Some(&act), Some(entry));
        Ok(Case {
            state: self.cache.state(),
            policies: &self.programmes,
            policy: self.policy_by(head.bundle)?,
            head: self.after_last(head),
            member: Some(member),
            inputs: DecisionInputs {
                named: Some(entry),
                ..inputs
            },
            steps: Steps::default(),
            failed: FailedScript::default(),
        })
    }

    fn book_followed(
        &mut self,
        entry: &Entry,
        member: MemberId,
        campaign: Number,
        inputs: DecisionInputs<'_>,
    ) -> Result<(), Stop> {
        let of = entry.seq;
        let case = self.case_behind(entry, member, inputs)?;
        let draft = match rules::decide(&case, Act::Followed { of, campaign }) {
            Ok(draft) => draft,
            // The entry itself stands; the referrer's balance has reached its bound.
            Err(refusal) if refusal.code == Code::TooLarge => return Ok(()),
            Err(refusal) => return Err(refusal.into()),
        };
        if !draft.effects.is_empty() {
            self.seal(draft)?;
        }
        Ok(())
    }
}
