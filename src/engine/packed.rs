//! Short items, sorted and packed many to a value. A leaf of the book's tree holds
//! sixteen keys at most, however short they are, and whoever opens the book pays
//! for every leaf: an alias or a due day of its own key each made two thirds of them.
//!
//! A run of items goes by a name no greater than its first item, and goes up to
//! the name of the next; the first one's name is zeros. A run never ends, it only
//! becomes empty, so which run an item belongs to can only become narrower.

use super::error::Error;
use crate::storage::book::{Batch, Book};
use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Unbounded};

/// Items in a run, at most: each that changes has its whole run written.
const RUN_MAX: usize = 32;
/// Items in each of the runs that a longer one falls into, at most.
const SPLIT_MAX: usize = 24;

/// What stands in a run.
type Items<const K: usize, const V: usize> = BTreeMap<[u8; K], [u8; V]>;

/// A run by name.
type Run<const K: usize, const V: usize> = ([u8; K], Items<K, V>);

/// A table in the book with keys and values of one length each, behind a prefix of its own.
#[derive(Default)]
pub(super) struct Packed<const PREFIX: u8, const K: usize, const V: usize> {
    /// What the next write changes; nothing takes a key out.
    changes: BTreeMap<[u8; K], Option<[u8; V]>>,
    /// Runs as they were put down: they may be under way to the book still.
    put: BTreeMap<[u8; K], Vec<u8>>,
}

impl<const PREFIX: u8, const K: usize, const V: usize> Packed<PREFIX, K, V> {
    /// The value of a key, as it was written last.
    pub(super) fn get(&self, book: &Book, key: &[u8; K]) -> Result<Option<[u8; V]>, Error> {
        self.look(book, key, |_, run| {
            let item = run.chunks_exact(K + V).find(|item| item[..K] == key[..])?;
            item[K..].try_into().ok()
        })
    }

    /// The value of the last key that is not greater, in a table that only grows.
    pub(super) fn floor(&self, book: &Book, key: &[u8; K]) -> Result<Option<[u8; V]>, Error> {
        let changed = self.changes.range(..=*key).next_back();
        if let Some((_, Some(value))) = changed {
            return Ok(Some(*value));
        }
        self.look(book, key, |_, run| {
            let items = run.chunks_exact(K + V).rev();
            let mut before = items.filter(|item| item[..K] <= key[..]);
            before.next().and_then(|item| item[K..].try_into().ok())
        })
    }

    /// Has the next write set a key's value, or take the key out.
    pub(super) fn set(&mut self, key: [u8; K], value: Option<[u8; V]>) {
        self.changes.insert(key, value);
    }

    /// Puts all runs in which something has changed into a batch.
    pub(super) fn write(&mut self, book: &Book, batch: &mut Batch) -> Result<(), Error> {
        let mut open: Option<Run<K, V>> = None;
        // Where the next run begins: looking for it for each key takes long.
        let mut until = Some([0; K]);
        for (key, value) in std::mem::take(&mut self.changes) {
            if until.is_some_and(|until| key >= until) {
                let next = self.look(book, &key, |name, run| (name, items_in(run)))?;
                until = self.behind(book, &next.0)?;
                self.close(open.replace(next), batch);
            }
            let items = &mut open.as_mut().expect("it was opened above").1;
            match value {
                Some(value) => items.insert(key, value),
                None => items.remove(&key),
            };
        }
        self.close(open, batch);
        Ok(())
    }

    /// Forgets what is in memory. Only after the book has taken all of it.
    pub(super) fn shrink(&mut self) {
        self.put.clear();
    }

    /// All keys, ascending. The table must have been written before, and the
    /// book must have taken it.
    pub(super) fn keys(&self, book: &Book) -> impl Iterator<Item = Result<[u8; K], Error>> {
        book.scan_prefix(&[PREFIX]).flat_map(|pair| {
            let (keys, trouble) = match pair {
                Ok((_, run)) => (items_in::<K, V>(&run), None),
                Err(trouble) => (Items::new(), Some(Err(trouble.into()))),
            };
            keys.into_keys().map(Ok).chain(trouble)
        })
    }

    /// Looks at the run that a key belongs to, and at its name.
    fn look<T>(
        &self,
        book: &Book,
        key: &[u8; K],
        look: impl FnOnce([u8; K], &[u8]) -> T,
    ) -> Result<T, Error> {
        let put = self.put.range(..=*key).next_back();
        let kept = book.floor(&[PREFIX], &Self::stored(key))?;
        let kept = kept.and_then(|(name, run)| Some((name[1..].try_into().ok()?, run)));
        Ok(match (put, kept) {
            (put, Some((name, run))) if put.is_none_or(|put| *put.0 < name) => look(name, &run),
            (Some((name, run)), _) => look(*name, run),
            (None, _) => look([0; K], &[]),
        })
    }

