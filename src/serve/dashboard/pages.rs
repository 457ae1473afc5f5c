//! The pages and their handlers.

use super::figures::{Known, View, grouped, is_section, known};
use super::frame::{Frame, LANG, Lang, Message, THEME};
use super::session::{self, Session};
use crate::answer::Answer;
use crate::serve::Door;
use crate::serve::roles::Caller;
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::header::{COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

type Ledger = State<Arc<Door>>;
type Fields = BTreeMap<String, String>;

/// Tiles on the overview.
const TILES_MAX: usize = 12;
/// Entries of a member's life on its page.
const LIFE_MAX: u64 = 100;

/// The session of a request, if there is an open one.
pub(super) fn visitor(door: &Door, headers: &HeaderMap, is_visit: bool) -> Option<Session> {
    let cookies = headers.get(COOKIE)?.to_str().ok()?;
    let secret = session::secret_in(cookies)?;
    door.sessions
        .find(&secret, &door.tokens, Instant::now(), is_visit)
}

fn see_other(path: &str) -> Response {
    let place = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static(super::ROOT));
    (StatusCode::SEE_OTHER, [(LOCATION, place)]).into_response()
}

/// The frame for somebody who has signed in; others are sent to do so.
fn entered(door: &Door, headers: &HeaderMap, path: &str) -> Result<(Frame, Caller), Box<Response>> {
    let Some(session) = visitor(door, headers, true) else {
        return Err(Box::new(see_other("/dashboard/sign-in")));
    };
    let caller = session.caller.clone();
    Ok((Frame::new(headers, path, Some(session)), caller))
}

/// As [`entered`], for a form: it must be one of the session's own.
fn sent(
    door: &Door,
    headers: &HeaderMap,
    path: &str,
    form: &Fields,
) -> Result<(Frame, Caller), Box<Response>> {
    let (frame, caller) = entered(door, headers, path)?;
    let csrf = form.get("csrf").map_or("", String::as_str);
    match !csrf.is_empty() && csrf == frame.csrf() {
        true => Ok((frame, caller)),
        false => {
            let text = frame.say(
                "This form is not of your session; nothing was done. Open the page again.",
                "此表单不属于当前会话，未执行任何操作。请重新打开页面。",
            );
            Err(Box::new(notice(&frame, StatusCode::FORBIDDEN, text)))
        }
    }
}

fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!("a page could not be made: {error}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

#[derive(Template)]
#[template(path = "dashboard/notice.html")]
struct Notice<'a> {
    frame: &'a Frame,
    text: &'a str,
}

fn notice(frame: &Frame, status: StatusCode, text: &str) -> Response {
    page(status, &Notice { frame, text })
}

fn unavailable(frame: &Frame, text: &str) -> Response {
    notice(frame, StatusCode::SERVICE_UNAVAILABLE, text)
}

/// The refusal where a role has no right to a page.
fn forbidden(frame: &Frame) -> Response {
    let text = frame.say(
        "Your token does not give the right to this page. A merchant, auditor or office token does.",
        "您的令牌无权查看此页。请使用商户、审计或总部令牌。",
    );
    notice(frame, StatusCode::FORBIDDEN, text)
}

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
            let cookie =
                format!("{name}={word}; Path=/dashboard; Max-Age=31536000; SameSite=Strict");
            response = with_cookie(response, &cookie);
        }
    }
    response
}

/// Definitions of all figures, the currency, and how many entries there are.
async fn definitions(door: &Door, lang: Lang) -> Result<(Vec<Known>, String, u64), String> {
    let questions = vec![json!({"ask": "report"}), json!({"ask": "policy"})];
    let (answers, entries) = door.ask_all(questions).await?;
    let currency = answers[1]["currency"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    Ok((known(lang, &answers[0]), currency, entries))
}

/// Makes figures, divided by month where they can be.
async fn made(
    door: &Door,
    lang: Lang,
    currency: &str,
    figures: &[Known],
) -> Result<(Vec<View>, u64), String> {
    let questions = figures.iter().map(|figure| {
        let by = ["month", "day"]
            .into_iter()
            .find(|word| figure.by.iter().any(|by| by == word));
        match by {
            Some(by) => json!({"ask": "report", "name": figure.id, "by": by}),
            None => json!({"ask": "report", "name": figure.id}),
        }
    });
    let (answers, entries) = door.ask_all(questions.collect()).await?;
    let views = figures.iter().zip(&answers);
    let views = views.map(|(figure, answer)| View::of(lang, currency, figure, answer));
    Ok((views.collect(), entries))
}

#[derive(Template)]
#[template(path = "dashboard/overview.html")]
struct Overview<'a> {
    frame: &'a Frame,
    tiles: Vec<View>,
    campaigns: Vec<Campaign>,
    refused: Vec<(String, String)>,
}

