//! Triggers: campaigns that run for a member on days of their own. A due day is
//! computed from the member's record, comes once, and is not made up for if the
//! campaign was not running on it.

use crate::model::{
    Calendar, Campaign, CampaignStatus, Day, DayFacts, Effect, Given, Hook, LeapRule, MonthDay,
    MonthlyDay, Number, Period, Points, Policy, Scene, Trigger, part_up,
};
use crate::rules::campaign::earner::{self, Limits};
use crate::rules::campaign::grants;
use crate::rules::campaign::limits;
use crate::rules::campaign::outcome::EarnOutcome;
use crate::rules::case::Case;
use crate::rules::facts::FactReader;
use crate::rules::member::pass;
use crate::rules::partner::pool;
use crate::rules::state::{LedgerState, Lot, Member, Status, TierHeld};

/// Values that due days depend on besides the member.
#[derive(Clone, Copy)]
pub struct Outlook<'a> {
    /// The programme in force.
    pub policy: &'a dyn Policy,
    /// The global state: running campaigns, and their start.
    pub global: &'a LedgerState,
    /// The member's birthday, if the vault has it.
    pub birthday: Option<MonthDay>,
}

/// The next due day of a member, past ones included.
pub fn next(member: &Member, outlook: &Outlook) -> Option<Day> {
    let campaigns = outlook.policy.campaigns().iter();
    campaigns.filter_map(|c| of(member, outlook, c)).min()
}

/// True if due days depend on birthdays, which only the vault knows.
pub fn has_birthdays(policy: &dyn Policy) -> bool {
    let is_birthday = |c: &Campaign| c.trigger == Some(Trigger::Birthday);
    policy.campaigns().iter().any(is_birthday)
}

/// The next day of one campaign's trigger.
fn of(member: &Member, outlook: &Outlook, campaign: &Campaign) -> Option<Day> {
    let trigger = campaign.trigger.as_ref()?;
    if !is_armed(member, outlook.global, campaign) {
        return None;
    }
    let programme = outlook.policy.programme();
    let after = settled(member, outlook.global, campaign);
    let yearly_since = |of: Day| yearly(month_day(of), programme.leap, after.max(of));
    let day = match trigger {
        Trigger::Birthday => {
            let after = after.max(year_dealt_with(member, campaign).unwrap_or(after));
            yearly(outlook.birthday?, programme.leap, after)
        }
        Trigger::FirstPurchase => yearly_since(member.purchased?.0),
        Trigger::Enrolment => yearly_since(member.enrolled),
        Trigger::Quiet { months, days } => {
            let (_, last) = member.purchased?;
            Some(last.plus_months(*months).days_after(*days)).filter(|day| *day > after)
        }
        Trigger::Monthly(days) => MonthlyDay::next_of(days, after),
        Trigger::Expiring { unit, days } => {
            let ends = ends(member, *unit, outlook.policy);
            let due = ends.flat_map(|end| days.iter().filter_map(move |n| end.due(*n)));
            due.filter(|day| *day > after).min()
        }
    }?;
    campaign.to.is_none_or(|to| day <= to).then_some(day)
}

fn is_armed(member: &Member, global: &LedgerState, campaign: &Campaign) -> bool {
    member.status == Status::Active
        && !campaign.is_draft
        && global.status(campaign.number) == CampaignStatus::Running
}

/// Day up to which a campaign's trigger was processed: activating and resuming
/// book earlier due events, so nothing is made up for.
fn settled(member: &Member, global: &LedgerState, campaign: &Campaign) -> Day {
    let of = |list: &[(Number, Day)]| list.iter().find(|f| f.0 == campaign.number).map(|f| f.1);
    let opened = campaign.from.map(|from| from.plus_days(-1));
    let days = [of(&member.fired), of(&global.campaign_days), opened];
    let days = days.into_iter().flatten();
    days.fold(global.activated.max(member.enrolled), Day::max)
}

/// Last day of the year in which a campaign's trigger last fired for a member:
/// a member who changes their birthday has the next one a year later.
fn year_dealt_with(member: &Member, campaign: &Campaign) -> Option<Day> {
    let (_, day) = member.fired.iter().find(|f| f.0 == campaign.number)?;
    let first = day.start_of(Period::Year);
    Some(first.plus_months(12).plus_days(-1))
}

fn month_day(day: Day) -> MonthDay {
    MonthDay::of(day)
}

/// The first day after another on which a yearly date falls.
fn yearly(date: MonthDay, leap: LeapRule, after: Day) -> Option<Day> {
    let mut years = after.year()..=after.year() + 1;
    years.find_map(|year| date.in_year(year, leap).filter(|day| *day > after))
}

/// Expiry of a lot.
struct End<'a> {
    lot: &'a Lot,
    /// The day at whose start it has expired.
    gone: Day,
    /// A reminder must come later than this day: the lot did not exist before.
    since: Day,
    /// Months of inactivity that it follows from, if it does.
    quiet: Option<u32>,
}

impl End<'_> {
    /// The day that many days before the expiry.
    fn due(&self, days: u32) -> Option<Day> {
        let day = self.gone.days_before(days);
        // Activity postpones the expiry: days before the last activity were
        // about another one.
        let is_later = self.quiet.is_none_or(|m| day.after_months(m) > self.gone);
        (day > self.since && is_later).then_some(day)
    }
}

