//! The programme: what is in force and scheduled, its history, and differences between
//! any two versions.

use super::admission::{Fields, Ledger, admitted, sent};
use super::drafts::owner;
use super::frame::{Frame, Message};
use super::members::outlined;
use super::responses::{forbidden, notice, page, see_other, unavailable};
use super::trials::{Changes, DRAFT, Files, Finding, Shell};
use super::values::{minute, plain};
use crate::serve::roles::Caller;
use crate::serve::{Door, Share};
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

const PATH: &str = "/dashboard/programme";
/// Name of the programme's folder among the versions.
const FOLDER: &str = "folder";

/// A programme that was activated.
struct Version {
    number: String,
    at: String,
    seq: String,
    digest: String,
    /// Reason for the change.
    note: String,
    /// Reason for which its stories were not run.
    without_stories: String,
    /// Entry that scheduled it.
    scheduled: String,
}

impl Version {
    fn of(one: &Value) -> Version {
        let text = |field: &str| plain(&one[field]);
        Version {
            number: text("number"),
            at: minute(&one["at"]),
            seq: text("seq"),
            digest: text("digest"),
            note: text("note"),
            without_stories: text("without_stories"),
            scheduled: text("scheduled"),
        }
    }
}

/// A programme that is scheduled.
struct Coming {
    seq: String,
    at: String,
    note: String,
}

/// A file of the folder that differs from the programme in force.
struct Differing {
    file: String,
    how: String,
    since: String,
}

/// The pilot that runs, beside the rest.
struct Pilot {
    name: String,
    /// For whom it is: the stores, or the label.
    scope: String,
    number: String,
    base: String,
    seq: String,
    since: String,
    in_both: String,
    /// Figures of the pilot, the rest and both together, each with its name.
    rows: Vec<(String, [String; 3])>,
}

impl Pilot {
    fn of(frame: &Frame, told: &Value) -> Pilot {
        let text = |field: &str| plain(&told[field]);
        let groups = [&told["pilot"], &told["rest"], &told["total"]];
        let row = |name: String, cell: &dyn Fn(&Value) -> String| (name, groups.map(cell));
        let money = |name: &str| format!("{name} ({})", text("currency"));
        let say = |english: &'static str, chinese: &'static str| frame.say(english, chinese);
        let mut rows = vec![
            row(say("Purchases", "交易笔数").into(), &|of| {
                plain(&of["purchases"])
            }),
            row(say("Members who bought", "购买会员").into(), &|of| {
                plain(&of["members"])
            }),
            row(money(say("Sales", "销售额")), &|of| plain(&of["sales"])),
        ];
        let units = told["total"]["units"].as_array().into_iter().flatten();
        for unit in units.map(|sums| &sums["unit"]) {
            for (field, name) in [
                ("given", say("given", "发放")),
                ("taken_back", say("taken back", "收回")),
                ("spent", say("spent", "使用")),
            ] {
                rows.push(row(format!("{} {name}", plain(unit)), &|of| {
                    let mut sums = of["units"].as_array().into_iter().flatten();
                    let found = sums.find(|sums| sums["unit"] == *unit);
                    found.map_or_else(|| "0".into(), |sums| plain(&sums[field]))
                }));
            }
        }
        rows.push(row(money(say("Money off", "折扣")), &|of| {
            plain(&of["discounts"])
        }));
        rows.push(row(money(say("Cost", "成本")), &|of| plain(&of["cost"])));
        Pilot {
            name: text("name"),
            scope: text("scope"),
            number: text("number"),
            base: text("base"),
            seq: text("seq"),
            since: minute(&told["since"]),
            in_both: text("members_in_both"),
            rows,
        }
    }
}

#[derive(Template)]
#[template(path = "dashboard/programme.html")]
struct ProgrammePage<'a> {
    frame: &'a Frame,
    name: String,
    number: String,
    at: String,
    warnings: Vec<String>,
    scheduled: Vec<Coming>,
    pilot: Option<Pilot>,
    /// Files of the folder that differ; None if there is no folder.
    folder: Option<Vec<Differing>>,
    rows: Vec<(String, String, usize)>,
    history: Vec<Version>,
    /// Versions that can be compared, the newest first, and the two that are.
    words: Vec<String>,
    compared: (String, String),
    changes: Option<Result<Changes, String>>,
}

impl ProgrammePage<'_> {
    fn named(&self, word: &str) -> String {
        named(self.frame, word)
    }
}

/// Name of a version in the page's language.
pub(super) fn named(frame: &Frame, word: &str) -> String {
    match word {
        FOLDER => frame.say("the folder", "文件夹").into(),
        DRAFT => frame.say("the draft", "草稿").into(),
        number => format!("{} {number}", frame.say("programme", "方案")),
    }
}

