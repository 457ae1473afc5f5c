//! State that is not tied to a member: programmes, names, campaigns, totals, accounts.

use super::{
    Announcements, Counter, Guesses, List, PartnerState, PoolState, RunningPilot, Tallies,
    Terminals, at_or_new, counted_in,
};
use crate::model::{
    Account, Activation, CampaignStatus, Cap, Count, Day, Exact, Failure, Instant, Names, Number,
    Origin, OutboxPosition, Place,
};
use bincode::{Decode, Encode};

/// State that is not tied to a member.
#[derive(Clone, PartialEq, Eq, Default, Debug, Encode, Decode)]
pub struct LedgerState {
    /// Sequence of the next entry.
    pub next_seq: u64,
    /// Effective instant of the last live entry.
    pub effective: Instant,
    /// Last reading of the clock.
    pub recorded: Instant,
    /// The activation in force for all but a pilot; 0 before the first.
    pub bundle: u32,
    /// The pilot that runs, if one does.
    pub pilot: Option<RunningPilot>,
    /// Numbers of all activations that were pilots.
    pub pilots: Vec<u32>,
    /// The entries of all activations, in order.
    pub activations: Vec<u64>,
    /// Programmes that take effect at an instant to come, in the order of their entries.
    pub scheduled: Vec<Scheduled>,
    /// Scheduled programmes that could not take effect, until somebody activates one.
    pub failed_schedules: Vec<FailedSchedule>,
    /// Stories of programmes, in the order of their entries.
    pub stories: Vec<KeptStories>,
    /// All numbered names.
    pub names: Names,
    /// Number of members, erased and merged ones included.
    pub members: u64,
    /// Totals by unit.
    pub totals: Vec<Totals>,
    /// Campaigns that are not running.
    pub campaigns: Vec<(Number, CampaignStatus)>,
    /// Day of each campaign's last change of state.
    pub campaign_days: Vec<(Number, Day)>,
    /// Awards of campaigns and their further course.
    pub tallies: Tallies,
    /// Parameters that campaigns changed: campaign, name, value, the day of the change.
    pub tuned: Vec<(Number, String, Exact, Day)>,
    /// First open day: no entry may fall into days before it.
    pub open_from: Day,
    /// The day on which the programme in force took effect.
    pub activated: Day,
    /// Counters of everybody together and of stores.
    pub counters: List<Counter>,
    /// The terminals' own counters.
    pub terminals: Terminals,
    /// Accounts of partners.
    pub partners: Vec<PartnerState>,
    /// Minor units that all partners owe together: the contra account of their
    /// accounts.
    pub partners_owed: i128,
    /// Balances of pools.
    pub pools: Vec<PoolState>,
    /// A choice of members of which some entries are still to come.
    pub targeting: Option<Targeting>,
    /// Announcements of worse terms.
    pub announcements: Announcements,
    /// The scripts that failed since the programme in force took effect, by campaign.
    pub failures: Vec<ScriptFailures>,
    /// Wrong codes that still count, and locks because of them.
    pub guessing: Guesses,
    /// Stores and terminals of sales and returns with slips: an index for
    /// finding slips, on which no figure depends.
    pub slip_places: Vec<(Place, String)>,
    /// Senders of messages, by name, with the position in the outbox up to which
    /// each has dealt with everything.
    pub consumers: Vec<(String, OutboxPosition)>,
}

impl LedgerState {
    /// True if an entry schedules a programme that is still to come.
    pub fn is_scheduled(&self, of: u64) -> bool {
        self.scheduled.iter().any(|scheduled| scheduled.seq == of)
    }

    /// Notes the store and terminal of an entry with a slip.
    pub(in crate::rules) fn note_slip_place(&mut self, origin: &Origin) {
        let is_it = |known: &(Place, String)| known.0 == origin.place && known.1 == origin.terminal;
        if !self.slip_places.iter().any(is_it) {
            let place = (origin.place.clone(), origin.terminal.clone());
            self.slip_places.push(place);
        }
    }

    /// Counts a failure of a script.
    pub(in crate::rules) fn count_failure(
        &mut self,
        campaign: Number,
        seq: u64,
        failure: &Failure,
    ) {
        let known = self.failures.iter_mut().find(|f| f.campaign == campaign);
        match known {
            Some(known) => {
                (known.count, known.seq) = (known.count + 1, seq);
                known.last = failure.clone();
            }
            None => self.failures.push(ScriptFailures {
                campaign,
                count: 1,
                seq,
                last: failure.clone(),
            }),
        }
    }

    /// Puts a programme in force, for all or as a pilot. One for all ends the pilot that runs.
    pub(in crate::rules) fn activate(&mut self, activation: &Activation, seq: u64, day: Day) {
        self.activations.push(seq);
        // A contradiction here shows in every later number; the check of the
        // activation itself is the verifier's.
        let _ = self.names.extend(&activation.names);
        if let Some(pilot) = activation.pilot.clone() {
            self.pilots.push(activation.number);
            self.pilot = Some(RunningPilot {
                number: activation.number,
                seq,
                pilot,
            });
            return;
        }
        (self.bundle, self.activated, self.pilot) = (activation.number, day, None);
        let scheduled = activation.scheduled;
        self.scheduled.retain(|s| Some(s.seq) != scheduled);
        self.announcements.take_effect(scheduled);
        // Another programme may have fixed them.
        self.failures.clear();
        // So may one that was made since; not one scheduled before it was known.
        self.failed_schedules
            .retain(|failed| scheduled.is_some_and(|seq| seq < failed.seq));
    }

