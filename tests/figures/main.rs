//! Figures over entries that are written down here: the published numbers, to the last digit.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::unwrap_used,
    reason = "a test that wraps or panics fails"
)]

mod life;
mod rows;
mod small;

use life::{Life, day};
use stampbook::insight::{
    Condition, Conditions, ELSEWHERE, FIGURES, Facts, LAYOUT, Means, TEXTS, chinese, figure,
};
use stampbook::model::{
    Account, Act, AlertChange, AlertChanged, Effect, Exact, NameKind, Place, Points, Standing,
    Value,
};
use std::collections::{BTreeMap, BTreeSet};

/// Members who bought in the month before, and of whom all but some bought in the month.
fn lost(life: &mut Life, members: usize, gone: usize) -> Vec<u32> {
    let people: Vec<u32> = (0..members).map(|_| life.join("2026-01-01", "")).collect();
    for (n, who) in people.iter().enumerate() {
        life.buy(*who, "2026-01-15", 1000);
        if n >= gone {
            life.buy(*who, "2026-02-15", 1000);
        }
    }
    people
}

// proves: O3 S122 S123 S124 S144
#[test]
fn intervals_of_five_and_fifteen_lost_of_a_hundred_overlap_and_prove_nothing() {
    let mut life = Life::new();
    let spenders = lost(&mut life, 100, 5);
    for who in spenders {
        life.spend(who, "2026-01-16");
    }
    lost(&mut life, 100, 15);
    let made = life.figure(
        "churn",
        ("2026-02-01", "2026-02-28"),
        Some("participant"),
        &[],
    );
    assert_eq!(made.value(), "10.0");
    let rows = made.rows();
    assert_eq!(
        rows[0],
        ["has not spent", "15.0", "15", "100", "9.3", "23.3"]
    );
    assert_eq!(rows[1], ["has spent", "5.0", "5", "100", "2.2", "11.2"]);
    let notes = made.notes().join("\n");
    assert!(
        notes.contains("the intervals overlap: nothing is proved"),
        "{notes}"
    );
    assert!(!notes.contains("because"), "{notes}");
}

// proves: O8 S109 S133
#[test]
fn growth_is_told_against_the_month_before() {
    let mut life = Life::new();
    for n in 0..225 {
        let day = if n < 100 { "2026-01-10" } else { "2026-02-10" };
        life.join(day, if n % 2 == 0 { "poster" } else { "" });
    }
    let made = life.figure("growth", ("2026-02-01", "2026-02-28"), Some("source"), &[]);
    assert_eq!(made.value(), "125");
    assert_eq!(made.rows()[1][..2], ["poster", "63"]);
    let before = life.figure("growth", ("2026-01-01", "2026-01-31"), None, &[]);
    assert_eq!(before.value(), "100");
    assert_eq!(made.change_since(&before), "+25.0");
}

// proves: O5 S129
#[test]
fn utilisation_warns_below_half_and_not_at_half() {
    for (used, warns) in [(49, true), (50, false)] {
        let mut life = Life::new();
        let who = life.join("2026-01-01", "");
        let lot = life.award(who, "2026-01-02", 100);
        life.debit(who, "2026-02-02", lot, used, Account::Redemption);
        let made = life.figure("utilisation", ("2026-01-01", "2026-12-31"), None, &[]);
        assert_eq!(made.value(), format!("{used}.0"));
        assert_eq!(made.notes().iter().any(|n| n.starts_with("warning")), warns);
    }
    // With and without expired points, and without points that were taken back.
    let mut life = Life::new();
    let who = life.join("2026-01-01", "");
    let lot = life.award(who, "2026-01-02", 120);
    life.debit(who, "2026-01-03", lot, 20, Account::Clawback);
    life.debit(who, "2026-02-02", lot, 30, Account::Redemption);
    life.debit(who, "2026-03-02", lot, 40, Account::Breakage);
    let days = ("2026-01-01", "2026-12-31");
    assert_eq!(life.figure("utilisation", days, None, &[]).value(), "30.0");
    let out = life.figure("utilisation", days, None, &[("expired", "out")]);
    assert_eq!(out.value(), "50.0");
    assert_eq!(out.rows(), [["2026-01", "50.0", "100", "30", "40"]]);
}

