//! The answer of a command that became several entries: a ticket, or a sale that was corrected.

use crate::answer::{
    Accepted, Answer, ByUnit, Corrected, CorrectedPart, ForeignMoney, GiveBack, TicketAnswer,
    TicketPart,
};
use crate::engine::Records;
use crate::engine::commit::entry_answer::answer_of;
use crate::engine::error::Error;
use crate::engine::verbs::foreign::paid_of;
use crate::engine::verbs::{foreign, slips};
use crate::model::{Act, Entry, Money};
use crate::rules::purchase::bill;

/// Makes the answer of one command's entries: a single one, a ticket's, or
/// those of a sale that was corrected.
///
/// # Errors
/// I/O errors.
pub fn answer_together(
    records: &mut Records,
    entries: &[Entry],
    is_repeated: bool,
) -> Result<Answer, Error> {
    match entries {
        [entry] => answer_of(records, entry, is_repeated),
        _ => answer_parts(records, entries, is_repeated),
    }
}

/// Makes the answer of a command of several parts.
pub(in crate::engine) fn answer_parts(
    records: &mut Records,
    entries: &[Entry],
    is_repeated: bool,
) -> Result<Answer, Error> {
    match entries {
        [first, last] if first.act.undoes().is_some() && last.act.undoes().is_none() => {
            answer_correction(records, entries, is_repeated)
        }
        _ => answer_ticket(records, entries, is_repeated),
    }
}

/// Makes the answer of a ticket's entries.
fn answer_ticket(
    records: &mut Records,
    entries: &[Entry],
    is_repeated: bool,
) -> Result<Answer, Error> {
    let digits = records.programme()?.digits;
    let mut whole: Option<Accepted> = None;
    let (mut parts, mut to_pay, mut back, mut points) = (Vec::new(), 0, None, ByUnit::new());
    let mut lines = Vec::new();
    for entry in entries {
        let Answer::Accepted(answer) = answer_of(records, entry, is_repeated)? else {
            return Err(Error::internal("a part of a ticket was refused"));
        };
        let (part, money) = part_of(records, entry)?;
        to_pay += money;
        let money = match part {
            "return" => {
                back = Some(back.unwrap_or(0) - money);
                Money(-money)
            }
            _ => Money(money),
        };
        parts.push(TicketPart {
            part: part.into(),
            key: entry.head.key.to_string(),
            seq: (!records.writer.is_dry_run).then_some(entry.seq),
            money: money.display(digits),
        });
        let given = answer.give_back.iter().flat_map(|given| &given.points);
        for (unit, more) in given {
            let sum = points.get(unit).map_or(*more, |sum| more.plus(*sum));
            points.insert(unit.clone(), sum);
        }
        let given = answer.give_back.iter().flat_map(|given| &given.lines);
        lines.extend(given.cloned());
        whole = Some(joined(whole, *answer));
    }
    let mut whole = whole.ok_or_else(|| Error::internal("a ticket without parts"))?;
    whole.give_back = back.map(|money| GiveBack {
        money: Money(money).display(digits),
        foreign: foreign::refund_of(entries).map(|(code, money)| ForeignMoney::new(code, money)),
        points,
        lines,
    });
    whole.ticket = Some(TicketAnswer {
        to_pay: Money(to_pay).display(digits),
        foreign: foreign::to_pay_in_foreign(entries, Money(back.unwrap_or(0)))?,
        parts,
    });
    Ok(whole.into())
}

/// The word for a part of a ticket, and the money that it adds to what is to be paid.
fn part_of(records: &mut Records, entry: &Entry) -> Result<(&'static str, i64), Error> {
    Ok(match &entry.act {
        Act::Purchase(_) => ("purchase", money_of(entry)),
        Act::Reversal { of, .. } => {
            let undone = records.entry(*of)?;
            ("void", undone.map_or(0, |undone| -money_of(&undone)))
        }
        _ => ("return", money_of(entry)),
    })
}

/// Joins the answers of two parts.
fn joined(before: Option<Accepted>, mut last: Accepted) -> Accepted {
    let Some(before) = before else {
        return last;
    };
    let Accepted {
        member,
        mut did,
        mut after,
        now,
        mut warnings,
        ..
    } = before;
    did.append(&mut last.did);
    after.append(&mut last.after);
    warnings.append(&mut last.warnings);
    Accepted {
        now: last.now.or(now.filter(|_| last.member.is_none())),
        member: last.member.or(member),
        did,
        after,
        warnings,
        ..last
    }
}

/// Answer of the two entries: that of the sale, and both parts.
fn answer_correction(
    records: &mut Records,
    entries: &[Entry],
    is_repeated: bool,
) -> Result<Answer, Error> {
    let missing = || Error::internal("a sale that was corrected has two parts");
    let [undone, booked] = entries else {
        return Err(missing());
    };
    let Act::Reversal { of, .. } = undone.act else {
        return Err(missing());
    };
    let (first, last) = (
        answer_of(records, undone, is_repeated)?,
        answer_of(records, booked, is_repeated)?,
    );
    let (Answer::Accepted(first), Answer::Accepted(mut last)) = (first, last) else {
        return Err(missing());
    };
    let is_booked = !records.writer.is_dry_run;
    let part = |part: &Accepted| CorrectedPart {
        key: part.key.clone(),
        seq: part.seq.filter(|_| is_booked),
        member: part.member.clone(),
        did: part.did.clone(),
        after: part.after.clone(),
    };
    let mut told = Corrected {
        of,
        undone: part(&first),
        booked: part(&last),
        to_pay: None,
        foreign: None,
    };
    last.warnings.splice(0..0, first.warnings);
    if undone.member() == booked.member() {
        let sold = records.entry(of)?.ok_or_else(missing)?;
        let more = money_of(booked) - money_of(&sold);
        told.to_pay = Some(Money(more).display(records.programme()?.digits));
        told.foreign = paid_more(&sold, booked);
        last.amended = Some(told);
    } else {
        last.reassigned = Some(told);
    }
    Ok(Answer::Accepted(last))
}

/// Money that a sale was paid with, in minor units; what a return gave back is negative.
fn money_of(entry: &Entry) -> i64 {
    match &entry.act {
        Act::Purchase(sold) => bill::money(&bill::booked(sold, &entry.effects)),
        _ => -slips::given_back(entry).0,
    }
}

/// Money that a sale came to more in its currency, if that is another than the
/// programme's.
fn paid_more(sold: &Entry, booked: &Entry) -> Option<ForeignMoney> {
    let (before, (currency, after)) = (paid_of(sold)?.1, paid_of(booked)?);
    Some(ForeignMoney::new(&currency, Money(after.0 - before.0)))
}
