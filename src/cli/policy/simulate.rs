//! `stampbook policy simulate`

use crate::cli::import::ImportArgs;
use crate::cli::import_run;
use crate::cli::input;
use crate::cli::options::Cli;
use crate::cli::policy::simulation_print;
use crate::cli::print::{Exit, Failure, Printer};
use crate::cli::progress::Progress;
use crate::cli::trouble::of_bundle;
use crate::cli::visit::Page;
use crate::command::Bad;
use crate::engine::{self, Error, Ledger, Options};
use crate::model::{Day, MemberId, Policy};
use crate::page::Lang;
use crate::policy::Bundle;
use crate::storage::clock::SteppingClock;
use crate::workbench::simulation::{
    Replies, Report, StoryRow, Window, differing_stories, simulate, stories_in_force,
};
use crate::workbench::{Folder, judge};
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::path::PathBuf;
use std::sync::Arc;

/// Decides the real past again with the programme of a folder beside what was in
/// force: what it would have given, to whom. Changes nothing.
///
/// Both sides' members stay in memory as far as --memory allows, about 4 KiB for each; beyond
/// it they go into temporary files. The result is the same and takes longer.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook policy simulate programme --from 2026-10-01 --to 2026-10-31
  stampbook policy simulate programme --from 2026-10-01 --to 2026-10-31 --replies cash
  stampbook policy simulate programme --from 2026-10-01 --to 2026-10-31 --format html > october.html
  stampbook policy simulate programme --from 2026-10-01 --to 2026-10-31 --format html --lang zh > october.html
  stampbook policy simulate programme --from 1997-01-01 --to 1998-06-30 --on CDNOW_master.txt --map 'member=customer_id:id:,at=date:%Y%m%d,qty=number_of_cds,total=dollar_value'")]
pub struct SimulateArgs {
    /// The programme's folder.
    #[arg(default_value = "programme")]
    pub folder: PathBuf,
    /// First day on which it is in force.
    #[arg(long, value_name = "DAY")]
    pub from: String,
    /// Last day, included.
    #[arg(long, value_name = "DAY")]
    pub to: String,
    /// Sales of a file, rather than the ledger's past: for a shop that has no ledger yet.
    /// It is read as `import --history --enrol` does, into a ledger that is thrown away.
    #[arg(long, value_name = "FILE")]
    pub on: Option<String>,
    /// With --on, the programme to compare with; default: one that gives nothing.
    #[arg(long, value_name = "DIR", requires = "on")]
    pub against: Option<PathBuf>,
    /// With --on, columns for fields, as for `import`; may be repeated.
    #[arg(long = "map", value_name = "MAP", requires = "on")]
    pub maps: Vec<String>,
    /// The same in a small TOML file.
    #[arg(long, value_name = "FILE", requires = "on")]
    pub map_file: Option<PathBuf>,
    /// A map that comes with Stampbook; `import --presets` lists them.
    #[arg(long, value_name = "NAME", requires = "on")]
    pub preset: Option<String>,
    /// With --on, a field that is the same for all rows; may be repeated.
    #[arg(long = "set", value_name = "FIELD=VALUE", requires = "on")]
    pub constants: Vec<String>,
    /// Treatment of payments with points that it would not have given: as-they-were (it is
    /// paid so all the same, and what is missing is a debt), or cash.
    #[arg(long, value_name = "HOW", default_value = "as-they-were")]
    pub replies: RepliesWord,
    /// table, json, or html: one file without references, for a browser or a printer.
    #[arg(long, default_value = "table")]
    pub format: Format,
    /// Language of the HTML file: en or zh.
    #[arg(long, visible_alias = "language", default_value = "en")]
    pub lang: Lang,
}

/// Treatment of points that were spent and would not have been there.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum RepliesWord {
    /// They are spent all the same.
    AsTheyWere,
    /// Sales are paid in cash instead.
    Cash,
}

/// Form of a simulation.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Text and tables for people.
    Table,
    /// JSON.
    Json,
    /// One HTML file.
    Html,
    /// Content of the HTML file, to be put into another page.
    #[value(hide = true)]
    Part,
}

