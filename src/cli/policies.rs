//! `stampbook policy activate / status / list / show`

use super::args::Cli;
use super::campaigning::state_of;
use super::input;
use super::policy::{
    ActivateArgs, ListArgs, PolicyArgs, PolicyCommand, ShowPolicyArgs, StatusArgs,
};
use super::policy_check::check;
use super::policy_test::{test, trouble};
use super::print::{ErrorCode, Exit, Failure, Printer};
use super::trouble::{of_bundle, programme_failure};
use crate::chain::hash::Hash;
use crate::engine::{ActivationNote, Ledger, engine};
use crate::model::{Act, Activation, Campaign, Day, Entry, NameKind, Policy, unprintable};
use crate::policy::{Bundle, Compiled, stories_digest};
use crate::workbench::{Folder, judge, story};
use serde_json::{Value, json};

impl PolicyArgs {
    /// Runs the subcommand.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        match &self.command {
            PolicyCommand::Check(args) => check(args, out),
            PolicyCommand::Test(args) => test(args, out),
            PolicyCommand::Help(args) => args.run(out),
            PolicyCommand::Activate(args) => args.run(cli, out),
            PolicyCommand::Status(args) => args.run(cli, out),
            PolicyCommand::List(args) => args.run(cli, out),
            PolicyCommand::Show(args) => args.run(cli, out),
        }
    }
}

/// Entry and content of an activation.
fn activation(ledger: &mut Ledger, number: u32) -> Result<(Entry, Box<Activation>), Failure> {
    let at = (number as usize).checked_sub(1);
    let seq = at.and_then(|at| ledger.global().activations.get(at).copied());
    let entry = match seq {
        Some(seq) => ledger.entry(seq)?,
        None => None,
    };
    match entry.map(|entry| (entry.act.clone(), entry)) {
        Some((Act::PolicyActivated(activation), entry)) => Ok((entry, activation)),
        _ => {
            let message = format!(
                "there is no programme {number}; there are 1 to {}",
                ledger.global().activations.len()
            );
            Err(Failure::bad_input(message))
        }
    }
}

/// The first bytes of a digest, as people compare them.
fn short(digest: &[u8; 32]) -> String {
    digest[..6].iter().map(|b| format!("{b:02x}")).collect()
}

