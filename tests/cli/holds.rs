//! Tenders that name what was set aside: points, a reward, a voucher.

use crate::shop::Shop;
use crate::vouchers::issued;
use serde_json::{Value, json};

const CARD: &str = "card:6900012345";

/// 300 stars on one card, 100 on another, and what the first has set aside: 100
/// stars (`h`), a piece (`r`), a voucher (`v`), and 10 stars that it has
/// released (`gone`).
fn shop() -> (Shop, String) {
    let shop = crate::vouchers::shop("tests/programmes/goods");
    shop.run("member enrol --alias card:2 --key e2").ends(0);
    for (card, points) in [(CARD, 300), ("card:2", 100)] {
        shop.run(&format!("adjust --member {card} --unit star --points {points} --reason gift --approver ann --key a-{card}"))
            .ends(0);
    }
    let hold = |key: &str, what: &str| {
        shop.run(&format!(
            "hold --member {CARD} {what} --until 2099-01-01T00:00:00Z --key {key}"
        ))
        .ends(0);
    };
    hold("h", "--unit star --points 100");
    hold("r", "--reward piece");
    hold("gone", "--unit star --points 10");
    shop.run("release --of gone --key g2").ends(0);
    let code = issued(&shop, "mug", "mug");
    hold("v", &format!("--code {code}"));
    (shop, code)
}

fn sale(key: &str, card: &str, tenders: &Value, short: bool) -> String {
    let mut sale = json!({"do": "purchase", "key": key, "member": card, "total": "20.00",
        "lines": [{"sku": "CAKE", "category": "food", "amount": "8.00"}, {"sku": "TEA", "category": "food", "amount": "12.00"}],
        "tenders": tenders});
    if short {
        sale["if_short"] = "book".into();
    }
    sale.to_string()
}

fn held(shop: &Shop, card: &str) -> Value {
    let told = shop.run(&format!("--json balance {card}")).ends(0).json();
    told["now"]["balance"]["star"]["held"].clone()
}

// proves: HOLD1 HOLD2 HOLD3
#[test]
fn a_tender_captures_what_was_set_aside_in_the_purchase() {
    let (shop, code) = shop();
    assert_eq!(held(&shop, CARD), 120);
    let tenders = json!([{"kind": "cash", "amount": "16.00"}, {"kind": "points", "unit": "star", "hold": "h", "points": 40}]);
    let told = shop.say(&sale("p1", CARD, &tenders, false)).ends(0).json();
    assert_eq!(held(&shop, CARD), 80, "{told}");
    let again = shop.say(&sale("p1", CARD, &tenders, false)).ends(0).json();
    assert_eq!(again["repeated"], true, "{again}");
    // The rest with a flag, and a reward that was set aside.
    shop.run(&format!(
        "purchase --member {CARD} --total 20.00 --line CAKE:food:1:8.00 --line TEA:food:1:12.00 --tender hold:h --tender hold:r@1 --tender cash:6.00 --key p2"
    ))
    .ends(0);
    assert_eq!(held(&shop, CARD), 0);
    // The voucher's code pays nowhere else until its payment comes through.
    let by_code = json!([{"kind": "voucher", "code": code}]);
    shop.say(&sale("p3", "card:2", &by_code, false))
        .ends(1)
        .says(&["code_used"]);
    let by_hold = json!([{"kind": "voucher", "unit": "mug", "hold": "v"}]);
    let told = shop.say(&sale("p4", CARD, &by_hold, false)).ends(0).json();
    assert!(told.to_string().contains("5.00"), "{told}");
    // What was captured comes back as if it had been paid directly.
    let back = shop
        .run("--json return --of p4 --all --key b")
        .ends(0)
        .json();
    assert_eq!(back["give_back"]["money"], "15.00", "{back}");
    let released =
        format!("hold --member {CARD} --code {code} --until 2099-01-01T00:00:00Z --key v2");
    shop.run(&released).ends(0);
    shop.run("release --of v2 --key v3").ends(0);
    shop.say(&sale("p5", "card:2", &by_code, false)).ends(0);
    shop.run("audit verify --level 2").ends(0);
}

