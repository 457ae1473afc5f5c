//! Makes up entries by the tables alone, from a seed.

use super::{Definition, Fields, Schema, Type};

#[path = "../support/dice.rs"]
mod dice;

pub use dice::Dice;

/// Content that an entry is to have.
#[derive(Clone, Copy, Default)]
pub struct Wish {
    /// The act's tag; None: any.
    pub act: Option<usize>,
    /// An effect's tag; None: any.
    pub effect: Option<usize>,
}

/// An entry's bytes.
pub fn make(schema: &Schema, seed: u64, wish: Wish) -> Vec<u8> {
    let mut make = Make {
        schema,
        dice: Dice::new(seed),
        wish,
        bytes: vec![1],
    };
    make.named("Entry");
    make.bytes
}

struct Make<'a> {
    schema: &'a Schema,
    dice: Dice,
    wish: Wish,
    bytes: Vec<u8>,
}

const TEXTS: [&str; 7] = [
    "",
    "star",
    "mitte",
    "Tuesday",
    "a\"b\\c\n",
    "Café 咖啡",
    "\u{1f375}\0",
];

impl Make<'_> {
    /// Section 7.1 from the writer's side.
    fn number(&mut self, value: u128) {
        let (marker, len) = match value {
            0..=250 => return self.bytes.push(value as u8),
            251..=0xffff => (251, 2),
            0x1_0000..=0xffff_ffff => (252, 4),
            0x1_0000_0000..=0xffff_ffff_ffff_ffff => (253, 8),
            _ => (254, 16),
        };
        self.bytes.push(marker);
        self.bytes.extend(&value.to_le_bytes()[..len]);
    }

    /// A number of so many bits, often at the ends of the range.
    fn any(&mut self, bits: u32) -> u128 {
        let max = u128::MAX >> (128 - bits);
        let wide = u128::from(self.dice.next()) << 64 | u128::from(self.dice.next());
        let some = wide >> self.dice.below(127);
        let edges = [
            0,
            1,
            2,
            250,
            251,
            252,
            0xffff,
            0x1_0000,
            0xffff_ffff,
            1 << 32,
            max - 1,
            max,
        ];
        match self.dice.below(3) {
            0 => edges[self.dice.below(edges.len())] & max,
            _ => some & max,
        }
    }

    fn of(&mut self, ty: &Type) {
        match ty {
            Type::Named(name) => self.named(name),
            Type::Bytes(len) => (0..*len).for_each(|_| self.byte()),
            Type::Tuple(types) => types.iter().for_each(|ty| self.of(ty)),
            Type::Option(inner) => match self.dice.below(2) {
                0 => self.bytes.push(0),
                _ => {
                    self.bytes.push(1);
                    self.of(inner);
                }
            },
            Type::Vec(inner) => {
                let is_wished =
                    **inner == Type::Named("Effect".into()) && self.wish.effect.is_some();
                let len = self.dice.below(3) + usize::from(is_wished);
                self.number(len as u128);
                (0..len).for_each(|_| self.of(inner));
            }
        }
    }

    fn byte(&mut self) {
        let byte = self.dice.next() as u8;
        self.bytes.push(byte);
    }

    fn named(&mut self, name: &str) {
        match name {
            "u8" | "i8" => self.byte(),
            "u16" | "i16" => self.wide(16),
            "u32" | "i32" => self.wide(32),
            "u64" | "i64" => self.wide(64),
            "i128" => self.wide(128),
            "bool" => {
                let value = self.dice.below(2) as u8;
                self.bytes.push(value);
            }
            "String" => {
                let text = TEXTS[self.dice.below(TEXTS.len())];
                self.number(text.len() as u128);
                self.bytes.extend(text.as_bytes());
            }
            "MemberId" => (0..16).for_each(|_| self.byte()),
            _ => self.defined(name),
        }
    }

    fn wide(&mut self, bits: u32) {
        let value = self.any(bits);
        self.number(value);
    }

    fn defined(&mut self, name: &str) {
        let schema = self.schema;
        match schema.get(name) {
            None => panic!("the tables have no {name}"),
            Some(Definition::Alias(ty) | Definition::Newtype(ty)) => self.of(ty),
            Some(Definition::Struct(fields)) => self.fields(fields),
            Some(Definition::Enum(variants)) => {
                let tag = self.tag(name, variants.len());
                self.number(tag as u128);
                self.fields(&variants[tag].fields);
            }
        }
    }

    /// A wish is granted once; a refused act is never itself a refusal.
    fn tag(&mut self, name: &str, count: usize) -> usize {
        let wished = match name {
            "Act" => self.wish.act.take(),
            "Effect" => self.wish.effect.take(),
            _ => None,
        };
        let any = self.dice.below(count);
        match wished {
            Some(tag) => tag,
            None if name == "Act" && self.schema.variants("Act")[any].name == "Refused" => 0,
            None => any,
        }
    }

    fn fields(&mut self, fields: &Fields) {
        match fields {
            Fields::None => {}
            Fields::Bare(types) => types.iter().for_each(|ty| self.of(ty)),
            Fields::Named(fields) => fields.iter().for_each(|(_, ty)| self.of(ty)),
        }
    }
}
