//! A week of a shop, simulated: three tills and an office as processes, a web shop over
//! HTTP, and kills of any of them and of the service at random. What each till counted
//! for itself is what the ledger says of its day, and the ledger verifies.

use super::service::{Service, binary, shop, stampbook};
use crate::dice::Dice;
use crate::process::shim;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

/// What a till counted for itself on a day.
#[derive(Clone, Copy, Default, PartialEq, Debug)]
struct Count {
    sales: u64,
    cents: u64,
    returns: u64,
    returned_cents: u64,
    voids: u64,
}

/// A till's process: a session through the service.
struct Process {
    child: Child,
    lines: ChildStdin,
    answers: BufReader<ChildStdout>,
    /// True once it has answered, and so is connected.
    is_heard: bool,
}

impl Process {
    fn start(dir: &Path) -> Process {
        let mut child = binary(dir, &["session"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (lines, answers) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let answers = BufReader::new(answers);
        Process {
            child,
            lines,
            answers,
            is_heard: false,
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Till {
    name: &'static str,
    process: Option<Process>,
    number: u64,
    today: Count,
    /// Keys of sales that were neither returned nor undone, with their cents.
    open: Vec<(String, u64)>,
    /// What was sent and not answered yet.
    asked: Option<(Value, Kind)>,
}

#[derive(Clone, Debug)]
enum Kind {
    Sale(u64),
    Return(u64),
    Void,
}

struct Week {
    service: Option<Service>,
    env: Vec<(String, String)>,
    dice: Dice,
    kills: BTreeMap<&'static str, u64>,
}

impl Week {
    fn service(&self) -> &Service {
        self.service.as_ref().unwrap()
    }

    /// Kills the service as it is, and starts it again.
    fn kill_service(&mut self, tills: &mut [Till]) {
        let dir = self.service.take().unwrap().kill();
        *self.kills.entry("service").or_default() += 1;
        // A session that finds no service opens the ledger itself, and would keep it.
        for till in tills {
            till.process = till.process.take().filter(|process| process.is_heard);
        }
        self.service = Some(Service::over_with(dir, &[], &self.env));
    }

    fn next(&mut self, till: &mut Till) -> (Value, Kind) {
        till.number += 1;
        let key = format!("{}/{:06}", till.name, till.number);
        let place = |mut command: Value| {
            command["store"] = json!("mitte");
            command["terminal"] = json!(till.name);
            command["counter"] = json!(till.number);
            command
        };
        let roll = self.dice.next() % 10;
        if roll < 2 && !till.open.is_empty() {
            let at = (self.dice.next() as usize) % till.open.len();
            let (of, cents) = till.open.swap_remove(at);
            return match roll {
                0 => (
                    place(json!({"do":"return","key":key,"of":of,"all":true})),
                    Kind::Return(cents),
                ),
                _ => (
                    place(json!({"do":"void","key":key,"of":of,"reason":"rung up twice"})),
                    Kind::Void,
                ),
            };
        }
        let cents = 100 + self.dice.next() % 3000;
        let card = self.dice.next() % 40;
        let total = format!("{}.{:02}", cents / 100, cents % 100);
        let sale = json!({"do":"purchase","key":key,"member":format!("card:{card}"),"total":total,"enrol":true});
        (place(sale), Kind::Sale(cents))
    }

    /// Sends what a till has to send; true if a process ended on the way.
    fn ask(&mut self, till: &mut Till) {
        let dir = self.service().dir.path().to_owned();
        if till.asked.is_none() {
            till.asked = Some(self.next(till));
        }
        let (command, _) = till.asked.clone().unwrap();
        let process = till.process.get_or_insert_with(|| Process::start(&dir));
        if writeln!(process.lines, "{command}")
            .and_then(|()| process.lines.flush())
            .is_err()
        {
            till.process = None;
        }
    }

    /// Reads a till's answer; where it is lost, the same is sent again later.
    fn hear(&mut self, till: &mut Till, seed: u64) {
        let mut line = String::new();
        let read = till
            .process
            .as_mut()
            .map(|p| p.answers.read_line(&mut line));
        if !matches!(read, Some(Ok(1..))) || !line.ends_with('\n') {
            till.process = None;
            return;
        }
        if let Some(process) = &mut till.process {
            process.is_heard = true;
        }
        let told: Value = serde_json::from_str(&line).unwrap();
        if ["io", "busy", "internal"]
            .iter()
            .any(|code| told["code"] == *code)
        {
            // The service went away below the session: not known, so once more.
            till.process = None;
            return;
        }
        let (command, kind) = till.asked.take().unwrap();
        assert_eq!(told["ok"], true, "seed {seed}: {command}: {told}");
        match kind {
            Kind::Sale(cents) => {
                till.today.sales += 1;
                till.today.cents += cents;
                let key = command["key"].as_str().unwrap().to_owned();
                till.open.push((key, cents));
            }
            Kind::Return(cents) => {
                till.today.returns += 1;
                till.today.returned_cents += cents;
            }
            Kind::Void => till.today.voids += 1,
        }
    }
}

fn cents(money: &Value) -> u64 {
    let money = money.as_str().unwrap();
    let (whole, part) = money.split_once('.').unwrap_or((money, "00"));
    whole.parse::<u64>().unwrap() * 100 + part.parse::<u64>().unwrap()
}

/// `STAMPBOOK_SEED` and `STAMPBOOK_WEEK` (commands of a till in a day) for other weeks.
// proves: KEEP15
#[test]
fn a_week_of_three_tills_an_office_and_a_web_shop_ties_to_their_own_totals() {
    let number = |name: &str, usual: u64| std::env::var(name).map_or(usual, |n| n.parse().unwrap());
    let (seed, count) = (number("STAMPBOOK_SEED", 12), number("STAMPBOOK_WEEK", 8));
    let dir = shop();
    let path = dir.path().join("programme/programme.toml");
    let programme = std::fs::read_to_string(&path).unwrap();
    let stores = "\"till-1\", \"till-2\", \"till-3\"]\n\n[[store]]\nid = \"web\"\n";
    let programme = programme.replacen("\"till-1\", \"till-2\"]", stores, 1);
    assert!(programme.contains("till-3"), "{programme}");
    std::fs::write(&path, programme).unwrap();
    let activated = stampbook(dir.path(), &["policy", "activate", "programme"]);
    assert!(activated.status.success(), "{activated:?}");
    let clock = dir.path().join("clock");
    std::fs::write(&clock, format!("{:020}", 0)).unwrap();
    let mut env = Vec::new();
    match shim() {
        Ok(shim) => {
            let all = [
                ("LD_PRELOAD", shim.display().to_string()),
                ("FAULT_CLOCK", clock.display().to_string()),
            ];
            env.extend(all.map(|(name, value)| (name.to_owned(), value)));
        }
        Err(why) => println!("all on one day: {why}"),
    }
    let days = if env.is_empty() { 1 } else { 7 };
    let service = Some(Service::over_with(dir, &[], &env));
    let mut week = Week {
        service,
        env,
        dice: Dice::new(seed),
        kills: BTreeMap::new(),
    };
    let mut tills = ["till-1", "till-2", "till-3"].map(|name| Till {
        name,
        process: None,
        number: 0,
        today: Count::default(),
        open: Vec::new(),
        asked: None,
    });
    let mut orders = 0;
    for day in 0..days {
        let text = format!("{:020}", day * 86_400);
        // In place: the running service reads it.
        let path = week.service().dir.path().join("clock");
        std::fs::write(path, text).unwrap();
        // The office in the morning.
        let dir = week.service().dir.path().to_owned();
        let morning = stampbook(&dir, &["daily"]);
        assert!(morning.status.success(), "seed {seed}: {morning:?}");
        let mut web = Count::default();
        for _ in 0..count {
            for till in &mut tills {
                week.ask(till);
            }
            match week.dice.next() % 12 {
                0 => week.kill_service(&mut tills),
                1 | 2 => {
                    let at = (week.dice.next() % 3) as usize;
                    // Before its answer is read.
                    tills[at].process = None;
                    *week.kills.entry("till").or_default() += 1;
                }
                _ => {}
            }
            for till in &mut tills {
                week.hear(till, seed);
            }
            // An order of the web shop, sent again until it is answered.
            orders += 1;
            let cents = 500 + week.dice.next() % 5000;
            let total = format!("{}.{:02}", cents / 100, cents % 100);
            let order = json!({"do":"purchase","key":format!("web/{orders}"),"order":format!("W{orders}"),"channel":"web","store":"web","member":"mail:a@example.org","total":total,"enrol":true});
            let is_killed = week.dice.next().is_multiple_of(15);
            let mut client = week.service().connect();
            let head = client.head("POST", "/v1/commands", order.to_string().len());
            client.write(format!("{head}{order}").as_bytes()).unwrap();
            if is_killed {
                week.kill_service(&mut tills);
            }
            let mut told = client.read();
            while told.as_ref().is_none_or(|told| told.status >= 500) {
                told = week
                    .service()
                    .connect()
                    .try_post("/v1/commands", &order.to_string());
            }
            assert_eq!(told.unwrap().status, 200, "seed {seed}: {order}");
            web.sales += 1;
            web.cents += cents;
        }
        // The end of the day: what was not answered is sent once more.
        for till in &mut tills {
            while till.asked.is_some() {
                week.ask(till);
                week.hear(till, seed);
            }
        }
        for (store, terminal, own) in tills
            .iter()
            .map(|till| ("mitte", Some(till.name), till.today))
            .chain([("web", None, web)])
        {
            let mut args = vec!["--json", "day", "--store", store];
            args.extend(terminal.iter().flat_map(|name| ["--terminal", name]));
            let told = stampbook(&dir, &args);
            let z: Value = serde_json::from_slice(&told.stdout).unwrap();
            let ledger = Count {
                sales: z["sales"]["count"].as_u64().unwrap(),
                cents: cents(&z["sales"]["money"]),
                returns: z["returns"]["count"].as_u64().unwrap(),
                returned_cents: cents(&z["returns"]["money"]),
                voids: z["voided_sales"]["count"].as_u64().unwrap(),
            };
            assert_eq!(
                ledger, own,
                "seed {seed}, day {day}, {store} {terminal:?}: {z}"
            );
            if terminal.is_some() {
                assert_eq!(z["counters"][0]["missing"], 0, "{z}");
            }
        }
        for till in &mut tills {
            till.today = Count::default();
        }
    }
    println!(
        "seed {seed}: {days} days, {orders} orders, kills {:?}",
        week.kills
    );
    drop(tills);
    let (dir, code) = week.service.take().unwrap().stop();
    assert_eq!(code, Some(0));
    let audit = stampbook(dir.path(), &["audit", "verify"]);
    assert!(audit.status.success(), "seed {seed}: {audit:?}");
}
