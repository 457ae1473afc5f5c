//! Sequences that a search tries: first those that are known to find holes, then
//! some by chance.

use super::scenario::{ALICE, Bill, Context, PIECES, Pays, Scenario, Step, all_of, bought_by, buy};
use super::{Chance, Hole};
use crate::model::{FieldKind, MonthlyDay, Policy, Programme, Trigger, Unit, UnitKind};
use crate::policy::{Bundle, Compiled};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::fmt::Write;

/// The sequences that are tried first, in this order.
pub(super) fn systematic(
    bundle: &Bundle,
    policy: &Compiled,
    contexts: &[Context],
    amounts: &[i64],
) -> Vec<(Hole, Scenario)> {
    let Some(plain) = contexts.first() else {
        return Vec::new();
    };
    let one = 10_i64.pow(u32::from(policy.programme().digits));
    let mut plan = Plan {
        all: Vec::new(),
        plain,
        policy,
        one,
        large: amounts.iter().copied().max().unwrap_or(one),
    };
    plan.add_joining();
    plan.add_monthly();
    // Whoever sells no gift cards need not keep points away from them.
    let mut texts = bundle.files.iter().map(|file| &file.text);
    let has_gift_cards =
        texts.any(|text| text.contains("\"gift_card\"") || text.contains("\"gift-card\""));
    plan.add_payments(has_gift_cards);
    plan.add_moves();
    plan.add_rewards();
    for context in contexts {
        plan.add_own_payments(context);
    }
    if bundle
        .files
        .iter()
        .any(|file| file.text.contains("remember("))
    {
        plan.add_cycles();
    }
    for context in contexts {
        plan.add_surprises(context);
    }
    plan.add_discounts(contexts, amounts);
    for context in contexts {
        plan.add_amounts(context, amounts);
    }
    plan.all
}

/// Sequences as they are put together.
struct Plan<'p> {
    all: Vec<(Hole, Scenario)>,
    /// Circumstances where none matter.
    plain: &'p Context,
    policy: &'p Compiled,
    /// One unit of the currency, in its smallest parts.
    one: i64,
    /// The largest amount that the programme names.
    large: i64,
}

