//! A programme's folder: read whole, and written for `init`.

use super::failure::{ErrorCode, Failure};
use super::trouble::programme_failure;
use crate::policy::{Bundle, shipped, shipped_files};
use crate::storage::files;
use crate::workbench::Folder;
use std::path::{Path, PathBuf};

/// A programme's files: path within its folder with `/`, and bytes.
pub(super) type Files = Vec<files::NamedBytes>;

/// The files of a shipped programme, or of a folder.
pub(super) fn named(name: &str) -> Result<Files, Failure> {
    if let Some(files) = shipped_files(name) {
        return Ok(files);
    }
    match Path::new(name).is_dir() {
        true => read(Path::new(name)),
        false => {
            let known: Vec<&str> = shipped().iter().map(|s| s.0).collect();
            let message = format!(
                "--programme: '{name}' is no folder and no shipped programme ({})",
                known.join(", ")
            );
            Err(Failure::bad_input(message))
        }
    }
}

/// The files of a folder.
pub(super) fn read(folder: &Path) -> Result<Files, Failure> {
    check_programme(folder)?;
    Ok(Folder::files(folder)?)
}

pub(super) fn check_programme(folder: &Path) -> Result<(), Failure> {
    if folder.join("programme.toml").is_file() {
        return Ok(());
    }
    let message = format!("{} holds no programme.toml", folder.display());
    Err(Failure::new(ErrorCode::BadProgramme, message)
        .hint("name the programme's folder; `stampbook init` makes one to begin with"))
}

/// Makes the bundle of the deciding files.
pub(super) fn bundle_of(files: Files) -> Result<Bundle, Failure> {
    Bundle::new(files).map_err(|found| programme_failure(None, &found))
}

/// The programme in a folder, with its stories.
pub(super) fn folder_in(path: &Path) -> Result<Folder, Failure> {
    check_programme(path)?;
    Ok(Folder::read(path)?)
}

/// Sets `currency` and `zone` in the `[programme]` section of programme.toml;
/// everything else, comments included, stays as it was.
pub(super) fn set_texts(files: &mut Files, texts: &[(&str, &Option<String>)]) {
    let Some((_, bytes)) = files.iter_mut().find(|f| f.0 == "programme.toml") else {
        return;
    };
    let mut text = String::from_utf8_lossy(bytes).into_owned();
    for (name, value) in texts {
        if let Some(value) = value {
            text = with_text(&text, name, value);
        }
    }
    *bytes = text.into_bytes();
}

fn with_text(text: &str, name: &str, value: &str) -> String {
    let line_new = format!("{name} = {}", toml::Value::from(value));
    let is_named = |line: &str| line.split('=').next().map(str::trim) == Some(name);
    let (mut lines, mut is_set, mut is_inside) = (Vec::new(), false, false);
    for line in text.lines() {
        if line.starts_with('[') {
            is_inside = line.trim() == "[programme]";
        }
        if is_inside && !is_set && is_named(line) {
            let comment = line.find(" #").map_or("", |at| &line[at..]);
            lines.push(format!("{line_new}{comment}"));
            is_set = true;
        } else {
            lines.push(line.to_owned());
        }
    }
    if !is_set {
        let at = lines.iter().position(|l| l.trim() == "[programme]");
        lines.insert(at.map_or(0, |at| at + 1), line_new);
    }
    lines.join("\n") + "\n"
}

/// Writes files into a folder that is empty or not there yet.
pub(super) fn write(folder: &Path, files: &Files) -> Result<(), Failure> {
    for (name, bytes) in files {
        let path: PathBuf = folder.join(name);
        let parent = path.parent().unwrap_or(folder);
        match parent == folder {
            true => files::make_named_folder(parent)?,
            false => files::make_folder(parent)?,
        }
        files::write_shared(&path, bytes)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_set_and_the_rest_stays() {
        let text =
            "# x\n[programme]\nname = \"a\"\nzone = \"UTC\"  # here\n[unit.p]\nzone = \"no\"\n";
        let set = with_text(text, "zone", "Europe/Berlin");
        assert_eq!(
            set,
            text.replace("zone = \"UTC\" ", "zone = \"Europe/Berlin\"")
        );
        let added = with_text(text, "currency", "EUR");
        assert!(
            added.contains("[programme]\ncurrency = \"EUR\"\nname"),
            "{added}"
        );
    }

    #[test]
    fn shipped_programmes_are_found_and_others_named() {
        assert!(named("corner-cafe").unwrap().len() > 5);
        let no = named("corner-caff").unwrap_err();
        assert!(no.message.contains("corner-cafe"), "{}", no.message);
    }
}
