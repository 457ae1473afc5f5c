//! Campaigns that run by themselves: their reviews, and the choice of their
//! target members.

use crate::answer::Warning;
use crate::engine::commit::{open_page, state_writing};
use crate::engine::error::Error;
use crate::engine::staging::{booking, deciding};
use crate::engine::stop::Stop;
use crate::engine::{Ledger, Records};
use crate::model::{
    Act, Campaign, Entry, MemberId, NameKind, Number, Policy, Purpose, Target, WarningCode, counted,
};
use crate::policy::Compiled;
use crate::rules::DecisionInputs;
use crate::rules::campaign::review;
use crate::rules::campaign::target::{self, TARGETS_MAX};
use std::sync::Arc;

/// A campaign that runs, and the programme that has it.
pub struct CampaignInForce {
    /// The programme.
    pub policy: Arc<Compiled>,
    /// Its place among the programme's campaigns.
    pub place: usize,
    /// True if only the pilot has it.
    pub is_pilots: bool,
}

impl CampaignInForce {
    /// Its header.
    pub fn header(&self) -> &Campaign {
        &self.policy.campaigns()[self.place]
    }
}

/// Campaigns of the programme for all, and those that only the pilot has.
///
/// # Errors
/// Misuse, if no programme can be run.
pub fn campaigns_in_force(records: &Records) -> Result<Vec<CampaignInForce>, Error> {
    let mut found: Vec<CampaignInForce> = Vec::new();
    for (nth, policy) in deciding::in_force(records)?.enumerate() {
        for (place, campaign) in policy.campaigns().iter().enumerate() {
            if found.iter().all(|known| known.header().id != campaign.id) {
                found.push(CampaignInForce {
                    policy: Arc::clone(policy),
                    place,
                    is_pilots: nth > 0,
                });
            }
        }
    }
    Ok(found)
}

/// Reviews all campaigns that have something to review; returns the
/// sequences of the entries.
pub(in crate::engine) fn review_staged(ledger: &mut Ledger) -> Result<Vec<u64>, Stop> {
    let mut booked = Vec::new();
    for campaign in campaigns_in_force(ledger)? {
        if !review::is_reviewed(campaign.header()) {
            continue;
        }
        let (policy, n) = (&*campaign.policy, campaign.place);
        let day = ledger.ledger_head().day;
        let reviewed = review::review(policy, ledger.global(), n, day);
        for act in reviewed.acts {
            open_page::make_room(ledger)?;
            let head = ledger.ledger_head();
            match booking::book(ledger, head, None, act, None) {
                Ok(entry) => booked.push(entry.seq),
                // An earlier change of the same review made it pointless.
                Err(Stop::No(_)) => {}
                Err(stop) => return Err(stop),
            }
        }
    }
    Ok(booked)
}

/// Campaigns whose review fails today. Nothing is booked for them, so they
/// neither pause nor change themselves until their script is fixed.
fn failing_reviews(records: &Records) -> Result<Vec<Warning>, Error> {
    let day = records.ledger_head().day;
    let failing = campaigns_in_force(records)?
        .into_iter()
        .filter_map(|running| {
            let (policy, campaign) = (&*running.policy, running.header());
            let failure = review::review(policy, records.global(), running.place, day).failure?;
            let (file, line, column) = (&failure.file, failure.line, failure.column);
            let place = format!("{file}:{line}:{column}");
            let message = format!("{}: {place}: on_review: {}", campaign.id, failure.message);
            Some(Warning::new(WarningCode::ReviewFailed, message))
        });
    Ok(failing.collect())
}

/// Warnings for a person: reviews that fail today, scripts that failed since the
/// programme in force took effect, and scheduled programmes that could not.
///
/// # Errors
/// [`Error::Misuse`] before the first programme.
pub fn script_warnings(records: &Records) -> Result<Vec<Warning>, Error> {
    let mut warnings = failing_reviews(records)?;
    warnings.extend(records.global().failures.iter().map(|failed| {
        let names = &records.global().names;
        let campaign = match failed.campaign {
            0 => "tiers".into(),
            number => names.text(NameKind::Campaign, number),
        };
        let times = if failed.count == 1 { "once" } else { "times" };
        let count = if failed.count == 1 {
            String::new()
        } else {
            format!("{} ", failed.count)
        };
        let (last, seq) = (&failed.last, failed.seq);
        let message = format!(
            "{campaign}: failed {count}{times}, last in entry {seq}: {}:{}:{}: {}",
            last.file, last.line, last.column, last.message
        );
        Warning::new(WarningCode::ScriptFailed, message)
    }));
    for failed in &records.global().failed_schedules {
        let at = records.programme()?.calendar.display(failed.scheduled.at);
        let (of, seq, reason) = (failed.scheduled.seq, failed.seq, &failed.reason);
        let message = format!(
            "the programme that entry {of} scheduled for {at} was cancelled by entry {seq}: {reason}"
        );
        warnings.push(Warning::new(WarningCode::ScheduleFailed, message));
    }
    Ok(warnings)
}

