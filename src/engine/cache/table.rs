//! Tables of the book: keys of one length in order, many packed into one value.
//! A leaf of sled's tree holds at most sixteen keys, however short, and opening
//! the book reads every leaf: with a key for each member, 632,000 members took
//! 40,000 leaves, and opening took half as long again.
//!
//! The name of a run is no greater than its first item's key, and the run
//! reaches up to the name of the next; the first one's name is zeros. A run is
//! never removed, it only becomes empty, so the range of a run can only become
//! narrower. In a run each item is its key, the length of its value (two bytes,
//! little endian) and the value. A long value is stored apart under its key, in
//! pieces ([`crate::storage::derived::put_long`]); [`APART`] then stands for
//! its length.

use crate::engine::error::Error;
use crate::storage::book::{Batch, Book, Value};
use crate::storage::derived::{get_long, put_long, remove_long};
use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Unbounded};

/// Greatest length of a run in bytes: each that changes is written whole.
const RUN_LEN_MAX: usize = 2_048;
/// Approximate length of the parts that a longer one is split into, in bytes.
const SPLIT_LEN: usize = 1_408;
/// Length of an open run from which its parts are put: the first write of a
/// table goes into one run.
const PUT_FROM: usize = 32 << 10;
/// Greatest length of a value in a run, in bytes.
const VALUE_LEN_MAX: usize = 2_000;
/// Bytes of the length before a value.
const LEN_LEN: usize = 2;
/// Length that marks a value stored apart.
const APART: u16 = u16::MAX;

/// A table in the book with keys of one length, under a prefix of its own.
#[derive(Default)]
pub(super) struct Table<const PREFIX: u8, const K: usize> {
    /// Changes of the next write; None removes the value, and a key stays.
    changes: BTreeMap<[u8; K], Option<Box<[u8]>>>,
    /// Runs as they were put into batches, which the book may not have applied yet.
    put: BTreeMap<[u8; K], Value>,
}

/// The run that is being changed.
struct OpenRun<const K: usize> {
    name: [u8; K],
    before: Value,
    /// Number of bytes of `before` that are processed.
    at: usize,
    /// Name of the next run.
    until: Option<[u8; K]>,
    items: Vec<u8>,
    /// Offset in `items` of each item.
    starts: Vec<usize>,
}

/// An item of a run: its key, and its value unless that is stored apart.
type Item<'a, const K: usize> = (&'a [u8; K], Option<&'a [u8]>);

impl<const PREFIX: u8, const K: usize> Table<PREFIX, K> {
    /// The value of a key, as written last.
    pub(super) fn get(&self, book: &Book, key: &[u8; K]) -> Result<Option<Vec<u8>>, Error> {
        let found = self.look(book, key, |_, run| {
            let mut found = items_in::<K>(run).filter(|item| item.0 == key);
            found.next().map(|item| item.1.map(<[u8]>::to_vec))
        })?;
        match found {
            Some(None) => Ok(get_long(book, &Self::apart(key))?),
            found => Ok(found.flatten()),
        }
    }

    /// Sets a key's value with the next write, or removes the key.
    pub(super) fn set(&mut self, key: [u8; K], value: Option<&[u8]>) {
        self.changes.insert(key, value.map(Box::from));
    }

    /// Number of keys that the next write changes.
    pub(super) fn changed(&self) -> usize {
        self.changes.len()
    }

    /// Puts all changed runs into a batch.
    pub(super) fn write(&mut self, book: &Book, batch: &mut Batch) -> Result<(), Error> {
        self.write_and_tell(book, batch, |_, _, _| Ok(()))
    }

