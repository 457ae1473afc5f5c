//! The pages and their handlers.

use super::admission::{Fields, Ledger, admitted, sent, visitor};
use super::alerts::open_alerts;
use super::campaigns::{Campaign, attention, campaigns_of};
use super::frame::{Frame, LANG, THEME};
use super::responses::{notice, page, see_other, unavailable};
use super::session;
use super::values::plain;
use crate::page::{
    Alert, Known, Lang, Parameter, SECTIONS, View, chinese_heading, flags, grouped, known,
};
use crate::query::lacking_zh;
use crate::serve::Door;
use crate::serve::roles::{Caller, Role};
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::time::Instant;

/// Tiles on the overview.
const TILES_MAX: usize = 12;
/// Most entries of a ledger that has just begun.
const NEW_MAX: u64 = 20;

#[derive(Template)]
#[template(path = "dashboard/sign_in.html")]
struct SignIn<'a> {
    frame: &'a Frame,
    is_wrong: bool,
}

pub(super) async fn sign_in(State(door): Ledger, headers: HeaderMap) -> Response {
    if visitor(&door, &headers, true).is_some() {
        return see_other(super::ROOT);
    }
    let frame = Frame::new(&headers, "/dashboard/sign-in", None);
    page(
        StatusCode::OK,
        &SignIn {
            frame: &frame,
            is_wrong: false,
        },
    )
}

pub(super) async fn signed_in(
    State(door): Ledger,
    headers: HeaderMap,
    Form(form): Form<Fields>,
) -> Response {
    let secret = form.get("token").map_or("", |token| token.trim());
    match door.tokens.caller(secret) {
        Ok(Some(caller)) => begin(&door, caller),
        Ok(None) => {
            let frame = Frame::new(&headers, "/dashboard/sign-in", None);
            page(
                StatusCode::UNAUTHORIZED,
                &SignIn {
                    frame: &frame,
                    is_wrong: true,
                },
            )
        }
        Err(trouble) => {
            tracing::error!("tokens cannot be read: {trouble}");
            let frame = Frame::new(&headers, "/dashboard/sign-in", None);
            unavailable(
                &frame,
                "the file of tokens cannot be read; the log of the service says why",
            )
        }
    }
}

/// Begins a session, and leads to the overview.
fn begin(door: &Door, caller: Caller) -> Response {
    let Ok(secret) = door.sessions.begin(caller, Instant::now()) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    with_cookie(
        see_other(super::ROOT),
        &session::cookie(&secret, door.is_tls),
    )
}

fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

pub(super) async fn open(
    State(door): Ledger,
    headers: HeaderMap,
    Query(query): Query<Fields>,
) -> Response {
    let code = query.get("code").map_or("", String::as_str);
    match door.sessions.take_link(code, Instant::now()) {
        true => begin(&door, Caller::office()),
        false => {
            let frame = Frame::new(&headers, "/dashboard/sign-in", None);
            let text = frame.say(
                "This link has been used or is too old. Sign in with a token, or start the service with --open again.",
                "此链接已被使用或已过期。请用令牌登录，或以 --open 重新启动服务。",
            );
            notice(&frame, StatusCode::FORBIDDEN, text)
        }
    }
}

pub(super) async fn sign_out(
    State(door): Ledger,
    headers: HeaderMap,
    Form(form): Form<Fields>,
) -> Response {
    if let Err(response) = sent(&door, &headers, super::ROOT, &form) {
        return *response;
    }
    let cookies = headers.get(COOKIE).and_then(|v| v.to_str().ok());
    if let Some(secret) = cookies.and_then(session::secret_in) {
        door.sessions.end(&secret);
    }
    with_cookie(
        see_other("/dashboard/sign-in"),
        &session::cookie("", door.is_tls),
    )
}

