//! Holds, and what goes from one member to another.

use super::ask::{Asker, alias};
use super::options::{Options, moment};
use super::words::{Read, Words};
use crate::command::{EntryRef, HouseholdAsked, Taker, Verb};

impl Asker<'_> {
    /// `hold alice 60 star until 2026-01-10 18:00`
    pub(super) fn hold(&self, words: &mut Words) -> Read<(Verb, Options)> {
        let what = self.redeemed(words)?;
        if !words.take("until") {
            return Err(words.wrong("until and a date, perhaps with a time"));
        }
        let until = moment(words, self.programme)?;
        let options = self.options(words, &["because"])?;
        let note = options.because.clone();
        Ok((Verb::Hold { what, until, note }, options))
    }

    /// `capture alice 40 star final`, `capture alice all`, of the member's last hold.
    pub(super) fn capture(&self, name: Option<&str>, words: &mut Words) -> Read<(Verb, Options)> {
        let points = match words.take("all") {
            true => None,
            false => {
                let points = words.count()?;
                words.unit(self.programme)?;
                Some(points)
            }
        };
        let is_final = words.take("final");
        let options = self.options(words, &["of"])?;
        let of = EntryRef::Key(self.known(&self.holds, &options, name, words, "hold")?);
        let verb = Verb::Capture {
            of,
            points,
            is_final,
        };
        Ok((verb, options))
    }

    pub(super) fn release(&self, name: Option<&str>, words: &mut Words) -> Read<(Verb, Options)> {
        let options = self.options(words, &["of"])?;
        let of = EntryRef::Key(self.known(&self.holds, &options, name, words, "hold")?);
        Ok((Verb::Release { of }, options))
    }

    /// `transfer alice 10 star to bob`, `transfer alice 10 star with token`
    pub(super) fn transfer(&self, words: &mut Words) -> Read<(Verb, Options)> {
        let points = words.count()?;
        let unit = words.unit(self.programme)?;
        let to = taker(words)?;
        let options = self.options(words, &["because"])?;
        let verb = Verb::Transfer {
            to,
            unit,
            points,
            note: options.because.clone(),
        };
        Ok((verb, options))
    }

    /// `household bob join alice`, `household bob leave`
    pub(super) fn household(&self, words: &mut Words) -> Read<(Verb, Options)> {
        let asked = match words.one_of("join or leave", &["join", "leave"])?.as_str() {
            "leave" => HouseholdAsked::Leave,
            _ => joined(words)?,
        };
        Ok((Verb::Household(asked), self.options(words, &[])?))
    }

    /// `merge bob into alice because two cards`
    pub(super) fn merge(&self, words: &mut Words) -> Read<(Verb, Options)> {
        if !words.take("into") {
            return Err(words.wrong("into and a member's name"));
        }
        let into = words.read("a member's name", alias)?;
        let options = self.options(words, &["because"])?;
        let reason = match options.because.as_str() {
            "" => "story".into(),
            because => because.into(),
        };
        Ok((Verb::Merge { into, reason }, options))
    }

    /// `unmerge bob`: the member's last merge.
    pub(super) fn unmerge(&self, name: Option<&str>, words: &mut Words) -> Read<(Verb, Options)> {
        let options = self.options(words, &["of"])?;
        let of = EntryRef::Key(self.known(&self.merges, &options, name, words, "merge")?);
        Ok((Verb::Unmerge { of }, options))
    }
}

fn joined(words: &mut Words) -> Read<HouseholdAsked> {
    let with = words.read("a member's name", alias)?;
    Ok(HouseholdAsked::Join { with })
}

/// `to bob`, `with token`
fn taker(words: &mut Words) -> Read<Taker> {
    if words.one_of("to and a name, or with token", &["to", "with"])? == "to" {
        return Ok(Taker::Member(words.read("a member's name", alias)?));
    }
    words.one_of("token", &["token"])?;
    Ok(Taker::Token)
}
