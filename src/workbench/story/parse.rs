//! Reads a story's file.

use super::ask::Asker;
use super::expect;
use super::outcome::LineOutcome;
use super::pattern::wall;
use super::words::{Read, Words, error};
use super::{Asked, Expected, Start, Step, Story};
use crate::command::Verb;
use crate::model::{Instant, Programme, minutes_of};
use crate::policy::Diagnostic;

/// A line with its indented lines.
struct Group<'a> {
    asked: Words<'a>,
    details: Vec<Words<'a>>,
    expected: Vec<Words<'a>>,
}

/// Reads a story. `file` is its name in findings; units, amounts and the hour
/// of the day are the programme's.
///
/// # Errors
/// One finding for each line that cannot be read: its place, and the expected words.
pub fn parse(file: &str, text: &str, programme: &Programme) -> Result<Story, Vec<Diagnostic>> {
    let mut found = Vec::new();
    let mut story = Story {
        file: file.into(),
        programme: String::new(),
        steps: Vec::new(),
    };
    let mut asker = Asker::new(programme);
    for mut group in groups(file, text, &mut found) {
        if story.programme.is_empty() {
            match first(&mut group.asked) {
                Ok(name) => story.programme = name,
                Err(finding) => return Err(vec![finding]),
            }
            continue;
        }
        match step(&mut group, &mut asker, programme, story.steps.last()) {
            Ok(step) => story.steps.push(step),
            Err(finding) => found.push(finding),
        }
    }
    if story.steps.is_empty() && found.is_empty() {
        let end = text.lines().count().max(1);
        found.push(error(file, (end, 0), "the story tells nothing".into()));
    }
    if found.is_empty() {
        Ok(story)
    } else {
        Err(found)
    }
}

/// Reads `programme NAME`.
fn first(words: &mut Words) -> Read<String> {
    if !words.take("programme") {
        return Err(words.wrong("'programme' and its name on the first line"));
    }
    let name = words.need("the programme's name")?.text.to_owned();
    words.end("the line's end")?;
    Ok(name)
}

fn groups<'a>(file: &'a str, text: &'a str, found: &mut Vec<Diagnostic>) -> Vec<Group<'a>> {
    let mut groups: Vec<Group> = Vec::new();
    for (n, line) in text.lines().enumerate() {
        let (asked, expected) = Words::of_line(file, n + 1, line);
        if asked.peek().is_none() && expected.is_none() {
            continue;
        }
        if !line.starts_with([' ', '\t']) {
            groups.push(Group {
                asked,
                details: Vec::new(),
                expected: expected.into_iter().collect(),
            });
            continue;
        }
        match groups.last_mut() {
            Some(group) if asked.peek().is_none() => group.expected.extend(expected),
            Some(group) if expected.is_none() => group.details.push(asked),
            _ => found.push(asked.wrong("a line that begins at the left, with a date")),
        }
    }
    groups
}

fn step(
    group: &mut Group,
    asker: &mut Asker,
    programme: &Programme,
    before: Option<&Step>,
) -> Read<Step> {
    let words = &mut group.asked;
    let line = words.line;
    let day = words.day()?;
    let time = words.time();
    let (member, asked) = asker.ask(words, &mut group.details)?;
    let is_daily = matches!(&asked, Asked::Command(c) if c.verb == Verb::Daily);
    let at = match time {
        Some(second) => wall(programme, day, second),
        None if is_daily => programme.calendar.start_of(day),
        None => wall(programme, day, 12 * 3600),
    };
    let calendar = &programme.calendar;
    if before.is_some_and(|before| calendar.day_of(at) < calendar.day_of(before.at)) {
        let message = "the line is on an earlier day than the one before: put the lines in order \
                       of time, or tell a second story; what was sent late says 'happened DATE \
                       TIME' and stands where it was sent";
        return Err(words.finding(1, message.into()));
    }
    if matches!(&asked, Asked::Activate(_, Start::At(from)) if *from <= at) {
        let message = "'from' names an instant to come; without it, it takes effect at once";
        return Err(words.finding(words.column(), message.into()));
    }
    let asked = out_of_order(asked, at, before, programme);
    let at = before.map_or(at, |before| at.max(before.at));
    let is_about_member = member.is_some();
    let expected = expected(&mut group.expected, programme, is_about_member)?;
    let is_scene = matches!(asked, Asked::Given(_));
    if let (Some(expected), true) = (&expected, is_scene) {
        return Err(words.finding(expected.column, "setting the scene has no outcome".into()));
    }
    Ok(Step {
        line,
        at,
        member,
        asked,
        expected,
    })
}

/// Lets a line be earlier than the one before within a day (a line without a
/// time is at noon): the clock stays, and the command states the time of the
/// event.
fn out_of_order(
    mut asked: Asked,
    at: Instant,
    before: Option<&Step>,
    programme: &Programme,
) -> Asked {
    if let (Asked::Command(request) | Asked::Quote(request), true) =
        (&mut asked, before.is_some_and(|b| at < b.at))
    {
        let offset = minutes_of(programme.calendar.offset_at(at));
        request.at = request.at.or(Some((at, offset)));
    }
    asked
}

/// Reads the expected outcomes after the arrows; None if the arrows are bare,
/// or there are none.
fn expected(
    arrows: &mut [Words],
    programme: &Programme,
    has_member: bool,
) -> Read<Option<Expected>> {
    let column = arrows.first().map_or(0, Words::column);
    let mut parts = Vec::new();
    for words in arrows.iter_mut().filter(|words| words.peek().is_some()) {
        parts.push(expect::part(words, programme, has_member)?);
    }
    let outcome = LineOutcome { parts };
    Ok((!outcome.parts.is_empty()).then_some(Expected { column, outcome }))
}
