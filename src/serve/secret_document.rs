//! JSON documents in small files of the secrets folder.

use crate::storage::error::{At, StorageError};
use crate::storage::files;
use crate::storage::secret_file::{self, Kind};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::Path;

/// Reads a document; an empty one if there is no file.
///
/// # Errors
/// [`StorageError::SecretDamage`]; I/O errors.
pub(super) fn read<D>(dir: &Path, kind: Kind) -> Result<D, StorageError>
where
    D: DeserializeOwned + Default,
{
    let content = match secret_file::read(dir, kind) {
        Err(trouble) if trouble.is_absent() => return Ok(D::default()),
        content => content?,
    };
    serde_json::from_slice(&content).map_err(|error| {
        let finding = format!("its {} cannot be read: {error}", kind.file_name());
        StorageError::secret_damage(&kind.path(dir), finding)
    })
}

/// Changes a document under a lock, so that of two concurrent changes none is lost.
///
/// # Errors
/// As [`read`]; the file cannot be written.
pub(super) fn edit<D, T>(
    dir: &Path,
    kind: Kind,
    change: impl FnOnce(&mut D) -> T,
) -> Result<T, StorageError>
where
    D: DeserializeOwned + Default + Serialize,
{
    let path = kind.path(dir).with_added_extension("lock");
    let lock = files::edit_or_create(&path)?;
    lock.lock().at("lock", &path)?;
    let mut document: D = read(dir, kind)?;
    let told = change(&mut document);
    let content = serde_json::to_vec(&document).unwrap_or_default();
    secret_file::write(dir, kind, &content)?;
    Ok(told)
}
