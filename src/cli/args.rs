//! All commands, and their common options.

use super::options::Cli;
use super::{
    activity, alert, audit, backup, campaign, consent, correct_clock, daily, demo, do_one, errors,
    export, household, import, init, lookup, member, members, office, outbox, packaging, partner,
    pass, policy, pool, queue, quote, rebuild, recover, redecide, report, restore, schema, serve,
    session, shift, supervisor, terminal, token, transfer, voucher, webhook,
};
use crate::command::raw;
use crate::query;
use clap::builder::StyledStr;
use clap::{Args, Parser, Subcommand};
use std::ffi::OsString;

const AFTER_HELP: &str = "\
Exit codes:
  0  done
  1  refused, or an audit claim failed
  2  bad input; the message names the place
  3  could not be established
  4  busy: another process holds the ledger, and half a second later still
  5  trouble: disk, damage

Example:
  stampbook init --programme corner-cafe --currency EUR --zone Europe/Berlin";

/// A loyalty ledger that nobody can quietly change.
#[derive(Parser, Clone, PartialEq, Eq, Debug)]
#[command(name = "stampbook", version, after_help = AFTER_HELP, max_term_width = 100)]
pub struct Arguments {
    /// Options of all commands.
    #[command(flatten)]
    pub cli: Cli,
    /// Subcommand.
    #[command(subcommand)]
    pub command: Command,
}

/// Long help of a command, from its arguments' description. The short one in
/// the list of commands is given here below. Built only if help is asked for:
/// building it for all commands takes a tenth of a start.
fn told<A: Args>() -> StyledStr {
    about_of(A::augment_args)
}

/// The same of a command with subcommands.
fn told_with<S: Subcommand>() -> StyledStr {
    about_of(S::augment_subcommands)
}

fn about_of(augment: fn(clap::Command) -> clap::Command) -> StyledStr {
    let is_asked = |word: OsString| word == "--help" || word == "help" || word == "man";
    if !std::env::args_os().any(is_asked) {
        return StyledStr::new();
    }
    let command = augment(clap::Command::new(""));
    let long = command.get_long_about().or(command.get_about());
    long.cloned().unwrap_or_default()
}

