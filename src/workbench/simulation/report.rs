//! The comparison of a simulation, with names: what a merchant asks about a draft.

use super::ends::{Ends, PersonAtEnd, joined};
use super::tally::Own;
use super::{Replies, Simulation, Tally};
use crate::command::Figure;
use crate::engine::Error;
use crate::model::{
    Exact, MemberId, NameKind, Number, Points, Policy, Programme, Unit, UnitKind, wide_money,
};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Most members that are named.
const NAMED_MAX: usize = 20;

/// A figure on both sides.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Compared {
    /// As it was.
    pub then: Figure,
    /// By the draft.
    pub draft: Figure,
    /// The second less the first.
    pub difference: Figure,
}

/// Awards of a campaign in a unit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct CampaignRow {
    /// The campaign's id; empty for what no campaign gave.
    pub campaign: String,
    /// The unit's id.
    pub unit: String,
    /// Points given in the window; vouchers count one each.
    pub points: Compared,
    /// Times that it gave.
    pub times: Compared,
    /// Worth of the points on a bill; None where the programme states no value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Compared>,
    /// Cost of the points; None where the programme states no cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Compared>,
    /// Points of the campaign that members can still spend at the end, whenever they were given.
    pub open: Compared,
    /// Cost of those, or their worth where no cost is stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub liability: Option<Compared>,
}

/// Movements of a unit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct UnitRow {
    /// The unit's id.
    pub unit: String,
    /// Points given.
    pub given: Compared,
    /// Taken back after returns and voids.
    pub taken_back: Compared,
    /// Spent.
    pub spent: Compared,
    /// Expired.
    pub expired: Compared,
    /// Balance of all members at the end.
    pub open: Compared,
}

/// Money off that a campaign proposes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct DiscountRow {
    /// The campaign's id.
    pub campaign: String,
    /// Money off, in the programme's currency.
    pub money: Compared,
}

/// Members of a tier at the end.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct TierRow {
    /// The tier's id; `none` for those without one.
    pub tier: String,
    /// Members who hold it.
    pub members: Compared,
}

/// Changes from a tier to another within the window.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct TierMove {
    /// The tier before.
    pub from: String,
    /// The tier after.
    pub to: String,
    /// Times.
    pub times: Compared,
}

/// Members, and how many of them get more and less.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct GroupRow {
    /// The group.
    pub group: String,
    /// Number of members.
    pub members: u64,
    /// Those who get more.
    pub winners: u64,
    /// Those who get less.
    pub losers: u64,
    /// Their earnings together, less what was taken back.
    pub earned: Compared,
}

/// One of the members who change most.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct MemberRow {
    /// The member's id.
    pub member: String,
    /// Their earnings, less what was taken back.
    pub earned: Compared,
    /// The tier at the end as it was.
    pub tier: String,
    /// The tier at the end by the draft.
    pub tier_draft: String,
}

/// A budget or limit that was reached.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct LimitRow {
    /// The campaign's id.
    pub campaign: String,
    /// The unit's id.
    pub unit: String,
    /// Which limit: `budget`, `per member`, `per purchase` or `stock`.
    pub limit: &'static str,
    /// As it was; None if it was not reached.
    pub then: Option<ReachedTold>,
    /// By the draft; None if it is not reached.
    pub draft: Option<ReachedTold>,
}

/// Use of a limit that was reached.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ReachedTold {
    /// Instant of the first award that was cut.
    pub first: String,
    /// Awards that were cut.
    pub times: u64,
    /// Members concerned.
    pub members: u64,
}

/// Points that were spent although the draft would not have given them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct MissingRow {
    /// The unit's id.
    pub unit: String,
    /// The points.
    pub points: Figure,
    /// Members who spent them.
    pub members: u64,
}

/// A command that was accepted and that the draft refuses.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct RefusedRow {
    /// Code of the refusal.
    pub code: &'static str,
    /// Commands.
    pub commands: u64,
}

