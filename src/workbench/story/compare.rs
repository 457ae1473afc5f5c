//! What a line came to, beside what it was to come to.

use super::check::View;
use super::finding::{Finding, Told};
use super::happened::{ByMember, Teller, discounts};
use super::outcome::{Check, Item, Outcome, Part};
use super::run::{Did, Runner};
use super::words::error;
use super::{Expected, Step};
use crate::answer::Answer;
use crate::engine::Error;
use crate::model::{Effect, Instant, MemberId, Points, Policy};
use std::sync::Arc;

/// What was done for one member: the name, and each item with whether it is quiet.
type Named = (Option<String>, Vec<(bool, Item)>);

impl Runner<'_> {
    /// Compares what a line did with what it was to do.
    pub(super) fn compare(&mut self, step: &Step, did: &Did, told: &mut Told) -> Result<(), Error> {
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
            let shown = happened.parts.iter().map(Part::to_string).collect();
            told.unexpected.push((step.line, shown));
        }
        told.findings.push(self.finding(step, did, &happened));
        Ok(())
    }

    fn finding(&self, step: &Step, did: &Did, happened: &Outcome) -> Finding {
        let message = match (&did.wrong, &step.expected) {
            (Some(wrong), _) => wrong.clone(),
            (None, Some(_)) => "it came out differently".into(),
            (None, None) => {
                "nothing is said of what must come of it; `policy test --fill` writes it".into()
            }
        };
        let column = step.expected.as_ref().map_or(0, |e| e.column);
        let is_told = did.wrong.is_none();
        Finding {
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

    /// What happened, in the order and with the checks of what is expected.
    fn happened(&mut self, step: &Step, did: &Did) -> Result<Outcome, Error> {
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
            parts.push(Part {
                member: part.member.clone(),
                items,
                checks,
            });
        }
        let mut rest: Vec<Part> = told
            .into_iter()
            .map(|(member, items)| loud(member, items, step))
            .collect();
        if wanted.is_empty() {
            let own = answered(did).map(|(_, item)| item).collect();
            let at = rest.iter().position(|part| part.member.is_none());
            match at {
                Some(at) => rest[at].items.splice(0..0, own).for_each(drop),
                None => rest.insert(
                    0,
                    Part {
                        items: own,
                        ..Part::default()
                    },
                ),
            }
        }
        rest.retain(|part| !part.items.is_empty());
        rest.sort_by(|a, b| a.member.cmp(&b.member));
        parts.extend(rest);
        Ok(Outcome { parts })
    }

    pub(super) fn checks(
        &mut self,
        part: &Part,
        name: Option<&String>,
        at: Instant,
        did: &Did,
    ) -> Result<Vec<Check>, Error> {
        let id = name.and_then(|name| self.members.get(name)).copied();
        let policy = Arc::clone(self.ledger.policy()?);
        let states = self.ledger.house().campaigns.clone();
        let house = self.ledger.house().clone();
        let member = match id {
            Some(id) => self.ledger.member(id)?,
            None => None,
        };
        let view = View {
            house: &house,
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

    /// What the entries did, by name; each item says whether it is quiet.
    fn tell(&mut self, step: &Step, did: &Did) -> Vec<Named> {
        let Ok(policy) = self.ledger.policy().cloned() else {
            return Vec::new();
        };
        let names = self.ledger.house().names.clone();
        let teller = Teller::new(policy.programme(), &names);
        let amount = |lot| {
            did.pending
                .iter()
                .find(|l| l.0 == lot)
                .map_or(Points::ZERO, |l| l.1)
        };
        let released = |effect: &Effect| match effect {
            Effect::Released { lot, .. } => amount(*lot),
            _ => Points::ZERO,
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

/// What the answer itself says, before any effect.
fn answered(did: &Did) -> impl Iterator<Item = (bool, Item)> + use<> {
    let item = match &did.answer {
        Some(Answer::Refused(denied)) => Some(Item::Refused(denied.code.clone())),
        Some(Answer::Accepted(done)) if done.repeated => Some(Item::Repeated),
        _ => None,
    };
    item.into_iter().map(|item| (false, item))
}

fn loud(member: Option<String>, items: Vec<(bool, Item)>, step: &Step) -> Part {
    let items = items
        .into_iter()
        .filter(|(is_quiet, _)| !is_quiet)
        .map(|(_, item)| item);
    let member = member.filter(|name| Some(name) != step.member.as_ref());
    Part {
        member,
        items: items.collect(),
        ..Part::default()
    }
}

/// The ledger's words for a refusal, and those of scripts that failed.
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
