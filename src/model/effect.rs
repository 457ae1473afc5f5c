//! Effects of entries. They are complete: folding reads them and nothing else,
//! so no later rule, script or calendar can change a booked entry.
//!
//! `who` is a position in the entry's list of touched members. The order of
//! [`Effect`]'s variants gives the tag numbers of FORMAT.md.

use super::{
    Account, CampaignStatus, Channel, Count, CutBy, Exact, Failure, GuessedCode, Money, Number,
    OutboxPosition, PartnerWhy, Place, Points, Qty, Refusal, ReturnedLine, Scope, Standing, Terms,
    Value, WarningCode,
    id::{LotId, MemberId},
    time::{Day, Instant, Period},
};
use bincode::{Decode, Encode};

/// One effect of an entry.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub enum Effect {
    /// 0: points were given: `fills` of them fill a deficit, the rest opens a lot.
    Award {
        /// The member.
        who: u8,
        /// The unit.
        unit: Number,
        /// Points in all.
        amount: Points,
        /// Points of these that fill the member's deficit.
        fills: Points,
        /// Account they come from.
        from: Account,
        /// The campaign; 0 if none.
        campaign: Number,
        /// Amount proposed by the script, before limits and rounding.
        exact: Exact,
        /// Line that they are for; 0 for the whole purchase.
        line: u16,
        /// The lot's terms.
        terms: Terms,
        /// Text for the statement; may be empty.
        why: String,
    },
    /// 1: points left a lot.
    Debit {
        /// The member.
        who: u8,
        /// The unit.
        unit: Number,
        /// The lot.
        lot: LotId,
        /// Points that left it.
        amount: Points,
        /// Account they go to.
        to: Account,
    },
    /// 2: points went back to the lot they had left; the lot is opened again if it had closed.
    Restore {
        /// The member.
        who: u8,
        /// The unit.
        unit: Number,
        /// The lot.
        lot: LotId,
        /// Points that went back.
        amount: Points,
        /// Account they come from.
        from: Account,
        /// The lot's own terms, or those with days of grace.
        terms: Terms,
    },
    /// 3: the member owes more (positive) or less (negative).
    Owe {
        /// The member.
        who: u8,
        /// The unit.
        unit: Number,
        /// Points, signed.
        amount: Points,
        /// Account on the other side.
        with: Account,
    },
    /// 4: a qualifying unit moved.
    Qualify {
        /// The member.
        who: u8,
        /// The unit.
        unit: Number,
        /// Day of the bucket.
        day: Day,
        /// Points, signed.
        amount: Points,
        /// The campaign; 0 if none.
        campaign: Number,
        /// Amount proposed by the script.
        exact: Exact,
    },
    /// 5: a tier was set.
    Tier {
        /// The member.
        who: u8,
        /// The tier; 0 for none.
        tier: Number,
        /// Day since which it is held.
        since: Day,
        /// Day of the next review; None: never.
        review: Option<Day>,
        /// The tier before, its start and its review, so that it can be undone.
        was: (Number, Day, Option<Day>),
    },
    /// 6: a counter moved.
    Counted {
        /// Owner of the counter.
        scope: Scope,
        /// Thing that is counted.
        count: Count,
        /// Kind of period.
        each: Period,
        /// First day of the period.
        start: Day,
        /// Increment, signed.
        by: i64,
    },
    /// 7: the member's purchases moved.
    Visited {
        /// The member.
        who: u8,
        /// Day of the purchase.
        day: Day,
        /// Number of purchases, signed.
        visits: i8,
        /// Money spent, signed.
        spend: Money,
    },
    /// 8: a campaign gave less than its script proposed.
    Cut {
        /// The campaign.
        campaign: Number,
        /// The unit.
        unit: Number,
        /// Amount proposed.
        asked: Exact,
        /// Amount granted.
        granted: Exact,
        /// Reason.
        by: CutBy,
    },
    /// 9: a script remembered something; [`Value::Unit`] forgets.
    Remembered {
        /// The member.
        who: u8,
        /// The campaign.
        campaign: Number,
        /// Name of the memory.
        key: String,
        /// New value.
        value: Value,
        /// Previous value, so that it can be undone.
        was: Value,
    },
    /// 10: a label was put on or taken off.
    Tagged {
        /// The member.
        who: u8,
        /// The label.
        tag: String,
        /// True if it was put on.
        is_on: bool,
    },
    /// 11: a message for the outbox.
    Message {
        /// The recipient.
        who: u8,
        /// Campaign that sends it; 0 for the programme.
        campaign: Number,
        /// Name of the template.
        template: String,
        /// Its variables.
        vars: Vec<(String, Value)>,
        /// True if it must not be sent: the consent is missing.
        is_suppressed: bool,
    },
    /// 12: a discount the ledger would give or gave.
    Discounted {
        /// Campaign that it comes from; 0 if none.
        campaign: Number,
        /// Amount of the discount.
        amount: Money,
        /// Text for the slip.
        why: String,
        /// Lines that it applies to; empty for the whole purchase.
        lines: Vec<u16>,
    },
    /// 13: a script failed.
    Failed {
        /// The campaign; 0 for the tiers.
        campaign: Number,
        /// Location and reason.
        failure: Failure,
    },
    /// 14: a pending lot became spendable.
    Released {
        /// The member.
        who: u8,
        /// The unit.
        unit: Number,
        /// The lot.
        lot: LotId,
    },
    /// 15: part of an earlier purchase came back.
    Returned {
        /// The purchase.
        of: u64,
        /// Lines that came back.
        lines: Vec<ReturnedLine>,
        /// Their share of the total.
        amount: Money,
        /// Money that the till pays out.
        money: Money,
        /// Points taken back so far by unit, waived ones included.
        taken: Vec<(Number, Points)>,
    },
    /// 16: an earlier entry was undone.
    Voided {
        /// The entry.
        of: u64,
    },
    /// 17: a lot's points were set aside for a hold, or set free (negative).
    Held {
        /// The member.
        who: u8,
        /// The unit.
        unit: Number,
        /// The lot.
        lot: LotId,
        /// Points, signed.
        amount: Points,
        /// The hold.
        hold: u64,
    },
    /// 18: all of a unit expires at this instant unless an activity that counts
    /// comes before; None: it does not.
    Deadline {
        /// The member.
        who: u8,
        /// The unit.
        unit: Number,
        /// Instant of expiry.
        at: Option<Instant>,
    },
    /// 19: a lot's expiry was postponed.
    Extended {
        /// The member.
        who: u8,
        /// The unit.
        unit: Number,
        /// The lot.
        lot: LotId,
        /// New expiry.
        expires: Option<Instant>,
    },
    /// 20: a campaign's state changed.
    Campaign {
        /// The campaign.
        campaign: Number,
        /// New state.
        status: CampaignStatus,
    },
    /// 21: a consent changed.
    Consented {
        /// The member.
        who: u8,
        /// Purpose of the consent.
        purpose: Number,
        /// True if it was given, false if withdrawn.
        is_given: bool,
    },
    /// 22: a member's standing changed.
    Standing {
        /// The member.
        who: u8,
        /// New standing.
        standing: Standing,
    },
    /// 23: points moved between two accounts of which neither is a member's.
    Moved {
        /// The unit.
        unit: Number,
        /// Account they come from.
        from: Account,
        /// Account they go to.
        to: Account,
        /// Points moved.
        amount: Points,
    },
    /// 24: a voucher was opened: an item with a code of its own.
    Voucher {
        /// The member.
        who: u8,
        /// The unit.
        unit: Number,
        /// Hash of its code.
        code: [u8; 32],
        /// Campaign that it comes from; 0 if none.
        campaign: Number,
        /// Its terms.
        terms: Terms,
        /// Text for the statement; may be empty.
        why: String,
    },
    /// 25: a declared day was processed for a campaign.
    Fired {
        /// The member.
        who: u8,
        /// The campaign.
        campaign: Number,
        /// The day.
        day: Day,
    },
    /// 26: a till gave another discount than the ledger would have.
    DiscountDiffers {
        /// Discount of the till.
        given: Money,
        /// Discount that the ledger would have given.
        expected: Money,
    },
    /// 27: a terminal's own gap-free counter.
    Terminal {
        /// Store number; 0 if none.
        store: Number,
        /// The terminal.
        terminal: String,
        /// Value of the counter.
        counter: u64,
        /// Numbers skipped before it.
        missing: u64,
    },
    /// 28: a warning for the till.
    Warned {
        /// A stable code.
        code: String,
        /// Warning in words.
        text: String,
    },
    /// 29: a purchase was claimed with its claim code.
    Claimed {
        /// The purchase.
        of: u64,
    },
    /// 30: quantity of a line that a reward paid for.
    RewardUsed {
        /// The reward.
        reward: Number,
        /// Line that it paid for; 0 for the whole purchase.
        line: u16,
        /// Quantity of the line.
        qty: Qty,
        /// Amount taken off the bill.
        amount: Money,
    },
    /// 31: points or a voucher were set aside; the hold is known by this entry's sequence.
    HoldOpened {
        /// The member.
        who: u8,
        /// The unit.
        unit: Number,
        /// Points in all.
        amount: Points,
        /// Latest instant at which it is released.
        until: Instant,
        /// Hash of the token that lets somebody else claim them; None for a
        /// hold that only the member can spend.
        token: Option<[u8; 32]>,
    },
    /// 32: a hold ended: wholly captured, claimed, released or timed out.
    HoldClosed {
        /// The member.
        who: u8,
        /// The hold.
        hold: u64,
        /// True if it timed out.
        is_timeout: bool,
    },
    /// 33: points left a lot of one member and opened a lot of another with the same terms and the same time of earning.
    LotMoved {
        /// The giver.
        who: u8,
        /// The recipient.
        to: u8,
        /// The unit.
        unit: Number,
        /// The lot.
        lot: LotId,
        /// Points moved.
        amount: Points,
        /// Hash of the new code, for a voucher.
        code: Option<[u8; 32]>,
    },
    /// 34: a member joined or left a household.
    Household {
        /// The member.
        who: u8,
        /// Sequence of the entry that founded it; None: left.
        household: Option<u64>,
    },
    /// 35: a member's figures, counters, memories and labels were added to another's, or taken out again.
    Absorbed {
        /// Member whose figures are added.
        from: u8,
        /// Member that they are added to.
        into: u8,
        /// True if they are taken out again.
        is_undone: bool,
    },
    /// 36: the referrer of a member was recorded.
    Referred {
        /// Member who was referred.
        who: u8,
        /// Member who referred them.
        referrer: MemberId,
    },
    /// 37: a partner takes part, or no longer does.
    PartnerSet {
        /// The partner.
        partner: Number,
        /// True if it takes part.
        is_active: bool,
    },
    /// 38: a partner owes the programme more (positive) or less (negative).
    PartnerOwes {
        /// The partner.
        partner: Number,
        /// Amount, signed.
        amount: Money,
        /// Reason of the debt.
        why: PartnerWhy,
    },
    /// 39: something was put into a pool or, negative, taken out of it.
    Pooled {
        /// The pool.
        pool: Number,
        /// Campaign that it comes from; 0 if none.
        campaign: Number,
        /// Amount proposed, in whole currency units.
        exact: Exact,
        /// Amount in the pool's smallest unit, signed.
        amount: Points,
    },
    /// 40: a pass began or was renewed: the charge in force.
    Pass {
        /// The member.
        who: u8,
        /// The unit.
        unit: Number,
        /// The lot that is the pass.
        lot: LotId,
        /// Day from which its periods are counted.
        anchor: Day,
        /// First day of the period that was charged.
        since: Day,
        /// Price paid for that period.
        paid: Money,
    },
    /// 41: a benefit of a pass was used.
    BenefitUsed {
        /// The member.
        who: u8,
        /// The pass's unit.
        unit: Number,
        /// Campaign that gave it.
        campaign: Number,
        /// Value of the benefit.
        amount: Money,
    },
    /// 42: a campaign addresses a member.
    Targeted {
        /// The member.
        who: u8,
        /// The campaign.
        campaign: Number,
        /// True if the member is held out as a control.
        is_held_out: bool,
    },
    /// 43: a campaign changed a parameter of its own.
    Tuned {
        /// The campaign.
        campaign: Number,
        /// Name of the parameter.
        name: String,
        /// Its value from here on.
        value: Exact,
    },
    /// 44: the days before this one are closed: no entry may fall into them any more.
    Closed {
        /// The first open day.
        to: Day,
    },
    /// 45: a voucher paid for something; the lot it left is named by a debit.
    VoucherUsed {
        /// The member.
        who: u8,
        /// The voucher's unit.
        unit: Number,
        /// The voucher.
        lot: LotId,
        /// Line that it paid for; 0 for the whole purchase.
        line: u16,
        /// Amount taken off the bill.
        amount: Money,
    },
    /// 46: a campaign's draws were seeded.
    Drawn {
        /// The campaign.
        campaign: Number,
        /// The seed.
        seed: [u8; 32],
    },
    /// 47: a voucher that this entry opened is good for one article only.
    VoucherBound {
        /// The member.
        who: u8,
        /// The voucher.
        lot: LotId,
        /// The article.
        sku: String,
    },
    /// 48: an activity was done.
    Acted {
        /// The member.
        who: u8,
        /// The activity, as the programme declares it.
        activity: Number,
        /// Day of the activity.
        day: Day,
        /// Times; negative when taken back.
        times: i8,
    },
    /// 49: a part of a line's price that a discount or a tender of the purchase paid.
    Allocated {
        /// Discount or tender.
        what: AllocatedFrom,
        /// Position among the purchase's discounts or tenders, from 0.
        index: u16,
        /// The line, from 1.
        line: u16,
        /// Amount of the part.
        amount: Money,
    },
    /// 50: codes of a kind are locked until an instant, or unlocked again.
    GuessLock {
        /// The channel; used where no terminal was named.
        channel: Channel,
        /// The store.
        place: Place,
        /// The terminal; empty if none was named.
        terminal: String,
        /// Member who is locked, rather than the terminal.
        who: Option<u8>,
        /// Kind of code.
        kind: GuessedCode,
        /// End of the lock; None: unlocked.
        until: Option<Instant>,
    },
    /// 51: a wrong code counts against a terminal, a channel or a member.
    GuessCounted {
        /// The channel; used where no terminal was named.
        channel: Channel,
        /// The store.
        place: Place,
        /// The terminal; empty if none was named.
        terminal: String,
        /// Member it counts against, rather than the terminal.
        who: Option<u8>,
        /// Kind of code.
        kind: GuessedCode,
        /// Keyed hash of the code.
        code: [u8; 16],
    },
    /// 52: a tender of the purchase fell short and was left out: its amount is still to be collected.
    TenderLeftOut {
        /// The tender's number, from 1.
        tender: u16,
        /// Amount still to be collected.
        amount: Money,
        /// Reason why it could not pay.
        refusal: Refusal,
    },
    /// 53: refund of a purchase that was paid in another currency.
    RefundedAs {
        /// ISO 4217 code of the currency.
        currency: String,
        /// Money that the till pays out, in minor units of it.
        money: Money,
    },
    /// 54: the message directly before it needs the consent to a purpose, also when it is sent.
    MessageFor {
        /// The purpose.
        purpose: Number,
    },
    /// 55: a sender of messages is done with the outbox up to a position.
    OutboxRead {
        /// Name of the sender.
        consumer: String,
        /// The position.
        to: OutboxPosition,
    },
    /// 56: a remark on a member was kept.
    Noted {
        /// The member.
        who: u8,
        /// Purpose that it is kept for.
        purpose: Number,
    },
}

