//! The vault: one key per member.
//!
//! What is sealed under a member's key can be read only while the vault holds
//! that key, so taking a key out erases the member from a journal that never
//! changes.
//!
//! The file is a head and then one slot per member in the order of enrolment, 64
//! bytes each. Slots never move, so a caller may keep the number as a hint.
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
//! | 16 | 32 | key; once erased 16 bytes of the share and 16 of 0 |
//! | 48 | 16 | MAC over the number of the slot and what stands before it |
//!
//! Numbers are little endian. The MACs are keyed BLAKE3 under a key derived from
//! the alias key, so a slot that was moved, or is another vault's, does not verify.
//! A slot's share is a MAC of its number and id; it outlives erasing, so the XOR of
//! all shares ([`VaultPoint`]) is the same before and after, and whoever keeps it
//! elsewhere knows an older vault, or another one, from this.

use super::error::{At, Trouble};
use super::files::{self, limit, read_at, write_at};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{Key, KeyInit, XChaCha20Poly1305, XNonce};
use std::collections::HashMap;
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
/// Slots read at once while scanning.
const SCAN_SLOTS: u32 = 4096;

/// How many slots a vault has, and the XOR of their shares.
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
    head: Head,
    point: VaultPoint,
    /// Behind the last slot lie bytes of one that was never acknowledged.
    is_torn: bool,
    /// Built at the first lookup without a good hint; ids only, never keys.
    index: Option<HashMap<IdBytes, u32>>,
    /// Erased slots with their shares, as the index found them or made since.
    erased: Vec<(u32, [u8; 16])>,
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

    fn share(&self, n: u32, id: &IdBytes) -> [u8; 16] {
        mac(&self.share, n, id)
    }

    /// The MAC of the head counts as that of a slot behind all others.
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

/// What the head says beside what is fixed.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Head {
    applied: [u8; 8],
}

impl Head {
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

