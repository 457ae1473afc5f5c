//! Households: every lot stays its contributor's, and members of one household
//! may spend each other's points of pooled units. So leaving moves nothing.

use crate::model::{
    Account, Act, Code, Draft, Effect, Measure, MemberId, NO_PLACE, Number, Points, Refusal,
    UnitKind, to_position,
};
use crate::rules::case::Case;
use crate::rules::lots;
use crate::rules::reward::voucher;
use crate::rules::state::{Lot, Member, Status};

/// Decides that a member joins the household of the case's second member, or
/// leaves the one they are in.
///
/// # Errors
/// There is no room, the member has one already, or is in none.
pub fn decide(case: &Case, is_joined: bool) -> Result<Draft, Refusal> {
    let member = case.need_member()?;
    let act = Act::HouseholdChanged { is_joined };
    if is_joined {
        return join(case, member, act);
    }
    if member.household.is_none() {
        let detail = "the member is in no household";
        return Err(Refusal::new(Code::AlreadySo, detail));
    }
    let mut draft = case.draft(act, Vec::new());
    leave(member, &mut draft);
    Ok(draft)
}

fn join(case: &Case, member: &Member, act: Act) -> Result<Draft, Refusal> {
    let other = case.need_other("with")?;
    check(case, member, other)?;
    let (seq, mut all) = match &other.household {
        Some(household) => (household.seq, household.members.clone()),
        None => (case.state.global.next_seq, vec![other.id]),
    };
    all.push(member.id);
    let mut draft = case.draft(act, Vec::new());
    for id in all {
        let who = place(&mut draft, id);
        draft.effects.push(changed(who, Some(seq)));
    }
    Ok(draft)
}

/// Checks that a member may join another's household.
fn check(case: &Case, member: &Member, other: &Member) -> Result<(), Refusal> {
    let no = |code, detail: &str| Err(Refusal::new(code, detail));
    let Some(size) = case.programme().household_size else {
        let detail = "there are no households: the programme has no [household]";
        return no(Code::BadInput, detail);
    };
    if member.id == other.id {
        return no(Code::SameMember, "with: it names the member itself");
    }
    if other.status != Status::Active {
        return no(Code::MemberErased, "with: the member was erased");
    }
    match (&member.household, &other.household) {
        (Some(own), Some(others)) if own.seq == others.seq => {
            no(Code::AlreadySo, "they are of one household already")
        }
        (Some(_), _) => {
            let detail = "the member has a household; it must be left before";
            no(Code::HouseholdFull, detail)
        }
        (None, others) => {
            let count = others.as_ref().map_or(1, |h| h.members.len());
            check_room(
                size,
                u32::try_from(count).unwrap_or(u32::MAX).saturating_add(1),
            )
        }
    }
}

fn check_room(size: u32, count: u32) -> Result<(), Refusal> {
    if count <= size {
        return Ok(());
    }
    let detail = format!("a household has at most {size} members");
    let (code, measure) = (Code::HouseholdFull, Measure::Members);
    Err(Refusal::short(
        code,
        measure,
        size.into(),
        count.into(),
        detail,
    ))
}

fn changed(who: u8, household: Option<u64>) -> Effect {
    Effect::Household { who, household }
}

fn place(draft: &mut Draft, id: MemberId) -> u8 {
    place_in(&mut draft.members, id)
}

/// Position of a member among those that an entry concerns; appended if new.
fn place_in(members: &mut Vec<MemberId>, id: MemberId) -> u8 {
    let found = members.iter().position(|m| *m == id);
    if found.is_none() {
        members.push(id);
    }
    to_position(found.unwrap_or(members.len() - 1))
}

/// Removes a member from their household, if any. The last member alone is no
/// household.
pub fn leave(member: &Member, draft: &mut Draft) {
    let Some(household) = &member.household else {
        return;
    };
    let who = place(draft, member.id);
    draft.effects.push(changed(who, None));
    let mates = member.housemates();
    let stays = (mates.len() > 1).then_some(household.seq);
    for mate in mates {
        let who = place(draft, mate);
        draft.effects.push(changed(who, stays));
    }
}

/// Other members whose points of a unit a member may spend.
fn contributors<'a>(case: &Case<'a>, member: &Member, unit: Number) -> Vec<&'a Member> {
    let unit = case.programme().unit(unit);
    let is_pooled = unit.is_some_and(|u| u.is_pooled && u.kind == UnitKind::Spendable);
    let mates = member.housemates().into_iter().filter(|_| is_pooled);
    mates.filter_map(|id| case.state.members.get(&id)).collect()
}

/// Points of a unit that a member can spend, the housemates' included.
pub fn available(case: &Case, member: &Member, unit: Number) -> Points {
    let own = member.available(unit, case.now());
    let others = contributors(case, member, unit);
    let others = others.iter().map(|m| m.available(unit, case.now()));
    Points(own.0 + others.map(|free| free.0.max(0)).sum::<i64>())
}

/// Takes points from lots of all contributors, in spending order.
pub fn take(
    case: &Case,
    member: &Member,
    (unit, points): (Number, Points),
    effects: &mut Vec<Effect>,
) {
    let free = candidates(case, member, unit, effects);
    let spent = lots::parts(free, points).map(|((who, lot), amount)| Effect::Debit {
        who,
        unit,
        lot: lot.id,
        amount,
        to: Account::Redemption,
    });
    effects.extend(spent);
}

/// Lots that can be spent, with the positions of their holders and the
/// available points, in spending order.
fn candidates<'a>(
    case: &Case<'a>,
    member: &'a Member,
    unit: Number,
    taken: &[Effect],
) -> Vec<((u8, &'a Lot), Points)> {
    let others = contributors(case, member, unit);
    let mut found = Vec::new();
    for contributor in std::iter::once(member).chain(others) {
        let lots = lots::spendable(contributor, unit, case.now(), taken);
        let who = place_to_be(case, member, contributor.id);
        found.extend(lots.into_iter().map(|(lot, free)| ((who, lot), free)));
    }
    found.sort_by_key(|((_, lot), _)| lot.spend_order());
    found
}

/// Provisional position of a member or a housemate until [`touch`] knows who is
/// touched: housemates come after all others.
fn place_to_be(case: &Case, member: &Member, id: MemberId) -> u8 {
    let members = voucher::members(case);
    let found = members.iter().position(|m| *m == id);
    let mate = || member.housemates().iter().position(|m| *m == id);
    let at = found.or_else(|| Some(members.len() + mate()?));
    to_position(at.unwrap_or_default())
}

/// Gives housemates whose lots were used their positions in the draft; the
/// others are not touched.
pub fn touch(case: &Case, draft: &mut Draft) {
    let known = draft.members.len();
    let mates = case.member().map(Member::housemates).unwrap_or_default();
    let mut members = std::mem::take(&mut draft.members);
    for effect in &mut draft.effects {
        if let Effect::Debit { who, .. } = effect
            && let Some(id) = mate(*who, known, &mates)
        {
            *who = place_in(&mut members, id);
        }
    }
    draft.members = members;
}

/// The housemate at a provisional position.
fn mate(who: u8, known: usize, mates: &[MemberId]) -> Option<MemberId> {
    let n = usize::from(who).checked_sub(known)?;
    // Positions saturate at [`NO_PLACE`], which identifies nobody;
    // `check_members` refuses it.
    let n = Some(n).filter(|_| who < NO_PLACE)?;
    mates.get(n).copied()
}