impl Plan<'_> {
    fn add(&mut self, hole: Hole, context: &Context, steps: Vec<Step>) {
        let context = context.clone();
        self.all.push((hole, Scenario { context, steps }));
    }

    fn add_plain(&mut self, hole: Hole, steps: Vec<Step>) {
        self.add(hole, self.plain, steps);
    }

    /// Value of points or vouchers on a bill, in the smallest parts of the currency.
    fn worth(&self, unit: &Unit, count: i64) -> Option<i64> {
        let value = unit.value.as_ref()?.to_decimal()?;
        let worth = value.checked_mul(Decimal::from(count * self.one))?;
        worth.to_i64().filter(|worth| *worth > 0)
    }

    /// Joining and bringing friends, without and with what they buy; activities.
    fn add_joining(&mut self) {
        let joined = vec![ALICE, friend("bob"), friend("carla")];
        self.add_plain(Hole::ByJoining, joined);
        let merged = vec![ALICE, newcomer("bob"), Step::Merge];
        self.add_plain(Hole::ByJoining, merged);
        for activity in activities(self.policy.programme()) {
            let steps = std::iter::once(ALICE).chain(vec![Step::Activity(activity); 5]);
            self.add_plain(Hole::ActivityAgain, steps.collect());
        }
        let by_friend = vec![ALICE, friend("bob"), bought_by("bob", vec![self.one])];
        let back = by_friend.iter().cloned().chain([all_of(0)]).collect();
        self.add_plain(Hole::WorthMoreThanPaid, by_friend);
        self.add_plain(Hole::KeptAfterReturns, back);
        let voided = vec![ALICE, buy(vec![self.large]), Step::Void(0)];
        self.add_plain(Hole::KeptAfterReturns, voided);
    }

    /// Days on which campaigns run every month: for members who only joined, and for bills
    /// that come back before the day or behind it.
    fn add_monthly(&mut self) {
        let campaigns = self.policy.campaigns().iter();
        for campaign in campaigns.filter(|campaign| !campaign.is_draft) {
            let Some(Trigger::Monthly(days)) = &campaign.trigger else {
                continue;
            };
            let joined = self.plain.day();
            let before = campaign.from.map_or(joined, |from| from.plus_days(-1));
            let day = MonthlyDay::next_of(days, before.max(joined));
            let Some(day) = day.filter(|day| campaign.to.is_none_or(|to| *day <= to)) else {
                continue;
            };
            let day = Step::Daily(day);
            let all = [ALICE, newcomer("bob"), newcomer("carla"), day.clone()];
            self.add_plain(Hole::ByJoining, all.into());
            for undone in [all_of(0), Step::Void(0)] {
                let bill = buy(vec![self.large]);
                let before = [ALICE, bill.clone(), undone.clone(), day.clone()];
                self.add_plain(Hole::KeptAfterReturns, before.into());
                let behind = [ALICE, bill, day.clone(), undone];
                self.add_plain(Hole::KeptAfterReturns, behind.into());
            }
        }
    }

    /// Gift cards, and what points pay.
    fn add_payments(&mut self, has_gift_cards: bool) {
        let card = |line, pays, is_gift_card| {
            let bill = Bill::of(vec![line]);
            Step::Buy(Bill {
                pays,
                is_gift_card,
                ..bill
            })
        };
        let (fifty, programme) = (50 * self.one, self.policy.programme());
        let paid = [
            ALICE,
            card(fifty, Pays::Cash, true),
            card(fifty, Pays::GiftCard, false),
        ];
        self.add_plain(Hole::GiftCardTwice, paid.into());
        let spendable = programme
            .units
            .iter()
            .filter(|u| u.kind == UnitKind::Spendable);
        for unit in spendable {
            let Some(price) = self.worth(unit, 100) else {
                continue;
            };
            let given = Step::Given(unit.id.clone());
            let points = Pays::Points(unit.id.clone(), 100);
            if has_gift_cards {
                let bought = card(price, points.clone(), true);
                self.add_plain(Hole::PointsToMoney, vec![ALICE, given.clone(), bought]);
            }
            let back = vec![ALICE, given, card(price, points, false), all_of(0)];
            self.add_plain(Hole::KeptAfterReturns, back);
        }
    }

    /// Bills that points or vouchers pay, which have no more than the value of either.
    fn add_own_payments(&mut self, context: &Context) {
        const POINTS: i64 = 500;
        for unit in &self.policy.programme().units {
            let (pays, count) = match unit.kind {
                UnitKind::Spendable => (Pays::Points(unit.id.clone(), POINTS), POINTS),
                UnitKind::Voucher => (Pays::Voucher(unit.id.clone()), 1),
                _ => continue,
            };
            let Some(price) = self.worth(unit, count) else {
                continue;
            };
            let bill = Bill::of(vec![price]);
            let paid = Step::Buy(Bill { pays, ..bill });
            let steps = vec![ALICE, Step::Given(unit.id.clone()), paid];
            self.add(Hole::EarnsOnItself, context, steps);
        }
    }

    /// Bills that come back again and again, and one that does not.
    fn add_cycles(&mut self) {
        for count in 2..PIECES {
            let cycle = |n| [buy(vec![self.large]), all_of(n)];
            let cycles = (0..count).flat_map(cycle);
            let steps = std::iter::once(ALICE).chain(cycles);
            let steps = steps.chain([buy(vec![self.large])]).collect();
            self.add_plain(Hole::Remembered, steps);
        }
    }

    /// Points of two members that come together, or go to somebody else before the
    /// goods come back.
    fn add_moves(&mut self) {
        let bob = newcomer("bob");
        let bills = |amount| ["alice", "bob"].map(|who| bought_by(who, vec![amount]));
        let (both, small) = (bills(self.large), bills(self.one));
        let begun = |steps: Vec<Step>| -> Vec<Step> {
            let first = [ALICE, bob.clone()];
            first.into_iter().chain(steps).collect()
        };
        let programme = self.policy.programme();
        for rule in &programme.transfer {
            if let Some(unit) = programme.units.iter().find(|unit| unit.number == rule.unit) {
                let sent = Step::Transfer(unit.id.clone());
                let given = [Step::Given(unit.id.clone()), sent.clone()].into_iter();
                self.add_plain(Hole::Moving, begun(given.chain(both.clone()).collect()));
                // What one of them is given for having much, the other is given too.
                let [first, second] = small.clone();
                let between = [Step::Given(unit.id.clone()), first, sent.clone(), second];
                self.add_plain(Hole::Moving, begun(between.into()));
                let back = vec![buy(vec![1000 * self.one]), sent, all_of(0)];
                self.add_plain(Hole::KeptAfterReturns, begun(back));
            }
        }
        let merged = both.clone().into_iter().chain([Step::Merge]);
        self.add_plain(Hole::Moving, begun(merged.collect()));
        if programme.household_size.is_some() {
            let joined = std::iter::once(Step::Household).chain(both.clone());
            self.add_plain(Hole::Moving, begun(joined.collect()));
        }
    }

    /// Rewards that are had before the goods come back.
    fn add_rewards(&mut self) {
        for reward in self.policy.rewards() {
            for amount in [100 * self.one, 1000 * self.one, self.large] {
                for undone in [all_of(0), Step::Void(0)] {
                    let had = Step::Redeem(reward.id.clone());
                    let steps = vec![ALICE, buy(vec![amount]), had, undone];
                    self.add_plain(Hole::FreeReward, steps);
                }
            }
        }
    }

    /// Lines, deposits, parts that come back, birthdays.
    fn add_surprises(&mut self, context: &Context) {
        let (one, large) = (self.one, self.large);
        let in_lines = vec![ALICE, buy(vec![one; PIECES])];
        self.add(Hole::ByLine, context, in_lines);
        let deposit = vec![ALICE, buy(vec![50 * one, one - 50 * one])];
        self.add(Hole::NegativeLine, context, deposit);
        let piece = Step::Return {
            of: 0,
            amount: Some(one),
        };
        for undone in [Step::Void(1), piece] {
            // Small ones show what is given besides, large ones reach every threshold.
            for amount in [10 * one, large] {
                let bill = || buy(vec![amount]);
                let steps = vec![ALICE, bill(), bill(), undone.clone(), bill()];
                self.add(Hole::Reset, context, steps);
            }
        }
        if context.is_birthday() {
            let next = Step::NextDay { is_birthday: true };
            let bill = || buy(vec![10 * one]);
            self.add(
                Hole::BirthdayAgain,
                context,
                vec![ALICE, bill(), next, bill()],
            );
        }
    }

    /// Bills at which several campaigns may give money off.
    fn add_discounts(&mut self, contexts: &[Context], amounts: &[i64]) {
        let most = contexts.iter().max_by_key(|context| context.campaigns());
        let Some(most) = most.filter(|context| context.campaigns() > 1) else {
            return;
        };
        for amount in amounts {
            for piece in [*amount, (*amount / 2).max(1)] {
                let steps = vec![ALICE, buy(vec![piece; 3])];
                self.add(Hole::CostsNothing, most, steps);
            }
        }
    }

    /// Amounts around every threshold.
    fn add_amounts(&mut self, context: &Context, amounts: &[i64]) {
        for hole in [
            Hole::KeptAfterReturns,
            Hole::MoreForLess,
            Hole::WorthMoreThanPaid,
            Hole::Splitting,
        ] {
            for amount in amounts {
                let steps = match hole {
                    Hole::Splitting => split(&[*amount; PIECES]),
                    Hole::KeptAfterReturns => vec![ALICE, buy(vec![*amount]), all_of(0)],
                    _ => vec![ALICE, buy(vec![*amount])],
                };
                self.add(hole, context, steps);
            }
        }
        let large = self.large;
        let again = vec![ALICE, buy(vec![large]), all_of(0), buy(vec![self.one])];
        self.add(Hole::Remembered, context, again);
        let half = large / 2;
        let in_pieces = [half, large - half].map(|amount| Step::Return {
            of: 0,
            amount: Some(amount),
        });
        let steps = [ALICE, buy(vec![large])].into_iter().chain(in_pieces);
        self.add(Hole::KeptAfterReturns, context, steps.clone().collect());
        self.add(Hole::PaidBackMore, context, steps.collect());
    }
}

