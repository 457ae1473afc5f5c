//! `stampbook policy activate / pilot / cancel / rollback`

use crate::cli::campaign_state::state_of;
use crate::cli::input;
use crate::cli::options::Cli;
use crate::cli::policy::diff;
use crate::cli::policy::simulate::report;
use crate::cli::policy::simulation_print;
use crate::cli::policy::status::{differences, today};
use crate::cli::policy::versions::{Version, display, instant_or_start, short};
use crate::cli::policy::{
    ActivateArgs, CancelArgs, EndArgs, RollbackArgs, TwoPeople, WidenArgs, WithoutStories,
};
use crate::cli::print::{ErrorCode, Exit, Failure, Printer};
use crate::cli::trouble::{of_bundle, programme_failure};
use crate::engine;
use crate::engine::{ActivationNote, Cancelled, Ledger, StoriesFound, engine};
use crate::model::{
    Campaign, Instant, MemberId, NameKind, Number, PilotScope, Policy, counted, unprintable,
};
use crate::policy::{Bundle, Compiled};
use crate::rules::state::RunningPilot;
use crate::workbench::comparison::compare;
use crate::workbench::simulation::{Replies, Report, Window};
use crate::workbench::{Folder, judge, pilot, story};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::path::Path;

/// Due entries after which others are let in.
const DUE_SLICE: usize = 20;

/// Most members listed whose aliases do not fit a form.
const UNFIT_MAX: usize = 20;

/// A programme that is to take effect.
struct Change<'a> {
    /// Its files and stories.
    folder: Folder,
    /// Name of the folder or version in sentences.
    name: String,
    /// Reason for the change.
    note: String,
    without: &'a WithoutStories,
    people: &'a TwoPeople,
    is_dry_run: bool,
    /// Instant at which it takes effect; None for now.
    at: Option<Instant>,
    /// Days of the past that it decides again first; None for none.
    simulated_days: Option<u32>,
    /// Its name as a pilot and for whom, if it is one.
    pilot: Option<(String, PilotScope)>,
    /// True if it takes the place of a pilot that runs.
    ends_pilot: bool,
}

impl ActivateArgs {
    /// Activates or schedules the programme of a folder.
    pub(in crate::cli) fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        let folder = input::programme(out, &self.folder)?;
        check_words(&self.without, &self.note)?;
        cli.at_desk("policy activate", out, |ledger, out| {
            let pilot = self.pilot.as_ref().map(|text| {
                let name = self.pilot_name.clone().unwrap_or_else(|| text.clone());
                Ok::<_, Failure>((name, scope(ledger, text)?))
            });
            let change = Change {
                note: self.without.note(&self.note),
                is_dry_run: self.dry_run,
                at: at(ledger, &self.at)?,
                simulated_days: self.simulate,
                pilot: pilot.transpose()?,
                ..Change::new(folder, self.folder.display(), &self.without, &self.people)
            };
            change.carry_out(ledger, out)
        })
    }
}

impl RollbackArgs {
    /// Puts an earlier programme in force again.
    pub(in crate::cli) fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        check_words(&self.without, &self.note)?;
        cli.at_desk("policy rollback", out, |ledger, out| {
            let active = ledger.global().bundle;
            let number = match self.number {
                Some(number) if number == active => {
                    let message = format!("programme {number} is in force already");
                    return Err(Failure::bad_input(message));
                }
                Some(number) => number,
                None => before(ledger, active)?.ok_or_else(|| {
                    Failure::bad_input("there is no earlier programme: this is the first")
                })?,
            };
            let at = at(ledger, &self.at)?;
            let folder = recorded(ledger, number, self.without.without_stories)?;
            let note = match self.without.note(&self.note).as_str() {
                "" => format!("back to programme {number}"),
                note => format!("back to programme {number}: {note}"),
            };
            let name = format!("programme {number}");
            let change = Change {
                note,
                is_dry_run: self.dry_run,
                at,
                ..Change::new(folder, name, &self.without, &self.people)
            };
            change.carry_out(ledger, out)
        })
    }
}

