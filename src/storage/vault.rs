//! The vault: one key per member.
//!
//! Data sealed under a member's key can be read only while the vault holds that
//! key, so removing a key erases the member from a journal that never changes.
//!
//! The file is a head and then one slot per member in the order of enrolment,
//! 64 bytes each. Slots never move, so a caller may keep the number as a hint.
//!
//! | head | bytes | field |
//! |---:|---:|---|
//! | 0 | 16 | magic `STAMPBOOK VAULT\n` |
//! | 16 | 4 | version, 2 |
//! | 20 | 4 | 0 |
//! | 24 | 16 | the ledger that the vault belongs to: a hash of its alias key |
//! | 40 | 8 | the erasures that were applied: a hash of the members' ids |
//! | 48 | 16 | MAC over the head before it |
//!
//! | slot | bytes | field |
//! |---:|---:|---|
//! | 0 | 16 | id of the member; 0 once erased |
//! | 16 | 32 | key; once erased 16 bytes of the share and 16 of 0; of a key accepted as lost the member's id and `KEY ACCEPTEDLOST` |
//! | 48 | 16 | MAC over the number of the slot and what stands before it |
//!
//! Numbers are little endian. The MACs are keyed BLAKE3 under a key derived
//! from the alias key, so a slot that was moved, or is another vault's, does
//! not verify. A slot's share is a MAC of its number and id; it outlives
//! erasing, so the XOR of all shares ([`VaultPoint`]) is the same before and
//! after, and a copy of it kept elsewhere tells an older vault, or another one,
//! from this.

use super::error::{At, StorageError};
use super::files::{self, limit, read_at, write_at};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{Key, KeyInit, XChaCha20Poly1305, XNonce};
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// A random member id, as raw bytes.
pub type IdBytes = [u8; 16];
/// A 32-byte secret that is wiped from memory when dropped.
pub type Secret = Zeroizing<[u8; 32]>;

/// The file's name in the secrets folder.
pub const FILE_NAME: &str = "vault";

/// Length of a vault without members, in bytes.
pub const EMPTY_LEN: u64 = 64;
const SLOT_LEN: usize = 64;
const MAGIC: &[u8; 16] = b"STAMPBOOK VAULT\n";
const VERSION: u32 = 2;
/// Bytes of a slot or head before its MAC.
const BODY_LEN: usize = 48;
/// Placeholder for the id of a member who is not named.
const NOBODY: IdBytes = [0; 16];
/// Marker after the id of a member whose key was accepted as lost.
const LOST: &[u8; 16] = b"KEY ACCEPTEDLOST";
/// Slots read at once while scanning.
const SCAN_SLOTS: u32 = 4096;
/// Lookups that scan the slots; the next one builds an index of the ids.
const SCANS_MAX: u32 = 16;

/// Extent of a vault: the number of its slots, and the XOR of their shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct VaultPoint {
    /// Number of slots.
    pub slots: u32,
    /// XOR of the shares of all slots.
    pub check: [u8; 16],
}

/// A vault, open for writing.
pub struct Vault {
    file: File,
    path: PathBuf,
    macs: Macs,
    head: VaultHead,
    point: VaultPoint,
    /// True if bytes of a slot that was never acknowledged follow the last one.
    is_torn: bool,
    /// Index of ids, built after many lookups without a good hint; never of keys.
    index: Option<HashMap<IdBytes, u32>>,
    /// Lookups so far without an index.
    scans: u32,
    /// Erased slots with their shares, found by the index or erased since.
    erased: Vec<(u32, [u8; 16])>,
    /// Members whose keys were accepted as lost, found by the index.
    lost: HashSet<IdBytes>,
    is_poisoned: bool,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (path, slots) = (self.path.display(), self.point.slots);
        write!(f, "Vault({path}, {slots} slots)")
    }
}

type Slot = Zeroizing<[u8; SLOT_LEN]>;

/// The keys of the MACs, both derived from the alias key.
struct Macs {
    slot: Secret,
    share: Secret,
    ledger: [u8; 16],
}

