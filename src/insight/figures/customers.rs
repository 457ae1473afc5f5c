//! Figures over customers by models: lifetime value, RFM segments, retention by cohort.

use crate::insight::asked::{Asked, Parameter};
use crate::insight::definition::{Direction, Figure, Span};
use crate::insight::models::NoEstimate;
use crate::insight::models::bg_nbd::History;
use crate::insight::models::cohort::cohorts;
use crate::insight::models::gamma_gamma::Spend;
use crate::insight::models::lifetime::{Models, Terms};
use crate::insight::models::rfm::{Customer, Score, Segment, quintiles};
use crate::insight::outcome::{Cell, Column, Headline, Measure, Note, Outcome, Row, Table, Unit};
use crate::insight::segments::{people_of, period_name};
use crate::model::{Day, Money, Period};
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};
use std::collections::BTreeMap;

const MARGIN: Parameter = Parameter {
    name: "margin",
    default: "1",
    meaning: "share of turnover that is margin, from 0 to 1; 1 values turnover",
};

/// Lifetime value by what customers are expected to buy.
pub(super) const LIFETIME: Figure = Figure {
    id: "lifetime_expected",
    name: ("Expected lifetime value", "预期客户终身价值"),
    formula: "sum over customers of expected purchases (BG/NBD, Fader, Hardie and Lee 2005) x expected purchase (Gamma-Gamma, Fader and Hardie 2013) x margin, each month discounted from its end, / customers",
    numerator: "value of the purchases expected within `months` after the last day",
    denominator: "customers with a purchase",
    // An estimate is costly, and today's sales are but a part of a day.
    span: Span::Complete,
    unit: Unit::Money,
    direction: Direction::Up,
    rows: "S126",
    by: &[],
    parameters: &[
        MARGIN,
        Parameter {
            name: "discount",
            default: "0.1",
            meaning: "discount rate of a year; 0.1 is ten per cent",
        },
        Parameter {
            name: "months",
            default: "36",
            meaning: "months ahead that count, at most 600",
        },
    ],
    make: lifetime_expected,
};

/// Segments by recency, frequency and money.
pub(super) const RFM: Figure = Figure {
    id: "rfm",
    name: ("RFM segments", "RFM分群"),
    formula: "digits from 1 to 5 by recency, frequency and money: the customer's fifth among all, equals sharing the digit of their middle; the segment is read from recency and from the mean of the other two. The value: champions and loyal customers / customers",
    numerator: "champions and loyal customers",
    denominator: "members with a purchase",
    span: Span::Months(12),
    unit: Unit::Percent,
    direction: Direction::Up,
    rows: "S56 S58",
    by: &[],
    parameters: &[Parameter {
        name: "bins",
        default: "quintile",
        meaning: "`quintile`, or `fixed`: by the bounds of [rfm] in programme.toml",
    }],
    make: rfm,
};

/// Retention by month of the first purchase.
pub(super) const COHORTS: Figure = Figure {
    id: "cohorts",
    name: ("Retention by cohort", "同期群留存率"),
    formula: "of the customers who first bought in a month: those who bought in the n-th month after it / all of them; only months that are over",
    numerator: "customers of the cohort who bought in that month",
    denominator: "customers of the cohort",
    span: Span::Lifetime,
    unit: Unit::Percent,
    direction: Direction::Up,
    rows: "S125",
    by: &[],
    parameters: &[Parameter {
        name: "months",
        default: "12",
        meaning: "months after the first that are shown, at most 24",
    }],
    make: retention,
};

/// Purchases of a customer within the window.
struct Bought {
    /// First and last day.
    begin: Day,
    last: Day,
    /// Number of distinct days.
    days: u32,
    /// Net sales of the first of them, and of the others.
    first: i64,
    later: i64,
}

/// Customers of the window, with what they bought.
fn customers(asked: &Asked<'_>) -> Vec<Bought> {
    let found = people_of(asked).filter_map(|who| {
        let sales = asked.histories().within(who, asked.days);
        let (begin, last) = (sales.first()?.day, sales.last()?.day);
        let mut bought = Bought {
            begin,
            last,
            days: 0,
            first: 0,
            later: 0,
        };
        for day in sales.chunk_by(|a, b| a.day == b.day) {
            let net: i64 = day.iter().fold(0, |sum, one| sum.saturating_add(one.net));
            match bought.days {
                0 => bought.first = net,
                _ => bought.later = bought.later.saturating_add(net),
            }
            bought.days += 1;
        }
        Some(bought)
    });
    found.collect()
}

/// A parameter within bounds, as a float for a model.
fn number(asked: &Asked<'_>, name: &str, most: i64) -> Result<f64, String> {
    let found = asked.decimal(name)?.unwrap_or_default();
    let is_in_range = (Decimal::ZERO..=Decimal::from(most)).contains(&found);
    let found = found.to_f64().filter(|_| is_in_range);
    found.ok_or_else(|| format!("{name}: must be from 0 to {most}"))
}

