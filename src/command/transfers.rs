//! Verbs about more than one member.

use super::who::Who;

/// Recipient of points that are sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Taker {
    /// A member.
    Member(Who),
    /// The bearer of the answer's token.
    Token,
}

/// Change of a household.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum HouseholdAsked {
    /// The member joins another member's household.
    Join {
        /// The other member.
        with: Who,
    },
    /// The member leaves.
    Leave,
}
