//! Draining: what waits is sent in order, and each answer is kept.

use super::{Fate, Queue, QueueError};
use crate::answer::{Answer, Class};
use crate::model::Instant;

/// Commands that are sent together, and whose answers are kept with one sync.
const TOGETHER: usize = 64;

/// Result of a drain.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Drained {
    /// Commands that were carried out, now or by an earlier drain that was cut short.
    pub done: usize,
    /// Those among them that the ledger had already.
    pub repeated: usize,
    /// Numbers of those that were refused.
    pub refused: Vec<u64>,
    /// Numbers of sales with a tender that fell short, such as one from an allowance that a
    /// copy of the queue had spent: what it was for is still to be collected.
    pub short: Vec<u64>,
    /// First and last instant of the commands by which campaigns gave something: where they
    /// have limits or stock, or tiers depend on them, the order of draining matters.
    pub giving: Option<(Instant, Instant)>,
}

/// Sends what waits, in order. A drain that was cut short goes on where it
/// stopped: whatever the ledger had carried out is answered as a repeat.
///
/// # Errors
/// Of `send`; the queue cannot be written; [`QueueError::Busy`] if the ledger
/// could not answer, [`QueueError::NotAdmitted`] if it answers this caller
/// nothing. What has no answer waits on.
pub fn drain<E: From<QueueError>>(
    queue: &mut Queue,
    mut send: impl FnMut(&[String]) -> Result<Vec<Answer>, E>,
) -> Result<Drained, E> {
    let (numbers, lines): (Vec<u64>, Vec<String>) = queue
        .queued()
        .iter()
        .filter(|queued| queued.is_open())
        .map(|queued| (queued.number, queued.to_json()))
        .unzip();
    let mut drained = Drained::default();
    for (numbers, lines) in numbers.chunks(TOGETHER).zip(lines.chunks(TOGETHER)) {
        let answers = send(lines)?;
        let is_answer = |answer: &Answer| match answer {
            _ if answer.is_training() => false,
            Answer::Accepted(_) => true,
            Answer::Refused(no) => {
                matches!(no.class, Class::Refused | Class::Invalid)
                    && QueueError::not_admitted(no).is_none()
            }
        };
        let numbered = numbers.iter().copied().zip(answers);
        let (kept, unanswered): (Vec<_>, Vec<_>) =
            numbered.partition(|(_, answer)| is_answer(answer));
        queue.keep(&kept)?;
        for (number, answer) in &kept {
            drained.note(queue, *number, answer);
        }
        match unanswered.first() {
            Some((_, Answer::Refused(no))) if !no.training => {
                let denied = QueueError::not_admitted(no);
                let busy = || QueueError::Busy(no.message.clone());
                return Err(denied.unwrap_or_else(busy).into());
            }
            Some(_) => return Err(QueueError::for_training().into()),
            None => {}
        }
    }
    Ok(drained)
}

impl Drained {
    fn note(&mut self, queue: &Queue, number: u64, answer: &Answer) {
        let Answer::Accepted(done) = answer else {
            self.refused.push(number);
            return;
        };
        self.done += 1;
        self.repeated += usize::from(done.repeated);
        if done.collect.is_some() {
            self.short.push(number);
        }
        let at = queue.find(number).map_or("", |queued| queued.field("at"));
        if let Ok((at, _)) = Instant::parse(at)
            && done.did.iter().any(|did| did.campaign.is_some())
        {
            let (first, last) = self.giving.unwrap_or((at, at));
            self.giving = Some((first.min(at), last.max(at)));
        }
    }
}

impl Queue {
    /// Numbers of commands that wait, were carried out, and were refused.
    pub fn counts(&self) -> (usize, usize, usize) {
        let count = |is: fn(&Fate) -> bool| self.queued().iter().filter(|q| is(&q.fate)).count();
        (
            count(|fate| *fate == Fate::Waiting),
            count(|fate| matches!(fate, Fate::Done { .. })),
            count(|fate| matches!(fate, Fate::Refused(_))),
        )
    }
}
