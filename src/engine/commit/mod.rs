//! From sealed entries to a durable page and an answer, and what follows behind it.

pub(super) mod acknowledge;
pub(super) mod command_hashes;
pub(super) mod denial;
pub(super) mod entry_answer;
pub(super) mod entry_keys;
pub(super) mod group_commit;
pub(super) mod idle;
pub(super) mod journal_point;
pub(super) mod key_index;
pub(super) mod open_page;
pub(super) mod page_committer;
pub(super) mod parts_answer;
pub(super) mod state_writing;
pub(super) mod worker;
pub(super) mod writer;
