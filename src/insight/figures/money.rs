//! Figures over costs, return, goals, pools, partners, passes.

use crate::insight::asked::Asked;
use crate::insight::facts::pairs;
use crate::insight::outcome::{Cell, Column, Measure, Outcome, Row, Table, Unit, relative};
use crate::insight::rows::{NOBODY, Who};
use crate::insight::segments::people_of;
use crate::model::{Account, Day, NameKind, Number, Pool, UnitKind};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// Costs of the window: booked ones by kind, points that were used, vouchers, discounts.
pub fn cost(asked: &Asked<'_>) -> Result<Outcome, String> {
    let rows = costs(asked);
    let all: Decimal = rows.values().sum();
    let rows = rows
        .into_iter()
        .map(|(kind, amount)| Row::of(vec![kind.into(), Cell::Value(amount)]));
    let columns = vec![
        Column::of("kind", Unit::Text),
        Column::of("value", Unit::Money),
    ];
    Ok(Outcome::from(Measure::of(all)).with(Table::of(columns, rows)))
}

fn costs(asked: &Asked<'_>) -> BTreeMap<String, Decimal> {
    let (facts, programme) = (asked.facts, asked.shop.programme());
    let mut rows: BTreeMap<String, Decimal> = BTreeMap::new();
    for cost in facts.costs.iter().filter(|cost| asked.has(cost.day)) {
        *rows.entry(cost.kind.clone()).or_default() += asked.money(cost.amount.into());
    }
    for (key, flow) in pairs(&facts.flows) {
        let Some(unit) = programme
            .unit(key.unit)
            .filter(|unit| unit.kind == UnitKind::Spendable)
        else {
            continue;
        };
        if key.account == Account::Redemption && asked.has(key.day) {
            *rows.entry(format!("redeemed {}", unit.id)).or_default() +=
                asked.cost_of(unit, flow.taken - flow.given);
        }
    }
    for lot in facts
        .lots
        .iter()
        .filter(|lot| lot.paid != 0 && asked.has(lot.end.1))
    {
        *rows.entry("vouchers".into()).or_default() += asked.money(lot.paid.into());
    }
    for ((_, day), did) in pairs(&facts.campaigns) {
        if asked.has(day) && did.off != 0 {
            *rows.entry("discounts".into()).or_default() += asked.money(did.off);
        }
    }
    rows
}

/// Cost of winning a member against that of keeping one.
pub fn unit_cost(asked: &Asked<'_>) -> Result<Outcome, String> {
    let sum = |kind: &str| {
        let costs = asked.facts.costs.iter();
        let of_kind = costs.filter(|cost| cost.kind == kind && asked.has(cost.day));
        asked.money(of_kind.map(|cost| i128::from(cost.amount)).sum())
    };
    let (won, mut kept, mut orders) = (
        people_of(asked)
            .filter(|who| asked.has(asked.facts.people[*who as usize].joined))
            .count() as u64,
        0u64,
        0u64,
    );
    for who in people_of(asked) {
        let mut days = asked.histories().all(who).iter().map(|one| one.day);
        let first = days.next();
        let again = days
            .filter(|day| Some(*day) > first && asked.has(*day))
            .count() as u64;
        (kept, orders) = (kept + u64::from(again > 0), orders + again);
    }
    let rows = [
        ("winning a member", sum(asked.text("acquisition")), won),
        ("keeping a member", sum(asked.text("retention")), kept),
        ("a repeat order", sum(asked.text("retention")), orders),
    ];
    let each: Vec<Measure> = (rows.iter())
        .map(|row| Measure::quotient(row.1, row.2))
        .collect();
    let measure = match (each[0].value, each[1].value) {
        (Some(won), Some(kept)) => Measure::quotient(won, kept),
        _ => Measure::default(),
    };
    let rows = rows
        .into_iter()
        .zip(&each)
        .map(|((name, cost, count), each)| {
            Row::of(vec![
                name.into(),
                each.value.into(),
                Cell::Value(cost),
                count.into(),
            ])
        });
    let columns = vec![
        Column::of("of", Unit::Text),
        Column::of("value", Unit::Money),
        Column::of("cost", Unit::Money),
        Column::of("count", Unit::Count),
    ];
    Ok(Outcome::from(measure).with(Table::of(columns, rows)))
}

/// Net sales to members until the end of the window, for each member who ever bought.
pub fn lifetime_value(asked: &Asked<'_>) -> Result<Outcome, String> {
    let margin = asked.decimal("margin")?.unwrap_or(Decimal::ONE_HUNDRED) / Decimal::ONE_HUNDRED;
    let (mut sum, mut members) = (0i128, 0u64);
    for who in people_of(asked) {
        let bought = asked.histories().within(who, asked.days);
        sum += bought.iter().map(|one| i128::from(one.net)).sum::<i128>();
        members += u64::from(!bought.is_empty());
    }
    let outcome = Outcome::from(Measure::quotient(asked.money(sum) * margin, members));
    Ok(outcome.note(
        "historic: what was bought, not what is expected",
        "历史值：已购买的，而非预期的",
    ))
}