    /// Number of the next activation.
    pub fn next_activation(&self) -> u32 {
        u32::try_from(self.activations.len() + 1).unwrap_or(u32::MAX)
    }

    /// Forgets a scheduled programme that an entry of an instant cancels. One whose instant has come the
    /// ledger cancelled, as it could not take effect; people cancel what is still to come.
    pub(in crate::rules) fn cancel_schedule(&mut self, of: u64, by: (u64, Instant), reason: &str) {
        let Some(at) = self.scheduled.iter().position(|s| s.seq == of) else {
            return;
        };
        let scheduled = self.scheduled.remove(at);
        self.announcements.stop(scheduled.seq);
        if scheduled.at <= by.1 {
            self.failed_schedules.push(FailedSchedule {
                scheduled,
                seq: by.0,
                reason: reason.into(),
            });
        }
    }

    /// The scheduled programme that takes effect first, of several at one instant the one
    /// that was scheduled first.
    pub fn scheduled_next(&self) -> Option<&Scheduled> {
        self.scheduled.iter().min_by_key(|next| (next.at, next.seq))
    }

    /// State of a campaign.
    pub fn status(&self, campaign: Number) -> CampaignStatus {
        let found = self.campaigns.iter().find(|c| c.0 == campaign);
        found.map_or(CampaignStatus::Running, |c| c.1)
    }

    /// Amount that a campaign's budget has given in the period of a day, in one
    /// store or (0) everywhere.
    pub fn used(&self, campaign: Number, cap: &Cap, store: Number, day: Day) -> i64 {
        let unit = cap.unit;
        let count = Count::Given { campaign, unit };
        let start = day.start_of(cap.each);
        counted_in(&self.counters, count, store, cap.each, start)
    }

    /// The position up to which a sender of messages has dealt with the outbox.
    pub fn acknowledged(&self, consumer: &str) -> Option<OutboxPosition> {
        let mut consumers = self.consumers.iter();
        consumers.find(|c| c.0 == consumer).map(|c| c.1)
    }

    /// A partner's account, if anything was ever booked in it.
    pub fn partner(&self, partner: Number) -> Option<&PartnerState> {
        self.partners.iter().find(|p| p.partner == partner)
    }

    /// Account of a pool.
    pub fn pool(&self, pool: Number) -> Option<&PoolState> {
        self.pools.iter().find(|p| p.pool == pool)
    }

    /// The totals of a unit.
    pub fn totals(&self, unit: Number) -> Option<&Totals> {
        self.totals.iter().find(|t| t.unit == unit)
    }

    pub(in crate::rules) fn totals_mut(&mut self, unit: Number) -> &mut Totals {
        let at = self.totals.iter().position(|t| t.unit == unit);
        at_or_new(&mut self.totals, at, || Totals {
            unit,
            ..Totals::default()
        })
    }
}

/// Totals of one unit by account; they add up to zero.
#[derive(Clone, PartialEq, Eq, Default, Debug, Encode, Decode)]
pub struct Totals {
    /// The unit.
    pub unit: Number,
    /// Balance of each account that ever moved: an `i128`, so that no member's
    /// figures can exhaust it for the others.
    pub accounts: Vec<(Account, i128)>,
}

impl Totals {
    /// The balance of an account.
    pub fn of(&self, account: Account) -> i128 {
        self.accounts
            .iter()
            .find(|a| a.0 == account)
            .map_or(0, |a| a.1)
    }

    /// Balance of all members together: lots less deficits. Deficits are a
    /// negative balance.
    pub fn outstanding(&self) -> i128 {
        self.of(Account::Lots) + self.of(Account::Deficit)
    }
}

/// A programme that takes effect at an instant to come.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Scheduled {
    /// The entry that scheduled it.
    pub seq: u64,
    /// The instant.
    pub at: Instant,
    /// Hash of its files.
    pub digest: [u8; 32],
}

/// A scheduled programme that the ledger cancelled, since it could not take effect.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct FailedSchedule {
    /// The programme.
    pub scheduled: Scheduled,
    /// The entry that cancelled it.
    pub seq: u64,
    /// Why it could not.
    pub reason: String,
}

/// Stories that the journal keeps.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct KeptStories {
    /// The entry that activated or scheduled their programme.
    pub of: u64,
    /// Their hash.
    pub digest: [u8; 32],
    /// The entry that has them.
    pub seq: u64,
}

/// Failures of a campaign's script.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct ScriptFailures {
    /// The campaign; 0 for the tiers.
    pub campaign: Number,
    /// Number of failures.
    pub count: u64,
    /// Entry of the last failure.
    pub seq: u64,
    /// The last failure.
    pub last: Failure,
}

/// A choice of members that spans several entries and is not complete.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Targeting {
    /// The campaign.
    pub campaign: Number,
    /// Number of members it addresses in all.
    pub count: u64,
    /// Number of members it holds out as a control, in all.
    pub held_out: u64,
    /// Hash of the addressed members.
    pub list: [u8; 32],
    /// Number of both still to come.
    pub left: u64,
}
