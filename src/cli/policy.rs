//! `stampbook policy`

use super::policy_help::HelpArgs;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Programmes: folders of declarations, campaigns and stories.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(
    after_help = "\
Examples:
  stampbook policy check programme
  stampbook policy help award",
    disable_help_subcommand = true
)]
pub struct PolicyArgs {
    /// Subcommand.
    #[command(subcommand)]
    pub command: PolicyCommand,
}

/// Subcommands for a programme.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
pub enum PolicyCommand {
    /// Find what cannot compile, resolve or be meant.
    Check(CheckArgs),
    /// Run the programme's stories.
    Test(TestArgs),
    /// Explain a word of programmes and stories, or list them all.
    Help(HelpArgs),
    /// Let a programme take effect from now on.
    Activate(ActivateArgs),
    /// The active programme, and whether the folder differs from it.
    Status(StatusArgs),
    /// All programmes that were ever active.
    List(ListArgs),
    /// The files of a programme that was active.
    Show(ShowPolicyArgs),
}

/// Finds what cannot compile, resolve or be meant; changes nothing.
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
  stampbook policy test programme --uncovered")]
pub struct TestArgs {
    /// The programme's folder.
    #[arg(default_value = "programme")]
    pub folder: PathBuf,
    /// Write what happens behind arrows that have nothing behind them.
    #[arg(long)]
    pub fill: bool,
    /// Only stories whose file's name contains this.
    #[arg(long, value_name = "TEXT")]
    pub only: Option<String>,
    /// Also list campaigns' hooks, rewards and tiers that the stories do not reach; drafts are left out.
    #[arg(long)]
    pub uncovered: bool,
    /// The same, and exit 1 if there are any.
    #[arg(long)]
    pub require_covered: bool,
}

/// Checks a programme, runs its stories, books what is due, and lets it take
/// effect. Where a story does not hold nothing takes effect.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook policy activate programme --note 'double Tuesdays in November'
  stampbook policy activate programme --without-stories --reason 'the old prices are wrong'")]
pub struct ActivateArgs {
    /// The programme's folder.
    #[arg(default_value = "programme")]
    pub folder: PathBuf,
    /// A word on why.
    #[arg(long, default_value = "")]
    pub note: String,
    /// Only say what it would switch on and off.
    #[arg(long)]
    pub dry_run: bool,
    /// Do not run the stories: it takes effect although they may not hold. That
    /// and the reason are recorded.
    #[arg(long, requires = "reason")]
    pub without_stories: bool,
    /// Reason why it takes effect without its stories.
    #[arg(long, value_name = "TEXT", requires = "without_stories")]
    pub reason: Option<String>,
}

/// The active programme, whether the folder differs from it, and which campaigns'
/// reviews fail.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook policy status programme")]
pub struct StatusArgs {
    /// The programme's folder.
    #[arg(default_value = "programme")]
    pub folder: PathBuf,
}

/// All programmes that were ever active.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook policy list")]
pub struct ListArgs {}

/// The files of a programme that was active.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook policy show
  stampbook policy show 1 --file campaigns/base.rhai")]
pub struct ShowPolicyArgs {
    /// Its number in `policy list`; default: the active one.
    pub number: Option<u32>,
    /// Only this file.
    #[arg(long, value_name = "PATH")]
    pub file: Option<String>,
}
