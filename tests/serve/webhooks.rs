//! Webhooks: a receiver that fails, hangs and forgets, and a service that is killed.

use super::service::{HANG, Service, stampbook, token};
use hmac::{Hmac, Mac};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Instant;

const PROGRAMME: &str = r#"
[programme]
name = "Letters"
currency = "EUR"
zone = "Europe/Berlin"
purposes = ["marketing"]
[unit.point]
kind = "spendable"
"#;

const CAMPAIGN: &str = r#"
campaign(#{ id: "letters", role: "base" });
fn on_purchase(purchase, member) {
    award("point", purchase.total);
    message("points-changed", #{ points: purchase.total }, #{ service: true });
    message("news", #{}, #{ service: true });
}
"#;

/// What a receiver answers.
#[derive(Clone, Copy)]
enum Reaction {
    Status(u16),
    /// Nothing, until the other side gives up.
    Silence,
}

/// A request that a receiver got.
#[derive(Clone, Debug)]
struct Got {
    id: String,
    headers: BTreeMap<String, String>,
    body: String,
    event: Value,
    /// Status that was answered; 0 for none.
    status: u16,
}

type React = dyn Fn(usize, &Value) -> Reaction + Send + Sync;

/// Receiver of webhooks in this process.
struct Receiver {
    url: String,
    got: Arc<(Mutex<Vec<Got>>, Condvar)>,
    react: Arc<Mutex<Arc<React>>>,
}

impl Receiver {
    fn start(react: impl Fn(usize, &Value) -> Reaction + Send + Sync + 'static) -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let receiver = Receiver {
            url: format!("http://{}/hook", listener.local_addr().unwrap()),
            got: Arc::default(),
            react: Arc::new(Mutex::new(Arc::new(react))),
        };
        let (got, react) = (Arc::clone(&receiver.got), Arc::clone(&receiver.react));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (got, react) = (Arc::clone(&got), Arc::clone(&react));
                std::thread::spawn(move || {
                    // A connection ends when the other side has enough.
                    let _ = answer(stream.unwrap(), &got, &react);
                });
            }
        });
        receiver
    }

    fn reacts(&self, react: impl Fn(usize, &Value) -> Reaction + Send + Sync + 'static) {
        *self.react.lock().unwrap() = Arc::new(react);
    }

    /// Waits until what it got is as it should be.
    fn waits(&self, is_there: impl Fn(&[Got]) -> bool) -> Vec<Got> {
        let (got, more) = &*self.got;
        let got = got.lock().unwrap();
        let (got, waited) = more
            .wait_timeout_while(got, HANG, |got| !is_there(got))
            .unwrap();
        assert!(!waited.timed_out(), "{got:#?}");
        got.clone()
    }
}

fn answer(
    stream: TcpStream,
    got: &(Mutex<Vec<Got>>, Condvar),
    react: &Mutex<Arc<React>>,
) -> std::io::Result<()> {
    let mut out = stream.try_clone()?;
    let mut input = BufReader::new(stream);
    loop {
        let mut headers = BTreeMap::new();
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            return Ok(());
        }
        assert_eq!(line, "POST /hook HTTP/1.1\r\n");
        loop {
            line.clear();
            input.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(':') else {
                break;
            };
            headers.insert(name.to_lowercase(), value.trim().to_owned());
        }
        let mut body = vec![0; headers["content-length"].parse().unwrap()];
        input.read_exact(&mut body)?;
        let body = String::from_utf8(body).unwrap();
        let event: Value = serde_json::from_str(&body).unwrap();
        let (all, more) = got;
        let mut all = all.lock().unwrap();
        let reaction = (react.lock().unwrap())(all.len(), &event);
        let status = match reaction {
            Reaction::Status(status) => status,
            Reaction::Silence => 0,
        };
        let id = headers["webhook-id"].clone();
        all.push(Got {
            id,
            headers,
            body,
            event,
            status,
        });
        more.notify_all();
        drop(all);
        if let Reaction::Silence = reaction {
            let mut rest = Vec::new();
            return input.read_to_end(&mut rest).map(drop);
        }
        write!(
            out,
            "HTTP/1.1 {status} -\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 2\r\n\r\nok"
        )?;
    }
}

