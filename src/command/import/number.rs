//! A grammar for numbers as people and their programs write them: a decimal
//! mark, thousands in groups of three, a sign before, after or in brackets, a
//! currency sign, blanks. Nothing passes through a float.

use crate::command::bad::shortened;
use rust_decimal::Decimal;
use std::fmt::Write;

/// The decimal mark of a column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mark {
    /// `1,234.50`
    Point,
    /// `1.234,50`
    Comma,
}

impl Mark {
    /// Reads `point`, `comma`, or an example with decimals such as `1.234,50`.
    pub fn parse(text: &str) -> Option<Mark> {
        match text.trim() {
            "point" => Some(Mark::Point),
            "comma" => Some(Mark::Comma),
            example => match evidence(example) {
                Some(Evidence::Only(mark)) => Some(mark),
                _ => None,
            },
        }
    }

    /// An example in this style.
    pub fn example(self) -> &'static str {
        match self {
            Mark::Point => "1,234.50",
            Mark::Comma => "1.234,50",
        }
    }

    fn decimal(self) -> char {
        match self {
            Mark::Point => '.',
            Mark::Comma => ',',
        }
    }

    fn group(self) -> char {
        match self {
            Mark::Point => ',',
            Mark::Comma => '.',
        }
    }

    fn other(self) -> Mark {
        match self {
            Mark::Point => Mark::Comma,
            Mark::Comma => Mark::Point,
        }
    }
}

/// Evidence of a number about its column's decimal mark.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Evidence {
    /// It is valid with this mark only.
    Only(Mark),
    /// It is a different number with each: `1.234`.
    Either,
    /// It is the same number with either: `12`.
    Neither,
}

/// Evidence of a text about the decimal mark; None if it is not a number.
pub fn evidence(text: &str) -> Option<Evidence> {
    let number = Parts::of(text).ok()?;
    let (point, comma) = (number.read(Mark::Point), number.read(Mark::Comma));
    match (point, comma) {
        (Some(point), Some(comma)) if point == comma => Some(Evidence::Neither),
        (Some(_), Some(_)) => Some(Evidence::Either),
        (Some(_), None) => Some(Evidence::Only(Mark::Point)),
        (None, Some(_)) => Some(Evidence::Only(Mark::Comma)),
        (None, None) => None,
    }
}

/// Reads a number as a plain decimal: `-1234.50`. Without a mark, only a number
/// that is the same with either is accepted.
///
/// # Errors
/// The fault, and the right form.
pub fn read(text: &str, mark: Option<Mark>, currency: &str) -> Result<String, String> {
    if is_plain(text) && (mark == Some(Mark::Point) || !text.contains('.')) {
        return Ok(trimmed(text));
    }
    let shown = shortened(text);
    let number = Parts::of(text).map_err(|()| not_a_number(&shown, mark))?;
    number.check_currency(currency)?;
    let Some(mark) = mark else {
        return match (number.read(Mark::Point), number.read(Mark::Comma)) {
            (Some(point), Some(comma)) if point == comma => Ok(point),
            (None, None) => Err(not_a_number(&shown, None)),
            _ => Err(format!(
                "'{shown}' has a mark that nothing in the file explains; say with the column 'point' for 1,234.50 or 'comma' for 1.234,50"
            )),
        };
    };
    number
        .read(mark)
        .ok_or_else(|| match number.read(mark.other()) {
            Some(_) => format!(
                "'{shown}' is not a number as in {}, which the column's others are",
                mark.example()
            ),
            None => not_a_number(&shown, Some(mark)),
        })
}

fn not_a_number(shown: &str, mark: Option<Mark>) -> String {
    let example = mark.unwrap_or(Mark::Point).example();
    format!(
        "'{shown}' is not a number such as 42, 42{}50 or {example}",
        mark.unwrap_or(Mark::Point).decimal()
    )
}

/// True for digits, perhaps with a sign and one point, as most numbers are.
fn is_plain(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    is_digits(whole) && is_digits(part)
}

/// A computed number as a plain decimal.
pub fn plain(number: Decimal) -> String {
    trimmed(&number.to_string())
}

/// True if a plain decimal is 0.
pub fn is_zero(plain: &str) -> bool {
    !plain.bytes().any(|b| (b'1'..=b'9').contains(&b))
}

