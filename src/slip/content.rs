//! Content of a slip, from the answer of a command: figures and names as texts,
//! before any language or layout.

use crate::answer::{Accepted, Balance, Did, EffectKind, Expiring, TierNow, to_second};
use crate::command::Figure;
use crate::model::Policy;

/// Reason why a slip is printed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Occasion {
    /// The command was carried out just now.
    Booked,
    /// It was for training.
    Training,
    /// It was quoted.
    Quote,
    /// Asked for later; balances are those of the instant.
    Later(String),
    /// Printed again, likewise.
    Reprint(String),
    /// It waits in a till's queue.
    Pending,
}

/// Source of a slip.
pub struct Source<'a> {
    /// The answer.
    pub answer: &'a Accepted,
    /// Name of the shop; may be empty.
    pub shop: String,
    /// Programme in force, for its titles; None where it is not at hand.
    pub policy: Option<&'a dyn Policy>,
    /// Name of the member, if it may be printed.
    pub name: Option<String>,
    /// Instant of the event.
    pub at: String,
    /// Store; empty if none.
    pub store: String,
    /// Terminal; empty if none.
    pub terminal: String,
    /// Number of the shop's slip; empty if none.
    pub receipt: String,
    /// Last day on which the sale can be claimed, if it can be.
    pub claim_until: Option<String>,
    /// Reason for printing.
    pub occasion: Occasion,
}

/// Points that moved, with a label.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Moved {
    /// Kind of the effect.
    pub kind: EffectKind,
    /// Title of the campaign, or empty.
    pub label: String,
    /// Points, signed.
    pub amount: Figure,
    /// Unit.
    pub unit: String,
    /// First day of use, where that is later.
    pub from: Option<String>,
}

/// A voucher that was issued.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Voucher {
    /// Unit.
    pub unit: String,
    /// Last day of use, if there is one.
    pub until: Option<String>,
}

/// A balance.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Standing {
    /// Unit.
    pub unit: String,
    /// Points that can be spent.
    pub available: String,
    /// Points that can be spent later.
    pub pending: Figure,
    /// Points set aside.
    pub held: Figure,
    /// Points that end next.
    pub ending: Option<Expiring>,
}

/// Content of a slip.
pub(super) struct Content<'a> {
    pub source: &'a Source<'a>,
    pub at: String,
    pub seq: Option<u64>,
    pub moved: Vec<Moved>,
    pub vouchers: Vec<Voucher>,
    /// Kind and text of each code.
    pub codes: Vec<(&'a str, &'a str)>,
    pub balances: Vec<Standing>,
    pub tier: Option<&'a TierNow>,
    pub claim: Option<&'a str>,
    pub stamp: Option<&'a str>,
}

impl<'a> Content<'a> {
    pub fn of(source: &'a Source<'a>) -> Content<'a> {
        let answer = source.answer;
        let now = answer.now.as_ref();
        Content {
            source,
            at: to_minute(&source.at),
            seq: answer.seq,
            moved: moved(source),
            vouchers: vouchers(&answer.did),
            codes: answer
                .codes
                .iter()
                .map(|shown| (shown.kind.as_str(), shown.code.as_str()))
                .collect(),
            balances: match now {
                Some(now) => now.balance.iter().map(standing).collect(),
                None => answer.after.iter().map(recorded).collect(),
            },
            tier: now.and_then(|now| now.tier.as_ref()),
            claim: answer.claim.as_deref(),
            stamp: answer.stamp.as_ref().map(|stamp| stamp.slip.as_str()),
        }
    }

    /// Content of the QR code: what the customer needs most.
    pub fn code(&self) -> Option<&'a str> {
        let first = self.codes.first().map(|(_, code)| *code);
        self.claim
            .or(first)
            .or(self.stamp.filter(|s| !s.is_empty()))
    }
}

fn standing((unit, held): (&String, &Balance)) -> Standing {
    Standing {
        unit: unit.clone(),
        available: match held.shown {
            Some(whole) => whole.to_string(),
            None => held.available.to_string(),
        },
        pending: held.pending,
        held: held.held,
        ending: held.expiring.clone(),
    }
}

fn recorded((unit, balance): (&String, &Figure)) -> Standing {
    Standing {
        unit: unit.clone(),
        available: balance.to_string(),
        pending: Figure::default(),
        held: Figure::default(),
        ending: None,
    }
}

/// Points that moved; those of one campaign, and those of one kind, together.
fn moved(source: &Source) -> Vec<Moved> {
    let mut all: Vec<Moved> = Vec::new();
    for did in &source.answer.did {
        let (Some(amount), Some(unit)) = (did.amount, &did.unit) else {
            continue;
        };
        // A voucher has lines of its own, and what counts toward tiers is told with them.
        if matches!(did.effect, EffectKind::Issue | EffectKind::Qualify) {
            continue;
        }
        let next = Moved {
            kind: did.effect,
            label: label(source, did),
            amount,
            unit: unit.clone(),
            from: did.available_at.as_deref().map(day),
        };
        let is_same = |before: &&mut Moved| {
            Moved {
                amount,
                ..(**before).clone()
            } == next
        };
        match all.iter_mut().find(is_same) {
            Some(before) => before.amount = before.amount.plus(amount),
            None => all.push(next),
        }
    }
    all
}

fn label(source: &Source, did: &Did) -> String {
    let Some(id) = &did.campaign else {
        return String::new();
    };
    let campaigns = source.policy.map(|policy| policy.campaigns());
    let mut known = campaigns.into_iter().flatten();
    let titled = known.find(|campaign| campaign.id == *id);
    titled.map_or_else(|| id.clone(), |campaign| campaign.title.clone())
}

fn vouchers(did: &[Did]) -> Vec<Voucher> {
    let issued = did.iter().filter(|did| did.effect == EffectKind::Issue);
    let told = issued.map(|did| Voucher {
        unit: did.unit.clone().unwrap_or_default(),
        until: did.last_day.clone(),
    });
    told.collect()
}

fn day(at: &str) -> String {
    at.split('T').next().unwrap_or(at).to_owned()
}

/// An instant as slips have it: `2026-11-24 10:03`.
pub(super) fn to_minute(at: &str) -> String {
    let second = to_second(at);
    match second.split_once('T') {
        Some((day, time)) => format!("{day} {}", time.get(..5).unwrap_or(time)),
        None => second,
    }
}
