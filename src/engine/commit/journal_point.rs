//! Points of the journal that derived files are written at.

use crate::chain::hash::Hash;
use crate::engine::Records;
use crate::engine::error::Error;
use crate::storage::derived::JournalPoint;
use crate::storage::journal::Position;

/// True if so few entries are unwritten that the next process can fold them
/// again, which is cheaper than writing to a large book. False for
/// removals, which must not come back, and if this process writes to the
/// book anyway.
pub(in crate::engine) fn may_lag(records: &Records) -> bool {
    let share = records.global().next_seq / records.options.lag_share;
    let lag_max = share.min(records.options.lag_max);
    records.cache.batches() == 0
        && records.cache.unwritten() <= lag_max
        && !records.cache.takes_away()
}

/// The point at which the durable journal ends.
pub(in crate::engine) fn durable_point(records: &Records) -> Result<JournalPoint, Error> {
    let head = records.writer.head();
    point_at(
        records,
        head.next_seq,
        head.hash,
        head.last.unwrap_or_default(),
    )
}

/// The point after a page, by its header and position.
pub(in crate::engine) fn point_at(
    records: &Records,
    count: u64,
    hash: Hash,
    last: Position,
) -> Result<JournalPoint, Error> {
    let origin = match records.origin.get() {
        Some(origin) => *origin,
        None if count == 0 => return Ok(JournalPoint::START),
        None => {
            let origin = records.reader.origin()?;
            *records.origin.get_or_init(|| origin)
        }
    };
    Ok(JournalPoint {
        origin,
        count,
        hash,
        last,
    })
}
