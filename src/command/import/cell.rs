//! Single cells: decoding, splitting, dates in other people's spellings.

use super::{Format, Line};
use crate::command::{Bad, LINE_LEN_MAX, bad::shortened, json::text_of};
use crate::model::{Calendar, Day, Instant, SECOND};
use encoding_rs::{Encoding, UTF_8};
use std::borrow::Cow;

/// A line as text.
pub(super) fn decode<'l>(
    line: &'l Line,
    encoding: Option<&'static Encoding>,
) -> Result<Cow<'l, str>, Bad> {
    if !line.is_whole() {
        let message = format!(
            "the line has {} bytes, at most {LINE_LEN_MAX} are possible",
            line.len
        );
        return Err(Bad::new("", message));
    }
    match encoding {
        None => text_of(&line.bytes).map(Cow::Borrowed),
        Some(encoding) if encoding == UTF_8 => text_of(&line.bytes).map(Cow::Borrowed),
        Some(encoding) => encoding
            .decode_without_bom_handling_and_without_replacement(&line.bytes)
            .ok_or_else(|| {
                let message = format!("not {}; name the file's real --encoding", encoding.name());
                Bad::new("", message)
            }),
    }
}

/// The cells of a line.
pub(super) fn split(text: &str, format: Format) -> Result<Vec<Cow<'_, str>>, Bad> {
    match format {
        Format::Csv(mark) if text.contains('"') => split_quoted(text, mark),
        Format::Csv(mark) => Ok(text.split(mark).map(|c| Cow::Borrowed(c.trim())).collect()),
        _ => Ok(text.split_whitespace().map(Cow::Borrowed).collect()),
    }
}

fn split_quoted(text: &str, mark: char) -> Result<Vec<Cow<'_, str>>, Bad> {
    let mut cells = Vec::new();
    let mut rest = Some(text);
    while let Some(text) = rest {
        let (cell, after) = match text.trim_start().strip_prefix('"') {
            Some(quoted) => quoted_cell(quoted, mark)?,
            None => match text.split_once(mark) {
                Some((cell, after)) => (Cow::Borrowed(cell.trim()), Some(after)),
                None => (Cow::Borrowed(text.trim()), None),
            },
        };
        cells.push(cell);
        rest = after;
    }
    Ok(cells)
}

/// A cell behind its opening quote, and what follows its separator.
fn quoted_cell(text: &str, mark: char) -> Result<(Cow<'_, str>, Option<&str>), Bad> {
    let mut from = 0;
    let end = loop {
        let at = text[from..].find('"').map(|at| from + at);
        let at = at.ok_or_else(|| Bad::new("", "a quote is not closed on its line"))?;
        match text[at + 1..].starts_with('"') {
            true => from = at + 2,
            false => break at,
        }
    };
    let cell = match text[..end].contains('"') {
        true => Cow::Owned(text[..end].replace("\"\"", "\"")),
        false => Cow::Borrowed(&text[..end]),
    };
    let after = text[end + 1..].trim_start_matches(' ');
    match after.strip_prefix(mark) {
        Some(after) => Ok((cell, Some(after))),
        None if after.is_empty() => Ok((cell, None)),
        None => Err(Bad::new(
            "",
            "something follows a closing quote; double the quotes inside a cell",
        )),
    }
}

/// Civil fields as they were found; hour absent for a bare date.
#[derive(Default)]
struct Civil {
    year: Option<u32>,
    month: Option<u32>,
    day: Option<u32>,
    hour: Option<u32>,
    minute: u32,
    second: u32,
}

