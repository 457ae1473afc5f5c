//! Short phrases about acts.

use crate::model::{Act, Extent, Value, field_name};

/// Short phrase about an act.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::codec::decode;

    /// The reason among an act's fields, as it is written there.
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
