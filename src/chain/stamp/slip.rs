//! The short form of a stamp, to be printed, read aloud and typed in again.

use std::fmt;
use std::sync::LazyLock;

use data_encoding::{Encoding, Specification};

use super::super::checkpoint::parse_decimal;
use super::super::hash::Hash;

/// Crockford's base32: no letter that looks like a digit.
const ALPHABET: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static BASE32: LazyLock<Encoding> = LazyLock::new(|| {
    let mut spec = Specification::new();
    spec.symbols.push_str(ALPHABET);
    spec.encoding()
        .expect("32 different ASCII symbols make an encoding")
});

/// Bytes of the root on paper: 160 bits, 32 characters.
const ROOT_LEN: usize = 20;
const CODE_LEN: usize = ROOT_LEN * 8 / 5;
const GROUP_LEN: usize = 4;

/// Greatest length of the balance text in bytes.
const BALANCE_LEN_MAX: usize = 64;

/// Reason why a slip could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SlipFlaw {
    /// The text does not have the parts of a slip.
    #[error("not a slip: STAMP, sequence/size, 33 letters and digits are needed")]
    Form,
    /// The sequence lies beyond the size.
    #[error("slip names an entry beyond its tree")]
    Sequence,
    /// The check character does not match: something was misread.
    #[error("check character does not match: compare the slip letter by letter")]
    Check,
    /// The balance is too long, or has line breaks or unusual spaces.
    #[error("balance text must be one line of 1 to 64 bytes with single spaces")]
    Balance,
}

/// Sequence, size and the first 160 bits of the root: `STAMP 4/7
/// 7ZQ4-8KM2-...-0000-X BALANCE 320 stars`.
///
/// The check character finds misreading, not forgery: forgery is found by
/// comparing the root with the ledger's at that size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    index: u64,
    size: u64,
    root: [u8; ROOT_LEN],
    balance: Option<String>,
}

impl Slip {
    /// Makes the slip for entry `index` under the `root` of `size` entries.
    ///
    /// # Errors
    /// [`SlipFlaw::Sequence`] or [`SlipFlaw::Balance`].
    pub fn new(
        index: u64,
        size: u64,
        root: &Hash,
        balance: Option<&str>,
    ) -> Result<Slip, SlipFlaw> {
        if index >= size {
            return Err(SlipFlaw::Sequence);
        }
        if !balance.is_none_or(is_balance) {
            return Err(SlipFlaw::Balance);
        }
        let root = std::array::from_fn(|i| root.0[i]);
        Ok(Slip {
            index,
            size,
            root,
            balance: balance.map(str::to_owned),
        })
    }

    /// Sequence of the entry.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// Size of the tree.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Balance that the till printed. The slip does not prove it: the entry does.
    pub fn balance(&self) -> Option<&str> {
        self.balance.as_deref()
    }

    /// True if a ledger whose first [`Slip::size`] entries have this root
    /// printed the slip.
    pub fn is_of(&self, root: &Hash) -> bool {
        root.0.starts_with(&self.root)
    }

    /// Reads a slip. Case and line breaks do not matter before the balance, nor
    /// do the hyphens; O is read as 0, I and L as 1.
    ///
    /// # Errors
    /// A [`SlipFlaw`].
    pub fn parse(text: &str) -> Result<Slip, SlipFlaw> {
        let mut words = text.split_whitespace();
        let is_stamp = words
            .next()
            .is_some_and(|word| word.eq_ignore_ascii_case("STAMP"));
        let place = words.next().filter(|_| is_stamp).ok_or(SlipFlaw::Form)?;
        let (index, size) = place.split_once('/').ok_or(SlipFlaw::Form)?;
        let index = parse_decimal(index).ok_or(SlipFlaw::Form)?;
        let size = parse_decimal(size).ok_or(SlipFlaw::Form)?;
        let words: Vec<&str> = words.collect();
        let mut parts = words.splitn(2, |word| word.eq_ignore_ascii_case("BALANCE"));
        let code = parts.next().unwrap_or_default().iter();
        let code: String = code.flat_map(|word| plain_chars(word)).collect();
        let balance = parts.next().map(|words| words.join(" "));
        let (root, check) = read_code(&code).ok_or(SlipFlaw::Form)?;
        let slip = Slip::new(index, size, &root, balance.as_deref())?;
        if slip.check() == check {
            Ok(slip)
        } else {
            Err(SlipFlaw::Check)
        }
    }

    /// Computes the check character over everything else on the slip.
    fn check(&self) -> char {
        // The entry's number and the size are followed by separators that no
        // decimal digit equals.
        let place = format!("{}Z{}Z{}", self.index, self.size, BASE32.encode(&self.root));
        let balance = self.balance.iter().flat_map(|text| text.bytes());
        let nibbles = balance
            .flat_map(|byte| [byte >> 4, byte & 15])
            .map(usize::from);
        check_char(place.chars().filter_map(value).chain(nibbles))
    }
}

impl fmt::Display for Slip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "STAMP {}/{} ", self.index, self.size)?;
        for group in BASE32.encode(&self.root).as_bytes().chunks(GROUP_LEN) {
            write!(f, "{}-", String::from_utf8_lossy(group))?;
        }
        write!(f, "{}", self.check())?;
        let mut balance = self.balance.iter();
        balance.try_for_each(|balance| write!(f, " BALANCE {balance}"))
    }
}

/// ISO 7064's hybrid system with modulus 32 and 33: finds every single wrong
/// character and nearly every swap of neighbours.
fn check_char(values: impl Iterator<Item = usize>) -> char {
    let product = values.fold(32, |product, value| {
        let sum = (product + value) % 32;
        (if sum == 0 { 32 } else { sum }) * 2 % 33
    });
    let check = (33 - product) % 32;
    char::from(ALPHABET.as_bytes()[check])
}

fn value(character: char) -> Option<usize> {
    ALPHABET.find(character)
}

/// The characters of a word as Crockford's alphabet reads them, without hyphens.
fn plain_chars(word: &str) -> impl Iterator<Item = char> + '_ {
    word.chars()
        .filter(|c| *c != '-')
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
}

/// Splits the code into the start of a root and its check character.
fn read_code(code: &str) -> Option<(Hash, char)> {
    let (body, check) = code.split_at_checked(CODE_LEN)?;
    let check = check.parse().ok().filter(|c| value(*c).is_some())?;
    let bytes = BASE32.decode(body.as_bytes()).ok()?;
    let mut root = Hash::ZERO;
    root.0.get_mut(..ROOT_LEN)?.copy_from_slice(&bytes);
    Some((root, check))
}

fn is_balance(text: &str) -> bool {
    let is_single_spaced = text.split(' ').all(|word| !word.is_empty());
    let is_plain = text
        .chars()
        .all(|c| c == ' ' || !(c.is_whitespace() || c.is_control()));
    is_single_spaced && is_plain && text.len() <= BALANCE_LEN_MAX
}
