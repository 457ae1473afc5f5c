//! A run over the OpenAPI document: every path and method, with bodies made from its
//! schemas and with broken ones. No answer is a 500, none has a status that the document
//! does not name, and each body is of the schema named for it.

use super::service::{Client, Response, Service, check_ledger};
use crate::dice::Dice;
use serde_json::{Map, Value, json};

/// The document, and the parts of a schema that are needed here.
struct Document(Value);

/// Words that mean something to the ledger, so that some of what is made up is done.
const WORDS: [&str; 18] = [
    "card:1",
    "card:2",
    "star",
    "k1",
    "k2",
    "1.00",
    "42.50",
    "-3.00",
    "0",
    "mitte",
    "till-1",
    "2026-11-24T10:00:00+01:00",
    "2026-11-24",
    "loyal:☕",
    "",
    "a\u{0}b",
    "\u{202e}x",
    "id:7",
];

impl Document {
    fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        match schema["$ref"].as_str() {
            Some(to) => {
                let to = to.strip_prefix('#').unwrap();
                self.resolve(self.0.pointer(to).unwrap_or_else(|| panic!("{to}")))
            }
            None => schema,
        }
    }

    /// Makes a value of a schema.
    fn make(&self, schema: &Value, dice: &mut Dice, depth: usize) -> Value {
        let schema = self.resolve(schema);
        for of in ["oneOf", "anyOf"] {
            if let Some(parts) = schema[of].as_array() {
                let made = self.make(&parts[dice.below(parts.len())], dice, depth);
                return self.with_properties(schema, made, dice, depth);
            }
        }
        if let Some(value) = schema.get("const") {
            return value.clone();
        }
        if let Some(values) = schema["enum"].as_array() {
            return values[dice.below(values.len())].clone();
        }
        let kind = match &schema["type"] {
            Value::Array(kinds) => kinds[dice.below(kinds.len())].as_str(),
            kind => kind.as_str(),
        };
        match kind {
            Some("object") | None if schema["properties"].is_object() || kind.is_some() => {
                self.with_properties(schema, Value::Object(Map::new()), dice, depth)
            }
            Some("array") => {
                let len = dice
                    .below(3)
                    .max(schema["minItems"].as_u64().unwrap_or(0) as usize);
                let items = (0..len).map(|_| self.make(&schema["items"], dice, depth + 1));
                Value::Array(items.collect())
            }
            Some("string") => json!(WORDS[dice.below(WORDS.len())]),
            Some("integer") => json!([0, 1, 7, -1, 300, i64::MAX][dice.below(6)]),
            Some("number") => json!([0.0, 1.5, -2.0, 1e300][dice.below(4)]),
            Some("boolean") => json!(dice.below(2) == 0),
            Some("null") => Value::Null,
            _ => json!(WORDS[dice.below(WORDS.len())]),
        }
    }

    fn with_properties(&self, schema: &Value, made: Value, dice: &mut Dice, depth: usize) -> Value {
        let (Value::Object(mut made), Some(properties)) =
            (made.clone(), schema["properties"].as_object())
        else {
            return made;
        };
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        for (name, field) in properties {
            let is_needed = required.iter().any(|one| one == name);
            if is_needed || (depth < 4 && dice.below(4) == 0) {
                made.insert(name.clone(), self.make(field, dice, depth + 1));
            }
        }
        Value::Object(made)
    }

    /// First place where a value is not of a schema; None if it is.
    fn misfit(&self, schema: &Value, value: &Value, at: &str) -> Option<String> {
        let schema = self.resolve(schema);
        if let Some(wanted) = schema.get("const") {
            return (wanted != value).then(|| format!("{at}: {value} is not {wanted}"));
        }
        if let Some(values) = schema["enum"].as_array()
            && !values.contains(value)
        {
            return Some(format!("{at}: {value} is none of the words"));
        }
        if let Some(parts) = schema["allOf"].as_array() {
            for part in parts {
                if let Some(found) = self.misfit(part, value, at) {
                    return Some(found);
                }
            }
        }
        for of in ["oneOf", "anyOf"] {
            let Some(parts) = schema[of].as_array() else {
                continue;
            };
            let misfits: Vec<_> = parts
                .iter()
                .map(|part| self.misfit(part, value, at))
                .collect();
            let fits = misfits.iter().filter(|misfit| misfit.is_none()).count();
            if of == "oneOf" && fits > 1 {
                return Some(format!(
                    "{at}: fits {fits} of the schemas, and one is promised"
                ));
            }
            if misfits.iter().all(Option::is_some) {
                let all = misfits
                    .into_iter()
                    .flatten()
                    .collect::<Vec<_>>()
                    .join(" | ");
                return Some(format!("{at}: of no kind: {all}"));
            }
        }
        let kinds: Vec<&str> = match &schema["type"] {
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
            kind => kind.as_str().into_iter().collect(),
        };
        let is_kind = |kind: &&str| match *kind {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            "boolean" => value.is_boolean(),
            "null" => value.is_null(),
            _ => true,
        };
        if !kinds.is_empty() && !kinds.iter().any(is_kind) {
            return Some(format!("{at}: {value} is no {kinds:?}"));
        }
        if let Value::Array(items) = value {
            let items = items.iter().enumerate();
            return items
                .filter_map(|(n, item)| {
                    self.misfit(schema.get("items")?, item, &format!("{at}[{n}]"))
                })
                .next();
        }
        let fields = value.as_object()?;
        let required = schema["required"].as_array().into_iter().flatten();
        for name in required.filter_map(Value::as_str) {
            if !fields.contains_key(name) {
                return Some(format!("{at}: there is no {name}"));
            }
        }
        for (name, field) in fields {
            let at = format!("{at}.{name}");
            let (own, others) = (&schema["properties"][name], &schema["additionalProperties"]);
            let found = match (own.is_null(), others) {
                (false, _) => self.misfit(own, field, &at),
                (true, Value::Bool(false)) => Some(format!("{at}: it is not named")),
                (true, Value::Object(_)) => self.misfit(others, field, &at),
                (true, _) => None,
            };
            if found.is_some() {
                return found;
            }
        }
        None
    }
}