/// Goals with what they ask for, and the figures of now.
pub fn goals(asked: &Asked<'_>, now: impl Fn(&str) -> Option<Decimal>) -> Outcome {
    let rows = asked.facts.goals.iter().map(|goal| {
        let (base, target) = (goal.base.to_decimal(), goal.target.to_decimal());
        let both = base.zip(target);
        let change = both.and_then(|(base, target)| match goal.is_points {
            true => Some(format!("{} pp", Unit::Percent.render(target - base, 2))),
            false => {
                let share = relative(target, base)?;
                Some(format!("{} %", Unit::Percent.render(share, 2)))
            }
        });
        let now = now(&goal.metric);
        let progress = both.zip(now).and_then(|((base, target), now)| {
            ((now - base) * Decimal::ONE_HUNDRED).checked_div(target - base)
        });
        Row::of(vec![
            goal.metric.clone().into(),
            goal.segment.clone().into(),
            goal.deadline.to_string().into(),
            change.unwrap_or_default().into(),
            base.into(),
            target.into(),
            now.into(),
            progress.into(),
        ])
    });
    let columns = vec![
        Column::of("goal", Unit::Text),
        Column::of("segment", Unit::Text),
        Column::of("deadline", Unit::Text),
        Column::of("change", Unit::Text),
        Column::of("from", Unit::Score),
        Column::of("to", Unit::Score),
        Column::of("now", Unit::Score),
        Column::of("progress", Unit::Percent),
    ];
    Table::of(columns, rows).into()
}

/// Payments out of a pool in public form, and what is carried.
pub fn donations(asked: &Asked<'_>) -> Result<Outcome, String> {
    let pool = pool_asked(asked)?;
    let amount =
        |n: i128| Decimal::try_from_i128_with_scale(n, pool.digits.into()).unwrap_or(Decimal::MAX);
    let PoolSums {
        carried_in,
        given,
        paid,
    } = PoolSums::of(asked, pool.number);
    let payouts = asked.facts.payouts.iter();
    let within = payouts.filter(|paid| paid.pool == pool.number && asked.has(paid.day));
    let rows = within.map(|paid| {
        let evidence = paid
            .evidence
            .iter()
            .flatten()
            .map(|byte| format!("{byte:02x}"));
        Row::of(vec![
            paid.day.to_string().into(),
            paid.to.clone().into(),
            paid.seq.to_string().into(),
            evidence.collect::<String>().into(),
            Cell::Value(amount(paid.amount.into())),
        ])
    });
    let columns = vec![
        Column::of("day", Unit::Text),
        Column::of("to", Unit::Text),
        Column::of("entry", Unit::Text),
        Column::of("evidence", Unit::Text),
        Column::of("value", Unit::Score),
    ];
    let carried = amount(carried_in + given - paid);
    let measure = Measure::of(amount(paid));
    let (carried_in, given, paid) = (amount(carried_in), amount(given), amount(paid));
    Ok(Outcome::from(measure)
        .with(Table::of(columns, rows))
        .note(
            format!("carried in {carried_in} + contributed {given} - paid {paid} = carried {carried}; `audit stamp` proves an entry to anybody"),
            format!("期初结转 {carried_in} + 捐入 {given} - 支出 {paid} = 结转 {carried}；`audit stamp` 可向任何人证明一个条目"),
        ))
}

/// The pool that the parameter names; without one the first of the programme.
fn pool_asked<'a>(asked: &'a Asked<'_>) -> Result<&'a Pool, String> {
    let named = asked.text("pool");
    let mut pools = asked.shop.programme().pools.iter();
    let pool = pools.find(|pool| named.is_empty() || pool.id == named);
    pool.ok_or_else(|| match named {
        "" => "pool: the programme has no pool".into(),
        name => format!("pool: the programme has no pool '{name}'"),
    })
}

/// Account of a pool over the window, in its smallest unit.
struct PoolSums {
    /// Contributions less payments before it.
    carried_in: i128,
    given: i128,
    paid: i128,
}

impl PoolSums {
    fn of(asked: &Asked<'_>, pool: Number) -> PoolSums {
        let facts = asked.facts;
        let given = |is_counted: &dyn Fn(Day) -> bool| -> i128 {
            let given = facts.pooled.iter();
            let counted = given.filter(|((of, day), _)| *of == pool && is_counted(*day));
            counted.map(|(_, amount)| amount).sum()
        };
        let paid = |is_counted: &dyn Fn(Day) -> bool| -> i128 {
            let paid = facts.payouts.iter();
            let counted = paid.filter(|paid| paid.pool == pool && is_counted(paid.day));
            counted.map(|paid| i128::from(paid.amount)).sum()
        };
        let (before, within) = (|day| day < asked.days.0, |day| asked.has(day));
        PoolSums {
            carried_in: given(&before) - paid(&before),
            given: given(&within),
            paid: paid(&within),
        }
    }
}

