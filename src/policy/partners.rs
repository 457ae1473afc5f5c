//! `[partner.x]` and `[pool.x]`: reading and checking.

use super::diagnostic::suggest;
use super::fields::Fields;
use super::known::Known;
use crate::model::{CostTo, NameKind, Names, Number, Partner, Pool};

/// Most decimals of a pool.
const DIGITS_MAX: i64 = 9;

/// The partners.
pub(super) fn partners(root: &mut Fields, names: &mut Names) -> Vec<Partner> {
    let mut partners = Vec::new();
    for (id, mut f) in root.tables("partner") {
        if matches!(id.as_str(), "" | "store") {
            f.wrong_here("a partner needs a name, and 'store' is none", "");
        }
        partners.push(Partner {
            number: names.add(NameKind::Partner, &id),
            id,
            earns: f.exact("earns"),
            redeems: f.exact("redeems"),
            category: f.text("category").unwrap_or_default(),
        });
    }
    partners
}

/// The number of the partner that a store belongs to; 0 if none.
pub(super) fn partner_of(f: &mut Fields, names: &mut Names, partners: &[String]) -> Number {
    let Some(id) = f.text("partner") else {
        return 0;
    };
    if partners.contains(&id) {
        return names.add(NameKind::Partner, &id);
    }
    let message = format!("there is no partner '{id}'");
    f.fault("partner", message, suggest(&id, partners));
    0
}

/// The pools; they keep at least the decimals of the currency.
pub(super) fn pools(root: &mut Fields, names: &mut Names, least: u8) -> Vec<Pool> {
    let least = i64::from(least);
    let mut pools = Vec::new();
    for (id, mut f) in root.tables("pool") {
        let digits = f.whole("digits").unwrap_or(least + 2);
        if !(least..=DIGITS_MAX).contains(&digits) {
            let message = format!("a pool keeps {least} to {DIGITS_MAX} decimals");
            f.fault("digits", message, "");
        }
        pools.push(Pool {
            number: names.add(NameKind::Pool, &id),
            id,
            digits: u8::try_from(digits.clamp(least, DIGITS_MAX)).unwrap_or(0),
        });
    }
    pools
}

/// Reads `cost_to: "uniqlo"`, or `"store"` for the partner whose store it is.
pub(super) fn cost_to(f: &mut Fields, known: &Known) -> Option<CostTo> {
    let id = f.text("cost_to")?;
    match id.as_str() {
        "store" => Some(CostTo::Store),
        _ => partner(f, "cost_to", known, &id).map(CostTo::Partner),
    }
}

fn partner(f: &mut Fields, field: &str, known: &Known, id: &str) -> Option<Number> {
    let partners = &known.programme.partners;
    let ids: Vec<&str> = partners.iter().map(|p| p.id.as_str()).collect();
    f.check_known(field, "partner of programme.toml", id, &ids);
    partners.iter().find(|p| p.id == id).map(|p| p.number)
}

/// Supplier of a reward, and the pool that it donates to; 0 where none is named.
pub(super) fn of_reward(f: &mut Fields, known: &Known) -> (Number, Number) {
    let from = f.text("partner");
    let from = from.and_then(|id| partner(f, "partner", known, &id));
    let into = f.text("pool");
    let into = into.and_then(|id| {
        let pools = &known.programme.pools;
        let ids: Vec<&str> = pools.iter().map(|p| p.id.as_str()).collect();
        f.check_known("pool", "pool of programme.toml", &id, &ids);
        pools.iter().find(|p| p.id == id).map(|p| p.number)
    });
    (from.unwrap_or(0), into.unwrap_or(0))
}
