//! The tutorial, scripts/README.md, and what comes later, docs/programmes.md, as the
//! binary tells them: by part.

/// A part of the tutorial.
pub struct Topic {
    /// The word that asks for it.
    pub word: &'static str,
    /// Another form of the word; may be empty.
    also: &'static str,
    /// Its heading in one of the two pages.
    heading: &'static str,
}

const fn part(word: &'static str, also: &'static str, heading: &'static str) -> Topic {
    Topic {
        word,
        also,
        heading,
    }
}

/// The parts of both pages, in their order.
pub const TOPICS: [Topic; 11] = [
    part("tutorial", "", "Ten minutes from nothing"),
    part("story", "stories", "How a story is written"),
    part("patterns", "pattern", "Which pattern for which promotion"),
    part("writing", "", "Quotes, maps, semicolons, decimals"),
    part("programmes", "shipped", "Programmes to take from"),
    part("changes", "change", "Before a change, and after it"),
    part("later", "", "What becomes of it later"),
    part("attributes", "", "More in programme.toml"),
    part("days", "", "Days, reviews, chance"),
    part("sandbox", "", "What a script may not do"),
    part("editors", "editor", "An editor that helps"),
];

const PAGES: [&str; 2] = [
    include_str!("../../scripts/README.md"),
    include_str!("../../docs/programmes.md"),
];

/// The text of a part of the tutorial; None if the word names none.
pub fn topic(word: &str) -> Option<&'static str> {
    let mut topics = TOPICS.iter();
    let topic =
        topics.find(|topic| !word.is_empty() && [topic.word, topic.also].contains(&word))?;
    let sections = PAGES.iter().flat_map(|page| page.split("\n## "));
    let mut sections = sections.filter_map(|section| section.strip_prefix(topic.heading));
    sections.next().map(str::trim)
}

/// Parts of the tutorial in which a text stands.
pub fn topics_with(text: &str) -> Vec<&'static str> {
    let text = text.to_lowercase();
    let is_in = |word: &&str| topic(word).is_some_and(|told| told.to_lowercase().contains(&text));
    let words = TOPICS.iter().map(|topic| topic.word);
    words.filter(is_in).collect()
}

/// The line that tells what a programme shows that is inside the binary.
pub fn programme_gist(name: &str) -> Option<&'static str> {
    let rows = topic("programmes")?.lines();
    let mut found = rows.filter_map(|row| row.strip_prefix("| `")?.split_once("` | "));
    let (_, gist) = found.find(|(known, _)| *known == name)?;
    Some(gist.trim_end_matches(" |"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_has_its_text() {
        for known in &TOPICS {
            let text = topic(known.word).unwrap();
            assert!(text.lines().count() > 5, "{}", known.word);
        }
        assert_eq!(topic("stories"), topic("story"));
        assert!(topic("nothing").is_none());
        assert_eq!(topic(""), None);
        let gist = programme_gist("happy-hour").unwrap();
        assert_eq!(gist, "more points where and when it is quiet");
        assert_eq!(programme_gist("happy"), None);
    }
}