// proves: BB6 O11 S145
#[test]
fn the_median_interval_is_of_days_and_told_against_another_time() {
    let mut life = Life::new();
    for (first, gap) in [("2025-01-01", 50), ("2026-01-01", 30)] {
        for _ in 0..7 {
            let who = life.join(first, "");
            life.buy(who, first, 100);
            // Twice on a day is one day.
            life.buy(who, first, 100);
            let next = day(first).plus_days(gap).to_string();
            life.buy(who, &next, 100);
        }
    }
    let before = life.figure("interval", ("2025-01-01", "2025-12-31"), None, &[]);
    let after = life.figure("interval", ("2026-01-01", "2026-12-31"), None, &[]);
    assert_eq!((before.value(), after.value()), ("50".into(), "30".into()));
    assert_eq!(after.change_since(&before), "-40.0");
}

// proves: CC6 S151
#[test]
fn sales_are_told_against_the_year_before() {
    let mut life = Life::new();
    let who = life.join("2025-01-01", "");
    life.buy(who, "2025-07-01", 10_000_000);
    let sale = life.buy(who, "2026-07-01", 12_900_000);
    life.back(who, "2026-07-02", sale, 100_000);
    let july = |year: u32| {
        let (from, to) = (format!("{year}-07-01"), format!("{year}-07-31"));
        life.figure("sales", (&from, &to), None, &[])
    };
    assert_eq!(july(2026).value(), "128000.00");
    assert_eq!(july(2026).change_since(&july(2025)), "+28.0");
}

// proves: O10 O12 S126 S127 S146
#[test]
fn lifetime_value_and_activity_are_told_against_another_time() {
    let mut life = Life::new();
    let people: Vec<u32> = (0..100).map(|_| life.join("2025-01-01", "")).collect();
    for (n, who) in people.iter().enumerate() {
        if n < 50 {
            life.buy(*who, "2025-03-01", 100_000);
        }
        if n < 81 {
            life.buy(*who, "2026-03-01", 120_000);
        }
    }
    for (figure, values, change) in [
        ("lifetime_value", ("1000.00", "1200.00"), "+20.0"),
        ("engagement", ("50.0", "81.0"), "+62.0"),
    ] {
        let of = |year: u32| {
            let (from, to) = (format!("{year}-01-01"), format!("{year}-12-31"));
            life.figure(figure, (&from, &to), None, &[])
        };
        let (before, after) = (of(2025), of(2026));
        assert_eq!((&*before.value(), &*after.value()), values);
        assert_eq!(after.change_since(&before), change, "{figure}");
    }
}

/// The columns of a table by name, for one row.
fn cells(made: &life::Made, row: usize, columns: &[&str]) -> Vec<String> {
    let at = |name: &&str| {
        let table = made.outcome.table.as_ref().unwrap();
        table
            .columns
            .iter()
            .position(|column| column.id == *name)
            .unwrap()
    };
    let row = &made.rows()[row];
    columns.iter().map(|name| row[at(name)].clone()).collect()
}

// proves: O13 C1.9-1 C1.9-2 C1.9-3
#[test]
fn revenue_is_deferred_as_ifrs_15_has_it() {
    // Sales of 100,000 with 10,000 points worth 1 each; 4,500 redeemed, then 4,000 more.
    let mut life = Life::new();
    let who = life.join("2024-01-01", "");
    life.buy(who, "2024-03-01", 10_000_000);
    let lot = life.award(who, "2024-03-01", 10_000);
    life.debit(who, "2025-03-01", lot, 4_500, Account::Redemption);
    life.debit(who, "2026-03-01", lot, 4_000, Account::Redemption);
    let days = ("2024-01-01", "2026-12-31");
    let made = |expected: &str, share: &str| {
        let set = [
            ("value", "1"),
            ("expected", expected),
            ("digits", "0"),
            ("share_digits", share),
        ];
        life.figure("deferred_revenue", days, Some("year"), &set)
    };
    // IFRS 15, example 52.
    let example = made("95,95,97", "");
    assert_eq!(
        cells(&example, 0, &["goods", "granted"]),
        ["91324.00", "8676.00"]
    );
    assert_eq!(cells(&example, 1, &["recognised"]), ["4110.00"]);
    assert_eq!(cells(&example, 2, &["recognised"]), ["3493.00"]);
    // KPMG's example, where the points' share of the price is rounded to 9 per cent.
    for (expected, third) in [("97,97,99", "3552.00"), ("97,97,92", "4140.00")] {
        let example = made(expected, "0");
        assert_eq!(
            cells(&example, 0, &["goods", "granted"]),
            ["91000.00", "9000.00"]
        );
        assert_eq!(cells(&example, 1, &["recognised"]), ["4175.00"]);
        assert_eq!(cells(&example, 2, &["recognised"]), [third]);
    }
    // 2,000 with 200 points, of which 85 per cent are expected: to the cent.
    let mut life = Life::new();
    let who = life.join("2026-01-01", "");
    life.buy(who, "2026-03-01", 200_000);
    life.award(who, "2026-03-01", 200);
    let set = [("value", "1"), ("expected", "85")];
    let made = life.figure(
        "deferred_revenue",
        ("2026-01-01", "2026-12-31"),
        Some("year"),
        &set,
    );
    assert_eq!(
        cells(&made, 0, &["goods", "granted"]),
        ["1843.32", "156.68"]
    );
    assert!(made.notes()[0].contains("rounded to 2 decimals, halves away from zero"));
}

