//! The secrets folder: signing key, alias key, the vault of member keys and the
//! writer state. It is kept apart from the ledger and backed up separately.

use super::error::StorageError;
use super::files;
use super::secret_file::{self, Kind};
use super::vault::{self, Secret, Vault, VaultPoint};
use super::writer_state::{self, WriterState, WriterStateStore};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The files that `stampbook init` makes in the folder.
const FILE_NAMES: [&str; 4] = [
    Kind::SigningKey.file_name(),
    Kind::AliasKey.file_name(),
    vault::FILE_NAME,
    writer_state::FILE_NAME,
];

/// The secrets folder.
#[derive(Debug)]
pub struct Secrets {
    dir: PathBuf,
}

impl Secrets {
    /// Makes the folder with both keys, an empty vault and a writer state that
    /// begins under `origin`, all durable. Until [`Secrets::finish_init`] it
    /// carries the marker of an unfinished init.
    ///
    /// # Errors
    /// [`StorageError::Foreign`] if there is a secret already: a second ledger must
    /// not sign with, or lose, the first one's.
    pub fn create(
        dir: &Path,
        ledger: &Path,
        signing: &[u8; 32],
        alias: &[u8; 32],
        origin: &str,
    ) -> Result<Self, StorageError> {
        files::make_private_folder(dir)?;
        check_free(dir)?;
        let place = place_of(ledger);
        secret_file::write(dir, Kind::UnfinishedInit, place.as_bytes())?;
        secret_file::write(dir, Kind::AliasKey, alias)?;
        vault::create(dir, &Zeroizing::new(*alias))?;
        WriterStateStore::create(dir, WriterState::start(origin))?;
        secret_file::write(dir, Kind::SigningKey, signing)?;
        Secrets::open(dir)
    }

    /// Opens the folder; each secret is read when asked for, so that operations
    /// that need no key work without it.
    ///
    /// # Errors
    /// I/O errors, also where there is no such folder.
    pub fn open(dir: &Path) -> Result<Self, StorageError> {
        files::list_named(dir)?;
        Ok(Secrets {
            dir: dir.to_path_buf(),
        })
    }

    /// Path of the folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The Ed25519 signing key's seed.
    ///
    /// # Errors
    /// [`StorageError::SecretDamage`]; I/O errors.
    pub fn signing_key(&self) -> Result<Secret, StorageError> {
        self.key(Kind::SigningKey)
    }

    fn key(&self, kind: Kind) -> Result<Secret, StorageError> {
        match secret_file::read_key(&self.dir, kind) {
            Err(absent) if absent.is_absent() => Err(StorageError::secret_damage(
                &kind.path(&self.dir),
                "the file is not there",
            )),
            read => read,
        }
    }

    /// The secret under which aliases are hashed.
    ///
    /// # Errors
    /// [`StorageError::SecretDamage`]; I/O errors.
    pub fn alias_key(&self) -> Result<Secret, StorageError> {
        self.key(Kind::AliasKey)
    }

    /// Opens the writer state.
    ///
    /// # Errors
    /// As [`WriterStateStore::open`].
    pub fn writer_state(&self) -> Result<WriterStateStore, StorageError> {
        WriterStateStore::open(&self.dir)
    }

    /// Opens the vault for reading and writing. `known` is its extent when the
    /// writer state was written.
    ///
    /// # Errors
    /// As [`Vault::open`].
    pub fn vault(&self, alias_key: &Secret, known: VaultPoint) -> Result<Vault, StorageError> {
        Vault::open(&self.dir, alias_key, known)
    }

    /// True if an init of the ledger in a folder was cut short and left its
    /// marker in a secrets folder.
    ///
    /// # Errors
    /// [`StorageError::Foreign`] if the init was of another ledger, which is still
    /// there; [`StorageError::SecretDamage`]; I/O errors.
    pub fn has_unfinished_init(dir: &Path, ledger: &Path) -> Result<bool, StorageError> {
        if !Secrets::is_init_unfinished(dir) {
            return Ok(false);
        }
        let content = secret_file::read(dir, Kind::UnfinishedInit)?;
        let other = String::from_utf8_lossy(&content).into_owned();
        if other == place_of(ledger) || !Path::new(&other).exists() {
            return Ok(true);
        }
        let finding = format!(
            "an init of the ledger {other} was cut short here; run `stampbook init` for that one again, or name another secrets folder"
        );
        Err(StorageError::foreign(dir, finding))
    }

    /// True if an init of any ledger is under way or was cut short here.
    pub fn is_init_unfinished(dir: &Path) -> bool {
        Kind::UnfinishedInit.path(dir).symlink_metadata().is_ok()
    }

    /// Removes the files that an unfinished init left in the folder, except the
    /// marker, which the next init takes over.
    ///
    /// # Errors
    /// [`StorageError::Foreign`] if the vault holds a member's key; I/O errors.
    pub fn clear_unfinished(dir: &Path) -> Result<(), StorageError> {
        let vault = dir.join(vault::FILE_NAME);
        if vault
            .metadata()
            .is_ok_and(|found| found.len() > vault::EMPTY_LEN)
        {
            let finding = "it holds members' keys, so no init was cut short here; remove init-unfinished beside it if the ledger is whole";
            return Err(StorageError::foreign(&vault, finding));
        }
        for name in FILE_NAMES {
            let path = dir.join(name);
            files::remove(&path.with_added_extension("part"))?;
            files::remove(&path)?;
        }
        files::sync_dir(dir)
    }

    /// Removes the marker of an unfinished init, durably.
    ///
    /// # Errors
    /// I/O errors.
    pub fn finish_init(&self) -> Result<(), StorageError> {
        if !Secrets::is_init_unfinished(&self.dir) {
            return Ok(());
        }
        files::remove(&Kind::UnfinishedInit.path(&self.dir))?;
        files::sync_dir(&self.dir)
    }

    /// Describes who besides their owner may read the secrets, and the remedy;
    /// None if nobody may.
    ///
    /// # Errors
    /// I/O errors.
    pub fn exposure(&self) -> Result<Option<String>, StorageError> {
        let mut found = Vec::new();
        for path in files::list_named(&self.dir)? {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let later = [Kind::Tokens, Kind::Webhooks, Kind::Supervisors].map(Kind::file_name);
            if !FILE_NAMES.contains(&&*name) && !later.contains(&&*name) {
                continue;
            }
            if let Some(mode) = files::exposed(&path)? {
                found.push(format!("{name} {mode:03o}"));
            }
        }
        let dir = self.dir.display();
        if let Some(mode) = files::exposed(&self.dir)? {
            found.insert(0, format!("the folder itself {mode:03o}"));
        }
        Ok((!found.is_empty()).then(|| {
            let found = found.join(", ");
            format!("the secrets in {dir} are open to others than their owner ({found}); run `chmod -R go-rwx '{dir}'`")
        }))
    }
}

/// Refuses a folder that contains a ledger's secrets.
///
/// # Errors
/// [`StorageError::Foreign`].
pub fn check_free(dir: &Path) -> Result<(), StorageError> {
    for name in FILE_NAMES {
        if dir.join(name).symlink_metadata().is_ok() {
            let finding = "it exists already and may be another ledger's; choose another folder with --secrets";
            return Err(StorageError::foreign(&dir.join(name), finding));
        }
    }
    Ok(())
}

/// Absolute path of a folder as text; the folder need not exist.
fn place_of(ledger: &Path) -> String {
    let place = std::path::absolute(ledger).unwrap_or_else(|_| ledger.to_path_buf());
    place.display().to_string()
}