/// The terms of the valuation, from the parameters.
fn terms(asked: &Asked<'_>) -> Result<Terms, String> {
    let margin = number(asked, "margin", 1)?;
    let discount = number(asked, "discount", 10)?;
    let months = asked.whole("months")?;
    if months > 600 {
        return Err("months: at most 600".to_owned());
    }
    Ok(Terms {
        margin,
        discount,
        months,
    })
}

/// A customer's purchases as the models take them.
fn history(bought: &Bought, until: Day) -> (History, Spend) {
    let history = History {
        repeats: bought.days - 1,
        last: bought.last.0.abs_diff(bought.begin.0),
        age: until.0.abs_diff(bought.begin.0),
    };
    let spend = Spend {
        purchases: history.repeats,
        total: bought.later,
    };
    (history, spend)
}

fn lifetime_expected(asked: &Asked<'_>) -> Result<Outcome, String> {
    let terms = terms(asked)?;
    let digits = asked.shop.programme().digits;
    let customers = customers(asked);
    let histories = customers.iter().map(|bought| history(bought, asked.days.1));
    let all: Vec<(History, Spend)> = histories.collect();
    let count = all.len() as u64;
    let found = asked.source.lifetime.of(all, terms, digits);
    let found = found.and_then(|(models, sum)| {
        let sum = Decimal::from_f64(sum.round()).ok_or(NoEstimate::NotConverged)?;
        Ok((models, sum))
    });
    Ok(match found {
        Ok((models, sum)) => {
            let total = sum * Decimal::new(1, digits.into());
            let measure = Measure::quotient(total, count);
            let outcome = Outcome::from(measure).with(estimates(&models));
            let outcome = outcome.note(
                "An estimate: it holds as far as customers go on as they did, each buying and leaving by chance.",
                "估计值：前提是客户继续照旧，各自随机购买和离开。",
            );
            match models.amounts.without_spend {
                0 => outcome,
                left => outcome.note(
                    format!("{left} repeat buyers who spent nothing are left out of the amounts."),
                    format!("{left} 名没有消费金额的回头客未计入金额。"),
                ),
            }
        }
        Err(none) => {
            let measure = Measure {
                denominator: Some(count.into()),
                ..Measure::default()
            };
            Outcome::from(measure).note(
                format!("No figure: {}.", none.reason()),
                format!("无法得出数值：{}。", none.reason_zh()),
            )
        }
    })
}

/// The parameters that were found.
fn estimates(models: &Models) -> Table {
    let (purchases, amounts) = (&models.purchases, &models.amounts);
    let row = |name: &str, value: String| Row::of(vec![name.into(), value.into()]);
    let rows = vec![
        row("r", format!("{:.3}", purchases.model.r)),
        row("alpha (weeks)", format!("{:.3}", purchases.model.alpha)),
        row("a", format!("{:.3}", purchases.model.a)),
        row("b", format!("{:.3}", purchases.model.b)),
        row(
            "log-likelihood of purchases",
            format!("{:.1}", purchases.log_likelihood),
        ),
        row("p", format!("{:.2}", amounts.model.p)),
        row("q", format!("{:.2}", amounts.model.q)),
        row("gamma", format!("{:.2}", amounts.model.gamma)),
        row("repeat buyers", purchases.repeat_buyers.to_string()),
    ];
    Table {
        columns: vec![
            Column::of("parameter", Unit::Text),
            Column::of("estimate", Unit::Text),
        ],
        rows,
    }
}

/// Members of a segment, their purchases and what they spent.
#[derive(Default)]
struct Sums {
    members: u64,
    purchases: u64,
    spent: i128,
}

fn rfm(asked: &Asked<'_>) -> Result<Outcome, String> {
    let all: Vec<Customer> = customers(asked)
        .iter()
        .filter_map(|bought| {
            Some(Customer {
                days: i64::from(asked.days.1.0) - i64::from(bought.last.0),
                purchases: bought.days.into(),
                spent: bought.first.checked_add(bought.later)?,
            })
        })
        .collect();
    let (scores, notes) = scored(asked, &all)?;
    let mut segments: BTreeMap<Segment, Sums> = BTreeMap::new();
    for (customer, score) in all.iter().zip(&scores) {
        let sums = segments.entry(score.segment()).or_default();
        sums.members += 1;
        sums.purchases += customer.purchases.unsigned_abs();
        sums.spent += i128::from(customer.spent);
    }
    let high: u64 = segments
        .iter()
        .filter(|(segment, _)| segment.is_high_value())
        .map(|(_, sums)| sums.members)
        .sum();
    let scale = asked.shop.programme().digits.into();
    let rows = Segment::ALL.into_iter().filter_map(|segment| {
        let sums = segments.get(&segment)?;
        let spent = Decimal::try_from_i128_with_scale(sums.spent, scale).ok();
        let each = spent.and_then(|spent| spent.checked_div(sums.members.into()));
        Some(Row {
            cells: vec![
                segment.code().into(),
                segment.english().into(),
                segment.chinese().into(),
                sums.members.into(),
                Measure::share(sums.members, all.len() as u64).value.into(),
                sums.purchases.into(),
                spent.into(),
                Cell::from(each),
            ],
            members: Some(sums.members),
        })
    });
    let columns = vec![
        Column::of("segment", Unit::Text),
        Column::of("name", Unit::Text),
        Column::of("name_zh", Unit::Text),
        Column::of("members", Unit::Count),
        Column::of("share", Unit::Percent),
        Column::of("purchase_days", Unit::Count),
        Column::of("spent", Unit::Money),
        Column::of("spent_each", Unit::Money),
    ];
    let table = Table::of(columns, rows);
    let measure = Measure::share(high, all.len() as u64);
    let mut outcome = (Outcome::from(measure).headline(Headline::OfRows)).with(table);
    outcome.notes = notes;
    Ok(outcome)
}

