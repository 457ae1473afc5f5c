//! Claim 2: every decision made again, by the programme that was in force, on
//! the facts that the entry states and the state as it was; and the facts
//! themselves checked against that state.

use super::index::Index;
use super::report::{DeviationKind, Findings, JournalPlace};
use super::scratch::UnusedState;
use crate::chain::hash::Hash;
use crate::engine::{
    Programmes, Since, bought_of, draw_seed, engine, followed, later_of, named_inputs, once_hash,
    parted_inputs, terms_taken,
};
use crate::model::{
    Act, Activation, Code, Draft, Effect, Enrolled, Entry, Fact, Given, MemberId, Number, Policies,
    Policy, Refusal, Steps, Value,
};
use crate::policy::{Bundle, compile, zone_name};
use crate::rules::campaign::trigger;
use crate::rules::case::VoucherFound;
use crate::rules::decide::{newcomer, terminal};
use crate::rules::facts::FactReader as Facts;
use crate::rules::member::{referral, tier};
use crate::rules::pilot::{Deciding, deciding};
use crate::rules::{Case, DecisionInputs, FailedScript, State, decide};
use crate::storage::error::StorageError;

/// Progress of making the decisions again.
pub(super) struct Reperformed {
    programmes: Programmes,
    codes: super::codes::CodeIndex,
    targeting: super::targeting::TargetingCheck,
    pub index: Index,
    pub findings: Findings,
    /// Chain hash of the entry before, which seeds draws.
    pub before: Hash,
    /// Entries decided again.
    pub count: u64,
    /// Entries decided by a programme of another engine.
    pub foreign: u64,
}

impl Reperformed {
    pub fn new(index: Index) -> Reperformed {
        Reperformed {
            programmes: Programmes::default(),
            codes: super::codes::CodeIndex::default(),
            targeting: super::targeting::TargetingCheck::default(),
            index,
            findings: Findings::default(),
            before: Hash::ZERO,
            count: 0,
            foreign: 0,
        }
    }

    /// Decides an entry again. The state is the one before it.
    pub fn entry(
        &mut self,
        state: &mut State,
        unused: &UnusedState,
        entry: &Entry,
        place: JournalPlace,
    ) -> Result<(), StorageError> {
        let found = match &entry.act {
            Act::Genesis(_)
            | Act::KeyRotated { .. }
            | Act::Restored { .. }
            | Act::Recovered { .. }
            | Act::ClockCorrected { .. }
            | Act::PolicyScheduled(_)
            | Act::ScheduleCancelled { .. }
            | Act::StoriesKept { .. } => without_effects(entry),
            Act::PolicyActivated(activation) => {
                without_effects(entry).and_then(|()| self.activate(activation, state))
            }
            _ => self.again(state, unused, entry)?,
        };
        self.codes.note(entry);
        if let Err(what) = found {
            self.findings
                .at(DeviationKind::Redecided, entry.seq, place, what);
        }
        Ok(())
    }

    /// Compiles a programme with the names as of its activation.
    fn activate(&mut self, activation: &Activation, state: &State) -> Result<(), String> {
        let number = activation.number;
        if activation.engine != engine() {
            let (was, is) = (&activation.engine, engine());
            self.findings.doubt(format!(
                "activation {number} was decided by another engine (script {}, host {}, rules {}; \
                 this program has script {}, host {}, rules {})",
                was.script, was.host, was.rules, is.script, is.host, is.rules
            ));
            return Ok(());
        }
        let before = &state.global.names;
        let mut names = before.clone();
        let bundle = Bundle::recorded(&activation.files);
        if zone_name(&bundle).is_ok_and(|name| name != activation.zone.name) {
            return Err("its zone is not the one that its programme names".into());
        }
        let made = compile(&bundle, &mut names, activation.zone.clone()).map_err(|found| {
            format!(
                "its programme does not compile: {}",
                found.first().map_or("", |f| &f.message)
            )
        })?;
        let is_same = names.since(before.count()) == activation.names
            && made.facts() == activation.facts
            && made.facts_review() == activation.facts_review;
        self.programmes.put(number, made);
        match is_same {
            true => Ok(()),
            false => Err("its names or facts are not those of its programme".into()),
        }
    }

