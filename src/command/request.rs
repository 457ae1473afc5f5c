//! A command, parsed and bounded: amounts in minor units, instants as instants.
//! Names are still text, since only the engine knows them.

use super::scalar::ClientId;
use super::slip_form::SlipForm;
use super::who::{Alias, EntryRef, SaleRef, Who};
use crate::model::{
    AlertChanged, CampaignStatus, Charge, Day, Exact, Extent, Foreign, GuessedCode, Identified,
    Instant, Key, Line, LotId, Money, MonthDay, OffsetMinutes, OutboxPosition,
};
use rust_decimal::Decimal;

/// Most lines, charges, discounts or tenders of a purchase.
pub const LINES_MAX: usize = 500;
/// Most bytes of an ordinary text.
pub const TEXT_LEN_MAX: usize = 1000;

/// A discount as the till gave it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DiscountGiven {
    /// The campaign's id; empty for the shop's own.
    pub campaign: String,
    /// Amount, positive, in minor units.
    pub amount: Money,
    /// Text that the till printed; may be empty.
    pub why: String,
    /// Lines that it applied to; empty: the whole bill.
    pub lines: Vec<u16>,
}

/// A voucher that its holder uses without its code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OwnVoucher {
    /// By its lot.
    Lot(LotId),
    /// The one of a unit that expires first, by the unit's id.
    Unit(String),
}

/// Means of payment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Means {
    /// Notes and coins.
    Cash,
    /// A bank card.
    Card,
    /// A payment by phone.
    Mobile,
    /// A gift card bought earlier.
    GiftCard,
    /// The member's own points.
    Points {
        /// The unit's id.
        unit: String,
        /// Points in whole units; positive.
        points: Decimal,
    },
    /// A reward, by its id.
    Reward(String),
    /// A voucher, by its code as it was read or typed.
    Voucher(String),
    /// A voucher, by the hash of its code, of a sale that is booked again.
    UsedVoucher([u8; 32]),
    /// A voucher of the named member, without its code.
    OwnVoucher(OwnVoucher),
    /// A hold of an earlier command.
    Held {
        /// The hold.
        of: EntryRef,
        /// Content as the till states it; it must be the hold's.
        content: HoldContent,
        /// Points of it in whole units; None for all that are left.
        points: Option<Decimal>,
        /// True if the rest is released.
        is_final: bool,
    },
    /// Anything else, named.
    Other(String),
}

/// Content of a hold, as far as a till states it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum HoldContent {
    /// Not stated.
    #[default]
    Any,
    /// Points, of this unit if one is named.
    Points(Option<String>),
    /// A reward, this one if one is named.
    Reward(Option<String>),
    /// A voucher, of this unit if one is named.
    Voucher(Option<String>),
}

impl Means {
    /// True for the member's own points, rewards and vouchers.
    pub fn is_own(&self) -> bool {
        matches!(
            self,
            Means::Points { .. }
                | Means::Reward(_)
                | Means::Voucher(_)
                | Means::UsedVoucher(_)
                | Means::OwnVoucher(_)
                | Means::Held { .. }
        )
    }
}

/// One means of payment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TenderGiven {
    /// The means.
    pub means: Means,
    /// Amount paid, in minor units; only a reward or a voucher may leave it to
    /// the ledger.
    pub amount: Option<Money>,
    /// Lines that it pays for; empty: the whole bill.
    pub lines: Vec<u16>,
}