/// Chooses a language or an appearance.
pub(super) async fn look(Query(query): Query<Fields>) -> Response {
    let back = query.get("back").map_or("", String::as_str);
    let is_ours = back == super::ROOT || back.starts_with("/dashboard/");
    let mut response = see_other(if is_ours { back } else { super::ROOT });
    for (name, field, words) in [
        (LANG, "lang", ["en", "zh", ""]),
        (THEME, "theme", ["system", "light", "dark"]),
    ] {
        let chosen = query
            .get(field)
            .filter(|word| words.contains(&word.as_str()));
        if let Some(word) = chosen {
            response = with_cookie(response, &session::choice(name, word));
        }
    }
    response
}

/// Definitions of all figures, and how many entries there are.
async fn definitions(door: &Door, lang: Lang) -> Result<(Vec<Known>, u64), String> {
    let (answers, entries) = door.ask_all(vec![json!({"ask": "report"})]).await?;
    Ok((known(lang, &answers[0]), entries))
}

/// Makes figures, divided by month where they can be.
async fn made(
    door: &Door,
    lang: Lang,
    figures: &[Known],
    period: &str,
) -> Result<(Vec<View>, u64), String> {
    let division = |figure: &Known| {
        let mut words = ["month", "day"].into_iter();
        words.find(|word| figure.by.iter().any(|by| by == word))
    };
    let questions = figures.iter().map(|figure| {
        let by = division(figure);
        let mut question = json!({"ask": "report", "name": figure.id});
        if let Some(by) = by {
            question["by"] = json!(by);
        }
        if !period.is_empty() {
            question["period"] = json!(period);
        }
        if figure.has_window || !period.is_empty() {
            question["compare"] = json!("previous");
        }
        question
    });
    let (answers, entries) = door.figures(questions.collect()).await?;
    let views = figures.iter().zip(&answers);
    let views = views.map(|(figure, answer)| View {
        is_linked: true,
        flags: flags(division(figure), &[], false),
        ..view_of(lang, figure, answer)
    });
    Ok((views.collect(), entries))
}

/// A figure from the answer to `report NAME`; where it could not be made, with the reason.
fn view_of(lang: Lang, known: &Known, answer: &Value) -> View {
    if answer["made"].is_object() {
        return View::made(lang, &answer["made"]);
    }
    let told = |message: &str| {
        let told = message.strip_prefix("set: ").unwrap_or(message);
        let parameters = known.parameters.iter();
        let parameters = parameters.map(|one| (one.name.as_str(), one.meaning.as_str()));
        let lacking = lacking_zh(told, parameters).filter(|_| lang == Lang::Chinese);
        lacking.unwrap_or_else(|| told.to_owned())
    };
    View {
        lang,
        id: known.id.clone(),
        name: known.name.clone(),
        trouble: answer["message"].as_str().map(told),
        is_wanting: answer["field"] == "set",
        ..View::default()
    }
}

/// True if a figure was made from fewer entries than there are.
fn is_behind(views: &[View], entries: u64) -> bool {
    let entries = grouped(&entries.to_string());
    let made = views.iter().filter(|view| view.trouble.is_none());
    made.into_iter().any(|view| view.entries != entries)
}

#[derive(Template)]
#[template(path = "dashboard/overview.html")]
struct Overview<'a> {
    frame: &'a Frame,
    tiles: Vec<View>,
    period: String,
    /// Alerts, each with the page for it.
    attention: Vec<(String, String)>,
    /// Alerts that nobody has seen to, with the page about each.
    alerts: Vec<(Alert, String)>,
    /// Key of the next command, so that a form sent twice is booked once.
    key: String,
    /// True if nothing was sold yet.
    is_new: bool,
    campaigns: Vec<Campaign>,
    refused: Vec<(String, String)>,
}