/// Files of a version by its word: a number, `folder` or `draft`.
pub(super) async fn files_by(door: &Door, caller: &Caller, word: &str) -> Result<Files, String> {
    match word {
        FOLDER => (door.programme.files()?).ok_or_else(|| "there is no folder here".to_owned()),
        DRAFT => {
            let draft = door.drafts.of(&owner(caller));
            draft
                .map(|draft| draft.files)
                .ok_or_else(|| "there is no draft".to_owned())
        }
        number => match number.parse() {
            Ok(number) => Shell(door).files_of(number).await,
            Err(_) => Err(format!("there is no programme {number}")),
        },
    }
}

async fn changes_of(
    door: &Door,
    frame: &Frame,
    caller: &Caller,
    (was, is): (&str, &str),
) -> Result<Changes, String> {
    let (before, behind) = (
        files_by(door, caller, was).await?,
        files_by(door, caller, is).await?,
    );
    let (was, is) = (named(frame, was), named(frame, is));
    Shell(door).changes((&was, &before), (&is, &behind)).await
}

pub(super) async fn programme(
    State(door): Ledger,
    headers: HeaderMap,
    Query(query): Query<Fields>,
) -> Response {
    let (mut frame, caller) = match admitted(&door, &headers, PATH, "report") {
        Ok(admitted) => admitted,
        Err(response) => return *response,
    };
    frame.tell_done(&query);
    show(&door, frame, &caller, &query).await
}

async fn show(door: &Door, mut frame: Frame, caller: &Caller, query: &Fields) -> Response {
    let told = async {
        let (policy, entries) = door.ask_one(json!({"ask": "policy"})).await?;
        let folder = door.programme.files().unwrap_or_default();
        let named: Vec<(&str, &Files)> = folder.iter().map(|files| ("programme", files)).collect();
        let words = ["--json", "policy", "status", "programme"];
        let status = Shell(door)
            .run_with(&words, &named, &Share::default())
            .await?
            .json()?;
        let list = Shell(door).run(&["policy", "list"]).await?;
        let pilot = match status["pilot"].is_null() {
            true => None,
            false => Some(Shell(door).run(&["policy", "pilot", "status"]).await?),
        };
        Ok::<_, String>((policy, entries, status, list, pilot))
    };
    let (policy, entries, status, list, pilot) = match told.await {
        Ok(told) => told,
        Err(text) => return unavailable(&frame, &text),
    };
    frame.entries = entries;
    let all = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let history: Vec<Version> = all(&list["programmes"])
        .iter()
        .rev()
        .map(Version::of)
        .collect();
    let coming = |one: &Value| Coming {
        seq: plain(&one["seq"]),
        at: minute(&one["at"]),
        note: plain(&one["note"]),
    };
    let differing = |one: &Value| Differing {
        file: plain(&one["file"]),
        how: plain(&one["how"]),
        since: plain(&one["since"]),
    };
    let folder = status["differences"].as_array();
    let folder: Option<Vec<Differing>> = folder.map(|files| files.iter().map(differing).collect());
    let mut words: Vec<String> = history.iter().map(|one| one.number.clone()).collect();
    if folder.is_some() {
        words.insert(0, FOLDER.into());
    }
    if door.drafts.of(&owner(caller)).is_some() {
        words.insert(0, DRAFT.into());
    }
    let of = |name: &str| query.get(name).filter(|word| words.contains(word)).cloned();
    let number = plain(&status["number"]);
    let (compared, changes) = match (of("a"), of("b")) {
        (Some(a), Some(b)) => {
            let changes = changes_of(door, &frame, caller, (&a, &b)).await;
            ((a, b), Some(changes))
        }
        _ => {
            let before = history
                .get(1)
                .map_or(number.clone(), |one| one.number.clone());
            ((before, number.clone()), None)
        }
    };
    let told = ProgrammePage {
        frame: &frame,
        name: plain(&status["name"]),
        number,
        at: minute(&status["at"]),
        warnings: all(&status["warnings"]).iter().map(plain).collect(),
        scheduled: all(&status["scheduled"]).iter().map(coming).collect(),
        pilot: pilot.map(|told| Pilot::of(&frame, &told["pilot"])),
        folder,
        rows: outlined(frame.lang, policy),
        history,
        words,
        compared,
        changes,
    };
    page(StatusCode::OK, &told)
}

/// Cancels a programme that is scheduled.
pub(super) async fn cancel(
    State(door): Ledger,
    headers: HeaderMap,
    Form(form): Form<Fields>,
) -> Response {
    let asked = |form: &Fields| {
        let entry = field(form, "entry").parse::<u64>();
        let entry = entry.map_err(|_| "entry: not a number")?;
        Ok(vec!["policy".into(), "cancel".into(), entry.to_string()])
    };
    change(&door, &headers, &form, asked).await
}

