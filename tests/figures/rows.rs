//! Rows that ask for a report or bring something from outside: an input, and the digits that
//! come of it.

use crate::life::{Life, Made, day};
use stampbook::insight::{ELSEWHERE, Means};
use stampbook::model::{Calendar, Channel, Terms, Value};

const YEAR: (&str, &str) = ("2026-01-01", "2026-12-31");
const FIRST: (&str, &str) = ("2026-01-01", "2026-03-31");
const SECOND: (&str, &str) = ("2026-04-01", "2026-06-30");

/// So many members who joined on a day.
fn people(life: &mut Life, count: usize, on: &str) -> Vec<u32> {
    (0..count).map(|_| life.join(on, "")).collect()
}

/// A row by its first cell.
fn row(made: &Made, key: &str) -> Vec<String> {
    let mut rows = made.rows().into_iter();
    rows.find(|row| row[0] == key).unwrap()
}

// proves: S38
#[test]
fn points_that_end_in_thirty_sixty_and_ninety_days_are_told() {
    let mut life = Life::new();
    let who = life.join("2026-01-01", "");
    for (points, end) in [
        (10, "2026-04-30"),
        (20, "2026-05-30"),
        (40, "2026-06-29"),
        (80, "2026-12-31"),
    ] {
        let expires = Some(Calendar::utc().start_of(day(end)));
        let terms = Terms {
            expires,
            ..Terms::default()
        };
        life.award_within(who, "2026-02-01", points, terms);
    }
    life.award(who, "2026-02-01", 5);
    let made = life.figure("liability", FIRST, None, &[("value", "0.1")]);
    let points: Vec<String> = made.rows().iter().map(|row| row[1].clone()).collect();
    assert_eq!(points, ["10", "20", "40", "80", "5"]);
    assert_eq!(made.value(), "15.50");
}

// proves: S121 S57 S142
#[test]
fn repurchase_and_recommendation_are_told_by_tier() {
    let mut life = Life::new();
    let all = people(&mut life, 30, "2026-01-01");
    for (n, who) in all.iter().enumerate() {
        life.buy(*who, "2026-01-05", 1000);
        // Of ten in gold eight buy again, of the twenty others five.
        if !(8..25).contains(&n) {
            life.buy(*who, "2026-02-05", 1000);
        }
        if n < 10 {
            life.rise(*who, "2026-01-06", ("", "gold"));
        }
    }
    for brought in 20..26 {
        life.refer(all[brought], "2026-01-02", all[brought % 2]);
    }
    let benchmark = [
        ("benchmark", "80"),
        ("benchmark_source", "a study"),
        ("benchmark_date", "2025"),
    ];
    let made = life.figure("repurchase", FIRST, Some("tier"), &benchmark);
    assert_eq!(row(&made, "gold")[1..4], ["80.0", "8", "10"]);
    assert_eq!(row(&made, "none")[1..4], ["25.0", "5", "20"]);
    assert_eq!(made.value(), "43.3");
    assert!(
        made.notes()[0].contains("own less benchmark: -36.67"),
        "{:?}",
        made.notes()
    );
    let made = life.figure("advocacy", FIRST, Some("tier"), &[]);
    assert_eq!(row(&made, "gold")[1..], ["0.60", "6", "2", "10"]);
    assert_eq!(made.value(), "0.20");
}

// proves: S141 S109
#[test]
fn sources_are_told_with_first_purchases_and_ninety_days_after() {
    let mut life = Life::new();
    for n in 0..20 {
        let who = life.join("2026-01-01", if n < 10 { "friend" } else { "poster" });
        if n % 10 < 8 {
            life.buy(who, "2026-01-05", 1000);
        }
        // The second one comes on the 91st day, too late.
        let again = if n % 10 < 6 {
            "2026-04-05"
        } else {
            "2026-04-06"
        };
        if n < 8 {
            life.buy(who, again, 1000);
        }
    }
    let made = life.figure("growth", FIRST, Some("source"), &[]);
    assert_eq!(
        row(&made, "friend"),
        ["friend", "10", "8", "80.0", "6", "75.0", "0"]
    );
    assert_eq!(
        row(&made, "poster"),
        ["poster", "10", "8", "80.0", "0", "0.0", "0"]
    );
}

