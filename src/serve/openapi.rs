//! `GET /v1/openapi.json`, and a page for people: generated from the types with
//! which commands, questions and answers are read and written.

use super::enrol::{Enrol, Enrolled};
use super::{PROMISE, PROTOCOL};
use crate::command::VERBS;
use crate::{answer, query};
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{Html, IntoResponse, Response};
use serde_json::{Map, Value, json};
use std::fmt::Write;
use std::sync::LazyLock;

/// Statuses of refusals and errors, and their meanings.
const REFUSALS: [(&str, &str); 15] = [
    (
        "400",
        "The command or question cannot be taken; `field` says where",
    ),
    ("401", "No token, or none that is valid"),
    (
        "403",
        "The role, store, terminal or web site may not do that",
    ),
    ("404", "There is no such path"),
    ("405", "The path takes another method"),
    ("408", "The body did not come in time"),
    ("411", "The body's length must be said"),
    ("413", "The body is too long"),
    ("415", "The body must be JSON"),
    ("421", "The service does not go by that name"),
    (
        "422",
        "Refused by the rules; `code` and `retry` say why and what then",
    ),
    ("429", "The token sends too many requests; `Retry-After`"),
    (
        "500",
        "The ledger's disk failed; the same command may be sent again",
    ),
    ("503", "Too much waits for the ledger; `Retry-After`"),
    (
        "507",
        "The ledger's disk is full; free some space, and send the same again",
    ),
];

static DOCUMENT: LazyLock<Value> = LazyLock::new(document);
static JSON: LazyLock<String> = LazyLock::new(|| DOCUMENT.to_string());
static PAGE: LazyLock<String> = LazyLock::new(|| page(&DOCUMENT));

pub(super) async fn get() -> Response {
    ([(CONTENT_TYPE, "application/json")], JSON.as_str()).into_response()
}

/// Page of the same content for people; it loads nothing from elsewhere.
pub(super) async fn get_page() -> Response {
    let policy = "default-src 'none'; style-src 'unsafe-inline'";
    ([(CONTENT_SECURITY_POLICY, policy)], Html(PAGE.as_str())).into_response()
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

fn one_of(names: impl IntoIterator<Item = impl AsRef<str>>) -> Value {
    let schemas = names.into_iter().map(|name| reference(name.as_ref()));
    json!({"oneOf": schemas.collect::<Vec<_>>()})
}

/// OpenAPI 3.1 document.
pub(super) fn document() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Stampbook",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "One loyalty ledger for tills, office and shop. A command is sent under a key of its own; sent again under it, it is not carried out twice, so that after a lost answer the same request is sent again.",
            "x-promise": PROMISE,
            "x-protocol": PROTOCOL,
        },
        "security": [{"token": []}],
        "paths": paths(),
        "components": {
            "securitySchemes": {"token": {
                "type": "http",
                "scheme": "bearer",
                "description": "`stampbook token create` makes one.",
            }},
            "schemas": schemas(),
        },
    })
}

fn paths() -> Value {
    let answered = one_of(["Answer", "Answers"]);
    let state =
        json!({"type": "object", "properties": {"ok": {"const": true}}, "required": ["ok"]});
    let [webhooks, dead, resent] = webhook_replies();
    json!({
        "/v1/commands": {"post": posts("Carry out one command, or many", "Commands", &answered)},
        "/v1/enrol": {"post": opens(posts("Change the code of a terminal for its token, once", "Enrol", &reference("Enrolled")))},
        "/v1/quote": {"post": posts("Decide a command and forget it", "Command", &reference("Answer"))},
        "/v1/questions": {"post": posts("Ask what is durable", "Question", &reference("Reply"))},
        "/v1/slip": {"get": slips()},
        "/v1/members": {"get": members()},
        "/v1/webhooks": {"get": gets("Webhooks, without their secrets", &webhooks)},
        "/v1/webhooks/dead": {"get": gets("Messages that were given up", &dead)},
        "/v1/webhooks/resend": {"post": posts("Have the service send dead letters again", "Resend", &resent)},
        "/healthz": {"get": opens(gets("The process runs", &state))},
        "/readyz": {"get": opens(gets("The ledger is open and answers; `last` is its last entry", &state))},
    })
}

