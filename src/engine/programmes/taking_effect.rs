//! How a programme takes effect: schedules, what may follow what, notices to members, and the
//! stories kept with it.

use crate::command::Who;
use crate::engine::commit::{open_page, state_writing};
use crate::engine::error::Error;
use crate::engine::programmes::activation_note::ActivationNote;
use crate::engine::programmes::zone::zone_of;
use crate::engine::staging::{admit, booking, due_run};
use crate::engine::stop::Stop;
use crate::engine::verbs::{aliases, approval, targets};
use crate::engine::{Ledger, Records, stop};
use crate::model::{
    Account, Act, Activation, BundleFile, Effect, Engine, Entry, Head, Instant, MemberId, NameKind,
    Names, Number, Occurred, Operator, OutboxPosition, Pilot, PilotScope, Policy, Schedule,
    TermsAnnounced, unprintable,
};
use crate::policy::{
    BUNDLE_LEN_MAX, Bundle, Compiled, Diagnostic, HOST, SCRIPT, WorseTerm, check_upgrade, examine,
    shipped_stories, stories_digest, worse_terms,
};
use crate::rules::DecisionInputs;
use crate::rules::announcement::{ANNOUNCED, TOLD_MAX, WITHDRAWN, may_be_told};
use crate::rules::state::{RunningPilot, Scheduled, Telling};

/// Version of the ledger's own rules. From the first release on, a change of
/// their decisions raises it, and the old rules stay in the code.
const RULES: u32 = 1;

/// Versions of everything that decides in this program.
pub fn engine() -> Engine {
    Engine {
        script: SCRIPT.into(),
        host: HOST,
        rules: RULES,
    }
}

/// Compiles a bundle with the names it would have if it took effect now.
pub(in crate::engine) fn compile_new(
    bundle: &Bundle,
    names: &Names,
) -> Result<(Compiled, Names), Error> {
    let zone = zone_of(bundle)?;
    let mut names = names.clone();
    let made = examine(bundle, &mut names, zone).map_err(Error::Programme)?;
    Ok((made, names))
}

/// Stories of a programme as a ledger has them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StoriesFound {
    /// The stories; none if it took effect without any.
    Kept(Vec<BundleFile>),
    /// Only their hash: the journal does not have them.
    NotKept,
}

/// Compiles a bundle that is to follow the programme in force at once.
pub(in crate::engine) fn compiled_to_follow(
    ledger: &mut Ledger,
    bundle: &Bundle,
) -> Result<(Compiled, Names), Error> {
    let (made, names) = compile_new(bundle, &ledger.global().names)?;
    let mut errors = upgrade_errors(ledger, &made);
    errors.extend(aliases::alias_collisions(
        ledger,
        &made.programme().aliases,
    )?);
    match errors.is_empty() {
        true => Ok((made, names)),
        false => Err(Error::Programme(errors)),
    }
}

/// Books an activation, and what it entails: reviews of campaigns, aliases in their
/// new form.
pub(in crate::engine) fn put_in_force(
    ledger: &mut Ledger,
    (made, names): (Compiled, Names),
    schedule: Schedule,
    (scheduled, pilot): (Option<u64>, Option<Pilot>),
    head: Head,
) -> Result<u64, Stop> {
    let is_for_all = pilot.is_none();
    let before = ledger.global().names.count();
    let number = ledger.global().next_activation();
    let activation = Activation {
        number,
        files: schedule.files,
        digest: schedule.digest,
        zone: made.programme().calendar.zone.clone(),
        engine: engine(),
        names: names.since(before).to_vec(),
        facts: made.facts().to_vec(),
        facts_review: made.facts_review().to_vec(),
        note: schedule.note,
        stories: schedule.stories,
        without_stories: schedule.without_stories,
        drafter: schedule.drafter,
        pilot,
        scheduled,
    };
    open_page::make_room(ledger)?;
    let seq = booking::seal_alone(ledger, head, Act::PolicyActivated(Box::new(activation)))?;
    let made = ledger.programmes.put(number, made);
    if is_for_all {
        ledger.policy = Some(made);
    }
    targets::review_staged(ledger)?;
    aliases::bring_into_form(ledger)?;
    Ok(seq)
}

