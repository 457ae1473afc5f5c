//! The fold of an entry into facts. It reads effects, and of the act only what
//! effects do not repeat: a sale's total and lines, a member's source, answers.

mod alerts;
mod campaigns;
mod doings;
mod passes;
mod people;
mod points;
mod sales;

use super::facts::{Facts, why_number};
use super::rows::{Back, ByHand, Cost, Did, Goal, NOBODY, Payout, Who};
use crate::chain::hash::Hash;
use crate::model::{Act, Effect, Entry};

impl Facts {
    /// Adds the next entry. Its hash is set by [`Facts::mark_hash`].
    pub fn add(&mut self, entry: &Entry) {
        self.mark.entries = entry.seq + 1;
        self.mark.recorded = entry.head.recorded_at();
        if entry.seq == 0 {
            self.mark.began = self.mark.recorded;
        }
        apply_act(self, entry);
        alerts::add_alert(&mut self.alerts, entry);
        let mut lots = 0;
        for effect in &entry.effects {
            apply(self, entry, effect, lots);
            lots += u16::from(effect.opens_lot());
        }
    }

    /// Binds the facts to the journal: the chain hash of the last entry.
    pub fn mark_hash(&mut self, hash: Hash) {
        self.mark.hash = hash;
    }
}

/// Applies what the act says and no effect repeats.
fn apply_act(facts: &mut Facts, entry: &Entry) {
    let day = entry.head.day;
    match &entry.act {
        Act::Purchase(purchase) => sales::sell(facts, entry, purchase),
        Act::ReturnedWithoutSlip { amount, .. } => facts.add_back(Back {
            of: None,
            day,
            amount: amount.0,
        }),
        Act::Redemption { reward, .. } => {
            if *reward != 0 {
                doings::have(&mut facts.rewards, entry, *reward);
            }
            doings::did(facts, entry, Did::Spent);
        }
        Act::Capture { .. } => doings::did(facts, entry, Did::Spent),
        Act::Refused(refused) => {
            let key = (day, refused.refusal.code.as_str().to_owned());
            *facts.refusals.entry(key).or_default() += 1;
        }
        Act::VoucherIssued { .. } => give_by_hand(facts, entry),
        Act::Adjustment(adjustment) if adjustment.points.0 > 0 => give_by_hand(facts, entry),
        Act::CostBooked {
            kind,
            amount,
            campaign,
            ..
        } => facts.costs.push(Cost {
            day,
            kind: kind.clone(),
            amount: amount.0,
            campaign: *campaign,
        }),
        Act::GoalSet {
            metric,
            base,
            target,
            is_points,
            deadline,
            segment,
        } => facts.goals.push(Goal {
            day,
            metric: metric.clone(),
            base: *base,
            target: *target,
            is_points: *is_points,
            deadline: *deadline,
            segment: segment.clone(),
        }),
        Act::PoolPaid {
            pool,
            points,
            to,
            evidence,
        } => facts.payouts.push(Payout {
            seq: entry.seq,
            day,
            pool: *pool,
            amount: points.0,
            to: to.clone(),
            evidence: *evidence,
        }),
        _ => passes::add_refund(facts, entry),
    }
}

fn give_by_hand(facts: &mut Facts, entry: &Entry) {
    if let Some(operator) = &entry.head.origin.operator {
        facts.by_hand.push(ByHand {
            seq: entry.seq,
            who: first_of(facts, entry),
            day: entry.head.day,
            operator: facts.words.number(operator.id.as_str()),
        });
    }
}

/// Applies an effect; `lots` were opened by the entry before it.
fn apply(facts: &mut Facts, entry: &Entry, effect: &Effect, lots: u16) {
    let day = entry.head.day;
    match effect {
        Effect::Award { .. }
        | Effect::Voucher { .. }
        | Effect::Debit { .. }
        | Effect::Restore { .. }
        | Effect::Owe { .. }
        | Effect::LotMoved { .. }
        | Effect::Moved { .. }
        | Effect::Extended { .. }
        | Effect::VoucherUsed { .. } => points::apply(facts, entry, effect, lots),
        Effect::Standing { .. }
        | Effect::Referred { .. }
        | Effect::Tier { .. }
        | Effect::Acted { .. }
        | Effect::Consented { .. } => people::apply(facts, entry, effect),
        Effect::Returned {
            of, amount, lines, ..
        } => sales::take_back(facts, entry, *of, amount.0, lines),
        Effect::Voided { of } => sales::void(facts, entry, *of),
        Effect::Claimed { of } => sales::claim(facts, entry, *of),
        Effect::RewardUsed { reward, .. } => doings::have(&mut facts.rewards, entry, *reward),
        Effect::PartnerOwes {
            partner,
            amount,
            why,
        } => {
            let key = (*partner, day, why_number(*why));
            *facts.owed.entry(key).or_default() += i128::from(amount.0);
        }
        // Payments have a table of their own.
        Effect::Pooled { pool, amount, .. } if !matches!(entry.act, Act::PoolPaid { .. }) => {
            *facts.pooled.entry((*pool, day)).or_default() += i128::from(amount.0);
        }
        Effect::Pass { .. } | Effect::BenefitUsed { .. } => passes::apply(facts, entry, effect),
        _ => campaigns::apply(facts, entry, effect),
    }
}

/// Person at a position of the entry's touched members.
fn touched(facts: &Facts, entry: &Entry, who: u8) -> Who {
    let found = entry.touched.get(usize::from(who));
    found.map_or(NOBODY, |touched| facts.who(touched.member))
}

/// Person whom the command named.
fn first_of(facts: &Facts, entry: &Entry) -> Who {
    entry.member().map_or(NOBODY, |id| facts.who(id))
}