/// A sale.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Purchase {
    /// Amount owed after all discounts, in minor units.
    pub total: Money,
    /// Code of the currency, if stated; amounts are in its minor units.
    pub currency: Option<String>,
    /// Payment in another currency, if amounts are converted already.
    pub foreign: Option<Foreign>,
    /// The positions; they count from 1.
    pub lines: Vec<Line>,
    /// Charges besides the lines.
    pub charges: Vec<Charge>,
    /// Discounts on the whole.
    pub discounts: Vec<DiscountGiven>,
    /// Tenders.
    pub tenders: Vec<TenderGiven>,
    /// Way in which the member was identified.
    pub by: Identified,
    /// The shop's slip number; empty if none.
    pub receipt: String,
    /// An order number that holds on every channel; empty if none.
    pub order: String,
    /// Promotion codes.
    pub codes: Vec<String>,
    /// Hash of the claim code, if the till has made it.
    pub claim: Option<[u8; 32]>,
    /// True if a tender that falls short is left out, rather than the sale refused.
    pub books_if_short: bool,
    /// True to enrol the member if nobody owns the alias.
    pub is_enrolling: bool,
}

/// Parts of a sale as they are after all; what is absent or empty stays as it was.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SaleChange {
    /// Amount owed.
    pub total: Option<Money>,
    /// Code of the currency of all amounts, if stated.
    pub currency: Option<String>,
    /// All positions.
    pub lines: Vec<Line>,
    /// All charges besides the lines.
    pub charges: Vec<Charge>,
    /// All discounts on the whole.
    pub discounts: Vec<DiscountGiven>,
    /// All tenders.
    pub tenders: Vec<TenderGiven>,
}

/// A sale that came to something else.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Amend {
    /// The sale.
    pub of: SaleRef,
    /// Its parts that change.
    pub change: SaleChange,
    /// Reason, in words.
    pub reason: String,
}

/// Goods that come back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Return {
    /// The purchase; None if it cannot be named, and the extent is an amount.
    pub of: Option<SaleRef>,
    /// Extent of the return.
    pub extent: Extent,
    /// Currency of its amounts, by its ISO 4217 code; None: the programme's.
    pub currency: Option<String>,
    /// The slip of the return; empty if none.
    pub receipt: String,
}

/// Goods sold and goods returned on one slip.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Ticket {
    /// The sale, if any.
    pub sale: Option<Purchase>,
    /// The returns, each of a purchase.
    pub returns: Vec<Return>,
}

/// A person who joins.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Enrol {
    /// Aliases; without repeats, in the order given.
    pub aliases: Vec<Alias>,
    /// The name; empty if not stated.
    pub name: String,
    /// The birthday, if stated.
    pub birthday: Option<MonthDay>,
    /// Member who referred them.
    pub referrer: Option<Who>,
    /// Origin of the member; may be empty.
    pub source: String,
    /// Purposes consented to, by name.
    pub consents: Vec<String>,
    /// Version of the notice; may be empty.
    pub notice: String,
}

/// A change of a member's profile; fields that are `None` stay.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ProfileChange {
    /// New name; empty removes it.
    pub name: Option<String>,
    /// New birthday; `Some(None)` removes it.
    pub birthday: Option<Option<MonthDay>>,
    /// Aliases to add.
    pub aliases_add: Vec<Alias>,
    /// Aliases to remove.
    pub aliases_remove: Vec<Alias>,
    /// Attributes to set, by id; an empty value removes one.
    pub attributes: Vec<(String, String)>,
}

/// Points or a reward to redeem.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Redeemed {
    /// Points of a unit, positive.
    Points {
        /// The unit's id.
        unit: String,
        /// Points in whole units.
        points: Decimal,
    },
    /// A reward, by its id.
    Reward(String),
}

/// A correction by hand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Adjust {
    /// The unit's id.
    pub unit: String,
    /// Points in whole units, signed, never zero.
    pub points: Decimal,
    /// Reason, in words.
    pub reason: String,
    /// The entry it corrects.
    pub of: Option<EntryRef>,
    /// The campaign that it compensates for; empty if none.
    pub campaign: String,
    /// Person who approved it; empty if approval was not needed.
    pub approver: String,
}

