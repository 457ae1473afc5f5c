//! Questions: entries, members, messages; a view of the journal for other threads.

pub(in crate::engine) mod journal_view;
pub(in crate::engine) mod lookup;
pub(in crate::engine) mod member_list;
pub(in crate::engine) mod outbox;
pub(in crate::engine) mod page_entries;
pub(in crate::engine) mod read;
