//! Speed of the service, with the binary as it ships, at its Unix socket: one client,
//! then 64 with a command a request, then 64 with batches of 16; `lookup` beside
//! purchases; and one command as one process through the service. Beside them, in the
//! same folder and run, the disk's own overwrite and fdatasync. Clients are threads of
//! this process on the same processors; their processor time is told.
//!
//! `cargo bench --bench serve -- [REQUESTS]`

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::unwrap_used,
    reason = "a test that wraps or panics fails"
)]

mod processor;
mod program;
mod sale;

use processor::cpu_seconds;
use sale::Sale;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

const MEMBERS: u64 = 10_000;
const CLIENTS: u64 = 64;
const BATCH: u64 = 16;
/// Commands that are typed as processes.
const PROCESSES: usize = 100;
/// Length of a page with a single plain purchase, in bytes.
const PAGE_LEN: usize = 512;

fn stampbook(dir: &Path, words: &str) -> Command {
    let mut command = program::stampbook(dir, words);
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    command.stderr(Stdio::null());
    command
}

fn purchase(number: u64) -> String {
    let sale = Sale {
        key: &format_args!("k{number}"),
        member: number.wrapping_mul(0x9E37_79B9_7F4A_7C15) % MEMBERS,
        till: 1,
        amounts: (100 + number * 7919 % 2900, 100 + number * 104_729 % 1900),
    };
    sale.to_string()
}

/// Connection to the service.
struct Client(BufReader<UnixStream>);

impl Client {
    fn new(dir: &Path) -> Client {
        let socket = dir.join("ledger-secrets/serve.sock");
        Client(BufReader::new(UnixStream::connect(socket).unwrap()))
    }

    fn post(&mut self, path: &str, body: &str) -> String {
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let request = head + body;
        self.0.get_mut().write_all(request.as_bytes()).unwrap();
        let (mut line, mut len) = (String::new(), 0);
        loop {
            line.clear();
            self.0.read_line(&mut line).unwrap();
            if let Some(said) = line.strip_prefix("content-length: ") {
                len = said.trim().parse().unwrap();
            }
            if line == "\r\n" {
                break;
            }
        }
        let mut body = vec![0; len];
        self.0.read_exact(&mut body).unwrap();
        let body = String::from_utf8(body).unwrap();
        assert!(body.contains("\"ok\":true"), "{body}");
        body
    }
}

/// Runs clients until they have sent so many requests of so many purchases, and tells
/// the rate and the waiting times.
fn load(dir: &Path, what: &str, clients: u64, requests: u64, batch: u64, next: &AtomicU64) {
    let begun = Instant::now();
    let own = cpu_seconds();
    let work = || {
        let mut client = Client::new(dir);
        let mut waits = Vec::new();
        for _ in 0..requests / clients {
            let first = next.fetch_add(batch, Ordering::Relaxed);
            let body = match batch {
                1 => purchase(first),
                _ => {
                    let all: Vec<String> = (first..first + batch).map(purchase).collect();
                    format!("[{}]", all.join(","))
                }
            };
            let sent = Instant::now();
            client.post("/v1/commands", &body);
            waits.push(sent.elapsed());
        }
        waits
    };
    let mut waits: Vec<Duration> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..clients).map(|_| scope.spawn(work)).collect();
        let done = threads.into_iter().map(|thread| thread.join().unwrap());
        done.flatten().collect()
    });
    let took = begun.elapsed().as_secs_f64();
    let count = waits.len() as f64 * batch as f64;
    let own = (cpu_seconds() - own) / count * 1e6;
    println!(
        "{what}: {:.0} purchases a second, {}, clients' own processor time {own:.0} µs a purchase",
        count / took,
        waited(&mut waits)
    );
}

fn waited(waits: &mut [Duration]) -> String {
    waits.sort();
    let at = |share: usize| waits[(waits.len() - 1) * share / 100].as_secs_f64() * 1e6;
    format!("p50 {:.0} µs, p99 {:.0} µs", at(50), at(99))
}

