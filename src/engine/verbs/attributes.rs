//! Attributes of a member besides name and birthday: only those that the
//! programme declares, for a purpose the member agreed to, and for a limited
//! time.

use crate::engine::Ledger;
use crate::engine::error::Error;
use crate::engine::staging::admit::{Stop, no};
use crate::engine::verbs::profile::Profile;
use crate::model::{Code, Day, Fact, Instant, MemberId, MonthDay, NameKind, Policy, Refusal};
use crate::rules::campaign::trigger::has_birthdays;
use crate::rules::facts::has_consent;

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
        return Err(Refusal::new(Code::TooSoon, detail).into());
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

impl Ledger {
    /// Profile of a member by the entry that keeps it, as it could be read on a day;
    /// None if the vault does not open it any more.
    ///
    /// # Errors
    /// I/O errors.
    pub fn profile_by(
        &mut self,
        id: MemberId,
        seq: u64,
        day: Day,
    ) -> Result<Option<Profile>, Error> {
        let Some(entry) = self.entry(seq)? else {
            return Ok(None);
        };
        let mut profile = self.profile_in(&entry, id)?;
        if let Some(profile) = &mut profile {
            self.drop_old(profile, day)?;
        }
        Ok(profile)
    }

    /// Attributes of a member that are not too old on a day.
    pub(in crate::engine) fn attributes_on(
        &mut self,
        id: MemberId,
        day: Day,
    ) -> Result<Vec<(String, String)>, Error> {
        let Some(mut profile) = self.profile(id)? else {
            return Ok(Vec::new());
        };
        self.drop_old(&mut profile, day)?;
        let kept = profile.attributes.into_iter();
        Ok(kept.map(|(id, value, _)| (id, value)).collect())
    }

    /// The first day on which an attribute that was stated on a day is no
    /// longer kept; None if the programme keeps no such attribute.
    pub fn attribute_end(&self, id: &str, told: Day) -> Result<Option<Day>, Error> {
        let declared = self.programme()?.attributes.iter();
        let mut declared = declared.filter(|a| a.id == id);
        Ok(declared.next().map(|a| told.plus_months(a.keep_months)))
    }

    /// Profile of a member as it may be read today.
    pub fn profile_today(&mut self, id: MemberId) -> Result<Option<Profile>, Error> {
        let mut profile = self.profile(id)?;
        let today = self.day_of(Instant(self.clock.now_micros()));
        if let Some(profile) = &mut profile {
            self.drop_old(profile, today)?;
        }
        Ok(profile)
    }

    /// Removes attributes that are no longer kept on a day.
    fn drop_old(&self, profile: &mut Profile, day: Day) -> Result<(), Error> {
        let mut kept = Vec::new();
        for (id, value, told) in std::mem::take(&mut profile.attributes) {
            if self.attribute_end(&id, told)?.is_some_and(|end| day < end) {
                kept.push((id, value, told));
            }
        }
        profile.attributes = kept;
        Ok(())
    }

    /// Sets attributes, or removes those whose value is empty.
    pub(in crate::engine) fn set_attributes(
        &mut self,
        id: MemberId,
        profile: &mut Profile,
        changes: &[(String, String)],
        day: Day,
    ) -> Result<(), Stop> {
        // A profile that is sealed again must not carry expired attributes on.
        self.drop_old(profile, day)?;
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
        let member = self.cache.member(id);
        match member.is_some_and(|m| has_consent(m, attribute.purpose)) {
            true => Ok(()),
            false => {
                let purpose = self
                    .global()
                    .names
                    .text(NameKind::Purpose, attribute.purpose);
                let detail = format!("{purpose}: {name} needs this consent; nothing was stored");
                no(Code::NoConsent, detail)
            }
        }
    }
}