/// The person who activates a programme, checked.
pub(in crate::engine) fn activator(
    records: &Records,
    said_of: &ActivationNote,
) -> Result<Option<Operator>, Error> {
    let is_asked = records.programme().is_ok_and(|p| p.approval.programmes);
    let now = records.clock.now_micros();
    approval::supervisors(records).check_activator(said_of, is_asked, now)
}

/// Reasons why a programme may not follow the one in force.
pub fn upgrade_errors(records: &Records, new: &Compiled) -> Vec<Diagnostic> {
    match &records.policy {
        Some(old) => change_errors(records, old, new),
        None => Vec::new(),
    }
}

fn change_errors(records: &Records, old: &Compiled, new: &Compiled) -> Vec<Diagnostic> {
    let totals = |unit| records.global().totals(unit);
    let holds = |unit| totals(unit).is_some_and(|t| t.of(Account::Lots) != 0);
    check_upgrade(old.programme(), new.programme(), holds)
}

/// Compiles a bundle without putting it in force, with the ledger's names and those
/// that it adds.
///
/// # Errors
/// [`Error::Programme`] with the findings.
pub fn try_named(records: &Records, bundle: &Bundle) -> Result<(Compiled, Names), Error> {
    compile_new(bundle, &records.global().names)
}

/// Compiles a bundle with this ledger's names, without putting it in force.
pub fn try_bundle(records: &Records, bundle: &Bundle) -> Result<Compiled, Error> {
    Ok(compile_new(bundle, &records.global().names)?.0)
}

/// Schedules a programme: it takes effect at an instant to come, by an entry of its own.
///
/// # Errors
/// [`Error::Programme`] if it has errors, may not follow the programme that is in force
/// by then, or one that is scheduled for later may not follow it; misuse, if the
/// instant is past.
pub fn schedule(
    ledger: &mut Ledger,
    bundle: &Bundle,
    at: Instant,
    said_of: ActivationNote,
) -> Result<u64, Error> {
    ledger.commit()?;
    take_scheduled(ledger).map_err(stop::said)?;
    check_schedule(ledger, bundle, at)?;
    let worse = check_notice(ledger, bundle, Some(at))?;
    let approver = activator(ledger, &said_of)?;
    let (schedule, stories) = said_of.schedule(bundle, at);
    let act = Act::PolicyScheduled(Box::new(schedule));
    open_page::make_room(ledger).map_err(stop::said)?;
    let mut head = ledger.ledger_head();
    head.origin.approver = approver;
    let seq = booking::seal_alone(ledger, head, act)?;
    if !worse.is_empty() {
        begin_announcement(ledger, seq, at, &worse)?;
    }
    book_stories(ledger, seq, stories)?;
    finish_telling(ledger).map_err(stop::said)?;
    ledger.commit()?;
    Ok(seq)
}

/// Checks that a programme may be scheduled for an instant, without scheduling it.
///
/// # Errors
/// As [`schedule`].
pub fn check_schedule(ledger: &mut Ledger, bundle: &Bundle, at: Instant) -> Result<(), Error> {
    let now = ledger.ledger_head().effective;
    if at <= now {
        let calendar = &ledger.programme()?.calendar;
        let (at, now) = (calendar.display(at), calendar.display(now));
        return Err(Error::misuse(format!(
            "at: {at} is past (it is {now}); name an instant to come, or leave --at out"
        )));
    }
    check_in_turn(ledger, bundle, at)
}

