//! Access to files and folders by path: opening, refusing links and devices,
//! bounding lengths, and the order of writing, syncing and renaming. No other
//! module opens, makes or removes one (clippy.toml).

#![expect(clippy::disallowed_methods, reason = "what others call instead")]

mod exposure;
mod folder;
pub mod limit;
mod opening;
#[cfg(unix)]
mod socket;

pub use exposure::exposed;
pub use folder::{
    NamedBytes, check_contents, check_ours, has_folder, list, list_named, make_folder,
    make_named_folder, make_private_folder, programme_files, remove, remove_folder, rename_folder,
    replace_by,
};
pub use opening::{
    REPLACED, append, check_len, create, create_new, edit, edit_or_create, edit_or_read,
    is_in_place, is_other_kind, open, open_named, read, read_named, too_long,
};
#[cfg(unix)]
pub use socket::{bind_socket, connect_socket, remove_socket};

use super::error::{At, StorageError};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

/// Makes the names in a folder durable.
///
/// Windows cannot open a folder as a file; there the file system guarantees the
/// rename itself, and this does nothing.
pub fn sync_dir(dir: &Path) -> Result<(), StorageError> {
    if cfg!(unix) {
        File::open(dir).and_then(|d| d.sync_all()).at("sync", dir)
    } else {
        Ok(())
    }
}

/// Replaces a file so that after a crash at any point either the old or the new
/// content is there, whole: temporary file, fsync, rename, folder fsync.
pub fn write_durably(path: &Path, bytes: &[u8]) -> Result<(), StorageError> {
    replace(path, bytes, true)?;
    sync_dir(parent(path))
}

/// [`write_durably`] for a file that others may read, such as one of a programme.
///
/// # Errors
/// [`StorageError::NotRegular`]; I/O errors, after which the old content is there.
pub fn write_shared(path: &Path, bytes: &[u8]) -> Result<(), StorageError> {
    replace(path, bytes, false)?;
    sync_dir(parent(path))
}

fn replace(path: &Path, bytes: &[u8], is_private: bool) -> Result<(), StorageError> {
    let part = path.with_added_extension("part");
    let mut file = create(&part, is_private)?;
    file.write_all(bytes).at("write", &part)?;
    file.sync_all().at("sync", &part)?;
    drop(file);
    replace_by(&part, path)
}

/// Makes the name of a file or folder durable.
///
/// # Errors
/// I/O errors.
pub fn sync_parent(path: &Path) -> Result<(), StorageError> {
    sync_dir(parent(path))
}

/// Copies at most the first `len_max` bytes of a regular file to a path where
/// nothing exists yet, durably but for its name.
///
/// # Errors
/// [`StorageError::NotRegular`]; [`StorageError::TooLong`]; I/O errors.
pub fn copy(from: &Path, to: &Path, limit: limit::Limit, len_max: u64) -> Result<(), StorageError> {
    let source = open(from)?;
    let len = check_len(&source, from, limit)?.min(len_max);
    let mut copied = create_new(to)?;
    io::copy(&mut source.take(len), &mut copied).at("copy", from)?;
    copied.sync_all().at("sync", to)
}

fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir,
        _ => Path::new("."),
    }
}

/// Reads at an offset until the buffer is full or the file ends; returns the
/// number of bytes read. Does not use the file's cursor.
pub fn read_at(file: &File, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
    let mut done = 0;
    while done < buffer.len() {
        match read_some(file, offset + done as u64, &mut buffer[done..]) {
            Ok(0) => break,
            Ok(n) => done += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(done)
}

/// Writes all bytes at an offset.
pub fn write_at(file: &File, offset: u64, bytes: &[u8]) -> io::Result<()> {
    let mut done = 0;
    while done < bytes.len() {
        match write_some(file, offset + done as u64, &bytes[done..]) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(n) => done += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

/// Smallest size of a memory page, in bytes.
#[cfg(target_os = "linux")]
const MEMORY_PAGE_LEN: u64 = 4096;

/// Asks the system to begin writing a range of the page cache to the disk, so
/// that a later sync waits less. Large ranges are left to the sync, and so is
/// everything on a system without such a request.
pub fn start_writing(file: &File, offset: u64, len: u64) {
    // "Not needed soon" makes Linux start to write. For a whole memory page it
    // would also search every processor's caches for it, to drop it.
    #[cfg(target_os = "linux")]
    if let Some(len) = std::num::NonZeroU64::new(len).filter(|len| len.get() < MEMORY_PAGE_LEN) {
        let _ = rustix::fs::fadvise(file, offset, Some(len), rustix::fs::Advice::DontNeed);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (file, offset, len);
}

#[cfg(unix)]
fn read_some(file: &File, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_some(file: &File, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}

#[cfg(unix)]
fn write_some(file: &File, offset: u64, bytes: &[u8]) -> io::Result<usize> {
    std::os::unix::fs::FileExt::write_at(file, bytes, offset)
}

#[cfg(windows)]
fn write_some(file: &File, offset: u64, bytes: &[u8]) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_write(file, bytes, offset)
}

/// Free part, in per cent, of the file system that holds a folder, as far as it can be told.
#[cfg(unix)]
pub fn free_share(dir: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(dir).ok()?;
    // Blocks that only the superuser may use are not free, nor are they used.
    let free = u128::from(found.f_bavail);
    let used = u128::from(found.f_blocks.saturating_sub(found.f_bfree));
    let share = (free * 100).checked_div(free + used)?;
    u64::try_from(share).ok()
}

/// Free part of a file system: it cannot be told here.
#[cfg(not(unix))]
pub fn free_share(_: &Path) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn replacing_leaves_the_new_content_and_no_part() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("name.txt");
        write_durably(&path, b"one").unwrap();
        write_durably(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn reading_past_the_end_says_how_much_there_was() {
        let file = tempfile::tempfile().unwrap();
        write_at(&file, 2, b"abc").unwrap();
        let mut buffer = [9; 8];
        assert_eq!(read_at(&file, 1, &mut buffer).unwrap(), 4);
        assert_eq!(&buffer[..4], b"\0abc");
    }

    #[test]
    fn what_was_started_is_still_there() {
        let file = tempfile::tempfile().unwrap();
        for len in [512, 4095, 4096, 70_000] {
            let bytes = vec![7; len];
            write_at(&file, 512, &bytes).unwrap();
            start_writing(&file, 512, len as u64);
            let mut there = vec![0; len];
            assert_eq!(read_at(&file, 512, &mut there).unwrap(), len);
            assert_eq!(there, bytes);
        }
    }

    #[cfg(unix)]
    #[test]
    fn private_means_private() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("secret");
        write_durably(&path, b"x").unwrap();
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
}
