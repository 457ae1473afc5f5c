//! Backups of a ledger that a service has open.

use super::commands::sale;
use super::service::{Service, check_ledger, stampbook};
use serde_json::Value;
use std::sync::atomic::{AtomicBool, Ordering};

// proves: KEEP1
#[test]
fn backups_under_load_verify() {
    let service = Service::start(&[]);
    let dir = service.dir.path();
    let backup = || -> Value {
        let ran = stampbook(dir, &["--json", "backup", "usb"]);
        assert!(ran.status.success(), "{ran:?}");
        serde_json::from_slice(&ran.stdout).unwrap()
    };
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for till in 0..4 {
            let (service, is_over) = (&service, &is_over);
            scope.spawn(move || {
                let mut client = service.connect();
                for n in 0.. {
                    let told = client.post("/v1/commands", &sale(&format!("{till}/{n}")));
                    assert_eq!(told.status, 200, "{told:?}");
                    if is_over.load(Ordering::Relaxed) {
                        return;
                    }
                }
            });
        }
        let mut before = 0;
        for round in 0..5 {
            // What was answered before a backup is in it.
            let answer = service.post("/v1/commands", &sale(&format!("mark/{round}")));
            let seq = answer.json()["seq"].as_u64().unwrap();
            let told = backup();
            let entries = told["entries"].as_u64().unwrap();
            assert!(entries > seq, "{told}: {seq}");
            assert_eq!(told["entries_before"], before, "{told}");
            before = entries;
            let verified = stampbook(dir, &["audit", "verify", "--level", "1", "--ledger", "usb"]);
            assert!(verified.status.success(), "{verified:?}");
        }
        is_over.store(true, Ordering::Relaxed);
    });
    let drill = stampbook(dir, &["restore", "usb", "--check"]);
    assert!(drill.status.success(), "{drill:?}");
    backup();
    let (dir, code) = service.stop();
    assert_eq!(code, Some(0));
    std::fs::remove_dir_all(dir.path().join("ledger")).unwrap();
    let restored = stampbook(dir.path(), &["restore", "usb"]);
    assert!(restored.status.success(), "{restored:?}");
    check_ledger(dir.path());
}
