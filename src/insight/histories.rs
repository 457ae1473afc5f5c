//! Each person's sales, one after another: built from the facts for a question.

use super::facts::{Facts, NOBODY, Sale, Who};
use crate::model::Day;

/// Positions of sales by person, each person's by day.
#[derive(Debug)]
pub struct Histories {
    /// Where each person's rows begin; one more than there are people.
    starts: Vec<u32>,
    rows: Vec<u32>,
}

impl Histories {
    /// Sorts the sales that stand by the person they belong to now.
    /// Complexity: linear in the sales, but for the sorting of each person's.
    pub fn of(facts: &Facts) -> Histories {
        let owners: Vec<Who> = (facts.sales.iter())
            .map(|sale| match sale.is_gone {
                true => NOBODY,
                false => facts.resolve(sale.who),
            })
            .collect();
        let mut starts = vec![0u32; facts.people.len() + 1];
        for who in owners.iter().filter(|who| **who != NOBODY) {
            starts[*who as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut rows = vec![0u32; starts.last().map_or(0, |end| *end as usize)];
        for (row, who) in (0u32..).zip(&owners) {
            if let (true, Some(at)) = (*who != NOBODY, next.get_mut(*who as usize)) {
                rows[*at as usize] = row;
                *at += 1;
            }
        }
        for pair in starts.windows(2) {
            let own = &mut rows[pair[0] as usize..pair[1] as usize];
            own.sort_by_key(|row| facts.sales[*row as usize].day);
        }
        Histories { starts, rows }
    }

    /// A person's sales that stand, by day.
    pub fn sales<'f>(&'f self, facts: &'f Facts, who: Who) -> impl Iterator<Item = &'f Sale> {
        let who = who as usize;
        let range = match (self.starts.get(who), self.starts.get(who + 1)) {
            (Some(start), Some(end)) => *start as usize..*end as usize,
            _ => 0..0,
        };
        let rows = self.rows[range].iter();
        rows.map(|row| &facts.sales[*row as usize])
    }

    /// Distinct days on which a person bought, within a window.
    pub fn days(&self, facts: &Facts, who: Who, (from, to): (Day, Day)) -> Vec<Day> {
        let days = self.sales(facts, who).map(|sale| sale.day);
        let mut days: Vec<Day> = days.filter(|day| (from..=to).contains(day)).collect();
        days.dedup();
        days
    }
}