/// Removes needless zeros: `12.50000` is `12.50`, `12.00` is `12`.
fn trimmed(plain: &str) -> String {
    let plain = match is_zero(plain) {
        true => plain.trim_start_matches('-'),
        false => plain,
    };
    let Some((whole, part)) = plain.split_once('.') else {
        return plain.to_owned();
    };
    match part.trim_end_matches('0') {
        "" => whole.to_owned(),
        part if part.len() == 1 => format!("{whole}.{part}0"),
        part => format!("{whole}.{part}"),
    }
}

/// A number with its signs taken off.
struct Parts {
    is_negative: bool,
    currencies: Vec<&'static [&'static str]>,
    /// Digits, marks and blanks.
    body: String,
}

/// Signs of the dollar: many countries have one.
const DOLLARS: &[&str] = &[
    "USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP", "BRL",
];

/// Signs and words with the currencies that they may stand for, longer ones first.
const SIGNS: [(&str, &[&str]); 38] = [
    ("R$", &["BRL"]),
    ("JP¥", &["JPY"]),
    ("CN¥", &["CNY"]),
    ("A$", &["AUD"]),
    ("AU$", &["AUD"]),
    ("CA$", &["CAD"]),
    ("C$", &["CAD"]),
    ("NZ$", &["NZD"]),
    ("€", &["EUR"]),
    ("£", &["GBP", "EGP", "FKP", "GIP", "SHP"]),
    ("¥", &["CNY", "JPY"]),
    ("￥", &["CNY", "JPY"]),
    ("元", &["CNY", "TWD", "HKD"]),
    ("円", &["JPY"]),
    ("원", &["KRW"]),
    ("₩", &["KRW", "KPW"]),
    ("₽", &["RUB"]),
    ("₹", &["INR"]),
    ("₺", &["TRY"]),
    ("₴", &["UAH"]),
    ("₫", &["VND"]),
    ("฿", &["THB"]),
    ("₪", &["ILS"]),
    ("zł", &["PLN"]),
    ("Rs.", &["INR", "PKR", "LKR", "NPR", "MUR"]),
    ("Rs", &["INR", "PKR", "LKR", "NPR", "MUR"]),
    ("RMB", &["CNY"]),
    ("Fr.", &["CHF"]),
    ("SFr.", &["CHF"]),
    ("kr.", &["DKK", "SEK", "NOK", "ISK"]),
    ("kr", &["DKK", "SEK", "NOK", "ISK"]),
    ("Kč", &["CZK"]),
    ("Ft", &["HUF"]),
    ("US$", DOLLARS),
    ("HK$", DOLLARS),
    ("NT$", DOLLARS),
    ("$", DOLLARS),
    ("＄", DOLLARS),
];

/// Codes of currencies, as they stand beside a number.
const CODES: [&str; 31] = [
    "EUR", "USD", "GBP", "CNY", "JPY", "CHF", "SEK", "NOK", "DKK", "ISK", "PLN", "CZK", "HUF",
    "RON", "BGN", "RUB", "UAH", "TRY", "INR", "KRW", "HKD", "TWD", "SGD", "AUD", "NZD", "CAD",
    "MXN", "BRL", "ZAR", "THB", "ILS",
];

fn is_minus(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{2212}' | '\u{2013}' | '\u{2010}' | '\u{fe63}' | '\u{ff0d}'
    )
}

/// True if a text names a currency: by its code in any case, or by a sign that
/// may stand for it.
pub fn is_currency(text: &str, currency: &str) -> bool {
    let text = text.trim();
    let sign = currency_off(text).filter(|(rest, _)| rest.trim().is_empty());
    text.eq_ignore_ascii_case(currency) || sign.is_some_and(|(_, known)| known.contains(&currency))
}

/// Removes a dash in place of the decimals: `5.-`, `1.234,—`.
fn without_dash(text: &str) -> &str {
    let dashes = [".-", ".–", ".—", ",-", ",–", ",—", ":-"];
    dashes
        .into_iter()
        .find_map(|dash| text.strip_suffix(dash))
        .unwrap_or(text)
}

