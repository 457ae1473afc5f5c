//! Parties of an effect, so that each member is told their own part only.

use super::Effect;

/// Position that stands for all members beyond the capacity of an entry.
pub const NO_PLACE: u8 = u8::MAX;

/// Converts an index among an entry's members to a position of one byte.
/// Saturates at [`NO_PLACE`], which `decide` refuses, so that no position is
/// mistaken for another member's.
pub fn to_position(index: usize) -> u8 {
    u8::try_from(index).unwrap_or(NO_PLACE)
}

/// Touched members of an entry that an effect concerns, by position: its owner,
/// and the other one if something moves from member to member. Neither is set
/// for an effect that concerns no member in particular.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Parties {
    /// The owner.
    pub who: Option<u8>,
    /// The other member.
    pub other: Option<u8>,
}

impl Parties {
    /// True if a touched member is one of them.
    pub fn has(self, who: u8) -> bool {
        self.who == Some(who) || self.other == Some(who)
    }
}

impl Effect {
    /// Members that the effect concerns.
    pub fn parties(&self) -> Parties {
        let (who, other) = match self {
            Effect::Award { who, .. }
            | Effect::Debit { who, .. }
            | Effect::Restore { who, .. }
            | Effect::Owe { who, .. }
            | Effect::Qualify { who, .. }
            | Effect::Tier { who, .. }
            | Effect::Visited { who, .. }
            | Effect::Remembered { who, .. }
            | Effect::Tagged { who, .. }
            | Effect::Message { who, .. }
            | Effect::Released { who, .. }
            | Effect::Held { who, .. }
            | Effect::Deadline { who, .. }
            | Effect::Extended { who, .. }
            | Effect::Consented { who, .. }
            | Effect::Standing { who, .. }
            | Effect::Voucher { who, .. }
            | Effect::Fired { who, .. }
            | Effect::HoldOpened { who, .. }
            | Effect::HoldClosed { who, .. }
            | Effect::Household { who, .. }
            | Effect::Referred { who, .. }
            | Effect::Pass { who, .. }
            | Effect::BenefitUsed { who, .. }
            | Effect::Targeted { who, .. }
            | Effect::VoucherUsed { who, .. }
            | Effect::VoucherBound { who, .. }
            | Effect::Noted { who, .. }
            | Effect::Acted { who, .. } => (Some(*who), None),
            Effect::GuessCounted { who, .. } | Effect::GuessLock { who, .. } => (*who, None),
            Effect::LotMoved { who, to, .. } => (Some(*who), Some(*to)),
            Effect::Absorbed { from, into, .. } => (Some(*from), Some(*into)),
            _ => (None, None),
        };
        Parties { who, other }
    }
}
