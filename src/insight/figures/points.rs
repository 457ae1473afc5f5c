//! Figures over points: what was issued and what became of it.

use crate::insight::asked::Asked;
use crate::insight::dimension::Dimension;
use crate::insight::facts::pairs;
use crate::insight::outcome::{Cell, Column, Measure, Outcome, Row, Table, Unit};
use crate::insight::rows::{Flow, FlowKey};
use crate::insight::segments::{key_column, period_name, period_of, periods};
use crate::model::{Account, Day, Number, Period};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Points by what they moved for; each is signed as it changes what members hold.
#[derive(Clone, Copy, Default, Debug)]
pub struct Course {
    /// Given by campaigns.
    pub issued: i128,
    /// Taken back after returns and voids; what was given again is taken off.
    pub reversed: i128,
    /// Spent, here, with partners and to pools; what was restored is taken off.
    pub redeemed: i128,
    /// Expired.
    pub expired: i128,
    /// Corrected by hand.
    pub corrected: i128,
    /// Brought from another system.
    pub opened: i128,
    /// Moved on into other lots as they expired, which nets out over all months of earning.
    pub carried: i128,
}

impl Course {
    /// Adds a movement.
    pub fn add(&mut self, account: Account, flow: Flow) {
        let net = flow.given - flow.taken;
        match account {
            // A void sends points back where they came from.
            Account::Issuance => {
                self.issued += flow.given;
                self.reversed -= flow.taken;
            }
            Account::Clawback => self.reversed += net,
            Account::Redemption | Account::Pool(_) => self.redeemed += net,
            // A partner gives points and takes them.
            Account::Partner(_) => {
                self.issued += flow.given;
                self.redeemed -= flow.taken;
            }
            Account::Breakage => self.expired += net,
            Account::Correction => self.corrected += net,
            Account::Opening => self.opened += net,
            Account::Lots | Account::Deficit | Account::Transit => self.carried += net,
        }
    }

    /// Change of what members hold.
    pub fn net(&self) -> i128 {
        self.issued
            + self.reversed
            + self.redeemed
            + self.expired
            + self.corrected
            + self.opened
            + self.carried
    }

    /// Points that could have been used: issued and opened, less those taken back.
    pub fn base(&self) -> i128 {
        self.issued + self.opened + self.reversed + self.corrected + self.carried
    }
}

/// Movements of a unit, in the order of their keys.
pub(super) fn flows(
    asked: &Asked<'_>,
    unit: Number,
) -> impl Iterator<Item = (FlowKey, Flow)> + use<> {
    let all: Vec<_> = pairs(&asked.facts.flows).collect();
    all.into_iter().filter(move |(key, _)| key.unit == unit)
}

const MOVES: [Column; 9] = [
    Column::of("issued", Unit::Points),
    Column::of("reversed", Unit::Points),
    Column::of("redeemed", Unit::Points),
    Column::of("expired", Unit::Points),
    Column::of("corrected", Unit::Points),
    Column::of("opened", Unit::Points),
    Column::of("sent", Unit::Points),
    Column::of("change", Unit::Points),
    Column::of("outstanding", Unit::Points),
];

/// Points by day or period: what was issued, what became of it, what is outstanding.
pub fn points(asked: &Asked<'_>) -> Result<Outcome, String> {
    let unit = asked.unit()?;
    let mut before = Course::default();
    let mut by_day: BTreeMap<Day, Course> = BTreeMap::new();
    for (key, flow) in flows(asked, unit.number) {
        match key.day {
            day if day > asked.days.1 => {}
            day if day < asked.days.0 => before.add(key.account, flow),
            day => by_day.entry(day).or_default().add(key.account, flow),
        }
    }
    let each = asked.by.and_then(period_of).unwrap_or(Period::Day);
    let mut outstanding = before.net();
    let first = by_day.keys().next().copied().unwrap_or(asked.days.1);
    let mut rows = Vec::new();
    for days in periods((asked.days.0.max(first), asked.days.1), each) {
        let mut course = Course::default();
        let within = by_day.range(days.0..=days.1);
        within.for_each(|(_, of_day)| course.join(of_day));
        let sent = (asked.facts.sent.iter())
            .filter(|((day, of), _)| *of == unit.number && (days.0..=days.1).contains(day));
        let sent: i128 = sent.map(|(_, sent)| sent.points).sum();
        outstanding += course.net();
        let figures = [
            course.issued,
            course.reversed,
            course.redeemed,
            course.expired,
            course.corrected,
            course.opened,
            sent,
            course.net(),
            outstanding,
        ];
        if figures[..8].iter().all(|figure| *figure == 0) {
            continue;
        }
        let cells = figures.map(|figure| Cell::Value(asked.points(unit, figure)));
        let key = Cell::Text(period_name(days.0, each));
        rows.push(Row::of([key].into_iter().chain(cells).collect()));
    }
    let head = key_column(asked, Dimension::Day);
    let columns = [head].into_iter().chain(MOVES).collect();
    let held = Measure::of(asked.points(unit, outstanding));
    Ok(Outcome::from(held)
        .with(Table::of(columns, rows))
        .note(
            "outstanding before + issued + reversed + redeemed + expired + corrected + opened = outstanding; what leaves members is negative, sent stays among them",
            "期初未兑 + 发放 + 冲正 + 兑换 + 过期 + 更正 + 转入 = 未兑余额；离开会员的为负数，转赠的仍在会员之间",
        ))
}

