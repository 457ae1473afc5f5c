//! References to members and entries in commands.

use crate::model::{AliasForm, Day, Key, MemberId, alias_fault, plain_spelling};
use std::{borrow::Cow, fmt};

/// A name of a member: `scheme:value`, such as `card:6900012345`. Personal: it
/// is replaced by the member's id before anything is hashed or stored.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Alias(String);

/// Words about a text that is no alias.
pub(super) const NO_ALIAS: &str = "is not an alias such as card:6900012345";

impl Alias {
    /// Longest alias, in bytes.
    pub const LEN_MAX: usize = 128;

    /// Reads `scheme:value`; the scheme is `card`, `phone`, `email`, `app`,
    /// `id` or any other lower-case word. Spellings are unified: invisible
    /// characters are removed from all of them, spaces from cards, spaces and
    /// `-./()` from phones; emails become lower case.
    ///
    /// # Errors
    /// The expected form. The value is not repeated, since it is personal.
    pub fn parse(text: &str) -> Result<Alias, String> {
        let wrong = || NO_ALIAS.to_owned();
        let (scheme, value) = text.split_once(':').ok_or_else(wrong)?;
        let scheme = plain_spelling(scheme.trim());
        let scheme = scheme.as_ref();
        let is_word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if !scheme.starts_with(|c: char| c.is_ascii_lowercase()) || !scheme.bytes().all(is_word) {
            return Err(wrong());
        }
        let value = plain_spelling(value.trim());
        if let Some(finding) = alias_fault(scheme, &value) {
            return Err(finding.into());
        }
        let value = Alias::spelt(scheme, &value);
        if value.is_empty() || crate::model::unprintable(&value).is_some() {
            return Err(wrong());
        }
        Alias::of(scheme, &value)
    }

    fn of(scheme: &str, value: &str) -> Result<Alias, String> {
        match scheme.len() + 1 + value.len() {
            len if len > Self::LEN_MAX => Err(format!(
                "is an alias of {len} bytes, at most {} are possible",
                Self::LEN_MAX
            )),
            _ => Ok(Alias([scheme, ":", value].concat())),
        }
    }

    /// Converts the alias to the programme's form of its scheme; unchanged if
    /// there is none.
    ///
    /// # Errors
    /// The form that the value does not have, without the value.
    pub fn in_form(&self, forms: &[(String, AliasForm)]) -> Result<Alias, String> {
        let form = forms.iter().find(|(scheme, _)| scheme == self.scheme());
        match form {
            None => Ok(self.clone()),
            Some((scheme, form)) => Alias::of(scheme, &form.canonical(self.value())?),
        }
    }

    fn spelt<'v>(scheme: &str, value: &'v str) -> Cow<'v, str> {
        let without = |marks: &[char]| match value.contains(marks) {
            true => Cow::Owned(value.replace(marks, "")),
            false => Cow::Borrowed(value),
        };
        match scheme {
            "card" => without(&[' ']),
            "phone" => without(&[' ', '-', '.', '/', '(', ')']),
            "email" => Cow::Owned(value.to_lowercase()),
            _ => Cow::Borrowed(value),
        }
    }

    /// The whole alias, `scheme:value`, which the alias index hashes.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Scheme: `card`, `phone`, ...
    pub fn scheme(&self) -> &str {
        self.0.split_once(':').map_or("", |(scheme, _)| scheme)
    }

    /// Value: the part after the scheme.
    pub fn value(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, value)| value)
    }
}

/// Debug output reaches logs, so it never shows the value.
impl fmt::Debug for Alias {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:..", self.scheme())
    }
}

/// Reference to a member.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Who {
    /// By the ledger's own id.
    Id(MemberId),
    /// By an alias: a card, a number, ...
    Alias(Alias),
}

impl Who {
    /// Reads `m-` and 32 hexadecimal digits, or an alias.
    pub fn parse(text: &str) -> Result<Who, String> {
        match MemberId::parse(text) {
            Some(id) => Ok(Who::Id(id)),
            None if text.starts_with("m-") => {
                Err("is not a member id: m- and 32 hexadecimal digits".into())
            }
            None => Alias::parse(text).map(Who::Alias),
        }
    }
}

/// Reference to an entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EntryRef {
    /// By the key of the command that made it.
    Key(Key),
    /// By its sequence.
    Seq(u64),
}

/// A slip by its number, and by as much of store, terminal and day as
/// distinguishes it from others of the same number.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SlipRef {
    /// The slip's number.
    pub receipt: String,
    /// Store of the sale; empty: any.
    pub store: String,
    /// Terminal of the sale; empty: any.
    pub terminal: String,
    /// Business day of the sale; None: any of the recent ones.
    pub day: Option<Day>,
}

/// Reference to a sale.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SaleRef {
    /// By the entry.
    Entry(EntryRef),
    /// By the slip.
    Slip(SlipRef),
    /// By the order.
    Order(OrderRef),
}

/// Reference to a sale by its order number.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OrderRef {
    /// The number.
    pub order: String,
    /// Store where it was placed; empty if not stated.
    pub store: String,
}