/// The instant of a flag `--at`, if it is there.
fn at(ledger: &Ledger, flag: &Option<String>) -> Result<Option<Instant>, Failure> {
    let text = flag.as_deref();
    text.map(|text| instant_or_start(ledger, "--at", text))
        .transpose()
}

/// The programme that was in force for all before another.
fn before(ledger: &mut Ledger, number: u32) -> Result<Option<u32>, Failure> {
    for earlier in (1..number).rev() {
        if engine::activation(ledger, earlier)?.1.pilot.is_none() {
            return Ok(Some(earlier));
        }
    }
    Ok(None)
}

/// The folder of an earlier programme, with its stories.
fn recorded(ledger: &mut Ledger, number: u32, is_without: bool) -> Result<Folder, Failure> {
    let version = Version::numbered(ledger, number)?;
    let stories = match version.stories {
        StoriesFound::Kept(stories) => stories,
        StoriesFound::NotKept if is_without => Vec::new(),
        StoriesFound::NotKept => {
            let message = format!(
                "the stories of programme {number} were not kept, so nothing says whether it still does what it did"
            );
            let hint = "--without-stories --reason '..' goes back all the same, and is recorded";
            return Err(Failure::new(ErrorCode::StoriesFailed, message).hint(hint));
        }
    };
    let stories = stories.into_iter().map(|f| (f.path, f.text.into_bytes()));
    let deciding = version.bundle.files.iter().cloned();
    let deciding = deciding.map(|f| (f.path, f.text.into_bytes()));
    let files = deciding.chain(stories).collect();
    let mut folder = Folder::of(Path::new("programme"), files, BTreeMap::new())?;
    // Lists of codes are hashed there already.
    folder.bundle = version.bundle;
    Ok(folder)
}

/// For whom a pilot is, by `store=mitte,nord` or `tag=testers`.
fn scope(ledger: &Ledger, text: &str) -> Result<PilotScope, Failure> {
    match text.split_once('=') {
        Some(("store", ids)) => {
            let ids = ids.split(',').map(str::trim);
            let numbers = ids.map(|id| engine::pilot_store(ledger, id));
            let numbers: BTreeSet<Number> = numbers.collect::<Result<_, _>>()?;
            Ok(PilotScope::Stores(numbers.into_iter().collect()))
        }
        Some(("tag", tag)) if !tag.trim().is_empty() => Ok(PilotScope::Tag(tag.trim().into())),
        _ => Err(Failure::bad_input(format!(
            "--pilot: '{text}' is neither store=NAME (or store=NAME,NAME) nor tag=LABEL"
        ))),
    }
}

impl WithoutStories {
    /// The reason for the change itself: the note, and the reason unless that is for its
    /// stories.
    fn note(&self, note: &str) -> String {
        match (
            note,
            self.reason.as_deref().filter(|_| !self.without_stories),
        ) {
            (note, None) => note.into(),
            ("", Some(reason)) => reason.into(),
            (note, Some(reason)) => format!("{note}: {reason}"),
        }
    }

    /// The reason why the stories were not run; None if they were.
    fn unrun(&self) -> Option<String> {
        self.reason.clone().filter(|_| self.without_stories)
    }
}

impl WidenArgs {
    /// Makes the pilot's programme the one for all.
    pub(super) fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        check_word("reason", &self.reason)?;
        cli.at_desk("policy pilot widen", out, |ledger, out| {
            let running = engine::running_pilot(ledger)?;
            let (number, name) = (running.number, &running.pilot.name);
            // Where it began without its stories, so it becomes the one for all.
            let begun = engine::activation(ledger, number)?.1;
            let unrun = begun.without_stories;
            let drafter = Some(begun.drafter).filter(|id| !id.is_empty());
            let without = WithoutStories {
                without_stories: !unrun.is_empty(),
                reason: (!unrun.is_empty()).then_some(unrun),
            };
            let people = TwoPeople {
                drafter: self.people.drafter.clone().or(drafter),
                approval: self.people.approval.clone(),
            };
            let folder = recorded(ledger, number, true)?;
            let change = Change {
                note: format!("pilot {name} widened: {}", self.reason),
                is_dry_run: self.dry_run,
                at: at(ledger, &self.at)?,
                ends_pilot: true,
                ..Change::new(folder, format!("programme {number}"), &without, &people)
            };
            change.carry_out(ledger, out)
        })
    }
}

