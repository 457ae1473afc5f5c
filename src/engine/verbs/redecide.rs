//! Correction of wrong awards by entries of their own.

use crate::engine::Ledger;
use crate::engine::error::Error;
use crate::engine::staging::admit::Stop;
use crate::model::{
    Act, Adjustment, CampaignStatus, Code, Effect, Entry, Instant, Key, MemberId, NameKind, Number,
    Points, Policy, Refusal, Steps, UnitKind,
};
use crate::rules::campaign::redecide;
use crate::rules::decide::own_points;
use crate::rules::{Case, DecisionInputs, FailedScript};
use std::sync::Arc;

/// Difference that a campaign owes for one purchase by today's programme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redecided {
    /// The purchase.
    pub of: u64,
    /// The member.
    pub member: MemberId,
    /// The unit.
    pub unit: Number,
    /// Points to add or (negative) to take back.
    pub points: Points,
}

impl Ledger {
    /// Differences between a campaign's awards by the programme in force and
    /// those it gave, for the purchases between two instants, both included; if
    /// the programme no longer has the campaign, all its awards. Changes
    /// nothing.
    ///
    /// # Errors
    /// [`Error::Refused`] for a campaign that no programme ever had.
    pub fn redecide(
        &mut self,
        campaign: &str,
        from: Instant,
        to: Instant,
    ) -> Result<Vec<Redecided>, Error> {
        let campaign = self.campaign_ever(campaign)?;
        let (purchases, adjusted) = self.purchases_of(campaign, from, to)?;
        let mut found = Vec::new();
        for entry in purchases {
            let Some(member) = entry.member() else {
                continue;
            };
            let Some(member) = self.resolve(&crate::command::Who::Id(member))? else {
                continue;
            };
            self.programme_of(entry.head.bundle)?;
            self.cache.load_aftermath(entry.seq)?;
            let booked: Vec<(Number, Points)> = adjusted
                .iter()
                .filter(|a| a.0 == entry.seq)
                .map(|a| (a.1, a.2))
                .collect();
            let case = Case {
                state: self.cache.state(),
                policies: &self.programmes,
                policy: Arc::clone(self.policy()?) as Arc<dyn Policy>,
                head: entry.head.clone(),
                member: Some(member),
                inputs: DecisionInputs::default(),
                steps: Steps::default(),
                failed: FailedScript::default(),
            };
            for (unit, points) in redecide::difference(&case, &entry, campaign, &booked) {
                found.push(Redecided {
                    of: entry.seq,
                    member,
                    unit,
                    points,
                });
            }
        }
        Ok(found)
    }

    /// A campaign of any programme that was in force.
    fn campaign_ever(&self, id: &str) -> Result<Number, Error> {
        if let Some(number) = self.global().names.number(NameKind::Campaign, id) {
            return Ok(number);
        }
        match self.campaign(id) {
            Ok(number) => Ok(number),
            Err(Stop::No(refusal)) => Err(Error::Refused(refusal)),
            Err(Stop::Error(error)) => Err(error),
        }
    }

    /// Purchases between two instants at which a campaign was neither paused
    /// nor closed, and the adjustments made for it by entry and unit.
    #[allow(clippy::type_complexity)]
    fn purchases_of(
        &self,
        campaign: Number,
        from: Instant,
        to: Instant,
    ) -> Result<(Vec<Entry>, Vec<(u64, Number, Points)>), Error> {
        let (mut purchases, mut adjusted) = (Vec::new(), Vec::new());
        let mut is_running = true;
        for entry in self.entries_from(0)? {
            let entry = entry?;
            for effect in &entry.effects {
                if let Effect::Campaign {
                    campaign: c,
                    status,
                } = effect
                    && *c == campaign
                {
                    is_running = *status == CampaignStatus::Running;
                }
            }
            match &entry.act {
                Act::Purchase(_)
                    if is_running && (from..=to).contains(&entry.head.occurred_at()) =>
                {
                    purchases.push(entry)
                }
                Act::Adjustment(Adjustment {
                    of: Some(of),
                    campaign: c,
                    unit,
                    points,
                    ..
                }) if *c == campaign => {
                    adjusted.push((*of, *unit, *points));
                }
                _ => {}
            }
        }
        Ok((purchases, adjusted))
    }

    /// Books differences as adjustments, and judges tiers by them. Negative
    /// ones only if `takes_back`, and only as far as points of the campaign are
    /// left: those of other campaigns stay. The reason is recorded with each.
    ///
    /// # Errors
    /// A refusal other than one for insufficient points.
    pub fn settle_redecided(
        &mut self,
        campaign: &str,
        found: &[Redecided],
        takes_back: bool,
        reason: &str,
    ) -> Result<Vec<u64>, Error> {
        let campaign = self.campaign_ever(campaign)?;
        let mut booked = Vec::new();
        for item in found
            .iter()
            .filter(|f| takes_back || f.points.is_positive())
        {
            self.resolve(&crate::command::Who::Id(item.member))?;
            let points = self.takeable(item, campaign)?;
            if points == Points::ZERO {
                continue;
            }
            let act = Act::Adjustment(Adjustment {
                unit: item.unit,
                points,
                reason: format!("redecide: {reason}"),
                of: Some(item.of),
                campaign,
                approver: String::new(),
            });
            let mut head = self.ledger_head();
            head.key = Key::none();
            match self.decide_and_seal(head, Some(item.member), act, DecisionInputs::default()) {
                Ok(entry) => booked.push(entry.seq),
                // Spent points are not taken back, and no balance is raised beyond its
                // bound.
                Err(Stop::No(Refusal {
                    code: Code::InsufficientPoints | Code::TooLarge,
                    ..
                })) => {}
                Err(Stop::No(refusal)) => return Err(Error::Refused(refusal)),
                Err(Stop::Error(error)) => return Err(error),
            }
            self.make_room().map_err(|stop| match stop {
                Stop::Error(error) => error,
                Stop::No(refusal) => Error::Refused(refusal),
            })?;
        }
        self.commit()?;
        Ok(booked)
    }

    /// A difference as far as it can be booked: a surplus, as far as points of
    /// the campaign are left.
    fn takeable(&self, item: &Redecided, campaign: Number) -> Result<Points, Error> {
        let unit = self.programme()?.unit(item.unit);
        let is_counted = unit.is_some_and(|unit| unit.kind == UnitKind::Qualifying);
        let member = self.cache.state().members.get(&item.member);
        let Some(member) = member.filter(|_| !is_counted && !item.points.is_positive()) else {
            return Ok(item.points);
        };
        let now = self.ledger_head().effective;
        let left = own_points(member, item.unit, campaign, now);
        Ok(item.points.max(left.negated()))
    }
}
