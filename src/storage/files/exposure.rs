//! Who may read a file: secrets are for their owner alone.

use crate::storage::error::{At, Trouble};
use std::path::Path;

/// Permission bits (the last nine) of a file or folder that lets in more than its
/// owner; None where it does not, or where the system knows no such bits.
///
/// # Errors
/// I/O trouble, also where there is nothing.
pub fn exposed(path: &Path) -> Result<Option<u32>, Trouble> {
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
