//! A compiled programme, ready to run.

use super::Bundle;
use super::diagnostic::Diagnostic;
use super::failure;
use super::host::activity::ActivityView;
use super::host::days::DayView;
use super::host::facts::{Desk, MemberView, PurchaseView, RedemptionView};
use super::host::own::FiguresView;
use super::host::price;
use super::host::sandbox::{ENGINE, OPERATIONS_MAX};
use super::host::sink::{Own, Sink};
use super::line_trace::{LineTrace, Spots, TRACED, TracedScript};
use super::reach::{Reach, Reached};
use crate::model::{
    Campaign, Fact, Failure, Given, Hook, MemberId, Number, Policy, Programme, Proposal, Purpose,
    Reward, Scene, Steps, Tiers, Tunable, Value,
};
use rhai::{AST, CallFnOptions, Dynamic, FuncArgs, Scope, Variant};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Hash contexts of a campaign's orders of members.
const HOLD_OUT: &str = "stampbook 2026-11 hold-out v1";
const TARGET: &str = "stampbook 2026-11 target v1";

/// A file's functions.
pub(super) struct Script {
    pub file: String,
    pub ast: Arc<AST>,
    /// True if functions may read `global::X`, so that the top level must run first.
    pub has_constants: bool,
    pub desk: Arc<Desk>,
}

impl Script {
    /// Calls a function, whose steps are subtracted from a decision's. Errors,
    /// panics included, become a failure with a place.
    fn call(
        &self,
        name: &str,
        arguments: Arguments,
        tag: Dynamic,
        (steps, trace): (&Steps, Option<&LineTrace>),
    ) -> Result<Dynamic, Failure> {
        let options = CallFnOptions::new()
            .eval_ast(self.has_constants)
            .with_tag(tag);
        let traced = trace.and_then(|trace| trace.script(&self.file));
        let call = || {
            let mut scope = Scope::new();
            let (engine, ast) = match traced {
                Some(traced) => (&TRACED, traced.ast()),
                None => (&ENGINE, &*self.ast),
            };
            engine.call_fn_with_options::<Dynamic>(options, &mut scope, ast, name, arguments)
        };
        let budget = steps.left().min(OPERATIONS_MAX);
        let (answer, taken) = price::within(budget, || catch_unwind(AssertUnwindSafe(call)));
        steps.take(taken);
        traced.into_iter().for_each(TracedScript::collect);
        match answer {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(_)) if steps.left() == 0 => {
                Err(failure::unplaced(&self.file, &failure::together()))
            }
            Ok(Err(error)) => Err(failure::within(name, failure::explain(&self.file, *error))),
            Err(_) => Err(failure::unplaced(
                &self.file,
                "the script engine stopped unexpectedly",
            )),
        }
    }
}

/// A compiled programme. Scripts need stack: run [`Policy::run`] and
/// [`Policy::qualify`] on threads with 16 MiB.
pub struct Compiled {
    pub(super) programme: Programme,
    pub(super) units: Arc<[Arc<str>]>,
    pub(super) campaigns: Vec<Campaign>,
    pub(super) scripts: Vec<Script>,
    pub(super) tiers: Option<Tiers>,
    pub(super) qualify: Option<Script>,
    pub(super) rewards: Vec<Reward>,
    pub(super) facts: Vec<Fact>,
    pub(super) facts_review: Vec<Fact>,
    pub(super) warnings: Vec<Diagnostic>,
    pub(super) channels: Vec<Diagnostic>,
    pub(super) labels: Option<BTreeSet<String>>,
    pub(super) judged: Judged,
    pub(super) reached: Reached,
    pub(super) trace: OnceLock<LineTrace>,
}

/// Cache of tiers by the facts that they were judged by: the same facts give
/// the same tier, and most members share their figures with others. Each has
/// one slot, which the next that maps to it overwrites.
#[derive(Default)]
pub(super) struct Judged(Mutex<Vec<Option<Judgement>>>);

/// The facts, the tier, and the steps that it took to judge.
type Judgement = (Given, Number, u64);

impl Judged {
    const PLACES: usize = 4096;

    fn get_or(
        &self,
        given: &Given,
        steps: &Steps,
        judge: impl FnOnce() -> Result<Number, Failure>,
    ) -> Result<Number, Failure> {
        let mut hasher = DefaultHasher::new();
        given.hash(&mut hasher);
        let place = usize::try_from(hasher.finish() % Self::PLACES as u64).unwrap_or(0);
        let places = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = places().get(place).and_then(|known| {
            let (before, tier, taken) = known.as_ref()?;
            (before == given && *taken < steps.left()).then_some((*tier, *taken))
        });
        if let Some((tier, taken)) = known {
            // Otherwise a repeated decision could stop elsewhere.
            steps.take(taken);
            return Ok(tier);
        }
        let before = steps.left();
        let tier = judge()?;
        let taken = before - steps.left();
        let mut places = places();
        places.resize(Self::PLACES, None);
        places[place] = Some((given.clone(), tier, taken));
        Ok(tier)
    }
}

impl Compiled {
    pub(super) fn with_warnings(self, warnings: Vec<Diagnostic>) -> Compiled {
        Compiled { warnings, ..self }
    }

    /// Findings on campaigns that read the channel without declaring it: one
    /// basket may give other points on another channel.
    pub fn channels(&self) -> &[Diagnostic] {
        &self.channels
    }

    /// Warnings about code that may not mean what was intended.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// Labels that scripts put on members; None if one of them is only known once it
    /// is put on.
    pub fn labels(&self) -> Option<&BTreeSet<String>> {
        self.labels.as_ref()
    }

    /// Reach of a campaign's hook since this was compiled.
    pub fn reach(&self, campaign: usize, hook: Hook) -> Reach {
        self.reached.reach(campaign, hook)
    }

