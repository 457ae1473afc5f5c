//! Comparison of a line's actual outcome with the expected one.

use super::check::View;
use super::finding::{Mismatch, StoryResult};
use super::items::{Teller, open_checks};
use super::outcome::{Check, Item, LineOutcome, MemberOutcome};
use super::run::{Did, Runner};
use super::words::error;
use super::{Asked, Step};
use crate::answer::Answer;
use crate::command::{TenderGiven, Verb};
use crate::engine::Error;
use crate::model::{Code, Effect, Instant, Points, Policy};
use std::sync::Arc;

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
        if did.wrong.is_none() && expected.is_some_and(|e| e.outcome.is_like(&happened)) {
            return Ok(());
        }
        let is_failure = is_failure(did);
        let message = match (&did.wrong, expected) {
            (Some(wrong), _) => wrong.clone(),
            (None, Some(_)) => "it came out differently".into(),
            (None, None) if is_failure => "a script failed; `policy test --fill` leaves the \
                 line open: mend it, or write that it is to fail"
                .into(),
            (None, None) => {
                "nothing is said of what must come of it; `policy test --fill` writes it".into()
            }
        };
        let place = (step.line, expected.map_or(0, |e| e.column));
        told.findings.push(Mismatch {
            diagnostic: error(&self.story.file, place, message).help(remedy(step, did)),
            expected: expected.map_or_else(String::new, |e| e.outcome.to_string()),
            happened: match did.wrong {
                Some(_) => String::new(),
                None => happened.to_string(),
            },
            is_failure,
            because: because(did),
        });
        Ok(())
    }

    /// Actual outcome, in the order and with the checks of the expected one; of an open line,
    /// all that can be told.
    fn happened(&mut self, step: &Step, did: &Did) -> Result<LineOutcome, Error> {
        let policy = Arc::clone(self.ledger.policy()?);
        let names = self.ledger.global().names.clone();
        let teller = Teller {
            programme: policy.programme(),
            names: &names,
        };
        let is_open = step.expected.is_none();
        let is_shown = |item: &Item, part: &MemberOutcome| {
            let is_named = matches!(item, Item::Moved(moved) if part.names(&moved.unit));
            is_open || is_named || !teller.is_quiet(item)
        };
        let wanted = match &step.expected {
            Some(expected) => expected.outcome.parts.clone(),
            None => self.open_parts(step, did),
        };
        let mut told = self.items(step, did, &teller);
        let mut parts = Vec::new();
        for (n, part) in wanted.iter().enumerate() {
            let name = part.member.as_ref().or(step.member.as_ref());
            let own = told.iter_mut().find(|told| told.0.as_ref() == name);
            let own = own.map(|told| std::mem::take(&mut told.1));
            let own = own.unwrap_or_default().into_iter();
            let own = own.filter(|item| is_shown(item, part));
            parts.push(MemberOutcome {
                member: part.member.clone(),
                items: answered(did)
                    .filter(|_| n == 0)
                    .into_iter()
                    .chain(own)
                    .collect(),
                checks: self.checks(&part.checks, name, step.at, did)?,
            });
        }
        let unnamed = MemberOutcome::default();
        let rest = told.into_iter().map(|(member, items)| MemberOutcome {
            member: member.filter(|name| Some(name) != step.member.as_ref()),
            items: items
                .into_iter()
                .filter(|item| is_shown(item, &unnamed))
                .collect(),
            checks: Vec::new(),
        });
        let mut rest: Vec<MemberOutcome> = match is_open {
            true => parts.drain(..).chain(rest).collect(),
            false => rest.collect(),
        };
        rest.retain(|part| !part.items.is_empty() || !part.checks.is_empty());
        rest.sort_by(|a, b| a.member.cmp(&b.member));
        parts.extend(rest);
        Ok(LineOutcome { parts })
    }

    /// Parts of an open line with everything that a check can state of it: the answer, tiers
    /// and labels that changed, messages, money.
    fn open_parts(&self, step: &Step, did: &Did) -> Vec<MemberOutcome> {
        let names = &self.ledger.global().names;
        let of = |whose| open_checks(&did.entries, names, whose);
        let mut own = MemberOutcome::default();
        let mut others = Vec::new();
        for (name, id) in &self.members {
            let checks = of(Some(*id));
            if Some(name) == step.member.as_ref() {
                own.checks = checks;
            } else if !checks.is_empty() {
                others.push(MemberOutcome {
                    member: Some(name.clone()),
                    checks,
                    ..MemberOutcome::default()
                });
            }
        }
        if let Some(Answer::Accepted(done)) = &did.answer {
            let stated = [
                ("warns", !done.warnings.is_empty()),
                ("gives", done.give_back.is_some()),
                ("collects", done.collect.is_some()),
            ];
            let stated = stated.into_iter().filter(|(_, is_there)| *is_there);
            own.checks
                .extend(stated.map(|(word, _)| Check::open(word, "")));
        }
        own.checks.extend(of(None));
        [own].into_iter().chain(others).collect()
    }

    /// The checks with their actual values, about a member if they are about any.
    pub(super) fn checks(
        &mut self,
        checks: &[Check],
        name: Option<&String>,
        at: Instant,
        did: &Did,
    ) -> Result<Vec<Check>, Error> {
        let policy = Arc::clone(self.ledger.policy()?);
        let member = match name.and_then(|name| self.members.get(name)) {
            Some(id) => self.ledger.member(*id)?.cloned(),
            None => None,
        };
        let view = View {
            global: self.ledger.global(),
            policy: &*policy,
            member: member.as_ref(),
            did,
            at,
        };
        Ok(checks.iter().map(|check| view.answer_to(check)).collect())
    }

    /// Items of the entries, by name.
    fn items(&self, step: &Step, did: &Did, teller: &Teller) -> Vec<(Option<String>, Vec<Item>)> {
        let released = |lot| {
            let pending = did.pending.iter().find(|l| l.0 == lot);
            pending.map_or(Points::ZERO, |l| l.1)
        };
        let told = teller.tell(&did.entries, released).into_iter();
        let named = told.map(|(id, items)| {
            let known = self.members.iter().find(|member| *member.1 == id);
            let name = known.map(|member| member.0).or(step.member.as_ref());
            (name.cloned(), items)
        });
        named.collect()
    }
}

