//! JSON Schemas of types that are read or written. All parts are inlined, so that each can be
//! cut out and used alone.

use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::Value;

/// Schema of a type as it is read.
pub fn schema_read<T: JsonSchema>() -> Value {
    inlined::<T>(SchemaSettings::draft2020_12())
}

/// Schema of a type as it is written: what is left out where it is empty is not required.
pub fn schema_written<T: JsonSchema>() -> Value {
    inlined::<T>(SchemaSettings::draft2020_12().for_serialize())
}

fn inlined<T: JsonSchema>(settings: SchemaSettings) -> Value {
    let settings = settings.with(|s| {
        s.inline_subschemas = true;
        s.meta_schema = None;
    });
    let schema = SchemaGenerator::new(settings).into_root_schema_for::<T>();
    schema.to_value()
}
