//! Partners and pools as programme.toml declares them.

use super::{Exact, Number};

/// Another business whose members' points count here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Partner {
    /// Its number in this ledger.
    pub number: Number,
    /// Its id.
    pub id: String,
    /// Money it owes for each point that is given at its cost.
    pub earns: Option<Exact>,
    /// Money it is owed for each point that is spent with it.
    pub redeems: Option<Exact>,
    /// What it trades in; may be empty.
    pub category: String,
}

/// Money set aside for others, kept more exactly than the currency is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pool {
    /// Its number in this ledger.
    pub number: Number,
    /// Its id.
    pub id: String,
    /// Decimals of a currency unit that it keeps.
    pub digits: u8,
}

/// Who pays for what a campaign gives, where it is not the programme.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CostTo {
    /// This partner.
    Partner(Number),
    /// The partner whose store it is; elsewhere the campaign gives nothing.
    Store,
}
