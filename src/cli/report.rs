//! `stampbook report`

use super::documents;
use super::options::Cli;
use super::print::{ErrorCode, Exit, Failure, Mood, Printer, colored};
use crate::command::{Bad, Plain};
use crate::engine::Ledger;
use crate::page::{self, Lang};
use crate::query::spreadsheet::{self, BYTE_ORDER_MARK};
use crate::query::{
    self, ColumnTold, ElsewhereTold, FigureTold, LeftOut, Made, MeasureTold, Report, ReportReply,
};
use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};
use serde_json::Value;

/// Shows a figure: its value, the numbers it is made from, the table behind it, and its
/// definition; without a name, the definitions of all figures. It says as of which entry
/// it is made, so that anybody can make it again.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook report --list
  stampbook report repurchase --period 2026Q1 --compare previous
  stampbook report repurchase --by source --format csv
  stampbook report repurchase --set days=3 --explain
  stampbook report all --period 2026Q1 --compare previous --format html > 2026Q1.html")]
pub struct ReportArgs {
    /// Lists the figures.
    #[arg(long, conflicts_with = "name")]
    pub list: bool,
    /// Prints the definition as well.
    #[arg(long)]
    pub explain: bool,
    /// A value of a parameter, such as days=3; repeated for several.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub settings: Vec<String>,
    /// table, csv (UTF-8 with a byte order mark, as Excel wants it), json, or html: one file
    /// with plots that needs no other, and prints.
    #[arg(long, default_value = "table")]
    pub format: Format,
    /// Language of names, formulas, notes and explanations of figures: en or zh.
    #[arg(long, visible_alias = "language", default_value = "en")]
    pub lang: Lang,
    /// The question.
    #[command(flatten)]
    pub question: Report,
}

/// Form of a report.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Text and tables for people.
    Table,
    /// Comma-separated values.
    Csv,
    /// JSON.
    Json,
    /// An HTML file with plots.
    Html,
}

impl ValueEnum for Lang {
    fn value_variants<'a>() -> &'a [Lang] {
        &[Lang::English, Lang::Chinese]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(match self {
            Lang::English => PossibleValue::new("en").help("English"),
            Lang::Chinese => PossibleValue::new("zh").help("Simplified Chinese"),
        })
    }
}

