//! Access to the service: who may enter, and do what.

use super::commands::sale;
use super::service::{Service, stampbook, token};
use std::io::{Read, Write};
use std::path::Path;

#[test]
fn without_a_valid_token_nothing_is_done() {
    let service = Service::start(&[]);
    for wrong in ["", "sb-office-x"] {
        let mut nobody = service.connect_as(wrong);
        let told = nobody.post("/v1/commands", &sale("k1"));
        assert_eq!(told.status, 401, "{told:?}");
        assert_eq!(told.json()["code"], "no_token");
        assert_eq!(told.header("www-authenticate"), Some("Bearer"));
        assert_eq!(nobody.get("/healthz").status, 200);
    }
    let find = r#"{"ask":"find","key":"k1"}"#;
    let told = service.post("/v1/questions", find);
    assert_eq!(told.json()["ok"], false, "{told:?}");
}

#[test]
fn a_role_does_its_own_at_its_own_place() {
    let service = Service::start(&[]);
    let dir = service.dir.path();
    let till = token(
        dir,
        &["--role", "till", "--store", "mitte", "--terminal", "till-1"],
    );
    let auditor = token(dir, &["--role", "auditor"]);
    let adjust =
        r#"{"do":"adjust","key":"a","member":"card:1","unit":"star","points":4,"reason":"x"}"#;
    let elsewhere = sale("k2").replace("{", r#"{"store":"west","#);
    let balance = r#"{"ask":"balance","member":"card:1"}"#;
    let statement = r#"{"ask":"statement","member":"card:1"}"#;
    let figure = r#"{"ask":"report","name":"repurchase","by":"source"}"#;
    let small = figure.replace('}', r#","small":true}"#);
    for (who, path, body, status) in [
        (&till, "/v1/commands", &*sale("k1"), 200),
        (&till, "/v1/commands", &*elsewhere, 403),
        (&till, "/v1/commands", adjust, 403),
        (&till, "/v1/quote", adjust, 403),
        (&till, "/v1/questions", balance, 200),
        (&till, "/v1/questions", statement, 403),
        (&till, "/v1/questions", figure, 403),
        (&auditor, "/v1/commands", &*sale("k3"), 403),
        (&auditor, "/v1/questions", statement, 200),
        (&auditor, "/v1/questions", figure, 200),
        (&auditor, "/v1/questions", &*small, 403),
    ] {
        let told = service.connect_as(who).post(path, body);
        assert_eq!(told.status, status, "{path} {body} {told:?}");
        if status == 403 {
            assert_eq!(told.json()["code"], "forbidden");
        }
    }
    let seq = service.post("/v1/commands", &sale("k1")).json()["seq"].to_string();
    let (dir, _) = service.stop();
    let out = stampbook(dir.path(), &["--json", "explain", &seq]);
    let told = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(told.contains("mitte") && told.contains("till-1"), "{out:?}");
}

#[test]
fn a_token_that_is_revoked_in_mid_stream_opens_nothing_any_more() {
    let service = Service::start(&[]);
    let dir = service.dir.path();
    let secret = token(dir, &["--role", "till"]);
    let mut till = service.connect_as(&secret);
    assert_eq!(till.post("/v1/commands", &sale("k1")).status, 200);
    let out = stampbook(dir, &["--json", "token", "list"]);
    let told: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    let all = told["tokens"].as_array().unwrap();
    let id = all.iter().find(|t| t["role"] == "till").unwrap()["id"].clone();
    let listed = String::from_utf8(out.stdout).unwrap();
    assert!(!listed.contains(&secret), "{listed}");
    let revoked = stampbook(dir, &["token", "revoke", id.as_str().unwrap()]);
    assert!(revoked.status.success(), "{revoked:?}");
    // On the same connection.
    let body = sale("k2");
    let head = till.head("POST", "/v1/commands", body.len());
    for _ in 0..2 {
        // The body is read though it is refused, so that the connection goes on.
        till.write(head.as_bytes()).unwrap();
        till.write(body.as_bytes()).unwrap();
        let told = till.read().unwrap();
        assert_eq!((told.status, told.header("connection")), (401, None));
    }
    // A long one is not, and the connection ends.
    let told = till.send(&till.head("POST", "/v1/commands", 1 << 20));
    assert_eq!(
        (told.status, told.header("connection")),
        (401, Some("close"))
    );
    let again = stampbook(dir, &["token", "revoke", id.as_str().unwrap()]);
    assert_eq!(again.status.code(), Some(2), "{again:?}");
}

#[test]
fn web_pages_of_others_are_not_answered() {
    let service = Service::start(&[]);
    let client = service.connect();
    let body = sale("k1");
    let head = client.head("POST", "/v1/commands", body.len());
    let own = format!("Host: {}", service.addr());
    for (from, to, status) in [
        (
            "Content-Type: application/json",
            "Content-Type: text/plain",
            415,
        ),
        (&*own, "Host: shop.example", 421),
        (&*own, "Host: localhost:1", 200),
        (&*own, "X: y", 400),
        ("POST /v1", "POST http://shop.example/v1", 421),
        ("POST /v1", "POST http://localhost/v1", 200),
        (
            "Content-Length",
            "Content-Encoding: gzip\r\nContent-Length",
            415,
        ),
        (
            "Content-Length",
            "Origin: http://shop.example\r\nContent-Length",
            403,
        ),
        ("Content-Length", "Origin: null\r\nContent-Length", 403),
    ] {
        let request = head.replacen(from, to, 1) + body.as_str();
        assert_ne!(request, head.clone() + body.as_str());
        let told = service.connect().send(&request);
        assert!(
            told.status == status || status == 400 && told.status == 421,
            "{to}: {told:?}"
        );
    }
}

/// Asks over the Unix socket; returns the whole response.
fn at_socket(dir: &Path, body: &str) -> String {
    let path = dir.join("ledger-secrets/serve.sock");
    let mut io = stampbook::storage::files::connect_socket(&path).unwrap();
    let request = format!(
        "POST /v1/commands HTTP/1.1\r\nHost: any\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    io.write_all(request.as_bytes()).unwrap();
    let mut told = String::new();
    io.read_to_string(&mut told).unwrap();
    told
}

#[test]
fn the_owner_needs_no_token_at_the_socket() {
    let service = Service::start(&[]);
    let told = at_socket(service.dir.path(), &sale("k1"));
    assert!(told.starts_with("HTTP/1.1 200 "), "{told}");
    // A socket that a killed service left behind is replaced.
    let service = Service::over(service.kill(), &[]);
    let told = at_socket(service.dir.path(), &sale("k1"));
    assert!(told.contains(r#""repeated":true"#), "{told}");
}

#[test]
fn the_log_names_nobody_and_repeats_nothing() {
    let service = Service::start(&[]);
    let secret = token(service.dir.path(), &["--role", "till"]);
    let mut till = service.connect_as(&secret);
    till.post("/v1/commands", &sale("key-7")).json();
    till.post("/v1/questions", r#"{"ask":"balance","member":"card:1"}"#);
    till.get("/v1/members/card:1?name=Ada");
    till.get("/card:1");
    let log = service.log();
    let lines: Vec<serde_json::Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect();
    let paths: Vec<&str> = lines
        .iter()
        .filter_map(|line| line["path"].as_str())
        .collect();
    assert_eq!(
        paths,
        ["/v1/commands", "/v1/questions", "/v1/-", "-"],
        "{log}"
    );
    let asked = lines.iter().find(|line| line["path"] == "/v1/commands");
    assert_eq!(asked.expect("it is logged")["role"], "till");
    for personal in ["card:1", "Ada", "key-7", &secret, "4.20"] {
        assert!(!log.contains(personal), "{personal}: {log}");
    }
}

#[test]
fn a_token_that_was_never_valid_is_not_made() {
    let service = Service::start(&[]);
    let past = [
        "token",
        "create",
        "--role",
        "till",
        "--until",
        "2020-01-01T00:00:00Z",
    ];
    let refused = stampbook(service.dir.path(), &past);
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
    let told = String::from_utf8(refused.stderr).unwrap();
    assert!(
        told.contains("--until: 2020-01-01T00:00:00Z is past"),
        "{told}"
    );
    // Nor one for a place that the programme does not have, with a service and without.
    let check = |dir: &Path| {
        for (words, known) in [
            ("token create --role till --store nowhere", "mitte"),
            (
                "token create --role till --store mitte --terminal till-9",
                "till-1",
            ),
            ("terminal enrol --store nowhere --terminal till-1", "mitte"),
            ("terminal replace --store mitte --terminal till-9", "till-1"),
        ] {
            let args: Vec<&str> = words.split(' ').collect();
            let refused = stampbook(dir, &args);
            assert_eq!(refused.status.code(), Some(2), "{words}: {refused:?}");
            let told = String::from_utf8(refused.stderr).unwrap();
            assert!(told.contains(known), "{words}: {told}");
        }
    };
    check(service.dir.path());
    let (dir, _) = service.stop();
    check(dir.path());
}

#[test]
fn a_till_asks_for_its_own_day_and_tries_bills_of_its_own_place() {
    let service = Service::start(&[]);
    let dir = service.dir.path();
    let bound = |terminal| {
        let place = ["--role", "till", "--store", "mitte", "--terminal", terminal];
        service.connect_as(&token(dir, &place))
    };
    let (mut one, mut two) = (bound("till-1"), bound("till-2"));
    assert_eq!(one.post("/v1/commands", &sale("k1")).status, 200);
    let mut count = |day: &str| {
        let told = two.post("/v1/questions", day);
        assert_eq!(told.status, 200, "{told:?}");
        told.json()["sales"]["count"].clone()
    };
    // Unsaid, it is its own.
    assert_eq!(count(r#"{"ask":"day"}"#), 0);
    assert_eq!(count(r#"{"ask":"day","store":"mitte","terminal":null}"#), 0);
    let quote = r#"{"ask":"quote","command":{"do":"purchase","total":"4.20","store":"west"}}"#;
    let lookup =
        r#"{"ask":"lookup","member":"card:1","command":{"total":"4.20","terminal":"till-1"}}"#;
    for others in [r#"{"ask":"day","terminal":"till-1"}"#, quote, lookup] {
        let told = two.post("/v1/questions", others);
        assert_eq!(
            (told.status, &told.json()["code"]),
            (403, &"forbidden".into()),
            "{others}"
        );
    }
    let own = r#"{"ask":"day","store":"mitte","terminal":"till-1"}"#;
    assert_eq!(one.post("/v1/questions", own).json()["sales"]["count"], 1);
    let own = r#"{"ask":"quote","id":7,"command":{"do":"purchase","total":"4.20"}}"#;
    let told = one.post("/v1/questions", own).json();
    assert_eq!(
        (&told["ok"], &told["id"]),
        (&true.into(), &7.into()),
        "{told}"
    );
    // The office asks for whichever it likes.
    let all = service.post("/v1/questions", r#"{"ask":"day"}"#).json();
    assert_eq!(all["sales"]["count"], 1, "{all}");
}

#[test]
fn all_members_are_sent_while_tills_are_served() {
    let service = Service::start(&[]);
    let lines: Vec<String> = (0..450)
        .map(|n| format!(r#"{{"do":"purchase","key":"k{n}","member":"card:{n}","enrol":true,"total":"2.00"}}"#))
        .collect();
    let told = service.post("/v1/commands", &format!("[{}]", lines.join(",")));
    assert_eq!(told.status, 200, "{told:?}");
    let dir = service.dir.path();
    for (format, command) in [("csv", "members"), ("json", "members --format json")] {
        let told = service
            .connect()
            .get(&format!("/v1/members?format={format}"));
        assert_eq!(told.status, 200, "{told:?}");
        assert!(told.header("stampbook-read-at").is_some(), "{}", told.head);
        let args: Vec<&str> = command.split(' ').collect();
        let ran = stampbook(dir, &args);
        assert_eq!(
            told.body,
            String::from_utf8(ran.stdout).unwrap(),
            "{format}"
        );
        assert_eq!(
            told.body.lines().count(),
            if format == "csv" { 451 } else { 450 }
        );
    }
    let till = token(dir, &["--role", "till"]);
    let auditor = token(dir, &["--role", "auditor"]);
    assert_eq!(service.connect_as(&till).get("/v1/members").status, 403);
    assert_eq!(service.connect_as(&auditor).get("/v1/members").status, 200);
    let wrong = service.connect().get("/v1/members?format=xml");
    assert_eq!(wrong.status, 400, "{wrong:?}");
}