/// The whole comparison.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Report {
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
    /// `as-they-were` or `cash`.
    pub replies: &'static str,
    /// Currency of money.
    pub currency: String,
    /// Measure of members' figures: the currency, or a unit.
    pub measure: String,
    /// Purchases of the window.
    pub purchases: u64,
    /// Their money.
    pub sales: Compared,
    /// By unit.
    pub units: Vec<UnitRow>,
    /// By campaign and unit.
    pub campaigns: Vec<CampaignRow>,
    /// Money off, by campaign.
    pub discounts: Vec<DiscountRow>,
    /// Members by tier at the end.
    pub tiers: Vec<TierRow>,
    /// Changes of tier.
    pub tier_moves: Vec<TierMove>,
    /// All members together.
    pub members: GroupRow,
    /// Members in tenths by what they bought in the window, the first tenth most.
    pub deciles: Vec<GroupRow>,
    /// Members by segment: tier at the end as it was, and when they joined.
    pub segments: Vec<GroupRow>,
    /// The members who change most.
    pub most: Vec<MemberRow>,
    /// Budgets and limits that were reached.
    pub limits: Vec<LimitRow>,
    /// Points spent that the draft would not have given.
    pub missing: Vec<MissingRow>,
    /// Sales that are paid in cash instead, and the money.
    pub in_cash: (u64, String),
    /// Sales that cost something else by the draft's money off, and how much less in all.
    pub repriced: (u64, String),
    /// Commands that the draft refuses.
    pub refused: Vec<RefusedRow>,
    /// Limits of a simulation, in words.
    pub notes: Vec<String>,
}

/// A member with everything that groups are made by.
struct Person {
    id: MemberId,
    /// Tiers at the end, on both sides.
    tiers: (Number, Number),
    is_new: bool,
    is_erased: bool,
    /// Worth of what they earned, on both sides.
    earned: (Decimal, Decimal),
    spent: i128,
}

impl Person {
    fn change(&self) -> Decimal {
        self.earned.1 - self.earned.0
    }
}

/// Ways in which the figures of members are counted.
enum Measure<'s> {
    /// Money: the worth of each unit's points, else their cost.
    Money(u32),
    /// Points of one unit.
    Unit(&'s Unit),
    /// Nothing can be earned.
    Nothing,
}

impl Simulation {
    /// The comparison, with names.
    ///
    /// # Errors
    /// I/O errors of temporary files.
    pub fn report(&mut self) -> Result<Report, Error> {
        let ends = self.ends()?;
        let measure = self.measure();
        let people = self.people(&ends, &measure);
        Ok(Report {
            from: self.window.from.to_string(),
            to: self.window.to.to_string(),
            replies: self.replies.as_str(),
            currency: self.programme().currency.clone(),
            measure: match &measure {
                Measure::Money(_) => self.programme().currency.clone(),
                Measure::Unit(unit) => unit.id.clone(),
                Measure::Nothing => String::new(),
            },
            purchases: self.then.purchases,
            sales: self.money((self.then.sales, self.drafted.sales)),
            units: self.units(&ends),
            campaigns: self.by_campaign(&ends),
            discounts: self.discounts(),
            tiers: self.tiers(&ends),
            tier_moves: self.tier_moves(),
            members: group("all", people.iter(), &measure),
            deciles: deciles(&people, &measure),
            segments: self.segments(&people, &measure),
            most: self.most(&people, &measure),
            limits: self.limits(),
            missing: self.missing(),
            in_cash: (
                self.unlike.in_cash.0,
                wide_money(self.unlike.in_cash.1, self.programme().digits),
            ),
            repriced: (
                self.unlike.repriced.0,
                wide_money(self.unlike.repriced.1, self.programme().digits),
            ),
            refused: self
                .unlike
                .refused
                .iter()
                .map(|(code, commands)| RefusedRow {
                    code,
                    commands: *commands,
                })
                .collect(),
            notes: self.notes(),
        })
    }

    /// Both sides' figures at the end, each from a walk on a thread of its own.
    fn ends(&mut self) -> Result<(Ends, Ends), Error> {
        let (then, drafted) = (&mut self.state_then, &mut self.state_drafted);
        std::thread::scope(|scope| {
            let then = scope.spawn(|| Ends::of(then));
            let drafted = Ends::of(drafted)?;
            let lost = |_| Error::Misuse("the thread that adds up the past stopped".into());
            Ok((then.join().map_err(lost)??, drafted))
        })
    }

    /// The draft's declarations.
    fn programme(&self) -> &Programme {
        self.policies.1.programme()
    }

    /// A unit of the draft, or of what was in force.
    fn unit(&self, number: Number) -> Option<&Unit> {
        let then = || self.policies.0.programme().unit(number);
        self.programme().unit(number).or_else(then)
    }

    fn unit_id(&self, unit: Number) -> String {
        self.names.text(NameKind::Unit, unit)
    }

    fn campaign_id(&self, campaign: Number) -> String {
        match campaign {
            0 => String::new(),
            number => self.names.text(NameKind::Campaign, number),
        }
    }

    fn tier_id(&self, tier: Number) -> String {
        match tier {
            0 => "none".into(),
            number => self.names.text(NameKind::Tier, number),
        }
    }

