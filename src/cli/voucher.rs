//! `stampbook voucher`

use super::args::{Cli, HeadArgs, ToRaw, text};
use super::print::{Exit, Failure, Printer};
use super::show::{first_day, last_day};
use super::telling::member_named;
use crate::command::{
    Bad,
    raw::{self, Raw},
};
use crate::model::NameKind;
use clap::{Args, Subcommand};
use serde_json::json;

/// Vouchers: each has a code of its own, and whoever has the code may use it.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook voucher issue --member card:6900012345 --unit free-drink --reason 'cold coffee'
  stampbook voucher give --code 7KQ2-9FXN-04RM-VB8T-W5HC
  stampbook voucher show card:6900012345")]
pub struct VoucherArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: VoucherCommand,
}

/// What to do with vouchers.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
pub enum VoucherCommand {
    /// Give one to a member by hand; the answer shows its code.
    #[command(
        after_help = "Example:\n  stampbook voucher issue --member card:6900012345 --unit free-drink --reason 'cold coffee'"
    )]
    Issue(IssueArgs),
    /// Show a member's vouchers with their codes.
    #[command(after_help = "Example:\n  stampbook voucher show card:6900012345")]
    Show(ShowArgs),
    /// Take one back for good, by its code or its lot.
    #[command(
        after_help = "Example:\n  stampbook voucher void --code 7KQ2-9FXN-04RM-VB8T-W5HC --reason 'printed twice'"
    )]
    Void(VoidArgs),
    /// Give one away: whoever has the token of the answer may claim it. What
    /// nobody claims comes back.
    #[command(after_help = "Example:\n  stampbook voucher give --code 7KQ2-9FXN-04RM-VB8T-W5HC")]
    Give(GiveArgs),
    /// Claim one by its token; the answer shows its new code.
    #[command(after_help = "\
Examples:
  stampbook voucher claim 7KQ2-9FXN-04RM-VB8T-W5HC --member card:6900054321
  stampbook voucher claim 7KQ2-9FXN-04RM-VB8T-W5HC")]
    Claim(ClaimGiftArgs),
}

/// Which voucher is meant.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
pub struct WhichArgs {
    /// Its code.
    #[arg(long)]
    pub code: Option<String>,
    /// Or its lot, as `balance` and `voucher show` name it, with --member.
    #[arg(long)]
    pub lot: Option<String>,
    /// An alias or a member id.
    #[arg(long)]
    pub member: Option<String>,
}

/// Which one is given away.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
pub struct GiveArgs {
    /// The voucher.
    #[command(flatten)]
    pub which: WhichArgs,
    /// Key, place and time.
    #[command(flatten)]
    pub head: HeadArgs,
}

/// Which gift is claimed, and by whom.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
pub struct ClaimGiftArgs {
    /// The token.
    pub token: String,
    /// An alias or a member id; whoever is no member needs none.
    #[arg(long)]
    pub member: Option<String>,
    /// Key, place and time.
    #[command(flatten)]
    pub head: HeadArgs,
}

/// What is issued to whom, and why.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
pub struct IssueArgs {
    /// An alias or a member id.
    #[arg(long)]
    pub member: String,
    /// Which unit of vouchers.
    #[arg(long)]
    pub unit: String,
    /// The last day it is good; default: as the unit says.
    #[arg(long, value_name = "DAY")]
    pub expires: Option<String>,
    /// Why; kept for ever.
    #[arg(long)]
    pub reason: String,
    /// Key, place and time.
    #[command(flatten)]
    pub head: HeadArgs,
}

/// Whose vouchers are shown.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
pub struct ShowArgs {
    /// An alias or a member id.
    pub member: String,
}

/// Which one is taken back, and why.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
pub struct VoidArgs {
    /// The voucher.
    #[command(flatten)]
    pub which: WhichArgs,
    /// Why; kept for ever.
    #[arg(long)]
    pub reason: String,
    /// Key, place and time.
    #[command(flatten)]
    pub head: HeadArgs,
}

impl VoucherArgs {
    /// Books what is asked, or shows what there is.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        match &self.command {
            VoucherCommand::Show(show) => show.run(cli, out),
            _ => cli.book("voucher", out, self),
        }
    }
}

impl ToRaw for VoucherArgs {
    fn raw(&self) -> Result<Raw, Bad> {
        Ok(Raw::Voucher(match &self.command {
            VoucherCommand::Issue(issue) => raw::Voucher {
                action: "issue".into(),
                unit: Some(issue.unit.as_str().into()),
                expires: text(&issue.expires),
                reason: Some(issue.reason.as_str().into()),
                ..raw::Voucher::default()
            }
            .with_head(issue.head.head(Some(&issue.member))),
            VoucherCommand::Void(void) => raw::Voucher {
                reason: Some(void.reason.as_str().into()),
                ..void.which.raw("void")
            }
            .with_head(void.head.head(void.which.member.as_deref())),
            VoucherCommand::Give(give) => {
                let given = give.which.raw("give");
                given.with_head(give.head.head(give.which.member.as_deref()))
            }
            VoucherCommand::Claim(claim) => claim.raw(),
            VoucherCommand::Show(_) => return Err(Bad::new("", "showing books nothing")),
        }))
    }
}

impl WhichArgs {
    fn raw<'a>(&'a self, action: &'a str) -> raw::Voucher {
        raw::Voucher {
            action: action.into(),
            code: text(&self.code),
            lot: text(&self.lot),
            ..raw::Voucher::default()
        }
    }
}

impl ClaimGiftArgs {
    fn raw(&self) -> raw::Voucher {
        let claim = raw::Voucher {
            action: "claim".into(),
            token: Some(self.token.as_str().into()),
            ..raw::Voucher::default()
        };
        claim.with_head(self.head.head(self.member.as_deref()))
    }
}

impl ShowArgs {
    fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        cli.at_desk("voucher", out, |ledger, out| {
            let id = member_named(ledger, &self.member)?;
            let vouchers = ledger.vouchers(id)?;
            let names = &ledger.house().names;
            let calendar = &ledger.programme()?.calendar;
            let mut rows: Vec<[String; 6]> = Vec::new();
            for (lot, code) in &vouchers {
                let at = |at: Option<_>| at.map(|at| calendar.display(at)).unwrap_or_default();
                rows.push([
                    names.text(NameKind::Unit, lot.unit),
                    code.to_string(),
                    lot.id.to_string(),
                    if lot.held.is_positive() { "given" } else { "" }.into(),
                    at(lot.terms.available),
                    at(lot.terms.expires),
                ]);
            }
            if out.is_json() {
                let fields = |[unit, code, lot, is, available_at, expires_at]: &[String; 6]| {
                    json!({"unit": unit, "code": code, "lot": lot, "is_given": !is.is_empty(),
                        "available_at": available_at, "expires_at": expires_at})
                };
                let list: Vec<_> = rows.iter().map(fields).collect();
                out.json(&json!({"ok": true, "member": id.to_string(), "vouchers": list}))?;
                return Ok(Exit::Done);
            }
            out.line(format!("member {id}, vouchers: {}", rows.len()))?;
            let rows: Vec<Vec<String>> = rows
                .into_iter()
                .map(|[unit, code, lot, is, from, until]| {
                    vec![unit, code, lot, is, first_day(&from), last_day(&until)]
                })
                .collect();
            out.table(&["voucher", "code", "lot", "is", "from", "until"], &rows)?;
            Ok(Exit::Done)
        })
    }
}
