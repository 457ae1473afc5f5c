//! Figures as people and programs ask for them.

use crate::shop::Shop;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A shop with a hundred members, of whom as many bought on a second day.
fn shop_of_a_hundred(twice: usize) -> Shop {
    let shop = Shop::empty();
    shop.run("init --programme corner-cafe --currency EUR --zone Europe/Berlin")
        .ends(0);
    let mut rows = String::from("member,total,at,key\n");
    for n in 0..100 {
        rows += &format!("card:{n},10.00,2025-03-03T10:00:00Z,a{n}\n");
        // A second sale on the same day is not a second day.
        rows += &format!("card:{n},5.00,2025-03-03T15:00:00Z,b{n}\n");
        if n < twice {
            rows += &format!("card:{n},10.00,2025-05-05T10:00:00Z,c{n}\n");
        }
    }
    shop.write("rows.csv", rows);
    shop.run("import rows.csv --enrol --history --map 'member=member,total=total,at=at,key=key'")
        .ends(0);
    shop
}

/// A figure as JSON.
pub fn made(shop: &Shop, question: &str) -> Value {
    let told = shop
        .run(&format!("--json report {question}"))
        .ends(0)
        .json();
    told["made"].clone()
}

// proves: O1 S120
#[test]
fn people_who_bought_on_two_days_are_counted_and_say_as_of_what() {
    let shop = shop_of_a_hundred(68);
    let year = made(&shop, "repurchase --period 2025");
    assert_eq!(year["result"]["value"], "68.0");
    assert_eq!(year["result"]["numerator"], "68");
    assert_eq!(year["result"]["denominator"], "100");
    assert_eq!(year["from"], "2025-01-01");
    assert_eq!(year["hash"].as_str().unwrap().len(), 64);
    // Nobody bought in this year: no figure, and not 0.
    let none = made(&shop, "repurchase --period 2024");
    assert_eq!(none["result"]["value"], Value::Null);
    assert_eq!(none["result"]["denominator"], "0");
    // The instant that it names makes it again, to the last hash, whatever comes later.
    shop.run("purchase --member card:99 --total 3.00 --key later")
        .ends(0);
    let at = year["as_of"].as_str().unwrap();
    let again = made(&shop, &format!("repurchase --period 2025 --as-of {at}"));
    assert_eq!(again, year);
    let now = made(&shop, "repurchase --period 2025");
    assert!(now["entries"].as_u64() > year["entries"].as_u64());
    assert_ne!(now["hash"], year["hash"]);
    // The table and the CSV tell the same.
    let text = shop
        .run("report repurchase --period 2025 --explain")
        .ends(0)
        .out;
    assert!(text.contains("68.0 % = 68 / 100"), "{text}");
    assert!(
        text.contains("denominator: members with a purchase"),
        "{text}"
    );
    let csv = shop
        .run("report repurchase --period 2025 --format csv")
        .ends(0)
        .out;
    assert!(csv.starts_with("\u{feff}figure,unit,value"), "{csv}");
    assert!(csv.contains("repurchase,%,68.0,68,100"), "{csv}");
}

#[test]
fn what_is_not_known_is_said_with_what_is() {
    let shop = shop_of_a_hundred(1);
    for (question, part) in [
        ("repurchaze", "repurchase"),
        ("repurchase --set dais=3", "days"),
        ("repurchase --set days=none", "whole number"),
        ("repurchase --by moon", "month"),
        ("repurchase --period 2025Q5", "2026Q1"),
        ("repurchase --from 2025-02-30", "does not exist"),
        (
            "repurchase --from 2025-02-02 --to 2025-02-01",
            "after the last day",
        ),
        ("repurchase --compare never --period 2025", "previous"),
    ] {
        let told = shop.run(&format!("report {question}")).ends(2);
        assert!(told.err.contains(part), "{question}: {}", told.err);
    }
}

/// Rows of an exported table, by column.
pub fn table(shop: &Shop, name: &str) -> Vec<BTreeMap<String, String>> {
    let text = std::fs::read(shop.path(&format!("out/{name}.csv"))).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_slice());
    let rows = reader.deserialize();
    rows.map(Result::unwrap).collect()
}

pub fn cents(text: &str) -> i64 {
    text.replace('.', "").parse().unwrap()
}

/// Sales, returns, voids, spending and joining of a year, by chance from a seed.
pub fn generated_year(seed: u64) -> String {
    let mut chance = seed;
    let mut draw = |below: u64| {
        chance = chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (chance >> 33) % below
    };
    let mut lines = String::from("member,total,at,key,channel\n");
    for day in 0..330u64 {
        let (month, of_month) = (day / 28 + 1, day % 28 + 1);
        for n in 0..draw(4) {
            let (member, cents) = (draw(40), 100 + draw(9000));
            let (key, hour) = (format!("d{day}-{n}"), 8 + n);
            let at = format!("2025-{month:02}-{of_month:02}T{hour:02}:00:00Z");
            let channel = ["till", "app", "web"][draw(3) as usize];
            lines += &format!(
                "card:{member},{}.{:02},{at},{key},{channel}\n",
                cents / 100,
                cents % 100
            );
        }
    }
    lines
}