    fn points(&self, unit: Number, (then, draft): (i128, i128)) -> Compared {
        let figure = |points: i128| Figure::of(self.unit(unit), Points(narrow(points)));
        Compared {
            then: figure(then),
            draft: figure(draft),
            difference: figure(draft - then),
        }
    }

    fn money(&self, (then, draft): (i128, i128)) -> Compared {
        let digits = u32::from(self.programme().digits);
        exact(digits, (minor(then, digits), minor(draft, digits)))
    }

    /// Points on both sides at a price each.
    fn priced(&self, unit: Number, price: Option<Exact>, points: (i128, i128)) -> Option<Compared> {
        let price = price?.to_decimal()?;
        let unit = self.unit(unit)?;
        let worth = |points: i128| {
            let whole = unit.decimal(Points(narrow(points)));
            whole.checked_mul(price)
        };
        let digits = u32::from(self.programme().digits);
        Some(exact(digits, (worth(points.0)?, worth(points.1)?)))
    }

    /// Awards by campaign and unit, by id.
    fn by_campaign(&self, ends: &(Ends, Ends)) -> Vec<CampaignRow> {
        let open = both(&ends.0.lots, &ends.1.lots);
        let issued = both(&self.then.issued, &self.drafted.issued);
        let keys: BTreeSet<&(Number, Number)> = issued.keys().chain(open.keys()).collect();
        let rows = keys.into_iter().map(|key| {
            let (then, draft) = issued.get(key).copied().unwrap_or_default();
            let (points, unit) = ((then.points, draft.points), key.1);
            let left = open.get(key).copied().unwrap_or_default();
            let (value, cost) = self.unit(unit).map_or((None, None), |u| (u.value, u.cost));
            CampaignRow {
                campaign: self.campaign_id(key.0),
                unit: self.unit_id(unit),
                points: self.points(unit, points),
                times: count((then.times, draft.times)),
                value: self.priced(unit, value, points),
                cost: self.priced(unit, cost, points),
                open: self.points(unit, left),
                liability: self.priced(unit, cost.or(value), left),
            }
        });
        let mut rows: Vec<CampaignRow> = rows.collect();
        rows.sort_by(|a, b| (&a.campaign, &a.unit).cmp(&(&b.campaign, &b.unit)));
        rows
    }

    fn units(&self, ends: &(Ends, Ends)) -> Vec<UnitRow> {
        let open = both(&ends.0.balances, &ends.1.balances);
        let given = both(&self.then.issued_by_unit(), &self.drafted.issued_by_unit());
        let moved = both(&self.then.moved, &self.drafted.moved);
        let all = moved.keys().chain(given.keys()).chain(open.keys());
        let all: BTreeSet<Number> = all.copied().collect();
        let rows = all.into_iter().map(|unit| {
            let (then, draft) = moved.get(&unit).copied().unwrap_or_default();
            UnitRow {
                unit: self.unit_id(unit),
                given: self.points(unit, given.get(&unit).copied().unwrap_or_default()),
                taken_back: self.points(unit, (then.taken_back, draft.taken_back)),
                spent: self.points(unit, (then.spent, draft.spent)),
                expired: self.points(unit, (then.expired, draft.expired)),
                open: self.points(unit, open.get(&unit).copied().unwrap_or_default()),
            }
        });
        rows.collect()
    }

    fn discounts(&self) -> Vec<DiscountRow> {
        let discounts = both(&self.then.discounts, &self.drafted.discounts);
        let rows = discounts.into_iter().map(|(campaign, money)| DiscountRow {
            campaign: self.campaign_id(campaign),
            money: self.money(money),
        });
        rows.collect()
    }

    fn tiers(&self, ends: &(Ends, Ends)) -> Vec<TierRow> {
        let members = both(&ends.0.tiers, &ends.1.tiers);
        if members.keys().all(|tier| *tier == 0) {
            return Vec::new();
        }
        let rows = members.into_iter().map(|(tier, members)| TierRow {
            tier: self.tier_id(tier),
            members: count(members),
        });
        rows.collect()
    }

    fn tier_moves(&self) -> Vec<TierMove> {
        let moves = both(&self.then.tiers, &self.drafted.tiers);
        let rows = moves.into_iter().map(|((from, to), times)| TierMove {
            from: self.tier_id(from),
            to: self.tier_id(to),
            times: count(times),
        });
        rows.collect()
    }

