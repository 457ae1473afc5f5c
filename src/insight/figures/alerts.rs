//! Alerts: what somebody should see to, by the thresholds of the programme.

use super::{PLAIN, campaigns, figure};
use crate::insight::asked::Asked;
use crate::insight::definition::{Direction, Figure, Span};
use crate::insight::facts::{NOBODY, Who};
use crate::insight::outcome::{Cell, Column, Measure, Outcome, Row, Table, Unit};
use crate::insight::segments::people_of;
use crate::model::{AlertRule, Day, NameKind};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Most alerts of a kind that are listed, the gravest first.
const LISTED_MAX: usize = 20;
/// Days without a purchase from which a member is lapsing, and from which lapsed.
const LAPSING: (i32, i32) = (90, 180);
/// Days within which what an operator did by hand for one member is counted.
const BY_HAND_DAYS: u32 = 30;

pub(super) const FIGURES: &[Figure] = &[Figure {
    id: "alerts",
    name: ("Alerts", "提醒"),
    formula: "by the thresholds of [alerts] in programme.toml: utilisation of points and use of vouchers below theirs, from a sample on; budgets used above theirs; members with many purchases on a day; operators who often gave one member something by hand; members of the highest fifth by net sales of a year who are lapsing",
    direction: Direction::Down,
    span: Span::Days(7),
    rows: "S135",
    make: alerts,
    ..PLAIN
}];

/// An alert.
struct Alert {
    kind: &'static str,
    /// What it is about: a campaign and unit, a day, an operator.
    subject: String,
    value: Decimal,
    threshold: u32,
    /// An entry that shows it, if there is one.
    entry: Option<u64>,
}

fn alerts(asked: &Asked<'_>) -> Result<Outcome, String> {
    let rule = asked.shop.programme().alerts;
    let mut found = Vec::new();
    for (kind, id, below) in [
        ("utilisation", "utilisation", rule.utilisation_below),
        ("voucher_use", "vouchers", rule.voucher_use_below),
    ] {
        found.extend(low_share(asked, (kind, id), below, rule.sample));
    }
    found.extend(budgets(asked, rule));
    found.extend(velocity(asked, rule));
    found.extend(by_hand(asked, rule));
    found.extend(lapsing(asked, rule));
    let rows = found.into_iter().map(|alert| {
        Row::of(vec![
            alert.kind.into(),
            alert.subject.into(),
            Cell::Value(alert.value),
            u64::from(alert.threshold).into(),
            alert.entry.map(Decimal::from).into(),
        ])
    });
    let rows: Vec<Row> = rows.collect();
    let columns = vec![
        Column::of("alert", Unit::Text),
        Column::of("subject", Unit::Text),
        Column::of("value", Unit::Score),
        Column::of("threshold", Unit::Count),
        Column::of("entry", Unit::Count),
    ];
    let measure = Measure::of(rows.len() as u64);
    Ok(Outcome::from(measure).with(Table { columns, rows }))
}

