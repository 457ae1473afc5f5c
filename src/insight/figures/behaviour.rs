//! Figures over what members do: steps on a way, preferences, recommendation.

use crate::insight::asked::Asked;
use crate::insight::dimension::Dimension;
use crate::insight::facts::pairs;
use crate::insight::models::quantile::median;
use crate::insight::outcome::{Cell, Column, Headline, Measure, Outcome, Row, Table, Unit};
use crate::insight::rows::{Did, End, Lot, NOBODY, Sale, Who};
use crate::insight::segments::{people_of, segment};
use crate::model::{Day, NameKind, Number, Role, UnitKind};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// Steps of members on a way: an activity, a voucher issued or used, a purchase.
enum Step {
    Activity(Number),
    Issued,
    Used,
    Purchase,
}

fn steps(asked: &Asked<'_>) -> Result<Vec<(String, Step)>, String> {
    let names = asked.shop.names;
    let step = |word: &str| match word {
        "voucher.issue" => Ok(Step::Issued),
        "voucher.use" => Ok(Step::Used),
        "purchase" => Ok(Step::Purchase),
        activity => match names.number(NameKind::Activity, activity) {
            Some(number) => Ok(Step::Activity(number)),
            None => Err(format!(
                "steps: '{word}' is neither an activity of the programme nor voucher.issue, voucher.use or purchase"
            )),
        },
    };
    let words = asked.text("steps").split(',').map(str::trim);
    let words = words.filter(|word| !word.is_empty());
    words
        .map(|word| Ok((word.to_owned(), step(word)?)))
        .collect()
}

/// A step that a member took: day, entry and store. Steps of a day follow one another as
/// they were booked.
type Taken = (Day, u64, u16);

/// When each member took a step, in order.
fn taken(asked: &Asked<'_>, step: &Step) -> BTreeMap<Who, Vec<Taken>> {
    let facts = asked.facts;
    let mut found: BTreeMap<Who, Vec<Taken>> = BTreeMap::new();
    let mut add = |who: Who, day: Day, (seq, place): (u64, u16)| {
        let who = facts.resolve(who);
        if who != NOBODY {
            found.entry(who).or_default().push((day, seq, place));
        }
    };
    let is_voucher = |lot: &&Lot| asked.shop.programme().is_kind(lot.unit, UnitKind::Voucher);
    let vouchers = facts.lots.iter().filter(is_voucher);
    match step {
        Step::Activity(of) => {
            for act in facts.activities(Some(*of)) {
                add(act.who, act.day, (act.seq, act.place));
            }
        }
        Step::Issued => {
            for lot in vouchers.filter(|lot| !lot.is_moved && lot.end.0 != End::Voided) {
                add(lot.who, lot.day, (lot.id.0, facts.place_of(lot.id.0)));
            }
        }
        Step::Used => {
            for lot in vouchers.filter(|lot| lot.end.0 == End::Used) {
                let (_, day, seq) = lot.end;
                add(lot.who, day, (seq, facts.place_of(seq)));
            }
        }
        Step::Purchase => {
            for sale in facts.sales.iter().filter(|sale| !sale.is_gone) {
                add(sale.who, sale.day, (sale.seq, sale.place));
            }
        }
    }
    for days in found.values_mut() {
        days.sort_unstable();
    }
    found
}

/// Members who took the first step in the window, and how many of them took each next one
/// within days of it.
pub fn funnel(asked: &Asked<'_>) -> Result<Outcome, String> {
    let within = asked.whole("within")?;
    let steps = steps(asked)?;
    let ways: Vec<_> = steps.iter().map(|(_, step)| taken(asked, step)).collect();
    let Some((first, next)) = ways.split_first() else {
        return Err("steps: name the steps, such as try_on,purchase".into());
    };
    let mut counts = vec![0u64; ways.len()];
    let mut stores: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for (who, days) in first {
        let begin = days.iter().find(|(day, ..)| asked.has(*day));
        let Some(begin) = begin.copied() else {
            continue;
        };
        let own = next.iter().map(|step| step.get(who));
        let reached = steps_taken(&steps, begin, within, own);
        counts[..reached].iter_mut().for_each(|count| *count += 1);
        let store = stores
            .entry(asked.facts.place(begin.2, asked.shop.names))
            .or_default();
        *store = (store.0 + 1, store.1 + u64::from(reached == ways.len()));
    }
    let (started, ended) = (counts[0], counts[counts.len() - 1]);
    let outcome = Outcome::from(Measure::share(ended, started));
    let outcome = outcome.headline(Headline::OfSegment(ended));
    Ok(match asked.by {
        Some(Dimension::Store) => outcome
            .with(funnel_by_store(stores))
            .note("the store of the first step", "第一步所在的门店"),
        _ => outcome.with(funnel_by_step(&steps, &counts)),
    })
}