    fn limits(&self) -> Vec<LimitRow> {
        let calendar = &self.programme().calendar;
        let sides = [&self.then, &self.drafted];
        let all = sides.iter().flat_map(|tally| tally.reached.keys().copied());
        let rows = all.collect::<BTreeSet<_>>().into_iter().map(|key| {
            let told = |tally: &Tally| {
                let reached = tally.reached.get(&key)?;
                Some(ReachedTold {
                    first: calendar.display(reached.first),
                    times: reached.times,
                    members: reached.members.len() as u64,
                })
            };
            LimitRow {
                campaign: self.campaign_id(key.0),
                unit: self.unit_id(key.1),
                limit: key.2,
                then: told(&self.then),
                draft: told(&self.drafted),
            }
        });
        rows.collect()
    }

    fn missing(&self) -> Vec<MissingRow> {
        let rows = self
            .unlike
            .missing
            .iter()
            .map(|(unit, (points, members))| MissingRow {
                unit: self.unit_id(*unit),
                points: self.points(*unit, (*points, 0)).then,
                members: members.len() as u64,
            });
        rows.collect()
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = vec![
            "These are the sales that were made. Whether people would have bought more, less or something else under the draft cannot be known from them.".to_owned(),
        ];
        notes.push(match self.replies {
            Replies::AsTheyWere => "Spending as it was: what members spent then is spent here too. Where the draft had not given them enough, the rest is lent and repaid by what they earn later.".into(),
            Replies::Cash => "Spending in cash: what the draft had not given is not spent; sales are paid in cash instead, and redemptions are not made.".into(),
        });
        notes.push("What was refused then stays refused.".into());
        if !self.then.discounts.is_empty() || !self.drafted.discounts.is_empty() {
            notes.push("Money off: where the till gave what campaigns proposed then, it gives here what the draft proposes, the sale costs that much less or more, and points are given on that. Sales at which the till gave something else, and those in another currency, cost what they cost.".into());
        }
        notes
    }
}

/// Members.
impl Simulation {
    /// The unit that members' figures are counted in.
    fn measure(&self) -> Measure<'_> {
        let programme = self.programme();
        let mut spendable = programme
            .units
            .iter()
            .filter(|u| u.kind == UnitKind::Spendable);
        if spendable.clone().any(|u| worth_of(u).is_some()) {
            return Measure::Money(u32::from(programme.digits));
        }
        let first = spendable.next().or_else(|| programme.units.first());
        first.map_or(Measure::Nothing, Measure::Unit)
    }

    /// Worth of points of a unit by a measure.
    fn worth(&self, measure: &Measure, unit: Number, points: i64) -> Decimal {
        let Some(own) = self.unit(unit) else {
            return Decimal::ZERO;
        };
        let whole = own.decimal(Points(points));
        match measure {
            Measure::Money(_) => {
                let price = worth_of(own).unwrap_or_default();
                whole.checked_mul(price).unwrap_or(Decimal::MAX)
            }
            Measure::Unit(unit) if unit.number == own.number => whole,
            _ => Decimal::ZERO,
        }
    }

    /// The members who bought or earned something in the window, in their order.
    fn people(&self, ends: &(Ends, Ends), measure: &Measure) -> Vec<Person> {
        let earned = |own: Option<&Own>| -> Decimal {
            let earned = own.iter().flat_map(|own| &own.earned);
            earned
                .map(|(unit, points)| self.worth(measure, *unit, *points))
                .sum()
        };
        let people = joined(&ends.0, &ends.1).filter_map(|(then, drafted)| {
            let member = then.or(drafted)?;
            let own = (
                self.then.by_member.get(&member.id),
                self.drafted.by_member.get(&member.id),
            );
            own.0.or(own.1)?;
            let tier = |member: Option<&PersonAtEnd>| member.map_or(0, |member| member.tier);
            Some(Person {
                id: member.id,
                tiers: (tier(then), tier(drafted)),
                is_new: member.enrolled >= self.window.from,
                is_erased: member.is_erased,
                earned: (earned(own.0), earned(own.1)),
                spent: own.0.map_or(0, |own| own.spent),
            })
        });
        people.collect()
    }

    fn segments(&self, people: &[Person], measure: &Measure) -> Vec<GroupRow> {
        let mut groups: BTreeMap<(u8, String), Vec<&Person>> = BTreeMap::new();
        let has_tiers = self.policies.1.tiers().is_some() || self.policies.0.tiers().is_some();
        for person in people {
            // Nobody can say any more what an erased member was.
            if person.is_erased {
                groups.entry((2, "erased".into())).or_default().push(person);
                continue;
            }
            if has_tiers {
                let tier = self.tier_id(person.tiers.0);
                groups
                    .entry((0, format!("tier {tier}")))
                    .or_default()
                    .push(person);
            }
            let joined = if person.is_new {
                "joined in the window"
            } else {
                "joined before"
            };
            groups.entry((1, joined.into())).or_default().push(person);
        }
        let rows = groups.into_iter();
        rows.map(|((_, name), people)| group(&name, people.into_iter(), measure))
            .collect()
    }

    fn most(&self, people: &[Person], measure: &Measure) -> Vec<MemberRow> {
        let mut changed: Vec<&Person> = people
            .iter()
            .filter(|p| p.change() != Decimal::ZERO)
            .collect();
        changed.sort_by_key(|p| (std::cmp::Reverse(p.change().abs()), p.id));
        let rows = changed.into_iter().take(NAMED_MAX).map(|p| MemberRow {
            member: match p.is_erased {
                true => "erased".into(),
                false => p.id.to_string(),
            },
            earned: told(measure, p.earned),
            tier: self.tier_id(p.tiers.0),
            tier_draft: self.tier_id(p.tiers.1),
        });
        rows.collect()
    }
}

