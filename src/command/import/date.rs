//! Dates and times in the formats of other programs.

use crate::command::bad::shortened;
use crate::model::{Calendar, Day, Instant, MINUTE, MonthDay, SECOND};
use regex::Regex;
use std::sync::LazyLock;

/// One item of a pattern.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Item {
    /// This character.
    Literal(char),
    /// A part of the date or time.
    Part(Part),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Part {
    Year,
    ShortYear,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    /// A fraction of a second.
    Fraction,
    /// The name of a month.
    MonthName,
    /// The name of a day of the week, which is ignored.
    Weekday,
    /// Morning or afternoon.
    AmPm,
    /// An offset: `Z`, `+0100`, `+01:00`.
    Offset,
    /// Seconds since 1970, or milli- or microseconds by their length.
    Epoch,
    /// A number of days, where `number` stands for the day `day`; its fraction
    /// is the time.
    DayNumber {
        number: i64,
        day: Day,
    },
}

/// A pattern such as `%d.%m.%Y %H:%M`, as a regular expression.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    form: Regex,
    /// The part of each group of the expression.
    parts: Vec<Part>,
}

/// Parts of a pattern, for messages.
pub const PARTS: &str = "%Y %y %m %d %b %H %I %p %M %S %f %z %a, %s for seconds since 1970, %D{1=2026-01-01} for a number of days";

impl Pattern {
    /// Parses a pattern; None if it has another part, or no whole date.
    pub fn parse(text: &str) -> Option<Pattern> {
        let items = items_of(text)?;
        let has = |part| items.contains(&Item::Part(part));
        let is_alone =
            |item: &Item| matches!(item, Item::Part(Part::Epoch | Part::DayNumber { .. }));
        // Month and day are a birthday, also without a year.
        let has_day = has(Part::Day) && (has(Part::Month) || has(Part::MonthName));
        if !has_day && !items.iter().any(is_alone) {
            return None;
        }
        let (form, parts) = form_of(&items);
        Some(Pattern {
            text: text.to_owned(),
            form: Regex::new(&form).ok()?,
            parts,
        })
    }

    /// The pattern as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Reads a cell.
    fn read(&self, cell: &str) -> Option<Civil> {
        let found = self.form.captures(cell.trim())?;
        let mut civil = Civil::default();
        for (part, text) in self.parts.iter().zip(found.iter().skip(1)) {
            if let Some(text) = text {
                civil.set(*part, text.as_str())?;
            }
        }
        Some(civil)
    }
}

fn items_of(text: &str) -> Option<Vec<Item>> {
    let mut items = Vec::new();
    let mut letters = text.chars();
    while let Some(c) = letters.next() {
        items.push(match c {
            '%' => match letters.next()? {
                '%' => Item::Literal('%'),
                'D' => {
                    let rest = letters.as_str().strip_prefix('{')?;
                    let (inner, after) = rest.split_once('}')?;
                    letters = after.chars();
                    Item::Part(day_number(inner)?)
                }
                letter => Item::Part(Part::of(letter)?),
            },
            c => Item::Literal(c),
        });
    }
    Some(items)
}

impl Part {
    /// The part that a letter stands for.
    fn of(letter: char) -> Option<Part> {
        Some(match letter {
            'Y' => Part::Year,
            'y' => Part::ShortYear,
            'm' => Part::Month,
            'd' | 'e' => Part::Day,
            'H' | 'k' | 'I' | 'l' => Part::Hour,
            'M' => Part::Minute,
            'S' => Part::Second,
            'f' | 'L' => Part::Fraction,
            'b' | 'B' | 'h' => Part::MonthName,
            'a' | 'A' => Part::Weekday,
            'p' | 'P' => Part::AmPm,
            'z' => Part::Offset,
            's' => Part::Epoch,
            _ => return None,
        })
    }

