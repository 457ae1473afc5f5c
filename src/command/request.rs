//! A command, parsed and bounded: amounts in minor units, instants as
//! instants. Names are still text, since only the book knows them.

use super::between::{HouseholdAsked, Taker};
use super::scalar::ClientId;
use super::who::{Alias, EntryRef, SaleRef, SlipRef, Who};
use crate::model::{
    CampaignStatus, Charge, Day, Exact, Extent, GuessedCode, Identified, Instant, Key, Line, LotId,
    Money, MonthDay, OffsetMinutes,
};
use rust_decimal::Decimal;

/// The most lines, charges, discounts or tenders a purchase may have.
pub const LINES_MAX: usize = 500;
/// The most bytes an ordinary text may have.
pub const TEXT_LEN_MAX: usize = 1000;

/// A discount as the till gave it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DiscountGiven {
    /// The campaign's id; empty for the shop's own.
    pub campaign: String,
    /// How much, positive, in minor units.
    pub amount: Money,
    /// What the till printed; may be empty.
    pub why: String,
    /// The lines it was for; none: the whole bill.
    pub lines: Vec<u16>,
}

/// A voucher that its holder uses without its code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OwnVoucher {
    /// By its lot.
    Lot(LotId),
    /// The one of a unit that ends first, by the unit's id.
    Unit(String),
}

/// What was paid with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Means {
    /// Notes and coins.
    Cash,
    /// A bank card.
    Card,
    /// A telephone.
    Mobile,
    /// A gift card bought earlier.
    GiftCard,
    /// The member's own points.
    Points {
        /// The unit's id.
        unit: String,
        /// How many whole ones; positive.
        points: Decimal,
    },
    /// A reward, by its id.
    Reward(String),
    /// A voucher, by its code as it was read or typed.
    Voucher(String),
    /// A voucher of the member named, without its code.
    OwnVoucher(OwnVoucher),
    /// What an earlier command set aside.
    Held {
        /// The hold.
        of: EntryRef,
        /// How many whole ones of its points; all that are left if not said.
        points: Option<Decimal>,
        /// Whether what is left is set free.
        is_final: bool,
    },
    /// Anything else, named.
    Other(String),
}

impl Means {
    /// Whether it is the member's own points, a reward or a voucher.
    pub fn is_own(&self) -> bool {
        matches!(
            self,
            Means::Points { .. }
                | Means::Reward(_)
                | Means::Voucher(_)
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
    /// What it paid, in minor units; only a reward or a voucher may leave it to the ledger.
    pub amount: Option<Money>,
    /// The lines it pays for; none: the whole bill.
    pub lines: Vec<u16>,
}

/// A sale.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Purchase {
    /// What is owed after all, in minor units.
    pub total: Money,
    /// The currency's code, if said.
    pub currency: Option<String>,
    /// The positions; they count from 1.
    pub lines: Vec<Line>,
    /// What is owed besides the lines.
    pub charges: Vec<Charge>,
    /// Discounts on the whole.
    pub discounts: Vec<DiscountGiven>,
    /// What was paid with.
    pub tenders: Vec<TenderGiven>,
    /// How the member was known.
    pub by: Identified,
    /// The shop's slip number; empty if none.
    pub receipt: String,
    /// An order number that holds on every channel; empty if none.
    pub order: String,
    /// Promotion codes.
    pub codes: Vec<String>,
    /// A tender that falls short is left out, rather than the sale refused.
    pub books_if_short: bool,
    /// Enrol the member if nobody owns the alias.
    pub is_enrolling: bool,
}

/// Goods that come back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Return {
    /// Of which purchase; none: nobody can name it, and the extent is an amount.
    pub of: Option<SaleRef>,
    /// What of it.
    pub extent: Extent,
    /// The slip of the return; empty if none.
    pub receipt: String,
}

/// Goods sold and goods returned on one slip.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Ticket {
    /// What is sold, if anything.
    pub sale: Option<Purchase>,
    /// What comes back, each of its purchase.
    pub returns: Vec<Return>,
}