impl SimulateArgs {
    /// Simulates, and prints both sides.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        let day = |field: &str, text: &str| Day::parse(text).map_err(|e| Bad::new(field, e));
        let window = Window {
            from: day("--from", &self.from)?,
            to: day("--to", &self.to)?,
        };
        if window.from > window.to {
            let message = format!("it is after --to, {}", self.to);
            return Err(Bad::new("--from", message).into());
        }
        let replies = match self.replies {
            RepliesWord::AsTheyWere => Replies::AsTheyWere,
            RepliesWord::Cash => Replies::Cash,
        };
        let folder = input::programme(out, &self.folder)?;
        match &self.on {
            None => cli.reading("simulate", out, |ledger, out| {
                self.simulate(ledger, &folder, window, replies, out)
            }),
            Some(file) => self.simulate_on(file, cli, &folder, window, replies, out),
        }
    }

    fn simulate(
        &self,
        ledger: &mut Ledger,
        folder: &Folder,
        window: Window,
        replies: Replies,
        out: &mut Printer,
    ) -> Result<Exit, Failure> {
        let mut told = report(ledger, &folder.bundle, window, replies, out)?;
        match &self.on {
            Some(file) if told.purchases == 0 => {
                let message = format!("{file}: none of its sales lies in those days");
                let hint =
                    "--from and --to name the days, `stampbook import --help` what --map says";
                return Err(Failure::bad_input(message).hint(hint));
            }
            None if told.purchases == 0 => {
                out.note(
                    "note: there are no purchases in those days, so there is little to compare",
                );
            }
            _ => {}
        }
        let stories = match self.on {
            None => {
                let stories = stories_in_force(ledger, folder)?;
                out.beside(ledger, || differing_stories(&stories, folder))??
            }
            Some(_) => {
                name_members(ledger, &mut told)?;
                Vec::new()
            }
        };
        match (out.is_json(), self.format) {
            (true, _) | (_, Format::Json) => out.json(&Told {
                ok: true,
                report: &told,
                stories: &stories,
            })?,
            (_, Format::Table) => simulation_print::print(&told, &stories, out)?,
            (_, Format::Html | Format::Part) => {
                let origin = origin(ledger, &self.folder.display().to_string())?;
                let document = simulation_print::document(&told, &stories, origin, self.lang);
                let html = match self.format {
                    Format::Part => document.to_part(),
                    _ => document.to_html(),
                };
                out.verbatim(&html.map_err(|e| Failure::internal(e.to_string()))?)?;
            }
        }
        Ok(Exit::Done)
    }

    /// Simulates on the sales of a file, in a ledger that is thrown away.
    fn simulate_on(
        &self,
        file: &str,
        cli: &Cli,
        folder: &Folder,
        window: Window,
        replies: Replies,
        out: &mut Printer,
    ) -> Result<Exit, Failure> {
        let dir = tempfile::Builder::new()
            .prefix("stampbook-simulation-")
            .tempdir()?;
        let cli = Cli {
            ledger: dir.path().join("ledger"),
            secrets: Some(dir.path().join("secrets")),
            ..cli.clone()
        };
        let before = match &self.against {
            Some(path) => input::programme(out, path)?.bundle,
            None => without_campaigns(&folder.bundle),
        };
        let calendar = of_bundle(
            &folder.bundle,
            judge(&folder.bundle).map_err(Error::Programme),
        )?;
        let calendar = calendar.programme().calendar.clone();
        let begins = calendar.start_of(window.from.plus_days(-1));
        let options = Options {
            clock: Arc::new(SteppingClock::new(begins.0, 1)),
            ..cli.options("simulate")?
        };
        let made = Ledger::create(
            &cli.folders(),
            "simulation.example/simulation",
            &before,
            options,
        );
        of_bundle(&before, made)?.close()?;
        let import = ImportArgs {
            file: Some(file.to_owned()),
            history: true,
            enrol: true,
            maps: self.maps.clone(),
            map_file: self.map_file.clone(),
            preset: self.preset.clone(),
            constants: self.constants.clone(),
            ..ImportArgs::default()
        };
        let page = Page::default();
        let mut quiet = page.printer(false);
        if import_run::run(&import, &cli, &mut quiet)? != Exit::Done {
            out.note(format!("note: {file}, of which not all was taken:"));
            out.note(page.text().trim_end());
        }
        cli.reading("simulate", out, |ledger, out| {
            self.simulate(ledger, folder, window, replies, out)
        })
    }
}

/// Decides some days again by a draft, with a progress bar.
///
/// # Errors
/// The draft's findings; I/O errors.
pub(in crate::cli) fn report(
    ledger: &mut Ledger,
    draft: &Bundle,
    window: Window,
    replies: Replies,
    out: &Printer,
) -> Result<Report, Failure> {
    let share = out.visit.as_ref().map(|visit| visit.share.clone());
    let mut progress = Progress::of_items(ledger.durable(), "entries");
    progress.doing("simulating");
    let mut meanwhile = |ledger: &mut Ledger, done, all| {
        progress.at(done);
        if let Some(share) = &share {
            share.set(done, all);
        }
        out.yield_now(ledger)
    };
    let made = simulate(ledger, draft, window, replies, &mut meanwhile);
    Ok(of_bundle(draft, made)?.report()?)
}

/// The JSON of a simulation.
#[derive(Serialize)]
struct Told<'t> {
    ok: bool,
    #[serde(flatten)]
    report: &'t Report,
    stories: &'t [StoryRow],
}

/// Names the members of a file by what the file calls them.
fn name_members(ledger: &mut Ledger, told: &mut Report) -> Result<(), Failure> {
    for row in &mut told.most {
        let id = MemberId::parse(&row.member);
        let profile = id
            .map(|id| engine::profile(ledger, id))
            .transpose()?
            .flatten();
        if let Some(alias) = profile.and_then(|profile| profile.aliases.into_iter().next()) {
            row.member = alias;
        }
    }
    Ok(())
}

/// A programme with the same units, and nothing that gives any.
fn without_campaigns(bundle: &Bundle) -> Bundle {
    let manifest = bundle.files.iter().filter(|f| f.path == "programme.toml");
    Bundle {
        files: manifest.cloned().collect(),
    }
}

/// Origin of a page.
fn origin(ledger: &mut Ledger, folder: &str) -> Result<Vec<(String, String)>, Failure> {
    let entries = ledger.durable();
    let hash = ledger.hash_after(entries)?;
    Ok(vec![
        ("Draft".into(), folder.into()),
        ("Entries".into(), entries.to_string()),
        ("Last hash".into(), hash.to_string()),
    ])
}
