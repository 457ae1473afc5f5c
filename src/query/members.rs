//! All members with their balances, one after another.

use crate::answer::{Balance, View, balances};
use crate::engine::{self, Ledger};
use crate::model::{MemberId, NameKind, UnitKind};
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
pub fn units(ledger: &Ledger) -> Result<Vec<String>, engine::Error> {
    let units = ledger.programme()?.units.iter();
    let spendable = units.filter(|unit| unit.kind == UnitKind::Spendable);
    let units: BTreeSet<String> = spendable.map(|unit| unit.id.clone()).collect();
    Ok(units.into_iter().collect())
}

/// Hands over members, as they stand now.
///
/// # Errors
/// The ledger could not be read, or what `each` fails with.
pub fn each_of<E: From<engine::Error>>(
    ledger: &mut Ledger,
    ids: &[MemberId],
    mut each: impl FnMut(MemberTold) -> Result<(), E>,
) -> Result<(), E> {
    engine::each_of(ledger, ids, |view, member| each(told(view, member)))
}

/// Names of the columns of a table of members who hold these units.
pub fn columns(units: &[String]) -> impl Iterator<Item = String> {
    let of_unit = units.iter().flat_map(|unit| {
        ["", "_pending", "_held", "_ending", "_last_day"].map(|part| format!("{unit}{part}"))
    });
    let fixed = ["member", "standing", "enrolled", "last_purchase", "tier"];
    fixed.map(str::to_owned).into_iter().chain(of_unit)
}

impl MemberTold {
    /// The member as a row of that table.
    pub fn cells(self) -> impl Iterator<Item = String> {
        let fixed = [
            self.member,
            self.standing.into(),
            self.enrolled,
            self.last_purchase.unwrap_or_default(),
            self.tier.unwrap_or_default(),
        ];
        let of_unit = self.balance.into_values().flat_map(|held| {
            let (ending, last_day) = match held.expiring {
                Some(expiring) => (expiring.amount.to_string(), expiring.last_day),
                None => Default::default(),
            };
            let figures = [held.available, held.pending, held.held].map(|n| n.to_string());
            figures.into_iter().chain([ending, last_day])
        });
        fixed.into_iter().chain(of_unit)
    }
}

fn told(view: &View<'_>, member: &Member) -> MemberTold {
    let tier = member.tier.filter(|held| held.tier != 0);
    MemberTold {
        member: member.id.to_string(),
        standing: member.status.as_str(),
        enrolled: member.enrolled.to_string(),
        last_purchase: member.purchased.map(|days| days.1.to_string()),
        tier: tier.map(|held| view.global.names.text(NameKind::Tier, held.tier)),
        balance: balances(view, member),
    }
}