impl ReportArgs {
    /// Shows the figure.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        let mut question = self.question.clone();
        for setting in &self.settings {
            let Some((name, value)) = setting.split_once('=') else {
                let message = format!("'{setting}' is not NAME=VALUE, such as days=3");
                return Err(Bad::new("--set", message).into());
            };
            question.set.insert(name.into(), Plain(value.into()));
        }
        let format = match out.is_json() {
            true => Format::Json,
            false => self.format,
        };
        let is_of_all = question.name.as_deref() == Some("all");
        if format == Format::Html && is_of_all && question.by.is_none() {
            // A plot needs a row for each month.
            question.by = Some("month".into());
        }
        let asked = ReportArgs {
            question,
            ..self.clone()
        };
        let question = &asked.question;
        cli.reading("report", out, |ledger, out| {
            let read = match query::begin_ask(ledger, question)? {
                (Some(basis), read_at) => query::Read {
                    reply: match out.beside(ledger, || question.make_from(&basis))? {
                        Err(query::Error::Bad(why)) if asked.is_explained(&why, format) => {
                            return asked.explain_unmade(ledger, &why, out);
                        }
                        made => made?,
                    },
                    read_at,
                },
                (None, _) => query::ask(ledger, question)?,
            };
            out.notes(&read.reply.notes);
            match format {
                Format::Html => out.verbatim(&asked.document(&read)?)?,
                Format::Json => out.json(&read.to_json()?)?,
                Format::Csv => out.verbatim(&asked.sheet(&read.reply))?,
                Format::Table => asked.print(&read.reply, out)?,
            }
            Ok(Exit::Done)
        })
    }

    /// True if a figure that lacks a parameter is to be explained all the same.
    fn is_explained(&self, why: &Bad, format: Format) -> bool {
        self.explain && format == Format::Table && why.field == "set"
    }

    /// Explains a figure that could not be made. One that only lacks a parameter is no error:
    /// its explanation is what was asked for.
    fn explain_unmade(
        &self,
        ledger: &mut Ledger,
        why: &Bad,
        out: &mut Printer,
    ) -> Result<Exit, Failure> {
        let known = query::ask(ledger, &Report::default())?.reply.figures;
        let mut named = known.iter();
        if let Some(figure) = named.find(|one| self.question.name.as_deref() == Some(&*one.id)) {
            let known = figure.parameters.iter();
            let known = known.map(|one| (one.name.as_str(), one.meaning_zh.as_str()));
            let reason_zh = query::lacking_zh(&why.message, known);
            let reason_zh = reason_zh.as_deref().unwrap_or(&why.message);
            let lacks = self.lang.say("no figure", "无数据");
            let reason = self.lang.say(&why.message, reason_zh);
            out.line(format!("{}: {lacks}: {reason}", self.name(figure)))?;
            self.define(figure, out)?;
        }
        match self.settings.is_empty() {
            true => Ok(Exit::Done),
            false => Err(why.clone().into()),
        }
    }

    /// The report as one HTML file.
    fn document(&self, read: &query::Read<ReportReply>) -> Result<String, Failure> {
        let told: Value = read.to_json()?;
        let made = read.reply.all.iter().chain(&read.reply.made);
        let flags = made.map(|made| self.flags_of(&made.figure)).collect();
        if told["figures"].is_array() {
            let message = "html is the form of figures: name one, or all";
            return Err(Bad::new("--format", message).into());
        }
        let period = self.question.period.as_deref();
        let document = documents::of_figures(self.lang, &told, flags, period);
        let html = document.to_html();
        html.map_err(|error| Failure::new(ErrorCode::Internal, error.to_string()))
    }

    fn name<'t>(&self, figure: &'t FigureTold) -> &'t str {
        self.lang.say(&figure.name, &figure.name_zh)
    }

    /// Cells of a figure in the list of all, below [`LIST_COLUMNS`].
    fn listed(&self, figure: &FigureTold) -> [String; 5] {
        [
            figure.id.clone(),
            self.name(figure).into(),
            figure.unit.clone(),
            self.lang.say(&figure.window, &figure.window_zh).to_owned(),
            figure.by.join(" "),
        ]
    }

    /// Cells of something that is no figure, below [`ELSEWHERE_COLUMNS`].
    fn beside(&self, row: &ElsewhereTold) -> [String; 3] {
        let (asked, by) = match self.lang {
            Lang::English => (&row.asked, &row.by),
            Lang::Chinese => (&row.asked_zh, &row.by_zh),
        };
        let told = match (row.is_available, self.lang) {
            (true, _) => by.clone(),
            (false, Lang::English) => format!("unavailable; it lacks {by}"),
            (false, Lang::Chinese) => format!("不可用；缺少{by}"),
        };
        [row.source.clone(), asked.clone(), told]
    }

    fn print(&self, told: &ReportReply, out: &mut Printer) -> Result<(), Failure> {
        let figures = told.figures.iter().map(|figure| self.listed(figure));
        out.table(&LIST_COLUMNS, figures)?;
        let elsewhere = told.elsewhere.iter().map(|row| self.beside(row));
        out.table(&ELSEWHERE_COLUMNS, elsewhere)?;
        for made in &told.all {
            self.print_one(made, Some(ROWS_OF_ALL), out)?;
        }
        if let Some(made) = &told.made {
            self.print_one(made, None, out)?;
        }
        for left_out in &told.left_out {
            let LeftOut {
                figure,
                reason,
                reason_zh,
            } = left_out;
            out.line(match self.lang {
                Lang::English => format!("{figure} not made: {reason}"),
                Lang::Chinese => format!("{figure} 未生成：{reason_zh}"),
            })?;
        }
        Ok(())
    }

    /// Prints a figure, of a longer table so many rows.
    fn print_one(
        &self,
        made: &Made,
        most: Option<usize>,
        out: &mut Printer,
    ) -> Result<(), Failure> {
        out.line(self.headline(made))?;
        if let Some(change) = &made.change {
            let before = shown(&change.before, unit_of(made, &made.figure.unit));
            let (from, to) = (&change.from, &change.to);
            out.line(match (&change.difference, &change.relative) {
                (Some(difference), relative) => {
                    let relative = relative.as_ref().map(|r| format!(", {r} %"));
                    let unit = unit_of(made, &change.unit);
                    format!(
                        "  {from} to {to}: {before}; change {difference} {unit}{}",
                        relative.unwrap_or_default()
                    )
                }
                _ => format!("  {from} to {to}: {before}; no change can be told"),
            })?;
        }
        let rows = rows_shown(made, most);
        print_table(made, rows, out)?;
        if rows.len() < made.rows.len() {
            let (shown, all, how) = (rows.len(), made.rows.len(), self.command_of(made));
            out.line(match self.lang {
                Lang::English => format!("  {shown} of {all} rows; all of them: {how}"),
                Lang::Chinese => format!("  共 {all} 行，显示 {shown} 行；全部：{how}"),
            })?;
        }
        let notes = match self.lang {
            Lang::English => &made.notes,
            Lang::Chinese => &made.notes_zh,
        };
        for note in notes {
            out.line(format!("  {note}"))?;
        }
        if self.explain {
            self.define(&made.figure, out)?;
        }
        let (from, to) = (made.from.as_deref().unwrap_or("the first day"), &made.to);
        let (at, entries, hash) = (&made.as_of, made.entries, &made.hash);
        let made_at = format!("{from} to {to}; as of {at}, {entries} entries, last hash {hash}");
        out.line(colored(Mood::Quiet, &made_at))?;
        Ok(())
    }

    /// Command line that prints a figure with all of its rows.
    fn command_of(&self, made: &Made) -> String {
        let days = (made.from.as_deref(), made.to.as_str());
        let flags = self.flags_of(&made.figure);
        page::command(&made.figure.id, &flags, days, &made.as_of)
    }

    /// Flags besides the days that make a figure again.
    fn flags_of(&self, figure: &FigureTold) -> String {
        let by = self.question.by.as_deref();
        let by = by.filter(|by| figure.by.iter().any(|known| known == by));
        let set = self.question.set.iter();
        let set: Vec<(&str, &str)> = set.map(|(name, value)| (&**name, &*value.0)).collect();
        page::flags(by, &set, self.question.small)
    }

    fn headline(&self, made: &Made) -> String {
        let name = self.name(&made.figure);
        match &made.result {
            Some(measure) => format!(
                "{name}: {}",
                shown(measure, unit_of(made, &made.figure.unit))
            ),
            None if made.rows.is_empty() => {
                format!(
                    "{name}: {}",
                    self.lang.say("nothing in this window", "统计期内没有数据")
                )
            }
            None => name.into(),
        }
    }

    fn define(&self, figure: &FigureTold, out: &mut Printer) -> Result<(), Failure> {
        let direction_zh = match figure.direction.as_str() {
            "up" => "越高越好",
            "down" => "越低越好",
            _ => "无",
        };
        let parts = [
            ("formula", "公式", &*figure.formula, &*figure.formula_zh),
            ("numerator", "分子", &figure.numerator, &figure.numerator_zh),
            (
                "denominator",
                "分母",
                &figure.denominator,
                &figure.denominator_zh,
            ),
            ("window", "统计期", &figure.window, &figure.window_zh),
            ("unit", "单位", &figure.unit, &figure.unit),
            ("better", "方向", &figure.direction, direction_zh),
            ("rows", "来源", &figure.source, &figure.source),
        ];
        for (what, what_zh, text, text_zh) in parts.iter().filter(|part| !part.2.is_empty()) {
            out.line(match self.lang {
                Lang::English => format!("  {what}: {text}"),
                Lang::Chinese => format!("  {what_zh}：{text_zh}"),
            })?;
        }
        for parameter in &figure.parameters {
            let (name, value) = (&parameter.name, &parameter.value);
            let meaning = self.lang.say(&parameter.meaning, &parameter.meaning_zh);
            out.line(format!("  --set {name}={value}: {meaning}"))?;
        }
        if !figure.by.is_empty() {
            out.line(format!("  --by {}", figure.by.join("|")))?;
        }
        Ok(())
    }

    /// The report as CSV: the table, or one row with the value; of all figures, a row for
    /// each value and each cell.
    fn sheet(&self, told: &ReportReply) -> String {
        let mut text = String::from(BYTE_ORDER_MARK);
        if !told.all.is_empty() {
            let heads = ["row", "column"].iter().chain(&VALUE_COLUMNS);
            let heads = heads.chain(&PLACE_COLUMNS);
            text += &spreadsheet::line(heads.copied().map(str::to_owned));
            for made in &told.all {
                all_lines(made, &mut text);
            }
            return text;
        }
        let Some(made) = &told.made else {
            text += &spreadsheet::line(LIST_COLUMNS.map(str::to_owned));
            for figure in &told.figures {
                text += &spreadsheet::line(self.listed(figure));
            }
            return text;
        };
        if made.columns.is_empty() {
            let heads = VALUE_COLUMNS.iter().chain(&PLACE_COLUMNS);
            text += &spreadsheet::line(heads.copied().map(str::to_owned));
            text += &value_line(made);
            return text;
        }
        let at = place_of(made);
        let heads = made.columns.iter().map(|column| heading(made, column));
        let place = PLACE_COLUMNS.map(str::to_owned);
        text += &spreadsheet::line(heads.chain(place));
        for row in &made.rows {
            let cells = row.iter().cloned().map(Option::unwrap_or_default);
            text += &spreadsheet::line(cells.chain(at.iter().cloned()));
        }
        text
    }
}

