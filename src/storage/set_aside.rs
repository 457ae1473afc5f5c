//! Derived folders that were set aside because they cannot be used.

use super::error::StorageError;
use super::files;
use std::path::{Path, PathBuf};

/// Between a folder's name and the number of the one that was set aside.
const ENDING: &str = ".broken-";

/// Moves a derived folder aside to the first free `NAME.broken-N` and returns
/// the new path. No handle of it may be open.
///
/// # Errors
/// I/O errors.
pub fn set_aside(dir: &Path) -> Result<PathBuf, StorageError> {
    let name = dir.file_name().unwrap_or_default().to_string_lossy();
    let mut number = 1;
    loop {
        let aside = dir.with_file_name(format!("{name}{ENDING}{number}"));
        if aside.symlink_metadata().is_err() {
            files::rename_folder(dir, &aside)?;
            return Ok(aside);
        }
        number += 1;
    }
}

/// Lists the paths that [`set_aside`] gives to folders of that name.
///
/// # Errors
/// I/O errors.
pub fn set_aside_before(dir: &Path) -> Result<Vec<PathBuf>, StorageError> {
    let name = dir.file_name().unwrap_or_default().to_string_lossy();
    let is_aside = |path: &PathBuf| {
        let found = path.file_name().unwrap_or_default().to_string_lossy();
        let number = found
            .strip_prefix(&*name)
            .and_then(|rest| rest.strip_prefix(ENDING));
        number.is_some_and(|number| number.parse::<u32>().is_ok())
    };
    let mut found = files::list_named(dir.parent().unwrap_or(Path::new(".")))?;
    found.retain(is_aside);
    Ok(found)
}
