//! Effects in answers, rendered from their description, as data and as lines.

use super::View;
use super::effect::{Described, Name, Sum, Until};
use crate::answer::{Did, EffectKind};
use crate::model::Guess;

impl View<'_> {
    /// Renders an effect for an answer; None for bookkeeping.
    pub(super) fn did(&self, effect: &Described<'_>) -> Option<Did> {
        let (line, lines) = match effect.lines {
            [line] => (Some(*line), Vec::new()),
            lines => (None, lines.to_vec()),
        };
        let amount = effect.unit.zip(effect.amount);
        let end = effect.deadline.or(effect.expires);
        Some(Did {
            effect: effect.kind?,
            unit: effect.unit.map(|unit| self.unit(unit)),
            amount: amount.map(|(unit, points)| self.figure(unit, points)),
            money: effect.sum.map(|sum| self.sum(sum)),
            campaign: self.campaign(effect.campaign),
            line,
            lines,
            available_at: effect.available.map(|at| self.at(at)),
            expires_at: end.map(|at| self.at(at)),
            last_day: end.map(|at| self.last_day(at)),
            moves_on: effect.deadline.is_some(),
            name: effect.name.map(|name| self.name_of(name)),
            until: effect.until.map(|until| self.until(until)),
            of: effect.of,
            why: (!effect.why.is_empty()).then(|| effect.why.clone().into_owned()),
        })
    }

    fn sum(&self, sum: Sum) -> String {
        match sum {
            Sum::Money(money) => self.money(money),
            Sum::Exact(exact) => exact.display(self.programme().digits),
        }
    }

    fn until(&self, until: Until) -> String {
        match until {
            Until::Day(day) => day.to_string(),
            Until::Instant(at) => self.at(at),
        }
    }

    fn name_of(&self, name: Name<'_>) -> String {
        match name {
            Name::Of(kind, number) => self.name(kind, number),
            Name::Text(text) => text.into(),
            Name::Codes(guess) => self.codes(guess),
        }
    }

    /// Names codes that were wrong, locked or unlocked: their kind, and whose they are.
    fn codes(&self, guess: Guess<'_>) -> String {
        let store = match self.store(guess.place).as_str() {
            "" => String::new(),
            store => format!(" of {store}"),
        };
        let whose = match (guess.who, guess.terminal) {
            (Some(_), _) => "for the member".into(),
            (None, "") => format!("by {} without a member{store}", guess.channel.name()),
            (None, terminal) => format!("at {terminal}{store}"),
        };
        format!("{} codes {whose}", guess.kind.as_str())
    }
}

impl Did {
    /// Describes the effect in a few words, for a statement.
    pub fn text(&self) -> String {
        let end = self
            .until
            .as_deref()
            .filter(|_| self.effect == EffectKind::Lock);
        let parts = [
            Some(self.effect.words()),
            self.amount.map(|n| format!("{n:+}")),
            self.money.clone(),
            self.unit.clone(),
            self.name.clone(),
            self.campaign.as_ref().map(|c| format!("({c})")),
            end.map(|at| format!("until {}", to_second(at))),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// Sums up effects for people, who count points and not lots: the same effect
/// on several lots becomes one.
pub fn summed(did: &[Did]) -> Vec<Did> {
    let mut told: Vec<Did> = Vec::new();
    for next in did {
        let is_same = |last: &&mut Did| {
            Did {
                amount: next.amount,
                ..(**last).clone()
            } == *next
        };
        match (told.last_mut().filter(is_same), next.amount) {
            (Some(last), Some(more)) => last.amount = last.amount.map(|n| n.plus(more)),
            _ => told.push(next.clone()),
        }
    }
    told
}

/// Cuts the fraction of a second off an instant: people do not read it.
pub fn to_second(at: &str) -> String {
    match at.split_once('.') {
        Some((whole, rest)) => {
            let zone = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            format!("{whole}{zone}")
        }
        None => at.to_owned(),
    }
}
