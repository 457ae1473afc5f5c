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
    .says(&["2 booked", "1 bad", "column cur (currency): it is CHF"]);
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
fn what_comes_back_in_a_file_is_booked_in_the_currency_of_its_sale() {
    let shop = shop();
    // Row 3 finds the yen of row 2, row 5 none of the dollars that are left, row 6 has its
    // refund beside it, row 7 the rest of row 2, and row 8 its sale by key.
    shop.write(
        "back.csv",
        "card,sum,cur,ref,of\ncard:1,1000,JPY,,\ncard:1,-500,JPY,,\ncard:1,8.00,USD,2.00,\n\
         card:1,-7.00,USD,,\ncard:1,2000,JPY,1000,\ncard:1,-500,¥,,\ncard:1,-5.00,,,x\ncard:1,-3,JPY,,x\n",
    );
    let sale = json!({"do": "purchase", "key": "x", "member": "card:1", "total": "5.00"});
    said(&shop, &sale);
    let import = "--json import back.csv --negative return --map member=card,total=sum,currency=cur,refunded=ref,of=of";
    let dry = shop.run(&format!("{import} --dry-run")).ends(2).json();
    let told = shop.run(import).ends(2).json();
    assert_eq!((&dry["did"], &dry["codes"]), (&told["did"], &told["codes"]));
    assert_eq!(told["did"], json!({"purchase": 3, "return": 5}), "{told}");
    let lines: Vec<&Value> = told["told"]
        .as_array()
        .unwrap()
        .iter()
        .map(|bad| &bad["line"])
        .collect();
    assert_eq!(lines, [5, 9], "{told}");
    let message = told["told"][1]["message"].as_str().unwrap();
    assert!(
        message.contains("it is JPY, and the sale was paid in USD"),
        "{told}"
    );
    let back = |key: &str| {
        let found = shop.run(&format!("--json find --key back.csv/{key}"));
        found.ends(0).json()["give_back"].clone()
    };
    let yen = |key: &str| back(key)["foreign"]["money"].clone();
    assert_eq!(
        [yen("3/return"), yen("6/return"), yen("7/return")],
        [json!("500"), json!("1000"), json!("500")]
    );
    assert_eq!(back("4/return")["money"], "2.00");
    // The whole file again books nothing more.
    let again = shop.run(import).ends(2).json();
    assert_eq!(
        (&again["booked"], &again["repeated"]),
        (&json!(0), &json!(8)),
        "{again}"
    );
    shop.run("audit verify").ends(0);
}

#[test]
fn parts_of_a_return_in_the_currency_of_the_sale_come_to_what_was_paid() {
    let shop = shop();
    let lines = json!([{"sku": "TEA", "amount": "2000"}, {"sku": "CUP", "amount": "1333"}]);
    let sale = json!({"do": "purchase", "key": "a", "member": "card:1", "currency": "JPY",
        "total": "3333", "lines": lines});
    said(&shop, &sale);
    let money = |told: &Value| told["give_back"]["foreign"]["money"].clone();
    let mut back = Vec::new();
    for (n, extent) in [
        json!({"amount": "1111", "currency": "JPY"}),
        json!({"lines": [{"line": 2, "amount": "333"}], "currency": "jpy"}),
        json!({"amount": "1111", "currency": "JPY"}),
    ]
    .into_iter()
    .enumerate()
    {
        let mut command = extent;
        command["do"] = json!("return");
        command["of"] = json!("a");
        command["key"] = json!(format!("r{n}"));
        let told = said(&shop, &command);
        // Sent again it is the same, though less is left now.
        let again = said(&shop, &command);
        assert_eq!(
            (&again["repeated"], money(&again)),
            (&json!(true), money(&told)),
            "{again}"
        );
        back.push(money(&told).as_str().unwrap().parse::<i64>().unwrap());
    }
    let rest = shop
        .run("--json return --of a --all --key r9")
        .ends(0)
        .json();
    back.push(money(&rest).as_str().unwrap().parse::<i64>().unwrap());
    // A cent of the programme is one and a half yen.
    for (given, asked) in back.iter().zip([1111, 333, 1111, 778]) {
        assert!((given - asked).abs() <= 2, "{back:?}");
    }
    assert_eq!(back.iter().sum::<i64>(), 3333);
    let dinars = json!({"do": "purchase", "key": "k", "member": "card:1", "currency": "KWD", "total": "9.999"});
    said(&shop, &dinars);
    let parts: Vec<Value> = (0..3)
        .map(|n| {
            money(
                &shop
                    .run(&format!(
                        "--json return --of k --amount 3.333 --currency KWD --key k{n}"
                    ))
                    .ends(0)
                    .json(),
            )
        })
        .collect();
    let sum: f64 = parts
        .iter()
        .map(|part| part.as_str().unwrap().parse::<f64>().unwrap())
        .sum();
    assert!((sum - 9.999).abs() < 1e-9, "{parts:?}");
    shop.run("return --of k --amount 1.00 --currency EUR --key k9")
        .ends(2)
        .says(&["it is EUR, and the sale was paid in KWD"]);
    shop.run("return --of a --amount 0.5 --currency JPY --key k9")
        .ends(2)
        .says(&["amount"]);
    shop.run("return --without-slip --amount 5 --currency JPY --member card:1 --key w")
        .ends(2)
        .says(&["the amount is in USD"]);
    let ticket = json!({"do": "ticket", "key": "t", "returns": [{"of": "a", "amount": "1", "currency": "JPY"}]});
    shop.say(&ticket.to_string())
        .ends(1)
        .says(&["too_much_returned"]);
    shop.run("audit verify").ends(0);
}

