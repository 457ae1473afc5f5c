//! Description of the programme in force.

use super::{Ask, Error, Policy};
use crate::engine::{self, Ledger};
use crate::model::Policy as _;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The programme in force.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct PolicyReply {
    /// Always true.
    pub ok: bool,
    /// Its number: 1 for the first of the ledger.
    pub number: u32,
    /// The entry by which it took effect.
    pub seq: u64,
    /// The day on which it took effect.
    pub day: String,
    /// Digest of its files, in hexadecimal.
    pub digest: String,
    /// Its name.
    pub name: String,
    /// ISO 4217 code of its currency.
    pub currency: String,
    /// Decimals of amounts of money.
    pub digits: u8,
    /// Its units.
    pub units: Vec<UnitTold>,
    /// Its stores, with their terminals.
    pub stores: Vec<StoreTold>,
    /// Its tiers, the lowest first.
    pub tiers: Vec<String>,
    /// Its campaigns.
    pub campaigns: Vec<String>,
    /// Its rewards.
    pub rewards: Vec<String>,
    /// Purposes that members may agree to.
    pub purposes: Vec<String>,
}

/// A unit of a programme.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct UnitTold {
    /// Its id.
    pub unit: String,
    /// `spendable`, `qualifying`, `voucher`, `pass` or another kind.
    pub kind: String,
    /// Amount that one of it pays on a bill, as a decimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// A store of a programme.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct StoreTold {
    /// Its id.
    pub store: String,
    /// Its terminals; empty if any may book.
    pub terminals: Vec<String>,
}

impl Ask for Policy {
    type Reply = PolicyReply;

    fn answer(&self, ledger: &mut Ledger) -> Result<PolicyReply, Error> {
        let number = ledger.global().bundle;
        if number == 0 {
            return Err(engine::Error::misuse("no programme is active yet").into());
        }
        let (entry, activation) = engine::activation(ledger, number)?;
        let policy = ledger.policy()?;
        let programme = policy.programme();
        let unit = |unit: &crate::model::Unit| UnitTold {
            unit: unit.id.clone(),
            kind: format!("{:?}", unit.kind).to_lowercase(),
            value: unit.value.map(|value| value.to_string()),
        };
        let store = |store: &crate::model::Store| StoreTold {
            store: store.id.clone(),
            terminals: store.terminals.clone(),
        };
        Ok(PolicyReply {
            ok: true,
            number,
            seq: entry.seq,
            day: entry.head.day.to_string(),
            digest: activation
                .digest
                .iter()
                .map(|b| format!("{b:02x}"))
                .collect(),
            name: programme.name.clone(),
            currency: programme.currency.clone(),
            digits: programme.digits,
            units: programme.units.iter().map(unit).collect(),
            stores: programme.stores.iter().map(store).collect(),
            tiers: policy.tiers().map_or_else(Vec::new, |t| t.names.clone()),
            campaigns: policy.campaigns().iter().map(|c| c.id.clone()).collect(),
            rewards: policy.rewards().iter().map(|r| r.id.clone()).collect(),
            purposes: programme.purposes.iter().map(|p| p.1.clone()).collect(),
        })
    }
}
