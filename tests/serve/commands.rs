//! Commands over HTTP.

use super::service::{Service, stampbook};
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Condvar, Mutex};

pub fn sale(key: &str) -> String {
    format!(r#"{{"do":"purchase","key":"{key}","member":"card:1","total":"4.20","enrol":true}}"#)
}

#[test]
fn a_command_is_answered_and_counts_once() {
    let service = Service::start(&[]);
    let mut till = service.connect();
    assert_eq!(till.get("/healthz").status, 200);
    let first = till.post("/v1/commands", &sale("k1"));
    assert_eq!(first.status, 200, "{first:?}");
    assert_eq!(first.json()["ok"], true);
    let again = till.post("/v1/commands", &sale("k1"));
    assert_eq!(again.json()["repeated"], true);
    assert_eq!(again.json()["seq"], first.json()["seq"]);
    for (body, status, code) in [
        (r#"{"do":"purchase"}"#, 400, "bad_input"),
        ("no json", 400, "bad_input"),
        (
            r#"{"do":"redeem","key":"r","member":"card:1","reward":"cake"}"#,
            400,
            "unknown_reward",
        ),
        (
            r#"{"do":"void","key":"v","of":"none","reason":"x"}"#,
            422,
            "unknown_entry",
        ),
    ] {
        let no = till.post("/v1/commands", body);
        assert_eq!(
            (no.status, &no.json()["code"]),
            (status, &code.into()),
            "{no:?}"
        );
        assert_eq!(no.json()["ok"], false);
    }
    assert_eq!(till.get("/v1/commands").status, 405);
    assert_eq!(till.get("/v1/../secrets").status, 404);
    let busy = stampbook(service.dir.path(), &["balance", "card:1"]);
    let told = String::from_utf8(busy.stderr).unwrap();
    assert_eq!(busy.status.code(), Some(4), "{told}");
    assert!(
        told.contains(&format!("serve at http://{}", service.addr())),
        "{told}"
    );
    drop(till);
    let (dir, code) = service.stop();
    assert_eq!(code, Some(0));
    let held = stampbook(dir.path(), &["find", "--key", "k1"]);
    assert!(held.status.success(), "{held:?}");
}

/// Eight tills sell until the service is gone; returns the keys that were answered.
fn sell_until_gone(service: &Service, end: impl FnOnce(&Service) + Send) -> Vec<String> {
    let answered = Mutex::new(Vec::new());
    let many = Condvar::new();
    std::thread::scope(|scope| {
        for till in 0..8 {
            let (answered, many) = (&answered, &many);
            let mut client = service.connect();
            scope.spawn(move || {
                for n in 0.. {
                    let key = format!("till-{till}/{n}");
                    let Some(told) = client.try_post("/v1/commands", &sale(&key)) else {
                        return;
                    };
                    assert_eq!(told.status, 200, "{told:?}");
                    answered.lock().unwrap().push(key);
                    many.notify_one();
                }
            });
        }
        let under_load = many.wait_while(answered.lock().unwrap(), |a| a.len() < 200);
        drop(under_load.unwrap());
        end(service);
    });
    answered.into_inner().unwrap()
}

/// Asserts that each answered key is booked, and no sale is booked twice.
fn check_booked(dir: &Path, answered: &[String]) {
    let out = stampbook(dir, &["--json", "statement", "card:1"]);
    let told = String::from_utf8(out.stdout).unwrap();
    assert!(out.status.success(), "{told}");
    let mut booked = HashMap::new();
    for (at, _) in told.match_indices("till-") {
        let key: String = told[at..].chars().take_while(|c| *c != '"').collect();
        *booked.entry(key).or_insert(0) += 1;
    }
    for key in answered {
        assert_eq!(booked.get(key), Some(&1), "{key} of {}", answered.len());
    }
    assert!(booked.values().all(|times| *times == 1));
    let audit = stampbook(dir, &["audit", "verify"]);
    assert!(audit.status.success(), "{audit:?}");
}

#[test]
fn a_service_killed_under_load_has_booked_each_answered_command_once() {
    let service = Service::start(&[]);
    let answered = sell_until_gone(&service, |service| service.signal("-KILL"));
    let dir = service.kill();
    check_booked(dir.path(), &answered);
    let again = Service::over(dir, &[]);
    let told = again.post("/v1/commands", &sale(&answered[0])).json();
    assert_eq!(told["repeated"], true, "{told}");
}

#[test]
fn a_service_that_is_told_to_stop_answers_what_it_accepted() {
    let service = Service::start(&[]);
    let answered = sell_until_gone(&service, |service| service.signal("-TERM"));
    let (dir, code) = service.wait();
    assert_eq!(code, Some(0));
    check_booked(dir.path(), &answered);
    let out = stampbook(dir.path(), &["--json", "statement", "card:1"]);
    let booked = String::from_utf8(out.stdout)
        .unwrap()
        .matches("till-")
        .count();
    // Every booked command was answered: no till waits in vain.
    assert_eq!(booked, answered.len());
}