    /// Regular expression of the part, with one group. Digits next to digits have a fixed width.
    fn form(self, is_fixed: bool) -> &'static str {
        match self {
            Part::Year => "([0-9]{4})",
            Part::ShortYear => "([0-9]{2})",
            Part::Fraction => "([0-9]+)",
            Part::MonthName | Part::Weekday => r"(\p{Alphabetic}+)\.?",
            Part::AmPm => r"\s*((?i:a\.m\.|p\.m\.|am|pm|上午|下午|午前|午後))",
            Part::Offset => r"\s*(UTC|GMT|Z|[+-][0-9]{2}(?::?[0-9]{2})?)",
            Part::Epoch => r"([0-9]+(?:\.[0-9]+)?)",
            Part::DayNumber { .. } => "([0-9]+(?:[.,][0-9]+)?)",
            _ if is_fixed => "([0-9]{2})",
            _ => "([0-9]{1,2})",
        }
    }
}

/// True for digits, which need a fixed width beside others.
fn is_digits(item: Option<Item>) -> bool {
    use Part::{Day, Fraction, Hour, Minute, Month, Second, ShortYear, Year};
    let Some(Item::Part(part)) = item else {
        return false;
    };
    matches!(
        part,
        Year | ShortYear | Month | Day | Hour | Minute | Second | Fraction
    )
}

/// Regular expression of a character. Separators of dates are interchangeable, since a pattern
/// is for the order of the parts; a blank matches several, or a T.
fn literal(c: char) -> String {
    match c {
        ' ' | 'T' => r"(?:\s+|T)".into(),
        '/' | '-' | '.' => "[/.-]".into(),
        c => regex::escape(c.encode_utf8(&mut [0; 4])),
    }
}

/// Regular expression of a pattern, and the part of each of its groups.
fn form_of(items: &[Item]) -> (String, Vec<Part>) {
    const MINUTE: Option<Item> = Some(Item::Part(Part::Minute));
    const SECOND: Option<Item> = Some(Item::Part(Part::Second));
    let (mut form, mut parts, mut is_open) = (String::from("^"), Vec::new(), false);
    for (at, item) in items.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| items[at]);
        let next = items.get(at + 1).copied();
        let part = match item {
            // Seconds that the pattern has and the cell lacks are zero.
            Item::Literal(':') if (before, next) == (MINUTE, SECOND) => {
                form += "(?::";
                is_open = true;
                continue;
            }
            // An offset may directly follow the time.
            Item::Literal(' ') if next == Some(Item::Part(Part::Offset)) => continue,
            Item::Literal(c) => {
                form += &literal(*c);
                continue;
            }
            Item::Part(part) => *part,
        };
        form += part.form(is_digits(before) || is_digits(next));
        parts.push(part);
        // Seconds and fractions of them that the cell has and the pattern lacks.
        let is_last = next != Some(Item::Literal(':')) && !is_digits(next);
        if part == Part::Minute && is_last {
            form += "(?::([0-9]{2})(?:[.,]([0-9]+))?)?";
            parts.extend([Part::Second, Part::Fraction]);
        } else if part == Part::Second && is_last {
            form += "(?:[.,]([0-9]+))?";
            parts.push(Part::Fraction);
        }
        if is_open && part == Part::Second {
            form += ")?";
            is_open = false;
        }
    }
    (form + r"\s*$", parts)
}

/// Parses `1=2026-01-01`.
fn day_number(inner: &str) -> Option<Part> {
    let (number, day) = inner.split_once('=')?;
    Some(Part::DayNumber {
        number: number.trim().parse().ok()?,
        day: Day::parse(day.trim())
            .ok()
            .or_else(|| excel_start(day.trim()))?,
    })
}

/// The day from which spreadsheets count, which is before 1970, the first year
/// of a ledger.
fn excel_start(day: &str) -> Option<Day> {
    match day {
        "1899-12-30" => Some(Day(-25_569)),
        "1899-12-31" => Some(Day(-25_568)),
        "1904-01-01" => Some(Day(-24_107)),
        _ => None,
    }
}

/// Civil fields that were read; the hour is absent for a bare date.
#[derive(Clone, Copy, Default, Debug)]
struct Civil {
    year: Option<u32>,
    month: Option<u32>,
    day: Option<u32>,
    hour: Option<u32>,
    minute: u32,
    second: u32,
    micros: i64,
    is_afternoon: Option<bool>,
    /// Seconds east of UTC.
    offset: Option<i32>,
    /// The instant itself.
    epoch: Option<i64>,
    /// The day itself.
    date: Option<Day>,
}