/// A person who joins.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Enrol {
    /// Known by; without repeats, in the order given.
    pub aliases: Vec<Alias>,
    /// The name; empty if not said.
    pub name: String,
    /// The birthday, if said.
    pub birthday: Option<MonthDay>,
    /// Who brought them.
    pub referrer: Option<Who>,
    /// Where they came from; may be empty.
    pub source: String,
    /// Purposes consented to, by name.
    pub consents: Vec<String>,
    /// Version of the notice; may be empty.
    pub notice: String,
}

/// A change to what is known of a member; what is `None` stays.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ProfileChange {
    /// The new name; empty takes it away.
    pub name: Option<String>,
    /// The new birthday; `Some(None)` takes it away.
    pub birthday: Option<Option<MonthDay>>,
    /// To add.
    pub aliases_add: Vec<Alias>,
    /// To take away.
    pub aliases_remove: Vec<Alias>,
    /// To set, by id; empty takes one away.
    pub attributes: Vec<(String, String)>,
}

/// What is redeemed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Redeemed {
    /// Points of a unit, positive.
    Points {
        /// The unit's id.
        unit: String,
        /// How many whole ones.
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
    /// How many whole ones, signed, never zero.
    pub points: Decimal,
    /// Why.
    pub reason: String,
    /// The entry it corrects.
    pub of: Option<EntryRef>,
    /// The campaign it makes good; empty if none.
    pub campaign: String,
    /// Who approved it; empty if nobody had to.
    pub approver: String,
}

/// What becomes of a campaign.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CampaignAction {
    /// It is in this state from now on.
    Becomes(CampaignStatus),
    /// Members are chosen whom it addresses.
    Target {
        /// How many; None: as its header says.
        quota: Option<u32>,
        /// Who does not want to, so that the next one is chosen.
        decline: Option<Who>,
    },
}

/// A voucher as a command names one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum VoucherRef {
    /// By its code, as it was read or typed.
    Code(String),
    /// By its lot, of the member that is named.
    Lot(LotId),
}

/// What is asked of vouchers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum VoucherAsked {
    /// One is issued by hand.
    Issue {
        /// The unit's id.
        unit: String,
        /// The last day it is good, where the unit does not say.
        expires: Option<Day>,
        /// Why.
        reason: String,
    },
    /// One is taken back for good.
    Void {
        /// Which.
        which: VoucherRef,
        /// Why.
        reason: String,
    },
    /// One is given away: whoever has the token of the answer may claim it.
    Give {
        /// Which.
        which: VoucherRef,
    },
    /// A given one is claimed by the member named, or by somebody of whom nothing is known.
    Claim {
        /// The token, as it was read or typed.
        token: String,
    },
}

/// Something that is no purchase.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Activity {
    /// The activity's id.
    pub activity: String,
    /// What it carries, as texts; their types are the programme's.
    pub fields: Vec<(String, String)>,
    /// How the member was known.
    pub by: Identified,
}

/// Consents given or withdrawn.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ConsentChange {
    /// For what, by name.
    pub purposes: Vec<String>,
    /// Given, or withdrawn.
    pub is_given: bool,
    /// Version of the notice that was shown; may be empty.
    pub notice: String,
}

/// What is done with a pass.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PassAction {
    /// It was paid for, and begins.
    Start,
    /// Its next period was paid for.
    Renew,
    /// It ends.
    Cancel,
}

/// A pass, and what is done with it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PassAsked {
    /// The pass's id.
    pub pass: String,
    /// What is done.
    pub action: PassAction,
    /// What was paid, in minor units; None: the programme's price.
    pub paid: Option<Money>,
    /// Why it is cancelled; empty otherwise.
    pub reason: String,
}

/// What the office books.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Office {
    /// A goal for a figure.
    Goal {
        /// The figure.
        metric: String,
        /// Where it stands.
        from: Exact,
        /// Where it is to be.
        to: Exact,
        /// In percentage points, rather than per cent.
        is_points: bool,
        /// The last day for it.
        by: Day,
        /// Of which members; empty for all.
        segment: String,
    },
    /// A cost.
    Cost {
        /// What for.
        kind: String,
        /// How much.
        amount: Money,
        /// Of which campaign, by id; empty if none.
        campaign: String,
        /// Free words.
        note: String,
    },
    /// The books are closed.
    Close {
        /// The last closed day.
        through: Day,
    },
    /// A balance from another system's books.
    Opening {
        /// The unit's id.
        unit: String,
        /// How many whole ones.
        points: Decimal,
        /// What it was taken from.
        source: String,
        /// The last day it is good, where the programme does not say.
        expires: Option<Day>,
    },
}

