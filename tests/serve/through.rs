//! Commands typed while the service has the ledger open. `.ci/run` runs the whole suite
//! of the command line this way too.

use super::service::{Service, binary, stampbook};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Stdio;

#[test]
fn commands_sessions_and_files_go_through_the_service_unseen() {
    let service = Service::start(&[]);
    let dir = service.dir.path();
    let run = |args: &[&str]| {
        let ran = stampbook(dir, args);
        (ran.status.code(), String::from_utf8(ran.stdout).unwrap())
    };
    assert_eq!(run(&["member", "enrol", "--alias", "card:1"]).0, Some(0));
    // Refusals end as they do without a service.
    assert_eq!(run(&["balance", "card:2"]).0, Some(1));
    let points = ["--unit", "star", "--points", "9", "--member", "card:1"];
    assert_eq!(run(&[&["redeem"], &points[..]].concat()).0, Some(1));
    // The client reads its files, from its own folder.
    let away = tempfile::tempdir().unwrap();
    std::fs::write(away.path().join("sales.csv"), "CARD,SUM\n1,4.00\n1,5.00\n").unwrap();
    let ledger = dir.join("ledger").display().to_string();
    let map = "member=CARD:card:,total=SUM";
    let args = ["--ledger", &ledger, "import", "sales.csv", "--map", map];
    let imported = stampbook(away.path(), &args);
    assert!(imported.status.success(), "{imported:?}");
    // And it writes them.
    let args = [
        "--ledger", &ledger, "member", "export", "card:1", "--out", "own.json",
    ];
    assert!(stampbook(away.path(), &args).status.success());
    let own = std::fs::read_to_string(away.path().join("own.json")).unwrap();
    assert!(own.contains("card:1"), "{own}");
    // A session shares the ledger with a client of the port, and sees what it booked.
    let connected = ["--ledger", &ledger, "session", "--connect"];
    let mut session = binary(away.path(), &connected)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let sale = r#"{"do":"purchase","key":"p","member":"card:1","total":"1.00"}"#;
    assert_eq!(service.post("/v1/commands", sale).status, 200);
    let mut lines = session.stdin.take().unwrap();
    let sale = sale.replace("\"p\"", "\"s\"");
    let asked = r#"{"ask":"balance","member":"card:1"}"#;
    write!(lines, "{sale}\n{asked}\nno json\n").unwrap();
    drop(lines);
    let told = session.wait_with_output().unwrap();
    assert!(told.status.success());
    let told = String::from_utf8(told.stdout).unwrap();
    let told: Vec<Value> = told
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    assert_eq!((told.len(), &told[0]["key"]), (3, &"s".into()));
    assert_eq!(told[1]["now"]["balance"]["star"]["available"], 11);
    assert_eq!(told[2]["code"], "bad_input");
    // What needs the files for itself names the service.
    let rebuilt = stampbook(dir, &["rebuild"]);
    assert_eq!(rebuilt.status.code(), Some(4));
    let (dir, code) = service.stop();
    assert_eq!(code, Some(0));
    assert!(!dir.path().join("ledger-secrets/serve.sock").exists());
    let alone = stampbook(dir.path(), &["session", "--connect"]);
    assert_eq!(alone.status.code(), Some(4), "{alone:?}");
    assert!(
        stampbook(dir.path(), &["balance", "card:1"])
            .status
            .success()
    );
}

