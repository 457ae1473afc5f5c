//! Runs a story against a ledger of its own, and compares.

use super::ask::alias;
use super::check::View;
use super::happened::{ByMember, Teller, discounts};
use super::outcome::{Item, Outcome, Part};
use super::words::error;
use super::{Asked, Expected, Holding, Scene, Step, Story};
use crate::ledger::wire::{Adjust, Alias, Answer, Enrol, Request, Source, Verb, Who};
use crate::ledger::{Error, Folders, Ledger, Options};
use crate::model::{Effect, Entry, Instant, Key, MemberId, Points, Policy};
use crate::policy::{Bundle, Diagnostic};
use crate::store::clock::SteppingClock;
use crate::store::entropy::Entropy;
use crate::store::error::Trouble;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use tempfile::TempDir;

/// The book of a story is small.
const CACHE_BYTES: u64 = 1 << 20;

/// Where to find the programmes that a story activates, by name.
pub type Beside<'a> = &'a dyn Fn(&str) -> Result<Bundle, String>;

/// What came of a story.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Told {
    /// How many of its lines did something.
    pub steps: usize,
    /// Lines that came out differently.
    pub findings: Vec<Finding>,
    /// What came of the lines that expect nothing: the line, from 1, and what
    /// could stand behind its arrows.
    pub unexpected: Vec<(usize, Vec<String>)>,
}

/// A line that came out differently.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// The place.
    pub diagnostic: Diagnostic,
    /// What the story says; empty if it says nothing.
    pub expected: String,
    /// What happened.
    pub happened: String,
    /// The ledger's own words, where it gave any.
    pub because: String,
}

impl Finding {
    /// The finding with its line, a caret, and both sides.
    pub fn render(&self, source: &str) -> String {
        let mut text = self.diagnostic.render(source);
        for (name, value) in [
            ("expected", &self.expected),
            ("happened", &self.happened),
            ("because", &self.because),
        ] {
            if !value.is_empty() {
                text.push_str(&format!("  {name}: {value}\n"));
            }
        }
        text
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.diagnostic.fmt(f)
    }
}

/// Runs a story under a programme, in a folder that is gone afterwards.
///
/// # Errors
/// Trouble with the disk, or a programme that does not compile. What comes out
/// differently is no error but a finding.
pub fn run(story: &Story, bundle: &Bundle, beside: Beside) -> Result<Told, Error> {
    let folder =
        tempfile::tempdir().map_err(|e| Trouble::io("create", &std::env::temp_dir(), e))?;
    let mut runner = Runner::new(story, bundle, beside, folder)?;
    let mut told = Told {
        steps: story.steps.len(),
        ..Told::default()
    };
    for step in &story.steps {
        runner.step(step, &mut told)?;
    }
    Ok(told)
}

struct Runner<'s> {
    story: &'s Story,
    beside: Beside<'s>,
    ledger: Ledger,
    clock: Arc<SteppingClock>,
    members: BTreeMap<String, MemberId>,
    _folder: TempDir,
}

/// What one line did.
struct Did {
    entries: Vec<Entry>,
    answer: Option<Answer>,
    /// Something that the story itself got wrong.
    wrong: Option<String>,
}

