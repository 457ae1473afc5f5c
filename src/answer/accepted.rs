//! Answer to a command that was carried out, and an entry as a statement shows it.

use super::effect::describe;
use super::warning::warning;
use super::{
    Accepted, ByUnit, Did, StampBrief, StatementEntry, View, Warning, is_told_to, phrase, sale,
    seen_by, standing,
};
use crate::chain::checkpoint::Checkpoint;
use crate::chain::stamp::Slip;
use crate::model::{Entry, MemberId, UnitKind};
use crate::rules::state::Member;
use data_encoding::BASE64;

impl View<'_> {
    /// Makes the answer of an entry, with the member's present balances.
    pub fn accepted(&self, entry: &Entry, member: Option<&Member>) -> Accepted {
        let did = self.effects(entry);
        Accepted {
            member: entry.member().map(|id| id.to_string()),
            programme: self.in_doubt(entry),
            after: self.after(entry),
            warnings: self.warnings(entry),
            lines: sale::lines(self, entry),
            give_back: sale::give_back(self, entry, &did),
            collect: sale::collect(self, entry),
            foreign: sale::foreign(self, entry),
            now: member.map(|member| standing(self, member)),
            stamp: self.checkpoint.map(|tree| stamp(entry.seq, tree)),
            did,
            ..Accepted::new(entry.head.key.as_str(), Some(entry.seq))
        }
    }

    fn effects(&self, entry: &Entry) -> Vec<Did> {
        let effects = entry.effects.iter();
        let did = effects.filter_map(|effect| self.did(&describe(entry, effect)));
        did.collect()
    }

    /// Balances of the entry's member after it. A qualifying unit counts only within its
    /// window; its sum over all time is irrelevant.
    fn after(&self, entry: &Entry) -> ByUnit {
        let is_plain = |unit| !self.programme().is_kind(unit, UnitKind::Qualifying);
        let own = entry.after.iter().filter(|after| after.who == 0);
        let own = own.filter(|after| is_plain(after.unit));
        own.map(|after| {
            (
                self.unit(after.unit),
                self.figure(after.unit, after.balance),
            )
        })
        .collect()
    }

    fn warnings(&self, entry: &Entry) -> Vec<Warning> {
        let effects = entry.effects.iter();
        effects.filter_map(|effect| warning(self, effect)).collect()
    }

    /// Number of the programme that decided an entry, where that might be in doubt.
    fn in_doubt(&self, entry: &Entry) -> Option<u32> {
        let head = &entry.head;
        let came_in = self.programme().calendar.day_of(head.effective);
        let is_pilots = self.global.pilots.contains(&head.bundle);
        (is_pilots || head.day < came_in).then_some(head.bundle)
    }

    /// Describes an entry.
    pub fn told(&self, entry: &Entry) -> StatementEntry {
        StatementEntry {
            seq: entry.seq,
            at: self.at(entry.head.occurred_at()),
            kind: entry.act.kind(),
            what: phrase(&entry.act, self.programme().digits),
            key: entry.head.key.to_string(),
            did: self.effects(entry),
            after: self.after(entry),
            warnings: self.warnings(entry),
        }
    }

    /// Describes an entry to one of its members: only the parts that are theirs.
    pub fn told_to(&self, entry: &Entry, id: MemberId) -> StatementEntry {
        let mut told = self.told(&seen_by(entry, id));
        if !is_told_to(entry, id) {
            told.what = "in another name".into();
        }
        told
    }
}

/// The stamp, with its line for a customer's slip. Without a balance: the till decides
/// whether that is printed.
fn stamp(seq: u64, tree: &Checkpoint) -> StampBrief {
    let slip = Slip::new(seq, tree.size(), &tree.root(), None);
    StampBrief {
        seq,
        size: tree.size(),
        root: BASE64.encode(tree.root().as_bytes()),
        slip: slip.map_or_else(|_| String::new(), |slip| slip.to_string()),
    }
}
