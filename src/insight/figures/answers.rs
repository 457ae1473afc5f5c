//! Figures over recorded answers: scores, feelings, service times.

use crate::insight::asked::Asked;
use crate::insight::models::quantile::median;
use crate::insight::outcome::{Cell, Column, Measure, Outcome, Row, Table, Unit};
use crate::insight::rows::{Acted, NOBODY};
use crate::insight::segments::{period_name, period_of};
use crate::model::{Day, NameKind, Number, Value};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// The activity that a parameter names; None where the programme has none of that name
/// and none was asked for.
fn activity(asked: &Asked<'_>, parameter: &str) -> Result<Option<Number>, String> {
    let name = asked.text(parameter);
    let found = asked.shop.names.number(NameKind::Activity, name);
    match found {
        None if asked.parameters.contains_key(parameter) => {
            let known = asked.shop.programme().activities.iter();
            let known: Vec<&str> = known.map(|activity| activity.id.as_str()).collect();
            Err(format!(
                "{parameter}: the programme has no activity '{name}'; it has {}",
                known.join(", ")
            ))
        }
        found => Ok(found),
    }
}

/// Activities of a kind that stand, in the window.
fn acted<'a>(asked: &'a Asked<'_>, of: Option<Number>) -> impl Iterator<Item = &'a Acted> {
    let acted = asked.facts.activities(of);
    acted.filter(move |act| asked.has(act.day))
}

fn value(act: &Acted, field: Option<u32>) -> Option<&Value> {
    let mut values = act.values.iter();
    values
        .find(|(name, _)| Some(*name) == field)
        .map(|(_, value)| value)
}

fn number(value: &Value) -> Option<Decimal> {
    match value {
        Value::Int(n) => Some(Decimal::from(*n)),
        Value::Decimal(exact) => exact.to_decimal(),
        _ => None,
    }
}

/// Scores with their days, and the number of those outside the scale.
fn scores(
    asked: &Asked<'_>,
    (least, most): (i64, i64),
) -> Result<(Vec<(Day, Decimal)>, u64), String> {
    let field = asked.facts.words.find(asked.text("field"));
    let of = activity(asked, "activity")?;
    let (mut scores, mut outside) = (Vec::new(), 0);
    for act in acted(asked, of) {
        match value(act, field).and_then(number) {
            Some(n) if n >= least.into() && n <= most.into() => scores.push((act.day, n)),
            _ => outside += 1,
        }
    }
    Ok((scores, outside))
}

fn outside_note(outcome: Outcome, outside: u64, scale: &str) -> Outcome {
    match outside {
        0 => outcome,
        n => outcome.note(
            format!("{n} answers are not on the scale of {scale}, and not counted"),
            format!("{n} 个回答不在 {scale} 的范围内，未计入"),
        ),
    }
}

/// Rows by period, where the figure is asked for by one.
fn by_period(
    asked: &Asked<'_>,
    scores: &[(Day, Decimal)],
    make: impl Fn(&[Decimal]) -> Measure,
    unit: Unit,
) -> Option<Table> {
    let by = asked.by?;
    let each = period_of(by)?;
    let mut periods: BTreeMap<Day, Vec<Decimal>> = BTreeMap::new();
    for (day, score) in scores {
        periods.entry(day.start_of(each)).or_default().push(*score);
    }
    let rows = periods.into_iter().map(|(start, scores)| Row {
        cells: vec![
            period_name(start, each).into(),
            make(&scores).value.into(),
            (scores.len() as u64).into(),
        ],
        members: Some(scores.len() as u64),
    });
    Some(Table {
        columns: vec![
            Column::of(by.word(), Unit::Text),
            Column::of("value", unit),
            Column::of("answers", Unit::Count),
        ],
        rows: rows.collect(),
    })
}

fn of_scores(scores: &[(Day, Decimal)]) -> Vec<Decimal> {
    scores.iter().map(|score| score.1).collect()
}

