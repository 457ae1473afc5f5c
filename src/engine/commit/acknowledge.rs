//! Acknowledgement: staged entries become durable, and their answers are made.
//! No answer goes out before its page is durable.

use crate::answer::{self, Accepted, Answer, Denied, MovedSale, PrintedSlip, Quantity};
use crate::command::SlipForm;
use crate::engine::Ledger;
use crate::engine::commit::idle::{IdleWork, PageFlag};
use crate::engine::commit::writer::NotDurable;
use crate::engine::error::Error;
use crate::engine::opening::continuity::is_for_training;
use crate::engine::staging::submit::Staged;
use crate::model::{Act, Entry, Instant, MemberId, Policy, Refusal};
use crate::policy::Compiled;
use crate::slip::{self, Occasion, Source};
use crate::storage::keys::KeyHash;
use crate::storage::vault::Secret;
use std::sync::Arc;

/// State that is not durable yet, put aside while questions are answered.
struct Ahead {
    entries: NotDurable,
    keys: Vec<(KeyHash, u64)>,
    policy: Option<Arc<Compiled>>,
    staged: Vec<Staged>,
    sent: usize,
    fresh_vault: Vec<(MemberId, Secret)>,
}

impl Ledger {
    /// Makes all staged entries durable and returns the answers in order.
    pub fn commit(&mut self) -> Result<Vec<Answer>, Error> {
        let answers = self.acknowledge()?;
        self.conclude()?;
        Ok(answers)
    }

    /// The first half of [`Ledger::commit`]: all staged entries are durable
    /// when this returns, so the answers may go out before
    /// [`Ledger::conclude`].
    pub fn acknowledge(&mut self) -> Result<Vec<Answer>, Error> {
        self.acknowledge_as(|answer| answer)
    }

    /// [`Ledger::acknowledge`] that converts the answers, for example to lines
    /// of text, while the disk is busy; so nobody may be told of them before
    /// this returns.
    pub fn acknowledge_as<T>(&mut self, make: impl FnMut(Answer) -> T) -> Result<Vec<T>, Error> {
        if self.has_erasures() {
            let staged = self.take_durable()?;
            return self.answers(staged, make);
        }
        self.begin_durable()?;
        self.sent = 0;
        let staged = std::mem::take(&mut self.staged);
        let made = self.answers(staged, make);
        self.settle_page()?;
        made
    }

    /// Answers questions while pages are being written from now on.
    pub fn set_idle_work(&mut self, idle: Arc<dyn IdleWork>) {
        self.idle = Some(idle);
        self.keep_before();
    }

    /// Begins to keep the state as of the last durable page, if somebody may ask.
    fn keep_before(&mut self) {
        if self.idle.is_some() && self.writer.is_settled() {
            self.policy_before.clone_from(&self.policy);
            self.cache.keep_before(true);
        }
    }

    /// Waits until the page that is being written is durable, and answers questions
    /// meanwhile.
    fn settle_page(&mut self) -> Result<(), Error> {
        let answered = match self.idle.clone() {
            Some(idle) if self.cache.has_before() => self.answer_questions(&*idle, &idle),
            _ => Ok(()),
        };
        answered.and_then(|()| self.writer.settle())?;
        self.keep_before();
        Ok(())
    }

    fn answer_questions(
        &mut self,
        idle: &dyn IdleWork,
        waker: &Arc<dyn IdleWork>,
    ) -> Result<(), Error> {
        let page = PageFlag::default();
        let (flag, waker) = (page.clone(), Arc::clone(waker));
        let tell = move || {
            flag.put_up();
            waker.wake();
        };
        if !self.writer.finish_beside(Box::new(tell))? {
            return Ok(());
        }
        let mut ahead = None;
        while let Some(question) = idle.next(&page) {
            ahead = ahead.or_else(|| Some(self.go_back()));
            question(self);
        }
        if let Some(ahead) = ahead {
            self.go_on(ahead);
        }
        Ok(())
    }

    /// Puts aside what is not durable, so that questions do not see it.
    fn go_back(&mut self) -> Ahead {
        self.cache.exchange();
        let policy = std::mem::replace(&mut self.policy, self.policy_before.clone());
        Ahead {
            entries: self.writer.go_back(),
            keys: self.keys.take_from(self.writer.head().next_seq),
            policy,
            staged: std::mem::take(&mut self.staged),
            sent: std::mem::take(&mut self.sent),
            fresh_vault: std::mem::take(&mut self.fresh_vault),
        }
    }

