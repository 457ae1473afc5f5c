//! `stampbook partner`

use super::args::Cli;
use super::print::{Exit, Failure, Printer};
use crate::answer::PartnerAccount;
use crate::command::{month_of, raw};
use clap::{Args, Subcommand};
use serde_json::json;

/// Partners: who takes part, what they owe, settlement. They are declared in programme.toml.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "Example:\n  stampbook partner show")]
pub struct PartnerArgs {
    /// Subcommand.
    #[command(subcommand)]
    pub command: PartnerCommand,
}

/// Subcommands for a partner.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
pub enum PartnerCommand {
    /// Nothing is earned or spent with it until resumed; points given before stay good.
    #[command(mut_arg("month", |arg| arg.hide(true)), mut_arg("reason", |arg| arg.required(true)), after_help = "\
Example:
  stampbook partner suspend clothes-shop --reason 'in arrears'")]
    Suspend(raw::Partner),
    /// It takes part again.
    #[command(mut_arg("month", |arg| arg.hide(true)), mut_arg("reason", |arg| arg.required(true)), after_help = "\
Example:
  stampbook partner resume clothes-shop --reason 'paid up'")]
    Resume(raw::Partner),
    /// Settles what is open of all days up to a month's end.
    #[command(mut_arg("reason", |arg| arg.hide(true)), mut_arg("month", |arg| arg.required(true)), after_help = "\
Example:
  stampbook partner settle clothes-shop --month 2026-10 --key settled/2026-10")]
    Settle(raw::Partner),
    /// Account of every partner: owed and due, month by month.
    #[command(after_help = "Example:\n  stampbook partner show --month 2026-11")]
    Show(ShowPartnersArgs),
}

/// Month that is shown.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
pub struct ShowPartnersArgs {
    /// One month only: 2026-11.
    #[arg(long)]
    pub month: Option<String>,
}

impl PartnerArgs {
    /// Books the command, or shows the accounts.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        let (action, partner) = match &self.command {
            PartnerCommand::Show(args) => return args.run(cli, out),
            PartnerCommand::Suspend(partner) => ("suspend", partner),
            PartnerCommand::Resume(partner) => ("resume", partner),
            PartnerCommand::Settle(partner) => ("settle", partner),
        };
        let partner = raw::Partner {
            action: action.into(),
            ..partner.clone()
        };
        cli.book("partner", out, partner)
    }
}

impl ShowPartnersArgs {
    fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        if let Some(month) = &self.month {
            month_of("--month", month)?;
        }
        cli.at_desk("partner show", out, |ledger, out| {
            let (mut partners, programme) = ledger.partners()?;
            for partner in &mut partners {
                let is_asked = |month: &str| self.month.as_deref().is_none_or(|m| m == month);
                partner.months.retain(|m| is_asked(&m.month));
            }
            if out.is_json() {
                out.json(&json!({"ok": true, "partners": partners, "programme": programme}))?;
                return Ok(Exit::Done);
            }
            let rows: Vec<Vec<String>> = partners.iter().flat_map(rows).collect();
            let head = [
                "partner", "month", "earned", "redeemed", "undone", "settled", "owes",
            ];
            match partners.is_empty() {
                true => out.line("the programme has no partner")?,
                false => out.table(&head, &rows)?,
            }
            out.line(format!("programme {programme}"))?;
            Ok(Exit::Done)
        })
    }
}

/// A row for each month, and one with the amount owed now.
fn rows(account: &PartnerAccount) -> Vec<Vec<String>> {
    let months = account.months.iter().map(|m| {
        let month = [
            &account.partner,
            &m.month,
            &m.earned,
            &m.redeemed,
            &m.undone,
            &m.settled,
        ];
        let mut row: Vec<String> = month.into_iter().cloned().collect();
        row.push(String::new());
        row
    });
    let state = if account.is_active { "" } else { "suspended" };
    let mut rows: Vec<Vec<String>> = months.collect();
    let mut now = vec![account.partner.clone(), state.to_owned()];
    now.extend(std::iter::repeat_n(String::new(), 4));
    now.push(account.owes.clone());
    rows.push(now);
    rows
}
