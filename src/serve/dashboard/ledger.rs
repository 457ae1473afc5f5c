//! The ledger as the pages see it: the JSON of questions, and of command lines
//! that only read. A page shows what a program would be told.

use crate::query;
use crate::serve::Door;
use serde_json::{Value, json};
use tokio::sync::oneshot;

/// Message of an answer that is a refusal.
fn refusal(answer: &Value) -> String {
    let message = answer["message"].as_str();
    message.unwrap_or("the ledger gave no answer").to_owned()
}

impl Door {
    /// Answers of the ledger to questions, and how many entries it had.
    pub(super) async fn ask_all(&self, questions: Vec<Value>) -> Result<(Vec<Value>, u64), String> {
        let asked = self.with(move |ledger| {
            let answers = questions.iter().map(|question| {
                let line = question.to_string();
                query::answer(ledger, line.as_bytes())
            });
            let answers = answers.collect::<Result<Vec<Value>, _>>()?;
            Ok((answers, ledger.global().next_seq))
        });
        asked.await.map_err(|denied| denied.message)
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

    /// JSON that a command line prints, such as `campaign list`; its words are ours.
    pub(super) async fn run(&self, words: &[&str]) -> Result<Value, String> {
        let words: Vec<&str> = [&["--json"], words].concat();
        let inputs = json!({"files": {}, "programmes": {}});
        let sent = json!({"version": env!("CARGO_PKG_VERSION"), "words": words, "inputs": inputs});
        let (sent, line) = (sent.to_string(), self.command_line.clone());
        let (said, told) = oneshot::channel();
        let lent = self.ledger.lend_then(move |ledger, breath| match ledger {
            Ok(ledger) => {
                let (ledger, returned) = line.run(ledger, sent.as_bytes(), breath);
                // The page may be gone.
                let _ = said.send(returned);
                ledger
            }
            Err(_) => None,
        });
        lent.map_err(|_| "too much waits for the ledger at this moment".to_owned())?;
        let failed = || "the command gave no answer".to_owned();
        let returned = told.await.map_err(|_| failed())?;
        let returned: Value = serde_json::from_slice(&returned).map_err(|_| failed())?;
        let printed = returned["Ran"]["printed"].as_array().ok_or_else(failed)?;
        let mut texts = printed.iter().filter_map(|part| part["Out"].as_str());
        let text = texts.next().unwrap_or_default();
        let told: Value = serde_json::from_str(text).map_err(|_| failed())?;
        match told["ok"] == false {
            true => Err(refusal(&told)),
            false => Ok(told),
        }
    }
}
