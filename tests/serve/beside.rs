//! A till beside commands that take long: its sales are answered while they are unfinished,
//! and how long they take is told as a ratio to the same till alone, in one run.

use super::commands::sale;
use super::service::{Client, Service, binary, check_ledger};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// Rows of the file that is imported: `STAMPBOOK_ROWS=100000` for a long one.
fn rows() -> usize {
    std::env::var("STAMPBOOK_ROWS").map_or(2_000, |n| n.parse().unwrap())
}

struct Till {
    client: Client,
    number: usize,
}

impl Till {
    fn sell(&mut self) -> Duration {
        self.number += 1;
        let begun = Instant::now();
        let told = self
            .client
            .post("/v1/commands", &sale(&format!("k{}", self.number)));
        assert_eq!(told.status, 200, "{told:?}");
        begun.elapsed()
    }

    /// Sells until a command has ended; times of the sales that were answered before.
    fn beside(&mut self, command: &mut Child) -> Vec<Duration> {
        let mut took = Vec::new();
        loop {
            let one = self.sell();
            if let Some(status) = command.try_wait().unwrap() {
                assert!(status.success(), "{status}");
                return took;
            }
            took.push(one);
        }
    }
}

fn at(took: &mut [Duration], thousandth: usize) -> Duration {
    took.sort_unstable();
    took[(took.len() * thousandth / 1000).min(took.len() - 1)]
}

// proves: KEEP21
#[test]
fn a_till_sells_beside_every_long_command() {
    let service = Service::start(&["--no-daily"]);
    let dir = service.dir.path();
    let line = |n: usize| format!("card:{},{}.00,{}\n", n % 300, n % 9 + 1, n);
    let sales: String = (0..rows()).map(line).collect();
    std::fs::write(dir.join("sales.csv"), format!("WHO,SUM,NO\n{sales}")).unwrap();
    let mut till = Till {
        client: service.connect(),
        number: 0,
    };
    let mut alone: Vec<Duration> = (0..300).map(|_| till.sell()).collect();
    let (half, most) = (at(&mut alone, 500), at(&mut alone, 990));
    println!("alone: p50 {half:?}, p99 {most:?}");
    let map = "member=WHO,total=SUM,key=NO";
    let (from, to) = ("2026-01-01", "2027-12-31");
    let simulate = [
        "policy",
        "simulate",
        "programme",
        "--from",
        from,
        "--to",
        to,
    ];
    let commands = [
        vec!["import", "sales.csv", "--map", map, "--enrol"],
        vec!["member", "erase", "card:7", "--reason", "asked", "--yes"],
        vec!["day"],
        vec!["daily"],
        vec!["members"],
        vec!["report", "all"],
        vec!["export", "tables", "tables"],
        simulate.to_vec(),
    ];
    for words in commands {
        let mut command = binary(dir, &words);
        let mut command = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let begun = Instant::now();
        let mut took = till.beside(&mut command);
        let ran = begun.elapsed();
        assert!(!took.is_empty(), "no sale was answered beside {words:?}");
        let (half_beside, most_beside) = (at(&mut took, 500), at(&mut took, 990));
        let longest = took.last().unwrap();
        println!(
            "beside {} {} ({ran:?}, {} sales): p50 {half_beside:?}, p99 {most_beside:?} ({:.1} of alone), longest {longest:?}",
            words[0],
            words[1.min(words.len() - 1)],
            took.len(),
            most_beside.as_secs_f64() / most.as_secs_f64(),
        );
    }
    let (dir, code) = service.stop();
    assert_eq!(code, Some(0));
    check_ledger(dir.path());
}
