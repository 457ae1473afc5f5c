//! Effects of wrong codes and of the locks that follow from them.

use super::{Applied, Poster};
use crate::model::{Channel, Effect, Place};
use crate::rules::state::Guesser;

impl Poster<'_> {
    /// A wrong code counts, or codes are locked or taken again.
    pub(super) fn apply_guessing(&mut self, effect: &Effect) -> Applied {
        let now = self.entry.head.effective;
        match effect {
            Effect::GuessCounted {
                channel,
                place,
                terminal,
                who,
                kind,
                code,
            } => {
                let guesser = self.guesser(channel, place, terminal, *who)?;
                let guessing = self.state.house.guessing_mut(guesser, *kind, now);
                guessing.wrong.retain(|(_, known)| known != code);
                guessing.wrong.push((now, *code));
            }
            Effect::GuessLock {
                channel,
                place,
                terminal,
                who,
                kind,
                until,
            } => {
                let guesser = self.guesser(channel, place, terminal, *who)?;
                let guessing = self.state.house.guessing_mut(guesser, *kind, now);
                match (until, guessing.is_locked(now)) {
                    (Some(until), _) if *until <= now => {
                        return Err("a lock for guessing ends before it begins".into());
                    }
                    (Some(_), true) => return Err("these codes are locked already".into()),
                    (None, false) => return Err("these codes are not locked".into()),
                    (Some(until), false) => guessing.locked_until = Some(*until),
                    (None, true) => {
                        guessing.locked_until = None;
                        guessing.wrong.clear();
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn guesser(
        &self,
        channel: &Channel,
        place: &Place,
        terminal: &str,
        who: Option<u8>,
    ) -> Result<Guesser, String> {
        Ok(match who {
            Some(who) => Guesser::Member(self.id(who)?),
            None if terminal.is_empty() => Guesser::Channel {
                place: place.clone(),
                channel: channel.clone(),
            },
            None => Guesser::Terminal {
                place: place.clone(),
                terminal: terminal.into(),
            },
        })
    }
}