    fn again(
        &mut self,
        state: &mut State,
        unused: &UnusedState,
        entry: &Entry,
    ) -> Result<Result<(), String>, StorageError> {
        let Some(policy) = self.programmes.policy(entry.head.bundle) else {
            self.foreign += 1;
            return Ok(Ok(()));
        };
        let act = match &entry.act {
            Act::Refused(refused) => &*refused.act,
            act => act,
        };
        unused.load_housemates(state, entry)?;
        let related = self.related(state, unused, act)?;
        self.count += 1;
        let member = entry.member().filter(|id| !is_chosen(state, entry, *id));
        let targets = targets(entry, member);
        let order = self
            .targeting
            .check((state, unused), &*policy, entry, &targets)?;
        let (key, day) = (&entry.head.key, entry.head.day);
        let kept = super::codes::RecordedCodes(entry);
        let inputs = DecisionInputs {
            draw: Some(draw_seed(&self.before, key, member, day)),
            targets: &targets,
            other: other_of(entry, act),
            codes: Some(&kept),
            counted: self.counted(entry)?,
            ..related.inputs()
        };
        let case = Case {
            state,
            policies: &self.programmes,
            policy,
            head: entry.head.clone(),
            member,
            inputs,
            steps: Steps::default(),
            failed: FailedScript::default(),
        };
        if let Err(what) = programme_again(&case, act, entry) {
            return Ok(Err(what));
        }
        Ok(match &entry.act {
            Act::Refused(refused) => match refused_again(&case, act, &refused.refusal, entry) {
                Err(what) if has_birthdays(case.policy.facts()) => {
                    // Only the vault knows the birthday on which the decision may
                    // depend.
                    self.findings.doubt(format!("entry {}: {what}", entry.seq));
                    Ok(())
                }
                found => found,
            },
            _ => decided_again(&case, entry)
                .and_then(|()| facts_again(&case, entry))
                .and(order),
        })
    }

    /// Loads the entries that a decision looks up.
    fn related(
        &mut self,
        state: &mut State,
        unused: &UnusedState,
        act: &Act,
    ) -> Result<Related, StorageError> {
        let named = self.named(state, unused, act)?;
        let claim = self.claim(state, unused, named.as_ref())?;
        let vouchers = self.codes.vouchers(state, unused, &mut self.index, act)?;
        let mut held = Vec::new();
        if let Act::Purchase(purchase) = act {
            for of in purchase.tenders.iter().filter_map(|t| t.kind.hold()) {
                held.extend(self.index.entry(of)?);
            }
        }
        let (bought, rewarded) = self.referral_reward(state, unused, act, named.as_ref())?;
        let since = self.since(state, unused, named.as_ref(), claim.as_ref(), act)?;
        Ok(Related {
            named,
            claim,
            vouchers,
            held,
            bought,
            rewarded,
            since,
        })
    }

    /// Loads the entry that a return or void refers to, and its aftermath.
    fn named(
        &mut self,
        state: &mut State,
        unused: &UnusedState,
        act: &Act,
    ) -> Result<Option<Entry>, StorageError> {
        if let Act::Enrolled(Enrolled {
            referrer: Some(referrer),
            ..
        }) = act
        {
            self.load_referrers(state, unused, *referrer)?;
        }
        let Some(of) = act.named() else {
            return Ok(None);
        };
        let named = self.index.entry(of)?.filter(|_| of < state.global.next_seq);
        if let Some(named) = &named {
            if let Act::Return { of, .. } = &named.act {
                unused.load_aftermath(state, *of)?;
            }
            if let Some(id) = named.member() {
                super::codes::resolved(state, unused, id)?;
            }
            for touched in &named.touched {
                unused.load_member(state, touched.member)?;
            }
        }
        Ok(named)
    }

    fn load_referrers(
        &self,
        state: &mut State,
        unused: &UnusedState,
        from: MemberId,
    ) -> Result<(), StorageError> {
        let mut known = 0;
        loop {
            let chain = referral::chain(state, from);
            if chain.len() == known {
                return Ok(());
            }
            known = chain.len();
            for id in chain {
                unused.load_member(state, id)?;
            }
        }
    }

    /// Loads the purchase and its effects on the referrer, if an entry reverses them.
    fn referral_reward(
        &mut self,
        state: &mut State,
        unused: &UnusedState,
        act: &Act,
        named: Option<&Entry>,
    ) -> Result<(Option<Entry>, Option<Entry>), StorageError> {
        let (Act::Followed { campaign, .. }, Some(named)) = (act, named) else {
            return Ok((None, None));
        };
        let Some(of) = bought_of(named) else {
            return Ok((None, None));
        };
        unused.load_aftermath(state, of)?;
        let bought = self.index.entry(of)?;
        let all = followed(of, |seq| match seq < named.seq {
            true => self.index.entry(seq),
            false => Ok(None),
        })?;
        let is_it =
            |e: &Entry| matches!(e.act, Act::Followed { campaign: c, .. } if c == *campaign);
        Ok((bought, all.into_iter().find(is_it)))
    }