/// Number of steps that a member took one after another, from the first on, within days of
/// it; `own` are the days on which the member took each of the others.
fn steps_taken<'a>(
    steps: &[(String, Step)],
    (begin, seq, _): Taken,
    within: u32,
    own: impl Iterator<Item = Option<&'a Vec<Taken>>>,
) -> usize {
    let until = begin.days_after(within);
    // A sale with a voucher is two steps, but no event is the same step twice.
    let mut way = vec![(&steps[0].0, begin, seq)];
    for ((word, _), own) in steps[1..].iter().zip(own) {
        let (_, day, seq) = way[way.len() - 1];
        let later = own.and_then(|own| {
            own.iter().find(|(at, by, _)| {
                (*at, *by) >= (day, seq) && *at <= until && !way.contains(&(word, *at, *by))
            })
        });
        let Some((day, seq, _)) = later else { break };
        way.push((word, *day, *seq));
    }
    way.len()
}

/// Members who started and who came to the end, by the store of the first step.
fn funnel_by_store(stores: BTreeMap<String, (u64, u64)>) -> Table {
    let rows = stores.into_iter().map(|(store, (of, hit))| Row {
        cells: vec![
            store.into(),
            Measure::share(hit, of).value.into(),
            hit.into(),
            of.into(),
        ],
        members: Some(of),
    });
    Table {
        columns: vec![
            Column::of("store", Unit::Text),
            Column::of("value", Unit::Percent).of_some(&["ended"]),
            Column::of("ended", Unit::Count).of_some(&["ended"]),
            Column::of("started", Unit::Count),
        ],
        rows: rows.collect(),
    }
}

/// Members who came to each step.
fn funnel_by_step(steps: &[(String, Step)], counts: &[u64]) -> Table {
    let started = counts[0];
    let rows = steps.iter().zip(counts).map(|((name, _), count)| Row {
        cells: vec![
            name.as_str().into(),
            (*count).into(),
            Measure::share(*count, started).value.into(),
        ],
        members: Some(*count),
    });
    Table {
        columns: vec![
            Column::of("step", Unit::Text),
            Column::of("members", Unit::Count),
            Column::of("share", Unit::Percent),
        ],
        rows: rows.collect(),
    }
}

/// Entries of the sales that a bonus campaign gave something for.
fn promoted(asked: &Asked<'_>) -> BTreeSet<u64> {
    let campaigns = asked.shop.policy.campaigns().iter();
    let bonus = campaigns.filter(|campaign| campaign.role == Role::Bonus);
    let bonus: BTreeSet<Number> = bonus.map(|campaign| campaign.number).collect();
    let facts = asked.facts;
    let of_bonus = (facts.sale_campaigns.iter()).filter(|(_, campaign)| bonus.contains(campaign));
    let sales = of_bonus.filter_map(|(at, _)| facts.sales.get(*at as usize));
    sales.map(|sale| sale.seq).collect()
}

/// Share of net sales to members that a bonus campaign gave something for.
pub fn promotion_share(asked: &Asked<'_>) -> Result<Outcome, String> {
    let promoted = promoted(asked);
    let (mut under, mut all) = (0i128, 0i128);
    for sale in &asked.facts.sales {
        if sale.who != NOBODY && asked.has(sale.day) {
            let net = i128::from(sale.net());
            all += net;
            under += if promoted.contains(&sale.seq) { net } else { 0 };
        }
    }
    Ok(Measure::share(asked.money(under), asked.money(all)).into())
}

/// Articles that members buy most, with how many buy them.
pub fn preferences(asked: &Asked<'_>) -> Result<Outcome, String> {
    let most = asked.whole("most")? as usize;
    let mut sums: BTreeMap<(u32, u32), (i128, BTreeSet<Who>)> = BTreeMap::new();
    let mut all = 0i128;
    for (item, sale) in asked.facts.standing_items() {
        let who = asked.facts.resolve(sale.who);
        if who == NOBODY || !asked.has(sale.day) {
            continue;
        }
        let sku = if asked.by == Some(Dimension::Category) {
            u32::MAX
        } else {
            item.sku
        };
        let sum = sums.entry((item.category, sku)).or_default();
        sum.0 += i128::from(item.net());
        sum.1.insert(who);
        all += i128::from(item.net());
    }
    let words = &asked.facts.words;
    let mut sums: Vec<_> = sums.into_iter().collect();
    sums.sort_by_key(|(key, (amount, _))| (-amount, *key));
    let rows = sums
        .into_iter()
        .take(most)
        .map(|((category, sku), (amount, members))| Row {
            cells: vec![
                words.text(category).into(),
                words.text(sku).into(),
                Measure::share(asked.money(amount), asked.money(all))
                    .value
                    .into(),
                Cell::Value(asked.money(amount)),
                (members.len() as u64).into(),
            ],
            members: Some(members.len() as u64),
        });
    let columns = vec![
        Column::of("category", Unit::Text),
        Column::of("sku", Unit::Text),
        Column::of("value", Unit::Percent),
        Column::of("amount", Unit::Money),
        Column::of("members", Unit::Count),
    ];
    Ok(Table::of(columns, rows).into())
}

