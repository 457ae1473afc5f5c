//! Retention by cohorts: of those who first bought in a period, how many
//! bought in each period after it. It counts purchases and estimates nothing.

use std::collections::BTreeMap;

/// Customers whose first purchase fell into one period.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cohort {
    /// Number of that period.
    pub start: i32,
    /// Customers, of whom all bought in it.
    pub size: u64,
    /// Those of them who bought in the first, second, ... period after it, as far as
    /// periods are over.
    pub bought: Vec<u64>,
}

/// Cohorts by period, the earliest first, from the periods of each customer's
/// purchases, in their order. Periods are numbered without gaps; `complete` is the
/// last that is over, and later purchases do not count.
pub fn cohorts(
    customers: impl IntoIterator<Item = impl IntoIterator<Item = i32>>,
    complete: i32,
) -> Vec<Cohort> {
    let mut found: BTreeMap<i32, Cohort> = BTreeMap::new();
    let mut periods: Vec<i32> = Vec::new();
    for purchases in customers {
        periods.clear();
        periods.extend(purchases.into_iter().take_while(|one| *one <= complete));
        periods.dedup();
        let Some(start) = periods.first().copied() else {
            continue;
        };
        let later = usize::try_from(complete - start).unwrap_or(0);
        let cohort = found.entry(start).or_insert_with(|| Cohort {
            start,
            size: 0,
            bought: vec![0; later],
        });
        cohort.size += 1;
        for period in periods.iter().skip(1) {
            let after = usize::try_from(period - start - 1).unwrap_or(0);
            if let Some(count) = cohort.bought.get_mut(after) {
                *count += 1;
            }
        }
    }
    found.into_values().collect()
}
