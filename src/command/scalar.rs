//! Scalars of a command as sent. Each states the expected form in its own words.

use crate::model::AMOUNT_MAX;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Serialize,
    de::{self, Deserialize, Deserializer, Visitor},
};
use std::{borrow::Cow, fmt, ops::Deref};

macro_rules! text_like {
    ($(#[$meta:meta])* $name:ident, $schema:tt) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Debug, Default)]
        pub struct $name(pub String);

        impl Deref for $name {
            type Target = str;
            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                $name(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                $name(text)
            }
        }

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    };
}

text_like!(
    /// A text.
    Text, {"type": "string"}
);
text_like!(
    /// Money as a decimal in quotes; parsed later, with the currency's digits.
    Amount, {"type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)?$"}
);
text_like!(
    /// A quantity: a decimal in quotes, or an integer, which is taken as its decimal.
    Quantity, {"type": ["string", "integer"], "pattern": "^-?[0-9]+(\\.[0-9]{1,3})?$"}
);

text_like!(
    /// A text, a whole number, or true or false; its type is the programme's.
    Plain, {"type": ["string", "integer", "boolean"]}
);

struct TextVisitor(&'static str);

impl Visitor<'_> for TextVisitor {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(text.to_owned())
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let expects = "a text in quotes";
        from.deserialize_str(TextVisitor(expects)).map(Text)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let expects = "a decimal in quotes such as \"42.50\"";
        from.deserialize_str(TextVisitor(expects)).map(Amount)
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let visitor = ScalarVisitor {
            expects: "a decimal in quotes such as \"0.125\", or an integer",
            has_bool: false,
        };
        from.deserialize_any(visitor).map(Quantity)
    }
}

/// Reads a text, or a scalar as its text.
struct ScalarVisitor {
    expects: &'static str,
    has_bool: bool,
}

impl Visitor<'_> for ScalarVisitor {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expects)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(text.to_owned())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(value.to_string())
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(value.to_string())
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Self::Value, E> {
        match self.has_bool {
            true => Ok(value.to_string()),
            false => Err(E::invalid_type(de::Unexpected::Bool(value), &self)),
        }
    }
}

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let visitor = ScalarVisitor {
            expects: "a text or a decimal in quotes, a whole number, true or false",
            has_bool: true,
        };
        from.deserialize_any(visitor).map(Plain)
    }
}

/// An id that a sender gives its message: a text or a whole number, which comes
/// back as it was sent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum ClientId {
    /// A text.
    Text(String),
    /// A whole number.
    Whole(i64),
}

struct ClientIdVisitor;

impl Visitor<'_> for ClientIdVisitor {
    type Value = ClientId;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text in quotes, or a whole number")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<ClientId, E> {
        Ok(ClientId::Text(text.to_owned()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<ClientId, E> {
        let value = i64::try_from(value);
        let wrong = |_| E::custom("the number is too large; send it as a text in quotes");
        value.map(ClientId::Whole).map_err(wrong)
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<ClientId, E> {
        Ok(ClientId::Whole(value))
    }
}

impl<'de> Deserialize<'de> for ClientId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ClientIdVisitor)
    }
}

/// A whole number between plus and minus 2^53 - 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Whole(pub i64);

struct WholeVisitor;

impl Visitor<'_> for WholeVisitor {
    type Value = Whole;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number without quotes, below 2^53")
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Whole, E> {
        let unexpected = de::Unexpected::Unsigned(value);
        i64::try_from(value)
            .ok()
            .filter(|v| *v <= AMOUNT_MAX)
            .map(Whole)
            .ok_or_else(|| E::invalid_value(unexpected, &self))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Whole, E> {
        match (-AMOUNT_MAX..=AMOUNT_MAX).contains(&value) {
            true => Ok(Whole(value)),
            false => Err(E::invalid_value(de::Unexpected::Signed(value), &self)),
        }
    }
}

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_i64(WholeVisitor)
    }
}

impl JsonSchema for Whole {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Whole".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "integer", "minimum": -AMOUNT_MAX, "maximum": AMOUNT_MAX})
    }
}
