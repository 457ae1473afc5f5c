//! Vouchers as a programme declares them, and the codes that are as good as
//! money: whoever has one may use it, so the journal knows only their hashes.

use super::{Goods, Key, Money};

/// What a voucher of a unit is good for. Its worth on a bill is the unit's value.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct VoucherTerms {
    /// The part it takes off, in ten-thousandths, where it is no fixed amount.
    pub percent: Option<u16>,
    /// Only lines of these categories; empty for all.
    pub categories: Vec<String>,
    /// Only these articles; empty for all.
    pub skus: Vec<String>,
    /// What it does not pay for.
    pub not_for: Goods,
    /// Whether its holder may use it without its code, once they are known.
    pub is_open_to_holder: bool,
    /// Only on bills of at least this much.
    pub minimum: Option<Money>,
    /// Days after which a gift that nobody claimed goes back.
    pub claim_days: u32,
    /// How many there are in all; none: as many as campaigns give.
    pub stock: Option<i64>,
}

/// How often a code may be guessed at before the door stays shut for a while.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GuessLimit {
    /// Wrong codes ...
    pub tries: u32,
    /// ... within so many minutes ...
    pub minutes: u32,
    /// ... lock for so many.
    pub lock_minutes: u32,
}

impl Default for GuessLimit {
    fn default() -> GuessLimit {
        GuessLimit {
            tries: 5,
            minutes: 10,
            lock_minutes: 60,
        }
    }
}

/// What a code is good for. A code of one kind never stands for another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CodeKind {
    /// Using a voucher.
    Voucher,
    /// Claiming a gift.
    Gift,
    /// Claiming a purchase made without a member.
    Claim,
}

/// The codes of one entry, as their hashes: made from a secret when it is
/// decided, taken from the entry itself when it is decided again.
pub trait Codes {
    /// The hash of the entry's code of that number, counted from 0 by kind; `key`
    /// is that of its command.
    fn hash(&self, kind: CodeKind, n: u16, key: &Key) -> [u8; 32];
}
