//! Holds: points set aside until they are spent, released, or time out.

use crate::model::{
    Account, Act, Code, Draft, Effect, Entry, Identified, Instant, LotId, Measure, Number, Points,
    Purchase, Refusal, Tender, TenderKind,
};
use crate::rules::case::Case;
use crate::rules::reward::catalogue;
use crate::rules::reward::spend::{self, Spending};
use crate::rules::reward::voucher;
use crate::rules::reward::wanted;
use crate::rules::state::{Hold, Member};
use crate::rules::{lots, undo};

/// The first hold to time out, if it has by an instant.
pub fn timed_out(member: &Member, until: Instant) -> Option<&Hold> {
    let over = member.holds.iter().filter(|h| h.until <= until);
    over.min_by_key(|h| (h.until, h.seq))
}

/// Decides to set points aside. A held reward counts against the stock and the
/// member's limits until the hold ends.
pub fn open(case: &Case, act: Act) -> Result<Draft, Refusal> {
    let (reward, unit, points, until) = match act {
        Act::Hold {
            unit,
            points,
            until,
            ..
        } => (0, unit, points, until),
        Act::RewardHeld { reward, until, .. } => (reward, 0, Points::ZERO, until),
        _ => return Err(Refusal::new(Code::BadInput, "not a hold")),
    };
    let member = case.need_member()?;
    check_until(case, until)?;
    let plain = Spending {
        unit,
        points,
        by: Identified::Unsaid,
        is_free: false,
    };
    let available = |unit| member.available(unit, case.now());
    let wanted = wanted::check(case, member, reward, plain, available)?;
    let (unit, points) = (wanted.spending.unit, wanted.spending.points);
    let mut effects = vec![Effect::HoldOpened {
        who: 0,
        unit,
        amount: points,
        until,
        token: None,
    }];
    let hold = case.state.global.next_seq;
    effects.extend(set_aside(case, member, (unit, points), hold));
    effects.extend(wanted.counted);
    let mut draft = case.draft(act, effects);
    draft.given = wanted.given;
    Ok(draft)
}

/// Decides to set a voucher aside: until the hold ends, its code cannot pay elsewhere.
pub fn open_voucher(
    case: &Case,
    lot: LotId,
    until: Instant,
    note: String,
) -> Result<Draft, Refusal> {
    let member = case.need_member()?;
    check_until(case, until)?;
    let no = |code, what: &str| Err(Refusal::new(code, what));
    let open = member.lot(lot).filter(|l| case.is_voucher(l.unit));
    let unit = match open {
        None => return no(Code::CodeUsed, "code: it was used, taken back or has ended"),
        Some(l) if l.is_dead(case.now()) => {
            return no(Code::CodeLapsed, "code: its time has run out");
        }
        Some(l) if l.is_pending(case.now()) => {
            return no(Code::CodeLapsed, "code: its time has not begun yet");
        }
        Some(l) if l.held.is_positive() => return Err(voucher::set_aside(member, lot)),
        Some(l) => l.unit,
    };
    let (hold, one) = (case.state.global.next_seq, Points(1));
    let effects = vec![
        Effect::HoldOpened {
            who: 0,
            unit,
            amount: one,
            until,
            token: None,
        },
        held(unit, lot, one, hold),
    ];
    Ok(case.draft(Act::VoucherHeld { lot, until, note }, effects))
}

fn check_until(case: &Case, until: Instant) -> Result<(), Refusal> {
    match until > case.now() {
        true => Ok(()),
        false => Err(Refusal::new(
            Code::BadInput,
            "until: it is over already; name a later instant",
        )),
    }
}

