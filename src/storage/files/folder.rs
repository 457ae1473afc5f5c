//! Folders: made, listed, read and removed without following links, and without
//! touching files that are not ours by name.

use super::limit::{Limit, PROGRAMME, PROGRAMME_FILE};
use super::opening::{LINK, check, name_of, not_regular, read, too_long};
use crate::storage::error::{At, StorageError};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Number of names beyond which a folder is not ours.
const NAMES_MAX: usize = 1 << 20;
/// Most files of a programme.
const PROGRAMME_FILES_MAX: usize = 10_000;
/// Greatest depth of a folder that is removed: sled keeps one folder in its own.
const REMOVED_DEPTH_MAX: usize = 2;

/// True if a folder exists; a link, or anything that is not a folder, is an error.
///
/// # Errors
/// [`StorageError::NotFolder`]; I/O errors.
pub fn has_folder(dir: &Path) -> Result<bool, StorageError> {
    match dir.symlink_metadata() {
        Ok(found) if found.is_dir() => Ok(true),
        Ok(found) => Err(not_folder(dir, name_of(found.file_type()))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(StorageError::io("read", dir, error)),
    }
}

/// Makes a folder of ours, and its parents, unless it exists.
///
/// # Errors
/// As [`has_folder`].
pub fn make_folder(dir: &Path) -> Result<(), StorageError> {
    match has_folder(dir)? {
        true => Ok(()),
        false => fs::create_dir_all(dir).at("create", dir),
    }
}

/// Makes a folder that was named on the command line, which may be a link to one.
///
/// # Errors
/// I/O errors.
pub fn make_named_folder(dir: &Path) -> Result<(), StorageError> {
    fs::create_dir_all(dir).at("create", dir)
}

/// Makes a folder that only its owner may enter; leaves an existing one as it is.
///
/// # Errors
/// I/O errors.
pub fn make_private_folder(dir: &Path) -> Result<(), StorageError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir).at("create", dir)
}

/// Lists the paths in a folder of ours, sorted.
///
/// # Errors
/// [`StorageError::NotFolder`]; [`StorageError::Foreign`] if there are absurdly many.
pub fn list(dir: &Path) -> Result<Vec<PathBuf>, StorageError> {
    has_folder(dir)?;
    list_named(dir)
}

/// Lists the paths in a folder that was named on the command line, sorted; the
/// name may be a link.
///
/// # Errors
/// I/O errors; [`StorageError::Foreign`] if there are absurdly many.
pub fn list_named(dir: &Path) -> Result<Vec<PathBuf>, StorageError> {
    let mut paths = Vec::new();
    for item in fs::read_dir(dir).at("list", dir)? {
        if paths.len() == NAMES_MAX {
            return Err(StorageError::foreign(dir, "it holds over a million names"));
        }
        paths.push(item.at("list", dir)?.path());
    }
    paths.sort_unstable();
    Ok(paths)
}

/// Removes a file of ours, if it exists. A link in its place is not removed.
///
/// # Errors
/// [`StorageError::NotRegular`]; I/O errors.
pub fn remove(path: &Path) -> Result<(), StorageError> {
    match path.symlink_metadata() {
        Ok(found) => check(&found, path)?,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(StorageError::io("remove", path, error)),
    }
    fs::remove_file(path).at("remove", path)
}

/// Renames a file of ours, over a regular file or nothing.
///
/// # Errors
/// [`StorageError::NotRegular`]; I/O errors.
pub fn replace_by(part: &Path, path: &Path) -> Result<(), StorageError> {
    match path.symlink_metadata() {
        Ok(found) => check(&found, path)?,
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(StorageError::io("rename into place", path, error)),
    }
    fs::rename(part, path).at("rename into place", path)
}

/// Renames a folder of ours to a name that is not in use.
///
/// # Errors
/// [`StorageError::NotFolder`]; [`StorageError::Foreign`]; I/O errors.
pub fn rename_folder(dir: &Path, to: &Path) -> Result<(), StorageError> {
    if !has_folder(dir)? {
        let gone = ErrorKind::NotFound.into();
        return Err(StorageError::io("rename", dir, gone));
    }
    if to.symlink_metadata().is_ok() {
        return Err(StorageError::foreign(to, "something lies here already"));
    }
    fs::rename(dir, to).at("rename", dir)
}

