//! The part of a programme.toml that a verifier needs without running the
//! programme: the hour at which its days begin, its stores, and the units that
//! are counted in parts.

use super::bundle::Bundle;
use super::manifest::FILE;
use crate::model::parse_minutes;
use toml::{Table, Value};

/// Start of a programme's days, its stores, and units in parts.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Premises {
    /// Minutes after midnight at which a day begins.
    pub day_starts: u16,
    /// Ids of the stores, each with the terminals that it lists (none: any).
    pub stores: Vec<(String, Vec<String>)>,
    /// Units that are counted in parts, each with the number of parts in a whole.
    pub subunits: Vec<(String, i64)>,
}

impl Premises {
    fn new(day_starts: u16, stores: Vec<(String, Vec<String>)>) -> Premises {
        Premises {
            day_starts,
            stores,
            subunits: Vec::new(),
        }
    }

    /// Reads them from a bundle; None if its programme.toml is not that of a
    /// programme, for which the compiler gives the reasons.
    pub fn of(bundle: &Bundle) -> Option<Premises> {
        let table: Table = bundle.text(FILE)?.parse().ok()?;
        let day_starts = match table.get("programme")?.get("day_starts") {
            Some(text) => parse_minutes(text.as_str()?).ok()?,
            None => 0,
        };
        let stores = match table.get("store") {
            Some(stores) => stores
                .as_array()?
                .iter()
                .map(store)
                .collect::<Option<_>>()?,
            None => Vec::new(),
        };
        let units = match table.get("unit") {
            Some(units) => units.as_table()?.iter(),
            None => return Some(Premises::new(day_starts, stores)),
        };
        let parts = units.filter_map(|(id, unit)| {
            let parts = unit.get("subunits")?.as_integer()?;
            Some((id.clone(), parts)).filter(|_| parts > 0)
        });
        Some(Premises {
            subunits: parts.collect(),
            ..Premises::new(day_starts, stores)
        })
    }
}

fn store(store: &Value) -> Option<(String, Vec<String>)> {
    let terminals = match store.get("terminals") {
        Some(all) => {
            let all = all.as_array()?.iter();
            all.map(|t| t.as_str().map(str::to_owned))
                .collect::<Option<_>>()?
        }
        None => Vec::new(),
    };
    Some((store.get("id")?.as_str()?.to_owned(), terminals))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Premises> {
        let files = vec![(FILE.to_owned(), text.as_bytes().to_vec())];
        Premises::of(&Bundle::new(files).unwrap())
    }

    #[test]
    fn hour_and_stores_are_read_and_nothing_is_made_up() {
        let text = "[programme]\nday_starts = \"04:00\"\n[[store]]\nid = \"mitte\"\nterminals = [\"till-1\"]\n[[store]]\nid = \"west\"\n";
        let found = read(text).unwrap();
        assert_eq!(found.day_starts, 240);
        let stores = [
            ("mitte".to_owned(), vec!["till-1".to_owned()]),
            ("west".to_owned(), vec![]),
        ];
        assert_eq!(found.stores, stores);
        assert_eq!(read("[programme]\n"), Some(Premises::default()));
        for text in [
            "x = 1\n",
            "[programme]\nday_starts = \"4am\"\n",
            "[programme]\n[store]\n",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
