//! The column map: which column is which field of a command.
//!
//! On the command line `member=customer_id:id:,at=date:%Y%m%d,total=value`,
//! constants as `store=mitte`; in a file the same under `[columns]` and `[set]`.

use super::{cell, scheme_is_known};
use crate::command::Bad;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The fields that columns and constants may fill. `sku`, `category`, `qty`
/// and `line_amount` make one line; `tender` is the kind of one tender of the
/// whole total; `alias`, `name`, `birthday`, `referrer`, `source`, `consent`
/// belong to rows with `do=enrol`; `unit`, `points`, `earned`, `expires` and `source` to
/// rows with `do=opening`, whose member may also stand under `alias`.
pub const FIELDS: [&str; 30] = [
    "do",
    "key",
    "member",
    "at",
    "store",
    "terminal",
    "counter",
    "operator",
    "channel",
    "by",
    "total",
    "currency",
    "receipt",
    "order",
    "code",
    "tender",
    "sku",
    "category",
    "qty",
    "line_amount",
    "alias",
    "name",
    "birthday",
    "referrer",
    "source",
    "consent",
    "unit",
    "points",
    "earned",
    "expires",
];

/// One column's meaning.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    /// One of [`FIELDS`].
    pub field: String,
    /// The column's name in the header.
    pub column: String,
    /// What stands behind the column's name: an alias prefix (`id:`), a date
    /// pattern (`%Y%m%d`), or `comma` for amounts such as `1.234,50`.
    pub how: Option<String>,
}

/// Which column is what, and what is the same for all rows.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ColumnMap {
    /// From columns.
    pub columns: Vec<Column>,
    /// Field and value.
    pub constants: Vec<(String, String)>,
}

impl ColumnMap {
    /// Reads maps such as `member=customer_id:id:,total=value` and constants such as `store=mitte`.
    pub fn parse<'t>(
        maps: impl IntoIterator<Item = &'t str>,
        constants: impl IntoIterator<Item = &'t str>,
    ) -> Result<ColumnMap, Bad> {
        let mut map = ColumnMap::default();
        for pair in maps.into_iter().flat_map(|m| m.split(',')) {
            let (field, source) = pair_of(pair, "map", "member=customer_id")?;
            map.add(field, source)?;
        }
        for pair in constants {
            let (field, value) = pair_of(pair, "set", "store=mitte")?;
            map.set(field, value)?;
        }
        Ok(map)
    }

    /// Adds a column by its `field` and its source, `column` or `column:how`.
    pub fn add(&mut self, field: &str, source: &str) -> Result<(), Bad> {
        is_known("map", field)?;
        let (column, how) = match source.split_once(':') {
            Some((column, how)) => (column, Some(how)),
            None => (source, None),
        };
        if let Some(how) = how {
            is_how("map", field, how)?;
        }
        self.columns.push(Column {
            field: field.into(),
            column: column.trim().into(),
            how: how.map(str::to_owned),
        });
        Ok(())
    }

    /// Adds a constant.
    pub fn set(&mut self, field: &str, value: &str) -> Result<(), Bad> {
        is_known("set", field)?;
        self.constants.push((field.into(), value.into()));
        Ok(())
    }

    /// Whether a field is filled by a column or a constant.
    pub fn has(&self, field: &str) -> bool {
        let is_column = self.columns.iter().any(|c| c.field == field);
        is_column || self.constants.iter().any(|c| c.0 == field)
    }

    /// Whether no field is said twice; columns may come from the header.
    pub(super) fn is_said_once(&self, columns: &[Column]) -> Result<(), Bad> {
        let mut said: Vec<(&str, String)> = Vec::new();
        let by_column = |c: &Column| format!("the column '{}'", c.column);
        let columns = columns.iter().map(|c| (c.field.as_str(), by_column(c)));
        let by_constant =
            |(field, value): &(String, String)| format!("the constant {field}={value}");
        let constants = self
            .constants
            .iter()
            .map(|c| (c.0.as_str(), by_constant(c)));
        for (field, by) in columns.chain(constants) {
            let first = said.iter().find(|s| s.0 == field && !is_list(field));
            if let Some((_, first)) = first {
                let message = format!(
                    "{first} and {by} both say {field}; leave one of them out (--map names the columns that count)"
                );
                return Err(Bad::new("map", message));
            }
            said.push((field, by));
        }
        Ok(())
    }

    /// The map of a header that calls every column by its field.
    pub(super) fn by_name(names: &[String]) -> Option<Vec<Column>> {
        let column = |name: &String| Column {
            field: name.clone(),
            column: name.clone(),
            how: None,
        };
        let is_plain = names.iter().all(|n| FIELDS.contains(&n.as_str()));
        is_plain.then(|| names.iter().map(column).collect())
    }
}

