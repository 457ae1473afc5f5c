//! Refusals of commands, as data with stable codes.

use super::{Measure, Number};
use bincode::{Decode, Encode};

/// Reason of a refusal. The order gives the tags of FORMAT.md: codes are
/// appended, never reordered. Where several apply, [`PRECEDENCE`] decides which
/// is given.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
pub enum Code {
    /// The command is malformed or contradicts itself; the detail tells why.
    BadInput,
    /// The lines, charges, discounts and tenders do not add up to the total.
    DoesNotAddUp,
    /// The currency is not the programme's.
    UnknownCurrency,
    /// The programme has no such store.
    UnknownStore,
    /// The store has no such terminal.
    UnknownTerminal,
    /// The programme has no such unit.
    UnknownUnit,
    /// The programme has no such reward.
    UnknownReward,
    /// The programme has no such campaign.
    UnknownCampaign,
    /// The programme has no such reason.
    UnknownReason,
    /// The till's clock is ahead.
    ClockAhead,
    /// The ledger's clock jumped; it must be confirmed once.
    ClockJumped,
    /// Too late for the programme's window.
    TooLate,
    /// History cannot be added after the member's first live entry.
    NotHistory,
    /// Nobody owns that card, number or id.
    UnknownMember,
    /// The card or number belongs to somebody else.
    AliasTaken,
    /// The member was erased.
    MemberErased,
    /// The key was used for another command.
    KeyConflict,
    /// The slip was booked under another key.
    ReceiptConflict,
    /// There is no such purchase.
    UnknownPurchase,
    /// There is no such entry.
    UnknownEntry,
    /// The entry cannot be undone: it is of another kind.
    NotReversible,
    /// It was undone before.
    AlreadyVoided,
    /// Later entries depend on it.
    HasDependents,
    /// More comes back than is left.
    TooMuchReturned,
    /// The member is not a party to that entry.
    WrongMember,
    /// The thing to be changed (campaign, consent, pass ...) is in that state already.
    AlreadySo,
    /// A script refused it.
    PolicyRefused,
    /// A script that had to answer failed.
    PolicyFailed,
    /// The reward is for other tiers.
    TierRequired,
    /// Nothing the reward could pay is on the bill.
    NothingToReward,
    /// The points tender is worth another amount.
    WrongTenderValue,
    /// Not in whole steps.
    NotInSteps,
    /// Less than the least that may be spent.
    BelowMinimum,
    /// More than may be spent at a time, a day, or of a bill.
    OverLimit,
    /// Too few points.
    InsufficientPoints,
    /// The points taken back are spent, and the programme refuses that.
    AlreadySpent,
    /// The result is larger than the ledger can hold.
    TooLarge,
    /// No programme is active yet.
    NoProgramme,
    /// The programme has no such consent purpose.
    UnknownPurpose,
    /// The programme declares no such activity.
    UnknownActivity,
    /// The programme has no such partner.
    UnknownPartner,
    /// The programme has no such pool.
    UnknownPool,
    /// Giver and taker, or the two to be merged, are one member.
    SameMember,
    /// The merge would lead back to where it began.
    MergeLoop,
    /// Somebody else brought that member.
    AlreadyReferred,
    /// The member is the referrer of the stated referrer.
    ReferralRing,
    /// It needs a consent that the member has not given.
    NoConsent,
    /// The partner does not take part at the moment.
    PartnerSuspended,
    /// The campaign is paused or closed.
    CampaignPaused,
    /// No voucher, gift or slip has that code.
    UnknownCode,
    /// Too many wrong codes; later again.
    CodeLocked,
    /// The code was used, or taken back.
    CodeUsed,
    /// The code's time has run out, or has not begun.
    CodeLapsed,
    /// The hold was captured, released or timed out.
    HoldEnded,
    /// Nothing is left of it, or every place is taken.
    OutOfStock,
    /// It is for holders of a pass.
    PassRequired,
    /// That activity was counted before.
    AlreadyCounted,
    /// Not before its time.
    TooSoon,
    /// The books of that period are closed.
    PeriodClosed,
    /// The household has as many members as it may, or the member has one.
    HouseholdFull,
    /// The order number was used for another sale.
    OrderConflict,
    /// Several sales have the slip's number.
    AmbiguousSlip,
    /// The programme takes goods back by their sale only.
    SlipRequired,
}

