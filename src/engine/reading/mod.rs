//! Questions: entries, members, messages; a view of the journal for other threads.

pub(super) mod alias_owner;
pub(super) mod journal_view;
pub(super) mod last_backup;
pub(super) mod lookup;
pub(super) mod outbox;
pub(super) mod page_entries;
pub(super) mod pages;
pub(super) mod profiles;
pub(super) mod read;
pub(super) mod standing;
