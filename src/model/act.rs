//! Acts: commands to the ledger, and acts of the ledger itself, in the binary
//! form that entries keep. The member is not in the act but first among the
//! entry's touched members.
//!
//! The order of [`Act`]'s variants gives the tag numbers of FORMAT.md: new ones
//! are appended, none is ever moved or taken out.

use super::{
    Activation, BundleFile, CampaignStatus, Exact, Extent, Identified, MemberId, Money, Number,
    OutboxPosition, Points, Purchase, Schedule, Value,
    time::{Day, Instant},
};
use bincode::{
    Decode, Encode,
    de::{Decoder, read::Reader},
    error::DecodeError,
};

/// A sealed profile or remark: ciphertext only the vault's key for this member opens.
#[derive(Clone, PartialEq, Eq, Default, Debug, Encode, Decode)]
pub struct Sealed {
    /// The nonce of XChaCha20-Poly1305.
    pub nonce: [u8; 24],
    /// The profile or remark, sealed.
    pub bytes: Vec<u8>,
}

/// A consent as given or withdrawn.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Consent {
    /// Purpose that it is for.
    pub purpose: Number,
    /// Given, or withdrawn.
    pub is_given: bool,
    /// Version of the notice that was shown; may be empty.
    pub notice: String,
}

/// The first entry of every ledger.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Genesis {
    /// A random id.
    pub ledger: [u8; 16],
    /// The checkpoint origin, which the key is bound to.
    pub origin: String,
    /// The Ed25519 key that signs checkpoints.
    pub verifier: [u8; 32],
    /// Check value of the key that aliases are hashed with, as FORMAT.md says.
    pub alias_check: [u8; 16],
}

/// A person joined.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Enrolled {
    /// Name, aliases, birthday: sealed. None if nothing was stated.
    pub profile: Option<Sealed>,
    /// Member who referred them.
    pub referrer: Option<MemberId>,
    /// Origin of the member (a poster, a campaign); may be empty.
    pub source: String,
    /// Consents given on joining.
    pub consents: Vec<Consent>,
}

/// Change of a campaign's state, and the reason for it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct CampaignChanged {
    /// The campaign.
    pub campaign: Number,
    /// State from here on.
    pub status: CampaignStatus,
    /// Reason, in words.
    pub reason: String,
    /// Figures that the campaign was judged by, if the ledger changed it.
    pub figures: Vec<(String, i64)>,
}

/// A correction by hand or by `redecide`.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Adjustment {
    /// The unit.
    pub unit: Number,
    /// Points added, or (negative) taken away.
    pub points: Points,
    /// Reason, in words.
    pub reason: String,
    /// The entry it corrects, if any.
    pub of: Option<u64>,
    /// The campaign it makes good, if any.
    pub campaign: Number,
    /// Person who approved it; empty if approval was not needed.
    pub approver: String,
}

/// Refused act and the reason; see [`super::Refusal`]. The act is never itself
/// a refusal.
#[derive(Clone, PartialEq, Eq, Debug, Encode)]
pub struct Refused {
    /// The act that was asked for.
    pub act: Box<Act>,
    /// The reason.
    pub refusal: super::Refusal,
}

/// The tag of [`Act::Refused`].
const REFUSED_TAG: u8 = 34;
/// From here on, a byte announces a longer number.
const MARKER_MIN: u8 = 251;

/// Reads the fields one after another, but rejects a refusal within a refusal:
/// hostile bytes could nest those until the stack overflows. A tag in an
/// overlong encoding, which no writer makes, could hide one, so it is rejected
/// as well.
impl<C> Decode<C> for Refused {
    fn decode<D: Decoder<Context = C>>(decoder: &mut D) -> Result<Refused, DecodeError> {
        match decoder.reader().peek_read(1) {
            Some([tag]) if *tag != REFUSED_TAG && *tag < MARKER_MIN => {}
            _ => return Err(DecodeError::Other("what was refused is no act")),
        }
        Ok(Refused {
            act: Decode::decode(decoder)?,
            refusal: Decode::decode(decoder)?,
        })
    }
}
bincode::impl_borrow_decode!(Refused);

