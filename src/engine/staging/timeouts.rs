//! Due events of one member, one after the other: midnights, and holds that time out within
//! a day; and those of all members, in a daily run that may be cut into slices.

use crate::command::{Office, Request, Verb};
use crate::engine::Ledger;
use crate::engine::daily::{DailyRun, DailyTold};
use crate::engine::error::Error;
use crate::engine::programmes::activate::said;
use crate::engine::staging::admit::Stop;
use crate::model::{Act, Day, Head, Instant, MemberId, Occurred};
use crate::rules::{self, DecisionInputs, Outlook};
use std::collections::VecDeque;
use std::sync::Arc;

/// Book's key of what the last daily run did.
const LAST: &[u8] = b"L";
/// Most days that are caught up one by one; earlier ones are dealt with together.
const DAYS_MAX: i32 = 400;

/// True for a command that books what is due for all members first.
pub fn books_due(request: &Request) -> bool {
    let is_first = matches!(
        request.verb,
        Verb::Daily | Verb::Campaign { .. } | Verb::Office(Office::Close { .. })
    );
    is_first && !request.is_training
}

impl Ledger {
    /// Books a member's due events up to a command.
    pub(in crate::engine) fn settle(&mut self, id: MemberId, head: &Head) -> Result<(), Stop> {
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
    pub(in crate::engine) fn settle_all(
        &mut self,
        ids: Vec<MemberId>,
        head: &Head,
    ) -> Result<(), Stop> {
        for id in self.cache.with_housemates(ids)? {
            self.settle(id, head)?;
            self.settle_referrer(id, head)?;
        }
        Ok(())
    }

    /// Books a member's next due event, if its time has come by an instant. A
    /// hold that ends with a day ends before the due events of that day.
    pub(in crate::engine) fn book_next(
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
    pub(in crate::engine) fn settle_as_of(
        &mut self,
        id: MemberId,
        until: Instant,
    ) -> Result<(), Stop> {
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
        let inputs = DecisionInputs {
            named: named.as_ref(),
            ..DecisionInputs::default()
        };
        Ok(self.decide_and_seal(head, Some(id), act, inputs)?.seq)
    }

    /// The next due event of a member, if it has come by an instant.
    fn due_next(
        &mut self,
        id: MemberId,
        until: Instant,
    ) -> Result<Option<(Instant, Day, Act)>, Stop> {
        let policy = Arc::clone(self.policy()?);
        let birthday = match rules::campaign::trigger::has_birthdays(&*policy) {
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
    pub(in crate::engine) fn finish_hold(
        &mut self,
        id: MemberId,
        of: u64,
        head: Head,
    ) -> Result<(), Stop> {
        let member = self.cache.member(id);
        if !member.is_some_and(|m| m.holds.iter().any(|h| h.seq == of)) {
            return Ok(());
        }
        let named = self.entry(of)?;
        let inputs = DecisionInputs {
            named: named.as_ref(),
            ..DecisionInputs::default()
        };
        let mut head = self.after_last(head);
        head.key = crate::model::Key::none();
        let act = Act::Release {
            of,
            is_timeout: false,
        };
        self.decide_and_seal(head, Some(id), act, inputs)?;
        Ok(())
    }
}

impl Ledger {
    /// Books the due events of all members; returns the sequences of the entries.
    ///
    /// # Errors
    /// I/O errors; the clock jumped.
    pub fn daily(&mut self) -> Result<Vec<u64>, Error> {
        self.commit()?;
        let mut run = self.daily_run(false).map_err(said)?;
        while !self.continue_daily(&mut run, usize::MAX)? {}
        Ok(run.booked)
    }

    /// Begins a daily run: each day since the last entry in its order, and then up to now.
    ///
    /// # Errors
    /// I/O errors; the clock jumped.
    pub fn begin_daily(&mut self) -> Result<DailyRun, Error> {
        self.commit()?;
        self.daily_run(true).map_err(said)
    }

    /// Begins to book what is due for all members, which some commands do before they are
    /// decided (see [`books_due`]): done before, little is left for them.
    ///
    /// # Errors
    /// As [`Ledger::begin_daily`].
    pub fn begin_due(&mut self) -> Result<DailyRun, Error> {
        self.commit()?;
        self.daily_run(false).map_err(said)
    }

    /// Books about `count_max` entries of [`Ledger::begin_due`]; true once it is done.
    ///
    /// # Errors
    /// As [`Ledger::begin_daily`].
    pub fn continue_due(&mut self, run: &mut DailyRun, count_max: usize) -> Result<bool, Error> {
        self.commit()?;
        let is_done = self.book_some(run, count_max).map_err(said)?;
        self.commit()?;
        Ok(is_done)
    }

    /// A daily run up to now: day by day, or in one pass, member by member, with each
    /// member's days in their order.
    fn daily_run(&mut self, is_by_day: bool) -> Result<DailyRun, Stop> {
        let now = Instant(self.clock.now_micros());
        // One start with a wrong clock must not expire everybody's points.
        self.check_clock(now)?;
        self.take_scheduled()?;
        let until = now.max(self.global().effective);
        let calendar = &self.programme()?.calendar;
        let (last, today) = (
            calendar.day_of(self.global().effective),
            calendar.day_of(until),
        );
        let first = last.plus_days(1).max(today.plus_days(-DAYS_MAX));
        let missed = first.0..=today.0;
        let mut run = self.run_up_to(until, now);
        run.days = missed.clone().count().max(1);
        if is_by_day {
            let starts = missed.map(|day| calendar.start_of(Day(day)));
            run.untils = starts.chain([until]).collect();
        }
        Ok(run)
    }

    /// A run in one pass up to an instant.
    fn run_up_to(&self, until: Instant, began: Instant) -> DailyRun {
        DailyRun {
            day: self.day_of(until),
            began,
            days: 1,
            untils: VecDeque::from([until]),
            until,
            members: VecDeque::new(),
            booked: Vec::new(),
        }
    }

    /// Books some of a daily run, about `count_max` entries; true once it is done.
    /// What it booked is durable then. Between two calls the ledger may be used in any way.
    ///
    /// # Errors
    /// As [`Ledger::begin_daily`].
    pub fn continue_daily(&mut self, run: &mut DailyRun, count_max: usize) -> Result<bool, Error> {
        self.commit()?;
        let is_done = self.book_some(run, count_max).map_err(said)?;
        if is_done {
            run.booked.extend(self.review_staged().map_err(said)?);
        }
        self.commit()?;
        if is_done {
            self.note_daily(run)?;
        }
        Ok(is_done)
    }

    /// Books about `count_max` due events of a run; true once there are no more.
    fn book_some(&mut self, run: &mut DailyRun, count_max: usize) -> Result<bool, Stop> {
        let enough = run.booked.len().saturating_add(count_max);
        while let Some(id) = run.members.front().copied() {
            if run.booked.len() >= enough {
                return Ok(false);
            }
            match self.book_due_of(id, run.until)? {
                Some(seq) => run.booked.push(seq),
                None => drop(run.members.pop_front()),
            }
        }
        let Some(until) = run.untils.pop_front() else {
            return Ok(true);
        };
        run.until = until;
        let (members, booked) = self.due_members(until)?;
        run.members = members.into();
        run.booked.extend(booked);
        Ok(false)
    }

    /// Books the due events of all members before an instant in one pass.
    pub(in crate::engine) fn book_due_before(&mut self, at: Instant) -> Result<(), Stop> {
        let mut run = self.run_up_to(at.after(-1), at);
        while !self.book_some(&mut run, usize::MAX)? {}
        Ok(())
    }

    /// Books the due events of all members in one pass, as a part of a command.
    pub(in crate::engine) fn daily_staged(&mut self) -> Result<(), Stop> {
        let mut run = self.daily_run(false)?;
        while !self.book_some(&mut run, usize::MAX)? {}
        Ok(())
    }

    /// Members for whom something is due, and what was booked to find them. None in a
    /// dry run, since the index of due events is in the book.
    fn due_members(&mut self, until: Instant) -> Result<(Vec<MemberId>, Vec<u64>), Stop> {
        if self.writer.is_dry_run {
            return Ok((Vec::new(), Vec::new()));
        }
        self.make_durable_now()?;
        self.write_state()?;
        self.settle_book()?;
        self.finish_targets()?;
        let booked = self.bring_into_form()?;
        let policy = Arc::clone(self.policy()?);
        self.cache.index_due(&mut self.vault, &*policy)?;
        Ok((self.cache.due(until)?, booked))
    }

    fn book_due_of(&mut self, id: MemberId, until: Instant) -> Result<Option<u64>, Stop> {
        self.cache.load(id)?;
        self.make_room()?;
        self.book_next(id, until, false)
    }

    fn note_daily(&mut self, run: &DailyRun) -> Result<(), Error> {
        let warnings = self.daily_warnings()?.len();
        let calendar = &self.programme()?.calendar;
        let told = DailyTold {
            day: run.day.to_string(),
            began: calendar.display(run.began),
            ended: calendar.display(Instant(self.clock.now_micros())),
            days: run.days,
            entries: run.booked.len() as u64,
            first: run.booked.first().copied(),
            last: run.booked.last().copied(),
            warnings,
        };
        let json = serde_json::to_vec(&told).map_err(|e| Error::internal(e.to_string()))?;
        self.settle_book()?;
        self.cache.set_mark(LAST, &json)
    }

    /// Record of the last daily run; None if there was none since the book was made.
    ///
    /// # Errors
    /// I/O errors.
    pub fn last_daily(&self) -> Result<Option<DailyTold>, Error> {
        let found = self.cache.mark(LAST)?;
        Ok(found.and_then(|json| serde_json::from_slice(&json).ok()))
    }

    /// Time until the daily run of the present business day, in microseconds; zero if it
    /// is due, and None if it was made.
    ///
    /// # Errors
    /// I/O errors.
    pub fn daily_due_in(&self, minutes_after_start: u16) -> Result<Option<i64>, Error> {
        let calendar = &self.programme()?.calendar;
        let now = Instant(self.clock.now_micros());
        let today = calendar.day_of(now);
        if self
            .last_daily()?
            .is_some_and(|last| last.day == today.to_string())
        {
            return Ok(None);
        }
        let due = calendar.start_of(today).0 + i64::from(minutes_after_start) * 60_000_000;
        Ok(Some((due - now.0).max(0)))
    }
}
