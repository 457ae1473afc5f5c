//! `stampbook day`

use super::desk::print_reply;
use super::options::Cli;
use super::print::{Exit, Failure, Printer, row};
use crate::query::{Day, DayReply, Read, begin_day};

/// Asks for the figures of a day or a shift, and prints them: they are made while others use
/// the ledger.
pub(super) fn ask(
    cli: &Cli,
    day: &Day,
    out: &mut Printer,
    print: impl FnOnce(&DayReply, &mut Printer) -> Result<(), Failure>,
) -> Result<Exit, Failure> {
    cli.reading("day", out, |ledger, out| {
        let (basis, read_at) = begin_day(ledger, day)?;
        let reply = out.beside(ledger, || basis.tell())??;
        print_reply(&Read { reply, read_at }, out, print)
    })
}

/// Shows the figures of a day.
pub(super) fn print(told: &DayReply, out: &mut Printer) -> Result<(), Failure> {
    let place = [("store", &told.store), ("terminal", &told.terminal)];
    let place = place
        .iter()
        .filter_map(|(word, name)| Some((word, name.as_ref()?)));
    let place = place.map(|(word, name)| format!(", {word} {name}"));
    out.line(format!("day {}{}", told.day, place.collect::<String>()))?;
    print_sums(told, out)
}

/// Shows the sums of a day or a shift.
pub(super) fn print_sums(told: &DayReply, out: &mut Printer) -> Result<(), Failure> {
    let sums = [
        ("sales", &told.sales, true),
        ("returns", &told.returns, true),
        ("voided sales", &told.voided_sales, false),
        ("voided returns", &told.voided_returns, false),
        ("to another card", &told.reassigned, false),
        ("amended", &told.amended, false),
        ("passes paid", &told.passes, false),
        ("passes refunded", &told.pass_refunds, false),
    ];
    let shown = sums.iter().filter(|sum| sum.2 || sum.1.count > 0);
    let shown = shown.map(|(what, sum, _)| row(&[what, &sum.count, &sum.money]));
    let rest = [("net", &told.net), ("paid out for returns", &told.paid_out)];
    let rest = rest.map(|(what, money)| row(&[&what, &"", money]));
    out.table(&["of it", "count", "money"], shown.chain(rest))?;
    let tenders = told.tenders.iter();
    let tenders = tenders.map(|t| row(&[&t.kind, &t.count, &t.money, &t.voided, &t.net]));
    out.table(&["tender", "count", "money", "voided", "net"], tenders)?;
    print_points(told, out)?;
    for counter in &told.counters {
        let (store, terminal) = (&counter.store, &counter.terminal);
        let (first, last, missing) = (counter.first, counter.last, counter.missing);
        out.line(format!(
            "counter of {store} {terminal}: {first} to {last}, {missing} missing"
        ))?;
        for gap in &counter.gaps {
            let (missing, before, seq) = (gap.missing, gap.before, gap.seq);
            out.line(format!("  {missing} before {before} (entry {seq})"))?;
        }
    }
    Ok(())
}

fn print_points(told: &DayReply, out: &mut Printer) -> Result<(), Failure> {
    let units = told.units.iter().map(|u| {
        row(&[
            &u.unit,
            &u.earned,
            &u.taken_back,
            &u.spent,
            &u.put_back,
            &u.corrected,
            &u.expired,
        ])
    });
    let head = [
        "unit",
        "earned",
        "taken back",
        "spent",
        "put back",
        "corrected",
        "expired",
    ];
    out.table(&head, units)?;
    let vouchers = told.vouchers.iter();
    let vouchers = vouchers.map(|v| row(&[&v.unit, &v.given, &v.used, &v.put_back, &v.money]));
    let head = ["voucher", "given", "used", "put back", "paid"];
    out.table(&head, vouchers)?;
    let refusals = told.refusals.iter();
    let refusals = refusals.map(|(code, count)| row(&[code, count]));
    out.table(&["refused", "count"], refusals)?;
    Ok(())
}
