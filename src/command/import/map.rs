//! The column map: the field of a command for each column, the rows to import,
//! and constants for all of them.
//!
//! On the command line `member=customer_id:id:,at=date:%Y%m%d,total=value`,
//! constants as `store=mitte`; in a file the same under `[columns]` and
//! `[set]`.

use crate::command::{Bad, bad::one_of};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Mapping of one column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    /// Field: of a verb's schema, or one of the short names.
    pub field: String,
    /// The column, or a sum or product of columns; on the command line followed
    /// by `:HOW`.
    pub source: String,
    /// Format of its cells: an alias prefix (`id:`), a date pattern (`%Y%m%d`),
    /// `comma` or `point` for numbers.
    pub how: Option<String>,
    /// Meanings of its cells: `Sale` is `purchase`.
    pub values: Vec<(String, String)>,
}

/// Meaning of a negative total.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Negative {
    /// Goods came back.
    Return,
    /// A sale that paid out.
    Sale,
}

impl Negative {
    /// Reads `return` or `sale`.
    ///
    /// # Errors
    /// It is neither.
    pub fn parse(text: &str) -> Result<Negative, Bad> {
        let known = [("return", Negative::Return), ("sale", Negative::Sale)];
        one_of("negative", "meaning", text, &known)
    }
}

/// Mapping of columns, the rows to import, and constants for all rows.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ColumnMap {
    /// Mapped columns.
    pub columns: Vec<Column>,
    /// Field and value.
    pub constants: Vec<(String, String)>,
    /// The column whose equal cells make rows one bill.
    pub group: Option<String>,
    /// Conditions for rows to import: `COLUMN=VALUE`.
    pub only: Vec<String>,
    /// Conditions for rows to skip: `COLUMN=VALUE`.
    pub skip: Vec<String>,
    /// Meaning of a negative total; refused if it is not stated.
    pub negative: Option<Negative>,
}

impl ColumnMap {
    /// Reads maps such as `member=customer_id:id:,total=value` and constants
    /// such as `store=mitte`.
    ///
    /// # Errors
    /// A part is not a pair.
    pub fn parse<'t>(
        maps: impl IntoIterator<Item = &'t str>,
        constants: impl IntoIterator<Item = &'t str>,
    ) -> Result<ColumnMap, Bad> {
        let mut map = ColumnMap::default();
        for pair in maps.into_iter().flat_map(pairs) {
            let (field, source) = pair_of(pair, "map", "member=customer_id")?;
            map.add(field, source);
        }
        for pair in constants {
            let (field, value) = pair_of(pair, "set", "store=mitte")?;
            map.set(field, value);
        }
        Ok(map)
    }

    /// Adds a column by its `field` and its source, `column` or `column:how`.
    pub fn add(&mut self, field: &str, source: &str) {
        self.columns.push(Column {
            field: field.into(),
            source: source.trim().into(),
            how: None,
            values: Vec::new(),
        });
    }

    /// Adds a constant.
    pub fn set(&mut self, field: &str, value: &str) {
        self.constants.push((field.into(), value.into()));
    }

    /// True if a field is filled by a column or a constant.
    pub fn has(&self, field: &str) -> bool {
        let is_column = self.columns.iter().any(|c| c.field == field);
        is_column || self.constants.iter().any(|c| c.0 == field)
    }
}

/// The pairs of `member=id:id:,total=Betrag, brutto`: a comma separates them
/// only if a field and its `=` follow, since names of columns have commas too.
fn pairs(map: &str) -> Vec<&str> {
    let is_pair = |rest: &str| {
        let field = rest.split_once('=').map(|(field, _)| field.trim());
        let is_letter =
            |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_.[]-".contains(c);
        field.is_some_and(|f| {
            f.starts_with(|c: char| c.is_ascii_lowercase()) && f.chars().all(is_letter)
        })
    };
    let (mut found, mut from) = (Vec::new(), 0);
    for (at, _) in map.match_indices(',') {
        if is_pair(&map[at + 1..]) {
            found.push(&map[from..at]);
            from = at + 1;
        }
    }
    found.push(&map[from..]);
    found
}

fn pair_of<'t>(pair: &'t str, flag: &str, example: &str) -> Result<(&'t str, &'t str), Bad> {
    let (field, value) = pair.split_once('=').ok_or_else(|| {
        let message = format!("'{pair}' is not a pair such as {example}");
        Bad::new(flag, message)
    })?;
    Ok((field.trim(), value.trim()))
}

