//! Commands of many threads become durable together.

use stampbook::answer::Answer;
use stampbook::chain::codec;
use stampbook::command::parse;
use stampbook::embed::Full;
use stampbook::engine::{self, Folders, Options, default_secrets, first_origin};
use stampbook::policy::{Bundle, shipped_files};
use stampbook::storage::clock::SteppingClock;
use stampbook::storage::entropy::Entropy;
use stampbook::{Command, ErrorKind, Ledger};
use std::path::Path;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Condvar, Mutex};

const NOON: i64 = 1_790_000_000_000_000;

/// Each opening draws ids of its own.
fn options(opening: u8) -> Options {
    Options {
        clock: Arc::new(SteppingClock::new(NOON, 0)),
        entropy: Entropy::from_seed(&[opening; 32]),
        ..Options::new("test").unwrap()
    }
}

fn ledger(folder: &Path, waiting_max: u64) -> Ledger {
    let folders = Folders {
        ledger: folder.to_owned(),
        secrets: default_secrets(folder),
    };
    let bundle = Bundle::new(shipped_files("corner-cafe").unwrap()).unwrap();
    engine::Ledger::create(
        &folders,
        &first_origin("example.org/x"),
        &bundle,
        options(0),
    )
    .unwrap()
    .close()
    .unwrap();
    let openings = Arc::new(AtomicU8::new(1));
    let open = move |_| {
        let opening = openings.fetch_add(1, Ordering::Relaxed);
        engine::Ledger::open(&folders, options(opening))
    };
    Ledger::open_by(open, waiting_max).unwrap()
}

fn purchase(n: usize) -> String {
    let member = n % 7;
    match n % 10 {
        // Some are refused, and some are sent again.
        3 => {
            format!(r#"{{"do":"redeem","key":"r{n}","member":"card:{member}","reward":"coffee"}}"#)
        }
        4 => format!(
            r#"{{"do":"void","key":"v{n}","of":"k{}","reason":"test"}}"#,
            n - 4
        ),
        5 => format!(
            r#"{{"do":"purchase","key":"k{}","member":"card:{member}","total":"3.50"}}"#,
            n - 3
        ),
        _ => format!(
            r#"{{"do":"purchase","key":"k{n}","member":"card:{member}","total":"{}.50","enrol":true}}"#,
            n % 13
        ),
    }
}

/// Bytes of every entry.
fn entries(ledger: &Ledger) -> Vec<Vec<u8>> {
    let read = |ledger: &mut engine::Ledger| {
        let all = 0..ledger.global().next_seq;
        let bytes = all.map(|seq| codec::encode(&ledger.entry(seq).unwrap().unwrap()).unwrap());
        bytes.collect()
    };
    ledger.with(read).unwrap()
}

#[test]
fn the_same_commands_in_the_same_order_are_the_same_bytes_from_1_and_from_64_threads() {
    const COUNT: usize = 640;
    let dir = tempfile::tempdir().unwrap();
    let one = ledger(&dir.path().join("one"), 4);
    for n in 0..COUNT {
        one.submit(Command::from_json(&purchase(n)).unwrap())
            .unwrap();
    }
    let many = ledger(&dir.path().join("many"), 640);
    let (turn, turned) = (Mutex::new(0), Condvar::new());
    let (said, told) = channel();
    std::thread::scope(|scope| {
        for thread in 0..64 {
            let (many, turn, turned, said) = (&many, &turn, &turned, said.clone());
            scope.spawn(move || {
                for n in (thread..COUNT).step_by(64) {
                    let request = parse(purchase(n).as_bytes(), 2).unwrap();
                    let mut now = turned
                        .wait_while(turn.lock().unwrap(), |now| *now != n)
                        .unwrap();
                    let said = said.clone();
                    let reply = move |answer: Result<Answer, _>| said.send(answer.is_ok()).unwrap();
                    many.submit_then(request, reply).unwrap();
                    *now += 1;
                    turned.notify_all();
                }
            });
        }
    });
    drop(said);
    assert_eq!(told.iter().filter(|is_ok| *is_ok).count(), COUNT);
    let groups = |ledger: &Ledger| ledger.figures().groups.load(Ordering::Relaxed);
    assert_eq!(groups(&one), COUNT as u64);
    assert!(groups(&many) < COUNT as u64, "nothing was put together");
    let (one, many) = (entries(&one), entries(&many));
    assert!(one.len() > COUNT / 2, "{} entries", one.len());
    assert!(one == many);
}

#[test]
fn where_too_much_waits_the_next_is_told_so_and_nothing_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = ledger(&dir.path().join("shop"), 3);
    let (began, is_held) = channel();
    let (let_go, held) = channel::<()>();
    let hold = move |_: Result<&mut engine::Ledger, &_>| {
        began.send(()).unwrap();
        let _ = held.recv();
    };
    ledger.with_then(hold).unwrap();
    is_held.recv().unwrap();
    let (said, told) = channel();
    let send = |n| {
        let said = said.clone();
        let request = parse(purchase(n).as_bytes(), 2).unwrap();
        ledger.submit_then(request, move |answer| said.send((n, answer)).unwrap())
    };
    let sent: Vec<_> = (0..3).chain(6..9).map(send).collect();
    assert_eq!(
        sent,
        [Ok(()), Ok(()), Ok(()), Err(Full), Err(Full), Err(Full)]
    );
    assert_eq!(ledger.figures().queued.load(Ordering::Relaxed), 3);
    let_go.send(()).unwrap();
    let order: Vec<usize> = (0..3)
        .map(|_| told.recv().unwrap())
        .map(|(n, answer)| {
            assert!(answer.unwrap().is_ok());
            n
        })
        .collect();
    assert_eq!(order, [0, 1, 2]);
    assert_eq!(ledger.figures().groups.load(Ordering::Relaxed), 1);
}

#[test]
fn after_trouble_everybody_is_told_and_the_ledger_is_opened_again() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = ledger(&dir.path().join("shop"), 8);
    let sale = |n| Command::from_json(&purchase(n)).unwrap();
    assert!(ledger.submit(sale(0)).unwrap().is_ok());
    // An answer that belongs to no command of the queue: from here no answer
    // can be assigned.
    let stray = parse(purchase(1).as_bytes(), 2).unwrap();
    ledger
        .with(move |ledger| ledger.stage(&stray, engine::Mode::default()).unwrap())
        .unwrap();
    assert_eq!(
        ledger.submit(sale(2)).unwrap_err().kind(),
        ErrorKind::Internal
    );
    for n in [0, 1, 2, 6] {
        let answer = ledger.submit(sale(n)).unwrap();
        assert!(answer.is_ok(), "{}", answer.to_json());
    }
    ledger.close().unwrap();
}
