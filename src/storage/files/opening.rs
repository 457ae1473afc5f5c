//! Opens files: regular files only, and never through a symbolic link within a
//! folder of ours.
//!
//! An attacker who can write to a folder can put anything under a name that we
//! open: a link to the vault, a FIFO that nobody writes to, a device that never
//! ends. So a file is checked before it is opened (opening a device may already
//! have effects), opened without following links and without blocking, and
//! checked again through its handle.

use super::limit::Limit;
use crate::chain::width::to_usize;
use crate::storage::error::{At, StorageError};
use std::fs::{File, FileType, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

/// Origin of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    /// This program: the file is in a folder of ours, where no link belongs.
    Us,
    /// A user on the command line, who may name a link to a regular file.
    Them,
}

/// Opens a file of ours for reading.
///
/// # Errors
/// [`StorageError::NotRegular`]; I/O errors, also if there is no such file.
pub fn open(path: &Path) -> Result<File, StorageError> {
    regular(path, OpenOptions::new().read(true), By::Us)
}

/// Opens a file that was named on the command line for reading. The name may be
/// a symbolic link.
///
/// # Errors
/// As [`open`].
pub fn open_named(path: &Path) -> Result<File, StorageError> {
    regular(path, OpenOptions::new().read(true), By::Them)
}

/// Finding about a file of the secrets folder that is not [`is_in_place`].
pub const REPLACED: &str = "it, or its folder, was replaced while it was open";

/// True if an open file of ours is still the one that its path leads to: neither
/// it nor a folder above it was replaced meanwhile. On systems without inodes
/// open files cannot be replaced, and this is always true.
///
/// # Errors
/// I/O errors.
pub fn is_in_place(file: &File, path: &Path) -> Result<bool, StorageError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let opened = file.metadata().at("read", path)?;
        match path.symlink_metadata() {
            Ok(found) => Ok((found.dev(), found.ino()) == (opened.dev(), opened.ino())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(StorageError::io("read", path, error)),
        }
    }
    #[cfg(not(unix))]
    {
        let _ = (file, path);
        Ok(true)
    }
}

/// Opens an existing file of ours for reading and writing.
///
/// # Errors
/// As [`open`].
pub fn edit(path: &Path) -> Result<File, StorageError> {
    let mut options = OpenOptions::new();
    writable(path, options.read(true).write(true))
}

/// [`edit`], or [`open`] if the file system is read-only, or we may not even
/// write the lock of the file's folder: reading then works, and a write fails.
///
/// # Errors
/// As [`open`].
pub fn edit_or_read(path: &Path) -> Result<File, StorageError> {
    match edit(path) {
        Err(StorageError::Io { ref source, .. })
            if source.kind() == io::ErrorKind::ReadOnlyFilesystem
                || (source.kind() == io::ErrorKind::PermissionDenied && is_locked_away(path)) =>
        {
            open(path)
        }
        opened => opened,
    }
}

/// True if the lock beside a file, or beside its folder, may not be written:
/// then nobody gets as far as writing. A single file that may not be written is
/// an error.
fn is_locked_away(path: &Path) -> bool {
    let folders = path.ancestors().skip(1).take(2);
    folders
        .map(|folder| edit(&folder.join("lock")))
        .any(|lock| {
            matches!(lock, Err(StorageError::Io { source, .. })
            if source.kind() == io::ErrorKind::PermissionDenied)
        })
}

/// Opens a file of ours for reading and writing, making an empty one if none is there.
///
/// # Errors
/// As [`open`].
pub fn edit_or_create(path: &Path) -> Result<File, StorageError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    writable(path, &mut options)
}

/// Opens a file of ours for appending, making an empty one if none is there.
///
/// # Errors
/// As [`open`].
pub fn append(path: &Path) -> Result<File, StorageError> {
    writable(path, OpenOptions::new().append(true).create(true))
}

/// Makes a file where nothing exists yet, not even a link.
///
/// # Errors
/// I/O errors, [`io::ErrorKind::AlreadyExists`] among it.
pub fn create_new(path: &Path) -> Result<File, StorageError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    without_links(&mut options).open(path).at("create", path)
}

/// Makes a file of ours, or truncates the existing one; `is_private` makes a
/// new one readable by its owner alone.
///
/// # Errors
/// As [`open`].
pub fn create(path: &Path, is_private: bool) -> Result<File, StorageError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    if is_private {
        owner_only(&mut options);
    }
    let file = writable(path, &mut options)?;
    // Only now is it known to be a file that may be truncated.
    file.set_len(0).at("create", path)?;
    Ok(file)
}

/// Reads a file of ours whole.
///
/// # Errors
/// As [`open`], and [`StorageError::TooLong`].
pub fn read(path: &Path, limit: Limit) -> Result<Vec<u8>, StorageError> {
    read_whole(open(path)?, path, limit)
}

/// Reads a file that was named on the command line whole.
///
/// # Errors
/// As [`open_named`], and [`StorageError::TooLong`].
pub fn read_named(path: &Path, limit: Limit) -> Result<Vec<u8>, StorageError> {
    read_whole(open_named(path)?, path, limit)
}