impl Macs {
    fn new(alias_key: &Secret) -> Macs {
        let derive = |context| Zeroizing::new(blake3::derive_key(context, &**alias_key));
        let ledger = derive("stampbook 2026-11 vault ledger v1");
        Macs {
            slot: derive("stampbook 2026-11 vault slot v2"),
            share: derive("stampbook 2026-11 vault share v1"),
            ledger: short(&ledger),
        }
    }

    fn slot(&self, n: u32, body: &[u8]) -> [u8; 16] {
        mac(&self.slot, n, body)
    }

    /// Content of a slot; None if it does not verify.
    fn read(&self, n: u32, slot: &[u8; SLOT_LEN]) -> Option<SlotIs> {
        if self.slot(n, &slot[..BODY_LEN]) != slot[BODY_LEN..] {
            return None;
        }
        let part = |at: usize| -> [u8; 16] { std::array::from_fn(|i| slot[at + i]) };
        Some(match (part(0), part(16)) {
            (NOBODY, id) if slot[32..BODY_LEN] == LOST[..] => SlotIs::Lost(id),
            (NOBODY, share) => SlotIs::Erased(share),
            (id, _) => SlotIs::Live(id),
        })
    }

    fn share_of(&self, n: u32, slot: &SlotIs) -> [u8; 16] {
        match slot {
            SlotIs::Live(id) | SlotIs::Lost(id) => self.share(n, id),
            SlotIs::Erased(share) => *share,
        }
    }

    fn seal(&self, n: u32, mut slot: Slot) -> Slot {
        let mac = self.slot(n, &slot[..BODY_LEN]);
        slot[BODY_LEN..].copy_from_slice(&mac);
        slot
    }

    fn erased_slot(&self, n: u32, share: [u8; 16]) -> Slot {
        let mut slot = Zeroizing::new([0; SLOT_LEN]);
        slot[16..32].copy_from_slice(&share);
        self.seal(n, slot)
    }

    fn share(&self, n: u32, id: &IdBytes) -> [u8; 16] {
        mac(&self.share, n, id)
    }

    /// MAC of the head, computed as that of a slot after all others.
    fn head(&self, body: &[u8]) -> [u8; 16] {
        mac(&self.slot, u32::MAX, body)
    }
}

fn mac(key: &Secret, n: u32, body: &[u8]) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new_keyed(key);
    hasher.update(&n.to_le_bytes());
    hasher.update(body);
    short(hasher.finalize().as_bytes())
}

fn short(hash: &[u8; 32]) -> [u8; 16] {
    let mut first = [0; 16];
    first.copy_from_slice(&hash[..16]);
    first
}

fn add_share(check: &mut [u8; 16], share: [u8; 16]) {
    check
        .iter_mut()
        .zip(share)
        .for_each(|(sum, byte)| *sum ^= byte);
}

/// Content of a slot that verifies.
enum SlotIs {
    /// A member's key.
    Live(IdBytes),
    /// The share of a member who was erased, all that is left of them.
    Erased([u8; 16]),
    /// The marker of a member whose key was accepted as lost.
    Lost(IdBytes),
}

/// The variable part of the head.
#[derive(Clone, Copy, PartialEq, Eq)]
struct VaultHead {
    applied: [u8; 8],
}

impl VaultHead {
    fn to_bytes(self, macs: &Macs) -> [u8; SLOT_LEN] {
        let mut bytes = [0; SLOT_LEN];
        bytes[..16].copy_from_slice(MAGIC);
        bytes[16..20].copy_from_slice(&VERSION.to_le_bytes());
        bytes[24..40].copy_from_slice(&macs.ledger);
        bytes[40..BODY_LEN].copy_from_slice(&self.applied);
        let mac = macs.head(&bytes[..BODY_LEN]);
        bytes[BODY_LEN..].copy_from_slice(&mac);
        bytes
    }

