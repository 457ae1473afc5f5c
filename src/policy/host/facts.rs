//! Facts as scripts read them: values with getters and no setters, so that a
//! typo is an error with a place and a script cannot change the facts it
//! decides by.

use super::offered::Offered;
use super::{Answer, fail, names, price};
use crate::model::{
    Day, Fact, LineFacts, Money, PurchaseFacts, RedemptionFacts, Scene, TenderFacts, Value,
    WEEKDAYS, kind_word,
};
use crate::policy::diagnostic::suggest;
use rhai::{Array, Dynamic, INT, ImmutableString};
use rust_decimal::Decimal;
use std::sync::Arc;

/// View of the purchase.
#[derive(Clone)]
pub(in crate::policy) struct PurchaseView(pub Arc<Scene>);

/// View of one of its lines, by position.
#[derive(Clone)]
pub(in crate::policy) struct LineView(Arc<Scene>, usize);

/// View of one of its tenders, by position.
#[derive(Clone)]
struct TenderView(Arc<Scene>, usize);

/// View of a redemption.
#[derive(Clone)]
pub(in crate::policy) struct RedemptionView(pub Arc<Scene>);

/// View of the member, limited to the bundle's facts.
#[derive(Clone)]
pub(in crate::policy) struct MemberView {
    /// Source of the values.
    pub scene: Arc<Scene>,
    /// Source of their names.
    pub desk: Arc<Desk>,
}

/// Context of a file's calls besides the scene.
pub(in crate::policy) struct Desk {
    /// The facts, in the order of `Scene::given`.
    pub facts: Vec<Fact>,
    /// The campaign whose memory `memo` reads; empty for tiers.
    pub campaign: String,
    /// The tiers' names, the lowest first.
    pub tiers: Vec<String>,
}

impl PurchaseView {
    fn facts(&self) -> &PurchaseFacts {
        &self.0.purchase
    }

    fn money(&self, amount: Money) -> Decimal {
        amount.to_decimal(self.facts().digits)
    }

    fn lines(&mut self) -> Array {
        let count = self.facts().lines.len();
        price::made(count);
        let line = |i| Dynamic::from(LineView(self.0.clone(), i));
        (0..count).map(line).collect()
    }

    fn tenders(&mut self) -> Array {
        let count = self.facts().tenders.len();
        price::made(count);
        let tender = |i| Dynamic::from(TenderView(self.0.clone(), i));
        (0..count).map(tender).collect()
    }

    fn base(&mut self, unit: &str) -> Decimal {
        let found = self.0.base.iter().find(|b| b.unit == unit);
        found.map_or(Decimal::ZERO, |b| b.amount)
    }

    fn in_category(&self, category: &str) -> impl Iterator<Item = &LineFacts> {
        price::made(self.facts().lines.len());
        self.facts()
            .lines
            .iter()
            .filter(move |l| l.category == category)
    }

    fn earning_in(&mut self, category: &str) -> Decimal {
        let amounts = self.in_category(category).map(|l| self.money(l.earning));
        amounts.fold(Decimal::ZERO, |sum, x| sum + x)
    }

    /// Amount owed for delivery, a deposit and the like.
    fn charge(&mut self, kind: &str) -> Decimal {
        price::made(self.facts().charges.len());
        let kind = kind_word(kind);
        let of_kind = self.facts().charges.iter().filter(|c| c.0 == kind);
        of_kind.fold(Decimal::ZERO, |sum, c| sum + self.money(c.1))
    }

    fn count_in(&mut self, category: &str) -> Decimal {
        let bought = |l: &LineFacts| l.qty.to_decimal() - l.free.to_decimal();
        let counts = self.in_category(category).map(bought);
        counts.fold(Decimal::ZERO, |sum, x| sum + x)
    }
}

impl LineView {
    /// Number of the line, from 1.
    pub fn number(&self) -> u16 {
        self.facts().number
    }

    fn facts(&self) -> &LineFacts {
        &self.0.purchase.lines[self.1]
    }

    fn money(&self, amount: Money) -> Decimal {
        amount.to_decimal(self.0.purchase.digits)
    }

