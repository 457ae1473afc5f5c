//! `stampbook lookup`

use super::options::Cli;
use super::print::{Exit, Failure, Printer, cell, row};
use super::show::{balances, effects};
use crate::answer::No;
use crate::answer::{Answer, to_second};
use crate::command::{Bad, place, raw, text_of};
use crate::query::{BillTold, Lookup, LookupReply, SetAside};
use clap::Args;

/// Tells what a till needs after a scan, in one answer: who it is (with consent), balance
/// and what ends next, tier, vouchers, passes, rewards, and what a bill would earn and
/// could be paid with. Books and counts nothing.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook lookup card:6900012345
  stampbook lookup card:6900012345 --total 7.70 --line LATTE:coffee:2:5.80 --line SCONE:food:1:1.90
  stampbook lookup card:6900012345 --bill '{\"do\":\"purchase\",\"total\":\"3.50\"}'")]
pub struct LookupArgs {
    /// The bill as JSON, a purchase without tenders, instead of its flags.
    #[arg(long, value_name = "JSON", conflicts_with_all = ["total", "lines"])]
    pub bill: Option<String>,
    /// The question.
    #[command(flatten)]
    pub question: Lookup,
}

impl LookupArgs {
    /// Shows the member.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        let question = Lookup {
            command: match &self.bill {
                Some(bill) => Some(purchase_of(bill)?),
                None => self.question.command.clone(),
            },
            ..self.question.clone()
        };
        cli.ask("lookup", &question, out, print)
    }
}

fn purchase_of(json: &str) -> Result<raw::Purchase, Bad> {
    let json = text_of(json.as_bytes())?;
    serde_json::from_str(json).map_err(|e| place::explain(&e, json).inside("--bill"))
}

fn print(told: &LookupReply, out: &mut Printer) -> Result<(), Failure> {
    let name = told.name.iter().map(|name| format!(", {name}"));
    out.line(format!(
        "member {}{}",
        told.member,
        name.collect::<String>()
    ))?;
    balances(out, &told.now)?;
    for (what, list) in [
        ("set aside", &told.holds),
        ("given, unclaimed", &told.claims),
    ] {
        out.lines(list.iter().map(|aside| aside_line(what, aside)))?;
    }
    for usual in told.usual.iter().flatten() {
        let name = [&usual.name, &usual.sku]
            .into_iter()
            .find(|n| !n.is_empty());
        let name = name.map_or("", String::as_str);
        out.line(format!(
            "usual: {name}, {} times of {}",
            usual.times, usual.of
        ))?;
    }
    if let Some(bill) = &told.bill {
        print_bill(bill, out)?;
    }
    let rewards = told.rewards.iter().map(|reward| {
        let price = format!("{} {}", reward.points, reward.unit);
        let pays = cell(reward.pays.as_ref());
        row(&[&reward.reward, &price, &pays, &may(reward.no.as_ref())])
    });
    out.table(&["reward", "price", "pays", "may be had"], rewards)?;
    Ok(())
}

fn aside_line(what: &str, aside: &SetAside) -> String {
    let (amount, unit, seq) = (&aside.amount, &aside.unit, aside.seq);
    let until = to_second(&aside.until);
    format!("{what}: {amount} {unit} until {until} (entry {seq})")
}

fn print_bill(bill: &BillTold, out: &mut Printer) -> Result<(), Failure> {
    match &bill.quote {
        Answer::Accepted(quote) => effects(out, &quote.did)?,
        Answer::Refused(no) => out.line(format!(
            "the bill cannot be booked ({}): {}",
            no.code, no.message
        ))?,
    }
    if let Some(to_pay) = &bill.to_pay {
        out.line(format!("to pay {to_pay}"))?;
    }
    let points = bill.points.iter().map(|points| {
        let most = format!("{} {}", points.most, points.unit);
        row(&[&most, &points.pays, &may(points.no.as_ref())])
    });
    out.table(&["most points", "pay", "usable"], points)?;
    let vouchers = bill.vouchers.iter().map(|voucher| {
        let pays = cell(voucher.pays.as_ref());
        let may = may(voucher.no.as_ref());
        row(&[&voucher.unit, &voucher.lot, &pays, &may])
    });
    out.table(&["voucher", "lot", "pays", "usable"], vouchers)?;
    Ok(())
}

fn may(no: Option<&No>) -> String {
    match no {
        None => "yes".into(),
        Some(no) => format!("no: {}", no.why),
    }
}