// proves: QUOTE5
#[test]
fn what_points_pay_is_told_in_the_currency_of_the_bill() {
    let shop = shop();
    let manifest = String::from_utf8(shop.read("programme/programme.toml")).unwrap();
    let reward = "reward(#{ id: \"off\", unit: \"point\", points: 100, value: \"1.00\" });\n";
    shop.write("programme/rewards.rhai", reward);
    let valued = manifest.replace(
        "expires = \"never\"",
        "expires = \"never\"\nvalue = \"0.01\"",
    );
    shop.write("programme/programme.toml", valued);
    shop.run("policy activate --without-stories --reason reward")
        .ends(0);
    let points = json!({"do": "adjust", "key": "p", "member": "card:1", "unit": "point", "points": 500, "reason": "test"});
    said(&shop, &points);
    let bill = json!({"do": "purchase", "member": "card:1", "currency": "JPY", "total": "3333", "codes": ["TENTH"]});
    let ask = |question: Value| shop.pipe("session", question.to_string()).json();
    let quote = ask(json!({"ask": "quote", "command": bill}));
    let usable = &quote["usable"][0];
    let most = usable["most"].as_i64().unwrap();
    let lookup = ask(json!({"ask": "lookup", "member": "card:1", "command": bill}));
    assert_eq!(lookup["bill"]["points"], quote["usable"], "{lookup}");
    assert_eq!(lookup["bill"]["to_pay"], "3000", "{lookup}");
    assert_eq!(lookup["rewards"][0]["pays"], "152", "{lookup}");
    let paid: i64 = usable["pays"].as_str().unwrap().parse().unwrap();
    assert!((most * 100 / 66 - paid).abs() <= 1, "{usable}");
    // It is what the till may then name.
    let sale = json!({"do": "purchase", "key": "s", "member": "card:1", "currency": "JPY", "total": "3000",
        "codes": ["TENTH"], "discounts": [{"campaign": "tenth", "amount": "333"}],
        "tenders": [{"kind": "points", "unit": "point", "points": most, "amount": usable["pays"]},
            {"kind": "cash", "amount": (3000 - paid).to_string()}]});
    said(&shop, &sale);
    // Without discounts the total stays as it is.
    let plain = json!({"do": "purchase", "member": "card:1", "currency": "JPY", "total": "1000"});
    let lookup = ask(json!({"ask": "lookup", "member": "card:1", "command": plain}));
    assert_eq!(lookup["bill"]["to_pay"], "1000", "{lookup}");
    shop.run("audit verify").ends(0);
}
