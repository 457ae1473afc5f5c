//! `stampbook import`

use super::args::Cli;
use super::desk::compact;
use super::importing;
use super::print::{Exit, Failure, Printer};
use super::trouble::not_opened;
use crate::storage::files::{self, limit};
use crate::{
    command::{
        Bad,
        import::{self, ColumnMap, Format, KeyBy, MapFile, Options},
    },
    model::Calendar,
};
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

/// Carries out the commands or rows of a file: JSON Lines; CSV and aligned
/// columns with a header line and a column map. A repeat changes nothing.
/// Exits 2 if any row was bad, else 1 if any was refused.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
#[command(after_help = "\
Examples:
  stampbook import purchases.jsonl
  stampbook import CDNOW_master.txt --history --enrol --map 'member=customer_id:id:,at=date:%Y%m%d,qty=number_of_cds,total=dollar_value'
  stampbook import export.csv --encoding gbk --map-file till.toml --set store=mitte
  stampbook import balances.csv --opening --enrol --map 'member=CARD:card:,points=BALANCE,earned=SINCE' --set unit=star

A header that calls every column by its field (member,unit,points,earned,expires) needs no map.

A map file:
  format = \"csv\"
  [columns]
  member = \"CARD:card:\"
  at = \"TIME:%Y/%m/%d %H:%M\"
  total = \"AMOUNT\"
  [set]
  store = \"mitte\"

A field comes from one column or from --set, not from both; the command line
comes before the map file. A repeated import changes nothing. Exits 2 if any
row was bad, else 1 if any was refused; the other rows are booked.")]
pub struct ImportArgs {
    /// A file, or - for stdin.
    pub file: String,
    /// Rows from before a member's first live entry: no late window, and what
    /// fell due between them is booked between them.
    #[arg(long)]
    pub history: bool,
    /// Enrol members whom nobody knows yet.
    #[arg(long, alias = "enroll")]
    pub enrol: bool,
    /// Rows are balances of another system's books: member (or alias), unit,
    /// points, earned (the day; default: now) and expires (the last good day;
    /// default: as if earned here then).
    #[arg(long)]
    pub opening: bool,
    /// jsonl, csv, tsv or columns; default: told from the first line.
    #[arg(long)]
    pub format: Option<String>,
    /// Which column is what: FIELD=COLUMN[:HOW],...; may be repeated.
    #[arg(long = "map", value_name = "MAP")]
    pub maps: Vec<String>,
    /// The same in a small TOML file.
    #[arg(long, value_name = "FILE")]
    pub map_file: Option<PathBuf>,
    /// A field that is the same for all rows; may be repeated.
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    pub constants: Vec<String>,
    /// The file's encoding, such as gbk; default: UTF-8.
    #[arg(long)]
    pub encoding: Option<String>,
    /// Names the file in keys; default: its base name.
    #[arg(long)]
    pub source: Option<String>,
    /// How rows without a key of their own are named; default: line.
    #[arg(long)]
    pub key: Option<KeyKind>,
}

/// How rows without a key of their own are named.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyKind {
    /// Source and line.
    Line,
    /// A hash of the row, for exports that overlap.
    Content,
}

/// What the ledger adds to the flags.
pub struct Setting {
    /// Decimals of the programme's currency.
    pub digits: u8,
    /// The programme's.
    pub calendar: Calendar,
    /// A secret of the ledger's own, for keys by content.
    pub secret: [u8; 32],
}

impl ImportArgs {
    /// Imports the file.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        let map_file = match &self.map_file {
            Some(path) => {
                let bytes = files::read_named(path, limit::MAP_FILE).map_err(not_opened)?;
                String::from_utf8(bytes).map_err(|_| {
                    let message = format!("{}: it is not UTF-8 text", path.display());
                    Failure::new(Exit::BadInput, "bad_file", message)
                })?
            }
            None => String::new(),
        };
        let mut is_erased = false;
        let exit = cli.at_desk("import", out, |ledger, out| {
            let programme = ledger.programme()?;
            let setting = Setting {
                digits: programme.digits,
                calendar: programme.calendar.clone(),
                secret: ledger.row_secret(),
            };
            let options = self.options(&map_file, setting)?;
            let (exit, erased) = importing::import(self, options, ledger, out)?;
            is_erased = erased;
            Ok(exit)
        })?;
        if is_erased {
            compact(cli)?;
        }
        Ok(exit)
    }

    /// How the file is to be read; `map_file` is the text of `--map-file`.
    /// What the command line says comes before what that file says.
    pub fn options(&self, map_file: &str, setting: Setting) -> Result<Options, Bad> {
        let file = MapFile::parse(map_file)?;
        let own = |flag: &Option<String>, other: Option<String>| flag.clone().or(other);
        let format = own(&self.format, file.format);
        let encoding = own(&self.encoding, file.encoding);
        let maps = self.maps.iter().map(String::as_str);
        let flags = ColumnMap::parse(maps, self.constants.iter().map(String::as_str))?;
        let mut map = joined(file.map, flags);
        if self.opening && !map.has("do") {
            map.set("do", "opening")?;
        }
        Ok(Options {
            format: format.map(|f| Format::parse(&f)).transpose()?,
            map,
            encoding: encoding.map(|e| import::encoding(&e)).transpose()?,
            source: own(&self.source, file.source).unwrap_or_else(|| self.base_name()),
            key: key_by(self.key, file.key.as_deref(), setting.secret)?,
            digits: setting.digits,
            calendar: setting.calendar,
            is_enrolling: self.enrol,
        })
    }

    fn base_name(&self) -> String {
        let name = Path::new(&self.file).file_name();
        name.map_or_else(|| "stdin".into(), |n| n.to_string_lossy().into_owned())
    }
}

/// The file's map, with the fields that flags name taken from the flags.
fn joined(mut file: ColumnMap, flags: ColumnMap) -> ColumnMap {
    file.columns.retain(|c| !flags.has(&c.field));
    file.constants.retain(|(field, _)| !flags.has(field));
    file.columns.extend(flags.columns);
    file.constants.extend(flags.constants);
    file
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
