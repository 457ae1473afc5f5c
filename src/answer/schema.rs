//! The JSON Schemas, generated from the code that reads and writes.

use super::Answer;
use crate::command::raw;
use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

/// One JSON Schema document: a command is one of the verbs under
/// `$defs/commands`, an answer is `$defs/answer`.
pub fn schema() -> Value {
    let mut commands = Map::new();
    commands.insert("purchase".into(), of::<raw::Purchase>());
    commands.insert("return".into(), of::<raw::Return>());
    commands.insert("redeem".into(), of::<raw::Redeem>());
    commands.insert("hold".into(), of::<raw::Hold>());
    commands.insert("capture".into(), of::<raw::Capture>());
    commands.insert("release".into(), of::<raw::Release>());
    commands.insert("transfer".into(), of::<raw::Transfer>());
    commands.insert("household".into(), of::<raw::Household>());
    commands.insert("activity".into(), of::<raw::Activity>());
    commands.insert("consent".into(), of::<raw::Consent>());
    commands.insert("merge".into(), of::<raw::Merge>());
    commands.insert("unmerge".into(), of::<raw::Unmerge>());
    commands.insert("void".into(), of::<raw::Void>());
    commands.insert("adjust".into(), of::<raw::Adjust>());
    commands.insert("enrol".into(), of::<raw::Enrol>());
    commands.insert("profile".into(), of::<raw::Profile>());
    commands.insert("erase".into(), of::<raw::Erase>());
    commands.insert("campaign".into(), of::<raw::Campaign>());
    commands.insert("goal".into(), of::<raw::Goal>());
    commands.insert("cost".into(), of::<raw::Cost>());
    commands.insert("close_period".into(), of::<raw::Period>());
    commands.insert("opening".into(), of::<raw::Opening>());
    commands.insert("daily".into(), of::<raw::Daily>());
    commands.insert("claim".into(), of::<raw::Claim>());
    commands.insert("voucher".into(), of::<raw::Voucher>());
    commands.insert("pass".into(), of::<raw::Pass>());
    commands.insert("partner".into(), of::<raw::Partner>());
    commands.insert("pool".into(), of::<raw::Pool>());
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