/// Books a held tender: it is captured, at its value on the bill. Returns the
/// lines that it pays for.
///
/// # Errors
/// The hold has ended or has too little, or it pays less than the tender states.
pub fn pay(
    case: &Case,
    purchase: &Purchase,
    tender: &Tender,
    effects: &mut Vec<Effect>,
) -> Result<Vec<u16>, Refusal> {
    let TenderKind::Held {
        hold: of,
        unit,
        points,
        reward,
        code,
    } = &tender.kind
    else {
        return Ok(Vec::new());
    };
    let found = code.as_ref().map(|code| voucher::found(case, code));
    let found = found.transpose()?;
    let (who, member) = match found {
        Some(found) => (voucher::place(case, found), voucher::holder(case, found)),
        None => (0, Some(case.need_member()?)),
    };
    let (entry, hold) = captured(case, member, (*of, *unit))?;
    let (left, unit) = (hold.left(), *unit);
    let is_paid = effects
        .iter()
        .any(|e| matches!(e, Effect::Held { hold, .. } if hold == of));
    if is_paid || !points.is_positive() || *points > left {
        let left = if is_paid { Points::ZERO } else { left };
        return Err(too_few(case, unit, left, *points)?);
    }
    let spent_now = free(hold, *points).into_iter().map(|e| of_holder(e, who));
    let spent_now: Vec<Effect> = spent_now.collect();
    let debits: Vec<Effect> = spent_now.iter().filter_map(spent).collect();
    let mut lines = Vec::new();
    match found {
        Some(found) => {
            let paid = voucher::pays(case, found, (purchase, tender), effects)?;
            effects.extend(spent_now);
            let used = voucher::used(
                case,
                found,
                hold.lots.first().map(|l| l.0),
                paid.line,
                tender,
            );
            effects.extend(used);
            lines.extend(paid.lines);
        }
        None => {
            let counted = match case.reward(*reward).filter(|_| *reward != 0) {
                Some(reward) if *points == left => {
                    let paid = pay_reward(case, reward, purchase, tender, effects)?;
                    lines.extend(paid);
                    [uncounted(Some(entry)), counted_again(Some(entry))].concat()
                }
                Some(_) => return Err(whole_only()),
                None => {
                    lines.extend(spend::paid_with_points(
                        case,
                        purchase,
                        tender,
                        (unit, *points),
                        effects,
                    )?);
                    Vec::new()
                }
            };
            effects.extend(spent_now);
            effects.extend(debits);
            let spending = Spending {
                unit,
                points: *points,
                by: Identified::Unsaid,
                is_free: *reward != 0,
            };
            spend::count(case, &spending, effects);
            effects.extend(counted);
        }
    }
    if *points == left {
        effects.push(of_holder(closed(*of, false), who));
    }
    Ok(lines)
}

/// The open hold of a tender, with the entry that set it aside.
fn captured<'a>(
    case: &Case<'a>,
    member: Option<&'a Member>,
    (of, unit): (u64, Number),
) -> Result<(&'a Entry, &'a Hold), Refusal> {
    let entry = case.inputs.held.iter().find(|entry| entry.seq == of);
    let entry = entry.filter(|entry| entry.effects.iter().any(is_for_till));
    let entry = entry.ok_or_else(|| nothing_held(of))?;
    let holds = member.map_or(&[][..], |member| &member.holds);
    let hold = holds.iter().find(|h| h.seq == of && h.token.is_none());
    let hold = hold.ok_or_else(|| match entry.member() == case.member {
        true => ended_before(of),
        false => Refusal::new(
            Code::HoldEnded,
            format!("hold {of} is another member's, or was captured, released or timed out"),
        ),
    })?;
    if hold.unit != unit {
        let held = &case.need_unit(hold.unit)?.id;
        let detail = format!("hold {of} is of {held}, which is not what the tender names");
        return Err(Refusal::new(Code::UnknownEntry, detail));
    }
    Ok((entry, hold))
}

/// Books a held reward as a tender; returns the lines that it pays for.
fn pay_reward(
    case: &Case,
    reward: &crate::model::Reward,
    purchase: &Purchase,
    tender: &Tender,
    effects: &mut Vec<Effect>,
) -> Result<Vec<u16>, Refusal> {
    catalogue::check_tender(reward)?;
    let paid = crate::rules::reward::pays(case.programme(), reward, purchase, tender, effects)?;
    effects.push(paid.effect(reward.number, tender.amount));
    Ok(paid.lines)
}

