//! Identities: members, keys, lots, holders of numbers.

use super::{NUMBER_MAX, to_u16};
use bincode::{Decode, Encode};
use std::fmt;

/// A member's random 128-bit id. It says nothing about the person.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct MemberId(pub [u8; 16]);

impl MemberId {
    /// Placeholder that comes first among an entry's touched members if its
    /// command named nobody but concerns others, such as the owner of a
    /// voucher.
    pub const NOBODY: MemberId = MemberId([0; 16]);

    /// Reads the printed form: `m-` and 32 hexadecimal digits.
    pub fn parse(text: &str) -> Option<MemberId> {
        let hex = text.strip_prefix("m-")?;
        if hex.len() != 32 || !hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return None;
        }
        let mut id = [0u8; 16];
        for (byte, pair) in id.iter_mut().zip(hex.as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(MemberId(id))
    }
}

impl LotId {
    /// Reads the printed form, `4711.0`.
    pub fn parse(text: &str) -> Option<LotId> {
        let (seq, n) = text.split_once('.')?;
        let lot = LotId {
            seq: seq.parse().ok()?,
            n: n.parse().ok()?,
        };
        (lot.to_string() == text).then_some(lot)
    }
}

impl fmt::Display for LotId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.seq, self.n)
    }
}

impl fmt::Display for MemberId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("m-")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for MemberId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The longest idempotency key, in bytes.
pub const KEY_LEN_MAX: usize = 64;

/// An idempotency key: names one attempt, for ever. At most [`KEY_LEN_MAX`]
/// bytes of UTF-8 without control characters; empty for entries the ledger
/// makes by itself.
#[derive(Clone, PartialEq, Eq, Hash, Default, Debug, Encode, Decode)]
pub struct Key(String);

impl Key {
    /// Checks the length and the characters.
    ///
    /// # Errors
    /// The reason, in words.
    pub fn parse(text: &str) -> Result<Key, String> {
        Key::check(text).map(|()| Key(text.into()))
    }

    /// Checks that a text can be a key.
    ///
    /// # Errors
    /// The reason, in words.
    pub fn check(text: &str) -> Result<(), String> {
        match text {
            "" => Err("the key is empty".into()),
            t if t.len() > KEY_LEN_MAX => Err(format!(
                "the key has {} bytes, at most {KEY_LEN_MAX} are possible",
                t.len()
            )),
            t => match super::words::unprintable(t) {
                Some(what) => Err(format!("the key {what}")),
                None => Ok(()),
            },
        }
    }

    /// The key of an entry that no command asked for.
    pub fn none() -> Key {
        Key::default()
    }

    /// Replaces this key, reusing its memory, for a reader of entries; a stored
    /// key is not checked again.
    pub fn refill(&mut self, text: &str) {
        self.0.clear();
        self.0.push_str(text);
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True if a command carried it.
    pub fn is_some(&self) -> bool {
        !self.0.is_empty()
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A lot's identity: the entry that opened it, and which of that entry's lots it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
pub struct LotId {
    /// Sequence of the entry that opened the lot.
    pub seq: u64,
    /// Position among the lots of that entry, from 0.
    pub n: u16,
}

/// A number that an activation gave to a name once and for all; 0 is "none".
pub type Number = u16;

/// Kinds of names that are numbered.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
pub enum NameKind {
    /// A unit (points, stars, vouchers, passes).
    Unit,
    /// A campaign.
    Campaign,
    /// A store.
    Store,
    /// A tier.
    Tier,
    /// A reward.
    Reward,
    /// A reason for an adjustment or correction.
    Reason,
    /// A pool.
    Pool,
    /// A partner.
    Partner,
    /// A consent purpose.
    Purpose,
    /// A declared activity.
    Activity,
}

impl NameKind {
    /// Word for the kind in messages.
    pub fn word(self) -> &'static str {
        match self {
            NameKind::Unit => "unit",
            NameKind::Campaign => "campaign",
            NameKind::Store => "store",
            NameKind::Tier => "tier",
            NameKind::Reward => "reward",
            NameKind::Reason => "reason",
            NameKind::Pool => "pool",
            NameKind::Partner => "partner",
            NameKind::Purpose => "purpose",
            NameKind::Activity => "activity",
        }
    }
}

/// One name and its number.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Name {
    /// Kind of the named thing.
    pub kind: NameKind,
    /// Its number, from 1.
    pub number: Number,
    /// The name as merchants write it.
    pub text: String,
}

/// All names that a ledger ever numbered, in the order in which they were
/// numbered. Names are only ever added, so an old entry always reads the same.
#[derive(Clone, PartialEq, Eq, Default, Debug, Encode, Decode)]
pub struct Names(Vec<Name>);

impl Names {
    /// The number of a name, if it has one.
    pub fn number(&self, kind: NameKind, text: &str) -> Option<Number> {
        self.0
            .iter()
            .find(|n| n.kind == kind && n.text == text)
            .map(|n| n.number)
    }

