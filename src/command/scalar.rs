//! Scalars of a command as sent. Each states the expected form in its own words.

use crate::model::AMOUNT_MAX;
use schemars::JsonSchema;
use serde::{
    Serialize,
    de::{self, Deserialize, Deserializer, Unexpected, Visitor},
};
use std::{fmt, ops::Deref};

/// Reader of a scalar.
pub(super) struct Scalar<T> {
    /// The form that is expected, in words.
    pub(super) expects: &'static str,
    /// Reads what was found.
    pub(super) read: fn(&Unexpected) -> Result<T, Fault>,
}

/// Fault of a scalar.
pub(super) enum Fault {
    /// It is of another type.
    Type,
    /// It is of the type, and out of bounds.
    Value,
    /// As these words say.
    Said(&'static str),
}

impl<T> Scalar<T> {
    fn visit<E: de::Error>(self, found: &Unexpected) -> Result<T, E> {
        (self.read)(found).map_err(|fault| match fault {
            Fault::Type => E::invalid_type(*found, &self),
            Fault::Value => E::invalid_value(*found, &self),
            Fault::Said(words) => E::custom(words),
        })
    }
}

impl<T> Visitor<'_> for Scalar<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expects)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        self.visit(&Unexpected::Str(text))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<T, E> {
        self.visit(&Unexpected::Unsigned(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<T, E> {
        self.visit(&Unexpected::Signed(value))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<T, E> {
        self.visit(&Unexpected::Bool(value))
    }
}

fn text(found: &Unexpected) -> Result<String, Fault> {
    match found {
        Unexpected::Str(text) => Ok((*text).to_owned()),
        _ => Err(Fault::Type),
    }
}

/// A text, or an integer as its text.
fn text_or_integer(found: &Unexpected) -> Result<String, Fault> {
    match found {
        Unexpected::Unsigned(value) => Ok(value.to_string()),
        Unexpected::Signed(value) => Ok(value.to_string()),
        found => text(found),
    }
}

/// A text, or another scalar as its text.
fn any_text(found: &Unexpected) -> Result<String, Fault> {
    match found {
        Unexpected::Bool(value) => Ok(value.to_string()),
        found => text_or_integer(found),
    }
}

/// A whole number between plus and minus 2^53 - 1.
pub(super) fn whole(found: &Unexpected) -> Result<i64, Fault> {
    let value = match *found {
        Unexpected::Unsigned(value) => i64::try_from(value).map_err(|_| Fault::Value)?,
        Unexpected::Signed(value) => value,
        _ => return Err(Fault::Type),
    };
    match (-AMOUNT_MAX..=AMOUNT_MAX).contains(&value) {
        true => Ok(value),
        false => Err(Fault::Value),
    }
}

/// The JSON schema of a scalar, written out wherever it occurs.
macro_rules! inline_schema {
    ($name:ident, $schema:tt) => {
        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!($schema)
            }
        }
    };
}
pub(super) use inline_schema;

/// A text of its own type: its schema, the way to deserialize it, and what is expected of it.
macro_rules! text_like {
    ($(#[$meta:meta])* $name:ident, $schema:tt, $how:ident, $read:ident, $expects:literal) => {
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

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let scalar = Scalar { expects: $expects, read: $read };
                from.$how(scalar).map($name)
            }
        }

        inline_schema!($name, $schema);
    };
}

text_like!(
    /// A text.
    Text, {"type": "string"}, deserialize_str, text,
    "a text in quotes"
);
text_like!(
    /// Money as a decimal in quotes; parsed later, with the currency's digits.
    Amount, {"type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)?$"}, deserialize_str, text,
    "a decimal in quotes such as \"42.50\""
);
text_like!(
    /// A quantity: a decimal in quotes, or an integer, which is taken as its decimal.
    Quantity, {"type": ["string", "integer"], "pattern": "^-?[0-9]+(\\.[0-9]{1,3})?$"},
    deserialize_any, text_or_integer,
    "a decimal in quotes such as \"0.125\", or an integer"
);
text_like!(
    /// A text, a whole number, or true or false; its type is the programme's.
    Plain, {"type": ["string", "integer", "boolean"]}, deserialize_any, any_text,
    "a text or a decimal in quotes, a whole number, true or false"
);

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

impl<'de> Deserialize<'de> for ClientId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        const TOO_LARGE: &str = "the number is too large; send it as a text in quotes";
        from.deserialize_any(Scalar {
            expects: "a text in quotes, or a whole number",
            read: |found| match *found {
                Unexpected::Unsigned(value) => i64::try_from(value)
                    .map(ClientId::Whole)
                    .map_err(|_| Fault::Said(TOO_LARGE)),
                Unexpected::Signed(value) => Ok(ClientId::Whole(value)),
                _ => text(found).map(ClientId::Text),
            },
        })
    }
}

/// A whole number between plus and minus 2^53 - 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Whole(pub i64);

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_i64(Scalar {
            expects: "a whole number without quotes, below 2^53",
            read: |found| whole(found).map(Whole),
        })
    }
}

inline_schema!(Whole, {"type": "integer", "minimum": -AMOUNT_MAX, "maximum": AMOUNT_MAX});
