//! The secrets folder: signing key, alias key, and the vault of member keys.
//!
//! What is sealed under a member's key can be read only while the vault holds
//! that key, so taking a key out erases the member from a journal that never
//! changes. The folder is kept apart from the ledger and backed up by its own
//! rule.
//!
//! The vault file is a 64-byte head and then one 64-byte slot per member in the
//! order of enrolment: id (16), key (32), checksum (16). A slot of zeros was
//! erased; slots never move, so a caller may keep the number as a hint.

use super::error::{At, Trouble};
use super::files::{self, limit, read_at, write_at};
use super::writer_state::{FILE_NAME, WriterState, WriterStateStore};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{Key, KeyInit, XChaCha20Poly1305, XNonce};
use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use zeroize::{Zeroize, Zeroizing};

/// A random member id, as raw bytes.
pub type IdBytes = [u8; 16];
/// A 32-byte secret that is wiped from memory when dropped.
pub type Secret = Zeroizing<[u8; 32]>;

const SLOT_LEN: usize = 64;
const HEAD: &[u8; 16] = b"STAMPBOOK VAULT\n";
const FORMAT: u32 = 1;
/// Slots read at once while scanning.
const SCAN_SLOTS: usize = 4096;

/// The secrets folder.
#[derive(Debug)]
pub struct Secrets {
    dir: PathBuf,
}

impl Secrets {
    /// Makes the folder with both keys, an empty vault and a writer state that
    /// begins under `origin`, all durable.
    ///
    /// # Errors
    /// [`Trouble::Foreign`] if a signing key lies there already: a second ledger
    /// must not sign with, or lose, the first one's.
    pub fn create(
        dir: &Path,
        signing: &[u8; 32],
        alias: &[u8; 32],
        origin: &str,
    ) -> Result<Self, Trouble> {
        let secrets = Secrets {
            dir: dir.to_path_buf(),
        };
        files::make_private_folder(dir)?;
        for name in ["signing.key", "alias.key", "vault", FILE_NAME] {
            if dir.join(name).exists() {
                return Err(Trouble::foreign(
                    &dir.join(name),
                    "it exists already; choose another folder",
                ));
            }
        }
        files::write_durably(&dir.join("alias.key"), alias)?;
        files::write_durably(&dir.join("vault"), &*vault_head())?;
        WriterStateStore::create(dir, WriterState::start(origin))?;
        files::write_durably(&dir.join("signing.key"), signing)?;
        Ok(secrets)
    }

    /// The folder as it lies; each secret is read when asked for, so that what
    /// needs no key works without it.
    pub fn open(dir: &Path) -> Result<Self, Trouble> {
        files::list_named(dir)?;
        Ok(Secrets {
            dir: dir.to_path_buf(),
        })
    }

    /// Where the secrets lie.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The Ed25519 signing key's 32 raw bytes.
    pub fn signing_key(&self) -> Result<Secret, Trouble> {
        self.key_file("signing.key")
    }

    /// The secret under which aliases are hashed.
    pub fn alias_key(&self) -> Result<Secret, Trouble> {
        self.key_file("alias.key")
    }

    /// Replaces the signing key durably (for a KeyRotated entry).
    pub fn replace_signing_key(&self, signing: &[u8; 32]) -> Result<(), Trouble> {
        files::write_durably(&self.dir.join("signing.key"), signing)
    }

    /// Opens the writer state.
    pub fn writer_state(&self) -> Result<WriterStateStore, Trouble> {
        WriterStateStore::open(&self.dir)
    }

    /// Opens the vault for reading and writing.
    pub fn vault(&self) -> Result<Vault, Trouble> {
        Vault::open(&self.dir.join("vault"))
    }

    fn key_file(&self, name: &str) -> Result<Secret, Trouble> {
        let path = self.dir.join(name);
        let bytes = Zeroizing::new(files::read(&path, limit::KEY_FILE)?);
        let key = <[u8; 32]>::try_from(bytes.as_slice())
            .map_err(|_| Trouble::foreign(&path, "a key file holds exactly 32 bytes"))?;
        Ok(Zeroizing::new(key))
    }
}

fn vault_head() -> Box<[u8; SLOT_LEN]> {
    let mut head = Box::new([0; SLOT_LEN]);
    head[..16].copy_from_slice(HEAD);
    head[16..20].copy_from_slice(&FORMAT.to_le_bytes());
    head
}

