//! A purchase as the till states it, and what of one comes back. The order of
//! fields and variants is the order of the bytes of FORMAT.md.

use super::{Channel, Exact, Money, Number, Place, Points, Qty, saturated, to_u16};
use bincode::{Decode, Encode};

/// One position of a purchase.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub struct Line {
    /// The shop's article number.
    pub sku: String,
    /// The shop's category; empty if none.
    pub category: String,
    /// Further labels.
    pub tags: Vec<String>,
    /// How much of it; 0 or negative where a till says so.
    pub qty: Qty,
    /// What the line costs in all, after discounts on the line; negative for money given back.
    pub amount: Money,
    /// Further words of the till's about it, if any.
    pub detail: Option<Box<LineDetail>>,
}

/// Words and figures of a line that come back in answers. Only the tax decides
/// anything: what earns, where the programme counts lines without it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub struct LineDetail {
    /// The till's own id of the line; may be empty.
    pub id: String,
    /// Name of the article; may be empty.
    pub name: String,
    /// Price of one piece, kilogram or litre.
    pub unit_price: Option<Money>,
    /// Tax that the amount contains.
    pub tax: Option<Money>,
}

impl Line {
    /// Tax that the amount contains, as far as the till said it.
    pub fn tax(&self) -> Money {
        let tax = self.detail.as_ref().and_then(|detail| detail.tax);
        tax.unwrap_or_default()
    }

    /// Changes what it costs, and the tax in proportion.
    pub fn set_amount(&mut self, amount: Money) {
        let (tax, whole) = (self.tax(), self.amount);
        if let Some(detail) = self.detail.as_mut().filter(|_| tax != Money::ZERO) {
            let part = i128::from(tax.0) * i128::from(amount.0);
            detail.tax = Some(Money(match whole.0 {
                0 => 0,
                whole => saturated(part.div_euclid(i128::from(whole))),
            }));
        }
        self.amount = amount;
    }
}

/// How wide an order number counts, as resolved where the order was placed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub enum OrderScope {
    /// In the whole programme.
    #[default]
    Programme,
    /// In one store.
    Store(Place),
    /// On one channel.
    Channel(Channel),
}

/// A payment in another currency than the programme's.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Foreign {
    /// ISO 4217 code of the currency.
    pub currency: String,
    /// Units of the programme's currency for one of it.
    pub rate: Exact,
    /// The total, in minor units of it.
    pub total: Money,
}

/// What a charge is for.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub enum ChargeKind {
    /// Tax that the lines do not contain.
    Tax,
    /// Delivery.
    Delivery,
    /// Deposit on bottles, cups.
    Deposit,
    /// Cash rounding.
    Rounding,
    /// Anything else, named.
    Other(String),
}

/// An amount that is owed besides the lines, or (negative) taken off.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Charge {
    /// What it is for.
    pub kind: ChargeKind,
    /// How much.
    pub amount: Money,
}

impl Charge {
    /// Whether it is owed for something of its own, as a deposit or a delivery is,
    /// rather than for the lines, as tax and cash rounding are.
    pub fn stands_alone(&self) -> bool {
        let is_of_lines = matches!(self.kind, ChargeKind::Tax | ChargeKind::Rounding);
        !is_of_lines && self.amount != Money::ZERO
    }
}

/// A discount on the whole purchase, as the till gave it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Discount {
    /// The campaign it came from; 0 if it was the shop's own.
    pub campaign: Number,
    /// What the till printed; may be empty.
    pub why: String,
    /// How much, as a positive amount.
    pub amount: Money,
    /// The lines it was for; empty for the whole.
    pub lines: Vec<u16>,
}

/// What was paid with.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub enum TenderKind {
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
        /// Which unit.
        unit: Number,
        /// How many.
        points: Points,
    },
    /// A reward of the programme.
    Reward {
        /// Which.
        reward: Number,
    },
    /// A voucher, by the hash of its code.
    Voucher {
        /// Hash of the code.
        code: [u8; 32],
    },
    /// Anything else, named.
    Other(String),
    /// What an earlier entry set aside: the member's points, a reward or a voucher.
    Held {
        /// The entry that set it aside.
        hold: u64,
        /// Of which unit.
        unit: Number,
        /// How many of what is held; 1 of a voucher.
        points: Points,
        /// The reward; 0 if it is none.
        reward: Number,
        /// Hash of the voucher's code, if it is one.
        code: Option<[u8; 32]>,
    },
}

impl TenderKind {
    /// The points that it is, but for a reward's price: which unit, how many.
    pub fn points(&self) -> Option<(Number, Points)> {
        match self {
            TenderKind::Points { unit, points }
            | TenderKind::Held {
                unit,
                points,
                reward: 0,
                code: None,
                ..
            } => Some((*unit, *points)),
            _ => None,
        }
    }

