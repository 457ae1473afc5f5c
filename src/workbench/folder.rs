//! A programme's folder: the files that decide, and the stories.

use crate::engine::{Error, zone};
use crate::model::BundleFile;
use crate::model::Names;
use crate::policy::{Bundle, Compiled, Diagnostic, examine, shipped_files, zone_name};
use crate::storage::files::{self, NamedBytes};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Depth to which folders are read: no part of a programme is deeper.
const DEPTH_MAX: usize = 4;

/// A programme's folder, as read.
#[derive(Clone, Debug)]
pub struct Folder {
    /// Path of the folder.
    pub path: PathBuf,
    /// Files that decide.
    pub bundle: Bundle,
    /// Stories: path within the folder, and text; sorted by path.
    pub stories: Vec<(String, String)>,
    /// Files of the programmes beside it, if they were not read from the disk.
    beside: Option<BTreeMap<String, Vec<NamedBytes>>>,
}

impl Folder {
    /// Its stories as they are kept with an activation.
    pub fn kept_stories(&self) -> Vec<BundleFile> {
        let stories = self.stories.iter().cloned();
        stories
            .map(|(path, text)| BundleFile { path, text })
            .collect()
    }

    /// Reads a folder.
    ///
    /// # Errors
    /// [`Error::StorageError`] if a file cannot be read, [`Error::Programme`] if its
    /// text is not acceptable.
    pub fn read(path: &Path) -> Result<Folder, Error> {
        Folder::made(path, Folder::files(path)?, None)
    }

    /// Reads the files of a folder, those of a programme alone.
    ///
    /// # Errors
    /// [`Error::StorageError`] if a file cannot be read.
    pub fn files(path: &Path) -> Result<Vec<NamedBytes>, Error> {
        Ok(files::programme_files(path, DEPTH_MAX, is_part)?)
    }

    /// Makes a folder of files that were read elsewhere, with those of the
    /// programmes beside it by their names.
    ///
    /// # Errors
    /// [`Error::Programme`] if the text of a file is not acceptable.
    pub fn of(
        path: &Path,
        files: Vec<NamedBytes>,
        beside: BTreeMap<String, Vec<NamedBytes>>,
    ) -> Result<Folder, Error> {
        Folder::made(path, files, Some(beside))
    }

    fn made(
        path: &Path,
        files: Vec<NamedBytes>,
        beside: Option<BTreeMap<String, Vec<NamedBytes>>>,
    ) -> Result<Folder, Error> {
        let files = files.into_iter().filter(|file| is_part(&file.0));
        let is_story = |file: &(String, Vec<u8>)| file.0.ends_with(".story");
        let (stories, deciding): (Vec<_>, Vec<_>) = files.partition(is_story);
        let bundle = Bundle::new(deciding).map_err(Error::Programme)?;
        let mut stories: Vec<(String, String)> = stories.into_iter().map(text).collect();
        stories.sort();
        Ok(Folder {
            path: path.to_owned(),
            bundle,
            stories,
            beside,
        })
    }

    /// Reads the programme of that name beside this folder, or else the shipped one, for
    /// stories in which a programme changes.
    ///
    /// # Errors
    /// There is none, or it cannot be read; in words.
    pub fn beside(&self, name: &str) -> Result<Bundle, String> {
        let path = self.parent().join(name);
        let shipped = || Some(Folder::of(&path, shipped_files(name)?, BTreeMap::new()));
        let folder = match &self.beside {
            None if path.exists() => Some(Folder::read(&path)),
            None => shipped(),
            Some(beside) => match beside.get(name) {
                Some(files) => Some(Folder::of(&path, files.clone(), BTreeMap::new())),
                None => shipped(),
            },
        };
        let folder = folder.ok_or_else(|| format!("there is no {}", path.display()))?;
        let folder = folder.map_err(|error| error.to_string())?;
        Ok(folder.bundle)
    }

    /// Programmes beside this folder: their names and paths.
    pub fn siblings(&self) -> Vec<(String, PathBuf)> {
        let Ok(found) = files::list_named(&self.parent()) else {
            return Vec::new();
        };
        let programmes = found
            .into_iter()
            .filter(|path| path.join("programme.toml").is_file());
        let named = programmes.filter_map(|path| {
            let name = path.file_name()?.to_str()?.to_owned();
            Some((name, path))
        });
        named.collect()
    }

    fn parent(&self) -> PathBuf {
        // `.` has no parent before it is resolved.
        let own = self.path.canonicalize();
        let own = own.as_ref().unwrap_or(&self.path);
        own.parent().unwrap_or(own).to_owned()
    }
}

