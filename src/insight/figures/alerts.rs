//! Alerts: what somebody should see to, by the thresholds of the programme.

use super::{PLAIN, campaigns, figure};
use crate::insight::asked::Asked;
use crate::insight::definition::{Direction, Figure, Span};
use crate::insight::outcome::{Cell, Column, Measure, Outcome, Row, Table, Unit};
use crate::insight::rows::{AlertKnown, NOBODY, Who};
use crate::insight::segments::people_of;
use crate::model::{AlertRule, Day, Lapsing, NameKind};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Most alerts of a kind that are listed, the gravest first.
const LISTED_MAX: usize = 20;
/// Days within which what an operator did by hand for one member is counted.
const BY_HAND_DAYS: u32 = 30;

pub(super) const FIGURES: &[Figure] = &[Figure {
    id: "alerts",
    name: ("Alerts", "提醒"),
    formula: "by the thresholds of [alerts] in programme.toml: utilisation of points and use of vouchers below theirs, from a sample on; budgets used above theirs; members with many purchases on a day; operators who often gave one member something by hand; members of the highest fifth by net sales of a year who are lapsing; and what the machine and the service tell: the disk, the book, a backup, the verification, webhooks",
    direction: Direction::Down,
    span: Span::Days(7),
    rows: "S135",
    make: alerts,
    ..PLAIN
}];

/// Kinds whose value is worse where it is lower.
const LOW_IS_WORSE: [&str; 3] = ["utilisation", "voucher_use", "disk"];

/// An alert.
struct Alert {
    kind: &'static str,
    /// Part of the id that tells it from others of its kind; empty if there is only one.
    key: String,
    /// Subject: a campaign and unit, a day, an operator.
    subject: String,
    value: Decimal,
    threshold: u32,
    /// An entry that shows it, if there is one.
    entry: Option<u64>,
    /// The sentence in English and in Simplified Chinese.
    text: (String, String),
}

impl Alert {
    fn id(&self) -> String {
        match self.key.as_str() {
            "" => self.kind.to_owned(),
            key => format!("{}/{key}", self.kind),
        }
    }

    /// Its state beside what is known of it.
    fn state(&self, known: Option<&AlertKnown>) -> &'static str {
        let Some(known) = known.filter(|known| known.is_open) else {
            return "new";
        };
        match (
            &known.acknowledged,
            known.value.and_then(|value| value.to_decimal()),
        ) {
            (None, _) => "told",
            (Some(_), Some(before)) if self.is_worse_than(before) => "worse",
            (Some(_), _) => "acknowledged",
        }
    }

    /// True if the value is worse than an earlier one by a tenth of the threshold, and by 1
    /// at least.
    fn is_worse_than(&self, before: Decimal) -> bool {
        let step = Decimal::from(self.threshold) / Decimal::TEN;
        let worse = match LOW_IS_WORSE.contains(&self.kind) {
            true => before - self.value,
            false => self.value - before,
        };
        worse >= step.max(Decimal::ONE)
    }
}

/// Kinds of alerts that are made from facts.
const OF_FACTS: [&str; 6] = [
    "utilisation",
    "voucher_use",
    "budget",
    "velocity",
    "by_hand",
    "lapsing",
];

/// Columns of the table.
const COLUMNS: [Column; 12] = [
    Column::of("alert", Unit::Text),
    Column::of("subject", Unit::Text),
    Column::of("value", Unit::Score),
    Column::of("threshold", Unit::Count),
    Column::of("entry", Unit::Count),
    Column::of("id", Unit::Text),
    Column::of("state", Unit::Text),
    Column::of("changed", Unit::Count),
    Column::of("by", Unit::Text),
    Column::of("reason", Unit::Text),
    Column::of("text", Unit::Text),
    Column::of("text_zh", Unit::Text),
];

fn alerts(asked: &Asked<'_>) -> Result<Outcome, String> {
    let found = found(asked);
    let ids: BTreeSet<String> = found.iter().map(Alert::id).collect();
    let known = &asked.facts.alerts;
    let mut rows = Vec::new();
    let mut open = 0u64;
    for alert in found {
        let known = known.get(&alert.id());
        let state = alert.state(known);
        open += u64::from(state != "acknowledged");
        rows.push(row(alert, state, known));
    }
    // What was told and is no more, and what others look at.
    for (id, known) in known
        .iter()
        .filter(|(id, of)| of.is_open && !ids.contains(*id))
    {
        let kind = id.split('/').next().unwrap_or_default();
        let state = state_of_missing(asked, kind, known);
        open += u64::from(state == "told");
        rows.push(row_of_missing(id, kind, state, known));
    }
    let table = Table {
        columns: COLUMNS.to_vec(),
        rows,
    };
    Ok(Outcome::from(Measure::of(open)).with(table))
}

