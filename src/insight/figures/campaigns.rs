//! Figures over campaigns.

use crate::insight::asked::Asked;
use crate::insight::facts::pairs;
use crate::insight::outcome::{Cell, Column, Headline, Measure, Note, Outcome, Row, Table, Unit};
use crate::insight::rows::{End, Sale, Targeted, Who};
use crate::insight::statistics::{difference, wilson};
use crate::model::{Account, Campaign, CampaignStatus, Cap, NameKind, Number, RIPE_DAYS, UnitKind};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Sums of a campaign in the window.
#[derive(Default, Clone, Debug)]
struct Sums {
    invited: u64,
    held_out: u64,
    messages: u64,
    suppressed: u64,
    reached: u64,
    /// Points issued, matured and used, by unit.
    points: BTreeMap<Number, [i128; 3]>,
    vouchers: u64,
    vouchers_used: u64,
    /// Minor units that vouchers and discounts took off.
    off: i128,
    /// Minor units booked as costs.
    booked: i128,
    /// Currency units that points which were used cost.
    points_cost: Decimal,
}

impl Sums {
    /// Costs in currency units: booked ones, vouchers, discounts, points that were used.
    fn cost(&self, asked: &Asked<'_>) -> Decimal {
        asked.money(self.off + self.booked) + self.points_cost
    }
}

const COLUMNS: [Column; 15] = [
    Column::of("unit", Unit::Text),
    Column::of("status", Unit::Text),
    Column::of("value", Unit::Money),
    Column::of("invited", Unit::Count),
    Column::of("held_out", Unit::Count),
    Column::of("messages", Unit::Count),
    Column::of("suppressed", Unit::Count),
    Column::of("members", Unit::Count),
    Column::of("issued", Unit::Points),
    Column::of("matured", Unit::Points),
    Column::of("used", Unit::Points),
    Column::of("used_share", Unit::Percent),
    Column::of("vouchers", Unit::Count),
    Column::of("vouchers_used", Unit::Count),
    Column::of("budget_left", Unit::Text),
];

/// Campaigns: whom they addressed and reached, what they gave, what it cost, what is left.
pub fn campaigns(asked: &Asked<'_>) -> Result<Outcome, String> {
    let only = asked.text("campaign");
    let known = asked.shop.policy.campaigns();
    if !only.is_empty() && !known.iter().any(|campaign| campaign.id == only) {
        return Err(format!("campaign: the programme has no campaign '{only}'"));
    }
    let sums = sums(asked)?;
    let (mut rows, mut all, mut notes) = (Vec::new(), Decimal::ZERO, Vec::new());
    for campaign in known.iter().filter(|c| only.is_empty() || c.id == only) {
        let sums = sums.get(&campaign.number).cloned().unwrap_or_default();
        let cost = sums.cost(asked);
        all += cost;
        let counts = [
            sums.invited,
            sums.held_out,
            sums.messages,
            sums.suppressed,
            sums.reached,
        ];
        let first = [
            Cell::Text(status(asked, campaign.number).into()),
            Cell::Value(cost),
        ];
        let first: Vec<Cell> = first.into_iter().chain(counts.map(Cell::from)).collect();
        let last = vec![
            sums.vouchers.into(),
            sums.vouchers_used.into(),
            budget(asked, campaign).into(),
        ];
        let units = sums.points.iter();
        let name = |unit: &Number| asked.shop.names.text(NameKind::Unit, *unit);
        let mut units: Vec<_> = units.map(|(unit, sums)| (name(unit), *sums)).collect();
        if units.is_empty() {
            units.push((String::new(), [0; 3]));
        }
        // Points of two units have no sum: another unit has a row of its own.
        for (nth, (unit, sums)) in units.into_iter().enumerate() {
            let once = |cells: &Vec<Cell>| match nth {
                0 => cells.clone(),
                _ => vec![Cell::None; cells.len()],
            };
            let mut cells = vec![campaign.id.clone().into(), unit.into()];
            cells.extend(once(&first));
            cells.extend(sums.map(|n| Cell::Value(whole(n))));
            cells.push(Measure::share(whole(sums[2]), whole(sums[1])).value.into());
            cells.extend(once(&last));
            rows.push(Row::of(cells));
        }
        notes.extend(pauses(asked, campaign));
    }
    let head = Column::of("campaign", Unit::Text);
    let columns = [head].into_iter().chain(COLUMNS).collect();
    let outcome = Outcome::from(Measure::of(all)).with(Table { columns, rows });
    Ok(Outcome { notes, ..outcome })
}