// proves: C1.9-4
#[test]
fn deferred_revenue_adds_up_and_ties_to_the_open_lots() {
    let mut life = Life::new();
    let who = life.join("2024-01-01", "");
    let mut lots = Vec::new();
    for (year, points) in [("2024", 333), ("2025", 777), ("2026", 100)] {
        life.buy(who, &format!("{year}-02-01"), 123_457);
        lots.push(life.award(who, &format!("{year}-02-01"), points));
    }
    life.debit(who, "2024-07-01", lots[0], 100, Account::Redemption);
    life.debit(who, "2025-07-01", lots[0], 33, Account::Redemption);
    life.debit(who, "2026-07-01", lots[0], 200, Account::Breakage);
    life.debit(who, "2026-08-01", lots[1], 77, Account::Redemption);
    let set = [("value", "0.5"), ("expected", "80,85,90")];
    let made = life.figure(
        "deferred_revenue",
        ("2024-01-01", "2026-12-31"),
        Some("year"),
        &set,
    );
    let mut opening = "0.00".to_owned();
    let number = |text: &str| text.replace('.', "").parse::<i64>().unwrap();
    for row in 0..3 {
        let names = [
            "opening",
            "granted",
            "redeemed",
            "lapsed",
            "re_estimated",
            "closing",
        ];
        let cells = cells(&made, row, &names);
        assert_eq!(cells[0], opening, "year {row}");
        let sum = number(&cells[0]) + number(&cells[1])
            - number(&cells[2])
            - number(&cells[3])
            - number(&cells[4]);
        assert_eq!(sum, number(&cells[5]), "year {row}: {cells:?}");
        opening.clone_from(&cells[5]);
    }
    // A window is a part of the account: it opens with what was deferred before.
    for row in 1..3 {
        let from = format!("{}-01-01", 2024 + row);
        let window = (from.as_str(), "2026-12-31");
        let part = life.figure("deferred_revenue", window, Some("year"), &set);
        assert_eq!(part.rows(), made.rows()[row..], "{from}");
        assert_eq!(part.value(), made.value(), "{from}");
    }
    // The lot of 2024 is gone, so nothing of it is owed any more; what is open is in lots.
    assert_ne!(cells(&made, 2, &["lapsed"]), ["0.00"]);
    assert_eq!(cells(&made, 2, &["open_points"]), ["800"]);
    let liability = life.figure(
        "liability",
        ("2024-01-01", "2026-12-31"),
        None,
        &[("value", "0.5"), ("breakage", "10")],
    );
    assert_eq!(liability.value(), "360.00");
}

/// Answers of members, as many of each score.
fn answered(activity: &str, scores: &[(i64, usize)]) -> Life {
    let mut life = Life::new();
    for (score, count) in scores {
        for _ in 0..*count {
            let who = life.join("2026-01-01", "");
            life.act(
                who,
                "2026-02-01",
                activity,
                &[("score", Value::Int(*score))],
            );
        }
    }
    life
}

const QUARTER: (&str, &str) = ("2026-01-01", "2026-03-31");

// proves: XM6 O2 O9 S196 S213
#[test]
fn the_promoter_score_counts_passive_answers_and_is_told_in_points() {
    let life = answered("nps", &[(10, 40), (9, 44), (8, 10), (0, 3), (6, 3)]);
    let made = life.figure("nps", QUARTER, None, &[]);
    // 84 of 100 less 6, and not 84 of 90.
    assert_eq!(made.value(), "78");
    assert_eq!(made.rows()[0], ["promoters", "84", "84.0"]);
    assert_eq!(made.rows()[1], ["passives", "10", "10.0"]);
    let later = answered("nps", &[(9, 89), (7, 5), (6, 6)]);
    let later = later.figure("nps", QUARTER, None, &[]);
    assert_eq!(later.value(), "83");
}