    /// Notes from now on which lines of its scripts run; `bundle` is the one that this
    /// was compiled from.
    pub fn trace_lines(&self, bundle: &Bundle) {
        self.trace.get_or_init(|| LineTrace::of(bundle));
    }

    /// Places of its scripts by file, each with whether it was reached since
    /// [`Compiled::trace_lines`]; empty without that.
    pub fn spots(&self) -> BTreeMap<String, Spots> {
        self.trace.get().map(LineTrace::spots).unwrap_or_default()
    }

    /// Values that a campaign's script may ask for besides facts.
    fn own(&self, campaign: usize, scene: &Scene) -> Own {
        let header = &self.campaigns[campaign];
        if !header.is_drawing && header.tunable.is_empty() {
            return Own::default();
        }
        let value = |tunable: &Tunable| {
            let is_it = |f: &Fact| matches!(f, Fact::Tuned { campaign, name } if *campaign == header.id && *name == tunable.name);
            let at = self.facts.iter().position(is_it);
            let exact = match at.and_then(|at| scene.given.get(at)) {
                Some(Value::Decimal(exact)) => *exact,
                _ => tunable.start,
            };
            (tunable.name.clone(), exact.to_decimal().unwrap_or_default())
        };
        Own {
            campaign: header.id.clone(),
            seed: scene.seed,
            tuned: header.tunable.iter().map(value).collect(),
            ..Own::default()
        }
    }

    /// Number of the tier whose name `qualify` returned.
    fn tier(&self, script: &Script, answer: Dynamic) -> Result<Number, Failure> {
        let wrong = |message: String| failure::unplaced(&script.file, &message);
        let (Some(tiers), Ok(name)) = (&self.tiers, answer.into_immutable_string()) else {
            return Err(wrong(
                "qualify did not answer with the name of a tier".into(),
            ));
        };
        let found = tiers.names.iter().position(|known| *known == name.as_str());
        let number = found.and_then(|i| tiers.levels.get(i).copied());
        number.ok_or_else(|| wrong(format!("qualify answered '{name}', which is no tier")))
    }
}

impl Policy for Compiled {
    fn programme(&self) -> &Programme {
        &self.programme
    }

    fn campaigns(&self) -> &[Campaign] {
        &self.campaigns
    }

    fn tiers(&self) -> Option<&Tiers> {
        self.tiers.as_ref()
    }

    fn rewards(&self) -> &[Reward] {
        &self.rewards
    }

    fn facts(&self) -> &[Fact] {
        &self.facts
    }

    fn facts_review(&self) -> &[Fact] {
        &self.facts_review
    }

    fn run(
        &self,
        campaign: usize,
        hook: Hook,
        scene: &Arc<Scene>,
        steps: &Steps,
    ) -> Result<Vec<Proposal>, Failure> {
        let is_defined = self
            .campaigns
            .get(campaign)
            .is_some_and(|c| c.hooks.contains(&hook));
        let Some(script) = self.scripts.get(campaign).filter(|_| is_defined) else {
            return Ok(Vec::new());
        };
        let sink = Sink::new(self.units.clone(), self.own(campaign, scene));
        let arguments = arguments(hook, scene, &script.desk);
        let tag = Dynamic::from(sink.clone());
        let called = script.call(hook.name(), arguments, tag, (steps, self.trace.get()));
        let proposed = sink.take();
        self.reached
            .note(campaign, hook, called.is_ok() && !proposed.is_empty());
        called.map(|_| proposed)
    }

    fn order(&self, campaign: usize, member: MemberId, purpose: Purpose) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key(context_of(purpose));
        hasher.update(self.campaigns[campaign].id.as_bytes());
        hasher.update(&[0]).update(&member.0);
        *hasher.finalize().as_bytes()
    }

    fn qualify(&self, given: &Given, steps: &Steps) -> Result<Number, Failure> {
        let Some(script) = &self.qualify else {
            return Ok(0);
        };
        self.judged.get_or(given, steps, || {
            let scene = Arc::new(Scene {
                has_member: true,
                given: given.clone(),
                ..Scene::default()
            });
            let arguments = arguments(Hook::Qualify, &scene, &script.desk);
            let answer = script.call(
                Hook::Qualify.name(),
                arguments,
                Dynamic::UNIT,
                (steps, self.trace.get()),
            )?;
            self.tier(script, answer)
        })
    }
}

/// Hash context that keeps orders for different purposes apart.
fn context_of(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::HoldOut => HOLD_OUT,
        Purpose::Target => TARGET,
    }
}

/// Arguments of a call: its subject and the member, or one of them.
struct Arguments(Option<Dynamic>, Option<Dynamic>);

impl FuncArgs for Arguments {
    fn parse<A: Extend<Dynamic>>(self, arguments: &mut A) {
        arguments.extend(self.0.into_iter().chain(self.1));
    }
}

fn arguments(hook: Hook, scene: &Arc<Scene>, desk: &Arc<Desk>) -> Arguments {
    let member = Dynamic::from(MemberView {
        scene: scene.clone(),
        desk: desk.clone(),
    });
    match hook {
        Hook::OnPurchase | Hook::OnReturn => about(PurchaseView(scene.clone()), member),
        Hook::OnActivity => about(ActivityView(scene.clone()), member),
        Hook::OnRedeem => about(RedemptionView(scene.clone()), member),
        Hook::OnReview => Arguments(Some(Dynamic::from(FiguresView(scene.clone()))), None),
        Hook::OnDay => about(DayView(scene.clone()), member),
        _ => Arguments(None, Some(member)),
    }
}

fn about(what: impl Variant + Clone, member: Dynamic) -> Arguments {
    Arguments(Some(Dynamic::from(what)), Some(member))
}
