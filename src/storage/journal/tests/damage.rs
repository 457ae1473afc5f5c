//! A clean end, a torn write and damage told apart, and healing from copies.

use super::*;
use memory::Memory;

fn open(disk: &Memory, reaches: u64) -> (Segmented, Ending) {
    memory::open(
        disk,
        &Opening {
            reaches,
            is_thorough: true,
            ..small()
        },
    )
    .unwrap()
}

fn one_segment(pages: &[Page]) -> Memory {
    in_memory(pages, &Opening::default())
}

#[test]
fn cut_at_every_byte_it_is_end_or_torn_and_with_evidence_damage() {
    let pages = pages(6);
    let disk = one_segment(&pages);
    let all: usize = pages.iter().map(|page| page.bytes.len()).sum();
    let whole = disk.bytes(0)[..all].to_vec();
    let next_seq = pages[5].header.next_seq();
    for len in 0..=all {
        let cut = disk.copy();
        cut.set_bytes(0, whole[..len].to_vec());
        let kept = kept_pages(&pages, &whole[..len]);
        let (journal, ending) = open(&cut.copy(), next_seq);
        assert_eq!(
            matches!(ending, Ending::Damage(_)),
            kept < 6,
            "cut to {len}, with evidence"
        );
        assert_eq!(journal.damage().is_some(), kept < 6);
        let (mut journal, ending) = open(&cut, 0);
        assert!(
            !matches!(ending, Ending::Damage(_)),
            "cut to {len}: {ending:?}"
        );
        assert_eq!(read_all(&journal), pages[..kept], "cut to {len}");
        append_all(&mut journal, &pages[kept..]);
        assert_eq!(read_all(&open(&cut, next_seq).0), pages);
    }
}

/// Cutting off padding changes nothing, and neither does cutting zeros after the end.
fn kept_pages(pages: &[Page], cut: &[u8]) -> usize {
    let mut start = 0;
    pages
        .iter()
        .take_while(|page| {
            let there = cut.get(start..).unwrap_or_default();
            start += page.bytes.len();
            page.bytes
                .iter()
                .zip(there.iter().chain(std::iter::repeat(&0)))
                .all(|(a, b)| a == b)
        })
        .count()
}

#[test]
fn a_torn_tail_is_zeroed_and_told_with_its_hash() {
    let pages = pages(5);
    let disk = one_segment(&pages);
    let start: usize = pages[..4].iter().map(|page| page.bytes.len()).sum();
    let mut bytes = disk.bytes(0);
    bytes[start + 200] ^= 1;
    disk.set_bytes(0, bytes.clone());
    let (journal, ending) = open(&disk, pages[3].header.next_seq());
    let Ending::Torn(torn) = ending else {
        panic!("{ending:?}")
    };
    let len = torn.len as usize;
    assert_eq!(
        (torn.first_seq, torn.position.offset),
        (journal.head().next_seq, start as u64)
    );
    assert!(bytes[start + len..].iter().all(|byte| *byte == 0) && bytes[start + len - 1] != 0);
    let cut = &bytes[start..start + len];
    assert_eq!(
        torn.cut_hash,
        crate::chain::hash::bytes_hash(crate::chain::hash::Purpose::CUT, cut)
    );
    assert!(disk.bytes(0)[start..].iter().all(|byte| *byte == 0));
    assert!(torn.describe().contains("never acknowledged"));
}

#[test]
fn every_flipped_byte_is_found_and_healed_from_a_copy() {
    let pages = pages(7);
    let disk = in_memory(&pages, &small());
    let next_seq = pages[6].header.next_seq();
    for segment in Disk::segments(&disk).unwrap() {
        let whole = disk.bytes(segment);
        let used = whole.iter().rposition(|byte| *byte != 0).unwrap() + 1;
        for at in (0..used).chain((used..whole.len()).step_by(61)) {
            let flipped = disk.copy();
            let mut bytes = whole.clone();
            bytes[at] ^= 0x10;
            flipped.set_bytes(segment, bytes);
            let (mut journal, ending) = open(&flipped, next_seq);
            match ending {
                // After the last page, where nothing was acknowledged.
                Ending::Torn(torn) => assert_eq!(torn.first_seq, next_seq, "byte {at}"),
                Ending::Damage(_) => heal(&mut journal, &pages),
                Ending::End => panic!("byte {at} of segment {segment} went unnoticed"),
            }
            assert_eq!(read_all(&journal), pages, "byte {at}");
        }
    }
}

