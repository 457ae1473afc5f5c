//! Deciding: `state + command -> draft | refusal`. Nothing here changes the state.

use super::case::Case;
use super::state::{Counting, Member, State, Status};
use super::{
    announcement, due, guessing, lots, office, outbox, overflow, partner, purchase, returns, undo,
};
use crate::model::{
    Account, Act, Adjustment, CampaignChanged, CampaignStatus, Code, Day, Draft, Effect, Enrolled,
    Hook, Instant, Measure, MemberId, NO_PLACE, Number, Origin, Place, Points, Refusal, Scene,
    Standing, Unit, UnitKind, WarningCode, has_number_of_a_person,
};
use crate::rules::campaign::earner::{self, Limits};
use crate::rules::campaign::review;
use crate::rules::campaign::target;
use crate::rules::lots::gift;
use crate::rules::lots::hold;
use crate::rules::lots::inactivity;
use crate::rules::lots::transfer;
use crate::rules::member::activity;
use crate::rules::member::consent;
use crate::rules::member::erasure;
use crate::rules::member::household;
use crate::rules::member::merge;
use crate::rules::member::note;
use crate::rules::member::pass;
use crate::rules::member::referral;
use crate::rules::member::tier;
use crate::rules::partner::pool;
use crate::rules::purchase::claim;
use crate::rules::purchase::scene;
use crate::rules::reward::redemption;
use crate::rules::reward::spend::{self, Spending};
use crate::rules::reward::voucher;

/// Decides a command. The same case gives the same answer.
///
/// # Errors
/// The refusal, with its code; see [`Code::is_sticky`] for whether it is recorded.
pub fn decide(case: &Case, act: Act) -> Result<Draft, Refusal> {
    let is_erased = |member: &Member| member.status == Status::Erased;
    if case.member().is_some_and(is_erased) && !matches!(act, Act::Due { .. }) {
        return Err(erased());
    }
    office::check_open(case, &act)?;
    let mut draft = decide_act(case, act)?;
    household::touch(case, &mut draft);
    draft
        .effects
        .extend(terminal(case.state, &case.head.origin));
    check_members(draft.members.len(), &draft.effects)?;
    inactivity::finish(case, &mut draft);
    voucher::finish(case, &mut draft);
    draft.effects.extend(personal(&draft.act));
    overflow::check(case, &draft)?;
    Ok(draft)
}

/// Most members of an entry: every position is below [`NO_PLACE`].
const MEMBERS_MAX: usize = NO_PLACE as usize;

fn check_members(members: usize, effects: &[Effect]) -> Result<(), Refusal> {
    let has_no_place = |effect: &Effect| effect.parties().has(NO_PLACE);
    if members <= MEMBERS_MAX && !effects.iter().any(has_no_place) {
        return Ok(());
    }
    let detail = format!("it concerns more members at once than the {MEMBERS_MAX} possible");
    let figure = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let most = figure(MEMBERS_MAX);
    // Positions were counted only up to one that is none.
    let asked = figure(members).max(most + 1);
    let (code, measure) = (Code::TooLarge, Measure::Members);
    Err(Refusal::short(code, measure, most, asked, detail))
}

/// The refusal for a member who was erased.
pub fn erased() -> Refusal {
    Refusal::new(Code::MemberErased, "the member was erased")
}

/// Warns if the free text of an act looks like a person's number.
fn personal(act: &Act) -> Option<Effect> {
    let words = match act {
        Act::Adjustment(adjustment) => &adjustment.reason,
        Act::Reversal { reason, .. } => reason,
        Act::Redemption { note, .. } => note,
        Act::CampaignChanged(changed) => &changed.reason,
        Act::GuessingUnlocked { reason, .. } => reason,
        _ => return None,
    };
    let text =
        "the reason or note looks like a phone or card number; the journal keeps it for ever";
    has_number_of_a_person(words).then(|| Effect::warned(WarningCode::PersonalWords, text))
}

