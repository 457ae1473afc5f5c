//! `stampbook policy`

pub(super) mod activate;
pub(super) mod calendar;
pub mod check;
pub(super) mod diff;
mod findings;
pub(super) mod help;
pub(super) mod lsp;
pub(super) mod new;
pub(super) mod probe;
pub(super) mod simulate;
pub(super) mod simulation_print;
pub(super) mod status;
pub mod test;
pub(super) mod versions;

use clap::{Args, Subcommand};
use help::HelpArgs;
use lsp::LspArgs;
use probe::ProbeArgs;
use std::path::PathBuf;

/// Most days that `activate --simulate` looks back.
const DAYS_MAX: u32 = 3660;

/// Programmes: folders of declarations, campaigns and stories.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
#[command(
    after_help = "\
Examples:
  stampbook policy check programme
  stampbook policy help award",
    disable_help_subcommand = true
)]
pub enum PolicyCommand {
    /// Find errors and likely mistakes.
    Check(CheckArgs),
    /// Run the programme's stories.
    Test(TestArgs),
    /// Print a JSON Schema of programme.toml, for editors.
    #[command(after_help = "Examples:
  stampbook policy schema > programme.schema.json")]
    Schema,
    /// Search for loopholes: points or money for nothing.
    Probe(ProbeArgs),
    /// Help an editor as you type, by the Language Server Protocol.
    Lsp(LspArgs),
    /// Explain a word of programmes and stories, or list them all.
    Help(HelpArgs),
    /// Make a campaign and its story from a template.
    New(NewArgs),
    /// List the templates, or show one.
    Templates(TemplatesArgs),
    /// Tell what differs between two programmes, in words, baskets and lines.
    Diff(DiffArgs),
    /// Decide the real past again with a programme beside what was in force.
    #[command(visible_alias = "backtest")]
    Simulate(super::policy::simulate::SimulateArgs),
    /// Let a programme take effect from now on, or from an instant to come.
    Activate(ActivateArgs),
    /// Compare a pilot with the rest, widen it to all, or end it.
    #[command(subcommand)]
    Pilot(PilotCommand),
    /// Cancel a programme that is scheduled.
    Cancel(CancelArgs),
    /// Put an earlier programme in force again.
    Rollback(RollbackArgs),
    /// The active programme, what is scheduled, and how the folder differs.
    Status(StatusArgs),
    /// Which promotions run when, which overlap, and the days without any.
    Calendar(CalendarArgs),
    /// All programmes that were ever active.
    #[command(after_help = "\
Example:
  stampbook policy list")]
    List,
    /// The files of a programme that was active.
    Show(ShowPolicyArgs),
}

/// Finds errors (what does not compile or resolve) and likely mistakes; changes nothing.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook policy check programme
  stampbook policy check programme --channel-parity")]
pub struct CheckArgs {
    /// The programme's folder.
    #[arg(default_value = "programme")]
    pub folder: PathBuf,
    /// Also fail where a campaign looks at the channel and does not declare it,
    /// or where a purchase of the stories, quoted on every channel, comes to
    /// something else on one of them without a campaign that declares it.
    #[arg(long)]
    pub channel_parity: bool,
}

/// Runs the programme's stories.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook policy test programme
  stampbook policy test programme --only birthday --fill
  stampbook policy test programme --uncovered

`stampbook policy test --watch` stays, and runs them again whenever a file changes.")]
pub struct TestArgs {
    /// The programme's folder.
    #[arg(default_value = "programme")]
    pub folder: PathBuf,
    /// Complete lines that end with `->` by what happens.
    #[arg(long)]
    pub fill: bool,
    /// The same, and also behind arrows whose lines come out differently, as after a new
    /// campaign: read what was written before you accept it.
    #[arg(long)]
    pub refill: bool,
    /// Only stories whose file's name contains this.
    #[arg(long, value_name = "TEXT")]
    pub only: Option<String>,
    /// Also list what the stories do not reach: campaigns' hooks, lines of scripts, ways past an
    /// `if`, conditions of headers, rewards and tiers, with the scripts' lines marked. Drafts are
    /// left out.
    #[arg(long)]
    pub uncovered: bool,
    /// The same, and exit 1 if there are any.
    #[arg(long)]
    pub require_covered: bool,
    /// Keep running, and test again whenever a file of the folder changes.
    #[arg(long)]
    pub watch: bool,
}

/// Makes a campaign (or a reward) and its story from a template, in a programme's folder, or
/// with a programme of its own where there is no folder. The story says what happens under that
/// programme. On a terminal it asks for the parameters. Files that are there stay, but
/// programme.toml and rewards.rhai, to which units and rewards are added.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook policy new threshold --set minimum=40 --set points=15
  stampbook policy new stamp-card --folder draft --id tea-card --set category=tea")]
