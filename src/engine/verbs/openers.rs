//! Tracing of lots through changes of holder: their origin and their present place.

use crate::model::{Act, Effect, Entry, LotId, MemberId, Terms};
use crate::rules::case::VoucherFound;
use crate::rules::state::Lot;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;

/// The effects that opened lots. Each entry is read once, however many lots it opened.
struct Openers<F> {
    entry: F,
    of: BTreeMap<u64, Vec<Effect>>,
}

impl<E, F: FnMut(u64) -> Result<Option<Entry>, E>> Openers<F> {
    fn new(entry: F) -> Openers<F> {
        let of = BTreeMap::new();
        Openers { entry, of }
    }

    /// The effect that opened a lot, if there is one.
    fn of(&mut self, lot: LotId) -> Result<Option<&Effect>, E> {
        let of = match self.of.entry(lot.seq) {
            Slot::Occupied(known) => known.into_mut(),
            Slot::Vacant(unknown) => {
                let effects = (self.entry)(lot.seq)?.map_or_else(Vec::new, |e| e.effects);
                let openers = effects.into_iter().filter(Effect::opens_lot);
                unknown.insert(openers.collect())
            }
        };
        Ok(of.get(usize::from(lot.n)))
    }

    /// The lot that a lot was before merges moved it.
    fn before_merges(&mut self, mut lot: LotId) -> Result<LotId, E> {
        while let Some(Effect::LotMoved {
            lot: from,
            code: None,
            ..
        }) = self.of(lot)?
            && from.seq < lot.seq
        {
            lot = *from;
        }
        Ok(lot)
    }
}

/// Terms of the lots that an entry took from, by lot, as they were when the lots
/// were earned, before any change of holder.
///
/// # Errors
/// Errors of reading an entry.
pub fn terms_taken<E>(
    named: &Entry,
    entry: impl FnMut(u64) -> Result<Option<Entry>, E>,
) -> Result<Vec<(LotId, Terms)>, E> {
    let mut openers = Openers::new(entry);
    let mut found = BTreeMap::new();
    for effect in &named.effects {
        let Effect::Debit { lot, .. } = effect else {
            continue;
        };
        let mut at = *lot;
        loop {
            match openers.of(at)? {
                Some(Effect::LotMoved { lot: from, .. }) if from.seq < at.seq => at = *from,
                Some(Effect::Award { terms, .. } | Effect::Voucher { terms, .. }) => {
                    found.insert(*lot, *terms);
                    break;
                }
                _ => break,
            }
        }
    }
    Ok(found.into_iter().collect())
}

/// The original of a lot that merges moved.
///
/// # Errors
/// Errors of reading an entry.
pub fn before_merges<E>(
    lot: LotId,
    entry: impl FnMut(u64) -> Result<Option<Entry>, E>,
) -> Result<LotId, E> {
    Openers::new(entry).before_merges(lot)
}

/// Looks for a voucher among a member's lots, and returns true if it is there:
/// by its code, or as the lot that merges moved it to; one that came back after
/// use has no code of its own any more.
///
/// # Errors
/// Errors of reading an entry.
pub fn locate<E>(
    found: &mut VoucherFound,
    lots: &[Lot],
    entry: impl FnMut(u64) -> Result<Option<Entry>, E>,
) -> Result<bool, E> {
    let is_it = |l: &Lot| l.id == found.lot || l.code.as_deref() == Some(&found.code);
    if lots.iter().any(is_it) {
        return Ok(true);
    }
    let mut openers = Openers::new(entry);
    let is_uncoded = |l: &&Lot| l.unit == found.unit && l.code.is_none();
    for lot in lots.iter().filter(is_uncoded) {
        if openers.before_merges(lot.id)? == found.lot {
            found.lot = lot.id;
            return Ok(true);
        }
    }
    Ok(false)
}

/// Members that were merged with a member for a while since an entry, directly
/// or through others. `history` is as in [`later_of`].
///
/// # Errors
/// Errors of reading entries.
pub fn once_one<E>(
    id: MemberId,
    seq: u64,
    history: &mut impl FnMut(MemberId, u64) -> Result<Vec<Entry>, E>,
) -> Result<Vec<MemberId>, E> {
    let is_merge = |e: &&Entry| matches!(e.act, Act::Merged { .. } | Act::Unmerged { .. });
    let (mut all, mut at) = (vec![id], 0);
    while let Some(next) = all.get(at).copied() {
        let later = later_of(next, seq, history)?;
        for touched in later.iter().filter(is_merge).flat_map(|e| &e.touched) {
            if !all.contains(&touched.member) {
                all.push(touched.member);
            }
        }
        at += 1;
    }
    Ok(all)
}

/// Entries of a member after a given one, oldest first: their own, and, while
/// they were merged into another, that one's. `history` returns a member's own
/// entries after a sequence, oldest first.
///
/// # Errors
/// Errors of reading entries.
pub fn later_of<E>(
    id: MemberId,
    seq: u64,
    history: &mut impl FnMut(MemberId, u64) -> Result<Vec<Entry>, E>,
) -> Result<Vec<Entry>, E> {
    let mut later = history(id, seq)?;
    for (into, from, to) in stays(id, &later) {
        let other = later_of(into, from, history)?;
        later.extend(other.into_iter().filter(|e| e.seq < to));
    }
    // Entries that concern both were found with each of them.
    later.sort_by_key(|e| e.seq);
    later.dedup_by_key(|e| e.seq);
    Ok(later)
}

/// Members into which one was merged, each with the first and the last entry of
/// that time.
fn stays(id: MemberId, history: &[Entry]) -> Vec<(MemberId, u64, u64)> {
    let is_merge = |e: &&Entry| matches!(e.act, Act::Merged { .. }) && e.member() == Some(id);
    let merges = history.iter().filter(is_merge);
    let stays = merges.filter_map(|merge| {
        let into = merge.touched.get(1)?.member;
        let is_end = |e: &&Entry| matches!(e.act, Act::Unmerged { of } if of == merge.seq);
        let end = history.iter().find(is_end).map_or(u64::MAX, |e| e.seq);
        Some((into, merge.seq, end))
    });
    stays.collect()
}