/// Net promoter score: promoters (9 and 10) less detractors (0 to 6), in per cent of all.
fn promoters(scores: &[Decimal]) -> Measure {
    let count = |is_it: fn(Decimal) -> bool| {
        let found = scores.iter().filter(|n| is_it(**n));
        Decimal::from(found.count())
    };
    let net = count(|n| n >= Decimal::from(9)) - count(|n| n < Decimal::from(7));
    Measure::share(net, scores.len() as u64)
}

/// The net promoter score.
pub fn nps(asked: &Asked<'_>) -> Result<Outcome, String> {
    let (scores, outside) = scores(asked, (0, 10))?;
    let all = of_scores(&scores);
    let count = |from: i64, to: i64| {
        let within = all
            .iter()
            .filter(|n| **n >= from.into() && **n <= to.into());
        within.count() as u64
    };
    let groups = [
        ("promoters", 9, 10),
        ("passives", 7, 8),
        ("detractors", 0, 6),
    ];
    let rows = groups.iter().map(|(name, from, to)| {
        let n = count(*from, *to);
        Row::of(vec![
            Cell::from(*name),
            n.into(),
            Measure::share(n, all.len() as u64).value.into(),
        ])
    });
    let groups = Table {
        columns: vec![
            Column::of("group", Unit::Text),
            Column::of("answers", Unit::Count),
            Column::of("share", Unit::Percent),
        ],
        rows: rows.collect(),
    };
    let table = by_period(asked, &scores, promoters, Unit::Score).unwrap_or(groups);
    let outcome = Outcome::from(promoters(&all)).with(table);
    Ok(outside_note(
        asked.beside_benchmark(outcome)?,
        outside,
        "0 to 10",
    ))
}

/// Mean of scores on the scale of 1 to 5.
fn mean(scores: &[Decimal]) -> Measure {
    Measure::quotient(scores.iter().sum::<Decimal>(), scores.len() as u64)
}

/// Mean and share of 4 and 5 of scores from 1 to 5.
fn rating(asked: &Asked<'_>, top: (i64, i64)) -> Result<Outcome, String> {
    let (scores, outside) = scores(asked, (1, 5))?;
    let all = of_scores(&scores);
    let best = all
        .iter()
        .filter(|n| **n >= top.0.into() && **n <= top.1.into());
    let share = Measure::share(best.count() as u64, all.len() as u64);
    let outcome = Outcome::from(mean(&all));
    let outcome = match by_period(asked, &scores, mean, Unit::Score) {
        Some(table) => outcome.with(table),
        None => outcome,
    };
    let outcome = match share.value {
        Some(value) => {
            let (count, of) = (share.numerator.unwrap_or_default(), all.len());
            let (value, (low, high)) = (Unit::Percent.render(value, 2), top);
            outcome.note(
                format!("{count} of {of} answers ({value} %) are {low} or {high}"),
                format!("{of} 个回答中有 {count} 个（{value} %）为 {low} 或 {high}"),
            )
        }
        None => outcome,
    };
    Ok(outside_note(outcome, outside, "1 to 5"))
}

/// Satisfaction: mean, and share of the best two answers.
pub fn csat(asked: &Asked<'_>) -> Result<Outcome, String> {
    rating(asked, (4, 5))
}

/// Effort, of which less is better: mean, and share of the easiest two answers.
pub fn ces(asked: &Asked<'_>) -> Result<Outcome, String> {
    rating(asked, (1, 2))
}

