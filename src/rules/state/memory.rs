//! Memory of a member.

use super::{Figures, Member};
use std::mem::size_of;

/// Bytes of a member's slots in tables, with the allocator's overhead.
const PLACE_LEN: usize = 160;
/// Bytes that figures and texts point to, besides their own.
const FIGURES_LEN: usize = 72;
const TEXT_LEN: usize = 64;

impl Member {
    /// Bytes of memory that the member takes, approximately. Complexity: constant.
    pub fn memory_len(&self) -> u64 {
        let lists = self.lots.memory_len()
            + list(&self.in_lots)
            + list(&self.owed)
            + list(&self.months)
            + list(&self.days)
            + list(&self.lifetime.units)
            + list(&self.counters)
            + list(&self.memo)
            + list(&self.tags)
            + list(&self.consents)
            + list(&self.deadlines)
            + list(&self.fired)
            + list(&self.holds)
            + list(&self.sent)
            + list(&self.absorbed)
            + list(&self.targeted)
            + list(&self.closed)
            + list(&self.acted)
            + list(&self.passes);
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
