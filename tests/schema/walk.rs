//! Reads an entry by the tables alone and writes down what it found, in the
//! form in which Rust prints a value for debugging.

use super::{Definition, Fields, Schema, Type};
use std::collections::BTreeSet;

/// A walk over the bytes of one entry.
pub struct Walk<'a> {
    schema: &'a Schema,
    bytes: &'a [u8],
    /// Enums and variants that the walk passed.
    pub seen: BTreeSet<(String, String)>,
}

/// Reason why bytes are no entry by the tables.
pub type Wrong = String;

/// The entry as text, and the variants in it.
pub fn walk(schema: &Schema, bytes: &[u8]) -> Result<(String, BTreeSet<(String, String)>), Wrong> {
    let (version, rest) = bytes.split_first().ok_or("empty")?;
    if *version != 1 {
        return Err(format!("version {version}"));
    }
    let mut walk = Walk {
        schema,
        bytes: rest,
        seen: BTreeSet::new(),
    };
    let text = walk.named("Entry")?;
    match walk.bytes.len() {
        0 => Ok((text, walk.seen)),
        left => Err(format!("{left} bytes are left")),
    }
}

impl<'a> Walk<'a> {
    fn take(&mut self, len: usize) -> Result<&'a [u8], Wrong> {
        let (taken, rest) = self
            .bytes
            .split_at_checked(len)
            .ok_or("the bytes break off")?;
        self.bytes = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, Wrong> {
        Ok(self.take(1)?[0])
    }

    /// Section 7.1, variable-length numbers, of at most `width` bytes.
    fn number(&mut self, width: usize) -> Result<u128, Wrong> {
        let first = self.byte()?;
        let (len, least) = match first {
            0..=250 => return Ok(first.into()),
            251 => (2, 251),
            252 => (4, 1 << 16),
            253 => (8, 1 << 32),
            254 => (16, 1 << 64),
            255 => return Err("255 begins no number".into()),
        };
        let little = self.take(len)?.iter().rev();
        let value = little.fold(0u128, |sum, byte| sum << 8 | u128::from(*byte));
        if len > width || value < least {
            return Err(format!("{value} in {len} bytes has another spelling"));
        }
        Ok(value)
    }

    fn signed(&mut self, width: usize) -> Result<i128, Wrong> {
        let folded = self.number(width)?;
        let half = (folded >> 1) as i128;
        Ok(if folded & 1 == 0 { half } else { !half })
    }

    fn text(&mut self) -> Result<String, Wrong> {
        let len = usize::try_from(self.number(8)?).map_err(|e| e.to_string())?;
        let bytes = self.take(len)?.to_vec();
        String::from_utf8(bytes).map_err(|e| e.to_string())
    }

    fn of(&mut self, ty: &Type) -> Result<String, Wrong> {
        Ok(match ty {
            Type::Named(name) => self.named(name)?,
            Type::Bytes(len) => format!("{:?}", self.take(*len)?),
            Type::Tuple(types) => format!("({})", self.row(types)?),
            Type::Option(inner) => match self.byte()? {
                0 => "None".into(),
                1 => format!("Some({})", self.of(inner)?),
                other => return Err(format!("{other} is no option")),
            },
            Type::Vec(inner) => {
                let len = self.number(8)?;
                let items: Result<Vec<String>, Wrong> = (0..len).map(|_| self.of(inner)).collect();
                format!("[{}]", items?.join(", "))
            }
        })
    }

    fn row(&mut self, types: &[Type]) -> Result<String, Wrong> {
        let parts: Result<Vec<String>, Wrong> = types.iter().map(|ty| self.of(ty)).collect();
        Ok(parts?.join(", "))
    }

    fn named(&mut self, name: &str) -> Result<String, Wrong> {
        Ok(match name {
            "u8" => self.byte()?.to_string(),
            "i8" => (self.byte()? as i8).to_string(),
            "u16" => self.number(2)?.to_string(),
            "u32" => self.number(4)?.to_string(),
            "u64" => self.number(8)?.to_string(),
            "i16" => self.signed(2)?.to_string(),
            "i32" => self.signed(4)?.to_string(),
            "i64" => self.signed(8)?.to_string(),
            "i128" => self.signed(16)?.to_string(),
            "bool" => match self.byte()? {
                0 => "false".into(),
                1 => "true".into(),
                other => return Err(format!("{other} is no bool")),
            },
            "String" => format!("{:?}", self.text()?),
            "MemberId" => format!("m-{}", data_encoding::HEXLOWER.encode(self.take(16)?)),
            _ => self.defined(name)?,
        })
    }

    fn defined(&mut self, name: &str) -> Result<String, Wrong> {
        let schema = self.schema;
        match schema.get(name) {
            None => panic!("the tables have no {name}"),
            Some(Definition::Alias(ty)) => self.of(ty),
            Some(Definition::Newtype(ty)) => Ok(format!("{name}({})", self.of(ty)?)),
            Some(Definition::Struct(fields)) => self.fields(name, fields),
            Some(Definition::Enum(variants)) => {
                let tag = self.number(4)? as usize;
                let variant = variants
                    .get(tag)
                    .ok_or(format!("{name} {tag} is unsupported"))?;
                self.seen.insert((name.into(), variant.name.clone()));
                self.fields(&variant.name, &variant.fields)
            }
        }
    }

    fn fields(&mut self, name: &str, fields: &Fields) -> Result<String, Wrong> {
        match fields {
            Fields::None => Ok(name.into()),
            Fields::Bare(types) => Ok(format!("{name}({})", self.row(types)?)),
            Fields::Named(fields) => {
                let parts = fields
                    .iter()
                    .map(|(field, ty)| Ok(format!("{field}: {}", self.of(ty)?)));
                let parts: Result<Vec<String>, Wrong> = parts.collect();
                Ok(format!("{name} {{ {} }}", parts?.join(", ")))
            }
        }
    }
}
