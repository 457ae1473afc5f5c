//! Personal data: profiles and remarks are sealed before anything is stored, and aliases
//! become ids before anything is hashed.

use crate::command::{Alias, Enrol, Office, ProfileChange, Request, Verb, Who};
use crate::engine::error::Error;
use crate::engine::reading::{alias_owner, profiles};
use crate::engine::staging::staged::{Mode, Staged};
use crate::engine::staging::{admit, booking, follow, name_resolver, recorded};
use crate::engine::stop::{Stop, key_conflict, no, nobody};
use crate::engine::verbs::aliases;
use crate::engine::verbs::attributes::{set_attributes, set_birthday};
use crate::engine::verbs::profile::{Profile, seal_for};
use crate::engine::{Ledger, Records};
use crate::model::{
    Act, Code, Consent, Enrolled, Entry, Key, MemberId, NameKind, Number, Origin, Refusal, Sealed,
};
use crate::storage::vault::Secret;
use zeroize::Zeroizing;

/// Enrols a member, changes their profile or keeps a remark on them.
pub(in crate::engine) fn stage_personal(
    ledger: &mut Ledger,
    request: &Request,
    mode: &Mode,
    origin: Origin,
) -> Result<Staged, Stop> {
    match &request.verb {
        Verb::Enrol(enrol) => stage_enrol(ledger, request, enrol, mode, origin),
        Verb::Profile(change) => stage_change(ledger, request, change, mode, origin),
        Verb::Note { purpose, text } => stage_note(ledger, request, mode, origin, (purpose, text)),
        _ => no(Code::BadInput, "no personal data"),
    }
}

fn stage_enrol(
    ledger: &mut Ledger,
    request: &Request,
    enrol: &Enrol,
    mode: &Mode,
    origin: Origin,
) -> Result<Staged, Stop> {
    let aliases = alias_owner::all_in_form(ledger, &enrol.aliases)?;
    let profile = Profile {
        name: enrol.name.clone(),
        birthday: enrol.birthday,
        aliases: aliases.iter().map(|a| a.as_str().to_owned()).collect(),
        ..Profile::default()
    };
    if let Some(entry) = recorded_enrol(ledger, request, &profile)? {
        return Ok(Staged::again(entry, request));
    }
    let referrer = referrer(ledger, enrol)?;
    if let Err(stop) = check_free(ledger, &enrol.aliases, None) {
        return match referrer {
            Some(referrer) => refuse_referral(ledger, request, enrol, mode, origin, referrer),
            None => Err(stop),
        };
    }
    let consents = self::consents(ledger, &enrol.consents, true, &enrol.notice)?;
    let act = |profile| Enrolled {
        profile,
        referrer,
        source: enrol.source.clone(),
        consents,
    };
    let entry = self::enrol(ledger, request, mode, origin, &profile, act)?;
    Ok(Staged::booked(entry))
}

fn referrer(records: &mut Records, enrol: &Enrol) -> Result<Option<MemberId>, Stop> {
    let Some(who) = &enrol.referrer else {
        return Ok(None);
    };
    if let Some(id) = records.resolve(who)? {
        return Ok(Some(id));
    }
    let is_own = |alias: &Alias| matches!(who, Who::Alias(own) if own == alias);
    match enrol.aliases.iter().any(is_own) {
        true => no(Code::SameMember, "referrer: nobody brings themselves"),
        false => Err(nobody("referrer").into()),
    }
}

/// Refuses a referral of a member who joined before; the refusal is
/// recorded if it depends on recorded referrals.
fn refuse_referral(
    ledger: &mut Ledger,
    request: &Request,
    enrol: &Enrol,
    mode: &Mode,
    origin: Origin,
    referrer: MemberId,
) -> Result<Staged, Stop> {
    let mut owner = None;
    for alias in &enrol.aliases {
        owner = owner.or(ledger.resolve(&Who::Alias(alias.clone()))?);
    }
    let owner = owner.ok_or_else(|| Refusal::new(Code::AliasTaken, "aliases: one is taken"))?;
    follow::load_referrers(ledger, referrer)?;
    let act = Act::Enrolled(Enrolled {
        profile: None,
        referrer: Some(referrer),
        source: enrol.source.clone(),
        consents: Vec::new(),
    });
    let head = admit::head(ledger, request, mode, origin, Some(owner))?;
    let entry = booking::book(ledger, head, Some(owner), act, None)?;
    Ok(Staged::booked(entry))
}

/// Consents by their purposes' names.
pub(in crate::engine) fn consents(
    records: &Records,
    purposes: &[String],
    is_given: bool,
    notice: &str,
) -> Result<Vec<Consent>, Stop> {
    let consent = |purpose: &String| {
        Ok(Consent {
            purpose: purpose_named(records, purpose)?,
            is_given,
            notice: notice.into(),
        })
    };
    purposes.iter().map(consent).collect()
}

/// Number of a purpose of the programme in force.
fn purpose_named(records: &Records, name: &str) -> Result<Number, Stop> {
    let known = records.programme()?.purposes.iter();
    let known: Vec<&str> = known.map(|p| p.1.as_str()).collect();
    name_resolver::names(records)?.number(NameKind::Purpose, name, Code::UnknownPurpose, known)
}

fn recorded_enrol(
    records: &mut Records,
    request: &Request,
    profile: &Profile,
) -> Result<Option<Entry>, Stop> {
    let Some(entry) = records.booked_under(&request.key)? else {
        return Ok(None);
    };
    let is_same = match (&entry.act, entry.member()) {
        (Act::Enrolled(_), Some(id)) => {
            profiles::profile_in(records, &entry, id)?.unwrap_or_default() == *profile
        }
        (Act::Refused(refused), _) => matches!(*refused.act, Act::Enrolled(_)),
        _ => false,
    };
    match is_same {
        true => Ok(Some(entry)),
        false => Err(key_conflict(entry.seq).into()),
    }
}