fn whole(n: i128) -> Decimal {
    Decimal::try_from_i128_with_scale(n, 0).unwrap_or(Decimal::MAX)
}

/// Sums of each campaign.
fn sums(asked: &Asked<'_>) -> Result<BTreeMap<Number, Sums>, String> {
    let facts = asked.facts;
    let mut sums: BTreeMap<Number, Sums> = BTreeMap::new();
    for target in facts.targeted.iter().filter(|target| asked.has(target.day)) {
        let sum = sums.entry(target.campaign).or_default();
        match target.is_held_out {
            true => sum.held_out += 1,
            false => sum.invited += 1,
        }
    }
    for ((campaign, day), did) in pairs(&facts.campaigns) {
        if asked.has(day) {
            let sum = sums.entry(campaign).or_default();
            sum.messages += did.messages;
            sum.suppressed += did.suppressed;
            sum.off += did.off;
        }
    }
    for ((campaign, _), touch) in pairs(&facts.touches) {
        if touch.first <= asked.days.1 && touch.last >= asked.days.0 {
            sums.entry(campaign).or_default().reached += 1;
        }
    }
    for cost in facts.costs.iter().filter(|cost| asked.has(cost.day)) {
        sums.entry(cost.campaign).or_default().booked += i128::from(cost.amount);
    }
    add_points(asked, &mut sums);
    add_vouchers(asked, &mut sums);
    Ok(sums)
}

/// Adds points that campaigns gave in the window, and what became of points in it.
fn add_points(asked: &Asked<'_>, sums: &mut BTreeMap<Number, Sums>) {
    let programme = asked.shop.programme();
    let ripe = |campaign: Number| {
        let mut known = asked.shop.policy.campaigns().iter();
        let found = known.find(|c| c.number == campaign);
        let days = found.map_or(RIPE_DAYS, |c| c.ripe_days);
        asked.days.1.days_before(days)
    };
    for (key, flow) in pairs(&asked.facts.flows) {
        if key.campaign == 0
            || !asked.has(key.day)
            || !programme.is_kind(key.unit, UnitKind::Spendable)
        {
            continue;
        }
        let net = flow.given - flow.taken;
        let is_ripe = key.day <= ripe(key.campaign);
        let sum = sums.entry(key.campaign).or_default();
        let points = sum.points.entry(key.unit).or_default();
        match key.account {
            Account::Issuance => {
                points[0] += net;
                points[1] += if is_ripe { net } else { 0 };
            }
            Account::Clawback | Account::Correction => points[1] += net,
            Account::Redemption | Account::Partner(_) | Account::Pool(_) => {
                points[2] -= net;
                let unit = programme.unit(key.unit);
                sum.points_cost += unit.map_or(Decimal::ZERO, |unit| asked.cost_of(unit, -net));
            }
            _ => {}
        }
    }
}

/// Adds vouchers that campaigns gave in the window, and what they took off.
fn add_vouchers(asked: &Asked<'_>, sums: &mut BTreeMap<Number, Sums>) {
    let lots = asked.facts.lots.iter();
    for lot in lots.filter(|lot| asked.has(lot.day) && lot.campaign != 0) {
        if !(asked.shop.programme()).is_kind(lot.unit, UnitKind::Voucher) || lot.has_moved_on() {
            continue;
        }
        let sum = sums.entry(lot.campaign).or_default();
        sum.vouchers += 1;
        sum.vouchers_used += u64::from(lot.end.0 == End::Used);
        sum.off += i128::from(lot.paid);
    }
}

