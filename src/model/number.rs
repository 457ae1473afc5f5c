//! Quantities: points, money, decimal quantities and exact awards. All are
//! integers; none has `+`, since every sum in a ledger must be checked.

use bincode::{Decode, Encode};
use rust_decimal::Decimal;
use std::fmt;

/// The largest amount of points or of minor units of money anywhere: 2^53 - 1,
/// so that a reader whose numbers are doubles loses nothing.
pub const AMOUNT_MAX: i64 = (1 << 53) - 1;

/// An amount of one unit (points, stars, miles), signed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug, Encode, Decode)]
pub struct Points(pub i64);

/// An amount of money in minor units of the programme's currency (cents, fen, yen), signed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug, Encode, Decode)]
pub struct Money(pub i64);

macro_rules! checked {
    ($t:ident, $what:literal) => {
        impl $t {
            #[doc = concat!("No ", $what, ".")]
            pub const ZERO: $t = $t(0);

            /// The sum, or `None` outside plus or minus [`AMOUNT_MAX`].
            pub fn plus(self, other: $t) -> Option<$t> {
                self.0
                    .checked_add(other.0)
                    .map($t)
                    .filter(|x| x.is_in_range())
            }

            /// The difference, or `None` outside plus or minus [`AMOUNT_MAX`].
            pub fn minus(self, other: $t) -> Option<$t> {
                self.0
                    .checked_sub(other.0)
                    .map($t)
                    .filter(|x| x.is_in_range())
            }

            /// The amount with its sign turned.
            pub fn negated(self) -> $t {
                $t(-self.0)
            }

            /// True if the amount is within plus or minus [`AMOUNT_MAX`].
            pub fn is_in_range(self) -> bool {
                (-AMOUNT_MAX..=AMOUNT_MAX).contains(&self.0)
            }

            /// True if the amount is above zero.
            pub fn is_positive(self) -> bool {
                self.0 > 0
            }

            /// The sum of many, or `None` outside the range.
            pub fn sum(items: impl IntoIterator<Item = $t>) -> Option<$t> {
                items
                    .into_iter()
                    .try_fold($t::ZERO, |sum, item| sum.plus(item))
            }
        }
    };
}
checked!(Points, "points");
checked!(Money, "money");

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Money {
    /// Reads a decimal such as `42.50` with at most `digits` decimals. Signs,
    /// exponents, blanks and group separators are errors, explained in words.
    pub fn parse(text: &str, digits: u8) -> Result<Money, String> {
        parse_scaled(text, digits, AMOUNT_MAX).map(Money)
    }

    /// Reads an amount that may have a minus before it: money given back.
    pub fn parse_signed(text: &str, digits: u8) -> Result<Money, String> {
        parse_signed(text, digits).map(Money)
    }

    /// The amount as a decimal number of whole currency units.
    pub fn to_decimal(self, digits: u8) -> Decimal {
        Decimal::new(self.0, u32::from(digits))
    }

    /// The amount written with exactly `digits` decimals: `42.50`.
    pub fn display(self, digits: u8) -> String {
        self.to_decimal(digits).to_string()
    }
}

/// Writes the sum of many amounts as [`Money::display`] does.
pub fn wide_money(minor: i128, digits: u8) -> String {
    let decimal = Decimal::try_from_i128_with_scale(minor, u32::from(digits));
    decimal.map_or_else(|_| minor.to_string(), |sum| sum.to_string())
}

/// A quantity on a line, in thousandths (of pieces, kilograms, litres).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug, Encode, Decode)]
pub struct Qty(pub i64);

impl Qty {
    /// One piece.
    pub const ONE: Qty = Qty(1000);
    /// Number of decimals kept.
    pub const DIGITS: u8 = 3;

    /// Reads a decimal such as `2` or `0.125`.
    pub fn parse(text: &str) -> Result<Qty, String> {
        parse_scaled(text, Self::DIGITS, AMOUNT_MAX).map(Qty)
    }

    /// Reads a quantity that may have a minus before it: goods taken back.
    pub fn parse_signed(text: &str) -> Result<Qty, String> {
        parse_signed(text, Self::DIGITS).map(Qty)
    }

    /// The quantity as a decimal number.
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.0, u32::from(Self::DIGITS)).normalize()
    }
}

impl fmt::Display for Qty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_decimal().fmt(f)
    }
}

/// Reads a decimal that may have a minus before it; see [`parse_scaled`].
fn parse_signed(text: &str, digits: u8) -> Result<i64, String> {
    match text.strip_prefix('-') {
        Some(size) if size.starts_with('-') => {
            Err(format!("'{text}' is not a decimal number such as 42.50"))
        }
        Some(size) => parse_scaled(size, digits, AMOUNT_MAX).map(|value| -value),
        None => parse_scaled(text, digits, AMOUNT_MAX),
    }
}

