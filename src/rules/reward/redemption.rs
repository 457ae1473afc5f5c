//! Redemption without a purchase: points, or a reward for its price. `redeem`
//! and `hold` both check it here, so that a held reward could have been
//! redeemed at that instant.

use crate::model::{Effect, Given, Number, Points, Refusal, Reward};
use crate::rules::case::Case;
use crate::rules::partner;
use crate::rules::partner::pool;
use crate::rules::purchase::scene;
use crate::rules::reward::catalogue;
use crate::rules::reward::spend::{self, Spending};
use crate::rules::state::Member;

/// A redemption that the member may make, with values found while checking it.
pub struct Redemption<'a> {
    /// Points that it takes.
    pub spending: Spending,
    /// The reward, if it is one.
    pub reward: Option<&'a Reward>,
    /// Counters that it advances.
    pub counted: Vec<Effect>,
    /// The voucher that the reward gives.
    pub voucher: Option<Effect>,
    /// The facts that scripts read.
    pub given: Given,
}

/// Checks that the member may redeem it now. Checks run in the order of
/// precedence of their codes.
///
/// # Errors
/// The refusal that comes first.
pub fn check<'a>(
    case: &'a Case,
    member: &Member,
    number: Number,
    plain: Spending,
    available: impl Fn(Number) -> Points,
) -> Result<Redemption<'a>, Refusal> {
    let reward = match number {
        0 => None,
        number => Some(spend::allowed(case, member, number)?),
    };
    let spending = reward.map_or(plain, |reward| Spending {
        unit: reward.unit,
        points: reward.points,
        by: plain.by,
        is_free: true,
    });
    let unit = spend::check_unit(case, &spending)?;
    let given = ask(case, member, &spending, number)?;
    let mut counted = Vec::new();
    if let Some(reward) = reward {
        counted.extend(spend::counted_for(case, member, reward, &[])?);
    }
    if reward.is_none() {
        spend::check_pays(case, spending.unit, spending.points)?;
    }
    spend::check_limits(case, unit, member, &spending, &[])?;
    let mut voucher = None;
    if let Some(reward) = reward {
        counted.extend(catalogue::counted_out(case, reward, &[])?);
        voucher = catalogue::given(case, reward)?;
    }
    spend::check_enough(unit, available(unit.number), &spending, &[])?;
    Ok(Redemption {
        spending,
        reward,
        counted,
        voucher,
        given,
    })
}

/// Asks the scripts of `on_redeem`; returns the facts they read.
fn ask(
    case: &Case,
    member: &Member,
    spending: &Spending,
    reward: Number,
) -> Result<Given, Refusal> {
    let given = scene::given(case, member);
    let what = (spending.unit, spending.points, reward);
    let scene = || scene::redemption_scene(case, what, None, given.clone());
    spend::ask_scripts(case, scene)?;
    Ok(given)
}

/// Books a redeemed reward for others: its partner is owed for it, or a pool
/// gets its value.
pub fn share(case: &Case, reward: &Reward, effects: &mut Vec<Effect>) {
    partner::owe_reward(case, reward, effects);
    pool::donate(case, reward, effects);
}