/// Alerts from facts, and from the conditions that the machine and the service tell.
fn found(asked: &Asked<'_>) -> Vec<Alert> {
    let rule = asked.shop.programme().alerts;
    let mut found = Vec::new();
    found.extend(low_share(
        asked,
        ("utilisation", "utilisation"),
        rule.utilisation_below,
    ));
    found.extend(low_share(
        asked,
        ("voucher_use", "vouchers"),
        rule.voucher_use_below,
    ));
    found.extend(budgets(asked, rule));
    found.extend(velocity(asked, rule));
    found.extend(by_hand(asked, rule));
    found.extend(lapsing(asked, rule));
    let told = asked.source.conditions.found.iter();
    found.extend(told.map(|condition| Alert {
        kind: condition.kind,
        key: condition.subject.clone(),
        subject: condition.subject.clone(),
        value: condition.value.into(),
        threshold: condition.threshold,
        entry: None,
        text: condition.text.clone(),
    }));
    found
}

/// The row of an alert, with who acknowledged it and why.
fn row(alert: Alert, state: &str, known: Option<&AlertKnown>) -> Row {
    let id = alert.id();
    let seen = known.and_then(|known| known.acknowledged.clone());
    let (by, reason) = seen.filter(|_| state != "new").unwrap_or_default();
    Row::of(vec![
        alert.kind.into(),
        alert.subject.into(),
        Cell::Value(alert.value),
        u64::from(alert.threshold).into(),
        alert.entry.map(Decimal::from).into(),
        id.into(),
        state.into(),
        known.map(|known| Decimal::from(known.seq)).into(),
        by.into(),
        reason.into(),
        alert.text.0.into(),
        alert.text.1.into(),
    ])
}

