//! `stampbook day`

use super::args::Cli;
use super::print::{Exit, Failure, Printer};
use crate::query::{Day, DayReply, Read, Total, begin_day};

impl Day {
    /// Shows the figures.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        ask(cli, self, out, print)
    }
}

/// Asks for the figures of a day or a shift, and prints them: they are made while others use
/// the ledger.
pub(super) fn ask(
    cli: &Cli,
    day: &Day,
    out: &mut Printer,
    print: impl FnOnce(&DayReply, &mut Printer) -> Result<(), Failure>,
) -> Result<Exit, Failure> {
    cli.at_desk("day", out, |ledger, out| {
        let (basis, read_at) = begin_day(ledger, day)?;
        let reply = out.beside(ledger, || basis.tell())??;
        match out.is_json() {
            true => out.json(&Read { reply, read_at }.to_json()?)?,
            false => print(&reply, out)?,
        }
        Ok(Exit::Done)
    })
}

fn print(told: &DayReply, out: &mut Printer) -> Result<(), Failure> {
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
    let row = |(what, sum, is_always): &(&str, &Total, bool)| {
        let is_shown = *is_always || sum.count > 0;
        is_shown.then(|| vec![(*what).into(), sum.count.to_string(), sum.money.clone()])
    };
    let mut rows: Vec<Vec<String>> = sums.iter().filter_map(row).collect();
    rows.push(vec!["net".into(), String::new(), told.net.clone()]);
    rows.push(vec![
        "paid out for returns".into(),
        String::new(),
        told.paid_out.clone(),
    ]);
    out.table(&["of it", "count", "money"], &rows)?;
    let tenders = told.tenders.iter().map(|tender| {
        vec![
            tender.kind.clone(),
            tender.count.to_string(),
            tender.money.clone(),
            tender.voided.clone(),
            tender.net.clone(),
        ]
    });
    let head = ["tender", "count", "money", "voided", "net"];
    out.table(&head, &tenders.collect::<Vec<_>>())?;
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
    let units = told.units.iter().map(|unit| {
        let figures = [
            unit.earned,
            unit.taken_back,
            unit.spent,
            unit.put_back,
            unit.corrected,
            unit.expired,
        ];
        let figures = figures.map(|figure| figure.to_string());
        std::iter::once(unit.unit.clone()).chain(figures).collect()
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
    out.table(&head, &units.collect::<Vec<Vec<String>>>())?;
    let vouchers = told.vouchers.iter().map(|voucher| {
        let counts = [voucher.given, voucher.used, voucher.put_back];
        let counts = counts.map(|count| count.to_string());
        let all = std::iter::once(voucher.unit.clone()).chain(counts);
        all.chain([voucher.money.clone()]).collect()
    });
    let head = ["voucher", "given", "used", "put back", "paid"];
    out.table(&head, &vouchers.collect::<Vec<Vec<String>>>())?;
    let refusals = told.refusals.iter();
    let refusals = refusals.map(|(code, count)| vec![code.clone(), count.to_string()]);
    out.table(&["refused", "count"], &refusals.collect::<Vec<_>>())?;
    Ok(())
}