/// Checks that a programme may follow the one that is in force at an instant to come,
/// and that the next one scheduled may follow it.
fn check_in_turn(ledger: &mut Ledger, bundle: &Bundle, at: Instant) -> Result<(), Error> {
    let mut all = ledger.global().scheduled.clone();
    all.sort_by_key(|each| (each.at, each.seq));
    let (before, behind): (Vec<_>, Vec<_>) = all.into_iter().partition(|each| each.at <= at);
    let names = ledger.global().names.clone();
    let (new, names) = match before.last() {
        None => {
            let (new, names) = compile_new(bundle, &names)?;
            let errors = upgrade_errors(ledger, &new);
            (refuse(errors, new)?, names)
        }
        Some(last) => {
            let (old, names) = compile_new(&scheduled_bundle(ledger, last.seq)?, &names)?;
            let (new, names) = compile_new(bundle, &names)?;
            let errors = change_errors(ledger, &old, &new);
            (refuse(errors, new)?, names)
        }
    };
    let aliases = aliases::alias_collisions(ledger, &new.programme().aliases)?;
    let new = refuse(aliases, new)?;
    if let Some(next) = behind.first() {
        let (later, _) = compile_new(&scheduled_bundle(ledger, next.seq)?, &names)?;
        let mut errors = change_errors(ledger, &new, &later);
        for error in &mut errors {
            error.message = format!(
                "the programme that entry {} schedules could not follow it: {}",
                next.seq, error.message
            );
        }
        refuse(errors, ())?;
    }
    Ok(())
}

/// Content of an entry that schedules a programme.
///
/// # Errors
/// Misuse, if the entry schedules nothing; I/O errors.
pub fn scheduled(records: &mut Records, seq: u64) -> Result<(Entry, Schedule), Error> {
    let entry = records.entry(seq)?;
    match entry.map(|entry| (entry.act.clone(), entry)) {
        Some((Act::PolicyScheduled(schedule), entry)) => Ok((entry, *schedule)),
        _ => Err(Error::misuse(format!("entry {seq} schedules no programme"))),
    }
}

fn scheduled_bundle(records: &mut Records, seq: u64) -> Result<Bundle, Error> {
    Ok(Bundle::recorded(&scheduled(records, seq)?.1.files))
}

/// Cancels a scheduled programme. Where it was announced, the messages that were not sent
/// are withdrawn, and those who may have one are told that it does not come: `is_told`
/// is false where none was sent, and may be left open where a sender has acknowledged one.
///
/// # Errors
/// Misuse, if nothing is scheduled by that entry (any more), or `is_told` is needed or
/// cannot be; I/O errors.
pub fn cancel_schedule(
    ledger: &mut Ledger,
    of: u64,
    reason: &str,
    is_told: Option<bool>,
) -> Result<Cancelled, Error> {
    ledger.commit()?;
    take_scheduled(ledger).map_err(stop::said)?;
    if !ledger.global().is_scheduled(of) {
        return Err(Error::misuse(format!(
            "entry {of} schedules no programme that is still to come"
        )));
    }
    let mut cancelled = announced_so_far(ledger, of)?;
    cancelled.is_told = cancelled.whether_told(of, is_told)?;
    open_page::make_room(ledger).map_err(stop::said)?;
    cancelled.seq = book_cancelled(ledger, of, reason.into(), cancelled.is_told)?;
    finish_telling(ledger).map_err(stop::said)?;
    ledger.commit()?;
    Ok(cancelled)
}

/// Books that a schedule is cancelled, and on the same page that its announcement is
/// withdrawn, so that none is without the other.
fn book_cancelled(
    ledger: &mut Ledger,
    of: u64,
    reason: String,
    is_told: bool,
) -> Result<u64, Error> {
    let seq = booking::book_system_act(ledger, Act::ScheduleCancelled { of, reason }, Vec::new())?;
    let announced = ledger
        .global()
        .announcements
        .of(of)
        .map(|known| TermsAnnounced {
            is_last: !is_told,
            ..known.announced.clone()
        });
    if let Some(announced) = announced {
        let head = ledger.ledger_head();
        booking::seal_alone(
            ledger,
            head,
            Act::AnnouncementWithdrawn { announced, is_told },
        )?;
    }
    Ok(seq)
}