/// State of a campaign at the end of the window.
fn status(asked: &Asked<'_>, campaign: Number) -> &'static str {
    let moves = asked.facts.campaign_moves.iter().rev();
    let mut until = moves.filter(|moved| moved.campaign == campaign && moved.day <= asked.days.1);
    let last = until.next().map(|moved| moved.status);
    last.unwrap_or(CampaignStatus::Running).as_str()
}

/// Points that a campaign gave against a budget, in its period of the last day.
pub(super) fn given(asked: &Asked<'_>, campaign: Number, cap: &Cap) -> i128 {
    let start = asked.days.1.start_of(cap.each);
    let flows = asked.facts.flows.iter().filter(|(key, _)| {
        key.campaign == campaign
            && key.unit == cap.unit
            && key.account == Account::Issuance
            && (start..=asked.days.1).contains(&key.day)
    });
    flows.map(|(_, flow)| flow.given - flow.taken).sum()
}

/// Rest of a campaign's budgets in the period of the last day.
fn budget(asked: &Asked<'_>, campaign: &Campaign) -> String {
    let left = campaign.budget.iter().map(|cap| {
        let given = given(asked, campaign.number, cap);
        let unit = asked.shop.names.text(NameKind::Unit, cap.unit);
        match cap.is_per_store {
            true => format!("{} {unit} per store", cap.points.0),
            false => format!(
                "{} of {} {unit}",
                i128::from(cap.points.0) - given,
                cap.points.0
            ),
        }
    });
    left.collect::<Vec<_>>().join(", ")
}

/// Pauses by the campaign's own rule, with the figures it was judged by.
fn pauses(asked: &Asked<'_>, campaign: &Campaign) -> Vec<Note> {
    let moves = asked.facts.campaign_moves.iter();
    let own = moves.filter(|moved| {
        moved.campaign == campaign.number && !moved.figures.is_empty() && asked.has(moved.day)
    });
    own.map(|moved| {
        let figures = moved.figures.iter().map(|(name, n)| format!("{name} {n}"));
        let figures: Vec<String> = figures.collect();
        let (id, day, figures) = (&campaign.id, moved.day, figures.join(", "));
        Note::of(
            format!("{id}: stopped by its own rule on {day}: {figures}"),
            format!("{id}：{day} 按自身规则停止：{figures}"),
        )
    })
    .collect()
}

/// Note of a figure for which there is nobody to compare with.
const NOBODY_HELD_OUT: [&str; 2] = [
    "nobody was held out, so nothing can be said about what the campaign brought",
    "没有对照组，因此无法说明活动带来了什么",
];

/// The campaign that the parameter `campaign` names.
fn campaign_named(asked: &Asked<'_>) -> Result<Number, String> {
    let id = asked.text("campaign");
    let campaign = asked.shop.names.number(NameKind::Campaign, id);
    campaign.ok_or_else(|| match id {
        "" => "campaign: name one".into(),
        id => format!("campaign: name one; there is no '{id}'"),
    })
}

/// Members whom a campaign chose in the window, by the last time.
fn chosen<'a>(asked: &'a Asked<'_>, campaign: Number) -> BTreeMap<Who, &'a Targeted> {
    let targeted = asked.facts.targeted.iter();
    let within = targeted.filter(|t| t.campaign == campaign && asked.has(t.day));
    within.map(|t| (asked.facts.resolve(t.who), t)).collect()
}

/// Sales to a member that were booked after the member was chosen, on that day or within
/// days after it.
fn sales_after<'a>(
    asked: &'a Asked<'_>,
    who: Who,
    chosen: &'a Targeted,
    days: u32,
) -> impl Iterator<Item = &'a Sale> {
    let sales = asked.sales_within(who, (chosen.day, chosen.day.days_after(days)));
    sales.filter(|sale| sale.seq > chosen.seq)
}

