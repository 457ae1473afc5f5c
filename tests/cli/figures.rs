//! Figures as people and programs ask for them.

use crate::shop::Shop;
use serde_json::Value;

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
fn made(shop: &Shop, question: &str) -> Value {
    let told = shop
        .run(&format!("--json report {question}"))
        .ends(0)
        .json();
    told["made"].clone()
}

// proves: O1
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