/// Schemas by name: those of each command, question and reply, and those of whole bodies.
fn schemas() -> Map<String, Value> {
    let mut answers = answer::schema();
    let commands = answers["$defs"]["commands"].take();
    let (questions, replies) = query::schema();
    let mut schemas = Map::new();
    for (kind, group) in [
        ("command", commands.as_object().cloned().unwrap_or_default()),
        ("question", questions),
        ("reply", replies),
    ] {
        let named = group.into_iter();
        schemas.extend(named.map(|(word, schema)| (format!("{kind}.{word}"), schema)));
    }
    let any =
        |kind: &str, words: &[&str]| one_of(words.iter().map(|word| format!("{kind}.{word}")));
    // No field tells replies apart, and some fit several.
    let replies = any("reply", query::WORDS)["oneOf"].take();
    let bodies = [
        ("Answer", answers["$defs"]["answer"].take()),
        (
            "Answers",
            json!({
                "type": "object",
                "properties": {"answers": {"type": "array", "items": reference("Answer")}},
                "required": ["answers"],
            }),
        ),
        ("Command", any("command", VERBS)),
        ("Commands", batch()),
        ("Question", any("question", query::WORDS)),
        ("Reply", json!({"anyOf": replies})),
        ("Enrol", schemars::schema_for!(Enrol).into()),
        ("Enrolled", schemars::schema_for!(Enrolled).into()),
        ("MemberTold", query::member_schema()),
        (
            "Resend",
            json!({
                "type": "object",
                "properties": {
                    "webhook": {"type": ["string", "null"]},
                    "position": {"type": ["string", "null"]},
                },
                "additionalProperties": false,
            }),
        ),
    ];
    schemas.extend(bodies.map(|(name, schema)| (name.to_owned(), schema)));
    schemas
}

/// Schema of one command, or many.
fn batch() -> Value {
    let command = reference("Command");
    let commands = json!({"type": "array", "items": command, "minItems": 1, "maxItems": 1000});
    json!({"oneOf": [
        command,
        commands,
        {
            "type": "object",
            "properties": {
                "commands": commands,
                "atomic": {
                    "type": "boolean",
                    "description": "All of them in one page, or none; else each by itself.",
                },
            },
            "required": ["commands"],
            "additionalProperties": false,
        },
    ]})
}

/// Replies about webhooks: those there are, the dead letters, and how many are sent again.
fn webhook_replies() -> [Value; 3] {
    let text = json!({"type": "string"});
    let reply = |name: &str, value: Value| {
        let properties = json!({"ok": {"const": true}, name: value});
        json!({"type": "object", "properties": properties, "required": ["ok", name]})
    };
    let list =
        |fields: Value| json!({"type": "array", "items": {"type": "object", "properties": fields}});
    let webhook = json!({
        "id": text,
        "url": text,
        "created": text,
        "is_disabled": {"type": "boolean"},
        "events": {"type": "array", "items": text},
    });
    let dead = json!({
        "webhook": text,
        "position": text,
        "message": text,
        "template": text,
        "at": text,
        "attempts": {"type": "integer"},
        "why": text,
        "is_waiting": {"type": "boolean"},
    });
    [
        reply("webhooks", list(webhook)),
        reply("dead", list(dead)),
        reply("resent", json!({"type": "integer", "minimum": 0})),
    ]
}

fn responses(body: &Value) -> Value {
    let content = |schema: &Value| json!({"application/json": {"schema": schema}});
    let mut told = Map::new();
    told.insert(
        "200".into(),
        json!({"description": "Done", "content": content(body)}),
    );
    // A refused batch has all its answers.
    let refusal = one_of(["Answer", "Answers"]);
    for (status, meaning) in REFUSALS {
        let refused = json!({"description": meaning, "content": content(&refusal)});
        told.insert(status.into(), refused);
    }
    told.into()
}

fn posts(summary: &str, body: &str, answer: &Value) -> Value {
    json!({
        "summary": summary,
        "requestBody": {
            "required": true,
            "content": {"application/json": {"schema": reference(body)}},
        },
        "responses": responses(answer),
    })
}

/// The slip of an entry: the question `slip` as a query, and its reply as a body to print.
fn slips() -> Value {
    let field =
        |name: &str, kind: &str| json!({"name": name, "in": "query", "schema": {"type": kind}});
    let fields = [
        field("seq", "integer"),
        field("key", "string"),
        field("form", "string"),
        field("reprint", "boolean"),
        field("at_least", "integer"),
    ];
    let kinds = [
        "text/plain",
        "application/octet-stream",
        "image/svg+xml",
        "image/png",
    ];
    let content = kinds.map(|kind| (kind.to_owned(), json!({"schema": {"type": "string"}})));
    let mut told = responses(&Value::Null);
    told["200"]["content"] = content.into_iter().collect::<Map<_, _>>().into();
    json!({
        "summary": "The slip of an entry (seq or key): text, bytes for a printer, or its QR code, as `form` says",
        "parameters": fields,
        "responses": told,
    })
}

/// All members, while they are read.
fn members() -> Value {
    let line = reference("MemberTold");
    let mut told = responses(&Value::Null);
    told["200"]["content"] = json!({
        "application/x-ndjson": {"schema": line},
        "text/csv": {"schema": {"type": "string"}},
    });
    told["200"]["headers"] = json!({"Stampbook-Read-At": {
        "description": "The last entry before the first member was read",
        "schema": {"type": "integer"},
    }});
    json!({
        "summary": "All members with balances, tier and what ends next: one JSON object a line, or CSV",
        "parameters": [{
            "name": "format",
            "in": "query",
            "schema": {"enum": ["json", "csv"], "default": "json"},
        }],
        "responses": told,
    })
}