/// Differences between two bundles: path and `new`, `gone` or `changed`.
fn differences(was: &Bundle, is: &Bundle) -> Vec<(String, &'static str)> {
    let mut found = Vec::new();
    for file in &is.files {
        match was.text(&file.path) {
            None => found.push((file.path.clone(), "new")),
            Some(text) if text != file.text => found.push((file.path.clone(), "changed")),
            Some(_) => {}
        }
    }
    let gone = was.files.iter().filter(|f| is.text(&f.path).is_none());
    found.extend(gone.map(|f| (f.path.clone(), "gone")));
    found
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

/// The programme's day.
fn today(ledger: &Ledger) -> Result<Day, Failure> {
    let now = ledger.view()?.now;
    Ok(ledger.programme()?.calendar.day_of(now))
}

fn changes(what: &str, was: Vec<String>, is: Vec<String>) -> Vec<String> {
    let on = is.iter().filter(|id| !was.contains(id));
    let off = was.iter().filter(|id| !is.contains(id));
    on.map(|id| format!("{what} {id} on"))
        .chain(off.map(|id| format!("{what} {id} off")))
        .collect()
}

/// Runs all stories of a folder, and prints those that fail.
pub(super) fn hold(folder: &Folder, out: &mut Printer) -> Result<(), Failure> {
    let Ok(policy) = judge(&folder.bundle) else {
        // Findings of the programme are reported with the ledger's own names.
        return Ok(());
    };
    let mut wrong: Vec<&str> = Vec::new();
    for (file, text) in &folder.stories {
        let findings: Vec<String> = match story::parse(file, text, policy.programme()) {
            Ok(story) => {
                let told = story::run(&story, &folder.bundle, &|name| folder.beside(name));
                let told = told.map_err(trouble)?;
                told.findings.iter().map(|f| f.render(text)).collect()
            }
            Err(found) => found.iter().map(|d| d.render(text)).collect(),
        };
        for finding in &findings {
            out.note(finding.trim_end());
        }
        if !findings.is_empty() {
            wrong.push(file);
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let message = format!(
        "stories do not hold: {}; nothing took effect",
        wrong.join(", ")
    );
    let hint = "mend the programme or the story; --without-stories --reason '..' goes on all the same, and is recorded";
    Err(Failure::new(ErrorCode::StoriesFailed, message).hint(hint))
}

impl ActivateArgs {
    fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        let folder = input::programme(out, &self.folder)?;
        let bundle = folder.bundle.clone();
        let without = self.reason.clone().unwrap_or_default();
        if self.without_stories && without.trim().is_empty() {
            return Err(Failure::bad_input("--reason: say why, in words"));
        }
        for (flag, text) in [("reason", &without), ("note", &self.note)] {
            if let Some(wrong) = unprintable(text) {
                return Err(Failure::bad_input(format!("--{flag} {wrong}")));
            }
        }
        cli.at_desk("policy activate", out, |ledger, out| {
            let made = of_bundle(&bundle, ledger.try_bundle(&bundle))?;
            let errors = ledger.upgrade_errors(&made);
            if !errors.is_empty() {
                return Err(programme_failure(Some(&bundle), &errors));
            }
            for warning in made.warnings() {
                out.note(bundle.render(warning).trim_end());
            }
            // Also where nothing but a story differs.
            if !self.without_stories {
                hold(&folder, out)?;
            }
            let active = ledger.global().bundle;
            let (_, was) = activation(ledger, active)?;
            let files = differences(&Bundle::recorded(&was.files), &bundle);
            if files.is_empty() && was.engine == engine() {
                return self.tell(
                    out,
                    "nothing differs from the active programme",
                    Vec::new(),
                    None,
                    &folder,
                );
            }
            let mut switched = switched(ledger, ledger.policy()?, &made)?;
            switched.extend(files.iter().map(|(path, how)| format!("{path} {how}")));
            if self.dry_run {
                let word = "would take effect; nothing was booked";
                return self.tell(out, word, switched, None, &folder);
            }
            let said_of = ActivationNote {
                note: self.note.clone(),
                stories: stories_digest(&folder.stories),
                without_stories: without.clone(),
            };
            let before = ledger.global().campaigns.clone();
            let seq = of_bundle(&bundle, ledger.activate(&bundle, said_of))?;
            // Its reviews are part of the activation.
            let global = ledger.global();
            let reviewed = global.campaigns.iter().filter(|c| !before.contains(c));
            switched.extend(reviewed.map(|(number, status)| {
                let id = global.names.text(NameKind::Campaign, *number);
                format!("campaign {id} {}, by its review", status.as_str())
            }));
            let number = ledger.global().bundle;
            if !out.is_json() {
                super::show::warnings(out, &ledger.script_warnings()?);
                if folder.stories.is_empty() {
                    out.note(format!(
                        "{} has no stories: nothing says what it must come to",
                        self.folder.display()
                    ));
                }
            }
            let word = format!(
                "programme {number} ({}) is active from entry {seq}",
                short(&bundle.digest())
            );
            self.tell(out, &word, switched, Some(seq), &folder)
        })
    }

    fn tell(
        &self,
        out: &mut Printer,
        word: &str,
        switched: Vec<String>,
        seq: Option<u64>,
        folder: &Folder,
    ) -> Result<Exit, Failure> {
        match out.is_json() {
            true => out.json(&json!({
                "ok": true, "seq": seq, "changes": switched, "stories": folder.stories.len(),
                "without_stories": self.reason,
            }))?,
            false => {
                for change in &switched {
                    out.line(format!("  {change}"))?;
                }
                out.line(word)?;
            }
        }
        Ok(Exit::Done)
    }
}

impl StatusArgs {
    fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        let draft = match input::has_programme(out, &self.folder) {
            true => Some(input::programme(out, &self.folder)?.bundle),
            false => None,
        };
        cli.at_desk("policy status", out, |ledger, out| {
            let number = ledger.global().bundle;
            let (entry, active) = activation(ledger, number)?;
            let recorded = Bundle::recorded(&active.files);
            let files = draft.as_ref().map(|draft| differences(&recorded, draft));
            let campaigns = campaigns(ledger)?;
            let warnings = ledger.script_warnings()?;
            if out.is_json() {
                out.json(&json!({
                    "ok": true, "number": number, "seq": entry.seq, "digest": hex(&active.digest),
                    "name": ledger.programme()?.name, "differences": files, "campaigns": campaigns,
                    "warnings": warnings,
                }))?;
                return Ok(Exit::Done);
            }
            out.line(format!(
                "programme {number} \"{}\" ({}), active from entry {}",
                ledger.programme()?.name,
                short(&active.digest),
                entry.seq
            ))?;
            out.table(
                &["campaign", "role", "from", "to", "is"],
                &campaigns.iter().map(row).collect::<Vec<_>>(),
            )?;
            super::show::warnings(out, &warnings);
            self.tell_folder(files, out)?;
            Ok(Exit::Done)
        })
    }

    fn tell_folder(
        &self,
        files: Option<Vec<(String, &'static str)>>,
        out: &mut Printer,
    ) -> Result<(), Failure> {
        let folder = self.folder.display();
        match files {
            None => out.line(format!("there is no folder {folder} to compare with"))?,
            Some(files) if files.is_empty() => out.line(format!("{folder} is the same"))?,
            Some(files) => {
                for (path, how) in &files {
                    out.line(format!("  {path} {how}"))?;
                }
                out.line(format!(
                    "{folder} differs; `stampbook policy activate {folder}` lets it take effect"
                ))?;
            }
        }
        Ok(())
    }
}

fn hex(digest: &[u8; 32]) -> String {
    Hash(*digest).to_hex()
}

/// Id, role, first day, last day, and state.
fn campaigns(ledger: &Ledger) -> Result<Vec<[String; 5]>, Failure> {
    let day = |day: Option<Day>| day.map(|d| d.to_string()).unwrap_or_default();
    let today = today(ledger)?;
    let told = ledger.policy()?.campaigns().iter().map(|c| {
        let role = format!("{:?}", c.role).to_lowercase();
        [
            c.id.clone(),
            role,
            day(c.from),
            day(c.to),
            state_of(ledger, c, today).into(),
        ]
    });
    Ok(told.collect())
}

fn row(cells: &[String; 5]) -> Vec<String> {
    cells.to_vec()
}

impl ListArgs {
    fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        cli.at_desk("policy list", out, |ledger, out| {
            let (mut rows, mut values): (Vec<Vec<String>>, Vec<Value>) = Default::default();
            for number in 1..=ledger.global().bundle {
                let (entry, active) = activation(ledger, number)?;
                let at = ledger.programme()?.calendar.display(entry.head.effective);
                values.push(json!({
                    "number": number, "seq": entry.seq, "at": at, "digest": hex(&active.digest),
                    "engine": active.engine.script, "note": active.note,
                    "stories": active.stories.as_ref().map(hex),
                    "without_stories": active.without_stories,
                }));
                let digest = short(&active.digest);
                rows.push(vec![
                    number.to_string(),
                    entry.seq.to_string(),
                    at,
                    digest,
                    active.note,
                    active.without_stories,
                ]);
            }
            match out.is_json() {
                true => out.json(&json!({"ok": true, "programmes": values}))?,
                false => out.table(
                    &[
                        "programme",
                        "entry",
                        "active from",
                        "digest",
                        "note",
                        "without stories",
                    ],
                    &rows,
                )?,
            }
            Ok(Exit::Done)
        })
    }
}

impl ShowPolicyArgs {
    fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        cli.at_desk("policy show", out, |ledger, out| {
            let number = self.number.unwrap_or(ledger.global().bundle);
            let (_, mut active) = activation(ledger, number)?;
            if let Some(path) = &self.file {
                let known: Vec<String> = active.files.iter().map(|f| f.path.clone()).collect();
                active.files.retain(|f| f.path == *path);
                if active.files.is_empty() {
                    let message = format!(
                        "--file: programme {number} has no '{path}'; it has {}",
                        known.join(", ")
                    );
                    return Err(Failure::bad_input(message));
                }
            }
            if out.is_json() {
                let files = active
                    .files
                    .iter()
                    .map(|f| (f.path.clone(), Value::from(f.text.as_str())));
                let files: serde_json::Map<String, Value> = files.collect();
                out.json(&json!({"ok": true, "number": number, "files": files}))?;
                return Ok(Exit::Done);
            }
            for file in &active.files {
                if self.file.is_none() {
                    out.line(format!("=== {}", file.path))?;
                }
                out.verbatim(&file.text)?;
            }
            Ok(Exit::Done)
        })
    }
}