/// Breaks a value somewhere, so that it is of its schema no more, mostly.
fn broken(value: Value, dice: &mut Dice) -> Value {
    let odd = [
        json!(null),
        json!(-1),
        json!(1e308),
        json!([[[[]]]]),
        json!({"a": {"b": []}}),
        json!("x".repeat(5000)),
        json!("99999999999999999999999999.99"),
        json!(true),
    ];
    match value {
        Value::Object(mut fields) if !fields.is_empty() && dice.below(5) > 0 => {
            let name = fields.keys().nth(dice.below(fields.len())).unwrap().clone();
            match dice.below(5) {
                0 => drop(fields.remove(&name)),
                1 => drop(fields.insert(format!("{name}x"), json!(1))),
                _ => {
                    let inner = fields.remove(&name).unwrap();
                    fields.insert(name, broken(inner, dice));
                }
            }
            Value::Object(fields)
        }
        Value::Array(mut items) if !items.is_empty() && dice.below(3) > 0 => {
            let at = dice.below(items.len());
            items[at] = broken(items[at].clone(), dice);
            Value::Array(items)
        }
        _ => odd[dice.below(odd.len())].clone(),
    }
}

/// Bytes of a request's body: of the schema, broken, or cut.
fn body(document: &Document, schema: &Value, dice: &mut Dice) -> String {
    let made = document.make(schema, dice, 0);
    match dice.below(6) {
        0 | 1 => broken(made, dice).to_string(),
        2 => {
            let text = made.to_string();
            let cut = dice.below(text.len() + 1);
            text.chars().take(cut).collect()
        }
        3 => format!("\u{feff} {made}\n"),
        _ => made.to_string(),
    }
}