/// Everything an entry can record.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub enum Act {
    /// 0: the ledger began.
    Genesis(Genesis),
    /// 1: a programme took effect.
    PolicyActivated(Box<Activation>),
    /// 2: a person joined.
    Enrolled(Enrolled),
    /// 3: a profile was replaced.
    ProfileChanged {
        /// The whole new profile.
        profile: Option<Sealed>,
    },
    /// 4: the first member was merged into the second.
    Merged {
        /// Reason, in words.
        reason: String,
    },
    /// 5: a member's key was destroyed.
    Erased {
        /// Reason, in words.
        reason: String,
    },
    /// 6: a sale.
    Purchase(Box<Purchase>),
    /// 7: anything that is not a sale.
    Activity {
        /// The activity, as the programme declares it.
        activity: Number,
        /// Its fields by stored name.
        fields: Vec<(String, Value)>,
        /// Way in which the member was identified.
        by: Identified,
    },
    /// 8: goods came back.
    Return {
        /// The purchase.
        of: u64,
        /// Goods or amount that came back.
        extent: Extent,
        /// The slip of the return; empty if none.
        receipt: String,
    },
    /// 9: points were spent without a purchase.
    Redemption {
        /// The reward; 0 if points were named.
        reward: Number,
        /// The unit.
        unit: Number,
        /// Points spent: as asked, or the reward's price.
        points: Points,
        /// Note of the till; may be empty.
        note: String,
        /// Way in which the member was identified.
        by: Identified,
    },
    /// 10: a purchase made without a member was claimed.
    Claim {
        /// The purchase.
        of: u64,
    },
    /// 11: a voucher was issued by hand.
    VoucherIssued {
        /// The unit.
        unit: Number,
        /// Hash of its code.
        code: [u8; 32],
        /// Last instant of use; None: no end.
        expires: Option<Instant>,
        /// Reason, in words.
        reason: String,
    },
    /// 12: a voucher was given away; the bearer of the token may claim it.
    VoucherGiven {
        /// Its lot.
        lot: super::LotId,
        /// Hash of the claim token.
        token: [u8; 32],
        /// Instant at which an unclaimed voucher goes back to the giver.
        until: Instant,
    },
    /// 13: a given voucher was claimed.
    VoucherClaimed {
        /// The giving entry.
        of: u64,
        /// Hash of the code that the new holder has.
        code: [u8; 32],
    },
    /// 14: an unclaimed voucher went back.
    VoucherReturned {
        /// The giving entry.
        of: u64,
    },
    /// 15: a pass began.
    PassStarted {
        /// The unit.
        unit: Number,
        /// Price that was paid.
        paid: Money,
        /// The day its periods count from.
        anchor: Day,
        /// End of the pass.
        until: Instant,
    },
    /// 16: a pass was renewed.
    PassRenewed {
        /// The unit.
        unit: Number,
        /// Price that was paid.
        paid: Money,
        /// End of the pass.
        until: Instant,
    },
    /// 17: a pass was cancelled.
    PassCancelled {
        /// The unit.
        unit: Number,
        /// Money that was refunded.
        refund: Money,
        /// Reason, in words.
        reason: String,
    },
    /// 18: points were set aside.
    Hold {
        /// The unit.
        unit: Number,
        /// Points set aside.
        points: Points,
        /// Latest instant at which the hold ends.
        until: Instant,
        /// Note on the purpose; may be empty.
        note: String,
    },
    /// 19: held points were spent.
    Capture {
        /// The hold.
        of: u64,
        /// Points captured; 0 for all that are left.
        points: Points,
    },
    /// 20: held points were set free.
    Release {
        /// The hold.
        of: u64,
        /// True if the hold timed out; false if it was released.
        is_timeout: bool,
    },
    /// 21: lots moved to the second member.
    Transfer {
        /// The unit.
        unit: Number,
        /// Points sent.
        points: Points,
        /// Reason; may be empty.
        note: String,
        /// Hash of a claim token, where the recipient is not known yet.
        token: Option<[u8; 32]>,
    },
    /// 22: a pool paid somebody.
    PoolPaid {
        /// The pool.
        pool: Number,
        /// Amount in the pool's smallest unit.
        points: Points,
        /// The recipient.
        to: String,
        /// Hash of the evidence.
        evidence: Option<[u8; 32]>,
    },
    /// 23: a partner was added, changed or suspended.
    PartnerChanged {
        /// The partner.
        partner: Number,
        /// True while its members' points count.
        is_active: bool,
        /// The terms agreed on, as name and value.
        terms: Vec<(String, Value)>,
        /// Reason, in words.
        reason: String,
    },
    /// 24: a partner's account was settled.
    Settled {
        /// The partner.
        partner: Number,
        /// First day of the period.
        from: Day,
        /// First day after the period.
        to: Day,
        /// Money that changed hands; positive if the partner owed it.
        amount: Money,
    },
    /// 25: consents changed.
    ConsentChanged {
        /// Consents given or withdrawn.
        consents: Vec<Consent>,
    },
    /// 26: a goal was set.
    GoalSet {
        /// The figure.
        metric: String,
        /// Value that the goal starts from.
        base: Exact,
        /// Value to reach.
        target: Exact,
        /// True for percentage points, false for per cent of the base.
        is_points: bool,
        /// Last day to reach it.
        deadline: Day,
        /// Segment of members that it counts; empty for all.
        segment: String,
    },
    /// 27: a cost was booked.
    CostBooked {
        /// Kind of cost: a word such as `printing`.
        kind: String,
        /// Amount of the cost.
        amount: Money,
        /// Campaign that it belongs to; 0 if none.
        campaign: Number,
        /// Free text.
        note: String,
    },
    /// 28: the members a campaign addresses were fixed.
    CampaignTargeted {
        /// The campaign.
        campaign: Number,
        /// Number of members addressed.
        count: u64,
        /// Number of members held out.
        held_out: u64,
        /// Hash of the sorted list.
        list: [u8; 32],
    },
    /// 29: a merge was undone.
    Unmerged {
        /// The merge.
        of: u64,
    },
    /// 30: due events of a member at the start of a day.
    Due {
        /// The day.
        day: Day,
    },
    /// 31: a correction.
    Adjustment(Adjustment),
    /// 32: an entry's effects were undone.
    Reversal {
        /// The entry that is undone.
        of: u64,
        /// Reason, in words.
        reason: String,
    },
    /// 33: a campaign was paused, resumed, opened or closed.
    CampaignChanged(CampaignChanged),
    /// 34: something asked for was refused.
    Refused(Refused),
    /// 35: rows were imported from another system.
    Imported {
        /// Source of the rows, such as the name of a file.
        source: String,
        /// Hash of the source.
        digest: [u8; 32],
        /// Number of rows.
        rows: u64,
        /// Opening balance, where this entry books one.
        opening: Option<(Number, Points)>,
    },
    /// 36: a period was closed.
    PeriodClosed {
        /// First day of the period.
        from: Day,
        /// First day after the period.
        to: Day,
    },
    /// 37: another key signs from here on.
    KeyRotated {
        /// The new key.
        verifier: [u8; 32],
        /// Signature of the new key by the old.
        proof: [u8; 64],
    },
    /// 38: the ledger continues from a copy that is older than a signed checkpoint.
    Restored {
        /// Size of the newest checkpoint known to be lost.
        lost_size: u64,
        /// Its root.
        lost_root: [u8; 32],
        /// The last part of the origin from here on.
        incarnation: u32,
        /// Reason, in words.
        reason: String,
    },
    /// 39: bytes of a page that was never acknowledged were cut after a crash.
    Recovered {
        /// Offset in the journal, in bytes from its start.
        offset: u64,
        /// Number of bytes.
        len: u64,
        /// BLAKE3 hash of them.
        digest: [u8; 32],
    },
    /// 40: a member joined a household, together with the second member, or left it.
    HouseholdChanged {
        /// Joined, or left.
        is_joined: bool,
    },
    /// 41: points sent with a token were claimed.
    TransferClaimed {
        /// The sending entry.
        of: u64,
    },
    /// 42: points sent with a token that nobody claimed went back.
    TransferReturned {
        /// The sending entry.
        of: u64,
    },
    /// 43: effects on this member that follow from another member's entry.
    Followed {
        /// That entry.
        of: u64,
        /// The campaign that proposed it.
        campaign: Number,
    },
    /// 44: a campaign changed a parameter of its own, within the limits it declares.
    CampaignTuned {
        /// The campaign.
        campaign: Number,
        /// Name of the parameter.
        name: String,
        /// Its value from here on.
        value: Exact,
        /// The figures it was judged by.
        figures: Vec<(String, i64)>,
    },
    /// 45: a voucher was taken back by hand.
    VoucherVoided {
        /// Its lot.
        lot: super::LotId,
        /// Reason, in words.
        reason: String,
    },
    /// 46: the price of a reward was set aside, and one of the reward with it.
    RewardHeld {
        /// The reward.
        reward: Number,
        /// Latest instant at which the hold ends.
        until: Instant,
        /// Note on the purpose; may be empty.
        note: String,
    },
    /// 47: a balance was imported from another system, with its own expiry.
    BalanceOpened {
        /// The unit.
        unit: Number,
        /// Points of the balance.
        points: Points,
        /// Last day on which they are good.
        last: Day,
        /// Source of the balance, such as the name of a file.
        source: String,
        /// Hash of the source.
        digest: [u8; 32],
    },
    /// 48: codes of a kind are locked at a terminal for a while: too many were wrong.
    GuessingLocked {
        /// Kind of code.
        kind: GuessedCode,
        /// The terminal; empty if none was named.
        terminal: String,
        /// End of the lock.
        until: Instant,
    },
    /// 49: codes of a kind were unlocked at a terminal by hand.
    GuessingUnlocked {
        /// Kind of code.
        kind: GuessedCode,
        /// The terminal; empty if none was named.
        terminal: String,
        /// Reason, in words.
        reason: String,
    },
    /// 50: an accepted clock far ahead was put right: this entry's `effective`
    /// may be earlier than that of the entry before it.
    ClockCorrected {
        /// Reason, in words.
        reason: String,
    },
    /// 51: an unknown code was tried.
    CodeTried {
        /// Kind of code.
        kind: GuessedCode,
        /// The terminal; empty if none was named.
        terminal: String,
        /// Keyed hash of the code: tells one code from another and reveals
        /// nothing else.
        code: [u8; 16],
    },
    /// 52: an order was sent again under another key, which stands for its
    /// first entry from here on.
    OrderSentAgain {
        /// The entry that answered it: the sale, or the claim of it.
        of: u64,
    },
    /// 53: goods came back without a sale that could be named.
    ReturnedWithoutSlip {
        /// Money that was paid for them.
        amount: Money,
        /// The slip of the return; empty if none.
        receipt: String,
    },
    /// 54: a voucher was set aside for a payment.
    VoucherHeld {
        /// Its lot.
        lot: super::LotId,
        /// Latest instant at which the hold ends.
        until: Instant,
        /// Note on the purpose; may be empty.
        note: String,
    },
    /// 55: a sender of messages has dealt with all of the outbox up to a position.
    OutboxAcknowledged {
        /// Name of the sender.
        consumer: String,
        /// The position.
        to: OutboxPosition,
    },
    /// 56: a programme takes effect at an instant to come.
    PolicyScheduled(Box<Schedule>),
    /// 57: a scheduled programme does not take effect after all.
    ScheduleCancelled {
        /// The entry that scheduled it.
        of: u64,
        /// Reason given.
        reason: String,
    },
    /// 58: the stories of a programme, as they were at its activation or became later.
    StoriesKept {
        /// The entry that activated or scheduled the programme.
        of: u64,
        /// BLAKE3 hash of the stories.
        digest: [u8; 32],
        /// The stories, sorted by path.
        files: Vec<BundleFile>,
    },
    /// 59: a remark was made on a member.
    Noted {
        /// Purpose that it is kept for.
        purpose: Number,
        /// The remark, sealed.
        text: Sealed,
    },
    /// 60: an alert began, ended, or was acknowledged.
    AlertChanged(AlertChanged),
    /// 61: members were told of worse terms of a scheduled programme.
    TermsAnnounced(TermsAnnounced),
    /// 62: an announcement of worse terms was withdrawn, since its schedule was cancelled.
    AnnouncementWithdrawn {
        /// The announcement; its first entry names no member, the next ones each have some
        /// members' messages, in the order of their ids.
        announced: TermsAnnounced,
        /// False if its messages count as not sent: then nobody is told.
        is_told: bool,
    },
}