    fn read(file: &File, path: &Path, macs: &Macs) -> Result<VaultHead, StorageError> {
        let mut bytes = [0; SLOT_LEN];
        let len = read_at(file, 0, &mut bytes).at("read", path)?;
        if len < SLOT_LEN || bytes[..16] != MAGIC[..] {
            return Err(StorageError::secret_damage(
                path,
                "it does not begin like a vault",
            ));
        }
        let mut applied = [0; 8];
        applied.copy_from_slice(&bytes[40..BODY_LEN]);
        let head = VaultHead { applied };
        if bytes == head.to_bytes(macs) {
            return Ok(head);
        }
        let mut version = [0; 4];
        version.copy_from_slice(&bytes[16..20]);
        let found = u32::from_le_bytes(version);
        if found > VERSION && bytes[BODY_LEN..] == macs.head(&bytes[..BODY_LEN]) {
            return Err(StorageError::Newer {
                path: path.to_path_buf(),
                found,
                known: VERSION,
            });
        }
        let is_foreign = bytes[24..40] != macs.ledger;
        Err(StorageError::secret_damage(
            path,
            match is_foreign {
                true => "its head is damaged, or it is the vault of another ledger",
                false => "its head does not verify",
            },
        ))
    }
}

/// Makes an empty vault for the ledger of an alias key, durable.
///
/// # Errors
/// I/O errors.
pub fn create(dir: &Path, alias_key: &Secret) -> Result<(), StorageError> {
    let macs = Macs::new(alias_key);
    let head = VaultHead { applied: [0; 8] };
    files::write_durably(&dir.join(FILE_NAME), &head.to_bytes(&macs))
}

impl Vault {
    /// Opens the vault in a secrets folder. `known` is its extent as noted
    /// elsewhere after the last addition: that many slots were acknowledged. A
    /// slot after those that does not verify was never acknowledged; it and the
    /// rest are overwritten by the next addition.
    ///
    /// # Errors
    /// [`StorageError::SecretDamage`] if it is another ledger's, has fewer slots
    /// than are known, or its head does not verify; [`StorageError::Newer`]; I/O
    /// errors.
    pub fn open(dir: &Path, alias_key: &Secret, known: VaultPoint) -> Result<Self, StorageError> {
        let path = dir.join(FILE_NAME);
        let file = files::edit_or_read(&path).map_err(|trouble| match trouble.is_absent() {
            true => StorageError::secret_damage(&path, "the file is not there"),
            false => trouble,
        })?;
        let len = files::check_len(&file, &path, limit::VAULT)?;
        let macs = Macs::new(alias_key);
        let head = VaultHead::read(&file, &path, &macs)?;
        let whole = (len / SLOT_LEN as u64).saturating_sub(1);
        let whole = u32::try_from(whole).unwrap_or(u32::MAX - 1);
        if whole < known.slots {
            let finding = format!(
                "it holds the keys of {whole} members, {} were acknowledged: it is older than the ledger, or was cut",
                known.slots
            );
            return Err(StorageError::secret_damage(&path, finding));
        }
        let mut vault = Vault {
            file,
            path,
            macs,
            head,
            point: known,
            is_torn: false,
            index: None,
            scans: 0,
            erased: Vec::new(),
            lost: HashSet::new(),
            is_poisoned: false,
        };
        vault.take_tail(whole)?;
        vault.is_torn = len != vault.end();
        Ok(vault)
    }

    /// Accepts the slots after the known ones, as far as they verify.
    // Several slots may be torn: one append holds a whole group of members, and
    // a power cut keeps any part of it.
    fn take_tail(&mut self, whole: u32) -> Result<(), StorageError> {
        while self.point.slots < whole {
            let n = self.point.slots;
            let slot = self.slot(n)?;
            let Some(share) = self.share_in(n, &slot) else {
                break;
            };
            add_share(&mut self.point.check, share);
            self.point.slots += 1;
        }
        Ok(())
    }

    fn end(&self) -> u64 {
        offset_of(self.point.slots)
    }

    /// Number of slots, erased ones included.
    pub fn slots(&self) -> u32 {
        self.point.slots
    }

