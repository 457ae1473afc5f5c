//! A page that edits a draft: its files, and beside them what check, stories, differences
//! and a simulation say; then it takes effect.

use super::admission::{Fields, Shared, admitted, field, sent};
use super::background::Work;
use super::drafts::{Draft, Verdicts, Wrong, owner};
use super::frame::Frame;
use super::programme::{files_by, named};
use super::responses::{Instead, Page, page, see_other, unavailable};
use super::shell::{DRAFT, Files, Output, Shell};
use super::values::{encoded, plain};
use crate::model::Day;
use crate::serve::roles::Caller;
use crate::serve::{Progress, Service};
use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use serde_json::json;
use std::sync::Arc;

const PATH: &str = "/dashboard/draft";
/// Lines that a file can grow by before its line numbers end.
const SPARE_LINES: usize = 12;
/// Days that a simulation may cover.
const DAYS_MAX: u32 = 3660;

#[derive(Template)]
#[template(path = "dashboard/draft.html")]
struct DraftPage<'a> {
    frame: &'a Frame,
    /// Number of the programme in force.
    number: u64,
    /// True if the programme's folder is here.
    has_folder: bool,
    editor: Option<Editor>,
    /// Refusal of its activation.
    refused: Option<Refusal>,
}

/// Reason why an activation was refused, and the findings that led to it.
type Refusal = (String, String);

/// A draft as the page shows it.
struct Editor {
    from: String,
    /// Paths with `new`, `changed` or nothing.
    files: Vec<(String, String)>,
    /// The file that is edited.
    file: String,
    text: String,
    /// Line numbers, and how many.
    numbers: String,
    rows: usize,
    verdicts: Verdicts,
    /// The report of a simulation, as HTML.
    simulation: Work<String>,
}

impl DraftPage<'_> {
    /// The address of the page with a file.
    fn at(&self, file: &str) -> String {
        format!("{PATH}?file={}", encoded(file))
    }

    /// Name of what the draft was begun with.
    fn begun_with(&self, word: &str) -> String {
        named(self.frame, word)
    }

    fn how(&self, word: &str) -> &'static str {
        match word {
            "new" => self.frame.say("new", "新增"),
            "changed" => self.frame.say("changed", "已改"),
            _ => "",
        }
    }
}

impl Editor {
    fn has_errors(&self) -> bool {
        !self.verdicts.check.1
    }
}

/// Verdicts on a draft, made unless they are there already.
async fn judged(
    service: &Service,
    caller: &Caller,
    draft: &Draft,
    number: u64,
) -> Result<Verdicts, String> {
    if let Some(verdicts) = draft.verdicts.clone().filter(|told| told.number == number) {
        return Ok(verdicts);
    }
    let in_force = Shell(service).files_of(number).await?;
    let check = Shell(service).checked(&draft.files).await?;
    let stories = match check.1 {
        true => Some(Shell(service).told(&draft.files).await?),
        false => None,
    };
    let changes = match check.1 {
        true => {
            let name = format!("programme {number}");
            Shell(service)
                .changes((&name, &in_force), (DRAFT, &draft.files))
                .await
        }
        false => Err(String::new()),
    };
    let verdicts = Verdicts {
        number,
        check,
        stories,
        changes,
    };
    service
        .drafts
        .judge(&owner(caller), &draft.files, verdicts.clone());
    Ok(verdicts)
}

fn editor(draft: &Draft, verdicts: Verdicts, asked: Option<&String>) -> Editor {
    let how = |path: &str| {
        let files = verdicts.changes.as_ref().ok().map(|changes| &changes.files);
        let file = files.into_iter().flatten().find(|file| file.file == path);
        file.map_or_else(String::new, |file| file.how.clone())
    };
    let files = draft.files.keys().map(|path| (path.clone(), how(path)));
    let first = || {
        draft
            .files
            .keys()
            .find(|path| path.starts_with("campaigns/"))
    };
    let file = asked.filter(|path| draft.files.contains_key(*path));
    let file = file.or_else(first).or_else(|| draft.files.keys().next());
    let file = file.cloned().unwrap_or_default();
    let text = draft.files.get(&file).cloned().unwrap_or_default();
    let rows = text.lines().count() + SPARE_LINES;
    let numbers = (1..=rows).map(|line| line.to_string());
    Editor {
        from: draft.from.clone(),
        files: files.collect(),
        numbers: numbers.collect::<Vec<_>>().join("\n"),
        rows,
        file,
        text,
        verdicts,
        simulation: draft.simulation.state(),
    }
}

