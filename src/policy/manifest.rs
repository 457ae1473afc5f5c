//! programme.toml as it is written.

use super::diagnostic::{Diagnostic, Place, suggest};
use crate::model::{unprintable, unprintable_in_words};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;

/// The file's name.
pub(super) const FILE: &str = "programme.toml";

/// A value with its place.
pub(super) type At<T> = Spanned<T>;

/// The whole file.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    pub programme: ProgrammeSection,
    #[serde(default)]
    pub store: Vec<StoreText>,
    #[serde(default)]
    pub unit: BTreeMap<At<String>, UnitText>,
    #[serde(default)]
    pub spend: BTreeMap<At<String>, SpendText>,
    #[serde(default)]
    pub discount: DiscountText,
    #[serde(default)]
    pub currency: BTreeMap<At<String>, CurrencyText>,
    #[serde(default)]
    pub partner: BTreeMap<At<String>, PartnerText>,
    #[serde(default)]
    pub pool: BTreeMap<At<String>, PoolText>,
    #[serde(default)]
    pub limit: BTreeMap<At<String>, LimitText>,
    #[serde(default)]
    pub transfer: BTreeMap<At<String>, TransferText>,
    #[serde(default)]
    pub activity: BTreeMap<At<String>, ActivityText>,
    #[serde(default)]
    pub attribute: BTreeMap<At<String>, AttributeText>,
    #[serde(default)]
    pub alias: BTreeMap<At<String>, AliasText>,
    pub rfm: Option<RfmText>,
    pub household: Option<HouseholdText>,
    pub approval: Option<ApprovalText>,
    #[serde(default)]
    pub alerts: AlertsText,
    #[serde(default)]
    pub lapsing: LapsingText,
}

/// `[alerts]`
#[derive(Deserialize, Debug, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct AlertsText {
    pub utilisation_below: Option<At<i64>>,
    pub voucher_use_below: Option<At<i64>>,
    pub sample: Option<At<i64>>,
    pub budget_above: Option<At<i64>>,
    pub purchases_a_day: Option<At<i64>>,
    pub by_hand_a_month: Option<At<i64>>,
    pub lapsing_above: Option<At<i64>>,
    pub disk_below: Option<At<i64>>,
    pub backup_days: Option<At<i64>>,
}

/// `[lapsing]`
#[derive(Deserialize, Debug, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct LapsingText {
    pub active: Option<At<String>>,
    pub lapsed: Option<At<String>>,
    #[serde(default)]
    pub category: BTreeMap<String, DaysText>,
}

/// `category.coffee` in `[lapsing]`
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct DaysText {
    pub active: Option<At<String>>,
    pub lapsed: Option<At<String>>,
}

/// `[approval]`
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct ApprovalText {
    #[serde(default)]
    pub void: bool,
    #[serde(default)]
    pub return_without_slip: bool,
    pub adjust_above: Option<At<i64>>,
    #[serde(default)]
    pub programme: bool,
}

/// `[alias.phone]`
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct AliasText {
    pub form: At<String>,
    pub country: Option<At<String>>,
}

/// `[household]`
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct HouseholdText {
    pub size: Option<At<i64>>,
}

/// `[rfm]`
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct RfmText {
    pub recency: At<Vec<u32>>,
    pub frequency: At<Vec<u32>>,
    pub monetary: At<Vec<String>>,
    pub window: Option<At<String>>,
}

/// `[programme]`
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct ProgrammeSection {
    pub name: String,
    pub currency: At<String>,
    pub zone: At<String>,
    pub day_starts: Option<At<String>>,
    pub rounding: Option<At<String>>,
    pub returns: Option<At<String>>,
    pub returns_without_slip: Option<At<String>>,
    pub deposits: Option<Vec<String>>,
    pub deficit: Option<At<String>>,
    pub orders: Option<At<String>>,
    pub late_window: Option<At<String>>,
    pub restore_grace: Option<At<String>>,
    pub notice: Option<At<String>>,
    pub birthday_29_february: Option<At<String>>,
    #[serde(default)]
    pub earns: EarnsText,
    #[serde(default)]
    pub reasons: Vec<At<String>>,
    #[serde(default)]
    pub purposes: Vec<At<String>>,
    pub claim_days: Option<At<i64>>,
    pub guess: Option<GuessText>,
}