impl EndArgs {
    /// Ends the pilot: the programme for the rest becomes the one for all again.
    pub(super) fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        check_word("reason", &self.reason)?;
        cli.at_desk("policy pilot end", out, |ledger, out| {
            let running = engine::running_pilot(ledger)?;
            let (name, base) = (&running.pilot.name, running.pilot.base);
            let folder = recorded(ledger, base, true)?;
            let said_of = ActivationNote {
                note: format!("pilot {name} ended: {}", self.reason),
                stories: folder.kept_stories(),
                ..ActivationNote::default()
            };
            let scope = pilot::scope(ledger, &running.pilot.scope);
            let (seq, word) = match self.dry_run {
                true => (
                    None,
                    format!(
                        "programme {base} would decide for {scope} again; nothing was booked"
                    ),
                ),
                false => {
                    let seq = engine::activate(ledger, &folder.bundle, said_of)?;
                    let word = format!(
                        "the pilot \"{name}\" is over: programme {} decides for all, as programme {base} did (entry {seq})",
                        ledger.global().bundle
                    );
                    (Some(seq), word)
                }
            };
            out.line(&word)?;
            out.done(&json!({"ok": true, "seq": seq, "message": word}))
        })
    }
}

impl CancelArgs {
    /// Cancels a scheduled programme.
    pub(in crate::cli) fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        check_printable("reason", &self.reason)?;
        cli.at_desk("policy cancel", out, |ledger, out| {
            let all: Vec<u64> = ledger.global().scheduled.iter().map(|s| s.seq).collect();
            let listed: Vec<String> = all.iter().map(u64::to_string).collect();
            let listed = listed.join(", ");
            let of = match (self.entry, &all[..]) {
                (_, []) => return Err(Failure::bad_input("nothing is scheduled")),
                (Some(of), _) => of,
                (None, [of]) => *of,
                (None, all) => {
                    let message = format!(
                        "{} programmes are scheduled: name the entry of one ({listed})",
                        all.len()
                    );
                    return Err(Failure::bad_input(message));
                }
            };
            if !all.contains(&of) {
                return Err(Failure::bad_input(format!(
                    "entry {of} schedules no programme that is still to come; {listed} does"
                )));
            }
            let (_, schedule) = engine::scheduled(ledger, of)?;
            let is_told = (self.told || self.untold).then_some(self.told);
            let cancelled = engine::cancel_schedule(ledger, of, &self.reason, is_told)?;
            let seq = cancelled.seq;
            let at = display(ledger, schedule.at)?;
            out.line(format!(
                "the programme of entry {of} does not take effect on {at} (entry {seq})"
            ))?;
            let mut told = json!({"ok": true, "seq": seq, "of": of, "at": at});
            if cancelled.messages > 0 {
                out.line(withdrawn(&cancelled))?;
                told["announced"] = json!(cancelled.messages);
                told["acknowledged"] = json!(cancelled.acknowledged);
                told["is_told"] = json!(cancelled.is_told);
            }
            out.done(&told)
        })
    }
}

/// A line on what becomes of an announcement that is withdrawn.
fn withdrawn(cancelled: &Cancelled) -> String {
    let left = cancelled.messages - cancelled.acknowledged;
    match cancelled.is_told {
        true => format!(
            "members to whom it was announced get a message `terms-kept`: it does not come; of {} `terms-change`, {left} not acknowledged by a sender are withdrawn",
            counted(cancelled.messages as u64, "message", "messages")
        ),
        false => format!(
            "{} `terms-change` withdrawn; nobody is told",
            counted(left as u64, "message", "messages")
        ),
    }
}