async fn show(
    service: &Service,
    mut frame: Frame,
    caller: &Caller,
    file: Option<&String>,
    refused: Option<Refusal>,
) -> Page {
    let told = async {
        let (policy, entries) = service.ask_one(json!({"ask": "policy"})).await?;
        let number = policy["number"].as_u64().unwrap_or_default();
        let draft = service.drafts.of(&owner(caller));
        let editor = match draft {
            Some(draft) => {
                let verdicts = judged(service, caller, &draft, number).await?;
                Some(editor(&draft, verdicts, file))
            }
            None => None,
        };
        Ok::<_, String>((number, entries, editor))
    };
    let (number, entries, editor) = told.await.map_err(|text| unavailable(&frame, &text))?;
    frame.entries = entries;
    frame.is_still = true;
    page(&DraftPage {
        has_folder: matches!(service.programme.files(), Ok(Some(_))),
        frame: &frame,
        number,
        editor,
        refused,
    })
}

pub(super) async fn draft(
    State(service): Shared,
    headers: HeaderMap,
    Query(query): Query<Fields>,
) -> Page {
    let (frame, caller) = admitted(&service, &headers, PATH, "report")?;
    show(&service, frame, &caller, query.get("file"), None).await
}

/// Lets somebody send a form who may try drafts.
fn sent_to_try(
    service: &Service,
    headers: &HeaderMap,
    form: &Fields,
) -> Result<(Frame, Caller), Instead> {
    sent(service, headers, PATH, form, |caller| {
        caller.may_ask("report")
    })
}

/// Begins, edits or discards the draft.
pub(super) async fn change(
    State(service): Shared,
    headers: HeaderMap,
    Form(form): Form<Fields>,
) -> Page {
    let (mut frame, caller) = sent_to_try(&service, &headers, &form)?;
    let owner = owner(&caller);
    let (file, from) = (field(&form, "file"), field(&form, "from"));
    let drafts = &service.drafts;
    let done = match field(&form, "action") {
        "begin" => {
            let files = files_by(&service, &caller, from).await;
            let files = files.map_err(|text| unavailable(&frame, &text))?;
            drafts.begin(&owner, files, from.to_owned())
        }
        "save" => {
            let text = form.get("text").map_or("", String::as_str);
            drafts.change(&owner, file, Some(text.replace("\r\n", "\n")))
        }
        "add"
            if drafts
                .of(&owner)
                .is_some_and(|draft| draft.files.contains_key(file)) =>
        {
            Ok(())
        }
        "add" => drafts.change(&owner, file, Some(String::new())),
        "remove" => drafts.change(&owner, file, None),
        _ => {
            drafts.discard(&owner);
            Ok(())
        }
    };
    let text = match done {
        Ok(()) => return Ok(see_other(&format!("{PATH}?file={}", encoded(file)))),
        Err(Wrong::NoDraft) => frame.say("There is no draft any more; begin a new one.", "草稿已不存在，请重新开始。"),
        Err(Wrong::Path) => frame.say(
            "No file of a programme has this name: programme.toml, or letters, digits, - and _ ending in .rhai, .story, or codes/NAME.txt.",
            "方案中没有此类文件名：应为 programme.toml，或以 .rhai、.story 结尾，或 codes/名称.txt。",
        ),
        Err(Wrong::TooLong) => frame.say(
            "The draft was not changed: a file may have 200 kB, a draft 1 MB and 200 files.",
            "草稿未更改：单个文件不超过200 kB，草稿不超过1 MB及200个文件。",
        ),
    };
    frame.tell_refusal(text.into());
    show(&service, frame, &caller, None, None).await
}