/// Wrong holds: what is sent, and the words of the refusal.
fn wrong() -> Vec<(&'static str, Value, [&'static str; 3])> {
    let points =
        json!({"kind": "points", "unit": "mug", "hold": "h", "points": 10, "amount": "1.00"});
    vec![
        (
            CARD,
            json!({"kind": "hold", "hold": "never", "amount": "1.00"}),
            ["unknown_entry", "tenders[1].hold", "under never"],
        ),
        (
            CARD,
            json!({"kind": "hold", "hold": "mug", "amount": "5.00"}),
            ["unknown_entry", "tenders[1].hold", "set nothing aside"],
        ),
        (
            CARD,
            json!({"kind": "hold", "hold": "gone", "amount": "1.00"}),
            [
                "hold_ended",
                "tenders[1].hold",
                "captured, released or timed out",
            ],
        ),
        (
            "card:2",
            json!({"kind": "hold", "hold": "h"}),
            ["wrong_member", "tenders[1].hold", "another member"],
        ),
        (
            "card:2",
            json!({"kind": "hold", "hold": "r"}),
            ["wrong_member", "tenders[1].hold", "another member"],
        ),
        (
            CARD,
            points,
            ["unknown_entry", "tenders[1].hold", "points in star"],
        ),
        (
            CARD,
            json!({"kind": "reward", "reward": "five", "hold": "r"}),
            ["unknown_entry", "tenders[1].hold", "the reward piece"],
        ),
        (
            CARD,
            json!({"kind": "reward", "hold": "h"}),
            ["unknown_entry", "tenders[1].hold", "points in star"],
        ),
        (
            CARD,
            json!({"kind": "voucher", "unit": "tenth", "hold": "v"}),
            ["unknown_entry", "tenders[1].hold", "the voucher mug"],
        ),
    ]
}

// proves: HOLD5
#[test]
fn a_wrong_hold_is_told_with_its_tender_and_loses_no_sale_that_may_be_booked_short() {
    let (shop, _) = shop();
    for (n, (card, tender, words)) in wrong().into_iter().enumerate() {
        let paid = tender["amount"].as_str().unwrap_or("10.00").to_owned();
        let cents: i64 = paid.replace('.', "").parse().unwrap();
        let cash = format!("{}.{:02}", (2000 - cents) / 100, (2000 - cents) % 100);
        let tenders = json!([{"kind": "cash", "amount": cash}, tender]);
        let no = shop.say(&sale(&format!("n{n}"), card, &tenders, false));
        no.ends(1).says(&words);
        let (before, key) = (held(&shop, CARD), format!("s{n}"));
        let short = sale(&key, card, &tenders, true);
        let told = shop.say(&short).ends(0).json();
        let left = &told["collect"]["tenders"][0];
        assert_eq!(left["tender"], 2, "{told}");
        assert!(left["message"].as_str().unwrap().contains("hold"), "{told}");
        if tender.get("amount").is_some() {
            assert_eq!(told["collect"]["money"], *paid, "{told}");
        }
        assert_eq!(held(&shop, CARD), before, "the hold stays as it was");
        let again = shop.say(&short).ends(0).json();
        assert_eq!(
            (&again["repeated"], &again["collect"]),
            (&true.into(), &told["collect"])
        );
        let explained = shop.run(&format!("explain {}", told["seq"])).ends(0);
        explained.says(&["tenders[1].hold"]);
    }
    // A repeat stays the same sale, whatever is set aside under that name later.
    shop.run(&format!(
        "hold --member {CARD} --unit star --points 10 --until 2099-01-01T00:00:00Z --key never"
    ))
    .ends(0);
    let tenders = json!([{"kind": "cash", "amount": "19.00"}, {"kind": "hold", "hold": "never", "amount": "1.00"}]);
    let again = shop.say(&sale("s0", CARD, &tenders, true)).ends(0).json();
    assert_eq!(again["repeated"], true, "{again}");
    shop.run("rebuild").ends(0);
    shop.run("audit verify --level 2").ends(0);
}

#[test]
fn a_hold_with_a_code_or_a_lot_beside_it_says_which_to_leave_out() {
    let (shop, code) = shop();
    for beside in [json!({"code": code}), json!({"lot": "3.0"})] {
        let mut tender = json!({"kind": "voucher", "hold": "v"});
        tender
            .as_object_mut()
            .unwrap()
            .extend(beside.as_object().unwrap().clone());
        shop.say(&sale("x", CARD, &json!([tender]), true))
            .ends(2)
            .says(&["tenders[0].hold", "leave out 'code' and 'lot'"]);
    }
}
