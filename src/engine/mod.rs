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
mod stop;
mod verbs;

pub use crate::rules::AHEAD;
pub use crate::storage::derived::JournalPoint;
pub use cache::{LEAST_PART, PackedState, aftermath_len, members_len};
pub use commit::acknowledge::slip_of;
pub use commit::command_hashes::{CommandHasher, CommandHashes};
pub use commit::entry_answer::answer_of;
pub use commit::entry_keys::{code_key_of, code_keys_of, once_hash};
pub use commit::group_commit::GroupCommit;
pub use commit::idle::{IdleWork, PageFlag, Question, set_idle_work};
pub use commit::parts_answer::answer_together;
pub use daily::{DailyRun, DailyTold};
pub use error::{Error, code_of};
pub use opening::backup::{BackedUp, back_up, check_seal_apart};
pub use opening::closing::{close_for, close_to_exit};
pub use opening::continuity::{TRAINING, UnprovenPage, first_origin, is_for_training};
pub use opening::derived_folders::Remade;
pub use opening::folders::{Folders, default_secrets};
pub use opening::open::{RemakePlan, check_programme, plan_remake};
pub use opening::options::{AlertLookup, Options};
pub use opening::recovery::Standing;
pub use opening::restoration::{StagedBackup, check_is_copy};
pub use opening::vault_standing::VaultStanding;
pub use programmes::activate::{activate, start_pilot};
pub use programmes::activation_note::ActivationNote;
pub use programmes::compiled::Programmes;
pub use programmes::taking_effect::{
    Cancelled, StoriesFound, activation, cancel_schedule, check_notice, check_pilot,
    check_schedule, engine, keep_stories, pilot_store, running_pilot, schedule, scheduled,
    scheduled_stories, stories_of, take_schedules, try_bundle, try_named, upgrade_errors,
};
pub use programmes::zone;
pub use reading::journal_view::{Derived, JournalView};
pub use reading::last_backup::LastBackup;
pub use reading::lookup::{LookedUp, lookup};
pub use reading::outbox::{Outgoing, Pulled, outbox};
pub use reading::profiles::{
    attribute_end, display_name, is_profile_lost, is_recognised, note_in, note_to_show, profile,
    profile_by, profile_today,
};
pub use reading::read::{keep_derived, take_derived};
pub use reading::standing::{each_of, member_ids, partners, pools, standing_at};
pub use staging::admit::{AHEAD_MAX, Since, named_inputs, parted_inputs};
pub use staging::batch::submit_all;
pub use staging::brief::{
    command_hasher, commit_beside, commit_briefly, is_asked_only, look_ahead, not_found,
    note_hashes, rehearse, rehearsed, row_secret, send, stage_briefly, standing,
};
pub use staging::chance::draw_seed;
pub use staging::clock_correction::correct_clock;
pub use staging::daily_run::{
    begin_daily, begin_due, books_due, continue_daily, continue_due, daily, daily_due_in,
    last_daily,
};
pub use staging::follow::{bought_of, followed};
pub use staging::quoting::{quote, quote_ahead, quote_discounted, quote_told};
pub use staging::staged::{Brief, Mode, Staged};
pub use staging::submit::erase;
pub use verbs::aliases::unfit_aliases;
pub use verbs::approval::Supervisors;
pub use verbs::codes::{Making, PrintedCode};
pub use verbs::erasure::is_swept;
pub use verbs::gifts::gift_token;
pub use verbs::guessing::has_wrong_code;
pub use verbs::office::{to_balance, to_refund};
pub use verbs::openers::{later_of, locate, once_one, terms_taken};
pub use verbs::order_claim::claimed_sale;
pub use verbs::profile::{self, alias_check};
pub use verbs::redecide::{
    Redecided, VoucherCorrection, is_order_correction, redecide, settle_in_order, settle_redecided,
};
pub use verbs::slips::{find_order, find_slip};
pub use verbs::standing_sale::{
    booked_with, corrected_as, corrected_from, is_of_same_member, standing_sale,
};
pub(crate) use verbs::targets::targeting;
pub use verbs::targets::{CampaignInForce, campaigns_in_force, daily_warnings, script_warnings};
pub use verbs::vouchers::{claim_code, traced, vouchers};

use crate::answer;
use crate::chain::checkpoint::Verified;
use crate::chain::hash::Hash;
use crate::model::{Channel, Day, Head, Instant, Key, MemberId, Origin, Programme};
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
use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// What is recorded and what follows from it: entries and their keys, members, programmes,
/// and the keys of what is sealed. A verb looks things up here, and books nothing.
pub struct Records {
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
    /// True while a draft decides quotes, the pilot's as well.
    is_pilot_off: bool,
    clock: Arc<dyn crate::storage::clock::Clock>,
    entropy: Entropy,
    options: Settings,
    /// Vault keys that must be durable before the page that uses them.
    fresh_vault: Vec<(MemberId, Secret)>,
    /// Members whose key was missing during replay, each with the entry that
    /// sealed data under it.
    keyless: Vec<(MemberId, u64)>,
    notes: Vec<String>,
    /// The durable page that was read last.
    page_open: Option<reading::page_entries::PageEntries>,
}

/// A ledger, open for writing. One at a time, in one process.
pub struct Ledger {
    records: Records,
    /// The programme that was in force as of the last durable page.
    policy_before: Option<Arc<Compiled>>,
    /// Questions that are answered while a page is being written.
    idle: Option<Arc<dyn IdleWork>>,
    staged: Vec<Staged>,
    /// Number of them, from the front, that are being written.
    sent: usize,
    /// True while a batch is booked that was tried as a whole.
    is_tried: bool,
    /// State that a reader derived from entries.
    derived: Option<Box<dyn std::any::Any + Send>>,
    // Released last: a process that has the locks can open everything else.
    locks: Option<Locks>,
}

/// Booking includes reading.
impl Deref for Ledger {
    type Target = Records;

    fn deref(&self) -> &Records {
        &self.records
    }
}

impl DerefMut for Ledger {
    fn deref_mut(&mut self) -> &mut Records {
        &mut self.records
    }
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

impl Records {
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

    /// Head of a system entry.
    pub(in crate::engine) fn ledger_head(&self) -> Head {
        let recorded = Instant(self.clock.now_micros());
        let effective = recorded.max(self.global().effective.after(1));
        Head {
            effective,
            recorded_lag: recorded.0 - effective.0,
            occurred: None,
            day: self.day_of(effective),
            origin: Origin {
                channel: Channel::House,
                ..Origin::default()
            },
            key: Key::none(),
            bundle: self.global().bundle,
        }
    }

    pub(in crate::engine) fn day_of(&self, at: Instant) -> Day {
        match self.programme() {
            Ok(programme) => programme.calendar.day_of(at),
            Err(_) => crate::model::Calendar::utc().day_of(at),
        }
    }

    /// Context from which entries are described, as of now.
    pub fn view(&self) -> Result<answer::View<'_>, Error> {
        Ok(answer::View {
            global: self.global(),
            policy: self.policy()?.as_ref(),
            checkpoint: None,
            now: Instant(self.clock.now_micros()).max(self.global().effective),
        })
    }
}

#[cfg(test)]
mod tests;