impl Code {
    /// The stable text.
    pub fn as_str(self) -> &'static str {
        const TEXTS: [&str; 63] = [
            "bad_input",
            "does_not_add_up",
            "unknown_currency",
            "unknown_store",
            "unknown_terminal",
            "unknown_unit",
            "unknown_reward",
            "unknown_campaign",
            "unknown_reason",
            "clock_ahead",
            "clock_jumped",
            "too_late",
            "not_history",
            "unknown_member",
            "alias_taken",
            "member_erased",
            "key_conflict",
            "receipt_conflict",
            "unknown_purchase",
            "unknown_entry",
            "not_reversible",
            "already_voided",
            "has_dependents",
            "too_much_returned",
            "wrong_member",
            "already_so",
            "policy_refused",
            "policy_failed",
            "tier_required",
            "nothing_to_reward",
            "wrong_tender_value",
            "not_in_steps",
            "below_minimum",
            "over_limit",
            "insufficient_points",
            "already_spent",
            "too_large",
            "no_programme",
            "unknown_purpose",
            "unknown_activity",
            "unknown_partner",
            "unknown_pool",
            "same_member",
            "merge_loop",
            "already_referred",
            "referral_ring",
            "no_consent",
            "partner_suspended",
            "campaign_paused",
            "unknown_code",
            "code_locked",
            "code_used",
            "code_lapsed",
            "hold_ended",
            "out_of_stock",
            "pass_required",
            "already_counted",
            "too_soon",
            "period_closed",
            "household_full",
            "order_conflict",
            "ambiguous_slip",
            "slip_required",
        ];
        TEXTS[self as usize]
    }

    /// True if the refusal depends on the ledger's state, so that it is
    /// recorded and a retry under the same key cannot come to another result.
    pub fn is_sticky(self) -> bool {
        use Code::*;
        matches!(
            self,
            AlreadyVoided
                | HasDependents
                | TooMuchReturned
                | PolicyRefused
                | PolicyFailed
                | TierRequired
                | NothingToReward
                | OverLimit
                | InsufficientPoints
                | AlreadySpent
                | AlreadyReferred
                | ReferralRing
                | PartnerSuspended
                | CampaignPaused
                | CodeUsed
                | CodeLapsed
                | HoldEnded
                | OutOfStock
                | PassRequired
                | AlreadyCounted
                | HouseholdFull
        )
    }

    /// True if a tender cannot pay, rather than the sale being impossible.
    pub fn is_of_tender(self) -> bool {
        use Code::*;
        matches!(
            self,
            PolicyRefused
                | PolicyFailed
                | TierRequired
                | NothingToReward
                | WrongTenderValue
                | NotInSteps
                | BelowMinimum
                | OverLimit
                | InsufficientPoints
                | PartnerSuspended
                | CodeUsed
                | CodeLapsed
                | HoldEnded
                | OutOfStock
                | PassRequired
        )
    }

    /// True if the command was malformed, rather than impossible.
    pub fn is_invalid(self) -> bool {
        use Code::*;
        let is_unknown = matches!(
            self,
            UnknownPurpose | UnknownActivity | UnknownPartner | UnknownPool
        );
        self <= NotHistory || is_unknown || matches!(self, TooLarge | SameMember)
    }

    /// Its rank among all codes: of several that apply, the one with the lowest
    /// is given.
    pub fn precedence(self) -> usize {
        let found = PRECEDENCE.iter().position(|code| *code == self);
        found.unwrap_or(PRECEDENCE.len())
    }
}

