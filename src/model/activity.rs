//! Activities: acts of members other than purchases, as programme.toml declares them.

use super::{AMOUNT_MAX, Number, Value, time::Day};
use rust_decimal::Decimal;

/// Type of an activity's field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FieldKind {
    /// Text.
    Text,
    /// A whole number.
    Whole,
    /// A decimal number.
    Decimal,
    /// Yes or no.
    Bool,
    /// A date.
    Day,
    /// A bearer code, of which only the hash is kept.
    Secret,
}

/// A field of an activity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ActivityField {
    /// Its name.
    pub name: String,
    /// Type of its value.
    pub kind: FieldKind,
    /// Least value of a number.
    pub min: Option<Decimal>,
    /// Greatest value of a number.
    pub max: Option<Decimal>,
    /// Allowed texts; empty for any.
    pub values: Vec<String>,
    /// True if it may be left out.
    pub is_optional: bool,
    /// File that lists the codes of a secret; empty for any code.
    pub codes: String,
}

impl ActivityField {
    /// Parses a text as the field's type; None if it is of another type. A
    /// secret has no plain value: it must be hashed first.
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

/// Most decimals of a field.
const DIGITS_MAX: u32 = 9;

/// Parses a decimal without exponent into its shortest form, so that spellings
/// of one number compare equal.
fn decimal(text: &str) -> Option<Decimal> {
    let is_plain = |b: u8| b.is_ascii_digit() || matches!(b, b'.' | b'-');
    if !text.bytes().all(is_plain) {
        return None;
    }
    let found = text.parse::<Decimal>().ok()?.normalize();
    let is_possible = found.scale() <= DIGITS_MAX && found.abs() <= Decimal::from(AMOUNT_MAX);
    is_possible.then_some(found)
}

/// A code of a list: its hash as entries keep it, and its label in the list.
pub type CodeLabel = (String, String);

/// An activity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Activity {
    /// Its number in this ledger.
    pub number: Number,
    /// Its id.
    pub id: String,
    /// Fields that it may carry.
    pub fields: Vec<ActivityField>,
    /// Field whose value counts only once.
    pub unique: Option<String>,
    /// True if that value counts once for all members together, rather than
    /// once for each.
    pub is_unique_for_all: bool,
    /// Consent without which nothing of it is stored.
    pub consent: Option<Number>,
    /// Times that it is possible in all, over all members.
    pub capacity: Option<u32>,
    /// Times that a member may do it on one day.
    pub per_day: Option<u32>,
    /// The codes of its secret field, sorted by hash.
    pub codes: Vec<CodeLabel>,
}

/// An attribute of a member that may be kept, sealed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attribute {
    /// Its id.
    pub id: String,
    /// Values it may have.
    pub values: Vec<String>,
    /// Purpose of consent; without that consent the value is shown to nobody.
    pub purpose: Number,
    /// Months for which it is kept.
    pub keep_months: u32,
}

/// Suffix of a stored field's name: its value counts once for the member.
pub const ONCE_EACH: char = '!';
/// Suffix of a stored field's name: its value counts once for all members.
pub const ONCE_FOR_ALL: char = '*';

impl Activity {
    /// Finds a field by its name.
    pub fn field(&self, name: &str) -> Option<&ActivityField> {
        self.fields.iter().find(|f| f.name == name)
    }

    /// Name under which entries keep a field: a suffix marks a value that
    /// counts only once.
    pub fn stored_name(&self, field: &str) -> String {
        let is_unique = self.unique.as_deref() == Some(field);
        match (is_unique, self.is_unique_for_all) {
            (false, _) => field.into(),
            (true, false) => format!("{field}{ONCE_EACH}"),
            (true, true) => format!("{field}{ONCE_FOR_ALL}"),
        }
    }

    /// Label of a code in the list, by the code's hash; None if it is not in the list.
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

/// An activity as scripts see it; store and time of it are in the scene's purchase.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ActivityFacts {
    /// The activity's id; empty if the scene is not about one.
    pub id: String,
    /// Its fields, by names without marks.
    pub fields: Vec<(String, Value)>,
    /// Label of its code in the list of codes; may be empty.
    pub label: String,
}

/// Times that a member did an activity on a day: activity, day, count.
pub type ActedOn = (Number, Day, i32);