fn scheduled_due(ledger: &Ledger) -> Option<Scheduled> {
    let next = ledger.global().scheduled_next()?;
    let now = Instant(ledger.clock.now_micros()).max(ledger.global().effective.after(1));
    (next.at <= now && may_write(ledger)).then(|| next.clone())
}

/// True if the ledger may book what is its own to book.
fn may_write(ledger: &Ledger) -> bool {
    !ledger.writer.is_dry_run
        && !ledger.writer.is_back()
        && !ledger.options.is_reading
        && !ledger.is_tried
}

/// The programme that is scheduled to be in force at an instant; None if that is the
/// one in force now, or the scheduled one could not take effect.
pub(in crate::engine) fn scheduled_by(
    ledger: &mut Ledger,
    at: Instant,
) -> Result<Option<Compiled>, Error> {
    let by_then = ledger.global().scheduled.iter().filter(|s| s.at <= at);
    let Some(seq) = by_then.max_by_key(|s| (s.at, s.seq)).map(|s| s.seq) else {
        return Ok(None);
    };
    let bundle = scheduled_bundle(ledger, seq)?;
    match compiled_to_follow(ledger, &bundle) {
        Ok((made, _)) => Ok(Some(made)),
        Err(Error::Programme(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Puts every scheduled programme in force whose instant has come, goes on with messages
/// about terms that were interrupted, and commits.
///
/// # Errors
/// I/O errors. A clock that jumped leaves it for later.
pub fn take_schedules(ledger: &mut Ledger) -> Result<(), Error> {
    let is_telling = ledger.global().announcements.telling.is_some() && may_write(ledger);
    if !is_telling && scheduled_due(ledger).is_none() {
        return Ok(());
    }
    ledger.commit()?;
    admit::at_one_instant(ledger, take_scheduled).map_err(stop::said)?;
    ledger.commit().map(drop)
}

/// Puts every scheduled programme in force whose instant has come, each behind what was
/// due before that instant.
pub(in crate::engine) fn take_scheduled(ledger: &mut Ledger) -> Result<(), Stop> {
    finish_telling(ledger)?;
    while let Some(next) = scheduled_due(ledger) {
        if admit::check_clock(ledger, Instant(ledger.clock.now_micros())).is_err() {
            // Everything else is refused for the same reason.
            return Ok(());
        }
        if ledger.policy.is_some() {
            due_run::book_due_before(ledger, next.at)?;
        }
        take(ledger, &next)?;
        // The next one may have messages of its own.
        finish_telling(ledger)?;
    }
    Ok(())
}

fn take(ledger: &mut Ledger, next: &Scheduled) -> Result<(), Stop> {
    let (_, schedule) = scheduled(ledger, next.seq)?;
    match compiled_to_follow(ledger, &Bundle::recorded(&schedule.files)) {
        Ok(made) => {
            let mut head = ledger.ledger_head();
            head.day = ledger.day_of(next.at);
            head.occurred = Some(Occurred {
                lag: next.at.0 - head.effective.0,
                offset: 0,
            });
            put_in_force(ledger, made, schedule, (Some(next.seq), None), head)?;
        }
        // The till goes on under the programme that is in force.
        Err(Error::Programme(found)) => {
            let first = found.first().map_or("", |f| f.message.as_str());
            let reason = format!("it cannot take effect: {first}");
            let of = next.seq;
            open_page::make_room(ledger)?;
            book_cancelled(ledger, of, reason, true)?;
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

/// Sequences of the entries that may keep stories of an activation: its own, and that
/// which scheduled it.
fn sources(records: &mut Records, number: u32) -> Result<(Activation, [u64; 2]), Error> {
    let (entry, activation) = activation(records, number)?;
    let sources = [entry.seq, activation.scheduled.unwrap_or(entry.seq)];
    Ok((activation, sources))
}

/// Entry and content of an activation.
///
/// # Errors
/// Misuse, if there is none of that number; I/O errors.
pub fn activation(records: &mut Records, number: u32) -> Result<(Entry, Activation), Error> {
    let at = (number as usize).checked_sub(1);
    let seq = at.and_then(|at| records.global().activations.get(at).copied());
    let entry = match seq {
        Some(seq) => records.entry(seq)?,
        None => None,
    };
    match entry.map(|entry| (entry.act.clone(), entry)) {
        Some((Act::PolicyActivated(activation), entry)) => Ok((entry, *activation)),
        _ => Err(Error::misuse(format!(
            "there is no programme {number}; there are 1 to {}",
            records.global().activations.len()
        ))),
    }
}

/// Stories of an activation: those that became better later, or else those it took
/// effect with.
///
/// # Errors
/// Misuse, if there is no activation of that number; I/O errors.
pub fn stories_of(records: &mut Records, number: u32) -> Result<StoriesFound, Error> {
    let (activation, sources) = sources(records, number)?;
    let mut kept = records.global().stories.iter().rev();
    if let Some(later) = kept.find(|kept| sources.contains(&kept.of)) {
        return kept_stories(records, later.seq);
    }
    match activation.stories {
        None => Ok(StoriesFound::Kept(Vec::new())),
        Some(digest) => stories_by(records, &digest),
    }
}

/// Stories of a scheduled programme.
///
/// # Errors
/// Misuse, if the entry schedules nothing; I/O errors.
pub fn scheduled_stories(records: &mut Records, seq: u64) -> Result<StoriesFound, Error> {
    match scheduled(records, seq)?.1.stories {
        None => Ok(StoriesFound::Kept(Vec::new())),
        Some(digest) => stories_by(records, &digest),
    }
}

/// Stories of a hash: of an entry, or of a programme that comes with the program.
fn stories_by(records: &mut Records, digest: &[u8; 32]) -> Result<StoriesFound, Error> {
    let mut kept = records.global().stories.iter();
    match kept
        .find(|kept| kept.digest == *digest)
        .map(|kept| kept.seq)
    {
        Some(seq) => kept_stories(records, seq),
        None => Ok(shipped_stories(digest).map_or(StoriesFound::NotKept, StoriesFound::Kept)),
    }
}

fn kept_stories(records: &mut Records, seq: u64) -> Result<StoriesFound, Error> {
    match records.entry(seq)?.map(|entry| entry.act) {
        Some(Act::StoriesKept { files, .. }) => Ok(StoriesFound::Kept(files)),
        _ => Err(Error::damage(format!("entry {seq} keeps no stories"))),
    }
}

/// Keeps other stories with the programme in force than it has so far: a better story
/// is no new programme. Returns the entry, or None if they are the same or too long.
///
/// # Errors
/// I/O errors.
pub fn keep_stories(ledger: &mut Ledger, stories: Vec<BundleFile>) -> Result<Option<u64>, Error> {
    let number = ledger.global().bundle;
    let (_, [of, _]) = sources(ledger, number)?;
    if stories.is_empty() || stories_of(ledger, number)? == StoriesFound::Kept(stories.clone()) {
        return Ok(None);
    }
    let seq = book_kept(ledger, of, stories)?;
    ledger.commit()?;
    Ok(seq)
}

/// Keeps the stories of a new programme, unless the journal or this program has them.
pub(in crate::engine) fn book_stories(
    ledger: &mut Ledger,
    of: u64,
    stories: Vec<BundleFile>,
) -> Result<(), Error> {
    let Some(digest) = stories_digest(&stories) else {
        return Ok(());
    };
    match stories_by(ledger, &digest)? {
        StoriesFound::Kept(_) => Ok(()),
        StoriesFound::NotKept => book_kept(ledger, of, stories).map(drop),
    }
}

fn book_kept(ledger: &mut Ledger, of: u64, files: Vec<BundleFile>) -> Result<Option<u64>, Error> {
    let len: usize = files.iter().map(|f| f.path.len() + f.text.len()).sum();
    let Some(digest) = stories_digest(&files).filter(|_| len <= BUNDLE_LEN_MAX) else {
        return Ok(None);
    };
    open_page::make_room(ledger).map_err(stop::said)?;
    let act = Act::StoriesKept { of, digest, files };
    booking::book_system_act(ledger, act, Vec::new()).map(Some)
}

/// Checks that a programme may be tried as a pilot, without beginning it.
///
/// # Errors
/// As [`start_pilot`].
pub fn check_pilot(
    records: &mut Records,
    bundle: &Bundle,
    scope: &PilotScope,
) -> Result<(), Error> {
    if let Some(running) = &records.global().pilot {
        return Err(Error::misuse(format!(
            "the pilot '{}' (programme {}) runs already: widen or end it first",
            running.pilot.name, running.number
        )));
    }
    if let PilotScope::Tag(tag) = scope
        && let Some(wrong) = unprintable(tag)
    {
        return Err(Error::misuse(format!("the label {wrong}")));
    }
    let made = try_bundle(records, bundle)?;
    let found = pilot_errors(records, bundle, &made)?;
    match found.is_empty() {
        true => Ok(()),
        false => Err(Error::Programme(found)),
    }
}

fn pilot_errors(
    records: &mut Records,
    bundle: &Bundle,
    made: &Compiled,
) -> Result<Vec<Diagnostic>, Error> {
    let base = Bundle::recorded(&activation(records, records.global().bundle)?.1.files);
    Ok(crate::policy::check_pilot(
        (&base, &**records.policy()?),
        (bundle, made),
    ))
}

/// Number of a store of the programme in force.
///
/// # Errors
/// Misuse, if it has no such store.
pub fn pilot_store(records: &Records, id: &str) -> Result<Number, Error> {
    let stores = &records.programme()?.stores;
    let known: Vec<&str> = stores.iter().map(|store| store.id.as_str()).collect();
    let number = records.global().names.number(NameKind::Store, id);
    match number.filter(|_| known.contains(&id)) {
        Some(number) => Ok(number),
        None if known.is_empty() => Err(Error::misuse(format!(
            "the programme lists no stores, so nothing tells '{id}' from the rest: list them as [[store]] in programme.toml first, or try it for members with a label (tag=...)"
        ))),
        None => Err(Error::misuse(format!(
            "the programme has no store '{id}'; it has {}",
            known.join(", ")
        ))),
    }
}

/// The pilot that runs.
///
/// # Errors
/// Misuse, if none does.
pub fn running_pilot(records: &Records) -> Result<RunningPilot, Error> {
    let running = records.global().pilot.clone();
    running.ok_or_else(|| Error::misuse("no pilot runs"))
}

/// Members are told of worse terms before these take effect.
/// Terms that a programme makes worse for members than they are, or than what is
/// scheduled before it makes them, where the programme in force promises to tell them
/// beforehand; none where it does not.
///
/// # Errors
/// Misuse, if it would take effect before members were told long enough, with the terms
/// and the first instant possible; I/O errors. `at` is None for now.
pub fn check_notice(
    records: &mut Records,
    bundle: &Bundle,
    at: Option<Instant>,
) -> Result<Vec<WorseTerm>, Error> {
    let days = records
        .programme()
        .map_or(0, |programme| programme.notice_days);
    if days == 0 {
        return Ok(Vec::new());
    }
    let today = records.ledger_head().day;
    let day = at.map_or(today, |at| records.day_of(at));
    let mut before = vec![Bundle::recorded(
        &activation(records, records.global().bundle)?.1.files,
    )];
    let scheduled = records.global().scheduled.iter();
    let earlier = scheduled.filter(|s| at.is_some_and(|at| s.at <= at));
    if let Some(seq) = earlier.max_by_key(|s| (s.at, s.seq)).map(|s| s.seq) {
        before.push(scheduled_bundle(records, seq)?);
    }
    let mut worse: Vec<WorseTerm> = Vec::new();
    for term in before.iter().flat_map(|was| worse_terms(was, bundle, day)) {
        if !worse.contains(&term) {
            worse.push(term);
        }
    }
    let calendar = &records.programme()?.calendar;
    let first_day = today.plus_days(i32::try_from(days).unwrap_or(i32::MAX) + 1);
    let first = calendar.start_of(first_day);
    if worse.is_empty() || at.is_some_and(|at| at >= first) {
        return Ok(worse);
    }
    let terms = told(&worse, "; ", WorseTerm::to_string);
    Err(Error::misuse(format!(
        "members are told {days} days before worse terms (`notice` in programme.toml), and this makes worse: {terms}. The first instant possible is {}: schedule it for then (--at {first_day}), which tells members",
        calendar.display(first)
    )))
}

/// Books that a scheduled programme makes terms worse. It stands on the page of the
/// schedule, so that none is without the other; the messages follow.
fn begin_announcement(
    ledger: &mut Ledger,
    of: u64,
    at: Instant,
    worse: &[WorseTerm],
) -> Result<u64, Error> {
    let act = Act::TermsAnnounced(TermsAnnounced {
        of,
        at,
        terms: told(worse, "; ", WorseTerm::to_string),
        terms_zh: told(worse, "；", WorseTerm::zh),
        is_last: false,
    });
    let head = ledger.ledger_head();
    booking::seal_alone(ledger, head, act)
}

/// Puts the messages about worse terms into the outbox, to all members or, that they do
/// not come, to those who were told; as many pages as it takes, and goes on where it was
/// interrupted.
fn finish_telling(ledger: &mut Ledger) -> Result<(), Stop> {
    let Some(open) = ledger
        .global()
        .announcements
        .telling
        .clone()
        .filter(|_| may_write(ledger))
    else {
        return Ok(());
    };
    let Some(known) = ledger.global().announcements.of(open.of).cloned() else {
        return Ok(());
    };
    state_writing::write_through(ledger)?;
    let to_tell = still_to_tell(ledger, &open)?;
    let mut groups = to_tell.chunks(TOLD_MAX).peekable();
    loop {
        let group = groups.next().unwrap_or_default();
        let is_last = groups.peek().is_none();
        let announced = TermsAnnounced {
            is_last,
            ..known.announced.clone()
        };
        let act = match open.is_withdrawal {
            false => Act::TermsAnnounced(announced),
            true => Act::AnnouncementWithdrawn {
                announced,
                is_told: true,
            },
        };
        open_page::make_room(ledger)?;
        for (id, _) in group {
            ledger.cache.load(*id)?;
        }
        let inputs = DecisionInputs {
            targets: group,
            ..DecisionInputs::default()
        };
        let head = ledger.ledger_head();
        booking::decide_and_seal(ledger, head, None, act, inputs)?;
        if is_last {
            return Ok(());
        }
    }
}

/// The members who are still to be told, in the order of their ids.
fn still_to_tell(records: &mut Records, open: &Telling) -> Result<Vec<(MemberId, bool)>, Error> {
    let mut all: Vec<MemberId> = match open.is_withdrawal {
        false => records.cache.ids()?,
        true => {
            let told = messages_announcing(records, open.of)?;
            let ids = told
                .into_iter()
                .map(|(_, id)| records.resolve(&Who::Id(id)));
            ids.filter_map(Result::transpose)
                .collect::<Result<_, _>>()?
        }
    };
    all.sort_unstable();
    all.dedup();
    let mut found = Vec::new();
    for id in all.into_iter().filter(|id| Some(*id) > open.last) {
        if records.cache.look(id, may_be_told)? == Some(true) {
            found.push((id, false));
        }
    }
    Ok(found)
}

/// Messages of an announcement: the position and the member of each.
fn messages_announcing(
    records: &mut Records,
    of: u64,
) -> Result<Vec<(OutboxPosition, MemberId)>, Error> {
    let known = records.global().announcements.of(of);
    let Some((first, last)) = known.map(|known| (known.first, known.last)) else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for seq in first..=last {
        let Some(entry) = records.entry(seq)? else {
            continue;
        };
        if !matches!(&entry.act, Act::TermsAnnounced(announced) if announced.of == of) {
            continue;
        }
        for (effect, index) in entry.effects.iter().zip(0..) {
            let Effect::Message { who, .. } = effect else {
                continue;
            };
            let party = entry.touched.get(usize::from(*who));
            let position = OutboxPosition { seq, index };
            found.extend(party.map(|touched| (position, touched.member)));
        }
    }
    Ok(found)
}

/// Counts the messages of an announcement, and those that a sender has acknowledged.
fn announced_so_far(records: &mut Records, of: u64) -> Result<Cancelled, Error> {
    let messages = messages_announcing(records, of)?;
    let consumers = records.global().consumers.iter();
    let reached = consumers.map(|consumer| consumer.1).max();
    let acknowledged = messages.iter().filter(|message| Some(message.0) <= reached);
    Ok(Cancelled {
        acknowledged: acknowledged.count(),
        messages: messages.len(),
        ..Cancelled::default()
    })
}

/// A cancelled schedule, and what became of its announcement.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Cancelled {
    /// The entry that cancelled it.
    pub seq: u64,
    /// Messages that announced it.
    pub messages: usize,
    /// Those of them that a sender had acknowledged.
    pub acknowledged: usize,
    /// True if their members are told that it does not come.
    pub is_told: bool,
}

impl Cancelled {
    /// True if members are told: as asked, or as it follows from what senders acknowledged.
    fn whether_told(&self, of: u64, asked: Option<bool>) -> Result<bool, Error> {
        let Cancelled {
            messages,
            acknowledged,
            ..
        } = self;
        match asked {
            Some(false) if *acknowledged > 0 => Err(Error::misuse(format!(
                "untold: a sender has acknowledged {acknowledged} of the {messages} messages `{ANNOUNCED}` about entry {of}, so members have them: leave it out, and they are told by a message `{WITHDRAWN}` that the change does not come"
            ))),
            Some(is_told) => Ok(is_told && *messages > 0),
            None if *messages > 0 && *acknowledged == 0 => Err(Error::misuse(format!(
                "entry {of} was announced by {messages} messages `{ANNOUNCED}`, and no sender has acknowledged one yet. Were any of them sent? If so, say --told: their members get a message `{WITHDRAWN}` that the change does not come. If not, say --untold: they are withdrawn, and nobody hears of it"
            ))),
            None => Ok(*messages > 0),
        }
    }
}

/// Most terms that a sentence names.
const TERMS_SHOWN: usize = 5;

/// Worse terms in a sentence, [`TERMS_SHOWN`] of them.
fn told(worse: &[WorseTerm], between: &str, word: impl Fn(&WorseTerm) -> String) -> String {
    let mut words: Vec<String> = worse.iter().take(TERMS_SHOWN).map(word).collect();
    if worse.len() > TERMS_SHOWN {
        words.push(format!("+{}", worse.len() - TERMS_SHOWN));
    }
    words.join(between)
}

/// The value, unless something was found.
fn refuse<T>(found: Vec<Diagnostic>, value: T) -> Result<T, Error> {
    match found.is_empty() {
        true => Ok(value),
        false => Err(Error::Programme(found)),
    }
}
