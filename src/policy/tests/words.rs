//! The tables of words are complete, and what they print works.

use super::*;
use crate::policy::host::sandbox::ENGINE;
use crate::policy::host::{names, offered, price};
use crate::policy::words::{self, Word, WordKind};
use std::collections::BTreeSet;

/// A programme that has one of everything.
const FULL: &str = r#"
[programme]
name = "Full"
currency = "EUR"
zone = "UTC"
purposes = ["marketing", "personalise", "health"]
[[store]]
id = "mitte"
[unit.star]
kind = "spendable"
expires = { at = "year end" }
[unit.year-star]
kind = "qualifying"
[unit.mug]
kind = "voucher"
[unit.free-drink]
kind = "voucher"
[unit.prime]
kind = "pass"
period = "12 months"
[partner.clothes-shop]
[pool.earth]
[activity.run]
fields = { km = "decimal" }
[activity.bottle]
fields = { code = { type = "secret", codes = "codes/caps.txt" } }
[attribute.sweetness]
values = ["low"]
purpose = "personalise"
[household]
size = 4
[rfm]
recency = [30]
frequency = [2]
monetary = ["100"]
"#;

const LEVELS: &str = "tiers(#{ levels: [\"silver\", \"gold\"] });
fn qualify(member) { if member.qualifying(\"year-star\") > 5 { \"gold\" } else { \"silver\" } }";

fn errors(files: &[(&str, &str)]) -> String {
    match judged(files) {
        Ok(_) => String::new(),
        Err(found) => {
            let found: Vec<Diagnostic> = found.into_iter().filter(Diagnostic::is_error).collect();
            listed(&found)
        }
    }
}

/// Errors of a campaign in the full programme.
fn errors_of(campaign: &str) -> String {
    let other = "campaign(#{ id: \"blind-test\", role: \"bonus\", priority: 5, tunable: #{ rate: #{ min: 1, max: 2 } }, target: #{ quota: 3 } });
fn on_purchase(purchase, member) { if \"SPRING\" in purchase.codes { award(\"year-star\", 1); } }
fn on_review(figures) { tune(\"rate\", 1); }";
    errors(&[
        ("programme.toml", FULL),
        ("codes/caps.txt", "ABCD-EFGH-JKMN gold"),
        ("campaigns/words.rhai", campaign),
        ("campaigns/other.rhai", other),
        ("tiers.rhai", LEVELS),
    ])
}

/// The errors of a word's example, with the word.
fn note(word: &Word, found: &str) -> String {
    match found {
        "" => String::new(),
        found => format!(
            "{}.{}: {}: {found}\n",
            word.section, word.name, word.example
        ),
    }
}

const ON_DAY: &str = "on_day: #{ birthday: true }";

/// A campaign in which the text stands in the function where it belongs.
fn campaign_with(word: &Word) -> String {
    let (hook, header) = match (word.section, word.name) {
        ("redemption", _) => ("on_redeem(redemption, member)", ""),
        ("activity", _) => ("on_activity(activity, member)", ""),
        ("day", _) => ("on_day(day, member)", ON_DAY),
        (_, "tuned") => (
            "on_purchase(purchase, member)",
            "tunable: #{ rate: #{ min: 1, max: 2 } }",
        ),
        ("figures", _) | (_, "tune" | "pause") => (
            "on_review(figures)",
            "tunable: #{ rate: #{ min: 1, max: 2 } }",
        ),
        ("purchase" | "line", "bought" | "returned") | (_, "take_back") => {
            ("on_return(purchase, member)", "")
        }
        _ => ("on_purchase(purchase, member)", ""),
    };
    let example = word.example;
    let body = match word.section {
        "line" => format!("for line in purchase.lines {{ let found = {example}; }}"),
        "tender" => format!("for tender in purchase.tenders {{ let found = {example}; }}"),
        _ if example.ends_with([';', '}']) => example.into(),
        _ => format!("let found = {example};"),
    };
    let review = match word.name {
        "tuned" => "\nfn on_review(figures) { tune(\"rate\", 1); }",
        _ => "",
    };
    format!("campaign(#{{ id: \"words\", {header} }});\nfn {hook} {{\n{body}\n}}{review}")
}

#[test]
fn every_row_is_whole() {
    let mut seen = BTreeSet::new();
    for word in words::words() {
        let at = format!("{:?} {}.{}", word.kind, word.section, word.name);
        assert!(!word.example.is_empty() && !word.means.is_empty(), "{at}");
        let (name, means) = word.zh.split_once('：').unwrap_or_default();
        assert!(!name.is_empty() && !means.is_empty(), "{at}: {}", word.zh);
        assert!(!word.zh.contains(" | "), "{at}");
        assert!(
            word.example.contains(word.name.rsplit('.').next().unwrap())
                || word.name.ends_with("UNIT"),
            "{at}: {}",
            word.example
        );
        assert!(seen.insert(at.clone()), "{at} is there twice");
    }
    assert!(seen.len() > 280, "{}", seen.len());
    let hooks: Vec<&str> = words::of(WordKind::Hook).map(|word| word.name).collect();
    let mut all: Vec<&str> = Hook::ALL.iter().map(|hook| hook.name()).collect();
    all.sort_by_key(|name| hooks.iter().position(|known| known == name));
    assert_eq!(hooks, all);
}

/// Whatever the engine offers under a name is in the tables.
// proves: TE1
#[test]
fn every_registered_function_has_its_row() {
    // They exist only to say that the sandbox lacks them.
    let lacking = ["exit", "parse_json", "sleep"];
    for (name, _) in offered::PRICES {
        let is_there = match name.strip_prefix("get$") {
            Some(getter) => names::KINDS
                .iter()
                .any(|kind| kind.property(getter).is_some()),
            None => names::function(name).is_some() || lacking.contains(name),
        };
        assert!(is_there, "{name} has no row");
    }
    let natives = price::natives(&ENGINE);
    let mut reached = 0;
    for (name, _) in natives {
        reached += usize::from(names::function(&name).is_some());
    }
    assert!(reached > 60, "{reached}");
}

#[test]
fn every_example_of_a_function_and_a_fact_compiles() {
    let mut wrong = String::new();
    for word in words::words() {
        let text = match word.kind {
            WordKind::Fact | WordKind::FunctionOption => campaign_with(word),
            WordKind::Function if word.section != "declaration" => campaign_with(word),
            WordKind::Hook if word.name != "qualify" => {
                let header = match word.name {
                    "on_day" => ON_DAY,
                    _ => "",
                };
                format!(
                    "campaign(#{{ id: \"words\", {header} }});\n{}",
                    word.example
                )
            }
            _ => continue,
        };
        let found = errors_of(&text);
        wrong += &note(word, &found);
    }
    assert_eq!(wrong, "");
}

/// A field of the tables is read, and its example is one that there can be.
#[test]
fn every_example_of_a_header_field_is_accepted() {
    let mut wrong = String::new();
    for word in words::of(WordKind::HeaderField) {
        let example = word.example;
        let has = |name: &str| example.split(':').next() == Some(name);
        let hooks = match word.name.split('.').next().unwrap() {
            "on_day" => "fn on_day(day, member) { award(\"star\", 1); }",
            "tunable" => {
                "fn on_purchase(purchase, member) { award(\"star\", tuned(\"rate\")); }\nfn on_review(figures) { tune(\"rate\", 1); }"
            }
            _ if word.name == "when.activity" => {
                "fn on_activity(activity, member) { award(\"star\", 1); }"
            }
            "for" => "fn on_purchase(purchase, member) { discount(1); }",
            _ => {
                "fn on_purchase(purchase, member) { award(\"star\", 1); award(\"year-star\", 1); refer(\"star\", 1); }"
            }
        };
        let rest = |needed: &[(&str, &str)]| {
            let missing = needed.iter().filter(|(name, _)| !has(name));
            missing
                .map(|(_, text)| format!(", {text}"))
                .collect::<String>()
        };
        let found = match word.section {
            "campaign" => {
                let needed = rest(&[("id", "id: \"words\"")]);
                errors_of(&format!("campaign(#{{ {example}{needed} }});\n{hooks}"))
            }
            "tiers" => {
                let needed = rest(&[("levels", "levels: [\"silver\", \"gold\"]")]);
                let text =
                    format!("tiers(#{{ {example}{needed} }});\nfn qualify(member) {{ \"gold\" }}");
                let text = text.replace(
                    "\"gold\" }",
                    "if member.qualifying(\"year-star\") > 5 { \"gold\" } else { \"silver\" } }",
                );
                errors(&[
                    ("programme.toml", FULL),
                    ("codes/caps.txt", "ABCD-EFGH-JKMN gold"),
                    ("campaigns/words.rhai", &format!("{HEADER}\n{hooks}")),
                    ("tiers.rhai", &text),
                ])
            }
            _ => {
                let needed = rest(&[
                    ("id", "id: \"words\""),
                    ("unit", "unit: \"star\""),
                    ("points", "points: 5"),
                ]);
                let value = match word.name {
                    "pool" => ", value: 5.00",
                    _ => "",
                };
                let text = format!("reward(#{{ {example}{needed}{value} }});");
                errors(&[
                    ("programme.toml", FULL),
                    ("codes/caps.txt", "ABCD-EFGH-JKMN gold"),
                    ("campaigns/words.rhai", &format!("{HEADER}\n{hooks}")),
                    ("rewards.rhai", &text),
                    ("tiers.rhai", LEVELS),
                ])
            }
        };
        wrong += &note(word, &found);
    }
    assert_eq!(wrong, "");
}

const HEAD: &str = "[programme]\nname = \"x\"\ncurrency = \"EUR\"\nzone = \"UTC\"\n";

/// A key that the tables lack is told in each table. That each one they have is read is
/// shown by its example: what nobody reads is told as well.
#[test]
fn a_key_that_the_tables_lack_is_told_in_each_table() {
    let is_told = |text: &str| {
        let found = errors(&[("programme.toml", text)]);
        assert!(
            found.contains("there is no field 'zzz' here"),
            "{text}: {found}"
        );
    };
    is_told(&format!("zzz = 1\n{HEAD}"));
    for section in words::sections(WordKind::ManifestKey) {
        let head = match section {
            "programme" => HEAD.trim_end().into(),
            "store" => format!("{HEAD}[[store]]"),
            single if words::SINGLE.contains(&single) => format!("{HEAD}[{single}]"),
            "spend" | "limit" | "transfer" => {
                format!("{HEAD}[unit.x]\nkind = \"spendable\"\n[{section}.x]")
            }
            _ => format!("{HEAD}[{section}.x]"),
        };
        is_told(&format!("{head}\nzzz = 1\n"));
        let tables =
            words::of(WordKind::ManifestKey).filter(|w| w.section == section && w.of == "table");
        for table in tables.filter(|w| !matches!(w.name, "promises" | "fields" | "category")) {
            is_told(&format!("{head}\n{} = {{ zzz = 1 }}\n", table.name));
        }
    }
}

/// Bounds stand in the table alone: their numbers are read, those beside them are refused.
#[test]
fn numbers_are_read_within_the_bounds_of_the_table() {
    let mut read = 0;
    for word in words::of(WordKind::ManifestKey) {
        let Some((least, most)) = word.bounds else {
            continue;
        };
        let heading = match word.section {
            single if words::SINGLE.contains(&single) => format!("[{single}]"),
            section => format!("[{section}.star]"),
        };
        let kind = match word.name {
            "stock" | "claim_days" => "kind = \"voucher\"",
            _ => "kind = \"spendable\"",
        };
        let errors_at = |number: i64| {
            let setting = match word.name.split_once('.') {
                Some((outer, inner)) => format!("{outer} = {{ {inner} = {number} }}"),
                None => format!("{} = {number}", word.name),
            };
            errors(&[(
                "programme.toml",
                &match word.section {
                    "programme" => format!("{HEAD}{setting}\n[unit.star]\n{kind}\n"),
                    "unit" => format!("{HEAD}{heading}\n{setting}\n{kind}\n"),
                    _ => format!("{HEAD}[unit.star]\nkind = \"spendable\"\n{heading}\n{setting}\n"),
                },
            )])
        };
        for number in [least, most] {
            assert_eq!(errors_at(number), "", "{}: {number}", word.name);
        }
        for number in [least - 1, most + 1] {
            let found = errors_at(number);
            let told = format!("from {least} to {most}");
            assert!(found.contains(&told), "{}: {number}: {found}", word.name);
        }
        read += 1;
    }
    assert!(read > 15, "{read}");
}

#[test]
fn every_example_of_a_key_is_accepted() {
    let mut wrong = String::new();
    for word in words::of(WordKind::ManifestKey) {
        let key = word.example.split(' ').next().unwrap();
        let name = word.name.split('.').next().unwrap();
        assert_eq!(key, name, "{}", word.example);
        let mut needed: Vec<(&str, &str)> = match word.section {
            "programme" => vec![
                ("name", "\"x\""),
                ("currency", "\"EUR\""),
                ("zone", "\"UTC\""),
                ("purposes", "[\"health\", \"personalise\"]"),
            ],
            "store" => vec![("id", "\"x\"")],
            "unit" if matches!(name, "period" | "price" | "refund" | "starts" | "promises") => {
                vec![("kind", "\"pass\""), ("period", "\"12 months\"")]
            }
            "unit" if name == "unused_lapses" => vec![
                ("kind", "\"pass\""),
                ("period", "\"12 months\""),
                ("starts", "\"first use\""),
            ],
            "unit" if word.means.contains("oucher") || name == "not_for" => {
                vec![("kind", "\"voucher\"")]
            }
            "unit" if name == "window" => vec![("kind", "\"qualifying\"")],
            "unit" => vec![("kind", "\"spendable\"")],
            "currency" => vec![("rate", "\"1\"")],
            "limit" => vec![("max", "5")],
            "activity" => vec![("fields", "{ id = \"text\" }")],
            "attribute" => vec![("values", "[\"low\"]"), ("purpose", "\"personalise\"")],
            "alias" => vec![("form", "\"phone\""), ("country", "\"DE\"")],
            "rfm" => vec![
                ("recency", "[30]"),
                ("frequency", "[2]"),
                ("monetary", "[\"100\"]"),
            ],
            _ => Vec::new(),
        };
        if word.name == "unique_for" {
            needed.push(("unique", "\"id\""));
        }
        needed.retain(|(known, _)| *known != key);
        let rest: String = needed
            .iter()
            .map(|(name, value)| format!("{name} = {value}\n"))
            .collect();
        let heading = match word.section {
            "store" => "[[store]]".into(),
            single if words::SINGLE.contains(&single) => format!("[{single}]"),
            "currency" => "[currency.USD]".into(),
            "spend" | "limit" | "transfer" => format!("[{}.star]", word.section),
            section => format!("[{section}.clothes-shop]"),
        };
        let own = format!("{heading}\n{}\n{rest}", word.example);
        let mut text = match word.section {
            "programme" => own,
            _ => format!("{HEAD}purposes = [\"health\", \"personalise\"]\n{own}"),
        };
        for (heading, table) in [
            ("[unit.star]", "kind = \"spendable\""),
            ("[partner.clothes-shop]", ""),
            ("[household]", ""),
        ] {
            if !text.contains(heading) {
                text.push_str(&format!("{heading}\n{table}\n"));
            }
        }
        let codes = ("codes/autumn.txt", "ABCDEFGHJKLM gold\n");
        let mut files = vec![("programme.toml", text.as_str())];
        if word.name.ends_with("codes") {
            files.push(codes);
        }
        let found = errors(&files);
        wrong += &note(word, &found);
    }
    assert_eq!(wrong, "");
}