pub struct NewArgs {
    /// The template; `policy templates` lists them.
    #[arg(value_name = "TEMPLATE")]
    pub template: Option<String>,
    /// The programme's folder.
    #[arg(long, value_name = "DIR", default_value = "programme")]
    pub folder: PathBuf,
    /// Id of the campaign; default: the template's name.
    #[arg(long, value_name = "NAME")]
    pub id: Option<String>,
    /// Unit of points; default: the programme's first.
    #[arg(long, value_name = "UNIT")]
    pub unit: Option<String>,
    /// Value of a parameter; repeatable.
    #[arg(long, value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// ISO 4217 code, where a programme is made.
    #[arg(long, value_name = "CODE", default_value = "EUR")]
    pub currency: String,
    /// IANA name, where a programme is made.
    #[arg(long, value_name = "ZONE", default_value = "Europe/Berlin")]
    pub zone: String,
}

/// Lists the templates for `policy new` and the shipped programmes, or shows what a template
/// makes. Needs no ledger.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook policy templates
  stampbook policy templates stamp-card")]
pub struct TemplatesArgs {
    /// Only this one, with its parameters and files.
    #[arg(value_name = "TEMPLATE")]
    pub template: Option<String>,
}

/// Tells what differs between two programmes: in words (which campaigns, units, rewards and
/// other parts are new, gone or changed, and for whom), by baskets that come out differently,
/// and by lines. Each is a folder, a number of `policy list`, an instant or the beginning of a
/// day at which it was in force, or the name of a shipped programme. Books nothing.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook policy diff
  stampbook policy diff 1 programme
  stampbook policy diff corner-cafe coffee-stars")]
pub struct DiffArgs {
    /// The first; default: the programme in force.
    pub a: Option<String>,
    /// The second; default: the folder `programme`, or the programme in force where the first
    /// is no folder.
    pub b: Option<String>,
}

/// Checks a programme, runs its stories, books what is due, and lets it take
/// effect. Where a story does not hold nothing takes effect.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook policy activate programme --note 'double Tuesdays in November'
  stampbook policy activate programme --at '2036-12-01 06:00'
  stampbook policy activate programme --pilot store=mitte --dry-run
  stampbook policy activate programme --simulate 30d --dry-run
  stampbook policy activate programme --without-stories --reason 'the old prices are wrong'")]
pub struct ActivateArgs {
    /// The programme's folder.
    #[arg(default_value = "programme")]
    pub folder: PathBuf,
    /// A word on why.
    #[arg(long, default_value = "")]
    pub note: String,
    /// Only say what it would switch on and off, and with --simulate what it would have cost.
    #[arg(long)]
    pub dry_run: bool,
    /// Let it take effect at an instant to come, or at the beginning of a day, rather than
    /// now. Whatever falls due before is decided by the programme in force until then.
    #[arg(long, value_name = "INSTANT|DAY")]
    pub at: Option<String>,
    /// Try it for some, beside the programme in force: in one or more stores
    /// (`store=mitte,nord`), or for members with a label (`tag=testers`). It decides what
    /// customers do there, and a return as its sale was decided. `policy pilot` compares.
    #[arg(long, value_name = "store=NAME|tag=LABEL", conflicts_with_all = ["at", "simulate"])]
    pub pilot: Option<String>,
    /// Name of the pilot; default: for whom it is.
    #[arg(long, value_name = "NAME", requires = "pilot")]
    pub pilot_name: Option<String>,
    /// First decide the sales of the last days again, today included, and tell what it would
    /// have cost; `policy simulate` tells all of it.
    #[arg(long, value_name = "DAYS", value_parser = days)]
    pub simulate: Option<u32>,
    /// Stories.
    #[command(flatten)]
    pub without: WithoutStories,
    /// People.
    #[command(flatten)]
    pub people: TwoPeople,
}

/// Parses a number of days such as `30d`.
fn days(text: &str) -> Result<u32, String> {
    let count = text.strip_suffix('d').unwrap_or(text).parse().ok();
    count
        .filter(|days| (1..=DAYS_MAX).contains(days))
        .ok_or(format!(
            "not a number of days from 1 to {DAYS_MAX}, such as 30d"
        ))
}

/// Flags about stories that are not run.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
pub struct WithoutStories {
    /// Do not run the stories: it takes effect although they may not hold. That
    /// and the reason are recorded.
    #[arg(long, requires = "reason")]
    pub without_stories: bool,
    /// Reason for the change, or why it takes effect without its stories.
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

/// A pilot: a programme that `policy activate --pilot` tries for some.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
#[command(
    after_help = "\
Examples:
  stampbook policy pilot status
  stampbook policy pilot end --reason 'nobody came for it' --dry-run",
    disable_help_subcommand = true
)]
pub enum PilotCommand {
    /// For whom it runs and since when, and both groups compared: purchases, points, cost,
    /// members.
    #[command(after_help = "Example:
  stampbook policy pilot status")]
    Status,
    /// Let it become the programme for all, now or from an instant to come.
    #[command(after_help = "Example:
  stampbook policy pilot widen --reason 'half as many refunds' --at 2036-12-01 --dry-run")]
    Widen(WidenArgs),
    /// End it: the programme that decides the rest decides all again.
    #[command(after_help = "Example:
  stampbook policy pilot end --reason 'nobody came for it' --dry-run")]
    End(EndArgs),
}

