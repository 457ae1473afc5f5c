//! Figures over purchases.

use crate::insight::asked::Asked;
use crate::insight::dimension::Dimension;
use crate::insight::histories::Bought;
use crate::insight::models::quantile::median;
use crate::insight::outcome::{Cell, Column, Headline, Measure, Outcome, Row, Table, Unit};
use crate::insight::rows::{NOBODY, Sale, SalesDay};
use crate::insight::segments::{
    key_column, people_of, period_name, period_of, periods, share_of_people,
};
use crate::model::Day;
use std::collections::BTreeMap;

/// Members who bought on several days, of those who bought.
pub fn repurchase(asked: &Asked<'_>) -> Result<Outcome, String> {
    let least = asked.whole("days")? as usize;
    let histories = asked.histories();
    let outcome = share_of_people(asked, |who, days| {
        let bought = histories.day_count(who, days);
        (bought > 0).then_some(bought >= least)
    });
    asked.beside_benchmark(outcome)
}

/// Members who bought several times, of those who bought.
pub fn repurchase_orders(asked: &Asked<'_>) -> Result<Outcome, String> {
    let least = asked.whole("orders")? as usize;
    let outcome = share_of_people(asked, |who, days| {
        let bought = asked.histories().within(who, days).len();
        (bought > 0).then_some(bought >= least)
    });
    asked.beside_benchmark(outcome)
}

/// Sales that stand, in the window.
fn standing<'a>(asked: &'a Asked<'_>) -> impl Iterator<Item = &'a Sale> {
    let sales = asked.facts.sales.iter();
    sales.filter(|sale| !sale.is_gone && asked.has(sale.day))
}

/// Orders that were not their buyer's first, of all orders of members.
pub fn repeat_orders(asked: &Asked<'_>) -> Result<Outcome, String> {
    let (repeat, all) = repeated(asked, |_| 1);
    Ok(Measure::share(repeat, all).into())
}

/// Net sales to members who had bought on an earlier day, of all net sales to members.
pub fn repeat_revenue(asked: &Asked<'_>) -> Result<Outcome, String> {
    let (repeat, all) = repeated(asked, |bought| i128::from(bought.net));
    Ok(Measure::share(asked.money(repeat), asked.money(all)).into())
}

/// Sums over sales of members in the window: of those after the buyer's first day, and
/// of all.
fn repeated(asked: &Asked<'_>, of: impl Fn(&Bought) -> i128) -> (i128, i128) {
    let (mut repeat, mut all) = (0, 0);
    for who in people_of(asked) {
        let first = asked.histories().all(who).first().map(|one| one.day);
        for bought in asked.histories().within(who, asked.days) {
            all += of(bought);
            repeat += if Some(bought.day) > first {
                of(bought)
            } else {
                0
            };
        }
    }
    (repeat, all)
}

/// Orders for each member who bought.
pub fn frequency(asked: &Asked<'_>) -> Result<Outcome, String> {
    let counts = |days: (Day, Day)| {
        let (mut bought, mut buyers) = (0u64, 0u64);
        for who in people_of(asked) {
            let count = asked.histories().within(who, days).len() as u64;
            (bought, buyers) = (bought + count, buyers + u64::from(count > 0));
        }
        (bought, buyers)
    };
    let (bought, buyers) = counts(asked.days);
    let outcome = Outcome::from(Measure::quotient(bought, buyers));
    let outcome = asked.beside_benchmark(outcome)?;
    let Some(each) = asked.by.and_then(period_of) else {
        return Ok(outcome);
    };
    let rows = periods(asked.window(), each).into_iter().map(|days| {
        let (bought, buyers) = counts(days);
        Row {
            cells: vec![
                period_name(days.0, each).into(),
                Measure::quotient(bought, buyers).value.into(),
                bought.into(),
                buyers.into(),
            ],
            members: Some(buyers),
        }
    });
    let columns = vec![
        key_column(asked, Dimension::Month),
        Column::of("value", Unit::Ratio),
        Column::of("orders", Unit::Count),
        Column::of("members", Unit::Count),
    ];
    Ok(outcome.with(Table::of(columns, rows)))
}

