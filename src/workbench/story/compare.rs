//! Comparison of a line's actual outcome with the expected one.

use super::check::View;
use super::finding::{Mismatch, StoryResult, Unexpected};
use super::items::{ByMember, Teller, discounts, open_checks};
use super::outcome::{Check, Item, LineOutcome, MemberOutcome};
use super::run::{Did, Runner};
use super::words::error;
use super::{Expected, Step};
use crate::answer::Answer;
use crate::engine::Error;
use crate::model::{Code, Effect, Instant, MemberId, Points, Policy};
use std::sync::Arc;

/// Items of one member: the name, and each item with whether it is quiet.
type Named = (Option<String>, Vec<(bool, Item)>);

impl Runner<'_> {
    /// Compares the actual outcome of a line with the expected one.
    pub(super) fn compare(
        &mut self,
        step: &Step,
        did: &Did,
        told: &mut StoryResult,
    ) -> Result<(), Error> {
        let expected = step.expected.as_ref();
        let happened = self.happened(step, did)?;
        let is_like = |e: &Expected| {
            let (wanted, got) = (&e.outcome.parts, &happened.parts);
            wanted.len() == got.len() && wanted.iter().zip(got).all(|(w, g)| w.is_like(g))
        };
        if expected.is_some_and(is_like) && did.wrong.is_none() {
            return Ok(());
        }
        if expected.is_none() {
            told.unexpected.push(Unexpected {
                line: step.line,
                happened: happened
                    .parts
                    .iter()
                    .map(MemberOutcome::to_string)
                    .collect(),
                is_failure: is_failure(did),
            });
        }
        told.findings.push(self.finding(step, did, &happened));
        Ok(())
    }

    fn finding(&self, step: &Step, did: &Did, happened: &LineOutcome) -> Mismatch {
        let message = match (&did.wrong, &step.expected) {
            (Some(wrong), _) => wrong.clone(),
            (None, Some(_)) => "it came out differently".into(),
            (None, None) if is_failure(did) => "a script failed; `policy test --fill` leaves the \
                 line open: mend it, or write that it is to fail"
                .into(),
            (None, None) => {
                "nothing is said of what must come of it; `policy test --fill` writes it".into()
            }
        };
        let column = step.expected.as_ref().map_or(0, |e| e.column);
        let is_told = did.wrong.is_none();
        Mismatch {
            diagnostic: error(&self.story.file, (step.line, column), message),
            expected: step
                .expected
                .as_ref()
                .map(|e| e.outcome.to_string())
                .unwrap_or_default(),
            happened: if is_told {
                happened.to_string()
            } else {
                String::new()
            },
            because: because(did),
        }
    }

    /// Actual outcome, in the order and with the checks of the expected one.
    fn happened(&mut self, step: &Step, did: &Did) -> Result<LineOutcome, Error> {
        let mut told = self.tell(step, did);
        let mut parts = Vec::new();
        let wanted = step
            .expected
            .as_ref()
            .map(|e| e.outcome.parts.as_slice())
            .unwrap_or_default();
        for (n, part) in wanted.iter().enumerate() {
            let name = part.member.as_ref().or(step.member.as_ref());
            let items = told
                .iter_mut()
                .find(|t| t.0.as_ref() == name)
                .map(|t| std::mem::take(&mut t.1));
            let mut items = items.unwrap_or_default();
            if n == 0 {
                items.splice(0..0, answered(did));
            }
            items.retain(|(is_quiet, item)| {
                !is_quiet || matches!(item, Item::Moved(m) if part.names(&m.unit))
            });
            let items = items.into_iter().map(|(_, item)| item).collect();
            let checks = self.checks(part, name, step.at, did)?;
            parts.push(MemberOutcome {
                member: part.member.clone(),
                items,
                checks,
            });
        }
        let is_open = wanted.is_empty();
        let mut rest: Vec<MemberOutcome> = told
            .into_iter()
            .map(|(member, items)| shown(member, items, step, is_open))
            .collect();
        if is_open {
            self.add_all(&mut rest, step, did)?;
        }
        rest.retain(|part| !part.items.is_empty() || !part.checks.is_empty());
        rest.sort_by(|a, b| a.member.cmp(&b.member));
        parts.extend(rest);
        Ok(LineOutcome { parts })
    }

    /// Adds to an open line's outcome everything that a check can state: the
    /// answer, tiers and labels that changed, messages, money.
    fn add_all(
        &mut self,
        parts: &mut Vec<MemberOutcome>,
        step: &Step,
        did: &Did,
    ) -> Result<(), Error> {
        let names: Vec<(Option<String>, MemberId)> = {
            let known = self.members.iter();
            let other = |name: &&String| Some(*name) != step.member.as_ref();
            known
                .map(|(name, id)| (Some(name).filter(other).cloned(), *id))
                .collect()
        };
        if !parts.iter().any(|part| part.member.is_none()) {
            parts.push(MemberOutcome::default());
        }
        let global = self.ledger.global().names.clone();
        let of_member = |id: MemberId| open_checks(&did.entries, &global, Some(id));
        for (name, id) in &names {
            let is_known = parts.iter().any(|part| part.member == *name);
            if !is_known && !of_member(*id).is_empty() {
                parts.push(MemberOutcome {
                    member: name.clone(),
                    ..MemberOutcome::default()
                });
            }
        }
        for part in parts {
            let id = names.iter().find(|(name, _)| *name == part.member);
            part.checks = id.map_or_else(Vec::new, |(_, id)| of_member(*id));
            if part.member.is_none() {
                let own = answered(did).map(|(_, item)| item);
                part.items.splice(0..0, own).for_each(drop);
                part.checks.extend(self.of_all(did));
            }
            let name = part.member.clone().or_else(|| step.member.clone());
            part.checks = self.checks(part, name.as_ref(), step.at, did)?;
        }
        Ok(())
    }

    /// Checks about effects of a line that belong to no member.
    fn of_all(&self, did: &Did) -> Vec<Check> {
        let names = &self.ledger.global().names;
        let mut checks = Vec::new();
        if let Some(Answer::Accepted(done)) = &did.answer {
            if !done.warnings.is_empty() {
                checks.push(Check::Warns(Vec::new()));
            }
            if done.give_back.is_some() {
                checks.push(Check::Gives(String::new()));
            }
            if done.collect.is_some() {
                checks.push(Check::Collects(String::new()));
            }
        }
        checks.extend(open_checks(&did.entries, names, None));
        checks
    }

    pub(super) fn checks(
        &mut self,
        part: &MemberOutcome,
        name: Option<&String>,
        at: Instant,
        did: &Did,
    ) -> Result<Vec<Check>, Error> {
        let id = name.and_then(|name| self.members.get(name)).copied();
        let policy = Arc::clone(self.ledger.policy()?);
        let states = self.ledger.global().campaigns.clone();
        let global = self.ledger.global().clone();
        let member = match id {
            Some(id) => self.ledger.member(id)?,
            None => None,
        };
        let view = View {
            global: &global,
            policy: &*policy,
            member,
            answer: did.answer.as_ref(),
            discount: discounts(&did.entries),
            entries: &did.entries,
            states: &states,
            at,
        };
        Ok(part
            .checks
            .iter()
            .map(|check| view.answer_to(check))
            .collect())
    }

    /// Items of the entries, by name, each with whether it is quiet.
    fn tell(&mut self, step: &Step, did: &Did) -> Vec<Named> {
        let Ok(policy) = self.ledger.policy().cloned() else {
            return Vec::new();
        };
        let names = self.ledger.global().names.clone();
        let teller = Teller {
            programme: policy.programme(),
            names: &names,
        };
        let released = |lot| {
            let pending = did.pending.iter().find(|l| l.0 == lot);
            pending.map_or(Points::ZERO, |l| l.1)
        };
        let told: ByMember = teller.tell(&did.entries, released);
        let named = |(id, items): (MemberId, Vec<Item>)| {
            let name = self
                .members
                .iter()
                .find(|m| *m.1 == id)
                .map(|m| m.0.clone());
            let name = name.or_else(|| step.member.clone());
            (
                name,
                items
                    .into_iter()
                    .map(|item| (teller.is_quiet(&item), item))
                    .collect(),
            )
        };
        told.into_iter().map(named).collect()
    }
}

