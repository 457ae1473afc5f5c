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

fn filled(dir: &Path, count: u32) -> (Secrets, Vault) {
    let secrets =
        Secrets::create(&dir.join("secrets"), &[5; 32], &[6; 32], "cafe.example/1").unwrap();
    let mut vault = secrets.vault().unwrap();
    let members: Vec<_> = (0..count).map(|n| (id(n), key(n))).collect();
    let slots = vault.add(&members).unwrap();
    assert_eq!(slots, (0..count).collect::<Vec<_>>());
    (secrets, vault)
}

fn is_there(vault: &mut Vault, n: u32, hint: Option<u32>) -> bool {
    let found = vault.key(&id(n), hint).unwrap();
    assert!(found.is_none() || found.as_deref() == Some(&key(n)));
    found.is_some()
}

#[test]
fn keys_survive_and_a_second_ledger_may_not_move_in() {
    let dir = tempfile::tempdir().unwrap();
    let (secrets, _) = filled(dir.path(), 0);
    assert_eq!(*secrets.signing_key().unwrap(), [5; 32]);
    assert_eq!(*secrets.alias_key().unwrap(), [6; 32]);
    secrets.replace_signing_key(&[7; 32]).unwrap();
    assert_eq!(*secrets.signing_key().unwrap(), [7; 32]);
    let again = Secrets::create(secrets.dir(), &[1; 32], &[1; 32], "cafe.example/1").unwrap_err();
    assert!(matches!(again, Trouble::Foreign { .. }));
    assert!(Secrets::open(&dir.path().join("elsewhere")).is_err());
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_them() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let (secrets, mut vault) = filled(dir.path(), 2);
    vault.erase(&[id(0)]).unwrap();
    for file in fs::read_dir(secrets.dir()).unwrap() {
        let mode = file.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    assert_eq!(
        fs::metadata(secrets.dir()).unwrap().permissions().mode() & 0o777,
        0o700
    );
}

#[test]
fn found_by_hint_by_wrong_hint_and_without() {
    let dir = tempfile::tempdir().unwrap();
    let (secrets, mut vault) = filled(dir.path(), 300);
    drop(secrets.vault().unwrap());
    assert!(is_there(&mut vault, 299, Some(299)));
    assert!(vault.index.is_none(), "a good hint needs no index");
    assert!(is_there(&mut vault, 17, Some(16)));
    assert!(is_there(&mut vault, 0, None));
    assert!(!is_there(&mut vault, 300, Some(300)));
    assert_eq!(vault.add(&[(id(300), key(300))]).unwrap(), [300]);
    assert!(is_there(&mut vault, 300, None));
}

#[test]
fn erasing_leaves_no_byte_of_the_key_and_can_be_repeated() {
    let dir = tempfile::tempdir().unwrap();
    let (secrets, mut vault) = filled(dir.path(), 10);
    assert_eq!(vault.erase(&[id(3), id(9), id(77)]).unwrap(), 2);
    assert_eq!(vault.erase(&[id(3), id(9)]).unwrap(), 0);
    let mut again = secrets.vault().unwrap();
    for vault in [&mut vault, &mut again] {
        assert!(!is_there(vault, 3, Some(3)) && !is_there(vault, 9, None));
        assert!(is_there(vault, 8, Some(8)));
    }
    for file in fs::read_dir(secrets.dir()).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(32).any(|window| window == key(3)));
    }
    assert_eq!(
        again.add(&[(id(10), key(10))]).unwrap(),
        [10],
        "slots never move"
    );
}

#[test]
fn cut_anywhere_it_opens_with_what_was_whole() {
    let dir = tempfile::tempdir().unwrap();
    let (secrets, vault) = filled(dir.path(), 3);
    let path = vault.path.clone();
    let whole = fs::read(&path).unwrap();
    for len in SLOT_LEN..=whole.len() {
        fs::write(&path, &whole[..len]).unwrap();
        let mut vault = secrets.vault().unwrap();
        let expected = (len / SLOT_LEN - 1) as u32;
        assert_eq!(vault.slots(), expected, "cut to {len} bytes");
        assert_eq!(vault.add(&[(id(50), key(50))]).unwrap(), [expected]);
        assert!(is_there(&mut secrets.vault().unwrap(), 50, None));
    }
    for len in 0..SLOT_LEN {
        fs::write(&path, &whole[..len]).unwrap();
        assert!(matches!(secrets.vault(), Err(Trouble::Foreign { .. })));
    }
}

#[test]
fn a_flipped_byte_never_gives_a_wrong_key() {
    let dir = tempfile::tempdir().unwrap();
    let (secrets, vault) = filled(dir.path(), 3);
    let whole = fs::read(&vault.path).unwrap();
    for at in SLOT_LEN..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x40;
        fs::write(&vault.path, &bytes).unwrap();
        let mut vault = secrets.vault().unwrap();
        for n in 0..3 {
            for hint in [None, Some(n)] {
                if let Ok(Some(found)) = vault.key(&id(n), hint) {
                    assert_eq!(*found, key(n), "byte {at}");
                }
            }
        }
    }
}

#[test]
fn a_newer_vault_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let (secrets, vault) = filled(dir.path(), 1);
    write_at(&vault.file, 16, &[2]).unwrap();
    assert!(matches!(
        secrets.vault(),
        Err(Trouble::Newer {
            found: 2,
            known: 1,
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
    let (secrets, _) = filled(dir.path(), 100_000);
    let mut vault = secrets.vault().unwrap();
    let start = std::time::Instant::now();
    assert!(is_there(&mut vault, 99_999, Some(99_999)));
    let hinted = start.elapsed();
    assert!(is_there(&mut vault, 50_000, None));
    println!("by hint {hinted:?}, with index {:?}", start.elapsed());
}
