//! Figures over members: growth, activity, churn, retention.

use crate::insight::asked::Asked;
use crate::insight::dimension::Dimension;
use crate::insight::outcome::{Cell, Column, Headline, Measure, Outcome, Row, Table, Unit};
use crate::insight::rows::Who;
use crate::insight::segments::{
    of_segments, people_of, period_name, period_of, segment, share_of_people,
};
use crate::model::Day;
use std::collections::BTreeMap;

/// Members who joined in the window, with what became of them.
pub fn growth(asked: &Asked<'_>) -> Result<Outcome, String> {
    let keep = asked.whole("retention")?;
    let mut rows: BTreeMap<String, [u64; 4]> = BTreeMap::new();
    let mut all = 0u64;
    for who in people_of(asked) {
        let person = &asked.facts.people[who as usize];
        if !asked.has(person.joined) {
            continue;
        }
        all += 1;
        let key = match asked.by {
            Some(by) => match period_of(by) {
                Some(each) => period_name(person.joined.start_of(each), each),
                None => segment(asked, by, who).unwrap_or_default(),
            },
            None => continue,
        };
        let mut days = asked.histories().all(who).iter().map(|one| one.day);
        let first = days.next();
        let is_kept =
            first.is_some_and(|first| days.any(|day| day > first && day <= first.days_after(keep)));
        let row = rows.entry(key).or_default();
        row[0] += 1;
        row[1] += u64::from(first.is_some());
        row[2] += u64::from(is_kept);
        row[3] += u64::from(asked.facts.referrer(who).is_some());
    }
    let outcome = Outcome::from(Measure::of(all));
    let Some(by) = asked.by else {
        return Ok(outcome);
    };
    let rows = rows
        .into_iter()
        .map(|(key, [joined, bought, kept, referred])| Row {
            cells: vec![
                key.into(),
                joined.into(),
                bought.into(),
                Measure::share(bought, joined).value.into(),
                kept.into(),
                Measure::share(kept, bought).value.into(),
                referred.into(),
            ],
            members: Some(joined),
        });
    let columns = [
        Column::of(by.word(), Unit::Text),
        Column::of("value", Unit::Count),
        Column::of("bought", Unit::Count).of_some(&["bought"]),
        Column::of("bought_share", Unit::Percent).of_some(&["bought"]),
        Column::of("bought_again", Unit::Count).of_some(&["bought_again"]),
        Column::of("bought_again_share", Unit::Percent).of_some(&["bought", "bought_again"]),
        Column::of("referred", Unit::Count).of_some(&["referred"]),
    ];
    let columns = columns.map(|column| of_segments(by, column)).into();
    Ok(outcome.with(Table::of(columns, rows)).note(
        format!("bought again: on a second day within {keep} days of the first"),
        format!("再次购买：首次购买后 {keep} 天内的另一天"),
    ))
}

/// Members by how long ago they bought last.
pub fn active_members(asked: &Asked<'_>) -> Result<Outcome, String> {
    let days = asked.shop.programme().lapsing.of(asked.text("category"));
    let active = asked.whole_or("active", days.active)?;
    let lapsed = asked.whole_or("lapsed", days.lapsed)?;
    if lapsed < active {
        return Err("lapsed: no fewer days than active".into());
    }
    let last_of = last_day(asked);
    let mut counts = [0u64; 4];
    for who in people_of(asked) {
        if asked.facts.people[who as usize].joined > asked.days.1 {
            continue;
        }
        let gone = last_of(who).map(|day| asked.days.1.0 - day.0);
        let at = match gone {
            None => 3,
            Some(days) if days < active.cast_signed() => 0,
            Some(days) if days < lapsed.cast_signed() => 1,
            Some(_) => 2,
        };
        counts[at] += 1;
    }
    let all: u64 = counts.iter().sum();
    let names = ["active", "lapsing", "lapsed", "never bought"];
    // Who buys goods of a category is a segment; how all members stand is none.
    let is_segment = !asked.text("category").is_empty();
    let rows = names.iter().zip(counts).map(|(name, count)| Row {
        cells: vec![
            Cell::from(*name),
            count.into(),
            Measure::share(count, all).value.into(),
        ],
        members: is_segment.then_some(count),
    });
    let columns = vec![
        Column::of("standing", Unit::Text),
        Column::of("value", Unit::Count),
        Column::of("share", Unit::Percent),
    ];
    let outcome = Outcome::from(Measure::of(counts[0])).headline(match is_segment {
        true => Headline::OfRows,
        false => Headline::OfAll,
    });
    Ok(outcome.with(Table::of(columns, rows)).note(
        format!("active: bought in the last {active} days; lapsed: not in the last {lapsed}; who they are: `last_purchase` of `stampbook members`"),
        format!("活跃：最近 {active} 天内有购买；流失：最近 {lapsed} 天内没有；名单见 `stampbook members` 的 `last_purchase`"),
    ))
}

