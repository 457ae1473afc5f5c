//! `stampbook policy status / list / show`

use crate::cli::campaign_state::state_of;
use crate::cli::input;
use crate::cli::options::Cli;
use crate::cli::policy::check::check;
use crate::cli::policy::new::shipped_text;
use crate::cli::policy::test::test;
use crate::cli::policy::versions::{Version, display, hex, instant_or_start, short};
use crate::cli::policy::{PilotCommand, PolicyCommand, ShowPolicyArgs, StatusArgs};
use crate::cli::print::{Exit, Failure, Printer, row};
use crate::engine::{self, Ledger, StoriesFound};
use crate::model::{BundleFile, Day};
use crate::workbench::Folder;
use crate::workbench::pilot::{self, GroupSums};
use serde::Serialize;
use serde_json::{Value, json};

/// Prints the JSON Schema of programme.toml.
fn schema(out: &mut Printer) -> Result<Exit, Failure> {
    let schema = crate::workbench::schema::schema();
    out.line(format!("{schema:#}"))?;
    out.done(&schema)
}

impl PolicyCommand {
    /// Runs the subcommand.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        match self {
            PolicyCommand::Check(args) => check(args, out),
            PolicyCommand::Test(args) => test(args, out),
            PolicyCommand::Help(args) => args.run(out),
            PolicyCommand::Lsp(args) => args.run(out),
            PolicyCommand::New(args) => args.run(out),
            PolicyCommand::Templates(args) => args.run(out),
            PolicyCommand::Diff(args) => args.run(cli, out),
            PolicyCommand::Simulate(args) => args.run(cli, out),
            PolicyCommand::Probe(args) => args.run(out),
            PolicyCommand::Schema => schema(out),
            PolicyCommand::Activate(args) => args.run(cli, out),
            PolicyCommand::Pilot(PilotCommand::Status) => pilot_status(cli, out),
            PolicyCommand::Pilot(PilotCommand::Widen(args)) => args.run(cli, out),
            PolicyCommand::Pilot(PilotCommand::End(args)) => args.run(cli, out),
            PolicyCommand::Cancel(args) => args.run(cli, out),
            PolicyCommand::Rollback(args) => args.run(cli, out),
            PolicyCommand::Status(args) => args.run(cli, out),
            PolicyCommand::Calendar(args) => args.run(cli, out),
            PolicyCommand::List => list(cli, out),
            PolicyCommand::Show(args) => args.run(cli, out),
        }
    }
}

/// Differences between the files of two programmes: path and `new`, `gone` or `changed`.
pub(in crate::cli) fn differences(
    was: &[BundleFile],
    is: &[BundleFile],
) -> Vec<(String, &'static str)> {
    let text = |files: &[BundleFile], path: &str| {
        let file = files.iter().find(|f| f.path == path);
        file.map(|f| f.text.clone())
    };
    let mut found = Vec::new();
    for file in is {
        match text(was, &file.path) {
            None => found.push((file.path.clone(), "new")),
            Some(text) if text != file.text => found.push((file.path.clone(), "changed")),
            Some(_) => {}
        }
    }
    let gone = was.iter().filter(|f| text(is, &f.path).is_none());
    found.extend(gone.map(|f| (f.path.clone(), "gone")));
    found
}

/// The programme's day.
pub(in crate::cli) fn today(ledger: &Ledger) -> Result<Day, Failure> {
    let now = ledger.view()?.now;
    Ok(ledger.programme()?.calendar.day_of(now))
}

/// A file of a folder that differs from the programme in force.
#[derive(Serialize)]
struct Differing {
    file: String,
    how: &'static str,
    /// The programme since which the file is in force as it is.
    since: u32,
    /// Instant at which that took effect.
    at: String,
}

/// A programme that is scheduled.
#[derive(Serialize)]
struct Coming {
    seq: u64,
    at: String,
    digest: String,
    note: String,
}

