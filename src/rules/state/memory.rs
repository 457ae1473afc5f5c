//! Memory of a member.

use super::{Figures, Member};
use std::mem::size_of;

/// Bytes of a member's slots in tables, with the allocator's overhead.
const PLACE_LEN: usize = 128;
/// Bytes that figures and texts point to, besides their own.
const FIGURES_LEN: usize = 48;
const TEXT_LEN: usize = 64;

impl Member {
    /// Bytes of memory that the member takes, approximately. Complexity: constant.
    pub fn memory_len(&self) -> u64 {
        let lists = self.lots.memory_len()
            + self.in_lots.memory_len()
            + self.owed.memory_len()
            + self.months.memory_len()
            + self.days.memory_len()
            + self.lifetime.units.memory_len()
            + self.counters.memory_len()
            + self.memo.memory_len()
            + self.tags.memory_len()
            + self.consents.memory_len()
            + self.deadlines.memory_len()
            + self.fired.memory_len()
            + self.holds.memory_len()
            + self.sent.memory_len()
            + self.absorbed.memory_len()
            + self.targeted.memory_len()
            + self.closed.memory_len()
            + self.acted.memory_len()
            + self.passes.memory_len();
        let figures = (self.months.len() + self.days.len()) * FIGURES_LEN;
        let texts = (self.memo.len() + self.tags.len()) * TEXT_LEN;
        let held: usize = self.holds.iter().map(|hold| list(&hold.lots)).sum();
        // A merged member left lists behind; a pass has its charges.
        let others = (self.absorbed.len() + self.passes.len()) * size_of::<Figures>() * 8;
        let len = size_of::<Member>() + PLACE_LEN + lists + figures + texts + held + others;
        len as u64
    }
}

fn list<T>(list: &Vec<T>) -> usize {
    list.capacity() * size_of::<T>()
}
