//! Returns. What is owed back is a function of what is kept, so it never
//! depends on how the return was split, and a full return leaves nothing.

mod closed;

pub use closed::terms_again;

use super::bill::{self, kept};
use super::case::{Case, Parties};
pub(super) use super::kept_again::recomputed;
pub use super::kept_again::tier_given;
use super::share::{scale, share};
use super::state::{Aftermath, Lot, Member};
use super::{lots, on_return, voucher};
use crate::model::{
    Account, Act, Code, Deficit, Draft, Effect, Entry, Exact, Extent, LotId, Money, Number, Points,
    Purchase, Qty, Refusal, ReturnedLine, UnitKind, to_u16,
};
use std::borrow::Cow;

mod kept;

pub use kept::Kept;

/// Decides a return of the purchase that the case names.
pub fn decide(case: &Case, of: u64, extent: Extent, receipt: String) -> Result<Draft, Refusal> {
    let entry = case.need_named(Code::UnknownPurchase)?;
    let Act::Purchase(bought) = &entry.act else {
        return Err(Refusal::new(
            Code::UnknownPurchase,
            format!("entry {of} is no purchase"),
        ));
    };
    let bought = &*bill::booked(bought, &entry.effects);
    let nothing = Aftermath::default();
    let before = case.state.aftermath.get(&of).unwrap_or(&nothing);
    if let Some(seq) = before.voided {
        return Err(Refusal::new(
            Code::AlreadyVoided,
            format!("entry {seq} undid the purchase"),
        ));
    }
    let (lines, amount) = resolve(case, bought, before, &extent)?;
    let after = with(before, &lines, amount);
    let mut returning = Returning {
        case,
        parties: case.parties(entry),
        entry,
        gave: gave(case, entry),
        bought,
        before,
        after: &after,
        effects: Vec::new(),
        taken: Vec::new(),
    };
    let kept = returning.kept();
    returning.give_back();
    if let Some(member) = case.member() {
        returning.take_back(member, &kept.units)?;
        returning.unuse();
        returning.unvisit();
    }
    returning.settle_with_others(&kept);
    let money = Money(returning.money(&after) - returning.money(before));
    let lines = with_paid(lines, money);
    let (mut effects, taken) = (returning.effects, returning.taken);
    let members = returning.parties.members;
    effects.push(Effect::Returned {
        of,
        lines,
        amount,
        money,
        taken,
    });
    let (more, given) = match case.member() {
        Some(member) => on_return::run(case, member, bought, (before, &after), &effects),
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

/// What gave points for a purchase: one that was claimed gave none itself.
fn gave<'a>(case: &Case, entry: &'a Entry) -> Cow<'a, Entry> {
    // Contributions were made at once, whoever claimed it later.
    let is_pooled = |e: &&Effect| matches!(e, Effect::Pooled { .. });
    let pooled = entry.effects.iter().filter(is_pooled);
    match case.papers.claim {
        None => Cow::Borrowed(entry),
        Some(claim) => Cow::Owned(Entry {
            seq: claim.seq,
            touched: claim.touched.clone(),
            given: claim.given.clone(),
            effects: claim.effects.iter().chain(pooled).cloned().collect(),
            ..entry.clone()
        }),
    }
}

fn too_much(left: i64, asked: i64, what: String) -> Refusal {
    Refusal::short(Code::TooMuchReturned, 0, left, asked, what)
}

/// What comes back, line by line, and its share of the total.
fn resolve(
    case: &Case,
    bought: &Purchase,
    before: &Aftermath,
    extent: &Extent,
) -> Result<(Vec<ReturnedLine>, Money), Refusal> {
    let digits = case.programme().digits;
    let left = bought.total.0 - before.amount.0;
    match extent {
        Extent::All => {
            if left == 0 && !before.returns.is_empty() {
                return Err(too_much(0, 0, "all of it came back before".into()));
            }
            let rest = (1..=to_u16(bought.lines.len())).map(|n| rest_of(bought, before, n));
            Ok((
                rest.filter(|l| l.qty.0 != 0 || l.amount.0 != 0).collect(),
                Money(left),
            ))
        }
        Extent::Amount(amount) if amount.0 <= 0 => Err(Refusal::new(
            Code::BadInput,
            "amount: there must be more than none",
        )),
        Extent::Amount(amount) if amount.0 > left => {
            let (left_text, asked) = (Money(left).display(digits), amount.display(digits));
            Err(too_much(
                left,
                amount.0,
                format!("{left_text} of it is left, {asked} asked"),
            ))
        }
        Extent::Amount(amount) => Ok((Vec::new(), *amount)),
        Extent::Lines(asked) => {
            let mut lines: Vec<ReturnedLine> = Vec::new();
            for line in asked {
                if lines.iter().any(|l| l.line == line.line) {
                    return Err(Refusal::new(
                        Code::BadInput,
                        format!("lines: line {} is named twice", line.line),
                    ));
                }
                lines.push(resolve_line(bought, before, line)?);
            }
            let after = with(before, &lines, Money::ZERO);
            let all = after.lines.iter().map(|l| l.2.0).sum::<i64>()
                >= bought.lines.iter().map(|l| l.amount.0).sum::<i64>()
                && bought.charges.is_empty();
            let amount = if all {
                left
            } else {
                kept(bought, before).total.0 - kept(bought, &after).total.0
            };
            Ok((lines, Money(amount.clamp(0, left))))
        }
    }
}