/// An operation that needs no token.
fn opens(mut operation: Value) -> Value {
    operation["security"] = json!([]);
    operation
}

fn gets(summary: &str, answer: &Value) -> Value {
    json!({"summary": summary, "responses": responses(answer)})
}

const STYLE: &str = "body{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}\
    table{border-collapse:collapse}td,th{text-align:left;vertical-align:top;padding:.2em 1em .2em 0;\
    border-bottom:1px solid #ccc}code{font-size:.95em}summary{cursor:pointer}";

/// Writes the document as a page.
fn page(document: &Value) -> String {
    let mut html = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>Stampbook</title><style>{STYLE}</style>\
         <h1>Stampbook</h1><p>{}</p><p>Send <code>Authorization: Bearer TOKEN</code> and \
         <code>Content-Type: application/json</code>. The same as a document: \
         <a href=/v1/openapi.json>/v1/openapi.json</a>.</p><p>{}</p><h2>Paths</h2><table>",
        escaped(document["info"]["description"].as_str().unwrap_or_default()),
        escaped(PROMISE)
    );
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, what) in methods.as_object().into_iter().flatten() {
            let summary = escaped(what["summary"].as_str().unwrap_or_default());
            let _ = write!(
                html,
                "<tr><td><code>{} {path}</code><td>{summary}",
                method.to_uppercase()
            );
        }
    }
    html += "</table><h2>Statuses</h2><table><tr><td>200<td>Done";
    for (status, meaning) in REFUSALS {
        let _ = write!(html, "<tr><td>{status}<td>{}", escaped(meaning));
    }
    html += "</table>";
    let schemas = document["components"]["schemas"].as_object();
    for (title, prefix) in [
        ("Commands", "command."),
        ("Questions", "question."),
        ("Replies", "reply."),
    ] {
        let _ = write!(html, "<h2>{title}</h2>");
        for (name, schema) in schemas.into_iter().flatten() {
            if let Some(word) = name.strip_prefix(prefix) {
                fields(&mut html, word, schema);
            }
        }
    }
    html += "<h2>Answers</h2>";
    fields(
        &mut html,
        "answer",
        &document["components"]["schemas"]["Answer"],
    );
    html
}

/// Writes a schema's description and its fields; of several alternatives, those
/// of each.
fn fields(html: &mut String, word: &str, schema: &Value) {
    let about = escaped(schema["description"].as_str().unwrap_or_default());
    let _ = write!(
        html,
        "<details><summary><code>{word}</code> {about}</summary><table>"
    );
    let parts = ["anyOf", "allOf", "oneOf"]
        .iter()
        .filter_map(|of| schema[of].as_array());
    for part in std::iter::once(schema).chain(parts.flatten()) {
        for (name, field) in part["properties"].as_object().into_iter().flatten() {
            let about = escaped(field["description"].as_str().unwrap_or_default());
            let required = part["required"].as_array();
            let is_needed = required.is_some_and(|all| all.iter().any(|one| one == name));
            let needed = if is_needed { "required" } else { "" };
            let _ = write!(html, "<tr><td><code>{name}</code><td>{needed}<td>{about}");
        }
    }
    *html += "</table></details>";
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    let mut parts = text.split('`');
    let mut html = parts.next().unwrap_or_default().to_owned();
    for (n, part) in parts.enumerate() {
        html += if n % 2 == 0 { "<code>" } else { "</code>" };
        html += part;
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                if let Some(Value::String(to)) = fields.get("$ref") {
                    found.push(to.clone());
                }
                fields.values().for_each(|field| references(field, found));
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }

    #[test]
    fn every_reference_of_the_document_leads_somewhere() {
        let document = document();
        let mut found = Vec::new();
        references(&document, &mut found);
        assert!(found.len() > 40, "{}", found.len());
        for to in found {
            let pointer = to.strip_prefix('#').expect(&to);
            assert!(document.pointer(pointer).is_some(), "{to}");
        }
    }

    #[test]
    fn every_verb_question_and_path_is_in_document_and_page() {
        let document = document();
        let page = page(&document);
        let schemas = &document["components"]["schemas"];
        for word in VERBS {
            assert!(schemas[format!("command.{word}")].is_object(), "{word}");
            assert!(page.contains(&format!("<code>{word}</code>")), "{word}");
        }
        for word in query::WORDS {
            assert!(schemas[format!("reply.{word}")].is_object(), "{word}");
        }
        for outside in ["http:", "https:", "<script", "src="] {
            assert!(!page.contains(outside), "{outside}");
        }
    }
}
