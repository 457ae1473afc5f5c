//! Atomic batches: commands that are booked all together, in one page, or not
//! at all. They are tried first, and a batch with a refused command leaves no
//! trace.

use crate::answer::catalogue::ErrorCode;
use crate::answer::{Answer, Denied, Retry};
use crate::command::{Bad, Request, Verb};
use crate::engine::Ledger;
use crate::engine::commit::open_page;
use crate::engine::error::Error;
use crate::engine::programmes::taking_effect;
use crate::engine::staging::fitting::GROUP_BYTES;
use crate::engine::staging::staged::Mode;
use crate::engine::staging::{admit, submit};
use crate::engine::verbs::guessing;
use crate::engine::verbs::guessing::has_wrong_code;
use crate::model::Code;

/// Carries out all commands together or none; nothing may be staged.
/// Returns one answer for each command. If one is refused, the answers of
/// the others say so, and all may be sent again with the same keys.
///
/// # Errors
/// As [`Ledger::submit`].
pub fn submit_all(ledger: &mut Ledger, requests: &[Request]) -> Result<Vec<Answer>, Error> {
    if let Some(at) = requests.iter().position(is_alone) {
        let text = "an erasure, a daily run and a command for training are sent by themselves";
        let bad = Bad::new(format!("commands[{at}]"), text);
        let bad = Denied::bad(requests[at].key.as_str(), &bad);
        return Ok(others_told(requests, at, bad.into()));
    }
    admit::at_one_instant(ledger, |ledger| submit_tried(ledger, requests))
}

fn submit_tried(ledger: &mut Ledger, requests: &[Request]) -> Result<Vec<Answer>, Error> {
    ledger.commit()?;
    taking_effect::take_schedules(ledger)?;
    let first = ledger.global().next_seq;
    let (tried, ends, filled, next_seq) = open_page::dry_run(ledger, |ledger| {
        let mut tried = Vec::with_capacity(requests.len());
        let mut ends = Vec::with_capacity(requests.len());
        for request in requests {
            tried.push(submit::stage_for_quote(ledger, request, Mode::default())?);
            ends.push(ledger.global().next_seq);
        }
        let next_seq = ledger.global().next_seq;
        Ok((tried, ends, ledger.writer.filled(), next_seq))
    })?;
    if let Some(at) = tried.iter().position(|answer| !answer.is_ok()) {
        let mut answers = refused(ledger, requests, at, tried)?;
        if let Some(Answer::Refused(no)) = answers.get_mut(at) {
            no.message = by_commands(&no.message, first, &ends);
        }
        return Ok(answers);
    }
    if filled + GROUP_BYTES > ledger.writer.body_max {
        let text = "the batch is too long for one page of the journal; send less at once";
        let denied = Denied::new(requests[0].key.as_str(), Code::TooLarge, text);
        return Ok(others_told(requests, 0, denied.into()));
    }
    let durable = ledger.writer.head().next_seq;
    ledger.is_tried = true;
    let staged = requests
        .iter()
        .try_for_each(|request| ledger.stage(request, Mode::default()));
    ledger.is_tried = false;
    staged?;
    if (ledger.global().next_seq, ledger.writer.head().next_seq) != (next_seq, durable) {
        ledger.writer.give_up();
        return Err(Error::internal(
            "a batch came to something else than its trial",
        ));
    }
    ledger.commit()
}

/// Answers if one command is refused; a wrong code in it counts as a guess.
fn refused(
    ledger: &mut Ledger,
    requests: &[Request],
    at: usize,
    mut tried: Vec<Answer>,
) -> Result<Vec<Answer>, Error> {
    let mut refused = tried.swap_remove(at);
    // Nothing was recorded under its key.
    if let Answer::Refused(no) = &mut refused
        && no.code != Code::KeyConflict.as_str()
        && !no.repeated
        && no.retry == Retry::NewKey
    {
        no.retry = Retry::SameKey;
    }
    if has_wrong_code(&refused) {
        guessing::note_guess(ledger, &requests[at], &Mode::default())?;
        ledger.commit()?;
    }
    Ok(others_told(requests, at, refused))
}

/// The words of a refusal with the command in place of an entry that only its
/// trial made: entries from `first` on, of which `ends` are behind each command.
fn by_commands(text: &str, first: u64, ends: &[u64]) -> String {
    const ENTRY: &str = "entry ";
    let mut told = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(ENTRY) {
        let digits = after.find(|c: char| !c.is_ascii_digit());
        let (number, behind) = after.split_at(digits.unwrap_or(after.len()));
        let seq = number.parse().ok().filter(|seq: &u64| *seq >= first);
        let command = seq.and_then(|seq| ends.iter().position(|end| seq < *end));
        told.push_str(before);
        match command {
            Some(n) => told.push_str(&format!("commands[{n}] of this batch")),
            None => {
                told.push_str(ENTRY);
                told.push_str(number);
            }
        }
        rest = behind;
    }
    told + rest
}

fn is_alone(request: &Request) -> bool {
    request.is_training || matches!(request.verb, Verb::Erase { .. } | Verb::Daily)
}

/// Answer of the command for which a batch is refused, and answers of the
/// others, which refer to it.
fn others_told(requests: &[Request], at: usize, refused: Answer) -> Vec<Answer> {
    let text = format!("commands[{at}] was refused, so nothing of the batch was carried out");
    let told = requests
        .iter()
        .enumerate()
        .map(|(n, request)| match n == at {
            true => refused.clone(),
            false => {
                let other = Denied::new(request.key.as_str(), ErrorCode::BatchRefused, &text);
                Answer::from(Denied {
                    id: request.id.clone(),
                    ..other
                })
            }
        });
    told.collect()
}
