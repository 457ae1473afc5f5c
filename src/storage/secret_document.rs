//! JSON documents in small files of the secrets folder.

use super::error::{At, StorageError};
use super::files;
use super::secret_file::{self, Kind};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

/// A document, and its content when it was read last.
#[derive(Debug)]
pub struct SecretDocument<D> {
    dir: PathBuf,
    kind: Kind,
    seen: Arc<RwLock<Seen<D>>>,
}

/// Time and length of a file, and its number where there is one; None without a file.
type Version = Option<(SystemTime, u64, u64)>;

#[derive(Debug)]
struct Seen<D> {
    version: Version,
    content: Arc<D>,
}

impl<D> Clone for SecretDocument<D> {
    fn clone(&self) -> SecretDocument<D> {
        SecretDocument {
            dir: self.dir.clone(),
            kind: self.kind,
            seen: Arc::clone(&self.seen),
        }
    }
}

impl<D: DeserializeOwned + Default + Serialize> SecretDocument<D> {
    /// The document of a kind in a secrets folder; its file need not exist.
    pub fn new(dir: &Path, kind: Kind) -> SecretDocument<D> {
        let seen = Seen {
            version: None,
            content: Arc::default(),
        };
        SecretDocument {
            dir: dir.to_path_buf(),
            kind,
            seen: Arc::new(RwLock::new(seen)),
        }
    }

    /// The content; empty if there is no file. The file is read only if it was
    /// replaced since the last time.
    ///
    /// # Errors
    /// [`StorageError::SecretDamage`]; I/O errors.
    pub fn read(&self) -> Result<Arc<D>, StorageError> {
        // Before the content: if it is replaced meanwhile, it is read once more.
        let version = version(&self.kind.path(&self.dir));
        let seen = self.seen.read().unwrap_or_else(PoisonError::into_inner);
        if seen.version == version {
            return Ok(Arc::clone(&seen.content));
        }
        drop(seen);
        let content = Arc::new(self.read_file()?);
        *self.seen.write().unwrap_or_else(PoisonError::into_inner) = Seen {
            version,
            content: Arc::clone(&content),
        };
        Ok(content)
    }

    fn read_file(&self) -> Result<D, StorageError> {
        let content = match secret_file::read(&self.dir, self.kind) {
            Err(trouble) if trouble.is_absent() => return Ok(D::default()),
            content => content?,
        };
        serde_json::from_slice(&content).map_err(|error| {
            let finding = format!("its {} cannot be read: {error}", self.kind.file_name());
            StorageError::secret_damage(&self.kind.path(&self.dir), finding)
        })
    }

    /// Changes the content under a lock, so that of two concurrent changes none is lost.
    ///
    /// # Errors
    /// As [`SecretDocument::read`]; [`StorageError::Unfit`] for content that JSON does not
    /// have, and the file stays; the file cannot be written.
    pub fn edit<T>(&self, change: impl FnOnce(&mut D) -> T) -> Result<T, StorageError> {
        let path = self.kind.path(&self.dir).with_added_extension("lock");
        let lock = files::edit_or_create(&path)?;
        lock.lock().at("lock", &path)?;
        let mut content = self.read_file()?;
        let told = change(&mut content);
        let bytes = serde_json::to_vec(&content).map_err(|error| StorageError::Unfit {
            path: self.kind.path(&self.dir),
            finding: error.to_string(),
        })?;
        secret_file::write(&self.dir, self.kind, &bytes)?;
        Ok(told)
    }
}

fn version(path: &Path) -> Version {
    let found = path.metadata().ok()?;
    #[cfg(unix)]
    let number = std::os::unix::fs::MetadataExt::ino(&found);
    #[cfg(not(unix))]
    let number = 0;
    Some((found.modified().ok()?, found.len(), number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn of_many_changes_at_once_none_is_lost_and_readers_see_them() {
        let dir = tempfile::tempdir().unwrap();
        let document = SecretDocument::<Vec<u32>>::new(dir.path(), Kind::Supervisors);
        assert!(document.read().unwrap().is_empty());
        std::thread::scope(|scope| {
            for n in 0..8 {
                let path = dir.path();
                scope.spawn(move || {
                    // As in a process of its own: nothing is shared but the file.
                    let own = SecretDocument::<Vec<u32>>::new(path, Kind::Supervisors);
                    own.edit(|numbers| numbers.push(n)).unwrap();
                });
            }
        });
        let mut numbers = document.read().unwrap().to_vec();
        numbers.sort_unstable();
        assert_eq!(numbers, (0..8).collect::<Vec<u32>>());
        let again = document.read().unwrap();
        assert!(Arc::ptr_eq(&again, &document.read().unwrap()));
    }

    #[test]
    fn content_that_cannot_be_written_leaves_the_file_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        // A key of JSON is a text.
        let document = SecretDocument::<BTreeMap<Vec<u8>, u8>>::new(dir.path(), Kind::Supervisors);
        document.edit(|_| ()).unwrap();
        let error = document.edit(|content| content.insert(vec![1], 1));
        assert!(
            matches!(error, Err(StorageError::Unfit { .. })),
            "{error:?}"
        );
        assert!(document.read().unwrap().is_empty());
    }
}
