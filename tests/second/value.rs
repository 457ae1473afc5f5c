//! Entries as trees of values, read and written by the tables of section 7.

use super::{Wrong, bad};
use crate::schema::{Definition, Fields, Schema, Type};

/// A value of the tables.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Value {
    Num(i128),
    Text(String),
    Bytes(Vec<u8>),
    Opt(Option<Box<Value>>),
    List(Vec<Value>),
    /// A struct, a tuple (fields by place), or a variant with its tag and name.
    Record(u32, String, Vec<(String, Value)>),
}

impl Value {
    pub fn get(&self, field: &str) -> &Value {
        let Value::Record(_, name, fields) = self else {
            panic!("{self:?} has no {field}")
        };
        let found = fields.iter().find(|f| f.0 == field);
        &found.unwrap_or_else(|| panic!("{name} has no {field}")).1
    }

    pub fn get_mut(&mut self, field: &str) -> &mut Value {
        let Value::Record(_, _, fields) = self else {
            panic!("no {field}")
        };
        &mut fields.iter_mut().find(|f| f.0 == field).unwrap().1
    }

    pub fn num(&self) -> i128 {
        match self {
            Value::Num(n) => *n,
            // A newtype.
            Value::Record(_, _, fields) if fields.len() == 1 => fields[0].1.num(),
            other => panic!("{other:?} is no number"),
        }
    }

    pub fn text(&self) -> &str {
        match self {
            Value::Text(text) => text,
            Value::Record(_, _, fields) if fields.len() == 1 => fields[0].1.text(),
            other => panic!("{other:?} is no text"),
        }
    }

    pub fn bytes(&self) -> &[u8] {
        match self {
            Value::Bytes(bytes) => bytes,
            Value::Record(_, _, fields) if fields.len() == 1 => fields[0].1.bytes(),
            other => panic!("{other:?} is no bytes"),
        }
    }

    pub fn list(&self) -> &[Value] {
        match self {
            Value::List(list) => list,
            other => panic!("{other:?} is no list"),
        }
    }

    pub fn opt(&self) -> Option<&Value> {
        match self {
            Value::Opt(inner) => inner.as_deref(),
            other => panic!("{other:?} is no option"),
        }
    }

    /// The name of a variant.
    pub fn kind(&self) -> &str {
        match self {
            Value::Record(_, name, _) => name,
            other => panic!("{other:?} is no variant"),
        }
    }
}

struct Reader<'a> {
    schema: &'a Schema,
    bytes: &'a [u8],
    depth: usize,
}

pub fn decode(schema: &Schema, bytes: &[u8]) -> Result<Value, Wrong> {
    let mut reader = Reader {
        schema,
        bytes,
        depth: 0,
    };
    match reader.take(1)?[0] {
        1 => {}
        other => return Err(Wrong::Unsupported(format!("version {other}"))),
    }
    let entry = reader.named("Entry")?;
    match reader.bytes.len() {
        0 => Ok(entry),
        left => bad(format!("{left} bytes are left")),
    }
}

impl<'a> Reader<'a> {
    fn take(&mut self, len: usize) -> Result<&'a [u8], Wrong> {
        let Some((taken, rest)) = self.bytes.split_at_checked(len) else {
            return bad("the bytes break off");
        };
        self.bytes = rest;
        Ok(taken)
    }

    fn number(&mut self, width: usize) -> Result<u128, Wrong> {
        let first = self.take(1)?[0];
        let (len, least) = match first {
            0..=250 => return Ok(first.into()),
            251 => (2, 251),
            252 => (4, 1 << 16),
            253 => (8, 1 << 32),
            254 => (16, 1 << 64),
            255 => return bad("255 begins no number"),
        };
        let little = self.take(len)?.iter().rev();
        let value = little.fold(0u128, |sum, byte| (sum << 8) | u128::from(*byte));
        match len > width || value < least {
            true => bad("a number in another spelling"),
            false => Ok(value),
        }
    }

    fn signed(&mut self, width: usize) -> Result<Value, Wrong> {
        let folded = self.number(width)?;
        let half = (folded >> 1) as i128;
        Ok(Value::Num(if folded & 1 == 0 { half } else { !half }))
    }

    fn of(&mut self, ty: &Type) -> Result<Value, Wrong> {
        Ok(match ty {
            Type::Named(name) => self.named(name)?,
            Type::Bytes(len) => Value::Bytes(self.take(*len)?.to_vec()),
            Type::Tuple(types) => self.fields(0, "", &Fields::Bare(types.clone()))?,
            Type::Option(inner) => match self.take(1)?[0] {
                0 => Value::Opt(None),
                1 => Value::Opt(Some(Box::new(self.of(inner)?))),
                _ => return bad("no option"),
            },
            Type::Vec(inner) => {
                let len = self.number(8)?;
                let mut list = Vec::new();
                for _ in 0..len {
                    list.push(self.of(inner)?);
                }
                Value::List(list)
            }
        })
    }

    fn named(&mut self, name: &str) -> Result<Value, Wrong> {
        Ok(match name {
            "u8" => Value::Num(self.take(1)?[0].into()),
            "i8" => Value::Num((self.take(1)?[0] as i8).into()),
            "u16" => Value::Num(self.number(2)? as i128),
            "u32" => Value::Num(self.number(4)? as i128),
            "u64" => Value::Num(self.number(8)? as i128),
            "i16" => self.signed(2)?,
            "i32" => self.signed(4)?,
            "i64" => self.signed(8)?,
            "i128" => self.signed(16)?,
            "bool" => match self.take(1)?[0] {
                n @ (0 | 1) => Value::Num(n.into()),
                _ => return bad("no bool"),
            },
            "String" => {
                let len = self.number(8)?;
                let bytes = self.take(len.min(1 << 20) as usize)?.to_vec();
                match String::from_utf8(bytes) {
                    Ok(text) => Value::Text(text),
                    Err(_) => return bad("no UTF-8"),
                }
            }
            _ => self.defined(name)?,
        })
    }

    fn defined(&mut self, name: &str) -> Result<Value, Wrong> {
        let schema = self.schema;
        let definition = schema.get(name).expect("it is in the tables");
        match definition {
            Definition::Alias(ty) => self.of(ty),
            Definition::Newtype(ty) => {
                let inner = self.of(ty)?;
                Ok(Value::Record(0, name.into(), vec![("0".into(), inner)]))
            }
            Definition::Struct(fields) => self.fields(0, name, fields),
            Definition::Enum(variants) => {
                let tag = self.number(4)? as u32;
                let Some(variant) = variants.get(tag as usize) else {
                    return Err(Wrong::Unsupported(format!("{name} {tag}")));
                };
                if variant.name == "Refused" {
                    self.depth += 1;
                    if self.depth > 1 {
                        return bad("a refusal of a refusal");
                    }
                }
                self.fields(tag, &variant.name, &variant.fields)
            }
        }
    }

    fn fields(&mut self, tag: u32, name: &str, fields: &Fields) -> Result<Value, Wrong> {
        let mut all = Vec::new();
        match fields {
            Fields::None => {}
            Fields::Bare(types) => {
                for (n, ty) in types.iter().enumerate() {
                    all.push((n.to_string(), self.of(ty)?));
                }
            }
            Fields::Named(fields) => {
                for (field, ty) in fields {
                    all.push((field.clone(), self.of(ty)?));
                }
            }
        }
        Ok(Value::Record(tag, name.into(), all))
    }
}

