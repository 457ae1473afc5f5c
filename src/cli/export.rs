//! `stampbook export tables`

use super::args::Cli;
use super::print::{Exit, Failure, Printer};
use crate::query::{TABLES, TableTold, each_row, spreadsheet};
use crate::storage::error::At;
use crate::storage::files;
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Map, Value, json};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// Export for other programs.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "Example:\n  stampbook export tables figures/2026")]
pub struct ExportArgs {
    /// What to export.
    #[command(subcommand)]
    pub command: ExportCommand,
}

/// What to export.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
pub enum ExportCommand {
    /// Entries, effects, members by random id and campaigns as tables, with their
    /// description in schema.json: for DuckDB, pandas, R or a spreadsheet. No names,
    /// aliases or free texts are in them. The ledger must not be open elsewhere: beside a
    /// running service this ends with 4.
    #[command(after_help = "\
Examples:
  stampbook export tables figures/2026
  stampbook export tables figures/2026 --format jsonl")]
    Tables(TablesArgs),
}

/// Where to, and how.
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

impl ExportArgs {
    /// Writes the tables.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        let ExportCommand::Tables(args) = &self.command;
        cli.at_desk("export", out, |ledger, out| {
            files::make_folder(&args.dir)?;
            let mut writers = Vec::new();
            for table in &TABLES {
                writers.push(args.begin(table)?);
            }
            let mut counts = [0u64; TABLES.len()];
            each_row(ledger, |at, row| {
                counts[at] += 1;
                let line = args.line(&TABLES[at], row);
                let (path, writer) = &mut writers[at];
                Ok::<(), Failure>(writer.write_all(line.as_bytes()).at("write", path)?)
            })?;
            for (path, mut writer) in writers {
                writer.flush().at("write", &path)?;
            }
            args.describe()?;
            for (table, count) in TABLES.iter().zip(counts) {
                out.line(format!("{}: {count} rows", table.name))?;
            }
            Ok(Exit::Done)
        })
    }
}

impl TablesArgs {
    /// Name of a table's file.
    fn file_of(&self, table: &TableTold) -> String {
        format!("{}.{}", table.name, self.format.ending())
    }

    fn begin(
        &self,
        table: &TableTold,
    ) -> Result<(PathBuf, BufWriter<impl Write + use<>>), Failure> {
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
        Ok((path, writer))
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
