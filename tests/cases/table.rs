//! Page that lists the proofs of each case.

use super::list::{Case, Kind, Proof, Proofs, Section};
use std::fmt::Write;

const HEAD: &str = "\
# What is proved, and where

Written by `STAMPBOOK_WRITE=1 cargo test --test cases` from `tests/data/cases.txt` and from the
`proves:` comments of stories and tests; a test fails when it is not up to date. A story is told
against a real ledger: those under `scripts/` by `stampbook policy test`, all by `cargo test`.
";

/// The whole page.
pub fn page(sections: &[Section], proofs: &Proofs) -> String {
    let mut page = HEAD.to_owned();
    writeln!(page, "\n{}", count(sections, proofs)).expect("text grows");
    for section in sections {
        let is_script = section.kind == Kind::Script;
        let head = match is_script {
            true => "| row | asks for | script | story |\n|---|---|---|---|",
            false => "| id | must come out | proved by |\n|---|---|---|",
        };
        writeln!(page, "\n## {}\n\n{head}", section.title).expect("text grows");
        for case in &section.cases {
            let found = proofs.get(&case.id).map_or(&[][..], Vec::as_slice);
            let line = match is_script {
                true => script_line(case, found),
                false => format!("{} | {}", cell(&case.what), cell(&proved(case, found))),
            };
            writeln!(page, "| {} | {line} |", case.id).expect("text grows");
        }
    }
    page
}

fn count(sections: &[Section], proofs: &Proofs) -> String {
    let cases = || sections.iter().flat_map(|s| &s.cases);
    let is_proved = |c: &&Case| proofs.contains_key(&c.id);
    let marked = |mark: &str| {
        let is_marked = |c: &&Case| !is_proved(c) && c.mark.starts_with(mark);
        cases().filter(is_marked).count()
    };
    format!(
        "{} cases: {} proved, {} decided otherwise, {} for later, {} not yet.",
        cases().count(),
        cases().filter(is_proved).count(),
        marked("otherwise"),
        marked("later"),
        marked("open"),
    )
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    let mut parts: Vec<String> = parts.collect();
    parts.dedup();
    parts.join("<br>")
}

/// Cell of the page with the places of a case's proofs, and its note.
fn proved(case: &Case, found: &[Proof]) -> String {
    let places = found.iter().map(|proof| match proof.test.as_str() {
        "" => format!("`{}`", proof.file),
        test => format!("`{}` {}", proof.file, test.replace('_', " ")),
    });
    let said = match case.mark.as_str() {
        "" | "open" if !found.is_empty() => None,
        "open" => Some("not yet".to_owned()),
        mark => Some(mark.replace("otherwise: ", "decided otherwise: ")),
    };
    joined(places.chain(said))
}

fn script_line(case: &Case, found: &[Proof]) -> String {
    let folder = |proof: &Proof| {
        let parts: Vec<&str> = proof.file.split('/').take(2).collect();
        format!("`{}`", parts.join("/"))
    };
    let story = |proof: &Proof| {
        let name = proof.file.rsplit('/').next().unwrap_or(&proof.file);
        format!("`{name}`")
    };
    let shipped: Vec<&Proof> = found.iter().filter(|p| p.is_shipped()).collect();
    let (scripts, stories) = match shipped.is_empty() {
        true => (String::new(), proved(case, found)),
        false => (
            joined(shipped.iter().map(|p| folder(p))),
            joined(shipped.iter().map(|p| story(p))),
        ),
    };
    format!("{} | {scripts} | {}", cell(&case.what), cell(&stories))
}

impl Proof {
    /// True for a story of a programme that ships.
    pub fn is_shipped(&self) -> bool {
        self.file.starts_with("scripts/")
    }
}