    /// Loads the entry that counted an activity's value before, as a refusal
    /// states, if any.
    fn counted(&mut self, entry: &Entry) -> Result<Option<u64>, StorageError> {
        let Act::Refused(refused) = &entry.act else {
            return Ok(None);
        };
        let said = refused
            .refusal
            .available
            .and_then(|n| u64::try_from(n).ok());
        let is_of_that = refused.refusal.code == Code::AlreadyCounted;
        let Some(seq) = said.filter(|seq| is_of_that && *seq < entry.seq) else {
            return Ok(None);
        };
        let hash = once_hash(entry.member(), &refused.act);
        let before = self.index.entry(seq)?;
        let is_same = |e: &Entry| hash.is_some() && once_hash(e.member(), &e.act) == hash;
        Ok(before.filter(is_same).map(|e| e.seq))
    }

    /// Loads the entry that claimed a purchase before, if any.
    fn claim(
        &mut self,
        state: &mut State,
        unused: &UnusedState,
        named: Option<&Entry>,
    ) -> Result<Option<Entry>, StorageError> {
        let of = named.map_or(u64::MAX, |entry| entry.seq);
        let after = state.aftermath.get(&of);
        let Some(seq) = after.and_then(|after| after.claimed) else {
            return Ok(None);
        };
        let claim = self.index.entry(seq)?;
        if let Some(id) = claim.as_ref().and_then(Entry::member) {
            unused.load_member(state, id)?;
        }
        Ok(claim)
    }

    fn since(
        &mut self,
        state: &mut State,
        unused: &UnusedState,
        named: Option<&Entry>,
        claim: Option<&Entry>,
        act: &Act,
    ) -> Result<Since, StorageError> {
        if let (Act::Unmerged { .. }, Some(merge)) = (act, named) {
            let into = merge.touched.get(1).map(|t| t.member);
            let later = self.later_of(state, unused, into, merge.seq)?;
            return Ok(parted_inputs(merge, &later));
        }
        let looks_back = matches!(act, Act::Return { .. } | Act::Reversal { .. });
        let Some(named) = named.filter(|_| looks_back) else {
            return Ok(Since::default());
        };
        let gave = claim.unwrap_or(named);
        let later = self.later_of(state, unused, gave.member(), gave.seq)?;
        let closed = terms_taken(named, |seq| self.index.entry(seq))?;
        Ok(named_inputs(named, gave.seq, &later, closed))
    }

    /// Entries of a member after a given one, merges followed.
    fn later_of(
        &mut self,
        state: &mut State,
        unused: &UnusedState,
        id: Option<MemberId>,
        seq: u64,
    ) -> Result<Vec<Entry>, StorageError> {
        let Some(id) = id else {
            return Ok(Vec::new());
        };
        let mut history = |id, seq| self.index.since((state, unused), id, seq);
        later_of(id, seq, &mut history)
    }
}

/// Entries that a decision looks up, and what it needs of them.
struct Related {
    named: Option<Entry>,
    claim: Option<Entry>,
    vouchers: Vec<VoucherFound>,
    held: Vec<Entry>,
    bought: Option<Entry>,
    rewarded: Option<Entry>,
    since: Since,
}

impl Related {
    fn inputs(&self) -> DecisionInputs<'_> {
        DecisionInputs {
            vouchers: &self.vouchers,
            held: &self.held,
            claim: self.claim.as_ref(),
            bought: self.bought.as_ref(),
            thanked: self.rewarded.as_ref(),
            ..self.since.inputs(self.named.as_ref())
        }
    }
}

/// Checks that a system entry has no effects.
fn without_effects(entry: &Entry) -> Result<(), String> {
    match entry.effects.is_empty() && entry.touched.is_empty() {
        true => Ok(()),
        false => Err(format!(
            "{} has effects that nothing decided",
            entry.act.kind()
        )),
    }
}

/// Checks that an entry was decided by the programme that decides there.
fn programme_again(case: &Case, act: &Act, entry: &Entry) -> Result<(), String> {
    let by = Deciding {
        origin: &case.head.origin,
        member: case.member,
        act: Some(act),
        named: case.inputs.named,
    };
    let (said, number) = (entry.head.bundle, deciding(case.state, case.policies, &by));
    match number == said {
        true => Ok(()),
        false => Err(format!(
            "it was decided by programme {said}, where programme {number} decides"
        )),
    }
}