/// Compiles and checks a bundle as if it were a ledger's first.
///
/// # Errors
/// All findings, with their places.
pub fn judge(bundle: &Bundle) -> Result<Compiled, Vec<Diagnostic>> {
    let name = zone_name(bundle)?;
    // The error for an unknown zone has no place of its own: programme.toml is short.
    let zone = zone::table(&name).map_err(|message| vec![unknown_zone(bundle, &name, message)])?;
    examine(bundle, &mut Names::default(), zone)
}

fn unknown_zone(bundle: &Bundle, name: &str, message: String) -> Diagnostic {
    let lines = bundle.text("programme.toml").unwrap_or_default().lines();
    let is_zone = |line: &str| line.trim_start().starts_with("zone") && line.contains(name);
    let found = lines.enumerate().find(|(_, line)| is_zone(line));
    let place = |(n, line): (usize, &str)| (n + 1, line.find(['"', '\'']).map_or(0, |at| at + 1));
    super::story::error("programme.toml", found.map_or((0, 0), place), message)
}

fn text((path, bytes): (String, Vec<u8>)) -> (String, String) {
    let text = String::from_utf8_lossy(&bytes);
    (path, text.trim_start_matches('\u{feff}').to_owned())
}

fn is_part(path: &str) -> bool {
    let is_list = path.starts_with("codes/") && path.ends_with(".txt");
    is_list
        || path == "programme.toml"
        || path == "goods.csv"
        || path.ends_with(".rhai")
        || path.ends_with(".story")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_its_deciding_files_and_its_stories() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("programme.toml", "[programme]\n");
        write("campaigns/base.rhai", "x");
        write("stories/b.story", "\u{feff}b");
        write("stories/a.story", "a");
        write(".git/c.rhai", "hidden");
        write("notes.txt", "notes");
        let read = Folder::read(folder.path()).unwrap();
        let paths: Vec<&str> = read.bundle.files.iter().map(|f| f.path.as_str()).collect();
        assert_eq!(paths, ["campaigns/base.rhai", "programme.toml"]);
        let story = |path: &str, text: &str| (path.to_owned(), text.to_owned());
        assert_eq!(
            read.stories,
            [story("stories/a.story", "a"), story("stories/b.story", "b")]
        );
        assert!(Folder::read(&folder.path().join("nothing")).is_err());
    }

    #[test]
    fn what_lies_beside_a_folder_is_found_however_the_folder_was_named() {
        let root = tempfile::tempdir().unwrap();
        for name in ["one/stories", "two"] {
            std::fs::create_dir_all(root.path().join(name)).unwrap();
        }
        for name in ["one", "two"] {
            let file = root.path().join(name).join("programme.toml");
            std::fs::write(file, format!("[programme]\nname = \"{name}\"\n")).unwrap();
        }
        for one in ["one", "one/stories/..", "two/../one/."] {
            let folder = Folder::read(&root.path().join(one)).unwrap();
            let beside = folder.beside("two").unwrap();
            assert!(
                beside.text("programme.toml").unwrap().contains("two"),
                "{one}"
            );
        }
    }

    #[test]
    fn a_shipped_programme_lies_beside_every_folder() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("mine");
        std::fs::create_dir(&path).unwrap();
        let write = |name: &str, text: &str| {
            std::fs::create_dir_all(root.path().join(name)).unwrap();
            std::fs::write(root.path().join(name).join("programme.toml"), text).unwrap();
        };
        write("double-week", "[programme]\nname = \"own\"\n");
        let read = Folder::read(&path).unwrap();
        let recorded = Folder::of(&path, Vec::new(), BTreeMap::new()).unwrap();
        for folder in [&read, &recorded] {
            assert!(folder.beside("members-day").is_ok());
            let wrong = folder.beside("nowhere").unwrap_err();
            assert!(wrong.starts_with("there is no "), "{wrong}");
        }
        let own = |folder: &Folder| folder.beside("double-week").unwrap().files.len() == 1;
        assert_eq!((own(&read), own(&recorded)), (true, false));
    }

    #[test]
    fn an_unknown_zone_has_its_place() {
        let text = "[programme]\nname = \"x\"\ncurrency = \"EUR\"\nzone = \"Mars/Olympus\"\n";
        let bundle = Bundle::new(vec![("programme.toml".into(), text.into())]).unwrap();
        let found = judge(&bundle).err().unwrap();
        assert_eq!((found[0].line, found[0].column), (4, 8));
        assert!(found[0].message.contains("Mars/Olympus"));
    }
}