/// A shop after a generated year, of which some was undone later and some points spent.
pub fn year_with_returns(seed: u64) -> Shop {
    println!("seed {seed}");
    let shop = Shop::empty();
    shop.run("init --currency EUR --zone UTC").ends(0);
    shop.write("year.csv", generated_year(seed));
    let map = "'member=member,total=total,at=at,key=key,channel=channel'";
    shop.run(&format!("import year.csv --enrol --history --map {map}"))
        .ends(0);
    // What the till does later: a part comes back, one is undone, points are spent.
    let mut undone = 0;
    for day in 0..30 {
        let key = format!("d{}-0", day * 11);
        let ran = match day % 2 {
            0 => shop.run(&format!("return --of {key} --amount 0.50 --key back-{day}")),
            _ => shop.run(&format!("void --of {key} --reason wrong --key void-{day}")),
        };
        undone += i32::from(ran.code == Some(0));
    }
    assert!(undone > 10, "only {undone} sales were there to be undone");
    for member in 0..40 {
        shop.run(&format!(
            "redeem --member card:{member} --unit point --points 5 --key r{member}"
        ));
    }
    shop
}

// proves: S118 S119 S122 S123 S125 S126 S127 S128 S139
#[test]
fn a_slow_second_route_over_exported_rows_comes_to_the_same_figures() {
    let shop = year_with_returns(20_251_128);
    shop.run("export tables out").ends(0);
    let (entries, effects, members) = (
        table(&shop, "entries"),
        table(&shop, "effects"),
        table(&shop, "members"),
    );
    // Sales that stand, the slow way: row by row, looking everything up.
    let of_entry = |seq: &str| -> Vec<&BTreeMap<String, String>> {
        effects
            .iter()
            .filter(|effect| effect["seq"] == seq)
            .collect()
    };
    let is_void = |seq: &str| {
        effects
            .iter()
            .any(|effect| effect["kind"] == "void" && effect["of"] == seq)
    };
    let mut orders: BTreeMap<String, Vec<(String, i64)>> = BTreeMap::new();
    let (mut net, mut count) = (0, 0);
    for sale in entries.iter().filter(|entry| entry["kind"] == "purchase") {
        if is_void(&sale["seq"]) {
            continue;
        }
        let back: i64 = (effects.iter())
            .filter(|effect| effect["of"] == sale["seq"] && !effect["returned"].is_empty())
            .map(|effect| cents(&effect["returned"]))
            .sum();
        let total = cents(&sale["total"]) - back;
        if total == 0 {
            continue;
        }
        (net, count) = (net + total, count + 1);
        orders
            .entry(sale["member"].clone())
            .or_default()
            .push((sale["day"].clone(), total));
    }
    let distinct = |days: &[(String, i64)]| {
        let days: BTreeSet<&String> = days.iter().map(|order| &order.0).collect();
        days.len()
    };
    let again = orders.values().filter(|days| distinct(days) > 1).count();
    let made_of = |question: &str| {
        let told = made(&shop, question);
        let part = |name: &str| told["result"][name].as_str().unwrap_or_default().to_owned();
        (part("numerator"), part("denominator"), part("value"))
    };
    let all = "--from 2025-01-01 --to 2099-12-31";
    let repurchase = made_of(&format!("repurchase {all}"));
    assert_eq!(repurchase.0, again.to_string());
    assert_eq!(repurchase.1, orders.len().to_string());
    let average = made_of(&format!("average_order {all}"));
    assert_eq!(average.1, count.to_string());
    assert_eq!(
        average.2,
        format!("{:.2}", (net as f64 / count as f64).round() / 100.0)
    );
    let frequency = made_of(&format!("frequency {all}"));
    assert_eq!(
        (frequency.0, frequency.1),
        (count.to_string(), orders.len().to_string())
    );
    people_by_a_second_route(&shop, &orders, &entries, &members);
    let growth = made_of(&format!("growth {all}"));
    assert_eq!(growth.2, members.len().to_string());
    let sales = made_of(&format!("sales {all}"));
    assert_eq!(sales.2, format!("{}.{:02}", net / 100, net % 100));
    // Points: what members hold is the sum of all that moved.
    let moved = |kinds: &[&str]| -> i64 {
        let found = effects
            .iter()
            .filter(|e| e["unit"] == "point" && kinds.contains(&&*e["kind"]));
        found.filter_map(|e| e["amount"].parse::<i64>().ok()).sum()
    };
    let points = made(&shop, &format!("points {all} --by year"));
    let sum = |column: usize| -> i64 {
        let rows = points["rows"].as_array().unwrap().iter();
        rows.map(|row| row[column].as_str().unwrap().parse::<i64>().unwrap())
            .sum()
    };
    assert_eq!(sum(1), moved(&["award"]));
    assert_eq!(sum(3), moved(&["redeem"]));
    assert_eq!(
        points["result"]["value"],
        (sum(1) + sum(2) + sum(3) + sum(4)).to_string()
    );
    let utilisation = made_of(&format!("utilisation {all}"));
    let (used, of) = (-sum(3), sum(1) + sum(2) + sum(5) + sum(6));
    assert_eq!(
        (utilisation.0, utilisation.1),
        (used.to_string(), of.to_string())
    );
    assert!(of_entry("0").is_empty());
}

