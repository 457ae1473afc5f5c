//! Description of an act: the entry that it refers to, its particulars and the
//! reason given. Statements, exports and explanations are written from it
//! alone.

use crate::model::{Act, AlertChange, AlertChanged, Extent, Purchase, Value, counted, field_name};

/// Describes an act in a few words; `digits` are the decimals of the currency.
pub fn phrase(act: &Act, digits: u8) -> String {
    let parts = [link(act).unwrap_or_default(), particulars(act, digits)];
    let parts: Vec<String> = parts.into_iter().filter(|p| !p.is_empty()).collect();
    match (parts.join(", "), reason(act)) {
        (said, "") => said,
        (said, reason) if said.is_empty() => reason.into(),
        (said, reason) => format!("{said}: {reason}"),
    }
}

/// Reference to the earlier entry that an act continues.
fn link(act: &Act) -> Option<String> {
    let (words, of) = match act {
        Act::Adjustment(adjustment) => ("of entry", adjustment.of?),
        Act::Capture { of, .. } | Act::Release { of, .. } => ("of hold", *of),
        Act::Followed { of, .. } => ("because of entry", *of),
        Act::OrderSentAgain { of } => ("another key of entry", *of),
        act => ("of entry", act.named()?),
    };
    Some(format!("{words} {of}"))
}

/// Particulars of an act; may be empty.
fn particulars(act: &Act, digits: u8) -> String {
    match act {
        Act::Purchase(purchase) => sale(purchase, digits),
        Act::Return { extent, .. } => match extent {
            Extent::All => "all that is left".into(),
            Extent::Amount(amount) => amount.display(digits),
            Extent::Lines(lines) => {
                let numbers: Vec<String> = lines.iter().map(|l| l.line.to_string()).collect();
                format!("line {}", numbers.join(", "))
            }
        },
        Act::ReturnedWithoutSlip { amount, .. } => {
            format!("{} given without a slip", amount.display(digits))
        }
        Act::Activity { fields, .. } => {
            let field = |(name, value): &(String, Value)| format!("{} {value}", field_name(name));
            fields.iter().map(field).collect::<Vec<_>>().join(", ")
        }
        Act::ConsentChanged { consents } => {
            let notices = consents.iter().map(|c| c.notice.as_str()).take(1);
            let notices = notices.filter(|notice| !notice.is_empty());
            notices.map(|notice| format!("notice {notice}")).collect()
        }
        Act::Refused(refused) => {
            let (code, why) = (refused.refusal.code.as_str(), &refused.refusal.detail);
            let kind = refused.act.kind().replace('_', " ");
            format!("{kind} refused: {why} ({code})")
        }
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
        Act::CostBooked { kind, amount, .. } => {
            format!("{kind} {}", amount.display(digits))
        }
        Act::AlertChanged(changed) => alert(changed),
        Act::PoolPaid { to, .. } => format!("to {to}"),
        Act::OutboxAcknowledged { consumer, to } => format!("{consumer}: messages up to {to}"),
        Act::Recovered { len, .. } => {
            format!("{len} bytes of an unfinished write were cut")
        }
        Act::PeriodClosed { to, .. } => format!("up to {}", to.plus_days(-1)),
        Act::Imported { source, .. } | Act::BalanceOpened { source, .. } => {
            format!("from {source}")
        }
        Act::Release {
            is_timeout: true, ..
        } => "whose time ran out".into(),
        Act::CodeTried { kind, .. } => format!("a {} code that is nobody's", kind.as_str()),
        Act::GuessingLocked { kind, .. } => {
            format!("too many wrong {} codes", kind.as_str())
        }
        _ => of_programme(act),
    }
}

/// Particulars of an act on a programme or a campaign.
fn of_programme(act: &Act) -> String {
    match act {
        Act::PolicyActivated(activation) => {
            let programme = format!("programme {}", activation.number);
            programme + stories_left_out(&activation.without_stories).as_str()
        }
        Act::PolicyScheduled(schedule) => {
            let left_out = stories_left_out(&schedule.without_stories);
            format!("a programme for an instant to come{left_out}")
        }
        Act::ScheduleCancelled { of, .. } => {
            format!("the programme of entry {of} does not take effect")
        }
        Act::StoriesKept { of, files, .. } => {
            let stories = counted(files.len() as u64, "story", "stories");
            format!("{stories} of the programme of entry {of}")
        }
        Act::TermsAnnounced(announced) => {
            format!(
                "of the programme of entry {}: {}",
                announced.of, announced.terms
            )
        }
        Act::AnnouncementWithdrawn { announced, is_told } => {
            let told = match is_told {
                true => "",
                false => ", of which nobody had heard",
            };
            format!("of the programme of entry {}{told}", announced.of)
        }
        Act::CampaignTuned { name, value, .. } => format!("{name} is {value}"),
        Act::CampaignTargeted {
            count, held_out, ..
        } => match held_out {
            0 => format!("{count} addressed"),
            n => format!("{count} addressed, {n} left out"),
        },
        _ => String::new(),
    }
}

/// Words behind a programme that came without its stories; empty if it has them.
fn stories_left_out(why: &str) -> String {
    match why {
        "" => String::new(),
        why => format!(" without its stories ({why})"),
    }
}

fn alert(changed: &AlertChanged) -> String {
    let (alert, by) = (&changed.alert, &changed.by);
    let told = match changed.change {
        AlertChange::Raised => format!("{alert}: {}", changed.text),
        AlertChange::Ended => format!("{alert} is over"),
        AlertChange::Acknowledged => format!("{alert} acknowledged by {by}"),
    };
    match changed.reason.as_str() {
        "" => told,
        reason => format!("{told}: {reason}"),
    }
}

fn sale(purchase: &Purchase, digits: u8) -> String {
    let total = purchase.total.display(digits);
    match purchase.receipt.as_str() {
        "" => total,
        receipt => format!("{total}, receipt {receipt}"),
    }
}

/// Reason or remark given with an act; may be empty.
fn reason(act: &Act) -> &str {
    match act {
        Act::Adjustment(adjustment) => &adjustment.reason,
        Act::PolicyActivated(activation) => &activation.note,
        Act::PolicyScheduled(schedule) => &schedule.note,
        Act::ScheduleCancelled { reason, .. } => reason,
        Act::CampaignChanged(changed) => &changed.reason,
        Act::Erased { reason }
        | Act::Merged { reason }
        | Act::Reversal { reason, .. }
        | Act::PartnerChanged { reason, .. }
        | Act::PassCancelled { reason, .. }
        | Act::Restored { reason, .. }
        | Act::ClockCorrected { reason }
        | Act::VoucherIssued { reason, .. }
        | Act::VoucherVoided { reason, .. }
        | Act::GuessingUnlocked { reason, .. }
        | Act::Redemption { note: reason, .. }
        | Act::Hold { note: reason, .. }
        | Act::RewardHeld { note: reason, .. }
        | Act::VoucherHeld { note: reason, .. }
        | Act::Transfer { note: reason, .. } => reason,
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::codec::decode;

    /// Reason in the fields of an act, as written there.
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
    fn every_reason_that_was_given_is_told() {
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
