//! Canonical spelling of aliases, so that one person is known only once.

use phonenumber::country::Id as Country;
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// Version of the canonical spellings. Raised whenever a value is spelled
/// otherwise than before: all profiles are then rewritten once, as when a
/// programme changes the form of a scheme.
pub const ALIAS_FORMS_VERSION: u32 = 2;

/// Form of a scheme's values, as `[alias.SCHEME]` of programme.toml declares it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AliasForm {
    /// Telephone numbers, written as E.164; those without a country code belong
    /// to this country.
    Phone(Country),
    /// E-mail addresses, in lower case, with an international host in the
    /// letters of its `xn--` form (UTS 46).
    Email,
}

impl AliasForm {
    /// Parses the form's word and, for telephones, the country's two letters.
    ///
    /// # Errors
    /// The reason why they are no form, in words.
    pub fn parse(form: &str, country: Option<&str>) -> Result<AliasForm, String> {
        match (form, country) {
            ("phone", Some(letters)) => match letters.parse() {
                Ok(country) => Ok(AliasForm::Phone(country)),
                Err(_) => Err(format!("'{letters}' is no country such as DE")),
            },
            ("phone", None) => Err("a phone needs its country, such as country = \"DE\"".into()),
            ("email", None) => Ok(AliasForm::Email),
            ("email", Some(_)) => Err("an email has no country".into()),
            _ => Err(format!("'{form}' is no form; there are phone and email")),
        }
    }

    /// The form and the country as a programme spells them.
    pub fn words(&self) -> (&'static str, &str) {
        match self {
            AliasForm::Phone(country) => ("phone", country.as_ref()),
            AliasForm::Email => ("email", ""),
        }
    }

    /// Canonical spelling of a value. Idempotent.
    ///
    /// # Errors
    /// The form that the value does not have. The message does not repeat the
    /// value, which is personal.
    pub fn canonical(&self, value: &str) -> Result<String, String> {
        match self {
            AliasForm::Phone(country) => phone(*country, value),
            AliasForm::Email => email(value),
        }
    }
}

/// The rest of a URI of a scheme, whose letters may be capitals; the value itself if it
/// is none.
fn without_scheme<'v>(value: &'v str, scheme: &str) -> &'v str {
    match value.split_at_checked(scheme.len()) {
        Some((first, rest)) if first.eq_ignore_ascii_case(scheme) => rest.trim_start(),
        _ => value,
    }
}

/// Reads a number, which may be written as a `tel:` URI (RFC 3966) without parameters.
fn phone(country: Country, value: &str) -> Result<String, String> {
    let value = without_scheme(value, "tel:");
    let wrong = || "is no telephone number".to_owned();
    // Letters that stand for digits, extensions and the like could only be guessed at.
    let is_of_number = |c: char| c.is_ascii_digit() || " +-./()".contains(c);
    if !value.chars().all(is_of_number) {
        return Err(wrong());
    }
    let number = phonenumber::parse(Some(country), value).map_err(|_| wrong())?;
    let text = number.format().mode(phonenumber::Mode::E164).to_string();
    // E.164 has at most fifteen digits; below five there are only short codes.
    match text.len() {
        6..=16 => Ok(text),
        _ => Err(wrong()),
    }
}

/// The address of `mailto:` (RFC 6068, without what its fields say), of `<ann@x.de>` and
/// of `Ann <ann@x.de>` (RFC 5322); else the value itself.
fn plain_address(value: &str) -> &str {
    let uri = without_scheme(value, "mailto:");
    // Escapes are not read, so that what has any stays a URI, which is no address.
    if uri.len() != value.len() && !uri.contains('%') {
        return uri.split_once('?').map_or(uri, |(address, _)| address);
    }
    let inside = value.strip_suffix('>').and_then(|v| v.rsplit_once('<'));
    match inside {
        Some((name, address)) if !name.contains(['@', '<', '>']) => {
            without_scheme(address.trim(), "mailto:")
        }
        _ => value,
    }
}

fn email(value: &str) -> Result<String, String> {
    let text = with_plain_host(plain_address(value).to_lowercase())?;
    let is_address = match text.split_once('@') {
        Some((name, host)) => {
            let is_label =
                |label: &str| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
            let is_host = host.contains('.') && host.split('.').all(is_label);
            !name.is_empty()
                && is_host
                && !host.contains('@')
                && !text.contains([' ', ',', ';', ':', '<', '>'])
        }
        None => false,
    };
    match is_address {
        true => Ok(text),
        false => Err("is no email address".into()),
    }
}

