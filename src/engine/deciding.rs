//! Deciding and sealing, and when the state is written down beside it.

use super::Ledger;
use super::admit::Stop;
use super::codes::MakingLate;
use super::error::Error;
use super::fitting::fitting;
use crate::model::{Act, Draft, Entry, Given, Head, MemberId, Policy, Refusal, Refused, Steps};
use crate::rules::decide::terminal;
use crate::rules::{self, Case, Papers};
use std::sync::Arc;

/// A draft, or a no with the head it was decided under.
type Decided = Result<Draft, (Head, Refusal)>;

impl Ledger {
    /// Decides and seals; a no that depends on the state is sealed as well.
    pub(super) fn decide_and_seal(
        &mut self,
        head: Head,
        member: Option<MemberId>,
        act: Act,
        papers: Papers,
    ) -> Result<Entry, Stop> {
        let other = papers.other;
        match self.decided(head, member, act.clone(), papers)? {
            Ok(draft) => self.seal_followed(draft),
            Err((head, refusal)) => self.seal_refused(head, (member, other), act, refusal),
        }
    }

    /// Decides by the programme in force.
    pub(super) fn decided(
        &mut self,
        head: Head,
        member: Option<MemberId>,
        act: Act,
        papers: Papers,
    ) -> Result<Decided, Stop> {
        let birthday = match member {
            Some(id) if self.wants_birthdays()? => {
                self.shelf.birthday(&self.book, &mut self.vault, id)?
            }
            _ => None,
        };
        let attributes = match member {
            Some(id) if self.wants_attributes()? => self.attributes_on(id, head.day)?,
            _ => Vec::new(),
        };
        let policy: Arc<dyn Policy> = Arc::clone(self.policy()?) as Arc<dyn Policy>;
        let draw = self.draw(&*policy, &head, member, papers.named.is_some())?;
        let making = MakingLate {
            secret: &self.alias_key,
            seq: self.house().next_seq,
        };
        let case = Case {
            state: &self.shelf.state,
            policies: &self.programmes,
            policy,
            head,
            member,
            papers: Papers {
                birthday,
                codes: Some(&making),
                attributes: &attributes,
                draw,
                ..papers
            },
            steps: Steps::default(),
        };
        let units = case.programme().units.len();
        let decided = rules::decide(&case, act).and_then(|draft| fitting(draft, units));
        Ok(decided.map_err(|refusal| (case.head, refusal)))
    }

    /// Seals a draft, and what follows from it.
    pub(super) fn seal_followed(&mut self, draft: Draft) -> Result<Entry, Stop> {
        let entry = self.seal(draft)?;
        self.follow(&entry)?;
        Ok(entry)
    }

    /// Seals a no that depends on the state, so that a retry cannot flip it; says any other.
    pub(super) fn seal_refused(
        &mut self,
        head: Head,
        (member, other): (Option<MemberId>, Option<MemberId>),
        act: Act,
        refusal: Refusal,
    ) -> Result<Entry, Stop> {
        if !refusal.code.is_sticky() || !head.key.is_some() {
            return Err(refusal.into());
        }
        let mut draft = Draft {
            head,
            // Where both are one by now, the entry touches them once.
            members: member
                .into_iter()
                .chain(other.filter(|id| Some(*id) != member))
                .collect(),
            act: Act::Refused(Refused {
                act: Box::new(act),
                refusal,
            }),
            given: Given::new(),
            given_review: Given::new(),
            effects: Vec::new(),
        };
        draft
            .effects
            .extend(terminal(&self.shelf.state, &draft.head.origin));
        self.seal_followed(draft)
    }

    /// Writes the state down at once for few entries, and under load when many have come.
    pub(super) fn write_when_due(&mut self) -> Result<(), Error> {
        match self.is_write_due() {
            true => self.write_state(),
            false => Ok(()),
        }
    }

    /// Whether it is time to write the state down.
    pub(super) fn is_write_due(&self) -> bool {
        if self.may_lag() {
            return false;
        }
        let due = match self.batches < BATCHES_AT_ONCE {
            true => 1,
            false if self.unwritten_commits() => WRITE_EVERY_SINGLE.min(self.options.write_every),
            false => self.write_every_under_load(),
        };
        self.unwritten >= due
    }

    /// Whether commands came one by one since the state was written.
    fn unwritten_commits(&self) -> bool {
        self.writer.commits * 4 > self.unwritten
    }

    /// Writing a member down costs more than deciding a purchase, so it waits
    /// until each has changed some times, as long as they fit into memory.
    pub(super) fn write_every_under_load(&self) -> u64 {
        let every = self.options.write_every;
        match self.shelf.state.members.len() > self.options.members_max {
            true => every,
            false => {
                (self.shelf.dirty_count() as u64 * CHANGES_A_WRITE).clamp(every, every * WAITS_MAX)
            }
        }
    }
}

/// A process that does one thing writes the state down with it; one that stays
/// for longer does so now and then, since the disk is busy with the journal.
const BATCHES_AT_ONCE: u64 = 3;
/// Entries after which it does, where commands come one by one.
const WRITE_EVERY_SINGLE: u64 = 2_000;
/// How often a member has changed on average when it is written down under load.
const CHANGES_A_WRITE: u64 = 32;
/// A crash leaves this many times `write_every` entries to be folded, at most.
const WAITS_MAX: u64 = 30;