/// The vault: one key per member.
pub struct Vault {
    file: File,
    path: PathBuf,
    slots: u32,
    /// Built at the first lookup without a good hint; ids only, never keys.
    index: Option<HashMap<IdBytes, u32>>,
    is_poisoned: bool,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Vault({}, {} slots)", self.path.display(), self.slots)
    }
}

type Slot = Zeroizing<[u8; SLOT_LEN]>;

impl Vault {
    /// Opens a vault file. A last slot that was not written whole is cut off:
    /// its add was never acknowledged, so no page uses it.
    ///
    /// # Errors
    /// [`Trouble::Foreign`], [`Trouble::Newer`], or I/O trouble.
    pub fn open(path: &Path) -> Result<Self, Trouble> {
        let file = files::edit(path)?;
        let len = files::check_len(&file, path, limit::VAULT)?;
        check_head(&file, path)?;
        let whole = (len / SLOT_LEN as u64).saturating_sub(1);
        let slots = u32::try_from(whole).map_err(|_| Trouble::foreign(path, "too long"))?;
        let mut vault = Vault {
            file,
            path: path.to_path_buf(),
            slots,
            index: None,
            is_poisoned: false,
        };
        vault.cut_torn()?;
        Ok(vault)
    }

    // Several slots may be torn: one append holds a whole group of members, and
    // a power cut keeps any part of it. Each whole slot among them is harmless.
    fn cut_torn(&mut self) -> Result<(), Trouble> {
        let before = self.slots;
        while self.slots > 0 && !is_sound(&*self.slot(self.slots - 1)?) {
            self.slots -= 1;
        }
        let len = self.file.metadata().at("read", &self.path)?.len();
        if self.slots < before || len != self.end() {
            self.file.set_len(self.end()).at("cut", &self.path)?;
            self.file.sync_all().at("sync", &self.path)?;
        }
        Ok(())
    }

    fn end(&self) -> u64 {
        (u64::from(self.slots) + 1) * SLOT_LEN as u64
    }

    /// How many slots there are, erased ones included.
    pub fn slots(&self) -> u32 {
        self.slots
    }

    /// Adds members' keys with one append and one fdatasync; returns the slot of
    /// each. On return they are durable, and a page may use them.
    ///
    /// # Errors
    /// After an I/O error what lies on the disk is unknown: the vault is poisoned.
    pub fn add(&mut self, members: &[(IdBytes, [u8; 32])]) -> Result<Vec<u32>, Trouble> {
        self.check_poison()?;
        let mut bytes = Zeroizing::new(Vec::with_capacity(members.len() * SLOT_LEN));
        for (id, key) in members {
            bytes.extend_from_slice(&*filled_slot(id, key));
        }
        self.is_poisoned = true;
        write_at(&self.file, self.end(), &bytes).at("write", &self.path)?;
        self.file.sync_data().at("sync", &self.path)?;
        self.is_poisoned = false;
        Ok(self.enter(members))
    }

    fn enter(&mut self, members: &[(IdBytes, [u8; 32])]) -> Vec<u32> {
        let first = self.slots;
        let given: Vec<u32> = (0..members.len()).map(|n| first + n as u32).collect();
        self.slots += members.len() as u32;
        if let Some(index) = &mut self.index {
            index.extend(members.iter().map(|m| m.0).zip(given.iter().copied()));
        }
        given
    }