pub(super) async fn overview(
    State(door): Ledger,
    headers: HeaderMap,
    Query(query): Query<Fields>,
) -> Response {
    let period = query.get("period").cloned().unwrap_or_default();
    let (mut frame, _) = match admitted(&door, &headers, super::ROOT, "report") {
        Ok(admitted) => admitted,
        Err(response) => return *response,
    };
    frame.tell_done(&query);
    let tiles = async {
        let (mut all, _) = definitions(&door, frame.lang).await?;
        all.sort_by_key(|figure| figure.rank().unwrap_or(usize::MAX));
        all.truncate(TILES_MAX);
        made(&door, frame.lang, &all, &period).await
    };
    let tiles = tiles.await;
    let (tiles, entries) = match tiles {
        Ok(tiles) => tiles,
        Err(text) => return unavailable(&frame, &text),
    };
    frame.entries = entries;
    frame.is_behind = is_behind(&tiles, entries);
    let campaigns = campaigns_of(&door).await.unwrap_or_default();
    let mut attention = attention(&frame, &campaigns);
    let alerts = open_alerts(&door, frame.lang).await;
    // Alerts look at it from time to time only.
    if let Some(text) = door.verification.trouble()
        && !alerts.iter().any(|(alert, _)| alert.id == "verification")
    {
        let found = frame.say("verification of the journal:", "日志校验：");
        let text = text.replace('_', " ");
        attention.push((format!("{found} {text}"), "/dashboard/audit".into()));
    }
    let is_new = tiles.iter().any(|view| {
        let is_none = |value: &String| value.starts_with("0.00") || value.as_str() == "0";
        view.id == "sales" && period.is_empty() && view.value.as_ref().is_none_or(is_none)
    }) && entries <= NEW_MAX;
    let Ok(key) = session::new_secret() else {
        return unavailable(&frame, "there is no randomness for a form");
    };
    let refused = json!({"ask": "report", "name": "refusals"});
    let refused = match door.figures(vec![refused]).await {
        Ok((answers, _)) => answers.iter().flat_map(counted_rows).collect(),
        Err(_) => Vec::new(),
    };
    page(
        StatusCode::OK,
        &Overview {
            frame: &frame,
            tiles,
            period,
            attention,
            alerts,
            key,
            is_new,
            campaigns,
            refused,
        },
    )
}

/// First and second cells of a figure's rows.
fn counted_rows(answer: &Value) -> Vec<(String, String)> {
    let rows = answer["made"]["rows"].as_array().into_iter().flatten();
    rows.map(|row| (plain(&row[0]), grouped(&plain(&row[1]))))
        .collect()
}

#[derive(Template)]
#[template(path = "dashboard/section.html")]
struct Section<'a> {
    frame: &'a Frame,
    title: &'static str,
    views: Vec<View>,
    known: Vec<Known>,
    period: String,
}

pub(super) async fn section(
    State(door): Ledger,
    headers: HeaderMap,
    Path(section): Path<String>,
    Query(query): Query<Fields>,
) -> Response {
    let period = query.get("period").cloned().unwrap_or_default();
    let path = format!("/dashboard/figures/{section}");
    let (mut frame, _) = match admitted(&door, &headers, &path, "report") {
        Ok(admitted) => admitted,
        Err(response) => return *response,
    };
    let all = section == "all";
    if !all && !SECTIONS.iter().any(|known| known.word == section) {
        return notice(
            &frame,
            StatusCode::NOT_FOUND,
            frame.say("There is no such page.", "没有此页面。"),
        );
    }
    let found = async {
        let (mut known, entries) = definitions(&door, frame.lang).await?;
        if all {
            return Ok((Vec::new(), known, entries));
        }
        known.retain(|figure| figure.place_in(&section).is_some());
        known.sort_by_key(|figure| figure.place_in(&section));
        let (views, entries) = made(&door, frame.lang, &known, &period).await?;
        Ok::<_, String>((views, Vec::new(), entries))
    };
    let found = found.await;
    match found {
        Ok((views, known, entries)) => {
            frame.entries = entries;
            frame.is_behind = is_behind(&views, entries);
            let place = frame.places().iter().find(|place| frame.is_here(place));
            let title = place.map_or("", |place| frame.title_of(place));
            page(
                StatusCode::OK,
                &Section {
                    frame: &frame,
                    title,
                    views,
                    known,
                    period,
                },
            )
        }
        Err(text) => unavailable(&frame, &text),
    }
}

