//! Wrong codes that count, and the locks that they caused.

use super::at_or_new;
use crate::model::{Channel, GuessedCode, Instant, MINUTE, MemberId, Origin, Place};
use bincode::{Decode, Encode};

/// Minutes for which a wrong code is kept: no programme counts over longer.
const KEPT_MINUTES: i64 = 1440;

/// Target of wrong codes and of a lock.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub enum Guesser {
    /// A terminal of a store.
    Terminal {
        /// The store.
        place: Place,
        /// The terminal.
        terminal: String,
    },
    /// A channel of a store, where neither a terminal nor a member is named.
    Channel {
        /// The store.
        place: Place,
        /// The channel.
        channel: Channel,
    },
    /// A member.
    Member(MemberId),
}

impl Guesser {
    /// All guessers that a code from there counts against: the terminal, and
    /// the named member. Without a terminal it counts against the member alone,
    /// so that somebody who guesses in an app locks out nobody else; and
    /// against the channel only without a member as well.
    pub fn all(origin: &Origin, member: Option<MemberId>) -> Vec<Guesser> {
        let place = origin.place.clone();
        let terminal = match (origin.terminal.as_str(), member) {
            ("", Some(_)) => None,
            ("", None) => Some(Guesser::Channel {
                place,
                channel: origin.channel.clone(),
            }),
            (terminal, _) => Some(Guesser::Terminal {
                place,
                terminal: terminal.into(),
            }),
        };
        terminal
            .into_iter()
            .chain(member.map(Guesser::Member))
            .collect()
    }
}

/// One guesser's wrong codes of one kind.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Guessing {
    /// The guesser.
    pub guesser: Guesser,
    /// Kind of code.
    pub kind: GuessedCode,
    /// Wrong codes with their instants, oldest first, each code once.
    pub wrong: Vec<(Instant, [u8; 16])>,
    /// End of the lock, if codes are locked.
    pub locked_until: Option<Instant>,
}

impl Guessing {
    /// True if codes are locked at an instant.
    pub fn is_locked(&self, at: Instant) -> bool {
        self.locked_until.is_some_and(|until| until > at)
    }

    /// True if a code was wrong before.
    pub fn knows(&self, code: &[u8; 16]) -> bool {
        self.wrong.iter().any(|(_, known)| known == code)
    }

    /// Number of different codes that were wrong since an instant.
    pub fn count_since(&self, from: Instant) -> usize {
        self.wrong.iter().filter(|(at, _)| *at >= from).count()
    }
}

/// The wrong codes that still count and the locks because of them, by guesser and kind.
#[derive(Clone, PartialEq, Eq, Default, Debug, Encode, Decode)]
pub struct Guesses(Vec<Guessing>);

impl Guesses {
    /// All of them.
    pub fn all(&self) -> std::slice::Iter<'_, Guessing> {
        self.0.iter()
    }

    /// A guesser's wrong codes of a kind, if any.
    pub fn of(&self, guesser: &Guesser, kind: GuessedCode) -> Option<&Guessing> {
        let is_it = |g: &&Guessing| g.kind == kind && g.guesser == *guesser;
        self.0.iter().find(is_it)
    }

    /// The same, inserted if missing, after those that no longer count were dropped.
    pub(in crate::rules) fn of_mut(
        &mut self,
        guesser: Guesser,
        kind: GuessedCode,
        now: Instant,
    ) -> &mut Guessing {
        let oldest = now.after(-KEPT_MINUTES * MINUTE);
        for guessing in &mut self.0 {
            guessing.wrong.retain(|(at, _)| *at >= oldest);
        }
        let is_it = |g: &Guessing| g.kind == kind && g.guesser == guesser;
        self.0
            .retain(|g| is_it(g) || !g.wrong.is_empty() || g.is_locked(now));
        let at = self.0.iter().position(is_it);
        at_or_new(&mut self.0, at, || Guessing {
            guesser,
            kind,
            wrong: Vec::new(),
            locked_until: None,
        })
    }
}
