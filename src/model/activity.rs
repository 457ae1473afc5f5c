//! Activities: what members do besides buying, as programme.toml declares it.

use super::{AMOUNT_MAX, Number, Value, time::Day};
use rust_decimal::Decimal;

/// What a field of an activity holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FieldKind {
    /// Words.
    Text,
    /// A whole number.
    Whole,
    /// A decimal number.
    Decimal,
    /// Yes or no.
    Bool,
    /// A date.
    Day,
    /// A code that whoever knows it may use: only its hash is kept.
    Secret,
}

/// A field of an activity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ActivityField {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: FieldKind,
    /// The least a number may be.
    pub min: Option<Decimal>,
    /// The most.
    pub max: Option<Decimal>,
    /// The only texts it may have; empty for any.
    pub values: Vec<String>,
    /// Whether it may be left out.
    pub is_optional: bool,
    /// The file of codes that a secret must be one of; empty for any.
    pub codes: String,
}

impl ActivityField {
    /// The value that a text is; None if it is of another type. A secret is
    /// none of them: it must be hashed first.
    pub fn read(&self, text: &str) -> Option<Value> {
        let in_range = |n: &i64| n.unsigned_abs() <= AMOUNT_MAX.unsigned_abs();
        match self.kind {
            FieldKind::Text => Some(Value::Text(text.into())),
            FieldKind::Secret => None,
            FieldKind::Whole => text.parse().ok().filter(in_range).map(Value::Int),
            FieldKind::Decimal => decimal(text).map(|n| Value::Decimal(n.into())),
            FieldKind::Bool => match text {
                "true" | "yes" => Some(Value::Bool(true)),
                "false" | "no" => Some(Value::Bool(false)),
                _ => None,
            },
            FieldKind::Day => Day::parse(text).ok().map(Value::Day),
        }
    }
}

/// The most decimals of a field.
const DIGITS_MAX: u32 = 9;

/// A decimal without exponent, in its shortest form, so that spellings of one
/// number are alike.
fn decimal(text: &str) -> Option<Decimal> {
    let is_plain = |b: u8| b.is_ascii_digit() || matches!(b, b'.' | b'-');
    if !text.bytes().all(is_plain) {
        return None;
    }
    let found = text.parse::<Decimal>().ok()?.normalize();
    let is_possible = found.scale() <= DIGITS_MAX && found.abs() <= Decimal::from(AMOUNT_MAX);
    is_possible.then_some(found)
}

/// A code of a list: its hash as entries keep it, and what the list says of it.
pub type CodeLabel = (String, String);

/// An activity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Activity {
    /// Its number in this ledger.
    pub number: Number,
    /// Its id.
    pub id: String,
    /// What it carries.
    pub fields: Vec<ActivityField>,
    /// The field whose value counts once.
    pub unique: Option<String>,
    /// Once for all members together, rather than for each.
    pub is_unique_for_all: bool,
    /// Without this consent nothing of it is stored.
    pub consent: Option<Number>,
    /// How often it is possible, all members together.
    pub capacity: Option<u32>,
    /// How often a member may do it on a day.
    pub per_day: Option<u32>,
    /// The codes of its secret field, sorted by hash.
    pub codes: Vec<CodeLabel>,
}

/// Something that may be kept of a member, sealed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attribute {
    /// Its id.
    pub id: String,
    /// What it may be.
    pub values: Vec<String>,
    /// For what; without that consent nobody sees it.
    pub purpose: Number,
    /// How many months it is kept.
    pub keep_months: u32,
}

/// Behind a stored field's name: its value counts once for the member.
pub const ONCE_EACH: char = '!';
/// Behind a stored field's name: its value counts once for all members.
pub const ONCE_FOR_ALL: char = '*';

impl Activity {
    /// The field of a name.
    pub fn field(&self, name: &str) -> Option<&ActivityField> {
        self.fields.iter().find(|f| f.name == name)
    }

    /// The name under which entries keep a field: a mark says that its value counts once.
    pub fn stored_name(&self, field: &str) -> String {
        let is_unique = self.unique.as_deref() == Some(field);
        match (is_unique, self.is_unique_for_all) {
            (false, _) => field.into(),
            (true, false) => format!("{field}{ONCE_EACH}"),
            (true, true) => format!("{field}{ONCE_FOR_ALL}"),
        }
    }

    /// What the list says of a code, by its hash; None if it is not in the list.
    pub fn label(&self, hash: &str) -> Option<&str> {
        let at = self.codes.binary_search_by(|c| c.0.as_str().cmp(hash)).ok();
        at.map(|at| self.codes[at].1.as_str())
    }
}

/// A stored field's name without its mark.
pub fn field_name(stored: &str) -> &str {
    stored.trim_end_matches([ONCE_EACH, ONCE_FOR_ALL])
}

/// The value of an activity that counts once, and whether for all members.
pub fn unique_value(fields: &[(String, Value)]) -> Option<(&Value, bool)> {
    let found = fields
        .iter()
        .find(|(name, _)| name.ends_with([ONCE_EACH, ONCE_FOR_ALL]));
    found.map(|(name, value)| (value, name.ends_with(ONCE_FOR_ALL)))
}

/// An activity as scripts see it; where and when it was done stands in the
/// scene's purchase.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ActivityFacts {
    /// The activity's id; empty if the scene is of none.
    pub id: String,
    /// What it carries, by names without marks.
    pub fields: Vec<(String, Value)>,
    /// What the list of codes says of its code; may be empty.
    pub label: String,
}

/// How often a member did something on a day.
pub type ActedOn = (Number, Day, i32);
