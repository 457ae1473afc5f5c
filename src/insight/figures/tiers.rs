//! Figures over tiers and vouchers.

use crate::insight::asked::Asked;
use crate::insight::outcome::{Cell, Column, Headline, Measure, Outcome, Row, Table, Unit};
use crate::insight::rows::End;
use crate::insight::segments::{people_of, tiers as tiers_held};
use crate::model::{NameKind, Number, UnitKind};
use std::collections::BTreeMap;

/// Columns of movements: whoever comes to one tier has left another.
const MOVED: &[&str] = &["risen_to", "fallen_to", "left"];

/// Members by tier, and movements in the window.
pub fn tiers(asked: &Asked<'_>) -> Result<Outcome, String> {
    let policy = asked.shop.policy;
    let rank = |tier: Number| policy.tiers().map_or(0, |tiers| tiers.rank(tier));
    let mut rows: BTreeMap<(usize, Number), [u64; 4]> = BTreeMap::new();
    for tier in policy.tiers().map_or(&[][..], |tiers| &tiers.levels) {
        rows.entry((rank(*tier), *tier)).or_default();
    }
    let held = tiers_held(asked);
    let (mut all, mut in_one) = (0u64, 0u64);
    for who in people_of(asked) {
        if asked.facts.people[who as usize].joined > asked.days.1 {
            continue;
        }
        let tier = held.get(&who).copied().unwrap_or(0);
        rows.entry((rank(tier), tier)).or_default()[0] += 1;
        (all, in_one) = (all + 1, in_one + u64::from(tier != 0));
    }
    for moved in asked
        .facts
        .tiers
        .iter()
        .filter(|moved| asked.has(moved.day) && moved.from != moved.to)
    {
        let is_up = rank(moved.to) > rank(moved.from);
        let to = rows.entry((rank(moved.to), moved.to)).or_default();
        to[if is_up { 1 } else { 2 }] += 1;
        rows.entry((rank(moved.from), moved.from)).or_default()[3] += 1;
    }
    let rows = rows
        .into_iter()
        .map(|((_, tier), [members, risen, fallen, left])| Row {
            cells: vec![
                match tier {
                    0 => "none".into(),
                    tier => asked.shop.names.text(NameKind::Tier, tier).into(),
                },
                members.into(),
                Measure::share(members, all).value.into(),
                risen.into(),
                fallen.into(),
                left.into(),
            ],
            members: Some(members),
        });
    let columns = vec![
        Column::of("tier", Unit::Text),
        Column::of("value", Unit::Count),
        Column::of("share", Unit::Percent),
        Column::of("risen_to", Unit::Count).of_some(MOVED),
        Column::of("fallen_to", Unit::Count).of_some(MOVED),
        Column::of("left", Unit::Count).of_some(MOVED),
    ];
    let outcome = Outcome::from(Measure::of(in_one)).headline(Headline::OfRows);
    Ok(outcome.with(Table::of(columns, rows)))
}

/// Vouchers issued in the window by what became of them until now.
pub fn vouchers(asked: &Asked<'_>) -> Result<Outcome, String> {
    let programme = asked.shop.programme();
    let mut rows: BTreeMap<(Number, Number), ([u64; 5], i128)> = BTreeMap::new();
    for lot in &asked.facts.lots {
        let is_voucher = programme.is_kind(lot.unit, UnitKind::Voucher);
        if !is_voucher || lot.has_moved_on() || !asked.has(lot.day) {
            continue;
        }
        let at = match lot.end.0 {
            End::None => 1,
            End::Used => 2,
            End::Lapsed => 3,
            End::Voided => 4,
        };
        let (counts, paid) = rows.entry((lot.unit, lot.campaign)).or_default();
        counts[0] += 1;
        counts[at] += 1;
        *paid += i128::from(lot.paid);
    }
    let all = rows.values().fold([0u64; 5], |mut all, (counts, _)| {
        all.iter_mut().zip(counts).for_each(|(sum, n)| *sum += n);
        all
    });
    let share = |counts: &[u64; 5]| Measure::share(counts[2], counts[0] - counts[4]);
    let measure = share(&all);
    let rows = rows.into_iter().map(|((unit, campaign), (counts, paid))| {
        let names = asked.shop.names;
        let head = [
            Cell::Text(names.text(NameKind::Unit, unit)),
            match campaign {
                0 => "by hand".into(),
                campaign => Cell::Text(names.text(NameKind::Campaign, campaign)),
            },
            share(&counts).value.into(),
        ];
        let counts = counts.map(Cell::from);
        let paid = Cell::Value(asked.money(paid));
        Row::of(head.into_iter().chain(counts).chain([paid]).collect())
    });
    let columns = vec![
        Column::of("voucher", Unit::Text),
        Column::of("campaign", Unit::Text),
        Column::of("value", Unit::Percent),
        Column::of("issued", Unit::Count),
        Column::of("open", Unit::Count),
        Column::of("used", Unit::Count),
        Column::of("lapsed", Unit::Count),
        Column::of("voided", Unit::Count),
        Column::of("paid", Unit::Money),
    ];
    Ok(Outcome::from(measure).with(Table::of(columns, rows)))
}