fn coming(ledger: &mut Ledger) -> Result<Vec<Coming>, Failure> {
    let mut all = ledger.global().scheduled.clone();
    all.sort_by_key(|each| (each.at, each.seq));
    let told = all.into_iter().map(|each| {
        let note = engine::scheduled(ledger, each.seq)?.1.note;
        Ok(Coming {
            seq: each.seq,
            at: display(ledger, each.at)?,
            digest: hex(&each.digest),
            note,
        })
    });
    told.collect()
}

/// Files of a folder that differ, each with the programme since which the text in force is.
fn differing(ledger: &mut Ledger, draft: &Folder) -> Result<Vec<Differing>, Failure> {
    let active = Version::numbered(ledger, ledger.global().bundle)?;
    let mut found = differences(&active.bundle.files, &draft.bundle.files);
    if let StoriesFound::Kept(kept) = &active.stories {
        found.extend(differences(kept, &draft.kept_stories()));
    }
    let text = |version: &Version, file: &str| {
        let mut files = version.files().into_iter();
        files.find(|f| f.path == file).map(|f| f.text)
    };
    let mut told = Vec::new();
    for (file, how) in found {
        let now = text(&active, &file);
        let (mut since, mut at) = (ledger.global().bundle, active.at);
        while since > 1 {
            let before = Version::numbered(ledger, since - 1)?;
            if text(&before, &file) != now {
                break;
            }
            (since, at) = (since - 1, before.at);
        }
        let at = display(ledger, at)?;
        told.push(Differing {
            file,
            how,
            since,
            at,
        });
    }
    Ok(told)
}

impl StatusArgs {
    fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        let draft = match input::has_programme(out, &self.folder) {
            true => Some(input::programme(out, &self.folder)?),
            false => None,
        };
        cli.reading("policy status", out, |ledger, out| {
            let number = ledger.global().bundle;
            let active = Version::numbered(ledger, number)?;
            let at = display(ledger, active.at)?;
            let files = draft.as_ref().map(|draft| differing(ledger, draft));
            let files = files.transpose()?;
            let scheduled = coming(ledger)?;
            let pilot = ledger.global().pilot.clone();
            let pilot = pilot.map(|running| pilot::sentence(ledger, &running));
            let pilot = pilot.transpose()?;
            let campaigns = campaigns(ledger)?;
            let warnings = engine::script_warnings(ledger)?;
            if out.is_json() {
                return out.done(&json!({
                    "ok": true, "number": number, "seq": active.seq, "at": at,
                    "digest": hex(&active.digest), "name": ledger.programme()?.name,
                    "pilot": pilot, "scheduled": scheduled, "differences": files, "campaigns": campaigns,
                    "warnings": warnings,
                }));
            }
            out.line(format!(
                "programme {number} \"{}\" ({}), in force since {at} (entry {})",
                ledger.programme()?.name,
                short(&active.digest),
                active.seq
            ))?;
            if let Some(pilot) = &pilot {
                out.line(pilot)?;
            }
            for next in &scheduled {
                out.line(format!(
                    "the programme that entry {} schedules replaces it on {}{}",
                    next.seq,
                    next.at,
                    noted(&next.note)
                ))?;
            }
            out.table(&["campaign", "role", "from", "to", "is"], campaigns)?;
            crate::cli::show::warnings(out, &warnings);
            self.tell_folder(files, number, out)?;
            Ok(Exit::Done)
        })
    }

    fn tell_folder(
        &self,
        files: Option<Vec<Differing>>,
        number: u32,
        out: &mut Printer,
    ) -> Result<(), Failure> {
        let folder = self.folder.display();
        let Some(files) = files else {
            return Ok(out.line(format!("there is no folder {folder} to compare with"))?);
        };
        if files.is_empty() {
            return Ok(out.line(format!("{folder} is the same"))?);
        }
        for differing in &files {
            let Differing {
                file,
                how,
                since,
                at,
            } = differing;
            let before = match *how {
                "new" => "not in force".to_owned(),
                _ => format!("in force as it was since programme {since}, {at}"),
            };
            out.line(format!("  {file} {how}; {before}"))?;
        }
        let is_story = |differing: &Differing| differing.file.ends_with(".story");
        out.line(match files.iter().all(is_story) {
            true => format!(
                "{folder} has other stories; `stampbook policy activate {folder}` keeps them with programme {number}"
            ),
            false => format!(
                "{folder} differs; `stampbook policy activate {folder}` lets it take effect"
            ),
        })?;
        Ok(())
    }
}