/// Moves an effect of a hold to the position of its holder in the entry.
fn of_holder(mut effect: Effect, holder: u8) -> Effect {
    match &mut effect {
        Effect::Held { who, .. } | Effect::HoldClosed { who, .. } => *who = holder,
        _ => {}
    }
    effect
}

/// Reversed counters of a reward's hold.
fn uncounted(entry: Option<&Entry>) -> Vec<Effect> {
    let counted = counted_again(entry).into_iter();
    counted.filter_map(undo::turned).collect()
}

/// Counters of a reward's hold, which are counted again when it is redeemed.
fn counted_again(entry: Option<&Entry>) -> Vec<Effect> {
    let entry = entry.filter(|e| reward_of(e) != 0);
    let effects = entry.map_or(&[][..], |e| &e.effects);
    let is_counted = |e: &&Effect| matches!(e, Effect::Counted { .. });
    effects.iter().filter(is_counted).cloned().collect()
}

fn whole_only() -> Refusal {
    let detail = "points: a reward is captured whole; name none";
    Refusal::new(Code::BadInput, detail)
}

fn reward_of(entry: &Entry) -> Number {
    match entry.act {
        Act::RewardHeld { reward, .. } => reward,
        _ => 0,
    }
}

/// Redeems a held reward, without checking it again. It is counted again, so
/// that a void of the capture undoes the count.
fn have(case: &Case, hold: &Hold, asked: Points, effects: &mut Vec<Effect>) -> Result<(), Refusal> {
    let Some(entry) = case.inputs.named.filter(|e| reward_of(e) != 0) else {
        return Ok(());
    };
    if asked != hold.left() {
        return Err(whole_only());
    }
    effects.extend(uncounted(Some(entry)));
    effects.extend(counted_again(Some(entry)));
    if let Some(reward) = case.reward(reward_of(entry)) {
        effects.extend(catalogue::given(case, reward)?);
        wanted::share(case, reward, effects);
    }
    Ok(())
}

/// Holds points of spendable lots in spending order.
pub(in crate::rules) fn set_aside(
    case: &Case,
    member: &Member,
    (unit, points): (Number, Points),
    hold: u64,
) -> Vec<Effect> {
    let free = lots::spendable(member, unit, case.now(), &[]);
    let parts = lots::parts(free, points);
    parts
        .map(|(lot, part)| held(unit, lot.id, part, hold))
        .collect()
}

pub(in crate::rules) fn held(unit: Number, lot: LotId, amount: Points, hold: u64) -> Effect {
    Effect::Held {
        who: 0,
        unit,
        lot,
        amount,
        hold,
    }
}

/// The open hold that a command refers to, or the reason why there is none.
fn named<'a>(case: &Case<'a>, of: u64) -> Result<&'a Hold, Refusal> {
    let holds = case.member().map_or(&[][..], |member| &member.holds);
    let found = holds.iter().find(|h| h.seq == of);
    let was = case.inputs.named.map(|entry| &entry.act);
    match (found, was) {
        (Some(hold), _) if hold.token.is_none() => Ok(hold),
        (None, Some(Act::Hold { .. } | Act::RewardHeld { .. } | Act::VoucherHeld { .. })) => {
            Err(ended_before(of))
        }
        _ => Err(Refusal::new(
            Code::UnknownEntry,
            format!("of: entry {of} holds no points for the till"),
        )),
    }
}

/// True if an effect opens a hold that a till may capture: a gift's is claimed.
fn is_for_till(effect: &Effect) -> bool {
    matches!(effect, Effect::HoldOpened { token: None, .. })
}

