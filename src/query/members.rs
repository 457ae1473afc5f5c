//! All members with their balances, one after another.

use super::Error;
use crate::answer::{Balance, View};
use crate::engine::Ledger;
use crate::model::{NameKind, UnitKind};
use crate::rules::state::{Member, Status};
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
    /// What the member holds, by spendable unit, with what ends next.
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
pub fn each_member<E: From<Error>>(
    ledger: &mut Ledger,
    mut each: impl FnMut(MemberTold) -> Result<(), E>,
) -> Result<(), E> {
    /// An error of either, on its way through the engine.
    enum Either<E> {
        Own(E),
        Ledger(crate::engine::Error),
    }
    impl<E> From<crate::engine::Error> for Either<E> {
        fn from(error: crate::engine::Error) -> Either<E> {
            Either::Ledger(error)
        }
    }
    let done = ledger.each_member(|view, member| each(told(view, member)).map_err(Either::Own));
    done.map_err(|either| match either {
        Either::Own(error) => error,
        Either::Ledger(error) => Error::from(error).into(),
    })
}

fn told(view: &View<'_>, member: &Member) -> MemberTold {
    let units = view.policy.programme().units.iter();
    let spendable = units.filter(|unit| unit.kind == UnitKind::Spendable);
    let balance = spendable.map(|unit| (unit.id.clone(), view.balance(member, unit.number)));
    let tier = member.tier.filter(|held| held.tier != 0);
    MemberTold {
        member: member.id.to_string(),
        standing: match member.status {
            Status::Active => "active",
            Status::MergedInto(_) => "merged",
            Status::Erased => "erased",
        },
        enrolled: member.enrolled.to_string(),
        last_purchase: member.purchased.map(|days| days.1.to_string()),
        tier: tier.map(|held| view.house.names.text(NameKind::Tier, held.tier)),
        balance: balance.collect(),
    }
}
