//! The packer: encodes members who are not in use on a thread of its own, while
//! the next commands are decided. Until it is done they are read as they are.

use super::packed_state::{PackedState, append};
use crate::engine::commit::worker::Worker;
use crate::model::MemberId;
use crate::rules::state::{ByMember, Member};
use std::sync::Arc;

/// Encoded members one after another, and where each of them ends.
#[derive(Default)]
struct Encoded {
    bytes: Vec<u8>,
    ends: Vec<(MemberId, usize)>,
}

fn encode(members: &ByMember<Member>) -> Encoded {
    let mut encoded = Encoded::default();
    for (id, member) in members.iter() {
        append(member, &mut encoded.bytes);
        encoded.ends.push((*id, encoded.bytes.len()));
    }
    encoded
}

/// A thread that encodes members, and those that it has.
#[derive(Default)]
pub(super) struct Packer {
    worker: Option<Worker<Arc<ByMember<Member>>, Encoded>>,
    away: Option<Arc<ByMember<Member>>>,
}

impl Packer {
    /// A member who is being encoded.
    pub(super) fn member(&self, id: MemberId) -> Option<&Member> {
        self.away.as_ref()?.get(&id)
    }

    /// Hands over all members of a table, which is left empty, once those
    /// before them are packed.
    pub(super) fn hand_over(&mut self, members: &mut ByMember<Member>, packed: &mut PackedState) {
        let empty = self.settle(packed);
        let away = Arc::new(std::mem::replace(members, empty));
        let worker = self.worker.get_or_insert_with(|| {
            Worker::start(|members: Arc<ByMember<Member>>| {
                let encoded = encode(&members);
                drop(members);
                encoded
            })
        });
        // If the thread has ended, they are encoded when they are waited for.
        let _ = worker.hand_over(Arc::clone(&away));
        self.away = Some(away);
    }

    /// Waits until all members are packed. Returns their table, emptied: its
    /// places serve the next ones.
    pub(super) fn settle(&mut self, packed: &mut PackedState) -> ByMember<Member> {
        let Some(away) = self.away.take() else {
            return ByMember::default();
        };
        let heard = self.worker.as_ref().and_then(Worker::wait);
        let encoded = heard.unwrap_or_else(|| encode(&away));
        let mut start = 0;
        for (id, end) in encoded.ends {
            packed.put(id, &encoded.bytes[start..end]);
            start = end;
        }
        let mut emptied = Arc::into_inner(away).unwrap_or_default();
        emptied.clear();
        emptied
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Day;

    fn id(n: u8) -> MemberId {
        MemberId([n; 16])
    }

    fn members(numbers: std::ops::Range<u8>, last_seq: u64) -> ByMember<Member> {
        let mut members = ByMember::default();
        for n in numbers {
            let new = Member::new(id(n), Day(i32::from(n)));
            members.insert(id(n), Member { last_seq, ..new });
        }
        members
    }

    #[test]
    fn members_are_found_while_they_are_encoded_and_when_they_are_packed() {
        let (mut packer, mut packed) = (Packer::default(), PackedState::default());
        let mut first = members(0..40, 1);
        packer.hand_over(&mut first, &mut packed);
        assert!(first.is_empty());
        assert_eq!(packer.member(id(3)).map(|m| m.last_seq), Some(1));
        let mut second = members(30..60, 2);
        packer.hand_over(&mut second, &mut packed);
        assert!(packer.member(id(3)).is_none());
        assert_eq!(packed.member(id(35)).unwrap().unwrap().last_seq, 1);
        assert_eq!(packer.member(id(35)).map(|m| m.last_seq), Some(2));
        assert!(packer.settle(&mut packed).is_empty());
        for n in 0..60 {
            let last_seq = if n < 30 { 1 } else { 2 };
            let expected = members(n..n + 1, last_seq);
            let found = packed.member(id(n)).unwrap();
            assert_eq!(found.as_deref(), expected.get(&id(n)), "{n}");
        }
    }
}
