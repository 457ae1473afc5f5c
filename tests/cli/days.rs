//! A business day's figures tie to what a till counted for itself, to the cent.

use crate::shop::Shop;
use crate::slips::day;
use serde_json::{Value, json};

const PROGRAMME: &str = r#"[programme]
name = "a"
currency = "EUR"
zone = "UTC"
late_window = "7 days"

[[store]]
id = "mitte"
terminals = ["till-1", "till-2"]

[unit.point]
kind = "spendable"
value = "0.10"

[unit.mug]
kind = "voucher"
value = "3.00"
without_code = true
"#;

fn shop() -> Shop {
    Shop::of(&[
        ("programme.toml", PROGRAMME),
        (
            "campaigns/base.rhai",
            r#"campaign(#{ id: "base" });
fn on_purchase(purchase, member) { award("point", purchase.earning); }
"#,
        ),
    ])
}

/// Books lines in a session; each must be accepted, or refused where it says so.
fn book(shop: &Shop, lines: &[(Value, bool)]) {
    let text: Vec<String> = lines.iter().map(|(line, _)| line.to_string()).collect();
    let said = shop.pipe("session", text.join("\n")).ends(0).out;
    for ((line, is_ok), answer) in lines.iter().zip(said.lines()) {
        let answer: Value = serde_json::from_str(answer).unwrap();
        assert_eq!(answer["ok"], *is_ok, "{line}\n{answer}");
    }
}

fn at(till: &str, counter: u64, mut command: Value) -> Value {
    command["store"] = "mitte".into();
    command["terminal"] = till.into();
    command["counter"] = counter.into();
    command
}

/// Two tills' days: what each has rung up is what its figures must come to.
fn days(shop: &Shop) {
    let sale = |key: &str, total: &str, tenders: Value| json!({"do": "purchase", "key": key, "member": "card:1", "total": total, "tenders": tenders});
    let (cash, card) = (
        |m: &str| json!({"kind": "cash", "amount": m}),
        |m: &str| json!({"kind": "card", "amount": m}),
    );
    // Booked in the night, after the till was offline: it is yesterday's.
    let mut late = sale("late", "40.00", json!([cash("40.00")]));
    late["at"] = format!("{}T23:59:59Z", day(1)).into();
    let points = json!({"kind": "points", "unit": "point", "points": 50, "amount": "5.00"});
    let mug = json!({"kind": "voucher", "unit": "mug", "amount": "3.00"});
    book(
        shop,
        &[
            (
                json!({"do": "enrol", "key": "e1", "aliases": ["card:1"]}),
                true,
            ),
            (
                json!({"do": "enrol", "key": "e2", "aliases": ["card:2"]}),
                true,
            ),
            (
                json!({"do": "voucher", "action": "issue", "key": "v", "member": "card:1", "unit": "mug", "reason": "r"}),
                true,
            ),
            (at("till-1", 1, late), true),
            (
                at(
                    "till-1",
                    2,
                    sale("a", "100.00", json!([cash("60.00"), card("40.00")])),
                ),
                true,
            ),
            (
                at(
                    "till-1",
                    3,
                    sale("b", "20.50", json!([points, cash("15.50")])),
                ),
                true,
            ),
            (
                at("till-1", 6, sale("c", "13.00", json!([mug, card("10.00")]))),
                true,
            ),
            // The till does not say what was paid with.
            (at("till-2", 1, sale("d", "7.30", json!([]))), true),
            (
                at(
                    "till-1",
                    7,
                    json!({"do": "return", "key": "r1", "of": "a", "amount": "10.00"}),
                ),
                true,
            ),
            (
                at(
                    "till-1",
                    8,
                    json!({"do": "return", "key": "r2", "of": "a", "amount": "5.00"}),
                ),
                true,
            ),
            (
                at(
                    "till-1",
                    9,
                    json!({"do": "void", "key": "v2", "of": "r2", "reason": "typo"}),
                ),
                true,
            ),
            (
                at(
                    "till-1",
                    10,
                    json!({"do": "void", "key": "vb", "of": "b", "reason": "typo"}),
                ),
                true,
            ),
            (
                at(
                    "till-1",
                    11,
                    json!({"do": "redeem", "key": "x", "member": "card:1", "unit": "point", "points": 9999}),
                ),
                false,
            ),
            // Wrong card: no money moves, and it is no void.
            (
                json!({"do": "reassign", "key": "m", "of": "d", "to": "card:2", "reason": "wrong card"}),
                true,
            ),
        ],
    );
}

fn told(shop: &Shop, flags: &str) -> Value {
    shop.run(&format!("--json day {flags}")).ends(0).json()
}

fn tender(told: &Value, kind: &str) -> Value {
    let all = told["tenders"].as_array().unwrap();
    let found = all.iter().find(|tender| tender["kind"] == kind);
    found.map_or(Value::Null, |found| found["net"].clone())
}

