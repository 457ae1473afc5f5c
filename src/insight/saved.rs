//! Facts as bytes, so that a process need not fold the journal from nothing.

use super::distinct::Distinct;
use super::facts::{Facts, Mark};
use super::histories::Histories;
use bincode::config::{Configuration, Limit, LittleEndian, Varint};
use bincode::{Decode, Encode};
use std::collections::{BTreeMap, HashMap};
use std::hash::Hash as Hashable;

/// Layout of the bytes: raise its number whenever a row, a table or what the fold
/// puts into them changes.
pub const LAYOUT: &[u8; 8] = b"STAMPFA6";

/// Most memory that reading claims, whatever lengths the bytes state.
const MEMORY_MAX: usize = 4 << 30;

fn config() -> Configuration<LittleEndian, Varint, Limit<MEMORY_MAX>> {
    bincode::config::standard().with_limit::<MEMORY_MAX>()
}

fn put(value: &impl Encode, bytes: &mut Vec<u8>) {
    bincode::encode_into_std_write(value, bytes, bincode::config::standard())
        .expect("facts are plain data, which always encodes");
}

fn take<T: Decode<()>>(bytes: &mut &[u8]) -> Option<T> {
    let (value, len) = bincode::decode_from_slice(bytes, config()).ok()?;
    *bytes = bytes.get(len..)?;
    Some(value)
}

/// A table in memory.
trait Held {
    /// Its bytes.
    fn held(&self) -> usize;
}

impl<T> Held for Vec<T> {
    fn held(&self) -> usize {
        self.capacity() * size_of::<T>()
    }
}

impl<T> Held for Option<T> {
    fn held(&self) -> usize {
        size_of::<Self>()
    }
}

impl<K, V> Held for BTreeMap<K, V> {
    fn held(&self) -> usize {
        // Nodes are from half full to full.
        self.len() * (size_of::<K>() + size_of::<V>()) * 3 / 2
    }
}

impl<K, V> Held for HashMap<K, V> {
    fn held(&self) -> usize {
        self.capacity() * (size_of::<(K, V)>() + 1)
    }
}

impl<T: Hashable + Eq + Clone> Held for Distinct<T> {
    fn held(&self) -> usize {
        // Each value stands twice: by number, and to be found.
        self.len() * 2 * (size_of::<T>() + size_of::<u32>())
    }
}

impl Held for Histories {
    fn held(&self) -> usize {
        self.memory_len()
    }
}

/// Writes both directions from one list of tables. The pattern names every field of
/// [`Facts`], so that a new one cannot be forgotten.
macro_rules! saved {
    ($($table:ident),* ; $($names:ident),*) => {
        impl Facts {
            /// The facts as bytes, without the journal's hash, in layout [`LAYOUT`].
            pub fn to_bytes(&self) -> Vec<u8> {
                // The rest is derived from the tables.
                let Facts {
                    mark, positions: _, histories: _, sales_days: _, $($table,)* $($names),*
                } = self;
                let mut bytes = Vec::new();
                put(&(mark.entries, mark.recorded, mark.began), &mut bytes);
                $(put($table, &mut bytes);)*
                $(put($names.list(), &mut bytes);)*
                bytes
            }

            /// Memory of the tables in bytes, approximately: rows, and room for more. What rows
            /// point to, such as texts, is left out.
            pub fn memory_len(&self) -> usize {
                let derived = [self.positions.held(), self.histories.held(), self.sales_days.held()];
                let tables = [$(self.$table.held(),)* $(self.$names.held()),*];
                derived.iter().chain(&tables).sum()
            }

            /// Reads the form that [`Facts::to_bytes`] makes, as of the hash of the last entry;
            /// None if it is not of that form.
            pub fn from_bytes(mut bytes: &[u8], hash: crate::chain::hash::Hash) -> Option<Facts> {
                let bytes = &mut bytes;
                let (entries, recorded, began) = take(bytes)?;
                let mut facts = Facts {
                    mark: Mark { entries, hash, recorded, began },
                    ..Facts::default()
                };
                $(facts.$table = take(bytes)?;)*
                $(facts.$names = Distinct::of(take(bytes)?);)*
                bytes.is_empty().then(|| {
                    facts.derive();
                    facts
                })
            }
        }
    };
}

saved! {
    people, sales, backs, undone, items, sale_campaigns, discounts, lots, flows, owing, sent, aside, doings, acted,
    tiers, campaigns, targeted, campaign_moves, touches, costs, goals, pooled, payouts, owed,
    by_hand, charges, refunds, benefits, consents, rewards, refusals, alerts;
    sources, places, channels, words
}