impl Parts {
    fn of(text: &str) -> Result<Parts, ()> {
        let mut rest = text.trim();
        let (mut signs, mut is_negative, mut currencies) = (0, false, Vec::new());
        let brackets = [('(', ')'), ('（', '）')];
        let inner = brackets
            .into_iter()
            .find_map(|(open, close)| rest.strip_prefix(open)?.strip_suffix(close));
        if let Some(inner) = inner {
            (rest, signs, is_negative) = (inner, 1, true);
        }
        loop {
            rest = without_dash(rest.trim());
            if let Some((after, is_minus)) = sign_off(rest) {
                (rest, signs, is_negative) = (after, signs + 1, is_negative || is_minus);
            } else if let Some((after, known)) = currency_off(rest) {
                currencies.push(known);
                rest = after;
            } else {
                break;
            }
        }
        let body: String = rest.chars().map(narrow).collect();
        let is_body =
            |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '\'') || c.is_whitespace();
        let has_digit = body.contains(|c: char| c.is_ascii_digit());
        match signs <= 1 && has_digit && body.chars().all(is_body) {
            true => Ok(Parts {
                is_negative,
                currencies,
                body,
            }),
            false => Err(()),
        }
    }

    fn check_currency(&self, currency: &str) -> Result<(), String> {
        let other = self
            .currencies
            .iter()
            .find(|known| !known.contains(&currency));
        match other.filter(|_| !currency.is_empty()) {
            None => Ok(()),
            Some(known) => Err(format!(
                "the sign is that of {}, the programme's currency is {currency}",
                known.first().copied().unwrap_or("another currency")
            )),
        }
    }

    /// The number as a plain decimal, if it is valid with this mark.
    fn read(&self, mark: Mark) -> Option<String> {
        let (whole, part) = match self.body.split_once(mark.decimal()) {
            Some((whole, part)) => (whole, part),
            None => (self.body.as_str(), "0"),
        };
        let is_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if !is_digits(part) {
            return None;
        }
        let whole = ungrouped(whole, mark)?;
        let mut plain = String::new();
        let sign = if self.is_negative { "-" } else { "" };
        let _ = write!(plain, "{sign}{whole}.{part}");
        Some(trimmed(&plain))
    }
}

/// Joins digits in groups of three.
fn ungrouped(whole: &str, mark: Mark) -> Option<String> {
    let separator = whole.chars().find(|c| !c.is_ascii_digit());
    let Some(separator) = separator else {
        return Some(if whole.is_empty() {
            "0".into()
        } else {
            whole.to_owned()
        });
    };
    if separator != mark.group() && separator != '\'' && !separator.is_whitespace() {
        return None;
    }
    let groups: Vec<&str> = whole.split(separator).collect();
    let is_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let is_first = |s: &str| (1..=3).contains(&s.len()) && !s.starts_with('0');
    let (first, others) = groups.split_first()?;
    let is_right = is_first(first) && is_digits(first);
    let is_right = is_right && others.iter().all(|g| g.len() == 3 && is_digits(g));
    is_right.then(|| groups.concat())
}

fn sign_off(text: &str) -> Option<(&str, bool)> {
    let is_sign = |c: char| is_minus(c) || c == '+' || c == '\u{ff0b}';
    let minus = |c: Option<char>| c.is_some_and(is_minus);
    if let Some(rest) = text.strip_prefix(is_sign) {
        return Some((rest, minus(text.chars().next())));
    }
    let rest = text.strip_suffix(is_sign)?;
    Some((rest, minus(text.chars().next_back())))
}

fn currency_off(text: &str) -> Option<(&str, &'static [&'static str])> {
    let off = |word: &str| text.strip_prefix(word).or_else(|| text.strip_suffix(word));
    let signed = SIGNS
        .into_iter()
        .find_map(|(sign, known)| Some((off(sign)?, known)));
    let coded = || {
        let mut codes = CODES.iter().map(std::slice::from_ref);
        codes.find_map(|code| Some((off(code[0])?, code)))
    };
    signed.or_else(coded)
}

