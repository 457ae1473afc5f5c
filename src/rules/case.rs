//! A case: everything a decision may read, collected by the ledger before the
//! decision and not changed by it.

use super::state::{Member, State};
use crate::model::{
    Act, Campaign, Code, Codes, Day, Draft, Effect, Entry, Failure, Given, Head, Instant, LotId,
    MemberId, MonthDay, Number, Points, Policies, Policy, Programme, Refusal, Reward, Steps, Terms,
    Unit, UnitKind, to_position,
};
use std::cell::Cell;
use std::sync::Arc;

/// Values that are looked up for a decision besides the state.
#[derive(Clone, Copy, Default)]
pub struct DecisionInputs<'a> {
    /// The member's birthday, if the vault has it.
    pub birthday: Option<MonthDay>,
    /// The second member, if the command concerns two; for a gift, its holder.
    pub other: Option<MemberId>,
    /// Attributes of the member, if the vault has them.
    pub attributes: &'a [(String, String)],
    /// The entry that the command refers to: the purchase of a return, the
    /// entry of a void.
    pub named: Option<&'a Entry>,
    /// Parts of the named purchase's lots that expired since, by lot.
    pub expired: &'a [(LotId, Points)],
    /// Points that earlier returns of the named purchase took from lots or booked as owed, by unit.
    pub clawed: &'a [(Number, Points)],
    /// Lots that continue those of the named entry under another member: the
    /// new one, the old one.
    pub moved: &'a [(LotId, LotId)],
    /// Terms of lots that points of the named entry came from and that have
    /// closed since.
    pub closed: &'a [(LotId, Terms)],
    /// The entry that claimed the named purchase, if one did.
    pub claim: Option<&'a Entry>,
    /// Vouchers whose codes the command carries, with their holders.
    pub vouchers: &'a [VoucherFound],
    /// Entries of the holds that the command pays with.
    pub held: &'a [Entry],
    /// Source of the codes of the new entry.
    pub codes: Option<&'a dyn Codes>,
    /// The purchase that the named entry reverses in part, if that concerns its
    /// referrer.
    pub bought: Option<&'a Entry>,
    /// The entry that rewarded its referrer for that purchase.
    pub thanked: Option<&'a Entry>,
    /// The entry that counted the activity's value before, if one did.
    pub counted: Option<u64>,
    /// Campaigns whose birthday trigger fired, if a decision is run again
    /// without knowing the birthday.
    pub birthday_fired: Option<&'a [Number]>,
    /// Seed of draws; None where drawing is not allowed, as in a quote.
    pub draw: Option<[u8; 32]>,
    /// Members that a campaign is to address, each with whether it is held out
    /// as a control.
    pub targets: &'a [(MemberId, bool)],
    /// Facts to decide by if a decision is run again: of hooks, and of the tier.
    pub given: Option<(&'a Given, &'a Given)>,
}

/// A voucher that was found by its code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VoucherFound {
    /// Hash of the code.
    pub code: [u8; 32],
    /// Its present or last holder.
    pub holder: MemberId,
    /// The voucher.
    pub lot: LotId,
    /// Its unit.
    pub unit: Number,
    /// Terms that it was given with.
    pub terms: Terms,
    /// The one article that it is good for, if it is limited to one.
    pub sku: Option<String>,
}

/// Members that an earlier entry concerned, as they are now.
pub struct Parties {
    /// The members: a draft's members.
    pub members: Vec<MemberId>,
    /// Index among them of each position of the entry.
    places: Vec<u8>,
}

impl Parties {
    /// Position in the draft of a position of the earlier entry.
    pub fn place(&self, who: u8) -> u8 {
        self.places.get(usize::from(who)).copied().unwrap_or(0)
    }
}

/// The failure of a script that had to answer, for the entry of the refusal, or
/// of the sale that was booked without the tender. A clone begins without one.
#[derive(Default)]
pub struct FailedScript(Cell<Option<Effect>>);

impl FailedScript {
    /// Notes the failure of a campaign's script.
    pub(super) fn note(&self, campaign: Number, failure: Failure) {
        self.0.set(Some(Effect::Failed { campaign, failure }));
    }

    /// The effect that counts the failure, if it was the reason of a refusal.
    pub fn counted(&self, refusal: &Refusal) -> Option<Effect> {
        let is_reason = refusal.code == Code::PolicyFailed;
        is_reason.then(|| self.0.take()).flatten()
    }
}

impl Clone for FailedScript {
    fn clone(&self) -> FailedScript {
        FailedScript::default()
    }
}

