//! A purchase as the till states it, and returns of it. The order of fields and
//! variants is the order of the bytes of FORMAT.md.

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
    /// Quantity; 0 or negative if the till says so.
    pub qty: Qty,
    /// Price of the whole line, after discounts on the line; negative for money
    /// given back.
    pub amount: Money,
    /// Further details stated by the till, if any.
    pub detail: Option<Box<LineDetail>>,
}

/// Details of a line that answers repeat. Only the tax affects a decision: the
/// earning amount, if the programme counts lines without it.
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
    /// Tax that the amount contains, if the till stated it; otherwise zero.
    pub fn tax(&self) -> Money {
        let tax = self.detail.as_ref().and_then(|detail| detail.tax);
        tax.unwrap_or_default()
    }

    /// Changes the price, and the tax in proportion.
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

/// Scope of an order number, resolved where the order was placed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub enum OrderScope {
    /// The whole programme.
    #[default]
    Programme,
    /// One store.
    Store(Place),
    /// One channel.
    Channel(Channel),
}

/// A payment in another currency than the programme's.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Foreign {
    /// ISO 4217 code of the currency.
    pub currency: String,
    /// Units of the programme's currency for one unit of that currency.
    pub rate: Exact,
    /// The total, in minor units of that currency.
    pub total: Money,
}

/// Kind of a charge.
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

/// An amount that is owed besides the lines, or (negative) deducted.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Charge {
    /// Its kind.
    pub kind: ChargeKind,
    /// Amount, signed.
    pub amount: Money,
}

impl Charge {
    /// True if it is owed for something of its own, such as a deposit or a
    /// delivery, rather than for the lines, as tax and cash rounding are.
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
    /// Text that the till printed; may be empty.
    pub why: String,
    /// Amount, positive.
    pub amount: Money,
    /// Lines that it applied to; empty for the whole purchase.
    pub lines: Vec<u16>,
}

/// Kind of a tender.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub enum TenderKind {
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
        /// The unit.
        unit: Number,
        /// The points.
        points: Points,
    },
    /// A reward of the programme.
    Reward {
        /// The reward.
        reward: Number,
    },
    /// A voucher, by the hash of its code.
    Voucher {
        /// Hash of the code.
        code: [u8; 32],
    },
    /// Anything else, named.
    Other(String),
    /// Points, a reward or a voucher that an earlier entry set aside.
    Held {
        /// The entry that set it aside.
        hold: u64,
        /// The unit.
        unit: Number,
        /// Points of the hold that are spent; 1 for a voucher.
        points: Points,
        /// The reward; 0 if none.
        reward: Number,
        /// Hash of the voucher's code, if it is one.
        code: Option<[u8; 32]>,
    },
}

impl TenderKind {
    /// Unit and points that it spends, other than a reward's price.
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

    /// Reward that it spends, if any.
    pub fn reward(&self) -> Option<Number> {
        match self {
            TenderKind::Reward { reward } | TenderKind::Held { reward, .. } => {
                Some(*reward).filter(|reward| *reward != 0)
            }
            _ => None,
        }
    }

    /// Voucher that it spends, by the hash of its code, if any.
    pub fn voucher(&self) -> Option<&[u8; 32]> {
        match self {
            TenderKind::Voucher { code } => Some(code),
            TenderKind::Held { code, .. } => code.as_ref(),
            _ => None,
        }
    }

    /// Hold that it spends from, by its entry.
    pub fn hold(&self) -> Option<u64> {
        match self {
            TenderKind::Held { hold, .. } => Some(*hold),
            _ => None,
        }
    }

    /// True for the member's own points, rewards and vouchers: the part paid
    /// with them does not earn.
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
    /// Amount paid; negative for money paid out.
    pub amount: Money,
    /// Lines that it paid for; empty for the whole purchase.
    pub lines: Vec<u16>,
}

/// Way in which the till identified the member.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub enum Identified {
    /// Not stated.
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
    /// Amount owed after all discounts, tax included, without tips and change;
    /// negative if the bill pays out.
    pub total: Money,
    /// The positions; lines count from 1.
    pub lines: Vec<Line>,
    /// Charges besides the lines.
    pub charges: Vec<Charge>,
    /// Discounts on the whole.
    pub discounts: Vec<Discount>,
    /// Tenders that paid it.
    pub tenders: Vec<Tender>,
    /// Way in which the member was identified.
    pub by: Identified,
    /// The shop's own slip number; empty if none.
    pub receipt: String,
    /// An order number that holds on every channel; empty if none.
    pub order: String,
    /// Scope of the order number.
    pub order_scope: OrderScope,
    /// Codes the buyer named at the till (promotion codes).
    pub codes: Vec<String>,
    /// Hash of the code that lets somebody claim a purchase made without a member.
    pub claim: Option<[u8; 32]>,
    /// True if a tender in points, a reward or a voucher that falls short is
    /// left out, rather than the sale refused.
    pub book_if_short: bool,
    /// The total as it was paid in another currency, if it was.
    pub foreign: Option<Foreign>,
}

impl Purchase {
    /// True if a part of it was given to the shop: a line, or a charge of its
    /// own, below 0.
    pub fn has_negative_parts(&self) -> bool {
        let is_given = |charge: &Charge| charge.amount < Money::ZERO && charge.stands_alone();
        self.lines.iter().any(|line| line.amount < Money::ZERO) || self.charges.iter().any(is_given)
    }
}

/// A line of which goods come back.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct ReturnedLine {
    /// The line's number, from 1.
    pub line: u16,
    /// Quantity that comes back.
    pub qty: Qty,
    /// Price of that quantity.
    pub amount: Money,
    /// Part of the refund that is for it: the money paid for it, after the
    /// discounts, rewards and vouchers allocated to it.
    pub paid: Money,
}

impl ReturnedLine {
    /// An empty return of a line, which is counted from 0 here.
    pub fn none(n: usize) -> ReturnedLine {
        ReturnedLine {
            line: to_u16(n + 1),
            qty: Qty(0),
            amount: Money::ZERO,
            paid: Money::ZERO,
        }
    }

    /// The line's index in the purchase, from 0.
    pub fn place(&self) -> usize {
        usize::from(self.line).wrapping_sub(1)
    }
}

/// Part of a purchase that comes back, as asked.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub enum Extent {
    /// All that has not come back yet.
    All,
    /// An amount, of any lines.
    Amount(Money),
    /// Lines: number, and quantity or amount.
    Lines(Vec<LineExtent>),
}

/// Part of one line that comes back; all of it if neither quantity nor amount is given.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct LineExtent {
    /// The line's number, from 1.
    pub line: u16,
    /// Quantity.
    pub qty: Option<Qty>,
    /// Amount.
    pub amount: Option<Money>,
}
