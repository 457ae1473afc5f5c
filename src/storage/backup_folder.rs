//! The folder of a backup: the journal's pages at the same places as in the
//! ledger, up to the point that the file `backup` states.
//!
//! Pages are appended, synced and read back before the statement moves on, and
//! nothing before it is ever written again. So a backup that was cut short at
//! any step still holds what it held before: bytes behind the statement count
//! for nothing, and the next run cuts them off.

use super::derived::{JournalPoint, end_from_bytes, to_derived_bytes};
use super::error::{At, StorageError};
use super::files::{self, limit, write_at, write_shared};
use super::journal::files::{is_segment_name, segment_name};
use super::journal::{JournalReader, Piece, Position, StoredPage};
use crate::chain::page::verify_chain;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Magic of the statement, which names its layout.
const MAGIC: &[u8; 8] = b"STAMPBU1";
/// Name of the statement in the folder.
pub const FILE_NAME: &str = "backup";

/// A folder of a backup, open for appending. Its user holds the lock.
#[derive(Debug)]
pub struct BackupFolder {
    dir: PathBuf,
    point: JournalPoint,
    end: Position,
}

/// The end of a journal that a backup reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reached {
    /// The point.
    pub point: JournalPoint,
    /// Position after its last page.
    pub end: Position,
}

impl Reached {
    /// The end of a journal's page that ends at a point.
    ///
    /// # Errors
    /// [`StorageError::NotContinued`] if the journal lacks the point; I/O errors.
    pub fn of(
        journal: &JournalReader,
        dir: &Path,
        point: JournalPoint,
    ) -> Result<Reached, StorageError> {
        let header = journal.header_at(point.last)?;
        let header = header.filter(|_| point.count > 0);
        let (Some(header), true) = (header, journal.has_point(&point)?) else {
            return Err(StorageError::NotContinued {
                path: dir.to_path_buf(),
                finding: format!("it lacks the entries up to {}", point.count),
            });
        };
        let mut end = point.last;
        end.offset += header.total_len() as u64;
        Ok(Reached { point, end })
    }
}

/// Reads the end that a backup's folder states; None if the folder is no
/// backup's, or its statement does not verify.
///
/// # Errors
/// I/O errors.
pub fn stated(dir: &Path) -> Result<Option<Reached>, StorageError> {
    match files::read(&dir.join(FILE_NAME), limit::COPY_STATE) {
        Err(trouble) if trouble.is_absent() => Ok(None),
        read => Ok(end_from_bytes(MAGIC, &read?).map(|(point, end)| Reached { point, end })),
    }
}

impl BackupFolder {
    /// Opens the folder, or begins a backup in an empty one, and cuts off what
    /// an interrupted run left behind the end that it states.
    ///
    /// # Errors
    /// [`StorageError::Foreign`] if the folder holds anything else, or not what
    /// it states; I/O errors.
    pub fn open(dir: &Path) -> Result<BackupFolder, StorageError> {
        let statement = dir.join(FILE_NAME);
        let has_statement = check_place(dir)?;
        files::make_folder(&dir.join("journal"))?;
        let mut folder = BackupFolder {
            dir: dir.to_path_buf(),
            point: JournalPoint::START,
            end: Position::START,
        };
        if !has_statement {
            folder.state()?;
        }
        let found = stated(dir)?.ok_or_else(|| {
            StorageError::foreign(&statement, "it does not verify; name another place, and keep this one until a backup there is whole")
        })?;
        (folder.point, folder.end) = (found.point, found.end);
        if !folder.reader().has_point(&folder.point)? {
            let finding = "the journal here does not hold what the backup states: it is damaged or was changed; name another place";
            return Err(StorageError::foreign(dir, finding));
        }
        folder.trim()?;
        Ok(folder)
    }

    /// The point that the backup reaches.
    pub fn point(&self) -> &JournalPoint {
        &self.point
    }

    /// Appends the pages of a journal up to an end, each checked, and reads them
    /// back from the folder. Durable on return. Returns the number of bytes.
    ///
    /// # Errors
    /// [`StorageError::Foreign`] if the journal does not hold what the backup
    /// holds; [`StorageError::Damage`] if a page does not verify; I/O errors.
    /// The backup then holds what it held before.
    pub fn extend(&mut self, journal: &JournalReader, to: &Reached) -> Result<u64, StorageError> {
        if !journal.has_point(&self.point)? {
            let finding = format!(
                "it holds {} entries, the last with the hash {}, and the ledger does not continue them: it is another ledger's backup, or the ledger was put back to an older state; name another place",
                self.point.count, self.point.hash
            );
            return Err(StorageError::foreign(&self.dir, finding));
        }
        if to.point.count < self.point.count {
            // What is signed only seems older: another process was quicker.
            return Ok(0);
        }
        let copied = self.append(journal, to)?;
        let mut read_back = 0;
        walk(&self.reader(), self.end, &self.point, to, |stored| {
            read_back += stored.page.bytes.len() as u64;
            Ok(())
        })?;
        if read_back != copied {
            let finding = format!("{copied} bytes were written and {read_back} read back");
            return Err(StorageError::foreign(&self.dir, finding));
        }
        (self.point, self.end) = (to.point, to.end);
        self.state()?;
        Ok(copied)
    }

