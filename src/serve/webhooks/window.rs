//! Messages of one webhook on their way: which is to be sent next, and up to where all
//! are dealt with. No clock and no network.

use crate::engine::Outgoing;
use crate::model::OutboxPosition;
use std::collections::{HashSet, VecDeque};

/// A message on its way.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) position: OutboxPosition,
    pub(super) message: Outgoing,
    /// Attempts so far.
    pub(super) attempts: u32,
    /// Instant of the next attempt, in microseconds.
    due: i64,
    is_done: bool,
}

/// Messages of one webhook, in the order of the outbox.
#[derive(Debug, Default)]
pub(super) struct Window {
    items: VecDeque<Item>,
    /// Position up to which messages were pulled.
    pulled: Option<OutboxPosition>,
}

impl Window {
    /// Continues after a position.
    pub(super) fn after(pulled: Option<OutboxPosition>) -> Window {
        Window {
            items: VecDeque::new(),
            pulled,
        }
    }

    /// Position up to which messages were pulled.
    pub(super) fn pulled(&self) -> Option<OutboxPosition> {
        self.pulled
    }

    /// Number of messages that are not done, or stand after one that is not.
    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    /// Adds a message that was pulled.
    pub(super) fn add(&mut self, position: OutboxPosition, message: Outgoing) {
        self.items.push_back(Item {
            position,
            message,
            attempts: 0,
            due: i64::MIN,
            is_done: false,
        });
    }

    /// Notes up to where messages were pulled.
    pub(super) fn note_pulled(&mut self, pulled: Option<OutboxPosition>) {
        self.pulled = self.pulled.max(pulled);
    }

    /// The first message that may be sent now: of each member the earlier ones are done.
    pub(super) fn next_due(&mut self, now: i64) -> Option<&mut Item> {
        let firsts = self.firsts();
        let found = firsts.into_iter().find(|n| self.items[*n].due <= now)?;
        self.items.get_mut(found)
    }

    /// The message at a position.
    pub(super) fn item(&mut self, position: OutboxPosition) -> Option<&mut Item> {
        self.items.iter_mut().find(|item| item.position == position)
    }

    /// Instant of the next attempt.
    pub(super) fn next_at(&self) -> Option<i64> {
        self.firsts().into_iter().map(|n| self.items[n].due).min()
    }

    /// Of each member the first message that is not done.
    fn firsts(&self) -> Vec<usize> {
        let mut seen = HashSet::new();
        let items = self.items.iter().enumerate();
        let firsts = items.filter(|(_, item)| !item.is_done && seen.insert(&item.message.member));
        firsts.map(|(n, _)| n).collect()
    }

    /// The position up to which all are done; those are forgotten.
    pub(super) fn settled(&mut self) -> Option<OutboxPosition> {
        let mut settled = None;
        while self.items.front().is_some_and(|item| item.is_done) {
            settled = self.items.pop_front().map(|item| item.position);
        }
        match self.items.is_empty() {
            true => self.pulled,
            false => settled,
        }
    }
}

impl Item {
    /// Marks it as delivered, given up or gone.
    pub(super) fn done(&mut self) {
        self.is_done = true;
    }

    /// Notes a failed attempt.
    pub(super) fn failed(&mut self, next: i64) {
        self.attempts += 1;
        self.due = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(member: &str) -> Outgoing {
        Outgoing {
            position: String::new(),
            id: String::new(),
            at: String::new(),
            member: member.into(),
            campaign: String::new(),
            template: String::new(),
            vars: Default::default(),
            is_suppressed: false,
            is_withdrawn: false,
            recorded: 0,
        }
    }

    #[test]
    fn a_member_waits_for_their_earlier_message_and_nobody_else() {
        let at = |seq| OutboxPosition { seq, index: 0 };
        let mut window = Window::default();
        for (seq, member) in [(1, "a"), (2, "a"), (3, "b"), (4, "a")] {
            window.add(at(seq), message(member));
        }
        window.note_pulled(Some(OutboxPosition::behind(9)));
        let next = |window: &mut Window, now| window.next_due(now).map(|item| item.position.seq);
        assert_eq!(next(&mut window, 0), Some(1));
        window.next_due(0).unwrap().failed(10);
        assert_eq!(next(&mut window, 0), Some(3), "b does not wait for a");
        window.next_due(0).unwrap().done();
        assert_eq!((next(&mut window, 9), window.next_at()), (None, Some(10)));
        assert_eq!(window.settled(), None, "1 is not done");
        for seq in [1, 2] {
            assert_eq!(next(&mut window, 10), Some(seq));
            window.next_due(10).unwrap().done();
        }
        assert_eq!(window.settled(), Some(at(3)));
        window.next_due(10).unwrap().done();
        assert_eq!(window.settled(), Some(OutboxPosition::behind(9)));
        assert_eq!((window.len(), window.next_at()), (0, None));
    }
}