    /// The reward that it is.
    pub fn reward(&self) -> Option<Number> {
        match self {
            TenderKind::Reward { reward } | TenderKind::Held { reward, .. } => {
                Some(*reward).filter(|reward| *reward != 0)
            }
            _ => None,
        }
    }

    /// The voucher that it is, by the hash of its code.
    pub fn voucher(&self) -> Option<&[u8; 32]> {
        match self {
            TenderKind::Voucher { code } => Some(code),
            TenderKind::Held { code, .. } => code.as_ref(),
            _ => None,
        }
    }

    /// The hold that it spends from, by its entry.
    pub fn hold(&self) -> Option<u64> {
        match self {
            TenderKind::Held { hold, .. } => Some(*hold),
            _ => None,
        }
    }

    /// Whether it is the member's own points, a reward or a voucher: the part paid
    /// with it does not earn.
    pub fn is_own(&self) -> bool {
        matches!(
            self,
            TenderKind::Points { .. }
                | TenderKind::Reward { .. }
                | TenderKind::Voucher { .. }
                | TenderKind::Held { .. }
        )
    }
}

/// One means of payment and its share of the total.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Tender {
    /// The means.
    pub kind: TenderKind,
    /// What it paid; negative for money paid out.
    pub amount: Money,
    /// The lines it paid for; empty for the whole.
    pub lines: Vec<u16>,
}

/// How the till knew the member.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub enum Identified {
    /// Not said.
    #[default]
    Unsaid,
    /// The card or code was scanned.
    Scanned,
    /// A number was typed in.
    Typed,
    /// By the member's own app.
    App,
    /// By staff, from memory or a list.
    Staff,
}

/// A sale. `sum(lines) + sum(charges) - sum(discounts) = total = sum(tenders)`,
/// where lines and tenders are given.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub struct Purchase {
    /// What is owed after all discounts, tax included, without tips and change; negative where the bill pays out.
    pub total: Money,
    /// The positions; lines count from 1.
    pub lines: Vec<Line>,
    /// What is owed besides them.
    pub charges: Vec<Charge>,
    /// Discounts on the whole.
    pub discounts: Vec<Discount>,
    /// What was paid with.
    pub tenders: Vec<Tender>,
    /// How the member was known.
    pub by: Identified,
    /// The shop's own slip number; empty if none.
    pub receipt: String,
    /// An order number that holds on every channel; empty if none.
    pub order: String,
    /// How wide the order number counts.
    pub order_scope: OrderScope,
    /// Codes the buyer named at the till (promotion codes).
    pub codes: Vec<String>,
    /// Hash of the code that lets somebody claim a purchase made without a member.
    pub claim: Option<[u8; 32]>,
    /// A tender in points, a reward or a voucher that falls short is left out, rather than the sale refused.
    pub book_if_short: bool,
    /// The total as it was paid in another currency, if it was.
    pub foreign: Option<Foreign>,
}

impl Purchase {
    /// Whether something of it was given to the shop: a line or a charge below 0.
    pub fn has_negative_parts(&self) -> bool {
        let is_given = |charge: &Charge| charge.amount < Money::ZERO && charge.stands_alone();
        self.lines.iter().any(|line| line.amount < Money::ZERO) || self.charges.iter().any(is_given)
    }
}

/// A line that comes back.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct ReturnedLine {
    /// The line's number, from 1.
    pub line: u16,
    /// How much of it.
    pub qty: Qty,
    /// What it had cost.
    pub amount: Money,
    /// The part of the payout that is for it: what of it was paid, after the discounts, rewards and vouchers allocated to it.
    pub paid: Money,
}

impl ReturnedLine {
    /// Nothing of a line, which is counted from 0 here.
    pub fn none(n: usize) -> ReturnedLine {
        ReturnedLine {
            line: to_u16(n + 1),
            qty: Qty(0),
            amount: Money::ZERO,
            paid: Money::ZERO,
        }
    }

    /// The line's place among the purchase's, from 0.
    pub fn place(&self) -> usize {
        usize::from(self.line).wrapping_sub(1)
    }
}

/// What of a purchase comes back, as asked.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub enum Extent {
    /// All that is left.
    All,
    /// An amount, of whichever lines.
    Amount(Money),
    /// Lines: number, and how much by quantity or by amount.
    Lines(Vec<LineExtent>),
}

/// How much of one line comes back; neither given means all of it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct LineExtent {
    /// The line's number, from 1.
    pub line: u16,
    /// By quantity.
    pub qty: Option<Qty>,
    /// By amount.
    pub amount: Option<Money>,
}
