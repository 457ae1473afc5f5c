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
    for (name, value) in named.iter().filter(|n| !n.1.is_empty()) {
        out.line(format!("{name:<10}{value}"))?;
    }
    for (how, sale) in [
        ("in place of", explained.corrects),
        ("booked again as", explained.corrected_as),
    ] {
        if let Some(sale) = sale {
            out.line(format!("{how} entry {sale}"))?;
        }
    }
    let history = if explained.is_history {
        ", as history"
    } else {
        ""
    };
    // The first entries come before any programme.
    if explained.programme > 0 {
        out.line(format!(
            "decided by programme {}{history}",
            explained.programme
        ))?;
    }
    print_reasons(explained, out)?;
    for warning in &told.warnings {
        out.line(format!("warning ({}): {}", warning.code, warning.message))?;
    }
    for (name, text) in [("did", told.did_text()), ("after", told.after_text())] {
        if !text.is_empty() {
            out.line(format!("{name}: {text}"))?;
        }
    }
    Ok(())
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