/// Items of the answer itself, before any effect.
fn answered(did: &Did) -> impl Iterator<Item = (bool, Item)> + use<> {
    let item = match &did.answer {
        Some(Answer::Refused(denied)) => Some(Item::Refused(denied.code.clone())),
        Some(Answer::Accepted(done)) if done.repeated => Some(Item::Repeated),
        _ => None,
    };
    item.into_iter().map(|item| (false, item))
}

/// True if a script failed, or the line itself is wrong.
fn is_failure(did: &Did) -> bool {
    let is_refused = match &did.answer {
        Some(Answer::Refused(denied)) => denied.code == Code::PolicyFailed.as_str(),
        _ => false,
    };
    let mut effects = did.entries.iter().flat_map(|entry| &entry.effects);
    did.wrong.is_some() || is_refused || effects.any(|e| matches!(e, Effect::Failed { .. }))
}

/// Items shown for a member; on an open line also the quiet ones, which are
/// otherwise shown only if named.
fn shown(
    member: Option<String>,
    items: Vec<(bool, Item)>,
    step: &Step,
    is_open: bool,
) -> MemberOutcome {
    let items = items
        .into_iter()
        .filter(|(is_quiet, _)| is_open || !is_quiet)
        .map(|(_, item)| item);
    let member = member.filter(|name| Some(name) != step.member.as_ref());
    MemberOutcome {
        member,
        items: items.collect(),
        ..MemberOutcome::default()
    }
}

/// The ledger's text for a refusal, and those of scripts that failed.
fn because(did: &Did) -> String {
    let mut said: Vec<String> = Vec::new();
    if let Some(Answer::Refused(denied)) = &did.answer {
        said.push(denied.message.clone());
    }
    let failures = did
        .entries
        .iter()
        .flat_map(|e| &e.effects)
        .filter_map(|effect| match effect {
            Effect::Failed { failure: f, .. } => {
                Some(format!("{}:{}:{}: {}", f.file, f.line, f.column, f.message))
            }
            _ => None,
        });
    said.extend(failures);
    said.join("; ")
}
