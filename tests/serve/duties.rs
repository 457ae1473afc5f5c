//! The service's own daily run, and long work beside tills.

use super::commands::sale;
use super::service::{HANG, Service, binary, check_ledger, stampbook};
use std::fmt::Write;
use std::time::Instant;

/// Rows of an import.
const ROWS: usize = 4_000;

// proves: DAILY3
#[test]
fn the_service_makes_the_daily_run_by_itself_and_tells_of_it() {
    let service = Service::start(&[]);
    let ask = || {
        let told = service.post("/v1/questions", r#"{"ask":"last_daily"}"#);
        assert_eq!(told.status, 200, "{told:?}");
        told.json()["daily"].clone()
    };
    let begun = Instant::now();
    while ask().is_null() {
        assert!(begun.elapsed() < HANG, "{}", service.log());
    }
    assert_eq!(ask()["entries"], 0);
    let last = stampbook(service.dir.path(), &["daily", "--last"]);
    let told = String::from_utf8(last.stdout).unwrap();
    assert!(told.contains("nothing fell due"), "{told}");
    // Once more by hand does no harm.
    let again = stampbook(service.dir.path(), &["daily"]);
    assert!(again.status.success(), "{again:?}");
    let is_counted = || {
        let metrics = service.connect().get("/metrics").body;
        metrics.contains("stampbook_dailies_total 1")
    };
    while !is_counted() {
        assert!(begun.elapsed() < HANG, "{}", service.log());
    }
    let wrong = stampbook(service.dir.path(), &["serve", "--daily-after", "24:00"]);
    assert_eq!(wrong.status.code(), Some(2));
}

// proves: DAILY4
#[test]
fn an_import_through_the_service_lets_tills_in() {
    let service = Service::start(&["--no-daily"]);
    let mut rows = String::new();
    for n in 0..ROWS {
        let member = n % 50;
        writeln!(
            rows,
            r#"{{"do":"purchase","key":"i{n}","member":"card:{member}","total":"1.00","enrol":true}}"#
        )
        .unwrap();
    }
    std::fs::write(service.dir.path().join("rows.jsonl"), rows).unwrap();
    let mut import = binary(service.dir.path(), &["import", "rows.jsonl"])
        .spawn()
        .unwrap();
    let mut till = service.connect();
    let mut sold = Vec::new();
    let done = loop {
        if let Some(done) = import.try_wait().unwrap() {
            break done;
        }
        let told = till.post("/v1/commands", &sale(&format!("t{}", sold.len())));
        assert_eq!(told.status, 200, "{told:?}");
        sold.push(told.json()["seq"].as_u64().unwrap());
    };
    assert!(done.success());
    let mut seq_of = |key: &str| {
        let found = till.post(
            "/v1/questions",
            &format!(r#"{{"ask":"find","key":"{key}"}}"#),
        );
        found.json()["seq"].as_u64().expect(&found.body)
    };
    let (first, last) = (seq_of("i0"), seq_of(&format!("i{}", ROWS - 1)));
    let between = sold
        .iter()
        .filter(|seq| (first..last).contains(*seq))
        .count();
    assert!(
        between >= 3,
        "{between} of {sold:?} between {first} and {last}"
    );
    let (dir, code) = service.stop();
    assert_eq!(code, Some(0));
    check_ledger(dir.path());
}