/// Effects of an entry that counts at a terminal, also of a refused command:
/// the terminal's own counter, the numbers missing before it, and a warning if
/// it is not the next.
pub fn terminal(state: &State, origin: &Origin) -> impl Iterator<Item = Effect> + use<> {
    let counted = origin.counter.map(|counter| {
        let store = match origin.place {
            Place::Store(number) => number,
            _ => 0,
        };
        let terminal = &origin.terminal;
        let counting = state.global.terminals.judge(store, terminal, counter);
        let odd = match counting {
            Counting::On { .. } => None,
            Counting::Again => Some((
                WarningCode::CounterAgain,
                format!("terminal {terminal} counted {counter} for another command before"),
            )),
            Counting::Back => Some((
                WarningCode::CounterBack,
                format!("terminal {terminal} counts {counter} behind a greater number"),
            )),
        };
        let effect = Effect::Terminal {
            store,
            terminal: terminal.clone(),
            counter,
            missing: counting.missing(),
        };
        [
            Some(effect),
            odd.map(|(code, text)| Effect::warned(code, text)),
        ]
    });
    counted.into_iter().flatten().flatten()
}

fn decide_act(case: &Case, act: Act) -> Result<Draft, Refusal> {
    match act {
        Act::Purchase(purchase) => purchase::decide(case, purchase),
        Act::Return {
            of,
            extent,
            receipt,
        } => returns::decide(case, of, extent, receipt),
        Act::ReturnedWithoutSlip { amount, receipt } => {
            returns::without_slip::decide(case, amount, receipt)
        }
        Act::Redemption { .. } => redeem(case, act),
        Act::Activity {
            activity,
            fields,
            by,
        } => activity::decide(case, activity, fields, by),
        Act::Followed { of, campaign } => referral::decide(case, of, campaign),
        Act::ConsentChanged { consents } => consent::decide(case, consents),
        Act::Noted { purpose, text } => note::decide(case, purpose, text),
        Act::Enrolled(enrolled) => enrol(case, enrolled),
        Act::Adjustment(adjustment) => adjust(case, adjustment),
        Act::Reversal { of, reason } => undo::decide(case, of, reason),
        Act::Due { day } => due::decide(case, day),
        Act::CampaignChanged(ref changed) if !changed.figures.is_empty() => {
            review::decide(case, act)
        }
        Act::CampaignTuned { .. } => review::decide(case, act),
        Act::CampaignTargeted { .. } => target::decide(case, act),
        Act::TermsAnnounced(announced) => announcement::announce(case, announced),
        Act::AnnouncementWithdrawn { announced, is_told } => {
            announcement::withdraw(case, announced, is_told)
        }
        Act::GoalSet { .. }
        | Act::CostBooked { .. }
        | Act::AlertChanged(_)
        | Act::PeriodClosed { .. }
        | Act::Imported { .. }
        | Act::BalanceOpened { .. } => office::decide(case, act),
        Act::PartnerChanged { .. } | Act::Settled { .. } => partner::decide(case, act),
        Act::PoolPaid { .. } => pool::pay(case, act),
        Act::PassStarted { .. } | Act::PassRenewed { .. } | Act::PassCancelled { .. } => {
            pass::decide(case, act)
        }
        Act::CampaignChanged(changed) => change_campaign(case, changed),
        Act::ProfileChanged { .. } => {
            case.need_member()?;
            Ok(case.draft(act, Vec::new()))
        }
        Act::Erased { .. } => erasure::decide(case, act),
        Act::VoucherIssued {
            unit,
            code,
            expires,
            reason,
        } => voucher::issue(case, unit, expires, reason, code),
        Act::Claim { of } => claim::decide(case, of),
        Act::OrderSentAgain { of } => sent_again(case, of),
        Act::OutboxAcknowledged { consumer, to } => outbox::acknowledge(case, consumer, to),
        Act::VoucherVoided { lot, reason } => voucher::void(case, lot, reason),
        Act::CodeTried { kind, code, .. } => Ok(guessing::count(case, kind, code)),
        Act::GuessingLocked { kind, .. } => guessing::lock(case, kind),
        Act::GuessingUnlocked {
            kind,
            terminal,
            reason,
        } => guessing::unlock(case, kind, terminal, reason),
        other => decide_hold_or_transfer(case, other),
    }
}

/// Decides an order that was sent again under another key: only the key is booked.
fn sent_again(case: &Case, of: u64) -> Result<Draft, Refusal> {
    let first = case.need_named(Code::UnknownEntry)?;
    match &first.act {
        Act::Purchase(_) | Act::Claim { .. } => {
            Ok(case.draft(Act::OrderSentAgain { of }, Vec::new()))
        }
        other => {
            let detail = format!("of: entry {of} is no sale: {}", other.kind());
            Err(Refusal::new(Code::BadInput, detail))
        }
    }
}

