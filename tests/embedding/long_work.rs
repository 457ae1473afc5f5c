//! Work that takes long on the engine's thread: a sale that is sent behind it is answered
//! before it is done.

use serde_json::Value;
use stampbook::Ledger;
use stampbook::command::{Who, parse};
use stampbook::embed::Opening;
use stampbook::engine::{self, Folders, JournalView, Options, default_secrets};
use stampbook::policy::{Bundle, shipped_files};
use stampbook::query::{self, Begun, Past, table_rows};
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
    let hold = move |_: Result<&mut engine::Ledger, &_>| {
        let _ = held.recv();
    };
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

/// Each question that walks the journal is begun and held, as by a reader that is slow,
/// while two hundred sales are booked; its answer is that of the moment at which it was asked.
// proves: KEEP22
#[test]
fn a_question_that_is_held_open_holds_up_no_sale_and_tells_of_its_moment() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(SteppingClock::new(NOON, 0));
    let ledger = open(&dir.path().join("shop"), &clock);
    let mut sent: Vec<String> = (0..30).map(|n| sale(&format!("e{n}"), n)).collect();
    let void = |n: usize| format!(r#"{{"do":"void","key":"v{n}","of":"e{n}","reason":"wrong"}}"#);
    sent.extend((0..10).map(void));
    let moved = r#"{"do":"reassign","key":"m","of":"e20","to":"card:21","reason":"wrong card"}"#;
    sent.push(moved.into());
    order(&answered(&ledger, &sent));
    let questions = [
        r#"{"ask":"day"}"#,
        r#"{"ask":"day","since":5}"#,
        r#"{"ask":"report","name":"sales"}"#,
    ];
    let ask = |line: &'static str| {
        let begun = ledger.with(move |ledger| query::begin(ledger, line.as_bytes()).unwrap());
        begun.unwrap()
    };
    let told = |begun: Begun| match begun {
        Begun::Answered(told) => told,
        Begun::Left(rest) => rest().unwrap(),
    };
    let before: Vec<Value> = questions.iter().map(|line| told(ask(line))).collect();
    assert!(before.iter().all(|told| told["ok"] == true), "{before:?}");
    assert_eq!(before[0]["voided_sales"]["count"], 10);
    assert_eq!(before[0]["reassigned"]["count"], 1);
    let table = |past: &Past| table_rows(past, 0, None, usize::MAX).unwrap();
    let past = |ledger: &Ledger| ledger.with(|ledger| Past::of(ledger).unwrap()).unwrap();
    let rows = table(&past(&ledger));
    let held: Vec<Begun> = questions.iter().map(|line| ask(line)).collect();
    let held_past = past(&ledger);
    assert!(held.iter().all(|begun| matches!(begun, Begun::Left(_))));
    let sales: Vec<String> = (0..200).map(|n| sale(&format!("k{n}"), n % 40)).collect();
    order(&answered(&ledger, &sales));
    let after: Vec<Value> = held.into_iter().map(told).collect();
    assert_eq!(after, before);
    assert_eq!(table(&held_past), rows);
    let now = told(ask(questions[0]));
    assert_eq!(now["sales"]["count"], 230, "{now}");
    // Entries of any age are found without the book, also behind a restart.
    ledger.close().unwrap();
    let ledger = open(&dir.path().join("shop"), &clock);
    let found = ledger.with(|ledger| {
        let view = JournalView::of(ledger).unwrap();
        let all = 0..ledger.durable();
        all.clone()
            .for_each(|seq| assert_eq!(view.entry(seq).unwrap(), ledger.entry(seq).unwrap()));
        (view.entry(all.end).unwrap(), all.end)
    });
    let (beyond, entries) = found.unwrap();
    assert!(beyond.is_none() && entries > 230, "{entries}");
}
