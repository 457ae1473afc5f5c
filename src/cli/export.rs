//! `stampbook export tables`

use super::options::Cli;
use super::print::{Exit, Failure, Printer};
use super::service_client::{connect, post, refused};
use crate::model::counted;
use crate::query::{Past, Standings, TABLES, TableRows, TableTold, spreadsheet, table_rows};
use crate::serve::{Client, TableSlice};
use crate::storage::error::At;
use crate::storage::files;
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Map, Value, json};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// Entries that are read at once.
const SLICE: usize = 500;

/// Export for other programs.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "Example:\n  stampbook export tables figures/2026")]
pub enum ExportCommand {
    /// Entries, effects, members by random id and campaigns as tables, with their
    /// description in schema.json: for DuckDB, pandas, R or a spreadsheet. No names,
    /// aliases or free texts are in them. Through a service they are read some entries at a
    /// time, up to the last one at the beginning, while tills sell.
    #[command(after_help = "\
Examples:
  stampbook export tables figures/2026
  stampbook export tables figures/2026 --format jsonl")]
    Tables(TablesArgs),
}

/// Target and format.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
pub struct TablesArgs {
    /// The folder, which is made if it is not there.
    pub dir: PathBuf,
    /// csv, with a line of names, or jsonl: one object a line.
    #[arg(long, default_value = "csv")]
    pub format: Format,
    /// Begins CSV files with a byte order mark, as Excel wants it.
    #[arg(long)]
    pub bom: bool,
}

/// Form of the files.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Comma-separated values.
    Csv,
    /// JSON Lines.
    Jsonl,
}

impl Format {
    fn ending(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Jsonl => "jsonl",
        }
    }
}

impl ExportCommand {
    /// Writes the tables, from the service that has the ledger open or from the ledger.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        let ExportCommand::Tables(args) = self;
        let mut tables = match connect(cli) {
            Some(mut client) => args.write(|slice| asked(&mut client, slice))?,
            None => cli.reading("export", out, |ledger, _| {
                let past = Past::of(ledger)?;
                args.write(|slice| Ok(table_rows(&past, slice.from, slice.end, SLICE)?))
            })?,
        };
        for (path, writer) in &mut tables.writers {
            writer.flush().at("write", path)?;
        }
        args.describe()?;
        for (table, count) in TABLES.iter().zip(tables.counts) {
            let rows = counted(count, "row", "rows");
            out.line(format!("{}: {rows}", table.name))?;
        }
        Ok(Exit::Done)
    }
}

/// Asks the service for the rows of some entries.
fn asked(client: &mut Client, slice: TableSlice) -> Result<TableRows, Failure> {
    let json = serde_json::to_vec(&slice).map_err(|e| Failure::internal(e.to_string()))?;
    let body = post(client, "/cli/tables", &json)?;
    serde_json::from_slice(&body).map_err(|_| refused(&body))
}

/// Files of the tables, with the number of rows in each.
struct Tables {
    writers: Vec<(PathBuf, Box<dyn Write>)>,
    counts: [u64; TABLES.len()],
}

impl Tables {
    fn take(&mut self, (at, row): (usize, Vec<String>), args: &TablesArgs) -> Result<(), Failure> {
        let (Some(table), Some(count)) = (TABLES.get(at), self.counts.get_mut(at)) else {
            return Err(Failure::internal("a row of no table"));
        };
        *count += 1;
        let line = args.line(table, row);
        let (path, writer) = &mut self.writers[at];
        Ok(writer.write_all(line.as_bytes()).at("write", path)?)
    }
}

impl TablesArgs {
    /// Writes all rows that `read` returns.
    fn write(
        &self,
        mut read: impl FnMut(TableSlice) -> Result<TableRows, Failure>,
    ) -> Result<Tables, Failure> {
        let mut slice = TableSlice { from: 0, end: None };
        // Before any file is made: it fails where there is nothing to read.
        let mut told = read(slice)?;
        files::make_folder(&self.dir)?;
        let mut tables = Tables {
            writers: Vec::new(),
            counts: [0; TABLES.len()],
        };
        for table in &TABLES {
            tables.writers.push(self.begin(table)?);
        }
        let mut standings = Standings::default();
        loop {
            for row in told.rows {
                if let Some(row) = standings.take(row) {
                    tables.take(row, self)?;
                }
            }
            if told.next >= told.end || told.next <= slice.from {
                break;
            }
            slice = TableSlice {
                from: told.next,
                end: Some(told.end),
            };
            told = read(slice)?;
        }
        for row in standings.into_rows() {
            tables.take(row, self)?;
        }
        Ok(tables)
    }

    /// Name of a table's file.
    fn file_of(&self, table: &TableTold) -> String {
        format!("{}.{}", table.name, self.format.ending())
    }

    fn begin(&self, table: &TableTold) -> Result<(PathBuf, Box<dyn Write>), Failure> {
        let path = self.dir.join(self.file_of(table));
        let mut writer = BufWriter::new(create(&path)?);
        if self.format == Format::Csv {
            let names = table.columns.iter().map(|column| column.0.to_owned());
            let mark = if self.bom {
                spreadsheet::BYTE_ORDER_MARK
            } else {
                ""
            };
            let head = format!("{mark}{}", spreadsheet::line(names));
            writer.write_all(head.as_bytes()).at("write", &path)?;
        }
        Ok((path, Box::new(writer)))
    }

    fn line(&self, table: &TableTold, row: Vec<String>) -> String {
        if self.format == Format::Csv {
            return spreadsheet::line(row);
        }
        let cells = table
            .columns
            .iter()
            .zip(row)
            .map(|((name, kind, _), cell)| {
                let value = match *kind {
                    _ if cell.is_empty() => Value::Null,
                    "integer" => cell.parse::<i64>().map_or(Value::String(cell), Value::from),
                    _ => Value::String(cell),
                };
                ((*name).to_owned(), value)
            });
        let object: Map<String, Value> = cells.collect();
        format!("{}\n", Value::Object(object))
    }

    /// Writes the description of the tables.
    fn describe(&self) -> Result<(), Failure> {
        let tables = TABLES.iter().map(|table| {
            let columns = table.columns.iter().map(
                |(name, kind, meaning)| json!({"name": name, "type": kind, "meaning": meaning}),
            );
            json!({
                "table": table.name,
                "file": self.file_of(table),
                "row": table.meaning,
                "columns": columns.collect::<Vec<_>>(),
            })
        });
        let path = self.dir.join("schema.json");
        let text = json!({"tables": tables.collect::<Vec<_>>()});
        let mut writer = create(&path)?;
        writer
            .write_all(format!("{text:#}\n").as_bytes())
            .at("write", &path)?;
        Ok(())
    }
}

/// Makes a new file; one that exists is left alone.
fn create(path: &Path) -> Result<impl Write + use<>, Failure> {
    let made = files::create_new(path);
    made.map_err(|trouble| {
        Failure::from(trouble).hint("name a folder without files of an earlier export")
    })
}