/// Announcement of worse terms: its first entry follows the schedule and names no member,
/// the next ones each have some members' messages, in the order of their ids.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct TermsAnnounced {
    /// The entry that scheduled the programme.
    pub of: u64,
    /// Instant from which the terms are worse.
    pub at: Instant,
    /// The terms in English.
    pub terms: String,
    /// The same in Simplified Chinese.
    pub terms_zh: String,
    /// True of the last entry: everybody was told.
    pub is_last: bool,
}

/// Kinds of codes that can be guessed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub enum GuessedCode {
    /// Code of a voucher.
    Voucher,
    /// Token of a gift: a voucher or points that were given away.
    Gift,
    /// Claim code of a slip: claims a purchase made without a member.
    Claim,
    /// Code of an activity, from a list of codes.
    Activity,
}

impl GuessedCode {
    /// All kinds.
    pub const ALL: [GuessedCode; 4] = [
        GuessedCode::Voucher,
        GuessedCode::Gift,
        GuessedCode::Claim,
        GuessedCode::Activity,
    ];

    /// The kind as commands and answers spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            GuessedCode::Voucher => "voucher",
            GuessedCode::Gift => "gift",
            GuessedCode::Claim => "claim",
            GuessedCode::Activity => "activity",
        }
    }
}