/// Action on a campaign.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CampaignAction {
    /// Changes its state.
    Becomes(CampaignStatus),
    /// Chooses the members it addresses.
    Target {
        /// Number of members; None: as its header declares.
        quota: Option<u32>,
        /// Member who declines, so that the next one is chosen.
        decline: Option<Who>,
    },
}

/// Reference to a voucher.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum VoucherRef {
    /// By its code, as it was read or typed.
    Code(String),
    /// By its lot, of the named member.
    Lot(LotId),
}

/// Action on a voucher.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum VoucherAsked {
    /// Issues one by hand.
    Issue {
        /// The unit's id.
        unit: String,
        /// The last day of use, if the unit does not set it.
        expires: Option<Day>,
        /// Reason, in words.
        reason: String,
    },
    /// Takes one back for good.
    Void {
        /// The voucher.
        which: VoucherRef,
        /// Reason, in words.
        reason: String,
    },
    /// Gives one away: the bearer of the answer's token may claim it.
    Give {
        /// The voucher.
        which: VoucherRef,
    },
    /// Claims a given one, for the named member or for somebody unknown.
    Claim {
        /// The token, as it was read or typed.
        token: String,
    },
}

/// An activity: an act other than a purchase.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Activity {
    /// The activity's id.
    pub activity: String,
    /// Its fields, as texts; the programme declares their types.
    pub fields: Vec<(String, String)>,
    /// Id of the message of the outbox that it is a result of; empty if none.
    pub message: String,
    /// Way in which the member was identified.
    pub by: Identified,
}

/// Consents given or withdrawn.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ConsentChange {
    /// Purposes, by name.
    pub purposes: Vec<String>,
    /// True if given, false if withdrawn.
    pub is_given: bool,
    /// Version of the notice that was shown; may be empty.
    pub notice: String,
}

/// Action on a pass.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PassAction {
    /// Starts it: it was paid for.
    Start,
    /// Renews it: its next period was paid for.
    Renew,
    /// Cancels it.
    Cancel,
}

/// A pass and an action on it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PassAsked {
    /// The pass's id.
    pub pass: String,
    /// The action.
    pub action: PassAction,
    /// Price that was paid, in minor units; None: the programme's price.
    pub paid: Option<Money>,
    /// Reason for the cancellation; empty otherwise.
    pub reason: String,
}

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

/// Command of the office.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Office {
    /// A goal for a figure.
    Goal {
        /// The figure.
        metric: String,
        /// Value that the goal starts from.
        from: Exact,
        /// Value to reach.
        to: Exact,
        /// True for percentage points, false for per cent.
        is_points: bool,
        /// Last day to reach it.
        by: Day,
        /// Segment of members that it counts; empty for all.
        segment: String,
    },
    /// A cost.
    Cost {
        /// Kind of cost.
        kind: String,
        /// Amount of the cost.
        amount: Money,
        /// Campaign that it belongs to, by id; empty if none.
        campaign: String,
        /// Free text.
        note: String,
    },
    /// A change of an alert.
    Alert(AlertChanged),
    /// Closes a period.
    Close {
        /// The last closed day.
        through: Day,
    },
    /// A balance of another system.
    Opening {
        /// The unit's id.
        unit: String,
        /// Points in whole units.
        points: Decimal,
        /// Source of the balance.
        source: String,
        /// The last day of use, if the programme does not set it.
        expires: Option<Day>,
    },
}

/// Action on a partner.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PartnerAction {
    /// Suspends it until resumed.
    Suspend,
    /// Resumes it.
    Resume,
    /// Settles the open amount up to a month's end.
    Settle {
        /// The month's first day.
        month: crate::model::Day,
    },
}

/// A partner and an action on it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PartnerAsked {
    /// The partner's id.
    pub partner: String,
    /// The action.
    pub action: PartnerAction,
    /// Reason, in words; empty for a settlement.
    pub reason: String,
}

