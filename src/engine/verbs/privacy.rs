//! Personal data: profiles and remarks are sealed before anything is stored, and aliases
//! become ids before anything is hashed.

use crate::command::{Alias, Enrol, Office, ProfileChange, Request, Verb, Who};
use crate::engine::Ledger;
use crate::engine::error::Error;
use crate::engine::staging::admit::Stop;
use crate::engine::staging::submit::{Mode, Staged};
use crate::engine::verbs::attributes::{attribute_end, drop_old, set_attributes, set_birthday};
use crate::engine::verbs::profile::{Profile, open_for, seal_for, text_hash};
use crate::model::{
    Act, Code, Consent, Day, Enrolled, Entry, Instant, Key, MemberId, NameKind, Number, Origin,
    Refusal, Sealed,
};
use crate::rules::DecisionInputs;
use crate::rules::member::consent::agrees;
use crate::storage::error::StorageError;
use crate::storage::vault::Secret;
use zeroize::Zeroizing;

impl Ledger {
    /// Enrols a member, changes their profile or keeps a remark on them.
    pub(in crate::engine) fn stage_personal(
        &mut self,
        request: &Request,
        mode: &Mode,
        origin: Origin,
    ) -> Result<Staged, Stop> {
        match &request.verb {
            Verb::Enrol(enrol) => self.stage_enrol(request, enrol, mode, origin),
            Verb::Profile(change) => self.stage_change(request, change, mode, origin),
            Verb::Note { purpose, text } => self.stage_note(request, mode, origin, (purpose, text)),
            _ => Err(Refusal::new(Code::BadInput, "no personal data").into()),
        }
    }

    fn stage_enrol(
        &mut self,
        request: &Request,
        enrol: &Enrol,
        mode: &Mode,
        origin: Origin,
    ) -> Result<Staged, Stop> {
        let aliases = self.all_in_form(&enrol.aliases)?;
        let profile = Profile {
            name: enrol.name.clone(),
            birthday: enrol.birthday,
            aliases: aliases.iter().map(|a| a.as_str().to_owned()).collect(),
            ..Profile::default()
        };
        if let Some(entry) = self.recorded_enrol(request, &profile)? {
            return Ok(Staged::Sealed {
                entry: Box::new(entry),
                repeats: Some(request.key.clone()),
            });
        }
        let referrer = self.referrer(enrol)?;
        if let Err(stop) = self.check_free(&enrol.aliases, None) {
            return match referrer {
                Some(referrer) => self.refuse_referral(request, enrol, mode, origin, referrer),
                None => Err(stop),
            };
        }
        let consents = self.consents(&enrol.consents, true, &enrol.notice)?;
        let act = |profile| Enrolled {
            profile,
            referrer,
            source: enrol.source.clone(),
            consents,
        };
        let entry = self.enrol(request, mode, origin, &profile, act)?;
        Ok(Staged::Sealed {
            entry: Box::new(entry),
            repeats: None,
        })
    }

    fn referrer(&mut self, enrol: &Enrol) -> Result<Option<MemberId>, Stop> {
        let Some(who) = &enrol.referrer else {
            return Ok(None);
        };
        if let Some(id) = self.resolve(who)? {
            return Ok(Some(id));
        }
        let is_own = |alias: &Alias| matches!(who, Who::Alias(own) if own == alias);
        let (code, detail) = match enrol.aliases.iter().any(is_own) {
            true => (Code::SameMember, "nobody brings themselves"),
            false => (Code::UnknownMember, "nobody is known by that"),
        };
        Err(Refusal::new(code, format!("referrer: {detail}")).into())
    }