// proves: C12.5
#[test]
fn figures_of_a_day_tie_to_the_tills_own() {
    let shop = shop();
    let today = shop.run("--json day").ends(0).json()["day"].clone();
    days(&shop);
    let today = today.as_str().unwrap();
    let one = told(
        &shop,
        &format!("--store mitte --terminal till-1 --date {today}"),
    );
    // Rung up 100.00, 20.50 and 13.00; 10.00 and 5.00 came back, of which 5.00 was a typo,
    // as was the sale of 20.50.
    let sum = |count: u64, money: &str| json!({"count": count, "money": money});
    assert_eq!(one["sales"], sum(3, "133.50"), "{one}");
    assert_eq!(one["returns"], sum(2, "15.00"));
    assert_eq!(one["voided_sales"], sum(1, "20.50"));
    assert_eq!(one["voided_returns"], sum(1, "5.00"));
    assert_eq!(one["net"], "103.00");
    assert_eq!(one["paid_out"], "10.00");
    // The drawer: 60.00 in, and 15.50 that went back with the void.
    assert_eq!(tender(&one, "cash"), "60.00");
    assert_eq!(tender(&one, "card"), "50.00");
    assert_eq!(tender(&one, "points"), "0.00");
    assert_eq!(tender(&one, "voucher"), "3.00");
    assert_eq!(one["refusals"], json!({"insufficient_points": 1}));
    let counter = json!([{"store": "mitte", "terminal": "till-1", "first": 2, "last": 11, "missing": 2,
        "gaps": [{"before": 6, "missing": 2, "seq": one["counters"][0]["gaps"][0]["seq"]}]}]);
    assert_eq!(one["counters"], counter);
    assert_eq!(one["vouchers"][0]["used"], 1);
    // The other till's sale counts once, although it went to another card.
    let two = told(
        &shop,
        &format!("--store mitte --terminal till-2 --date {today}"),
    );
    assert_eq!(
        (&two["sales"], &two["net"]),
        (&sum(1, "7.30"), &"7.30".into())
    );
    assert_eq!(two["voided_sales"], sum(0, "0.00"));
    assert_eq!(tender(&two, "unsaid"), "7.30");
    // Both are the shop's, in which the move shows apart.
    let all = told(&shop, &format!("--date {today}"));
    assert_eq!(
        (&all["net"], &all["sales"]),
        (&"110.30".into(), &sum(4, "140.80"))
    );
    assert_eq!(all["reassigned"], sum(1, "7.30"));
    assert_eq!(tender(&all, "unsaid"), "7.30");
    // What was sold yesterday is yesterday's, though it was booked today.
    let before = told(&shop, &format!("--date {}", day(1)));
    assert_eq!(
        (&before["sales"], &before["net"]),
        (&sum(1, "40.00"), &"40.00".into())
    );
    assert_eq!(before["counters"][0]["first"], 1);
    // Points of all days are what members hold.
    let moved: i64 = [&all, &before]
        .iter()
        .map(|told| {
            let figure = |name: &str| told["units"][0][name].as_i64().unwrap();
            figure("earned") - figure("taken_back") - figure("spent")
                + figure("put_back")
                + figure("corrected")
        })
        .sum();
    let held: i64 = ["card:1", "card:2"]
        .iter()
        .map(|who| {
            let told = shop.run(&format!("--json balance {who}")).ends(0).json();
            told["now"]["balance"]["point"]["available"]
                .as_i64()
                .unwrap()
        })
        .sum();
    assert_eq!(moved, held);
}

#[test]
fn a_day_is_asked_alike_and_a_wrong_place_is_told() {
    let shop = shop();
    days(&shop);
    let asked = json!({"ask": "day", "store": "mitte", "terminal": "till-2"});
    let typed = told(&shop, "--store mitte --terminal till-2");
    assert_eq!(shop.say(&asked.to_string()).ends(0).json(), typed);
    shop.run("day --store mitte --terminal till-1")
        .ends(0)
        .says(&[
            "voided sales",
            "103.00",
            "2 before 6",
            "insufficient_points",
        ]);
    shop.run("day --store mite")
        .ends(2)
        .says(&["did you mean 'mitte'"]);
    shop.run("day --store mitte --terminal till-3")
        .ends(2)
        .says(&["till-1"]);
    shop.run("day --date yesterday").ends(2).says(&["date: "]);
    let empty = told(&shop, "--date 2019-01-01");
    assert_eq!(
        (&empty["sales"]["count"], &empty["net"]),
        (&0.into(), &"0.00".into())
    );
}

// The sum over a day exceeds what one amount, and 64 bits, can be.
#[test]
fn the_largest_figures_of_a_day_add_up() {
    let shop = Shop::plain();
    let max = 9_007_199_254_740_991_i64;
    let (mut lines, people) = (String::new(), 1_030);
    for n in 0..people {
        lines += &format!(
            r#"{{"do":"enrol","key":"e{n}","aliases":["card:{n}"]}}
{{"do":"adjust","key":"a{n}","member":"card:{n}","unit":"point","points":{max},"reason":"x"}}
"#
        );
    }
    shop.write("lines", lines);
    shop.run("import lines --format jsonl").ends(0);
    let day = shop.run("day --json").ends(0).json();
    let sum = i128::from(max) * people;
    assert_eq!(day["units"][0]["corrected"], sum.to_string());
}

/// A run that books nothing writes nothing but its own record.
#[test]
fn what_the_last_daily_run_did_is_told_though_nothing_fell_due() {
    let shop = Shop::plain();
    for _ in 0..2 {
        shop.run("daily").ends(0).says(&["nothing fell due"]);
        let told = "1 day: nothing fell due; 0 warnings";
        shop.run("daily --last").ends(0).says(&[told]);
    }
}
