//! The slip of a booked command.

use super::{Ask, Error, Slip, last_of};
use crate::answer::{Answer, PrintedSlip};
use crate::command::{Bad, SlipForm, Whole};
use crate::engine::{self, Ledger};
use crate::model::{Code, Entry};
use schemars::JsonSchema;
use serde::Serialize;

/// The slip of a booked command.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct SlipReply {
    /// Always true.
    pub ok: bool,
    /// The entry's sequence.
    pub seq: u64,
    /// The slip.
    #[serde(flatten)]
    pub slip: PrintedSlip,
}

impl Ask for Slip {
    type Reply = SlipReply;

    fn answer(&self, ledger: &mut Ledger) -> Result<SlipReply, Error> {
        let form = match &self.form {
            Some(form) => form.parse().map_err(|why: String| Bad::new("form", why))?,
            None => SlipForm::default(),
        };
        let entry = self.entry(ledger)?;
        let parts = engine::booked_with(ledger, entry)?;
        let mut answer = engine::answer_together(ledger, &parts, true)?;
        let Some(last) = parts.last() else {
            return Err(Error::no(Code::UnknownEntry, "seq: there is no such entry"));
        };
        let Answer::Accepted(accepted) = &mut answer else {
            let message = format!("entry {} is a refusal: it has no slip", last.seq);
            return Err(Error::no(Code::UnknownEntry, message));
        };
        let after = ledger.aftermath(last.seq)?;
        if after.is_some_and(|after| after.claimed.is_some() || after.voided.is_some()) {
            accepted.claim = None;
        }
        Ok(SlipReply {
            ok: true,
            seq: last.seq,
            slip: engine::slip_of(ledger, last, accepted, form, self.reprint)?,
        })
    }
}

impl Slip {
    fn entry(&self, ledger: &mut Ledger) -> Result<Entry, Error> {
        let (found, name) = match (&self.key, self.seq) {
            (Some(key), _) => (ledger.find_key(key)?, format!("with the key '{}'", &**key)),
            (None, Some(Whole(seq))) => {
                let found = u64::try_from(seq).ok().map(|seq| ledger.entry(seq));
                (found.transpose()?.flatten(), seq.to_string())
            }
            (None, None) => {
                return Err(Bad::missing("seq", "name the entry by seq or by key").into());
            }
        };
        found.ok_or_else(|| {
            let message = format!("there is no entry {name}; the last is {}", last_of(ledger));
            Error::no(Code::UnknownEntry, message)
        })
    }
}
