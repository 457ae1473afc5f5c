//! From sealed entries to a durable page and an answer, and what follows behind it.

pub(in crate::engine) mod acknowledge;
pub(in crate::engine) mod command_hashes;
pub(in crate::engine) mod group_commit;
pub(in crate::engine) mod idle;
pub(in crate::engine) mod key_index;
pub(in crate::engine) mod page_committer;
pub(in crate::engine) mod state_writing;
pub(in crate::engine) mod worker;
pub(in crate::engine) mod writer;
