//! The fields that a row may fill: those of the verbs' own schemas, so that
//! every verb and every field can be mapped, and short names for frequent ones.

use crate::command::verbs;
use serde_json::Value;

/// Type of a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A text.
    Text,
    /// A decimal.
    Number,
    /// A whole number.
    Whole,
    /// True or false.
    Flag,
    /// A date and a time.
    Instant,
    /// A date.
    Day,
    /// A month and a day.
    Birthday,
}

impl Kind {
    /// True for numbers.
    pub fn is_number(self) -> bool {
        matches!(self, Kind::Number | Kind::Whole)
    }

    /// True for what has a day.
    pub fn is_date(self) -> bool {
        matches!(self, Kind::Instant | Kind::Day | Kind::Birthday)
    }
}

/// Place of a field in a verb.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Place {
    /// A field of its own.
    Plain,
    /// One item of a list of texts.
    Texts,
    /// A field of the items of a list; fields with one label belong to one
    /// item. `implied` is the item's kind, if the field's name implies it.
    Item {
        list: String,
        label: String,
        implied: Option<String>,
    },
    /// A named field of a map, such as an attribute.
    Named(String),
}

/// A field of a verb.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    /// Its name, without its container.
    pub name: String,
    /// Its place.
    pub place: Place,
    /// Its type.
    pub kind: Kind,
}

impl Field {
    /// The path in messages about bad input, without positions.
    pub fn path(&self) -> String {
        match &self.place {
            Place::Item { list: outer, .. } | Place::Named(outer) => {
                format!("{outer}.{}", self.name)
            }
            _ => self.name.clone(),
        }
    }

    /// True if this is its [`Field::path`].
    pub fn is(&self, path: &str) -> bool {
        match &self.place {
            Place::Item { list: outer, .. } | Place::Named(outer) => path
                .strip_prefix(outer.as_str())
                .and_then(|rest| rest.strip_prefix('.'))
                .is_some_and(|name| name == self.name),
            _ => path == self.name,
        }
    }

    /// True if each row of a bill has one of its own.
    pub fn is_of_line(&self) -> bool {
        matches!(&self.place, Place::Item { list, label, .. } if list == "lines" && label.is_empty())
    }
}

/// Short names of fields.
const SHORT: [(&str, &str); 13] = [
    ("sku", "lines.sku"),
    ("category", "lines.category"),
    ("qty", "lines.qty"),
    ("line_amount", "lines.amount"),
    ("tag", "lines.tags"),
    ("tender", "tenders.kind"),
    ("alias", "aliases"),
    ("code", "codes"),
    ("consent", "consents"),
    ("consent", "purposes"),
    ("earned", "at"),
    ("receipt", "return_receipt"),
    ("of_receipt", "receipt"),
];

/// True for fields about the message itself, which no column may fill.
fn is_of_message(name: &str) -> bool {
    matches!(name, "do" | "id" | "training" | "slip" | "approval")
}

/// The fields of a verb, from its schema.
pub struct Fields {
    /// The verb.
    pub verb: String,
    schema: Value,
}

impl Fields {
    /// The fields of a verb; None if there is no such verb.
    pub fn of(verb: &str) -> Option<Fields> {
        Some(Fields {
            verb: verbs::spelt(verb).to_owned(),
            schema: verbs::schema(verb)?,
        })
    }

    /// The field of a name: a path, or a short name.
    pub fn find(&self, name: &str) -> Option<Field> {
        // On a return the row's slip is the return's own.
        let is_back = self.verb == "return";
        let is_short_first = is_back && name == "receipt";
        let plain = || self.at_path(name);
        let mut short = SHORT
            .iter()
            .filter(|s| s.0 == name && (is_back || s.0 != "receipt" && s.0 != "of_receipt"))
            .filter(|s| s.0 != "earned" || self.verb == "opening");
        let mut short = || short.find_map(|s| self.at_path(s.1));
        match is_short_first {
            true => short(),
            false => plain().or_else(short),
        }
    }

    fn at_path(&self, path: &str) -> Option<Field> {
        let Some((outer, name)) = path.split_once('.') else {
            return self.top(path);
        };
        let (list, label) = match outer.split_once('[') {
            Some((list, label)) => (list, label.strip_suffix(']')?),
            None => (outer, ""),
        };
        let schema = self.property(list)?;
        if let Some(items) = schema
            .get("items")
            .filter(|i| i.get("properties").is_some())
        {
            let item = |name: &str, label: &str, implied: Option<String>| {
                Some(Field {
                    name: name.to_owned(),
                    kind: self.kind(name, items.get("properties")?.get(name)?),
                    place: Place::Item {
                        list: list.to_owned(),
                        label: label.to_owned(),
                        implied,
                    },
                })
            };
            // `charges.delivery` is the amount of the charge of that kind.
            let has_kind = items.get("properties")?.get("kind").is_some();
            let own = item(name, label, None);
            return match own {
                None if has_kind && label.is_empty() => item("amount", name, Some(name.to_owned())),
                own => own,
            };
        }
        let is_map = schema
            .get("additionalProperties")
            .is_some_and(Value::is_object);
        is_map.then(|| Field {
            name: name.to_owned(),
            kind: Kind::Text,
            place: Place::Named(list.to_owned()),
        })
    }