// proves: S143 S144
#[test]
fn who_uses_several_channels_is_told_apart() {
    let mut life = Life::new();
    let all = people(&mut life, 20, "2026-01-01");
    for (n, who) in all.iter().enumerate() {
        life.channel = Channel::Till;
        life.buy(*who, "2026-03-01", 1000);
        // Of ten who use the app too nine stay, of the others five, by the till.
        if n < 9 {
            life.channel = Channel::App;
            life.buy(*who, "2026-04-01", 1000);
            life.channel = Channel::Till;
            life.buy(*who, "2026-04-02", 1000);
        } else if n < 14 {
            life.buy(*who, "2026-04-01", 1000);
        }
    }
    let made = life.figure("retention", SECOND, Some("channels"), &[]);
    assert_eq!(row(&made, "2")[1..4], ["100.0", "9", "9"]);
    assert_eq!(row(&made, "1")[1..4], ["100.0", "5", "5"]);
    assert_eq!(row(&made, "0")[1..4], ["0.0", "0", "6"]);
    assert_eq!(made.value(), "70.0");
    let by = life.figure("retention", SECOND, Some("participant"), &[]);
    assert_eq!(row(&by, "has not spent")[1..4], ["70.0", "14", "20"]);
}

// proves: S148 AP5
#[test]
fn a_category_has_a_window_of_its_own() {
    let mut life = Life::new();
    let owners = people(&mut life, 20, "2022-01-01");
    for (n, who) in owners.iter().enumerate() {
        // Months before the end of June 2026: 26 for twelve, 43 for the others.
        let on = if n < 12 { "2024-04-30" } else { "2022-11-30" };
        life.buy_goods(*who, on, ("phone", 90_000));
    }
    let end = ("2022-01-01", "2026-06-30");
    let of = |set: &[(&str, &str)]| life.figure("active_members", end, None, set).value();
    assert_eq!(of(&[]), "0", "three months would call all of them lost");
    // The programme says it for the category, and a question for once.
    assert_eq!(of(&[("category", "phone")]), "12");
    assert_eq!(of(&[("category", "phone"), ("active", "90")]), "0");
    // 42 months before the end of June 2026.
    let days = (day("2026-06-30").0 - day("2022-12-30").0).to_string();
    assert_eq!(
        of(&[("active", &days), ("lapsed", &days), ("category", "phone")]),
        "12"
    );
    assert_eq!(
        of(&[("active", &days), ("lapsed", &days), ("category", "tablet")]),
        "0"
    );
    // The cycle of the category is as long as it is.
    for who in &owners[..7] {
        life.buy_goods(*who, "2026-04-30", ("phone", 90_000));
    }
    let made = life.figure("interval", end, None, &[("category", "phone")]);
    assert_eq!(made.value(), "730");
}

// proves: S79 S113 S157
#[test]
fn hours_to_an_answer_are_those_of_cases_closed_in_the_window() {
    let mut life = Life::new();
    let who = life.join("2026-01-01", "");
    let case = |life: &mut Life, on: &str, what: &str, case: &str| {
        life.act(who, on, what, &[("case", Value::Text(case.into()))]);
    };
    for (number, from, to) in [
        ("a", "2026-03-01", "2026-03-02"),
        ("b", "2026-03-30", "2026-04-01"),
        ("c", "2026-04-01", "2026-04-02"),
        ("d", "2026-04-01", "2026-04-05"),
        ("e", "2026-05-01", ""),
    ] {
        case(&mut life, from, "case_opened", number);
        if !to.is_empty() {
            case(&mut life, to, "case_closed", number);
        }
    }
    let made = life.figure("response_time", SECOND, None, &[]);
    assert_eq!(made.value(), "48");
    assert_eq!(
        made.notes(),
        ["median hours of 3 cases that were closed; 1 cases are open"]
    );
    let made = life.figure("response_time", FIRST, None, &[]);
    assert_eq!(made.value(), "24");
    assert_eq!(
        made.notes(),
        ["median hours of 1 cases that were closed; 1 cases are open"]
    );
}

