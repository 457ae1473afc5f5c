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

fn fill(keys: &mut Keys, up_to: u64, step: u64) {
    while keys.covered() < up_to {
        let end = (keys.covered() + step).min(up_to);
        let more = pairs(keys.covered()..end);
        keys.insert_batch(&point(end), &more).unwrap();
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
    let up_to = RANGE * FAN + RANGE * 2 + 77;
    fill(&mut open(dir.path()).unwrap(), up_to, 1000);
    let keys = open(dir.path()).unwrap();
    check(&keys, up_to, 7);
    let levels: Vec<_> = keys
        .runs
        .iter()
        .map(|run| (run.end - run.first) / RANGE)
        .collect();
    assert_eq!(levels, [8, 1, 1]);
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
    let up_to = RANGE * 3 + 50;
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
    fill(&mut open(dir.path()).unwrap(), RANGE, RANGE);
    let path = dir.path().join("run-0-000000000000");
    let whole = fs::read(&path).unwrap();
    for at in (0..whole.len()).step_by(1009) {
        let mut bytes = whole.clone();
        bytes[at] ^= 4;
        fs::write(&path, bytes).unwrap();
        let Some(run) = Run::open(&path) else {
            continue;
        };
        for n in (0..RANGE).step_by(5) {
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
    fill(&mut keys, 10, 10);
    assert!(keys.insert_batch(&point(12), &[(key(1), 9)]).is_err());
    assert!(keys.insert_batch(&point(12), &[(key(1), 12)]).is_err());
    assert!(keys.insert_batch(&point(9), &[]).is_err());
    keys.insert_batch(&point(12), &[]).unwrap();
    assert_eq!(keys.covered(), 12);
}

// So often that it fills chunks of its own, in the tail, in runs and merged ones.
#[test]
fn a_key_that_is_used_again_stands_for_its_newest_entry() {
    let dir = tempfile::tempdir().unwrap();
    let mut keys = open(dir.path()).unwrap();
    let same = key(u64::MAX);
    for end in [
        1,
        3,
        700,
        RANGE - 1,
        RANGE,
        RANGE + 1,
        9 * RANGE,
        9 * RANGE + 5,
    ] {
        let range = keys.covered()..end;
        let mut more = pairs(range.clone());
        more.extend(range.map(|n| (same, n)));
        keys.insert_batch(&point(end), &more).unwrap();
        assert_eq!(keys.get(&same).unwrap(), Some(end - 1), "{end}");
        check(&keys, end, 97);
    }
    assert_eq!(
        open(dir.path()).unwrap().get(&same).unwrap(),
        Some(9 * RANGE + 4)
    );
}

// After a point that the journal does not have, everything belongs to another history.
#[test]
fn what_is_of_another_history_is_dropped_and_the_rest_stays() {
    for reaches in [0, 300, RANGE, 2 * RANGE + 100, 3 * RANGE + 200] {
        let dir = tempfile::tempdir().unwrap();
        let up_to = RANGE * 3 + 300;
        fill(&mut open(dir.path()).unwrap(), up_to, 100);
        let has = |point: &JournalPoint| Ok(point.count <= reaches);
        let mut keys = Keys::open(dir.path(), &has).unwrap();
        assert!(keys.covered() <= reaches, "{} {reaches}", keys.covered());
        // A run is dropped whole.
        assert!(keys.covered() + RANGE + 100 > reaches, "{}", keys.covered());
        assert_eq!(keys.loss(), Some(Loss::Foreign));
        fill(&mut keys, up_to, 500);
        check(&keys, up_to, 11);
        assert_eq!(open(dir.path()).unwrap().loss(), None);
    }
}

#[test]
fn a_damaged_piece_is_found_and_dropped_with_all_behind_it() {
    let dir = tempfile::tempdir().unwrap();
    let up_to = RANGE * 4 + 50;
    fill(&mut open(dir.path()).unwrap(), up_to, 500);
    let path = dir.path().join(format!("run-0-{RANGE:012}"));
    let mut bytes = fs::read(&path).unwrap();
    bytes[10_240..10_752].fill(0);
    fs::write(&path, bytes).unwrap();
    let mut keys = open(dir.path()).unwrap();
    assert_eq!(keys.covered(), up_to);
    // Fewer than make it read all keys, which fails each time.
    let mut looked = (0..RANGE * 4).step_by(7);
    assert!(looked.any(|n| matches!(keys.get(&key(2 * n)), Err(StorageError::Book { .. }))));
    keys.check(&|_| Ok(true)).unwrap();
    assert_eq!((keys.covered(), keys.loss()), (RANGE, Some(Loss::Damaged)));
    fill(&mut keys, up_to, 500);
    check(&keys, up_to, 3);
}

// A later batch would claim to cover the missing one.
#[test]
fn behind_an_insertion_that_failed_nothing_is_inserted_or_found() {
    for up_to in [20, RANGE + 20] {
        let dir = tempfile::tempdir().unwrap();
        let mut keys = open(dir.path()).unwrap();
        fill(&mut keys, 10, 10);
        // No space for the tail, or for a run.
        let obstacle = dir.path().join("run-0-000000000000.part");
        fs::create_dir(&obstacle).unwrap();
        let sound = keys.tail_file.try_clone().unwrap();
        keys.tail_file = File::open(tail_path(dir.path(), 0)).unwrap();
        assert!(keys.insert_batch(&point(up_to), &pairs(10..up_to)).is_err());
        keys.tail_file = sound;
        fs::remove_dir(&obstacle).unwrap();
        assert!(keys.get(&key(2)).is_err(), "up to {up_to}");
        let more = up_to..up_to + 10;
        let later = keys.insert_batch(&point(more.end), &pairs(more.clone()));
        assert!(matches!(later, Err(StorageError::Poisoned { .. })));
        drop(keys);
        let mut keys = open(dir.path()).unwrap();
        check(&keys, 10, 1);
        fill(&mut keys, more.end, RANGE);
        check(&keys, more.end, 1);
    }
}