/// Bytes of an entry, to forge one.
pub fn encode(schema: &Schema, entry: &Value) -> Vec<u8> {
    let mut bytes = vec![1];
    write(schema, &Type::Named("Entry".into()), entry, &mut bytes);
    bytes
}

fn write_number(n: u128, into: &mut Vec<u8>) {
    let (marker, len) = match n {
        0..=250 => return into.push(n as u8),
        251..=0xffff => (251, 2),
        0x1_0000..=0xffff_ffff => (252, 4),
        0x1_0000_0000..=0xffff_ffff_ffff_ffff => (253, 8),
        _ => (254, 16),
    };
    into.push(marker);
    into.extend(&n.to_le_bytes()[..len]);
}

fn write(schema: &Schema, ty: &Type, value: &Value, into: &mut Vec<u8>) {
    match (ty, value) {
        (Type::Bytes(_), Value::Bytes(bytes)) => into.extend(bytes),
        (Type::Tuple(types), Value::Record(_, _, fields)) => {
            for (ty, (_, value)) in types.iter().zip(fields) {
                write(schema, ty, value, into);
            }
        }
        (Type::Option(inner), Value::Opt(value)) => {
            into.push(value.is_some().into());
            value.iter().for_each(|v| write(schema, inner, v, into));
        }
        (Type::Vec(inner), Value::List(list)) => {
            write_number(list.len() as u128, into);
            list.iter().for_each(|v| write(schema, inner, v, into));
        }
        (Type::Named(name), value) => match (name.as_str(), value) {
            ("u8" | "i8" | "bool", Value::Num(n)) => into.push(*n as u8),
            ("u16" | "u32" | "u64", Value::Num(n)) => write_number(*n as u128, into),
            ("i16" | "i32" | "i64" | "i128", Value::Num(n)) => {
                write_number(((*n << 1) ^ (*n >> 127)) as u128, into);
            }
            ("String", Value::Text(text)) => {
                write_number(text.len() as u128, into);
                into.extend(text.as_bytes());
            }
            _ => write_defined(schema, name, value, into),
        },
        other => panic!("{other:?} do not fit"),
    }
}

fn write_defined(schema: &Schema, name: &str, value: &Value, into: &mut Vec<u8>) {
    let all = |types: Vec<&Type>, into: &mut Vec<u8>| {
        let Value::Record(_, _, fields) = value else {
            panic!("{value:?} is no {name}")
        };
        for (ty, (_, value)) in types.into_iter().zip(fields) {
            write(schema, ty, value, into);
        }
    };
    let types = |fields| match fields {
        &Fields::None => Vec::new(),
        Fields::Bare(types) => types.iter().collect(),
        Fields::Named(fields) => fields.iter().map(|f: &(String, Type)| &f.1).collect(),
    };
    match schema.get(name) {
        Some(Definition::Alias(ty)) => write(schema, ty, value, into),
        Some(Definition::Newtype(ty)) => all(vec![ty], into),
        Some(Definition::Struct(fields)) => all(types(fields), into),
        Some(Definition::Enum(variants)) => {
            let Value::Record(tag, _, _) = value else {
                panic!("{value:?} is no {name}")
            };
            write_number((*tag).into(), into);
            all(types(&variants[*tag as usize].fields), into);
        }
        None => panic!("the tables do not define {name}"),
    }
}