    /// The name behind a number; `?` and the number if there is none.
    pub fn text(&self, kind: NameKind, number: Number) -> String {
        let found = self.0.iter().find(|n| n.kind == kind && n.number == number);
        found.map_or_else(|| format!("?{number}"), |n| n.text.clone())
    }

    /// Gives a name the next number of its kind, unless it has one, and returns
    /// its number.
    pub fn add(&mut self, kind: NameKind, text: &str) -> Number {
        if let Some(number) = self.number(kind, text) {
            return number;
        }
        let number = to_u16(1 + self.0.iter().filter(|n| n.kind == kind).count());
        self.0.push(Name {
            kind,
            number,
            text: text.into(),
        });
        number
    }

    /// Adds the names that an activation carries; `None`, and nothing added, if
    /// one contradicts a name here or has a number above [`NUMBER_MAX`].
    pub fn extend(&mut self, more: &[Name]) -> Option<()> {
        let mut all = self.clone();
        more.iter().try_for_each(|n| {
            let is_next = all.add(n.kind, &n.text) == n.number;
            (is_next && n.number <= NUMBER_MAX).then_some(())
        })?;
        *self = all;
        Some(())
    }

    /// The names numbered after the first `count`.
    pub fn since(&self, count: usize) -> &[Name] {
        self.0.get(count..).unwrap_or_default()
    }

    /// Number of names.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// All names of a kind, by number.
    pub fn of_kind(&self, kind: NameKind) -> impl Iterator<Item = &Name> {
        self.0.iter().filter(move |n| n.kind == kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_id_reads_back_only_as_printed() {
        let id = MemberId([0xab; 16]);
        assert_eq!(MemberId::parse(&id.to_string()), Some(id));
        assert_eq!(MemberId::parse(&id.to_string().to_uppercase()), None);
        assert_eq!(MemberId::parse("m-12"), None);
    }

    #[test]
    fn keys_have_bounds() {
        assert!(Key::parse(&"x".repeat(64)).is_ok());
        assert!(
            Key::parse(&"x".repeat(65))
                .unwrap_err()
                .contains("65 bytes")
        );
        assert!(Key::parse("").is_err());
        assert!(Key::parse("a\nb").is_err());
    }

    #[test]
    fn numbers_are_kept_and_appended_per_kind() {
        let mut names = Names::default();
        assert_eq!(names.add(NameKind::Unit, "star"), 1);
        assert_eq!(names.add(NameKind::Store, "mitte"), 1);
        assert_eq!(names.add(NameKind::Unit, "year-star"), 2);
        assert_eq!(names.add(NameKind::Unit, "star"), 1);
        assert_eq!(names.since(2).len(), 1);
        let mut other = Names::default();
        assert_eq!(
            other.extend(names.since(2)),
            None,
            "number 2 without number 1"
        );
        assert_eq!(other.extend(names.since(0)), Some(()));
        assert_eq!(other, names);
    }
}