/// Terminal or member that a wrong code or a lock concerns, and the kind of code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Guess<'e> {
    /// The channel; used where no terminal was named.
    pub channel: &'e Channel,
    /// The store.
    pub place: &'e Place,
    /// The terminal; empty if none was named.
    pub terminal: &'e str,
    /// The member, rather than the terminal.
    pub who: Option<u8>,
    /// Kind of code.
    pub kind: GuessedCode,
}

/// Kind of source that a line's allocation comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub enum AllocatedFrom {
    /// A discount of the purchase.
    Discount,
    /// A tender of the purchase.
    Tender,
}

impl Effect {
    /// Points that are taken back from a member, from a lot or as a debt, with their
    /// unit; None for other effects.
    pub fn taken_back(&self) -> Option<(Number, Points)> {
        match self {
            Effect::Debit {
                unit,
                amount,
                to: Account::Clawback,
                ..
            }
            | Effect::Owe {
                unit,
                amount,
                with: Account::Clawback,
                ..
            } => Some((*unit, *amount)),
            _ => None,
        }
    }

    /// Points that left a lot to be spent, with their unit; None for other effects.
    pub fn spent(&self) -> Option<(Number, Points)> {
        match self {
            Effect::Debit {
                unit,
                amount,
                to: Account::Redemption,
                ..
            } => Some((*unit, *amount)),
            _ => None,
        }
    }

