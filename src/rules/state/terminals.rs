//! Terminals' own counters: what each counted last, and what was odd about it.

use crate::model::{Day, Number};
use bincode::{Decode, Encode};
use std::collections::BTreeMap;

/// The counters of all terminals that have one, by store number and name.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub struct Terminals(BTreeMap<Number, BTreeMap<String, TerminalCounter>>);

/// A terminal's counter.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub struct TerminalCounter {
    /// The greatest number so far.
    pub greatest: u64,
    /// The number that came last.
    pub last: u64,
    /// Numbers that were skipped, in all.
    pub missing: u64,
    /// Numbers that came again or went back, in all.
    pub out_of_order: u64,
    /// Day and sequence of the last entry whose number was not the next.
    pub odd: Option<(Day, u64)>,
}

/// What a terminal's number is beside those that came before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Counting {
    /// The first, or behind the ones before; so many were skipped.
    On {
        /// How many numbers are missing.
        missing: u64,
    },
    /// The same as the last one.
    Again,
    /// Before the last one: set back, or sent late.
    Back,
}

impl Counting {
    /// How many numbers are missing before it.
    pub fn missing(self) -> u64 {
        match self {
            Counting::On { missing } => missing,
            Counting::Again | Counting::Back => 0,
        }
    }
}

impl Terminals {
    /// The counter of a terminal, if it has one.
    pub fn counter(&self, store: Number, terminal: &str) -> Option<&TerminalCounter> {
        self.0.get(&store)?.get(terminal)
    }

    /// What a number is beside those before it. One that goes on behind a number
    /// that went back is held to that one, until it passes the greatest.
    pub fn judge(&self, store: Number, terminal: &str, number: u64) -> Counting {
        let Some(before) = self.counter(store, terminal) else {
            return Counting::On { missing: 0 };
        };
        let next_to = match number > before.greatest {
            true => before.greatest,
            false => before.last,
        };
        match number.checked_sub(next_to) {
            None => Counting::Back,
            Some(0) => Counting::Again,
            Some(step) => Counting::On { missing: step - 1 },
        }
    }

    /// Takes a number over.
    pub(crate) fn count(&mut self, (store, terminal): (Number, &str), number: u64, at: (Day, u64)) {
        let counting = self.judge(store, terminal, number);
        let of_store = self.0.entry(store).or_default();
        let counter = match of_store.get_mut(terminal) {
            Some(counter) => counter,
            None => of_store.entry(terminal.to_owned()).or_default(),
        };
        counter.greatest = counter.greatest.max(number);
        counter.last = number;
        match counting {
            Counting::On { missing: 0 } => return,
            Counting::On { missing } => counter.missing = counter.missing.saturating_add(missing),
            Counting::Again | Counting::Back => {
                counter.out_of_order = counter.out_of_order.saturating_add(1);
            }
        }
        counter.odd = Some(at);
    }

    /// All counters, by store number and name of the terminal.
    pub fn all(&self) -> impl Iterator<Item = (Number, &str, &TerminalCounter)> {
        self.0.iter().flat_map(|(store, terminals)| {
            let of_store = terminals.iter();
            of_store.map(|(name, counter)| (*store, name.as_str(), counter))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What came of each number, in words: `+missing`, `=` again, `<` back.
    fn judged(numbers: &[u64]) -> Vec<String> {
        let mut terminals = Terminals::default();
        let mut told = Vec::new();
        for number in numbers {
            told.push(match terminals.judge(1, "till-1", *number) {
                Counting::On { missing } => format!("+{missing}"),
                Counting::Again => "=".into(),
                Counting::Back => "<".into(),
            });
            terminals.count((1, "till-1"), *number, (Day(0), 0));
        }
        told
    }

    #[test]
    fn gaps_repeats_and_jumps_back_are_told_apart() {
        assert_eq!(judged(&[7, 8, 10, 10, 11]), ["+0", "+0", "+1", "=", "+0"]);
        // Sent late: what comes behind is held to the greatest number.
        assert_eq!(judged(&[1, 3, 2, 4]), ["+0", "+1", "<", "+0"]);
        // Set anew: only the jump is odd, and later gaps are found all the same.
        assert_eq!(judged(&[500, 1, 2, 5]), ["+0", "<", "+0", "+2"]);
        assert_eq!(
            judged(&[u64::MAX, 0, u64::MAX]),
            ["+0", "<", "+18446744073709551614"]
        );
    }
}
