//! Awards of a purchase for its kept part: points, debts of partners,
//! contributions to pools.

use super::{Returning, payout};
use crate::model::{Discount, Effect, Entry, MemberId, Money, Number, Policy, Returns, TenderKind};
use crate::rules::partner;
use crate::rules::partner::pool;
use crate::rules::purchase::allocated_bill::Bill;
use crate::rules::purchase::allocation::Named;
use crate::rules::purchase::bill;
use crate::rules::purchase::kept_part::{at_base_rate, recomputed};
use crate::rules::share::{part_of, scale, share};
use crate::rules::state::{Member, entry_of};
use std::borrow::Cow;
use std::sync::Arc;

/// Awards of a purchase for its kept part.
#[derive(Default)]
pub(super) struct KeptAwards {
    /// Points by unit.
    pub units: Vec<(Number, i64)>,
    /// Points by campaign and unit.
    pub awards: Vec<(Number, Number, i64)>,
    /// Contributions by campaign and pool, in the pool's smallest unit.
    pub pooled: Vec<((Number, Number), i64)>,
}

impl Returning<'_> {
    /// The programme by which the purchase was decided.
    pub(super) fn policy_then(&self) -> Arc<dyn Policy> {
        let found = self.case.policies.policy(self.entry.head.bundle);
        found.unwrap_or_else(|| Arc::clone(&self.case.policy))
    }

    /// The member; for a purchase without one, a member without any holdings.
    fn member_or_nobody(&self) -> Cow<'_, Member> {
        let nobody = || Cow::Owned(Member::new(MemberId::NOBODY, self.entry.head.day));
        self.case.member().map_or_else(nobody, Cow::Borrowed)
    }

    /// True if a campaign proposed the discount that the till states for it.
    fn is_proposed(&self, discount: &Discount) -> bool {
        let is_it = |e: &Effect| matches!(e, Effect::Discounted { campaign, .. } if *campaign == discount.campaign);
        discount.campaign != 0 && self.gave.effects.iter().any(is_it)
    }

    /// Computes the awards for the kept part.
    pub(super) fn kept(&self) -> KeptAwards {
        if self.is_all() {
            return KeptAwards::default();
        }
        let policy = self.policy_then();
        if policy.programme().returns == Returns::Prorate && !self.has_taken(&policy) {
            return self.kept_in_proportion();
        }
        // A purchase without a member awards nothing, but may still contribute
        // to a pool.
        if self.case.member().is_none() && policy.programme().pools.is_empty() {
            return KeptAwards::default();
        }
        let member = &*self.member_or_nobody();
        let kept = self.kept_decided_again();
        let kept = kept.unwrap_or_else(|| self.bill.kept(&self.after));
        let outcome = recomputed(self.case, &self.gave, Arc::clone(&policy), member, &kept);
        let rated = self.at_base_rate(&policy, member, &kept);
        let awards = outcome.grants.iter();
        let awards = awards.map(|g| (g.campaign, g.offer.unit, g.amount));
        let pooled = pool::sums(policy.programme(), &outcome).into_iter();
        KeptAwards {
            units: self.with_rated(outcome.by_unit(), &rated, &policy, member),
            awards: awards.chain(rated).collect(),
            pooled: pooled.map(|(key, (_, amount))| (key, amount)).collect(),
        }
    }

    /// Points given or, below 0, taken at the base rate for a part of the purchase.
    fn at_base_rate(
        &self,
        policy: &Arc<dyn Policy>,
        member: &Member,
        kept: &Bill,
    ) -> Vec<(Number, Number, i64)> {
        let has_taken = self.has_taken(policy);
        at_base_rate(self.case, &self.gave, policy, member, kept, has_taken)
    }

    /// True if the purchase earned less than 0 and took points back.
    fn has_taken(&self, policy: &Arc<dyn Policy>) -> bool {
        let bill = &self.bill;
        bill::is_taking(&bill.purchase, &bill.allocation, policy.programme())
    }

    /// Points by unit with those at the base rate. Points that the purchase
    /// should have taken and did not, since they were spent and the programme
    /// waived them, are not given back.
    fn with_rated(
        &self,
        mut units: Vec<(Number, i64)>,
        rated: &[(Number, Number, i64)],
        policy: &Arc<dyn Policy>,
        member: &Member,
    ) -> Vec<(Number, i64)> {
        add_rated(&mut units, rated);
        if units.iter().all(|(_, keeps)| *keeps >= 0) {
            return units;
        }
        let again = recomputed(
            self.case,
            &self.gave,
            Arc::clone(policy),
            member,
            &self.bill,
        );
        let mut whole = again.by_unit();
        add_rated(&mut whole, &self.at_base_rate(policy, member, &self.bill));
        let booked = given(&self.gave);
        let of =
            |list: &[(Number, i64)], unit| list.iter().find(|u| u.0 == unit).map_or(0, |u| u.1);
        for (unit, keeps) in units.iter_mut().filter(|(_, keeps)| *keeps < 0) {
            let waived = (of(&booked, *unit) - of(&whole, *unit)).max(0);
            *keeps = (*keeps + waived).min(0);
        }
        units
    }

    /// The kept part with the campaign discounts that it gets itself, if the
    /// programme decides them again and a campaign gave one; never more than it
    /// gave.
    pub(super) fn kept_decided_again(&self) -> Option<Bill<'static>> {
        let policy = self.policy_then();
        let has_any = self.bought.discounts.iter().any(|d| self.is_proposed(d));
        if policy.programme().returns != Returns::Recompute || !has_any || self.is_all() {
            return None;
        }
        let member = &*self.member_or_nobody();
        let mut kept = self.bill.kept(&self.after);
        let outcome = recomputed(self.case, &self.gave, policy, member, &kept);
        let mut again: Vec<(Number, i64)> = Vec::new();
        for effect in &outcome.effects {
            if let Effect::Discounted {
                campaign, amount, ..
            } = effect
            {
                *entry_of(&mut again, *campaign) += amount.0;
            }
        }
        let proposed = self.bought.discounts.iter().filter(|d| self.is_proposed(d));
        let mut campaigns: Vec<Number> = proposed.map(|d| d.campaign).collect();
        campaigns.sort_unstable();
        campaigns.dedup();
        for campaign in campaigns {
            let weight = |d: &Discount| match d.campaign == campaign {
                true => d.amount.0,
                false => 0,
            };
            let given: Vec<i64> = self.bought.discounts.iter().map(weight).collect();
            let now = again.iter().find(|a| a.0 == campaign).map_or(0, |a| a.1);
            let now = now.min(given.iter().sum());
            let discounts = kept.purchase.to_mut().discounts.iter_mut();
            for (discount, amount) in discounts.zip(share(now, &given)) {
                if discount.campaign == campaign {
                    discount.amount = Money(amount);
                }
            }
        }
        let mut named = Named::by(&kept.purchase, Vec::new());
        named.learn(&kept.purchase, &outcome.effects);
        kept.discount_anew(&named);
        Some(kept)
    }

    fn kept_in_proportion(&self) -> KeptAwards {
        let came = payout::returned(&self.bill, &self.after);
        // Goods count, not the tenders on the bill.
        let whole = self.bought.total.0 - came.taken - came.open;
        let back = (self.after.amount.0 - came.taken).clamp(0, whole.max(0));
        let keep = |amount: i64| amount - scale(amount, back, whole.max(1));
        let mut kept = KeptAwards {
            units: given(&self.gave),
            ..KeptAwards::default()
        };
        // Rounded in the member's favour.
        for (_, amount) in &mut kept.units {
            *amount = keep(*amount);
        }
        for effect in &self.gave.effects {
            match effect {
                Effect::Award {
                    campaign,
                    unit,
                    amount,
                    ..
                } => kept.awards.push((*campaign, *unit, keep(amount.0))),
                Effect::Pooled {
                    pool,
                    campaign,
                    amount,
                    ..
                } => kept.pooled.push(((*campaign, *pool), keep(amount.0))),
                _ => {}
            }
        }
        kept
    }

    /// Part of the points and rewards that paid for it which came back, and
    /// their whole, in money.
    fn own_back(&self) -> (i64, i64) {
        let back = payout::returned(&self.bill, &self.after);
        let tenders = self.bought.tenders.iter().zip(back.own);
        let is_partners = |kind: &TenderKind| kind.points().is_some() || kind.reward().is_some();
        let own = tenders.filter(|(tender, _)| is_partners(&tender.kind));
        own.fold((0, 0), |sum, (tender, back)| {
            (sum.0 + back, sum.1 + tender.amount.0)
        })
    }

    /// Books debts of partners and contributions to pools for the kept part,
    /// less those already booked.
    pub(super) fn settle_with_others(&mut self, kept: &KeptAwards) {
        let policy = self.policy_then();
        let owes = &self.before.owes;
        let (own, whole) = self.own_back();
        let back = |amount| match self.is_all() {
            true => amount,
            false => part_of(amount, own, whole),
        };
        let mut more = partner::undone(&*policy, &self.gave, &kept.awards, owes, back);
        let digits = |pool| policy.programme().pool(pool).map_or(0, |p| p.digits);
        let pooled = &self.before.pooled;
        more.extend(pool::undone(&self.gave, &kept.pooled, pooled, digits));
        self.effects.extend(more);
    }
}

fn add_rated(units: &mut Vec<(Number, i64)>, rated: &[(Number, Number, i64)]) {
    for (_, unit, points) in rated {
        *entry_of(units, *unit) += points;
    }
}

/// Points that a purchase gave, by unit.
pub(super) fn given(entry: &Entry) -> Vec<(Number, i64)> {
    let mut units: Vec<(Number, i64)> = Vec::new();
    for effect in &entry.effects {
        match effect {
            Effect::Award { unit, amount, .. } | Effect::Qualify { unit, amount, .. } => {
                *entry_of(&mut units, *unit) += amount.0;
            }
            Effect::Voucher { unit, .. } => *entry_of(&mut units, *unit) += 1,
            other => {
                if let Some((unit, amount)) = other.taken_back() {
                    *entry_of(&mut units, unit) -= amount.0;
                }
            }
        }
    }
    units
}
