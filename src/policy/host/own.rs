//! Values of a campaign's own: random draws, its parameters, its figures.

use super::helpers::number;
use super::offered::Offered;
use super::sink::{Own, Sink, TEXT_LEN_MAX, with_sink};
use super::{Answer, fail};
use crate::model::{Proposal, ReviewFacts, Scene, unprintable};
use crate::policy::diagnostic::suggest;
use rhai::{Dynamic, INT, NativeCallContext};
use rust_decimal::Decimal;
use std::sync::Arc;

/// Most outcomes of a draw.
const CHANCE_MAX: INT = 1_000_000;
/// Hash context that derives a campaign's own stream from the seed of an entry.
const CHANCE: &str = "stampbook 2026-11 chance v1";

/// View of the figures, in `on_review`.
#[derive(Clone)]
pub(in crate::policy) struct FiguresView(pub Arc<Scene>);

impl FiguresView {
    fn facts(&self) -> &ReviewFacts {
        &self.0.review
    }

    fn given(&mut self, unit: &str) -> INT {
        let found = self.facts().given.iter().find(|g| g.0 == unit);
        found.map_or(0, |g| g.1.0)
    }
}

impl Own {
    /// Draws the next number of the campaign's stream below `n`, uniformly.
    fn draw(&self, seed: &[u8; 32], n: u64) -> u64 {
        let mut hasher = blake3::Hasher::new_derive_key(CHANCE);
        hasher.update(seed).update(self.campaign.as_bytes());
        let mut stream = hasher.finalize_xof();
        let mut drawn = self.drawn.lock().unwrap_or_else(|e| e.into_inner());
        let even = u64::MAX - u64::MAX % n;
        loop {
            let mut word = [0; 8];
            stream.set_position(*drawn * 8);
            stream.fill(&mut word);
            *drawn += 1;
            let word = u64::from_le_bytes(word);
            if word < even {
                return word % n;
            }
        }
    }
}

fn chance(sink: &Sink, n: INT) -> Answer<INT> {
    if !(1..=CHANCE_MAX).contains(&n) {
        return fail(format!(
            "chance({n}): needs a whole number from 1 to {CHANCE_MAX}"
        ));
    }
    let own = sink.own();
    let Some(seed) = own.seed else {
        return fail("chance(..) has nothing to draw from here");
    };
    if *own.drawn.lock().unwrap_or_else(|e| e.into_inner()) == 0 {
        sink.push(Proposal::Drawn { seed })?;
    }
    Ok(own.draw(&seed, n.unsigned_abs()).cast_signed())
}

fn tuned(sink: &Sink, name: &str) -> Answer<Decimal> {
    let found = sink.own().tuned.iter().find(|t| t.0 == name);
    found.map_or_else(|| undeclared(sink, name), |t| Ok(t.1))
}

fn tune(sink: &Sink, name: &str, value: &Dynamic) -> Answer<()> {
    let value = number("tune", value)?;
    if sink.own().tuned.iter().all(|t| t.0 != name) {
        return undeclared(sink, name);
    }
    let name = name.into();
    sink.push(Proposal::Tune { name, value })
}

fn undeclared<T>(sink: &Sink, name: &str) -> Answer<T> {
    let help = suggest(name, sink.own().tuned.iter().map(|tuned| &tuned.0));
    fail(format!("the header declares no tunable '{name}'; {help}"))
}

fn pause(sink: &Sink, reason: &str) -> Answer<()> {
    if reason.trim().is_empty() || reason.len() > TEXT_LEN_MAX {
        let needs = format!("1 to {TEXT_LEN_MAX} bytes of words");
        return fail(format!("pause(reason): needs {needs}"));
    }
    if let Some(wrong) = unprintable(reason) {
        return fail(format!("the reason {wrong}"));
    }
    let reason = reason.into();
    sink.push(Proposal::Pause { reason })
}

pub(super) fn register(engine: &mut Offered) {
    type C<'a> = NativeCallContext<'a>;
    type V = FiguresView;
    engine
        .register_fn("chance", |c: C, n: INT| {
            with_sink(&c, |sink| chance(sink, n))
        })
        .register_fn("tuned", |c: C, name: &str| {
            with_sink(&c, |sink| tuned(sink, name))
        })
        .register_fn("tune", |c: C, name: &str, x: Dynamic| {
            with_sink(&c, |sink| tune(sink, name, &x))
        })
        .register_fn("pause", |c: C, reason: &str| {
            with_sink(&c, |sink| pause(sink, reason))
        })
        .register_type_with_name::<V>("figures")
        .register_get("date", |f: &mut V| f.facts().day.to_string())
        .register_get("issued", |f: &mut V| f.facts().issued)
        .register_get("matured", |f: &mut V| f.facts().matured)
        .register_get("used", |f: &mut V| f.facts().used)
        .register_get("voided", |f: &mut V| f.facts().voided)
        .register_get("lapsed", |f: &mut V| f.facts().lapsed)
        .register_fn("given", V::given);
}
