//! Answers for people.

use super::print::{Exit, Failure, Mood, Printer, colored, row};
use crate::answer::catalogue::class_word;
use crate::answer::{
    Accepted, Answer, CodesLocked, Did, Expiring, ForeignMoney, GiveBack, MovedSale, Now,
    PointsTold, StampBrief, Warning, summed, to_second,
};
use crate::chain::hash::Hash;
use crate::chain::stamp::Slip;
use data_encoding::BASE64;
use std::io;

impl Printer {
    /// Prints the answer to a command: JSON, or words and tables; a refusal
    /// goes to stderr.
    pub fn answer(&mut self, answer: &Answer) -> Result<Exit, Failure> {
        match answer {
            _ if self.is_json() => self.json(answer)?,
            Answer::Accepted(accepted) => self::accepted(self, accepted)?,
            Answer::Refused(denied) => {
                if denied.training {
                    self.note("training: nothing was booked");
                }
                let kind = colored(Mood::Bad, class_word(denied.class));
                self.note(format!("{kind} ({}): {}", denied.code, denied.message));
            }
        }
        Ok(Exit::from(answer))
    }
}

/// An accepted command.
pub(super) fn accepted(printer: &mut Printer, answer: &Accepted) -> io::Result<()> {
    printer.line(headline(answer))?;
    if let Some(number) = answer.programme {
        printer.line(format!("decided by programme {number}"))?;
    }
    effects(printer, &answer.did)?;
    if let Some(total) = &answer.to_pay {
        printer.line(format!("to pay {total} after discounts"))?;
    }
    for PointsTold {
        unit,
        most,
        pays,
        no,
    } in &answer.usable
    {
        printer.line(match no {
            None => format!("at most {most} {unit} pay {pays}"),
            Some(no) => format!("no {unit} pay ({}): {}", no.code, no.why),
        })?;
    }
    let corrected = answer.reassigned.as_ref().or(answer.amended.as_ref());
    if let Some(ticket) = &answer.ticket {
        printer.line(paid(&ticket.to_pay, ticket.foreign.as_ref()))?;
    }
    if let Some(corrected) = corrected
        && let Some(more) = &corrected.to_pay
    {
        printer.line(paid(more, corrected.foreign.as_ref()))?;
    }
    if let Some(corrected) = corrected {
        let undone = &corrected.undone;
        let member = undone.member.as_deref().unwrap_or("no member");
        printer.line(format!("entry {}, of {member}, is undone:", corrected.of))?;
        effects(printer, &undone.did)?;
    }
    if let Some(MovedSale { of, was }) = &answer.moved_sale {
        printer.line(format!(
            "the sale is entry {of}, which was entry {was} before it was corrected"
        ))?;
    }
    if let Some(collect) = &answer.collect {
        let foreign = collect.foreign.as_ref();
        let foreign = foreign.map(|f| format!(" ({} {})", f.money, f.currency));
        let foreign = foreign.unwrap_or_default();
        printer.line(format!("still to collect {}{foreign}", collect.money))?;
        for tender in &collect.tenders {
            let (number, code) = (tender.tender, &tender.code);
            printer.note(format!("tender {number} ({code}): {}", tender.message));
        }
    }
    if let Some(back) = &answer.give_back {
        printer.line(give_back(back))?;
    }
    if let Some(now) = &answer.now {
        balances(printer, now)?;
    }
    for code in &answer.codes {
        let (kind, unit) = (&code.kind, &code.unit);
        printer.line(format!("{kind} {unit}: {}", code.code))?;
    }
    if let Some(claim) = &answer.claim {
        printer.line(format!("claim code for the slip: {claim}"))?;
    }
    warnings(printer, &answer.warnings);
    if let Some(slip) = &answer.slip {
        return printer.verbatim(&slip.text);
    }
    match &answer.stamp {
        Some(stamp) => printer.line(slip(stamp)),
        None => Ok(()),
    }
}

/// Prints effects as a table, a row for each.
pub(super) fn effects(printer: &mut Printer, did: &[Did]) -> io::Result<()> {
    let did: Vec<Vec<String>> = summed(did).iter().map(did_row).collect();
    let rows = did.chunk_by(|one, next| one == next).map(|same| {
        let mut row = same[0].clone();
        // Of many members the same, with nothing to add up: their number.
        if same.len() > 1 && row[1].is_empty() {
            row[1] = format!("{} times", same.len());
        }
        row
    });
    printer.table(&["did", "amount", "of", "by", "until"], rows)
}

/// Prints warnings beside the answer.
pub(super) fn warnings(printer: &mut Printer, warnings: &[Warning]) {
    for warning in warnings {
        let word = colored(Mood::Doubtful, "warning");
        printer.note(format!("{word} ({}): {}", warning.code, warning.message));
    }
}

