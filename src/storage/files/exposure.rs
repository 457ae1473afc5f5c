//! Exposure of secret files: only their owner may read them.

use crate::storage::error::{At, StorageError};
use std::path::Path;

/// Permission bits (the last nine) of a file or folder that admits others than
/// its owner; None if it does not, or if the system has no such bits.
///
/// # Errors
/// I/O errors, also where there is nothing.
pub fn exposed(path: &Path) -> Result<Option<u32>, StorageError> {
    let found = path.metadata().at("read", path)?;
    #[cfg(unix)]
    let mode = std::os::unix::fs::PermissionsExt::mode(&found.permissions()) & 0o777;
    #[cfg(not(unix))]
    let mode = {
        let _ = found;
        0
    };
    Ok((mode & 0o077 != 0).then_some(mode))
}
