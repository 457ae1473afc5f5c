//! Quotes, and sales booked as quoted.

use crate::shop::Shop;
use serde_json::{Value, json};

const PROGRAMME: &str = "[programme]\nname = \"x\"\ncurrency = \"EUR\"\nzone = \"UTC\"\n\n[unit.point]\nkind = \"spendable\"\nexpires = \"never\"\nvalue = \"0.01\"\n";
const BASE: &str = "campaign(#{ id: \"base\", role: \"base\" });\nfn on_purchase(purchase, member) { award(\"point\", purchase.earning, \"purchase\"); }\n";

/// Shop with these campaigns: additions to the header, and the script.
fn shop(campaigns: &[(&str, &str, &str)]) -> Shop {
    let shop = Shop::empty();
    shop.write("x/programme.toml", PROGRAMME);
    shop.write("x/campaigns/base.rhai", BASE);
    for (id, header, script) in campaigns {
        let text = format!(
            "campaign(#{{ id: \"{id}\"{header} }});\nfn on_purchase(purchase, member) {{ {script} }}\n"
        );
        shop.write(&format!("x/campaigns/{id}.rhai"), text);
    }
    shop.run("init --programme x").ends(0);
    shop.run("member enrol --alias card:1 --key e").ends(0);
    shop.say(
        r#"{"do":"adjust","member":"card:1","unit":"point","points":900,"reason":"x","key":"g"}"#,
    )
    .ends(0);
    shop
}

fn cents(money: &Value) -> i64 {
    money.as_str().unwrap().replace('.', "").parse().unwrap()
}

/// Effects of these kinds in a command's answer.
fn did(answer: &Value, kind: &str) -> Vec<Value> {
    let did = answer["did"].as_array().unwrap().iter();
    did.filter(|one| one["effect"] == kind).cloned().collect()
}

/// Quotes a sale, books it as quoted, and checks that the two agree; returns
/// the discounts.
fn quoted_and_sold(shop: &Shop, sale: &Value, key: &str) -> i64 {
    let ask = json!({ "ask": "quote", "command": sale });
    let quote = shop.pipe("session", format!("{ask}\n")).json();
    assert_eq!(quote["ok"], true, "{sale}: {quote}");
    let mut sold = sale.clone();
    let discounts: Vec<Value> = did(&quote, "discount")
        .iter()
        .map(|one| {
            json!({ "campaign": one["campaign"], "amount": one["money"], "lines": one["lines"] })
        })
        .filter(|one| cents(&one["amount"]) > 0)
        .map(|mut one| {
            if one["lines"].is_null() {
                one.as_object_mut().unwrap().remove("lines");
            }
            one
        })
        .collect();
    let off: i64 = discounts.iter().map(|one| cents(&one["amount"])).sum();
    let total = cents(&sale["total"]) - off;
    let told = quote["to_pay"]
        .as_str()
        .map_or(total, |_| cents(&quote["to_pay"]));
    assert_eq!(told, total, "{sale}: {quote}");
    sold["total"] = format!("{}.{:02}", total / 100, total % 100).into();
    sold["key"] = key.into();
    if !discounts.is_empty() {
        let mut all = sale["discounts"].as_array().cloned().unwrap_or_default();
        all.extend(discounts);
        sold["discounts"] = all.into();
    }
    if let Some(tenders) = sold.get_mut("tenders").and_then(Value::as_array_mut) {
        let own = cents(&tenders[0]["amount"]);
        let cash = total - own;
        tenders[1]["amount"] = format!("{}.{:02}", cash / 100, cash % 100).into();
    }
    let booked = shop.say(&sold.to_string()).ends(0).json();
    assert_eq!(
        (&quote["did"], &quote["warnings"]),
        (&booked["did"], &booked["warnings"]),
        "{sold}"
    );
    assert_eq!(booked["warnings"], json!([]), "{sold}: {booked}");
    off
}

