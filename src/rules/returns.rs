//! Returns. The refund is the amount paid, less the amount owed for the kept
//! part, less earlier refunds, and never below zero. A line or charge that gave
//! money on the bill, such as a deposit, takes it back when it comes back
//! itself; while it is kept it has paid for the rest. The amount owed for the
//! kept part does not depend on the sequence of returns, and a full return
//! leaves nothing.

mod coupons;
pub mod on_return;
mod payout;
pub mod without_slip;

use super::case::{Case, Parties};
use super::lots;
use super::share::{part_of, scale, share};
use super::state::{Aftermath, Lot, Member, entry_of};
use crate::model::{
    Account, Act, Code, Count, Draft, Effect, Entry, Exact, Extent, Line, LineExtent, LotId,
    Measure, Money, Number, Points, Purchase, Qty, Refusal, ReturnedLine, TenderKind, UnitKind,
};
use crate::rules::lots::deficit::book_shortfall;
use crate::rules::lots::restored::terms_restored;
use crate::rules::purchase::allocated_bill::Bill;
use crate::rules::purchase::bill::{booked, money};
use crate::rules::purchase::claim;
use crate::rules::purchase::foreign::refunded;
use crate::rules::purchase::line_worth::{Worth, worth_of_lines};
use crate::rules::reward::voucher;
use coupons::Coupons;
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
    let asked = resolve(case, &bill, before, &extent, deposits)?;
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

fn too_much(left: Money, asked: Money, what: String) -> Refusal {
    let (code, measure) = (Code::TooMuchReturned, Measure::Money);
    Refusal::short(code, measure, left.0, asked.0, what)
}

/// Resolves the extent of a return line by line.
fn resolve(
    case: &Case,
    bill: &Bill,
    before: &Aftermath,
    extent: &Extent,
    deposits: &[String],
) -> Result<Vec<ReturnedLine>, Refusal> {
    let digits = case.programme().digits;
    let bought = &*bill.purchase;
    let left = (bought.total.minus(before.amount).unwrap_or_default()).max(Money::ZERO);
    match extent {
        Extent::All if before.is_all(bought) => {
            let all = "all of it came back before".into();
            Err(too_much(Money::ZERO, bought.total, all))
        }
        Extent::All => {
            let worth = worth_of_lines(bill);
            let rest = (0..bought.lines.len()).map(|n| rest_of(bought, before, n, &worth[n]));
            Ok(rest.filter(|l| l.qty.0 != 0 || l.amount.0 != 0).collect())
        }
        Extent::Amount(amount) if amount.0 <= 0 => Err(Refusal::new(
            Code::BadInput,
            "amount: there must be more than none",
        )),
        Extent::Amount(amount) if *amount > left => {
            let (left_text, asked) = (left.display(digits), amount.display(digits));
            let detail = format!("{left_text} of it is left, {asked} asked");
            Err(too_much(left, *amount, detail))
        }
        Extent::Amount(_) => Ok(Vec::new()),
        Extent::Lines(asked) => {
            let worth = worth_of_lines(bill);
            let coupons = Coupons::of(bought, &worth, deposits);
            let mut lines: Vec<ReturnedLine> = Vec::new();
            for line in asked {
                if lines.iter().any(|l| l.line == line.line) {
                    return Err(Refusal::new(
                        Code::BadInput,
                        format!("lines: line {} is named twice", line.line),
                    ));
                }
                let line = coupons.before_off(line, before, digits)?;
                lines.push(resolve_line(bought, before, &line, &worth, digits)?);
            }
            coupons.take_along(&mut lines, asked, before);
            Ok(lines)
        }
    }
}

/// Rest of a line, with the rest of the money paid for it.
fn rest_of(bought: &Purchase, before: &Aftermath, n: usize, worth: &Worth) -> ReturnedLine {
    let (line, back) = (&bought.lines[n], before.line(n));
    ReturnedLine {
        line: back.line,
        qty: Qty(line.qty.0 - back.qty.0),
        amount: Money(line.amount.0 - back.amount.0),
        paid: Money(toward(worth.money - back.paid.0, worth.money)),
    }
}

/// Clamps an amount to between 0 and a whole of either sign.
fn toward(amount: i64, whole: i64) -> i64 {
    amount.clamp(whole.min(0), whole.max(0))
}

/// A line of a purchase of which a part comes back.
struct PartialLine<'a> {
    line: &'a Line,
    worth: &'a Worth,
    /// What came back of it before.
    back: ReturnedLine,
    /// What is left of it.
    rest: ReturnedLine,
}

