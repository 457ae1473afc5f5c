//! Folding of effects on partners and pools.

use super::aftermath::{is_void, returned};
use super::posting::Applied;
use crate::model::{Effect, Entry, Money, Number, PartnerWhy, Points};
use crate::rules::state::{LedgerState, PartnerState, PoolState, State, at_or_new, entry_of};

/// Applies effects on partners' accounts and on pools.
pub(super) fn apply(state: &mut State, entry: &Entry, effect: &Effect) -> Applied {
    match effect {
        Effect::PartnerSet { partner, is_active } => {
            let account = partner_account(&mut state.global.partners, *partner);
            if account.is_suspended != *is_active {
                return Err(format!("partner {partner} is in that state already").into());
            }
            account.is_suspended = !is_active;
            Ok(())
        }
        Effect::PartnerOwes {
            partner,
            amount,
            why,
        } => {
            let month = entry.head.day.month_count();
            owe(&mut state.global, month, (*partner, *amount), *why)?;
            if let Some(of) = returned(entry) {
                let owes = &mut state.aftermath.entry(of).or_default().owes;
                let sum = entry_of(owes, *partner);
                *sum = Money(sum.0.saturating_add(amount.0));
            }
            Ok(())
        }
        Effect::Pooled {
            pool,
            campaign,
            amount,
            ..
        } => {
            put_into_pool(&mut state.global.pools, entry, *pool, (*campaign, *amount))?;
            if let Some(of) = returned(entry) {
                let pooled = &mut state.aftermath.entry(of).or_default().pooled;
                let sum = entry_of(pooled, (*campaign, *pool));
                *sum = Points(sum.0.saturating_add(amount.0));
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// A partner's account, opened if it is new.
fn partner_account(partners: &mut Vec<PartnerState>, partner: Number) -> &mut PartnerState {
    let at = partners.iter().position(|p| p.partner == partner);
    at_or_new(partners, at, || PartnerState {
        partner,
        ..PartnerState::default()
    })
}

/// A pool's account, opened if it is new.
fn pool_account(pools: &mut Vec<PoolState>, pool: Number) -> &mut PoolState {
    let at = pools.iter().position(|p| p.pool == pool);
    at_or_new(pools, at, || PoolState {
        pool,
        ..PoolState::default()
    })
}

fn owe(
    global: &mut LedgerState,
    month: i32,
    (partner, amount): (Number, Money),
    why: PartnerWhy,
) -> Applied {
    let large = || format!("partner {partner} owes more than can be held");
    let more = i128::from(amount.0);
    global.partners_owed = global.partners_owed.checked_add(more).ok_or_else(large)?;
    let account = partner_account(&mut global.partners, partner);
    account.balance = account.balance.checked_add(more).ok_or_else(large)?;
    let sums = account.month(month);
    let sum = match why {
        PartnerWhy::Earned => &mut sums.earned,
        PartnerWhy::Redeemed => &mut sums.redeemed,
        PartnerWhy::Undone => &mut sums.undone,
        PartnerWhy::Settled => &mut sums.settled,
    };
    *sum = sum.checked_add(more).ok_or_else(large)?;
    Ok(())
}

/// Moves points into a pool, or (negative) out of it.
fn put_into_pool(
    pools: &mut Vec<PoolState>,
    entry: &Entry,
    pool: Number,
    (campaign, amount): (Number, Points),
) -> Applied {
    // An amount taken out that no campaign had put in, and that undoes
    // nothing, was a payment.
    let is_payment = campaign == 0 && amount.0 < 0 && !is_void(entry);
    let account = pool_account(pools, pool);
    let more = i128::from(amount.0);
    let balance = account.balance.checked_add(more);
    account.balance = balance.ok_or("the pool grows beyond what can be held")?;
    if is_payment && account.balance < 0 {
        return Err(format!("{amount} cannot be paid out of pool {pool}").into());
    }
    let sums = account.year(entry.head.day.year());
    match is_payment {
        true => {
            sums.paid = sums.paid.saturating_sub(more);
            account.payments.push(entry.seq);
        }
        false => sums.given = sums.given.saturating_add(more),
    }
    Ok(())
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