// proves: QUOTE1
#[test]
fn a_sale_as_it_was_quoted_has_the_quote_s_discounts() {
    let five = (
        "five",
        ", when: #{ minimum: 20 }",
        "discount(5.00, \"five off\");",
    );
    let lines = json!([
        { "sku": "A", "category": "food", "amount": "14.80" },
        { "sku": "B", "amount": "9.20" },
        { "sku": "C", "category": "coffee", "qty": 2, "amount": "7.10" }
    ]);
    let shops: [&[(&str, &str, &str)]; 7] = [
        &[five],
        &[
            (
                "food",
                ", priority: 3, stack: \"best\"",
                "discount(percent_of(purchase.earning_in(\"food\"), 15), \"food\");",
            ),
            (
                "all",
                ", stack: \"best\", when: #{ minimum: 20 }",
                "discount(percent_of(purchase.total, 15), \"all\");",
            ),
        ],
        &[
            five,
            (
                "more",
                ", when: #{ minimum: 18 }",
                "award(\"point\", 10, \"more\");",
            ),
            (
                "rest",
                ", priority: 5, stack: \"on_rest\"",
                "if purchase.total >= 16.00 { discount(percent_of(purchase.earning, 10), \"rest\"); }",
            ),
        ],
        &[(
            "once",
            "",
            "if purchase.earning >= 20 && member.memo(\"had\") == () { discount(5.00, \"once\"); remember(\"had\", 1); award(\"point\", 3, \"once\"); }",
        )],
        &[(
            "line",
            "",
            "for line in purchase.lines { if line.earning >= 7 { discount(percent_of(line.earning, 33), \"line\", #{ line: line }); } }",
        )],
        &[
            (
                "twice",
                ", when: #{ minimum: 10 }",
                "discount(4.00, \"one\"); discount(3.00, \"two\");",
            ),
            five,
        ],
        &[("much", "", "discount(40.00, \"much\");")],
    ];
    for (n, campaigns) in shops.iter().enumerate() {
        let shop = shop(campaigns);
        let mut offs = Vec::new();
        for (m, total) in ["31.10", "22.00", "20.00", "19.99", "18.00", "7.00"]
            .iter()
            .enumerate()
        {
            let plain = json!({ "do": "purchase", "member": "card:1", "total": total });
            offs.push(quoted_and_sold(&shop, &plain, &format!("p{m}")));
        }
        let bill =
            json!({ "do": "purchase", "member": "card:1", "total": "31.10", "lines": lines });
        offs.push(quoted_and_sold(&shop, &bill, "b1"));
        let own = json!({ "do": "purchase", "member": "card:1", "total": "21.10", "lines": lines, "discounts": [{ "amount": "10.00" }] });
        offs.push(quoted_and_sold(&shop, &own, "b2"));
        let points = json!({ "do": "purchase", "member": "card:1", "total": "33.10", "lines": lines,
            "charges": [{ "kind": "deposit", "amount": "2.00" }],
            "tenders": [{ "kind": "points", "unit": "point", "points": 33, "amount": "0.33" }, { "kind": "cash", "amount": "32.77" }] });
        if n != 6 {
            offs.push(quoted_and_sold(&shop, &points, "b3"));
        }
        let five_off = [500, 500, 500, 0, 0, 0, 500, 500];
        if n == 0 {
            assert_eq!(offs[..8], five_off, "{offs:?}");
        }
        assert!(offs.iter().any(|off| *off > 0), "{n}: {offs:?}");
        for level in 0..=2 {
            shop.run(&format!("audit verify --level {level}")).ends(0);
        }
    }
}

// proves: QUOTE5
#[test]
fn a_quote_says_the_most_points_that_pay_as_a_lookup_does() {
    let tenth = "discount(percent_of(purchase.subtotal, 10), \"tenth\");";
    let shop = shop(&[("tenth", "", tenth)]);
    let bill = json!({ "do": "purchase", "member": "card:1", "total": "5.00",
        "lines": [{ "sku": "TART", "amount": "5.00" }] });
    let ask = |ask: &Value| shop.pipe("session", format!("{ask}\n")).json();
    let quote = ask(&json!({ "ask": "quote", "command": bill }));
    let right = json!([{ "unit": "point", "most": 450, "pays": "4.50" }]);
    assert_eq!(
        (&quote["to_pay"], &quote["usable"]),
        (&"4.50".into(), &right),
        "{quote}"
    );
    let lookup = ask(&json!({ "ask": "lookup", "member": "card:1", "command": bill }));
    assert_eq!(lookup["bill"]["points"], right, "{lookup}");
    shop.run("quote --member card:1 --total 20.00")
        .ends(0)
        .says(&["at most 900 point pay 9.00"]);
    // Such a sale is then booked; one that names points already asks for no more.
    let paid = json!({ "do": "purchase", "key": "p", "member": "card:1", "total": "4.50",
        "lines": bill["lines"], "discounts": [{ "campaign": "tenth", "amount": "0.50" }],
        "tenders": [{ "kind": "points", "unit": "point", "points": 450, "amount": "4.50" }] });
    let quote = ask(&json!({ "ask": "quote", "command": paid }));
    assert_eq!(
        (&quote["ok"], quote.get("usable")),
        (&true.into(), None),
        "{quote}"
    );
    shop.say(&paid.to_string()).ends(0);
    let nobody = ask(&json!({ "ask": "quote", "command": { "do": "purchase", "total": "5.00" } }));
    assert_eq!(nobody.get("usable"), None, "{nobody}");
    // Why none pay is told as well.
    shop.run("redeem --member card:1 --unit point --points 450 --key r")
        .ends(0);
    let none = ask(&json!({ "ask": "quote", "command": bill }));
    assert_eq!(none["usable"][0]["most"], 0, "{none}");
    assert_eq!(none["usable"][0]["code"], "insufficient_points", "{none}");
}

#[test]
fn a_quote_for_a_time_to_come_has_what_falls_due_until_then() {
    let shop = Shop::empty();
    let ends = "expires = { after = \"6 months\", at = \"day end\" }";
    let manifest = PROGRAMME.replace("expires = \"never\"", ends);
    for (name, amount) in [("x", "purchase.earning"), ("y", "2 * purchase.earning")] {
        shop.write(&format!("{name}/programme.toml"), &manifest);
        let base = BASE.replace("purchase.earning", amount);
        shop.write(&format!("{name}/campaigns/base.rhai"), base);
    }
    shop.run("init --programme x").ends(0);
    shop.run("purchase --enrol --member card:1 --total 900.00 --key a")
        .ends(0);
    let after = |line: &str| {
        let asked = format!("quote --json --member card:1 --total 5.00 {line}");
        let told = shop.run(asked.trim_end());
        told.ends(0).json()["after"]["point"].clone()
    };
    assert_eq!(after(""), 905);
    assert_eq!(after("--at 2099-01-04T09:00:00Z"), 5);
    assert_eq!(after("--at 2099-01-04T09:00:00Z --with y"), 10);
    // Nothing is booked, and tills are told the truth about the time.
    assert_eq!(after(""), 905);
    let sold = shop.run("purchase --member card:1 --total 5.00 --at 2099-01-04T09:00:00Z --key b");
    drop(sold.says(&["clock_ahead"]));
}