/// Columns of members who brought others: how many they brought tells how many they are.
const BROUGHT: &[&str] = &["brought", "referrers"];

/// Members brought by other members, for each member who had joined.
pub fn advocacy(asked: &Asked<'_>) -> Result<Outcome, String> {
    let mut brought: BTreeMap<Who, u64> = BTreeMap::new();
    for who in people_of(asked) {
        if let Some(referrer) = brought_by(asked, who) {
            *brought.entry(referrer).or_default() += 1;
        }
    }
    let mut rows: BTreeMap<String, (u64, u64, u64)> = BTreeMap::new();
    let (mut all, mut members) = (0u64, 0u64);
    for who in people_of(asked) {
        if asked.facts.people[who as usize].joined > asked.days.1 {
            continue;
        }
        let count = brought.get(&who).copied().unwrap_or(0);
        (all, members) = (all + count, members + 1);
        if let Some(key) = asked.by.and_then(|by| segment(asked, by, who)) {
            let row = rows.entry(key).or_default();
            *row = (row.0 + count, row.1 + u64::from(count > 0), row.2 + 1);
        }
    }
    let outcome = Outcome::from(Measure::quotient(all, members));
    let Some(by) = asked.by else {
        return Ok(outcome);
    };
    let rows = rows.into_iter().map(|(key, (count, referrers, of))| Row {
        cells: vec![
            key.into(),
            Measure::quotient(count, of).value.into(),
            count.into(),
            referrers.into(),
            of.into(),
        ],
        members: Some(of),
    });
    let columns = vec![
        Column::of(by.word(), Unit::Text),
        Column::of("value", Unit::Ratio).of_some(BROUGHT),
        Column::of("brought", Unit::Count).of_some(BROUGHT),
        Column::of("referrers", Unit::Count).of_some(BROUGHT),
        Column::of("members", Unit::Count),
    ];
    Ok(outcome.with(Table::of(columns, rows)))
}

/// The member who brought one who joined in the window.
fn brought_by(asked: &Asked<'_>, who: Who) -> Option<Who> {
    let joined = asked.facts.people.get(who as usize)?.joined;
    asked.facts.referrer(who).filter(|_| asked.has(joined))
}

/// Relations between members: brought, and points sent.
pub fn network(asked: &Asked<'_>) -> Result<Outcome, String> {
    let brought = people_of(asked).filter_map(|who| brought_by(asked, who));
    let brought = brought.count() as u64;
    let sent = pairs(&asked.facts.sent).filter(|((day, _), _)| asked.has(*day));
    let gifts: u64 = sent.map(|(_, sent)| sent.lots).sum();
    let rows = [
        ("members brought by members", brought),
        ("lots that moved from member to member", gifts),
    ];
    let rows = rows.map(|(name, count)| Row::of(vec![name.into(), count.into()]));
    let columns = vec![
        Column::of("relation", Unit::Text),
        Column::of("value", Unit::Count),
    ];
    Ok(Outcome::from(Measure::of(brought + gifts)).with(Table::of(columns, rows)))
}

/// Members who did something of a kind in the window.
fn doers(asked: &Asked<'_>, did: Did) -> BTreeSet<Who> {
    let doings = asked.facts.doings.iter();
    let own = doings.filter(|one| one.did == did && !one.is_gone && asked.has(one.day));
    own.map(|one| asked.facts.resolve(one.who)).collect()
}

/// True if no interval between days of purchase is longer than twice their median.
fn is_regular(sales: &[&Sale]) -> bool {
    let mut days: Vec<Day> = sales.iter().map(|sale| sale.day).collect();
    days.dedup();
    let gaps = days.windows(2).map(|pair| i64::from(pair[1].0 - pair[0].0));
    let gaps: Vec<i64> = gaps.collect();
    let longest = gaps.iter().max().copied().map(Decimal::from);
    longest
        .zip(median(&gaps))
        .is_some_and(|(longest, middle)| longest <= middle * Decimal::TWO)
}

