use super::*;
use std::fs;

fn key(n: u64) -> KeyHash {
    std::array::from_fn(|at| blake3::hash(&n.to_le_bytes()).as_bytes()[at])
}

/// Entry `n` has key `2n`, and every third also `2n + 1`.
fn pairs(range: std::ops::Range<u64>) -> Vec<(KeyHash, u64)> {
    range
        .flat_map(|n| {
            [
                Some((key(2 * n), n)),
                (n % 3 == 0).then(|| (key(2 * n + 1), n)),
            ]
        })
        .flatten()
        .collect()
}

/// A journal's end, of which only the number of entries matters here.
fn point(count: u64) -> JournalPoint {
    JournalPoint {
        count,
        ..JournalPoint::START
    }
}

fn open(dir: &Path) -> Result<Keys, StorageError> {
    Keys::open(dir, &|_| Ok(true))
}

fn insert(keys: &mut Keys, end: u64, pairs: Vec<Pair>) -> Result<(), StorageError> {
    let insertion = keys.begin(&point(end), end, pairs)?;
    keys.finish(insertion.carry_out())
}

/// Inserts the keys of so many entries in whole ranges, at least `step` at once.
fn fill(keys: &mut Keys, up_to: u64, step: u64) {
    while keys.covered() < up_to {
        let end = (keys.covered() + step.next_multiple_of(RANGE)).min(up_to);
        let more = pairs(keys.covered()..end);
        insert(keys, end, more).unwrap();
    }
}

fn check(keys: &Keys, up_to: u64, step: usize) {
    assert_eq!(keys.covered(), up_to);
    for n in (0..up_to).step_by(step) {
        assert_eq!(keys.get(&key(2 * n)).unwrap(), Some(n));
        assert_eq!(
            keys.get(&key(2 * n + 1)).unwrap(),
            (n % 3 == 0).then_some(n)
        );
    }
    assert_eq!(keys.get(&key(2 * up_to + 7)).unwrap(), None);
}

fn content(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let files = fs::read_dir(dir).unwrap().map(|item| item.unwrap().path());
    let mut found: Vec<_> = files
        .map(|path| {
            (
                path.file_name().unwrap().to_string_lossy().into(),
                // All but the head, which states the end of the journal at that moment.
                fs::read(path).unwrap()[128..].to_vec(),
            )
        })
        .filter(|(name, _): &(String, _)| name.starts_with("run"))
        .collect();
    found.sort();
    found
}

#[test]
fn what_was_inserted_is_found_through_every_level_and_reopening() {
    let dir = tempfile::tempdir().unwrap();
    let up_to = RANGE * (FAN * FAN * FAN + FAN + 2);
    fill(&mut open(dir.path()).unwrap(), up_to, 1000);
    let keys = open(dir.path()).unwrap();
    check(&keys, up_to, 7);
    let levels: Vec<_> = keys
        .runs
        .iter()
        .map(|run| (run.end - run.first) / RANGE)
        .collect();
    assert_eq!(levels, [512, 8, 1, 1]);
}

#[test]
fn the_layout_depends_on_the_entries_alone() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fill(&mut open(one.path()).unwrap(), 40_000, 997);
    fill(&mut open(other.path()).unwrap(), 40_000, 40_000);
    assert_eq!(content(one.path()), content(other.path()));
}

#[test]
fn a_lost_or_cut_file_only_takes_the_cover_back() {
    let dir = tempfile::tempdir().unwrap();
    let up_to = RANGE * (FAN + 3);
    fill(&mut open(dir.path()).unwrap(), up_to, 500);
    let names: Vec<_> = fs::read_dir(dir.path())
        .unwrap()
        .map(|item| item.unwrap().path())
        .collect();
    for path in names {
        let whole = fs::read(&path).unwrap();
        fs::write(&path, &whole[..whole.len() - 1]).unwrap();
        let mut keys = open(dir.path()).unwrap();
        assert!(keys.covered() < up_to, "{path:?}");
        assert_eq!(keys.loss(), Some(Loss::Damaged));
        fill(&mut keys, up_to, 500);
        check(&keys, up_to, 11);
        drop(keys);
        fs::remove_file(&path).unwrap();
        fill(&mut open(dir.path()).unwrap(), up_to, 500);
        check(&open(dir.path()).unwrap(), up_to, 11);
    }
}

#[test]
fn a_flipped_byte_is_never_a_wrong_answer() {
    let dir = tempfile::tempdir().unwrap();
    let up_to = range_of(1);
    fill(&mut open(dir.path()).unwrap(), up_to, up_to);
    let path = dir.path().join("run-1-000000000000");
    let whole = fs::read(&path).unwrap();
    for at in (0..whole.len()).step_by(109) {
        let mut bytes = whole.clone();
        bytes[at] ^= 4;
        fs::write(&path, bytes).unwrap();
        let Some(run) = Run::open(&path) else {
            continue;
        };
        for n in (0..up_to).step_by(5) {
            let found = run.get(&key(2 * n));
            assert!(
                matches!(&found, Ok(Some(seq)) if *seq == n) || found.is_err(),
                "byte {at}"
            );
        }
    }
}

#[test]
fn keys_out_of_order_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let mut keys = open(dir.path()).unwrap();
    fill(&mut keys, RANGE, RANGE);
    assert!(insert(&mut keys, 2 * RANGE, vec![(key(1), RANGE - 1)]).is_err());
    assert!(insert(&mut keys, 2 * RANGE, vec![(key(1), 2 * RANGE)]).is_err());
    assert!(insert(&mut keys, 0, Vec::new()).is_err());
    assert!(insert(&mut keys, 2 * RANGE - 1, Vec::new()).is_err());
    let beyond = keys.begin(&point(RANGE + 1), 2 * RANGE, Vec::new());
    assert!(beyond.is_err());
    insert(&mut keys, 2 * RANGE, Vec::new()).unwrap();
    assert_eq!(keys.covered(), 2 * RANGE);
}

