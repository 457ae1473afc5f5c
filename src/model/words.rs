//! Words that people and programmes write: what they must not carry.

/// The fewest digits in a row, but for blanks and the like, that are taken for
/// a telephone or card number.
const DIGITS_MIN: usize = 9;

/// Whether a text looks as if it held the number of a telephone or a card. The
/// journal would hold it for ever, where no erasing reaches it.
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

/// Whether a character shows nothing of itself and may change what stands beside
/// it: controls and line breaks, bidirectional controls (UAX 9), zero-width and
/// other default-ignorable ones, private use, and noncharacters.
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

/// What keeps a text from being printed as it is, in words; none if it may be.
pub fn unprintable(text: &str) -> Option<String> {
    // Most texts are plain, and bytes are judged faster than letters.
    if text.bytes().all(|b| (b' '..=b'~').contains(&b)) {
        return None;
    }
    let found = text.chars().find(|c| is_hidden(*c))?;
    let number = found as u32;
    Some(match found.is_control() {
        true => format!("contains a control character (U+{number:04X})"),
        false => format!("contains a character that cannot be seen (U+{number:04X})"),
    })
}

/// A text on one line, with hidden characters spelt out.
pub fn on_one_line(text: &str) -> String {
    spelt(text, is_hidden)
}

/// A text with hidden characters spelt out, but for line breaks and tabs: what
/// was typed neither moves the cursor of whoever reads it nor changes its colours.
pub fn visible(text: String) -> String {
    let is_spelt = |c: char| is_hidden(c) && c != '\n' && c != '\t';
    match text.contains(is_spelt) {
        true => spelt(&text, is_spelt),
        false => text,
    }
}

fn spelt(text: &str, is_spelt: impl Fn(char) -> bool) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match is_spelt(c) {
            true => shown.extend(c.escape_unicode()),
            false => shown.push(c),
        }
    }
    shown
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
    fn numbers_of_people_are_noticed_and_dates_are_not() {
        assert!(has_number_of_a_person("call +49 (30) 123-4567"));
        assert!(has_number_of_a_person("6900012345"));
        assert!(!has_number_of_a_person("slip 000812"));
        assert!(!has_number_of_a_person("2026-11-24"));
        assert!(!has_number_of_a_person("table 12, 3 coffees"));
    }
}
