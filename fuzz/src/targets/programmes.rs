//! Whole programmes: files after headings, judged as `policy check` judges them.

use super::Outcome;
use super::check_message;
use stampbook::policy::{Bundle, Diagnostic, shipped};
use stampbook::workbench::judge;

/// Prefix of a file's heading.
const HEADING: &str = "==== ";

pub fn run(input: &[u8]) -> Outcome {
    let found = match Bundle::new(files(input)) {
        Ok(bundle) => {
            let digest = bundle.digest();
            assert_eq!(Bundle::recorded(&bundle.files).digest(), digest);
            match judge(&bundle) {
                Ok(compiled) => compiled.warnings().to_vec(),
                Err(found) => found,
            }
            .into_iter()
            .inspect(|found| check(&bundle, found))
            .collect()
        }
        Err(found) => found,
    };
    let messages: Vec<&str> = found.iter().map(|found| found.message.as_str()).collect();
    Outcome::of(&messages[..messages.len().min(3)])
}

/// Asserts that a finding lies within its file, and prints without moving a cursor.
fn check(bundle: &Bundle, found: &Diagnostic) {
    check_message(&found.message);
    check_message(&found.help);
    let text = bundle.text(&found.file).unwrap_or_default();
    let lines = text.lines().count().max(1);
    assert!(found.line <= lines + 1, "{found} of {lines} lines");
    assert!(bundle.render(found).len() < 500_000);
}

fn files(input: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for line in input.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_prefix(HEADING.as_bytes()) {
            Some(path) => {
                let path = String::from_utf8_lossy(path);
                files.push((path.trim_end_matches('\n').to_owned(), Vec::new()));
            }
            None => {
                if files.is_empty() {
                    files.push(("programme.toml".into(), Vec::new()));
                }
                files
                    .iter_mut()
                    .last()
                    .expect("one")
                    .1
                    .extend_from_slice(line);
            }
        }
    }
    files
}

pub fn seeds() -> Vec<Vec<u8>> {
    let all = shipped().iter().map(|(_, files)| {
        let files = files.iter().filter(|(path, _)| !path.ends_with(".story"));
        let files = files.map(|(path, text)| format!("{HEADING}{path}\n{text}\n"));
        files.collect::<String>().into_bytes()
    });
    all.collect()
}

pub fn words() -> Vec<&'static str> {
    vec![
        "\n==== ",
        "==== tiers.rhai\n",
        "==== rewards.rhai\n",
        "==== campaigns/x.rhai\n",
        "fn on_purchase(purchase, member) { ",
        "fn on_day(day, member) { ",
        "fn qualify(member) { ",
        "award(\"star\", 1);",
        "campaign(#{ id: \"x\", title: \"X\", role: \"base\" });",
        "}",
        "{",
        "#{",
        "[[",
        "]]",
        "[unit.star]\n",
        "kind = \"spendable\"\n",
        "const X = ",
        "let x = ",
        "|x| ",
        "member.",
        "purchase.",
        "`${",
        "}`",
        "/*",
        "*/",
        "//",
        "if ",
        "for i in ",
        "loop {",
        "when: ",
        "cap: ",
        "while ",
        "(",
        ")",
        "((((((((((((((((((((((((((((((((",
        "!!!!!!!!",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
        "true",
        "()",
        "..",
        "expires = ",
        "[store.x]\n",
        "zone = \"Europe/Berlin\"\n",
        "currency = \"JPY\"\n",
        "rounding = ",
        "return ",
        "throw ",
        "try { ",
        "} catch (e) { ",
        "switch x { ",
        "import \"x\" as y;",
        "eval(\"1\")",
        "Fn(\"x\")",
    ]
}
