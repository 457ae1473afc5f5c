//! Parts of commands that are objects. A derived struct would also accept a
//! list of the right length, and read it by position.

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use std::{fmt, marker::PhantomData};

/// A part of a command that is written as an object.
pub trait Part {
    /// Words for its fields, such as "an object with kind and amount".
    const SHAPE: &'static str;
}

struct Object<T>(T);

impl<'de, T: Part + Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Part + Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::SHAPE)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Object)
    }
}

/// A part, if it is there.
pub fn object<'de, D, T>(from: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Part + Deserialize<'de>,
{
    let part = Option::<Object<T>>::deserialize(from)?;
    Ok(part.map(|Object(part)| part))
}

/// A list of parts.
pub fn objects<'de, D, T>(from: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Part + Deserialize<'de>,
{
    let parts = Vec::<Object<T>>::deserialize(from)?;
    Ok(parts.into_iter().map(|Object(part)| part).collect())
}
