//! Answers for people.

use super::print::{Exit, Failure, Mood, Printer, colored, row};
use crate::answer::catalogue::class_word;
use crate::answer::{
    Accepted, Answer, CodesLocked, Collect, Corrected, Did, Expiring, ForeignMoney, GiveBack,
    MovedSale, Now, PointsTold, TierNow, Warning, amounts, summed, to_second,
};
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
    let decided = answer.programme.iter();
    let decided = decided.map(|number| format!("decided by programme {number}"));
    printer.lines([headline(answer)].into_iter().chain(decided))?;
    effects(printer, &answer.did)?;
    printer.lines(to_pay(answer))?;
    if let Some(corrected) = corrected(answer) {
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
        still_to_collect(printer, collect)?;
    }
    printer.lines(answer.give_back.iter().map(give_back))?;
    if let Some(now) = &answer.now {
        balances(printer, now)?;
    }
    let codes = answer.codes.iter();
    let codes = codes.map(|code| format!("{} {}: {}", code.kind, code.unit, code.code));
    let claim = answer.claim.iter();
    let claim = claim.map(|claim| format!("claim code for the slip: {claim}"));
    printer.lines(codes.chain(claim))?;
    warnings(printer, &answer.warnings);
    match (&answer.slip, &answer.stamp) {
        (Some(slip), _) => printer.verbatim(&slip.text),
        (None, Some(stamp)) => printer.line(&stamp.slip),
        (None, None) => Ok(()),
    }
}

/// The sale that an answer has undone and booked again, if it has.
fn corrected(answer: &Accepted) -> Option<&Corrected> {
    answer.reassigned.as_ref().or(answer.amended.as_ref())
}

/// Lines on money that the customer pays, and on the points that could pay it.
fn to_pay(answer: &Accepted) -> impl Iterator<Item = String> {
    let total = answer.to_pay.iter();
    let total = total.map(|total| format!("to pay {total} after discounts"));
    let ticket = answer.ticket.iter();
    let ticket = ticket.map(|ticket| paid(&ticket.to_pay, ticket.foreign.as_ref()));
    let more = corrected(answer).and_then(|sale| Some((sale.to_pay.as_ref()?, sale)));
    let more = more.map(|(more, sale)| paid(more, sale.foreign.as_ref()));
    total
        .chain(answer.usable.iter().map(usable))
        .chain(ticket)
        .chain(more)
}

fn usable(points: &PointsTold) -> String {
    let (unit, most, pays) = (&points.unit, &points.most, &points.pays);
    match &points.no {
        None => format!("at most {most} {unit} pay {pays}"),
        Some(no) => format!("no {unit} pay ({}): {}", no.code, no.why),
    }
}

fn still_to_collect(printer: &mut Printer, collect: &Collect) -> io::Result<()> {
    let foreign = collect.foreign.as_ref();
    let foreign = foreign.map(|f| format!(" ({} {})", f.money, f.currency));
    let foreign = foreign.unwrap_or_default();
    printer.line(format!("still to collect {}{foreign}", collect.money))?;
    for tender in &collect.tenders {
        let (number, code) = (tender.tender, &tender.code);
        printer.note(format!("tender {number} ({code}): {}", tender.message));
    }
    Ok(())
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
    let vouchers = now.vouchers.iter().map(|voucher| {
        let (unit, lot, state) = (&voucher.unit, &voucher.lot, &voucher.state);
        let until = until(voucher.last_day.as_ref());
        format!("voucher {unit} (lot {lot}), {state}{until}")
    });
    printer.lines(vouchers)?;
    passes(printer, now)?;
    locks(printer, &now.locks)?;
    printer.lines(now.tier.iter().map(tier))
}

/// Prints the kinds of codes that are locked for a member, if any.
pub fn locks(printer: &mut Printer, locks: &[CodesLocked]) -> io::Result<()> {
    let told = locks.iter().map(|lock| {
        let until = to_second(&lock.until);
        format!("{} codes are locked until {until}", lock.codes)
    });
    printer.lines(told)
}

/// Prints the passes that a member holds, if any.
pub fn passes(printer: &mut Printer, now: &Now) -> io::Result<()> {
    let told = now.passes.iter().map(|(unit, pass)| {
        let until = until(pass.last_day.as_ref());
        format!("pass {unit}{until}, {} uses", pass.uses)
    });
    printer.lines(told)
}

fn until(day: Option<&String>) -> String {
    day.map_or_else(String::new, |day| format!(" until {day}"))
}

fn tier(tier: &TierNow) -> String {
    let (name, until) = (&tier.name, until(tier.until.as_ref()));
    let next = tier.next.as_ref();
    let next = next.map(|next| format!("; {} needs {}", next.name, amounts(&next.needs)));
    format!("tier {name}{until}{}", next.unwrap_or_default())
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