#[test]
fn an_erasure_is_answered_when_the_book_was_made_again() {
    let service = Service::start(&[]);
    // The system may use a file's number again, but not its time.
    let file = service.dir.path().join("ledger/book/db");
    let book = || file.metadata().unwrap().created().unwrap();
    let enrol = r#"{"do":"enrol","key":"e","aliases":["card:1"],"birthday":"12-10"}"#;
    assert_eq!(service.post("/v1/commands", enrol).status, 200);
    let erase = r#"{"do":"erase","key":"x","member":"card:1","reason":"asked"}"#;
    let before = book();
    let erased = service.post("/v1/commands", erase);
    assert_ne!(book(), before);
    assert_eq!(erased.status, 200, "{erased:?}");
    let asked = service.post("/v1/questions", r#"{"ask":"balance","member":"card:1"}"#);
    assert_eq!(asked.json()["ok"], false, "{asked:?}");
    let (_dir, code) = service.stop();
    assert_eq!(code, Some(0));
}

#[test]
fn a_session_may_pause_for_longer_than_a_client_of_the_port() {
    let service = Service::start(&["--patience", "1"]);
    let mut session = binary(service.dir.path(), &["session"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = session.stdin.take().unwrap();
    let mut told = BufReader::new(session.stdout.take().unwrap()).lines();
    let mut ask = || {
        writeln!(lines, r#"{{"do":"purchase","key":"k","total":"1.00"}}"#).unwrap();
        told.next().unwrap().unwrap()
    };
    assert!(ask().contains("\"ok\":true"));
    // The service closes this one when its patience has ended, which began later.
    let mut idle = TcpStream::connect(service.addr()).unwrap();
    drop(idle.read_to_end(&mut Vec::new()));
    assert!(ask().contains("\"repeated\":true"));
    drop(lines);
    assert!(session.wait().unwrap().success());
}

/// Rows of the import that tills sell beside.
const ROWS: u64 = 6000;

// proves: KEEP19
#[test]
fn tills_sell_during_a_long_import_and_an_export_goes_through() {
    let service = Service::start(&["--no-daily"]);
    let dir = service.dir.path();
    let rows: String = (0..ROWS).map(|n| format!("{}.00\n", n % 9 + 1)).collect();
    std::fs::write(dir.join("sales.csv"), format!("SUM\n{rows}")).unwrap();
    let mut till = service.connect();
    let mut sell = |n: u64| {
        let sale = super::commands::sale(&format!("k{n}"));
        let told = till.post("/v1/commands", &sale);
        assert_eq!(told.status, 200, "{told:?}");
        told.json()["seq"].as_u64().unwrap()
    };
    let first = sell(0);
    let mut import = binary(dir, &["import", "sales.csv", "--map", "total=SUM"])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    // Sales that were answered while the import ran, with some of its rows booked before
    // them and some to come: by their sequences, and not by any clock.
    let (mut between, mut sold) = (0, 0);
    while import.try_wait().unwrap().is_none() {
        sold += 1;
        let rows_before = sell(sold) - first - sold;
        let is_running = import.try_wait().unwrap().is_none();
        between += u64::from(is_running && rows_before > 0 && rows_before < ROWS);
    }
    assert!(import.wait().unwrap().success());
    println!("{between} of {sold} sales were booked between the rows");
    assert!(between > 0, "{sold} sales, none of them between the rows");
    assert_eq!(sell(sold + 1) - first - sold - 1, ROWS);
    // The tables are the same whoever reads them.
    let export = |dir: &std::path::Path, into: &str| {
        let ran = stampbook(dir, &["export", "tables", into]);
        assert!(ran.status.success(), "{ran:?}");
        let files = ["entries", "effects", "members", "campaigns"];
        files.map(|name| std::fs::read_to_string(dir.join(format!("{into}/{name}.csv"))).unwrap())
    };
    let through = export(dir, "through");
    assert!(through[0].lines().count() as u64 > ROWS);
    let again = stampbook(dir, &["export", "tables", "through"]);
    assert_eq!(again.status.code(), Some(2), "{again:?}");
    let (dir, _) = service.stop();
    assert_eq!(export(dir.path(), "alone"), through);
}

/// A service holds what is sent to it in memory, so a long file is refused with the remedy,
/// and the remedy works.
#[test]
fn a_long_file_is_refused_with_a_remedy_that_works() {
    let service = Service::start(&["--no-daily"]);
    let dir = service.dir.path();
    let row = |n: usize| {
        let blank = " ".repeat(1_000_000);
        format!(
            r#"{{"do":"purchase","member":"card:1","total":"1.00","enrol":true,{blank}"counter":{n}}}"#
        )
    };
    // 34 rows of a million bytes each.
    let rows: Vec<String> = (1..=34).map(|n| row(n) + "\n").collect();
    std::fs::write(dir.join("long.jsonl"), rows.concat()).unwrap();
    let run = |args: &[&str]| stampbook(dir, args);
    let refused = run(&["import", "long.jsonl"]);
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
    let told = String::from_utf8(refused.stderr).unwrap();
    for words in ["33554432", "split --line-bytes=30M", "stop the service"] {
        assert!(told.contains(words), "{told}");
    }
    let asked = r#"{"ask":"balance","member":"card:1"}"#;
    let told = service.post("/v1/questions", asked);
    assert_eq!(told.json()["code"], "unknown_member", "{told:?}");
    for (name, part) in [("part-aa", &rows[..30]), ("part-ab", &rows[30..])] {
        std::fs::write(dir.join(name), part.concat()).unwrap();
        let imported = run(&["import", name]);
        assert!(imported.status.success(), "{imported:?}");
    }
    let told = service.post("/v1/questions", asked);
    assert_eq!(
        told.json()["now"]["balance"]["star"]["available"],
        34,
        "{told:?}"
    );
}
