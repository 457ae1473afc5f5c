//! The column map: which column is which field of a command, which rows count,
//! and what is the same for all of them.
//!
//! On the command line `member=customer_id:id:,at=date:%Y%m%d,total=value`,
//! constants as `store=mitte`; in a file the same under `[columns]` and `[set]`.

use crate::command::Bad;
use serde::Deserialize;
use std::collections::BTreeMap;

/// One column's meaning.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    /// The field: of a verb's schema, or one of the short names.
    pub field: String,
    /// The column, or a sum or product of columns; from the command line
    /// with `:HOW` behind it.
    pub source: String,
    /// How its cells are read: an alias prefix (`id:`), a date pattern
    /// (`%Y%m%d`), `comma` or `point` for numbers.
    pub how: Option<String>,
    /// What cells stand for: `Sale` is `purchase`.
    pub values: Vec<(String, String)>,
}

/// What a negative total is.
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
        match text {
            "return" => Ok(Negative::Return),
            "sale" => Ok(Negative::Sale),
            other => Err(Bad::unknown(
                "negative",
                "meaning",
                other,
                &["return", "sale"],
            )),
        }
    }
}

/// Which column is what, which rows count, and what is the same for all rows.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ColumnMap {
    /// From columns.
    pub columns: Vec<Column>,
    /// Field and value.
    pub constants: Vec<(String, String)>,
    /// The column whose rows with the same cell are one bill.
    pub group: Option<String>,
    /// Rows that count: `COLUMN=VALUE`.
    pub only: Vec<String>,
    /// Rows that do not: `COLUMN=VALUE`.
    pub skip: Vec<String>,
    /// What a negative total is; it is refused where nothing is said.
    pub negative: Option<Negative>,
}

impl ColumnMap {
    /// Reads maps such as `member=customer_id:id:,total=value` and constants such as `store=mitte`.
    ///
    /// # Errors
    /// Something is no pair.
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

    /// Whether a field is filled by a column or a constant.
    pub fn has(&self, field: &str) -> bool {
        let is_column = self.columns.iter().any(|c| c.field == field);
        is_column || self.constants.iter().any(|c| c.0 == field)
    }
}

/// The pairs of `member=id:id:,total=Betrag, brutto`: a comma separates them
/// only where a field and its `=` follow, since names of columns have commas too.
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

/// Fields that take as many values as are said.
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

/// A column map in a small TOML file; what the command line says comes first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MapFile {
    /// What files it is for, in a line.
    pub description: Option<String>,
    /// `jsonl`, `csv`, `tsv` or `columns`.
    pub format: Option<String>,
    /// What stands between columns.
    pub separator: Option<String>,
    /// `gbk`, ...
    pub encoding: Option<String>,
    /// Names the file in keys.
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
    /// Reads the file's text; the error has the place as TOML sees it.
    ///
    /// # Errors
    /// It is no TOML of this form.
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