// proves: XM7
#[test]
fn without_answers_there_is_no_figure() {
    for figure in ["nps", "csat", "ces", "intent"] {
        let made = Life::new().figure(figure, QUARTER, None, &[]);
        assert_eq!(made.outcome.measure.unwrap().value, None, "{figure}");
    }
    // What is not on the scale is no answer.
    let life = answered("nps", &[(11, 3), (-1, 2)]);
    let made = life.figure("nps", QUARTER, None, &[]);
    assert_eq!(made.value(), "");
    assert!(made.notes()[0].contains("5 answers"), "{:?}", made.notes());
}

// proves: S199
#[test]
fn less_effort_is_better_and_more_satisfaction_is() {
    let life = answered("ces", &[(1, 60), (5, 40)]);
    assert_eq!(life.figure("ces", QUARTER, None, &[]).value(), "2.6");
    let direction = |id: &str| stampbook::insight::figure(id).unwrap().direction.word();
    assert_eq!(
        (direction("ces"), direction("csat"), direction("nps")),
        ("down", "up", "up")
    );
    let life = answered("csat", &[(5, 3), (3, 1)]);
    let made = life.figure("csat", QUARTER, None, &[]);
    assert_eq!(made.value(), "4.5");
    assert!(made.notes()[0].contains("3 of 4 answers (75.0 %) are 4 or 5"));
}

// proves: UQ4 S98
#[test]
fn a_purchase_online_after_a_try_on_is_told_for_the_shop() {
    let mut life = Life::new();
    for n in 0..12 {
        let who = life.join("2026-01-01", "");
        let shop = Place::Named(if n < 6 { "east" } else { "west" }.into());
        life.act_at(who, "2026-02-01", shop, "try_on", &[]);
        let online = if n % 2 == 0 {
            "2026-02-08"
        } else {
            "2026-02-09"
        };
        life.buy_at(who, online, Place::Named("web".into()), 5000);
    }
    let set = [("steps", "try_on,purchase"), ("within", "7")];
    let made = life.figure("funnel", QUARTER, Some("store"), &set);
    assert_eq!(made.value(), "50.0");
    assert_eq!(
        made.rows(),
        [["east", "50.0", "3", "6"], ["west", "50.0", "3", "6"]]
    );
}

// proves: XM2 S80
#[test]
fn who_withdraws_a_consent_is_off_the_next_list_and_the_entry_stays() {
    let mut life = Life::new();
    let purpose = life
        .names
        .number(stampbook::model::NameKind::Purpose, "public_credit")
        .unwrap();
    let consent = |life: &mut Life, who: u32, on: &str, is_given: bool| {
        let act = Act::ConsentChanged {
            consents: Vec::new(),
        };
        let effect = Effect::Consented {
            who: 0,
            purpose,
            is_given,
        };
        life.book(on, Some(who), act, vec![effect]);
    };
    for n in 0..3 {
        let who = life.join("2026-01-01", "");
        life.act(who, "2026-01-05", "suggestion_accepted", &[]);
        if n < 2 {
            consent(&mut life, who, "2026-01-02", true);
        }
    }
    let named = |life: &Life| life.figure("honour_roll", QUARTER, None, &[]).rows().len();
    assert_eq!(named(&life), 2);
    let acted = life.facts.acted.len();
    consent(&mut life, 0, "2026-01-06", false);
    assert_eq!(named(&life), 1);
    assert_eq!(life.facts.acted.len(), acted);
}

// proves: PT6 S192
#[test]
fn donations_and_what_is_carried_are_one_per_cent_of_net_sales() {
    let mut life = Life::new();
    let who = life.join("2026-01-01", "");
    // A tenth of a thousandth is the pool's smallest unit: one per cent of a cent.
    for (on, cents) in [("2026-02-01", 123_456_789), ("2026-02-02", -10_000)] {
        if cents > 0 {
            life.buy(who, on, cents);
        } else {
            life.back(who, on, 1, -cents);
        }
        let pooled = Effect::Pooled {
            pool: 1,
            campaign: 1,
            exact: Exact::default(),
            amount: Points(cents),
        };
        life.book(on, Some(who), Act::Due { day: day(on) }, vec![pooled]);
    }
    let act = Act::PoolPaid {
        pool: 1,
        points: Points(50_000_000),
        to: "River trust".into(),
        evidence: None,
    };
    let paid = Effect::Pooled {
        pool: 1,
        campaign: 0,
        exact: Exact::default(),
        amount: Points(-50_000_000),
    };
    life.book("2026-03-01", None, act, vec![paid]);
    let year = ("2026-01-01", "2026-12-31");
    let made = life.figure("donations", year, None, &[]);
    assert_eq!(made.value(), "5000");
    assert_eq!(made.rows()[0][..2], ["2026-03-01", "River trust"]);
    let note = &made.notes()[0];
    assert!(
        note.contains("contributed 12344.6789 - paid 5000.0000 = carried 7344.6789"),
        "{note}"
    );
    assert_eq!(life.figure("sales", year, None, &[]).value(), "1234467.89");
}