/// Asserts what Standard Webhooks and CloudEvents ask of a request.
fn check(got: &Got, secret: &str) {
    let key = secret.strip_prefix("whsec_").unwrap();
    let key = data_encoding::BASE64.decode(key.as_bytes()).unwrap();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&key).unwrap();
    let signed = format!(
        "{}.{}.{}",
        got.id, got.headers["webhook-timestamp"], got.body
    );
    mac.update(signed.as_bytes());
    let signature = data_encoding::BASE64.encode(&mac.finalize().into_bytes());
    assert_eq!(got.headers["webhook-signature"], format!("v1,{signature}"));
    let kind = "application/cloudevents+json; charset=utf-8";
    assert_eq!(got.headers["content-type"], kind);
    let event = &got.event;
    assert_eq!(
        (&event["specversion"], &event["id"]),
        (&"1.0".into(), &got.id.clone().into())
    );
    assert_eq!(event["subject"], event["data"]["member"]);
    for field in ["source", "type", "time"] {
        assert!(!event[field].as_str().unwrap().is_empty(), "{event}");
    }
}

fn letters() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let programme = dir.path().join("letters");
    std::fs::create_dir_all(programme.join("campaigns")).unwrap();
    std::fs::write(programme.join("programme.toml"), PROGRAMME).unwrap();
    std::fs::write(programme.join("campaigns/letters.rhai"), CAMPAIGN).unwrap();
    run(&dir, "init --programme ./letters");
    dir
}

fn run(dir: &tempfile::TempDir, line: &str) -> Value {
    let words: Vec<&str> = line.split(' ').collect();
    let ran = stampbook(dir.path(), &[&["--json"][..], &words].concat());
    assert!(ran.status.success(), "{line}: {ran:?}");
    serde_json::from_slice(&ran.stdout).unwrap_or_default()
}

fn buy(service: &Service, key: &str, member: &str) {
    let sale = format!(
        r#"{{"do":"purchase","key":"{key}","member":"{member}","total":"4.20","enrol":true}}"#
    );
    let sold = service.post("/v1/commands", &sale);
    assert_eq!(sold.status, 200, "{sold:?}");
}

fn taken(got: &[Got]) -> BTreeSet<&str> {
    let taken = got.iter().filter(|got| got.status == 200);
    taken.map(|got| got.id.as_str()).collect()
}

// proves: HOOK1 HOOK2
#[test]
fn a_message_comes_at_least_once_signed_and_in_order_whatever_fails() {
    let dir = letters();
    let receiver = Receiver::start(|n, _| match n {
        1 => Reaction::Silence,
        n if n % 3 == 0 => Reaction::Status(500),
        _ => Reaction::Status(200),
    });
    let made = run(
        &dir,
        &format!(
            "webhook add {} --allow-http --events points-changed --retry-after 0 --timeout 1 --attempts 20",
            receiver.url
        ),
    );
    let (id, secret) = (
        made["id"].as_str().unwrap(),
        made["secret"].as_str().unwrap(),
    );
    let file = std::fs::read_to_string(dir.path().join("log")).unwrap_or_default();
    assert!(!file.contains(secret));
    let service = Service::over(dir, &[]);
    for n in 0..9 {
        buy(&service, &format!("k{n}"), &format!("card:{}", n % 3));
    }
    receiver.waits(|got| taken(got).len() >= 4);
    // Killed with messages on their way, it goes on from what it has acknowledged.
    let service = Service::over(service.kill(), &[]);
    for n in 9..12 {
        buy(&service, &format!("k{n}"), &format!("card:{}", n % 3));
    }
    let got = receiver.waits(|got| taken(got).len() == 12);
    let mut last: BTreeMap<String, (u64, u32)> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for one in &got {
        check(one, secret);
        assert_eq!(one.event["type"], "stampbook.message.points-changed");
        let at = one.event["data"]["position"].as_str().unwrap();
        let (seq, index) = at.split_once('.').unwrap();
        let at = (seq.parse().unwrap(), index.parse().unwrap());
        let member = one.event["subject"].as_str().unwrap().to_owned();
        // Nothing overtakes a message of the same member that was not taken.
        if one.status == 200 && seen.insert(one.id.clone()) {
            let before = last.insert(member, at);
            assert!(
                before.is_none_or(|before| before < at),
                "{at:?} after {before:?}"
            );
        }
    }
    let begun = Instant::now();
    let is_acknowledged = || {
        let told = run(&service.dir, "outbox consumers");
        told["consumers"][0]["consumer"] == format!("webhook/{id}")
    };
    while !is_acknowledged() {
        assert!(begun.elapsed() < HANG, "{}", service.log());
    }
    let metrics = service.connect().get("/metrics").body;
    assert!(
        metrics.contains("webhooks_total{outcome=\"delivered\"}"),
        "{metrics}"
    );
    let (dir, code) = service.stop();
    assert_eq!(code, Some(0));
    run(&dir, "find --key k11");
}