fn newcomer(who: &'static str) -> Step {
    Step::Enrol { who, from: None }
}

fn friend(who: &'static str) -> Step {
    Step::Enrol {
        who,
        from: Some("alice"),
    }
}

fn split(amounts: &[i64]) -> Vec<Step> {
    let bills = amounts.iter().map(|amount| buy(vec![*amount]));
    std::iter::once(ALICE).chain(bills).collect()
}

/// Activities with fields that are possible, as stories have them; those that
/// need a code are left out.
fn activities(programme: &Programme) -> Vec<String> {
    let all = programme.activities.iter();
    let all = all.filter(|a| a.fields.iter().all(|f| f.kind != FieldKind::Secret));
    let told = all.map(|activity| {
        let mut text = activity.id.clone();
        for field in &activity.fields {
            let least = field.min.or(field.max).unwrap_or(Decimal::ONE);
            let value = match field.kind {
                FieldKind::Whole => least.ceil().to_string(),
                FieldKind::Decimal => least.to_string(),
                FieldKind::Bool => "true".into(),
                FieldKind::Day => "2026-03-03".into(),
                _ => field.values.first().cloned().unwrap_or_else(|| "a".into()),
            };
            let _ = write!(text, " {}={value}", field.name);
        }
        text
    });
    told.collect()
}

