//! Stories: a byte that selects the programme, then the text.

use super::Outcome;
use super::check_message;
use stampbook::model::{Policy, Programme};
use stampbook::policy::{Bundle, shipped};
use stampbook::workbench::{judge, story};
use std::sync::LazyLock;

/// The programmes of the shipped stories.
static PROGRAMMES: LazyLock<Vec<Programme>> = LazyLock::new(|| {
    let compiled = shipped().iter().map(|(name, files)| {
        let files = files.iter().filter(|(path, _)| !path.ends_with(".story"));
        let files = files.map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
        let bundle = Bundle::new(files.collect()).unwrap_or_else(|found| panic!("{found:?}"));
        let policy = judge(&bundle).unwrap_or_else(|found| panic!("{name}: {found:?}"));
        policy.programme().clone()
    });
    compiled.collect()
});

pub fn run(input: &[u8]) -> Outcome {
    let (which, rest) = input.split_first().unwrap_or((&0, &[]));
    let programme = &PROGRAMMES[usize::from(*which) % PROGRAMMES.len()];
    let text = String::from_utf8_lossy(rest);
    let shape = match story::parse("fuzzed.story", &text, programme) {
        Ok(story) => {
            assert!(!story.steps.is_empty());
            format!("{}", story.steps.len().min(8))
        }
        Err(found) => {
            assert!(!found.is_empty());
            let lines = text.lines().count().max(1);
            for finding in &found {
                assert!(finding.line <= lines, "{finding} of {lines} lines");
                let _ = finding.render(&text);
            }
            check_message(&found[0].message);
            found[0].message.clone()
        }
    };
    Outcome::of(&[&shape])
}

pub fn seeds() -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for (n, (_, files)) in shipped().iter().enumerate() {
        for (_, text) in files.iter().filter(|(path, _)| path.ends_with(".story")) {
            let mut input = vec![n as u8];
            input.extend_from_slice(text.as_bytes());
            all.push(input);
        }
    }
    all
}

pub fn words() -> Vec<&'static str> {
    vec![
        "programme ",
        "purchase ",
        "return ",
        "redeem ",
        "daily",
        "quote ",
        "given ",
        "-> ",
        "\n  ",
        " until ",
        " at ",
        "balance ",
        "refused ",
        "2026-11-24 ",
        "23:59",
        "alice ",
        " star",
        "+",
        "happened ",
        "hold ",
        "void ",
        "transfer ",
        "to ",
        "with ",
        "#",
        "paid ",
        "voucher ",
        "activity ",
        "line ",
        "x",
        ";",
    ]
}
