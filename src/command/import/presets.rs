//! Maps for common files: text files that one can read, copy and change.

use super::MapFile;
use crate::command::Bad;

/// A map's name, and its text: the file of that name.
macro_rules! map {
    ($name:literal) => {
        (
            $name,
            include_str!(concat!("../../../maps/", $name, ".toml")),
        )
    };
}

/// Their names and texts.
pub const PRESETS: [(&str, &str); 5] = [
    map!("web-shop-orders"),
    map!("till-receipts"),
    map!("customers-with-balances"),
    map!("basket-lines"),
    map!("german-till"),
];

/// The text of a preset.
///
/// # Errors
/// There is none of that name.
pub fn preset(name: &str) -> Result<&'static str, Bad> {
    let found = PRESETS.iter().find(|p| p.0 == name);
    let known = PRESETS.map(|p| p.0);
    found
        .map(|p| p.1)
        .ok_or_else(|| Bad::unknown("preset", "preset", name, &known))
}

/// Description of the files that a preset is for.
pub fn description(text: &str) -> String {
    let map = MapFile::parse(text).ok();
    map.and_then(|map| map.description).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_are_maps_that_say_what_they_are_for() {
        for (name, text) in PRESETS {
            let map = MapFile::parse(text).unwrap_or_else(|e| panic!("{name}: {e}"));
            assert!(map.description.is_some_and(|d| d.len() > 20), "{name}");
            assert!(
                text.contains(&format!("--preset {name}")),
                "{name} shows its use"
            );
        }
        assert!(
            preset("web-shop-order")
                .unwrap_err()
                .message
                .contains("did you mean")
        );
    }
}
