//! Aliases in the programme's form, and their owners.

use crate::command::Alias;
use crate::engine::Records;
use crate::engine::error::Error;
use crate::engine::stop::Stop;
use crate::model::{AliasForm, Code, MemberId, Policy, Refusal};
use crate::rules::state::Status;

pub(in crate::engine) fn alias_forms(records: &Records) -> &[(String, AliasForm)] {
    let policy = records.policy.as_ref();
    policy.map_or(&[], |policy| &policy.programme().aliases)
}

/// An alias in the form of the programme in force.
///
/// # Errors
/// A refusal that names the form the value does not have.
pub(in crate::engine) fn in_form(records: &Records, alias: &Alias) -> Result<Alias, Stop> {
    alias.in_form(alias_forms(records)).map_err(|wrong| {
        let detail = format!("alias: this {} {wrong}", alias.scheme());
        Refusal::new(Code::BadInput, detail).into()
    })
}

/// Aliases in the form of the programme in force, each once.
pub(in crate::engine) fn all_in_form(
    records: &Records,
    aliases: &[Alias],
) -> Result<Vec<Alias>, Stop> {
    let formed = aliases.iter().map(|alias| in_form(records, alias));
    Ok(each_once(formed.collect::<Result<Vec<_>, _>>()?))
}

/// The owner of an alias; None if the owner was erased and the book has not
/// been rebuilt since.
pub(in crate::engine) fn alias_owner(
    records: &mut Records,
    alias: &Alias,
) -> Result<Option<MemberId>, Error> {
    // As it was sent first: tills mostly send it in its form, and parsing
    // the first telephone number of a process takes a while.
    if let Some(owner) = hash_owner(records, alias)? {
        return Ok(Some(owner));
    }
    match alias.in_form(alias_forms(records)) {
        Ok(formed) if formed != *alias => hash_owner(records, &formed),
        _ => Ok(None),
    }
}

fn hash_owner(records: &mut Records, alias: &Alias) -> Result<Option<MemberId>, Error> {
    let hash = records.hashes.alias(&records.alias_key, alias.as_str());
    let Some(id) = records.cache.owner(&hash)? else {
        return Ok(None);
    };
    records.cache.load(id)?;
    Ok((!is_erased(records, id)).then_some(id))
}

/// Removes repeats, keeping the order.
pub(in crate::engine) fn each_once<T: PartialEq>(all: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut found = Vec::new();
    for one in all {
        if !found.contains(&one) {
            found.push(one);
        }
    }
    found
}

/// True if a loaded member was erased.
pub(in crate::engine) fn is_erased(records: &Records, id: MemberId) -> bool {
    let member = records.cache.member(id);
    member.is_some_and(|m| m.status == Status::Erased)
}