/// Median of the days between a member's consecutive days of purchase.
pub fn interval(asked: &Asked<'_>) -> Result<Outcome, String> {
    let category = match asked.text("category") {
        "" => None,
        text => Some(asked.facts.words.find(text)),
    };
    let days_of = |category: Option<Option<u32>>| -> Vec<Vec<Day>> {
        let Some(category) = category else {
            let people = people_of(asked);
            return people
                .map(|who| asked.histories().days(who, asked.days).collect())
                .collect();
        };
        let mut days: BTreeMap<u32, Vec<Day>> = BTreeMap::new();
        for (item, sale) in asked.facts.standing_items() {
            let who = asked.facts.resolve(sale.who);
            if Some(item.category) == category && who != NOBODY && asked.has(sale.day) {
                days.entry(who).or_default().push(sale.day);
            }
        }
        let sorted = days.into_values().map(|mut days| {
            days.sort_unstable();
            days.dedup();
            days
        });
        sorted.collect()
    };
    let mut gaps: Vec<i64> = Vec::new();
    let mut members = 0u64;
    for days in days_of(category) {
        members += u64::from(days.len() > 1);
        gaps.extend(days.windows(2).map(|pair| i64::from(pair[1].0 - pair[0].0)));
    }
    let count = gaps.len();
    let measure = Measure {
        value: median(&gaps),
        ..Measure::default()
    };
    let headline = match category {
        Some(_) => Headline::OfSegment(members),
        None => Headline::OfAll,
    };
    Ok(Outcome::from(measure).headline(headline).note(
        format!("{count} intervals of {members} members who bought on two days and more"),
        format!("{members} 名在两天及以上购买的会员的 {count} 个间隔"),
    ))
}

/// Net sales for each order that stands.
pub fn average_order(asked: &Asked<'_>) -> Result<Outcome, String> {
    let least = asked.decimal("least")?;
    let sums = |days: (Day, Day)| match least {
        None => {
            let sums = sums_of_days(asked, days);
            (sums.net, sums.orders)
        }
        Some(least) => {
            let sales = standing(asked).filter(|sale| (days.0..=days.1).contains(&sale.day));
            let net = sales.map(|sale| i128::from(sale.net()));
            let counted = net.filter(|net| asked.money(*net) >= least);
            counted.fold((0i128, 0u64), |(sum, n), net| (sum + net, n + 1))
        }
    };
    let quotient = |(sum, count): (i128, u64)| Measure::quotient(asked.money(sum), count);
    let outcome = Outcome::from(quotient(sums(asked.days)));
    let Some(each) = asked.by.and_then(period_of) else {
        return Ok(outcome);
    };
    let rows = periods(asked.window(), each).into_iter().map(|days| {
        let (sum, count) = sums(days);
        Row::of(vec![
            period_name(days.0, each).into(),
            quotient((sum, count)).value.into(),
            Cell::Value(asked.money(sum)),
            count.into(),
        ])
    });
    let columns = vec![
        key_column(asked, Dimension::Month),
        Column::of("value", Unit::Money),
        Column::of("net", Unit::Money),
        Column::of("orders", Unit::Count),
    ];
    Ok(outcome.with(Table::of(columns, rows)))
}

/// Sums of sales by day, store and channel, within days.
fn days_of_sales<'a>(
    asked: &'a Asked<'_>,
    (from, to): (Day, Day),
) -> impl Iterator<Item = (&'a (Day, u16, u16), &'a SalesDay)> {
    let bounds = (from, 0, 0)..=(to.max(from), u16::MAX, u16::MAX);
    let is_empty = from > to;
    let sums = asked.facts.sales_days.range(bounds);
    sums.filter(move |_| !is_empty)
}

fn sums_of_days(asked: &Asked<'_>, days: (Day, Day)) -> SalesDay {
    let mut all = SalesDay::default();
    days_of_sales(asked, days).for_each(|(_, sums)| all.join(sums));
    all
}

