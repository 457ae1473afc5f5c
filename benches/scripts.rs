//! Time of a priced step: a loop for each function that scripts are offered,
//! run until its steps are used up, beside the plain loop in the same seconds.
//! The slowest one says how long a till may wait for the scripts of one
//! decision.
//!
//! `cargo bench --bench scripts -- [ROUNDS]`

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::unwrap_used,
    reason = "a bench that wraps or panics fails"
)]

#[path = "scripts/bodies.rs"]
#[allow(dead_code, reason = "a test reads the rest")]
mod bodies;

use bodies::{BODIES, Body, PLAIN};
use stampbook::model::{
    ActivityFacts, BaseAward, DECISION_STEPS_MAX, Hook, LineFacts, Money, Names, Policy,
    PurchaseFacts, Qty, Scene, Steps, TenderFacts, Value, Zone,
};
use stampbook::policy::{Bundle, Compiled, OPERATIONS_MAX, STACK_LEN, compile};
use std::process::ExitCode;
use std::sync::Arc;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Longest time that a till may wait for the scripts of one decision, in milliseconds.
const WAIT_MAX: f64 = 50.0;
/// Nanoseconds of processor time of this thread, by the clock where there is no /proc.
fn thread_nanos() -> u64 {
    // The system counts what is running only when it may run something else.
    std::thread::yield_now();
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let told = told.and_then(|text| text.split(' ').next()?.parse().ok());
    told.unwrap_or_else(|| {
        let since = std::time::SystemTime::UNIX_EPOCH.elapsed();
        since.map_or(0, |since| since.as_nanos() as u64)
    })
}

fn compiled(one: &Body) -> Compiled {
    let bundle = Bundle::new(bodies::files(one)).unwrap();
    let zone = Zone {
        name: "UTC".into(),
        ..Zone::default()
    };
    compile(&bundle, &mut Names::default(), zone)
        .unwrap_or_else(|found| panic!("{}: {found:?}", one.of))
}

fn scene(policy: &Compiled) -> Arc<Scene> {
    let line = |number| LineFacts {
        is_discountable: true,
        number,
        sku: "LATTE".into(),
        category: "coffee".into(),
        tags: vec!["new".into(), "warm".into()],
        qty: Qty(2000),
        amount: Money(2900),
        earning: Money(2900),
        returned: Qty(0),
        free: Qty(0),
    };
    let purchase = PurchaseFacts {
        total: Money(1_450_000),
        earning: Money(1_450_000),
        digits: 2,
        lines: (1..=500).map(line).collect(),
        tenders: vec![TenderFacts {
            kind: "cash".into(),
            amount: Money(1),
        }],
        store: "mitte".into(),
        codes: (0..20).map(|n| format!("CODE{n}")).collect(),
        ..PurchaseFacts::default()
    };
    Arc::new(Scene {
        purchase,
        activity: ActivityFacts {
            id: "run".into(),
            fields: vec![("km".into(), Value::Int(5))],
            label: "a run".into(),
        },
        base: vec![BaseAward {
            unit: "star".into(),
            amount: 5.into(),
            lines: vec![1.into(); 500],
        }],
        seed: Some([3; 32]),
        has_member: true,
        given: vec![Value::Text("x".repeat(64)); policy.facts().len()],
        ..Scene::default()
    })
}

/// The nanoseconds of a step, in the best of some rounds.
fn step(one: &Body, rounds: u32) -> f64 {
    let policy = compiled(one);
    let scene = scene(&policy);
    let hook = Hook::ALL.into_iter().find(|hook| hook.name() == one.hook);
    let mut best = f64::MAX;
    for _ in 0..rounds {
        let steps = Steps::new(OPERATIONS_MAX);
        let begun = thread_nanos();
        let ran = policy.run(0, hook.unwrap(), &scene, &steps);
        let spent = thread_nanos() - begun;
        let taken = OPERATIONS_MAX - steps.left();
        if taken < OPERATIONS_MAX {
            println!("{:<30} ends after {taken} steps: {ran:?}", one.of);
        }
        best = best.min(spent as f64 / taken as f64);
    }
    best
}

fn measure() -> bool {
    let rounds = std::env::args().filter_map(|word| word.parse().ok()).next();
    let rounds = rounds.unwrap_or(5);
    let plain = step(&PLAIN, rounds * 4);
    let mut all: Vec<(f64, &Body)> = BODIES.iter().map(|one| (step(one, rounds), one)).collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    println!("a plain step takes {plain:.0} ns; beside it:");
    for (nanos, one) in &all {
        println!(
            "{:>6.2}  {:<30} {} {}",
            nanos / plain,
            one.of,
            &one.before[..one.before.len().min(24)],
            one.body
        );
    }
    let worst = all.first().map_or(plain, |one| one.0);
    let wait = worst * DECISION_STEPS_MAX as f64 / 1e6;
    println!(
        "the most a decision's scripts take: {wait:.1} ms ({DECISION_STEPS_MAX} steps), at most {WAIT_MAX}"
    );
    wait <= WAIT_MAX
}

fn main() -> ExitCode {
    let thread = std::thread::Builder::new()
        .stack_size(STACK_LEN)
        .spawn(measure);
    match thread.unwrap().join() {
        Ok(true) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
