//! Questions between commands: a till that holds the ledger open with a session
//! asks on the same line of JSON what others ask with a process of their own.

use super::balance;
use super::find::FindArgs;
use super::print::Failure;
use super::telling::{instant_named, member_named};
use crate::answer::Denied;
use crate::command::{Bad, ClientId, Text, names_in, parse_keyless};
use crate::engine::Ledger;
use serde::Deserialize;
use serde_json::Value;

/// What may be asked.
const QUESTIONS: [&str; 3] = ["quote", "balance", "find"];

/// A question: `{"ask":"quote","command":{..}}`, `{"ask":"balance","member":"card:.."}`
/// or `{"ask":"find","key":".."}`.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Question {
    ask: Text,
    command: Option<Value>,
    member: Option<String>,
    as_of: Option<String>,
    key: Option<String>,
    receipt: Option<String>,
    order: Option<String>,
    store: Option<String>,
    channel: Option<String>,
    terminal: Option<String>,
    day: Option<String>,
    /// Given back with the answer.
    #[serde(rename = "id")]
    _id: Option<ClientId>,
}

/// Whether a line that is no command is meant as a question.
pub(super) fn is_question(line: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Found {
        #[serde(rename = "ask")]
        _ask: serde::de::IgnoredAny,
    }
    // A list would be read as the fields of an object, one after another.
    let is_object = line.trim_ascii_start().starts_with(b"{");
    is_object && serde_json::from_slice::<Found>(line).is_ok()
}

/// Answers a question; nothing may be staged. The error is trouble: whatever
/// is wrong with the question is an answer.
pub(super) fn answer(ledger: &mut Ledger, line: &[u8]) -> Result<Value, Failure> {
    let mut answer = match try_answer(ledger, line) {
        Ok(value) => value,
        Err(failure) if failure.is_bad_input() => as_value(&failure.as_answer())?,
        Err(failure) => return Err(failure),
    };
    if let (Some(id), Value::Object(fields)) = (names_in(line).1, &mut answer) {
        fields.insert("id".into(), as_value(&id)?);
    }
    Ok(answer)
}

fn try_answer(ledger: &mut Ledger, line: &[u8]) -> Result<Value, Failure> {
    let question: Question = serde_json::from_slice(line)
        .map_err(|e| Bad::new("ask", format!("the question cannot be read: {e}")))?;
    match &*question.ask {
        "quote" => quote(ledger, question.command),
        "balance" => {
            let member = needed("member", question.member)?;
            let id = member_named(ledger, &member)?;
            match &question.as_of {
                None => balance::now(ledger, id),
                Some(text) => {
                    let at = instant_named(ledger, "as_of", text)?;
                    balance::then(ledger, id, at)
                }
            }
        }
        "find" => {
            let find = FindArgs {
                key: question.key,
                receipt: question.receipt,
                order: question.order,
                store: question.store,
                channel: question.channel,
                terminal: question.terminal,
                day: question.day,
            };
            as_value(&find.answer(ledger)?)
        }
        other => Err(Bad::unknown("ask", "question", other, &QUESTIONS).into()),
    }
}

fn needed<T>(field: &str, value: Option<T>) -> Result<T, Bad> {
    value.ok_or_else(|| Bad::new(field, "is missing"))
}

fn quote(ledger: &mut Ledger, command: Option<Value>) -> Result<Value, Failure> {
    let json = needed("command", command)?.to_string().into_bytes();
    let answer = match parse_keyless(&json, ledger.programme()?.digits) {
        Ok(request) => ledger.quote_discounted(&request, None)?,
        Err(bad) => Denied::bad_json(&json, &bad).into(),
    };
    as_value(&answer)
}

fn as_value(answer: &impl serde::Serialize) -> Result<Value, Failure> {
    serde_json::to_value(answer).map_err(|e| Failure::internal(e.to_string()))
}