/// Columns of the list of figures.
const LIST_COLUMNS: [&str; 5] = ["figure", "name", "unit", "window", "by"];

/// Columns of what is asked for beside figures.
const ELSEWHERE_COLUMNS: [&str; 3] = ["rows", "asked for", "by"];

/// Columns of a line with a figure's value, in front of those of [`PLACE_COLUMNS`].
const VALUE_COLUMNS: [&str; 7] = [
    "figure",
    "unit",
    "value",
    "numerator",
    "denominator",
    "low",
    "high",
];

/// Columns that say what a row was made from.
const PLACE_COLUMNS: [&str; 5] = ["from", "to", "as_of", "entries", "hash"];

fn place_of(made: &Made) -> [String; 5] {
    [
        made.from.clone().unwrap_or_default(),
        made.to.clone(),
        made.as_of.clone(),
        made.entries.to_string(),
        made.hash.clone(),
    ]
}

/// A figure's value on a line.
fn value_line(made: &Made) -> String {
    let cells = value_cells(made).into_iter();
    spreadsheet::line(cells.chain(place_of(made)))
}

/// A figure among all: its value, and the cells of its table with the words of their row.
fn all_lines(made: &Made, text: &mut String) {
    let head = |row: String, column: &str| [row, column.to_owned()].into_iter();
    if made.result.is_some() {
        let cells = head(String::new(), "").chain(value_cells(made));
        *text += &spreadsheet::line(cells.chain(place_of(made)));
    }
    for (number, row) in (1..).zip(&made.rows) {
        let cells = || row.iter().zip(&made.columns);
        let words = cells().filter(|(_, column)| column.unit == "text");
        let words: Vec<&str> = words.filter_map(|(cell, _)| cell.as_deref()).collect();
        let name = match words.is_empty() {
            true => number.to_string(),
            false => words.join(" / "),
        };
        for (cell, column) in cells().filter(|(_, column)| column.unit != "text") {
            let value = [
                made.figure.id.clone(),
                column.unit.clone(),
                cell.clone().unwrap_or_default(),
            ];
            let rest = std::iter::repeat_n(String::new(), VALUE_COLUMNS.len() - value.len());
            let cells = head(name.clone(), &column.id).chain(value).chain(rest);
            *text += &spreadsheet::line(cells.chain(place_of(made)));
        }
    }
}