/// Item of the answer itself, before any effect.
fn answered(did: &Did) -> Option<Item> {
    match &did.answer {
        Some(Answer::Refused(denied)) => Some(Item::Said(format!("refused {}", denied.code))),
        Some(Answer::Accepted(done)) if done.repeated => Some(Item::Said("repeated".into())),
        _ => None,
    }
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

/// Remedy for a bill of which a reward, a voucher or points pay a part, and nothing is
/// said of the rest; empty if it is none.
fn remedy(step: &Step, did: &Did) -> String {
    let (Asked::Command(request) | Asked::Quote(request)) = &step.asked else {
        return String::new();
    };
    let (Verb::Purchase(sale), Some(Answer::Refused(denied))) = (&request.verb, &did.answer) else {
        return String::new();
    };
    let is_open = |t: &TenderGiven| t.amount.is_none() && t.means.is_own();
    let quantity = denied.quantity.as_ref();
    let rest = quantity
        .filter(|_| denied.code == Code::DoesNotAddUp.as_str() && sale.tenders.iter().any(is_open));
    let told = rest.and_then(|rest| Some((rest.missing.to_string(), rest.available.as_ref()?)));
    match (told, sale.tenders.len()) {
        (Some((rest, paid)), 1) if !rest.starts_with('-') => format!(
            "add `pays cash {rest}`, or write `worth {paid}` behind what pays, and the rest is cash"
        ),
        (Some((rest, _)), _) if !rest.starts_with('-') => format!("add `pays cash {rest}`"),
        _ => String::new(),
    }
}

/// The ledger's text for a refusal, and those of scripts that failed.
fn because(did: &Did) -> String {
    let mut said: Vec<String> = Vec::new();
    if let Some(Answer::Refused(denied)) = &did.answer {
        said.push(denied.message.clone());
    }
    for effect in did.entries.iter().flat_map(|entry| &entry.effects) {
        if let Effect::Failed { failure: f, .. } = effect {
            said.push(format!("{}:{}:{}: {}", f.file, f.line, f.column, f.message));
        }
    }
    said.join("; ")
}
