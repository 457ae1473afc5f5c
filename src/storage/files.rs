//! All dealings with files and folders by their path: how they are opened, what is
//! refused, how long they may be, and the order of writing, syncing and renaming.
//! No other module opens, makes or removes one (`tests/tidy.rs` sees to it).

mod exposure;
mod folder;
pub mod limit;
mod opening;

pub use exposure::exposed;
pub use folder::{
    NamedBytes, check_contents, check_ours, has_folder, list, list_named, make_folder,
    make_named_folder, make_private_folder, programme_files, remove, remove_folder, rename_folder,
    replace_by,
};
pub use opening::{
    append, check_len, create, create_new, edit, edit_or_create, edit_or_read, open, open_named,
    read, read_named,
};

use super::error::{At, Trouble};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

/// Makes the names in a folder durable.
///
/// Windows cannot open a folder as a file; there the rename itself is what the
/// file system promises, and this does nothing.
pub fn sync_dir(dir: &Path) -> Result<(), Trouble> {
    if cfg!(unix) {
        File::open(dir).and_then(|d| d.sync_all()).at("sync", dir)
    } else {
        Ok(())
    }
}

/// Replaces a file so that after any crash either the old or the new content is
/// there whole: temporary file, fsync, rename, folder fsync.
pub fn write_durably(path: &Path, bytes: &[u8]) -> Result<(), Trouble> {
    replace(path, bytes, true)?;
    sync_dir(parent(path))
}

/// [`write_durably`] for a file that others may read, such as one of a programme.
///
/// # Errors
/// [`Trouble::NotRegular`]; I/O trouble, after which the old content is there.
pub fn write_shared(path: &Path, bytes: &[u8]) -> Result<(), Trouble> {
    replace(path, bytes, false)?;
    sync_dir(parent(path))
}

fn replace(path: &Path, bytes: &[u8], is_private: bool) -> Result<(), Trouble> {
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
/// I/O trouble.
pub fn sync_parent(path: &Path) -> Result<(), Trouble> {
    sync_dir(parent(path))
}

/// Copies a regular file to where nothing lies yet, durable but for its name.
///
/// # Errors
/// [`Trouble::NotRegular`]; [`Trouble::TooLong`]; I/O trouble.
pub fn copy(from: &Path, to: &Path, limit: limit::Limit) -> Result<(), Trouble> {
    let source = open(from)?;
    let len = check_len(&source, from, limit)?;
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

/// Reads at a place until the buffer is full or the file ends; returns how much
/// was read. The file's own cursor is not relied on.
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

/// Writes all bytes at a place.
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

/// The least that a page of memory has, in bytes.
#[cfg(target_os = "linux")]
const MEMORY_PAGE_LEN: u64 = 4096;

/// Has the system begin to write to the disk what lies there in its memory. Who
/// then does something else and syncs after it has waited less. Much at once is
/// left to the sync, and so is everything on a system that knows no such wish.
pub fn start_writing(file: &File, offset: u64, len: u64) {
    // "Not needed soon": Linux then starts to write. Where that is a whole page of
    // memory it would be looked for on every processor, to be let go of.
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