#[derive(Template)]
#[template(path = "dashboard/figure.html")]
struct Figure<'a> {
    frame: &'a Frame,
    view: View,
    known: Known,
    by: String,
    period: String,
    /// The parameters, with what was chosen for each.
    fields: Vec<(Parameter, String)>,
    /// Ids and titles of campaigns, to choose from.
    campaigns: Vec<(String, String)>,
    /// Whether segments of fewer than five members are shown; None where the role may not
    /// ask for them.
    small: Option<bool>,
}

impl Figure<'_> {
    /// Word and title of the section that the figure is in.
    fn section(&self) -> Option<(&'static str, &'static str)> {
        let mut sections = SECTIONS.iter();
        let found = sections.find(|one| one.figures.contains(&self.known.id.as_str()))?;
        let title = self.frame.say(found.title.0, found.title.1);
        Some((found.word, title))
    }

    /// Name of a division in the page's language.
    fn division<'t>(&self, word: &'t str) -> &'t str {
        self.frame.say(word, chinese_heading(word).unwrap_or(word))
    }

    /// True if the parameters are to be seen at once.
    fn is_open(&self) -> bool {
        self.view.is_wanting || self.fields.iter().any(|(_, chosen)| !chosen.is_empty())
    }
}

pub(super) async fn figure(
    State(door): Ledger,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(query): Query<Fields>,
) -> Response {
    let path = format!("/dashboard/figure/{id}");
    let (mut frame, caller) = match admitted(&door, &headers, &path, "report") {
        Ok(admitted) => admitted,
        Err(response) => return *response,
    };
    let of = |name: &str| query.get(name).cloned().unwrap_or_default();
    let (by, period) = (of("by"), of("period"));
    let small = (caller.role == Role::Office).then(|| of("small") == "yes");
    let found = async {
        let (all, _) = definitions(&door, frame.lang).await?;
        let Some(known) = all.into_iter().find(|figure| figure.id == id) else {
            return Ok(None);
        };
        let fields = known.parameters.iter().map(|parameter| {
            let chosen = of(&format!("set.{}", parameter.name)).trim().to_owned();
            (parameter.clone(), chosen)
        });
        let fields: Vec<(Parameter, String)> = fields.collect();
        let mut question = json!({"ask": "report", "name": id});
        for (name, value) in [("by", &by), ("period", &period)] {
            if !value.is_empty() {
                question[name] = json!(value);
            }
        }
        if small == Some(true) {
            question["small"] = json!(true);
        }
        let chosen = fields.iter().filter(|(_, value)| !value.is_empty());
        let set = chosen.map(|(parameter, value)| (parameter.name.as_str(), value.as_str()));
        let set: Vec<(&str, &str)> = set.collect();
        for (name, value) in &set {
            question["set"][name] = json!(value);
        }
        let (answers, entries) = door.figures(vec![question]).await?;
        let view = View {
            flags: flags(
                Some(by.as_str()).filter(|by| !by.is_empty()),
                &set,
                small == Some(true),
            ),
            is_page: true,
            ..view_of(frame.lang, &known, &answers[0])
        };
        let campaigns = match fields.iter().any(|(one, _)| one.name == "campaign") {
            true => campaigns_of(&door).await?,
            false => Vec::new(),
        };
        let campaigns = campaigns.into_iter().map(|one| (one.id, one.title));
        Ok::<_, String>(Some((known, view, fields, campaigns.collect(), entries)))
    };
    let found = found.await;
    match found {
        Ok(Some((known, view, fields, campaigns, entries))) => {
            frame.entries = entries;
            page(
                StatusCode::OK,
                &Figure {
                    frame: &frame,
                    view,
                    known,
                    by,
                    period,
                    fields,
                    campaigns,
                    small,
                },
            )
        }
        Ok(None) => notice(
            &frame,
            StatusCode::NOT_FOUND,
            frame.say("There is no such figure.", "没有此指标。"),
        ),
        Err(text) => unavailable(&frame, &text),
    }
}
