//! Parts of a JSON text, each as written: commands are read from their own
//! bytes, so that no number passes through a float and no field is lost.

use crate::command::Bad;
use serde::de::IgnoredAny;
use serde_json::Deserializer;

/// Elements of a list.
pub(super) fn elements(text: &str) -> Result<Vec<&str>, Bad> {
    let mut rest = open(text, '[')?;
    let mut found = Vec::new();
    if let Some(after) = rest.strip_prefix(']') {
        return end(after, found);
    }
    loop {
        let (element, after) = value(rest)?;
        found.push(element);
        match close(after, ']')? {
            Next::End(after) => return end(after, found),
            Next::More(after) => rest = after,
        }
    }
}

/// Fields of an object: each name, and its value.
pub(super) fn fields(text: &str) -> Result<Vec<(String, &str)>, Bad> {
    let mut rest = open(text, '{')?;
    let mut found = Vec::new();
    if let Some(after) = rest.strip_prefix('}') {
        return end(after, found);
    }
    loop {
        let (name, after) = value(rest)?;
        let name: String = serde_json::from_str(name).map_err(|e| wrong(&e))?;
        let after = after.trim_start().strip_prefix(':');
        let (value, after) = value(after.ok_or_else(|| broken(':'))?)?;
        found.push((name, value));
        match close(after, '}')? {
            Next::End(after) => return end(after, found),
            Next::More(after) => rest = after,
        }
    }
}

/// The object of these fields.
pub(super) fn object(fields: &[(String, &str)]) -> String {
    let fields = fields.iter().map(|(name, value)| {
        let name = serde_json::Value::from(name.as_str());
        format!("{name}:{value}")
    });
    format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
}

enum Next<'t> {
    More(&'t str),
    End(&'t str),
}

fn open(text: &str, bracket: char) -> Result<&str, Bad> {
    let inside = text.trim_start().strip_prefix(bracket);
    Ok(inside.ok_or_else(|| broken(bracket))?.trim_start())
}

fn close(text: &str, bracket: char) -> Result<Next<'_>, Bad> {
    let text = text.trim_start();
    match text.strip_prefix(',') {
        Some(more) => Ok(Next::More(more)),
        None => match text.strip_prefix(bracket) {
            Some(after) => Ok(Next::End(after)),
            None => Err(broken(bracket)),
        },
    }
}

fn end<T>(after: &str, found: T) -> Result<T, Bad> {
    match after.trim().is_empty() {
        true => Ok(found),
        false => Err(Bad::new("", "the body goes on behind its JSON")),
    }
}

/// First value of a text, and the text after it.
fn value(text: &str) -> Result<(&str, &str), Bad> {
    let text = text.trim_start();
    let mut values = Deserializer::from_str(text).into_iter::<IgnoredAny>();
    match values.next() {
        Some(Ok(_)) => Ok(text.split_at(values.byte_offset())),
        Some(Err(error)) => Err(wrong(&error)),
        None => Err(Bad::new("", "the JSON ends too early")),
    }
}

fn wrong(error: &serde_json::Error) -> Bad {
    Bad::new("", format!("the body is no JSON: {error}"))
}

fn broken(wanted: char) -> Bad {
    Bad::new("", format!("the body is no JSON: '{wanted}' is missing"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_stand_as_they_were_sent() {
        let text = r#" [ {"a":1.10, "b":"],["} , [2] ,3 ] "#;
        assert_eq!(
            elements(text).unwrap(),
            [r#"{"a":1.10, "b":"],["}"#, "[2]", "3"]
        );
        assert_eq!(elements("[]").unwrap(), [""; 0]);
        let text = r#"{"commands":[1.0],"atomic" : true,"x\u0079":null}"#;
        let found = fields(text).unwrap();
        let found: Vec<(&str, &str)> = found.iter().map(|(n, v)| (n.as_str(), *v)).collect();
        assert_eq!(
            found,
            [("commands", "[1.0]"), ("atomic", "true"), ("xy", "null")]
        );
        for bad in ["", "[", "[1", "[1,", "[1 2]", "[1]]", "{", "[,]", "[1,]"] {
            assert!(elements(bad).is_err(), "{bad}");
        }
        for bad in [
            "{",
            "{\"a\"",
            "{\"a\":",
            "{\"a\":1",
            "{1:2}",
            "{\"a\":1}x",
            "{\"a\":1,}",
        ] {
            assert!(fields(bad).is_err(), "{bad}");
        }
    }
}