    /// Takes up again what was put aside.
    fn go_on(&mut self, ahead: Ahead) {
        self.cache.exchange();
        self.policy = ahead.policy;
        self.writer.go_on(ahead.entries);
        for (key, seq) in ahead.keys {
            self.keys.note(seq, [key]);
        }
        (self.staged, self.sent) = (ahead.staged, ahead.sent);
        self.fresh_vault = ahead.fresh_vault;
    }

    fn answers<T>(
        &mut self,
        staged: Vec<Staged>,
        mut make: impl FnMut(Answer) -> T,
    ) -> Result<Vec<T>, Error> {
        let told = staged.into_iter().map(|s| Ok(make(self.answer(s)?)));
        told.collect()
    }

    /// The second half of [`Ledger::commit`]: signs the durable entries, and
    /// writes the state back when it is due. A crash before it loses nothing;
    /// opening does it again.
    pub fn conclude(&mut self) -> Result<(), Error> {
        if self.writer.is_back() {
            return Ok(());
        }
        self.writer.sign()?;
        self.copy_when_due()?;
        self.write_keys_beside()?;
        self.write_when_due()
    }

    /// Makes all staged entries durable, destroys the keys of the members they
    /// erased, and returns them.
    pub(in crate::engine) fn take_durable(&mut self) -> Result<Vec<Staged>, Error> {
        self.make_durable()?;
        self.carry_out_erasures()?;
        self.sent = 0;
        Ok(std::mem::take(&mut self.staged))
    }

    /// Number of commands that wait for a commit, without those that
    /// [`Ledger::commit_beside`] has sent to the disk.
    pub fn waiting(&self) -> usize {
        self.staged.len() - self.sent
    }

    pub(in crate::engine) fn make_durable(&mut self) -> Result<(), Error> {
        self.begin_durable()?;
        self.settle_page()
    }

    fn begin_durable(&mut self) -> Result<(), Error> {
        if self.writer.is_dry_run {
            return Ok(());
        }
        self.keep_vault_keys()?;
        self.writer.begin()
    }

    /// Makes the keys of new members durable, which the page needs.
    pub(in crate::engine) fn keep_vault_keys(&mut self) -> Result<(), Error> {
        if self.fresh_vault.is_empty() {
            return Ok(());
        }
        let fresh = self.fresh_vault.iter();
        let keys: Vec<([u8; 16], [u8; 32])> = fresh.map(|(id, key)| (id.0, **key)).collect();
        let slots = self.vault.add(&keys)?;
        self.writer.note_vault(self.vault.point());
        let ids = self.fresh_vault.iter().map(|(id, _)| *id);
        self.cache.note_slots(ids.zip(slots));
        self.fresh_vault.clear();
        Ok(())
    }

    pub(in crate::engine) fn answer(&mut self, staged: Staged) -> Result<Answer, Error> {
        match staged {
            Staged::Answered(answer) => Ok(answer),
            Staged::Brief(_) => Err(Error::internal(
                "what was staged in brief is answered in brief",
            )),
            Staged::Together { entries, repeats } => match &entries[..] {
                [_] => self.answer_ticket(&entries, repeats.is_some()),
                _ => self.answer_together(&entries, repeats.is_some()),
            },
            Staged::WithSlip {
                form,
                is_training,
                staged,
            } => self.answer_with_slip(*staged, form, is_training),
            Staged::Advised { remedy, staged } => {
                let mut answer = self.answer(*staged)?;
                if let Answer::Refused(denied) = &mut answer {
                    denied.advise(&remedy);
                }
                Ok(answer)
            }
            Staged::Echoed { id, staged } => {
                let mut answer = self.answer(*staged)?;
                answer.echo(id);
                Ok(answer)
            }
            Staged::Sealed { entry, repeats } => {
                let mut answer = self.answer_of(&entry, repeats.is_some())?;
                if let Some(sent) = repeats {
                    answer.name_sent(sent.as_str());
                }
                Ok(answer)
            }
        }
    }

    /// Makes the answer of one command's entries: a single one, a ticket's, or
    /// those of a sale that was corrected.
    ///
    /// # Errors
    /// I/O errors.
    pub fn answer_together(
        &mut self,
        entries: &[Entry],
        is_repeated: bool,
    ) -> Result<Answer, Error> {
        match entries {
            [entry] => self.answer_of(entry, is_repeated),
            [first, last] if first.act.undoes().is_some() && last.act.undoes().is_none() => {
                self.answer_correction(entries, is_repeated)
            }
            _ => self.answer_ticket(entries, is_repeated),
        }
    }

