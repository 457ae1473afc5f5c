//! A member's entries.

use super::received::{ReceivedTold, received};
use super::{Ask, Error, Statement, days_named, member_named};
use crate::answer::StatementEntry;
use crate::command::{Bad, Whole};
use crate::engine::{self, Ledger};
use crate::model::Entry;
use schemars::JsonSchema;
use serde::Serialize;

/// A member's entries.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct StatementReply {
    /// Always true.
    pub ok: bool,
    /// The member's id.
    pub member: String,
    /// The entries, oldest first.
    pub entries: Vec<StatementEntry>,
    /// What the member has received so far, by all entries told of the member: not by those of
    /// a card from before it was merged into this one. Absent where only the last were read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub received: Option<ReceivedTold>,
}

impl Ask for Statement {
    type Reply = StatementReply;

    fn answer(&self, ledger: &mut Ledger) -> Result<StatementReply, Error> {
        let id = member_named(ledger, &self.member)?;
        let (from, to) = days_named(self.from.as_ref(), self.to.as_ref())?;
        let last = match self.last {
            None => usize::MAX,
            Some(Whole(last)) => usize::try_from(last)
                .map_err(|_| Bad::new("last", format!("{last} is no number of entries")))?,
        };
        let is_asked = |entry: &Entry| {
            from.is_none_or(|from| entry.head.day >= from)
                && to.is_none_or(|to| entry.head.day <= to)
        };
        // Without days no more need be read than are told.
        let read_max = match (from, to) {
            (None, None) => last,
            _ => usize::MAX,
        };
        let mut entries = ledger.newest(id, read_max)?;
        // With fewer than asked for, all were read.
        let received = match entries.len() < read_max {
            true => Some(received(&entries, id, ledger.programme()?)),
            false => None,
        };
        entries.retain(is_asked);
        entries.truncate(last);
        entries.reverse();
        let notes = entries
            .iter()
            .map(|entry| engine::note_to_show(ledger, entry));
        let notes: Vec<_> = notes.collect::<Result<_, _>>()?;
        let view = ledger.view()?;
        let told = entries.iter().zip(notes);
        let told = told.map(|(entry, note)| view.told_to(entry, id).with_note(note));
        Ok(StatementReply {
            ok: true,
            member: id.to_string(),
            entries: told.collect(),
            received,
        })
    }
}
