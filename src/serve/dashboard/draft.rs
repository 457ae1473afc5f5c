//! A page that edits a draft: its files, and beside them what check, stories, differences
//! and a simulation say; then it takes effect.

use super::admission::{Fields, Ledger, admitted, sent};
use super::background::State as Work;
use super::drafts::{Draft, Verdicts, Wrong, owner};
use super::frame::{Frame, Message};
use super::programme::{files_by, named};
use super::responses::{forbidden, page, see_other, unavailable};
use super::trials::{DRAFT, Files, Shell};
use super::values::{encoded, plain};
use crate::model::Day;
use crate::serve::roles::Caller;
use crate::serve::{Door, Share};
use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
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
    /// Refusal of its activation, with the findings behind it.
    refused: Option<(String, String)>,
}

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
    simulation: Shown,
}

/// A simulation as the page shows it.
enum Shown {
    Never,
    /// Per cent that are done.
    Running(u64),
    /// HTML.
    Done(String),
    Failed(String),
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
    door: &Door,
    caller: &Caller,
    draft: &Draft,
    number: u64,
) -> Result<Verdicts, String> {
    if let Some(verdicts) = draft.verdicts.clone().filter(|told| told.number == number) {
        return Ok(verdicts);
    }
    let in_force = Shell(door).files_of(number).await?;
    let check = Shell(door).checked(&draft.files).await?;
    let stories = match check.1 {
        true => Some(Shell(door).told(&draft.files).await?),
        false => None,
    };
    let changes = match check.1 {
        true => {
            let name = format!("programme {number}");
            Shell(door)
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
    door.drafts
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
        simulation: match draft.simulation.state() {
            Work::Never => Shown::Never,
            Work::Running(share) => Shown::Running(share.per_cent()),
            Work::Done(html) => Shown::Done(html),
            Work::Failed(text) => Shown::Failed(text),
        },
    }
}

async fn show(
    door: &Door,
    mut frame: Frame,
    caller: &Caller,
    file: Option<&String>,
    refused: Option<(String, String)>,
) -> Response {
    let told = async {
        let (policy, entries) = door.ask_one(json!({"ask": "policy"})).await?;
        let number = policy["number"].as_u64().unwrap_or_default();
        let draft = door.drafts.of(&owner(caller));
        let editor = match draft {
            Some(draft) => {
                let verdicts = judged(door, caller, &draft, number).await?;
                Some(editor(&draft, verdicts, file))
            }
            None => None,
        };
        Ok::<_, String>((number, entries, editor))
    };
    let (number, entries, editor) = match told.await {
        Ok(told) => told,
        Err(text) => return unavailable(&frame, &text),
    };
    frame.entries = entries;
    frame.is_still = true;
    let told = DraftPage {
        has_folder: matches!(door.programme.files(), Ok(Some(_))),
        frame: &frame,
        number,
        editor,
        refused,
    };
    page(StatusCode::OK, &told)
}

pub(super) async fn draft(
    State(door): Ledger,
    headers: HeaderMap,
    Query(query): Query<Fields>,
) -> Response {
    match admitted(&door, &headers, PATH, "report") {
        Ok((frame, caller)) => show(&door, frame, &caller, query.get("file"), None).await,
        Err(response) => *response,
    }
}

/// Begins, edits or discards the draft.
pub(super) async fn change(
    State(door): Ledger,
    headers: HeaderMap,
    Form(form): Form<Fields>,
) -> Response {
    let (mut frame, caller) = match sent(&door, &headers, PATH, &form) {
        Ok(entered) => entered,
        Err(response) => return *response,
    };
    if !caller.may_ask("report") {
        return forbidden(&frame);
    }
    let owner = owner(&caller);
    let of = |name: &str| form.get(name).map_or("", String::as_str);
    let (file, drafts) = (of("file").trim(), &door.drafts);
    let done = match of("action") {
        "begin" => match files_by(&door, &caller, of("from")).await {
            Ok(files) => drafts.begin(&owner, files, of("from").to_owned()),
            Err(text) => return unavailable(&frame, &text),
        },
        "save" => {
            let text = of("text").replace("\r\n", "\n");
            drafts.change(&owner, file, Some(text))
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
        Ok(()) => return see_other(&format!("{PATH}?file={}", encoded(file))),
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
    frame.message = Some(Message {
        is_good: false,
        text: text.into(),
    });
    show(&door, frame, &caller, None, None).await
}

/// Begins a simulation of the draft over days of the past.
pub(super) async fn simulate(
    State(door): Ledger,
    headers: HeaderMap,
    Form(form): Form<Fields>,
) -> Response {
    let (mut frame, caller) = match sent(&door, &headers, PATH, &form) {
        Ok(entered) => entered,
        Err(response) => return *response,
    };
    if !caller.may_ask("report") {
        return forbidden(&frame);
    }
    let Some(draft) = door.drafts.of(&owner(&caller)) else {
        return see_other(PATH);
    };
    let window = match window(&door, &form).await {
        Ok(window) => window,
        Err(text) => {
            frame.message = Some(Message {
                is_good: false,
                text,
            });
            return show(&door, frame, &caller, form.get("file"), None).await;
        }
    };
    if let Some(share) = draft.simulation.begin() {
        let (role, token) = (
            caller.role.word(),
            caller.token.as_deref().unwrap_or_default(),
        );
        tracing::info!(
            role,
            token,
            "a draft is simulated, which names the members who change most"
        );
        let door = Arc::clone(&door);
        tokio::spawn(async move {
            let result = simulated(&door, &draft.files, &window, &share).await;
            draft.simulation.end(result);
        });
    }
    let file = form.get("file").map_or("", String::as_str);
    see_other(&format!("{PATH}?file={}#simulation", encoded(file)))
}

/// First and last day of a simulation: the last days, or those that the form names.
async fn window(door: &Door, form: &Fields) -> Result<[String; 2], String> {
    let of = |name: &str| form.get(name).map_or("", |text| text.trim());
    if !of("from").is_empty() && !of("to").is_empty() {
        return Ok([of("from").to_owned(), of("to").to_owned()]);
    }
    let days = of("days")
        .parse()
        .ok()
        .filter(|days| (1..=DAYS_MAX).contains(days));
    let days: u32 =
        days.ok_or_else(|| format!("days: 1 to {DAYS_MAX}, or a first and a last day"))?;
    let (day, _) = door.ask_one(json!({"ask": "day"})).await?;
    let to = plain(&day["day"]);
    let from = Day::parse(&to).map_err(|error| error.to_string())?;
    Ok([from.days_before(days - 1).to_string(), to])
}

async fn simulated(
    door: &Door,
    files: &Files,
    [from, to]: &[String; 2],
    share: &Share,
) -> Result<String, String> {
    let (from, to) = (format!("--from={from}"), format!("--to={to}"));
    let words = ["policy", "simulate", DRAFT, &from, &to, "--format=part"];
    let output = Shell(door)
        .run_with(&words, &[(DRAFT, files)], share)
        .await?;
    match output.is_done {
        true => Ok(output.out),
        false => Err(output.text()),
    }
}

/// Lets the draft take effect, now or at an instant to come.
pub(super) async fn activate(
    State(door): Ledger,
    headers: HeaderMap,
    Form(form): Form<Fields>,
) -> Response {
    let (frame, caller) = match sent(&door, &headers, PATH, &form) {
        Ok(entered) => entered,
        Err(response) => return *response,
    };
    if !caller.may_activate() {
        return forbidden(&frame);
    }
    let Some(draft) = door.drafts.of(&owner(&caller)) else {
        return see_other(PATH);
    };
    let of = |name: &str| form.get(name).map_or("", |text| text.trim());
    if of("reason").is_empty() {
        let text = frame.say("Say why, in words.", "请写明原因。").to_owned();
        return show(
            &door,
            frame,
            &caller,
            form.get("file"),
            Some((text, String::new())),
        )
        .await;
    }
    let (note, at) = (
        format!("--note={}", of("reason")),
        format!("--at={}", of("at")),
    );
    let mut words = vec!["--json", "policy", "activate", DRAFT, &note];
    if !of("at").is_empty() {
        words.push(&at);
    }
    let programmes = [(DRAFT, &draft.files)];
    let output = match Shell(&door)
        .run_with(&words, &programmes, &Share::default())
        .await
    {
        Ok(output) => output,
        Err(text) => return unavailable(&frame, &text),
    };
    match output.json() {
        Ok(told) => {
            let seq = plain(&told["seq"]);
            let (role, token) = (
                caller.role.word(),
                caller.token.as_deref().unwrap_or_default(),
            );
            tracing::info!(entry = seq, role, token, "a draft takes effect");
            match seq.is_empty() {
                true => {
                    let text = plain(&told["message"]);
                    show(
                        &door,
                        frame,
                        &caller,
                        form.get("file"),
                        Some((text, String::new())),
                    )
                    .await
                }
                false => see_other(&format!("/dashboard/programme?done={seq}")),
            }
        }
        Err(text) => {
            let details = output.err.trim().to_owned();
            show(
                &door,
                frame,
                &caller,
                form.get("file"),
                Some((text, details)),
            )
            .await
        }
    }
}
