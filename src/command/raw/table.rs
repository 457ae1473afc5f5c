//! The verbs by their words: the reader of each, and its schema. Every source
//! of commands uses this table.

use super::*;
use schemars::{Schema, SchemaGenerator, generate::SchemaSettings};
use serde::Deserializer;

macro_rules! table {
    ($($word:literal $name:ident)*) => {
        /// The verbs, as `do` spells them.
        pub const WORDS: &[&str] = &[$($word),*];

        /// A verb as it was sent.
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub enum Raw {
            $(#[doc = concat!("`", $word, "`")] $name(Box<$name>),)*
        }

        $(impl From<$name> for Raw {
            fn from(verb: $name) -> Raw {
                Raw::$name(Box::new(verb))
            }
        })*

        impl Raw {
            /// Takes out the fields that every verb may carry.
            pub fn head(&mut self) -> Head {
                match self {
                    $(Raw::$name(verb) => verb.head(),)*
                }
            }
        }

        /// Reads the fields of a verb; none if there is no such verb.
        pub fn read<'de, D: Deserializer<'de>>(word: &str, from: D) -> Option<Result<Raw, D::Error>> {
            match spelt(word) {
                $($word => Some($name::deserialize(from).map(Raw::from)),)*
                _ => None,
            }
        }

        /// The JSON Schema of a verb; none if there is no such verb.
        pub fn schema(word: &str) -> Option<Schema> {
            match spelt(word) {
                $($word => Some(generator().into_root_schema_for::<$name>()),)*
                _ => None,
            }
        }
    };
}

table! {
    "purchase" Purchase
    "return" Return
    "ticket" Ticket
    "redeem" Redeem
    "hold" Hold
    "capture" Capture
    "release" Release
    "transfer" Transfer
    "household" Household
    "activity" Activity
    "consent" Consent
    "merge" Merge
    "unmerge" Unmerge
    "void" Void
    "reassign" Reassign
    "amend" Amend
    "adjust" Adjust
    "enrol" Enrol
    "profile" Profile
    "note" Note
    "erase" Erase
    "campaign" Campaign
    "goal" Goal
    "cost" Cost
    "alert" Alert
    "close_period" Period
    "opening" Opening
    "daily" Daily
    "claim" Claim
    "voucher" Voucher
    "pass" Pass
    "partner" Partner
    "pool" Pool
    "unlock" Unlock
    "acknowledge" Acknowledge
}

/// Canonical spelling of a verb.
pub fn spelt(word: &str) -> &str {
    match word {
        "sale" => "purchase",
        "enroll" => "enrol",
        "close-period" => "close_period",
        other => other,
    }
}

/// Inlines all parts, so that each can be cut out and used alone.
fn generator() -> SchemaGenerator {
    let settings = SchemaSettings::draft2020_12().with(|s| {
        s.inline_subschemas = true;
        s.meta_schema = None;
    });
    SchemaGenerator::new(settings)
}
