//! A programme's files as they are hashed and kept in the journal.

use super::diagnostic::Diagnostic;
use super::{codes, goods};
use crate::model::{BundleFile, unprintable};

/// Greatest length of a bundle, all files together, in bytes.
pub const BUNDLE_LEN_MAX: usize = 192 * 1024;

/// Longest path of a file, in bytes.
const PATH_LEN_MAX: usize = 255;

const DIGEST_CONTEXT: &str = "stampbook 2026-11 bundle v1";
/// Hash context of the stories beside it.
const STORIES_CONTEXT: &str = "stampbook 2026-11 stories v1";

/// The files that decide, in a form that is the same on every machine: UTF-8
/// without a byte order mark, lines ended by LF, sorted by path. Stories are in
/// the same folder but decide nothing, so they are not part of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bundle {
    /// The files, sorted by path.
    pub files: Vec<BundleFile>,
}

impl Bundle {
    /// Makes a bundle from paths (relative to the programme's folder) and
    /// bytes. Files that are not part of a programme are left out. The errors
    /// name the file, its probable encoding, and the remedy.
    pub fn new(files: Vec<(String, Vec<u8>)>) -> Result<Bundle, Vec<Diagnostic>> {
        let mut found = Vec::new();
        let mut kept = Vec::new();
        for (path, bytes) in files {
            let path = path.replace('\\', "/");
            if !decides(&path) {
                continue;
            }
            let text = check_path(&path).and_then(|()| normalise(&path, bytes));
            match text.and_then(|text| without_codes(&path, text)) {
                Ok(text) => kept.push(BundleFile { path, text }),
                Err(diagnostic) => found.push(diagnostic),
            }
        }
        kept.sort_by(|a, b| a.path.cmp(&b.path));
        found.extend(whole(&kept));
        if found.is_empty() {
            Ok(Bundle { files: kept })
        } else {
            Err(found)
        }
    }

    /// Makes a bundle from files in a journal.
    pub fn recorded(files: &[BundleFile]) -> Bundle {
        Bundle {
            files: files.to_vec(),
        }
    }

    /// Digest that people compare: BLAKE3 over every path and text with their
    /// lengths (u64, big-endian).
    pub fn digest(&self) -> [u8; 32] {
        digest(
            DIGEST_CONTEXT,
            self.files.iter().flat_map(|f| [&*f.path, &*f.text]),
        )
    }

    /// The text of a file.
    pub fn text(&self, path: &str) -> Option<&str> {
        let file = self.files.iter().find(|f| f.path == path)?;
        Some(&file.text)
    }

    /// Renders a finding with its line.
    pub fn render(&self, found: &Diagnostic) -> String {
        found.render(self.text(&found.file).unwrap_or_default())
    }
}

/// Hash of stories, sorted by path; None if there are none.
pub fn stories_digest(stories: &[BundleFile]) -> Option<[u8; 32]> {
    let parts = stories.iter().flat_map(|f| [&*f.path, &*f.text]);
    (!stories.is_empty()).then(|| digest(STORIES_CONTEXT, parts))
}

