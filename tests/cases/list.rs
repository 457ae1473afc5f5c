//! Cases that must be proved, and the proofs that were found for them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Kind of proof that a section of the list asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Numbers in, numbers out: a story or a test.
    Case,
    /// A property of the ledger: a story or a test.
    Row,
    /// Something that a merchant writes: a story of a programme that ships.
    Script,
}

/// Some lines of the list under one heading.
pub struct Section {
    pub title: String,
    pub kind: Kind,
    pub cases: Vec<Case>,
}

/// One line of the list.
pub struct Case {
    pub id: String,
    pub what: String,
    /// `open`, `later: ..`, `otherwise: ..`, or nothing.
    pub mark: String,
}

/// Place of a proof: a story, or a test in a file.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Proof {
    /// The file, from the package's folder on.
    pub file: String,
    /// The test's name; empty for a story.
    pub test: String,
}

/// The proofs of each id.
pub type Proofs = BTreeMap<String, Vec<Proof>>;

/// Reads the list.
pub fn sections(text: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for line in text.lines().filter(|l| !l.starts_with('#')) {
        if let Some(heading) = line.strip_prefix("== ") {
            sections.push(section(heading));
        } else if !line.is_empty() {
            let section = sections.last_mut().expect("a heading comes first");
            section.cases.push(case(line));
        }
    }
    sections
}

fn section(heading: &str) -> Section {
    let (title, kind) = heading.rsplit_once(": ").expect("a heading says its kind");
    Section {
        title: title.into(),
        kind: match kind {
            "case" => Kind::Case,
            "row" => Kind::Row,
            "script" => Kind::Script,
            other => panic!("'{other}' is no kind: {heading}"),
        },
        cases: Vec::new(),
    }
}

fn case(line: &str) -> Case {
    let mut parts = line.splitn(3, " | ").map(str::to_owned);
    let mut part = || parts.next().unwrap_or_default();
    let case = Case {
        id: part(),
        what: part(),
        mark: part(),
    };
    let is_mark = ["later: ", "otherwise: "]
        .iter()
        .any(|m| case.mark.starts_with(m));
    assert!(
        is_mark || ["", "open"].contains(&case.mark.as_str()),
        "no such mark: {line}"
    );
    case
}

/// The proofs that a text names.
pub fn proofs_in(file: &str, text: &str, proofs: &mut Proofs) {
    let sign = if file.ends_with(".rs") { "//" } else { "#" };
    let mut named: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim_start) {
        let comment = line.strip_prefix(sign).map(str::trim_start);
        if let Some(ids) = comment.and_then(|c| c.strip_prefix("proves:")) {
            named.extend(ids.split([' ', ',']).filter(|id| !id.is_empty()));
        }
        let is_test = line.strip_prefix("fn ").or(line.strip_prefix("pub fn "));
        let name = is_test.and_then(|rest| rest.split_once('(').map(|(name, _)| name));
        if let (Some(name), ".rs") = (name, &file[file.len() - 3..]) {
            note(file, name, &mut named, proofs);
        }
    }
    note(file, "", &mut named, proofs);
}

fn note(file: &str, test: &str, named: &mut Vec<&str>, proofs: &mut Proofs) {
    for id in named.drain(..) {
        let proof = Proof {
            file: file.into(),
            test: test.into(),
        };
        let known = proofs.entry(id.into()).or_default();
        if !known.contains(&proof) {
            known.push(proof);
        }
    }
}

/// The package's folder.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files_under(dir: &Path, found: &mut Vec<PathBuf>) {
    for item in fs::read_dir(dir).expect("the folder can be read") {
        let path = item.expect("its items can be read").path();
        match path.is_dir() {
            true => files_under(&path, found),
            false => found.push(path),
        }
    }
}

/// All proofs of all stories and tests.
pub fn found() -> Proofs {
    let mut files = Vec::new();
    for dir in ["scripts", "src", "tests"] {
        files_under(&root().join(dir), &mut files);
    }
    files.sort();
    let mut proofs = Proofs::new();
    for path in files {
        let told = path.strip_prefix(root()).expect("it lies in the package");
        let told = told.to_string_lossy().replace('\\', "/");
        if told.ends_with(".story") || told.ends_with(".rs") {
            let text = fs::read_to_string(&path).expect("it is text");
            proofs_in(&told, &text, &mut proofs);
        }
    }
    proofs
}