    /// Refuses a referral of a member who joined before; the refusal is
    /// recorded if it depends on recorded referrals.
    fn refuse_referral(
        &mut self,
        request: &Request,
        enrol: &Enrol,
        mode: &Mode,
        origin: Origin,
        referrer: MemberId,
    ) -> Result<Staged, Stop> {
        let mut owner = None;
        for alias in &enrol.aliases {
            owner = owner.or(self.resolve(&Who::Alias(alias.clone()))?);
        }
        let owner = owner.ok_or_else(|| Refusal::new(Code::AliasTaken, "aliases: one is taken"))?;
        self.load_referrers(referrer)?;
        let act = Act::Enrolled(Enrolled {
            profile: None,
            referrer: Some(referrer),
            source: enrol.source.clone(),
            consents: Vec::new(),
        });
        let head = self.head(request, mode, origin, Some(owner))?;
        let entry = self.decide_and_seal(head, Some(owner), act, DecisionInputs::default())?;
        Ok(Staged::Sealed {
            entry: Box::new(entry),
            repeats: None,
        })
    }

    /// Consents by their purposes' names.
    pub(in crate::engine) fn consents(
        &self,
        purposes: &[String],
        is_given: bool,
        notice: &str,
    ) -> Result<Vec<Consent>, Stop> {
        let consent = |purpose: &String| {
            Ok(Consent {
                purpose: self.purpose(purpose)?,
                is_given,
                notice: notice.into(),
            })
        };
        purposes.iter().map(consent).collect()
    }

    /// Number of a purpose of the programme in force.
    pub(in crate::engine) fn purpose(&self, name: &str) -> Result<Number, Stop> {
        let known = self.programme()?.purposes.iter();
        let known: Vec<&str> = known.map(|p| p.1.as_str()).collect();
        self.names()?
            .number(NameKind::Purpose, name, Code::UnknownPurpose, known)
    }

    fn recorded_enrol(
        &mut self,
        request: &Request,
        profile: &Profile,
    ) -> Result<Option<Entry>, Stop> {
        if !request.key.is_some() {
            return Ok(None);
        }
        let Some(seq) = self.find_by_key(request.key.as_str())? else {
            return Ok(None);
        };
        let entry = self
            .entry(seq)?
            .ok_or_else(|| Error::damage(format!("entry {seq} cannot be read back")))?;
        let is_same = match (&entry.act, entry.member()) {
            (Act::Enrolled(_), Some(id)) => {
                self.profile_in(&entry, id)?.unwrap_or_default() == *profile
            }
            (Act::Refused(refused), _) => matches!(*refused.act, Act::Enrolled(_)),
            _ => false,
        };
        match is_same {
            true => Ok(Some(entry)),
            false => Err(crate::engine::staging::submit::key_conflict(seq).into()),
        }
    }

    /// Refuses aliases that another member owns.
    fn check_free(&mut self, aliases: &[Alias], own: Option<MemberId>) -> Result<(), Stop> {
        for alias in aliases {
            let owner = self.alias_owner(alias)?;
            if owner.is_some() && owner != own {
                let detail = format!("aliases: this {} belongs to another member", alias.scheme());
                return Err(Refusal::new(Code::AliasTaken, detail).into());
            }
        }
        Ok(())
    }

    /// Enrols the owner of a new alias on the way to something else.
    pub(in crate::engine) fn enrol_alias(
        &mut self,
        alias: &Alias,
        request: &Request,
        mode: &Mode,
        origin: &Origin,
    ) -> Result<MemberId, Stop> {
        let profile = Profile {
            aliases: vec![self.in_form(alias)?.as_str().to_owned()],
            ..Profile::default()
        };
        let act = |profile| Enrolled {
            profile,
            referrer: None,
            source: String::new(),
            consents: Vec::new(),
        };
        // A balance of long ago makes nobody a member since then.
        let is_opening = matches!(request.verb, Verb::Office(Office::Opening { .. }));
        let keyless = Request {
            key: Key::none(),
            member: None,
            verb: Verb::Daily,
            at: request.at.filter(|_| mode.is_history || !is_opening),
            source: request.source.clone(),
            is_clock_accepted: request.is_clock_accepted,
            is_training: false,
            id: None,
            slip: None,
        };
        // The terminal's counter belongs to the command, whose entry comes
        // after this one.
        let origin = Origin {
            counter: None,
            ..origin.clone()
        };
        let entry = self.enrol(&keyless, mode, origin, &profile, act)?;
        entry
            .member()
            .ok_or_else(|| Error::internal("an enrolment without a member").into())
    }