fn check(document: &Document, place: &str, responses: &Value, told: &Response, seed: u64) {
    let status = told.status.to_string();
    let named = &responses[&status];
    assert!(
        named.is_object() && (told.status < 500 || told.status == 503),
        "seed {seed}, {place}: {told:?}"
    );
    let schema = &named["content"]["application/json"]["schema"];
    let is_json = told.header("content-type") == Some("application/json");
    assert!(is_json || !schema.is_object() || told.body.is_empty());
    if schema.is_object() {
        let misfit = document.misfit(schema, &told.json(), "answer");
        assert_eq!(misfit, None, "seed {seed}, {place} {status}: {}", told.body);
    }
}

/// `STAMPBOOK_SEED` and `STAMPBOOK_ROUNDS` for other and more requests.
// proves: KEEP14
#[test]
fn every_path_of_the_document_answers_as_it_says_whatever_is_sent() {
    let number = |name: &str, usual: u64| std::env::var(name).map_or(usual, |n| n.parse().unwrap());
    let (seed, rounds) = (
        number("STAMPBOOK_SEED", 12),
        number("STAMPBOOK_ROUNDS", 150),
    );
    let service = Service::start(&[]);
    let sale = super::commands::sale("k1");
    assert_eq!(service.post("/v1/commands", &sale).status, 200);
    let document = Document(service.connect().get("/v1/openapi.json").json());
    for (path, methods) in document.0["paths"].as_object().unwrap() {
        let is_open =
            methods.as_object().unwrap().values().next().unwrap()["security"] == json!([]);
        let told = match methods.get("get") {
            Some(_) => service.connect_as("").get(path),
            None => service.connect_as("").post(path, "{}"),
        };
        // An unknown code is 401 as well.
        assert_eq!(
            told.status != 401,
            is_open && path != "/v1/enrol" || told.status == 400,
            "{path}: {told:?}"
        );
    }
    let mut dice = Dice::new(seed);
    let (mut requests, mut statuses) = (0, std::collections::BTreeMap::new());
    for (path, methods) in document.0["paths"].as_object().unwrap() {
        let responses = methods.as_object().unwrap().values().next().unwrap()["responses"].clone();
        for method in [
            "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE",
        ] {
            let Some(operation) = methods.get(method.to_lowercase()) else {
                let mut client = service.connect();
                let head = client.head(method, path, 0);
                client.write(head.as_bytes()).unwrap();
                let told = client.read_head().unwrap();
                // A HEAD is a GET without its body.
                let is_head = method == "HEAD" && methods.get("get").is_some();
                let is_named = responses[told.to_string()].is_object() && told < 500;
                assert!(
                    is_head && is_named || told == 405,
                    "{method} {path}: {told}"
                );
                continue;
            };
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            let count = if schema.is_object() { rounds } else { 1 };
            let mut client: Option<Client> = None;
            for _ in 0..count {
                let sent = match schema.is_object() {
                    true => body(&document, schema, &mut dice),
                    false => String::new(),
                };
                let mut open = client.take().unwrap_or_else(|| service.connect());
                let told = match method {
                    "GET" => open.get(path),
                    _ => open.post(path, &sent),
                };
                requests += 1;
                *statuses.entry((path.clone(), told.status)).or_insert(0) += 1;
                check(
                    &document,
                    &format!("{method} {path} {sent}"),
                    &responses,
                    &told,
                    seed,
                );
                // Some refusals close the connection.
                client = told.header("connection").is_none().then_some(open);
            }
        }
    }
    println!("seed {seed}: {requests} requests: {statuses:?}");
    assert!(
        statuses
            .keys()
            .any(|(path, status)| path == "/v1/commands" && *status == 200)
    );
    assert!(
        statuses
            .keys()
            .any(|(path, status)| path == "/v1/questions" && *status == 200)
    );
    let (dir, code) = service.stop();
    assert_eq!(code, Some(0));
    check_ledger(dir.path());
}