/// Expiries of a member's lots of a unit.
fn ends<'a>(
    member: &'a Member,
    unit: Number,
    policy: &'a dyn Policy,
) -> impl Iterator<Item = End<'a>> {
    let programme = policy.programme();
    let calendar: &Calendar = &programme.calendar;
    let quiet = programme.unit(unit).and_then(|u| u.inactivity.as_ref());
    let quiet = quiet.map(|still| still.months);
    let deadline = member.deadline(unit);
    let open = member.lots_of(unit).filter(|l| l.remaining != l.held);
    open.filter_map(move |lot| {
        let end = lot.terms.expires.into_iter().chain(deadline).min()?;
        let is_deadline = Some(end) == deadline && lot.terms.expires != Some(end);
        Some(End {
            lot,
            gone: calendar.last_day(end).plus_days(1),
            since: calendar.day_of(lot.earned),
            quiet: quiet.filter(|_| is_deadline),
        })
    })
}

/// Runs the campaigns that are due and adds their effects; returns the facts
/// they were decided by.
pub fn run(case: &Case, member: &Member, day: Day, effects: &mut Vec<Effect>) -> Given {
    let due = due_on(case, member, day);
    if due.is_empty() {
        return Given::new();
    }
    let seen = as_of(member, effects);
    let given = given(case, &seen, day);
    let earner = earner::earner(case, &seen, Limits::Now);
    let (mut grants, mut more) = (Vec::new(), Vec::new());
    let mut others = EarnOutcome::default();
    for campaign in due {
        let number = campaign.number;
        let who = 0;
        more.push(Effect::Fired {
            who,
            campaign: number,
            day,
        });
        for due in days(case, &seen, campaign, day) {
            let scene = Scene {
                due,
                has_member: true,
                given: given.clone(),
                ..Scene::default()
            };
            let outcome = earner.earn_of(Hook::OnDay, scene, |n| n == number);
            more.extend(limits::counters(&earner, &outcome.grants));
            more.extend(outcome.effects);
            grants.extend(outcome.grants);
            others.passes.extend(outcome.passes);
            others.benefits.extend(outcome.benefits);
            others.contributions.extend(outcome.contributions);
        }
    }
    grants::give(case.programme(), &seen, day, grants, effects);
    pool::contribute(case.programme(), &others, effects);
    pass::settle(case, &seen, &others, effects);
    effects.extend(more);
    given
}

/// Campaigns that are due on a day.
fn due_on<'a>(case: &'a Case, member: &Member, day: Day) -> Vec<&'a Campaign> {
    let global = &case.state.global;
    let outlook = Outlook {
        policy: &*case.policy,
        global,
        birthday: case.inputs.birthday,
    };
    let is_due = |c: &&Campaign| match (&c.trigger, case.inputs.birthday_fired) {
        (Some(Trigger::Birthday), Some(fired)) => {
            fired.contains(&c.number) && is_armed(member, global, c)
        }
        _ => of(member, &outlook, c).is_some_and(|due| due <= day),
    };
    case.policy.campaigns().iter().filter(is_due).collect()
}

/// The member after the tier review of the same midnight.
fn as_of(member: &Member, effects: &[Effect]) -> Member {
    let mut seen = member.clone();
    for effect in effects {
        if let Effect::Tier {
            tier,
            since,
            review,
            ..
        } = effect
        {
            let (tier, since, review) = (*tier, *since, *review);
            let held = TierHeld {
                tier,
                since,
                review,
            };
            seen.tier = (tier != 0).then_some(held);
        }
    }
    seen
}

/// The facts that `on_day` reads: as of the midnight, so that a late run
/// reads what a timely one would have.
fn given(case: &Case, seen: &Member, day: Day) -> Given {
    match case.inputs.given {
        Some((given, _)) => given.clone(),
        None => facts(case, seen, day),
    }
}

/// Facts of a due day, computed again from the state before it and the tier
/// review of the same entry.
pub fn facts_again(case: &Case, member: &Member, day: Day, effects: &[Effect]) -> Given {
    facts(case, &as_of(member, effects), day)
}

fn facts(case: &Case, seen: &Member, day: Day) -> Given {
    let reader = FactReader {
        day,
        at: case.programme().calendar.start_of(day),
        ..case.reader(seen)
    };
    reader.read(case.policy.facts())
}

/// The due day as a campaign's script sees it: one for each expiry that is that
/// many days away, otherwise one.
fn days(case: &Case, member: &Member, campaign: &Campaign, day: Day) -> Vec<DayFacts> {
    let years = |since: Day| day.year() - since.year();
    let plain = |years| DayFacts {
        day,
        years,
        ..DayFacts::default()
    };
    match &campaign.trigger {
        Some(Trigger::Expiring { unit, days }) => {
            let ends = ends(member, *unit, &*case.policy);
            let due = |end: &End| days.iter().any(|n| end.due(*n) == Some(day));
            groups(ends.filter(due), day)
        }
        Some(Trigger::FirstPurchase) => vec![plain(member.purchased.map_or(0, |p| years(p.0)))],
        Some(Trigger::Enrolment) => vec![plain(years(member.enrolled))],
        _ => vec![plain(0)],
    }
}

/// Expiries that come together, soonest first: the points lost with each,
/// without the part that continues.
fn groups<'a>(ends: impl Iterator<Item = End<'a>>, day: Day) -> Vec<DayFacts> {
    let mut sums: Vec<((Day, u16), i64)> = Vec::new();
    for end in ends {
        let free = end.lot.remaining.0 - end.lot.held.0;
        *crate::rules::state::entry_of(&mut sums, (end.gone, end.lot.terms.keep)) += free;
    }
    sums.sort_unstable();
    let mut found: Vec<DayFacts> = Vec::new();
    for ((gone, keep), sum) in sums {
        let lost = sum - part_up(Points(sum), keep).0;
        let last = Some(gone.plus_days(-1));
        match found.iter_mut().find(|f| f.last == last) {
            Some(group) => group.points += lost,
            None => found.push(DayFacts {
                day,
                points: lost,
                last,
                years: 0,
            }),
        }
    }
    found
}