    /// The name of the run behind the one of a name.
    fn behind(&self, book: &Book, name: &[u8; K]) -> Result<Option<[u8; K]>, Error> {
        let put = self
            .put
            .range::<[u8; K], _>((Excluded(name), Unbounded))
            .next();
        let kept = book.behind(&[PREFIX], &Self::stored(name))?;
        let kept = kept.and_then(|(name, _)| name[1..].try_into().ok());
        Ok(put.map(|put| *put.0).into_iter().chain(kept).min())
    }

    fn close(&mut self, run: Option<Run<K, V>>, batch: &mut Batch) {
        let Some((mut name, items)) = run else {
            return;
        };
        let items: Vec<_> = items.into_iter().collect();
        let pieces = match items.len() > RUN_MAX {
            true => items.len().div_ceil(SPLIT_MAX),
            false => 1,
        };
        let each = items.len().div_ceil(pieces);
        let mut rest = &items[..];
        loop {
            let (run, behind) = rest.split_at(each.min(rest.len()));
            let run = run.iter().flat_map(|(key, value)| key.iter().chain(value));
            let run: Vec<u8> = run.copied().collect();
            batch.put(&Self::stored(&name), &run);
            self.put.insert(name, run);
            rest = behind;
            match rest.first() {
                Some(next) => name = next.0,
                None => return,
            }
        }
    }

    fn stored(name: &[u8; K]) -> Vec<u8> {
        [&[PREFIX], &name[..]].concat()
    }
}

fn items_in<const K: usize, const V: usize>(run: &[u8]) -> Items<K, V> {
    let item = |item: &[u8]| {
        let (key, rest) = item.split_first_chunk::<K>()?;
        Some((*key, *rest.first_chunk::<V>()?))
    };
    run.chunks_exact(K + V).filter_map(item).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SplitMix64.
    fn next(state: &mut u64) -> u64 {
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = *state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// What a table says and what a plain one does, after many rounds of changes
    /// of which each may reach the book late.
    fn compare(seed: u64) {
        let dir = tempfile::tempdir().unwrap();
        let book = Book::open(&dir.path().join("book"), 1 << 20).unwrap().book;
        // Neighbours on both sides that are none of the table's.
        let mut around = Batch::default();
        around.put(b"a", b"before");
        around.put(b"c", b"behind");
        book.apply(around).unwrap();
        let (mut table, mut plain) = (Packed::<b'b', 2, 3>::default(), BTreeMap::new());
        let (mut random, mut late) = (seed, None);
        for round in 0..60 {
            for _ in 0..1 + next(&mut random) % 200 {
                let key = (next(&mut random) % 2000).to_be_bytes();
                let key = [key[6], key[7]];
                let value = next(&mut random).to_be_bytes();
                let is_put = !value[7].is_multiple_of(3);
                let value = is_put.then_some([value[0], value[1], value[2]]);
                table.set(key, value);
                match value {
                    Some(value) => plain.insert(key, value),
                    None => plain.remove(&key),
                };
            }
            let mut batch = Batch::default();
            table.write(&book, &mut batch).unwrap();
            if let Some(before) = late.replace(batch) {
                book.apply(before).unwrap();
            }
            for key in 0..2000u16 {
                let key = key.to_be_bytes();
                let found = table.get(&book, &key).unwrap();
                assert_eq!(found, plain.get(&key).copied(), "seed {seed} round {round}");
            }
            if next(&mut random).is_multiple_of(4) {
                book.apply(late.take().unwrap()).unwrap();
                table.shrink();
                let keys: Vec<[u8; 2]> = table.keys(&book).map(Result::unwrap).collect();
                assert!(keys.iter().eq(plain.keys()), "seed {seed} round {round}");
            }
        }
    }

    #[test]
    fn a_packed_table_is_a_table() {
        for seed in 0..4 {
            compare(seed);
        }
    }

    #[test]
    fn a_run_stays_short() {
        let dir = tempfile::tempdir().unwrap();
        let book = Book::open(&dir.path().join("book"), 1 << 20).unwrap().book;
        let mut table = Packed::<b'b', 8, 0>::default();
        for n in 0..10_000u64 {
            table.set(
                n.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes(),
                Some([]),
            );
        }
        let mut batch = Batch::default();
        table.write(&book, &mut batch).unwrap();
        book.apply(batch).unwrap();
        let lens = book.scan_prefix(b"b").map(|pair| pair.unwrap().1.len() / 8);
        let lens: Vec<usize> = lens.collect();
        assert!(lens.iter().all(|len| *len <= RUN_MAX), "{lens:?}");
        assert!(lens.len() <= 10_000 / 20, "{}", lens.len());
    }
}
