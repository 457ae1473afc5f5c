//! The JSON Schemas of questions and replies, from the types that are read and written.

use crate::command::schema_written;
use schemars::JsonSchema;
use serde_json::{Value, json};

/// The schema of a line of the list of members.
pub fn member_schema() -> Value {
    schema_written::<super::MemberTold>()
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
    json!({"allOf": [schema_written::<T>(), besides]})
}