/// State of an open alert that was not found: over, if it was looked at here.
fn state_of_missing(asked: &Asked<'_>, kind: &str, known: &AlertKnown) -> &'static str {
    let is_looked_at = OF_FACTS.contains(&kind) || asked.source.conditions.kinds.contains(&kind);
    match (is_looked_at, &known.acknowledged) {
        (true, _) => "over",
        (false, None) => "told",
        (false, Some(_)) => "acknowledged",
    }
}

/// The row of an alert that was not found, as it was told.
fn row_of_missing(id: &str, kind: &str, state: &str, known: &AlertKnown) -> Row {
    let (by, reason) = known.acknowledged.clone().unwrap_or_default();
    Row::of(vec![
        kind.into(),
        String::new().into(),
        known.value.and_then(|value| value.to_decimal()).into(),
        Cell::None,
        Cell::None,
        id.into(),
        state.into(),
        Cell::Value(known.seq.into()),
        by.into(),
        reason.into(),
        known.text.0.clone().into(),
        known.text.1.clone().into(),
    ])
}

/// A share of another figure, over its own window, that is below a threshold.
fn low_share(asked: &Asked<'_>, (kind, id): (&'static str, &str), below: u32) -> Option<Alert> {
    let sample = asked.shop.programme().alerts.sample;
    let figure = figure(id)?;
    let (from, to) = figure.span.ending(asked.days.1);
    let none = BTreeMap::new();
    let days = (from.unwrap_or(Day(0)), to);
    let own = Asked::new(figure.parameters, asked.source, days, None, &none);
    let measure = (figure.make)(&own).ok()?.measure?;
    let (value, of) = (measure.value?, measure.denominator?);
    let told = Unit::Percent.render(value, 0);
    let text = match kind {
        "utilisation" => (
            format!(
                "{told} % of {of} points were redeemed; fewer than {below} %: the rights may need another look"
            ),
            format!("{of}积分中已使用 {told} %，低于 {below} %：权益可能需要优化"),
        ),
        _ => (
            format!("{told} % of {of} vouchers were used; fewer than {below} %"),
            format!("{of}张优惠券已核销 {told} %，低于 {below} %"),
        ),
    };
    (value < below.into() && of >= sample.into()).then(|| Alert {
        kind,
        key: String::new(),
        subject: format!("{of}"),
        value,
        threshold: below,
        entry: None,
        text,
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
        let subject = format!("{} ({unit})", campaign.id);
        (given >= i128::from(rule.budget_above)).then(|| Alert {
            kind: "budget",
            key: format!("{}/{unit}", campaign.id),
            text: (
                format!("{subject}: {given} % of the budget are used"),
                format!("{subject}：预算已用 {given} %"),
            ),
            subject,
            value: Decimal::try_from_i128_with_scale(given, 0).unwrap_or(Decimal::MAX),
            threshold: rule.budget_above,
            entry: None,
        })
    };
    used.filter_map(alert).collect()
}

/// Members who bought unusually often on a day; the entry is the last of the purchases.
fn velocity(asked: &Asked<'_>, rule: AlertRule) -> Vec<Alert> {
    // Sales that are gone count too, so they are not read from the histories.
    let mut counts: HashMap<(Day, Who), (u32, u64, u64)> = HashMap::new();
    let sales = asked.facts.sales.iter().filter(|sale| sale.sold.is_some());
    for sale in sales.filter(|sale| sale.who != NOBODY && asked.has(sale.day)) {
        let who = asked.facts.resolve(sale.who);
        let (count, first, last) = counts.entry((sale.day, who)).or_insert((0, sale.seq, 0));
        (*count, *first, *last) = (*count + 1, *first, sale.seq);
    }
    let usual = rule.purchases_a_day;
    let many = counts.into_iter();
    let many = many.filter(|(_, (count, ..))| *count > usual);
    let many: Vec<(u32, Day, u64, u64)> = many
        .map(|((day, _), (count, first, last))| (count, day, last, first))
        .collect();
    let alert = |(count, day, last, first): (u32, Day, u64, u64)| Alert {
        kind: "velocity",
        key: format!("{day}/{first}"),
        subject: day.to_string(),
        value: count.into(),
        threshold: usual,
        entry: Some(last),
        text: (
            format!("a member bought {count} times on {day}; usual are at most {usual}"),
            format!("一名会员在 {day} 购买 {count} 次；通常不超过 {usual} 次"),
        ),
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
    // The first one ever names the alert, which goes on while others fall out of the window.
    let mut counts: BTreeMap<(u32, Who), (u32, u64, u64)> = BTreeMap::new();
    for gift in &asked.facts.by_hand {
        let who = asked.facts.resolve(gift.who);
        let (count, first, last) = counts
            .entry((gift.operator, who))
            .or_insert((0, gift.seq, 0));
        if (from..=asked.days.1).contains(&gift.day) {
            (*count, *first, *last) = (*count + 1, *first, gift.seq);
        }
    }
    let usual = rule.by_hand_a_month;
    let many = counts.into_iter();
    let many = many.filter(|(_, (count, ..))| *count > usual);
    let many: Vec<(u32, u64, u32, u64)> = many
        .map(|((operator, _), (count, first, last))| (count, last, operator, first))
        .collect();
    let alert = |(count, last, operator, first): (u32, u64, u32, u64)| {
        let operator = asked.facts.words.text(operator);
        Alert {
            kind: "by_hand",
            key: format!("{operator}/{first}"),
            subject: operator.to_owned(),
            value: count.into(),
            threshold: usual,
            entry: Some(last),
            text: (
                format!(
                    "operator {operator} gave one member something by hand {count} times in {BY_HAND_DAYS} days; usual are at most {usual}"
                ),
                format!(
                    "操作员 {operator} 在{BY_HAND_DAYS}天内手工赠送同一会员 {count} 次；通常不超过 {usual} 次"
                ),
            ),
        }
    };
    gravest(many).into_iter().map(alert).collect()
}

/// Members of the highest fifth by net sales of a year who are lapsing, as a number.
fn lapsing(asked: &Asked<'_>, rule: AlertRule) -> Option<Alert> {
    let to = asked.days.1;
    let year = (to.minus_months(12).plus_days(1), to);
    let spent = |who: Who| {
        let bought = asked.histories().within(who, year);
        let sum = bought
            .iter()
            .fold(0i64, |sum, one| sum.saturating_add(one.net));
        Some((sum, bought.last()?.day))
    };
    let mut bought: Vec<(i64, Day)> = people_of(asked).filter_map(spent).collect();
    bought.sort_unstable_by(|a, b| b.cmp(a));
    bought.truncate(bought.len().div_ceil(5));
    let Lapsing { active, lapsed } = asked.shop.programme().lapsing.all;
    let is_lapsing =
        |(_, last): &&(i64, Day)| *last <= to.days_before(active) && *last > to.days_before(lapsed);
    let count = bought.iter().filter(is_lapsing).count() as u64;
    let (of, days) = (bought.len(), active);
    (count > u64::from(rule.lapsing_above)).then(|| Alert {
        kind: "lapsing",
        key: String::new(),
        subject: of.to_string(),
        value: count.into(),
        threshold: rule.lapsing_above,
        entry: None,
        text: (
            format!("{count} of the {of} members of highest value have not bought for {days} days"),
            format!("{of}名高价值会员中有 {count} 名已{days}天未购买"),
        ),
    })
}
