//! Log of a member's activities: a count by activity and day.

use super::List;
use crate::model::{ActedOn, Day, Number};

/// Days kept for each activity: scripts ask for up to 366, also on the oldest
/// day that a command may come from.
const DAYS_MAX: usize = 366 + super::DAYS_LATE as usize;

/// Adds to a day's count; only the newest days of each activity are kept.
pub(in crate::rules) fn add(log: &mut List<ActedOn>, activity: Number, day: Day, times: i32) {
    match log.iter_mut().find(|a| (a.0, a.1) == (activity, day)) {
        Some(found) => found.2 = found.2.saturating_add(times),
        None => {
            log.push((activity, day, times));
            log.sort_unstable_by_key(|a| (a.0, a.1));
            let of_kind = |a: &ActedOn| a.0 == activity;
            if log.iter().filter(|a| of_kind(a)).count() > DAYS_MAX
                && let Some(oldest) = log.iter().position(of_kind)
            {
                log.remove(oldest);
            }
        }
    }
}

/// Subtracts another member's counts, as far as they were not dropped as too old.
pub(in crate::rules) fn give_up(log: &mut List<ActedOn>, other: &[ActedOn]) {
    for (activity, day, times) in other {
        let mut days = log.iter_mut();
        if let Some(found) = days.find(|a| (a.0, a.1) == (*activity, *day)) {
            found.2 = found.2.saturating_sub(*times);
        }
    }
    log.retain(|a| a.2 != 0);
}

/// Times that an activity was done in the last days up to one, inclusive.
pub fn times(log: &[ActedOn], activity: Number, day: Day, days: u16) -> i64 {
    let from = day.plus_days(1 - i32::from(days));
    let within = |a: &&ActedOn| a.0 == activity && (from..=day).contains(&a.1);
    log.iter().filter(within).map(|a| i64::from(a.2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_before_the_window_and_after_the_day_do_not_count() {
        let mut log = List::new();
        for day in [1, 3, 9, 20, 31, 40] {
            add(&mut log, 7, Day(day), 1);
        }
        add(&mut log, 8, Day(31), 1);
        assert_eq!(times(&log, 7, Day(31), 30), 4);
        assert_eq!(times(&log, 7, Day(30), 30), 4);
        add(&mut log, 7, Day(20), -1);
        assert_eq!(times(&log, 7, Day(30), 30), 3);
    }

    #[test]
    fn the_log_is_bounded_by_its_newest_days() {
        let mut log = List::new();
        (0..500).for_each(|day| add(&mut log, 7, Day(day), 1));
        assert_eq!(log.len(), DAYS_MAX);
        assert_eq!(log[0].1, Day(500 - DAYS_MAX as i32));
    }
}
