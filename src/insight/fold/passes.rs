//! Folding of passes: what was paid for them, given back, and used of them.

use super::campaigns::touch;
use super::{first_of, touched};
use crate::insight::facts::Facts;
use crate::insight::rows::{BenefitUse, PassCharge};
use crate::model::{Act, Effect, Entry, Number};

pub(super) fn apply(facts: &mut Facts, entry: &Entry, effect: &Effect) {
    match effect {
        // One that begins with its first use was paid for before.
        Effect::Pass {
            who,
            unit,
            lot,
            paid,
            ..
        } if lot.seq == entry.seq || matches!(entry.act, Act::PassRenewed { .. }) => {
            facts.charges.push(PassCharge {
                who: touched(facts, entry, *who),
                unit: *unit,
                day: entry.head.day,
                paid: paid.0,
            });
        }
        Effect::BenefitUsed { unit, amount, .. } if amount.0 < 0 => {
            undo_use(&mut facts.benefits, entry, (*unit, -amount.0));
        }
        Effect::BenefitUsed {
            who,
            unit,
            campaign,
            amount,
        } => {
            let day = entry.head.day;
            facts.benefits.push(BenefitUse {
                seq: entry.seq,
                unit: *unit,
                day,
                amount: amount.0,
                is_gone: false,
            });
            let sums = facts.campaigns.entry((*campaign, day)).or_default();
            sums.benefits += 1;
            touch(facts, entry, *who, *campaign);
        }
        _ => {}
    }
}

/// Notes that a benefit of the entry that this one undoes was not used after all.
fn undo_use(benefits: &mut [BenefitUse], entry: &Entry, of: (Number, i64)) {
    let Some(seq) = entry.act.named() else { return };
    let first = benefits.partition_point(|used| used.seq < seq);
    let mut own = benefits[first..].iter_mut();
    let found = own.find(|used| used.seq == seq && !used.is_gone && (used.unit, used.amount) == of);
    if let Some(used) = found {
        used.is_gone = true;
    }
}

/// Notes what was given back for a pass that was cancelled.
pub(super) fn add_refund(facts: &mut Facts, entry: &Entry) {
    if let Act::PassCancelled { unit, refund, .. } = &entry.act {
        facts.refunds.push(PassCharge {
            who: first_of(facts, entry),
            unit: *unit,
            day: entry.head.day,
            paid: refund.0,
        });
    }
}
