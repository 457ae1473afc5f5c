//! Distinct values, so that a row names one by a small number.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash as Hashable;

/// Distinct values, numbered in the order in which they came.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Distinct<T: Hashable + Eq> {
    list: Vec<T>,
    numbers: HashMap<T, u32>,
}

impl<T: Hashable + Eq> Default for Distinct<T> {
    fn default() -> Distinct<T> {
        Distinct {
            list: Vec::new(),
            numbers: HashMap::new(),
        }
    }
}

impl<T: Hashable + Eq + Clone> Distinct<T> {
    /// Puts values together again; those that stand twice keep their first number.
    pub(super) fn of(list: Vec<T>) -> Distinct<T> {
        let mut numbers = HashMap::with_capacity(list.len());
        for (value, number) in list.iter().zip(0..) {
            numbers.entry(value.clone()).or_insert(number);
        }
        Distinct { list, numbers }
    }

    /// The values, by number.
    pub(super) fn list(&self) -> &Vec<T> {
        &self.list
    }

    /// Number of a value, which is added if it is new.
    pub fn number<Q>(&mut self, value: &Q) -> u32
    where
        T: Borrow<Q>,
        Q: Hashable + Eq + ToOwned<Owned = T> + ?Sized,
    {
        if let Some(number) = self.numbers.get(value) {
            return *number;
        }
        let number = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.list.push(value.to_owned());
        self.numbers.insert(value.to_owned(), number);
        number
    }

    /// As [`Distinct::number`], for a column of two bytes: beyond 65,535 values the rest
    /// share the last number.
    pub fn short<Q>(&mut self, value: &Q) -> u16
    where
        T: Borrow<Q>,
        Q: Hashable + Eq + ToOwned<Owned = T> + ?Sized,
    {
        u16::try_from(self.number(value)).unwrap_or(u16::MAX)
    }

    /// Number of a value; None for an unknown one.
    pub fn find<Q>(&self, value: &Q) -> Option<u32>
    where
        T: Borrow<Q>,
        Q: Hashable + Eq + ?Sized,
    {
        self.numbers.get(value).copied()
    }

    /// Value of a number.
    pub fn get(&self, number: impl Into<u32>) -> Option<&T> {
        self.list.get(number.into() as usize)
    }

    /// Number of them.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// True if there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

impl Distinct<String> {
    /// Text of a number; empty for an unknown one.
    pub fn text(&self, number: u32) -> &str {
        self.get(number).map_or("", String::as_str)
    }
}
