//! Dates and times in the formats of other programs.

use crate::command::bad::shortened;
use crate::model::{Calendar, Day, Instant, MINUTE, MonthDay, SECOND};

/// One item of a pattern.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Item {
    /// This character.
    Literal(char),
    /// Digits of a part of the date or time, and their greatest number;
    /// `is_fixed`: exactly that many.
    Digits {
        part: Part,
        len: usize,
        is_fixed: bool,
    },
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
    DayNumber { number: i64, day: Day },
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
    Fraction,
}

/// A pattern such as `%d.%m.%Y %H:%M`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pattern {
    text: String,
    items: Vec<Item>,
}

/// Parts of a pattern, for messages.
pub const PARTS: &str = "%Y %y %m %d %b %H %I %p %M %S %f %z %a, %s for seconds since 1970, %D{1=2026-01-01} for a number of days";

impl Pattern {
    /// Parses a pattern; None if it has another part, or no whole date.
    pub fn parse(text: &str) -> Option<Pattern> {
        let mut items = Vec::new();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            rest = &rest[c.len_utf8()..];
            if c != '%' {
                items.push(Item::Literal(c));
                continue;
            }
            let letter = rest.chars().next()?;
            rest = &rest[letter.len_utf8()..];
            let item = match letter {
                'D' => {
                    let (inner, after) = rest.strip_prefix('{')?.split_once('}')?;
                    rest = after;
                    day_number(inner)?
                }
                letter => item_of(letter)?,
            };
            items.push(item);
        }
        fix_widths(&mut items);
        let pattern = Pattern {
            text: text.to_owned(),
            items,
        };
        pattern.is_whole().then_some(pattern)
    }

    /// The pattern as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// True if it has month and day, perhaps without a year: a birthday.
    fn has_day(&self) -> bool {
        let has = |wanted: Part| {
            let is_it = |i: &Item| matches!(i, Item::Digits { part, .. } if *part == wanted);
            self.items.iter().any(is_it)
        };
        has(Part::Day) && (has(Part::Month) || self.items.contains(&Item::MonthName))
    }

    fn is_whole(&self) -> bool {
        let is_alone = |i: &Item| matches!(i, Item::Epoch | Item::DayNumber { .. });
        self.items.iter().any(is_alone) || self.has_day()
    }
}

fn item_of(letter: char) -> Option<Item> {
    let digits = |part, len| Item::Digits {
        part,
        len,
        is_fixed: false,
    };
    Some(match letter {
        'Y' => digits(Part::Year, 4),
        'y' => digits(Part::ShortYear, 2),
        'm' => digits(Part::Month, 2),
        'd' | 'e' => digits(Part::Day, 2),
        'H' | 'k' | 'I' | 'l' => digits(Part::Hour, 2),
        'M' => digits(Part::Minute, 2),
        'S' => digits(Part::Second, 2),
        'f' | 'L' => digits(Part::Fraction, 9),
        'b' | 'B' | 'h' => Item::MonthName,
        'a' | 'A' => Item::Weekday,
        'p' | 'P' => Item::AmPm,
        'z' => Item::Offset,
        's' => Item::Epoch,
        '%' => Item::Literal('%'),
        _ => return None,
    })
}