/// Shares the payout over the lines, by what they had cost.
fn with_paid(mut lines: Vec<ReturnedLine>, money: Money) -> Vec<ReturnedLine> {
    let costs: Vec<i64> = lines.iter().map(|l| l.amount.0).collect();
    for (line, paid) in lines.iter_mut().zip(share(money.0, &costs)) {
        line.paid = Money(paid);
    }
    lines
}

fn returned(before: &Aftermath, number: u16) -> (Qty, Money) {
    let found = before.lines.iter().find(|l| l.0 == number);
    found.map_or((Qty(0), Money(0)), |l| (l.1, l.2))
}

fn rest_of(bought: &Purchase, before: &Aftermath, number: u16) -> ReturnedLine {
    let line = &bought.lines[usize::from(number) - 1];
    let (qty, amount) = returned(before, number);
    ReturnedLine {
        line: number,
        qty: Qty(line.qty.0 - qty.0),
        amount: Money(line.amount.0 - amount.0),
        paid: Money::ZERO,
    }
}

fn resolve_line(
    bought: &Purchase,
    before: &Aftermath,
    asked: &crate::model::LineExtent,
) -> Result<ReturnedLine, Refusal> {
    let number = asked.line;
    let line = bought.lines.get(usize::from(number).wrapping_sub(1));
    let line = line.ok_or_else(|| {
        Refusal::new(
            Code::BadInput,
            format!("lines: the purchase has no line {number}"),
        )
    })?;
    let rest = rest_of(bought, before, number);
    let over = |left: i64, asked: i64, what: &str| {
        let detail = format!("line {number}: less {what} is left than comes back");
        Err(match what {
            "money" => too_much(left, asked, detail),
            // In words, since the two figures of a refusal are never quantities.
            _ => {
                let (left, asked) = (Qty(left).to_decimal(), Qty(asked).to_decimal());
                let detail = format!("{detail}: {left} is left, {asked} asked");
                Refusal::new(Code::TooMuchReturned, detail)
            }
        })
    };
    match (asked.qty, asked.amount) {
        (None, None) if rest.qty.0 == 0 && rest.amount.0 == 0 => over(0, line.qty.0, "of it"),
        (None, None) => Ok(rest),
        (Some(qty), _) if qty.0 <= 0 => Err(Refusal::new(
            Code::BadInput,
            "lines: qty must be more than none",
        )),
        (Some(qty), _) if qty > rest.qty => over(rest.qty.0, qty.0, "quantity"),
        (Some(qty), None) => {
            // The amount of all that came back by now, so that the parts add up.
            let (qty_before, amount_before) = returned(before, number);
            let whole = scale(line.amount.0, qty_before.0 + qty.0, line.qty.0);
            let amount = if qty == rest.qty {
                rest.amount.0
            } else {
                (whole - amount_before.0).clamp(0, rest.amount.0)
            };
            Ok(ReturnedLine {
                line: number,
                qty,
                amount: Money(amount),
                paid: Money::ZERO,
            })
        }
        (_, Some(amount)) if amount.0 < 0 => Err(Refusal::new(
            Code::BadInput,
            "lines: amount must not be negative",
        )),
        (_, Some(amount)) if amount > rest.amount => over(rest.amount.0, amount.0, "money"),
        (qty, Some(amount)) => Ok(ReturnedLine {
            line: number,
            qty: qty.unwrap_or(Qty(0)),
            amount,
            paid: Money::ZERO,
        }),
    }
}

/// The aftermath with one more return.
fn with(before: &Aftermath, lines: &[ReturnedLine], amount: Money) -> Aftermath {
    let mut after = before.clone();
    after.add_returned(lines, amount);
    after
}

struct Returning<'a> {
    case: &'a Case<'a>,
    parties: Parties,
    entry: &'a Entry,
    /// The purchase as the entry that gave for it: itself, or its claim.
    gave: Cow<'a, Entry>,
    bought: &'a Purchase,
    before: &'a Aftermath,
    after: &'a Aftermath,
    effects: Vec<Effect>,
    taken: Vec<(Number, Points)>,
}

