//! Voids: an entry's effects, reversed exactly. Refused once anything depends on them.

use super::case::{Case, Parties};
use super::lots::restored::terms_restored;
use super::state::Member;
use crate::model::{
    Account, Act, Code, Draft, Effect, Entry, LotId, MemberId, Money, PartnerWhy, Points, Refusal,
    ReturnedLine, Value,
};

/// Decides a void of the entry that the case names. Dependents of a sale do not
/// prevent its return: the refusal says so.
///
/// # Errors
/// The entry is of another kind, was undone before, or something depends on it.
pub fn decide(case: &Case, of: u64, reason: String) -> Result<Draft, Refusal> {
    let is_sale = case
        .inputs
        .named
        .is_some_and(|entry| matches!(entry.act, Act::Purchase(_)));
    undone(case, of, reason).map_err(|mut refusal| {
        if is_sale && refusal.code == Code::HasDependents {
            let hint = format!("; the goods of entry {of} can come back with 'return' instead");
            refusal.detail.push_str(&hint);
        }
        refusal
    })
}

fn undone(case: &Case, of: u64, reason: String) -> Result<Draft, Refusal> {
    let entry = case.need_named(Code::UnknownEntry)?;
    let is_reversible = matches!(
        entry.act,
        Act::Purchase(_)
            | Act::Redemption { .. }
            | Act::Capture { .. }
            | Act::Adjustment(_)
            | Act::Return { .. }
            | Act::ReturnedWithoutSlip { .. }
            | Act::VoucherIssued { .. }
            | Act::VoucherVoided { .. }
            | Act::Activity { .. }
    );
    if !is_reversible {
        let detail = format!("entry {of} is {}, which cannot be undone", entry.act.kind());
        return Err(Refusal::new(Code::NotReversible, detail));
    }
    if let Some(after) = case.state.aftermath.get(&of) {
        if let Some(seq) = after.voided {
            return Err(Refusal::new(
                Code::AlreadyVoided,
                format!("entry {seq} undid it"),
            ));
        }
        if let Some(seq) = after.claimed {
            let detail = format!("entry {seq} claimed it");
            return Err(depends(detail));
        }
        if let Some(seq) = after.returns.last() {
            return Err(depends(format!("entry {seq} is a return of it")));
        }
    }
    let mut effects = Vec::with_capacity(entry.effects.len() + 1);
    let parties = case.parties(entry);
    if !parties.members.is_empty() {
        let nobody = Member::new(MemberId::NOBODY, case.day());
        let undoing = Undoing {
            case,
            member: case.member().unwrap_or(&nobody),
            entry,
            parties: &parties,
        };
        let mut lot = 0;
        for effect in &entry.effects {
            undoing.undo(effect, &mut lot, &mut effects)?;
        }
    }
    effects.push(Effect::Voided { of });
    let mut draft = case.draft(Act::Reversal { of, reason }, effects);
    draft.members = parties.members;
    Ok(draft)
}

fn depends(detail: String) -> Refusal {
    Refusal::new(Code::HasDependents, detail)
}

struct Undoing<'a> {
    case: &'a Case<'a>,
    member: &'a Member,
    entry: &'a Entry,
    parties: &'a Parties,
}