pub(super) async fn overview(State(door): Ledger, headers: HeaderMap) -> Response {
    let (mut frame, caller) = match entered(&door, &headers, super::ROOT) {
        Ok(entered) => entered,
        Err(response) => return *response,
    };
    if !caller.may_ask("report") {
        return forbidden(&frame);
    }
    let tiles = async {
        let (mut all, currency, _) = definitions(&door, frame.lang).await?;
        all.sort_by_key(|figure| figure.rank().unwrap_or(usize::MAX));
        all.truncate(TILES_MAX);
        made(&door, frame.lang, &currency, &all).await
    };
    let tiles = tiles.await;
    let (tiles, entries) = match tiles {
        Ok(tiles) => tiles,
        Err(text) => return unavailable(&frame, &text),
    };
    frame.entries = entries;
    let campaigns = campaigns_of(&door).await.unwrap_or_default();
    let refused = match door.ask_one(json!({"ask": "day"})).await {
        Ok((day, _)) => counted(&day["refusals"]),
        Err(_) => Vec::new(),
    };
    page(
        StatusCode::OK,
        &Overview {
            frame: &frame,
            tiles,
            campaigns,
            refused,
        },
    )
}

fn counted(object: &Value) -> Vec<(String, String)> {
    let fields = object.as_object().into_iter().flatten();
    fields
        .map(|(name, count)| (name.clone(), grouped(&plain(count))))
        .collect()
}

/// A value in words: texts without quotes.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

#[derive(Template)]
#[template(path = "dashboard/section.html")]
struct Section<'a> {
    frame: &'a Frame,
    title: &'static str,
    views: Vec<View>,
    known: Vec<Known>,
}

