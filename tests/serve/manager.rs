//! What the service manager is told, and what a probe is.

use super::service::{Service, binary, shop, stampbook};
use std::os::unix::net::UnixDatagram;
use std::process::Stdio;
use std::time::Duration;

#[test]
fn the_service_manager_is_told_ready_alive_and_stopping() {
    let dir = shop();
    let path = dir.path().join("notify");
    let manager = UnixDatagram::bind(&path).unwrap();
    manager
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    // As the manager does it, the watchdog is meant for one process.
    let start = "WATCHDOG_PID=$$ exec \"$STAMPBOOK\" serve --listen 127.0.0.1:0";
    let mut child = std::process::Command::new("sh")
        .args(["-c", start])
        .current_dir(dir.path())
        .env("STAMPBOOK", env!("CARGO_BIN_EXE_stampbook"))
        .env("NOTIFY_SOCKET", &path)
        .env("WATCHDOG_USEC", "200000")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let next = || {
        let mut bytes = [0; 200];
        let len = manager.recv(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes[..len]).trim().to_owned()
    };
    assert_eq!(next(), "READY=1");
    // Ready means ready: the next command is answered by it.
    let probed = stampbook(dir.path(), &["serve", "--probe"]);
    assert_eq!(probed.status.code(), Some(0), "{probed:?}");
    for _ in 0..3 {
        assert_eq!(next(), "WATCHDOG=1");
    }
    let id = child.id().to_string();
    let told = std::process::Command::new("kill")
        .args(["-TERM", &id])
        .status();
    assert!(told.unwrap().success());
    let mut last = next();
    while last == "WATCHDOG=1" {
        last = next();
    }
    assert_eq!(last, "STOPPING=1");
    assert!(child.wait().unwrap().success());
    let probed = stampbook(dir.path(), &["serve", "--probe"]);
    assert_eq!(probed.status.code(), Some(3), "{probed:?}");
}

#[test]
fn at_start_it_is_told_what_to_back_up_and_with_what() {
    let service = Service::start(&[]);
    let dir = service.dir.path().to_owned();
    let (kept, code) = service.stop();
    assert_eq!(code, Some(0));
    let mut child = binary(&dir, &["serve", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
    let told: Vec<String> = lines.by_ref().take(4).map(Result::unwrap).collect();
    let told = told.join("\n");
    for word in [
        "ledger",
        "ledger-secrets",
        "vault",
        "stampbook backup",
        "--check",
    ] {
        assert!(told.contains(word), "{word}: {told}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    drop(kept);
}