    fn top(&self, name: &str) -> Option<Field> {
        let schema = self.property(name).filter(|_| !is_of_message(name))?;
        let (place, kind) = match schema.get("items") {
            Some(items) if items.get("properties").is_some() => return None,
            Some(_) => (Place::Texts, Kind::Text),
            None if schema.get("additionalProperties").is_some() => return None,
            None => (Place::Plain, self.kind(name, schema)),
        };
        Some(Field {
            name: name.to_owned(),
            place,
            kind,
        })
    }

    fn property(&self, name: &str) -> Option<&Value> {
        self.schema.get("properties")?.get(name)
    }

    fn kind(&self, name: &str, schema: &Value) -> Kind {
        match name {
            "at" | "until" => return Kind::Instant,
            "expires" | "through" => return Kind::Day,
            "by" if self.verb == "goal" => return Kind::Day,
            "birthday" => return Kind::Birthday,
            _ => {}
        }
        let types = schema.get("type");
        let has = |wanted: &str| match types {
            Some(Value::String(one)) => one == wanted,
            Some(Value::Array(many)) => many.iter().any(|t| t == wanted),
            _ => false,
        };
        match () {
            () if has("boolean") && !has("string") => Kind::Flag,
            () if schema.get("pattern").is_some() => Kind::Number,
            () if has("integer") && !has("string") => Kind::Whole,
            () => Kind::Text,
        }
    }

    /// All paths that can be mapped.
    pub fn paths(&self) -> Vec<String> {
        let Some(Value::Object(properties)) = self.schema.get("properties") else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for (name, schema) in properties.iter().filter(|p| !is_of_message(p.0)) {
            let items = schema.get("items").and_then(|i| i.get("properties"));
            match (items, schema.get("additionalProperties")) {
                (Some(Value::Object(items)), _) => {
                    found.extend(items.keys().map(|item| format!("{name}.{item}")));
                }
                (_, Some(Value::Object(_))) => found.push(format!("{name}.NAME")),
                // An object of its own, such as a ticket's sale, cannot be mapped.
                (_, Some(Value::Bool(false))) => {}
                _ => found.push(name.clone()),
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_every_verb_can_be_mapped() {
        let mut count = 0;
        for verb in verbs::WORDS {
            let fields = Fields::of(verb).unwrap();
            for path in fields.paths() {
                let found = fields.find(&path);
                let is_receipt = *verb == "return" && path == "receipt";
                let found = found.unwrap_or_else(|| panic!("{verb}: {path}"));
                assert!(
                    is_receipt || found.path() == path,
                    "{verb}: {path} {found:?}"
                );
                assert!(found.is(&found.path()), "{verb}: {path} {found:?}");
                assert!(!found.is(&format!("{path}.")), "{verb}: {path} {found:?}");
                count += 1;
            }
        }
        assert!(count > 250, "only {count}");
    }

    #[test]
    fn kinds_come_from_the_schema() {
        let of = |verb, name| Fields::of(verb).unwrap().find(name).map(|f: Field| f.kind);
        for (verb, name, kind) in [
            ("purchase", "total", Kind::Number),
            ("purchase", "qty", Kind::Number),
            ("purchase", "counter", Kind::Whole),
            ("purchase", "at", Kind::Instant),
            ("purchase", "enrol", Kind::Flag),
            ("purchase", "by", Kind::Text),
            ("goal", "by", Kind::Day),
            ("opening", "points", Kind::Number),
            ("opening", "earned", Kind::Instant),
            ("enrol", "birthday", Kind::Birthday),
            ("adjust", "points", Kind::Number),
        ] {
            assert_eq!(of(verb, name), Some(kind), "{verb}.{name}");
        }
        assert_eq!(of("purchase", "earned"), None);
        assert_eq!(of("purchase", "membr"), None);
        let back = Fields::of("return").unwrap();
        assert_eq!(back.find("receipt").unwrap().path(), "return_receipt");
        assert_eq!(back.find("of_receipt").unwrap().path(), "receipt");
        let delivery = Fields::of("purchase")
            .unwrap()
            .find("charges.delivery")
            .unwrap();
        assert_eq!(delivery.path(), "charges.amount");
    }
}
