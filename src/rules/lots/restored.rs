//! Lots to which points return, open and closed ones.

use crate::model::{Effect, LotId, Terms};
use crate::rules::case::{Case, Parties};

/// Terms with which a lot of an earlier entry's member continues: its own, or
/// with days of grace if it expired meanwhile.
pub fn terms_restored(case: &Case, parties: &Parties, place: u8, lot: LotId) -> Terms {
    let open = case.party(parties, place).and_then(|m| m.lot(lot));
    open.map_or_else(|| terms_of_closed(case, lot), |l| l.terms)
}

fn terms_of_closed(case: &Case, lot: LotId) -> Terms {
    let named = case.inputs.named.filter(|e| e.seq == lot.seq);
    let opened = named.and_then(|e| match e.opener(lot)? {
        Effect::Award { terms, .. } => Some(*terms),
        _ => None,
    });
    let closed = case.inputs.closed;
    let known = closed.binary_search_by_key(&lot, |known| known.0);
    let known = known.ok().map(|at| closed[at].1);
    let mut terms = opened.or(known).unwrap_or_default();
    let grace = case.programme().restore_grace_days;
    let calendar = &case.programme().calendar;
    if terms.expires.is_some_and(|end| end <= case.now()) && grace > 0 {
        terms.expires = Some(calendar.start_of(case.day().days_after(grace.saturating_add(1))));
    }
    terms
}
