//! JSON Schema of programme.toml, from the table of its keys.

use crate::policy::{SINGLE, Word, WordKind, words};
use serde_json::{Map, Value, json};

/// The schema of programme.toml, for editors.
pub fn schema() -> Value {
    let mut sections: Vec<&str> = Vec::new();
    for word in words()
        .iter()
        .filter(|word| word.kind == WordKind::ManifestKey)
    {
        if !sections.contains(&word.section) {
            sections.push(word.section);
        }
    }
    let properties: Map<String, Value> = sections
        .into_iter()
        .map(|section| (section.to_owned(), of_section(section)))
        .collect();
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "programme.toml of Stampbook",
        "type": "object",
        "required": ["programme"],
        "additionalProperties": false,
        "properties": properties,
    })
}

fn of_section(section: &str) -> Value {
    let table = table(section, "");
    match section {
        "store" => json!({ "type": "array", "items": table }),
        _ if SINGLE.contains(&section) => table,
        _ => json!({ "type": "object", "additionalProperties": table }),
    }
}

/// The table of a section whose keys begin so.
fn table(section: &str, path: &str) -> Value {
    let all = words().iter();
    let all = all.filter(|word| word.kind == WordKind::ManifestKey && word.section == section);
    let mut properties = Map::new();
    let mut required = Vec::new();
    for word in all {
        let Some(name) = word
            .name
            .strip_prefix(path)
            .filter(|name| !name.contains('.'))
        else {
            continue;
        };
        properties.insert(name.to_owned(), of_key(word));
        if word.default == "must be there" {
            required.push(name);
        }
    }
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn of_key(word: &Word) -> Value {
    let mut schema = match word.of {
        "bool" => json!({ "type": "boolean" }),
        "whole" => match word.bounds {
            Some((least, most)) => {
                json!({ "type": "integer", "minimum": least, "maximum": most })
            }
            None => json!({ "type": "integer" }),
        },
        "texts" => json!({ "type": "array", "items": { "type": "string" } }),
        "list" => json!({ "type": "array" }),
        "table" if matches!(word.name, "promises" | "fields" | "category") => {
            json!({ "type": "object" })
        }
        "table" => table(word.section, &format!("{}.", word.name)),
        // Money may be a whole number without quotes.
        "number" | "text" => json!({ "type": ["string", "integer"] }),
        _ if word.name == "expires" => json!({
            "anyOf": [{ "const": "never" }, table(word.section, "expires.")],
        }),
        _ => json!({ "type": "string" }),
    };
    if let Some(schema) = schema.as_object_mut() {
        let default = match word.default {
            "" => String::new(),
            default => format!(" (default: {})", default.replace('`', "")),
        };
        let text = format!("{}{default}. Example: {}", word.means, word.example);
        schema.insert("description".into(), text.into());
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    /// True if a value has the form that a schema asks for, as far as it is used here.
    fn fits(schema: &Value, value: &toml::Value) -> Result<(), String> {
        if let Some(any) = schema["anyOf"].as_array() {
            return match any.iter().any(|one| fits(one, value).is_ok()) {
                true => Ok(()),
                false => Err(format!("{value}")),
            };
        }
        if let Some(only) = schema["const"].as_str() {
            return (value.as_str() == Some(only))
                .then_some(())
                .ok_or(format!("{value}"));
        }
        let kind = match value {
            toml::Value::String(_) => "string",
            toml::Value::Integer(_) => "integer",
            toml::Value::Boolean(_) => "boolean",
            toml::Value::Array(_) => "array",
            _ => "object",
        };
        let is_kind = schema["type"] == kind
            || schema["type"]
                .as_array()
                .is_some_and(|all| all.contains(&kind.into()));
        if !is_kind {
            return Err(format!("{value} is {kind}, not {}", schema["type"]));
        }
        for item in value.as_array().into_iter().flatten() {
            if schema["items"].is_object() {
                fits(&schema["items"], item)?;
            }
        }
        for (name, inner) in value.as_table().into_iter().flatten() {
            let own = &schema["properties"][name];
            let more = &schema["additionalProperties"];
            match (own.is_object(), more.is_object()) {
                (true, _) => fits(own, inner)?,
                (_, true) => fits(more, inner)?,
                _ if *more == false => return Err(format!("'{name}' is no key")),
                _ => {}
            }
        }
        Ok(())
    }

    #[test]
    fn tables_without_a_name_of_their_own_fit_the_schema() {
        let text = "[alerts]\nsample = 5\n[lapsing]\nactive = \"60 days\"\n\
                    category = { coffee = { active = \"14 days\" } }\n";
        let schema = schema();
        fits(&schema, &toml::from_str(text).unwrap()).unwrap();
        let wrong = toml::from_str("[alerts]\nsampel = 5\n").unwrap();
        assert!(fits(&schema, &wrong).is_err());
        let budget = &schema["properties"]["alerts"]["properties"]["budget_above"];
        assert_eq!(
            (&budget["minimum"], &budget["maximum"]),
            (&json!(1), &json!(100))
        );
    }

    // proves: TE5
    #[test]
    fn every_shipped_programme_fits_the_schema() {
        let schema = schema();
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts");
        let mut programmes = 0;
        for folder in std::fs::read_dir(root).unwrap() {
            let path = folder.unwrap().path().join("programme.toml");
            let Ok(text) = std::fs::read_to_string(&path) else {
                continue;
            };
            let value: toml::Value = toml::from_str(&text).unwrap();
            fits(&schema, &value).unwrap_or_else(|wrong| panic!("{}: {wrong}", path.display()));
            programmes += 1;
        }
        assert!(programmes > 40);
        let wrong: toml::Value = toml::from_str("[programme]\ncurency = \"EUR\"\n").unwrap();
        assert!(fits(&schema, &wrong).is_err());
    }
}