/// Checks the words that are recorded.
fn check_words(without: &WithoutStories, note: &str) -> Result<(), Failure> {
    let reason = without.reason.as_deref().unwrap_or_default();
    if without.without_stories && reason.trim().is_empty() {
        return Err(Failure::bad_input("--reason: say why, in words"));
    }
    check_printable("reason", reason)?;
    check_printable("note", note)
}

/// Checks words that must be there.
fn check_word(flag: &str, text: &str) -> Result<(), Failure> {
    check_printable(flag, text)?;
    match text.trim() {
        "" => Err(Failure::bad_input(format!("--{flag}: say why, in words"))),
        _ => Ok(()),
    }
}

/// Checks that words have no hidden characters.
fn check_printable(flag: &str, text: &str) -> Result<(), Failure> {
    match unprintable(text) {
        Some(wrong) => Err(Failure::bad_input(format!("--{flag} {wrong}"))),
        None => Ok(()),
    }
}

impl<'a> Change<'a> {
    /// A change that takes effect now, for all.
    fn new(
        folder: Folder,
        name: impl Display,
        without: &'a WithoutStories,
        people: &'a TwoPeople,
    ) -> Change<'a> {
        Change {
            folder,
            name: name.to_string(),
            note: String::new(),
            without,
            people,
            is_dry_run: false,
            at: None,
            simulated_days: None,
            pilot: None,
            ends_pilot: false,
        }
    }

    fn carry_out(self, ledger: &mut Ledger, out: &mut Printer) -> Result<Exit, Failure> {
        let bundle = &self.folder.bundle;
        let made = self.checked(ledger, out)?;
        let active = ledger.global().bundle;
        let (_, was) = engine::activation(ledger, active)?;
        let files = differences(&was.files, &bundle.files);
        let is_same = files.is_empty() && was.engine == engine();
        if is_same && self.pilot.is_some() {
            return Err(Failure::bad_input(
                "nothing differs from the programme in force, so there is nothing to try",
            ));
        }
        if is_same && self.at.is_none() && !self.ends_pilot {
            return self.keep_stories(ledger, out);
        }
        let mut changes = match ledger.policy() {
            Ok(policy) => switched(ledger, policy, &made)?,
            Err(_) => Vec::new(),
        };
        let told = compare(&Bundle::recorded(&was.files), bundle);
        changes.extend(diff::words(&told));
        // Files whose parts are told above are not told again.
        let is_told = |path: &String| told.parts.iter().any(|part| part.file == *path);
        let untold = files.iter().filter(|(path, _)| !is_told(path));
        changes.extend(untold.map(|(path, how)| format!("{path} {how}")));
        changes.extend(unfit(ledger, &made)?);
        let cost = self.simulated_days.map(|days| self.cost(days, ledger, out));
        let cost = cost.transpose()?;
        if self.is_dry_run {
            let word = "would take effect; nothing was booked";
            return self.tell(out, word, changes, (None, cost));
        }
        let said_of = ActivationNote {
            note: self.note.clone(),
            stories: self.folder.kept_stories(),
            without_stories: self.without.unrun().unwrap_or_default(),
            drafter: self.people.drafter.clone().unwrap_or_default(),
            approval: self.people.approval.clone().unwrap_or_default(),
        };
        if self.folder.stories.is_empty() && !out.is_json() {
            out.note(format!(
                "{} has no stories: nothing says what it must come to",
                self.name
            ));
        }
        let (seq, word) = self.take_effect(said_of, &mut changes, ledger, out)?;
        self.tell(out, &word, changes, (Some(seq), cost))
    }

    /// Schedules the programme, tries it as a pilot, or activates it: the entry of that, and
    /// what it says. Changes that follow from it are added.
    fn take_effect(
        &self,
        said_of: ActivationNote,
        changes: &mut Vec<String>,
        ledger: &mut Ledger,
        out: &mut Printer,
    ) -> Result<(u64, String), Failure> {
        let bundle = &self.folder.bundle;
        if let Some(at) = self.at {
            let scheduled = engine::schedule(ledger, bundle, at, said_of);
            let seq = of_bundle(bundle, scheduled)?;
            let word = format!(
                "the programme ({}) takes effect on {} (entry {seq}; `stampbook policy cancel {seq}` cancels it)",
                short(&bundle.digest()),
                display(ledger, at)?
            );
            return Ok((seq, word));
        }
        if let Some((name, scope)) = self.pilot.clone() {
            let begun = engine::start_pilot(ledger, bundle, (name, scope), said_of);
            let seq = of_bundle(bundle, begun)?;
            let running = engine::running_pilot(ledger)?;
            let word = pilot::sentence(ledger, &running)?;
            return Ok((seq, replaced(ledger, word)?));
        }
        // What is due is booked under the old programme first, while others sell.
        let mut due = engine::begin_due(ledger)?;
        while !engine::continue_due(ledger, &mut due, DUE_SLICE)? {
            out.yield_now(ledger)?;
        }
        let before = ledger.global().campaigns.clone();
        let seq = of_bundle(bundle, engine::activate(ledger, bundle, said_of))?;
        // Its reviews are part of the activation.
        let global = ledger.global();
        let reviewed = global.campaigns.iter().filter(|c| !before.contains(c));
        changes.extend(reviewed.map(|(number, status)| {
            let id = global.names.text(NameKind::Campaign, *number);
            format!("campaign {id} {}, by its review", status.as_str())
        }));
        let number = ledger.global().bundle;
        if !out.is_json() {
            crate::cli::show::warnings(out, &engine::script_warnings(ledger)?);
        }
        let word = format!(
            "programme {number} ({}) is active from entry {seq}",
            short(&bundle.digest())
        );
        Ok((seq, replaced(ledger, word)?))
    }

    /// Checks that the programme may take effect as asked, and runs its stories.
    fn checked(&self, ledger: &mut Ledger, out: &mut Printer) -> Result<Compiled, Failure> {
        let bundle = &self.folder.bundle;
        let made = of_bundle(bundle, engine::try_bundle(ledger, bundle))?;
        let errors = engine::upgrade_errors(ledger, &made);
        if !errors.is_empty() && self.at.is_none() {
            return Err(programme_failure(Some(bundle), &errors));
        }
        if let Some(at) = self.at {
            of_bundle(bundle, engine::check_schedule(ledger, bundle, at))?;
        }
        if let Some((_, scope)) = &self.pilot {
            of_bundle(bundle, engine::check_pilot(ledger, bundle, scope))?;
        } else if let (Ok(running), false) = (engine::running_pilot(ledger), self.ends_pilot) {
            self.tell_running(&running, out)?;
        }
        let worse = engine::check_notice(ledger, bundle, self.at)?;
        if !worse.is_empty() {
            let terms: Vec<String> = worse.iter().map(ToString::to_string).collect();
            out.note(format!(
                "members are told of worse terms by a message `terms-change`: {}",
                terms.join("; ")
            ));
        }
        for warning in made.warnings() {
            out.note(bundle.render(warning).trim_end());
        }
        // Also where nothing but a story differs.
        if !self.without.without_stories {
            let folder = &self.folder;
            let found = out.beside(ledger, || failing_stories(folder))??;
            let hint = "mend the programme or the story; --without-stories --reason '..' goes on all the same, and is recorded";
            hold(&found, hint, out)?;
        }
        Ok(made)
    }

    /// Refuses to take the place of a pilot unsaid. What is scheduled does, and says so.
    fn tell_running(&self, running: &RunningPilot, out: &mut Printer) -> Result<(), Failure> {
        let (name, number) = (&running.pilot.name, running.number);
        if self.at.is_some() {
            out.note(format!(
                "the pilot \"{name}\" (programme {number}) runs, and ends when this takes effect"
            ));
            return Ok(());
        }
        let message = format!("the pilot \"{name}\" (programme {number}) runs");
        let hint = "`stampbook policy pilot widen --reason '..'` makes it the programme for all, `stampbook policy pilot end --reason '..'` ends it";
        Err(Failure::bad_input(message).hint(hint))
    }

    /// Decides the last days again, and prints what the programme would have cost.
    fn cost(&self, days: u32, ledger: &mut Ledger, out: &mut Printer) -> Result<Report, Failure> {
        let to = today(ledger)?;
        let from = to.days_before(days - 1);
        let window = Window { from, to };
        let replies = Replies::AsTheyWere;
        let report = report(ledger, &self.folder.bundle, window, replies, out)?;
        if !out.is_json() {
            simulation_print::print_cost(&report, out)?;
            out.line(format!(
                "`stampbook policy simulate {} --from {from} --to {to}` tells all of it\n",
                self.name
            ))?;
        }
        Ok(report)
    }

    /// Keeps better stories with the programme in force, from which nothing else differs.
    fn keep_stories(&self, ledger: &mut Ledger, out: &mut Printer) -> Result<Exit, Failure> {
        let (stories, number) = (self.folder.kept_stories(), ledger.global().bundle);
        let is_new = match engine::stories_of(ledger, number)? {
            StoriesFound::Kept(kept) => kept != stories && !stories.is_empty(),
            StoriesFound::NotKept => !stories.is_empty(),
        };
        let is_held = !self.without.without_stories;
        let same = "nothing differs from the active programme";
        if !is_new || !is_held {
            return self.tell(out, same, Vec::new(), (None, None));
        }
        if self.is_dry_run {
            let word = format!("{same} but its stories; nothing was booked");
            return self.tell(out, &word, Vec::new(), (None, None));
        }
        let seq = engine::keep_stories(ledger, stories)?;
        let word = match seq {
            Some(seq) => format!(
                "{same} but its stories, which are kept with programme {number} (entry {seq})"
            ),
            None => format!("{same} but its stories, which are too long to be kept"),
        };
        self.tell(out, &word, Vec::new(), (seq, None))
    }

    fn tell(
        &self,
        out: &mut Printer,
        word: &str,
        changes: Vec<String>,
        (seq, cost): (Option<u64>, Option<Report>),
    ) -> Result<Exit, Failure> {
        for change in &changes {
            out.line(format!("  {change}"))?;
        }
        out.line(word)?;
        out.done(&json!({
            "ok": true, "seq": seq, "changes": changes, "stories": self.folder.stories.len(),
            "without_stories": self.without.unrun(), "message": word, "simulation": cost,
        }))
    }
}