impl Undoing<'_> {
    /// Appends the effects that undo an effect. `lot` counts the lots that the
    /// entry opened.
    fn undo(
        &self,
        effect: &Effect,
        lot: &mut u16,
        effects: &mut Vec<Effect>,
    ) -> Result<(), Refusal> {
        match effect {
            // The hold of a reward stays ended; only its redemption is undone.
            Effect::Counted { by: ..0, .. }
                if matches!(self.entry.act, Act::Capture { .. } | Act::Purchase(_)) => {}
            Effect::Award {
                unit,
                amount,
                fills,
                from,
                ..
            } => {
                let opened = Points(amount.0 - fills.0);
                self.undo_award(*unit, opened, *fills, *from, lot, effects)?;
            }
            Effect::Voucher { unit, .. } => self.undo_voucher(*unit, lot, effects)?,
            Effect::Debit {
                who,
                unit,
                lot,
                amount,
                to,
            } => {
                let who = self.parties.place(*who);
                effects.push(self.put_back(who, *unit, *lot, *amount, *to));
            }
            Effect::Restore {
                who,
                unit,
                lot,
                amount,
                from,
                ..
            } => {
                let who = self.parties.place(*who);
                effects.push(self.take_again(who, *unit, *lot, *amount, *from)?);
            }
            Effect::Owe {
                unit, amount, with, ..
            } => effects.push(self.forgive(*unit, *amount, *with)?),
            _ => effects.extend(self.undo_plain(effect)?),
        }
        Ok(())
    }

    /// Undoes an award: its lot is closed, and the filled deficit is owed again.
    fn undo_award(
        &self,
        unit: u16,
        opened: Points,
        fills: Points,
        from: Account,
        lot: &mut u16,
        effects: &mut Vec<Effect>,
    ) -> Result<(), Refusal> {
        if opened.is_positive() {
            let id = LotId {
                seq: self.entry.seq,
                n: *lot,
            };
            *lot += 1;
            effects.push(self.close(id, unit, opened, from)?);
        }
        if fills.is_positive() {
            effects.push(Effect::Owe {
                who: 0,
                unit,
                amount: fills,
                with: from,
            });
        }
        Ok(())
    }

    /// Undoes a voucher: its lot is closed.
    fn undo_voucher(
        &self,
        unit: u16,
        lot: &mut u16,
        effects: &mut Vec<Effect>,
    ) -> Result<(), Refusal> {
        let (one, none) = (Points(1), Points::ZERO);
        self.undo_award(unit, one, none, Account::Issuance, lot, effects)
    }

    /// Puts points that left a lot back to it.
    fn put_back(&self, who: u8, unit: u16, lot: LotId, amount: Points, from: Account) -> Effect {
        Effect::Restore {
            who,
            unit,
            lot,
            amount,
            from,
            terms: terms_restored(self.case, self.parties, who, lot),
        }
    }

    /// Takes back a deficit, if it is still owed.
    fn forgive(&self, unit: u16, amount: Points, with: Account) -> Result<Effect, Refusal> {
        if amount.0 > self.member.owed(unit).0 {
            return Err(depends("the deficit it made is filled".into()));
        }
        Ok(Effect::Owe {
            who: 0,
            unit,
            amount: amount.negated(),
            with,
        })
    }

    /// Takes points that went back to a lot out again, if they are still there.
    fn take_again(
        &self,
        who: u8,
        unit: u16,
        lot: LotId,
        amount: Points,
        to: Account,
    ) -> Result<Effect, Refusal> {
        let open = self.case.party(self.parties, who);
        let open = open.and_then(|member| member.lot(lot));
        if open.map_or(0, |l| l.remaining.0 - l.held.0) < amount.0 {
            return Err(depends("points it gave back are spent".into()));
        }
        Ok(Effect::Debit {
            who,
            unit,
            lot,
            amount,
            to,
        })
    }

    /// Closes a lot that must be as it was opened.
    fn close(&self, id: LotId, unit: u16, opened: Points, to: Account) -> Result<Effect, Refusal> {
        match self.member.lot(id) {
            Some(l) if l.remaining == opened && l.held == Points::ZERO => Ok(Effect::Debit {
                who: 0,
                unit,
                lot: id,
                amount: opened,
                to,
            }),
            _ => Err(depends(format!(
                "points of lot {}.{} are spent, held or expired",
                id.seq, id.n
            ))),
        }
    }

    fn undo_plain(&self, effect: &Effect) -> Result<Option<Effect>, Refusal> {
        match effect.clone() {
            Effect::Tier {
                who,
                tier,
                since,
                review,
                was,
            } => {
                let held = self.member.tier.map(|t| (t.tier, t.since, t.review));
                if held != Some((tier, since, review)) {
                    return Err(depends("the tier it gave has changed since".into()));
                }
                Ok(Some(Effect::Tier {
                    who,
                    tier: was.0,
                    since: was.1,
                    review: was.2,
                    was: (tier, since, review),
                }))
            }
            Effect::Remembered {
                who,
                campaign,
                key,
                value,
                was,
            } => {
                self.check_memo(campaign, &key, &value)?;
                Ok(Some(Effect::Remembered {
                    who,
                    campaign,
                    key,
                    value: was,
                    was: value,
                }))
            }
            Effect::Returned {
                of,
                lines,
                amount,
                money,
                taken,
            } => self.undo_return(of, lines, amount, money, taken).map(Some),
            other => Ok(reversed(other)),
        }
    }

    /// Checks that a script's memory is still the one that the entry set.
    fn check_memo(&self, campaign: u16, key: &str, value: &Value) -> Result<(), Refusal> {
        let mut memo = self.member.memo.iter();
        let now = memo.find(|m| m.0 == campaign && m.1 == key);
        if now.map_or(&Value::Unit, |m| &m.2) == value {
            return Ok(());
        }
        let why = format!("what it remembered as {key} has changed since");
        Err(depends(why))
    }

    fn undo_return(
        &self,
        of: u64,
        mut lines: Vec<ReturnedLine>,
        amount: Money,
        money: Money,
        mut taken: Vec<(u16, Points)>,
    ) -> Result<Effect, Refusal> {
        let last = self
            .case
            .state
            .aftermath
            .get(&of)
            .and_then(|a| a.returns.last());
        if last != Some(&self.entry.seq) {
            return Err(depends("a later return of the same purchase".into()));
        }
        for line in &mut lines {
            (line.qty.0, line.amount.0) = (-line.qty.0, -line.amount.0);
            line.paid = line.paid.negated();
        }
        for part in &mut taken {
            part.1 = part.1.negated();
        }
        Ok(Effect::Returned {
            of,
            lines,
            amount: amount.negated(),
            money: money.negated(),
            taken,
        })
    }
}

/// Takes back a benefit. One without value stays counted.
pub fn reversed_benefit(effect: &Effect) -> Option<Effect> {
    let mut back = effect.clone();
    match &mut back {
        Effect::BenefitUsed { amount, .. } if amount.0 > 0 => *amount = amount.negated(),
        _ => return None,
    }
    Some(back)
}

/// Reverses the signs of an effect, if that is all it takes; None for effects
/// that only explained or warned.
pub(super) fn reversed(mut effect: Effect) -> Option<Effect> {
    match &mut effect {
        Effect::Qualify { amount, .. } => *amount = amount.negated(),
        Effect::Visited { visits, spend, .. } => {
            (*visits, *spend) = (-*visits, spend.negated());
        }
        Effect::Counted { by, .. } => *by = -*by,
        Effect::Acted { times, .. } => *times = -*times,
        Effect::Tagged { is_on, .. } => *is_on = !*is_on,
        Effect::BenefitUsed { .. } => return reversed_benefit(&effect),
        Effect::PartnerOwes { amount, why, .. } => {
            (*amount, *why) = (amount.negated(), PartnerWhy::Undone);
        }
        Effect::Pooled { exact, amount, .. } => {
            let back = exact.to_decimal().map(|x| -x).unwrap_or_default();
            (*exact, *amount) = (back.into(), amount.negated());
        }
        _ => return None,
    }
    Some(effect)
}