/// Makes the pilot's programme the one for all, or ends the pilot.
pub(super) async fn pilot(
    State(door): Ledger,
    headers: HeaderMap,
    Form(form): Form<Fields>,
) -> Response {
    let asked = |form: &Fields| {
        let mut words = vec![
            "policy".into(),
            "pilot".into(),
            field(form, "action").into(),
        ];
        match (field(form, "action"), field(form, "at")) {
            ("widen", "") | ("end", _) => {}
            ("widen", at) => words.push(format!("--at={at}")),
            _ => return Err("action: widen or end"),
        }
        Ok(words)
    };
    change(&door, &headers, &form, asked).await
}

fn field<'f>(form: &'f Fields, name: &str) -> &'f str {
    form.get(name).map_or("", |value| value.trim())
}

/// Runs a command line about the programme, with the reason that was given, for those who
/// may activate one.
async fn change(
    door: &Door,
    headers: &HeaderMap,
    form: &Fields,
    asked: impl Fn(&Fields) -> Result<Vec<String>, &'static str>,
) -> Response {
    let (mut frame, caller) = match sent(door, headers, PATH, form) {
        Ok(entered) => entered,
        Err(response) => return *response,
    };
    if !caller.may_activate() {
        return forbidden(&frame);
    }
    let mut words = match asked(form) {
        Ok(words) => words,
        Err(text) => return notice(&frame, StatusCode::BAD_REQUEST, text),
    };
    let command = words.join(" ");
    words.push(format!("--reason={}", field(form, "reason")));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match Shell(door).run(&words).await {
        Ok(told) => {
            let (role, token) = (
                caller.role.word(),
                caller.token.as_deref().unwrap_or_default(),
            );
            tracing::info!(command, role, token, "the programme was changed by hand");
            see_other(&format!("{PATH}?done={}", plain(&told["seq"])))
        }
        Err(text) => {
            frame.message = Some(Message {
                is_good: false,
                text,
            });
            show(door, frame, &caller, &Fields::new()).await
        }
    }
}

#[derive(Template)]
#[template(path = "dashboard/version.html")]
struct VersionPage<'a> {
    frame: &'a Frame,
    version: Version,
    /// Number of the programme before it.
    before: Option<u64>,
    /// Differences to that one, which for the first has nothing.
    changes: Option<Result<Changes, String>>,
    files: Vec<(String, Vec<String>)>,
    has_stories: bool,
    /// Findings of its stories, and whether all came out as told; None until they are run.
    stories: Option<Result<(Vec<Finding>, bool), String>>,
}

impl VersionPage<'_> {
    /// The place of a file on the page.
    fn at(&self, file: &str) -> String {
        format!("#f-{file}")
    }
}

/// One programme that was activated: what it changed, its files, and its stories.
pub(super) async fn version(
    State(door): Ledger,
    headers: HeaderMap,
    Path(number): Path<u64>,
    Query(query): Query<Fields>,
) -> Response {
    let path = format!("{PATH}/{number}");
    let (mut frame, caller) = match admitted(&door, &headers, &path, "report") {
        Ok(admitted) => admitted,
        Err(response) => return *response,
    };
    let told = async {
        let list = Shell(&door).run(&["policy", "list"]).await?;
        let programmes = list["programmes"].as_array().cloned().unwrap_or_default();
        let found = programmes.iter().find(|one| one["number"] == number);
        match found {
            Some(one) => Ok(Some((
                Version::of(one),
                Shell(&door).files_of(number).await?,
            ))),
            None => Ok::<_, String>(None),
        }
    };
    let (version, files) = match told.await {
        Ok(Some(told)) => told,
        Ok(None) => {
            let text = frame.say("There is no such programme.", "没有此方案。");
            return notice(&frame, StatusCode::NOT_FOUND, text);
        }
        Err(text) => return unavailable(&frame, &text),
    };
    let entries = door.ask(|ledger| Ok(ledger.global().next_seq));
    frame.entries = entries.await.unwrap_or_default();
    let before = number.checked_sub(1).filter(|before| *before > 0);
    let changes = match before {
        Some(before) => {
            let words = (before.to_string(), number.to_string());
            Some(changes_of(&door, &frame, &caller, (&words.0, &words.1)).await)
        }
        None => None,
    };
    let has_stories = files.keys().any(|path| path.ends_with(".story"));
    let stories = match query.contains_key("stories") && has_stories {
        true => Some(Shell(&door).told(&files).await),
        false => None,
    };
    let lines = |text: &str| text.lines().map(str::to_owned).collect();
    let told = VersionPage {
        frame: &frame,
        version,
        before,
        changes,
        files: files
            .iter()
            .map(|(path, text)| (path.clone(), lines(text)))
            .collect(),
        has_stories,
        stories,
    };
    page(StatusCode::OK, &told)
}