/// Adds what is scheduled to replace a programme that took effect.
fn replaced(ledger: &Ledger, mut word: String) -> Result<String, Failure> {
    for next in &ledger.global().scheduled {
        let at = display(ledger, next.at)?;
        let seq = next.seq;
        let note = format!("; the programme that entry {seq} schedules still replaces it on {at}");
        word.push_str(&note);
    }
    Ok(word)
}

/// Lines on aliases that do not fit the forms of a programme.
fn unfit(ledger: &mut Ledger, made: &Compiled) -> Result<Vec<String>, Failure> {
    let told = |(scheme, ids): (String, BTreeSet<MemberId>)| {
        let mut named: Vec<String> = ids
            .iter()
            .take(UNFIT_MAX)
            .map(MemberId::to_string)
            .collect();
        if ids.len() > UNFIT_MAX {
            named.push("..".into());
        }
        format!(
            "{} with a {scheme} that does not fit its form, which stays as it is spelt: {}",
            counted(ids.len() as u64, "member", "members"),
            named.join(", ")
        )
    };
    Ok(engine::unfit_aliases(ledger, made)?
        .into_iter()
        .map(told)
        .collect())
}

/// Campaigns, units, rewards and tiers that appear or disappear.
fn switched(ledger: &Ledger, was: &Compiled, is: &Compiled) -> Result<Vec<String>, Failure> {
    let units = |p: &Compiled| p.programme().units.iter().map(|u| u.id.clone()).collect();
    let rewards = |p: &Compiled| p.rewards().iter().map(|r| r.id.clone()).collect();
    let tiers = |p: &Compiled| p.tiers().map_or_else(Vec::new, |t| t.names.clone());
    let today = today(ledger)?;
    let state = |c: &Campaign| state_of(ledger, c, today);
    let mut found = Vec::new();
    for campaign in is.campaigns() {
        let before = was.campaigns().iter().find(|c| c.id == campaign.id);
        let (before, now) = (before.map(state), state(campaign));
        let id = &campaign.id;
        let from = match campaign.from {
            Some(from) if now == "planned" => format!(", from {from}"),
            _ => String::new(),
        };
        match before {
            Some(before) if before == now => {}
            _ if now == "running" => found.push(format!("campaign {id} on")),
            Some("running") => found.push(format!("campaign {id} off: {now}{from}")),
            _ => found.push(format!("campaign {id} is {now}{from}")),
        }
    }
    for campaign in was.campaigns() {
        if is.campaigns().iter().any(|c| c.id == campaign.id) {
            continue;
        }
        let (id, before) = (&campaign.id, state(campaign));
        found.push(match before {
            "running" => format!("campaign {id} off"),
            before => format!("campaign {id} taken out; it was {before}"),
        });
    }
    found.extend(changes("unit", units(was), units(is)));
    found.extend(changes("reward", rewards(was), rewards(is)));
    found.extend(changes("tier", tiers(was), tiers(is)));
    Ok(found)
}

