//! Kills and power cuts at each write.

use super::*;
use crate::answer::catalogue::ErrorCode;
use crate::answer::{Accepted, Denied};
use crate::model::Code;
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
        Answer::from(Accepted::new(key.unwrap(), Some(9)))
    };
    let done: Result<Drained, QueueError> = drain(&mut queue, |lines| {
        assert_eq!(lines, &sent[..]);
        Ok(lines.iter().map(answer).collect())
    });
    assert_eq!(done.unwrap().done, 3);
    drop(queue);
    assert_eq!(opened(&disk).unwrap().counts(), (0, 3, 0));
}

/// A sale that is paid with points, of a named hold if `hold` names one.
fn spending(n: usize, points: &str, hold: &str) -> String {
    format!(
        r#"{{"do":"purchase","key":"k{n}","member":"card:1","total":"9.00","tenders":[{{"kind":"points","unit":"star","points":{points},"amount":"1.00"{hold}}}]}}"#
    )
}

fn push(queue: &mut Queue, line: String, at: i64) -> Result<(), QueueError> {
    queue.push(line.as_bytes(), Instant(at)).map(|_| ())
}

/// Thirty stars of a member until the end of the first minute.
fn wanted() -> Wanted {
    Wanted {
        member: "card:1".into(),
        unit: "star".into(),
        points: "30".into(),
        until: "1970-01-01T00:01:00Z".into(),
    }
}

/// What the ledger may have given is asked for again under the same key, also by a process that
/// comes later; what it has refused is asked for anew.
#[test]
fn an_allowance_whose_answer_was_lost_is_asked_for_again() {
    let disk = made();
    let mut queue = opened(&disk).unwrap();
    let (asked, command) = queue.ask_allowance(&wanted(), Instant(0)).unwrap();
    drop(queue);
    let mut queue = opened(&disk).unwrap();
    assert_eq!(queue.unanswered(), std::slice::from_ref(&asked));
    let again = queue.ask_allowance(&wanted(), Instant(5)).unwrap();
    assert_eq!(again, (asked.clone(), command));
    let more = Wanted {
        points: "31".into(),
        ..wanted()
    };
    let (other, _) = queue.ask_allowance(&more, Instant(5)).unwrap();
    assert_ne!(other.key, asked.key);
    // Busy is no answer; of who may not ask nothing is kept either.
    for code in [ErrorCode::Busy, ErrorCode::Forbidden] {
        let denied = Answer::from(Denied::new(&asked.key, code, "later"));
        assert!(!matches!(
            queue.keep_allowance(asked.clone(), &denied),
            Ok(Some(_))
        ));
        assert_eq!(queue.unanswered().len(), 2);
    }
    let mut practised = Answer::from(Accepted::new(&asked.key, Some(4)));
    practised.mark_training();
    queue.keep_allowance(asked.clone(), &practised).unwrap_err();
    let refused = Denied::new(&other.key, Code::InsufficientPoints, "too few");
    let kept = queue.keep_allowance(other, &refused.into()).unwrap();
    assert_eq!((kept, queue.unanswered().len()), (None, 1));
    let given = Answer::from(Accepted::new(&asked.key, Some(4)));
    queue.keep_allowance(asked.clone(), &given).unwrap();
    drop(queue);
    let mut queue = opened(&disk).unwrap();
    assert_eq!((queue.unanswered().len(), queue.allowances().len()), (0, 1));
    let (next, _) = queue.ask_allowance(&wanted(), Instant(9)).unwrap();
    assert_ne!(next.key, asked.key, "another one in the same words");
}

/// The instant of what the queue holds already is the least that its clock can show.
#[test]
fn a_clock_that_is_put_back_opens_no_allowance_again() {
    const SECOND: i64 = 1_000_000;
    let disk = made();
    let mut queue = opened(&disk).unwrap();
    let (asked, _) = queue.ask_allowance(&wanted(), Instant(0)).unwrap();
    let given = Answer::from(Accepted::new(&asked.key, Some(4)));
    queue.keep_allowance(asked, &given).unwrap();
    // Within its time a clock may step.
    push(&mut queue, spending(1, "1", ""), 50 * SECOND).unwrap();
    push(&mut queue, spending(2, "1", ""), 20 * SECOND).unwrap();
    // The sale's own instant counts too.
    let late = spending(3, "1", "").replace("\"total\"", r#""at":"1970-01-01T00:01:01Z","total""#);
    assert!(push(&mut queue, late, 30 * SECOND).is_err());
    push(&mut queue, sale(4), 61 * SECOND).unwrap();
    let Err(QueueError::Bad(bad)) = push(&mut queue, spending(5, "1", ""), 30 * SECOND) else {
        panic!("it was spent after its end");
    };
    assert!(
        bad.to_string().contains("come to 1970-01-01T00:01:01Z"),
        "{bad}"
    );
    // What earns goes on.
    push(&mut queue, sale(6), 30 * SECOND).unwrap();
}

#[test]
fn an_allowance_is_spent_once_and_up_to_its_end() {
    let disk = made();
    let mut queue = opened(&disk).unwrap();
    let wanted = wanted();
    let (asked, command) = queue.ask_allowance(&wanted, Instant(0)).unwrap();
    assert!(
        command.contains(r#""until":"1970-01-31T00:01:00Z""#),
        "{command}"
    );
    assert!(queue.ask_allowance(&wanted, Instant(60_000_000)).is_err());
    assert!(push(&mut queue, spending(1, "10", ""), 1).is_err());
    let given = Answer::from(Accepted::new(&asked.key, Some(4)));
    let allowance = queue.keep_allowance(asked, &given).unwrap().unwrap();
    let hold = format!(r#","hold":"{}""#, allowance.key);
    push(&mut queue, spending(1, "10", ""), 1).unwrap();
    push(&mut queue, spending(2, "15", &hold), 2).unwrap();
    // It outlives the process.
    drop(queue);
    let mut queue = opened(&disk).unwrap();
    assert_eq!(queue.left_of(&allowance).to_string(), "5");
    for (line, at) in [
        (spending(3, "6", ""), 3),
        (spending(3, "6", &hold), 3),
        (spending(3, "1", r#","hold":"another""#), 3),
        (spending(3, "5", ""), 60_000_001),
    ] {
        assert!(push(&mut queue, line.clone(), at).is_err(), "{line}");
    }
    push(&mut queue, spending(3, "5", ""), 60_000_000).unwrap();
    assert_eq!(queue.left_of(&allowance).to_string(), "0");
}
