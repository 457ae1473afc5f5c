//! Flipped bytes, moved pages, cut ends: changes of an editor who does not
//! recompute the chain.

use super::*;

/// The page that holds a byte of the segment; None after the last.
fn page_at(pages: &[Page], at: usize) -> Option<(usize, &Page)> {
    let mut offset = 0;
    pages.iter().find_map(|page| {
        let start = offset;
        offset += page.bytes.len();
        (at < offset).then_some((start, page))
    })
}

// proves: S191
#[test]
fn every_flipped_byte_is_found_and_placed() {
    let len = std::fs::read(Fixture::new(200, 40).segment())
        .unwrap()
        .len();
    std::thread::scope(|scope| {
        scope.spawn(|| flip(0..len / 2));
        scope.spawn(|| flip(len / 2..len));
    });
}

fn flip(range: std::ops::Range<usize>) {
    let fixture = Fixture::new(200, 40);
    let mut bytes = std::fs::read(fixture.segment()).unwrap();
    let chained = Options {
        level: Some(0),
        ..options(fixture.dir.path())
    };
    for at in range {
        bytes[at] ^= 1 << (at % 8);
        std::fs::write(fixture.segment(), &bytes).unwrap();
        bytes[at] ^= 1 << (at % 8);
        let report = verified(&chained);
        assert_eq!(report.outcome(), Outcome::Failed, "byte {at}: {report}");
        let finding = &report.claim(0).unwrap().findings[0];
        let offset = finding.place.unwrap().offset as usize;
        match page_at(&fixture.pages, at) {
            Some((start, page)) => {
                assert_eq!(offset, start, "byte {at}: {report}");
                let first = finding.entries.unwrap().0;
                assert_eq!(first, page.header.first_seq, "byte {at}: {report}");
            }
            None => assert!(
                (bytes.len() - 1024..=at).contains(&offset),
                "byte {at}: {report}"
            ),
        }
    }
    std::fs::write(fixture.segment(), &bytes).unwrap();
    assert_eq!(fixture.verify().outcome(), Outcome::Held);
}

#[test]
fn a_dropped_a_doubled_and_a_swapped_page_are_named() {
    let fixture = Fixture::new(200, 10);
    let pages = &fixture.pages;
    for at in 0..pages.len() - 1 {
        let mut dropped = pages.clone();
        dropped.remove(at);
        let mut doubled = pages.clone();
        doubled.insert(at, pages[at].clone());
        let mut swapped = pages.clone();
        swapped.swap(at, at + 1);
        let first = at as u64 * 10;
        let missing = (DeviationKind::Missing, Some((first, first + 9)));
        let again = (DeviationKind::OutOfOrder, Some((first, first + 9)));
        for (pages, wanted) in [(dropped, missing), (doubled, again), (swapped, missing)] {
            fixture.write(&pages);
            let report = fixture.verify();
            let finding = &report.claim(0).unwrap().findings[0];
            assert_eq!(
                (finding.kind, finding.entries),
                wanted,
                "page {at}: {report}"
            );
            assert_eq!(report.outcome(), Outcome::Failed);
        }
    }
}

#[test]
fn what_comes_after_damage_is_checked_as_well() {
    let fixture = Fixture::new(200, 10);
    let mut bytes = std::fs::read(fixture.segment()).unwrap();
    let len: Vec<usize> = fixture.pages.iter().map(|page| page.bytes.len()).collect();
    let start = |n: usize| len[..n].iter().sum::<usize>();
    bytes[start(3) + 200] ^= 1;
    bytes[start(9)..start(10)].fill(0);
    bytes[start(15) + 20] ^= 1;
    std::fs::write(fixture.segment(), bytes).unwrap();
    let report = fixture.verify();
    let findings = &report.claim(0).unwrap().findings;
    let found: Vec<_> = findings
        .iter()
        .map(|f| (f.kind, f.entries.unwrap()))
        .collect();
    let wanted = [
        (DeviationKind::Edited, (30, 39)),
        (DeviationKind::Zeroed, (90, 99)),
        (DeviationKind::Edited, (150, 159)),
    ];
    assert_eq!(found, wanted, "{report}");
    assert_eq!(
        (report.counts.entries_valid, report.counts.entries),
        (170, 200)
    );
    // A claim that depends on missing entries is not reported as checked.
    assert_eq!(verdict(&report, 1), Verdict::NotChecked, "{report}");
}

#[test]
fn a_cut_end_shows_from_the_checkpoint_file_or_a_kept_one_only() {
    let fixture = Fixture::new(200, 10);
    let old = fixture.checkpoint(200);
    fixture.write(&fixture.pages[..19]);
    assert_eq!(
        fixture.verify().outcome(),
        Outcome::Held,
        "nothing here tells"
    );
    let anchors = vec![Anchor::parse("old.txt", old.as_bytes()).unwrap()];
    let options = Options {
        anchors,
        level: None,
        ..options(fixture.dir.path())
    };
    let report = verified(&options);
    let finding = &report.claim(4).unwrap().findings[0];
    assert_eq!(finding.kind, DeviationKind::Cut, "{report}");
    assert!(
        finding
            .what
            .contains("old.txt: it knows 200 entries, the journal has 190")
    );
    fixture.write_checkpoint(200);
    let report = fixture.verify();
    let finding = &report.claim(0).unwrap().findings[0];
    assert_eq!(
        (finding.kind, finding.entries),
        (DeviationKind::Cut, Some((190, 199))),
        "{report}"
    );
}

