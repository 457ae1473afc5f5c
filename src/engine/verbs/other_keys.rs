//! Other keys of an entry: an order that is sent again under another key is
//! answered with its first entry, and an entry of its own records that key.

use crate::command::Request;
use crate::engine::Ledger;
use crate::engine::error::Error;
use crate::engine::staging::admit::Stop;
use crate::engine::staging::submit::Mode;
use crate::model::{Act, Entry, Instant};
use crate::rules::DecisionInputs;

impl Ledger {
    /// The entry that a command's key made, or that it was answered with.
    pub(in crate::engine) fn find_by_key(&mut self, key: &str) -> Result<Option<u64>, Error> {
        let hash = self.hashes.key(key);
        let Some(seq) = self.find(&hash)? else {
            return Ok(None);
        };
        Ok(Some(match self.entry(seq)?.map(|entry| entry.act) {
            Some(Act::OrderSentAgain { of }) => of,
            _ => seq,
        }))
    }

    /// Books that a command's key refers to the entry of an order as well.
    pub(in crate::engine) fn note_other_key(
        &mut self,
        request: &Request,
        first: &Entry,
    ) -> Result<(), Stop> {
        if !request.key.is_some() {
            return Ok(());
        }
        self.check_clock(Instant(self.clock.now_micros()))?;
        self.make_room()?;
        let mut head = self.ledger_head();
        head.origin = self.origin(request, &Mode::default())?;
        head.key = request.key.clone();
        let inputs = DecisionInputs {
            named: Some(first),
            ..DecisionInputs::default()
        };
        self.decide_and_seal(head, None, Act::OrderSentAgain { of: first.seq }, inputs)?;
        Ok(())
    }
}
