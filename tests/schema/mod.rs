//! The tables of FORMAT.md section 7 as data, read out of the document, with a
//! reader and a writer of entries that know nothing but those tables. They
//! share no line with the library, nor the crate it encodes with.

pub mod make;
pub mod walk;

use std::collections::BTreeMap;

const FORMAT: &str = include_str!("../../FORMAT.md");

/// A type as the tables write it.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// A number, `bool`, `String`, or a name of the tables.
    Named(String),
    /// `Vec<T>`.
    Vec(Box<Type>),
    /// `Option<T>`.
    Option(Box<Type>),
    /// `[u8; N]`.
    Bytes(usize),
    /// `(A, B)`.
    Tuple(Vec<Type>),
}

/// Fields that follow a tag, or make up a struct.
#[derive(Clone, Debug, PartialEq)]
pub enum Fields {
    /// Nothing.
    None,
    /// Types without names.
    Bare(Vec<Type>),
    /// Names and types.
    Named(Vec<(String, Type)>),
}

/// A variant of an enum; its tag is its position.
#[derive(Clone, Debug)]
pub struct Variant {
    pub name: String,
    pub fields: Fields,
}

/// A definition of the tables.
#[derive(Clone, Debug)]
pub enum Definition {
    Struct(Fields),
    Enum(Vec<Variant>),
    Newtype(Type),
    Alias(Type),
}

/// All definitions by name.
pub struct Schema(BTreeMap<String, Definition>);

impl Schema {
    /// Reads the tables of the document.
    pub fn of_the_document() -> Schema {
        let mut all = BTreeMap::new();
        for fence in FORMAT.split("\n```schema\n").skip(1) {
            let (text, _) = fence.split_once("\n```").expect("a table ends");
            let lines = text.lines().map(|l| l.split(" # ").next().unwrap_or(l));
            let lines: Vec<&str> = lines.map(str::trim_end).filter(|l| !l.is_empty()).collect();
            for part in lines.chunk_by(|_, next| next.starts_with(' ')) {
                let (name, definition) = define(part);
                assert!(
                    all.insert(name, definition).is_none(),
                    "{part:?} is there twice"
                );
            }
        }
        Schema(all)
    }

    /// A definition, if it is one rather than a number or a text.
    pub fn get(&self, name: &str) -> Option<&Definition> {
        self.0.get(name)
    }

    /// The variants of an enum.
    pub fn variants(&self, name: &str) -> &[Variant] {
        match self.get(name) {
            Some(Definition::Enum(variants)) => variants,
            other => panic!("{name} is no enum but {other:?}"),
        }
    }

    /// Every enum and variant there is.
    pub fn choices(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().flat_map(|(name, definition)| {
            let variants = match definition {
                Definition::Enum(variants) => variants.as_slice(),
                _ => &[],
            };
            variants.iter().map(|v| (name.as_str(), v.name.as_str()))
        })
    }
}

fn define(lines: &[&str]) -> (String, Definition) {
    let (kind, rest) = lines[0].split_once(' ').expect("a kind and a name");
    let (name, ty) = rest.split_once(' ').unwrap_or((rest, ""));
    let definition = match kind {
        "struct" => {
            Definition::Struct(Fields::Named(lines[1..].iter().map(|l| field(l)).collect()))
        }
        "enum" => Definition::Enum(variants(&lines[1..])),
        "newtype" => Definition::Newtype(parse(ty)),
        "alias" => Definition::Alias(parse(ty)),
        other => panic!("'{other}' begins no definition"),
    };
    (name.into(), definition)
}

fn field(line: &str) -> (String, Type) {
    let (name, ty) = line.trim().split_once(' ').expect("a field and its type");
    (name.into(), parse(ty))
}

/// Variants stand two blanks in and count from 0; their fields stand six in.
fn variants(lines: &[&str]) -> Vec<Variant> {
    let parts = lines.chunk_by(|_, next| next.starts_with("      "));
    let numbered = parts.enumerate().map(|(n, part)| {
        let (tag, head) = part[0].trim().split_once(' ').expect("a tag and a name");
        assert_eq!(tag, n.to_string(), "{head} has another place");
        let (name, bare) = head.split_once('(').unwrap_or((head, ""));
        let fields = match (bare.strip_suffix(')'), &part[1..]) {
            (Some(types), []) => Fields::Bare(split(types).into_iter().map(parse).collect()),
            (None, []) => Fields::None,
            (None, rest) => Fields::Named(rest.iter().map(|l| field(l)).collect()),
            (Some(_), rest) => panic!("{head} has {rest:?} as well"),
        };
        let name = name.into();
        Variant { name, fields }
    });
    numbered.collect()
}

fn parse(text: &str) -> Type {
    let text = text.trim();
    let inside = |open: &str, close: &str| text.strip_prefix(open)?.strip_suffix(close);
    if let Some(inner) = inside("Vec<", ">") {
        return Type::Vec(Box::new(parse(inner)));
    }
    if let Some(inner) = inside("Option<", ">") {
        return Type::Option(Box::new(parse(inner)));
    }
    if let Some(len) = inside("[u8; ", "]") {
        return Type::Bytes(len.parse().expect("a length"));
    }
    match inside("(", ")") {
        Some(inner) => Type::Tuple(split(inner).into_iter().map(parse).collect()),
        None => Type::Named(text.into()),
    }
}

/// Splits at the commas that stand in no brackets.
fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, c) in text.char_indices() {
        match c {
            '<' | '(' | '[' => depth += 1,
            '>' | ')' | ']' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}
