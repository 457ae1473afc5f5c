//! Entries told to people and to programs: statement, export, explain.

use super::print::Failure;
use super::show::summed;
use crate::answer::{ByUnit, Did, Warning};
use crate::answer::{is_told_to, seen_by};
use crate::command::Who;
use crate::engine::{Error, Ledger};
use crate::model::{Act, Code, Day, Entry, Extent, Instant, MemberId, Value, field_name};
use serde::Serialize;

/// An entry as a statement shows it.
#[derive(Serialize)]
pub(super) struct Told {
    /// Its sequence.
    pub seq: u64,
    /// When it happened.
    pub at: String,
    /// What kind of entry.
    pub kind: &'static str,
    /// What it says of itself, in words.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub what: String,
    /// Its key.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub key: String,
    /// What it did.
    pub did: Vec<Did>,
    /// What the member held after it.
    pub after: ByUnit,
    /// What went otherwise than meant.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
}

/// Tells an entry.
pub(super) fn told(ledger: &Ledger, entry: &Entry) -> Result<Told, Error> {
    let accepted = ledger.view()?.accepted(entry, None);
    let programme = ledger.programme()?;
    Ok(Told {
        seq: entry.seq,
        at: programme.calendar.display(entry.head.occurred_at()),
        kind: entry.act.kind(),
        what: phrase(&entry.act, programme.digits),
        key: accepted.key,
        did: accepted.did,
        after: accepted.after,
        warnings: accepted.warnings,
    })
}

/// Tells an entry to one of its members: only what is theirs.
pub(super) fn told_to(ledger: &Ledger, entry: &Entry, id: MemberId) -> Result<Told, Error> {
    let mut told = told(ledger, &seen_by(entry, id))?;
    if !is_told_to(entry, id) {
        told.what = "in another name".into();
    }
    Ok(told)
}

impl Told {
    /// What it did on one line.
    pub fn did_text(&self) -> String {
        let texts: Vec<String> = summed(&self.did).iter().map(did_text).collect();
        texts.join("; ")
    }

    /// What the member held after it on one line.
    pub fn after_text(&self) -> String {
        let texts: Vec<String> = self.after.iter().map(|(u, n)| format!("{n} {u}")).collect();
        texts.join(", ")
    }
}

