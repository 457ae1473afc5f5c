//! Names of a command, resolved to numbers by the programme in force.

use crate::command::EntryRef;
use crate::engine::Records;
use crate::engine::error::Error;
use crate::engine::stop::{Stop, no};
use crate::model::{Code, NameKind, Names, Number, Points, Programme, Refusal};
use rust_decimal::Decimal;

/// Resolver of names by a programme. The ledger numbers every name that it ever had; only
/// those of the programme may be used.
pub(in crate::engine) struct NameResolver<'a> {
    /// The programme.
    pub programme: &'a Programme,
    /// Numbers of all names.
    pub names: &'a Names,
}

impl NameResolver<'_> {
    /// Number of a name, which must be one of the known ones.
    pub fn number(
        &self,
        kind: NameKind,
        id: &str,
        code: Code,
        known: Vec<&str>,
    ) -> Result<Number, Stop> {
        let found = self.names.number(kind, id);
        if let Some(number) = found.filter(|_| known.contains(&id)) {
            return Ok(number);
        }
        let what = kind.word();
        let has = match known.is_empty() {
            true => "none".into(),
            false => known.join(", "),
        };
        let detail = format!("{what}: the programme has no {what} '{id}'; it has {has}");
        no(code, detail)
    }

    /// Number of a unit.
    pub fn unit(&self, id: &str) -> Result<Number, Stop> {
        let units = self.programme.units.iter();
        let known = units.map(|u| u.id.as_str()).collect();
        self.number(NameKind::Unit, id, Code::UnknownUnit, known)
    }

    /// Converts an amount of a unit to its smallest parts.
    pub fn amount(&self, id: &str, amount: Decimal) -> Result<(Number, Points), Stop> {
        let number = self.unit(id)?;
        let unit = self.programme.unit(number);
        let parts = unit.and_then(|unit| unit.parts(amount));
        let parts = parts.ok_or_else(|| {
            let detail = match unit.map_or(1, |unit| unit.subunits) {
                1 => format!("points: {amount} is no whole number of {id} that can be held"),
                per => format!("points: {amount} {id} is no amount in parts of one in {per}"),
            };
            Refusal::new(Code::BadInput, detail)
        })?;
        Ok((number, parts))
    }
}

/// Resolver of names by the programme in force.
pub(in crate::engine) fn names(records: &Records) -> Result<NameResolver<'_>, Error> {
    Ok(NameResolver {
        programme: records.programme()?,
        names: &records.global().names,
    })
}

pub(in crate::engine) fn entry_ref(records: &mut Records, of: &EntryRef) -> Result<u64, Stop> {
    let found = match of {
        EntryRef::Key(key) => records.find_by_key(key.as_str())?,
        EntryRef::Seq(seq) => Some(*seq).filter(|seq| *seq < records.global().next_seq),
    };
    found.ok_or_else(|| Refusal::new(Code::UnknownEntry, "of: there is no such entry").into())
}
