//! All members with their balances, one after another.

use super::Error;
use crate::answer::{Balance, View};
use crate::engine::{self, Ledger};
use crate::model::{NameKind, UnitKind};
use crate::rules::state::Member;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A member in a list of all. Who it is, the list does not say.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct MemberTold {
    /// The member's id.
    pub member: String,
    /// `active`, `merged` (its points are another's) or `erased`.
    pub standing: &'static str,
    /// The day of joining.
    pub enrolled: String,
    /// The day of the last purchase, if there was one.
    pub last_purchase: Option<String>,
    /// The tier, if the member is in one.
    pub tier: Option<String>,
    /// Balance of the member by spendable unit, with what ends next.
    pub balance: BTreeMap<String, Balance>,
}

/// The ids of the units that members hold, in the order in which a member tells them.
///
/// # Errors
/// No programme is in force.
pub fn units(ledger: &Ledger) -> Result<Vec<String>, Error> {
    let units = ledger.programme()?.units.iter();
    let spendable = units.filter(|unit| unit.kind == UnitKind::Spendable);
    let units: BTreeSet<String> = spendable.map(|unit| unit.id.clone()).collect();
    Ok(units.into_iter().collect())
}

/// Hands over all members by id, as they stand now.
///
/// # Errors
/// The ledger could not be read, or what `each` fails with.
pub fn each_member<E: From<engine::Error>>(
    ledger: &mut Ledger,
    mut each: impl FnMut(MemberTold) -> Result<(), E>,
) -> Result<(), E> {
    ledger.each_member(|view, member| each(told(view, member)))
}

fn told(view: &View<'_>, member: &Member) -> MemberTold {
    let tier = member.tier.filter(|held| held.tier != 0);
    MemberTold {
        member: member.id.to_string(),
        standing: member.status.as_str(),
        enrolled: member.enrolled.to_string(),
        last_purchase: member.purchased.map(|days| days.1.to_string()),
        tier: tier.map(|held| view.global.names.text(NameKind::Tier, held.tier)),
        balance: view.balances(member),
    }
}