/// Members whom a campaign addressed against those it held out: who bought within days.
pub fn uplift(asked: &Asked<'_>) -> Result<Outcome, String> {
    let days = asked.whole("days")?;
    let campaign = campaign_named(asked)?;
    let mut arms = [(0u64, 0u64); 2];
    for (who, target) in chosen(asked, campaign) {
        let has_bought = sales_after(asked, who, target, days).next().is_some();
        let arm = &mut arms[usize::from(target.is_held_out)];
        *arm = (arm.0 + u64::from(has_bought), arm.1 + 1);
    }
    let rows = [("addressed", arms[0]), ("held out", arms[1])].map(|(name, (bought, of))| {
        let (low, high) = wilson(bought, of).unzip();
        Row {
            cells: vec![
                name.into(),
                Measure::share(bought, of).value.into(),
                bought.into(),
                of.into(),
                low.into(),
                high.into(),
            ],
            members: Some(of),
        }
    });
    let columns = vec![
        Column::of("arm", Unit::Text),
        Column::of("value", Unit::Percent).of_some(&["bought"]),
        Column::of("bought", Unit::Count).of_some(&["bought"]),
        Column::of("members", Unit::Count),
        Column::of("low", Unit::Percent).of_some(&["bought"]),
        Column::of("high", Unit::Percent).of_some(&["bought"]),
    ];
    let table = Table::of(columns, rows);
    if arms[1].1 == 0 {
        let outcome = Outcome::from(Measure::default()).with(table);
        let [english, chinese] = NOBODY_HELD_OUT;
        return Ok(outcome.note(english, chinese));
    }
    let value = |(bought, of): (u64, u64)| Measure::share(bought, of).value;
    let interval = difference(arms[0], arms[1]);
    let measure = Measure {
        value: value(arms[0]).zip(value(arms[1])).map(|(a, b)| a - b),
        interval,
        ..Measure::default()
    };
    let is_open = interval.is_none_or(|(low, high)| low <= Decimal::ZERO && high >= Decimal::ZERO);
    let headline = Headline::OfSegment(arms[0].1.min(arms[1].1));
    let outcome = Outcome::from(measure).headline(headline).with(table).note(
        "percentage points of members who bought within the days after they were chosen; the held-out were chosen by chance",
        "选定后规定天数内购买的会员之百分点差；对照组为随机选取",
    );
    Ok(match is_open {
        true => outcome.note(
            "the interval has zero in it: nothing is proved",
            "区间包含零：不能证明任何结论",
        ),
        false => outcome,
    })
}

/// Return of a campaign: margin of addressed members above that of held-out ones, less
/// what it cost, in per cent of the cost.
pub fn roi(asked: &Asked<'_>) -> Result<Outcome, String> {
    let days = asked.whole("days")?;
    let margin = asked.decimal("margin")?.unwrap_or(Decimal::ONE_HUNDRED) / Decimal::ONE_HUNDRED;
    let campaign = campaign_named(asked)?;
    let mut arms = [(0i128, 0u64); 2];
    for (who, target) in chosen(asked, campaign) {
        let within = sales_after(asked, who, target, days);
        let net: i128 = within.map(|sale| i128::from(sale.net())).sum();
        let arm = &mut arms[usize::from(target.is_held_out)];
        *arm = (arm.0 + net, arm.1 + 1);
    }
    let sums = sums(asked)?.get(&campaign).cloned().unwrap_or_default();
    let cost = sums.cost(asked);
    let each = |(net, members): (i128, u64)| asked.money(net).checked_div(Decimal::from(members));
    let more = each(arms[0])
        .zip(each(arms[1]))
        .map(|(a, b)| (a - b) * Decimal::from(arms[0].1) * margin);
    let Some(more) = more else {
        let [english, chinese] = NOBODY_HELD_OUT;
        return Ok(Outcome::from(Measure::default()).note(english, chinese));
    };
    let measure = Measure::share(more - cost, cost);
    let (more, cost) = (Unit::Score.render(more, 2), Unit::Score.render(cost, 2));
    let members = arms[0].1;
    let headline = Headline::OfSegment(members.min(arms[1].1));
    Ok(Outcome::from(measure).headline(headline).note(
        format!("{more} more margin from {members} members than from as many held-out ones; it cost {cost}; without an interval, so a small group proves nothing"),
        format!("{members} 名会员比同样多的对照组会员多带来毛利 {more}；成本 {cost}；没有区间，因此小群体不能证明任何结论"),
    ))
}