/// The refusal for a hold that never was; 0 if its key is unknown.
pub fn nothing_held(of: u64) -> Refusal {
    let detail = match of {
        0 => "nothing was set aside under that key".to_owned(),
        of => format!("entry {of} set nothing aside; send the key of the command that did"),
    };
    Refusal::new(Code::UnknownEntry, detail)
}

fn ended_before(of: u64) -> Refusal {
    let detail = format!("hold {of} was captured, released or timed out");
    Refusal::new(Code::HoldEnded, detail)
}

/// The refusal for a hold with too few points.
fn too_few(case: &Case, unit: Number, left: Points, asked: Points) -> Result<Refusal, Refusal> {
    let unit = case.need_unit(unit)?;
    let (has, wants) = (unit.decimal(left), unit.decimal(asked));
    let detail = format!("{has} {} are held, {wants} asked", unit.id);
    let code = Code::InsufficientPoints;
    let measure = Measure::Unit(unit.number);
    Ok(Refusal::short(code, measure, left.0, asked.0, detail))
}

/// Decides to spend held points; zero means all that are left.
pub fn capture(case: &Case, of: u64, points: Points) -> Result<Draft, Refusal> {
    let hold = named(case, of)?;
    let left = hold.left();
    let asked = if points == Points::ZERO { left } else { points };
    if asked > left || asked.0 < 0 {
        return Err(too_few(case, hold.unit, left, asked)?);
    }
    if matches!(case.inputs.named, Some(entry) if matches!(entry.act, Act::Hold { .. })) {
        spend::check_pays(case, hold.unit, asked)?;
    }
    let mut effects = free(hold, asked);
    let taken: Vec<Effect> = effects.iter().filter_map(spent).collect();
    effects.extend(taken);
    let spending = Spending {
        unit: hold.unit,
        points: asked,
        by: Identified::Unsaid,
        is_free: false,
    };
    spend::count(case, &spending, &mut effects);
    have(case, hold, asked, &mut effects)?;
    if asked == left {
        effects.push(closed(of, false));
    }
    Ok(case.draft(Act::Capture { of, points }, effects))
}

/// Decides to release held points.
pub fn release(case: &Case, of: u64, is_timeout: bool) -> Result<Draft, Refusal> {
    let hold = named(case, of)?;
    if is_timeout && hold.until > case.now() {
        return Err(Refusal::new(Code::BadInput, "the hold's time is not over"));
    }
    let mut effects = free(hold, hold.left());
    effects.extend(uncounted(case.inputs.named));
    effects.push(closed(of, is_timeout));
    Ok(case.draft(Act::Release { of, is_timeout }, effects))
}

/// Ends every hold of a member, since all their holdings are to end.
pub(in crate::rules) fn end_all(member: &Member) -> Vec<Effect> {
    let holds = member.holds.iter();
    holds.flat_map(|hold| ended(hold, false)).collect()
}

/// Effects that release a hold and end it.
pub(in crate::rules) fn ended(hold: &Hold, is_timeout: bool) -> Vec<Effect> {
    let mut effects = free(hold, hold.left());
    effects.push(closed(hold.seq, is_timeout));
    effects
}

/// Releases points of a hold, in the order they were held.
pub(in crate::rules) fn free(hold: &Hold, points: Points) -> Vec<Effect> {
    let parts = lots::parts(hold.lots.iter().copied(), points);
    parts
        .map(|(lot, part)| held(hold.unit, lot, part.negated(), hold.seq))
        .collect()
}

fn spent(effect: &Effect) -> Option<Effect> {
    match effect {
        Effect::Held {
            who,
            unit,
            lot,
            amount,
            ..
        } => Some(Effect::Debit {
            who: *who,
            unit: *unit,
            lot: *lot,
            amount: amount.negated(),
            to: Account::Redemption,
        }),
        _ => None,
    }
}

pub(in crate::rules) fn closed(hold: u64, is_timeout: bool) -> Effect {
    Effect::HoldClosed {
        who: 0,
        hold,
        is_timeout,
    }
}