/// Compares the pilot that runs with the rest.
fn pilot_status(cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
    cli.reading("policy pilot status", out, |ledger, out| {
        let running = engine::running_pilot(ledger)?;
        let sentence = pilot::sentence(ledger, &running)?;
        let told = pilot::compare(ledger)?;
        out.line(sentence)?;
        let groups = [&told.pilot, &told.rest, &told.total];
        let compared = |name: &str, of: &dyn Fn(&GroupSums) -> String| {
            let [pilot, rest, total] = groups.map(of);
            row(&[&name, &pilot, &rest, &total])
        };
        let currency = &told.currency;
        let mut rows = vec![
            compared("purchases", &|group| group.purchases.to_string()),
            compared("members", &|group| group.members.to_string()),
            compared(&format!("sales ({currency})"), &|group| group.sales.clone()),
        ];
        for unit in told.total.units.iter().map(|sums| &sums.unit) {
            let figures = |what: &str, of: &dyn Fn(&pilot::UnitSums) -> String| {
                compared(&format!("{unit} {what}"), &|group| {
                    let found = group.units.iter().find(|sums| sums.unit == *unit);
                    found.map_or_else(|| "0".into(), of)
                })
            };
            rows.push(figures("given", &|sums| sums.given.to_string()));
            rows.push(figures("taken back", &|sums| sums.taken_back.to_string()));
            rows.push(figures("spent", &|sums| sums.spent.to_string()));
        }
        let money_off = format!("money off ({currency})");
        rows.push(compared(&money_off, &|group| group.discounts.clone()));
        rows.push(compared(&format!("cost ({currency})"), &|group| group.cost.clone()));
        out.table(&["since it began", "pilot", "rest", "total"], rows)?;
        out.line(format!(
            "{} members bought in both; cost is points given less taken back, at the unit's cost or else its value, and the money off. Both groups differ in more than the programme: compare with the time before as well",
            told.members_in_both
        ))?;
        out.done(&json!({"ok": true, "pilot": told}))
    })
}

fn noted(note: &str) -> String {
    match note {
        "" => String::new(),
        note => format!(": {note}"),
    }
}

/// Id, role, first day, last day, and state.
fn campaigns(ledger: &Ledger) -> Result<Vec<[String; 5]>, Failure> {
    let day = |day: Option<Day>| day.map(|d| d.to_string()).unwrap_or_default();
    let today = today(ledger)?;
    let told = engine::campaigns_in_force(ledger)?
        .into_iter()
        .map(|running| {
            let c = running.header();
            let role = format!("{:?}", c.role).to_lowercase();
            [
                c.id.clone(),
                role,
                day(c.from),
                day(c.to),
                match running.is_pilots {
                    true => format!("{}, in the pilot only", state_of(ledger, c, today)),
                    false => state_of(ledger, c, today).into(),
                },
            ]
        });
    Ok(told.collect())
}