/// Cells below [`VALUE_COLUMNS`].
fn value_cells(made: &Made) -> [String; 7] {
    let measure = made.result.clone().unwrap_or_default();
    let cells = [
        Some(made.figure.id.clone()),
        Some(made.figure.unit.clone()),
        measure.value,
        measure.numerator,
        measure.denominator,
        measure.low,
        measure.high,
    ];
    cells.map(Option::unwrap_or_default)
}

/// Unit as people are shown it: the currency for money.
fn unit_of<'t>(made: &'t Made, unit: &'t str) -> &'t str {
    match unit {
        "money" => &made.currency,
        unit => unit,
    }
}

/// Heading of a column, with the unit of its values where that does not go without saying.
fn heading(made: &Made, column: &ColumnTold) -> String {
    match unit_of(made, &column.unit) {
        "text" | "count" => column.id.clone(),
        unit if column.id == unit => column.id.clone(),
        unit => format!("{} ({unit})", column.id),
    }
}

/// Most rows of a figure among all: a year by day would be a screen for each month.
const ROWS_OF_ALL: usize = 20;

/// Rows that are printed: of a longer table the newest, where rows follow one another in
/// time, or else the first.
fn rows_shown(made: &Made, most: Option<usize>) -> &[Vec<Option<String>>] {
    let rest = made.rows.len().saturating_sub(most.unwrap_or(usize::MAX));
    let is_time = made
        .columns
        .first()
        .is_some_and(|first| page::is_time(&first.id));
    match is_time {
        true => &made.rows[rest..],
        false => &made.rows[..made.rows.len() - rest],
    }
}

