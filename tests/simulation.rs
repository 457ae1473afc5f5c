//! Simulations: what happened, decided again with the programme that was in force,
//! comes to what happened; and drafts make exactly the difference that they should.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::unwrap_used,
    reason = "a test that wraps or panics fails"
)]

use stampbook::engine::{Folders, Ledger, Options};
use stampbook::model::{Day, Policy};
use stampbook::policy::Bundle;
use stampbook::rules::state::Member;
use stampbook::workbench::simulation::{Replies, Simulation, Window, simulate};
use stampbook::workbench::{Folder, judge, story};
use std::path::{Path, PathBuf};

/// Scripts need more stack than a test's thread has.
fn with_stack<T: Send + 'static>(act: impl FnOnce() -> T + Send + 'static) -> T {
    let thread = std::thread::Builder::new().stack_size(16 << 20);
    let thread = thread.spawn(act).unwrap();
    thread
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn folders(path: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root(path)).unwrap();
    let found = entries.map(|e| e.unwrap().path());
    let mut found: Vec<PathBuf> = found.filter(|p| p.is_dir()).collect();
    found.sort();
    found
}

fn opened(ledger: &Path) -> Ledger {
    let folders = Folders {
        ledger: ledger.to_owned(),
        secrets: ledger.with_file_name("secrets"),
    };
    let options = Options {
        is_clock_accepted: true,
        ..Options::new("simulation").unwrap()
    };
    Ledger::open(&folders, options).unwrap()
}

/// Days of the ledger's entries, each once, in order.
fn days(ledger: &Ledger) -> Vec<Day> {
    let calendar = &ledger.programme().unwrap().calendar;
    let entries = ledger.entries_from(0).unwrap();
    let days = entries.map(|entry| calendar.day_of(entry.unwrap().head.effective));
    let mut days: Vec<Day> = days.collect();
    days.sort_unstable();
    days.dedup();
    days
}

fn simulated(ledger: &mut Ledger, draft: &Bundle, from: Day, to: Day) -> Simulation {
    let window = Window { from, to };
    simulate(ledger, draft, window, Replies::AsTheyWere, &mut |_, _| {}).unwrap()
}

/// A member without the numbers of entries, which a simulation has of its own.
fn told(member: Option<&Member>) -> String {
    let Some(m) = member else {
        return "nobody".into();
    };
    let lots = m.lots.iter().map(|l| {
        let (remaining, held) = (l.remaining, l.held);
        format!(
            "{}:{remaining}/{held} {:?} {:?} {}",
            l.unit, l.terms, l.code, l.campaign
        )
    });
    let holds = m.holds.iter().map(|h| format!("{} {:?}", h.unit, h.until));
    format!(
        "{:?} {:?} lots {:?} owed {:?} holds {:?} counters {:?} memo {:?} tags {:?} months {:?} fired {:?} deadlines {:?} passes {:?}",
        m.status,
        m.tier,
        lots.collect::<Vec<_>>(),
        m.owed,
        holds.collect::<Vec<_>>(),
        m.counters,
        m.memo,
        m.tags,
        m.months,
        m.fired,
        m.deadlines,
        m.passes
            .iter()
            .map(|p| (p.unit, p.uses(Day(0))))
            .collect::<Vec<_>>(),
    )
}

/// Differences between what happened and a simulation.
fn differences(made: &Simulation) -> Vec<String> {
    let mut found = Vec::new();
    let lines = |text: String| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let (then, draft) = (format!("{:#?}", made.then), format!("{:#?}", made.drafted));
    for (a, b) in lines(then)
        .iter()
        .zip(&lines(draft))
        .filter(|(a, b)| a != b)
        .take(5)
    {
        found.push(format!("sums: {} / {}", a.trim(), b.trim()));
    }
    if made.then != made.drafted && found.is_empty() {
        found.push("sums: one has more".into());
    }
    for (then, draft) in made.members() {
        let (a, b) = (told(then), told(draft));
        if a != b {
            found.push(format!(
                "member {:?}:\n  {a}\n  {b}",
                then.or(draft).map(|m| m.id)
            ));
        }
    }
    if made.unlike != Default::default() {
        found.push(format!("{:?}", made.unlike));
    }
    found
}

/// Runs the stories of programmes, and simulates what they leave with their own programme.
fn identical(programmes: &'static str, stories: Option<&'static str>) {
    let wrong = with_stack(move || {
        let mut wrong = Vec::new();
        for path in folders(programmes) {
            let folder = Folder::read(&path).unwrap();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let told = match stories {
                Some(stories) => {
                    Folder::read(&root(stories).join(&name)).map_or(Vec::new(), |f| f.stories)
                }
                None => folder.stories.clone(),
            };
            let Ok(policy) = judge(&folder.bundle) else {
                continue;
            };
            for (file, text) in told {
                let file = format!("{name}/{file}");
                let story = story::parse(&file, &text, policy.programme()).unwrap();
                if text.contains(" activate ") {
                    continue;
                }
                let look = |ledger: &Path| {
                    let mut ledger = opened(ledger);
                    let days = days(&ledger);
                    let (first, last) = (days[0], days[days.len() - 1]);
                    for from in [first, days[days.len() / 2], last] {
                        let made = simulated(&mut ledger, &folder.bundle, from, last);
                        let found = differences(&made);
                        if !found.is_empty() {
                            wrong.push(format!("{file} from {from}:\n {}", found.join("\n ")));
                        }
                    }
                    ledger.close().unwrap();
                };
                let beside = |name: &str| folder.beside(name);
                story::run_then(&story, &folder.bundle, &beside, look).unwrap();
            }
        }
        wrong
    });
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn what_the_stories_of_the_shipped_programmes_leave_comes_to_the_same_again() {
    identical("scripts", None);
}

#[test]
fn what_the_stories_of_the_rules_leave_comes_to_the_same_again() {
    identical("tests/programmes", Some("tests/stories"));
}