    /// Extent of the vault, to be noted elsewhere once a page uses its keys.
    pub fn point(&self) -> VaultPoint {
        self.point
    }

    /// Adds members' keys with one append and one fdatasync; returns the slot
    /// of each. On return they are durable, and a page may use them.
    ///
    /// # Errors
    /// After an I/O error the content of the disk is unknown: the vault is poisoned.
    pub fn add(&mut self, members: &[(IdBytes, [u8; 32])]) -> Result<Vec<u32>, StorageError> {
        self.check_writable()?;
        let mut bytes = Zeroizing::new(Vec::with_capacity(members.len() * SLOT_LEN));
        let mut point = self.point;
        let mut given = Vec::with_capacity(members.len());
        for (id, key) in members {
            bytes.extend_from_slice(&*self.live_slot(point.slots, id, key));
            add_share(&mut point.check, self.macs.share(point.slots, id));
            given.push(point.slots);
            point.slots += 1;
        }
        self.is_poisoned = true;
        if self.is_torn {
            self.file.set_len(self.end()).at("cut", &self.path)?;
        }
        write_at(&self.file, self.end(), &bytes).at("write", &self.path)?;
        self.file.sync_data().at("sync", &self.path)?;
        (self.is_poisoned, self.is_torn, self.point) = (false, false, point);
        if let Some(index) = &mut self.index {
            index.extend(members.iter().map(|m| m.0).zip(given.iter().copied()));
        }
        Ok(given)
    }

    fn live_slot(&self, n: u32, id: &IdBytes, key: &[u8; 32]) -> Slot {
        let mut slot = Zeroizing::new([0; SLOT_LEN]);
        slot[..16].copy_from_slice(id);
        slot[16..BODY_LEN].copy_from_slice(key);
        self.macs.seal(n, slot)
    }

    /// A slot's share; None if the slot does not verify.
    fn share_in(&self, n: u32, slot: &[u8; SLOT_LEN]) -> Option<[u8; 16]> {
        let held = self.macs.read(n, slot)?;
        Some(self.macs.share_of(n, &held))
    }

    /// Looks up a member's key; None if it was erased or never there.
    ///
    /// `hint` is the slot that [`Vault::add`] returned, if known: then one read
    /// finds it.
    ///
    /// # Errors
    /// As [`Vault::locate`].
    pub fn key(&mut self, id: &IdBytes, hint: Option<u32>) -> Result<Option<Secret>, StorageError> {
        self.check_poison()?;
        if let Some(n) = hint.filter(|n| *n < self.point.slots) {
            let slot = self.sound_slot(n)?;
            if slot[..16] == id[..] && *id != [0; 16] {
                return Ok(Some(key_in(&slot)));
            }
        }
        Ok(self.locate(id)?.map(|(_, key)| key))
    }

    /// Looks up a member's key with its slot; None if it was erased or never
    /// there. Complexity: linear in the slots after the member's, since members
    /// that are looked up have often just joined; after some calls the ids are
    /// indexed.
    ///
    /// # Errors
    /// [`StorageError::SecretDamage`] if the slot does not verify, or, if the member
    /// has none, any other does not; I/O errors.
    pub fn locate(&mut self, id: &IdBytes) -> Result<Option<(u32, Secret)>, StorageError> {
        self.check_poison()?;
        let Some(n) = self.find(id)? else {
            return Ok(None);
        };
        let slot = self.sound_slot(n)?;
        match slot[..16] == id[..] {
            true => Ok(Some((n, key_in(&slot)))),
            false => Err(self.damage(n)),
        }
    }

    /// True if the erasures of exactly these members were applied to this file.
    pub fn has_erased(&self, ids: &[IdBytes]) -> bool {
        self.head.applied == applied_mark(ids)
    }