/// `guess = { tries = 5, minutes = 10, lock = 60 }`
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct GuessText {
    pub tries: Option<At<i64>>,
    pub minutes: Option<At<i64>>,
    pub lock: Option<At<i64>>,
}

/// `earns = { .. }`
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields, default)]
pub(super) struct EarnsText {
    pub tax: bool,
    pub delivery: bool,
    pub gift_cards: bool,
    pub line_tax: bool,
    pub except: Vec<String>,
    pub except_charges: Vec<String>,
    pub below_zero: bool,
}

impl Default for EarnsText {
    fn default() -> Self {
        EarnsText {
            tax: true,
            delivery: false,
            gift_cards: false,
            line_tax: true,
            except: Vec::new(),
            except_charges: Vec::new(),
            below_zero: false,
        }
    }
}

/// `[[store]]`
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct StoreText {
    pub id: At<String>,
    #[serde(default)]
    pub terminals: Vec<String>,
    pub partner: Option<At<String>>,
}

/// `[partner.uniqlo]`
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct PartnerText {
    pub earns: Option<At<toml::Value>>,
    pub redeems: Option<At<toml::Value>>,
    #[serde(default)]
    pub category: String,
}

/// `[pool.earth]`
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct PoolText {
    pub digits: Option<At<i64>>,
}

/// `[unit.star]`
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct UnitText {
    pub kind: At<String>,
    pub expires: Option<At<toml::Value>>,
    pub value: Option<At<toml::Value>>,
    pub cost: Option<At<toml::Value>>,
    pub window: Option<At<String>>,
    #[serde(default)]
    pub lost_with_tier: bool,
    pub subunits: Option<At<i64>>,
    pub pooled: Option<At<bool>>,
    pub percent: Option<At<toml::Value>>,
    #[serde(default)]
    pub category: Vec<String>,
    #[serde(default)]
    pub sku: Vec<String>,
    #[serde(default)]
    pub not_for: GoodsText,
    #[serde(default)]
    pub without_code: bool,
    pub minimum: Option<At<toml::Value>>,
    pub claim_days: Option<At<i64>>,
    pub stock: Option<At<i64>>,
    pub period: Option<At<String>>,
    pub price: Option<At<toml::Value>>,
    pub refund: Option<At<String>>,
    pub starts: Option<At<String>>,
    pub unused_lapses: Option<At<String>>,
    #[serde(default)]
    pub promises: BTreeMap<String, At<toml::Value>>,
}

/// `[spend.star]`
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct SpendText {
    pub step: Option<At<i64>>,
    pub min: Option<At<i64>>,
    pub max: Option<At<i64>>,
    pub max_day: Option<At<i64>>,
    pub bill_share: Option<At<toml::Value>>,
    pub max_typed: Option<At<i64>>,
    #[serde(default)]
    pub not_for: GoodsText,
}

/// `not_for = { category = ["tobacco"], tag = ["fixed-price"], sku = ["4711"] }`
#[derive(Deserialize, Default, Debug)]
#[serde(deny_unknown_fields, default)]
pub(super) struct GoodsText {
    pub category: Vec<String>,
    pub tag: Vec<String>,
    pub sku: Vec<String>,
}

/// `[discount]`
#[derive(Deserialize, Default, Debug)]
#[serde(deny_unknown_fields, default)]
pub(super) struct DiscountText {
    pub not_for: GoodsText,
}

/// `[currency.USD]`
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct CurrencyText {
    pub rate: At<toml::Value>,
    pub rounding: Option<At<String>>,
}

/// `[limit.star]`
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct LimitText {
    pub max: At<i64>,
}

/// `[transfer.star]`
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct TransferText {
    pub max: Option<At<i64>>,
    pub max_day: Option<At<i64>>,
    pub fee: Option<At<i64>>,
    pub claim_days: Option<At<i64>>,
}

/// `[attribute.sweetness]`
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct AttributeText {
    #[serde(default)]
    pub values: Vec<String>,
    pub purpose: At<String>,
    pub keep: Option<At<String>>,
}

/// `[activity.run]`
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct ActivityText {
    #[serde(default)]
    pub fields: BTreeMap<At<String>, At<toml::Value>>,
    pub unique: Option<At<String>>,
    pub unique_for: Option<At<String>>,
    pub consent: Option<At<String>>,
    pub capacity: Option<At<i64>>,
    pub per_day: Option<At<i64>>,
}

