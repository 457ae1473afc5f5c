//! The service on a machine that fails it: a slow or full disk, a clock that steps, a
//! book that is deleted, more connections than tills.

use super::commands::sale;
use super::service::{Client, Service, check_ledger, shop, stampbook};
use crate::process::shim;
use serde_json::Value;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Environment of a process under the shim, with the folder whose files count.
fn shimmed(dir: &Path, more: &[(&str, &str)]) -> Option<Vec<(String, String)>> {
    let shim = match shim() {
        Ok(shim) => shim.display().to_string(),
        Err(why) => {
            println!("not run: {why}");
            return None;
        }
    };
    let own = [
        ("LD_PRELOAD", shim),
        ("FAULT_ROOT", dir.display().to_string()),
    ];
    let more = more
        .iter()
        .map(|(name, value)| (*name, (*value).to_owned()));
    let all = own.into_iter().chain(more);
    Some(all.map(|(name, value)| (name.to_owned(), value)).collect())
}

fn balance(service: &Service, member: &str) -> Value {
    let asked = format!(r#"{{"ask":"balance","member":"{member}"}}"#);
    service.post("/v1/questions", &asked).json()["now"]["balance"].clone()
}

/// `STAMPBOOK_CONNECTIONS=10000` for the whole; the limit of open files must allow it.
// proves: KEEP7
#[test]
fn more_connections_than_tills_are_kept_and_the_tills_among_them_served() {
    let count = std::env::var("STAMPBOOK_CONNECTIONS").map_or(300, |n| n.parse().unwrap());
    let service = Service::start(&["--connections-max", "12000", "--patience", "600"]);
    assert_eq!(service.post("/v1/commands", &sale("k")).status, 200);
    let before = service.handles();
    let mut held: Vec<Client> = Vec::with_capacity(count);
    for n in 0..count {
        let mut client = service.connect();
        if n % 50 == 0 {
            assert_eq!(client.get("/healthz").status, 200, "connection {n}");
        }
        held.push(client);
    }
    for (n, client) in held.iter_mut().enumerate().step_by(97) {
        let told = client.post("/v1/commands", &sale(&format!("k{n}")));
        assert_eq!(told.status, 200, "connection {n}: {told:?}");
    }
    assert!(service.handles() >= count, "{}", service.handles());
    println!("{count} connections: {} kB", service.memory_kb());
    drop(held);
    // Until it has noticed that they are gone, and no longer.
    while service.handles() > before + 3 {
        assert_eq!(service.post("/v1/commands", &sale("k")).status, 200);
    }
    let (dir, code) = service.stop();
    assert_eq!(code, Some(0));
    check_ledger(dir.path());
}

// proves: KEEP8
#[test]
fn the_book_deleted_under_the_service_loses_nothing() {
    let service = Service::start(&[]);
    let book = |what: &str| service.dir.path().join("ledger").join(what);
    let mut booked = 0;
    for what in ["book", "keys", "copies"] {
        for n in 0..40 {
            let told = service.post("/v1/commands", &sale(&format!("{what}/{n}")));
            assert_eq!(told.status, 200, "{what}: {told:?}");
            booked += 1;
            if n == 20 {
                std::fs::remove_dir_all(book(what)).unwrap();
            }
        }
    }
    // Retries are known as well.
    for what in ["book", "keys", "copies"] {
        let told = service
            .post("/v1/commands", &sale(&format!("{what}/3")))
            .json();
        assert_eq!(told["repeated"], true, "{told}");
    }
    let held = balance(&service, "card:1");
    let (dir, _) = service.stop();
    let again = Service::over(dir, &[]);
    assert_eq!(balance(&again, "card:1"), held);
    for n in 0..40 {
        let told = again
            .post("/v1/commands", &sale(&format!("keys/{n}")))
            .json();
        assert_eq!(told["repeated"], true, "{told}");
    }
    let day = again.post("/v1/questions", r#"{"ask":"day"}"#).json();
    assert_eq!(day["sales"]["count"], booked, "{day}");
    let (dir, code) = again.stop();
    assert_eq!(code, Some(0));
    check_ledger(dir.path());
}

/// Syncs take a quarter of a second: commands of many tills share them, and what needs
/// no disk does not wait.
// proves: KEEP9
#[test]
fn a_slow_disk_is_shared_and_holds_up_only_what_is_booked() {
    let dir = shop();
    let Some(env) = shimmed(&dir.path().join("ledger"), &[("FAULT_SLOW", "250000")]) else {
        return;
    };
    let service = Service::over_with(dir, &[], &env);
    let answered = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for till in 0..16 {
            let (service, answered) = (&service, &answered);
            scope.spawn(move || {
                let mut client = service.connect();
                for n in 0..3 {
                    let told = client.post("/v1/commands", &sale(&format!("{till}/{n}")));
                    assert_eq!(told.status, 200, "{told:?}");
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        // While the first sync is under way, which none of them is answered before.
        let mut other = service.connect();
        let mut beside = 0;
        while answered.load(Ordering::Relaxed) == 0 {
            assert_eq!(other.get("/healthz").status, 200);
            beside += 1;
        }
        assert!(beside > 3, "{beside} beside a sync");
    });
    let metrics = service.connect().get("/metrics").body;
    let figure = |name: &str| -> f64 {
        let line = metrics.lines().find(|l| l.starts_with(name));
        let line = line.unwrap_or_else(|| panic!("{name}: {metrics}"));
        line.rsplit(' ').next().unwrap().parse().unwrap()
    };
    let (commands, groups) = (
        figure("stampbook_commands_total"),
        figure("stampbook_syncs_total"),
    );
    assert!(
        commands >= 48.0 && groups < commands / 2.0,
        "{commands} in {groups}"
    );
    let (dir, code) = service.stop();
    assert_eq!(code, Some(0));
    check_ledger(dir.path());
}

/// Syncs take a second: until the first sale is answered, questions are, from what was
/// durable before it.
// proves: KEEP20
#[test]
fn questions_do_not_wait_for_the_disk_and_see_what_is_durable() {
    let dir = shop();
    let Some(env) = shimmed(&dir.path().join("ledger"), &[("FAULT_SLOW", "1000000")]) else {
        return;
    };
    let service = Service::over_with(dir, &[], &env);
    let ask = |client: &mut Client, question: &str| client.post("/v1/questions", question).json();
    assert_eq!(service.post("/v1/commands", &sale("k0")).status, 200);
    let before = balance(&service, "card:1");
    let is_answered = AtomicBool::new(false);
    let mut asked = 0;
    std::thread::scope(|scope| {
        let (service, is_answered) = (&service, &is_answered);
        scope.spawn(move || {
            for n in 1..4 {
                let told = service
                    .connect()
                    .post("/v1/commands", &sale(&format!("k{n}")));
                assert_eq!(told.status, 200, "{told:?}");
                is_answered.store(true, Ordering::Release);
            }
        });
        let mut other = service.connect();
        loop {
            let now = ask(&mut other, r#"{"ask":"balance","member":"card:1"}"#);
            let found = ask(&mut other, r#"{"ask":"find","key":"k1"}"#);
            let bill =
                r#"{"ask":"lookup","member":"card:1","command":{"do":"purchase","total":"3.00"}}"#;
            let looked = ask(&mut other, bill);
            let quoted = other.post(
                "/v1/quote",
                r#"{"do":"purchase","member":"card:1","total":"3.00"}"#,
            );
            if is_answered.load(Ordering::Acquire) {
                break;
            }
            asked += 4;
            assert_eq!(now["now"]["balance"], before, "{now}");
            assert_eq!(found["ok"], false, "{found}");
            assert_eq!(looked["now"]["balance"], before, "{looked}");
            assert_eq!(quoted.json()["ok"], true, "{quoted:?}");
        }
    });
    assert!(asked >= 8, "{asked} beside a sync");
    let now = balance(&service, "card:1");
    assert_ne!(now, before);
    let (dir, code) = service.stop();
    assert_eq!(code, Some(0));
    check_ledger(dir.path());
}

/// A write at which the disk is full once, at other places each time.
// proves: KEEP10
#[test]
fn a_disk_that_is_full_for_a_moment_loses_nothing_answered_and_goes_on() {
    for kind in ["enospc", "eio"] {
        for at in [3, 11, 24, 60, 111] {
            let dir = shop();
            let at = at.to_string();
            let faults = [("FAULT_KIND", kind), ("FAULT_AT", at.as_str())];
            let Some(env) = shimmed(&dir.path().join("ledger"), &faults) else {
                return;
            };
            // It may be full as it opens: then it ends, and says so.
            let Some(service) = Service::try_over(dir, &[], &env) else {
                continue;
            };
            let (mut answered, mut failed) = (Vec::new(), 0);
            for n in 0..40 {
                let key = format!("k{n}");
                let told = service.post("/v1/commands", &sale(&key));
                match told.status {
                    200 => answered.push(key),
                    status => {
                        assert!(
                            [500, 503, 507].contains(&status),
                            "{kind} at {at}: {told:?}"
                        );
                        assert_eq!(told.json()["ok"], false);
                        failed += 1;
                    }
                }
            }
            // The same again, until it is open again: what was booked is told, once.
            for n in 0..40 {
                let key = format!("k{n}");
                let mut told = service.post("/v1/commands", &sale(&key));
                while told.status != 200 {
                    told = service.post("/v1/commands", &sale(&key));
                }
                let is_repeated = told.json()["repeated"] == true;
                assert!(
                    is_repeated || !answered.contains(&key),
                    "{kind} at {at}: {key}"
                );
            }
            let day = service.post("/v1/questions", r#"{"ask":"day"}"#).json();
            assert_eq!(
                day["sales"]["count"], 40,
                "{kind} at {at}, {failed} failed: {day}"
            );
            let (dir, _) = service.stop();
            check_ledger(dir.path());
        }
    }
}

/// Steps of the clock, forth and back, while tills sell.
// proves: KEEP11
#[test]
fn a_clock_that_steps_is_told_and_never_goes_back_in_the_ledger() {
    let dir = shop();
    let clock = dir.path().join("clock");
    let set = |seconds: i64| std::fs::write(&clock, format!("{seconds:020}")).unwrap();
    set(0);
    let path = clock.display().to_string();
    let Some(env) = shimmed(&dir.path().join("nothing"), &[("FAULT_CLOCK", &path)]) else {
        return;
    };
    let service = Service::over_with(dir, &[], &env);
    let clock = service.dir.path().join("clock");
    let set = |seconds: i64| std::fs::write(&clock, format!("{seconds:020}")).unwrap();
    let day = 86_400;
    let mut last = String::new();
    for (n, (seconds, status, code)) in [
        (0, 200, ""),
        (-3600, 200, ""),
        (-40 * day, 200, ""),
        (2 * day, 200, ""),
        (2 * day - 7200, 200, ""),
        (90 * day, 400, "clock_jumped"),
        (2 * day, 200, ""),
        (3 * day, 200, ""),
    ]
    .into_iter()
    .enumerate()
    {
        set(seconds);
        let told = service.post("/v1/commands", &sale(&format!("k{n}")));
        let json = told.json();
        let found = json["code"].as_str().unwrap_or_default();
        assert_eq!(
            (told.status, found),
            (status, code),
            "step {n} to {seconds}: {told:?}"
        );
        if told.status == 200 {
            // Its own instant never goes back, whatever the machine's does.
            let instant = json["effective"].as_str().or(json["at"].as_str());
            let instant = instant.unwrap_or_default().to_owned();
            assert!(instant >= last, "step {n}: {instant} after {last}");
            last = instant;
        }
    }
    set(3 * day);
    let (dir, code) = service.stop();
    assert_eq!(code, Some(0));
    check_ledger(dir.path());
}

/// Many tills with one token while it is revoked: each answer is a sale or a refusal,
/// and none after the refusal is a sale.
// proves: KEEP12
#[test]
fn a_token_revoked_in_mid_stream_ends_all_its_tills_between_two_requests() {
    let service = Service::start(&[]);
    let dir = service.dir.path();
    let made = stampbook(dir, &["--json", "token", "create", "--role", "till"]);
    let made: Value = serde_json::from_slice(&made.stdout).unwrap();
    let (id, secret) = (
        made["id"].as_str().unwrap(),
        made["token"].as_str().unwrap(),
    );
    let answered = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for till in 0..6 {
            let (service, answered) = (&service, &answered);
            scope.spawn(move || {
                let mut client = service.connect_as(secret);
                let mut is_out = 0;
                for n in 0.. {
                    let list: Vec<_> = (0..5).map(|i| sale(&format!("{till}/{n}/{i}"))).collect();
                    let told = client.post("/v1/commands", &format!("[{}]", list.join(",")));
                    match told.status {
                        200 => {
                            assert_eq!(is_out, 0, "a sale behind a refusal");
                            let all = told.json()["answers"].as_array().unwrap().clone();
                            assert!(all.iter().all(|answer| answer["ok"] == true));
                            answered.fetch_add(all.len() as u64, Ordering::Relaxed);
                        }
                        401 => is_out += 1,
                        other => panic!("{other}: {told:?}"),
                    }
                    if is_out == 3 {
                        return;
                    }
                }
            });
        }
        while answered.load(Ordering::Relaxed) < 100 {
            std::thread::yield_now();
        }
        let revoked = stampbook(dir, &["token", "revoke", id]);
        assert!(revoked.status.success(), "{revoked:?}");
    });
    let day = service.post("/v1/questions", r#"{"ask":"day"}"#).json();
    assert_eq!(
        day["sales"]["count"],
        answered.load(Ordering::Relaxed),
        "{day}"
    );
}

/// A busy day in accelerated time: `STAMPBOOK_SOAK=600` for ten minutes of it. Memory
/// and handles must not grow, nor answers take longer.
// proves: KEEP13
#[test]
fn a_busy_day_leaves_memory_handles_and_answers_as_they_were() {
    use std::time::{Duration, Instant};
    let seconds: u64 = std::env::var("STAMPBOOK_SOAK").map_or(4, |n| n.parse().unwrap());
    let is_long = seconds >= 60;
    let service = Service::start(&[]);
    let begun = Instant::now();
    let part = Duration::from_millis(seconds * 100);
    let mut rows = Vec::new();
    let number = AtomicU64::new(0);
    for tenth in 0..10 {
        let until = part * (tenth + 1);
        let mut took: Vec<Duration> = std::thread::scope(|scope| {
            let tills: Vec<_> = (0..4)
                .map(|till| {
                    let (service, number) = (&service, &number);
                    scope.spawn(move || {
                        // A till that comes and goes: a connection for each tenth.
                        let (mut client, mut took) = (service.connect(), Vec::new());
                        while begun.elapsed() < until {
                            let n = number.fetch_add(1, Ordering::Relaxed);
                            let card = n % 2000;
                            let body = match n % 8 {
                                0 => format!(r#"{{"ask":"lookup","member":"card:{card}","command":{{"do":"purchase","total":"3.00"}}}}"#),
                                7 => format!(r#"{{"do":"return","key":"r{n}","of":"s{}","all":true}}"#, n - 1),
                                _ => format!(r#"{{"do":"purchase","key":"s{n}","member":"card:{card}","total":"4.20","enrol":true,"store":"mitte","terminal":"till-{}"}}"#, till % 2 + 1),
                            };
                            let path = if n % 8 == 0 { "/v1/questions" } else { "/v1/commands" };
                            let asked = Instant::now();
                            let told = client.post(path, &body);
                            took.push(asked.elapsed());
                            // A return may come before its sale, a member be new: refused.
                            assert!([200, 404, 409, 422].contains(&told.status), "{told:?}");
                        }
                        took
                    })
                })
                .collect();
            tills
                .into_iter()
                .flat_map(|till| till.join().unwrap())
                .collect()
        });
        took.sort_unstable();
        let at = |share: usize| took[(took.len() * share / 1000).min(took.len() - 1)];
        rows.push((
            took.len(),
            at(500),
            at(990),
            service.memory_kb(),
            service.handles(),
        ));
    }
    for (tenth, (count, half, most, memory, handles)) in rows.iter().enumerate() {
        println!(
            "{tenth} requests {count} p50 {half:?} p99 {most:?} memory {memory} kB handles {handles}"
        );
    }
    let handles: Vec<usize> = rows.iter().map(|row| row.4).collect();
    let (least, most) = (handles.iter().min().unwrap(), handles.iter().max().unwrap());
    assert!(most - least < 12, "{handles:?}");
    if is_long {
        // The first tenths fill caches that have a bound.
        let (warm, last) = (rows[4].3, rows[9].3);
        assert!(last < warm + warm / 4, "{warm} kB, then {last} kB");
        let median = |rows: &[(usize, Duration, Duration, u64, usize)]| {
            let mut halves: Vec<_> = rows.iter().map(|row| row.1).collect();
            halves.sort_unstable();
            halves[halves.len() / 2]
        };
        let (early, late) = (median(&rows[..4]), median(&rows[6..]));
        assert!(late < early * 2, "{early:?}, then {late:?}");
    }
    let (dir, code) = service.stop();
    assert_eq!(code, Some(0));
    check_ledger(dir.path());
}
