//! The pages and their handlers.

use super::admission::{Fields, Shared, admitted, field, sent, visitor};
use super::alerts::open_alerts;
use super::campaigns::{Campaign, attention, campaigns_of};
use super::frame::{Frame, LANG, THEME};
use super::responses::{Page, notice, page, page_with, see_other, unavailable};
use super::session;
use super::values::{items, plain};
use crate::page::{
    Alert, Known, Lang, Parameter, SECTIONS, View, chinese_heading, flags, grouped, known,
};
use crate::query::lacking_zh;
use crate::serve::Service;
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

/// The frame for somebody who has not signed in.
fn outside(headers: &HeaderMap) -> Frame {
    Frame::new(headers, "/dashboard/sign-in", None)
}

pub(super) async fn sign_in(State(service): Shared, headers: HeaderMap) -> Page {
    if visitor(&service, &headers, true).is_some() {
        return Ok(see_other(super::ROOT));
    }
    page(&SignIn {
        frame: &outside(&headers),
        is_wrong: false,
    })
}

pub(super) async fn signed_in(
    State(service): Shared,
    headers: HeaderMap,
    Form(form): Form<Fields>,
) -> Response {
    let frame = outside(&headers);
    match service.tokens.caller(field(&form, "token")) {
        Ok(Some(caller)) => begin(&service, caller),
        Ok(None) => page_with(
            StatusCode::UNAUTHORIZED,
            &SignIn {
                frame: &frame,
                is_wrong: true,
            },
        ),
        Err(trouble) => {
            tracing::error!("tokens cannot be read: {trouble}");
            let text = "the file of tokens cannot be read; the log of the service says why";
            unavailable(&frame, text)
        }
    }
}

/// Begins a session, and leads to the overview.
fn begin(service: &Service, caller: Caller) -> Response {
    let Ok(secret) = service.sessions.begin(caller, Instant::now()) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    with_cookie(
        see_other(super::ROOT),
        &session::cookie(&secret, service.is_tls),
    )
}

fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

pub(super) async fn open(
    State(service): Shared,
    headers: HeaderMap,
    Query(query): Query<Fields>,
) -> Response {
    let code = query.get("code").map_or("", String::as_str);
    match service.sessions.take_link(code, Instant::now()) {
        true => begin(&service, Caller::office()),
        false => {
            let frame = outside(&headers);
            let text = frame.say(
                "This link has been used or is too old. Sign in with a token, or start the service with --open again.",
                "此链接已被使用或已过期。请用令牌登录，或以 --open 重新启动服务。",
            );
            notice(&frame, StatusCode::FORBIDDEN, text)
        }
    }
}

pub(super) async fn sign_out(
    State(service): Shared,
    headers: HeaderMap,
    Form(form): Form<Fields>,
) -> Page {
    sent(&service, &headers, super::ROOT, &form, |_| true)?;
    let cookies = headers.get(COOKIE).and_then(|v| v.to_str().ok());
    if let Some(secret) = cookies.and_then(session::secret_in) {
        service.sessions.end(&secret);
    }
    Ok(with_cookie(
        see_other("/dashboard/sign-in"),
        &session::cookie("", service.is_tls),
    ))
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
async fn definitions(service: &Service, lang: Lang) -> Result<(Vec<Known>, u64), String> {
    let (answers, entries) = service.ask_all(vec![json!({"ask": "report"})]).await?;
    Ok((known(lang, &answers[0]), entries))
}

/// Makes figures, divided by month where they can be.
async fn made(
    service: &Service,
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
    let (answers, entries) = service.figures(questions.collect()).await?;
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
    State(service): Shared,
    headers: HeaderMap,
    Query(query): Query<Fields>,
) -> Page {
    let period = query.get("period").cloned().unwrap_or_default();
    let (mut frame, _) = admitted(&service, &headers, super::ROOT, "report")?;
    frame.tell_done(&query);
    let tiles = async {
        let (mut all, _) = definitions(&service, frame.lang).await?;
        all.sort_by_key(|figure| figure.rank().unwrap_or(usize::MAX));
        all.truncate(TILES_MAX);
        made(&service, frame.lang, &all, &period).await
    };
    let (tiles, entries) = tiles.await.map_err(|text| unavailable(&frame, &text))?;
    frame.entries = entries;
    frame.is_behind = is_behind(&tiles, entries);
    let campaigns = campaigns_of(&service).await.unwrap_or_default();
    let mut attention = attention(&frame, &campaigns);
    let alerts = open_alerts(&service, frame.lang).await;
    // Alerts look at it from time to time only.
    if let Some(text) = service.verification.trouble()
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
    let key = session::new_secret();
    let key = key.map_err(|_| unavailable(&frame, "there is no randomness for a form"))?;
    let refused = json!({"ask": "report", "name": "refusals"});
    let refused = match service.figures(vec![refused]).await {
        Ok((answers, _)) => answers.iter().flat_map(counted_rows).collect(),
        Err(_) => Vec::new(),
    };
    page(&Overview {
        frame: &frame,
        tiles,
        period,
        attention,
        alerts,
        key,
        is_new,
        campaigns,
        refused,
    })
}

/// First and second cells of a figure's rows.
fn counted_rows(answer: &Value) -> Vec<(String, String)> {
    let rows = items(&answer["made"]["rows"]);
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
    State(service): Shared,
    headers: HeaderMap,
    Path(section): Path<String>,
    Query(query): Query<Fields>,
) -> Page {
    let period = query.get("period").cloned().unwrap_or_default();
    let path = format!("/dashboard/figures/{section}");
    let (mut frame, _) = admitted(&service, &headers, &path, "report")?;
    let all = section == "all";
    if !all && !SECTIONS.iter().any(|known| known.word == section) {
        let text = frame.say("There is no such page.", "没有此页面。");
        return Ok(notice(&frame, StatusCode::NOT_FOUND, text));
    }
    let found = async {
        let (mut known, entries) = definitions(&service, frame.lang).await?;
        if all {
            return Ok((Vec::new(), known, entries));
        }
        known.retain(|figure| figure.place_in(&section).is_some());
        known.sort_by_key(|figure| figure.place_in(&section));
        let (views, entries) = made(&service, frame.lang, &known, &period).await?;
        Ok::<_, String>((views, Vec::new(), entries))
    };
    let (views, known, entries) = found.await.map_err(|text| unavailable(&frame, &text))?;
    frame.entries = entries;
    frame.is_behind = is_behind(&views, entries);
    let place = frame.places().iter().find(|place| frame.is_here(place));
    page(&Section {
        frame: &frame,
        title: place.map_or("", |place| frame.title_of(place)),
        views,
        known,
        period,
    })
}

#[derive(Template)]
#[template(path = "dashboard/figure.html")]
struct Figure<'a> {
    frame: &'a Frame,
    view: View,
    known: Known,
    chosen: Choice,
    /// Ids and titles of campaigns, to choose from.
    campaigns: Vec<(String, String)>,
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
        self.view.is_wanting || self.chosen.set().next().is_some()
    }
}

