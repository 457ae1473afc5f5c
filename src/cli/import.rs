//! `stampbook import`

use super::print::{Exit, Failure, Printer, row};
use crate::{
    command::{
        Bad,
        import::{self, ColumnMap, Format, KeyBy, MapFile, Negative, Options, Scratch, Sorting},
    },
    model::Calendar,
};
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Part of a bound on memory that held rows may take, as a divisor.
pub(super) const ROWS_PART: u64 = 4;
/// Number of first commands that a dry run shows.
const SHOWN: usize = 5;

/// Carries out the commands or rows of a file: JSON Lines; CSV and aligned
/// columns with a header line and a column map. A repeat changes nothing.
/// Exits 2 if any row was bad, else 1 if any was refused.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
#[command(after_help = "\
Examples:
  stampbook import purchases.jsonl
  stampbook import CDNOW_master.txt --history --enrol --map 'member=customer_id:id:,at=date:%Y%m%d,qty=number_of_cds,total=dollar_value'
  stampbook import export.csv --encoding gbk --map-file till.toml --set store=mitte --dry-run
  stampbook import orders.csv --preset web-shop-orders --enrol --history
  stampbook import balances.csv --opening --enrol --map 'member=CARD:card:,points=BALANCE,earned=SINCE' --set unit=star

A map says FIELD=COLUMN or FIELD=COLUMN:HOW. HOW is for names of members a
scheme (card:), for dates a pattern (%d.%m.%Y %H:%M), for numbers comma or
point, and for others what cells stand for (Sale=purchase|Refund=return). Two
columns of one time are Date + Time, a product is qty * price, and over the rows
of one bill sum(AMOUNT). Every field of every verb of `stampbook schema` can be
mapped, by the same name; what a row's verb does not take is an error before the
first row.

A map file:
  separator = \";\"
  group = \"Bill\"
  skip = [\"Kind=Tip\"]
  [columns]
  member = \"CARD:card:\"
  at = { column = \"Date + Time\", date = \"%d.%m.%Y %H:%M\" }
  total = \"sum(AMOUNT)\"
  [set]
  store = \"mitte\"

docs/maps.md has all of it. A field comes from one column or from --set, not from
both; the command line comes before the map file, that before the preset. Begin
with --dry-run: it books nothing, and shows what each column became, the first
rows as commands, and what would become of all.")]
pub struct ImportArgs {
    /// A file, or - for stdin.
    #[arg(required_unless_present = "presets")]
    pub file: Option<String>,
    /// Rows from before a member's first live entry: no late window, what fell
    /// due between them is booked between them, and each member's rows are put
    /// in the order of their times.
    #[arg(long)]
    pub history: bool,
    /// Enrol members whom nobody knows yet, with every name the rows have.
    #[arg(long, alias = "enroll")]
    pub enrol: bool,
    /// Rows are balances of another system's books: member (or alias), unit,
    /// points, earned (the day) and expires (the last good day; default: as if
    /// earned here then).
    #[arg(long)]
    pub opening: bool,
    /// With openings: add what the rows say to a balance, or set the balance to it.
    #[arg(long, value_name = "HOW")]
    pub balances: Option<Balances>,
    /// Book nothing; show what each column became, the first rows as commands,
    /// and what would become of all.
    #[arg(long)]
    pub dry_run: bool,
    /// jsonl, csv, tsv or columns; default: told from the first line.
    #[arg(long)]
    pub format: Option<String>,
    /// Separator of columns, such as ';' or tab; default: told from the header.
    #[arg(long, value_name = "CHARACTER")]
    pub separator: Option<String>,
    /// Columns for fields: FIELD=COLUMN[:HOW],...; may be repeated.
    #[arg(long = "map", value_name = "MAP")]
    pub maps: Vec<String>,
    /// The same in a small TOML file.
    #[arg(long, value_name = "FILE")]
    pub map_file: Option<PathBuf>,
    /// A map that comes with Stampbook; --presets lists them.
    #[arg(long, value_name = "NAME")]
    pub preset: Option<String>,
    /// List the maps that come with Stampbook, or print one, to copy and change.
    #[arg(long, value_name = "NAME", num_args = 0..=1, default_missing_value = "")]
    pub presets: Option<String>,
    /// A field that is the same for all rows; may be repeated.
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    pub constants: Vec<String>,
    /// Rows with the same cell in this column are one bill.
    #[arg(long, value_name = "COLUMN")]
    pub group: Option<String>,
    /// Only rows with this cell count; may be repeated.
    #[arg(long, value_name = "COLUMN=VALUE")]
    pub only: Vec<String>,
    /// Rows with this cell do not count; may be repeated.
    #[arg(long, value_name = "COLUMN=VALUE")]
    pub skip: Vec<String>,
    /// Meaning of a negative total: return (goods came back) or sale (it paid out);
    /// default: a bad row.
    #[arg(long, value_name = "WHAT")]
    pub negative: Option<String>,
    /// The file's encoding, such as gbk; default: UTF-8, or UTF-16 where it shows.
    #[arg(long)]
    pub encoding: Option<String>,
    /// Names the file in keys; default: its base name.
    #[arg(long)]
    pub source: Option<String>,
    /// Naming of rows without a key of their own; default: line.
    #[arg(long)]
    pub key: Option<KeyKind>,
}

/// Naming of rows without a key of their own.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyKind {
    /// Source, line and verb.
    Line,
    /// A hash of the row and the verb, for exports that overlap.
    Content,
}

/// Effect of a row with a balance on the one that a member has.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Balances {
    /// It comes on top.
    #[default]
    Add,
    /// It is what they have afterwards.
    Set,
}