/// Converts a position or count within one entry. Saturates: an entry of
/// `ENTRY_LEN_MAX` bytes has no room for as many of anything that is counted
/// so.
pub fn to_u16(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

/// Converts a wide figure; the nearest bound of 64 bits if it lies beyond.
pub fn saturated(figure: i128) -> i64 {
    let bound = if figure < 0 { i64::MIN } else { i64::MAX };
    i64::try_from(figure).unwrap_or(bound)
}

/// Reads an unsigned decimal with at most `digits` decimals as an integer of
/// the smallest part, without passing through a float.
fn parse_scaled(text: &str, digits: u8, max: i64) -> Result<i64, String> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.starts_with('-') {
        return Err(format!("'{text}' is negative"));
    }
    if whole.is_empty() || !is_digits(whole) || !is_digits(part) || text.ends_with('.') {
        return Err(format!("'{text}' is not a decimal number such as 42.50"));
    }
    if part.len() > usize::from(digits) {
        return Err(format!(
            "'{text}' has {} decimals, at most {digits} are possible",
            part.len()
        ));
    }
    let padding = usize::from(digits) - part.len();
    let joined = format!("{whole}{part}{}", "0".repeat(padding));
    let joined = joined.trim_start_matches('0');
    let value = if joined.is_empty() {
        Ok(0)
    } else {
        joined.parse::<i64>()
    };
    match value {
        Ok(value) if value <= max => Ok(value),
        _ => Err(format!("'{text}' is too large")),
    }
}

/// An exact decimal amount as proposed by a script: `mantissa / 10^scale`,
/// with no trailing zero, so that equal amounts have equal bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug, Encode, Decode)]
pub struct Exact {
    /// The digits as one integer.
    pub mantissa: i128,
    /// Number of digits after the decimal point; at most 28.
    pub scale: u8,
}

impl From<Decimal> for Exact {
    #[expect(clippy::cast_possible_truncation, reason = "a scale is at most 28")]
    fn from(value: Decimal) -> Exact {
        let value = value.normalize();
        Exact {
            mantissa: value.mantissa(),
            scale: value.scale() as u8,
        }
    }
}

impl Exact {
    /// Reads a decimal such as `12.5` or `-3`.
    pub fn parse(text: &str) -> Result<Exact, String> {
        let is_plain = |b: u8| b.is_ascii_digit() || matches!(b, b'.' | b'-');
        let is_sound = text.len() <= 30 && text.bytes().all(is_plain);
        let number = is_sound.then(|| text.parse::<Decimal>().ok()).flatten();
        let number = number.map(Exact::from);
        number.ok_or_else(|| "is not a decimal such as \"12.5\"".to_owned())
    }

    /// The amount as a decimal for arithmetic; `None` if the bytes held no such number.
    pub fn to_decimal(self) -> Option<Decimal> {
        Decimal::try_from_i128_with_scale(self.mantissa, u32::from(self.scale)).ok()
    }

    /// Text of an amount of money: all its decimals, and no fewer than its currency has.
    pub fn display(self, digits: u8) -> String {
        match self.to_decimal() {
            Some(mut value) => {
                value.rescale(u32::from(self.scale.max(digits)));
                value.to_string()
            }
            None => self.to_string(),
        }
    }
}

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_decimal() {
            Some(value) => value.fmt(f),
            None => write!(f, "{}e-{}", self.mantissa, self.scale),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exact_amount_has_the_decimals_of_its_currency_at_least() {
        let told = |text: &str| Exact::parse(text).unwrap().display(2);
        let all = ["-0.8", "5", "0.0089", "0.30", "0"].map(told);
        assert_eq!(all, ["-0.80", "5.00", "0.0089", "0.30", "0.00"]);
    }

    #[test]
    fn money_is_read_exactly_or_refused_with_the_reason() {
        assert_eq!(Money::parse("42.5", 2), Ok(Money(4250)));
        assert_eq!(Money::parse("0.00", 2), Ok(Money(0)));
        assert_eq!(Money::parse("7", 0), Ok(Money(7)));
        assert_eq!(Money::parse("90071992547409.91", 2), Ok(Money(AMOUNT_MAX)));
        for (text, part) in [
            ("-1", "negative"),
            ("1.005", "3 decimals"),
            ("92233720368547758.08", "too large"),
            ("1e3", "not a decimal"),
            ("", "not a decimal"),
            (".5", "not a decimal"),
            ("5.", "not a decimal"),
            ("1,5", "not a decimal"),
            (" 1", "not a decimal"),
            ("١", "not a decimal"),
        ] {
            let error = Money::parse(text, 2).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn a_minus_stands_before_the_digits_or_is_no_number() {
        assert_eq!(Money::parse_signed("-0.25", 2), Ok(Money(-25)));
        assert_eq!(Money::parse_signed("-0.00", 2), Ok(Money(0)));
        assert_eq!(Money::parse_signed("0.25", 2), Ok(Money(25)));
        assert_eq!(Qty::parse_signed("-6"), Ok(Qty(-6000)));
        let least = Money::parse_signed("-90071992547409.91", 2);
        assert_eq!(least, Ok(Money(-AMOUNT_MAX)));
        for text in ["--1", "-", "- 1", "1-", "-.5", "+1", "-90071992547409.92"] {
            assert!(Money::parse_signed(text, 2).is_err(), "{text}");
        }
    }

    #[test]
    fn sums_outside_the_range_are_refused() {
        assert_eq!(Points(AMOUNT_MAX).plus(Points(1)), None);
        assert_eq!(Points(-AMOUNT_MAX).minus(Points(1)), None);
        assert_eq!(Money::sum([Money(2), Money(3)]), Some(Money(5)));
    }

    #[test]
    fn equal_exact_amounts_have_equal_parts() {
        let (a, b) = (Decimal::new(150, 2), Decimal::new(15, 1));
        assert_eq!(Exact::from(a), Exact::from(b));
        assert_eq!(Exact::from(a).to_string(), "1.5");
    }
}
