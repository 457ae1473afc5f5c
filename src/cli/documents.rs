//! Documents of figures, put together from the JSON of `report`.

use crate::page::{Document, Lang, Part, SECTIONS, View};
use serde_json::Value;

/// A report of the figures of an answer, each with the flags that make it again, in the order
/// of the dashboard's sections.
pub(super) fn of_figures(
    lang: Lang,
    told: &Value,
    flags: Vec<String>,
    period: Option<&str>,
) -> Document {
    let all = told["all"].as_array().into_iter().flatten();
    let made: Vec<&Value> = all.chain(told.get("made")).collect();
    let views = made.iter().zip(flags).map(|(made, flags)| View {
        flags,
        ..View::made(lang, made)
    });
    let mut views: Vec<View> = views.collect();
    let mut parts = Vec::new();
    for section in SECTIONS {
        let take = |id: &&str| {
            let at = views.iter().position(|view| view.id == **id)?;
            Some(views.remove(at))
        };
        parts.push(Part {
            id: section.word.into(),
            title: lang.say(section.title.0, section.title.1).into(),
            views: section.figures.iter().filter_map(take).collect(),
        });
    }
    parts.push(Part {
        id: "more".into(),
        title: lang.say("More", "其他").into(),
        views,
    });
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let left_out = told["left_out"].as_array().into_iter().flatten();
    let left_out = left_out.map(|one| {
        (
            text(&one["figure"]),
            text(&one[lang.say("reason", "reason_zh")]),
        )
    });
    let title = match period {
        Some(period) => format!("{} {period}", lang.say("Figures,", "指标，")),
        None => lang.say("Figures", "指标").into(),
    };
    Document {
        lang,
        title,
        lead: vec![
            lang.say(
                "Each figure carries its definition. Where a denominator is zero there is no figure. Segments of fewer than five members are shown as <5.",
                "每个指标附有定义。分母为零时无数据。少于五名会员的分群显示为 <5。",
            )
            .into(),
        ],
        origin: made.first().map_or(Vec::new(), |made| origin(lang, made)),
        parts,
        left_out: left_out.collect(),
    }
}

/// Place in the ledger that figures were made at.
fn origin(lang: Lang, made: &Value) -> Vec<(String, String)> {
    let named = |english, chinese, value: String| (lang.say(english, chinese).to_owned(), value);
    let text = |field: &str| made[field].as_str().unwrap_or_default().to_owned();
    vec![
        named("Last day", "截止日", text("to")),
        named("As of", "截至", text("as_of")),
        named("Entries", "条目数", made["entries"].to_string()),
        named("Last hash", "末条哈希", text("hash")),
    ]
}
