//! Partners and pools as programme.toml declares them.

use super::{Exact, Number};

/// Another business whose members' points count here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Partner {
    /// Its number in this ledger.
    pub number: Number,
    /// Its id.
    pub id: String,
    /// Money that it owes for each point given at its cost.
    pub earns: Option<Exact>,
    /// Money that it is owed for each point spent with it.
    pub redeems: Option<Exact>,
    /// Trade that it is in; may be empty.
    pub category: String,
}

/// Money set aside for others, kept to more decimals than the currency.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pool {
    /// Its number in this ledger.
    pub number: Number,
    /// Its id.
    pub id: String,
    /// Decimals of a currency unit that it keeps.
    pub digits: u8,
}

/// Payer of a campaign's awards, if it is not the programme.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CostTo {
    /// This partner.
    Partner(Number),
    /// The partner whose store it is; in other stores the campaign gives nothing.
    Store,
}