    fn read(file: &File, path: &Path, macs: &Macs) -> Result<Head, Trouble> {
        let mut bytes = [0; SLOT_LEN];
        let len = read_at(file, 0, &mut bytes).at("read", path)?;
        if len < SLOT_LEN || bytes[..16] != MAGIC[..] {
            return Err(Trouble::secret_damage(
                path,
                "it does not begin like a vault",
            ));
        }
        let mut applied = [0; 8];
        applied.copy_from_slice(&bytes[40..BODY_LEN]);
        let head = Head { applied };
        if bytes == head.to_bytes(macs) {
            return Ok(head);
        }
        let mut version = [0; 4];
        version.copy_from_slice(&bytes[16..20]);
        let found = u32::from_le_bytes(version);
        if found > VERSION && bytes[BODY_LEN..] == macs.head(&bytes[..BODY_LEN]) {
            return Err(Trouble::Newer {
                path: path.to_path_buf(),
                found,
                known: VERSION,
            });
        }
        let is_foreign = bytes[24..40] != macs.ledger;
        Err(Trouble::secret_damage(
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
/// I/O trouble.
pub fn create(dir: &Path, alias_key: &Secret) -> Result<(), Trouble> {
    let macs = Macs::new(alias_key);
    let head = Head { applied: [0; 8] };
    files::write_durably(&dir.join(FILE_NAME), &head.to_bytes(&macs))
}

impl Vault {
    /// Opens the vault in a secrets folder. `known` is what was noted elsewhere of
    /// it after something was added: so many slots were acknowledged. Behind those,
    /// a slot that does not verify was never acknowledged; it and what follows are
    /// written over by the next add.
    ///
    /// # Errors
    /// [`Trouble::SecretDamage`] if it is another ledger's, has fewer slots than
    /// are known, or its head does not verify; [`Trouble::Newer`]; I/O trouble.
    pub fn open(dir: &Path, alias_key: &Secret, known: VaultPoint) -> Result<Self, Trouble> {
        let path = dir.join(FILE_NAME);
        let file = files::edit_or_read(&path)?;
        let len = files::check_len(&file, &path, limit::VAULT)?;
        let macs = Macs::new(alias_key);
        let head = Head::read(&file, &path, &macs)?;
        let whole = (len / SLOT_LEN as u64).saturating_sub(1);
        let whole = u32::try_from(whole).unwrap_or(u32::MAX - 1);
        if whole < known.slots {
            let finding = format!(
                "it holds the keys of {whole} members, {} were acknowledged: it is older than the ledger, or was cut",
                known.slots
            );
            return Err(Trouble::secret_damage(&path, finding));
        }
        let mut vault = Vault {
            file,
            path,
            macs,
            head,
            point: known,
            is_torn: false,
            index: None,
            erased: Vec::new(),
            is_poisoned: false,
        };
        vault.take_tail(whole)?;
        vault.is_torn = len != vault.end();
        Ok(vault)
    }

    /// Takes up the slots behind those that are known, as far as they verify.
    // Several slots may be torn: one append holds a whole group of members, and a
    // power cut keeps any part of it.
    fn take_tail(&mut self, whole: u32) -> Result<(), Trouble> {
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

    /// How many slots there are, erased ones included.
    pub fn slots(&self) -> u32 {
        self.point.slots
    }

    /// How far the vault reaches; to be noted elsewhere once a page uses its keys.
    pub fn point(&self) -> VaultPoint {
        self.point
    }

    /// Adds members' keys with one append and one fdatasync; returns the slot of
    /// each. On return they are durable, and a page may use them.
    ///
    /// # Errors
    /// After an I/O error what lies on the disk is unknown: the vault is poisoned.
    pub fn add(&mut self, members: &[(IdBytes, [u8; 32])]) -> Result<Vec<u32>, Trouble> {
        self.check_poison()?;
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
        self.seal_slot(n, slot)
    }

    fn erased_slot(&self, n: u32, share: [u8; 16]) -> Slot {
        let mut slot = Zeroizing::new([0; SLOT_LEN]);
        slot[16..32].copy_from_slice(&share);
        self.seal_slot(n, slot)
    }

    fn seal_slot(&self, n: u32, mut slot: Slot) -> Slot {
        let mac = self.macs.slot(n, &slot[..BODY_LEN]);
        slot[BODY_LEN..].copy_from_slice(&mac);
        slot
    }

    /// A slot's share; None if the slot does not verify.
    fn share_in(&self, n: u32, slot: &[u8; SLOT_LEN]) -> Option<[u8; 16]> {
        if self.macs.slot(n, &slot[..BODY_LEN]) != slot[BODY_LEN..] {
            return None;
        }
        let mut first = [0; 16];
        if slot[..16] == [0; 16] {
            first.copy_from_slice(&slot[16..32]);
            return Some(first);
        }
        first.copy_from_slice(&slot[..16]);
        Some(self.macs.share(n, &first))
    }

    /// A member's key, or nothing if it was erased or never there.
    ///
    /// `hint` is the slot that [`Vault::add`] returned, where known: then one
    /// read finds it. Otherwise the ids are indexed once.
    ///
    /// # Errors
    /// [`Trouble::SecretDamage`] if the slot does not verify, or without a good
    /// hint any other.
    pub fn key(&mut self, id: &IdBytes, hint: Option<u32>) -> Result<Option<Secret>, Trouble> {
        self.check_poison()?;
        if let Some(n) = hint.filter(|n| *n < self.point.slots) {
            let slot = self.sound_slot(n)?;
            if slot[..16] == id[..] && *id != [0; 16] {
                return Ok(Some(key_in(&slot)));
            }
        }
        Ok(self.locate(id)?.map(|(_, key)| key))
    }

    /// A member's key with its slot, or nothing if it was erased or never there.
    /// The ids are indexed at the first call.
    ///
    /// # Errors
    /// As [`Vault::key`].
    pub fn locate(&mut self, id: &IdBytes) -> Result<Option<(u32, Secret)>, Trouble> {
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

    /// Whether the erasures of exactly these members were applied to this file.
    pub fn has_erased(&self, ids: &[IdBytes]) -> bool {
        self.head.applied == applied_mark(ids)
    }

    /// Takes members' keys out for ever: their slots are overwritten in place, and
    /// all is synced. Naming one that is not there is fine, so that erasures can be
    /// applied again. Returns how many were taken out.
    ///
    /// # Errors
    /// [`Trouble::SecretDamage`] if any slot does not verify: it could be the one.
    /// After an I/O error the vault is poisoned.
    pub fn erase(&mut self, ids: &[IdBytes]) -> Result<usize, Trouble> {
        self.check_poison()?;
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
            let slot = self.erased_slot(*n, *share);
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

    /// Whether there is a key of a member.
    ///
    /// # Errors
    /// As [`Vault::verify`].
    pub fn has(&mut self, id: &IdBytes) -> Result<bool, Trouble> {
        Ok(self.find(id)?.is_some())
    }

    /// The members whose keys are there, in no order.
    ///
    /// # Errors
    /// As [`Vault::verify`].
    pub fn members(&mut self) -> Result<impl Iterator<Item = IdBytes>, Trouble> {
        if self.index.is_none() {
            self.verify()?;
        }
        Ok(self.index.iter().flat_map(|index| index.keys().copied()))
    }

    /// Whether a slot proves that it was a member's and was erased.
    ///
    /// # Errors
    /// As [`Vault::verify`].
    pub fn was_erased(&mut self, id: &IdBytes) -> Result<bool, Trouble> {
        self.find(id)?;
        let is_share = |(n, share): &(u32, [u8; 16])| self.macs.share(*n, id) == *share;
        Ok(self.erased.iter().any(is_share))
    }

    /// Notes in the head that the erasures of exactly these members were applied.
    ///
    /// # Errors
    /// After an I/O error the vault is poisoned.
    pub fn note_erased(&mut self, ids: &[IdBytes]) -> Result<(), Trouble> {
        self.check_poison()?;
        let head = Head {
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

    /// Verifies every slot, and that they are those that were known.
    ///
    /// # Errors
    /// [`Trouble::SecretDamage`] naming the first slot that does not verify, or
    /// saying that slots are not the ones that were acknowledged; I/O trouble.
    pub fn verify(&mut self) -> Result<(), Trouble> {
        let (index, erased) = self.read_index()?;
        (self.index, self.erased) = (Some(index), erased);
        Ok(())
    }

    fn find(&mut self, id: &IdBytes) -> Result<Option<u32>, Trouble> {
        if self.index.is_none() {
            self.verify()?;
        }
        Ok(self.index.as_ref().and_then(|index| index.get(id)).copied())
    }

    #[allow(clippy::type_complexity)]
    fn read_index(&self) -> Result<(HashMap<IdBytes, u32>, Vec<(u32, [u8; 16])>), Trouble> {
        let mut index = HashMap::with_capacity(self.point.slots as usize);
        let mut buffer = Zeroizing::new(vec![0; SCAN_SLOTS as usize * SLOT_LEN]);
        let (mut n, mut check, mut erased) = (0, [0; 16], Vec::new());
        while n < self.point.slots {
            let count = (self.point.slots - n).min(SCAN_SLOTS);
            let piece = &mut buffer[..count as usize * SLOT_LEN];
            if read_at(&self.file, offset_of(n), piece).at("read", &self.path)? < piece.len() {
                return Err(self.damage(n));
            }
            for slot in piece.as_chunks::<SLOT_LEN>().0 {
                let share = self.share_in(n, slot).ok_or_else(|| self.damage(n))?;
                add_share(&mut check, share);
                let mut id = [0; 16];
                id.copy_from_slice(&slot[..16]);
                match id == [0; 16] {
                    true => erased.push((n, share)),
                    false => drop(index.insert(id, n)),
                }
                n += 1;
            }
        }
        if check != self.point.check {
            return Err(self.not_the_known());
        }
        Ok((index, erased))
    }

    fn not_the_known(&self) -> Trouble {
        let finding = "its slots are not those that were acknowledged";
        Trouble::secret_damage(&self.path, finding)
    }

    fn sound_slot(&self, n: u32) -> Result<Slot, Trouble> {
        let slot = self.slot(n)?;
        match self.share_in(n, &slot) {
            Some(_) => Ok(slot),
            None => Err(self.damage(n)),
        }
    }

    fn damage(&self, n: u32) -> Trouble {
        let offset = offset_of(n);
        let finding = format!("slot {n} at byte {offset} does not verify");
        Trouble::secret_damage(&self.path, finding)
    }

    fn slot(&self, n: u32) -> Result<Slot, Trouble> {
        let mut bytes = Zeroizing::new([0; SLOT_LEN]);
        read_at(&self.file, offset_of(n), &mut *bytes).at("read", &self.path)?;
        Ok(bytes)
    }

    fn check_poison(&self) -> Result<(), Trouble> {
        if self.is_poisoned {
            Err(Trouble::Poisoned {
                path: self.path.clone(),
            })
        } else {
            Ok(())
        }
    }
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

/// Seals plaintext under a member's key: nonce (24 bytes), ciphertext, tag. The
/// id is bound in, so that one member's sealed profile cannot pass for another's.
pub fn seal(key: &Secret, id: &IdBytes, plaintext: &[u8], nonce: &[u8; 24]) -> Vec<u8> {
    let cipher = XChaCha20Poly1305::new(Key::from_slice(&**key));
    let payload = Payload {
        msg: plaintext,
        aad: id,
    };
    let sealed = cipher
        .encrypt(XNonce::from_slice(nonce), payload)
        .expect("only a plaintext of 256 GiB can fail");
    [&nonce[..], &sealed].concat()
}

/// Opens what [`seal`] made, or nothing if key, id or bytes are not the ones.
pub fn unseal(key: &Secret, id: &IdBytes, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, body) = sealed.split_at_checked(24)?;
    let cipher = XChaCha20Poly1305::new(Key::from_slice(&**key));
    let payload = Payload { msg: body, aad: id };
    cipher
        .decrypt(XNonce::from_slice(nonce), payload)
        .ok()
        .map(Zeroizing::new)
}

#[cfg(test)]
#[path = "tests/vault.rs"]
mod tests;