/// An instant in a cell, as RFC 3339. Without a pattern it is RFC 3339
/// already, or a date, or a date and a time of the programme's zone. A bare
/// date is taken as noon there: it then lies within the day whatever the
/// zone's changes, and well after the start of the programme's day.
pub(super) fn instant(
    cell: &str,
    pattern: Option<&str>,
    calendar: &Calendar,
) -> Result<String, Bad> {
    let tried: &[&str] = match &pattern {
        Some(pattern) => std::slice::from_ref(pattern),
        None if Instant::parse(cell).is_ok() => return Ok(cell.to_owned()),
        None => &[
            "%Y-%m-%d",
            "%Y-%m-%d %H:%M",
            "%Y-%m-%d %H:%M:%S",
            "%Y-%m-%dT%H:%M:%S",
        ],
    };
    let found = tried.iter().find_map(|pattern| civil(cell, pattern));
    let found = found.and_then(|civil| wall(&civil, calendar));
    let at = found.ok_or_else(|| {
        let shown = pattern.unwrap_or("2026-11-24, 2026-11-24 10:03 or 2026-11-24T10:03:00+01:00");
        Bad::new(
            "at",
            format!("'{}' is not a date as in {shown}", shortened(cell)),
        )
    })?;
    Ok(calendar.display(at))
}

/// A day in a cell, as `2026-11-24`; by a pattern its time is left out.
pub(super) fn day(cell: &str, pattern: Option<&str>) -> Result<String, Bad> {
    let shown = pattern.unwrap_or("%Y-%m-%d");
    let found = civil(cell, shown).and_then(|civil| {
        let year = i32::try_from(civil.year?).ok()?;
        Day::from_ymd(year, civil.month?, civil.day?)
    });
    let message = || format!("'{}' is not a date as in {shown}", shortened(cell));
    let day = found.ok_or_else(|| Bad::new("expires", message()))?;
    Ok(day.to_string())
}

fn wall(civil: &Civil, calendar: &Calendar) -> Option<Instant> {
    let (hour, minute) = (civil.hour.unwrap_or(12), civil.minute);
    if hour > 23 || minute > 59 || civil.second > 59 {
        return None;
    }
    let date = Day::from_ymd(i32::try_from(civil.year?).ok()?, civil.month?, civil.day?)?;
    // Before the start of the programme's day the wall shows the next date already.
    let is_late = hour * 60 + minute < u32::from(calendar.day_starts);
    let day = date.plus_days(-i32::from(is_late));
    let at = calendar.at(day, hour, minute);
    Some(at.after(i64::from(civil.second) * SECOND))
}

/// Reads a cell by a pattern of `%Y %y %m %d %H %M %S` and literal characters.
fn civil(cell: &str, pattern: &str) -> Option<Civil> {
    let mut found = Civil::default();
    let mut rest = cell;
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            rest = rest.strip_prefix(letter)?;
            continue;
        }
        let what = letters.next()?;
        let len = if what == 'Y' { 4 } else { 2 };
        let digits = rest.get(..len)?;
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        set(&mut found, what, digits.parse().ok()?)?;
        rest = &rest[len..];
    }
    rest.is_empty().then_some(found)
}

fn set(civil: &mut Civil, what: char, value: u32) -> Option<()> {
    match what {
        'Y' => civil.year = Some(value),
        // As POSIX has it: 69 to 99 are of the last century.
        'y' => civil.year = Some(value + if value < 69 { 2000 } else { 1900 }),
        'm' => civil.month = Some(value),
        'd' => civil.day = Some(value),
        'H' => civil.hour = Some(value),
        'M' => civil.minute = value,
        'S' => civil.second = value,
        _ => return None,
    }
    Some(())
}

/// Whether a pattern has only what [`instant`] understands, and a whole date.
pub(super) fn is_pattern(pattern: &str) -> bool {
    let letters: Vec<char> = pattern.chars().collect();
    let fields: Vec<char> = letters
        .iter()
        .enumerate()
        .filter(|(_, c)| **c == '%')
        .map(|(i, _)| letters.get(i + 1).copied().unwrap_or('?'))
        .collect();
    let has = |wanted: &str| fields.iter().any(|f| wanted.contains(*f));
    fields.iter().all(|f| "YymdHMS".contains(*f)) && has("Yy") && has("m") && has("d")
}