    /// Removes members' keys for ever: their slots are overwritten in place and
    /// synced. Members that are not there are ignored, so that erasures can be
    /// applied again. Returns the number of keys removed.
    ///
    /// # Errors
    /// [`StorageError::SecretDamage`] if any slot does not verify: it could be the
    /// one. After an I/O error the vault is poisoned.
    pub fn erase(&mut self, ids: &[IdBytes]) -> Result<usize, StorageError> {
        self.check_writable()?;
        let mut slots = Vec::new();
        for id in ids {
            if let Some(n) = self.find(id)? {
                let slot = self.sound_slot(n)?;
                if slot[..16] != id[..] {
                    return Err(self.damage(n));
                }
                slots.push((n, self.macs.share(n, id)));
            }
        }
        if slots.is_empty() {
            return Ok(0);
        }
        self.is_poisoned = true;
        for (n, share) in &slots {
            let slot = self.macs.erased_slot(*n, *share);
            write_at(&self.file, offset_of(*n), &*slot).at("write", &self.path)?;
        }
        self.file.sync_all().at("sync", &self.path)?;
        self.is_poisoned = false;
        if let Some(index) = &mut self.index {
            index.retain(|id, _| !ids.contains(id));
        }
        self.erased.extend(&slots);
        Ok(slots.len())
    }

    /// True if a member's key was accepted as lost, and there has been no other since.
    ///
    /// # Errors
    /// As [`Vault::verify`].
    pub fn is_lost(&mut self, id: &IdBytes) -> Result<bool, StorageError> {
        Ok(self.find(id)?.is_none() && self.lost.contains(id))
    }

    /// True if a key of a member was ever accepted as lost.
    ///
    /// # Errors
    /// As [`Vault::verify`].
    pub fn was_lost(&mut self, id: &IdBytes) -> Result<bool, StorageError> {
        self.read_all_once()?;
        Ok(self.lost.contains(id))
    }

    /// True if there is a key of a member.
    ///
    /// # Errors
    /// As [`Vault::verify`].
    pub fn has(&mut self, id: &IdBytes) -> Result<bool, StorageError> {
        Ok(self.find(id)?.is_some())
    }

    /// Lists the members whose keys are there, in no order.
    ///
    /// # Errors
    /// As [`Vault::verify`].
    pub fn members(&mut self) -> Result<impl Iterator<Item = IdBytes>, StorageError> {
        if self.index.is_none() {
            self.verify()?;
        }
        Ok(self.index.iter().flat_map(|index| index.keys().copied()))
    }

    /// True if a slot proves that it was a member's and was erased.
    ///
    /// # Errors
    /// As [`Vault::verify`].
    pub fn was_erased(&mut self, id: &IdBytes) -> Result<bool, StorageError> {
        self.read_all_once()?;
        let is_share = |(n, share): &(u32, [u8; 16])| self.macs.share(*n, id) == *share;
        Ok(self.erased.iter().any(is_share))
    }

    /// Erases the slot of one of these erased members again, if the erasure was cut
    /// within its write, so that the slot does not verify. Its share follows from
    /// the check over all slots, so no other damage is taken for that. Returns
    /// true if there was such a slot.
    ///
    /// # Errors
    /// I/O errors, after which the vault is poisoned.
    pub fn finish_torn_erasure(&mut self, ids: &[IdBytes]) -> Result<bool, StorageError> {
        self.check_writable()?;
        let (mut torn, mut missing) = (Vec::new(), self.point.check);
        for n in 0..self.point.slots {
            let slot = self.slot(n)?;
            match self.share_in(n, &slot) {
                Some(share) => add_share(&mut missing, share),
                None => torn.push(n),
            }
        }
        let &[n] = &torn[..] else {
            return Ok(false);
        };
        if !ids.iter().any(|id| self.macs.share(n, id) == missing) {
            return Ok(false);
        }
        self.is_poisoned = true;
        let slot = self.macs.erased_slot(n, missing);
        write_at(&self.file, offset_of(n), &*slot).at("write", &self.path)?;
        self.file.sync_all().at("sync", &self.path)?;
        self.is_poisoned = false;
        Ok(true)
    }

