//! The audit: the newest checkpoint, and a verification with its claims and its card.

use super::admission::{Fields, Shared, admitted, sent};
use super::background::Work;
use super::frame::Frame;
use super::responses::{Page, notice, page, see_other};
use super::values::{items, minute, plain};
use super::verification::Verified;
use crate::engine::JournalView;
use crate::page::grouped;
use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use serde_json::Value;

const PATH: &str = "/dashboard/audit";

/// A signed checkpoint as the page shows it.
struct Checkpoint {
    size: String,
    root: String,
    /// Instant of the last entry that it covers.
    at: String,
    signer: String,
    /// Chain hash of the last durable entry.
    hash: String,
    /// The signed note.
    note: String,
}

#[derive(Template)]
#[template(path = "dashboard/audit.html")]
struct Audit<'a> {
    frame: &'a Frame,
    checkpoint: Option<Checkpoint>,
    /// The last backup: when it was made, the entries that it holds, and those that came
    /// since. None if none is known.
    backup: Option<(String, String, String)>,
    verification: Work<Told>,
}

/// A report as the page shows it.
struct Told {
    outcome: String,
    at: String,
    entries: String,
    root: String,
    claims: Vec<Claim>,
    notes: Vec<String>,
    has_card: bool,
}

/// A claim, with its verdict.
struct Claim {
    level: String,
    name: String,
    verdict: String,
    because: String,
    findings: Vec<String>,
}

impl Told {
    fn of(verified: &Verified) -> Told {
        let report = &verified.report;
        let claim = |one: &Value| Claim {
            level: plain(&one["level"]),
            name: plain(&one["name"]),
            verdict: plain(&one["verdict"]),
            because: plain(&one["because"]),
            findings: items(&one["findings"]).map(finding).collect(),
        };
        Told {
            outcome: plain(&report["outcome"]),
            at: minute(&Value::from(verified.at.as_str())),
            entries: grouped(&plain(&report["head"]["size"])),
            root: plain(&report["head"]["root"]),
            claims: items(&report["claims"]).map(claim).collect(),
            notes: items(&report["notes"]).map(plain).collect(),
            has_card: verified.card.is_some(),
        }
    }
}

/// A finding in a line: its entry or place, and what is wrong.
fn finding(one: &Value) -> String {
    let Some(fields) = one.as_object() else {
        return plain(one);
    };
    let told = fields.iter().filter(|(_, value)| !value.is_null());
    let told = told.map(|(name, value)| format!("{}: {}", name.replace('_', " "), plain(value)));
    told.collect::<Vec<_>>().join(", ")
}

impl Audit<'_> {
    /// A verdict in the page's language.
    fn verdict<'t>(&self, word: &'t str) -> &'t str {
        let (english, chinese) = match word {
            "held" => ("held", "成立"),
            "failed" => ("failed", "不成立"),
            "not_checked" => ("not checked", "未检查"),
            "not_established" => ("not established", "未能确定"),
            other => (other, other),
        };
        self.frame.say(english, chinese)
    }

    /// A claim's name, with its meaning.
    fn claim(&self, name: &str) -> &'static str {
        match name {
            "chained" => self.frame.say(
                "chained: no entry was changed, removed or put in between",
                "链接完整：没有条目被修改、删除或插入",
            ),
            "state" => self.frame.say(
                "state: balances are what the entries come to",
                "状态一致：余额与条目相符",
            ),
            "reperformed" => self.frame.say(
                "reperformed: every decision comes out again as it was booked",
                "重新执行：每项决定重新计算后与记录一致",
            ),
            "signed" => self.frame.say(
                "signed: pages and checkpoint bear the ledger's signature",
                "签名有效：各页与检查点带有账本签名",
            ),
            "anchored" => self.frame.say(
                "anchored: what an auditor kept from before still agrees",
                "锚定：与审计员此前保存的凭证一致",
            ),
            _ => "",
        }
    }
}

pub(super) async fn audit(State(service): Shared, headers: HeaderMap) -> Page {
    let (mut frame, _) = admitted(&service, &headers, PATH, "report")?;
    let checkpoint = service.ask(|ledger| {
        let signed = ledger.checkpoint();
        let covered = signed.checkpoint();
        let last = match covered.size().checked_sub(1) {
            Some(seq) => ledger.entry(seq)?,
            None => None,
        };
        let calendar = ledger.programme()?.calendar.clone();
        let at = last.map(|entry| calendar.display(entry.head.effective));
        let durable = ledger.durable();
        let told = Checkpoint {
            size: grouped(&covered.size().to_string()),
            root: covered.root().to_string(),
            at: minute(&Value::from(at.unwrap_or_default())),
            signer: covered.origin().to_owned(),
            hash: ledger.hash_after(durable)?.to_string(),
            note: signed.text().to_owned(),
        };
        let view = JournalView::of(ledger)?;
        let backup = view.last_backup()?.map(|last| {
            let held = last.point.count;
            let since = view.point().count.saturating_sub(held);
            let at = minute(&Value::from(calendar.display(last.at)));
            (at, grouped(&held.to_string()), grouped(&since.to_string()))
        });
        Ok((told, backup, ledger.global().next_seq))
    });
    let (checkpoint, backup) = match checkpoint.await {
        Ok((checkpoint, backup, entries)) => {
            frame.entries = entries;
            (Some(checkpoint), backup)
        }
        // The ledger may be in such trouble that only a verification tells more.
        Err(_) => (None, None),
    };
    page(&Audit {
        frame: &frame,
        checkpoint,
        backup,
        verification: service
            .verification
            .state()
            .map(|verified| Told::of(&verified)),
    })
}

/// Begins a verification, and shows the page with its progress.
pub(super) async fn verify(
    State(service): Shared,
    headers: HeaderMap,
    Form(form): Form<Fields>,
) -> Page {
    sent(&service, &headers, PATH, &form, |caller| {
        caller.may_ask("report")
    })?;
    service.verification.begin();
    Ok(see_other(PATH))
}

/// The card of the last verification, as a file to keep.
pub(super) async fn card(State(service): Shared, headers: HeaderMap) -> Page {
    let (frame, _) = admitted(&service, &headers, PATH, "report")?;
    let card = match service.verification.state() {
        Work::Done(verified) => verified.card,
        _ => None,
    };
    let card = card.ok_or_else(|| {
        let text = frame.say(
            "There is no card: verify the ledger first, with all claims held.",
            "没有凭证卡：请先校验账本，且各项声明均成立。",
        );
        notice(&frame, StatusCode::NOT_FOUND, text)
    })?;
    let headers = [
        (CONTENT_TYPE, "text/plain; charset=utf-8"),
        (
            CONTENT_DISPOSITION,
            "attachment; filename=\"stampbook-card.txt\"",
        ),
    ];
    Ok((headers, card).into_response())
}