/// An instant that was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Moment {
    /// The instant.
    pub at: Instant,
    /// The same in RFC 3339, with the offset it has.
    pub text: String,
    /// Oddity: the clock skipped the time, or showed it twice.
    pub odd: Option<&'static str>,
}

/// Default patterns: the year comes first, so that nothing is guessed.
static YEAR_FIRST: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    let patterns = [
        "%Y-%m-%d",
        "%Y-%m-%d %H:%M",
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%d %H:%M %z",
        "%Y-%m-%d %H:%M:%S %z",
        "%Y%m%d",
        "%Y%m%d %H%M%S",
        "%Y%m%d %H%M",
        "%Y%m%d %H%M%S%z",
        "%Y年%m月%d日",
        "%Y年%m月%d日 %H:%M:%S",
    ];
    patterns.into_iter().filter_map(Pattern::parse).collect()
});

/// Patterns of the dates in one column.
#[derive(Clone, Debug)]
pub struct Dates {
    /// As stated; by default the year comes first.
    said: Vec<Pattern>,
}

impl Dates {
    /// Uses the stated patterns, or the default ones.
    pub fn new(said: Vec<Pattern>) -> Dates {
        Dates { said }
    }

    /// The stated patterns as they were written, `%d.%m.%Y|%Y%m%d`; None without them.
    pub fn text(&self) -> Option<String> {
        let said: Vec<&str> = self.said.iter().map(Pattern::text).collect();
        (!said.is_empty()).then(|| said.join("|"))
    }

    /// A cell as each of the patterns that it has reads it.
    fn read(&self, cell: &str) -> impl Iterator<Item = Civil> {
        let patterns = match self.said.is_empty() {
            true => &*YEAR_FIRST,
            false => &self.said,
        };
        patterns
            .iter()
            .filter_map(move |pattern| pattern.read(cell))
    }

    /// Reads an instant in a cell. A time without an offset is in the
    /// programme's zone. A bare date is taken as noon there: it is then within
    /// the day whatever the zone's changes, and well after the start of the
    /// programme's day.
    ///
    /// # Errors
    /// The cell does not match the patterns.
    pub fn instant(&self, cell: &str, calendar: &Calendar) -> Result<Moment, String> {
        if self.said.is_empty()
            && let Ok((at, _)) = Instant::parse(cell)
        {
            return Ok(Moment {
                at,
                text: cell.to_owned(),
                odd: None,
            });
        }
        let moment = self.read(cell).find_map(|civil| moment(&civil, calendar));
        moment.ok_or_else(|| self.wrong(cell, true))
    }

    /// Reads a day in a cell; its time is ignored.
    ///
    /// # Errors
    /// The cell does not match the patterns.
    pub fn day(&self, cell: &str, calendar: &Calendar) -> Result<Day, String> {
        let day = self
            .read(cell)
            .find_map(|civil| match (civil.epoch, civil.date) {
                (Some(at), _) => Some(calendar.day_of(Instant(at))),
                (None, Some(day)) => Some(day),
                (None, None) => civil_day(&civil),
            });
        day.filter(|day| day.0 >= 0)
            .ok_or_else(|| self.wrong(cell, false))
    }

    /// Reads a month and a day in a cell; its year is ignored.
    ///
    /// # Errors
    /// The cell does not match the patterns.
    pub fn birthday(&self, cell: &str) -> Result<MonthDay, String> {
        if self.said.is_empty()
            && let Ok(birthday) = MonthDay::parse(cell.trim_start_matches("--"))
        {
            return Ok(birthday);
        }
        let birthday = self.read(cell).find_map(|civil| {
            // A year before 1970 is out of a ledger's range, but a birthday may
            // be in one.
            let year = civil
                .year
                .map_or(2000, |year| if is_leap(year) { 2000 } else { 2001 });
            Day::from_ymd(year, civil.month?, civil.day?)
        });
        let birthday = birthday.and_then(|day| {
            let text = day.to_string();
            MonthDay::parse(text.get(5..)?).ok()
        });
        birthday.ok_or_else(|| self.wrong(cell, false))
    }

