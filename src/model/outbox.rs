//! Positions in the outbox: the order of the messages that campaigns want sent.

use bincode::{Decode, Encode};
use std::fmt;
use std::str::FromStr;

/// A position in the outbox: a message, or (with [`OutboxPosition::WHOLE`] as index) all
/// messages of an entry. Positions are ordered by both and never change.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
pub struct OutboxPosition {
    /// Sequence of the entry.
    pub seq: u64,
    /// Position of the message among the entry's effects, from 0.
    pub index: u32,
}

impl OutboxPosition {
    /// Index behind all effects of an entry.
    pub const WHOLE: u32 = u32::MAX;

    /// The position behind all messages of an entry.
    pub fn behind(seq: u64) -> OutboxPosition {
        OutboxPosition {
            seq,
            index: OutboxPosition::WHOLE,
        }
    }
}

/// `4711.2` for a message, `4711` for all of an entry.
impl fmt::Display for OutboxPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.index {
            OutboxPosition::WHOLE => write!(f, "{}", self.seq),
            index => write!(f, "{}.{index}", self.seq),
        }
    }
}

impl FromStr for OutboxPosition {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<OutboxPosition, &'static str> {
        let digits = |text: &str| {
            let is_plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            let is_short = text == "0" || !text.starts_with('0');
            (is_plain && is_short).then(|| text.parse().ok()).flatten()
        };
        let found = match text.split_once('.') {
            None => digits(text).map(OutboxPosition::behind),
            Some((seq, index)) => digits(seq).zip(digits(index)).and_then(|(seq, index)| {
                let index = u32::try_from(index).ok();
                Some(OutboxPosition { seq, index: index? })
            }),
        };
        found.ok_or("is no position of the outbox, such as 4711.2")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_read_as_it_is_written() {
        let at = |seq, index| OutboxPosition { seq, index };
        for (text, position) in [
            ("0.0", at(0, 0)),
            ("4711.2", at(4711, 2)),
            ("4711", OutboxPosition::behind(4711)),
        ] {
            assert_eq!(text.parse(), Ok(position));
            assert_eq!(position.to_string(), text);
        }
        for wrong in [
            "",
            ".",
            "1.",
            ".1",
            "01.2",
            "1.02",
            "-1",
            "+1",
            "1.2.3",
            "1.4294967296",
            "99999999999999999999",
        ] {
            assert!(wrong.parse::<OutboxPosition>().is_err(), "{wrong}");
        }
        assert!(
            at(4711, 2) < OutboxPosition::behind(4711)
                && OutboxPosition::behind(4711) < at(4712, 0)
        );
    }
}
