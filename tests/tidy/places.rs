//! Places that had most lines for least meaning.

use super::source::sources;
use crate::none;

/// Places that had most lines for least meaning: name, beginnings of the paths that are one
/// now, most lines that they may have. ARCHITECTURE.md says what they had.
const PLACES: &[(&str, &[&str], usize)] = &[
    (
        "command forms",
        &[
            "src/command/bad",
            "src/command/convert",
            "src/command/f",
            "src/command/json",
            "src/command/mod",
            "src/command/place",
            "src/command/raw",
            "src/command/request",
            "src/command/s",
            "src/command/verbs",
            "src/command/who",
        ],
        4950,
    ),
    (
        "effects retold",
        &[
            "src/answer/accepted",
            "src/answer/act",
            "src/answer/did",
            "src/answer/effect",
            "src/answer/explanation",
            "src/answer/kind",
            "src/answer/not_run",
            "src/answer/quantity",
            "src/answer/sale",
            "src/answer/standing",
            "src/answer/told",
            "src/answer/view",
            "src/cli/explain",
            "src/cli/show",
            "src/cli/statement",
            "src/query/explain",
            "src/query/statement",
        ],
        2330,
    ),
    (
        "derived storage",
        &[
            "src/engine/cache/",
            "src/engine/commit/key_index",
            "src/engine/commit/state_writing",
            "src/storage/book",
            "src/storage/derived",
            "src/storage/keys",
            "src/storage/second_copy",
            "src/storage/spill",
        ],
        4920,
    ),
    (
        "story verbs",
        &[
            "src/workbench/story/ask",
            "src/workbench/story/forms",
            "src/workbench/story/parse",
            "src/workbench/story/pattern",
            "src/workbench/story/words",
        ],
        1200,
    ),
    (
        "policy field readers",
        &[
            "src/policy/fields",
            "src/policy/headers",
            "src/policy/manifest",
            "src/policy/programme",
            "src/policy/setting",
        ],
        2000,
    ),
    ("second decoder", &["src/chain/codec/lean"], 230),
    ("precedence", &["src/engine/staging/precedence"], 220),
];

#[test]
fn places_with_much_for_little_do_not_grow() {
    let mut found = Vec::new();
    for (name, paths, most) in PLACES {
        let is_of = |path: &str| paths.iter().any(|start| path.starts_with(start));
        let parts = sources().iter().filter(|s| !s.is_test && is_of(&s.path));
        let lines: usize = parts.map(|s| s.text.lines().count()).sum();
        println!("{name}: {lines} lines");
        if lines > *most || lines == 0 {
            found.push(format!("{name}: {lines} lines, at most {most}"));
        }
    }
    none("places with much for little do not grow", found);
}
