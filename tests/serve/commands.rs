//! Commands over HTTP.

use super::service::{Service, check_ledger, stampbook};
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
    // Whatever needs the files for itself does not go through the service.
    let busy = stampbook(service.dir.path(), &["rebuild"]);
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
    check_ledger(dir);
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

#[test]
fn many_commands_are_answered_in_order_each_by_itself() {
    let service = Service::start(&[]);
    let bad = r#"{"do":"purchase","key":"b","total":"x"}"#;
    for body in [
        format!("[{},{bad},{}]", sale("k1"), sale("k2")),
        format!(r#"{{"commands":[{},{bad},{}]}}"#, sale("k1"), sale("k2")),
    ] {
        let told = service.post("/v1/commands", &body);
        assert_eq!(told.status, 200, "{told:?}");
        let told = told.json();
        let keys = told["answers"].as_array().unwrap().iter();
        let keys: Vec<_> = keys
            .map(|a| (a["key"].as_str().unwrap(), &a["ok"]))
            .collect();
        let (yes, no) = (true.into(), false.into());
        assert_eq!(keys, [("k1", &yes), ("b", &no), ("k2", &yes)]);
    }
    for wrong in [
        "[]",
        r#"{"commands":[]}"#,
        "[1",
        r#"{"commands":[],"atomc":true}"#,
    ] {
        let told = service.post("/v1/commands", wrong);
        assert_eq!(told.status, 400, "{wrong} {told:?}");
    }
}

#[test]
fn an_atomic_batch_is_booked_whole_or_not_at_all() {
    let service = Service::start(&[]);
    let find = |key: &str| {
        let told = service.post(
            "/v1/questions",
            &format!(r#"{{"ask":"find","key":"{key}"}}"#),
        );
        told.json()["ok"].clone()
    };
    let atomic = |commands: &[String]| {
        let body = format!(r#"{{"atomic":true,"commands":[{}]}}"#, commands.join(","));
        service.post("/v1/commands", &body)
    };
    // The second needs what the first gives, and the third asks for too much.
    let void = r#"{"do":"void","key":"v","of":"a1","reason":"x"}"#.to_owned();
    let short =
        r#"{"do":"redeem","key":"r","member":"card:1","points":9999,"unit":"star"}"#.to_owned();
    let told = atomic(&[sale("a1"), void.clone(), short.clone()]);
    assert_eq!(told.status, 422, "{told:?}");
    let told = told.json();
    let codes: Vec<_> = (0..3).map(|n| told["answers"][n]["code"].clone()).collect();
    assert_eq!(
        codes,
        ["batch_refused", "batch_refused", "over_limit"],
        "{told}"
    );
    assert_eq!([find("a1"), find("v"), find("r")], [false, false, false]);
    // A refusal names commands of the batch, not entries that were never booked.
    let other = sale("a1").replace("\"total\":\"", "\"total\":\"1");
    let told = atomic(&[sale("a0"), sale("a1"), other]).json();
    let message = told["answers"][2]["message"].as_str().unwrap().to_owned();
    assert!(message.contains("commands[1] of this batch"), "{told}");
    let again = void.replace("\"v\"", "\"v2\"");
    let told = atomic(&[sale("a1"), void.clone(), again]).json();
    let message = told["answers"][2]["message"].as_str().unwrap().to_owned();
    assert!(message.contains("commands[1] of this batch"), "{told}");
    assert_eq!([find("a1"), find("v")], [false, false]);
    let ticket = r#"{"do":"ticket","key":"t","member":"card:1","returns":[{"of":"a2","all":true}],"sale":{"total":"9.00"}}"#.to_owned();
    let told = atomic(&[sale("a1"), sale("a2"), void.clone(), ticket]);
    assert_eq!(told.status, 200, "{told:?}");
    assert_eq!([find("a1"), find("v"), find("t")], [true, true, true]);
    let again = atomic(&[sale("a1"), sale("a2"), void]);
    assert_eq!(again.json()["answers"][2]["repeated"], true, "{again:?}");
    let erase = r#"{"do":"erase","key":"e","member":"card:1","reason":"x"}"#.to_owned();
    assert_eq!(atomic(&[sale("a3"), erase]).status, 400);
    assert_eq!(find("a3"), false);
    let (dir, _) = service.stop();
    check_ledger(dir.path());
}

#[test]
fn questions_and_quotes_book_nothing_and_an_erasure_is_one_of_many() {
    let service = Service::start(&[]);
    assert_eq!(service.post("/v1/commands", &sale("k1")).status, 200);
    let ready = service.connect().get("/readyz").json();
    let quoted = service.post("/v1/quote", &sale("k2"));
    assert_eq!(
        (quoted.status, &quoted.json()["ok"]),
        (200, &true.into()),
        "{quoted:?}"
    );
    let told = service.post("/v1/questions", r#"{"ask":"balance","member":"card:1"}"#);
    assert_eq!(told.json()["read_at"], ready["last"], "{told:?}");
    for (wrong, status) in [
        ("{}", 400),
        (r#"{"ask":"weather"}"#, 400),
        (r#"{"ask":"balance","member":"card:9"}"#, 422),
    ] {
        assert_eq!(
            service.post("/v1/questions", wrong).status,
            status,
            "{wrong}"
        );
    }
    let erase = r#"{"do":"erase","key":"e","member":"card:1","reason":"asked"}"#;
    let told = service.post(
        "/v1/commands",
        &format!("[{},{erase},{}]", sale("k3"), sale("k4")),
    );
    let told = told.json();
    let ok = (0..3).map(|n| told["answers"][n]["ok"] == true);
    assert_eq!(ok.collect::<Vec<_>>(), [true, true, true], "{told}");
}