/// Answers by a word: feelings, topics.
pub fn emotions(asked: &Asked<'_>) -> Result<Outcome, String> {
    let field = asked.facts.words.find(asked.text("field"));
    let of = activity(asked, "activity")?;
    let mut counts: BTreeMap<String, (u64, BTreeSet<u32>)> = BTreeMap::new();
    let mut all = 0u64;
    for act in acted(asked, of) {
        let Some(Value::Text(word)) = value(act, field) else {
            continue;
        };
        let count = counts.entry(word.clone()).or_default();
        count.0 += 1;
        count.1.insert(asked.facts.resolve(act.who));
        all += 1;
    }
    let rows = counts.into_iter().map(|(word, (count, members))| Row {
        cells: vec![
            word.into(),
            count.into(),
            Measure::share(count, all).value.into(),
        ],
        members: Some(members.len() as u64),
    });
    let columns = vec![
        Column::of("answer", Unit::Text),
        Column::of("value", Unit::Count),
        Column::of("share", Unit::Percent),
    ];
    Ok(Outcome::from(Measure::of(all)).with(Table::of(columns, rows)))
}

/// Hours from an activity that opens a case to the one that closes it.
pub fn response_time(asked: &Asked<'_>) -> Result<Outcome, String> {
    let (opened, closed) = (activity(asked, "opened")?, activity(asked, "closed")?);
    let field = asked.facts.words.find(asked.text("case"));
    let case = |act: &Acted| match value(act, field) {
        Some(Value::Text(case)) => Some(case.clone()),
        Some(Value::Int(case)) => Some(case.to_string()),
        _ => None,
    };
    let mut begun: BTreeMap<String, i64> = BTreeMap::new();
    let until = |act: &&Acted| act.day <= asked.days.1;
    for act in asked.facts.activities(opened).filter(until) {
        if let Some(case) = case(act) {
            begun.entry(case).or_insert(act.at.0);
        }
    }
    let mut minutes = Vec::new();
    let mut ended: BTreeSet<String> = BTreeSet::new();
    for act in asked.facts.activities(closed).filter(until) {
        if let Some(case) = case(act)
            && let Some(begin) = begun.get(&case)
            && ended.insert(case)
            && asked.has(act.day)
        {
            minutes.push((act.at.0 - begin) / 60_000_000);
        }
    }
    let (count, open) = (minutes.len(), begun.len() - ended.len());
    let hours = median(&minutes).and_then(|m| m.checked_div(Decimal::from(60)));
    let measure = Measure {
        value: hours,
        ..Measure::default()
    };
    Ok(Outcome::from(measure).note(
        format!("median hours of {count} cases that were closed; {open} cases are open"),
        format!("{count} 个已结事项的小时数中位数；{open} 个事项未结"),
    ))
}

/// Members who are thanked in public: they did the activity, and agree to be named now.
pub fn honour_roll(asked: &Asked<'_>) -> Result<Outcome, String> {
    let of = activity(asked, "activity")?;
    let purpose = asked
        .shop
        .names
        .number(NameKind::Purpose, asked.text("purpose"));
    let mut consents: BTreeMap<u32, bool> = BTreeMap::new();
    for moved in asked
        .facts
        .consents
        .iter()
        .filter(|moved| Some(moved.purpose) == purpose)
    {
        consents.insert(asked.facts.resolve(moved.who), moved.is_given);
    }
    let mut counts: BTreeMap<u32, u64> = BTreeMap::new();
    for act in acted(asked, of).filter(|act| act.who != NOBODY) {
        *counts.entry(asked.facts.resolve(act.who)).or_default() += 1;
    }
    let all = counts.len();
    let mut rows = Vec::new();
    for (who, count) in counts {
        let person = &asked.facts.people[who as usize];
        if consents.get(&who) == Some(&true) && !person.is_erased {
            rows.push(Row::of(vec![person.id.to_string().into(), count.into()]));
        }
    }
    let named = rows.len();
    let columns = vec![
        Column::of("member", Unit::Text),
        Column::of("value", Unit::Count),
    ];
    Ok(Outcome::from(Measure::of(named as u64))
        .with(Table::of(columns, rows))
        .note(
            format!("{named} of {all} members agree to be named in public; `member show` has a name where one is known"),
            format!("{all} 名会员中有 {named} 名同意公开署名；已知姓名见 `member show`"),
        ))
}