/// A payment out of a pool.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PoolPayment {
    /// The pool's id.
    pub pool: String,
    /// Amount, in minor units.
    pub amount: Money,
    /// The recipient.
    pub to: String,
    /// Hash of the evidence.
    pub evidence: Option<[u8; 32]>,
}

/// Verb of a command, with its fields.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verb {
    /// A person joins.
    Enrol(Box<Enrol>),
    /// A member's profile changes.
    Profile(ProfileChange),
    /// A member's key is destroyed.
    Erase {
        /// Reason, in words.
        reason: String,
    },
    /// A sale.
    Purchase(Box<Purchase>),
    /// Goods come back.
    Return(Return),
    /// Goods are sold, and others come back.
    Ticket(Box<Ticket>),
    /// Points are spent without a purchase.
    Redeem {
        /// Points or a reward.
        what: Redeemed,
        /// Note of the till; may be empty.
        note: String,
        /// Way in which the member was identified.
        by: Identified,
    },
    /// Points are set aside.
    Hold {
        /// Points or a reward, which has its price.
        what: Redeemed,
        /// Instant of release.
        until: Instant,
        /// Note on the purpose; may be empty.
        note: String,
    },
    /// A voucher is set aside.
    HoldVoucher {
        /// The voucher.
        which: VoucherRef,
        /// Instant of release.
        until: Instant,
        /// Note on the purpose; may be empty.
        note: String,
    },
    /// Held points are spent.
    Capture {
        /// The hold.
        of: EntryRef,
        /// Points in whole units; None for all that are left.
        points: Option<Decimal>,
        /// True if the rest is released.
        is_final: bool,
    },
    /// Held points are released.
    Release {
        /// The hold.
        of: EntryRef,
    },
    /// A member joins a household, or leaves it.
    Household(HouseholdAsked),
    /// Points that were sent with a token are claimed by the member named.
    ClaimPoints {
        /// The token, as it was read or typed.
        token: String,
    },
    /// Points go to another member.
    Transfer {
        /// The recipient.
        to: Taker,
        /// The unit's id.
        unit: String,
        /// Points in whole units; positive.
        points: Decimal,
        /// Reason; may be empty.
        note: String,
    },
    /// An activity was done.
    Activity(Activity),
    /// Consents are given or withdrawn.
    Consent(ConsentChange),
    /// A remark is made on a member.
    Note {
        /// Purpose that it is kept for, by name.
        purpose: String,
        /// The remark: personal data.
        text: String,
    },
    /// A member turns out to be another.
    Merge {
        /// The surviving member.
        into: Who,
        /// Reason, in words.
        reason: String,
    },
    /// A merge is undone.
    Unmerge {
        /// The merge; None where it is named by its members.
        of: Option<EntryRef>,
        /// The other member of it, beside the command's own.
        from: Option<Who>,
    },
    /// An entry is undone.
    Void {
        /// The sale or entry.
        of: SaleRef,
        /// Reason, in words.
        reason: String,
    },
    /// A sale is undone and booked on another member's card.
    Reassign {
        /// The sale.
        of: SaleRef,
        /// The right member.
        to: Who,
        /// Reason, in words.
        reason: String,
    },
    /// A sale is undone and booked as it is after all.
    Amend(Box<Amend>),
    /// A balance is corrected.
    Adjust(Adjust),
    /// A campaign's state is changed, or its members are chosen.
    Campaign {
        /// The campaign's id.
        campaign: String,
        /// The action.
        action: CampaignAction,
        /// Reason, in words.
        reason: String,
    },
    /// Due events are booked.
    Daily,
    /// A command about a voucher.
    Voucher(VoucherAsked),
    /// A purchase made without a member is claimed by the member named.
    Claim {
        /// The code on the slip, as it was read or typed.
        code: String,
    },
    /// A pass is started, renewed or cancelled.
    Pass(PassAsked),
    /// A command of the office.
    Office(Office),
    /// A partner is suspended, resumed or settled with.
    Partner(PartnerAsked),
    /// A pool pays somebody.
    Pool(PoolPayment),
    /// Codes are unlocked that too many wrong ones have locked.
    Unlock {
        /// Kind of code.
        kind: GuessedCode,
        /// The terminal where they are locked; empty if none.
        terminal: String,
        /// Reason, in words.
        reason: String,
    },
    /// A sender of messages has dealt with the outbox up to a position.
    Acknowledge {
        /// Name of the sender.
        consumer: String,
        /// The position.
        to: OutboxPosition,
    },
}

