//! Attributes of a member besides name and birthday: only those that the
//! programme declares, for a purpose the member agreed to, and for a limited
//! time.

use crate::engine::staging::name_resolver::NameResolver;
use crate::engine::stop::{Stop, no};
use crate::engine::verbs::profile::Profile;
use crate::model::{Code, Day, Fact, MonthDay, NameKind, Policy, Programme};
use crate::rules::campaign::trigger::has_birthdays;
use crate::rules::facts::has_consent;
use crate::rules::state::Member;

/// Sets or removes a birthday. A known one can be changed once.
pub(in crate::engine) fn set_birthday(
    profile: &mut Profile,
    birthday: Option<Option<MonthDay>>,
    day: Day,
) -> Result<(), Stop> {
    let Some(birthday) = birthday.filter(|new| *new != profile.birthday) else {
        return Ok(());
    };
    if let Some(changed) = profile.birthday_changed {
        let detail = format!("birthday: it was changed on {changed}, and can be changed once");
        return no(Code::TooSoon, detail);
    }
    if profile.birthday.is_some() {
        profile.birthday_changed = Some(day);
    }
    profile.birthday = birthday;
    Ok(())
}

/// True if a programme reads any attribute.
pub(in crate::engine) fn wants_attributes(policy: &dyn Policy) -> bool {
    let mut facts = policy.facts().iter().chain(policy.facts_review());
    facts.any(|fact| matches!(fact, Fact::Attribute(_)))
}

/// True if a programme reads any birthday.
pub(in crate::engine) fn wants_birthdays(policy: &dyn Policy) -> bool {
    let is_birthday = |f: &Fact| matches!(f, Fact::BirthdayToday | Fact::BirthdayThisMonth);
    let mut facts = policy.facts().iter().chain(policy.facts_review());
    facts.any(is_birthday) || has_birthdays(policy)
}

/// The first day on which an attribute that was stated on a day is no longer kept; None if
/// the programme keeps no such attribute.
pub(in crate::engine) fn attribute_end(programme: &Programme, id: &str, told: Day) -> Option<Day> {
    let mut declared = programme.attributes.iter().filter(|a| a.id == id);
    declared.next().map(|a| told.plus_months(a.keep_months))
}

/// Removes attributes that are no longer kept on a day.
pub(in crate::engine) fn drop_old(programme: &Programme, profile: &mut Profile, day: Day) {
    profile
        .attributes
        .retain(|(id, _, told)| attribute_end(programme, id, *told).is_some_and(|end| day < end));
}

/// Sets attributes, or removes those whose value is empty.
pub(in crate::engine) fn set_attributes(
    names: &NameResolver<'_>,
    member: Option<&Member>,
    profile: &mut Profile,
    changes: &[(String, String)],
    day: Day,
) -> Result<(), Stop> {
    // A profile that is sealed again must not carry expired attributes on.
    drop_old(names.programme, profile, day);
    for (name, value) in changes {
        if !value.is_empty() {
            check_attribute(names, member, name, value)?;
        }
        profile.attributes.retain(|a| a.0 != *name);
        if !value.is_empty() {
            let kept = (name.clone(), value.clone(), day);
            profile.attributes.push(kept);
        }
    }
    Ok(())
}

fn check_attribute(
    names: &NameResolver<'_>,
    member: Option<&Member>,
    name: &str,
    value: &str,
) -> Result<(), Stop> {
    let declared = &names.programme.attributes;
    let Some(attribute) = declared.iter().find(|a| a.id == name) else {
        let known: Vec<&str> = declared.iter().map(|a| a.id.as_str()).collect();
        let known = match known.is_empty() {
            true => "none".to_owned(),
            false => known.join(", "),
        };
        let detail = format!("attributes: the programme keeps no '{name}'; it keeps: {known}");
        return no(Code::BadInput, detail);
    };
    if !attribute.values.iter().any(|v| v == value) {
        let known = attribute.values.join(", ");
        let detail = format!("attributes.{name}: '{value}' is none of {known}");
        return no(Code::BadInput, detail);
    }
    match member.is_some_and(|m| has_consent(m, attribute.purpose)) {
        true => Ok(()),
        false => {
            let purpose = names.names.text(NameKind::Purpose, attribute.purpose);
            let detail = format!("{purpose}: {name} needs this consent; nothing was stored");
            no(Code::NoConsent, detail)
        }
    }
}
