//! A member's balances, now or at an instant.

use super::{Ask, Balance, Error, instant_named, member_named};
use crate::answer::{ByUnit, CodesLocked, Now};
use crate::command::Figure;
use crate::engine::{self, Ledger};
use crate::model::{NameKind, Number, Points};
use schemars::JsonSchema;
use serde::Serialize;

/// Balance of a member.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct BalanceReply {
    /// Always true.
    pub ok: bool,
    /// The member's id.
    pub member: String,
    /// Present standing, where no instant was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<Now>,
    /// The instant that was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// Balance at that instant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub balance: Option<ByUnit>,
    /// Codes that were not taken for the member then.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub locks: Vec<CodesLocked>,
    /// The instant lies ahead: what falls due until then is counted by the programme in force.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_ahead: bool,
}

impl Ask for Balance {
    type Reply = BalanceReply;

    fn answer(&self, ledger: &mut Ledger) -> Result<BalanceReply, Error> {
        let id = member_named(ledger, &self.member)?;
        let told = BalanceReply {
            ok: true,
            member: id.to_string(),
            now: None,
            as_of: None,
            balance: None,
            locks: Vec::new(),
            is_ahead: false,
        };
        let Some(text) = &self.as_of else {
            let now = Some(engine::standing(ledger, id)?.unwrap_or_default());
            return Ok(BalanceReply { now, ..told });
        };
        let at = instant_named(ledger, "as_of", text)?;
        let (held, locks) = engine::standing_at(ledger, id, at)?;
        Ok(BalanceReply {
            as_of: Some(ledger.programme()?.calendar.display(at)),
            balance: Some(by_unit(ledger, &held)?),
            locks,
            is_ahead: at > ledger.view()?.now,
            ..told
        })
    }
}

fn by_unit(ledger: &Ledger, held: &[(Number, Points)]) -> Result<ByUnit, Error> {
    let (names, programme) = (&ledger.global().names, ledger.programme()?);
    let named = |(unit, points): &(Number, Points)| {
        let name = names.text(NameKind::Unit, *unit);
        (name, Figure::of_number(programme, *unit, *points))
    };
    Ok(held.iter().map(named).collect())
}
