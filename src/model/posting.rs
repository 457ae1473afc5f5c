//! Postings: accounts, counters, the terms of lots, and other types that
//! effects are made of. The order of variants gives the tag numbers of
//! FORMAT.md.

use super::{Number, time::Instant};
use bincode::{Decode, Encode};

/// Source or destination of points. The member's own side (lots, deficit) is
/// named by the effect; all accounts of a unit add up to zero.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
pub enum Account {
    /// Points in members' lots.
    Lots,
    /// Points that members owe.
    Deficit,
    /// Given by campaigns.
    Issuance,
    /// Taken back after returns and voids, and by bills that earn less than 0.
    Clawback,
    /// Spent.
    Redemption,
    /// Expired.
    Breakage,
    /// Corrected by hand.
    Correction,
    /// Brought from another system.
    Opening,
    /// In transit between two members within one entry.
    Transit,
    /// Account of a partner.
    Partner(Number),
    /// Account of a pool.
    Pool(Number),
}

/// Subject of a counter.
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
    /// Times that a reward was redeemed.
    Reward(Number),
    /// Times that an activity was rewarded.
    Activity(Number),
    /// Items taken from a stock or capacity, by its number.
    Stock(Number),
    /// Vouchers issued in a unit.
    Issued(Number),
    /// Members whose referral was rewarded, by the campaign that rewarded it.
    Brought(Number),
}

/// Owner of a counter.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub enum Scope {
    /// One touched member.
    Member(u8),
    /// All members together.
    All,
    /// One store.
    Store(Number),
}

/// Reason why a proposal was reduced or dropped.
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
    /// A campaign that ran before it stops later ones.
    Stop,
    /// The member is held out as a control.
    HeldOut,
    /// The stock is used up.
    OutOfStock,
    /// The partner does not take part.
    Partner,
    /// The campaign's limit for the members of a household together.
    PerHousehold,
}

/// Terms of a lot, fixed when it was earned.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Encode, Decode)]
pub struct Terms {
    /// First instant at which it can be spent; None: at once.
    pub available: Option<Instant>,
    /// Instant of expiry; None: never.
    pub expires: Option<Instant>,
    /// Share of the rest at expiry that continues, in ten-thousandths.
    pub keep: u16,
}

/// Reason of a partner's debt or claim.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub enum PartnerWhy {
    /// Points given at the partner's.
    Earned,
    /// Points spent at the partner's.
    Redeemed,
    /// Either of them was undone.
    Undone,
    /// Money changed hands.
    Settled,
}

/// Standing of a member.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub enum Standing {
    /// Taking part.
    Active,
    /// Merged into another, at this position of the touched members.
    MergedInto(u8),
    /// Erased: the person behind it can no longer be identified.
    Erased,
}
