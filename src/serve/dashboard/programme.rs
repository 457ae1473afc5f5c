//! The programme: what is in force and scheduled, its history, and differences between
//! any two versions.

use super::admission::{Fields, Shared, admitted, field, sent};
use super::drafts::owner;
use super::frame::Frame;
use super::members::outlined;
use super::responses::{Page, notice, page, see_other, unavailable};
use super::shell::{Changes, DRAFT, Files, Finding, Shell};
use super::values::{items, minute, plain};
use crate::serve::roles::Caller;
use crate::serve::{Progress, Service};
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
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
struct Scheduled {
    seq: String,
    at: String,
    note: String,
}

impl Scheduled {
    fn of(one: &Value) -> Scheduled {
        Scheduled {
            seq: plain(&one["seq"]),
            at: minute(&one["at"]),
            note: plain(&one["note"]),
        }
    }
}

/// A file of the folder that differs from the programme in force.
struct Differing {
    file: String,
    how: String,
    since: String,
}

impl Differing {
    fn of(one: &Value) -> Differing {
        Differing {
            file: plain(&one["file"]),
            how: plain(&one["how"]),
            since: plain(&one["since"]),
        }
    }
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
        for unit in items(&told["total"]["units"]).map(|sums| &sums["unit"]) {
            for (field, name) in [
                ("given", say("given", "发放")),
                ("taken_back", say("taken back", "收回")),
                ("spent", say("spent", "使用")),
            ] {
                rows.push(row(format!("{} {name}", plain(unit)), &|of| {
                    let found = items(&of["units"]).find(|sums| sums["unit"] == *unit);
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
    scheduled: Vec<Scheduled>,
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
pub(super) async fn files_by(
    service: &Service,
    caller: &Caller,
    word: &str,
) -> Result<Files, String> {
    match word {
        FOLDER => (service.programme.files()?).ok_or_else(|| "there is no folder here".to_owned()),
        DRAFT => {
            let draft = service.drafts.of(&owner(caller));
            draft
                .map(|draft| draft.files)
                .ok_or_else(|| "there is no draft".to_owned())
        }
        number => match number.parse() {
            Ok(number) => Shell(service).files_of(number).await,
            Err(_) => Err(format!("there is no programme {number}")),
        },
    }
}

async fn changes_of(
    service: &Service,
    frame: &Frame,
    caller: &Caller,
    (was, is): (&str, &str),
) -> Result<Changes, String> {
    let (before, after) = (
        files_by(service, caller, was).await?,
        files_by(service, caller, is).await?,
    );
    let (was, is) = (named(frame, was), named(frame, is));
    Shell(service).changes((&was, &before), (&is, &after)).await
}

pub(super) async fn programme(
    State(service): Shared,
    headers: HeaderMap,
    Query(query): Query<Fields>,
) -> Page {
    let (mut frame, caller) = admitted(&service, &headers, PATH, "report")?;
    frame.tell_done(&query);
    show(&service, frame, &caller, &query).await
}

/// Answers about the programme in force and those before it.
struct Answers {
    policy: Value,
    status: Value,
    list: Value,
    pilot: Option<Value>,
    /// Number of entries of the ledger.
    entries: u64,
}

impl Answers {
    async fn ask(service: &Service) -> Result<Answers, String> {
        let (policy, entries) = service.ask_one(json!({"ask": "policy"})).await?;
        let folder = service.programme.files().unwrap_or_default();
        let named: Vec<(&str, &Files)> = folder.iter().map(|files| ("programme", files)).collect();
        let words = ["--json", "policy", "status", "programme"];
        let progress = Progress::default();
        let status = Shell(service).run_with(&words, &named, &progress).await?;
        let status = status.json()?;
        let list = Shell(service).run(&["policy", "list"]).await?;
        let pilot = match status["pilot"].is_null() {
            true => None,
            false => Some(Shell(service).run(&["policy", "pilot", "status"]).await?),
        };
        Ok(Answers {
            policy,
            status,
            list,
            pilot,
            entries,
        })
    }
}

async fn show(service: &Service, mut frame: Frame, caller: &Caller, query: &Fields) -> Page {
    let told = Answers::ask(service).await;
    let told = told.map_err(|text| unavailable(&frame, &text))?;
    frame.entries = told.entries;
    let status = &told.status;
    let number = plain(&status["number"]);
    let history: Vec<Version> = items(&told.list["programmes"])
        .rev()
        .map(Version::of)
        .collect();
    let differences = &status["differences"];
    let folder = differences
        .is_array()
        .then(|| items(differences).map(Differing::of).collect());
    let mut words: Vec<String> = history.iter().map(|one| one.number.clone()).collect();
    if folder.is_some() {
        words.insert(0, FOLDER.into());
    }
    if service.drafts.of(&owner(caller)).is_some() {
        words.insert(0, DRAFT.into());
    }
    let of = |name: &str| query.get(name).filter(|word| words.contains(word)).cloned();
    let (compared, changes) = match of("a").zip(of("b")) {
        Some((a, b)) => {
            let changes = changes_of(service, &frame, caller, (&a, &b)).await;
            ((a, b), Some(changes))
        }
        None => {
            let before = history.get(1).map_or(&number, |one| &one.number);
            ((before.clone(), number.clone()), None)
        }
    };
    page(&ProgrammePage {
        frame: &frame,
        name: plain(&status["name"]),
        number,
        at: minute(&status["at"]),
        warnings: items(&status["warnings"]).map(plain).collect(),
        scheduled: items(&status["scheduled"]).map(Scheduled::of).collect(),
        pilot: told.pilot.map(|pilot| Pilot::of(&frame, &pilot["pilot"])),
        folder,
        rows: outlined(frame.lang, told.policy),
        history,
        words,
        compared,
        changes,
    })
}

/// Cancels a programme that is scheduled.
pub(super) async fn cancel(
    State(service): Shared,
    headers: HeaderMap,
    Form(form): Form<Fields>,
) -> Page {
    let asked = |form: &Fields| {
        let entry = field(form, "entry").parse::<u64>();
        let entry = entry.map_err(|_| "entry: not a number")?;
        Ok(vec!["policy".into(), "cancel".into(), entry.to_string()])
    };
    change(&service, &headers, &form, asked).await
}

/// Makes the pilot's programme the one for all, or ends the pilot.
pub(super) async fn pilot(
    State(service): Shared,
    headers: HeaderMap,
    Form(form): Form<Fields>,
) -> Page {
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
    change(&service, &headers, &form, asked).await
}

/// Runs a command line about the programme, with the reason that was given, for those who
/// may activate one.
async fn change(
    service: &Service,
    headers: &HeaderMap,
    form: &Fields,
    asked: impl Fn(&Fields) -> Result<Vec<String>, &'static str>,
) -> Page {
    let (mut frame, caller) = sent(service, headers, PATH, form, Caller::may_activate)?;
    let words = asked(form);
    let mut words = words.map_err(|text| notice(&frame, StatusCode::BAD_REQUEST, text))?;
    let command = words.join(" ");
    words.push(format!("--reason={}", field(form, "reason")));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match Shell(service).run(&words).await {
        Ok(told) => {
            let (role, token) = caller.role_and_token();
            tracing::info!(command, role, token, "the programme was changed by hand");
            Ok(see_other(&format!("{PATH}?done={}", plain(&told["seq"]))))
        }
        Err(text) => {
            frame.tell_refusal(text);
            show(service, frame, &caller, &Fields::new()).await
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
    State(service): Shared,
    headers: HeaderMap,
    Path(number): Path<u64>,
    Query(query): Query<Fields>,
) -> Page {
    let path = format!("{PATH}/{number}");
    let (mut frame, caller) = admitted(&service, &headers, &path, "report")?;
    let told = async {
        let list = Shell(&service).run(&["policy", "list"]).await?;
        match items(&list["programmes"]).find(|one| one["number"] == number) {
            Some(one) => Ok(Some((
                Version::of(one),
                Shell(&service).files_of(number).await?,
            ))),
            None => Ok::<_, String>(None),
        }
    };
    let told = told.await.map_err(|text| unavailable(&frame, &text))?;
    let (version, files) = told.ok_or_else(|| {
        let text = frame.say("There is no such programme.", "没有此方案。");
        notice(&frame, StatusCode::NOT_FOUND, text)
    })?;
    let entries = service.ask(|ledger| Ok(ledger.global().next_seq));
    frame.entries = entries.await.unwrap_or_default();
    let before = number.checked_sub(1).filter(|before| *before > 0);
    let changes = match before {
        Some(before) => {
            let words = (before.to_string(), number.to_string());
            Some(changes_of(&service, &frame, &caller, (&words.0, &words.1)).await)
        }
        None => None,
    };
    let has_stories = files.keys().any(|path| path.ends_with(".story"));
    let stories = match query.contains_key("stories") && has_stories {
        true => Some(Shell(&service).told(&files).await),
        false => None,
    };
    let lines = |text: &str| text.lines().map(str::to_owned).collect();
    page(&VersionPage {
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
    })
}
