//! Limits of entry and page lengths: the ledger's own work takes as many pages
//! as it needs, and a command whose entry would be too long is refused before
//! any of it is written.

use crate::chain::codec::{self, CodecError};
use crate::chain::page::ENTRY_LEN_MAX;
use crate::model::{Act, Code, Draft, Measure, Refusal, Touched};

/// Free bytes of a page in which a command begins: its entry, and those
/// directly after it because of it, of which the rest of a hold is longest.
pub(in crate::engine) const GROUP_BYTES: usize = ENTRY_LEN_MAX + ENTRY_LEN_MAX / 2 + (16 << 10);
/// Most bytes of a balance or a total after an entry.
const AFTER_BYTES: usize = 32;
/// Number of effects and lines that cannot make a long entry, whatever texts
/// are in them.
const FEW: usize = 32;

/// Accepts a draft whose entry is short enough, in a programme with that many units.
///
/// # Errors
/// [`Code::TooLarge`], with both lengths and the remedy.
pub(in crate::engine) fn fitting(draft: Draft, units: usize) -> Result<Draft, Refusal> {
    let lines = match &draft.act {
        Act::Purchase(purchase) => purchase.lines.len() + purchase.tenders.len(),
        _ => FEW,
    };
    if draft.effects.len() + draft.members.len() + lines < FEW {
        return Ok(draft);
    }
    let limit = match draft.act {
        // Its end needs as many bytes again, and must always be possible.
        Act::Hold { .. } | Act::RewardHeld { .. } => ENTRY_LEN_MAX / 2,
        _ => ENTRY_LEN_MAX,
    };
    let (draft, len) = measured(draft, units);
    if len <= limit {
        return Ok(draft);
    }
    let effects = draft.effects.len();
    let bare = Draft {
        effects: Vec::new(),
        ..draft
    };
    let (bare, len_asked) = measured(bare, units);
    let detail = if len_asked > limit / 2 {
        format!(
            "the entry would take {len} bytes, {len_asked} of them for what was sent, and may take \
             {limit}; send fewer lines at a time, or shorter names, tags and ids"
        )
    } else {
        let remedy = match bare.act {
            // They move all there is, and nobody can ask for less.
            Act::Merged { .. } | Act::Unmerged { .. } => {
                "spend, transfer or correct points of this member first, so that fewer lots are left"
            }
            Act::Reversal { .. } => "take it back in parts, by `return` or by corrections",
            _ => "ask for less at a time, so that fewer lots are moved at once",
        };
        format!(
            "the entry would take {len} bytes for {effects} effects, and may take {limit}; {remedy}"
        )
    };
    Err(too_long(limit, len, detail))
}

/// The refusal of an entry that is longer than the available bytes.
pub(in crate::engine) fn too_long(room: usize, len: usize, detail: impl Into<String>) -> Refusal {
    let figure = |len: usize| i64::try_from(len).unwrap_or(i64::MAX);
    let (code, measure) = (Code::TooLarge, Measure::Bytes);
    Refusal::short(code, measure, figure(room), figure(len), detail)
}

/// A draft, and the greatest length that its entry may have.
fn measured(draft: Draft, units: usize) -> (Draft, usize) {
    let members = draft.members.clone();
    let touched = members.iter().map(|member| Touched {
        member: *member,
        previous: Some(u64::MAX),
    });
    let entry = draft.into_entry(u64::MAX, touched.collect());
    let mut bytes = Vec::new();
    let len = match codec::encode_into(&entry, &mut bytes) {
        Ok(len) | Err(CodecError::TooLong(len)) => len,
        // The writer reports an entry that cannot be encoded.
        Err(_) => 0,
    };
    let moved = entry.effects.len().min(entry.touched.len() * units);
    let len = len + 2 * AFTER_BYTES * moved;
    let draft = Draft {
        head: entry.head,
        members,
        act: entry.act,
        given: entry.given,
        given_review: entry.given_review,
        effects: entry.effects,
    };
    (draft, len)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Account, Adjustment, Effect, Head, Key, LotId, MemberId, Points};

    /// A draft that takes a point from each of that many lots.
    fn taking(lots: u32, act: Act) -> Draft {
        let debit = |n: u32| Effect::Debit {
            who: 0,
            unit: 1,
            lot: LotId {
                seq: 1_000_000 + u64::from(n),
                n: 0,
            },
            amount: Points(1),
            to: Account::Redemption,
        };
        let head = Head {
            effective: Default::default(),
            recorded_lag: 0,
            occurred: None,
            day: Default::default(),
            origin: Default::default(),
            key: Key::none(),
            bundle: 1,
        };
        let debits = (0..lots).map(debit).collect();
        Draft::new(head, vec![MemberId([1; 16])], act, debits)
    }

    fn adjustment() -> Act {
        Act::Adjustment(Adjustment {
            unit: 1,
            points: Points(-1),
            reason: "test".into(),
            of: None,
            campaign: 0,
            approver: String::new(),
        })
    }

    #[test]
    fn what_takes_from_too_many_lots_is_refused_with_both_lengths() {
        assert!(fitting(taking(10_000, adjustment()), 1).is_ok());
        let refusal = fitting(taking(40_000, adjustment()), 1).unwrap_err();
        assert_eq!(refusal.code, Code::TooLarge);
        assert_eq!(refusal.available, Some(ENTRY_LEN_MAX as i64));
        assert!(refusal.asked > refusal.available, "{refusal:?}");
        assert!(refusal.detail.contains("less at a time"), "{refusal:?}");
    }

    #[test]
    fn what_moves_all_lots_has_a_remedy_of_its_own() {
        let merge = Act::Unmerged { of: 1 };
        let refusal = fitting(taking(40_000, merge), 1).unwrap_err();
        assert!(
            refusal.detail.contains("points of this member first"),
            "{refusal:?}"
        );
    }

    #[test]
    fn a_hold_leaves_as_much_again_for_its_end() {
        let hold = || Act::Hold {
            unit: 1,
            points: Points(1),
            until: Default::default(),
            note: String::new(),
        };
        assert!(fitting(taking(20_000, adjustment()), 1).is_ok());
        assert!(fitting(taking(20_000, hold()), 1).is_err());
    }
}
