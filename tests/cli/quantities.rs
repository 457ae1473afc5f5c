//! Refusals about quantities, in figures: the amount asked for, the amount
//! available and the amount missing, as people state them and with their unit.

use crate::shop::Shop;
use serde_json::{Value, json};

const PROGRAMME: &str = "[programme]
name = \"figures\"
currency = \"EUR\"
zone = \"UTC\"
deficit = \"refuse\"

[unit.point]
kind = \"spendable\"
subunits = 10
value = \"0.10\"

[spend.point]
step = 5
min = 10
max = 50
max_day = 60
bill_share = \"0.5\"

[transfer.point]
max = 20
max_day = 30

[unit.five-off]
kind = \"voucher\"
value = \"5.00\"
minimum = \"20.00\"
stock = 1

[household]
size = 2

[activity.run]
fields = { n = \"text\" }
unique = \"n\"
per_day = 1

[activity.class]
fields = { n = \"text\" }
unique = \"n\"
capacity = 1

[pool.earth]
digits = 4
";
const BASE: &str = "campaign(#{ id: \"base\", role: \"base\" });
fn on_purchase(purchase, member) { award(\"point\", purchase.earning, \"purchase\"); }
";
const REWARDS: &str =
    "reward(#{ id: \"mug\", title: \"A mug\", unit: \"point\", points: 10, stock: 1 });
reward(#{ id: \"tea\", title: \"A tea\", unit: \"point\", points: 10, value: 2.00, per_member: 1 });
";

fn shop() -> Shop {
    let shop = Shop::of(&[
        ("programme.toml", PROGRAMME),
        ("campaigns/base.rhai", BASE),
        ("rewards.rhai", REWARDS),
    ]);
    for (n, total) in [(1, "100.00"), (2, "7.55"), (3, "1.00")] {
        let buy = format!("purchase --member card:{n} --total {total} --enrol --key buy{n}");
        shop.run(&buy).ends(0);
    }
    shop
}

/// The figures of a refusal.
fn figures(told: &Value) -> Value {
    let fields = ["unit", "asked", "available", "minimum", "step", "missing"];
    let told = told.as_object().unwrap();
    let figures = told
        .iter()
        .filter(|(name, _)| fields.contains(&name.as_str()));
    figures
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

// proves: C3.1
#[test]
fn every_refusal_about_a_quantity_says_it_in_figures() {
    let shop = shop();
    let check = |line: &str, code: &str, said: Value| {
        let told = shop.run(&format!("--json {line}")).json();
        assert_eq!(told["code"], code, "{line}: {told}");
        assert_eq!(figures(&told), said, "{line}: {told}");
        // The recorded answer has the same figures.
        if let Some(seq) = told["seq"].as_u64() {
            let again = shop.run(&format!("--json {line}")).json();
            assert_eq!(again["seq"], seq, "{line}: {again}");
            assert_eq!(figures(&again), said, "{line}: {again}");
        }
    };
    let of = |unit: &str, asked: Value, available: Value, missing: Value| json!({"unit": unit, "asked": asked, "available": available, "missing": missing});
    check(
        "redeem --member card:2 --unit point --points 10 --key a",
        "insufficient_points",
        of("point", json!("10"), json!("7.5"), json!("2.5")),
    );
    check(
        "redeem --member card:1 --unit point --points 60 --key b",
        "over_limit",
        of("point", json!("60"), json!("50"), json!("10")),
    );
    check(
        "redeem --member card:1 --unit point --points 12 --key c",
        "not_in_steps",
        json!({"unit": "point", "asked": "12", "step": "5", "missing": "3"}),
    );
    check(
        "redeem --member card:1 --unit point --points 5 --key d",
        "below_minimum",
        json!({"unit": "point", "asked": "5", "minimum": "10", "missing": "5"}),
    );
    check(
        "transfer --from card:1 --to card:2 --unit point --points 25 --key e",
        "over_limit",
        of("point", json!("25"), json!("20"), json!("5")),
    );
    check(
        "purchase --member card:1 --total 10.00 --tender points:point:20:3.00 --tender cash:7.00 --key f",
        "wrong_tender_value",
        of("EUR", json!("3.00"), json!("2.00"), json!("1.00")),
    );
    check(
        "purchase --member card:1 --total 2.00 --tender points:point:20:2.00 --key g",
        "over_limit",
        of("EUR", json!("2.00"), json!("1.00"), json!("1.00")),
    );
    check(
        "purchase --total 10.00 --tender cash:7.00 --key h",
        "does_not_add_up",
        of("EUR", json!("10.00"), json!("7.00"), json!("3.00")),
    );
    let sale = r#"{"do":"purchase","key":"sale","total":"7.08","lines":[{"sku":"OIL","qty":"1.5","amount":"7.08"}]}"#;
    shop.say(sale).ends(0);
    check(
        "return --of sale --line 1:2.25 --key i",
        "too_much_returned",
        of("qty", json!("2.25"), json!("1.5"), json!("0.75")),
    );
    check(
        "return --of sale --amount 10.00 --key j",
        "too_much_returned",
        of("EUR", json!("10.00"), json!("7.08"), json!("2.92")),
    );
    check(
        "pool pay earth 5.00 --to forest --key k",
        "insufficient_points",
        of("EUR", json!("5.0000"), json!("0.0000"), json!("5.0000")),
    );
}

// proves: C3.2
#[test]
fn what_is_counted_says_what_of() {
    let shop = shop();
    let one = |unit: &str| json!({"unit": unit, "asked": 1, "available": 0, "missing": 1});
    let check = |line: &str, said: Value| {
        let told = shop.say(line).ends(1).json();
        assert_eq!(figures(&told), said, "{line}: {told}");
    };
    let mug =
        |key: &str| format!(r#"{{"do":"redeem","key":"{key}","member":"card:1","reward":"mug"}}"#);
    shop.say(&mug("m1")).ends(0);
    check(&mug("m2"), one("piece"));
    let tea =
        |key: &str| format!(r#"{{"do":"redeem","key":"{key}","member":"card:1","reward":"tea"}}"#);
    shop.say(&tea("t1")).ends(0);
    check(&tea("t2"), one("time"));
    let acted = |key: &str, what: &str| {
        format!(
            r#"{{"do":"activity","key":"{key}","member":"card:1","activity":"{what}","fields":{{"n":"{key}"}}}}"#
        )
    };
    shop.say(&acted("r1", "run")).ends(0);
    check(&acted("r2", "run"), one("time"));
    shop.say(&acted("c1", "class")).ends(0);
    check(&acted("c2", "class"), one("place"));
    let voucher = |key: &str| {
        format!(
            r#"{{"do":"voucher","action":"issue","key":"{key}","member":"card:1","unit":"five-off","reason":"a test"}}"#
        )
    };
    let code = crate::vouchers::code_in(&shop.say(&voucher("v1")).ends(0).json());
    check(&voucher("v2"), one("five-off"));
    let paid = format!(
        r#"{{"do":"purchase","key":"p1","total":"15.00","tenders":[{{"kind":"voucher","code":"{code}"}}]}}"#
    );
    check(
        &paid,
        json!({"unit": "EUR", "asked": "15.00", "minimum": "20.00", "missing": "5.00"}),
    );
    let join = |key: &str, with: u8| {
        format!(
            r#"{{"do":"household","action":"join","key":"{key}","member":"card:1","with":"card:{with}"}}"#
        )
    };
    shop.say(&join("h1", 2)).ends(0);
    let third =
        r#"{"do":"household","action":"join","key":"h2","member":"card:3","with":"card:1"}"#;
    check(
        third,
        json!({"unit": "member", "asked": 3, "available": 2, "missing": 1}),
    );
    let hold = r#"{"do":"hold","key":"o1","member":"card:1","unit":"point","points":10,"until":"2199-01-01T00:00:00Z"}"#;
    shop.say(hold).ends(0);
    check(
        r#"{"do":"capture","key":"o2","of":"o1","points":25}"#,
        json!({"unit": "point", "asked": "25", "available": "10", "missing": "15"}),
    );
}

// proves: C3.3
#[test]
fn a_tender_that_was_left_out_says_by_how_much_it_fell_short() {
    let shop = shop();
    let sale = r#"{"do":"purchase","key":"s1","member":"card:3","total":"10.00","if_short":"book","tenders":[{"kind":"points","unit":"point","points":20,"amount":"2.00"},{"kind":"cash","amount":"8.00"}]}"#;
    let told = shop.say(sale).ends(0).json();
    let tender = &told["collect"]["tenders"][0];
    assert_eq!(
        figures(tender),
        json!({"unit": "point", "asked": "20", "available": "1", "missing": "19"}),
        "{told}"
    );
}

// proves: PC29
#[test]
fn a_sale_too_long_for_a_page_is_refused_whole_and_says_what_is_long() {
    let shop = Shop::plain();
    shop.run("member enrol --alias card:1 --key e").ends(0);
    let line = json!({"sku": "X", "amount": "1.00", "name": "n".repeat(200), "id": "i".repeat(64),
        "tags": (0..16).map(|n| format!("{n}{}", "t".repeat(60))).collect::<Vec<_>>()});
    let lines = vec![line; 500];
    let plain = r#"{"do":"purchase","member":"card:1","key":"s","total":"5.00"}"#;
    shop.say(plain).ends(0);
    let before = shop.run("--json balance card:1").ends(0).json();
    let purchase = json!({"do": "purchase", "member": "card:1", "key": "big", "total": "500.00", "lines": lines});
    let ticket = json!({"do": "ticket", "member": "card:1", "key": "tick",
        "sale": {"total": "500.00", "lines": lines}, "returns": [{"of": "s", "all": true}]});
    for command in [&purchase, &ticket] {
        let told = shop.pipe("session", format!("{command}\n")).json();
        assert_eq!(told["code"], "too_large", "{told}");
        let message = told["message"].as_str().unwrap();
        assert!(message.contains("send fewer lines at a time"), "{message}");
    }
    shop.write("big.jsonl", format!("{purchase}\n{ticket}\n"));
    shop.run("import big.jsonl")
        .ends(2)
        .says(&["2 rows: 0 booked", "2 bad"]);
    // Nothing of the ticket was booked either.
    let after = shop.run("--json balance card:1").ends(0).json();
    assert_eq!(after["now"]["balance"], before["now"]["balance"]);
    shop.run("audit verify").ends(0);
}