/// Parses the file; an error has the place and the nearest known name.
pub(super) fn parse(text: &str) -> Result<Manifest, Diagnostic> {
    if let Some(message) = toml::from_str(text).ok().as_ref().and_then(hidden) {
        let help = "names and texts are printed: write them with letters that can be seen";
        return Err(Diagnostic::error(FILE, (0, 0), message).help(help));
    }
    toml::from_str(text).map_err(|error| {
        let at = error.span().map_or((0, 0), |span| place(text, span));
        let (message, help) = in_words(error.message());
        Diagnostic::error(FILE, at, message).help(help)
    })
}

/// Finds the first name or text that could not be printed as it is.
fn hidden(table: &toml::Table) -> Option<String> {
    table.iter().find_map(|(name, value)| {
        let wrong = unprintable(name).map(|wrong| format!("a name {wrong}"));
        let within = || {
            let found = match (name.as_str(), value) {
                ("name" | "title", toml::Value::String(text)) => unprintable_in_words(text),
                _ => hidden_value(value),
            };
            found.map(|wrong| format!("{name}: {wrong}"))
        };
        wrong.or_else(within)
    })
}

fn hidden_value(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => unprintable(text),
        toml::Value::Array(list) => list.iter().find_map(hidden_value),
        toml::Value::Table(table) => hidden(table),
        _ => None,
    }
}

/// Rewords the parser's message, with the nearest of the names it lists.
fn in_words(message: &str) -> (String, String) {
    let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match names.split_first() {
        Some((wrong, known)) if message.starts_with("unknown field") => {
            let message = format!("there is no field '{wrong}' here");
            (message, suggest(wrong, known))
        }
        Some((field, _)) if message.starts_with("missing field") => {
            let help = format!("add {field} = ..; `stampbook policy help {field}` explains it");
            (message.replace('`', "'"), help)
        }
        _ if message.starts_with("invalid type") => mistyped(message),
        _ => (message.replace('`', "'").replace('\n', ", "), String::new()),
    }
}

/// Rewords `invalid type: string "5", expected i64`.
fn mistyped(message: &str) -> (String, String) {
    let (given, wanted) = message.split_once(", expected ").unwrap_or((message, ""));
    let given = given.trim_start_matches("invalid type: ");
    let text = given.split('"').nth(1).unwrap_or_default();
    let number = given.split('`').nth(1).unwrap_or_default();
    let (wanted, help) = match wanted {
        "i64" | "u64" | "i32" | "u32" | "u16" | "u8" => {
            let is_number = text.parse::<i64>().is_ok();
            let help = is_number.then(|| format!("write {text}, without quotes"));
            ("a whole number", help)
        }
        "a boolean" => ("true or false", Some("without quotes".into())),
        "a string" => {
            let help = (!number.is_empty()).then(|| format!("write \"{number}\", in quotes"));
            ("a text in quotes", help)
        }
        "a sequence" if given == "map" => {
            let help = "its heading has double brackets, once for each, and its name below: \
                        [[store]], then id = \"mitte\"";
            ("a list", Some(help.into()))
        }
        "a sequence" => ("a list", Some("write [\"..\", \"..\"]".into())),
        "a map" if given == "sequence" => {
            let help = "a name stands in its heading, in single brackets: [partner.NAME]";
            ("a table", Some(help.into()))
        }
        "a map" => ("a table", None),
        other => (other, None),
    };
    let given = match given {
        "sequence" => "a list".into(),
        "map" => "a table".into(),
        given => given.replace('`', "'"),
    };
    (
        format!("this needs {wanted}, not {given}"),
        help.unwrap_or_default(),
    )
}

/// Line and column of a byte range.
pub(super) fn place(text: &str, span: Range<usize>) -> Place {
    let before = text.get(..span.start).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |i| i + 1);
    (line, before[start..].chars().count() + 1)
}

/// Name of the time zone, for the caller to look up its transitions.
pub fn zone_name(text: &str) -> Result<String, Diagnostic> {
    Ok(parse(text)?.programme.zone.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> String {
        parse(text).unwrap_err().render(text)
    }

    #[test]
    fn an_unknown_field_is_named_with_place_and_remedy() {
        let text = "[programme]\nname = \"x\"\ncurency = \"EUR\"\n";
        assert_eq!(
            wrong(text),
            "error: programme.toml:3:1: there is no field 'curency' here\n  3 | curency = \"EUR\"\n    \
             | ^\n  help: did you mean 'currency'?\n"
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
