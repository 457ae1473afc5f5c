//! What goes on while the disk is busy: the next commands are decided (an import),
//! or the answers are made ready (a session). None goes out before it may.

use super::Ledger;
use super::error::Error;
use super::wire::Answer;

impl Ledger {
    /// [`Ledger::acknowledge`], with the answers made ready while the disk is busy.
    /// What comes of that is handed over once everything is durable.
    pub fn acknowledge_as<T>(
        &mut self,
        make_ready: impl FnOnce(Vec<Answer>) -> T,
    ) -> Result<T, Error> {
        if self.writer.is_trial || self.has_erasures() {
            return self.acknowledge().map(make_ready);
        }
        self.keep_vault_keys()?;
        self.promised = self.writer.commit_meanwhile()?;
        self.sent = 0;
        let staged = std::mem::take(&mut self.staged).into_iter();
        let answers: Result<Vec<Answer>, Error> = staged.map(|s| self.answer(s)).collect();
        self.promised = None;
        let ready = answers.map(make_ready);
        self.writer.settle()?;
        ready
    }

    /// Sends what is staged to the disk without waiting for it, unless something
    /// is to be done that needs all of it durable. Says how many commands, of
    /// those not answered yet, are durable by now; the next commit answers them.
    pub fn send(&mut self) -> Result<usize, Error> {
        self.writer.settle()?;
        let durable = self.sent;
        if !self.must_stand_still() {
            self.copy_when_due()?;
            self.keep_vault_keys()?;
            self.writer.commit_beside()?;
            self.sent = self.staged.len();
        }
        Ok(durable)
    }

    /// Whether something is to be done that needs everything durable.
    pub(super) fn must_stand_still(&self) -> bool {
        self.writer.is_trial || self.are_keys_due() || self.is_write_due() || self.has_erasures()
    }
}
