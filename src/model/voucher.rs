//! Vouchers as a programme declares them, and bearer codes: whoever has such a
//! code may use it, so the journal keeps only its hash.

use super::{Goods, Key, Money};

/// Terms of a unit's vouchers. Their value on a bill is the unit's value.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct VoucherTerms {
    /// Share of the price that it takes off, in ten-thousandths, if it is not a
    /// fixed amount.
    pub percent: Option<u16>,
    /// Only lines of these categories; empty for all.
    pub categories: Vec<String>,
    /// Only these articles; empty for all.
    pub skus: Vec<String>,
    /// Goods that it does not pay for.
    pub not_for: Goods,
    /// True if its holder, once identified, may use it without its code.
    pub is_open_to_holder: bool,
    /// Least amount of a bill.
    pub minimum: Option<Money>,
    /// Days after which an unclaimed gift goes back.
    pub claim_days: u32,
    /// Stock in all; None: as many as campaigns give.
    pub stock: Option<i64>,
}

/// Limit on guessing codes, beyond which they are locked for a while.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GuessLimit {
    /// Wrong codes ...
    pub tries: u32,
    /// ... within this many minutes ...
    pub minutes: u32,
    /// ... lock for this many minutes.
    pub lock_minutes: u32,
}

/// Purpose of a code. A code of one kind never stands for another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CodeKind {
    /// Using a voucher.
    Voucher,
    /// Claiming a gift.
    Gift,
    /// Claiming a purchase made without a member.
    Claim,
}

/// Source of the hashes of an entry's codes: made from a secret when it is
/// decided, taken from the entry when it is decided again.
pub trait Codes {
    /// Hash of the entry's code of that number, counted from 0 by kind; `key`
    /// is the command's.
    fn hash(&self, kind: CodeKind, n: u16, key: &Key) -> [u8; 32];
}