    fn enrol(
        &mut self,
        request: &Request,
        mode: &Mode,
        origin: Origin,
        profile: &Profile,
        act: impl FnOnce(Option<Sealed>) -> Enrolled,
    ) -> Result<Entry, Stop> {
        let head = self.head(request, mode, origin, None)?;
        let id = MemberId(self.entropy.draw());
        let sealed = match profile.is_empty() {
            true => None,
            false => {
                let key: Secret = Zeroizing::new(self.entropy.draw());
                let sealed = profile.seal(&key, id, self.entropy.draw());
                self.keep_profile(id, profile, &key, None);
                self.fresh_vault.push((id, key));
                Some(sealed)
            }
        };
        let decided = self.decide_and_seal(
            head,
            Some(id),
            Act::Enrolled(act(sealed)),
            DecisionInputs::default(),
        );
        if decided.is_err() {
            self.forget_profile(id, profile);
        }
        decided
    }

    pub(in crate::engine) fn forget_profile(&mut self, id: MemberId, profile: &Profile) {
        for alias in &profile.aliases {
            self.cache
                .set_owner(text_hash(&self.alias_key, alias), None);
        }
        self.cache.set_birthday(id, None, None);
        self.fresh_vault.retain(|(member, _)| *member != id);
    }

    /// The member whom a command names.
    fn known_member(&mut self, request: &Request) -> Result<MemberId, Stop> {
        let named = request.member.as_ref();
        let who = named.ok_or_else(|| Refusal::new(Code::BadInput, "member: it is missing"))?;
        let id = self.resolve(who)?;
        id.ok_or_else(|| {
            Refusal::new(Code::UnknownMember, "member: nobody is known by that").into()
        })
    }

    fn stage_change(
        &mut self,
        request: &Request,
        change: &ProfileChange,
        mode: &Mode,
        origin: Origin,
    ) -> Result<Staged, Stop> {
        let id = self.known_member(request)?;
        if let Some(entry) =
            self.recorded(request, Some(id), &Act::ProfileChanged { profile: None })?
        {
            return Ok(Staged::Sealed {
                entry: Box::new(entry),
                repeats: Some(request.key.clone()),
            });
        }
        self.check_free(&change.aliases_add, Some(id))?;
        let old = self.profile(id)?.unwrap_or_default();
        let removed = owned(&change.aliases_remove, &old, &self.programme()?.aliases)?;
        let added = self.all_in_form(&change.aliases_add)?;
        let mut new = old.clone();
        if let Some(name) = &change.name {
            new.name.clone_from(name);
        }
        let day = self.request_day(request);
        set_birthday(&mut new, change.birthday, day)?;
        let member = self.cache.member(id);
        set_attributes(&self.names()?, member, &mut new, &change.attributes, day)?;
        new.aliases.retain(|a| !removed.contains(a));
        for alias in &added {
            if !new.aliases.iter().any(|a| a == alias.as_str()) {
                new.aliases.push(alias.as_str().to_owned());
            }
        }
        let head = self.head(request, mode, origin, Some(id))?;
        let entry = self.change_profile(id, &old, &new, head)?;
        Ok(Staged::Sealed {
            entry: Box::new(entry),
            repeats: None,
        })
    }

    /// A member's key, with its slot in the vault unless it is still to be added.
    pub(in crate::engine) fn member_key(
        &mut self,
        id: MemberId,
    ) -> Result<Option<(Option<u32>, Secret)>, Error> {
        if let Some((_, key)) = self.fresh_vault.iter().find(|(member, _)| *member == id) {
            return Ok(Some((None, key.clone())));
        }
        let found = self.vault.locate(&id.0)?;
        Ok(found.map(|(slot, key)| (Some(slot), key)))
    }