/// Rows of an exported table.
pub type Rows = [BTreeMap<String, String>];

/// Figures over people from their orders (day, cents) that stand.
fn people_by_a_second_route(
    shop: &Shop,
    orders: &BTreeMap<String, Vec<(String, i64)>>,
    entries: &Rows,
    members: &Rows,
) {
    let day = |text: &str| stampbook::model::Day::parse(text).unwrap().0;
    let all = "--from 2025-01-01 --to 2099-12-31";
    let result = |question: &str| {
        let told = made(shop, question);
        let part = |name: &str| told["result"][name].as_str().unwrap_or_default().to_owned();
        (part("numerator"), part("denominator"), part("value"))
    };
    let parts = |question: &str| {
        let told = result(question);
        let number = |text: &str| (text.parse::<f64>().unwrap() * 100.0).round() as i64;
        (number(&told.0), number(&told.1))
    };
    let own = |orders: &Vec<(String, i64)>| {
        let days = orders.iter().map(|(on, net)| (day(on), *net));
        let mut days: Vec<(i32, i64)> = days.collect();
        days.sort_unstable();
        days
    };
    let histories: Vec<Vec<(i32, i64)>> = orders.values().map(own).collect();
    let people = histories.len() as i64;
    let several = histories.iter().filter(|own| own.len() > 1).count() as i64;
    assert_eq!(
        parts(&format!("repurchase_orders {all}")),
        (several * 100, people * 100)
    );
    let (mut repeat, mut count, mut repeat_net, mut net) = (0, 0, 0, 0);
    let mut gaps = Vec::new();
    for own in &histories {
        for (at, (on, paid)) in own.iter().enumerate() {
            (count, net) = (count + 1, net + paid);
            if *on > own[0].0 {
                (repeat, repeat_net) = (repeat + 1, repeat_net + paid);
            }
            if at > 0 && *on > own[at - 1].0 {
                gaps.push(on - own[at - 1].0);
            }
        }
    }
    assert_eq!(
        parts(&format!("repeat_orders {all}")),
        (repeat * 100, count * 100)
    );
    assert_eq!(parts(&format!("repeat_revenue {all}")), (repeat_net, net));
    assert_eq!(parts(&format!("lifetime_value {all}")), (net, people * 100));
    gaps.sort_unstable();
    let middle = gaps[(gaps.len() - 1) / 2] + gaps[gaps.len() / 2];
    let interval = result(&format!("interval {all}")).2;
    assert_eq!(interval.parse::<f64>().unwrap(), f64::from(middle) / 2.0);
    // A quarter: who had been active, and who of them stayed.
    let (from, to) = (day("2025-07-01"), day("2025-09-30"));
    let bought = |own: &&Vec<(i32, i64)>, from: i32, to: i32| {
        own.iter().any(|(on, _)| (from..=to).contains(on))
    };
    let active: Vec<_> = (histories.iter())
        .filter(|own| bought(own, from - 90, from - 1))
        .collect();
    let kept = active.iter().filter(|own| bought(own, from, to)).count() as i64;
    let of = active.len() as i64;
    assert_eq!(parts("retention --period 2025Q3"), (kept * 100, of * 100));
    assert_eq!(
        parts("churn --period 2025Q3"),
        ((of - kept) * 100, of * 100)
    );
    let end = day("2025-12-31");
    let lately = histories.iter().filter(|own| bought(own, end - 89, end));
    let active = result("active_members --to 2025-12-31").2;
    assert_eq!(active, lately.count().to_string());
    // Who did anything: bought, or spent points.
    let spent = entries.iter().filter(|entry| entry["kind"] == "redemption");
    let doers: BTreeSet<&String> = spent
        .map(|entry| &entry["member"])
        .chain(orders.keys())
        .collect();
    assert_eq!(
        parts(&format!("engagement {all}")),
        (doers.len() as i64 * 100, members.len() as i64 * 100)
    );
    // By month.
    let mut months: BTreeMap<&str, (i64, i64, BTreeSet<&String>)> = BTreeMap::new();
    let mut cohorts: BTreeMap<&str, BTreeSet<&String>> = BTreeMap::new();
    for (member, own) in orders {
        for (on, paid) in own {
            let month = months.entry(&on[..7]).or_default();
            (month.0, month.1) = (month.0 + paid, month.1 + 1);
            month.2.insert(member);
        }
        let first = own.iter().map(|(on, _)| &on[..7]).min().unwrap();
        cohorts.entry(first).or_default().insert(member);
    }
    let rows = |question: &str| made(shop, question)["rows"].as_array().cloned().unwrap();
    for row in rows("average_order --period 2025 --by month") {
        let (net, count, _) = &months[row[0].as_str().unwrap()];
        assert_eq!(cents(row[2].as_str().unwrap()), *net, "{row}");
        assert_eq!(row[3], count.to_string(), "{row}");
    }
    for row in rows("frequency --period 2025 --by month --small") {
        let (_, count, members) = &months[row[0].as_str().unwrap()];
        assert_eq!(
            (&row[2], &row[3]),
            (&count.to_string().into(), &members.len().to_string().into())
        );
    }
    for row in rows("cohorts --to 2025-12-31 --small") {
        let month = row[0].as_str().unwrap();
        let cohort = &cohorts[month];
        assert_eq!(row[1], cohort.len().to_string(), "{row}");
        let next = match month {
            "2025-12" => continue,
            _ => format!("2025-{:02}", month[5..].parse::<u32>().unwrap() + 1),
        };
        let again = months
            .get(&*next)
            .map_or(0, |month| month.2.intersection(cohort).count());
        let share = 100.0 * again as f64 / cohort.len() as f64;
        let told = row[2].as_str().unwrap().parse::<f64>().unwrap();
        assert!((told - share).abs() < 0.051, "{row}: {share}");
    }
    let joined = |month: &str| {
        members
            .iter()
            .filter(|one| one["joined"].starts_with(month))
            .count()
    };
    for row in rows("growth --period 2025 --by month --small") {
        let month = row[0].as_str().unwrap();
        assert_eq!(row[1], joined(month).to_string(), "{row}");
    }
}