/// A share of another figure, over its own window, that is below a threshold.
fn low_share(
    asked: &Asked<'_>,
    (kind, id): (&'static str, &str),
    below: u32,
    sample: u32,
) -> Option<Alert> {
    let figure = figure(id)?;
    let (from, to) = figure.span.ending(asked.days.1);
    let none = BTreeMap::new();
    let days = (from.unwrap_or(Day(0)), to);
    let own = Asked::new(figure.parameters, asked.source, days, None, &none);
    let measure = (figure.make)(&own).ok()?.measure?;
    let (value, of) = (measure.value?, measure.denominator?);
    (value < below.into() && of >= sample.into()).then(|| Alert {
        kind,
        subject: format!("{of}"),
        value,
        threshold: below,
        entry: None,
    })
}

/// Budgets of which more is used than the threshold, in the period of the last day.
fn budgets(asked: &Asked<'_>, rule: AlertRule) -> Vec<Alert> {
    let all = asked.shop.policy.campaigns().iter();
    let caps = all.flat_map(|campaign| campaign.budget.iter().map(move |cap| (campaign, cap)));
    let used = caps.filter(|(_, cap)| !cap.is_per_store && cap.points.0 > 0);
    let alert = |(campaign, cap): (&crate::model::Campaign, &crate::model::Cap)| {
        let given = campaigns::given(asked, campaign.number, cap) * 100 / i128::from(cap.points.0);
        let unit = asked.shop.names.text(NameKind::Unit, cap.unit);
        (given >= i128::from(rule.budget_above)).then(|| Alert {
            kind: "budget",
            subject: format!("{} ({unit})", campaign.id),
            value: Decimal::try_from_i128_with_scale(given, 0).unwrap_or(Decimal::MAX),
            threshold: rule.budget_above,
            entry: None,
        })
    };
    used.filter_map(alert).collect()
}

/// Members who bought unusually often on a day; the entry is the last of the purchases.
fn velocity(asked: &Asked<'_>, rule: AlertRule) -> Vec<Alert> {
    let mut counts: BTreeMap<(Day, Who), (u32, u64)> = BTreeMap::new();
    let sales = asked.facts.sales.iter();
    for sale in sales.filter(|sale| sale.who != NOBODY && asked.has(sale.day)) {
        let who = asked.facts.resolve(sale.who);
        let (count, last) = counts.entry((sale.day, who)).or_default();
        (*count, *last) = (*count + 1, sale.seq);
    }
    let many = counts.into_iter();
    let many = many.filter(|(_, (count, _))| *count > rule.purchases_a_day);
    let many: Vec<(u32, Day, u64)> = many
        .map(|((day, _), (count, last))| (count, day, last))
        .collect();
    let alert = |(count, day, last): (u32, Day, u64)| Alert {
        kind: "velocity",
        subject: day.to_string(),
        value: count.into(),
        threshold: rule.purchases_a_day,
        entry: Some(last),
    };
    gravest(many).into_iter().map(alert).collect()
}

/// The greatest, from the greatest on, as many as are listed.
fn gravest<T: Ord>(mut many: Vec<T>) -> Vec<T> {
    many.sort_unstable_by(|a, b| b.cmp(a));
    many.truncate(LISTED_MAX);
    many
}

/// Operators who gave one member something by hand more often than the threshold within
/// [`BY_HAND_DAYS`] before the last day; the entry is the last of these.
fn by_hand(asked: &Asked<'_>, rule: AlertRule) -> Vec<Alert> {
    let from = asked.days.1.days_before(BY_HAND_DAYS - 1);
    let mut counts: BTreeMap<(u32, Who), (u32, u64)> = BTreeMap::new();
    let gifts = asked.facts.by_hand.iter();
    for gift in gifts.filter(|gift| (from..=asked.days.1).contains(&gift.day)) {
        let who = asked.facts.resolve(gift.who);
        let (count, last) = counts.entry((gift.operator, who)).or_default();
        (*count, *last) = (*count + 1, gift.seq);
    }
    let many = counts.into_iter();
    let many = many.filter(|(_, (count, _))| *count > rule.by_hand_a_month);
    let many: Vec<(u32, u64, u32)> = many
        .map(|((operator, _), (count, last))| (count, last, operator))
        .collect();
    let alert = |(count, last, operator): (u32, u64, u32)| Alert {
        kind: "by_hand",
        subject: asked.facts.words.text(operator).to_owned(),
        value: count.into(),
        threshold: rule.by_hand_a_month,
        entry: Some(last),
    };
    gravest(many).into_iter().map(alert).collect()
}

/// Members of the highest fifth by net sales of a year who are lapsing, as a number.
fn lapsing(asked: &Asked<'_>, rule: AlertRule) -> Option<Alert> {
    let to = asked.days.1;
    let year = (to.minus_months(12).plus_days(1), to);
    let spent = |who: Who| {
        let bought = asked.histories().within(who, year);
        let sum = bought.iter().fold(0i64, |sum, one| sum.saturating_add(one.net));
        Some((sum, bought.last()?.day))
    };
    let mut bought: Vec<(i64, Day)> = people_of(asked).filter_map(spent).collect();
    bought.sort_unstable_by(|a, b| b.cmp(a));
    bought.truncate(bought.len().div_ceil(5));
    let is_lapsing = |(_, last): &&(i64, Day)| (LAPSING.0..LAPSING.1).contains(&(to.0 - last.0));
    let count = bought.iter().filter(is_lapsing).count() as u64;
    (count > u64::from(rule.lapsing_above)).then(|| Alert {
        kind: "lapsing",
        subject: bought.len().to_string(),
        value: count.into(),
        threshold: rule.lapsing_above,
        entry: None,
    })
}