/// True for fields that take any number of values.
pub fn is_list(field: &str) -> bool {
    matches!(
        field,
        "alias"
            | "aliases"
            | "card"
            | "phone"
            | "email"
            | "code"
            | "codes"
            | "consent"
            | "consents"
            | "tag"
    )
}

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "a column is named by a text such as \"Total\", a list of them, or a table such as { column = \"Day\", date = \"%d.%m.%Y\" }"
)]
enum SourceToml {
    One(String),
    Many(Vec<SourceToml>),
    Said(SaidToml),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SaidToml {
    column: String,
    date: Option<OneOrMany>,
    number: Option<String>,
    scheme: Option<String>,
    #[serde(default)]
    values: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    fn all(self) -> Vec<String> {
        match self {
            OneOrMany::One(one) => vec![one],
            OneOrMany::Many(many) => many,
        }
    }
}

/// A column map in a small TOML file; the command line takes precedence.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MapFile {
    /// Description of the files that it is for, in a line.
    pub description: Option<String>,
    /// `jsonl`, `csv`, `tsv` or `columns`.
    pub format: Option<String>,
    /// Separator of columns.
    pub separator: Option<String>,
    /// Encoding, such as `gbk`.
    pub encoding: Option<String>,
    /// Name of the file in keys.
    pub source: Option<String>,
    /// `line` or `content`.
    pub key: Option<String>,
    /// `add` or `set`.
    pub balances: Option<String>,
    /// The map itself.
    pub map: ColumnMap,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MapToml {
    description: Option<String>,
    format: Option<String>,
    separator: Option<String>,
    encoding: Option<String>,
    source: Option<String>,
    key: Option<String>,
    balances: Option<String>,
    group: Option<String>,
    only: Option<OneOrMany>,
    skip: Option<OneOrMany>,
    negative: Option<String>,
    #[serde(default)]
    columns: BTreeMap<String, SourceToml>,
    #[serde(default)]
    set: BTreeMap<String, String>,
}

/// The parser's message on one line, with the line of the map that it is about.
fn bad_toml(text: &str, error: &toml::de::Error) -> Bad {
    let before = error.span().and_then(|span| text.get(..span.start));
    let line = before.map(|before| before.matches('\n').count() + 1);
    let place = line.map_or_else(String::new, |line| format!("line {line}: "));
    Bad::new(
        "map",
        format!("{place}{}", error.message().replace('\n', "; ")),
    )
}

impl MapFile {
    /// Parses the file's text; the error has the place in the TOML.
    ///
    /// # Errors
    /// It is not TOML of this form.
    pub fn parse(text: &str) -> Result<MapFile, Bad> {
        let read: MapToml = toml::from_str(text).map_err(|e| bad_toml(text, &e))?;
        let mut map = ColumnMap {
            group: read.group,
            only: read.only.map(OneOrMany::all).unwrap_or_default(),
            skip: read.skip.map(OneOrMany::all).unwrap_or_default(),
            negative: read.negative.as_deref().map(Negative::parse).transpose()?,
            ..ColumnMap::default()
        };
        for (field, source) in read.columns {
            add(&mut map, &field, source)?;
        }
        read.set.iter().for_each(|(f, v)| map.set(f, v));
        Ok(MapFile {
            description: read.description,
            format: read.format,
            separator: read.separator,
            encoding: read.encoding,
            source: read.source,
            key: read.key,
            balances: read.balances,
            map,
        })
    }
}

fn add(map: &mut ColumnMap, field: &str, source: SourceToml) -> Result<(), Bad> {
    match source {
        SourceToml::One(source) => map.add(field, &source),
        SourceToml::Many(many) => {
            for source in many {
                add(map, field, source)?;
            }
        }
        SourceToml::Said(said) => {
            let date = said.date.map(|d| d.all().join("|"));
            let mut hows = [date, said.number, said.scheme].into_iter().flatten();
            let how = hows.next();
            if hows.next().is_some() {
                let message =
                    "a column is a date, a number or an alias: give one of date, number and scheme";
                return Err(Bad::new(format!("map.columns.{field}"), message));
            }
            map.columns.push(Column {
                field: field.into(),
                source: said.column,
                how,
                values: said.values.into_iter().collect(),
            });
        }
    }
    Ok(())
}
