//! Acts as they were asked for: values that the ledger computes are left out,
//! so that a command that is sent again compares equal.

use crate::model::{
    Act, Day, Identified, Instant, Line, LineDetail, Money, Purchase, Sealed, TenderKind,
};

/// True if two acts ask for the same, whatever the ledger computed for them.
/// The way of identification is ignored if one of them does not state it.
pub fn is_same(one: &Act, other: &Act) -> bool {
    let (mut one, mut other) = (as_asked(one.clone()), as_asked(other.clone()));
    if let (Some(by), Some(its)) = (known_by(&mut one), known_by(&mut other))
        && (*by == Identified::Unsaid || *its == Identified::Unsaid)
    {
        (*by, *its) = (Identified::Unsaid, Identified::Unsaid);
    }
    if let (Act::Purchase(one), Act::Purchase(other)) = (&mut one, &mut other) {
        level_unknown(one, other);
    }
    one == other
}

/// Makes names that were unknown or not looked up the first time compare equal
/// to their present values.
fn level_unknown(one: &mut Purchase, other: &mut Purchase) {
    let is_unknown = |kind: &TenderKind| {
        matches!(
            kind,
            TenderKind::Reward { reward: 0 } | TenderKind::Points { unit: 0, .. }
        ) || *kind == TenderKind::Voucher { code: [0; 32] }
    };
    let is_short = one.book_if_short && other.book_if_short;
    for (one, other) in one.tenders.iter_mut().zip(&mut other.tenders) {
        let is_alike = std::mem::discriminant(&one.kind) == std::mem::discriminant(&other.kind);
        if is_short && is_alike && (is_unknown(&one.kind) || is_unknown(&other.kind)) {
            other.kind = one.kind.clone();
            other.amount = one.amount;
        }
    }
}

/// Way of identification that an act states.
fn known_by(act: &mut Act) -> Option<&mut Identified> {
    match act {
        Act::Purchase(purchase) => Some(&mut purchase.by),
        Act::Redemption { by, .. } | Act::Activity { by, .. } => Some(by),
        _ => None,
    }
}

/// An act as it was asked for, without values that the ledger computes.
fn as_asked(mut act: Act) -> Act {
    match &mut act {
        Act::PassStarted { anchor, until, .. } => {
            (*anchor, *until) = (Day::default(), Instant::default());
        }
        Act::PassRenewed { until, .. } => *until = Instant::default(),
        Act::PassCancelled { refund, .. } => *refund = Money::ZERO,
        // The programme decides whether a purchase may be claimed.
        Act::Purchase(purchase) => {
            purchase.claim = None;
            purchase.lines.iter_mut().for_each(as_decided);
        }
        Act::Settled { amount, .. } => *amount = Money::ZERO,
        Act::PeriodClosed { from, .. } => *from = Day::default(),
        Act::PartnerChanged { terms, .. } => terms.clear(),
        // Sealed, each time differently: the engine compares what it opens.
        Act::Noted { text, .. } => *text = Sealed::default(),
        Act::VoucherGiven { until, .. } => *until = Instant::default(),
        _ => {}
    }
    act
}

/// A line without the till's texts, which decide nothing.
fn as_decided(line: &mut Line) {
    let tax = line.detail.take().and_then(|detail| detail.tax);
    line.detail = tax.map(|tax| {
        Box::new(LineDetail {
            tax: Some(tax),
            ..LineDetail::default()
        })
    });
}

/// True if two purchases with one order number are one sale: the same total in
/// the same currency, and the same lines in any sequence. If one of them has no
/// lines, those of the other are ignored.
pub fn is_same_sale(one: &Purchase, other: &Purchase) -> bool {
    let paid = |sale: &Purchase| {
        let foreign = sale.foreign.as_ref();
        foreign.map(|paid| (paid.currency.clone(), paid.total, paid.rate))
    };
    let is_plain = one.lines.is_empty() || other.lines.is_empty();
    match (paid(one), paid(other)) {
        (None, None) => {
            one.total == other.total && (is_plain || has_same_lines(&one.lines, &other.lines, true))
        }
        // The rate may have changed meanwhile, and with it the converted
        // amounts of the lines.
        (Some(one_paid), Some(other_paid)) => {
            let is_paid_alike = (&one_paid.0, one_paid.1) == (&other_paid.0, other_paid.1);
            let has_one_rate = one_paid.2 == other_paid.2;
            is_paid_alike && (is_plain || has_same_lines(&one.lines, &other.lines, has_one_rate))
        }
        _ => false,
    }
}

/// Compares lines in any order, by their amounts too if those can be compared.
fn has_same_lines(one: &[Line], other: &[Line], by_amount: bool) -> bool {
    let sorted = |lines: &[Line]| {
        let mut goods: Vec<_> = lines
            .iter()
            .map(|l| {
                (
                    l.sku.clone(),
                    l.category.clone(),
                    l.tags.clone(),
                    l.qty,
                    by_amount.then_some(l.amount),
                )
            })
            .collect();
        goods.sort();
        goods
    };
    one.len() == other.len() && sorted(one) == sorted(other)
}
