//! scripts/README.md and docs/programmes.md print what exists.

use super::*;

const PAGES: [&str; 2] = [
    include_str!("../../../scripts/README.md"),
    include_str!("../../../docs/programmes.md"),
];

/// The scripts printed between fences.
fn printed() -> Vec<&'static str> {
    let parts = PAGES
        .iter()
        .flat_map(|page| page.split("```rhai\n").skip(1));
    parts.filter_map(|rest| rest.split("```").next()).collect()
}

/// A base campaign, for scripts that look at what it gave.
const BASE: &str = "campaign(#{ id: \"base\", role: \"base\" });
fn on_purchase(purchase, member) { award(\"star\", 1) }";

#[test]
fn every_printed_script_compiles_without_a_warning() {
    assert!(printed().len() >= 4);
    for text in printed() {
        let path = match text {
            t if t.starts_with("tiers(") => "tiers.rhai",
            t if t.starts_with("reward(") => "rewards.rhai",
            _ => "campaigns/printed.rhai",
        };
        let units = ("campaigns/units.rhai", UNITS);
        let mut files = vec![("programme.toml", PLAIN), (path, text), units];
        if text.contains("purchase.base(") {
            files.push(("campaigns/base.rhai", BASE));
        }
        if path == "rewards.rhai" {
            files.push((
                "tiers.rhai",
                "tiers(#{ levels: [\"gold\"] }); fn qualify(member) { \"gold\" }",
            ));
        }
        let policy = judged(&files).unwrap_or_else(|found| panic!("{text}\n{}", listed(&found)));
        assert_eq!(listed(policy.warnings()), "", "{text}");
    }
}
