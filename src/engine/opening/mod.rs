//! Opening and closing a ledger: locks, replay, healing, recovery, backups.

pub(super) mod backup;
pub(super) mod closing;
pub(super) mod continuity;
pub(super) mod derived_folders;
pub(super) mod fill;
pub(super) mod folders;
pub(super) mod genesis;
pub(super) mod healing;
pub(super) mod locks;
pub(super) mod open;
pub(super) mod options;
pub(super) mod recovery;
pub(super) mod restoration;
pub(super) mod vault_standing;
