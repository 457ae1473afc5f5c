//! Unix sockets by their path, to which only the owner may connect.

use crate::storage::error::{At, StorageError};
use std::fs::{File, Permissions};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

/// Binds a socket to which only its owner may connect, in place of one that an
/// ended process left behind. The caller ensures that no other process serves
/// there.
///
/// # Errors
/// [`StorageError::Foreign`] if something else has the name; I/O errors.
pub fn bind_socket(path: &Path) -> Result<UnixListener, StorageError> {
    remove_socket(path)?;
    let listener = by_short_path(path, |short| UnixListener::bind(short)).at("bind", path)?;
    std::fs::set_permissions(path, Permissions::from_mode(0o600)).at("protect", path)?;
    Ok(listener)
}

/// Removes a socket, if it exists.
///
/// # Errors
/// [`StorageError::Foreign`] if something else has the name; I/O errors.
pub fn remove_socket(path: &Path) -> Result<(), StorageError> {
    match path.symlink_metadata() {
        Ok(found) if found.file_type().is_socket() => std::fs::remove_file(path).at("remove", path),
        Ok(_) => Err(StorageError::foreign(
            path,
            "a socket is needed in its place",
        )),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(StorageError::io("look at", path, error)),
    }
}

/// Connects to a socket.
///
/// # Errors
/// The system's own: no socket is there, or no process listens any more.
pub fn connect_socket(path: &Path) -> io::Result<UnixStream> {
    by_short_path(path, |short| UnixStream::connect(short))
}

/// Names a socket by its open folder: the system accepts paths of about a
/// hundred bytes, and folders may be deeper.
fn by_short_path<T>(path: &Path, act: impl Fn(&Path) -> io::Result<T>) -> io::Result<T> {
    if !cfg!(target_os = "linux") {
        return act(path);
    }
    let folder = super::parent(path);
    if !folder.is_dir() {
        // Opening a FIFO would wait for its other end.
        return Err(io::ErrorKind::NotADirectory.into());
    }
    let folder = File::open(folder)?;
    let mut short = PathBuf::from(format!("/proc/self/fd/{}", folder.as_raw_fd()));
    short.push(path.file_name().unwrap_or_default());
    act(&short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_in_a_deep_folder_is_its_owners_and_replaces_a_dead_one() {
        let dir = tempfile::tempdir().unwrap();
        let deep = dir.path().join("d".repeat(200));
        std::fs::create_dir(&deep).unwrap();
        let path = deep.join("serve.sock");
        drop(bind_socket(&path).unwrap());
        assert!(connect_socket(&path).is_err());
        let _listening = bind_socket(&path).unwrap();
        connect_socket(&path).unwrap();
        let mode = path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        remove_socket(&path).unwrap();
        std::fs::write(&path, "x").unwrap();
        assert!(matches!(
            bind_socket(&path),
            Err(StorageError::Foreign { .. })
        ));
    }
}
