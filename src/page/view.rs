//! Figures as the pages show them, from the JSON of `report`.

use super::chinese::{chinese_heading, chinese_word};
use super::language::Lang;
use super::plot::{Plot, Series, plot};
use serde_json::Value;

/// Columns whose rows follow one another in time.
const TIMES: [&str; 7] = [
    "day", "week", "month", "quarter", "year", "cohort", "period",
];

/// Columns whose cells are words of ours, and no ids of the shop.
const OF_WORDS: [&str; 11] = [
    "alert",
    "answer",
    "arm",
    "expiring",
    "group",
    "kind",
    "of",
    "participant",
    "relation",
    "standing",
    "state",
];

/// Figures that stand together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Section {
    /// Word in paths and addresses.
    pub word: &'static str,
    /// Title in English and in Simplified Chinese.
    pub title: (&'static str, &'static str),
    /// Ids of the figures, in their order.
    pub figures: &'static [&'static str],
}

/// The sections. Every figure stands in one at least.
pub const SECTIONS: [Section; 7] = [
    Section {
        word: "customers",
        title: ("Customers", "客户"),
        figures: &[
            "active_members",
            "growth",
            "churn",
            "retention",
            "repurchase",
            "repurchase_orders",
            "repeat_orders",
            "repeat_revenue",
            "frequency",
            "interval",
            "average_order",
            "engagement",
            "lifetime_value",
            "lifetime_expected",
            "loyalty_types",
            "unit_cost",
            "advocacy",
            "network",
            "preferences",
            "goals",
            "alerts",
        ],
    },
    Section {
        word: "points",
        title: ("Points and liability", "积分与负债"),
        figures: &[
            "points",
            "utilisation",
            "liability",
            "deferred_revenue",
            "redemptions",
            "vouchers",
        ],
    },
    Section {
        word: "segments",
        title: ("RFM and cohorts", "RFM与同期群"),
        figures: &["rfm", "cohorts", "lifetime_expected", "loyalty_types"],
    },
    Section {
        word: "results",
        title: ("Campaign results", "活动效果"),
        figures: &[
            "cost",
            "campaigns",
            "uplift",
            "return",
            "promotion_share",
            "funnel",
        ],
    },
    Section {
        word: "channels",
        title: ("Stores and channels", "门店与渠道"),
        figures: &["sales", "partners", "passes", "donations", "refusals"],
    },
    Section {
        word: "voice",
        title: ("Satisfaction", "满意度"),
        figures: &[
            "nps",
            "csat",
            "ces",
            "intent",
            "emotions",
            "response_time",
            "honour_roll",
        ],
    },
    Section {
        word: "tiers",
        title: ("Tiers", "等级"),
        figures: &["tiers"],
    },
];

/// Figures of the overview, the most telling first.
pub const OVERVIEW: [&str; 12] = [
    "sales",
    "active_members",
    "repurchase",
    "churn",
    "average_order",
    "utilisation",
    "liability",
    "growth",
    "lifetime_expected",
    "rfm",
    "vouchers",
    "nps",
];

/// True for a column whose rows follow one another in time.
pub fn is_time(column: &str) -> bool {
    TIMES.contains(&column)
}

/// A parameter of a figure.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// What it means, in the language of the page.
    pub meaning: String,
    /// The value that is taken where none is given; empty if there is none.
    pub value: String,
}