// proves: SB10 S147
#[test]
fn a_benchmark_stands_beside_the_figure_with_source_and_date() {
    let mut life = Life::new();
    for n in 0..100 {
        let who = life.join("2026-01-01", "");
        life.buy(who, "2026-01-05", 3000);
        if n < 68 {
            life.buy(who, "2026-02-05", 3000);
        }
    }
    let set = [
        ("benchmark", "35"),
        ("benchmark_source", "trade press"),
        ("benchmark_date", "2023"),
    ];
    let made = life.figure("repurchase", QUARTER, None, &set);
    assert_eq!(made.value(), "68.0");
    assert_eq!(
        made.notes(),
        ["benchmark 35 (trade press, 2023); own less benchmark: 33"]
    );
}

/// Purchases of the systematic sample of the literature: customer, day and cents.
const SAMPLE: &str = include_str!("../data/cdnow_sample.txt");

#[test]
fn real_purchases_come_to_what_a_count_by_hand_comes_to() {
    let mut life = Life::new();
    let mut people: BTreeMap<&str, u32> = BTreeMap::new();
    let mut days: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let (mut cents, mut orders) = (0, 0);
    for line in SAMPLE.lines().skip(1) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let on = format!("{}-{}-{}", &words[1][..4], &words[1][4..6], &words[1][6..]);
        let paid: i64 = words[3].replace('.', "").parse().unwrap();
        let who = *people.entry(words[0]).or_insert_with(|| life.join(&on, ""));
        life.buy(who, &on, paid);
        days.entry(words[0]).or_default().insert(words[1]);
        (cents, orders) = (cents + paid, orders + 1);
    }
    let all = ("1997-01-01", "1998-06-30");
    let again = days.values().filter(|days| days.len() > 1).count();
    let of = |id: &str| life.figure(id, all, None, &[]).outcome.measure.unwrap();
    let both = |id: &str| {
        let measure = of(id);
        (
            measure.numerator.unwrap().to_string(),
            measure.denominator.unwrap().to_string(),
        )
    };
    assert_eq!(
        both("repurchase"),
        (again.to_string(), people.len().to_string())
    );
    assert_eq!(
        both("frequency"),
        (orders.to_string(), people.len().to_string())
    );
    assert_eq!(
        life.figure("sales", all, None, &[]).value(),
        format!("{}.{:02}", cents / 100, cents % 100)
    );
}

// proves: O7 S154 S156
#[test]
fn a_goal_is_never_without_its_unit() {
    let mut life = Life::new();
    for is_points in [true, false] {
        let act = Act::GoalSet {
            metric: "repurchase".into(),
            base: Exact::parse("40").unwrap(),
            target: Exact::parse("50").unwrap(),
            is_points,
            deadline: day("2026-12-31"),
            segment: String::new(),
        };
        life.book("2026-01-01", None, act, Vec::new());
    }
    for n in 0..100 {
        let who = life.join("2026-01-01", "");
        life.buy(who, "2026-01-05", 3000);
        if n < 45 {
            life.buy(who, "2026-02-05", 3000);
        }
    }
    let made = life.figure("goals", QUARTER, None, &[]);
    let change: Vec<String> = made.rows().iter().map(|row| row[3].clone()).collect();
    assert_eq!(change, ["10.0 pp", "25.0 %"]);
    assert_eq!(made.rows()[0][6..], ["45", "50.0"]);
}

#[test]
fn erasing_a_member_changes_no_figure() {
    let mut life = Life::new();
    for n in 0..20 {
        let who = life.join("2026-01-01", "web");
        life.buy(who, "2026-01-05", 3000 + n);
        life.buy(who, "2026-02-05", 3000);
        life.act(who, "2026-02-01", "nps", &[("score", Value::Int(9))]);
    }
    let all = |life: &Life| -> Vec<String> {
        let figures = stampbook::insight::FIGURES.iter();
        let told = figures.filter(|f| {
            ![
                "funnel",
                "uplift",
                "return",
                "honour_roll",
                "liability",
                "deferred_revenue",
            ]
            .contains(&f.id)
        });
        told.map(|f| {
            format!(
                "{} {:?}",
                f.id,
                life.figure(f.id, QUARTER, f.by.first().map(|by| by.word()), &[])
                    .outcome
            )
        })
        .collect()
    };
    let before = all(&life);
    for who in 0..20 {
        life.stand(who, "2026-03-01", Standing::Erased);
    }
    assert_eq!(all(&life), before);
}

