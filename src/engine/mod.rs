//! The engine: one writer that joins evidence, rules, policies and disk, with
//! plain data in and out.

mod cache;
mod commit;
mod daily;
mod error;
mod opening;
mod programmes;
mod reading;
mod staging;
mod verbs;

pub use crate::rules::AHEAD;
pub use crate::storage::derived::JournalPoint;
pub use cache::{LEAST_PART, PackedState, aftermath_len, aftermath_of, members_len};
pub use commit::command_hashes::{CommandHasher, CommandHashes};
pub use commit::group_commit::GroupCommit;
pub use commit::idle::{IdleWork, PageFlag, Question};
pub use daily::{DailyRun, DailyTold};
pub use error::{Error, code_of};
pub use opening::backup::{BackedUp, back_up, check_seal_apart};
pub use opening::continuity::{TRAINING, UnprovenPage, first_origin, is_for_training};
pub use opening::folders::{Folders, default_secrets};
pub use opening::open::{AlertLookup, Options, Remade, RemakePlan};
pub use opening::recovery::Standing;
pub use opening::restoration::{StagedBackup, check_is_copy};
pub use opening::vault_standing::VaultStanding;
pub use programmes::activate::{ActivationNote, Cancelled, RULES, StoriesFound, engine};
pub use programmes::compiled::Programmes;
pub use programmes::zone;
pub use reading::journal_view::{Derived, JournalView};
pub use reading::last_backup::LastBackup;
pub use reading::lookup::LookedUp;
pub use reading::outbox::{Outgoing, Pulled};
pub use staging::admit::{
    AHEAD_MAX, Since, key_hash_of, keys_of, named_inputs, once_hash, parted_inputs,
};
pub use staging::brief::Brief;
pub use staging::chance::draw_seed;
pub use staging::follow::{bought_of, followed};
pub use staging::submit::{Mode, Staged};
pub use staging::timeouts::books_due;
pub use verbs::approval::Supervisors;
pub use verbs::codes::{Making, PrintedCode, code_key_of, code_keys_of};
pub use verbs::guessing::has_wrong_code;
pub use verbs::openers::{later_of, locate, once_one, terms_taken};
pub use verbs::profile::{self, alias_check};
pub use verbs::redecide::{Redecided, VoucherCorrection, is_order_correction};
pub use verbs::targets::CampaignInForce;
pub(crate) use verbs::targets::targeting;
pub use verbs::vouchers::traced;

use crate::chain::checkpoint::Verified;
use crate::chain::hash::Hash;
use crate::model::{MemberId, Programme};
use crate::policy::Compiled;
use crate::rules::state::LedgerState;
use crate::storage::entropy::Entropy;
use crate::storage::journal::JournalReader;
use crate::storage::vault::{Secret, Vault};
use cache::Cache;
use commit::command_hashes::LastHashes;
use commit::key_index::KeyIndex;
use commit::writer::Writer;
use opening::locks::Locks;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// A ledger, open for writing. One at a time, in one process.
pub struct Ledger {
    folders: Folders,
    vault: Vault,
    alias_key: Secret,
    /// The state, in memory and in the book, and the second copy.
    cache: Cache,
    keys: KeyIndex,
    hashes: LastHashes,
    /// True if the failure of the second copy was reported.
    is_copy_failing: bool,
    writer: Writer,
    /// Reader of the journal beside the writer.
    reader: JournalReader,
    /// Chain hash after the journal's first page, once there is one.
    origin: OnceLock<Hash>,
    programmes: Programmes,
    policy: Option<Arc<Compiled>>,
    /// The one that was in force as of the last durable page.
    policy_before: Option<Arc<Compiled>>,
    /// Questions that are answered while a page is being written.
    idle: Option<Arc<dyn IdleWork>>,
    /// True while a draft decides quotes, the pilot's as well.
    is_pilot_off: bool,
    clock: Arc<dyn crate::storage::clock::Clock>,
    entropy: Entropy,
    options: Settings,
    staged: Vec<Staged>,
    /// True while a batch is booked that was tried as a whole.
    is_tried: bool,
    /// Number of them, from the front, that are being written.
    sent: usize,
    /// Vault keys that must be durable before the page that uses them.
    fresh_vault: Vec<(MemberId, Secret)>,
    /// Members whose key was missing during replay, each with the entry that
    /// sealed data under it.
    keyless: Vec<(MemberId, u64)>,
    notes: Vec<String>,
    /// The durable page that was read last.
    page_open: Option<reading::page_entries::PageEntries>,
    /// State that a reader derived from entries.
    derived: Option<Box<dyn std::any::Any + Send>>,
    // Released last: a process that has the locks can open everything else.
    locks: Option<Locks>,
}

/// Behaviour of a ledger that its callers may choose.
#[derive(Clone, Copy, Debug)]
struct Settings {
    is_clock_accepted: bool,
    write_every: u64,
    lag_max: u64,
    lag_share: u64,
    /// True if nothing may be written to ledger and secrets.
    is_reading: bool,
    alerts: Option<AlertLookup>,
}

impl Ledger {
    /// State that is not tied to a member: totals, names, campaigns.
    pub fn global(&self) -> &LedgerState {
        &self.cache.state().global
    }

    /// The programme in force.
    pub fn policy(&self) -> Result<&Arc<Compiled>, Error> {
        self.policy
            .as_ref()
            .ok_or_else(|| {
                Error::misuse(match self.global().bundle {
                    0 => "no programme is active yet",
                    _ => "this program cannot run the programme in force: activate another one, or use the program that activated it",
                })
            })
    }

    /// The declarations in force.
    pub fn programme(&self) -> Result<&Programme, Error> {
        use crate::model::Policy;
        Ok(self.policy()?.programme())
    }

    /// The newest signed checkpoint: of everything acknowledged so far.
    pub fn checkpoint(&self) -> Verified {
        self.writer.checkpoint()
    }

    /// Folder of the ledger.
    pub fn folder(&self) -> &PathBuf {
        &self.folders.ledger
    }

    /// Remarks on work that opening did besides opening, for people.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }
}

#[cfg(test)]
mod tests;