/// A figure in a list of definitions.
#[derive(Clone, Debug)]
pub struct Known {
    /// Its id.
    pub id: String,
    /// Its name in the language of the page.
    pub name: String,
    /// Its formula.
    pub formula: String,
    /// Dimensions it can be divided by.
    pub by: Vec<String>,
    /// True if it counts a window of days, and not all.
    pub has_window: bool,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn texts(value: &Value) -> Vec<String> {
    let items = value.as_array().into_iter().flatten();
    items.map(text).collect()
}

/// All definitions, from the answer to `report` without a name.
pub fn known(lang: Lang, answer: &Value) -> Vec<Known> {
    let figures = answer["figures"].as_array().into_iter().flatten();
    let known = figures.map(|figure| Known {
        id: text(&figure["id"]),
        name: said(lang, figure, "name"),
        formula: said(lang, figure, "formula"),
        by: texts(&figure["by"]),
        has_window: !text(&figure["window"]).starts_with("all days"),
        parameters: (figure["parameters"].as_array().into_iter().flatten())
            .map(|one| Parameter {
                name: text(&one["name"]),
                meaning: said(lang, one, "meaning"),
                value: text(&one["value"]),
            })
            .collect(),
    });
    known.collect()
}

/// A text of a definition in a language.
fn said(lang: Lang, figure: &Value, field: &str) -> String {
    let field = match lang {
        Lang::English => field.to_owned(),
        Lang::Chinese => format!("{field}_zh"),
    };
    text(&figure[field])
}

impl Known {
    /// Place in a section; None if it does not belong there.
    pub fn place_in(&self, section: &str) -> Option<usize> {
        let found = SECTIONS.iter().find(|known| known.word == section)?;
        found.figures.iter().position(|id| *id == self.id)
    }

    /// Place on the overview; None if it is not there.
    pub fn rank(&self) -> Option<usize> {
        OVERVIEW.iter().position(|id| *id == self.id)
    }
}

/// A cell of a table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cell {
    /// Its text.
    pub text: String,
    /// `number`, `word`, `none` or `small`.
    pub kind: &'static str,
    /// Shade from 0 to 9 of a cell in a table of shares.
    pub heat: String,
}

/// A figure as a page shows it. One that no ledger made, such as that of a trial,
/// is put together by its fields.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct View {
    /// Language of the words around it.
    pub lang: Lang,
    /// Id, distinct within a page.
    pub id: String,
    /// Name.
    pub name: String,
    /// Formula in words; empty: no definition is shown.
    pub formula: String,
    /// Meaning of the numerator; empty for one that is no quotient.
    pub numerator: String,
    /// Meaning of the denominator.
    pub denominator: String,
    /// Rows of the requirements.
    pub source: String,
    /// Words for the better direction; empty if there is none.
    pub direction: &'static str,
    /// The value with its unit; None where there is none.
    pub value: Option<String>,
    /// Numbers that the value was made from.
    pub parts: Option<(String, String)>,
    /// Confidence interval at 95 %.
    pub interval: Option<(String, String)>,
    /// Change since the time before, with its unit.
    pub change: Option<String>,
    /// First day counted; empty where all are.
    pub from: String,
    /// Last day counted.
    pub to: String,
    /// Instant whose knowledge it is.
    pub as_of: String,
    /// Number of entries that it is made from.
    pub entries: String,
    /// Chain hash of the last one.
    pub hash: String,
    /// Flags besides the days that make it again, by [`flags`].
    pub flags: String,
    /// Headings of the table, and whether each is of words.
    pub columns: Vec<(String, bool)>,
    /// Rows of the table.
    pub rows: Vec<Vec<Cell>>,
    /// Its plot.
    pub plot: Option<Plot>,
    /// Notes that a reader needs.
    pub notes: Vec<String>,
    /// Message, where it could not be made.
    pub trouble: Option<String>,
    /// True if the trouble is that an input is not given, and nothing is wrong.
    pub is_wanting: bool,
    /// True if it is a table without a single value.
    pub is_table: bool,
    /// True if its table is one of many shares, whose shades show them.
    pub is_heat: bool,
    /// True if its name leads to the dashboard's page about it.
    pub is_linked: bool,
    /// True if its name is the page's heading, and does not stand again above it.
    pub is_page: bool,
}

