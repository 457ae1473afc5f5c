//! `stampbook voucher`

use super::options::Cli;
use super::print::{Exit, Failure, Printer, cell, row};
use super::subcommand::{Acting, hides, needs};
use crate::command::Text;
use crate::command::raw::{self, Head};
use crate::engine;
use crate::model::{Instant, NameKind};
use crate::query::member_named;
use clap::{Args, Subcommand};
use serde_json::json;

/// Vouchers: each has a code of its own, and whoever has the code may use it.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook voucher issue --member card:6900012345 --unit free-drink --reason 'cold coffee'
  stampbook voucher give --code 7KQ2-9FXN-04RM-VB8T-W5HC
  stampbook voucher show card:6900012345")]
pub enum VoucherCommand {
    /// Give one to a member by hand; the answer shows its code.
    #[command(mut_args(hides(&["token", "code", "lot"])), mut_args(needs(&["unit", "reason", "member"])), after_help = "Example:\n  stampbook voucher issue --member card:6900012345 --unit free-drink --reason 'cold coffee'")]
    Issue(raw::Voucher),
    /// Show a member's vouchers with their codes.
    #[command(after_help = "Example:\n  stampbook voucher show card:6900012345")]
    Show {
        /// An alias or a member id.
        member: String,
    },
    /// Take one back for good, by its code or its lot.
    #[command(mut_args(hides(&["token", "unit", "expires"])), mut_args(needs(&["reason"])), after_help = "Example:\n  stampbook voucher void --code 7KQ2-9FXN-04RM-VB8T-W5HC --reason 'printed twice'")]
    Void(raw::Voucher),
    /// Give one away: whoever has the token of the answer may claim it. What
    /// nobody claims comes back.
    #[command(mut_args(hides(&["token", "unit", "expires", "reason"])), after_help = "Example:\n  stampbook voucher give --code 7KQ2-9FXN-04RM-VB8T-W5HC")]
    Give(raw::Voucher),
    /// Claim one by its token; the answer shows its new code.
    #[command(after_help = "\
Examples:
  stampbook voucher claim 7KQ2-9FXN-04RM-VB8T-W5HC --member card:6900054321
  stampbook voucher claim 7KQ2-9FXN-04RM-VB8T-W5HC")]
    Claim(ClaimGiftArgs),
}

/// Gift that is claimed, and the member who claims it.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
pub struct ClaimGiftArgs {
    /// The token.
    pub token: Text,
    /// An alias or a member id; whoever is no member needs none.
    #[arg(long)]
    pub member: Option<Text>,
    /// Key, place and time.
    #[command(flatten)]
    pub head: Head,
}

impl VoucherCommand {
    /// Books the command, or shows vouchers.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        let voucher = match self {
            VoucherCommand::Show { member } => return show(member, cli, out),
            VoucherCommand::Issue(voucher) => voucher.acting("issue"),
            VoucherCommand::Void(voucher) => voucher.acting("void"),
            VoucherCommand::Give(voucher) => voucher.acting("give"),
            VoucherCommand::Claim(claim) => claim.verb(),
        };
        cli.book("voucher", out, voucher)
    }
}

impl ClaimGiftArgs {
    fn verb(&self) -> raw::Voucher {
        let claim = raw::Voucher {
            action: "claim".into(),
            token: Some(self.token.clone()),
            ..raw::Voucher::default()
        };
        claim.with_head(Head {
            member: self.member.clone(),
            ..self.head.clone()
        })
    }
}

fn show(member: &str, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
    cli.reading("voucher", out, |ledger, out| {
        let id = member_named(ledger, member)?;
        let vouchers = engine::vouchers(ledger, id)?;
        let names = &ledger.global().names;
        let calendar = &ledger.programme()?.calendar;
        out.line(format!("member {id}, vouchers: {}", vouchers.len()))?;
        let rows = vouchers.iter().map(|(lot, code)| {
            let unit = names.text(NameKind::Unit, lot.unit);
            let given = if lot.held.is_positive() { "given" } else { "" };
            let from = cell(lot.terms.available.map(|at| calendar.day_of(at)));
            let until = cell(lot.terms.expires.map(|at| calendar.last_day(at)));
            row(&[&unit, code, &lot.id, &given, &from, &until])
        });
        out.table(&["voucher", "code", "lot", "is", "from", "until"], rows)?;
        let at = |at: Instant| calendar.display(at);
        let told = vouchers.iter().map(|(lot, code)| {
            json!({"unit": names.text(NameKind::Unit, lot.unit), "code": code.to_string(),
                "lot": lot.id.to_string(), "is_given": lot.held.is_positive(),
                "available_at": lot.terms.available.map(at),
                "expires_at": lot.terms.expires.map(at),
                "last_day": lot.terms.expires.map(|at| calendar.last_day(at).to_string())})
        });
        let told: Vec<_> = told.collect();
        out.done(&json!({"ok": true, "member": id.to_string(), "vouchers": told}))
    })
}