#[test]
fn a_figure_is_told_against_another_time_with_its_unit() {
    let shop = shop_of_a_hundred(40);
    let told = made(
        &shop,
        "repurchase --from 2025-05-01 --to 2025-05-31 --compare previous",
    );
    let change = &told["change"];
    assert_eq!(
        (change["from"].as_str(), change["to"].as_str()),
        (Some("2025-04-01"), Some("2025-04-30"))
    );
    // Nobody bought in April: nothing to tell a change from.
    assert_eq!(change["difference"], Value::Null);
    let told = made(&shop, "sales --period 2025-05 --compare year");
    assert_eq!(told["change"]["from"], "2024-05-01");
    assert_eq!(told["change"]["relative"], Value::Null);
    let text = shop
        .run("report frequency --period 2025 --compare previous")
        .ends(0)
        .out;
    assert!(text.contains("no change can be told"), "{text}");
}

// A text that a spreadsheet would run is quoted.
#[test]
fn no_text_of_a_member_is_a_formula_in_a_spreadsheet() {
    let shop = Shop::cafe();
    for n in 0..6 {
        shop.run(&format!("member enrol --alias card:{n} --source =1+1"))
            .ends(0);
    }
    let csv = shop
        .run("report growth --by source --format csv")
        .ends(0)
        .out;
    assert!(csv.contains("\n'=1+1,6,"), "{csv}");
    let told = shop.run("report --list --lang zh").ends(0).out;
    assert!(
        told.contains("复购率") && told.contains("净推荐值"),
        "{told}"
    );
}