/// Change of an alert. It has no effect: alerts are made from facts, and this is one.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct AlertChanged {
    /// Id of the alert.
    pub alert: String,
    /// Change of its state.
    pub change: AlertChange,
    /// Value at the change, where it is known.
    pub value: Option<Exact>,
    /// The alert in English, as it was told; empty where it was not told anew.
    pub text: String,
    /// The same in Simplified Chinese.
    pub text_zh: String,
    /// Name of the person who acknowledged it; empty otherwise.
    pub by: String,
    /// Reason, in words; may be empty.
    pub reason: String,
}

/// Change of an alert's state.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub enum AlertChange {
    /// 0: it began, began again, or got worse after it was acknowledged.
    Raised,
    /// 1: it is over.
    Ended,
    /// 2: somebody has seen to it.
    Acknowledged,
}

impl AlertChange {
    /// All changes.
    pub const ALL: [AlertChange; 3] = [
        AlertChange::Raised,
        AlertChange::Ended,
        AlertChange::Acknowledged,
    ];

    /// Spelling in commands.
    pub fn word(self) -> &'static str {
        match self {
            AlertChange::Raised => "raise",
            AlertChange::Ended => "end",
            AlertChange::Acknowledged => "acknowledge",
        }
    }
}

impl Act {
    /// True if it names a second member besides the entry's own.
    pub fn is_between_members(&self) -> bool {
        matches!(
            self,
            Act::Transfer { .. }
                | Act::Merged { .. }
                | Act::Unmerged { .. }
                | Act::VoucherClaimed { .. }
                | Act::TransferClaimed { .. }
                | Act::HouseholdChanged { is_joined: true }
        )
    }

