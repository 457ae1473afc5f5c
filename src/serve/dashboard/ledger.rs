//! The ledger as the pages see it: the JSON of questions. A page shows what a program
//! would be told.

use crate::answer::Denied;
use crate::engine;
use crate::query::{self, Begun};
use crate::serve::Service;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Times its own making that a figure may be old: so pages take at most a fifth of a
/// processor's time.
const AGE_MAX: u32 = 4;
/// Most figures in it.
const CACHED_MAX: usize = 500;

/// A figure that was made.
#[derive(Debug)]
struct CachedFigure {
    answer: Value,
    /// Number of entries that it takes into account.
    entries: u64,
    at: Instant,
    took: Duration,
}

/// Figures that were made, by their question.
#[derive(Clone, Debug, Default)]
pub(in crate::serve) struct FigureCache(Arc<Mutex<HashMap<String, CachedFigure>>>);

impl FigureCache {
    /// A figure of so many entries, or one that is not too old.
    fn get(&self, question: &str, entries: u64) -> Option<Value> {
        let cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let made = cache.get(question)?;
        let is_young = made.at.elapsed() < made.took * AGE_MAX;
        (made.entries == entries || is_young).then(|| made.answer.clone())
    }

    fn put(&self, question: String, made: CachedFigure) {
        let mut cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if cache.len() >= CACHED_MAX {
            cache.clear();
        }
        cache.insert(question, made);
    }
}

/// Results for items, in their order, made on two threads.
fn on_two_threads<T: Send, R: Send>(
    items: Vec<T>,
    make: impl Fn(T) -> Result<R, engine::Error> + Sync,
) -> Result<Vec<R>, engine::Error> {
    let count = items.len();
    let waiting = Mutex::new(items.into_iter().enumerate());
    let make_rest = || {
        let mut made = Vec::new();
        loop {
            let next = waiting
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .next();
            let Some((at, item)) = next else { return made };
            made.push((at, make(item)));
        }
    };
    let mut made = std::thread::scope(|scope| {
        let other = (count > 1).then(|| scope.spawn(make_rest));
        let mut made = make_rest();
        made.extend(
            other
                .and_then(|other| other.join().ok())
                .unwrap_or_default(),
        );
        made
    });
    if made.len() < count {
        return Err(engine::Error::internal("an answer was not made"));
    }
    made.sort_by_key(|(at, _)| *at);
    made.into_iter().map(|(_, made)| made).collect()
}

/// Message of an answer that is a refusal.
pub(super) fn refusal(answer: &Value) -> String {
    let message = answer["message"].as_str();
    message.unwrap_or("the ledger gave no answer").to_owned()
}

impl Service {
    /// Answers of the ledger to questions, and how many entries it had.
    pub(super) async fn ask_all(&self, questions: Vec<Value>) -> Result<(Vec<Value>, u64), String> {
        let asked = self.ask(move |ledger| {
            let answers = questions.iter().map(|question| {
                let line = question.to_string();
                query::answer(ledger, line.as_bytes())
            });
            let answers = answers.collect::<Result<Vec<Value>, _>>()?;
            Ok((answers, ledger.global().next_seq))
        });
        asked.await.map_err(|denied| denied.message)
    }

    /// As [`Service::ask_all`], for figures, which take long: they are made beside the tills,
    /// and one that was made lately is shown again, and says itself of how many entries it is.
    pub(super) async fn figures(&self, questions: Vec<Value>) -> Result<(Vec<Value>, u64), String> {
        let cache = self.figures.clone();
        let begun = self.ask(move |ledger| {
            let entries = ledger.global().next_seq;
            let begun = questions.iter().map(|question| {
                let question = question.to_string();
                let begun = match cache.get(&question, entries) {
                    Some(answer) => Begun::Answered(answer),
                    None => query::begin(ledger, question.as_bytes())?,
                };
                Ok::<_, crate::engine::Error>((question, begun))
            });
            Ok((begun.collect::<Result<Vec<_>, _>>()?, entries))
        });
        let told = |denied: Denied| denied.message;
        let (begun, entries) = begun.await.map_err(told)?;
        let cache = self.figures.clone();
        let made = self.beside(move || {
            on_two_threads(begun, |(question, begun)| {
                let rest = match begun {
                    Begun::Answered(answer) => return Ok(answer),
                    Begun::Left(rest) => rest,
                };
                let at = Instant::now();
                let answer = rest()?;
                let made = CachedFigure {
                    took: at.elapsed(),
                    answer: answer.clone(),
                    entries,
                    at,
                };
                cache.put(question, made);
                Ok(answer)
            })
        });
        Ok((made.await.map_err(told)?, entries))
    }

    /// Answer to one question; a refusal becomes an error.
    pub(super) async fn ask_one(&self, question: Value) -> Result<(Value, u64), String> {
        let (mut answers, entries) = self.ask_all(vec![question]).await?;
        let answer = answers.pop().unwrap_or_default();
        match answer["ok"] == false {
            true => Err(refusal(&answer)),
            false => Ok((answer, entries)),
        }
    }
}
