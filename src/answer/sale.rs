//! Answer to a sale or a return besides its effects: its lines, money in another currency,
//! what is still to be collected, and what is given back.

use super::view::in_currency;
use super::{
    ByUnit, Collect, Did, EffectKind, ForeignMoney, GiveBack, LineBack, LineTold, PaidInForeign,
    Quantity, TenderLeftOut, View,
};
use crate::model::{Act, Effect, Entry, Money};
use crate::rules::purchase::foreign::refunded;

/// Lines of a purchase with the till's further details; none if the till told none.
pub(super) fn lines(view: &View<'_>, entry: &Entry) -> Vec<LineTold> {
    let lines = match &entry.act {
        Act::Purchase(sale) if sale.lines.iter().any(|line| line.detail.is_some()) => &sale.lines,
        _ => return Vec::new(),
    };
    let some = |text: &String| (!text.is_empty()).then(|| text.clone());
    let told = (1u16..).zip(lines).map(|(number, line)| {
        let detail = line.detail.as_deref();
        LineTold {
            line: number,
            id: detail.and_then(|d| some(&d.id)),
            sku: some(&line.sku),
            name: detail.and_then(|d| some(&d.name)),
            qty: line.qty.to_string(),
            amount: view.money(line.amount),
            unit_price: detail.and_then(|d| d.unit_price).map(|m| view.money(m)),
            tax: detail.and_then(|d| d.tax).map(|m| view.money(m)),
        }
    });
    told.collect()
}

/// A sale's total in the currency that it was paid in, and as it counts.
pub(super) fn foreign(view: &View<'_>, entry: &Entry) -> Option<PaidInForeign> {
    let Act::Purchase(sale) = &entry.act else {
        return None;
    };
    let paid = sale.foreign.as_ref()?;
    Some(PaidInForeign {
        currency: paid.currency.clone(),
        total: in_currency(&paid.currency, paid.total),
        rate: paid.rate.to_string(),
        counted: view.money(sale.total),
        ..PaidInForeign::default()
    })
}

/// Money of the tenders that a sale left out.
pub(super) fn collect(view: &View<'_>, entry: &Entry) -> Option<Collect> {
    let Act::Purchase(sale) = &entry.act else {
        return None;
    };
    let mut left = Money::ZERO;
    let mut tenders = Vec::new();
    for effect in &entry.effects {
        if let Effect::TenderLeftOut {
            tender,
            amount,
            refusal,
        } = effect
        {
            left = left.plus(*amount).unwrap_or(left);
            tenders.push(TenderLeftOut {
                tender: *tender,
                money: view.money(*amount),
                code: refusal.code.as_str().into(),
                message: refusal.detail.clone(),
                quantity: Quantity::of(refusal, Some(view.programme())),
            });
        }
    }
    let foreign = sale.foreign.as_ref().map(|paid| {
        let part = refunded(paid, sale.total, (Money::ZERO, left));
        ForeignMoney::new(&paid.currency, part)
    });
    (!tenders.is_empty()).then(|| Collect {
        money: view.money(left),
        foreign,
        tenders,
    })
}

/// Money that the till pays out, and points that are put back.
pub(super) fn give_back(view: &View<'_>, entry: &Entry, did: &[Did]) -> Option<GiveBack> {
    if let Act::PassCancelled { refund: money, .. }
    | Act::ReturnedWithoutSlip { amount: money, .. } = &entry.act
    {
        return Some(GiveBack {
            money: view.money(*money),
            ..GiveBack::default()
        });
    }
    let mut effects = entry.effects.iter();
    if effects.any(|effect| matches!(effect, Effect::Voided { .. })) {
        return None;
    }
    let (money, lines) = entry.effects.iter().find_map(|effect| match effect {
        Effect::Returned { money, lines, .. } => Some((*money, lines)),
        _ => None,
    })?;
    let mut points = ByUnit::new();
    for back in did.iter().filter(|did| did.effect == EffectKind::Restore) {
        if let (Some(unit), Some(amount)) = (&back.unit, back.amount) {
            let sum = points.get(unit).map_or(amount, |sum| sum.plus(amount));
            points.insert(unit.clone(), sum);
        }
    }
    let foreign = entry.refunded_as();
    let lines = lines.iter().map(|line| LineBack {
        line: line.line,
        qty: line.qty.to_string(),
        money: view.money(line.paid),
    });
    Some(GiveBack {
        money: view.money(money),
        foreign: foreign.map(|(currency, money)| ForeignMoney::new(currency, money)),
        points,
        lines: lines.collect(),
    })
}