impl Verb {
    /// Codes and tokens in the command, by their kinds; those of an activity
    /// are known to the programme alone.
    pub fn secrets(&mut self) -> Vec<(GuessedCode, &mut String)> {
        let tenders = match self {
            Verb::Purchase(sale) => Some(&mut sale.tenders),
            Verb::Ticket(ticket) => ticket.sale.as_mut().map(|sale| &mut sale.tenders),
            Verb::Amend(amend) => Some(&mut amend.change.tenders),
            Verb::Claim { code } => return vec![(GuessedCode::Claim, code)],
            Verb::ClaimPoints { token } | Verb::Voucher(VoucherAsked::Claim { token }) => {
                return vec![(GuessedCode::Gift, token)];
            }
            Verb::Voucher(VoucherAsked::Void { which, .. } | VoucherAsked::Give { which })
            | Verb::HoldVoucher { which, .. } => match which {
                VoucherRef::Code(code) => return vec![(GuessedCode::Voucher, code)],
                VoucherRef::Lot(_) => None,
            },
            _ => None,
        };
        let codes = tenders
            .into_iter()
            .flatten()
            .filter_map(|tender| match &mut tender.means {
                Means::Voucher(code) => Some((GuessedCode::Voucher, code)),
                _ => None,
            });
        codes.collect()
    }

    /// Sales that it names.
    pub fn sales(&self) -> Vec<&SaleRef> {
        let returns = match self {
            Verb::Return(back) => std::slice::from_ref(back),
            Verb::Ticket(ticket) => &ticket.returns,
            Verb::Void { of, .. } | Verb::Reassign { of, .. } => return vec![of],
            Verb::Amend(amend) => return vec![&amend.of],
            _ => &[],
        };
        returns.iter().filter_map(|back| back.of.as_ref()).collect()
    }

    /// True if it brings personal data, which is sealed for the member.
    pub fn is_personal(&self) -> bool {
        matches!(self, Verb::Enrol(_) | Verb::Profile(_) | Verb::Note { .. })
    }
}

/// Source that a command states; texts are empty if not stated.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Source {
    /// The store's id.
    pub store: String,
    /// The terminal's id.
    pub terminal: String,
    /// The terminal's own gap-free counter.
    pub counter: Option<u64>,
    /// The shop's own id of the operator.
    pub operator: String,
    /// Id and PIN of the second person who approves, `ID:PIN`; empty if none.
    pub approval: String,
    /// The channel; [`crate::model::Channel::Till`] by default.
    pub channel: crate::model::Channel,
}

/// A command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    /// Idempotency key; [`Key::none`] only for `daily` and where the receiver
    /// fills it in.
    pub key: Key,
    /// Member that it concerns, if any.
    pub member: Option<Who>,
    /// Time of the event, as the till states it, and the till's offset.
    pub at: Option<(Instant, OffsetMinutes)>,
    /// Source of the command.
    pub source: Source,
    /// True if a ledger's clock far past the last entry is right.
    pub is_clock_accepted: bool,
    /// True for training: it is decided, and nothing is booked.
    pub is_training: bool,
    /// The sender's own id of the message, echoed in the answer.
    pub id: Option<ClientId>,
    /// Slip to be printed with the answer, if wanted; it is no part of the command.
    pub slip: Option<SlipForm>,
    /// Verb and its fields.
    pub verb: Verb,
}