/// Settings of the ledger, in addition to the flags.
pub struct Setting {
    /// Decimals of the programme's currency.
    pub digits: u8,
    /// The programme's currency.
    pub currency: String,
    /// Further currencies that it accepts.
    pub currencies: Vec<String>,
    /// The programme's calendar.
    pub calendar: Calendar,
    /// Secret of the ledger, for keys by content.
    pub secret: [u8; 32],
    /// Memory and files for rows that are sorted.
    pub sorting: Sorting,
}

impl ImportArgs {
    /// Options for reading the file; `map_file` is the text of `--map-file`.
    /// The command line takes precedence over that file, and that over the
    /// preset.
    pub fn options(&self, map_file: &str, setting: Setting) -> Result<(Options, Balances), Bad> {
        let preset = match &self.preset {
            Some(name) => MapFile::parse(import::preset(name)?)?,
            None => MapFile::default(),
        };
        let file = under(MapFile::parse(map_file)?, preset);
        let own = |flag: &Option<String>, other: Option<String>| flag.clone().or(other);
        let format = own(&self.format, file.format);
        let encoding = own(&self.encoding, file.encoding);
        let separator = own(&self.separator, file.separator);
        let maps = self.maps.iter().map(String::as_str);
        let flags = ColumnMap::parse(maps, self.constants.iter().map(String::as_str))?;
        let flags = ColumnMap {
            group: self.group.clone(),
            only: self.only.clone(),
            skip: self.skip.clone(),
            negative: self.negative.as_deref().map(Negative::parse).transpose()?,
            ..flags
        };
        let mut map = joined(file.map, flags);
        if self.opening && !map.has("do") {
            map.set("do", "opening");
        }
        let balances = match (self.balances, file.balances.as_deref()) {
            (Some(said), _) => said,
            (None, None | Some("add")) => Balances::Add,
            (None, Some("set")) => Balances::Set,
            (None, Some(other)) => {
                return Err(Bad::unknown("balances", "way", other, &["add", "set"]));
            }
        };
        let options = Options {
            format: format.map(|f| Format::parse(&f)).transpose()?,
            separator: separator.map(|s| import::separator(&s)).transpose()?,
            map,
            encoding: encoding.map(|e| import::encoding(&e)).transpose()?,
            source: own(&self.source, file.source).unwrap_or_else(|| self.base_name()),
            key: key_by(self.key, file.key.as_deref(), setting.secret)?,
            digits: setting.digits,
            currency: setting.currency,
            currencies: setting.currencies,
            calendar: setting.calendar,
            is_enrolling: self.enrol,
            is_history: self.history,
            is_setting_balances: balances == Balances::Set,
            shown: if self.dry_run { SHOWN } else { 0 },
            sorting: setting.sorting,
        };
        Ok((options, balances))
    }

