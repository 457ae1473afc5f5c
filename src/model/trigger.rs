//! Triggers: days on which a campaign runs for a member without an act of theirs.

use super::{
    Number,
    time::{Day, WEEKDAYS},
};
use std::fmt;

/// Days on which a campaign's `on_day` runs, as its header declares them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Trigger {
    /// Every birthday.
    Birthday,
    /// This long after the last purchase, once for each period of inactivity.
    Quiet {
        /// Calendar months; ends of months clamp.
        months: u32,
        /// Days on top of them.
        days: u32,
    },
    /// Every year on the day of the first purchase.
    FirstPurchase,
    /// Every year on the day of joining.
    Enrolment,
    /// This many days before points expire.
    Expiring {
        /// The unit.
        unit: Number,
        /// Numbers of days before, each of them a due day of its own.
        days: Vec<u32>,
    },
    /// Every month on these days.
    Monthly(Vec<MonthlyDay>),
}

/// A day that each month has once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MonthlyDay {
    /// By its number, 1 to 28.
    Number(u32),
    /// The last day.
    Last,
    /// The first to fourth of a day of the week, 0 for Monday.
    Nth(u32, usize),
    /// The last of a day of the week.
    LastOf(usize),
}

/// Words for the first to fourth of a day of the week.
const NTH: [&str; 4] = ["1st", "2nd", "3rd", "4th"];

impl MonthlyDay {
    /// The day of a text: `1` to `28`, `last`, `1st Sat` to `4th Sat`, `last Sat`.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(text: &str) -> Result<MonthlyDay, &'static str> {
        const RULE: &str =
            "write \"1\" to \"28\", \"last\", \"1st Sat\" to \"4th Sat\", or \"last Sat\"";
        let weekday = |name: &str| WEEKDAYS.iter().position(|known| *known == name).ok_or(RULE);
        let nth = |word: &str| (1..).zip(NTH).find(|(_, known)| *known == word);
        match (text.split_once(' '), text.parse()) {
            (None, Ok(day @ 1..=28)) => Ok(MonthlyDay::Number(day)),
            (None, Ok(29..=31)) => Err("not every month has it: write \"last\""),
            (None, _) if text == "last" => Ok(MonthlyDay::Last),
            (Some(("last", name)), _) => weekday(name).map(MonthlyDay::LastOf),
            (Some(("5th", _)), _) => Err("not every month has it: write \"last Sat\""),
            (Some((word, name)), _) => {
                let (nth, _) = nth(word).ok_or(RULE)?;
                Ok(MonthlyDay::Nth(nth, weekday(name)?))
            }
            _ => Err(RULE),
        }
    }

    /// True if it falls on that day.
    pub fn is(self, day: Day) -> bool {
        let is_last = |of: u32| day.days_after(of).month() != day.month();
        match self {
            MonthlyDay::Number(number) => day.day() == number,
            MonthlyDay::Last => is_last(1),
            MonthlyDay::Nth(nth, weekday) => {
                day.weekday() == weekday && day.day().div_ceil(7) == nth
            }
            MonthlyDay::LastOf(weekday) => day.weekday() == weekday && is_last(7),
        }
    }

    /// The first day after another on which one of some falls; None if there are none.
    pub fn next_of(days: &[MonthlyDay], after: Day) -> Option<Day> {
        let mut ahead = (1..=62).map(|n| after.days_after(n));
        ahead.find(|day| days.iter().any(|one| one.is(*day)))
    }
}

impl fmt::Display for MonthlyDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MonthlyDay::Number(day) => write!(f, "{day}"),
            MonthlyDay::Last => write!(f, "last"),
            MonthlyDay::Nth(nth, weekday) => {
                let nth = NTH[*nth as usize - 1];
                write!(f, "{nth} {}", WEEKDAYS[*weekday])
            }
            MonthlyDay::LastOf(weekday) => write!(f, "last {}", WEEKDAYS[*weekday]),
        }
    }
}

/// A due day as scripts see it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DayFacts {
    /// The programme's day.
    pub day: Day,
    /// Points that expire together next, if the trigger is about expiry.
    pub points: i64,
    /// Last day on which they are good, likewise.
    pub last: Option<Day>,
    /// Whole years since the anniversary's first day.
    pub years: i32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_month_has_a_monthly_day_once() {
        let texts = [
            "1", "28", "last", "1st Mon", "2nd Wed", "4th Sun", "last Fri",
        ];
        for text in texts {
            let one = MonthlyDay::parse(text).unwrap();
            assert_eq!(one.to_string(), text);
            let mut day = Day::parse("2023-12-31").unwrap();
            for month in 0..24 {
                let next = MonthlyDay::next_of(&[one], day).unwrap();
                assert_eq!(next.month(), month % 12 + 1, "{text}: {next}");
                day = next;
            }
        }
        let both = [MonthlyDay::Number(1), MonthlyDay::Last];
        let next = |day| MonthlyDay::next_of(&both, Day::parse(day).unwrap()).unwrap();
        assert_eq!(next("2024-02-01").to_string(), "2024-02-29");
        assert_eq!(next("2024-02-29").to_string(), "2024-03-01");
        for wrong in [
            "0",
            "29",
            "31",
            "5th Sat",
            "first Sat",
            "1st sat",
            "Sat",
            "",
            "1 Sat",
        ] {
            assert!(MonthlyDay::parse(wrong).is_err(), "{wrong}");
        }
    }
}
