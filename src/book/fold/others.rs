//! What effects do to partners and pools.

use super::{Applied, Poster};
use crate::book::state::{PartnerBook, PoolBook, PoolYear, entry_of};
use crate::model::{Effect, Money, Number, PartnerWhy, Points};

impl Poster<'_> {
    pub(super) fn apply_others(&mut self, effect: &Effect) -> Applied {
        match effect {
            Effect::PartnerSet { partner, is_active } => {
                let book = self.partner(*partner);
                if book.is_suspended != *is_active {
                    return Err(format!("partner {partner} is in that state already"));
                }
                book.is_suspended = !is_active;
                Ok(())
            }
            Effect::PartnerOwes {
                partner,
                amount,
                why,
            } => self.partner_owes(*partner, *amount, *why),
            Effect::Pooled {
                pool,
                campaign,
                amount,
                ..
            } => self.pooled(*pool, *campaign, *amount),
            _ => Ok(()),
        }
    }

    fn partner(&mut self, partner: Number) -> &mut PartnerBook {
        let partners = &mut self.state.house.partners;
        let at = partners.iter().position(|p| p.partner == partner);
        let at = at.unwrap_or_else(|| {
            partners.push(PartnerBook {
                partner,
                ..PartnerBook::default()
            });
            partners.len() - 1
        });
        &mut partners[at]
    }

    fn partner_owes(&mut self, partner: Number, amount: Money, why: PartnerWhy) -> Applied {
        let month = self.entry.head.day.month_count();
        let large = || format!("partner {partner} owes more than can be held");
        let house = &mut self.state.house;
        house.partners_owed = house.partners_owed.plus(amount).ok_or_else(large)?;
        let book = self.partner(partner);
        book.balance = book.balance.plus(amount).ok_or_else(large)?;
        let sums = book.month(month);
        let sum = match why {
            PartnerWhy::Earned => &mut sums.earned,
            PartnerWhy::Redeemed => &mut sums.redeemed,
            PartnerWhy::Undone => &mut sums.undone,
            PartnerWhy::Settled => &mut sums.settled,
        };
        *sum = sum.plus(amount).ok_or_else(large)?;
        if let Some(of) = self.returned() {
            let owes = &mut self.state.aftermath.entry(of).or_default().owes;
            let sum = entry_of(owes, partner);
            *sum = Money(sum.0.saturating_add(amount.0));
        }
        Ok(())
    }

    /// The purchase of which the entry takes something back, or does so no more.
    fn returned(&self) -> Option<u64> {
        self.entry.effects.iter().find_map(|e| match e {
            Effect::Returned { of, .. } => Some(*of),
            _ => None,
        })
    }

    fn pooled(&mut self, pool: Number, campaign: Number, amount: Points) -> Applied {
        let (seq, year) = (self.entry.seq, self.entry.head.day.year());
        let is_voided = self
            .entry
            .effects
            .iter()
            .any(|e| matches!(e, Effect::Voided { .. }));
        // What no campaign put in and nobody undoes was paid to somebody.
        let is_payment = campaign == 0 && amount.0 < 0 && !is_voided;
        let pools = &mut self.state.house.pools;
        let at = pools.iter().position(|p| p.pool == pool);
        let at = at.unwrap_or_else(|| {
            pools.push(PoolBook {
                pool,
                ..PoolBook::default()
            });
            pools.len() - 1
        });
        let book = &mut pools[at];
        let balance = book.balance.checked_add(amount.0);
        let balance = balance.filter(|b| Points(*b).is_in_range());
        book.balance = balance.ok_or("the pool grows beyond what can be held")?;
        if is_payment && book.balance < 0 {
            return Err(format!("{amount} cannot be paid out of pool {pool}"));
        }
        let sums: &mut PoolYear = book.year(year);
        match is_payment {
            true => {
                sums.paid = sums.paid.saturating_sub(amount.0);
                book.payments.push(seq);
            }
            false => sums.given = sums.given.saturating_add(amount.0),
        }
        if let Some(of) = self.returned() {
            let pooled = &mut self.state.aftermath.entry(of).or_default().pooled;
            let sum = entry_of(pooled, (campaign, pool));
            *sum = Points(sum.0.saturating_add(amount.0));
        }
        Ok(())
    }
}
