use super::*;
use std::fs;

fn id(n: u32) -> IdBytes {
    let mut id = [1; 16];
    id[..4].copy_from_slice(&n.to_le_bytes());
    id
}

fn key(n: u32) -> [u8; 32] {
    *blake3::hash(&n.to_le_bytes()).as_bytes()
}

fn alias_key() -> Secret {
    Zeroizing::new([6; 32])
}

fn open(dir: &Path, known: VaultPoint) -> Result<Vault, StorageError> {
    Vault::open(dir, &alias_key(), known)
}

/// A vault of `count` members, and its point as noted elsewhere.
fn filled(dir: &Path, count: u32) -> (Vault, VaultPoint) {
    create(dir, &alias_key()).unwrap();
    let mut vault = open(dir, VaultPoint::default()).unwrap();
    let members: Vec<_> = (0..count).map(|n| (id(n), key(n))).collect();
    let slots = vault.add(&members).unwrap();
    assert_eq!(slots, (0..count).collect::<Vec<_>>());
    let point = vault.point();
    (vault, point)
}

fn is_there(vault: &mut Vault, n: u32, hint: Option<u32>) -> bool {
    let found = vault.key(&id(n), hint).unwrap();
    assert!(found.is_none() || found.as_deref() == Some(&key(n)));
    found.is_some()
}

/// Opens the vault and looks up every member: none may be missing silently.
fn look_at_all(dir: &Path, count: u32, known: VaultPoint) -> Result<(), StorageError> {
    let mut vault = open(dir, known)?;
    for n in 0..count {
        for hint in [Some(n), None] {
            match vault.key(&id(n), hint)? {
                Some(found) => assert_eq!(*found, key(n)),
                None => panic!("member {n} is gone without a word"),
            }
        }
    }
    Ok(())
}

#[track_caller]
fn is_told(trouble: &StorageError) {
    assert!(
        matches!(trouble, StorageError::SecretDamage { .. }),
        "{trouble}"
    );
    let text = trouble.to_string();
    assert!(text.contains("vault") && text.contains("backup"), "{text}");
}

#[test]
fn found_by_hint_by_wrong_hint_and_without() {
    let dir = tempfile::tempdir().unwrap();
    let (mut vault, _) = filled(dir.path(), 300);
    assert!(is_there(&mut vault, 299, Some(299)));
    assert!(vault.index.is_none(), "a good hint needs no index");
    assert!(is_there(&mut vault, 17, Some(16)));
    assert!(is_there(&mut vault, 0, None));
    assert!(!is_there(&mut vault, 300, Some(300)));
    assert_eq!(vault.add(&[(id(300), key(300))]).unwrap(), [300]);
    assert!(is_there(&mut vault, 300, None));
}

#[test]
fn whoever_has_just_joined_is_found_without_reading_the_others() {
    let dir = tempfile::tempdir().unwrap();
    let (mut vault, point) = filled(dir.path(), 10_000);
    let mut bytes = fs::read(dir.path().join(FILE_NAME)).unwrap();
    bytes[offset_of(3) as usize + 20] ^= 1;
    fs::write(dir.path().join(FILE_NAME), bytes).unwrap();
    for n in [9_999, 9_900, 5_000, 0] {
        assert!(is_there(&mut vault, n, None));
    }
    assert!(vault.index.is_none(), "few lookups need no index");
    // Only all slots together prove that a member is not there.
    is_told(&vault.key(&id(3), None).unwrap_err());
    is_told(&vault.key(&id(10_000), None).unwrap_err());
    let mut sound = filled(tempfile::tempdir().unwrap().path(), 300).0;
    for n in 0..=SCANS_MAX {
        assert!(is_there(&mut sound, n, None));
    }
    assert!(sound.index.is_some(), "many lookups are worth one");
    assert_eq!(point.slots, 10_000);
}

