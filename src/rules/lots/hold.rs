//! Holds: points set aside until they are spent, released, or time out.

use crate::model::{
    Act, Code, Draft, Effect, Entry, Identified, Instant, LotId, Measure, Number, Points, Refusal,
};
use crate::rules::case::Case;
use crate::rules::lots::held_points::{closed, free, held, set_aside, spent};
use crate::rules::reward::catalogue;
use crate::rules::reward::redemption;
use crate::rules::reward::spend::{self, Spending};
use crate::rules::reward::voucher;
use crate::rules::state::{Hold, Member};
use crate::rules::undo;

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
    let redemption = redemption::check(case, member, reward, plain, available)?;
    let (unit, points) = (redemption.spending.unit, redemption.spending.points);
    let mut effects = vec![Effect::HoldOpened {
        who: 0,
        unit,
        amount: points,
        until,
        token: None,
    }];
    let hold = case.state.global.next_seq;
    effects.extend(set_aside(case, member, (unit, points), hold));
    effects.extend(redemption.counted);
    let mut draft = case.draft(act, effects);
    draft.given = redemption.given;
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

/// Reversed counters of a reward's hold.
pub(in crate::rules) fn uncounted(entry: Option<&Entry>) -> Vec<Effect> {
    let counted = counted_again(entry).into_iter();
    counted.filter_map(undo::reversed).collect()
}

/// Counters of a reward's hold, which are counted again when it is redeemed.
pub(in crate::rules) fn counted_again(entry: Option<&Entry>) -> Vec<Effect> {
    let entry = entry.filter(|e| reward_of(e) != 0);
    let effects = entry.map_or(&[][..], |e| &e.effects);
    let is_counted = |e: &&Effect| matches!(e, Effect::Counted { .. });
    effects.iter().filter(is_counted).cloned().collect()
}

/// The refusal of a part of a held reward.
pub(in crate::rules) fn whole_only() -> Refusal {
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
        redemption::share(case, reward, effects);
    }
    Ok(())
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

/// The refusal for a hold that never was; 0 if its key is unknown.
pub fn nothing_held(of: u64) -> Refusal {
    let detail = match of {
        0 => "nothing was set aside under that key".to_owned(),
        of => format!("entry {of} set nothing aside; send the key of the command that did"),
    };
    Refusal::new(Code::UnknownEntry, detail)
}

/// The refusal for a hold that has ended.
pub(in crate::rules) fn ended_before(of: u64) -> Refusal {
    let detail = format!("hold {of} was captured, released or timed out");
    Refusal::new(Code::HoldEnded, detail)
}

/// The refusal for a hold with too few points.
pub(in crate::rules) fn too_few(
    case: &Case,
    unit: Number,
    left: Points,
    asked: Points,
) -> Result<Refusal, Refusal> {
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