/// Checks an open file's length.
///
/// # Errors
/// [`StorageError::TooLong`]; I/O errors.
pub fn check_len(file: &File, path: &Path, limit: Limit) -> Result<u64, StorageError> {
    let len = file.metadata().at("read", path)?.len();
    match len <= limit.len_max {
        true => Ok(len),
        false => Err(too_long(path, len, limit)),
    }
}

/// The error of a file that is longer than its kind may be.
pub fn too_long(path: &Path, len: u64, limit: Limit) -> StorageError {
    StorageError::TooLong {
        path: path.to_path_buf(),
        len,
        what: limit.what,
        len_max: limit.len_max,
    }
}

fn read_whole(file: File, path: &Path, limit: Limit) -> Result<Vec<u8>, StorageError> {
    let len = check_len(&file, path, limit)?;
    let mut bytes = Vec::with_capacity(to_usize(len));
    // It may grow meanwhile, and files that exist only in the system's memory
    // report a length of 0.
    let mut bounded = file.take(limit.len_max + 1);
    bounded.read_to_end(&mut bytes).at("read", path)?;
    match bytes.len() as u64 <= limit.len_max {
        true => Ok(bytes),
        false => Err(too_long(path, bytes.len() as u64, limit)),
    }
}

/// Opens a file for writing in place; one with a second name is refused, since
/// it also belongs to somebody else.
fn writable(path: &Path, options: &mut OpenOptions) -> Result<File, StorageError> {
    let file = regular(path, options, By::Us)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if file.metadata().at("open", path)?.nlink() > 1 {
            return Err(not_regular(path, SHARED));
        }
    }
    Ok(file)
}

fn regular(path: &Path, options: &mut OpenOptions, by: By) -> Result<File, StorageError> {
    match found(path, by) {
        Ok(there) => check(&there, path)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(StorageError::io("open", path, error)),
    }
    let options = match by {
        By::Us => without_links(options),
        By::Them => without_waiting(options),
    };
    let file = match options.open(path) {
        // It became a link between the check and the opening, or is a dangling link.
        Err(error) if is_link_refusal(&error) => return Err(not_regular(path, LINK)),
        opened => opened.at("open", path)?,
    };
    check(&file.metadata().at("open", path)?, path)?;
    Ok(file)
}

#[cfg(unix)]
fn is_link_refusal(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error())
}

#[cfg(not(unix))]
fn is_link_refusal(_: &io::Error) -> bool {
    false
}

/// True if a path could not be used because of what is there, such as a file in
/// a folder's place or a link to itself: the disk did what it was asked.
pub fn is_other_kind(error: &io::Error) -> bool {
    use io::ErrorKind::{AlreadyExists, IsADirectory, NotADirectory};
    is_link_refusal(error) || matches!(error.kind(), AlreadyExists | IsADirectory | NotADirectory)
}

fn found(path: &Path, by: By) -> io::Result<Metadata> {
    match by {
        By::Us => path.symlink_metadata(),
        By::Them => path.metadata(),
    }
}

/// Checks that a path names a regular file.
pub(super) fn check(found: &Metadata, path: &Path) -> Result<(), StorageError> {
    match found.file_type() {
        kind if kind.is_file() => Ok(()),
        kind => Err(not_regular(path, name_of(kind))),
    }
}

pub(super) fn not_regular(path: &Path, found: &'static str) -> StorageError {
    StorageError::NotRegular {
        path: path.to_path_buf(),
        found,
    }
}

pub(super) const LINK: &str = "a symbolic link";
#[cfg(unix)]
const SHARED: &str = "a file with a second name (a hard link; put a copy in its place)";

/// Names a kind of file.
pub(super) fn name_of(kind: FileType) -> &'static str {
    if kind.is_dir() {
        return "a folder";
    }
    if kind.is_symlink() {
        return LINK;
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            return "a FIFO";
        }
        if kind.is_socket() {
            return "a socket";
        }
        if kind.is_block_device() || kind.is_char_device() {
            return "a device";
        }
    }
    match kind.is_file() {
        true => "a file",
        false => "no regular file",
    }
}

#[cfg(unix)]
fn flags(options: &mut OpenOptions, flags: rustix::fs::OFlags) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    // The bits are those of the system's C header, which is the type asked for.
    options.custom_flags(flags.bits().cast_signed())
}

#[cfg(unix)]
fn without_links(options: &mut OpenOptions) -> &mut OpenOptions {
    use rustix::fs::OFlags;
    flags(options, OFlags::NOFOLLOW | OFlags::NONBLOCK)
}

#[cfg(unix)]
fn without_waiting(options: &mut OpenOptions) -> &mut OpenOptions {
    flags(options, rustix::fs::OFlags::NONBLOCK)
}

/// On other systems the check before opening is the only one.
#[cfg(not(unix))]
fn without_links(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(not(unix))]
fn without_waiting(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(unix)]
fn owner_only(options: &mut OpenOptions) {
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
}

#[cfg(not(unix))]
fn owner_only(_: &mut OpenOptions) {}