fn heal(journal: &mut Segmented, pages: &[Page]) {
    let refused = journal.append(&journal.head(), &pages[0]).unwrap_err();
    assert!(matches!(refused, StorageError::Damage { .. }));
    while let Some(damage) = journal.damage().cloned() {
        let page = pages
            .iter()
            .find(|page| page.header.first_seq == damage.first_seq)
            .unwrap();
        journal.heal(page).unwrap();
    }
}

#[test]
fn a_zeroed_header_in_the_middle_is_damage_not_the_end() {
    let pages = pages(9);
    let disk = one_segment(&pages);
    let start: usize = pages[..4].iter().map(|page| page.bytes.len()).sum();
    let mut bytes = disk.bytes(0);
    bytes[start..start + 512].fill(0);
    disk.set_bytes(0, bytes);
    let (mut journal, ending) = memory::open(&disk, &Opening::default()).unwrap();
    let Ending::Damage(damage) = ending else {
        panic!("{ending:?}")
    };
    assert_eq!(
        (damage.first_seq, damage.position.offset),
        (pages[4].header.first_seq, start as u64)
    );
    assert!(matches!(
        journal.heal(&pages[5]),
        Err(StorageError::Unfit { .. })
    ));
    assert_eq!(journal.heal(&pages[4]).unwrap(), Ending::End);
    assert_eq!(read_all(&journal), pages);
}

#[test]
fn any_lost_segment_is_noticed_and_healed() {
    let pages = pages(30);
    let disk = in_memory(&pages, &small());
    let segments = Disk::segments(&disk).unwrap();
    assert!(segments.len() > 3);
    let next_seq = pages[29].header.next_seq();
    for lost in segments {
        let holed = disk.copy();
        holed.remove(lost);
        let (mut journal, ending) = open(&holed, next_seq);
        let Ending::Damage(damage) = ending else {
            panic!("segment {lost}: {ending:?}")
        };
        assert_eq!(damage.first_seq, lost);
        heal(&mut journal, &pages);
        assert_eq!(read_all(&journal), pages);
        append_all(&mut journal, &super::pages(33)[30..]);
    }
}

#[test]
fn a_page_of_another_chain_is_damage() {
    let disk = one_segment(&pages(3));
    let mut builder = crate::chain::page::PageBuilder::new(6, Hash([7; 32]), 0);
    builder.push(b"forged").unwrap();
    let forged = builder.seal(Some([9; 64]), &page_key()).unwrap();
    let (journal, _) = open(&disk, 0);
    let mut bytes = disk.bytes(0);
    let at = journal.head().position.offset as usize;
    bytes[at..at + 512].copy_from_slice(&forged.bytes);
    disk.set_bytes(0, bytes);
    let (_, ending) = open(&disk, 0);
    assert!(matches!(ending, Ending::Damage(damage) if damage.finding.contains("another hash")));
}

#[test]
fn a_newer_page_is_not_taken_for_damage() {
    let disk = one_segment(&pages(2));
    let mut bytes = disk.bytes(0);
    bytes[8] = 2;
    let sum = blake3::derive_key(
        crate::chain::hash::Purpose::PAGE_HEADER.context(),
        &bytes[..184],
    );
    bytes[184..192].copy_from_slice(&sum[..8]);
    disk.set_bytes(0, bytes);
    let newer = memory::open(&disk, &Opening::default()).unwrap_err();
    assert!(
        matches!(newer, StorageError::Newer { found: 2, .. }),
        "{newer}"
    );
}