#[test]
fn a_torn_end_is_a_failure_unless_the_checkpoint_shows_it_was_not_acknowledged() {
    let fixture = Fixture::new(200, 10);
    let whole: usize = fixture.pages[..19]
        .iter()
        .map(|page| page.bytes.len())
        .sum();
    let mut bytes = std::fs::read(fixture.segment()).unwrap();
    bytes[whole + 300..].fill(0);
    std::fs::write(fixture.segment(), bytes).unwrap();
    assert_eq!(fixture.verify().outcome(), Outcome::Failed, "nothing tells");
    fixture.write_checkpoint(190);
    let report = fixture.verify();
    assert_eq!(report.outcome(), Outcome::Held, "{report}");
    assert!(report.notes[0].contains("never acknowledged"), "{report}");
    // A forger without the key cannot hide it either.
    for size in [180, 200] {
        fixture.write_checkpoint(size);
        assert_eq!(
            fixture.verify().outcome(),
            Outcome::Failed,
            "checkpoint of {size}"
        );
    }
}

#[test]
fn a_truncation_at_any_byte_is_found_from_a_kept_checkpoint() {
    let fixture = Fixture::new(40, 10);
    let anchors = vec![Anchor::parse("old", fixture.checkpoint(40).as_bytes()).unwrap()];
    let options = Options {
        anchors,
        level: None,
        ..options(fixture.dir.path())
    };
    let bytes = std::fs::read(fixture.segment()).unwrap();
    let whole: usize = fixture.pages.iter().map(|page| page.bytes.len()).sum();
    for len in 0..bytes.len() {
        std::fs::write(fixture.segment(), &bytes[..len]).unwrap();
        let outcome = verified(&options).outcome();
        // Preallocated zeros may be cut.
        let is_whole = len >= whole;
        assert_eq!(outcome == Outcome::Failed, !is_whole, "cut to {len}");
    }
}

#[test]
fn a_page_of_a_newer_format_is_unsupported_and_not_a_forgery() {
    let fixture = Fixture::new(200, 10);
    let mut pages = fixture.pages.clone();
    pages[7].bytes[8] = 2;
    reseal(&mut pages[7].bytes);
    fixture.write(&pages);
    let report = fixture.verify();
    assert_eq!(report.outcome(), Outcome::NotEstablished, "{report}");
    assert!(
        report.claim(0).unwrap().because.contains("format 2"),
        "{report}"
    );
}

/// Writes new checksums over changed bytes of a page, as a forger who knows the
/// format would.
fn reseal(bytes: &mut [u8]) {
    use crate::chain::hash::{Purpose, bytes_hash};
    let checksum = bytes_hash(Purpose::PAGE_HEADER, &bytes[..184]);
    bytes[184..192].copy_from_slice(&checksum.0[..8]);
    let stored = u32::from_le_bytes(bytes[24..28].try_into().unwrap()) as usize;
    let end = 192 + stored;
    let covered = [&bytes[..end], &bytes[end + 8..]].concat();
    let checksum = bytes_hash(Purpose::PAGE, &covered);
    bytes[end..end + 8].copy_from_slice(&checksum.0[..8]);
}

#[test]
fn a_signature_that_was_taken_out_is_missed_by_name() {
    let fixture = Fixture::new(60, 10);
    let mut pages = fixture.pages.clone();
    for page in &mut pages[3..] {
        page.bytes[96..168].fill(0);
        reseal(&mut page.bytes);
    }
    fixture.write(&pages);
    fixture.write_checkpoint(20);
    let report = fixture.verify();
    let findings = &report.claim(0).unwrap().findings;
    let found: Vec<_> = findings.iter().map(|f| (f.kind, f.entries)).collect();
    assert_eq!(report.outcome(), Outcome::Failed, "{report}");
    assert_eq!(found[0].0, DeviationKind::Signature, "{report}");
    assert!(findings[0].what.contains("no signature"), "{report}");
}

/// A ledger in several segment files, as the writer leaves them.
fn segmented() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let opening = Opening {
        segment_len_max: 4096,
        ..Opening::default()
    };
    let mut journal = files::create(&dir.path().join("journal"), &opening).unwrap();
    for page in pages_of(&bytes_of(&entries(300)), 9, &signing_key()) {
        journal.append(&journal.head(), &page).unwrap().unwrap();
    }
    dir
}

#[test]
fn a_segment_file_with_a_wrong_number_is_found() {
    let dir = segmented();
    let journal = dir.path().join("journal");
    let mut names: Vec<_> = std::fs::read_dir(&journal)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(verified(&options(dir.path())).outcome(), Outcome::Held);
    let last: u64 = names.last().unwrap()[..12].parse().unwrap();
    let renamed = journal.join(files::segment_name(last + 1));
    std::fs::rename(journal.join(names.last().unwrap()), &renamed).unwrap();
    let report = verified(&options(dir.path()));
    let finding = &report.claim(0).unwrap().findings[0];
    assert_eq!(
        (finding.kind, finding.entries),
        (DeviationKind::OutOfOrder, Some((last, last))),
        "{report}"
    );
    std::fs::rename(renamed, journal.join(names.last().unwrap())).unwrap();
    std::fs::write(journal.join(files::segment_name(7000)), [0; 4096]).unwrap();
    let report = verified(&options(dir.path()));
    let finding = &report.claim(0).unwrap().findings[0];
    assert_eq!(finding.kind, DeviationKind::Missing, "{report}");
    assert_eq!(finding.place.unwrap().segment, 7000, "{report}");
}

#[test]
fn an_unknown_encoding_of_a_body_is_unsupported_and_no_forgery() {
    let fixture = Fixture::new(200, 10);
    let mut pages = fixture.pages.clone();
    pages[7].bytes[9] = 2;
    reseal(&mut pages[7].bytes);
    fixture.write(&pages);
    let report = fixture.verify();
    assert_eq!(report.outcome(), Outcome::NotEstablished, "{report}");
    assert!(
        report.claim(0).unwrap().because.contains("encoding 2"),
        "{report}"
    );
}
