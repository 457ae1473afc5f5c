//! Files and programme folders that a command reads: from the disk, or, in the
//! service, as its client has sent them.

use super::print::{Failure, Printer};
use super::programme;
use super::sent::{Content, Files, Inputs, Programme, Unread};
use super::trouble::{not_opened, not_read};
use crate::engine::Error;
use crate::storage::files::limit::Limit;
use crate::storage::files::{self, NamedBytes};
use crate::workbench::Folder;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::path::Path;

impl Inputs {
    /// Reads a file that the service is to have, or stdin for `-`.
    pub(super) fn add_file(&mut self, out: &Printer, name: &str, limit: Limit) {
        self.add(name, read(out, name, limit));
    }

    /// Adds a file that was read, or not.
    pub(super) fn add(&mut self, name: &str, read: Result<Vec<u8>, Failure>) {
        let read = read.map(Content).map_err(Unread::from);
        self.files.insert(name.to_owned(), read);
    }

    /// Reads a programme's folder that the service is to have.
    pub(super) fn add_programme(&mut self, path: &Path) {
        let read = Programme::read(path).map_err(Unread::from);
        self.programmes.insert(path.display().to_string(), read);
    }
}

impl Programme {
    fn read(path: &Path) -> Result<Programme, Failure> {
        programme::check_programme(path)?;
        let files = Folder::files(path)?;
        let folder = Folder::of(path, files.clone(), BTreeMap::new())?;
        let is_named = |name: &str| folder.stories.iter().any(|(_, text)| text.contains(name));
        let mut beside = BTreeMap::new();
        for (name, path) in folder.siblings() {
            if is_named(&name) {
                beside.insert(name, kept(Folder::files(&path)?));
            }
        }
        Ok(Programme {
            own: kept(files),
            beside,
        })
    }
}

/// Reads a file that a command names whole.
///
/// # Errors
/// As [`open`].
pub(super) fn read(out: &Printer, name: &str, limit: Limit) -> Result<Vec<u8>, Failure> {
    let (input, _) = open(out, name, limit)?;
    let mut bytes = Vec::new();
    let read = input.take(limit.len_max + 1).read_to_end(&mut bytes);
    read.map_err(|e| not_read(Path::new(name), e))?;
    match bytes.len() as u64 {
        len if len <= limit.len_max => Ok(bytes),
        len => Err(files::too_long(Path::new(name), len, limit).into()),
    }
}

fn kept(files: Vec<NamedBytes>) -> Files {
    let files = files.into_iter();
    files.map(|(name, bytes)| (name, Content(bytes))).collect()
}

fn named_bytes(files: &Files) -> Vec<NamedBytes> {
    let files = files.iter();
    files.map(|(n, c)| (n.clone(), c.0.clone())).collect()
}

type Opened = (Box<dyn Read + Send>, u64);

/// Opens a file that a command names, or stdin for `-`; also returns its length, 0 if
/// unknown.
///
/// # Errors
/// There is no such file, it is not a regular one, or too long.
pub(super) fn open(out: &Printer, name: &str, limit: Limit) -> Result<Opened, Failure> {
    let Some(visit) = &out.visit else {
        return open_here(name, limit);
    };
    let sent = visit.inputs.files.get(name).cloned();
    let Content(bytes) = sent.ok_or_else(|| not_sent(name))??;
    let len = bytes.len() as u64;
    Ok((Box::new(Cursor::new(bytes)), len))
}

fn open_here(name: &str, limit: Limit) -> Result<Opened, Failure> {
    if name == "-" {
        return Ok((Box::new(std::io::stdin()), 0));
    }
    let path = Path::new(name);
    let file = files::open_named(path).map_err(not_opened)?;
    let len = files::check_len(&file, path, limit)?;
    Ok((Box::new(file), len))
}

/// Reads a programme's folder that a command names.
///
/// # Errors
/// There is no such folder, or it holds no acceptable programme.
pub(super) fn programme(out: &Printer, path: &Path) -> Result<Folder, Failure> {
    match &out.visit {
        Some(_) => Ok(sent_programme(out, path)??),
        None => programme::folder_in(path),
    }
}

/// The programme's folder that a client sent by this name; the inner error is of its files.
///
/// # Errors
/// It was not sent, or the client could not read it.
pub(super) fn sent_programme(out: &Printer, path: &Path) -> Result<Result<Folder, Error>, Failure> {
    let name = path.display().to_string();
    let visit = out.visit.as_ref();
    let sent = visit.and_then(|visit| visit.inputs.programmes.get(&name).cloned());
    let sent = sent.ok_or_else(|| not_sent(&name))??;
    let beside = sent.beside.iter();
    let beside = beside.map(|(name, files)| (name.clone(), named_bytes(files)));
    Ok(Folder::of(path, named_bytes(&sent.own), beside.collect()))
}

/// True if a programme's folder that a command names exists.
pub(super) fn has_programme(out: &Printer, path: &Path) -> bool {
    let name = path.display().to_string();
    match &out.visit {
        Some(visit) => visit.inputs.programmes.contains_key(&name),
        None => path.exists(),
    }
}

fn not_sent(name: &str) -> Failure {
    Failure::internal(format!("{name} was not sent to the service"))
}
