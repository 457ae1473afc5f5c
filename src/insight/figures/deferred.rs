//! Deferred revenue from points, after IFRS 15 B39 to B43 (a material right), with
//! breakage recognised in proportion to what is redeemed (B46).

use super::points::{Course, flows};
use crate::insight::asked::Asked;
use crate::insight::dimension::Dimension;
use crate::insight::outcome::{Cell, Column, Measure, Outcome, Row, Table, Unit};
use crate::insight::rows::{Flow, FlowKey, NOBODY};
use crate::insight::segments::{key_column, period_name, period_of, periods};
use crate::model::{Day, Period};
use rust_decimal::{Decimal, RoundingStrategy};

const COLUMNS: [Column; 10] = [
    Column::of("sales", Unit::Money),
    Column::of("goods", Unit::Money),
    Column::of("opening", Unit::Money),
    Column::of("granted", Unit::Money),
    Column::of("redeemed", Unit::Money),
    Column::of("lapsed", Unit::Money),
    Column::of("re_estimated", Unit::Money),
    Column::of("recognised", Unit::Money),
    Column::of("closing", Unit::Money),
    Column::of("open_points", Unit::Points),
];

/// Points of one period of earning: price allocated to them, and what was recognised.
struct Grant {
    deferred: Decimal,
    issued: Decimal,
    used: Decimal,
    recognised: Decimal,
    open: Decimal,
}

/// Parameters in numbers.
struct Terms {
    worth: Decimal,
    expected: Vec<Decimal>,
    share_digits: Option<u32>,
    digits: u32,
}

impl Terms {
    fn of(asked: &Asked<'_>) -> Result<Terms, String> {
        let expected = asked.text("expected").split([',', ';']).map(|text| {
            let share = text.trim().parse::<Decimal>().ok();
            share.filter(|share| *share > Decimal::ZERO && *share <= Decimal::ONE_HUNDRED)
        });
        let expected: Option<Vec<Decimal>> = expected.collect();
        let places = |name: &str| -> Result<Option<u32>, String> {
            match asked.text(name) {
                "" => Ok(None),
                text => match text.parse::<u32>() {
                    Ok(n) if n <= 9 => Ok(Some(n)),
                    _ => Err(format!(
                        "{name}: '{text}' is no number of decimals from 0 to 9"
                    )),
                },
            }
        };
        Ok(Terms {
            worth: asked.worth(asked.unit()?)?,
            expected: expected.ok_or(
                "expected: shares in per cent, one for each period, such as 95 or 95,95,97",
            )?,
            share_digits: places("share_digits")?,
            digits: places("digits")?.unwrap_or(asked.shop.programme().digits.into()),
        })
    }

    /// Share of points expected to be redeemed, as estimated at the end of a period.
    fn expected(&self, period: usize) -> Decimal {
        let last = self
            .expected
            .last()
            .copied()
            .unwrap_or(Decimal::ONE_HUNDRED);
        let found = self.expected.get(period).copied().unwrap_or(last);
        found / Decimal::ONE_HUNDRED
    }

    fn round(&self, value: Decimal) -> Decimal {
        value.round_dp_with_strategy(self.digits, RoundingStrategy::MidpointAwayFromZero)
    }

    /// Part of the price of sales that belongs to the points granted with them, by
    /// relative stand-alone prices.
    fn allocate(&self, sales: Decimal, points: Decimal, period: usize) -> Decimal {
        let alone = points * self.worth * self.expected(period);
        let share = alone.checked_div(sales + alone).unwrap_or_default();
        let share = match self.share_digits {
            Some(digits) => {
                let away = RoundingStrategy::MidpointAwayFromZero;
                share.round_dp_with_strategy(digits + 2, away)
            }
            None => share,
        };
        self.round(sales * share)
    }
}