/// The stamp as printed on a slip, which `audit stamp check` reads.
fn slip(stamp: &StampBrief) -> String {
    let root = BASE64.decode(stamp.root.as_bytes()).ok();
    let root = root.and_then(|bytes| bytes.try_into().ok()).map(Hash);
    match root.map(|root| Slip::new(stamp.seq, stamp.size, &root, None)) {
        Some(Ok(slip)) => slip.to_string(),
        _ => format!("stamp {} of {} {}", stamp.seq, stamp.size, stamp.root),
    }
}

fn headline(answer: &Accepted) -> String {
    let what = match (answer.seq, answer.repeated) {
        (None, _) if answer.training => "training: nothing was booked".to_owned(),
        (None, _) => "quote: nothing was booked".to_owned(),
        (Some(seq), _) if answer.training => {
            format!("training: entry {seq} of a ledger to practise with")
        }
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
    // A quote uses no key.
    let key = answer.seq.map_or("", |_| &answer.key);
    format!("{what}{}{}", named("key", key), named("member", member))
}

fn did_row(did: &Did) -> Vec<String> {
    let amount = match (&did.amount, &did.money) {
        (Some(amount), _) => format!("{amount:+}"),
        (None, Some(money)) => money.clone(),
        (None, None) => String::new(),
    };
    let joined = |parts: [&Option<String>; 2], between: &str| {
        let parts = parts.into_iter().flatten().cloned();
        parts.collect::<Vec<_>>().join(between)
    };
    let later = if did.moves_on { " or later" } else { "" };
    let until = did.last_day.as_ref();
    let until = until.map(|day| format!("{day}{later}"));
    vec![
        did.effect.words(),
        amount,
        joined([&did.unit, &did.name], " "),
        joined([&did.campaign, &did.why], ": "),
        until.or_else(|| did.until.clone()).unwrap_or_default(),
    ]
}

/// Money that is to be paid, or is paid out, also in the currency of its sale.
fn paid(money: &str, foreign: Option<&ForeignMoney>) -> String {
    let said = |money: &str| match money.strip_prefix('-') {
        Some(out) => format!("pay out {out}"),
        None => format!("to pay {money}"),
    };
    let foreign = foreign.map(|f| format!(", in {} {}", f.currency, said(&f.money)));
    format!("{}{}", said(money), foreign.unwrap_or_default())
}

fn give_back(back: &GiveBack) -> String {
    let points = back
        .points
        .iter()
        .map(|(unit, n)| format!(" and {n} {unit}"));
    format!("give back {}{}", back.money, points.collect::<String>())
}

/// Prints a member's balances: a table of units, and the tier.
pub fn balances(printer: &mut Printer, now: &Now) -> io::Result<()> {
    let rows = now.balance.iter().map(|(unit, b)| {
        let ends = b.expiring.as_ref().map(expiring).unwrap_or_default();
        row(&[unit, &b.available, &b.pending, &b.held, &ends])
    });
    printer.table(&["unit", "available", "pending", "held", "ends next"], rows)?;
    for voucher in &now.vouchers {
        let until = voucher.last_day.iter().map(|day| format!(" until {day}"));
        let until = until.collect::<String>();
        let (unit, lot, state) = (&voucher.unit, &voucher.lot, &voucher.state);
        printer.line(format!("voucher {unit} (lot {lot}), {state}{until}"))?;
    }
    passes(printer, now)?;
    locks(printer, &now.locks)?;
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

/// Prints the kinds of codes that are locked for a member, if any.
pub fn locks(printer: &mut Printer, locks: &[CodesLocked]) -> io::Result<()> {
    for lock in locks {
        let until = to_second(&lock.until);
        printer.line(format!("{} codes are locked until {until}", lock.codes))?;
    }
    Ok(())
}

/// Prints the passes that a member holds, if any.
pub fn passes(printer: &mut Printer, now: &Now) -> io::Result<()> {
    for (unit, pass) in &now.passes {
        let until = pass.last_day.iter().map(|day| format!(" until {day}"));
        let (until, uses) = (until.collect::<String>(), pass.uses);
        printer.line(format!("pass {unit}{until}, {uses} uses"))?;
    }
    Ok(())
}

fn expiring(expiring: &Expiring) -> String {
    let keeps = expiring.keeps.iter().map(|part| format!(", keeps {part}"));
    let later = match expiring.moves_on {
        true => "; activity moves it on",
        false => "",
    };
    format!(
        "{} after {}{}{later}",
        expiring.amount,
        expiring.last_day,
        keeps.collect::<String>()
    )
}
