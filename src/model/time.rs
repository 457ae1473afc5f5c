//! Time: instants, days of the programme, and the programme's calendar.
//!
//! The calendar is data (a table of the zone's transitions, kept in the
//! journal), so no answer here depends on the machine's clock, zone or tz
//! database. chrono does the civil arithmetic and does not leave this file.

use bincode::{Decode, Encode};
use chrono::format::ParseErrorKind;
use chrono::{
    DateTime, Datelike, FixedOffset, Months, NaiveDate, NaiveDateTime, TimeDelta, Timelike,
};
use std::collections::BTreeSet;
use std::fmt;

/// Microseconds in a second.
pub const SECOND: i64 = 1_000_000;
/// Microseconds in a minute.
pub const MINUTE: i64 = 60 * SECOND;

/// A point in time: microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug, Encode, Decode)]
pub struct Instant(pub i64);

/// Minutes east of UTC that a till's clock showed.
pub type OffsetMinutes = i16;

impl Instant {
    /// Reads RFC 3339 with an offset (`2026-11-24T10:03:00+01:00`), to the
    /// microsecond, between the years 1970 and 2200. A 60th second is refused.
    pub fn parse(text: &str) -> Result<(Instant, OffsetMinutes), String> {
        let wrong = || format!("'{text}' is not an instant such as 2026-11-24T10:03:00+01:00");
        let parsed = DateTime::parse_from_rfc3339(text).map_err(|why| match why.kind() {
            ParseErrorKind::OutOfRange | ParseErrorKind::Impossible => {
                format!("'{text}' is a date or time that does not exist")
            }
            _ => wrong(),
        })?;
        if parsed.nanosecond() >= 1_000_000_000 {
            return Err(format!("'{text}' names a leap second, which no till has"));
        }
        if !(1970..2200).contains(&parsed.year()) {
            return Err(format!("'{text}' is not between the years 1970 and 2200"));
        }
        let offset = minutes_of(parsed.offset().local_minus_utc());
        Ok((Instant(parsed.timestamp_micros()), offset))
    }

    /// The instant written in RFC 3339 at an offset, without needless fractions.
    pub fn display(self, offset_seconds: i32) -> String {
        let zone = FixedOffset::east_opt(offset_seconds)
            .unwrap_or_else(|| FixedOffset::east_opt(0).expect("zero is an offset"));
        match DateTime::from_timestamp_micros(self.0) {
            Some(at) => at
                .with_timezone(&zone)
                .to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
            None => format!("{} µs", self.0),
        }
    }

    /// The instant that many microseconds later (or earlier); saturates.
    pub fn after(self, micros: i64) -> Instant {
        Instant(self.0.saturating_add(micros))
    }
}

/// Converts an offset in seconds, of less than a day, to whole minutes.
pub fn minutes_of(seconds: i32) -> OffsetMinutes {
    let minutes = seconds / 60;
    let bound = if minutes < 0 { i16::MIN } else { i16::MAX };
    OffsetMinutes::try_from(minutes).unwrap_or(bound)
}

/// 2200-01-01T00:00:00Z, the first instant beyond the range of a ledger.
const TIME_END: i64 = 7_258_118_400_000_000;

/// Message about a clock outside the range of a ledger: before 1970, or after 2199.
pub fn clock_error(read: Instant) -> Option<String> {
    let is_sound = (0..TIME_END).contains(&read.0);
    (!is_sound).then(|| {
        let read = read.display(0);
        format!("the clock reads {read}, and the years of a ledger are 1970 to 2199; set the clock")
    })
}

/// A day of the programme's calendar: days since 1970-01-01. A day begins at
/// the programme's `day_starts`, so a bar's Friday may end on Saturday at 04:00.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug, Encode, Decode)]
pub struct Day(pub i32);

/// The days of the week as programmes write them, Monday first.
pub const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

