//! Time of figures over a large ledger of two years, with the binary as it ships: all
//! figures by a process from nothing, again from the saved facts, the dashboard's overview
//! by a service, the first time and after one more sale, and each of its figures.
//!
//! `cargo bench --bench figures -- [ENTRIES] [MEMBERS]`

#![allow(
    clippy::cast_possible_truncation,
    clippy::unwrap_used,
    reason = "a bench that panics fails"
)]

#[path = "../tests/support/dice.rs"]
mod dice;
mod program;
mod sale;

use dice::Dice;
use jiff::{SignedDuration, Timestamp};
use program::{stampbook, stop};
use sale::Sale;
use stampbook::page::OVERVIEW;
use std::io::{BufWriter, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// Time over which the sales are spread, until now.
const SPAN: SignedDuration = SignedDuration::from_hours(2 * 365 * 24);

fn timed(dir: &Path, words: &str) -> Duration {
    let start = Instant::now();
    let ran = stampbook(dir, words).output().unwrap();
    assert!(ran.status.success(), "{words}: {ran:?}");
    start.elapsed()
}

/// Response to a request, as text.
fn http(port: u16, request: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut told = String::new();
    stream.read_to_string(&mut told).unwrap();
    told
}

fn main() {
    let numbers = std::env::args().skip(1).filter_map(|arg| arg.parse().ok());
    let numbers: Vec<u64> = numbers.collect();
    let entries = numbers.first().copied().unwrap_or(1_000_000);
    let members = numbers.get(1).copied().unwrap_or(100_000);
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    timed(
        dir,
        "init --programme corner-cafe --currency EUR --zone Europe/Berlin",
    );
    let mut random = Dice::new(7);
    {
        let file = std::fs::File::create(dir.join("sales.jsonl")).unwrap();
        let mut file = BufWriter::new(file);
        let step = SPAN.as_secs() / i64::try_from(entries.max(1)).unwrap();
        let begin = Timestamp::now() - SPAN;
        for n in 0..entries {
            let at = begin + SignedDuration::from_secs(step * i64::try_from(n).unwrap());
            let amounts = (100 + random.next() % 2900, 100 + random.next() % 1900);
            let sale = Sale {
                key: &n,
                member: random.next() % members,
                till: 1,
                amounts,
            };
            let sale = sale.to_string();
            writeln!(file, r#"{{"at":"{at}",{}"#, &sale[1..]).unwrap();
        }
    }
    println!("import: {:?}", timed(dir, "import sales.jsonl --history"));
    let report = "report all --by month --compare previous --format html";
    println!(
        "all figures from nothing, as a process: {:?}",
        timed(dir, report)
    );
    println!("again, from saved facts: {:?}", timed(dir, report));
    let saved = std::fs::metadata(dir.join("ledger/facts")).map_or(0, |file| file.len());
    println!("saved facts: {} MiB", saved >> 20);
    let made = stampbook(dir, "token create --role merchant")
        .output()
        .unwrap();
    let token = String::from_utf8(made.stdout).unwrap().trim().to_owned();
    let port = 18_391;
    let service = stampbook(dir, &format!("serve --listen 127.0.0.1:{port}"))
        .stderr(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        std::thread::sleep(Duration::from_millis(20));
    }
    let host = format!("Host: 127.0.0.1:{port}\r\nConnection: close\r\n");
    let form = format!("token={token}");
    let signed = http(
        port,
        &format!(
            "POST /dashboard/sign-in HTTP/1.1\r\n{host}Origin: http://127.0.0.1:{port}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        ),
    );
    let cookie = signed
        .lines()
        .find_map(|line| line.strip_prefix("set-cookie: "));
    let cookie = cookie.and_then(|line| line.split(';').next());
    let cookie = cookie
        .unwrap_or_else(|| panic!("no cookie in {signed}"))
        .to_owned();
    let open = || {
        let start = Instant::now();
        let page = http(
            port,
            &format!("GET /dashboard HTTP/1.1\r\n{host}Cookie: {cookie}\r\n\r\n"),
        );
        assert!(page.starts_with("HTTP/1.1 200"), "{page}");
        start.elapsed()
    };
    println!("overview, the first time: {:?}", open());
    println!("overview, again: {:?}", open());
    timed(
        dir,
        "purchase --member card:0000000001 --total 4.20 --key last",
    );
    println!("overview, after one more sale: {:?}", open());
    for (n, figure) in OVERVIEW.iter().chain(&["alerts"]).enumerate() {
        // One more entry, so that nothing that was made serves again.
        let key = format!("purchase --member card:0000000002 --total 4.20 --key also-{n}");
        timed(dir, &key);
        let by = match *figure {
            "lifetime_expected" | "rfm" | "active_members" | "vouchers" | "liability"
            | "alerts" | "utilisation" => "",
            _ => r#","by":"month""#,
        };
        let question = format!(r#"{{"ask":"report","name":"{figure}"{by}}}"#);
        let start = Instant::now();
        let told = http(
            port,
            &format!(
                "POST /v1/questions HTTP/1.1\r\n{host}Authorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{question}",
                question.len()
            ),
        );
        println!("{figure}: {:?}", start.elapsed());
        assert!(told.starts_with("HTTP/1.1 200"), "{told}");
    }
    stop(service);
}
