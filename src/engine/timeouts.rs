//! Due events of one member, one after the other: midnights, and holds that
//! time out within a day.

use super::Ledger;
use super::admit::Stop;
use crate::model::{Act, Day, Head, Instant, MemberId, Occurred};
use crate::rules::{self, Outlook, Papers};
use std::sync::Arc;

impl Ledger {
    /// Books a member's due events up to a command.
    pub(super) fn settle(&mut self, id: MemberId, head: &Head) -> Result<(), Stop> {
        let is_history = head.origin.is_history;
        // Due events are independent of each other, and take as many pages as
        // they need.
        loop {
            self.make_room()?;
            if self.book_next(id, head.effective, is_history)?.is_none() {
                return Ok(());
            }
        }
    }

    /// Books the due events of all members that a command concerns, and of
    /// their housemates.
    pub(super) fn settle_all(&mut self, ids: Vec<MemberId>, head: &Head) -> Result<(), Stop> {
        for id in self.with_housemates(ids)? {
            self.settle(id, head)?;
            self.settle_referrer(id, head)?;
        }
        Ok(())
    }

    /// Books a member's next due event, if its time has come by an instant. A
    /// hold that ends with a day ends before the due events of that day.
    pub(super) fn book_next(
        &mut self,
        id: MemberId,
        until: Instant,
        is_history: bool,
    ) -> Result<Option<u64>, Stop> {
        let Some((at, day, act)) = self.due_next(id, until)? else {
            return Ok(None);
        };
        let head = self.head_due(id, at, day, is_history);
        self.book_due(id, head, act).map(Some)
    }

    /// Books a member's due events up to an instant in a dry run, as though the
    /// query had been made then.
    pub(super) fn settle_as_of(&mut self, id: MemberId, until: Instant) -> Result<(), Stop> {
        while let Some((at, day, act)) = self.due_next(id, until)? {
            let mut head = self.head_due(id, at, day, false);
            head.effective = until;
            head.recorded_lag = 0;
            head.occurred = Some(Occurred {
                lag: at.0 - until.0,
                offset: 0,
            });
            self.book_due(id, head, act)?;
        }
        Ok(())
    }

    fn book_due(&mut self, id: MemberId, head: Head, act: Act) -> Result<u64, Stop> {
        let named = match act.named() {
            Some(seq) => self.entry(seq)?,
            None => None,
        };
        let papers = Papers {
            named: named.as_ref(),
            ..Papers::default()
        };
        Ok(self.decide_and_seal(head, Some(id), act, papers)?.seq)
    }

    /// The next due event of a member, if it has come by an instant.
    fn due_next(
        &mut self,
        id: MemberId,
        until: Instant,
    ) -> Result<Option<(Instant, Day, Act)>, Stop> {
        let policy = Arc::clone(self.policy()?);
        let birthday = match rules::trigger::has_birthdays(&*policy) {
            true => self.cache.birthday(&mut self.vault, id)?,
            false => None,
        };
        let outlook = Outlook {
            policy: &*policy,
            global: &self.cache.state().global,
            birthday,
        };
        let member = self.cache.member(id);
        Ok(member.and_then(|m| rules::due::next_act(m, &outlook, until)))
    }

    /// Head of an entry that the ledger makes for a member because an instant has come.
    fn head_due(&self, id: MemberId, at: Instant, day: Day, is_history: bool) -> Head {
        let mut head = self.ledger_head();
        head.origin.is_history = is_history;
        if is_history {
            let recorded = head.recorded_at();
            let last = self.cache.member(id).map(|m| m.effective);
            head.effective = last.map_or(at, |last| at.max(last));
            head.recorded_lag = recorded.0 - head.effective.0;
        }
        head.day = day;
        head.occurred = Some(Occurred {
            lag: at.0 - head.effective.0,
            offset: 0,
        });
        head
    }

    /// Releases the rest of a hold after a final capture, directly after it.
    pub(super) fn finish_hold(&mut self, id: MemberId, of: u64, head: Head) -> Result<(), Stop> {
        let member = self.cache.member(id);
        if !member.is_some_and(|m| m.holds.iter().any(|h| h.seq == of)) {
            return Ok(());
        }
        let named = self.entry(of)?;
        let papers = Papers {
            named: named.as_ref(),
            ..Papers::default()
        };
        let mut head = self.after_last(head);
        head.key = crate::model::Key::none();
        let act = Act::Release {
            of,
            is_timeout: false,
        };
        self.decide_and_seal(head, Some(id), act, papers)?;
        Ok(())
    }
}