/// Flags of a division, of parameters and of small segments, each with a blank before it.
pub fn flags(by: Option<&str>, set: &[(&str, &str)], is_small: bool) -> String {
    let by = by.map(|by| format!(" --by {by}"));
    let set = set.iter().map(|(name, value)| {
        let value = value.replace('\'', r"'\''");
        format!(" --set '{name}={value}'")
    });
    let small = is_small.then(|| " --small".to_owned());
    by.into_iter().chain(set).chain(small).collect()
}

/// Command line that makes a figure again; without a first day it counts all.
pub fn command(id: &str, flags: &str, (from, to): (Option<&str>, &str), as_of: &str) -> String {
    let from = from.map_or(String::new(), |from| format!(" --from {from}"));
    format!("stampbook report {id}{flags}{from} --to {to} --as-of {as_of}")
}

impl View {
    /// A figure as it was made.
    pub fn made(lang: Lang, made: &Value) -> View {
        let currency = made["currency"].as_str().unwrap_or_default();
        let (figure, result) = (&made["figure"], &made["result"]);
        let unit = unit_of(lang, currency, figure["unit"].as_str().unwrap_or_default());
        let number = |value: &Value| value.as_str().map(grouped);
        let with_unit = |value: String| match unit.as_str() {
            "" => value,
            "%" => format!("{value} %"),
            unit => format!("{value} {unit}"),
        };
        let change = &made["change"];
        let (columns, rows) = table(lang, &made["columns"], &made["rows"]);
        let mut view = View {
            lang,
            id: text(&figure["id"]),
            name: said(lang, figure, "name"),
            formula: said(lang, figure, "formula"),
            numerator: said(lang, figure, "numerator"),
            denominator: said(lang, figure, "denominator"),
            source: text(&figure["source"]),
            direction: match figure["direction"].as_str() {
                Some("up") => lang.say("↑ better", "越高越好"),
                Some("down") => lang.say("↓ better", "越低越好"),
                _ => "",
            },
            value: number(&result["value"]).map(with_unit),
            parts: number(&result["numerator"]).zip(number(&result["denominator"])),
            interval: number(&result["low"]).zip(number(&result["high"])),
            change: change["difference"].as_str().map(|difference| {
                if difference.parse::<f64>().is_ok_and(|n| n == 0.0) {
                    return lang.say("no change", "无变化").to_owned();
                }
                let (sign, amount) = match difference.strip_prefix('+') {
                    Some(amount) => ("+", amount),
                    None => ("", difference),
                };
                let word = match change["unit"].as_str() {
                    Some("pp") => lang.say("pp", "个百分点").to_owned(),
                    other => unit_of(lang, currency, other.unwrap_or_default()),
                };
                let relative = change["relative"].as_str();
                let relative = relative.map_or(String::new(), |text| format!("({text} %)"));
                let told = format!("{sign}{} {word} {relative}", grouped(amount));
                told.split_whitespace().collect::<Vec<_>>().join(" ")
            }),
            from: text(&made["from"]),
            to: text(&made["to"]),
            as_of: text(&made["as_of"]),
            entries: grouped(&made["entries"].to_string()),
            hash: text(&made["hash"]),
            columns: columns.iter().map(|column| heading(lang, column)).collect(),
            notes: texts(&made[lang.say("notes", "notes_zh")]),
            is_table: result.is_null(),
            ..View::default()
        };
        view.tabulate(currency, &columns, &rows);
        view
    }

    /// Command line that makes it again.
    pub fn command(&self) -> String {
        let from = (!self.from.is_empty()).then_some(self.from.as_str());
        command(&self.id, &self.flags, (from, &self.to), &self.as_of)
    }

    /// The text of its language.
    pub fn say<'t>(&self, english: &'t str, chinese: &'t str) -> &'t str {
        self.lang.say(english, chinese)
    }

