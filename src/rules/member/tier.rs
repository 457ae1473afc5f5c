//! Tiers: judged after purchases, reviewed on their day, never by the
//! spendable balance.

use crate::model::{
    AMOUNT_MAX, Day, Down, Effect, Exact, Given, Number, Period, Points, Review, Steps, Tiers,
};
use crate::rules::case::Case;
use crate::rules::facts::FactReader;
use crate::rules::state::{Member, TierHeld};

/// Result of judging a tier.
pub struct Judged {
    /// The tier set, or the failure; empty if nothing changes.
    pub effects: Vec<Effect>,
    /// The facts it was judged by.
    pub given: Given,
}

impl Judged {
    fn nothing() -> Judged {
        Judged {
            effects: Vec::new(),
            given: Given::new(),
        }
    }
}

/// The tier with which members join.
pub fn first(tiers: &Tiers, day: Day) -> Effect {
    let tier = tiers.levels.first().copied().unwrap_or(0);
    Effect::Tier {
        who: 0,
        tier,
        since: day,
        review: None,
        was: (0, Day(0), None),
    }
}

/// Judges the tier after the act that is being decided: it may only rise.
pub fn judge(case: &Case, member: &Member, pending: &[Effect]) -> Judged {
    judge_on(case, member, pending, case.day())
}

/// Judges the tier after a balance was imported or corrected. It is judged by
/// the figures of the day on which it is booked: points earned in a window that
/// is over raise no tier, and a review is never in the past.
pub fn judge_balance(case: &Case, member: &Member, pending: &[Effect]) -> Judged {
    judge_on(case, member, pending, booking_day(case))
}

/// The programme's day on which an entry is booked, whenever the event was.
pub fn booking_day(case: &Case) -> Day {
    case.programme().calendar.day_of(case.now())
}

fn judge_on(case: &Case, member: &Member, pending: &[Effect], day: Day) -> Judged {
    let Some(tiers) = case.policy.tiers() else {
        return Judged::nothing();
    };
    let given = match case.inputs.given {
        Some((_, review)) => review.clone(),
        None => facts(case, member, pending, day),
    };
    match case.policy.qualify(&given, &case.steps) {
        Ok(earned) if is_above(tiers, earned, member) => {
            let review = next_review(tiers, member, earned, day, true);
            Judged {
                effects: vec![set(member, earned, day, review)],
                given,
            }
        }
        Ok(_) => Judged {
            effects: Vec::new(),
            given,
        },
        // A failing `qualify` keeps the tier.
        Err(failure) => Judged {
            effects: vec![Effect::Failed {
                campaign: 0,
                failure,
            }],
            given,
        },
    }
}

/// The member with the tier just reached, if the programme lets the purchase
/// that reaches a tier earn at it.
pub fn risen_at_once(case: &Case, member: &Member, judged: &Judged) -> Option<Member> {
    let is_at_once = case.policy.tiers().is_some_and(|tiers| tiers.is_at_once);
    let risen = judged.effects.iter().find_map(|effect| match effect {
        Effect::Tier {
            tier,
            since,
            review,
            ..
        } => Some(TierHeld {
            tier: *tier,
            since: *since,
            review: *review,
        }),
        _ => None,
    });
    let tier = risen.filter(|_| is_at_once)?;
    Some(Member {
        tier: Some(tier),
        ..member.clone()
    })
}

fn facts(case: &Case, member: &Member, pending: &[Effect], day: Day) -> Given {
    let reader = FactReader {
        pending,
        day,
        ..case.reader(member)
    };
    reader.read(case.policy.facts_review())
}

fn held(member: &Member) -> Number {
    member.tier.map_or(0, |t| t.tier)
}

fn is_above(tiers: &Tiers, earned: Number, member: &Member) -> bool {
    tiers.rank(earned) > tiers.rank(held(member))
}

fn set(member: &Member, tier: Number, since: Day, review: Option<Day>) -> Effect {
    let was = member
        .tier
        .map_or((0, Day(0), None), |t| (t.tier, t.since, t.review));
    Effect::Tier {
        who: 0,
        tier,
        since,
        review,
        was,
    }
}

/// Day of the next review. A tier that was just reached in a calendar year is
/// first reviewed on the figures of the year after.
fn next_review(
    tiers: &Tiers,
    member: &Member,
    tier: Number,
    day: Day,
    is_new: bool,
) -> Option<Day> {
    if tiers.rank(tier) <= 1 {
        return None;
    }
    match tiers.review {
        Review::Never => None,
        Review::CalendarYear => {
            let next = day.next(Period::Year)?;
            if is_new {
                next.next(Period::Year)
            } else {
                Some(next)
            }
        }
        Review::Months(months) => {
            let since = member
                .tier
                .filter(|t| !is_new && t.tier == tier)
                .map_or(day, |t| t.since);
            let passed = day.months_over(since) / u32::from(months.max(1));
            Some(since.after_months((passed + 1) * u32::from(months.max(1))))
        }
        Review::Anniversary => {
            let years = day.months_over(member.enrolled) / 12;
            Some(
                member
                    .enrolled
                    .after_months((years + 1 + u32::from(is_new)) * 12),
            )
        }
    }
}