// So often that it fills chunks of its own, in runs and merged ones.
#[test]
fn a_key_that_is_used_again_stands_for_its_newest_entry() {
    let dir = tempfile::tempdir().unwrap();
    let mut keys = open(dir.path()).unwrap();
    let same = key(u64::MAX);
    for ranges in [1, 3, 7, 8, 9, 64, 65, 600] {
        let end = ranges * RANGE;
        let range = keys.covered()..end;
        let mut more = pairs(range.clone());
        more.extend(range.map(|n| (same, n)));
        insert(&mut keys, end, more).unwrap();
        assert_eq!(keys.get(&same).unwrap(), Some(end - 1), "{end}");
        check(&keys, end, 97);
    }
    assert_eq!(
        open(dir.path()).unwrap().get(&same).unwrap(),
        Some(600 * RANGE - 1)
    );
}

// After a point that the journal does not have, everything belongs to another history.
#[test]
fn what_is_of_another_history_is_dropped_and_the_rest_stays() {
    for reaches in [0, 30, RANGE, 2 * RANGE + 10, 6 * RANGE + 20] {
        let dir = tempfile::tempdir().unwrap();
        let up_to = RANGE * 7;
        fill(&mut open(dir.path()).unwrap(), up_to, RANGE);
        let has = |point: &JournalPoint| Ok(point.count <= reaches);
        let mut keys = Keys::open(dir.path(), &has).unwrap();
        assert!(keys.covered() <= reaches, "{} {reaches}", keys.covered());
        // A run is dropped whole.
        assert!(keys.covered() + RANGE > reaches, "{}", keys.covered());
        assert_eq!(keys.loss(), Some(Loss::Foreign));
        fill(&mut keys, up_to, 500);
        check(&keys, up_to, 11);
        assert_eq!(open(dir.path()).unwrap().loss(), None);
    }
}

#[test]
fn a_damaged_piece_is_found_and_dropped_with_all_behind_it() {
    let dir = tempfile::tempdir().unwrap();
    let range = range_of(2);
    let up_to = range * 4;
    fill(&mut open(dir.path()).unwrap(), up_to, 500);
    let path = dir.path().join(format!("run-2-{range:012}"));
    let mut bytes = fs::read(&path).unwrap();
    bytes[10_240..10_752].fill(0);
    fs::write(&path, bytes).unwrap();
    let mut keys = open(dir.path()).unwrap();
    assert_eq!(keys.covered(), up_to);
    // Fewer than make it read all keys, which fails each time.
    let mut looked = (0..up_to).step_by(7);
    assert!(looked.any(|n| matches!(keys.get(&key(2 * n)), Err(StorageError::Book { .. }))));
    keys.check(&|_| Ok(true)).unwrap();
    assert_eq!((keys.covered(), keys.loss()), (range, Some(Loss::Damaged)));
    fill(&mut keys, up_to, 500);
    check(&keys, up_to, 3);
}

// A later batch would claim to cover the missing one.
#[test]
fn behind_an_insertion_that_failed_nothing_is_inserted_or_found() {
    let dir = tempfile::tempdir().unwrap();
    let mut keys = open(dir.path()).unwrap();
    fill(&mut keys, RANGE, RANGE);
    // No space for the run.
    let obstacle = dir.path().join(format!("run-0-{RANGE:012}.part"));
    fs::create_dir(&obstacle).unwrap();
    assert!(insert(&mut keys, 2 * RANGE, pairs(RANGE..2 * RANGE)).is_err());
    fs::remove_dir(&obstacle).unwrap();
    assert!(keys.get(&key(2)).is_err());
    let later = insert(&mut keys, 3 * RANGE, pairs(2 * RANGE..3 * RANGE));
    assert!(matches!(later, Err(StorageError::Poisoned { .. })));
    drop(keys);
    let mut keys = open(dir.path()).unwrap();
    check(&keys, RANGE, 1);
    fill(&mut keys, 3 * RANGE, RANGE);
    check(&keys, 3 * RANGE, 1);
}

#[test]
fn files_of_earlier_versions_that_nothing_reads_are_removed() {
    let dir = tempfile::tempdir().unwrap();
    fill(&mut open(dir.path()).unwrap(), RANGE, RANGE);
    fs::write(dir.path().join("tail-000000000064"), b"STAMPKT3").unwrap();
    fs::write(dir.path().join("tail"), b"of somebody").unwrap();
    check(&open(dir.path()).unwrap(), RANGE, 1);
    assert!(!dir.path().join("tail-000000000064").exists());
    assert!(dir.path().join("tail").exists());
}

#[test]
fn keys_are_found_while_others_are_inserted_and_no_filter_lacks_those() {
    let dir = tempfile::tempdir().unwrap();
    let end = range_of(1);
    fill(&mut open(dir.path()).unwrap(), end, RANGE);
    let mut keys = open(dir.path()).unwrap();
    let more = pairs(end..2 * end);
    let insertion = keys.begin(&point(2 * end), 2 * end, more).unwrap();
    for n in 0..2 * (LOOKUPS_BEFORE_READING + end) {
        let n = n % end;
        assert_eq!(keys.get(&key(2 * n)).unwrap(), Some(n));
    }
    assert!(keys.begin(&point(2 * end), 2 * end, Vec::new()).is_err());
    keys.finish(insertion.carry_out()).unwrap();
    check(&keys, 2 * end, 1);
}