    /// Makes the answer of an entry.
    pub fn answer_of(&mut self, entry: &Entry, is_repeated: bool) -> Result<Answer, Error> {
        if let Some(id) = entry.member() {
            self.cache.load(id)?;
        }
        if let Act::Refused(refused) = &entry.act {
            let denied = self.denied_before(entry, &refused.refusal, is_repeated);
            return Ok(denied.into());
        }
        let calendar_now = Instant(self.clock.now_micros()).max(entry.head.effective);
        let tree = self.writer.coming();
        let view = answer::View {
            global: self.global(),
            policy: self.policy()?.as_ref(),
            checkpoint: Some(&tree),
            now: calendar_now,
        };
        let member = entry.member().and_then(|id| self.cache.member(id));
        let mut accepted: Accepted = view.accepted(entry, member);
        accepted.repeated = is_repeated;
        accepted.training = is_for_training(tree.origin());
        if is_repeated {
            accepted.undone_by = self.aftermath(entry.seq)?.and_then(|after| after.voided);
        }
        if !self.writer.is_dry_run {
            accepted.codes = self.codes_shown(entry);
            accepted.claim = self.claim_code(entry);
        }
        if let Act::Return { of, .. } | Act::Reversal { of, .. } = entry.act {
            let was = self.corrected_from(of)?;
            accepted.moved_sale = was.map(|was| MovedSale { of, was });
        }
        Ok(accepted.into())
    }

    /// Makes the answer of a refusal that is kept as an entry.
    pub(in crate::engine) fn denied_before(
        &self,
        entry: &Entry,
        no: &Refusal,
        is_repeated: bool,
    ) -> Denied {
        Denied {
            seq: Some(entry.seq),
            repeated: is_repeated,
            ..self.denied(entry.head.key.as_str(), no)
        }
    }

    pub(in crate::engine) fn denied(&self, key: &str, refusal: &Refusal) -> Denied {
        Denied {
            quantity: Quantity::of(refusal, self.programme().ok()),
            training: is_for_training(self.writer.coming().origin()),
            ..Denied::new(key, refusal.code, refusal.detail.clone())
        }
    }

    /// Answers a command with a slip.
    pub(in crate::engine) fn answer_with_slip(
        &mut self,
        staged: Staged,
        form: SlipForm,
        is_training: bool,
    ) -> Result<Answer, Error> {
        let last = match &staged {
            Staged::Sealed { entry, .. } => Some((**entry).clone()),
            Staged::Together { entries, .. } => entries.last().cloned(),
            _ => None,
        };
        let mut answer = self.answer(staged)?;
        let occasion = match (self.writer.is_dry_run, is_training) {
            (false, _) => Occasion::Booked,
            (true, true) => Occasion::Training,
            (true, false) => Occasion::Quote,
        };
        if let (Answer::Accepted(accepted), Some(last)) = (&mut answer, &last) {
            let slip = match self.writer.is_dry_run {
                true => {
                    let unbooked = Accepted {
                        seq: None,
                        stamp: None,
                        ..(**accepted).clone()
                    };
                    self.print_slip(last, &unbooked, form, occasion)?
                }
                false => self.print_slip(last, accepted, form, occasion)?,
            };
            accepted.slip = Some(slip);
        }
        Ok(answer)
    }

    /// Prints the slip of a booked command again, or for the first time: with
    /// the balances of this instant.
    ///
    /// # Errors
    /// I/O errors.
    pub fn slip_of(
        &mut self,
        last: &Entry,
        accepted: &Accepted,
        form: SlipForm,
        is_reprint: bool,
    ) -> Result<PrintedSlip, Error> {
        let now = Instant(self.clock.now_micros());
        let at = self.programme()?.calendar.display(now);
        let occasion = match is_reprint {
            true => Occasion::Reprint(at),
            false => Occasion::Later(at),
        };
        self.print_slip(last, accepted, form, occasion)
    }

    fn print_slip(
        &mut self,
        last: &Entry,
        accepted: &Accepted,
        form: SlipForm,
        occasion: Occasion,
    ) -> Result<PrintedSlip, Error> {
        let name = match last.member() {
            Some(id) => self.display_name(id)?,
            None => None,
        };
        let policy = self.policy()?;
        let programme = policy.programme();
        let claim_until = last.head.day.days_after(programme.claim_days);
        let origin = &last.head.origin;
        let occasion = match is_for_training(self.writer.coming().origin()) {
            true => Occasion::Training,
            false => occasion,
        };
        let source = Source {
            answer: accepted,
            shop: programme.name.clone(),
            policy: Some(policy.as_ref()),
            name,
            at: programme.calendar.display(last.head.occurred_at()),
            store: self.store_of(&origin.place),
            terminal: origin.terminal.clone(),
            receipt: last.act.receipt().to_owned(),
            claim_until: accepted.claim.as_ref().map(|_| claim_until.to_string()),
            occasion,
        };
        Ok(slip::print(&source, form))
    }
}
