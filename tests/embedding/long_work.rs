//! Work that takes long on the engine's thread: a sale that is sent behind it is answered
//! before it is done.

use serde_json::Value;
use stampbook::Ledger;
use stampbook::command::{Who, parse};
use stampbook::embed::Opening;
use stampbook::engine::{self, Folders, Options, default_secrets};
use stampbook::policy::{Bundle, shipped_files};
use stampbook::storage::clock::SteppingClock;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::channel;

const NOON: i64 = 1_790_000_000_000_000;
const HOUR: i64 = 3_600_000_000;

fn open(folder: &Path, clock: &Arc<SteppingClock>) -> Ledger {
    let folders = Folders {
        ledger: folder.to_owned(),
        secrets: default_secrets(folder),
    };
    let clock = Arc::clone(clock);
    let options = move || Options {
        clock: Arc::clone(&clock) as _,
        ..Options::new("test").unwrap()
    };
    if !folder.exists() {
        let bundle = Bundle::new(shipped_files("corner-cafe").unwrap()).unwrap();
        let made = engine::Ledger::create(&folders, "example.org/x", &bundle, options());
        made.unwrap().close().unwrap();
    }
    let open = move |opening| match opening {
        Opening::AsIs => engine::Ledger::open(&folders, options()),
        Opening::Rebuilt => engine::Ledger::rebuild(&folders, options()),
    };
    Ledger::open_by(open, 1000).unwrap()
}

/// Sends commands while the engine is held, and returns their words in the order in which
/// they are answered, each with whether it was accepted.
fn answered(ledger: &Ledger, commands: &[String]) -> Vec<(String, bool)> {
    let (let_go, held) = channel::<()>();
    let hold = move |_: Result<&mut engine::Ledger, &_>| drop(held.recv());
    ledger.with_then(hold).unwrap();
    let (said, told) = channel();
    for json in commands {
        let word: Value = serde_json::from_str(json).unwrap();
        let word = word["do"].as_str().unwrap().to_owned();
        let said = said.clone();
        let reply = move |answer: Result<stampbook::Answer, _>| {
            said.send((word, answer.unwrap().is_ok())).unwrap();
        };
        let request = parse(json.as_bytes(), 2).unwrap();
        ledger.submit_then(request, reply).unwrap();
    }
    let_go.send(()).unwrap();
    commands.iter().map(|_| told.recv().unwrap()).collect()
}

fn sale(key: &str, card: usize) -> String {
    format!(
        r#"{{"do":"purchase","key":"{key}","member":"card:{card}","total":"20.00","enrol":true}}"#
    )
}

fn stars(ledger: &Ledger, card: usize) -> Option<i64> {
    let now = ledger.balance(&format!("card:{card}")).unwrap();
    now.map(|now| now.balance["star"].available.whole())
}

fn order(told: &[(String, bool)]) -> Vec<&str> {
    assert!(told.iter().all(|(_, is_ok)| *is_ok), "{told:?}");
    told.iter().map(|(word, _)| word.as_str()).collect()
}

// proves: KEEP21
#[test]
fn tills_sell_while_the_book_is_made_again_without_the_erased() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("shop");
    let clock = Arc::new(SteppingClock::new(NOON, 0));
    let ledger = open(&folder, &clock);
    let enrolled: Vec<String> = (0..20).map(|n| sale(&format!("e{n}"), n)).collect();
    answered(&ledger, &enrolled);
    let before = stars(&ledger, 3).unwrap();
    let erase = |key: &str, card: usize| {
        format!(r#"{{"do":"erase","key":"{key}","member":"card:{card}","reason":"asked"}}"#)
    };
    // Two erasures: the second comes while the book is made again for the first.
    let sent = [erase("x1", 1), sale("k1", 3), erase("x2", 2), sale("k2", 3)];
    let told = answered(&ledger, &sent);
    assert_eq!(order(&told), ["purchase", "purchase", "erase", "erase"]);
    assert!(stars(&ledger, 3).unwrap() > before);
    assert_eq!((stars(&ledger, 1), stars(&ledger, 2)), (None, None));
    // Sent again, they are known; and so is everything after a restart.
    assert_eq!(order(&answered(&ledger, &sent)).len(), 4);
    let after = stars(&ledger, 3);
    let names = |folder: &Path| -> Vec<String> {
        let found = std::fs::read_dir(folder).unwrap();
        let names = found.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.collect()
    };
    assert!(
        names(&folder)
            .iter()
            .all(|name| !name.starts_with("made-again"))
    );
    ledger.close().unwrap();
    let ledger = open(&folder, &clock);
    let notes = ledger.with(|ledger| ledger.notes().to_vec()).unwrap();
    assert_eq!(notes, Vec::<String>::new());
    assert_eq!((stars(&ledger, 3), stars(&ledger, 2)), (after, None));
    // Closing waits for the book, and answers.
    let (said, told) = channel();
    let request = parse(erase("x3", 4).as_bytes(), 2).unwrap();
    let reply = move |answer: Result<stampbook::Answer, _>| said.send(answer.unwrap()).unwrap();
    ledger.submit_then(request, reply).unwrap();
    ledger.close().unwrap();
    assert!(told.recv().unwrap().is_ok());
    let ledger = open(&folder, &clock);
    let notes = ledger.with(|ledger| ledger.notes().to_vec()).unwrap();
    assert_eq!(notes, Vec::<String>::new());
    let known = ledger.with(|ledger| ledger.resolve(&Who::parse("card:4").unwrap()).unwrap());
    assert_eq!(known.unwrap(), None);
}

// proves: KEEP21
#[test]
fn tills_sell_while_everything_due_is_booked() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(SteppingClock::new(NOON, 0));
    let ledger = open(&dir.path().join("shop"), &clock);
    let mut sent: Vec<String> = (0..60).map(|n| sale(&format!("e{n}"), n)).collect();
    sent.extend((0..60).map(|n| {
        format!(r#"{{"do":"hold","key":"h{n}","member":"card:{n}","unit":"star","points":5,"until":"2026-09-21T16:00:00Z"}}"#)
    }));
    order(&answered(&ledger, &sent));
    let held = stars(&ledger, 7).unwrap();
    clock.set(NOON + 30 * HOUR);
    let daily = r#"{"do":"daily","key":"d"}"#.to_owned();
    let told = answered(&ledger, &[daily, sale("k1", 70), sale("k2", 71)]);
    assert_eq!(order(&told), ["purchase", "purchase", "daily"]);
    assert_eq!(stars(&ledger, 7), Some(held + 5));
    let released = ledger.with(|ledger| {
        let entries = ledger.entries_from(0).unwrap();
        entries
            .filter(|entry| entry.as_ref().unwrap().act.kind() == "release")
            .count()
    });
    assert_eq!(released.unwrap(), 60);
}