/// A command with everything its decision may read.
#[derive(Clone)]
pub struct Case<'a> {
    /// The state before the decision.
    pub state: &'a State,
    /// All programmes that were ever in force.
    pub policies: &'a dyn Policies,
    /// The programme in force.
    pub policy: Arc<dyn Policy>,
    /// Instants, origin, key.
    pub head: Head,
    /// The member the command names.
    pub member: Option<MemberId>,
    /// Values looked up besides.
    pub inputs: DecisionInputs<'a>,
    /// Script steps left to this decision.
    pub steps: Steps,
    /// Failure of a script that had to answer.
    pub failed: FailedScript,
}

impl<'a> Case<'a> {
    /// The declarations in force.
    pub fn programme(&self) -> &Programme {
        self.policy.programme()
    }

    /// The ledger's own instant, which decides what can be spent and what has expired.
    pub fn now(&self) -> Instant {
        self.head.effective
    }

    /// The programme's day of the act.
    pub fn day(&self) -> Day {
        self.head.day
    }

    /// The member, if the command names one that takes part.
    pub fn member(&self) -> Option<&'a Member> {
        self.member.and_then(|id| self.state.members.get(&id))
    }

    /// The member, or the refusal that there must be one.
    pub fn need_member(&self) -> Result<&'a Member, Refusal> {
        self.member()
            .ok_or_else(|| Refusal::new(Code::UnknownMember, "the command names no member"))
    }

    /// The second member, which a field of the command names.
    pub(in crate::rules) fn need_other(&self, field: &str) -> Result<&'a Member, Refusal> {
        let found = self.inputs.other.and_then(|id| self.state.members.get(&id));
        found.ok_or_else(|| {
            Refusal::new(
                Code::UnknownMember,
                format!("{field}: nobody is known by that"),
            )
        })
    }

    /// The entry the command names, or the refusal that there is none.
    pub fn need_named(&self, code: Code) -> Result<&'a Entry, Refusal> {
        self.inputs
            .named
            .ok_or_else(|| Refusal::new(code, "there is no such entry"))
    }

    /// Members that an earlier entry concerned. Its own member is the case's.
    pub fn parties(&self, entry: &Entry) -> Parties {
        let mut members: Vec<MemberId> = self.member.into_iter().collect();
        let mut places = Vec::with_capacity(entry.touched.len());
        for (n, touched) in entry.touched.iter().enumerate() {
            let id = match (n, self.member) {
                (0, Some(own)) => own,
                _ => self.state.resolve(touched.member),
            };
            let known = members.iter().position(|m| *m == id);
            places.push(to_position(known.unwrap_or(members.len())));
            if known.is_none() {
                members.push(id);
            }
        }
        Parties { members, places }
    }

    /// The member at a place among an earlier entry's.
    pub fn party(&self, parties: &Parties, place: u8) -> Option<&'a Member> {
        let id = parties.members.get(usize::from(place))?;
        self.state.members.get(id)
    }

    /// True for units whose lots are vouchers.
    pub fn is_voucher(&self, unit: Number) -> bool {
        self.programme().is_kind(unit, UnitKind::Voucher)
    }

    /// A campaign's header by number, if the programme has it.
    pub fn campaign(&self, number: Number) -> Option<&Campaign> {
        let mut campaigns = self.policy.campaigns().iter();
        campaigns.find(|c| c.number == number)
    }

    /// A reward by number, if the programme has it.
    pub fn reward(&self, number: Number) -> Option<&Reward> {
        self.policy.rewards().iter().find(|r| r.number == number)
    }

    /// A reward by number, or the refusal that the programme has none.
    pub fn need_reward(&self, number: Number) -> Result<&Reward, Refusal> {
        let none = || Refusal::new(Code::UnknownReward, "the programme has no such reward");
        self.reward(number).ok_or_else(none)
    }

    /// A unit by number, or the refusal that the programme has none.
    pub fn need_unit(&self, unit: Number) -> Result<&Unit, Refusal> {
        let found = self.programme().unit(unit);
        found.ok_or_else(|| {
            Refusal::new(
                Code::UnknownUnit,
                format!("the programme has no unit {unit}"),
            )
        })
    }

    /// Makes a draft for the case's member with these effects.
    pub fn draft(&self, act: Act, effects: Vec<Effect>) -> Draft {
        let members = self.member.into_iter().chain(self.inputs.other);
        self.draft_for(members.collect(), act, effects)
    }

    /// Makes a draft that concerns these members.
    pub fn draft_for(&self, members: Vec<MemberId>, act: Act, effects: Vec<Effect>) -> Draft {
        Draft::new(self.head.clone(), members, act, effects)
    }
}