    fn append(&self, journal: &JournalReader, to: &Reached) -> Result<u64, StorageError> {
        let mut open: Option<(u64, File)> = None;
        let mut copied = 0;
        walk(journal, self.end, &self.point, to, |stored| {
            let segment = stored.position.segment;
            let path = self.segment(segment);
            if open.as_ref().is_none_or(|(number, _)| *number != segment) {
                self.close(open.take())?;
                open = Some((segment, files::edit_or_create(&path)?));
            }
            if let Some((_, file)) = &open {
                write_at(file, stored.position.offset, &stored.page.bytes).at("write", &path)?;
            }
            copied += stored.page.bytes.len() as u64;
            Ok(())
        })?;
        self.close(open)?;
        files::sync_dir(&self.dir.join("journal"))?;
        Ok(copied)
    }

    fn close(&self, open: Option<(u64, File)>) -> Result<(), StorageError> {
        match open {
            Some((segment, file)) => file.sync_all().at("sync", &self.segment(segment)),
            None => Ok(()),
        }
    }

    /// Cuts off what lies behind the end.
    fn trim(&self) -> Result<(), StorageError> {
        let last = segment_name(self.end.segment);
        for path in files::list(&self.dir.join("journal"))? {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if !is_segment_name(&name) || *name < *last {
                continue;
            }
            if name == last.as_str() {
                let file = files::edit(&path)?;
                if file.metadata().at("read", &path)?.len() > self.end.offset {
                    file.set_len(self.end.offset).at("cut", &path)?;
                }
            } else {
                files::remove(&path)?;
            }
        }
        Ok(())
    }

    fn state(&self) -> Result<(), StorageError> {
        let bytes = to_derived_bytes(MAGIC, &self.point, &self.end.to_bytes());
        write_shared(&self.dir.join(FILE_NAME), &bytes)
    }

    fn reader(&self) -> JournalReader {
        JournalReader::at(&self.dir.join("journal"))
    }

    fn segment(&self, segment: u64) -> PathBuf {
        self.dir.join("journal").join(segment_name(segment))
    }
}

/// Reads the pages from one end of a journal to another, and checks that they
/// lead from the one's hash to the other's.
fn walk(
    journal: &JournalReader,
    from: Position,
    after: &JournalPoint,
    to: &Reached,
    mut take: impl FnMut(&StoredPage) -> Result<(), StorageError>,
) -> Result<(), StorageError> {
    let (mut seq, mut hash) = (after.count, after.hash);
    let broken = |position: Position, finding: String, first_seq: u64| StorageError::Damage {
        path: journal.path(position.segment),
        offset: position.offset,
        first_seq,
        finding,
    };
    for piece in journal.pages_from(from, Some(to.end))? {
        let stored = match piece? {
            Piece::Page(stored) => stored,
            Piece::Finding(finding) => {
                return Err(finding.to_trouble(&journal.path(finding.position.segment)));
            }
        };
        let header = &stored.page.header;
        if (header.first_seq, header.prev) != (seq, hash) {
            let finding = "the page does not follow the one before it".into();
            return Err(broken(stored.position, finding, seq));
        }
        verify_chain(&stored.view()).map_err(|f| broken(stored.position, f.to_string(), seq))?;
        (seq, hash) = (header.next_seq(), header.last);
        take(&stored)?;
    }
    match (seq, hash) == (to.point.count, to.point.hash) {
        true => Ok(()),
        false => Err(broken(to.end, "pages are missing before it".into(), seq)),
    }
}

/// Checks that a folder holds a backup, or nothing but the lock of who begins one
/// there; true if it is a backup. Whoever takes the lock checks it before, so that
/// no file in a folder of somebody else's is written.
///
/// # Errors
/// [`StorageError::Foreign`] if it holds anything else; I/O errors.
pub fn check_place(dir: &Path) -> Result<bool, StorageError> {
    if dir.join(FILE_NAME).symlink_metadata().is_ok() {
        return Ok(true);
    }
    match files::list_named(dir)?
        .into_iter()
        .find(|path| !is_lock(path))
    {
        None => Ok(false),
        Some(path) => Err(StorageError::foreign(
            &path,
            "the folder is no backup and holds something else; name an empty one, or one that is not there yet",
        )),
    }
}

/// True if a file is the lock of a process that began a backup.
fn is_lock(path: &Path) -> bool {
    let text = files::read(path, limit::LOCK_FILE);
    path.file_name().is_some_and(|name| name == "lock")
        && text.is_ok_and(|text| text.is_empty() || text.starts_with(b"pid "))
}
