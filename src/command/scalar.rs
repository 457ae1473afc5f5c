//! Leaves of a command as it was sent. Each says in its own words what it
//! expects, and borrows from the input where the input allows it.

use crate::model::AMOUNT_MAX;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, Visitor};
use std::{borrow::Cow, fmt, ops::Deref};

macro_rules! text_like {
    ($(#[$meta:meta])* $name:ident, $schema:tt) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Debug, Default)]
        pub struct $name<'a>(pub Cow<'a, str>);

        impl Deref for $name<'_> {
            type Target = str;
            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl<'a> From<&'a str> for $name<'a> {
            fn from(text: &'a str) -> Self {
                $name(Cow::Borrowed(text))
            }
        }

        impl From<String> for $name<'_> {
            fn from(text: String) -> Self {
                $name(Cow::Owned(text))
            }
        }

        impl JsonSchema for $name<'_> {
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
    Quantity, {"type": ["string", "integer"], "pattern": "^[0-9]+(\\.[0-9]{1,3})?$", "minimum": 0}
);

text_like!(
    /// A text, a whole number, or true or false; its type is the programme's.
    Plain, {"type": ["string", "integer", "boolean"]}
);

struct TextVisitor(&'static str);

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let expects = "a text in quotes";
        from.deserialize_str(TextVisitor(expects)).map(Text)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Amount<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let expects = "a decimal in quotes such as \"42.50\"";
        from.deserialize_str(TextVisitor(expects)).map(Amount)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Quantity<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let visitor = ScalarVisitor {
            expects: "a decimal in quotes such as \"0.125\", or an integer",
            has_bool: false,
        };
        from.deserialize_any(visitor).map(Quantity)
    }
}

/// A text, or a scalar as its text.
struct ScalarVisitor {
    expects: &'static str,
    has_bool: bool,
}

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expects)
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Cow::Owned(value.to_string()))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Cow::Owned(value.to_string()))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Self::Value, E> {
        match self.has_bool {
            true => Ok(Cow::Owned(value.to_string())),
            false => Err(E::invalid_type(de::Unexpected::Bool(value), &self)),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Plain<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let visitor = ScalarVisitor {
            expects: "a text or a decimal in quotes, a whole number, true or false",
            has_bool: true,
        };
        from.deserialize_any(visitor).map(Plain)
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