impl Day {
    /// The day of a civil date, if there is such a date.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Day> {
        let date = NaiveDate::from_ymd_opt(year, month, day)?;
        (1970..2200).contains(&year).then(|| Day::of(date))
    }

    /// Reads `2026-11-24`.
    pub fn parse(text: &str) -> Result<Day, String> {
        let digits = |s: &str| {
            s.bytes()
                .all(|b| b.is_ascii_digit())
                .then(|| s.parse::<u32>().ok())?
        };
        let mut parts = text.split('-');
        let mut next = |len: usize| parts.next().filter(|p| p.len() == len).and_then(digits);
        let found = (|| Some((next(4)?, next(2)?, next(2)?)))();
        let (year, month, day) = found
            .filter(|_| text.len() == 10)
            .ok_or_else(|| format!("'{text}' is not a date such as 2026-11-24"))?;
        Day::from_ymd(year.cast_signed(), month, day).ok_or_else(|| {
            format!("'{text}' is a date that does not exist (or lies outside 1970 to 2199)")
        })
    }

    fn of(date: NaiveDate) -> Day {
        Day(date.num_days_from_ce() - 719_163)
    }

    fn date(self) -> NaiveDate {
        let days = self.0.clamp(0, 84_000) + 719_163;
        NaiveDate::from_num_days_from_ce_opt(days).expect("a clamped day is a date")
    }

    /// The year, for example 2026.
    pub fn year(self) -> i32 {
        self.date().year()
    }

    /// The month, 1 to 12.
    pub fn month(self) -> u32 {
        self.date().month()
    }

    /// The day of the month, 1 to 31.
    pub fn day(self) -> u32 {
        self.date().day()
    }

    /// Months since January of year 0: a number for each calendar month.
    pub fn month_count(self) -> i32 {
        let date = self.date();
        date.year() * 12 + date.month0().cast_signed()
    }

    #[expect(clippy::cast_possible_truncation, reason = "a week has seven days")]
    fn weekday_number(self) -> u8 {
        self.date().weekday().num_days_from_monday() as u8
    }

    /// 0 for Monday to 6 for Sunday.
    pub fn weekday(self) -> usize {
        usize::from(self.weekday_number())
    }

    /// The day that many days later.
    pub fn plus_days(self, days: i32) -> Day {
        Day(self.0.saturating_add(days))
    }

    /// The day that many days later; saturates.
    pub fn days_after(self, days: u32) -> Day {
        Day(self.0.saturating_add_unsigned(days))
    }

    /// The day that many days earlier; saturates.
    pub fn days_before(self, days: u32) -> Day {
        Day(self.0.saturating_sub_unsigned(days))
    }

    /// The same day of the month that many months later; a day that the month
    /// lacks becomes its last. Not associative: always add to the first anchor.
    pub fn plus_months(self, months: u32) -> Day {
        let date = self.date();
        date.checked_add_months(Months::new(months))
            .map_or(self, Day::of)
    }

    /// The day on which that many months are over: the same day of the month,
    /// or the first of the next month if the month lacks it. A thing that is
    /// good until then is good through the whole of a shorter month, so that
    /// clamping counts in the member's favour.
    pub fn after_months(self, months: u32) -> Day {
        let clamped = self.plus_months(months);
        match clamped.day() < self.day() {
            true => clamped.plus_days(1),
            false => clamped,
        }
    }

    /// The same day of the month that many months earlier, clamped likewise.
    pub fn minus_months(self, months: u32) -> Day {
        let date = self.date();
        date.checked_sub_months(Months::new(months))
            .map_or(self, Day::of)
    }

    /// The first day of the period this day lies in.
    pub fn start_of(self, period: Period) -> Day {
        let (year, month) = (self.year(), self.month());
        let first = |month| Day::from_ymd(year, month, 1).unwrap_or(self);
        match period {
            Period::Ever => Day(0),
            Period::Year => first(1),
            Period::Quarter => first((month - 1) / 3 * 3 + 1),
            Period::Month => first(month),
            Period::Week => self.plus_days(-i32::from(self.weekday_number())),
            Period::Day => self,
        }
    }

    /// The first day after the period this day lies in; none for [`Period::Ever`].
    pub fn next(self, period: Period) -> Option<Day> {
        let start = self.start_of(period);
        match period {
            Period::Ever => None,
            Period::Year => Some(start.plus_months(12)),
            Period::Quarter => Some(start.plus_months(3)),
            Period::Month => Some(start.plus_months(1)),
            Period::Week => Some(start.plus_days(7)),
            Period::Day => Some(start.plus_days(1)),
        }
    }

    /// Whole months from an earlier day to this one: the number of times that
    /// its day of the month has come round.
    pub fn months_since(self, earlier: Day) -> i32 {
        let months = self.month_count() - earlier.month_count();
        let is_short = months > 0 && earlier.plus_months(months.unsigned_abs()) > self;
        months - i32::from(is_short)
    }

    /// Number of months since an earlier day that are over, as [`Day::after_months`] has it.
    pub fn months_over(self, earlier: Day) -> u32 {
        let passed = self.months_passed(earlier);
        let is_short = passed > 0 && earlier.after_months(passed) > self;
        passed - u32::from(is_short)
    }

    /// Whole months since an earlier day; 0 where it is a later one.
    pub fn months_passed(self, earlier: Day) -> u32 {
        self.months_since(earlier).max(0).unsigned_abs()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.date().format("%Y-%m-%d").fmt(f)
    }
}

