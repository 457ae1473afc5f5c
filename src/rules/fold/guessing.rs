//! Folding of wrong codes and of the locks that follow from them.

use super::posting::{Applied, Posting, Wrong};
use crate::model::{Effect, Guess};
use crate::rules::state::Guesser;

/// Applies a wrong code, a lock or an unlock.
pub(super) fn apply(posting: &mut Posting, effect: &Effect) -> Applied {
    let now = posting.entry.head.effective;
    let Some(guess) = effect.guess() else {
        return Ok(());
    };
    let guesser = guesser(posting, &guess)?;
    let guesses = &mut posting.state.global.guessing;
    let guessing = guesses.of_mut(guesser, guess.kind, now);
    match effect {
        Effect::GuessCounted { code, .. } => {
            guessing.wrong.retain(|(_, known)| known != code);
            guessing.wrong.push((now, *code));
        }
        Effect::GuessLock { until, .. } => match (until, guessing.is_locked(now)) {
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
        },
        _ => {}
    }
    Ok(())
}

fn guesser(posting: &Posting, guess: &Guess) -> Result<Guesser, Wrong> {
    let place = guess.place.clone();
    Ok(match guess.who {
        Some(who) => Guesser::Member(posting.member(who)?.id),
        None if guess.terminal.is_empty() => Guesser::Channel {
            place,
            channel: guess.channel.clone(),
        },
        None => Guesser::Terminal {
            place,
            terminal: guess.terminal.into(),
        },
    })
}