/// What is done with a partner.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PartnerAction {
    /// It does not take part until resumed.
    Suspend,
    /// It takes part again.
    Resume,
    /// What is open up to a month's end changes hands.
    Settle {
        /// The month's first day.
        month: crate::model::Day,
    },
}

/// A partner, and what is done with it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PartnerAsked {
    /// The partner's id.
    pub partner: String,
    /// What is done.
    pub action: PartnerAction,
    /// Why; empty for a settlement.
    pub reason: String,
}

/// A payment out of a pool.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PoolPayment {
    /// The pool's id.
    pub pool: String,
    /// How much, in minor units.
    pub amount: Money,
    /// To whom.
    pub to: String,
    /// Hash of the evidence.
    pub evidence: Option<[u8; 32]>,
}

/// What is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verb {
    /// A person joins.
    Enrol(Box<Enrol>),
    /// What is known of a member changes.
    Profile(ProfileChange),
    /// A member's key is destroyed.
    Erase {
        /// Why.
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
        /// What the till notes; may be empty.
        note: String,
        /// How the member was known.
        by: Identified,
    },
    /// Points are set aside.
    Hold {
        /// Points or a reward, which has its price.
        what: Redeemed,
        /// Free again at this instant.
        until: Instant,
        /// For what; may be empty.
        note: String,
    },
    /// A voucher is set aside.
    HoldVoucher {
        /// Which.
        which: VoucherRef,
        /// Free again at this instant.
        until: Instant,
        /// For what; may be empty.
        note: String,
    },
    /// Held points are spent.
    Capture {
        /// The hold.
        of: EntryRef,
        /// How many whole ones; all that are left if not said.
        points: Option<Decimal>,
        /// Whether what is left is set free.
        is_final: bool,
    },
    /// Held points are set free.
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
        /// To whom.
        to: Taker,
        /// The unit's id.
        unit: String,
        /// How many whole ones; positive.
        points: Decimal,
        /// Why; may be empty.
        note: String,
    },
    /// Something that is no purchase was done.
    Activity(Activity),
    /// Consents are given or withdrawn.
    Consent(ConsentChange),
    /// A member turns out to be another.
    Merge {
        /// Who goes on.
        into: Who,
        /// Why.
        reason: String,
    },
    /// A merge is undone.
    Unmerge {
        /// The merge.
        of: EntryRef,
    },
    /// An entry is undone.
    Void {
        /// Which.
        of: SaleRef,
        /// Why.
        reason: String,
    },
    /// A sale is undone and booked on another member's card.
    Reassign {
        /// The sale.
        of: SaleRef,
        /// Whose it is.
        to: Who,
        /// Why.
        reason: String,
    },
    /// A balance is corrected.
    Adjust(Adjust),
    /// A campaign's state is changed, or whom it addresses.
    Campaign {
        /// The campaign's id.
        campaign: String,
        /// What becomes of it.
        action: CampaignAction,
        /// Why.
        reason: String,
    },
    /// What fell due is booked.
    Daily,
    /// Something is done with a voucher.
    Voucher(VoucherAsked),
    /// A purchase made without a member is claimed by the member named.
    Claim {
        /// The code on the slip, as it was read or typed.
        code: String,
    },
    /// A pass is started, renewed or cancelled.
    Pass(PassAsked),
    /// What the office books.
    Office(Office),
    /// A partner is suspended, resumed or settled with.
    Partner(PartnerAsked),
    /// A pool pays somebody.
    Pool(PoolPayment),
    /// Codes are taken again where too many wrong ones have locked them.
    Unlock {
        /// Which codes.
        kind: GuessedCode,
        /// The terminal where they are locked; empty if it is none.
        terminal: String,
        /// Why.
        reason: String,
    },
}