/// Decides holds and transfers between members.
fn decide_hold_or_transfer(case: &Case, act: Act) -> Result<Draft, Refusal> {
    match act {
        Act::Hold { .. } | Act::RewardHeld { .. } => hold::open(case, act),
        Act::VoucherHeld { lot, until, note } => hold::open_voucher(case, lot, until, note),
        Act::Capture { of, points } => hold::capture(case, of, points),
        Act::Release { of, is_timeout } => hold::release(case, of, is_timeout),
        Act::Transfer { .. } => transfer::decide(case, act),
        Act::Merged { .. } => merge::decide(case, act),
        Act::Unmerged { of } => merge::undo(case, of),
        Act::HouseholdChanged { is_joined } => household::decide(case, is_joined),
        Act::VoucherGiven { lot, token, .. } => gift::give(case, lot, token),
        Act::VoucherClaimed { of, .. } | Act::TransferClaimed { of } => gift::claim(case, of, act),
        Act::VoucherReturned { of } | Act::TransferReturned { of } => {
            gift::give_back(case, of, act)
        }
        other => Err(Refusal::new(
            Code::BadInput,
            format!("{} cannot be asked for", other.kind()),
        )),
    }
}

fn change_campaign(case: &Case, changed: CampaignChanged) -> Result<Draft, Refusal> {
    let (campaign, status) = (changed.campaign, changed.status);
    let mut campaigns = case.policy.campaigns().iter();
    let is_draft = campaigns.any(|c| c.number == campaign && c.is_draft);
    if is_draft && status == CampaignStatus::Running {
        let detail = "campaign: it is a draft, which runs for nobody: take `draft: true` out of its file and activate";
        return Err(Refusal::new(Code::BadInput, detail));
    }
    if case.state.global.status(campaign) == status {
        let detail = match status {
            CampaignStatus::Running => "the campaign is running already",
            CampaignStatus::Paused => "the campaign is paused already",
            CampaignStatus::Closed => "the campaign is closed already",
        };
        return Err(Refusal::new(Code::AlreadySo, detail));
    }
    let effects = vec![Effect::Campaign { campaign, status }];
    Ok(case.draft(Act::CampaignChanged(changed), effects))
}

fn redeem(case: &Case, act: Act) -> Result<Draft, Refusal> {
    let Act::Redemption {
        reward,
        unit,
        points,
        by,
        ..
    } = &act
    else {
        return Err(Refusal::new(Code::BadInput, "not a redemption"));
    };
    let member = case.need_member()?;
    let plain = Spending {
        unit: *unit,
        points: *points,
        by: *by,
        is_free: false,
    };
    let available = |unit| household::available(case, member, unit);
    let redemption = redemption::check(case, member, *reward, plain, available)?;
    let mut effects = redemption.counted;
    let what = (redemption.spending.unit, redemption.spending.points);
    household::take(case, member, what, &mut effects);
    spend::count(case, &redemption.spending, &mut effects);
    effects.extend(redemption.voucher);
    if let Some(reward) = redemption.reward {
        redemption::share(case, reward, &mut effects);
    }
    let mut draft = case.draft(act, effects);
    draft.given = redemption.given;
    Ok(draft)
}

fn enrol(case: &Case, enrolled: Enrolled) -> Result<Draft, Refusal> {
    let id = case
        .member
        .ok_or_else(|| Refusal::new(Code::BadInput, "a member needs an id"))?;
    if let Some(member) = case.state.members.get(&id) {
        return Err(referral::refused(case.state, member, &enrolled));
    }
    let mut effects = vec![Effect::Standing {
        who: 0,
        standing: Standing::Active,
    }];
    for consent in &enrolled.consents {
        let (purpose, is_given) = (consent.purpose, consent.is_given);
        effects.push(Effect::Consented {
            who: 0,
            purpose,
            is_given,
        });
    }
    effects.extend(
        enrolled
            .referrer
            .map(|referrer| Effect::Referred { who: 0, referrer }),
    );
    effects.extend(
        case.policy
            .tiers()
            .map(|tiers| tier::first(tiers, case.day())),
    );
    let member = newcomer(id, case.day(), &enrolled);
    let given = scene::given(case, &member);
    let scene = Scene {
        purchase: scene::place_facts(case),
        has_member: true,
        given: given.clone(),
        ..Scene::default()
    };
    let earner = earner::earner(case, &member, Limits::Now);
    let mut outcome = earner.earn(Hook::OnEnrol, scene);
    earner.settle(&mut outcome, &mut effects);
    pool::contribute(case.programme(), &outcome, &mut effects);
    pass::settle(case, &member, &outcome, &mut effects);
    effects.extend(outcome.effects);
    let mut draft = case.draft(Act::Enrolled(enrolled), effects);
    draft.given = given;
    Ok(draft)
}