fn pair_of<'t>(pair: &'t str, flag: &str, example: &str) -> Result<(&'t str, &'t str), Bad> {
    let (field, value) = pair.split_once('=').ok_or_else(|| {
        let message = format!("'{pair}' is not a pair such as {example}");
        Bad::new(flag, message)
    })?;
    Ok((field.trim(), value.trim()))
}

/// Fields that take as many values as are said.
fn is_list(field: &str) -> bool {
    matches!(field, "alias" | "code" | "consent")
}

fn is_known(flag: &str, field: &str) -> Result<(), Bad> {
    match FIELDS.contains(&field) {
        true => Ok(()),
        false => Err(Bad::unknown(flag, "field", field, &FIELDS)),
    }
}

fn is_how(flag: &str, field: &str, how: &str) -> Result<(), Bad> {
    let (is_right, example) = match field {
        "at" | "earned" | "expires" => (
            cell::is_pattern(how),
            "a date pattern of %Y %m %d %H %M %S, such as at=date:%Y%m%d",
        ),
        "member" | "alias" | "referrer" => (
            scheme_is_known(how),
            "an alias scheme with its colon, such as member=customer_id:id:",
        ),
        "total" | "line_amount" | "qty" | "points" => (
            how == "comma",
            "'comma' for numbers such as 1.234,50, as in total=betrag:comma",
        ),
        _ => (false, "the column's name alone"),
    };
    match is_right {
        true => Ok(()),
        false => Err(Bad::new(
            flag,
            format!("'{how}' does not fit {field}; expected {example}"),
        )),
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// A column map in a small TOML file; what the command line says comes first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MapFile {
    /// `jsonl`, `csv`, `tsv` or `columns`.
    pub format: Option<String>,
    /// `gbk`, ...
    pub encoding: Option<String>,
    /// Names the file in keys.
    pub source: Option<String>,
    /// `line` or `content`.
    pub key: Option<String>,
    /// The map itself.
    pub map: ColumnMap,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MapToml {
    format: Option<String>,
    encoding: Option<String>,
    source: Option<String>,
    key: Option<String>,
    #[serde(default)]
    columns: BTreeMap<String, OneOrMany>,
    #[serde(default)]
    set: BTreeMap<String, String>,
}

impl MapFile {
    /// Reads the file's text; the error has the place as TOML sees it.
    pub fn parse(text: &str) -> Result<MapFile, Bad> {
        let read: MapToml = toml::from_str(text).map_err(|e| Bad::new("map", e.to_string()))?;
        let mut map = ColumnMap::default();
        for (field, sources) in &read.columns {
            match sources {
                OneOrMany::One(source) => map.add(field, source)?,
                OneOrMany::Many(many) => many.iter().try_for_each(|s| map.add(field, s))?,
            }
        }
        read.set.iter().try_for_each(|(f, v)| map.set(f, v))?;
        Ok(MapFile {
            format: read.format,
            encoding: read.encoding,
            source: read.source,
            key: read.key,
            map,
        })
    }
}