    /// A member's key, made if there is none yet, and its slot in the vault. An erased
    /// member gets none.
    pub(in crate::engine) fn key_for(
        &mut self,
        id: MemberId,
    ) -> Result<(Option<u32>, Secret), Stop> {
        if self.is_erased(id) {
            return Err(crate::rules::decide::erased().into());
        }
        if let Some(found) = self.member_key(id)? {
            return Ok(found);
        }
        let key: Secret = Zeroizing::new(self.entropy.draw());
        self.fresh_vault.push((id, key.clone()));
        Ok((None, key))
    }

    /// Profile of a member, as far as the vault opens it.
    pub fn profile(&mut self, id: MemberId) -> Result<Option<Profile>, Error> {
        self.cache.load(id)?;
        let member = self.cache.member(id);
        let seq = member.and_then(|m| m.profile);
        match seq.map(|seq| self.entry(seq)).transpose()?.flatten() {
            Some(entry) => self.profile_in(&entry, id),
            None => Ok(None),
        }
    }

    pub(in crate::engine) fn profile_in(
        &mut self,
        entry: &Entry,
        id: MemberId,
    ) -> Result<Option<Profile>, Error> {
        let (Act::Enrolled(Enrolled { profile, .. }) | Act::ProfileChanged { profile }) =
            &entry.act
        else {
            return Ok(None);
        };
        let Some(sealed) = profile else {
            return Ok(None);
        };
        self.opened(id, entry.seq, |key| Profile::open(sealed, key, id))
    }

    /// Opens what an entry seals for a member; None if its key is gone.
    fn opened<T>(
        &mut self,
        id: MemberId,
        seq: u64,
        open: impl FnOnce(&Secret) -> Option<T>,
    ) -> Result<Option<T>, Error> {
        let Some((_, key)) = self.member_key(id)? else {
            self.cache.load(id)?;
            self.check_keyless(id, seq)?;
            return Ok(None);
        };
        match open(&key) {
            Some(found) => Ok(Some(found)),
            // Sealed under the lost key, before there was another.
            None if self.vault.was_lost(&id.0)? => Ok(None),
            None => Err(self.wrong_key(id, seq)),
        }
    }

    /// The error that a member's key does not open what an entry seals.
    pub(in crate::engine) fn wrong_key(&self, id: MemberId, seq: u64) -> Error {
        let path = self.folders.secrets.join(crate::storage::vault::FILE_NAME);
        let finding = format!("the key of member {id} does not open entry {seq}");
        StorageError::secret_damage(&path, finding).into()
    }

    /// Keeps a remark on a member.
    pub(in crate::engine) fn stage_note(
        &mut self,
        request: &Request,
        mode: &Mode,
        origin: Origin,
        (purpose, text): (&str, &str),
    ) -> Result<Staged, Stop> {
        let id = self.known_member(request)?;
        let purpose = self.purpose(purpose)?;
        let asked = Act::Noted {
            purpose,
            text: Sealed::default(),
        };
        if let Some(entry) = self.recorded(request, Some(id), &asked)? {
            if self.note_in(&entry)?.is_some_and(|kept| kept != text) {
                return Err(crate::engine::staging::submit::key_conflict(entry.seq).into());
            }
            return Ok(Staged::Sealed {
                entry: Box::new(entry),
                repeats: Some(request.key.clone()),
            });
        }
        let head = self.head(request, mode, origin, Some(id))?;
        let had_key = self.member_key(id)?.is_some();
        let (_, key) = self.key_for(id)?;
        let text = seal_for(id, &key, text.as_bytes(), self.entropy.draw());
        let act = Act::Noted { purpose, text };
        let decided = self.decide_and_seal(head, Some(id), act, DecisionInputs::default());
        if decided.is_err() && !had_key {
            // Nothing was sealed under it.
            self.fresh_vault.retain(|(member, _)| *member != id);
        }
        Ok(Staged::Sealed {
            entry: Box::new(decided?),
            repeats: None,
        })
    }