/// Parses `1=2026-01-01`.
fn day_number(inner: &str) -> Option<Item> {
    let (number, day) = inner.split_once('=')?;
    Some(Item::DayNumber {
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

/// Fixes the width of digits next to digits; a year always has its full width.
fn fix_widths(items: &mut [Item]) {
    let is_digits = |item: Option<&Item>| matches!(item, Some(Item::Digits { .. }));
    for at in 0..items.len() {
        let before = at.checked_sub(1).and_then(|i| items.get(i));
        let beside = is_digits(before) || is_digits(items.get(at + 1));
        if let Item::Digits { part, is_fixed, .. } = &mut items[at] {
            let is_year = matches!(part, Part::Year | Part::ShortYear);
            *is_fixed = *part != Part::Fraction && (beside || is_year);
        }
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
const YEAR_FIRST: [&str; 11] = [
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

/// Patterns of the dates in one column.
#[derive(Clone, Debug)]
pub struct Dates {
    patterns: Vec<Pattern>,
    /// True if they were stated; default patterns have the year first.
    is_said: bool,
}

impl Dates {
    /// Uses the stated patterns, or the default ones.
    pub fn new(said: &[Pattern]) -> Dates {
        let own = || YEAR_FIRST.iter().filter_map(|text| Pattern::parse(text));
        Dates {
            patterns: match said.is_empty() {
                true => own().collect(),
                false => said.to_vec(),
            },
            is_said: !said.is_empty(),
        }
    }

    /// Reads an instant in a cell. A time without an offset is in the
    /// programme's zone. A bare date is taken as noon there: it is then within
    /// the day whatever the zone's changes, and well after the start of the
    /// programme's day.
    ///
    /// # Errors
    /// The cell does not match the patterns.
    pub fn instant(&self, cell: &str, calendar: &Calendar) -> Result<Moment, String> {
        if !self.is_said
            && let Ok((at, _)) = Instant::parse(cell)
        {
            return Ok(Moment {
                at,
                text: cell.to_owned(),
                odd: None,
            });
        }
        let mut found = self.patterns.iter().filter_map(|p| p.read(cell));
        let moment = found.find_map(|civil| moment(&civil, calendar));
        moment.ok_or_else(|| self.wrong(cell, true))
    }

    /// Reads a day in a cell; its time is ignored.
    ///
    /// # Errors
    /// The cell does not match the patterns.
    pub fn day(&self, cell: &str, calendar: &Calendar) -> Result<Day, String> {
        let mut found = self.patterns.iter().filter_map(|p| p.read(cell));
        let day = found.find_map(|civil| match (civil.epoch, civil.date) {
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
        if !self.is_said
            && let Ok(birthday) = MonthDay::parse(cell.trim_start_matches("--"))
        {
            return Ok(birthday);
        }
        let mut found = self.patterns.iter().filter_map(|p| p.read(cell));
        let birthday = found.find_map(|civil| {
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
        match self.is_said {
            true => {
                let said: Vec<&str> = self.patterns.iter().map(Pattern::text).collect();
                format!("'{shown}' is not a date as in {}", said.join(" or "))
            }
            false => match likely(cell) {
                Some(patterns) => format!(
                    "'{shown}' is not a date as in {example}; say with the column how it is written: {patterns}"
                ),
                None => format!("'{shown}' is not a date as in {example}"),
            },
        }
    }
}

/// Suggests patterns that a cell may match, for a person to choose.
fn likely(cell: &str) -> Option<String> {
    let time = if cell.contains(':') { " %H:%M" } else { "" };
    let half = if cell.to_uppercase().ends_with('M') {
        " %p"
    } else {
        ""
    };
    let time = if half.is_empty() { time } else { " %I:%M" };
    let own = [
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
    let fits = |date: &str| {
        let text = format!("{date}{time}{half}");
        let pattern = Pattern::parse(&text);
        let separator = date.chars().find(|c| "./- ".contains(*c)).unwrap_or('.');
        cell.contains(separator) && pattern.is_some_and(|p| p.read(cell).is_some())
    };
    let fitting: Vec<String> = own
        .iter()
        .filter(|date| fits(date))
        .map(|date| format!("{date}{time}{half}"))
        .collect();
    if fitting.is_empty() {
        let (whole, part) = cell.split_once(['.', ',']).unwrap_or((cell, "0"));
        let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        return (is_digits(whole) && is_digits(part)).then(|| {
            "%s where it counts seconds since 1970, %D{1=2026-01-01} where it counts days and 1 is that day, %D{0=1899-12-30} where it is a spreadsheet's number of a day".to_owned()
        });
    }
    Some(fitting.join(" or "))
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
    // Before the start of the programme's day the local date is the next one already.
    let is_late = hour * 60 + civil.minute < u32::from(calendar.day_starts);
    let day = date.plus_days(-i32::from(is_late));
    let minute = calendar.at(day, hour, civil.minute);
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

impl Pattern {
    /// Reads a cell.
    fn read(&self, cell: &str) -> Option<Civil> {
        let mut civil = Civil::default();
        let mut rest = cell.trim();
        let mut items = self.items.iter().peekable();
        let mut last = None;
        while let Some(item) = items.next() {
            // Seconds that the pattern has and the cell lacks are zero.
            let is_seconds = matches!(item, Item::Literal(':'))
                && matches!(
                    items.peek(),
                    Some(Item::Digits {
                        part: Part::Second,
                        ..
                    })
                );
            if is_seconds && last == Some(Part::Minute) && !rest.starts_with(':') {
                items.next();
                continue;
            }
            // An offset may directly follow the time.
            let is_gap = *item == Item::Literal(' ') && items.peek() == Some(&&Item::Offset);
            if is_gap && !rest.starts_with(char::is_whitespace) {
                continue;
            }
            rest = item.read(rest, &mut civil)?;
            last = match item {
                Item::Digits { part, .. } => Some(*part),
                _ => None,
            };
            let is_before_second =
                matches!(items.peek(), Some(Item::Literal(':') | Item::Digits { .. }));
            if !is_before_second {
                rest = more_time(rest, last, &mut civil);
            }
        }
        rest.trim().is_empty().then_some(civil)
    }
}

/// Reads seconds that the cell has and the pattern lacks, and fractions of them.
fn more_time<'t>(rest: &'t str, last: Option<Part>, civil: &mut Civil) -> &'t str {
    let mut rest = rest;
    if last == Some(Part::Minute)
        && let Some(after) = rest.strip_prefix(':')
        && let Some((second, after)) = number(after, 2, true)
    {
        (civil.second, rest) = (second, after);
    } else if last != Some(Part::Second) {
        return rest;
    }
    match rest.strip_prefix(['.', ',']).and_then(fraction) {
        Some((micros, after)) => {
            civil.micros = micros;
            after
        }
        None => rest,
    }
}

/// Reads a fraction of a second, in microseconds.
fn fraction(text: &str) -> Option<(i64, &str)> {
    let len = text.bytes().take_while(u8::is_ascii_digit).count();
    let digits = text.get(..len).filter(|d| !d.is_empty())?;
    let six: String = digits.chars().chain("000000".chars()).take(6).collect();
    Some((six.parse().ok()?, &text[len..]))
}

fn number(text: &str, len: usize, is_fixed: bool) -> Option<(u32, &str)> {
    let found = text
        .bytes()
        .take(len)
        .take_while(u8::is_ascii_digit)
        .count();
    if found == 0 || (is_fixed && found != len) {
        return None;
    }
    Some((text[..found].parse().ok()?, &text[found..]))
}

impl Item {
    fn read<'t>(&self, text: &'t str, civil: &mut Civil) -> Option<&'t str> {
        match self {
            Item::Literal(c) => literal(text, *c),
            Item::Digits {
                part: Part::Fraction,
                ..
            } => {
                let (micros, rest) = fraction(text)?;
                civil.micros = micros;
                Some(rest)
            }
            Item::Digits {
                part,
                len,
                is_fixed,
            } => {
                let (value, rest) = number(text, *len, *is_fixed)?;
                civil.set(*part, value);
                Some(rest)
            }
            Item::MonthName => {
                let (month, rest) = month_name(text)?;
                civil.month = Some(month);
                Some(rest)
            }
            Item::Weekday => {
                let len = text
                    .chars()
                    .take_while(|c| c.is_alphabetic())
                    .map(char::len_utf8)
                    .sum::<usize>();
                let rest = text.get(len..).filter(|_| len > 0)?;
                Some(rest.strip_prefix('.').unwrap_or(rest))
            }
            Item::AmPm => {
                let (is_afternoon, rest) = am_pm(text)?;
                civil.is_afternoon = Some(is_afternoon);
                Some(rest)
            }
            Item::Offset => {
                let (offset, rest) = offset(text.trim_start())?;
                civil.offset = Some(offset);
                Some(rest)
            }
            Item::Epoch => {
                let (micros, rest) = epoch(text)?;
                civil.epoch = Some(micros);
                Some(rest)
            }
            Item::DayNumber { number, day } => civil.day_number(text, *number, *day),
        }
    }
}

impl Civil {
    fn set(&mut self, part: Part, value: u32) {
        match part {
            Part::Year => self.year = Some(value),
            // As in POSIX: 69 to 99 are of the last century.
            Part::ShortYear => self.year = Some(value + if value < 69 { 2000 } else { 1900 }),
            Part::Month => self.month = Some(value),
            Part::Day => self.day = Some(value),
            Part::Hour => self.hour = Some(value),
            Part::Minute => self.minute = value,
            Part::Second => self.second = value,
            Part::Fraction => {}
        }
    }

    fn day_number<'t>(&mut self, text: &'t str, number: i64, day: Day) -> Option<&'t str> {
        let len = text.bytes().take_while(u8::is_ascii_digit).count();
        let days: i64 = text.get(..len)?.parse().ok()?;
        let date = i64::from(day.0).checked_add(days.checked_sub(number)?)?;
        let last = Day::from_ymd(2199, 12, 31)?;
        let date = i32::try_from(date).ok()?;
        self.date = Some(Day(date)).filter(|day| (Day(0)..=last).contains(day));
        self.date?;
        let rest = &text[len..];
        let Some((micros, after)) = rest.strip_prefix(['.', ',']).and_then(fraction) else {
            return Some(rest);
        };
        // Six decimals of a day are a tenth of a second: rounded to the second.
        let seconds = u32::try_from((micros * 86_400 + 500_000) / 1_000_000).ok()?;
        let seconds = seconds.min(86_399);
        (self.hour, self.minute, self.second) =
            (Some(seconds / 3600), seconds / 60 % 60, seconds % 60);
        Some(after)
    }
}

/// Matches a literal. Separators of dates are interchangeable, since a pattern
/// is for the order of the parts; a blank matches several, or a T.
fn literal(text: &str, wanted: char) -> Option<&str> {
    let next = text.chars().next()?;
    let rest = &text[next.len_utf8()..];
    let is_date = |c: char| matches!(c, '/' | '-' | '.');
    match wanted {
        ' ' if next.is_whitespace() => Some(text.trim_start()),
        ' ' if next == 'T' => Some(rest),
        'T' if next.is_whitespace() => Some(text.trim_start()),
        wanted if is_date(wanted) && is_date(next) => Some(rest),
        wanted => (next == wanted).then_some(rest),
    }
}

fn am_pm(text: &str) -> Option<(bool, &str)> {
    let text = text.trim_start();
    for (word, is_afternoon) in [
        ("a.m.", false),
        ("p.m.", true),
        ("am", false),
        ("pm", true),
        ("上午", false),
        ("下午", true),
        ("午前", false),
        ("午後", true),
    ] {
        if let Some(head) = text.get(..word.len())
            && head.eq_ignore_ascii_case(word)
        {
            return Some((is_afternoon, &text[word.len()..]));
        }
    }
    None
}

fn offset(text: &str) -> Option<(i32, &str)> {
    for word in ["UTC", "GMT", "Z"] {
        if let Some(rest) = text.strip_prefix(word) {
            return Some((0, rest));
        }
    }
    let sign = match text.chars().next()? {
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    let (hours, rest) = number(&text[1..], 2, true)?;
    let (minutes, rest) =
        number(rest.strip_prefix(':').unwrap_or(rest), 2, true).unwrap_or((0, rest));
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    (hours <= 14 && minutes < 60).then_some((sign * seconds, rest))
}

/// Reads seconds since 1970: ten digits are seconds, thirteen milliseconds,
/// sixteen microseconds.
fn epoch(text: &str) -> Option<(i64, &str)> {
    let len = text.bytes().take_while(u8::is_ascii_digit).count();
    let value: i64 = text.get(..len)?.parse().ok()?;
    let rest = &text[len..];
    match len {
        1..=11 => {
            let seconds = value.checked_mul(SECOND)?;
            match rest.strip_prefix('.').and_then(fraction) {
                Some((micros, rest)) => Some((seconds + micros, rest)),
                None => Some((seconds, rest)),
            }
        }
        12..=14 => Some((value.checked_mul(1000)?, rest)),
        15..=17 => Some((value, rest)),
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

fn month_name(text: &str) -> Option<(u32, &str)> {
    let len: usize = text
        .chars()
        .take_while(|c| c.is_alphabetic())
        .map(char::len_utf8)
        .sum();
    let word = text.get(..len)?.to_lowercase();
    let rest = &text[len..];
    let rest = rest.strip_prefix('.').unwrap_or(rest);
    let is_it = |names: &[&str]| names.iter().any(|name| word.starts_with(name));
    let month = MONTHS.iter().position(|names| is_it(names))?;
    Some((u32::try_from(month).ok()? + 1, rest))
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
        Dates::new(&patterns)
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
            (
                "Sat, October 3, 2026",
                "%a, %B %d, %Y",
                "2026-10-03T12:00:00+02:00",
            ),
            ("1790000000", "%s", "2026-09-21T16:13:20+02:00"),
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
            assert_eq!(Pattern::parse(wrong), None, "{wrong}");
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