// proves: S136
#[test]
fn ids_of_figures_are_distinct_and_what_they_say_is_whole() {
    let mut ids: Vec<&str> = Vec::new();
    for figure in stampbook::insight::FIGURES.iter() {
        assert!(
            !figure.name.0.is_empty() && !figure.name.1.is_empty(),
            "{}",
            figure.id
        );
        assert!(
            !figure.formula.is_empty() && !figure.rows.is_empty(),
            "{}",
            figure.id
        );
        assert_eq!(
            figure.numerator.is_empty(),
            figure.denominator.is_empty(),
            "{}",
            figure.id
        );
        assert!(!ids.contains(&figure.id), "{}", figure.id);
        ids.push(figure.id);
    }
    // Goals can be set for figures that there are.
    for metric in [
        "active_members",
        "ces",
        "churn",
        "cost",
        "csat",
        "lifetime_value",
        "nps",
        "repurchase",
        "response_time",
        "retention",
        "return",
        "sales",
        "utilisation",
    ] {
        assert!(ids.contains(&metric), "{metric}");
    }
}

/// Ids in a text of them.
fn ids(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace()
}

#[test]
fn every_row_that_asks_for_a_report_is_a_figure_or_is_told_where_it_is() {
    let listed = include_str!("../data/figure_rows.txt");
    let listed = listed.lines().filter(|line| !line.starts_with('#'));
    let asked: BTreeSet<&str> = listed.filter_map(|line| ids(line).next()).collect();
    assert_eq!(asked.len(), 95);
    let figures = FIGURES.iter().flat_map(|figure| ids(figure.rows));
    let figures: BTreeSet<&str> = figures.collect();
    let elsewhere: Vec<&str> = ELSEWHERE.iter().flat_map(|row| ids(row.rows)).collect();
    for id in &asked {
        let is_figure = figures.contains(id);
        let times = elsewhere.iter().filter(|other| *other == id).count();
        assert_eq!(
            usize::from(is_figure) + times,
            1,
            "{id}: {is_figure}, {times}"
        );
    }
    for id in &elsewhere {
        assert!(asked.contains(id), "{id} asks for no report");
    }
    // What is named as the means exists.
    let words = ELSEWHERE.iter().map(|row| match row.means {
        Means::By(english, _) | Means::Lacks(english, _) => english,
    });
    let commands = [
        "statement",
        "explain",
        "lookup",
        "slip",
        "outbox",
        "report",
        "export",
        "policy",
        "usual",
    ];
    for text in words {
        let quoted = text.split('`').skip(1).step_by(2);
        for name in quoted.filter_map(|text| text.split(' ').next()) {
            let is_known = figure(name).is_some() || commands.contains(&name);
            assert!(is_known, "{name}");
        }
    }
}

// proves: S135
#[test]
fn members_of_high_value_who_stay_away_are_an_alert() {
    let mut life = Life::new();
    let people: Vec<u32> = (0..10).map(|_| life.join("2026-01-01", "")).collect();
    for (n, who) in people.iter().enumerate() {
        // The first two spend most, and are not seen after January.
        let (on, cents) = match n {
            0 | 1 => ("2026-01-20", 50_000),
            _ => ("2026-04-20", 1000),
        };
        life.buy(*who, on, cents);
    }
    let window = ("2026-04-24", "2026-04-30");
    let made = life.figure("alerts", window, None, &[]);
    assert_eq!(made.rows()[0][..5], ["lapsing", "2", "2", "0", ""]);
    // A month earlier they were not away long enough.
    let before = life.figure("alerts", ("2026-03-24", "2026-03-30"), None, &[]);
    assert_eq!(before.rows(), Vec::<Vec<String>>::new());
    for _ in 0..11 {
        life.buy(people[4], "2026-04-29", 100);
    }
    let made = life.figure("alerts", window, None, &[]);
    assert_eq!(made.rows()[0][..4], ["velocity", "2026-04-29", "11", "10"]);
    assert_eq!(made.value(), "2");
}

/// Cells of the alerts, by their columns.
fn alerts(life: &Life, columns: &[&str]) -> Vec<Vec<String>> {
    let made = life.figure("alerts", ("2026-04-24", "2026-04-30"), None, &[]);
    let rows = made.rows().len();
    (0..rows).map(|row| cells(&made, row, columns)).collect()
}

fn change_alert(life: &mut Life, alert: &str, change: AlertChange, value: &str) {
    let by = match change {
        AlertChange::Acknowledged => "Lena",
        _ => "",
    };
    let act = Act::AlertChanged(AlertChanged {
        alert: alert.into(),
        change,
        value: Some(Exact::parse(value).unwrap()),
        text: "told".into(),
        text_zh: "提醒".into(),
        by: by.into(),
        reason: String::new(),
    });
    life.book("2026-04-30", None, act, Vec::new());
}

