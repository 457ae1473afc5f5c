//! Wrong codes that count, and the locks that stand because of them.

use super::House;
use crate::model::{Channel, GuessedCode, Instant, MINUTE, MemberId, Origin, Place};
use bincode::{Decode, Encode};

/// Minutes for which a wrong code is kept: no programme counts over longer.
const KEPT_MINUTES: i64 = 1440;

/// Whom wrong codes count against, and whom a lock is for.
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
    /// Everybody whom a code from there counts against: the terminal, and the
    /// member who is named. Where no terminal is named, the member alone stands
    /// for it, so that one who guesses in an app shuts out nobody else; and only
    /// where no member is named either, the channel.
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

/// What one guesser tried of one kind of codes.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Guessing {
    /// Who.
    pub guesser: Guesser,
    /// Which codes.
    pub kind: GuessedCode,
    /// When which codes were wrong, oldest first, each code once.
    pub wrong: Vec<(Instant, [u8; 16])>,
    /// Codes are not taken before this.
    pub locked_until: Option<Instant>,
}

impl Guessing {
    /// Whether codes are not taken at an instant.
    pub fn is_locked(&self, at: Instant) -> bool {
        self.locked_until.is_some_and(|until| until > at)
    }

    /// Whether a code was wrong before.
    pub fn knows(&self, code: &[u8; 16]) -> bool {
        self.wrong.iter().any(|(_, known)| known == code)
    }

    /// How many different codes were wrong from an instant on.
    pub fn count_since(&self, from: Instant) -> usize {
        self.wrong.iter().filter(|(at, _)| *at >= from).count()
    }
}

impl House {
    /// What a guesser tried of a kind of codes, if anything.
    pub fn guessing(&self, guesser: &Guesser, kind: GuessedCode) -> Option<&Guessing> {
        let is_it = |g: &&Guessing| g.kind == kind && g.guesser == *guesser;
        self.guessing.iter().find(is_it)
    }

    /// The same, begun where there is nothing, after what no longer counts was
    /// forgotten.
    pub(in crate::rules) fn guessing_mut(
        &mut self,
        guesser: Guesser,
        kind: GuessedCode,
        now: Instant,
    ) -> &mut Guessing {
        let oldest = now.after(-KEPT_MINUTES * MINUTE);
        for guessing in &mut self.guessing {
            guessing.wrong.retain(|(at, _)| *at >= oldest);
        }
        let is_it = |g: &Guessing| g.kind == kind && g.guesser == guesser;
        self.guessing
            .retain(|g| is_it(g) || !g.wrong.is_empty() || g.is_locked(now));
        let at = self.guessing.iter().position(is_it);
        let at = at.unwrap_or_else(|| {
            self.guessing.push(Guessing {
                guesser,
                kind,
                wrong: Vec::new(),
                locked_until: None,
            });
            self.guessing.len() - 1
        });
        &mut self.guessing[at]
    }
}