// proves: S96 S200 S201 S202 S205 S208 S226 S230 S250
#[test]
fn what_comes_from_outside_is_counted_by_its_word() {
    let mut life = Life::new();
    let all = people(&mut life, 20, "2026-01-01");
    for (n, who) in all.iter().enumerate() {
        let label = ["joy", "anger", "joy", "disappointment"][n % 4];
        life.act(
            *who,
            "2026-02-01",
            "emotion",
            &[("label", Value::Text(label.into()))],
        );
        if n < 8 {
            let channel = if n < 6 { "telephone" } else { "chat" };
            life.act(
                *who,
                "2026-02-02",
                "contact",
                &[("channel", Value::Text(channel.into()))],
            );
        }
    }
    let made = life.figure("emotions", FIRST, None, &[]);
    assert_eq!(row(&made, "joy"), ["joy", "10", "50.0"]);
    assert_eq!(row(&made, "anger"), ["anger", "5", "25.0"]);
    let set = [("activity", "contact"), ("field", "channel")];
    let made = life.figure("emotions", FIRST, None, &set);
    assert_eq!(row(&made, "telephone"), ["telephone", "6", "75.0"]);
    // Who had contact took part, though nobody bought.
    assert_eq!(life.figure("engagement", FIRST, None, &[]).value(), "100.0");
    assert_eq!(life.figure("engagement", SECOND, None, &[]).value(), "0.0");
}

// proves: S203 S214 S215 S216 S225
#[test]
fn items_of_a_survey_are_told_by_quarter_and_apart_from_what_was_bought() {
    let mut life = Life::new();
    let all = people(&mut life, 20, "2026-01-01");
    for (n, who) in all.iter().enumerate() {
        let score = if n < 15 { 5 } else { 1 };
        life.act(
            *who,
            "2026-02-01",
            "intent",
            &[("score", Value::Int(score))],
        );
        life.act(*who, "2026-02-01", "survey", &[("price", Value::Int(2))]);
        life.act(
            *who,
            "2026-05-01",
            "survey",
            &[("price", Value::Int(if n < 10 { 3 } else { 4 }))],
        );
        if n >= 15 {
            life.buy(*who, "2026-02-03", 1000);
        }
    }
    // Those who say so do not buy.
    assert_eq!(life.figure("intent", FIRST, None, &[]).value(), "4");
    assert_eq!(life.figure("repurchase", FIRST, None, &[]).value(), "0.0");
    let set = [("activity", "survey"), ("field", "price")];
    let made = life.figure("csat", YEAR, Some("quarter"), &set);
    assert_eq!(
        made.rows(),
        [["2026Q1", "2", "20"], ["2026Q2", "3.5", "20"]]
    );
}

// proves: S198
#[test]
fn satisfaction_is_a_mean_and_a_share_of_the_best_two() {
    let mut life = Life::new();
    for n in 0..10 {
        let who = life.join("2026-01-01", "");
        let score = [5, 5, 5, 4, 4, 4, 4, 3, 2, 1][n];
        life.act(who, "2026-02-01", "csat", &[("score", Value::Int(score))]);
    }
    let made = life.figure("csat", FIRST, None, &[]);
    assert_eq!(made.value(), "3.7");
    assert_eq!(made.notes(), ["7 of 10 answers (70.0 %) are 4 or 5"]);
}

