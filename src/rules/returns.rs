//! Returns. The refund is the amount paid, less the amount owed for the kept
//! part, less earlier refunds, and never below zero. A line or charge that gave
//! money on the bill, such as a deposit, takes it back when it comes back
//! itself; while it is kept it has paid for the rest. The amount owed for the
//! kept part does not depend on the sequence of returns, and a full return
//! leaves nothing.

mod coupons;
mod lines;
pub mod on_return;
mod payout;
pub mod without_slip;

use super::case::{Case, Parties};
use super::lots;
use super::share::{part_of, share};
use super::state::{Aftermath, Lot, Member, entry_of};
use crate::model::{
    Account, Act, Code, Count, Draft, Effect, Entry, Exact, Extent, LotId, Money, Number, Points,
    Purchase, Refusal, ReturnedLine, TenderKind, UnitKind,
};
use crate::rules::lots::deficit::book_shortfall;
use crate::rules::lots::restored::terms_restored;
use crate::rules::purchase::allocated_bill::Bill;
use crate::rules::purchase::bill::{booked, money};
use crate::rules::purchase::claim;
use crate::rules::purchase::foreign::refunded;
use crate::rules::reward::voucher;
use payout::Returned;
use std::borrow::Cow;

mod kept;

/// Decides a return of the purchase that the case names.
pub fn decide(case: &Case, of: u64, extent: Extent, receipt: String) -> Result<Draft, Refusal> {
    let (entry, bought) = purchase_of(case, of)?;
    let bought = &*booked(bought, &entry.effects);
    let nothing = Aftermath::default();
    let before = case.state.aftermath.get(&of).unwrap_or(&nothing);
    check_not_undone(before)?;
    let bill = Bill::recorded(bought, entry);
    let then = case.policies.policy(entry.head.bundle);
    let deposits = &then.as_ref().unwrap_or(&case.policy).programme().deposits;
    let asked = lines::resolve(case, &bill, before, &extent, deposits)?;
    let loose = match extent {
        Extent::Amount(amount) => amount,
        _ => Money::ZERO,
    };
    let mut returning = Returning {
        case,
        parties: case.parties(entry),
        entry,
        gave: gave(case, entry),
        after: with(case, before, &asked, loose),
        bill,
        bought,
        before,
        effects: Vec::new(),
        taken: Vec::new(),
    };
    let (lines, amount, money) = returning.pay_out(asked, &extent);
    let kept = returning.kept();
    if let Some(member) = case.member() {
        returning.take_back(member, &kept.units)?;
        returning.undo_benefits();
        returning.undo_visit();
    }
    returning.settle_with_others(&kept);
    let (after, bill) = (returning.after, returning.bill);
    let (mut effects, taken) = (returning.effects, returning.taken);
    let members = returning.parties.members;
    effects.push(Effect::Returned {
        of,
        lines,
        amount,
        money,
        taken,
    });
    effects.extend(refunded_as(bought, before, money));
    let (more, given) = match case.member() {
        Some(member) => on_return::run(case, member, &bill, (before, &after), &effects),
        None => Default::default(),
    };
    effects.extend(more);
    let act = Act::Return {
        of,
        extent,
        receipt,
    };
    let mut draft = case.draft(act, effects);
    (draft.members, draft.given) = (members, given);
    Ok(draft)
}

/// The purchase that the case names, and its entry.
fn purchase_of<'a>(case: &Case<'a>, of: u64) -> Result<(&'a Entry, &'a Purchase), Refusal> {
    let entry = case.need_named(Code::UnknownPurchase)?;
    match &entry.act {
        Act::Purchase(bought) => Ok((entry, bought)),
        _ => {
            let detail = format!("entry {of} is no purchase");
            Err(Refusal::new(Code::UnknownPurchase, detail))
        }
    }
}

fn check_not_undone(before: &Aftermath) -> Result<(), Refusal> {
    let Some(seq) = before.voided else {
        return Ok(());
    };
    let detail = format!("entry {seq} undid the purchase");
    Err(Refusal::new(Code::AlreadyVoided, detail))
}

/// The entry that gave points for a purchase: if it was claimed, the claim.
fn gave<'a>(case: &Case, entry: &'a Entry) -> Cow<'a, Entry> {
    let of_the_sale = entry.effects.iter().filter(|e| claim::is_of_the_sale(e));
    match case.inputs.claim {
        None => Cow::Borrowed(entry),
        Some(claim) => Cow::Owned(Entry {
            seq: claim.seq,
            touched: claim.touched.clone(),
            given: claim.given.clone(),
            effects: claim.effects.iter().chain(of_the_sale).cloned().collect(),
            ..entry.clone()
        }),
    }
}

