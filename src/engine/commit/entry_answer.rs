//! The answer of an entry.

use crate::answer::{self, Accepted, Answer, MovedSale};
use crate::engine::Records;
use crate::engine::commit::denial;
use crate::engine::error::Error;
use crate::engine::opening::continuity::is_for_training;
use crate::engine::verbs::{standing_sale, vouchers};
use crate::model::{Act, Entry, Instant};

/// Makes the answer of an entry.
pub fn answer_of(records: &mut Records, entry: &Entry, is_repeated: bool) -> Result<Answer, Error> {
    if let Some(id) = entry.member() {
        records.cache.load(id)?;
    }
    if let Act::Refused(refused) = &entry.act {
        let denied = denial::denied_before(records, entry, &refused.refusal, is_repeated);
        return Ok(denied.into());
    }
    let calendar_now = Instant(records.clock.now_micros()).max(entry.head.effective);
    let tree = records.writer.coming();
    let view = answer::View {
        global: records.global(),
        policy: records.policy()?.as_ref(),
        checkpoint: Some(&tree),
        now: calendar_now,
    };
    let member = entry.member().and_then(|id| records.cache.member(id));
    let mut accepted: Accepted = view.accepted(entry, member);
    accepted.repeated = is_repeated;
    accepted.training = is_for_training(tree.origin());
    if is_repeated {
        accepted.undone_by = records.aftermath(entry.seq)?.and_then(|after| after.voided);
    }
    if !records.writer.is_dry_run {
        accepted.codes = vouchers::codes_shown(records, entry);
        accepted.claim = vouchers::claim_code(records, entry);
    }
    if let Act::Return { of, .. } | Act::Reversal { of, .. } = entry.act {
        let was = standing_sale::corrected_from(records, of)?;
        accepted.moved_sale = was.map(|was| MovedSale { of, was });
    }
    Ok(accepted.into())
}
