//! The JSON Schemas, generated from the code that reads and writes.

use super::Answer;
use crate::command::raw;
use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

/// One JSON Schema document: a command is one of the verbs under
/// `$defs/commands`, an answer is `$defs/answer`.
pub fn schema() -> Value {
    let mut commands = Map::new();
    commands.insert("purchase".into(), of::<raw::Purchase<'_>>());
    commands.insert("return".into(), of::<raw::Return<'_>>());
    commands.insert("redeem".into(), of::<raw::Redeem<'_>>());
    commands.insert("hold".into(), of::<raw::Hold<'_>>());
    commands.insert("capture".into(), of::<raw::Capture<'_>>());
    commands.insert("release".into(), of::<raw::Release<'_>>());
    commands.insert("transfer".into(), of::<raw::Transfer<'_>>());
    commands.insert("household".into(), of::<raw::Household<'_>>());
    commands.insert("activity".into(), of::<raw::Activity<'_>>());
    commands.insert("consent".into(), of::<raw::Consent<'_>>());
    commands.insert("merge".into(), of::<raw::Merge<'_>>());
    commands.insert("unmerge".into(), of::<raw::Unmerge<'_>>());
    commands.insert("void".into(), of::<raw::Void<'_>>());
    commands.insert("adjust".into(), of::<raw::Adjust<'_>>());
    commands.insert("enrol".into(), of::<raw::Enrol<'_>>());
    commands.insert("profile".into(), of::<raw::Profile<'_>>());
    commands.insert("erase".into(), of::<raw::Erase<'_>>());
    commands.insert("campaign".into(), of::<raw::Campaign<'_>>());
    commands.insert("goal".into(), of::<raw::Goal<'_>>());
    commands.insert("cost".into(), of::<raw::Cost<'_>>());
    commands.insert("close_period".into(), of::<raw::Period<'_>>());
    commands.insert("opening".into(), of::<raw::Opening<'_>>());
    commands.insert("daily".into(), of::<raw::Daily<'_>>());
    commands.insert("claim".into(), of::<raw::Claim<'_>>());
    commands.insert("voucher".into(), of::<raw::Voucher<'_>>());
    commands.insert("pass".into(), of::<raw::Pass<'_>>());
    commands.insert("partner".into(), of::<raw::Partner<'_>>());
    commands.insert("pool".into(), of::<raw::Pool<'_>>());
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

/// Everything inline, so that each part can be cut out and used alone.
fn of<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|s| {
        s.inline_subschemas = true;
        s.meta_schema = None;
    });
    let schema: Schema = SchemaGenerator::new(settings).into_root_schema_for::<T>();
    schema.to_value()
}
