//! Every case of `tests/data/cases.txt` is proved by a story or a test that
//! names it, and `scripts/PROOFS.md` lists them. What is not is marked there.
//!
//! `STAMPBOOK_WRITE=1 cargo test --test cases` writes the page anew.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::unwrap_used,
    reason = "a test that wraps or panics fails"
)]

mod cases {
    pub mod list;
    pub mod table;
}

use cases::list::{Kind, Proofs, Section, found, proofs_in, root, sections};
use cases::table::page;
use std::collections::BTreeSet;
use std::fs;

const LIST: &str = "tests/data/cases.txt";
const PAGE: &str = "scripts/PROOFS.md";

/// Disagreements between the list of cases and the proofs found.
fn wrong(sections: &[Section], proofs: &Proofs) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut known = BTreeSet::new();
    for section in sections {
        for case in &section.cases {
            let id = &case.id;
            if !known.insert(id.as_str()) {
                wrong.push(format!("{id} stands in the list twice"));
            }
            let found = proofs.get(id).map_or(&[][..], Vec::as_slice);
            let is_proved = match section.kind {
                Kind::Script => found.iter().any(|proof| proof.is_shipped()),
                _ => !found.is_empty(),
            };
            if !is_proved && case.mark.is_empty() {
                wrong.push(format!("{id} has no proof: {}", case.what));
            }
        }
    }
    for (id, places) in proofs {
        if !known.contains(id.as_str()) {
            wrong.push(format!(
                "{} proves {id}, which is not in {LIST}",
                places[0].file
            ));
        }
    }
    wrong
}

/// The list, with `open` removed from cases for which a proof was found.
fn closed(list: &str, sections: &[Section], proofs: &Proofs) -> String {
    let scripts = sections.iter().filter(|s| s.kind == Kind::Script);
    let scripts: BTreeSet<&str> = scripts
        .flat_map(|s| s.cases.iter().map(|c| c.id.as_str()))
        .collect();
    let close = |line: &str| {
        let Some(rest) = line.strip_suffix(" | open") else {
            return format!("{line}\n");
        };
        let id = line.split(" | ").next().unwrap_or_default();
        let found = proofs.get(id).map_or(&[][..], Vec::as_slice);
        let is_proved = |p: &cases::list::Proof| p.is_shipped() || !scripts.contains(id);
        match found.iter().any(is_proved) {
            true => format!("{rest}\n"),
            false => format!("{line}\n"),
        }
    };
    list.lines().map(close).collect()
}

#[test]
fn every_case_is_proved_or_says_why_not() {
    let list = fs::read_to_string(root().join(LIST)).unwrap();
    let proofs = found();
    let wrong = wrong(&sections(&list), &proofs);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_page_of_proofs_is_up_to_date() {
    let list = fs::read_to_string(root().join(LIST)).unwrap();
    let (sections, proofs) = (sections(&list), found());
    let page = page(&sections, &proofs);
    if std::env::var_os("STAMPBOOK_WRITE").is_some() {
        fs::write(root().join(PAGE), &page).unwrap();
        let closed = closed(&list, &sections, &proofs);
        if closed != list {
            fs::write(root().join(LIST), closed).unwrap();
        }
        return;
    }
    let told = fs::read_to_string(root().join(PAGE)).unwrap_or_default();
    let remedy = "write it: STAMPBOOK_WRITE=1 cargo test --test cases";
    let first = told.lines().zip(page.lines()).find(|(a, b)| a != b);
    assert!(
        told == page,
        "{PAGE} is not up to date; {remedy}\n{first:?}"
    );
}

const MADE_UP: &str = "\
== Numbers: case
A1 | one -> two
A2 | two -> four | open
== Scripts: script
S1 | twice the points
S2 | thrice | open
";

fn made_up(files: &[(&str, &str)]) -> (Vec<Section>, Proofs) {
    let mut proofs = Proofs::new();
    for (file, text) in files {
        proofs_in(file, text, &mut proofs);
    }
    (sections(MADE_UP), proofs)
}

#[test]
fn a_missing_proof_and_an_unknown_id_are_found() {
    let (sections, proofs) = made_up(&[("tests/stories/x/a.story", "# proves: S1 A3")]);
    let expected = [
        "A1 has no proof: one -> two",
        "S1 has no proof: twice the points",
        "tests/stories/x/a.story proves A3, which is not in tests/data/cases.txt",
    ];
    assert_eq!(wrong(&sections, &proofs), expected);
}

#[test]
fn a_proof_is_named_by_its_story_or_by_the_test_below() {
    let files = [
        (
            "scripts/double/stories/a.story",
            "programme double\n# proves: S1, S2\n",
        ),
        (
            "src/rules/tests.rs",
            "    // proves: A1 A2\n    #[test]\n    fn it_doubles() {}\n",
        ),
    ];
    let (sections, proofs) = made_up(&files);
    assert_eq!(wrong(&sections, &proofs), Vec::<String>::new());
    let page = page(&sections, &proofs);
    assert!(page.contains("| A1 | one -> two | `src/rules/tests.rs` it doubles |"));
    assert!(page.contains("| S1 | twice the points | `scripts/double` | `a.story` |"));
    let closed = closed(MADE_UP, &sections, &proofs);
    assert_eq!(closed, MADE_UP.replace(" | open", ""));
}
