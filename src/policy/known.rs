//! Context of declarations: the names that they may refer to.

use super::fields::Fields;
use crate::model::{NameKind, Names, Number, Programme};

/// Context against which declarations are checked.
pub(super) struct Known<'a> {
    /// The programme.
    pub programme: &'a Programme,
    /// Names of the tiers, lowest first; None if their file cannot be read.
    pub tiers: Option<Vec<String>>,
    /// Ids of the rewards, once they are read.
    pub rewards: Vec<String>,
    /// Numbers of names.
    pub names: &'a mut Names,
}

pub(super) fn unit_number(
    f: &mut Fields,
    known: &Known,
    field: &str,
    unit: &str,
) -> Option<Number> {
    let ids = known.programme.units.iter();
    let ids: Vec<&str> = ids.map(|u| u.id.as_str()).collect();
    f.check_known(field, "unit of programme.toml", unit, &ids);
    known.programme.unit_named(unit).map(|u| u.number)
}

pub(super) fn tiers_named(f: &mut Fields, known: &Known, field: &'static str) -> Vec<Number> {
    let names = match &known.tiers {
        Some(tiers) => {
            let tiers: Vec<&str> = tiers.iter().map(String::as_str).collect();
            f.known_names(field, "tier of tiers.rhai", &tiers)
        }
        None => f.texts(field),
    };
    let number = |name: &String| known.names.number(NameKind::Tier, name);
    names.iter().filter_map(number).collect()
}