/// A new member as scripts see them on that day.
pub fn newcomer(id: MemberId, day: Day, enrolled: &Enrolled) -> Member {
    let mut member = Member::new(id, day);
    member.referrer = enrolled.referrer;
    let consents = enrolled.consents.iter();
    member.consents = consents.map(|c| (c.purpose, c.is_given)).collect();
    member
}

fn adjust(case: &Case, adjustment: Adjustment) -> Result<Draft, Refusal> {
    let member = case.need_member()?;
    let unit = case.need_unit(adjustment.unit)?;
    let reasons = &case.programme().reasons;
    if !reasons.is_empty() && adjustment.campaign == 0 && !reasons.contains(&adjustment.reason) {
        let detail = format!("reason: it must be one of {}", reasons.join(", "));
        return Err(Refusal::new(Code::UnknownReason, detail));
    }
    if adjustment.points == Points::ZERO || !adjustment.points.is_in_range() {
        return Err(Refusal::new(
            Code::BadInput,
            "points: there must be more or less than none",
        ));
    }
    let mut effects = match unit.kind {
        UnitKind::Qualifying => vec![Effect::Qualify {
            who: 0,
            unit: unit.number,
            day: case.day(),
            amount: adjustment.points,
            campaign: adjustment.campaign,
            exact: unit.exact(adjustment.points),
        }],
        _ if adjustment.points.is_positive() => vec![credit(case, member, unit, &adjustment)],
        _ => debit(case, member, unit, &adjustment)?,
    };
    let judged = tier::judge_balance(case, member, &effects);
    effects.extend(judged.effects);
    let mut draft = case.draft(Act::Adjustment(adjustment), effects);
    draft.given_review = judged.given;
    Ok(draft)
}

fn credit(case: &Case, member: &Member, unit: &Unit, adjustment: &Adjustment) -> Effect {
    let mut owed = member.owed.clone();
    Effect::Award {
        who: 0,
        unit: unit.number,
        amount: adjustment.points,
        fills: lots::fill(&mut owed, unit.number, adjustment.points),
        from: Account::Correction,
        campaign: adjustment.campaign,
        exact: unit.exact(adjustment.points),
        line: 0,
        terms: lots::terms(case.programme(), unit, case.day(), None, None),
        why: String::new(),
    }
}

fn debit(
    case: &Case,
    member: &Member,
    unit: &Unit,
    adjustment: &Adjustment,
) -> Result<Vec<Effect>, Refusal> {
    let points = adjustment.points.negated();
    let mut found = lots::spendable(member, unit.number, case.now(), &[]);
    let mut available = member.available(unit.number, case.now());
    if let (Some(of), true) = (adjustment.of, adjustment.campaign != 0) {
        // Points that a campaign gave are taken from its own lots, the
        // purchase's first.
        available = own_points(member, unit.number, adjustment.campaign, case.now());
        found.retain(|(lot, _)| lot.campaign == adjustment.campaign);
        found.sort_by_key(|(lot, _)| lot.id.seq != of);
    }
    if available < points {
        return Err(spend::too_few(unit, available, points));
    }
    let mut effects = Vec::new();
    lots::take(found, points, Account::Correction, &mut effects);
    Ok(effects)
}

/// Points of a campaign that a member can still spend.
pub fn own_points(member: &Member, unit: Number, campaign: Number, now: Instant) -> Points {
    let lots = lots::spendable(member, unit, now, &[]);
    let own = lots.iter().filter(|(lot, _)| lot.campaign == campaign);
    let own = Points(own.map(|(_, free)| free.0).sum());
    own.min(member.available(unit, now)).max(Points::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::to_position;

    #[test]
    fn more_members_than_a_position_can_name_are_refused() {
        let code = |members: usize, position: usize| {
            let standing = Standing::Erased;
            let who = to_position(position);
            let refused = check_members(members, &[Effect::Standing { who, standing }]);
            refused.map_err(|refusal| refusal.code)
        };
        assert_eq!(code(255, 254), Ok(()));
        assert_eq!(code(256, 0), Err(Code::TooLarge));
        // 256 would wrap to the first member, 261 to another housemate's position.
        assert_eq!(code(255, 256), Err(Code::TooLarge));
        assert_eq!(code(255, 261), Err(Code::TooLarge));
    }
}