    /// Notes in the head that the erasures of exactly these members were applied.
    ///
    /// # Errors
    /// After an I/O error the vault is poisoned.
    pub fn note_erased(&mut self, ids: &[IdBytes]) -> Result<(), StorageError> {
        self.check_writable()?;
        let head = VaultHead {
            applied: applied_mark(ids),
        };
        if head == self.head {
            return Ok(());
        }
        self.is_poisoned = true;
        write_at(&self.file, 0, &head.to_bytes(&self.macs)).at("write", &self.path)?;
        self.file.sync_all().at("sync", &self.path)?;
        (self.is_poisoned, self.head) = (false, head);
        Ok(())
    }

    /// Verifies every slot, and that they are the acknowledged ones.
    ///
    /// # Errors
    /// [`StorageError::SecretDamage`] naming the first slot that does not verify, or
    /// stating that slots are not the acknowledged ones; I/O errors.
    pub fn verify(&mut self) -> Result<(), StorageError> {
        let found = self.read_index()?;
        (self.index, self.erased, self.lost) = (Some(found.live), found.erased, found.lost);
        Ok(())
    }

    /// Verifies every slot, unless that was done before.
    fn read_all_once(&mut self) -> Result<(), StorageError> {
        match self.index {
            Some(_) => Ok(()),
            None => self.verify(),
        }
    }

    fn find(&mut self, id: &IdBytes) -> Result<Option<u32>, StorageError> {
        if self.index.is_none() {
            if self.scans < SCANS_MAX
                && let Some(n) = self.scan(id)?
            {
                self.scans += 1;
                return Ok(Some(n));
            }
            // Only all slots together prove that a member has none.
            self.read_all_once()?;
        }
        Ok(self.index.as_ref().and_then(|index| index.get(id)).copied())
    }

    /// Finds the last slot with an id, whether it verifies or not.
    fn scan(&self, id: &IdBytes) -> Result<Option<u32>, StorageError> {
        if *id == NOBODY {
            return Ok(None);
        }
        // The newest members are found with one short read.
        let (mut end, mut count) = (self.point.slots, SCAN_SLOTS / 64);
        let mut buffer = Zeroizing::new(vec![0; SCAN_SLOTS as usize * SLOT_LEN]);
        while end > 0 {
            count = count.min(end);
            let piece = &mut buffer[..count as usize * SLOT_LEN];
            read_at(&self.file, offset_of(end - count), piece).at("read", &self.path)?;
            let slots = (end - count..end).zip(piece.as_chunks::<SLOT_LEN>().0);
            if let Some((n, _)) = slots.rev().find(|(_, slot)| slot[..16] == id[..]) {
                return Ok(Some(n));
            }
            end -= count;
            count = SCAN_SLOTS;
        }
        Ok(None)
    }

    fn read_index(&self) -> Result<Index, StorageError> {
        let mut found = Index::default();
        found.live.reserve(self.point.slots as usize);
        let mut buffer = Zeroizing::new(vec![0; SCAN_SLOTS as usize * SLOT_LEN]);
        let (mut n, mut check) = (0, [0; 16]);
        while n < self.point.slots {
            let count = (self.point.slots - n).min(SCAN_SLOTS);
            let piece = &mut buffer[..count as usize * SLOT_LEN];
            if read_at(&self.file, offset_of(n), piece).at("read", &self.path)? < piece.len() {
                return Err(self.damage(n));
            }
            for slot in piece.as_chunks::<SLOT_LEN>().0 {
                let held = self.macs.read(n, slot).ok_or_else(|| self.damage(n))?;
                add_share(&mut check, self.macs.share_of(n, &held));
                found.add(n, held);
                n += 1;
            }
        }
        if check != self.point.check {
            return Err(self.not_the_known());
        }
        Ok(found)
    }

    fn not_the_known(&self) -> StorageError {
        let finding = "its slots are not those that were acknowledged";
        StorageError::secret_damage(&self.path, finding)
    }

    fn sound_slot(&self, n: u32) -> Result<Slot, StorageError> {
        let slot = self.slot(n)?;
        match self.share_in(n, &slot) {
            Some(_) => Ok(slot),
            None => Err(self.damage(n)),
        }
    }