/// Kinds of loyalty by rules of thumb over what members did in the window.
pub fn loyalty_types(asked: &Asked<'_>) -> Result<Outcome, String> {
    let promoted = promoted(asked);
    let referrers = people_of(asked).filter_map(|who| brought_by(asked, who));
    let referrers: BTreeSet<Who> = referrers.collect();
    let (engaged, spenders) = (doers(asked, Did::Activity), doers(asked, Did::Spent));
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for who in people_of(asked) {
        let sales: Vec<&Sale> = asked.sales_within(who, asked.days).collect();
        if sales.len() < 3 {
            continue;
        }
        let rewarded = sales
            .iter()
            .filter(|s| s.is_own_paid || promoted.contains(&s.seq))
            .count();
        let stores: BTreeSet<u16> = sales.iter().map(|sale| sale.place).collect();
        let kind = if rewarded * 2 > sales.len() {
            "reward"
        } else if referrers.contains(&who) || engaged.contains(&who) {
            "true"
        } else if stores.len() == 1 && !spenders.contains(&who) && is_regular(&sales) {
            "habitual"
        } else {
            "none of them"
        };
        *counts.entry(kind).or_default() += 1;
    }
    let all: u64 = counts.values().sum();
    let rows = counts.into_iter().map(|(kind, count)| Row {
        cells: vec![
            kind.into(),
            count.into(),
            Measure::share(count, all).value.into(),
        ],
        members: Some(count),
    });
    let columns = vec![
        Column::of("kind", Unit::Text),
        Column::of("value", Unit::Count),
        Column::of("share", Unit::Percent),
    ];
    Ok(Outcome::from(Measure::of(Decimal::from(all))).with(Table::of(columns, rows)).note(
        "rules of thumb, for members with three orders and more, over the window: reward, more than half of the orders with a bonus or paid with points, which is no loyalty once a better reward comes along; true, brought others or took part in something; habitual, in one store, at regular intervals (none more than twice the median) and without redeeming; inertia cannot be told from habit without a survey",
        "经验规则，适用于统计期内有三笔及以上订单的会员：奖励型，半数以上订单有奖励或以积分支付，一旦他处奖励更好即会离开；真诚型，推荐了他人或参与了活动；习惯型，只在一家门店、间隔规律（均不超过中位数的两倍）且未兑换；没有调查无法区分惰性与习惯",
    ))
}

/// Rewards that were redeemed or paid with, with whose they are.
pub fn redemptions(asked: &Asked<'_>) -> Result<Outcome, String> {
    let mut counts: BTreeMap<Number, u64> = BTreeMap::new();
    for had in asked.facts.rewards.iter().filter(|had| !had.is_gone) {
        if asked.has(had.day) {
            *counts.entry(had.reward).or_default() += 1;
        }
    }
    let all: u64 = counts.values().sum();
    let programme = asked.shop.programme();
    let rows = counts.into_iter().map(|(number, count)| {
        let reward = asked
            .shop
            .policy
            .rewards()
            .iter()
            .find(|reward| reward.number == number);
        let partner = reward.and_then(|reward| programme.partner(reward.partner));
        let cost = reward
            .and_then(|reward| reward.cost)
            .map(|cost| asked.money(cost.0.into()));
        Row::of(vec![
            asked.shop.names.text(NameKind::Reward, number).into(),
            partner
                .map_or(String::new(), |partner| partner.id.clone())
                .into(),
            reward
                .map_or(String::new(), |reward| reward.categories.join(" "))
                .into(),
            count.into(),
            Measure::share(count, all).value.into(),
            cost.map(|cost| cost * Decimal::from(count)).into(),
        ])
    });
    let columns = vec![
        Column::of("reward", Unit::Text),
        Column::of("partner", Unit::Text),
        Column::of("categories", Unit::Text),
        Column::of("value", Unit::Count),
        Column::of("share", Unit::Percent),
        Column::of("cost", Unit::Money),
    ];
    Ok(Outcome::from(Measure::of(all)).with(Table::of(columns, rows)))
}

/// Refusals on record, by their code.
pub fn refusals(asked: &Asked<'_>) -> Result<Outcome, String> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let mut all = 0u64;
    for ((day, code), count) in &asked.facts.refusals {
        if asked.has(*day) {
            let key = match asked.by {
                Some(_) => day.to_string(),
                None => code.clone(),
            };
            *counts.entry(key).or_default() += count;
            all += count;
        }
    }
    let head = match asked.by {
        Some(by) => by.word(),
        None => "code",
    };
    let columns = vec![
        Column::of(head, Unit::Text),
        Column::of("value", Unit::Count),
    ];
    let rows = counts.into_iter();
    let rows = rows.map(|(key, count)| Row::of(vec![key.into(), count.into()]));
    Ok(Outcome::from(Measure::of(all)).with(Table::of(columns, rows)))
}
