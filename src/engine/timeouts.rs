//! What falls due for one member, one after the other: midnights, and holds
//! whose time runs out within a day.

use super::Ledger;
use super::admit::Stop;
use crate::model::{Act, Day, Head, Instant, MemberId, Occurred};
use crate::rules::{self, Outlook, Papers};
use std::sync::Arc;

impl Ledger {
    /// Books what fell due for a member up to a command.
    pub(super) fn settle(&mut self, id: MemberId, head: &Head) -> Result<(), Stop> {
        let is_history = head.origin.is_history;
        // What fell due stands by itself, on as many pages as it takes.
        loop {
            self.make_room()?;
            if self.book_next(id, head.effective, is_history)?.is_none() {
                return Ok(());
            }
        }
    }

    /// Books what fell due for everybody a command concerns, and for whoever
    /// holds points together with them.
    pub(super) fn settle_all(&mut self, ids: Vec<MemberId>, head: &Head) -> Result<(), Stop> {
        for id in self.with_housemates(ids)? {
            self.settle(id, head)?;
            self.settle_referrer(id, head)?;
        }
        Ok(())
    }

    /// Books the next thing that falls due for a member, if its time has come
    /// by an instant. A hold that ends with a day ends before what the day brings.
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

    /// Books in a trial what falls due for a member up to an instant, as though
    /// the member had been asked about then.
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

    /// What falls due next for a member, if it has come by an instant.
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
            house: &self.cache.state().house,
            birthday,
        };
        let member = self.cache.member(id);
        Ok(member.and_then(|m| rules::due::next_act(m, &outlook, until)))
    }

    /// The head of what the ledger does by itself for a member because an instant has come.
    fn head_due(&self, id: MemberId, at: Instant, day: Day, is_history: bool) -> Head {
        let mut head = self.house_head();
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

    /// Sets free what a final capture left of its hold, directly behind it.
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