fn list(cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
    cli.reading("policy list", out, |ledger, out| {
        let (mut rows, mut values): (Vec<Vec<String>>, Vec<Value>) = Default::default();
        for number in 1..ledger.global().next_activation() {
            let (entry, active) = engine::activation(ledger, number)?;
            let at = display(ledger, entry.head.occurred_at())?;
            let pilot = active.pilot.as_ref();
            let pilot = pilot.map(|p| (p, pilot::scope(ledger, &p.scope)));
            values.push(json!({
                "number": number, "seq": entry.seq, "at": at, "digest": hex(&active.digest),
                "engine": active.engine.script, "note": active.note,
                "stories": active.stories.as_ref().map(hex),
                "without_stories": active.without_stories, "scheduled": active.scheduled,
                "drafter": active.drafter,
                "pilot": pilot.as_ref().map(|(p, scope)| json!({
                    "name": p.name, "for": scope, "base": p.base,
                })),
            }));
            let whom = pilot.map_or_else(|| "all".into(), |(_, scope)| scope);
            rows.push(row(&[
                &number,
                &entry.seq,
                &at,
                &short(&active.digest),
                &whom,
                &active.note,
                &active.without_stories,
            ]));
        }
        let scheduled = coming(ledger)?;
        rows.extend(scheduled.iter().map(|next| {
            let (seq, at, digest) = (&next.seq, &next.at, &&next.digest[..12]);
            row(&[&"scheduled", seq, at, digest, &"all", &next.note, &""])
        }));
        let head = [
            "programme",
            "entry",
            "active from",
            "digest",
            "for",
            "note",
            "without stories",
        ];
        out.table(&head, rows)?;
        out.done(&json!({"ok": true, "programmes": values, "scheduled": scheduled}))
    })
}

/// Texts of files by their paths, as JSON.
fn by_path(files: &[BundleFile]) -> serde_json::Map<String, Value> {
    let files = files.iter();
    let files = files.map(|f| (f.path.clone(), Value::from(f.text.as_str())));
    files.collect()
}

impl ShowPolicyArgs {
    fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        let number = match &self.programme {
            None => None,
            Some(text) => match (text.parse(), shipped_text(text)) {
                (Ok(number), _) => Some(number),
                (Err(_), Some(files)) => return self.show_shipped(text, files, out),
                (Err(_), None) => {
                    return Err(Failure::bad_input(format!(
                        "'{text}' is neither a number of `policy list` nor a shipped programme (`policy templates` lists them)"
                    )));
                }
            },
        };
        cli.reading("policy show", out, |ledger, out| {
            let version = match (number, &self.at) {
                (Some(number), _) => Version::numbered(ledger, number)?,
                (None, Some(text)) => {
                    let at = instant_or_start(ledger, "--at", text)?;
                    Version::at(ledger, at)?
                }
                (None, None) => Version::numbered(ledger, ledger.global().bundle)?,
            };
            let files = self.asked(version.files(), &version.name())?;
            let at = display(ledger, version.at)?;
            if out.is_json() {
                return out.done(&json!({
                    "ok": true, "number": version.number, "seq": version.seq, "at": at,
                    "digest": hex(&version.digest), "files": by_path(&files),
                }));
            }
            if self.at.is_some() {
                out.note(format!("{}, in force from {at}", version.name()));
            }
            let shown = version.number;
            if let Some(running) = ledger.global().pilot.clone()
                && shown.is_some_and(|n| n == running.number || n == running.pilot.base)
            {
                out.note(pilot::sentence(ledger, &running)?);
            }
            if version.stories == StoriesFound::NotKept && self.file.is_none() {
                out.note("its stories were not kept");
            }
            self.print(&files, out)
        })
    }

    fn show_shipped(
        &self,
        name: &str,
        files: Vec<BundleFile>,
        out: &mut Printer,
    ) -> Result<Exit, Failure> {
        let files = self.asked(files, name)?;
        match out.is_json() {
            true => out.done(&json!({"ok": true, "name": name, "files": by_path(&files)})),
            false => self.print(&files, out),
        }
    }

    /// The files that are asked for.
    fn asked(&self, mut files: Vec<BundleFile>, name: &str) -> Result<Vec<BundleFile>, Failure> {
        let Some(path) = &self.file else {
            return Ok(files);
        };
        let known: Vec<String> = files.iter().map(|f| f.path.clone()).collect();
        files.retain(|f| f.path == *path);
        match files.is_empty() {
            false => Ok(files),
            true => Err(Failure::bad_input(format!(
                "--file: {name} has no '{path}'; it has {}",
                known.join(", ")
            ))),
        }
    }

    fn print(&self, files: &[BundleFile], out: &mut Printer) -> Result<Exit, Failure> {
        for file in files {
            if self.file.is_none() {
                out.line(format!("=== {}", file.path))?;
            }
            out.verbatim(&file.text)?;
        }
        Ok(Exit::Done)
    }
}
