//! Limited stock: exactly as many get one as there are, however many ask at
//! once: rewards, vouchers, places, from many threads at one ledger.

use super::whole::{folders, options, say};
use crate::answer::Answer;
use crate::command::parse;
use crate::engine::{Ledger, Mode};
use crate::policy::Bundle;
use std::sync::{Barrier, Mutex};

/// Stock, and number of askers.
const STOCK: usize = 1000;
const ASKING: usize = STOCK + 1;
const THREADS: usize = 8;

fn shop(dir: &tempfile::TempDir, stock: usize) -> Ledger {
    let manifest = format!(
        "[programme]\nname = \"stock\"\ncurrency = \"EUR\"\nzone = \"UTC\"\n\
         [unit.point]\nkind = \"spendable\"\n\
         [unit.mug]\nkind = \"voucher\"\nvalue = \"5.00\"\nstock = {stock}\n\
         [activity.visit]\ncapacity = {stock}\n"
    );
    let file = |path: &str, text: &str| (path.to_string(), text.as_bytes().to_vec());
    let files = vec![
        file("programme.toml", &manifest),
        file(
            "rewards.rhai",
            &format!("reward(#{{ id: \"bag\", unit: \"point\", points: 5, stock: {stock} }});"),
        ),
        file(
            "campaigns/mugs.rhai",
            "campaign(#{ id: \"mugs\" });\nfn on_purchase(purchase, member) { issue(\"mug\"); }",
        ),
        file(
            "campaigns/welcome.rhai",
            "campaign(#{ id: \"welcome\" });\nfn on_enrol(member) { award(\"point\", 5); }",
        ),
        file(
            "campaigns/places.rhai",
            "campaign(#{ id: \"places\" });\nfn on_activity(activity, member) { tag(\"guest\"); }",
        ),
    ];
    let bundle = Bundle::new(files).unwrap();
    let made = Ledger::create(
        &folders(dir),
        "stock.example/1",
        &bundle,
        options("2026-03-10T10:00:00Z"),
    );
    let mut ledger = made.unwrap_or_else(|error| panic!("{error:?}"));
    for n in 0..ASKING {
        let enrol = format!(r#"{{"do":"enrol","key":"e{n}","aliases":["card:{n}"]}}"#);
        let request = parse(enrol.as_bytes(), 2).unwrap();
        ledger.stage(&request, Mode::default()).unwrap();
    }
    assert!(ledger.commit().unwrap().iter().all(Answer::is_ok));
    ledger
}

/// Sends each asker's command once, through concurrent threads; returns those
/// who got one.
fn wins(
    ledger: &Mutex<Ledger>,
    asking: usize,
    ask: &(impl Fn(usize) -> String + Sync),
) -> Vec<usize> {
    let together = Barrier::new(THREADS);
    let till = |till: usize| {
        together.wait();
        let mut wins = Vec::new();
        for n in (till..asking).step_by(THREADS) {
            let mut ledger = ledger.lock().unwrap();
            let answer = say(&mut ledger, &ask(n));
            wins.extend(has_it(&answer).then_some(n));
        }
        wins
    };
    std::thread::scope(|scope| {
        let till = &till;
        let thread = |n| {
            let thread = std::thread::Builder::new().stack_size(16 << 20);
            thread.spawn_scoped(scope, move || till(n)).unwrap()
        };
        let tills: Vec<_> = (0..THREADS).map(thread).collect();
        let wins = tills.into_iter().flat_map(|till| till.join().unwrap());
        wins.collect()
    })
}

/// True if the answer gave one; a purchase stands even if no mug is left for it.
fn has_it(answer: &Answer) -> bool {
    match answer {
        Answer::Accepted(done) => {
            let words = ["issue", "tag", "redeem", "hold"];
            done.did.iter().any(|d| words.contains(&d.effect.as_str()))
        }
        Answer::Refused(denied) => {
            assert_eq!(denied.code, "out_of_stock");
            false
        }
    }
}

fn exactly(stock: usize, asking: usize) {
    let dir = tempfile::tempdir().unwrap();
    let ledger = Mutex::new(shop(&dir, stock));
    let bought =
        |n| format!(r#"{{"do":"purchase","key":"p{n}","member":"card:{n}","total":"1.00"}}"#);
    assert_eq!(wins(&ledger, asking, &bought).len(), stock, "vouchers");
    let visited =
        |n| format!(r#"{{"do":"activity","key":"v{n}","member":"card:{n}","activity":"visit"}}"#);
    assert_eq!(wins(&ledger, asking, &visited).len(), stock, "places");
    // Some hold it first, and some of those release it.
    let had = |n: usize| match n % 3 {
        0 => format!(
            r#"{{"do":"hold","key":"h{n}","member":"card:{n}","reward":"bag","until":"2026-04-10T10:00:00Z"}}"#
        ),
        _ => format!(r#"{{"do":"redeem","key":"r{n}","member":"card:{n}","reward":"bag"}}"#),
    };
    let winners = wins(&ledger, asking, &had);
    assert_eq!(winners.len(), stock, "rewards");
    let mut ledger = ledger.into_inner().unwrap();
    if let Some(holder) = winners.iter().find(|n| *n % 3 == 0) {
        let release = format!(r#"{{"do":"release","key":"l","of":"h{holder}"}}"#);
        assert!(say(&mut ledger, &release).is_ok());
        let again = |key| {
            format!(r#"{{"do":"redeem","key":"{key}","member":"card:{holder}","reward":"bag"}}"#)
        };
        assert!(has_it(&say(&mut ledger, &again("a1"))), "one was let go");
    }
    let last = r#"{"do":"redeem","key":"a2","member":"card:1000","reward":"bag"}"#;
    assert!(!has_it(&say(&mut ledger, last)), "and no more than one");
    let global = ledger.global().clone();
    ledger.close().unwrap();
    let ledger = Ledger::rebuild(&folders(&dir), options("2026-03-11T10:00:00Z")).unwrap();
    assert_eq!(*ledger.global(), global);
}

#[test]
fn of_a_thousand_and_one_that_ask_for_one_of_a_thousand_one_goes_without() {
    exactly(STOCK, ASKING);
}

#[test]
fn eight_tills_that_ask_for_one_of_two_have_two() {
    exactly(2, THREADS);
}