/// The last day until the end of the window on which a person bought, in one category
/// if one is named.
fn last_day<'a>(asked: &'a Asked<'_>) -> Box<dyn Fn(Who) -> Option<Day> + 'a> {
    let until = (Day(i32::MIN), asked.days.1);
    let category = match asked.text("category") {
        "" => {
            return Box::new(move |who| {
                let bought = asked.histories().within(who, until);
                bought.last().map(|one| one.day)
            });
        }
        category => asked.facts.words.find(category),
    };
    let mut last: BTreeMap<Who, Day> = BTreeMap::new();
    for (item, sale) in asked.facts.standing_items() {
        if Some(item.category) == category && sale.day <= until.1 {
            let known = last.entry(asked.facts.resolve(sale.who));
            let known = known.or_insert(sale.day);
            *known = sale.day.max(*known);
        }
    }
    Box::new(move |who| last.get(&who).copied())
}

/// True if a person bought within days of which the first is included.
fn bought(asked: &Asked<'_>, who: Who, from: Day, to: Day) -> bool {
    !asked.histories().within(who, (from, to)).is_empty()
}

/// Days before the window within which a purchase makes a member active.
fn active_days(asked: &Asked<'_>) -> Result<u32, String> {
    asked.whole_or("active", asked.shop.programme().lapsing.all.active)
}

/// Members who were active before the window and did not buy in it, of those who were.
pub fn churn(asked: &Asked<'_>) -> Result<Outcome, String> {
    let active = active_days(asked)?;
    let outcome = share_of_people(asked, |who, (from, to)| {
        let was_active = bought(asked, who, from.days_before(active), from.plus_days(-1));
        was_active.then(|| !bought(asked, who, from, to))
    });
    let outcome = outcome.note(
        "the numerator is the number of members lost",
        "分子即流失会员数",
    );
    Ok(match asked.by {
        Some(Dimension::Participant) => self_selected(outcome),
        _ => outcome,
    })
}

/// Members who were active before the window and bought in it, of those who were.
pub fn retention(asked: &Asked<'_>) -> Result<Outcome, String> {
    let active = active_days(asked)?;
    Ok(share_of_people(asked, |who, (from, to)| {
        let was_active = bought(asked, who, from.days_before(active), from.plus_days(-1));
        was_active.then(|| bought(asked, who, from, to))
    }))
}

/// Says that segments which people chose for themselves prove nothing, and whether their
/// intervals overlap.
fn self_selected(outcome: Outcome) -> Outcome {
    let bounds = |row: &Row| match row.cells[4..6] {
        [Cell::Value(low), Cell::Value(high)] => Some((low, high)),
        _ => None,
    };
    let intervals: Vec<_> = (outcome.table.iter())
        .flat_map(|table| table.rows.iter().filter_map(bounds))
        .collect();
    let overlap = match intervals[..] {
        [first, second] => Some(first.0 <= second.1 && second.0 <= first.1),
        _ => None,
    };
    let outcome = outcome.note(
        "members chose for themselves whether to take part, so a difference may come from who they are",
        "会员自行选择是否参与，因此差异可能源于会员本身",
    );
    match overlap {
        Some(true) => outcome.note(
            "the intervals overlap: nothing is proved",
            "区间重叠：不能证明任何结论",
        ),
        _ => outcome,
    }
}

/// Members who bought, spent or did something in the window, of those who had joined.
pub fn engagement(asked: &Asked<'_>) -> Result<Outcome, String> {
    let mut did: BTreeMap<Who, Vec<Day>> = BTreeMap::new();
    for doing in asked
        .facts
        .doings
        .iter()
        .filter(|doing| !doing.is_gone && asked.has(doing.day))
    {
        let who = asked.facts.resolve(doing.who);
        did.entry(who).or_default().push(doing.day);
    }
    Ok(share_of_people(asked, |who, (from, to)| {
        let person = &asked.facts.people[who as usize];
        (person.joined <= to).then(|| {
            let days = did.get(&who).map_or(&[] as &[Day], Vec::as_slice);
            days.iter().any(|day| (from..=to).contains(day)) || bought(asked, who, from, to)
        })
    }))
}