#[test]
fn erasing_leaves_no_byte_of_the_key_and_can_be_repeated() {
    let dir = tempfile::tempdir().unwrap();
    let (mut vault, point) = filled(dir.path(), 10);
    assert_eq!(vault.erase(&[id(3), id(9), id(77)]).unwrap(), 2);
    assert_eq!(vault.erase(&[id(3), id(9)]).unwrap(), 0);
    let erased = [id(3), id(9)];
    assert!(!vault.has_erased(&erased));
    vault.note_erased(&erased).unwrap();
    // A point noted before the erasure does not contradict it.
    let mut again = open(dir.path(), point).unwrap();
    assert!(again.has_erased(&erased) && !again.has_erased(&[id(3)]));
    for vault in [&mut vault, &mut again] {
        assert!(!is_there(vault, 3, Some(3)) && !is_there(vault, 9, None));
        assert!(is_there(vault, 8, Some(8)));
        vault.verify().unwrap();
    }
    for file in fs::read_dir(dir.path()).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(32).any(|window| window == key(3)));
        assert!(!bytes.windows(16).any(|window| window == id(3)));
    }
    assert_eq!(
        again.add(&[(id(10), key(10))]).unwrap(),
        [10],
        "slots never move"
    );
}

#[test]
fn cut_anywhere_behind_what_is_known_it_opens_with_what_was_whole() {
    let dir = tempfile::tempdir().unwrap();
    let (mut vault, known) = filled(dir.path(), 2);
    vault.add(&[(id(2), key(2)), (id(3), key(3))]).unwrap();
    let path = dir.path().join(FILE_NAME);
    let whole = fs::read(&path).unwrap();
    for len in 0..=whole.len() {
        fs::write(&path, &whole[..len]).unwrap();
        let opened = open(dir.path(), known);
        let expected = (len / SLOT_LEN).saturating_sub(1) as u32;
        if expected < known.slots {
            is_told(&opened.unwrap_err());
            continue;
        }
        let mut vault = opened.unwrap();
        assert_eq!(vault.slots(), expected, "cut to {len} bytes");
        assert_eq!(vault.add(&[(id(50), key(50))]).unwrap(), [expected]);
        let mut again = open(dir.path(), vault.point()).unwrap();
        assert!(is_there(&mut again, 50, None));
    }
}

#[test]
fn what_a_power_cut_left_of_an_add_is_written_over() {
    let dir = tempfile::tempdir().unwrap();
    let (mut vault, known) = filled(dir.path(), 2);
    vault.add(&[(id(2), key(2)), (id(3), key(3))]).unwrap();
    let path = dir.path().join(FILE_NAME);
    let mut bytes = fs::read(&path).unwrap();
    // The first of the two slots never reached the disk.
    let start = offset_of(2) as usize;
    bytes[start..start + SLOT_LEN].fill(0);
    fs::write(&path, &bytes).unwrap();
    let mut vault = open(dir.path(), known).unwrap();
    assert_eq!(vault.slots(), 2);
    assert_eq!(vault.add(&[(id(7), key(7))]).unwrap(), [2]);
    let mut again = open(dir.path(), vault.point()).unwrap();
    again.verify().unwrap();
    assert!(is_there(&mut again, 7, None) && !is_there(&mut again, 3, None));
}

#[test]
fn every_flipped_bit_is_told_and_nobody_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    let (_, known) = filled(dir.path(), 3);
    let path = dir.path().join(FILE_NAME);
    let whole = fs::read(&path).unwrap();
    look_at_all(dir.path(), 3, known).unwrap();
    for bit in 0..whole.len() * 8 {
        let mut bytes = whole.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        fs::write(&path, &bytes).unwrap();
        let trouble = look_at_all(dir.path(), 3, known).unwrap_err();
        is_told(&trouble);
    }
}

#[test]
fn an_older_another_and_a_mixed_vault_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let (mut vault, _) = filled(dir.path(), 2);
    let path = dir.path().join(FILE_NAME);
    let older = fs::read(&path).unwrap();
    vault.add(&[(id(2), key(2))]).unwrap();
    let known = vault.point();
    let newer = fs::read(&path).unwrap();
    fs::write(&path, &older).unwrap();
    is_told(&open(dir.path(), known).unwrap_err());

    let other = tempfile::tempdir().unwrap();
    create(other.path(), &Zeroizing::new([7; 32])).unwrap();
    fs::copy(other.path().join(FILE_NAME), &path).unwrap();
    let trouble = open(dir.path(), VaultPoint::default()).unwrap_err();
    is_told(&trouble);
    assert!(trouble.to_string().contains("another ledger"), "{trouble}");

    // Two slots that changed places.
    let (a, b) = (offset_of(0) as usize, offset_of(1) as usize);
    let mut mixed = newer.clone();
    mixed[a..a + SLOT_LEN].copy_from_slice(&newer[b..b + SLOT_LEN]);
    mixed[b..b + SLOT_LEN].copy_from_slice(&newer[a..a + SLOT_LEN]);
    fs::write(&path, &mixed).unwrap();
    is_told(&open(dir.path(), known).unwrap().verify().unwrap_err());

    // A sound slot of its own place that was never acknowledged.
    fs::write(&path, &older).unwrap();
    let mut vault = open(dir.path(), VaultPoint::default()).unwrap();
    vault.add(&[(id(9), key(9))]).unwrap();
    is_told(&open(dir.path(), known).unwrap().verify().unwrap_err());
}

