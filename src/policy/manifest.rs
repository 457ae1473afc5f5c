//! programme.toml as it is written: from text to settings with their places.

use super::diagnostic::Diagnostic;
use super::fields::Fields;
use super::setting::{self, Setting, place};
use super::words::WordKind;
use std::cell::RefCell;
use std::collections::BTreeMap;
use toml::de::DeTable;

/// The file's name.
pub(super) const FILE: &str = "programme.toml";

/// Settings by name.
type Settings = BTreeMap<String, Setting>;

/// Reads the file; faults that are found while its fields are read are added to `found`.
///
/// # Errors
/// The fault that keeps it from being read at all.
pub(super) fn read<T>(
    text: &str,
    found: &mut Vec<Diagnostic>,
    read: impl FnOnce(Fields<'_>) -> T,
) -> Result<T, Diagnostic> {
    let tables = parse(text)?;
    let faults = RefCell::new(Vec::new());
    let kind = (WordKind::ManifestKey, FILE);
    let answer = read(Fields::new(kind, "", tables, (1, 1), &faults));
    found.extend(faults.into_inner());
    Ok(answer)
}

/// Parses the file to its tables.
fn parse(text: &str) -> Result<Settings, Diagnostic> {
    let table = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or((0, 0), |span| place(text, span));
        let message = error.message().replace('`', "'").replace('\n', ", ");
        Diagnostic::error(FILE, at, message)
    })?;
    let tables = setting::of_table(table.get_ref(), text);
    match setting::hidden(&tables) {
        Some((place, wrong)) => {
            let help = "names and texts are printed: write them with letters that can be seen";
            Err(Diagnostic::error(FILE, (0, 0), format!("{place}{wrong}")).help(help))
        }
        None => Ok(tables),
    }
}

/// Name of the time zone, for the caller to look up its transitions.
pub fn zone_name(text: &str) -> Result<String, Diagnostic> {
    let mut found = Vec::new();
    let zone = read(text, &mut found, |mut root| {
        if !root.has("programme") {
            root.missing("programme", (1, 1));
        }
        let mut programme = root.table("programme");
        let zone = programme.text("zone");
        // All else is checked when the whole file is read.
        programme.rest();
        root.rest();
        zone
    })?;
    let missing = || Diagnostic::error(FILE, (1, 1), "missing field 'zone'");
    zone.ok_or_else(|| found.into_iter().next().unwrap_or_else(missing))
}

#[cfg(test)]
mod tests {
    use crate::model::{Names, Zone};

    fn wrong(text: &str) -> String {
        let names = &mut Names::default();
        let mut found = Vec::new();
        crate::policy::programme::read(text, names, Zone::default(), &mut found);
        found.iter().map(|found| found.render(text)).collect()
    }

    #[test]
    fn an_unknown_field_is_named_with_place_and_remedy() {
        let text = "[programme]\nname = \"x\"\ncurency = \"EUR\"\n";
        let found = wrong(text);
        assert!(
            found.contains("error: programme.toml:3:1: there is no field 'curency' here\n  3 | curency = \"EUR\"\n    \
             | ^\n  help: did you mean 'currency'?\n"),
            "{found}"
        );
    }

    #[test]
    fn missing_and_mistyped_fields_have_a_place() {
        let missing = wrong("[programme]\nname = \"x\"\ncurrency = \"EUR\"\n");
        assert!(missing.contains("missing field 'zone'"), "{missing}");
        let typed = wrong("[programme]\nname = 5\n");
        assert!(
            typed.contains(":2:8: this needs a text in quotes, not integer '5'"),
            "{typed}"
        );
        let syntax = wrong("[programme]\nname = x\n");
        assert!(syntax.contains("programme.toml:2:"), "{syntax}");
    }
}