/// Flags of `policy pilot widen`.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
pub struct WidenArgs {
    /// A word on why.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Let it become the programme for all at an instant to come, or at the beginning of a
    /// day.
    #[arg(long, value_name = "INSTANT|DAY")]
    pub at: Option<String>,
    /// Only say what it would switch on and off.
    #[arg(long)]
    pub dry_run: bool,
    /// People.
    #[command(flatten)]
    pub people: TwoPeople,
}

/// Flags of `policy pilot end`.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
pub struct EndArgs {
    /// A word on why.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Only say that it would end.
    #[arg(long)]
    pub dry_run: bool,
}

/// Flags about who drafted a programme and who activates it.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
pub struct TwoPeople {
    /// Id of the person who drafted it; it is recorded.
    #[arg(long, value_name = "ID")]
    pub drafter: Option<String>,
    /// Id and PIN of another person who activates it, as `supervisor add` gave it; needed
    /// where the programme in force says so (`[approval] programme = true`).
    #[arg(long, value_name = "ID:PIN")]
    pub approval: Option<String>,
}

/// Cancels a programme that is scheduled: the one in force stays.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook policy cancel --reason 'the posters are late'
  stampbook policy cancel --untold")]
pub struct CancelArgs {
    /// The entry that scheduled it; needed only where there are several.
    #[arg(value_name = "ENTRY")]
    pub entry: Option<u64>,
    /// A word on why.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub reason: String,
    /// Tell those who have a message about worse terms that these do not come: a message
    /// `terms-kept`. Follows by itself where a sender has acknowledged one.
    #[arg(long, conflicts_with = "untold")]
    pub told: bool,
    /// Tell nobody: no message about worse terms was sent yet. They are withdrawn.
    #[arg(long)]
    pub untold: bool,
}

/// Puts an earlier programme in force again, as a new activation: its files as they were,
/// and its stories, which are run. The folder stays as it is; `policy show` prints the files.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook policy rollback
  stampbook policy rollback 1 --reason 'double Tuesdays cost too much'")]
pub struct RollbackArgs {
    /// Its number in `policy list`; default: the one before the active one.
    pub number: Option<u32>,
    /// A word on why.
    #[arg(long, default_value = "")]
    pub note: String,
    /// Let it take effect at an instant to come, or at the beginning of a day, as an entry of
    /// its own.
    #[arg(long, value_name = "INSTANT|DAY")]
    pub at: Option<String>,
    /// Only say what it would switch on and off.
    #[arg(long)]
    pub dry_run: bool,
    /// Stories.
    #[command(flatten)]
    pub without: WithoutStories,
    /// People.
    #[command(flatten)]
    pub people: TwoPeople,
}

/// The active programme and since when it is in force, what is scheduled, which files of
/// the folder differ from it, which campaigns' reviews fail, and whether a scheduled
/// programme could not take effect.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook policy status programme")]
pub struct StatusArgs {
    /// The programme's folder.
    #[arg(default_value = "programme")]
    pub folder: PathBuf,
}

/// Which promotions run when, by the windows of campaigns: of the programme in force, of a
/// pilot, and of programmes that are scheduled. Which of them can apply to one purchase, and
/// what happens then; and the days on which nothing runs. What gives the base is no promotion.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook policy calendar
  stampbook policy calendar --from 2036-12-01 --to 2036-12-31")]
pub struct CalendarArgs {
    /// First day; default: today.
    #[arg(long, value_name = "DAY")]
    pub from: Option<String>,
    /// Last day, included; default: 90 days in all.
    #[arg(long, value_name = "DAY")]
    pub to: Option<String>,
}

/// The files of a programme that was active, with its stories.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook policy show
  stampbook policy show 1 --file campaigns/base.rhai
  stampbook policy show --at 2036-11-24T10:03:00+01:00
  stampbook policy show coffee-stars")]
pub struct ShowPolicyArgs {
    /// Its number in `policy list`, or the name of a shipped programme, which needs no ledger;
    /// default: the active one.
    #[arg(value_name = "NUMBER|NAME", conflicts_with = "at")]
    pub programme: Option<String>,
    /// The one in force at an instant, or at the beginning of a day, to come ones included.
    #[arg(long, value_name = "INSTANT|DAY")]
    pub at: Option<String>,
    /// Only this file.
    #[arg(long, value_name = "PATH")]
    pub file: Option<String>,
}