    /// A member's key, or nothing if it was erased or never there.
    ///
    /// `hint` is the slot that [`Vault::add`] returned, where known: then one
    /// read finds it. Otherwise the ids are indexed once.
    ///
    /// # Errors
    /// [`Trouble::Damage`] if the slot does not verify.
    pub fn key(&mut self, id: &IdBytes, hint: Option<u32>) -> Result<Option<Secret>, Trouble> {
        self.check_poison()?;
        if let Some(slot) = hint.filter(|slot| *slot < self.slots) {
            let bytes = self.slot(slot)?;
            if bytes[..16] == id[..] && *id != [0; 16] {
                return self.key_in(slot, &bytes).map(Some);
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
        let Some(slot) = self.find(id)? else {
            return Ok(None);
        };
        let bytes = self.slot(slot)?;
        let key = self.key_in(slot, &bytes)?;
        Ok(Some((slot, key)))
    }

    fn key_in(&self, slot: u32, bytes: &Slot) -> Result<Secret, Trouble> {
        if !is_sound(bytes) {
            return Err(self.damage(slot));
        }
        let mut key = Zeroizing::new([0; 32]);
        key.copy_from_slice(&bytes[16..48]);
        Ok(key)
    }

    fn damage(&self, slot: u32) -> Trouble {
        let finding =
            format!("slot {slot} of the vault does not verify; take the vault from its backup");
        let offset = (u64::from(slot) + 1) * SLOT_LEN as u64;
        Trouble::Damage {
            path: self.path.clone(),
            offset,
            first_seq: 0,
            finding,
        }
    }

    /// Takes members' keys out for ever: the vault is written anew without them
    /// and replaces the old one durably. Naming one that is not there is fine,
    /// so that erasures can be applied again at every open. Returns how many
    /// were taken out.
    pub fn erase(&mut self, ids: &[IdBytes]) -> Result<usize, Trouble> {
        self.check_poison()?;
        let mut slots = Vec::new();
        for id in ids {
            slots.extend(self.find(id)?);
        }
        if !slots.is_empty() {
            self.rewrite_without(&slots)?;
        }
        Ok(slots.len())
    }

    fn rewrite_without(&mut self, slots: &[u32]) -> Result<(), Trouble> {
        let mut bytes = Zeroizing::new(vec![0; self.end() as usize]);
        read_at(&self.file, 0, &mut bytes).at("read", &self.path)?;
        for slot in slots {
            let start = (*slot as usize + 1) * SLOT_LEN;
            bytes[start..start + SLOT_LEN].zeroize();
        }
        self.is_poisoned = true;
        files::write_durably(&self.path, &bytes)?;
        self.file = files::edit(&self.path)?;
        self.is_poisoned = false;
        if let Some(index) = &mut self.index {
            index.retain(|_, slot| !slots.contains(slot));
        }
        Ok(())
    }

    fn find(&mut self, id: &IdBytes) -> Result<Option<u32>, Trouble> {
        if self.index.is_none() {
            self.index = Some(self.read_index()?);
        }
        Ok(self.index.as_ref().and_then(|index| index.get(id)).copied())
    }

    fn read_index(&self) -> Result<HashMap<IdBytes, u32>, Trouble> {
        let mut index = HashMap::with_capacity(self.slots as usize);
        let mut buffer = Zeroizing::new(vec![0; SCAN_SLOTS * SLOT_LEN]);
        let mut first = 0;
        while first < self.slots {
            let count = (self.slots - first).min(SCAN_SLOTS as u32);
            let piece = &mut buffer[..count as usize * SLOT_LEN];
            let offset = (u64::from(first) + 1) * SLOT_LEN as u64;
            read_at(&self.file, offset, piece).at("read", &self.path)?;
            for (n, slot) in (first..).zip(piece.chunks_exact(SLOT_LEN)) {
                let mut id = [0; 16];
                id.copy_from_slice(&slot[..16]);
                index.insert(id, n);
            }
            first += count;
        }
        index.remove(&[0; 16]);
        Ok(index)
    }

    fn slot(&self, slot: u32) -> Result<Slot, Trouble> {
        let mut bytes = Zeroizing::new([0; SLOT_LEN]);
        let offset = (u64::from(slot) + 1) * SLOT_LEN as u64;
        read_at(&self.file, offset, &mut *bytes).at("read", &self.path)?;
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

fn check_head(file: &File, path: &Path) -> Result<(), Trouble> {
    let mut head = [0; SLOT_LEN];
    let len = read_at(file, 0, &mut head).at("read", path)?;
    if len < SLOT_LEN || head[..16] != HEAD[..] {
        return Err(Trouble::foreign(path, "it does not begin like a vault"));
    }
    let mut format = [0; 4];
    format.copy_from_slice(&head[16..20]);
    match u32::from_le_bytes(format) {
        FORMAT => Ok(()),
        found => Err(Trouble::Newer {
            path: path.to_path_buf(),
            found,
            known: FORMAT,
        }),
    }
}

fn filled_slot(id: &IdBytes, key: &[u8; 32]) -> Slot {
    let mut slot = Zeroizing::new([0; SLOT_LEN]);
    slot[..16].copy_from_slice(id);
    slot[16..48].copy_from_slice(key);
    let sum = checksum(&slot[..48]);
    slot[48..].copy_from_slice(&sum);
    slot
}

fn is_sound(slot: &[u8; SLOT_LEN]) -> bool {
    *slot == [0; SLOT_LEN] || slot[48..] == checksum(&slot[..48])
}

fn checksum(bytes: &[u8]) -> [u8; 16] {
    let whole = blake3::derive_key("stampbook 2026-11 vault slot v1", bytes);
    let mut sum = [0; 16];
    sum.copy_from_slice(&whole[..16]);
    sum
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