    /// The remark of an entry; None if it is no remark, or its key is gone.
    ///
    /// # Errors
    /// A vault that does not verify; I/O errors.
    pub fn note_in(&mut self, entry: &Entry) -> Result<Option<String>, Error> {
        let (Act::Noted { text, .. }, Some(id)) = (&entry.act, entry.member()) else {
            return Ok(None);
        };
        self.opened(id, entry.seq, |key| {
            let plain = open_for(id, key, text)?;
            String::from_utf8(plain.to_vec()).ok()
        })
    }

    /// The remark of an entry while its member consents to the purpose that it is
    /// kept for.
    ///
    /// # Errors
    /// A vault that does not verify; I/O errors.
    pub fn note_to_show(&mut self, entry: &Entry) -> Result<Option<String>, Error> {
        let (Act::Noted { purpose, .. }, Some(id)) = (&entry.act, entry.member()) else {
            return Ok(None);
        };
        let Some(id) = self.resolve(&Who::Id(id))? else {
            return Ok(None);
        };
        match self.agrees_to(id, *purpose)? {
            true => self.note_in(entry),
            false => Ok(None),
        }
    }

    fn agrees_to(&mut self, id: MemberId, purpose: Number) -> Result<bool, Error> {
        let name = self.global().names.text(NameKind::Purpose, purpose);
        self.cache.load(id)?;
        let policy = self.policy()?;
        let member = self.cache.member(id);
        Ok(member.is_some_and(|member| agrees(&**policy, member, &name)))
    }

    /// True if a member's profile can no longer be read, since the key was
    /// accepted as lost.
    ///
    /// # Errors
    /// A vault that does not verify; I/O errors.
    pub fn is_profile_lost(&mut self, id: MemberId) -> Result<bool, Error> {
        Ok(!self.is_erased(id) && self.vault.is_lost(&id.0)?)
    }

    /// True if an alias leads to a member.
    pub fn knows(&mut self, who: &Who) -> Result<bool, Error> {
        Ok(self.resolve(who)?.is_some())
    }

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
        let profile = self.profile_in(&entry, id)?;
        profile.map(|found| self.as_of(found, day)).transpose()
    }

    /// Attributes of a member that are not too old on a day.
    pub(in crate::engine) fn attributes_on(
        &mut self,
        id: MemberId,
        day: Day,
    ) -> Result<Vec<(String, String)>, Error> {
        let Some(profile) = self.profile(id)? else {
            return Ok(Vec::new());
        };
        let kept = self.as_of(profile, day)?.attributes.into_iter();
        Ok(kept.map(|(id, value, _)| (id, value)).collect())
    }

    /// Profile of a member as it may be read today.
    pub fn profile_today(&mut self, id: MemberId) -> Result<Option<Profile>, Error> {
        let profile = self.profile(id)?;
        let today = self.day_of(Instant(self.clock.now_micros()));
        profile.map(|found| self.as_of(found, today)).transpose()
    }

    /// A profile as it may be read on a day.
    fn as_of(&self, mut profile: Profile, day: Day) -> Result<Profile, Error> {
        if !profile.attributes.is_empty() {
            drop_old(self.programme()?, &mut profile, day);
        }
        Ok(profile)
    }

    /// The first day on which an attribute that was stated on a day is no
    /// longer kept; None if the programme keeps no such attribute.
    pub fn attribute_end(&self, id: &str, told: Day) -> Result<Option<Day>, Error> {
        Ok(attribute_end(self.programme()?, id, told))
    }
}

/// Aliases to be removed, as the member has them: as they were sent, or in the
/// programme's form. One that the member does not have is refused.
fn owned(
    aliases: &[Alias],
    profile: &Profile,
    forms: &[(String, crate::model::AliasForm)],
) -> Result<Vec<String>, Stop> {
    let found = aliases.iter().map(|alias| {
        let formed = alias.in_form(forms).unwrap_or_else(|_| alias.clone());
        let is_it = |a: &&String| [alias.as_str(), formed.as_str()].contains(&a.as_str());
        profile.aliases.iter().find(is_it).cloned().ok_or_else(|| {
            let detail = format!("aliases_remove: the member has no such {}", alias.scheme());
            Refusal::new(Code::BadInput, detail).into()
        })
    });
    found.collect()
}