/// Waiting times of the disk itself.
fn disk(dir: &Path) -> String {
    let mut file = File::create(dir.join("probe")).unwrap();
    file.write_all(&vec![0; 1 << 20]).unwrap();
    file.sync_all().unwrap();
    let mut waits = Vec::new();
    for n in 0..1000 {
        let begun = Instant::now();
        file.seek(SeekFrom::Start(n * PAGE_LEN as u64)).unwrap();
        file.write_all(&[1; PAGE_LEN]).unwrap();
        file.sync_data().unwrap();
        waits.push(begun.elapsed());
    }
    waited(&mut waits)
}

fn lookups(dir: &Path, next: &AtomicU64) {
    let is_over = AtomicBool::new(false);
    let begun = Instant::now();
    let (sold, mut waits) = std::thread::scope(|scope| {
        let tills: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let mut client = Client::new(dir);
                    let mut sold = 0;
                    while !is_over.load(Ordering::Relaxed) {
                        client.post(
                            "/v1/commands",
                            &purchase(next.fetch_add(1, Ordering::Relaxed)),
                        );
                        sold += 1;
                        std::thread::sleep(Duration::from_millis(1));
                    }
                    sold
                })
            })
            .collect();
        let mut client = Client::new(dir);
        let mut waits = Vec::new();
        for n in 0..5000_u64 {
            let mut body = String::new();
            write!(body, r#"{{"ask":"lookup","member":"card:{:010}","command":{{"do":"purchase","total":"9.00"}}}}"#, n * 7 % MEMBERS).unwrap();
            let sent = Instant::now();
            client.post("/v1/questions", &body);
            waits.push(sent.elapsed());
        }
        is_over.store(true, Ordering::Relaxed);
        let sold: u64 = tills.into_iter().map(|till| till.join().unwrap()).sum();
        (sold, waits)
    });
    let took = begun.elapsed().as_secs_f64();
    println!(
        "lookup, one client beside {:.0} purchases a second: {:.0} a second, {}",
        sold as f64 / took,
        waits.len() as f64 / took,
        waited(&mut waits)
    );
}

fn processes(dir: &Path, what: &str) {
    let mut waits = Vec::new();
    for n in 0..PROCESSES {
        let words = format!("purchase --total 4.20 --member card:{n:010}");
        let begun = Instant::now();
        let done = stampbook(dir, &words).output().unwrap();
        waits.push(begun.elapsed());
        assert!(done.status.success(), "{done:?}");
    }
    println!("one purchase as a process, {what}: {}", waited(&mut waits));
}

fn serve(dir: &Path) -> Child {
    let mut child = stampbook(dir, "serve --listen 127.0.0.1:0")
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
    said.next().unwrap().unwrap();
    child
}

fn main() {
    let said = std::env::args().skip(1).find_map(|word| word.parse().ok());
    let requests: u64 = said.unwrap_or(64_000);
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let dir = dir.path();
    let init = "init --programme corner-cafe --currency EUR --zone Europe/Berlin";
    assert!(stampbook(dir, init).status().unwrap().success());
    let next = AtomicU64::new(0);
    let service = serve(dir);
    load(
        dir,
        "to warm up and enrol, 64 clients",
        CLIENTS,
        requests / 4,
        BATCH,
        &next,
    );
    println!("disk: {}", disk(dir));
    load(dir, "one client", 1, requests / 16, 1, &next);
    load(dir, "64 clients", CLIENTS, requests, 1, &next);
    load(
        dir,
        "64 clients, batches of 16",
        CLIENTS,
        requests / 4,
        BATCH,
        &next,
    );
    lookups(dir, &next);
    processes(dir, "through the service");
    println!("disk: {}", disk(dir));
    program::stop(service);
    processes(dir, "alone");
}