/// A sequence by chance.
pub(super) fn random(
    chance: &mut Chance,
    policy: &Compiled,
    context: &Context,
    amounts: &[i64],
) -> (Hole, Scenario) {
    let one = 10_i64.pow(u32::from(policy.programme().digits));
    let amount = |chance: &mut Chance| match chance.below(2) {
        0 => chance.pick(amounts).copied().unwrap_or(one),
        _ => i64::try_from(chance.below(30_000)).unwrap_or(0) + 1,
    };
    let (hole, steps) = match chance.below(4) {
        0 => {
            let count = 2 + chance.below(PIECES);
            let lines: Vec<i64> = (0..count).map(|_| amount(chance)).collect();
            (Hole::Splitting, split(&lines))
        }
        1 => (Hole::MoreForLess, vec![ALICE, buy(vec![amount(chance)])]),
        2 => {
            let (first, last) = (amount(chance), amount(chance));
            (
                Hole::Remembered,
                vec![ALICE, buy(vec![first]), all_of(0), buy(vec![last])],
            )
        }
        _ => {
            let bills: Vec<i64> = (0..=chance.below(3)).map(|_| amount(chance)).collect();
            (Hole::KeptAfterReturns, returned_in_pieces(chance, bills))
        }
    };
    let context = context.clone();
    (hole, Scenario { context, steps })
}

/// Bills that come back in pieces, in any order.
fn returned_in_pieces(chance: &mut Chance, bills: Vec<i64>) -> Vec<Step> {
    let bought = bills.iter().map(|total| buy(vec![*total]));
    let mut steps: Vec<Step> = std::iter::once(ALICE).chain(bought).collect();
    let mut left = bills;
    while let Some(total) = left.iter().copied().max().filter(|total| *total > 0) {
        let of = chance.below(left.len());
        let rest = left[of];
        if rest == 0 {
            continue;
        }
        let part = match chance.below(3) {
            0 => rest,
            _ => {
                let below = usize::try_from(total).unwrap_or(1);
                i64::try_from(chance.below(below)).unwrap_or(0) + 1
            }
        };
        // A long sequence comes to its end.
        let piece = match steps.len() > 12 {
            true => rest,
            false => part.min(rest),
        };
        left[of] -= piece;
        let amount = Some(piece);
        steps.push(Step::Return { of, amount });
    }
    steps
}
