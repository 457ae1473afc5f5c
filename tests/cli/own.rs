//! Members who ask are told everything that is theirs, and nothing of others.

use crate::shop::Shop;
use serde_json::Value;

const PROGRAMME: &str = r#"
[programme]
name = "Club"
currency = "EUR"
zone = "Europe/Berlin"
purposes = ["marketing", "personalise"]

[household]
size = 3

[unit.point]
kind = "spendable"
pooled = true
value = "0.10"
expires = "never"

[transfer.point]
max = 500

[unit.drink]
kind = "voucher"
cost = "3.00"
expires = { after = "12 months", at = "day end" }

[unit.prime]
kind = "pass"
period = "12 months"
price = "99.00"
refund = "full if unused"

[attribute.sweetness]
values = ["low", "high"]
purpose = "personalise"
"#;

const CAMPAIGN: &str = r#"
campaign(#{ id: "all", role: "base" });
fn on_purchase(purchase, member) {
    remember("last", "latte");
    tag("regular");
    award("point", purchase.total)
}
"#;

/// Ann and Bob, each with 100 points.
fn club() -> Shop {
    let shop = Shop::empty();
    shop.write("club/programme.toml", PROGRAMME);
    shop.write("club/campaigns/all.rhai", CAMPAIGN);
    shop.run("init --programme ./club").ends(0);
    for (name, card) in [("Ann", 1), ("Bob", 2)] {
        let consent = "--consent marketing --consent personalise";
        shop.run(&format!(
            "member enrol --alias card:{card} --name {name} {consent}"
        ))
        .ends(0);
        shop.run(&format!(
            "purchase --member card:{card} --total 100.00 --key p{card}"
        ))
        .ends(0);
    }
    shop
}

fn entries(told: &Value, kind: &str) -> Vec<Value> {
    let all = told["entries"].as_array().unwrap().iter();
    all.filter(|e| e["kind"] == kind).cloned().collect()
}

fn statement(shop: &Shop, card: u8) -> Value {
    let line = format!("--json statement card:{card}");
    shop.run(&line).ends(0).json()
}

fn export(shop: &Shop, card: u8) -> Value {
    let told = shop.run(&format!("member export card:{card}")).ends(0);
    serde_json::from_str(&told.out).unwrap()
}

/// Effects of a statement's entry, as word and signed amount.
fn did(entry: &Value) -> Vec<String> {
    let all = entry["did"].as_array().unwrap().iter();
    all.map(|d| format!("{} {}", d["effect"].as_str().unwrap(), d["amount"]))
        .collect()
}

// proves: S116
#[test]
fn a_transfer_is_told_to_each_side_as_its_own() {
    let shop = club();
    shop.run(
        "transfer --from card:1 --to card:2 --points 30 --unit point --note birthday --key t1",
    )
    .ends(0);
    for told in [statement, export] {
        let (ann, bob) = (told(&shop, 1), told(&shop, 2));
        let (ann, bob) = (&entries(&ann, "transfer")[0], &entries(&bob, "transfer")[0]);
        assert_eq!(did(ann), ["send -30"]);
        assert_eq!(
            (&ann["what"], &ann["key"]),
            (&"birthday".into(), &"t1".into())
        );
        assert_eq!(ann["after"]["point"], 70);
        assert_eq!(did(bob), ["receive 30"]);
        assert_eq!(
            (&bob["what"], &bob["key"]),
            (&"in another name".into(), &Value::Null)
        );
        assert_eq!(bob["after"]["point"], 130);
    }
}

#[test]
fn a_household_tells_nobody_what_another_one_bought() {
    let shop = club();
    shop.run("household join --member card:1 --with card:2 --key h1")
        .ends(0);
    shop.run("redeem --member card:1 --unit point --points 150 --note shoes --key r1")
        .ends(0);
    let (ann, bob) = (statement(&shop, 1), statement(&shop, 2));
    let (ann, bob) = (
        &entries(&ann, "redemption")[0],
        &entries(&bob, "redemption")[0],
    );
    assert_eq!(
        (did(ann), did(bob)),
        (vec!["redeem -100".into()], vec!["redeem -50".to_owned()])
    );
    assert_eq!(
        (&ann["what"], &bob["what"]),
        (&"shoes".into(), &"in another name".into())
    );
    assert_eq!(
        (&ann["after"]["point"], &bob["after"]["point"]),
        (&0.into(), &50.into())
    );
    shop.run("household leave --member card:1 --key h2").ends(0);
    for card in [1, 2] {
        let told = statement(&shop, card);
        let all: Vec<String> = told["entries"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(did)
            .collect();
        let count = |word: &str| all.iter().filter(|d| d.starts_with(word)).count();
        assert_eq!(
            (count("household_join"), count("household_leave")),
            (1, 1),
            "{all:?}"
        );
    }
}

#[test]
fn an_export_holds_whoever_was_merged_into_the_member() {
    let shop = club();
    shop.run("member profile card:1 --attribute sweetness=low --key a1")
        .ends(0);
    shop.run("member merge card:1 card:2 --reason 'one person' --key m1")
        .ends(0);
    let all = export(&shop, 2);
    assert_eq!(all["profile"]["name"], "Bob");
    let ann = &all["absorbed"][0];
    assert_eq!(
        (&ann["profile"]["name"], &ann["held"]["standing"]),
        (&"Ann".into(), &"merged".into())
    );
    assert_eq!(ann["profile"]["attributes"][0]["value"], "low");
    assert_eq!(ann["merged_with_entry"], entries(&all, "merged")[0]["seq"]);
    assert_eq!(entries(ann, "purchase")[0]["key"], "p1");
    assert_eq!(did(&entries(ann, "merged")[0]), ["send -100", "merge null"]);
    assert_eq!(did(&entries(&all, "merged")[0]), ["receive 100"]);
    assert_eq!(all["now"]["balance"]["point"]["available"], 200);
}

#[test]
fn an_export_leaves_nothing_out() {
    let shop = club();
    for line in [
        "member profile card:1 --attribute sweetness=low --birthday 02-29 --key a1",
        "consent withdraw --member card:1 --purpose marketing --key a2",
        "voucher issue --member card:1 --unit drink --reason cold --key a3",
        "hold --member card:1 --points 60 --unit point --until 2036-11-24T12:00:00+01:00 --key a4",
        "pass start prime --member card:1 --key a5",
        "household join --member card:1 --with card:2 --key a6",
    ] {
        shop.run(line).ends(0);
    }
    let all = export(&shop, 1);
    let held = &all["held"];
    assert_eq!(all["profile"]["birthday"], "02-29");
    assert_eq!(all["profile"]["attributes"][0]["attribute"], "sweetness");
    let consents = serde_json::json!([
        {"purpose": "marketing", "is_given": false}, {"purpose": "personalise", "is_given": true}
    ]);
    assert_eq!(held["consents"], consents);
    assert_eq!(all["now"]["vouchers"][0]["unit"], "drink");
    assert_eq!(
        (&held["holds"][0]["amount"], &held["holds"][0]["unit"]),
        (&60.into(), &"point".into())
    );
    assert_eq!(held["passes"][0]["charges"][0]["paid"], "99.00");
    assert_eq!(held["household"]["members"], 2);
    assert_eq!(held["tags"], serde_json::json!(["regular"]));
    assert_eq!(
        (
            &held["remembered"][0]["name"],
            &held["remembered"][0]["value"]
        ),
        (&"last".into(), &"latte".into())
    );
    assert_eq!(held["figures"]["lifetime"]["spend"], "100.00");
    let lots = held["lots"].as_array().unwrap();
    assert_eq!(lots.len(), 3, "{lots:?}");
    // The answer tells nothing of the other member of the household.
    let bob = export(&shop, 2)["member"].as_str().unwrap().to_owned();
    assert!(!all.to_string().contains(&bob));
}
