//! A lookup: what a till needs after a scan, in one answer.

use crate::shop::Shop;
use serde_json::{Value, json};

const PROGRAMME: &str = r#"[programme]
name = "a"
currency = "EUR"
zone = "UTC"
purposes = ["marketing", "recognise_in_store"]

[unit.point]
kind = "spendable"
value = "0.10"

[unit.cake]
kind = "voucher"
category = ["cake"]
"#;

fn shop() -> Shop {
    Shop::of(&[
        ("programme.toml", PROGRAMME),
        (
            "campaigns/base.rhai",
            r#"campaign(#{ id: "base" });
fn on_purchase(purchase, member) {
    award("point", purchase.earning);
    for line in purchase.lines { if line.category == "cake" { discount(1, "cake day"); } }
}
"#,
        ),
        (
            "rewards.rhai",
            r#"reward(#{ id: "coffee", unit: "point", points: 20, category: "coffee" });
"#,
        ),
    ])
}

fn lookup(shop: &Shop, question: &Value) -> Value {
    shop.say(&question.to_string()).ends(0).json()
}

#[test]
fn one_answer_has_what_a_till_needs() {
    let shop = shop();
    shop.run("member enrol --alias card:1 --name Ann").ends(0);
    shop.run("purchase --member card:1 --total 30.00 --key p1")
        .ends(0);
    shop.run("voucher issue --member card:1 --unit cake --reason r")
        .ends(0);
    shop.run("hold --member card:1 --unit point --points 5 --until 2099-01-01T00:00:00Z --key h")
        .ends(0);
    let bill = json!({"do": "purchase", "total": "9.00", "lines": [
        {"sku": "C", "category": "cake", "amount": "6.00"},
        {"sku": "L", "category": "coffee", "amount": "3.00"}]});
    let question = json!({"ask": "lookup", "id": 7, "member": "card:1", "command": bill});
    let told = lookup(&shop, &question);
    assert_eq!(told["ok"], true);
    assert_eq!(told["id"], 7);
    assert_eq!(told["now"]["balance"]["point"]["available"], 25);
    assert_eq!(told["holds"][0]["amount"], 5);
    // Worked out on what is to be paid after the discount that campaigns propose.
    assert_eq!(told["bill"]["to_pay"], "8.00");
    assert_eq!(told["bill"]["quote"]["did"][0]["amount"], 8);
    let points = json!([{"unit": "point", "most": 25, "pays": "2.50"}]);
    assert_eq!(told["bill"]["points"], points);
    assert_eq!(told["bill"]["vouchers"][0]["unit"], "cake");
    assert_eq!(told["rewards"][0]["may"], true);
    let pays = told["rewards"][0]["pays"].as_str().unwrap();
    // What it says can be paid is what is paid.
    let rest = 8.00 - pays.parse::<f64>().unwrap();
    let sale = format!(
        "purchase --member card:1 --total 8.00 --line C:cake:1:6.00 --line L:coffee:1:3.00 --discount base:1.00 --tender reward:coffee:{pays} --tender cash:{rest:.2}"
    );
    shop.run(&sale).ends(0);
    // Without a bill the rewards are told, and nothing of a bill.
    let told = lookup(&shop, &json!({"ask": "lookup", "member": "card:1"}));
    assert_eq!(told["bill"], Value::Null);
    assert_eq!(told["rewards"][0]["code"], "insufficient_points");
    let typed = shop.run("--json lookup card:1").ends(0).json();
    assert_eq!(typed, told);
    shop.run("lookup card:1 --total 9.00 --line C:cake:1:6.00 --line L:coffee:1:3.00")
        .ends(0)
        .says(&["to pay 8.00", "most points", "cake", "no: "]);
}

// proves: SB9 S66 S67
#[test]
fn name_and_usual_order_are_told_with_consent_only() {
    let shop = shop();
    shop.run("member enrol --alias card:1 --name Ann").ends(0);
    let drinks = [
        "LATTE", "LATTE", "TEA", "LATTE", "WATER", "LATTE", "LATTE", "MOCHA", "LATTE", "LATTE",
    ];
    for (n, sku) in drinks.iter().enumerate() {
        let line = format!(
            "purchase --member card:1 --total 3.00 --key p{n} --line {sku}:drink:1:3.00:name=N-{sku}"
        );
        shop.run(&line).ends(0);
    }
    // One that was undone is no habit.
    shop.run("purchase --member card:1 --total 3.00 --key wrong --line COLA:drink:1:3.00")
        .ends(0);
    shop.run("void --of wrong --reason typo").ends(0);
    let question = json!({"ask": "lookup", "member": "card:1"});
    let told = lookup(&shop, &question);
    assert_eq!(
        (&told["name"], &told["usual"]),
        (&Value::Null, &Value::Null)
    );
    shop.run("consent give --member card:1 --purpose recognise_in_store")
        .ends(0);
    let told = lookup(&shop, &question);
    assert_eq!(told["name"], "Ann");
    let usual =
        json!([{"sku": "LATTE", "category": "drink", "name": "N-LATTE", "times": 7, "of": 10}]);
    assert_eq!(told["usual"], usual);
    shop.run("lookup card:1")
        .ends(0)
        .says(&["Ann", "usual: N-LATTE, 7 times of 10"]);
    shop.run("consent withdraw --member card:1 --purpose recognise_in_store")
        .ends(0);
    let told = lookup(&shop, &question);
    assert_eq!(
        (&told["name"], &told["usual"]),
        (&Value::Null, &Value::Null)
    );
}

#[test]
fn a_bill_that_is_none_is_told_and_the_member_all_the_same() {
    let shop = shop();
    shop.run("member enrol --alias card:1").ends(0);
    let command = |fields: Value| json!({"ask": "lookup", "member": "card:1", "command": fields});
    // It does not add up: what stands of the member stands.
    let told = lookup(
        &shop,
        &command(json!({"do": "purchase", "total": "3.00",
        "lines": [{"sku": "A", "amount": "2.00"}]})),
    );
    assert_eq!(told["ok"], true);
    assert_eq!(told["bill"]["quote"]["code"], "does_not_add_up");
    assert_eq!(told["bill"]["points"], json!([]));
    for (fields, field) in [
        (json!({"do": "return", "total": "3.00"}), "command.do"),
        (json!({"do": "purchase", "total": "x"}), "total"),
        (
            json!({"do": "purchase", "total": "1.00", "member": "card:2"}),
            "command.member",
        ),
        (json!({"do": "purchase", "totl": "1.00"}), "command.totl"),
        (json!(["purchase"]), "command"),
    ] {
        let told = shop.say(&command(fields).to_string()).ends(2).json();
        assert_eq!(told["field"], field, "{told}");
    }
    shop.run("member erase card:1 --reason asked --yes").ends(0);
    shop.run("lookup card:1").ends(1).says(&["nobody is known"]);
}