fn worth_of(unit: &Unit) -> Option<Decimal> {
    unit.value.or(unit.cost)?.to_decimal()
}

/// The figures of both sides, by what they are of.
fn both<K: Ord + Copy, T: Default + Copy>(
    then: &BTreeMap<K, T>,
    drafted: &BTreeMap<K, T>,
) -> BTreeMap<K, (T, T)> {
    let keys = then.keys().chain(drafted.keys());
    let of = |side: &BTreeMap<K, T>, key| side.get(key).copied().unwrap_or_default();
    keys.map(|key| (*key, (of(then, key), of(drafted, key))))
        .collect()
}

fn narrow(points: i128) -> i64 {
    i64::try_from(points).unwrap_or(if points < 0 { i64::MIN + 1 } else { i64::MAX })
}

fn minor(minor: i128, digits: u32) -> Decimal {
    Decimal::try_from_i128_with_scale(minor, digits).unwrap_or(Decimal::MAX)
}

fn count((then, draft): (u64, u64)) -> Compared {
    let whole = |n: u64| Figure::Whole(i64::try_from(n).unwrap_or(i64::MAX));
    let (then, draft) = (whole(then), whole(draft));
    let difference = Figure::Whole(draft.whole() - then.whole());
    Compared {
        then,
        draft,
        difference,
    }
}

/// Amounts of money, rounded to the currency's decimals.
fn exact(digits: u32, (then, draft): (Decimal, Decimal)) -> Compared {
    let figure = |amount: Decimal| match digits {
        0 => Figure::Whole(amount.round().to_i64().unwrap_or(i64::MAX)),
        _ => {
            let mut amount = amount.round_dp(digits);
            amount.rescale(digits);
            Figure::Exact(amount)
        }
    };
    Compared {
        then: figure(then),
        draft: figure(draft),
        difference: figure(draft - then),
    }
}

/// Amounts of a measure.
fn told(measure: &Measure, both: (Decimal, Decimal)) -> Compared {
    match measure {
        Measure::Money(digits) => exact(*digits, both),
        Measure::Unit(unit) if unit.subunits > 1 => Compared {
            then: Figure::Exact(both.0.normalize()),
            draft: Figure::Exact(both.1.normalize()),
            difference: Figure::Exact((both.1 - both.0).normalize()),
        },
        _ => exact(0, both),
    }
}

fn group<'p>(name: &str, people: impl Iterator<Item = &'p Person>, measure: &Measure) -> GroupRow {
    let (mut members, mut winners, mut losers) = (0, 0, 0);
    let mut earned = (Decimal::ZERO, Decimal::ZERO);
    for person in people {
        members += 1;
        winners += u64::from(person.change() > Decimal::ZERO);
        losers += u64::from(person.change() < Decimal::ZERO);
        earned.0 += person.earned.0;
        earned.1 += person.earned.1;
    }
    GroupRow {
        group: name.into(),
        members,
        winners,
        losers,
        earned: told(measure, earned),
    }
}

/// Tenths of the members who bought, by what they bought; equal ones by their id.
fn deciles(people: &[Person], measure: &Measure) -> Vec<GroupRow> {
    let mut bought: Vec<&Person> = people.iter().filter(|p| p.spent > 0).collect();
    if bought.len() < 10 {
        return Vec::new();
    }
    bought.sort_by_key(|p| (std::cmp::Reverse(p.spent), p.id));
    let len = bought.len();
    let part = |n: usize| bought[len * n / 10..len * (n + 1) / 10].iter().copied();
    (0..10)
        .map(|n| group(&format!("{}", n + 1), part(n), measure))
        .collect()
}
