//! The JSON Schemas, generated from the code that reads and writes.

use super::Answer;
use crate::command::verbs;
use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

/// One JSON Schema document: a command is one of the verbs under
/// `$defs/commands`, an answer is `$defs/answer`.
pub fn schema() -> Value {
    let schemas = verbs::WORDS.iter().filter_map(|word| {
        let schema = verbs::schema(word)?.to_value();
        Some(((*word).to_owned(), schema))
    });
    let commands: Map<String, Value> = schemas.collect();
    let one_of: Vec<Value> = commands
        .keys()
        .map(|verb| json!({"$ref": format!("#/$defs/commands/{verb}")}))
        .collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A Stampbook command",
        "oneOf": one_of,
        "$defs": {"commands": commands, "answer": of::<Answer>()},
    })
}

/// Inlines all parts, so that each can be cut out and used alone.
fn of<T: JsonSchema>() -> Value {
    // As it is written: what is left out where it is empty is not required.
    let settings = SchemaSettings::draft2020_12().for_serialize().with(|s| {
        s.inline_subschemas = true;
        s.meta_schema = None;
    });
    let schema: Schema = SchemaGenerator::new(settings).into_root_schema_for::<T>();
    schema.to_value()
}