#[test]
fn a_newer_vault_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let (vault, known) = filled(dir.path(), 1);
    let mut head = vault.head.to_bytes(&vault.macs);
    head[16] = 3;
    let mac = vault.macs.head(&head[..BODY_LEN]);
    head[BODY_LEN..].copy_from_slice(&mac);
    write_at(&vault.file, 0, &head).unwrap();
    let opened = open(dir.path(), known);
    assert!(matches!(
        opened,
        Err(StorageError::Newer {
            found: 3,
            known: 2,
            ..
        })
    ));
}

#[test]
fn sealed_means_this_key_this_member_these_bytes() {
    let secret = Zeroizing::new(key(1));
    let sealed = seal(&secret, &id(1), b"Ada, 6900012345", &[9; 24]);
    assert_eq!(
        unseal(&secret, &id(1), &sealed).unwrap().as_slice(),
        b"Ada, 6900012345"
    );
    assert!(unseal(&secret, &id(2), &sealed).is_none());
    assert!(unseal(&Zeroizing::new(key(2)), &id(1), &sealed).is_none());
    for at in 0..sealed.len() {
        let mut bytes = sealed.clone();
        bytes[at] ^= 1;
        assert!(unseal(&secret, &id(1), &bytes).is_none());
        assert!(unseal(&secret, &id(1), &sealed[..at]).is_none());
    }
}

#[test]
fn a_hundred_thousand_members_are_found() {
    let dir = tempfile::tempdir().unwrap();
    let (_, known) = filled(dir.path(), 100_000);
    let mut vault = open(dir.path(), known).unwrap();
    let start = std::time::Instant::now();
    assert!(is_there(&mut vault, 99_999, Some(99_999)));
    let hinted = start.elapsed();
    assert!(is_there(&mut vault, 50_000, None));
    println!("by hint {hinted:?}, with index {:?}", start.elapsed());
}

// An erasure overwrites a slot in place; a disk may fail within that.
#[test]
fn an_erasure_that_was_cut_within_its_slot_is_finished_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let (mut vault, point) = filled(dir.path(), 5);
    let path = dir.path().join(FILE_NAME);
    let before = fs::read(&path).unwrap();
    vault.erase(&[id(2)]).unwrap();
    drop(vault);
    let after = fs::read(&path).unwrap();
    let at = offset_of(2) as usize;
    for len in 1..SLOT_LEN {
        let mut torn = before.clone();
        torn[at..at + len].copy_from_slice(&after[at..at + len]);
        if torn == before {
            continue;
        }
        fs::write(&path, &torn).unwrap();
        let mut vault = open(dir.path(), point).unwrap();
        is_told(&vault.verify().unwrap_err());
        assert!(!vault.finish_torn_erasure(&[id(1), id(3)]).unwrap());
        assert!(vault.finish_torn_erasure(&[id(1), id(2)]).unwrap(), "{len}");
        vault.verify().unwrap();
        assert!(!is_there(&mut vault, 2, None) && is_there(&mut vault, 3, None));
        assert_eq!(fs::read(&path).unwrap(), after);
    }
    // Another slot that does not verify is damage, whoever was erased.
    let mut damaged = after.clone();
    damaged[offset_of(4) as usize + 20] ^= 1;
    fs::write(&path, &damaged).unwrap();
    let mut vault = open(dir.path(), point).unwrap();
    assert!(!vault.finish_torn_erasure(&[id(2)]).unwrap());
    assert_eq!(fs::read(&path).unwrap(), damaged);
}