/// Scores of customers by the bins that were asked for, and what a reader must know of them.
fn scored(asked: &Asked<'_>, all: &[Customer]) -> Result<(Vec<Score>, Vec<Note>), String> {
    match asked.text("bins") {
        "quintile" => {
            let found = quintiles(all);
            let [days, times, money] = found.tied;
            let note = Note::of(
                format!(
                    "Equal values were not torn apart: by recency {days}, by frequency {times}, by money {money} customers share a value across a fifth's border."
                ),
                format!(
                    "相等的值没有拆开：按最近购买 {days}、按频次 {times}、按金额 {money} 名客户的值跨越五分位边界。"
                ),
            );
            let notes = match found.tied {
                [0, 0, 0] => Vec::new(),
                _ => vec![note],
            };
            Ok((found.scores, notes))
        }
        "fixed" => {
            let bounds = asked.shop.programme().rfm.as_ref();
            let bounds =
                bounds.ok_or("bins: the programme has no [rfm], so there are no fixed bounds")?;
            let most = [
                bounds.recency.len(),
                bounds.frequency.len(),
                bounds.monetary.len(),
            ];
            let most = most.map(|count| u8::try_from(count + 1).unwrap_or(u8::MAX));
            let score = |one: &Customer| {
                let digits = bounds.score(one.days, one.purchases, Money(one.spent));
                let mut digits = digits.bytes().map(|byte| byte.saturating_sub(b'0'));
                let digits = std::array::from_fn(|_| digits.next().unwrap_or(1));
                Score::of_digits(digits, most)
            };
            Ok((all.iter().map(score).collect(), Vec::new()))
        }
        other => Err(format!("bins: '{other}' is neither quintile nor fixed")),
    }
}

/// Columns of the months after the first.
const MONTHS: [&str; 24] = [
    "month_1", "month_2", "month_3", "month_4", "month_5", "month_6", "month_7", "month_8",
    "month_9", "month_10", "month_11", "month_12", "month_13", "month_14", "month_15", "month_16",
    "month_17", "month_18", "month_19", "month_20", "month_21", "month_22", "month_23", "month_24",
];

fn retention(asked: &Asked<'_>) -> Result<Outcome, String> {
    let shown = asked.whole("months")? as usize;
    if shown > MONTHS.len() {
        return Err(format!("months: at most {}", MONTHS.len()));
    }
    let (from, to) = asked.days;
    let bought = people_of(asked).map(|who| {
        let sales = asked.histories().all(who).iter();
        sales.map(|one| one.day.month_count())
    });
    let is_over = to.plus_days(1).day() == 1;
    let complete = to.month_count() - i32::from(!is_over);
    let found = cohorts(bought, complete);
    let found = found
        .iter()
        .filter(|cohort| cohort.start >= from.month_count());
    let rows: Vec<Row> = found
        .map(|cohort| {
            let months = (0..shown).map(|at| match cohort.bought.get(at) {
                Some(bought) => Measure::share(*bought, cohort.size).value.into(),
                None => Cell::None,
            });
            let start =
                Day(0).plus_months(u32::try_from(cohort.start - Day(0).month_count()).unwrap_or(0));
            let head = [period_name(start, Period::Month).into(), cohort.size.into()];
            Row {
                cells: head.into_iter().chain(months).collect(),
                members: Some(cohort.size),
            }
        })
        .collect();
    let months = MONTHS.iter().take(shown);
    let months = months.map(|id| Column::of(id, Unit::Percent));
    let head = [
        Column::of("cohort", Unit::Text),
        Column::of("size", Unit::Count),
    ];
    let outcome = Outcome::from(Table {
        columns: head.into_iter().chain(months).collect(),
        rows,
    });
    Ok(match is_over {
        true => outcome,
        false => outcome.note(
            "The month of the last day is not over and does not count.",
            "最后一日所在月份尚未结束，不计入。",
        ),
    })
}