fn print_table(
    made: &Made,
    rows: &[Vec<Option<String>>],
    out: &mut Printer,
) -> Result<(), Failure> {
    let heads = made.columns.iter().map(|column| heading(made, column));
    let heads: Vec<String> = heads.collect();
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let cell = |(cell, column): (&Option<String>, &ColumnTold)| match cell {
        None if column.unit != "text" => "-".into(),
        cell => cell.clone().unwrap_or_default(),
    };
    let rows = rows.iter().map(|row| row.iter().zip(&made.columns));
    Ok(out.table(
        &heads,
        rows.map(|cells| cells.map(cell).collect::<Vec<_>>()),
    )?)
}

/// A value with the numbers it is made from.
fn shown(measure: &MeasureTold, unit: &str) -> String {
    let Some(value) = &measure.value else {
        return match &measure.denominator {
            Some(_) => "no figure (nothing to divide by)".into(),
            None => "no figure".into(),
        };
    };
    let made_of = match (&measure.numerator, &measure.denominator) {
        (Some(numerator), Some(denominator)) => format!(" = {numerator} / {denominator}"),
        _ => String::new(),
    };
    let interval = match (&measure.low, &measure.high) {
        (Some(low), Some(high)) => format!(", 95 % interval {low} to {high}"),
        _ => String::new(),
    };
    match unit {
        "count" | "score" | "ratio" => format!("{value}{made_of}{interval}"),
        unit => format!("{value} {unit}{made_of}{interval}"),
    }
}