/// Converts full-width digits and marks to ASCII, and all kinds of apostrophes to one.
fn narrow(c: char) -> char {
    match c {
        '\u{ff10}'..='\u{ff19}' => char::from_u32(u32::from(c) - 0xff10 + 0x30).unwrap_or(c),
        '\u{ff0c}' => ',',
        '\u{ff0e}' => '.',
        '\u{2019}' | '\u{02bc}' => '\'',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(text: &str, mark: Mark) -> Result<String, String> {
        read(text, Some(mark), "EUR")
    }

    #[test]
    fn numbers_of_many_houses() {
        for (text, mark, plain) in [
            ("12.50", Mark::Point, "12.50"),
            ("12,50", Mark::Comma, "12.50"),
            ("1,234.50", Mark::Point, "1234.50"),
            ("1.234,50", Mark::Comma, "1234.50"),
            ("1 234,50", Mark::Comma, "1234.50"),
            ("1\u{a0}234,50", Mark::Comma, "1234.50"),
            ("1\u{202f}234\u{202f}567", Mark::Comma, "1234567"),
            ("1'234.50", Mark::Point, "1234.50"),
            ("1’234.50", Mark::Point, "1234.50"),
            ("-5,00", Mark::Comma, "-5"),
            ("5,00-", Mark::Comma, "-5"),
            ("(5.25)", Mark::Point, "-5.25"),
            ("−5.25", Mark::Point, "-5.25"),
            ("- 5.25", Mark::Point, "-5.25"),
            ("€ 12,50", Mark::Comma, "12.50"),
            ("12,50 €", Mark::Comma, "12.50"),
            ("-12,50 EUR", Mark::Comma, "-12.50"),
            ("EUR -12.50", Mark::Point, "-12.50"),
            ("12,50\u{a0}", Mark::Comma, "12.50"),
            ("12.50000", Mark::Point, "12.50"),
            ("1,052.00", Mark::Point, "1052"),
            (".50", Mark::Point, "0.50"),
            ("-0.00", Mark::Point, "0"),
            ("１２．５０", Mark::Point, "12.50"),
            ("0.125", Mark::Point, "0.125"),
            ("5.-", Mark::Point, "5"),
            ("1.234,—", Mark::Comma, "1234"),
            ("€ 5,-", Mark::Comma, "5"),
            ("-5:-", Mark::Comma, "-5"),
        ] {
            assert_eq!(with(text, mark).as_deref(), Ok(plain), "{text}");
        }
        for (text, currency) in [
            ("R$ 5.00", "BRL"),
            ("Rs. 5.00", "INR"),
            ("A$5.00", "AUD"),
            ("CN¥5.00", "CNY"),
        ] {
            assert_eq!(
                read(text, Some(Mark::Point), currency).as_deref(),
                Ok("5"),
                "{text}"
            );
        }
        for text in ["€", " eur", "EUR"] {
            assert!(is_currency(text, "EUR"), "{text}");
        }
        assert!(!is_currency("€", "USD") && !is_currency("5 €", "EUR") && is_currency("$", "USD"));
        assert_eq!(
            read("￥35.00", Some(Mark::Point), "CNY").as_deref(),
            Ok("35")
        );
    }

    #[test]
    fn what_does_not_fit_is_never_another_number() {
        for (text, mark, words) in [
            ("12.50", Mark::Comma, "1.234,50"),
            ("12,50", Mark::Point, "1,234.50"),
            ("1.23,50", Mark::Comma, "not a number"),
            ("12,34.50", Mark::Point, "not a number"),
            ("1,234,50", Mark::Comma, "not a number"),
            ("0.123", Mark::Comma, "not a number"),
            ("--5", Mark::Point, "not a number"),
            ("(-5)", Mark::Point, "not a number"),
            ("1e3", Mark::Point, "not a number"),
            ("12%", Mark::Point, "not a number"),
            ("", Mark::Point, "not a number"),
            ("5.", Mark::Point, "not a number"),
            (
                "USD 5.00",
                Mark::Point,
                "USD, the programme's currency is EUR",
            ),
            ("$5.00", Mark::Point, "EUR"),
            ("1 23,50", Mark::Comma, "not a number"),
        ] {
            let said = with(text, mark).expect_err(text);
            assert!(said.contains(words), "{text}: {said}");
        }
        let said = read("1.234", None, "EUR").unwrap_err();
        assert!(
            said.contains("'point'") && said.contains("'comma'"),
            "{said}"
        );
        assert_eq!(read("1 234", None, "EUR").as_deref(), Ok("1234"));
    }

    #[test]
    fn numbers_tell_their_mark_or_do_not() {
        for (text, told) in [
            ("12,50", Some(Evidence::Only(Mark::Comma))),
            ("12.50", Some(Evidence::Only(Mark::Point))),
            ("1.234,50", Some(Evidence::Only(Mark::Comma))),
            ("1.234.567", Some(Evidence::Only(Mark::Comma))),
            ("0.125", Some(Evidence::Only(Mark::Point))),
            ("1.234", Some(Evidence::Either)),
            ("1234", Some(Evidence::Neither)),
            ("x", None),
        ] {
            assert_eq!(evidence(text), told, "{text}");
        }
        assert_eq!(Mark::parse("1.234,50"), Some(Mark::Comma));
        assert_eq!(Mark::parse("point"), Some(Mark::Point));
        assert_eq!(Mark::parse("1.234"), None);
    }
}