/// Refund in the currency in which a purchase was paid, if in another.
fn refunded_as(bought: &Purchase, before: &Aftermath, money: Money) -> Option<Effect> {
    let paid = bought.foreign.as_ref()?;
    let given = (before.money, Money(before.money.0 + money.0));
    Some(Effect::RefundedAs {
        currency: paid.currency.clone(),
        money: refunded(paid, bought.total, given),
    })
}

/// The aftermath with one more return, by which `amount` of the total came back.
fn with(case: &Case, before: &Aftermath, lines: &[ReturnedLine], amount: Money) -> Aftermath {
    let mut after = before.clone();
    after.returns.push(case.state.global.next_seq);
    after.add_returned(lines, amount);
    after
}

/// Points that a tender took from a lot: holder, unit, lot, amount.
type Taken = (u8, Number, LotId, Points);

/// Points that each of the member's own tenders took from lots. The tenders
/// were booked one after another, so their debits are in the entry in the same
/// order.
fn own_debits(
    bought: &Purchase,
    entry: &Entry,
    price: impl Fn(Number) -> Option<Points>,
) -> Vec<(usize, Vec<Taken>)> {
    let mut debits = entry.effects.iter().filter_map(|e| match e {
        Effect::Debit {
            who,
            unit,
            lot,
            amount,
            to: Account::Redemption,
        } => Some((*who, *unit, *lot, *amount)),
        _ => None,
    });
    let mut tenders = Vec::new();
    for (n, tender) in bought.tenders.iter().enumerate() {
        let mut left = match &tender.kind {
            TenderKind::Points { points, .. } | TenderKind::Held { points, .. } => points.0,
            TenderKind::Reward { reward } => price(*reward).map_or(0, |points| points.0),
            TenderKind::Voucher { .. } => 1,
            _ => continue,
        };
        let mut own = Vec::new();
        while left > 0
            && let Some(debit) = debits.next()
        {
            left -= debit.3.0;
            own.push(debit);
        }
        tenders.push((n, own));
    }
    tenders
}

struct Returning<'a> {
    case: &'a Case<'a>,
    parties: Parties,
    entry: &'a Entry,
    /// The purchase as the entry that gave points for it: itself, or its claim.
    gave: Cow<'a, Entry>,
    bill: Bill<'a>,
    bought: &'a Purchase,
    before: &'a Aftermath,
    after: Aftermath,
    effects: Vec<Effect>,
    taken: Vec<(Number, Points)>,
}

