use super::*;
use crate::chain::tree::leaf_hash;
use crate::storage::journal::Position;

const ORIGIN: &str = "cafe.example/1";

/// The state of a ledger with that many entries.
fn state(count: u64) -> WriterState {
    let mut state = WriterState::start(ORIGIN);
    for n in 0..count {
        state.frontier.push(leaf_hash(&Hash([n as u8; 32])));
    }
    state.incarnation = 3;
    state.point = JournalPoint {
        origin: Hash([1; 32]),
        count,
        hash: Hash([count as u8; 32]),
        last: Position {
            segment: 0,
            offset: 512 * count,
        },
    };
    state
}

fn made(dir: &tempfile::TempDir, counts: &[u64]) -> WriterStateStore {
    let start = WriterState::start(ORIGIN);
    let mut file = WriterStateStore::create(dir.path(), start).unwrap();
    for count in counts {
        file.put(state(*count)).unwrap();
    }
    file
}

#[test]
fn the_newest_state_is_read_back() {
    let dir = tempfile::tempdir().unwrap();
    let mut file = made(&dir, &[]);
    assert_eq!(file.state(), &WriterState::start(ORIGIN));
    for count in [1, 2, 3, 7, 8, 4095] {
        file.put(state(count)).unwrap();
        let read = WriterStateStore::open(dir.path()).unwrap();
        assert_eq!((read.state(), file.state()), (&state(count), &state(count)));
        assert!(!read.has_unsound_slot());
    }
    file.sync_in_background();
    file.put(state(9)).unwrap();
    file.sync().unwrap();
    drop(file);
    assert_eq!(
        WriterStateStore::open(dir.path()).unwrap().state(),
        &state(9)
    );
}

#[test]
fn a_record_of_the_largest_ledger_fits_its_slot() {
    let mut largest = WriterState::start(&"o".repeat(ORIGIN_LEN_MAX));
    let edge = [7; 32 * 62];
    let bytes = [&((1_u64 << 62) - 1).to_le_bytes()[..], &edge].concat();
    largest.frontier = Frontier::from_bytes(&bytes).unwrap();
    largest.point.count = largest.frontier.size();
    let record = largest.to_record(u64::MAX);
    assert!(record.len() < SLOT_LEN, "{}", record.len());
    assert!(matches!(Slot::read(&record), Slot::Sound(u64::MAX, read) if read == largest));
    let dir = tempfile::tempdir().unwrap();
    let longer = WriterState::start(&"o".repeat(ORIGIN_LEN_MAX + 1));
    assert!(WriterStateStore::create(dir.path(), longer).is_err());
}

#[test]
fn a_write_that_was_cut_anywhere_leaves_the_state_before_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(FILE_NAME);
    drop(made(&dir, &[5, 6]));
    let before = std::fs::read(&path).unwrap();
    drop(made(&dir, &[5, 6, 7]));
    let after = std::fs::read(&path).unwrap();
    let differ: Vec<usize> = (0..after.len())
        .filter(|at| before[*at] != after[*at])
        .collect();
    assert!(differ.len() > 100, "{}", differ.len());
    for cut in differ {
        // The new bytes were written up to here; the old ones follow.
        let torn = [&after[..cut], &before[cut..]].concat();
        std::fs::write(&path, torn).unwrap();
        let read = WriterStateStore::open(dir.path()).unwrap();
        assert_eq!(read.state(), &state(6), "cut at {cut}");
    }
}

#[test]
fn a_flipped_byte_costs_the_newest_record_at_most() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(FILE_NAME);
    drop(made(&dir, &[5, 6]));
    let sound = std::fs::read(&path).unwrap();
    for at in 0..sound.len() {
        let mut bytes = sound.clone();
        bytes[at] ^= 0x10;
        std::fs::write(&path, &bytes).unwrap();
        let read = WriterStateStore::open(dir.path()).unwrap();
        let is_state = [state(5), state(6)].contains(read.state());
        assert!(is_state, "byte {at}: {:?}", read.state());
        if read.state() == &state(5) {
            assert!(read.has_unsound_slot(), "byte {at}");
        }
    }
}

#[test]
fn no_file_and_two_unsound_slots_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(FILE_NAME);
    let refused = || WriterStateStore::open(dir.path()).unwrap_err();
    assert!(matches!(refused(), StorageError::NoWriterState { .. }));
    drop(made(&dir, &[5]));
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[30] ^= 1;
    bytes[SLOT_LEN + 30] ^= 1;
    for bytes in [&bytes[..], &[]] {
        std::fs::write(&path, bytes).unwrap();
        let told = refused();
        assert!(matches!(told, StorageError::NoWriterState { .. }), "{told}");
    }
    let mut newer = state(5).to_record(9);
    newer[8] = 2;
    let end = newer.len() - CHECK_LEN;
    let check = blake3::derive_key(CONTEXT, &newer[..end]);
    newer[end..].copy_from_slice(&check);
    std::fs::write(&path, newer).unwrap();
    assert!(matches!(refused(), StorageError::Newer { found: 2, .. }));
}