fn digest<'a>(context: &str, parts: impl Iterator<Item = &'a str>) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key(context);
    for part in parts {
        hasher.update(&(part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    *hasher.finalize().as_bytes()
}

/// True if a file is part of the decision. A misplaced `.rhai` is included, so
/// that `check` can report it.
fn decides(path: &str) -> bool {
    path == "programme.toml"
        || path.ends_with(".rhai")
        || codes::is_list(path)
        || path == goods::FILE
}

/// Checks a path, which is printed and kept in the journal.
fn check_path(path: &str) -> Result<(), Diagnostic> {
    let wrong = match unprintable(path) {
        Some(wrong) => format!("the file's name {wrong}"),
        None if path.len() > PATH_LEN_MAX => {
            let len = path.len();
            format!("the file's name has {len} bytes, at most {PATH_LEN_MAX} are possible")
        }
        None => return Ok(()),
    };
    Err(Diagnostic::error(path, (0, 0), wrong).help("rename the file"))
}

/// The text as it may be kept: lists of codes with hashes only.
fn without_codes(path: &str, text: String) -> Result<String, Diagnostic> {
    if !codes::is_list(path) {
        return Ok(text);
    }
    match codes::check_len(path, &text) {
        Some(found) => Err(found),
        None => Ok(codes::hashed(&text)),
    }
}

/// Finds faults in all files together.
fn whole(files: &[BundleFile]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let len: usize = files.iter().map(|f| f.path.len() + f.text.len()).sum();
    if len > BUNDLE_LEN_MAX {
        let message = format!("the programme has {len} bytes, at most {BUNDLE_LEN_MAX} are kept");
        found.push(
            Diagnostic::error("programme.toml", (0, 0), message)
                .help("long comments and old campaigns can be moved to another folder"),
        );
    }
    if let Some(pair) = files.windows(2).find(|w| w[0].path == w[1].path) {
        found.push(Diagnostic::error(
            &pair[0].path,
            (0, 0),
            "the file is there twice",
        ));
    }
    found
}

fn normalise(path: &str, bytes: Vec<u8>) -> Result<String, Diagnostic> {
    let wrong = |encoding: &str| {
        Diagnostic::error(path, (0, 0), format!("the file is {encoding}, not UTF-8"))
            .help("save it again as UTF-8 (in most editors: Save as, Encoding, UTF-8)")
    };
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(wrong("UTF-16"));
    }
    let text = String::from_utf8(bytes).map_err(|e| wrong(&guess(e.as_bytes())))?;
    if text.contains('\0') {
        return Err(wrong("UTF-16 or binary"));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    Ok(text.replace("\r\n", "\n").replace('\r', "\n"))
}

/// Probable encoding of bytes that are not UTF-8.
fn guess(bytes: &[u8]) -> String {
    let (_, _, has_errors) = encoding_rs::GBK.decode(bytes);
    let pairs = bytes.windows(2).filter(|w| w[0] >= 0x81 && w[1] >= 0x80);
    if !has_errors && pairs.count() > 0 {
        "probably GBK".into()
    } else {
        "in another encoding (Windows-1252 or Latin-1?)".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundle(files: &[(&str, &[u8])]) -> Result<Bundle, Vec<Diagnostic>> {
        Bundle::new(
            files
                .iter()
                .map(|(path, bytes)| (path.to_string(), bytes.to_vec()))
                .collect(),
        )
    }

    #[test]
    fn spelling_of_line_ends_and_order_make_no_difference() {
        let unix = bundle(&[("a.rhai", b"x\ny\n"), ("programme.toml", b"z")]).unwrap();
        let windows = bundle(&[
            ("programme.toml", b"\xef\xbb\xbfz"),
            ("stories/one.story", b"ignored"),
            ("a.rhai", b"x\r\ny\r\n"),
            ("notes.txt", b"ignored"),
        ])
        .unwrap();
        assert_eq!(unix, windows);
        assert_eq!(unix.digest(), windows.digest());
        let other = bundle(&[("a.rhai", b"x\ny\n"), ("programme.toml", b"zz")]).unwrap();
        assert_ne!(unix.digest(), other.digest());
    }

    #[test]
    fn the_digest_tells_a_path_from_a_text() {
        let one = bundle(&[("a.rhai", b"b"), ("c.rhai", b"")]).unwrap();
        let two = bundle(&[("a.rhai", b""), ("c.rhai", b"b")]).unwrap();
        assert_ne!(one.digest(), two.digest());
    }

    #[test]
    fn other_encodings_are_named() {
        let said = |bytes: &[u8]| bundle(&[("a.rhai", bytes)]).unwrap_err()[0].message.clone();
        assert!(said(b"\xff\xfex\0").contains("UTF-16"));
        assert!(said(b"x\0y\0").contains("UTF-16"));
        assert!(said(&[0xd0, 0xc7, 0xc6, 0xda]).contains("GBK"), "xingqi");
        assert!(said(b"caf\xe9 ").contains("Windows-1252"));
    }

    #[test]
    fn a_path_that_could_not_be_printed_is_refused() {
        for path in ["a\n.rhai", "campaigns/\0a.rhai", "a\u{202e}.rhai"] {
            let found = bundle(&[(path, b"x")]).unwrap_err();
            assert!(found[0].message.starts_with("the file's name contains"));
            assert!(!found[0].to_string().contains(path));
        }
        let long = format!("{}.rhai", "x".repeat(300));
        let found = bundle(&[(&long, b"x")]).unwrap_err();
        assert!(found[0].message.contains("at most 255"));
    }

    #[test]
    fn a_bundle_that_is_too_large_is_refused() {
        let big = vec![b'x'; BUNDLE_LEN_MAX];
        let found = bundle(&[("a.rhai", &big)]).unwrap_err();
        assert!(found[0].message.contains("at most 196608"));
    }
}