impl<'s> Runner<'s> {
    fn new(
        story: &'s Story,
        bundle: &Bundle,
        beside: Beside<'s>,
        folder: TempDir,
    ) -> Result<Runner<'s>, Error> {
        let start = story
            .steps
            .first()
            .map_or(Instant(0), |step| step.at.after(-1));
        let clock = Arc::new(SteppingClock::new(start.0, 0));
        let options = Options {
            clock: Arc::clone(&clock) as _,
            entropy: Entropy::from_seed(blake3::hash(story.file.as_bytes()).as_bytes()),
            is_clock_accepted: true,
            cache_bytes: CACHE_BYTES,
            ..Options::new("story")?
        };
        let folders = Folders {
            ledger: folder.path().join("ledger"),
            secrets: folder.path().join("secrets"),
        };
        let ledger = Ledger::create(&folders, "story.example/story", bundle, options)?;
        Ok(Runner {
            story,
            beside,
            ledger,
            clock,
            members: BTreeMap::new(),
            _folder: folder,
        })
    }

    fn step(&mut self, step: &Step, told: &mut Told) -> Result<(), Error> {
        self.clock.set(step.at.0);
        let before = self.ledger.house().next_seq;
        let (answer, wrong) = self.act(step)?;
        let mut entries = Vec::new();
        for seq in before..self.ledger.house().next_seq {
            entries.extend(self.ledger.entry(seq)?);
        }
        self.meet()?;
        let did = Did {
            entries,
            answer,
            wrong,
        };
        if matches!(step.asked, Asked::Given(_)) && did.wrong.is_none() {
            return Ok(());
        }
        self.compare(step, &did, told)
    }

    fn act(&mut self, step: &Step) -> Result<(Option<Answer>, Option<String>), Error> {
        match &step.asked {
            Asked::Command(request) if request.verb == Verb::Daily => {
                self.ledger.daily()?;
                Ok((None, None))
            }
            Asked::Command(request) => self.command(request),
            Asked::Given(scene) => Ok((None, self.set(step, scene)?)),
            Asked::Activate(name) => match (self.beside)(name) {
                Ok(bundle) => self.ledger.activate(&bundle, "").map(|_| (None, None)),
                Err(wrong) => Ok((None, Some(wrong))),
            },
        }
    }

    /// Carries out a command, after a quote of it: what a quote shows is what
    /// is booked then.
    fn command(&mut self, request: &Request) -> Result<(Option<Answer>, Option<String>), Error> {
        if let Verb::Erase { .. } = request.verb {
            return Ok((Some(self.ledger.erase(request)?), None));
        }
        let quoted = match &request.verb {
            Verb::Purchase(_) | Verb::Redeem { .. } | Verb::Return(_) => {
                Some(self.ledger.quote(request, None)?)
            }
            _ => None,
        };
        let answer = self.ledger.submit(request)?;
        let differs = quoted.filter(|quoted| gist(quoted) != gist(&answer));
        let wrong = differs.map(|q| format!("the quote said otherwise: {}", q.to_json()));
        Ok((Some(answer), wrong))
    }

    /// Learns the ids of members that have one by now.
    fn meet(&mut self) -> Result<(), Error> {
        for name in self
            .story
            .steps
            .iter()
            .filter_map(|step| step.member.as_ref())
        {
            let (false, Ok(who)) = (self.members.contains_key(name), alias(name)) else {
                continue;
            };
            if let Some(id) = self.ledger.resolve(&who)? {
                self.members.insert(name.clone(), id);
            }
        }
        Ok(())
    }

    fn compare(&mut self, step: &Step, did: &Did, told: &mut Told) -> Result<(), Error> {
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

    fn checks(
        &mut self,
        part: &Part,
        name: Option<&String>,
        at: Instant,
        did: &Did,
    ) -> Result<Vec<super::outcome::Check>, Error> {
        let id = name.and_then(|name| self.members.get(name)).copied();
        let policy = Arc::clone(self.ledger.policy()?);
        let member = match id {
            Some(id) => self.ledger.member(id)?,
            None => None,
        };
        let view = View {
            policy: &*policy,
            member,
            answer: did.answer.as_ref(),
            discount: discounts(&did.entries),
            at,
        };
        Ok(part
            .checks
            .iter()
            .map(|check| view.answer_to(check))
            .collect())
    }

    /// What the entries did, by name; each item says whether it is quiet.
    fn tell(&mut self, step: &Step, did: &Did) -> Vec<(Option<String>, Vec<(bool, Item)>)> {
        let Ok(policy) = self.ledger.policy().cloned() else {
            return Vec::new();
        };
        let names = self.ledger.house().names.clone();
        let teller = Teller::new(policy.programme(), &names);
        let lots = self.lots_of(&did.entries);
        let released = |_: MemberId, effect: &Effect| match effect {
            Effect::Released { lot, .. } => lots.iter().find(|l| l.0 == *lot).map_or(0, |l| l.1),
            _ => 0,
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

    /// What is in the lots of the members that entries touched.
    fn lots_of(&mut self, entries: &[Entry]) -> Vec<(crate::model::LotId, i64)> {
        let ids: Vec<MemberId> = entries
            .iter()
            .flat_map(|e| &e.touched)
            .map(|t| t.member)
            .collect();
        let mut lots = Vec::new();
        for id in ids {
            if let Ok(Some(member)) = self.ledger.member(id) {
                lots.extend(member.lots.iter().map(|lot| (lot.id, lot.remaining.0)));
            }
        }
        lots
    }

    /// Sets the scene: an enrolment where it is needed, and corrections. What
    /// cannot be had so is said.
    fn set(&mut self, step: &Step, scene: &Scene) -> Result<Option<String>, Error> {
        let name = step.member.clone().unwrap_or_default();
        let (Ok(who), Ok(alias)) = (alias(&name), Alias::parse(&format!("story:{name}"))) else {
            return Ok(Some(format!("'{name}' is no name")));
        };
        if self.ledger.resolve(&who)?.is_none() {
            let enrol = Enrol {
                aliases: vec![alias],
                ..Enrol::default()
            };
            if let Some(wrong) = self.do_quietly(step, 0, None, Verb::Enrol(Box::new(enrol)))? {
                return Ok(Some(wrong));
            }
        }
        for (n, holding) in scene.holdings.iter().enumerate() {
            let verb = Verb::Adjust(adjust(holding));
            if let Some(wrong) = self.do_quietly(step, n + 1, Some(who.clone()), verb)? {
                return Ok(Some(wrong));
            }
        }
        self.meet()?;
        self.check_scene(step, scene, &name)
    }

    fn do_quietly(
        &mut self,
        step: &Step,
        n: usize,
        member: Option<Who>,
        verb: Verb,
    ) -> Result<Option<String>, Error> {
        let key = Key::parse(&format!("line-{}-{n}", step.line)).map_err(Error::usage)?;
        let request = Request {
            key,
            member,
            at: None,
            source: Source::default(),
            verb,
        };
        Ok(match self.ledger.submit(&request)? {
            Answer::Accepted(_) => None,
            Answer::Refused(denied) => Some(denied.message),
        })
    }

    /// The terms of what was given are the programme's own, so what the story
    /// says of them must agree.
    fn check_scene(
        &mut self,
        step: &Step,
        scene: &Scene,
        name: &str,
    ) -> Result<Option<String>, Error> {
        use super::outcome::Check;
        let lots = scene.holdings.iter().filter(|h| h.until.is_some());
        let lots = lots.map(|h| (Check::Lots(h.unit.clone(), Vec::new()), h));
        let part = |check| Part {
            checks: vec![check],
            ..Part::default()
        };
        let nothing = Did {
            entries: Vec::new(),
            answer: None,
            wrong: None,
        };
        let name = name.to_owned();
        for (check, holding) in lots {
            let found = self.checks(&part(check), Some(&name), step.at, &nothing)?;
            let is_there = |c: &Check| matches!(c, Check::Lots(_, lots) if lots.iter().any(|l| l.1 == holding.until));
            if !found.iter().any(is_there) {
                let has = found.iter().map(Check::to_string).collect::<String>();
                return Ok(Some(format!("the programme gives them another end: {has}")));
            }
        }
        let Some(tier) = &scene.tier else {
            return Ok(None);
        };
        let wanted = Check::Tier(Some(tier.clone()));
        let found = self.checks(&part(wanted.clone()), Some(&name), step.at, &nothing)?;
        let is_so = found.first() == Some(&wanted);
        Ok((!is_so).then(|| format!("{name} does not reach {tier} so; let a purchase reach it")))
    }
}

fn adjust(holding: &Holding) -> Adjust {
    Adjust {
        unit: holding.unit.clone(),
        points: Points(holding.points),
        reason: "opening".into(),
        of: None,
        campaign: String::new(),
        approver: String::new(),
    }
}

/// What a quote and its command must have in common.
fn gist(
    answer: &Answer,
) -> (
    Vec<crate::ledger::wire::Did>,
    crate::ledger::wire::ByUnit,
    String,
) {
    match answer {
        Answer::Accepted(done) => (done.did.clone(), done.after.clone(), String::new()),
        Answer::Refused(denied) => (Vec::new(), Default::default(), denied.code.clone()),
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
