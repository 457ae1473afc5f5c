//! Lots that have closed and get points back.

use crate::book::case::Case;
use crate::model::{Effect, LotId, Number, Terms};

/// The terms with which a lot that has closed is opened again.
pub fn terms_of_closed(case: &Case, unit: Number, lot: LotId) -> Terms {
    let named = case.papers.named.filter(|e| e.seq == lot.seq);
    let opened = named.and_then(|e| match e.opener(lot)? {
        Effect::Award { terms, .. } => Some(*terms),
        _ => None,
    });
    let known = case.papers.closed.iter().find(|c| c.0 == lot).map(|c| c.1);
    let mut terms = opened.or(known).unwrap_or_default();
    let grace = case.programme().restore_grace_days;
    let calendar = &case.programme().calendar;
    if terms.expires.is_some_and(|end| end <= case.now()) && grace > 0 {
        terms.expires = Some(calendar.start_of(case.day().plus_days(grace as i32 + 1)));
    }
    let _ = unit;
    terms
}