fn decided_again(case: &Case, entry: &Entry) -> Result<(), String> {
    let fired: Vec<Number> = entry.effects.iter().filter_map(fired).collect();
    let inputs = DecisionInputs {
        given: Some((&entry.given, &entry.given_review)),
        // Only the vault knows whether a birthday had come.
        birthday_fired: Some(&fired),
        ..case.inputs
    };
    let case = Case {
        inputs,
        steps: Steps::default(),
        ..case.clone()
    };
    let draft = decide(&case, entry.act.clone()).map_err(|refusal| {
        format!(
            "decided again it is refused: {} ({})",
            refusal.detail,
            refusal.code.as_str()
        )
    })?;
    differences(draft, &entry.to_draft())
}

/// True if the first member of an entry was chosen by it, rather than having
/// asked for it.
fn is_chosen(state: &State, entry: &Entry, id: MemberId) -> bool {
    match &entry.act {
        Act::TermsAnnounced(_) | Act::AnnouncementWithdrawn { .. } => true,
        Act::CampaignTargeted { campaign, .. } => {
            let member = state.members.get(&id);
            member.is_none_or(|m| !m.targeted.contains(&(*campaign, false)))
        }
        _ => false,
    }
}

/// The second member that an act itself names.
fn other_of(entry: &Entry, act: &Act) -> Option<MemberId> {
    // In a refused act both may be the same member, who is touched once.
    let is_one = matches!(entry.act, Act::Refused(_))
        && !matches!(
            act,
            Act::Transfer { token: Some(_), .. }
                | Act::VoucherClaimed { .. }
                | Act::TransferClaimed { .. }
        );
    let first = entry.touched.first().filter(|_| is_one);
    let second = entry.touched.get(1).or(first);
    let second = second.filter(|_| act.is_between_members());
    second.map(|t| t.member)
}

/// The members that an entry chose.
fn targets(entry: &Entry, asked: Option<MemberId>) -> Vec<(MemberId, bool)> {
    if entry.act.announced().is_some() {
        return entry.touched.iter().map(|t| (t.member, false)).collect();
    }
    let target = |effect: &Effect| match effect {
        Effect::Targeted {
            who, is_held_out, ..
        } => {
            let touched = entry.touched.get(usize::from(*who))?;
            (Some(touched.member) != asked).then_some((touched.member, *is_held_out))
        }
        _ => None,
    };
    entry.effects.iter().filter_map(target).collect()
}

fn fired(effect: &Effect) -> Option<Number> {
    match effect {
        Effect::Fired { campaign, .. } => Some(*campaign),
        _ => None,
    }
}

/// First difference between the two decisions.
fn differences(mut again: Draft, entry: &Draft) -> Result<(), String> {
    if again == *entry {
        return Ok(());
    }
    same_effects(&again.effects, &entry.effects)?;
    again.effects.clone_from(&entry.effects);
    match again == *entry {
        true => Ok(()),
        false => Err("decided again it has another act, member or facts".into()),
    }
}

fn same_effects(again: &[Effect], then: &[Effect]) -> Result<(), String> {
    let is_same = |n: &usize| match (again.get(*n), then.get(*n)) {
        (Some(again), Some(then)) => again.says_as_much_as(then),
        _ => false,
    };
    let Some(n) = (0..again.len().max(then.len())).find(|n| !is_same(n)) else {
        return Ok(());
    };
    let said = |effect: Option<&Effect>| effect.map_or("nothing".into(), |e| format!("{e:?}"));
    Err(format!(
        "decided again, its effect {} is {}; it says {}",
        n + 1,
        said(again.get(n)),
        said(then.get(n))
    ))
}

fn refused_again(case: &Case, act: &Act, refusal: &Refusal, entry: &Entry) -> Result<(), String> {
    let counted = terminal(case.state, &case.head.origin);
    match decide(case, act.clone()) {
        Err(again) if again.says_as_much_as(refusal) => {
            let counted: Vec<Effect> = counted.chain(case.failed.counted(&again)).collect();
            same_effects(&counted, &entry.effects)
        }
        Err(again) => Err(format!(
            "decided again it is refused otherwise: {} ({})",
            again.detail,
            again.code.as_str()
        )),
        Ok(_) => Err("decided again it is not refused".into()),
    }
}