fn did_text(did: &Did) -> String {
    let word = did.effect.replace('_', " ");
    let amount = did.amount.map(|n| format!("{n:+}"));
    let parts = [
        Some(word),
        amount,
        did.money.clone(),
        did.unit.clone(),
        did.name.clone(),
        did.campaign.as_ref().map(|c| format!("({c})")),
        did.until
            .as_deref()
            .filter(|_| did.effect == "lock")
            .map(|at| format!("until {}", to_second(at))),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// An instant without the fraction of its second: people do not read it.
pub(super) fn to_second(at: &str) -> String {
    match at.split_once('.') {
        Some((whole, rest)) => {
            let zone = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            format!("{whole}{zone}")
        }
        None => at.to_owned(),
    }
}

/// What an act says, shortly.
pub(super) fn phrase(act: &Act, digits: u8) -> String {
    match act {
        Act::Purchase(purchase) => match purchase.receipt.as_str() {
            "" => purchase.total.display(digits),
            receipt => format!("{}, receipt {receipt}", purchase.total.display(digits)),
        },
        Act::Return { of, extent, .. } => match extent {
            Extent::All => format!("of entry {of}, all that is left"),
            Extent::Amount(amount) => format!("of entry {of}, {}", amount.display(digits)),
            Extent::Lines(lines) => {
                let numbers: Vec<String> = lines.iter().map(|l| l.line.to_string()).collect();
                format!("of entry {of}, line {}", numbers.join(", "))
            }
        },
        Act::ReturnedWithoutSlip { amount, .. } => {
            format!("{} given without a slip", amount.display(digits))
        }
        Act::Reversal { of, reason } => format!("of entry {of}: {reason}"),
        Act::Adjustment(adjustment) => match adjustment.of {
            Some(of) => format!("of entry {of}: {}", adjustment.reason),
            None => adjustment.reason.clone(),
        },
        Act::Activity { fields, .. } => {
            let field = |(name, value): &(String, Value)| format!("{} {value}", field_name(name));
            fields.iter().map(field).collect::<Vec<_>>().join(", ")
        }
        Act::ConsentChanged { consents } => match consents.first().map(|c| c.notice.as_str()) {
            None | Some("") => String::new(),
            Some(notice) => format!("notice {notice}"),
        },
        Act::Followed { of, .. } => format!("because of entry {of}"),
        Act::PolicyActivated(activation) => match activation.note.as_str() {
            "" => format!("programme {}", activation.number),
            note => format!("programme {}: {note}", activation.number),
        },
        Act::Refused(refused) => {
            let (code, detail) = (refused.refusal.code.as_str(), &refused.refusal.detail);
            let kind = refused.act.kind().replace('_', " ");
            format!("{kind} refused: {detail} ({code})")
        }
        _ => phrase_of_the_rest(act, digits),
    }
}

fn phrase_of_the_rest(act: &Act, digits: u8) -> String {
    match act {
        Act::CampaignChanged(changed) => changed.reason.clone(),
        Act::GoalSet {
            metric,
            base,
            target,
            is_points,
            deadline,
            ..
        } => {
            let unit = if *is_points { "pp" } else { "rel" };
            format!("{metric} from {base} to {target} ({unit}) by {deadline}")
        }
        Act::CostBooked { kind, amount, .. } => format!("{kind} {}", amount.display(digits)),
        Act::PoolPaid { to, .. } => format!("to {to}"),
        Act::Recovered { len, .. } => format!("{len} bytes of an unfinished write were cut"),
        Act::PeriodClosed { to, .. } => format!("up to {}", to.plus_days(-1)),
        Act::Imported { source, .. } | Act::BalanceOpened { source, .. } => {
            format!("from {source}")
        }
        Act::CampaignTuned { name, value, .. } => format!("{name} is {value}"),
        Act::CampaignTargeted {
            count, held_out, ..
        } => match held_out {
            0 => format!("{count} addressed"),
            n => format!("{count} addressed, {n} left out"),
        },
        Act::Erased { reason } | Act::Merged { reason } => reason.clone(),
        Act::Unmerged { of } => format!("of entry {of}"),
        Act::Redemption { note, .. }
        | Act::Hold { note, .. }
        | Act::RewardHeld { note, .. }
        | Act::VoucherHeld { note, .. }
        | Act::Transfer { note, .. } => note.clone(),
        Act::Capture { of, .. } => format!("of hold {of}"),
        Act::Release { of, is_timeout } => match is_timeout {
            true => format!("of hold {of}, whose time ran out"),
            false => format!("of hold {of}"),
        },
        Act::OrderSentAgain { of } => format!("another key of entry {of}"),
        Act::CodeTried { kind, .. } => format!("a {} code that is nobody's", kind.as_str()),
        Act::GuessingLocked { kind, .. } => format!("too many wrong {} codes", kind.as_str()),
        Act::PartnerChanged { reason, .. }
        | Act::PassCancelled { reason, .. }
        | Act::Restored { reason, .. }
        | Act::ClockCorrected { reason }
        | Act::VoucherIssued { reason, .. }
        | Act::VoucherVoided { reason, .. }
        | Act::GuessingUnlocked { reason, .. } => reason.clone(),
        _ => String::new(),
    }
}

/// The member whom a flag names.
pub(super) fn member_named(ledger: &mut Ledger, text: &str) -> Result<MemberId, Failure> {
    let who =
        Who::parse(text).map_err(|why| Failure::bad_input(format!("member: '{text}' {why}")))?;
    ledger.resolve(&who)?.ok_or_else(|| {
        let message = format!("member: nobody is known by '{text}'");
        Failure::new(Code::UnknownMember, message)
    })
}

/// A day that a flag names.
pub(super) fn day_named(flag: &str, text: &str) -> Result<Day, Failure> {
    Day::parse(text).map_err(|why| Failure::bad_input(format!("{flag}: {why}")))
}

/// The first and the last of some days.
pub(super) fn days_in_order(from: Option<Day>, to: Option<Day>) -> Result<(), Failure> {
    match (from, to) {
        (Some(from), Some(to)) if from > to => {
            let message = format!("--from: {from} is after --to, {to}");
            Err(Failure::bad_input(message))
        }
        _ => Ok(()),
    }
}

/// An instant, or a day up to its end, that a flag names.
pub(super) fn instant_named(ledger: &Ledger, flag: &str, text: &str) -> Result<Instant, Failure> {
    if let Ok((at, _)) = Instant::parse(text) {
        return Ok(at);
    }
    match Day::parse(text) {
        Ok(day) => {
            let next = ledger.programme()?.calendar.start_of(day.plus_days(1));
            Ok(next.after(-1))
        }
        Err(_) => Err(Failure::bad_input(format!(
            "{flag}: '{text}' is neither an instant such as 2026-11-24T10:03:00+01:00 nor a day such as 2026-11-24"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::codec::decode;

    /// The reason that an act shows in its fields, as it is written there.
    fn reason_of(fields: &str) -> Option<&str> {
        let (_, rest) = fields.split_once("reason: \"")?;
        let mut is_escaped = false;
        let end = rest.find(|c| {
            let is_end = c == '"' && !is_escaped;
            is_escaped = c == '\\' && !is_escaped;
            is_end
        })?;
        Some(&rest[..end])
    }

    #[test]
    fn whoever_gave_a_reason_is_told_with_it() {
        let golden = include_str!("../../tests/golden/entries.txt");
        let mut kinds = std::collections::BTreeSet::new();
        for paragraph in golden.split("\n\n") {
            let hex = paragraph.lines().nth(1).unwrap_or_default();
            let bytes = data_encoding::HEXLOWER.decode(hex.as_bytes());
            let Some(entry) = bytes.ok().and_then(|bytes| decode(&bytes).ok()) else {
                continue;
            };
            let act = entry.act;
            let fields = format!("{act:?}");
            let reason = reason_of(&fields).filter(|reason| !reason.is_empty());
            if let (false, Some(reason)) = (matches!(act, Act::Refused(_)), reason) {
                let told = format!("{:?}", phrase(&act, 2));
                assert!(told.contains(reason), "{told}: {fields}");
                kinds.insert(act.kind());
            }
        }
        assert!(kinds.len() >= 8, "{kinds:?}");
    }
}
