//! File operations of a process, and the states in which a power cut may leave
//! the disk.
//!
//! Behind a cut, of what was written since a file's last sync any sector (512
//! bytes) may be there or not. Names become durable in their order, up to any
//! point behind the last sync of a folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const SECTOR: usize = 512;

/// One operation, as the shim wrote it down; paths are within the root.
#[derive(Debug, Clone)]
pub enum Op {
    Create(PathBuf),
    MakeFolder(PathBuf),
    Write(PathBuf, usize, Vec<u8>),
    Cut(PathBuf, usize),
    Sync(PathBuf),
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
    /// A write is started, which promises nothing.
    Start,
    /// Printed on stdout.
    Out(Vec<u8>),
}

/// Reads a trace.
pub fn parse(bytes: &[u8], root: &Path) -> Vec<Op> {
    let (mut ops, mut rest) = (Vec::new(), bytes);
    while let Some(end) = rest.iter().position(|b| *b == b'\n') {
        let line = String::from_utf8_lossy(&rest[..end]).into_owned();
        let mut fields = line.split('\t');
        let mut next = || fields.next().unwrap_or_default().to_owned();
        let (name, path, other) = (next(), next(), next());
        let offset: usize = next().parse().unwrap();
        let len: usize = next().parse().unwrap();
        let data = rest[end + 1..end + 1 + len].to_vec();
        rest = &rest[end + 2 + len..];
        let within = |path: &str| {
            let path = Path::new(path);
            path.strip_prefix(root).unwrap_or(path).to_path_buf()
        };
        let path = within(&path);
        ops.push(match name.as_str() {
            "create" => Op::Create(path),
            "mkdir" => Op::MakeFolder(path),
            "write" => Op::Write(path, offset, data),
            "cut" => Op::Cut(path, offset),
            "sync" => Op::Sync(path),
            "rename" => Op::Rename(path, within(&other)),
            "unlink" | "rmdir" => Op::Remove(path),
            "out" => Op::Out(data),
            "range" => Op::Start,
            other => panic!("{other}"),
        });
    }
    ops
}

#[derive(Debug, Clone, Default)]
struct Content {
    written: Vec<u8>,
    synced: Vec<u8>,
}

/// A tree of files as it is in memory, and as it is on the disk.
#[derive(Debug, Clone, Default)]
struct Names {
    files: BTreeMap<PathBuf, usize>,
    folders: Vec<PathBuf>,
}

impl Names {
    fn apply(&mut self, op: &Op, content: usize) {
        match op {
            Op::Create(path) => drop(self.files.insert(path.clone(), content)),
            Op::MakeFolder(path) => self.folders.push(path.clone()),
            Op::Rename(from, to) => {
                let moved = |path: &PathBuf| match path.strip_prefix(from) {
                    Ok(rest) if rest.as_os_str().is_empty() => to.clone(),
                    Ok(rest) => to.join(rest),
                    Err(_) => path.clone(),
                };
                let files = std::mem::take(&mut self.files);
                let (stay, go): (Vec<_>, Vec<_>) = files
                    .into_iter()
                    .partition(|(path, _)| !path.starts_with(from));
                self.files.extend(stay);
                self.files
                    .extend(go.into_iter().map(|(path, n)| (moved(&path), n)));
                self.folders = self.folders.iter().map(moved).collect();
            }
            Op::Remove(path) => {
                self.files.remove(path);
                self.folders.retain(|folder| folder != path);
            }
            _ => {}
        }
    }
}

/// A disk under a process: what is durable and what is not.
pub struct Disk {
    contents: Vec<Content>,
    now: Names,
    durable: Names,
    /// Changes of names that no sync of the folder has followed.
    pending: Vec<(Op, usize)>,
    /// Output printed so far.
    pub out: Vec<u8>,
}

impl Disk {
    /// The disk as a folder shows it.
    pub fn of(root: &Path) -> Disk {
        let mut disk = Disk {
            contents: Vec::new(),
            now: Names::default(),
            durable: Names::default(),
            pending: Vec::new(),
            out: Vec::new(),
        };
        let mut folders = vec![root.to_path_buf()];
        while let Some(folder) = folders.pop() {
            for item in std::fs::read_dir(folder).unwrap() {
                let path = item.unwrap().path();
                let name = path.strip_prefix(root).unwrap().to_path_buf();
                if path.is_dir() {
                    disk.now.folders.push(name);
                    folders.push(path);
                } else {
                    let synced = std::fs::read(&path).unwrap();
                    let written = synced.clone();
                    disk.now.files.insert(name, disk.contents.len());
                    disk.contents.push(Content { written, synced });
                }
            }
        }
        disk.durable = disk.now.clone();
        disk
    }

    /// Carries an operation out.
    pub fn apply(&mut self, op: &Op) {
        match op {
            Op::Start => {}
            Op::Out(bytes) => self.out.extend_from_slice(bytes),
            Op::Write(path, offset, bytes) => {
                if let Some(n) = self.now.files.get(path) {
                    let written = &mut self.contents[*n].written;
                    let end = offset + bytes.len();
                    written.resize(written.len().max(end), 0);
                    written[*offset..end].copy_from_slice(bytes);
                }
            }
            Op::Cut(path, len) => {
                if let Some(n) = self.now.files.get(path) {
                    self.contents[*n].written.resize(*len, 0);
                }
            }
            Op::Sync(path) => match self.now.files.get(path) {
                Some(n) => {
                    let content = &mut self.contents[*n];
                    content.synced.clone_from(&content.written);
                }
                None => {
                    self.durable = self.now.clone();
                    self.pending.clear();
                }
            },
            named => {
                let content = self.contents.len();
                if matches!(named, Op::Create(_)) {
                    self.contents.push(Content::default());
                }
                self.now.apply(named, content);
                self.pending.push((named.clone(), content));
            }
        }
    }

    /// Writes the files that are left after the power was cut; `chance` is a
    /// number below its argument.
    pub fn after_power_cut(&self, root: &Path, chance: &mut impl FnMut(usize) -> usize) {
        let mut names = self.durable.clone();
        let kept = chance(self.pending.len() + 1);
        for (op, content) in &self.pending[..kept] {
            names.apply(op, *content);
        }
        let mut folders = names.folders.clone();
        folders.sort();
        for folder in folders {
            std::fs::create_dir_all(root.join(folder)).unwrap();
        }
        for (path, n) in &names.files {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, self.contents[*n].after_power_cut(chance)).unwrap();
        }
    }
}

impl Content {
    fn after_power_cut(&self, chance: &mut impl FnMut(usize) -> usize) -> Vec<u8> {
        let mut after = self.synced.clone();
        if self.written.len() != after.len() && chance(2) == 1 {
            after.resize(self.written.len(), 0);
        }
        for start in (0..after.len().min(self.written.len())).step_by(SECTOR) {
            let end = (start + SECTOR).min(after.len()).min(self.written.len());
            if self.written[start..end] != after[start..end] && chance(2) == 1 {
                after[start..end].copy_from_slice(&self.written[start..end]);
            }
        }
        after
    }
}
