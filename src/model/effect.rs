//! Effects: what an entry did. They are complete: folding reads them and
//! nothing else, so no rule, script or calendar of today can change what was
//! once booked.
//!
//! `who` is a position in the entry's list of touched members. The order of
//! [`Effect`]'s variants gives the tag numbers of FORMAT.md.

use super::{
    Account, CampaignStatus, Channel, Count, CutBy, Exact, Failure, GuessedCode, Money, Number,
    PartnerWhy, Place, Points, Qty, Refusal, ReturnedLine, Scope, Standing, Terms, Value,
    WarningCode,
    id::{LotId, MemberId},
    time::{Day, Instant, Period},
};
use bincode::{Decode, Encode};

/// One thing an entry did.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub enum Effect {
    /// 0: points were given: `fills` of them fill a deficit, the rest opens a lot.
    Award {
        /// Whose.
        who: u8,
        /// Which unit.
        unit: Number,
        /// How many in all.
        amount: Points,
        /// How many of them fill the member's deficit.
        fills: Points,
        /// Against which account.
        from: Account,
        /// The campaign; 0 if none.
        campaign: Number,
        /// What the script proposed, before limits and rounding.
        exact: Exact,
        /// The line they are for; 0 for the whole.
        line: u16,
        /// The lot's terms.
        terms: Terms,
        /// For the statement; may be empty.
        why: String,
    },
    /// 1: points left a lot.
    Debit {
        /// Whose.
        who: u8,
        /// Which unit.
        unit: Number,
        /// Which lot.
        lot: LotId,
        /// How many.
        amount: Points,
        /// Into which account.
        to: Account,
    },
    /// 2: points went back to the lot they had left; the lot is opened again if it had closed.
    Restore {
        /// Whose.
        who: u8,
        /// Which unit.
        unit: Number,
        /// Which lot.
        lot: LotId,
        /// How many.
        amount: Points,
        /// From which account.
        from: Account,
        /// The lot's own terms, or with the days of grace.
        terms: Terms,
    },
    /// 3: the member owes more (positive) or less (negative).
    Owe {
        /// Whose.
        who: u8,
        /// Which unit.
        unit: Number,
        /// How many, signed.
        amount: Points,
        /// Against which account.
        with: Account,
    },
    /// 4: a qualifying unit moved.
    Qualify {
        /// Whose.
        who: u8,
        /// Which unit.
        unit: Number,
        /// In the bucket of this day.
        day: Day,
        /// How many, signed.
        amount: Points,
        /// The campaign; 0 if none.
        campaign: Number,
        /// What the script proposed.
        exact: Exact,
    },
    /// 5: a tier was set.
    Tier {
        /// Whose.
        who: u8,
        /// Which; 0 for none.
        tier: Number,
        /// Held since.
        since: Day,
        /// Next reviewed on; None: never.
        review: Option<Day>,
        /// The tier before, its start and its review, so that it can be undone.
        was: (Number, Day, Option<Day>),
    },
    /// 6: a counter moved.
    Counted {
        /// Whose counter.
        scope: Scope,
        /// Of what.
        count: Count,
        /// In the period of this kind ...
        each: Period,
        /// ... that begins on this day.
        start: Day,
        /// By how many, signed.
        by: i64,
    },
    /// 7: the member's purchases moved.
    Visited {
        /// Whose.
        who: u8,
        /// On the day of the purchase.
        day: Day,
        /// By how many.
        visits: i8,
        /// By how much money.
        spend: Money,
    },
    /// 8: a campaign gave less than its script proposed.
    Cut {
        /// The campaign.
        campaign: Number,
        /// The unit.
        unit: Number,
        /// What was proposed.
        asked: Exact,
        /// What was left of it.
        granted: Exact,
        /// Why.
        by: CutBy,
    },
    /// 9: a script remembered something; [`Value::Unit`] forgets.
    Remembered {
        /// Whose.
        who: u8,
        /// The campaign.
        campaign: Number,
        /// Under which name.
        key: String,
        /// What.
        value: Value,
        /// What it was before, so that it can be undone.
        was: Value,
    },
    /// 10: a label was put on or taken off.
    Tagged {
        /// Whose.
        who: u8,
        /// Which.
        tag: String,
        /// On, or off.
        is_on: bool,
    },
    /// 11: a message for the outbox.
    Message {
        /// For whom.
        who: u8,
        /// From which campaign; 0 from the programme.
        campaign: Number,
        /// Which template.
        template: String,
        /// Its variables.
        vars: Vec<(String, Value)>,
        /// Not to be sent: the consent is missing.
        is_suppressed: bool,
    },
    /// 12: a discount the ledger would give or gave.
    Discounted {
        /// From which campaign.
        campaign: Number,
        /// How much.
        amount: Money,
        /// For the slip.
        why: String,
        /// The lines it is for; empty for the whole.
        lines: Vec<u16>,
    },
    /// 13: a script failed.
    Failed {
        /// The campaign; 0 for the tiers.
        campaign: Number,
        /// Where and why.
        failure: Failure,
    },
    /// 14: a pending lot became spendable.
    Released {
        /// Whose.
        who: u8,
        /// Which unit.
        unit: Number,
        /// Which lot.
        lot: LotId,
    },
    /// 15: part of an earlier purchase came back.
    Returned {
        /// The purchase.
        of: u64,
        /// The lines.
        lines: Vec<ReturnedLine>,
        /// Their share of the total.
        amount: Money,
        /// What the till pays out.
        money: Money,
        /// Points taken back so far count by unit (waived ones included).
        taken: Vec<(Number, Points)>,
    },
    /// 16: an earlier entry was undone.
    Voided {
        /// Which.
        of: u64,
    },
    /// 17: a lot's points were set aside for a hold, or set free (negative).
    Held {
        /// Whose.
        who: u8,
        /// Which unit.
        unit: Number,
        /// Which lot.
        lot: LotId,
        /// How many, signed.
        amount: Points,
        /// The hold.
        hold: u64,
    },
    /// 18: all of a unit ends at this instant unless something counts before; None: it does not.
    Deadline {
        /// Whose.
        who: u8,
        /// Which unit.
        unit: Number,
        /// At.
        at: Option<Instant>,
    },
    /// 19: a lot's end was moved later.
    Extended {
        /// Whose.
        who: u8,
        /// Which unit.
        unit: Number,
        /// Which lot.
        lot: LotId,
        /// To.
        expires: Option<Instant>,
    },
    /// 20: a campaign's state changed.
    Campaign {
        /// Which.
        campaign: Number,
        /// To.
        status: CampaignStatus,
    },
    /// 21: a consent changed.
    Consented {
        /// Whose.
        who: u8,
        /// For what.
        purpose: Number,
        /// Given, or withdrawn.
        is_given: bool,
    },
    /// 22: a member's standing changed.
    Standing {
        /// Whose.
        who: u8,
        /// Now.
        standing: Standing,
    },
    /// 23: points moved between two accounts that are no member's.
    Moved {
        /// Which unit.
        unit: Number,
        /// From.
        from: Account,
        /// To.
        to: Account,
        /// How many.
        amount: Points,
    },
    /// 24: a voucher was opened: an item with a code of its own.
    Voucher {
        /// Whose.
        who: u8,
        /// Which unit.
        unit: Number,
        /// Hash of its code.
        code: [u8; 32],
        /// From which campaign; 0 if none.
        campaign: Number,
        /// Its terms.
        terms: Terms,
        /// For the statement; may be empty.
        why: String,
    },
    /// 25: a declared day was dealt with for a campaign.
    Fired {
        /// For whom.
        who: u8,
        /// The campaign.
        campaign: Number,
        /// The day.
        day: Day,
    },
    /// 26: a till gave another discount than the ledger would have.
    DiscountDiffers {
        /// What the till gave.
        given: Money,
        /// What the ledger would have given.
        expected: Money,
    },
    /// 27: a terminal's own gap-free counter.
    Terminal {
        /// Store number; 0 if none.
        store: Number,
        /// The terminal.
        terminal: String,
        /// What it counted.
        counter: u64,
        /// Counts that were skipped before it.
        missing: u64,
    },
    /// 28: something the till should hear of.
    Warned {
        /// A stable code.
        code: String,
        /// In words.
        text: String,
    },
    /// 29: goods of a line moved out of a purchase's claim: a claim code was used.
    Claimed {
        /// The purchase.
        of: u64,
    },
    /// 30: quantity of a line that a reward paid for.
    RewardUsed {
        /// Which reward.
        reward: Number,
        /// On which line; 0 for the whole.
        line: u16,
        /// How much of it.
        qty: Qty,
        /// What it took off.
        amount: Money,
    },
    /// 31: points or a voucher were set aside; the hold is known by this entry's sequence.
    HoldOpened {
        /// Whose.
        who: u8,
        /// Which unit.
        unit: Number,
        /// How many in all.
        amount: Points,
        /// Set free at this instant at the latest.
        until: Instant,
        /// Hash of the token that lets somebody else have them; none for a hold that only the member can spend.
        token: Option<[u8; 32]>,
    },
    /// 32: a hold ended: wholly captured, claimed, released or timed out.
    HoldClosed {
        /// Whose.
        who: u8,
        /// The hold.
        hold: u64,
        /// Whether its time had run out.
        is_timeout: bool,
    },
    /// 33: points left a lot of one member and opened a lot of another with the same terms and the same time of earning.
    LotMoved {
        /// Whose they were.
        who: u8,
        /// Whose they are.
        to: u8,
        /// Which unit.
        unit: Number,
        /// Which lot.
        lot: LotId,
        /// How many.
        amount: Points,
        /// Hash of the new code, for a voucher.
        code: Option<[u8; 32]>,
    },
    /// 34: a member joined or left a household.
    Household {
        /// Who.
        who: u8,
        /// Sequence of the entry that founded it; None: left.
        household: Option<u64>,
    },
    /// 35: a member's figures, counters, memories and labels were added to another's, or taken out again.
    Absorbed {
        /// Whose.
        from: u8,
        /// Added to whose.
        into: u8,
        /// Taken out again.
        is_undone: bool,
    },
    /// 36: who brought a member.
    Referred {
        /// Who was brought.
        who: u8,
        /// By whom.
        referrer: MemberId,
    },
    /// 37: a partner takes part, or does not any more.
    PartnerSet {
        /// Which.
        partner: Number,
        /// Whether it takes part.
        is_active: bool,
    },
    /// 38: a partner owes the programme more (positive) or less (negative).
    PartnerOwes {
        /// Which.
        partner: Number,
        /// How much, signed.
        amount: Money,
        /// What for.
        why: PartnerWhy,
    },
    /// 39: something was put into a pool or, negative, taken out of it.
    Pooled {
        /// Which pool.
        pool: Number,
        /// From which campaign; 0 if none.
        campaign: Number,
        /// What was proposed, in whole currency units.
        exact: Exact,
        /// How much of the pool's own smallest unit, signed.
        amount: Points,
    },
    /// 40: a pass began or was renewed: the charge in force.
    Pass {
        /// Whose.
        who: u8,
        /// Which unit.
        unit: Number,
        /// The lot that is the pass.
        lot: LotId,
        /// The day its periods count from.
        anchor: Day,
        /// First day of the period that was charged.
        since: Day,
        /// What was paid for that period.
        paid: Money,
    },
    /// 41: a benefit of a pass was used.
    BenefitUsed {
        /// Whose.
        who: u8,
        /// The pass's unit.
        unit: Number,
        /// Which campaign gave it.
        campaign: Number,
        /// What it was worth.
        amount: Money,
    },
    /// 42: a member is one whom a campaign addresses.
    Targeted {
        /// Who.
        who: u8,
        /// The campaign.
        campaign: Number,
        /// Held out, to compare with.
        is_held_out: bool,
    },
    /// 43: a campaign changed a parameter of its own.
    Tuned {
        /// The campaign.
        campaign: Number,
        /// Which parameter.
        name: String,
        /// Its value from here on.
        value: Exact,
    },
    /// 44: nothing is booked any more into days before this one.
    Closed {
        /// The first open day.
        to: Day,
    },
    /// 45: a voucher paid for something; the lot it left is named by a debit.
    VoucherUsed {
        /// Whose.
        who: u8,
        /// The voucher's unit.
        unit: Number,
        /// The voucher.
        lot: LotId,
        /// On which line; 0 for the whole.
        line: u16,
        /// What it took off.
        amount: Money,
    },
    /// 46: chance was asked: what a campaign's draws were seeded with.
    Drawn {
        /// The campaign.
        campaign: Number,
        /// The seed.
        seed: [u8; 32],
    },
    /// 47: a voucher that this entry opened is good for one article only.
    VoucherBound {
        /// Whose.
        who: u8,
        /// The voucher.
        lot: LotId,
        /// The article.
        sku: String,
    },
    /// 48: something that is no purchase was done.
    Acted {
        /// Who.
        who: u8,
        /// What, as the programme declares it.
        activity: Number,
        /// On this day.
        day: Day,
        /// How often; negative takes back.
        times: i8,
    },
    /// 49: a part of a line's price that a discount or a tender of the purchase paid.
    Allocated {
        /// Discount, or tender.
        what: AllocatedFrom,
        /// Position among the purchase's discounts or tenders, from 0.
        index: u16,
        /// The line, from 1.
        line: u16,
        /// How much of it.
        amount: Money,
    },
    /// 50: codes of a kind are not taken until then, or are taken again.
    GuessLock {
        /// The channel; it counts where no terminal was named.
        channel: Channel,
        /// The store.
        place: Place,
        /// The terminal; empty if none was named.
        terminal: String,
        /// The member whom the lock is for, rather than the terminal.
        who: Option<u8>,
        /// Which codes.
        kind: GuessedCode,
        /// Until when; None: taken again.
        until: Option<Instant>,
    },
    /// 51: a wrong code counts against a terminal, a channel or a member.
    GuessCounted {
        /// The channel; it counts where no terminal was named.
        channel: Channel,
        /// The store.
        place: Place,
        /// The terminal; empty if none was named.
        terminal: String,
        /// The member whom it counts against, rather than the terminal.
        who: Option<u8>,
        /// Which codes.
        kind: GuessedCode,
        /// Keyed hash of the code.
        code: [u8; 16],
    },
    /// 52: a tender of the purchase fell short and was left out: its amount is still to be collected.
    TenderLeftOut {
        /// The tender's number, from 1.
        tender: u16,
        /// What is still to be collected.
        amount: Money,
        /// Why it could not pay.
        refusal: Refusal,
    },
}

