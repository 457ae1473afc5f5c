//! Postings: accounts, counters, the terms of lots, and the other words that
//! effects are written in. The order of variants gives the tag numbers of
//! FORMAT.md.

use super::{Number, time::Instant};
use bincode::{Decode, Encode};

/// Where points come from or go to. The member's own side (lots, deficit) is
/// named by the effect; all accounts of a unit add up to zero.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
pub enum Account {
    /// Points in members' lots.
    Lots,
    /// Points that members owe.
    Deficit,
    /// Given by campaigns.
    Issuance,
    /// Taken back after returns and voids.
    Clawback,
    /// Spent.
    Redemption,
    /// Expired.
    Breakage,
    /// Corrected by hand.
    Correction,
    /// Brought from another system.
    Opening,
    /// On the way between two members within one entry.
    Transit,
    /// A partner's.
    Partner(Number),
    /// A pool's.
    Pool(Number),
}

/// What a counter counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
pub enum Count {
    /// Points that a campaign gave in a unit.
    Given {
        /// The campaign.
        campaign: Number,
        /// The unit.
        unit: Number,
    },
    /// Points spent in a unit.
    Spent(Number),
    /// Points spent in a unit by members whose number was typed.
    SpentTyped(Number),
    /// Times a reward was had.
    Reward(Number),
    /// Times an activity was rewarded.
    Activity(Number),
    /// Items taken from a stock or capacity, by its number.
    Stock(Number),
    /// Vouchers issued in a unit.
    Issued(Number),
    /// Members brought who were rewarded for, by the campaign that did.
    Brought(Number),
}

/// Whose counter it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub enum Scope {
    /// One touched member's.
    Member(u8),
    /// Everybody's together.
    All,
    /// One store's.
    Store(Number),
}

/// Why something that was proposed was cut or left out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub enum CutBy {
    /// The campaign's budget.
    Budget,
    /// The campaign's limit for each member.
    PerMember,
    /// The limit for one entry: the campaign's own, or (campaign 0) the programme's.
    AwardLimit,
    /// Another campaign of its group gave more.
    Best,
    /// A campaign before it stops the others.
    Stop,
    /// The member is held out, to compare with.
    HeldOut,
    /// There is nothing left of it.
    OutOfStock,
    /// The partner does not take part.
    Partner,
}

/// The terms a lot got when it was earned.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Encode, Decode)]
pub struct Terms {
    /// Spendable from; None: at once.
    pub available: Option<Instant>,
    /// Gone at; None: never.
    pub expires: Option<Instant>,
    /// Of what is left then, the part that goes on, in ten-thousandths.
    pub keep: u16,
}

/// What a partner owes or is owed for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub enum PartnerWhy {
    /// Points given at the partner's.
    Earned,
    /// Points spent at the partner's.
    Redeemed,
    /// Either of them undone.
    Undone,
    /// Money changed hands.
    Settled,
}

/// Where a member stands.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub enum Standing {
    /// Taking part.
    Active,
    /// Merged into another, at this position of the touched members.
    MergedInto(u8),
    /// Erased: nobody can be told who it was.
    Erased,
}