/// Sums of the window for sales with a member and those without; what came back without
/// its sale is of neither.
fn by_membership(asked: &Asked<'_>) -> BTreeMap<String, SalesDay> {
    let mut rows: BTreeMap<String, SalesDay> = BTreeMap::new();
    let key = |sale: Option<&Sale>| match sale.map(|sale| sale.who == NOBODY) {
        Some(true) => "without a member".to_owned(),
        Some(false) => "members".to_owned(),
        None => String::new(),
    };
    let facts = asked.facts;
    for sale in facts.sales.iter().filter(|sale| asked.has(sale.day)) {
        if let Some(sold) = sale.sold {
            let row = rows.entry(key(Some(sale))).or_default();
            row.sales += 1;
            row.sold += i128::from(sold);
        }
    }
    for back in facts.backs.iter().filter(|back| asked.has(back.day)) {
        let sale = back.of.and_then(|at| facts.sales.get(at as usize));
        rows.entry(key(sale)).or_default().back += i128::from(back.amount);
    }
    rows
}

/// Sales of the window less what came back in it, as `day` says for each day.
pub fn sales(asked: &Asked<'_>) -> Result<Outcome, String> {
    if asked.by == Some(Dimension::Category)
        || !asked.text("category").is_empty()
        || !asked.text("sku").is_empty()
    {
        return sales_of_goods(asked);
    }
    let mut rows: BTreeMap<String, SalesDay> = BTreeMap::new();
    let all = sums_of_days(asked, asked.days);
    match (asked.by, asked.by.and_then(period_of)) {
        (Some(Dimension::Participant), _) => rows = by_membership(asked),
        (_, Some(each)) => {
            let mut periods: BTreeMap<Day, SalesDay> = BTreeMap::new();
            for ((day, ..), sums) in days_of_sales(asked, asked.days) {
                periods.entry(day.start_of(each)).or_default().join(sums);
            }
            let named = periods.into_iter();
            rows.extend(named.map(|(start, sums)| (period_name(start, each), sums)));
        }
        (by, None) => {
            for ((_, place, channel), sums) in days_of_sales(asked, asked.days) {
                let key = match by {
                    Some(Dimension::Store) => asked.facts.place(*place, asked.shop.names),
                    _ => asked.facts.channel(*channel).to_owned(),
                };
                rows.entry(key).or_default().join(sums);
            }
        }
    }
    let outcome = Outcome::from(Measure::of(asked.money(all.sold - all.back)));
    if asked.by.is_none() {
        return Ok(outcome);
    }
    let rows = rows.into_iter().map(|(key, sums)| {
        let money = [sums.sold - sums.back, sums.sold, sums.back];
        let money = money.map(|minor| Cell::Value(asked.money(minor)));
        let head = [Cell::Text(key)].into_iter().chain(money);
        Row::of(head.chain([sums.sales.into()]).collect())
    });
    let columns = vec![
        key_column(asked, Dimension::Month),
        Column::of("value", Unit::Money),
        Column::of("sold", Unit::Money),
        Column::of("back", Unit::Money),
        Column::of("sales", Unit::Count),
    ];
    Ok(outcome.with(Table::of(columns, rows)))
}

/// Prices of the lines of sales that stand, for a category, an article or each category.
fn sales_of_goods(asked: &Asked<'_>) -> Result<Outcome, String> {
    let (category, sku) = (asked.text("category"), asked.text("sku"));
    let words = &asked.facts.words;
    let mut sums: BTreeMap<&str, (i128, u64)> = BTreeMap::new();
    for (item, sale) in asked.facts.standing_items() {
        let is_it = (category.is_empty() || words.text(item.category) == category)
            && (sku.is_empty() || words.text(item.sku) == sku);
        if is_it && asked.has(sale.day) {
            let sum = sums.entry(words.text(item.category)).or_default();
            *sum = (sum.0 + i128::from(item.net()), sum.1 + 1);
        }
    }
    let all: i128 = sums.values().map(|sum| sum.0).sum();
    let rows = sums.into_iter().map(|(category, (sum, lines))| {
        Row::of(vec![
            category.into(),
            Cell::Value(asked.money(sum)),
            lines.into(),
        ])
    });
    let columns = vec![
        Column::of("category", Unit::Text),
        Column::of("value", Unit::Money),
        Column::of("lines", Unit::Count),
    ];
    Ok(Outcome::from(Measure::of(asked.money(all)))
        .with(Table::of(columns, rows))
        .note(
            "prices of lines less what came back of them by line, before discounts on the whole bill; sales that were undone or came back as a whole are left out",
            "商品行的售价减去按行退回的部分，未减整单折扣；不含已撤销或全部退回的销售",
        ))
}