/// The account of deferred revenue, by period.
pub fn deferred_revenue(asked: &Asked<'_>) -> Result<Outcome, String> {
    let (unit, terms) = (asked.unit()?, Terms::of(asked)?);
    let each = asked.by.and_then(period_of).unwrap_or(Period::Year);
    let flows: Flows = flows(asked, unit.number).collect();
    let days = flows.iter().map(|(key, _)| key.day);
    let first = days.min().unwrap_or(asked.days.1);
    // What was deferred before the window is its opening: the account begins with the points.
    let spans = periods((first.start_of(each), asked.days.1), each);
    let mut grants: Vec<Grant> = Vec::new();
    let (mut rows, mut opening) = (Vec::new(), Decimal::ZERO);
    for (n, span) in spans.iter().enumerate() {
        let sales = asked.money(sales_of_members(asked, *span));
        let courses = courses(&flows, &spans, n);
        let issued = asked.points(unit, courses[n].base());
        let granted = terms.allocate(sales, issued, n);
        grants.push(Grant::new(granted, issued));
        let mut change = Change::default();
        for (grant, course) in grants.iter_mut().zip(&courses) {
            let used = asked.points(unit, -course.redeemed);
            grant.open += asked.points(unit, course.net());
            change.add(grant.recognise(used, terms.expected(n), &terms));
        }
        let closing = opening + granted - change.recognised();
        let before = std::mem::replace(&mut opening, closing);
        if span.1 < asked.days.0 {
            continue;
        }
        let cells = [
            sales,
            sales - granted,
            before,
            granted,
            change.redeemed,
            change.lapsed,
            change.re_estimated,
            change.recognised(),
            closing,
            asked.points(unit, outstanding(&flows, span.1)),
        ];
        let key = Cell::Text(period_name(span.0, each));
        let cells = [key].into_iter().chain(cells.map(Cell::Value));
        rows.push(Row::of(cells.collect()));
    }
    let head = key_column(asked, Dimension::Year);
    let columns = [head].into_iter().chain(COLUMNS).collect();
    Ok(Outcome::from(Measure::of(opening))
        .with(Table { columns, rows })
        .note(
            format!(
                "opening + granted - redeemed - lapsed - re-estimated = closing; a point is worth {}, amounts are rounded to {} decimals, halves away from zero; open points are those of the ledger",
                terms.worth, terms.digits
            ),
            format!(
                "期初 + 授予 - 兑换 - 失效 - 重估 = 期末；每个积分价值 {}，金额保留 {} 位小数，四舍五入；未兑积分以账本为准",
                terms.worth, terms.digits
            ),
        ))
}

/// Movements of one unit's points, by day.
type Flows = Vec<(FlowKey, Flow)>;

/// Movements in the n-th period of the points earned in it, and in each before it.
fn courses(flows: &Flows, spans: &[(Day, Day)], n: usize) -> Vec<Course> {
    let span = spans[n];
    let mut courses = vec![Course::default(); n + 1];
    let moved = flows.iter();
    for (key, flow) in moved.filter(|(key, _)| (span.0..=span.1).contains(&key.day)) {
        let earned = spans
            .iter()
            .position(|(from, to)| (from.month_count()..=to.month_count()).contains(&key.earned));
        if let Some(course) = courses.get_mut(earned.unwrap_or(n)) {
            course.add(key.account, *flow);
        }
    }
    courses
}

#[derive(Default)]
struct Change {
    redeemed: Decimal,
    lapsed: Decimal,
    re_estimated: Decimal,
}

impl Change {
    fn recognised(&self) -> Decimal {
        self.redeemed + self.lapsed + self.re_estimated
    }

    fn add(&mut self, other: Change) {
        self.redeemed += other.redeemed;
        self.lapsed += other.lapsed;
        self.re_estimated += other.re_estimated;
    }
}

impl Grant {
    fn new(deferred: Decimal, issued: Decimal) -> Grant {
        Grant {
            deferred,
            issued,
            used: Decimal::ZERO,
            recognised: Decimal::ZERO,
            open: Decimal::ZERO,
        }
    }

    /// Recognises what was redeemed in a period, with the part of breakage that goes
    /// with it, and the effect of another estimate on what was recognised before.
    fn recognise(&mut self, used: Decimal, expected: Decimal, terms: &Terms) -> Change {
        let cumulative = |used: Decimal, expected: Decimal| {
            let share = used.checked_div(self.issued * expected).unwrap_or_default();
            terms.round(self.deferred * share.clamp(Decimal::ZERO, Decimal::ONE))
        };
        if self.open <= Decimal::ZERO && self.recognised == self.deferred {
            return Change::default();
        }
        let restated = cumulative(self.used, expected);
        let re_estimated = restated - self.recognised;
        let total = cumulative(self.used + used, expected);
        // Once no point is left that could be redeemed, the rest is earned.
        let lapsed = match self.open <= Decimal::ZERO {
            true => self.deferred - total,
            false => Decimal::ZERO,
        };
        (self.used, self.recognised) = (self.used + used, total + lapsed);
        Change {
            redeemed: total - restated,
            lapsed,
            re_estimated,
        }
    }
}

fn sales_of_members(asked: &Asked<'_>, days: (Day, Day)) -> i128 {
    let sales = asked.facts.sales.iter();
    let counted = sales.filter(|sale| (days.0..=days.1).contains(&sale.day));
    let of_members = counted.filter(|sale| sale.who != NOBODY);
    of_members.map(|sale| i128::from(sale.net())).sum()
}

/// Points that members hold at the end of a day, by all movements until then.
fn outstanding(flows: &Flows, to: Day) -> i128 {
    let until = flows.iter().filter(|(key, _)| key.day <= to);
    until.map(|(_, flow)| flow.given - flow.taken).sum()
}