    /// Earlier entry that the act refers to, if any: of the same member, or of
    /// the giver.
    pub fn named(&self) -> Option<u64> {
        match self {
            Act::Return { of, .. }
            | Act::Reversal { of, .. }
            | Act::Capture { of, .. }
            | Act::Release { of, .. }
            | Act::Unmerged { of }
            | Act::OrderSentAgain { of }
            | Act::Claim { of }
            | Act::VoucherClaimed { of, .. }
            | Act::VoucherReturned { of }
            | Act::TransferClaimed { of }
            | Act::TransferReturned { of }
            | Act::Followed { of, .. } => Some(*of),
            _ => None,
        }
    }

    /// Earlier entry whose aftermath its decision reads, if any: the entry that
    /// it names or corrects.
    pub fn reads_aftermath_of(&self) -> Option<u64> {
        match self {
            Act::Adjustment(adjustment) => adjustment.of,
            act => act.named(),
        }
    }

    /// The entry that a reversal undoes.
    pub fn undoes(&self) -> Option<u64> {
        match self {
            Act::Reversal { of, .. } => Some(*of),
            _ => None,
        }
    }

    /// The number of the slip that a sale or a return was printed on; empty if none.
    pub fn receipt(&self) -> &str {
        match self {
            Act::Purchase(sale) => &sale.receipt,
            Act::Return { receipt, .. } | Act::ReturnedWithoutSlip { receipt, .. } => receipt,
            _ => "",
        }
    }