/// Against whom a wrong code counts or whom a lock is for, and codes of which kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Guess<'e> {
    /// The channel; it counts where no terminal was named.
    pub channel: &'e Channel,
    /// The store.
    pub place: &'e Place,
    /// The terminal; empty if none was named.
    pub terminal: &'e str,
    /// The member, rather than the terminal.
    pub who: Option<u8>,
    /// Which codes.
    pub kind: GuessedCode,
}

/// The kind of thing that an allocation to a line comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub enum AllocatedFrom {
    /// A discount of the purchase.
    Discount,
    /// A tender of the purchase.
    Tender,
}

impl Effect {
    /// Whom a wrong code, a lock or its end is about; none of any other effect.
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

    /// Whether it opens a lot. A lot is known by its place among those effects
    /// of an entry that do.
    pub fn opens_lot(&self) -> bool {
        match self {
            Effect::Award { amount, fills, .. } => amount.0 > fills.0,
            effect => matches!(effect, Effect::Voucher { .. } | Effect::LotMoved { .. }),
        }
    }

    /// Something odd that was booked all the same: a stable code, and words.
    pub fn warned(code: WarningCode, text: impl Into<String>) -> Effect {
        Effect::Warned {
            code: code.as_str().into(),
            text: text.into(),
        }
    }

    /// Whether two effects say the same: a later program may put a warning of
    /// the ledger's own in better words; those of a script are its own.
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
