//! Free words: what they must not carry.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_people_are_noticed_and_dates_are_not() {
        assert!(has_number_of_a_person("call +49 (30) 123-4567"));
        assert!(has_number_of_a_person("6900012345"));
        assert!(!has_number_of_a_person("slip 000812"));
        assert!(!has_number_of_a_person("2026-11-24"));
        assert!(!has_number_of_a_person("table 12, 3 coffees"));
    }
}