    fn wrong(&self, cell: &str, has_time: bool) -> String {
        let shown = shortened(cell);
        let example = match has_time {
            true => "2026-11-24, 2026-11-24 10:03 or 2026-11-24T10:03:00+01:00",
            false => "2026-11-24",
        };
        if !self.said.is_empty() {
            let said: Vec<&str> = self.said.iter().map(Pattern::text).collect();
            return format!("'{shown}' is not a date as in {}", said.join(" or "));
        }
        match likely(cell) {
            Some(patterns) => format!(
                "'{shown}' is not a date as in {example}; say with the column how it is written: {patterns}"
            ),
            None => format!("'{shown}' is not a date as in {example}"),
        }
    }
}

/// Patterns that are suggested: dates whose order of parts a person must choose, each alone and
/// with a time.
static SUGGESTED: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    let dates = [
        "%d.%m.%Y",
        "%d.%m.%y",
        "%d/%m/%Y",
        "%m/%d/%Y",
        "%d/%m/%y",
        "%m/%d/%y",
        "%d %b %Y",
        "%d-%b-%Y",
        "%d-%m-%Y",
        "%m-%d-%Y",
        "%b %d, %Y",
        "%b %d %Y",
    ];
    let with_times = |date| ["", " %H:%M", " %I:%M %p"].map(|time| format!("{date}{time}"));
    let texts = dates.into_iter().flat_map(with_times);
    texts.filter_map(|text| Pattern::parse(&text)).collect()
});

