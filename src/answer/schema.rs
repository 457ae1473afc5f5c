//! The JSON Schemas, generated from the code that reads and writes.

use super::Answer;
use crate::command::{schema_written, verbs};
use serde_json::{Map, Value, json};

/// One JSON Schema document: a command is one of the verbs under
/// `$defs/commands`, an answer is `$defs/answer`.
pub fn schema() -> Value {
    let schemas = verbs::WORDS
        .iter()
        .filter_map(|word| Some(((*word).to_owned(), verbs::schema(word)?)));
    let commands: Map<String, Value> = schemas.collect();
    let one_of: Vec<Value> = commands
        .keys()
        .map(|verb| json!({"$ref": format!("#/$defs/commands/{verb}")}))
        .collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A Stampbook command",
        "oneOf": one_of,
        "$defs": {"commands": commands, "answer": schema_written::<Answer>()},
    })
}
