//! Folding of effects on partners and pools.

use super::{Applied, Poster};
use crate::model::{Effect, Money, Number, PartnerWhy, Points};
use crate::rules::state::{PartnerState, PoolState, PoolYear, entry_of};

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

    fn partner(&mut self, partner: Number) -> &mut PartnerState {
        let partners = &mut self.state.global.partners;
        let at = partners.iter().position(|p| p.partner == partner);
        let at = at.unwrap_or_else(|| {
            partners.push(PartnerState {
                partner,
                ..PartnerState::default()
            });
            partners.len() - 1
        });
        &mut partners[at]
    }

    fn partner_owes(&mut self, partner: Number, amount: Money, why: PartnerWhy) -> Applied {
        let month = self.entry.head.day.month_count();
        let large = || format!("partner {partner} owes more than can be held");
        let global = &mut self.state.global;
        let more = i128::from(amount.0);
        global.partners_owed = global.partners_owed.checked_add(more).ok_or_else(large)?;
        let book = self.partner(partner);
        book.balance = book.balance.checked_add(more).ok_or_else(large)?;
        let sums = book.month(month);
        let sum = match why {
            PartnerWhy::Earned => &mut sums.earned,
            PartnerWhy::Redeemed => &mut sums.redeemed,
            PartnerWhy::Undone => &mut sums.undone,
            PartnerWhy::Settled => &mut sums.settled,
        };
        *sum = sum.checked_add(more).ok_or_else(large)?;
        if let Some(of) = self.returned() {
            let owes = &mut self.state.aftermath.entry(of).or_default().owes;
            let sum = entry_of(owes, partner);
            *sum = Money(sum.0.saturating_add(amount.0));
        }
        Ok(())
    }

    /// The purchase that the entry returns in part, or whose return it undoes.
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
        // An amount taken out that no campaign had put in, and that undoes
        // nothing, was a payment.
        let is_payment = campaign == 0 && amount.0 < 0 && !is_voided;
        let pools = &mut self.state.global.pools;
        let at = pools.iter().position(|p| p.pool == pool);
        let at = at.unwrap_or_else(|| {
            pools.push(PoolState {
                pool,
                ..PoolState::default()
            });
            pools.len() - 1
        });
        let book = &mut pools[at];
        let more = i128::from(amount.0);
        let balance = book.balance.checked_add(more);
        book.balance = balance.ok_or("the pool grows beyond what can be held")?;
        if is_payment && book.balance < 0 {
            return Err(format!("{amount} cannot be paid out of pool {pool}"));
        }
        let sums: &mut PoolYear = book.year(year);
        match is_payment {
            true => {
                sums.paid = sums.paid.saturating_sub(more);
                book.payments.push(seq);
            }
            false => sums.given = sums.given.saturating_add(more),
        }
        if let Some(of) = self.returned() {
            let pooled = &mut self.state.aftermath.entry(of).or_default().pooled;
            let sum = entry_of(pooled, (campaign, pool));
            *sum = Points(sum.0.saturating_add(amount.0));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::model::{Act, Day, Draft, Effect, Exact, Head, Money, PartnerWhy, Points};
    use crate::rules::{State, seal};

    fn booked(state: &mut State, effect: Effect) -> Result<(), String> {
        let act = Act::Erased {
            reason: String::new(),
        };
        seal(
            state,
            Draft::new(Head::default(), Vec::new(), act, vec![effect]),
        )
        .map(drop)
        .map_err(|wrong| wrong.to_string())
    }

    fn pooled(campaign: u16, amount: i64) -> Effect {
        Effect::Pooled {
            pool: 1,
            campaign,
            exact: Exact::default(),
            amount: Points(amount),
        }
    }

    #[test]
    fn a_pool_pays_what_it_holds_and_returns_may_go_below() {
        let mut state = State::default();
        booked(&mut state, pooled(3, 100)).expect("a contribution");
        booked(&mut state, pooled(0, -60)).expect("a payment");
        assert!(booked(&mut state.clone(), pooled(0, -41)).is_err());
        booked(&mut state, pooled(3, -100)).expect("all of it came back");
        let pool = &state.global.pools[0];
        assert_eq!((pool.balance, pool.payments.as_slice()), (-60, &[1][..]));
        assert_eq!((pool.years[0].given, pool.years[0].paid), (0, 60));
    }

    #[test]
    fn partners_accounts_have_another_side() {
        let mut state = State::default();
        let owes = |partner, amount, why| Effect::PartnerOwes {
            partner,
            amount: Money(amount),
            why,
        };
        booked(&mut state, owes(1, 1000, PartnerWhy::Earned)).expect("earned");
        booked(&mut state, owes(2, -18_000, PartnerWhy::Redeemed)).expect("redeemed");
        booked(&mut state, owes(1, -1000, PartnerWhy::Settled)).expect("settled");
        let sum: i128 = state.global.partners.iter().map(|p| p.balance).sum();
        assert_eq!((sum, state.global.partners_owed), (-18_000, -18_000));
        let later = Day::default().plus_days(40);
        assert_eq!(state.global.partners[0].open_before(later), 0);
        let set = |is_active| Effect::PartnerSet {
            partner: 1,
            is_active,
        };
        assert!(booked(&mut state.clone(), set(true)).is_err(), "it does");
        booked(&mut state, set(false)).expect("suspended");
        assert!(booked(&mut state.clone(), set(false)).is_err());
    }
}