impl Returning<'_> {
    /// Sums that have come back by now.
    fn come_back(&self) -> Returned {
        let mut back = payout::returned(&self.bill, &self.after);
        self.cap(&mut back);
        back
    }

    /// Keeps sums within what was paid after coupons that have not come back.
    fn cap(&self, back: &mut Returned) {
        if self.is_all() {
            return;
        }
        let policy = self.policy_then();
        let kept = coupons::kept(self.bought, &self.after, &policy.programme().deposits);
        // Nobody pays for a return because a coupon was worth more than the goods.
        let most = |whole: i64, before: Money| (whole - back.open - kept).max(before.0);
        let value = most(self.bought.total.0, self.before.amount);
        let paid = most(money(self.bought), self.before.money);
        (back.value, back.money) = (back.value.min(value), back.money.min(paid));
    }

    /// Computes the payout and returns the tenders other than money: the lines
    /// with their refunds, the part of the total that comes back, and its part
    /// in money.
    fn pay_out(
        &mut self,
        mut lines: Vec<ReturnedLine>,
        extent: &Extent,
    ) -> (Vec<ReturnedLine>, Money, Money) {
        let (value, paid) = (self.before.amount.0, self.before.money.0);
        let before = payout::returned(&self.bill, self.before).taken;
        let mut back = self.come_back();
        // An amount paid out before is taken back only for negative lines that
        // come back.
        let taken = (back.taken - before).min(0);
        let is_whole = *extent == Extent::All || self.is_all();
        match extent {
            Extent::All => back.value = self.bought.total.0,
            Extent::Amount(amount) => back.value = value + amount.0,
            Extent::Lines(_) if is_whole => {}
            Extent::Lines(_) => {
                if let Some(kept) = self.kept_decided_again() {
                    let most = self.bought.total.0 - back.open;
                    back.value = (self.bought.total.0 - kept.purchase.total.0).min(most);
                }
            }
        }
        let least = if is_whole { i64::MIN } else { taken };
        let amount = Money((back.value - value).max(least));
        self.after = with(self.case, self.before, &lines, amount);
        let mut back = self.come_back();
        if !self.is_all() && self.kept_decided_again().is_some() {
            let value_now = value + amount.0;
            back = back.with_value(value_now, (value, paid, taken), self.bought);
            self.cap(&mut back);
        }
        let money = (back.money - paid).max(if self.is_all() { i64::MIN } else { taken });
        let rest = money - lines.iter().map(|l| l.paid.0).sum::<i64>();
        if rest != 0 {
            let weight = |of: &dyn Fn(&ReturnedLine) -> i64| lines.iter().map(of).collect();
            let mut weights: Vec<i64> = weight(&|l| l.paid.0.max(0));
            if weights.iter().all(|paid| *paid == 0) {
                weights = weight(&|l| l.amount.0.max(0));
            }
            for (line, part) in lines.iter_mut().zip(share(rest, &weights)) {
                line.paid.0 += part;
            }
            self.after = with(self.case, self.before, &lines, amount);
        }
        self.give_back(&back.own);
        self.uncount_rewards(&back.own);
        (lines, amount, Money(money))
    }

    /// Returns the points and vouchers that paid for it to their lots: of each
    /// tender the part that came back, less the part returned before.
    fn give_back(&mut self, own: &[i64]) {
        let mut lots: Vec<(u8, Number, LotId, i64)> = Vec::new();
        for (tender, debits) in own_debits(self.bought, self.entry, |n| self.price_then(n)) {
            let (part, whole) = (own[tender], self.bought.tenders[tender].amount.0);
            for (who, unit, lot, amount) in debits {
                let back = match self.is_all() {
                    true => amount.0,
                    false => part_of(amount.0, part, whole),
                };
                match lots.iter_mut().find(|l| l.2 == lot) {
                    Some(sum) => sum.3 += back,
                    None => lots.push((who, unit, lot, back)),
                }
            }
        }
        for (who, unit, lot, back) in lots {
            let before = self.before.restored.iter().find(|r| r.0 == lot);
            let amount = Points(back - before.map_or(0, |r| r.1.0));
            if amount.is_positive() {
                let who = self.parties.place(who);
                self.effects.push(Effect::Restore {
                    who,
                    unit,
                    lot,
                    amount,
                    from: Account::Redemption,
                    terms: terms_restored(self.case, &self.parties, who, lot),
                });
            }
        }
    }

    /// Stops counting a reward that has now come back in full: it no longer
    /// counts for any limit, as after a void.
    fn uncount_rewards(&mut self, own: &[i64]) {
        let before = payout::returned(&self.bill, self.before).own;
        for (n, tender) in self.bought.tenders.iter().enumerate() {
            let TenderKind::Reward { reward } = &tender.kind else {
                continue;
            };
            if own[n] < tender.amount.0 || before[n] >= tender.amount.0 {
                continue;
            }
            let mut scopes = Vec::new();
            for effect in &self.entry.effects {
                if let Effect::Counted {
                    scope,
                    count: Count::Reward(of),
                    each,
                    start,
                    ..
                } = effect
                    && of == reward
                    && !scopes.contains(scope)
                {
                    scopes.push(*scope);
                    self.effects.push(Effect::Counted {
                        scope: *scope,
                        count: Count::Reward(*of),
                        each: *each,
                        start: *start,
                        by: -1,
                    });
                }
            }
        }
    }

    /// Price of a reward at the time it paid.
    fn price_then(&self, reward: Number) -> Option<Points> {
        let policy = self.policy_then();
        let found = policy.rewards().iter().find(|r| r.number == reward)?;
        Some(found.points)
    }

    /// True if all of the purchase has come back by now.
    fn is_all(&self) -> bool {
        self.after.is_all(self.bought)
    }

    /// Takes back the points that the purchase gave, less those that its kept
    /// part gives.
    fn take_back(&mut self, member: &Member, owed: &[(Number, i64)]) -> Result<(), Refusal> {
        let mut given = kept::given(&self.gave);
        for (unit, keeps) in owed {
            // A bill that gave nothing may take points for its kept part.
            if *keeps < 0 {
                entry_of(&mut given, *unit);
            }
        }
        for (unit, given) in given {
            if self.case.programme().is_kind(unit, UnitKind::Pass) {
                if self.is_all() {
                    self.end_pass(member, unit);
                }
                continue;
            }
            let keeps = owed.iter().find(|o| o.0 == unit).map_or(0, |o| o.1);
            let taken = self
                .before
                .taken
                .iter()
                .find(|t| t.0 == unit)
                .map_or(0, |t| t.1.0);
            self.book(member, unit, given - taken - keeps)?;
        }
        Ok(())
    }

    /// Books a difference: positive is taken back, negative is given after all.
    fn book(&mut self, member: &Member, unit: Number, difference: i64) -> Result<(), Refusal> {
        if difference == 0 {
            return Ok(());
        }
        if self.case.is_voucher(unit) {
            let own = member.lots_of(unit).map(|l| l.id);
            let own: Vec<LotId> = own.filter(|id| self.is_own(*id)).collect();
            let effects = &mut self.effects;
            let taken = voucher::taken_back(self.case, member, &own, unit, difference, effects)?;
            self.taken.extend(taken.map(|points| (unit, points)));
            return Ok(());
        }
        self.taken.push((unit, Points(difference)));
        if self.case.programme().is_kind(unit, UnitKind::Qualifying) {
            self.effects.push(Effect::Qualify {
                who: 0,
                unit,
                day: self.entry.head.day,
                amount: Points(-difference),
                campaign: 0,
                exact: self.exact(unit, Points(-difference)),
            });
            return Ok(());
        }
        match difference > 0 {
            true => self.claw_back(member, unit, Points(difference)),
            false => {
                self.effects
                    .push(self.give_more(member, unit, Points(-difference)));
                Ok(())
            }
        }
    }

    fn exact(&self, unit: Number, points: Points) -> Exact {
        self.case.programme().decimal(unit, points).into()
    }

    fn give_more(&self, member: &Member, unit: Number, amount: Points) -> Effect {
        let terms = self.gave.effects.iter().find_map(|e| match e {
            Effect::Award { unit: u, terms, .. } if *u == unit => Some(*terms),
            _ => None,
        });
        let mut owed = member.owed.clone();
        Effect::Award {
            who: 0,
            unit,
            amount,
            fills: lots::fill(&mut owed, unit, amount),
            from: Account::Clawback,
            campaign: 0,
            exact: self.exact(unit, amount),
            line: 0,
            terms: terms.unwrap_or_default(),
            why: String::new(),
        }
    }

    /// Takes points back: expired points of the purchase's own lots count as
    /// returned; then its own lots, then the others, then by the rule.
    fn claw_back(&mut self, member: &Member, unit: Number, amount: Points) -> Result<(), Refusal> {
        let expired: i64 = self
            .case
            .inputs
            .expired
            .iter()
            .filter(|(lot, _)| self.opened(*lot) == Some(unit))
            .map(|e| e.1.0)
            .sum();
        let sum = |list: &[(Number, Points)]| -> i64 {
            list.iter().filter(|t| t.0 == unit).map(|t| t.1.0).sum()
        };
        let used = sum(&self.before.taken) - sum(self.case.inputs.clawed);
        let open: i64 = member
            .lots_of(unit)
            .filter(|l| self.is_own(l.id))
            .map(|l| l.remaining.0)
            .sum();
        // Expired points count as returned once, after the open ones.
        let counts = (expired - used.max(0)).max(0).min((amount.0 - open).max(0));
        let left = Points(amount.0 - counts);
        let now = self.case.now();
        let is_own = |l: &&Lot| self.is_own(l.id) && l.unit == unit && !l.is_dead(now);
        let own = member.lots.iter().filter(is_own);
        let own: Vec<_> = own.map(|l| (l, Points(l.remaining.0 - l.held.0))).collect();
        let left = lots::take(own, left, Account::Clawback, &mut self.effects);
        let mut others = lots::spendable(member, unit, now, &self.effects);
        others.retain(|(l, _)| !self.is_own(l.id));
        let left = lots::take(others, left, Account::Clawback, &mut self.effects);
        book_shortfall(self.case, unit, amount, left, &mut self.effects)
    }

    /// True if a lot is the purchase's, possibly under another member by now.
    fn is_own(&self, id: LotId) -> bool {
        let moved = self.case.inputs.moved;
        id.seq == self.gave.seq || moved.iter().any(|m| m.0 == id)
    }

    /// The unit of a lot that the purchase opened.
    fn opened(&self, lot: LotId) -> Option<Number> {
        match self.gave.opener(lot)? {
            Effect::Award { unit, .. } => Some(*unit),
            _ => None,
        }
    }

    /// Ends a pass that the purchase gave, unless it has ended before.
    fn end_pass(&mut self, member: &Member, unit: Number) {
        let own = |l: &&Lot| self.is_own(l.id) && l.unit == unit;
        let Some(lot) = member.lots.iter().find(own) else {
            return;
        };
        self.taken.push((unit, lot.remaining));
        self.effects.push(Effect::Debit {
            who: 0,
            unit,
            lot: lot.id,
            amount: lot.remaining,
            to: Account::Clawback,
        });
    }

    /// Marks benefits of passes as unused once all of it came back.
    fn undo_benefits(&mut self) {
        if !self.is_all() || self.before.is_all(self.bought) {
            return;
        }
        let used = self
            .gave
            .effects
            .iter()
            .filter_map(super::undo::reversed_benefit);
        self.effects.extend(used);
    }

    fn undo_visit(&mut self) {
        let visits = -i8::from(self.is_all() && !self.before.is_all(self.bought));
        let spend = Money(self.before.amount.0 - self.after.amount.0);
        self.effects.push(Effect::Visited {
            who: 0,
            day: self.entry.head.day,
            visits,
            spend,
        });
    }
}