impl Course {
    fn join(&mut self, other: &Course) {
        self.issued += other.issued;
        self.reversed += other.reversed;
        self.redeemed += other.redeemed;
        self.expired += other.expired;
        self.corrected += other.corrected;
        self.opened += other.opened;
        self.carried += other.carried;
    }
}

/// Points that were used, of those that could have been.
pub fn utilisation(asked: &Asked<'_>) -> Result<Outcome, String> {
    let unit = asked.unit()?;
    let is_expired_in = match asked.text("expired") {
        "in" => true,
        "out" => false,
        other => return Err(format!("expired: '{other}' is neither in nor out")),
    };
    let warn = asked.decimal("warn")?;
    let mut all = Course::default();
    let mut cohorts: BTreeMap<i32, Course> = BTreeMap::new();
    for (key, flow) in flows(asked, unit.number).filter(|(key, _)| asked.has(key.day)) {
        all.add(key.account, flow);
        if key.earned != 0 {
            cohorts
                .entry(key.earned)
                .or_default()
                .add(key.account, flow);
        }
    }
    let share = |course: &Course| {
        let gone = if is_expired_in { 0 } else { course.expired };
        let base = asked.points(unit, course.base() + gone);
        Measure::share(asked.points(unit, -course.redeemed), base)
    };
    let rows = cohorts.iter().map(|(month, course)| {
        let measure = share(course);
        let name = format!("{}-{:02}", month / 12, month % 12 + 1);
        let figures = [course.base(), -course.redeemed, -course.expired];
        let figures = figures.map(|figure| Cell::Value(asked.points(unit, figure)));
        let cells = [Cell::Text(name), measure.value.into()];
        Row::of(cells.into_iter().chain(figures).collect())
    });
    let columns = vec![
        Column::of("earned", Unit::Text),
        Column::of("value", Unit::Percent),
        Column::of("base", Unit::Points),
        Column::of("redeemed", Unit::Points),
        Column::of("expired", Unit::Points),
    ];
    let measure = share(&all);
    let is_low = measure
        .value
        .zip(warn)
        .is_some_and(|(value, warn)| value < warn);
    let outcome = Outcome::from(measure).with(Table::of(columns, rows));
    Ok(match (is_low, warn) {
        (true, Some(warn)) => outcome.note(
            format!("warning: below {warn} %: look at what points can be spent on"),
            format!("警告：低于 {warn} %：请检查积分可兑换的内容"),
        ),
        _ => outcome,
    })
}

const LIABLE: [Column; 4] = [
    Column::of("expiring", Unit::Text),
    Column::of("points", Unit::Points),
    Column::of("value", Unit::Money),
    Column::of("liability", Unit::Money),
];

/// Expected cost of outstanding points, by when they expire.
pub fn liability(asked: &Asked<'_>) -> Result<Outcome, String> {
    let unit = asked.unit()?;
    let worth = asked.worth(unit)?;
    let breakage = asked.decimal("breakage")?.unwrap_or_default();
    if breakage < Decimal::ZERO || breakage > Decimal::ONE_HUNDRED {
        return Err(format!(
            "breakage: {breakage} is no share from 0 to 100 per cent"
        ));
    }
    let calendar = &asked.shop.programme().calendar;
    let ends = [30, 60, 90].map(|days| calendar.start_of(asked.days.1.plus_days(days + 1)));
    let mut sums = [0i128; 5];
    for lot in asked
        .facts
        .lots
        .iter()
        .filter(|lot| lot.unit == unit.number)
    {
        let at = match lot.expires {
            None => 4,
            Some(end) => ends.iter().position(|bound| end <= *bound).unwrap_or(3),
        };
        sums[at] += i128::from(lot.left);
    }
    let share = (Decimal::ONE_HUNDRED - breakage) / Decimal::ONE_HUNDRED;
    let names = ["in 30 days", "in 60 days", "in 90 days", "later", "never"];
    let rows = names.iter().zip(sums).map(|(name, points)| {
        let points = asked.points(unit, points);
        let value = points * worth;
        Row::of(vec![
            Cell::from(*name),
            Cell::Value(points),
            Cell::Value(value),
            Cell::Value(value * share),
        ])
    });
    let held: i128 = sums.iter().sum();
    let accounts = asked.facts.accounts(unit.number);
    let owed: i128 = (accounts.iter())
        .filter(|a| a.0 == Account::Deficit)
        .map(|a| a.1)
        .sum();
    let points = asked.points(unit, held);
    let owed = asked.points(unit, -owed);
    let table = Table::of(LIABLE.to_vec(), rows);
    Ok(Outcome::from(Measure::of(points * worth * share))
        .with(table)
        .note(
            format!("{points} points in open lots, {owed} owed by members, as the ledger has them; each worth {worth}; {breakage} % are expected to lapse"),
            format!("账本中未用批次有 {points} 积分，会员欠 {owed} 积分；每个价值 {worth}；预计 {breakage} % 失效"),
        ))
}