    fn base(&mut self, unit: &str) -> Decimal {
        let found = self.0.base.iter().find(|b| b.unit == unit);
        let share = found.and_then(|b| b.lines.get(self.1).copied());
        share.unwrap_or_default()
    }
}

impl TenderView {
    fn facts(&self) -> &TenderFacts {
        &self.0.purchase.tenders[self.1]
    }
}

impl RedemptionView {
    fn facts(&self) -> &RedemptionFacts {
        &self.0.redemption
    }
}

impl MemberView {
    /// Value of a fact; `()` if there is no member.
    fn fact(&self, name: &str, is_it: impl Fn(&Fact) -> bool) -> Answer<Dynamic> {
        if !self.scene.has_member {
            return Ok(Dynamic::UNIT);
        }
        price::made(self.desk.facts.len() / 4);
        let found = self.desk.facts.iter().position(is_it);
        match found.and_then(|i| self.scene.given.get(i)) {
            Some(value) => Ok(dynamic(value)),
            None => fail(format!("member.{name}: this fact was not asked for")),
        }
    }

    /// True if the member's tier is this one or a higher one; false without a
    /// tier or a member.
    fn tier_at_least(&mut self, tier: &str) -> Answer<bool> {
        let level = |name: &str| self.desk.tiers.iter().position(|known| known == name);
        let Some(wanted) = level(tier) else {
            let help = suggest(tier, &self.desk.tiers);
            return fail(format!("there is no tier '{tier}'; {help}"));
        };
        let held = self.fact("tier_at_least", |fact| *fact == Fact::Tier)?;
        let held = held.into_immutable_string().ok();
        Ok(held.and_then(|held| level(&held)) >= Some(wanted))
    }

    /// Value of the fact that a method with these arguments names.
    fn asked(&self, name: &str, arguments: &[&str]) -> Answer<Dynamic> {
        let wanted = names::method_fact(name, arguments, &self.desk.campaign).or_else(fail)?;
        self.fact(name, |fact| *fact == wanted)
    }
}

/// A stored value as scripts see it; days are texts, which compare as days do.
pub(super) fn dynamic(value: &Value) -> Dynamic {
    match value {
        Value::Unit => Dynamic::UNIT,
        Value::Bool(x) => (*x).into(),
        Value::Int(x) => (*x).into(),
        Value::Decimal(x) => x.to_decimal().map_or(Dynamic::UNIT, Dynamic::from_decimal),
        Value::Text(x) => x.as_str().into(),
        Value::Day(x) => x.to_string().into(),
    }
}

fn texts(list: &[String]) -> Array {
    price::made(list.len());
    list.iter().map(|x| x.as_str().into()).collect()
}

pub(super) fn weekday(day: Day) -> ImmutableString {
    WEEKDAYS[day.weekday()].into()
}

pub(super) fn register(engine: &mut Offered) {
    purchase(engine);
    lines_and_tenders(engine);
    redemption(engine);
    member(engine);
}

fn purchase(engine: &mut Offered) {
    type V = PurchaseView;
    let text = |x: &str| ImmutableString::from(x);
    engine
        .register_type_with_name::<V>("purchase")
        .register_get("total", |p: &mut V| p.money(p.facts().total))
        .register_get("subtotal", |p: &mut V| p.money(p.facts().subtotal))
        .register_get("earning", |p: &mut V| p.money(p.facts().earning))
        .register_get("discountable", |p: &mut V| p.money(p.facts().discountable))
        .register_get("lines", V::lines)
        .register_get("tenders", V::tenders)
        .register_get("store", move |p: &mut V| text(&p.facts().store))
        .register_get("partner", move |p: &mut V| text(&p.facts().partner))
        .register_get("terminal", move |p: &mut V| text(&p.facts().terminal))
        .register_get("channel", move |p: &mut V| text(&p.facts().channel))
        .register_get("codes", |p: &mut V| texts(&p.facts().codes))
        .register_get("date", |p: &mut V| p.facts().day.to_string())
        .register_get("weekday", |p: &mut V| weekday(p.facts().day))
        .register_get("hour", |p: &mut V| INT::from(p.facts().hour))
        .register_get("minute", |p: &mut V| INT::from(p.facts().minute))
        .register_get("bought", |p: &mut V| {
            p.facts().bought.unwrap_or(p.facts().day).to_string()
        })
        .register_get("returned", |p: &mut V| p.money(p.facts().returned))
        .register_fn("base", V::base)
        .register_fn("earning_in", V::earning_in)
        .register_fn("count_in", V::count_in)
        .register_fn("charge", V::charge);
}

