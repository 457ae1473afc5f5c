//! The command that addresses the members of a campaign's target.

use crate::command::{Request, Who};
use crate::engine::commit::open_page;
use crate::engine::staging::staged::{Mode, Staged};
use crate::engine::staging::{admit, daily_run, names_in_force};
use crate::engine::stop::{Stop, key_conflict, no, nobody};
use crate::engine::verbs::targets;
use crate::engine::{Ledger, Records};
use crate::model::{Act, Code, Entry, Number, Origin, Policy};
use crate::rules::campaign::target::TARGETS_MAX;
use std::sync::Arc;

/// Chooses members, or removes one and chooses the next.
pub(in crate::engine) fn stage_target(
    ledger: &mut Ledger,
    request: &Request,
    mode: &Mode,
    origin: Origin,
    (campaign, quota, decline): (&str, Option<u32>, Option<&Who>),
) -> Result<Staged, Stop> {
    let number = names_in_force::campaign(ledger, campaign)?;
    if let Some(entry) = targeted_before(ledger, request, number)? {
        return Ok(Staged::again(entry, request));
    }
    let policy = Arc::clone(ledger.policy()?);
    let n = policy.campaigns().iter().position(|c| c.number == number);
    let wanted = n.and_then(|n| Some((n, policy.campaigns()[n].target.as_ref()?)));
    let Some((n, wanted)) = wanted else {
        let detail = format!(
            "campaign: {campaign} has no `target` in its header, so it addresses everybody"
        );
        return no(Code::UnknownCampaign, detail);
    };
    let decliner = match decline {
        Some(who) => Some(ledger.resolve(who)?.ok_or_else(|| nobody("decline"))?),
        None => None,
    };
    daily_run::daily_staged(ledger)?;
    let quota = match decliner {
        Some(_) => Some(1),
        None => quota.or(wanted.quota),
    };
    let chosen = targets::choose(ledger, &*policy, n, wanted, quota)?;
    let act = targets::targeting(number, &chosen);
    let (first, others) = chosen.split_at(chosen.len().min(TARGETS_MAX));
    let head = admit::head(ledger, request, mode, origin, None)?;
    open_page::make_room(ledger)?;
    let entry = targets::book_targets(ledger, head, decliner, act.clone(), first)?;
    targets::book_groups(ledger, &act, others)?;
    Ok(Staged::booked(entry))
}

fn targeted_before(
    records: &mut Records,
    request: &Request,
    number: Number,
) -> Result<Option<Entry>, Stop> {
    match records.booked_under(&request.key)? {
        Some(entry) if matches!(entry.act, Act::CampaignTargeted { campaign, .. } if campaign == number) => {
            Ok(Some(entry))
        }
        Some(other) => Err(key_conflict(other.seq).into()),
        None => Ok(None),
    }
}
