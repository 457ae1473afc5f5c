//! Finds the end of a journal, and tells a clean end, a torn write and damage apart.

use super::disk::{Blob, Disk};
use super::scan::{DamagedRange, FindingKind, Piece, Scan, StoredPage};
use super::{Damage, Ending, Head, Opening, Position, Torn};
use crate::chain::hash::{Hash, Purpose};
use crate::chain::page::{Flaw, PAGE_LEN_MAX, Page, is_zero, verify_chain};
use crate::chain::width::to_usize;
use crate::storage::error::StorageError;
use std::sync::Arc;

/// Finds a page from which to look for the end: the hinted one, or the first of
/// the last segment that begins with a good one.
pub(super) fn start(disk: &Arc<dyn Disk>, opening: &Opening) -> Result<Head, StorageError> {
    let segments = disk.segments()?;
    let Some(first) = segments.first() else {
        return Err(StorageError::foreign(
            &disk.path(None),
            "no journal segment is here",
        ));
    };
    if *first != 0 || opening.is_thorough {
        return Ok(Head::EMPTY);
    }
    let begins = segments.iter().rev().map(|segment| Position {
        segment: *segment,
        offset: 0,
    });
    for position in opening.hint.into_iter().chain(begins) {
        if let Some(head) = before(disk, position)? {
            return Ok(head);
        }
    }
    Ok(Head::EMPTY)
}

/// The state before a good page at this position, as its header states it.
fn before(disk: &Arc<dyn Disk>, position: Position) -> Result<Option<Head>, StorageError> {
    let mut scan = Scan::new(disk.clone(), position, None, None)?.brief();
    let Ok(page) = scan.page_here()? else {
        return Ok(None);
    };
    let header = page.header;
    let is_named_so = position.offset > 0 || header.first_seq == position.segment;
    let head = Head {
        next_seq: header.first_seq,
        hash: header.prev,
        position,
        last: None,
    };
    Ok(is_named_so.then_some(head))
}

/// Follows the pages from `head` to the end; returns the end and its state.
/// Writes nothing.
pub(super) fn follow(
    disk: &Arc<dyn Disk>,
    mut head: Head,
    opening: &Opening,
) -> Result<(Head, Ending), StorageError> {
    let mut scan = Scan::new(disk.clone(), head.position, None, Some(head.next_seq))?;
    if !opening.is_thorough {
        scan = scan.brief();
    }
    let reaches = opening.reaches;
    while let Some(piece) = scan.next().transpose()? {
        match piece {
            Piece::Page(stored) => match unlinked(&head, &stored.page) {
                None => head = step(&stored),
                Some(finding) => return Ok((head, damage(&head, stored.position, finding))),
            },
            Piece::Finding(finding) => {
                head.position = finding.position;
                let ending = judge(disk, &head, &finding, reaches)?;
                return Ok((head, ending));
            }
        }
    }
    head.position = scan.position();
    let ending = if reaches > head.next_seq {
        lost(&head, reaches)
    } else {
        Ending::End
    };
    Ok((head, ending))
}

fn step(stored: &StoredPage) -> Head {
    let header = &stored.page.header;
    let mut position = stored.position;
    position.offset += stored.page.bytes.len() as u64;
    Head {
        next_seq: header.next_seq(),
        hash: header.last,
        position,
        last: Some(stored.position),
    }
}

/// Reason why a page does not follow the head, if it does not.
pub(super) fn unlinked(head: &Head, page: &Page) -> Option<String> {
    let header = &page.header;
    if header.first_seq != head.next_seq {
        return Some(format!(
            "a page with sequence {} is not next",
            header.first_seq
        ));
    }
    if header.prev != head.hash {
        return Some(format!(
            "the page at sequence {} follows another hash",
            header.first_seq
        ));
    }
    let chain = Page::parse(&page.bytes).and_then(|view| verify_chain(&view));
    chain.err().map(|flaw| flaw.to_string())
}

fn judge(
    disk: &Arc<dyn Disk>,
    head: &Head,
    finding: &DamagedRange,
    reaches: u64,
) -> Result<Ending, StorageError> {
    if let FindingKind::Flaw(Flaw::Unsupported { found, .. }) = finding.kind {
        let path = disk.path(Some(finding.position.segment));
        return Err(StorageError::Newer {
            path,
            found: u32::from(found),
            known: 1,
        });
    }
    if !finding.is_tail || reaches > head.next_seq {
        return Ok(damage(head, finding.position, finding.kind.to_string()));
    }
    measure(disk, head, finding).map(Ending::Torn)
}

fn damage(head: &Head, position: Position, finding: String) -> Ending {
    Ending::Damage(Damage {
        first_seq: head.next_seq,
        position,
        finding,
        is_cut: false,
    })
}

fn lost(head: &Head, reaches: u64) -> Ending {
    Ending::Damage(Damage {
        first_seq: head.next_seq,
        position: head.position,
        finding: format!("the journal ends here, but {reaches} entries were acknowledged"),
        is_cut: true,
    })
}

/// Measures a torn write: its length and hash.
fn measure(
    disk: &Arc<dyn Disk>,
    head: &Head,
    finding: &DamagedRange,
) -> Result<Torn, StorageError> {
    let position = finding.position;
    let blob = disk.open(position.segment)?;
    let end = position.offset + finding.len;
    let mut len = 0;
    for_pieces(&*blob, position.offset, end, |offset, bytes| {
        if let Some(last) = bytes.iter().rposition(|byte| *byte != 0) {
            len = offset + last as u64 + 1 - position.offset;
        }
        Ok(())
    })?;
    let mut hasher = blake3::Hasher::new_derive_key(Purpose::CUT.context());
    for_pieces(
        &*blob,
        position.offset,
        position.offset + len,
        |_, bytes| {
            hasher.update(bytes);
            Ok(())
        },
    )?;
    let cut_hash = Hash(*hasher.finalize().as_bytes());
    Ok(Torn {
        first_seq: head.next_seq,
        position,
        len,
        cut_hash,
    })
}

/// Zeroes a torn write, durably.
pub(super) fn cut(disk: &Arc<dyn Disk>, torn: &Torn) -> Result<(), StorageError> {
    let blob = disk.open(torn.position.segment)?;
    let start = torn.position.offset;
    zero(&*blob, start, start + torn.len)?;
    blob.sync()
}

/// Zeroes a segment from an offset to its end; the caller syncs.
pub(super) fn clear(blob: &dyn Blob, start: u64) -> Result<(), StorageError> {
    zero(blob, start, blob.len()?.max(start))
}

fn zero(blob: &dyn Blob, start: u64, end: u64) -> Result<(), StorageError> {
    let zeros = vec![0; PAGE_LEN_MAX.min(to_usize(end - start))];
    for_pieces(blob, start, end, |offset, bytes| match is_zero(bytes) {
        true => Ok(()),
        false => blob.write_at(offset, &zeros[..bytes.len()]),
    })
}

fn for_pieces(
    blob: &dyn Blob,
    start: u64,
    end: u64,
    mut visit: impl FnMut(u64, &[u8]) -> Result<(), StorageError>,
) -> Result<(), StorageError> {
    let mut buffer = vec![0; PAGE_LEN_MAX.min(to_usize(end - start))];
    let mut at = start;
    while at < end {
        let len = buffer.len().min(to_usize(end - at));
        let read = blob.read_at(at, &mut buffer[..len])?;
        if read == 0 {
            break;
        }
        visit(at, &buffer[..read])?;
        at += read as u64;
    }
    Ok(())
}