// proves: ALERT1
#[test]
fn an_acknowledged_alert_is_quiet_until_it_gets_worse_or_comes_again() {
    let mut life = Life::new();
    let who = life.join("2026-01-01", "");
    assert_eq!(alerts(&life, &["id"]), Vec::<Vec<String>>::new());
    let lot = life.award(who, "2026-01-02", 1000);
    life.debit(who, "2026-02-02", lot, 200, Account::Redemption);
    let state = |life: &Life| alerts(life, &["id", "state", "value", "by"]);
    let row = |state: &str, value: &str, by: &str| {
        vec![
            ["utilisation", state, value, by]
                .map(str::to_owned)
                .to_vec(),
        ]
    };
    assert_eq!(state(&life), row("new", "20", ""));
    change_alert(&mut life, "utilisation", AlertChange::Raised, "20");
    assert_eq!(state(&life), row("told", "20", ""));
    change_alert(&mut life, "utilisation", AlertChange::Acknowledged, "20");
    assert_eq!(state(&life), row("acknowledged", "20", "Lena"));
    let made = life.figure("alerts", ("2026-04-24", "2026-04-30"), None, &[]);
    assert_eq!(made.value(), "0", "an acknowledged one is not counted");
    // A tenth of the threshold of 50 is 5: from 20 to 16 is less, to 14 is more.
    let more = life.award(who, "2026-04-02", 250);
    assert_eq!(state(&life), row("acknowledged", "16", "Lena"));
    life.award(who, "2026-04-03", 178);
    assert_eq!(state(&life)[0][1], "worse");
    change_alert(&mut life, "utilisation", AlertChange::Raised, "14");
    assert_eq!(state(&life)[0][1], "told");
    // It is over, and told so until somebody has recorded it.
    life.debit(who, "2026-04-05", lot, 800, Account::Redemption);
    assert_eq!(state(&life)[0][..2], ["utilisation", "over"]);
    change_alert(&mut life, "utilisation", AlertChange::Ended, "70");
    assert_eq!(state(&life), Vec::<Vec<String>>::new());
    // It comes again: who acknowledged it once has not seen this.
    life.award(who, "2026-04-06", 5000);
    assert_eq!(state(&life)[0][1..], ["new", "15.56", ""]);
    let _ = more;
}

// proves: ALERT3
#[test]
fn what_is_found_beside_the_journal_is_an_alert_and_what_others_look_at_stays() {
    let mut life = Life::new();
    life.conditions = Conditions {
        kinds: vec!["disk"],
        found: vec![Condition {
            kind: "disk",
            subject: String::new(),
            value: 4,
            threshold: 10,
            text: ("4 % are free".into(), "剩余 4 %".into()),
        }],
    };
    change_alert(&mut life, "webhook/w1", AlertChange::Raised, "1");
    let told = alerts(&life, &["id", "state", "text", "text_zh"]);
    assert_eq!(
        told,
        [
            ["disk", "new", "4 % are free", "剩余 4 %"],
            ["webhook/w1", "told", "told", "提醒"],
        ]
    );
    life.conditions = Conditions {
        kinds: vec!["webhook"],
        found: Vec::new(),
    };
    assert_eq!(alerts(&life, &["id", "state"]), [["webhook/w1", "over"]]);
}

