//! Commands as JSON: read or refused with a message that can be printed.

use super::Outcome;
use super::check_message;
use stampbook::command::{Bad, Request, json, parse, parse_keyless};

/// Source files whose string literals contain commands.
const TOLD: &[&str] = &[
    include_str!("../../../src/command/tests/good_input.rs"),
    include_str!("../../../src/command/tests/bad_input.rs"),
    include_str!("../../../tests/second_verifier.rs"),
    include_str!("../../../tests/cli/examples.rs"),
    include_str!("../../../tests/cli/till.rs"),
    include_str!("../../../tests/cli/people.rs"),
    include_str!("../../../tests/cli/gifts.rs"),
    include_str!("../../../tests/cli/vouchers.rs"),
    include_str!("../../../README.md"),
];

pub fn run(input: &[u8]) -> Outcome {
    let mut shape = String::new();
    for digits in [0, 2, 3] {
        let keyed = parse(input, digits);
        let keyless = parse_keyless(input, digits);
        assert!(keyless.is_ok() || keyed.is_err(), "{keyed:?} {keyless:?}");
        shape += &check(&keyed);
        shape += &check(&keyless);
    }
    let key = json::names_in(input).0;
    assert!(key.len() <= stampbook::model::KEY_LEN_MAX);
    Outcome::of(&[&shape])
}

fn check(read: &Result<Request, Bad>) -> String {
    match read {
        Ok(request) => {
            let told = format!("{request:?}");
            let end = told.find("verb: ").map_or(0, |at| at + 6);
            told[end..].chars().take(12).collect()
        }
        Err(bad) => {
            check_message(&bad.to_string());
            bad.to_string()
        }
    }
}

pub fn seeds() -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for text in TOLD {
        all.extend(objects(text).map(|text| text.as_bytes().to_vec()));
    }
    all
}

/// The JSON objects that begin and end on one line of a text.
fn objects(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let (start, end) = (line.find("{\"")?, line.rfind('}')?);
        (start < end).then(|| &line[start..=end])
    })
}

pub fn words() -> Vec<&'static str> {
    let mut words: Vec<&str> = vec![
        "\"do\":",
        "\"key\":\"k\",",
        "\"ask\":",
        "null",
        "true",
        "{}",
        "[]",
        "[{}]",
        ",",
        ":",
        "\"total\":\"42.50\"",
        "\"lines\":[{\"sku\":\"A\",\"amount\":\"1.00\"}]",
        "\"member\":",
        "\"card:6900012345\"",
        "\"m-00000000000000000000000000000000\"",
        "\"at\":",
        "\"2026-11-24T10:03:00+01:00\"",
        "\"points\":",
        "\"unit\":\"star\"",
        "\"of\":\"#7\"",
        "\"aliases\":[\"card:1\"]",
        "\"birthday\":\"02-29\"",
        "\"tenders\":",
        "\"charges\":",
        "\"discounts\":",
        "\"codes\":",
        "\"origin\":",
        "\"reason\":",
        "\"\\ud800\"",
    ];
    words.extend(stampbook::command::VERBS);
    words
}