/// Partners: members who bought with them, and what they owe.
pub fn partners(asked: &Asked<'_>) -> Result<Outcome, String> {
    let programme = asked.shop.programme();
    let owner = |place: u16| {
        let id = asked.facts.place(place, asked.shop.names);
        let store = programme.stores.iter().find(|store| store.id == id);
        store.map_or(0, |store| store.partner)
    };
    let mut bought: BTreeMap<u16, BTreeSet<Who>> = BTreeMap::new();
    let owners: Vec<u16> = (0..asked.facts.places.len())
        .map(|n| owner(crate::model::to_u16(n)))
        .collect();
    for sale in asked
        .facts
        .sales
        .iter()
        .filter(|sale| !sale.is_gone && asked.has(sale.day))
    {
        let who = asked.facts.resolve(sale.who);
        let partner = owners.get(usize::from(sale.place)).copied().unwrap_or(0);
        if who != NOBODY && partner != 0 {
            bought.entry(partner).or_default().insert(who);
        }
    }
    // What was owed before the window, and in it by reason.
    let mut owed: BTreeMap<u16, [i128; 5]> = BTreeMap::new();
    for ((partner, day, why), amount) in pairs(&asked.facts.owed) {
        if day <= asked.days.1 {
            let at = match asked.has(day) {
                true => usize::from(why) + 1,
                false => 0,
            };
            owed.entry(partner).or_default()[at] += amount;
        }
    }
    let all: BTreeSet<Who> = bought.values().flatten().copied().collect();
    let several = all
        .iter()
        .filter(|who| bought.values().filter(|own| own.contains(who)).count() > 1);
    let measure = Measure::share(several.count() as u64, all.len() as u64);
    let none = BTreeSet::new();
    let rows = programme.partners.iter().map(|partner| {
        let members = bought.get(&partner.number).unwrap_or(&none).len() as u64;
        let sums = owed.get(&partner.number).copied().unwrap_or_default();
        let money = sums.map(|sum| Cell::Value(asked.money(sum)));
        let head = [Cell::Text(partner.id.clone()), members.into()];
        let balance = Cell::Value(asked.money(sums.iter().sum()));
        Row::of(head.into_iter().chain(money).chain([balance]).collect())
    });
    let columns = vec![
        Column::of("partner", Unit::Text),
        Column::of("members", Unit::Count).of_some(&["members"]),
        Column::of("opening", Unit::Money),
        Column::of("earned", Unit::Money),
        Column::of("redeemed", Unit::Money),
        Column::of("undone", Unit::Money),
        Column::of("settled", Unit::Money),
        Column::of("owes", Unit::Money),
    ];
    Ok(Outcome::from(measure).with(Table::of(columns, rows)))
}

/// What a pass came to in the window.
#[derive(Default)]
struct PassSums {
    members: BTreeSet<Who>,
    charges: u64,
    paid: i128,
    refunded: i128,
    uses: u64,
    benefit: i128,
}

/// Passes: charges, benefits, and how often their holders buy.
pub fn passes(asked: &Asked<'_>) -> Result<Outcome, String> {
    let names = asked.shop.names;
    let facts = asked.facts;
    let mut passes: BTreeMap<u16, PassSums> = BTreeMap::new();
    for charge in facts.charges.iter().filter(|charge| asked.has(charge.day)) {
        let sums = passes.entry(charge.unit).or_default();
        sums.members.insert(facts.resolve(charge.who));
        (sums.charges, sums.paid) = (sums.charges + 1, sums.paid + i128::from(charge.paid));
    }
    for refund in facts.refunds.iter().filter(|refund| asked.has(refund.day)) {
        passes.entry(refund.unit).or_default().refunded += i128::from(refund.paid);
    }
    let used = facts.benefits.iter().filter(|used| !used.is_gone);
    for used in used.filter(|used| asked.has(used.day)) {
        let sums = passes.entry(used.unit).or_default();
        (sums.uses, sums.benefit) = (sums.uses + 1, sums.benefit + i128::from(used.amount));
    }
    let holders: BTreeSet<Who> = (passes.values())
        .flat_map(|sums| sums.members.iter().copied())
        .collect();
    let rows = passes.into_iter().map(|(unit, sums)| {
        let bought = |who: &Who| asked.histories().within(*who, asked.days).len() as u64;
        let orders: u64 = sums.members.iter().map(bought).sum();
        let members = sums.members.len() as u64;
        Row {
            cells: vec![
                names.text(NameKind::Unit, unit).into(),
                members.into(),
                sums.charges.into(),
                Cell::Value(asked.money(sums.paid)),
                Cell::Value(asked.money(sums.refunded)),
                sums.uses.into(),
                Cell::Value(asked.money(sums.benefit)),
                Measure::quotient(orders, members).value.into(),
            ],
            members: Some(members),
        }
    });
    let columns = vec![
        Column::of("pass", Unit::Text),
        Column::of("value", Unit::Count),
        Column::of("charges", Unit::Count),
        Column::of("paid", Unit::Money),
        Column::of("refunded", Unit::Money),
        Column::of("benefits", Unit::Count),
        Column::of("benefit_value", Unit::Money),
        Column::of("orders_each", Unit::Ratio),
    ];
    Ok(Outcome::from(Measure::of(holders.len() as u64)).with(Table::of(columns, rows)))
}