fn lines_and_tenders(engine: &mut Offered) {
    type L = LineView;
    type T = TenderView;
    engine
        .register_type_with_name::<L>("line")
        .register_get("number", |l: &mut L| INT::from(l.number()))
        .register_get("sku", |l: &mut L| ImmutableString::from(&l.facts().sku))
        .register_get("category", |l: &mut L| {
            ImmutableString::from(&l.facts().category)
        })
        .register_get("tags", |l: &mut L| texts(&l.facts().tags))
        .register_get("qty", |l: &mut L| l.facts().qty.to_decimal())
        .register_get("returned", |l: &mut L| l.facts().returned.to_decimal())
        .register_get("amount", |l: &mut L| l.money(l.facts().amount))
        .register_get("earning", |l: &mut L| l.money(l.facts().earning))
        .register_get("is_discountable", |l: &mut L| l.facts().is_discountable)
        .register_fn("base", L::base)
        .register_type_with_name::<T>("tender")
        .register_get("kind", |t: &mut T| ImmutableString::from(&*t.facts().kind))
        .register_get("amount", |t: &mut T| {
            t.facts().amount.to_decimal(t.0.purchase.digits)
        });
}

fn redemption(engine: &mut Offered) {
    type V = RedemptionView;
    engine
        .register_type_with_name::<V>("redemption")
        .register_get("reward", |r: &mut V| {
            ImmutableString::from(&r.facts().reward)
        })
        .register_get("unit", |r: &mut V| ImmutableString::from(&r.facts().unit))
        .register_get("points", |r: &mut V| dynamic(&r.facts().points))
        .register_get("amount", |r: &mut V| {
            let amount = r.facts().amount.unwrap_or_default();
            amount.to_decimal(r.0.purchase.digits)
        })
        .register_get("on_bill", |r: &mut V| r.facts().amount.is_some())
        .register_get("purchase", |r: &mut V| PurchaseView(r.0.clone()))
        .register_get("store", |r: &mut V| ImmutableString::from(&r.facts().store))
        .register_get("date", |r: &mut V| r.facts().day.to_string())
        .register_get("weekday", |r: &mut V| weekday(r.facts().day))
        .register_get("hour", |r: &mut V| INT::from(r.facts().hour));
}

/// Methods of a member that take one text, such as a unit, a label or a window.
const FACTS_BY_TEXT: [&str; 11] = [
    "attribute",
    "balance",
    "consents",
    "has_pass",
    "has_tag",
    "is_targeted",
    "memo",
    "pass_uses",
    "qualifying",
    "spend",
    "visits",
];
/// Methods of a member that take two: a unit and a window, a pass and a promise.
const FACTS_BY_TEXTS: [&str; 2] = ["earned", "pass_promise"];

fn member(engine: &mut Offered) {
    type V = MemberView;
    engine
        .register_type_with_name::<V>("member")
        .register_get("is_known", |m: &mut V| m.scene.has_member);
    for (name, fact) in &names::FACT_PROPERTIES {
        engine.register_get(name, move |m: &mut V| m.fact(name, |f| f == fact));
    }
    for name in FACTS_BY_TEXT {
        engine.register_fn(name, move |m: &mut V, text: &str| m.asked(name, &[text]));
    }
    for name in FACTS_BY_TEXTS {
        engine.register_fn(name, move |m: &mut V, first: &str, second: &str| {
            m.asked(name, &[first, second])
        });
    }
    engine
        .register_fn("tier_at_least", V::tier_at_least)
        .register_fn("months_active", |m: &mut V, months: INT| {
            m.fact(
                "months_active",
                |f| matches!(f, Fact::MonthsActive(n) if INT::from(*n) == months),
            )
        })
        .register_fn("activities", |m: &mut V, id: &str, days: INT| {
            m.fact(
                "activities",
                |f| matches!(f, Fact::Activities(a, n) if a == id && INT::from(*n) == days),
            )
        });
}