    /// The file's path, or - for stdin.
    pub fn path(&self) -> &str {
        self.file.as_deref().unwrap_or("-")
    }

    fn base_name(&self) -> String {
        let name = Path::new(self.path()).file_name();
        name.map_or_else(|| "stdin".into(), |n| n.to_string_lossy().into_owned())
    }
}

/// A sort whose files are in the ledger's folder, since there is room for the ledger.
/// They have no name, so that nothing of the rows is left, not even after a kill.
pub(super) fn sorting_in(folder: &Path, memory_max: u64) -> Sorting {
    let folder = folder.to_owned();
    let scratch =
        move || tempfile::tempfile_in(&folder).map(|file| Box::new(file) as Box<dyn Scratch>);
    Sorting {
        memory_max,
        scratch: Arc::new(scratch),
    }
}

/// Lists the presets with their descriptions, or prints the text of one.
pub(super) fn list_presets(name: &str, out: &mut Printer) -> Result<Exit, Failure> {
    if !name.is_empty() {
        out.verbatim(import::preset(name)?)?;
        return Ok(Exit::Done);
    }
    let all = import::PRESETS.map(|(name, text)| (name, import::description(text)));
    let rows = all.iter().map(|(name, what)| row(&[name, what]));
    out.table(&["preset", "for"], rows)?;
    out.line("stampbook import --presets NAME prints one, to copy and change")?;
    out.done(&all.map(|(name, what)| serde_json::json!({"preset": name, "for": what})))
}

/// Merges a map file over a preset.
fn under(file: MapFile, preset: MapFile) -> MapFile {
    MapFile {
        description: file.description.or(preset.description),
        format: file.format.or(preset.format),
        separator: file.separator.or(preset.separator),
        encoding: file.encoding.or(preset.encoding),
        source: file.source.or(preset.source),
        key: file.key.or(preset.key),
        balances: file.balances.or(preset.balances),
        map: joined(preset.map, file.map),
    }
}

/// Merges two maps: fields that the upper one names are taken from it.
fn joined(mut lower: ColumnMap, upper: ColumnMap) -> ColumnMap {
    lower.columns.retain(|c| !upper.has(&c.field));
    lower.constants.retain(|(field, _)| !upper.has(field));
    lower.columns.extend(upper.columns);
    lower.constants.extend(upper.constants);
    lower.group = upper.group.or(lower.group);
    lower.negative = upper.negative.or(lower.negative);
    if !upper.only.is_empty() {
        lower.only = upper.only;
    }
    if !upper.skip.is_empty() {
        lower.skip = upper.skip;
    }
    lower
}

fn key_by(flag: Option<KeyKind>, file: Option<&str>, secret: [u8; 32]) -> Result<KeyBy, Bad> {
    let said = match file {
        None | Some("line") => KeyKind::Line,
        Some("content") => KeyKind::Content,
        Some(other) => {
            return Err(Bad::unknown(
                "key",
                "way of naming rows",
                other,
                &["line", "content"],
            ));
        }
    };
    Ok(match flag.unwrap_or(said) {
        KeyKind::Line => KeyBy::Line,
        KeyKind::Content => KeyBy::Content { secret },
    })
}
