//! Kills and power cuts at each write.

use super::*;
use crate::storage::journal::memory::{self, Fault, Memory};

fn opened(disk: &Memory) -> Result<Queue, QueueError> {
    let opening = Opening {
        is_unclean: true,
        is_thorough: true,
        ..Opening::default()
    };
    let (journal, ending) = memory::open(disk, &opening)?;
    Queue::read(journal, ending, Zeroizing::new([7; 32]))
}

fn made() -> Memory {
    let disk = Memory::new();
    let journal = memory::create(&disk, &Opening::default()).unwrap();
    let mut queue = Queue::assemble(journal, Zeroizing::new([7; 32]), Setup::default()).unwrap();
    let setup = Setup {
        terminal: "till-1".into(),
        digits: 2,
        ..Setup::default()
    };
    queue.append(&[Entry::Begun(setup)]).unwrap();
    disk
}

fn sale(n: usize) -> String {
    format!(r#"{{"do":"purchase","key":"k{n}","total":"{n}.00"}}"#)
}

#[test]
fn whatever_a_queue_answered_survives_a_power_cut_at_any_write() {
    let whole = made();
    let before = whole.operations();
    let mut queue = opened(&whole).unwrap();
    for n in 1..=4 {
        queue.push(sale(n).as_bytes(), Instant(0)).unwrap();
    }
    let steps = whole.operations() - before;
    assert!(steps >= 8, "{steps}");
    for at in 0..steps + 8 {
        for (fault, keeps) in [
            (Fault::Before, false),
            (Fault::After, true),
            (Fault::Torn(700), true),
            (Fault::Torn(100), false),
        ] {
            let disk = made();
            let mut queue = opened(&disk).unwrap();
            disk.fail_at(disk.operations() + at, fault);
            let mut answered = 0;
            for n in 1..=4 {
                match queue.push(sale(n).as_bytes(), Instant(0)) {
                    Ok(_) => answered = n,
                    Err(_) => break,
                }
            }
            disk.cut_power(|| keeps);
            let mut queue = opened(&disk).unwrap_or_else(|e| panic!("{at} {fault:?}: {e}"));
            let kept = queue.queued().len();
            assert!(
                (answered..=answered + 1).contains(&kept),
                "{at} {fault:?}: {answered}, {kept}"
            );
            // The till sends again what it got no answer to, and goes on.
            for n in 1..=5 {
                queue.push(sale(n).as_bytes(), Instant(0)).unwrap();
            }
            let keys: Vec<&str> = queue.queued().iter().map(Queued::key).collect();
            assert_eq!(keys, ["k1", "k2", "k3", "k4", "k5"]);
        }
    }
}

#[test]
fn answers_that_were_not_kept_are_asked_for_again() {
    let disk = made();
    let mut queue = opened(&disk).unwrap();
    for n in 1..=3 {
        queue.push(sale(n).as_bytes(), Instant(0)).unwrap();
    }
    let mut sent = Vec::new();
    let stopped: Result<Drained, QueueError> = drain(&mut queue, |lines| {
        sent.extend(lines.to_vec());
        Err(QueueError::Busy("gone".into()))
    });
    assert!(stopped.is_err() && queue.counts() == (3, 0, 0));
    let answer = |json: &String| {
        let key = json
            .split('"')
            .nth(json.split('"').position(|p| p == "key").unwrap() + 2);
        Answer::from(crate::answer::Accepted::new(key.unwrap(), Some(9)))
    };
    let done: Result<Drained, QueueError> = drain(&mut queue, |lines| {
        assert_eq!(lines, &sent[..]);
        Ok(lines.iter().map(answer).collect())
    });
    assert_eq!(done.unwrap().done, 3);
    drop(queue);
    assert_eq!(opened(&disk).unwrap().counts(), (0, 3, 0));
}

#[test]
fn an_allowance_is_spent_once_and_up_to_its_end() {
    let disk = made();
    let mut queue = opened(&disk).unwrap();
    let wanted = Wanted {
        member: "card:1".into(),
        unit: "star".into(),
        points: "30".into(),
        until: "1970-01-01T00:01:00Z".into(),
    };
    let (allowance, command) = queue.prepare_allowance(&wanted, Instant(0)).unwrap();
    assert!(
        command.contains(r#""until":"1970-01-31T00:01:00Z""#),
        "{command}"
    );
    assert!(
        queue
            .prepare_allowance(&wanted, Instant(60_000_000))
            .is_err()
    );
    let sale = |n: usize, points: &str, key: &str| {
        format!(
            r#"{{"do":"purchase","key":"k{n}","member":"card:1","total":"9.00","tenders":[{{"kind":"points","unit":"star","points":{points},"amount":"1.00"{key}}}]}}"#
        )
    };
    let push = |queue: &mut Queue, line: String, at: i64| {
        queue.push(line.as_bytes(), Instant(at)).map(|_| ())
    };
    assert!(push(&mut queue, sale(1, "10", ""), 1).is_err());
    queue.keep_allowance(allowance.clone()).unwrap();
    let hold = format!(r#","hold":"{}""#, allowance.key);
    push(&mut queue, sale(1, "10", ""), 1).unwrap();
    push(&mut queue, sale(2, "15", &hold), 2).unwrap();
    // It outlives the process.
    drop(queue);
    let mut queue = opened(&disk).unwrap();
    assert_eq!(queue.left_of(&allowance).to_string(), "5");
    for (line, at) in [
        (sale(3, "6", ""), 3),
        (sale(3, "6", &hold), 3),
        (sale(3, "1", r#","hold":"another""#), 3),
        (sale(3, "5", ""), 60_000_001),
    ] {
        assert!(push(&mut queue, line.clone(), at).is_err(), "{line}");
    }
    push(&mut queue, sale(3, "5", ""), 60_000_000).unwrap();
    assert_eq!(queue.left_of(&allowance).to_string(), "0");
}
