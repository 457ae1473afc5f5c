//! `stampbook explain`

use super::print::{Failure, Printer, cell, row};
use crate::answer::{Award, Explanation};
use rust_decimal::Decimal;

/// Explains the entry.
pub(super) fn print(explained: &Explanation, out: &mut Printer) -> Result<(), Failure> {
    let told = &explained.told;
    let kind = told.kind.replace('_', " ");
    out.line(format!("entry {}: {kind} {}", told.seq, told.what).trim_end())?;
    let named = [
        ("happened", told.at.as_str()),
        ("effective", &explained.effective),
        ("recorded", &explained.recorded),
        ("day", &explained.day),
        ("channel", &explained.channel),
        ("store", &explained.store),
        ("terminal", &explained.terminal),
        ("operator", &explained.operator),
        ("approver", &explained.approver),
        ("key", &told.key),
        ("member", explained.member.as_deref().unwrap_or_default()),
    ];
    let named = named.iter().filter(|(_, value)| !value.is_empty());
    out.lines(named.map(|(name, value)| format!("{name:<10}{value}")))?;
    if let Some(sale) = explained.corrects {
        out.line(format!("in place of entry {sale}"))?;
    }
    if let Some(sale) = explained.corrected_as {
        out.line(format!("booked again as entry {sale}"))?;
    }
    // The first entries come before any programme.
    match (explained.programme, explained.is_history) {
        (0, _) => {}
        (number, false) => out.line(format!("decided by programme {number}"))?,
        (number, true) => out.line(format!("decided by programme {number}, as history"))?,
    }
    print_reasons(explained, out)?;
    let warnings = told.warnings.iter();
    out.lines(warnings.map(|w| format!("warning ({}): {}", w.code, w.message)))?;
    let texts = [("did", told.did_text()), ("after", told.after_text())];
    let texts = texts.iter().filter(|(_, text)| !text.is_empty());
    Ok(out.lines(texts.map(|(name, text)| format!("{name}: {text}")))?)
}

fn print_reasons(explained: &Explanation, out: &mut Printer) -> Result<(), Failure> {
    let bill = explained.bill.iter();
    let bill = bill.map(|p| row(&[&p.what, &p.of, &p.qty, &p.amount]));
    out.table(&["bill", "of", "qty", "amount"], bill)?;
    let given = explained.given.iter();
    out.table(&["fact", "was"], given.map(|(fact, was)| row(&[fact, was])))?;
    let head = ["campaign", "unit", "line", "exact", "given", "until", "why"];
    out.table(&head, explained.awards.iter().map(award_row))?;
    for cut in &explained.cuts {
        let (campaign, unit) = (&cut.campaign, &cut.unit);
        out.line(format!(
            "cut: {campaign} proposed {} {unit}, {} were possible: {}",
            cut.asked, cut.granted, cut.by
        ))?;
    }
    let idle = explained.not_run.iter();
    let idle = idle.map(|c| row(&[&c.campaign, &c.why]));
    out.table(&["had no part", "because"], idle)?;
    for sum in &explained.rounding {
        out.line(format!(
            "rounded once: {} {} in all, {} given ({})",
            sum.exact, sum.unit, sum.amount, sum.how
        ))?;
    }
    for cost in &explained.costs {
        out.line(format!("costs the shop {} ({})", cost.amount, cost.what))?;
    }
    Ok(())
}

fn award_row(award: &Award) -> Vec<String> {
    let line = cell(Some(award.line).filter(|line| *line != 0));
    let mut why = award.why.clone();
    if award.fills.to_decimal() > Decimal::ZERO {
        why.push_str(&format!(" ({} fill what was owed)", award.fills));
    }
    row(&[
        &award.campaign,
        &award.unit,
        &line,
        &award.exact,
        &format!("{:+}", award.amount),
        &award.last_day,
        &why,
    ])
}