    /// Fills in the table of the figure, and its plot.
    fn tabulate(&mut self, currency: &str, columns: &[Value], rows: &[Vec<Value>]) {
        let is_share = |column: &Value| column["unit"] == "%";
        self.is_heat = columns.iter().filter(|column| is_share(column)).count() > 3;
        let shown = |(value, column): (&Value, &Value)| {
            let is_hot = self.is_heat && is_share(column);
            cell(words_of(self.lang, column), value, is_text(column), is_hot)
        };
        let cells = rows.iter().map(|row| row.iter().zip(columns).map(shown));
        self.rows = cells.map(Iterator::collect).collect();
        if !self.is_heat {
            self.plot = self.plot_of(currency, columns, rows);
        }
    }

    /// The plot of a table; None if its rows are no series, as with two columns of words.
    fn plot_of(&self, currency: &str, columns: &[Value], rows: &[Vec<Value>]) -> Option<Plot> {
        if columns.iter().filter(|column| is_text(column)).count() != 1 {
            return None;
        }
        let of_id = |id: &str| columns.iter().position(|column| column["id"] == id);
        let first_number = || columns.iter().position(|column| !is_text(column));
        let label = columns.iter().position(is_text)?;
        let value = of_id("value").or_else(|| of_id("closing"));
        let value = value.or_else(first_number)?;
        let (labels, values) = (&columns[label], &columns[value]);
        let words = words_of(self.lang, labels);
        let point = |row: &Vec<Value>| {
            let number = row.get(value)?.as_str()?.parse::<f64>().ok()?;
            let label = cell(words, row.get(label)?, true, false).text;
            Some((label, number)).filter(|(_, number)| number.is_finite())
        };
        let points: Vec<(String, f64)> = rows.iter().filter_map(point).collect();
        let unit = values["unit"].as_str().unwrap_or_default();
        let unit = unit_of(self.lang, currency, unit);
        let heading_of = |column| heading(self.lang, column).0;
        let axis = match unit.as_str() {
            "" | "%" => heading_of(values),
            unit => format!("{} ({unit})", heading_of(values)),
        };
        let series = Series {
            title: &self.name,
            axis: &axis,
            across: &heading_of(labels),
            unit: &unit,
            rows: &points,
            is_time: is_time(labels["id"].as_str().unwrap_or_default()),
        };
        plot(self.lang, &series)
    }
}

fn is_text(column: &Value) -> bool {
    column["unit"] == "text"
}

/// Columns and rows without names in the other language, and without codes that a
/// name stands beside.
fn table(lang: Lang, columns: &Value, rows: &Value) -> (Vec<Value>, Vec<Vec<Value>>) {
    let columns = columns.as_array().cloned().unwrap_or_default();
    let has_names = columns.iter().any(|column| column["id"] == "name_zh");
    let other = lang.say("name_zh", "name");
    let text = lang.say("text_zh", "text");
    let is_kept = |column: &Value| {
        column["id"] != text && (!has_names || column["id"] != other && column["id"] != "segment")
    };
    let kept: Vec<bool> = columns.iter().map(is_kept).collect();
    let only = |items: &Vec<Value>| -> Vec<Value> {
        let items = items.iter().zip(&kept).filter(|(_, kept)| **kept);
        items.map(|(item, _)| item.clone()).collect()
    };
    let rows = rows
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_array);
    (only(&columns), rows.map(only).collect())
}

/// Language of a column's words: names that the shop gave stay as they are.
fn words_of(lang: Lang, column: &Value) -> Lang {
    match OF_WORDS.iter().any(|id| column["id"] == *id) {
        true => lang,
        false => Lang::English,
    }
}

fn cell(lang: Lang, value: &Value, is_text: bool, is_hot: bool) -> Cell {
    let (text, kind) = match value.as_str() {
        None => ("–".to_owned(), "none"),
        Some("<5") => ("<5".to_owned(), "small"),
        Some(text) if is_text => {
            let chinese = chinese_word(text).filter(|_| lang == Lang::Chinese);
            (chinese.unwrap_or(text).to_owned(), "word")
        }
        Some(text) => (grouped(text), "number"),
    };
    let share = value.as_str().and_then(|text| text.parse::<f64>().ok());
    let heat = match share.filter(|_| is_hot) {
        Some(share) => (0..10_u8)
            .rev()
            .find(|step| share / 10.0 >= f64::from(*step))
            .unwrap_or(0)
            .to_string(),
        None => String::new(),
    };
    Cell { text, kind, heat }
}

