//! The JSON Schemas of questions and replies, from the types that are read and written.

use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Value, json};

/// Inlines all parts, so that each can be cut out and used alone.
pub(super) fn of<T: JsonSchema>() -> Value {
    made_by::<T>(SchemaSettings::draft2020_12())
}

/// The schema of a line of the list of members.
pub fn member_schema() -> Value {
    let all = SchemaSettings::draft2020_12().for_serialize();
    made_by::<super::MemberTold>(all)
}

fn made_by<T: JsonSchema>(settings: SchemaSettings) -> Value {
    let settings = settings.with(|s| {
        s.inline_subschemas = true;
        s.meta_schema = None;
    });
    SchemaGenerator::new(settings)
        .into_root_schema_for::<T>()
        .to_value()
}

/// The schema of a reply, with the fields that every reply has.
pub(super) fn of_reply<T: JsonSchema>() -> Value {
    let besides = json!({
        "type": "object",
        "properties": {
            "read_at": {
                "description": "Sequence of the last entry when the ledger was read.",
                "type": "integer",
                "minimum": 0,
            },
            "id": {
                "description": "The sender's own id of the question, as it was sent.",
                "type": ["string", "integer"],
            },
        },
        "required": ["read_at"],
    });
    // As it is written: what is left out where it is empty is not required.
    let reply = made_by::<T>(SchemaSettings::draft2020_12().for_serialize());
    json!({"allOf": [reply, besides]})
}
