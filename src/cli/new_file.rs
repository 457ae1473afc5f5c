//! A file that a command is asked to write, which must not exist yet.

use super::failure::Failure;
use crate::storage::error::{At, StorageError};
use crate::storage::files;
use std::io::{ErrorKind, Write};
use std::path::Path;

/// Writes a new file whole, or leaves none; `remedy` is printed if one exists already.
///
/// # Errors
/// Bad input if the name is taken or its folder is missing; I/O errors.
pub(super) fn write_new(path: &Path, text: &str, remedy: &str) -> Result<(), Failure> {
    let mut file = match files::create_new(path) {
        Err(StorageError::Io { source, .. }) if source.kind() == ErrorKind::AlreadyExists => {
            return Err(Failure::bad_file(path, "there is a file already").hint(remedy));
        }
        Err(trouble) if trouble.is_absent() => {
            return Err(Failure::bad_file(path, "there is no such folder"));
        }
        made => made?,
    };
    // A member's data is for nobody else on the machine.
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))
        .at("protect", path)?;
    file.write_all(text.as_bytes())
        .at("write", path)
        .map_err(|trouble| {
            // A partial file would occupy the name.
            let _ = files::remove(path);
            trouble.into()
        })
}