/// Subcommand.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// Begin a ledger with a programme.
    #[command(long_about = told::<init::InitArgs>())]
    Init(init::InitArgs),
    /// Enrol, show, change, export or erase a member.
    #[command(subcommand, long_about = told_with::<member::MemberCommand>())]
    Member(member::MemberCommand),
    /// Tell what a purchase would earn; book nothing.
    #[command(long_about = told::<quote::QuoteArgs>())]
    Quote(quote::QuoteArgs),
    /// Book a sale.
    #[command(alias = "sale")]
    #[command(long_about = told::<raw::Purchase>())]
    Purchase(Box<raw::Purchase>),
    /// Book goods sold and goods returned on one slip.
    #[command(long_about = told::<raw::Ticket>())]
    Ticket(Box<raw::Ticket>),
    /// Book goods that come back.
    #[command(long_about = told::<raw::Return>())]
    Return(raw::Return),
    /// Spend points without a purchase.
    #[command(long_about = told::<raw::Redeem>())]
    Redeem(raw::Redeem),
    /// Set points aside for a while.
    #[command(long_about = told::<raw::Hold>())]
    Hold(raw::Hold),
    /// Spend held points.
    #[command(long_about = told::<raw::Capture>())]
    Capture(raw::Capture),
    /// Release held points.
    #[command(long_about = told::<raw::Release>())]
    Release(raw::Release),
    /// Send points to another member, or to whoever has a token.
    #[command(long_about = told::<transfer::TransferArgs>())]
    Transfer(transfer::TransferArgs),
    /// Let members use one another's points.
    #[command(subcommand, long_about = told_with::<household::HouseholdCommand>())]
    Household(household::HouseholdCommand),
    /// Claim a purchase made without a member.
    #[command(long_about = told::<raw::Claim>())]
    Claim(raw::Claim),
    /// Issue, show, give, claim and take back vouchers.
    #[command(subcommand, long_about = told_with::<voucher::VoucherCommand>())]
    Voucher(voucher::VoucherCommand),
    /// Lift a lock that too many wrong codes have set.
    #[command(long_about = told::<raw::Unlock>())]
    Unlock(raw::Unlock),
    /// Book an activity other than a purchase.
    #[command(long_about = told::<activity::ActivityArgs>())]
    Activity(activity::ActivityArgs),
    /// Give or withdraw consents.
    #[command(subcommand, long_about = told_with::<consent::ConsentCommand>())]
    Consent(consent::ConsentCommand),
    /// Keep a remark on a member.
    #[command(long_about = told::<raw::Note>())]
    Note(raw::Note),
    /// Undo an entry.
    #[command(long_about = told::<raw::Void>())]
    Void(raw::Void),
    /// Move a sale from the wrong card to the right one.
    #[command(long_about = told::<raw::Reassign>())]
    Reassign(raw::Reassign),
    /// Book the final amount of a sale, such as an order weighed at pick-up.
    #[command(long_about = told::<raw::Amend>())]
    Amend(Box<raw::Amend>),
    /// Correct a balance by hand.
    #[command(long_about = told::<raw::Adjust>())]
    Adjust(raw::Adjust),
    /// All members with balances, as CSV or JSON Lines.
    #[command(long_about = told::<members::MembersArgs>())]
    Members(members::MembersArgs),
    /// Tell a till all it needs after a scan, in one answer.
    #[command(long_about = told::<lookup::LookupArgs>(), mut_args(lookup_arg))]
    Lookup(Box<lookup::LookupArgs>),
    /// Balance of a member.
    #[command(long_about = told::<query::Balance>())]
    Balance(query::Balance),
    /// A member's entries with what they did.
    #[command(long_about = told::<query::Statement>())]
    Statement(query::Statement),
    /// Explain why an entry is as it is.
    #[command(long_about = told::<query::Explain>())]
    Explain(query::Explain),
    /// Figures of a business day, to reconcile with a till's own total.
    #[command(long_about = told::<query::Day>())]
    Day(query::Day),
    /// Figures with their definitions.
    #[command(long_about = told::<report::ReportArgs>())]
    Report(Box<report::ReportArgs>),
    /// Tables for other programs.
    #[command(subcommand, long_about = told_with::<export::ExportCommand>())]
    Export(export::ExportCommand),
    /// Close a till's shift: its figures since the last close.
    #[command(subcommand, long_about = told_with::<shift::ShiftCommand>())]
    Shift(shift::ShiftCommand),
    /// Show what a key, a receipt or an order led to.
    #[command(long_about = told::<query::Find>())]
    Find(query::Find),
    /// The slip of an entry for the customer.
    #[command(long_about = told::<query::Slip>())]
    Slip(query::Slip),
    /// Commands of a till that cannot reach the ledger, sent later.
    #[command(long_about = told::<queue::QueueArgs>())]
    Queue(queue::QueueArgs),
    /// Carry out one JSON command.
    #[command(long_about = told::<do_one::DoArgs>())]
    Do(do_one::DoArgs),
    /// Carry out the commands or rows of a file.
    #[command(long_about = told::<import::ImportArgs>())]
    Import(import::ImportArgs),
    /// Answer JSON Lines from stdin, in order, on stdout.
    #[command(long_about = told::<session::SessionArgs>())]
    Session(session::SessionArgs),
    /// Serve the ledger to tills, office and shop over HTTP.
    #[command(long_about = told::<serve::ServeArgs>())]
    Serve(serve::ServeArgs),
    /// Register people who may approve what others do, with a PIN.
    #[command(subcommand, long_about = told_with::<supervisor::SupervisorCommand>())]
    Supervisor(supervisor::SupervisorCommand),
    /// Enrol, replace and revoke tills by codes that are typed in.
    #[command(subcommand, long_about = told_with::<terminal::TerminalCommand>())]
    Terminal(terminal::TerminalCommand),
    /// Make, list and revoke the tokens of the service's clients.
    #[command(subcommand, long_about = told_with::<token::TokenCommand>())]
    Token(token::TokenCommand),
    /// Book what has fallen due: expiry, releases, reviews.
    #[command(long_about = told::<daily::DailyArgs>())]
    Daily(daily::DailyArgs),
    /// Check, test, activate and list programmes.
    #[command(subcommand, long_about = told_with::<policy::PolicyCommand>())]
    Policy(policy::PolicyCommand),
    /// Show campaigns; pause, resume, close or open one; choose whom it addresses.
    #[command(subcommand, long_about = told_with::<campaign::CampaignCommand>())]
    Campaign(campaign::CampaignCommand),
    /// Suspend, resume, settle with or show partners.
    #[command(subcommand, long_about = told_with::<partner::PartnerCommand>())]
    Partner(partner::PartnerCommand),
    /// Pay out of a pool, or show what pools hold.
    #[command(subcommand, long_about = told_with::<pool::PoolCommand>())]
    Pool(pool::PoolCommand),
    /// Start, renew, cancel or show a pass.
    #[command(subcommand, long_about = told_with::<pass::PassCommand>())]
    Pass(pass::PassCommand),
    /// Set goals for figures.
    #[command(subcommand, long_about = told_with::<office::GoalCommand>())]
    Goal(office::GoalCommand),
    /// Show alerts, and acknowledge them.
    #[command(subcommand, long_about = told_with::<alert::AlertCommand>())]
    Alert(alert::AlertCommand),
    /// Book costs.
    #[command(subcommand, long_about = told_with::<office::CostCommand>())]
    Cost(office::CostCommand),
    /// Close the books of a period.
    #[command(subcommand, long_about = told_with::<office::PeriodCommand>())]
    Period(office::PeriodCommand),
    /// Bring a balance from another system.
    #[command(long_about = told::<raw::Opening>())]
    Opening(raw::Opening),
    /// Pull the messages that campaigns want sent.
    #[command(long_about = told::<outbox::OutboxArgs>())]
    Outbox(outbox::OutboxArgs),
    /// Addresses to which the service pushes those messages.
    #[command(subcommand, long_about = told_with::<webhook::WebhookCommand>())]
    Webhook(webhook::WebhookCommand),
    /// Decide again what a campaign gave, and settle the difference.
    #[command(long_about = told::<redecide::RedecideArgs>())]
    Redecide(redecide::RedecideArgs),
    /// Verify the ledger; needs no key and changes nothing.
    #[command(subcommand, long_about = told_with::<audit::AuditCommand>())]
    Audit(audit::AuditCommand),
    /// Correct a clock that was accepted although it was far ahead.
    #[command(long_about = told::<correct_clock::CorrectClockArgs>())]
    CorrectClock(correct_clock::CorrectClockArgs),
    /// Rebuild the book (the state of all members) from the journal.
    #[command(long_about = told::<rebuild::RebuildArgs>())]
    Rebuild(rebuild::RebuildArgs),
    /// Go on with a ledger that does not continue what it last signed.
    #[command(long_about = told::<recover::RecoverArgs>())]
    Recover(recover::RecoverArgs),
    /// Bring a backup of the ledger up to date, also while it is in use.
    #[command(long_about = told::<backup::BackupArgs>())]
    Backup(backup::BackupArgs),
    /// Put a backup of the ledger in its place, or test it (--check).
    #[command(long_about = told::<restore::RestoreArgs>())]
    Restore(restore::RestoreArgs),
    /// Codes of refusals, errors and warnings, with their remedies.
    #[command(long_about = told::<errors::ErrorsArgs>())]
    Errors(errors::ErrorsArgs),
    /// The JSON Schemas of commands and answers.
    #[command(long_about = told::<schema::SchemaArgs>())]
    Schema(schema::SchemaArgs),
    /// Completions for a shell.
    #[command(long_about = told::<packaging::CompletionsArgs>())]
    Completions(packaging::CompletionsArgs),
    /// Write the manual's pages.
    #[command(long_about = told::<packaging::ManArgs>())]
    Man(packaging::ManArgs),
    /// Show till, merchant and auditor at work, in a folder of its own.
    #[command(long_about = told::<demo::DemoArgs>())]
    Demo(demo::DemoArgs),
}

/// Adapts a flag of a purchase to `lookup`: the bill is optional, and flags
/// that concern only booked sales are hidden.
fn lookup_arg(arg: clap::Arg) -> clap::Arg {
    const OF_SALES: [&str; 11] = [
        "member", "tenders", "receipt", "order", "if_short", "enrol", "key", "counter", "operator",
        "approval", "training",
    ];
    match arg.get_id().as_str() {
        "total" => arg.required(false),
        id if OF_SALES.contains(&id) => arg.hide(true),
        _ => arg,
    }
}
