//! Sink of a call of a script: the proposals that it collects, beside values of its campaign.

use super::{Answer, fail};
use crate::model::Proposal;
use crate::policy::diagnostic::suggest;
use rhai::{Dynamic, NativeCallContext};
use rust_decimal::Decimal;
use std::sync::{Arc, Mutex};

/// Most proposals of one call.
pub const PROPOSALS_MAX: usize = 1000;
/// Longest text in a proposal, in bytes.
pub const TEXT_LEN_MAX: usize = 200;

/// Values that one call of a campaign's script can ask for besides facts.
#[derive(Default)]
pub(in crate::policy) struct Own {
    /// The campaign's id.
    pub campaign: String,
    /// Seed of draws; None where drawing is not allowed.
    pub seed: Option<[u8; 32]>,
    /// Parameters with their values.
    pub tuned: Vec<(String, Decimal)>,
    /// Number of draws so far.
    pub drawn: Mutex<u64>,
}

/// Proposals collected during one call. Every call has its own, so nobody waits
/// for its lock.
#[derive(Clone)]
pub(in crate::policy) struct Sink(Arc<Collected>);

struct Collected {
    units: Arc<[Arc<str>]>,
    proposals: Mutex<Vec<Proposal>>,
    own: Own,
}

impl Sink {
    /// Makes an empty one, for a programme with these units.
    pub fn new(units: Arc<[Arc<str>]>, own: Own) -> Sink {
        let proposals = Mutex::default();
        Sink(Arc::new(Collected {
            units,
            proposals,
            own,
        }))
    }

    /// The campaign's own values.
    pub fn own(&self) -> &Own {
        &self.0.own
    }

    /// Removes the proposals.
    pub fn take(&self) -> Vec<Proposal> {
        let mut held = self.0.proposals.lock().unwrap_or_else(|e| e.into_inner());
        std::mem::take(&mut held)
    }

    pub fn push(&self, proposal: Proposal) -> Answer<()> {
        let mut held = self.0.proposals.lock().unwrap_or_else(|e| e.into_inner());
        if held.len() >= PROPOSALS_MAX {
            return fail(format!("more than {PROPOSALS_MAX} proposals from one call"));
        }
        held.push(proposal);
        Ok(())
    }

    pub fn unit(&self, unit: &str) -> Answer<Arc<str>> {
        if let Some(known) = self.0.units.iter().find(|u| ***u == *unit) {
            return Ok(known.clone());
        }
        let help = suggest(unit, self.0.units.iter());
        fail(format!("there is no unit '{unit}'; {help}"))
    }
}

pub(super) fn with_sink<T>(
    context: &NativeCallContext,
    then: impl FnOnce(&Sink) -> Answer<T>,
) -> Answer<T> {
    let sink = context.tag().and_then(Dynamic::read_lock::<Sink>);
    match sink {
        Some(sink) => then(&sink),
        None => fail("nothing can be proposed here: only the functions on_... propose"),
    }
}
