//! Alerts as people read them.

use super::language::Lang;
use serde_json::Value;

/// An alert as people read it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Alert {
    /// Its id.
    pub id: String,
    /// The sentence in the language of the page.
    pub text: String,
    /// The sentence in Simplified Chinese.
    pub text_zh: String,
    /// Its value.
    pub value: Option<String>,
    /// Entry that shows it, if there is one.
    pub entry: Option<String>,
    /// `new`, `told`, `worse`, `acknowledged` or `over`.
    pub state: String,
    /// Name of whoever has acknowledged it; empty otherwise.
    pub by: String,
    /// Reason that was given.
    pub reason: String,
}

impl Alert {
    /// True if nobody has seen to it.
    pub fn is_open(&self) -> bool {
        !matches!(self.state.as_str(), "acknowledged" | "over")
    }
}

/// Alerts of the answer to `report alerts`; those that are over are left out.
pub fn alerts(lang: Lang, answer: &Value) -> Vec<Alert> {
    let made = &answer["made"];
    let columns = made["columns"].as_array().into_iter().flatten();
    let columns: Vec<&str> = columns.filter_map(|column| column["id"].as_str()).collect();
    let rows = made["rows"].as_array().into_iter().flatten();
    let alert = |row: &Value| {
        let of = |id: &str| {
            let at = columns.iter().position(|column| *column == id);
            at.and_then(|at| row[at].as_str()).map(str::to_owned)
        };
        let text = |id: &str| of(id).unwrap_or_default();
        Alert {
            id: text("id"),
            text: text(lang.say("text", "text_zh")),
            text_zh: text("text_zh"),
            value: of("value"),
            entry: of("entry"),
            state: text("state"),
            by: text("by"),
            reason: text("reason"),
        }
    };
    let alerts = rows.map(alert);
    alerts.filter(|alert| alert.state != "over").collect()
}
