//! Folders: made, listed, read and removed without going through a link, and
//! without touching what is not ours by name.

use super::limit::{Limit, PROGRAMME, PROGRAMME_FILE};
use super::opening::{LINK, check, name_of, not_regular, read, too_long};
use crate::storage::error::{At, Trouble};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Names in a folder beyond which it is none of ours.
const NAMES_MAX: usize = 1 << 20;
/// Files of a programme, at most.
const PROGRAMME_FILES_MAX: usize = 10_000;
/// How deep a folder that is removed may be: sled keeps one folder in its own.
const REMOVED_DEPTH_MAX: usize = 2;

/// Whether a folder is there; a link, or anything that is not a folder, is an error.
///
/// # Errors
/// [`Trouble::NotFolder`]; I/O trouble.
pub fn has_folder(dir: &Path) -> Result<bool, Trouble> {
    match dir.symlink_metadata() {
        Ok(found) if found.is_dir() => Ok(true),
        Ok(found) => Err(not_folder(dir, name_of(found.file_type()))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(Trouble::io("read", dir, error)),
    }
}

/// Makes a folder of ours, and those above it, unless it is there.
///
/// # Errors
/// As [`has_folder`].
pub fn make_folder(dir: &Path) -> Result<(), Trouble> {
    match has_folder(dir)? {
        true => Ok(()),
        false => fs::create_dir_all(dir).at("create", dir),
    }
}

/// Makes a folder that was named on the command line, which may be a link to one.
///
/// # Errors
/// I/O trouble.
pub fn make_named_folder(dir: &Path) -> Result<(), Trouble> {
    fs::create_dir_all(dir).at("create", dir)
}

/// Makes a folder that only its owner may enter; an existing one stays as it is.
///
/// # Errors
/// I/O trouble.
pub fn make_private_folder(dir: &Path) -> Result<(), Trouble> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir).at("create", dir)
}

/// The paths in a folder of ours, sorted.
///
/// # Errors
/// [`Trouble::NotFolder`]; [`Trouble::Foreign`] where there are absurdly many.
pub fn list(dir: &Path) -> Result<Vec<PathBuf>, Trouble> {
    has_folder(dir)?;
    list_named(dir)
}

/// The paths in a folder that was named on the command line, sorted; it may be
/// named by a link.
///
/// # Errors
/// I/O trouble; [`Trouble::Foreign`] where there are absurdly many.
pub fn list_named(dir: &Path) -> Result<Vec<PathBuf>, Trouble> {
    let mut paths = Vec::new();
    for item in fs::read_dir(dir).at("list", dir)? {
        if paths.len() == NAMES_MAX {
            return Err(Trouble::foreign(dir, "it holds over a million names"));
        }
        paths.push(item.at("list", dir)?.path());
    }
    paths.sort_unstable();
    Ok(paths)
}

/// Removes a file of ours, if it is there. A link is not removed in its place.
///
/// # Errors
/// [`Trouble::NotRegular`]; I/O trouble.
pub fn remove(path: &Path) -> Result<(), Trouble> {
    match path.symlink_metadata() {
        Ok(found) => check(&found, path)?,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Trouble::io("remove", path, error)),
    }
    fs::remove_file(path).at("remove", path)
}

/// Puts a file of ours under another name, over a regular file or nothing.
///
/// # Errors
/// [`Trouble::NotRegular`]; I/O trouble.
pub fn replace_by(part: &Path, path: &Path) -> Result<(), Trouble> {
    match path.symlink_metadata() {
        Ok(found) => check(&found, path)?,
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(Trouble::io("rename into place", path, error)),
    }
    fs::rename(part, path).at("rename into place", path)
}

/// Gives a folder of ours another name, under which nothing lies.
///
/// # Errors
/// [`Trouble::NotFolder`]; [`Trouble::Foreign`]; I/O trouble.
pub fn rename_folder(dir: &Path, to: &Path) -> Result<(), Trouble> {
    if !has_folder(dir)? {
        let gone = ErrorKind::NotFound.into();
        return Err(Trouble::io("rename", dir, gone));
    }
    if to.symlink_metadata().is_ok() {
        return Err(Trouble::foreign(to, "something lies here already"));
    }
    fs::rename(dir, to).at("rename", dir)
}

/// Removes a folder of ours, if it is there, with all that is ours in it by its
/// path within the folder (with `/`). Where anything else lies in it, nothing is
/// removed.
///
/// # Errors
/// [`Trouble::Foreign`] naming what is not ours; [`Trouble::NotFolder`];
/// [`Trouble::NotRegular`]; I/O trouble.
pub fn remove_folder(dir: &Path, is_ours: impl Fn(&str) -> bool) -> Result<(), Trouble> {
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

/// Checks that all that lies in a folder of ours is ours, so that
/// [`remove_folder`] would remove it.
///
/// # Errors
/// As [`remove_folder`].
pub fn check_ours(dir: &Path, is_ours: impl Fn(&str) -> bool) -> Result<(), Trouble> {
    ours_in(dir, is_ours).map(drop)
}

/// The files in a folder, all ours by name, and the folder with those inside it,
/// the outer ones first.
fn ours_in(
    dir: &Path,
    is_ours: impl Fn(&str) -> bool,
) -> Result<(Vec<PathBuf>, Vec<PathBuf>), Trouble> {
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
                return Err(Trouble::foreign(
                    &path,
                    "it is none of our files, so its folder was not removed; move that away and try again",
                ));
            }
        }
        at += 1;
    }
    Ok((files, folders.into_iter().map(|folder| folder.1).collect()))
}

/// Holds all that lies in a folder, which another program is to open, to being
/// regular files of a bounded length, or folders of such.
///
/// # Errors
/// [`Trouble::NotRegular`] and [`Trouble::NotFolder`] with the path;
/// [`Trouble::TooLong`]; I/O trouble.
pub fn check_contents(dir: &Path, limit: Limit) -> Result<(), Trouble> {
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

/// A file of a programme's folder: its path within it, with `/`, and its bytes.
pub type NamedBytes = (String, Vec<u8>);

/// The files of a programme's folder whose path within it `is_part` takes, down to
/// a depth. The folder may be named by a link; what lies in it may not be one.
/// Names that begin with a dot are passed over.
///
/// # Errors
/// [`Trouble::NotRegular`] for a part that is a link, FIFO, device or socket;
/// [`Trouble::TooLong`]; I/O trouble.
pub fn programme_files(
    root: &Path,
    depth: usize,
    is_part: impl Fn(&str) -> bool,
) -> Result<Vec<NamedBytes>, Trouble> {
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
                // Campaigns could lie in it, and would be missed without a word.
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

fn not_folder(path: &Path, found: &'static str) -> Trouble {
    Trouble::NotFolder {
        path: path.to_path_buf(),
        found,
    }
}
