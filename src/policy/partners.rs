//! `[partner.x]` and `[pool.x]`: reading and checking.

use super::fields::Fields;
use super::headers::Known;
use super::manifest::Manifest;
use super::reader::Reader;
use crate::model::{CostTo, NameKind, Number, Partner, Pool};

/// Most decimals of a pool.
const DIGITS_MAX: i64 = 9;

/// The partners.
pub(super) fn partners(reader: &mut Reader<'_>, manifest: &Manifest) -> Vec<Partner> {
    let mut partners = Vec::new();
    for (id, partner) in &manifest.partner {
        if matches!(id.get_ref().as_str(), "" | "store") {
            reader.wrong(id, "a partner needs a name, and 'store' is none", "");
        }
        partners.push(Partner {
            number: reader.names.add(NameKind::Partner, id.get_ref()),
            id: id.get_ref().clone(),
            earns: partner.earns.as_ref().and_then(|at| reader.exact(at)),
            redeems: partner.redeems.as_ref().and_then(|at| reader.exact(at)),
            category: partner.category.clone(),
        });
    }
    partners
}

/// The number of the partner that a store belongs to; 0 if none.
pub(super) fn partner_of(
    reader: &mut Reader<'_>,
    at: Option<&super::manifest::At<String>>,
    manifest: &Manifest,
) -> Number {
    let Some(at) = at else { return 0 };
    let known: Vec<&str> = manifest
        .partner
        .keys()
        .map(|id| id.get_ref().as_str())
        .collect();
    if !known.contains(&at.get_ref().as_str()) {
        let help = super::diagnostic::suggest(at.get_ref(), &known);
        reader.wrong(at, format!("there is no partner '{}'", at.get_ref()), help);
        return 0;
    }
    reader.names.add(NameKind::Partner, at.get_ref())
}

/// The pools; they keep at least the decimals of the currency.
pub(super) fn pools(reader: &mut Reader<'_>, manifest: &Manifest, least: u8) -> Vec<Pool> {
    let least = i64::from(least);
    let mut pools = Vec::new();
    for (id, pool) in &manifest.pool {
        let digits = pool.digits.as_ref().map_or(least + 2, |at| *at.get_ref());
        if let (Some(at), false) = (&pool.digits, (least..=DIGITS_MAX).contains(&digits)) {
            reader.wrong(
                at,
                format!("a pool keeps {least} to {DIGITS_MAX} decimals"),
                "",
            );
        }
        pools.push(Pool {
            number: reader.names.add(NameKind::Pool, id.get_ref()),
            id: id.get_ref().clone(),
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
    f.check_known(field, "partner of programme.toml", &[id.to_owned()], &ids);
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
        f.check_known(
            "pool",
            "pool of programme.toml",
            std::slice::from_ref(&id),
            &ids,
        );
        pools.iter().find(|p| p.id == id).map(|p| p.number)
    });
    (from.unwrap_or(0), into.unwrap_or(0))
}
