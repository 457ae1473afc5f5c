//! Bill of a purchase, position by position.

use super::View;
use super::view::in_currency;
use crate::model::{Effect, Money, NameKind, Purchase, TenderKind};
use crate::rules::purchase::bill::charge_name;
use schemars::JsonSchema;
use serde::Serialize;

/// Position of a bill: a line, a charge, a discount, the total, or a tender.
#[derive(Serialize, JsonSchema)]
pub struct Position {
    /// Kind of position.
    pub what: String,
    /// Article, charge, reason or means of payment; may be empty.
    pub of: String,
    /// Quantity of a line; empty for other positions.
    pub qty: String,
    /// Amount of money.
    pub amount: String,
}

/// All positions, in the order of a slip. `effects` say which tenders were left
/// out, so that their amounts are still to be collected.
pub(super) fn bill(view: &View<'_>, purchase: &Purchase, effects: &[Effect]) -> Vec<Position> {
    let position = |what: &str, of: &str, amount: Money| Position {
        what: what.into(),
        of: of.trim().into(),
        qty: String::new(),
        amount: view.money(amount),
    };
    let lines = purchase.lines.iter().zip(1..).map(|(line, n)| {
        let name = line.detail.as_ref().map_or("", |detail| &detail.name);
        let of = [line.sku.as_str(), line.category.as_str(), name].join(" ");
        Position {
            qty: line.qty.to_string(),
            ..position(&format!("line {n}"), &of, line.amount)
        }
    });
    let charges = purchase.charges.iter();
    let charges = charges.map(|c| position("charge", charge_name(&c.kind), c.amount));
    let discounts = purchase.discounts.iter().map(|discount| {
        let campaign = view.campaign(discount.campaign).unwrap_or_default();
        let of = format!("{campaign} {}", discount.why);
        position("discount", &of, discount.amount.negated())
    });
    let total = std::iter::once(position("total", "", purchase.total));
    let left_out = |number: usize| {
        effects.iter().find_map(|effect| match effect {
            Effect::TenderLeftOut {
                tender, refusal, ..
            } => (usize::from(*tender) == number).then_some(refusal),
            _ => None,
        })
    };
    let tenders = (1..).zip(&purchase.tenders).map(|(number, paid)| {
        let of = tender(view, &paid.kind);
        match left_out(number) {
            Some(no) => {
                let of = format!("{of}: {}", no.detail);
                position("to collect", &of, paid.amount)
            }
            None => position("paid", &of, paid.amount),
        }
    });
    let foreign = purchase.foreign.iter().map(|paid| Position {
        what: "paid in".into(),
        of: format!("{} at {}", paid.currency, paid.rate),
        qty: String::new(),
        amount: in_currency(&paid.currency, paid.total),
    });
    let above = lines.chain(charges).chain(discounts);
    above.chain(total).chain(tenders).chain(foreign).collect()
}

fn tender(view: &View<'_>, kind: &TenderKind) -> String {
    let points = |unit, points| format!("{} {}", view.figure(unit, points), view.unit(unit));
    match kind {
        TenderKind::Cash => "cash".into(),
        TenderKind::Card => "card".into(),
        TenderKind::Mobile => "mobile".into(),
        TenderKind::GiftCard => "gift card".into(),
        TenderKind::Points { unit, points: n } => points(*unit, *n),
        TenderKind::Reward { reward } => view.name(NameKind::Reward, *reward),
        TenderKind::Voucher { .. } => "voucher".into(),
        TenderKind::Other(name) => name.clone(),
        TenderKind::Held { hold: 0, .. } => "hold".into(),
        TenderKind::Held { hold, unit: 0, .. } => format!("hold {hold}"),
        TenderKind::Held { hold, unit, .. } => {
            let what = match (kind.voucher(), kind.reward(), kind.points()) {
                (Some(_), _, _) => view.unit(*unit),
                (None, Some(reward), _) => view.name(NameKind::Reward, reward),
                (None, None, held) => held.map_or_else(String::new, |(unit, n)| points(unit, n)),
            };
            format!("{what}, of hold {hold}")
        }
    }
}
