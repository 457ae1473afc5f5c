//! Tills that come and go, and what a client may count on.

use super::commands::sale;
use super::service::{Service, binary, stampbook, token};
use serde_json::Value;

fn json(dir: &std::path::Path, args: &[&str]) -> Value {
    let ran = stampbook(dir, &[&["--json"], args].concat());
    assert!(ran.status.success(), "{ran:?}");
    serde_json::from_slice(&ran.stdout).unwrap()
}

// proves: KEEP17
#[test]
fn a_till_is_enrolled_by_a_code_replaced_and_revoked() {
    let service = Service::start(&[]);
    let dir = service.dir.path();
    fn till(what: &str) -> Vec<&str> {
        vec!["terminal", what, "--store", "mitte", "--terminal", "till-1"]
    }
    let code = |what: &str| json(dir, &till(what))["code"].as_str().unwrap().to_owned();
    let change = |code: &str| {
        // Without any token: the till has none yet.
        let body = serde_json::json!({"code": code}).to_string();
        service.connect_as("").post("/v1/enrol", &body)
    };
    let first = code("enrol");
    assert_eq!(change("aaaa-bbbb-cccc-dddd").status, 401);
    assert_eq!(change("").status, 401);
    let told = change(&first.to_uppercase());
    assert_eq!(told.status, 200, "{told:?}");
    let old = told.json()["token"].as_str().unwrap().to_owned();
    assert_eq!(told.json()["terminal"], "till-1");
    assert_eq!(change(&first).status, 401, "a code works once");
    // A code opens nothing else.
    let second = code("replace");
    let told = service
        .connect_as(&second)
        .post("/v1/commands", &sale("k0"));
    assert_eq!(told.status, 401);
    let sells = |token: &str, key: &str| {
        let told = service.connect_as(token).post("/v1/commands", &sale(key));
        told.status
    };
    assert_eq!(sells(&old, "k1"), 200);
    let elsewhere = sale("k2").replace('{', r#"{"terminal":"till-2","#);
    let told = service.connect_as(&old).post("/v1/commands", &elsewhere);
    assert_eq!(told.status, 403, "{told:?}");
    let again = stampbook(dir, &till("enrol"));
    assert_eq!(again.status.code(), Some(2), "{again:?}");
    let new = change(&second).json()["token"].as_str().unwrap().to_owned();
    assert_eq!([sells(&old, "k3"), sells(&new, "k3")], [401, 200]);
    let listed = json(dir, &["terminal", "list"]);
    assert_eq!(listed["terminals"].as_array().unwrap().len(), 1, "{listed}");
    assert!(!listed.to_string().contains(&new), "{listed}");
    assert_eq!(json(dir, &till("revoke"))["revoked"], 1);
    assert_eq!(sells(&new, "k4"), 401);
    let again = stampbook(dir, &till("revoke"));
    assert_eq!(again.status.code(), Some(2), "{again:?}");
    // Bodies that are no code.
    for (body, status) in [
        ("{}", 400),
        ("", 400),
        (r#"{"code":1}"#, 400),
        (r#"{"code":"a","x":1}"#, 400),
        (r#"["a"]"#, 400),
    ] {
        let told = service.connect_as("").post("/v1/enrol", body);
        assert_eq!(told.status, status, "{body}: {told:?}");
    }
}

/// The queue of a till whose token was revoked, or is for another place, loses nothing: the
/// till is told so, and the office carries it out.
#[test]
fn the_queue_of_a_revoked_till_waits_until_the_office_drains_it() {
    let service = Service::start(&[]);
    let dir = service.dir.path();
    stampbook(dir, &["member", "enrol", "--alias", "card:1"]);
    let place = ["--store", "mitte", "--terminal", "till-1"];
    let till = |terminal| {
        let flags = ["--role", "till", "--store", "mitte", "--terminal", terminal];
        token(dir, &flags)
    };
    let (own, others) = (till("till-1"), till("till-2"));
    let made = stampbook(dir, &[&["queue", "init"], &place[..]].concat());
    assert!(made.status.success(), "{made:?}");
    let keep = |name: &str| {
        let sale = r#"{"do":"purchase","member":"card:1","total":"1.00"}"#;
        std::fs::write(dir.join(name), format!("{sale}\n").repeat(2)).unwrap();
        let kept = stampbook(dir, &["queue", "add", name]);
        assert!(kept.status.success(), "{kept:?}");
    };
    let url = format!("http://{}", service.addr());
    let drain = |token: &str| {
        binary(dir, &["--json", "queue", "drain", "--to", &url])
            .env("STAMPBOOK_TOKEN", token)
            .output()
            .unwrap()
    };
    let waiting = || json(dir, &["queue", "status"])["waiting"].clone();
    keep("before");
    assert!(drain(&own).status.success());
    keep("after");
    let revoked = stampbook(dir, &[&["terminal", "revoke"], &place[..]].concat());
    assert!(revoked.status.success(), "{revoked:?}");
    let told = String::from_utf8(revoked.stderr).unwrap();
    assert!(told.contains("stampbook queue drain"), "{told}");
    for (token, code) in [(&own, "no_token"), (&others, "forbidden")] {
        let told = drain(token);
        assert_eq!(told.status.code(), Some(1), "{told:?}");
        let told: Value = serde_json::from_slice(&told.stdout).unwrap();
        let message = told["message"].as_str().unwrap();
        assert_eq!(told["code"], code, "{told}");
        for word in ["waits on", "the office", "queue drain --dry-run"] {
            assert!(message.contains(word), "{message}");
        }
        assert_eq!(waiting(), 2, "{told}");
    }
    let told = drain(&token(dir, &["--role", "office"]));
    assert!(told.status.success(), "{told:?}");
    let told: Value = serde_json::from_slice(&told.stdout).unwrap();
    assert_eq!((&told["done"], waiting()), (&2.into(), 0.into()), "{told}");
    // The sales stand where they were made.
    let day = json(dir, &[&["day"], &place[..]].concat());
    assert_eq!(day["sales"]["count"], 4, "{day}");
}

#[test]
fn a_client_of_a_newer_protocol_is_told_so() {
    let service = Service::start(&[]);
    let ask = |version: &str| {
        let mut client = service.connect();
        let head = client.head("POST", "/v1/commands", sale("k").len());
        let said = format!("Stampbook-Protocol: {version}\r\nHost");
        client.send(&(head.replacen("Host", &said, 1) + sale("k").as_str()))
    };
    let told = ask("1");
    assert_eq!(
        (told.status, told.header("stampbook-protocol")),
        (200, Some("1"))
    );
    for newer in ["2", "99999999999", "x", "-1", "0"] {
        let told = ask(newer);
        assert_eq!(told.status, 400, "{newer}: {told:?}");
        let message = told.json()["message"].as_str().unwrap().to_owned();
        assert!(message.contains("speaks 1"), "{message}");
        assert_eq!(told.header("stampbook-protocol"), Some("1"));
    }
    let document = service.connect().get("/v1/openapi.json").json();
    let promise = document["info"]["x-promise"].as_str().unwrap();
    assert!(promise.contains("/v2") && document["info"]["x-protocol"] == 1);
}

#[test]
fn shifts_of_a_day_add_up_to_the_day() {
    let service = Service::start(&[]);
    let dir = service.dir.path();
    let place = ["--store", "mitte", "--terminal", "till-1"];
    let sell = |terminal: &str, key: &str| {
        let place = format!(r#"{{"store":"mitte","terminal":"{terminal}","#);
        let told = service.post("/v1/commands", &sale(key).replacen('{', &place, 1));
        assert_eq!(told.status, 200, "{told:?}");
    };
    let close = |since: Option<u64>| {
        let since = since.map(|since| since.to_string());
        let flags: Vec<&str> = since.iter().flat_map(|since| ["--since", since]).collect();
        json(dir, &[&["shift", "close"], &place[..], &flags].concat())
    };
    (0..3).for_each(|n| sell("till-1", &format!("a{n}")));
    sell("till-2", "b0");
    let first = close(None);
    assert_eq!(first["sales"]["count"], 3, "{first}");
    let last = first["span"][1].as_u64().unwrap();
    sell("till-2", "b1");
    (0..4).for_each(|n| sell("till-1", &format!("c{n}")));
    let second = close(Some(last));
    assert_eq!(second["sales"]["count"], 4, "{second}");
    assert_eq!(second["sales"]["money"], "16.80");
    let none = close(second["span"][1].as_u64());
    assert_eq!(none["sales"]["count"], 0, "{none}");
    let day = json(dir, &[&["day"], &place[..]].concat());
    assert_eq!(day["sales"]["count"], 7, "{day}");
    for wrong in [
        r#"{"ask":"day","since":3,"date":"2026-11-24"}"#,
        r#"{"ask":"day","since":-1}"#,
    ] {
        assert_eq!(service.post("/v1/questions", wrong).status, 400, "{wrong}");
    }
    let told = stampbook(dir, &[&["shift", "close"], &place[..]].concat());
    let told = String::from_utf8(told.stdout).unwrap();
    assert!(
        told.contains("the next shift") && told.contains("29.40"),
        "{told}"
    );
}