// proves: HOOK3
#[test]
fn what_nobody_takes_is_a_dead_letter_that_is_sent_again() {
    let dir = letters();
    let receiver = Receiver::start(|_, event| match event["data"]["template"] == "news" {
        true => Reaction::Status(302),
        false => Reaction::Status(200),
    });
    let add = format!(
        "webhook add {} --allow-http --retry-after 0 --attempts 2",
        receiver.url
    );
    let id = run(&dir, &add)["id"].as_str().unwrap().to_owned();
    let service = Service::over(dir, &[]);
    buy(&service, "k1", "card:1");
    buy(&service, "k2", "card:2");
    receiver.waits(|got| taken(got).len() == 2 && got.len() == 6);
    let dead =
        |service: &Service| service.connect().get("/v1/webhooks/dead").json()["dead"].clone();
    let begun = Instant::now();
    while dead(&service).as_array().unwrap().len() < 2 {
        assert!(begun.elapsed() < HANG, "{}", service.log());
    }
    let letters = run(&service.dir, "webhook dead")["dead"].clone();
    assert_eq!(letters, dead(&service));
    assert_eq!(
        (&letters[0]["attempts"], &letters[0]["template"]),
        (&2.into(), &"news".into())
    );
    assert!(
        letters[0]["why"].as_str().unwrap().contains("redirects"),
        "{letters}"
    );
    // A till has nothing to do with them.
    let till = token(service.dir.path(), &["--role", "till"]);
    assert_eq!(
        service.connect_as(&till).get("/v1/webhooks/dead").status,
        403
    );
    receiver.reacts(|_, _| Reaction::Status(204));
    let first = letters[0]["position"].as_str().unwrap();
    let resent = service.post(
        "/v1/webhooks/resend",
        &format!(r#"{{"position":"{first}"}}"#),
    );
    assert_eq!(resent.json()["resent"], 1, "{resent:?}");
    assert_eq!(
        service
            .post("/v1/webhooks/resend", r#"{"all":true}"#)
            .status,
        400
    );
    while dead(&service).as_array().unwrap().len() > 1 {
        assert!(begun.elapsed() < HANG, "{}", service.log());
    }
    // To whoever was erased nothing is sent again.
    run(
        &service.dir,
        "member erase card:2 --reason asked --yes --key x1",
    );
    let count = receiver.waits(|_| true).len();
    run(&service.dir, "webhook resend");
    while !dead(&service).as_array().unwrap().is_empty() {
        assert!(begun.elapsed() < HANG, "{}", service.log());
    }
    assert_eq!(receiver.waits(|_| true).len(), count);
    // Who answers 410 gets nothing more.
    receiver.reacts(|_, _| Reaction::Status(410));
    buy(&service, "k3", "card:1");
    let is_disabled = || run(&service.dir, "webhook list")["webhooks"][0]["is_disabled"] == true;
    while !is_disabled() {
        assert!(begun.elapsed() < HANG, "{}", service.log());
    }
    receiver.reacts(|_, _| Reaction::Status(200));
    let count = receiver.waits(|_| true).len();
    run(&service.dir, &format!("webhook test {id}"));
    assert_eq!(
        receiver.waits(|got| got.len() > count)[count].event["type"],
        "stampbook.test"
    );
    run(&service.dir, &format!("webhook enable {id}"));
    receiver.waits(|got| got.len() == count + 3);
    run(&service.dir, &format!("webhook remove {id}"));
    let none = run(&service.dir, "webhook list");
    assert_eq!(none["webhooks"].as_array().unwrap().len(), 0, "{none}");
    for wrong in ["http://shop.example/", "https://a@b/", "http://127.0.0.1/"] {
        let ran = stampbook(service.dir.path(), &["webhook", "add", wrong]);
        assert_eq!(ran.status.code(), Some(2), "{wrong}");
    }
}

/// Alerts are the service's own duty: one that begins goes to whom the shop wants it sent, is
/// shown on the dashboard, and is quiet once somebody has seen to it there.
// proves: ALERT4, ALERT5
#[test]
fn an_alert_is_pushed_and_acknowledged_on_the_dashboard() {
    let dir = letters();
    let receiver = Receiver::start(|_, _| Reaction::Status(200));
    let hook = run(&dir, &format!("webhook add {} --allow-http", receiver.url));
    // No disk is free as a whole while a ledger is on it.
    let file = dir.path().join("letters/programme.toml");
    std::fs::write(file, format!("{PROGRAMME}[alerts]\ndisk_below = 100\n")).unwrap();
    run(&dir, "policy activate ./letters");
    let service = Service::over(dir, &["--alerts-every", "1"]);
    let got = receiver.waits(|got| !got.is_empty());
    let event = &got[0].event;
    check(&got[0], hook["secret"].as_str().unwrap());
    assert_eq!(event["type"], "stampbook.message.alert", "{event}");
    let vars = &event["data"]["vars"];
    assert_eq!(vars["alert"], "disk", "{event}");
    assert!(
        vars["text_zh"].as_str().unwrap().contains("剩余"),
        "{event}"
    );
    let acknowledge = |key: &str, alert: &str| {
        let command = format!(
            r#"{{"do":"alert","key":"{key}","alert":"{alert}","action":"acknowledge","by":"Lena"}}"#
        );
        service.post("/v1/commands", &command)
    };
    // One that is not there cannot be acknowledged.
    let told = acknowledge("a1", "dsk");
    assert_eq!(told.status, 400, "{told:?}");
    assert!(told.body.contains("did you mean 'disk'?"), "{told:?}");
    let atomic = r#"{"atomic":true,"commands":[{"do":"alert","key":"a2","alert":"x","action":"acknowledge","by":"Lena"}]}"#;
    assert_eq!(service.post("/v1/commands", atomic).status, 400);
    let cookie = service.sign_in(&token(service.dir.path(), &["--role", "merchant"]));
    let page = service.page("/dashboard", &cookie);
    let form = page
        .body
        .split_once("action=\"/dashboard/alerts\"")
        .expect(&page.body)
        .1;
    let hidden = |name: &str| {
        let (_, rest) = form
            .split_once(&format!("name=\"{name}\" value=\""))
            .unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let fields = ["csrf", "key", "alert"].map(|name| format!("{name}={}&", hidden(name)));
    let sent = service.form("/dashboard/alerts", &cookie, &(fields.concat() + "by=Lena"));
    assert_eq!(sent.status, 303, "{sent:?}");
    let page = service.page("/dashboard", &cookie);
    assert!(!page.body.contains("/dashboard/alerts\""), "{}", page.body);
    let listed = run(&service.dir, "alert list");
    let alert = &listed["alerts"][0];
    assert_eq!(
        (&alert["id"], &alert["by"]),
        (&"disk".into(), &"Lena".into())
    );
    // The alert is still there, so it may be acknowledged again, once under each key.
    let [first, again] = [(); 2].map(|()| acknowledge("a3", "disk"));
    assert_eq!((first.status, again.status), (200, 200), "{first:?}");
    assert_eq!(first.json()["seq"], again.json()["seq"]);
    let auditor = token(service.dir.path(), &["--role", "auditor"]);
    let cookie = service.sign_in(&auditor);
    let page = service.page("/dashboard", &cookie);
    let form = format!(
        "csrf={}&alert=disk&key=x&by=Eve",
        super::dashboard::csrf_in(&page)
    );
    let told = service.form("/dashboard/alerts", &cookie, &form);
    assert_eq!(told.status, 403, "{told:?}");
    let (dir, code) = service.stop();
    assert_eq!(code, Some(0));
    super::service::check_ledger(dir.path());
}
