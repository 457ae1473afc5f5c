//! Answers for people.

use super::print::{Mood, Printer, colored};
use crate::ledger::wire::{Accepted, Class, Did, Expiring, GiveBack, Now};
use std::io;

/// What a no is called.
pub(super) fn class_name(class: Class) -> &'static str {
    match class {
        Class::Refused => "refused",
        Class::Invalid => "invalid",
        Class::Busy => "busy",
        Class::Trouble => "trouble",
    }
}

/// An accepted command.
pub(super) fn accepted(printer: &mut Printer, answer: &Accepted) -> io::Result<()> {
    printer.line(headline(answer))?;
    let did: Vec<Vec<String>> = answer.did.iter().map(did_row).collect();
    printer.table(&["did", "amount", "of", "by", "until"], &did)?;
    if let Some(back) = &answer.give_back {
        printer.line(give_back(back))?;
    }
    if let Some(now) = &answer.now {
        balances(printer, now)?;
    }
    if let Some(claim) = &answer.claim {
        printer.line(format!("claim code for the slip: {claim}"))?;
    }
    for warning in &answer.warnings {
        let word = colored(Mood::Doubtful, "warning");
        printer.note(format!("{word} ({}): {}", warning.code, warning.message));
    }
    match &answer.stamp {
        Some(stamp) => printer.line(format!(
            "stamp {} of {} {}",
            stamp.seq, stamp.size, stamp.root
        )),
        None => Ok(()),
    }
}

fn headline(answer: &Accepted) -> String {
    let what = match (answer.seq, answer.repeated) {
        (None, _) => "quote: nothing was booked".to_owned(),
        (Some(seq), false) => format!("{} as entry {seq}", colored(Mood::Good, "booked")),
        (Some(seq), true) => format!(
            "{} before, as entry {seq}",
            colored(Mood::Doubtful, "booked")
        ),
    };
    let named = |name: &str, value: &str| match value {
        "" => String::new(),
        value => format!(", {name} {value}"),
    };
    let member = answer.member.as_deref().unwrap_or("");
    format!(
        "{what}{}{}",
        named("key", &answer.key),
        named("member", member)
    )
}

fn did_row(did: &Did) -> Vec<String> {
    let amount = match (&did.amount, &did.money) {
        (Some(amount), _) => format!("{amount:+}"),
        (None, Some(money)) => money.clone(),
        (None, None) => String::new(),
    };
    let of = [&did.unit, &did.name]
        .into_iter()
        .flatten()
        .cloned()
        .collect::<Vec<_>>();
    let by = [&did.campaign, &did.why]
        .into_iter()
        .flatten()
        .cloned()
        .collect::<Vec<_>>();
    let until = did.expires_at.as_ref().or(did.until.as_ref());
    vec![
        did.effect.replace('_', " "),
        amount,
        of.join(" "),
        by.join(": "),
        until.cloned().unwrap_or_default(),
    ]
}

fn give_back(back: &GiveBack) -> String {
    let points = back
        .points
        .iter()
        .map(|(unit, n)| format!(" and {n} {unit}"));
    format!("give back {}{}", back.money, points.collect::<String>())
}

/// How a member stands: a table of units, and the tier.
pub fn balances(printer: &mut Printer, now: &Now) -> io::Result<()> {
    let rows: Vec<Vec<String>> = now
        .balance
        .iter()
        .map(|(unit, b)| {
            let counts = [b.available, b.pending, b.held].map(|n| n.to_string());
            let mut row = vec![unit.clone()];
            row.extend(counts);
            row.push(b.expiring.as_ref().map(expiring).unwrap_or_default());
            row
        })
        .collect();
    printer.table(
        &["unit", "available", "pending", "held", "ends next"],
        &rows,
    )?;
    let Some(tier) = &now.tier else {
        return Ok(());
    };
    let until = tier.until.iter().map(|day| format!(" until {day}"));
    let next = tier.next.iter().map(|next| {
        let needs = next.needs.iter().map(|(unit, n)| format!("{n} {unit}"));
        format!(
            "; {} needs {}",
            next.name,
            needs.collect::<Vec<_>>().join(", ")
        )
    });
    printer.line(format!(
        "tier {}{}",
        tier.name,
        until.chain(next).collect::<String>()
    ))
}

fn expiring(expiring: &Expiring) -> String {
    let keeps = expiring.keeps.iter().map(|part| format!(", keeps {part}"));
    format!(
        "{} at {}{}",
        expiring.amount,
        expiring.at,
        keeps.collect::<String>()
    )
}