/// An address whose host is written in ASCII.
fn with_plain_host(text: String) -> Result<String, String> {
    let Some((name, host)) = text.split_once('@') else {
        return Ok(text);
    };
    // Most hosts are plain, and a plain one stays as it is.
    if host.is_ascii() && !host.contains("xn--") {
        return Ok(text);
    }
    match idna::domain_to_ascii_strict(host) {
        Ok(host) => Ok(format!("{name}@{host}")),
        Err(_) => Err("is no email address: its host is no name".into()),
    }
}

/// Normalized spelling of a number or name given out by others, as it was
/// typed, scanned or read from a file: compatibility characters are unified
/// (NFKC), surrounding blanks and invisible characters removed.
pub fn plain_spelling(value: &str) -> Cow<'_, str> {
    let is_plain = value.bytes().all(|b| b.is_ascii_graphic());
    if is_plain {
        return Cow::Borrowed(value);
    }
    let seen = value.nfkc().filter(|c| !is_invisible(*c));
    Cow::Owned(seen.collect::<String>().trim().to_owned())
}

/// True for invisible characters that copying brings along: soft hyphens, zero
/// width, marks of direction.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Reason why a table's cell is not a single alias: a number that a spreadsheet
/// rounded, or several values.
pub fn alias_fault(scheme: &str, value: &str) -> Option<&'static str> {
    let is_number = matches!(scheme, "card" | "phone" | "id");
    let (digits, exponent) = value.split_once(['e', 'E']).unwrap_or((value, ""));
    let is_digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    let is_fraction = digits
        .split_once(['.', ','])
        .is_some_and(|(a, b)| is_digits(a) && is_digits(b));
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or_default();
    if is_number && (is_fraction || is_digits(digits)) && is_digits(exponent) {
        return Some("is a number that a spreadsheet rounded; export the column as text");
    }
    let is_zeros = |t: &str| !t.is_empty() && t.bytes().all(|b| b == b'0');
    let whole = digits
        .split_once(['.', ','])
        .filter(|(a, b)| is_digits(a) && is_zeros(b));
    if is_number && whole.is_some() && value == digits {
        return Some("is a number that a spreadsheet made of it; export the column as text");
    }
    if scheme == "card" && holds_and(value) || holds_several(scheme, value) {
        return Some("holds more than one value; give each of its own");
    }
    // A comma within a name is none between values.
    let value = match scheme {
        "email" => plain_address(value),
        _ => value,
    };
    let marks: &[char] = match scheme {
        "card" => &[',', ';', '/', '|', '&', '+'],
        "phone" | "email" => &[',', ';', '|', '&'],
        _ => &[],
    };
    value
        .contains(marks)
        .then_some("holds more than one value; give each of its own")
}

/// True if every part is long enough for a card, or begins as a telephone number does:
/// groups of digits within one number are shorter, and do not.
fn holds_several(scheme: &str, value: &str) -> bool {
    const CARD_LEN_MIN: usize = 8;
    const NUMBER_LEN_MIN: usize = 6;
    let digits = |part: &str| part.bytes().filter(u8::is_ascii_digit).count();
    let are_all =
        |parts: Vec<&str>, is: &dyn Fn(&str) -> bool| parts.len() > 1 && parts.into_iter().all(is);
    match scheme {
        "card" => are_all(value.split_whitespace().collect(), &|part| {
            digits(part) >= CARD_LEN_MIN
        }),
        "phone" => {
            let parts = value.split(|c: char| c == '/' || c.is_whitespace());
            are_all(parts.filter(|part| !part.is_empty()).collect(), &|part| {
                part.starts_with(['0', '+']) && digits(part) >= NUMBER_LEN_MIN
            })
        }
        _ => false,
    }
}