// proves: S217 S218 S161 S162
#[test]
fn winning_is_told_against_keeping() {
    let mut life = Life::new();
    for n in 0..10 {
        let who = life.join("2026-01-01", "");
        life.buy(who, "2026-01-05", 1000);
        if n < 8 {
            life.buy(who, "2026-02-05", 1000);
        }
        if n < 4 {
            life.buy(who, "2026-03-05", 1000);
        }
    }
    life.pay("2026-01-31", "acquisition", 50_000);
    life.pay("2026-01-31", "retention", 8_000);
    life.pay("2026-01-31", "sms", 1_250);
    life.pay("2026-04-30", "staff", 99_900);
    let made = life.figure("unit_cost", FIRST, None, &[]);
    assert_eq!(made.value(), "5.00");
    let each: Vec<String> = made.rows().iter().map(|row| row[1].clone()).collect();
    assert_eq!(each, ["50.00", "10.00", "6.67"]);
    let made = life.figure("cost", FIRST, None, &[]);
    assert_eq!(made.value(), "592.50");
    assert_eq!(row(&made, "sms"), ["sms", "12.50"]);
    let made = life.figure("cost", YEAR, None, &[]);
    assert_eq!(row(&made, "staff"), ["staff", "999.00"]);
}

// proves: S118 S150
#[test]
fn frequency_is_told_by_quarter_and_beside_that_of_a_rival() {
    let mut life = Life::new();
    let all = people(&mut life, 10, "2026-01-01");
    for who in &all {
        for on in ["2026-01-05", "2026-01-05", "2026-02-05"] {
            life.buy(*who, on, 1000);
        }
        if *who < 5 {
            life.buy(*who, "2026-05-05", 1000);
        }
    }
    let set = [
        ("benchmark", "1.5"),
        ("benchmark_source", "a rival's report"),
        ("benchmark_date", "2025"),
    ];
    let made = life.figure(
        "frequency",
        ("2026-01-01", "2026-06-30"),
        Some("quarter"),
        &set,
    );
    assert_eq!(made.value(), "3.50");
    assert_eq!(
        made.rows(),
        [["2026Q1", "3.00", "30", "10"], ["2026Q2", "1.00", "5", "5"]]
    );
    assert!(
        made.notes()[0].ends_with("own less benchmark: 2"),
        "{:?}",
        made.notes()
    );
}

// proves: S131 S153 S108
#[test]
fn a_message_that_was_opened_is_told_with_the_purchases_behind_it() {
    let mut life = Life::new();
    let all = people(&mut life, 20, "2026-01-01");
    for (n, who) in all.iter().enumerate() {
        life.act(*who, "2026-02-01", "contact", &[]);
        if n < 5 {
            life.buy(*who, "2026-02-08", 1000);
        }
        // Behind the seven days.
        if n == 5 {
            life.buy(*who, "2026-02-09", 1000);
        }
    }
    let set = [("steps", "contact,purchase"), ("within", "7")];
    let made = life.figure("funnel", FIRST, None, &set);
    assert_eq!(made.value(), "25.0");
    assert_eq!(
        made.rows(),
        [["contact", "20", "100.0"], ["purchase", "5", "25.0"]]
    );
}

// proves: S139
#[test]
fn repeat_revenue_is_that_after_the_first_day() {
    let mut life = Life::new();
    let who = life.join("2026-01-01", "");
    life.buy(who, "2026-01-05", 3000);
    life.buy(who, "2026-01-05", 1000);
    let sale = life.buy(who, "2026-02-05", 8000);
    life.back(who, "2026-02-06", sale, 2000);
    let made = life.figure("repeat_revenue", FIRST, None, &[]);
    assert_eq!(made.value(), "60.0");
}

// proves: S206 S209 S210 S211 S212 S224
#[test]
fn what_no_figure_is_made_of_is_told_with_what_it_lacks() {
    let lacking = |id: &str| {
        let mut rows = ELSEWHERE.iter();
        let row = rows
            .find(|row| row.rows.split(' ').any(|known| known == id))
            .unwrap();
        match row.means {
            Means::Lacks(lacks, chinese) => (lacks, chinese),
            Means::By(by, _) => panic!("{id} is had by {by}"),
        }
    };
    for (id, input) in [
        ("S206", "comments: nothing is read outside"),
        ("S209", "attributes in the clear"),
        ("S210", "attributes in the clear"),
        ("S211", "web analytics"),
        ("S212", "attributes in the clear"),
        ("S224", "a survey"),
    ] {
        let (lacks, chinese) = lacking(id);
        assert!(lacks.starts_with(input), "{id}: {lacks}");
        assert!(!chinese.is_empty());
    }
}
