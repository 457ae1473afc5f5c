//! The clients of examples/clients play their day and tie to the cent.

#![allow(clippy::unwrap_used, reason = "a test that panics fails")]

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

const CLIENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/clients");
const BINARY: &str = env!("CARGO_BIN_EXE_stampbook");

fn stampbook(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(BINARY);
    command
        .args(args)
        .current_dir(dir)
        .env_remove("STAMPBOOK_LEDGER")
        .env_remove("STAMPBOOK_SECRETS");
    command
}

/// A ledger with the clients' programme.
fn shop() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let programme = format!("{CLIENTS}/programme");
    let made = stampbook(dir.path(), &["init", "--programme", &programme]);
    let made = { made }.output().unwrap();
    assert!(made.status.success(), "{made:?}");
    dir
}

/// True if an interpreter and what else is needed can be run; else it is told.
fn has(client: &str, needed: &[&str]) -> bool {
    let is_missing = |name: &&&str| {
        let found = Command::new(name)
            .arg("--version")
            .stdout(Stdio::null())
            .status();
        !found.is_ok_and(|status| status.success())
    };
    match needed.iter().find(is_missing) {
        None => true,
        Some(name) => {
            // Not by `eprintln`, which a passing test keeps to itself.
            let told = format!("\nNOT TESTED: {client}, since there is no {name} here\n");
            let _ = std::io::Write::write_all(&mut std::io::stderr(), told.as_bytes());
            false
        }
    }
}

struct Service(Child);

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a service; its address.
fn serve(dir: &Path) -> (Service, String) {
    let mut service = stampbook(dir, &["serve", "--listen", "127.0.0.1:0"]);
    let mut child = service
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
    let address = said.find_map(|line| {
        let line = line.unwrap();
        let (_, rest) = line.split_once("http://")?;
        let is_part = |c: char| c.is_ascii_digit() || ".:".contains(c);
        let address: String = rest.chars().take_while(|c| is_part(*c)).collect();
        Some(format!("http://{address}"))
    });
    std::thread::spawn(move || said.for_each(drop));
    (Service(child), address.unwrap())
}

fn play(dir: &Path, words: &[&str], token: &str) {
    let bin: PathBuf = Path::new(BINARY).parent().unwrap().into();
    let path = format!(
        "{}:{}",
        bin.display(),
        std::env::var("PATH").unwrap_or_default()
    );
    let mut client = Command::new(words[0]);
    let ran = client
        .args(&words[1..])
        .current_dir(dir)
        .env("PATH", path)
        .env("STAMPBOOK_TOKEN", token)
        .output()
        .unwrap();
    let (out, err) = (
        String::from_utf8_lossy(&ran.stdout),
        String::from_utf8_lossy(&ran.stderr),
    );
    assert!(ran.status.success(), "{words:?}\n{out}\n{err}");
    assert!(out.contains("ties to the cent"), "{out}");
    let verified = stampbook(dir, &["audit", "verify"]).output().unwrap();
    assert!(verified.status.success(), "{verified:?}");
}

fn by_http(words: &[&str]) {
    let dir = shop();
    let (_service, url) = serve(dir.path());
    let made = stampbook(
        dir.path(),
        &["--json", "token", "create", "--role", "merchant"],
    );
    let made = { made }.output().unwrap();
    let told: serde_json::Value = serde_json::from_slice(&made.stdout).unwrap();
    let day = format!("{CLIENTS}/day.json");
    let words = [words, &[url.as_str(), day.as_str()][..]].concat();
    play(dir.path(), &words, told["token"].as_str().unwrap());
}

// proves: C12.71
#[test]
fn python_plays_its_day_over_http_and_by_a_child_process() {
    if has("till.py", &["python3"]) {
        let file = format!("{CLIENTS}/till.py");
        by_http(&["python3", &file, "http"]);
        let (dir, day) = (shop(), format!("{CLIENTS}/day.json"));
        play(dir.path(), &["python3", &file, "session", &day], "");
    }
}

#[test]
fn javascript_plays_its_day_over_http() {
    if has("till.mjs", &["node"]) {
        by_http(&["node", &format!("{CLIENTS}/till.mjs")]);
    }
}

#[test]
fn c_sharp_plays_its_day_over_http() {
    if has("Till.cs", &["mcs", "mono"]) {
        let (dir, file) = (tempfile::tempdir().unwrap(), format!("{CLIENTS}/Till.cs"));
        let program = dir.path().join("Till.exe").display().to_string();
        let made = Command::new("mcs")
            .args(["-warnaserror", &format!("-out:{program}"), &file])
            .output()
            .unwrap();
        assert!(made.status.success(), "{made:?}");
        by_http(&["mono", &program]);
    }
}

#[test]
fn a_shell_plays_its_day_with_a_queue() {
    if has("till.sh", &["bash", "curl", "jq"]) {
        by_http(&["bash", &format!("{CLIENTS}/till.sh")]);
    }
}