/// The verbs, as `do` spells them.
pub const VERBS: &[&str] = &[
    "purchase",
    "return",
    "ticket",
    "redeem",
    "activity",
    "consent",
    "pass",
    "void",
    "reassign",
    "adjust",
    "enrol",
    "profile",
    "erase",
    "campaign",
    "daily",
    "partner",
    "pool",
    "goal",
    "cost",
    "close_period",
    "opening",
    "hold",
    "capture",
    "release",
    "transfer",
    "merge",
    "unmerge",
    "voucher",
    "claim",
    "household",
    "unlock",
];

impl Verb {
    /// The slips by which it names sales.
    pub fn slips(&self) -> Vec<&SlipRef> {
        let returns = match self {
            Verb::Return(back) => std::slice::from_ref(back),
            Verb::Ticket(ticket) => &ticket.returns,
            Verb::Void {
                of: SaleRef::Slip(slip),
                ..
            }
            | Verb::Reassign {
                of: SaleRef::Slip(slip),
                ..
            } => return vec![slip],
            _ => &[],
        };
        let named = returns.iter().map(|back| &back.of);
        named
            .filter_map(|of| match of {
                Some(SaleRef::Slip(slip)) => Some(slip),
                _ => None,
            })
            .collect()
    }

    /// Has slips be of a store where they name none.
    pub(super) fn default_slip_store(&mut self, store: &str) {
        let of_slip = |of: &mut SaleRef| {
            if let SaleRef::Slip(slip) = of
                && slip.store.is_empty()
            {
                slip.store = store.to_owned();
            }
        };
        match self {
            Verb::Return(back) => back.of.iter_mut().for_each(of_slip),
            Verb::Ticket(ticket) => {
                let named = ticket.returns.iter_mut().flat_map(|back| &mut back.of);
                named.for_each(of_slip);
            }
            Verb::Void { of, .. } | Verb::Reassign { of, .. } => of_slip(of),
            _ => {}
        }
    }

    /// The verb as `do` spells it.
    pub fn word(&self) -> &'static str {
        match self {
            Verb::Purchase(_) => "purchase",
            Verb::Return(_) => "return",
            Verb::Ticket(_) => "ticket",
            Verb::Redeem { .. } => "redeem",
            Verb::Hold { .. } | Verb::HoldVoucher { .. } => "hold",
            Verb::Capture { .. } => "capture",
            Verb::Release { .. } => "release",
            Verb::Transfer { .. } | Verb::ClaimPoints { .. } => "transfer",
            Verb::Household(_) => "household",
            Verb::Merge { .. } => "merge",
            Verb::Unmerge { .. } => "unmerge",
            Verb::Activity(_) => "activity",
            Verb::Consent(_) => "consent",
            Verb::Void { .. } => "void",
            Verb::Reassign { .. } => "reassign",
            Verb::Adjust(_) => "adjust",
            Verb::Enrol(_) => "enrol",
            Verb::Profile(_) => "profile",
            Verb::Erase { .. } => "erase",
            Verb::Campaign { .. } => "campaign",
            Verb::Daily => "daily",
            Verb::Office(Office::Goal { .. }) => "goal",
            Verb::Office(Office::Cost { .. }) => "cost",
            Verb::Office(Office::Close { .. }) => "close_period",
            Verb::Office(Office::Opening { .. }) => "opening",
            Verb::Voucher(_) => "voucher",
            Verb::Claim { .. } => "claim",
            Verb::Pass(_) => "pass",
            Verb::Partner(_) => "partner",
            Verb::Pool(_) => "pool",
            Verb::Unlock { .. } => "unlock",
        }
    }
}

/// Where a command says it comes from; texts are empty where nothing is said.
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
    /// The channel; [`crate::model::Channel::Till`] by default.
    pub channel: crate::model::Channel,
}

/// A command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    /// Names this attempt; [`Key::none`] only for `daily` and where a door fills it in.
    pub key: Key,
    /// Whom it concerns, if anybody.
    pub member: Option<Who>,
    /// When it happened, as the till says, and the till's offset.
    pub at: Option<(Instant, OffsetMinutes)>,
    /// Where it comes from.
    pub source: Source,
    /// A ledger's clock far past the last entry is right.
    pub is_clock_accepted: bool,
    /// It is decided, and nothing is booked.
    pub is_training: bool,
    /// The sender's own id of the message, for the answer.
    pub id: Option<ClientId>,
    /// What is asked for.
    pub verb: Verb,
}
