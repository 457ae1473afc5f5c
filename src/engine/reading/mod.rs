//! Questions: entries, members, messages; a view of the journal for other threads.

pub(super) mod journal_view;
pub(super) mod last_backup;
pub(super) mod lookup;
pub(super) mod outbox;
pub(super) mod page_entries;
pub(super) mod read;