// proves: UP1
#[test]
fn a_purchase_of_the_day_on_which_a_member_was_chosen_counts_if_it_came_later() {
    let mut life = Life::new();
    let campaign = life.names.number(NameKind::Campaign, "base").unwrap();
    let choose = |life: &mut Life, who: u32, is_held_out: bool| {
        let act = Act::CampaignTargeted {
            campaign,
            count: 1,
            held_out: 0,
            list: [0; 32],
        };
        let effect = Effect::Targeted {
            who: 0,
            campaign,
            is_held_out,
        };
        life.book("2026-04-01", Some(who), act, vec![effect]);
    };
    for n in 0..20 {
        let who = life.join("2026-01-01", "");
        if n < 4 {
            // Before: it made nobody buy.
            life.buy(who, "2026-04-01", 100);
        }
        choose(&mut life, who, n % 2 == 0);
        match n {
            5 | 7 => drop(life.buy(who, "2026-04-01", 100)),
            9 | 10 => drop(life.buy(who, "2026-05-01", 100)),
            11 => drop(life.buy(who, "2026-05-02", 100)),
            _ => {}
        }
    }
    let set = [("campaign", "base")];
    let made = life.figure("uplift", ("2026-01-01", "2026-12-31"), None, &set);
    assert_eq!(made.rows()[0][..4], ["addressed", "30.0", "3", "10"]);
    assert_eq!(made.rows()[1][..4], ["held out", "10.0", "1", "10"]);
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

// proves: ZH1
#[test]
fn no_figure_note_or_alert_lacks_its_chinese() {
    let mut used: BTreeSet<&str> = BTreeSet::new();
    for figure in FIGURES.iter() {
        assert!(is_chinese(figure.name.1), "{}", figure.id);
        assert!(is_chinese(&figure.span.words_zh()), "{}", figure.id);
        let parameters = figure.parameters.iter().map(|parameter| parameter.meaning);
        let texts = [figure.formula, figure.numerator, figure.denominator];
        for text in texts.into_iter().chain(parameters) {
            if !text.is_empty() {
                assert!(
                    chinese(text).is_some_and(is_chinese),
                    "{}: {text}",
                    figure.id
                );
                used.insert(text);
            }
        }
    }
    let known: Vec<&str> = TEXTS.iter().map(|(english, _)| *english).collect();
    let unused = known.iter().filter(|text| !used.contains(*text));
    assert_eq!(unused.collect::<Vec<_>>(), Vec::<&&str>::new());
    assert_eq!(known.len(), used.len(), "a text stands twice");
    // Notes of a shop in which much happened, and alerts.
    let mut life = Life::new();
    for n in 0..30u32 {
        let who = life.join("2026-01-01", "web");
        life.buy(who, "2026-01-05", 3000 + i64::from(n));
        life.buy(who, "2026-02-05", 3000);
        life.buy(who, "2026-03-05", 3000);
        let lot = life.award(who, "2026-01-05", 100);
        life.debit(who, "2026-02-05", lot, 10, Account::Redemption);
        life.act(who, "2026-02-01", "nps", &[("score", Value::Int(11))]);
        life.act(who, "2026-02-01", "csat", &[("score", Value::Int(5))]);
    }
    for _ in 0..11 {
        life.buy(3, "2026-03-30", 100);
    }
    let mut notes = 0;
    for figure in FIGURES.iter() {
        for by in figure.by.iter().map(|by| Some(by.word())).chain([None]) {
            let set: &[(&str, &str)] = match figure.id {
                "uplift" | "return" => &[("campaign", "base")],
                "funnel" => &[("steps", "try_on,purchase")],
                "liability" | "deferred_revenue" => &[("value", "0.01")],
                "repurchase" => &[
                    ("benchmark", "20"),
                    ("benchmark_source", "a study"),
                    ("benchmark_date", "2025"),
                ],
                _ => &[],
            };
            let made = life.figure(figure.id, QUARTER, by, set);
            for column in made.outcome.table.iter().flat_map(|table| &table.columns) {
                let is_known = column.id.starts_with("month_")
                    || stampbook::page::chinese_heading(column.id).is_some_and(is_chinese);
                assert!(is_known, "{}: {}", figure.id, column.id);
            }
            for note in &made.outcome.notes {
                notes += 1;
                assert!(is_chinese(&note.chinese), "{}: {note:?}", figure.id);
                assert!(!is_chinese(&note.english), "{}: {note:?}", figure.id);
            }
        }
    }
    assert!(notes > 20, "{notes}");
    let made = life.figure("alerts", ("2026-03-25", "2026-03-31"), None, &[]);
    assert!(made.rows().len() > 1, "{:?}", made.rows());
    for row in 0..made.rows().len() {
        let told = cells(&made, row, &["text", "text_zh"]);
        assert!(!is_chinese(&told[0]) && is_chinese(&told[1]), "{told:?}");
    }
}

/// A change of the rows, the tables or the fold changes these bytes: then `LAYOUT` must
/// change too, or a newer program would take old facts for its own.
#[test]
fn the_layout_of_saved_facts_is_the_one_that_is_named() {
    let mut life = Life::new();
    let who = life.join("2026-01-01", "poster");
    life.buy(who, "2026-01-15", 1234);
    life.act(who, "2026-01-16", "nps", &[("score", Value::Int(9))]);
    let bytes = life.facts.to_bytes();
    let sum = blake3::hash(&bytes).to_hex();
    let known = (std::str::from_utf8(LAYOUT).unwrap(), &sum[..16]);
    assert_eq!(known, ("STAMPFA6", "916facc694694354"));
    let again = Facts::from_bytes(&bytes, life.facts.mark.hash);
    assert!(again == Some(life.facts), "read again");
}