impl PartialLine<'_> {
    /// A part of the line by its quantity, which is less than what is left.
    fn by_quantity(&self, qty: Qty) -> ReturnedLine {
        let (line, back, rest) = (self.line, &self.back, &self.rest);
        let qty = Qty(qty.0 * line.qty.0.signum());
        // Computed on all that came back so far, so that the parts add up.
        let whole = scale(line.amount.0, back.qty.0 + qty.0, line.qty.0);
        let amount = toward(whole - back.amount.0, rest.amount.0);
        let paid = self.worth.money_at(back.amount.0 + amount) - back.paid.0;
        ReturnedLine {
            line: rest.line,
            qty,
            amount: Money(amount),
            paid: Money(toward(paid, rest.paid.0)),
        }
    }

    /// Checks the money that a part of the line asks for.
    fn check_money(&self, asked: Money, digits: u8) -> Result<(), Refusal> {
        let (number, left) = (self.rest.line, self.rest.paid);
        let bad = |detail: String| Err(Refusal::new(Code::BadInput, detail));
        if self.worth.money < 0 {
            return bad(format!(
                "lines: line {number} gave money on the bill; name it whole or by quantity, and what it gave is taken back"
            ));
        }
        if asked.0 < 0 {
            return bad("lines: amount must not be negative".into());
        }
        if asked > left {
            let (left_text, asked_text) = (left.display(digits), asked.display(digits));
            let detail = format!(
                "line {number}: {left_text} of the money paid for it is left, {asked_text} asked; \
                 an amount within a line is money that was paid for it"
            );
            return Err(too_much(left, asked, detail));
        }
        Ok(())
    }

    /// A part of the line by the money that was paid for it, less than what is left.
    fn by_money(&self, qty: Option<Qty>, paid: Money) -> ReturnedLine {
        let (line, worth, back, rest) = (self.line, self.worth, &self.back, &self.rest);
        let price = match worth.money_at(back.amount.0) == back.paid.0 {
            true => worth.price_at(back.paid.0 + paid.0) - back.amount.0,
            // Discounts were decided again: its share of the rest, rounded up.
            false => {
                let left = rest.paid.0 - paid.0;
                rest.amount.0 - scale(rest.amount.0, left, rest.paid.0)
            }
        };
        let amount = price.clamp(0, rest.amount.0.max(0));
        let whole = part_of(line.qty.0, back.amount.0 + amount, line.amount.0);
        let its_share = Qty(toward(whole - back.qty.0, rest.qty.0));
        ReturnedLine {
            line: rest.line,
            qty: qty.unwrap_or(its_share),
            amount: Money(amount),
            paid,
        }
    }
}

fn resolve_line(
    bought: &Purchase,
    before: &Aftermath,
    asked: &LineExtent,
    worth: &[Worth],
    digits: u8,
) -> Result<ReturnedLine, Refusal> {
    let number = asked.line;
    let n = usize::from(number).wrapping_sub(1);
    let (Some(line), Some(worth)) = (bought.lines.get(n), worth.get(n)) else {
        return Err(Refusal::new(
            Code::BadInput,
            format!("lines: the purchase has no line {number}"),
        ));
    };
    let partial = PartialLine {
        line,
        worth,
        back: before.line(n),
        rest: rest_of(bought, before, n, worth),
    };
    let rest = &partial.rest;
    let over = |left: Qty, asked: Qty, what: &str| {
        let detail = format!("line {number}: {left} {what} is left, {asked} asked");
        let (code, measure) = (Code::TooMuchReturned, Measure::Quantity);
        Err(Refusal::short(code, measure, left.0, asked.0, detail))
    };
    match (asked.qty, asked.amount) {
        (None, None) if rest.qty.0 == 0 && rest.amount.0 == 0 => over(Qty(0), line.qty, "of it"),
        (None, None) => Ok(partial.rest),
        (Some(qty), _) if qty.0 <= 0 => Err(Refusal::new(
            Code::BadInput,
            "lines: qty must be more than none",
        )),
        (Some(qty), _) if qty.0 > rest.qty.0.abs() => {
            over(Qty(rest.qty.0.abs()), qty, "of the quantity")
        }
        (Some(qty), None) if qty.0 == rest.qty.0.abs() => Ok(partial.rest),
        (Some(qty), None) => Ok(partial.by_quantity(qty)),
        (qty, Some(paid)) => {
            partial.check_money(paid, digits)?;
            match qty {
                None if paid == partial.rest.paid => Ok(partial.rest),
                _ => Ok(partial.by_money(qty, paid)),
            }
        }
    }
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

#[cfg(test)]
mod tests;
