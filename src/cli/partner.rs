//! `stampbook partner`

use super::options::Cli;
use super::print::{Exit, Failure, Printer, row};
use super::subcommand::{Acting, hides, needs};
use crate::answer::{PartnerAccount, PartnerMonthTold};
use crate::command::{month_of, raw};
use crate::engine;
use clap::Subcommand;
use serde_json::json;

/// Partners: who takes part, what they owe, settlement. They are declared in programme.toml.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "Example:\n  stampbook partner show")]
pub enum PartnerCommand {
    /// Nothing is earned or spent with it until resumed; points given before stay good.
    #[command(mut_args(hides(&["month"])), mut_args(needs(&["reason"])), after_help = "\
Example:
  stampbook partner suspend clothes-shop --reason 'in arrears'")]
    Suspend(raw::Partner),
    /// It takes part again.
    #[command(mut_args(hides(&["month"])), mut_args(needs(&["reason"])), after_help = "\
Example:
  stampbook partner resume clothes-shop --reason 'paid up'")]
    Resume(raw::Partner),
    /// Settles what is open of all days up to a month's end.
    #[command(mut_args(hides(&["reason"])), mut_args(needs(&["month"])), after_help = "\
Example:
  stampbook partner settle clothes-shop --month 2026-10 --key settled/2026-10")]
    Settle(raw::Partner),
    /// Account of every partner: owed and due, month by month.
    #[command(after_help = "Example:\n  stampbook partner show --month 2026-11")]
    Show {
        /// One month only: 2026-11.
        #[arg(long)]
        month: Option<String>,
    },
}

impl PartnerCommand {
    /// Books the command, or shows the accounts.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        let partner = match self {
            PartnerCommand::Show { month } => return show(month.as_deref(), cli, out),
            PartnerCommand::Suspend(partner) => partner.acting("suspend"),
            PartnerCommand::Resume(partner) => partner.acting("resume"),
            PartnerCommand::Settle(partner) => partner.acting("settle"),
        };
        cli.book("partner", out, partner)
    }
}

fn show(month: Option<&str>, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
    if let Some(month) = month {
        month_of("--month", month)?;
    }
    cli.reading("partner show", out, |ledger, out| {
        let (mut partners, programme) = engine::partners(ledger)?;
        for partner in &mut partners {
            let is_asked = |told: &PartnerMonthTold| month.is_none_or(|asked| asked == told.month);
            partner.months.retain(is_asked);
        }
        let head = [
            "partner", "month", "earned", "redeemed", "undone", "settled", "owes",
        ];
        let rows = partners.iter().flat_map(rows);
        out.table_or("the programme has no partner", &head, rows)?;
        out.line(format!("programme {programme}"))?;
        out.done(&json!({"ok": true, "partners": partners, "programme": programme}))
    })
}

/// A row for each month, and one with the amount owed now.
fn rows(account: &PartnerAccount) -> Vec<Vec<String>> {
    let id = &account.partner;
    let months = account.months.iter().map(|m| {
        row(&[
            id,
            &m.month,
            &m.earned,
            &m.redeemed,
            &m.undone,
            &m.settled,
            &"",
        ])
    });
    let state = if account.is_active { "" } else { "suspended" };
    let now = row(&[id, &state, &"", &"", &"", &"", &account.owes]);
    months.chain([now]).collect()
}