    /// Entry whose aftermath it changes; None for other effects.
    pub fn changes_aftermath_of(&self) -> Option<u64> {
        match self {
            Effect::Returned { of, .. } | Effect::Voided { of } | Effect::Claimed { of } => {
                Some(*of)
            }
            _ => None,
        }
    }

    /// Target of a wrong code, a lock or an unlock; None for other effects.
    pub fn guess(&self) -> Option<Guess<'_>> {
        match self {
            Effect::GuessCounted {
                channel,
                place,
                terminal,
                who,
                kind,
                ..
            }
            | Effect::GuessLock {
                channel,
                place,
                terminal,
                who,
                kind,
                ..
            } => Some(Guess {
                channel,
                place,
                terminal,
                who: *who,
                kind: *kind,
            }),
            _ => None,
        }
    }

    /// True if it opens a lot. A lot is identified by its position among those
    /// effects of an entry that do.
    pub fn opens_lot(&self) -> bool {
        match self {
            Effect::Award { amount, fills, .. } => amount.0 > fills.0,
            effect => matches!(effect, Effect::Voucher { .. } | Effect::LotMoved { .. }),
        }
    }

    /// Warning of an oddity that was booked nevertheless: a stable code, and words.
    pub fn warned(code: WarningCode, text: impl Into<String>) -> Effect {
        Effect::Warned {
            code: code.as_str().into(),
            text: text.into(),
        }
    }

    /// True if two effects are equal but for the wording of the ledger's own
    /// warnings, which a later version may improve; the wording of scripts
    /// counts.
    pub fn says_as_much_as(&self, other: &Effect) -> bool {
        match (self, other) {
            (Effect::Warned { code, .. }, Effect::Warned { code: its, .. })
                if WarningCode::RECORDED.iter().any(|own| own.as_str() == code) =>
            {
                code == its
            }
            (
                Effect::TenderLeftOut {
                    tender,
                    amount,
                    refusal,
                },
                Effect::TenderLeftOut {
                    tender: its,
                    amount: its_amount,
                    refusal: its_refusal,
                },
            ) => (tender, amount) == (its, its_amount) && refusal.says_as_much_as(its_refusal),
            _ => self == other,
        }
    }
}