/// Refuses aliases that another member owns.
fn check_free(records: &mut Records, aliases: &[Alias], own: Option<MemberId>) -> Result<(), Stop> {
    for alias in aliases {
        let owner = alias_owner::alias_owner(records, alias)?;
        if owner.is_some() && owner != own {
            let detail = format!("aliases: this {} belongs to another member", alias.scheme());
            return no(Code::AliasTaken, detail);
        }
    }
    Ok(())
}

/// Enrols the owner of a new alias on the way to something else.
pub(in crate::engine) fn enrol_alias(
    ledger: &mut Ledger,
    alias: &Alias,
    request: &Request,
    mode: &Mode,
    origin: &Origin,
) -> Result<MemberId, Stop> {
    let profile = Profile {
        aliases: vec![alias_owner::in_form(ledger, alias)?.as_str().to_owned()],
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
    let entry = enrol(ledger, &keyless, mode, origin, &profile, act)?;
    entry
        .member()
        .ok_or_else(|| Error::internal("an enrolment without a member").into())
}

fn enrol(
    ledger: &mut Ledger,
    request: &Request,
    mode: &Mode,
    origin: Origin,
    profile: &Profile,
    act: impl FnOnce(Option<Sealed>) -> Enrolled,
) -> Result<Entry, Stop> {
    let head = admit::head(ledger, request, mode, origin, None)?;
    let id = MemberId(ledger.entropy.draw());
    let sealed = match profile.is_empty() {
        true => None,
        false => {
            let key: Secret = Zeroizing::new(ledger.entropy.draw());
            let sealed = profile.seal(&key, id, ledger.entropy.draw());
            profiles::keep_profile(ledger, id, profile, &key, None);
            ledger.fresh_vault.push((id, key));
            Some(sealed)
        }
    };
    let decided = booking::book(ledger, head, Some(id), Act::Enrolled(act(sealed)), None);
    if decided.is_err() {
        profiles::forget_profile(ledger, id, profile);
    }
    decided
}

/// The member whom a command names.
fn known_member(records: &mut Records, request: &Request) -> Result<MemberId, Stop> {
    let named = request.member.as_ref();
    let who = named.ok_or_else(|| Refusal::new(Code::BadInput, "member: it is missing"))?;
    let id = records.resolve(who)?;
    id.ok_or_else(|| nobody("member").into())
}

fn stage_change(
    ledger: &mut Ledger,
    request: &Request,
    change: &ProfileChange,
    mode: &Mode,
    origin: Origin,
) -> Result<Staged, Stop> {
    let id = known_member(ledger, request)?;
    let asked = Act::ProfileChanged { profile: None };
    if let Some(again) = recorded::recorded(ledger, request, Some(id), &asked)? {
        return Ok(Staged::again(again.entry, request));
    }
    check_free(ledger, &change.aliases_add, Some(id))?;
    let old = profiles::profile(ledger, id)?.unwrap_or_default();
    let removed = owned(&change.aliases_remove, &old, &ledger.programme()?.aliases)?;
    let added = alias_owner::all_in_form(ledger, &change.aliases_add)?;
    let mut new = old.clone();
    if let Some(name) = &change.name {
        new.name.clone_from(name);
    }
    let day = admit::request_day(ledger, request);
    set_birthday(&mut new, change.birthday, day)?;
    let member = ledger.cache.member(id);
    set_attributes(
        &name_resolver::names(ledger)?,
        member,
        &mut new,
        &change.attributes,
        day,
    )?;
    new.aliases.retain(|a| !removed.contains(a));
    for alias in &added {
        if !new.aliases.iter().any(|a| a == alias.as_str()) {
            new.aliases.push(alias.as_str().to_owned());
        }
    }
    let head = admit::head(ledger, request, mode, origin, Some(id))?;
    let entry = aliases::change_profile(ledger, id, &old, &new, head)?;
    Ok(Staged::booked(entry))
}

/// Keeps a remark on a member.
fn stage_note(
    ledger: &mut Ledger,
    request: &Request,
    mode: &Mode,
    origin: Origin,
    (purpose, text): (&str, &str),
) -> Result<Staged, Stop> {
    let id = known_member(ledger, request)?;
    let purpose = purpose_named(ledger, purpose)?;
    let asked = Act::Noted {
        purpose,
        text: Sealed::default(),
    };
    if let Some(again) = recorded::recorded(ledger, request, Some(id), &asked)? {
        let entry = again.entry;
        if profiles::note_in(ledger, &entry)?.is_some_and(|kept| kept != text) {
            return Err(key_conflict(entry.seq).into());
        }
        return Ok(Staged::again(entry, request));
    }
    let head = admit::head(ledger, request, mode, origin, Some(id))?;
    let had_key = profiles::member_key(ledger, id)?.is_some();
    let (_, key) = profiles::key_for(ledger, id)?;
    let text = seal_for(id, &key, text.as_bytes(), ledger.entropy.draw());
    let act = Act::Noted { purpose, text };
    let decided = booking::book(ledger, head, Some(id), act, None);
    if decided.is_err() && !had_key {
        // Nothing was sealed under it.
        ledger.fresh_vault.retain(|(member, _)| *member != id);
    }
    Ok(Staged::booked(decided?))
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