/// Heading of a column with its unit, and whether it holds words.
fn heading(lang: Lang, column: &Value) -> (String, bool) {
    let (id, unit) = (
        text(&column["id"]),
        column["unit"].as_str().unwrap_or_default(),
    );
    let title = match id.as_str() {
        "name_zh" => "name".to_owned(),
        id => id.replace('_', " "),
    };
    let title = match lang {
        Lang::English => title,
        Lang::Chinese => match id.strip_prefix("month_") {
            Some(number) => format!("第{number}月"),
            None => chinese_heading(&id).map_or(title, str::to_owned),
        },
    };
    match unit {
        "%" => (format!("{title} (%)"), false),
        "text" => (title, true),
        _ => (title, false),
    }
}

fn unit_of(lang: Lang, currency: &str, word: &str) -> String {
    match word {
        "%" => "%".into(),
        "money" => currency.into(),
        "points" => lang.say("points", "积分").into(),
        "days" => lang.say("days", "天").into(),
        _ => String::new(),
    }
}

/// A decimal with its thousands apart.
pub fn grouped(number: &str) -> String {
    let (sign, digits) = match number.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", number),
    };
    let (whole, fraction) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    if whole.is_empty() || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return number.into();
    }
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn thousands_stand_apart_and_words_stay() {
        for (number, told) in [
            ("0", "0"),
            ("999", "999"),
            ("1000", "1,000"),
            ("-1234567.89", "-1,234,567.89"),
            ("12.5", "12.5"),
            ("<5", "<5"),
            ("", ""),
        ] {
            assert_eq!(grouped(number), told);
        }
    }

    #[test]
    fn a_figure_is_shown_with_what_it_was_made_from_and_no_figure_stays_none() {
        let made = |value: Value| {
            json!({
                "figure": {"id": "x", "name": "Repurchase", "name_zh": "复购率", "unit": "%",
                    "formula": "a / b", "numerator": "a", "denominator": "b", "source": "S1",
                    "direction": "up"},
                "as_of": "2026-11-28", "entries": 1234, "hash": "ab", "to": "2026-11-28",
                "result": {"value": value, "numerator": "68", "denominator": "100"},
                "columns": [{"id": "month", "unit": "text"}, {"id": "members", "unit": "count"}],
                "rows": [["2026-01", "7"], ["2026-02", "<5"], ["2026-03", null], ["2026-04", "1200"]],
            })
        };
        let view = View::made(Lang::Chinese, &made(json!("68.0")));
        assert_eq!(
            (view.name.as_str(), view.value.as_deref()),
            ("复购率", Some("68.0 %"))
        );
        assert_eq!(view.parts, Some(("68".into(), "100".into())));
        assert_eq!(
            (view.entries.as_str(), view.columns[0].0.as_str()),
            ("1,234", "月份")
        );
        let mut still = made(json!("68.0"));
        still["change"] = json!({"difference": "0.0", "unit": "pp"});
        let view_of_still = View::made(Lang::Chinese, &still);
        assert_eq!(view_of_still.change.as_deref(), Some("无变化"));
        let kinds: Vec<&str> = view.rows.iter().map(|row| row[1].kind).collect();
        assert_eq!(kinds, ["number", "small", "none", "number"]);
        let plot = view.plot.unwrap();
        assert_eq!(plot.marks.len(), 2, "what is hidden or none is not drawn");
        let view = View::made(Lang::English, &made(Value::Null));
        assert_eq!(view.value, None);
    }
}