/// Removes a folder of ours, if it exists, with its content. `is_ours` judges
/// each file by its path within the folder (with `/`); if one is not ours,
/// nothing is removed.
///
/// # Errors
/// [`StorageError::Foreign`] naming the file that is not ours;
/// [`StorageError::NotFolder`]; [`StorageError::NotRegular`]; I/O errors.
pub fn remove_folder(dir: &Path, is_ours: impl Fn(&str) -> bool) -> Result<(), StorageError> {
    if !has_folder(dir)? {
        return Ok(());
    }
    let (files, folders) = ours_in(dir, is_ours)?;
    for path in files {
        fs::remove_file(&path).at("remove", &path)?;
    }
    for folder in folders.iter().rev() {
        fs::remove_dir(folder).at("remove", folder)?;
    }
    Ok(())
}

/// Checks that all files in a folder of ours are ours, so that
/// [`remove_folder`] would remove it.
///
/// # Errors
/// As [`remove_folder`].
pub fn check_ours(dir: &Path, is_ours: impl Fn(&str) -> bool) -> Result<(), StorageError> {
    ours_in(dir, is_ours).map(drop)
}

/// Lists the files in a folder, all ours by name, and the folder with its
/// subfolders, the outer ones first.
fn ours_in(
    dir: &Path,
    is_ours: impl Fn(&str) -> bool,
) -> Result<(Vec<PathBuf>, Vec<PathBuf>), StorageError> {
    let (mut files, mut folders) = (Vec::new(), vec![(String::new(), dir.to_path_buf())]);
    let mut at = 0;
    while at < folders.len() {
        let (inside, folder) = folders[at].clone();
        for path in list(&folder)? {
            let name = format!("{inside}{}", name_in(&path));
            let found = path.symlink_metadata().at("read", &path)?;
            if found.is_dir() && inside.matches('/').count() + 1 < REMOVED_DEPTH_MAX {
                folders.push((format!("{name}/"), path));
            } else if is_ours(&name) {
                check(&found, &path)?;
                files.push(path);
            } else {
                return Err(StorageError::foreign(
                    &path,
                    "it is none of our files, so its folder was not removed; move that away and try again",
                ));
            }
        }
        at += 1;
    }
    Ok((files, folders.into_iter().map(|folder| folder.1).collect()))
}

/// Checks that a folder, which other code is going to open, contains only
/// regular files of a bounded length, and folders of such.
///
/// # Errors
/// [`StorageError::NotRegular`] and [`StorageError::NotFolder`] with the path;
/// [`StorageError::TooLong`]; I/O errors.
pub fn check_contents(dir: &Path, limit: Limit) -> Result<(), StorageError> {
    let mut folders = vec![(dir.to_path_buf(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        for path in list(&folder)? {
            let found = path.symlink_metadata().at("read", &path)?;
            if found.is_dir() && depth + 1 < REMOVED_DEPTH_MAX {
                folders.push((path, depth + 1));
                continue;
            }
            check(&found, &path)?;
            if found.len() > limit.len_max {
                return Err(too_long(&path, found.len(), limit));
            }
        }
    }
    Ok(())
}

/// A file of a programme's folder: its path within the folder, with `/`, and its bytes.
pub type NamedBytes = (String, Vec<u8>);

/// Reads the files of a programme's folder whose path within it `is_part`
/// accepts, down to a depth. The folder may be named by a link; its content may
/// not. Names that begin with a dot are skipped.
///
/// # Errors
/// [`StorageError::NotRegular`] for a part that is a link, FIFO, device or socket;
/// [`StorageError::TooLong`]; I/O errors.
pub fn programme_files(
    root: &Path,
    depth: usize,
    is_part: impl Fn(&str) -> bool,
) -> Result<Vec<NamedBytes>, StorageError> {
    let (mut found, mut len) = (Vec::new(), 0);
    let mut folders = vec![(String::new(), root.to_path_buf(), depth)];
    while let Some((inside, folder, depth)) = folders.pop() {
        for path in list_named(&folder)? {
            let name = format!("{inside}{}", name_in(&path));
            let kind = path.symlink_metadata().at("read", &path)?.file_type();
            if name_in(&path).starts_with('.') {
                continue;
            }
            if kind.is_dir() {
                if depth > 0 {
                    folders.push((format!("{name}/"), path, depth - 1));
                }
            } else if is_part(&name) {
                let bytes = read(&path, PROGRAMME_FILE)?;
                len += bytes.len() as u64;
                if len > PROGRAMME.len_max || found.len() == PROGRAMME_FILES_MAX {
                    return Err(too_long(root, len, PROGRAMME));
                }
                found.push((name, bytes));
            } else if kind.is_symlink() && path.is_dir() {
                // It could contain campaigns, which would be missed silently.
                return Err(not_regular(&path, LINK));
            }
        }
    }
    found.sort();
    Ok(found)
}

fn name_in(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn not_folder(path: &Path, found: &'static str) -> StorageError {
    StorageError::NotFolder {
        path: path.to_path_buf(),
        found,
    }
}