/// A calendar period.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
pub enum Period {
    /// All time.
    Ever,
    /// A calendar year.
    Year,
    /// A calendar quarter.
    Quarter,
    /// A calendar month.
    Month,
    /// Monday to Sunday.
    Week,
    /// One day of the programme.
    Day,
}

/// A birthday or other yearly date: month and day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
pub struct MonthDay {
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

impl MonthDay {
    /// Reads `02-29`.
    pub fn parse(text: &str) -> Result<MonthDay, String> {
        let wrong = || format!("'{text}' is not a month and day such as 02-29");
        // 2000 is a leap year: every month and day that can exist exists in it.
        let day = Day::parse(&format!("2000-{text}")).map_err(|_| wrong())?;
        Ok(MonthDay::of(day))
    }

    /// Month and day of a date.
    #[expect(clippy::cast_possible_truncation, reason = "12 months, 31 days")]
    pub fn of(day: Day) -> MonthDay {
        MonthDay {
            month: day.month() as u8,
            day: day.day() as u8,
        }
    }

    /// The day of the date in a year; 29 February by rule in a year without one.
    pub fn in_year(self, year: i32, leap: LeapRule) -> Option<Day> {
        let (month, day) = (u32::from(self.month), u32::from(self.day));
        let instead = match leap {
            LeapRule::Feb28 => Day::from_ymd(year, 2, 28),
            LeapRule::Mar1 => Day::from_ymd(year, 3, 1),
        };
        let is_leap_day = (month, day) == (2, 29);
        Day::from_ymd(year, month, day).or(instead.filter(|_| is_leap_day))
    }
}

impl fmt::Display for MonthDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}-{:02}", self.month, self.day)
    }
}

/// Date of 29 February in other years.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Encode, Decode)]
pub enum LeapRule {
    /// On 28 February.
    #[default]
    Feb28,
    /// On 1 March.
    Mar1,
}

/// One change of a zone's offset.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub struct ZoneChange {
    /// Second (UTC, since 1970) from which it holds.
    pub at: i64,
    /// Seconds that local time is ahead of UTC from then on.
    pub offset: i32,
}

/// A time zone as data: its transitions from 1970 to 2100, in order.
#[derive(Clone, PartialEq, Eq, Default, Debug, Encode, Decode)]
pub struct Zone {
    /// IANA name, shown to people.
    pub name: String,
    /// Seconds ahead of UTC before the first change.
    pub offset: i32,
    /// The changes, ascending.
    pub changes: Vec<ZoneChange>,
}

/// Local time of a moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Local {
    /// The programme's day (it may differ from the local date before `day_starts`).
    pub day: Day,
    /// Local hour, 0 to 23.
    pub hour: u8,
    /// Local minute, 0 to 59.
    pub minute: u8,
}