/// True if a word that joins two values ("and" in several languages) stands
/// between numbers.
fn holds_and(value: &str) -> bool {
    const WORDS: [&str; 16] = [
        "and", "or", "und", "oder", "et", "ou", "y", "o", "e", "en", "of", "och", "og", "i", "和",
        "及",
    ];
    let has_digit = |part: &str| part.bytes().any(|b| b.is_ascii_digit());
    let parts: Vec<&str> = value.split_whitespace().collect();
    parts.windows(3).any(|three| match three {
        [before, word, after] => {
            WORDS.contains(&word.to_lowercase().as_str()) && has_digit(before) && has_digit(after)
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_one_telephone_come_out_alike_and_stay() {
        let form = AliasForm::parse("phone", Some("DE")).unwrap();
        for (typed, right) in [
            ("+49 30 111", "+4930111"),
            ("0049 30 111", "+4930111"),
            ("030/111", "+4930111"),
            ("+49030111", "+4930111"),
            ("+49 (0)30 111", "+4930111"),
            ("0151/23456789", "+4915123456789"),
            ("0151 234 567 89", "+4915123456789"),
            ("+86 138 0013 8000", "+8613800138000"),
            ("tel:+49-30-111", "+4930111"),
            ("TEL: 030/111", "+4930111"),
        ] {
            let found = form.canonical(typed).unwrap();
            assert_eq!(found, right, "{typed}");
            assert_eq!(form.canonical(&found).unwrap(), right);
        }
        for wrong in [
            "4.91512E+12",
            "0800-FLOWERS",
            "030 111 ext 5",
            "1",
            "",
            "+",
            "0151 23456789, 030 111",
            "tel:",
            "tel:+49-30-111;ext=5",
        ] {
            assert!(form.canonical(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn addresses_are_in_small_letters_and_have_two_sides() {
        for typed in [
            "Ann@X.de",
            "<ann@x.de>",
            "mailto:Ann@x.de",
            "MAILTO:ann@x.de?subject=Hello",
            "Ann Ott <ann@x.de>",
            "\"Ott, Ann\" <ann@x.de>",
            "<mailto:ann@x.de>",
        ] {
            let found = AliasForm::Email.canonical(typed);
            assert_eq!(found.as_deref(), Ok("ann@x.de"), "{typed}");
        }
        for wrong in [
            "ann",
            "ann@",
            "@x.de",
            "a@b@c.de",
            "a b@c.de",
            "ann@xde",
            "ann@x.de;bo@x.de",
            "mailto:ann@x.de,bo@x.de",
            "mailto:ann%2Bx@x.de",
            "bo@x.de <ann@x.de>",
            "<ann@x.de",
            "<>",
            "ann@x..de",
            "ann@-x.de",
            "ann@x.de.",
        ] {
            assert!(AliasForm::Email.canonical(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_host_in_its_own_letters_is_the_one_in_ascii() {
        for (typed, right) in [
            ("ann@bücher.de", "ann@xn--bcher-kva.de"),
            ("Ann@BÜCHER.DE", "ann@xn--bcher-kva.de"),
            ("ann@bu\u{308}cher.de", "ann@xn--bcher-kva.de"),
            ("ann@XN--Bcher-KVA.de", "ann@xn--bcher-kva.de"),
            ("ann@mail.例子。中国", "ann@mail.xn--fsqu00a.xn--fiqs8s"),
            ("ann@faß.de", "ann@xn--fa-hia.de"),
            ("jürgen@x.de", "jürgen@x.de"),
        ] {
            let found = AliasForm::Email.canonical(typed).unwrap();
            assert_eq!(found, right, "{typed}");
            assert_eq!(AliasForm::Email.canonical(&found).unwrap(), right);
        }
        for wrong in [
            "ann@xn--\u{fc}.de",
            "ann@xn--a.de",
            "ann@bücher",
            "ann@-bücher.de",
        ] {
            assert!(AliasForm::Email.canonical(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_nobody_sees_makes_no_other_person() {
        for typed in [
            "\u{a0}6900 ",
            "69\u{200b}00",
            "\u{ff16}\u{ff19}00",
            "\u{202a}6900\u{202c}",
        ] {
            assert_eq!(plain_spelling(typed), "6900", "{typed:?}");
        }
    }

    #[test]
    fn cells_that_hold_no_single_value_are_told() {
        for (scheme, cell) in [
            ("phone", "4.91512E+12"),
            ("card", "6,9E+09"),
            ("card", "6900; 6901"),
            ("card", "6900/6901"),
        ] {
            assert!(alias_fault(scheme, cell).is_some(), "{scheme} {cell}");
        }
        for (scheme, cell) in [
            ("phone", "0151/234"),
            ("card", "12e45"),
            ("app", "a;b"),
            ("card", "6900012345"),
        ] {
            assert_eq!(alias_fault(scheme, cell), None, "{scheme} {cell}");
        }
    }

    #[test]
    fn a_form_is_said_whole() {
        for (form, country) in [
            ("phone", None),
            ("phone", Some("XX")),
            ("email", Some("DE")),
            ("fax", None),
        ] {
            assert!(
                AliasForm::parse(form, country).is_err(),
                "{form} {country:?}"
            );
        }
    }
}
