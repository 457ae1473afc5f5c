//! Announcements of worse terms: what was announced, what was withdrawn, and messages that
//! are still to come.

use crate::model::{Act, Entry, MemberId, TermsAnnounced};
use bincode::{Decode, Encode};

/// Announcements of worse terms to come, and those that were withdrawn.
#[derive(Clone, PartialEq, Eq, Default, Debug, Encode, Decode)]
pub struct Announcements {
    /// In the order of their entries.
    pub known: Vec<Announcement>,
    /// Messages of one of them that are still to come.
    pub telling: Option<Telling>,
}

/// An announcement of worse terms.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Announcement {
    /// Its content, as its first entry has it.
    pub announced: TermsAnnounced,
    /// Its first entry.
    pub first: u64,
    /// Its last entry so far.
    pub last: u64,
    /// True if what it announces does not come.
    pub is_withdrawn: bool,
}

/// Messages to members, over several entries, that are not complete.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Telling {
    /// The entry that scheduled what the announcement is of.
    pub of: u64,
    /// True if they withdraw it.
    pub is_withdrawal: bool,
    /// The last member who was told, in the order of ids.
    pub last: Option<MemberId>,
}

impl Announcements {
    /// The announcement of a schedule's terms.
    pub fn of(&self, schedule: u64) -> Option<&Announcement> {
        let mut known = self.known.iter();
        known.find(|known| known.announced.of == schedule)
    }

    /// Keeps an entry of an announcement, or of its withdrawal.
    pub(in crate::rules) fn tell(&mut self, entry: &Entry) {
        let Some(announced) = entry.act.announced() else {
            return;
        };
        let is_withdrawal = matches!(entry.act, Act::AnnouncementWithdrawn { .. });
        let mut known = self.known.iter_mut();
        match known.find(|known| known.announced.of == announced.of) {
            Some(known) if is_withdrawal => known.is_withdrawn = true,
            Some(known) => known.last = entry.seq,
            None => self.known.push(Announcement {
                announced: announced.clone(),
                first: entry.seq,
                last: entry.seq,
                is_withdrawn: is_withdrawal,
            }),
        }
        let last = entry.touched.last().map(|touched| touched.member);
        let before = self.telling.as_ref().and_then(|open| open.last);
        self.telling = (!announced.is_last).then_some(Telling {
            of: announced.of,
            is_withdrawal,
            last: last.or(before),
        });
    }

    /// Forgets that of a programme that takes effect.
    pub(in crate::rules) fn take_effect(&mut self, schedule: Option<u64>) {
        self.known
            .retain(|known| Some(known.announced.of) != schedule);
    }

    /// Gives up messages that are still to come, since their schedule is cancelled.
    pub(in crate::rules) fn stop(&mut self, schedule: u64) {
        self.telling.take_if(|open| open.of == schedule);
    }
}
