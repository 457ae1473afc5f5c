//! Bearer codes, as good as money. They are never stored: each is computed
//! again from a secret and the command it belongs to, and found by its hash.

use crate::chain::hash::{Purpose, bytes_hash};
use crate::model::{CodeKind, Codes, Key};
use crate::storage::vault::Secret;
use std::fmt;
use zeroize::Zeroizing;

/// Digits and letters that cannot be confused.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Length of a code: 100 bits, so that even with a copy of the ledger and a
/// million hashes 2^80 tries are needed to find one that matches.
const CODE_LEN: usize = 20;
/// Letters between two hyphens.
const GROUP_LEN: usize = 4;
/// Hash context that derives codes from the secret.
const MAKING: &str = "stampbook 2026-11 codes made v1";

/// A code as it is printed: five groups of four, such as
/// `7KQ2-9FXN-04RM-VB8T-W5HC`.
#[derive(Clone, PartialEq, Eq)]
pub struct PrintedCode(String);

impl PrintedCode {
    /// Reads a code as people type it: small letters, blanks and missing
    /// hyphens are understood, and `O`, `I`, `L` are `0`, `1`, `1`.
    pub fn parse(text: &str) -> Option<PrintedCode> {
        let letter = |c: char| match c.to_ascii_uppercase() {
            'O' => Some('0'),
            'I' | 'L' => Some('1'),
            c if LETTERS.contains(&(c as u8)) && c.is_ascii() => Some(c),
            _ => None,
        };
        let meant = text.chars().filter(|c| !matches!(c, '-' | ' '));
        let letters: String = meant.map(letter).collect::<Option<_>>()?;
        (letters.len() == CODE_LEN).then_some(PrintedCode(letters))
    }

    /// Hash by which the ledger finds it.
    pub fn hash(&self, kind: CodeKind) -> [u8; 32] {
        let text = Zeroizing::new([word(kind), ":", &self.0].concat());
        bytes_hash(Purpose::CODE, text.as_bytes()).0
    }
}

impl fmt::Display for PrintedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let groups = self.0.as_bytes().chunks(GROUP_LEN);
        for (n, group) in groups.enumerate() {
            let hyphen = if n > 0 { "-" } else { "" };
            write!(f, "{hyphen}{}", String::from_utf8_lossy(group))?;
        }
        Ok(())
    }
}

/// Debug output reaches logs, so it never shows the code.
impl fmt::Debug for PrintedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a code")
    }
}

/// Word for the kind, in hashes and in the index.
pub(in crate::engine) fn word(kind: CodeKind) -> &'static str {
    match kind {
        CodeKind::Voucher => "voucher",
        CodeKind::Gift => "gift",
        CodeKind::Claim => "claim",
    }
}

/// Makes the codes of one entry.
pub struct Making<'a> {
    secret: &'a Secret,
    scope: String,
}

impl<'a> Making<'a> {
    /// Makes the codes for the entry of a command's key; an entry without a
    /// command is identified by its sequence.
    pub fn of(secret: &'a Secret, key: &Key, seq: u64) -> Making<'a> {
        let scope = match key.is_some() {
            true => format!("key:{key}"),
            false => format!("seq:{seq}"),
        };
        Making { secret, scope }
    }

    /// The code of a number, counted from 0 by kind.
    pub fn code(&self, kind: CodeKind, n: u16) -> PrintedCode {
        let mut hasher = blake3::Hasher::new_derive_key(MAKING);
        hasher.update(&**self.secret);
        hasher.update(format!("{}:{n}:{}", word(kind), self.scope).as_bytes());
        let hash = hasher.finalize();
        let letters = hash.as_bytes()[..CODE_LEN].iter();
        let letters = letters.map(|b| LETTERS[usize::from(b & 31)] as char);
        PrintedCode(letters.collect())
    }
}

/// Makes the codes of the entry that will have a sequence, only when asked: few
/// entries have any.
pub struct MakingLate<'a> {
    /// Secret that codes are derived from.
    pub secret: &'a Secret,
    /// Sequence of the entry.
    pub seq: u64,
}

impl Codes for MakingLate<'_> {
    fn hash(&self, kind: CodeKind, n: u16, key: &Key) -> [u8; 32] {
        let making = Making::of(self.secret, key, self.seq);
        making.code(kind, n).hash(kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(byte: u8) -> Secret {
        Zeroizing::new([byte; 32])
    }

    #[test]
    fn a_code_is_made_again_and_read_however_it_is_typed() {
        let key = Key::parse("till-1/1").unwrap();
        let (one, other) = (secret(1), secret(2));
        let code = Making::of(&one, &key, 7).code(CodeKind::Voucher, 0);
        assert_eq!(code, Making::of(&one, &key, 8).code(CodeKind::Voucher, 0));
        let shown = code.to_string();
        assert_eq!(shown.len(), 24);
        let typed = shown.to_lowercase().replace('-', " ").replace('0', "o");
        assert_eq!(PrintedCode::parse(&typed), Some(code.clone()));
        assert_eq!(PrintedCode::parse(&shown[1..]), None);
        let different = [
            Making::of(&other, &key, 7).code(CodeKind::Voucher, 0),
            Making::of(&one, &key, 7).code(CodeKind::Voucher, 1),
            Making::of(&one, &key, 7).code(CodeKind::Gift, 0),
            Making::of(&one, &Key::none(), 7).code(CodeKind::Voucher, 0),
        ];
        assert!(different.iter().all(|d| *d != code));
        assert_ne!(code.hash(CodeKind::Voucher), code.hash(CodeKind::Gift));
        assert_eq!(format!("{code:?}"), "a code");
    }
}