    /// The announcement that the act makes or withdraws.
    pub fn announced(&self) -> Option<&TermsAnnounced> {
        match self {
            Act::TermsAnnounced(announced) | Act::AnnouncementWithdrawn { announced, .. } => {
                Some(announced)
            }
            _ => None,
        }
    }

    /// Name of the kind, as commands and screens spell it.
    pub fn kind(&self) -> &'static str {
        match self {
            Act::Genesis(_) => "genesis",
            Act::PolicyActivated(_) => "policy_activated",
            Act::Enrolled(_) => "enrolled",
            Act::ProfileChanged { .. } => "profile_changed",
            Act::Merged { .. } => "merged",
            Act::Erased { .. } => "erased",
            Act::Purchase(_) => "purchase",
            Act::Activity { .. } => "activity",
            Act::Return { .. } => "return",
            Act::Redemption { .. } => "redemption",
            Act::Claim { .. } => "claim",
            Act::VoucherIssued { .. } => "voucher_issued",
            Act::VoucherGiven { .. } => "voucher_given",
            Act::VoucherClaimed { .. } => "voucher_claimed",
            Act::VoucherReturned { .. } => "voucher_returned",
            Act::PassStarted { .. } => "pass_started",
            Act::PassRenewed { .. } => "pass_renewed",
            Act::PassCancelled { .. } => "pass_cancelled",
            Act::Hold { .. } | Act::RewardHeld { .. } | Act::VoucherHeld { .. } => "hold",
            Act::Capture { .. } => "capture",
            Act::Release { .. } => "release",
            Act::Transfer { .. } => "transfer",
            Act::PoolPaid { .. } => "pool_paid",
            Act::PartnerChanged { .. } => "partner_changed",
            Act::Settled { .. } => "settled",
            Act::ConsentChanged { .. } => "consent_changed",
            Act::GoalSet { .. } => "goal_set",
            Act::CostBooked { .. } => "cost_booked",
            Act::CampaignTargeted { .. } => "campaign_targeted",
            Act::Unmerged { .. } => "unmerged",
            Act::Due { .. } => "due",
            Act::Adjustment(_) => "adjustment",
            Act::Reversal { .. } => "reversal",
            Act::CampaignChanged(_) => "campaign_changed",
            Act::Refused(_) => "refused",
            Act::Imported { .. } | Act::BalanceOpened { .. } => "imported",
            Act::PeriodClosed { .. } => "period_closed",
            Act::KeyRotated { .. } => "key_rotated",
            Act::Restored { .. } => "restored",
            Act::Recovered { .. } => "recovered",
            Act::HouseholdChanged { .. } => "household_changed",
            Act::TransferClaimed { .. } => "transfer_claimed",
            Act::TransferReturned { .. } => "transfer_returned",
            Act::Followed { .. } => "followed",
            Act::VoucherVoided { .. } => "voucher_voided",
            Act::GuessingLocked { .. } => "guessing_locked",
            Act::GuessingUnlocked { .. } => "guessing_unlocked",
            Act::ClockCorrected { .. } => "clock_corrected",
            Act::CodeTried { .. } => "code_tried",
            Act::OrderSentAgain { .. } => "order_sent_again",
            Act::OutboxAcknowledged { .. } => "outbox_acknowledged",
            Act::PolicyScheduled(_) => "policy_scheduled",
            Act::ScheduleCancelled { .. } => "schedule_cancelled",
            Act::StoriesKept { .. } => "stories_kept",
            Act::ReturnedWithoutSlip { .. } => "return_without_slip",
            Act::Noted { .. } => "noted",
            Act::CampaignTuned { .. } => "campaign_tuned",
            Act::AlertChanged(_) => "alert_changed",
            Act::TermsAnnounced(_) => "terms_announced",
            Act::AnnouncementWithdrawn { .. } => "announcement_withdrawn",
        }
    }
}
