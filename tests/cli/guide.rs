//! The guide, typed line by line.

use crate::shop::Shop;

const ENGLISH: &str = include_str!("../../docs/guide.md");
const CHINESE: &str = include_str!("../../docs/guide.zh.md");
const PURCHASES: &[u8] = include_bytes!("../data/cdnow_one_in_ten.txt");

/// Fenced blocks of a page: their language and their text.
fn blocks(page: &str) -> Vec<(&str, &str)> {
    let parts = page.split("```").skip(1).step_by(2);
    parts.filter_map(|part| part.split_once('\n')).collect()
}

// proves: S168
#[test]
fn the_guide_works_as_it_stands_in_both_languages() {
    // One test types both, since their blocks are the same.
    assert_eq!(blocks(ENGLISH), blocks(CHINESE));
    let shop = Shop::empty();
    shop.write("cdnow.txt", PURCHASES);
    let mut typed = 0;
    for (language, text) in blocks(ENGLISH) {
        if language == "rhai" {
            shop.write("programme/campaigns/come-back.rhai", text);
            continue;
        }
        assert_eq!(language, "console");
        let mut said = String::new();
        for line in text.lines() {
            match line.strip_prefix("$ ") {
                Some(command) => {
                    let line = command.replace("stampbook ", "\"$STAMPBOOK\" ");
                    let ran = shop.shell(&line).ends(0);
                    said = format!("{}{}", ran.out, ran.err);
                    typed += 1;
                }
                None => assert!(said.contains(line), "'{line}' is not in\n{said}"),
            }
        }
    }
    assert!(typed > 20, "{typed}");
    let page = String::from_utf8(shop.read("1997.html")).unwrap();
    assert!(page.matches("<svg").count() > 5);
}