/// Daily warnings for a person: [`script_warnings`], and terminals
/// whose counter was irregular today or the day before.
///
/// # Errors
/// [`Error::Misuse`] before the first programme.
pub fn daily_warnings(records: &Records) -> Result<Vec<Warning>, Error> {
    let mut warnings = script_warnings(records)?;
    let since = records.ledger_head().day.plus_days(-1);
    warnings.extend(records.global().terminals.all().filter_map(|told| {
        let (store, terminal, counter) = told;
        let (_, seq) = counter.odd.filter(|odd| odd.0 >= since)?;
        let store = match store {
            0 => String::new(),
            number => records.global().names.text(NameKind::Store, number) + "/",
        };
        let (missing, out_of_order) = (counter.missing, counter.out_of_order);
        let missing = counted(missing, "number", "numbers");
        let message = format!(
            "terminal {store}{terminal}: {missing} missing, {out_of_order} again or back, last at entry {seq}"
        );
        Some(Warning::new(WarningCode::CounterGap, message))
    }));
    Ok(warnings)
}

/// Books the rest of a choice, on as many pages as it takes.
pub(in crate::engine) fn book_groups(
    ledger: &mut Ledger,
    act: &Act,
    chosen: &[(MemberId, bool)],
) -> Result<(), Stop> {
    for group in chosen.chunks(TARGETS_MAX) {
        open_page::make_room(ledger)?;
        let head = ledger.ledger_head();
        book_targets(ledger, head, None, act.clone(), group)?;
    }
    Ok(())
}

/// Completes a choice of members that was interrupted between two pages:
/// nothing was booked since, so the missing ones are the next of the
/// campaign's order.
pub(in crate::engine) fn finish_targets(ledger: &mut Ledger) -> Result<(), Stop> {
    let Some(open) = ledger.global().targeting.clone() else {
        return Ok(());
    };
    if ledger.writer.is_dry_run {
        return Ok(());
    }
    let policy = Arc::clone(ledger.policy()?);
    let campaigns = policy.campaigns();
    let n = campaigns.iter().position(|c| c.number == open.campaign);
    let Some((n, wanted)) = n.and_then(|n| Some((n, campaigns[n].target.as_ref()?))) else {
        return Ok(());
    };
    state_writing::write_through(ledger)?;
    let mut chosen = choose(ledger, &*policy, n, wanted, None)?;
    chosen.truncate(usize::try_from(open.left).unwrap_or(usize::MAX));
    let act = Act::CampaignTargeted {
        campaign: open.campaign,
        count: open.count,
        held_out: open.held_out,
        list: open.list,
    };
    book_groups(ledger, &act, &chosen)
}

pub(in crate::engine) fn book_targets(
    ledger: &mut Ledger,
    head: crate::model::Head,
    decliner: Option<MemberId>,
    act: Act,
    targets: &[(MemberId, bool)],
) -> Result<Entry, Stop> {
    for (id, _) in targets {
        ledger.cache.load(*id)?;
    }
    let inputs = DecisionInputs {
        targets,
        ..DecisionInputs::default()
    };
    booking::decide_and_seal(ledger, head, decliner, act, inputs)
}

/// The first matching members of the campaign's own order, up to a quota;
/// those held out as a control come on top.
pub(in crate::engine) fn choose(
    records: &mut Records,
    policy: &dyn Policy,
    n: usize,
    wanted: &Target,
    quota: Option<u32>,
) -> Result<Vec<(MemberId, bool)>, Error> {
    let campaign = &policy.campaigns()[n];
    let mut found: Vec<([u8; 32], MemberId)> = Vec::new();
    for id in records.cache.ids()? {
        let is_candidate = records
            .cache
            .look(id, |member| target::is_candidate(campaign, wanted, member))?;
        if is_candidate == Some(true) {
            found.push((policy.order(n, id, Purpose::Target), id));
        }
    }
    found.sort_unstable();
    let mut left = quota.map_or(usize::MAX, |q| q as usize);
    let mut chosen = Vec::new();
    for (_, id) in found {
        if left == 0 {
            break;
        }
        let is_left_out = target::is_held_out(policy, n, id);
        left -= usize::from(!is_left_out);
        chosen.push((id, is_left_out));
    }
    Ok(chosen)
}

/// The act of a choice: the number, and a hash of their sorted ids.
pub(crate) fn targeting(campaign: Number, chosen: &[(MemberId, bool)]) -> Act {
    let addressed = chosen.iter().filter(|c| !c.1);
    let mut ids: Vec<MemberId> = addressed.map(|c| c.0).collect();
    ids.sort_unstable();
    let mut hasher = blake3::Hasher::new_derive_key("stampbook 2026-11 targets v1");
    ids.iter().for_each(|id| {
        hasher.update(&id.0);
    });
    Act::CampaignTargeted {
        campaign,
        count: ids.len() as u64,
        held_out: (chosen.len() - ids.len()) as u64,
        list: *hasher.finalize().as_bytes(),
    }
}