/// A time zone, and the hour at which its days begin.
#[derive(Clone, PartialEq, Eq, Default, Debug, Encode, Decode)]
pub struct Calendar {
    /// The zone.
    pub zone: Zone,
    /// Minutes after midnight at which a day begins.
    pub day_starts: u16,
}

impl Calendar {
    /// Calendar of UTC with days from midnight.
    pub fn utc() -> Calendar {
        Calendar {
            zone: Zone {
                name: "UTC".into(),
                ..Zone::default()
            },
            day_starts: 0,
        }
    }

    /// Seconds ahead of UTC at an instant.
    pub fn offset_at(&self, at: Instant) -> i32 {
        let second = at.0.div_euclid(SECOND);
        let passed = self.zone.changes.partition_point(|c| c.at <= second);
        passed
            .checked_sub(1)
            .map_or(self.zone.offset, |i| self.zone.changes[i].offset)
    }

    /// Local time of an instant.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an instant spans 2^63 microseconds, which are fewer than 2^31 days; hours and minutes are remainders"
    )]
    pub fn local(&self, at: Instant) -> Local {
        let wall = at.0.div_euclid(SECOND) + i64::from(self.offset_at(at));
        let of_day = wall.rem_euclid(86_400);
        let day = (wall - 60 * i64::from(self.day_starts)).div_euclid(86_400);
        Local {
            day: Day(day as i32),
            hour: (of_day / 3600) as u8,
            minute: (of_day / 60 % 60) as u8,
        }
    }

    /// The programme's day at an instant.
    pub fn day_of(&self, at: Instant) -> Day {
        self.local(at).day
    }

    /// The first instant of a day. If the clock skips it, the instant of the
    /// skip; if it comes twice, the first.
    pub fn start_of(&self, day: Day) -> Instant {
        let wall = i64::from(day.0) * 86_400 + 60 * i64::from(self.day_starts);
        self.wall_to_instant(wall)
    }

    /// The instant at which the clock on the wall first shows (or skips past) a time of a
    /// date, whichever of the programme's days that is.
    pub fn at(&self, date: Day, hour: u32, minute: u32) -> Instant {
        let minutes = i64::from(hour * 60 + minute);
        self.wall_to_instant(i64::from(date.0) * 86_400 + minutes * 60)
    }

    fn wall_to_instant(&self, wall: i64) -> Instant {
        // Changes that long ago are over, however the clock was set.
        const LONG: i64 = 30 * 86_400;
        let changes = &self.zone.changes;
        let over = changes.partition_point(|change| change.at < wall.saturating_sub(LONG));
        let (before, changes) = changes.split_at(over);
        let last = before.last();
        let (mut from, mut offset) =
            last.map_or((i64::MIN, self.zone.offset), |last| (last.at, last.offset));
        for change in changes {
            let found = wall - i64::from(offset);
            if found < change.at {
                return Instant(found.max(from) * SECOND);
            }
            (from, offset) = (change.at, change.offset);
        }
        Instant((wall - i64::from(offset)).max(from) * SECOND)
    }

    /// Reads a date and time without an offset, such as `2026-12-01T09:00`, as the clocks
    /// of the zone show it; None if the text is none.
    ///
    /// # Errors
    /// The clocks skip that time, or show it twice.
    pub fn parse_local(&self, text: &str) -> Option<Result<Instant, String>> {
        let text = text.trim();
        let forms = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"];
        let spaced = text.replacen(' ', "T", 1);
        let mut read = forms
            .iter()
            .map(|form| NaiveDateTime::parse_from_str(&spaced, form));
        let wall = read.find_map(Result::ok)?.and_utc();
        if !(1970..2200).contains(&wall.year()) {
            return Some(Err(format!(
                "'{text}' is not between the years 1970 and 2200"
            )));
        }
        let wall = wall.timestamp();
        let offsets = self.zone.changes.iter().map(|change| change.offset);
        let offsets: BTreeSet<i32> = offsets.chain([self.zone.offset]).collect();
        let at = |offset: &i32| Instant((wall - i64::from(*offset)) * SECOND);
        let is_shown = |offset: &i32| self.offset_at(at(offset)) == *offset;
        let mut shown: Vec<Instant> = offsets.iter().filter(|o| is_shown(o)).map(at).collect();
        shown.sort_unstable();
        let zone = &self.zone.name;
        Some(match &shown[..] {
            [one] => Ok(*one),
            [] => Err(format!(
                "'{text}' is a time that the clocks in {zone} skip when they are put forward"
            )),
            [first, .., last] => Err(format!(
                "'{text}' is a time that the clocks in {zone} show twice: say {} or {}",
                self.display(*first),
                self.display(*last)
            )),
        })
    }

    /// Writes an instant in RFC 3339 at the programme's own offset.
    pub fn display(&self, at: Instant) -> String {
        at.display(self.offset_at(at))
    }

    /// Last day, as people are told it, on which a thing that expires at an
    /// instant is good.
    pub fn last_day(&self, gone: Instant) -> Day {
        self.day_of(gone.after(-1))
    }
}

