//! Opening and closing a ledger: locks, replay, healing, recovery, backups.

pub(in crate::engine) mod backup;
pub(in crate::engine) mod closing;
pub(in crate::engine) mod continuity;
pub(in crate::engine) mod derived_folders;
pub(in crate::engine) mod fill;
pub(in crate::engine) mod healing;
pub(in crate::engine) mod locks;
pub(in crate::engine) mod open;
pub(in crate::engine) mod recovery;
pub(in crate::engine) mod restoration;
pub(in crate::engine) mod vault_standing;