/// Begins a simulation of the draft over days of the past.
pub(super) async fn simulate(
    State(service): Shared,
    headers: HeaderMap,
    Form(form): Form<Fields>,
) -> Page {
    let (mut frame, caller) = sent_to_try(&service, &headers, &form)?;
    let draft = draft_of(&service, &caller)?;
    let window = match window(&service, &form).await {
        Ok(window) => window,
        Err(text) => {
            frame.tell_refusal(text);
            return show(&service, frame, &caller, form.get("file"), None).await;
        }
    };
    if let Some(progress) = draft.simulation.begin() {
        let (role, token) = caller.role_and_token();
        tracing::info!(
            role,
            token,
            "a draft is simulated, which names the members who change most"
        );
        let service = Arc::clone(&service);
        tokio::spawn(async move {
            let result = simulated(&service, &draft.files, &window, &progress).await;
            draft.simulation.end(result);
        });
    }
    let file = encoded(field(&form, "file"));
    Ok(see_other(&format!("{PATH}?file={file}#simulation")))
}

/// The draft of a caller; where there is none, the page leads to a new one.
fn draft_of(service: &Service, caller: &Caller) -> Result<Draft, Instead> {
    let draft = service.drafts.of(&owner(caller));
    Ok(draft.ok_or_else(|| see_other(PATH))?)
}

/// First and last day of a simulation: the last days, or those that the form names.
async fn window(service: &Service, form: &Fields) -> Result<[String; 2], String> {
    let of = |name| field(form, name);
    if !of("from").is_empty() && !of("to").is_empty() {
        return Ok([of("from").to_owned(), of("to").to_owned()]);
    }
    let days = of("days")
        .parse()
        .ok()
        .filter(|days| (1..=DAYS_MAX).contains(days));
    let days: u32 =
        days.ok_or_else(|| format!("days: 1 to {DAYS_MAX}, or a first and a last day"))?;
    let (day, _) = service.ask_one(json!({"ask": "day"})).await?;
    let to = plain(&day["day"]);
    let from = Day::parse(&to).map_err(|error| error.to_string())?;
    Ok([from.days_before(days - 1).to_string(), to])
}

async fn simulated(
    service: &Service,
    files: &Files,
    [from, to]: &[String; 2],
    progress: &Progress,
) -> Result<String, String> {
    let (from, to) = (format!("--from={from}"), format!("--to={to}"));
    let words = ["policy", "simulate", DRAFT, &from, &to, "--format=part"];
    let output = Shell(service)
        .run_with(&words, &[(DRAFT, files)], progress)
        .await?;
    match output.is_done {
        true => Ok(output.out),
        false => Err(output.text()),
    }
}

/// Lets the draft take effect, now or at an instant to come.
pub(super) async fn activate(
    State(service): Shared,
    headers: HeaderMap,
    Form(form): Form<Fields>,
) -> Page {
    let (frame, caller) = sent(&service, &headers, PATH, &form, Caller::may_activate)?;
    let draft = draft_of(&service, &caller)?;
    let reason = field(&form, "reason");
    let booked = match reason.is_empty() {
        true => {
            let text = frame.say("Say why, in words.", "请写明原因。");
            Err((text.to_owned(), String::new()))
        }
        false => {
            let output = run_activation(&service, &draft.files, reason, field(&form, "at")).await;
            entry_of(&output.map_err(|text| unavailable(&frame, &text))?)
        }
    };
    match booked {
        Ok(seq) => {
            let (role, token) = caller.role_and_token();
            tracing::info!(entry = seq, role, token, "a draft takes effect");
            Ok(see_other(&format!("/dashboard/programme?done={seq}")))
        }
        Err(refusal) => show(&service, frame, &caller, form.get("file"), Some(refusal)).await,
    }
}

/// Runs the activation of a draft, at an instant if one is named.
async fn run_activation(
    service: &Service,
    files: &Files,
    reason: &str,
    at: &str,
) -> Result<Output, String> {
    let (note, at_flag) = (format!("--note={reason}"), format!("--at={at}"));
    let mut words = vec!["--json", "policy", "activate", DRAFT, &note];
    if !at.is_empty() {
        words.push(&at_flag);
    }
    let programmes = [(DRAFT, files)];
    Shell(service)
        .run_with(&words, &programmes, &Progress::default())
        .await
}

/// Entry that an activation booked.
fn entry_of(output: &Output) -> Result<String, Refusal> {
    let told = output.json();
    let told = told.map_err(|text| (text, output.err.trim().to_owned()))?;
    let seq = plain(&told["seq"]);
    match seq.is_empty() {
        true => Err((plain(&told["message"]), String::new())),
        false => Ok(seq),
    }
}
