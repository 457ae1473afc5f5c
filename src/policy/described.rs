//! A programme as the parts that a merchant names (a unit, a campaign, a reward), each with
//! its settings as they are written. Nothing here knows a field by its name: meanings and
//! defaults come from the tables of words, so a new field is described with its row.

use super::bundle::Bundle;
use super::compile::declarations;
use super::manifest::FILE;
use super::words::{self, Word, WordKind};
use rhai::{Dynamic, Map};

/// A part of a programme.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// `unit`, `campaign`, `programme`, ...
    pub section: String,
    /// Its name; empty if there is only one.
    pub id: String,
    /// The file it stands in.
    pub file: String,
    /// Its settings: the field, with the names of outer tables, and the value as written.
    pub settings: Vec<(String, String)>,
    /// Its script without declarations, comments and blank lines; empty in programme.toml.
    pub script: String,
}

impl Part {
    /// The value of a field as written.
    pub fn get(&self, field: &str) -> Option<&str> {
        let found = self.settings.iter().find(|(name, _)| name == field);
        found.map(|(_, value)| value.as_str())
    }

    /// The word of a field in the tables of words.
    pub fn word(&self, field: &str) -> Option<&'static Word> {
        let kind = match self.file.as_str() {
            FILE => WordKind::ManifestKey,
            _ => WordKind::HeaderField,
        };
        let of_section = || words::of(kind).filter(|word| word.section == self.section);
        let mut asked = field;
        loop {
            let exact = of_section().find(|word| word.name == asked);
            let found = exact.or_else(|| of_section().find(|word| is_named(word.name, asked)));
            if found.is_some() {
                return found;
            }
            // The names within some tables are the merchant's own.
            asked = asked.rsplit_once('.')?.0;
        }
    }
}

/// True if a field has the name of a word, in which `UNIT` and `NAME` stand for any.
fn is_named(word: &str, field: &str) -> bool {
    let (mut words, mut fields) = (word.split('.'), field.split('.'));
    loop {
        match (words.next(), fields.next()) {
            (None, None) => return true,
            (Some(word), Some(field)) if word == field || is_placeholder(word) => {}
            _ => return false,
        }
    }
}

fn is_placeholder(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_uppercase())
}

/// The parts of a programme, those of programme.toml first. What cannot be read is left out.
pub fn described(bundle: &Bundle) -> Vec<Part> {
    let manifest = bundle.text(FILE).unwrap_or_default();
    let table: toml::Table = toml::from_str(manifest).unwrap_or_default();
    let mut parts = Vec::new();
    for (section, value) in &table {
        match value {
            toml::Value::Array(all) => {
                parts.extend(all.iter().filter_map(|each| {
                    let table = each.as_table()?;
                    let id = table.get("id").and_then(toml::Value::as_str);
                    Some(of_table(section, id.unwrap_or_default(), table))
                }));
            }
            toml::Value::Table(table) => {
                let own = || words::fields(WordKind::ManifestKey, section, "");
                let is_one = |(name, value): (&String, &toml::Value)| {
                    !value.is_table() || own().any(|field| field == name)
                };
                match table.iter().any(is_one) || table.is_empty() {
                    true => parts.push(of_table(section, "", table)),
                    false => {
                        parts.extend(table.iter().filter_map(|(id, value)| {
                            Some(of_table(section, id, value.as_table()?))
                        }))
                    }
                }
            }
            _ => {}
        }
    }
    for (file, header, script) in declarations(bundle) {
        let id = header
            .map
            .get("id")
            .and_then(|id| id.clone().into_string().ok());
        let mut settings = Vec::new();
        flatten_map("", &header.map, &mut settings);
        parts.push(Part {
            section: header.word.into(),
            id: id.unwrap_or_default(),
            file,
            settings,
            script,
        });
    }
    parts
}

fn of_table(section: &str, id: &str, table: &toml::Table) -> Part {
    let mut settings = Vec::new();
    flatten_table("", table, &mut settings);
    Part {
        section: section.into(),
        id: id.into(),
        file: FILE.into(),
        settings,
        script: String::new(),
    }
}

fn flatten_table(path: &str, table: &toml::Table, settings: &mut Vec<(String, String)>) {
    for (name, value) in table {
        match value {
            toml::Value::Table(inner) => {
                flatten_table(&format!("{path}{name}."), inner, settings);
            }
            value => settings.push((format!("{path}{name}"), value.to_string())),
        }
    }
}

fn flatten_map(path: &str, map: &Map, settings: &mut Vec<(String, String)>) {
    for (name, value) in map {
        match value.as_map_ref() {
            Ok(inner) => flatten_map(&format!("{path}{name}."), &inner, settings),
            Err(_) => settings.push((format!("{path}{name}"), as_written(value))),
        }
    }
}

fn as_written(value: &Dynamic) -> String {
    match value.as_array_ref() {
        Ok(list) => {
            let all: Vec<String> = list.iter().map(as_written).collect();
            format!("[{}]", all.join(", "))
        }
        Err(_) => match value.as_immutable_string_ref() {
            Ok(text) => format!("\"{}\"", &*text),
            Err(_) => value.to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundle(files: &[(&str, String)]) -> Bundle {
        let files = files
            .iter()
            .map(|(path, text)| ((*path).into(), text.clone().into_bytes()));
        Bundle::new(files.collect()).unwrap()
    }

    /// Each row's example, written into a programme, is a setting with that row's word.
    #[test]
    fn every_field_of_the_tables_is_described() {
        let mut count = 0;
        for word in words::words() {
            let (file, text) = match word.kind {
                WordKind::ManifestKey => {
                    let (open, close) = match word.section {
                        "store" => ("[[store]]".to_owned(), "\nid = \"other\""),
                        section if words::SINGLE.contains(&section) => (format!("[{section}]"), ""),
                        section => (format!("[{section}.mine]"), ""),
                    };
                    let close = match word.name == "id" {
                        true => "",
                        false => close,
                    };
                    (FILE, format!("{open}\n{}{close}\n", word.example))
                }
                WordKind::HeaderField => {
                    let file = match word.section {
                        "campaign" => "campaigns/mine.rhai",
                        "tiers" => "tiers.rhai",
                        _ => "rewards.rhai",
                    };
                    let text = format!("{}(#{{ {} }});\n", word.section, word.example);
                    (file, text)
                }
                _ => continue,
            };
            let parts = described(&bundle(&[(file, text.clone())]));
            let of_word = |part: &Part| {
                let mut fields = part.settings.iter().map(|(field, _)| part.word(field));
                fields.any(|found| {
                    found.is_some_and(|found| {
                        found == word || found.name.starts_with(&format!("{}.", word.name))
                    })
                })
            };
            assert!(
                parts.iter().any(of_word),
                "{} {}: {text}: {parts:?}",
                word.section,
                word.name
            );
            count += 1;
        }
        assert!(count > 150, "{count}");
    }
}