pub(super) async fn section(
    State(door): Ledger,
    headers: HeaderMap,
    Path(section): Path<String>,
) -> Response {
    let path = format!("/dashboard/figures/{section}");
    let (mut frame, caller) = match entered(&door, &headers, &path) {
        Ok(entered) => entered,
        Err(response) => return *response,
    };
    if !caller.may_ask("report") {
        return forbidden(&frame);
    }
    if !is_section(&section) {
        return notice(
            &frame,
            StatusCode::NOT_FOUND,
            frame.say("There is no such page.", "没有此页面。"),
        );
    }
    let all = section == "all";
    let found = async {
        let (mut known, currency, entries) = definitions(&door, frame.lang).await?;
        if all {
            return Ok((Vec::new(), known, entries));
        }
        known.retain(|figure| figure.is_in(&section));
        let (views, entries) = made(&door, frame.lang, &currency, &known).await?;
        Ok::<_, String>((views, Vec::new(), entries))
    };
    let found = found.await;
    match found {
        Ok((views, known, entries)) => {
            frame.entries = entries;
            let place = frame.places().iter().find(|place| frame.is_here(place));
            let title = place.map_or("", |place| frame.title_of(place));
            page(
                StatusCode::OK,
                &Section {
                    frame: &frame,
                    title,
                    views,
                    known,
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
}

pub(super) async fn figure(
    State(door): Ledger,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(query): Query<Fields>,
) -> Response {
    let path = format!("/dashboard/figure/{id}");
    let (mut frame, caller) = match entered(&door, &headers, &path) {
        Ok(entered) => entered,
        Err(response) => return *response,
    };
    if !caller.may_ask("report") {
        return forbidden(&frame);
    }
    let of = |name: &str| query.get(name).cloned().unwrap_or_default();
    let (by, period) = (of("by"), of("period"));
    let found = async {
        let (all, currency, _) = definitions(&door, frame.lang).await?;
        let Some(known) = all.into_iter().find(|figure| figure.id == id) else {
            return Ok(None);
        };
        let mut question = json!({"ask": "report", "name": id});
        for (name, value) in [("by", &by), ("period", &period)] {
            if !value.is_empty() {
                question[name] = json!(value);
            }
        }
        let (answers, entries) = door.ask_all(vec![question]).await?;
        let view = View::of(frame.lang, &currency, &known, &answers[0]);
        Ok::<_, String>(Some((known, view, entries)))
    };
    let found = found.await;
    match found {
        Ok(Some((known, view, entries))) => {
            frame.entries = entries;
            page(
                StatusCode::OK,
                &Figure {
                    frame: &frame,
                    view,
                    known,
                    by,
                    period,
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

/// A campaign as the pages show it.
struct Campaign {
    id: String,
    title: String,
    state: String,
    window: String,
    budgets: Vec<Budget>,
    figures: Vec<(String, String)>,
    failed: String,
}

struct Budget {
    unit: String,
    used: String,
    limit: String,
    left: String,
    /// Per cent that is used, at most 100.
    share: String,
    is_short: bool,
}

impl Campaign {
    fn may_pause(&self) -> bool {
        self.state == "running" || self.state == "exhausted"
    }

    fn may_resume(&self) -> bool {
        self.state == "paused"
    }
}

async fn campaigns_of(door: &Door) -> Result<Vec<Campaign>, String> {
    let told = door.run(&["campaign", "list"]).await?;
    let shown = told.as_array().cloned().unwrap_or_default();
    let campaign = |one: &Value| {
        let text = |field: &str| plain(&one[field]);
        let budgets = one["budgets"].as_array().into_iter().flatten().map(budget);
        let failed = &one["failed"];
        Campaign {
            id: text("campaign"),
            title: text("title"),
            state: text("state"),
            window: match (text("from").as_str(), text("to").as_str()) {
                ("", "") => String::new(),
                (from, to) => format!("{from} – {to}"),
            },
            budgets: budgets.collect(),
            figures: counted(&one["since_the_beginning"]),
            failed: match failed.is_object() {
                true => format!(
                    "{}× {}: {}",
                    plain(&failed["count"]),
                    plain(&failed["place"]),
                    plain(&failed["message"])
                ),
                false => String::new(),
            },
        }
    };
    Ok(shown.iter().map(campaign).collect())
}

fn budget(one: &Value) -> Budget {
    let (used, limit) = (
        one["used"].as_i64().unwrap_or(0),
        one["limit"].as_i64().unwrap_or(0),
    );
    let share = match limit > 0 {
        true => (i128::from(used.max(0)) * 100 / i128::from(limit)).min(100),
        false => 0,
    };
    let number = |field: &str| grouped(&plain(&one[field]));
    let store = plain(&one["store"]);
    Budget {
        unit: format!("{} / {} {store}", plain(&one["unit"]), plain(&one["each"]))
            .trim_end()
            .to_owned(),
        used: number("used"),
        limit: number("limit"),
        left: number("left"),
        share: share.to_string(),
        is_short: share >= 80,
    }
}

#[derive(Template)]
#[template(path = "dashboard/campaigns.html")]
struct Campaigns<'a> {
    frame: &'a Frame,
    campaigns: Vec<Campaign>,
    /// Key of the next command, so that a form sent twice is booked once.
    key: String,
}

async fn show_campaigns(door: &Door, mut frame: Frame) -> Response {
    let (campaigns, key) = (campaigns_of(door).await, session::new_secret());
    let entries = door.with(|ledger| Ok(ledger.global().next_seq)).await;
    match (campaigns, key, entries) {
        (Ok(campaigns), Ok(key), Ok(entries)) => {
            frame.entries = entries;
            page(
                StatusCode::OK,
                &Campaigns {
                    frame: &frame,
                    campaigns,
                    key,
                },
            )
        }
        (Err(text), _, _) => unavailable(&frame, &text),
        _ => unavailable(&frame, "the ledger gave no answer"),
    }
}

pub(super) async fn campaigns(
    State(door): Ledger,
    headers: HeaderMap,
    Query(query): Query<Fields>,
) -> Response {
    let (mut frame, caller) = match entered(&door, &headers, "/dashboard/campaigns") {
        Ok(entered) => entered,
        Err(response) => return *response,
    };
    if !caller.may_ask("report") {
        return forbidden(&frame);
    }
    if let Some(seq) = query
        .get("done")
        .filter(|seq| seq.bytes().all(|byte| byte.is_ascii_digit()))
    {
        let text = frame.say("Done and durable: entry ", "已完成并持久保存：条目 ");
        frame.message = Some(Message {
            is_good: true,
            text: format!("{text}{seq}"),
        });
    }
    show_campaigns(&door, frame).await
}

/// Pauses or resumes a campaign: it holds for the next purchase.
pub(super) async fn change_campaign(
    State(door): Ledger,
    headers: HeaderMap,
    Form(form): Form<Fields>,
) -> Response {
    let (mut frame, caller) = match sent(&door, &headers, "/dashboard/campaigns", &form) {
        Ok(entered) => entered,
        Err(response) => return *response,
    };
    if !frame.may_act() {
        return forbidden(&frame);
    }
    let of = |name: &str| form.get(name).map_or("", |value| value.trim());
    let command = json!({
        "do": "campaign",
        "key": format!("dashboard/{}", of("key")),
        "campaign": of("campaign"),
        "action": of("action"),
        "reason": of("reason"),
    });
    match door.carry_out(&caller, &command.to_string()).await {
        Answer::Accepted(done) => see_other(&format!(
            "/dashboard/campaigns?done={}",
            done.seq.unwrap_or_default()
        )),
        Answer::Refused(no) => {
            frame.message = Some(Message {
                is_good: false,
                text: no.message,
            });
            show_campaigns(&door, frame).await
        }
    }
}

#[derive(Template)]
#[template(path = "dashboard/members.html")]
struct Members<'a> {
    frame: &'a Frame,
    who: String,
    life: Option<Life>,
}

/// A member with its entries.
struct Life {
    member: String,
    tier: String,
    balances: Vec<(String, Vec<(String, String)>)>,
    entries: Vec<Happened>,
}

/// An entry of a member.
struct Happened {
    seq: String,
    at: String,
    kind: String,
    what: String,
    did: String,
    after: String,
}

pub(super) async fn members(State(door): Ledger, headers: HeaderMap) -> Response {
    let (frame, caller) = match entered(&door, &headers, "/dashboard/members") {
        Ok(entered) => entered,
        Err(response) => return *response,
    };
    if !caller.may_ask("statement") {
        return forbidden(&frame);
    }
    page(
        StatusCode::OK,
        &Members {
            frame: &frame,
            who: String::new(),
            life: None,
        },
    )
}

/// One member's life. The alias comes in a form, so that it stands in no address or log.
pub(super) async fn member(
    State(door): Ledger,
    headers: HeaderMap,
    Form(form): Form<Fields>,
) -> Response {
    let (mut frame, caller) = match sent(&door, &headers, "/dashboard/members", &form) {
        Ok(entered) => entered,
        Err(response) => return *response,
    };
    if !caller.may_ask("statement") {
        return forbidden(&frame);
    }
    let who = form.get("who").map_or("", |who| who.trim()).to_owned();
    let questions = vec![
        json!({"ask": "balance", "member": who}),
        json!({"ask": "statement", "member": who, "last": LIFE_MAX}),
    ];
    let (answers, entries) = match door.ask_all(questions).await {
        Ok(answers) => answers,
        Err(text) => return unavailable(&frame, &text),
    };
    frame.entries = entries;
    let (balance, statement) = (&answers[0], &answers[1]);
    let refused = answers.iter().find(|answer| answer["ok"] == false);
    let life = match refused {
        Some(answer) => {
            let text = plain(&answer["message"]);
            frame.message = Some(Message {
                is_good: false,
                text,
            });
            None
        }
        None => Some(life(balance, statement)),
    };
    let member = life.as_ref().map_or("-", |life| &life.member);
    let (role, token) = (
        caller.role.word(),
        caller.token.as_deref().unwrap_or_default(),
    );
    tracing::info!(member, role, token, "a member was looked at");
    page(
        StatusCode::OK,
        &Members {
            frame: &frame,
            who,
            life,
        },
    )
}

fn life(balance: &Value, statement: &Value) -> Life {
    let units = balance["now"]["balance"].as_object().into_iter().flatten();
    let balances = units.map(|(unit, held)| {
        let held = held.as_object().into_iter().flatten();
        let held = held.filter(|(_, value)| !value.is_object() && !value.is_array());
        (
            unit.clone(),
            held.map(|(name, value)| (name.replace('_', " "), grouped(&plain(value))))
                .collect(),
        )
    });
    let entries = statement["entries"].as_array().into_iter().flatten().rev();
    let entries = entries.map(|entry| Happened {
        seq: plain(&entry["seq"]),
        at: plain(&entry["at"])
            .chars()
            .take(16)
            .collect::<String>()
            .replace('T', " "),
        kind: plain(&entry["kind"]).replace('_', " "),
        what: plain(&entry["what"]),
        did: done(&entry["did"]),
        after: pairs(&entry["after"]),
    });
    Life {
        member: plain(&balance["member"]),
        tier: plain(&balance["now"]["tier"]),
        balances: balances.collect(),
        entries: entries.collect(),
    }
}

/// Effects in a line: `+20 point (base)`.
fn done(did: &Value) -> String {
    let effects = did.as_array().into_iter().flatten().filter_map(|effect| {
        let amount = effect["amount"].as_i64()?;
        let (unit, campaign) = (plain(&effect["unit"]), plain(&effect["campaign"]));
        Some(match campaign.as_str() {
            "" => format!("{amount:+} {unit}"),
            campaign => format!("{amount:+} {unit} ({campaign})"),
        })
    });
    effects.collect::<Vec<_>>().join(", ")
}

fn pairs(object: &Value) -> String {
    let fields = object.as_object().into_iter().flatten();
    let fields = fields.map(|(name, value)| format!("{name} {}", grouped(&plain(value))));
    fields.collect::<Vec<_>>().join(", ")
}

/// A value as nested lists: name and text, with its depth.
fn outline(value: &Value, depth: usize, rows: &mut Vec<(String, String, usize)>) {
    let items: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.replace('_', " "), value))
            .collect(),
        Value::Array(items) => (1..)
            .zip(items)
            .map(|(n, value)| (n.to_string(), value))
            .collect(),
        _ => return,
    };
    for (name, value) in items {
        match value {
            Value::Object(_) | Value::Array(_) => {
                let is_empty = value.as_array().is_some_and(Vec::is_empty)
                    || value.as_object().is_some_and(serde_json::Map::is_empty);
                if !is_empty {
                    rows.push((name, String::new(), depth.min(4)));
                    outline(value, depth + 1, rows);
                }
            }
            value => {
                let text = plain(value);
                if !text.is_empty() {
                    rows.push((name, text, depth.min(4)));
                }
            }
        }
    }
}

#[derive(Template)]
#[template(path = "dashboard/outline.html")]
struct Outline<'a> {
    frame: &'a Frame,
    title: String,
    lead: &'a str,
    rows: Vec<(String, String, usize)>,
}

pub(super) async fn entry(
    State(door): Ledger,
    headers: HeaderMap,
    Path(seq): Path<u64>,
) -> Response {
    let path = format!("/dashboard/entries/{seq}");
    let (mut frame, caller) = match entered(&door, &headers, &path) {
        Ok(entered) => entered,
        Err(response) => return *response,
    };
    if !caller.may_ask("explain") {
        return forbidden(&frame);
    }
    let (role, token) = (
        caller.role.word(),
        caller.token.as_deref().unwrap_or_default(),
    );
    tracing::info!(entry = seq, role, token, "an entry was looked at");
    match door.ask_one(json!({"ask": "explain", "seq": seq})).await {
        Ok((answer, entries)) => {
            frame.entries = entries;
            let mut rows = Vec::new();
            outline(&answer, 0, &mut rows);
            rows.retain(|(name, _, depth)| {
                *depth > 0 || !["ok", "read at"].contains(&name.as_str())
            });
            let title = format!("{} {seq}", frame.say("Entry", "条目"));
            let lead = frame.say(
                "Why it is as it is: facts, campaigns, limits and rounding, as recorded.",
                "为何如此：所记录的事实、活动、限额与舍入。",
            );
            page(
                StatusCode::OK,
                &Outline {
                    frame: &frame,
                    title,
                    lead,
                    rows,
                },
            )
        }
        Err(text) => notice(&frame, StatusCode::NOT_FOUND, &text),
    }
}

pub(super) async fn day(
    State(door): Ledger,
    headers: HeaderMap,
    Query(query): Query<Fields>,
) -> Response {
    let (mut frame, caller) = match entered(&door, &headers, "/dashboard/day") {
        Ok(entered) => entered,
        Err(response) => return *response,
    };
    if !caller.may_ask("report") {
        return forbidden(&frame);
    }
    let mut question = json!({"ask": "day"});
    for name in ["date", "store", "terminal"] {
        if let Some(value) = query.get(name).filter(|value| !value.is_empty()) {
            question[name] = json!(value);
        }
    }
    match door.ask_one(question).await {
        Ok((answer, entries)) => {
            frame.entries = entries;
            let day = Day::of(&answer);
            let of = |name: &str| query.get(name).cloned().unwrap_or_default();
            let asked = (of("date"), of("store"), of("terminal"));
            page(
                StatusCode::OK,
                &DayPage {
                    frame: &frame,
                    day,
                    asked,
                },
            )
        }
        Err(text) => notice(&frame, StatusCode::BAD_REQUEST, &text),
    }
}

#[derive(Template)]
#[template(path = "dashboard/day.html")]
struct DayPage<'a> {
    frame: &'a Frame,
    day: Day,
    /// Date, store and terminal that were asked for.
    asked: (String, String, String),
}

/// Figures of a business day.
struct Day {
    day: String,
    net: String,
    paid_out: String,
    /// Name in English and Chinese, count, money.
    totals: Vec<(&'static str, &'static str, String, String)>,
    tenders: Vec<(String, String, String, String)>,
    units: Vec<Vec<String>>,
    refusals: Vec<(String, String)>,
    entries: Vec<(String, String)>,
}

impl Day {
    fn of(answer: &Value) -> Day {
        let total = |english, chinese, field: &str| {
            let total = &answer[field];
            (
                english,
                chinese,
                grouped(&plain(&total["count"])),
                grouped(&plain(&total["money"])),
            )
        };
        let list = |field: &str| answer[field].as_array().cloned().unwrap_or_default();
        let number = |value: &Value| grouped(&plain(value));
        Day {
            day: plain(&answer["day"]),
            net: number(&answer["net"]),
            paid_out: number(&answer["paid_out"]),
            totals: vec![
                total("Sales", "销售", "sales"),
                total("Returns", "退货", "returns"),
                total("Voided sales", "作废销售", "voided_sales"),
                total("Voided returns", "作废退货", "voided_returns"),
                total("Passes", "会员卡", "passes"),
            ],
            tenders: list("tenders")
                .iter()
                .map(|one| {
                    (
                        plain(&one["kind"]),
                        number(&one["count"]),
                        number(&one["money"]),
                        number(&one["net"]),
                    )
                })
                .collect(),
            units: list("units")
                .iter()
                .map(|one| {
                    let fields = [
                        "unit",
                        "earned",
                        "spent",
                        "expired",
                        "taken_back",
                        "put_back",
                        "corrected",
                    ];
                    fields.iter().map(|field| number(&one[*field])).collect()
                })
                .collect(),
            refusals: counted(&answer["refusals"]),
            entries: counted(&answer["entries"]),
        }
    }
}

#[derive(Template)]
#[template(path = "dashboard/programme.html")]
struct ProgrammePage<'a> {
    frame: &'a Frame,
    rows: Vec<(String, String, usize)>,
    history: Vec<(String, String, String, String)>,
}

pub(super) async fn programme(State(door): Ledger, headers: HeaderMap) -> Response {
    let (mut frame, caller) = match entered(&door, &headers, "/dashboard/programme") {
        Ok(entered) => entered,
        Err(response) => return *response,
    };
    if !caller.may_ask("report") {
        return forbidden(&frame);
    }
    let (policy, entries) = match door.ask_one(json!({"ask": "policy"})).await {
        Ok(policy) => policy,
        Err(text) => return unavailable(&frame, &text),
    };
    frame.entries = entries;
    let mut rows = Vec::new();
    outline(&policy, 0, &mut rows);
    rows.retain(|(name, _, depth)| *depth > 0 || !["ok", "read at"].contains(&name.as_str()));
    let history = door.run(&["policy", "list"]).await.unwrap_or_default();
    let history = history["programmes"].as_array().into_iter().flatten().rev();
    let history = history.map(|one| {
        (
            plain(&one["number"]),
            plain(&one["at"]),
            plain(&one["digest"]),
            plain(&one["seq"]),
        )
    });
    let history = history.collect();
    page(
        StatusCode::OK,
        &ProgrammePage {
            frame: &frame,
            rows,
            history,
        },
    )
}
