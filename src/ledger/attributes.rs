//! What may be kept of a member besides name and birthday: only what the
//! programme declares, for a purpose the member agreed to, for so long.

use super::Ledger;
use super::admit::{Stop, no};
use super::error::Error;
use super::profile::Profile;
use crate::book::facts::has_consent;
use crate::model::{Code, Day, Fact, MemberId, MonthDay, NameKind, Policy, Refusal};

/// Sets a birthday, or takes it away. One that is known can be changed once.
pub(super) fn set_birthday(
    profile: &mut Profile,
    birthday: Option<Option<MonthDay>>,
    day: Day,
) -> Result<(), Stop> {
    let Some(birthday) = birthday.filter(|new| *new != profile.birthday) else {
        return Ok(());
    };
    if let Some(changed) = profile.birthday_changed {
        let detail = format!("birthday: it was changed on {changed}, and can be changed once");
        return Err(Refusal::new(Code::TooSoon, detail).into());
    }
    if profile.birthday.is_some() {
        profile.birthday_changed = Some(day);
    }
    profile.birthday = birthday;
    Ok(())
}

impl Ledger {
    /// Whether the programme reads any attribute.
    pub(super) fn wants_attributes(&self) -> Result<bool, Error> {
        let policy = self.policy()?;
        let mut facts = policy.facts().iter().chain(policy.facts_review());
        Ok(facts.any(|fact| matches!(fact, Fact::Attribute(_))))
    }

    /// What is kept of a member and not too old on a day.
    pub(super) fn attributes_on(
        &mut self,
        id: MemberId,
        day: Day,
    ) -> Result<Vec<(String, String)>, Error> {
        let Some(profile) = self.profile(id)? else {
            return Ok(Vec::new());
        };
        let declared = &self.programme()?.attributes;
        let is_kept = |id: &str, told: Day| {
            let attribute = declared.iter().find(|a| a.id == id);
            attribute.is_some_and(|a| day < told.plus_months(a.keep_months))
        };
        let kept = profile.attributes.into_iter();
        let kept = kept.filter(|(id, _, told)| is_kept(id, *told));
        Ok(kept.map(|(id, value, _)| (id, value)).collect())
    }

    /// Sets attributes, or takes them away where the value is empty.
    pub(super) fn set_attributes(
        &mut self,
        id: MemberId,
        profile: &mut Profile,
        changes: &[(String, String)],
        day: Day,
    ) -> Result<(), Stop> {
        for (name, value) in changes {
            if !value.is_empty() {
                self.check_attribute(id, name, value)?;
            }
            profile.attributes.retain(|a| a.0 != *name);
            if !value.is_empty() {
                let kept = (name.clone(), value.clone(), day);
                profile.attributes.push(kept);
            }
        }
        Ok(())
    }

    fn check_attribute(&self, id: MemberId, name: &str, value: &str) -> Result<(), Stop> {
        let declared = &self.programme()?.attributes;
        let Some(attribute) = declared.iter().find(|a| a.id == name) else {
            let known: Vec<&str> = declared.iter().map(|a| a.id.as_str()).collect();
            let known = known.join(", ");
            let detail = format!("attributes: the programme keeps no '{name}'; it keeps: {known}");
            return no(Code::BadInput, detail);
        };
        if !attribute.values.iter().any(|v| v == value) {
            let known = attribute.values.join(", ");
            let detail = format!("attributes.{name}: '{value}' is none of {known}");
            return no(Code::BadInput, detail);
        }
        let member = self.shelf.state.members.get(&id);
        match member.is_some_and(|m| has_consent(m, attribute.purpose)) {
            true => Ok(()),
            false => {
                let purpose = self
                    .house()
                    .names
                    .text(NameKind::Purpose, attribute.purpose);
                let detail = format!("{purpose}: {name} needs this consent; nothing was stored");
                no(Code::NoConsent, detail)
            }
        }
    }
}
