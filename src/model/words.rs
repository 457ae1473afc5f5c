//! Free text written by people and programmes: characters and contents that it
//! must not have.

/// Fewest digits in a row, blanks and the like aside, that are taken for a
/// telephone or card number.
const DIGITS_MIN: usize = 9;

/// True if a text seems to contain a telephone or card number. The journal
/// would keep it for ever, out of reach of an erasure.
pub fn has_number_of_a_person(text: &str) -> bool {
    let mut run = 0;
    text.chars().any(|c| {
        run = match c {
            '0'..='9' => run + 1,
            ' ' | '-' | '+' | '(' | ')' | '/' => run,
            _ => 0,
        };
        run >= DIGITS_MIN
    })
}

/// Canonical spelling of a word for a kind (of a tender, a charge, a channel):
/// lower case, and `_` between words, so that `Gift-Card` is `gift_card`.
pub fn kind_word(text: &str) -> String {
    text.trim().to_lowercase().chars().map(kind_char).collect()
}

/// True if the canonical spelling of a text, as of [`kind_word`], is this word
/// in lower-case ASCII. Complexity: up to the first difference.
pub fn is_kind_word(text: &str, word: &str) -> bool {
    let small = text.trim().chars().flat_map(char::to_lowercase);
    small.map(kind_char).eq(word.chars())
}

fn kind_char(c: char) -> char {
    if matches!(c, '-' | ' ') { '_' } else { c }
}

/// True if a character is invisible and may change the text beside it: controls
/// and line breaks, bidirectional controls (UAX 9), zero-width and other
/// default-ignorable ones, private use, and noncharacters.
pub fn is_hidden(c: char) -> bool {
    match c {
        ' '..='~' => false,
        '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{115f}'..='\u{1160}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}'
        | '\u{e000}'..='\u{f8ff}'
        | '\u{fdd0}'..='\u{fdef}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{e0000}'..='\u{10ffff}' => true,
        _ => c.is_control() || (c as u32) & 0xfffe == 0xfffe,
    }
}

/// Reason why a text must not be printed as it is, in words; None if it may be.
/// For texts that are compared letter by letter: keys, codes, aliases, ids.
pub fn unprintable(text: &str) -> Option<String> {
    // Most texts are plain ASCII, and bytes are checked faster than characters.
    if text.bytes().all(|b| (b' '..=b'~').contains(&b)) {
        return None;
    }
    told(text.chars().find(|c| is_hidden(*c))?)
}

/// The same for texts that people read and nobody compares: names and remarks.
/// A zero-width joiner or non-joiner between two characters that can be seen is
/// part of their writing: names in Persian and in Indic scripts, and most emoji
/// of people, cannot be written without (Unicode 16, 9.2 and 23.2; UTS 51).
pub fn unprintable_in_words(text: &str) -> Option<String> {
    if text.bytes().all(|b| (b' '..=b'~').contains(&b)) {
        return None;
    }
    told(in_place(text).find(|(_, is_hidden)| *is_hidden)?.0)
}

/// The characters of a text, each with whether it is hidden in its context.
fn in_place(text: &str) -> impl Iterator<Item = (char, bool)> + '_ {
    let joins =
        |c: Option<char>| c.is_some_and(|c| !c.is_ascii() && !c.is_whitespace() && !is_hidden(c));
    let mut before = None;
    text.char_indices().map(move |(at, c)| {
        let after = text[at + c.len_utf8()..].chars().next();
        let is_joiner = matches!(c, '\u{200c}' | '\u{200d}');
        let is_written = is_joiner && joins(before) && joins(after);
        before = Some(c);
        (c, is_hidden(c) && !is_written)
    })
}

fn told(found: char) -> Option<String> {
    let number = found as u32;
    Some(match found.is_control() {
        true => format!("contains a control character (U+{number:04X})"),
        false => format!("contains a character that cannot be seen (U+{number:04X})"),
    })
}