/// Suggests patterns that a cell may match, for a person to choose.
fn likely(cell: &str) -> Option<String> {
    let fits = |pattern: &&Pattern| {
        let separator = pattern.text.chars().find(|c| "./- ".contains(*c));
        separator.is_some_and(|c| cell.contains(c)) && pattern.read(cell).is_some()
    };
    let fitting: Vec<&str> = SUGGESTED.iter().filter(fits).map(Pattern::text).collect();
    if !fitting.is_empty() {
        return Some(fitting.join(" or "));
    }
    let (whole, part) = cell.split_once(['.', ',']).unwrap_or((cell, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    (is_digits(whole) && is_digits(part)).then(|| {
        "%s where it counts seconds since 1970, %D{1=2026-01-01} where it counts days and 1 is that day, %D{0=1899-12-30} where it is a spreadsheet's number of a day".to_owned()
    })
}

fn is_leap(year: u32) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn civil_day(civil: &Civil) -> Option<Day> {
    let year = i32::try_from(civil.year?).ok()?;
    Day::from_ymd(year, civil.month?, civil.day?)
}

fn moment(civil: &Civil, calendar: &Calendar) -> Option<Moment> {
    if let Some(at) = civil.epoch {
        let at = Instant(at);
        return Some(Moment {
            at,
            text: calendar.display(at),
            odd: None,
        });
    }
    let date = civil
        .date
        .or_else(|| civil_day(civil))
        .filter(|d| d.0 >= 0)?;
    let hour = match (civil.hour, civil.is_afternoon) {
        (None, None) => 12,
        (Some(hour), None) => hour,
        (Some(hour @ 1..=12), Some(is_afternoon)) => hour % 12 + if is_afternoon { 12 } else { 0 },
        _ => return None,
    };
    if hour > 23 || civil.minute > 59 || civil.second > 59 {
        return None;
    }
    let seconds = i64::from(hour) * 3600 + i64::from(civil.minute) * 60 + i64::from(civil.second);
    if let Some(offset) = civil.offset {
        let wall = i64::from(date.0) * 86_400 + seconds;
        let at = Instant((wall - i64::from(offset)) * SECOND + civil.micros);
        return Some(Moment {
            at,
            text: at.display(offset),
            odd: None,
        });
    }
    let minute = calendar.at(date, hour, civil.minute);
    let odd = odd(calendar, minute, hour, civil.minute);
    let at = minute.after(i64::from(civil.second) * SECOND + civil.micros);
    Some(Moment {
        at,
        text: calendar.display(at),
        odd,
    })
}

/// Notes if the clock skips that local time, or shows it again.
fn odd(calendar: &Calendar, at: Instant, hour: u32, minute: u32) -> Option<&'static str> {
    let local = calendar.local(at);
    if (u32::from(local.hour), u32::from(local.minute)) != (hour, minute) {
        return Some("the clock was put forward over that time; the moment of the change is taken");
    }
    let is_again = |minutes: i64| {
        let later = at.after(minutes * MINUTE);
        calendar.offset_at(later) != calendar.offset_at(at) && calendar.local(later) == local
    };
    let is_twice = [30, 60, 120].into_iter().any(is_again);
    is_twice.then_some("the clock was put back and showed that time twice; the first is taken")
}

/// A fraction of a second in microseconds, by its digits.
fn micros(digits: &str) -> i64 {
    let six: String = digits.chars().chain("000000".chars()).take(6).collect();
    six.parse().unwrap_or(0)
}

impl Civil {
    /// Sets a part from its text; None if that is out of bounds.
    fn set(&mut self, part: Part, text: &str) -> Option<()> {
        let number = || text.parse::<u32>().ok();
        match part {
            Part::Year => self.year = number(),
            // As in POSIX: 69 to 99 are of the last century.
            Part::ShortYear => {
                self.year = number().map(|year| year + if year < 69 { 2000 } else { 1900 });
            }
            Part::Month => self.month = number(),
            Part::Day => self.day = number(),
            Part::Hour => self.hour = number(),
            Part::Minute => self.minute = number()?,
            Part::Second => self.second = number()?,
            Part::Fraction => self.micros = micros(text),
            Part::MonthName => self.month = Some(month_named(text)?),
            Part::Weekday => {}
            Part::AmPm => {
                let is_morning = text.starts_with(['a', 'A', '上']) || text == "午前";
                self.is_afternoon = Some(!is_morning);
            }
            Part::Offset => self.offset = Some(offset(text)?),
            Part::Epoch => self.epoch = Some(epoch(text)?),
            Part::DayNumber { number, day } => self.day_number(text, number, day)?,
        }
        Some(())
    }

    fn day_number(&mut self, text: &str, number: i64, day: Day) -> Option<()> {
        let (days, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
        let days: i64 = days.parse().ok()?;
        let date = i64::from(day.0).checked_add(days.checked_sub(number)?)?;
        let last = Day::from_ymd(2199, 12, 31)?;
        let date = Day(i32::try_from(date).ok()?);
        self.date = Some((Day(0)..=last).contains(&date).then_some(date)?);
        if !fraction.is_empty() {
            // Six decimals of a day are a tenth of a second: rounded to the second.
            let seconds = (micros(fraction) * 86_400 + 500_000) / 1_000_000;
            let seconds = u32::try_from(seconds).ok()?.min(86_399);
            (self.hour, self.minute, self.second) =
                (Some(seconds / 3600), seconds / 60 % 60, seconds % 60);
        }
        Some(())
    }
}

/// Reads an offset, in seconds east of UTC.
fn offset(text: &str) -> Option<i32> {
    let (sign, digits) = match text.split_at(1) {
        ("+", digits) => (1, digits.replace(':', "")),
        ("-", digits) => (-1, digits.replace(':', "")),
        _ => return Some(0),
    };
    let (hours, minutes) = digits.split_at(2);
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().unwrap_or(0));
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// Reads seconds since 1970, in microseconds: ten digits are seconds, thirteen milliseconds,
/// sixteen microseconds.
fn epoch(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let value: i64 = whole.parse().ok()?;
    match (whole.len(), fraction) {
        (1..=11, fraction) => Some(value.checked_mul(SECOND)? + micros(fraction)),
        (12..=14, "") => value.checked_mul(1000),
        (15..=17, "") => Some(value),
        _ => None,
    }
}

/// Months by distinguishing letters in English, German, French, Spanish,
/// Italian, Dutch and Polish.
const MONTHS: [&[&str]; 12] = [
    &["jan", "jän", "ene", "gen", "sty"],
    &["feb", "fév", "fev", "lut"],
    &["mar", "mär", "mrz", "maa", "mrt"],
    &["apr", "avr", "abr", "kwi"],
    &["may", "mai", "mag", "mei", "maj"],
    &["jun", "juin", "giu", "cze"],
    &["jul", "juil", "lug", "lip"],
    &["aug", "aoû", "aou", "ago", "sie"],
    &["sep", "set", "wrz"],
    &["oct", "okt", "ott", "paź"],
    &["nov", "lis"],
    &["dec", "dez", "déc", "dic", "gru"],
];

fn month_named(name: &str) -> Option<u32> {
    let name = name.to_lowercase();
    let is_it = |known: &[&str]| known.iter().any(|known| name.starts_with(known));
    let month = MONTHS.iter().position(|known| is_it(known))?;
    u32::try_from(month + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Zone, ZoneChange};

    fn berlin(day_starts: u16) -> Calendar {
        let change = |at, offset| ZoneChange { at, offset };
        Calendar {
            zone: Zone {
                name: "Europe/Berlin".into(),
                offset: 3600,
                changes: vec![change(1_774_746_000, 7200), change(1_792_890_000, 3600)],
            },
            day_starts,
        }
    }

    fn said(text: &str) -> Dates {
        let patterns: Vec<Pattern> = text
            .split('|')
            .filter(|t| !t.is_empty())
            .map(|t| Pattern::parse(t).unwrap_or_else(|| panic!("{t}")))
            .collect();
        Dates::new(patterns)
    }

    #[test]
    fn times_of_many_houses() {
        let cal = berlin(0);
        for (cell, pattern, expected) in [
            ("2026-03-28", "", "2026-03-28T12:00:00+01:00"),
            ("2026-03-30 09:30", "", "2026-03-30T09:30:00+02:00"),
            ("2026-3-30 9:30", "", "2026-03-30T09:30:00+02:00"),
            ("2026/3/30 9:30:05", "", "2026-03-30T09:30:05+02:00"),
            (
                "2026-03-30T09:30:05.25",
                "",
                "2026-03-30T09:30:05.250+02:00",
            ),
            ("2026-10-03 10:15:00 +0200", "", "2026-10-03T10:15:00+02:00"),
            ("2026-10-03 10:15:00 UTC", "", "2026-10-03T10:15:00Z"),
            ("2026-10-03T10:15+05:30", "", "2026-10-03T10:15:00+05:30"),
            ("20261003", "", "2026-10-03T12:00:00+02:00"),
            ("20261003T101500Z", "", "2026-10-03T10:15:00Z"),
            ("2026-03-28T02:30:15+05:00", "", "2026-03-28T02:30:15+05:00"),
            (
                "28.03.26 23:59",
                "%d.%m.%y %H:%M",
                "2026-03-28T23:59:00+01:00",
            ),
            (
                "3.10.2026 8:05",
                "%d.%m.%Y %H:%M",
                "2026-10-03T08:05:00+02:00",
            ),
            (
                "03.10.2026 08:05:33",
                "%d.%m.%Y %H:%M",
                "2026-10-03T08:05:33+02:00",
            ),
            (
                "03.10.2026 08:05",
                "%d.%m.%Y %H:%M:%S",
                "2026-10-03T08:05:00+02:00",
            ),
            (
                "2026/10/3 8:05",
                "%Y/%m/%d %H:%M",
                "2026-10-03T08:05:00+02:00",
            ),
            (
                "2026-10-03 18:05:33",
                "%Y/%m/%d %H:%M",
                "2026-10-03T18:05:33+02:00",
            ),
            (
                "6/9/26 1:33 PM",
                "%m/%d/%y %I:%M %p",
                "2026-06-09T13:33:00+02:00",
            ),
            (
                "6/9/26 12:05 AM",
                "%m/%d/%y %I:%M %p",
                "2026-06-09T00:05:00+02:00",
            ),
            (
                "3 Okt 2026 08:05",
                "%d %b %Y %H:%M",
                "2026-10-03T08:05:00+02:00",
            ),
            ("3.Okt.2026", "%d.%b.%Y", "2026-10-03T12:00:00+02:00"),
            (
                "Sat, October 3, 2026",
                "%a, %B %d, %Y",
                "2026-10-03T12:00:00+02:00",
            ),
            (
                "2026-10-03 08:05:33.25",
                "%Y-%m-%d %H:%M:%S.%f",
                "2026-10-03T08:05:33.250+02:00",
            ),
            (
                "3.10.2026 8:05 p.m.",
                "%d.%m.%Y %I:%M %p",
                "2026-10-03T20:05:00+02:00",
            ),
            (
                "2026-10-03 上午8:05",
                "%Y-%m-%d %p%H:%M",
                "2026-10-03T08:05:00+02:00",
            ),
            (
                "2026-10-03 08:05 -03",
                "%Y-%m-%d %H:%M %z",
                "2026-10-03T08:05:00-03:00",
            ),
            ("1790000000", "%s", "2026-09-21T16:13:20+02:00"),
            ("1790000000.5", "%s", "2026-09-21T16:13:20.500+02:00"),
            ("1790000000123", "%s", "2026-09-21T16:13:20.123+02:00"),
            (
                "3 0040",
                "%D{1=2026-10-01} %H%M",
                "2026-10-03T00:40:00+02:00",
            ),
            ("46298.25", "%D{0=1899-12-30}", "2026-10-03T06:00:00+02:00"),
            (
                "17/05/2026",
                "%Y-%m-%d|%d/%m/%Y",
                "2026-05-17T12:00:00+02:00",
            ),
        ] {
            let found = said(pattern).instant(cell, &cal);
            let found = found.unwrap_or_else(|e| panic!("{cell}: {e}"));
            assert_eq!(found.text, expected, "{cell}");
            assert_eq!(Instant::parse(&found.text).unwrap().0, found.at, "{cell}");
            assert_eq!(found.odd, None, "{cell}");
        }
        let bar = said("")
            .instant("2026-03-28 02:30:15", &berlin(240))
            .unwrap();
        assert_eq!(bar.text, "2026-03-28T02:30:15+01:00");
    }

    #[test]
    fn clock_changes_are_told() {
        let cal = berlin(0);
        let gap = said("").instant("2026-03-29 02:30", &cal).unwrap();
        assert!(gap.odd.unwrap().contains("forward"), "{gap:?}");
        let twice = said("").instant("2026-10-25 02:30", &cal).unwrap();
        assert_eq!(twice.text, "2026-10-25T02:30:00+02:00");
        assert!(twice.odd.unwrap().contains("twice"), "{twice:?}");
        let later = said("").instant("2026-10-25 03:00", &cal).unwrap();
        assert_eq!(later.odd, None);
    }

    #[test]
    fn what_is_no_date_is_refused_with_a_way_on() {
        let cal = berlin(0);
        for (cell, pattern, words) in [
            ("20260328", "%Y-%m-%d", "as in %Y-%m-%d"),
            ("2026-03-28 24:00", "", "not a date"),
            ("2026-02-30", "", "not a date"),
            ("03.10.2026", "", "%d.%m.%Y"),
            ("6/9/26 1:33 PM", "", "%m/%d/%y %I:%M %p"),
            ("17", "", "%D{1=2026-01-01}"),
            ("46298.5", "", "%D{0=1899-12-30}"),
            ("3-Oct-2026", "", "written: %d-%b-%Y"),
            ("Oct 3 2026", "", "written: %b %d %Y"),
            ("13-10-2026 8:05", "", "written: %d-%m-%Y %H:%M"),
            ("1791000000", "%D{0=1899-12-30}", "not a date"),
            ("20260328", "%D{1=2026-01-01}", "not a date"),
            ("99999999999999999999", "%D{1=2026-01-01}", "not a date"),
            ("20000", "%D{0=1899-12-30}", "not a date"),
            ("13/13/2026", "%d/%m/%Y", "as in %d/%m/%Y"),
            ("6/9/26 13:33 PM", "%m/%d/%y %I:%M %p", "as in"),
            ("", "", "not a date"),
        ] {
            let wrong = said(pattern).instant(cell, &cal).expect_err(cell);
            assert!(wrong.contains(words), "{cell}: {wrong}");
        }
        for wrong in ["%Q", "%Y-%m", "%H:%M", "%D{x}", "%"] {
            assert!(Pattern::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn days_and_birthdays() {
        let cal = berlin(0);
        let days = said("%d.%m.%Y");
        assert_eq!(
            days.day("3.10.2026", &cal).unwrap().to_string(),
            "2026-10-03"
        );
        let born = said("%Y-%m-%d|%d/%m/%Y");
        for (cell, expected) in [
            ("1990-02-28", "02-28"),
            ("17/05/1985", "05-17"),
            ("1896-02-29", "02-29"),
        ] {
            assert_eq!(born.birthday(cell).unwrap().to_string(), expected);
        }
        assert!(born.birthday("1985-02-29").is_err());
        assert_eq!(said("").birthday("02-29").unwrap().to_string(), "02-29");
        assert_eq!(
            said("").birthday("1971-12-24").unwrap().to_string(),
            "12-24"
        );
    }
}
