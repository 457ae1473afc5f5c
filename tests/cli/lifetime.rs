//! Figures by models, from purchases imported into a ledger.

use crate::figures::made;
use crate::shop::Shop;
use serde_json::Value;

const SAMPLE: &str = include_str!("../data/cdnow_one_in_ten.txt");

/// The one-in-ten sample of CDNOW's customers as a ledger.
fn cdnow() -> Shop {
    let shop = Shop::empty();
    shop.run("init --programme one-for-one --currency USD --zone America/New_York")
        .ends(0);
    let mut rows = String::from("member,date,total,key\n");
    for (n, line) in SAMPLE.lines().enumerate() {
        let words: Vec<&str> = line.split_whitespace().collect();
        rows += &format!("card:{},{},{},row-{n}\n", words[0], words[2], words[4]);
    }
    shop.write("rows.csv", rows);
    shop.run("import rows.csv --enrol --history --map 'member=member,total=total,at=date:%Y%m%d,key=key'")
        .ends(0);
    shop
}

/// Cells of the row that begins with a word.
fn row<'v>(made: &'v Value, word: &str) -> Vec<&'v str> {
    let mut rows = made["rows"].as_array().unwrap().iter();
    let row = rows
        .find(|row| row[0] == word)
        .unwrap_or_else(|| panic!("{word}: {made}"));
    let cells = row.as_array().unwrap().iter();
    cells.map(|cell| cell.as_str().unwrap_or("-")).collect()
}

#[test]
fn real_purchases_in_a_ledger_have_the_published_lifetime_parameters() {
    let shop = cdnow();
    let value = made(&shop, "lifetime_expected --to 1997-09-30");
    for (parameter, published) in [
        ("r", "0.243"),
        ("alpha (weeks)", "4.414"),
        ("a", "0.793"),
        ("b", "2.426"),
        ("log-likelihood of purchases", "-9582.4"),
        ("p", "6.25"),
        ("q", "3.74"),
        ("gamma", "15.44"),
        ("repeat buyers", "946"),
    ] {
        assert_eq!(row(&value, parameter)[1], published, "{parameter}");
    }
    assert_eq!(value["result"]["denominator"], "2357");
    let amount = |made: &Value| {
        made["result"]["value"]
            .as_str()
            .unwrap()
            .parse::<f64>()
            .unwrap()
    };
    let turnover = amount(&value);
    assert!(turnover > 0.0, "{value}");
    let third = made(&shop, "lifetime_expected --to 1997-09-30 --set margin=0.3");
    assert!(
        (amount(&third) - 0.3 * turnover).abs() <= 0.01,
        "{turnover} {third}"
    );
    for wrong in ["margin=2", "discount=-1", "months=601", "margin=x"] {
        shop.run(&format!("report lifetime_expected --set {wrong}"))
            .ends(2);
    }

    // Retention of January's customers, counted again by another route.
    let found = made(&shop, "cohorts --to 1997-12-31");
    let january = row(&found, "1997-01");
    let month_of = |date: &str| date[4..6].parse::<usize>().unwrap();
    let mut by_customer: std::collections::BTreeMap<&str, Vec<usize>> = Default::default();
    for line in SAMPLE.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        if words[2].starts_with("1997") {
            by_customer
                .entry(words[0])
                .or_default()
                .push(month_of(words[2]));
        }
    }
    let own: Vec<&Vec<usize>> = by_customer
        .values()
        .filter(|months| months.contains(&1))
        .collect();
    assert_eq!(january[1], own.len().to_string());
    for after in 1..=11 {
        let bought = own
            .iter()
            .filter(|months| months.contains(&(1 + after)))
            .count();
        let share = 100.0 * bought as f64 / own.len() as f64;
        assert_eq!(january[1 + after], format!("{share:.1}"), "month {after}");
    }
    assert_eq!(january[13], "-", "a month that is not over has no figure");
    let open = made(&shop, "cohorts --to 1997-12-30");
    assert_eq!(
        row(&open, "1997-01")[12],
        "-",
        "a month that lacks a day is not over"
    );

    // Segments hold every customer once, and all that they spent.
    let found = made(&shop, "rfm --to 1998-06-30 --from 1997-01-01");
    let rows = found["rows"].as_array().unwrap();
    let sum = |at: usize| {
        rows.iter()
            .map(|row| row[at].as_str().unwrap().parse::<f64>().unwrap())
            .sum::<f64>()
    };
    assert_eq!(sum(3), 2357.0);
    let spent: f64 = SAMPLE
        .lines()
        .map(|line| {
            line.split_whitespace()
                .nth(4)
                .unwrap()
                .parse::<f64>()
                .unwrap()
        })
        .sum();
    assert!((sum(6) - spent).abs() < 0.005, "{} {spent}", sum(6));
    assert_eq!(row(&found, "champions")[2], "冠军客户");
    shop.run("report rfm --set bins=fixed").ends(2);
}

#[test]
fn where_nothing_can_be_estimated_there_is_no_figure_and_a_reason() {
    let shop = Shop::empty();
    shop.run("init --programme one-for-one --currency USD --zone UTC")
        .ends(0);
    let empty = made(&shop, "lifetime_expected");
    assert_eq!(empty["result"]["value"], Value::Null);
    assert!(
        empty["notes"][0].as_str().unwrap().contains("no customers"),
        "{empty}"
    );
    for figure in ["rfm", "cohorts"] {
        let none = made(&shop, figure);
        assert_eq!(none["result"]["value"], Value::Null, "{none}");
    }
    shop.run("member enrol --alias card:1 --key e1").ends(0);
    shop.run("purchase --member card:1 --total 3.00 --key p1")
        .ends(0);
    // The day is not over.
    let today = made(&shop, "lifetime_expected");
    assert_eq!(today["result"]["denominator"], "0", "{today}");
    let once = made(&shop, "lifetime_expected --to 2099-12-31");
    assert_eq!(once["result"]["value"], Value::Null);
    assert!(
        once["notes"][0].as_str().unwrap().contains("second day"),
        "{once}"
    );
    // A segment of one is not shown.
    let rfm = made(&shop, "rfm");
    assert_eq!(rfm["rows"][0][3], "<5", "{rfm}");
}
