//! Sales in another currency: as paid and as counted, in answers, explain and imports.

use crate::shop::Shop;
use serde_json::{Value, json};

/// A ledger in dollars that takes yen and dinars, with a tenth off for a code.
fn shop() -> Shop {
    let shop = Shop::plain();
    let manifest = String::from_utf8(shop.read("programme/programme.toml")).unwrap();
    let more = "\n[currency.JPY]\nrate = \"0.0066\"\n\n[currency.KWD]\nrate = \"3.26\"\n";
    shop.write("programme/programme.toml", manifest + more);
    shop.write(
        "programme/campaigns/tenth.rhai",
        "campaign(#{ id: \"tenth\", for: \"everybody\", when: #{ code: \"TENTH\" } });\n\
         fn on_purchase(purchase, member) { discount(percent_of(purchase.discountable, 10), \"tenth\"); }\n",
    );
    shop.run("policy activate --without-stories --reason currencies")
        .ends(0);
    shop.run("member enrol --alias card:1 --key e").ends(0);
    shop
}

fn said(shop: &Shop, command: &Value) -> Value {
    shop.say(&command.to_string()).ends(0).json()
}

// proves: CUR2
#[test]
fn a_sale_in_another_currency_tells_both_and_comes_back_in_its_own() {
    let shop = shop();
    let lines =
        json!([{"sku": "TEA", "amount": "1000"}, {"sku": "CUP", "qty": 2, "amount": "2000"}]);
    let sale = json!({"do": "purchase", "key": "a", "member": "card:1", "currency": "JPY",
        "total": "3000", "lines": lines, "tenders": [{"kind": "cash", "amount": "3000"}]});
    let told = said(&shop, &sale);
    let both = json!({"currency": "JPY", "total": "3000", "rate": "0.0066", "counted": "19.80"});
    assert_eq!(told["foreign"], both, "{told}");
    assert_eq!(said(&shop, &sale)["foreign"], both);
    shop.run(&format!("explain {}", told["seq"]))
        .ends(0)
        .says(&["JPY at 0.0066", "3000", "19.80", "6.60", "13.20"]);
    // An amount has the decimals of its currency.
    let odd = json!({"do": "purchase", "key": "b", "currency": "JPY", "total": "3000.5"});
    shop.say(&odd.to_string()).ends(2).says(&["total"]);
    let dinars = json!({"do": "purchase", "key": "k", "member": "card:1", "currency": "KWD", "total": "1.234"});
    assert_eq!(said(&shop, &dinars)["foreign"]["counted"], "4.02");
    // Parts of a return add up in the currency it was paid in.
    let mut back = Vec::new();
    for (n, extent) in [
        json!({"lines": [{"line": 2, "qty": "1"}]}),
        json!({"amount": "0.01"}),
        json!({"all": true}),
    ]
    .into_iter()
    .enumerate()
    {
        let mut command = extent;
        command["do"] = json!("return");
        command["of"] = json!("a");
        command["key"] = json!(format!("r{n}"));
        let told = said(&shop, &command);
        assert_eq!(told["give_back"]["foreign"]["currency"], "JPY", "{told}");
        back.push(
            told["give_back"]["foreign"]["money"]
                .as_str()
                .unwrap()
                .parse::<i64>()
                .unwrap(),
        );
    }
    assert_eq!(back, [1000, 1, 1999]);
    shop.run("audit verify").ends(0);
}

// proves: CUR2
#[test]
fn a_quote_proposes_money_off_in_the_currency_of_the_sale() {
    let shop = shop();
    let mut sale = json!({"do": "purchase", "member": "card:1", "currency": "JPY", "total": "3333",
        "codes": ["TENTH"]});
    let quote = shop
        .run("--json quote --member card:1 --currency JPY --total 3333 --code TENTH")
        .ends(0)
        .json();
    let paid = &quote["foreign"];
    assert_eq!(
        (&paid["discounts"], &paid["to_pay"]),
        (&json!(["333"]), &json!("3000")),
        "{quote}"
    );
    assert_eq!(quote["to_pay"], paid["counted"]);
    sale["key"] = json!("s");
    sale["total"] = json!("3000");
    sale["discounts"] = json!([{"campaign": "tenth", "amount": "333"}]);
    let told = said(&shop, &sale);
    assert_eq!(told["warnings"], json!([]), "{told}");
    assert_eq!(told["after"], quote["after"]);
}

// proves: CUR2
#[test]
fn tickets_imports_and_holds_take_it_too() {
    let shop = shop();
    let sold = json!({"do": "purchase", "key": "a", "member": "card:1", "currency": "JPY", "total": "2000"});
    said(&shop, &sold);
    let ticket = json!({"do": "ticket", "key": "t", "member": "card:1", "returns": [{"of": "a", "all": true}],
        "sale": {"total": "3000", "currency": "JPY", "tenders": [{"kind": "cash", "amount": "1000"}]}});
    let told = said(&shop, &ticket);
    assert_eq!(
        told["ticket"]["foreign"],
        json!({"currency": "JPY", "money": "1000"}),
        "{told}"
    );
    assert_eq!(said(&shop, &ticket)["repeated"], true);
    let points = json!({"do": "adjust", "key": "p", "member": "card:1", "unit": "point", "points": 500, "reason": "test"});
    said(&shop, &points);
    shop.write(
        "rows.csv",
        "card,sum,cur\ncard:1,1500,JPY\ncard:1,4.00,usd\ncard:1,4.00,CHF\n",
    );
    shop.run(
        "import rows.csv --set do=purchase --map member=card --map total=sum --map currency=cur",
    )
    .says(&["2 booked", "1 bad", "currency: it is CHF"]);
    shop.run("audit verify").ends(0);
}

// proves: PC46
#[test]
fn what_is_to_collect_is_told_in_the_currency_of_the_sale() {
    let shop = shop();
    let short = json!({"do": "purchase", "key": "a", "member": "card:1", "currency": "JPY", "total": "3000",
        "if_short": "book", "tenders": [{"kind": "points", "unit": "point", "points": 700, "amount": "1000"},
        {"kind": "cash", "amount": "2000"}]});
    let told = said(&shop, &short);
    let foreign = json!({"currency": "JPY", "money": "1000"});
    assert_eq!(told["collect"]["foreign"], foreign, "{told}");
    let again = shop.run("find --key a").ends(0);
    again.says(&["still to collect 6.60 (1000 JPY)"]);
}

// proves: PC47
#[test]
fn what_comes_back_in_a_file_is_never_taken_for_another_currency() {
    let shop = shop();
    shop.write(
        "back.csv",
        "card,sum,cur,ref\ncard:1,1000,JPY,\ncard:1,-500,JPY,\ncard:1,8.00,USD,2.00\ncard:1,-6.00,USD,\ncard:1,2000,JPY,1000\n",
    );
    let told = shop.run(
        "--json import back.csv --negative return --map member=card,total=sum,currency=cur,refunded=ref",
    );
    let told = told.ends(2).json();
    assert_eq!(told["did"], json!({"purchase": 2, "return": 2}), "{told}");
    let lines: Vec<&Value> = told["told"]
        .as_array()
        .unwrap()
        .iter()
        .map(|bad| &bad["line"])
        .collect();
    assert_eq!(lines, [3, 6], "{told}");
    assert!(
        told["told"][0]["message"].as_str().unwrap().contains("JPY"),
        "{told}"
    );
}