/// All codes by precedence, the one that is given first at the front: bad
/// input, then who and which, then earlier events, then rights, then amounts.
pub const PRECEDENCE: [Code; 63] = {
    use Code::*;
    [
        NoProgramme,
        BadInput,
        DoesNotAddUp,
        UnknownCurrency,
        UnknownStore,
        UnknownTerminal,
        UnknownUnit,
        UnknownReward,
        UnknownCampaign,
        UnknownReason,
        UnknownPurpose,
        UnknownActivity,
        UnknownPartner,
        UnknownPool,
        ClockAhead,
        ClockJumped,
        TooLate,
        PeriodClosed,
        NotHistory,
        CodeLocked,
        UnknownMember,
        AliasTaken,
        MemberErased,
        KeyConflict,
        ReceiptConflict,
        OrderConflict,
        UnknownPurchase,
        AmbiguousSlip,
        SlipRequired,
        UnknownEntry,
        UnknownCode,
        WrongMember,
        SameMember,
        MergeLoop,
        ReferralRing,
        AlreadyReferred,
        HouseholdFull,
        NotReversible,
        AlreadyVoided,
        HasDependents,
        HoldEnded,
        CodeUsed,
        CodeLapsed,
        AlreadyCounted,
        TooMuchReturned,
        AlreadySo,
        NoConsent,
        PartnerSuspended,
        CampaignPaused,
        PassRequired,
        TierRequired,
        TooSoon,
        PolicyRefused,
        PolicyFailed,
        NothingToReward,
        WrongTenderValue,
        NotInSteps,
        BelowMinimum,
        OverLimit,
        OutOfStock,
        InsufficientPoints,
        AlreadySpent,
        TooLarge,
    ]
};

/// A refusal with the figures it was judged by.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Refusal {
    /// Reason.
    pub code: Code,
    /// Unit of its two figures: the number of a [`Measure`].
    pub unit: Number,
    /// Available amount, if there is one; the minimum of a
    /// [`Code::BelowMinimum`], the step of a [`Code::NotInSteps`].
    pub available: Option<i64>,
    /// Amount asked for, likewise.
    pub asked: Option<i64>,
    /// Words: the problem, its place, the remedy.
    pub detail: String,
}

impl Refusal {
    /// Makes a refusal that is explained in words.
    pub fn new(code: Code, detail: impl Into<String>) -> Refusal {
        Refusal {
            code,
            unit: 0,
            available: None,
            asked: None,
            detail: detail.into(),
        }
    }

    /// Names the tender, by its index, in a refusal whose words begin with a
    /// field of one: `hold: ..` becomes `tenders[1].hold: ..`.
    #[must_use]
    pub fn at_tender(mut self, n: usize) -> Refusal {
        const FIELDS: [&str; 6] = ["hold", "points", "unit", "reward", "code", "lot"];
        if let Some((field, rest)) = self.detail.split_once(": ") {
            match field {
                "tenders" => self.detail = format!("tenders[{n}]: {rest}"),
                field if FIELDS.contains(&field) => {
                    self.detail = format!("tenders[{n}].{field}: {rest}");
                }
                _ => {}
            }
        }
        self
    }

    /// True if two refusals are equal but for the ledger's own wording, which a
    /// later version may improve; the wording of scripts counts.
    pub fn says_as_much_as(&self, other: &Refusal) -> bool {
        let is_scripts = other.code == Code::PolicyRefused;
        let figures = |no: &Refusal| (no.code, no.unit, no.available, no.asked);
        figures(self) == figures(other) && (!is_scripts || self.detail == other.detail)
    }

    /// Makes a refusal about a quantity, explained by two amounts of one measure.
    pub fn short(
        code: Code,
        measure: Measure,
        available: i64,
        asked: i64,
        detail: impl Into<String>,
    ) -> Refusal {
        Refusal {
            code,
            unit: measure.number(),
            available: Some(available),
            asked: Some(asked),
            detail: detail.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_text() {
        assert_eq!(Code::SlipRequired as usize + 1, PRECEDENCE.len());
        assert_eq!(Code::SlipRequired.as_str(), "slip_required");
        let mut all: Vec<Code> = PRECEDENCE.to_vec();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), PRECEDENCE.len(), "each code has one place");
        assert!(Code::BadInput.precedence() < Code::InsufficientPoints.precedence());
        assert_eq!(Code::NoProgramme.as_str(), "no_programme");
        assert_eq!(Code::InsufficientPoints.as_str(), "insufficient_points");
        assert!(Code::InsufficientPoints.is_sticky() && !Code::UnknownMember.is_sticky());
        assert!(Code::ClockAhead.is_invalid() && !Code::OverLimit.is_invalid());
    }
}