/// Computes the facts again from the state before the entry, and compares them.
fn facts_again(case: &Case, entry: &Entry) -> Result<(), String> {
    let policy = &*case.policy;
    let new;
    let member = match (&entry.act, entry.member()) {
        (Act::Enrolled(enrolled), Some(id)) => {
            new = newcomer(id, entry.head.day, enrolled);
            &new
        }
        (_, Some(_)) => match case.member() {
            Some(member) => member,
            None => return Ok(()),
        },
        (_, None) => return Ok(()),
    };
    let facts = case.reader(member);
    if has_hook_facts(entry) {
        same(policy.facts(), &facts.read(policy.facts()), &entry.given)?;
    }
    if let (Act::Claim { .. }, Some(named)) = (&entry.act, case.inputs.named) {
        claim_again(case, facts, named, entry)?;
    }
    if let (Act::Due { day }, false) = (&entry.act, entry.given.is_empty()) {
        let again = trigger::facts_again(case, member, *day, &entry.effects);
        same(policy.facts(), &again, &entry.given)?;
    }
    let (day, pending): (_, &[Effect]) = match &entry.act {
        Act::Due { day } => (day.plus_days(-1), &[]),
        act if is_balance(act) => (tier::booking_day(case), &entry.effects),
        _ => (case.day(), &entry.effects),
    };
    let is_judged = match &entry.act {
        Act::Purchase(_) | Act::Activity { .. } => policy.tiers().is_some(),
        act if is_balance(act) => policy.tiers().is_some(),
        _ => !entry.given_review.is_empty(),
    };
    let facts = Facts {
        day,
        pending,
        ..facts
    };
    match is_judged {
        true => same(
            policy.facts_review(),
            &facts.read(policy.facts_review()),
            &entry.given_review,
        ),
        false => Ok(()),
    }
}

/// True if an entry was decided by hooks, from facts.
fn has_hook_facts(entry: &Entry) -> bool {
    match entry.act {
        Act::Purchase(_)
        | Act::Redemption { .. }
        | Act::Hold { .. }
        | Act::RewardHeld { .. }
        | Act::ReturnedWithoutSlip { .. }
        | Act::Enrolled(_)
        | Act::Activity { .. } => true,
        Act::Return { .. } => !entry.given.is_empty(),
        _ => false,
    }
}

/// True for acts that bring or correct a balance, after which the tier is judged.
fn is_balance(act: &Act) -> bool {
    matches!(
        act,
        Act::Imported {
            opening: Some(_),
            ..
        } | Act::BalanceOpened { .. }
            | Act::Adjustment(_)
    )
}

/// Decides a claim again, by the programme of the purchase.
fn claim_again(case: &Case, facts: Facts, named: &Entry, entry: &Entry) -> Result<(), String> {
    let then = case.policies.policy(named.head.bundle);
    let then = then.unwrap_or_else(|| std::sync::Arc::clone(&case.policy));
    let facts = Facts {
        policy: &*then,
        ..facts
    };
    same(then.facts(), &facts.read(then.facts()), &entry.given)
}

fn same(facts: &[Fact], again: &Given, said: &Given) -> Result<(), String> {
    if said.len() != facts.len() {
        return Err(format!(
            "it was decided from {} facts, not {}",
            said.len(),
            facts.len()
        ));
    }
    let mut all = facts.iter().zip(again.iter().zip(said));
    let is_wrong = |fact: &Fact, again: &Value, said: &Value| match is_birthday(fact) {
        true => !is_possible(fact, said),
        false => again != said,
    };
    match all.find(|(fact, (again, said))| is_wrong(fact, again, said)) {
        Some((fact, (_, said))) if is_birthday(fact) => {
            Err(format!("the fact {fact:?} cannot be {said:?}"))
        }
        Some((fact, (again, said))) => Err(format!(
            "the fact {fact:?} was {again:?}, it was decided from {said:?}"
        )),
        None => Ok(()),
    }
}

/// True for sealed facts, birthdays and attributes: only the vault opens them.
fn is_birthday(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::BirthdayToday | Fact::BirthdayThisMonth | Fact::Attribute(_)
    )
}

/// True if a sealed fact has a possible value: yes, no or unknown; for an
/// attribute a text or unknown.
fn is_possible(fact: &Fact, said: &Value) -> bool {
    match fact {
        Fact::Attribute(_) => matches!(said, Value::Unit | Value::Text(_)),
        _ => matches!(said, Value::Unit | Value::Bool(_)),
    }
}

fn has_birthdays(facts: &[Fact]) -> bool {
    facts.iter().any(is_birthday)
}