/// How a person wants a figure made.
struct Choice {
    /// The division; empty for none.
    by: String,
    period: String,
    /// The parameters, each with the value that was chosen.
    parameters: Vec<(Parameter, String)>,
    /// Whether segments of fewer than five members are shown; None where the role may not
    /// ask for them.
    small: Option<bool>,
}

impl Choice {
    fn read(query: &Fields, known: &Known, role: Role) -> Choice {
        let of = |name: &str| query.get(name).cloned().unwrap_or_default();
        let parameters = known.parameters.iter().map(|parameter| {
            let chosen = field(query, &format!("set.{}", parameter.name));
            (parameter.clone(), chosen.to_owned())
        });
        Choice {
            by: of("by"),
            period: of("period"),
            parameters: parameters.collect(),
            small: (role == Role::Office).then(|| of("small") == "yes"),
        }
    }

    /// Names and values of the parameters that were chosen.
    fn set(&self) -> impl Iterator<Item = (&str, &str)> {
        let set = self.parameters.iter();
        let set = set.map(|(parameter, value)| (parameter.name.as_str(), value.as_str()));
        set.filter(|(_, value)| !value.is_empty())
    }

    fn question(&self, id: &str) -> Value {
        let mut question = json!({"ask": "report", "name": id});
        for (name, value) in [("by", &self.by), ("period", &self.period)] {
            if !value.is_empty() {
                question[name] = json!(value);
            }
        }
        if self.small == Some(true) {
            question["small"] = json!(true);
        }
        for (name, value) in self.set() {
            question["set"][name] = json!(value);
        }
        question
    }

    /// Flags of the command line that asks the same.
    fn flags(&self) -> String {
        let by = Some(self.by.as_str()).filter(|by| !by.is_empty());
        let set: Vec<(&str, &str)> = self.set().collect();
        flags(by, &set, self.small == Some(true))
    }
}

pub(super) async fn figure(
    State(service): Shared,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(query): Query<Fields>,
) -> Page {
    let path = format!("/dashboard/figure/{id}");
    let (mut frame, caller) = admitted(&service, &headers, &path, "report")?;
    let found = async {
        let (all, _) = definitions(&service, frame.lang).await?;
        let Some(known) = all.into_iter().find(|figure| figure.id == id) else {
            return Ok(None);
        };
        let chosen = Choice::read(&query, &known, caller.role);
        let (answers, entries) = service.figures(vec![chosen.question(&id)]).await?;
        let view = View {
            flags: chosen.flags(),
            is_page: true,
            ..view_of(frame.lang, &known, &answers[0])
        };
        let campaigns = match known.parameters.iter().any(|one| one.name == "campaign") {
            true => campaigns_of(&service).await?,
            false => Vec::new(),
        };
        Ok::<_, String>(Some((known, view, chosen, campaigns, entries)))
    };
    let found = found.await.map_err(|text| unavailable(&frame, &text))?;
    let (known, view, chosen, campaigns, entries) = found.ok_or_else(|| {
        let text = frame.say("There is no such figure.", "没有此指标。");
        notice(&frame, StatusCode::NOT_FOUND, text)
    })?;
    frame.entries = entries;
    let campaigns = campaigns.into_iter().map(|one| (one.id, one.title));
    page(&Figure {
        frame: &frame,
        view,
        known,
        chosen,
        campaigns: campaigns.collect(),
    })
}