    fn damage(&self, n: u32) -> StorageError {
        let offset = offset_of(n);
        let finding = format!("slot {n} at byte {offset} does not verify");
        StorageError::secret_damage(&self.path, finding)
    }

    fn slot(&self, n: u32) -> Result<Slot, StorageError> {
        let mut bytes = Zeroizing::new([0; SLOT_LEN]);
        read_at(&self.file, offset_of(n), &mut *bytes).at("read", &self.path)?;
        Ok(bytes)
    }

    fn check_poison(&self) -> Result<(), StorageError> {
        match self.is_poisoned {
            true => Err(StorageError::Poisoned {
                path: self.path.clone(),
            }),
            false => Ok(()),
        }
    }

    /// Checks that a write may go to the file: no write before it failed, and it
    /// was not replaced after it was opened.
    fn check_writable(&self) -> Result<(), StorageError> {
        self.check_poison()?;
        match files::is_in_place(&self.file, &self.path)? {
            true => Ok(()),
            false => Err(StorageError::secret_damage(&self.path, files::REPLACED)),
        }
    }
}

/// Content of a vault's slots, by member.
#[derive(Default)]
struct Index {
    live: HashMap<IdBytes, u32>,
    erased: Vec<(u32, [u8; 16])>,
    lost: HashSet<IdBytes>,
}

impl Index {
    fn add(&mut self, n: u32, slot: SlotIs) {
        match slot {
            SlotIs::Live(id) => drop(self.live.insert(id, n)),
            SlotIs::Erased(share) => self.erased.push((n, share)),
            SlotIs::Lost(id) => drop(self.lost.insert(id)),
        }
    }
}

/// The readable content of a vault, whether or not it is the one that was last written.
pub struct FoundSlots {
    macs: Macs,
    live: HashMap<IdBytes, u32>,
    erased: Vec<(u32, [u8; 16])>,
    /// Members whose keys were accepted as lost and who have had no other since.
    pub lost: HashSet<IdBytes>,
    /// Slots that do not verify.
    pub unsound: Vec<u32>,
    /// Number of whole slots in the file.
    slots: u32,
}

impl FoundSlots {
    /// Reads every slot of the file, as far as it verifies; none if there is no file.
    ///
    /// # Errors
    /// I/O errors.
    pub fn read(path: &Path, alias_key: &Secret) -> Result<FoundSlots, StorageError> {
        let mut found = FoundSlots {
            macs: Macs::new(alias_key),
            live: HashMap::new(),
            erased: Vec::new(),
            lost: HashSet::new(),
            unsound: Vec::new(),
            slots: 0,
        };
        let file = match files::edit_or_read(path) {
            Err(trouble) if trouble.is_absent() => return Ok(found),
            opened => opened?,
        };
        let len = files::check_len(&file, path, limit::VAULT)?;
        let whole = (len / SLOT_LEN as u64).saturating_sub(1);
        found.slots = u32::try_from(whole).unwrap_or(u32::MAX - 1);
        let mut index = Index::default();
        for n in 0..found.slots {
            let mut slot = Zeroizing::new([0; SLOT_LEN]);
            read_at(&file, offset_of(n), &mut *slot).at("read", path)?;
            match found.macs.read(n, &slot) {
                Some(held) => index.add(n, held),
                None => found.unsound.push(n),
            }
        }
        index.lost.retain(|id| !index.live.contains_key(id));
        (found.live, found.erased, found.lost) = (index.live, index.erased, index.lost);
        Ok(found)
    }

    /// True if the file has a member's key, or records that it was destroyed or
    /// accepted as lost.
    pub fn tells_of(&self, id: &IdBytes) -> bool {
        let is_share = |(n, share): &(u32, [u8; 16])| self.macs.share(*n, id) == *share;
        self.live.contains_key(id) || self.lost.contains(id) || self.erased.iter().any(is_share)
    }
}

