//! Verbs about more than one member, as they are asked for.

use super::who::Who;

/// Who gets points that are sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Taker {
    /// A member.
    Member(Who),
    /// Whoever has the token of the answer.
    Token,
}

/// What is asked of a household.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum HouseholdAsked {
    /// The member joins that of another one.
    Join {
        /// The other one.
        with: Who,
    },
    /// The member leaves.
    Leave,
}