/// The program on the page about tables.
fn program_of_the_page() -> String {
    let page = include_str!("../../docs/tables.md");
    let (_, rest) = page.split_once("```python\n").unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

#[test]
fn the_queries_of_the_page_about_tables_come_to_the_reports() {
    let shop = year_with_returns(77);
    shop.run("export tables out --bom").ends(0);
    shop.write("page.py", program_of_the_page());
    let python = std::process::Command::new("python3")
        .arg(shop.path("page.py"))
        .arg(shop.path("out"))
        .output();
    let Ok(ran) = python else {
        eprintln!("NOT RUN: there is no python3, so the queries of docs/tables.md were not tried");
        return;
    };
    let told = String::from_utf8(ran.stdout).unwrap();
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    let all = "--from 2025-01-01 --to 2099-12-31";
    for figure in ["repurchase", "average_order"] {
        let made = made(&shop, &format!("{figure} {all}"));
        let line = told.lines().find(|line| line.starts_with(figure)).unwrap();
        let parts: Vec<&str> = line.split(' ').collect();
        let number = |text: &str| text.parse::<f64>().unwrap();
        let result = |part: &str| number(made["result"][part].as_str().unwrap());
        assert_eq!(
            (number(parts[1]), number(parts[2])),
            (result("numerator"), result("denominator")),
            "{line}"
        );
    }
    let points = made(&shop, &format!("points {all} --by year"));
    let issued = points["rows"][0][1].as_str().unwrap();
    assert!(
        told.contains(&format!("issued point={issued}")),
        "{told}{points}"
    );
}

#[test]
fn all_figures_come_as_a_sheet_with_a_row_for_each_value_and_cell() {
    let shop = shop_of_a_hundred(68);
    let csv = shop
        .run("report all --period 2025 --by month --compare previous --format csv")
        .ends(0)
        .out;
    let mut lines = csv.trim_start_matches('\u{feff}').lines();
    assert!(
        lines
            .next()
            .unwrap()
            .starts_with("row,column,figure,unit,value,")
    );
    let lines: Vec<&str> = lines.collect();
    let has = |start: &str| lines.iter().any(|line| line.starts_with(start));
    assert!(has(",,repurchase,%,68.0,68,100,"), "{csv}");
    // 100 sales of 10.00 and 100 of 5.00 in March, 68 of 10.00 in May.
    assert!(has("2025-03,value,sales,money,1500.00,"), "{csv}");
    assert!(has("2025-05,value,sales,money,680.00,"), "{csv}");
    // One place in the ledger is behind all of them.
    let ends: BTreeSet<&str> = lines
        .iter()
        .filter_map(|line| line.rsplit(',').next())
        .collect();
    assert_eq!(ends.len(), 1, "{ends:?}");
    // A question that is wrong for every figure is refused, and not made of nothing.
    for (question, part) in [
        ("all --by moon", "month"),
        ("all --period 2025Q9", "2026Q1"),
        ("all --compare never --period 2025", "previous"),
        ("all --set days=3", "one figure"),
        ("--list --format html", "name one"),
    ] {
        let told = shop.run(&format!("report {question}")).ends(2);
        assert!(told.err.contains(part), "{question}: {}", told.err);
    }
}

// proves: S165
#[test]
fn a_report_is_one_page_that_needs_no_other_file() {
    let shop = shop_of_a_hundred(68);
    let year = made(&shop, "repurchase --period 2025");
    for (lang, words) in [
        ("en", ["Repurchase rate", "Summary", "Not in this report"]),
        ("zh", ["复购率", "摘要", "本报告未包含"]),
    ] {
        let html = shop
            .run(&format!(
                "report all --period 2025 --compare previous --format html --lang {lang}"
            ))
            .ends(0)
            .out;
        for word in words {
            assert!(html.contains(word), "{word}");
        }
        assert!(html.contains(year["hash"].as_str().unwrap()));
        assert!(html.contains("68.0 %"));
        for outside in ["http:", "https:", "<script", "<link", "src=", "url("] {
            assert!(!html.contains(outside), "{outside}");
        }
        // Each plot has a title and words for those who do not see it, and a table behind.
        let plots = html.matches("<svg").count();
        assert!(plots > 5, "{plots}");
        assert_eq!(html.matches("<desc").count(), plots);
        assert!(html.matches("<table").count() > plots);
        // No id stands twice.
        let mut ids = BTreeSet::new();
        for id in html
            .split(" id=\"")
            .skip(1)
            .filter_map(|t| t.split('"').next())
        {
            assert!(ids.insert(id.to_owned()), "{id}");
        }
    }
    let one = shop
        .run("report sales --period 2025 --by month --format html")
        .ends(0)
        .out;
    assert_eq!(one.matches("<svg").count(), 1);
}

#[test]
fn the_list_says_what_is_not_available_and_what_it_lacks() {
    let shop = shop_of_a_hundred(1);
    let list = shop.run("report --list").ends(0).out;
    assert!(
        list.contains("S224") && list.contains("unavailable; it lacks a survey"),
        "{list}"
    );
    let told = shop.run("--json report --list").ends(0).json();
    let rows = told["elsewhere"].as_array().unwrap();
    assert!(rows.iter().any(|row| row["is_available"] == false));
}

// proves: ALERT2
#[test]
fn alerts_follow_the_thresholds_of_the_programme() {
    let shop = Shop::empty();
    shop.run("init --programme one-for-one --currency EUR --zone UTC")
        .ends(0);
    for n in 0..3 {
        shop.run(&format!(
            "purchase --member card:1 --total 20.00 --enrol --key k{n}"
        ))
        .ends(0);
    }
    for n in 0..2 {
        shop.run(&format!(
            "adjust --member card:1 --unit point --points 5 --reason kind --operator s-7 --key a{n}"
        ))
        .ends(0);
    }
    let rows = |shop: &Shop| -> Vec<Vec<String>> {
        let made = made(shop, "alerts");
        let rows = made["rows"].as_array().cloned().unwrap_or_default();
        let cells = |row: &Value| {
            let cells = row.as_array().unwrap().iter();
            cells
                .map(|cell| cell.as_str().unwrap_or("-").to_owned())
                .collect()
        };
        rows.iter().map(cells).collect()
    };
    // Too small a sample, and nothing unusual.
    assert_eq!(rows(&shop), Vec::<Vec<String>>::new());
    let told = shop.run("daily").ends(0);
    assert!(!told.err.contains("alert"), "{}", told.err);
    let file = shop.path("programme/programme.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let alerts = "\n[alerts]\nsample = 50\npurchases_a_day = 2\nby_hand_a_month = 1\n";
    std::fs::write(&file, text + alerts).unwrap();
    shop.run("policy activate programme").ends(0);
    let found = rows(&shop);
    let kinds: Vec<&str> = found.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(kinds, ["utilisation", "velocity", "by_hand"], "{found:?}");
    // 60 points of three purchases and 10 by hand, of which none was spent.
    assert_eq!(found[0][2..4], ["0", "50"]);
    assert_eq!(found[1][2..4], ["3", "2"]);
    assert_eq!(found[2][1..4], ["s-7", "2", "1"]);
    // The entry that is named shows it.
    let entry = shop.run(&format!("--json explain {}", found[2][4])).ends(0);
    assert!(entry.out.contains("s-7"), "{}", entry.out);
    let told = shop.run("daily").ends(0);
    assert!(told.err.contains("alert: operator s-7"), "{}", told.err);
    let told = shop.run("--json daily").ends(0).json();
    assert_eq!(told["alerts"].as_array().unwrap().len(), 3, "{told}");
    // Each began once, whatever often it was looked at, and is a message of the outbox.
    let outbox = |shop: &Shop| {
        let told = shop.run("outbox").ends(0).out;
        let alert = |line: &str| {
            let message: Value = serde_json::from_str(line).unwrap();
            assert_eq!(message["template"], "alert", "{line}");
            message["vars"]["alert"].as_str().unwrap().to_owned()
        };
        told.lines().map(alert).collect::<Vec<String>>()
    };
    let began = outbox(&shop);
    assert_eq!(began.len(), 3, "{began:?}");
    assert_eq!(began[0], "utilisation");
    let listed = shop.run("alert list --language zh").ends(0);
    assert!(listed.out.contains("权益可能需要优化"), "{}", listed.out);
    let wrong = shop.run("alert acknowledge nothing --by Lena");
    let wrong = wrong.ends(2);
    assert!(wrong.err.contains("utilisation"), "{}", wrong.err);
    shop.run("alert acknowledge utilisation --by Lena --reason known")
        .ends(0);
    let listed = shop.run("alert list").ends(0);
    assert!(listed.out.contains("Lena: known"), "{}", listed.out);
    let told = shop.run("--json daily").ends(0).json();
    assert_eq!(told["alerts"].as_array().unwrap().len(), 2, "{told}");
    assert_eq!(outbox(&shop), began, "nothing is told twice");
    // It is over, and comes again.
    shop.run("adjust --member card:1 --unit point --points -45 --reason wrong --key less")
        .ends(0);
    let told = shop.run("--json daily").ends(0).json();
    assert_eq!(told["alerts"].as_array().unwrap().len(), 2, "{told}");
    shop.run("purchase --member card:1 --total 100.00 --key more")
        .ends(0);
    let told = shop.run("--json daily").ends(0).json();
    assert!(told["alerts"].as_array().unwrap().len() >= 3, "{told}");
    let again = outbox(&shop);
    let times = again.iter().filter(|id| *id == "utilisation").count();
    assert_eq!(times, 2, "{again:?}");
}

// proves: ALERT3
#[test]
fn a_disk_that_is_nearly_full_is_an_alert() {
    let shop = Shop::empty();
    shop.run("init --programme one-for-one --currency EUR --zone UTC")
        .ends(0);
    let none = shop.run("alert list").ends(0);
    assert!(!none.out.contains("disk"), "{}", none.out);
    let file = shop.path("programme/programme.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    // No disk is free as a whole while a ledger is on it.
    std::fs::write(&file, text + "\n[alerts]\ndisk_below = 100\n").unwrap();
    shop.run("policy activate programme").ends(0);
    let found = shop.run("alert list").ends(0);
    assert!(
        found.out.contains("of the ledger's disk are free"),
        "{}",
        found.out
    );
    std::fs::create_dir(shop.path("ledger/book.broken-7")).unwrap();
    let found = shop.run("--json alert list").ends(0).json();
    let ids = found["alerts"].as_array().unwrap().iter();
    let ids: Vec<&str> = ids.map(|alert| alert["id"].as_str().unwrap()).collect();
    assert!(ids.contains(&"disk"), "{ids:?}");
}

/// Every door asks the ledger, and so the same.
// proves: ALERT5
#[test]
fn an_alert_that_is_not_there_is_acknowledged_at_no_door() {
    let shop = Shop::empty();
    shop.run("init --programme one-for-one --currency EUR --zone UTC")
        .ends(0);
    let change = |key: &str, alert: &str, action: &str| {
        format!(
            r#"{{"do":"alert","key":"{key}","alert":"{alert}","action":"{action}","by":"Lena","text":"own"}}"#
        )
    };
    let told = shop.say(&change("a1", "mine", "acknowledge")).ends(2);
    told.says(&["unknown alert 'mine'; there is none", "bad_input"]);
    let lines = [
        change("b1", "mine", "raise"),
        change("b2", "mine", "acknowledge"),
        change("b3", "mnie", "acknowledge"),
        change("b4", "mnie", "end"),
        change("b5", "mine", "end"),
        change("b6", "mine", "acknowledge"),
        change("b2", "mine", "acknowledge"),
    ];
    let told = shop.pipe("session", lines.join("\n")).ends(0);
    let answers: Vec<Value> = told
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let is_ok: Vec<bool> = answers.iter().map(|told| told["ok"] == true).collect();
    assert_eq!(
        is_ok,
        [true, true, false, false, true, false, true],
        "{}",
        told.out
    );
    let message = answers[2]["message"].as_str().unwrap();
    assert!(message.contains("did you mean 'mine'?"), "{message}");
    assert_eq!(answers[6]["repeated"], true, "{}", told.out);
    shop.run("alert acknowledge mine --by Lena")
        .ends(2)
        .says(&["unknown alert 'mine'"]);
}

#[test]
fn figures_are_explained_in_chinese() {
    let shop = Shop::empty();
    shop.run("init --programme one-for-one --currency EUR --zone UTC")
        .ends(0);
    shop.run("purchase --member card:1 --total 20.00 --enrol --key k")
        .ends(0);
    let told = shop.run("report churn --explain --language zh").ends(0);
    for part in [
        "流失率",
        "公式：统计期前活跃",
        "分母：",
        "统计期：3个月",
        "分子即流失会员数",
        "多少天内",
    ] {
        assert!(told.out.contains(part), "{part}: {}", told.out);
    }
    let told = shop.run("--json report churn").ends(0).json();
    assert_eq!(told["made"]["notes_zh"][0], "分子即流失会员数");
    let html = shop.run("report churn --format html --lang zh").ends(0);
    assert!(html.out.contains("统计期前活跃且期内无购买的会员"));
    assert!(!html.out.contains("members active before the window"));
}

#[test]
fn a_figure_that_lacks_a_parameter_is_explained_all_the_same() {
    let shop = shop_of_a_hundred(1);
    let told = shop.run("report uplift --explain").ends(0);
    told.says(&[
        "no figure: campaign: name one",
        "formula: share of addressed members",
        "--set days=30",
    ]);
    let told = shop.run("report funnel --explain --lang zh").ends(0);
    told.says(&[
        "转化漏斗: 无数据: 缺少可用的参数 steps",
        "公式：",
        "--set within=7",
    ]);
    // One that is wrong is an error, behind the explanation.
    let wrong = shop.run("report uplift --explain --set campaign=none");
    wrong
        .ends(2)
        .says(&["formula: share of addressed", "there is no 'none'"]);
    let lacking = shop.run("report uplift").ends(2);
    lacking.says(&["campaign: name one"]).lacks(&["formula"]);
}

#[test]
fn all_figures_in_text_show_the_newest_rows_and_say_how_to_see_the_rest() {
    let shop = Shop::empty();
    shop.run("init --currency EUR --zone UTC").ends(0);
    let rows = (1..=28).map(|day| format!("card:1,9.00,2025-02-{day:02}T10:00:00Z,k{day}\n"));
    let rows: String = rows.collect();
    shop.write("rows.csv", format!("member,total,at,key\n{rows}"));
    let map = "'member=member,total=total,at=at,key=key'";
    shop.run(&format!("import rows.csv --enrol --history --map {map}"))
        .ends(0);
    let command = "report points --from 2025-02-01 --to 2025-02-28";
    let all = shop.run("report all --period 2025-02").ends(0);
    let all = all.says(&[&format!("20 of 28 rows; all of them: stampbook {command}")]);
    let all = all.says(&["2025-02-09"]).lacks(&["2025-02-08"]);
    assert!(all.out.lines().count() < 400, "{}", all.out);
    shop.run(command).ends(0).says(&["2025-02-08"]);
    let zh = shop.run("report all --period 2025-02 --lang zh").ends(0);
    zh.says(&[
        "共 28 行，显示 20 行；全部：stampbook report points",
        "uplift 未生成：缺少可用的参数 campaign",
    ]);
    // What was asked for besides the days is in the line too.
    let all = shop.run("report all --period 2025-02 --small").ends(0);
    let (_, line) = all
        .out
        .split_once("20 of 28 rows; all of them: stampbook ")
        .unwrap();
    let line = line.lines().next().unwrap();
    let flags = "--small --from 2025-02-01 --to 2025-02-28 --as-of 20";
    assert!(line.contains(flags), "{line}");
    shop.run(line).ends(0).says(&["2025-02-08"]);
    for (asked, again) in [
        (
            "all --period 2025-02 --small",
            "stampbook report average_order --by month --small --from 2025-02-01",
        ),
        (
            "repurchase --set days=3 --by source",
            "stampbook report repurchase --by source --set &#39;days=3&#39; --from",
        ),
    ] {
        let html = shop.run(&format!("report {asked} --format html")).ends(0);
        assert!(html.out.contains(again), "{again} is not in {}", html.out);
    }
    // For programs, all rows are there.
    let csv = shop.run("report all --period 2025-02 --format csv").ends(0);
    csv.says(&["2025-02-08,issued,points"]);
}

// proves: S132 S152 S197 O9
#[test]
fn changes_are_told_in_points_and_in_per_cent() {
    let programme = r#"[programme]
name = "x"
currency = "EUR"
zone = "UTC"

[unit.point]
kind = "spendable"

[activity.nps]
fields = { score = "whole" }
"#;
    let shop = Shop::of(&[("programme.toml", programme)]);
    let mut lines = String::new();
    let mut send = |command: Value| {
        lines += &format!("{command}\n");
    };
    for n in 0..100 {
        let card = format!("card:{n}");
        send(
            json!({"do": "enrol", "aliases": [&card], "at": "2025-01-01T08:00:00Z", "key": format!("e{n}")}),
        );
        // Forty of a hundred buy again, then forty-six; 84 of them are promoters, then 89.
        let quarters = [("2025-01", 40, 84, 6), ("2025-04", 46, 89, 6)];
        for (month, again, promoters, detractors) in quarters {
            let score = match n {
                n if n < promoters => 9,
                n if n >= 100 - detractors => 3,
                _ => 7,
            };
            send(json!({"do": "purchase", "member": &card, "total": "5.00",
                "at": format!("{month}-02T10:00:00Z"), "key": format!("{month}/a{n}")}));
            if n < again {
                send(json!({"do": "purchase", "member": &card, "total": "5.00",
                    "at": format!("{month}-20T10:00:00Z"), "key": format!("{month}/b{n}")}));
            }
            send(json!({"do": "activity", "activity": "nps", "member": &card,
                "fields": {"score": score}, "at": format!("{month}-21T10:00:00Z"),
                "key": format!("{month}/n{n}")}));
        }
    }
    shop.write("year.jsonl", lines);
    shop.run("import year.jsonl --history").ends(0);
    for (figure, value, difference, unit, relative) in [
        ("repurchase", "46.0", "+6.0", "pp", "+15.0"),
        ("nps", "83", "+5", "score", "+6.4"),
    ] {
        let told = made(
            &shop,
            &format!("{figure} --period 2025Q2 --compare previous"),
        );
        assert_eq!(told["result"]["value"], value, "{figure}");
        let change = &told["change"];
        let parts = ["difference", "unit", "relative"].map(|part| change[part].clone());
        assert_eq!(parts, [difference, unit, relative], "{figure}");
    }
}

// proves: S25
#[test]
fn rewards_are_told_by_partner_and_category() {
    let shop = Shop::of(&[
        (
            "programme.toml",
            r#"[programme]
name = "x"
currency = "EUR"
zone = "UTC"

[unit.mile]
kind = "spendable"

[partner.inn]
redeems = "0.06"
"#,
        ),
        (
            "rewards.rhai",
            r#"reward(#{ id: "dinner", unit: "mile", points: 10, partner: "inn", category: "dining", value: 5.00, cost: 0.60 });
reward(#{ id: "mug", unit: "mile", points: 10, cost: 1.50 });
"#,
        ),
    ]);
    shop.run("member enrol --alias card:1").ends(0);
    shop.run("adjust --member card:1 --unit mile --points 100 --reason goodwill")
        .ends(0);
    for (n, reward) in ["dinner", "dinner", "mug", "dinner", "dinner"]
        .iter()
        .enumerate()
    {
        shop.run(&format!(
            "redeem --member card:1 --reward {reward} --key r{n}"
        ))
        .ends(0);
    }
    // One is undone.
    shop.run("void --of r4 --reason wrong").ends(0);
    let told = made(&shop, "redemptions");
    assert_eq!(told["result"]["value"], "4");
    let rows = told["rows"].as_array().unwrap();
    assert_eq!(
        rows[0],
        json!(["dinner", "inn", "dining", "3", "75.0", "1.80"])
    );
    assert_eq!(rows[1], json!(["mug", "", "", "1", "25.0", "1.50"]));
}