/// A text on one line, with hidden characters spelt out.
pub fn on_one_line(text: &str) -> String {
    spelt(text, |_| false)
}

/// A text with hidden characters spelt out, but for line breaks and tabs: typed
/// text must not move the reader's cursor or change its colours.
pub fn visible(text: String) -> String {
    match text.contains(is_hidden) {
        true => spelt(&text, |c| c == '\n' || c == '\t'),
        false => text,
    }
}

/// JSON text with all hidden characters escaped.
pub fn escaped_in_json(json: String) -> String {
    if !json.contains(is_hidden) {
        return json;
    }
    let mut escaped = String::with_capacity(json.len() + 16);
    let mut units = [0; 2];
    for c in json.chars() {
        match is_hidden(c) && c != '\n' {
            true => c.encode_utf16(&mut units).iter().for_each(|unit| {
                escaped.push_str(&format!("\\u{unit:04x}"));
            }),
            false => escaped.push(c),
        }
    }
    escaped
}

fn spelt(text: &str, is_kept: impl Fn(char) -> bool) -> String {
    let mut shown = String::with_capacity(text.len());
    for (c, is_hidden) in in_place(text) {
        match is_hidden && !is_kept(c) {
            true => shown.extend(c.escape_unicode()),
            false => shown.push(c),
        }
    }
    shown
}

/// A count with its noun.
pub fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_told_and_letters_of_all_scripts_are_not() {
        for hidden in "\n\r\t\u{1b}\u{85}\u{202a}\u{202e}\u{2066}\u{2069}\u{200b}\u{feff}\u{2028}\u{e000}\u{e0041}\u{1fffe}".chars() {
            assert!(is_hidden(hidden), "{:?}", hidden);
            let text = format!("star{hidden}All that was asked held.");
            assert!(unprintable(&text).is_some());
            assert!(!on_one_line(&text).contains(hidden));
        }
        for plain in [
            "star",
            "Z\u{fc}rich",
            "\u{661f}\u{5df4}\u{514b}",
            "\u{5e9}\u{5dc}",
            "\u{1f389}",
        ] {
            assert_eq!(unprintable(plain), None);
            assert_eq!(on_one_line(plain), plain);
        }
    }

    #[test]
    fn joiners_are_part_of_names_and_of_nothing_that_is_compared() {
        let names = [
            // A name in Persian, a conjunct in Devanagari, a family, a pirate flag.
            "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}",
            "\u{915}\u{94d}\u{200d}\u{937}",
            "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}",
            "\u{1f3f4}\u{200d}\u{2620}\u{fe0f}",
        ];
        for name in names {
            assert_eq!(unprintable_in_words(name), None, "{name:?}");
            assert!(unprintable(name).is_some(), "{name:?}");
            assert_eq!(on_one_line(name), name);
        }
        for hidden in [
            "ada\u{200d}m",
            "\u{200d}\u{645}",
            "\u{645}\u{200c}",
            "\u{645}\u{200d}\u{200d}\u{645}",
            "\u{645}\u{200c} \u{645}",
            "\u{645}\u{202e}\u{645}",
            "a\0b",
        ] {
            assert!(unprintable_in_words(hidden).is_some(), "{hidden:?}");
            assert_ne!(on_one_line(hidden), hidden);
        }
    }

    #[test]
    fn json_escapes_what_is_hidden_and_reads_back() {
        let escaped = escaped_in_json("\"a\u{202e}b\u{7f}\u{e0041}\"".into());
        assert_eq!(escaped, "\"a\\u202eb\\u007f\\udb40\\udc41\"");
    }

    #[test]
    fn numbers_of_people_are_noticed_and_dates_are_not() {
        assert!(has_number_of_a_person("call +49 (30) 123-4567"));
        assert!(has_number_of_a_person("6900012345"));
        assert!(!has_number_of_a_person("slip 000812"));
        assert!(!has_number_of_a_person("2026-11-24"));
        assert!(!has_number_of_a_person("table 12, 3 coffees"));
    }
}