/// Accepts the vault in a secrets folder as it is, although it is not the one
/// that was last written: slots that do not verify become empty ones, and
/// `lost` members are marked. Idempotent.
///
/// # Errors
/// [`StorageError::Newer`]; [`StorageError::Foreign`] if nothing in it verifies, since it
/// may be another ledger's; I/O errors.
pub fn accept(
    dir: &Path,
    alias_key: &Secret,
    lost: &[IdBytes],
) -> Result<VaultPoint, StorageError> {
    let path = dir.join(FILE_NAME);
    let found = FoundSlots::read(&path, alias_key)?;
    let head = match files::edit_or_read(&path) {
        Err(trouble) if trouble.is_absent() => None,
        file => Some(VaultHead::read(&file?, &path, &found.macs)),
    };
    match head {
        Some(Ok(_)) => {}
        None => create(dir, alias_key)?,
        Some(Err(StorageError::SecretDamage { .. }))
            if found.slots as usize > found.unsound.len() =>
        {
            let file = files::edit_or_read(&path)?;
            let head = VaultHead { applied: [0; 8] }.to_bytes(&found.macs);
            write_at(&file, 0, &head).at("write", &path)?;
            file.sync_all().at("sync", &path)?;
        }
        Some(Err(StorageError::SecretDamage { .. })) => {
            let finding = "nothing in it verifies, so it may be another ledger's; move it away and run this again, to go on without any member's key";
            return Err(StorageError::foreign(&path, finding));
        }
        Some(Err(other)) => return Err(other),
    }
    let file = files::edit_or_read(&path)?;
    for n in &found.unsound {
        let empty = found.macs.erased_slot(*n, [0; 16]);
        write_at(&file, offset_of(*n), &*empty).at("write", &path)?;
    }
    for (n, id) in (found.slots..).zip(lost) {
        let mut slot = Zeroizing::new([0; SLOT_LEN]);
        slot[16..32].copy_from_slice(id);
        slot[32..BODY_LEN].copy_from_slice(LOST);
        write_at(&file, offset_of(n), &*found.macs.seal(n, slot)).at("write", &path)?;
    }
    file.sync_all().at("sync", &path)?;
    let vault = Vault::open(dir, alias_key, VaultPoint::default())?;
    Ok(vault.point())
}

fn offset_of(n: u32) -> u64 {
    (u64::from(n) + 1) * SLOT_LEN as u64
}

fn key_in(slot: &Slot) -> Secret {
    let mut key = Zeroizing::new([0; 32]);
    key.copy_from_slice(&slot[16..BODY_LEN]);
    key
}

fn applied_mark(ids: &[IdBytes]) -> [u8; 8] {
    let mut mark = [0; 8];
    if !ids.is_empty() {
        let mut hasher = blake3::Hasher::new_derive_key("stampbook 2026-11 vault erased v1");
        hasher.update(ids.as_flattened());
        hasher.finalize_xof().fill(&mut mark);
    }
    mark
}

/// Seals plaintext under a key: nonce (24 bytes), ciphertext, tag. `bound` is bound
/// in: the id of a profile's member, so that it cannot pass for another's.
pub fn seal(key: &Secret, bound: &[u8], plaintext: &[u8], nonce: &[u8; 24]) -> Vec<u8> {
    let cipher = XChaCha20Poly1305::new(Key::from_slice(&**key));
    let payload = Payload {
        msg: plaintext,
        aad: bound,
    };
    let sealed = cipher
        .encrypt(XNonce::from_slice(nonce), payload)
        .expect("only a plaintext of 256 GiB can fail");
    [&nonce[..], &sealed].concat()
}

/// Opens the bytes that [`seal`] made; None if key, `bound` or bytes do not match.
pub fn unseal(key: &Secret, bound: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, body) = sealed.split_at_checked(24)?;
    let cipher = XChaCha20Poly1305::new(Key::from_slice(&**key));
    let payload = Payload {
        msg: body,
        aad: bound,
    };
    cipher
        .decrypt(XNonce::from_slice(nonce), payload)
        .ok()
        .map(Zeroizing::new)
}

#[cfg(test)]
#[path = "tests/vault.rs"]
mod tests;