impl Returning<'_> {
    /// What of the money part came back up to a point.
    fn money(&self, at: &Aftermath) -> i64 {
        let tenders = self.bought.tenders.iter();
        let own = tenders.filter(|t| bill::is_own(&t.kind));
        let own: i64 = own.map(|t| t.amount.0).sum();
        at.amount.0 - self.part(own, at)
    }

    /// The part of an amount that belongs to what came back.
    fn part(&self, amount: i64, at: &Aftermath) -> i64 {
        match at.amount >= self.bought.total && !(at.returns.is_empty() && at.amount.0 == 0) {
            true => amount,
            false => scale(amount, at.amount.0, self.bought.total.0.max(1)),
        }
    }

    /// Points that paid for it go back to their lots, in proportion.
    fn give_back(&mut self) {
        for effect in &self.entry.effects {
            let Effect::Debit {
                who,
                unit,
                lot,
                amount,
                to: Account::Redemption,
            } = effect
            else {
                continue;
            };
            let back = Points(self.back(amount.0) - self.part_before(amount.0));
            if back.is_positive() {
                let who = self.parties.place(*who);
                self.effects.push(Effect::Restore {
                    who,
                    unit: *unit,
                    lot: *lot,
                    amount: back,
                    from: Account::Redemption,
                    terms: terms_again(self.case, &self.parties, who, *lot),
                });
            }
        }
    }

    /// Whether all of it has come back by now.
    fn is_all(&self) -> bool {
        self.after.amount >= self.bought.total
    }

    /// The part of an amount that belongs to what came back by now.
    fn back(&self, amount: i64) -> i64 {
        match self.is_all() {
            true => amount,
            false => self.part(amount, self.after),
        }
    }

    fn part_before(&self, amount: i64) -> i64 {
        if self.before.amount.0 == 0 {
            0
        } else {
            self.part(amount, self.before)
        }
    }

    /// Points that the purchase gave, less what it gives for what is kept.
    fn take_back(&mut self, member: &Member, owed: &[(Number, i64)]) -> Result<(), Refusal> {
        for (unit, given) in kept::given(&self.gave) {
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

    /// Books a difference: positive is taken back, negative given after all.
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
            true => self.claw(member, unit, Points(difference)),
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

    /// Takes points back: what expired of the purchase's own lots counts as
    /// given back; then its own lots, then the others, then by the rule.
    fn claw(&mut self, member: &Member, unit: Number, amount: Points) -> Result<(), Refusal> {
        let expired: i64 = self
            .case
            .papers
            .expired
            .iter()
            .filter(|(lot, _)| self.opened(*lot) == Some(unit))
            .map(|e| e.1.0)
            .sum();
        let sum = |list: &[(Number, Points)]| -> i64 {
            list.iter().filter(|t| t.0 == unit).map(|t| t.1.0).sum()
        };
        let used = sum(&self.before.taken) - sum(self.case.papers.clawed);
        let open: i64 = member
            .lots_of(unit)
            .filter(|l| self.is_own(l.id))
            .map(|l| l.remaining.0)
            .sum();
        // Expired points count as given back once, after what is still open.
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
        match (left.is_positive(), self.case.programme().deficit) {
            (false, _) | (true, Deficit::Clamp) => Ok(()),
            (true, Deficit::Carry) => {
                self.effects.push(Effect::Owe {
                    who: 0,
                    unit,
                    amount: left,
                    with: Account::Clawback,
                });
                Ok(())
            }
            (true, Deficit::Refuse) => {
                let spent = self.case.programme().decimal(unit, left);
                let detail = format!("{spent} of the points it gave are spent");
                Err(Refusal::short(
                    Code::AlreadySpent,
                    unit,
                    amount.0 - left.0,
                    amount.0,
                    detail,
                ))
            }
        }
    }

    /// Whether a lot is the purchase's, perhaps in another member's name by now.
    fn is_own(&self, id: LotId) -> bool {
        let moved = self.case.papers.moved;
        id.seq == self.gave.seq || moved.iter().any(|m| m.0 == id)
    }

    /// The unit of a lot that the purchase opened.
    fn opened(&self, lot: LotId) -> Option<Number> {
        match self.gave.opener(lot)? {
            Effect::Award { unit, .. } => Some(*unit),
            _ => None,
        }
    }

    /// A pass that the purchase gave ends, if it has not ended before.
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

    /// Benefits of passes count as never used once all of it came back.
    fn unuse(&mut self) {
        if !self.is_all() || self.before.amount >= self.bought.total {
            return;
        }
        let used = self.gave.effects.iter().filter_map(super::undo::unused);
        self.effects.extend(used);
    }

    fn unvisit(&mut self) {
        let visits = -i8::from(
            self.is_all() && (self.before.amount < self.bought.total || self.bought.total.0 == 0),
        );
        let spend = Money(self.before.amount.0 - self.after.amount.0);
        self.effects.push(Effect::Visited {
            who: 0,
            day: self.entry.head.day,
            visits,
            spend,
        });
    }
}