/// True if the review regularly falls on the day, rather than at the end of a
/// grace period after it.
fn is_regular(tiers: &Tiers, member: &Member, held: TierHeld, day: Day) -> bool {
    match tiers.review {
        Review::CalendarYear => day.start_of(Period::Year) == day,
        Review::Months(months) => {
            let passed = day.months_over(held.since);
            passed.is_multiple_of(u32::from(months.max(1)))
                && held.since.after_months(passed) == day
        }
        Review::Anniversary => {
            let passed = day.months_over(member.enrolled);
            passed.is_multiple_of(12) && member.enrolled.after_months(passed) == day
        }
        Review::Never => true,
    }
}

/// Reviews a tier on its day, by the figures up to the day before.
pub fn review(case: &Case, member: &Member, day: Day) -> Judged {
    let (Some(tiers), Some(held)) = (case.policy.tiers(), member.tier) else {
        return drop_review(member);
    };
    let given = match case.inputs.given {
        Some((_, review)) => review.clone(),
        None => facts(case, member, &[], day.plus_days(-1)),
    };
    let earned = match case.policy.qualify(&given, &case.steps) {
        Ok(earned) => earned,
        Err(failure) => {
            let review = next_review(tiers, member, held.tier, day, false);
            let keep = set(member, held.tier, held.since, review);
            return Judged {
                effects: vec![
                    Effect::Failed {
                        campaign: 0,
                        failure,
                    },
                    keep,
                ],
                given,
            };
        }
    };
    Judged {
        effects: vec![reviewed(tiers, member, held, earned, day)],
        given,
    }
}

/// The tier after a review of the one that is held: kept, raised, in its grace period, or
/// lowered.
fn reviewed(tiers: &Tiers, member: &Member, held: TierHeld, earned: Number, day: Day) -> Effect {
    let next = |tier, is_new| next_review(tiers, member, tier, day, is_new);
    let (now, then) = (tiers.rank(held.tier), tiers.rank(earned));
    if then == now || (then < now && tiers.down == Down::Never) {
        return set(member, held.tier, held.since, next(held.tier, false));
    }
    if then > now {
        return set(member, earned, day, next(earned, true));
    }
    if tiers.grace_months > 0 && is_regular(tiers, member, held, day) {
        let end = day.after_months(tiers.grace_months.into());
        return set(member, held.tier, held.since, Some(end));
    }
    let below = tiers.levels.get(now.wrapping_sub(2)).copied();
    let lower = match tiers.down {
        Down::OneStep => below.unwrap_or(earned),
        _ => earned,
    };
    set(member, lower, day, next(lower, false))
}

/// Drops the review of a programme that has no tiers any more.
fn drop_review(member: &Member) -> Judged {
    let Some(held) = member.tier else {
        return Judged::nothing();
    };
    Judged {
        effects: vec![set(member, held.tier, held.since, None)],
        given: Given::new(),
    }
}

/// Least amount of a single qualifying unit with which `qualify` would return a tier of this
/// rank or a higher one, found by trying; None if no amount does.
pub fn missing_to(rank: usize, unit: Number, reader: &FactReader<'_>) -> Option<Points> {
    let tiers = reader.policy.tiers()?;
    let reaches = |more: i64| {
        let pending = [Effect::Qualify {
            who: 0,
            unit,
            day: reader.day,
            amount: Points(more),
            campaign: 0,
            exact: Exact::default(),
        }];
        let reader = FactReader {
            pending: &pending,
            ..*reader
        };
        let given = reader.read(reader.policy.facts_review());
        let reached = reader.policy.qualify(&given, &Steps::default());
        reached.is_ok_and(|tier| tiers.rank(tier) >= rank)
    };
    least(reaches).map(Points)
}

/// The least number for which a monotonic condition is true.
fn least(holds: impl Fn(i64) -> bool) -> Option<i64> {
    let mut high = 1i64;
    while !holds(high) {
        high = high.checked_mul(4).filter(|h| *h < AMOUNT_MAX)?;
    }
    let mut low = high / 4;
    while low + 1 < high {
        let middle = low + (high - low) / 2;
        match holds(middle) {
            true => high = middle,
            false => low = middle,
        }
    }
    Some(high)
}
