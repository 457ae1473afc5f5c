//! Numbers by hash, of any count in bounded memory: beyond it they are in a scratch
//! file, a table of slots with open addressing that doubles once it is half full.

use super::sorter::{Scratch, Sorting};
use std::collections::HashMap;
use std::io::{self, Read, Seek, SeekFrom, Write};

/// Bytes of memory that a number takes, with its share of the table.
const NUMBER_LEN: u64 = 56;
/// Bytes of a slot: the hash and the number, which is 0 in an empty one.
const SLOT_LEN: usize = 24;
/// Slots that are read at once.
const GROUP: usize = 16;
/// Smallest number of slots, a power of two and a multiple of [`GROUP`].
const SLOTS_MIN: u64 = 1 << 12;

/// Numbers from 1 on, by hash.
pub struct Tally {
    sorting: Sorting,
    memory: HashMap<u128, u64>,
    file: Option<Slots>,
}

struct Slots {
    file: Box<dyn Scratch>,
    count: u64,
    used: u64,
}

impl Tally {
    /// Makes an empty one.
    pub fn new(sorting: Sorting) -> Tally {
        Tally {
            sorting,
            memory: HashMap::new(),
            file: None,
        }
    }

    /// The number of a hash; 0 if it has none.
    ///
    /// # Errors
    /// I/O errors of the scratch file.
    pub fn number(&mut self, hash: u128) -> io::Result<u64> {
        match &mut self.file {
            Some(slots) => Ok(slots.find(hash)?.1),
            None => Ok(self.memory.get(&hash).copied().unwrap_or(0)),
        }
    }

    /// Gives a hash a number above 0.
    ///
    /// # Errors
    /// I/O errors of the scratch file.
    pub fn set(&mut self, hash: u128, number: u64) -> io::Result<()> {
        if self.file.is_none() {
            self.memory.insert(hash, number);
            if self.memory.len() as u64 * NUMBER_LEN <= self.sorting.memory_max {
                return Ok(());
            }
            let memory = std::mem::take(&mut self.memory);
            let count = (memory.len() as u64 * 4).next_power_of_two();
            let mut slots = Slots::new((self.sorting.scratch)()?, count.max(SLOTS_MIN))?;
            #[expect(
                clippy::iter_over_hash_type,
                reason = "what is found by its hash may lie in any order"
            )]
            for (hash, number) in memory {
                slots.set(hash, number)?;
            }
            self.file = Some(slots);
            return Ok(());
        }
        if let Some(slots) = &mut self.file {
            slots.set(hash, number)?;
            if slots.used * 2 > slots.count {
                let larger = slots.doubled((self.sorting.scratch)()?)?;
                *slots = larger;
            }
        }
        Ok(())
    }
}

impl Slots {
    /// Makes a table of so many empty slots, a power of two.
    fn new(mut file: Box<dyn Scratch>, count: u64) -> io::Result<Slots> {
        file.seek(SeekFrom::Start(count * SLOT_LEN as u64 - 1))?;
        file.write_all(&[0])?;
        let used = 0;
        Ok(Slots { file, count, used })
    }

    /// The slot of a hash, or the empty one where it would be, and its number.
    fn find(&mut self, hash: u128) -> io::Result<(u64, u64)> {
        let mut from = low(hash) % self.count;
        loop {
            let start = from - from % GROUP as u64;
            for (slot, (found, number)) in (start..).zip(self.group(start)?) {
                if slot >= from && (number == 0 || found == hash) {
                    return Ok((slot, number));
                }
            }
            from = (start + GROUP as u64) % self.count;
        }
    }

    fn set(&mut self, hash: u128, number: u64) -> io::Result<()> {
        let (slot, before) = self.find(hash)?;
        self.used += u64::from(before == 0);
        let mut bytes = [0; SLOT_LEN];
        bytes[..16].copy_from_slice(&hash.to_le_bytes());
        bytes[16..].copy_from_slice(&number.to_le_bytes());
        self.file.seek(SeekFrom::Start(slot * SLOT_LEN as u64))?;
        self.file.write_all(&bytes)
    }

    /// The hashes and numbers of a group of slots, from its first.
    fn group(&mut self, start: u64) -> io::Result<Vec<(u128, u64)>> {
        self.file.seek(SeekFrom::Start(start * SLOT_LEN as u64))?;
        let mut bytes = [0; SLOT_LEN * GROUP];
        self.file.read_exact(&mut bytes)?;
        let each = bytes.chunks_exact(SLOT_LEN).map(|slot| {
            let (mut hash, mut number) = ([0; 16], [0; 8]);
            hash.copy_from_slice(&slot[..16]);
            number.copy_from_slice(&slot[16..]);
            (u128::from_le_bytes(hash), u64::from_le_bytes(number))
        });
        Ok(each.collect())
    }

    /// The same numbers in a table of twice as many slots.
    fn doubled(&mut self, file: Box<dyn Scratch>) -> io::Result<Slots> {
        let mut larger = Slots::new(file, self.count * 2)?;
        for slot in (0..self.count).step_by(GROUP) {
            for (hash, number) in self.group(slot)? {
                if number > 0 {
                    larger.set(hash, number)?;
                }
            }
        }
        Ok(larger)
    }
}

/// The lower half of a hash.
fn low(hash: u128) -> u64 {
    let mut half = [0; 8];
    half.copy_from_slice(&hash.to_le_bytes()[..8]);
    u64::from_le_bytes(half)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Dice;
    use std::io::Cursor;
    use std::sync::Arc;

    #[test]
    fn numbers_beyond_memory_are_those_that_were_set() {
        const MOST: u64 = 8 << 10;
        let sorting = Sorting {
            memory_max: MOST,
            scratch: Arc::new(|| Ok(Box::new(Cursor::new(Vec::new())))),
        };
        let (mut tally, mut all) = (Tally::new(sorting), HashMap::new());
        let mut dice = Dice::new(1);
        for n in 1..20_000 {
            // Half of them come again; all begin in few slots.
            let hash = u128::from(dice.next() % 10_000) << 60 | 7;
            assert_eq!(tally.number(hash).unwrap(), *all.get(&hash).unwrap_or(&0));
            tally.set(hash, n).unwrap();
            all.insert(hash, n);
            assert!(tally.memory.len() as u64 * NUMBER_LEN <= MOST);
        }
        for (hash, n) in &all {
            assert_eq!(tally.number(*hash).unwrap(), *n);
        }
        assert!(tally.file.is_some_and(|file| file.used == all.len() as u64));
    }
}
