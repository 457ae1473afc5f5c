//! Place of a JSON error, as a path of fields, and its meaning in words. Runs
//! only after an error.

use super::bad::{Bad, shortened};

enum Frame {
    Object(String),
    Array(usize),
}

/// Explains why a command could not be read.
pub fn explain(error: &serde_json::Error, json: &str) -> Bad {
    let offset = offset_of(error, json);
    let said = error.to_string();
    let said = said
        .rsplit_once(" at line ")
        .map_or(said.as_str(), |(words, _)| words);
    if !error.is_data() {
        return Bad::new(path(&frames(json, offset)), syntax(error, said, json));
    }
    let mut open = frames(json, offset);
    let Some((what, name, rest)) = named(said) else {
        return Bad::new(path(&open), shape(&middle_out(said)));
    };
    // The frame still has the field read last; its object is what matters.
    if what != "missing field" {
        open.pop();
    }
    let field = match path(&open).as_str() {
        "" => name.to_owned(),
        outer => format!("{outer}.{name}"),
    };
    let field = shortened(&field);
    match what {
        "missing field" => Bad::new(field, "is missing"),
        "duplicate field" => Bad::new(field, "is given twice"),
        _ => Bad::unknown(field, "field", name, &quoted(rest)),
    }
}

/// Rewords serde's message about a wrong value in the terms of JSON. A struct
/// that finds a list counts its items, since other formats could write it so.
fn shape(said: &str) -> String {
    let listed = said.strip_prefix("invalid length ");
    if let Some((_, expected)) = listed.and_then(|rest| rest.split_once(", expected ")) {
        return format!("wrong type: a list, expected {expected}");
    }
    let told = said.replacen("invalid", "wrong", 1);
    let told = told.replacen("type: map", "type: an object", 1);
    let told = told.replacen("type: sequence", "type: a list", 1);
    told.replacen("expected a sequence", "expected a list [..]", 1)
}

/// Shortens the middle of a message: serde repeats the value it found, and the
/// end has the expected type.
fn middle_out(said: &str) -> String {
    const KEPT: usize = 150;
    let letters: Vec<char> = said.chars().collect();
    match letters.len() > 2 * KEPT {
        true => {
            let (head, tail) = (&letters[..KEPT], &letters[letters.len() - KEPT..]);
            format!("{} .. {}", String::from_iter(head), String::from_iter(tail))
        }
        false => said.to_owned(),
    }
}

fn syntax(error: &serde_json::Error, said: &str, json: &str) -> String {
    let (line, column) = (error.line(), error.column());
    match error.is_eof() {
        true if json.trim().is_empty() => "nothing came: one JSON object is a command".into(),
        true => format!("the JSON ends too early, at line {line}, column {column}"),
        false => format!("not valid JSON at line {line}, column {column}: {said}"),
    }
}

/// Splits serde's "unknown field `x`, expected one of `a`, `b`".
fn named(said: &str) -> Option<(&'static str, &str, &str)> {
    ["missing field", "duplicate field", "unknown field"]
        .into_iter()
        .find_map(|what| {
            let rest = said.strip_prefix(what)?.strip_prefix(" `")?;
            // A field's own name may contain the mark, so the list is found by
            // its words.
            let (name, rest) = rest
                .split_once("`, expected")
                .or_else(|| rest.rsplit_once('`'))?;
            Some((what, name, rest))
        })
}

fn quoted(list: &str) -> Vec<&str> {
    list.split('`').skip(1).step_by(2).collect()
}

fn offset_of(error: &serde_json::Error, json: &str) -> usize {
    let before: usize = json
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum();
    (before + error.column()).min(json.len())
}

fn path(frames: &[Frame]) -> String {
    // No field of ours is deeper; skipped ones may be.
    const DEPTH_SHOWN_MAX: usize = 8;
    let mut text = String::new();
    for frame in frames.iter().take(DEPTH_SHOWN_MAX) {
        match frame {
            Frame::Array(index) => text.push_str(&format!("[{index}]")),
            Frame::Object(name) if name.is_empty() => {}
            Frame::Object(name) if text.is_empty() => text.push_str(&shortened(name)),
            Frame::Object(name) => text.push_str(&format!(".{}", shortened(name))),
        }
    }
    text
}

/// Open containers at an offset: objects with their last field, arrays with
/// their index.
fn frames(json: &str, offset: usize) -> Vec<Frame> {
    let bytes = &json.as_bytes()[..offset];
    let mut open: Vec<Frame> = Vec::new();
    let mut text: Option<String> = None;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                let end = at + 1 + string_len(&bytes[at + 1..]);
                text = Some(json.get(at + 1..end).unwrap_or("").to_owned());
                at = end;
            }
            b':' => rename(&mut open, text.take()),
            b',' => advance(&mut open),
            b'{' => open.push(Frame::Object(String::new())),
            b'[' => open.push(Frame::Array(0)),
            b'}' | b']' => drop(open.pop()),
            _ => {}
        }
        at += 1;
    }
    open
}

fn rename(open: &mut [Frame], text: Option<String>) {
    if let (Some(Frame::Object(name)), Some(text)) = (open.last_mut(), text) {
        *name = text;
    }
}

fn advance(open: &mut [Frame]) {
    match open.last_mut() {
        Some(Frame::Array(index)) => *index += 1,
        Some(Frame::Object(name)) => name.clear(),
        None => {}
    }
}

/// Number of bytes up to the quote that ends a string.
fn string_len(rest: &[u8]) -> usize {
    let mut at = 0;
    while let Some(byte) = rest.get(at) {
        match byte {
            b'"' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    rest.len()
}
