//! Check of the secrets, if at hand: keys and vault must be those of the
//! journal and of its members. No claim of FORMAT.md depends on them.

use super::report::{DeviationKind, Findings, SecretsVerdict};
use super::text::grouped;
use crate::chain::note::{SigningKey, VerifierKey};
use crate::engine::alias_check;
use crate::model::{Entry, Genesis, MemberId};
use crate::storage::error::StorageError;
use crate::storage::secrets::Secrets;
use crate::storage::vault::{IdBytes, Secret, Vault, VaultPoint};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

/// Secrets folder of a ledger.
#[derive(Clone, Debug)]
pub struct SecretsFolder {
    /// The folder.
    pub dir: PathBuf,
    /// True if it was named; one that was not need not be readable.
    pub is_named: bool,
}

/// Comparison of members' keys with the journal, during the walk.
pub(super) struct SecretsCheck {
    dir: PathBuf,
    secrets: Secrets,
    alias_key: Secret,
    /// Extent of the vault that the writer state claims.
    known: VaultPoint,
    /// Members with a key before the journal was read, each with whether the
    /// journal mentions it.
    keys: HashMap<IdBytes, bool>,
    slots: u32,
    /// Members without a key, each with the entry that needs it.
    keyless: BTreeMap<MemberId, u64>,
    /// Members with a key although an entry erased them.
    erased: BTreeMap<MemberId, u64>,
    findings: Findings,
}

impl SecretsCheck {
    /// Reads the keys and verifies the vault.
    ///
    /// # Errors
    /// [`StorageError`] with reading; a fault in a readable file is a finding.
    pub fn open(dir: &Path) -> Result<SecretsCheck, StorageError> {
        let secrets = Secrets::open(dir)?;
        let alias_key = secrets.alias_key()?;
        let mut findings = Findings::default();
        let known = match secrets.writer_state() {
            Ok(store) => store.state().vault,
            Err(StorageError::NoWriterState { finding, .. }) => {
                findings.doubt(format!(
                    "the writer state does not say which vault is the newest: {finding}"
                ));
                VaultPoint::default()
            }
            Err(other) => return Err(other),
        };
        let mut check = SecretsCheck {
            dir: dir.to_path_buf(),
            secrets,
            alias_key,
            known,
            keys: HashMap::new(),
            slots: 0,
            keyless: BTreeMap::new(),
            erased: BTreeMap::new(),
            findings,
        };
        match check.vault() {
            Ok(mut vault) => {
                check.slots = vault.slots();
                check.keys = vault.members()?.map(|id| (id, false)).collect();
            }
            Err(damage @ StorageError::SecretDamage { .. }) => check.damaged(&damage),
            Err(other) => return Err(other),
        }
        Ok(check)
    }

    /// Opens the vault and verifies every slot.
    fn vault(&self) -> Result<Vault, StorageError> {
        let mut vault = self.secrets.vault(&self.alias_key, self.known)?;
        vault.verify()?;
        Ok(vault)
    }

    fn damaged(&mut self, damage: &StorageError) {
        self.findings
            .add(DeviationKind::Edited, None, None, damage.to_string());
    }

    /// Notes the members whose keys an entry needs or destroys.
    pub fn entry(&mut self, entry: &Entry) {
        if let Some(id) = entry.sealed_for() {
            match self.keys.get_mut(&id.0) {
                Some(is_told) => *is_told = true,
                None => drop(self.keyless.entry(id).or_insert(entry.seq)),
            }
        }
        for id in entry.erases() {
            self.keyless.remove(&id);
            if self.keys.contains_key(&id.0) {
                self.erased.insert(id, entry.seq);
            }
        }
    }

    /// Compares once the journal has been read. Missing keys are looked up
    /// again: a writer may have been at work.
    ///
    /// # Errors
    /// I/O errors.
    pub fn judge(
        mut self,
        genesis: Option<&Genesis>,
        signer: Option<&VerifierKey>,
    ) -> Result<SecretsVerdict, StorageError> {
        self.judge_keys(genesis, signer)?;
        let mut lost = 0;
        match self.vault() {
            Ok(vault) => lost = self.judge_members(vault)?,
            // Already reported, if it was so before.
            Err(StorageError::SecretDamage { .. }) if self.findings.count > 0 => {}
            Err(damage @ StorageError::SecretDamage { .. }) => self.damaged(&damage),
            Err(other) => return Err(other),
        }
        let unused = self.keys.values().filter(|is_told| !**is_told).count() as u64;
        let mut because = format!("{} members' keys", grouped(self.keys.len() as u64));
        if unused > 0 {
            because += &format!(", {} of them of nobody in the journal", grouped(unused));
        }
        if lost > 0 {
            because += &format!("; those of {} were accepted as lost", grouped(lost));
        }
        Ok(self.findings.into_secrets(&self.dir, because))
    }

    fn judge_keys(
        &mut self,
        genesis: Option<&Genesis>,
        signer: Option<&VerifierKey>,
    ) -> Result<(), StorageError> {
        if genesis.is_some_and(|genesis| genesis.alias_check != alias_check(&self.alias_key)) {
            let what = "alias.key is not that of this ledger (its Genesis names another)";
            self.findings.add(
                DeviationKind::Contradiction,
                Some((0, 0)),
                None,
                what.into(),
            );
        }
        let seed = self.secrets.signing_key()?;
        let own = signer.map(|key| (SigningKey::new(key.name(), &seed), key));
        if let Some((Ok(own), key)) = own
            && *own.verifier() != *key
        {
            let what = format!("signing.key is not the key that signs the ledger, which is {key}");
            self.findings
                .add(DeviationKind::Signature, None, None, what);
        }
        Ok(())
    }

    /// Returns the number of members whose keys were accepted as lost.
    fn judge_members(&mut self, mut vault: Vault) -> Result<u64, StorageError> {
        let mut lost = 0;
        let has_moved = vault.slots() != self.slots;
        for (id, seq) in std::mem::take(&mut self.keyless) {
            if vault.has(&id.0)? {
                continue;
            }
            if vault.is_lost(&id.0)? {
                lost += 1;
                continue;
            }
            if has_moved && vault.was_erased(&id.0)? {
                self.findings.doubt(format!(
                    "member {id} was erased while this was read; verify again"
                ));
                continue;
            }
            let what = format!(
                "the key of member {id} is gone from the vault, and no entry erased them: the profile cannot be read any more"
            );
            self.findings
                .add(DeviationKind::Missing, Some((seq, seq)), None, what);
        }
        for (id, seq) in std::mem::take(&mut self.erased) {
            if vault.has(&id.0)? {
                let what = format!(
                    "member {id} was erased, and the key is in the vault still; the next command finishes the erasure"
                );
                self.findings
                    .add(DeviationKind::Contradiction, Some((seq, seq)), None, what);
            }
        }
        Ok(lost)
    }
}

/// Verdict on secrets that could not be read.
pub(super) fn unread(dir: &Path, trouble: &StorageError) -> SecretsVerdict {
    let mut findings = Findings::default();
    match trouble {
        StorageError::SecretDamage { .. } => {
            findings.add(DeviationKind::Edited, None, None, trouble.to_string());
        }
        _ => findings.doubt(trouble.to_string()),
    }
    findings.into_secrets(dir, String::new())
}
