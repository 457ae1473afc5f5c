//! The auditor's reader: everything, in order, continuing after damage.

use super::*;

fn folder(pages: &[Page]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    append_all(&mut files::create(dir.path(), &small()).unwrap(), pages);
    dir
}

fn pieces(dir: &std::path::Path) -> (Vec<Page>, Vec<DamagedRange>) {
    let (mut pages, mut findings) = (Vec::new(), Vec::new());
    for piece in JournalReader::open(dir).unwrap().pages().unwrap() {
        match piece.unwrap() {
            Piece::Page(stored) => pages.push(stored.page),
            Piece::Finding(finding) => findings.push(finding),
        }
    }
    (pages, findings)
}

fn change(dir: &std::path::Path, segment: u64, change: impl FnOnce(&mut Vec<u8>)) {
    let path = dir.join(files::segment_name(segment));
    let mut bytes = std::fs::read(&path).unwrap();
    change(&mut bytes);
    std::fs::write(&path, bytes).unwrap();
}

#[test]
fn a_sound_journal_reads_whole_and_unchanged_even_from_a_read_only_folder() {
    let pages = pages(40);
    let dir = folder(&pages);
    for file in std::fs::read_dir(dir.path()).unwrap() {
        let path = file.unwrap().path();
        let mut permissions = std::fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        std::fs::set_permissions(&path, permissions).unwrap();
    }
    assert_eq!(pieces(dir.path()), (pages, vec![]));
}

#[test]
fn it_goes_on_behind_a_damaged_page() {
    let pages = pages(12);
    let dir = folder(&pages);
    let start = pages[0].bytes.len();
    change(dir.path(), 0, |bytes| bytes[start + 300] ^= 1);
    let (read, findings) = pieces(dir.path());
    assert_eq!(read.len(), 11);
    assert_eq!(read[1], pages[2]);
    let [finding] = &findings[..] else {
        panic!("{findings:?}")
    };
    assert_eq!(finding.position.offset, start as u64);
    assert_eq!(finding.len, pages[1].bytes.len() as u64);
    assert_eq!((finding.next_seq, finding.is_tail), (Some(1), false));
}

#[test]
fn a_bad_tail_a_lost_segment_and_a_hole_are_named() {
    let pages = pages(30);
    let segments = JournalReader::open(folder(&pages).path())
        .unwrap()
        .segments()
        .unwrap();
    let dir = folder(&pages);
    let (last, len) = segments[segments.len() - 1];
    change(dir.path(), last, |bytes| bytes[len as usize - 1] = 1);
    let (read, findings) = pieces(dir.path());
    assert_eq!(read, pages);
    assert!(findings.len() == 1 && findings[0].is_tail, "{findings:?}");

    let dir = folder(&pages);
    std::fs::remove_file(dir.path().join(files::segment_name(segments[1].0))).unwrap();
    let (_, findings) = pieces(dir.path());
    let kind = FindingKind::SegmentMissing {
        expected: segments[1].0,
        found: segments[2].0,
    };
    assert_eq!(
        findings
            .iter()
            .map(|finding| &finding.kind)
            .collect::<Vec<_>>(),
        [&kind]
    );

    let dir = folder(&pages);
    change(dir.path(), 0, |bytes| bytes[..512].fill(0));
    let (read, findings) = pieces(dir.path());
    assert_eq!(read, pages[1..]);
    assert_eq!(findings[0].kind, FindingKind::Hole);
}

#[test]
fn parts_together_are_the_whole() {
    let pages = pages(100);
    let dir = folder(&pages);
    let reader = JournalReader::open(dir.path()).unwrap();
    for parts in [1, 2, 7, 1000] {
        let ranges = reader.split(parts).unwrap();
        assert!(parts == 1 || ranges.len() > 1);
        let mut read = Vec::new();
        for (from, until) in ranges {
            for piece in reader.pages_from(from, until).unwrap() {
                let Piece::Page(stored) = piece.unwrap() else {
                    panic!("no finding")
                };
                read.push(stored.page);
            }
        }
        assert_eq!(read, pages, "{parts} parts");
    }
}

#[test]
fn parts_of_a_damaged_journal_still_cover_it() {
    let pages = pages(100);
    let dir = folder(&pages);
    let (segment, _) = JournalReader::open(dir.path()).unwrap().segments().unwrap()[4];
    change(dir.path(), segment, |bytes| bytes[3] ^= 1);
    let reader = JournalReader::open(dir.path()).unwrap();
    let mut findings = 0;
    let mut read = 0;
    for (from, until) in reader.split(5).unwrap() {
        for piece in reader.pages_from(from, until).unwrap() {
            let piece = piece.unwrap();
            findings += usize::from(piece.finding().is_some());
            read += usize::from(piece.finding().is_none());
        }
    }
    assert_eq!((read, findings), (99, 1));
}