fn changes(what: &str, was: Vec<String>, is: Vec<String>) -> Vec<String> {
    let on = is.iter().filter(|id| !was.contains(id));
    let off = was.iter().filter(|id| !is.contains(id));
    on.map(|id| format!("{what} {id} on"))
        .chain(off.map(|id| format!("{what} {id} off")))
        .collect()
}

/// Stories that fail, by file, with their findings.
pub(in crate::cli) type FailingStories = Vec<(String, Vec<String>)>;

/// Runs all stories of a folder.
///
/// # Errors
/// I/O errors of the folders that stories run in.
pub(in crate::cli) fn failing_stories(folder: &Folder) -> Result<FailingStories, Failure> {
    let Ok(policy) = judge(&folder.bundle) else {
        // Findings of the programme are reported with the ledger's own names.
        return Ok(Vec::new());
    };
    let mut failing = Vec::new();
    for (file, text) in &folder.stories {
        let findings: Vec<String> = match story::parse(file, text, policy.programme()) {
            Ok(story) => {
                let told = story::run(&story, &folder.bundle, &|name| folder.beside(name))?;
                told.findings.iter().map(|f| f.render(text)).collect()
            }
            Err(found) => found.iter().map(|d| d.render(text)).collect(),
        };
        if !findings.is_empty() {
            failing.push((file.clone(), findings));
        }
    }
    Ok(failing)
}

/// Prints the stories that fail; `hint` is the remedy.
///
/// # Errors
/// There are some.
pub(in crate::cli) fn hold(
    failing: &FailingStories,
    hint: &str,
    out: &mut Printer,
) -> Result<(), Failure> {
    for finding in failing.iter().flat_map(|(_, findings)| findings) {
        out.note(finding.trim_end());
    }
    let wrong: Vec<&str> = failing.iter().map(|(file, _)| file.as_str()).collect();
    if wrong.is_empty() {
        return Ok(());
    }
    let message = format!(
        "stories do not hold: {}; nothing took effect",
        wrong.join(", ")
    );
    Err(Failure::new(ErrorCode::StoriesFailed, message).hint(hint))
}
