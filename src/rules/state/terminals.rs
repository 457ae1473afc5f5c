//! Terminals' own counters: the last number of each, and irregularities.

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
    /// The last number.
    pub last: u64,
    /// Numbers that were skipped, in all.
    pub missing: u64,
    /// Numbers that came again or went back, in all.
    pub out_of_order: u64,
    /// Day and sequence of the last entry whose number was not the next.
    pub odd: Option<(Day, u64)>,
}

/// A terminal's number compared with those before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Counting {
    /// The first number, or one after those before it.
    On {
        /// Number of skipped ones.
        missing: u64,
    },
    /// The same as the last one.
    Again,
    /// Before the last one: set back, or sent late.
    Back,
}

impl Counting {
    /// Number of skipped ones before it.
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

    /// Compares a number with those before it. After a number that went back,
    /// the next ones are compared with that one, until they pass the greatest.
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

    /// Records a number.
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

    /// Result for each number, in short: `+missing`, `=` again, `<` back.
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
        // Sent late: later ones are compared with the greatest number.
        assert_eq!(judged(&[1, 3, 2, 4]), ["+0", "+1", "<", "+0"]);
        // Reset: only the jump is odd, and later gaps are still found.
        assert_eq!(judged(&[500, 1, 2, 5]), ["+0", "<", "+0", "+2"]);
        assert_eq!(
            judged(&[u64::MAX, 0, u64::MAX]),
            ["+0", "<", "+18446744073709551614"]
        );
    }
}