/// Reads `09:30` as minutes after midnight.
pub fn parse_minutes(text: &str) -> Result<u16, String> {
    let wrong = || format!("'{text}' is not a time of day such as 09:30");
    let (hour, minute) = text.split_once(':').ok_or_else(wrong)?;
    let number = |s: &str, max: u16| {
        let ok = s.len() == 2 && s.bytes().all(|b| b.is_ascii_digit());
        ok.then(|| s.parse::<u16>().ok())
            .flatten()
            .filter(|n| *n <= max)
            .ok_or_else(wrong)
    };
    Ok(number(hour, 23)? * 60 + number(minute, 59)?)
}

/// Whole days between two instants, for clocks that jump.
pub fn days_between(from: Instant, to: Instant) -> i64 {
    TimeDelta::microseconds(to.0.saturating_sub(from.0)).num_days()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> Calendar {
        let changes = vec![
            ZoneChange {
                at: 1_774_746_000,
                offset: 7200,
            }, // 2026-03-29T01:00Z
            ZoneChange {
                at: 1_792_890_000,
                offset: 3600,
            }, // 2026-10-25T01:00Z
        ];
        Calendar {
            zone: Zone {
                name: "Europe/Berlin".into(),
                offset: 3600,
                changes,
            },
            day_starts: 0,
        }
    }

    fn instant(text: &str) -> Instant {
        Instant::parse(text).unwrap().0
    }

    #[test]
    fn days_begin_at_local_midnight_on_both_sides_of_a_change() {
        let cal = berlin();
        for (day, start) in [
            ("2026-03-29", "2026-03-29T00:00:00+01:00"),
            ("2026-03-30", "2026-03-30T00:00:00+02:00"),
            ("2026-10-25", "2026-10-25T00:00:00+02:00"),
            ("2026-10-26", "2026-10-26T00:00:00+01:00"),
        ] {
            let day = Day::parse(day).unwrap();
            assert_eq!(cal.start_of(day), instant(start));
            assert_eq!(cal.day_of(instant(start)), day);
            assert_eq!(cal.day_of(instant(start).after(-1)), day.plus_days(-1));
            assert_eq!(cal.display(cal.start_of(day)), start);
        }
    }

    #[test]
    fn a_skipped_time_is_the_skip_and_a_doubled_one_the_first() {
        let cal = berlin();
        let spring = Day::parse("2026-03-29").unwrap();
        let autumn = Day::parse("2026-10-25").unwrap();
        assert_eq!(cal.at(spring, 2, 30), instant("2026-03-29T03:00:00+02:00"));
        assert_eq!(cal.at(autumn, 2, 30), instant("2026-10-25T02:30:00+02:00"));
        let skips_midnight = Calendar {
            zone: Zone {
                name: "America/Santiago".into(),
                offset: -4 * 3600,
                changes: vec![ZoneChange {
                    at: 1_757_217_600,
                    offset: -3 * 3600,
                }],
            },
            day_starts: 0,
        };
        let day = Day::parse("2025-09-07").unwrap();
        assert_eq!(
            skips_midnight.start_of(day),
            instant("2025-09-07T01:00:00-03:00")
        );
    }

    #[test]
    fn a_bars_day_ends_after_midnight() {
        let cal = Calendar {
            day_starts: 240,
            ..berlin()
        };
        let friday = Day::parse("2026-11-20").unwrap();
        assert_eq!(cal.day_of(instant("2026-11-21T03:59:59+01:00")), friday);
        let saturday = friday.plus_days(1);
        assert_eq!(cal.day_of(instant("2026-11-21T04:00:00+01:00")), saturday);
        assert_eq!(cal.at(saturday, 2, 0), instant("2026-11-21T02:00:00+01:00"));
        assert_eq!(cal.at(friday, 22, 0), instant("2026-11-20T22:00:00+01:00"));
    }

    #[test]
    fn months_clamp_and_count_from_their_anchor() {
        let day = |t| Day::parse(t).unwrap();
        assert_eq!(day("2026-01-31").plus_months(1), day("2026-02-28"));
        assert_eq!(day("2026-01-31").plus_months(2), day("2026-03-31"));
        assert_eq!(day("2024-02-29").plus_months(12), day("2025-02-28"));
        for (from, months, over) in [
            ("2026-12-31", 18, "2028-07-01"),
            ("2026-12-30", 18, "2028-06-30"),
            ("2026-08-31", 6, "2027-03-01"),
            ("2026-08-28", 6, "2027-02-28"),
            ("2026-08-29", 18, "2028-02-29"),
            ("2024-02-29", 12, "2025-03-01"),
            ("2026-01-31", 2, "2026-03-31"),
        ] {
            assert_eq!(day(from).after_months(months), day(over), "{from} {months}");
        }
        for (on, since, over) in [
            ("2026-02-28", "2026-01-31", 0),
            ("2026-03-01", "2026-01-31", 1),
            ("2026-03-31", "2026-01-31", 2),
            ("2025-02-28", "2024-02-29", 11),
            ("2025-03-01", "2024-02-29", 12),
            ("2026-01-31", "2026-02-28", 0),
        ] {
            assert_eq!(day(on).months_over(day(since)), over, "{on} {since}");
        }
        assert_eq!(day("2026-03-30").months_since(day("2026-01-31")), 1);
        assert_eq!(day("2026-03-31").months_since(day("2026-01-31")), 2);
        assert_eq!(day("2026-02-28").months_since(day("2026-01-31")), 1);
        assert_eq!(
            day("2026-08-20").start_of(Period::Quarter),
            day("2026-07-01")
        );
        assert_eq!(
            day("2026-12-20").next(Period::Quarter),
            Some(day("2027-01-01"))
        );
        assert_eq!(day("2026-11-22").start_of(Period::Week), day("2026-11-16"));
    }

    #[test]
    fn leap_birthdays_follow_the_rule() {
        let born = MonthDay::parse("02-29").unwrap();
        assert_eq!(
            born.in_year(2027, LeapRule::Feb28),
            Day::from_ymd(2027, 2, 28)
        );
        assert_eq!(
            born.in_year(2027, LeapRule::Mar1),
            Day::from_ymd(2027, 3, 1)
        );
        assert_eq!(
            born.in_year(2028, LeapRule::Mar1),
            Day::from_ymd(2028, 2, 29)
        );
        assert!(MonthDay::parse("02-30").is_err());
    }

    #[test]
    fn instants_and_dates_that_do_not_exist_are_refused() {
        for text in [
            "2026-02-30T00:00:00Z",
            "2026-01-01T23:59:60Z",
            "2026-01-01 10:00",
            "1969-12-31T23:00:00Z",
        ] {
            assert!(Instant::parse(text).is_err(), "{text}");
        }
        for text in ["2026-02-29", "2026-1-1", "20260101", "2026-01-01x"] {
            assert!(Day::parse(text).is_err(), "{text}");
        }
        assert_eq!(Instant::parse("2026-11-24T10:03:00+01:00").unwrap().1, 60);
        assert_eq!(
            parse_minutes("24:00").is_err(),
            parse_minutes("9:30").is_err()
        );
    }
}