    /// [`Table::write`] that reports each change: the key, its old value, and
    /// its new one.
    pub(super) fn write_and_tell(
        &mut self,
        book: &Book,
        batch: &mut Batch,
        mut tell: impl FnMut(&[u8; K], Option<&[u8]>, Option<&[u8]>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut open: Option<OpenRun<K>> = None;
        for (key, value) in std::mem::take(&mut self.changes) {
            // Searching the run of each key would take long.
            let is_in = |run: &OpenRun<K>| run.until.is_none_or(|until| key < until);
            let mut run = match open.take() {
                Some(run) if is_in(&run) => run,
                before => {
                    if let Some(run) = before {
                        self.put_run(run, batch);
                    }
                    self.open_run(book, &key)?
                }
            };
            match run.take(&key) {
                Some(None) => {
                    let before = get_long(book, &Self::apart(&key))?;
                    tell(&key, before.as_deref(), value.as_deref())?;
                    if value.as_ref().is_none_or(|v| v.len() <= VALUE_LEN_MAX) {
                        remove_long(book, batch, &Self::apart(&key))?;
                    }
                }
                found => tell(&key, found.flatten(), value.as_deref())?,
            }
            if let Some(value) = value {
                if value.len() > VALUE_LEN_MAX {
                    put_long(book, batch, &Self::apart(&key), &value)?;
                }
                run.push(&key, &value);
            }
            if run.items.len() > PUT_FROM {
                self.put_parts(&mut run, batch);
            }
            open = Some(run);
        }
        if let Some(run) = open {
            self.put_run(run, batch);
        }
        Ok(())
    }

    /// Drops the runs that were put. Only after the book has applied all of them.
    pub(super) fn settled(&mut self) {
        self.put.clear();
    }

    /// All keys, ascending. The table must have been written before, and the
    /// book must have applied it.
    pub(super) fn keys(&self, book: &Book) -> impl Iterator<Item = Result<[u8; K], Error>> {
        Self::items(book, |item| *item.0)
    }

    /// Keys with their values, in a table of short values; in order, like [`Table::keys`].
    pub(super) fn rows(
        &self,
        book: &Book,
    ) -> impl Iterator<Item = Result<([u8; K], Vec<u8>), Error>> {
        Self::items(book, |item| (*item.0, item.1.unwrap_or_default().to_vec()))
    }

    /// What is made of all items, in order.
    fn items<T>(
        book: &Book,
        make: impl Fn(Item<'_, K>) -> T,
    ) -> impl Iterator<Item = Result<T, Error>> {
        book.scan_prefix(&[PREFIX])
            .flat_map(move |pair| match pair {
                Ok((_, run)) => items_in::<K>(&run).map(|item| Ok(make(item))).collect(),
                Err(trouble) => vec![Err(trouble.into())],
            })
    }

    /// Reads the run that a key belongs to, and its name.
    fn look<T>(
        &self,
        book: &Book,
        key: &[u8; K],
        look: impl FnOnce([u8; K], &Value) -> T,
    ) -> Result<T, Error> {
        let put = self.put.range(..=*key).next_back();
        let kept = book.floor(&[PREFIX], &Self::stored(key))?;
        let kept = kept.and_then(|(name, run)| Some((name[1..].try_into().ok()?, run)));
        Ok(match (put, kept) {
            (put, Some((name, run))) if put.is_none_or(|put| *put.0 < name) => look(name, &run),
            (Some((name, run)), _) => look(*name, run),
            (None, _) => look([0; K], &Value::default()),
        })
    }

    fn open_run(&self, book: &Book, key: &[u8; K]) -> Result<OpenRun<K>, Error> {
        let (name, before) = self.look(book, key, |name, run| (name, run.clone()))?;
        Ok(OpenRun {
            until: self.behind(book, &name)?,
            items: Vec::with_capacity(before.len() + VALUE_LEN_MAX),
            starts: Vec::new(),
            at: 0,
            name,
            before,
        })
    }

    /// The name of the run after that of a name.
    fn behind(&self, book: &Book, name: &[u8; K]) -> Result<Option<[u8; K]>, Error> {
        let put = self
            .put
            .range::<[u8; K], _>((Excluded(name), Unbounded))
            .next();
        let kept = book.behind(&[PREFIX], &Self::stored(name))?;
        let kept = kept.and_then(|(name, _)| name[1..].try_into().ok());
        Ok(put.map(|put| *put.0).into_iter().chain(kept).min())
    }

    fn put_run(&mut self, mut run: OpenRun<K>, batch: &mut Batch) {
        run.copy_while(|_| true);
        self.put_parts(&mut run, batch);
        self.put_part(run.name, &run.items, batch);
    }

    /// Puts all parts of a run that is too long except the last, which remains.
    fn put_parts(&mut self, run: &mut OpenRun<K>, batch: &mut Batch) {
        let len = run.items.len();
        if len <= RUN_LEN_MAX {
            return;
        }
        // Parts of about the same length, so that none is split again soon.
        let part = len / len.div_ceil(SPLIT_LEN);
        let starts = std::mem::take(&mut run.starts);
        let ends = starts.iter().skip(1).copied().chain([len]);
        let mut from = 0;
        for (start, end) in starts.iter().copied().zip(ends) {
            if start > from && (start - from >= part || end - from > RUN_LEN_MAX) {
                self.put_part(run.name, &run.items[from..start], batch);
                from = start;
                run.name.copy_from_slice(&run.items[start..start + K]);
            }
        }
        run.items.drain(..from);
        let kept = starts.into_iter().filter(|start| *start >= from);
        run.starts = kept.map(|start| start - from).collect();
    }

    fn put_part(&mut self, name: [u8; K], items: &[u8], batch: &mut Batch) {
        let value = Value::from(items);
        batch.put_value(&Self::stored(&name), value.clone());
        self.put.insert(name, value);
    }

    fn stored(name: &[u8; K]) -> Vec<u8> {
        [&[PREFIX], &name[..]].concat()
    }

    /// Key of a long value that is stored apart.
    fn apart(key: &[u8; K]) -> Vec<u8> {
        [&[PREFIX | 0x80], &key[..]].concat()
    }
}

impl<const K: usize> OpenRun<K> {
    /// Advances to a key, and removes its item.
    fn take(&mut self, key: &[u8; K]) -> Option<Option<&[u8]>> {
        self.copy_while(|next| next < key);
        let ((found, value), len) = first_in::<K>(&self.before[self.at..])?;
        if found != key {
            return None;
        }
        self.at += len;
        Some(value)
    }

    /// Appends an item.
    fn push(&mut self, key: &[u8; K], value: &[u8]) {
        self.starts.push(self.items.len());
        self.items.extend_from_slice(key);
        match u16::try_from(value.len()) {
            Ok(len) if value.len() <= VALUE_LEN_MAX => {
                self.items.extend_from_slice(&len.to_le_bytes());
                self.items.extend_from_slice(value);
            }
            _ => self.items.extend_from_slice(&APART.to_le_bytes()),
        }
    }

    /// Copies items from the old run.
    fn copy_while(&mut self, is_next: impl Fn(&[u8; K]) -> bool) {
        while let Some(((key, _), len)) = first_in::<K>(&self.before[self.at..])
            && is_next(key)
        {
            self.starts.push(self.items.len());
            let item = &self.before[self.at..self.at + len];
            self.items.extend_from_slice(item);
            self.at += len;
        }
    }
}

/// The first item, with its length in bytes.
fn first_in<const K: usize>(run: &[u8]) -> Option<(Item<'_, K>, usize)> {
    let (key, rest) = run.split_first_chunk::<K>()?;
    let (len, rest) = rest.split_first_chunk::<LEN_LEN>()?;
    match u16::from_le_bytes(*len) {
        APART => Some(((key, None), K + LEN_LEN)),
        len => {
            let len = usize::from(len);
            let value = rest.get(..len)?;
            Some(((key, Some(value)), K + LEN_LEN + len))
        }
    }
}

fn items_in<const K: usize>(run: &[u8]) -> impl Iterator<Item = Item<'_, K>> {
    let mut rest = run;
    std::iter::from_fn(move || {
        let (item, len) = first_in::<K>(rest)?;
        rest = &rest[len..];
        Some(item)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Dice;

    /// Compares a table with a plain map, after many rounds of changes of which
    /// each may reach the book late.
    fn compare(seed: u64) {
        let dir = tempfile::tempdir().unwrap();
        let book = Book::open(&dir.path().join("book"), 1 << 20).unwrap().book;
        // Neighbours on both sides that do not belong to the table.
        let mut around = Batch::default();
        around.put(b"a", b"before");
        around.put(b"c", b"behind");
        book.apply(around).unwrap();
        let (mut table, mut plain) = (Table::<b'b', 2>::default(), BTreeMap::new());
        let (mut random, mut late) = (Dice::new(seed), None);
        for round in 0..60 {
            for _ in 0..1 + random.next() % 200 {
                let key = (random.next() % 2000).to_be_bytes();
                let key = [key[6], key[7]];
                let drawn = random.next().to_be_bytes();
                let len = match drawn[6] {
                    0..3 => VALUE_LEN_MAX,
                    other => usize::from(other % 90),
                };
                let value = (!drawn[7].is_multiple_of(3)).then(|| vec![drawn[0]; len]);
                table.set(key, value.as_deref());
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
                assert_eq!(found, plain.get(&key).cloned(), "seed {seed} round {round}");
            }
            if random.next().is_multiple_of(4) {
                book.apply(late.take().unwrap()).unwrap();
                table.settled();
                let keys: Vec<[u8; 2]> = table.keys(&book).map(Result::unwrap).collect();
                assert!(keys.iter().eq(plain.keys()), "seed {seed} round {round}");
            }
        }
    }

    #[test]
    fn a_table_is_a_map() {
        for seed in 0..4 {
            compare(seed);
        }
    }

    #[test]
    fn a_value_of_any_length_comes_back_and_leaves_nothing_behind() {
        let dir = tempfile::tempdir().unwrap();
        let book = Book::open(&dir.path().join("book"), 1 << 20).unwrap().book;
        let mut table = Table::<b'b', 2>::default();
        let mut told = Vec::new();
        for len in [
            3,
            VALUE_LEN_MAX + 1,
            100_000,
            5_000,
            VALUE_LEN_MAX,
            70_000,
            1,
        ] {
            table.set([7, 7], Some(&vec![9; len]));
            table.set([8, 8], Some(&[1]));
            let mut batch = Batch::default();
            let mut tell = |key: &[u8; 2], before: Option<&[u8]>, _: Option<&[u8]>| {
                told.extend((key == &[7, 7]).then_some(before.map(<[u8]>::len)));
                Ok(())
            };
            table.write_and_tell(&book, &mut batch, &mut tell).unwrap();
            book.apply(batch).unwrap();
            table.settled();
            let found = table.get(&book, &[7, 7]).unwrap().unwrap();
            assert_eq!((found.len(), found[0]), (len, 9));
            assert_eq!(table.get(&book, &[8, 8]).unwrap(), Some(vec![1]));
        }
        let lens = [3, 2_001, 100_000, 5_000, 2_000, 70_000].map(Some);
        assert_eq!(told, [&[None], &lens[..]].concat());
        assert_eq!(book.scan_prefix(&[b'b' | 0x80]).count(), 0);
    }

    #[test]
    fn a_run_stays_short_and_none_is_almost_empty() {
        let dir = tempfile::tempdir().unwrap();
        let book = Book::open(&dir.path().join("book"), 1 << 20).unwrap().book;
        let mut table = Table::<b'b', 8>::default();
        for len in [0, 22, 300] {
            for n in 0..10_000u64 {
                let key = n.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes();
                table.set(key, Some(&vec![1; len]));
            }
            let mut batch = Batch::default();
            table.write(&book, &mut batch).unwrap();
            book.apply(batch).unwrap();
            table.settled();
            let lens = book.scan_prefix(b"b").map(|pair| pair.unwrap().1.len());
            let lens: Vec<usize> = lens.collect();
            assert!(lens.iter().all(|len| *len <= RUN_LEN_MAX), "{lens:?}");
            let least = 10_000 * (8 + LEN_LEN + len) / lens.len();
            assert!(least >= RUN_LEN_MAX / 3, "{least}");
        }
    }
}
